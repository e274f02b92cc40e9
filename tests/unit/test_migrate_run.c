/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "migration.h"

#include <tenon/tx.h>

#include "migrate/script.h"

static void three_pairs(struct migration_test *t)
{
    migration_file(t, "1_a.up.sql", "CREATE TABLE a (x);");
    migration_file(t, "1_a.down.sql", "DROP TABLE a;");
    migration_file(t, "2_b.up.sql", "CREATE TABLE b (x);");
    migration_file(t, "2_b.down.sql", "DROP TABLE b;");
    migration_file(t, "3_c.up.sql", "CREATE TABLE c (x);");
    migration_file(t, "3_c.down.sql", "DROP TABLE c;");
}

static void up_applies_everything_in_order(void **state)
{
    struct migration_test *t = *state;
    three_pairs(t);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, TABLES, "a b c");
    migration_expect(t, VERSIONS, "1 2 3");
    assert_int_equal(t->report.count, 3);
    assert_int_equal(t->report.pending, 0);
    assert_int_equal(t->report.applied, 3);
    assert_int_equal(t->begun, 3);
    assert_int_equal(t->ended, 3);
    for (size_t i = 0; i < 3; i++) {
        const tn_migrate_item *item = &t->report.items[i];
        assert_int_equal(item->version, i + 1);
        assert_int_equal(item->state, TN_MIGRATION_APPLIED);
        assert_true(item->elapsed_ns > 0);
        assert_int_equal(strlen(item->applied_at), 19);
        assert_memory_equal(item->stored_checksum, item->migration->checksum, 48);
    }
}

static void up_again_finds_nothing_and_writes_nothing(void **state)
{
    struct migration_test *t = *state;
    three_pairs(t);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, "PRAGMA schema_version", "4");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_int_equal(t->report.count, 0);
    assert_int_equal(t->report.applied, 3);
    assert_int_equal(t->begun, 0);
    migration_expect(t, "PRAGMA schema_version", "4");
}

static void up_of_empty_set_creates_no_table(void **state)
{
    struct migration_test *t = *state;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, "SELECT count(*) FROM sqlite_schema", "0");
}

static void up_with_count_and_to_stops_there(void **state)
{
    struct migration_test *t = *state;
    three_pairs(t);
    t->options.count = 1;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, VERSIONS, "1");
    assert_int_equal(t->report.pending, 2);
    t->options.has_to = true;
    t->options.to = 2;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, VERSIONS, "1 2");
    t->options.has_to = true;
    t->options.to = 1;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, VERSIONS, "1 2");
    t->options.count = 99;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, VERSIONS, "1 2 3");
}

static void up_to_unknown_version_is_not_found(void **state)
{
    struct migration_test *t = *state;
    three_pairs(t);
    t->options.has_to = true;
    t->options.to = 7;
    t->options.to_text = "0007";
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_ENOTFOUND);
    assert_non_null(strstr(t->err.message, "'0007'"));
    migration_expect(t, "SELECT count(*) FROM sqlite_schema", "0");
}

static void down_reverts_one_by_default(void **state)
{
    struct migration_test *t = *state;
    three_pairs(t);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_ok(migration_run(t, TN_MIGRATE_DOWN));
    migration_expect(t, TABLES, "a b");
    migration_expect(t, VERSIONS, "1 2");
    assert_int_equal(t->report.count, 1);
    assert_int_equal(t->report.items[0].version, 3);
    assert_int_equal(t->report.items[0].state, TN_MIGRATION_PENDING);
    assert_int_equal(t->report.pending, 1);
}

static void down_with_count_beyond_what_is_applied_means_all(void **state)
{
    struct migration_test *t = *state;
    three_pairs(t);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    t->options.count = 50;
    assert_ok(migration_run(t, TN_MIGRATE_DOWN));
    migration_expect(t, TABLES, "");
    assert_int_equal(t->report.count, 3);
    assert_ok(migration_run(t, TN_MIGRATE_DOWN));
    assert_int_equal(t->report.count, 0);
}

static void down_all_and_to(void **state)
{
    struct migration_test *t = *state;
    three_pairs(t);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    t->options.has_to = true;
    t->options.to = 1;
    assert_ok(migration_run(t, TN_MIGRATE_DOWN));
    migration_expect(t, VERSIONS, "1");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    t->options.has_to = true;
    t->options.to = 0;
    assert_ok(migration_run(t, TN_MIGRATE_DOWN));
    migration_expect(t, VERSIONS, "");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    t->options.all = true;
    assert_ok(migration_run(t, TN_MIGRATE_DOWN));
    migration_expect(t, TABLES, "");
}

