/* SPDX-License-Identifier: MIT */
#ifndef TENON_GEN_SQLITE_H
#define TENON_GEN_SQLITE_H

#include <sqlite3.h>

#include <tenon/gen.h>
#include <tenon/time.h>

TN_BEGIN_DECLS

/**
 * @file tenon/gen_sqlite.h
 * The fast path of generated code on SQLite: direct binding and reading on a cached statement.
 *
 * Readers take one sqlite3_column_value() per column and check its class; connections are NOMUTEX
 * and belong to one thread at a time, which is what makes that safe. A reader returns true if the
 * value has the right class (and memory was there); text and blobs are borrowed until the next step.
 */

/* Binding. Text and blobs are borrowed until the statement is released. */

static inline int tn_sqlite_bind_text(sqlite3_stmt *stmt, int index, tn_text text)
{
    return sqlite3_bind_text64(stmt, index, text.data, text.size, SQLITE_STATIC, SQLITE_UTF8);
}

static inline int tn_sqlite_bind_blob(sqlite3_stmt *stmt, int index, tn_blob blob)
{
    if (blob.data && blob.size == 0)
        return sqlite3_bind_zeroblob(stmt, index, 0);
    return sqlite3_bind_blob64(stmt, index, blob.data, blob.size, SQLITE_STATIC);
}

static inline int tn_sqlite_bind_opt_int(sqlite3_stmt *stmt, int index, tn_opt_int value)
{
    return value.has ? sqlite3_bind_int64(stmt, index, value.value)
                     : sqlite3_bind_null(stmt, index);
}

/** A key type that may be NULL: `has` and the number within its value. */
static inline int tn_sqlite_bind_opt_key(sqlite3_stmt *stmt, int index, bool has, int64_t value)
{
    return has ? sqlite3_bind_int64(stmt, index, value) : sqlite3_bind_null(stmt, index);
}

static inline int tn_sqlite_bind_opt_real(sqlite3_stmt *stmt, int index, tn_opt_real value)
{
    return value.has ? sqlite3_bind_double(stmt, index, value.value)
                     : sqlite3_bind_null(stmt, index);
}

static inline int tn_sqlite_bind_opt_bool(sqlite3_stmt *stmt, int index, tn_opt_bool value)
{
    return value.has ? sqlite3_bind_int(stmt, index, value.value) : sqlite3_bind_null(stmt, index);
}

/** A year outside of 0000 to 9999 gives a code whose primary one is SQLITE_RANGE in the text forms. */
TN_API int tn_sqlite_bind_timestamp(sqlite3_stmt *stmt, int index, tn_timestamp value,
                                    enum tn_sqlite_time form);
TN_API int tn_sqlite_bind_opt_timestamp(sqlite3_stmt *stmt, int index, tn_opt_timestamp value,
                                        enum tn_sqlite_time form);

/** Any value (a parameter whose type is not known). */
TN_API int tn_sqlite_bind_value(sqlite3_stmt *stmt, int index, tn_value value);

/**
 * Bind a list. It, its items, and the texts and blobs among them are borrowed until the statement is
 * released. An element that is NULL, or no value of its type, makes the step fail that comes to it, with
 * TN_EINVAL from tn_gen_fail(). A parameter that is NULL gives an empty list.
 */
TN_API int tn_sqlite_bind_list(sqlite3_stmt *stmt, int index, const struct tn_sqlite_list *list);

/** Bind a list that generated code keeps in `list` until the statement is released. */
static inline int tn_sqlite_bind_items(sqlite3_stmt *stmt, int index, struct tn_sqlite_list *list,
                                       const char *name, enum tn_sqlite_list_kind kind,
                                       const void *items, size_t count)
{
    memset(list, 0, sizeof *list);
    list->name = name;
    list->kind = kind;
    list->items = items;
    list->count = count;
    return tn_sqlite_bind_list(stmt, index, list);
}

