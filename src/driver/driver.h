/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_DRIVER_H
#define TN_DRIVER_DRIVER_H

#include <tenon/conn.h>
#include <tenon/maintain.h>
#include <tenon/pipeline.h>
#include <tenon/stmt.h>
#include <tenon/tx.h>

#include "lex/lex.h"
#include "util/url.h"

/*
 * The contract between the core and an engine. A driver is one const table; the core and everything
 * above it call only through it, so that engines, a tracing or a failing decorator can stand in.
 *
 * All operations belong to one thread at a time per connection. They return a tn_status and fill
 * `err` (never NULL here: the core passes its own) from the engine's own facts.
 */
struct tn__driver_conn; /* the driver's connection, opaque to the core */
struct tn__driver_stmt; /* the driver's statement */

/* What a URL asks for, before anything is opened. */
struct tn__driver_plan {
    bool has_writer;   /* false: the database is opened read-only */
    bool is_single;    /* one connection serves reading and writing: a database in memory */
    bool create;       /* mode=rwc */
    bool all_write;    /* every connection may write: several at a time */
    bool has_replicas; /* those that read only are others, of servers that follow */
};

/* How a pool opens a connection. */
struct tn__driver_open {
    const struct tn__url *url;
    enum tn_access access;
    bool create;         /* make a file that is missing, and its folders */
    bool no_optimize;    /* leave the planner's statistics alone at the close */
    void *adopt;         /* the engine's own handle, to work on and not to close; NULL: open one */
    bool from_standby;   /* of a server that follows, where there is one */
    int64_t patience_ms; /* for a server that will have us in a moment: it starts, or is full */
};

/* What the engine knows of a column without running the statement. Strings are borrowed from the
 * statement until it is finalized; NULL where the engine does not tell. */
struct tn__column_info {
    const char *name;
    const char *declared; /* declared type of the origin */
    const char *database;
    const char *table;
    const char *column;
};

/* A read or write that the engine reports while preparing (the authorizer). */
struct tn__access_report {
    int action; /* enum tn__action */
    const char *first;
    const char *second;
    const char *database;
    const char *inner; /* the view, CTE or trigger it comes through */
};
enum tn__action {
    TN__ACTION_OTHER,
    TN__ACTION_READ,     /* table, column */
    TN__ACTION_INSERT,   /* table */
    TN__ACTION_UPDATE,   /* table, column */
    TN__ACTION_DELETE,   /* table */
    TN__ACTION_FUNCTION, /* -, name */
    TN__ACTION_SELECT,
    TN__ACTION_TRANSACTION,
    TN__ACTION_PRAGMA
};
typedef void (*tn__access_fn)(const struct tn__access_report *report, void *user);

/* How far the write-ahead log of a database has been carried over into it. */
struct tn__wal_state {
    bool has_wal;
    bool is_complete; /* all of it was, and nobody reads it any more */
    int64_t frames;   /* pages in the log; carried over, those that are in the database by now */
    int64_t carried;
    int64_t file_bytes; /* of the log's file */
};
/* After a commit, in the thread that committed: how much is in the log, and whether some of it could
 * not be carried over for a reader that needs it. */
typedef void (*tn__wal_fn)(void *user, int64_t bytes, bool is_kept);

/* What an engine says beside results and errors; borrowed while it is told. */
struct tn__driver_notice {
    const char *severity; /* "NOTICE", "WARNING", …; may be NULL, as all but the message */
    const char *sqlstate;
    const char *message;
    const char *detail; /* whole, of any length: as the engine said it */
};

/* Who is told what runs on a connection, in its holder's thread. `stmt` is the engine's own. */
struct tn__driver_observer {
    void (*start)(void *user, const void *stmt, const char *sql);
    void (*row)(void *user, const void *stmt);
    void (*end)(void *user, const void *stmt, int64_t affected);
    bool (*is_expired)(void *user);
    int64_t (*left_ms)(void *user); /* what begins now may take; INT64_MAX: no limit */
    void (*notice)(void *user, const struct tn__driver_notice *notice);
    /* What a statement failed with: TN_ETIMEOUT, with `err` saying so, if its time was up. */
    int (*judge)(void *user, int status, tn_error *err);
};

