/* SPDX-License-Identifier: MIT */
#include "data.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_LITERALS = 200
};

static const int64_t usual_ints[] = {0, 1, 2, 3, -1, 4, 7, 10, 100, -5, 2024, 65536};
static const double usual_reals[] = {0.0,    -0.0,  1.0,    1.5,      -2.5,
                                     0.1,    2.0,   100.25, 1e308,    1e-308,
                                     -1e308, 1e300, 5e-324, HUGE_VAL, -HUGE_VAL};
static const char *const usual_texts[] = {
    "",      "a",         "b",     "A",     "abc", "1",          "2",
    "0",     "1.5",       "1e999", "-3",    " 1",  "2024-02-29", "2024-01-31 12:30:00",
    "12:00", "{\"a\":1}", "[1,2]", "{}",    "nul", "é",          "日本",
    "ab%",   "inf",       "true",  "-1e999"};
static const struct value usual_blobs[] = {{SQLITE_BLOB, 0, 0, "", 0},
                                           {SQLITE_BLOB, 0, 0, "\0", 1},
                                           {SQLITE_BLOB, 0, 0, "a", 1},
                                           {SQLITE_BLOB, 0, 0, "1", 1},
                                           {SQLITE_BLOB, 0, 0, "\xff\x00\xfe", 3},
                                           {SQLITE_BLOB, 0, 0, "abc", 3}};

/* --- pools ---------------------------------------------------------------------------------------- */

static void add_text(struct pool *pool, const char *text, tn_arena *arena)
{
    if (*text == '%')
        text++;
    if (strncmp(text, "$.", 2) == 0) {
        /* A path of JSON: a document that has it. */
        size_t size = strcspn(text + 2, ".[");
        text = fmt(arena, "{\"%.*s\":%s}", (int)size, text + 2, size % 2 ? "7" : "\"x\"");
    }
    for (unsigned i = 0; i < pool->text_count; i++)
        if (strcmp(pool->texts[i], text) == 0)
            return;
    if (pool->text_count < MOST_LITERALS)
        pool->texts[pool->text_count++] = text;
}

static const char *add_string(struct pool *pool, const char *at, tn_arena *arena)
{
    char *text = need(arena, strlen(at) + 1, 1);
    size_t size = 0;
    for (at++; *at && (*at != '\'' || at[1] == '\''); at++) {
        at += *at == '\'';
        text[size++] = *at;
    }
    while (size > 0 && text[size - 1] == '%')
        size--;
    text[size] = '\0';
    add_text(pool, text, arena);
    return *at ? at + 1 : at;
}

static void harvest(struct pool *pool, const char *sql, tn_arena *arena)
{
    char before = ' ';
    while (*sql) {
        if (*sql == '\'') {
            sql = add_string(pool, sql, arena);
            before = '\'';
        } else if (isdigit((unsigned char)*sql) && !isalnum((unsigned char)before) &&
                   before != '_' && before != '?' && before != '.') {
            char *end;
            double number = strtod(sql, &end);
            if (fabs(number) < 1e6 && pool->int_count < MOST_LITERALS)
                pool->ints[pool->int_count++] = (int64_t)number;
            before = '0';
            sql = end;
        } else {
            before = *sql++;
        }
    }
}

void pool_init(struct pool *pool, const char *const *texts, size_t count, tn_arena *arena)
{
    *pool = (struct pool){0};
    pool->ints = need(arena, MOST_LITERALS, sizeof *pool->ints);
    pool->int_count = sizeof usual_ints / sizeof *usual_ints;
    memcpy(pool->ints, usual_ints, sizeof usual_ints);
    pool->reals = need(arena, sizeof usual_reals / sizeof *usual_reals, sizeof *pool->reals);
    pool->real_count = sizeof usual_reals / sizeof *usual_reals;
    memcpy(pool->reals, usual_reals, sizeof usual_reals);
    pool->texts = need(arena, MOST_LITERALS, sizeof *pool->texts);
    for (size_t i = 0; i < sizeof usual_texts / sizeof *usual_texts; i++)
        add_text(pool, usual_texts[i], arena);
    pool->blob_count = sizeof usual_blobs / sizeof *usual_blobs;
    pool->blobs = need(arena, pool->blob_count, sizeof *pool->blobs);
    memcpy(pool->blobs, usual_blobs, sizeof usual_blobs);
    for (size_t i = 0; i < count; i++)
        harvest(pool, texts[i], arena);
}

