/* SPDX-License-Identifier: MIT */
#ifndef TENON_COPY_H
#define TENON_COPY_H

#include <tenon/db.h>

TN_BEGIN_DECLS

/**
 * @file tenon/copy.h
 * Rows in bulk, into a table and out of a query: COPY in its binary form on PostgreSQL, which is as
 * fast as rows can travel; one INSERT that is run again and again in one transaction, and a query, on SQLite.
 *
 *     const char *const columns[] = {"id", "title"};
 *     rc = tn_copy_in_open(&copy, db, "tasks", columns, 2, &err);
 *     for (i = 0; rc == TN_OK && i < count; i++) {
 *         const tn_value row[] = {tn_value_int(i), tn_value_text(titles[i])};
 *         rc = tn_copy_in_row(copy, row, 2, &err);
 *     }
 *     if (rc == TN_OK)
 *         rc = tn_copy_in_close(copy, &rows, &err);
 *     else
 *         tn_copy_in_abort(copy);
 *
 * `db` is a pool, which lends a connection, or a view: a connection's, or a transaction. While rows are
 * copied, other statements on that connection are TN_EMISUSE on PostgreSQL. A copy ends with its view: all but
 * to close it, or to abort it, is TN_EMISUSE then, and nothing has been copied.
 *
 * Threading: one thread at a time; a copy holds a connection until it is ended.
 */
typedef struct tn_copy_in tn_copy_in;
typedef struct tn_copy_out tn_copy_out;

/**
 * Begin to put rows into a table. All of them are kept, or none: outside of a transaction by
 * themselves, inside with it. On PostgreSQL a copy that fails ends the transaction, as any statement
 * does: one in a savepoint (tn_tx_begin() on the transaction) can be undone by itself.
 *
 * @param out      set on success only; ends with tn_copy_in_close() or tn_copy_in_abort()
 * @param table    as the database has it, `table` or `schema.table`, quoted here; a part with a dot in
 *                 it stands in double quotes
 * @param columns  `count` names, as the database has them; count 0: all, in their order
 * @return TN_OK; TN_ENOTFOUND (table, column), TN_EPERM; TN_EUNSUPPORTED: all columns of a table some
 *         of which are generated; TN_EINVAL: no name of a table
 */
TN_API TN_NODISCARD int tn_copy_in_open(tn_copy_in **out, tn_db *db, const char *table,
                                        const char *const *columns, size_t count, tn_error *err);

/**
 * Put a row. It is sent with others, so that what the server says to it may come with a later one or
 * with the close.
 *
 * @param values  one for each column, not needed any more when it returns
 * @return TN_OK; TN_EINVAL, TN_ETYPE, TN_ERANGE: a value that the column cannot have, err->column: or
 *         TN_EUNSUPPORTED, a value other than NULL for a type without a binary form here: the row is left
 *         out, and the next may follow; else the copy has failed, and can only be ended
 */
TN_API TN_NODISCARD int tn_copy_in_row(tn_copy_in *copy, const tn_value *values, size_t count,
                                       tn_error *err);

/**
 * End it, and keep the rows. The copy is gone, whatever comes back.
 *
 * @param rows  how many there were; may be NULL
 * @return TN_OK; or why none was kept: "row 17: …", with err->column where the server tells
 */
TN_API TN_NODISCARD int tn_copy_in_close(tn_copy_in *copy, int64_t *rows, tn_error *err);

/**
 * End it, and keep nothing. NULL is allowed. On PostgreSQL the server hears of it as a failure: the
 * transaction around it has failed by that, and can only be rolled back, but for one in a savepoint.
 */
TN_API void tn_copy_in_abort(tn_copy_in *copy);

/**
 * Begin to read all rows of a query, which come as they are made: nothing holds all of them.
 *
 * @param out    set on success only; end it with tn_copy_out_close()
 * @param query  SELECT, VALUES, WITH or `TABLE name`, without parameters; one that changes something (WITH …
 *               INSERT) needs a view of a connection for writing, else it is TN_EREADONLY
 */
TN_API TN_NODISCARD int tn_copy_out_open(tn_copy_out **out, tn_db *db, const char *query,
                                         tn_error *err);

/** Number of its columns. */
TN_API size_t tn_copy_out_column_count(const tn_copy_out *copy);

/** Name of a column, from 0; NULL where there is none. Borrowed until the close. */
TN_API const char *tn_copy_out_column_name(const tn_copy_out *copy, size_t column);

/**
 * The next row.
 *
 * @param values  set for TN_ROW only: a value for each column, borrowed until the next call
 * @return TN_ROW; TN_DONE; TN_ECORRUPT: the bytes of the server are no rows; TN_ETIMEOUT,
 *         TN_EINTERRUPT, or another failure: there are no more rows then
 */
TN_API TN_NODISCARD int tn_copy_out_next(const tn_value **values, tn_copy_out *copy, tn_error *err);

/** End it, read to its end or not: outside of a transaction the server is told to stop, inside, where
 * that would end the transaction, the rest is read and dropped. NULL is allowed. */
TN_API void tn_copy_out_close(tn_copy_out *copy);

TN_END_DECLS

#endif
