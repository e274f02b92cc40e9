/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "infer/functions.h"
#include "util/str.h"

/*
 * The engine is the judge: every function is called with values of every class, and what comes back
 * must be of a class that was foretold from the classes of the arguments alone.
 */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_ARGS     4

/* What there is to call functions with. */

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
    V_REAL(0.0) V_REAL(-0.0) V_REAL(0.5) V_REAL(1.0) V_REAL(1.5) V_REAL(-1.5) V_REAL(-2.0)
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

static tn__classes class_of(sqlite3_stmt *stmt, int column)
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

static void bind(sqlite3_stmt *stmt, int index, const struct value *value)
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
static struct tn__fn_arg as_literal(const struct value *value, char *buffer, size_t size)
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

static unsigned any_of(size_t count)
{
    seed = seed * 1664525u + 1013904223u;
    return (unsigned)((seed >> 8) % count);
}

static const char *names_of(tn__classes classes)
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

static int open_engine(void **state)
{
    sqlite3 *db;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK)
        return -1;
    /* Values that are too long are to be met, too, and are to be cheap. */
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 100000);
    *state = db;
    return 0;
}

static int close_engine(void **state)
{
    sqlite3_close(*state);
    return 0;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    return stmt;
}

/* SELECT "name"(?1, ?2 …); NULL if this engine has no such function. */
static sqlite3_stmt *prepare_call(sqlite3 *db, const char *name, uint32_t count)
{
    char sql[256];
    int size = snprintf(sql, sizeof(sql), "SELECT \"%s\"(", name);
    for (uint32_t i = 0; i < count; i++) {
        /* The probability must be written. */
        const char *arg = i == 1 && strcmp(name, "likelihood") == 0 ? "0.5" : "?%u";
        if (i)
            size += snprintf(sql + size, sizeof(sql) - (size_t)size, ", ");
        size +=
            snprintf(sql + size, sizeof(sql) - (size_t)size, *arg == '?' ? "?%u" : "0.5", i + 1);
    }
    snprintf(sql + size, sizeof(sql) - (size_t)size, ")");
    return prepare(db, sql);
}

static uint32_t most_args(const struct tn__fn *fn)
{
    return fn->max_args < 0 || fn->max_args > MAX_ARGS ? MAX_ARGS : (uint32_t)fn->max_args;
}

static void table_is_sorted_and_sane(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < tn__fn_count; i++) {
        const struct tn__fn *fn = &tn__fns[i];
        assert_true(i == 0 || strcmp(tn__fns[i - 1].name, fn->name) <= 0);
        assert_true(fn->max_args < 0 || fn->max_args >= fn->min_args);
        assert_true((fn->want_count == 0) == (fn->wants == NULL));
        assert_true(fn->kinds == TN__FN_SCALAR || (!fn->strict && !fn->strict_unless_blob));
        assert_true((fn->strict & ~fn->strict_unless_blob) == 0);
        for (uint32_t n = (uint32_t)fn->min_args; n <= most_args(fn); n++)
            assert_ptr_equal(tn__fn_find((tn_text){fn->name, strlen(fn->name)}, n, fn->kinds), fn);
    }
}

static void names_are_found_without_case_and_only_whole(void **state)
{
    (void)state;
    assert_non_null(tn__fn_find(TN__TEXT("Substr"), 2, TN__FN_SCALAR));
    assert_null(tn__fn_find(TN__TEXT("Substr"), 4, TN__FN_SCALAR));
    assert_null(tn__fn_find(TN__TEXT("substr"), 2, TN__FN_AGGREGATE));
    assert_null(tn__fn_find(TN__TEXT("subst"), 2, TN__FN_SCALAR));
    assert_null(tn__fn_find(TN__TEXT("abs\0"), 1, TN__FN_SCALAR));
    assert_null(tn__fn_find(TN__TEXT(""), 0, TN__FN_SCALAR));
    assert_null(
        tn__fn_find(TN__TEXT("a_name_that_is_longer_than_all_of_the_names"), 0, TN__FN_SCALAR));
    assert_int_equal(tn__fn_find(TN__TEXT("max"), 1, TN__FN_AGGREGATE)->logic, TN__FN_FIRST_ARG);
    assert_int_equal(tn__fn_find(TN__TEXT("MAX"), 3, TN__FN_SCALAR)->logic, TN__FN_ANY_ARG);
    assert_null(tn__fn_find(TN__TEXT("max"), 1, TN__FN_SCALAR));
    assert_non_null(tn__fn_find(TN__TEXT("row_number"), 0, TN__FN_WINDOW));
}

