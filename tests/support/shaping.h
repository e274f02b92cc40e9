/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_SHAPING_H
#define TN_TEST_SHAPING_H

/* Things for the tests of structs, whether two are the same, and a database in memory. Include check.h
 * first. */

#include <stdio.h>
#include <stdlib.h>

#include <tenon/tenon.h>

#include "thing.h"

struct fixture {
    tn_db *db;
    tn_arena arena;
    tn_error err;
};

static inline int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    assert_ok(tn_db_open(&f->db, ":memory:", NULL, NULL));
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;
    tn_arena_fini(&f->arena);
    tn_db_close(f->db);
    free(f);
    return 0;
}
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* All members set, the nullable ones NULL. */
static inline struct thing shaping_thing(void)
{
    struct thing thing;
    memset(&thing, 0, sizeof thing);
    thing.id.value = 7;
    thing.weight = 1.5;
    thing.title = tn_text_of("a title");
    thing.picture = (tn_blob){"\0\xff\x10", 3};
    thing.is_done = true;
    thing.made_at.us = 1795580912123456;
    thing.details = tn_text_of("{\"a\":[1,2]}");
    thing.mood = MOOD_LARGER;
    thing.any = tn_value_int(1);
    return thing;
}

static inline void shaping_same_value(const tn_value *a, const tn_value *b)
{
    assert_int_equal(a->type, b->type);
    if (a->type == TN_TEXT)
        assert_true(tn_text_equal(a->as.text, b->as.text));
    else if (a->type == TN_BLOB)
        assert_true(a->as.blob.size == b->as.blob.size &&
                    memcmp(a->as.blob.data, b->as.blob.data, a->as.blob.size) == 0);
    else if (a->type != TN_NULL)
        assert_memory_equal(&a->as, &b->as, sizeof a->as.integer);
}

/* Two things are the same, whatever they point to. */
static inline void shaping_same(const struct thing *a, const struct thing *b)
{
    tn_value ab = tn_value_blob(a->picture), bb = tn_value_blob(b->picture);
    tn_value at = tn_value_blob(a->thumb), bt = tn_value_blob(b->thumb);
    assert_true(a->id.value == b->id.value);
    assert_true(a->parent.has == b->parent.has && a->parent.value.value == b->parent.value.value);
    assert_memory_equal(&a->weight, &b->weight, sizeof a->weight);
    assert_true(a->height.has == b->height.has);
    assert_memory_equal(&a->height.value, &b->height.value, sizeof a->height.value);
    assert_true(tn_text_equal(a->title, b->title) && tn_text_equal(a->note, b->note));
    assert_true(tn_text_equal(a->details, b->details) && tn_text_equal(a->extra, b->extra));
    shaping_same_value(&ab, &bb);
    shaping_same_value(&at, &bt);
    assert_true(a->is_done == b->is_done && a->is_seen.has == b->is_seen.has &&
                a->is_seen.value == b->is_seen.value);
    assert_true(a->made_at.us == b->made_at.us && a->seen_at.has == b->seen_at.has &&
                a->seen_at.value.us == b->seen_at.value.us);
    assert_true(a->mood == b->mood && a->mood_before.has == b->mood_before.has &&
                a->mood_before.value == b->mood_before.value);
    shaping_same_value(&a->any, &b->any);
    shaping_same_value(&a->any_or_none, &b->any_or_none);
}

#endif
