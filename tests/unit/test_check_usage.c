/* SPDX-License-Identifier: MIT */
#include "checking.h"

#include "diag/diag_codes.h"
#include "fault_alloc.h"

/* What the program's sources do not use. */

static const char tables[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT);\n";

static const char *const here[] = {"."};
static const struct tn__program program = {here, 1, "app"};

/* Check these queries for a program that is this source. */
static void check_use(struct checking *c, const char *queries, const char *source)
{
    c->program = c->program ? c->program : &program;
    checking_write("main.c", source);
    checking(c, tables, queries);
}

static const char list_query[] = "-- name: list :many\n"
                                 "SELECT id, mail AS \"e-mail\", name AS \"default\" FROM users;\n";

static void query_is_used_if_a_function_of_it_is_named(void **state)
{
    static const struct {
        const char *source;
        bool is_used;
    } rows[] = {
        {"f(app_del);", true},
        {"#define DEL app_del\n", true},
        {"#if 0\nint x = app_del();\n#endif", true}, /* nobody expands */
        {"x\\\n= app_del", true},
        {"auto x = R\"(app_del )\" ; app_del();", true},
        {"#error don't\nint x = 'a'; app_del(1'000, 0x1.p3);", true},
        {"app_dele(); xapp_del(); del(); app_del_begin();", false},
        {"/* app_del() */ // app_del()\n", false},
        {"// spliced \\\napp_del()\n", false},
        {"puts(\"app_del()\" \"\\\" app_del\"); char c = '\"'; puts(\"app_del\");", false},
        {"auto x = R\"x(app_del )\" app_del )x\", y = u8R\"(app_del)\";", false},
        {"int x = 1app_del;", false},
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check_use(c, "-- name: del :exec\nDELETE FROM users;\n", rows[i].source);
        if (!rows[i].is_used)
            expect_finding(c, 0, 1, 10, "unused-query");
        else if (c->diags.count)
            print_error("%s\n", rows[i].source);
        expect_findings(c, rows[i].is_used ? 0 : 1);
    }
}

static void query_of_many_rows_has_several_functions(void **state)
{
    static const char *const ends[] = {"begin", "next", "end", "all"};
    struct checking *c = *state;
    for (size_t i = 0; i < 4; i++) {
        char source[64];
        snprintf(source, sizeof(source), "app_ids_%s();", ends[i]);
        check_use(c, "-- name: ids :many\nSELECT id FROM users;\n", source);
        expect_findings(c, 0);
    }
    check_use(c, "-- name: ids :many\nSELECT id FROM users;\n", "app_ids(); app_ids_iter x;");
    expect_finding(c, 0, 1, 10, "unused-query");
    assert_string_equal(c->diags.items[0].message, "query 'ids' is called nowhere");
    assert_string_equal(c->diags.items[0].help, "no source names 'app_ids_begin'");
}

static void names_follow_the_prefix(void **state)
{
    static const struct tn__program bare = {here, 1, ""};
    struct checking *c = *state;
    c->program = &bare;
    check_use(c, "-- name: default :exec\nDELETE FROM users;\n", "default_();");
    expect_findings(c, 0);
    check_use(c, "-- name: default :exec\nDELETE FROM users;\n", "switch (x) { default: ; }");
    expect_finding(c, 0, 1, 10, "unused-query");
    /* Where it is written it is not used. */
    tn_error err;
    assert_ok(tn__mkdirs("src", &err));
    checking_write("src/q.c", "TN_QUERY(del, \":exec\", \"DELETE FROM users\");\n");
    check_use(c, "", "int x;");
    expect_finding(c, 0, 1, 10, "unused-query");
    checking_write("src/q.c", "TN_QUERY /**/ ( del, \":exec\", \"DELETE FROM users\"); del();\n");
    check_use(c, "", "int x;");
    expect_findings(c, 0);
}

static void column_is_read_if_it_is_a_member_somewhere(void **state)
{
    struct checking *c = *state;
    check_use(c, list_query, "app_list_begin(); x.id; y -> e_2dmail; z.default_;");
    expect_findings(c, 0);
    check_use(c, list_query, "app_list_begin(); x . /* */ id; &app_list_row::e_2dmail; default_;");
    expect_finding(c, 0, 2, 30, "unused-column");
    expect_findings(c, 1);
    assert_string_equal(c->diags.items[0].message, "column 'default' of 'list' is read nowhere");
    check_use(c, list_query, "app_list_begin(); id - e_2dmail > default_; f(x.y, id) \"x.id\"");
    expect_finding(c, 0, 2, 8, "unused-column");
    expect_finding(c, 1, 2, 12, "unused-column");
    expect_finding(c, 2, 2, 30, "unused-column");
    expect_findings(c, 3);
    /* A query that nobody calls is said once. */
    check_use(c, list_query, "int x;");
    expect_finding(c, 0, 1, 10, "unused-query");
    expect_findings(c, 1);
}