/** The same of timestamps, in the form that the column keeps. */
static inline int tn_sqlite_bind_times(sqlite3_stmt *stmt, int index, struct tn_sqlite_list *list,
                                       const char *name, enum tn_sqlite_time form,
                                       const void *items, size_t count)
{
    memset(list, 0, sizeof *list);
    list->name = name;
    list->kind = TN_SQLITE_LIST_TIMESTAMP;
    list->form = form;
    list->items = items;
    list->count = count;
    return tn_sqlite_bind_list(stmt, index, list);
}

/** The same of enums, as their texts. */
static inline int tn_sqlite_bind_choices(sqlite3_stmt *stmt, int index, struct tn_sqlite_list *list,
                                         const char *name, const tn_text *choices,
                                         size_t choice_count, const void *items, size_t count)
{
    memset(list, 0, sizeof *list);
    list->name = name;
    list->kind = TN_SQLITE_LIST_CHOICE;
    list->choices = choices;
    list->choice_count = choice_count;
    list->items = items;
    list->count = count;
    return tn_sqlite_bind_list(stmt, index, list);
}

/* Reading, NOT NULL. */

static inline bool tn_sqlite_read_int(sqlite3_stmt *stmt, int column, int64_t *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    *out = sqlite3_value_int64(value);
    return TN_LIKELY(sqlite3_value_type(value) == SQLITE_INTEGER);
}

static inline bool tn_sqlite_read_real(sqlite3_stmt *stmt, int column, double *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    *out = sqlite3_value_double(value);
    return TN_LIKELY(sqlite3_value_type(value) == SQLITE_FLOAT);
}

static inline bool tn_sqlite_read_bool(sqlite3_stmt *stmt, int column, bool *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    *out = sqlite3_value_int64(value) != 0;
    return TN_LIKELY(sqlite3_value_type(value) == SQLITE_INTEGER);
}

static inline bool tn_sqlite_read_text(sqlite3_stmt *stmt, int column, tn_text *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    if (TN_UNLIKELY(sqlite3_value_type(value) != SQLITE_TEXT))
        return false;
    out->data = (const char *)sqlite3_value_text(value);
    out->size = (size_t)sqlite3_value_bytes(value);
    return TN_LIKELY(out->data != NULL); /* NULL under class TEXT: no memory */
}

/** What an empty blob points to: SQLite gives NULL for it. */
static inline const void *tn_sqlite_empty_blob(void)
{
    return "";
}

/** The bytes of a value of class BLOB; false: no memory (for those of a zeroblob), and it is NULL now. */
static inline bool tn_sqlite_value_bytes(sqlite3_value *value, tn_blob *out)
{
    out->data = sqlite3_value_blob(value);
    out->size = (size_t)sqlite3_value_bytes(value);
    if (TN_LIKELY(out->data != NULL))
        return true;
    out->data = tn_sqlite_empty_blob();
    return sqlite3_value_type(value) == SQLITE_BLOB;
}

static inline bool tn_sqlite_read_blob(sqlite3_stmt *stmt, int column, tn_blob *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    if (TN_UNLIKELY(sqlite3_value_type(value) != SQLITE_BLOB))
        return false;
    return tn_sqlite_value_bytes(value, out);
}

/* Reading, nullable. */

static inline bool tn_sqlite_read_opt_int(sqlite3_stmt *stmt, int column, tn_opt_int *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    int type = sqlite3_value_type(value);
    out->has = type == SQLITE_INTEGER;
    out->value = sqlite3_value_int64(value);
    return TN_LIKELY(type == SQLITE_INTEGER || type == SQLITE_NULL);
}

static inline bool tn_sqlite_read_opt_key(sqlite3_stmt *stmt, int column, bool *has, int64_t *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    int type = sqlite3_value_type(value);
    *has = type == SQLITE_INTEGER;
    *out = sqlite3_value_int64(value);
    return TN_LIKELY(type == SQLITE_INTEGER || type == SQLITE_NULL);
}

static inline bool tn_sqlite_read_opt_real(sqlite3_stmt *stmt, int column, tn_opt_real *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    int type = sqlite3_value_type(value);
    out->has = type == SQLITE_FLOAT;
    out->value = sqlite3_value_double(value);
    return TN_LIKELY(type == SQLITE_FLOAT || type == SQLITE_NULL);
}

