/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "agreeing.h"

/* Definitions, sound and not; and every keyword where a name may stand. */

static void definitions(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "CREATE TABLE x(a)",
        "CREATE TABLE x(a INTEGER PRIMARY KEY, b TEXT NOT NULL DEFAULT 'c' COLLATE nocase UNIQUE)",
        "CREATE TEMP TABLE x(a)",
        "CREATE TEMPORARY TABLE IF NOT EXISTS x(a)",
        "CREATE TABLE temp.x(a)",
        "CREATE TABLE 'x'([a] 'b c', `d` \"e\"(1))",
        "CREATE TABLE x",
        "CREATE TABLE x()",
        "CREATE TABLE x(a,)",
        "CREATE TABLE x(a b c d, e UNSIGNED BIG INT, f VARCHAR(10), g DECIMAL(10, -2), h x(1.5))",
        "CREATE TABLE x(a VARCHAR(b))",
        "CREATE TABLE x(a left)",
        "CREATE TABLE x(left, natural, key, \"table\")",
        "CREATE TABLE x(table)",
        "CREATE TABLE x AS SELECT 1 AS a",
        "CREATE TABLE x AS VALUES (1)",
        "CREATE TABLE x(a) AS SELECT 1",
        "CREATE TABLE x AS SELECT 1 STRICT",
        "CREATE TABLE x(a INT) STRICT",
        "CREATE TABLE x(a PRIMARY KEY) WITHOUT ROWID",
        "CREATE TABLE x(a INT PRIMARY KEY) STRICT, WITHOUT ROWID",
        "CREATE TABLE x(a INT PRIMARY KEY) WITHOUT ROWID, STRICT",
        "CREATE TABLE x(a) STRICT WITHOUT ROWID",
        "CREATE TABLE x(a) WITHOUT",
        "CREATE TABLE x(a) STRICT,",
        "CREATE TABLE x(a INTEGER PRIMARY KEY AUTOINCREMENT)",
        "CREATE TABLE x(a INTEGER PRIMARY KEY DESC ON CONFLICT REPLACE AUTOINCREMENT)",
        "CREATE TABLE x(a PRIMARY)",
        "CREATE TABLE x(a NOT NULL ON CONFLICT ABORT, b NULL, c UNIQUE ON CONFLICT IGNORE)",
        "CREATE TABLE x(a NULL ON CONFLICT FAIL)",
        "CREATE TABLE x(a NOT)",
        "CREATE TABLE x(a DEFAULT 1, b DEFAULT -1, c DEFAULT +1.5, d DEFAULT 'x', e DEFAULT NULL)",
        "CREATE TABLE x(a DEFAULT (1 + 2), b DEFAULT true, c DEFAULT word, d DEFAULT \"word\")",
        "CREATE TABLE x(a DEFAULT CURRENT_TIMESTAMP, b DEFAULT x'00')",
        "CREATE TABLE x(a DEFAULT 1 + 2)",
        "CREATE TABLE x(a DEFAULT)",
        "CREATE TABLE x(a DEFAULT ?)",
        "CREATE TABLE x(a DEFAULT left)",
        "CREATE TABLE x(a CHECK (a > 1), b CHECK (b) CHECK (a < b))",
        "CREATE TABLE x(a CHECK a > 1)",
        "CREATE TABLE x(a CHECK ())",
        "CREATE TABLE x(a REFERENCES t, b REFERENCES t(a), c REFERENCES t(a, b))",
        "CREATE TABLE x(a REFERENCES t ON DELETE CASCADE ON UPDATE SET NULL MATCH full)",
        "CREATE TABLE x(a REFERENCES t ON DELETE SET DEFAULT ON UPDATE RESTRICT)",
        "CREATE TABLE x(a REFERENCES t ON INSERT NO ACTION NOT DEFERRABLE)",
        "CREATE TABLE x(a REFERENCES t DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TABLE x(a REFERENCES t DEFERRABLE INITIALLY IMMEDIATE NOT NULL)",
        "CREATE TABLE x(a REFERENCES t INITIALLY DEFERRED)",
        "CREATE TABLE x(a REFERENCES main.t)",
        "CREATE TABLE x(a REFERENCES t ON DELETE)",
        "CREATE TABLE x(a COLLATE nocase, b COLLATE 'rtrim', c COLLATE \"binary\")",
        "CREATE TABLE x(a COLLATE)",
        "CREATE TABLE x(a, b AS (a + 1), c GENERATED ALWAYS AS (a) STORED, d AS (a) VIRTUAL)",
        "CREATE TABLE x(a, b INT GENERATED ALWAYS AS (a))",
        "CREATE TABLE x(a, b GENERATED AS (a))",
        "CREATE TABLE x(a, b GENERATED ALWAYS)",
        "CREATE TABLE x(a, b AS a)",
        "CREATE TABLE x(a CONSTRAINT n NOT NULL CONSTRAINT m UNIQUE, CONSTRAINT o CHECK (a))",
        "CREATE TABLE x(a CONSTRAINT n, CONSTRAINT m)",
        "CREATE TABLE x(a CONSTRAINT n CONSTRAINT m UNIQUE)",
        "CREATE TABLE x(a CONSTRAINT)",
        "CREATE TABLE x(a, b, PRIMARY KEY (a, b))",
        "CREATE TABLE x(a, PRIMARY KEY (a COLLATE nocase DESC) ON CONFLICT REPLACE)",
        "CREATE TABLE x(a INTEGER, PRIMARY KEY (a AUTOINCREMENT))",
        "CREATE TABLE x(a, b, UNIQUE (a), UNIQUE (b DESC) ON CONFLICT IGNORE CHECK (a > b))",
        "CREATE TABLE x(a, b, FOREIGN KEY (a, b) REFERENCES t(a, b) ON DELETE CASCADE DEFERRABLE)",
        "CREATE TABLE x(a, FOREIGN KEY (a) t(a))",
        "CREATE TABLE x(a, FOREIGN (a) REFERENCES t(a))",
        "CREATE TABLE x(a, CHECK (a) ON CONFLICT FAIL)",
        "CREATE TABLE x(a, UNIQUE a)",
        "CREATE TABLE x(a, PRIMARY KEY (a), b)",
        "CREATE TABLE x(a, NOT NULL)",
        "CREATE UNIQUE TABLE x(a)",
        "CREATE INDEX i ON t(a)",
        "CREATE UNIQUE INDEX IF NOT EXISTS main.i ON t(a DESC, b COLLATE nocase, c + 1) WHERE a > 1",
        "CREATE INDEX i ON main.t(a)",
        "CREATE INDEX i ON t",
        "CREATE INDEX i ON t()",
        "CREATE INDEX ON t(a)",
        "CREATE TEMP INDEX i ON t(a)",
        "CREATE INDEX i t(a)",
        "CREATE VIEW w AS SELECT a FROM t",
        "CREATE TEMP VIEW IF NOT EXISTS w(x, y) AS SELECT a, b FROM t UNION SELECT 1, 2 ORDER BY 1",
        "CREATE VIEW w(x) SELECT a FROM t",
        "CREATE VIEW w AS DELETE FROM t",
        "CREATE VIEW main.w AS WITH x AS (SELECT 1) SELECT * FROM x",
        "CREATE w",
        "CREATE",
        "CREATE OR REPLACE VIEW w AS SELECT 1",
    };
    check_all(texts, COUNT(texts));
}

