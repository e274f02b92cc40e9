/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_POSTGRES_H
#define TN_DRIVER_POSTGRES_POSTGRES_H

#include <stdatomic.h>

#include <tenon/gen_postgres.h>

#include "driver/driver.h"
#include "driver/postgres/capability.h"
#include "driver/postgres/encode.h"
#include "driver/postgres/params.h"
#include "driver/postgres/pq.h"
#include "driver/postgres/types.h"

/* Private to this folder. */

enum {
    TN__PG_NAME_SIZE = 40
};

/* Types that only the catalog knows: enums, domains, those of extensions, and arrays of them. */
struct tn__pg_catalog {
    struct tn__pg_looked_up **types; /* one by one: statements point to them */
    size_t count;
    size_t cap;
};

/* What has the connection for itself while it lasts: the rows of a stream, a pipeline, a COPY. */
struct tn__pg_task {
    const char *what; /* "the rows of a stream are still being read" */
    void *self;
    void (*stop)(void *self); /* leave the connection ready for others */
    bool is_rows;             /* of a stream: to leave out the rest of them harms nothing */
};

struct tn__driver_conn {
    PGconn *pg;
    PGcancel *cancel;              /* to stop what runs, from other threads and signal handlers */
    struct tn__driver_stmt *stmts; /* all of them */
    struct tn__pg_task *task;      /* NULL: the connection is free */
    struct tn__driver_pipe
        *asking; /* the pipeline in which what is asked now travels; NULL: none */
    struct tn__pg_catalog catalog;
    struct tn_pg_calls calls; /* for generated code */
    bool is_adopted;
    bool is_encrypted; /* what comes is read in records, not in bytes */
    bool is_unnamed;   /* a pooler may give each transaction another session: no named statements */
    bool is_pooled;    /* such a one was found */
    bool in_tx;        /* a transaction block, as of the last answer */
    bool is_failed;    /* which has failed: nothing but ROLLBACK works in it */
    bool begins;       /* BEGIN goes with the next statement */
    bool is_undecided; /* it was lost during COMMIT: nobody knows whether that was done */
    bool is_silent;    /* it was given up, as no answer came */
    bool is_lost;      /* the server is gone, or is not the one that is wanted any more */
    bool may_write;    /* it was opened for writing */
    enum tn__pg_flavor flavor;
    enum tn_access begin_access;
    enum tn_isolation begin_isolation;
    int failed_status; /* why the transaction has failed */
    char failed_message[160];
    bool is_outdated; /* the last failure: what the server has prepared gives other columns now */
    bool
        is_doubtful; /* it is about the words of the statement, which were right when it was prepared */
    int64_t affected;
    PGnotify *notified; /* the last one that was told of */
    /* Why the server has ended the session, where it has said so while nothing ran; else "". */
    char farewell[160];
    char farewell_state[sizeof((tn_error *)0)->sqlstate];
    char *settings; /* statements that make them so again (session.c); NULL: not remembered */
    uint64_t nonce; /* names of statements are told from those of other programs behind a pooler */
    uint64_t name_count;
    /* Names that the server may forget: dropped with the next statement that is prepared. */
    char (*garbage)[TN__PG_NAME_SIZE];
    size_t garbage_count;
    size_t garbage_cap;
    /* Interrupting: */
    atomic_bool is_running;             /* a statement is on the server */
    atomic_bool is_stopped;             /* it was we who cancelled it */
    bool is_muted;                      /* notices are for nobody */
    bool is_late;                       /* for its time was up */
    int64_t until_ns;                   /* when the time of what runs is up; INT64_MAX: never */
    struct tn__pg_canceller *canceller; /* who tells the server so; NULL: nobody does */
    atomic_uint stoppers;               /* who asks the server for that right now */
    atomic_bool is_waiting;             /* somebody waits for the socket, and for this: */
    int wake_fd;                        /* he is to stop what runs; -1: there is none */
    /* Who is told what runs: */
    const struct tn__driver_observer *observer;
    void *observer_user;
    bool sees;
    bool limits;
    bool has_input;      /* something has come since it was sent what is answered now */
    bool is_nonblocking; /* libpq sends what it can, and keeps the rest */
    bool is_tidying;     /* what runs undoes what was stopped: its time is another one */
    /* Who looks around while an answer is waited for; NULL: nobody. */
    void (*attend)(void *user);
    void *attend_user;
    int attend_ms;
};

