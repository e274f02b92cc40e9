/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "fault_alloc.h"
#include "scratch.h"
#include "util/env.h"

/* An environment of its own: name, value, name, value, … NULL. */
static const char *look_up(const char *name, void *user)
{
    for (const char *const *pair = user; pair && *pair; pair += 2) {
        if (strcmp(pair[0], name) == 0)
            return pair[1];
    }
    return NULL;
}

static const char *const environment[] = {"HOME", "/home/ada", "USER",  "ada", "EMPTY",
                                          "",     "SELF",      "$USER", NULL};

static struct tn__env parse(const char *text, tn_arena *arena)
{
    struct tn__env env;
    tn_error err = {0};
    int rc =
        tn__env_parse(&env, tn_text_of(text), look_up, (void *)(uintptr_t)environment, arena, &err);
    if (rc != TN_OK)
        fail_msg("%s", err.message);
    return env;
}

static void env_values_of_every_form(void **state)
{
    (void)state;
    static const struct {
        const char *line, *value;
    } rows[] = {
        {"K=value", "value"},
        {"K=", ""},
        {"K=   ", ""},
        {"K= spaced out \t", "spaced out"},
        {"K = value", "value"},
        {"  K=value", "value"},
        {"export K=value", "value"},
        {"export\tK='value'", "value"},
        {"K=value # comment", "value"},
        {"K=value\t# comment", "value"},
        {"K=a#b", "a#b"},
        {"K=#b", "#b"},
        {"K= #b", ""},
        {"K=value\r", "value"},
        {"K=it's", "it's"},
        {"K=a\"b\"", "a\"b\""},
        {"K=back\\slash\\n", "back\\slash\\n"},
        {"K=a=b=c", "a=b=c"},
        {"K=postgres://u:p@h/d?x=y&z=1", "postgres://u:p@h/d?x=y&z=1"},
        {"K='literal $USER \\n # \"'", "literal $USER \\n # \""},
        {"K='two\nlines' # c", "two\nlines"},
        {"K=\"a\\nb\\tc\\rd\\\"e\\\\f\\$USER\"", "a\nb\tc\rd\"e\\f$USER"},
        {"K=\"unknown \\x\"", "unknown \\x"},
        {"K=\"two\nlines\"  # c", "two\nlines"},
        {"K=\" kept # \" ", " kept # "},
        {"K=\"\"", ""},
        {"K=''", ""},
        {"K=$USER", "ada"},
        {"K=${USER}", "ada"},
        {"K=\"$USER\"", "ada"},
        {"K=\"${USER}x\"", "adax"},
        {"K=$USER/x$USER.db", "ada/xada.db"},
        {"K=$MISSING-", "-"},
        {"K=${MISSING}-", "-"},
        {"K=${MISSING:-default}", "default"},
        {"K=${EMPTY:-default}", "default"},
        {"K=${EMPTY}x", "x"},
        {"K=${USER:-default}", "ada"},
        {"K=${MISSING:-}", ""},
        {"K=${MISSING:-${USER}}", "ada"},
        {"K=${MISSING:-a${MISSING:-b${MISSING:-c}}}d", "abcd"},
        {"K=${MISSING:-$USER:x}", "ada:x"},
        {"K=\"${MISSING:-a\\}b}\"", "a\\}b"},
        {"K=$", "$"},
        {"K=$5 $$ $-", "$5 $$ $-"},
        {"K=$(date)", "$(date)"},
        {"K=`date`", "`date`"},
        {"K=$SELF", "$USER"},
        {"K=sqlite:$HOME/.app/sessions.db", "sqlite:/home/ada/.app/sessions.db"},
        {"K=~/x", "~/x"},
        {"export=K\nK=v", "v"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tn_arena arena = TN_ARENA_INIT;
        for (int ending = 0; ending < 2; ending++) {
            char text[200];
            snprintf(text, sizeof text, "# first\n\n%s%s", rows[i].line,
                     ending ? "\nNEXT=1\n" : "");
            struct tn__env env = parse(text, &arena);
            const struct tn__env_entry *entry = &env.entries[env.count - (ending ? 2 : 1)];
            assert_string_equal(entry->name, "K");
            assert_string_equal(entry->value, rows[i].value);
        }
        tn_arena_fini(&arena);
    }
}

static void env_environment_wins_over_earlier_lines(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__env env = parse("USER=file\nA=1\nA=2\nB=$USER $A\nA=3\nC=$D\nD=late\n", &arena);
    assert_int_equal(env.count, 7);
    assert_string_equal(env.entries[0].value, "file");
    assert_string_equal(env.entries[3].value, "ada 2");
    assert_string_equal(env.entries[5].value, "");
    assert_int_equal(env.entries[3].offset, 18);
    tn_arena_fini(&arena);
}

static void env_without_lookup_knows_its_own_lines(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__env env;
    assert_ok(tn__env_parse(&env, tn_text_of("A=1\nB=$A$HOME"), NULL, NULL, &arena, NULL));
    assert_string_equal(env.entries[1].value, "1");
    assert_ok(tn__env_parse(&env, (tn_text){NULL, 0}, NULL, NULL, &arena, NULL));
    assert_int_equal(env.count, 0);
    assert_ok(tn__env_parse(&env, tn_text_of("\xef\xbb\xbfX-Y.z=1"), NULL, NULL, &arena, NULL));
    assert_string_equal(env.entries[0].name, "X-Y.z");
    tn_arena_fini(&arena);
}

static void env_faults_are_told_with_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned position;
        const char *message;
    } rows[] = {
        {"A=1\nnonsense\n", 5, "not 'NAME=value'"},
        {"1A=1", 1, "not 'NAME=value'"},
        {"=1", 1, "not 'NAME=value'"},
        {"A B=1", 1, "not 'NAME=value'"},
        {"export A", 8, "not 'NAME=value'"},
        {"A=1\nB='open\nC=1", 7, "quote is not closed"},
        {"A=\"open", 3, "quote is not closed"},
        {"A=\"open\\\"", 3, "quote is not closed"},
        {"A=\"a\"b", 6, "text behind a quoted value"},
        {"A='a' b", 7, "text behind a quoted value"},
        {"A=x${B", 4, "neither '${NAME}' nor '${NAME:-default}'"},
        {"A=x${}", 4, "neither '${NAME}' nor '${NAME:-default}'"},
        {"A=x${1}", 4, "neither '${NAME}' nor '${NAME:-default}'"},
        {"A=\"x${B:?no}\"", 5, "neither '${NAME}' nor '${NAME:-default}'"},
        {"A=x${B:-c", 4, "'}' is missing"},
        {"A=x${B:-${C}", 4, "'}' is missing"},
        {"A=${B:-${C:-${D-}}}", 13, "neither '${NAME}' nor '${NAME:-default}'"},
        {"A=\xff", 3, "byte 0xff is not UTF-8"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tn_arena arena = TN_ARENA_INIT;
        struct tn__env env = {NULL, 7};
        tn_error err = {0};
        tn_text text = tn_text_of(rows[i].text);
        assert_int_equal(tn__env_parse(&env, text, NULL, NULL, &arena, &err), TN_ESYNTAX);
        assert_string_equal(err.message, rows[i].message);
        assert_int_equal(err.position, rows[i].position);
        assert_int_equal(env.count, 7);
        assert_int_equal(tn__env_parse(&env, text, NULL, NULL, &arena, NULL), TN_ESYNTAX);
        tn_arena_fini(&arena);
    }
}

