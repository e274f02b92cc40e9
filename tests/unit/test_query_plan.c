/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "driving.h"
#include "plan/query_plan.h"

/* The engine's plans as data: what a row says, and which scans are full ones. */

static void row_is_classified_by_its_words(void **state)
{
    static const struct {
        const char *detail;
        enum tn__plan_step step;
        const char *source;
        const char *index;
        unsigned terms;
        unsigned findings;
    } rows[] = {
        {"SCAN t", TN__PLAN_STEP_SCAN, "t", "", 0, TN__PLAN_FULL_SCAN},
        {"SCAN TABLE t AS x", TN__PLAN_STEP_SCAN, "x", "", 0, TN__PLAN_FULL_SCAN},
        {"SCAN t USING INDEX i", TN__PLAN_STEP_SCAN, "t", "i", 0, TN__PLAN_FULL_SCAN},
        {"SCAN t USING COVERING INDEX i", TN__PLAN_STEP_SCAN, "t", "i", 0,
         TN__PLAN_FULL_SCAN | TN__PLAN_COVERING},
        {"SCAN t LEFT-JOIN", TN__PLAN_STEP_SCAN, "t", "", 0, TN__PLAN_FULL_SCAN},
        {"SCAN t VIRTUAL TABLE INDEX 0:M1", TN__PLAN_STEP_SCAN, "t", "", 0, 0},
        {"SCAN CONSTANT ROW", TN__PLAN_STEP_OTHER, "", "", 0, 0},
        {"SCAN 3 CONSTANT ROWS", TN__PLAN_STEP_OTHER, "", "", 0, 0},
        {"SCAN 3-ROW VALUES CLAUSE", TN__PLAN_STEP_OTHER, "", "", 0, 0},
        {"BLOOM FILTER ON t (a=?)", TN__PLAN_STEP_OTHER, "", "", 0, 0},
        {"SEARCH t USING INTEGER PRIMARY KEY (rowid=?)", TN__PLAN_STEP_SEARCH, "t", "", 1, 0},
        {"SEARCH t USING INDEX i (a=? AND b>? AND b<?)", TN__PLAN_STEP_SEARCH, "t", "i", 2, 0},
        {"SEARCH t USING INDEX my (odd) index (a=?)", TN__PLAN_STEP_SEARCH, "t", "my (odd) index",
         1, 0},
        {"SEARCH t USING COVERING INDEX i (ANY(a) AND b=?) LEFT-JOIN", TN__PLAN_STEP_SEARCH, "t",
         "i", 1, TN__PLAN_COVERING},
        {"SEARCH t USING COVERING INDEX i", TN__PLAN_STEP_SEARCH, "t", "i", 0, TN__PLAN_COVERING},
        {"SEARCH t USING AUTOMATIC PARTIAL COVERING INDEX (a=?)", TN__PLAN_STEP_SEARCH, "t", "", 1,
         TN__PLAN_AUTO_INDEX},
        {"USE TEMP B-TREE FOR ORDER BY", TN__PLAN_STEP_OTHER, "", "", 0, TN__PLAN_TEMP_BTREE},
        {"UNION USING TEMP B-TREE", TN__PLAN_STEP_OTHER, "", "", 0, TN__PLAN_TEMP_BTREE},
        {"CORRELATED SCALAR SUBQUERY 1", TN__PLAN_STEP_OTHER, "", "", 0, TN__PLAN_CORRELATED},
        {"LIST SUBQUERY 2", TN__PLAN_STEP_OTHER, "", "", 0, TN__PLAN_LIST},
        {"REUSE LIST SUBQUERY 2", TN__PLAN_STEP_OTHER, "", "", 0, 0},
        {"", TN__PLAN_STEP_OTHER, "", "", 0, 0},
        {"SEARCH ", TN__PLAN_STEP_SEARCH, "", "", 0, 0},
        {"SEARCH t USING INDEX i )", TN__PLAN_STEP_SEARCH, "t", "i )", 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct tn__plan_node node = {.detail = rows[i].detail};
        tn__plan_classify(&node);
        print_message("%s\n", rows[i].detail);
        assert_int_equal(node.step, rows[i].step);
        assert_int_equal(node.terms, rows[i].terms);
        assert_int_equal(node.findings, rows[i].findings);
        assert_int_equal(node.source.size, strlen(rows[i].source));
        assert_memory_equal(node.source.data ? node.source.data : "", rows[i].source,
                            node.source.size);
        assert_int_equal(node.index.size, strlen(rows[i].index));
        assert_memory_equal(node.index.data ? node.index.data : "", rows[i].index, node.index.size);
    }
}

/* The findings of a plan as codes, each row's in brackets behind its depth: "0[full-scan] 1[]". */
static void expect_plan(struct fixture *f, struct tn__driver_conn *conn, const char *sql,
                        const char *expected)
{
    struct tn__query_plan plan;
    char got[500] = "";
    int rc = tn__query_plan_read(&plan, driver, conn, tn_text_of(sql), NULL, 0, &f->arena, &f->err);
    if (rc != TN_OK)
        print_error("%s\n", f->err.message);
    assert_ok(rc);
    for (size_t i = 0; i < plan.count; i++) {
        size_t used = strlen(got);
        snprintf(got + used, sizeof got - used, "%s%u[", i ? " " : "", plan.nodes[i].depth);
        for (unsigned bit = 0; bit < TN__PLAN_BIT_COUNT; bit++)
            if (plan.nodes[i].findings & 1u << bit)
                strcat(strcat(got, tn__plan_words[bit].code), ",");
        strcat(got, "]");
    }
    assert_string_equal(got, expected);
}

static struct tn__driver_conn *open_schema(struct fixture *f)
{
    static const char schema[] =
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b, c); CREATE INDEX t_ab ON t (a, b);"
        "CREATE INDEX t_open ON t (b) WHERE c = 1; CREATE TABLE u (a, z);";
    struct tn__url url;
    struct tn__driver_conn *conn;
    assert_ok(tn__url_parse(&url, ":memory:", &f->arena, &f->err));
    struct tn__driver_open how = {.url = &url, .access = TN_WRITE};
    assert_ok(driver->open(&conn, &how, &f->err));
    assert_int_equal(sqlite3_exec(driver->native_conn(conn), schema, NULL, NULL, NULL), SQLITE_OK);
    return conn;
}

