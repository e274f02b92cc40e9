/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "setting.h"

/* Settings that are right: where they come from, and which of them wins. */

static void settings_without_any_file_are_the_defaults(void **state)
{
    struct world *w = *state;
    make_dir("My-App 2");
    assert_int_equal(chdir("My-App 2"), 0);
    load(w, NULL);
    assert_null(w->settings.config_file);
    assert_string_equal(w->settings.project_dir, ".");
    assert_null(w->settings.database_url);
    assert_int_equal(w->settings.engine, TN__URL_SQLITE);
    assert_string_equal(w->settings.migrations_dir, "migrations");
    assert_int_equal(w->settings.out_of_order, TN_OUT_OF_ORDER_APPLY);
    assert_int_equal(w->settings.query_source_count, 2);
    assert_string_equal(w->settings.query_sources[0], "queries/*.sql");
    assert_string_equal(w->settings.query_sources[1], "src/*.c");
    assert_string_equal(w->settings.generate_out, "gen");
    assert_string_equal(w->settings.generate_prefix, "my_app_2");
    assert_int_equal(w->settings.type_count, 0);
    static const char *const names[] = {
        "database.url",   "database.engine", "migrations.dir", "migrations.out-of-order",
        "queries.source", "queries.source",  "generate.out",   "generate.prefix",
        "generate.json",  "lint.sources"};
    assert_int_equal(w->settings.lint_source_count, 1);
    assert_string_equal(w->settings.lint_sources[0], ".");
    assert_int_equal(w->settings.explain_count, 10);
    assert_false(w->settings.generate_json);
    for (size_t i = 0; i < 10; i++) {
        assert_string_equal(w->settings.explain[i].name, names[i]);
        assert_string_equal(w->settings.explain[i].origin, "default");
    }
}

static void settings_each_source_beats_the_weaker_ones(void **state)
{
    struct world *w = *state;
    struct tn__settings_flags flags = {0};
    load(w, "[migrations]\ndir = from-ini\n[database]\nurl = sqlite:ini.db\n");
    assert_string_equal(w->settings.database_url, "sqlite:ini.db");
    check_origin(w, "database.url", "sqlite:ini.db", "tenon.ini:4");
    check_origin(w, "migrations.dir", "from-ini", "tenon.ini:2");

    scratch_write(".", ".env", "# first\nDATABASE_URL=sqlite:env-file.db\n");
    load(w, NULL);
    check_origin(w, "database.url", "sqlite:env-file.db", ".env:2");

    setenv("DATABASE_URL", "sqlite:env.db", 1);
    load(w, NULL);
    check_origin(w, "database.url", "sqlite:env.db", "environment DATABASE_URL");
    setenv("DATABASE_URL", "", 1); /* as good as none */
    load(w, NULL);
    check_origin(w, "database.url", "sqlite:env-file.db", ".env:2");

    flags.url.value = "flag.db";
    flags.migrations.value = "from-flag";
    assert_ok(load_with(w, &flags));
    assert_string_equal(w->settings.database_url, "flag.db");
    assert_string_equal(w->settings.migrations_dir, "from-flag");
    check_origin(w, "database.url", "flag.db", "flag --url");
    check_origin(w, "migrations.dir", "from-flag", "flag --migrations");
}

