/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "driver/postgres/params.h"
#include "fault_alloc.h"
#include "util/buf.h"
#include "util/str.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct tn__pg_text make(const char *sql)
{
    struct tn__pg_text text;
    tn_error err = {0};
    if (tn__pg_text_make(&text, tn_text_of(sql), &err) != TN_OK)
        fail_msg("%s: %s", sql, err.message);
    return text;
}

/* The names, joined by blanks. */
static void check(const char *sql, const char *written, const char *names)
{
    struct tn__pg_text text = make(sql);
    char joined[256] = "";
    for (int i = 0; i < text.param_count; i++) {
        strncat(joined, i ? " " : "", sizeof joined - strlen(joined) - 1);
        strncat(joined, text.names[i], sizeof joined - strlen(joined) - 1);
    }
    assert_string_equal(text.sql, written);
    assert_int_equal(text.size, strlen(written));
    assert_string_equal(joined, names);
    tn__pg_text_free(&text);
}

static void params_names_become_numbers_in_order_of_appearance(void **state)
{
    (void)state;
    check("SELECT :a", "SELECT $1", ":a");
    check("SELECT :b, :a, :b, :A", "SELECT $1, $2, $1, $3", ":b :a :A");
    check("SELECT :a::int, :b::text[] ; ", "SELECT $1::int, $2::text[] ; ", ":a :b");
    check(":long_name=:x", "$1=$2", ":long_name :x");
    /* A routine's are its own, and those of what is prepared. */
    check("CREATE FUNCTION f(int) RETURNS int BEGIN ATOMIC SELECT $1; END",
          "CREATE FUNCTION f(int) RETURNS int BEGIN ATOMIC SELECT $1; END", "");
    check("create or replace procedure p(int) BEGIN ATOMIC SELECT $1; END",
          "create or replace procedure p(int) BEGIN ATOMIC SELECT $1; END", "");
    check("PREPARE p AS SELECT $1", "PREPARE p AS SELECT $1", "");
    check("CREATE TABLE t AS SELECT $1", "CREATE TABLE t AS SELECT $1", "$1");
    check("f(a := :a, b => :b)", "f(a := $1, b => $2)", ":a :b");
    check("SELECT :\xC3\xA9, '\xC3\xA9'", "SELECT $1, '\xC3\xA9'", ":\xC3\xA9");
    check("SELECT :a,:b,:c,:d,:e,:f,:g,:h,:i,:j,:k", "SELECT $1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11",
          ":a :b :c :d :e :f :g :h :i :j :k");
    check("SELECT x[:a], y[1:2], z[:a : :b]", "SELECT x[$1], y[1:2], z[$1 : $2]", ":a :b");
}

static void params_never_run_into_the_word_in_front(void **state)
{
    (void)state;
    check("LIMIT:n", "LIMIT $1", ":n");
    check("LIMIT:n:m", "LIMIT $1 $2", ":n :m");
    check("\xC3\xA9:n", "\xC3\xA9 $1", ":n");
    check("a=:n", "a=$1", ":n");
    check("$:n", "$ $1", ":n");
}

static void params_that_are_numbers_or_none_leave_the_text_alone(void **state)
{
    (void)state;
    static const char *const none[] = {
        "SELECT 1",
        " -- :a\n SELECT ':a', \":a\", E'\\':a', $$:a$$, $x$ $1 $x$ /* :a */ ; ;",
        "SELECT a::b, c[1:d], e ? 'f', g ?| h, i @> j",
        "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; SELECT 2; END;",
    };
    for (size_t i = 0; i < COUNT(none); i++)
        check(none[i], none[i], "");
    check("SELECT $1", "SELECT $1", "$1");
    check("SELECT $3, $1::int, $3", "SELECT $3, $1::int, $3", "$1 $2 $3");
    check("SELECT $11", "SELECT $11", "$1 $2 $3 $4 $5 $6 $7 $8 $9 $10 $11");
    check("SELECT $0001", "SELECT $0001", "$1");
}

static void params_fault_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        size_t size; /* 0: up to the NUL */
        int status;
        unsigned position;
        const char *message;
    } rows[] = {
        {"", 0, TN_EINVAL, 0, "empty statement"},
        {" ; -- a\n;", 0, TN_EINVAL, 0, "empty statement"},
        {"SELECT 1; SELECT 2", 0, TN_EINVAL, 10, "more than one statement"},
        {" SELECT :a ;;b", 0, TN_EINVAL, 13, "more than one statement"},
        {"SELECT \0 1", 10, TN_EINVAL, 8, "NUL byte in the text"},
        {"SELECT '\0'", 10, TN_EINVAL, 9, "NUL byte in the text"},
        {"SELECT 'a", 0, TN_ESYNTAX, 8, "unterminated string"},
        {"SELECT 1 /* a", 0, TN_ESYNTAX, 10, "unterminated comment"},
        {"SELECT 1; $$", 0, TN_ESYNTAX, 11, "unterminated dollar-quoted string"},
        {"SELECT $1, :a", 0, TN_EINVAL, 12, "both $1 and :name as parameters of one statement"},
        {"SELECT :a, $1", 0, TN_EINVAL, 12, "both $1 and :name as parameters of one statement"},
        {"SELECT $0", 0, TN_EINVAL, 8, "parameters are numbered from $1 on"},
        {"SELECT $65536", 0, TN_ERANGE, 8, "more than 65535 parameters"},
        {"SELECT $99999999999999999999", 0, TN_ERANGE, 8, "more than 65535 parameters"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tn__pg_text text = {.param_count = 77};
        tn_error err = {0};
        tn_text sql = {rows[i].sql, rows[i].size ? rows[i].size : strlen(rows[i].sql)};
        assert_int_equal(tn__pg_text_make(&text, sql, &err), rows[i].status);
        assert_string_equal(err.message, rows[i].message);
        assert_int_equal(err.position, rows[i].position);
        assert_int_equal(text.param_count, 77);
        assert_int_equal(tn__pg_text_make(&text, sql, NULL), rows[i].status);
    }
}

