/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "fault_alloc.h"
#include "render/text.h"
#include "scratch.h"
#include "settings/settings.h"
#include "util/str.h"

/* One load in a scratch folder that is the working directory, with an environment of our own. */
struct world {
    char *scratch;
    char before[PATH_MAX]; /* the working directory */
    tn_arena arena;
    struct tn__diags diags;
    struct tn__settings settings;
    tn_error err;
};

static const char *const variables[] = {"DATABASE_URL",  "POSTGRES_HOST", "POSTGRES_PORT",
                                        "POSTGRES_DB",   "POSTGRES_USER", "POSTGRES_PASSWORD",
                                        "TENON_TEST_DIR"};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    assert_non_null(getcwd(w->before, sizeof w->before));
    w->scratch = scratch_make();
    assert_int_equal(chdir(w->scratch), 0);
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
    assert_int_equal(setenv("HOME", w->scratch, 1), 0); /* the search ends here */
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
    tn_arena_fini(&w->arena);
    assert_int_equal(chdir(w->before), 0);
    scratch_remove(w->scratch);
    free(w->scratch);
    free(w);
    return 0;
}

static int load_with(struct world *w, const struct tn__settings_flags *flags)
{
    tn_arena_fini(&w->arena);
    tn__diags_init(&w->diags, &w->arena);
    tn_error_clear(&w->err);
    memset(&w->settings, 0, sizeof w->settings);
    return tn__settings_load(&w->settings, flags, &w->arena, &w->diags, &w->err);
}

static void load(struct world *w, const char *ini)
{
    static const struct tn__settings_flags none;
    if (ini)
        scratch_write(".", "tenon.ini", ini);
    int rc = load_with(w, &none);
    if (rc != TN_OK)
        fail_msg("%s: %s", w->err.message, w->diags.count ? w->diags.items[0].message : "");
}

/* Load what is wrong, and compare the whole report. */
static void check_report(struct world *w, const char *ini, const char *expected)
{
    static const struct tn__settings_flags none;
    struct tn__buf buf;
    scratch_write(".", "tenon.ini", ini);
    assert_int_equal(load_with(w, &none), TN_EINVAL);
    assert_null(w->settings.project_dir);
    tn__buf_init(&buf, 0);
    tn__diags_sort(&w->diags);
    tn__text_diags(&buf, &w->diags, NULL);
    assert_string_equal(buf.data, expected);
    tn__buf_fini(&buf);
}

static const struct tn__setting_origin *find(const struct world *w, const char *name)
{
    for (size_t i = 0; i < w->settings.explain_count; i++)
        if (strcmp(w->settings.explain[i].name, name) == 0)
            return &w->settings.explain[i];
    static const struct tn__setting_origin none = {0};
    fail_msg("no setting %s", name);
    return &none;
}

static void check_origin(const struct world *w, const char *name, const char *value,
                         const char *origin)
{
    assert_string_equal(find(w, name)->value, value);
    assert_string_equal(find(w, name)->origin, origin);
}

static void make_dir(const char *path)
{
    assert_int_equal(mkdir(path, 0700), 0);
}

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
        "queries.source", "queries.source",  "generate.out",   "generate.prefix"};
    assert_int_equal(w->settings.explain_count, 8);
    for (size_t i = 0; i < 8; i++) {
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
    };
    assert_int_equal(w->settings.type_count, 8);
    for (size_t i = 0; i < 7; i++) {
        const struct tn__settings_type *type = &w->settings.types[i];
        assert_string_equal(type->table, "users");
        assert_string_equal(type->column, rows[i].column);
        assert_int_equal(type->logical, rows[i].logical);
        assert_int_equal(type->form, rows[i].form);
        assert_int_equal(type->place.line, 12 + i);
    }
    assert_null(w->settings.types[7].column);
    assert_string_equal(w->settings.types[7].table, "users");
    assert_string_equal(w->settings.types[7].struct_name, "user");
    check_origin(w, "database.engine", "postgres", "tenon.ini:2");
    check_origin(w, "generate.prefix", "", "tenon.ini:10");
    check_origin(w, "types.users", "user", "tenon.ini:19");
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

static void settings_unknown_names_are_shown_with_the_nearest(void **state)
{
    check_report(*state,
                 "url = a\n"
                 "[databse]\n"
                 "url = a\n"
                 "engine = b\n"
                 "[migrations]\n"
                 "  out-of-oder = warn\n"
                 "[generate]\n"
                 "dir = x\n"
                 "zzzzzzzz = x\n",
                 "tenon.ini:1:1: error: 'url' stands in front of the first section "
                 "[unknown-setting]\n"
                 "    1 | url = a\n"
                 "      | ^~~ help: it belongs to [database]\n"
                 "tenon.ini:2:1: error: no section 'databse' [unknown-setting]\n"
                 "    2 | [databse]\n"
                 "      | ^~~~~~~~~ help: 'database'\n"
                 "tenon.ini:6:3: error: no key 'out-of-oder' in section 'migrations' "
                 "[unknown-setting]\n"
                 "    6 |   out-of-oder = warn\n"
                 "      |   ^~~~~~~~~~~ help: 'out-of-order'\n"
                 "tenon.ini:8:1: error: no key 'dir' in section 'generate' [unknown-setting]\n"
                 "    8 | dir = x\n"
                 "      | ^~~ help: it belongs to [migrations]\n"
                 "tenon.ini:9:1: error: no key 'zzzzzzzz' in section 'generate' "
                 "[unknown-setting]\n"
                 "    9 | zzzzzzzz = x\n"
                 "      | ^~~~~~~~ help: out or prefix\n");
}

