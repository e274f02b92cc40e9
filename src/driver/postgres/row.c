/* SPDX-License-Identifier: MIT */
#include "driver/postgres/decode.h"
#include "driver/postgres/postgres.h"
#include "util/str.h"

/*
 * The values of the current row. They are made all at once when the first of them is asked for: a row of
 * which one column is wanted and the others are not is rare, and libpq's two calls for each cell cost less
 * in a loop than with a statement to be found again.
 */

tn_value tn__pg_value_of(const struct tn__pg_type *type, bool is_binary, const char *data,
                         size_t size, tn_arena *arena)
{
    tn_value value;
    tn_error ignored;
    int rc = tn__pg_decode(&value, type, is_binary, data, size, arena, &ignored);
    if (TN_UNLIKELY(rc != TN_OK)) {
        value.type = TN_TEXT; /* text without data: there is no reading it */
        value.as.text = (tn_text){NULL, 0};
    }
    return value;
}

/* That a value cannot be read is the caller's to know only if he asks for it. */
__attribute__((noinline)) static void read_other(tn_value *out, struct tn__driver_stmt *stmt,
                                                 int index, const char *data, int size)
{
    *out = tn__pg_value_of(stmt->column_types[index], stmt->is_binary, data, (size_t)size,
                           &stmt->scratch);
    stmt->is_spoilt = stmt->is_spoilt || (out->type == TN_TEXT && !out->as.text.data);
}

/* Every cell of every row comes by here. A NULL has no length, so that libpq is asked twice and not three
 * times. */
static void read_row(struct tn__driver_stmt *stmt)
{
    const PGresult *result = stmt->result;
    const unsigned char *kinds = stmt->kinds;
    tn_value *out = stmt->cells;
    int count = stmt->column_count;
    int row = stmt->row;
    for (int i = 0; i < count; i++, out++) {
        int size = tn__pq->getlength(result, row, i);
        if (TN_UNLIKELY(size == 0) && tn__pq->getisnull(result, row, i)) {
            *out = tn_value_null();
            continue;
        }
        const char *data = tn__pq->getvalue(result, row, i);
        enum tn__pg_kind kind = stmt->is_binary ? kinds[i] : TN__PG_OTHER;
        if (!tn__pg_decode_common(out, kind, data, (size_t)(unsigned)size))
            read_other(out, stmt, i, data, size);
    }
}

/* What cannot be read is noted, so that it is told by the next step at the latest. */
__attribute__((noinline)) static tn_value spoilt_column(struct tn__driver_stmt *stmt, int index)
{
    tn_value value = stmt->cells[index];
    stmt->quick_end = 0;
    if (value.type == TN_TEXT && !value.as.text.data)
        stmt->unread = index + 1;
    return value;
}

/* Once for each row: afterwards its values are found at stmt->read, unless it is spoilt. */
tn_value tn__pg_cell(struct tn__driver_stmt *stmt, int index)
{
    if (TN_LIKELY(!stmt->read && !stmt->is_spoilt)) {
        if (stmt->scratch.used_bytes)
            tn_arena_reset(&stmt->scratch);
        read_row(stmt);
        if (TN_LIKELY(!stmt->is_spoilt))
            stmt->read = stmt->cells;
    }
    return TN_UNLIKELY(stmt->is_spoilt) ? spoilt_column(stmt, index) : stmt->cells[index];
}

int tn__pg_unread(struct tn__driver_stmt *stmt, int index, tn_error *err)
{
    const struct tn__pg_type *type = stmt->column_types[index];
    const char *name = stmt->column_names[index];
    tn_value ignored;
    int rc = tn__pg_decode(
        &ignored, type, stmt->is_binary, tn__pq->getvalue(stmt->result, stmt->row, index),
        (size_t)tn__pq->getlength(stmt->result, stmt->row, index), &stmt->scratch, err);
    if (rc == TN_OK) /* there is memory by now */
        return tn_error_set(err, TN_ENOMEM, "cannot read column '%s': out of memory", name);
    tn_error_prefix(err, "cannot read column '%s' of type %s", name, type->name);
    tn__copy_text(err->column, sizeof err->column, tn_text_of(name));
    return rc;
}

const tn_value *const *tn__pg_row(struct tn__driver_stmt *stmt)
{
    return &stmt->read;
}
