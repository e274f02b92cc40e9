/* SPDX-License-Identifier: MIT */
#include "pg_values.h"

#include <stdio.h>

#include <tenon/id.h>
#include <tenon/time.h>

#include "driver/postgres/encode.h"
#include "driver/postgres/numeric.h"
#include "util/value_text.h"

static tn_error err;

static int clear(void **state)
{
    (void)state;
    tn_error_clear(&err);
    return 0;
}

#define assert_status(expression, status) assert_int_equal((expression), (status))

/* What follows the length word of a field. */
static tn_text field_of(const struct tn__buf *buf)
{
    assert_true(buf->size >= 4);
    uint32_t size = tn__pg_get32(buf->data);
    assert_int_equal(size, buf->size - 4);
    return (tn_text){buf->data + 4, size};
}

/* --- what the server reads ---------------------------------------------------------------------- */

/* The scale of an infinity says nothing, and differs. */
static bool is_infinite_numeric(const struct golden *golden)
{
    return strcmp(golden->type, "numeric") == 0 && strstr(golden->text, "Infinity");
}

static void a_decoded_value_is_encoded_to_the_same_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOLDEN_COUNT; i++) {
        tn_arena arena = TN_ARENA_INIT;
        struct tn__buf buf;
        tn__buf_init(&buf, 0);
        const struct tn__pg_type *type = type_named(GOLDEN[i].type);
        tn_text bytes = golden_bytes(&GOLDEN[i], &arena);
        tn_value value;
        assert_ok(tn__pg_decode(&value, type, true, bytes.data, bytes.size, &arena, &err));
        int rc = tn__pg_append_field(&buf, type, &value, &err);
        if (rc != TN_OK)
            print_error("%s '%s': %s\n", GOLDEN[i].type, GOLDEN[i].text, err.message);
        assert_ok(rc);
        if (!is_infinite_numeric(&GOLDEN[i]))
            assert_true(tn_text_equal(field_of(&buf), bytes));
        tn__buf_fini(&buf);
        tn_arena_fini(&arena);
    }
}

/* The types that a text is for are not read but taken as they are. */
static bool is_read(const struct tn__pg_type *type)
{
    return type->kind != TN__PG_BYTEA;
}

static void a_text_is_encoded_to_the_same_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOLDEN_COUNT; i++) {
        const struct tn__pg_type *type = type_named(GOLDEN[i].type);
        if (!is_read(type) || is_infinite_numeric(&GOLDEN[i]))
            continue;
        tn_arena arena = TN_ARENA_INIT;
        struct tn__buf buf;
        tn__buf_init(&buf, 0);
        tn_text bytes = golden_bytes(&GOLDEN[i], &arena);
        tn_value value = tn_value_string(GOLDEN[i].text);
        int rc = tn__pg_append_field(&buf, type, &value, &err);
        if (rc != TN_OK || !tn_text_equal(field_of(&buf), bytes))
            print_error("%s '%s': %s\n", GOLDEN[i].type, GOLDEN[i].text, err.message);
        assert_ok(rc);
        assert_true(tn_text_equal(field_of(&buf), bytes));
        tn__buf_fini(&buf);
        tn_arena_fini(&arena);
    }
}

/* The bytes of a parameter in binary, or its text, are what the server writes. */
static void parameters_are_binary_or_text(void **state)
{
    (void)state;
    struct tn__pg_param param;
    tn__pg_param_init(&param);
    for (size_t i = 0; i < GOLDEN_COUNT; i++) {
        tn_arena arena = TN_ARENA_INIT;
        const struct tn__pg_type *type = type_named(GOLDEN[i].type);
        tn_text bytes = golden_bytes(&GOLDEN[i], &arena);
        tn_value value;
        assert_ok(tn__pg_decode(&value, type, true, bytes.data, bytes.size, &arena, &err));
        assert_ok(tn__pg_encode(&param, type, &value, &err));
        tn_text sent = {param.data, (size_t)param.size};
        bool is_text =
            type->kind == TN__PG_NUMERIC || type->kind == TN__PG_CHAR || type->kind == TN__PG_JSONB;
        assert_int_equal(param.format, !is_text);
        if (is_text) {
            assert_text(sent, GOLDEN[i].text);
            assert_int_equal(param.data[param.size], '\0');
        } else if (!strstr(GOLDEN[i].text, "NaN")) {
            assert_true(tn_text_equal(sent, bytes));
        }
        tn_arena_fini(&arena);
    }
    tn__pg_param_fini(&param);
}

