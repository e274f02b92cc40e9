/* SPDX-License-Identifier: MIT */
#ifndef TENON_GEN_H
#define TENON_GEN_H

#include <tenon/arena.h>
#include <tenon/db.h>
#include <tenon/error.h>
#include <tenon/value.h>

TN_BEGIN_DECLS

/**
 * @file tenon/gen.h
 * What generated code may use, and TN_QUERY. Hand-written code has no use for the rest, except for
 * reading the list of queries that each generated pair ends with: names and SQL, for plans and tests.
 *
 * Generated sources carry the TN_GEN_ABI that they were written for and stop with #error on
 * another; the window below says which ones this library still serves.
 */
#define TN_GEN_ABI     2
#define TN_GEN_ABI_MIN 1

/**
 * A query written in C:
 *
 *     #include "tasks.tenon.h"
 *     TN_QUERY(task_find, ":optional", "SELECT * FROM tasks WHERE id = :id");
 *
 * `tenon generate` reads it and writes the macro TN_CHECKED_<name> with its text, and the compiler
 * stops with "query 'task_find' changed" when it is edited afterwards. File or block scope.
 */
#ifdef __cplusplus
# define TN_GEN_STATIC_ASSERT_ static_assert
#else
# define TN_GEN_STATIC_ASSERT_ _Static_assert
#endif
#define TN_QUERY(name, mode, ...)                                                   \
 enum {                                                                             \
  tn_fresh_##name = __builtin_strcmp(mode "\n" __VA_ARGS__, TN_CHECKED_##name) == 0 \
 };                                                                                 \
 TN_GEN_STATIC_ASSERT_(tn_fresh_##name, "query '" #name "' changed: run tenon generate")

/** A generated query. Static in the generated source; the library numbers it at first use. */
struct tn_gen_query {
    const char *name; /**< for errors, traces and logs */
    const char *sql;  /**< the checked text, parameters as ?1, ?2, … */
    uint32_t sql_size;
    uint16_t column_count;
    uint8_t access; /**< enum tn_access */
    uint8_t abi;    /**< TN_GEN_ABI of the generated code */
    uint32_t slot;  /**< private: 0 = not numbered yet; TN_GEN_NO_SLOT */
};

/** A query whose statement is kept for nobody. */
#define TN_GEN_NO_SLOT UINT32_MAX

/** A query in use: its connection and its statement. Lives on the stack, or in an iterator. */
struct tn_gen_use {
    void *stmt;    /**< sqlite3_stmt * */
    tn_conn *conn; /**< private */
    const struct tn_gen_query *query;
    const char *const *over; /**< private: why it is over; NULL: it has the connection for itself */
};

/**
 * Acquire a connection and the query's statement on it, prepared if this is its first use there.
 * @return TN_OK: then tn_gen_release() must follow; else an error, and nothing is held
 */
TN_API TN_NODISCARD int tn_gen_acquire(struct tn_gen_use *use, tn_db *db,
                                       struct tn_gen_query *query, tn_error *err);

/**
 * Reset the statement and give both back. `use` may be zero or released already. One that was acquired on a
 * view (of a transaction, or of tn_conn_acquire()) ends with it: both are given back by then, and this frees
 * what is left.
 *
 * A write that has not been stepped to its end commits here, and if that fails nobody is told: who
 * wants to know steps on, as tn_sqlite_end_row() and generated code do.
 */
TN_API void tn_gen_release(struct tn_gen_use *use);

/** Whether a use is over, for the transaction or the connection that it was acquired on is. */
static inline bool tn_gen_is_over(const struct tn_gen_use *use)
{
    return use->over && *use->over;
}

/** `err` for a use that is over. @return TN_EMISUSE */
TN_API int tn_gen_fail_over(const struct tn_gen_use *use, tn_error *err);

/**
 * Turn the engine's result code into a status and fill `err`, with the query's name.
 * Must be called before tn_gen_release().
 */
TN_API int tn_gen_fail(const struct tn_gen_use *use, int native, tn_error *err);

/** `err` for a value whose class is not the column's (column from 0). @return TN_ETYPE */
TN_API int tn_gen_fail_type(const struct tn_gen_use *use, int column, const char *expected,
                            tn_error *err);

/** `err` for a value that is none of an enum's (column from 0). @return TN_ETYPE */
TN_API int tn_gen_fail_choice(const struct tn_gen_use *use, int column, const char *name,
                              tn_error *err);

/** `err` for a parameter that is none of its enum's values; nothing is held. @return TN_EINVAL */
TN_API int tn_gen_fail_param(const struct tn_gen_query *query, const char *param, tn_error *err);

/** `err` for a :one query. @return TN_ENOROW; TN_ETOOMANY */
TN_API int tn_gen_fail_no_row(const struct tn_gen_use *use, tn_error *err);
TN_API int tn_gen_fail_too_many(const struct tn_gen_use *use, tn_error *err);

/** `err` for memory of the caller's arena. @return TN_ENOMEM */
TN_API int tn_gen_fail_memory(const struct tn_gen_use *use, tn_error *err);

/** Rows changed by the statement that has just run to its end. */
TN_API int64_t tn_gen_affected(const struct tn_gen_use *use);

/* --- lists, on SQLite ---------------------------------------------------------------------------- */

/** How a timestamp is kept; readers accept every form, writers use the declared one. */
enum tn_sqlite_time {
    TN_SQLITE_TIME_TEXT = 0,    /**< 2026-11-21 04:08:32[.ffffff], as datetime() */
    TN_SQLITE_TIME_RFC3339 = 1, /**< 2026-11-21T04:08:32[.ffffff]Z */
    TN_SQLITE_TIME_SECONDS = 2, /**< INTEGER, seconds since 1970 */
    TN_SQLITE_TIME_MS = 3       /**< INTEGER, milliseconds since 1970 */
};

/** What the items of a list are in C. */
enum tn_sqlite_list_kind {
    TN_SQLITE_LIST_INT = 0,       /**< int64_t */
    TN_SQLITE_LIST_REAL = 1,      /**< double */
    TN_SQLITE_LIST_BOOL = 2,      /**< bool */
    TN_SQLITE_LIST_TEXT = 3,      /**< tn_text, tn_json */
    TN_SQLITE_LIST_BLOB = 4,      /**< tn_blob */
    TN_SQLITE_LIST_TIMESTAMP = 5, /**< tn_timestamp, kept in `form` */
    TN_SQLITE_LIST_VALUE = 6,     /**< tn_value; its timestamps are kept in `form` */
    TN_SQLITE_LIST_CHOICE = 7 /**< an enum of the size of an unsigned int: v is choices[v - 1] */
};

/** A list parameter: what `tn_list(?1)` in the statement gives, row by row, as its column `value`. */
struct tn_sqlite_list {
    const void *items; /**< NULL: an empty list, if `count` is 0 */
    size_t count;
    enum tn_sqlite_list_kind kind;
    enum tn_sqlite_time form;
    const tn_text *choices;
    size_t choice_count;
    const char *name; /**< for errors: "list 'ids': element 3 is NULL" */
};

/* --- queries with optional parts ---------------------------------------------------------------- */

/** A piece of the text of a query with optional parts: in it iff (key & mask) == value. */
struct tn_gen_piece {
    const char *sql;
    uint32_t size;
    uint64_t mask;
    uint64_t value;
};

/**
 * A query with optional parts. Each combination that is used, by its key, is a query of its own with
 * its own statement on each connection. Static in the generated source, and shared by all threads.
 */
struct tn_gen_template {
    struct tn_gen_query query; /**< of the text with all parts; itself never run */
    const struct tn_gen_piece *pieces;
    uint32_t piece_count;
    uint32_t bucket_count; /**< a power of two */
    void **buckets;        /**< private: a static array of NULLs */
    uint32_t used;         /**< private */
};

/** So many variants of a template are kept, for the rest of the process. */
#define TN_GEN_VARIANTS_MAX 1024

/**
 * As tn_gen_acquire(), for the variant of that key, whose text is put together at its first use. Beyond
 * TN_GEN_VARIANTS_MAX of them a variant is made for this one use, and its statement with it.
 * @return TN_OK: then tn_gen_release_variant() must follow; else an error, and nothing is held
 */
TN_API TN_NODISCARD int tn_gen_acquire_variant(struct tn_gen_use *use, tn_db *db,
                                               struct tn_gen_template *template_, uint64_t key,
                                               tn_error *err);

/** As tn_gen_release(). */
TN_API void tn_gen_release_variant(struct tn_gen_use *use);

/* --- one statement for many items --------------------------------------------------------------- */

/** A query that runs once for each of many items, all of them or none. */
struct tn_gen_bulk {
    struct tn_gen_use use;
    tn_db *tx;        /**< private: NULL: over */
    int64_t affected; /**< rows changed so far, as tn_gen_affected() counts them for each item */
    size_t index;     /**< of the item at work, from 0 */
};

/**
 * Begin a transaction of the query's access (BEGIN IMMEDIATE), or a savepoint where `db` is in one, and acquire the
 * query's statement in it.
 * @return TN_OK: then tn_gen_bulk_end() must follow; else an error, and nothing is held
 */
TN_API TN_NODISCARD int tn_gen_bulk_begin(struct tn_gen_bulk *bulk, tn_db *db,
                                          struct tn_gen_query *query, tn_error *err);

/**
 * Give the statement back; commit if `status` is TN_OK, else undo all items and leave `err` alone.
 * @param affected  set if it has been committed; NULL is allowed
 * @return `status`; or the error of COMMIT, after which all items are undone, too
 */
TN_API TN_NODISCARD int tn_gen_bulk_end(struct tn_gen_bulk *bulk, int status, int64_t *affected,
                                        tn_error *err);

/**
 * tn_gen_fail() that says which item it was: "query 'task_add': item 17: …".
 * @param rc  the engine's result code; or the status of a row that could not be read, told in `err`
 */
TN_API int tn_gen_bulk_fail(struct tn_gen_bulk *bulk, int rc, tn_error *err);

/** tn_gen_fail_param() that says which item it was. @return TN_EINVAL */
TN_API int tn_gen_bulk_fail_param(const struct tn_gen_bulk *bulk, const char *param, tn_error *err);

/* --- rows --------------------------------------------------------------------------------------- */

/** Replace what a value borrows by a copy. @return TN_OK or TN_ENOMEM */
static inline int tn_gen_copy_value(tn_arena *arena, tn_value *value)
{
    if (value->type == TN_TEXT)
        return tn_arena_text(arena, &value->as.text, value->as.text);
    if (value->type == TN_BLOB)
        return tn_arena_blob(arena, &value->as.blob, value->as.blob);
    return value->type < TN_JSON ? TN_OK : tn_arena_value(arena, value, *value);
}

/** A growing array of rows in an arena, for _all. */
struct tn_gen_list {
    void *items;
    size_t count;
    size_t cap;
};

/** Room for one more element of `size` bytes, not zeroed; NULL if the arena is exhausted. */
TN_API void *tn_gen_list_add(struct tn_gen_list *list, tn_arena *arena, size_t size);

/** What the rows of a group have in common: see tn_sqlite_key_next(). Zero: no row yet. Private. */
struct tn_gen_key {
    unsigned char *heap; /* of `cap` bytes, where `own` is too small */
    size_t cap;
    size_t size;
    bool has; /* a row has been seen */
    unsigned char own[39];
};

/** Free what a key has taken. It may be zero, and is so afterwards. */
TN_API void tn_gen_key_fini(struct tn_gen_key *key);

TN_END_DECLS

#endif
