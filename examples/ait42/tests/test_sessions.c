/* SPDX-License-Identifier: MIT */
#include "support.h"

/* The life of a session: written as a whole, read as a whole, ended, and gone with all it had. */

static void session_comes_back_as_it_was_written(void **state)
{
    struct store *s = *state;
    struct ait42_session got;
    const struct a42_message_add_args messages[] = {
        {.id = {T("m1")}, .role = A42_MESSAGE_ROLE_USER, .content = T("go")},
        {.id = {T("m2")},
         .role = A42_MESSAGE_ROLE_ASSISTANT,
         .content = T("done"),
         .instance_id = {true, 1}},
    };
    struct ait42_new_session session = store_session("s1", 3);
    session.row.model = T("opus");
    session.row.timeout_seconds = tn_some_int(600);
    session.row.preserve_worktrees = tn_some_bool(true);
    session.messages = messages;
    session.message_count = 2;
    assert_done(ait42_session_create(s->db, s->folder, &session, &s->err));

    assert_done(ait42_session_get(&got, s->db, ID("s1"), &s->arena, &s->err));
    assert_text(got.row.id.value, "s1");
    assert_int_equal(got.row.type, A42_SESSION_TYPE_COMPETITION);
    assert_text(got.row.task, "Test task");
    assert_int_equal(got.row.status, A42_SESSION_STATUS_RUNNING);
    assert_text(got.row.model, "opus");
    assert_int_equal(got.row.timeout_seconds.value, 600);
    assert_true(got.row.preserve_worktrees.has && got.row.preserve_worktrees.value);
    assert_false(got.row.completed_at.has);
    assert_true(got.row.created_at.us > INT64_C(1700000000000000));
    assert_int_equal(got.runtimes.count, 3);
    assert_text(got.runtimes.items[0].runtime, "claude");
    assert_text(got.runtimes.items[2].runtime, "gemini");
    assert_int_equal(got.instance_count, 3);
    assert_int_equal(got.instances[2].instance_id, 2);
    assert_text(got.instances[1].agent_name, "codex");
    assert_int_equal(got.messages.count, 2);
    assert_text(got.messages.items[0].content, "go");
    assert_int_equal(got.messages.items[1].instance_id.value, 1);
}

static void session_without_instances_is_one_too(void **state)
{
    struct store *s = *state;
    struct ait42_session got;
    store_add(s, "s1", 0);
    assert_done(ait42_session_get(&got, s->db, ID("s1"), &s->arena, &s->err));
    assert_int_equal(got.instance_count + got.runtimes.count + got.messages.count, 0);
}

static void times_that_are_given_are_kept_in_one_form(void **state)
{
    struct store *s = *state;
    struct ait42_new_session session = store_session("s1", 0);
    /* A moment without a fraction, and one with six digits. */
    session.row.created_at = (tn_opt_timestamp){true, {INT64_C(1736755200000000)}};
    session.row.completed_at = (tn_opt_timestamp){true, {INT64_C(1736758800123456)}};
    session.row.status = A42_SESSION_STATUS_COMPLETED;
    assert_done(ait42_session_create(s->db, s->folder, &session, &s->err));
    assert_string_equal(store_get(s, "SELECT created_at FROM sessions"),
                        "2025-01-13T08:00:00.000Z");
    assert_string_equal(store_get(s, "SELECT completed_at FROM sessions"),
                        "2025-01-13T09:00:00.123Z");
    assert_string_equal(store_get(s, "SELECT updated_at FROM sessions"),
                        "2025-01-13T09:00:00.123Z");
    assert_int_equal(store_run(s, "UPDATE sessions SET created_at = datetime('now')"), TN_ECHECK);
}

/* What is in the database after something was refused. */
static const char *rows_left(struct store *s)
{
    return store_get(s, "SELECT (SELECT count(*) FROM workspaces) + (SELECT count(*) FROM sessions)"
                        " + (SELECT count(*) FROM instances) + (SELECT count(*) FROM chat_messages)"
                        " + (SELECT count(*) FROM session_runtime_mix)");
}

