/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "migration.h"

#include "migrate/script.h"
#include "migrate/set.h"
#include "util/hash.h"
#include "util/str.h"

static void load_of_pairs_and_simple_files_sorts_by_version(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "10_ten.sql", "SELECT 10;");
    migration_file(t, "2_two_and_more.up.sql", "SELECT 2;");
    migration_file(t, "2_two_and_more.down.sql", "SELECT -2;");
    migration_file(t, "0003_three.sql", "SELECT 3;");
    migration_file(t, "+4_plus.sql", "SELECT 4;");
    migration_file(t, "-1_minus.sql", "SELECT -1;");
    assert_ok(migration_load(t));
    assert_int_equal(t->set.count, 5);
    static const struct {
        int64_t version;
        const char *text, *name;
        bool has_down;
    } expected[] = {{-1, "-1", "minus", false},
                    {2, "2", "two and more", true},
                    {3, "0003", "three", false},
                    {4, "+4", "plus", false},
                    {10, "10", "ten", false}};
    for (size_t i = 0; i < 5; i++) {
        const tn_migration *item = &t->set.items[i];
        assert_int_equal(item->version, expected[i].version);
        assert_string_equal(item->version_text, expected[i].text);
        assert_string_equal(item->name, expected[i].name);
        assert_int_equal(item->down.file != NULL, expected[i].has_down);
    }
    assert_text(t->set.items[1].down.sql, "SELECT -2;");
    assert_string_equal(t->set.source, t->folder);
}

static void load_of_other_names_leaves_them_alone(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "README.md", "no");
    migration_file(t, "schema.sql", "no underscore");
    migration_file(t, "1_notes.txt", "no");
    migration_file(t, "1_a.sql.bak", "no");
    migration_file(t, ".#1_a.sql", "an editor's");
    migration_file(t, "1_UPPER.SQL", "sqlx does not see it either");
    assert_int_equal(mkdir(scratch_path(t->folder, "7_folder.sql"), 0755), 0);
    assert_int_equal(mkdir(scratch_path(t->folder, "x_folder.sql"), 0755), 0);
    assert_ok(migration_load(t));
    assert_int_equal(t->set.count, 0);
}

static void load_of_date_and_number_joins_them_and_shows_them_as_written(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "20250115_001_create_tasks.sql", "SELECT 1;");
    migration_file(t, "20250115_002_create_more.sql", "SELECT 2;");
    migration_file(t, "20250115_no_number.sql", "SELECT 3;");
    migration_file(t, "20251399_001_no_date.sql", "SELECT 4;");
    migration_file(t, "1_2_small.sql", "SELECT 5;");
    assert_ok(migration_load(t));
    assert_int_equal(t->set.count, 5);
    assert_int_equal(t->set.items[0].version, 1);
    assert_string_equal(t->set.items[0].name, "2 small");
    assert_int_equal(t->set.items[1].version, 20250115);
    assert_string_equal(t->set.items[1].name, "no number");
    assert_int_equal(t->set.items[2].version, 20251399);
    assert_string_equal(t->set.items[2].name, "001 no date");
    assert_int_equal(t->set.items[3].version, 20250115001);
    assert_string_equal(t->set.items[3].version_text, "20250115_001");
    assert_string_equal(t->set.items[3].name, "create tasks");
    assert_int_equal(t->set.items[4].version, 20250115002);
}

static void load_of_repeated_suffix_removes_it_as_sqlx_does(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql.sql", "SELECT 1;");
    migration_file(t, "2_.sql", "SELECT 1;");
    assert_ok(migration_load(t));
    assert_string_equal(t->set.items[0].name, "a");
    assert_string_equal(t->set.items[1].name, "");
}