static void plan_of_engine_has_its_findings(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn = open_schema(f);
    expect_plan(f, conn, "SELECT * FROM t ORDER BY c", "0[full-scan,] 0[temp-btree,]");
    expect_plan(f, conn, "SELECT b FROM t WHERE a = ?1", "0[covering-index,]");
    expect_plan(f, conn, "SELECT id FROM t WHERE c = 1 ORDER BY b", "0[]"); /* partial index */
    /* With a Bloom filter or without, as the version will have it. */
    struct tn__query_plan plan;
    assert_ok(tn__query_plan_read(&plan, driver, conn,
                                  tn_text_of("SELECT * FROM t AS x JOIN u ON u.a = x.c"), NULL, 0,
                                  &f->arena, &f->err));
    assert_int_equal(tn__query_plan_findings(&plan), TN__PLAN_FULL_SCAN | TN__PLAN_AUTO_INDEX);
    expect_plan(f, conn, "SELECT (SELECT z FROM u WHERE u.a = t.c) FROM t WHERE id = 1",
                "0[] 0[correlated-subquery,] 1[full-scan,]");
    expect_plan(f, conn, "DELETE FROM t WHERE id IN (SELECT a FROM u)",
                "0[] 0[list-subquery,] 1[full-scan,]");
    assert_int_equal(tn__query_plan_findings(&(struct tn__query_plan){0}), 0);
    driver->close(conn);
}

