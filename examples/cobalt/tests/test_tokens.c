/* SPDX-License-Identifier: MIT */
#include "refresh_tokens.tenon.h"
#include "support.h"
#include "verification.h"

/* Refresh tokens and verifications: what is good, and for how long. */

static struct secret rotate(struct store *s, const struct secret *token)
{
    struct secret next;
    assert_done(token_rotate(&next, s->db, T(token->text), &s->err));
    return next;
}

static void assert_refused(struct store *s, const struct secret *token, int status)
{
    struct secret next;
    assert_status(token_rotate(&next, s->db, T(token->text), &s->err), status);
}

static void token_is_kept_as_its_hash_alone(void **state)
{
    struct store *s = *state;
    struct cobalt_user ada = store_user(s, "ada");
    struct secret token = store_token(s, &ada);
    struct cobalt_refresh_token row;
    assert_int_equal(strlen(token.text), SECRET_LENGTH);
    assert_done(cobalt_token_find(&row, s->db, T(token.hash), &s->arena, &s->err));
    assert_text(row.token_hash, token.hash);
    assert_int_equal(row.expires_at.us - row.created_at.us, 30LL * 24 * 60 * 60 * 1000000);
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM refresh_tokens t WHERE t::text LIKE '%%%s%%'",
             token.text);
    assert_query(sql, "0");
}

static void rotation_spends_one_and_gives_its_successor(void **state)
{
    struct store *s = *state;
    struct cobalt_user ada = store_user(s, "ada");
    struct secret first = store_token(s, &ada);
    struct secret second = rotate(s, &first);
    struct secret third = rotate(s, &second);
    assert_string_not_equal(first.text, second.text);
    assert_query("SELECT count(*), count(revoked_at), count(DISTINCT family_id), "
                 "count(DISTINCT user_id) FROM refresh_tokens",
                 "3|2|1|1");
    (void)rotate(s, &third);
}

static void token_that_comes_again_takes_its_family_along(void **state)
{
    struct store *s = *state;
    struct cobalt_user ada = store_user(s, "ada");
    struct secret first = store_token(s, &ada);
    struct secret second = rotate(s, &first);
    struct secret third = rotate(s, &second);
    struct secret other = store_token(s, &ada); /* of another log-in */
    assert_refused(s, &first, COBALT_EREUSED);
    assert_refused(s, &third, COBALT_EREUSED);
    (void)rotate(s, &other);
}

static void token_that_is_unknown_changes_nothing(void **state)
{
    struct store *s = *state;
    struct cobalt_user ada = store_user(s, "ada");
    struct secret token = store_token(s, &ada);
    struct secret other;
    assert_done(secret_make(&other, &s->err));
    assert_refused(s, &other, COBALT_ETOKEN);
    memset(&other, 0, sizeof other); /* the empty one */
    assert_refused(s, &other, COBALT_ETOKEN);
    (void)rotate(s, &token);
}

static void token_that_is_too_old_is_refused(void **state)
{
    struct store *s = *state;
    struct cobalt_user ada = store_user(s, "ada");
    struct secret token = store_token(s, &ada);
    store_do(s, "UPDATE refresh_tokens SET expires_at = now()");
    assert_refused(s, &token, COBALT_ETOKEN);
    assert_query("SELECT count(*), count(revoked_at) FROM refresh_tokens", "1|0");
}

static void token_of_a_user_who_is_disabled_is_refused(void **state)
{
    struct store *s = *state;
    struct cobalt_user ada = store_user(s, "ada");
    struct cobalt_user row;
    struct secret token = store_token(s, &ada);
    store_do(s, "UPDATE users SET disabled_at = now()");
    assert_refused(s, &token, COBALT_ETOKEN); /* not revoked, and of no use */
    assert_status(token_issue(&token, s->db, ada.id, &s->err), COBALT_ENOUSER);
    assert_done(account_enable(&row, s->db, ada.id, &s->arena, &s->err));
    assert_query("SELECT count(*), count(revoked_at) FROM refresh_tokens", "1|1");
}

static void disabling_revokes_what_there_is(void **state)
{
    struct store *s = *state;
    struct cobalt_user ada = store_user(s, "ada");
    struct cobalt_user row;
    struct secret token = store_token(s, &ada);
    assert_done(account_disable(&row, s->db, ada.id, &s->arena, &s->err));
    assert_query("SELECT count(*), count(revoked_at) FROM refresh_tokens", "1|1");
    assert_refused(s, &token, COBALT_EREUSED);
}

static void log_out_ends_one_family_or_all(void **state)
{
    struct store *s = *state;
    int64_t count = 0;
    struct cobalt_user ada = store_user(s, "ada");
    struct secret phone = store_token(s, &ada);
    struct secret desk = store_token(s, &ada);
    struct secret tram = store_token(s, &ada);
    assert_done(token_revoke(s->db, T(phone.text), &s->err));
    assert_refused(s, &phone, COBALT_EREUSED);
    (void)rotate(s, &desk);
    assert_done(token_revoke_all(&count, s->db, ada.id, &s->err));
    assert_int_equal(count, 2);
    assert_refused(s, &tram, COBALT_EREUSED);
    assert_status(token_revoke(s->db, T("x"), &s->err), COBALT_ETOKEN);
}

