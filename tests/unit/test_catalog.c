/* SPDX-License-Identifier: MIT */
#include "cataloging.h"

#include <stdio.h>

#include "fault_alloc.h"
#include "util/str.h"

/* What the engine says of a schema, and what it does not keep though it looks so. */

static void tables_have_kind_columns_and_module(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(10) NOT NULL DEFAULT 'x',"
                  " price DECIMAL(10,2), score DOUBLE, data, raw BLOB);"
                  "CREATE TABLE s (a INT, b ANY) STRICT;"
                  "CREATE TABLE w (a TEXT, b, PRIMARY KEY (a, b)) WITHOUT ROWID;"
                  "CREATE TABLE ws (a ANY PRIMARY KEY) WITHOUT ROWID, STRICT;"
                  "CREATE VIEW v AS SELECT id, name AS n FROM t;"
                  "CREATE VIRTUAL TABLE words USING fts5(title, body);"
                  "CREATE VIRTUAL TABLE boxes USING [rtree](id, x0, x1);");
    assert_int_equal(table_of(c, "T")->kind, TN__TABLE);
    assert_int_equal(table_of(c, "v")->kind, TN__VIEW);
    assert_int_equal(table_of(c, "words")->kind, TN__VIRTUAL_TABLE);
    assert_string_equal(table_of(c, "words")->module, "fts5");
    assert_string_equal(table_of(c, "boxes")->module, "rtree");
    assert_null(table_of(c, "t")->module);
    assert_true(table_of(c, "s")->is_strict);
    assert_false(table_of(c, "s")->is_without_rowid);
    assert_true(table_of(c, "w")->is_without_rowid);
    assert_true(table_of(c, "ws")->is_strict && table_of(c, "ws")->is_without_rowid);
    assert_true(table_of(c, "words_data")->is_internal);
    assert_false(table_of(c, "words")->is_internal);
    assert_true(column_of(c, "words", "rank")->is_hidden);
    assert_int_equal(table_of(c, "t")->column_count, 6);
    assert_string_equal(column_of(c, "t", "NAME")->default_sql, "'x'");
    assert_null(column_of(c, "t", "price")->default_sql);
    assert_int_equal(column_of(c, "t", "id")->affinity, TN__AFFINITY_INTEGER);
    assert_int_equal(column_of(c, "t", "name")->affinity, TN__AFFINITY_TEXT);
    assert_int_equal(column_of(c, "t", "price")->affinity, TN__AFFINITY_NUMERIC);
    assert_int_equal(column_of(c, "t", "score")->affinity, TN__AFFINITY_REAL);
    assert_int_equal(column_of(c, "t", "data")->affinity, TN__AFFINITY_BLOB);
    assert_int_equal(column_of(c, "t", "raw")->affinity, TN__AFFINITY_BLOB);
    assert_int_equal(column_of(c, "s", "b")->affinity, TN__AFFINITY_BLOB);
    assert_null(tn__catalog_table(&c->catalog, tn_text_of("nothing")));
    assert_null(tn__table_column(table_of(c, "t"), tn_text_of("nothing")));
    assert_non_null(table_of(c, "v")->text);
}