/* A function that the checker lets the engine know, without what it does. */
struct tn__driver_function {
    const char *name; /* borrowed until the connection is closed */
    size_t arg_count;
    bool is_variadic;  /* so many, or one less, or more */
    bool is_aggregate; /* and a window function */
    bool is_mute;      /* gives NULL when it is called, instead of "called while migrating" */
};

/* Switches of a connection. */
enum tn__conn_option {
    TN__OPT_DQS,         /* 0: "x" in double quotes is never a string */
    TN__OPT_FOREIGN_KEYS /* no effect inside a transaction */
};

/* What a statement has cost so far; negative: the engine does not count it. */
struct tn__stmt_counts {
    int64_t full_scan_steps; /* rows that a full scan went on to */
    int64_t sorts;
    int64_t auto_index_rows; /* put into automatic indexes */
    int64_t vm_steps;
    int64_t filter_hits; /* a Bloom filter spared a look-up, and did not */
    int64_t filter_misses;
};

/* A loop of a statement's plan, once it has run: how often it began, and rows that it looked at. */
struct tn__stmt_loop {
    int64_t node; /* the id of the row of the plan */
    int64_t loops;
    int64_t rows;
};

/* What came for a statement of a pipeline. */
struct tn__driver_answer {
    void *owner; /* as they were sent; NULL of a commit */
    void *user;
    bool is_commit; /* not of a statement: its group could not be committed */
    size_t row_count;
    size_t column_count;
    int64_t affected;
};

struct tn_pg_types; /* tenon/gen_postgres.h */
struct tn_pg_params;
struct tn_pg_copy;
struct tn_pg_rows;
struct pg_result;       /* libpq's, as it calls it */
struct tn__driver_pipe; /* a pipeline */
struct tn__driver_copy; /* rows on their way in or out */

/* What a channel brought. Borrowed until the next one. */
struct tn__driver_notification {
    const char *channel;
    const char *payload;
    int pid;
};

/* A column of a statement that a server has parsed. */
struct tn__driver_field {
    const char *name;
    uint32_t
        type; /* OIDs: of the type, under any domain; of the table that it comes from, 0: none */
    int32_t modifier;
    uint32_t table;
    int16_t number; /* of the column in that table */
};

/* What a server says of a statement without running it; `message`, `hint` and `detail` are of one that it refuses,
 * each by itself, NULL: none. In the arena. */
struct tn__driver_parsed {
    const uint32_t *params; /* OIDs of their types */
    size_t param_count;
    const struct tn__driver_field *fields;
    size_t field_count;
    const char *message;
    const char *hint;
    const char *detail;
};

/*
 * What only an engine behind a wire has. A pipeline, a copy and a stream have the connection for
 * themselves: anything else on it is TN_EMISUSE, and a rollback makes them stop.
 */
