/* SPDX-License-Identifier: MIT */
#include <tenon/stats.h>
#include <tenon/trace.h>

#include <inttypes.h>

#include "pool/pool.h"

/* The statistics as text for Prometheus. The families about statements are core/tally.c. */

/* A member of tn_side_stats as a family with one series for each side. */
static const struct family {
    const char *name;
    const char *type;
    const char *help;
    size_t offset;
    enum {
        UNSIGNED,
        COUNT,
        SECONDS
    } kind;
} families[] = {
#define MEMBER(member) offsetof(tn_side_stats, member)
    {"tenon_pool_connections_max", "gauge", "Connections at most.", MEMBER(connections), UNSIGNED},
    {"tenon_pool_connections_open", "gauge", "Connections to the engine.", MEMBER(open), UNSIGNED},
    {"tenon_pool_connections_in_use", "gauge", "Connections held.", MEMBER(in_use), UNSIGNED},
    {"tenon_pool_waiting", "gauge", "Threads that wait for one.", MEMBER(waiting), UNSIGNED},
    {"tenon_pool_acquired_total", "counter", "Times that one was taken.", MEMBER(acquired), COUNT},
    {"tenon_pool_waits_total", "counter", "Times that one was waited for.", MEMBER(waited), COUNT},
    {"tenon_pool_timeouts_total", "counter", "Waits in vain.", MEMBER(timeouts), COUNT},
    {"tenon_pool_wait_seconds_total", "counter", "Time waited.", MEMBER(wait_ns), SECONDS},
    {"tenon_pool_opened_total", "counter", "Connections made.", MEMBER(opened), COUNT},
    {"tenon_pool_closed_idle_total", "counter", "Closed when idle.", MEMBER(closed_idle), COUNT},
    {"tenon_pool_closed_old_total", "counter", "Closed for age.", MEMBER(closed_old), COUNT},
    {"tenon_pool_closed_broken_total", "counter", "Closed as broken.", MEMBER(closed_broken),
     COUNT},
#undef MEMBER
};

static void put_value(struct tn__buf *out, const struct family *family, const tn_side_stats *side)
{
    const char *at = (const char *)side + family->offset;
    uint64_t number = family->kind == UNSIGNED ? *(const unsigned *)(const void *)at
                                               : *(const uint64_t *)(const void *)at;
    if (family->kind == SECONDS)
        tn__buf_printf(out, "%" PRIu64 ".%09" PRIu64 "\n", number / 1000000000,
                       number % 1000000000);
    else
        tn__buf_printf(out, "%" PRIu64 "\n", number);
}

static void write_pool(struct tn__buf *out, const tn_db_stats *stats)
{
    static const char *const sides[] = {[TN_READ] = "read", [TN_WRITE] = "write"};
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        tn__metric_head(out, families[i].name, families[i].type, families[i].help);
        for (int access = TN_READ; access <= TN_WRITE; access++) {
            if (stats->side[access].connections == 0)
                continue;
            tn__buf_printf(out, "%s{side=\"%s\"} ", families[i].name, sides[access]);
            put_value(out, &families[i], &stats->side[access]);
        }
    }
    const struct {
        const char *name;
        const char *type;
        const char *help;
        uint64_t value;
    } singles[] = {
        {"tenon_pool_rolled_back_total", "counter", "Given back inside a transaction.",
         stats->rolled_back},
        {"tenon_pool_restored_total", "counter", "Given back with other settings.",
         stats->restored},
        {"tenon_checkpoints_total", "counter", "Checkpoints of the write-ahead log.",
         stats->checkpoints},
        {"tenon_wal_pinned_total", "counter", "Times that a reader kept the log above its limit.",
         stats->wal_pinned},
        {"tenon_wal_bytes", "gauge", "Write-ahead log.", (uint64_t)stats->wal_bytes},
    };
    for (size_t i = 0; i < sizeof singles / sizeof singles[0]; i++) {
        tn__metric_head(out, singles[i].name, singles[i].type, singles[i].help);
        tn__buf_printf(out, "%s %" PRIu64 "\n", singles[i].name, singles[i].value);
    }
}

int tn_db_metrics(tn_text *out, tn_db *db, tn_arena *arena, tn_error *err)
{
    struct tn__observers *observers = &db->pool->observers;
    struct tn__buf text;
    tn_db_stats stats = TN_DB_STATS_INIT;
    int rc = tn_db_stats_read(db, &stats, err);
    if (rc != TN_OK)
        return rc;
    tn__buf_init(&text, 0);
    write_pool(&text, &stats);
    pthread_mutex_lock(&observers->mutex);
    tn__tally_write(&text, &observers->tally);
    pthread_mutex_unlock(&observers->mutex);
    rc = tn__buf_to_arena(&text, arena, out);
    tn__buf_fini(&text);
    return rc == TN_OK ? TN_OK : tn_error_set(err, rc, "cannot write the metrics: out of memory");
}
