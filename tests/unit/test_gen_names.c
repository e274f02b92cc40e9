/* SPDX-License-Identifier: MIT */
#include "checking.h"

#include "check/names.h"

/* Names in C: different ones stay different, and a collision that nobody meets stops nobody. */

static void name_that_c_cannot_take_is_written_in_hex(void **state)
{
    static const struct {
        const char *name;
        const char *member;
    } cases[] = {
        {"plain", "plain"},
        {"größe", "gr_c3_b6_c3_9fe"},
        {"grüße", "gr_c3_bc_c3_9fe"},
        {"two words", "two_20words"},
        {"two-words", "two_2dwords"},
        {"two_ words", "two_x20words"},
        {"ö", "xc3_b6"},
        {"1st", "_1st"},
        {"class", "class_"},
        {"a__b", "a__b"},
        {"errno", "errno_"},
        {"_Bool", "_Bool_"},
        {"__LINE__", "__LINE___"},
        {"_id", "_id"},
        {"int64_t", "int64_t_"},
        {"TN_OK", "TN_OK_"},
        {"tn_text", "tn_text_"},
        {"Default", "Default"},
        {"a-b.c", "a_2db_2ec"},
        {"", "_"},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *member = tn__c_member(tn_text_of(cases[i].name), &c->arena);
        assert_non_null(member);
        assert_string_equal(member, cases[i].member);
    }
}

static bool has_struct(const struct checking *c, const char *tag)
{
    for (size_t i = 0; i < c->plan.shared_count; i++)
        if (strcmp(c->plan.shared[i]->tag, tag) == 0)
            return true;
    return false;
}

static const char twins[] = "CREATE TABLE a (x);\n"
                            "CREATE TABLE other (x);\n"
                            "CREATE TABLE b_rows (x);\n"
                            "ALTER TABLE b_rows RENAME TO a_rows;\n";

static void collision_of_tables_that_no_query_returns_is_none(void **state)
{
    struct checking *c = *state;
    checking(c, twins,
             "-- name: q :one\n-- column n int\nSELECT count(*) AS n FROM a CROSS JOIN a_rows;\n");
    expect_findings(c, 0);
    assert_true(has_struct(c, "app_a"));
    assert_false(has_struct(c, "app_a_rows"));
    assert_true(has_struct(c, "app_other"));

    checking(c, twins, "-- name: q :many\nSELECT * FROM a_rows;\n");
    expect_findings(c, 0);
    assert_false(has_struct(c, "app_a"));
    assert_true(has_struct(c, "app_a_rows"));
    assert_true(has_struct(c, "app_other"));
}

static void collision_of_tables_that_queries_return_has_places_and_help(void **state)
{
    struct checking *c = *state;
    checking(c, twins,
             "-- name: q :many\nSELECT * FROM a_rows;\n-- name: r :many\nSELECT * FROM a;\n");
    expect_findings(c, 1);
    expect_finding(c, 0, 1, 1, "name-collision");
    const struct tn__diag *diag = &c->diags.items[0];
    assert_string_equal(diag->place.file, "migrations/1_schema.sql");
    assert_string_equal(diag->message,
                        "table 'a_rows' and table 'a' would both be 'app_a_rows' in C");
    assert_string_equal(diag->help, "[types] a = OTHER_NAME");
    assert_int_equal(diag->notes->place.line, 4);

    static const struct tn__settings_type types[] = {
        {"a_rows", NULL, "line", TN__LOGICAL_BOOL, TN__FORM_ANY, {NULL, 0, 0, 0}},
    };
    c->types = types;
    c->type_count = 1;
    checking(c, twins,
             "-- name: q :many\nSELECT * FROM a_rows;\n-- name: r :many\nSELECT * FROM a;\n");
    expect_findings(c, 0);
    assert_true(has_struct(c, "app_line"));
}

static void query_takes_the_name_of_an_unused_table(void **state)
{
    struct checking *c = *state;
    checking(c, twins, "-- name: other :exec\nDELETE FROM other;\n");
    expect_findings(c, 0);
    assert_false(has_struct(c, "app_other"));
    checking(c, twins, "-- name: other :optional\nSELECT * FROM other;\n");
    checking_drop_advice(c);
    expect_findings(c, 1);
    expect_finding(c, 0, 1, 10, "name-collision");
    assert_string_equal(c->diags.items[0].help, "[types] other = OTHER_NAME");
}

static void returns_takes_an_unused_tables_struct(void **state)
{
    struct checking *c = *state;
    checking(c, twins, "-- name: q :many\n-- returns a_rows\nSELECT x FROM other;\n");
    expect_findings(c, 0);
    assert_true(has_struct(c, "app_a_rows"));
    assert_false(has_struct(c, "app_a"));
    assert_non_null(c->plan.files[0].queries[0].row->table);
}

