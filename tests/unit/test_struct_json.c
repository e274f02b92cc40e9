/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <float.h>
#include <locale.h>
#include <math.h>

#include "fault_alloc.h"
#include "shaping.h"

/* Structs as JSON, and back: what is written, and that it comes back the same. */

/* Write it, read that, and compare. */
static tn_text expect_same(struct fixture *f, const struct thing *thing)
{
    tn_text json;
    struct thing again;
    memset(&again, 0xee, sizeof again);
    int rc = tn_struct_to_json(&json, &thing_struct, thing, &f->arena, &f->err);
    if (rc == TN_OK)
        rc = tn_struct_from_json(&again, &thing_struct, json, 0, &f->arena, &f->err);
    if (rc != TN_OK)
        fail_msg("%s", f->err.message);
    shaping_same(thing, &again);
    return json;
}

static void thing_is_written_as_agreed(void **state)
{
    struct thing thing = shaping_thing();
    assert_text(
        expect_same(*state, &thing),
        "{\"id\":7,\"parent\":null,\"weight\":1.5,\"height\":null,\"title\":\"a title\","
        "\"note\":null,\"picture\":\"AP8Q\",\"thumb\":null,\"is_done\":true,\"is_seen\":null,"
        "\"made_at\":\"2026-11-25T04:28:32.123456Z\",\"seen_at\":null,\"details\":{\"a\":[1,2]},"
        "\"extra\":null,\"mood\":\"gr\xc3\xb6\xc3\x9f"
        "er\",\"mood \\\"before\\\"\":null,"
        "\"any\":1,\"any_or_none\":null}");
    thing.parent = (struct opt_thing_id){true, {INT64_MIN}};
    thing.height = tn_some_real(-0.0);
    thing.note = tn_text_of("tab\tquote\" back\\slash / \x01 \xf0\x9f\x99\x82\n");
    thing.thumb = (tn_blob){"", 0};
    thing.is_seen = tn_some_bool(false);
    thing.seen_at = tn_some_timestamp((tn_timestamp){0});
    thing.extra = tn_text_of("\"x\"");
    thing.mood_before = (struct opt_mood){true, MOOD_EMPTY};
    thing.any = tn_value_blob((tn_blob){"a", 1});
    thing.any_or_none = tn_value_real(5);
    assert_text(expect_same(*state, &thing),
                "{\"id\":7,\"parent\":-9223372036854775808,\"weight\":1.5,\"height\":-0.0,"
                "\"title\":\"a title\","
                "\"note\":\"tab\\tquote\\\" back\\\\slash / \\u0001 \xf0\x9f\x99\x82\\n\","
                "\"picture\":\"AP8Q\",\"thumb\":\"\",\"is_done\":true,\"is_seen\":false,"
                "\"made_at\":\"2026-11-25T04:28:32.123456Z\",\"seen_at\":\"1970-01-01T00:00:00Z\","
                "\"details\":{\"a\":[1,2]},\"extra\":\"x\",\"mood\":\"gr\xc3\xb6\xc3\x9f"
                "er\","
                "\"mood \\\"before\\\"\":\"\",\"any\":{\"base64\":\"YQ==\"},\"any_or_none\":5.0}");
}