static inline bool tn_sqlite_read_opt_bool(sqlite3_stmt *stmt, int column, tn_opt_bool *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    int type = sqlite3_value_type(value);
    out->has = type == SQLITE_INTEGER;
    out->value = sqlite3_value_int64(value) != 0;
    return TN_LIKELY(type == SQLITE_INTEGER || type == SQLITE_NULL);
}

static inline bool tn_sqlite_read_opt_text(sqlite3_stmt *stmt, int column, tn_text *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    int type = sqlite3_value_type(value);
    if (type == SQLITE_TEXT) {
        out->data = (const char *)sqlite3_value_text(value);
        out->size = (size_t)sqlite3_value_bytes(value);
        return TN_LIKELY(out->data != NULL);
    }
    out->data = NULL;
    out->size = 0;
    return TN_LIKELY(type == SQLITE_NULL);
}

static inline bool tn_sqlite_read_opt_blob(sqlite3_stmt *stmt, int column, tn_blob *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    int type = sqlite3_value_type(value);
    if (type == SQLITE_BLOB)
        return tn_sqlite_value_bytes(value, out);
    out->data = NULL;
    out->size = 0;
    return TN_LIKELY(type == SQLITE_NULL);
}

/*
 * Numbers of either class: an expression that is INTEGER in one row and REAL in the next, a NUMERIC column that is
 * read as real; and in two places SQLite shows the form on disk, in which a whole REAL is an INTEGER, or
 * makes a REAL of what is none: RETURNING, and a generated column that goes through a sorter. It is the
 * same number; beyond 2^53 a REAL no longer says which, and is refused.
 */

static inline bool tn_sqlite_value_real_loose(sqlite3_value *value, double *out)
{
    int64_t integer;
    *out = sqlite3_value_double(value);
    if (TN_LIKELY(sqlite3_value_type(value) == SQLITE_FLOAT))
        return true;
    integer = sqlite3_value_int64(value);
    return sqlite3_value_type(value) == SQLITE_INTEGER && integer >= -9007199254740992 &&
           integer <= 9007199254740992;
}

static inline bool tn_sqlite_read_real_loose(sqlite3_stmt *stmt, int column, double *out)
{
    return tn_sqlite_value_real_loose(sqlite3_column_value(stmt, column), out);
}

static inline bool tn_sqlite_read_opt_real_loose(sqlite3_stmt *stmt, int column, tn_opt_real *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    out->has = tn_sqlite_value_real_loose(value, &out->value);
    return TN_LIKELY(out->has || sqlite3_value_type(value) == SQLITE_NULL);
}

static inline bool tn_sqlite_value_int_loose(sqlite3_value *value, int64_t *out)
{
    double real;
    *out = sqlite3_value_int64(value);
    if (TN_LIKELY(sqlite3_value_type(value) == SQLITE_INTEGER))
        return true;
    if (sqlite3_value_type(value) != SQLITE_FLOAT)
        return false;
    real = sqlite3_value_double(value);
    return real >= -9007199254740992.0 && real <= 9007199254740992.0 && (double)*out == real;
}

static inline bool tn_sqlite_read_int_loose(sqlite3_stmt *stmt, int column, int64_t *out)
{
    return tn_sqlite_value_int_loose(sqlite3_column_value(stmt, column), out);
}

static inline bool tn_sqlite_read_opt_int_loose(sqlite3_stmt *stmt, int column, tn_opt_int *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    out->has = tn_sqlite_value_int_loose(value, &out->value);
    return TN_LIKELY(out->has || sqlite3_value_type(value) == SQLITE_NULL);
}

static inline bool tn_sqlite_read_opt_key_loose(sqlite3_stmt *stmt, int column, bool *has,
                                                int64_t *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    *has = tn_sqlite_value_int_loose(value, out);
    return TN_LIKELY(*has || sqlite3_value_type(value) == SQLITE_NULL);
}

