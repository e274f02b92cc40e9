/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_CALLING_H
#define TN_TEST_CALLING_H

/* For tests that call the engine's functions: what to call them with, and what comes of it. */

#include "check.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "infer/functions.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct value {
    tn__classes classes;
    int64_t integer;
    double real;
    const char *bytes;
    int size;
};

#define V_INT(i)  {TN__CLASS_INT, (i), 0, NULL, 0},
#define V_REAL(r) {TN__CLASS_REAL, 0, (r), NULL, 0},
#define V_INF(r)  {TN__CLASS_REALS, 0, (r), NULL, 0},
#define V_TEXT(s) {TN__CLASS_TEXT, 0, 0, (s), (int)sizeof(s) - 1},
#define V_BLOB(s) {TN__CLASS_BLOB, 0, 0, (s), (int)sizeof(s) - 1},
#define V_ZERO(n) {TN__CLASS_BLOB, 0, 0, NULL, (n)},

static const struct value pool[] = {
    {TN__CLASS_NULL, 0, 0, NULL, 0},
    /* clang-format off */
    V_INT(0) V_INT(1) V_INT(-1) V_INT(2) V_INT(7) V_INT(50) V_INT(2460000) V_INT(5373485)
    V_INT(1700000000) V_INT(-62200000000) V_INT(1LL << 40) V_INT(-(1LL << 40)) V_INT(INT64_MAX)
    V_INT(INT64_MIN)
    V_REAL(0.0) V_REAL(-0.0) V_REAL(0.5) V_REAL(1.0) V_REAL(1.5) V_REAL(-1.5) V_REAL(-2.0) V_REAL(-0.25)
    V_REAL(1e18) V_REAL(1e308) V_REAL(-1e308) V_REAL(5e-324) V_REAL(2460000.5) V_REAL(1700000000.5)
    V_INF(HUGE_VAL) V_INF(-HUGE_VAL)
    V_TEXT("") V_TEXT("abc") V_TEXT("a") V_TEXT("12") V_TEXT("-3.5") V_TEXT("0") V_TEXT("1e999")
    V_TEXT("-1e999") V_TEXT(" 1 ") V_TEXT("1e5") V_TEXT("0x10") V_TEXT("nan") V_TEXT("inf")
    V_TEXT("2024-02-29") V_TEXT("9999-12-31 23:59:59") V_TEXT("12:30") V_TEXT("now")
    V_TEXT("subsec") V_TEXT("utc") V_TEXT("+1 day") V_TEXT("unixepoch") V_TEXT("auto")
    V_TEXT("$") V_TEXT("$.a") V_TEXT("$.c") V_TEXT("$[0]") V_TEXT("$[1]") V_TEXT("{}")
    V_TEXT("{\"a\":null}") V_TEXT("[1,2]") V_TEXT("[1.5,-1e999]") V_TEXT("\"s\"")
    V_TEXT("{\"a\":{\"b\":1},\"c\":\"x\"}") V_TEXT("%d") V_TEXT("%s") V_TEXT("%s%s") V_TEXT("%%")
    V_TEXT("%") V_TEXT("x%s") V_TEXT("%Y-%m") V_TEXT("%c") V_TEXT("%5.2f|%-5d") V_TEXT("%5-d")
    V_TEXT("x'y") V_TEXT("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80") V_TEXT("a\0b") V_TEXT("\0")
    V_TEXT("\xff") V_TEXT("414243") V_TEXT("\\u0041")
    V_BLOB("") V_ZERO(0) V_ZERO(3) V_BLOB("\0") V_BLOB("abc") V_BLOB("a") V_BLOB("12")
    V_BLOB("1e999") V_BLOB("-1e999") V_BLOB("$.a") V_BLOB("[1,2]") V_BLOB("2024-02-29")
    V_BLOB("%d") V_BLOB("\x2b\x13\x31") V_BLOB("\x1c") V_BLOB("\xff\xfe")
    /* clang-format on */
};

static inline tn__classes class_of(sqlite3_stmt *stmt, int column)
{
    switch (sqlite3_column_type(stmt, column)) {
    case SQLITE_INTEGER:
        return TN__CLASS_INT;
    case SQLITE_FLOAT:
        return isinf(sqlite3_column_double(stmt, column)) ? TN__CLASS_REALS : TN__CLASS_REAL;
    case SQLITE_TEXT:
        return TN__CLASS_TEXT;
    case SQLITE_BLOB:
        return TN__CLASS_BLOB;
    default:
        return TN__CLASS_NULL;
    }
}

static inline void bind(sqlite3_stmt *stmt, int index, const struct value *value)
{
    switch (value->classes) {
    case TN__CLASS_INT:
        sqlite3_bind_int64(stmt, index, value->integer);
        break;
    case TN__CLASS_REAL:
    case TN__CLASS_REALS:
        sqlite3_bind_double(stmt, index, value->real);
        break;
    case TN__CLASS_TEXT:
        sqlite3_bind_text(stmt, index, value->bytes, value->size, SQLITE_STATIC);
        break;
    case TN__CLASS_BLOB:
        if (value->bytes)
            sqlite3_bind_blob(stmt, index, value->bytes, value->size, SQLITE_STATIC);
        else
            sqlite3_bind_zeroblob(stmt, index, value->size);
        break;
    default:
        sqlite3_bind_null(stmt, index);
    }
}

/* The value as the analyser would know it where it is written into the SQL; not all can be. */
static inline struct tn__fn_arg as_literal(const struct value *value, char *buffer, size_t size)
{
    struct tn__fn_arg arg = {.classes = value->classes,
                             .is_literal = true,
                             .literal = {value->bytes, (size_t)value->size}};
    if (value->classes == TN__CLASS_INT)
        snprintf(buffer, size, "%lld", (long long)value->integer);
    else if (value->classes == TN__CLASS_REAL)
        snprintf(buffer, size, "%.17g", value->real);
    else
        arg.is_literal = value->classes == TN__CLASS_TEXT;
    if (value->classes & (TN__CLASS_INT | TN__CLASS_REAL))
        arg.literal = (tn_text){buffer, strlen(buffer)};
    return arg;
}

static unsigned seed = 1;

static inline unsigned any_of(size_t count)
{
    seed = seed * 1664525u + 1013904223u;
    return (unsigned)((seed >> 8) % count);
}

static inline const char *names_of(tn__classes classes)
{
    static char text[4][64];
    static unsigned turn;
    static const char *const names[] = {"NULL", "INT", "REAL", "INF", "TEXT", "BLOB"};
    char *out = text[turn++ % 4];
    out[0] = '\0';
    for (unsigned i = 0; i < COUNT(names); i++)
        if (classes & 1u << i)
            snprintf(out + strlen(out), 64 - strlen(out), "%s%s", *out ? "|" : "", names[i]);
    return out;
}

static inline int open_engine(void **state)
{
    sqlite3 *db;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK)
        return -1;
    /* Values that are too long are to be met, too, and are to be cheap. */
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 100000);
    *state = db;
    return 0;
}

static inline int close_engine(void **state)
{
    sqlite3_close(*state);
    return 0;
}

static inline sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    return stmt;
}

static inline struct tn__fn_arg number_literal(const char *number)
{
    return (struct tn__fn_arg){.classes = strchr(number, '.') ? TN__CLASS_REAL : TN__CLASS_INT,
                               .is_literal = true,
                               .literal = {number, strlen(number)}};
}

#endif