static bool is_found(const char *name, uint32_t count, bool is_scalar)
{
    tn_text text = {name, strlen(name)};
    if (is_scalar)
        return tn__fn_find(text, count, TN__FN_SCALAR);
    return tn__fn_find(text, count, TN__FN_AGGREGATE) || tn__fn_find(text, count, TN__FN_WINDOW);
}

static void every_function_of_the_engine_is_known(void **state)
{
    sqlite3_stmt *list =
        prepare(*state, "SELECT DISTINCT name, type, narg FROM pragma_function_list WHERE builtin");
    int seen = 0, missing = 0;
    while (sqlite3_step(list) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(list, 0);
        bool is_scalar = *sqlite3_column_text(list, 1) == 's', found = false;
        int args = sqlite3_column_int(list, 2);
        /* Of a name with any number of arguments, whatever the engine takes. */
        for (int n = args < 0 ? 0 : args; n <= (args < 0 ? MAX_ARGS : args); n++) {
            sqlite3_stmt *call = args < 0 ? prepare_call(*state, name, (uint32_t)n) : NULL;
            bool is_aggregate = n == 1 && is_found(name, 1, false);
            bool ok = is_found(name, (uint32_t)n, is_scalar) || is_aggregate;
            found |= ok;
            if (call && !ok)
                found = false, n = MAX_ARGS;
            sqlite3_finalize(call);
        }
        if (!found)
            print_error("unknown: %s, %d arguments\n", name, args);
        missing += !found;
        seen++;
    }
    sqlite3_finalize(list);
    assert_true(seen > 100);
    assert_int_equal(missing, 0);
}

/* A class by its number; 0 for an infinite number, as a REAL is finite. */
#define KEYS 6

static unsigned key_of(tn__classes classes)
{
    switch (classes) {
    case TN__CLASS_NULL:
        return 1;
    case TN__CLASS_INT:
        return 2;
    case TN__CLASS_REAL:
        return 3;
    case TN__CLASS_TEXT:
        return 4;
    case TN__CLASS_BLOB:
        return 5;
    default:
        return 0;
    }
}

/* One call: the class of what comes is in the set, and strict is strict. */

struct calls {
    const struct tn__fn *fn;
    sqlite3_stmt *stmt;
    uint32_t count;
    int faults;
    /* What came of arguments of these classes, and what was foretold, by key_of(). */
    tn__classes seen[KEYS * KEYS], told[KEYS * KEYS];
};

static bool is_strict_in(const struct tn__fn *fn, const struct tn__fn_arg *args, uint32_t count)
{
    bool blob = false, strict = false, unless_blob = false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bit = 1u << (i < 31 ? i : 31);
        blob |= args[i].classes == TN__CLASS_BLOB;
        strict |= args[i].classes == TN__CLASS_NULL && fn->strict & bit;
        unless_blob |= args[i].classes == TN__CLASS_NULL && fn->strict_unless_blob & bit;
    }
    return strict || (unless_blob && !blob);
}