static void settings_full_file_is_read_into_typed_members(void **state)
{
    struct world *w = *state;
    load(w, "[database]\n"
            "engine = postgres\n"
            "[migrations]\n"
            "out-of-order = warn ; a comment\n"
            "[queries]\n"
            "source = sql/*.sql\n"
            "source = /abs/*.sql\n"
            "[generate]\n"
            "out = out/gen\n"
            "prefix =\n"
            "[types]\n"
            "users.is_active = bool\n"
            "users.extra = json\n"
            "users.a = timestamp\n"
            "users.b = timestamp(seconds)\n"
            "users.c = timestamp(ms)\n"
            "users.d = timestamp(text)\n"
            "users.e = timestamp(rfc3339)\n"
            "users.f = text\n"
            "users.g = int\n"
            "users.h = enum(state)\n"
            "users.i = user_id\n"
            "users.j = key(timestmp)\n"
            "users = user\n");
    assert_int_equal(w->settings.engine, TN__URL_POSTGRES);
    assert_int_equal(w->settings.out_of_order, TN_OUT_OF_ORDER_WARN);
    assert_int_equal(w->settings.query_source_count, 2);
    assert_string_equal(w->settings.query_sources[0], "sql/*.sql");
    assert_string_equal(w->settings.query_sources[1], "/abs/*.sql");
    assert_string_equal(w->settings.generate_out, "out/gen");
    assert_string_equal(w->settings.generate_prefix, "");
    static const struct {
        const char *column;
        enum tn__logical_type logical;
        enum tn__timestamp_form form;
    } rows[] = {
        {"is_active", TN__LOGICAL_BOOL, TN__FORM_ANY},
        {"extra", TN__LOGICAL_JSON, TN__FORM_ANY},
        {"a", TN__LOGICAL_TIMESTAMP, TN__FORM_ANY},
        {"b", TN__LOGICAL_TIMESTAMP, TN__FORM_SECONDS},
        {"c", TN__LOGICAL_TIMESTAMP, TN__FORM_MS},
        {"d", TN__LOGICAL_TIMESTAMP, TN__FORM_TEXT},
        {"e", TN__LOGICAL_TIMESTAMP, TN__FORM_RFC3339},
        {"f", TN__LOGICAL_TEXT, TN__FORM_ANY},
        {"g", TN__LOGICAL_INT, TN__FORM_ANY},
        {"h", TN__LOGICAL_ENUM, TN__FORM_ANY},
        {"i", TN__LOGICAL_KEY, TN__FORM_ANY},
        {"j", TN__LOGICAL_KEY, TN__FORM_ANY},
    };
    assert_int_equal(w->settings.type_count, 13);
    for (size_t i = 0; i < 12; i++) {
        const struct tn__settings_type *type = &w->settings.types[i];
        assert_string_equal(type->table, "users");
        assert_string_equal(type->column, rows[i].column);
        assert_int_equal(type->logical, rows[i].logical);
        assert_int_equal(type->form, rows[i].form);
        assert_int_equal(type->place.line, 12 + i);
    }
    assert_string_equal(w->settings.types[9].struct_name, "state");
    assert_string_equal(w->settings.types[10].struct_name, "user_id");
    assert_string_equal(w->settings.types[11].struct_name, "timestmp");
    assert_null(w->settings.types[12].column);
    assert_string_equal(w->settings.types[12].table, "users");
    assert_string_equal(w->settings.types[12].struct_name, "user");
    check_origin(w, "database.engine", "postgres", "tenon.ini:2");
    check_origin(w, "generate.prefix", "", "tenon.ini:10");
    check_origin(w, "types.users", "user", "tenon.ini:24");
}

static void settings_functions_are_read_in_their_order(void **state)
{
    struct world *w = *state;
    load(w, "[functions]\n"
            "slugify = (text) -> text strict\n"
            "slugify=( text ,timestamp(ms))->text not  null ; for URLs\n"
            "any_of = (any, int...) -> any\n"
            "median = aggregate(real) -> real\n"
            "tenant = \"() -> timestamp(text) not null\"\n");
    static const struct {
        const char *name;
        size_t arg_count;
        bool is_variadic, is_aggregate, is_not_null, is_strict;
        const char *last_arg;
        const char *result;
    } rows[] = {
        {"slugify", 1, false, false, false, true, "text", "text"},
        {"slugify", 2, false, false, true, false, "timestamp(ms)", "text"},
        {"any_of", 2, true, false, false, false, "int", "any"},
        {"median", 1, false, true, false, false, "real", "real"},
        {"tenant", 0, false, false, true, false, NULL, "timestamp(text)"},
    };
    assert_int_equal(w->settings.function_count, 5);
    for (size_t i = 0; i < 5; i++) {
        const struct tn__settings_function *function = &w->settings.functions[i];
        assert_string_equal(function->name, rows[i].name);
        assert_int_equal(function->arg_count, rows[i].arg_count);
        assert_int_equal(function->is_variadic, rows[i].is_variadic);
        assert_int_equal(function->is_aggregate, rows[i].is_aggregate);
        assert_int_equal(function->is_not_null, rows[i].is_not_null);
        assert_int_equal(function->is_strict, rows[i].is_strict);
        if (rows[i].last_arg)
            assert_string_equal(function->args[rows[i].arg_count - 1], rows[i].last_arg);
        assert_string_equal(function->result, rows[i].result);
        assert_int_equal(function->place.line, 2 + i);
    }
    check_origin(w, "functions.median", "aggregate(real) -> real", "tenon.ini:5");
}