struct tn__driver_stmt {
    struct tn__driver_conn *conn;
    struct tn__driver_stmt *next;
    struct tn__driver_stmt *former;
    struct tn__pg_text text;     /* as it goes to the server */
    char *source;                /* as it was given; NULL: the same */
    char name[TN__PG_NAME_SIZE]; /* on the server; empty: parsed at each run */
    bool is_persistent;
    bool is_readonly;
    bool is_copy;
    bool is_described;
    bool is_binary;          /* the rows of the run */
    bool is_stream;          /* rows come one by one */
    bool is_change;          /* of generated code: to stop it would undo what it does */
    struct tn__pg_task task; /* of a stream */
    bool is_started;
    bool is_cut; /* a stream whose rows were left out, as the transaction has ended */
    bool is_done;
    bool is_seen; /* its beginning was reported */
    /* Of generated code: what it was written for, and its values, for a run. NULL: a dynamic one. */
    const struct tn_pg_types *types;
    size_t typed_columns;
    const struct tn_pg_params *bound;
    int param_count;
    const struct tn__pg_type **param_types;
    uint32_t *param_oids;
    struct tn__pg_param *params;
    /* What libpq takes, made of the above. */
    const char **values;
    int *sizes;
    int *formats;
    int column_count;
    const struct tn__pg_type **column_types;
    char *names; /* of the columns, NUL-terminated, one behind the other */
    const char **column_names;
    int64_t affected; /* by the run */
    PGresult *result;
    PGresult *before; /* of a stream, the row before: where it is asked for */
    int row;
    int row_count;
    int quick_end;   /* a step to a row before it has nothing to look at */
    tn_value *cells; /* room for a row's values: as many as it has ever had, NULL behind them */
    size_t cell_cap;
    unsigned char *kinds; /* of the columns' types, side by side */
    const tn_value *read; /* those of the row; NULL: none has been asked for yet, or it is spoilt */
    bool is_spoilt;       /* not all of the row's values can be read */
    int unread;           /* one of them that was asked for, from 1; 0: none */
    tn_arena scratch;     /* values of the row that are not the result's own bytes */
};

extern const struct tn__driver_wire tn__pg_wire; /* wire.c */

struct tn__pg_settings;

/* --- connect.c --------------------------------------------------------------------------------- */

/*
 * Connect to one of the servers. One that will have us later, because it starts or has too many
 * connections, is asked again for `patience_ms`. TN_OK; TN_ECONNECT, with the SQLSTATE where the server
 * gives one; TN_ENOMEM.
 */
TN_NODISCARD int tn__pg_connect(PGconn **out, const struct tn__pg_settings *settings,
                                int64_t patience_ms, tn_arena *arena, tn_error *err);

/* --- open.c ------------------------------------------------------------------------------------ */

TN_NODISCARD int tn__pg_open(struct tn__driver_conn **out, const struct tn__driver_open *how,
                             tn_error *err);
void tn__pg_close(struct tn__driver_conn *conn);

/* --- error.c ----------------------------------------------------------------------------------- */

/* The status for five characters; TN_ERROR: none of ours. */
int tn__pg_status(const char *sqlstate);
/* That, and why, the transaction has failed. */
void tn__pg_note_failed(struct tn__driver_conn *conn, int status, const char *message);
/* Fill err from a failed result. `text`: the statement that the place is counted in; may be NULL. */
int tn__pg_fail_result(struct tn__driver_conn *conn, const PGresult *result,
                       const struct tn__pg_text *text, tn_error *err);
/* The same from the connection itself: it could not be opened, sent to, or read from. */
int tn__pg_fail_conn(struct tn__driver_conn *conn, tn_error *err);

/* --- message.c --------------------------------------------------------------------------------- */

/* Several lines as one, without what stands in front ("ERROR:  "). */
void tn__pg_one_line(char *out, size_t size, const char *message);
/* Behind the message, as far as there is room: what the server says of it beside, either may be NULL. Not
 * the details of failures in which values of the program's stand: errors are written into logs. */
/* block.c: the place in a DO statement of the line that the server's context names, in characters from 1; 0: none. */
uint32_t tn__pg_block_place(const char *statement, const char *context);
void tn__pg_add_details(tn_error *err, const char *sqlstate, const char *detail, const char *hint);

/* --- missing.c --------------------------------------------------------------------------------- */

