/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "migration.h"

#include "migrate/script.h"
#include "util/str.h"

/* The statements of a script, one per line. */
static const char *statements(const tn_migration_script *script)
{
    static char out[4096];
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < script->stmt_count; i++) {
        tn_text text = tn__script_stmt(script, i);
        used +=
            (size_t)snprintf(out + used, sizeof out - used, "%.*s\n", (int)text.size, text.data);
    }
    return out;
}

static const tn_migration *load_one(struct migration_test *t, const char *content)
{
    migration_file(t, "1_a.sql", content);
    int rc = migration_load(t);
    if (rc != TN_OK)
        fail_msg("%s", t->err.message);
    assert_int_equal(t->set.count, 1);
    return &t->set.items[0];
}

static void onefile_with_commented_down_is_reversible(void **state)
{
    const tn_migration *item = load_one(*state, "-- UP\n"
                                                "-- Migration logic here\n"
                                                "CREATE TABLE a (x);\n"
                                                "CREATE INDEX i ON a (x);\n"
                                                "\n"
                                                "-- DOWN\n"
                                                "-- Cleanup logic here (commented out)\n"
                                                "-- DROP INDEX i;\n"
                                                "-- DROP TABLE a;\n");
    assert_string_equal(statements(&item->up), "CREATE TABLE a (x);\nCREATE INDEX i ON a (x);\n");
    assert_string_equal(statements(&item->down), "DROP INDEX i;\nDROP TABLE a;\n");
}

static void onefile_with_live_down_takes_it_and_leaves_remarks(void **state)
{
    const tn_migration *item = load_one(*state, "-- UP\nCREATE TABLE a (x);\n-- DOWN\n"
                                                "-- Drop it, then it is gone.\n"
                                                "DROP TABLE a; -- DROP TABLE b;\n"
                                                "CREATE TRIGGER r AFTER INSERT ON b BEGIN\n"
                                                "-- DELETE FROM c;\nDELETE FROM d;\nEND;\n"
                                                "-- drop table\n");
    assert_string_equal(statements(&item->up), "CREATE TABLE a (x);\n");
    assert_string_equal(statements(&item->down),
                        "DROP TABLE a;\nCREATE TRIGGER r AFTER INSERT ON b BEGIN\n"
                        "-- DELETE FROM c;\nDELETE FROM d;\nEND;\n");
}

static void onefile_with_half_its_down_in_comments_is_an_error(void **state)
{
    struct migration_test *t = *state;
    static const struct {
        const char *down;
        uint32_t line, column;
    } rows[] = {
        {"-- DROP TABLE b;\nDROP TABLE a;\n", 4, 4},
        {"DROP TABLE a;\n-- Prose.\n-- DELETE\n--   FROM b;\n", 6, 4},
        {"DROP TABLE a;\n/* DROP TABLE b; */\n", 5, 4},
        {"DROP TABLE a\n-- DROP TABLE b;\n", 5, 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, "-- UP\nCREATE TABLE a (x);\n-- DOWN\n%s", rows[i].down);
        migration_file(t, "1_a.sql", text);
        assert_int_equal(migration_load(t), TN_EINVAL);
        migration_expect_place(&t->place, "1_a.sql", rows[i].line, rows[i].column);
        assert_int_equal(t->place.kind, TN__FAULT_AMBIGUOUS);
        assert_non_null(strstr(t->err.message, "this statement is in a comment"));
    }
}

static void onefile_with_crlf_and_bom_is_recognised(void **state)
{
    const tn_migration *item =
        load_one(*state, "\xEF\xBB\xBF\r\n-- UP\r\nCREATE TABLE a (x);\r\n-- DOWN\r\n"
                         "-- DROP TABLE a;\r\n");
    assert_string_equal(statements(&item->up), "CREATE TABLE a (x);\n");
    assert_string_equal(statements(&item->down), "DROP TABLE a;\n");
}

