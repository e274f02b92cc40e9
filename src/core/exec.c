/* SPDX-License-Identifier: MIT */
#include "core/stmt.h"

#include "lex/lex.h"

/* One call from text to result, on top of statements. */

static int bind_all(tn_stmt *stmt, const tn_value *params, size_t count, tn_error *err)
{
    int wanted = tn_stmt_param_count(stmt);
    if (count != (size_t)wanted)
        return tn_error_set(err, TN_EINVAL, "the statement has %d parameters, and %zu were given",
                            wanted, count);
    for (size_t i = 0; i < count; i++) {
        int status = tn_stmt_bind(stmt, (int)i + 1, params[i], err);
        if (status != TN_OK)
            return status;
    }
    return TN_OK;
}

int tn_exec(tn_db *db, const char *sql, const tn_value *params, size_t count, int64_t *affected,
            tn_error *err)
{
    tn_stmt *stmt = NULL;
    int status = tn_stmt_open(&stmt, db, sql, err);
    if (status != TN_OK)
        return status;
    status = bind_all(stmt, params, count, err);
    if (status == TN_OK)
        do
            status = tn_stmt_step(stmt, err);
        while (status == TN_ROW);
    if (status == TN_DONE) {
        status = TN_OK;
        if (affected)
            *affected = tn_stmt_affected(stmt);
    }
    tn_stmt_close(stmt);
    return status;
}

static int run_span(tn_conn *conn, const char *sql, size_t size, tn_error *err)
{
    struct tn__driver_stmt *stmt = NULL;
    int status = conn->driver->prepare(&stmt, conn->native, sql, size, false, err);
    if (status != TN_OK)
        return status;
    do
        status = conn->driver->step(stmt, err);
    while (status == TN_ROW);
    conn->driver->finalize(stmt);
    return status == TN_DONE ? TN_OK : status;
}

int tn_exec_script(tn_db *db, const char *sql, tn_error *err)
{
    const struct tn__stmt_span *spans = NULL;
    size_t count = 0;
    tn_conn *conn = NULL;
    tn_arena arena = TN_ARENA_INIT;
    tn_error own = {0};

    if (!db || !sql)
        return tn_error_set(err, TN_EINVAL, "no database or no script");
    if (!err)
        err = &own; /* positions are moved below */
    int status = tn__split(&spans, &count, tn_text_of(sql), TN__SQLITE, &arena, err);
    if (status == TN_OK)
        status = tn_conn_acquire(&conn, db, TN_WRITE, err);
    for (size_t i = 0; status == TN_OK && i < count; i++) {
        status = run_span(conn, sql + spans[i].offset, spans[i].size, err);
        if (status != TN_OK && err->position > 0)
            err->position += (uint32_t)spans[i].offset;
    }
    tn_conn_release(conn);
    tn_arena_fini(&arena);
    return status;
}

/* Rows under collection: pages of values would need a second copy, so the array doubles. */
struct collector {
    tn_arena *arena;
    tn_value *values;
    size_t count;
    size_t cap;
};

static int copy_value(tn_value *out, tn_value value, tn_arena *arena)
{
    *out = value;
    if (value.type == TN_TEXT)
        return tn_arena_text(arena, &out->as.text, value.as.text);
    if (value.type == TN_BLOB)
        return tn_arena_blob(arena, &out->as.blob, value.as.blob);
    return TN_OK;
}

static int collect_row(struct collector *rows, tn_stmt *stmt, int columns)
{
    if (rows->count + (size_t)columns > rows->cap) {
        size_t cap = rows->cap ? rows->cap * 2 : (size_t)columns * 16;
        tn_value *values = tn_arena_array(rows->arena, cap, sizeof *values);
        if (!values)
            return TN_ENOMEM;
        if (rows->count > 0)
            memcpy(values, rows->values, rows->count * sizeof *values);
        rows->values = values;
        rows->cap = cap;
    }
    for (int i = 0; i < columns; i++) {
        if (copy_value(&rows->values[rows->count], tn_stmt_column(stmt, i), rows->arena) != TN_OK)
            return TN_ENOMEM;
        rows->count++;
    }
    return TN_OK;
}

static const char **copy_names(tn_stmt *stmt, int columns, tn_arena *arena)
{
    const char **names = tn_arena_array(arena, (size_t)columns + 1, sizeof *names);
    for (int i = 0; names && i < columns; i++) {
        tn_text name = tn_text_of(tn_stmt_column_name(stmt, i));
        names[i] = tn_arena_copy(arena, name.data ? name.data : "", name.size);
        if (!names[i])
            return NULL;
    }
    return names;
}

int tn_query(tn_rows *out, tn_db *db, const char *sql, const tn_value *params, size_t count,
             tn_arena *arena, tn_error *err)
{
    tn_stmt *stmt = NULL;
    struct collector rows = {.arena = arena};
    if (!out || !arena)
        return tn_error_set(err, TN_EINVAL, "no place to collect rows in");
    int status = tn_stmt_open(&stmt, db, sql, err);
    if (status != TN_OK)
        return status;
    status = bind_all(stmt, params, count, err);
    int columns = tn_stmt_column_count(stmt);
    while (status == TN_OK && (status = tn_stmt_step(stmt, err)) == TN_ROW) {
        status = collect_row(&rows, stmt, columns);
        if (status != TN_OK)
            tn_error_set(err, status, "out of memory for the rows");
    }
    const char **names = NULL;
    if (status == TN_DONE) {
        names = copy_names(stmt, columns, arena);
        status = names ? TN_OK : tn_error_set(err, TN_ENOMEM, "out of memory for the rows");
    }
    if (status == TN_OK) {
        out->column_count = (size_t)columns;
        out->row_count = columns ? rows.count / (size_t)columns : 0;
        out->names = names;
        out->values = rows.values;
    }
    tn_stmt_close(stmt);
    return status;
}
