/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_HISTORY_H
#define TN_MIGRATE_HISTORY_H

#include <tenon/migrate.h>

#include "migrate/link.h"
#include "util/buf.h"

/*
 * A table in which a tool notes the migrations that a database has seen: one const table of
 * functions per tool. What a history prepares is kept in a tn__history_use, on one connection.
 * Writing happens inside the transaction that the runner holds, set_elapsed excepted.
 */
struct tn__history_row {
    int64_t version;
    const char *description;
    const char *applied_at; /* as stored */
    int64_t elapsed_ns;     /* -1: unknown */
    bool is_success;
    bool has_checksum; /* 48 bytes are there */
    uint8_t checksum[48];
};

struct tn__history_use {
    struct tn__driver_stmt *insert;
    struct tn__driver_stmt *elapsed;
    struct tn__driver_stmt *remove;
};

struct tn__history {
    const char *table;   /* "_sqlx_migrations" */
    const char *columns; /* that it must have: "('version'), ('description')" */

    /* All rows by version; the table exists. They are the arena's. */
    int (*load)(const struct tn__history_row **out, size_t *out_count, struct tn__link *link,
                tn_arena *arena, tn_error *err);
    /* *applied_at is the arena's. */
    int (*insert)(struct tn__history_use *use, struct tn__link *link, const tn_migration *migration,
                  const char **applied_at, tn_arena *arena, tn_error *err);
    int (*set_elapsed)(struct tn__history_use *use, struct tn__link *link, int64_t version,
                       int64_t elapsed_ns, tn_error *err);
    int (*remove)(struct tn__history_use *use, struct tn__link *link, int64_t version,
                  tn_error *err);
    int (*set_checksum)(struct tn__link *link, int64_t version, const uint8_t checksum[48],
                        tn_error *err);
    /* Give a row the version and the description of a migration. */
    int (*rename)(struct tn__link *link, int64_t version, const tn_migration *migration,
                  tn_error *err);
    /* Append the statement that insert and remove run, for a dry run. */
    void (*show_insert)(struct tn__buf *out, const struct tn__link *link,
                        const tn_migration *migration);
    void (*show_remove)(struct tn__buf *out, const struct tn__link *link, int64_t version);
};

extern const struct tn__history tn__history_sqlx;
extern const struct tn__history tn__history_sqlx_postgres;

/* Finalize what has been prepared. */
void tn__history_use_fini(struct tn__history_use *use, struct tn__link *link);

#endif
