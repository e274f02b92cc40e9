/* SPDX-License-Identifier: MIT */
#include "sessions.tenon.h"
#include "support.h"

/* The life of a session, and what happens to silent ones. */

static void open_session(struct store *store, const char *id, const char *client, const char *user)
{
    tn_error err = {0};
    struct aco_session_open_args args = {.id = T(id),
                                         .client_id = T(client),
                                         .user_id = T(user),
                                         .connection_type = ACO_SESSION_CONNECTION_TYPE_WEBSOCKET};
    assert_ok(aco_session_open(NULL, store->db, &args, &err));
}

static struct aco_session find(struct store *store, const char *id)
{
    tn_error err = {0};
    struct aco_session session;
    assert_ok(aco_session_find(&session, store->db, T(id), &store->arena, &err));
    return session;
}

/* Make a session silent for so many seconds. */
static void silence(struct store *store, const char *id, int seconds)
{
    char sql[160];
    snprintf(sql, sizeof sql,
             "UPDATE sessions SET last_heartbeat ="
             " strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '-%d seconds') WHERE id = '%s'",
             seconds, id);
    store_set(store, sql);
}

static void session_opened_is_active(void **state)
{
    struct store *store = *state;
    open_session(store, "s1", "c1", NULL);
    struct aco_session session = find(store, "s1");
    assert_true(session.is_active);
    assert_int_equal(session.connection_type, ACO_SESSION_CONNECTION_TYPE_WEBSOCKET);
    assert_null(session.user_id.data);
    assert_string_equal(session.created_at.data, session.last_heartbeat.data);
}

static void heartbeat_moves_both_times(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    int64_t affected = 0;
    open_session(store, "s1", "c1", NULL);
    store_set(store, "UPDATE sessions SET last_heartbeat = '2025-01-01 00:00:00.000',"
                     " updated_at = '2025-01-01 00:00:00.000'");
    assert_ok(aco_session_heartbeat(&affected, store->db, T("s1"), &err));
    assert_int_equal(affected, 1);
    assert_true(strcmp(find(store, "s1").last_heartbeat.data, "2026-01-01") > 0);
    assert_true(strcmp(find(store, "s1").updated_at.data, "2026-01-01") > 0);
}

static void session_closed_takes_no_heartbeat(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    int64_t affected = -1;
    open_session(store, "s1", "c1", NULL);
    assert_ok(aco_session_close(&affected, store->db, T("s1"), &err));
    assert_int_equal(affected, 1);
    assert_false(find(store, "s1").is_active);
    assert_ok(aco_session_heartbeat(&affected, store->db, T("s1"), &err));
    assert_int_equal(affected, 0);
    assert_ok(aco_session_close(&affected, store->db, T("s1"), &err));
    assert_int_equal(affected, 0);
}

static void silent_sessions_expire_others_stay(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    int64_t affected = 0;
    open_session(store, "s1", "c1", NULL);
    open_session(store, "s2", "c2", NULL);
    open_session(store, "s3", "c3", NULL);
    silence(store, "s1", 100);
    silence(store, "s2", 30);
    assert_ok(aco_session_expire(&affected, store->db, 90, &err));
    assert_int_equal(affected, 1);
    assert_false(find(store, "s1").is_active);
    assert_true(find(store, "s2").is_active);
    assert_ok(aco_session_expire(&affected, store->db, 90, &err));
    assert_int_equal(affected, 0);
}

static void purge_removes_the_long_silent_active_or_not(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    int64_t affected = 0;
    open_session(store, "s1", "c1", NULL);
    open_session(store, "s2", "c2", NULL);
    open_session(store, "s3", "c3", NULL);
    assert_ok(aco_session_close(NULL, store->db, T("s1"), &err));
    silence(store, "s1", 5000);
    silence(store, "s2", 5000);
    assert_ok(aco_session_purge(&affected, store->db, 3600, &err));
    assert_int_equal(affected, 2);
    assert_string_equal(store_get(store, "SELECT group_concat(id) FROM sessions"), "s3");
}

static void flag_and_type_outside_the_list_are_check_errors(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    open_session(store, "s1", "c1", NULL);
    assert_int_equal(tn_exec(store->db, "UPDATE sessions SET is_active = 2", NULL, 0, NULL, &err),
                     TN_ECHECK);
    assert_int_equal(
        tn_exec(store->db, "UPDATE sessions SET connection_type = 'pigeon'", NULL, 0, NULL, &err),
        TN_ECHECK);
    struct aco_session_open_args args = {.id = T("s2"), .client_id = T("c")};
    assert_int_equal(aco_session_open(NULL, store->db, &args, &err), TN_EINVAL);
    assert_string_equal(
        err.message, "query 'session_open': parameter 'connection_type' is no value of its enum");
}

static void lists_by_client_user_and_activity_find_theirs(void **state)
{
    struct store *store = *state;
    tn_error err = {0};
    struct aco_session_rows sessions;
    open_session(store, "s1", "c1", "ada");
    open_session(store, "s2", "c1", "grace");
    open_session(store, "s3", "c2", "ada");
    silence(store, "s3", 50);
    silence(store, "s1", 10);
    assert_ok(aco_session_close(NULL, store->db, T("s2"), &err));
    assert_ok(
        aco_session_list_by_client_all(&sessions, store->db, T("c1"), 9, &store->arena, &err));
    assert_int_equal(sessions.count, 2);
    assert_ok(aco_session_list_by_user_all(&sessions, store->db, T("ada"), 9, &store->arena, &err));
    assert_int_equal(sessions.count, 2);
    assert_ok(aco_session_list_active_all(&sessions, store->db, 9, &store->arena, &err));
    assert_int_equal(sessions.count, 2);
    assert_text(sessions.items[0].id, "s3");
    assert_ok(aco_session_list_all(&sessions, store->db, 1, &store->arena, &err));
    assert_int_equal(sessions.count, 1);
    assert_text(sessions.items[0].id, "s3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(session_opened_is_active),
        STORE_TEST(heartbeat_moves_both_times),
        STORE_TEST(session_closed_takes_no_heartbeat),
        STORE_TEST(silent_sessions_expire_others_stay),
        STORE_TEST(purge_removes_the_long_silent_active_or_not),
        STORE_TEST(flag_and_type_outside_the_list_are_check_errors),
        STORE_TEST(lists_by_client_user_and_activity_find_theirs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
