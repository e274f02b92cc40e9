/* SPDX-License-Identifier: MIT */
#ifndef TENON_PIPELINE_H
#define TENON_PIPELINE_H

#include <tenon/db.h>

TN_BEGIN_DECLS

/**
 * @file tenon/pipeline.h
 * Many statements without waiting for the answer of each: a round trip for all of them instead of one
 * for each (PostgreSQL).
 *
 *     tn_pipeline *p;
 *     tn_answer answer;
 *     rc = tn_pipeline_open(&p, db, NULL, &err);
 *     for (i = 0; rc == TN_OK && i < count; i++)
 *         rc = tn_pipeline_send(p, "INSERT INTO tasks (title) VALUES (:title) RETURNING id",
 *                               &titles[i], 1, &tasks[i], &err);
 *     if (rc == TN_OK)
 *         rc = tn_pipeline_sync(p, &err);
 *     while (rc == TN_OK && (rc = tn_pipeline_next(&answer, p, &err)) == TN_OK)
 *         note(answer.user, tn_pipeline_value(p, 0, 0));
 *     tn_pipeline_close(p);
 *
 * Statements are run in the order in which they are sent, and answered in that order, one answer for
 * each. Those up to a tn_pipeline_sync() are a group: when one fails, the rest of its group is not run
 * (TN_ENOTRUN), and the next group begins anew. Outside of a transaction each group is one by itself: all
 * of it is kept, or, if one fails, nothing, whatever those before it were answered. Within a
 * transaction a statement that fails ends that, as ever on PostgreSQL. What no tn_pipeline_sync() has
 * ended is undone by tn_pipeline_close().
 *
 * While a pipeline is open, other statements on its connection are TN_EMISUSE, and so are BEGIN,
 * SAVEPOINT, COMMIT and COPY in it: for a transaction open it on what tn_tx_begin() or tn_transact() gave.
 * It ends with what it was opened on: to send is TN_EMISUSE then, what was answered has no rows any more, and
 * tn_pipeline_close() follows as ever.
 *
 * Sending does not wait, until so many statements are in flight that the oldest ought to be answered
 * first; nobody needs to read meanwhile, but what has been answered and not read takes memory. A text
 * that the connection has not prepared yet is waited for once.
 *
 * On SQLite, where there is no wire, a statement runs when it is sent; groups and answers are the same,
 * but that a failure within a transaction leaves that open, without the statement.
 *
 * Threading: one thread at a time; a pipeline holds a connection until it is closed.
 */
typedef struct tn_pipeline tn_pipeline;

/** Options. Start from TN_PIPELINE_OPTIONS_INIT. */
typedef struct tn_pipeline_options {
    unsigned version;      /**< TN_PIPELINE_OPTIONS_VERSION */
    enum tn_access access; /**< of the connection, if `db` is a pool; default TN_WRITE */
    unsigned max_items;    /**< statements in flight; default 256 */
    size_t max_bytes;      /**< of these, with their values; default 1 MiB. One that is larger goes
                                alone */
} tn_pipeline_options;

#define TN_PIPELINE_OPTIONS_VERSION 1u
#define TN_PIPELINE_OPTIONS_INIT                        \
 {                                                      \
  TN_PIPELINE_OPTIONS_VERSION, TN_WRITE, 256u, 1048576u \
 }

/** What came for one statement. */
typedef struct tn_answer {
    int status;          /**< TN_OK; why it failed; TN_ENOTRUN: one before it in its group did */
    bool is_commit;      /**< not of a statement: its group could not be committed, and is undone
                              (a constraint that is deferred). Only ever a failure */
    void *user;          /**< as it was sent */
    size_t row_count;    /**< of the rows; tn_pipeline_value() reads them */
    size_t column_count; /**< 0 where there are none */
    int64_t affected;    /**< inserted, updated, deleted */
} tn_answer;

/**
 * Begin.
 *
 * @param out      set on success only; end it with tn_pipeline_close() on every path
 * @param db       a pool, which lends a connection; or a view: a connection's, or a transaction
 * @param options  NULL for the defaults
 * @return TN_OK; TN_EINVAL (options); TN_EMISUSE: the rows of a stream are being read on the
 *         connection; or an error of acquiring a connection
 */
