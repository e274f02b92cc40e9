/* SPDX-License-Identifier: MIT */
#include "password.h"
#include "refresh_tokens.tenon.h"
#include "support.h"
#include "users.tenon.h"

/* A user's life. */

static void user_comes_back_as_it_was_created(void **state)
{
    struct store *s = *state;
    struct cobalt_user ada = store_admin(s, "ada");
    struct cobalt_user found;
    assert_done(account_find(&found, s->db, ada.id, &s->arena, &s->err));
    assert_memory_equal(&found.id, &ada.id, sizeof found.id);
    assert_text(found.username, "ada");
    assert_text(found.email, "ada@example.com");
    assert_int_equal(found.role, COBALT_USER_ROLE_ADMIN);
    assert_false(found.email_verified);
    assert_false(found.disabled_at.has);
    assert_int_equal(found.created_at.us, ada.created_at.us);
    assert_true(llabs(tn_now().us - found.created_at.us) < 600 * 1000000LL);
    assert_done(account_find_by_username(&found, s->db, T("ada"), &s->arena, &s->err));
    assert_memory_equal(&found.id, &ada.id, sizeof found.id);
}

static void user_that_is_not_there_is_named(void **state)
{
    struct store *s = *state;
    struct cobalt_user user;
    const tn_uuid id = {{0x55, 0x0e}};
    assert_status(account_find(&user, s->db, id, &s->arena, &s->err), COBALT_ENOUSER);
    assert_non_null(strstr(s->err.message, "550e0000-0000-0000-0000-000000000000"));
    assert_status(account_find_by_username(&user, s->db, T("bob"), &s->arena, &s->err),
                  COBALT_ENOUSER);
    assert_non_null(strstr(s->err.message, "'bob'"));
    assert_status(account_update_email(&user, s->db, id, T("a@b"), whenever, &s->arena, &s->err),
                  COBALT_ENOUSER);
    assert_status(account_disable(&user, s->db, id, &s->arena, &s->err), COBALT_ENOUSER);
    assert_status(account_enable(&user, s->db, id, &s->arena, &s->err), COBALT_ENOUSER);
    assert_status(account_delete(s->db, id, &s->err), COBALT_ENOUSER);
    assert_status(account_set_role(&user, s->db, id, COBALT_USER_ROLE_ADMIN, &s->arena, &s->err),
                  COBALT_ENOUSER);
}

static void name_or_address_that_is_taken_is_told_apart(void **state)
{
    struct store *s = *state;
    struct cobalt_user user;
    struct account_new again = store_new(s, "ada", COBALT_USER_ROLE_USER);
    store_user(s, "ada");
    again.email = T("other@example.com");
    assert_status(account_create(&user, s->db, &again, &s->arena, &s->err), TN_EUNIQUE);
    assert_int_equal(account_field_of(&s->err), ACCOUNT_USERNAME);
    assert_string_equal(s->err.constraint, "users_username_key");
    assert_string_equal(s->err.sqlstate, "23505");
    again.username = T("grace");
    again.email = T("ada@example.com");
    assert_status(account_create(&user, s->db, &again, &s->arena, &s->err), TN_EUNIQUE);
    assert_int_equal(account_field_of(&s->err), ACCOUNT_EMAIL);
    struct cobalt_user bob = store_user(s, "bob");
    assert_status(account_update_email(&user, s->db, bob.id, T("ada@example.com"), whenever,
                                       &s->arena, &s->err),
                  TN_EUNIQUE);
    assert_int_equal(account_field_of(&s->err), ACCOUNT_EMAIL);
    assert_query("SELECT count(*) FROM users", "2");
}

static void field_that_is_not_valid_is_told(void **state)
{
    struct store *s = *state;
    struct cobalt_user user;
    struct account_new wrong = store_new(s, "ada", COBALT_USER_ROLE_USER);
    wrong.email = T("ada.example.com");
    assert_status(account_create(&user, s->db, &wrong, &s->arena, &s->err), TN_EINVAL);
    assert_int_equal(account_field_of(&s->err), ACCOUNT_EMAIL);
    wrong.email = T("@");
    assert_status(account_create(&user, s->db, &wrong, &s->arena, &s->err), TN_EINVAL);
    wrong.email = T("a@b");
    wrong.username = T("");
    assert_status(account_create(&user, s->db, &wrong, &s->arena, &s->err), TN_EINVAL);
    assert_int_equal(account_field_of(&s->err), ACCOUNT_USERNAME);
    wrong.username = T("ada");
    wrong.password_hash = T(NULL);
    assert_status(account_create(&user, s->db, &wrong, &s->arena, &s->err), TN_EINVAL);
    assert_int_equal(account_field_of(&s->err), ACCOUNT_PASSWORD);
    assert_string_equal(account_field_name(account_field_of(&s->err)), "password");
    char name[2 * 256 + 1];
    for (size_t i = 0; i < 256; i++)
        memcpy(name + 2 * i, "\xC3\xBC", 3); /* ü: 255 of them are not too long */
    wrong.password_hash = T("none");
    wrong.username = T(name);
    assert_status(account_create(&user, s->db, &wrong, &s->arena, &s->err), TN_EINVAL);
    assert_int_equal(account_field_of(&s->err), ACCOUNT_USERNAME);
    wrong.username.size -= 2;
    assert_done(account_create(&user, s->db, &wrong, &s->arena, &s->err));
    s->err = (tn_error){.status = TN_ECHECK, .constraint = "another"};
    assert_int_equal(account_field_of(&s->err), ACCOUNT_NO_FIELD);
}