static void load_takes_sha384_of_exact_bytes(void **state)
{
    struct migration_test *t = *state;
    char hex[97];
    migration_file(t, "1_a.sql", "-- no-transaction\r\nCREATE TABLE a (x);\n");
    migration_file(t, "2_b.sql", "");
    assert_ok(migration_load(t));
    tn__hex(hex, t->set.items[0].checksum, 48);
    /* printf -- '-- no-transaction\r\nCREATE TABLE a (x);\n' | sha384sum */
    assert_string_equal(hex, "f03adc30da91adf563132020c9c66ae1e88ba3044d27ae5aedbf4d36b802e6d4"
                             "361be0437ad932563840cc5de4aed713");
    tn__hex(hex, t->set.items[1].checksum, 48);
    assert_string_equal(hex, "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
                             "274edebfe76f65fbd51ad2f14898b95b");
    assert_true(t->set.items[0].up.is_no_transaction);
    assert_false(t->set.items[1].up.is_no_transaction);
}

static void load_with_mark_not_at_first_byte_is_in_transaction(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "\n-- no-transaction\n");
    migration_file(t, "2_b.sql", "\xEF\xBB\xBF-- no-transaction\n");
    assert_ok(migration_load(t));
    assert_false(t->set.items[0].up.is_no_transaction);
    assert_false(t->set.items[1].up.is_no_transaction);
}

static void load_of_empty_folder_is_empty_set(void **state)
{
    struct migration_test *t = *state;
    assert_ok(migration_load(t));
    assert_int_equal(t->set.count, 0);
}

static void load_of_missing_folder_fails(void **state)
{
    struct migration_test *t = *state;
    assert_int_equal(rmdir(t->folder), 0);
    assert_int_equal(migration_load(t), TN_ENOTFOUND);
    assert_non_null(strstr(t->err.message, "migrations"));
    scratch_write(t->dir, "migrations", "a file");
    assert_int_equal(migration_load(t), TN_EINVAL);
}

static void load_of_duplicate_versions_names_both_files(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "SELECT 1;");
    migration_file(t, "01_b.up.sql", "SELECT 1;");
    assert_int_equal(migration_load(t), TN_EINVAL);
    assert_non_null(strstr(t->err.message, "/1_a.sql'"));
    assert_non_null(strstr(t->err.message, "/01_b.up.sql'"));
    assert_int_equal(t->place.kind, TN__FAULT_DUPLICATE);
}

static void load_of_two_downs_names_both_files(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.up.sql", "SELECT 1;");
    migration_file(t, "1_a.down.sql", "SELECT 1;");
    migration_file(t, "1_b.down.sql", "SELECT 1;");
    assert_int_equal(migration_load(t), TN_EINVAL);
    assert_non_null(strstr(t->err.message, "/1_a.down.sql'"));
    assert_non_null(strstr(t->err.message, "/1_b.down.sql'"));
}

static void load_of_down_without_up_fails(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.up.sql", "SELECT 1;");
    migration_file(t, "2_b.down.sql", "SELECT 1;");
    assert_int_equal(migration_load(t), TN_EINVAL);
    assert_non_null(strstr(t->err.message, "2_b.down.sql"));
}

static void load_of_bad_version_fails(void **state)
{
    struct migration_test *t = *state;
    static const char *const names[] = {"seed_data.sql", "v1_a.sql", "_a.sql",
                                        "1.5_a.sql",     "-_a.sql",  "9223372036854775808_a.sql"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        migration_file(t, names[i], "SELECT 1;");
        assert_int_equal(migration_load(t), TN_EINVAL);
        assert_non_null(strstr(t->err.message, names[i]));
        assert_int_equal(t->place.kind, TN__FAULT_NAME);
        unlink(scratch_path(t->folder, names[i]));
    }
    migration_file(t, "9223372036854775807_a.sql", "SELECT 1;");
    assert_ok(migration_load(t));
    assert_int_equal(t->set.items[0].version, INT64_MAX);
}

static void load_of_text_that_is_not_utf8_fails_with_its_line(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "SELECT 1;\nSELECT 'caf\xE9';\n");
    assert_int_equal(migration_load(t), TN_EINVAL);
    migration_expect_place(&t->place, "1_a.sql", 2, 12);
    assert_non_null(strstr(t->err.message, "not UTF-8"));
    assert_int_equal(t->place.kind, TN__FAULT_ENCODING);
}

