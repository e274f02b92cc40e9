/* SPDX-License-Identifier: MIT */
#include "rows.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/grid.h"
#include "render/json.h"
#include "util/hash.h"
#include "util/str.h"
#include "util/value_text.h"

/* Rows of any statement, as text. What is said by 'style' is what is written differently. */

enum style {
    STYLE_SQLITE,
    STYLE_POSTGRES,
    STYLE_MOMENTS /* of PostgreSQL, with a zone behind timestamps */
};

enum {
    FLUSH_BYTES = 65536 /* how much is kept before it is written */
};

/* Of a column. */
static enum style style_of(const struct cli *cli, const tn_stmt *stmt, int column)
{
    if (cli->settings.engine != TN__URL_POSTGRES)
        return STYLE_SQLITE;
    const char *type = tn_stmt_column_type(stmt, column);
    return type && strncmp(type, "timestamptz", strlen("timestamptz")) == 0 ? STYLE_MOMENTS
                                                                            : STYLE_POSTGRES;
}

/* The shortest text that reads back as the same number; with a point, so that it stays REAL. */
static void put_real(struct tn__buf *out, double value, enum style style)
{
    char text[40];
    if (style != STYLE_SQLITE && !isfinite(value)) {
        tn__buf_puts(out, isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    tn__buf_puts(out, text);
    if (isfinite(value) && text[tn__text_find(tn_text_of(text), '.')] == '\0' &&
        text[tn__text_find(tn_text_of(text), 'e')] == '\0')
        tn__buf_puts(out, ".0");
}

static void put_hex(struct tn__buf *out, tn_blob blob)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *bytes = blob.data;
    for (size_t i = 0; i < blob.size; i++) {
        tn__buf_putc(out, digits[bytes[i] >> 4]);
        tn__buf_putc(out, digits[bytes[i] & 15]);
    }
}

/* As text without quotes; NULL is left to the caller. */
static void put_plain(struct tn__buf *out, const tn_value *value, enum style style)
{
    switch (value->type) {
    case TN_INT:
        tn__buf_printf(out, "%" PRId64, value->as.integer);
        break;
    case TN_REAL:
        put_real(out, value->as.real, style);
        break;
    case TN_TEXT:
        tn__buf_text(out, value->as.text);
        break;
    case TN_BLOB:
        tn__buf_puts(out, "x'");
        put_hex(out, value->as.blob);
        tn__buf_putc(out, '\'');
        break;
    default:
        if (style == STYLE_MOMENTS)
            tn__value_text_utc(out, value);
        else
            tn__value_text(out, value);
        break;
    }
}

static void flush_if_full(struct cli *cli)
{
    if (tn__buf_view(&cli->out).size >= FLUSH_BYTES)
        cli_flush_out(cli);
}

/* --- JSON -------------------------------------------------------------------------------------- */

/* JSON that the server has read. A line end can only stand between two of its words. */
static void put_json_line(struct tn__buf *out, tn_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        bool is_end = text.data[i] == '\n' || text.data[i] == '\r';
        tn__buf_putc(out, is_end ? ' ' : text.data[i]);
    }
}

static void put_json_array(struct tn__buf *out, const tn_array *array, int dimension, size_t *at,
                           enum style style);

static void put_json(struct tn__buf *out, const tn_value *value, enum style style)
{
    if (value->type == TN_NULL) {
        tn__buf_puts(out, "null");
    } else if (value->type == TN_TEXT) {
        tn__buf_json(out, value->as.text);
    } else if (value->type == TN_JSON) {
        put_json_line(out, value->as.text);
    } else if (value->type == TN_ARRAY) {
        size_t at = 0;
        put_json_array(out, value->as.array, 0, &at, style);
    } else if (value->type == TN_BLOB) {
        tn__buf_puts(out, "{\"blob\":\"");
        put_hex(out, value->as.blob);
        tn__buf_puts(out, "\"}");
    } else if (style == STYLE_SQLITE && value->type == TN_REAL && isinf(value->as.real)) {
        tn__buf_puts(out,
                     value->as.real > 0 ? "9e999" : "-9e999"); /* as SQLite's own JSON has it */
    } else if (value->type == TN_INT || value->type == TN_BOOL ||
               (value->type == TN_REAL && isfinite(value->as.real))) {
        put_plain(out, value, style);
    } else {
        /* Of digits and letters: no quotes, nothing to escape. */
        tn__buf_putc(out, '"');
        put_plain(out, value, style);
        tn__buf_putc(out, '"');
    }
}

/* One dimension, from items[*at] on. */
static void put_json_array(struct tn__buf *out, const tn_array *array, int dimension, size_t *at,
                           enum style style)
{
    int32_t count = array->ndim > 0 ? array->dims[dimension] : 0;
    tn__buf_putc(out, '[');
    for (int32_t i = 0; i < count; i++) {
        tn__buf_puts(out, i ? "," : "");
        if (dimension + 1 < array->ndim)
            put_json_array(out, array, dimension + 1, at, style);
        else
            put_json(out, &array->items[(*at)++], style);
    }
    tn__buf_putc(out, ']');
}

static int write_json(struct cli *cli, tn_stmt *stmt, int columns, int rc, tn_error *err)
{
    struct tn__buf *out = &cli->out;
    tn__buf_puts(out, "{\"v\":1,\"columns\":[");
    for (int i = 0; i < columns; i++) {
        tn__buf_puts(out, i ? "," : "");
        tn__buf_json(out, tn_text_of(tn_stmt_column_name(stmt, i)));
    }
    tn__buf_puts(out, "],\"rows\":[");
    for (int64_t row = 0; rc == TN_ROW; row++) {
        tn__buf_puts(out, row ? ",[" : "[");
        for (int i = 0; i < columns; i++) {
            tn_value value = tn_stmt_column(stmt, i);
            tn__buf_puts(out, i ? "," : "");
            put_json(out, &value, style_of(cli, stmt, i));
        }
        tn__buf_putc(out, ']');
        flush_if_full(cli);
        rc = tn_stmt_step(stmt, err);
    }
    tn__buf_puts(out, "]}\n");
    return rc;
}

