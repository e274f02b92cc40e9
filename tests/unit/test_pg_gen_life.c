/* SPDX-License-Identifier: MIT */
#include "pg_generated.h"

/* Generated code on PostgreSQL in a changing world: schemas that change, connections that go, transactions that end. */

/* --- schemas that change ------------------------------------------------------------------------ */

static int count_all(struct pging *p, tn_db *db)
{
    static const struct app_thing_count_args none;
    struct app_thing_count_row count;
    return app_thing_count(&count, db, &none, &p->err);
}

static void names_may_be_lost(void **state)
{
    struct pging *p = *state;
    tn_db *tx;
    make_schema(p);
    assert_status(count_all(p, p->db), TN_OK, p->err);
    pging_script(p, "DEALLOCATE ALL");
    assert_status(count_all(p, p->db), TN_OK, p->err);
    pging_script(p, "DEALLOCATE ALL");
    assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
    assert_status(count_all(p, tx), TN_OK, p->err); /* BEGIN went with it */
    assert_ok(tn_tx_commit(tx, &p->err));
}

/* Behind a pooler nothing is kept on the server, and every run looks at its columns. */
static void without_names(void **state)
{
    struct pging *p = *state;
    make_schema(p);
    tn_db_close(p->db);
    p->db = pging_open(p, "&max_connections=1&prepare=unnamed");
    struct app_thing_add_args thing = full_thing();
    static const struct app_thing_put_args items[2] = {{1, {"a", 1}, APP_MOOD_OK},
                                                       {2, {"b", 1}, APP_MOOD_OK}};
    struct app_thing_put_rows put;
    struct app_thing_list_rows rows;
    for (int i = 0; i < 2; i++) {
        int64_t id = add(p, &thing);
        assert_int_equal(list(p, &id, 1).count, 1);
        assert_status(count_all(p, p->db), TN_OK, p->err);
        assert_status(app_thing_put(&put, p->db, items, 2, &p->arena, &p->err), TN_OK, p->err);
        assert_int_equal(put.count, 2);
    }
    assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM pg_prepared_statements"), 0);
    int64_t id = 1;
    pging_script(p, "ALTER TABLE things ALTER i4 TYPE BIGINT");
    assert_status(
        app_thing_list_all(&rows, p->db, (tn_int_list){&id, 1}, ALL_MOODS, &p->arena, &p->err),
        TN_ESCHEMA, p->err);
    assert_string_equal(p->err.message,
                        "query 'thing_list': column 'i4' is of type int8 and was generated for "
                        "int4: run tenon generate");
}

static void another_type_is_told_not_read(void **state)
{
    struct pging *p = *state;
    make_schema(p);
    struct app_thing_add_args thing = full_thing();
    int64_t id = add(p, &thing);
    assert_int_equal(list(p, &id, 1).count, 1);
    /* The form is the same: nothing is wrong. */
    pging_script(p, "ALTER TABLE things ALTER v TYPE TEXT");
    assert_int_equal(list(p, &id, 1).count, 1);
    pging_script(p, "ALTER TABLE things ALTER i2 TYPE BIGINT");
    struct app_thing_list_rows rows;
    for (int i = 0; i < 2; i++) {
        assert_status(
            app_thing_list_all(&rows, p->db, (tn_int_list){&id, 1}, ALL_MOODS, &p->arena, &p->err),
            TN_ESCHEMA, p->err);
        assert_string_equal(p->err.message,
                            "query 'thing_list': column 'i2' is of type int8 and was generated for "
                            "int2: run tenon generate");
    }
    /* The server turns the old type into the new one, where one is given to it. */
    assert_true(add(p, &thing) > id);
    pging_script(p, "ALTER TABLE things ALTER i2 TYPE SMALLINT");
    assert_int_equal(list(p, &id, 1).count, 1);
    /* A type of the database's own it is asked for. */
    struct app_thing_add_row other;
    pging_script(p, "ALTER TABLE things ALTER m TYPE INTEGER USING 1; DEALLOCATE ALL");
    assert_status(app_thing_add(&other, p->db, &thing, &p->err), TN_ESCHEMA, p->err);
    assert_string_equal(p->err.message,
                        "query 'thing_add': parameter 'm' is of type int4 and was generated for "
                        "text: run tenon generate");
}

