/* SPDX-License-Identifier: MIT */
#ifndef TENON_GEN_POSTGRES_H
#define TENON_GEN_POSTGRES_H

#include <tenon/gen_postgres_bind.h>
#include <tenon/gen_postgres_read.h>

TN_BEGIN_DECLS

/**
 * @file tenon/gen_postgres.h
 * The fast path of generated code on PostgreSQL: parameters are put into the caller's own memory in the form
 * in which they travel, and values are read where libpq keeps them. libpq itself is opened by the
 * library when it is needed: generated code neither includes its header nor links it.
 *
 * Each type of the server has a binder and a reader of its own, chosen when the code is generated. After each
 * Prepare the library compares the types that the server tells with those the code was generated for.
 */

/** In tn_gen_query.abi: the query is a struct tn_pg_query, or its template a struct tn_pg_template. */
#define TN_GEN_POSTGRES 0x80

/** In a type of a parameter: a type of the database's own (an enum, a domain), whose values have the form of
 *  the built-in one beside it. The server is not told, but asked. */
#define TN_PG_LIKE UINT32_C(0x80000000)

/** What a query's values are on the server: OIDs of built-in types, each for the form of the bytes. */
struct tn_pg_types {
    const uint32_t *params;
    const int *formats;      /**< of the parameters: 1 as bytes, 0 as text with a NUL behind it */
    const char *names;       /**< of the parameters, each with a NUL behind it */
    const uint32_t *columns; /**< 0: any; it is read as its text */
    uint16_t param_count;
    bool is_text; /**< rows come as texts: one of the columns is such */
};

/** A generated query. */
struct tn_pg_query {
    struct tn_gen_query query;
    struct tn_pg_types types;
};

/** One with optional parts. The types are those of all its parameters, and of its columns. */
struct tn_pg_template {
    struct tn_gen_template base;
    struct tn_pg_types types;
};

/* --- queries for both engines ------------------------------------------------------------------- */

/** Whether a database is PostgreSQL's. */
static inline bool tn_pg_serves(const tn_db *db)
{
    return strcmp(tn_db_engine(db), "postgres") == 0;
}

/** Whether a query in use is one for PostgreSQL; a use that holds nothing is none. */
static inline bool tn_pg_uses(const struct tn_gen_use *use)
{
    return use->conn && (use->query->abi & TN_GEN_POSTGRES) != 0;
}

/* --- running ------------------------------------------------------------------------------------ */

/**
 * Run the query with its parameters, and take all its rows. `params`: NULL if it has none.
 *
 * If the schema has changed since it was prepared, it is prepared anew and run once more, unless the
 * transaction that it is in has failed by that (TN_ESCHEMA).
 * @return TN_OK, with *rows before the first one; else `err` says why, with the query's name
 */
TN_API TN_NODISCARD int tn_pg_run(struct tn_pg_rows *rows, const struct tn_gen_use *use,
                                  const struct tn_pg_params *params, tn_error *err);

/**
 * Run a query whose rows come one by one from the server (`-- stream`): instead of tn_pg_run() and tn_pg_next().
 * Till the last of them, a failure, or the release of the use, anything else on the connection is TN_EMISUSE.
 * Released earlier, the rest is not sent; within a transaction, and of a query that writes, it is read and dropped.
 * @return TN_OK, with *rows before the first one; else `err` says why, with the query's name
 */
TN_API TN_NODISCARD int tn_pg_stream(struct tn_pg_rows *rows, const struct tn_gen_use *use,
                                     const struct tn_pg_params *params, tn_error *err);

/**
 * To the next row of a stream. What was borrowed from the one before is gone.
 * @return TN_ROW, TN_DONE; an error, which ends it: TN_EMISUSE if the transaction is over that it was read in
 */
TN_API TN_NODISCARD int tn_pg_step(struct tn_pg_rows *rows, const struct tn_gen_use *use,
                                   tn_error *err);

/** The same, and of a row whether it begins a group, as tn_pg_is_new() tells it of rows that are all at hand. */
TN_API TN_NODISCARD int tn_pg_step_group(bool *is_new, struct tn_pg_rows *rows,
                                         const struct tn_gen_use *use, const int *columns,
                                         int count, tn_error *err);

/** Memory for what the current row does not hold in the form that C wants: numerics, arrays. It is given back
 *  by the next call of this function for that use, and by its release. */
TN_API tn_arena *tn_pg_scratch(const struct tn_gen_use *use);

/** The same memory, and nothing is given back. */
TN_API tn_arena *tn_pg_memory(const struct tn_gen_use *use);