TN_API TN_NODISCARD int tn_pipeline_open(tn_pipeline **out, tn_db *db,
                                         const tn_pipeline_options *options, tn_error *err);

/**
 * Send a statement. Why the engine refuses it is its answer; what is wrong with the call comes back here,
 * and then there is no answer.
 *
 * @param params  `count` values, for parameters 1, 2, …; not needed any more when it returns
 * @param user    comes back with the answer; may be NULL
 * @return TN_OK; TN_EINVAL (not as many values as parameters, more than one statement), TN_ETYPE,
 *         TN_ERANGE: a value that the parameter cannot be; TN_EREADONLY; TN_EMISUSE; TN_ECONNECT;
 *         TN_ENOMEM
 */
TN_API TN_NODISCARD int tn_pipeline_send(tn_pipeline *pipeline, const char *sql,
                                         const tn_value *params, size_t count, void *user,
                                         tn_error *err);

/** End a group, and see that it is on its way; answers are not waited for. Without statements since the
 * last time it does nothing. @return TN_OK, TN_ECONNECT, TN_ENOMEM */
TN_API TN_NODISCARD int tn_pipeline_sync(tn_pipeline *pipeline, tn_error *err);

/**
 * The next answer, waited for if it has not come. It is read with its rows before the next call.
 *
 * @param out  set for TN_OK and for a failure
 * @return TN_OK; TN_DONE: all that was sent has been answered and read; or the status of the
 *         statement, which is out->status, too: the next call goes on behind it. A connection that is
 *         lost is TN_ECONNECT for every statement that was not answered
 */
TN_API TN_NODISCARD int tn_pipeline_next(tn_answer *out, tn_pipeline *pipeline, tn_error *err);

/** A value of the answer that was read last: row and column from 0; NULL where there is none. Text and
 * blobs are borrowed until the next answer is read. */
TN_API tn_value tn_pipeline_value(tn_pipeline *pipeline, size_t row, size_t column);

/** Name of a column of that answer, from 0; NULL where there is none. Borrowed as its values. */
TN_API const char *tn_pipeline_column_name(const tn_pipeline *pipeline, size_t column);

/**
 * End the group and read all answers, for who does not need them.
 *
 * @return TN_OK; or the first failure
 */
TN_API TN_NODISCARD int tn_pipeline_finish(tn_pipeline *pipeline, tn_error *err);

/** Take what is on its way, undo a group that was not ended, and give the connection back. NULL is
 * allowed. */
TN_API void tn_pipeline_close(tn_pipeline *pipeline);

/* --- in an event loop --------------------------------------------------------------------------- */

/** What to wait for at the socket. */
enum tn_wants {
    TN_WANTS_READ = 1,
    TN_WANTS_WRITE = 2
};

/** The connection's socket, for poll() and the like; -1 on SQLite, and of a connection that is lost. The
 * library's: it is not to be read, written or closed. */
TN_API int tn_pipeline_socket(const tn_pipeline *pipeline);

/** What to wait for now, of enum tn_wants; 0: nothing is on its way. Ask before each wait. */
TN_API unsigned tn_pipeline_wants(const tn_pipeline *pipeline);

/** For how long to wait at most, in milliseconds, for limits of time to hold: call tn_pipeline_pump()
 * then. -1: there is none. */
TN_API int tn_pipeline_wait_ms(const tn_pipeline *pipeline);

/** Whether tn_pipeline_send() would wait for an answer first. */
TN_API bool tn_pipeline_is_full(const tn_pipeline *pipeline);

/**
 * Send and receive what can be without waiting.
 *
 * @return TN_ROW: tn_pipeline_next() has an answer at hand, and will not wait; TN_OK: not yet; TN_DONE:
 *         nothing is on its way, and all answers are read
 */
TN_API TN_NODISCARD int tn_pipeline_pump(tn_pipeline *pipeline, tn_error *err);

TN_END_DECLS

#endif
