/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <math.h>

#include "gen.h"

/* Lists as parameters: tn_list(?1), in queries as a generator would write them. */

QUERY(is_in, 1, TN_READ, "SELECT count(*) FROM t WHERE id IN (SELECT value FROM tn_list(?1))");
QUERY(not_in, 1, TN_READ, "SELECT count(*) FROM t WHERE id NOT IN (SELECT value FROM tn_list(?1))");
QUERY(joined, 1, TN_READ, "SELECT sum(t.id) FROM tn_list(?1) AS l JOIN t ON t.id = l.value");
QUERY(by_any, 1, TN_READ, "SELECT count(*) FROM t WHERE any IN (SELECT value FROM tn_list(?1))");
QUERY(elements, 1, TN_READ, "SELECT value FROM tn_list(?1)");
QUERY(classes, 1, TN_READ, "SELECT group_concat(quote(value), ' ') FROM tn_list(?1)");

static const char schema[] =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, any ANY);"
    "CREATE TABLE s (k INTEGER NOT NULL, tag TEXT NOT NULL);"
    "CREATE INDEX s_k ON s (k); CREATE INDEX s_tag ON s (tag);"
    "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 100)"
    "INSERT INTO t SELECT n, n FROM c;";

static int setup(void **state)
{
    return open_fixture(state, "", schema);
}

/* The one number that a query gives. */
static int ask(int64_t *out, tn_db *db, struct tn_gen_query *query,
               const struct tn_sqlite_list *list, tn_error *err)
{
    struct tn_gen_use use;
    int rc = tn_gen_acquire(&use, db, query, err);
    if (rc != TN_OK)
        return rc;
    int native = tn_sqlite_bind_list(use.stmt, 1, list);
    if (native == SQLITE_OK)
        native = sqlite3_step(use.stmt);
    if (native == SQLITE_ROW)
        *out = sqlite3_column_int64(use.stmt, 0);
    else
        rc = tn_gen_fail(&use, native, err);
    tn_gen_release(&use);
    return rc;
}

static int64_t number(tn_db *db, struct tn_gen_query *query, const struct tn_sqlite_list *list)
{
    int64_t out = -1;
    tn_error err = {0};
    if (ask(&out, db, query, list, &err) != TN_OK)
        fail_msg("%s", err.message);
    return out;
}

static struct tn_sqlite_list int_list(const int64_t *items, size_t count)
{
    return (struct tn_sqlite_list){.items = items, .count = count, .name = "ids"};
}

/* What the elements come out as, quoted as SQL. */
static void check_elements(tn_db *db, const struct tn_sqlite_list *list, const char *expected)
{
    struct tn_gen_use use;
    assert_ok(tn_gen_acquire(&use, db, &classes, NULL));
    assert_int_equal(tn_sqlite_bind_list(use.stmt, 1, list), SQLITE_OK);
    assert_int_equal(sqlite3_step(use.stmt), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(use.stmt, 0), expected);
    tn_gen_release(&use);
}

static void check_failure(struct fixture *f, const struct tn_sqlite_list *list, const char *what)
{
    char expected[200];
    int64_t out;
    snprintf(expected, sizeof expected, "query 'by_any': list 'ids': %s", what);
    tn_error_clear(&f->err);
    assert_int_equal(ask(&out, f->db, &by_any, list, &f->err), TN_EINVAL);
    assert_string_equal(f->err.message, expected);
    assert_string_equal(f->err.query, "by_any");
    assert_int_equal(f->err.native, SQLITE_ERROR);
}

/* --- what a list selects ------------------------------------------------------------------------ */