static void session_is_refused_as_a_whole(void **state)
{
    struct store *s = *state;
    struct a42_instance_add_args twins[2];
    struct ait42_new_session session = store_session("s1", 2);
    memcpy(twins, session.instances, sizeof twins);
    twins[1].instance_id = 0; /* the number is taken, by the line before */
    session.instances = twins;
    assert_kind(ait42_session_create(s->db, s->folder, &session, &s->err), AIT42_VALIDATION);
    assert_contains(s->err.text, "item 1");
    assert_string_equal(rows_left(s), "0");

    const tn_text twice[] = {T("claude"), T("claude")};
    session = store_session("s1", 2);
    session.runtimes = twice;
    assert_kind(ait42_session_create(s->db, s->folder, &session, &s->err), AIT42_VALIDATION);
    assert_string_equal(rows_left(s), "0");

    const struct a42_message_add_args empty = {
        .id = {T("m1")}, .role = A42_MESSAGE_ROLE_USER, .content = T("")};
    session = store_session("s1", 2);
    session.messages = &empty;
    session.message_count = 1;
    assert_kind(ait42_session_create(s->db, s->folder, &session, &s->err), AIT42_VALIDATION);
    assert_string_equal(s->err.cause.constraint, "content_not_empty");
    assert_string_equal(rows_left(s), "0");

    session = store_session("s1", 2);
    session.row.winner_id = tn_some_int(2);
    assert_kind(ait42_session_create(s->db, s->folder, &session, &s->err),
                AIT42_INSTANCE_NOT_FOUND);
    assert_int_equal(s->err.instance_id, 2);
    assert_string_equal(rows_left(s), "0");
}

static void session_may_begin_with_its_winner(void **state)
{
    struct store *s = *state;
    struct ait42_new_session session = store_session("s1", 2);
    session.row.winner_id = tn_some_int(1);
    assert_done(ait42_session_create(s->db, s->folder, &session, &s->err));
    assert_string_equal(store_get(s, "SELECT winner_id FROM sessions"), "1");
}

static void update_changes_what_is_given_and_the_time(void **state)
{
    struct store *s = *state;
    struct ait42_session got;
    store_add(s, "s1", 1);
    store_do(s, "UPDATE sessions SET updated_at = '2025-01-01T00:00:00.000Z', model = 'opus'");
    const struct a42_session_update_args change = {
        .id = ID("s1"), .task = T("Another task"), .timeout_seconds = {true, 60}};
    assert_done(ait42_session_update(s->db, &change, &s->err));
    assert_done(ait42_session_get(&got, s->db, ID("s1"), &s->arena, &s->err));
    assert_text(got.row.task, "Another task");
    assert_text(got.row.model, "opus");
    assert_int_equal(got.row.timeout_seconds.value, 60);
    assert_true(got.row.updated_at.us > INT64_C(1740000000000000));
}

static void session_fails_and_runs_again(void **state)
{
    struct store *s = *state;
    struct ait42_session got;
    store_add(s, "s1", 1);
    assert_done(ait42_session_set_status(s->db, ID("s1"), A42_SESSION_STATUS_FAILED, &s->err));
    assert_done(ait42_session_get(&got, s->db, ID("s1"), &s->arena, &s->err));
    assert_int_equal(got.row.status, A42_SESSION_STATUS_FAILED);
    assert_true(got.row.completed_at.has);
    assert_done(ait42_session_set_status(s->db, ID("s1"), A42_SESSION_STATUS_RUNNING, &s->err));
    assert_done(ait42_session_get(&got, s->db, ID("s1"), &s->arena, &s->err));
    assert_false(got.row.completed_at.has);
}

static void completion_notes_winner_duration_and_sums(void **state)
{
    struct store *s = *state;
    struct ait42_session got;
    store_add(s, "s1", 3);
    store_do(s, "UPDATE instances SET files_changed = 2 + instance_id, lines_added = 10"
                " WHERE instance_id < 2");
    store_do(
        s,
        "UPDATE sessions SET created_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-100 seconds')");
    assert_done(ait42_session_complete(s->db, ID("s1"), tn_some_int(1), &s->err));
    assert_done(ait42_session_get(&got, s->db, ID("s1"), &s->arena, &s->err));
    assert_int_equal(got.row.status, A42_SESSION_STATUS_COMPLETED);
    assert_int_equal(got.row.winner_id.value, 1);
    assert_true(got.row.total_duration.value >= 100);
    assert_int_equal(got.row.total_files_changed.value, 5);
    assert_int_equal(got.row.total_lines_added.value, 20);
    assert_false(got.row.total_lines_deleted.has); /* nobody has said */
}

