/* SPDX-License-Identifier: MIT */
#include "email_verifications.tenon.h"
#include "refresh_tokens.tenon.h"
#include "support.h"
#include "users.tenon.h"

/* Every index of the schema has a query that uses it, by the server's own word: the generic plan, whatever
 * the values. Tables of a few rows are read from one end to the other in any case, so that this is
 * switched off where there is another way. */

static const struct tn_gen_query *const *const files[] = {
    cobalt_users_queries,
    cobalt_refresh_tokens_queries,
    cobalt_email_verifications_queries,
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

/* The highest $n. */
static unsigned count_params(const char *sql)
{
    unsigned most = 0;
    for (const char *at = strchr(sql, '$'); at; at = strchr(at + 1, '$')) {
        unsigned number = (unsigned)strtoul(at + 1, NULL, 10);
        most = number > most ? number : most;
    }
    return most;
}

static const char *plan_of(struct store *s, const char *sql)
{
    static char script[8192];
    unsigned count = count_params(sql);
    int size =
        snprintf(script, sizeof script,
                 "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin "
                 "= off; SET enable_mergejoin = off; SET plan_cache_mode = "
                 "force_generic_plan; PREPARE q AS %s; EXPLAIN (COSTS off) EXECUTE q",
                 sql);
    for (unsigned i = 0; i < count; i++)
        size += snprintf(script + size, sizeof script - (size_t)size, "%sNULL", i ? ", " : " (");
    snprintf(script + size, sizeof script - (size_t)size, "%s", count ? ")" : "");
    return pg_query(s->url, script);
}

static const struct {
    const char *query;
    const char *node;
} expected[] = {
    {"user_find", "Index Scan using users_pkey"},
    {"user_find_by_username", "Index Scan using users_username_key"},
    {"user_list_active", "Index Scan using idx_users_created_at"},
    {"user_search", "Index Scan using idx_users_created_at"},
    {"user_names", "Index Only Scan using users_username_key"},
    {"admin_count_others", "Index Only Scan using idx_users_admins"},
    {"token_find", "Index Scan using idx_refresh_tokens_token_hash"},
    {"token_rotate", "Index Scan using idx_refresh_tokens_token_hash"},
    {"token_rotate", "Index Scan using users_pkey"},
    {"token_list", "Index Scan using idx_refresh_tokens_user_id"},
    {"token_revoke_all", "Index Scan using idx_refresh_tokens_user_id"},
    {"token_revoke_family", "Index Scan using idx_refresh_tokens_family_id"},
    {"verification_confirm", "Index Scan using email_verifications_token_hash_key"},
    {"verification_confirm", "Index Scan using users_pkey"},
    {"verification_withdraw", "Index Scan using idx_email_verifications_user_id"},
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

static void page_of_users_is_not_sorted(void **state)
{
    struct store *s = *state;
    assert_null(strstr(plan_of(s, find("user_search")->sql), "Sort"));
    assert_null(strstr(plan_of(s, find("user_list_active")->sql), "Sort"));
}

static void index_of_the_schema_each_has_its_query(void **state)
{
    struct store *s = *state;
    tn_rows rows;
    assert_done(tn_query(&rows, s->db,
                         "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public' AND "
                         "indexname LIKE 'idx%'",
                         NULL, 0, &s->arena, &s->err));
    assert_int_equal(rows.row_count, 6);
    for (size_t row = 0; row < rows.row_count; row++) {
        const char *index = tn_rows_at(&rows, row, 0)->as.text.data;
        bool is_used = false;
        for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
            is_used = is_used || strstr(expected[i].node, index);
        if (!is_used)
            fail_msg("no query is said to use '%s'", index);
    }
}

static void deletion_of_a_user_looks_nothing_up_by_a_scan(void **state)
{
    static const char *const children[] = {"refresh_tokens", "email_verifications"};
    struct store *s = *state;
    for (size_t i = 0; i < 2; i++) {
        char sql[96];
        snprintf(sql, sizeof sql, "SELECT 1 FROM %s WHERE user_id = $1::uuid", children[i]);
        assert_non_null(strstr(plan_of(s, sql), "Index Cond: (user_id = $1)"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(query_uses_the_index_made_for_it),
        STORE_TEST(page_of_users_is_not_sorted),
        STORE_TEST(index_of_the_schema_each_has_its_query),
        STORE_TEST(deletion_of_a_user_looks_nothing_up_by_a_scan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
