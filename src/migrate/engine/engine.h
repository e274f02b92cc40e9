/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_ENGINE_ENGINE_H
#define TN_MIGRATE_ENGINE_ENGINE_H

#include <tenon/migrate.h>

#include "migrate/link.h"
#include "util/buf.h"

/*
 * Where engines differ for migrations: one const table of functions for each. Everything else in this
 * module calls through it. A member that says "may be NULL" has nothing to do on that engine.
 */
struct tn__history;
struct tn__runner;
struct tn__run;

/* The statements on the tables of ours, which are the link's: their names may have a schema. */
enum tn__migrate_sql {
    TN__SQL_HISTORY_NAME, /* as it stands in a statement */
    TN__SQL_HISTORY_CREATE,
    TN__SQL_HISTORY_LOAD,
    TN__SQL_HISTORY_INSERT,
    TN__SQL_HISTORY_ELAPSED,
    TN__SQL_HISTORY_REMOVE,
    TN__SQL_HISTORY_CHECKSUM,
    TN__SQL_HISTORY_RENAME,
    TN__SQL_STATE_CREATE,
    TN__SQL_STATE_LOAD,
    TN__SQL_STATE_COUNT,
    TN__SQL_STATE_PUT,
    TN__SQL_STATE_REMOVE,
    TN__SQL_STATE_ROWS,    /* of the migration whose version is in the place of the '@' */
    TN__SQL_STATE_ABANDON, /* the same */
    TN__SQL_COUNT
};

struct tn__engine {
    const struct tn__history *history;
    const char *blob_open; /* in front of a blob's digits in SQL; an apostrophe closes it */
    bool tells_existing;   /* that a table is there already, to CREATE TABLE IF NOT EXISTS */

    /* --- the database --- */

    /* Find the names of our tables: sets link->sql. */
    int (*open)(struct tn__link *link, tn_arena *arena, tn_error *err);
    /* Keep other migrators out for the whole run; TN_EBUSY names the one that is there. Both may be
     * NULL: then a transaction that writes does. `unlock` is called whatever `lock` returned. */
    int (*lock)(struct tn__runner *runner, tn_error *err);
    void (*unlock)(struct tn__runner *runner);
    /* How long to wait for another one's script. */
    int (*patience_ms)(struct tn__link *link, int64_t *out, tn_error *err);
    /* A number that is another one when somebody else has written since. */
    int (*version)(struct tn__runner *runner, int64_t *out, tn_error *err);
    /* Whether a table of ours is there. TN_EREFUSED: something else has its name, or it has not the
     * columns, which are given as "('a'), ('b')". */
    int (*find_table)(bool *out, struct tn__link *link, const char *table, const char *columns,
                      tn_arena *arena, tn_error *err);
    /* Whether another migrator is at work. May be NULL: then the account of progress tells. */
    int (*is_held)(bool *out, struct tn__link *link, tn_error *err);
    /* Tell what the user should know of the database. May be NULL. */
    int (*look)(struct tn__runner *runner, tn_error *err);
    /* Append what begins a transaction of the runner's, for a dry run. */
    void (*show_begin)(struct tn__buf *out, const struct tn__link *link);
    /* Drop everything; runner->cleared is how much. */
    int (*clear)(struct tn__runner *runner, tn_error *err);

    /* --- a script --- */

    /* Whether it can be run at all. May be NULL. */
    int (*check)(struct tn__runner *runner, const tn_migration_script *script, tn_error *err);
    /* Outside a transaction: settings before, and as they were. */
    int (*prepare)(struct tn__runner *runner, const tn_migration_script *script, tn_error *err);
    void (*restore)(struct tn__runner *runner);
    /* A transaction of the runner's has begun. May be NULL. */
    int (*begun)(struct tn__run *run, tn_error *err);
    /* The history is there; now the script begins. May be NULL. */
    int (*started)(struct tn__run *run, tn_error *err);
    /* In front of a statement. TN_NONE: the script is to be run again, as runner->again says, or, with
     * `is_skipped`, the statement is done already. May be NULL. */
    int (*before)(struct tn__run *run, size_t index, bool *is_skipped, tn_error *err);
    /* Run a statement in a transaction; and outside. */
    int (*within)(struct tn__run *run, size_t index, tn_error *err);
    int (*alone)(struct tn__run *run, size_t index, tn_error *err);
    /* In front of the history's line. May be NULL. */
    int (*ending)(struct tn__run *run, tn_error *err);
    /* It is committed. May be NULL. */
    void (*ended)(struct tn__run *run);
    /* Add to the message of a statement that has failed what there is to say. */
    void (*explain)(struct tn__run *run, size_t index, int rc, tn_error *err);
    /* After a failure and the rollback, with nothing of it applied: whether to run it again; waits
     * before it says so. May be NULL. */
    bool (*is_to_retry)(struct tn__run *run, int rc, tn_error *err);
    /* Whether a statement has failed because it cannot run in a transaction. May be NULL. */
    bool (*is_outside)(const tn_error *err);
};

extern const struct tn__engine tn__engine_sqlite;
extern const struct tn__engine tn__engine_postgres;

/* The statement of the link's. */
static inline const char *tn__link_sql(const struct tn__link *link, enum tn__migrate_sql what)
{
    return link->sql[what];
}

#endif
