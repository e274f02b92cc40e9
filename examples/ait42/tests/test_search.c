/* SPDX-License-Identifier: MIT */
#include "search.h"
#include "support.h"

/* Searching: each filter alone, several together, in every order. */

static const struct {
    const char *id;
    enum a42_session_type type;
    enum a42_session_status status;
    const char *model;
    const char *task;
    int64_t created_s;
} sessions[] = {
    {"s1", A42_SESSION_TYPE_COMPETITION, A42_SESSION_STATUS_RUNNING, "opus", "Fix the Login", 1000},
    {"s2", A42_SESSION_TYPE_DEBATE, A42_SESSION_STATUS_RUNNING, "opus", "Show 100% of it", 2000},
    {"s3", A42_SESSION_TYPE_COMPETITION, A42_SESSION_STATUS_FAILED, "pro", "a_b and aXb", 3000},
    {"s4", A42_SESSION_TYPE_ENSEMBLE, A42_SESSION_STATUS_PAUSED, NULL, "aXb alone", 4000},
    {"s5", A42_SESSION_TYPE_COMPETITION, A42_SESSION_STATUS_RUNNING, NULL, "login again \\ now",
     5000},
};

static tn_opt_timestamp at(int64_t seconds)
{
    return (tn_opt_timestamp){true, {seconds * INT64_C(1000000)}};
}

static int setup(void **state)
{
    if (store_setup(state) != 0)
        return -1;
    struct store *s = *state;
    for (size_t i = 0; i < sizeof sessions / sizeof sessions[0]; i++) {
        struct ait42_new_session session = store_session(sessions[i].id, i);
        session.row.type = sessions[i].type;
        session.row.status = sessions[i].status;
        session.row.model = T(sessions[i].model);
        session.row.task = T(sessions[i].task);
        session.row.created_at = at(sessions[i].created_s);
        assert_done(ait42_session_create(s->db, i == 4 ? "/" : s->folder, &session, &s->err));
    }
    return 0;
}

/* The ids that are found, in order, with a blank between them. */
static const char *found(struct store *s, struct ait42_search search)
{
    struct a42_session_summary_rows rows;
    assert_done(ait42_session_search(&rows, s->db, &search, &s->arena, &s->err));
    char *ids = tn_arena_alloc(&s->arena, 64);
    assert_non_null(ids);
    ids[0] = '\0';
    for (size_t i = 0; i < rows.count; i++) {
        strcat(ids, i > 0 ? " " : "");
        strcat(ids, rows.items[i].id.value.data);
    }
    return ids;
}

#define FOUND(wanted, ...) assert_string_equal(found(s, (struct ait42_search){__VA_ARGS__}), wanted)

static void search_without_filters_finds_all_the_newest_first(void **state)
{
    struct store *s = *state;
    FOUND("s5 s4 s3 s2 s1", .workspace = NULL);
}

static void search_by_each_filter_alone(void **state)
{
    struct store *s = *state;
    FOUND("s4 s3 s2 s1", .workspace = s->folder);
    FOUND("s5", .workspace = "/");
    FOUND("s5 s3 s1", .by.type = {true, A42_SESSION_TYPE_COMPETITION});
    FOUND("s5 s2 s1", .by.status = {true, A42_SESSION_STATUS_RUNNING});
    FOUND("s2 s1", .by.model = T("opus"));
    FOUND("s5 s1", .by.text = T("LOGIN"));
    FOUND("s5 s4 s3", .by.since = at(3000)); /* that moment is in */
    FOUND("s2 s1", .by.until = at(3000));    /* and here it is not */
    FOUND("s5 s4", .by.limit = 2);
}

static void search_by_several_filters_wants_them_all(void **state)
{
    struct store *s = *state;
    FOUND("s1", .workspace = s->folder, .by.type = {true, A42_SESSION_TYPE_COMPETITION},
          .by.status = {true, A42_SESSION_STATUS_RUNNING}, .by.model = T("opus"),
          .by.text = T("login"), .by.since = at(0), .by.until = at(9000));
    FOUND("", .by.type = {true, A42_SESSION_TYPE_DEBATE},
          .by.status = {true, A42_SESSION_STATUS_FAILED});
    FOUND("s3 s2", .by.since = at(2000), .by.until = at(4000));
}

static void text_is_looked_for_as_it_stands(void **state)
{
    struct store *s = *state;
    FOUND("s2", .by.text = T("100%"));
    FOUND("s2", .by.text = T("%"));
    FOUND("s3", .by.text = T("a_b"));
    FOUND("s4 s3", .by.text = T("aXb"));
    FOUND("s5", .by.text = T("\\"));
    FOUND("", .by.text = T("' OR 1 = 1 --"));
    FOUND("s5 s4 s3 s2 s1", .by.text = T(""));
}

static void moments_without_a_fraction_are_compared_in_order(void **state)
{
    struct store *s = *state;
    store_do(s, "UPDATE sessions SET created_at = '1970-01-01T01:00:00.500Z' WHERE id = 's1'");
    FOUND("s5 s4 s1", .by.since = at(3600));
    FOUND("s3 s2", .by.until = at(3600));
}

static void search_in_every_order(void **state)
{
    struct store *s = *state;
    store_do(s, "UPDATE sessions SET updated_at = '2030-01-01T00:00:00.000Z' WHERE id = 's2'");
    FOUND("s5 s4 s3 s2 s1", .by.sort = A42_SESSION_SEARCH_SORT_NEWEST);
    FOUND("s1 s2 s3 s4 s5", .by.sort = A42_SESSION_SEARCH_SORT_OLDEST);
    FOUND("s2 s5 s4 s3 s1", .by.sort = A42_SESSION_SEARCH_SORT_UPDATED);
    FOUND("s1 s2 s4 s3 s5", .by.sort = A42_SESSION_SEARCH_SORT_TASK);
    FOUND("s1", .by.sort = A42_SESSION_SEARCH_SORT_OLDEST, .by.limit = 1);
}

static void sort_orders_have_their_words(void **state)
{
    static const char *const words[] = {"newest", "oldest", "updated", "task"};
    enum a42_session_search_sort sort = A42_SESSION_SEARCH_SORT_NEWEST;
    (void)state;
    for (int i = 0; i < 4; i++) {
        assert_true(a42_session_search_sort_parse(&sort, T(words[i])));
        assert_int_equal((int)sort, i);
        assert_text(a42_session_search_sort_text(sort), words[i]);
    }
    assert_false(a42_session_search_sort_parse(&sort, T("latest")));
    assert_false(a42_session_search_sort_parse(&sort, T(NULL)));
    assert_int_equal(sort, A42_SESSION_SEARCH_SORT_TASK); /* as it was */
    assert_null(a42_session_search_sort_text((enum a42_session_search_sort)4).data);
}

#define SEARCH_TEST(name) cmocka_unit_test_setup_teardown(name, setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEARCH_TEST(search_without_filters_finds_all_the_newest_first),
        SEARCH_TEST(search_by_each_filter_alone),
        SEARCH_TEST(search_by_several_filters_wants_them_all),
        SEARCH_TEST(text_is_looked_for_as_it_stands),
        SEARCH_TEST(moments_without_a_fraction_are_compared_in_order),
        SEARCH_TEST(search_in_every_order),
        cmocka_unit_test(sort_orders_have_their_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
