/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdlib.h>

#include "driver/postgres/settings.h"
#include "fault_alloc.h"
#include "util/buf.h"

static int setup(void **state)
{
    static tn_arena arena;
    arena = (tn_arena)TN_ARENA_INIT;
    unsetenv("PGCONNECT_TIMEOUT");
    *state = &arena;
    return 0;
}

static int teardown(void **state)
{
    tn_arena_fini(*state);
    return 0;
}

static int read_as(struct tn__pg_settings *out, const char *text, bool from_standby,
                   tn_arena *arena, tn_error *err)
{
    struct tn__url url;
    int rc = tn__url_parse(&url, text, arena, err);
    return rc == TN_OK ? tn__pg_settings_read(out, &url, from_standby, arena, err) : rc;
}

/* NULL: it is not there. */
static const char *value_of(const struct tn__pg_settings *settings, const char *keyword)
{
    const char *value = NULL;
    size_t count = 0;
    for (size_t i = 0; settings->keywords[i]; i++) {
        assert_non_null(settings->values[i]);
        if (strcmp(settings->keywords[i], keyword) == 0) {
            value = settings->values[i];
            count++;
        }
    }
    assert_true(count <= 1);
    return value;
}

static void check_value(const char *url, const char *keyword, const char *expected)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__pg_settings settings;
    tn_error err = {0};
    int rc = read_as(&settings, url, false, &arena, &err);
    if (rc != TN_OK)
        print_error("%s: %s\n", url, err.message);
    assert_ok(rc);
    const char *value = value_of(&settings, keyword);
    if (expected)
        assert_non_null(value);
    if (value && (!expected || strcmp(value, expected) != 0))
        fail_msg("%s: %s is '%s'", url, keyword, value);
    tn_arena_fini(&arena);
}

static void pg_settings_of_a_bare_url_are_the_defaults(void **state)
{
    struct tn__pg_settings settings;
    assert_ok(read_as(&settings, "postgres://", false, *state, NULL));
    static const char *const pairs[][2] = {
        {"client_encoding", "UTF8"},   {"fallback_application_name", "tenon"},
        {"connect_timeout", "10"},     {"keepalives_idle", "30"},
        {"keepalives_interval", "10"}, {"keepalives_count", "3"},
        {"tcp_user_timeout", "15000"},
    };
    size_t count = 0;
    while (settings.keywords[count])
        count++;
    assert_int_equal(count, sizeof pairs / sizeof pairs[0]);
    assert_null(settings.values[count]);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(value_of(&settings, pairs[i][0]), pairs[i][1]);
    assert_int_equal(settings.prepare, TN__PG_PREPARE_AUTO);
    assert_int_equal(settings.lock_timeout_ms, 0);
    assert_false(settings.has_replicas);
    assert_false(settings.is_readonly);
    assert_null(settings.direct_url);
}

static void pg_settings_of_the_url_go_to_libpq(void **state)
{
    (void)state;
    check_value("postgres://u:p%40@h:5433/d", "host", "h");
    check_value("postgres://u:p%40@h:5433/d", "port", "5433");
    check_value("postgres://u:p%40@h:5433/d", "user", "u");
    check_value("postgres://u:p%40@h:5433/d", "password", "p@");
    check_value("postgres://u:p%40@h:5433/d", "dbname", "d");
    check_value("postgres://a,b:2/d", "host", "a,b");
    check_value("postgres://a,b:2/d", "port", ",2");
    check_value("postgres://a,b/d", "port", NULL);
    check_value("postgres://,b/d", "host", ",b");
    check_value("postgres://[::1]/d", "host", "::1");
    check_value("postgres:///d?host=/tmp", "host", "/tmp");
    check_value("postgres:///d?host=/tmp", "dbname", "d");
    check_value("postgres://h/d?sslmode=verify-full", "sslmode", "verify-full");
    check_value("postgres://h/d?application_name=shop", "application_name", "shop");
    check_value("postgres://h/d?options=-c%20a%3Db", "options", "-c a=b");
    check_value("postgres://h/d?keepalives_idle=5", "keepalives_idle", "5");
    check_value("postgres://h/d?tcp_user_timeout=0", "tcp_user_timeout", "0");
    check_value("postgres://h/d?max_connections=20&slow_query=1s", "max_connections", NULL);
}

static void pg_settings_connect_timeout_is_seconds_or_a_time(void **state)
{
    (void)state;
    check_value("postgres://h?connect_timeout=7", "connect_timeout", "7");
    check_value("postgres://h?connect_timeout=7s", "connect_timeout", "7");
    check_value("postgres://h?connect_timeout=1500ms", "connect_timeout", "2");
    check_value("postgres://h?connect_timeout=1m", "connect_timeout", "60");
    check_value("postgres://h?connect_timeout=500ms", "connect_timeout", "1");
    check_value("postgres://h?connect_timeout=0", "connect_timeout", "0");
    check_value("postgres://h?keepalives_idle=1m", "keepalives_idle", "60");
    check_value("postgres://h?keepalives_interval=2500ms", "keepalives_interval", "3");
    check_value("postgres://h?tcp_user_timeout=20s", "tcp_user_timeout", "20000");
    check_value("postgres://h?tcp_user_timeout=20000", "tcp_user_timeout", "20000");
    setenv("PGCONNECT_TIMEOUT", "3", 1);
    check_value("postgres://h", "connect_timeout", NULL); /* libpq reads that one */
    check_value("postgres://h?connect_timeout=7", "connect_timeout", "7");
    unsetenv("PGCONNECT_TIMEOUT");
}

