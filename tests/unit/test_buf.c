/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdlib.h>

#include <sqlite3.h>

#include "fault_alloc.h"
#include "util/buf.h"
#include "util/str.h"

static void buf_appends_of_all_kinds_add_up(void **state)
{
    (void)state;
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    assert_text(tn__buf_view(&buf), "");
    tn__buf_puts(&buf, "a");
    tn__buf_putc(&buf, 'b');
    tn__buf_fill(&buf, '-', 3);
    tn__buf_add(&buf, "cd?", 2);
    tn__buf_text(&buf, tn_text_of("e"));
    tn__buf_printf(&buf, " %d %s", 42, "f");
    tn__buf_add(&buf, NULL, 0);
    assert_ok(tn__buf_status(&buf));
    assert_string_equal(buf.data, "ab---cde 42 f");
    tn__buf_fini(&buf);
    tn__buf_fini(NULL);
}

static void buf_printf_longer_than_the_room_grows(void **state)
{
    (void)state;
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    for (int size = 0; size < 300; size++) {
        tn__buf_reset(&buf);
        tn__buf_printf(&buf, "%*s", size, "");
        assert_int_equal(tn__buf_view(&buf).size, size);
        assert_int_equal(strlen(buf.data), size);
    }
    tn__buf_printf(&buf, "%5000d|", 1);
    assert_int_equal(buf.size, 299 + 5001);
    assert_string_equal(buf.data + buf.size - 3, " 1|");
    tn__buf_fini(&buf);
}

static void buf_more_than_max_fails_and_stays_failed(void **state)
{
    (void)state;
    struct tn__buf buf;
    tn__buf_init(&buf, 10);
    tn__buf_puts(&buf, "0123456789");
    assert_ok(tn__buf_status(&buf));
    tn__buf_putc(&buf, 'x');
    assert_int_equal(tn__buf_status(&buf), TN_ERANGE);
    tn__buf_puts(&buf, "y");
    tn__buf_printf(&buf, "%d", 1);
    tn__buf_fill(&buf, 'z', 1);
    assert_int_equal(tn__buf_status(&buf), TN_ERANGE);
    assert_text(tn__buf_view(&buf), "");
    tn_arena arena = TN_ARENA_INIT;
    tn_text out = {"kept", 4};
    assert_int_equal(tn__buf_to_arena(&buf, &arena, &out), TN_ERANGE);
    assert_text(out, "kept");
    tn__buf_reset(&buf);
    tn__buf_puts(&buf, "again");
    assert_ok(tn__buf_to_arena(&buf, &arena, &out));
    assert_text(out, "again");
    tn__buf_printf(&buf, "%s", "123456");
    assert_int_equal(tn__buf_status(&buf), TN_ERANGE);
    tn__buf_fini(&buf);
    tn_arena_fini(&arena);
}

static void buf_json_escapes_what_json_forbids(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"", "\"\""},
        {"plain", "\"plain\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
        {"\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\""},
        {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""},
        {"a\xff"
         "b",
         "\"a\xef\xbf\xbd"
         "b\""},
        {"\xc3", "\"\xef\xbf\xbd\""},
        {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    };
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tn__buf_reset(&buf);
        tn__buf_json(&buf, tn_text_of(rows[i].in));
        assert_text(tn__buf_view(&buf), rows[i].out);
    }
    tn__buf_reset(&buf);
    tn__buf_json(&buf, (tn_text){"a\0b", 3});
    assert_text(tn__buf_view(&buf), "\"a\\u0000b\"");
    tn__buf_fini(&buf);
}

/* What the engine makes of a literal or a name is what went in. */
static void buf_sql_quoting_is_undone_by_sqlite(void **state)
{
    (void)state;
    static const char *const texts[] = {"",   "plain",    "it's",  "''",   "'",
                                        "\"", "a\"\"b'c", "x;--y", "\n\\", "[b]`"};
    sqlite3 *db;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        tn__buf_reset(&buf);
        tn__buf_puts(&buf, "SELECT ");
        tn__buf_sql_string(&buf, tn_text_of(texts[i]));
        tn__buf_puts(&buf, " AS ");
        tn__buf_sql_name(&buf, tn_text_of(texts[i]));
        sqlite3_stmt *stmt;
        assert_int_equal(sqlite3_prepare_v2(db, buf.data, -1, &stmt, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
        assert_string_equal((const char *)sqlite3_column_text(stmt, 0), texts[i]);
        assert_string_equal(sqlite3_column_name(stmt, 0), texts[i]);
        sqlite3_finalize(stmt);
    }
    tn__buf_fini(&buf);
    sqlite3_close(db);
}

static void buf_sql_text_with_nul_fails(void **state)
{
    (void)state;
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn__buf_sql_string(&buf, (tn_text){"a\0b", 3});
    assert_int_equal(tn__buf_status(&buf), TN_EINVAL);
    tn__buf_reset(&buf);
    tn__buf_sql_name(&buf, (tn_text){"\0", 1});
    assert_int_equal(tn__buf_status(&buf), TN_EINVAL);
    tn__buf_fini(&buf);
}

static int build_text(void *user)
{
    struct tn__buf buf;
    tn_arena arena = TN_ARENA_INIT;
    tn_text out = {NULL, 0};
    tn__buf_init(&buf, 0);
    for (int i = 0; i < 40; i++) {
        tn__buf_printf(&buf, "%d ", i);
        tn__buf_json(&buf, tn_text_of("a\nb\xff"));
        tn__buf_sql_string(&buf, tn_text_of("it's"));
        tn__buf_fill(&buf, ' ', 10);
    }
    int rc = tn__buf_to_arena(&buf, &arena, &out);
    assert_int_equal(rc == TN_OK, out.data != NULL);
    if (rc == TN_OK)
        *(size_t *)user = out.size;
    tn__buf_fini(&buf);
    tn_arena_fini(&arena);
    return rc;
}

static void buf_no_memory_at_any_point_is_told(void **state)
{
    (void)state;
    size_t size = 0;
    fault_alloc_each(build_text, &size);
    assert_int_equal(size, 10 * 2 + 30 * 3 + 40 * (9 + 7 + 10));
}

static void arena_printf_short_and_long_texts_come_out_whole(void **state)
{
    (void)state;
    tn_arena arena = TN_ARENA_INIT;
    assert_string_equal(tn__arena_printf(&arena, "%s-%d", "a", 1), "a-1");
    for (int size = 250; size < 260; size++) {
        char *text = tn__arena_printf(&arena, "%*d", size, 7);
        assert_non_null(text);
        assert_int_equal(strlen(text), size);
        assert_int_equal(text[size - 1], '7');
    }
    arena.limit_bytes = arena.used_bytes + 5;
    assert_null(tn__arena_printf(&arena, "%s", "too long"));
    assert_null(tn__arena_printf(&arena, "%300d", 1));
    tn_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buf_appends_of_all_kinds_add_up),
        cmocka_unit_test(buf_printf_longer_than_the_room_grows),
        cmocka_unit_test(buf_more_than_max_fails_and_stays_failed),
        cmocka_unit_test(buf_json_escapes_what_json_forbids),
        cmocka_unit_test(buf_sql_quoting_is_undone_by_sqlite),
        cmocka_unit_test(buf_sql_text_with_nul_fails),
        cmocka_unit_test(buf_no_memory_at_any_point_is_told),
        cmocka_unit_test(arena_printf_short_and_long_texts_come_out_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
