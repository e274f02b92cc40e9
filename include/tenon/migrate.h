/* SPDX-License-Identifier: MIT */
#ifndef TENON_MIGRATE_H
#define TENON_MIGRATE_H

#include <tenon/arena.h>
#include <tenon/db.h>

TN_BEGIN_DECLS

/**
 * @file tenon/migrate.h
 * Migrations: a folder of SQL files, or the same embedded in the program, and the history of those
 * that a database has seen.
 *
 * The history is the table `_sqlx_migrations`, as sqlx (https://github.com/launchbadge/sqlx) writes
 * it, byte for byte: a database may be looked after by either tool. One migration runs in one
 * transaction, together with its line in the history, unless its first line is
 * `-- no-transaction`. SQLite and PostgreSQL; what PostgreSQL has of its own is in
 * docs/migrations.md.
 *
 *     tn_migration_set set;
 *     rc = tn_migration_set_load(&set, "migrations", &arena, &err);
 *     …
 *     rc = tn_migrate(db, &set, NULL, NULL, &err);      // everything that is pending
 */

/** A statement inside a migration's text, through its semicolon or the end of the text. */
typedef struct tn_migration_stmt {
    uint32_t offset;
    uint32_t size;
    uint32_t kind; /**< private: what it does to the transaction */
} tn_migration_stmt;

/** One direction of a migration. */
typedef struct tn_migration_script {
    const char
        *file;   /**< for messages, such as "migrations/1_tasks.up.sql"; NULL: no such script */
    tn_text sql; /**< the whole file's text; of a one-file form's commented-out down script,
                           that text with everything else blanked */
    const tn_migration_stmt *stmts; /**< what of it is run; NULL: not split yet, all of it */
    size_t stmt_count;
    uint32_t first_line; /**< line of the file on which `sql` begins, from 1 */
    bool is_no_transaction;
} tn_migration_script;

typedef struct tn_migration {
    int64_t version;
    const char *version_text; /**< as the file name writes it, such as "20250115_001" */
    const char *name;         /**< the description: "create tasks" */
    tn_migration_script up;
    tn_migration_script down; /**< file == NULL: cannot be reverted */
    uint8_t checksum[48];     /**< SHA-384 of the file that holds the up script, all its bytes */
} tn_migration;

/** Migrations in ascending order of version, without duplicates. */
typedef struct tn_migration_set {
    const tn_migration *items;
    size_t count;
    const char *source; /**< the folder, or "embedded": for messages */
} tn_migration_set;

/** Where in a file something is wrong. */
typedef struct tn_migration_place {
    char file[256];  /**< empty: no place */
    uint32_t line;   /**< from 1; 0: the whole file */
    uint32_t column; /**< from 1, in bytes; 0: the whole line */
    uint32_t length; /**< bytes concerned; 0: unknown */
    uint32_t kind;   /**< private: what kind of fault it is */
} tn_migration_place;

/**
 * Read a folder. The form of each file is told from its name and its text: `V_name.sql`,
 * `V_name.up.sql` with `V_name.down.sql`, or one file with a line `-- UP` first and a line
 * `-- DOWN` (what follows may be commented out). `20250115_001_name.sql` has version 20250115001.
 * Other files are left alone. A line that is nearly `-- UP` or `-- DOWN`, or a mark of dbmate, goose,
 * sql-migrate or Drizzle, is an error, because such a file holds more than what is to be run; in a
 * file with the name of an up script nothing is looked for.
 *
 * @param out    set on success only; all memory is the arena's
 * @param place  where it failed; may be NULL
 * @return TN_OK (a folder without migrations is an empty set); TN_ENOTFOUND (no folder), TN_EPERM,
 *         TN_EINVAL (two files of one version, a down script without an up, a file that is not
 *         UTF-8 or holds a NUL, a bad version, a one-file form that can be read in two ways),
 *         TN_ESYNTAX (a one-file form with a string or trigger that does not end; in other files
 *         this shows when they are run or validated, which is when they are split),
 *         TN_ERANGE (more than 100,000 files, or 64 MiB in one), TN_EIO, TN_ENOMEM
 */
