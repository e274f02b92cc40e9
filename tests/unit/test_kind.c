/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "core/kind.h"

/* What the words of a statement tell. */

enum {
    READ = 1,
    CHANGE = 2,
    TRANSACTION = 4,
    SAVEPOINT = 8
};

static void first_words_tell_the_kind(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        int kind;
    } cases[] = {
        {"SELECT 1", READ},
        {"  ;; -- x\n /* y */ select 1", READ},
        {"VALUES (1)", READ},
        {"EXPLAIN QUERY PLAN DELETE FROM t", READ},
        {"INSERT INTO t VALUES (1)", CHANGE},
        {"replace into t values (1)", CHANGE},
        {"UPDATE t SET a = 1", CHANGE},
        {"DELETE FROM t", CHANGE},
        {"WITH a AS (SELECT 1) SELECT * FROM a", READ | CHANGE},
        {"WITH a AS (SELECT 1), b(x, y) AS MATERIALIZED (VALUES (1, 2)) VALUES (1)", READ | CHANGE},
        {"WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", CHANGE},
        {"WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n FROM a) UPDATE t SET n = 1", CHANGE},
        {"with a as (select 'x) delete') delete from t", CHANGE},
        {"WITH a AS (SELECT 1)", READ | CHANGE},
        {"WITH", READ | CHANGE},
        {"WITH a AS (SELECT 1 ; DELETE", READ | CHANGE},
        {"BEGIN", TRANSACTION},
        {"begin immediate", TRANSACTION},
        {"COMMIT", TRANSACTION},
        {"END TRANSACTION", TRANSACTION},
        {"ROLLBACK", TRANSACTION},
        {"ROLLBACK TRANSACTION", TRANSACTION},
        {"ROLLBACK TO a", TRANSACTION | SAVEPOINT},
        {"ROLLBACK TRANSACTION TO SAVEPOINT a", TRANSACTION | SAVEPOINT},
        {"SAVEPOINT a", TRANSACTION | SAVEPOINT},
        {"RELEASE a", TRANSACTION | SAVEPOINT},
        {"PRAGMA foreign_keys", 0},
        {"CREATE TABLE t (n)", 0},
        {"SELECTED", 0},
        {"\"SELECT\" 1", 0},
        {"(SELECT 1)", 0},
        {"", 0},
        {"-- nothing", 0},
        {"'open", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tn__sql_kind kind = tn__sql_kind_of(tn_text_of(cases[i].sql), TN__SQLITE);
        int got = (kind.is_read ? READ : 0) | (kind.is_change ? CHANGE : 0) |
                  (kind.is_transaction ? TRANSACTION : 0) | (kind.is_savepoint ? SAVEPOINT : 0);
        if (got != cases[i].kind)
            fail_msg("%s: %d, not %d", cases[i].sql, got, cases[i].kind);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_words_tell_the_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
