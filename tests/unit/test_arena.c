/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdalign.h>

#include <tenon/arena.h>

#include "fault_alloc.h"
#include "util/alloc.h"

static void arena_alloc_every_size_is_aligned_and_apart(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    unsigned char *pieces[300];
    for (size_t i = 0; i < 300; i++) {
        pieces[i] = tn_arena_alloc(&arena, i);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        memset(pieces[i], (int)(i & 0xff), i);
    }
    for (size_t i = 0; i < 300; i++) {
        for (size_t k = 0; k < i; k++)
            assert_int_equal(pieces[i][k], i & 0xff);
    }
    tn_arena_fini(&arena);
}

static void arena_alloc_large_piece_leaves_the_block_in_use(void **state)
{
    (void)state;
    fault_alloc_begin(0, false);
    tn_arena arena = TN_ARENA_INIT;
    assert_non_null(tn_arena_alloc(&arena, 100));
    assert_non_null(tn_arena_alloc(&arena, 1000000));
    assert_non_null(tn_arena_alloc(&arena, 100));
    assert_int_equal(fault_alloc_calls(), 2);
    tn_arena_fini(&arena);
    assert_int_equal(fault_alloc_live(), 0);
    fault_alloc_end();
}

static void arena_alloc_many_pieces_take_few_blocks(void **state)
{
    (void)state;
    fault_alloc_begin(0, false);
    tn_arena arena = TN_ARENA_INIT;
    for (int i = 0; i < 100000; i++)
        assert_non_null(tn_arena_alloc(&arena, 32));
    assert_in_range(fault_alloc_calls(), 2, 14);
    tn_arena_fini(&arena);
    assert_int_equal(fault_alloc_live(), 0);
    fault_alloc_end();
}

static void arena_limit_refuses_and_stays_usable(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    arena.limit_bytes = 1000;
    assert_non_null(tn_arena_alloc(&arena, 600));
    assert_null(tn_arena_alloc(&arena, 401));
    assert_int_equal(arena.used_bytes, 600);
    assert_non_null(tn_arena_alloc(&arena, 400));
    assert_null(tn_arena_alloc(&arena, 1));
    assert_null(tn_arena_alloc(&arena, SIZE_MAX));
    tn_arena_reset(&arena);
    assert_int_equal(arena.used_bytes, 0);
    assert_int_equal(arena.limit_bytes, 1000);
    assert_non_null(tn_arena_alloc(&arena, 1000));
    tn_arena_fini(&arena);
    assert_int_equal(arena.limit_bytes, 1000);
}

static void arena_array_overflow_is_refused(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    assert_null(tn_arena_array(&arena, SIZE_MAX / 2, 3));
    assert_null(tn_arena_alloc(&arena, SIZE_MAX));
    assert_null(tn_arena_alloc(&arena, SIZE_MAX - 100));
    assert_null(tn_arena_copy(&arena, "", SIZE_MAX));
    assert_non_null(tn_arena_array(&arena, 0, 8));
    int *items = tn_arena_array(&arena, 1000, sizeof *items);
    assert_non_null(items);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], 0);
    tn_arena_fini(&arena);
}

static void arena_text_null_stays_null_and_empty_stays_empty(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    tn_text text = {"x", 1};
    assert_ok(tn_arena_text(&arena, &text, (tn_text){NULL, 0}));
    assert_null(text.data);
    assert_ok(tn_arena_text(&arena, &text, (tn_text){"", 0}));
    assert_non_null(text.data);
    assert_int_equal(text.data[0], '\0');
    assert_ok(tn_arena_text(&arena, &text, (tn_text){"a\0b", 3}));
    assert_memory_equal(text.data, "a\0b", 4);
    tn_blob blob = {"x", 1};
    assert_ok(tn_arena_blob(&arena, &blob, (tn_blob){NULL, 0}));
    assert_null(blob.data);
    assert_ok(tn_arena_blob(&arena, &blob, (tn_blob){"", 0}));
    assert_non_null(blob.data);
    assert_int_equal(blob.size, 0);
    assert_ok(tn_arena_blob(&arena, &blob, (tn_blob){"xyz", 3}));
    assert_memory_equal(blob.data, "xyz", 3);
    tn_arena_fini(&arena);
}

