/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <tenon/id.h>
#include <tenon/time.h>

#include "util/clock.h"

static void assert_uuid(const char *uuid, char version)
{
    assert_int_equal(strlen(uuid), 36);
    for (int i = 0; i < 36; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23)
            assert_int_equal(uuid[i], '-');
        else
            assert_non_null(strchr("0123456789abcdef", uuid[i]));
    }
    assert_int_equal(uuid[14], version);
    assert_non_null(strchr("89ab", uuid[19]));
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void uuid_v4_has_the_form_and_no_duplicates(void **state)
{
    (void)state;
    enum {
        COUNT = 2000
    };
    static char ids[COUNT][TN_UUID_SIZE];
    for (int i = 0; i < COUNT; i++) {
        assert_ok(tn_uuid_v4(ids[i]));
        assert_uuid(ids[i], '4');
    }
    qsort(ids, COUNT, sizeof ids[0], compare_ids);
    for (int i = 1; i < COUNT; i++)
        assert_string_not_equal(ids[i - 1], ids[i]);
}

static void uuid_v7_carries_the_time(void **state)
{
    (void)state;
    char id[TN_UUID_SIZE];
    int64_t before = tn_now().us / 1000;
    assert_ok(tn_uuid_v7(id));
    assert_uuid(id, '7');
    unsigned long long high = 0, low = 0;
    assert_int_equal(sscanf(id, "%8llx-%4llx", &high, &low), 2);
    int64_t ms = (int64_t)(high << 16 | low);
    /* Earlier ids of this process may have pushed it ahead; never behind. */
    assert_true(ms >= before);
    assert_true(ms <= tn_now().us / 1000 + 60000);
}

enum {
    THREADS = 4,
    PER_THREAD = 10000
};
static char made[THREADS * PER_THREAD][TN_UUID_SIZE]; /* a run of PER_THREAD each */

static void *make_many(void *arg)
{
    char(*ids)[TN_UUID_SIZE] = arg;
    for (int i = 0; i < PER_THREAD; i++) {
        if (tn_uuid_v7(ids[i]) != TN_OK)
            return arg;
    }
    return NULL;
}

static void uuid_v7_is_strictly_increasing_in_each_thread_and_unique_in_all(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    for (int t = 0; t < THREADS; t++)
        assert_int_equal(pthread_create(&threads[t], NULL, make_many, made + t * PER_THREAD), 0);
    for (int t = 0; t < THREADS; t++) {
        void *failed = &threads;
        assert_int_equal(pthread_join(threads[t], &failed), 0);
        assert_null(failed);
    }
    for (int i = 1; i < THREADS * PER_THREAD; i++) {
        if (i % PER_THREAD != 0)
            assert_true(strcmp(made[i - 1], made[i]) < 0);
    }
    char last[TN_UUID_SIZE];
    assert_ok(tn_uuid_v7(last));
    qsort(made, THREADS * PER_THREAD, TN_UUID_SIZE, compare_ids);
    /* Time and counter alone tell them apart. */
    for (int i = 1; i < THREADS * PER_THREAD; i++)
        assert_true(strncmp(made[i - 1], made[i], 18) < 0);
    assert_true(strcmp(made[THREADS * PER_THREAD - 1], last) < 0);
}

static void uuid_text_is_read_and_written(void **state)
{
    (void)state;
    char drawn[TN_UUID_SIZE], text[TN_UUID_SIZE];
    tn_uuid uuid;
    for (int i = 0; i < 1000; i++) {
        assert_ok(tn_uuid_v4(drawn));
        assert_ok(tn_uuid_parse(&uuid, tn_text_of(drawn)));
        tn_uuid_format(text, uuid);
        assert_string_equal(text, drawn);
    }
    assert_ok(tn_uuid_parse(&uuid, tn_text_of("550E8400-E29B-41d4-A716-446655440000")));
    tn_uuid_format(text, uuid);
    assert_string_equal(text, "550e8400-e29b-41d4-a716-446655440000");
    assert_int_equal(uuid.bytes[0], 0x55);
    assert_int_equal(uuid.bytes[15], 0);
}