static void load_of_name_that_is_not_utf8_fails(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_caf\xE9.txt", "no migration");
    assert_ok(migration_load(t));
    migration_file(t, "1_caf\xE9.sql", "SELECT 1;");
    assert_int_equal(migration_load(t), TN_EINVAL);
    assert_int_equal(t->place.kind, TN__FAULT_ENCODING);
}

static void load_of_text_with_nul_fails_with_its_line(void **state)
{
    struct migration_test *t = *state;
    FILE *file = fopen(scratch_path(t->folder, "1_a.sql"), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite("SELECT 1;\n\n\0x", 1, 13, file), 13);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(migration_load(t), TN_EINVAL);
    migration_expect_place(&t->place, "1_a.sql", 3, 1);
    assert_non_null(strstr(t->err.message, "NUL"));
}

static void load_of_unreadable_file_fails(void **state)
{
    struct migration_test *t = *state;
    assert_int_equal(symlink("/nowhere/at/all", scratch_path(t->folder, "1_a.sql")), 0);
    assert_int_equal(migration_load(t), TN_ENOTFOUND);
    assert_int_equal(t->place.kind, TN__FAULT_UNREADABLE);
    assert_non_null(strstr(t->place.file, "1_a.sql"));
}

static void load_of_file_beyond_64_mib_fails(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "SELECT 1;");
    assert_int_equal(truncate(scratch_path(t->folder, "1_a.sql"), (64 << 20) + 1), 0);
    assert_int_equal(migration_load(t), TN_ERANGE);
}

static void load_follows_links_to_files(void **state)
{
    struct migration_test *t = *state;
    scratch_write(t->dir, "elsewhere.sql", "SELECT 1;");
    assert_int_equal(symlink("../elsewhere.sql", scratch_path(t->folder, "1_a.sql")), 0);
    assert_ok(migration_load(t));
    assert_int_equal(t->set.count, 1);
    assert_text(t->set.items[0].up.sql, "SELECT 1;");
}

static void load_failing_leaves_the_set_alone(void **state)
{
    struct migration_test *t = *state;
    t->set.count = 77;
    migration_file(t, "x_a.sql", "");
    assert_int_equal(migration_load(t), TN_EINVAL);
    assert_int_equal(t->set.count, 77);
}

static void load_without_arguments_is_misuse(void **state)
{
    struct migration_test *t = *state;
    assert_int_equal(tn_migration_set_load(NULL, t->folder, &t->arena, NULL, NULL), TN_EMISUSE);
    assert_int_equal(tn_migration_set_load(&t->set, NULL, &t->arena, NULL, NULL), TN_EMISUSE);
    assert_int_equal(tn_migration_set_load(&t->set, t->folder, NULL, NULL, NULL), TN_EMISUSE);
}

static void find_in_set_by_version(void **state)
{
    struct migration_test *t = *state;
    char name[32];
    for (int i = 1; i <= 7; i++) {
        snprintf(name, sizeof name, "%d_a.sql", 2 * i);
        migration_file(t, name, "SELECT 1;");
    }
    assert_ok(migration_load(t));
    for (int i = 1; i <= 15; i++) {
        const tn_migration *found = tn__migration_set_find(&t->set, i);
        assert_int_equal(found != NULL, i % 2 == 0);
        if (found)
            assert_int_equal(found->version, i);
    }
}