/** As tn_gen_fail_type(), of the current row. @return TN_ETYPE */
TN_API int tn_pg_fail_type(const struct tn_gen_use *use, const struct tn_pg_rows *rows, int column,
                           const char *expected, tn_error *err);

/** The same of a reader that makes something of the value: `rc` is what it gave. @return TN_ETYPE, TN_ENOMEM */
TN_API int tn_pg_fail_read(const struct tn_gen_use *use, const struct tn_pg_rows *rows, int column,
                           const char *expected, int rc, tn_error *err);

/** As tn_gen_fail_choice(). @return TN_ETYPE */
TN_API int tn_pg_fail_choice(const struct tn_gen_use *use, const struct tn_pg_rows *rows,
                             int column, const char *name, tn_error *err);

/* --- one statement for many items --------------------------------------------------------------- */

/** As struct tn_gen_bulk; items are sent without waiting for the answers of those before, or copied. */
struct tn_pg_bulk {
    struct tn_gen_bulk bulk;
    size_t sent;                /**< items */
    void *pipe;                 /**< private; here and below */
    void *copy;                 /**< COPY instead of the statement; else NULL */
    tn_db *db;                  /**< to begin again without it */
    struct tn_gen_query *query; /**< the same */
    bool is_refused;            /**< an item was, on this side: nothing begins again */
};

/** What a statement "INSERT INTO table (columns) VALUES ($1, $2, …)" puts where. */
struct tn_pg_copy {
    const char *table; /**< as in SQL, in lower case: auth.users, "Users" */
    const char *const *columns;
};

/** So many items are sent before their answers are read. */
#define TN_PG_BULK_ITEMS 256

/** As tn_gen_bulk_begin(); tn_pg_bulk_end() must follow. */
TN_API TN_NODISCARD int tn_pg_bulk_begin(struct tn_pg_bulk *bulk, tn_db *db,
                                         struct tn_gen_query *query, tn_error *err);

/** Whether another one of `count` items may be sent before answers are read. */
static inline bool tn_pg_bulk_has_room(const struct tn_pg_bulk *bulk, size_t count)
{
    return bulk->sent < count && bulk->sent - bulk->bulk.index < TN_PG_BULK_ITEMS;
}

/** With so many items a COPY is worth its beginning. */
#define TN_PG_COPY_ITEMS 64

/**
 * As tn_pg_bulk_begin(), with COPY in the statement's place if that does the same: not for a few items, and
 * not if the table is none of its own, or has rules, triggers, or row-level security. Behind the last
 * item comes tn_pg_bulk_again().
 */
TN_API TN_NODISCARD int tn_pg_bulk_begin_copy(struct tn_pg_bulk *bulk, tn_db *db,
                                              struct tn_gen_query *query,
                                              const struct tn_pg_copy *copy, size_t count,
                                              tn_error *err);

/**
 * End the COPY, if there is one. If the server has refused a row, all is undone and begins again with the
 * statement, item by item, so that the error is the statement's.
 * @param rc  of what was sent; set to how it ended
 * @return true: it begins again, with the first item
 */
TN_API bool tn_pg_bulk_again(struct tn_pg_bulk *bulk, int *rc, tn_error *err);

/** Whether one has been sent whose answer is not read. */
static inline bool tn_pg_bulk_has_answer(const struct tn_pg_bulk *bulk)
{
    return bulk->bulk.index < bulk->sent;
}

/** Send the next item. @return TN_OK; else it is told which one it was, and tn_pg_bulk_end() follows */
TN_API TN_NODISCARD int tn_pg_bulk_send(struct tn_pg_bulk *bulk, const struct tn_pg_params *params,
                                        tn_error *err);

/**
 * The answer for the next item that was sent; its rows live until the next answer is read.
 * @return TN_OK; the failure of the item, told with its number
 */
TN_API TN_NODISCARD int tn_pg_bulk_next(struct tn_pg_rows *rows, struct tn_pg_bulk *bulk,
                                        tn_error *err);

/** As tn_gen_bulk_fail_param(), of the next item. @return TN_EINVAL */
TN_API int tn_pg_bulk_fail_param(struct tn_pg_bulk *bulk, const char *param, tn_error *err);

/** A row of the last answer could not be read, told in `err`: say which item's it was. @return `rc` */
TN_API int tn_pg_bulk_fail_row(struct tn_pg_bulk *bulk, int rc, tn_error *err);

/** As tn_gen_bulk_end(). */
TN_API TN_NODISCARD int tn_pg_bulk_end(struct tn_pg_bulk *bulk, int status, int64_t *affected,
                                       tn_error *err);

TN_END_DECLS

#endif
