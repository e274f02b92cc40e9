/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdio.h>

#include "fault_alloc.h"
#include "scratch.h"
#include "util/fs.h"

static void path_join_dir_base_and_clean(void **state)
{
    (void)state;
    static const struct {
        const char *dir, *name, *joined;
    } joins[] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"},    {"", "b", "b"},
        {".", "b", "b"},   {"/", "b", "/b"},      {"a", "/b", "/b"},
        {"a", "", "a/"},   {"./a", "b", "./a/b"}, {"..", "b", "../b"},
    };
    static const struct {
        const char *path, *dir, *base, *clean;
    } rows[] = {
        {"a", ".", "a", "a"},
        {"a/b", "a", "b", "a/b"},
        {"/a", "/", "a", "/a"},
        {"/", "/", "/", "/"},
        {"//", "/", "//", "/"},
        {"a//b", "a", "b", "a/b"},
        {"a/b/", "a", "b/", "a/b"},
        {"a/", ".", "a/", "a"},
        {"", ".", "", "."},
        {".", ".", ".", "."},
        {"..", ".", "..", ".."},
        {"./a/./b", "./a/.", "b", "a/b"},
        {"a/../b", "a/..", "b", "b"},
        {"a/b/../..", "a/b/..", "..", "."},
        {"a/b/../../..", "a/b/../..", "..", ".."},
        {"../../a", "../..", "a", "../../a"},
        {"../a/../b", "../a/..", "b", "../b"},
        {"/../a", "/..", "a", "/a"},
        {"/a/../../b", "/a/../..", "b", "/b"},
        {"/a/..", "/a", "..", "/"},
        {"...", ".", "...", "..."},
        {"a/..b/.c", "a/..b", ".c", "a/..b/.c"},
    };
    tn_arena arena = TN_ARENA_INIT;
    for (size_t i = 0; i < sizeof joins / sizeof joins[0]; i++)
        assert_string_equal(tn__path_join(&arena, joins[i].dir, joins[i].name), joins[i].joined);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(tn__path_dir(&arena, rows[i].path), rows[i].dir);
        assert_string_equal(tn__path_base(rows[i].path), rows[i].base);
        assert_string_equal(tn__path_clean(&arena, rows[i].path), rows[i].clean);
    }
    arena.limit_bytes = arena.used_bytes;
    assert_null(tn__path_join(&arena, "a", "b"));
    assert_null(tn__path_join(&arena, "", "b"));
    assert_null(tn__path_dir(&arena, "a/b"));
    assert_null(tn__path_clean(&arena, "a/b"));
    tn_arena_fini(&arena);
}