static void text_is_bound_and_never_sql(void **state)
{
    struct store *s = *state;
    struct cobalt_user found;
    const char *name = "'; DROP TABLE users; --";
    store_user(s, name);
    assert_done(account_find_by_username(&found, s->db, T(name), &s->arena, &s->err));
    assert_text(found.username, name);
    assert_query("SELECT count(*) FROM users", "1");
}

static void address_that_is_new_is_not_verified(void **state)
{
    struct store *s = *state;
    struct cobalt_user ada = store_user(s, "ada");
    struct cobalt_user changed;
    store_do(s, "UPDATE users SET email_verified = TRUE");
    assert_done(account_update_email(&changed, s->db, ada.id, T("a@lovelace.org"), whenever,
                                     &s->arena, &s->err));
    assert_text(changed.email, "a@lovelace.org");
    assert_false(changed.email_verified);
    assert_true(changed.updated_at.us > ada.updated_at.us);
    assert_int_equal(changed.created_at.us, ada.created_at.us);
}

static void version_that_has_been_changed_since_is_stale(void **state)
{
    struct store *s = *state;
    struct cobalt_user read = store_user(s, "ada");
    struct cobalt_user first;
    struct cobalt_user second;
    const tn_opt_timestamp seen = tn_some_timestamp(read.updated_at);
    assert_done(
        account_update_email(&first, s->db, read.id, T("1@example.com"), seen, &s->arena, &s->err));
    assert_status(
        account_update_email(&second, s->db, read.id, T("2@example.com"), seen, &s->arena, &s->err),
        COBALT_ESTALE);
    assert_query("SELECT email FROM users", "1@example.com");
    assert_done(account_update_email(&second, s->db, read.id, T("2@example.com"),
                                     tn_some_timestamp(first.updated_at), &s->arena, &s->err));
}

static void version_grows_when_the_clock_does_not(void **state)
{
    struct store *s = *state;
    struct cobalt_user ada = store_user(s, "ada");
    struct cobalt_user changed;
    store_do(s, "UPDATE users SET updated_at = '2999-01-01'");
    assert_done(
        account_update_email(&changed, s->db, ada.id, T("a@b"), whenever, &s->arena, &s->err));
    assert_query("SELECT updated_at > '2999-01-01' FROM users", "t");
}

static void user_who_is_disabled_stays_and_cannot_log_in(void **state)
{
    struct store *s = *state;
    char hash[PASSWORD_HASH_SIZE];
    struct account_new new_user = store_new(s, "ada", COBALT_USER_ROLE_USER);
    struct cobalt_user ada;
    struct cobalt_user user;
    assert_done(password_hash(hash, T("analytical"), &s->err));
    new_user.password_hash = T(hash);
    assert_done(account_create(&ada, s->db, &new_user, &s->arena, &s->err));
    assert_done(account_login(&user, s->db, T("ada"), T("analytical"), &s->arena, &s->err));
    assert_status(account_login(&user, s->db, T("ada"), T("analytic"), &s->arena, &s->err),
                  COBALT_ECREDENTIALS);
    assert_status(account_login(&user, s->db, T("eve"), T("analytical"), &s->arena, &s->err),
                  COBALT_ECREDENTIALS);
    assert_done(account_disable(&user, s->db, ada.id, &s->arena, &s->err));
    assert_true(user.disabled_at.has);
    assert_status(account_login(&user, s->db, T("ada"), T("analytical"), &s->arena, &s->err),
                  COBALT_ECREDENTIALS);
    assert_status(account_create(&user, s->db, &new_user, &s->arena, &s->err), TN_EUNIQUE);
    assert_done(account_enable(&user, s->db, ada.id, &s->arena, &s->err));
    assert_false(user.disabled_at.has);
    assert_done(account_login(&user, s->db, T("ada"), T("analytical"), &s->arena, &s->err));
}

