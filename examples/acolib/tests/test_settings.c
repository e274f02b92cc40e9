/* SPDX-License-Identifier: MIT */
#include "configurations.tenon.h"
#include "setting.h"
#include "support.h"

/* Typed configuration, and secrets. */

static int set(struct store *store, const char *key, enum aco_setting_type type, const char *text,
               bool is_secret, tn_error *err)
{
    struct setting_change change = {
        .key = key, .type = type, .text = T(text), .is_secret = is_secret};
    return setting_set(store->db, &change, err);
}

static struct setting get(struct store *store, const char *key)
{
    tn_error err = {0};
    struct setting setting;
    assert_ok(setting_get(&setting, store->db, key, &store->arena, &err));
    return setting;
}

static void settings_of_every_type_come_back_as_they_were(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    assert_ok(set(store, "s", ACO_SETTING_TYPE_STRING, "north", false, &err));
    assert_ok(set(store, "i", ACO_SETTING_TYPE_INTEGER, "-42", false, &err));
    assert_ok(set(store, "f", ACO_SETTING_TYPE_FLOAT, "0.25", false, &err));
    assert_ok(set(store, "b", ACO_SETTING_TYPE_BOOLEAN, "true", false, &err));
    assert_ok(set(store, "j", ACO_SETTING_TYPE_JSON, "[1,{\"a\":null}]", false, &err));
    assert_text(get(store, "s").text, "north");
    assert_int_equal(get(store, "i").as.integer, -42);
    assert_true(get(store, "f").as.real > 0.24 && get(store, "f").as.real < 0.26);
    assert_true(get(store, "b").as.boolean);
    assert_text(get(store, "j").text, "[1,{\"a\":null}]");
    assert_int_equal(get(store, "j").type, ACO_SETTING_TYPE_JSON);
}

static void text_of_another_type_is_refused(void **state)
{
    static const struct {
        enum aco_setting_type type;
        const char *text;
    } bad[] = {
        {ACO_SETTING_TYPE_INTEGER, ""},    {ACO_SETTING_TYPE_INTEGER, "4.2"},
        {ACO_SETTING_TYPE_INTEGER, "12 "}, {ACO_SETTING_TYPE_INTEGER, "99999999999999999999"},
        {ACO_SETTING_TYPE_FLOAT, "fast"},  {ACO_SETTING_TYPE_FLOAT, "inf"},
        {ACO_SETTING_TYPE_FLOAT, "nan"},   {ACO_SETTING_TYPE_BOOLEAN, "yes"},
        {ACO_SETTING_TYPE_BOOLEAN, "1"},   {ACO_SETTING_TYPE_JSON, "{a:1}"},
        {ACO_SETTING_TYPE_JSON, ""},
    };
    struct store *store = *state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        tn_error err = {0};
        assert_int_equal(set(store, "k", bad[i].type, bad[i].text, false, &err), TN_EINVAL);
        assert_non_null(strstr(err.message, aco_setting_type_text(bad[i].type).data));
    }
    assert_string_equal(store_get(store, "SELECT count(*) FROM configurations"), "0");
}

static void setting_again_changes_value_and_updated_at(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    assert_ok(set(store, "port", ACO_SETTING_TYPE_INTEGER, "80", false, &err));
    store_set(store, "UPDATE configurations SET description = 'where we listen',"
                     " updated_at = '2025-01-01 00:00:00.000'");
    assert_ok(set(store, "port", ACO_SETTING_TYPE_INTEGER, "8080", false, &err));
    assert_int_equal(get(store, "port").as.integer, 8080);
    assert_true(strcmp(store_get(store, "SELECT updated_at FROM configurations"), "2026") > 0);
    assert_string_equal(store_get(store, "SELECT description FROM configurations"),
                        "where we listen");
}

static void setting_with_another_type_is_refused(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    assert_ok(set(store, "port", ACO_SETTING_TYPE_INTEGER, "80", false, &err));
    assert_int_equal(set(store, "port", ACO_SETTING_TYPE_STRING, "http", false, &err), TN_EREFUSED);
    assert_int_equal(get(store, "port").as.integer, 80);
}

static void secret_stays_secret_when_set_again(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    assert_ok(set(store, "token", ACO_SETTING_TYPE_STRING, "old-token", true, &err));
    assert_ok(set(store, "token", ACO_SETTING_TYPE_STRING, "new-token", false, &err));
    assert_true(get(store, "token").is_secret);
    assert_text(get(store, "token").text, "new-token");
}