static void list_of_any_length_is_in_and_not_in(void **state)
{
    struct fixture *f = *state;
    static const size_t counts[] = {0, 1, 2, 99, 10000, 1000000};
    int64_t *items = calloc(1000000, sizeof *items);
    assert_non_null(items);
    for (int i = 0; i < 1000000; i++)
        items[i] = (int64_t)i * 7919 % 1000000 - 500000; /* 0 comes at 500,000 steps, and so on */
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        const struct tn_sqlite_list list = int_list(items, counts[i]);
        int64_t expected = 0, sum = 0;
        for (size_t at = 0; at < counts[i]; at++) {
            bool is = items[at] >= 1 && items[at] <= 100;
            expected += is;
            sum += is ? items[at] : 0;
        }
        assert_int_equal(number(f->db, &is_in, &list), expected);
        assert_int_equal(number(f->db, &not_in, &list), 100 - expected);
        assert_int_equal(number(f->db, &joined, &list), sum);
    }
    free(items);
}

static void list_without_items_is_empty(void **state)
{
    struct fixture *f = *state;
    const struct tn_sqlite_list empty = int_list(NULL, 0);
    assert_int_equal(number(f->db, &is_in, &empty), 0);
    assert_int_equal(number(f->db, &not_in, &empty), 100);
    assert_int_equal(number(f->db, &is_in, NULL), 0);
    assert_int_equal(number(f->db, &not_in, NULL), 100);
}

static void element_twice_selects_once(void **state)
{
    struct fixture *f = *state;
    const int64_t items[] = {3, 1, 3, 1000, 3};
    const struct tn_sqlite_list list = int_list(items, 5);
    assert_int_equal(number(f->db, &is_in, &list), 2);
    assert_int_equal(number(f->db, &joined, &list), 10);
}

static void integers_keep_their_values_at_the_extremes(void **state)
{
    struct fixture *f = *state;
    const int64_t items[] = {INT64_MAX, 0, -1, INT64_MIN, 1, 256, -256, INT64_MIN + 1};
    const struct tn_sqlite_list list = int_list(items, 8);
    check_elements(f->db, &list,
                   "-9223372036854775808 -9223372036854775807 -256 -1 0 1 256 9223372036854775807");
    const int64_t sorted[] = {INT64_MIN, 5, 5, INT64_MAX};
    const struct tn_sqlite_list as_is = int_list(sorted, 4);
    check_elements(f->db, &as_is, "-9223372036854775808 5 5 9223372036854775807");
}

static void statement_is_used_again_with_another_list(void **state)
{
    struct fixture *f = *state;
    int64_t items[] = {9, 8, 7};
    struct tn_sqlite_list list = int_list(items, 3);
    assert_int_equal(number(f->db, &joined, &list), 24);
    items[0] = 1;
    assert_int_equal(number(f->db, &joined, &list), 16); /* the same list, with another element */
    list.count = 1;
    assert_int_equal(number(f->db, &joined, &list), 1);
}

/* --- kinds -------------------------------------------------------------------------------------- */