TN_API TN_NODISCARD int tn_migration_set_load(tn_migration_set *out, const char *dir,
                                              tn_arena *arena, tn_migration_place *place,
                                              tn_error *err);

/**
 * The same, of files in the SQL of a database's engine. It matters for files of the one-file form on
 * PostgreSQL (`$$` around bodies), and for these alone: in a commented-out part behind `-- DOWN` what
 * begins as a statement does is one there.
 *
 * @param db  TN_EMISUSE if NULL; nothing is run on it
 */
TN_API TN_NODISCARD int tn_migration_set_load_for(tn_migration_set *out, const tn_db *db,
                                                  const char *dir, tn_arena *arena,
                                                  tn_migration_place *place, tn_error *err);

enum tn_migrate_op {
    TN_MIGRATE_UP = 0,
    TN_MIGRATE_DOWN = 1,
    TN_MIGRATE_STATUS = 2, /**< report every migration; changes nothing */
    TN_MIGRATE_VALIDATE =
        3, /**< as status, and TN_EREFUSED if one is changed, missing or partial */
    /** Note every migration up to `to` as applied, and run none: for a database whose schema is there
     * already. What the schema really is is not looked at. TN_EREFUSED if a later one is applied. */
    TN_MIGRATE_BASELINE = 4,
    TN_MIGRATE_SKIP = 5,   /**< note the migration `to` as applied, and do not run it */
    TN_MIGRATE_RESUME = 6, /**< go on with the one that is partly applied, behind the last statement
                                that is on record; TN_EREFUSED if what stands in front of it in the file
                                has been changed */
    TN_MIGRATE_RESOLVE_APPLIED = 7,  /**< `to`, partly applied, has been finished by hand */
    TN_MIGRATE_RESOLVE_REVERTED = 8, /**< `to`, partly applied, has been undone by hand */
    /** Write the checksum of today's file for each that differs in line ends or a BOM alone, and give
     * rows that sqlx wrote for names with a date their version; with `to`, also the checksum of that
     * one, whatever has been changed in it. */
    TN_MIGRATE_REPAIR = 9,
    TN_MIGRATE_CLEAR = 10 /**< drop every table, view, index and trigger, the history with them, in
                               one transaction; `report.applied` says how many objects there were. On
                               PostgreSQL everything in the schemas of the search path that belongs to
                               no extension, and the schemas and extensions that scripts of the set
                               create; with IF NOT EXISTS an extension stays, and a schema, too, but
                               for what is in it */
};

/** State of a migration in a database. */
enum tn_migration_state {
    TN_MIGRATION_PENDING = 0,
    TN_MIGRATION_APPLIED = 1,
    TN_MIGRATION_CHANGED = 2, /**< applied, and its file is another one now */
    TN_MIGRATION_MISSING = 3, /**< applied, and there is no file */
    TN_MIGRATION_PARTIAL = 4  /**< began without a transaction and did not finish */
};

/** "pending", "applied", … Static. */
TN_API const char *tn_migration_state_name(enum tn_migration_state state);

enum tn_migrate_out_of_order {
    TN_OUT_OF_ORDER_APPLY = 0, /**< a pending migration older than an applied one is run (sqlx) */
    TN_OUT_OF_ORDER_WARN = 1,  /**< run, and reported */
    TN_OUT_OF_ORDER_ERROR = 2  /**< TN_EREFUSED, naming it */
};

/** One migration, as a report shows it. Strings live as long as the set and the report's arena. */
typedef struct tn_migrate_item {
    int64_t version;
    const char *version_text;
    const char *name;
    enum tn_migration_state state;
    bool is_line_ending_change;    /**< applied; the file differs in line ends or a BOM alone */
    bool is_out_of_order;          /**< pending and older than one that is applied */
    const char *applied_at;        /**< as stored; NULL if not applied */
    int64_t elapsed_ns;            /**< of this run, or as stored; -1: unknown */
    const tn_migration *migration; /**< NULL if missing */
    uint8_t stored_checksum[48];   /**< zero if not applied */
} tn_migrate_item;

