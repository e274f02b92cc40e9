/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_CHECK_H
#define TN_TEST_CHECK_H

/* cmocka with the headers it wants, and assertions on the library's own types. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <tenon/error.h>
#include <tenon/value.h>

#define assert_ok(expression)       assert_int_equal((expression), TN_OK)
#define assert_text(text, expected) check_text((text), (expected), __FILE__, __LINE__)

/* The bytes of `text` are those of a string; there need not be a NUL behind. */
static inline void check_text(tn_text text, const char *expected, const char *file, int line)
{
    if (!text.data) {
        print_error("text is NULL, expected \"%s\"\n", expected);
        _fail(file, line);
        return;
    }
    if (text.size != strlen(expected) || memcmp(text.data, expected, text.size) != 0) {
        print_error("\"%.*s\" != \"%s\"\n", (int)text.size, text.data, expected);
        _fail(file, line);
    }
}

#endif