static void params_are_as_many_as_the_protocol_counts(void **state)
{
    (void)state;
    struct tn__buf buf;
    struct tn__pg_text text = {.sql = NULL};
    tn_error err = {0};
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, "SELECT :p1");
    for (int i = 2; i <= 65535; i++)
        tn__buf_printf(&buf, ",:p%d", i);
    tn__buf_puts(&buf, ",:p1");
    assert_ok(tn__pg_text_make(&text, tn__buf_view(&buf), &err));
    assert_int_equal(text.param_count, 65535);
    assert_string_equal(text.names[0], ":p1");
    assert_string_equal(text.names[65534], ":p65535");
    assert_true(tn__text_ends((tn_text){text.sql, text.size}, ",$65534,$65535,$1"));
    tn__pg_text_free(&text);
    unsigned place = (unsigned)tn__buf_view(&buf).size + 2;
    tn__buf_puts(&buf, ",:p");
    assert_int_equal(tn__pg_text_make(&text, tn__buf_view(&buf), &err), TN_ERANGE);
    assert_int_equal(err.position, place);
    tn__buf_fini(&buf);

    text = make("SELECT $65535");
    assert_int_equal(text.param_count, 65535);
    assert_string_equal(text.names[65534], "$65535");
    tn__pg_text_free(&text);
    tn__pg_text_free(&text); /* is empty by now */
}

/* `position` in characters of what the server sees, `expected` in bytes of `sql`. */
static void check_place(const char *sql, unsigned position, unsigned expected)
{
    struct tn__pg_text text = make(sql);
    unsigned place = tn__pg_text_place(&text, position);
    if (place != expected)
        fail_msg("%s: %u is at %u, not %u", text.sql, position, place, expected);
    tn__pg_text_free(&text);
}

static void params_places_lead_back_to_the_original(void **state)
{
    (void)state;
    check_place("SELECT x", 0, 0);
    check_place("SELECT x", 1, 1);
    check_place("SELECT x", 8, 8);
    check_place("SELECT x", 9, 9); /* at the end of the input */
    check_place("SELECT x", 99, 9);
    check_place("SELECT '\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80', x", 14, 20);
    /* SELECT $1, $2, x */
    check_place("SELECT :name, :b, x", 8, 8);
    check_place("SELECT :name, :b, x", 9, 8);
    check_place("SELECT :name, :b, x", 10, 13);
    check_place("SELECT :name, :b, x", 12, 15);
    check_place("SELECT :name, :b, x", 14, 17);
    check_place("SELECT :name, :b, x", 16, 19);
    check_place("SELECT :name, :b, x", 17, 20);
    /* SELECT '\u00e9', $1, x */
    check_place("SELECT '\xC3\xA9', :\xC3\xA9\xC3\xA9, x", 13, 14);
    check_place("SELECT '\xC3\xA9', :\xC3\xA9\xC3\xA9, x", 17, 21);
    /* LIMIT $1 x: longer than what was written */
    check_place("LIMIT:n x", 5, 5);
    check_place("LIMIT:n x", 6, 6);
    check_place("LIMIT:n x", 7, 6);
    check_place("LIMIT:n x", 8, 6);
    check_place("LIMIT:n x", 10, 9);
    check_place(":a,:b,:c,:d,:e,:f,:g,:h,:i,:j,x", 32, 31);
}

static int make_once(void *user)
{
    (void)user;
    struct tn__pg_text text = {.param_count = 77};
    tn_error err = {0};
    int rc = tn__pg_text_make(&text, TN__TEXT("SELECT :a, :b, :a"), &err);
    assert_int_equal(err.status, rc);
    assert_int_equal(text.param_count, rc == TN_OK ? 2 : 77);
    if (rc == TN_OK)
        tn__pg_text_free(&text);
    return rc;
}

static void params_without_memory_are_told(void **state)
{
    (void)state;
    fault_alloc_each(make_once, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(params_names_become_numbers_in_order_of_appearance),
        cmocka_unit_test(params_never_run_into_the_word_in_front),
        cmocka_unit_test(params_that_are_numbers_or_none_leave_the_text_alone),
        cmocka_unit_test(params_fault_is_told_with_its_place),
        cmocka_unit_test(params_are_as_many_as_the_protocol_counts),
        cmocka_unit_test(params_places_lead_back_to_the_original),
        cmocka_unit_test(params_without_memory_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