/* --- CSV and tabs ------------------------------------------------------------------------------ */

static void put_csv(struct tn__buf *out, tn_text text)
{
    bool is_plain = true;
    for (size_t i = 0; i < text.size && is_plain; i++)
        is_plain = text.data[i] != ',' && text.data[i] != '"' && text.data[i] != '\n' &&
                   text.data[i] != '\r';
    if (is_plain && text.size > 0) {
        tn__buf_text(out, text);
        return;
    }
    /* An empty text has quotes, a NULL has none. */
    tn__buf_putc(out, '"');
    for (size_t i = 0; i < text.size; i++) {
        tn__buf_puts(out, text.data[i] == '"' ? "\"" : "");
        tn__buf_putc(out, text.data[i]);
    }
    tn__buf_putc(out, '"');
}

static void put_tabbed(struct tn__buf *out, tn_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        switch (text.data[i]) {
        case '\t':
            tn__buf_puts(out, "\\t");
            break;
        case '\n':
            tn__buf_puts(out, "\\n");
            break;
        case '\r':
            tn__buf_puts(out, "\\r");
            break;
        case '\\':
            tn__buf_puts(out, "\\\\");
            break;
        default:
            tn__buf_putc(out, text.data[i]);
        }
    }
}

static int write_lines(struct cli *cli, tn_stmt *stmt, int columns, bool is_csv, int rc,
                       tn_error *err)
{
    struct tn__buf *out = &cli->out;
    struct tn__buf cell;
    void (*put)(struct tn__buf *, tn_text) = is_csv ? put_csv : put_tabbed;
    const char *end = is_csv ? "\r\n" : "\n";
    tn__buf_init(&cell, 0);
    for (int i = 0; i < columns; i++) {
        tn__buf_puts(out, i == 0 ? "" : is_csv ? "," : "\t");
        put(out, tn_text_of(tn_stmt_column_name(stmt, i)));
    }
    tn__buf_puts(out, end);
    while (rc == TN_ROW) {
        for (int i = 0; i < columns; i++) {
            tn_value value = tn_stmt_column(stmt, i);
            tn__buf_puts(out, i == 0 ? "" : is_csv ? "," : "\t");
            if (value.type == TN_NULL) {
                tn__buf_puts(out, is_csv ? "" : "\\N");
                continue;
            }
            tn__buf_reset(&cell);
            put_plain(&cell, &value, style_of(cli, stmt, i));
            put(out, tn__buf_view(&cell));
        }
        tn__buf_puts(out, end);
        flush_if_full(cli);
        rc = tn_stmt_step(stmt, err);
    }
    if (rc == TN_DONE && tn__buf_status(&cell) != TN_OK)
        rc = tn_error_set(err, tn__buf_status(&cell), "out of memory");
    tn__buf_fini(&cell);
    return rc;
}

/* --- a table ----------------------------------------------------------------------------------- */

static int write_table(struct cli *cli, tn_stmt *stmt, int columns, int rc, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__grid table;
    struct tn__buf cell;
    struct tn__grid_column *titles = tn_arena_array(&arena, (size_t)columns, sizeof *titles);
    tn__buf_init(&cell, 0);
    if (!titles) {
        tn_arena_fini(&arena);
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    }
    for (int i = 0; i < columns; i++) {
        tn_value value = rc == TN_ROW ? tn_stmt_column(stmt, i) : tn_value_null();
        bool is_number = value.type == TN_INT || value.type == TN_REAL;
        const char *name = tn_stmt_column_name(stmt, i);
        titles[i].title = name ? tn_arena_copy(&arena, name, tn_text_of(name).size) : "?";
        titles[i].align = is_number ? TN__RIGHT : TN__LEFT;
    }
    tn__grid_init(&table, titles, (size_t)columns, &arena);
    while (rc == TN_ROW) {
        for (int i = 0; i < columns; i++) {
            tn_value value = tn_stmt_column(stmt, i);
            tn__buf_reset(&cell);
            put_plain(&cell, &value, style_of(cli, stmt, i));
            tn__grid_cell(&table, value.type == TN_NULL ? TN__TEXT("NULL") : tn__buf_view(&cell));
        }
        rc = tn_stmt_step(stmt, err);
    }
    if (rc == TN_DONE)
        tn__grid_text(&cli->out, &table, cli->color);
    tn__buf_fini(&cell);
    tn_arena_fini(&arena);
    return rc;
}

int rows_write(struct cli *cli, tn_stmt *stmt, tn_error *err)
{
    int rc = tn_stmt_step(stmt, err); /* before the columns are asked for: it may prepare anew */
    int columns = tn_stmt_column_count(stmt);
    if (rc < 0)
        return rc;
    if (columns > 0 && cli->json)
        rc = write_json(cli, stmt, columns, rc, err);
    else if (columns > 0 && (cli_flag(cli, "csv") || !cli->is_out_terminal))
        rc = write_lines(cli, stmt, columns, cli_flag(cli, "csv"), rc, err);
    else if (columns > 0)
        rc = write_table(cli, stmt, columns, rc, err);
    while (rc == TN_ROW)
        rc = tn_stmt_step(stmt, err);
    return rc == TN_DONE ? TN_OK : rc;
}