static void columns_of_one_name_in_c_stop_their_query_alone(void **state)
{
    static const char schema[] = "CREATE TABLE t (\"default\" INT, default_ INT, x INT);\n";
    struct checking *c = *state;
    checking(c, schema, "-- name: q :many\nSELECT x FROM t;\n");
    expect_findings(c, 0);
    assert_false(has_struct(c, "app_t"));
    checking(c, schema, "-- name: q :many\nSELECT * FROM t;\n");
    expect_findings(c, 1);
    expect_finding(c, 0, 2, 8, "name-collision");
}

static void choice_has_functions_that_no_query_may_be_called_as(void **state)
{
    static const char list[] = "-- name: list :many\nSELECT x FROM a ORDER BY"
                               " /*: sort up */ x /*: down = x DESC :*/;\n";
    static const char *const taken[] = {"list_sort_parse", "list_sort_text"};
    struct checking *c = *state;
    for (size_t i = 0; i < 2; i++) {
        char text[256];
        snprintf(text, sizeof(text), "%s-- name: %s :exec\nDELETE FROM a;\n", list, taken[i]);
        checking(c, twins, text);
        expect_findings(c, 1);
        expect_finding(c, 0, 3, 10, "name-collision");
    }
    checking(c, twins, list);
    expect_findings(c, 0);
}

/* What stands in the generated source alone: text, descriptor, pieces, texts of an enum's list. */
static void query_called_as_what_another_has_of_its_own_is_found(void **state)
{
    static const char schema[] =
        "CREATE TABLE t (id INTEGER PRIMARY KEY, k TEXT NOT NULL CHECK (k IN ('a')));\n";
    static const struct {
        const char *queries;
        bool is_collision;
    } cases[] = {
        {"-- name: a :exec\nDELETE FROM t;\n-- name: a_sql :exec\nDELETE FROM t;\n", true},
        {"-- name: a :exec\nDELETE FROM t;\n-- name: a_query :exec\nDELETE FROM t;\n", true},
        {"-- name: a :exec\nDELETE FROM t;\n-- name: a_pieces :exec\nDELETE FROM t;\n", false},
        {"-- name: a :exec\nDELETE FROM t /*? x */ WHERE id = 1 /*?*/;\n"
         "-- name: a_pieces :exec\nDELETE FROM t;\n",
         true},
        {"-- name: a :exec\nDELETE FROM t;\n"
         "-- name: a_query :many\nSELECT id FROM t WHERE k IN (:k[]);\n",
         false}, /* a_query_begin and so on */
        {"-- name: a :exec\nDELETE FROM t WHERE k IN (:b_c[]);\n"
         "-- name: a_b :exec\nDELETE FROM t WHERE k IN (:c[]);\n",
         false},
        {"-- name: a :exec\nDELETE FROM t WHERE k IN (:k[]);\n"
         "-- name: a_texts1 :exec\nDELETE FROM t;\n",
         true},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        checking(c, schema, cases[i].queries);
        checking_drop_advice(c);
        if (c->diags.count != cases[i].is_collision)
            print_error("%s\n", cases[i].queries);
        expect_findings(c, cases[i].is_collision);
        if (cases[i].is_collision)
            expect_finding(c, 0, 1, 10, "name-collision");
    }
}

static void choice_called_as_the_arguments_is_found(void **state)
{
    struct checking *c = *state;
    checking(c, "CREATE TABLE t (id INTEGER PRIMARY KEY);\n",
             "-- name: q :many\nSELECT id FROM t ORDER BY /*: args x */ id /*: y = id DESC :*/;\n");
    expect_finding(c, 0, 1, 10, "name-collision");
    expect_findings(c, 1);
    assert_non_null(strstr(c->diags.items[0].message, "the choice 'args' of query 'q'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(name_that_c_cannot_take_is_written_in_hex, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(collision_of_tables_that_no_query_returns_is_none,
                                        checking_setup, checking_teardown),
        cmocka_unit_test_setup_teardown(collision_of_tables_that_queries_return_has_places_and_help,
                                        checking_setup, checking_teardown),
        cmocka_unit_test_setup_teardown(query_takes_the_name_of_an_unused_table, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(returns_takes_an_unused_tables_struct, checking_setup,
                                        checking_teardown),
        cmocka_unit_test_setup_teardown(choice_has_functions_that_no_query_may_be_called_as,
                                        checking_setup, checking_teardown),
        cmocka_unit_test_setup_teardown(columns_of_one_name_in_c_stop_their_query_alone,
                                        checking_setup, checking_teardown),
        cmocka_unit_test_setup_teardown(query_called_as_what_another_has_of_its_own_is_found,
                                        checking_setup, checking_teardown),
        cmocka_unit_test_setup_teardown(choice_called_as_the_arguments_is_found, checking_setup,
                                        checking_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
