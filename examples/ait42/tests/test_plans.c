/* SPDX-License-Identifier: MIT */
#include "instances.tenon.h"
#include "load.h"
#include "messages.tenon.h"
#include "search.h"
#include "sessions.tenon.h"
#include "store.tenon.h"
#include "support.h"
#include "workspaces.tenon.h"

/* Every index of the schema has a query that uses it, and every filter of the search an index, by
 * the engine's own word. */

enum {
    TEXT_MAX = 4000
};

static const struct tn_gen_query *const *const files[] = {
    a42_workspaces_queries, a42_sessions_queries, a42_search_queries,
    a42_instances_queries,  a42_messages_queries, a42_store_queries,
};

static const struct tn_gen_query *find(const char *name)
{
    for (size_t f = 0; f < sizeof files / sizeof files[0]; f++) {
        for (const struct tn_gen_query *const *query = files[f]; *query; query++) {
            if (strcmp((*query)->name, name) == 0)
                return *query;
        }
    }
    fail_msg("no query '%s'", name);
    return NULL;
}

static const char *plan_of(struct store *s, const char *text)
{
    static const char explain[] = "EXPLAIN QUERY PLAN ";
    size_t size = sizeof explain + strlen(text);
    char *sql = tn_arena_alloc(&s->arena, size);
    char *plan = tn_arena_alloc(&s->arena, 4000);
    tn_stmt *stmt;
    int rc;
    assert_non_null(sql);
    assert_non_null(plan);
    snprintf(sql, size, "%s%s", explain, text);
    plan[0] = '\0';
    assert_int_equal(tn_stmt_open(&stmt, s->db, sql, &s->err.cause), TN_OK);
    while ((rc = tn_stmt_step(stmt, &s->err.cause)) == TN_ROW) {
        strncat(plan, tn_stmt_column(stmt, 3).as.text.data, 3000 - strlen(plan));
        strcat(plan, "\n");
    }
    assert_int_equal(rc, TN_DONE);
    tn_stmt_close(stmt);
    return plan;
}

static const struct {
    const char *query;
    const char *node;
} expected[] = {
    {"workspace_find", "USING INDEX sqlite_autoindex_workspaces_2 (workspace_hash=?)"},
    {"session_find", "USING INDEX sqlite_autoindex_sessions_1 (id=?)"},
    {"session_find", "USING INDEX sqlite_autoindex_instances_1 (session_id=?)"},
    {"session_delete", "USING COVERING INDEX sqlite_autoindex_sessions_1 (id=?)"},
    {"session_list", "USING INDEX idx_sessions_workspace (workspace_id=?)"},
    {"session_list_by_status", "USING INDEX idx_sessions_status (status=?)"},
    {"session_counts", "USING COVERING INDEX idx_sessions_type"},
    {"session_recent", "USING INDEX idx_sessions_created_at"},
    {"session_changed", "USING INDEX idx_sessions_updated_at (updated_at>?)"},
    {"runtime_list", "USING INDEX idx_runtime_mix_session (session_id=?)"},
    {"instance_list", "USING INDEX sqlite_autoindex_instances_1 (session_id=?)"},
    {"instance_find", "USING INDEX sqlite_autoindex_instances_1 (session_id=? AND instance_id=?)"},
    {"instance_list_by_status", "USING INDEX idx_instances_status (status=?)"},
    {"message_list", "USING INDEX idx_chat_messages_session (session_id=?)"},
    {"message_recent", "USING INDEX idx_chat_messages_timestamp"},
    {"message_counts", "USING COVERING INDEX idx_chat_messages_role"},
};

static void query_uses_the_index_made_for_it(void **state)
{
    struct store *s = *state;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const char *plan = plan_of(s, find(expected[i].query)->sql);
        if (!strstr(plan, expected[i].node))
            fail_msg("%s: no '%s' in:\n%s", expected[i].query, expected[i].node, plan);
    }
}

/* Keeps the text of the search that runs: parts that are left out are not in it. */
static void note_search(const tn_trace_event *event, void *user)
{
    if (event->query && strcmp(event->query, "session_search") == 0)
        snprintf(user, TEXT_MAX, "%s", event->sql);
}

static const char *plan_of_search(struct store *s, const struct a42_session_search_args *by)
{
    char text[TEXT_MAX] = "";
    struct a42_session_summary_rows rows;
    const struct ait42_search search = {.by = *by};
    assert_int_equal(tn_db_set_trace(s->db, note_search, text, &s->err.cause), TN_OK);
    assert_done(ait42_session_search(&rows, s->db, &search, &s->arena, &s->err));
    assert_int_equal(tn_db_set_trace(s->db, NULL, NULL, &s->err.cause), TN_OK);
    return plan_of(s, text);
}

