/* SPDX-License-Identifier: MIT */
#include "pg_values.h"

#include <stdio.h>

#include "util/value_text.h"

static tn_error err;

static int clear(void **state)
{
    (void)state;
    tn_error_clear(&err);
    return 0;
}

/* A value of a golden from either of its forms. */
static tn_value decode_golden(const struct golden *golden, bool is_binary, tn_arena *arena)
{
    tn_text from = is_binary ? golden_bytes(golden, arena) : tn_text_of(golden->text);
    tn_value value;
    int rc = tn__pg_decode(&value, type_named(golden->type), is_binary, from.data, from.size, arena,
                           &err);
    if (rc != TN_OK)
        print_error("%s '%s': %s\n", golden->type, golden->text, err.message);
    assert_ok(rc);
    return value;
}

/* --- what the server writes --------------------------------------------------------------------- */

static void both_forms_of_a_value_are_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOLDEN_COUNT; i++) {
        tn_arena arena = TN_ARENA_INIT;
        tn_value binary = decode_golden(&GOLDEN[i], true, &arena);
        tn_value text = decode_golden(&GOLDEN[i], false, &arena);
        if (!values_are_equal(&binary, &text))
            print_error("%s '%s'\n", GOLDEN[i].type, GOLDEN[i].text);
        assert_true(values_are_equal(&binary, &text));
        enum tn_type expected = tn__pg_type_value(type_named(GOLDEN[i].type));
        assert_int_equal(binary.type, expected);
        tn_arena_fini(&arena);
    }
}

/* A bool is written out, timestamps have no zone. */
static bool is_written_otherwise(const char *type)
{
    return strncmp(type, "bool", 4) == 0 || strncmp(type, "timestamptz", 11) == 0;
}

static void text_of_a_value_is_the_servers(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOLDEN_COUNT; i++) {
        if (is_written_otherwise(GOLDEN[i].type))
            continue;
        tn_arena arena = TN_ARENA_INIT;
        struct tn__buf buf;
        tn__buf_init(&buf, 0);
        tn_value value = decode_golden(&GOLDEN[i], true, &arena);
        tn__value_text(&buf, &value);
        assert_ok(tn__buf_status(&buf));
        if (strcmp(GOLDEN[i].type, "float8") != 0) /* the digits of a power of ten differ */
            assert_text(tn__buf_view(&buf), GOLDEN[i].text);
        tn__buf_fini(&buf);
        tn_arena_fini(&arena);
    }
}

static void bytes_may_lie_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOLDEN_COUNT; i++) {
        tn_arena arena = TN_ARENA_INIT;
        tn_value expected = decode_golden(&GOLDEN[i], true, &arena), value;
        tn_text bytes = golden_bytes(&GOLDEN[i], &arena);
        for (size_t shift = 1; shift < 8; shift++) {
            char *moved = test_malloc(bytes.size + shift);
            memcpy(moved + shift, bytes.data, bytes.size);
            assert_ok(tn__pg_decode(&value, type_named(GOLDEN[i].type), true, moved + shift,
                                    bytes.size, &arena, &err));
            assert_true(values_are_equal(&value, &expected));
            test_free(moved);
        }
        tn_arena_fini(&arena);
    }
}

/* --- bytes that are wrong ----------------------------------------------------------------------- */

/* Any size has its text; for the others a byte more or less is one that is wrong. */
static bool is_any_size(const struct tn__pg_type *type)
{
    return type->kind == TN__PG_TEXT || type->kind == TN__PG_BYTEA || type->kind == TN__PG_JSON ||
           type->kind == TN__PG_JSONB;
}

static int decode_copy(const struct tn__pg_type *type, const char *data, size_t size)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_value value;
    char *exact = test_malloc(size ? size : 1);
    memcpy(exact, data, size);
    int rc = tn__pg_decode(&value, type, true, exact, size, &arena, &err);
    tn_arena_fini(&arena);
    test_free(exact);
    return rc;
}