struct tn__driver_wire {
    /* Pipelines: at most so many statements, and bytes, are sent and not answered. */
    int (*pipe_open)(struct tn__driver_pipe **out, struct tn__driver_conn *conn, size_t max_items,
                     size_t max_bytes, tn_error *err);
    /* What is prepared in between is asked within the pipeline: it waits for what was sent so far. */
    int (*pipe_ask)(struct tn__driver_pipe *pipe, tn_error *err);
    void (*pipe_asked)(struct tn__driver_pipe *pipe);
    /* Send a statement with a value for each parameter. It must live until its answer has been read.
     * A negative status: there will be no answer. */
    int (*pipe_send)(struct tn__driver_pipe *pipe, struct tn__driver_stmt *stmt,
                     const tn_value *values, void *owner, void *user, tn_error *err);
    /* An answer for one that could not even be prepared; the rest of its group is not run. */
    int (*pipe_fail)(struct tn__driver_pipe *pipe, void *user, const tn_error *why, tn_error *err);
    int (*pipe_sync)(struct tn__driver_pipe *pipe, tn_error *err);
    /* TN_OK; TN_DONE: all that was sent is read; or why the statement failed, *out being set. */
    int (*pipe_next)(struct tn__driver_pipe *pipe, struct tn__driver_answer *out, tn_error *err);
    tn_value (*pipe_value)(struct tn__driver_pipe *pipe, size_t row, size_t column);
    const char *(*pipe_column_name)(const struct tn__driver_pipe *pipe, size_t column);
    /* For event loops; -1: there is no socket any more. INT64_MAX: no limit. */
    int (*pipe_socket)(const struct tn__driver_pipe *pipe);
    unsigned (*pipe_wants)(struct tn__driver_pipe *pipe);
    int64_t (*pipe_left_ns)(const struct tn__driver_pipe *pipe);
    bool (*pipe_is_full)(const struct tn__driver_pipe *pipe);
    int (*pipe_pump)(struct tn__driver_pipe *pipe, tn_error *err); /* TN_ROW, TN_OK, TN_DONE */
    /* Stop it, and leave the connection to others: what was sent can be read, but for its rows. */
    void (*pipe_stop)(struct tn__driver_pipe *pipe);
    void (*pipe_close)(struct tn__driver_pipe *pipe);

    /* COPY FROM: the columns' names, none for all. After a row that could not be sent for its values
     * it goes on. The end frees it, also where it fails. */
    int (*copy_in_open)(struct tn__driver_copy **out, struct tn__driver_conn *conn,
                        const char *table, const char *const *columns, size_t count, tn_error *err);
    int (*copy_in_row)(struct tn__driver_copy *copy, const tn_value *values, size_t count,
                       tn_error *err);
    int (*copy_in_end)(struct tn__driver_copy *copy, bool keeps, int64_t *rows, tn_error *err);
    /* COPY TO, of a query: TN_ROW, TN_DONE. */
    int (*copy_out_open)(struct tn__driver_copy **out, struct tn__driver_conn *conn,
                         const char *query, tn_error *err);
    int (*copy_out_next)(struct tn__driver_copy *copy, const tn_value **values, tn_error *err);
    size_t (*copy_out_count)(const struct tn__driver_copy *copy);
    const char *(*copy_out_name)(const struct tn__driver_copy *copy, size_t column);
    void (*copy_out_end)(struct tn__driver_copy *copy);

    /*
     * What generated code does (tenon/gen_postgres.h). A statement that is prepared for its types is run by
     * it alone, with values in the form that they travel in; its results are read in place.
     */
    int (*gen_prepare)(struct tn__driver_stmt **out, struct tn__driver_conn *conn, const char *sql,
                       size_t size, bool persistent, const struct tn_pg_types *types,
                       size_t column_count, tn_error *err);
    /* NULL params: it has none. */
    int (*gen_run)(struct tn_pg_rows *rows, struct tn__driver_stmt *stmt,
                   const struct tn_pg_params *params, tn_error *err);
    /* The same, with rows that come one by one. `is_change`: it runs to its end also where nobody reads the
     * rest of its rows. And to the next of them: TN_ROW, TN_DONE; *before, NULL allowed, is set to the row
     * before, if there is one, until the next step. */
    int (*gen_stream)(struct tn_pg_rows *rows, struct tn__driver_stmt *stmt,
                      const struct tn_pg_params *params, bool is_change, tn_error *err);
    int (*gen_step)(struct tn_pg_rows *rows, const struct pg_result **before,
                    struct tn__driver_stmt *stmt, tn_error *err);
    /* Put a value that is no scalar into its form; it is the statement's, until the next for that
     * parameter. `index` is from 1; `name`: of a list, whose elements are never NULL; else NULL. */
    int (*gen_encode)(tn_text *out, struct tn__driver_stmt *stmt, int index, const char *name,
                      const tn_value_list *items, tn_error *err);
    tn_arena *(*gen_scratch)(struct tn__driver_stmt *stmt);
    const char *(*gen_param_type)(const struct tn__driver_stmt *stmt, int index);
    /* As pipe_send(); and the rows of the answer that was read last. */
    int (*gen_send)(struct tn__driver_pipe *pipe, struct tn__driver_stmt *stmt,
                    const struct tn_pg_params *params, tn_error *err);
    void (*gen_answer)(struct tn_pg_rows *rows, struct tn__driver_pipe *pipe);
    /* COPY in the place of an INSERT, with its parameters; TN_NONE: it would not do the same. */
    int (*gen_copy)(struct tn__driver_copy **out, struct tn__driver_stmt *stmt,
                    const struct tn_pg_copy *copy, tn_error *err);
    int (*gen_copy_row)(struct tn__driver_copy *copy, struct tn__driver_stmt *stmt,
                        const struct tn_pg_params *params, tn_error *err);