static void expect_foretold(struct calls *calls, const struct value *const *values, bool literal)
{
    struct tn__fn_arg args[MAX_ARGS + 1] = {{0}};
    char buffers[MAX_ARGS][32];
    for (uint32_t i = 0; i < calls->count; i++) {
        bind(calls->stmt, (int)i + 1, values[i]);
        if (literal && any_of(3))
            args[i] = as_literal(values[i], buffers[i], sizeof(buffers[i]));
        else
            args[i].classes = values[i]->classes;
        /* What begins like JSON in the pool is JSON. */
        args[i].is_json = literal && values[i]->classes == TN__CLASS_TEXT && values[i]->size &&
                          strchr("{[\"", values[i]->bytes[0]);
    }
    if (sqlite3_step(calls->stmt) == SQLITE_ROW) {
        tn__classes seen = class_of(calls->stmt, 0);
        tn__classes told = calls->fn->result(args, calls->count);
        bool is_nulled = seen == TN__CLASS_NULL || !is_strict_in(calls->fn, args, calls->count);
        if (((seen & ~told) || !is_nulled) && calls->faults < 5) {
            char *sql = sqlite3_expanded_sql(calls->stmt);
            print_error("%s gives %s, foretold was %s%s\n", sql, names_of(seen), names_of(told),
                        is_nulled ? "" : ", and strict");
            sqlite3_free(sql);
            calls->faults++;
        }
        unsigned key = 0;
        for (uint32_t i = 0; i < calls->count && i < 2; i++)
            key = key * KEYS + key_of(values[i]->classes);
        calls->seen[key] |= seen;
        calls->told[key] |= told;
    }
    sqlite3_reset(calls->stmt);
}

/* All combinations of values, or some of too many. */
static void call_with_all(struct calls *calls)
{
    const struct value *values[MAX_ARGS] = {NULL};
    size_t all = 1;
    for (uint32_t i = 0; i < calls->count; i++)
        all *= COUNT(pool);
    size_t some = all > 10000 ? 30000 : all;
    for (size_t n = 0; n < some; n++) {
        size_t rest = n;
        for (uint32_t i = 0; i < calls->count; i++, rest /= COUNT(pool))
            values[i] = &pool[some == all ? rest % COUNT(pool) : any_of(COUNT(pool))];
        expect_foretold(calls, values, false);
        expect_foretold(calls, values, true);
    }
}

/* How often as much comes as was foretold, where all values were tried. */
static void count_exact(const struct calls *calls, int *exact, int *loose)
{
    for (size_t key = 0; calls->count <= 2 && key < KEYS * KEYS; key++) {
        if (!calls->seen[key])
            continue;
        *(calls->seen[key] == calls->told[key] ? exact : loose) += 1;
    }
}

static void scalars_give_what_is_foretold(void **state)
{
    int called = 0, faults = 0, exact = 0, loose = 0;
    for (uint32_t i = 0; i < tn__fn_count; i++) {
        const struct tn__fn *fn = &tn__fns[i];
        for (uint32_t n = (uint32_t)fn->min_args; fn->kinds == TN__FN_SCALAR && n <= most_args(fn);
             n++) {
            struct calls calls = {.fn = fn, .stmt = prepare_call(*state, fn->name, n), .count = n};
            if (!calls.stmt)
                continue;
            call_with_all(&calls);
            called++;
            faults += calls.faults;
            if (fn->result != tn__fn_find(TN__TEXT("match"), 2, TN__FN_SCALAR)->result)
                count_exact(&calls, &exact, &loose);
            sqlite3_finalize(calls.stmt);
        }
    }
    assert_true(called > 100);
    assert_int_equal(faults, 0);
    /* The rest is what only other values, versions or builds give. */
    assert_true(exact > 5 * loose);
}

static void foretelling_is_monotone(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < tn__fn_count; i++) {
        const struct tn__fn *fn = &tn__fns[i];
        for (uint32_t n = (uint32_t)fn->min_args; n <= most_args(fn); n++) {
            for (int round = 0; round < 4000; round++) {
                struct tn__fn_arg less[MAX_ARGS + 1] = {{0}}, more[MAX_ARGS + 1] = {{0}};
                char buffers[MAX_ARGS][32];
                for (uint32_t a = 0; a < n; a++) {
                    less[a].classes = (tn__classes)any_of(TN__CLASS_ALL + 1);
                    if (any_of(4) == 0)
                        less[a] = as_literal(&pool[any_of(COUNT(pool))], buffers[a], 32);
                    less[a].is_json = any_of(2);
                    more[a].classes = (tn__classes)(less[a].classes | any_of(TN__CLASS_ALL + 1));
                    if (any_of(3) == 0)
                        more[a] = less[a];
                }
                tn__fn_rule *rule = fn->grouped && round % 2 ? fn->grouped : fn->result;
                tn__classes small = rule(less, n), big = rule(more, n);
                if (small & ~big) {
                    print_error("%s: %s, of more %s\n", fn->name, names_of(small), names_of(big));
                    for (uint32_t a = 0; a < n; a++)
                        print_error("  %s, %s\n", names_of(less[a].classes),
                                    names_of(more[a].classes));
                }
                assert_int_equal(small & ~big, 0);
            }
        }
    }
}