static void user_who_is_disabled_twice_keeps_the_first_time(void **state)
{
    struct store *s = *state;
    struct cobalt_user ada = store_user(s, "ada");
    struct cobalt_user first;
    struct cobalt_user second;
    assert_done(account_disable(&first, s->db, ada.id, &s->arena, &s->err));
    assert_done(account_disable(&second, s->db, ada.id, &s->arena, &s->err));
    assert_int_equal(first.disabled_at.value.us, second.disabled_at.value.us);
}

static void user_who_is_deleted_frees_name_and_address(void **state)
{
    struct store *s = *state;
    struct cobalt_user ada = store_user(s, "ada");
    (void)store_token(s, &ada);
    assert_done(account_delete(s->db, ada.id, &s->err));
    assert_query("SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM refresh_tokens)",
                 "0|0");
    store_user(s, "ada");
}

static void last_administrator_stays_one(void **state)
{
    struct store *s = *state;
    struct cobalt_user ada = store_admin(s, "ada");
    struct cobalt_user bob = store_admin(s, "bob");
    struct cobalt_user row;
    assert_done(account_disable(&row, s->db, bob.id, &s->arena, &s->err));
    assert_status(account_disable(&row, s->db, ada.id, &s->arena, &s->err), COBALT_ELASTADMIN);
    assert_status(account_delete(s->db, ada.id, &s->err), COBALT_ELASTADMIN);
    assert_status(account_set_role(&row, s->db, ada.id, COBALT_USER_ROLE_USER, &s->arena, &s->err),
                  COBALT_ELASTADMIN);
    assert_done(account_delete(s->db, bob.id, &s->err)); /* he was disabled */
    struct cobalt_user eve = store_user(s, "eve");
    assert_done(account_set_role(&row, s->db, eve.id, COBALT_USER_ROLE_ADMIN, &s->arena, &s->err));
    assert_int_equal(row.role, COBALT_USER_ROLE_ADMIN);
    assert_done(account_set_role(&row, s->db, ada.id, COBALT_USER_ROLE_USER, &s->arena, &s->err));
}

static void role_is_handed_over_to_whoever_may_have_it(void **state)
{
    struct store *s = *state;
    struct cobalt_user ada = store_admin(s, "ada");
    struct cobalt_user bob = store_user(s, "bob");
    struct cobalt_user eve = store_user(s, "eve");
    struct cobalt_user row;
    const tn_uuid nobody = {{1}};
    assert_done(account_disable(&row, s->db, eve.id, &s->arena, &s->err));
    assert_status(account_hand_over(s->db, ada.id, eve.id, &s->err), COBALT_EDISABLED);
    assert_status(account_hand_over(s->db, bob.id, ada.id, &s->err), TN_EINVAL);
    assert_status(account_hand_over(s->db, ada.id, nobody, &s->err), COBALT_ENOUSER);
    assert_query("SELECT username FROM users WHERE role = 'admin'", "ada");
    assert_done(account_hand_over(s->db, ada.id, bob.id, &s->err));
    assert_query("SELECT username FROM users WHERE role = 'admin'", "bob");
}

static void list_of_the_active_has_them_by_age(void **state)
{
    struct store *s = *state;
    struct cobalt_user_rows rows;
    struct cobalt_user row;
    store_user(s, "ada");
    struct cobalt_user bob = store_user(s, "bob");
    store_user(s, "eve");
    assert_done(account_disable(&row, s->db, bob.id, &s->arena, &s->err));
    assert_done(cobalt_user_list_active_all(&rows, s->db, &s->arena, &s->err));
    assert_int_equal(rows.count, 2);
    assert_text(rows.items[0].username, "ada");
    assert_text(rows.items[1].username, "eve");
}

static void store_fill(struct store *s)
{
    store_do(s, "INSERT INTO users (username, email, password_hash, role, email_verified, "
                "disabled_at, created_at)\n"
                "SELECT 'u' || i, i || '@example.com', 'none',\n"
                "       CASE WHEN i % 10 = 0 THEN 'admin' ELSE 'user' END::user_role, i % 2 = 0,\n"
                "       CASE WHEN i % 5 = 0 THEN now() END, '2025-01-01'::date + i\n"
                "FROM generate_series(10, 59) AS i");
}

static void page_has_its_rows_and_the_number_of_all(void **state)
{
    struct store *s = *state;
    struct cobalt_user_rows rows;
    struct cobalt_user_count_row counted;
    struct cobalt_user_search_args by = {.limit = 20, .offset = 40};
    store_fill(s);
    assert_done(cobalt_user_search_all(&rows, s->db, &by, &s->arena, &s->err));
    assert_int_equal(rows.count, 10);
    assert_text(rows.items[0].username, "u50");
    assert_text(rows.items[9].username, "u59");
    assert_done(cobalt_user_count(&counted, s->db, &(struct cobalt_user_count_args){0}, &s->err));
    assert_int_equal(counted.total, 50);
}