static void settings_file_above_is_found_and_its_paths_are_rebased(void **state)
{
    struct world *w = *state;
    scratch_write(".", "tenon.ini",
                  "[database]\nurl = sqlite:data/a%20b.db?mode=ro&cache_size=-10\n"
                  "[queries]\nsource = q/*.sql\nsource = /abs/*.sql\n");
    scratch_write(".", ".env", "TENON_TEST_DIR=up\n");
    make_dir("sub");
    make_dir("sub/deep");
    assert_int_equal(chdir("sub/deep"), 0);
    load(w, NULL);
    assert_string_equal(w->settings.config_file, "../../tenon.ini");
    assert_string_equal(w->settings.project_dir, "../..");
    assert_string_equal(w->settings.database_url,
                        "sqlite:../../data/a%20b.db?mode=ro&cache_size=-10");
    assert_string_equal(w->settings.migrations_dir, "../../migrations");
    assert_string_equal(w->settings.query_sources[0], "../../q/*.sql");
    assert_string_equal(w->settings.query_sources[1], "/abs/*.sql");
    assert_string_equal(w->settings.generate_out, "../../gen");
    check_origin(w, "queries.source", "../../q/*.sql", "../../tenon.ini:4");

    /* A flag and the environment speak of the working directory, .env of the project. */
    setenv("DATABASE_URL", "sqlite:x.db", 1);
    load(w, NULL);
    assert_string_equal(w->settings.database_url, "sqlite:x.db");
    unsetenv("DATABASE_URL");
    scratch_write("../..", ".env", "DATABASE_URL=x.db\n");
    load(w, NULL);
    assert_string_equal(w->settings.database_url, "sqlite:../../x.db");
    scratch_write("../..", ".env", "DATABASE_URL=sqlite::memory:\n");
    load(w, NULL);
    assert_string_equal(w->settings.database_url, "sqlite::memory:");
    scratch_write("../..", ".env", "DATABASE_URL=/abs/x.db\n");
    load(w, NULL);
    assert_string_equal(w->settings.database_url, "/abs/x.db");
}

static void settings_search_stops_at_a_repository(void **state)
{
    struct world *w = *state;
    scratch_write(".", "tenon.ini", "[generate]\nprefix = outer\n");
    make_dir("repo");
    make_dir("repo/.git");
    make_dir("repo/sub");
    assert_int_equal(chdir("repo/sub"), 0);
    load(w, NULL);
    assert_null(w->settings.config_file);
    scratch_write("..", "tenon.ini", "[generate]\nprefix = inner\n");
    load(w, NULL);
    assert_string_equal(w->settings.config_file, "../tenon.ini");
    assert_string_equal(w->settings.generate_prefix, "inner");
}

static void settings_search_stops_at_home(void **state)
{
    struct world *w = *state;
    scratch_write(".", "tenon.ini", "[generate]\nprefix = outer\n");
    make_dir("home");
    make_dir("home/project");
    setenv("HOME", scratch_path(w->scratch, "home"), 1);
    assert_int_equal(chdir("home/project"), 0);
    load(w, NULL);
    assert_null(w->settings.config_file);
}

