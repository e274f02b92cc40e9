/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "migration.h"

#include "migrate/author/author.h"
#include "migrate/script.h"
#include "util/fs.h"

/* 2026-01-31 23:59:58 UTC */
#define NOW ((tn_timestamp){INT64_C(1769903998000000)})

static int add(struct migration_test *t, const char *name, enum tn__add_form form,
               enum tn__add_numbering numbering, const char *paths[2], size_t *count)
{
    const struct tn__migration_add how = {t->folder, name, form, numbering, NOW};
    return tn__migration_add(paths, count, &how, &t->arena, &t->err);
}

/* Add as the folder has it, and expect these files. */
static void expect_added(struct migration_test *t, const char *first, const char *second)
{
    const char *paths[2] = {NULL, NULL};
    size_t count = 0;
    assert_ok(add(t, "new one", TN__ADD_AS_FOUND, TN__ADD_NUMBERING_AS_FOUND, paths, &count));
    assert_int_equal(count, second ? 2 : 1);
    assert_string_equal(tn__path_base(paths[0]), first);
    if (second)
        assert_string_equal(tn__path_base(paths[1]), second);
    assert_ok(migration_load(t));
}

static void expect_file(struct migration_test *t, const char *name, const char *content)
{
    tn_text text;
    assert_ok(tn__file_read(&text, scratch_path(t->folder, name), 1 << 20, &t->arena, NULL));
    assert_text(text, content);
}

static void add_to_no_folder_makes_it_with_a_pair_by_time(void **state)
{
    struct migration_test *t = *state;
    assert_int_equal(rmdir(t->folder), 0);
    expect_added(t, "20260131235958_new_one.up.sql", "20260131235958_new_one.down.sql");
    expect_file(t, "20260131235958_new_one.up.sql", "-- Add up migration script here\n");
    expect_file(t, "20260131235958_new_one.down.sql", "-- Add down migration script here\n");
}

static void add_twice_in_a_second_gives_the_next_version(void **state)
{
    struct migration_test *t = *state;
    expect_added(t, "20260131235958_new_one.up.sql", "20260131235958_new_one.down.sql");
    expect_added(t, "20260131235959_new_one.up.sql", "20260131235959_new_one.down.sql");
    expect_added(t, "20260131235960_new_one.up.sql", "20260131235960_new_one.down.sql");
}

static void add_goes_on_in_the_format_of_the_folder(void **state)
{
    static const struct {
        const char *files[3];
        const char *text;
        const char *first, *second;
    } cases[] = {
        {{"0001_a.sql", "0002_b.sql"}, "", "0003_new_one.sql", NULL},
        {{"1_a.up.sql", "2_b.up.sql"}, "", "3_new_one.up.sql", "3_new_one.down.sql"},
        {{"001_a.sql"}, "", "002_new_one.sql", NULL},
        {{"9_a.sql", "10_b.sql"}, "", "11_new_one.sql", NULL},
        {{"098_a.sql", "099_b.sql"}, "", "100_new_one.sql", NULL},
        {{"20240101000000_a.sql", "20240202000000_b.sql"}, "", "20260131235958_new_one.sql", NULL},
        {{"20250115_001_a.sql", "20250115_002_b.sql"},
         "-- UP\nSELECT 1;\n-- DOWN\n-- SELECT 2;\n",
         "20260131_003_new_one.sql",
         NULL},
        {{"20300115_001_a.up.sql", "20300115_002_b.up.sql"},
         "",
         "20300115_003_new_one.up.sql",
         "20300115_003_new_one.down.sql"},
        {{"1_a.up.sql", "2_b.sql"}, "", "3_new_one.sql", NULL},
        {{"1_a.sql", "2_b.up.sql"}, "", "3_new_one.up.sql", "3_new_one.down.sql"},
        {{"5_a.sql", "notes.txt", "schema.sql"}, "", "20260131235958_new_one.sql", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct migration_test *t;
        assert_int_equal(migration_setup((void **)&t), 0);
        for (size_t j = 0; j < 3 && cases[i].files[j]; j++)
            migration_file(t, cases[i].files[j], cases[i].text);
        expect_added(t, cases[i].first, cases[i].second);
        migration_teardown((void **)&t);
    }
    (void)state;
}

static void add_to_a_folder_of_one_file_forms_is_one(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "20250115_001_a.sql", "-- UP\nSELECT 1;\n\n-- DOWN\n-- SELECT 2;\n");
    expect_added(t, "20260131_002_new_one.sql", NULL);
    expect_file(t, "20260131_002_new_one.sql",
                "-- UP\n-- Add up migration script here\n\n-- DOWN\n"
                "-- Add what undoes it here, each statement behind two dashes\n");
    /* The template says nothing that is taken for SQL. */
    assert_null(t->set.items[1].down.file);
    assert_non_null(t->set.items[1].up.stmts);
}

