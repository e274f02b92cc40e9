/* SPDX-License-Identifier: MIT */
#ifndef TN_DOCTOR_DOCTOR_H
#define TN_DOCTOR_DOCTOR_H

#include <tenon/db.h>
#include <tenon/migrate.h>

#include "diag/diag.h"
#include "util/url.h"

/* --- facts.c ----------------------------------------------------------------------------------- */

struct tn__fact {
    const char *name;  /* "journal_mode": the key in JSON */
    const char *value; /* the arena's; NULL: not known, or there is none */
    bool is_number;    /* in JSON */
};

/* What is so about an open database, in a fixed order; `url` is what is shown for it. Whatever cannot be read has no value. */
TN_NODISCARD int tn__facts_read(const struct tn__fact **out, size_t *out_count, tn_db *db,
                                const char *url, tn_arena *arena, tn_error *err);

/* The same, for PostgreSQL. (facts_postgres.c) */
TN_NODISCARD int tn__facts_read_postgres(const struct tn__fact **out, size_t *out_count, tn_db *db,
                                         const char *url, tn_arena *arena, tn_error *err);

/* --- file.c ------------------------------------------------------------------------------------ */

/*
 * Remove the file of a database and what SQLite and the library keep beside it; on a server, the
 * database. Nothing is removed while anybody has it open (TN_EBUSY; `by_force`, on a server: they are
 * disconnected), nor what is no database (TN_ENOTADB). TN_NONE: there is none; TN_EINVAL: it is in memory,
 * or has no name; `by_force` on a file.
 */
TN_NODISCARD int tn__database_drop(const char *url, bool by_force, tn_error *err);

/* Try until the database answers, for so long. TN_OK; TN_EBUSY, TN_ENOTFOUND and the like: what it was
 * that it did not, at the end. `stop` may be NULL: asked in between, true ends it with TN_EINTERRUPT. */
TN_NODISCARD int tn__database_wait(const char *url, int64_t timeout_ms, bool (*stop)(void *user),
                                   void *user, tn_error *err);

/* --- server.c ---------------------------------------------------------------------------------- */

/* Make the database that the URL names. TN_NONE: it is there already; TN_EINVAL: it names none. */
TN_NODISCARD int tn__server_create_database(const struct tn__url *url, tn_error *err);
/* Who connects there, and whether he may do that. What tn_db_open() and tn_query() give; TN_ENOMEM. */
TN_NODISCARD int tn__server_may_create(bool *out, const char **role, const struct tn__url *url,
                                       tn_arena *arena);
/* tn__database_drop() for it. */
TN_NODISCARD int tn__server_drop_database(const struct tn__url *url, bool by_force, tn_error *err);

/* --- findings.c -------------------------------------------------------------------------------- */

struct tn__doctor {
    tn_db *db;
    const tn_migration_set *set; /* NULL: no folder of migrations */
    struct tn__diags *diags;
    tn_arena *arena;
    bool mends;       /* mend what can be mended without a risk */
    unsigned fixable; /* how many there are to mend */
    unsigned left;    /* of these, could not be */
    unsigned mended;  /* for the caller */
};

/* Run all checks. Findings go to `diags`; TN_OK also with findings. */
TN_NODISCARD int tn__doctor_run(struct tn__doctor *doctor, tn_error *err);

/* The same, for PostgreSQL: findings_postgres.c. */
TN_NODISCARD int tn__doctor_run_postgres(struct tn__doctor *doctor, tn_error *err);

/* Add what each row says, the first few of them, as a finding; `help` may be NULL. (findings.c) */
TN_NODISCARD int tn__doctor_rows(struct tn__doctor *doctor, const char *code, const char *sql,
                                 const char *help, tn_error *err);
/* Migrations that are pending, or are not as they were. (findings.c) */
TN_NODISCARD int tn__doctor_migrations(struct tn__doctor *doctor, tn_error *err);

/* Whether a version of SQLite has the WAL-reset bug: 3.7.0 to 3.51.2, but for the repaired lines
 * 3.44.6 and 3.50.7 and later ones of these. `number` as sqlite3_libversion_number() has it. */
bool tn__sqlite_has_reset_bug(int number);

#endif
