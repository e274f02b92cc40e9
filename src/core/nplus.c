/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/observe.h"
#include "util/alloc.h"

/*
 * N+1: a query that runs again and again while the rows of another one are being read, once for each
 * row as a rule. Both may be on connections of their own, so what the thread reads is looked for on
 * all connections that it holds; only the thread itself touches what is looked at there.
 */
enum {
    MANY = 10
};

/* Whether this pair has been told of; it has from now on. */
static bool is_told(struct tn__observers *observers, const char *outer, const char *inner)
{
    bool found = false;
    const unsigned most = sizeof observers->told / sizeof observers->told[0];
    pthread_mutex_lock(&observers->mutex);
    for (unsigned i = 0; i + 1 < observers->told_count && !found; i += 2)
        found =
            strcmp(observers->told[i], outer) == 0 && strcmp(observers->told[i + 1], inner) == 0;
    if (!found)
        observers->tally.n_plus_1++;
    if (!found && observers->told_count + 2 <= most) {
        observers->told[observers->told_count++] = outer;
        observers->told[observers->told_count++] = inner;
    }
    pthread_mutex_unlock(&observers->mutex);
    return found;
}

static void count_inner(tn_conn *conn, struct tn__flight *outer, const char *query)
{
    for (size_t i = 0; i < sizeof outer->inner / sizeof outer->inner[0]; i++) {
        if (outer->inner[i].query && strcmp(outer->inner[i].query, query) != 0)
            continue;
        outer->inner[i].query = query;
        if (++outer->inner[i].count == MANY && !is_told(conn->observers, outer->query, query))
            tn__log_to(conn->observers, TN_LOG_WARN, TN_LOG_SQL,
                       "query '%s' has run %d times while the rows of '%s' are being read (N+1): "
                       "one query that joins them, or takes a list, would do",
                       query, MANY, outer->query);
        return;
    }
}

void tn__n_plus_1_look(tn_conn *conn, const char *query)
{
    struct tn__observers *observers = conn->observers;
    unsigned self = atomic_load(&conn->owner);
    for (unsigned i = 0; i < observers->conn_count; i++) {
        tn_conn *other = &observers->conns[i];
        if (atomic_load(&other->owner) != self || !other->observer)
            continue;
        for (size_t f = 0; f < other->observer->count; f++) {
            struct tn__flight *outer = &other->observer->flights[f];
            if (outer->query && outer->rows > 0 && strcmp(outer->query, query) != 0)
                count_inner(conn, outer, query);
        }
    }
}
