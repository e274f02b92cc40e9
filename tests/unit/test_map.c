/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdio.h>

#include "fault_alloc.h"
#include "util/hash.h"
#include "util/map.h"
#include "util/str.h"

enum {
    COUNT = 5000
};
static char keys[COUNT][12];

static void map_many_keys_are_found_in_insertion_order(void **state)
{
    (void)state;
    struct tn__map map;
    tn__map_init(&map);
    assert_null(tn__map_get(&map, TN__TEXT("k1")));
    for (int i = 0; i < COUNT; i++) {
        snprintf(keys[i], sizeof keys[i], "k%d", i);
        assert_ok(tn__map_put(&map, tn_text_of(keys[i]), keys[i]));
    }
    assert_int_equal(map.count, COUNT);
    for (int i = 0; i < COUNT; i++) {
        assert_ptr_equal(tn__map_get(&map, tn_text_of(keys[i])), keys[i]);
        assert_text(map.entries[i].key, keys[i]);
    }
    assert_null(tn__map_get(&map, TN__TEXT("k5000")));
    assert_null(tn__map_get(&map, TN__TEXT("k")));
    tn__map_fini(&map);
    assert_null(tn__map_get(&map, TN__TEXT("k1")));
    tn__map_fini(&map);
    tn__map_fini(NULL);
}

static void map_put_same_key_replaces(void **state)
{
    (void)state;
    struct tn__map map;
    int a = 0, b = 0;
    tn__map_init(&map);
    assert_ok(tn__map_put(&map, TN__TEXT("x"), &a));
    assert_ok(tn__map_put(&map, TN__TEXT("y"), NULL));
    assert_ok(tn__map_put(&map, TN__TEXT("x"), &b));
    assert_int_equal(map.count, 2);
    assert_ptr_equal(tn__map_get(&map, TN__TEXT("x")), &b);
    assert_null(tn__map_get(&map, TN__TEXT("y")));
    tn__map_fini(&map);
}

static void map_keys_are_bytes(void **state)
{
    (void)state;
    struct tn__map map;
    int values[4];
    const tn_text texts[] = {{"", 0}, {"\0", 1}, {"\0\0", 2}, {"A", 1}};
    tn__map_init(&map);
    for (size_t i = 0; i < 4; i++)
        assert_ok(tn__map_put(&map, texts[i], &values[i]));
    for (size_t i = 0; i < 4; i++)
        assert_ptr_equal(tn__map_get(&map, texts[i]), &values[i]);
    assert_null(tn__map_get(&map, TN__TEXT("a")));
    tn__map_fini(&map);
}

static int fill_map(void *user)
{
    (void)user;
    struct tn__map map;
    tn__map_init(&map);
    int rc = TN_OK;
    for (size_t i = 0; i < 100 && rc == TN_OK; i++) {
        rc = tn__map_put(&map, tn_text_of(keys[i]), keys[i]);
        /* On failure the map is as before. */
        assert_int_equal(map.count, rc == TN_OK ? i + 1 : i);
        for (size_t k = 0; k < map.count; k++)
            assert_ptr_equal(tn__map_get(&map, tn_text_of(keys[k])), keys[k]);
    }
    tn__map_fini(&map);
    return rc;
}

static void map_no_memory_at_any_point_leaves_it_unchanged(void **state)
{
    (void)state;
    fault_alloc_each(fill_map, NULL);
}

static void map_in_an_arena_needs_the_other_no_more(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__map map;
    const struct tn__map *copy;
    int values[100];
    char names[100][8];
    tn__map_init(&map);
    assert_ok(tn__map_to_arena(&copy, &map, &arena));
    assert_null(tn__map_get(copy, tn_text_of("k0")));
    for (int i = 0; i < 100; i++) {
        snprintf(names[i], sizeof(names[i]), "k%d", i);
        assert_ok(tn__map_put(&map, tn_text_of(names[i]), &values[i]));
    }
    assert_ok(tn__map_to_arena(&copy, &map, &arena));
    tn__map_fini(&map);
    for (int i = 0; i < 100; i++)
        assert_ptr_equal(tn__map_get(copy, tn_text_of(names[i])), &values[i]);
    assert_null(tn__map_get(copy, tn_text_of("k100")));
    assert_int_equal(copy->count, 100);
    tn_arena_fini(&arena);
}

static void hash64_differs_for_near_keys(void **state)
{
    (void)state;
    /* The low bits choose the slot: short, similar keys must spread over them. */
    unsigned used[256] = {0};
    for (int i = 0; i < COUNT; i++)
        used[tn__hash64(keys[i], strlen(keys[i])) & 255]++;
    for (int i = 0; i < 256; i++)
        assert_in_range(used[i], 1, 60);
}

static void digests_match_the_published_examples(void **state)
{
    (void)state;
    uint8_t sum[TN__SHA384_SIZE];
    char hex[2 * TN__SHA384_SIZE + 1];
    assert_ok(tn__sha384(sum, TN__TEXT("abc"))); /* FIPS 180-4 examples */
    tn__hex(hex, sum, TN__SHA384_SIZE);
    assert_string_equal(hex, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
                             "8086072ba1e7cc2358baeca134c825a7");
    assert_ok(tn__sha384(sum, (tn_text){NULL, 0}));
    tn__hex(hex, sum, TN__SHA384_SIZE);
    assert_string_equal(hex, "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
                             "274edebfe76f65fbd51ad2f14898b95b");
    struct tn__hasher hasher = {NULL, NULL};
    uint8_t again[TN__SHA384_SIZE];
    assert_ok(tn__hasher_sha384(&hasher, again, TN__TEXT("abc")));
    assert_ok(tn__hasher_sha384(&hasher, again, TN__TEXT("")));
    assert_memory_equal(again, sum, sizeof sum);
    tn__hasher_fini(&hasher);
    assert_ok(tn__sha256(sum, TN__TEXT("abc")));
    tn__hex(hex, sum, TN__SHA256_SIZE);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    tn__hex(hex, "", 0);
    assert_string_equal(hex, "");
}

static void random_bytes_of_any_size_are_filled(void **state)
{
    (void)state;
    unsigned char bytes[1000] = {0};
    assert_ok(tn__random(bytes, 0));
    assert_int_equal(bytes[0], 0);
    assert_ok(tn__random(bytes, 999));
    assert_int_equal(bytes[999], 0);
    unsigned seen[256] = {0}, kinds = 0;
    for (int i = 700; i < 999; i++)
        kinds += seen[bytes[i]]++ == 0;
    assert_in_range(kinds, 100, 256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map_many_keys_are_found_in_insertion_order),
        cmocka_unit_test(map_put_same_key_replaces),
        cmocka_unit_test(map_keys_are_bytes),
        cmocka_unit_test(map_no_memory_at_any_point_leaves_it_unchanged),
        cmocka_unit_test(map_in_an_arena_needs_the_other_no_more),
        cmocka_unit_test(hash64_differs_for_near_keys),
        cmocka_unit_test(digests_match_the_published_examples),
        cmocka_unit_test(random_bytes_of_any_size_are_filled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