static void arena_text_no_memory_leaves_the_output(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    arena.limit_bytes = 4;
    tn_text text = {"before", 6};
    tn_blob blob = {"before", 6};
    assert_int_equal(tn_arena_text(&arena, &text, tn_text_of("too long")), TN_ENOMEM);
    assert_int_equal(tn_arena_blob(&arena, &blob, (tn_blob){"too long", 8}), TN_ENOMEM);
    assert_text(text, "before");
    assert_int_equal(blob.size, 6);
    tn_arena_fini(&arena);
}

static void arena_texts_are_copied_and_null_stays_null(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    char bytes[] = "abc";
    tn_text a = {bytes, 3};
    tn_text null = {NULL, 0};
    tn_text empty = {bytes, 0};
    tn_text *const texts[] = {&a, &null, &empty};
    assert_ok(tn_arena_texts(&arena, texts, 3));
    bytes[0] = 'x';
    assert_text(a, "abc");
    assert_int_equal(a.data[3], '\0');
    assert_null(null.data);
    assert_ptr_not_equal(empty.data, bytes);
    assert_int_equal(empty.data[0], '\0');
    assert_ok(tn_arena_texts(&arena, texts, 0));
    arena.limit_bytes = arena.used_bytes;
    assert_int_equal(tn_arena_texts(&arena, texts, 1), TN_ENOMEM);
    tn_arena_fini(&arena);
}

static void arena_reset_second_round_takes_no_memory(void **state)
{
    (void)state;
    fault_alloc_begin(0, false);
    tn_arena arena = TN_ARENA_INIT;
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 3000; i++)
            assert_non_null(tn_arena_alloc(&arena, 48));
        tn_arena_reset(&arena);
        assert_int_equal(fault_alloc_live(), 1);
    }
    long calls = fault_alloc_calls();
    for (int i = 0; i < 100; i++)
        assert_non_null(tn_arena_alloc(&arena, 48));
    assert_int_equal(fault_alloc_calls(), calls);
    tn_arena_fini(&arena);
    assert_int_equal(fault_alloc_live(), 0);
    fault_alloc_end();
}

static void arena_reset_keeps_the_largest_block(void **state)
{
    (void)state;
    fault_alloc_begin(0, false);
    tn_arena arena = TN_ARENA_INIT;
    assert_non_null(tn_arena_alloc(&arena, 100));
    assert_non_null(tn_arena_alloc(&arena, 1000000));
    tn_arena_reset(&arena);
    assert_int_equal(fault_alloc_live(), 1);
    long calls = fault_alloc_calls();
    assert_non_null(tn_arena_alloc(&arena, 900000));
    assert_int_equal(fault_alloc_calls(), calls);
    tn_arena_fini(&arena);
    fault_alloc_end();
}

static void arena_fini_twice_and_of_null_is_harmless(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    tn_arena_reset(&arena);
    assert_non_null(tn_arena_alloc(&arena, 5000));
    tn_arena_fini(&arena);
    tn_arena_fini(&arena);
    tn_arena_fini(NULL);
    assert_non_null(tn_arena_alloc(&arena, 1));
    tn_arena_fini(&arena);
}

static int fill_arena(void *user)
{
    (void)user;
    tn_arena arena = TN_ARENA_INIT;
    int rc = TN_OK;
    for (size_t i = 0; i < 60 && rc == TN_OK; i++) {
        size_t before = arena.used_bytes;
        if (!tn_arena_alloc(&arena, i * 100)) {
            assert_int_equal(arena.used_bytes, before);
            rc = TN_ENOMEM;
        }
    }
    tn_arena_fini(&arena);
    return rc;
}

static void arena_no_memory_at_any_point_leaks_nothing(void **state)
{
    (void)state;
    fault_alloc_each(fill_arena, NULL);
}