static void session_that_is_completed_stays_so(void **state)
{
    struct store *s = *state;
    store_add(s, "s1", 2);
    assert_done(ait42_session_set_status(s->db, ID("s1"), A42_SESSION_STATUS_COMPLETED, &s->err));
    assert_kind(ait42_session_complete(s->db, ID("s1"), (tn_opt_int){0}, &s->err),
                AIT42_VALIDATION);
    assert_kind(ait42_session_set_status(s->db, ID("s1"), A42_SESSION_STATUS_RUNNING, &s->err),
                AIT42_VALIDATION);
    assert_contains(s->err.text, "is completed");
    assert_done(ait42_session_set_winner(s->db, ID("s1"), tn_some_int(0), &s->err));
    assert_done(ait42_session_set_winner(s->db, ID("s1"), (tn_opt_int){0}, &s->err));
    assert_string_equal(store_get(s, "SELECT winner_id FROM sessions"), "NULL");
}

static void deletion_takes_all_that_hangs_on_it(void **state)
{
    struct store *s = *state;
    const struct a42_message_add_args message = {.id = {T("m1")},
                                                 .role = A42_MESSAGE_ROLE_ASSISTANT,
                                                 .content = T("x"),
                                                 .instance_id = {true, 1}};
    struct ait42_new_session session = store_session("s1", 2);
    session.row.winner_id = tn_some_int(1);
    session.messages = &message;
    session.message_count = 1;
    assert_done(ait42_session_create(s->db, s->folder, &session, &s->err));
    store_add(s, "s2", 1);
    assert_done(ait42_session_delete(s->db, ID("s1"), &s->err));
    assert_string_equal(rows_left(s), "4"); /* the workspace, s2, its instance and its mix */
    assert_done(ait42_workspace_delete(s->db, s->folder, &s->err));
    assert_string_equal(rows_left(s), "0");
}

static void deletion_of_several_is_all_or_nothing(void **state)
{
    struct store *s = *state;
    const struct a42_session_id ids[] = {ID("s1"), ID("s3"), ID("s1"), ID("gone")};
    store_add(s, "s1", 1);
    store_add(s, "s2", 1);
    store_add(s, "s3", 2);
    assert_kind(ait42_session_delete_all(s->db, (struct a42_session_id_list){ids, 4}, &s->err),
                AIT42_SESSION_NOT_FOUND);
    assert_string_equal(s->err.session_id, "gone");
    assert_string_equal(store_get(s, "SELECT count(*) FROM sessions"), "3");
    assert_done(ait42_session_delete_all(s->db, (struct a42_session_id_list){ids, 3}, &s->err));
    assert_string_equal(store_get(s, "SELECT group_concat(id) FROM sessions"), "s2");
    assert_string_equal(store_get(s, "SELECT count(*) FROM instances"), "1");
    assert_done(ait42_session_delete_all(s->db, (struct a42_session_id_list){NULL, 0}, &s->err));
    assert_string_equal(store_get(s, "SELECT count(*) FROM sessions"), "1");
}

static void list_of_several_states_has_the_silent_longest_first(void **state)
{
    struct store *s = *state;
    struct a42_session_summary_rows rows;
    static const enum a42_session_status waiting[] = {A42_SESSION_STATUS_PAUSED,
                                                      A42_SESSION_STATUS_RUNNING};
    static const enum a42_session_status wrong[] = {A42_SESSION_STATUS_PAUSED,
                                                    (enum a42_session_status)9};
    const struct a42_session_status_list both = {waiting, 2}, none = {NULL, 0}, bad = {wrong, 2};
    for (int i = 1; i <= 4; i++) {
        char id[8];
        snprintf(id, sizeof id, "s%d", i);
        store_add(s, id, 1);
    }
    store_do(s, "UPDATE sessions SET updated_at = '2025-01-0' || (5 - substr(id, 2))"
                " || 'T00:00:00.000Z', status = CASE id WHEN 's1' THEN 'paused'"
                " WHEN 's2' THEN 'failed' ELSE status END");
    assert_int_equal(
        a42_session_list_by_status_all(&rows, s->db, both, 9, &s->arena, &s->err.cause), TN_OK);
    assert_int_equal(rows.count, 3);
    assert_text(rows.items[0].id.value, "s4");
    assert_text(rows.items[1].id.value, "s3");
    assert_text(rows.items[2].id.value, "s1");
    assert_int_equal(
        a42_session_list_by_status_all(&rows, s->db, none, 9, &s->arena, &s->err.cause), TN_OK);
    assert_int_equal(rows.count, 0);
    assert_int_equal(a42_session_list_by_status_all(&rows, s->db, bad, 9, &s->arena, &s->err.cause),
                     TN_EINVAL);
}

