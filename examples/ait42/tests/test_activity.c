/* SPDX-License-Identifier: MIT */
#include "activity.h"
#include "support.h"

/* What happens in a session: instances change, things are said, and its time moves. */

static void stop_the_clock(struct store *s)
{
    store_do(s, "UPDATE sessions SET updated_at = '2025-01-01T00:00:00.000Z'");
}

static bool has_moved(struct store *s)
{
    return strcmp(store_get(s, "SELECT updated_at FROM sessions WHERE id = 's1'"),
                  "2025-01-01T00:00:00.000Z") != 0;
}

static void instance_changes_what_is_given(void **state)
{
    struct store *s = *state;
    struct a42_instance instance;
    store_add(s, "s1", 2);
    stop_the_clock(s);
    struct a42_instance_update_args change = {.session_id = ID("s1"),
                                              .instance_id = 1,
                                              .output = T("line 1\nline 2"),
                                              .start_time = {true, {INT64_C(1736755200000000)}}};
    assert_done(ait42_instance_update(s->db, &change, &s->err));
    assert_true(has_moved(s));
    change = (struct a42_instance_update_args){.session_id = ID("s1"),
                                               .instance_id = 1,
                                               .status = T("completed"),
                                               .files_changed = {true, 3},
                                               .lines_added = {true, 40}};
    assert_done(ait42_instance_update(s->db, &change, &s->err));
    assert_done(ait42_instance_get(&instance, s->db, ID("s1"), 1, &s->arena, &s->err));
    assert_text(instance.status, "completed");
    assert_text(instance.output, "line 1\nline 2");
    assert_int_equal(instance.start_time.value.us, INT64_C(1736755200000000));
    assert_false(instance.end_time.has);
    assert_int_equal(instance.files_changed.value, 3);
    assert_false(instance.lines_deleted.has);
    assert_done(ait42_instance_get(&instance, s->db, ID("s1"), 0, &s->arena, &s->err));
    assert_text(instance.status, "running");
}

static void instances_are_listed_by_number_or_by_status(void **state)
{
    struct store *s = *state;
    struct a42_instance_rows rows;
    const tn_text states[] = {T("running"), T("failed")};
    store_add(s, "s1", 3);
    store_add(s, "s2", 1);
    store_do(s,
             "UPDATE instances SET status = 'failed' WHERE session_id = 's1' AND instance_id = 1");
    assert_done(ait42_instance_list(&rows, s->db, ID("s1"), &s->arena, &s->err));
    assert_int_equal(rows.count, 3);
    assert_int_equal(rows.items[2].instance_id, 2);
    assert_int_equal(a42_instance_list_by_status_all(&rows, s->db, (tn_text_list){states, 1}, 9,
                                                     &s->arena, &s->err.cause),
                     TN_OK);
    assert_int_equal(rows.count, 3);
    assert_int_equal(a42_instance_list_by_status_all(&rows, s->db, (tn_text_list){states, 2}, 9,
                                                     &s->arena, &s->err.cause),
                     TN_OK);
    assert_int_equal(rows.count, 4);
}

static void message_is_added_edited_and_listed_in_order(void **state)
{
    struct store *s = *state;
    struct a42_message_rows rows;
    store_add(s, "s1", 2);
    stop_the_clock(s);
    struct a42_message_add_args message = {.id = {T("m1")},
                                           .session_id = ID("s1"),
                                           .role = A42_MESSAGE_ROLE_USER,
                                           .content = T("second"),
                                           .timestamp = {true, {INT64_C(2000000)}}};
    assert_done(ait42_message_add(s->db, &message, &s->err));
    assert_true(has_moved(s));
    message.id = (struct a42_message_id){T("m2")};
    message.content = T("first");
    message.timestamp.value.us = INT64_C(1500000);
    message.instance_id = tn_some_int(1);
    assert_done(ait42_message_add(s->db, &message, &s->err));
    stop_the_clock(s);
    assert_done(
        ait42_message_edit(s->db, (struct a42_message_id){T("m2")}, T("the first"), &s->err));
    assert_true(has_moved(s));
    assert_done(ait42_message_list(&rows, s->db, ID("s1"), &s->arena, &s->err));
    assert_int_equal(rows.count, 2);
    assert_text(rows.items[0].content, "the first");
    assert_int_equal(rows.items[0].instance_id.value, 1);
    assert_text(rows.items[1].content, "second");
    assert_kind(ait42_message_edit(s->db, (struct a42_message_id){T("m2")}, T(""), &s->err),
                AIT42_VALIDATION);
}

static void message_that_is_refused_does_not_move_the_time(void **state)
{
    struct store *s = *state;
    store_add(s, "s1", 1);
    stop_the_clock(s);
    struct a42_message_add_args message = {
        .id = {T("m1")}, .session_id = ID("s1"), .role = A42_MESSAGE_ROLE_USER, .content = T("")};
    assert_kind(ait42_message_add(s->db, &message, &s->err), AIT42_VALIDATION);
    assert_string_equal(s->err.cause.constraint, "content_not_empty");
    message.content = T("x");
    message.role = (enum a42_message_role)0;
    assert_kind(ait42_message_add(s->db, &message, &s->err), AIT42_VALIDATION);
    assert_false(has_moved(s));
}

static void instance_that_has_won_or_spoken_stays(void **state)
{
    struct store *s = *state;
    const struct a42_message_add_args message = {.id = {T("m1")},
                                                 .session_id = ID("s1"),
                                                 .role = A42_MESSAGE_ROLE_ASSISTANT,
                                                 .content = T("x"),
                                                 .instance_id = {true, 0}};
    store_add(s, "s1", 3);
    assert_done(ait42_message_add(s->db, &message, &s->err));
    assert_done(ait42_session_set_winner(s->db, ID("s1"), tn_some_int(1), &s->err));
    assert_int_equal(store_run(s, "DELETE FROM instances WHERE instance_id = 0"), TN_EFOREIGNKEY);
    assert_int_equal(store_run(s, "DELETE FROM instances WHERE instance_id = 1"), TN_EFOREIGNKEY);
    store_do(s, "DELETE FROM instances WHERE instance_id = 2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(instance_changes_what_is_given),
        STORE_TEST(instances_are_listed_by_number_or_by_status),
        STORE_TEST(message_is_added_edited_and_listed_in_order),
        STORE_TEST(message_that_is_refused_does_not_move_the_time),
        STORE_TEST(instance_that_has_won_or_spoken_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