/*
 * err->table or err->column of what is not there, and its own place: of schema.nope the place of nope.
 * `char_position`: the server's, 0 where it tells none; `message`: its sentence.
 */
void tn__pg_name_missing(tn_error *err, const struct tn__pg_text *text, uint32_t char_position,
                         const char *message);

/* --- exchange.c -------------------------------------------------------------------------------- */

/*
 * The next result of what was sent; *out == NULL: there is none. It waits, in the limits of time that
 * the observer has. TN_OK; TN_ECONNECT: the connection is lost.
 */
TN_NODISCARD int tn__pg_next(PGresult **out, struct tn__driver_conn *conn, tn_error *err);
void tn__pg_attend(struct tn__driver_conn *conn, int64_t ms, void (*fn)(void *user), void *user);
/* Bracket what is sent and received: it may be interrupted in between. */
void tn__pg_enter(struct tn__driver_conn *conn);
void tn__pg_leave(struct tn__driver_conn *conn);
/* Nothing runs any more, and nobody is about to stop it. tn__pg_leave() does so by itself. */
void tn__pg_rest(struct tn__driver_conn *conn);
/* What was interrupted has ended, and something else runs on behind it: that is not meant. */
void tn__pg_forget_stop(struct tn__driver_conn *conn);
/* Take the state of the transaction from libpq, when all that was sent is answered. */
void tn__pg_note_transaction(struct tn__driver_conn *conn);
/* What begins now may take as long as the observer says; tn__pg_enter() does so by itself. */
void tn__pg_limit(struct tn__driver_conn *conn);
/* Whether sending waits until all is sent. Whether it is so now. */
bool tn__pg_block(struct tn__driver_conn *conn, bool blocks);
/*
 * Wait until something can be read (POLLIN) or written (POLLOUT), within that limit: beyond it, cancel,
 * and then wait for the server to say so. What came is in libpq's hands then; that the wire is cut is
 * its connection's status. TN_OK; TN_ECONNECT: the server does not answer.
 */
TN_NODISCARD int tn__pg_pause(struct tn__driver_conn *conn, short events, tn_error *err);
/* The time of what runs is up: cancel it; the second time, TN_ECONNECT. */
TN_NODISCARD int tn__pg_late(struct tn__driver_conn *conn, tn_error *err);
/* The same as tn__pg_pause() until all is sent that libpq holds, where it does not block. */
int tn__pg_flush(struct tn__driver_conn *conn, tn_error *err);
/* libpq has had no memory for an answer, and left it out: what comes is no more what it seems. */
int tn__pg_fail_stuck(struct tn__driver_conn *conn, tn_error *err);
/* Something could not be sent: the reason. */
int tn__pg_fail_send(struct tn__driver_conn *conn, tn_error *err);
/* Run SQL of our own, without parameters; the first row's first column, if `out` is not NULL and there
 * is one, goes to `out` (cut to its size). */
TN_NODISCARD int tn__pg_exec(struct tn__driver_conn *conn, const char *sql, char *out, size_t size,
                             tn_error *err);
/* The same, and the command that the server says it has run ("ROLLBACK" for a COMMIT that failed). */
TN_NODISCARD int tn__pg_run_command(struct tn__driver_conn *conn, const char *sql, char *tag,
                                    size_t size, tn_error *err);
/* The connection for oneself, and no more; whoever has it is made to stop. */
void tn__pg_task_begin(struct tn__driver_conn *conn, struct tn__pg_task *task);
void tn__pg_task_end(struct tn__driver_conn *conn);
void tn__pg_task_stop(struct tn__driver_conn *conn);
/* If these are the rows of a stream, that are not read to their end: they are taken off the wire. */
void tn__pg_end_rows(struct tn__driver_conn *conn);
/*
 * Whether the server is there, as far as can be seen without a round trip, while nothing runs. One that has
 * hung up has said so, or closed the socket: something can be read. Notices and notifications can be read,
 * too, and are taken here: isBusy() has libpq look at them, and tell on_notice().
 */
bool tn__pg_is_there(struct tn__driver_conn *conn);
/* That somebody has the connection for himself is an error. TN_OK, TN_EMISUSE. */
TN_NODISCARD int tn__pg_check_free(const struct tn__driver_conn *conn, tn_error *err);

/* --- batch.c ----------------------------------------------------------------------------------- */

