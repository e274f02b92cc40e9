/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <tenon/time.h>

#include "core/stmt.h"
#include "shape/shape.h"
#include "util/alloc.h"
#include "util/number.h"
#include "util/str.h"

/* Rows of SQL that is known only at run time become structs, column by column. */

/* A column on its way into a member. */
struct taking {
    const struct tn_field *field;
    const tn_value *value; /* not NULL */
    tn_arena *arena;
    void *to; /* the member's value */
};

/* 2^53: up to there a whole double says which number it is. */
static const int64_t whole_max = 9007199254740992;

static int take_any(const struct taking *t)
{
    tn_value copy = *t->value;
    int rc = tn_gen_copy_value(t->arena, &copy);
    memcpy(t->to, &copy, sizeof copy);
    return rc;
}

static int take_int(const struct taking *t)
{
    int64_t number = t->value->as.integer;
    if (t->value->type == TN_REAL) {
        double real = t->value->as.real;
        if (!(real >= (double)-whole_max && real <= (double)whole_max))
            return TN_ETYPE;
        number = (int64_t)real;
        if ((double)number < real || (double)number > real)
            return TN_ETYPE;
    } else if (t->value->type != TN_INT) {
        return TN_ETYPE;
    }
    memcpy(t->to, &number, sizeof number);
    return TN_OK;
}

static int take_real(const struct taking *t)
{
    double real = t->value->as.real;
    if (t->value->type == TN_INT) {
        if (t->value->as.integer < -whole_max || t->value->as.integer > whole_max)
            return TN_ETYPE;
        real = (double)t->value->as.integer;
    } else if (t->value->type != TN_REAL) {
        return TN_ETYPE;
    }
    memcpy(t->to, &real, sizeof real);
    return TN_OK;
}

static int take_bool(const struct taking *t)
{
    int64_t number;
    struct taking as_int = *t;
    if (t->value->type == TN_BOOL) {
        memcpy(t->to, &t->value->as.boolean, sizeof t->value->as.boolean);
        return TN_OK;
    }
    as_int.to = &number;
    int rc = take_int(&as_int);
    bool yes = rc == TN_OK && number != 0;
    if (rc == TN_OK)
        memcpy(t->to, &yes, sizeof yes);
    return rc;
}

static int take_text(const struct taking *t)
{
    bool is_text = t->value->type == TN_TEXT || t->value->type == TN_JSON;
    return is_text ? tn_arena_text(t->arena, t->to, t->value->as.text) : TN_ETYPE;
}

static int take_blob(const struct taking *t)
{
    return t->value->type == TN_BLOB ? tn_arena_blob(t->arena, t->to, t->value->as.blob) : TN_ETYPE;
}

static int take_timestamp(const struct taking *t)
{
    int64_t unit = t->field->form == TN_SQLITE_TIME_MS ? 1000 : 1000000;
    int64_t number = t->value->as.integer;
    tn_timestamp at;
    if (t->value->type == TN_TIMESTAMP) {
        at = t->value->as.timestamp;
    } else if (t->value->type == TN_TEXT) {
        if (tn_time_parse(&at, t->value->as.text) != TN_OK)
            return TN_ETYPE;
    } else {
        if (t->value->type != TN_INT || number > INT64_MAX / unit || number < INT64_MIN / unit)
            return TN_ETYPE;
        at.us = number * unit;
    }
    memcpy(t->to, &at, sizeof at);
    return TN_OK;
}

/* A column that is declared JSON keeps the document 5 as a number. */
static int take_json(const struct taking *t)
{
    char text[TN__REAL_MAX];
    size_t size;
    if (t->value->type == TN_INT)
        size = (size_t)snprintf(text, sizeof text, "%lld", (long long)t->value->as.integer);
    else if (t->value->type == TN_REAL && t->value->as.real - t->value->as.real == 0)
        size = tn__real_format(text, t->value->as.real);
    else
        return take_text(t);
    return size ? tn_arena_text(t->arena, t->to, (tn_text){text, size}) : TN_ENOMEM;
}

static int take_enum(const struct taking *t)
{
    unsigned value = t->value->type == TN_TEXT ? tn__field_choose(t->field, t->value->as.text) : 0;
    if (value != 0)
        memcpy(t->to, &value, sizeof value);
    return value != 0 ? TN_OK : TN_ETYPE;
}