static void elements_of_every_kind_come_out_as_bound_ones_do(void **state)
{
    struct fixture *f = *state;
    const double reals[] = {0.5, -1e300, (double)INFINITY};
    const bool bools[] = {true, false};
    const tn_text texts[] = {{"a'b", 3}, {"", 0}, {"\xc3\xa4x", 2}};
    const tn_blob blobs[] = {{"\0\xff", 2}, {"", 0}};
    const tn_timestamp times[] = {{0}, {1234567}};
    const unsigned choices[] = {2, 1};
    const tn_text names[] = {{"red", 3}, {"blue", 4}};
    const tn_value values[] = {
        tn_value_int(-1),
        tn_value_real(2),
        tn_value_text(texts[0]),
        tn_value_blob(blobs[1]),
        tn_value_bool(true),
        tn_value_timestamp(times[0]),
        {.type = TN_JSON, .as.text = {"[]", 2}},
        tn_value_date((tn_date){0}),
    };
    const struct {
        struct tn_sqlite_list list;
        const char *expected;
    } cases[] = {
        {{.items = reals, .count = 3, .kind = TN_SQLITE_LIST_REAL}, "0.5 -1.0e+300 Inf"},
        {{.items = bools, .count = 2, .kind = TN_SQLITE_LIST_BOOL}, "1 0"},
        {{.items = texts, .count = 3, .kind = TN_SQLITE_LIST_TEXT}, "'a''b' '' '\xc3\xa4'"},
        {{.items = blobs, .count = 2, .kind = TN_SQLITE_LIST_BLOB}, "X'00FF' X''"},
        {{.items = times, .count = 2, .kind = TN_SQLITE_LIST_TIMESTAMP},
         "'1970-01-01 00:00:00' '1970-01-01 00:00:01.234567'"},
        {{.items = times,
          .count = 2,
          .kind = TN_SQLITE_LIST_TIMESTAMP,
          .form = TN_SQLITE_TIME_RFC3339},
         "'1970-01-01T00:00:00Z' '1970-01-01T00:00:01.234567Z'"},
        {{.items = times,
          .count = 2,
          .kind = TN_SQLITE_LIST_TIMESTAMP,
          .form = TN_SQLITE_TIME_SECONDS},
         "0 1"},
        {{.items = times, .count = 2, .kind = TN_SQLITE_LIST_TIMESTAMP, .form = TN_SQLITE_TIME_MS},
         "0 1234"},
        {{.items = choices,
          .count = 2,
          .kind = TN_SQLITE_LIST_CHOICE,
          .choices = names,
          .choice_count = 2},
         "'blue' 'red'"},
        {{.items = values, .count = 8, .kind = TN_SQLITE_LIST_VALUE},
         "-1 2.0 'a''b' X'' 1 '1970-01-01 00:00:00' '[]' '1970-01-01'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_elements(f->db, &cases[i].list, cases[i].expected);
}

static void text_with_a_nul_and_empty_blob_are_found(void **state)
{
    struct fixture *f = *state;
    const tn_text texts[] = {{"a\0b", 3}, {"a", 1}};
    const tn_blob blobs[] = {{"", 0}};
    struct tn_sqlite_list list = {.items = texts, .count = 1, .kind = TN_SQLITE_LIST_TEXT};
    assert_ok(tn_exec_script(f->db,
                             "INSERT INTO t VALUES (201, CAST(x'610062' AS TEXT)), (202, 'a'),"
                             " (203, x''), (204, ''), (205, NULL)",
                             NULL));
    assert_int_equal(number(f->db, &by_any, &list), 1);
    list.count = 2;
    assert_int_equal(number(f->db, &by_any, &list), 2);
    list = (struct tn_sqlite_list){.items = blobs, .count = 1, .kind = TN_SQLITE_LIST_BLOB};
    assert_int_equal(number(f->db, &by_any, &list), 1);
}

static void text_that_is_read_has_a_nul_behind_it(void **state)
{
    struct fixture *f = *state;
    const tn_text texts[] = {{"longer", 4}};
    const struct tn_sqlite_list list = {.items = texts, .count = 1, .kind = TN_SQLITE_LIST_TEXT};
    struct tn_gen_use use;
    tn_text out = {NULL, 0};
    assert_ok(tn_gen_acquire(&use, f->db, &elements, NULL));
    assert_int_equal(tn_sqlite_bind_list(use.stmt, 1, &list), SQLITE_OK);
    assert_int_equal(sqlite3_step(use.stmt), SQLITE_ROW);
    assert_true(tn_sqlite_read_text(use.stmt, 0, &out));
    assert_text(out, "long");
    assert_int_equal(out.data[4], '\0');
    tn_gen_release(&use);
}

/* --- what is no list ---------------------------------------------------------------------------- */

static void element_that_is_no_value_is_named(void **state)
{
    struct fixture *f = *state;
    const double reals[] = {1, (double)NAN};
    const tn_text texts[] = {{"a", 1}, {"b", 1}, {"", 0}, {NULL, 0}};
    const tn_blob blobs[] = {{NULL, 0}};
    const tn_timestamp times[] = {{0}, {INT64_MAX}};
    const unsigned choices[] = {1, 3}, zero[] = {0};
    const tn_value nulls[] = {tn_value_int(1), tn_value_null()};
    const tn_value nan_value[] = {tn_value_real((double)NAN)};
    const tn_value typeless[] = {{.type = (enum tn_type)99}};
    const struct {
        struct tn_sqlite_list list;
        const char *what;
    } cases[] = {
        {{.items = reals, .count = 2, .kind = TN_SQLITE_LIST_REAL}, "element 1 is not a number"},
        {{.items = texts, .count = 4, .kind = TN_SQLITE_LIST_TEXT}, "element 3 is NULL"},
        {{.items = blobs, .count = 1, .kind = TN_SQLITE_LIST_BLOB}, "element 0 is NULL"},
        {{.items = times, .count = 2, .kind = TN_SQLITE_LIST_TIMESTAMP},
         "element 1 is out of range: the year is not within 0000 to 9999"},
        {{.items = choices,
          .count = 2,
          .kind = TN_SQLITE_LIST_CHOICE,
          .choices = texts,
          .choice_count = 2},
         "element 1 is no value of its enum"},
        {{.items = zero,
          .count = 1,
          .kind = TN_SQLITE_LIST_CHOICE,
          .choices = texts,
          .choice_count = 2},
         "element 0 is no value of its enum"},
        {{.items = nulls, .count = 2, .kind = TN_SQLITE_LIST_VALUE}, "element 1 is NULL"},
        {{.items = nan_value, .count = 1, .kind = TN_SQLITE_LIST_VALUE},
         "element 0 is not a number"},
        {{.items = typeless, .count = 1, .kind = TN_SQLITE_LIST_VALUE}, "element 0 has no type"},
        {{.items = texts, .count = 1, .kind = (enum tn_sqlite_list_kind)99},
         "element 0 is of no known kind"},
        {{.items = NULL, .count = 1}, "no items, and a count"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tn_sqlite_list list = cases[i].list;
        list.name = "ids";
        check_failure(f, &list, cases[i].what);
    }
    const int64_t ids[] = {5};
    const struct tn_sqlite_list sound = int_list(ids, 1);
    assert_int_equal(number(f->db, &by_any, &sound), 1);
}

static void argument_that_is_no_list_is_refused(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *sql;
        int status;
        const char *message;
    } cases[] = {
        {"SELECT * FROM tn_list(7)", TN_EINVAL, "the argument of tn_list() is no list"},
        {"SELECT * FROM tn_list('x')", TN_EINVAL, "the argument of tn_list() is no list"},
        {"SELECT * FROM tn_list", TN_EINVAL, "tn_list() needs a list"},
        {"SELECT * FROM tn_list()", TN_EINVAL, "tn_list() needs a list"},
        {"SELECT * FROM tn_list(NULL) WHERE list IS NOT NULL", TN_OK, ""},
        {"SELECT * FROM tn_list(NULL)", TN_OK, ""},
        {"CREATE VIEW v AS SELECT * FROM tn_list(1); SELECT * FROM v", TN_ERROR,
         "unsafe use of virtual table \"tn_list\""},
        {"CREATE VIRTUAL TABLE l USING tn_list", TN_ENOTFOUND, "no such module 'tn_list'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tn_error_clear(&f->err);
        int rc = tn_exec_script(f->db, cases[i].sql, &f->err);
        if (rc != cases[i].status)
            fail_msg("%s: %s: %s", cases[i].sql, tn_status_name(rc), f->err.message);
        assert_string_equal(f->err.message, cases[i].message);
    }
}

/* --- plans -------------------------------------------------------------------------------------- */

/* The plan of a statement with lists, its lines one after another. */
static void plan_of(char *out, size_t size, tn_db *db, const char *sql)
{
    char explain[500];
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    size_t used = 0;
    snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", sql);
    const tn_value nothing = tn_value_null();
    assert_ok(tn_query(&rows, db, explain, &nothing, 1, &arena, NULL));
    for (size_t i = 0; i < rows.row_count && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? "; " : "",
                                 tn_rows_at(&rows, i, 3)->as.text.data);
    tn_arena_fini(&arena);
}

/* With an index the list leads to it, whatever is known of the table. */
static void check_plans(tn_db *db)
{
    static const struct {
        const char *sql;
        const char *plan;
    } cases[] = {
        {"SELECT * FROM t WHERE id IN (SELECT value FROM tn_list(?1))",
         "SEARCH t USING INTEGER PRIMARY KEY (rowid=?); LIST SUBQUERY 1; "
         "SCAN tn_list VIRTUAL TABLE INDEX 0:"},
        {"SELECT * FROM s WHERE k IN (SELECT value FROM tn_list(?1))",
         "SEARCH s USING INDEX s_k (k=?); LIST SUBQUERY 1; SCAN tn_list VIRTUAL TABLE INDEX 0:"},
        {"SELECT * FROM t JOIN tn_list(?1) AS l ON t.id = l.value",
         "SCAN l VIRTUAL TABLE INDEX 0:; SEARCH t USING INTEGER PRIMARY KEY (rowid=?)"},
        {"SELECT * FROM s JOIN tn_list(?1) AS l ON s.k = l.value",
         "SCAN l VIRTUAL TABLE INDEX 0:; SEARCH s USING INDEX s_k (k=?)"},
        {"SELECT * FROM t JOIN s ON s.k = t.id JOIN tn_list(?1) AS l ON t.id = l.value "
         "WHERE s.tag > 'a'",
         "SCAN l VIRTUAL TABLE INDEX 0:; SEARCH t USING INTEGER PRIMARY KEY (rowid=?); "
         "SEARCH s USING INDEX s_k (k=?)"},
        {"SELECT * FROM t JOIN tn_list(?1) AS l ON t.any = l.value",
         "SCAN l VIRTUAL TABLE INDEX 0:; SEARCH t USING AUTOMATIC COVERING INDEX (any=?)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char plan[500];
        plan_of(plan, sizeof plan, db, cases[i].sql);
        if (strncmp(plan, cases[i].plan, strlen(cases[i].plan)) != 0)
            fail_msg("%s:\n%s", cases[i].sql, plan);
    }
}

static void list_leads_to_an_index(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, NULL));
    tn_db *view = tn_conn_db(conn);
    check_plans(view);
    assert_ok(tn_exec_script(
        view,
        "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 30000)"
        "INSERT INTO s SELECT n / 3, 'tag' || n % 7 FROM c; ANALYZE;",
        NULL));
    tn_conn_release(conn);
    check_plans(f->db);
}

/* --- connections -------------------------------------------------------------------------------- */

static void every_connection_knows_lists(void **state)
{
    struct fixture *f = *state;
    const int64_t items[] = {4, 5, 1000};
    const struct tn_sqlite_list list = int_list(items, 3);
    char url[PATH_MAX + 200];
    tn_db *db;
    sqlite3 *handle;
    snprintf(url, sizeof url, "sqlite:%s/gen.db?mode=ro", f->folder);
    assert_ok(tn_db_open(&db, url, NULL, NULL));
    assert_int_equal(number(db, &is_in, &list), 2);
    tn_db_close(db);

    assert_int_equal(sqlite3_open(scratch_path(f->folder, "gen.db"), &handle), SQLITE_OK);
    for (int i = 0; i < 2; i++) { /* again: it is known already */
        assert_ok(tn_db_wrap_sqlite(&db, handle, NULL, NULL));
        assert_int_equal(number(db, &is_in, &list), 2);
        /* Its result codes are the primary ones alone. */
        const tn_value nothing[] = {tn_value_null()};
        const struct tn_sqlite_list bad = {
            .items = nothing, .count = 1, .kind = TN_SQLITE_LIST_VALUE, .name = "ids"};
        int64_t out;
        assert_int_equal(ask(&out, db, &is_in, &bad, &f->err), TN_EINVAL);
        assert_string_equal(f->err.message, "query 'is_in': list 'ids': element 0 is NULL");
        tn_db_close(db);
    }
    sqlite3_close(handle);
}

static void lists_work_on_a_guarded_connection(void **state)
{
    struct fixture *f = *state;
    const int64_t items[] = {4, 5, 1000};
    const struct tn_sqlite_list list = int_list(items, 3);
    tn_conn *conn;
    int now;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, NULL));
    sqlite3 *handle = tn_conn_sqlite3(conn);
    assert_int_equal(sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, &now), SQLITE_OK);
    assert_int_equal(sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, &now), SQLITE_OK);
    assert_int_equal(number(tn_conn_db(conn), &is_in, &list), 2);
    assert_int_equal(number(tn_conn_db(conn), &joined, &list), 9);
    tn_conn_release(conn);
}