static void every_cut_of_a_value_is_malformed(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOLDEN_COUNT; i++) {
        tn_arena arena = TN_ARENA_INIT;
        const struct tn__pg_type *type = type_named(GOLDEN[i].type);
        tn_text bytes = golden_bytes(&GOLDEN[i], &arena);
        for (size_t size = 0; size < bytes.size; size++) {
            bool is_good = is_any_size(type) && (type->kind != TN__PG_JSONB || size > 0);
            assert_int_equal(decode_copy(type, bytes.data, size), is_good ? TN_OK : TN_ECORRUPT);
        }
        char *longer = tn_arena_alloc(&arena, bytes.size + 1);
        memcpy(longer, bytes.data, bytes.size);
        longer[bytes.size] = 0;
        assert_int_equal(decode_copy(type, longer, bytes.size + 1),
                         is_any_size(type) ? TN_OK : TN_ECORRUPT);
        tn_arena_fini(&arena);
    }
    assert_string_equal(err.message, "the server sent a malformed oid[]");
}

static void every_changed_byte_is_a_value_or_malformed(void **state)
{
    (void)state;
    static const unsigned char changes[] = {0x01, 0x80, 0xff, 0x7f};
    size_t malformed = 0;
    for (size_t i = 0; i < GOLDEN_COUNT; i++) {
        tn_arena arena = TN_ARENA_INIT;
        const struct tn__pg_type *type = type_named(GOLDEN[i].type);
        tn_text bytes = golden_bytes(&GOLDEN[i], &arena);
        char *changed = (char *)(uintptr_t)bytes.data;
        for (size_t at = 0; at < bytes.size; at++)
            for (size_t c = 0; c < sizeof changes; c++) {
                changed[at] = (char)((unsigned char)changed[at] ^ changes[c]);
                int rc = decode_copy(type, changed, bytes.size);
                assert_true(rc == TN_OK || rc == TN_ECORRUPT || rc == TN_ERANGE);
                malformed += rc == TN_ECORRUPT;
                changed[at] = (char)((unsigned char)changed[at] ^ changes[c]);
            }
        tn_arena_fini(&arena);
    }
    assert_true(malformed > 1000);
}

