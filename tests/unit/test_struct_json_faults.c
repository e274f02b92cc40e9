/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <math.h>

#include "shaping.h"

/* Hostile JSON: an error at its line and column, and the struct as it was. */

static void expect_failure(struct fixture *f, const struct tn_struct *desc, tn_text json,
                           int status, const char *message)
{
    unsigned char out[512], before[512];
    memset(out, 0xee, sizeof out);
    memcpy(before, out, sizeof out);
    int rc = tn_struct_from_json(out, desc, json, 0, &f->arena, &f->err);
    if (rc != status || (message && strcmp(f->err.message, message) != 0))
        fail_msg("%.60s: %d %s", json.data, rc, rc == TN_OK ? "" : f->err.message);
    assert_memory_equal(out, before, sizeof out);
}

static void fault_of_a_part_is_told_with_its_place(void **state)
{
    static const struct {
        const char *json;
        int status;
        const char *message;
    } faults[] = {
        {"", TN_ESYNTAX, "1:1: an object is expected, not the end of the text"},
        {" \n ", TN_ESYNTAX, "2:2: an object is expected, not the end of the text"},
        {"[]", TN_ESYNTAX, "1:1: an object is expected, not an array"},
        {"\xef\xbb\xbf{}", TN_ESYNTAX, "1:1: byte 0xef begins nothing"},
        {"{", TN_ESYNTAX, "1:2: a key is expected, not the end of the text"},
        {"{,", TN_ESYNTAX, "1:2: a key is expected, not ','"},
        {"{\"number\"}", TN_ESYNTAX, "1:10: ':' is expected, not '}'"},
        {"{\"number\":}", TN_ESYNTAX, "1:11: a value is expected, not '}'"},
        {"{\"number\":1", TN_ESYNTAX, "1:12: ',' or '}' is expected, not the end of the text"},
        {"{\"number\":1,}", TN_ESYNTAX, "1:13: a key is expected, not '}'"},
        {"{\"number\":1 \"name\":null}", TN_ESYNTAX, "1:13: ',' or '}' is expected, not a string"},
        {"{\"number\":1}x", TN_ESYNTAX, "1:13: 'x' begins nothing"},
        {"{\"number\":1}{}", TN_ESYNTAX, "1:13: the end of the text is expected, not an object"},
        {"{'number':1}", TN_ESYNTAX, "1:2: ''' begins nothing"},
        {"{number:1}", TN_ESYNTAX, "1:2: 'n' begins nothing"},
        {"{\"number\":1} // end", TN_ESYNTAX, "1:14: '/' begins nothing"},
        {"{\"number\":01}", TN_ESYNTAX, "1:11: this is no number"},
        {"{\"number\":-}", TN_ESYNTAX, "1:11: this is no number"},
        {"{\"number\":1.}", TN_ESYNTAX, "1:11: this is no number"},
        {"{\"number\":1e}", TN_ESYNTAX, "1:11: this is no number"},
        {"{\"number\":+1}", TN_ESYNTAX, "1:11: '+' begins nothing"},
        {"{\"number\":.5}", TN_ESYNTAX, "1:11: '.' begins nothing"},
        {"{\"number\":NaN}", TN_ESYNTAX, "1:11: 'N' begins nothing"},
        {"{\"number\":nulls}", TN_ESYNTAX, "1:11: 'n' begins nothing"},
        {"{\n\"number\":1,\n \"name\":\"a", TN_ESYNTAX, "3:9: the string does not end"},
        {"{\"name\":\"a\tb\"}", TN_ESYNTAX, "1:11: byte 0x09 in a string"},
        {"{\"name\":\"a\\x\"}", TN_ESYNTAX, "1:11: no such escape"},
        {"{\"name\":\"\\u12g4\"}", TN_ESYNTAX, "1:10: no such escape"},
        {"{\"name\":\"\\", TN_ESYNTAX, "1:10: no such escape"},
        {"{\"name\":\"a\xff\"}", TN_ESYNTAX, "1:11: byte 0xff is not UTF-8"},
        {"{\"name\":\"\xc0\xaf\"}", TN_ESYNTAX, "1:10: byte 0xc0 is not UTF-8"},
        {"{\"name\":\"\xed\xa0\x80\"}", TN_ESYNTAX, "1:10: byte 0xed is not UTF-8"},
        {"{\"name\":\"\\u0000\"}", TN_ETYPE, "1:10: \\u0000 is no character"},
        {"{\"name\":\"\\udc00\"}", TN_ETYPE, "1:10: \\udc00 is no character"},
        {"{\"name\":\"\\ud800x\"}", TN_ETYPE, "1:10: \\ud800 is no character"},
        {"{\"name\":\"\\ud800\\u0041\"}", TN_ETYPE, "1:10: \\ud800 is no character"},
        {"{\"number\":9223372036854775808}", TN_ERANGE,
         "1:11: 'number' holds an integer of more than 64 bits"},
        {"{\"number\":1.0}", TN_ETYPE, "1:11: 'number' holds a fraction, not int"},
        {"{\"number\":1e2}", TN_ETYPE, "1:11: 'number' holds a fraction, not int"},
        {"{\"number\":\"1\"}", TN_ETYPE, "1:11: 'number' holds a string, not int"},
        {"{\"number\":null}", TN_ETYPE, "1:11: 'number' holds null, not int"},
        {"{\"number\":{}}", TN_ETYPE, "1:11: 'number' holds an object, not int"},
        {"{\"number\":1,\"name\":5}", TN_ETYPE, "1:20: 'name' holds a number, not text"},
        {"{\"number\":1,\"number\":1}", TN_EINVAL, "1:13: 'number' is there twice"},
        {"{\"number\":1,\"num\\u0062er\":1}", TN_EINVAL, "1:13: 'number' is there twice"},
        {"{\"name\":null}", TN_EINVAL, "1:13: 'number' is missing"},
        {"{}", TN_EINVAL, "1:2: 'number' is missing"},
        {"{\"number\":1,\n  \"titel\":2}", TN_ENOTFOUND, "2:3: struct 'part' has no 'titel'"},
        {"{\"Number\":1}", TN_ENOTFOUND, "1:2: struct 'part' has no 'Number'"},
        {"{\"\":1}", TN_ENOTFOUND, "1:2: struct 'part' has no ''"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        expect_failure(f, &part_struct, tn_text_of(faults[i].json), faults[i].status,
                       faults[i].message);
    assert_int_equal(f->err.position, 2);
    expect_failure(f, &part_struct, (tn_text){"{\"name\":\"a\0b\"}", 14}, TN_ESYNTAX,
                   "1:11: byte 0x00 in a string");
    expect_failure(f, &part_struct, (tn_text){"{\0}", 3}, TN_ESYNTAX,
                   "1:2: byte 0x00 begins nothing");
}

static void fault_of_a_value_is_told(void **state)
{
    static const struct {
        const char *key, *value;
        int status;
        const char *message;
    } faults[] = {
        {"weight", "1e999", TN_ERANGE, "1:11: 'weight' holds a number that no double is"},
        {"weight", "\"1\"", TN_ETYPE, "1:11: 'weight' holds a string, not real"},
        {"picture", "\"YQ\"", TN_ETYPE, "1:12: 'picture' holds 'YQ', which is no base64"},
        {"picture", "\"YR==\"", TN_ETYPE, "1:12: 'picture' holds 'YR==', which is no base64"},
        {"picture", "\"Y===\"", TN_ETYPE, "1:12: 'picture' holds 'Y===', which is no base64"},
        {"picture", "\"YQ==YQ==\"", TN_ETYPE,
         "1:12: 'picture' holds 'YQ==YQ==', which is no base64"},
        {"picture", "\"YW\\nFh\"", TN_ETYPE, "1:12: 'picture' holds 'YW Fh', which is no base64"},
        {"picture", "\"YW-_\"", TN_ETYPE, "1:12: 'picture' holds 'YW-_', which is no base64"},
        {"picture", "[]", TN_ETYPE, "1:12: 'picture' holds an array, not blob"},
        {"is_done", "1", TN_ETYPE, "1:12: 'is_done' holds a number, not bool"},
        {"made_at", "0", TN_ETYPE, "1:12: 'made_at' holds a number, not timestamp"},
        {"made_at", "\"soon\"", TN_ETYPE, "1:12: 'made_at' holds 'soon', which is no timestamp"},
        {"details", "[1,]", TN_ESYNTAX, "1:15: a value is expected, not ']'"},
        {"details", "[1}", TN_ESYNTAX, "1:14: ',' or ']' is expected, not '}'"},
        {"details", "{1:2}", TN_ESYNTAX, "1:13: a key is expected, not a number"},
        {"details", "{\"a\",2}", TN_ESYNTAX, "1:16: ':' is expected, not ','"},
        {"details", "{\"a\":1,}", TN_ESYNTAX, "1:19: a string is expected, not '}'"},
        {"details", ":", TN_ESYNTAX, "1:12: a value is expected, not ':'"},
        {"mood", "\"bad\"", TN_ETYPE, "1:9: 'mood' holds 'bad', which is no value of its enum"},
        {"mood", "1", TN_ETYPE, "1:9: 'mood' holds a number, not enum"},
        {"any", "[1]", TN_ETYPE, "1:8: 'any' holds an array, not a value"},
        {"any", "null", TN_ETYPE, "1:8: 'any' holds null, not a value"},
        {"any", "[]", TN_ETYPE, "1:8: 'any' holds an array, not a value"},
        {"any", "{}", TN_ESYNTAX, "1:9: a string is expected, not '}'"},
        {"any", "{\"blob\":1}", TN_ETYPE, "1:9: 'any' holds an object whose key is not 'base64'"},
        {"any", "{\"base64\":\"\",\"x\":1}", TN_ESYNTAX, "1:20: '}' is expected, not ','"},
        {"any", "9223372036854775808", TN_ERANGE,
         "1:8: 'any' holds an integer of more than 64 bits"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        char json[200];
        snprintf(json, sizeof json, "{\"%s\":%s}", faults[i].key, faults[i].value);
        expect_failure(f, &thing_struct, tn_text_of(json), faults[i].status, faults[i].message);
    }
}

static void fault_in_a_struct_within_is_told(void **state)
{
    struct fixture *f = *state;
    expect_failure(f, &whole_struct, tn_text_of("{\"front\":{\"number\":1},\"parts\":[1]}"),
                   TN_ETYPE, "1:32: item 0 of 'parts' is a number, not an object");
    expect_failure(f, &whole_struct,
                   tn_text_of("{\"front\":{\"number\":1},\"parts\":[{\"number\":1},]}"), TN_ETYPE,
                   "1:45: item 1 of 'parts' is ']', not an object");
    expect_failure(f, &whole_struct, tn_text_of("{\"front\":{\"number\":1},\"parts\":{}}"),
                   TN_ETYPE, "1:31: 'parts' holds an object, not an array");
    expect_failure(f, &whole_struct, tn_text_of("{\"front\":null}"), TN_ETYPE,
                   "1:10: 'front' holds null, not an object");
    expect_failure(f, &whole_struct, tn_text_of("{\"back\":null}"), TN_EINVAL,
                   "1:13: 'front' is missing");
    expect_failure(f, &whole_struct, tn_text_of("{\"front\":{\"number\":1}}"), TN_EINVAL,
                   "1:22: 'parts' is missing");
    expect_failure(f, &whole_struct, tn_text_of("{\"front\":{}}"), TN_EINVAL,
                   "1:11: 'number' is missing");
}

static void unknown_keys_are_skipped_if_told(void **state)
{
    struct fixture *f = *state;
    struct part part;
    tn_text json =
        tn_text_of("{\"x\":{\"number\":[3,{}]},\"number\":1,\"x\":\"\\ud800\",\"y\":null}");
    assert_int_equal(tn_struct_from_json(&part, &part_struct, json, 0, &f->arena, NULL),
                     TN_ENOTFOUND);
    assert_ok(
        tn_struct_from_json(&part, &part_struct, json, TN_JSON_SKIP_UNKNOWN, &f->arena, &f->err));
    assert_true(part.number == 1 && !part.name.data);
    json = tn_text_of("{\"number\":1,\"x\":[}}");
    assert_int_equal(
        tn_struct_from_json(&part, &part_struct, json, TN_JSON_SKIP_UNKNOWN, &f->arena, &f->err),
        TN_ESYNTAX);
}

static void what_others_write_is_read(void **state)
{
    struct fixture *f = *state;
    struct part part;
    struct thing thing;
    assert_ok(tn_struct_from_json(
        &part, &part_struct,
        tn_text_of("\r\n{ \"name\" :\t\"\\ud83d\\ude42\\u00E4\\u20ac\\/\\b\\f\\r"
                   "\", \"n\\u0075mber\": -0 }\n"),
        0, &f->arena, &f->err));
    assert_text(part.name, "\xf0\x9f\x99\x82\xc3\xa4\xe2\x82\xac/\b\f\r");
    assert_true(part.number == 0);
    thing = shaping_thing();
    tn_text json;
    thing.any_or_none = tn_value_text(tn_text_of("1.5"));
    assert_ok(tn_struct_to_json(&json, &thing_struct, &thing, &f->arena, &f->err));
    /* A whole number for a double, an offset for a timestamp. */
    char other[1000];
    const char *rest = strstr(json.data, "\"weight\":1.5") + strlen("\"weight\":1.5");
    snprintf(other, sizeof other, "{\"id\":1,\"weight\":-12%s", rest);
    assert_ok(tn_struct_from_json(&thing, &thing_struct, tn_text_of(other), 0, &f->arena, &f->err));
    assert_true(fabs(thing.weight + 12) < 1e-9 && thing.any_or_none.type == TN_TEXT);
}

/* --- large */

static char *filled(size_t size, const char *head, const char *piece, const char *tail)
{
    char *text = malloc(size + 100);
    assert_non_null(text);
    size_t at = (size_t)sprintf(text, "%s", head);
    size_t step = strlen(piece);
    for (; at + step < size; at += step)
        memcpy(text + at, piece, step);
    strcpy(text + at, tail);
    return text;
}

static void large_inputs_are_read_or_refused_soon(void **state)
{
    enum {
        LARGE = 10 << 20
    };
    struct fixture *f = *state;
    struct part part;
    char *text = filled(LARGE, "{\"number\":1,\"name\":\"", "\\u00e4", "\"}");
    assert_ok(tn_struct_from_json(&part, &part_struct, tn_text_of(text), 0, &f->arena, &f->err));
    assert_true(part.name.size > LARGE / 4);
    free(text);
    text = filled(LARGE, "{\"number\":", "9", "}");
    expect_failure(f, &part_struct, tn_text_of(text), TN_ERANGE, NULL);
    free(text);
    text = filled(LARGE, "{\"weight\":0.", "1", "}");
    expect_failure(f, &thing_struct, tn_text_of(text), TN_EINVAL, NULL); /* the rest is missing */
    free(text);
    text = filled(LARGE, "{\"details\":", "[", "");
    expect_failure(f, &thing_struct, tn_text_of(text), TN_ERANGE, "1:2012: deeper than 2000");
    free(text);
    text = filled(LARGE, "{\"details\":", "{\"a\":", "");
    expect_failure(f, &thing_struct, tn_text_of(text), TN_ERANGE, "1:10012: deeper than 2000");
    free(text);
    text = filled(LARGE, "{\"number\":1,\"x\":[0", ",1", "]}");
    assert_ok(tn_struct_from_json(&part, &part_struct, tn_text_of(text), TN_JSON_SKIP_UNKNOWN,
                                  &f->arena, &f->err));
    free(text);
    text = filled(LARGE, "{\"number\":1", ",\"xyz\":0", "}");
    assert_ok(tn_struct_from_json(&part, &part_struct, tn_text_of(text), TN_JSON_SKIP_UNKNOWN,
                                  &f->arena, &f->err));
    free(text);
    text = filled(LARGE, "", "\n", "");
    expect_failure(f, &part_struct, tn_text_of(text), TN_ESYNTAX, NULL);
    free(text);
}

static void depth_up_to_the_limit_is_read(void **state)
{
    struct fixture *f = *state;
    struct thing thing = shaping_thing();
    tn_text json;
    char deep[2 * TN_JSON_DEPTH_MAX + 3];
    memset(deep, '[', TN_JSON_DEPTH_MAX);
    memset(deep + TN_JSON_DEPTH_MAX, ']', TN_JSON_DEPTH_MAX);
    deep[2 * TN_JSON_DEPTH_MAX] = '\0';
    thing.details = tn_text_of(deep);
    assert_ok(tn_struct_to_json(&json, &thing_struct, &thing, &f->arena, &f->err));
    assert_ok(tn_struct_from_json(&thing, &thing_struct, json, 0, &f->arena, &f->err));
    assert_true(thing.details.size == 2 * TN_JSON_DEPTH_MAX);
    memset(deep, '[', TN_JSON_DEPTH_MAX + 1);
    memset(deep + TN_JSON_DEPTH_MAX + 1, ']', TN_JSON_DEPTH_MAX + 1);
    thing.details = (tn_text){deep, 2 * TN_JSON_DEPTH_MAX + 2};
    assert_int_equal(tn_struct_to_json(&json, &thing_struct, &thing, &f->arena, &f->err),
                     TN_ERANGE);
    assert_string_equal(f->err.message, "'details' is too deep");
}

/* As many members as there may be, in the struct's order and against it. */
static void struct_of_many_members_is_read(void **state)
{
    static struct tn_field fields[TN_STRUCT_FIELDS_MAX];
    static char names[TN_STRUCT_FIELDS_MAX][8];
    struct fixture *f = *state;
    struct tn_struct desc = TN_STRUCT_OF(int64_t[TN_STRUCT_FIELDS_MAX], "many", fields);
    int64_t *out = calloc(TN_STRUCT_FIELDS_MAX, sizeof *out);
    char *text = malloc(TN_STRUCT_FIELDS_MAX * 20);
    assert_true(out && text);
    for (unsigned i = 0; i < TN_STRUCT_FIELDS_MAX; i++) {
        snprintf(names[i], sizeof names[i], "m%u", i);
        fields[i].name = names[i];
        fields[i].offset = i * (unsigned)sizeof *out;
        fields[i].type = TN_FIELD_INT;
    }
    for (int pass = 0; pass < 2; pass++) {
        size_t at = (size_t)sprintf(text, "{");
        for (unsigned i = 0; i < TN_STRUCT_FIELDS_MAX; i++) {
            unsigned member = pass ? TN_STRUCT_FIELDS_MAX - 1 - i : i;
            at += (size_t)sprintf(text + at, "%s\"m%u\":%u", i ? "," : "", member, member);
        }
        strcpy(text + at, "}");
        assert_ok(tn_struct_from_json(out, &desc, tn_text_of(text), 0, &f->arena, &f->err));
        for (int64_t i = 0; i < TN_STRUCT_FIELDS_MAX; i++)
            assert_true(out[i] == i);
        strcpy(text + at, ",\"m1000\":0}");
        assert_int_equal(tn_struct_from_json(out, &desc, tn_text_of(text), 0, &f->arena, &f->err),
                         TN_EINVAL);
        assert_non_null(strstr(f->err.message, "'m1000' is there twice"));
    }
    free(text);
    free(out);
}

static void structs_that_lie_too_deep_are_refused(void **state)
{
    struct fixture *f = *state;
    struct link chain[TN_STRUCT_DEPTH_MAX + 1];
    tn_text json;
    memset(chain, 0, sizeof chain);
    for (size_t i = 0; i < TN_STRUCT_DEPTH_MAX; i++)
        chain[i] = (struct link){&chain[i + 1], 1};
    assert_int_equal(tn_struct_to_json(&json, &link_struct, chain, &f->arena, &f->err), TN_ERANGE);
    assert_ok(tn_struct_to_json(&json, &link_struct, &chain[1], &f->arena, &f->err));
    assert_ok(tn_struct_from_json(chain, &link_struct, json, 0, &f->arena, &f->err));
    char *text = filled(4000, "", "{\"next\":[", "");
    expect_failure(f, &link_struct, tn_text_of(text), TN_ERANGE,
                   "1:577: struct 'link' lies too deep in others");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(fault_of_a_part_is_told_with_its_place),
        TEST(fault_of_a_value_is_told),
        TEST(fault_in_a_struct_within_is_told),
        TEST(unknown_keys_are_skipped_if_told),
        TEST(what_others_write_is_read),
        TEST(large_inputs_are_read_or_refused_soon),
        TEST(depth_up_to_the_limit_is_read),
        TEST(struct_of_many_members_is_read),
        TEST(structs_that_lie_too_deep_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
