/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "fault_alloc.h"
#include "setting.h"
#include "util/str.h"

/* Settings that are wrong, or for which there is no memory: what is said, and where. */

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
                 "      | ^~~~~~~~ help: out, prefix or json\n");
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
                 ".x = bool\n"
                 "users.b = enum(a b)\n",
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
                 "      | ^~ help: table.column = type, or table = struct_name\n"
                 "tenon.ini:15:11: error: 'a b' cannot be the name of an enum [bad-setting]\n"
                 "   15 | users.b = enum(a b)\n"
                 "      |           ^~~~~~~~~\n");
}

/* A word is the name of a key type, unless it is near to a type or means one. */
static void settings_words_that_are_no_key_types_are_shown_with_what_is_meant(void **state)
{
    static const char list[] = "bool, json, text, int, real, timestamp, timestamp(seconds), "
                               "timestamp(ms), timestamp(text), timestamp(rfc3339), enum(NAME) or "
                               "key(NAME)";
    static const struct {
        const char *value;
        const char *message;
        const char *help;
    } rows[] = {
        {"timestmp", NULL, "'timestamp'"},
        {"kind", NULL, "'int'"},
        {"Integer", NULL, "'int'"},
        {"datetime", NULL, "'timestamp'"},
        {"key", NULL, "'key(NAME)'"},
        {"enum", NULL, "'enum(NAME)'"},
        {"uuid", NULL, list},
        {"user-id", NULL, list},
        {"7", NULL, list},
        {"key(user id)", "'user id' cannot be the name of a key type", NULL},
        {"key()", "'' cannot be the name of a key type", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char message[200];
        char expected[600];
        char ini[200];
        char line[80];
        snprintf(message, sizeof message, "'%s' is not a value of 'types.u.id'", rows[i].value);
        snprintf(line, sizeof line, "u.id = %s", rows[i].value);
        snprintf(ini, sizeof ini, "[types]\n%s\n", line);
        int size = snprintf(expected, sizeof expected,
                            "tenon.ini:2:8: error: %s [bad-setting]\n"
                            "    2 | %s\n"
                            "      |        ^",
                            rows[i].message ? rows[i].message : message, line);
        for (size_t k = 1; k < strlen(rows[i].value); k++)
            expected[size++] = '~';
        snprintf(expected + size, sizeof expected - (size_t)size, "%s%s\n",
                 rows[i].help ? " help: " : "", rows[i].help ? rows[i].help : "");
        check_report(*state, ini, expected);
    }
}

static void settings_bad_functions_are_shown_at_their_place(void **state)
{
    static const struct {
        const char *line;
        unsigned column;
        const char *message;
        const char *help; /* NULL: how a function is declared */
    } rows[] = {
        {"a = text -> text", 5, "'(' is missing here", NULL},
        {"a = (txt) -> text", 6, "no type 'txt'", "'text'"},
        {"a = (timestamp(mss)) -> text", 6, "no type 'timestamp(mss)'", "'timestamp(ms)'"},
        {"a = (text..., int) -> text", 15, "'...' belongs to the last argument", ""},
        {"a = (text) text", 12, "'->' is missing here", NULL},
        {"a = (text) -> text nott null", 20, "'nott null' is neither 'not null' nor 'strict'",
         "'not null'"},
        {"a = (text) -> text not", 23, "'null' is missing here", NULL},
        {"a = (text) -> text strict x", 27, "'x' is one too many", ""},
        {"a = aggregate (int) -> int strict", 28,
         "an aggregate cannot be 'strict': it is about many rows", ""},
        {"1a = () -> int", 1, "'1a' cannot be the name of a function", ""},
        {"a =", 4, "'(' is missing here", NULL},
        {"a = (int", 9, "')' is missing here", NULL},
        {"a = (int int) -> int", 10, "')' is missing here", NULL},
    };
    static const char how[] = "(text, int) -> text, with 'not null' or 'strict' behind it or not";
    const struct tn__settings_flags flags = {0};
    struct world *w = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[200];
        snprintf(text, sizeof text, "[functions]\n%s\n", rows[i].line);
        scratch_write(".", "tenon.ini", text);
        assert_int_equal(load_with(w, &flags), TN_EINVAL);
        assert_int_equal(w->diags.count, 1);
        const struct tn__diag *diag = &w->diags.items[0];
        assert_string_equal(diag->code, "bad-setting");
        assert_string_equal(diag->message, rows[i].message);
        assert_string_equal(diag->help ? diag->help : "", rows[i].help ? rows[i].help : how);
        assert_int_equal(diag->place.line, 2);
        assert_int_equal(diag->place.column, rows[i].column);
    }
}