/*
 * Several commands in one exchange: between the two calls the caller sends them. BEGIN comes first, if
 * it waits for a statement to go with, and has the first result. `results` are NULL before, and hold one
 * for each command afterwards; they are the caller's, also on failure.
 */
TN_NODISCARD int tn__pg_batch_begin(struct tn__driver_conn *conn, tn_error *err);
TN_NODISCARD int tn__pg_batch_end(struct tn__driver_conn *conn, bool is_sent, PGresult **results,
                                  size_t count, tn_error *err);
/* Send BEGIN, if it waits for a statement to go with. */
TN_NODISCARD int tn__pg_flush_begin(struct tn__driver_conn *conn, tn_error *err);
const char *tn__pg_begin_sql(const struct tn__driver_conn *conn);

/* --- cancel.c ---------------------------------------------------------------------------------- */

/* PQcancel(), which libpq up to 16 does with SIGPIPE for its thread where the server hangs up meanwhile:
 * that never comes. In signal handlers, too. */
void tn__pg_ask(PGcancel *cancel);
/* To be woken by. Without it who interrupts asks by himself. */
void tn__pg_wake_init(struct tn__driver_conn *conn);
void tn__pg_wake_fini(struct tn__driver_conn *conn);
/* Wake who waits on the connection, so that he has the server stop what runs; false: nobody waits. In
 * signal handlers, too. */
bool tn__pg_wake(struct tn__driver_conn *conn);
/* Whether somebody has been woken since; he is no longer. */
bool tn__pg_is_woken(struct tn__driver_conn *conn);
/* Have the server stop what runs. Where time is limited nobody waits for it, as with the next. */
void tn__pg_cancel(struct tn__driver_conn *conn);
/* Have the server stop what runs, without waiting for that. False: no memory, no thread. */
bool tn__pg_cancel_start(struct tn__driver_conn *conn);
/* Wait until the server has taken it, or cannot; true also where nothing was begun. False: it has not
 * in that time, and whatever is sent now may be stopped. */
bool tn__pg_cancel_end(struct tn__driver_conn *conn, int64_t patience_ms);

/* --- prepare.c --------------------------------------------------------------------------------- */

TN_NODISCARD int tn__pg_prepare(struct tn__driver_stmt **out, struct tn__driver_conn *conn,
                                const char *sql, size_t size, bool persistent, tn_error *err);
/* The same for generated code; NULL types: a dynamic statement. */
TN_NODISCARD int tn__pg_prepare_for(struct tn__driver_stmt **out, struct tn__driver_conn *conn,
                                    tn_text sql, bool persistent, const struct tn_pg_types *types,
                                    size_t column_count, tn_error *err);
void tn__pg_finalize(struct tn__driver_stmt *stmt);
/* Have the server look at it, if it has not yet: its parameters and columns. */
TN_NODISCARD int tn__pg_describe(struct tn__driver_stmt *stmt, tn_error *err);
/* The same for one that the server has looked at long ago: its parameters may have other types by now. The
 * connection is free. */
TN_NODISCARD int tn__pg_describe_anew(struct tn__driver_stmt *stmt, tn_error *err);
/* Describe it anew when it is next used; `is_gone`: the server has lost its name already. */
void tn__pg_forget(struct tn__driver_stmt *stmt, bool is_gone);
/* Take the columns from a result. TN_OK, TN_ENOMEM, or why the server cannot be asked for their types. */
TN_NODISCARD int tn__pg_take_columns(struct tn__driver_stmt *stmt, const PGresult *result,
                                     tn_error *err);

/* The text as it was given. */
static inline const char *tn__pg_source(const struct tn__driver_stmt *stmt)
{
    return stmt->source ? stmt->source : stmt->text.sql;
}

/* --- rebind.c ---------------------------------------------------------------------------------- */

/* The statement's parameters are of these types now: what has been bound already is, too. */
TN_NODISCARD int tn__pg_rebind(struct tn__driver_stmt *stmt, const struct tn__pg_type *const *types,
                               tn_error *err);

/* --- run.c ------------------------------------------------------------------------------------- */

