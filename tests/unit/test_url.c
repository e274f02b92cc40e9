/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdio.h>

#include "fault_alloc.h"
#include "util/url.h"

static int setup(void **state)
{
    static tn_arena arena;
    arena = (tn_arena)TN_ARENA_INIT;
    *state = &arena;
    return 0;
}

static int teardown(void **state)
{
    tn_arena_fini(*state);
    return 0;
}

static void url_sqlite_every_form_gives_its_path(void **state)
{
    static const struct {
        const char *url, *path; /* NULL: in memory */
    } rows[] = {
        {"sqlite:app.db", "app.db"},
        {"sqlite:data/app.db", "data/app.db"},
        {"sqlite:./app.db", "./app.db"},
        {"sqlite:../app.db", "../app.db"},
        {"sqlite:/var/lib/app.db", "/var/lib/app.db"},
        {"sqlite:///var/lib/app.db", "/var/lib/app.db"},
        {"sqlite://app.db", "app.db"},
        {"sqlite://data/app.db", "data/app.db"},
        {"sqlite:///", "/"},
        {"SQLite:app.db", "app.db"},
        {"sqlite::memory:", NULL},
        {"sqlite://:memory:", NULL},
        {":memory:", NULL},
        {"app.db", "app.db"},
        {"/var/lib/app.db", "/var/lib/app.db"},
        {"./sqlite:app.db", "./sqlite:app.db"},
        {"a:b.db", "a:b.db"},
        {"12:30.db", "12:30.db"},
        {"./foo:bar", "./foo:bar"},
        {"data/foo:bar", "data/foo:bar"},
        {"a@b:c", "a@b:c"},
        {"/u:p@h", "/u:p@h"},
        {"./host=h", "./host=h"},
        {"a=b.db", "a=b.db"},
        {"app", "app"},
        {":memory", ":memory"},
        {":memory:x", ":memory:x"},
        /* special characters */
        {"sqlite:my%20app.db", "my app.db"},
        {"sqlite:a%3Fb%23c%25d%26e.db", "a?b#c%d&e.db"},
        {"sqlite:%c3%A9.db", "\xc3\xa9.db"},
        {"sqlite:\xc3\xa9 b#c&d=e+f.db", "\xc3\xa9 b#c&d=e+f.db"},
        {"sqlite:%2Fabs.db", "/abs.db"},
        {"sqlite:%3Amemory%3A", ":memory:"},
        {"my app%20.db", "my app%20.db"},
        {"a?b.db", "a?b.db"},
        {"a?=b.db", "a?=b.db"},
        {"what?.db?", "what?.db?"},
        {"100%.db", "100%.db"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tn__url url;
        tn_error err = {0};
        assert_ok(tn__url_parse(&url, rows[i].url, *state, &err));
        assert_int_equal(url.engine, TN__URL_SQLITE);
        assert_int_equal(url.is_memory, rows[i].path == NULL);
        assert_string_equal(url.text, rows[i].url);
        assert_int_equal(url.param_count, 0);
        if (rows[i].path)
            assert_string_equal(url.path, rows[i].path);
        else
            assert_null(url.path);
    }
}

static void url_parameters_follow_every_form(void **state)
{
    static const struct {
        const char *url, *path;
    } rows[] = {
        {"sqlite:app.db?mode=ro&busy_timeout=5s", "app.db"},
        {"sqlite:/abs/app.db?mode=ro&busy_timeout=5s", "/abs/app.db"},
        {"sqlite:///abs/app.db?mode=ro&busy_timeout=5s", "/abs/app.db"},
        {"sqlite://app.db?mode=ro&busy_timeout=5s", "app.db"},
        {"sqlite::memory:?mode=ro&busy_timeout=5s", NULL},
        {":memory:?mode=ro&busy_timeout=5s", NULL},
        {"app.db?mode=ro&busy_timeout=5s", "app.db"},
        {"a?b.db?mode=ro&busy_timeout=5s", "a?b.db"},
        {"app.db?mode=%72%6F&&busy_timeout=5s&", "app.db"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tn__url url;
        assert_ok(tn__url_parse(&url, rows[i].url, *state, NULL));
        if (rows[i].path)
            assert_string_equal(url.path, rows[i].path);
        else
            assert_null(url.path);
        assert_text(tn__url_param(&url, "mode"), "ro");
        assert_text(tn__url_param(&url, "busy_timeout"), "5s");
        assert_null(tn__url_param(&url, "cache_size").data);
    }
}

static void url_parameter_values_are_decoded(void **state)
{
    struct tn__url url;
    assert_ok(tn__url_parse(&url, "sqlite:a.db?x=a%26b%3Dc+d&cache_size=-20000&empty=&y=a=b",
                            *state, NULL));
    assert_int_equal(url.param_count, 4);
    assert_text(tn__url_param(&url, "x"), "a&b=c+d");
    assert_text(tn__url_param(&url, "cache_size"), "-20000");
    assert_text(tn__url_param(&url, "empty"), "");
    assert_text(tn__url_param(&url, "y"), "a=b");
}

static void url_postgres_keeps_the_text(void **state)
{
    static const char *const urls[] = {
        "postgres://user:pw@host:5432/db?sslmode=require",
        "postgresql://h1:1,h2:2/db?sslmode=require",
        "PostgreSQL://%2Fvar%2Frun/db?sslmode=require",
    };
    for (size_t i = 0; i < 3; i++) {
        struct tn__url url;
        assert_ok(tn__url_parse(&url, urls[i], *state, NULL));
        assert_int_equal(url.engine, TN__URL_POSTGRES);
        assert_string_equal(url.text, urls[i]);
        assert_null(url.path);
        assert_false(url.is_memory);
        assert_text(tn__url_param(&url, "sslmode"), "require");
    }
}

static void url_faults_are_told_with_the_url(void **state)
{
    static const struct {
        const char *url, *message;
    } rows[] = {
        {"", "no path in database URL ''"},
        {"sqlite:", "no path in database URL 'sqlite:'"},
        {"sqlite://", "no path in database URL 'sqlite://'"},
        {"sqlite:?mode=ro", "no path in database URL 'sqlite:?mode=ro'"},
        {"sqlite:a%00b", "bad percent escape in database URL 'sqlite:a%00b'"},
        {"sqlite:a%0", "bad percent escape in database URL 'sqlite:a%0'"},
        {"sqlite:a%", "bad percent escape in database URL 'sqlite:a%'"},
        {"sqlite:a%zz", "bad percent escape in database URL 'sqlite:a%zz'"},
        {"sqlite:a?x=%f", "bad percent escape in database URL 'sqlite:a?x=%f'"},
        {"sqlite:a?x%=1", "bad percent escape in database URL 'sqlite:a?x%=1'"},
        {"sqlite:a?mode", "parameter that is not name=value in database URL 'sqlite:a?mode'"},
        {"a?mode=ro&x", "parameter that is not name=value in database URL 'a?mode=ro&x'"},
        {"sqlite:a?=1", "parameter that is not name=value in database URL 'sqlite:a?=1'"},
        {" ", "no path in database URL ' '"},
        {"sqlite: ?mode=ro", "no path in database URL 'sqlite: ?mode=ro'"},
        {"a?mode=rwc&mode=ro", "a parameter twice in database URL 'a?mode=rwc&mode=ro'"},
        {"sqlite:a?mode=rwc&mod%65=ro",
         "a parameter twice in database URL 'sqlite:a?mode=rwc&mod%65=ro'"},
        {"mysql://u:secret@h/db", "unknown scheme 'mysql' in database URL 'mysql://u:***@h/db'"},
        {"http://h/db", "unknown scheme 'http' in database URL 'http://h/db'"},
        {"f://h/db", "unknown scheme 'f' in database URL 'f://h/db'"},
        {"file:app.db",
         "unknown scheme 'file' in database URL 'file:app.db' (a file of that name is './file:app.db')"},
        {"foo:bar",
         "unknown scheme 'foo' in database URL 'foo:bar' (a file of that name is './foo:bar')"},
        {"sqllite:app.db", "unknown scheme 'sqllite' in database URL 'sqllite:app.db' (a file of "
                           "that name is './sqllite:app.db'); did you mean 'sqlite'?"},
        {"sqlite3:app.db", "unknown scheme 'sqlite3' in database URL 'sqlite3:app.db' (a file of "
                           "that name is './sqlite3:app.db'); did you mean 'sqlite'?"},
        {"postgre://u:secret@h/d", "unknown scheme 'postgre' in database URL "
                                   "'postgre://u:***@h/d'; did you mean 'postgres'?"},
        {"bob:secret@h/x", "unknown scheme 'bob' in database URL 'bob:***@h/x' (a file of that "
                           "name is './bob:***@h/x')"},
        {"b:secret@h/x", "no scheme in database URL 'b:***@h/x'"},
        {"12:secret@h/x", "no scheme in database URL '12:***@h/x'"},
        {"host=h user=u", "no scheme in database URL 'host=h user=u'"},
        {"sslmode=require password = secret",
         "no scheme in database URL 'sslmode=require password =***'"},
        {"postgres:secret@h/d", "no '//' behind the scheme in database URL 'postgres:***@h/d'"},
        {"sqlite://u:secret@h/app.db",
         "a user or a host for a file in database URL 'sqlite://u:***@h/app.db'"},
        {"postgres:db", "no '//' behind the scheme in database URL 'postgres:db'"},
        {"postgres://u:secret@h/d?x", "parameter that is not name=value in database URL "
                                      "'postgres://u:***@h/d?x'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tn__url url = {.path = "kept"};
        tn_error err = {0};
        assert_int_equal(tn__url_parse(&url, rows[i].url, *state, &err), TN_EINVAL);
        assert_int_equal(err.status, TN_EINVAL);
        assert_string_equal(err.message, rows[i].message);
        assert_string_equal(url.path, "kept");
        assert_int_equal(tn__url_parse(&url, rows[i].url, *state, NULL), TN_EINVAL);
    }
}

static void url_too_many_parameters_are_refused(void **state)
{
    char text[1000] = "sqlite:a?";
    for (int i = 0; i < 101; i++)
        strcat(text, "a=1&");
    struct tn__url url;
    assert_int_equal(tn__url_parse(&url, text, *state, NULL), TN_EINVAL);
}

static void url_redact_hides_every_password(void **state)
{
    static const struct {
        const char *url, *shown;
    } rows[] = {
        {"postgres://user:secret@host/db", "postgres://user:***@host/db"},
        {"postgres://user@host/db", "postgres://user@host/db"},
        {"postgres://host:5432/db", "postgres://host:5432/db"},
        {"postgres://user:@host/db", "postgres://user:***@host/db"},
        {"postgres://user:se%40cret@h1:1,h2:2/db?a=b", "postgres://user:***@h1:1,h2:2/db?a=b"},
        {"postgres://host/db?user=a&password=secret", "postgres://host/db?user=a&password=***"},
        {"postgres://host/db?password=secret&user=a", "postgres://host/db?password=***&user=a"},
        {"postgres://h/d?PassWord=secret&sslpassword=x",
         "postgres://h/d?PassWord=***&sslpassword=***"},
        {"postgres://h/d?pass%77or%64=secret", "postgres://h/d?pass%77or%64=***"},
        {"postgres://h/d?passwor=x&assword=y&word", "postgres://h/d?passwor=x&assword=y&word"},
        /* not escaped as they should be: rather too much than a part of the password */
        {"postgres://user:se@cret@host/db", "postgres://user:***@host/db"},
        {"postgres://user:se/cret@host/db", "postgres://user:***@host/db"},
        {"postgres://user:se?cret@host/db", "postgres://user:***@host/db"},
        {"postgres://user:se?x=1&password=y@host/db", "postgres://user:***@host/db"},
        {"bob:se:cr@et@h/x", "bob:***@h/x"},
        {"bob:sec://ret@h/x", "bob:***@h/x"},
        {"postgres:secret@h/d", "postgres:***@h/d"},
        {"postgresql//u:secret@h/d", "postgresql//u:***@h/d"},
        {"postgres://h/d?password=se:cr@et&user=a", "postgres://h/d?password=***&user=a"},
        {"host=h user=u password=secret", "host=h user=u password=***"},
        {"host=h PASSWORD = 'se cr@e:t?x=1&y' user=u", "host=h PASSWORD =***"},
        {"./a:b@c", "./a:b@c"},
        {"postgres://h/d?user=a@b", "postgres://h/d?user=a@b"},
        {"sqlite:app.db?mode=ro", "sqlite:app.db?mode=ro"},
        {"sqlite:a@b:c", "sqlite:a@b:c"},
        {"a@b://c", "a@b://c"},
        {"?", "?"},
        {"a?&&", "a?&&"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *shown;
        assert_ok(tn__url_redact(&shown, rows[i].url, *state));
        assert_string_equal(shown, rows[i].shown);
    }
}

static int parse_once(void *user)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__url url = {.path = "kept"};
    tn_error err = {0};
    const char *shown;
    int rc = tn__url_parse(&url, user, &arena, &err);
    if (rc != TN_OK) {
        assert_string_equal(url.path, "kept");
        assert_int_equal(err.status, TN_ENOMEM);
    }
    if (rc == TN_OK)
        rc = tn__url_redact(&shown, user, &arena);
    tn_arena_fini(&arena);
    return rc;
}

static void url_no_memory_at_any_point_is_told(void **state)
{
    (void)state;
    char sqlite[12000] = "sqlite:";
    memset(sqlite + 7, 'p', 9000);
    strcat(sqlite, "?a=1&b=2&c=3");
    fault_alloc_each(parse_once, sqlite);
    char postgres[] = "postgres://u:p@h/d?x=y";
    fault_alloc_each(parse_once, postgres);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(url_sqlite_every_form_gives_its_path), TEST(url_parameters_follow_every_form),
        TEST(url_parameter_values_are_decoded),     TEST(url_postgres_keeps_the_text),
        TEST(url_faults_are_told_with_the_url),     TEST(url_too_many_parameters_are_refused),
        TEST(url_redact_hides_every_password),      TEST(url_no_memory_at_any_point_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