/* --- which value goes where --------------------------------------------------------------------- */

static tn_value json_value(const char *text)
{
    tn_value value = tn_value_string(text);
    value.type = TN_JSON;
    return value;
}

/* As the server shows it: what is sent in binary is read back. */
static void shown(char out[128], const struct tn__pg_param *param, const struct tn__pg_type *type)
{
    if (!param->data) {
        snprintf(out, 128, "NULL");
        return;
    }
    tn_arena arena = TN_ARENA_INIT;
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn_value value = tn_value_text((tn_text){param->data, (size_t)param->size});
    if (param->format == 1) {
        assert_ok(
            tn__pg_decode(&value, type, true, param->data, (size_t)param->size, &arena, &err));
    } else {
        assert_int_equal(strlen(param->data), param->size);
    }
    tn__value_text(&buf, &value);
    assert_ok(tn__buf_status(&buf));
    snprintf(out, 128, "%s%s", param->format ? "" : "text ", buf.data);
    tn__buf_fini(&buf);
    tn_arena_fini(&arena);
}

static void each_value_goes_to_the_types_that_have_it(void **state)
{
    (void)state;
    const tn_uuid uuid = {
        {0x55, 0x0e, 0x84, 0, 0xe2, 0x9b, 0x41, 0xd4, 0xa7, 0x16, 0x44, 0x66, 0x55, 0x44, 0, 0}};
    const tn_value pair[] = {tn_value_int(1), tn_value_null()};
    const tn_array array = tn_array_of(TN_INT, pair, 2);
    const tn_timestamp noon = {INT64_C(43200000000)};
    const struct {
        tn_value value;
        const char *type, *shown;
    } rows[] = {
        {tn_value_null(), "int4", "NULL"},
        {{TN_TEXT, {.text = {NULL, 0}}}, "int4", "NULL"},
        {{TN_BLOB, {.blob = {NULL, 0}}}, "int4", "NULL"},
        {tn_value_int(-5), "int2", "-5"},
        {tn_value_int(-5), "numeric", "text -5"},
        {tn_value_int(-5), "text", "text -5"},
        {tn_value_int(-5), "float8", "-5"},
        {tn_value_int(1), "bool", "true"},
        {tn_value_real(5), "int4", "5"},
        {tn_value_real(-9223372036854775808.0), "int8", "-9223372036854775808"},
        {tn_value_real(0.1), "numeric", "text 0.1"},
        {tn_value_real(5), "numeric", "text 5"},
        {tn_value_real((double)NAN), "numeric", "text NaN"},
        {tn_value_real(-HUGE_VAL), "numeric", "text -Infinity"},
        {tn_value_real(0.1), "text", "text 0.1"},
        {tn_value_real(0.5), "float4", "0.5"},
        {tn_value_bool(true), "bool", "true"},
        {tn_value_bool(false), "text", "text false"},
        {tn_value_string("12.50"), "numeric", "text 12.50"},
        {tn_value_string("2026-01-01"), "date", "text 2026-01-01"},
        {tn_value_string("{1,2}"), "int4[]", "text {1,2}"},
        {tn_value_string("127.0.0.1"), "inet", "text 127.0.0.1"},
        {tn_value_string("{}"), "jsonb", "text {}"},
        {tn_value_string("{}"), "json", "{}"},
        {tn_value_string("a"), "varchar", "a"},
        {tn_value_string(""), "text", ""},
        {tn_value_string("ab"), "bytea", "\\x6162"},
        {tn_value_blob((tn_blob){"\0", 1}), "bytea", "\\x00"},
        {tn_value_blob((tn_blob){uuid.bytes, 16}), "uuid", "550e8400-e29b-41d4-a716-446655440000"},
        {tn_value_uuid(uuid), "uuid", "550e8400-e29b-41d4-a716-446655440000"},
        {tn_value_uuid(uuid), "text", "text 550e8400-e29b-41d4-a716-446655440000"},
        {json_value("[1]"), "json", "[1]"},
        {json_value("[1]"), "jsonb", "text [1]"},
        {json_value("[1]"), "text", "[1]"},
        {tn_value_timestamp(noon), "timestamptz", "1970-01-01 12:00:00"},
        {tn_value_timestamp(noon), "timestamp", "1970-01-01 12:00:00"},
        {tn_value_timestamp(noon), "text", "text 1970-01-01 12:00:00"},
        {tn_value_timestamp(noon), "timetz", "text 1970-01-01 12:00:00+00"},
        {tn_value_timestamp((tn_timestamp){0}), "date", "1970-01-01"},
        {tn_value_timestamp((tn_timestamp){TN_TIMESTAMP_INFINITY}), "date", "infinity"},
        {tn_value_date((tn_date){1}), "date", "1970-01-02"},
        {tn_value_date((tn_date){1}), "timestamp", "1970-01-02 00:00:00"},
        {tn_value_date((tn_date){TN_DATE_MINUS_INFINITY}), "timestamp", "-infinity"},
        {tn_value_date((tn_date){1}), "text", "text 1970-01-02"},
        {tn_value_time((tn_time){0}), "time", "00:00:00"},
        {tn_value_time((tn_time){0}), "timetz", "text 00:00:00"},
        {tn_value_interval((tn_interval){0, 1, 1}), "interval", "1 mon 1 day"},
        {tn_value_array(&array), "int8[]", "{1,NULL}"},
        {tn_value_array(&array), "text[]", "{1,NULL}"},
        {tn_value_array(&array), "money[]", "text {1,NULL}"},
        {tn_value_array(NULL), "int4[]", "NULL"},
    };
    struct tn__pg_param param;
    tn__pg_param_init(&param);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[128];
        const struct tn__pg_type *type = type_named(rows[i].type);
        int rc = tn__pg_encode(&param, type, &rows[i].value, &err);
        if (rc != TN_OK)
            print_error("row %zu: %s\n", i, err.message);
        assert_ok(rc);
        shown(text, &param, type);
        assert_string_equal(text, rows[i].shown);
    }
    tn__pg_param_fini(&param);
}