static void affinity_follows_the_engines_rules_in_their_order(void **state)
{
    (void)state;
    static const struct {
        const char *declared;
        enum tn__affinity affinity;
    } cases[] = {
        {"", TN__AFFINITY_BLOB},
        {"INTEGER", TN__AFFINITY_INTEGER},
        {"tinyint", TN__AFFINITY_INTEGER},
        {"CHARINT", TN__AFFINITY_INTEGER},
        {"NCHAR(55)", TN__AFFINITY_TEXT},
        {"clob", TN__AFFINITY_TEXT},
        {"TEXTBLOB", TN__AFFINITY_TEXT},
        {"BLOB", TN__AFFINITY_BLOB},
        {"REAL", TN__AFFINITY_REAL},
        {"FLOAT", TN__AFFINITY_REAL},
        {"DOUBLE PRECISION", TN__AFFINITY_REAL},
        {"FLOATING POINT", TN__AFFINITY_INTEGER}, /* POINT has INT in it */
        {"BOOLEAN", TN__AFFINITY_NUMERIC},
        {"DATE", TN__AFFINITY_NUMERIC},
        {"STRING", TN__AFFINITY_NUMERIC},
        {"ANY", TN__AFFINITY_NUMERIC},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(tn__affinity_of(tn_text_of(cases[i].declared)), cases[i].affinity);
}

/* Each row of the table: a column 'c' of a table 't', and what is promised of it. */
static const struct {
    const char *schema;
    bool is_not_null;
    bool is_rowid_alias;
} promises[] = {
    {"CREATE TABLE t (c INTEGER PRIMARY KEY, x)", false, true},
    {"CREATE TABLE t (c INTEGER NOT NULL PRIMARY KEY, x)", true, true},
    {"CREATE TABLE t (c integer, x, PRIMARY KEY (c))", false, true},
    {"CREATE TABLE t (c INTEGER, x, PRIMARY KEY (c COLLATE nocase))", false, true},
    {"CREATE TABLE t (c INTEGER, x, PRIMARY KEY ('c'))", false, true},
    {"CREATE TABLE t (c \"INTEGER\" PRIMARY KEY, x)", false, true},
    {"CREATE TABLE t (c INTEGER PRIMARY KEY AUTOINCREMENT, x)", false, true},
    {"CREATE TABLE t (c INTEGER PRIMARY KEY, x ANY) STRICT", false, true},
    {"CREATE TABLE t (c INTEGER PRIMARY KEY DESC, x)", false, false},
    {"CREATE TABLE t (c INT PRIMARY KEY, x)", false, false},
    {"CREATE TABLE t (c INTEGER(8) PRIMARY KEY, x)", false, false},
    {"CREATE TABLE t (c TEXT PRIMARY KEY, x)", false, false},
    {"CREATE TABLE t (c INTEGER, x, PRIMARY KEY (c, x))", false, false},
    {"CREATE TABLE t (c INTEGER UNIQUE, x)", false, false},
    {"CREATE TABLE t (c INT PRIMARY KEY, x INT) STRICT", true, false},
    {"CREATE TABLE t (c INTEGER PRIMARY KEY, x) WITHOUT ROWID", true, false},
    {"CREATE TABLE t (c INT, x, PRIMARY KEY (x, c)) WITHOUT ROWID", true, false},
    {"CREATE TABLE t (c INT NULL, x, PRIMARY KEY (x, c)) WITHOUT ROWID", true, false},
    {"CREATE TABLE t (x PRIMARY KEY, c) WITHOUT ROWID", false, false},
    {"CREATE TABLE t (c INT NOT NULL ON CONFLICT IGNORE, x)", true, false},
    {"CREATE TABLE t (c INT NOT NULL ON CONFLICT REPLACE, x)", true, false},
    {"CREATE TABLE t (c INT NOT NULL ON CONFLICT REPLACE DEFAULT 7, x)", true, false},
    {"CREATE TABLE t (x, c AS (x) NOT NULL)", true, false},
    {"CREATE TABLE t (x, c AS (x) STORED NOT NULL)", true, false},
    {"CREATE TABLE t (x, c AS (x))", false, false},
    {"CREATE TABLE t AS SELECT 1 AS c, 2 AS x", false, false},
    {"CREATE TABLE o (c INT NOT NULL); CREATE TABLE t AS SELECT c, 2 AS x FROM o", false, false},
};

/* What is promised holds against whatever the engine lets in. */
static void promised_not_null_is_kept_by_the_engine(void **state)
{
    struct cataloging *c = *state;
    for (size_t i = 0; i < sizeof(promises) / sizeof(promises[0]); i++) {
        static const char *const writes[] = {
            "INSERT OR IGNORE INTO t DEFAULT VALUES",
            "INSERT OR IGNORE INTO t (c) VALUES (NULL)",
            "INSERT OR REPLACE INTO t (c) VALUES (NULL)",
            "INSERT OR IGNORE INTO t (c, x) VALUES (NULL, 1)",
            "INSERT OR IGNORE INTO t (c, x) VALUES (5, 5)",
            "INSERT OR REPLACE INTO t (x) VALUES (NULL)",
            "INSERT OR IGNORE INTO t (x) VALUES (3)",
            "UPDATE OR IGNORE t SET c = NULL",
            "UPDATE OR REPLACE t SET c = NULL",
            "UPDATE OR IGNORE t SET x = NULL",
        };
        cataloging(c, promises[i].schema);
        const struct tn__column *column = column_of(c, "t", "c");
        if (column->is_not_null != promises[i].is_not_null ||
            column->is_rowid_alias != promises[i].is_rowid_alias)
            print_error("%s: not null %d, alias %d\n", promises[i].schema, column->is_not_null,
                        column->is_rowid_alias);
        assert_int_equal(column->is_not_null, promises[i].is_not_null);
        assert_int_equal(column->is_rowid_alias, promises[i].is_rowid_alias);
        for (size_t k = 0; k < sizeof(writes) / sizeof(writes[0]); k++)
            (void)!tn_exec_script(c->db, writes[k], NULL);
        tn_rows rows;
        assert_ok(tn_query(&rows, c->db, "SELECT count(*) FROM t WHERE c IS NULL", NULL, 0,
                           &c->arena, &c->err));
        if (column->is_not_null || column->is_rowid_alias)
            assert_int_equal(tn_rows_at(&rows, 0, 0)->as.integer, 0);
    }
}

/* Added to a table that has rows: what is promised then holds for them, too. */
static void added_not_null_is_kept_by_the_engine(void **state)
{
    static const char *const added[] = {
        "c INT NOT NULL DEFAULT 1",         "c INT NOT NULL DEFAULT (CAST(NULL AS INT))",
        "c INT NOT NULL DEFAULT -NULL",     "c INT AS (x) NOT NULL",
        "c INT AS (nullif(x, 1)) NOT NULL", "c INT DEFAULT 1",
    };
    struct cataloging *c = *state;
    for (size_t i = 0; i < sizeof(added) / sizeof(added[0]); i++) {
        char sql[200];
        cataloging(c, "CREATE TABLE t (x); INSERT INTO t VALUES (1), (2);");
        snprintf(sql, sizeof(sql), "ALTER TABLE t ADD COLUMN %s", added[i]);
        if (tn_exec_script(c->db, sql, NULL) != TN_OK)
            continue;
        cataloging_read(c);
        tn_rows rows;
        assert_ok(tn_query(&rows, c->db, "SELECT count(*) FROM t WHERE c IS NULL", NULL, 0,
                           &c->arena, &c->err));
        if (column_of(c, "t", "c")->is_not_null)
            assert_int_equal(tn_rows_at(&rows, 0, 0)->as.integer, 0);
    }
}

static void virtual_tables_and_views_promise_nothing(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT NOT NULL);"
                  "CREATE VIEW v AS SELECT id, a FROM t;"
                  "CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1);"
                  "CREATE VIRTUAL TABLE words USING fts5(title);");
    static const char *const names[] = {"v", "boxes", "words"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct tn__table *table = table_of(c, names[i]);
        assert_true(table->column_count > 0);
        for (size_t k = 0; k < table->column_count; k++) {
            assert_false(table->columns[k].is_not_null);
            assert_false(table->columns[k].is_rowid_alias);
        }
    }
}