/* A type that only PostgreSQL has; or its text. */
static int take_own(const struct taking *t)
{
    static const struct {
        enum tn_type type;
        size_t size;
    } types[] = {
        [TN_FIELD_UUID] = {TN_UUID, sizeof(tn_uuid)},
        [TN_FIELD_DATE] = {TN_DATE, sizeof(tn_date)},
        [TN_FIELD_TIME] = {TN_TIME, sizeof(tn_time)},
        [TN_FIELD_INTERVAL] = {TN_INTERVAL, sizeof(tn_interval)},
    };
    const tn_value *value = t->value;
    if (value->type == TN_TEXT)
        return tn__field_parse(t->field, t->to, value->as.text) == TN_OK ? TN_OK : TN_ETYPE;
    if (value->type != types[t->field->type].type)
        return TN_ETYPE;
    memcpy(t->to, &value->as, types[t->field->type].size);
    return TN_OK;
}

static int (*const takers[])(const struct taking *t) = {
    [TN_FIELD_ANY] = take_any,      [TN_FIELD_INT] = take_int,
    [TN_FIELD_REAL] = take_real,    [TN_FIELD_TEXT] = take_text,
    [TN_FIELD_BLOB] = take_blob,    [TN_FIELD_BOOL] = take_bool,
    [TN_FIELD_JSON] = take_json,    [TN_FIELD_TIMESTAMP] = take_timestamp,
    [TN_FIELD_ENUM] = take_enum,    [TN_FIELD_UUID] = take_own,
    [TN_FIELD_DATE] = take_own,     [TN_FIELD_TIME] = take_own,
    [TN_FIELD_INTERVAL] = take_own,
};

/* An array of one dimension, item by item. */
static int take_array(const struct tn_field *field, const tn_value *value, void *base,
                      tn_arena *arena)
{
    const tn_array *array = value->as.array;
    size_t stride;
    const struct tn_field item = tn__field_item(field, &stride);
    if (value->type != TN_ARRAY || array->ndim > 1)
        return TN_ETYPE;
    char *items = tn_arena_array(arena, array->count, stride);
    int rc = items ? TN_OK : TN_ENOMEM;
    for (size_t i = 0; i < array->count && rc == TN_OK; i++) {
        char *place = items + i * stride;
        struct taking taking = {&item, &array->items[i], arena, NULL};
        if (array->items[i].type == TN_NULL)
            continue;
        taking.to = tn__field_fill(&item, place);
        rc = takers[field->type](&taking);
    }
    if (rc == TN_OK)
        tn__field_set_items(field, base, items, array->count);
    return rc;
}

/* --- columns */

static int fail_type(const struct tn_field *field, const tn_value *value, tn_error *err)
{
    char shown[60];
    if (value->type == TN_TEXT && value->as.text.data &&
        (field->type == TN_FIELD_ENUM || field->type == TN_FIELD_TIMESTAMP)) {
        tn__copy_line(shown, sizeof shown, value->as.text);
        tn_error_set(err, TN_ETYPE, "column '%s' holds '%s', which is no %s%s", field->name, shown,
                     field->type == TN_FIELD_ENUM ? "value of its " : "", tn__field_word(field));
    } else {
        tn_error_set(err, TN_ETYPE, "column '%s' holds %s, not %s", field->name,
                     tn_type_name(value->type), tn__field_word(field));
    }
    if (err)
        tn__copy_text(err->column, sizeof err->column, tn_text_of(field->name));
    return TN_ETYPE;
}

/* The one column of the member's name. */
static int find_column(size_t *out, const tn_row *row, const struct tn_struct *desc,
                       const char *name, tn_error *err)
{
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < row->column_count; i++) {
        if (strcmp(row->names[i], name) != 0)
            continue;
        if (found != SIZE_MAX)
            return tn_error_set(err, TN_EINVAL, "two columns '%s' for struct '%s'", name,
                                desc->name);
        found = i;
    }
    *out = found;
    if (found != SIZE_MAX)
        return TN_OK;
    const char *nearest = tn__nearest(tn_text_of(name), row->names, row->column_count);
    return tn_error_set(err, TN_ENOTFOUND, "no column '%s' for struct '%s'%s%s%s", name, desc->name,
                        nearest ? "; there is '" : "", nearest ? nearest : "", nearest ? "'" : "");
}