static inline bool tn_sqlite_read_bool_loose(sqlite3_stmt *stmt, int column, bool *out)
{
    int64_t number;
    bool is_number = tn_sqlite_value_int_loose(sqlite3_column_value(stmt, column), &number);
    *out = number != 0;
    return TN_LIKELY(is_number);
}

static inline bool tn_sqlite_read_opt_bool_loose(sqlite3_stmt *stmt, int column, tn_opt_bool *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    int64_t number;
    out->has = tn_sqlite_value_int_loose(value, &number);
    out->value = number != 0;
    return TN_LIKELY(out->has || sqlite3_value_type(value) == SQLITE_NULL);
}

/**
 * JSON text. A declared type JSON has NUMERIC affinity, so that SQLite keeps the document `5` as a
 * number: that is read as its text, too.
 */
static inline bool tn_sqlite_read_opt_json(sqlite3_stmt *stmt, int column, tn_json *out)
{
    sqlite3_value *value = sqlite3_column_value(stmt, column);
    int type = sqlite3_value_type(value);
    if (type == SQLITE_NULL || type == SQLITE_BLOB) {
        out->data = NULL;
        out->size = 0;
        return type == SQLITE_NULL;
    }
    out->data = (const char *)sqlite3_value_text(value);
    out->size = (size_t)sqlite3_value_bytes(value);
    return TN_LIKELY(out->data != NULL);
}

static inline bool tn_sqlite_read_json(sqlite3_stmt *stmt, int column, tn_json *out)
{
    return tn_sqlite_read_opt_json(stmt, column, out) && TN_LIKELY(out->data != NULL);
}

/** Text in any of the forms of tn_time_parse(), or an INTEGER in `form` (seconds unless MS). */
TN_API bool tn_sqlite_read_timestamp(sqlite3_stmt *stmt, int column, tn_timestamp *out,
                                     enum tn_sqlite_time form);
TN_API bool tn_sqlite_read_opt_timestamp(sqlite3_stmt *stmt, int column, tn_opt_timestamp *out,
                                         enum tn_sqlite_time form);

/**
 * The end of a query that gives one row at most, after it has been read.
 * @return TN_OK; TN_ETOOMANY if there is another row; the engine's error
 */
static inline int tn_sqlite_end_row(const struct tn_gen_use *use, tn_error *err)
{
    int rc = sqlite3_step((sqlite3_stmt *)use->stmt);
    if (TN_LIKELY(rc == SQLITE_DONE))
        return TN_OK;
    return rc == SQLITE_ROW ? tn_gen_fail_too_many(use, err) : tn_gen_fail(use, rc, err);
}

/** Any class; borrowed. */
TN_API bool tn_sqlite_read_value(sqlite3_stmt *stmt, int column, tn_value *out);

/**
 * Whether the current row begins a group: its values in `columns`, class and bytes, are other ones than
 * those kept in `key`, which then keeps them. Reals are compared as numbers.
 * @return 1: it does, as the first row always does; 0; TN_ENOMEM, and `key` is as it was
 */
TN_API TN_NODISCARD int tn_sqlite_key_next(struct tn_gen_key *key, sqlite3_stmt *stmt,
                                           const int *columns, int count);

/**
 * Run one item of a bulk, its parameters bound: to its end, counted, ready for the next one.
 * @return TN_OK; the failure of tn_gen_bulk_fail(), and the statement is left for tn_gen_bulk_end()
 */
static inline int tn_sqlite_bulk_run(struct tn_gen_bulk *bulk, tn_error *err)
{
    sqlite3_stmt *stmt = (sqlite3_stmt *)bulk->use.stmt;
    int rc;
    do
        rc = sqlite3_step(stmt);
    while (TN_UNLIKELY(rc == SQLITE_ROW)); /* RETURNING: nobody asks for it */
    if (TN_UNLIKELY(rc != SQLITE_DONE))
        return tn_gen_bulk_fail(bulk, rc, err);
    bulk->affected += tn_gen_affected(&bulk->use);
    bulk->index++;
    sqlite3_reset(stmt);
    return TN_OK;
}

TN_END_DECLS

#endif