static void generated_columns_are_told_apart(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE t (a, b AS (a + 1), c GENERATED ALWAYS AS (a * 2) STORED);");
    assert_false(column_of(c, "t", "a")->is_generated);
    assert_true(column_of(c, "t", "b")->is_generated);
    assert_false(column_of(c, "t", "b")->is_stored);
    assert_true(column_of(c, "t", "c")->is_generated);
    assert_true(column_of(c, "t", "c")->is_stored);
    assert_false(column_of(c, "t", "c")->is_hidden);
}

static void collations_are_those_of_the_columns(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE t (a TEXT, \"b,\" TEXT /* COLLATE rtrim, */ COLLATE nocase,"
                  " c TEXT DEFAULT ('x' COLLATE rtrim), 'd' TEXT COLLATE binary COLLATE 'RTRIM',"
                  " e TEXT CHECK (e COLLATE nocase <> '') UNIQUE, UNIQUE (a COLLATE nocase));"
                  "ALTER TABLE t ADD COLUMN f TEXT COLLATE \"nocase\";");
    assert_string_equal(column_of(c, "t", "a")->collation, "BINARY");
    assert_string_equal(column_of(c, "t", "b,")->collation, "nocase");
    assert_string_equal(column_of(c, "t", "c")->collation, "BINARY");
    assert_string_equal(column_of(c, "t", "d")->collation, "RTRIM");
    assert_string_equal(column_of(c, "t", "e")->collation, "BINARY");
    assert_string_equal(column_of(c, "t", "f")->collation, "nocase");
}