/* A bool comes back as one; what only PostgreSQL has is written as its text. */
static void values_of_postgres_are_written(void **state)
{
    struct fixture *f = *state;
    tn_value items[] = {tn_value_int(1), tn_value_string("a b")}, json = tn_value_string("{}");
    const tn_array array = tn_array_of(TN_TEXT, items, 2);
    const tn_uuid uuid = {{0x55}};
    json.type = TN_JSON;
    const struct {
        tn_value value;
        const char *json;
    } rows[] = {
        {tn_value_bool(true), "true"},
        {tn_value_bool(false), "false"},
        {tn_value_timestamp((tn_timestamp){0}), "\"1970-01-01T00:00:00Z\""},
        {json, "\"{}\""},
        {tn_value_uuid(uuid), "\"55000000-0000-0000-0000-000000000000\""},
        {tn_value_date((tn_date){0}), "\"1970-01-01\""},
        {tn_value_time((tn_time){1}), "\"00:00:00.000001\""},
        {tn_value_interval((tn_interval){0, 1, 0}), "\"1 day\""},
        {tn_value_array(&array), "\"{1,\\\"a b\\\"}\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct thing thing = shaping_thing(), again;
        char expected[80];
        tn_text text;
        thing.any = rows[i].value;
        assert_ok(tn_struct_to_json(&text, &thing_struct, &thing, &f->arena, &f->err));
        snprintf(expected, sizeof expected, "\"any\":%s,\"any_or_none\"", rows[i].json);
        assert_non_null(strstr(text.data, expected));
        assert_ok(tn_struct_from_json(&again, &thing_struct, text, 0, &f->arena, &f->err));
        assert_int_equal(again.any.type, i < 2 ? TN_BOOL : TN_TEXT);
        assert_true(again.any.type == TN_TEXT || again.any.as.boolean == (i == 0));
    }
    struct thing thing = shaping_thing();
    tn_text text;
    thing.any = tn_value_time((tn_time){-1});
    assert_int_equal(tn_struct_to_json(&text, &thing_struct, &thing, &f->arena, &f->err),
                     TN_ERANGE);
}

static void doubles_have_as_many_digits_as_they_need(void **state)
{
    static const struct {
        double value;
        const char *text;
    } reals[] = {
        {0, "0.0"},
        {1, "1.0"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1e300, "1e+300"},
        {123456789012345680, "1.2345678901234568e+17"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {5e-324, "4.94065645841247e-324"},
    };
    static const struct tn_field fields[] = {TN_FIELD_VALUE(struct thing, weight, "w", REAL, 0)};
    static const struct tn_struct desc = TN_STRUCT_OF(struct thing, "weighed", fields);
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++) {
        struct thing thing = {.weight = reals[i].value}, again;
        tn_text json;
        char expected[60];
        snprintf(expected, sizeof expected, "{\"w\":%s}", reals[i].text);
        assert_ok(tn_struct_to_json(&json, &desc, &thing, &f->arena, &f->err));
        assert_text(json, expected);
        assert_ok(tn_struct_from_json(&again, &desc, json, 0, &f->arena, &f->err));
        assert_memory_equal(&again.weight, &thing.weight, sizeof again.weight);
    }
}

/* A locale of the program's that writes 1,5; where there is none the C library's own has to do. */
static void doubles_have_a_point_in_every_locale(void **state)
{
    static const char *const locales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "C.UTF-8"};
    struct thing thing = shaping_thing();
    for (size_t i = 0; i < sizeof locales / sizeof locales[0]; i++)
        if (setlocale(LC_ALL, locales[i]))
            break;
    tn_text json = expect_same(*state, &thing);
    (void)setlocale(LC_ALL, "C");
    assert_non_null(strstr(json.data, "\"weight\":1.5,"));
}

static void document_is_embedded_as_it_is_written(void **state)
{
    static const char *const documents[] = {"{}",
                                            "[]",
                                            "null",
                                            "1.50",
                                            "1e999",
                                            "123456789012345678901234567890",
                                            "\"\\ud800\\u0000\"",
                                            "[ 1 , {\"a\" : [ ] , \"a\" : null} ]",
                                            "true",
                                            "-0"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        struct thing thing = shaping_thing();
        thing.details = tn_text_of(documents[i]);
        expect_same(f, &thing);
    }
    /* Blanks around it are nobody's. */
    struct thing thing = shaping_thing(), again;
    tn_text json;
    thing.details = tn_text_of(" [1]\n");
    thing.extra = tn_text_of("null");
    assert_ok(tn_struct_to_json(&json, &thing_struct, &thing, &f->arena, &f->err));
    assert_ok(tn_struct_from_json(&again, &thing_struct, json, 0, &f->arena, &f->err));
    assert_text(again.details, "[1]");
    assert_null(again.extra.data); /* the one thing that does not come back */
}

static void value_that_json_has_not_is_refused(void **state)
{
    struct fixture *f = *state;
    static const char bad_utf8[] = "a\xff";
    static const char with_nul[] = "a\0b";
    static const struct {
        int status;
        const char *message;
    } expected[] = {
        {TN_ERANGE, "'weight' is infinite or no number, which JSON has not"},
        {TN_ERANGE, "'height' is infinite or no number, which JSON has not"},
        {TN_EINVAL, "'title' is not UTF-8, or has a NUL byte in it"},
        {TN_EINVAL, "'title' is not UTF-8, or has a NUL byte in it"},
        {TN_EINVAL, "'title' is NULL"},
        {TN_EINVAL, "'picture' is NULL"},
        {TN_ERANGE, "'made_at' is not within the years 0000 to 9999"},
        {TN_EINVAL, "'details' is not JSON"},
        {TN_EINVAL, "'details' is not JSON"},
        {TN_EINVAL, "'details' is not JSON"},
        {TN_EINVAL, "'mood' is no value of its enum"},
        {TN_EINVAL, "'mood' is no value of its enum"},
        {TN_EINVAL, "'any' is NULL"},
        {TN_EINVAL, "'any' is of a type that no database gives"},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        struct thing thing = shaping_thing();
        tn_text json = {NULL, 77};
        switch (i) {
        case 0:
            thing.weight = (double)NAN;
            break;
        case 1:
            thing.height = tn_some_real((double)-INFINITY);
            break;
        case 2:
            thing.title = (tn_text){bad_utf8, 2};
            break;
        case 3:
            thing.title = (tn_text){with_nul, 3};
            break;
        case 4:
            thing.title = tn_text_of(NULL);
            break;
        case 5:
            thing.picture = (tn_blob){NULL, 0};
            break;
        case 6:
            thing.made_at.us = INT64_MAX;
            break;
        case 7:
            thing.details = tn_text_of("[1");
            break;
        case 8:
            thing.details = tn_text_of("1 2");
            break;
        case 9:
            thing.details = tn_text_of("");
            break;
        case 10:
            thing.mood = (enum mood)0;
            break;
        case 11:
            thing.mood = (enum mood)4;
            break;
        case 12:
            thing.any = tn_value_null();
            break;
        case 13:
            thing.any.type = (enum tn_type)99;
            break;
        }
        assert_int_equal(tn_struct_to_json(&json, &thing_struct, &thing, &f->arena, &f->err),
                         expected[i].status);
        assert_string_equal(f->err.message, expected[i].message);
        assert_true(strncmp(f->err.message + 1, f->err.column, strlen(f->err.column)) == 0);
        assert_true(json.data == NULL && json.size == 77);
    }
}