static void search_wants_all_that_is_asked_for(void **state)
{
    static const struct {
        struct cobalt_user_count_args by;
        int64_t total;
    } cases[] = {
        {{.has_active = true}, 40},
        {{.role = {true, COBALT_USER_ROLE_ADMIN}}, 5},
        {{.email_verified = {true, true}}, 25},
        {{.has_active = true, .role = {true, COBALT_USER_ROLE_ADMIN}}, 0},
        {{.has_active = true, .email_verified = {true, false}}, 20},
        {{.role = {true, COBALT_USER_ROLE_USER}, .email_verified = {true, true}}, 20},
    };
    struct store *s = *state;
    store_fill(s);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cobalt_user_count_row counted;
        struct cobalt_user_rows rows;
        const struct cobalt_user_search_args by = {.has_active = cases[i].by.has_active,
                                                   .role = cases[i].by.role,
                                                   .email_verified = cases[i].by.email_verified,
                                                   .limit = 100};
        assert_done(cobalt_user_count(&counted, s->db, &cases[i].by, &s->err));
        assert_int_equal(counted.total, cases[i].total);
        assert_done(cobalt_user_search_all(&rows, s->db, &by, &s->arena, &s->err));
        assert_int_equal(rows.count, cases[i].total);
    }
}

static void search_in_every_order(void **state)
{
    static const char *const first[] = {
        [COBALT_USER_SEARCH_SORT_OLDEST] = "zoe",
        [COBALT_USER_SEARCH_SORT_NEWEST] = "ada",
        [COBALT_USER_SEARCH_SORT_USERNAME] = "ada",
    };
    struct store *s = *state;
    store_user(s, "zoe");
    store_user(s, "mia");
    store_user(s, "ada");
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
        struct cobalt_user_rows rows;
        const struct cobalt_user_search_args by = {.sort = (enum cobalt_user_search_sort)i,
                                                   .limit = 1};
        assert_done(cobalt_user_search_all(&rows, s->db, &by, &s->arena, &s->err));
        assert_int_equal(rows.count, 1);
        assert_text(rows.items[0].username, first[i]);
    }
}

static void users_come_with_their_tokens_in_one_query(void **state)
{
    struct store *s = *state;
    struct cobalt_user_with_tokens_rows rows;
    struct cobalt_user ada = store_user(s, "ada");
    store_user(s, "bob");
    (void)store_token(s, &ada);
    (void)store_token(s, &ada);
    assert_done(cobalt_user_with_tokens_all(&rows, s->db, &s->arena, &s->err));
    assert_int_equal(rows.count, 2);
    for (size_t i = 0; i < 2; i++) {
        bool is_ada = memcmp(&rows.items[i].user.id, &ada.id, sizeof ada.id) == 0;
        assert_text(rows.items[i].user.username, is_ada ? "ada" : "bob");
        assert_int_equal(rows.items[i].tokens_count, is_ada ? 2 : 0);
    }
}

static void names_alone_are_read_row_by_row(void **state)
{
    struct store *s = *state;
    struct cobalt_user_names_iter it;
    int rc;
    store_user(s, "bob");
    store_user(s, "ada");
    assert_done(cobalt_user_names_begin(&it, s->db, &s->err));
    assert_int_equal(cobalt_user_names_next(&it, &s->err), TN_ROW);
    assert_text(it.row.username, "ada");
    assert_int_equal(cobalt_user_names_next(&it, &s->err), TN_ROW);
    assert_text(it.row.username, "bob");
    rc = cobalt_user_names_next(&it, &s->err);
    cobalt_user_names_end(&it);
    assert_int_equal(rc, TN_DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(user_comes_back_as_it_was_created),
        STORE_TEST(user_that_is_not_there_is_named),
        STORE_TEST(name_or_address_that_is_taken_is_told_apart),
        STORE_TEST(field_that_is_not_valid_is_told),
        STORE_TEST(text_is_bound_and_never_sql),
        STORE_TEST(address_that_is_new_is_not_verified),
        STORE_TEST(version_that_has_been_changed_since_is_stale),
        STORE_TEST(version_grows_when_the_clock_does_not),
        STORE_TEST(user_who_is_disabled_stays_and_cannot_log_in),
        STORE_TEST(user_who_is_disabled_twice_keeps_the_first_time),
        STORE_TEST(user_who_is_deleted_frees_name_and_address),
        STORE_TEST(last_administrator_stays_one),
        STORE_TEST(role_is_handed_over_to_whoever_may_have_it),
        STORE_TEST(list_of_the_active_has_them_by_age),
        STORE_TEST(page_has_its_rows_and_the_number_of_all),
        STORE_TEST(search_wants_all_that_is_asked_for),
        STORE_TEST(search_in_every_order),
        STORE_TEST(users_come_with_their_tokens_in_one_query),
        STORE_TEST(names_alone_are_read_row_by_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