static void down_to_what_is_not_applied_is_not_found(void **state)
{
    struct migration_test *t = *state;
    three_pairs(t);
    t->options.count = 2;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    t->options.has_to = true;
    t->options.to = 3;
    assert_int_equal(migration_run(t, TN_MIGRATE_DOWN), TN_ENOTFOUND);
    t->options.has_to = true;
    t->options.to = 9;
    assert_int_equal(migration_run(t, TN_MIGRATE_DOWN), TN_ENOTFOUND);
    migration_expect(t, VERSIONS, "1 2");
}

static void down_with_one_irreversible_in_range_changes_nothing(void **state)
{
    struct migration_test *t = *state;
    three_pairs(t);
    unlink(scratch_path(t->folder, "2_b.down.sql"));
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    t->options.all = true;
    assert_int_equal(migration_run(t, TN_MIGRATE_DOWN), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "'2'"));
    assert_int_equal(t->report.failed.kind, TN__FAULT_NO_DOWN);
    migration_expect(t, VERSIONS, "1 2 3");
    migration_expect(t, TABLES, "a b c");
    assert_ok(migration_run(t, TN_MIGRATE_DOWN));
    migration_expect(t, VERSIONS, "1 2");
}

static void status_reports_all_and_creates_nothing(void **state)
{
    struct migration_test *t = *state;
    three_pairs(t);
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    migration_expect(t, "SELECT count(*) FROM sqlite_schema", "0");
    assert_int_equal(t->report.count, 3);
    assert_int_equal(t->report.pending, 3);
    t->options.count = 2;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.count, 3);
    assert_int_equal(t->report.pending, 1);
    assert_int_equal(t->report.items[1].state, TN_MIGRATION_APPLIED);
    assert_int_equal(t->report.items[2].state, TN_MIGRATION_PENDING);
    assert_null(t->report.items[2].applied_at);
}

static void changed_file_is_refused_by_all_and_shown_by_status(void **state)
{
    struct migration_test *t = *state;
    static const enum tn_migrate_op ops[] = {TN_MIGRATE_UP, TN_MIGRATE_DOWN, TN_MIGRATE_VALIDATE};
    three_pairs(t);
    t->options.count = 2;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_file(t, "1_a.up.sql", "CREATE TABLE a (x, y);");
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(migration_run(t, ops[i]), TN_EREFUSED);
        assert_non_null(strstr(t->err.message, "'1' is changed"));
    }
    migration_expect(t, VERSIONS, "1 2");
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.items[0].state, TN_MIGRATION_CHANGED);
    assert_int_equal(t->report.items[1].state, TN_MIGRATION_APPLIED);
}

static void missing_file_is_refused_by_all_and_shown_by_status(void **state)
{
    struct migration_test *t = *state;
    static const enum tn_migrate_op ops[] = {TN_MIGRATE_UP, TN_MIGRATE_DOWN, TN_MIGRATE_VALIDATE};
    three_pairs(t);
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    unlink(scratch_path(t->folder, "2_b.up.sql"));
    unlink(scratch_path(t->folder, "2_b.down.sql"));
    migration_file(t, "4_d.sql", "CREATE TABLE d (x);");
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(migration_run(t, ops[i]), TN_EREFUSED);
        assert_non_null(strstr(t->err.message, "'2' is missing"));
    }
    migration_expect(t, TABLES, "a b c");
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.count, 4);
    assert_int_equal(t->report.items[1].state, TN_MIGRATION_MISSING);
    assert_string_equal(t->report.items[1].name, "b");
    assert_string_equal(t->report.items[1].version_text, "2");
    assert_null(t->report.items[1].migration);
}

static void line_ends_and_bom_are_a_notice(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (\n  x\n);\n");
    migration_file(t, "2_b.sql", "CREATE TABLE b (\n  x\n);\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_file(t, "1_a.sql", "CREATE TABLE a (\r\n  x\r\n);\r\n");
    migration_file(t, "2_b.sql",
                   "\xEF\xBB\xBF"
                   "CREATE TABLE b (\n  x\n);\n");
    assert_ok(migration_run(t, TN_MIGRATE_VALIDATE));
    assert_non_null(strstr(t->notices, "1_a.sql: differs"));
    assert_non_null(strstr(t->notices, "2_b.sql: differs"));
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_non_null(strstr(t->notices, "1_a.sql: differs"));
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.items[0].state, TN_MIGRATION_APPLIED);
    assert_true(t->report.items[0].is_line_ending_change);
}

