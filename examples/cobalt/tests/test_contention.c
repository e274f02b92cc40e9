/* SPDX-License-Identifier: MIT */
#include <pthread.h>

#include "contention.h"
#include "support.h"
#include "users.tenon.h"
#include "verification.h"

/* Transactions, and several at the same moment: threads on the real server. */

/* --- all or nothing -------------------------------------------------------------------------------- */

static void registration_is_both_or_neither(void **state)
{
    struct store *s = *state;
    struct account_new new_user = store_new(s, "ada", COBALT_USER_ROLE_USER);
    struct cobalt_user user;
    struct secret secret;
    assert_done(account_register(&user, &secret, s->db, &new_user, &s->arena, &s->err));
    assert_query("SELECT count(*) FROM users JOIN email_verifications v ON v.user_id = users.id",
                 "1");
    /* The verification is what fails. */
    store_do(s, "ALTER TABLE email_verifications ADD CHECK (user_id IS NULL) NOT VALID");
    new_user = store_new(s, "bob", COBALT_USER_ROLE_USER);
    assert_status(account_register(&user, &secret, s->db, &new_user, &s->arena, &s->err),
                  TN_ECHECK);
    assert_query("SELECT count(*) FROM users", "1");
}

static int add_two_and_fail(tn_db *tx, void *user, tn_error *err)
{
    struct store *s = user;
    const struct account_new ada = store_new(s, "ada", COBALT_USER_ROLE_USER);
    struct cobalt_user row;
    int rc = account_create(&row, tx, &ada, &s->arena, err);
    if (rc >= 0)
        rc = verification_issue(&(struct secret){{0}, {0}}, tx, &row, err);
    return rc < 0 ? rc : tn_error_set(err, TN_EUSER - 77, "the caller is not content");
}

static void status_of_a_body_comes_out_and_nothing_stays(void **state)
{
    struct store *s = *state;
    assert_status(tn_transact(s->db, add_two_and_fail, s, NULL, &s->err), TN_EUSER - 77);
    assert_query("SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM email_verifications)",
                 "0|0");
}

static void transaction_by_hand_is_committed_or_rolled_back(void **state)
{
    struct store *s = *state;
    const struct account_new ada = store_new(s, "ada", COBALT_USER_ROLE_USER);
    struct cobalt_user row;
    tn_db *tx;
    assert_done(tn_tx_begin(&tx, s->db, TN_WRITE, &s->err));
    assert_done(account_create(&row, tx, &ada, &s->arena, &s->err));
    tn_tx_rollback(tx);
    assert_query("SELECT count(*) FROM users", "0");
    assert_done(tn_tx_begin(&tx, s->db, TN_WRITE, &s->err));
    assert_done(account_create(&row, tx, &ada, &s->arena, &s->err));
    assert_done(tn_tx_commit(tx, &s->err));
    assert_query("SELECT count(*) FROM users", "1");
}

static int add_again_within(tn_db *tx, void *user, tn_error *err)
{
    struct store *s = user;
    const struct account_new ada = store_new(s, "ada", COBALT_USER_ROLE_USER);
    const struct account_new bob = store_new(s, "bob", COBALT_USER_ROLE_USER);
    struct cobalt_user row;
    struct secret secret;
    int rc = account_register(&row, &secret, tx, &ada, &s->arena, err);
    if (rc >= 0 && account_register(&row, &secret, tx, &ada, &s->arena, err) != TN_EUNIQUE)
        return TN_ERROR;
    return rc < 0 ? rc : account_register(&row, &secret, tx, &bob, &s->arena, err);
}

static void function_within_a_transaction_fails_alone(void **state)
{
    struct store *s = *state;
    assert_done(tn_transact(s->db, add_again_within, s, NULL, &s->err));
    assert_query("SELECT string_agg(username, ',' ORDER BY username) FROM users", "ada,bob");
}

/* --- the scenes of contention.h -------------------------------------------------------------------- */

static void deadlock_is_rolled_back_and_run_again(void **state)
{
    struct store *s = *state;
    struct contention c;
    struct cobalt_user ada = store_user(s, "ada");
    struct cobalt_user bob = store_user(s, "bob");
    assert_done(contention_deadlock(&c, s->db, ada.id, bob.id, &s->err));
    assert_int_equal(c.done, 2);
    assert_int_equal(c.runs, 3);
}

