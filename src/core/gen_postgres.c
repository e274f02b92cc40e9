/* SPDX-License-Identifier: MIT */
#include <tenon/gen_postgres.h>

#include <stdio.h>
#include <string.h>

#include "core/conn.h"
#include "core/gen.h"
#include "core/observe.h"
#include "util/str.h"

/* Queries on PostgreSQL: running, and what is told of rows that cannot be read. */

static const struct tn__driver_wire *wire_of(const struct tn_gen_use *use)
{
    return use->conn->driver->wire;
}

/* The size of a parameter that was refused, where that is not for its range. */
enum {
    NO_MEMORY = -1,
    HAS_NUL = -2 /* in what goes as a text, where it would be the end */
};

/* --- parameters --------------------------------------------------------------------------------- */

const char *tn__gen_param_name(const struct tn_gen_query *query, int index)
{
    const char *name = ((const struct tn_pg_query *)query)->types.names;
    for (int i = 0; i < index; i++)
        name += strlen(name) + 1;
    return name;
}

/* A value that the parameter's type does not have. A number stands in its slot. */
int tn__gen_pg_fail_param(const struct tn_gen_use *use, const struct tn_pg_params *params,
                          tn_error *err)
{
    int index = params->failed - 1;
    const char *name = tn__gen_param_name(use->query, index);
    const char *type = wire_of(use)->gen_param_type(use->stmt, index + 1);
    bool is_int =
        strcmp(type, "int2") == 0 || strcmp(type, "int4") == 0 || strcmp(type, "oid") == 0;
    int64_t number;
    memcpy(&number, params->slots[index].bytes, sizeof number);
    if (params->sizes[index] == NO_MEMORY)
        tn_error_set(err, TN_ENOMEM, "out of memory");
    else if (params->sizes[index] == HAS_NUL)
        tn_error_set(err, TN_EINVAL,
                     "parameter '%s': a text with a NUL byte in it cannot be passed to a parameter "
                     "of type %s",
                     name, type);
    else if (params->sizes[index] == TN_PG_NO_VALUE)
        tn_error_set(err, TN_EINVAL, "parameter '%s' is NULL, which it may not be", name);
    else if (is_int)
        tn_error_set(err, TN_ERANGE, "parameter '%s': %lld is out of range for type %s", name,
                     (long long)number, type);
    else
        tn_error_set(err, TN_ERANGE, "parameter '%s' is out of range for type %s", name, type);
    tn__gen_add_name(use->query, err);
    return err->status;
}

/* Room in the statement's memory; NULL: none, and the parameter is refused. */
static char *take_room(struct tn_pg_params *params, int index, size_t size)
{
    char *room = NULL;
    if (size <= INT_MAX)
        room = tn_arena_alloc(wire_of(params->use)->gen_scratch(params->use->stmt), size);
    if (!room)
        tn_pg_refuse(params, index);
    params->sizes[index] = room ? (int)size : size <= INT_MAX ? NO_MEMORY : 0;
    return room;
}

void tn_pg_bind_word(struct tn_pg_params *params, int index, tn_text value)
{
    char *room = params->slots[index].bytes;
    tn_pg_bind_null(params, index);
    if (!value.data) {
        tn_pg_refuse_null(params, index);
        return;
    }
    if (TN_UNLIKELY(memchr(value.data, '\0', value.size) != NULL)) {
        tn_pg_refuse(params, index);
        params->sizes[index] = HAS_NUL;
        return;
    }
    if (value.size >= sizeof params->slots[index].bytes)
        room = take_room(params, index, value.size + 1);
    if (!room)
        return;
    memcpy(room, value.data, value.size);
    room[value.size] = '\0';
    params->values[index] = room;
}

void tn_pg_bind_jsonb(struct tn_pg_params *params, int index, tn_json value)
{
    tn_pg_bind_null(params, index);
    if (!value.data) {
        tn_pg_refuse_null(params, index);
        return;
    }
    char *room = take_room(params, index, value.size + 1);
    if (!room)
        return;
    room[0] = 1; /* the version of its form */
    memcpy(room + 1, value.data, value.size);
    params->values[index] = room;
}

/* --- running ------------------------------------------------------------------------------------ */

int tn_pg_run(struct tn_pg_rows *rows, const struct tn_gen_use *use,
              const struct tn_pg_params *params, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    if (params && TN_UNLIKELY(params->failed != 0))
        return tn__gen_pg_fail_param(use, params, err);
    int rc = wire_of(use)->gen_run(rows, use->stmt, params, err);
    return TN_LIKELY(rc == TN_OK) ? TN_OK : tn__gen_failed(use, rc, NULL, err);
}