static void values_that_no_server_has_are_malformed(void **state)
{
    (void)state;
    static const struct {
        const char *type, *hex;
        int status;
    } rows[] = {
        {"time", "ffffffffffffffff", TN_ECORRUPT},
        {"time", "000000141dd76001", TN_ECORRUPT},
        {"date", "7ffffffe", TN_ECORRUPT},
        {"date", "7fffd533", TN_ECORRUPT},
        {"timestamp", "7ffffffffffffffe", TN_ERANGE},
        {"timestamptz", "7ffca2fec4c82000", TN_ERANGE},
        {"numeric", "00010000000000002710", TN_ECORRUPT}, /* a digit of 10000 */
        {"numeric", "00010000100000000001", TN_ECORRUPT}, /* no such sign */
        {"numeric", "00010000000040000001", TN_ECORRUPT}, /* too many digits behind the point */
        {"jsonb", "027b7d", TN_ECORRUPT},
        {"int4[]", "000000070000000000000017", TN_ECORRUPT},
        {"int4[]", "ffffffff0000000000000017", TN_ECORRUPT},
        {"int4[]", "000000000000000000000014", TN_ECORRUPT}, /* elements of another type */
        {"int4[]", "000000010000000000000017ffffffff00000001", TN_ECORRUPT},
        {"int4[]", "0000000100000000000000170000000000000001", TN_ECORRUPT},
        {"int4[]", "000000020000000000000017000100000000000100010000000000010000000400000001",
         TN_ECORRUPT},
        {"text[]", "0000000100000000000000190000000100000001fffffffe", TN_ECORRUPT},
        {"text[]", "00000001000000000000001900000001000000017fffffff61", TN_ECORRUPT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char bytes[64];
        assert_true(tn__unhex(bytes, tn_text_of(rows[i].hex)));
        if (decode_copy(type_named(rows[i].type), bytes, strlen(rows[i].hex) / 2) != rows[i].status)
            print_error("%s %s\n", rows[i].type, rows[i].hex);
        assert_int_equal(decode_copy(type_named(rows[i].type), bytes, strlen(rows[i].hex) / 2),
                         rows[i].status);
    }
    assert_int_equal(decode_copy(type_named("inet"), "\x02\x20\x00\x04\x7f\x00\x00\x01", 8),
                     TN_EUNSUPPORTED);
}

/* --- text that is not understood ---------------------------------------------------------------- */

static void timestamps_too_late_are_no_text(void **state)
{
    (void)state;
    static const char *const types[] = {"timestamp", "timestamptz", "timestamp[]"};
    static const char *const texts[] = {"294276-12-31 23:59:59", "294276-12-31 23:59:59+00",
                                        "{\"294276-12-31 23:59:59\"}"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        tn_arena arena = TN_ARENA_INIT;
        tn_value value;
        assert_int_equal(tn__pg_decode(&value, type_named(types[i]), false, texts[i],
                                       strlen(texts[i]), &arena, &err),
                         TN_ERANGE);
        tn_arena_fini(&arena);
    }
}

static void text_that_is_not_understood_stays_text(void **state)
{
    (void)state;
    static const struct {
        const char *type, *text;
    } rows[] = {
        {"timestamp", "21/11/2026 04:08:32"},
        {"timestamptz", "2026-11-21 04:08:32"},
        {"timestamp", "2026-11-21 04:08:32+00"},
        {"timestamp", "2026-02-29 00:00:00"},
        {"timestamp", "2026-11-21 25:00:00"},
        {"timestamp", "-2026-11-21 00:00:00"},
        {"date", "11-21-2026"},
        {"date", "0000-01-01 BC"},
        {"date", "2026-11-21 BCE"},
        {"interval", "@ 1 mon"},
        {"interval", "1-2"},
        {"int4", "1x"},
        {"int8", "9223372036854775808"},
        {"float8", "0x10"},
        {"float8", "1e999"},
        {"float8", "12abc"},
        {"bool", "maybe"},
        {"uuid", "550e8400e29b41d4a716446655440000"},
        {"bytea", "\\x0"},
        {"bytea", "\\400"},
        {"bytea", "a\\"},
        {"time", "04:05:06+01"},
        {"int4[]", ""},
        {"int4[]", "{"},
        {"int4[]", "{1"},
        {"int4[]", "{1,}"},
        {"int4[]", "{,1}"},
        {"int4[]", "{1}x"},
        {"int4[]", "{{1},2}"},
        {"int4[]", "{1,{2}}"},
        {"int4[]", "{{1,2},{3}}"},
        {"int4[]", "{{}}"},
        {"int4[]", "{x}"},
        {"int4[]", "[0:2]={1,2}"},
        {"int4[]", "[1:0]={}"},
        {"int4[]", "[0:0][0:0]={1}"},
        {"int4[]", "{{{{{{{1}}}}}}}"},
        {"text[]", "{\"a}"},
        {"text[]", "{\"a\\"},
        {"text[]", "{a\"b}"},
        {"text[]", "{\"a\"b}"},
        {"box[]", "{(1,1),(0,0);(2,2),(1,1)}"},
        {"inet", "127.0.0.1"},
        {"int4[]", "[2147483647:2147483648]={1,2}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tn_arena arena = TN_ARENA_INIT;
        size_t size = strlen(rows[i].text);
        char *exact = test_malloc(size ? size : 1);
        memcpy(exact, rows[i].text, size);
        tn_value value;
        assert_ok(
            tn__pg_decode(&value, type_named(rows[i].type), false, exact, size, &arena, &err));
        if (value.type != TN_TEXT)
            print_error("%s '%s'\n", rows[i].type, rows[i].text);
        assert_int_equal(value.type, TN_TEXT);
        assert_text(value.as.text, rows[i].text);
        test_free(exact);
        tn_arena_fini(&arena);
    }
}

static void forms_of_other_settings_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *type, *text, *same;
    } rows[] = {
        {"bytea", "\\000\\377a\\\\", "\\x00ff615c"}, /* bytea_output = escape */
        {"bytea", "abc", "\\x616263"},
        {"interval", "P1Y2M3DT4H5M6.5S", "1 year 2 mons 3 days 04:05:06.5"}, /* iso_8601 */
        {"interval", "P-1Y-2M3DT-4H-5M-6S", "-1 years -2 mons +3 days -04:05:06"},
        {"timestamptz", "2026-11-21 05:38:32+05:30", "2026-11-21 00:08:32+00"},
        {"timestamptz", "1800-01-01 00:53:28+00:53:28", "1800-01-01 00:00:00+00"},
        {"timestamptz", "2026-11-20 19:08:32-05", "2026-11-21 00:08:32+00"},
        {"text[]", "{ a , \"b\" }", "{a,b}"},
        {"text[]", "{\\NULL,null}", "{\"NULL\",NULL}"},
        {"int4[]", " [+1:+2] = {1,2}", "{1,2}"},
        {"float4", "-0", "-0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tn_arena arena = TN_ARENA_INIT;
        const struct tn__pg_type *type = type_named(rows[i].type);
        tn_value value, same;
        assert_ok(tn__pg_read_text(&same, type, tn_text_of(rows[i].same), &arena));
        int rc = tn__pg_read_text(&value, type, tn_text_of(rows[i].text), &arena);
        if (rc != TN_OK || !values_are_equal(&value, &same))
            print_error("%s '%s'\n", rows[i].type, rows[i].text);
        assert_ok(rc);
        assert_true(values_are_equal(&value, &same));
        tn_arena_fini(&arena);
    }
}

/* --- memory and types --------------------------------------------------------------------------- */

static void memory_that_is_short_is_told(void **state)
{
    (void)state;
    size_t failed = 0;
    for (size_t i = 0; i < GOLDEN_COUNT; i++) {
        tn_arena arena = TN_ARENA_INIT;
        const struct tn__pg_type *type = type_named(GOLDEN[i].type);
        tn_text bytes = golden_bytes(&GOLDEN[i], &arena);
        for (int is_binary = 0; is_binary < 2; is_binary++) {
            tn_text from = is_binary ? bytes : tn_text_of(GOLDEN[i].text);
            int rc = TN_ENOMEM;
            for (size_t limit = 1; rc == TN_ENOMEM; limit += 4) {
                tn_arena small = {NULL, 0, limit};
                tn_value value;
                rc = tn__pg_decode(&value, type, is_binary, from.data, from.size, &small, &err);
                failed += rc == TN_ENOMEM;
                tn_arena_fini(&small);
            }
            assert_ok(rc);
        }
        tn_arena_fini(&arena);
    }
    assert_true(failed > 100);
}

static void texts_within_arrays_end_with_a_nul(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    for (size_t i = 0; i < GOLDEN_COUNT; i++) {
        tn_value value = decode_golden(&GOLDEN[i], true, &arena);
        for (size_t j = 0; value.type == TN_ARRAY && j < value.as.array->count; j++) {
            const tn_value *item = &value.as.array->items[j];
            if (item->type == TN_TEXT || item->type == TN_JSON)
                assert_int_equal(item->as.text.data[item->as.text.size], '\0');
        }
    }
    tn_arena_fini(&arena);
}

static void types_are_found_by_their_oid(void **state)
{
    (void)state;
    uint32_t count = 0;
    for (uint32_t oid = 0; oid < 20000; oid++) {
        const struct tn__pg_type *type = tn__pg_type_find(oid);
        if (!type)
            continue;
        count++;
        assert_int_equal(type->oid, oid);
        assert_int_equal(type->element != 0, type->item != NULL);
        if (type->item) {
            assert_ptr_equal(type->item, tn__pg_type_find(type->element));
            assert_int_equal(type->kind,
                             type->item->kind == TN__PG_OTHER ? TN__PG_OTHER : TN__PG_ARRAY);
        }
    }
    assert_int_equal(count, 154);
    assert_null(tn__pg_type_find(UINT32_MAX));
    assert_string_equal(tn__pg_type_find(1231)->name, "numeric[]");
    assert_false(tn__pg_type_is_binary(tn__pg_type_find(869)));
    assert_true(tn__pg_type_is_binary(tn__pg_type_find(1231)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, clear)
    const struct CMUnitTest tests[] = {
        TEST(both_forms_of_a_value_are_the_same),
        TEST(text_of_a_value_is_the_servers),
        TEST(bytes_may_lie_anywhere),
        TEST(every_cut_of_a_value_is_malformed),
        TEST(every_changed_byte_is_a_value_or_malformed),
        TEST(values_that_no_server_has_are_malformed),
        TEST(text_that_is_not_understood_stays_text),
        TEST(timestamps_too_late_are_no_text),
        TEST(forms_of_other_settings_are_read),
        TEST(memory_that_is_short_is_told),
        TEST(texts_within_arrays_end_with_a_nul),
        TEST(types_are_found_by_their_oid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