TN_NODISCARD int tn__pg_step(struct tn__driver_stmt *stmt, tn_error *err);
/* Run it to its end: all rows are in stmt->result, and have been told of. */
TN_NODISCARD int tn__pg_run_whole(struct tn__driver_stmt *stmt, tn_error *err);
void tn__pg_reset(struct tn__driver_stmt *stmt);
/* Its rows were left out, as the transaction that they were read in has ended. */
int tn__pg_fail_cut(tn_error *err);
/* Send it with its parameters; whether that could be done. */
bool tn__pg_send_run(struct tn__driver_stmt *stmt);
/* Put a value into a parameter, from 1. */
TN_NODISCARD int tn__pg_bind(struct tn__driver_stmt *stmt, int index, const tn_value *value,
                             tn_error *err);
/* Bytes of a value that is bound, from 0; of NULL none. */
size_t tn__pg_param_size(const struct tn__driver_stmt *stmt, int index);
/* Whether its parameters fit into a message: TN_OK, TN_ERANGE. */
TN_NODISCARD int tn__pg_check_size(const struct tn__driver_stmt *stmt, tn_error *err);
/* Whether the server says that what it prepared is gone, or gives other columns now. */
bool tn__pg_is_stale(const struct tn__driver_stmt *stmt, const tn_error *err);
/* Whether what it says may be no longer so once the statement is prepared anew. */
bool tn__pg_is_doubtful(const struct tn__driver_stmt *stmt, const tn_error *err);
/* Whether a result has the columns that the statement was described with. */
bool tn__pg_has_columns(const struct tn__driver_stmt *stmt, const PGresult *result);
/* Rows that a command has changed, by its result. */
int64_t tn__pg_affected(const PGresult *result);

/* --- catalog.c --------------------------------------------------------------------------------- */

/* The types of the oids, asked of the server where they are not known yet. */
TN_NODISCARD int tn__pg_resolve(struct tn__driver_conn *conn, const struct tn__pg_type **out,
                                const uint32_t *oids, size_t count, tn_error *err);
/* The type of an oid that has been resolved before. */
const struct tn__pg_type *tn__pg_known(const struct tn__driver_conn *conn, uint32_t oid);
void tn__pg_catalog_fini(struct tn__pg_catalog *catalog);

/* --- capability.c ------------------------------------------------------------------------------ */

bool tn__pg_can(struct tn__driver_conn *conn, enum tn_capability capability);
TN_NODISCARD int tn__pg_position(struct tn__driver_conn *conn, uint64_t *out, tn_error *err);
TN_NODISCARD int tn__pg_has_reached(struct tn__driver_conn *conn, bool *out, uint64_t position,
                                    tn_error *err);

/* --- row.c ------------------------------------------------------------------------------------- */

/* Why a column of the row cannot be read. */
int tn__pg_unread(struct tn__driver_stmt *stmt, int index, tn_error *err);
/* A value that is not NULL; TN_TEXT without data if it cannot be read. */
tn_value tn__pg_value_of(const struct tn__pg_type *type, bool is_binary, const char *data,
                         size_t size, tn_arena *arena);
/* A value of the current row; and where all of them are, once one has been asked for. */
tn_value tn__pg_cell(struct tn__driver_stmt *stmt, int index);
const tn_value *const *tn__pg_row(struct tn__driver_stmt *stmt);

/* --- session.c --------------------------------------------------------------------------------- */

/* What the session has set, so that it can be put back. */
void tn__pg_remember(struct tn__driver_conn *conn);
/* Put back what was remembered, and end all else that a session keeps. TN_EMISUSE: nothing was. */
TN_NODISCARD int tn__pg_restore(struct tn__driver_conn *conn, bool *was_changed, tn_error *err);

/* --- tx.c -------------------------------------------------------------------------------------- */

TN_NODISCARD int tn__pg_begin(struct tn__driver_conn *conn, enum tn_access access, tn_error *err);
void tn__pg_isolate(struct tn__driver_conn *conn, enum tn_isolation isolation);
TN_NODISCARD int tn__pg_commit(struct tn__driver_conn *conn, tn_error *err);
/* Whether the server has hung up, and not during a COMMIT. */
bool tn__pg_is_undone(struct tn__driver_conn *conn);
void tn__pg_rollback(struct tn__driver_conn *conn);
bool tn__pg_in_transaction(struct tn__driver_conn *conn);
TN_NODISCARD int tn__pg_savepoint(struct tn__driver_conn *conn, unsigned depth, tn_error *err);
TN_NODISCARD int tn__pg_release(struct tn__driver_conn *conn, unsigned depth, tn_error *err);
void tn__pg_rollback_to(struct tn__driver_conn *conn, unsigned depth);

#endif
