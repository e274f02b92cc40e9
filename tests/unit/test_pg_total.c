/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdio.h>

#include "infer/postgres/total.h"
#include "pging.h"
#include "util/buf.h"
#include "util/fs.h"

/*
 * That the functions which are said to give NULL for nothing but NULL do so: the server calls each
 * of them with values from the edges of its types (tests/golden/nulls/total.sql). Errors are fine,
 * and NULL is not.
 */

enum {
    ROUNDS = 40
};

static void make_room(struct pging *p)
{
    tn_text script = {NULL, 0};
    assert_ok(tn__file_read(&script, TN_TEST_SOURCE_DIR "/tests/golden/nulls/total.sql", 1 << 20,
                            &p->arena, &p->err));
    pging_script(p, script.data);
}

static void ask(struct tn__buf *script, const char *name, uint32_t oid, int rule)
{
    if (name)
        tn__buf_printf(script, "INSERT INTO asked VALUES ('%s', NULL, %d);", name, rule);
    else
        tn__buf_printf(script, "INSERT INTO asked VALUES (NULL, %u, %d);", (unsigned)oid, rule);
}

static void call_all(struct pging *p, struct tn__buf *script)
{
    tn__buf_printf(script,
                   "SET client_min_messages = error; SELECT setseed(0.25); SELECT nextval('seq');"
                   " SELECT call_all(%d)",
                   ROUNDS);
    assert_ok(tn__buf_status(script));
    pging_script(p, tn__buf_view(script).data);
    tn__buf_fini(script);
}

static const char *list_of(struct pging *p, const char *condition)
{
    char sql[256];
    snprintf(sql, sizeof sql,
             "SELECT coalesce(string_agg(sig || ' ' || what, E'\\n'), '') FROM found WHERE %s",
             condition);
    tn_value value = pging_value(p, p->db, sql);
    assert_int_equal(value.type, TN_TEXT);
    return value.as.text.data;
}

static void total_functions_give_null_for_null_alone(void **state)
{
    struct pging *p = *state;
    struct tn__buf script;
    tn__buf_init(&script, 0);
    make_room(p);
    for (uint32_t i = 0; i < tn__pg_total_name_count; i++)
        ask(&script, tn__pg_total_names[i], 0, 1);
    for (uint32_t i = 0; i < tn__pg_total_function_count; i++)
        ask(&script, NULL, tn__pg_total_functions[i].oid, (int)tn__pg_total_functions[i].totality);
    call_all(p, &script);
    assert_string_equal(list_of(p, "is_bad"), "");
    /* And that all of this is no empty talk: nearly each of them has been called, and has
     * answered. */
    assert_true(pging_int(p, p->db, "SELECT count(*) FROM found WHERE done > 0") > 1200);
    assert_true(pging_int(p, p->db, "SELECT count(*) FROM found WHERE done = 0") < 25);
    assert_true(pging_int(p, p->db, "SELECT sum(done) FROM found") > 30000);
}

/* The same questions find those that are not total. */
static void others_are_found_out(void **state)
{
    static const char *const partial[] = {"array_length",  "array_ndims",
                                          "box_intersect", "jsonb_array_element",
                                          "min_scale",     "obj_description",
                                          "path_add",      "regexp_match",
                                          "scale",         "time",
                                          "to_number",     "to_regclass"};
    struct pging *p = *state;
    size_t count = sizeof partial / sizeof partial[0];
    struct tn__buf script;
    tn__buf_init(&script, 0);
    make_room(p);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(tn__pg_totality_of(partial[i], UINT32_MAX), TN__PG_PARTIAL);
        ask(&script, partial[i], 0, 1);
    }
    call_all(p, &script);
    for (size_t i = 0; i < count; i++) {
        char sql[256];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM found WHERE is_bad AND sig LIKE '%%%s%%'",
                 partial[i]);
        if (pging_int(p, p->db, sql) == 0)
            print_error("%s is not found\n", partial[i]);
        assert_true(pging_int(p, p->db, sql) > 0);
    }
}

static void tables_are_in_order(void **state)
{
    (void)state;
    for (uint32_t i = 1; i < tn__pg_total_name_count; i++)
        assert_true(strcmp(tn__pg_total_names[i - 1], tn__pg_total_names[i]) < 0);
    for (uint32_t i = 1; i < tn__pg_total_function_count; i++)
        assert_true(tn__pg_total_functions[i - 1].oid < tn__pg_total_functions[i].oid);
    assert_int_equal(tn__pg_totality_of("abs", 1397), TN__PG_TOTAL);
    assert_int_equal(tn__pg_totality_of("lower", 870), TN__PG_TOTAL);
    assert_int_equal(tn__pg_totality_of("lower", 3848), TN__PG_PARTIAL); /* of a range */
    assert_int_equal(tn__pg_totality_of("concat_ws", 3059), TN__PG_BY_FIRST);
    assert_true(tn__pg_is_endless_field("year", 4));
    assert_false(tn__pg_is_endless_field("day", 3));
    assert_true(tn__pg_is_firm_column(3932, 0));
    assert_false(tn__pg_is_firm_column(3932, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_in_order),
        PG_TEST(total_functions_give_null_for_null_alone),
        PG_TEST(others_are_found_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
