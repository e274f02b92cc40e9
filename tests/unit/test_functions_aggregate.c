/* SPDX-License-Identifier: MIT */
#include "calling.h"

/* Aggregate and window functions, over some rows of a table: the engine is the judge of what was
 * foretold from the classes in its columns. */

#define MAX_ROWS 5

struct over {
    const char *call; /* %s: the name and its arguments */
    bool is_window;
    bool may_be_empty; /* no row may be left, or no frame */
};

static const struct over overs[] = {
    {"SELECT %s FROM t", false, false},
    {"SELECT %s FILTER (WHERE keep) FROM t", false, false},
    {"SELECT %s FILTER (WHERE NOT keep) FROM t", false, true},
    {"SELECT %s FROM t GROUP BY keep", false, false},
    {"SELECT %s FROM t WHERE 0", false, true},
    {"SELECT %s OVER () FROM t", true, false},
    {"SELECT %s OVER (ORDER BY id) FROM t", true, false},
    {"SELECT %s OVER (PARTITION BY keep ORDER BY a) FROM t", true, false},
    {"SELECT %s OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t", true, false},
    {"SELECT %s OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING) FROM t", true, false},
    {"SELECT %s OVER (ORDER BY a GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES) FROM t",
     true, true},
    {"SELECT %s OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) FROM t", true, true},
};

/* How the arguments of a call are written. */
struct shape {
    const char *name; /* NULL: of any function with so many arguments */
    uint32_t count;
    const char *args;
    const char *offset; /* the second argument, if it is a literal */
};

static const struct shape shapes[] = {
    {NULL, 0, "()", NULL},
    {NULL, 1, "(a)", NULL},
    {NULL, 1, "(DISTINCT a)", NULL},
    {NULL, 2, "(a, b)", NULL},
    {"percentile", 2, "(a, 50)", NULL},
    {"percentile_cont", 2, "(a, 0.25)", NULL},
    {"percentile_disc", 2, "(a, 0.5)", NULL},
    {"ntile", 1, "(2)", NULL},
    {"nth_value", 2, "(a, 1)", "1"},
    {"nth_value", 2, "(a, 2)", "2"},
    {"lag", 2, "(a, 0)", "0"},
    {"lead", 2, "(a, 1)", "1"},
    {"lag", 3, "(a, b, c)", NULL},
    {"lead", 3, "(a, b, c)", NULL},
    {"lag", 3, "(a, 1, c)", "1"},
    {"lead", 3, "(a, 2, c)", "2"},
    {"lead", 3, "(a, 0, c)", "0"},
    {"lag", 3, "(a, 9223372036854775807, c)", "9223372036854775807"},
    {"lead", 3, "(a, 9223372036854775807, c)", "9223372036854775807"},
    {"lag", 3, "(a, -1, c)", "-1"},
    {"lead", 3, "(a, 1.5, c)", "1.5"},
};

static sqlite3_stmt *prepare_over(sqlite3 *db, const struct tn__fn *fn, const struct shape *shape,
                                  const struct over *over)
{
    char call[128], sql[256];
    snprintf(call, sizeof(call), "%s%s", fn->name, shape->args);
    const char *hole = strstr(over->call, "%s");
    snprintf(sql, sizeof(sql), "%.*s%s%s", (int)(hole - over->call), over->call, call, hole + 2);
    return prepare(db, sql);
}

/* Fill t with values of a few classes; what they are, by column. */
static void fill(sqlite3 *db, sqlite3_stmt *insert, tn__classes *classes)
{
    static const tn__classes sets[] = {TN__CLASS_INT,
                                       TN__CLASS_REAL,
                                       TN__CLASS_REALS,
                                       TN__CLASS_TEXT,
                                       TN__CLASS_BLOB,
                                       TN__CLASS_NUMBERS,
                                       TN__CLASS_VALUES,
                                       TN__CLASS_INT | TN__CLASS_NULL,
                                       TN__CLASS_REAL | TN__CLASS_NULL,
                                       TN__CLASS_TEXT | TN__CLASS_NULL,
                                       TN__CLASS_NULL,
                                       TN__CLASS_ALL};
    tn__classes wanted[3];
    unsigned rows = 1 + any_of(MAX_ROWS);
    for (int i = 0; i < 3; i++) {
        wanted[i] = sets[any_of(COUNT(sets))];
        classes[i] = 0;
    }
    assert_int_equal(sqlite3_exec(db, "DELETE FROM t", NULL, NULL, NULL), SQLITE_OK);
    for (unsigned row = 0; row < rows; row++) {
        sqlite3_bind_int(insert, 1, row == 0 || any_of(2));
        for (int i = 0; i < 3; i++) {
            const struct value *value;
            do
                value = &pool[any_of(COUNT(pool))];
            while (value->classes & ~(unsigned)wanted[i]);
            bind(insert, i + 2, value);
            classes[i] |= value->classes;
        }
        assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
        sqlite3_reset(insert);
    }
}