static void add_with_flags_overrides_the_folder(void **state)
{
    struct migration_test *t = *state;
    const char *paths[2];
    size_t count;
    migration_file(t, "0001_a.sql", "");
    assert_ok(add(t, "x", TN__ADD_REVERSIBLE, TN__ADD_TIMESTAMP, paths, &count));
    assert_int_equal(count, 2);
    assert_string_equal(tn__path_base(paths[0]), "20260131235958_x.up.sql");
    unlink(paths[0]);
    unlink(paths[1]);
    assert_ok(add(t, "y", TN__ADD_AS_FOUND, TN__ADD_SEQUENTIAL, paths, &count));
    assert_string_equal(tn__path_base(paths[0]), "0002_y.sql");
    assert_ok(add(t, "z", TN__ADD_SIMPLE, TN__ADD_NUMBERING_AS_FOUND, paths, &count));
    assert_int_equal(count, 1);
    assert_string_equal(tn__path_base(paths[0]), "0003_z.sql");
    expect_file(t, "0003_z.sql", "-- Add migration script here\n");
}

static void add_sequential_to_an_empty_folder_begins_with_0001(void **state)
{
    struct migration_test *t = *state;
    const char *paths[2];
    size_t count;
    assert_ok(add(t, "x", TN__ADD_AS_FOUND, TN__ADD_SEQUENTIAL, paths, &count));
    assert_string_equal(tn__path_base(paths[0]), "0001_x.up.sql");
}

static void add_refuses_names_that_would_not_be_one(void **state)
{
    struct migration_test *t = *state;
    static const char *const names[] = {"", "  ", "a/b", "../x", "x.up", "a;b", "a'b", "tab\tx"};
    const char *paths[2] = {NULL, NULL};
    size_t count = 77;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(
            add(t, names[i], TN__ADD_AS_FOUND, TN__ADD_NUMBERING_AS_FOUND, paths, &count),
            TN_EINVAL);
    assert_int_equal(count, 77);
    assert_ok(migration_load(t));
    assert_int_equal(t->set.count, 0);
    assert_ok(add(t, " caf\xC3\xA9-2 ", TN__ADD_AS_FOUND, TN__ADD_SEQUENTIAL, paths, &count));
    assert_string_equal(tn__path_base(paths[0]), "0001_caf\xC3\xA9-2.up.sql");
}

static void add_where_the_folder_is_a_file_fails(void **state)
{
    struct migration_test *t = *state;
    const char *paths[2];
    size_t count;
    assert_int_equal(rmdir(t->folder), 0);
    scratch_write(t->dir, "migrations", "");
    assert_int_equal(add(t, "x", TN__ADD_AS_FOUND, TN__ADD_SEQUENTIAL, paths, &count), TN_EINVAL);
}

static int embed(struct migration_test *t, const char *path, const char *prefix,
                 struct tn__migration_embedded *made)
{
    const struct tn__migration_embed how = {.set = &t->set, .path = path, .prefix = prefix};
    memset(&t->place, 0, sizeof t->place);
    return tn__migration_embed(made, &how, &t->arena, &t->place, &t->err);
}

