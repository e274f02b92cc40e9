/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdio.h>

#include <tenon/gen_sqlite.h>
#include <tenon/tenon.h>

#include "fault_alloc.h"

/* Where a group of rows ends. Each row says by 1 in its last column that it begins one. */

static const int columns[] = {0, 1};

static void check_rows(const char *rows)
{
    char sql[2000];
    tn_db *db;
    tn_conn *conn;
    sqlite3_stmt *stmt;
    struct tn_gen_key key = {0};
    assert_ok(tn_db_open(&db, ":memory:", NULL, NULL));
    assert_ok(tn_conn_acquire(&conn, db, TN_READ, NULL));
    snprintf(sql, sizeof sql, "VALUES %s", rows);
    assert_int_equal(sqlite3_prepare_v2(tn_conn_sqlite3(conn), sql, -1, &stmt, NULL), SQLITE_OK);
    for (int row = 0; sqlite3_step(stmt) == SQLITE_ROW; row++) {
        int expected = sqlite3_column_int(stmt, 2);
        if (tn_sqlite_key_next(&key, stmt, columns, 2) != expected)
            fail_msg("row %d of %s: not %d", row, rows, expected);
    }
    sqlite3_finalize(stmt);
    tn_gen_key_fini(&key);
    assert_null(key.heap);
    assert_false(key.has);
    tn_conn_release(conn);
    tn_db_close(db);
}

static void first_row_begins_a_group(void **state)
{
    (void)state;
    check_rows("(1, 2, 1), (1, 2, 0), (1, 2, 0)");
    check_rows("(NULL, NULL, 1), (NULL, NULL, 0), (NULL, 0, 1)");
    check_rows("('', x'', 1), ('', x'', 0)");
}

static void another_value_in_any_column_begins_a_group(void **state)
{
    (void)state;
    check_rows("(1, 'a', 1), (1, 'b', 1), (2, 'b', 1), (2, 'b', 0), (1, 'a', 1)");
    check_rows("('a', 'bc', 1), ('ab', 'c', 1), ('ab', 'c', 0), ('ab', 'C', 1), ('ab', '', 1)");
    check_rows("(9223372036854775807, 0, 1), (-9223372036854775807 - 1, 0, 1), (0, 0, 1)");
}

static void another_class_begins_a_group(void **state)
{
    (void)state;
    check_rows("(1, 0, 1), ('1', 0, 1), (x'31', 0, 1), (1.0, 0, 1), (NULL, 0, 1), (1, 0, 1)");
    check_rows("('', 0, 1), (x'', 0, 1), (NULL, 0, 1)");
}

static void reals_are_compared_as_numbers(void **state)
{
    (void)state;
    check_rows(
        "(0.0, 1.5, 1), (0.0 * -1, 1.5, 0), (0.0, 1.5, 0), (5e-324, 1.5, 1), (1e999, 1.5, 1)");
}

static void bytes_behind_a_nul_count(void **state)
{
    (void)state;
    check_rows("(CAST(x'6100' AS TEXT), 0, 1), (CAST(x'6100' AS TEXT), 0, 0),"
               "(CAST(x'610062' AS TEXT), 0, 1), (x'610062', 0, 1), (x'610063', 0, 1)");
}

static void keys_of_any_length_are_kept(void **state)
{
    (void)state;
    check_rows("(hex(zeroblob(500)), 'a', 1), (hex(zeroblob(500)), 'a', 0),"
               "(hex(zeroblob(500)), 'b', 1), (1, 1, 1), (1, 1, 0),"
               "(hex(zeroblob(20)), 1, 1), (hex(zeroblob(2000)), 1, 1),"
               "(hex(zeroblob(2000)), 1, 0), (zeroblob(70000), 1, 1), (zeroblob(70000), 1, 0)");
}

static void no_columns_make_one_group(void **state)
{
    (void)state;
    struct tn_gen_key key = {0};
    assert_int_equal(tn_sqlite_key_next(&key, NULL, columns, 0), 1);
    assert_int_equal(tn_sqlite_key_next(&key, NULL, columns, 0), 0);
    tn_gen_key_fini(&key);
}

/* A key that cannot be kept leaves the former one. */
static void lack_of_memory_leaves_the_key(void **state)
{
    (void)state;
    static const char sql[] = "VALUES ('short'), (hex(zeroblob(100))), (hex(zeroblob(100)))";
    static const int first[] = {0};
    struct tn_gen_key key = {0};
    sqlite3 *handle;
    sqlite3_stmt *stmt;
    assert_int_equal(sqlite3_open(":memory:", &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_int_equal(tn_sqlite_key_next(&key, stmt, first, 1), 1);
    assert_int_equal(tn_sqlite_key_next(&key, stmt, first, 1), 0);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    const struct tn_gen_key before = key;
    fault_alloc_begin(1, true);
    assert_int_equal(tn_sqlite_key_next(&key, stmt, first, 1), TN_ENOMEM);
    fault_alloc_end();
    assert_memory_equal(&key, &before, sizeof key);
    assert_int_equal(tn_sqlite_key_next(&key, stmt, first, 1), 1);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_int_equal(tn_sqlite_key_next(&key, stmt, first, 1), 0);
    tn_gen_key_fini(&key);
    tn_gen_key_fini(&key);
    sqlite3_finalize(stmt);
    sqlite3_close(handle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_row_begins_a_group),
        cmocka_unit_test(another_value_in_any_column_begins_a_group),
        cmocka_unit_test(another_class_begins_a_group),
        cmocka_unit_test(reals_are_compared_as_numbers),
        cmocka_unit_test(bytes_behind_a_nul_count),
        cmocka_unit_test(keys_of_any_length_are_kept),
        cmocka_unit_test(no_columns_make_one_group),
        cmocka_unit_test(lack_of_memory_leaves_the_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