static void view_counts_each_thing_once(void **state)
{
    struct store *s = *state;
    struct a42_session_summary summary;
    const struct a42_message_add_args messages[] = {
        {.id = {T("m1")}, .role = A42_MESSAGE_ROLE_USER, .content = T("a")},
        {.id = {T("m2")}, .role = A42_MESSAGE_ROLE_USER, .content = T("b")},
        {.id = {T("m3")}, .role = A42_MESSAGE_ROLE_SYSTEM, .content = T("c")},
    };
    struct ait42_new_session session = store_session("s1", 4);
    session.messages = messages;
    session.message_count = 3;
    assert_done(ait42_session_create(s->db, s->folder, &session, &s->err));
    store_add(s, "s2", 0);
    assert_done(ait42_session_summary(&summary, s->db, ID("s1"), &s->arena, &s->err));
    assert_int_equal(summary.instance_count, 4);
    assert_int_equal(summary.message_count, 3);
    assert_text(summary.runtime_mix, "claude,codex,gemini,local");
    assert_text(summary.workspace_path, s->folder);
    assert_done(ait42_session_summary(&summary, s->db, ID("s2"), &s->arena, &s->err));
    assert_int_equal(summary.instance_count, 0);
    assert_int_equal(summary.message_count, 0);
    assert_null(summary.runtime_mix.data);
}

static void list_is_of_one_workspace_the_newest_first(void **state)
{
    struct store *s = *state;
    struct a42_session_summary_rows rows;
    struct ait42_new_session elsewhere = store_session("s0", 1);
    assert_done(ait42_session_create(s->db, "/", &elsewhere, &s->err));
    for (int i = 1; i <= 3; i++) {
        char id[8];
        snprintf(id, sizeof id, "s%d", i);
        struct ait42_new_session session = store_session(id, 1);
        session.row.created_at = (tn_opt_timestamp){true, {i * INT64_C(1000000)}};
        assert_done(ait42_session_create(s->db, s->folder, &session, &s->err));
    }
    assert_done(ait42_session_list(&rows, s->db, s->folder, 2, &s->arena, &s->err));
    assert_int_equal(rows.count, 2);
    assert_text(rows.items[0].id.value, "s3");
    assert_text(rows.items[1].id.value, "s2");
}

struct pair {
    const char *folder;
    int runs;
};

static enum ait42_error_kind create_two(tn_db *tx, void *user, struct ait42_error *err)
{
    struct pair *pair = user;
    struct ait42_new_session session = store_session("s1", 2);
    pair->runs++;
    enum ait42_error_kind kind = ait42_session_create(tx, pair->folder, &session, err);
    if (kind != AIT42_NO_ERROR)
        return kind;
    session = store_session("s2", 2);
    session.row.task = T(""); /* refused */
    return ait42_session_create(tx, pair->folder, &session, err);
}

static void transaction_over_the_layer_is_all_or_nothing(void **state)
{
    struct store *s = *state;
    struct pair pair = {s->folder, 0};
    assert_kind(ait42_transact(s->db, TN_WRITE, create_two, &pair, &s->err), AIT42_VALIDATION);
    assert_int_equal(pair.runs, 1);
    assert_string_equal(rows_left(s), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(session_comes_back_as_it_was_written),
        STORE_TEST(session_without_instances_is_one_too),
        STORE_TEST(times_that_are_given_are_kept_in_one_form),
        STORE_TEST(session_is_refused_as_a_whole),
        STORE_TEST(session_may_begin_with_its_winner),
        STORE_TEST(update_changes_what_is_given_and_the_time),
        STORE_TEST(session_fails_and_runs_again),
        STORE_TEST(completion_notes_winner_duration_and_sums),
        STORE_TEST(session_that_is_completed_stays_so),
        STORE_TEST(deletion_takes_all_that_hangs_on_it),
        STORE_TEST(deletion_of_several_is_all_or_nothing),
        STORE_TEST(list_of_several_states_has_the_silent_longest_first),
        STORE_TEST(view_counts_each_thing_once),
        STORE_TEST(list_is_of_one_workspace_the_newest_first),
        STORE_TEST(transaction_over_the_layer_is_all_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