/* Each line doubles the one above: 2^40 bytes if nothing stopped it. */
static void env_values_that_explode_are_stopped(void **state)
{
    (void)state;
    char text[1000] = "V0=0123456789\n";
    for (int i = 1; i < 40; i++)
        sprintf(text + strlen(text), "V%d=$V%d$V%d\n", i, i - 1, i - 1);
    tn_arena arena = TN_ARENA_INIT;
    struct tn__env env;
    tn_error err = {0};
    assert_int_equal(tn__env_parse(&env, tn_text_of(text), NULL, NULL, &arena, &err), TN_ERANGE);
    assert_string_equal(err.message, "value of more than 1048576 bytes");
    tn_arena_fini(&arena);
}

static void env_nesting_too_deep_is_refused(void **state)
{
    (void)state;
    char text[2000] = "A=";
    for (int i = 0; i < 100; i++)
        strcat(text, "${X:-");
    strcat(text, "y");
    for (int i = 0; i < 100; i++)
        strcat(text, "}");
    tn_arena arena = TN_ARENA_INIT;
    struct tn__env env;
    tn_error err = {0};
    assert_int_equal(tn__env_parse(&env, tn_text_of(text), NULL, NULL, &arena, &err), TN_ESYNTAX);
    assert_string_equal(err.message, "variables nest too deep");
    tn_arena_fini(&arena);
}