static void serialization_failure_is_run_again_on_what_is_true_then(void **state)
{
    struct store *s = *state;
    struct contention c;
    struct cobalt_user ada = store_admin(s, "ada");
    struct cobalt_user bob = store_admin(s, "bob");
    assert_done(contention_serialization(&c, s->db, ada.id, bob.id, &s->err));
    assert_true(c.runs >= 3);
    assert_int_equal(c.done, 1);
    assert_int_equal(c.refused, 1);
    assert_int_equal(c.status, COBALT_ELASTADMIN);
    assert_query("SELECT count(*) FROM users WHERE role = 'admin'", "1");
}

static void change_of_one_version_succeeds_once(void **state)
{
    struct store *s = *state;
    struct contention c;
    struct cobalt_user ada = store_user(s, "ada");
    assert_done(contention_optimistic(&c, s->db, &ada, 8, &s->err));
    assert_int_equal(c.done, 1);
    assert_int_equal(c.refused, 7);
    assert_int_equal(c.status, COBALT_ESTALE);
}

static void addition_under_a_lock_is_never_lost(void **state)
{
    struct store *s = *state;
    struct contention c;
    struct cobalt_user ada = store_user(s, "0");
    assert_done(contention_for_update(&c, s->db, ada.id, 8, 20, &s->err));
    assert_int_equal(c.done, 8);
    assert_query("SELECT email FROM users", "160@example.com");
}

static void token_that_many_exchange_has_one_successor(void **state)
{
    struct store *s = *state;
    struct contention c;
    struct cobalt_user ada = store_user(s, "ada");
    for (int round = 0; round < 10; round++) {
        struct secret token = store_token(s, &ada);
        struct secret successor;
        struct secret next;
        assert_done(contention_rotate(&c, &successor, s->db, &token, 8, &s->err));
        assert_int_equal(c.done, 1);
        assert_int_equal(c.refused, 7);
        assert_int_equal(c.status, COBALT_EREUSED);
        assert_status(token_rotate(&next, s->db, T(successor.text), &s->err), COBALT_EREUSED);
    }
    assert_query("SELECT count(*), count(revoked_at) FROM refresh_tokens", "20|20");
}

/* --- many at random -------------------------------------------------------------------------------- */

enum {
    THREADS = 4,
    ROUNDS = 40
};

struct worker {
    struct store *s;
    const struct cobalt_user *users;
    unsigned index;
    unsigned handed; /* hand-overs that were made */
    int status;      /* the first that should not have been */
    tn_error err;
};

static bool is_expected(int status)
{
    return status >= 0 || status == COBALT_ELASTADMIN || status == COBALT_EDISABLED ||
           status == TN_EINVAL;
}

static void work_once(struct worker *w, unsigned number, tn_arena *arena)
{
    const tn_uuid id = w->users[number % 3].id;
    const tn_uuid other = w->users[(number / 3) % 3].id;
    struct cobalt_user row;
    int rc;
    switch (number / 9 % 4) {
    case 0:
        rc = account_set_role(&row, w->s->db, id, COBALT_USER_ROLE_USER, arena, &w->err);
        break;
    case 1:
        rc = account_disable(&row, w->s->db, id, arena, &w->err);
        break;
    case 2:
        rc = account_enable(&row, w->s->db, id, arena, &w->err);
        break;
    default:
        rc = account_hand_over(w->s->db, id, other, &w->err);
        w->handed += rc >= 0;
    }
    if (!is_expected(rc) && w->status >= 0)
        w->status = rc;
}

static void *work(void *argument)
{
    struct worker *w = argument;
    tn_arena arena = TN_ARENA_INIT;
    for (unsigned i = 0; i < ROUNDS && w->status >= 0; i++)
        work_once(w, w->index + i * 7 + i * i * 3, &arena);
    tn_arena_fini(&arena);
    return NULL;
}