static void other_values_are_refused(void **state)
{
    (void)state;
    const tn_value pair[] = {tn_value_int(1), tn_value_string("x")};
    const tn_array array = tn_array_of(TN_INT, pair, 2);
    const tn_array shape = {.ndim = 2, .dims = {2, 2}, .items = pair, .count = 2};
    const tn_value deep = tn_value_array(&array);
    const tn_array nested = tn_array_of(TN_ARRAY, &deep, 1);
    const struct {
        tn_value value;
        const char *type;
        int status;
        const char *message;
    } rows[] = {
        {tn_value_blob((tn_blob){"", 0}), "int4", TN_ETYPE,
         "cannot pass a blob to a parameter of type int4"},
        {tn_value_blob((tn_blob){"", 0}), "uuid", TN_ETYPE,
         "cannot pass a blob to a parameter of type uuid"},
        {tn_value_blob((tn_blob){"", 0}), "inet", TN_ETYPE,
         "cannot pass a blob to a parameter of type inet"},
        {tn_value_int(40000), "int2", TN_ERANGE, "40000 is out of range for type int2"},
        {tn_value_int(-2147483649), "int4", TN_ERANGE, "-2147483649 is out of range for type int4"},
        {tn_value_int(-1), "oid", TN_ERANGE, "-1 is out of range for type oid"},
        {tn_value_int(2), "bool", TN_ERANGE, "2 is out of range for type bool"},
        {tn_value_int(2), "date", TN_ETYPE, "cannot pass an int to a parameter of type date"},
        {tn_value_int(2), "int4[]", TN_ETYPE, "cannot pass an int to a parameter of type int4[]"},
        {tn_value_real(1.5), "int4", TN_ETYPE, "cannot pass a real to a parameter of type int4"},
        {tn_value_real((double)NAN), "int8", TN_ETYPE,
         "cannot pass a real to a parameter of type int8"},
        {tn_value_real(1e300), "int8", TN_ERANGE, "1e+300 is out of range for type int8"},
        {tn_value_real(1e300), "float4", TN_ERANGE, "1e+300 is out of range for type float4"},
        {tn_value_bool(true), "int4", TN_ETYPE, "cannot pass a bool to a parameter of type int4"},
        {tn_value_text((tn_text){"a\0b", 3}), "text", TN_EINVAL,
         "a text with a NUL byte in it cannot be passed to a parameter of type text"},
        {tn_value_text((tn_text){"1\0", 2}), "int4", TN_EINVAL,
         "a text with a NUL byte in it cannot be passed to a parameter of type int4"},
        {json_value("1"), "int4", TN_ETYPE, "cannot pass a json to a parameter of type int4"},
        {tn_value_timestamp((tn_timestamp){1}), "date", TN_ETYPE,
         "cannot pass a timestamp to a parameter of type date"},
        {tn_value_timestamp((tn_timestamp){INT64_MIN + 1}), "timestamp", TN_ERANGE,
         "290309-12-21 19:59:05.224193 BC is out of range for type timestamp"},
        {tn_value_date((tn_date){0}), "timestamptz", TN_ETYPE,
         "cannot pass a date to a parameter of type timestamptz"},
        {tn_value_date((tn_date){INT32_MAX - 1}), "timestamp", TN_ERANGE,
         "5881580-07-10 is out of range for type timestamp"},
        {tn_value_time((tn_time){-1}), "time", TN_ERANGE, "out of range for type time"},
        {tn_value_time((tn_time){-1}), "timetz", TN_ERANGE, "out of range for type timetz"},
        {tn_value_interval((tn_interval){0}), "time", TN_ETYPE,
         "cannot pass an interval to a parameter of type time"},
        {tn_value_array(&array), "int4", TN_ETYPE,
         "cannot pass an array to a parameter of type int4"},
        {tn_value_array(&array), "int4[]", TN_EINVAL, "element 1: 'x' is no value of type int4"},
        {tn_value_array(&array), "bytea[]", TN_ETYPE,
         "element 0: cannot pass an int to a parameter of type bytea"},
        {tn_value_array(&shape), "int4[]", TN_EINVAL, "an array whose dimensions are wrong"},
        {tn_value_array(&shape), "inet[]", TN_EINVAL, "an array whose dimensions are wrong"},
        {tn_value_array(&nested), "int4[]", TN_ETYPE,
         "element 0: cannot pass an array to a parameter of type int4"},
        {tn_value_array(&nested), "inet[]", TN_EINVAL, "an array whose dimensions are wrong"},
        {{(enum tn_type)99, {0}}, "text", TN_ETYPE, "cannot pass a ? to a parameter of type text"},
    };
    struct tn__pg_param param;
    tn__pg_param_init(&param);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int rc = tn__pg_encode(&param, type_named(rows[i].type), &rows[i].value, &err);
        if (rc != rows[i].status)
            print_error("row %zu: %s\n", i, err.message);
        assert_status(rc, rows[i].status);
        assert_string_equal(err.message, rows[i].message);
        assert_null(param.data);
    }
    tn__pg_param_fini(&param);
}