static void settings_bad_lints_are_shown_at_their_place(void **state)
{
    check_report(
        *state,
        "[lint]\n"
        "deny = param-type, param-typ\n"
        "warn = unknown-column\n"
        "allow = nonsense ,, all\n"
        "deny =\n"
        "denie = all\n"
        "sources =\n",
        "tenon.ini:2:20: error: no lint 'param-typ' [bad-setting]\n"
        "    2 | deny = param-type, param-typ\n"
        "      |                    ^~~~~~~~~ help: 'param-type'\n"
        "tenon.ini:3:8: error: 'unknown-column' is no lint: it has no level [bad-setting]\n"
        "    3 | warn = unknown-column\n"
        "      |        ^~~~~~~~~~~~~~\n"
        "tenon.ini:4:9: error: no lint 'nonsense' [bad-setting]\n"
        "    4 | allow = nonsense ,, all\n"
        "      |         ^~~~~~~~\n"
        "tenon.ini:4:19: error: the code of a lint is missing [bad-setting]\n"
        "    4 | allow = nonsense ,, all\n"
        "      |                   ^\n"
        "tenon.ini:5:7: error: the code of a lint is missing [bad-setting]\n"
        "    5 | deny =\n"
        "      |       ^\n"
        "tenon.ini:6:1: error: no key 'denie' in section 'lint' [unknown-setting]\n"
        "    6 | denie = all\n"
        "      | ^~~~~ help: 'deny'\n"
        "tenon.ini:7:10: error: 'lint.sources' is empty [bad-setting]\n"
        "    7 | sources =\n"
        "      |          ^\n");
}

static void settings_function_declared_twice_is_shown_with_the_first(void **state)
{
    check_report(*state,
                 "[functions]\n"
                 "f = (int) -> int\n"
                 "f = (int, int) -> int\n"
                 "F = (text) -> text\n"
                 "g = (int...) -> int\n"
                 "g = (int, int...) -> int\n",
                 "tenon.ini:4:1: error: 'F' is declared twice with so many arguments "
                 "[bad-setting]\n"
                 "    4 | F = (text) -> text\n"
                 "      | ^\n"
                 "tenon.ini:2:1: note: first declared here\n"
                 "tenon.ini:6:1: error: 'g' is declared twice with so many arguments "
                 "[bad-setting]\n"
                 "    6 | g = (int, int...) -> int\n"
                 "      | ^\n"
                 "tenon.ini:5:1: note: first declared here\n");
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
        tn__buf_printf(&buf, "t%d.c = bool\nt%d = s\nt%d.k = key(k)\n", i, i, i);
    scratch_write(".", "tenon.ini", buf.data);
    scratch_write(".", ".env", "A=1\nPOSTGRES_DB=x\n");
    make_dir("sub");
    assert_int_equal(chdir("sub"), 0);
    fault_alloc_each(load_once, NULL);
    tn__buf_puts(&buf, "[lint]\ndeny = all\nsources = x\ndeny = nosuch\n");
    tn__buf_puts(&buf, "[wrong]\nx=1\n[generate]\nprefix = a-b\n");
    scratch_write("..", "tenon.ini", buf.data);
    fault_alloc_each(load_faulty_once, NULL);
    tn__buf_fini(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(settings_unknown_names_are_shown_with_the_nearest),
        TEST(settings_bad_values_are_shown_at_their_place),
        TEST(settings_words_that_are_no_key_types_are_shown_with_what_is_meant),
        TEST(settings_bad_functions_are_shown_at_their_place),
        TEST(settings_bad_lints_are_shown_at_their_place),
        TEST(settings_function_declared_twice_is_shown_with_the_first),
        TEST(settings_faulty_files_are_shown_at_their_line),
        TEST(settings_bad_flag_or_variable_says_where_it_is_from),
        TEST(settings_report_never_shows_a_password),
        TEST(settings_unreadable_file_is_an_error_with_its_path),
        TEST(settings_without_memory_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
