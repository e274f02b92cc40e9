/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "gen/writer.h"
#include "util/str.h"

static void expect_written(struct tn__buf *buf, const char *expected)
{
    assert_ok(buf->status);
    assert_text(tn__buf_view(buf), expected);
    tn__buf_fini(buf);
}

static void call_that_fits_stays_in_one_line(void **state)
{
    (void)state;
    struct tn__buf out;
    struct tn__call call;
    tn__buf_init(&out, 0);
    tn__call_begin(&call, "int %s", "f");
    tn__call_add(&call, "int a");
    tn__call_add(&call, "int %s", "b");
    tn__call_end(&out, &call, ";");
    expect_written(&out, "int f(int a, int b);\n");
}

static void long_call_is_aligned_behind_its_parenthesis(void **state)
{
    (void)state;
    struct tn__buf out;
    struct tn__call call;
    tn__buf_init(&out, 0);
    tn__call_begin(&call, "int function_name");
    for (int i = 0; i < 5; i++)
        tn__call_add(&call, "struct a_long_name *parameter%d", i);
    tn__call_end(&out, &call, "");
    expect_written(
        &out, "int function_name(struct a_long_name *parameter0, struct a_long_name *parameter1,\n"
              "                  struct a_long_name *parameter2, struct a_long_name *parameter3,\n"
              "                  struct a_long_name *parameter4)\n");
}

static void call_with_a_long_head_breaks_behind_it(void **state)
{
    (void)state;
    struct tn__buf out;
    struct tn__call call;
    tn__buf_init(&out, 0);
    tn__call_begin(&call, "    rc = a_function_whose_name_is_so_long_that_little_room_remains_for");
    tn__call_add(&call, "an_argument_that_is_long_itself");
    tn__call_add(&call, "b");
    tn__call_end(&out, &call, ";");
    expect_written(&out, "    rc = a_function_whose_name_is_so_long_that_little_room_remains_for(\n"
                         "        an_argument_that_is_long_itself, b);\n");
}

static void literal_is_cut_at_lines_and_escaped(void **state)
{
    (void)state;
    struct tn__buf out;
    tn__buf_init(&out, 0);
    tn__write_literal(&out, "x", "_sql",
                      TN__TEXT("a \"b\"\\\nc\t?"
                               "?=\001?"));
    expect_written(&out, "static const char x_sql[] = \"a \\\"b\\\"\\\\\\n\"\n"
                         "                            \"c\\t?\\?=\\001?\";\n");
}

static void octal_escape_does_not_swallow_a_digit(void **state)
{
    (void)state;
    struct tn__buf out;
    tn__buf_init(&out, 0);
    tn__write_literal(&out, "x", "", TN__TEXT("\00112"));
    expect_written(&out, "static const char x[] = \"\\00112\";\n");
}

static void long_literal_is_an_array_with_an_end(void **state)
{
    (void)state;
    struct tn__buf out;
    char text[TN__LITERAL_MAX + 2];
    memset(text, 'a', sizeof(text));
    tn__buf_init(&out, 0);
    tn__write_literal(&out, "x", "", (tn_text){text, TN__LITERAL_MAX + 1});
    tn_text view = tn__buf_view(&out);
    assert_true(tn__text_starts(view, "static const char x[] = {\n    '\\x61', '\\x61',"));
    assert_true(tn__text_ends(view, "'\\x00',\n};\n"));
    tn__buf_fini(&out);
}

static void define_goes_on_over_lines(void **state)
{
    (void)state;
    struct tn__buf out;
    struct tn__pieces pieces;
    tn__buf_init(&out, 0);
    tn__pieces_init(&pieces);
    tn__pieces_add(&pieces, TN__TEXT(":one\n"));
    tn__pieces_add(&pieces, TN__TEXT("SELECT 1 AS one"));
    tn__write_define(&out, "A_", "b", &pieces);
    tn__pieces_fini(&pieces);
    expect_written(&out, "#define A_b \\\n"
                         " \":one\\n\"   \\\n"
                         " \"SELECT 1 AS one\"\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(call_that_fits_stays_in_one_line),
        cmocka_unit_test(long_call_is_aligned_behind_its_parenthesis),
        cmocka_unit_test(call_with_a_long_head_breaks_behind_it),
        cmocka_unit_test(literal_is_cut_at_lines_and_escaped),
        cmocka_unit_test(octal_escape_does_not_swallow_a_digit),
        cmocka_unit_test(long_literal_is_an_array_with_an_end),
        cmocka_unit_test(define_goes_on_over_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