static void onefile_down_keeps_lines_and_columns(void **state)
{
    const tn_migration *item = load_one(*state, "-- UP\nCREATE TABLE a (x);\n-- DOWN\n"
                                                "--   DELETE\n--   FROM a;\n");
    assert_string_equal(statements(&item->down), "DELETE\n     FROM a;\n");
    tn_migration_place place;
    tn__place_script(&place, TN__FAULT_NONE, &item->down, item->down.stmts[0].offset, 6);
    assert_int_equal(place.line, 4);
    assert_int_equal(place.column, 6);
    assert_int_equal(item->down.sql.size, item->up.sql.size);
}

static void onefile_statements_may_span_lines_and_hold_triggers(void **state)
{
    const tn_migration *item = load_one(*state, "-- UP\nDROP TRIGGER r;\n-- DOWN\n"
                                                "-- Bring it back; it was here before.\n"
                                                "-- CREATE TRIGGER r AFTER INSERT ON a\n"
                                                "-- BEGIN\n"
                                                "--   UPDATE a SET x = 'a;b'; -- keep\n"
                                                "--   DELETE FROM b;\n"
                                                "-- END;\n"
                                                "--\n"
                                                "-- UPDATE a SET x = 1; DELETE FROM c;\n");
    assert_string_equal(statements(&item->down), "CREATE TRIGGER r AFTER INSERT ON a\n"
                                                 "   BEGIN\n"
                                                 "     UPDATE a SET x = 'a;b'; -- keep\n"
                                                 "     DELETE FROM b;\n"
                                                 "   END;\n"
                                                 "UPDATE a SET x = 1;\nDELETE FROM c;\n");
}

static void onefile_down_in_a_block_comment_counts(void **state)
{
    const tn_migration *item = load_one(*state, "-- UP\nCREATE TABLE a (x);\n-- DOWN\n"
                                                "/* DROP TABLE a; */\n/*\nDROP TABLE b;\n*/\n");
    assert_string_equal(statements(&item->down), "DROP TABLE a;\nDROP TABLE b;\n");
}

static void onefile_with_prose_alone_is_irreversible(void **state)
{
    static const char *const downs[] = {
        "",
        "-- Nothing to do.\n",
        "-- The data is gone; there's no way back.\n",
        "-- Drop everything by hand, in reverse order\n",
        "-- Update: this cannot be reverted\n-- select carefully\n",
        "-- Rollback\n-- End\n",
        "-- -- DROP TABLE a;\n",
    };
    for (size_t i = 0; i < sizeof downs / sizeof downs[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, "-- UP\nCREATE TABLE a (x);\n-- DOWN\n%s", downs[i]);
        const tn_migration *item = load_one(*state, text);
        assert_null(item->down.file);
        assert_string_equal(statements(&item->up), "CREATE TABLE a (x);\n");
    }
}

static void onefile_with_doubtful_remark_is_an_error_with_its_line(void **state)
{
    struct migration_test *t = *state;
    static const char *const downs[] = {
        "-- DROP TABEL a;\n-- DROP TABLE a;\n",
        "-- drop table a\n",
        "-- DROP TABLE a THEN b;\n",
        "-- CREATE TABLE b (\n--   x INT\n",
        "-- DELETE FROM a WHERE;\n",
        "-- UPDATE a SET;\n",
        "-- PRAGMA user_version = ;\n",
        "-- INSERT INTO a VALUES ('it's');\n",
    };
    for (size_t i = 0; i < sizeof downs / sizeof downs[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, "-- UP\nCREATE TABLE a (x);\n\n-- DOWN\n-- Prose.\n%s",
                 downs[i]);
        migration_file(t, "1_a.sql", text);
        int rc = migration_load(t);
        assert_int_equal(rc, TN_EINVAL);
        migration_expect_place(&t->place, "1_a.sql", 6, 4);
        assert_int_equal(t->place.kind, TN__FAULT_AMBIGUOUS);
        assert_non_null(strstr(t->err.message, "1_a.sql:6:4: reads like a statement"));
    }
}

