/* SPDX-License-Identifier: MIT */
#include "cataloging.h"

/* What changes the fingerprint of a schema, and what does not. */

struct pair {
    const char *a;
    const char *b;
};

static void fingerprint_of(struct cataloging *c, char out[65], const char *script)
{
    cataloging(c, script);
    memcpy(out, c->catalog.fingerprint, 65);
}

static void expect_pairs(struct cataloging *c, const struct pair *pairs, size_t count, bool same)
{
    for (size_t i = 0; i < count; i++) {
        char a[65];
        char b[65];
        fingerprint_of(c, a, pairs[i].a);
        fingerprint_of(c, b, pairs[i].b);
        if ((strcmp(a, b) == 0) != same)
            print_error("%s\n%s\n", pairs[i].a, pairs[i].b);
        assert_int_equal(strcmp(a, b) == 0, same);
    }
}

static void same_facts_have_the_same_fingerprint(void **state)
{
    static const struct pair same[] = {
        /* order, blanks, comments, case of words */
        {"CREATE TABLE a (x INT); CREATE TABLE b (y);",
         "CREATE TABLE b(y);\n\nCREATE TABLE a ( -- first\n x int /* second */ );"},
        {"CREATE TABLE a (x, CHECK (x > 0), CHECK (x < 9));",
         "create table a (x check(X<9) check ( x /* low */ > 0 ));"},
        {"CREATE TABLE a (x, y); CREATE INDEX i ON a (x); CREATE INDEX j ON a (y) WHERE x > 1;",
         "CREATE TABLE a (x, y); CREATE INDEX j ON a(y)  where x>1; CREATE INDEX i ON a (x ASC);"},
        {"CREATE TABLE a (x UNIQUE, y UNIQUE);", "CREATE TABLE a (x, y, UNIQUE (y), UNIQUE (x));"},
        {"CREATE TABLE a (x PRIMARY KEY);", "CREATE TABLE a (x, PRIMARY KEY (x));"},
        {"CREATE TABLE a (x); CREATE VIEW v AS SELECT x FROM a;",
         "CREATE TABLE a (x); CREATE VIEW IF NOT EXISTS v\nAS select X\tfrom A;"},
        {"CREATE TABLE a (x); CREATE TRIGGER r AFTER INSERT ON a BEGIN DELETE FROM a; END;",
         "CREATE TABLE a (x);\nCREATE TRIGGER IF NOT EXISTS r\n after insert ON a\n"
         "BEGIN -- all\n DELETE FROM a ; END;"},
        /* other migrations */
        {"CREATE TABLE a (x INT, y TEXT NOT NULL DEFAULT 'b');",
         "CREATE TABLE a (x INT); ALTER TABLE a ADD COLUMN y TEXT NOT NULL DEFAULT 'b';"},
        {"CREATE TABLE a (x INT); CREATE INDEX i ON a (x);"
         "CREATE TABLE b (y REFERENCES a, CHECK (y <> 1));"
         "CREATE TRIGGER r AFTER INSERT ON a BEGIN DELETE FROM a WHERE x = 1; END;",
         "CREATE TABLE z (x INT); CREATE INDEX i ON z (x);"
         "CREATE TABLE b (q REFERENCES z, CHECK (q <> 1));"
         "CREATE TRIGGER r AFTER INSERT ON z BEGIN DELETE FROM z WHERE x = 1; END;"
         "ALTER TABLE z RENAME TO a; ALTER TABLE b RENAME COLUMN q TO y;"},
        {"CREATE TABLE a (x);", "CREATE TABLE a (x); CREATE TABLE b (y); DROP TABLE b;"},
        {"CREATE TABLE a (x);", "CREATE TABLE a (x, y); ALTER TABLE a DROP COLUMN y;"},
        /* what is nobody's business */
        {"CREATE TABLE a (x);", "CREATE TABLE a (x); INSERT INTO a VALUES (1); ANALYZE;"},
        {"CREATE TABLE a (x);", "CREATE TABLE a (x); CREATE TABLE _tenon_migrations (v);"},
        {"CREATE TABLE a (x);", "CREATE TEMP TABLE b (x); CREATE TABLE a (x);"},
        {"SELECT 1;", "CREATE TABLE _tenon_migrations (v);"},
    };
    expect_pairs(*state, same, sizeof(same) / sizeof(same[0]), true);
}