static void triggers(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END;",
        ("CREATE TEMP TRIGGER IF NOT EXISTS r BEFORE DELETE ON t FOR EACH ROW BEGIN DELETE FROM u; "
         "END"),
        "CREATE TRIGGER main.r UPDATE ON t BEGIN UPDATE u SET b = new.a WHERE a = old.a; END",
        ("CREATE TRIGGER r UPDATE OF a, b ON t WHEN new.a > old.a BEGIN SELECT RAISE(ABORT, 'no'); "
         "END"),
        "CREATE TRIGGER r INSTEAD OF INSERT ON v BEGIN INSERT INTO t (a) VALUES (new.a); END",
        ("CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT OR REPLACE INTO u SELECT 1, 2, 3; "
         "WITH x AS (SELECT 1) SELECT * FROM x; REPLACE INTO t (a) VALUES (1); END"),
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO t DEFAULT VALUES; END",
        ("CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO u VALUES (1, 2, 3) ON CONFLICT DO "
         "NOTHING; END"),
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE u SET b = 1 FROM t WHERE u.a = t.a; END",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN END",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1 END",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1;",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1;;",
        "CREATE TRIGGER r AFTER INSERT ON t SELECT 1; END",
        "CREATE TRIGGER r AFTER INSERT t BEGIN SELECT 1; END",
        "CREATE TRIGGER r AFTER UPDATE OF ON t BEGIN SELECT 1; END",
        "CREATE TRIGGER r AFTER SELECT ON t BEGIN SELECT 1; END",
        "CREATE TRIGGER r INSTEAD INSERT ON v BEGIN SELECT 1; END",
        "CREATE TRIGGER r AFTER INSERT ON t FOR EACH STATEMENT BEGIN SELECT 1; END",
        "CREATE TRIGGER r AFTER INSERT ON t WHEN BEGIN SELECT 1; END",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN DROP TABLE u; END",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM u RETURNING a; END",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN WITH x AS (SELECT 1) DELETE FROM u; END",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; END",
    };
    check_all(texts, COUNT(texts));
}