static void structs_within_are_objects_and_arrays(void **state)
{
    struct fixture *f = *state;
    struct part parts[] = {{1, tn_text_of("one")}, {2, tn_text_of(NULL)}};
    struct whole whole = {{3, tn_text_of("front")}, false, {0, {NULL, 0}}, parts, 2}, again;
    tn_text json;
    assert_ok(tn_struct_to_json(&json, &whole_struct, &whole, &f->arena, &f->err));
    assert_text(json, "{\"front\":{\"number\":3,\"name\":\"front\"},\"back\":null,"
                      "\"parts\":[{\"number\":1,\"name\":\"one\"},{\"number\":2,\"name\":null}]}");
    assert_ok(tn_struct_from_json(&again, &whole_struct, json, 0, &f->arena, &f->err));
    assert_true(!again.has_back && again.part_count == 2 && again.parts[1].number == 2);
    assert_text(again.parts[0].name, "one");
    assert_null(again.parts[1].name.data);

    whole.has_back = true;
    whole.part_count = 0;
    assert_ok(tn_struct_to_json(&json, &whole_struct, &whole, &f->arena, &f->err));
    assert_text(json, "{\"front\":{\"number\":3,\"name\":\"front\"},"
                      "\"back\":{\"number\":0,\"name\":null},\"parts\":[]}");
    assert_ok(tn_struct_from_json(&again, &whole_struct, json, 0, &f->arena, &f->err));
    assert_true(again.has_back && again.part_count == 0);
}

static void list_is_an_array(void **state)
{
    struct fixture *f = *state;
    struct part parts[] = {{1, tn_text_of("one")}, {2, tn_text_of(NULL)}};
    tn_text json;
    assert_ok(tn_structs_to_json(&json, &part_struct, parts, 2, &f->arena, &f->err));
    assert_text(json, "[{\"number\":1,\"name\":\"one\"},{\"number\":2,\"name\":null}]");
    assert_ok(tn_structs_to_json(&json, &part_struct, NULL, 0, &f->arena, &f->err));
    assert_text(json, "[]");
    parts[1].name = tn_text_of("\xff");
    assert_int_equal(tn_structs_to_json(&json, &part_struct, parts, 2, &f->arena, &f->err),
                     TN_EINVAL);
    assert_string_equal(f->err.message, "item 1: 'name' is not UTF-8, or has a NUL byte in it");
}

/* --- whatever the values */

static uint64_t seed = 88172645463325252u;

static uint64_t draw(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* Characters of one to four bytes, control characters, quotes. */
static tn_text draw_text(tn_arena *arena)
{
    static const char *const characters[] = {"a",
                                             "\"",
                                             "\\",
                                             "\n",
                                             "\x01",
                                             "\x7f",
                                             "/",
                                             "\xc3\xa4",
                                             "\xe2\x82\xac",
                                             "\xf0\x9f\x99\x82",
                                             "\xef\xbf\xbf",
                                             "\xf4\x8f\xbf\xbf"};
    char text[200] = "";
    for (size_t i = draw() % 40; i > 0; i--)
        strcat(text, characters[draw() % (sizeof characters / sizeof characters[0])]);
    tn_text out;
    assert_ok(tn_arena_text(arena, &out, tn_text_of(text)));
    return out;
}

static tn_blob draw_blob(tn_arena *arena)
{
    unsigned char bytes[64];
    tn_blob out;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)draw();
    assert_ok(tn_arena_blob(arena, &out, (tn_blob){bytes, draw() % (sizeof bytes + 1)}));
    return out;
}