static void set_allocator_incomplete_is_refused(void **state)
{
    (void)state;
    tn_allocator allocator = {NULL, NULL, NULL, NULL};
    assert_int_equal(tn_set_allocator(&allocator), TN_EINVAL);
    allocator.alloc = fault_alloc_alloc;
    assert_int_equal(tn_set_allocator(&allocator), TN_EINVAL);
    allocator.resize = fault_alloc_resize;
    assert_int_equal(tn_set_allocator(&allocator), TN_EINVAL);
    void *ptr = tn__alloc(1);
    assert_non_null(ptr);
    tn__free(ptr);
}

static void alloc_size_zero_gives_a_pointer(void **state)
{
    (void)state;
    void *ptr = tn__alloc(0);
    assert_non_null(ptr);
    ptr = tn__realloc(ptr, 0);
    assert_non_null(ptr);
    tn__free(ptr);
    ptr = tn__alloc_zero(0, 10);
    assert_non_null(ptr);
    tn__free(ptr);
    tn__free(NULL);
}

static void alloc_overflowing_sizes_are_refused(void **state)
{
    (void)state;
    size_t cap = 0;
    assert_null(tn__alloc_zero(SIZE_MAX / 2, 3));
    assert_null(tn__memdup("", SIZE_MAX));
    assert_null(tn__grow(NULL, &cap, SIZE_MAX, 1));
    assert_null(tn__grow(NULL, &cap, SIZE_MAX / 4, 16));
    assert_int_equal(cap, 0);
}

static void grow_keeps_content_and_doubles(void **state)
{
    (void)state;
    size_t cap = 0;
    int *items = NULL;
    fault_alloc_begin(0, false);
    for (int i = 0; i < 1000; i++) {
        items = tn__grow(items, &cap, (size_t)i + 1, sizeof *items);
        assert_non_null(items);
        items[i] = i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    assert_int_equal(cap, 1024);
    assert_int_equal(fault_alloc_calls(), 8);
    tn__free(items);
    fault_alloc_end();
}

static void grow_no_memory_leaves_the_array(void **state)
{
    (void)state;
    size_t cap = 0;
    int *items = tn__grow(NULL, &cap, 8, sizeof *items);
    assert_non_null(items);
    items[7] = 7;
    fault_alloc_begin(1, false);
    assert_null(tn__grow(items, &cap, 9, sizeof *items));
    fault_alloc_end();
    assert_int_equal(cap, 8);
    assert_int_equal(items[7], 7);
    tn__free(items);
}

static void memdup_ends_in_nul(void **state)
{
    (void)state;
    char *copy = tn__memdup("a\0b", 3);
    assert_memory_equal(copy, "a\0b", 4);
    tn__free(copy);
    copy = tn__memdup(NULL, 0);
    assert_string_equal(copy, "");
    tn__free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_alloc_every_size_is_aligned_and_apart),
        cmocka_unit_test(arena_alloc_large_piece_leaves_the_block_in_use),
        cmocka_unit_test(arena_alloc_many_pieces_take_few_blocks),
        cmocka_unit_test(arena_limit_refuses_and_stays_usable),
        cmocka_unit_test(arena_array_overflow_is_refused),
        cmocka_unit_test(arena_text_null_stays_null_and_empty_stays_empty),
        cmocka_unit_test(arena_text_no_memory_leaves_the_output),
        cmocka_unit_test(arena_texts_are_copied_and_null_stays_null),
        cmocka_unit_test(arena_reset_second_round_takes_no_memory),
        cmocka_unit_test(arena_reset_keeps_the_largest_block),
        cmocka_unit_test(arena_fini_twice_and_of_null_is_harmless),
        cmocka_unit_test(arena_no_memory_at_any_point_leaks_nothing),
        cmocka_unit_test(set_allocator_incomplete_is_refused),
        cmocka_unit_test(alloc_size_zero_gives_a_pointer),
        cmocka_unit_test(alloc_overflowing_sizes_are_refused),
        cmocka_unit_test(grow_keeps_content_and_doubles),
        cmocka_unit_test(grow_no_memory_leaves_the_array),
        cmocka_unit_test(memdup_ends_in_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