static int take_column(const struct tn_field *field, const tn_value *value, void *base,
                       tn_arena *arena, tn_error *err)
{
    if (value->type == TN_TEXT && !value->as.text.data)
        return tn__shape_no_memory(err); /* the engine had none for the text */
    if (value->type == TN_NULL) {
        tn__field_clear(field, base);
        return field->is_nullable ? TN_OK : fail_type(field, value, err);
    }
    int rc;
    if (field->is_array) {
        rc = take_array(field, value, base, arena);
    } else {
        struct taking taking = {field, value, arena, tn__field_fill(field, base)};
        rc = takers[field->type](&taking);
    }
    return rc == TN_ETYPE ? fail_type(field, value, err)
           : rc == TN_OK  ? TN_OK
                          : tn__shape_no_memory(err);
}

static int take_columns(const tn_row *row, const struct tn_struct *desc, void *base,
                        tn_arena *arena, tn_error *err)
{
    int rc = tn__shape_check(desc, err);
    for (uint32_t i = 0; i < desc->field_count && rc == TN_OK; i++) {
        const struct tn_field *field = &desc->fields[i];
        size_t column = 0;
        if (field->type == TN_FIELD_STRUCT || field->type == TN_FIELD_ARRAY)
            return tn_error_set(err, TN_EUNSUPPORTED,
                                "struct '%s' has structs in '%s', which no column fills",
                                desc->name, field->name);
        rc = find_column(&column, row, desc, field->name, err);
        if (rc == TN_OK)
            rc = take_column(field, &row->values[column], base, arena, err);
    }
    return rc;
}

int tn_row_into(const tn_row *row, const struct tn_struct *desc, void *out, tn_arena *arena,
                tn_error *err)
{
    struct tn__draft draft;
    int rc = tn__draft_begin(&draft, desc, err);
    if (rc == TN_OK)
        rc = take_columns(row, desc, draft.data, arena, err);
    return tn__draft_end(&draft, rc, out);
}

/* --- statements */

/* The columns of a statement at its row, on the heap where they are many. */
struct columns {
    const char **names;
    tn_value *values;
    const char *own_names[32];
    tn_value own_values[32];
};

static bool columns_begin(struct columns *columns, tn_stmt *stmt)
{
    size_t count = (size_t)stmt->column_count;
    bool is_small = count <= sizeof columns->own_values / sizeof columns->own_values[0];
    columns->names = is_small ? columns->own_names : tn__alloc_zero(count, sizeof(char *));
    columns->values = is_small ? columns->own_values : tn__alloc_zero(count, sizeof(tn_value));
    if (!columns->names || !columns->values)
        return false;
    for (size_t i = 0; i < count; i++) {
        columns->names[i] = tn_stmt_column_name(stmt, (int)i);
        columns->values[i] = tn_stmt_column(stmt, (int)i);
        if (!columns->names[i])
            return false;
    }
    return true;
}

static void columns_end(struct columns *columns)
{
    if (columns->names != columns->own_names)
        tn__free(columns->names);
    if (columns->values != columns->own_values)
        tn__free(columns->values);
}

int tn_stmt_into(tn_stmt *stmt, const struct tn_struct *desc, void *out, tn_arena *arena,
                 tn_error *err)
{
    struct columns columns;
    int rc;
    if (!stmt->has_row)
        return tn_error_set(err, TN_EMISUSE, "the statement has no row");
    if (columns_begin(&columns, stmt)) {
        tn_row row = {(size_t)stmt->column_count, columns.names, columns.values};
        rc = tn_row_into(&row, desc, out, arena, err);
    } else {
        rc = tn__shape_no_memory(err);
    }
    /* A value that could not be read is no text to the struct: why, the engine says. */
    for (int i = 0; rc == TN_ENOMEM && i < stmt->column_count; i++) {
        const tn_value *value = columns.values ? &columns.values[i] : NULL;
        if (value && columns.names && value->type == TN_TEXT && !value->as.text.data)
            rc = stmt->conn->driver->unread(stmt->handle, i, err);
    }
    columns_end(&columns);
    return rc;
}
