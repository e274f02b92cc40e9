/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PG_GENERATED_H
#define TN_TEST_PG_GENERATED_H

/* The generated code of golden/pg_queries, and a database for it. */

#include "pging.h"

#include "util/fs.h"

#include "../golden/pg_queries/gen/groups.tenon.c"
#include "../golden/pg_queries/gen/things.tenon.c"
#include "../golden/pg_queries/gen/users.tenon.c"

static inline void make_schema(struct pging *p)
{
    static const char path[] =
        TN_TEST_SOURCE_DIR "/tests/golden/pg_queries/migrations/20260101000000_start.up.sql";
    tn_text sql;
    assert_status(tn__file_read(&sql, path, 1 << 20, &p->arena, &p->err), TN_OK, p->err);
    pging_script(p, sql.data);
}

static const tn_text tags[] = {{"a", 1}, {NULL, 0}, {"", 0}};
static const tn_opt_int nums[] = {{true, 1}, {false, 0}, {true, -3}};
static const struct app_opt_mood moods[] = {{true, APP_MOOD_OK}, {false, 0}};
static const enum app_mood all_moods[] = {APP_MOOD_SAD, APP_MOOD_OK, APP_MOOD_VERY_20HAPPY};
#define ALL_MOODS ((struct app_mood_list){all_moods, 3})

static inline struct app_thing_add_args full_thing(void)
{
    struct app_thing_add_args thing = {
        .i2 = {true, -32768},
        .i4 = 2147483647,
        .f4 = {true, 0.5},
        .f8 = -1.25e300,
        .flag = {true, true},
        .t = tn_text_of("täxt"),
        .v = tn_text_of("vchar"),
        .b = {"\0\1\2", 3},
        .at = {true, {1732162112345678}},
        .day = {true, {-1}},
        .clock = {true, {86399999999}},
        .span = {true, {5, -6, 7}},
        .u = {true, {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255}}},
        .j = tn_text_of("{\"a\":1}"),
        .jb = tn_text_of("{\"b\": [1, 2]}"),
        .n = tn_text_of("1234567890123456.7891"),
        .m = APP_MOOD_VERY_20HAPPY,
        .p = {true, 5},
        .tags = {tags, 3},
        .nums = {nums, 3},
        .moods = {moods, 2},
    };
    return thing;
}

static inline struct app_thing_add_args least_thing(void)
{
    struct app_thing_add_args thing = {.f8 = 0, .t = tn_text_of(""), .m = APP_MOOD_SAD};
    return thing;
}

static inline int64_t add(struct pging *p, const struct app_thing_add_args *thing)
{
    struct app_thing_add_row row = {0};
    assert_status(app_thing_add(&row, p->db, thing, &p->err), TN_OK, p->err);
    return row.id;
}

static inline struct app_thing_list_rows list(struct pging *p, const int64_t *ids, size_t count)
{
    struct app_thing_list_rows rows = {NULL, 99};
    assert_status(
        app_thing_list_all(&rows, p->db, (tn_int_list){ids, count}, ALL_MOODS, &p->arena, &p->err),
        TN_OK, p->err);
    return rows;
}

static inline void assert_kept(tn_text text, const char *expected)
{
    if (!expected) {
        assert_null(text.data);
        return;
    }
    assert_non_null(text.data);
    assert_string_equal(text.data, expected); /* a NUL is behind it */
    assert_int_equal(text.size, strlen(expected));
}

#endif