int tn_pg_stream(struct tn_pg_rows *rows, const struct tn_gen_use *use,
                 const struct tn_pg_params *params, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    if (params && TN_UNLIKELY(params->failed != 0))
        return tn__gen_pg_fail_param(use, params, err);
    bool is_change = use->query->access == TN_WRITE;
    int rc = wire_of(use)->gen_stream(rows, use->stmt, params, is_change, err);
    return rc == TN_OK ? TN_OK : tn__gen_failed(use, rc, NULL, err);
}

static int step(struct tn_pg_rows *rows, const struct tn_gen_use *use,
                const struct pg_result **before, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    int rc = wire_of(use)->gen_step(rows, before, use->stmt, err);
    return TN_LIKELY(rc >= 0) ? rc : tn__gen_failed(use, rc, NULL, err);
}

int tn_pg_step(struct tn_pg_rows *rows, const struct tn_gen_use *use, tn_error *err)
{
    return step(rows, use, NULL, err);
}

tn_arena *tn_pg_memory(const struct tn_gen_use *use)
{
    return wire_of(use)->gen_scratch(use->stmt);
}

tn_arena *tn_pg_scratch(const struct tn_gen_use *use)
{
    tn_arena *arena = wire_of(use)->gen_scratch(use->stmt);
    tn_arena_reset(arena);
    return arena;
}

/* --- rows that cannot be read ------------------------------------------------------------------- */

static int fail_column(const struct tn_gen_use *use, int column, const char *what, tn_error *err)
{
    const char *name = use->conn->driver->column_name(use->stmt, column);
    tn_error_set(err, TN_ETYPE, "column '%s' %s", name, what);
    if (err) {
        tn__copy_text(err->column, sizeof err->column, tn_text_of(name));
        tn__gen_add_name(use->query, err);
    }
    return TN_ETYPE;
}

int tn_pg_fail_type(const struct tn_gen_use *use, const struct tn_pg_rows *rows, int column,
                    const char *expected, tn_error *err)
{
    char what[200];
    if (tn_pg_is_null(rows, column))
        snprintf(what, sizeof what, "holds null, not %s", expected);
    else
        snprintf(what, sizeof what, "holds a value that no %s of C can hold", expected);
    return fail_column(use, column, what, err);
}

int tn_pg_fail_read(const struct tn_gen_use *use, const struct tn_pg_rows *rows, int column,
                    const char *expected, int rc, tn_error *err)
{
    return rc == TN_ENOMEM ? tn_gen_fail_memory(use, err)
                           : tn_pg_fail_type(use, rows, column, expected, err);
}

int tn_pg_fail_choice(const struct tn_gen_use *use, const struct tn_pg_rows *rows, int column,
                      const char *name, tn_error *err)
{
    const char *data;
    char shown[60];
    char what[300];
    int size = tn_pg_cell(rows, column, &data);
    if (size < 0)
        return tn_pg_fail_type(use, rows, column, name, err);
    tn__copy_line(shown, sizeof shown, (tn_text){data, (size_t)size});
    snprintf(what, sizeof what, "holds '%s', which is no value of %s", shown, name);
    return fail_column(use, column, what, err);
}

/* --- groups ------------------------------------------------------------------------------------- */

/* Whether a column has the same in the row at hand and in `row` of `before`. */
static bool is_same(const struct tn_pg_rows *rows, const struct pg_result *before, int row,
                    int column)
{
    const struct tn_pg_calls *pq = rows->pq;
    int size = pq->getlength(rows->result, rows->row, column);
    if (size != pq->getlength(before, row, column))
        return false;
    if (size == 0)
        return pq->getisnull(rows->result, rows->row, column) == pq->getisnull(before, row, column);
    return memcmp(pq->getvalue(rows->result, rows->row, column), pq->getvalue(before, row, column),
                  (size_t)size) == 0;
}

static bool is_other(const struct tn_pg_rows *rows, const struct pg_result *before, int row,
                     const int *columns, int count)
{
    for (int i = 0; i < count; i++)
        if (!is_same(rows, before, row, columns[i]))
            return true;
    return false;
}

bool tn_pg_is_new(const struct tn_pg_rows *rows, const int *columns, int count)
{
    return rows->row == 0 || is_other(rows, rows->result, rows->row - 1, columns, count);
}

int tn_pg_step_group(bool *is_new, struct tn_pg_rows *rows, const struct tn_gen_use *use,
                     const int *columns, int count, tn_error *err)
{
    const struct pg_result *before = NULL;
    int rc = step(rows, use, &before, err);
    if (rc == TN_ROW)
        *is_new = !before || is_other(rows, before, 0, columns, count);
    return rc;
}
