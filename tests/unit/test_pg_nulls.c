/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "pg_trees.h"

static const char schema[] =
    "CREATE TABLE a (id int PRIMARY KEY, n text, m int NOT NULL);"
    "CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a, x text NOT NULL, y int);";

struct row {
    const char *sql;
    const char *nulls; /* per column: 1 if it may be NULL */
};

static const struct row rows[] = {
    {"SELECT id, n, m FROM a", "010"},
    {"SELECT a.id, b.x FROM a LEFT JOIN b ON b.a_id = a.id", "01"},
    {"SELECT a.id, b.x FROM a LEFT JOIN b ON b.a_id = a.id WHERE b.y > 3", "00"},
    {"INSERT INTO a (id, n, m) VALUES ($1, $2, 3) RETURNING id, n, m", "010"},
    {"INSERT INTO a (id, n, m) VALUES ($1, 'x', 3) RETURNING id, n, m", "000"},
};

static void nullability_is_told(void **state)
{
    struct trees *t = *state;
    size_t bad = 0;
    trees_open(t, schema);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tn__analysed analysed = trees_analyse(t, rows[i].sql);
        char nulls[64] = "";
        for (size_t c = 0; c < analysed.column_count && c < sizeof nulls - 1; c++)
            nulls[c] = analysed.columns[c].domain.classes & TN__CLASS_NULL ? '1' : '0';
        if (!analysed.is_certain || strcmp(nulls, rows[i].nulls) != 0) {
            print_error("%s\n  %s, not %s %s\n", rows[i].sql, nulls, rows[i].nulls,
                        analysed.reason ? analysed.reason : "");
            bad++;
        }
    }
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nullability_is_told, trees_setup, trees_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