    /* Notifications, on a connection that does nothing else. */
    int (*listen)(struct tn__driver_conn *conn, const char *channel, bool is_on, tn_error *err);
    /* TN_ROW; TN_NONE: none has come. Nothing blocks. */
    int (*notified)(struct tn__driver_conn *conn, struct tn__driver_notification *out,
                    tn_error *err);
    int (*socket)(const struct tn__driver_conn *conn);

    /* For the checker: have a statement parsed, and not run. `types` are OIDs of its parameters, 0 where
     * the server is to find the type. */
    int (*parse)(struct tn__driver_parsed *out, struct tn__driver_conn *conn, tn_text sql,
                 const uint32_t *types, size_t type_count, tn_arena *arena, tn_error *err);
    /* The same of one without parameters or rows, which is run in a transaction of its own, and undone. */
    int (*attempt)(struct tn__driver_parsed *out, struct tn__driver_conn *conn, tn_text sql,
                   tn_arena *arena, tn_error *err);
};

struct tn__driver {
    const char *name; /* "sqlite" */
    enum tn__url_engine engine;
    enum tn__dialect dialect; /* of its SQL */
    bool is_remote;           /* a server at the other end may hang up at any time */

    /* Check the parameters of a URL, the pool's own excepted: unknown ones are TN_EINVAL. */
    int (*plan)(struct tn__driver_plan *out, const struct tn__url *url, tn_error *err);

    /* The same of the engine's own handle, and its file: NULL for none; the handle's. */
    int (*inspect)(struct tn__driver_plan *out, const char **path, void *handle, tn_error *err);

    /* *out is set on success only. */
    int (*open)(struct tn__driver_conn **out, const struct tn__driver_open *how, tn_error *err);
    void (*close)(struct tn__driver_conn *conn); /* NULL allowed; its statements are gone by then */

    /* See what others have changed in the schema since the connection last looked: a statement is
     * prepared on what it knows, and prepared anew when it first runs. */
    void (*refresh)(struct tn__driver_conn *conn);

    /* One statement, `size` bytes. Empty or more than one is TN_EINVAL. `persistent`: it will be
     * kept in a cache. */
    int (*prepare)(struct tn__driver_stmt **out, struct tn__driver_conn *conn, const char *sql,
                   size_t size, bool persistent, tn_error *err);
    void (*finalize)(struct tn__driver_stmt *stmt); /* NULL allowed */
    /* An engine may put off looking at a statement that is not persistent until it runs, or until its
     * parameters or columns are asked for: have it look now. */
    int (*ready)(struct tn__driver_stmt *stmt, tn_error *err);

