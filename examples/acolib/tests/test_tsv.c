/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <unistd.h>

#include "support.h"
#include "tsv.h"

/* The reader of sample files. */

struct fixture {
    char path[64];
    struct tsv tsv;
    tn_error err;
};

static int setup(void **state)
{
    static struct fixture fixture;
    memset(&fixture, 0, sizeof fixture);
    const char *tmp = getenv("TMPDIR");
    snprintf(fixture.path, sizeof fixture.path, "%.40s/acolib-tsv.XXXXXX", tmp ? tmp : "/tmp");
    int fd = mkstemp(fixture.path);
    assert_true(fd >= 0);
    close(fd);
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    tsv_close(&f->tsv);
    unlink(f->path);
    return 0;
}

static void open_with(struct fixture *f, const char *text, size_t size)
{
    FILE *file = fopen(f->path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(tsv_open(&f->tsv, f->path, &f->err), TN_OK);
}

/* A literal, with the NULs that may be in it. */
#define OPEN(f, text) open_with(f, text, sizeof(text) - 1)

static void line_fields_split_and_unescaped(void **state)
{
    struct fixture *f = *state;
    OPEN(f, "# head\n\ntasks\ta\\tb\\nc\\\\d\t\\N\t\n");
    assert_int_equal(tsv_next(&f->tsv, &f->err), TN_ROW);
    assert_int_equal(f->tsv.line, 3);
    assert_int_equal(f->tsv.count, 4);
    assert_string_equal(f->tsv.fields[0].data, "tasks");
    assert_string_equal(f->tsv.fields[1].data, "a\tb\nc\\d");
    assert_int_equal(f->tsv.fields[1].size, 7);
    assert_null(f->tsv.fields[2].data);
    assert_non_null(f->tsv.fields[3].data);
    assert_int_equal(f->tsv.fields[3].size, 0);
    assert_int_equal(tsv_next(&f->tsv, &f->err), TN_DONE);
}

static void line_without_line_end_is_read(void **state)
{
    struct fixture *f = *state;
    OPEN(f, "a\tb");
    assert_int_equal(tsv_next(&f->tsv, &f->err), TN_ROW);
    assert_int_equal(f->tsv.count, 2);
    assert_string_equal(f->tsv.fields[1].data, "b");
}

static void line_with_unknown_escape_is_refused_with_its_place(void **state)
{
    struct fixture *f = *state;
    OPEN(f, "ok\nba\\d\n");
    assert_int_equal(tsv_next(&f->tsv, &f->err), TN_ROW);
    assert_int_equal(tsv_next(&f->tsv, &f->err), TN_EINVAL);
    assert_non_null(strstr(f->err.message, ":2: a backslash"));
}

static void line_with_nul_is_refused(void **state)
{
    struct fixture *f = *state;
    OPEN(f, "a\0b\n");
    assert_int_equal(tsv_next(&f->tsv, &f->err), TN_EINVAL);
}

static void line_with_too_many_fields_is_refused(void **state)
{
    struct fixture *f = *state;
    OPEN(f, "1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\t13\t14\t15\t16\t17\n");
    assert_int_equal(tsv_next(&f->tsv, &f->err), TN_EINVAL);
}

static void numbers_whole_ones_alone_are_read(void **state)
{
    struct fixture *f = *state;
    OPEN(f, "42\t-7\t\\N\t4.2\t\t99999999999999999999\n");
    assert_int_equal(tsv_next(&f->tsv, &f->err), TN_ROW);
    int64_t number = 0;
    tn_opt_int some = {true, 1};
    assert_int_equal(tsv_int(&number, &f->tsv, 0, &f->err), TN_OK);
    assert_int_equal(number, 42);
    assert_int_equal(tsv_opt_int(&some, &f->tsv, 1, &f->err), TN_OK);
    assert_true(some.has && some.value == -7);
    assert_int_equal(tsv_opt_int(&some, &f->tsv, 2, &f->err), TN_OK);
    assert_false(some.has);
    for (size_t i = 2; i < 6; i++)
        assert_int_equal(tsv_int(&number, &f->tsv, i, &f->err), TN_EINVAL);
    assert_int_equal(number, 42);
}

static void file_that_is_not_there_is_named(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(tsv_open(&f->tsv, "/nowhere/sample.tsv", &f->err), TN_ENOTFOUND);
    assert_non_null(strstr(f->err.message, "'/nowhere/sample.tsv'"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(line_fields_split_and_unescaped),
        TEST(line_without_line_end_is_read),
        TEST(line_with_unknown_escape_is_refused_with_its_place),
        TEST(line_with_nul_is_refused),
        TEST(line_with_too_many_fields_is_refused),
        TEST(numbers_whole_ones_alone_are_read),
        TEST(file_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