static void in_a_transaction_it_fails_once(void **state)
{
    struct pging *p = *state;
    tn_db *tx;
    make_schema(p);
    struct app_thing_add_args thing = full_thing();
    int64_t id = add(p, &thing);
    assert_int_equal(list(p, &id, 1).count, 1);
    struct app_thing_list_rows rows;
    assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
    assert_ok(pging_exec(tx, "ALTER TABLE things ALTER v TYPE TEXT", &p->err));
    assert_status(
        app_thing_list_all(&rows, tx, (tn_int_list){&id, 1}, ALL_MOODS, &p->arena, &p->err),
        TN_ESCHEMA, p->err);
    tn_tx_rollback(tx);
    assert_int_equal(list(p, &id, 1).count, 1);
}

static void a_value_that_is_new(void **state)
{
    struct pging *p = *state;
    make_schema(p);
    struct app_thing_add_args thing = full_thing();
    int64_t id = add(p, &thing);
    pging_script(p, "ALTER TYPE mood RENAME VALUE 'very happy' TO 'glad'");
    static const enum app_mood some[] = {APP_MOOD_OK};
    struct app_thing_list_rows rows;
    /* Its own list is another thing than the column's values. */
    pging_script(p, "UPDATE things SET m = 'ok', moods = '{glad}'");
    assert_status(app_thing_list_all(&rows, p->db, (tn_int_list){&id, 1},
                                     (struct app_mood_list){some, 1}, &p->arena, &p->err),
                  TN_ETYPE, p->err);
    assert_string_equal(p->err.message, "query 'thing_list': column 'moods' holds a value that no "
                                        "app_mood[] of C can hold");
    pging_script(p, "UPDATE things SET moods = '{{ok},{sad}}'");
    assert_status(app_thing_list_all(&rows, p->db, (tn_int_list){&id, 1},
                                     (struct app_mood_list){some, 1}, &p->arena, &p->err),
                  TN_ETYPE, p->err);
}

static void null_where_none_was_proven(void **state)
{
    struct pging *p = *state;
    make_schema(p);
    struct app_thing_add_args thing = full_thing();
    int64_t id = add(p, &thing);
    struct app_thing_list_rows rows;
    pging_script(p, "ALTER TABLE things ALTER t DROP NOT NULL; UPDATE things SET t = NULL");
    assert_status(
        app_thing_list_all(&rows, p->db, (tn_int_list){&id, 1}, ALL_MOODS, &p->arena, &p->err),
        TN_ETYPE, p->err);
    assert_string_equal(p->err.message, "query 'thing_list': column 't' holds null, not text");
    assert_string_equal(p->err.column, "t");
}

/* --- other ways to fail ------------------------------------------------------------------------- */

static void a_connection_that_is_cut(void **state)
{
    struct pging *p = *state;
    make_schema(p);
    struct app_thing_add_args thing = full_thing();
    int64_t id = add(p, &thing);
    struct app_thing_list_iter iter;
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, p->db, TN_WRITE, &p->err));
    int64_t pid = pging_int(p, tn_conn_db(conn), "SELECT CAST(pg_backend_pid() AS BIGINT)");
    assert_ok(
        app_thing_list_begin(&iter, tn_conn_db(conn), (tn_int_list){&id, 1}, ALL_MOODS, &p->err));
    pg_end_session(pid);
    /* What has been read is here. */
    assert_int_equal(app_thing_list_next(&iter, &p->err), TN_ROW);
    app_thing_list_end(&iter);
    assert_status(
        app_thing_list_begin(&iter, tn_conn_db(conn), (tn_int_list){&id, 1}, ALL_MOODS, &p->err),
        TN_ECONNECT, p->err);
    assert_string_equal(p->err.query, "thing_list");
    app_thing_list_end(&iter);
    tn_conn_release(conn);
    assert_int_equal(list(p, &id, 1).count, 1);
}

