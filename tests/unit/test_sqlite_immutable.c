/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "scratch.h"

#include <tenon/db.h>

/* A database in WAL mode with one row, closed. */
static void make(const char *escaped)
{
    char url[PATH_MAX + 32];
    tn_db *db;
    snprintf(url, sizeof url, "sqlite:%s?mode=rwc", escaped);
    assert_ok(tn_db_open(&db, url, NULL, NULL));
    assert_ok(tn_exec_script(db, "CREATE TABLE t (x); INSERT INTO t VALUES (7);", NULL));
    tn_db_close(db);
}

static int64_t read_with(const char *escaped, const char *params)
{
    char url[PATH_MAX + 64];
    tn_db *db;
    tn_rows rows;
    tn_arena arena = TN_ARENA_INIT;
    tn_error err = {0};
    snprintf(url, sizeof url, "sqlite:%s?%s", escaped, params);
    if (tn_db_open(&db, url, NULL, &err) != TN_OK)
        fail_msg("%s", err.message);
    assert_ok(tn_query(&rows, db, "SELECT x FROM t", NULL, 0, &arena, NULL));
    int64_t value = tn_rows_at(&rows, 0, 0)->as.integer;
    tn_db_close(db);
    tn_arena_fini(&arena);
    return value;
}

static size_t count_files(const char *folder)
{
    size_t count = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void immutable_reading_makes_no_file_beside_the_database(void **state)
{
    static const char *const names[][2] = {{"plain.db", "plain.db"},
                                           {"a b?c#d%20.db", "a%20b%3Fc%23d%2520.db"},
                                           {"x=1&y.db", "x=1%26y.db"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char escaped[PATH_MAX];
        snprintf(escaped, sizeof escaped, "%s/%s", (const char *)*state, names[i][1]);
        make(escaped);
        assert_int_equal(access(scratch_path(*state, names[i][0]), F_OK), 0);
        assert_int_equal(read_with(escaped, "mode=ro&immutable=on"), 7);
        assert_int_equal(count_files(*state), i + 1);
    }
}

static void immutable_takes_relative_paths(void **state)
{
    char *here = getcwd(NULL, 0);
    assert_non_null(here);
    assert_int_equal(chdir(*state), 0);
    make("rel.db");
    assert_int_equal(read_with("rel.db", "mode=ro&immutable=1"), 7);
    assert_int_equal(read_with("rel.db", "mode=ro&immutable=off"), 7);
    assert_int_equal(chdir(here), 0);
    free(here);
}

static void immutable_without_read_only_is_invalid(void **state)
{
    char url[PATH_MAX + 64];
    tn_db *db = NULL;
    static const char *const params[] = {"immutable=on", "mode=rwc&immutable=on",
                                         "mode=ro&immutable=perhaps"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(url, sizeof url, "sqlite:%s/x.db?%s", (const char *)*state, params[i]);
        assert_int_equal(tn_db_open(&db, url, NULL, NULL), TN_EINVAL);
    }
    assert_null(db);
}

#define scratch_test(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(immutable_reading_makes_no_file_beside_the_database),
        scratch_test(immutable_takes_relative_paths),
        scratch_test(immutable_without_read_only_is_invalid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
