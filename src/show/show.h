/* SPDX-License-Identifier: MIT */
#ifndef TN_SHOW_SHOW_H
#define TN_SHOW_SHOW_H

#include "schema/catalog.h"
#include "util/buf.h"

/* What a name means: a table or view; or an index or a trigger, with the table that it is of; or another object of
 * a server. */
struct tn__shown {
    const struct tn__table *table;
    const struct tn__index *index;     /* NULL: another thing is meant */
    const struct tn__trigger *trigger; /* NULL: another thing is meant */
    /* Of a server, without a table; NULL: another thing is meant. */
    const struct tn__server_type *type;
    const struct tn__server_function *function; /* the first of that name */
    const struct tn__server_sequence *sequence;
};

/* By name without case; false if there is nothing of that name. Internal tables are found, too. */
bool tn__show_find(struct tn__shown *out, const struct tn__catalog *catalog, tn_text name);
/* The nearest name of anything that can be shown; NULL if none is near. */
const char *tn__show_nearest(const struct tn__catalog *catalog, tn_text name, tn_arena *arena);
/* Tables and views that are not internal. */
void tn__show_count(size_t *out_tables, size_t *out_views, const struct tn__catalog *catalog);

enum tn__show_form {
    TN__SHOW_TSV,
    TN__SHOW_ALIGNED,
    TN__SHOW_COLORED /* aligned, with SGR escapes */
};

/* A row for each table and view, and for each type, function and sequence that migrations make. Failure is the buffer's. */
void tn__show_overview(struct tn__buf *out, const struct tn__catalog *catalog,
                       enum tn__show_form form, tn_arena *arena);
/* Everything about one of them, aligned. Failure is the buffer's. */
void tn__show_page(struct tn__buf *out, const struct tn__catalog *catalog,
                   const struct tn__shown *shown, enum tn__show_form form, tn_arena *arena);
/*
 * One line of JSON: {"v":1,"fingerprint":…,"tables":[…]}. With `shown`, which may be NULL, it has the
 * one table, or {"v":1,"fingerprint":…,"table":NAME,"index":{…}}, or "trigger". Of a server there are "types",
 * "functions", "operators", "sequences" and "extensions" as well. Failure is the buffer's.
 */
void tn__show_document(struct tn__buf *out, const struct tn__catalog *catalog,
                       const struct tn__shown *shown);

#endif