static void embed_writes_the_same_from_wherever_and_only_once(void **state)
{
    struct migration_test *t = *state;
    struct tn__migration_embedded made;
    tn_text source, header, again;
    migration_file(t, "1_a.up.sql", "CREATE TABLE a (x);\n-- \"?\?/ end");
    migration_file(t, "1_a.down.sql", "-- no-transaction\nDROP TABLE a;");
    migration_file(t, "2_b.sql", "");
    assert_ok(migration_load(t));
    const char *path = tn__path_join(&t->arena, t->dir, "gen/deep/m.c");
    assert_ok(embed(t, path, "app", &made));
    assert_true(made.is_changed);
    assert_string_equal(made.symbol, "app_migrations");
    assert_ok(tn__file_read(&source, made.source, 1 << 20, &t->arena, NULL));
    assert_ok(tn__file_read(&header, made.header, 1 << 20, &t->arena, NULL));
    assert_null(strstr(source.data, t->dir));
    assert_non_null(strstr(source.data, "\"migrations/\" \"1_a.up.sql\""));
    assert_non_null(strstr(header.data, "extern const tn_migration_set app_migrations;"));
    assert_ok(embed(t, path, "app", &made));
    assert_false(made.is_changed);

    char *here = getcwd(NULL, 0);
    assert_non_null(here);
    assert_int_equal(chdir(t->dir), 0);
    assert_ok(tn_migration_set_load(&t->set, "migrations", &t->arena, NULL, NULL));
    assert_ok(embed(t, "gen/deep/m.c", "app", &made));
    assert_false(made.is_changed);
    assert_int_equal(chdir(here), 0);
    free(here);

    migration_file(t, "2_b.sql", "SELECT 1;");
    assert_ok(migration_load(t));
    assert_ok(embed(t, path, "app", &made));
    assert_true(made.is_changed);
    assert_ok(tn__file_read(&again, made.source, 1 << 20, &t->arena, NULL));
    assert_string_not_equal(again.data, source.data);
}

static void embed_of_nothing_is_an_empty_set(void **state)
{
    struct migration_test *t = *state;
    struct tn__migration_embedded made;
    tn_text source;
    assert_ok(migration_load(t));
    assert_ok(embed(t, tn__path_join(&t->arena, t->dir, "m.c"), "", &made));
    assert_string_equal(made.symbol, "migrations");
    assert_ok(tn__file_read(&source, made.source, 1 << 20, &t->arena, NULL));
    assert_non_null(strstr(source.data, "const tn_migration_set migrations = {NULL, 0, "));
}

static void embed_refuses_a_bad_path_prefix_and_script(void **state)
{
    struct migration_test *t = *state;
    struct tn__migration_embedded made;
    assert_ok(migration_load(t));
    assert_int_equal(embed(t, "m.cc", "app", &made), TN_EINVAL);
    assert_int_equal(embed(t, ".c", "app", &made), TN_EINVAL);
    assert_int_equal(embed(t, "x/.c", "app", &made), TN_EINVAL);
    assert_int_equal(embed(t, "m.c", "1app", &made), TN_EINVAL);
    assert_int_equal(embed(t, "m.c", "a-b", &made), TN_EINVAL);
    migration_file(t, "1_a.sql", "SELECT 1;\nSELECT 'open;\n");
    assert_ok(migration_load(t));
    assert_int_equal(embed(t, tn__path_join(&t->arena, t->dir, "m.c"), "app", &made), TN_ESYNTAX);
    migration_expect_place(&t->place, "1_a.sql", 2, 8);
    assert_int_equal(access(scratch_path(t->dir, "m.c"), F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        migration_test(add_to_no_folder_makes_it_with_a_pair_by_time),
        migration_test(add_twice_in_a_second_gives_the_next_version),
        cmocka_unit_test(add_goes_on_in_the_format_of_the_folder),
        migration_test(add_to_a_folder_of_one_file_forms_is_one),
        migration_test(add_with_flags_overrides_the_folder),
        migration_test(add_sequential_to_an_empty_folder_begins_with_0001),
        migration_test(add_refuses_names_that_would_not_be_one),
        migration_test(add_where_the_folder_is_a_file_fails),
        migration_test(embed_writes_the_same_from_wherever_and_only_once),
        migration_test(embed_of_nothing_is_an_empty_set),
        migration_test(embed_refuses_a_bad_path_prefix_and_script),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