static void member_may_be_named_in_a_macro(void **state)
{
    static const char *const readings[] = {
        "FIELD(r, id); FIELD_2(r,e_2dmail , (x)); MEMBER( default_ );",
        "offsetof(struct app_list_row, id) + offsetof(struct app_list_row, e_2dmail); r.default_;",
        "SUM(f(r.e_2dmail), id, default_);",
        "const auto &[a, b, c] = it.row;",
        "auto [ a, b, c ] = it.row;",
    };
    struct checking *c = *state;
    for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
        char source[256];
        snprintf(source, sizeof(source), "app_list_begin(); %s", readings[i]);
        check_use(c, list_query, source);
        expect_findings(c, 0);
    }
    check_use(c, list_query, "app_list_begin(); FIELD(id + 1, f(e_2dmail)); auto x = y[default_];");
    expect_findings(c, 3);
}

static void glued_name_may_be_a_call(void **state)
{
    static const char query[] = "-- name: del :exec\nDELETE FROM users;\n";
    struct checking *c = *state;
    check_use(c, query, "#define CALL(x) app_##x()\nCALL(del);");
    expect_findings(c, 0);
    check_use(c, list_query,
              "#define ALL(x) x ## _all()\nALL(app_list); r.id, r.e_2dmail, r.default_;");
    expect_findings(c, 0);
    check_use(c, query, "CALL(del); puts(\"##\");");
    expect_finding(c, 0, 1, 10, "unused-query");
    expect_findings(c, 1);
}

static void columns_of_a_star_are_said_together(void **state)
{
    struct checking *c = *state;
    check_use(c, "-- name: ids :many\nSELECT u.*, 1 AS one FROM users AS u;\n",
              "app_ids_all(); x.name;");
    expect_finding(c, 0, 2, 8, "unused-column");
    expect_finding(c, 1, 2, 13, "unused-column");
    expect_findings(c, 2);
    assert_string_equal(c->diags.items[0].message,
                        "columns 'id', 'mail' of 'ids' are read nowhere");
}

static void struct_that_is_not_the_querys_own_is_passed_over(void **state)
{
    struct checking *c = *state;
    check_use(c,
              "-- name: whole :many\nSELECT * FROM users;\n"
              "-- name: shared :many\n-- returns pair\nSELECT id, name FROM users;\n"
              "-- name: there :optional\nSELECT 1 AS one FROM users LIMIT 1;\n",
              "app_whole_all(); app_shared_all(); app_there();");
    expect_findings(c, 0);
    static const char *const whole[] = {"app_list_row_struct", "app_list_row_to_json",
                                        "app_list_row_copy", "app_list_item_to_json"};
    for (size_t i = 0; i < 4; i++) {
        char source[128];
        snprintf(source, sizeof(source), "app_list_all(); f(&%s);", whole[i]);
        check_use(c, list_query, source);
        expect_findings(c, 0);
    }
}

static void usage_is_allowed_and_denied_as_other_lints(void **state)
{
    enum tn__lint_level levels[TN__DIAG_INDEX_COUNT] = {TN__LEVEL_WARN};
    struct checking *c = *state;
    c->levels = levels;
    levels[TN__DIAG_UNUSED_QUERY] = TN__LEVEL_DENY;
    check_use(c,
              "-- name: a :exec\n-- allow unused-query \"a plugin\"\nDELETE FROM users;\n"
              "-- name: b :exec\nDELETE FROM users;\n"
              "-- name: c :exec\n-- allow unused-query \"not so\"\nDELETE FROM users;\n"
              "-- name: d :many\n-- allow unused-column \"to come\"\nSELECT id, name FROM users;\n",
              "app_c(); app_d_all();");
    expect_finding(c, 0, 4, 10, "unused-query");
    expect_finding(c, 1, 7, 10, "unused-allow");
    expect_findings(c, 2);
    assert_int_equal(c->diags.errors, 1);
}

static void sources_are_those_of_the_program_alone(void **state)
{
    static const struct {
        const char *path;
        bool is_source;
    } rows[] = {
        {"x.h", true},        {"lib/deep/x.cpp", true}, {"builder/x.hh", true},
        {"gen2/x.cc", true},  {"x.txt", false},         {"gen/x.c", true},
        {"lib/x.inl", true},  {".hidden/x.c", false},   {".x.c", false},
        {"build/x.c", false}, {"build-ci/x.c", false},  {"build-ci/deep/x.c", false},
    };
    struct checking *c = *state;
    tn_error err;
    assert_ok(tn__mkdirs("build-ci", &err));
    checking_write("build-ci/CMakeCache.txt", "");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char dir[64];
        snprintf(dir, sizeof(dir), "%s", rows[i].path);
        char *slash = strrchr(dir, '/');
        if (slash) {
            *slash = '\0';
            assert_ok(tn__mkdirs(dir, &err));
        }
        checking_write(rows[i].path, "app_del();");
        check_use(c, "-- name: del :exec\nDELETE FROM users;\n", "int x;");
        if (c->diags.count != (rows[i].is_source ? 0 : 1))
            print_error("%s\n", rows[i].path);
        expect_findings(c, rows[i].is_source ? 0 : 1);
        assert_int_equal(unlink(rows[i].path), 0);
    }
    /* Generated ones are known by their mark, binary ones by a NUL; a link is followed to a file only. */
    static const char *const none[] = {"/* Generated by tenon from x */ app_del();", ""};
    for (size_t i = 0; i < 2; i++) {
        checking_write("x.c", none[i]);
        check_use(c, "-- name: del :exec\nDELETE FROM users;\n", "int x;");
        expect_findings(c, 1);
    }
    assert_ok(tn__file_write("x.c", TN__TEXT("app_del();\0"), NULL, &err));
    check_use(c, "-- name: del :exec\nDELETE FROM users;\n", "int x;");
    expect_findings(c, 1);
    assert_int_equal(symlink("..", "lib/up"), 0);
    assert_int_equal(symlink("nowhere", "y.c"), 0);
    check_use(c, "-- name: del :exec\nDELETE FROM users;\n", "int x;");
    expect_findings(c, 1);
}