static void each_kind_of_change_changes_the_fingerprint(void **state)
{
    static const struct pair other[] = {
        {"SELECT 1;", "CREATE TABLE a (x);"},
        {"CREATE TABLE a (x);", "CREATE TABLE b (x);"},
        {"CREATE TABLE a (x, y);", "CREATE TABLE a (y, x);"},
        {"CREATE TABLE a (x);", "CREATE TABLE a (x, y);"},
        {"CREATE TABLE a (x INT);", "CREATE TABLE a (x TEXT);"},
        {"CREATE TABLE a (x INT);", "CREATE TABLE a (x INT NOT NULL);"},
        {"CREATE TABLE a (x INT NOT NULL);", "CREATE TABLE a (x INT NOT NULL ON CONFLICT IGNORE);"},
        {"CREATE TABLE a (x UNIQUE, y UNIQUE ON CONFLICT FAIL);",
         "CREATE TABLE a (x UNIQUE ON CONFLICT FAIL, y UNIQUE);"},
        {"CREATE TABLE a (x INT);", "CREATE TABLE a (x INT DEFAULT 1);"},
        {"CREATE TABLE a (x DEFAULT 'b');", "CREATE TABLE a (x DEFAULT 'B');"},
        {"CREATE TABLE a (x DEFAULT open);", "CREATE TABLE a (x DEFAULT Open);"},
        {"CREATE TABLE a (x DEFAULT '');", "CREATE TABLE a (x);"},
        {"CREATE TABLE a (x);", "CREATE TABLE a (x COLLATE nocase);"},
        {"CREATE TABLE a (x, y AS (x + 1));", "CREATE TABLE a (x, y AS (x + 2));"},
        {"CREATE TABLE a (x, y AS (x + 1));", "CREATE TABLE a (x, y AS (x + 1) STORED);"},
        {"CREATE TABLE a (x INTEGER PRIMARY KEY);", "CREATE TABLE a (x INT PRIMARY KEY);"},
        {"CREATE TABLE a (x INTEGER PRIMARY KEY);",
         "CREATE TABLE a (x INTEGER PRIMARY KEY AUTOINCREMENT);"},
        {"CREATE TABLE a (x INT, y, PRIMARY KEY (x, y));",
         "CREATE TABLE a (x INT, y, PRIMARY KEY (y, x));"},
        {"CREATE TABLE a (x INT);", "CREATE TABLE a (x INT) STRICT;"},
        {"CREATE TABLE a (x INT PRIMARY KEY NOT NULL);",
         "CREATE TABLE a (x INT PRIMARY KEY NOT NULL) WITHOUT ROWID;"},
        {"CREATE TABLE a (x);", "CREATE TABLE a (x UNIQUE);"},
        {"CREATE TABLE a (x, y UNIQUE);", "CREATE TABLE a (x, y); CREATE UNIQUE INDEX i ON a (y);"},
        {"CREATE TABLE a (x); CREATE INDEX i ON a (x);",
         "CREATE TABLE a (x); CREATE UNIQUE INDEX i ON a (x);"},
        {"CREATE TABLE a (x); CREATE INDEX i ON a (x);",
         "CREATE TABLE a (x); CREATE INDEX j ON a (x);"},
        {"CREATE TABLE a (x); CREATE INDEX i ON a (x);",
         "CREATE TABLE a (x); CREATE INDEX i ON a (x DESC);"},
        {"CREATE TABLE a (x); CREATE INDEX i ON a (x);",
         "CREATE TABLE a (x); CREATE INDEX i ON a (x COLLATE nocase);"},
        {"CREATE TABLE a (x); CREATE INDEX i ON a (lower(x));",
         "CREATE TABLE a (x); CREATE INDEX i ON a (upper(x));"},
        {"CREATE TABLE a (x); CREATE INDEX i ON a (x) WHERE x = 'a';",
         "CREATE TABLE a (x); CREATE INDEX i ON a (x) WHERE x = 'A';"},
        {"CREATE TABLE a (x); CREATE TABLE b (y REFERENCES a (x));",
         "CREATE TABLE a (x); CREATE TABLE b (y);"},
        {"CREATE TABLE b (y REFERENCES a);", "CREATE TABLE b (y REFERENCES a ON DELETE CASCADE);"},
        {"CREATE TABLE b (y REFERENCES a);",
         "CREATE TABLE b (y REFERENCES a DEFERRABLE INITIALLY DEFERRED);"},
        {"CREATE TABLE a (x CHECK (x > 0));", "CREATE TABLE a (x CHECK (x > 1));"},
        {"CREATE TABLE a (x CHECK (x > 0));", "CREATE TABLE a (x CONSTRAINT c CHECK (x > 0));"},
        {"CREATE TABLE a (x); CREATE VIEW v AS SELECT x FROM a;",
         "CREATE TABLE a (x); CREATE VIEW v AS SELECT x FROM a WHERE x > 1;"},
        {"CREATE TABLE a (x); CREATE VIEW v AS SELECT x FROM a;",
         "CREATE TABLE a (x); CREATE VIEW v AS SELECT x AS y FROM a;"},
        {"CREATE TABLE a (x); CREATE TRIGGER r AFTER INSERT ON a BEGIN DELETE FROM a; END;",
         "CREATE TABLE a (x); CREATE TRIGGER r AFTER DELETE ON a BEGIN DELETE FROM a; END;"},
        {"CREATE TABLE a (x); CREATE TRIGGER r AFTER INSERT ON a BEGIN DELETE FROM a; END;",
         "CREATE TABLE a (x);"},
        {"CREATE VIRTUAL TABLE w USING fts5(a);",
         "CREATE VIRTUAL TABLE w USING fts5(a, tokenize = 'porter');"},
        {"CREATE TABLE a (x, y); CREATE TABLE b (z);",
         "CREATE TABLE a (x); CREATE TABLE b (y, z);"},
    };
    expect_pairs(*state, other, sizeof(other) / sizeof(other[0]), false);
}

/* A number that is written down: the same on every machine, and in the next version. */
static void fingerprint_is_the_same_everywhere(void **state)
{
    struct cataloging *c = *state;
    cataloging(c, "CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT NOT NULL);");
    assert_string_equal(c->catalog.fingerprint,
                        "7145a4577282ba2958839c6d9d0f2f90cfd3d79764193806ea65f118f4a7319b");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, cataloging_setup, cataloging_teardown)
    const struct CMUnitTest tests[] = {
        TEST(same_facts_have_the_same_fingerprint),
        TEST(each_kind_of_change_changes_the_fingerprint),
        TEST(fingerprint_is_the_same_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