    int (*bind)(struct tn__driver_stmt *stmt, int index, const tn_value *value, tn_error *err);
    /* What `tn_list(?)` in the statement gives, row by row. The items are borrowed until the parameter
     * is bound anew or the statement is finalized; `name`: the list's, for errors, too. */
    int (*bind_list)(struct tn__driver_stmt *stmt, int index, const char *name,
                     const tn_value_list *list, tn_error *err);
    int (*step)(struct tn__driver_stmt *stmt, tn_error *err); /* TN_ROW, TN_DONE */
    void (*reset)(struct tn__driver_stmt *stmt);
    void (*clear)(struct tn__driver_stmt *stmt);

    int (*param_count)(struct tn__driver_stmt *stmt);
    const char *(*param_name)(struct tn__driver_stmt *stmt, int index); /* with its sign; NULL: ? */
    int (*column_count)(struct tn__driver_stmt *stmt);
    const char *(*column_name)(struct tn__driver_stmt *stmt, int column);
    /* Borrowed until the next step. TN_TEXT without data: it cannot be read, for want of memory or
     * otherwise; unread() says why, of the same row. */
    tn_value (*column)(struct tn__driver_stmt *stmt, int column);
    int (*unread)(struct tn__driver_stmt *stmt, int column, tn_error *err);
    /* Where the values of the current row are, while the engine has them all at hand; a NULL there: ask for
     * one of them. NULL: an engine that makes each as it is asked for. */
    const tn_value *const *(*row)(struct tn__driver_stmt *stmt);
    bool (*is_readonly)(struct tn__driver_stmt *stmt);
    int64_t (*affected)(struct tn__driver_conn *conn);
    int64_t (*last_rowid)(struct tn__driver_conn *conn);

    /* Transactions. begin(TN_WRITE) takes the write lock. rollback never fails visibly: if the
     * engine has rolled back by itself it does nothing. */
    int (*begin)(struct tn__driver_conn *conn, enum tn_access access, tn_error *err);
    /* Right behind begin(), before anything runs in it. */
    void (*isolate)(struct tn__driver_conn *conn, enum tn_isolation isolation);
    int (*commit)(struct tn__driver_conn *conn, tn_error *err);
    /* Whether the connection is gone and the transaction on it undone, for certain: another connection may
     * run it once more. NULL: the engine runs in this process. */
    bool (*is_undone)(struct tn__driver_conn *conn);
    void (*rollback)(struct tn__driver_conn *conn);
    bool (*in_transaction)(struct tn__driver_conn *conn);
    /* Savepoints are numbered by depth, from 1. */
    int (*savepoint)(struct tn__driver_conn *conn, unsigned depth, tn_error *err);
    int (*release)(struct tn__driver_conn *conn, unsigned depth, tn_error *err);
    void (*rollback_to)(struct tn__driver_conn *conn, unsigned depth);
    /* Carry the log over; `waits`: for readers, as long as for a lock. That a reader keeps it from
     * being complete is no error. And have `fn` called after each commit; the log's file is cut down
     * to `limit` bytes when it begins anew. */
    int (*checkpoint)(struct tn__driver_conn *conn, enum tn_checkpoint_mode mode, bool waits,
                      struct tn__wal_state *out, tn_error *err);
    void (*watch_wal)(struct tn__driver_conn *conn, int64_t limit, tn__wal_fn fn, void *user);
    /* Report what runs: each statement's beginning (`sees` or `limits`), rows and end (`sees`); and ask
     * now and then whether its time is up, which stops it (`limits`). */
    void (*observe)(struct tn__driver_conn *conn, bool sees, bool limits,
                    const struct tn__driver_observer *observer, void *user);
    /* Wait for a lock that long and no longer, until the limits are gone. */
    void (*limit_wait)(struct tn__driver_conn *conn, int64_t ms);
    /* For several transactions that share a COMMIT. Whether a COMMIT waits for the disk; what COMMIT
     * would say of constraints that are deferred; and the end of one of the transactions: what it has
     * switched for the rest of a transaction holds no longer. */
    bool (*commit_syncs)(struct tn__driver_conn *conn);
    int (*check_deferred)(struct tn__driver_conn *conn, tn_error *err);
    void (*end_member)(struct tn__driver_conn *conn);
    /* Remember a connection's settings that SQL can change, and put back those that differ now. */
    void (*remember)(struct tn__driver_conn *conn);
    int (*restore)(struct tn__driver_conn *conn, bool *was_changed, tn_error *err);
    /* Stop every statement that is being read, so that nothing keeps a lock. */
    void (*reset_all)(struct tn__driver_conn *conn);