/* bash reads the same file and sees the same values. */
static void env_shell_forms_mean_what_bash_reads(void **state)
{
    static const char text[] = "A=plain\n"
                               "export B='single $A \" #'\n"
                               "C=\"double $A ${A} \\$A \\\\ \\\" '\" # comment\n"
                               "D=$A-${A}-${NOPE}-${NOPE:-fall}-${A:-x}\n"
                               "E=${NOPE:-${NOPE:-$A}}\n"
                               "F=\"two\nlines\"\n"
                               "G=a#b\n"
                               "H=\n"
                               "I=$A$B\n"
                               "J=\"${H:-was empty}\"\n";
    const char *path = scratch_write(*state, ".env", text);
    tn_arena arena = TN_ARENA_INIT;
    struct tn__env env;
    assert_ok(tn__env_parse(&env, tn_text_of(text), NULL, NULL, &arena, NULL));
    assert_int_equal(env.count, 10);
    for (size_t i = 0; i < env.count; i++) {
        char command[1024], theirs[256];
        snprintf(command, sizeof command, "env -i bash -c '. \"$0\"; printf %%s \"${!1}\"' '%s' %s",
                 path, env.entries[i].name);
        FILE *pipe = popen(command, "r");
        assert_non_null(pipe);
        theirs[fread(theirs, 1, sizeof theirs - 1, pipe)] = '\0';
        assert_int_equal(pclose(pipe), 0);
        assert_string_equal(env.entries[i].value, theirs);
    }
    tn_arena_fini(&arena);
}

static int expand(tn_text *out, const char *text, bool bare_too, bool strict, tn_arena *arena,
                  tn_error *err)
{
    return tn__env_expand(out, tn_text_of(text), bare_too, strict, look_up,
                          (void *)(uintptr_t)environment, arena, err);
}

static void expand_braced_bare_and_home(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool bare_too;
        const char *value;
    } rows[] = {
        {"", false, ""},
        {"plain", false, "plain"},
        {"${USER}", false, "ada"},
        {"$USER", false, "$USER"},
        {"$USER", true, "ada"},
        {"sqlite:${DB_FILE_NAME:-data/db.sqlite}", false, "sqlite:data/db.sqlite"},
        {"~/x", false, "/home/ada/x"},
        {"~", false, "~"},
        {"~ada/x", false, "~ada/x"},
        {"a~/x", false, "a~/x"},
        {"sqlite:~/x.db", false, "sqlite:/home/ada/x.db"},
        {"sqlite:x~/y", false, "sqlite:x~/y"},
        {"${MISSING:-~/x}", false, "~/x"},
        {"a\\$b\\n", true, "a\\\\n"},
        {"${EMPTY}", false, ""},
    };
    tn_arena arena = TN_ARENA_INIT;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tn_text out;
        assert_ok(expand(&out, rows[i].text, rows[i].bare_too, false, &arena, NULL));
        assert_text(out, rows[i].value);
    }
    tn_arena_fini(&arena);
}