enum tn_migrate_event_kind {
    TN_MIGRATE_EVENT_BEGIN = 0, /**< about to run `item` */
    TN_MIGRATE_EVENT_END = 1,   /**< `item` is done */
    TN_MIGRATE_EVENT_WOULD = 2, /**< dry run: would run `item`, with `script` */
    TN_MIGRATE_EVENT_NOTICE = 3 /**< `text` says something that the user should know */
};

typedef struct tn_migrate_event {
    enum tn_migrate_event_kind kind;
    const tn_migrate_item *item;       /**< NULL for a notice that concerns none */
    const tn_migration_script *script; /**< NULL for a notice */
    const char *text;                  /**< of a notice; of WOULD: all the SQL that would run, the
                                            history's included; else NULL. Valid during the call */
    size_t index;                      /**< of this migration in this run, from 0 */
    size_t count;                      /**< of migrations in this run */
} tn_migrate_event;

/** Options. Start from TN_MIGRATE_OPTIONS_INIT. */
typedef struct tn_migrate_options {
    unsigned version; /**< TN_MIGRATE_OPTIONS_VERSION */
    enum tn_migrate_op op;
    enum tn_migrate_out_of_order out_of_order;
    size_t count; /**< how many to run; 0 = all for up, one for down. More than there are: all */
    bool all;     /**< down: all of them */
    bool has_to;  /**< stop at `to` */
    bool dry_run; /**< write nothing at all, not even the history table; report what would run */
    int64_t to;   /**< up: the last version to apply; down: the version to go back to, which
                             stays applied; 0 = everything is reverted */
    const char *to_text; /**< for messages: `to` as the user wrote it; may be NULL */
    int (*on_event)(const tn_migrate_event *event, void *user); /**< negative stops before the next
                                                                   migration; may be NULL */
    void *user;
} tn_migrate_options;

#define TN_MIGRATE_OPTIONS_VERSION 1u
#define TN_MIGRATE_OPTIONS_INIT                                                                \
 {                                                                                             \
  TN_MIGRATE_OPTIONS_VERSION, TN_MIGRATE_UP, TN_OUT_OF_ORDER_APPLY, 0, false, false, false, 0, \
      NULL, NULL, NULL                                                                         \
 }

/** What happened. `arena` is set by the caller before the call and owns everything in it. */
typedef struct tn_migrate_report {
    tn_arena *arena;
    const tn_migrate_item *items; /**< up, down: those that were run (or would be), in that order;
                                       status, validate: all, by version */
    size_t count;
    size_t pending; /**< migrations that are still pending afterwards */
    size_t applied; /**< that are applied afterwards, missing and changed ones included */
    tn_migration_place failed; /**< the statement, or file, that failed */
    tn_text failed_sql;        /**< the text that `failed` points into; for showing its line */
} tn_migrate_report;

/**
 * Bring a database's schema up or down, or say how it stands.
 *
 * `db` is a pool (it must not be a view inside a transaction: TN_EMISUSE). Two migrators at once
 * are safe: the second waits, reads the history anew, and finds nothing to do. It waits as long as
 * for a lock (busy_timeout; PostgreSQL: lock_timeout, or else 5 s): for one that runs a script outside
 * a transaction, too. Where `db` has a direct_url, that is where it runs.
 *
 * @param options  NULL: up, everything
 * @param report   may be NULL; filled also on failure as far as the run came
 * @return TN_OK; TN_EREFUSED (an applied migration is changed or missing, out of order by policy, a
 *         migration without a down script: nothing has been changed); TN_ENOTFOUND (`to` is
 *         unknown); TN_EPARTIAL (failed outside a transaction: err says how to go on); a
 *         statement's own error, after its migration has been rolled back (those before it stay);
 *         TN_EBUSY (err names who is at work, or on PostgreSQL who holds the lock that a statement
 *         waited for in four attempts), and what tn_conn_acquire() gives. TN_ECONNECT while COMMIT ran:
 *         the next call sees whether it was done
 */
TN_API TN_NODISCARD int tn_migrate(tn_db *db, const tn_migration_set *set,
                                   const tn_migrate_options *options, tn_migrate_report *report,
                                   tn_error *err);

TN_END_DECLS

#endif