/* Dates as written. */

static struct tn__fn_arg text_literal(const char *text)
{
    return (struct tn__fn_arg){
        .classes = TN__CLASS_TEXT, .is_literal = true, .literal = {text, strlen(text)}};
}

static const char *const moments[] = {
    "now",
    "NOW",
    "now ",
    "2024-02-29",
    "2024-02-31",
    "2024-13-01",
    "2024-1-1",
    "0000-01-01",
    "0000-01-02 00:00",
    "9999-12-31",
    "9999-12-31 23:59:59",
    "9999-12-31 23:59:59.999",
    "9999-12-31 23:59:59.9999",
    "9999-12-31T24:00",
    "9999-12-31 23:59-01:00",
    "-0001-01-01",
    "0000-01-01 00:00+01:00",
    "2024-02-29 12:30",
    "2024-02-29T12:30:15",
    "2024-02-29t12:30",
    "2024-02-29 12:30:15.123",
    "2024-02-29 12:30Z",
    "2024-02-29 12:30:15 +02:00",
    "12:30",
    "2024-02-29 12:30:15-12:45",
    "23:59:59.9999",
    "24:00",
    "12:30+14:59",
    "12:30+15:00",
    "12:3",
    "2460000.5",
    "0",
    "-1",
    "1700000000",
    "5373484.5",
    "5373484.4",
    "subsec",
    "",
    " ",
    "abc",
    "2024-02-29 ",
    " 2024-02-29",
    "2024-02-29  12:30",
    "2024-02-29 12:30:60",
    "2024-02-29 12:60",
    "1582-10-10",
    "9990-01-01",
    "0010-01-01",
    "9999-01-01",
};

static const char *const modifiers[] = {
    "+1 day",
    "-1 day",
    "1 day",
    "+1 days",
    "+1 DAYS",
    "+1  day",
    "+ 1 day",
    "+1day",
    "1",
    "+1",
    "-1.5 months",
    "+1. day",
    "+.5 day",
    "+1 fortnight",
    "+1 s",
    "-7 hours",
    "+90 minutes",
    "-30 second",
    "+1 month",
    "-13 months",
    "+5 years",
    "-2025 years",
    "-9999 years",
    "+7970 years",
    "+8000 years",
    "+99999999999 seconds",
    "-1000000 days",
    "+1000000000000 days",
    "+01:30",
    "-23:59:59.999",
    "01:30",
    "+24:00",
    "+1:30",
    "+0001-01-01",
    "+0001-01-01 00:00",
    "start of day",
    "START OF MONTH",
    "start of year",
    "start of week",
    "start of  day",
    "weekday 0",
    "weekday 6",
    "weekday 7",
    "weekday 1.0",
    "weekday -1",
    "weekday",
    "Weekday 3",
    "unixepoch",
    "auto",
    "julianday",
    "localtime",
    "utc",
    "LocalTime",
    "subsec",
    "subsecond",
    "floor",
    "ceiling",
    "",
    " ",
    "now",
    "+1 day ",
    " +1 day",
    "-0 days",
    "+1e3 days",
    "+1 years",
};

static const char *const dating[] = {"date", "time", "datetime", "julianday", "unixepoch"};

/* Engine and table on one call with literals, whose SQL is `stmt`'s with its parameters bound. */
static void expect_dated(sqlite3_stmt *stmt, const struct tn__fn *fn, const struct tn__fn_arg *args,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        sqlite3_bind_text(stmt, (int)i + 1, args[i].literal.data, (int)args[i].literal.size,
                          SQLITE_STATIC);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    tn__classes seen = class_of(stmt, 0), told = fn->result(args, count);
    if (seen & ~told) {
        char *sql = sqlite3_expanded_sql(stmt);
        print_error("%s gives %s, foretold was %s\n", sql, names_of(seen), names_of(told));
        sqlite3_free(sql);
    }
    assert_int_equal(seen & ~told, 0);
    sqlite3_reset(stmt);
}

