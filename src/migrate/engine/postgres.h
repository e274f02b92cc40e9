/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_ENGINE_POSTGRES_H
#define TN_MIGRATE_ENGINE_POSTGRES_H

#include "migrate/run.h"

/* Private to this folder: the parts of PostgreSQL's engine. */

/* What a run keeps in mind of the server. */
struct tn__pg_guard {
    const char *schema; /* of our tables, as it stands in a statement, with its point */
    const char *pid;    /* of the session's process */
    int64_t version;    /* of the server, as server_version_num; of another engine, as it says */
    int64_t session_ms; /* lock_timeout of the session; 0: none */
    int64_t lock_ms;    /* how long a migration waits for a lock */
    bool has_timeout;   /* the script sets lock_timeout itself */
    bool changes;       /* it changes settings of the session */
    /* Keeping others out (postgres_lock.c, postgres_lease.c): */
    int64_t id; /* of the advisory lock */
    bool is_locked;
    bool has_lease;
    bool is_lease_lost;
    bool is_ending;   /* the row of the lease is locked by the transaction that is about to end */
    char holder[192]; /* who has the lease: this run */
    int64_t renewed_ns;
    /* A second session, for what is to be asked or said while the first one waits. */
    struct tn__link other;
    bool is_other_tried;
    char blocker[256]; /* who holds what a statement waits for */
    char invalid[400]; /* the indexes that were invalid before the statement */
};

/* --- postgres.c -------------------------------------------------------------------------------- */

/* SQL with the schema of our tables in the place of each '~'. NULL: no memory. */
const char *tn__pg_sql(const struct tn__pg_guard *guard, const char *format, tn_arena *arena);

/* --- postgres_lock.c --------------------------------------------------------------------------- */

/* A row of pg_stat_activity `a` as text: "process 4711 (user app, psql, active for 3 s: SELECT …)". */
extern const char tn__pg_activity[];

TN_NODISCARD int tn__pg_lock(struct tn__runner *runner, tn_error *err);
void tn__pg_unlock(struct tn__runner *runner);
TN_NODISCARD int tn__pg_is_held(bool *out, struct tn__link *link, tn_error *err);
/* The second session; NULL: there is none to be had. */
struct tn__link *tn__pg_other(struct tn__link *link);

/* --- postgres_lease.c -------------------------------------------------------------------------- */

/*
 * `_tenon_lock`: a lease, where the server has no advisory locks, or a pooler gives each transaction
 * another session. It ends by itself, by the server's clock, when nobody renews it.
 */
extern int64_t tn__pg_lease_renew_ns; /* how often; tests are in a hurry */
TN_NODISCARD int tn__pg_lease_take(struct tn__runner *runner, bool *is_taken, tn_error *err);
void tn__pg_lease_drop(struct tn__link *link);
/* Who has it, in the arena; "": nobody. */
TN_NODISCARD int tn__pg_lease_holder(const char **out, struct tn__link *link, tn_arena *arena,
                                     tn_error *err);
/* Renew it, if it is time; from the second session. */
void tn__pg_lease_tend(struct tn__link *link);
/* In the transaction that is about to end: it is still ours, and nobody takes it before the end. */
TN_NODISCARD int tn__pg_lease_confirm(struct tn__run *run, tn_error *err);

/* --- postgres_run.c: see struct tn__engine ----------------------------------------------------- */

TN_NODISCARD int tn__pg_check(struct tn__runner *runner, const tn_migration_script *script,
                              tn_error *err);
TN_NODISCARD int tn__pg_begun(struct tn__run *run, tn_error *err);
TN_NODISCARD int tn__pg_before(struct tn__run *run, size_t index, bool *is_skipped, tn_error *err);
TN_NODISCARD int tn__pg_run(struct tn__run *run, size_t index, tn_error *err);
void tn__pg_explain(struct tn__run *run, size_t index, int rc, tn_error *err);
bool tn__pg_is_to_retry(struct tn__run *run, int rc, tn_error *err);
bool tn__pg_is_outside(const tn_error *err);

/* --- postgres_index.c -------------------------------------------------------------------------- */

/* Indexes that a CREATE INDEX or REINDEX CONCURRENTLY that failed has left. */
TN_NODISCARD int tn__pg_look(struct tn__runner *runner, tn_error *err);
/* In front of a statement with CONCURRENTLY: an index of its name that is invalid is an error, and with
 * `is_unfinished` what is there already needs not be run again. */
TN_NODISCARD int tn__pg_index_before(struct tn__run *run, size_t index, bool *is_skipped,
                                     tn_error *err);
/* Add those to a message. */
void tn__pg_index_explain(struct tn__run *run, tn_error *err);

/* --- postgres_made.c --------------------------------------------------------------------------- */

/* CREATE SCHEMA or CREATE EXTENSION. */
struct tn__pg_made {
    tn_text name; /* as written */
    bool is_schema;
    bool may_exist; /* IF NOT EXISTS: it may be somebody else's */
};
/* False: the statement makes none, or one that it does not name. */
bool tn__pg_find_made(struct tn__pg_made *out, tn_text statement);
/* Called for each that the up scripts of a set make; what it returns ends the loop, if that is not TN_OK. */
typedef int (*tn__pg_made_fn)(void *user, const struct tn__pg_made *made, tn_error *err);
TN_NODISCARD int tn__pg_each_made(const tn_migration_set *set, tn_arena *arena, tn__pg_made_fn fn,
                                  void *user, tn_error *err);

/* --- postgres_clear.c -------------------------------------------------------------------------- */

TN_NODISCARD int tn__pg_clear(struct tn__runner *runner, tn_error *err);

#endif