static void split_gives_statements_with_offsets_and_kinds(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "-- a; b\nCREATE TABLE a (x);\nPRAGMA foreign_keys = OFF;\nBEGIN; COMMIT ;\n"
                   "CREATE TRIGGER r AFTER INSERT ON a BEGIN SELECT ';'; SELECT 2; END;\nVACUUM");
    assert_ok(migration_load(t));
    tn_migration_script script = t->set.items[0].up;
    assert_null(script.stmts);
    assert_ok(tn__script_split(&script, TN__SQLITE, &t->arena, NULL, &t->err));
    static const char *const texts[] = {
        "CREATE TABLE a (x);",
        "PRAGMA foreign_keys = OFF;",
        "BEGIN;",
        "COMMIT ;",
        "CREATE TRIGGER r AFTER INSERT ON a BEGIN SELECT ';'; SELECT 2; END;",
        "VACUUM"};
    static const uint32_t kinds[] = {TN__STMT_OTHER,  TN__STMT_PRAGMA, TN__STMT_BEGIN,
                                     TN__STMT_COMMIT, TN__STMT_OTHER,  TN__STMT_VACUUM};
    assert_int_equal(script.stmt_count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_text(tn__script_stmt(&script, i), texts[i]);
        assert_int_equal(script.stmts[i].kind, kinds[i]);
    }
}

static void pragma_is_taken_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name, *value;
    } cases[] = {
        {"PRAGMA foreign_keys=OFF", "foreign_keys", "OFF"},
        {"pragma /* x */ main . Foreign_Keys ( 0 ) ;", "Foreign_Keys", "0"},
        {"PRAGMA journal_mode = 'wal'", "journal_mode", "wal"},
        {"PRAGMA foreign_key_check", "foreign_key_check", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tn__pragma pragma;
        assert_true(tn__pragma_parse(&pragma, tn_text_of(cases[i].text)));
        assert_text(pragma.name, cases[i].name);
        if (cases[i].value)
            assert_text(pragma.value, cases[i].value);
        else
            assert_null(pragma.value.data);
    }
    struct tn__pragma pragma;
    assert_false(tn__pragma_parse(&pragma, TN__TEXT("SELECT 1")));
}

static void checksum_variant_is_told_from_change(void **state)
{
    struct migration_test *t = *state;
    static const char *const forms[] = {"a\nb\n", "a\r\nb\r\n",
                                        "\xEF\xBB\xBF"
                                        "a\nb\n",
                                        "\xEF\xBB\xBF"
                                        "a\r\nb\r\n"};
    uint8_t digest[48];
    for (size_t i = 0; i < 4; i++) {
        assert_ok(tn__sha384(digest, tn_text_of(forms[i])));
        for (size_t j = 0; j < 4; j++)
            assert_true(tn__checksum_is_variant(digest, tn_text_of(forms[j]), &t->arena));
        assert_false(tn__checksum_is_variant(digest, tn_text_of("a\nc\n"), &t->arena));
        assert_false(tn__checksum_is_variant(digest, tn_text_of("a\nb"), &t->arena));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        migration_test(load_of_pairs_and_simple_files_sorts_by_version),
        migration_test(load_of_other_names_leaves_them_alone),
        migration_test(load_of_date_and_number_joins_them_and_shows_them_as_written),
        migration_test(load_of_repeated_suffix_removes_it_as_sqlx_does),
        migration_test(load_takes_sha384_of_exact_bytes),
        migration_test(load_with_mark_not_at_first_byte_is_in_transaction),
        migration_test(load_of_empty_folder_is_empty_set),
        migration_test(load_of_missing_folder_fails),
        migration_test(load_of_duplicate_versions_names_both_files),
        migration_test(load_of_two_downs_names_both_files),
        migration_test(load_of_down_without_up_fails),
        migration_test(load_of_bad_version_fails),
        migration_test(load_of_text_that_is_not_utf8_fails_with_its_line),
        migration_test(load_of_name_that_is_not_utf8_fails),
        migration_test(load_of_text_with_nul_fails_with_its_line),
        migration_test(load_of_unreadable_file_fails),
        migration_test(load_of_file_beyond_64_mib_fails),
        migration_test(load_follows_links_to_files),
        migration_test(load_failing_leaves_the_set_alone),
        migration_test(load_without_arguments_is_misuse),
        migration_test(find_in_set_by_version),
        migration_test(split_gives_statements_with_offsets_and_kinds),
        cmocka_unit_test(pragma_is_taken_apart),
        migration_test(checksum_variant_is_told_from_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
