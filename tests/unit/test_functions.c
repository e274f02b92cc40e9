/* SPDX-License-Identifier: MIT */
#include "calling.h"

#include "util/str.h"

/*
 * The engine is the judge: every function is called with values of every class, and what comes back
 * must be of a class that was foretold from the classes of the arguments alone.
 */

#define MAX_ARGS 4

/* SELECT "name"(?, ? …); NULL if this engine has no such function. */
static sqlite3_stmt *prepare_call(sqlite3 *db, const char *name, uint32_t count)
{
    char sql[256];
    int size = snprintf(sql, sizeof(sql), "SELECT \"%s\"(", name);
    for (uint32_t i = 0; i < count; i++) {
        bool is_written = i == 1 && strcmp(name, "likelihood") == 0; /* a probability has to be */
        size += snprintf(sql + size, sizeof(sql) - (size_t)size, "%s%s", i ? ", " : "",
                         is_written ? "0.5" : "?");
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

/* Of a function that says to take any number of arguments, with as many as it really takes; max() and
 * min() of one are aggregates. */
static bool is_found_with_any(sqlite3 *db, const char *name)
{
    bool found = true;
    for (uint32_t n = 0; n <= MAX_ARGS; n++) {
        sqlite3_stmt *call = prepare_call(db, name, n);
        found &= !call || is_found(name, n, true) || (n == 1 && is_found(name, n, false));
        sqlite3_finalize(call);
    }
    return found;
}

static void every_function_of_the_engine_is_known(void **state)
{
    sqlite3_stmt *list =
        prepare(*state, "SELECT DISTINCT name, type, narg FROM pragma_function_list");
    int seen = 0, missing = 0;
    while (sqlite3_step(list) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(list, 0);
        bool is_scalar = *sqlite3_column_text(list, 1) == 's';
        int args = sqlite3_column_int(list, 2);
        bool found =
            args < 0 ? is_found_with_any(*state, name) : is_found(name, (uint32_t)args, is_scalar);
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
    assert_true(exact > 4 * loose);
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

static const char *const numbers[] = {
    "0",
    "1",
    "-1",
    "-0.25",
    "0.25",
    "-0",
    "1721059.4",
    "1721058",
    "2460000.5",
    "5373483",
    "5373484",
    "5373484.4",
    "5373484.5",
    "5373485",
    "1700000000",
    "-62167219200",
    "-62167219201",
    "-63000000000",
    "-210866760000",
    "253402300799",
    "253402300800",
    "253402214400",
    "1e9",
    "1.5e3",
    "0x10",
    "99999999999",
    "999999999999",
    "9999999999999",
    "-99999999999.5",
    "253000000000.75",
};

static const char *const dating[] = {"date", "time", "datetime", "julianday", "unixepoch"};

/* Engine and table on one call with literals, bound to what else would be prepared for each. */
static void expect_literal(sqlite3_stmt *stmt, const struct tn__fn *fn,
                           const struct tn__fn_arg *args, uint32_t count)
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
            expect_literal(stmts[1], tn__fn_find(name, 1, TN__FN_SCALAR), args, 1);
            for (size_t a = 0; a < COUNT(modifiers); a++) {
                args[1] = text_literal(modifiers[a]);
                expect_literal(stmts[2], tn__fn_find(name, 2, TN__FN_SCALAR), args, 2);
                for (size_t b = f; b < COUNT(modifiers); b += COUNT(dating)) {
                    args[2] = text_literal(modifiers[b]);
                    expect_literal(stmts[3], tn__fn_find(name, 3, TN__FN_SCALAR), args, 3);
                }
            }
        }
        for (uint32_t n = 1; n <= 3; n++)
            sqlite3_finalize(stmts[n]);
    }
}

static void numbers_as_dates_give_what_is_foretold(void **state)
{
    const struct tn__fn *fns[] = {tn__fn_find(TN__TEXT("date"), 1, TN__FN_SCALAR),
                                  tn__fn_find(TN__TEXT("unixepoch"), 1, TN__FN_SCALAR)};
    static const char *const firsts[] = {"unixepoch", "auto", "julianday", "+1 day", "utc"};
    for (size_t n = 0; n < COUNT(numbers) * COUNT(fns); n++) {
        const struct tn__fn *fn = fns[n % COUNT(fns)];
        struct tn__fn_arg args[3] = {number_literal(numbers[n / COUNT(fns)])};
        for (size_t m = 0; m < COUNT(firsts) * COUNT(modifiers); m++) {
            args[1] = text_literal(firsts[m / COUNT(modifiers)]);
            args[2] = text_literal(modifiers[m % COUNT(modifiers)]);
            for (uint32_t count = 1; count <= 3; count++) {
                char sql[256];
                snprintf(sql, sizeof(sql), "SELECT %s(%s%s)", fn->name, args[0].literal.data,
                         count == 1   ? ""
                         : count == 2 ? ", ?2"
                                      : ", ?2, ?3");
                sqlite3_stmt *stmt = prepare(*state, sql);
                expect_literal(stmt, fn, args, count);
                sqlite3_finalize(stmt);
            }
        }
    }
}

/* A text with some bytes replaced, taken out or put in. */
static const char *spoil(char *out, size_t size, const char *text, const char *alphabet)
{
    snprintf(out, size, "%s", text);
    for (unsigned times = any_of(3); times > 0; times--) {
        size_t length = strlen(out), at = any_of(length + 1);
        char byte = alphabet[any_of(strlen(alphabet))];
        unsigned way = any_of(3);
        if (way == 0 && at < length)
            out[at] = byte;
        else if (way == 1 && at < length)
            memmove(out + at, out + at + 1, length - at);
        else if (length + 2 < size) {
            memmove(out + at + 1, out + at, length - at + 1);
            out[at] = byte;
        }
    }
    return out;
}

static void spoilt_literals_give_what_is_foretold(void **state)
{
    static const char *const formats[] = {"%d",   "%s",      "%5.2f|%-5d", "x%s",    "%%",
                                          "%05d", "%x%s",    "%+d %e",     "%g%i%u", "%.3s",
                                          "%,d",  "%#o %!f", "%c%q"};
    static const char *const strftimes[] = {"%Y-%m-%d", "%H:%M:%S", "%f%j%J", "%s", "%w%W%%", "x"};
    static const char of_formats[] = "%dsfxXeEgGiuoqQwcznp0159.-+ ,!#*l",
                      of_dates[] = "0192-:+. TZsd";
    const struct tn__fn *printf_fn = tn__fn_find(TN__TEXT("printf"), 3, TN__FN_SCALAR);
    const struct tn__fn *strftime_fn = tn__fn_find(TN__TEXT("strftime"), 3, TN__FN_SCALAR);
    const struct tn__fn *date_fn = tn__fn_find(TN__TEXT("datetime"), 2, TN__FN_SCALAR);
    sqlite3_stmt *printf_stmt = prepare_call(*state, "printf", 3);
    sqlite3_stmt *strftime_stmt = prepare_call(*state, "strftime", 3);
    sqlite3_stmt *date_stmt = prepare_call(*state, "datetime", 2);
    char first[64], second[64], third[64];
    for (int round = 0; round < 100000; round++) {
        const char *moment = moments[any_of(COUNT(moments))];
        const char *modifier = modifiers[any_of(COUNT(modifiers))];
        struct tn__fn_arg args[3] = {
            text_literal(spoil(first, 64, formats[any_of(COUNT(formats))], of_formats)),
            text_literal(any_of(2) ? "" : "abc"), text_literal(any_of(2) ? "" : "-12")};
        expect_literal(printf_stmt, printf_fn, args, 3);
        args[0] = text_literal(spoil(second, 64, moment, of_dates));
        args[1] = text_literal(spoil(third, 64, modifier, of_dates));
        expect_literal(date_stmt, date_fn, args, 2);
        args[0] = text_literal(spoil(first, 64, strftimes[any_of(COUNT(strftimes))], of_formats));
        args[1] = text_literal(moment);
        args[2] = text_literal(modifier);
        expect_literal(strftime_stmt, strftime_fn, args, 3);
    }
    sqlite3_finalize(printf_stmt);
    sqlite3_finalize(strftime_stmt);
    sqlite3_finalize(date_stmt);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_sorted_and_sane),
        cmocka_unit_test(names_are_found_without_case_and_only_whole),
        cmocka_unit_test(every_function_of_the_engine_is_known),
        cmocka_unit_test(scalars_give_what_is_foretold),
        cmocka_unit_test(foretelling_is_monotone),
        cmocka_unit_test(dates_as_written_give_what_is_foretold),
        cmocka_unit_test(numbers_as_dates_give_what_is_foretold),
        cmocka_unit_test(spoilt_literals_give_what_is_foretold),
        cmocka_unit_test(usual_literals_are_certain),
        cmocka_unit_test(unusual_literals_may_be_null),
    };
    return cmocka_run_group_tests(tests, open_engine, close_engine);
}
