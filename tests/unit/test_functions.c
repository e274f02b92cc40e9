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
    struct tn__fn_arg arg = {value->classes, true, {value->bytes, (size_t)value->size}};
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
        size += snprintf(sql + size, sizeof(sql) - (size_t)size, *arg == '?' ? "?%u" : "0.5",
                         i + 1);
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
    assert_null(tn__fn_find(TN__TEXT("a_name_that_is_longer_than_all_of_the_names"), 0, TN__FN_SCALAR));
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
    sqlite3_stmt *list = prepare(
        *state, "SELECT DISTINCT name, type, narg FROM pragma_function_list WHERE builtin");
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

/* One call: the class of what comes is in the set, and strict is strict. */

struct calls {
    const struct tn__fn *fn;
    sqlite3_stmt *stmt;
    uint32_t count;
    tn__classes seen; /* all classes that came */
    tn__classes told; /* … and that were foretold for the same arguments */
    int faults;
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
        calls->seen |= seen;
        calls->told |= told;
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

static void scalars_give_what_is_foretold(void **state)
{
    int called = 0, faults = 0;
    for (uint32_t i = 0; i < tn__fn_count; i++) {
        const struct tn__fn *fn = &tn__fns[i];
        for (uint32_t n = (uint32_t)fn->min_args; fn->kinds == TN__FN_SCALAR && n <= most_args(fn);
             n++) {
            struct calls calls = {fn, prepare_call(*state, fn->name, n), n, 0, 0, 0};
            if (!calls.stmt)
                continue;
            call_with_all(&calls);
            if (getenv("TN_TEST_LOOSE") && calls.seen && calls.told != calls.seen)
                print_message("%s/%u: never seen %s\n", fn->name, n,
                              names_of(calls.told & ~calls.seen));
            called += calls.seen != 0;
            faults += calls.faults;
            sqlite3_finalize(calls.stmt);
        }
    }
    assert_true(called > 100);
    assert_int_equal(faults, 0);
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
                    more[a].classes =
                        (tn__classes)(less[a].classes | any_of(TN__CLASS_ALL + 1));
                    if (any_of(3) == 0)
                        more[a] = less[a];
                }
                tn__classes small = fn->result(less, n), big = fn->result(more, n);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_sorted_and_sane),
        cmocka_unit_test(names_are_found_without_case_and_only_whole),
        cmocka_unit_test_setup_teardown(every_function_of_the_engine_is_known, open_engine, close_engine),
        cmocka_unit_test_setup_teardown(scalars_give_what_is_foretold, open_engine, close_engine),
        cmocka_unit_test(foretelling_is_monotone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