/* A reserved word is one that is no name behind AS. */
static void check_reserved(const char *word)
{
    struct parsing parsing;
    char *text = sqlite3_mprintf("SELECT 1 AS %s", word);
    parsing_begin(&parsing, text);
    if (tn__sql_is_reserved(tn_text_of(word)) != (parsing.rc == TN_ESYNTAX))
        fail_msg("%s: status %d", text, parsing.rc);
    parsing_end(&parsing);
    sqlite3_free(text);
}

static void any_keyword_where_a_name_may_stand(void **state)
{
    (void)state;
    static const char *const forms[] = {"SELECT %s FROM t",
                                        "SELECT a AS %s FROM t",
                                        "SELECT a %s FROM t",
                                        "SELECT a FROM t AS %s",
                                        "SELECT a FROM t %s",
                                        "SELECT a FROM %s",
                                        "SELECT %s.a FROM t",
                                        "SELECT t.%s FROM t",
                                        "SELECT %s.* FROM t",
                                        "SELECT a COLLATE %s FROM t",
                                        "SELECT CAST(a AS %s) FROM t",
                                        "UPDATE t SET %s = 1",
                                        "INSERT INTO t (%s) VALUES (1)",
                                        "CREATE TABLE x(%s)",
                                        "CREATE TABLE x(a %s)",
                                        "CREATE TABLE %s(a)",
                                        "WITH %s AS (SELECT 1) SELECT 1",
                                        "SELECT a IN %s FROM t",
                                        "CREATE INDEX %s ON t(a)",
                                        "SELECT 1 FROM t JOIN u USING (%s)",
                                        "DELETE FROM %s"};
    for (int k = 0; k < sqlite3_keyword_count(); k++) {
        const char *word = NULL;
        int size = 0;
        assert_int_equal(sqlite3_keyword_name(k, &word, &size), SQLITE_OK);
        char *copy = sqlite3_mprintf("%.*s", size, word);
        assert_true(tn__sql_is_keyword(tn_text_of(copy)));
        check_reserved(copy);
        for (size_t i = 0; i < COUNT(forms); i++) {
            char *text = sqlite3_mprintf("%.*s%s%s", (int)(strstr(forms[i], "%s") - forms[i]),
                                         forms[i], copy, strstr(forms[i], "%s") + 2);
            check_agreed(text);
            sqlite3_free(text);
        }
        sqlite3_free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(definitions),
        cmocka_unit_test(triggers),
        cmocka_unit_test(any_keyword_where_a_name_may_stand),
    };
    return cmocka_run_group_tests(tests, open_db, close_db);
}
