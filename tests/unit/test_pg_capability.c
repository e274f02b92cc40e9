/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "driver/postgres/capability.h"
#include "pg.h"

#include <tenon/tenon.h>

/* CockroachDB, YugabyteDB and Citus are not at hand: what they report of themselves is. */

struct report {
    const char *server_version;
    const char *crdb_version;
};

static const char *status_of(void *user, const char *name)
{
    const struct report *report = user;
    if (strcmp(name, "server_version") == 0)
        return report->server_version;
    return strcmp(name, "crdb_version") == 0 ? report->crdb_version : NULL;
}

static void flavor_is_what_the_server_reports(void **state)
{
    (void)state;
    struct {
        struct report report;
        enum tn__pg_flavor flavor;
    } rows[] = {
        {{"15.4 (Debian 15.4-1)", NULL}, TN__PG_PLAIN},
        {{"13.0.0", "CockroachDB CCL v24.1.0 (x86_64-pc-linux-gnu)"}, TN__PG_COCKROACH},
        {{"15.2-YB-2.25.0.0-b0", NULL}, TN__PG_YUGABYTE},
        {{NULL, NULL}, TN__PG_PLAIN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(tn__pg_flavor_of(status_of, &rows[i].report), rows[i].flavor);
}

static void flavor_can_what_it_documents(void **state)
{
    (void)state;
    /* In the order of the enum: yes or no. */
    static const struct {
        enum tn__pg_flavor flavor;
        int version;
        const char *can;
    } rows[] = {
        {TN__PG_PLAIN, 150004, "yyyyyyyyy"},    {TN__PG_PLAIN, 100000, "yyyyynyyy"},
        {TN__PG_PLAIN, 90600, "yyyyynyny"},     {TN__PG_COCKROACH, 130000, "nnnnnnnnn"},
        {TN__PG_YUGABYTE, 150002, "yynnnyyyy"}, {TN__PG_CITUS, 150004, "nyyyyyyyy"},
        {TN__PG_CITUS, 100000, "nyyyynyyy"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int c = 0; rows[i].can[c]; c++) {
            bool expected = rows[i].can[c] == 'y';
            if (tn__pg_flavor_can(rows[i].flavor, rows[i].version, (enum tn_capability)c) !=
                expected)
                fail_msg("row %zu, capability %d", i, c);
        }
        assert_false(tn__pg_flavor_can(rows[i].flavor, rows[i].version, (enum tn_capability)99));
    }
}

static void conn_can_asks_the_server(void **state)
{
    (void)state;
    tn_db *db;
    tn_conn *conn;
    tn_error err = {0};
    const char *url = pg_new_database();
    assert_ok(tn_db_open(&db, url, NULL, &err));
    assert_ok(tn_conn_acquire(&conn, db, TN_READ, &err));
    /* In a transaction that has failed nothing can be asked: the careful answer, for now. */
    assert_ok(tn_exec(tn_conn_db(conn), "BEGIN", NULL, 0, NULL, &err));
    assert_int_equal(tn_exec(tn_conn_db(conn), "SELECT 1/0", NULL, 0, NULL, &err), TN_EINVAL);
    assert_false(tn_conn_can(conn, TN_CAN_SKIP_LOCKED));
    assert_ok(tn_exec(tn_conn_db(conn), "ROLLBACK", NULL, 0, NULL, &err));
    assert_true(tn_conn_can(conn, TN_CAN_SKIP_LOCKED));
    assert_true(tn_conn_can(conn, TN_CAN_NOTIFY));
    tn_conn_release(conn);
    tn_db_close(db);
    /* An extension of that name is all that is looked at. */
    pg_query(url, "SET allow_system_table_mods = on; INSERT INTO pg_extension "
                  "VALUES (99999, 'citus', 10, 11, false, '13.0', NULL, NULL)");
    assert_ok(tn_db_open(&db, url, NULL, &err));
    assert_ok(tn_conn_acquire(&conn, db, TN_WRITE, &err));
    assert_false(tn_conn_can(conn, TN_CAN_SKIP_LOCKED));
    assert_true(tn_conn_can(conn, TN_CAN_NOTIFY));
    tn_conn_release(conn);
    tn_db_close(db);
}

static void conn_can_on_sqlite(void **state)
{
    (void)state;
    tn_db *db;
    tn_conn *conn;
    assert_ok(tn_db_open(&db, ":memory:", NULL, NULL));
    assert_ok(tn_conn_acquire(&conn, db, TN_READ, NULL));
    assert_true(tn_conn_can(conn, TN_CAN_ROLL_BACK_DDL));
    assert_false(tn_conn_can(conn, TN_CAN_NOTIFY));
    tn_conn_release(conn);
    tn_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flavor_is_what_the_server_reports),
        cmocka_unit_test(flavor_can_what_it_documents),
        cmocka_unit_test(conn_can_asks_the_server),
        cmocka_unit_test(conn_can_on_sqlite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