static void dates_as_written_give_what_is_foretold(void **state)
{
    for (size_t f = 0; f < COUNT(dating); f++) {
        tn_text name = {dating[f], strlen(dating[f])};
        sqlite3_stmt *stmts[4];
        for (uint32_t n = 1; n <= 3; n++)
            stmts[n] = prepare_call(*state, dating[f], n);
        for (size_t m = 0; m < COUNT(moments); m++) {
            struct tn__fn_arg args[3] = {text_literal(moments[m])};
            expect_dated(stmts[1], tn__fn_find(name, 1, TN__FN_SCALAR), args, 1);
            for (size_t a = 0; a < COUNT(modifiers); a++) {
                args[1] = text_literal(modifiers[a]);
                expect_dated(stmts[2], tn__fn_find(name, 2, TN__FN_SCALAR), args, 2);
                for (size_t b = f; b < COUNT(modifiers); b += COUNT(dating)) {
                    args[2] = text_literal(modifiers[b]);
                    expect_dated(stmts[3], tn__fn_find(name, 3, TN__FN_SCALAR), args, 3);
                }
            }
        }
        for (uint32_t n = 1; n <= 3; n++)
            sqlite3_finalize(stmts[n]);
    }
}

static struct tn__fn_arg number_literal(const char *number)
{
    return (struct tn__fn_arg){.classes = strchr(number, '.') ? TN__CLASS_REAL : TN__CLASS_INT,
                               .is_literal = true,
                               .literal = {number, strlen(number)}};
}

/* What is foretold of a call with literals; #N stands for the number N. */
static tn__classes told_of(const char *name, const char *const *literals)
{
    struct tn__fn_arg args[8] = {{0}};
    uint32_t count = 0;
    for (; literals[count]; count++) {
        const char *text = literals[count];
        args[count] = *text == '#' ? number_literal(text + 1) : text_literal(text);
    }
    return tn__fn_find((tn_text){name, strlen(name)}, count, TN__FN_SCALAR)->result(args, count);
}

/* The same on the engine, as SQL with literals in it. */
static tn__classes seen_of(sqlite3 *db, const char *name, const char *const *literals)
{
    char sql[512];
    int size = snprintf(sql, sizeof(sql), "SELECT %s(", name);
    for (size_t i = 0; literals[i]; i++) {
        const char *text = literals[i] + (*literals[i] == '#'),
                   *quote = *literals[i] == '#' ? "" : "'";
        size += snprintf(sql + size, sizeof(sql) - (size_t)size, "%s%s%s%s", i ? ", " : "", quote,
                         text, quote);
    }
    snprintf(sql + size, sizeof(sql) - (size_t)size, ")");
    sqlite3_stmt *stmt = prepare(db, sql);
    assert_non_null(stmt);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    tn__classes seen = class_of(stmt, 0);
    sqlite3_finalize(stmt);
    return seen;
}

struct written {
    const char *name;
    const char *literals[6];
};

