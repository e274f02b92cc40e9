/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "fault_alloc.h"
#include "gen.h"

/* One query for many items, as a generator would write it. */

QUERY(item_add, 0, TN_WRITE, "INSERT INTO items (id, owner) VALUES (?1, ?2)");
QUERY(item_or_rollback, 0, TN_WRITE, "INSERT OR ROLLBACK INTO items (id, owner) VALUES (?1, ?2)");
QUERY(item_or_ignore, 0, TN_WRITE, "INSERT OR IGNORE INTO items (id, owner) VALUES (?1, ?2)");
QUERY(item_disown, 0, TN_WRITE, "UPDATE items SET owner = ?2 WHERE id <= ?1");
QUERY(gone_add, 0, TN_WRITE, "INSERT INTO gone (id, owner) VALUES (?1, ?2)");
QUERY(item_return, 1, TN_WRITE, "INSERT INTO items (id, owner) VALUES (?1, ?2) RETURNING id");

struct item {
    int64_t id;
    int64_t owner;
};

/* What a generator writes. */
static int bulk(tn_db *db, struct tn_gen_query *query, const struct item *items, size_t count,
                int64_t *affected, tn_error *err)
{
    struct tn_gen_bulk bulk;
    int rc = tn_gen_bulk_begin(&bulk, db, query, err);
    if (rc != TN_OK)
        return rc;
    for (size_t i = 0; rc == TN_OK && i < count; i++) {
        int native = sqlite3_bind_int64(bulk.use.stmt, 1, items[i].id);
        if (native == SQLITE_OK)
            native = sqlite3_bind_int64(bulk.use.stmt, 2, items[i].owner);
        if (items[i].owner < 0)
            rc = tn_gen_bulk_fail_param(&bulk, "owner", err);
        else if (native != SQLITE_OK)
            rc = tn_gen_bulk_fail(&bulk, native, err);
        else
            rc = tn_sqlite_bulk_run(&bulk, err);
    }
    return tn_gen_bulk_end(&bulk, rc, affected, err);
}

static const char schema[] =
    "CREATE TABLE owners (id INTEGER PRIMARY KEY);"
    "CREATE TABLE items (id INTEGER PRIMARY KEY,"
    " owner INTEGER NOT NULL REFERENCES owners DEFERRABLE INITIALLY DEFERRED);"
    "CREATE TABLE log (item INTEGER);"
    "CREATE TRIGGER item_log AFTER INSERT ON items BEGIN INSERT INTO log VALUES (new.id),"
    " (new.id); END;"
    "INSERT INTO owners VALUES (1), (2);";

static int setup(void **state)
{
    return open_fixture(state, "", schema);
}

static int64_t count_of(tn_db *db, const char *table)
{
    char sql[100];
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    assert_ok(tn_query(&rows, db, sql, NULL, 0, &arena, NULL));
    int64_t count = tn_rows_at(&rows, 0, 0)->as.integer;
    tn_arena_fini(&arena);
    return count;
}

/* 18 of them; the item of that number is given as it is said. */
static const struct item *items_with(size_t at, struct item item)
{
    static struct item items[18];
    for (size_t i = 0; i < 18; i++)
        items[i] = (struct item){(int64_t)i + 1, 1};
    items[at] = item;
    return items;
}

static const struct item *sound_items(void)
{
    return items_with(0, (struct item){1, 1});
}

/* --- what it does ------------------------------------------------------------------------------- */

static void all_items_are_committed_and_counted(void **state)
{
    struct fixture *f = *state;
    int64_t affected = -1;
    assert_ok(bulk(f->db, &item_add, sound_items(), 18, &affected, NULL));
    assert_int_equal(affected, 18); /* without the trigger's 36 */
    assert_int_equal(count_of(f->db, "items"), 18);
    assert_int_equal(count_of(f->db, "log"), 36);
    assert_ok(bulk(f->db, &item_or_ignore, sound_items(), 18, &affected, NULL));
    assert_int_equal(affected, 0);
    const struct item changes[] = {{3, 2}, {0, 2}, {5, 1}};
    assert_ok(bulk(f->db, &item_disown, changes, 3, &affected, NULL));
    assert_int_equal(affected, 8);
    assert_ok(bulk(f->db, &item_disown, changes, 3, NULL, NULL));
}

static void no_items_are_nothing(void **state)
{
    struct fixture *f = *state;
    int64_t affected = -1;
    assert_ok(bulk(f->db, &item_add, NULL, 0, &affected, NULL));
    assert_int_equal(affected, 0);
}

static void rows_that_are_returned_are_left_unread(void **state)
{
    struct fixture *f = *state;
    int64_t affected = -1;
    assert_ok(bulk(f->db, &item_return, sound_items(), 18, &affected, NULL));
    assert_int_equal(affected, 18);
    assert_int_equal(count_of(f->db, "items"), 18);
}

/* --- failures ----------------------------------------------------------------------------------- */

