/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "gen.h"
#include "util/fs.h"

#include "../golden/embed/gen/groups.tenon.c"
#include "../golden/variants/gen/tasks.tenon.c"

/* Generated queries whose transaction, or connection, is gone while they are in use. */

static int setup(void **state)
{
    static const char *const paths[] = {
        TN_TEST_SOURCE_DIR "/tests/golden/embed/migrations/1_shop.sql",
        TN_TEST_SOURCE_DIR "/tests/golden/variants/migrations/1_schema.sql"};
    int rc = open_fixture(state, "", "");
    struct fixture *f = *state;
    tn_text sql;
    for (size_t i = 0; i < 2; i++) {
        assert_ok(tn__file_read(&sql, paths[i], 1 << 20, &f->arena, &f->err));
        assert_ok(tn_exec_script(f->db, sql.data, &f->err));
    }
    assert_ok(tn_exec_script(
        f->db,
        "INSERT INTO users (id, name) VALUES (1, 'Ann'), (2, 'Bob');"
        "INSERT INTO orders (id, user_id) VALUES (1, 1), (2, 1), (3, 2);"
        "INSERT INTO tasks (id, title, status, owner, weight, made) VALUES"
        " (1, 'a', 'open', 'Ann', 1, '2026-01-01 00:00:00'), (2, 'b', 'open', 'Bob', 2, '2026-01-01 00:00:00')",
        &f->err));
    return rc;
}

static const struct demo_search_args all_tasks = {.most = 10};

static void begin_search(struct fixture *f, struct demo_search_iter *iter, tn_db *view)
{
    assert_ok(demo_search_begin(iter, view, &all_tasks, &f->err));
    assert_int_equal(demo_search_next(iter, &f->err), TN_ROW);
}

static void assert_over(struct fixture *f, struct demo_search_iter *iter)
{
    static const char begins[] = "query 'search': the rows are over: ";
    for (int i = 0; i < 2; i++) {
        assert_int_equal(demo_search_next(iter, &f->err), TN_EMISUSE);
        assert_memory_equal(f->err.message, begins, sizeof begins - 1);
    }
    demo_search_end(iter);
    assert_int_equal(demo_search_next(iter, &f->err), TN_DONE);
    demo_search_end(iter);
}

static void rows_end_with_their_transaction(void **state)
{
    struct fixture *f = *state;
    struct demo_search_iter iter, other;
    tn_db *tx;
    tn_conn *conn;
    for (int commits = 0; commits < 2; commits++) {
        assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, &f->err));
        begin_search(f, &iter, tx);
        if (commits)
            assert_ok(tn_tx_commit(tx, &f->err));
        else
            tn_tx_rollback(tx);
        assert_ok(tn_db_check_unused(f->db, &f->err));
        assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
        begin_search(f, &other, tn_conn_db(conn));
        assert_over(f, &iter);
        assert_int_equal(demo_search_next(&other, &f->err), TN_ROW);
        assert_int_equal(demo_search_next(&other, &f->err), TN_DONE);
        begin_search(f, &other, tn_conn_db(conn));
        tn_conn_release(conn);
        assert_over(f, &other);
    }
}

static void only_those_of_the_savepoint_end(void **state)
{
    struct fixture *f = *state;
    struct demo_search_iter outer, inner;
    tn_db *tx, *savepoint;
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, &f->err));
    begin_search(f, &outer, tx);
    assert_ok(tn_tx_begin(&savepoint, tx, TN_WRITE, &f->err));
    begin_search(f, &inner, savepoint);
    assert_ok(tn_tx_commit(savepoint, &f->err));
    assert_over(f, &inner);
    assert_int_equal(demo_search_next(&outer, &f->err), TN_ROW);
    demo_search_end(&outer);
    assert_ok(tn_tx_commit(tx, &f->err));
}

static void groups_end_as_well(void **state)
{
    struct fixture *f = *state;
    struct app_order_tree_iter iter;
    tn_db *tx;
    for (int of_items = 0; of_items < 2; of_items++) {
        assert_ok(tn_tx_begin(&tx, f->db, TN_READ, &f->err));
        assert_ok(app_order_tree_begin(&iter, tx, &f->err));
        assert_int_equal(app_order_tree_next(&iter, &f->err), TN_ROW);
        tn_tx_rollback(tx);
        assert_int_equal(of_items ? app_order_tree_next_item(&iter, &f->err)
                                  : app_order_tree_next(&iter, &f->err),
                         TN_EMISUSE);
        app_order_tree_end(&iter);
    }
}

/* More variants than are kept: this one's statement is its own. */
static void variant_for_one_use_ends_as_well(void **state)
{
    struct fixture *f = *state;
    struct demo_search_iter iter;
    tn_db *tx;
    uint32_t used = demo_search_query.used;
    demo_search_query.used = TN_GEN_VARIANTS_MAX;
    const struct demo_search_args of_ann = {.owner = {"Ann", 3}, .most = 10};
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, &f->err));
    assert_ok(demo_search_begin(&iter, tx, &of_ann, &f->err));
    assert_int_equal(iter.use.query->slot, TN_GEN_NO_SLOT);
    assert_int_equal(demo_search_next(&iter, &f->err), TN_ROW);
    tn_tx_rollback(tx);
    demo_search_query.used = used;
    assert_over(f, &iter);
}

/* The second one of a query at a time has a statement that no slot waits for. */
static void two_at_a_time_end_together(void **state)
{
    struct fixture *f = *state;
    struct demo_search_iter first, second;
    tn_db *tx;
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, &f->err));
    begin_search(f, &first, tx);
    begin_search(f, &second, tx);
    tn_tx_rollback(tx);
    assert_over(f, &second);
    assert_over(f, &first);
    begin_search(f, &first, f->db);
    demo_search_end(&first);
}

static void rows_outlive_their_pool(void **state)
{
    struct fixture *f = *state;
    struct demo_search_iter iter;
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    begin_search(f, &iter, tn_conn_db(conn));
    tn_db_close(f->db);
    f->db = NULL;
    assert_over(f, &iter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows_end_with_their_transaction),
        TEST(only_those_of_the_savepoint_end),
        TEST(groups_end_as_well),
        TEST(variant_for_one_use_ends_as_well),
        TEST(two_at_a_time_end_together),
        TEST(rows_outlive_their_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