static void sqlx_reading_of_a_date_is_explained(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "20250115_001_create_o'tasks.sql", "CREATE TABLE a (x);");
    migration_file(t, "20250116_001_more.sql", "CREATE TABLE b (x);");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_sql(t, "UPDATE _sqlx_migrations SET version = 20250115, description = "
                     "'001 create o''tasks' WHERE version = 20250115001");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "row 20250115 '001 create o'tasks' of the history is "
                                           "'20250115_001_create_o'tasks.sql'"));
    assert_int_equal(migration_run(t, TN_MIGRATE_VALIDATE), TN_EREFUSED);
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.items[0].state, TN_MIGRATION_MISSING);
    assert_int_equal(t->report.items[1].state, TN_MIGRATION_PENDING);

    /* As the message says. */
    char *sql = strstr(t->notices, "UPDATE _sqlx_migrations");
    assert_non_null(sql);
    assert_non_null(strchr(sql, '"'));
    *strchr(sql, '"') = '\0';
    migration_sql(t, sql);
    assert_ok(migration_run(t, TN_MIGRATE_VALIDATE));
    migration_expect(t, VERSIONS, "20250115001 20250116001");
}

static void row_of_the_same_date_for_another_file_is_missing(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "20250115_001_create_tasks.sql", "CREATE TABLE a (x);");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_sql(t, "UPDATE _sqlx_migrations SET version = 20250115, "
                     "description = '001 create tasks', checksum = zeroblob(48)");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "'20250115' is missing"));
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_string_equal(t->notices, "");
}

static void out_of_order_follows_the_policy(void **state)
{
    struct migration_test *t = *state;
    three_pairs(t);
    unlink(scratch_path(t->folder, "2_b.up.sql"));
    unlink(scratch_path(t->folder, "2_b.down.sql"));
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_file(t, "2_b.sql", "CREATE TABLE b (x);");
    t->options.out_of_order = TN_OUT_OF_ORDER_ERROR;
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "'2' is pending and older than '3'"));
    t->options.out_of_order = TN_OUT_OF_ORDER_ERROR;
    assert_int_equal(migration_run(t, TN_MIGRATE_VALIDATE), TN_EREFUSED);
    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_true(t->report.items[1].is_out_of_order);
    t->options.out_of_order = TN_OUT_OF_ORDER_WARN;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_non_null(strstr(t->notices, "'2' is older"));
    migration_expect(t, VERSIONS, "1 2 3");
    migration_file(t, "0_z.sql", "CREATE TABLE z (x);");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_string_equal(t->notices, "");
    migration_expect(t, VERSIONS, "0 1 2 3");
}

static void failing_statement_rolls_back_its_migration_and_keeps_earlier_ones(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x UNIQUE);");
    migration_file(t, "2_b.sql",
                   "-- first\nCREATE TABLE b (x);\nINSERT INTO a VALUES (1);\n\n"
                   "  INSERT INTO a\n    VALUES (1);\nCREATE TABLE c (x);\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EUNIQUE);
    migration_expect_place(&t->report.failed, "2_b.sql", 5, 3);
    assert_int_equal(t->report.failed.length, strlen("INSERT INTO a"));
    assert_non_null(strstr(t->err.message, "2_b.sql:5:3: unique constraint failed"));
    migration_expect(t, TABLES, "a");
    migration_expect(t, VERSIONS, "1");
    assert_int_equal(t->report.count, 1);
    assert_int_equal(t->report.pending, 1);
    assert_int_equal(t->report.failed_sql.size, 108);
}

static void failing_place_is_the_token_in_multi_line_statements_and_triggers(void **state)
{
    struct migration_test *t = *state;
    static const struct {
        const char *sql;
        unsigned line, column, length;
        int status;
    } cases[] = {
        {"CREATE TABLE a (\n  id INTEGER,\n  name TXET NOT NUL\n);", 3, 17, 3, TN_ESYNTAX},
        {"CREATE TABLE a (x);\nSELEKT 1;", 2, 1, 6, TN_ESYNTAX},
        {"CREATE TABLE a (x);\nCREATE TRIGGER r AFTER INSERT ON a\nBEGIN\n"
         "  UPDATE a SET x = 1;\n  DELETE FRM a;\nEND;",
         5, 10, 3, TN_ESYNTAX},
        {"CREATE TABLE a (x);\n\nCREATE VIEW v AS SELECT x,\n  y FROM a;\nSELECT * FROM v;", 5, 1,
         16, TN_ENOTFOUND},
        {"INSERT INTO nowhere VALUES (1);", 1, 13, 7, TN_ENOTFOUND},
        {"CREATE TABLE a (x);\r\nCREATE TABLE a (x);\r\n", 2, 14, 1, TN_ERROR},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        migration_file(t, "1_a.sql", cases[i].sql);
        int rc = migration_run(t, TN_MIGRATE_UP);
        if (t->report.failed.line != cases[i].line || t->report.failed.column != cases[i].column)
            print_error("case %zu: %s\n", i, t->err.message);
        assert_int_equal(rc, cases[i].status);
        migration_expect_place(&t->report.failed, "1_a.sql", cases[i].line, cases[i].column);
        assert_int_equal(t->report.failed.length, cases[i].length);
        migration_expect(t, "SELECT count(*) FROM sqlite_schema", "0");
    }
}

