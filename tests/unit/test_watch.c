/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <dirent.h>
#include <pthread.h>

#include "scratch.h"
#include "util/clock.h"
#include "watch/watch.h"

/* Waiting for files, with the kernel's help and without it. */

struct watching {
    char *folder;
    char before[PATH_MAX];
};

static const char *const files[] = {"tenon.ini"};
static const char *const folders[] = {"migrations"};
static const char *const patterns[] = {"queries/*.sql", "src/**/*.c"};
static const struct tn__watched watched = {files, 1, folders, 1, patterns, 2};

static int setup(void **state)
{
    struct watching *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->folder = scratch_make();
    assert_non_null(getcwd(w->before, sizeof w->before));
    assert_int_equal(chdir(w->folder), 0);
    assert_int_equal(mkdir("migrations", 0755), 0);
    assert_int_equal(mkdir("queries", 0755), 0);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct watching *w = *state;
    assert_int_equal(chdir(w->before), 0);
    scratch_remove(w->folder);
    free(w->folder);
    free(w);
    return 0;
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* --- what counts as a change */

static void make_query(void)
{
    put("queries/a.sql", "1");
}
static void change_query(void)
{
    put("queries/a.sql", "22");
}
static void replace_query(void)
{
    put("other", "33");
    assert_int_equal(rename("other", "queries/a.sql"), 0);
}
static void remove_query(void)
{
    assert_int_equal(unlink("queries/a.sql"), 0);
}
static void make_migration(void)
{
    put("migrations/1_a.sql", "x");
}
static void make_settings(void)
{
    put("tenon.ini", "");
}
static void make_deep_source(void)
{
    assert_int_equal(mkdir("src", 0755), 0);
    assert_int_equal(mkdir("src/a", 0755), 0);
    assert_int_equal(mkdir("src/a/b", 0755), 0);
    put("src/a/b/x.c", "");
}
static void remove_folder(void)
{
    unlink("migrations/1_a.sql");
    assert_int_equal(rmdir("migrations"), 0);
}

static void (*const changes[])(void) = {make_query,       change_query,   replace_query,
                                        remove_query,     make_migration, make_settings,
                                        make_deep_source, remove_folder};
enum {
    CHANGES = sizeof changes / sizeof changes[0]
};

static void look_differs_after_each_change(void **state)
{
    struct tn__watch_state before;
    struct tn__watch_state after;
    (void)state;
    for (size_t i = 0; i < CHANGES; i++) {
        assert_ok(tn__watch_look(&before, &watched));
        changes[i]();
        assert_ok(tn__watch_look(&after, &watched));
        assert_memory_not_equal(&before, &after, sizeof before);
        put("unrelated.db", "x");
        put("queries/notes.txt", "x");
        assert_ok(tn__watch_look(&before, &watched));
        assert_memory_equal(&before, &after, sizeof before);
    }
}

/* --- waiting */

static void *change_later(void *user)
{
    void (*const *change)(void) = user;
    tn__sleep_us(30000);
    (*change)();
    return NULL;
}

static void expect_seen(size_t i, bool polls, int64_t look_ms)
{
    const struct tn__watch_options options = {.quiet_ms = 10, .look_ms = look_ms, .polls = polls};
    struct tn__watch_state state;
    struct tn__watch_state after;
    pthread_t thread;
    void (*change)(void) = changes[i];
    assert_ok(tn__watch_look(&state, &watched));
    assert_int_equal(pthread_create(&thread, NULL, change_later, (void *)&change), 0);
    assert_ok(tn__watch_wait(&state, &watched, &options));
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_ok(tn__watch_look(&after, &watched));
    /* What a slow machine has done only then is the next wait's. */
    if (memcmp(&after, &state, sizeof after) != 0)
        assert_ok(tn__watch_wait(&state, &watched, &options));
    assert_memory_equal(&after, &state, sizeof after);
}

/* A look that is an hour away: the kernel is asked. */
static void wait_is_ended_by_the_kernel(void **state)
{
    (void)state;
#ifdef __linux__
    for (size_t i = 0; i < CHANGES; i++)
        expect_seen(i, false, 3600 * 1000);
#else
    skip();
#endif
}

static void wait_is_ended_by_looking(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHANGES; i++)
        expect_seen(i, true, 20);
}

static void change_before_the_wait_is_seen(void **state)
{
    const struct tn__watch_options options = {.quiet_ms = 1, .look_ms = 3600 * 1000};
    struct tn__watch_state seen;
    (void)state;
    assert_ok(tn__watch_look(&seen, &watched));
    make_query();
    assert_ok(tn__watch_wait(&seen, &watched, &options));
}

static bool is_over_now(void)
{
    return true;
}

static void wait_that_is_over_is_none(void **state)
{
    const struct tn__watch_options options = {
        .quiet_ms = 1, .look_ms = 3600 * 1000, .is_over = is_over_now};
    struct tn__watch_state seen;
    (void)state;
    assert_ok(tn__watch_look(&seen, &watched));
    assert_int_equal(tn__watch_wait(&seen, &watched, &options), TN_NONE);
}

static size_t open_files(void)
{
    DIR *dir = opendir("/proc/self/fd");
    size_t count = 0;
    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}

static void thousand_waits_keep_nothing(void **state)
{
    const struct tn__watch_options options = {.quiet_ms = 0, .look_ms = 3600 * 1000};
    struct tn__watch_state seen = {{0}};
    size_t before = open_files();
    (void)state;
    for (int i = 0; i < 1000; i++) {
        seen.digest[0]++;
        assert_ok(tn__watch_wait(&seen, &watched, &options));
    }
    assert_int_equal(open_files(), before);
}

/* --- folders */

static void folders_are_those_that_matter(void **state)
{
    const char *const *found;
    size_t count;
    tn_arena arena = TN_ARENA_INIT;
    static const char *const expected[] = {".", "migrations", "queries", "src", "src/a"};
    (void)state;
    assert_int_equal(mkdir("src", 0755), 0);
    assert_int_equal(mkdir("src/a", 0755), 0);
    assert_int_equal(mkdir("src/.git", 0755), 0);
    assert_ok(tn__watch_folders(&found, &count, &watched, &arena));
    assert_int_equal(count, 5);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(found[i], expected[i]);
    /* A folder that is missing is told of where it would be made. */
    static const char *const missing[] = {"not/there/at/all"};
    const struct tn__watched none = {NULL, 0, missing, 1, NULL, 0};
    assert_ok(tn__watch_folders(&found, &count, &none, &arena));
    assert_int_equal(count, 1);
    assert_string_equal(found[0], ".");
    tn_arena_fini(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(look_differs_after_each_change), TEST(wait_is_ended_by_the_kernel),
        TEST(wait_is_ended_by_looking),       TEST(change_before_the_wait_is_seen),
        TEST(wait_that_is_over_is_none),      TEST(thousand_waits_keep_nothing),
        TEST(folders_are_those_that_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