static void list_selects_what_is_written(void **state)
{
    struct fixture *f = *state;
    static const char sql[] = "DELETE FROM t WHERE id IN (SELECT value FROM tn_list(?1))";
    static struct tn_gen_query drop = {"drop", sql, sizeof sql - 1, 0, TN_WRITE, TN_GEN_ABI, 0};
    const int64_t items[] = {40, 5, 1000};
    const struct tn_sqlite_list list = int_list(items, 3);
    const struct tn_sqlite_list none = int_list(NULL, 0);
    struct tn_gen_use use;
    assert_ok(tn_gen_acquire(&use, f->db, &drop, NULL));
    assert_int_equal(tn_sqlite_bind_list(use.stmt, 1, &list), SQLITE_OK);
    assert_int_equal(sqlite3_step(use.stmt), SQLITE_DONE);
    assert_int_equal(tn_gen_affected(&use), 2);
    tn_gen_release(&use);
    assert_int_equal(number(f->db, &not_in, &none), 98);
}

/* The engine's memory fails at every point: an error, or the same answer. */
static void engine_without_memory_says_so(void **state)
{
    struct fixture *f = *state;
    int64_t items[2000];
    int failures = 0;
    for (int i = 0; i < 2000; i++)
        items[i] = 2000 - i;
    const struct tn_sqlite_list list = int_list(items, 2000);
    assert_int_equal(number(f->db, &is_in, &list), 100);
    for (int room = 0; room < 200000; room += 500) {
        int64_t out = -1;
        sqlite3_hard_heap_limit64(sqlite3_memory_used() + room);
        int rc = ask(&out, f->db, &is_in, &list, &f->err);
        sqlite3_hard_heap_limit64(0);
        if (rc == TN_OK) {
            assert_int_equal(out, 100);
        } else {
            assert_int_equal(rc, TN_ENOMEM);
            failures++;
        }
    }
    assert_true(failures > 0);
    assert_int_equal(number(f->db, &is_in, &list), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(list_of_any_length_is_in_and_not_in),
        TEST(list_without_items_is_empty),
        TEST(element_twice_selects_once),
        TEST(integers_keep_their_values_at_the_extremes),
        TEST(statement_is_used_again_with_another_list),
        TEST(elements_of_every_kind_come_out_as_bound_ones_do),
        TEST(text_with_a_nul_and_empty_blob_are_found),
        TEST(text_that_is_read_has_a_nul_behind_it),
        TEST(element_that_is_no_value_is_named),
        TEST(argument_that_is_no_list_is_refused),
        TEST(list_leads_to_an_index),
        TEST(every_connection_knows_lists),
        TEST(lists_work_on_a_guarded_connection),
        TEST(list_selects_what_is_written),
        TEST(engine_without_memory_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