static void onefile_with_two_down_lines_is_an_error(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "-- UP\nSELECT 1;\n-- DOWN\nSELECT 2;\n-- DOWN\n");
    assert_int_equal(migration_load(t), TN_EINVAL);
    migration_expect_place(&t->place, "1_a.sql", 5, 1);
}

static void onefile_with_its_own_down_file_is_an_error(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "-- UP\nSELECT 1;\n-- DOWN\nSELECT 2;\n");
    migration_file(t, "1_a.down.sql", "SELECT 3;");
    assert_int_equal(migration_load(t), TN_EINVAL);
}

static void onefile_with_unterminated_string_is_an_error_with_its_place(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "-- UP\nCREATE TRIGGER r AFTER INSERT ON a BEGIN SELECT 1;\n-- DOWN\n");
    assert_int_equal(migration_load(t), TN_ESYNTAX);
    migration_expect_place(&t->place, "1_a.sql", 2, 1);
}

static void text_with_marks_in_prose_or_strings_is_an_ordinary_file(void **state)
{
    static const char *const texts[] = {
        "-- UP\nSELECT '\n-- DOWN\n';\nSELECT 2;\n",
        "-- UP\nSELECT 1;\n",
        "-- up and down the hill\nSELECT 1;\n-- Down with it.\n-- UP: the first part\n",
        "SELECT '\n-- up\n-- migrate:up\n', \"\n-- +goose Up\n\";\n",
        "/*\n-- UP\n-- DOWN\n--> statement-breakpoint\n*/\nSELECT 1;\n",
        "SELECT 1; -- up\nSELECT 2 -- down\n;\n-- migrate:upwards\n",
        "-- upper\n-- downs\n--\n---\nSELECT 1 - -1;\n-- goose Up\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const tn_migration *item = load_one(*state, texts[i]);
        assert_null(item->down.file);
        assert_null(item->up.stmts);
    }
}

static void text_that_is_nearly_a_form_is_an_error_with_its_line(void **state)
{
    static const struct {
        const char *text;
        unsigned line, column;
        const char *message;
    } cases[] = {
        {"-- Up\nSELECT 1;\n-- DOWN\nSELECT 2;\n", 1, 1, "both directions in one file need"},
        {"-- UP \nSELECT 1;\n-- DOWN\nSELECT 2;\n", 1, 1, "'-- UP' as the first line"},
        {"\xEF\xBB\xBF-- up\r\nSELECT 1;\r\n", 1, 4, "both directions in one file need"},
        {"--UP:\nSELECT 1;\n--DOWN:\nSELECT 2;\n", 1, 1, "both directions in one file need"},
        {"-- 001: users\n-- UP\nSELECT 1;\n-- DOWN\nSELECT 2;\n", 2, 1,
         "'-- UP' as the first line"},
        {"-- no-transaction\n-- UP\nVACUUM;\n-- DOWN\n", 2, 1, "'-- UP' as the first line"},
        {"-- UP\nSELECT 1;\n-- Down\nSELECT 2;\n", 3, 1, "both directions in one file need"},
        {"-- UP\nSELECT 1;\n -- DOWN\nSELECT 2;\n", 3, 2, "'-- DOWN' as another"},
        {"SELECT 1;\n-- DOWN\nSELECT 2;\n", 2, 1, "both directions in one file need"},
        {"-- migrate:up transaction:false\nSELECT 1;\n-- migrate:down\n", 1, 1, "mark of dbmate"},
        {"-- UP\nSELECT 1;\n-- migrate:down\nSELECT 2;\n", 3, 1, "mark of dbmate"},
        {"-- +goose Up\nSELECT 1;\n-- +goose Down\n", 1, 1, "mark of goose"},
        {"SELECT 1;\n-- +goose StatementBegin\nSELECT 2;\n", 2, 1, "mark of goose"},
        {"-- +migrate Up\nSELECT 1;\n", 1, 1, "mark of sql-migrate"},
        {"SELECT 1;--> statement-breakpoint\nSELECT 2;\n", 1, 10, "mark of Drizzle"},
    };
    struct migration_test *t = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        migration_file(t, "1_a.sql", cases[i].text);
        assert_int_equal(migration_load(t), TN_EINVAL);
        assert_int_equal(t->place.kind, TN__FAULT_AMBIGUOUS);
        migration_expect_place(&t->place, "1_a.sql", cases[i].line, cases[i].column);
        if (!strstr(t->err.message, cases[i].message))
            fail_msg("'%s' lacks '%s'", t->err.message, cases[i].message);
        assert_non_null(strstr(t->err.message, "name it '1_a.up.sql' if all of it is to be run"));
    }
}

