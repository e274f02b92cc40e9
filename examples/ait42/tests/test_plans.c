/* SPDX-License-Identifier: MIT */
#include "instances.tenon.h"
#include "load.h"
#include "messages.tenon.h"
#include "search.tenon.h"
#include "sessions.tenon.h"
#include "store.tenon.h"
#include "support.h"
#include "workspaces.tenon.h"

/* Every index of the schema has a query that uses it, by the engine's own word. */

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

static const char *plan_of(struct store *s, const struct tn_gen_query *query)
{
    static const char explain[] = "EXPLAIN QUERY PLAN ";
    size_t size = sizeof explain + query->sql_size;
    char *sql = tn_arena_alloc(&s->arena, size);
    char *plan = tn_arena_alloc(&s->arena, 4000);
    tn_stmt *stmt;
    int rc;
    assert_non_null(sql);
    assert_non_null(plan);
    snprintf(sql, size, "%s%s", explain, query->sql);
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
    {"session_list", "USING INDEX idx_sessions_workspace (workspace_id=?)"},
    {"session_list_by_status", "USING INDEX idx_sessions_status (status=?)"},
    {"session_counts", "USING COVERING INDEX idx_sessions_type"},
    {"session_recent", "USING INDEX idx_sessions_created_at"},
    {"session_changed", "USING INDEX idx_sessions_updated_at (updated_at>?)"},
    {"runtime_list", "USING COVERING INDEX sqlite_autoindex_session_runtime_mix_1 (session_id=?)"},
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
        const char *plan = plan_of(s, find(expected[i].query));
        if (!strstr(plan, expected[i].node))
            fail_msg("%s: no '%s' in:\n%s", expected[i].query, expected[i].node, plan);
    }
}

/* Lists of sessions, instances and messages come out of their index in order, and stop at their
 * limit. The one sort in them is that of a session's own mix, a few words. */
static void list_is_not_sorted(void **state)
{
    static const char *const lists[] = {
        "session_list",    "session_list_by_status", "session_recent",
        "session_changed", "session_counts",         "instance_list_by_status",
        "message_recent",  "message_list",           "instance_list"};
    struct store *s = *state;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        const char *plan = plan_of(s, find(lists[i]));
        const char *mix = strstr(plan, "CO-ROUTINE mix"); /* the last part of the view's plan */
        const char *sort = strstr(plan, "TEMP B-TREE");
        if (sort && (!mix || sort < mix))
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
    assert_int_equal(rows.row_count, 9);
    for (size_t row = 0; row < rows.row_count; row++) {
        const char *index = tn_rows_at(&rows, row, 0)->as.text.data;
        bool is_used = false;
        for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
            is_used = is_used || strstr(expected[i].node, index);
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
        const struct tn_gen_query query = {.sql = sql, .sql_size = (uint32_t)strlen(sql)};
        assert_contains(plan_of(s, &query), "(session_id=?)");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(query_uses_the_index_made_for_it),
        STORE_TEST(list_is_not_sorted),
        STORE_TEST(index_of_the_schema_each_has_its_query),
        STORE_TEST(delete_of_a_session_looks_nothing_up_by_a_scan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
