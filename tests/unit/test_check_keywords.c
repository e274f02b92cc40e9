/* SPDX-License-Identifier: MIT */
#include "checking.h"

#include <sqlite3.h>

#include <tenon/tenon.h>

/*
 * A column that is judged NOT NULL is never NULL, whatever names the schema and the query use: each
 * keyword of SQLite that may be a name stands as a bare column, table, alias and so on in front of
 * all that makes a column NULL, and the queries run on empty tables and on full ones.
 */

/* %s is the keyword. Columns of one name would be refused, so each has its own. */
static const char *const shapes[] = {
    /* a column */
    "SELECT %1$s FROM t",
    "SELECT %1$s, (SELECT name FROM u WHERE 0) AS x FROM t",
    "SELECT t.%1$s, (SELECT n FROM u WHERE 0) AS x, v FROM t",
    "SELECT 1 AS a, %1$s, (VALUES (NULL)) AS x FROM t",
    "SELECT %1$s, x FROM t, (SELECT name AS x FROM u UNION SELECT NULL)",
    "SELECT %1$s, name FROM t LEFT JOIN u ON u.n = t.%1$s",
    "SELECT name, %1$s FROM u LEFT JOIN t ON u.n = %1$s WHERE 1",
    "SELECT name, %1$s FROM t RIGHT JOIN u ON u.n = %1$s",
    "SELECT %1$s FROM t FULL JOIN u ON %1$s = 0",
    "SELECT %1$s, name FROM t NATURAL LEFT JOIN u",
    "SELECT %1$s, v FROM t UNION ALL SELECT NULL, NULL",
    "SELECT v FROM t WHERE %1$s UNION SELECT NULL",
    "SELECT v, %1$s FROM t EXCEPT SELECT 'a', 1",
    "SELECT %1$s, v, max(n) AS m FROM t, u",
    "SELECT v, %1$s, count(*) AS m FROM t",
    "SELECT v, %1$s FROM t GROUP BY v HAVING count(*) >= 0",
    "SELECT v, %1$s FROM t GROUP BY 1 ORDER BY sum(%1$s)",
    "SELECT v, lag(v) OVER w AS l, %1$s FROM t WINDOW w AS (ORDER BY %1$s)",
    "SELECT %1$s, lag(v) OVER (ORDER BY %1$s) AS l FROM t WINDOW w AS (ORDER BY v)",
    "SELECT %1$s IS DISTINCT FROM v AS d, (SELECT n FROM u WHERE 0) AS x FROM t",
    "SELECT v FROM (SELECT %1$s, max(v) AS v FROM t)",
    "WITH c AS (SELECT max(%1$s) AS v FROM t) SELECT v FROM c",
    "SELECT %1$s FROM gone",
    "SELECT g.%1$s, (SELECT n FROM u WHERE 0) AS x FROM gone AS g",
    /* a table */
    "SELECT v FROM %1$s",
    "SELECT %1$s.v, (SELECT name FROM u WHERE 0) AS x FROM %1$s",
    "SELECT v, name FROM %1$s LEFT JOIN u ON u.n = 7",
    "SELECT name, v FROM u LEFT JOIN %1$s ON v = 'none'",
    "SELECT v, name FROM %1$s, (SELECT max(name) AS name FROM u)",
    "SELECT v, count(*) AS m FROM %1$s",
    "SELECT v FROM %1$s UNION SELECT NULL",
    "SELECT v FROM (SELECT v FROM %1$s UNION SELECT NULL)",
    "SELECT v FROM main.%1$s LEFT JOIN u WHERE 0",
    /* an alias of a table, with and without AS */
    "SELECT v, (SELECT name FROM u WHERE 0) AS x FROM t %1$s",
    "SELECT %1$s.v, x FROM t %1$s, (SELECT max(name) AS x FROM u)",
    "SELECT %1$s.v, x FROM t AS %1$s JOIN (SELECT max(name) AS x FROM u)",
    "SELECT v, name FROM t %1$s LEFT JOIN u ON u.n = 7",
    "SELECT v, name FROM u %1$s LEFT JOIN t ON t.v = name",
    "SELECT v, name FROM u AS %1$s LEFT JOIN t ON 0",
    "SELECT v, max(name) AS x FROM t %1$s, u",
    "SELECT v FROM t %1$s UNION SELECT NULL",
    "SELECT v FROM t AS %1$s, u GROUP BY 1 UNION SELECT NULL",
    "SELECT name, v FROM u, (SELECT max(v) AS v FROM t) %1$s",
    /* an alias of a column, with and without AS */
    "SELECT v AS %1$s, (SELECT name FROM u WHERE 0) AS x FROM t",
    "SELECT v %1$s, (SELECT name FROM u WHERE 0) AS x FROM t",
    "SELECT (SELECT name FROM u WHERE 0) %1$s, v FROM t",
    "SELECT (SELECT name FROM u WHERE 0) AS %1$s FROM t",
    "SELECT v AS %1$s, name FROM t LEFT JOIN u ON 0",
    "SELECT max(v) AS %1$s, v FROM t",
    /* a common table, a window */
    "WITH %1$s AS (SELECT max(v) AS v FROM t) SELECT v FROM %1$s",
    "WITH %1$s (v) AS (SELECT max(v) FROM t) SELECT v, name FROM %1$s, u",
    "WITH t (v, %1$s) AS (SELECT NULL, NULL) SELECT v, %1$s FROM t",
    "SELECT v, lag(v) OVER %1$s AS l FROM t WINDOW %1$s AS (ORDER BY id)",
    /* what was written */
    "INSERT INTO t (%1$s, v) VALUES (1, 'w') RETURNING %1$s, (SELECT n FROM u WHERE 0) AS x",
    "INSERT INTO t (v, %1$s) SELECT 'w', 1 RETURNING (SELECT n FROM u WHERE 0) AS x, %1$s",
    "UPDATE t SET %1$s = 3 RETURNING %1$s, v, (SELECT max(n) FROM u WHERE 0) AS x",
    "UPDATE t SET v = 'y' FROM (SELECT max(n) AS m FROM u) RETURNING %1$s, v",
    "UPDATE t AS %1$s SET v = 'y' RETURNING v, (SELECT n FROM u WHERE 0) AS x",
    "DELETE FROM t WHERE %1$s > 0 RETURNING %1$s, v, (VALUES (NULL)) AS x",
    "DELETE FROM %1$s RETURNING v, (SELECT name FROM u WHERE 0) AS x",
};