static void indexes_have_their_key_parts_alone(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b TEXT, c INT);"
                  "CREATE INDEX zz ON t (b COLLATE nocase DESC, c);"
                  "CREATE UNIQUE INDEX aa ON t (c, lower(b)) WHERE a IS NOT NULL;"
                  "CREATE TABLE w (x, y, z, PRIMARY KEY (y, x)) WITHOUT ROWID;"
                  "CREATE INDEX wz ON w (z);");
    const struct tn__table *t = table_of(c, "t");
    assert_int_equal(t->index_count, 3);
    assert_string_equal(t->indexes[0].name, "aa");
    assert_string_equal(t->indexes[1].name, "sqlite_autoindex_t_1");
    assert_string_equal(t->indexes[2].name, "zz");
    const struct tn__index *aa = &t->indexes[0];
    assert_true(aa->is_unique && aa->is_partial && !aa->is_constraint && !aa->is_primary_key);
    assert_int_equal(aa->part_count, 2);
    assert_ptr_equal(aa->parts[0].column, column_of(c, "t", "c"));
    assert_null(aa->parts[1].column);
    assert_false(aa->parts[1].is_rowid);
    assert_non_null(aa->sql);
    assert_true(t->indexes[1].is_constraint && t->indexes[1].is_unique);
    assert_null(t->indexes[1].sql);
    const struct tn__index *zz = &t->indexes[2];
    assert_false(zz->is_unique || zz->is_partial);
    assert_true(zz->parts[0].is_desc);
    assert_string_equal(zz->parts[0].collation, "nocase");
    assert_false(zz->parts[1].is_desc);
    const struct tn__index *key = index_of(c, "w", "sqlite_autoindex_w_1");
    assert_true(key->is_primary_key && key->is_unique && key->is_constraint);
    assert_int_equal(key->part_count, 2);
    assert_string_equal(key->parts[0].column->name, "y");
    assert_int_equal(index_of(c, "w", "wz")->part_count, 1);
    assert_true(column_of(c, "w", "x")->is_primary_key);
    assert_false(column_of(c, "w", "z")->is_primary_key);
}

static void foreign_keys_are_in_the_order_of_writing(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE p (id INTEGER PRIMARY KEY, a, b, UNIQUE (a, b));"
                  "CREATE TABLE t (x REFERENCES p CHECK (x > 0) DEFERRABLE INITIALLY DEFERRED,"
                  " y REFERENCES p (id) ON DELETE CASCADE NOT DEFERRABLE INITIALLY DEFERRED,"
                  " \"REFERENCES\" INT,"
                  " FOREIGN KEY (x, y) REFERENCES P (a, b) ON UPDATE SET NULL"
                  " DEFERRABLE INITIALLY DEFERRED,"
                  " FOREIGN KEY (y) REFERENCES nowhere DEFERRABLE);");
    const struct tn__table *t = table_of(c, "t");
    assert_int_equal(t->foreign_key_count, 4);
    const struct tn__foreign_key *k = t->foreign_keys;
    assert_string_equal(k[0].columns[0], "x");
    assert_null(k[0].parents);
    assert_true(k[0].is_deferred);
    assert_string_equal(k[1].parents[0], "id");
    assert_string_equal(k[1].on_delete, "CASCADE");
    assert_string_equal(k[1].on_update, "NO ACTION");
    assert_false(k[1].is_deferred);
    assert_string_equal(k[2].table, "P");
    assert_int_equal(k[2].column_count, 2);
    assert_string_equal(k[2].columns[1], "y");
    assert_string_equal(k[2].parents[1], "b");
    assert_true(k[2].is_deferred);
    assert_string_equal(k[3].table, "nowhere");
    assert_false(k[3].is_deferred);
}

static void triggers_belong_to_their_table_by_any_case(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE Tasks (a); CREATE TABLE other (b);"
                  "CREATE VIEW v AS SELECT a FROM tasks;"
                  "CREATE TRIGGER z AFTER INSERT ON TASKS BEGIN SELECT 1; END;"
                  "CREATE TRIGGER b BEFORE DELETE ON tasks BEGIN SELECT 1; END;"
                  "CREATE TRIGGER v1 INSTEAD OF INSERT ON v BEGIN SELECT 1; END;"
                  "CREATE TEMP TRIGGER gone AFTER INSERT ON tasks BEGIN SELECT 1; END;");
    const struct tn__table *t = table_of(c, "tasks");
    assert_int_equal(t->trigger_count, 2);
    assert_string_equal(t->triggers[0].name, "b");
    assert_string_equal(t->triggers[1].name, "z");
    assert_non_null(strstr(t->triggers[1].sql, "AFTER INSERT"));
    assert_int_equal(table_of(c, "other")->trigger_count, 0);
    assert_int_equal(table_of(c, "v")->trigger_count, 1);
}