/* What people write: here it matters that it is not NULL, and is known not to be. */
static void usual_literals_are_certain(void **state)
{
    static const struct written calls[] = {
        {"date", {NULL}},
        {"date", {"now"}},
        {"time", {"now", "localtime"}},
        {"datetime", {"now", "-1 day"}},
        {"datetime", {"now", "-30 minutes"}},
        {"date", {"now", "start of month", "+1 month", "-1 day"}},
        {"date", {"now", "weekday 0", "-7 days"}},
        {"date", {"now", "-18 years"}},
        {"datetime", {"now", "+1.5 hours", "utc"}},
        {"datetime", {"now", "+02:00"}},
        {"date", {"9999-12-31"}},
        {"datetime", {"9999-12-31 23:59:59"}},
        {"date", {"0000-01-01"}},
        {"date", {"1970-01-01", "+10000 days"}},
        {"datetime", {"2024-02-29T12:30:15.123Z"}},
        {"date", {"#0", "unixepoch"}},
        {"datetime", {"#1700000000", "unixepoch", "localtime"}},
        {"datetime", {"#1700000000", "auto"}},
        {"date", {"#2460000.5"}},
        {"julianday", {"now"}},
        {"julianday", {"2024-01-01"}},
        {"unixepoch", {NULL}},
        {"unixepoch", {"now"}},
        {"unixepoch", {"now", "-1 hour"}},
        {"strftime", {"%Y-%m", "now"}},
        {"strftime", {"%s", "now"}},
        {"strftime", {"%Y-%m-%dT%H:%M:%fZ", "now", "-1 day"}},
        {"strftime", {"%j %J %w %W 100%%"}},
        {"printf", {"%d", "abc"}},
        {"printf", {"%.2f", "#1.5"}},
        {"format", {"%05d/%s", "#1", "#2"}},
        {"printf", {"at %s", "home"}},
        {"unicode", {"a"}},
        {"mod", {"#7", "#2"}},
        {"round", {"#1.25", "#1"}},
        {"json_remove", {"{}", "$.a"}},
        {"json_set", {"{}", "$.a", "#1"}},
        {"replace", {"abc", "b", "c"}},
    };
    for (size_t i = 0; i < COUNT(calls); i++) {
        tn__classes told = told_of(calls[i].name, calls[i].literals);
        tn__classes seen = seen_of(*state, calls[i].name, calls[i].literals);
        if (told != seen)
            print_error("%s(%s …): %s, foretold %s\n", calls[i].name,
                        calls[i].literals[0] ? calls[i].literals[0] : "", names_of(seen),
                        names_of(told));
        assert_int_equal(told, seen);
    }
}

/* What the engine, one or another, makes NULL of. */
static void unusual_literals_may_be_null(void **state)
{
    (void)state;
    static const struct written calls[] = {
        {"date", {"now", "subsec"}},
        {"unixepoch", {"subsec"}},
        {"date", {"now", "floor"}},
        {"date", {"now", "+0001-00-00"}},
        {"date", {"now", "+8000 years"}},
        {"date", {"now", "-2100 years"}},
        {"date", {"now", "1 dayz"}},
        {"date", {"2024-13-01"}},
        {"date", {"now", "unixepoch"}},
        {"date", {"#5373485"}},
        {"datetime", {"#1700000000"}},
        {"datetime", {"now", "+1 day", "auto"}},
        {"datetime", {"9999-12-31", "+1 day"}},
        {"datetime", {"9999-12-31 23:59:59.9999"}},
        {"datetime", {"9999-12-31 23:59:59-01:00"}},
        {"strftime", {"%F", "now"}},
        {"strftime", {"%Y%", "now"}},
        {"printf", {"%s", ""}},
        {"printf", {""}},
        {"printf", {"%*d", "#100", "#1"}},
        {"printf", {"%2000000000d", "#1"}},
        {"unicode", {""}},
        {"mod", {"#7", "#0.0"}},
        {"json_remove", {"[1,2]", "$"}},
    };
    for (size_t i = 0; i < COUNT(calls); i++) {
        tn__classes told = told_of(calls[i].name, calls[i].literals);
        if (!(told & TN__CLASS_NULL))
            print_error("%s(%s …): %s\n", calls[i].name, calls[i].literals[0], names_of(told));
        assert_true(told & TN__CLASS_NULL);
    }
}

/* Aggregate and window functions, over some rows. */

#define MAX_ROWS 5

struct over {
    const char *call; /* %s: the name and its arguments */
    bool is_window;
    bool may_be_empty; /* no row may be left, or no frame */
};

static const struct over overs[] = {
    {"SELECT %s FROM t", false, false},
    {"SELECT %s FILTER (WHERE keep) FROM t", false, false},
    {"SELECT %s FILTER (WHERE NOT keep) FROM t", false, true},
    {"SELECT %s FROM t GROUP BY keep", false, false},
    {"SELECT %s FROM t WHERE 0", false, true},
    {"SELECT %s OVER () FROM t", true, false},
    {"SELECT %s OVER (ORDER BY id) FROM t", true, false},
    {"SELECT %s OVER (PARTITION BY keep ORDER BY a) FROM t", true, false},
    {"SELECT %s OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t", true, false},
    {"SELECT %s OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING) FROM t", true, false},
    {"SELECT %s OVER (ORDER BY a GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES) FROM t",
     true, true},
    {"SELECT %s OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) FROM t", true, true},
};