    /* For the checker. */
    void (*describe)(struct tn__driver_stmt *stmt, int column, struct tn__column_info *out);
    void (*watch)(struct tn__driver_conn *conn, tn__access_fn fn, void *user); /* NULL: off */
    int (*option)(struct tn__driver_conn *conn, enum tn__conn_option option, int value,
                  tn_error *err);
    /* Whether the engine has a function of that name which takes that many arguments; and have it know
     * one, deterministic and harmless. It replaces a function that it has. */
    int (*has_function)(bool *out, struct tn__driver_conn *conn,
                        const struct tn__driver_function *function, tn_error *err);
    int (*declare)(struct tn__driver_conn *conn, const struct tn__driver_function *function,
                   tn_error *err);
    void (*counts)(struct tn__driver_stmt *stmt, struct tn__stmt_counts *out);
    /* The loops by number, from 0; false past the last, and for an engine that does not count them. */
    bool (*loop)(struct tn__driver_stmt *stmt, int number, struct tn__stmt_loop *out);

    /* Stop what runs on it. From any thread and from signal handlers. */
    void (*interrupt)(struct tn__driver_conn *conn);

    /* While a statement is waited for, call `fn` every `ms`, in the same thread, which must leave the
     * connection alone; fn == NULL: no more. An engine that runs in this process does not wait. */
    void (*attend)(struct tn__driver_conn *conn, int64_t ms, void (*fn)(void *user), void *user);

    /* Whether the connection is gone, as far as is known; and whether one that has been idle is still
     * there, without a round trip. */
    bool (*is_lost)(struct tn__driver_conn *conn);
    bool (*is_ready)(struct tn__driver_conn *conn);

    /*
     * How far the log is that the database's changes go through: all that has been committed before is in
     * it up to there. And whether what a connection reads has all up to that place. 0: an engine whose
     * every connection sees what has been committed.
     */
    int (*position)(struct tn__driver_conn *conn, uint64_t *out, tn_error *err);
    int (*has_reached)(struct tn__driver_conn *conn, bool *out, uint64_t position, tn_error *err);

    /* Whether a pooler answers in the server's place, as far as was looked. */
    bool (*is_pooled)(struct tn__driver_conn *conn);
    /* What the engine, or the server, can do. It may have to be asked the first time. */
    bool (*can)(struct tn__driver_conn *conn, enum tn_capability capability);

    /* Fill err from a native result code of the statement's connection. Returns the status. */
    int (*fail)(struct tn__driver_conn *conn, int native, tn_error *err);
    void *(*native_conn)(struct tn__driver_conn *conn); /* sqlite3 * */
    /* Rows come one by one from the server, rather than all before the first. Not while it runs. */
    void (*stream)(struct tn__driver_stmt *stmt, bool is_on);
    /* What generated code works on (tn_gen_use.stmt). The driver's statement is that object itself. */
    void *(*native_stmt)(struct tn__driver_stmt *stmt); /* sqlite3_stmt * */
    const struct tn__driver_wire *wire;                 /* NULL: it runs in the process */
};

/* The driver for an engine; NULL if it was not built in. */
const struct tn__driver *tn__driver_find(enum tn__url_engine engine);

extern const struct tn__driver tn__driver_sqlite;
extern const struct tn__driver tn__driver_postgres; /* where it was built in */

#endif