static void settings_bad_values_are_shown_at_their_place(void **state)
{
    check_report(*state,
                 "[database]\n"
                 "url = mysql://h/db\n"
                 "engine = sqlite\n"
                 "engine = postgres\n"
                 "[migrations]\n"
                 "dir =\n"
                 "out-of-order = eror\n"
                 "[generate]\n"
                 "out = x/${TENON_TEST_DIR}\n"
                 "prefix = 1st\n"
                 "[types]\n"
                 "users.a = boole\n"
                 "users = a-b\n"
                 ".x = bool\n",
                 "tenon.ini:2:7: error: unknown scheme 'mysql' in database URL 'mysql://h/db' "
                 "[bad-setting]\n"
                 "    2 | url = mysql://h/db\n"
                 "      |       ^~~~~~~~~~~~\n"
                 "tenon.ini:4:1: error: 'database.engine' is set twice [bad-setting]\n"
                 "    4 | engine = postgres\n"
                 "      | ^~~~~~\n"
                 "tenon.ini:3:1: note: first set here\n"
                 "tenon.ini:6:6: error: 'migrations.dir' is empty [bad-setting]\n"
                 "    6 | dir =\n"
                 "      |      ^\n"
                 "tenon.ini:7:16: error: 'eror' is not a value of 'migrations.out-of-order' "
                 "[bad-setting]\n"
                 "    7 | out-of-order = eror\n"
                 "      |                ^~~~ help: 'error'\n"
                 "tenon.ini:9:9: error: variable 'TENON_TEST_DIR' is not set [bad-setting]\n"
                 "    9 | out = x/${TENON_TEST_DIR}\n"
                 "      |         ^\n"
                 "tenon.ini:10:10: error: '1st' cannot be the start of a name in C "
                 "[bad-setting]\n"
                 "   10 | prefix = 1st\n"
                 "      |          ^~~\n"
                 "tenon.ini:12:11: error: 'boole' is not a value of 'types.users.a' "
                 "[bad-setting]\n"
                 "   12 | users.a = boole\n"
                 "      |           ^~~~~ help: 'bool'\n"
                 "tenon.ini:13:9: error: 'a-b' cannot be the name of a struct [bad-setting]\n"
                 "   13 | users = a-b\n"
                 "      |         ^~~\n"
                 "tenon.ini:14:1: error: '.x' names no column [bad-setting]\n"
                 "   14 | .x = bool\n"
                 "      | ^~ help: table.column = type, or table = struct_name\n");
}

static void settings_faulty_files_are_shown_at_their_line(void **state)
{
    struct world *w = *state;
    scratch_write(".", ".env", "A=1\nnot a line\n");
    check_report(w, "[database]\nurl\n",
                 ".env:2:1: error: not 'NAME=value' [env-syntax]\n"
                 "tenon.ini:2:1: error: neither '[section]' nor 'key = value' [settings-syntax]\n"
                 "    2 | url\n"
                 "      | ^\n");
    scratch_write(".", ".env", "");
    check_report(w, "[database]\nurl = \xFF\n",
                 "tenon.ini:2:7: error: byte 0xff is not UTF-8 [settings-syntax]\n"
                 "    2 | url = <FF>\n"
                 "      |       ^\n");
}

static void settings_bad_flag_or_variable_says_where_it_is_from(void **state)
{
    struct world *w = *state;
    struct tn__settings_flags flags = {.url = {.value = "postgres:me:secret@h/db"},
                                       .migrations = {.value = ""}};
    assert_int_equal(load_with(w, &flags), TN_EINVAL);
    assert_string_equal(w->err.message, "the settings have 2 faults");
    assert_int_equal(w->diags.count, 2);
    assert_null(w->diags.items[0].place.file);
    assert_string_equal(w->diags.items[0].message,
                        "no '//' behind the scheme in database URL 'postgres:***@h/db'");
    assert_string_equal(w->diags.items[0].help, "it is from flag --url");
    assert_string_equal(w->diags.items[1].message, "'migrations.dir' is empty");
    setenv("DATABASE_URL", "a%zz.db?x=%zz", 1);
    flags = (struct tn__settings_flags){0};
    assert_int_equal(load_with(w, &flags), TN_EINVAL);
    assert_string_equal(w->diags.items[0].help, "it is from environment DATABASE_URL");
}