static void failing_item_is_named_and_undoes_all(void **state)
{
    struct fixture *f = *state;
    int64_t affected = -1;
    assert_int_equal(
        bulk(f->db, &item_add, items_with(17, (struct item){3, 1}), 18, &affected, &f->err),
        TN_EUNIQUE);
    assert_string_equal(f->err.message,
                        "query 'item_add': item 17: unique constraint failed on 'items.id'");
    assert_string_equal(f->err.query, "item_add");
    assert_string_equal(f->err.table, "items");
    assert_int_equal(affected, -1);
    assert_int_equal(count_of(f->db, "items"), 0);
    assert_int_equal(count_of(f->db, "log"), 0);
    assert_int_equal(bulk(f->db, &item_add, items_with(17, (struct item){3, 1}), 18, NULL, NULL),
                     TN_EUNIQUE);
    assert_ok(bulk(f->db, &item_add, sound_items(), 18, &affected, NULL));
}

static void refused_parameter_is_named_and_undoes_all(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(bulk(f->db, &item_add, items_with(4, (struct item){5, -1}), 18, NULL, &f->err),
                     TN_EINVAL);
    assert_string_equal(f->err.message,
                        "query 'item_add': item 4: parameter 'owner' is no value of its enum");
    assert_string_equal(f->err.query, "item_add");
    assert_int_equal(bulk(f->db, &item_add, items_with(4, (struct item){5, -1}), 18, NULL, NULL),
                     TN_EINVAL);
    assert_int_equal(count_of(f->db, "items"), 0);
}

static void foreign_key_that_fails_at_commit_undoes_all(void **state)
{
    struct fixture *f = *state;
    int64_t affected = -1;
    assert_int_equal(
        bulk(f->db, &item_add, items_with(9, (struct item){10, 77}), 18, &affected, &f->err),
        TN_EFOREIGNKEY);
    assert_string_equal(f->err.message, "query 'item_add': foreign key constraint failed");
    assert_string_equal(f->err.query, "item_add");
    assert_int_equal(affected, -1);
    assert_int_equal(count_of(f->db, "items"), 0);
    assert_ok(bulk(f->db, &item_add, sound_items(), 18, &affected, NULL));
}

static void engine_that_rolls_back_by_itself_undoes_all(void **state)
{
    struct fixture *f = *state;
    int64_t affected = -1;
    const struct item *items = items_with(7, (struct item){2, 1});
    assert_int_equal(bulk(f->db, &item_or_rollback, items, 18, &affected, &f->err), TN_EUNIQUE);
    assert_non_null(strstr(f->err.message, "item 7: "));
    assert_int_equal(affected, -1);
    assert_int_equal(count_of(f->db, "items"), 0);
    assert_ok(bulk(f->db, &item_or_rollback, sound_items(), 18, &affected, NULL));
    assert_int_equal(affected, 18);
}

static void query_that_cannot_be_prepared_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    tn_db *tx;
    assert_int_equal(bulk(f->db, &gone_add, sound_items(), 18, NULL, &f->err), TN_ENOTFOUND);
    assert_string_equal(f->err.message, "query 'gone_add': no such table 'gone'");
    assert_int_equal(bulk(f->db, &gone_add, sound_items(), 18, NULL, NULL), TN_ENOTFOUND);
    assert_ok(tn_tx_begin(&tx, f->db, TN_READ, NULL));
    assert_int_equal(bulk(tx, &item_add, sound_items(), 18, NULL, &f->err), TN_EREADONLY);
    assert_string_equal(f->err.query, "item_add");
    tn_tx_rollback(tx);
    assert_ok(bulk(f->db, &item_add, sound_items(), 18, NULL, NULL));
}

/* --- inside a transaction ----------------------------------------------------------------------- */

static void inside_a_transaction_it_is_undone_alone(void **state)
{
    struct fixture *f = *state;
    tn_db *tx;
    int64_t affected;
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, NULL));
    assert_ok(tn_exec(tx, "INSERT INTO items VALUES (100, 1)", NULL, 0, NULL, NULL));
    assert_int_equal(
        bulk(tx, &item_add, items_with(17, (struct item){100, 1}), 18, &affected, &f->err),
        TN_EUNIQUE);
    assert_int_equal(count_of(tx, "items"), 1);
    assert_int_equal(bulk(tx, &item_add, items_with(3, (struct item){4, -1}), 18, &affected, NULL),
                     TN_EINVAL);
    assert_int_equal(count_of(tx, "items"), 1);
    assert_ok(bulk(tx, &item_add, sound_items(), 18, &affected, NULL));
    assert_int_equal(affected, 18);
    assert_int_equal(count_of(f->db, "items"), 0); /* not committed yet */
    assert_ok(tn_tx_commit(tx, NULL));
    assert_int_equal(count_of(f->db, "items"), 19);
}

