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

/* user|password|host:port,host:port|database */
static const char *parts_of(const struct tn__url *url, tn_arena *arena)
{
    struct tn__buf buf;
    tn_text text;
    tn__buf_init(&buf, 0);
    tn__buf_printf(&buf, "%s|%s|", url->user ? url->user : "-",
                   url->password ? url->password : "-");
    for (size_t i = 0; i < url->host_count; i++)
        tn__buf_printf(&buf, "%s%s:%s", i ? "," : "", url->hosts[i].name, url->hosts[i].port);
    tn__buf_printf(&buf, "|%s", url->database ? url->database : "-");
    assert_ok(tn__buf_to_arena(&buf, arena, &text));
    tn__buf_fini(&buf);
    return text.data;
}

static void url_postgres_every_form_gives_its_parts(void **state)
{
    static const struct {
        const char *url, *parts;
    } rows[] = {
        {"postgres://", "-|-|:|-"},
        {"postgresql://h", "-|-|h:|-"},
        {"postgres://h/", "-|-|h:|-"},
        {"postgres:///db", "-|-|:|db"},
        {"postgres://h:5433/db", "-|-|h:5433|db"},
        {"postgres://:5433", "-|-|:5433|-"},
        {"postgres://u@h/db", "u|-|h:|db"},
        {"postgres://u:p@h/db", "u|p|h:|db"},
        {"postgres://u:@h/db", "u||h:|db"},
        {"postgres://:p@h/db", "-|p|h:|db"},
        {"postgres://u:p:q@h/db", "u|p:q|h:|db"},
        {"postgres://u%40x:p%2F%3A%40w@h/d%20b", "u@x|p/:@w|h:|d b"},
        {"postgres://h1:1,h2,h3:3/db", "-|-|h1:1,h2:,h3:3|db"},
        {"postgres://[::1]:5432,[2001:db8::2]/db", "-|-|::1:5432,2001:db8::2:|db"},
        {"postgres://%2Fvar%2Frun%2Fpg:5433/db", "-|-|/var/run/pg:5433|db"},
        {"postgres://u@%2Ftmp", "u|-|/tmp:|-"},
        {"postgres:///db?host=/tmp&port=5433", "-|-|/tmp:5433|db"},
        {"postgres://h1,h2:2/db?port=7", "-|-|h1:7,h2:7|db"},
        {"postgres://x/db?host=a,b&port=1,2", "-|-|a:1,b:2|db"},
        {"postgres://x:9/db?host=a,b", "-|-|a:9,b:9|db"},
        {"postgres://x/db?host=a,b", "-|-|a:,b:|db"},
        {"postgres://u@:55436/db?host=/tmp/sock", "u|-|/tmp/sock:55436|db"},
        {"postgres://localhost:55436/db?host=/tmp", "-|-|/tmp:55436|db"},
        {"postgres://:1,:2/db?host=a,b", "-|-|a:1,b:2|db"},
        {"postgres://x:1,y:2/db?host=a,b", "-|-|a:1,b:2|db"},
        {"postgres://x:1,y/db?host=a,b", "-|-|a:1,b:|db"},
        {"postgres://x:9/db?host=a,b&port=7", "-|-|a:7,b:7|db"},
        {"postgres://x:9/db?host=a&port=", "-|-|a:|db"},
        {"postgres://x:9/db?host=", "-|-|:9|db"},
        {"postgres://x:9/db?port=7", "-|-|x:7|db"},
        {"postgres://:9/db?hostaddr=10.0.0.1,10.0.0.2", "-|-|:9,:9|db"},
        {"postgres:///db?hostaddr=10.0.0.1,10.0.0.2&port=1,2", "-|-|:1,:2|db"},
        {"postgres://a,b:2/db?hostaddr=10.0.0.1,10.0.0.2", "-|-|a:,b:2|db"},
        {"postgres://u:p@h/db?user=v&password=w&dbname=e", "v|w|h:|e"},
        {"postgres://h/a/b", "-|-|h:|a/b"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tn__url url;
        tn_error err = {0};
        assert_ok(tn__url_parse(&url, rows[i].url, *state, &err));
        assert_string_equal(parts_of(&url, *state), rows[i].parts);
    }
}

static void url_postgres_faults_hide_the_password(void **state)
{
    static const struct {
        const char *url, *message;
    } rows[] = {
        {"postgres://u:secret@h:x/d",
         "a port that is none in database URL 'postgres://u:***@h:x/d'"},
        {"postgres://h:0", "a port that is none in database URL 'postgres://h:0'"},
        {"postgres://h:65536", "a port that is none in database URL 'postgres://h:65536'"},
        {"postgres://u:se/cret@h/d", "a port that is none ('/' in a user or a password is written "
                                     "%2F) in database URL 'postgres://u:***@h/d'"},
        {"postgres://:1,:2/d?host=a",
         "another number of ports than of hosts in database URL 'postgres://:1,:2/d?host=a'"},
        {"postgres://:1,:2/d?host=a,b,c",
         "another number of ports than of hosts in database URL 'postgres://:1,:2/d?host=a,b,c'"},
        {"postgres://x/d?hostaddr=1,2", "another number of hosts than of addresses in database URL "
                                        "'postgres://x/d?hostaddr=1,2'"},
        {"postgres://u:se@cret@h/d", "'@' in a host (in a user or a password it is written %40) in "
                                     "database URL 'postgres://u:***@h/d'"},
        {"postgres://u:se%zzcret@h/d", "bad percent escape in database URL 'postgres://u:***@h/d'"},
        {"postgres://[::1/d", "no ']' behind an address in database URL 'postgres://[::1/d'"},
        {"postgres://[]/d",
         "something else than an address in '[…]' in database URL 'postgres://[]/d'"},
        {"postgres://[::1]x/d",
         "something else than an address in '[…]' in database URL 'postgres://[::1]x/d'"},
        {"postgres://a%2Cb/d", "a ',' in a host in database URL 'postgres://a%2Cb/d'"},
        {"postgres://a,b/d?port=1,2,3&password=secret",
         "another number of ports than of hosts in database URL "
         "'postgres://a,b/d?port=1,2,3&password=***'"},
        {"postgres://h/d?direct_url=postgres://u:secret@h2/d",
         "a direct_url that is not percent-encoded (postgres%3A%2F%2F…) in database URL "
         "'postgres://h/d?direct_url=postgres:***@h2/d'"},
        {"postgres://h/d?port=x", "a port that is none in database URL 'postgres://h/d?port=x'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tn__url url;
        tn_error err = {0};
        assert_int_equal(tn__url_parse(&url, rows[i].url, *state, &err), TN_EINVAL);
        assert_string_equal(err.message, rows[i].message);
    }
    char many[1000] = "postgres://h";
    for (int i = 0; i < 100; i++)
        strcat(many, ",h");
    struct tn__url url;
    assert_int_equal(tn__url_parse(&url, many, *state, NULL), TN_EINVAL);
}

static void url_composed_of_any_bytes_reads_back(void **state)
{
    static const struct tn__url_parts rows[] = {
        {"h", "5433", "db", "u", "p"},
        {"/var/run/a b", "5433", "d/b?c#d", "u@x:y/z", "%p&q=r+s t:/@\"'"},
        {"::1", NULL, "d", "u", "\xc3\xa9"},
        {"h", "", "", "u", ""},
        {NULL, NULL, "d", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct tn__url_parts *row = &rows[i];
        const char *text;
        struct tn__url url;
        assert_ok(tn__url_compose(&text, row, *state));
        assert_ok(tn__url_parse(&url, text, *state, NULL));
        assert_string_equal(url.hosts[0].name, row->host ? row->host : "");
        assert_string_equal(url.hosts[0].port, row->port ? row->port : "");
        assert_string_equal(url.database ? url.database : "", row->database);
        assert_string_equal(url.user ? url.user : "", row->user ? row->user : "");
        assert_string_equal(url.password ? url.password : "", row->password ? row->password : "");
    }
    const char *text;
    struct tn__url_parts unowned = {.host = "h", .password = "secret"};
    assert_ok(tn__url_compose(&text, &unowned, *state));
    assert_string_equal(text, "postgres://h");
}

static void url_with_another_database_keeps_the_rest(void **state)
{
    static const struct {
        const char *url, *made, *hosts;
    } rows[] = {
        {"postgres://u:p%40@h:1,[::1]/db?sslmode=require&options=-c%20a%3Db",
         "postgres://u:p%40@h:1,[::1]/x%20y?sslmode=require&options=-c%20a%3Db", "h:1, ::1"},
        {"postgres:///db?host=/tmp&password=p&user=u&dbname=e&slow_query=1s",
         "postgres://u:p@%2Ftmp/x%20y?slow_query=1s", "/tmp"},
        {"postgres://", "postgres:///x%20y", "the local server"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tn__url url;
        const char *text;
        assert_ok(tn__url_parse(&url, rows[i].url, *state, NULL));
        assert_ok(tn__url_with_database(&text, &url, "x y", *state));
        assert_string_equal(text, rows[i].made);
        assert_ok(tn__url_hosts(&text, &url, *state));
        assert_string_equal(text, rows[i].hosts);
    }
}

static void url_for_other_programs_has_no_secret(void **state)
{
    struct tn__url url;
    const char *text;
    assert_ok(tn__url_parse(&url,
                            "postgres://u:p@h:1/db?max_connections=3&slow_query=1s&lock_timeout=1s"
                            "&direct_url=postgres%3A%2F%2Fu%3Ap%40h&sslpassword=p&sslmode=prefer"
                            "&connect_timeout=5s&application_name=a%20b",
                            *state, NULL));
    assert_ok(tn__url_for_libpq(&text, &url, *state));
    assert_string_equal(text, "postgres://u@h:1/db?sslmode=prefer&application_name=a%20b");
    assert_ok(tn__url_parse(&url, "postgres://?connect_timeout=5", *state, NULL));
    assert_ok(tn__url_for_libpq(&text, &url, *state));
    assert_string_equal(text, "postgres:///?connect_timeout=5");
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
        {"host=h user=u",
         "no scheme in database URL 'host=h user=u': as a URL it is 'postgres://u@h/'"},
        {"host=/tmp/x dbname=shop",
         "no scheme in database URL 'host=/tmp/x dbname=shop': as a URL it "
         "is 'postgres:///shop?host=/tmp/x'"},
        {"host=h port=1 dbname=a/b user=u@v sslmode=require sslpassword=x password=secret",
         "no scheme in database URL 'host=h port=1 dbname=a/b user=u@v sslmode=require "
         "sslpassword=***': as a URL it is 'postgres://u%40v:***@h:1/a%2Fb?sslmode=require'"},
        {"dbname='my shop' user=u",
         "no scheme in database URL 'dbname='my shop' user=u': a URL is wanted, as "
         "'postgres://user@host/database'"},
        {"sslmode=require password = secret",
         "no scheme in database URL 'sslmode=require password =***': a URL is wanted, as "
         "'postgres://user@host/database'"},
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
        {"postgres://h/d?direct_url=postgres%3A%2F%2Fu%3Asecret%40h&a=b",
         "postgres://h/d?direct_url=***&a=b"},
        {"postgres://h/d?direct_ur%6C=secret", "postgres://h/d?direct_ur%6C=***"},
        {"postgres://u:p@h/d?direct_url=postgres://u:secret@h/d", "postgres://u:***@h/d"},
        {"postgres://:secret@h/d", "postgres://:***@h/d"},
        {"postgres://u:secret@[::1]:5432/d", "postgres://u:***@[::1]:5432/d"},
        {"postgres://u:secret@%2Ftmp/d", "postgres://u:***@%2Ftmp/d"},
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

static int parse_refused(void *user)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__url url;
    tn_error err = {0};
    int rc = tn__url_parse(&url, user, &arena, &err);
    tn_arena_fini(&arena);
    assert_int_not_equal(rc, TN_OK);
    return rc == TN_EINVAL ? TN_OK : rc;
}

static void url_no_memory_at_any_point_is_told(void **state)
{
    (void)state;
    char sqlite[12000] = "sqlite:";
    memset(sqlite + 7, 'p', 9000);
    strcat(sqlite, "?a=1&b=2&c=3");
    fault_alloc_each(parse_once, sqlite);
    char keywords[] = "host=/tmp/x dbname=shop user=u password=p sslmode=require";
    char postgres[] = "postgres://u:p@h:1,[::1]/d?x=y&host=a,b&port=1,2&user=v&direct_url=z";
    fault_alloc_each(parse_once, postgres);
    fault_alloc_each(parse_refused, keywords);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(url_sqlite_every_form_gives_its_path),
        TEST(url_parameters_follow_every_form),
        TEST(url_parameter_values_are_decoded),
        TEST(url_postgres_keeps_the_text),
        TEST(url_postgres_every_form_gives_its_parts),
        TEST(url_postgres_faults_hide_the_password),
        TEST(url_composed_of_any_bytes_reads_back),
        TEST(url_with_another_database_keeps_the_rest),
        TEST(url_for_other_programs_has_no_secret),
        TEST(url_faults_are_told_with_the_url),
        TEST(url_too_many_parameters_are_refused),
        TEST(url_redact_hides_every_password),
        TEST(url_no_memory_at_any_point_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