static void settings_config_flag_names_the_file(void **state)
{
    struct world *w = *state;
    make_dir("conf");
    scratch_write("conf", "other.ini", "[migrations]\ndir = m\n");
    scratch_write("conf", ".env", "DATABASE_URL=d.db\n");
    struct tn__settings_flags flags = {.config = "conf/other.ini"};
    assert_ok(load_with(w, &flags));
    assert_string_equal(w->settings.config_file, "conf/other.ini");
    assert_string_equal(w->settings.migrations_dir, "conf/m");
    assert_string_equal(w->settings.database_url, "sqlite:conf/d.db");
    check_origin(w, "database.url", "sqlite:conf/d.db", "conf/.env:1");
    assert_string_equal(w->settings.generate_prefix, "conf");

    flags.config = "conf/none.ini";
    assert_int_equal(load_with(w, &flags), TN_ENOTFOUND);
    assert_non_null(strstr(w->err.message, "'conf/none.ini'"));
    assert_int_equal(w->diags.count, 0);
    flags.config = "conf";
    assert_int_equal(load_with(w, &flags), TN_EINVAL);
    assert_non_null(strstr(w->err.message, "'conf'"));
}

static void settings_variables_expand_from_environment_then_env_file(void **state)
{
    struct world *w = *state;
    scratch_write(".", ".env", "TENON_TEST_DIR=from-file\nOTHER_ONE=x\n");
    load(w, "[migrations]\ndir = ${TENON_TEST_DIR}/${NOT_THERE:-m}\n"
            "[generate]\nout = ~/gen\n"
            "[database]\nurl = sqlite:${DB_FILE_NAME:-data/db.sqlite}\n");
    assert_string_equal(w->settings.migrations_dir, "from-file/m");
    assert_string_equal(w->settings.generate_out, scratch_path(w->scratch, "gen"));
    assert_string_equal(w->settings.database_url, "sqlite:data/db.sqlite");
    setenv("TENON_TEST_DIR", "from-env", 1);
    load(w, NULL);
    assert_string_equal(w->settings.migrations_dir, "from-env/m");
    setenv("DATABASE_URL", "sqlite:~/a b.db", 1);
    load(w, NULL);
    const char *expected = scratch_path(w->scratch, "a%20b.db");
    assert_string_equal(w->settings.database_url + strlen("sqlite:"), expected);
}

static void settings_url_of_a_variable_that_is_not_set_is_no_url(void **state)
{
    struct world *w = *state;
    load(w, "[database]\nurl = ${DATABASE_URL}\n");
    assert_null(w->settings.database_url);
    check_origin(w, "database.url", "", "tenon.ini:2");
    assert_string_equal(w->settings.unset_variable, "DATABASE_URL");
    assert_string_equal(w->settings.unset_origin, "tenon.ini:2");
    scratch_write(".", ".env", "DATABASE_URL=a.db\n");
    load(w, NULL);
    assert_string_equal(w->settings.database_url, "a.db");
}

static void settings_postgres_variables_compose_a_url(void **state)
{
    struct world *w = *state;
    scratch_write(".", ".env", "POSTGRES_PASSWORD=s3cr@t/x\nPOSTGRES_DB=app dev\n");
    setenv("POSTGRES_USER", "me", 1);
    setenv("POSTGRES_PORT", "2800", 1);
    load(w, NULL);
    assert_string_equal(w->settings.database_url,
                        "postgres://me:s3cr%40t%2Fx@localhost:2800/app%20dev");
    assert_int_equal(w->settings.engine, TN__URL_POSTGRES);
    check_origin(w, "database.url", "postgres://me:***@localhost:2800/app%20dev", ".env:2");
    check_origin(w, "database.engine", "postgres", "database.url");
    setenv("POSTGRES_HOST", "::1", 1);
    load(w, NULL);
    check_origin(w, "database.url", "postgres://me:***@[::1]:2800/app%20dev",
                 "environment POSTGRES_HOST");
    /* What is said of the database itself is stronger. */
    load(w, "[database]\nengine = sqlite\n");
    assert_null(w->settings.database_url);
    load(w, "[database]\nurl = a.db\n");
    assert_string_equal(w->settings.database_url, "a.db");
}