static void pg_settings_target_is_the_server_that_writes(void **state)
{
    struct tn__pg_settings settings;
    check_value("postgres://h", "target_session_attrs", NULL);
    check_value("postgres://a,b", "target_session_attrs", "read-write");
    check_value("postgres://a,b?target_session_attrs=any", "target_session_attrs", "any");
    check_value("postgres://a?target_session_attrs=primary", "target_session_attrs", "primary");
    assert_ok(read_as(&settings, "postgres://a,b?replicas=on", true, *state, NULL));
    assert_string_equal(value_of(&settings, "target_session_attrs"), "prefer-standby");
    assert_true(settings.has_replicas);
    assert_ok(
        read_as(&settings, "postgres://a,b?target_session_attrs=standby", false, *state, NULL));
    assert_true(settings.is_readonly);
    assert_ok(read_as(&settings, "postgres://a,b?target_session_attrs=prefer-standby", false,
                      *state, NULL));
    assert_false(settings.is_readonly);
}

static void pg_settings_of_our_own_are_read(void **state)
{
    struct tn__pg_settings settings;
    assert_ok(read_as(&settings,
                      "postgres://h?lock_timeout=2s&prepare=unnamed&replicas=off"
                      "&direct_url=postgres%3A%2F%2Fu%3Ap%40h2%2Fd",
                      false, *state, NULL));
    assert_int_equal(settings.lock_timeout_ms, 2000);
    assert_int_equal(settings.prepare, TN__PG_PREPARE_UNNAMED);
    assert_false(settings.has_replicas);
    assert_string_equal(settings.direct_url, "postgres://u:p@h2/d");
    assert_null(value_of(&settings, "lock_timeout"));
    assert_null(value_of(&settings, "direct_url"));
}

static void pg_settings_that_are_wrong_are_told_without_the_password(void **state)
{
    static const struct {
        const char *url, *message;
    } rows[] = {
        {"postgres://u:secret@h?sslmod=require",
         "unknown parameter 'sslmod' in the database URL; did you mean 'sslmode'?"},
        {"postgres://h?max_conections=3",
         "unknown parameter 'max_conections' in the database URL; did you mean 'max_connections'?"},
        {"postgres://h?xyzzyx=3", "unknown parameter 'xyzzyx' in the database URL"},
        {"postgres://h?journal_mode=wal",
         "the parameter 'journal_mode' in the database URL is SQLite's, and this is PostgreSQL"},
        {"postgres://h?group_commit=off",
         "the parameter 'group_commit' in the database URL is SQLite's, and this is PostgreSQL"},
        {"postgres://h?client_encoding=LATIN1",
         "unknown parameter 'client_encoding' in the database URL"},
        {"postgres://h?sslmode=on",
         "bad value 'on' of 'sslmode' in the database URL: not one of: disable allow prefer require "
         "verify-ca verify-full"},
        {"postgres://h?prepare=yes",
         "bad value 'yes' of 'prepare' in the database URL: not one of: auto named unnamed"},
        {"postgres://h?replicas=2",
         "bad value '2' of 'replicas' in the database URL: not 'on' or 'off'"},
        {"postgres://h?migration_lock=row",
         "bad value 'row' of 'migration_lock' in the database URL: not one of: auto table"},
        {"postgres://h?lock_timeout=soon",
         "bad value 'soon' of 'lock_timeout' in the database URL: not a time such as 5s or 250ms"},
        {"postgres://h?connect_timeout=-1",
         "bad value '-1' of 'connect_timeout' in the database URL: not a time such as 5s"},
        {"postgres://h?keepalives_idle=x",
         "bad value 'x' of 'keepalives_idle' in the database URL: not a time such as 5s"},
        {"postgres://h?tcp_user_timeout=15x",
         "bad value '15x' of 'tcp_user_timeout' in the database URL: not a time such as 5s"},
        {"postgres://h?keepalives_count=3s",
         "bad value '3s' of 'keepalives_count' in the database URL: not a number"},
        {"postgres://a,b?replicas=on&target_session_attrs=standby",
         "replicas=on in the database URL: target_session_attrs=standby has no primary to go with "
         "them"},
        {"postgres://h?direct_url=postgres%3A%2F%2Fu%3Asecret%40h%3Ax",
         "'direct_url' in the database URL: a port that is none in database URL "
         "'postgres://u:***@h:x'"},
        {"postgres://h?direct_url=app.db",
         "'direct_url' in the database URL: no URL of PostgreSQL"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tn__pg_settings settings = {.lock_timeout_ms = 7};
        tn_error err = {0};
        assert_int_equal(read_as(&settings, rows[i].url, false, *state, &err), TN_EINVAL);
        assert_string_equal(err.message, rows[i].message);
        assert_int_equal(settings.lock_timeout_ms, 7);
    }
}

static int read_once(void *user)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__pg_settings settings;
    tn_error err = {0};
    int rc = read_as(&settings, user, true, &arena, &err);
    assert_true(rc == TN_OK || (rc == TN_ENOMEM && err.status == TN_ENOMEM));
    tn_arena_fini(&arena);
    return rc;
}

static void pg_settings_without_memory_are_told(void **state)
{
    (void)state;
    static char url[] = "postgres://u:p@a:1,b:2/d?connect_timeout=5s&sslmode=prefer&replicas=on"
                        "&direct_url=postgres://h/d";
    fault_alloc_each(read_once, url);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(pg_settings_of_a_bare_url_are_the_defaults),
        TEST(pg_settings_of_the_url_go_to_libpq),
        TEST(pg_settings_connect_timeout_is_seconds_or_a_time),
        TEST(pg_settings_target_is_the_server_that_writes),
        TEST(pg_settings_of_our_own_are_read),
        TEST(pg_settings_that_are_wrong_are_told_without_the_password),
        TEST(pg_settings_without_memory_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
