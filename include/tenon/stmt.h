/* SPDX-License-Identifier: MIT */
#ifndef TENON_STMT_H
#define TENON_STMT_H

#include <tenon/db.h>

TN_BEGIN_DECLS

/**
 * @file tenon/stmt.h
 * A prepared statement whose text is known only at run time, and its rows.
 *
 *     tn_stmt *stmt;
 *     rc = tn_stmt_open(&stmt, db, "SELECT id, title FROM tasks WHERE status = :status", &err);
 *     …
 *     rc = tn_stmt_bind_name(stmt, ":status", tn_value_string("open"), &err);
 *     while ((rc = tn_stmt_step(stmt, &err)) == TN_ROW)
 *         use(tn_stmt_column(stmt, 0), tn_stmt_column(stmt, 1));
 *     tn_stmt_close(stmt);
 *
 * Threading: one thread at a time; the statement holds a connection until it is closed. One that was opened
 * on a view (of a transaction, or of tn_conn_acquire()) ends with it: rows, names and numbers of columns are
 * gone then, and to bind or step it is TN_EMISUSE. It is still to be closed.
 */
typedef struct tn_stmt tn_stmt;

/**
 * Prepare one statement, from the connection's cache if it has been there before. A statement that
 * only reads takes a reading connection.
 *
 * @param out  set on success only; end it with tn_stmt_close()
 * @return TN_OK; TN_EINVAL (empty, or more than one statement); TN_ESYNTAX and TN_ENOTFOUND,
 *         with err->position where it is known; or an error of acquiring a connection
 */
TN_API TN_NODISCARD int tn_stmt_open(tn_stmt **out, tn_db *db, const char *sql, tn_error *err);

/** End it: the statement returns to the cache, its connection to the pool. NULL is allowed. */
TN_API void tn_stmt_close(tn_stmt *stmt);

/** Number of the highest parameter. */
TN_API int tn_stmt_param_count(const tn_stmt *stmt);

/** Number of a parameter, from 1, by its name, with or without its sign (":id" or "id"); else 0. */
TN_API int tn_stmt_param_index(const tn_stmt *stmt, const char *name);

/**
 * Bind a parameter, from 1. Text and blobs are borrowed until the statement is bound anew, reset
 * with tn_stmt_clear(), or closed. Parameters that are never bound are NULL; one whose value could not be
 * bound keeps the statement from running (TN_EMISUSE) until it is bound or cleared.
 *
 * On SQLite TN_BOOL is bound as 0 or 1, TN_TIMESTAMP as text in the form of SQLite's datetime(), a UUID
 * as its text, dates and times of day as YYYY-MM-DD and HH:MM:SS, an interval as ISO 8601 has it, and an
 * array not at all (TN_ETYPE).
 * @return TN_OK; TN_ERANGE for an index that does not exist, a value that is too big, or a
 *         timestamp outside of the years 0000 to 9999;
 *         TN_EMISUSE while rows are being read
 */
TN_API TN_NODISCARD int tn_stmt_bind(tn_stmt *stmt, int index, tn_value value, tn_error *err);

/** As tn_stmt_bind, by name. @return also TN_ENOTFOUND, naming the nearest parameter */
TN_API TN_NODISCARD int tn_stmt_bind_name(tn_stmt *stmt, const char *name, tn_value value,
                                          tn_error *err);

/**
 * Let the rows come one by one from now on, rather than all of them before the first: for more rows than
 * memory should hold. While they are being read, other statements on the connection are TN_EMISUSE;
 * reset or close it before the last row, and the rest is not sent (within a transaction, which that would
 * end, and of a statement that writes, which it would undo, the rest is read and dropped). Slower for each row; a
 * failure may come behind rows that were read.
 *
 * PostgreSQL's alone: on SQLite rows are always made as they are read.
 * @return TN_OK; TN_EMISUSE while rows are being read
 */
TN_API TN_NODISCARD int tn_stmt_stream(tn_stmt *stmt, bool is_on, tn_error *err);

/** Go on to the next row. @return TN_ROW, TN_DONE, or an error; after both of these, from the start */
TN_API TN_NODISCARD int tn_stmt_step(tn_stmt *stmt, tn_error *err);

/** Stop reading rows; bindings stay. */
TN_API void tn_stmt_reset(tn_stmt *stmt);

/** Stop reading rows and set all parameters to NULL. */
TN_API void tn_stmt_clear(tn_stmt *stmt);

/** Number of columns; 0 for a statement that returns none. */
TN_API int tn_stmt_column_count(const tn_stmt *stmt);

/** Name of a column, from 0. Valid until tn_stmt_close(). NULL if there is no such column. */
TN_API const char *tn_stmt_column_name(const tn_stmt *stmt, int column);

/** The engine's name of a column's type, from 0: "int4", "numeric", "text[]", an enum's name; on SQLite
 * as it was declared. NULL if there is no such column, or it has none. Valid until tn_stmt_close(). */
TN_API const char *tn_stmt_column_type(const tn_stmt *stmt, int column);

/** Number of a column by name, exact match; -1 if there is none. */
TN_API int tn_stmt_column_index(const tn_stmt *stmt, const char *name);

/**
 * A value of the current row, column from 0. Text and blobs are borrowed until the next step, reset
 * or close. A column that does not exist, or no current row, gives NULL. A value that cannot be read (no
 * memory for it; a PostgreSQL timestamp after the year 294246) is TN_TEXT without data, and the next
 * tn_stmt_step() fails with TN_ENOMEM or TN_ERANGE and the column's name; tn_query() does so at once.
 */
TN_API tn_value tn_stmt_column(tn_stmt *stmt, int column);

/** Rows inserted, updated or deleted by the last run to TN_DONE. */
TN_API int64_t tn_stmt_affected(const tn_stmt *stmt);

TN_END_DECLS

#endif