static void without_any_source_nothing_is_said(void **state)
{
    struct checking *c = *state;
    c->program = &program;
    checking(c, tables, list_query);
    expect_findings(c, 0);
    checking_write("empty.c", "");
    checking(c, tables, list_query);
    expect_findings(c, 0);
    check_use(c, list_query, "int x;");
    expect_findings(c, 1);
}

static void named_sources_stand_for_the_folder(void **state)
{
    static const char *const named[] = {"lib", "main.c", "tests/*.c"};
    static const char *const wrong[] = {"libs", "test/*.c"};
    static const struct tn__program by_name = {named, 3, "app"};
    static const struct tn__program by_mistake = {wrong, 2, "app"};
    static const char query[] = "-- name: del :exec\nDELETE FROM users;\n";
    struct checking *c = *state;
    tn_error err;
    assert_ok(tn__mkdirs("lib", &err));
    assert_ok(tn__mkdirs("tests", &err));
    c->program = &by_name;
    checking_write("other.c", "app_del();");
    check_use(c, query, "int x;");
    expect_finding(c, 0, 1, 10, "unused-query");
    checking_write("tests/t.c", "app_del();");
    check_use(c, query, "int x;");
    expect_findings(c, 0);
    c->program = &by_mistake;
    assert_int_equal(checking_run(c), TN_ENOTFOUND);
    expect_finding(c, 0, 0, 0, "unreadable");
    expect_findings(c, 1);
    assert_string_equal(c->diags.items[0].message, "no file or folder 'libs' of [lint] sources");
}

static int check_once(void *user)
{
    struct checking *c = user;
    int rc = checking_run(c);
    rc = rc == TN_OK ? c->diags.status : rc;
    if (rc == TN_OK) {
        expect_finding(c, 0, 1, 10, "unused-query");
        expect_finding(c, 1, 2, 10, "unused-allow");
        expect_finding(c, 2, 5, 8, "unused-column");
        expect_findings(c, 3);
    }
    tn_arena_fini(&c->arena);
    return rc;
}

static void usage_without_memory_is_told(void **state)
{
    struct checking *c = *state;
    c->program = &program;
    checking_write("migrations/1_schema.sql", tables);
    checking_write("queries/q.sql",
                   "-- name: del :exec\n-- allow param-type \"x\"\nDELETE FROM users;\n"
                   "-- name: l :many\nSELECT u.*, 1 AS one FROM users AS u;\n");
    checking_write("main.c", "app_l_all(); x.name; x.one;");
    fault_alloc_each(check_once, c);
}

static void embed_counts_as_one_and_a_groups_key_is_needed(void **state)
{
    static const char query[] =
        "-- name: l :many\n-- embed a, b?\n"
        "SELECT a.*, b.* FROM users a LEFT JOIN users b ON b.id = a.id + 1;\n";
    static const char tree[] =
        "-- name: l :many\n-- group by a.id\n"
        "SELECT a.id, b.name, b.mail FROM users a CROSS JOIN users b ORDER BY a.id;\n";
    struct checking *c = *state;
    check_use(c, query, "app_l_all(); row.a.name; row.b;");
    expect_findings(c, 0);
    check_use(c, query, "app_l_all(); row.a.name;");
    expect_finding(c, 0, 3, 13, "unused-column");
    expect_findings(c, 1);
    check_use(c, tree, "app_l_all(); row.items[0].name;");
    expect_finding(c, 0, 3, 22, "unused-column");
    expect_findings(c, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(query_is_used_if_a_function_of_it_is_named),
        TEST(query_of_many_rows_has_several_functions),
        TEST(names_follow_the_prefix),
        TEST(column_is_read_if_it_is_a_member_somewhere),
        TEST(member_may_be_named_in_a_macro),
        TEST(glued_name_may_be_a_call),
        TEST(columns_of_a_star_are_said_together),
        TEST(embed_counts_as_one_and_a_groups_key_is_needed),
        TEST(struct_that_is_not_the_querys_own_is_passed_over),
        TEST(usage_is_allowed_and_denied_as_other_lints),
        TEST(sources_are_those_of_the_program_alone),
        TEST(without_any_source_nothing_is_said),
        TEST(named_sources_stand_for_the_folder),
        TEST(usage_without_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