static void expand_unset_variable_is_named_if_strict(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    tn_text out = {"kept", 4};
    tn_error err = {0};
    assert_int_equal(expand(&out, "a ${MISSING}", false, true, &arena, &err), TN_ENOTFOUND);
    assert_string_equal(err.message, "variable 'MISSING' is not set");
    assert_int_equal(err.position, 3);
    assert_text(out, "kept");
    assert_int_equal(expand(&out, "$MISSING", true, true, &arena, NULL), TN_ENOTFOUND);
    assert_int_equal(expand(&out, "${A:-${B}}", false, true, &arena, &err), TN_ENOTFOUND);
    assert_string_equal(err.message, "variable 'B' is not set");
    assert_ok(expand(&out, "${EMPTY}", false, true, &arena, &err));
    assert_text(out, "");
    assert_ok(expand(&out, "a ${MISSING}", false, false, &arena, &err));
    assert_text(out, "a ");
    assert_int_equal(tn__env_expand(&out, tn_text_of("~/x"), false, true, NULL, NULL, &arena, &err),
                     TN_ENOTFOUND);
    assert_string_equal(err.message, "variable 'HOME' is not set");
    assert_ok(tn__env_expand(&out, tn_text_of("~/x"), false, false, NULL, NULL, &arena, &err));
    assert_text(out, "~/x");
    assert_int_equal(expand(&out, "a ${", false, false, &arena, &err), TN_ESYNTAX);
    assert_int_equal(err.position, 3);
    tn_arena_fini(&arena);
}

static void getenv_lookup_sees_the_environment(void **state)
{
    (void)state;
    assert_int_equal(setenv("TENON_TEST_VARIABLE", "here", 1), 0);
    assert_string_equal(tn__env_getenv("TENON_TEST_VARIABLE", NULL), "here");
    assert_int_equal(unsetenv("TENON_TEST_VARIABLE"), 0);
    assert_null(tn__env_getenv("TENON_TEST_VARIABLE", NULL));
}

static int parse_once(void *user)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__env env = {NULL, 7};
    tn_text out;
    tn_error err = {0};
    int rc = tn__env_parse(&env, *(tn_text *)user, NULL, NULL, &arena, &err);
    assert_true(rc == TN_OK || env.count == 7);
    if (rc == TN_OK)
        rc = tn__env_expand(&out, tn_text_of("~/a ${B:-c}"), true, false, look_up,
                            (void *)(uintptr_t)environment, &arena, &err);
    assert_int_equal(err.status, rc);
    tn_arena_fini(&arena);
    return rc;
}

static void env_no_memory_at_any_point_is_told(void **state)
{
    (void)state;
    static char text[20000];
    size_t size = (size_t)sprintf(text, "A='first value'\n");
    for (int i = 0; i < 100; i++)
        size += (size_t)snprintf(text + size, sizeof text - size,
                                 "export KEY_%d=\"value of $A and ${B:-none}\" # %d\n", i, i);
    tn_text whole = {text, size};
    fault_alloc_each(parse_once, &whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(env_values_of_every_form),
        cmocka_unit_test(env_environment_wins_over_earlier_lines),
        cmocka_unit_test(env_without_lookup_knows_its_own_lines),
        cmocka_unit_test(env_faults_are_told_with_the_place),
        cmocka_unit_test(env_values_that_explode_are_stopped),
        cmocka_unit_test(env_nesting_too_deep_is_refused),
        cmocka_unit_test_setup_teardown(env_shell_forms_mean_what_bash_reads, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test(expand_braced_bare_and_home),
        cmocka_unit_test(expand_unset_variable_is_named_if_strict),
        cmocka_unit_test(getenv_lookup_sees_the_environment),
        cmocka_unit_test(env_no_memory_at_any_point_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