static void code_for_the_other_engine_is_refused(void **state)
{
    struct pging *p = *state;
    static struct tn_gen_query for_sqlite = {"old", "SELECT 1", 8, 1, TN_READ, TN_GEN_ABI, 0};
    struct tn_gen_use use;
    tn_db *db;
    static const struct app_thing_count_args none;
    struct app_thing_count_row count;
    assert_status(tn_gen_acquire(&use, p->db, &for_sqlite, &p->err), TN_EMISUSE, p->err);
    assert_string_equal(p->err.message,
                        "query 'old': generated for SQLite, which this database is not");
    assert_ok(tn_db_open(&db, ":memory:", NULL, &p->err));
    assert_status(app_thing_count(&count, db, &none, &p->err), TN_EMISUSE, p->err);
    assert_string_equal(
        p->err.message,
        "query 'thing_count': generated for PostgreSQL, which this database is not");
    tn_db_close(db);
}

struct seen {
    int count;
    int64_t rows;
    int64_t affected;
};

static void see(const tn_trace_event *event, void *user)
{
    struct seen *seen = user;
    if (event->kind != TN_TRACE_STATEMENT || !event->query)
        return;
    assert_true(strncmp(event->query, "thing_", 6) == 0);
    seen->count++;
    seen->rows += event->rows;
    seen->affected += event->affected;
}

static void statements_are_traced(void **state)
{
    struct pging *p = *state;
    struct seen seen = {0, 0, 0};
    struct app_thing_add_args thing = full_thing();
    static const struct app_thing_put_args items[3] = {
        {1, {"a", 1}, APP_MOOD_OK}, {2, {"b", 1}, APP_MOOD_OK}, {3, {"c", 1}, APP_MOOD_OK}};
    struct app_thing_put_rows rows;
    make_schema(p);
    assert_ok(tn_db_set_trace(p->db, see, &seen, &p->err));
    int64_t id = add(p, &thing);
    assert_true(seen.count == 1 && seen.rows == 1 && seen.affected == 1);
    assert_int_equal(list(p, &id, 1).count, 1);
    assert_true(seen.count == 2 && seen.rows == 2 && seen.affected == 1);
    assert_status(app_thing_put(&rows, p->db, items, 3, &p->arena, &p->err), TN_OK, p->err);
    assert_true(seen.count == 5 && seen.rows == 5 && seen.affected == 4);
    assert_ok(tn_db_set_trace(p->db, NULL, NULL, &p->err));
}

/* --- what a use ends with ----------------------------------------------------------------------- */

static void make_two(struct pging *p, int64_t *ids)
{
    make_schema(p);
    for (int i = 0; i < 2; i++) {
        struct app_thing_add_args thing = full_thing();
        thing.i4 = i;
        ids[i] = add(p, &thing);
    }
}

static void begin_list(struct pging *p, struct app_thing_list_iter *iter, tn_db *view,
                       const int64_t *ids)
{
    assert_status(app_thing_list_begin(iter, view, (tn_int_list){ids, 2}, ALL_MOODS, &p->err),
                  TN_OK, p->err);
    assert_int_equal(app_thing_list_next(iter, &p->err), TN_ROW);
    assert_int_equal(iter->row.i4, 0);
}