static void uuid_is_made_as_a_value(void **state)
{
    (void)state;
    char text[TN_UUID_SIZE], last[TN_UUID_SIZE];
    tn_uuid uuid, other;
    assert_ok(tn_uuid_make_v4(&uuid));
    assert_ok(tn_uuid_make_v4(&other));
    assert_memory_not_equal(uuid.bytes, other.bytes, sizeof uuid.bytes);
    tn_uuid_format(text, uuid);
    assert_uuid(text, '4');
    assert_ok(tn_uuid_v7(last));
    for (int i = 0; i < 1000; i++) {
        assert_ok(tn_uuid_make_v7(&uuid));
        tn_uuid_format(text, uuid);
        assert_uuid(text, '7');
        assert_true(strcmp(last, text) < 0);
        memcpy(last, text, sizeof last);
    }
}

static void uuid_text_of_another_form_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "550e8400e29b41d4a716446655440000",
        "{550e8400-e29b-41d4-a716-446655440000}",
        "550e8400-e29b-41d4-a716-44665544000",
        "550e8400-e29b-41d4-a716-4466554400000",
        "550e8400-e29b-41d4-a716-44665544000g",
        "550e8400-e29b-41d4-a7164-46655440000",
        "550e8400_e29b_41d4_a716_446655440000",
    };
    tn_uuid uuid = {{7}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(tn_uuid_parse(&uuid, tn_text_of(texts[i])), TN_EINVAL);
    assert_int_equal(tn_uuid_parse(&uuid, tn_text_of(NULL)), TN_EINVAL);
    assert_int_equal(uuid.bytes[0], 7);
}

static void nanoid_every_length_uses_the_alphabet(void **state)
{
    (void)state;
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    unsigned seen[256] = {0};
    char id[257];
    for (size_t length = 1; length <= 255; length++) {
        memset(id, '#', sizeof id);
        assert_ok(tn_nanoid(id, length));
        assert_int_equal(strlen(id), length);
        assert_int_equal(id[length + 1], '#');
        for (size_t i = 0; i < length; i++) {
            assert_non_null(strchr(alphabet, id[i]));
            seen[(unsigned char)id[i]]++;
        }
    }
    for (const char *c = alphabet; *c; c++)
        assert_true(seen[(unsigned char)*c] > 0);
}

static void nanoid_length_outside_the_range_is_refused(void **state)
{
    (void)state;
    char id[300] = "old";
    assert_int_equal(tn_nanoid(id, 0), TN_EINVAL);
    assert_int_equal(tn_nanoid(id, 256), TN_EINVAL);
    assert_int_equal(tn_nanoid(id, SIZE_MAX), TN_EINVAL);
    assert_string_equal(id, "old");
}

static void nanoid_default_length_has_no_duplicates(void **state)
{
    (void)state;
    enum {
        COUNT = 2000
    };
    static char ids[COUNT][TN_NANOID_DEFAULT_LENGTH + 1];
    for (int i = 0; i < COUNT; i++)
        assert_ok(tn_nanoid(ids[i], TN_NANOID_DEFAULT_LENGTH));
    qsort(ids, COUNT, sizeof ids[0], compare_ids);
    for (int i = 1; i < COUNT; i++)
        assert_string_not_equal(ids[i - 1], ids[i]);
}

static void sleep_lasts_at_least_its_time(void **state)
{
    (void)state;
    int64_t start = tn__mono_ns();
    tn__sleep_us(2000);
    assert_true(tn__mono_ns() - start >= 2000000);
    tn__sleep_us(0);
    tn__sleep_us(-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uuid_v4_has_the_form_and_no_duplicates),
        cmocka_unit_test(uuid_v7_carries_the_time),
        cmocka_unit_test(uuid_v7_is_strictly_increasing_in_each_thread_and_unique_in_all),
        cmocka_unit_test(uuid_text_is_read_and_written),
        cmocka_unit_test(uuid_is_made_as_a_value),
        cmocka_unit_test(uuid_text_of_another_form_is_refused),
        cmocka_unit_test(nanoid_every_length_uses_the_alphabet),
        cmocka_unit_test(nanoid_length_outside_the_range_is_refused),
        cmocka_unit_test(nanoid_default_length_has_no_duplicates),
        cmocka_unit_test(sleep_lasts_at_least_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
