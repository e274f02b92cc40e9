/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <tenon/value.h>

static void status_name_of_each_status_is_its_c_name(void **state)
{
    (void)state;
    assert_string_equal(tn_status_name(TN_OK), "TN_OK");
    assert_string_equal(tn_status_name(TN_EUNIQUE), "TN_EUNIQUE");
    assert_string_equal(tn_status_name(TN_EUSER), "TN_EUSER");
    assert_string_equal(tn_status_name(12345), "TN_?");
    assert_string_equal(tn_status_name(TN_EUSER - 1), "TN_?");
}

static void status_values_are_pinned(void **state)
{
    (void)state;
    assert_int_equal(TN_DONE, 2);
    assert_int_equal(TN_EBUSY, -7);
    assert_int_equal(TN_ENOMEM, -24);
    assert_int_equal(TN_EPARTIAL, -31);
    assert_int_equal(TN_EUSER, -1000);
}

static void status_text_is_never_null(void **state)
{
    (void)state;
    for (int status = -1100; status <= 10; status++)
        assert_true(tn_status_text(status)[0] != '\0');
    assert_string_equal(tn_status_text(TN_EUSER - 50), "error of the application");
    assert_string_equal(tn_status_text(-500), "unknown status");
}

static void status_is_transient_for_retries_alone(void **state)
{
    (void)state;
    for (int status = -1001; status <= 3; status++) {
        bool wanted = status == TN_EBUSY || status == TN_ESERIALIZE || status == TN_EDEADLOCK;
        assert_int_equal(tn_status_is_transient(status), wanted);
    }
}

static void error_set_drops_what_was_there(void **state)
{
    (void)state;
    tn_error err;
    memset(&err, 0x7f, sizeof err);
    assert_int_equal(tn_error_set(&err, TN_EINVAL, "bad %s '%d'", "thing", 7), TN_EINVAL);
    tn_error expected = {.status = TN_EINVAL};
    strcpy(expected.message, "bad thing '7'");
    assert_int_equal(err.status, expected.status);
    assert_string_equal(err.message, expected.message);
    assert_int_equal(err.native, 0);
    assert_int_equal(err.position, 0);
    assert_string_equal(err.table, "");
    assert_int_equal(err.reserved[3], 0);
}

static void error_set_null_error_returns_the_status(void **state)
{
    (void)state;
    assert_int_equal(tn_error_set(NULL, TN_EBUSY, "x"), TN_EBUSY);
    tn_error_prefix(NULL, "x");
    tn_error_clear(NULL);
}

static void error_set_own_message_as_argument_keeps_it(void **state)
{
    (void)state;
    tn_error err = {0};
    tn_error_set(&err, TN_EIO, "first");
    tn_error_set(&err, TN_EBUSY, "second after %s", err.message);
    assert_string_equal(err.message, "second after first");
    assert_int_equal(err.status, TN_EBUSY);
}

static void error_set_long_message_is_cut_at_a_character(void **state)
{
    (void)state;
    tn_error err = {0};
    char text[600];
    for (size_t pad = 0; pad < 4; pad++) {
        memset(text, 'a', pad);
        for (size_t i = pad; i + 3 < sizeof text; i += 3)
            memcpy(text + i, "\xe2\x82\xac", 4);
        tn_error_set(&err, TN_EIO, "%s", text);
        size_t size = strlen(err.message);
        assert_in_range(size, sizeof err.message - 3, sizeof err.message - 1);
        assert_int_equal((size - pad) % 3, 0);
    }
}

static void error_message_with_line_breaks_becomes_one_line(void **state)
{
    (void)state;
    tn_error err = {0};
    tn_error_set(&err, TN_EIO, "a\nb\tc\x1b[31m");
    assert_string_equal(err.message, "a b c [31m");
    tn_error_prefix(&err, "p\r\nq");
    assert_string_equal(err.message, "p  q: a b c [31m");
}

static void error_prefix_keeps_everything_but_the_message(void **state)
{
    (void)state;
    tn_error err = {.status = TN_EUNIQUE, .native = 2067, .position = 4, .table = "users"};
    strcpy(err.message, "unique constraint violated");
    tn_error_prefix(&err, "query '%s'", "add_user");
    assert_string_equal(err.message, "query 'add_user': unique constraint violated");
    assert_int_equal(err.status, TN_EUNIQUE);
    assert_int_equal(err.native, 2067);
    assert_int_equal(err.position, 4);
    assert_string_equal(err.table, "users");
}

static void error_prefix_of_no_message_uses_the_status(void **state)
{
    (void)state;
    tn_error err = {.status = TN_EBUSY};
    tn_error_prefix(&err, "begin");
    assert_string_equal(err.message, "begin: database is locked");
}

static void error_prefix_too_long_is_cut(void **state)
{
    (void)state;
    tn_error err = {.status = TN_EIO};
    memset(err.message, 'm', sizeof err.message - 1);
    tn_error_prefix(&err, "%s", "context");
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    assert_memory_equal(err.message, "context: mmm", 12);
    char text[700];
    memset(text, 'c', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    tn_error_prefix(&err, "%s", text);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    assert_int_equal(err.message[sizeof err.message - 2], 'c');
}

static void error_clear_leaves_zeros(void **state)
{
    (void)state;
    tn_error err, zero;
    memset(&err, 1, sizeof err);
    memset(&zero, 0, sizeof zero);
    tn_error_clear(&err);
    assert_memory_equal(&err, &zero, sizeof err);
}

static void type_name_of_each_type_is_its_word(void **state)
{
    (void)state;
    static const char *const names[] = {"null", "int",       "real", "text", "blob",
                                        "bool", "timestamp", "json", "uuid", "date",
                                        "time", "interval",  "array"};
    for (int i = 0; i < 13; i++)
        assert_string_equal(tn_type_name((enum tn_type)i), names[i]);
    assert_string_equal(tn_type_name((enum tn_type)13), "?");
}

static void value_constructors_null_pointers_become_null(void **state)
{
    (void)state;
    assert_int_equal(tn_value_string(NULL).type, TN_NULL);
    assert_int_equal(tn_value_blob((tn_blob){NULL, 0}).type, TN_NULL);
    assert_int_equal(tn_value_blob((tn_blob){"", 0}).type, TN_BLOB);
    assert_int_equal(tn_value_string("").type, TN_TEXT);
    assert_true(tn_text_equal(tn_text_of(NULL), tn_text_of(NULL)));
    assert_false(tn_text_equal(tn_text_of(NULL), tn_text_of("")));
    assert_true(tn_text_equal(tn_text_of("a"), (tn_text){"ab", 1}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_name_of_each_status_is_its_c_name),
        cmocka_unit_test(status_values_are_pinned),
        cmocka_unit_test(status_text_is_never_null),
        cmocka_unit_test(status_is_transient_for_retries_alone),
        cmocka_unit_test(error_set_drops_what_was_there),
        cmocka_unit_test(error_set_null_error_returns_the_status),
        cmocka_unit_test(error_set_own_message_as_argument_keeps_it),
        cmocka_unit_test(error_set_long_message_is_cut_at_a_character),
        cmocka_unit_test(error_message_with_line_breaks_becomes_one_line),
        cmocka_unit_test(error_prefix_keeps_everything_but_the_message),
        cmocka_unit_test(error_prefix_of_no_message_uses_the_status),
        cmocka_unit_test(error_prefix_too_long_is_cut),
        cmocka_unit_test(error_clear_leaves_zeros),
        cmocka_unit_test(type_name_of_each_type_is_its_word),
        cmocka_unit_test(value_constructors_null_pointers_become_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