static void assert_over(struct pging *p, struct app_thing_list_iter *iter)
{
    static const char begins[] = "query 'thing_list': the rows are over: ";
    for (int i = 0; i < 2; i++) {
        assert_status(app_thing_list_next(iter, &p->err), TN_EMISUSE, p->err);
        assert_memory_equal(p->err.message, begins, sizeof begins - 1);
    }
    app_thing_list_end(iter);
    assert_int_equal(app_thing_list_next(iter, &p->err), TN_DONE);
    app_thing_list_end(iter);
}

/* The one connection is in other hands by then, and they do not notice. */
static void rows_end_with_their_transaction(void **state)
{
    struct pging *p = *state;
    struct app_thing_list_iter iter, other;
    int64_t ids[2];
    tn_db *tx;
    tn_conn *conn;
    make_two(p, ids);
    for (int commits = 0; commits < 2; commits++) {
        assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
        begin_list(p, &iter, tx, ids);
        if (commits)
            assert_ok(tn_tx_commit(tx, &p->err));
        else
            tn_tx_rollback(tx);
        assert_ok(tn_db_check_unused(p->db, &p->err));
        assert_ok(tn_conn_acquire(&conn, p->db, TN_WRITE, &p->err));
        begin_list(p, &other, tn_conn_db(conn), ids);
        assert_over(p, &iter);
        assert_int_equal(app_thing_list_next(&other, &p->err), TN_ROW);
        assert_int_equal(other.row.i4, 1);
        tn_conn_release(conn);
        assert_over(p, &other);
    }
}

static void only_those_of_the_savepoint_end(void **state)
{
    struct pging *p = *state;
    struct app_thing_list_iter outer, inner;
    int64_t ids[2];
    tn_db *tx, *savepoint;
    make_two(p, ids);
    assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
    begin_list(p, &outer, tx, ids);
    assert_ok(tn_tx_begin(&savepoint, tx, TN_WRITE, &p->err));
    begin_list(p, &inner, savepoint, ids);
    tn_tx_rollback(savepoint);
    assert_over(p, &inner);
    assert_int_equal(app_thing_list_next(&outer, &p->err), TN_ROW);
    assert_ok(tn_tx_commit(tx, &p->err));
    assert_over(p, &outer);
}

static void groups_end_as_well(void **state)
{
    struct pging *p = *state;
    struct app_note_pairs_iter pairs;
    tn_db *tx;
    make_schema(p);
    pging_script(p,
                 "INSERT INTO users (id, name) VALUES (1, 'Ann');"
                 "INSERT INTO notes VALUES (1, 1, 'a', 1.5, 'long'), (2, 1, 'b', NULL, 'short')");
    for (int of_items = 0; of_items < 2; of_items++) {
        assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
        assert_ok(app_note_pairs_begin(&pairs, tx, &p->err));
        assert_int_equal(app_note_pairs_next(&pairs, &p->err), TN_ROW);
        tn_tx_rollback(tx);
        assert_status(of_items ? app_note_pairs_next_item(&pairs, &p->err)
                               : app_note_pairs_next(&pairs, &p->err),
                      TN_EMISUSE, p->err);
        app_note_pairs_end(&pairs);
    }
}

/* The pool is closed, and its connections with it. */
static void rows_outlive_their_pool(void **state)
{
    struct pging *p = *state;
    struct app_thing_list_iter iter;
    int64_t ids[2];
    tn_conn *conn;
    make_two(p, ids);
    tn_db *db = pging_open(p, "");
    assert_ok(tn_conn_acquire(&conn, db, TN_WRITE, &p->err));
    begin_list(p, &iter, tn_conn_db(conn), ids);
    tn_db_close(db);
    assert_over(p, &iter);
}

/* The connection was lost, and is another one now. */
static void rows_outlive_their_connection(void **state)
{
    struct pging *p = *state;
    struct app_thing_list_iter iter;
    int64_t ids[2];
    tn_conn *conn;
    make_two(p, ids);
    assert_ok(tn_conn_acquire(&conn, p->db, TN_WRITE, &p->err));
    begin_list(p, &iter, tn_conn_db(conn), ids);
    int64_t pid = pging_int(p, tn_conn_db(conn), "SELECT CAST(pg_backend_pid() AS BIGINT)");
    pg_end_session(pid);
    tn_conn_release(conn);
    assert_int_equal(list(p, ids, 2).count, 2);
    assert_over(p, &iter);
}