/* --- lists -------------------------------------------------------------------------------------- */

static void lists_are_arrays_of_one_dimension(void **state)
{
    (void)state;
    const tn_value items[] = {tn_value_int(1), tn_value_string("22"), tn_value_real(3)};
    const tn_value_list list = {items, 3};
    struct tn__pg_param param;
    char text[128];
    tn__pg_param_init(&param);
    static const struct {
        const char *type, *shown;
    } rows[] = {{"int4[]", "{1,22,3}"},
                {"numeric[]", "{1,22,3}"},
                {"text[]", "{1,22,3}"},
                {"float8[]", "{1,22,3}"},
                {"money[]", "text {1,22,3}"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct tn__pg_type *type = type_named(rows[i].type);
        assert_ok(tn__pg_encode_list(&param, type, "ids", &list, &err));
        shown(text, &param, type);
        assert_string_equal(text, rows[i].shown);
    }
    const tn_value_list none = {NULL, 0};
    assert_ok(tn__pg_encode_list(&param, type_named("int4[]"), "ids", &none, &err));
    shown(text, &param, type_named("int4[]"));
    assert_string_equal(text, "{}");
    tn__pg_param_fini(&param);
}

static void lists_with_a_null_or_another_type_are_refused(void **state)
{
    (void)state;
    const tn_value null[] = {tn_value_int(1), tn_value_null()};
    const tn_value text[] = {tn_value_int(1), {TN_TEXT, {.text = {NULL, 0}}}};
    const tn_value real[] = {tn_value_real((double)NAN)};
    const tn_value blob[] = {tn_value_int(1), tn_value_blob((tn_blob){"", 0})};
    const struct {
        tn_value_list list;
        const char *type;
        int status;
        const char *message;
    } rows[] = {
        {{null, 2}, "int4[]", TN_EINVAL, "list 'ids': element 1 is NULL"},
        {{text, 2}, "text[]", TN_EINVAL, "list 'ids': element 1 is NULL"},
        {{real, 1}, "float8[]", TN_EINVAL, "list 'ids': element 0 is not a number"},
        {{NULL, 1}, "int4[]", TN_EINVAL, "list 'ids': no items, and a count"},
        {{null, SIZE_MAX},
         "int4[]",
         TN_ERANGE,
         "list 'ids': 18446744073709551615 elements are too many"},
        {{null, 1}, "int4", TN_ETYPE, "cannot pass list 'ids' to a parameter of type int4"},
        {{blob, 2},
         "int4[]",
         TN_ETYPE,
         "list 'ids': element 1: cannot pass a blob to a parameter of type int4"},
    };
    struct tn__pg_param param;
    tn__pg_param_init(&param);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_status(
            tn__pg_encode_list(&param, type_named(rows[i].type), "ids", &rows[i].list, &err),
            rows[i].status);
        assert_string_equal(err.message, rows[i].message);
        assert_null(param.data);
    }
    tn__pg_param_fini(&param);
}