static const struct {
    struct a42_session_search_args by;
    const char *node;
} searches[] = {
    {{.limit = 9}, "SCAN s USING INDEX idx_sessions_created_at"},
    {{.workspace_id = {true, {1}}}, "USING INDEX idx_sessions_workspace (workspace_id=?)"},
    {{.type = {true, A42_SESSION_TYPE_DEBATE}}, "USING INDEX idx_sessions_type (type=?)"},
    {{.status = {true, A42_SESSION_STATUS_PAUSED}}, "USING INDEX idx_sessions_status (status=?)"},
    {{.type = {true, A42_SESSION_TYPE_DEBATE}, .status = {true, A42_SESSION_STATUS_PAUSED}},
     "USING INDEX idx_sessions_type (type=? AND status=?)"},
    {{.model = {"opus", 4}}, "USING INDEX idx_sessions_model (model=?)"},
    {{.since = {true, {1}}}, "USING INDEX idx_sessions_created_at (created_at>?)"},
    {{.until = {true, {1}}}, "USING INDEX idx_sessions_created_at (created_at<?)"},
    {{.since = {true, {1}}, .until = {true, {2}}},
     "USING INDEX idx_sessions_created_at (created_at>? AND created_at<?)"},
    {{.workspace_id = {true, {1}}, .since = {true, {1}}},
     "USING INDEX idx_sessions_workspace (workspace_id=? AND created_at>?)"},
    {{.model = {"opus", 4}, .until = {true, {2}}},
     "USING INDEX idx_sessions_model (model=? AND created_at<?)"},
    {{.text = {"x", 1}}, "SCAN s USING INDEX idx_sessions_created_at"}, /* until there are enough */
    {{.sort = A42_SESSION_SEARCH_SORT_OLDEST}, "SCAN s USING INDEX idx_sessions_created_at"},
    {{.sort = A42_SESSION_SEARCH_SORT_UPDATED}, "SCAN s USING INDEX idx_sessions_updated_at"},
    {{.status = {true, A42_SESSION_STATUS_PAUSED}, .sort = A42_SESSION_SEARCH_SORT_UPDATED},
     "USING INDEX idx_sessions_status (status=?)"},
};

static void search_by_each_filter_uses_the_index_for_it(void **state)
{
    struct store *s = *state;
    for (size_t i = 0; i < sizeof searches / sizeof searches[0]; i++) {
        const char *plan = plan_of_search(s, &searches[i].by);
        if (!strstr(plan, searches[i].node))
            fail_msg("search %zu: no '%s' in:\n%s", i, searches[i].node, plan);
    }
}

/* Lists of sessions, instances and messages come out of their index in order, and stop at their
 * limit; but what is in any of several states is sorted. */
static void list_is_not_sorted(void **state)
{
    static const char *const lists[] = {"session_list",   "session_recent", "session_changed",
                                        "session_counts", "session_find",   "session_summary_find",
                                        "message_recent", "message_list",   "message_counts",
                                        "instance_list",  "runtime_list"};
    struct store *s = *state;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        const char *plan = plan_of(s, find(lists[i])->sql);
        if (strstr(plan, "TEMP B-TREE"))
            fail_msg("%s:\n%s", lists[i], plan);
    }
}

static void index_of_the_schema_each_has_its_query(void **state)
{
    struct store *s = *state;
    tn_rows rows;
    assert_int_equal(
        tn_query(&rows, s->db,
                 "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL", NULL, 0,
                 &s->arena, &s->err.cause),
        TN_OK);
    assert_int_equal(rows.row_count, 11);
    for (size_t row = 0; row < rows.row_count; row++) {
        const char *index = tn_rows_at(&rows, row, 0)->as.text.data;
        bool is_used = false;
        for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
            is_used = is_used || strstr(expected[i].node, index);
        for (size_t i = 0; i < sizeof searches / sizeof searches[0]; i++)
            is_used = is_used || strstr(searches[i].node, index);
        if (!is_used)
            fail_msg("no query is said to use '%s'", index);
    }
}

static void delete_of_a_session_looks_nothing_up_by_a_scan(void **state)
{
    /* What a cascade looks for: each child table, by session_id. */
    static const char *const children[] = {"instances", "session_runtime_mix", "chat_messages"};
    struct store *s = *state;
    for (size_t i = 0; i < 3; i++) {
        char sql[96];
        snprintf(sql, sizeof sql, "SELECT 1 FROM %s WHERE session_id = ?1", children[i]);
        assert_contains(plan_of(s, sql), "(session_id=?)");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(query_uses_the_index_made_for_it),
        STORE_TEST(search_by_each_filter_uses_the_index_for_it),
        STORE_TEST(list_is_not_sorted),
        STORE_TEST(index_of_the_schema_each_has_its_query),
        STORE_TEST(delete_of_a_session_looks_nothing_up_by_a_scan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