static void purge_removes_what_ended_long_ago(void **state)
{
    struct store *s = *state;
    int64_t count = 0;
    const tn_interval week = {.days = 7};
    struct cobalt_user ada = store_user(s, "ada");
    struct secret token = store_token(s, &ada);
    (void)rotate(s, &token);
    store_do(s, "UPDATE refresh_tokens SET expires_at = now() - interval '6 days' "
                "WHERE revoked_at IS NULL");
    assert_done(cobalt_token_purge(&count, s->db, week, &s->err));
    assert_int_equal(count, 0);
    store_do(s, "UPDATE refresh_tokens SET expires_at = expires_at - interval '2 days' "
                "WHERE revoked_at IS NULL");
    assert_done(cobalt_token_purge(&count, s->db, week, &s->err));
    assert_int_equal(count, 1);
}

static struct cobalt_user register_one(struct store *s, const char *name, struct secret *secret)
{
    const struct account_new new_user = store_new(s, name, COBALT_USER_ROLE_USER);
    struct cobalt_user user;
    assert_done(account_register(&user, secret, s->db, &new_user, &s->arena, &s->err));
    return user;
}

static void address_is_verified_once_by_what_was_sent(void **state)
{
    struct store *s = *state;
    struct secret secret;
    struct cobalt_user row;
    struct cobalt_user ada = register_one(s, "ada", &secret);
    assert_false(ada.email_verified);
    assert_done(verification_confirm(&row, s->db, T(secret.text), &s->arena, &s->err));
    assert_true(row.email_verified);
    assert_memory_equal(&row.id, &ada.id, sizeof row.id);
    assert_true(row.updated_at.us > ada.updated_at.us);
    assert_status(verification_confirm(&row, s->db, T(secret.text), &s->arena, &s->err),
                  COBALT_ETOKEN);
    assert_status(verification_confirm(&row, s->db, T("x"), &s->arena, &s->err), COBALT_ETOKEN);
    assert_query("SELECT count(verified_at) FROM email_verifications", "1");
}

static void verification_is_good_for_a_day(void **state)
{
    struct store *s = *state;
    struct secret secret;
    struct cobalt_user row;
    register_one(s, "ada", &secret);
    assert_query("SELECT expires_at - created_at FROM email_verifications", "1 day");
    store_do(s, "UPDATE email_verifications SET expires_at = now()");
    assert_status(verification_confirm(&row, s->db, T(secret.text), &s->arena, &s->err),
                  COBALT_ETOKEN);
    assert_query("SELECT email_verified FROM users", "f");
}

static void verification_of_an_old_address_is_withdrawn(void **state)
{
    struct store *s = *state;
    struct secret old;
    struct secret now;
    struct cobalt_user row;
    struct cobalt_user ada = register_one(s, "ada", &old);
    assert_done(
        account_update_email(&row, s->db, ada.id, T("new@b"), whenever, &s->arena, &s->err));
    assert_status(verification_confirm(&row, s->db, T(old.text), &s->arena, &s->err),
                  COBALT_ETOKEN);
    /* The one who read him before would send it to the old address. */
    assert_status(verification_issue(&now, s->db, &ada, &s->err), COBALT_ENOUSER);
    assert_done(verification_issue(&now, s->db, &row, &s->err));
    assert_done(verification_confirm(&row, s->db, T(now.text), &s->arena, &s->err));
    assert_text(row.email, "new@b");
    assert_true(row.email_verified);
}

static void secret_is_hashed_as_published(void **state)
{
    (void)state;
    char hash[SECRET_HASH_SIZE];
    tn_error err = {0};
    assert_int_equal(secret_hash(hash, T("abc"), &err), TN_OK); /* FIPS 180-4 */
    assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(token_is_kept_as_its_hash_alone),
        STORE_TEST(rotation_spends_one_and_gives_its_successor),
        STORE_TEST(token_that_comes_again_takes_its_family_along),
        STORE_TEST(token_that_is_unknown_changes_nothing),
        STORE_TEST(token_that_is_too_old_is_refused),
        STORE_TEST(token_of_a_user_who_is_disabled_is_refused),
        STORE_TEST(disabling_revokes_what_there_is),
        STORE_TEST(log_out_ends_one_family_or_all),
        STORE_TEST(purge_removes_what_ended_long_ago),
        STORE_TEST(address_is_verified_once_by_what_was_sent),
        STORE_TEST(verification_is_good_for_a_day),
        STORE_TEST(verification_of_an_old_address_is_withdrawn),
        cmocka_unit_test(secret_is_hashed_as_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