static double draw_real(void)
{
    double real;
    do {
        uint64_t bits = draw();
        memcpy(&real, &bits, sizeof real);
        if (bits % 4 == 0)
            real = (double)(int64_t)(draw() % 2000) / 8 - 100;
    } while (!isfinite(real));
    return real;
}

static tn_value draw_value(tn_arena *arena)
{
    switch (draw() % 4) {
    case 0:
        return tn_value_int((int64_t)draw());
    case 1:
        return tn_value_real(draw_real());
    case 2:
        return tn_value_text(draw_text(arena));
    default:
        return tn_value_blob(draw_blob(arena));
    }
}

static tn_timestamp draw_time(void)
{
    return (tn_timestamp){(int64_t)(draw() % 315537897600000000u) - 62135596800000000};
}

static struct thing draw_thing(tn_arena *arena)
{
    static const char *const documents[] = {"{\"a\":[]}", "-1.0e2", "\"\\u00e4\"", "false", "[[]]"};
    struct thing t = shaping_thing();
    t.id.value = (int64_t)draw();
    t.weight = draw_real();
    t.title = draw_text(arena);
    t.picture = draw_blob(arena);
    t.is_done = draw() % 2;
    t.made_at = draw_time();
    t.details = tn_text_of(documents[draw() % 5]);
    t.mood = (enum mood)(1 + draw() % 3);
    t.any = draw_value(arena);
    if (draw() % 2) {
        t.parent = (struct opt_thing_id){true, {(int64_t)draw()}};
        t.height = tn_some_real(draw_real());
        t.note = draw_text(arena);
        t.thumb = draw_blob(arena);
        t.is_seen = tn_some_bool(draw() % 2);
    }
    if (draw() % 2) {
        t.seen_at = tn_some_timestamp(draw_time());
        t.extra = tn_text_of(documents[draw() % 5]);
        t.mood_before = (struct opt_mood){true, (enum mood)(1 + draw() % 3)};
        t.any_or_none = draw_value(arena);
    }
    return t;
}

/* What we write is JSON to others, too. */
static void expect_valid(tn_db *db, tn_text json)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_value value = tn_value_text(json);
    tn_rows rows;
    assert_ok(tn_query(&rows, db, "SELECT json_valid(?1)", &value, 1, &arena, NULL));
    assert_true(tn_rows_at(&rows, 0, 0)->as.integer == 1);
    tn_arena_fini(&arena);
}

static void whatever_is_written_reads_back_the_same(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 3000; i++) {
        struct thing thing = draw_thing(&f->arena);
        expect_valid(f->db, expect_same(f, &thing));
        tn_arena_reset(&f->arena);
    }
}

/* --- no memory */

static int write_and_read(void *user)
{
    const struct thing *thing = user;
    tn_arena arena = TN_ARENA_INIT;
    struct part parts[40];
    struct whole whole;
    struct thing again;
    tn_text json;
    memset(parts, 0, sizeof parts);
    memset(&whole, 0, sizeof whole);
    whole.parts = parts;
    whole.part_count = 40;
    int rc = tn_struct_to_json(&json, &thing_struct, thing, &arena, NULL);
    if (rc == TN_OK)
        rc = tn_struct_from_json(&again, &thing_struct, json, 0, &arena, NULL);
    if (rc == TN_OK)
        rc = tn_struct_to_json(&json, &whole_struct, &whole, &arena, NULL);
    if (rc == TN_OK)
        rc = tn_struct_from_json(&whole, &whole_struct, json, 0, &arena, NULL);
    tn_arena_fini(&arena);
    return rc;
}

static void allocation_failures_are_reported(void **state)
{
    struct fixture *f = *state;
    struct thing thing = draw_thing(&f->arena);
    static char big[9000];
    memset(big, 'x', sizeof big - 1);
    thing.title = tn_text_of(big);
    thing.picture = (tn_blob){big, sizeof big};
    thing.note = tn_text_of("a\nb");
    thing.details = tn_text_of("[1]");
    fault_alloc_each(write_and_read, &thing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(thing_is_written_as_agreed),
        TEST(values_of_postgres_are_written),
        TEST(doubles_have_as_many_digits_as_they_need),
        TEST(doubles_have_a_point_in_every_locale),
        TEST(document_is_embedded_as_it_is_written),
        TEST(value_that_json_has_not_is_refused),
        TEST(structs_within_are_objects_and_arrays),
        TEST(list_is_an_array),
        TEST(whatever_is_written_reads_back_the_same),
        TEST(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