/* Temporary tables hide those of the same name from the engine, and are none of the schema. */
static void temporary_objects_are_left_out(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE t (a INT NOT NULL, b); CREATE INDEX i ON t (a);"
                  "CREATE TEMP TABLE t (x); CREATE TEMP TABLE mine (y);"
                  "CREATE INDEX temp.j ON t (x);");
    assert_int_equal(c->catalog.table_count, 1);
    assert_int_equal(table_of(c, "t")->column_count, 2);
    assert_true(column_of(c, "t", "a")->is_not_null);
    assert_int_equal(table_of(c, "t")->index_count, 1);
    assert_string_equal(table_of(c, "t")->indexes[0].name, "i");
}

static void names_of_every_kind_are_found(void **state)
{
    struct cataloging *c = *state;
    cataloging(c,
               "CREATE TABLE \"a \"\"b\" (\"c \"\"d\" INT, [e f] INT COLLATE nocase, `g``h` INT);"
               "CREATE TABLE \"new\nline\" (rowid TEXT, oid INT, _rowid_ BLOB);"
               "CREATE TABLE \"Größe\" (\"Länge\" REAL, '' INT);"
               "CREATE TABLE \"'\" (\"select\" INT PRIMARY KEY);"
               "CREATE INDEX \"i'x\" ON \"a \"\"b\" (\"c \"\"d\");");
    assert_string_equal(column_of(c, "A \"B", "c \"D")->declared, "INT");
    assert_string_equal(column_of(c, "a \"b", "e f")->collation, "nocase");
    assert_string_equal(column_of(c, "a \"b", "g`h")->declared, "INT");
    assert_string_equal(column_of(c, "new\nline", "ROWID")->declared, "TEXT");
    assert_string_equal(column_of(c, "Größe", "Länge")->declared, "REAL");
    assert_null(tn__catalog_table(&c->catalog, tn_text_of("GRÖSSE")));
    assert_string_equal(column_of(c, "Größe", "")->declared, "INT");
    assert_int_equal(table_of(c, "'")->index_count, 1);
    assert_string_equal(index_of(c, "a \"b", "i'x")->parts[0].column->name, "c \"d");
    assert_null(tn__catalog_table(&c->catalog, (tn_text){0}));
}

static void name_that_is_not_utf8_is_read_as_it_is(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE \"a\xff\" (\"b\xfe\" INT NOT NULL);");
    assert_true(column_of(c, "a\xff", "b\xfe")->is_not_null);
    assert_int_equal(strlen(c->catalog.fingerprint), 64);
}

static void long_names_are_found_too(void **state)
{
    struct cataloging *c = *state;
    char name[301];
    char sql[1200];
    memset(name, 'n', 300);
    name[300] = '\0';
    snprintf(sql, sizeof(sql),
             "CREATE TABLE %s (%s INT, a, b, c, d, e, f, g, h, i);"
             "CREATE TRIGGER r AFTER INSERT ON %s BEGIN SELECT 1; END;",
             name, name, name);
    cataloging(c, sql);
    name[0] = 'N';
    assert_string_equal(column_of(c, name, name)->declared, "INT");
    assert_int_equal(table_of(c, name)->trigger_count, 1);
}

/* A view of what is gone breaks nothing but itself. */
static void view_of_what_is_gone_has_no_columns(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE t (a INT NOT NULL, b); CREATE TABLE old (x);"
                  "CREATE INDEX i ON t (b);"
                  "CREATE VIEW broken AS SELECT x FROM old;"
                  "CREATE VIEW sound AS SELECT a FROM t;"
                  "DROP TABLE old;");
    assert_int_equal(table_of(c, "broken")->column_count, 0);
    assert_int_equal(table_of(c, "sound")->column_count, 1);
    assert_true(column_of(c, "t", "a")->is_not_null);
    assert_string_equal(index_of(c, "t", "i")->parts[0].column->name, "b");
}