static void settings_report_never_shows_a_password(void **state)
{
    struct world *w = *state;
    static const char *const lines[] = {
        "ulr = postgres://me:hunter2@h/db", "ulr = postgres:me:hunter2@h/db",
        "ulr = bob:hunter2://x@h",          "ulr = h password = x&hunter2",
        "url = postgres:me:hunter2@h/db",   "ulr = postgres://me:hunt@hunter2://:@h",
        "ulr = a?password=hunter2&x=y",     "Password = hunter2",
        "url postgres://:hunter2@h",        "ulr = postgres://h/d?sslpassword=hunter2",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        static const struct tn__settings_flags none;
        struct tn__buf buf;
        scratch_write(".", "tenon.ini", tn__arena_printf(&w->arena, "[database]\n%s\n", lines[i]));
        assert_int_equal(load_with(w, &none), TN_EINVAL);
        tn__buf_init(&buf, 0);
        tn__text_diags(&buf, &w->diags, NULL);
        assert_non_null(strstr(buf.data, "    2 | "));
        if (strstr(buf.data, "hunt"))
            fail_msg("%s", buf.data);
        tn__buf_fini(&buf);
    }
    scratch_write(".", "tenon.ini", "");
    scratch_write(".", ".env", "API_KEY 'hunter2'\n");
    static const struct tn__settings_flags none;
    struct tn__buf buf;
    assert_int_equal(load_with(w, &none), TN_EINVAL);
    tn__buf_init(&buf, 0);
    tn__text_diags(&buf, &w->diags, NULL);
    assert_null(strstr(buf.data, "hunter2"));
    tn__buf_fini(&buf);
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

static void settings_unreadable_file_is_an_error_with_its_path(void **state)
{
    struct world *w = *state;
    static const struct tn__settings_flags none;
    make_dir(".env"); /* for root, too, a folder is no file */
    assert_int_equal(load_with(w, &none), TN_EINVAL);
    assert_non_null(strstr(w->err.message, "'.env'"));
    assert_int_equal(w->diags.count, 0);
}

static int load_once(void *user)
{
    (void)user;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__diags diags;
    struct tn__settings settings = {.project_dir = "kept"};
    static const struct tn__settings_flags none;
    tn_error err = {0};
    tn__diags_init(&diags, &arena);
    int rc = tn__settings_load(&settings, &none, &arena, &diags, &err);
    if (rc != TN_OK) {
        assert_string_equal(settings.project_dir, "kept");
        assert_int_equal(err.status, rc);
    }
    tn__diags_fini(&diags);
    tn_arena_fini(&arena);
    return rc;
}

static int load_faulty_once(void *user)
{
    int rc = load_once(user);
    return rc == TN_EINVAL ? TN_OK : rc;
}

static void settings_without_memory_are_told(void **state)
{
    (void)state;
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, "[database]\nurl = sqlite:a.db?mode=ro\n[queries]\n");
    for (int i = 0; i < 300; i++)
        tn__buf_printf(&buf, "source = folder-%d/${TENON_TEST_DIR:-x}/*.sql\n", i);
    tn__buf_puts(&buf, "[types]\n");
    for (int i = 0; i < 100; i++)
        tn__buf_printf(&buf, "t%d.c = bool\nt%d = s\n", i, i);
    scratch_write(".", "tenon.ini", buf.data);
    scratch_write(".", ".env", "A=1\nPOSTGRES_DB=x\n");
    make_dir("sub");
    assert_int_equal(chdir("sub"), 0);
    fault_alloc_each(load_once, NULL);
    tn__buf_puts(&buf, "[wrong]\nx=1\n[generate]\nprefix = a-b\n");
    scratch_write("..", "tenon.ini", buf.data);
    fault_alloc_each(load_faulty_once, NULL);
    tn__buf_fini(&buf);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(settings_without_any_file_are_the_defaults),
        TEST(settings_each_source_beats_the_weaker_ones),
        TEST(settings_full_file_is_read_into_typed_members),
        TEST(settings_file_above_is_found_and_its_paths_are_rebased),
        TEST(settings_search_stops_at_a_repository),
        TEST(settings_search_stops_at_home),
        TEST(settings_config_flag_names_the_file),
        TEST(settings_variables_expand_from_environment_then_env_file),
        TEST(settings_url_of_a_variable_that_is_not_set_is_no_url),
        TEST(settings_postgres_variables_compose_a_url),
        TEST(settings_unknown_names_are_shown_with_the_nearest),
        TEST(settings_bad_values_are_shown_at_their_place),
        TEST(settings_faulty_files_are_shown_at_their_line),
        TEST(settings_bad_flag_or_variable_says_where_it_is_from),
        TEST(settings_report_never_shows_a_password),
        TEST(settings_default_prefix_is_an_identifier),
        TEST(settings_unreadable_file_is_an_error_with_its_path),
        TEST(settings_without_memory_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