/* --- fields of COPY ----------------------------------------------------------------------------- */

static void fields_follow_one_another(void **state)
{
    (void)state;
    const tn_value values[] = {tn_value_int(7), tn_value_null(), tn_value_string("ab")};
    static const char *const types[] = {"int4", "int4", "text"};
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    for (size_t i = 0; i < 3; i++)
        assert_ok(tn__pg_append_field(&buf, type_named(types[i]), &values[i], &err));
    static const char expected[] = "\0\0\0\4\0\0\0\7\xff\xff\xff\xff\0\0\0\2ab";
    assert_int_equal(buf.size, sizeof expected - 1);
    assert_memory_equal(buf.data, expected, sizeof expected - 1);

    /* One that fails leaves the ones before it. */
    static const struct {
        const char *type, *text;
        int status;
        const char *message;
    } rows[] = {
        {"int4", "x", TN_EINVAL, "'x' is no value of type int4"},
        {"int4", "2147483648", TN_ERANGE, "2147483648 is out of range for type int4"},
        {"int8", "9223372036854775808", TN_ERANGE,
         "'9223372036854775808' is out of range for type int8"},
        {"date", "2026-02-30", TN_EINVAL, "'2026-02-30' is no value of type date"},
        {"numeric", "1.2.3", TN_EINVAL, "'1.2.3' is no value of type numeric"},
        {"numeric", "1e200000", TN_ERANGE, "a number that has too many digits for type numeric"},
        {"numeric", "1e-20000", TN_ERANGE, "a number that has too many digits for type numeric"},
        {"void", "", TN_ETYPE, "cannot pass a text to a parameter of type void"},
        {"char", "\\400", TN_EINVAL, "'\\400' is no value of type char"},
        {"char", "ab", TN_EINVAL, "'ab' is no value of type char"},
        {"int4[]", "{1,x}", TN_EINVAL, "'{1,x}' is no value of type int4[]"},
        {"inet", "127.0.0.1", TN_EUNSUPPORTED, "values of type inet have no binary form here"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tn_value value = tn_value_string(rows[i].text);
        assert_status(tn__pg_append_field(&buf, type_named(rows[i].type), &value, &err),
                      rows[i].status);
        assert_string_equal(err.message, rows[i].message);
        assert_int_equal(buf.size, sizeof expected - 1);
        assert_memory_equal(buf.data, expected, sizeof expected - 1);
    }
    tn__buf_fini(&buf);
    tn__buf_init(&buf, 8);
    assert_status(tn__pg_append_field(&buf, type_named("text"), &values[2], &err), TN_OK);
    assert_status(tn__pg_append_field(&buf, type_named("text"), &values[2], &err), TN_ERANGE);
    tn__buf_fini(&buf);
}

/* --- numeric ------------------------------------------------------------------------------------ */

/* Text → binary → text. */
static void numeric_again(char *out, size_t size, const char *text)
{
    tn_arena arena = TN_ARENA_INIT;
    struct tn__buf buf;
    tn_text again;
    tn__buf_init(&buf, 0);
    assert_ok(tn__pg_numeric_append(&buf, tn_text_of(text)));
    assert_ok(tn__pg_numeric_text(&again, buf.data, buf.size, &arena));
    assert_true(again.size < size);
    memcpy(out, again.data, again.size + 1);
    tn__buf_fini(&buf);
    tn_arena_fini(&arena);
}

static void numbers_have_one_form(void **state)
{
    (void)state;
    static const struct {
        const char *text, *same;
    } rows[] = {
        {"+1", "1"},
        {"-0", "0"},
        {"-0.00", "0.00"},
        {"007", "7"},
        {"1.", "1"},
        {".5", "0.5"},
        {"1e3", "1000"},
        {"1.5E+2", "150"},
        {"1e-3", "0.001"},
        {"12.34e1", "123.4"},
        {"12.34e-1", "1.234"},
        {" 1 ", "1"},
        {"0e10", "0"},
        {"0e-3", "0.000"},
        {"nan", "NaN"},
        {"-inf", "-Infinity"},
        {"00010000.00010000", "10000.00010000"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[64];
        numeric_again(text, sizeof text, rows[i].text);
        assert_string_equal(text, rows[i].same);
    }
    static const char *const none[] = {"", "-", ".", "e1", "1e", "1e+", "1 2", "0x1", "--1", "1,5"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        struct tn__buf buf;
        tn__buf_init(&buf, 0);
        assert_status(tn__pg_numeric_append(&buf, tn_text_of(none[i])), TN_EINVAL);
        assert_int_equal(buf.size, 0);
        tn__buf_fini(&buf);
    }
}

static void numbers_of_any_length_come_back(void **state)
{
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char text[80], again[80];
        size_t whole = draw() % 24, behind = draw() % 24, size = 0;
        if (draw() % 2)
            text[size++] = '-';
        text[size++] = whole ? (char)('1' + draw() % 9) : '0';
        for (size_t i = 1; i < whole; i++)
            text[size++] = draw() % 3 ? '0' : (char)('0' + draw() % 10);
        if (behind > 0)
            text[size++] = '.';
        for (size_t i = 0; i < behind; i++)
            text[size++] = draw() % 3 ? '0' : (char)('0' + draw() % 10);
        text[size] = '\0';
        if (strspn(text, "-0.") == size && text[0] == '-')
            continue; /* there is no -0 */
        numeric_again(again, sizeof again, text);
        assert_string_equal(again, text);
    }
}

/* --- everything, at random ---------------------------------------------------------------------- */

static tn_text draw_text(tn_arena *arena)
{
    static const char letters[] = "ab\"\\{},' NUL\n\xc3\xa9";
    size_t size = draw() % 8;
    char *text = tn_arena_alloc(arena, size + 1);
    for (size_t i = 0; i < size; i++)
        text[i] = letters[draw() % (sizeof letters - 1)];
    return (tn_text){text, size};
}

/* Any value that the kind has. */
static tn_value draw_value(enum tn__pg_kind kind, tn_arena *arena)
{
    int64_t bits = (int64_t)(draw() >> draw() % 64);
    tn_value value;
    tn_uuid uuid;
    double real;
    switch (kind) {
    case TN__PG_BOOL:
        return tn_value_bool(bits & 1);
    case TN__PG_INT2:
        return tn_value_int((int16_t)bits);
    case TN__PG_INT4:
        return tn_value_int((int32_t)bits);
    case TN__PG_INT8:
        return tn_value_int(bits);
    case TN__PG_OID:
        return tn_value_int((uint32_t)bits);
    case TN__PG_FLOAT4:
        return tn_value_real((double)(float)bits / 64);
    case TN__PG_FLOAT8:
        memcpy(&real, &bits, sizeof real);
        return tn_value_real(real);
    case TN__PG_TEXT:
        return tn_value_text(draw_text(arena));
    case TN__PG_BYTEA:
        value = tn_value_text(draw_text(arena));
        return tn_value_blob((tn_blob){value.as.text.data, value.as.text.size});
    case TN__PG_JSON:
    case TN__PG_JSONB:
        return json_value("{\"a\": [1, null]}");
    case TN__PG_TIMESTAMP:
    case TN__PG_TIMESTAMPTZ:
        return tn_value_timestamp((tn_timestamp){bits > INT64_MIN / 2 ? bits : -bits / 4});
    case TN__PG_DATE:
        return tn_value_date((tn_date){(int32_t)bits > INT32_MIN / 2 ? (int32_t)bits : 5});
    case TN__PG_TIME:
        return tn_value_time((tn_time){(int64_t)((uint64_t)bits % 86400000001)});
    case TN__PG_INTERVAL:
        return tn_value_interval((tn_interval){bits, (int32_t)draw(), (int32_t)(draw() >> 32)});
    case TN__PG_UUID:
        for (size_t i = 0; i < sizeof uuid.bytes; i++)
            uuid.bytes[i] = (uint8_t)draw();
        return tn_value_uuid(uuid);
    default:
        return tn_value_string("1.50");
    }
}

static tn_value draw_array(const struct tn__pg_type *type, tn_arena *arena)
{
    tn_array *array = tn_arena_array(arena, 1, sizeof *array);
    array->type = tn__pg_type_value(type->item);
    array->ndim = (int)(draw() % 4);
    array->count = array->ndim > 0;
    for (int i = 0; i < array->ndim; i++) {
        array->dims[i] = (int32_t)(1 + draw() % 3);
        array->lower[i] = draw() % 2 ? 1 : (int32_t)(draw() % 7) - 3;
        array->count *= (size_t)array->dims[i];
    }
    tn_value *items = tn_arena_array(arena, array->count, sizeof *items);
    for (size_t i = 0; i < array->count; i++)
        items[i] = draw() % 5 ? draw_value(type->item->kind, arena) : tn_value_null();
    array->items = items;
    return tn_value_array(array);
}

static void check_both_forms(const struct tn__pg_type *type, const tn_value *value, tn_arena *arena)
{
    struct tn__buf buf;
    tn_value again;
    tn__buf_init(&buf, 0);
    assert_ok(tn__pg_append_field(&buf, type, value, &err));
    tn_text field = field_of(&buf);
    assert_ok(tn__pg_decode(&again, type, true, field.data, field.size, arena, &err));
    assert_true(values_are_equal(value, &again));

    tn_value copy;
    assert_ok(tn_arena_value(arena, &copy, *value));
    assert_true(values_are_equal(value, &copy));

    tn__buf_reset(&buf);
    tn__value_text(&buf, value);
    bool has_zone =
        type->kind == TN__PG_TIMESTAMPTZ || (type->item && type->item->kind == TN__PG_TIMESTAMPTZ);
    tn_text text = tn__buf_view(&buf);
    int rc = has_zone ? TN_OK : tn__pg_read_text(&again, type, text, arena);
    if (rc != TN_OK || (!has_zone && !values_are_equal(value, &again)))
        print_error("%s '%.*s'\n", type->name, (int)text.size, text.data);
    assert_ok(rc);
    assert_true(has_zone || values_are_equal(value, &again));
    tn__buf_fini(&buf);
}

static void random_values_come_back_from_both_forms(void **state)
{
    (void)state;
    for (uint32_t oid = 1; oid < 10000; oid++) {
        const struct tn__pg_type *type = tn__pg_type_find(oid);
        if (!type || type->kind == TN__PG_OTHER || type->kind == TN__PG_VOID ||
            type->kind == TN__PG_CHAR || (type->item && type->item->kind == TN__PG_CHAR))
            continue;
        for (int round = 0; round < 300; round++) {
            tn_arena arena = TN_ARENA_INIT;
            tn_value value = type->kind == TN__PG_ARRAY ? draw_array(type, &arena)
                                                        : draw_value(type->kind, &arena);
            check_both_forms(type, &value, &arena);
            tn_arena_fini(&arena);
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, clear)
    const struct CMUnitTest tests[] = {
        TEST(a_decoded_value_is_encoded_to_the_same_bytes),
        TEST(a_text_is_encoded_to_the_same_bytes),
        TEST(parameters_are_binary_or_text),
        TEST(each_value_goes_to_the_types_that_have_it),
        TEST(other_values_are_refused),
        TEST(lists_are_arrays_of_one_dimension),
        TEST(lists_with_a_null_or_another_type_are_refused),
        TEST(fields_follow_one_another),
        TEST(numbers_have_one_form),
        TEST(numbers_of_any_length_come_back),
        TEST(random_values_come_back_from_both_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
