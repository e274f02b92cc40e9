/* SPDX-License-Identifier: MIT */
#include "support.h"

/* The schema: what it is made of, that it can be taken back, and that the program carries it. */

static void tables_have_the_columns_that_they_are_known_by(void **state)
{
    static const struct {
        const char *table;
        const char *columns;
    } known[] = {
        {"workspaces", "id,workspace_path,workspace_hash,created_at,last_accessed_at"},
        {"sessions", "id,workspace_id,type,task,status,created_at,updated_at,completed_at,model,"
                     "timeout_seconds,preserve_worktrees,winner_id,total_duration,"
                     "total_files_changed,total_lines_added,total_lines_deleted"},
        {"session_runtime_mix", "id,session_id,runtime"},
        {"instances", "id,session_id,instance_id,worktree_path,branch,agent_name,status,"
                      "tmux_session_id,output,start_time,end_time,files_changed,lines_added,"
                      "lines_deleted,runtime,model,runtime_label"},
        {"chat_messages", "id,session_id,role,content,timestamp,instance_id"},
        {"migration_metadata", "id,schema_version,migrated_at,json_backup_path,migration_status,"
                               "last_updated_at"},
        {"session_complete",
         "id,workspace_id,workspace_path,type,task,status,created_at,updated_at,completed_at,model,"
         "timeout_seconds,preserve_worktrees,winner_id,total_duration,total_files_changed,"
         "total_lines_added,total_lines_deleted,instance_count,message_count,runtime_mix"},
    };
    struct store *s = *state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        char sql[96];
        snprintf(sql, sizeof sql, "SELECT group_concat(name) FROM pragma_table_info('%s')",
                 known[i].table);
        assert_string_equal(store_get(s, sql), known[i].columns);
    }
}

static void tables_of_the_program_are_all_strict(void **state)
{
    struct store *s = *state;
    assert_string_equal(store_get(s, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main'"
                                     " AND type = 'table' AND strict"),
                        "6");
    assert_int_equal(store_run(s, "INSERT INTO workspaces (id, workspace_path, workspace_hash)"
                                  " VALUES ('one', '/', '')"),
                     TN_ETYPE);
}

static void checks_refuse_what_is_none_of_the_list(void **state)
{
    static const char *const wrong[] = {
        "UPDATE sessions SET type = 'duel'",
        "UPDATE sessions SET status = 'done'",
        "UPDATE sessions SET task = ''",
        "UPDATE sessions SET preserve_worktrees = 2",
        "UPDATE sessions SET updated_at = 'yesterday'",
        "UPDATE workspaces SET workspace_path = ''",
        "UPDATE workspaces SET workspace_hash = 'abc'",
        "UPDATE instances SET instance_id = -1",
        "UPDATE session_runtime_mix SET runtime = ''",
        "UPDATE migration_metadata SET id = 2",
#define MESSAGE "INSERT INTO chat_messages (timestamp, id, session_id, role, content) VALUES "
        MESSAGE "('2025-01-01T00:00:00.000Z', 'm', 's1', 'nobody', 'x')",
        MESSAGE "('2025-01-01T00:00:00.000Z', 'm', 's1', 'user', '')",
        MESSAGE "('2025-01-01T00:00:00.000Z', '', 's1', 'user', 'x')",
        MESSAGE "('2025-01-01 00:00:00', 'm', 's1', 'user', 'x')",
#undef MESSAGE
    };
    struct store *s = *state;
    store_add(s, "s1", 1);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (store_run(s, wrong[i]) != TN_ECHECK)
            fail_msg("%s: %s", wrong[i], s->err.cause.message);
    }
    assert_int_equal(store_run(s, "UPDATE sessions SET id = NULL"), TN_ENOTNULL);
}

static void metadata_is_one_row_and_pending(void **state)
{
    struct store *s = *state;
    assert_string_equal(
        store_get(s, "SELECT migration_status || schema_version FROM migration_metadata"),
        "pending1");
}

static int move(struct store *s, enum tn_migrate_op op)
{
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    options.op = op;
    return tn_migrate(s->db, &a42_migrations, &options, NULL, &s->err.cause);
}

static void migration_is_taken_back_with_rows_in_it_and_applied_again(void **state)
{
    struct store *s = *state;
    struct ait42_new_session session = store_session("s1", 2);
    const struct a42_message_add_args message = {.id = {T("m1")},
                                                 .role = A42_MESSAGE_ROLE_USER,
                                                 .content = T("x"),
                                                 .instance_id = {true, 0}};
    session.row.winner_id = tn_some_int(1);
    session.messages = &message;
    session.message_count = 1;
    assert_done(ait42_session_create(s->db, s->folder, &session, &s->err));
    if (move(s, TN_MIGRATE_DOWN) != TN_OK)
        fail_msg("%s", s->err.cause.message);
    assert_string_equal(store_get(s, "SELECT coalesce(group_concat(name), '') FROM sqlite_schema"
                                     " WHERE name NOT LIKE '\\_%' ESCAPE '\\'"
                                     " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"),
                        "");
    assert_int_equal(move(s, TN_MIGRATE_UP), TN_OK);
    store_add(s, "s1", 2);
}

static void embedded_migrations_are_those_of_the_folder(void **state)
{
    struct store *s = *state;
    tn_migration_set set;
    assert_int_equal(
        tn_migration_set_load(&set, AIT42_DIR "/migrations", &s->arena, NULL, &s->err.cause),
        TN_OK);
    assert_int_equal(a42_migrations.count, set.count);
    for (size_t i = 0; i < set.count; i++) {
        assert_int_equal(a42_migrations.items[i].version, set.items[i].version);
        assert_memory_equal(a42_migrations.items[i].checksum, set.items[i].checksum,
                            sizeof set.items[i].checksum);
        assert_true(tn_text_equal(a42_migrations.items[i].down.sql, set.items[i].down.sql));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(tables_have_the_columns_that_they_are_known_by),
        STORE_TEST(tables_of_the_program_are_all_strict),
        STORE_TEST(checks_refuse_what_is_none_of_the_list),
        STORE_TEST(metadata_is_one_row_and_pending),
        STORE_TEST(migration_is_taken_back_with_rows_in_it_and_applied_again),
        STORE_TEST(embedded_migrations_are_those_of_the_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