enum {
    SHAPE_COUNT = sizeof(shapes) / sizeof(shapes[0]),
    TEXT_MAX = 1 << 16
};

static const char tables[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, \"%1$s\" INTEGER NOT NULL,"
                             " v TEXT NOT NULL);\n"
                             "CREATE TABLE u (n INTEGER NOT NULL, name TEXT NOT NULL);\n"
                             "CREATE TABLE \"%1$s\" (v TEXT NOT NULL);\n"
                             "CREATE VIEW gone AS SELECT max(\"%1$s\") AS \"%1$s\" FROM t;\n";
static const char rows[] = "INSERT INTO t (\"%1$s\", v) VALUES (1, 'a'), (2, 'b');\n"
                           "INSERT INTO \"%1$s\" (v) VALUES ('k'), ('l');\n"
                           "INSERT INTO u (n, name) VALUES (2, 'c'), (3, 'd');\n";

/* A text in which each %1$s is the keyword. */
static char *fill(char *out, size_t size, const char *pattern, const char *word)
{
    size_t used = 0;
    while (*pattern) {
        bool is_slot = strncmp(pattern, "%1$s", 4) == 0;
        used += (size_t)snprintf(out + used, size - used, "%.*s", is_slot ? 64 : 1,
                                 is_slot ? word : pattern);
        assert_true(used < size);
        pattern += is_slot ? 4 : 1;
    }
    return out;
}

/* A database with that schema; which of its tables have rows is a number of three bits. */
static sqlite3 *open_filled(const char *word, unsigned filled)
{
    char text[2000];
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, fill(text, sizeof(text), tables, word), NULL, NULL, NULL),
                     SQLITE_OK);
    char *line = fill(text, sizeof(text), rows, word);
    for (unsigned i = 0; i < 3; i++) {
        char *end = strchr(line, '\n');
        *end = '\0';
        if (filled & (1u << i))
            assert_int_equal(sqlite3_exec(db, line, NULL, NULL, NULL), SQLITE_OK);
        line = end + 1;
    }
    return db;
}

/* Run a query that has been taken; what it writes is undone. */
static void witness(sqlite3 *db, const struct tn__query *query)
{
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db, query->emitted.data, (int)query->emitted.size, &stmt, NULL),
        SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        for (size_t i = 0; i < query->column_count; i++) {
            if (query->columns[i].typing.is_nullable ||
                sqlite3_column_type(stmt, (int)i) != SQLITE_NULL)
                continue;
            print_error("column '%s' is NULL and judged NOT NULL: %.*s\n", query->columns[i].name,
                        (int)query->emitted.size, query->emitted.data);
            fail();
        }
    }
    sqlite3_finalize(stmt);
    assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
}

/* All shapes with one keyword. How many the engine and the checker took. */
static size_t try_word(struct checking *c, const char *word)
{
    static char text[TEXT_MAX];
    char schema[2000];
    char shape[1000];
    size_t used = 0;
    size_t taken = 0;
    for (size_t i = 0; i < SHAPE_COUNT; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "-- name: q%zu :many\n%s;\n", i,
                                 fill(shape, sizeof(shape), shapes[i], word));
    checking(c, fill(schema, sizeof(schema), tables, word), text);
    for (unsigned filled = 0; filled < 8; filled++) {
        sqlite3 *db = open_filled(word, filled);
        taken = 0;
        for (size_t i = 0; i < c->checked.query_count; i++) {
            if (c->checked.queries[i].is_broken)
                continue;
            taken++;
            witness(db, &c->checked.queries[i]);
        }
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
    }
    return taken;
}

static void name_that_is_a_keyword_proves_nothing(void **state)
{
    size_t names = 0;
    for (int i = 0; i < sqlite3_keyword_count(); i++) {
        char word[64];
        const char *name;
        int size;
        assert_int_equal(sqlite3_keyword_name(i, &name, &size), SQLITE_OK);
        snprintf(word, sizeof(word), "%.*s", size, name);
        size_t taken = try_word(*state, word);
        names += !tn__sql_is_reserved(tn_text_of(word));
        /* A few are no column without a table in front. */
        if (!tn__sql_is_reserved(tn_text_of(word)) && taken < SHAPE_COUNT / 3)
            fail_msg("%s: %zu shapes taken", word, taken);
    }
    assert_true(names > 50);
    /* A plain name: every shape is one that the checker takes. */
    struct checking *c = *state;
    size_t taken = try_word(c, "plain");
    for (size_t i = 0; i < c->diags.count; i++)
        if (c->diags.items[i].severity == TN__ERROR)
            print_error("%s\n  %s\n", shapes[c->diags.items[i].place.line / 2 - 1],
                        c->diags.items[i].message);
    assert_int_equal(taken, SHAPE_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(name_that_is_a_keyword_proves_nothing, checking_setup,
                                        checking_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