static void scan_of_subquery_is_no_full_scan(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn = open_schema(f);
    expect_plan(f, conn,
                "WITH c AS MATERIALIZED (SELECT * FROM t) SELECT * FROM c, c AS e WHERE e.id < 3",
                "0[] 1[full-scan,] 0[] 0[]");
    expect_plan(f, conn,
                "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT * FROM c",
                "0[] 1[] 2[] 1[] 2[] 0[]");
    expect_plan(f, conn, "SELECT * FROM (SELECT * FROM u LIMIT 3) AS s, t WHERE t.id = s.a",
                "0[] 1[full-scan,] 0[] 0[]");
    expect_plan(f, conn, "VALUES (1), (2)", "0[]");
    driver->close(conn);
}

/* A pattern that is known may be searched for. */
static void plan_depends_on_values(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn = open_schema(f);
    struct tn__query_plan plan;
    const struct tn__plan_bind bind = {1, tn_value_string("x%")};
    const tn_text sql = tn_text_of("SELECT a FROM w WHERE a LIKE ?1");
    assert_int_equal(sqlite3_exec(driver->native_conn(conn),
                                  "CREATE TABLE w (a TEXT COLLATE nocase PRIMARY KEY)", NULL, NULL,
                                  NULL),
                     SQLITE_OK);
    assert_ok(tn__query_plan_read(&plan, driver, conn, sql, NULL, 0, &f->arena, &f->err));
    assert_int_equal(plan.nodes[0].step, TN__PLAN_STEP_SCAN);
    assert_ok(tn__query_plan_read(&plan, driver, conn, sql, &bind, 1, &f->arena, &f->err));
    assert_int_equal(plan.nodes[0].step, TN__PLAN_STEP_SEARCH);
    driver->close(conn);
}

static void error_has_its_place_in_the_statement(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn = open_schema(f);
    struct tn__query_plan plan;
    assert_int_equal(tn__query_plan_read(&plan, driver, conn, tn_text_of("SELECT FROM t"), NULL, 0,
                                         &f->arena, &f->err),
                     TN_ESYNTAX);
    assert_int_equal(f->err.position, 8);
    assert_int_equal(tn__query_plan_read(&plan, driver, conn, tn_text_of("SELECT 1; SELECT 2"),
                                         NULL, 0, &f->arena, NULL),
                     TN_EINVAL);
    driver->close(conn);
}

static void counts_are_those_of_the_run(void **state)
{
    struct fixture *f = *state;
    struct tn__driver_conn *conn = open_schema(f);
    static const char sql[] = "SELECT c FROM t ORDER BY c";
    struct tn__driver_stmt *stmt;
    struct tn__stmt_counts counts;
    assert_int_equal(sqlite3_exec(driver->native_conn(conn),
                                  "INSERT INTO t (c) VALUES (3), (1), (2)", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_ok(driver->prepare(&stmt, conn, sql, sizeof sql - 1, false, &f->err));
    while (driver->step(stmt, &f->err) == TN_ROW)
        continue;
    driver->counts(stmt, &counts);
    assert_int_equal(counts.full_scan_steps, 2);
    assert_int_equal(counts.sorts, 1);
    assert_int_equal(counts.auto_index_rows, 0);
    assert_true(counts.vm_steps > 0);
    /* Rows of the plan are counted by some builds of the engine alone. */
    struct tn__stmt_loop loop;
    if (sqlite3_compileoption_used("ENABLE_STMT_SCANSTATUS")) {
        assert_true(driver->loop(stmt, 0, &loop));
        assert_int_equal(loop.loops, 1);
        assert_int_equal(loop.rows, 3);
    } else {
        assert_false(driver->loop(stmt, 0, &loop));
    }
    driver->finalize(stmt);
    driver->close(conn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(row_is_classified_by_its_words), TEST(plan_of_engine_has_its_findings),
        TEST(scan_of_subquery_is_no_full_scan),           TEST(plan_depends_on_values),
        TEST(error_has_its_place_in_the_statement),       TEST(counts_are_those_of_the_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