static void text_that_is_nearly_a_form_runs_whole_under_the_name_of_an_up_script(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.up.sql", "-- Up\nCREATE TABLE a (x);\n-- Down\n-- DROP TABLE a;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, TABLES, "a");
}

static void onefile_form_is_not_looked_for_in_pairs(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.up.sql", "-- UP\nSELECT 1;\n-- DOWN\nSELECT 2;\n");
    assert_ok(migration_load(t));
    assert_null(t->set.items[0].down.file);
    assert_null(t->set.items[0].up.stmts);
}

static void onefile_runs_up_and_down(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "20250115_001_a.sql",
                   "-- UP\nCREATE TABLE a (x);\n\n-- DOWN\n-- Away with it.\n-- DROP TABLE a;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_expect(t, TABLES, "a");
    migration_expect(t, VERSIONS, "20250115001");
    assert_ok(migration_run(t, TN_MIGRATE_DOWN));
    migration_expect(t, TABLES, "");
    migration_expect(t, VERSIONS, "");
}

static void onefile_down_that_fails_shows_the_line_as_written(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "-- UP\nCREATE TABLE a (x);\n-- DOWN\n-- DROP TABLE a;\n"
                   "-- DROP TABLE b;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_int_equal(migration_run(t, TN_MIGRATE_DOWN), TN_ENOTFOUND);
    migration_expect_place(&t->report.failed, "1_a.sql", 5, 15);
    assert_text(t->report.failed_sql, "-- UP\nCREATE TABLE a (x);\n-- DOWN\n-- DROP TABLE a;\n"
                                      "-- DROP TABLE b;\n");
    migration_expect(t, TABLES, "a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        migration_test(onefile_with_commented_down_is_reversible),
        migration_test(onefile_with_live_down_takes_it_and_leaves_remarks),
        migration_test(onefile_with_half_its_down_in_comments_is_an_error),
        migration_test(onefile_with_crlf_and_bom_is_recognised),
        migration_test(onefile_down_keeps_lines_and_columns),
        migration_test(onefile_statements_may_span_lines_and_hold_triggers),
        migration_test(onefile_down_in_a_block_comment_counts),
        migration_test(onefile_with_prose_alone_is_irreversible),
        migration_test(onefile_with_doubtful_remark_is_an_error_with_its_line),
        migration_test(onefile_with_two_down_lines_is_an_error),
        migration_test(onefile_with_its_own_down_file_is_an_error),
        migration_test(onefile_with_unterminated_string_is_an_error_with_its_place),
        migration_test(text_with_marks_in_prose_or_strings_is_an_ordinary_file),
        migration_test(text_that_is_nearly_a_form_is_an_error_with_its_line),
        migration_test(text_that_is_nearly_a_form_runs_whole_under_the_name_of_an_up_script),
        migration_test(onefile_form_is_not_looked_for_in_pairs),
        migration_test(onefile_runs_up_and_down),
        migration_test(onefile_down_that_fails_shows_the_line_as_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