/* --- what a query leaves in its session --------------------------------------------------------- */

enum {
    TEXT = 25
};

static const uint32_t one_text[] = {TEXT};
static struct tn_pg_query name_set = {
    {"name_set", "SELECT set_config('application_name', 'left', false)",
     sizeof "SELECT set_config('application_name', 'left', false)" - 1, 1, TN_WRITE,
     TN_GEN_POSTGRES | TN_GEN_ABI, 0},
    {NULL, NULL, NULL, one_text, 0, false},
};
static struct tn_pg_query lock_take = {
    {"lock_take", "SELECT pg_advisory_lock(7)::text", sizeof "SELECT pg_advisory_lock(7)::text" - 1,
     1, TN_WRITE, TN_GEN_POSTGRES | TN_GEN_ABI, 0},
    {NULL, NULL, NULL, one_text, 0, false},
};

static void run_plain(struct pging *p, tn_db *db, struct tn_pg_query *query)
{
    struct tn_gen_use use;
    struct tn_pg_rows rows;
    assert_status(tn_gen_acquire(&use, db, &query->query, &p->err), TN_OK, p->err);
    assert_status(tn_pg_run(&rows, &use, NULL, &p->err), TN_OK, p->err);
    assert_int_equal(rows.count, 1);
    tn_gen_release(&use);
}

static int64_t count_locks(struct pging *p, tn_db *db)
{
    return pging_int(p, db,
                     "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = "
                     "(SELECT oid FROM pg_database WHERE datname = current_database())");
}

static int64_t count_left(struct pging *p, tn_db *db)
{
    return pging_int(p, db,
                     "SELECT count(*) FROM pg_settings WHERE name = 'application_name' AND "
                     "setting = 'left'");
}

/* As with a statement of the dynamic interface: the connection comes back as it was. */
static void queries_leave_nothing_in_the_session(void **state)
{
    struct pging *p = *state;
    tn_conn *conn;
    for (int i = 0; i < 3; i++) {
        run_plain(p, p->db, &name_set);
        assert_int_equal(count_left(p, p->db), 0);
        run_plain(p, p->db, &lock_take);
        assert_int_equal(count_locks(p, p->db), 0);
    }
    assert_ok(tn_conn_acquire(&conn, p->db, TN_WRITE, &p->err));
    for (int i = 0; i < 2; i++) {
        run_plain(p, tn_conn_db(conn), &name_set);
        run_plain(p, tn_conn_db(conn), &lock_take);
    }
    assert_int_equal(count_left(p, tn_conn_db(conn)), 1); /* as long as it is held */
    assert_int_equal(count_locks(p, tn_conn_db(conn)), 1);
    tn_conn_release(conn);
    assert_int_equal(count_left(p, p->db), 0);
    assert_int_equal(count_locks(p, p->db), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(names_may_be_lost),
        PG_TEST(without_names),
        PG_TEST(another_type_is_told_not_read),
        PG_TEST(in_a_transaction_it_fails_once),
        PG_TEST(a_value_that_is_new),
        PG_TEST(null_where_none_was_proven),
        PG_TEST(a_connection_that_is_cut),
        PG_TEST(statements_are_traced),
        PG_TEST(code_for_the_other_engine_is_refused),
        PG_TEST(rows_end_with_their_transaction),
        PG_TEST(only_those_of_the_savepoint_end),
        PG_TEST(groups_end_as_well),
        PG_TEST(rows_outlive_their_pool),
        PG_TEST(rows_outlive_their_connection),
        PG_TEST(queries_leave_nothing_in_the_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