static void glob_match_patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *name;
        bool matches;
    } rows[] = {
        {"*.sql", "a.sql", true},
        {"*.sql", ".sql", false},
        {"*.sql", "a.sq", false},
        {"*.sql", "a.sql.sql", true},
        {"*", "", true},
        {"*", ".hidden", false},
        {"?hidden", ".hidden", false},
        {".*", ".hidden", true},
        {"a*b*c", "a--b--c", true},
        {"a*b*c", "abc", true},
        {"a*b*c", "ab", false},
        {"a*b*c", "acb", false},
        {"*a*a*b", "aaaaaaaaaaaaaaaaaaab", true},
        {"?", "a", true},
        {"?", "", false},
        {"?", "ab", false},
        {"?", "\xc3\xa9", true},
        {"a?c",
         "a\xe2\x82\xac"
         "c",
         true},
        {"**", "abc", true},
        {"", "", true},
        {"", "a", false},
        {"a[b]", "a[b]", true},
        {"a[b]", "ab", false},
        {"A", "a", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(tn__glob_match(rows[i].pattern, rows[i].name), rows[i].matches);
}

static void glob_match_many_stars_ends_soon(void **state)
{
    (void)state;
    char pattern[201] = "", name[2001] = "";
    for (int i = 0; i < 100; i++)
        strcat(pattern, "a*");
    memset(name, 'a', sizeof name - 1);
    assert_true(tn__glob_match(pattern, name));
    pattern[199] = 'b';
    assert_false(tn__glob_match(pattern, name));
}

/* The scratch folder as working folder, so that patterns may be relative. */
static int enter(void **state)
{
    scratch_setup(state);
    static const char *const folders[] = {"queries", "queries/deep", "queries/deep/er",
                                          "src",     ".git",         "empty",
                                          "one",     "one/two",      "one/two/two"};
    static const char *const files[] = {"a.sql",
                                        "queries/users.sql",
                                        "queries/tasks.sql",
                                        "queries/.hidden.sql",
                                        "queries/x.txt",
                                        "src/main.c",
                                        "src/util.c",
                                        "src/util.h",
                                        ".git/a.sql",
                                        "queries/deep/d.sql",
                                        "queries/deep/er/e.sql",
                                        "one/two/two/x.c"};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        mkdir(scratch_path(*state, folders[i]), 0755);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        scratch_write(*state, files[i], "");
    mkdir(scratch_path(*state, "queries/folder.sql"), 0755);
    if (symlink("..", scratch_path(*state, "queries/up")) != 0)
        return -1;
    return chdir(*state);
}

static int leave(void **state)
{
    return chdir("/") == 0 ? scratch_teardown(state) : -1;
}

/* What a pattern finds, in one line. */
static const char *found(const char *pattern, tn_arena *arena)
{
    static char line[2000];
    const char *const *paths;
    size_t count;
    tn_error err = {0};
    int rc = tn__glob(&paths, &count, pattern, arena, &err);
    if (rc != TN_OK)
        fail_msg("%s", err.message);
    line[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        strcat(line, i ? " " : "");
        strcat(line, paths[i]);
    }
    return line;
}

static void glob_patterns_name_sorted_files(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *found;
    } rows[] = {
        {"queries/*.sql", "queries/tasks.sql queries/users.sql"},
        {"./queries/*.sql", "queries/tasks.sql queries/users.sql"},
        {"queries//*.sql", "queries/tasks.sql queries/users.sql"},
        {"src/*.c", "src/main.c src/util.c"},
        {"src/util.?", "src/util.c src/util.h"},
        {"*/*.c", "src/main.c src/util.c"},
        {"q*/d*/*.sql", "queries/deep/d.sql"},
        {"*.sql", "a.sql"},
        {"queries/.*.sql", "queries/.hidden.sql"},
        {".git/*.sql", ".git/a.sql"},
        {"queries/**/*.sql", "queries/deep/d.sql queries/deep/er/e.sql queries/tasks.sql "
                             "queries/users.sql"},
        {"one/**/two/**/*.c", "one/two/two/x.c"},
        {"queries/**/**/*.sql", "queries/deep/d.sql queries/deep/er/e.sql queries/tasks.sql "
                                "queries/users.sql"},
        {"**/*.sql", "a.sql queries/deep/d.sql queries/deep/er/e.sql queries/tasks.sql "
                     "queries/users.sql"},
        {"**/deep/**", "queries/deep/d.sql queries/deep/er/e.sql"},
        {"**/**/e.sql", "queries/deep/er/e.sql"},
        {"**/er/../d.sql", "queries/deep/er/../d.sql"},
        {"queries/**", "queries/deep/d.sql queries/deep/er/e.sql queries/tasks.sql "
                       "queries/users.sql queries/x.txt"},
        {"src/main.c", "src/main.c"},
        {"src", "src"},
        {"none.c", ""},
        {"none/*.c", ""},
        {"a.sql/*", ""},
        {"empty/*", ""},
        {"empty/**", ""},
        {"queries/*.md", ""},
        {"", ""},
        {"/dev/nul?", ""},
        {"/dev/null", "/dev/null"},
    };
    tn_arena arena = TN_ARENA_INIT;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(found(rows[i].pattern, &arena), rows[i].found);
    tn_arena_fini(&arena);
}

static void glob_absolute_pattern_gives_absolute_paths(void **state)
{
    tn_arena arena = TN_ARENA_INIT;
    char expected[2 * PATH_MAX + 2];
    snprintf(expected, sizeof expected, "%s/src/main.c %s/src/util.c", (char *)*state,
             (char *)*state);
    assert_string_equal(found(scratch_path(*state, "src/*.c"), &arena), expected);
    tn_arena_fini(&arena);
}

static void glob_too_deep_is_refused(void **state)
{
    (void)state;
    char pattern[2000] = "";
    for (int i = 0; i < 300; i++)
        strcat(pattern, "src/");
    tn_arena arena = TN_ARENA_INIT;
    const char *const *paths;
    size_t count = 77;
    tn_error err = {0};
    assert_int_equal(tn__glob(&paths, &count, pattern, &arena, &err), TN_ERANGE);
    assert_non_null(strstr(err.message, "nest too deep"));
    assert_int_equal(count, 77);
    tn_arena_fini(&arena);
}

static int glob_once(void *user)
{
    tn_arena arena = TN_ARENA_INIT;
    const char *const *paths;
    size_t count = 77;
    tn_error err = {0};
    int rc = tn__glob(&paths, &count, user, &arena, &err);
    assert_int_equal(err.status, rc);
    assert_int_equal(count, rc == TN_OK ? 5 : 77);
    tn_arena_fini(&arena);
    return rc;
}

static void glob_no_memory_at_any_point_is_told(void **state)
{
    (void)state;
    char pattern[] = "**/*.sql";
    fault_alloc_each(glob_once, pattern);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(path_join_dir_base_and_clean),    cmocka_unit_test(glob_match_patterns),
        cmocka_unit_test(glob_match_many_stars_ends_soon), TEST(glob_patterns_name_sorted_files),
        TEST(glob_absolute_pattern_gives_absolute_paths),  TEST(glob_too_deep_is_refused),
        TEST(glob_no_memory_at_any_point_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