static void parameter_is_refused_at_its_place_before_anything_runs(void **state)
{
    struct migration_test *t = *state;
    static const struct {
        const char *sql;
        unsigned line, column, length;
    } cases[] = {
        {"CREATE TABLE b (x);\nINSERT INTO b VALUES (?);", 2, 23, 1},
        {"INSERT INTO a VALUES (:name);", 1, 23, 5},
        {"-- no-transaction\nUPDATE a\nSET x = @x;", 3, 9, 2},
        {"DELETE FROM a WHERE x = $1;", 1, 25, 2},
    };
    migration_file(t, "1_a.sql", "CREATE TABLE a (x);");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        migration_file(t, "2_b.sql", cases[i].sql);
        assert_int_equal(migration_run(t, TN_MIGRATE_VALIDATE), TN_EREFUSED);
        assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
        migration_expect_place(&t->report.failed, "2_b.sql", cases[i].line, cases[i].column);
        assert_int_equal(t->report.failed.length, cases[i].length);
        assert_non_null(strstr(t->err.message, "a migration has no parameters"));
        migration_expect(t, "SELECT count(*) FROM sqlite_schema", "0");
    }
    migration_file(t, "2_b.sql", "INSERT INTO a VALUES ('?1 :a @b $c'); -- ? :a\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
}

static void unterminated_string_is_shown_at_its_place(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x);\nINSERT INTO a VALUES ('oops);\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_ESYNTAX);
    migration_expect_place(&t->report.failed, "1_a.sql", 2, 23);
    migration_expect(t, "SELECT count(*) FROM sqlite_schema", "0");
    assert_int_equal(migration_run(t, TN_MIGRATE_VALIDATE), TN_ESYNTAX);
    migration_expect_place(&t->report.failed, "1_a.sql", 2, 23);
}

static void failing_commit_rolls_back(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "CREATE TABLE p (id INTEGER PRIMARY KEY);\n"
                   "CREATE TABLE c (p REFERENCES p DEFERRABLE INITIALLY DEFERRED);\n"
                   "INSERT INTO c VALUES (1);\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EFOREIGNKEY);
    migration_expect_place(&t->report.failed, "1_a.sql", 0, 0);
    migration_expect(t, "SELECT count(*) FROM sqlite_schema", "0");
}

static int stop_at_second(const tn_migrate_event *event, void *user)
{
    size_t *seen = user;
    return event->kind == TN_MIGRATE_EVENT_BEGIN && (*seen)++ == 1 ? TN_EUSER - 5 : TN_OK;
}

static void event_that_fails_stops_before_its_migration(void **state)
{
    struct migration_test *t = *state;
    size_t seen = 0;
    three_pairs(t);
    t->options.on_event = stop_at_second;
    t->options.user = &seen;
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EUSER - 5);
    migration_expect(t, VERSIONS, "1");
    migration_expect(t, TABLES, "a");
    assert_int_equal(t->report.count, 1);
}

static void set_out_of_order_or_incomplete_is_invalid(void **state)
{
    struct migration_test *t = *state;
    three_pairs(t);
    assert_ok(migration_load(t));
    tn_migration items[2] = {t->set.items[1], t->set.items[0]};
    t->set = (tn_migration_set){items, 2, "by hand"};
    assert_int_equal(migration_run_set(t, TN_MIGRATE_UP), TN_EINVAL);
    items[0] = items[1];
    assert_int_equal(migration_run_set(t, TN_MIGRATE_UP), TN_EINVAL);
    t->set.count = 1;
    assert_ok(migration_run_set(t, TN_MIGRATE_UP));
    items[0].up.sql.data = NULL;
    assert_int_equal(migration_run_set(t, TN_MIGRATE_UP), TN_EINVAL);
}

static void options_of_another_version_are_invalid(void **state)
{
    struct migration_test *t = *state;
    t->options.version = 99;
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EINVAL);
    t->options.out_of_order = (enum tn_migrate_out_of_order)7;
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EINVAL);
}