/* Whatever is disabled, demoted and handed over at the same time: somebody stays who may do everything. */
static void administrators_never_run_out(void **state)
{
    struct store *s = *state;
    struct cobalt_user users[3] = {store_admin(s, "ada"), store_admin(s, "bob"),
                                   store_user(s, "eve")};
    struct worker workers[THREADS];
    pthread_t threads[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.s = s, .users = users, .index = i * 11};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (unsigned i = 0; i < THREADS; i++) {
        if (workers[i].status < 0)
            fail_msg("%s: %s", cobalt_status_name(workers[i].status), workers[i].err.message);
    }
    assert_query("SELECT count(*) > 0 FROM users WHERE role = 'admin' AND disabled_at IS NULL",
                 "t");
}

struct thief {
    struct store *s;
    struct secret token;
    unsigned got;
    int status;
    tn_error err;
};

/* Exchanges a token and its successors until somebody else has, too. */
static void *steal(void *argument)
{
    struct thief *t = argument;
    while (t->status >= 0 && t->got < 500) {
        struct secret next;
        t->status = token_rotate(&next, t->s->db, T(t->token.text), &t->err);
        if (t->status >= 0) {
            t->token = next;
            t->got++;
        }
    }
    return NULL;
}

/* The one goes on with the successors while the other's second use revokes the family: none survives. */
static void successor_does_not_escape_the_revocation(void **state)
{
    struct store *s = *state;
    struct cobalt_user ada = store_user(s, "ada");
    for (int round = 0; round < 10; round++) {
        struct secret token = store_token(s, &ada);
        struct thief owner = {.s = s, .token = token};
        struct thief thief = {.s = s, .token = token};
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, steal, &owner), 0);
        steal(&thief);
        pthread_join(thread, NULL);
        assert_int_equal(owner.status, COBALT_EREUSED);
        assert_int_equal(thief.status, COBALT_EREUSED);
    }
    assert_query("SELECT count(*) FROM refresh_tokens WHERE revoked_at IS NULL", "0");
}

/* --- the pool -------------------------------------------------------------------------------------- */

struct visitor {
    tn_db *db;
    tn_uuid id;
    int status;
    tn_error err;
};

static void *visit(void *argument)
{
    struct visitor *v = argument;
    tn_arena arena = TN_ARENA_INIT;
    struct cobalt_user row;
    v->status = account_find(&row, v->db, v->id, &arena, &v->err);
    tn_arena_fini(&arena);
    return NULL;
}

static void pool_that_is_exhausted_names_the_holders(void **state)
{
    struct store *s = *state;
    struct cobalt_user ada = store_user(s, "ada");
    struct cobalt_user_names_iter it;
    char url[1200];
    struct visitor visitor = {.id = ada.id};
    pthread_t thread;
    snprintf(url, sizeof url, "%s&max_connections=1&acquire_timeout=200ms", s->url);
    assert_done(database_open(&visitor.db, url, &s->err));
    assert_done(cobalt_user_names_begin(&it, visitor.db, &s->err));
    assert_int_equal(cobalt_user_names_next(&it, &s->err), TN_ROW);
    assert_int_equal(pthread_create(&thread, NULL, visit, &visitor), 0);
    pthread_join(thread, NULL);
    cobalt_user_names_end(&it);
    assert_int_equal(visitor.status, TN_ETIMEOUT);
    assert_non_null(strstr(visitor.err.message, "user_names"));
    visit(&visitor);
    assert_int_equal(visitor.status, TN_OK);
    tn_db_close(visitor.db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(registration_is_both_or_neither),
        STORE_TEST(status_of_a_body_comes_out_and_nothing_stays),
        STORE_TEST(transaction_by_hand_is_committed_or_rolled_back),
        STORE_TEST(function_within_a_transaction_fails_alone),
        STORE_TEST(deadlock_is_rolled_back_and_run_again),
        STORE_TEST(serialization_failure_is_run_again_on_what_is_true_then),
        STORE_TEST(change_of_one_version_succeeds_once),
        STORE_TEST(addition_under_a_lock_is_never_lost),
        STORE_TEST(token_that_many_exchange_has_one_successor),
        STORE_TEST(administrators_never_run_out),
        STORE_TEST(successor_does_not_escape_the_revocation),
        STORE_TEST(pool_that_is_exhausted_names_the_holders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