/* How the arguments of a call are written. */
struct shape {
    const char *name; /* NULL: of any function with so many arguments */
    uint32_t count;
    const char *args;
    const char *offset; /* the second argument, if it is a literal */
};

static const struct shape shapes[] = {
    {NULL, 0, "()", NULL},
    {NULL, 1, "(a)", NULL},
    {NULL, 1, "(DISTINCT a)", NULL},
    {NULL, 2, "(a, b)", NULL},
    {"percentile", 2, "(a, 50)", NULL},
    {"percentile_cont", 2, "(a, 0.25)", NULL},
    {"percentile_disc", 2, "(a, 0.5)", NULL},
    {"ntile", 1, "(2)", NULL},
    {"nth_value", 2, "(a, 1)", "1"},
    {"nth_value", 2, "(a, 2)", "2"},
    {"lag", 2, "(a, 0)", "0"},
    {"lead", 2, "(a, 1)", "1"},
    {"lag", 3, "(a, b, c)", NULL},
    {"lead", 3, "(a, b, c)", NULL},
    {"lag", 3, "(a, 1, c)", "1"},
    {"lead", 3, "(a, 2, c)", "2"},
    {"lead", 3, "(a, 0, c)", "0"},
    {"lag", 3, "(a, 9223372036854775807, c)", "9223372036854775807"},
    {"lead", 3, "(a, 9223372036854775807, c)", "9223372036854775807"},
    {"lag", 3, "(a, -1, c)", "-1"},
    {"lead", 3, "(a, 1.5, c)", "1.5"},
};

static sqlite3_stmt *prepare_over(sqlite3 *db, const struct tn__fn *fn, const struct shape *shape,
                                  const struct over *over)
{
    char call[128], sql[256];
    snprintf(call, sizeof(call), "%s%s", fn->name, shape->args);
    const char *hole = strstr(over->call, "%s");
    snprintf(sql, sizeof(sql), "%.*s%s%s", (int)(hole - over->call), over->call, call, hole + 2);
    return prepare(db, sql);
}

/* Fill t with values of a few classes; what they are, by column. */
static void fill(sqlite3 *db, sqlite3_stmt *insert, tn__classes *classes)
{
    static const tn__classes sets[] = {TN__CLASS_INT,
                                       TN__CLASS_REAL,
                                       TN__CLASS_REALS,
                                       TN__CLASS_TEXT,
                                       TN__CLASS_BLOB,
                                       TN__CLASS_NUMBERS,
                                       TN__CLASS_VALUES,
                                       TN__CLASS_INT | TN__CLASS_NULL,
                                       TN__CLASS_REAL | TN__CLASS_NULL,
                                       TN__CLASS_TEXT | TN__CLASS_NULL,
                                       TN__CLASS_NULL,
                                       TN__CLASS_ALL};
    tn__classes wanted[3];
    unsigned rows = 1 + any_of(MAX_ROWS);
    for (int i = 0; i < 3; i++) {
        wanted[i] = sets[any_of(COUNT(sets))];
        classes[i] = 0;
    }
    assert_int_equal(sqlite3_exec(db, "DELETE FROM t", NULL, NULL, NULL), SQLITE_OK);
    for (unsigned row = 0; row < rows; row++) {
        sqlite3_bind_int(insert, 1, row == 0 || any_of(2));
        for (int i = 0; i < 3; i++) {
            const struct value *value;
            do
                value = &pool[any_of(COUNT(pool))];
            while (value->classes & ~(unsigned)wanted[i]);
            bind(insert, i + 2, value);
            classes[i] |= value->classes;
        }
        assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
        sqlite3_reset(insert);
    }
}

static void expect_over(sqlite3_stmt *stmt, const struct tn__fn *fn, const struct shape *shape,
                        const struct over *over, const tn__classes *classes)
{
    struct tn__fn_arg args[4] = {{0}};
    for (uint32_t i = 0; i < shape->count; i++)
        args[i].classes = classes[i];
    if (shape->offset)
        args[1] = number_literal(shape->offset);
    tn__fn_rule *rule = fn->grouped && !over->is_window ? fn->grouped : fn->result;
    tn__classes told = rule(args, shape->count);
    if (over->may_be_empty)
        told |= fn->empty;
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        tn__classes seen = class_of(stmt, 0);
        if (seen & ~told)
            print_error("%s over %s, %s, %s: %s, foretold %s\n", sqlite3_sql(stmt),
                        names_of(classes[0]), names_of(classes[1]), names_of(classes[2]),
                        names_of(seen), names_of(told));
        assert_int_equal(seen & ~told, 0);
    }
    sqlite3_reset(stmt);
}