static void migrate_without_options_and_report_applies_all(void **state)
{
    struct migration_test *t = *state;
    tn_db *db;
    three_pairs(t);
    assert_ok(migration_load(t));
    assert_ok(tn_db_open(&db, t->url, NULL, NULL));
    assert_ok(tn_migrate(db, &t->set, NULL, NULL, NULL));
    tn_migrate_report report = {0};
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    options.op = TN_MIGRATE_STATUS;
    assert_ok(tn_migrate(db, &t->set, &options, &report, NULL));
    assert_int_equal(report.applied, 3);
    assert_null(report.items);
    assert_int_equal(tn_migrate(NULL, &t->set, NULL, NULL, NULL), TN_EMISUSE);
    assert_int_equal(tn_migrate(db, NULL, NULL, NULL, NULL), TN_EMISUSE);
    tn_db_close(db);
    migration_expect(t, TABLES, "a b c");
}

static void migrate_inside_a_transaction_is_misuse(void **state)
{
    struct migration_test *t = *state;
    tn_db *db, *tx;
    three_pairs(t);
    assert_ok(migration_load(t));
    assert_ok(tn_db_open(&db, t->url, NULL, NULL));
    assert_ok(tn_tx_begin(&tx, db, TN_WRITE, NULL));
    assert_int_equal(tn_migrate(tx, &t->set, NULL, NULL, NULL), TN_EMISUSE);
    tn_tx_rollback(tx);
    tn_db_close(db);
}

static void database_in_memory_is_migrated(void **state)
{
    struct migration_test *t = *state;
    tn_db *db;
    tn_rows rows;
    three_pairs(t);
    assert_ok(migration_load(t));
    assert_ok(tn_db_open(&db, "sqlite::memory:", NULL, NULL));
    assert_ok(tn_migrate(db, &t->set, NULL, NULL, NULL));
    assert_ok(
        tn_query(&rows, db, "SELECT count(*) FROM _sqlx_migrations", NULL, 0, &t->arena, NULL));
    assert_int_equal(tn_rows_at(&rows, 0, 0)->as.integer, 3);
    tn_db_close(db);
}

static void state_names_are_those_of_the_contract(void **state)
{
    (void)state;
    assert_string_equal(tn_migration_state_name(TN_MIGRATION_PENDING), "pending");
    assert_string_equal(tn_migration_state_name(TN_MIGRATION_APPLIED), "applied");
    assert_string_equal(tn_migration_state_name(TN_MIGRATION_CHANGED), "changed");
    assert_string_equal(tn_migration_state_name(TN_MIGRATION_MISSING), "missing");
    assert_string_equal(tn_migration_state_name(TN_MIGRATION_PARTIAL), "partial");
    assert_string_equal(tn_migration_state_name((enum tn_migration_state)9), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        migration_test(up_applies_everything_in_order),
        migration_test(up_again_finds_nothing_and_writes_nothing),
        migration_test(up_of_empty_set_creates_no_table),
        migration_test(up_with_count_and_to_stops_there),
        migration_test(up_to_unknown_version_is_not_found),
        migration_test(down_reverts_one_by_default),
        migration_test(down_with_count_beyond_what_is_applied_means_all),
        migration_test(down_all_and_to),
        migration_test(down_to_what_is_not_applied_is_not_found),
        migration_test(down_with_one_irreversible_in_range_changes_nothing),
        migration_test(status_reports_all_and_creates_nothing),
        migration_test(changed_file_is_refused_by_all_and_shown_by_status),
        migration_test(missing_file_is_refused_by_all_and_shown_by_status),
        migration_test(line_ends_and_bom_are_a_notice),
        migration_test(sqlx_reading_of_a_date_is_explained),
        migration_test(row_of_the_same_date_for_another_file_is_missing),
        migration_test(out_of_order_follows_the_policy),
        migration_test(failing_statement_rolls_back_its_migration_and_keeps_earlier_ones),
        migration_test(failing_place_is_the_token_in_multi_line_statements_and_triggers),
        migration_test(parameter_is_refused_at_its_place_before_anything_runs),
        migration_test(unterminated_string_is_shown_at_its_place),
        migration_test(failing_commit_rolls_back),
        migration_test(event_that_fails_stops_before_its_migration),
        migration_test(set_out_of_order_or_incomplete_is_invalid),
        migration_test(options_of_another_version_are_invalid),
        migration_test(migrate_without_options_and_report_applies_all),
        migration_test(migrate_inside_a_transaction_is_misuse),
        migration_test(database_in_memory_is_migrated),
        cmocka_unit_test(state_names_are_those_of_the_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