static void assert_hidden(const struct aco_config_entry_rows *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        assert_null(strstr(entries->items[i].value.data, "token"));
        if (entries->items[i].is_secret)
            assert_text(entries->items[i].value, "********");
    }
}

static void secrets_are_hidden_in_every_list(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct aco_config_entry_rows entries;
    assert_ok(set(store, "a.secret", ACO_SETTING_TYPE_STRING, "token-1", true, &err));
    assert_ok(set(store, "b.open", ACO_SETTING_TYPE_STRING, "plain", false, &err));
    assert_ok(set(store, "c.count", ACO_SETTING_TYPE_INTEGER, "3", false, &err));
    assert_ok(aco_config_list_all(&entries, store->db, &store->arena, &err));
    assert_int_equal(entries.count, 3);
    assert_hidden(&entries);
    assert_text(entries.items[1].value, "plain");
    assert_ok(aco_config_list_by_type_all(&entries, store->db, ACO_SETTING_TYPE_STRING,
                                          &store->arena, &err));
    assert_int_equal(entries.count, 2);
    assert_hidden(&entries);
    assert_ok(aco_config_list_by_secrecy_all(&entries, store->db, true, &store->arena, &err));
    assert_int_equal(entries.count, 1);
    assert_hidden(&entries);
    assert_ok(aco_config_list_by_secrecy_all(&entries, store->db, false, &store->arena, &err));
    assert_int_equal(entries.count, 2);
    assert_ok(
        aco_config_list_changed_all(&entries, store->db, T("2025-01-01"), &store->arena, &err));
    assert_int_equal(entries.count, 3);
    assert_hidden(&entries);
}

static void changed_lists_the_latest_change_first(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct aco_config_entry_rows entries;
    assert_ok(set(store, "a", ACO_SETTING_TYPE_STRING, "1", false, &err));
    assert_ok(set(store, "b", ACO_SETTING_TYPE_STRING, "2", false, &err));
    store_set(store, "UPDATE configurations SET updated_at = '2025-01-01 00:00:00.000'"
                     " WHERE key = 'b'");
    assert_ok(aco_config_list_changed_all(&entries, store->db, T(""), &store->arena, &err));
    assert_int_equal(entries.count, 2);
    assert_text(entries.items[0].key, "a");
    assert_ok(
        aco_config_list_changed_all(&entries, store->db, T("2025-06-01"), &store->arena, &err));
    assert_int_equal(entries.count, 1);
}

static void integer_read_falls_back_only_where_there_is_no_key(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    int64_t value = 0;
    assert_ok(setting_get_int(&value, store->db, "limit", 7, &err));
    assert_int_equal(value, 7);
    assert_ok(set(store, "limit", ACO_SETTING_TYPE_INTEGER, "9", false, &err));
    assert_ok(setting_get_int(&value, store->db, "limit", 7, &err));
    assert_int_equal(value, 9);
    assert_ok(set(store, "name", ACO_SETTING_TYPE_STRING, "9", false, &err));
    assert_int_equal(setting_get_int(&value, store->db, "name", 7, &err), TN_ETYPE);
    assert_int_equal(value, 9);
}

static void key_deleted_is_none(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct setting setting;
    int64_t affected = 0;
    assert_ok(set(store, "a", ACO_SETTING_TYPE_STRING, "1", false, &err));
    assert_ok(aco_config_delete(&affected, store->db, T("a"), &err));
    assert_int_equal(affected, 1);
    assert_int_equal(setting_get(&setting, store->db, "a", &store->arena, &err), TN_NONE);
}

static void type_and_flag_outside_the_list_are_check_errors(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    assert_ok(set(store, "a", ACO_SETTING_TYPE_STRING, "1", false, &err));
    assert_int_equal(
        tn_exec(store->db, "UPDATE configurations SET value_type = 'date'", NULL, 0, NULL, &err),
        TN_ECHECK);
    assert_int_equal(
        tn_exec(store->db, "UPDATE configurations SET is_secret = -1", NULL, 0, NULL, &err),
        TN_ECHECK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(settings_of_every_type_come_back_as_they_were),
        STORE_TEST(text_of_another_type_is_refused),
        STORE_TEST(setting_again_changes_value_and_updated_at),
        STORE_TEST(setting_with_another_type_is_refused),
        STORE_TEST(secret_stays_secret_when_set_again),
        STORE_TEST(secrets_are_hidden_in_every_list),
        STORE_TEST(changed_lists_the_latest_change_first),
        STORE_TEST(integer_read_falls_back_only_where_there_is_no_key),
        STORE_TEST(key_deleted_is_none),
        STORE_TEST(type_and_flag_outside_the_list_are_check_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