static void aggregates_give_what_is_foretold(void **state)
{
    sqlite3 *db = *state;
    sqlite3_exec(db, "CREATE TEMP TABLE t (id INTEGER PRIMARY KEY, keep, a, b, c)", NULL, NULL,
                 NULL);
    sqlite3_stmt *insert = prepare(db, "INSERT INTO t (keep, a, b, c) VALUES (?1, ?2, ?3, ?4)");
    assert_non_null(insert);
    struct {
        sqlite3_stmt *stmt;
        const struct tn__fn *fn;
        const struct shape *shape;
        const struct over *over;
    } plans[2000];
    size_t count = 0;
    for (uint32_t f = 0; f < tn__fn_count; f++) {
        const struct tn__fn *fn = &tn__fns[f];
        for (size_t s = 0; s < COUNT(shapes) * COUNT(overs) && fn->kinds != TN__FN_SCALAR; s++) {
            const struct shape *shape = &shapes[s / COUNT(overs)];
            const struct over *over = &overs[s % COUNT(overs)];
            if ((shape->name && strcmp(shape->name, fn->name) != 0) ||
                (int)shape->count < fn->min_args || (int)shape->count > fn->max_args ||
                (fn->kinds == TN__FN_WINDOW && !over->is_window))
                continue;
            sqlite3_stmt *stmt = prepare_over(db, fn, shape, over);
            assert_true(count < COUNT(plans));
            plans[count].stmt = stmt;
            plans[count].fn = fn;
            plans[count].shape = shape;
            plans[count].over = over;
            count += stmt != NULL;
        }
    }
    assert_true(count > 200);
    for (int round = 0; round < 1500; round++) {
        tn__classes classes[3];
        fill(db, insert, classes);
        for (size_t i = 0; i < count; i++)
            expect_over(plans[i].stmt, plans[i].fn, plans[i].shape, plans[i].over, classes);
    }
    for (size_t i = 0; i < count; i++)
        sqlite3_finalize(plans[i].stmt);
    sqlite3_finalize(insert);
}

/* Without a row. */
static void aggregates_over_nothing_give_what_is_said(void **state)
{
    for (uint32_t i = 0; i < tn__fn_count; i++) {
        const struct tn__fn *fn = &tn__fns[i];
        for (int n = fn->min_args; fn->kinds == TN__FN_AGGREGATE && n <= fn->max_args; n++) {
            static const char *const args[] = {"", "x", "x, 1"};
            char sql[128];
            snprintf(sql, sizeof(sql), "SELECT %s(%s) FROM (SELECT 1 AS x) WHERE 0", fn->name,
                     args[n]);
            sqlite3_stmt *stmt = prepare(*state, sql);
            if (!stmt)
                continue;
            assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
            if (class_of(stmt, 0) & ~fn->empty)
                print_error("%s: %s\n", sql, names_of(class_of(stmt, 0)));
            assert_int_equal(class_of(stmt, 0) & ~fn->empty, 0);
            sqlite3_finalize(stmt);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_sorted_and_sane),
        cmocka_unit_test(names_are_found_without_case_and_only_whole),
        cmocka_unit_test(every_function_of_the_engine_is_known),
        cmocka_unit_test(scalars_give_what_is_foretold),
        cmocka_unit_test(foretelling_is_monotone),
        cmocka_unit_test(dates_as_written_give_what_is_foretold),
        cmocka_unit_test(usual_literals_are_certain),
        cmocka_unit_test(unusual_literals_may_be_null),
        cmocka_unit_test(aggregates_give_what_is_foretold),
        cmocka_unit_test(aggregates_over_nothing_give_what_is_said),
    };
    return cmocka_run_group_tests(tests, open_engine, close_engine);
}