static void empty_schema_is_an_empty_catalog(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "SELECT 1;");
    assert_int_equal(c->catalog.table_count, 0);
    assert_null(tn__catalog_table(&c->catalog, tn_text_of("t")));
    assert_int_equal(strlen(c->catalog.fingerprint), 64);
    assert_true(tn__catalog_is_aggregate(&c->catalog, tn_text_of("COUNT")));
    assert_false(tn__catalog_is_aggregate(&c->catalog, tn_text_of("lower")));
}

static void columns_of_a_wide_table_are_found_by_hash(void **state)
{
    struct cataloging *c = *state;
    char sql[20000] = "CREATE TABLE wide (first INT";
    size_t size = strlen(sql);
    for (int i = 0; i < 1000; i++)
        size += (size_t)snprintf(sql + size, sizeof(sql) - size, ", Col%d TEXT", i);
    snprintf(sql + size, sizeof(sql) - size, ");");
    cataloging(c, sql);
    const struct tn__table *wide = table_of(c, "wide");
    assert_int_equal(wide->column_count, 1001);
    assert_non_null(wide->by_name);
    assert_ptr_equal(column_of(c, "wide", "cOL999"), &wide->columns[1000]);
    assert_null(tn__table_column(wide, tn_text_of("col1000")));
}

static int read_once(void *user)
{
    struct cataloging *c = user;
    tn_arena arena = TN_ARENA_INIT;
    tn_error err = {0};
    struct tn__catalog catalog = {0};
    int rc = tn__catalog_read(&catalog, c->db, &arena, &err);
    if (rc != TN_OK)
        assert_null(catalog.tables);
    tn_arena_fini(&arena);
    return rc;
}

/* Something of everything. */
static const char everything[] =
    "CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT COLLATE nocase CHECK (a IN ('x', 'y')),"
    " b, c, d, e, f TEXT CHECK (f IN ('x', 'y')), g AS (a || b),"
    " h INT NOT NULL DEFAULT (coalesce(NULL, 1)) CHECK (h IN (0, 1)));"
    "CREATE TABLE q (x INT REFERENCES p DEFERRABLE INITIALLY DEFERRED, y TEXT"
    " CONSTRAINT n CHECK (y = 'a' OR y = 'b')) STRICT;"
    "CREATE UNIQUE INDEX i ON q (x, lower(y)) WHERE y > 'a';"
    "CREATE VIEW v AS SELECT x FROM q;"
    "CREATE VIRTUAL TABLE words USING fts5(t);"
    "CREATE TRIGGER r AFTER INSERT ON q BEGIN DELETE FROM p WHERE id = 1; END;";

static void every_allocation_may_fail(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, everything);
    fault_alloc_each(read_once, c);
}

static void arena_may_be_full_anywhere(void **state)
{
    struct cataloging *c = *state;
    tn_error err = {0};
    int rc = TN_ENOMEM;
    cataloging(c, everything);
    size_t enough = c->arena.used_bytes;
    for (size_t limit = 1; rc == TN_ENOMEM && limit < enough + 1000; limit += 23) {
        struct tn__catalog catalog = {0};
        tn_arena arena = TN_ARENA_INIT;
        arena.limit_bytes = limit;
        rc = tn__catalog_read(&catalog, c->db, &arena, &err);
        tn_arena_fini(&arena);
    }
    assert_ok(rc);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, cataloging_setup, cataloging_teardown)
    const struct CMUnitTest tests[] = {
        TEST(tables_have_kind_columns_and_module),
        TEST(affinity_follows_the_engines_rules_in_their_order),
        TEST(promised_not_null_is_kept_by_the_engine),
        TEST(added_not_null_is_kept_by_the_engine),
        TEST(virtual_tables_and_views_promise_nothing),
        TEST(generated_columns_are_told_apart),
        TEST(collations_are_those_of_the_columns),
        TEST(indexes_have_their_key_parts_alone),
        TEST(foreign_keys_are_in_the_order_of_writing),
        TEST(triggers_belong_to_their_table_by_any_case),
        TEST(temporary_objects_are_left_out),
        TEST(names_of_every_kind_are_found),
        TEST(name_that_is_not_utf8_is_read_as_it_is),
        TEST(long_names_are_found_too),
        TEST(view_of_what_is_gone_has_no_columns),
        TEST(empty_schema_is_an_empty_catalog),
        TEST(columns_of_a_wide_table_are_found_by_hash),
        TEST(every_allocation_may_fail),
        TEST(arena_may_be_full_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