/* Half of what is taken is from the end: the schema's own literals; a quarter from the first few. */
static unsigned pick(struct rng *rng, unsigned count, unsigned usual)
{
    unsigned dice = rng_below(rng, 4);
    if (dice == 0)
        return rng_below(rng, count < 4 ? count : 4);
    if (dice < 3 && count > usual)
        return usual + rng_below(rng, count - usual);
    return rng_below(rng, count);
}

struct value pool_value(const struct pool *pool, enum kind kind, struct rng *rng)
{
    struct value value = {0};
    while (kind == KIND_ANY)
        kind = (enum kind)rng_below(rng, 5);
    switch (kind) {
    case KIND_INT:
        value.type = SQLITE_INTEGER;
        value.integer =
            pool->ints[pick(rng, pool->int_count, sizeof usual_ints / sizeof *usual_ints)];
        break;
    case KIND_REAL:
        value.type = SQLITE_FLOAT;
        value.real = pool->reals[rng_below(rng, pool->real_count)];
        break;
    case KIND_TEXT:
        value.type = SQLITE_TEXT;
        value.bytes =
            pool->texts[pick(rng, pool->text_count, sizeof usual_texts / sizeof *usual_texts)];
        value.size = (int)strlen(value.bytes);
        break;
    case KIND_BLOB:
    case KIND_ANY:
        value = pool->blobs[rng_below(rng, pool->blob_count)];
        break;
    }
    return value;
}

/* --- values --------------------------------------------------------------------------------------- */

void value_bind(sqlite3_stmt *stmt, int index, const struct value *value)
{
    switch (value->type) {
    case SQLITE_INTEGER:
        sqlite3_bind_int64(stmt, index, value->integer);
        break;
    case SQLITE_FLOAT:
        sqlite3_bind_double(stmt, index, value->real);
        break;
    case SQLITE_TEXT:
        sqlite3_bind_text(stmt, index, value->bytes, value->size, SQLITE_STATIC);
        break;
    case SQLITE_BLOB:
        sqlite3_bind_blob(stmt, index, value->bytes, value->size, SQLITE_STATIC);
        break;
    default:
        sqlite3_bind_null(stmt, index);
    }
}

struct value value_at(sqlite3_stmt *stmt, int column)
{
    struct value value = {.type = sqlite3_column_type(stmt, column)};
    if (value.type == SQLITE_INTEGER) {
        value.integer = sqlite3_column_int64(stmt, column);
    } else if (value.type == SQLITE_FLOAT) {
        value.real = sqlite3_column_double(stmt, column);
    } else if (value.type == SQLITE_TEXT || value.type == SQLITE_BLOB) {
        value.bytes = sqlite3_column_blob(stmt, column);
        value.size = sqlite3_column_bytes(stmt, column);
        if (!value.bytes)
            value.bytes = "";
    }
    return value;
}

static const char *hex_sql(const struct value *value, tn_arena *arena)
{
    char *text = need(arena, 2 * (size_t)value->size + 4, 1);
    char *to = text;
    *to++ = 'x';
    *to++ = '\'';
    for (int i = 0; i < value->size; i++) {
        unsigned char byte = (unsigned char)value->bytes[i];
        *to++ = "0123456789abcdef"[byte >> 4];
        *to++ = "0123456789abcdef"[byte & 15];
    }
    *to = '\'';
    return text;
}

static const char *string_sql(const struct value *value, tn_arena *arena)
{
    if (memchr(value->bytes, '\0', (size_t)value->size))
        return fmt(arena, "CAST(%s AS TEXT)", hex_sql(value, arena));
    char *text = need(arena, 2 * (size_t)value->size + 3, 1);
    char *to = text;
    *to++ = '\'';
    for (int i = 0; i < value->size; i++) {
        if (value->bytes[i] == '\'')
            *to++ = '\'';
        *to++ = value->bytes[i];
    }
    *to = '\'';
    return text;
}

const char *value_sql(const struct value *value, tn_arena *arena)
{
    switch (value->type) {
    case SQLITE_INTEGER:
        return fmt(arena, "%lld", (long long)value->integer);
    case SQLITE_FLOAT: {
        if (isinf(value->real))
            return value->real > 0 ? "9e999" : "-9e999";
        const char *text = fmt(arena, "%.17g", value->real);
        return strpbrk(text, ".e") ? text : fmt(arena, "%s.0", text);
    }
    case SQLITE_TEXT:
        return string_sql(value, arena);
    case SQLITE_BLOB:
        return hex_sql(value, arena);
    default:
        return "NULL";
    }
}