static void foreign_keys_wait_for_the_outer_commit(void **state)
{
    struct fixture *f = *state;
    tn_db *tx;
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, NULL));
    assert_ok(bulk(tx, &item_add, items_with(9, (struct item){10, 77}), 18, NULL, NULL));
    assert_int_equal(tn_tx_commit(tx, &f->err), TN_EFOREIGNKEY);
    assert_int_equal(count_of(f->db, "items"), 0);
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, NULL));
    assert_ok(bulk(tx, &item_add, items_with(9, (struct item){10, 77}), 18, NULL, NULL));
    assert_ok(tn_exec(tx, "INSERT INTO owners VALUES (77)", NULL, 0, NULL, NULL));
    assert_ok(tn_tx_commit(tx, NULL));
    assert_int_equal(count_of(f->db, "items"), 18);
}

static void engine_that_rolls_back_by_itself_ends_the_outer_one_too(void **state)
{
    struct fixture *f = *state;
    tn_db *tx;
    const struct item *items = items_with(7, (struct item){2, 1});
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, NULL));
    assert_ok(tn_exec(tx, "INSERT INTO items VALUES (100, 1)", NULL, 0, NULL, NULL));
    assert_int_equal(bulk(tx, &item_or_rollback, items, 18, NULL, &f->err), TN_EUNIQUE);
    assert_int_equal(bulk(tx, &item_add, items, 18, NULL, &f->err), TN_EUNIQUE); /* it is lost */
    assert_int_equal(tn_tx_commit(tx, &f->err), TN_EUNIQUE);
    assert_int_equal(count_of(f->db, "items"), 0);
    assert_ok(bulk(f->db, &item_add, sound_items(), 18, NULL, NULL));
}

static void inside_a_transaction_in_sql_it_is_a_savepoint(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, NULL));
    tn_db *view = tn_conn_db(conn);
    assert_ok(tn_exec(view, "BEGIN", NULL, 0, NULL, NULL));
    assert_ok(tn_exec(view, "INSERT INTO items VALUES (100, 1)", NULL, 0, NULL, NULL));
    assert_int_equal(bulk(view, &item_add, items_with(5, (struct item){100, 1}), 18, NULL, NULL),
                     TN_EUNIQUE);
    assert_true(tn_conn_in_transaction(conn));
    assert_ok(bulk(view, &item_add, sound_items(), 18, NULL, NULL));
    assert_true(tn_conn_in_transaction(conn));
    assert_ok(tn_exec(view, "COMMIT", NULL, 0, NULL, NULL));
    tn_conn_release(conn);
    assert_int_equal(count_of(f->db, "items"), 19);
}

static int bulk_in_transact(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    return bulk(tx, &item_add, sound_items(), 18, NULL, err);
}

static void transact_commits_a_bulk(void **state)
{
    struct fixture *f = *state;
    assert_ok(tn_transact(f->db, bulk_in_transact, NULL, NULL, NULL));
    assert_int_equal(count_of(f->db, "items"), 18);
    assert_int_equal(tn_transact(f->db, bulk_in_transact, NULL, NULL, &f->err), TN_EUNIQUE);
    assert_non_null(strstr(f->err.message, "item 0: "));
    assert_int_equal(count_of(f->db, "items"), 18);
}

/* --- memory ------------------------------------------------------------------------------------- */

static int open_and_run_bulk(void *user)
{
    tn_db *db;
    (void)user;
    int rc = tn_db_open(&db, "sqlite::memory:", NULL, NULL);
    if (rc != TN_OK)
        return rc;
    rc = tn_exec_script(db, schema, NULL);
    if (rc == TN_OK)
        rc = bulk(db, &item_add, sound_items(), 18, NULL, NULL);
    tn_db_close(db);
    return rc;
}

static void bulk_survives_lack_of_memory(void **state)
{
    struct fixture *f = *state;
    fault_alloc_each(open_and_run_bulk, NULL);
    fault_alloc_begin(1, true);
    assert_int_equal(bulk(f->db, &item_add, sound_items(), 18, NULL, &f->err), TN_ENOMEM);
    fault_alloc_end();
    assert_string_equal(f->err.query, "item_add");
    assert_int_equal(count_of(f->db, "items"), 0);
    assert_ok(bulk(f->db, &item_add, sound_items(), 18, NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_items_are_committed_and_counted),
        TEST(no_items_are_nothing),
        TEST(rows_that_are_returned_are_left_unread),
        TEST(failing_item_is_named_and_undoes_all),
        TEST(refused_parameter_is_named_and_undoes_all),
        TEST(foreign_key_that_fails_at_commit_undoes_all),
        TEST(engine_that_rolls_back_by_itself_undoes_all),
        TEST(query_that_cannot_be_prepared_leaves_nothing),
        TEST(inside_a_transaction_it_is_undone_alone),
        TEST(foreign_keys_wait_for_the_outer_commit),
        TEST(engine_that_rolls_back_by_itself_ends_the_outer_one_too),
        TEST(inside_a_transaction_in_sql_it_is_a_savepoint),
        TEST(transact_commits_a_bulk),
        TEST(bulk_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