static void settings_direct_url_goes_with_postgres_alone(void **state)
{
    struct world *w = *state;
    load(w, "[database]\nurl = postgres://me@pooler/app\n"
            "direct_url = postgres://me:secret@db/app\n");
    assert_string_equal(w->settings.direct_url, "postgres://me:secret@db/app");
    check_origin(w, "database.direct_url", "postgres://me:***@db/app", "tenon.ini:3");
    load(w, "[database]\nurl = postgres://me@pooler/app\n");
    assert_null(w->settings.direct_url);
    check_origin(w, "database.direct_url", "", "default");
    setenv("DIRECT_URL", "postgres://me:hidden@db/app", 1);
    load(w, "[database]\nurl = a.db\n");
    assert_null(w->settings.direct_url); /* SQLite has no use for it */
    load(w, "[database]\nurl = postgres://me@pooler/app\n");
    check_origin(w, "database.direct_url", "postgres://me:***@db/app", "environment DIRECT_URL");
    unsetenv("DIRECT_URL");
}

static void settings_default_prefix_is_an_identifier(void **state)
{
    struct world *w = *state;
    static const char *const rows[][2] = {
        {"shop", "shop"},   {"Shop.Server", "shop_server"}, {"7-zip", "p7_zip"}, {"--", "app"},
        {"_a__b_", "a__b"}, {"caf\xC3\xA9", "caf"},         {"a - b", "a_b"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        make_dir(rows[i][0]);
        assert_int_equal(chdir(rows[i][0]), 0);
        load(w, NULL);
        assert_string_equal(w->settings.generate_prefix, rows[i][1]);
        assert_int_equal(chdir(".."), 0);
    }
}

static enum tn__lint_level level_of(const struct world *w, const char *code)
{
    return w->settings.lint_levels[tn__diag_code_find(code) - tn__diag_codes];
}

static void settings_json_is_on_or_off(void **state)
{
    struct world *w = *state;
    load(w, "[generate]\njson = on\n");
    assert_true(w->settings.generate_json);
    check_origin(w, "generate.json", "on", "tenon.ini:2");
    load(w, "[generate]\njson = off\n");
    assert_false(w->settings.generate_json);
}

static void settings_later_level_of_a_lint_wins(void **state)
{
    struct world *w = *state;
    load(w, "[lint]\n");
    assert_int_equal(level_of(w, "param-type"), TN__LEVEL_WARN);
    load(w, "[lint]\n"
            "deny = all\n"
            "warn = param-type ,unused-query\n"
            "allow = unused-column\n"
            "deny = unused-query\n"
            "sources = src\n"
            "sources = lib/*.c\n");
    assert_int_equal(level_of(w, "unknown-nullability"), TN__LEVEL_DENY);
    assert_int_equal(level_of(w, "param-type"), TN__LEVEL_WARN);
    assert_int_equal(level_of(w, "unused-query"), TN__LEVEL_DENY);
    assert_int_equal(level_of(w, "unused-column"), TN__LEVEL_ALLOW);
    assert_int_equal(level_of(w, "unknown-column"), TN__LEVEL_WARN); /* has none */
    assert_int_equal(w->settings.lint_source_count, 2);
    assert_string_equal(w->settings.lint_sources[0], "src");
    assert_string_equal(w->settings.lint_sources[1], "lib/*.c");
    check_origin(w, "lint.deny", "all", "tenon.ini:2");
    check_origin(w, "lint.warn", "param-type ,unused-query", "tenon.ini:3");
    check_origin(w, "lint.allow", "unused-column", "tenon.ini:4");
    check_origin(w, "lint.sources", "src", "tenon.ini:6");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(settings_without_any_file_are_the_defaults),
        TEST(settings_each_source_beats_the_weaker_ones),
        TEST(settings_full_file_is_read_into_typed_members),
        TEST(settings_json_is_on_or_off),
        TEST(settings_functions_are_read_in_their_order),
        TEST(settings_file_above_is_found_and_its_paths_are_rebased),
        TEST(settings_search_stops_at_a_repository),
        TEST(settings_search_stops_at_home),
        TEST(settings_config_flag_names_the_file),
        TEST(settings_variables_expand_from_environment_then_env_file),
        TEST(settings_url_of_a_variable_that_is_not_set_is_no_url),
        TEST(settings_postgres_variables_compose_a_url),
        TEST(settings_direct_url_goes_with_postgres_alone),
        TEST(settings_default_prefix_is_an_identifier),
        TEST(settings_later_level_of_a_lint_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