static void expect_over(sqlite3_stmt *stmt, const struct tn__fn *fn, const struct shape *shape,
                        const struct over *over, const tn__classes *classes)
{
    struct tn__fn_arg args[4] = {{0}};
    for (uint32_t i = 0; i < shape->count; i++)
        args[i].classes = classes[i];
    if (shape->offset)
        args[1] = number_literal(shape->offset);
    tn__fn_rule *rule = fn->grouped && !over->is_window ? fn->grouped : fn->result;
    tn__classes told = rule(args, shape->count);
    if (over->may_be_empty)
        told |= fn->empty;
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        tn__classes seen = class_of(stmt, 0);
        if (seen & ~told)
            print_error("%s over %s, %s, %s: %s, foretold %s\n", sqlite3_sql(stmt),
                        names_of(classes[0]), names_of(classes[1]), names_of(classes[2]),
                        names_of(seen), names_of(told));
        assert_int_equal(seen & ~told, 0);
    }
    sqlite3_reset(stmt);
}

static void aggregates_give_what_is_foretold(void **state)
{
    sqlite3 *db = *state;
    sqlite3_exec(db, "CREATE TEMP TABLE t (id INTEGER PRIMARY KEY, keep, a, b, c)", NULL, NULL,
                 NULL);
    sqlite3_stmt *insert = prepare(db, "INSERT INTO t (keep, a, b, c) VALUES (?1, ?2, ?3, ?4)");
    assert_non_null(insert);
    struct {
        sqlite3_stmt *stmt;
        const struct tn__fn *fn;
        const struct shape *shape;
        const struct over *over;
    } plans[2000];
    size_t count = 0;
    for (uint32_t f = 0; f < tn__fn_count; f++) {
        const struct tn__fn *fn = &tn__fns[f];
        for (size_t s = 0; s < COUNT(shapes) * COUNT(overs) && fn->kinds != TN__FN_SCALAR; s++) {
            const struct shape *shape = &shapes[s / COUNT(overs)];
            const struct over *over = &overs[s % COUNT(overs)];
            if ((shape->name && strcmp(shape->name, fn->name) != 0) ||
                (int)shape->count < fn->min_args || (int)shape->count > fn->max_args ||
                (fn->kinds == TN__FN_WINDOW && !over->is_window))
                continue;
            sqlite3_stmt *stmt = prepare_over(db, fn, shape, over);
            assert_true(count < COUNT(plans));
            plans[count].stmt = stmt;
            plans[count].fn = fn;
            plans[count].shape = shape;
            plans[count].over = over;
            count += stmt != NULL;
        }
    }
    assert_true(count > 200);
    for (int round = 0; round < 1500; round++) {
        tn__classes classes[3];
        fill(db, insert, classes);
        for (size_t i = 0; i < count; i++)
            expect_over(plans[i].stmt, plans[i].fn, plans[i].shape, plans[i].over, classes);
    }
    for (size_t i = 0; i < count; i++)
        sqlite3_finalize(plans[i].stmt);
    sqlite3_finalize(insert);
}

/* Without a row. */
static void aggregates_over_nothing_give_what_is_said(void **state)
{
    for (uint32_t i = 0; i < tn__fn_count; i++) {
        const struct tn__fn *fn = &tn__fns[i];
        for (int n = fn->min_args; fn->kinds == TN__FN_AGGREGATE && n <= fn->max_args; n++) {
            static const char *const args[] = {"", "x", "x, 1"};
            char sql[128];
            snprintf(sql, sizeof(sql), "SELECT %s(%s) FROM (SELECT 1 AS x) WHERE 0", fn->name,
                     args[n]);
            sqlite3_stmt *stmt = prepare(*state, sql);
            if (!stmt)
                continue;
            assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
            if (class_of(stmt, 0) & ~fn->empty)
                print_error("%s: %s\n", sql, names_of(class_of(stmt, 0)));
            assert_int_equal(class_of(stmt, 0) & ~fn->empty, 0);
            sqlite3_finalize(stmt);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aggregates_give_what_is_foretold),
        cmocka_unit_test(aggregates_over_nothing_give_what_is_said),
    };
    return cmocka_run_group_tests(tests, open_engine, close_engine);
}
