/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <sys/wait.h>

#include "activity.h"
#include "search.h"
#include "support.h"

/* Each of the eight kinds, from something that has really gone wrong, with its arguments. */

/* A path in the test's folder. */
static const char *path_in(struct store *s, const char *name)
{
    char *path = tn_arena_alloc(&s->arena, 128);
    assert_non_null(path);
    snprintf(path, 128, "%s/%s", s->folder, name);
    return path;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void connection_failed_where_the_path_is_a_folder(void **state)
{
    struct store *s = *state;
    tn_db *db = NULL;
    assert_kind(ait42_database_open(&db, s->folder, &s->err), AIT42_CONNECTION_FAILED);
    assert_null(db);
    assert_contains(s->err.text, "is a folder");
    assert_true(s->err.cause.status < 0);
}

static void connection_failed_where_the_file_is_no_database(void **state)
{
    struct store *s = *state;
    tn_db *db = NULL;
    const char *path = path_in(s, "plain.txt");
    write_file(path, "no database, and long enough to be looked at by whoever opens it for one: "
                     "a header of SQLite has one hundred bytes");
    assert_kind(ait42_database_open(&db, path, &s->err), AIT42_CONNECTION_FAILED);
    assert_int_equal(s->err.cause.status, TN_ENOTADB);
    assert_kind(ait42_database_open(&db, "sqlite:x.db?colour=red", &s->err),
                AIT42_CONNECTION_FAILED);
    unlink(path);
}

struct holder {
    tn_db *db;
    pthread_barrier_t barrier;
    tn_error err;
    int rc;
};

/* Another thread with the only connection, until the test meets it a second time. */
static void *hold(void *user)
{
    struct holder *holder = user;
    tn_conn *conn = NULL;
    holder->rc = tn_conn_acquire(&conn, holder->db, TN_WRITE, &holder->err);
    pthread_barrier_wait(&holder->barrier);
    pthread_barrier_wait(&holder->barrier);
    tn_conn_release(conn);
    return NULL;
}

static void connection_failed_where_no_connection_comes_free(void **state)
{
    struct store *s = *state;
    struct holder holder = {0};
    pthread_t thread;
    assert_done(ait42_database_open(&holder.db, "sqlite::memory:?acquire_timeout=20ms", &s->err));
    assert_int_equal(pthread_barrier_init(&holder.barrier, NULL, 2), 0);
    assert_int_equal(pthread_create(&thread, NULL, hold, &holder), 0);
    pthread_barrier_wait(&holder.barrier);
    assert_int_equal(holder.rc, TN_OK);
    assert_kind(ait42_session_set_winner(holder.db, ID("s1"), tn_some_int(0), &s->err),
                AIT42_CONNECTION_FAILED);
    assert_int_equal(s->err.cause.status, TN_ETIMEOUT);
    pthread_barrier_wait(&holder.barrier);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_barrier_destroy(&holder.barrier);
    tn_db_close(holder.db);
}

static void migration_failed_where_the_history_is_another(void **state)
{
    struct store *s = *state;
    tn_db *db = NULL;
    const char *path = path_in(s, "x.db");
    assert_done(ait42_database_open(&db, path, &s->err));
    assert_int_equal(
        tn_exec_script(db, "UPDATE _sqlx_migrations SET checksum = zeroblob(48)", &s->err.cause),
        TN_OK);
    assert_kind(ait42_database_migrate(db, &s->err), AIT42_MIGRATION_FAILED);
    tn_db_close(db);
    db = NULL;
    assert_kind(ait42_database_open(&db, path, &s->err), AIT42_MIGRATION_FAILED);
    assert_null(db);
    assert_int_equal(s->err.cause.status, TN_EREFUSED);
    unlink(path);
}

static void migration_failed_where_a_statement_of_it_fails(void **state)
{
    struct store *s = *state;
    tn_db *db = NULL;
    assert_int_equal(tn_db_open(&db, ":memory:", NULL, &s->err.cause), TN_OK);
    assert_int_equal(tn_exec_script(db, "CREATE TABLE instances (x)", &s->err.cause), TN_OK);
    assert_kind(ait42_database_migrate(db, &s->err), AIT42_MIGRATION_FAILED);
    assert_contains(s->err.text, "instances");
    tn_db_close(db);
}

static void workspace_not_found_has_its_path(void **state)
{
    struct store *s = *state;
    struct a42_workspace workspace;
    struct a42_session_summary_rows rows;
    assert_kind(ait42_workspace_find(&workspace, s->db, s->folder, &s->arena, &s->err),
                AIT42_WORKSPACE_NOT_FOUND);
    assert_string_equal(s->err.path, s->folder);
    assert_kind(ait42_workspace_find(&workspace, s->db, "not/there", &s->arena, &s->err),
                AIT42_WORKSPACE_NOT_FOUND);
    assert_string_equal(s->err.path, "not/there");
    assert_kind(ait42_workspace_delete(s->db, s->folder, &s->err), AIT42_WORKSPACE_NOT_FOUND);
    assert_kind(ait42_session_list(&rows, s->db, "/not/there", 9, &s->arena, &s->err),
                AIT42_WORKSPACE_NOT_FOUND);
    const struct ait42_search search = {.workspace = "/not/there"};
    assert_kind(ait42_session_search(&rows, s->db, &search, &s->arena, &s->err),
                AIT42_WORKSPACE_NOT_FOUND);
    assert_string_equal(s->err.path, "/not/there");
}

static void session_not_found_has_its_id(void **state)
{
    struct store *s = *state;
    struct ait42_session session;
    struct a42_session_summary summary;
    struct a42_instance_rows instances;
    struct a42_message_rows messages;
    const struct a42_session_update_args change = {.id = ID("gone"), .task = T("x")};
    const struct a42_message_add_args message = {.id = {T("m1")},
                                                 .session_id = ID("gone"),
                                                 .role = A42_MESSAGE_ROLE_USER,
                                                 .content = T("hello")};
#define GONE(call)                           \
 assert_kind(call, AIT42_SESSION_NOT_FOUND); \
 assert_string_equal(s->err.session_id, "gone")
    GONE(ait42_session_get(&session, s->db, ID("gone"), &s->arena, &s->err));
    GONE(ait42_session_summary(&summary, s->db, ID("gone"), &s->arena, &s->err));
    GONE(ait42_session_update(s->db, &change, &s->err));
    GONE(ait42_session_set_status(s->db, ID("gone"), A42_SESSION_STATUS_PAUSED, &s->err));
    GONE(ait42_session_complete(s->db, ID("gone"), (tn_opt_int){0}, &s->err));
    GONE(ait42_session_set_winner(s->db, ID("gone"), (tn_opt_int){0}, &s->err));
    GONE(ait42_session_delete(s->db, ID("gone"), &s->err));
    GONE(ait42_instance_list(&instances, s->db, ID("gone"), &s->arena, &s->err));
    GONE(ait42_message_add(s->db, &message, &s->err));
    GONE(ait42_message_list(&messages, s->db, ID("gone"), &s->arena, &s->err));
#undef GONE
}

static void instance_not_found_has_its_session_and_number(void **state)
{
    struct store *s = *state;
    struct a42_instance instance;
    const struct a42_instance_update_args change = {
        .session_id = ID("s1"), .instance_id = 7, .status = T("completed")};
    const struct a42_message_add_args message = {.id = {T("m1")},
                                                 .session_id = ID("s1"),
                                                 .role = A42_MESSAGE_ROLE_ASSISTANT,
                                                 .content = T("hello"),
                                                 .instance_id = {true, 7}};
    store_add(s, "s1", 2);
#define SEVEN(call)                            \
 assert_kind(call, AIT42_INSTANCE_NOT_FOUND);  \
 assert_string_equal(s->err.session_id, "s1"); \
 assert_int_equal(s->err.instance_id, 7)
    SEVEN(ait42_instance_get(&instance, s->db, ID("s1"), 7, &s->arena, &s->err));
    SEVEN(ait42_instance_update(s->db, &change, &s->err));
    SEVEN(ait42_message_add(s->db, &message, &s->err));
    SEVEN(ait42_session_complete(s->db, ID("s1"), tn_some_int(7), &s->err));
    SEVEN(ait42_session_set_winner(s->db, ID("s1"), tn_some_int(7), &s->err));
#undef SEVEN
    assert_string_equal(store_get(s, "SELECT status FROM sessions"), "running");
}

static void validation_error_says_which_rule(void **state)
{
    struct store *s = *state;
    struct ait42_new_session session = store_session("s1", 1);
    session.row.task = T("");
    assert_kind(ait42_session_create(s->db, s->folder, &session, &s->err), AIT42_VALIDATION);
    assert_string_equal(s->err.cause.constraint, "task_not_empty");
    session = store_session("", 1);
    assert_kind(ait42_session_create(s->db, s->folder, &session, &s->err), AIT42_VALIDATION);
    assert_string_equal(s->err.cause.constraint, "id_not_empty");
    session = store_session("s1", 1);
    session.row.type = (enum a42_session_type)9;
    assert_kind(ait42_session_create(s->db, s->folder, &session, &s->err), AIT42_VALIDATION);
    assert_contains(s->err.text, "'type'");
    store_add(s, "s1", 1);
    session = store_session("s1", 1);
    assert_kind(ait42_session_create(s->db, s->folder, &session, &s->err), AIT42_VALIDATION);
    assert_int_equal(s->err.cause.status, TN_EUNIQUE);
    assert_string_equal(s->err.cause.column, "id");
    assert_kind(
        ait42_message_edit(s->db, (struct a42_message_id){T("no-message")}, T("x"), &s->err),
        AIT42_VALIDATION);
    assert_contains(s->err.text, "no message 'no-message'");
}

static enum ait42_error_kind give_a_stranger_the_prize(tn_db *tx, void *user,
                                                       struct ait42_error *err)
{
    (void)user;
    int rc = tn_exec(tx, "UPDATE sessions SET winner_id = 99", NULL, 0, NULL, &err->cause);
    return rc < 0 ? ait42_error_of(err, rc) : AIT42_NO_ERROR;
}

static void transaction_error_where_commit_is_refused(void **state)
{
    struct store *s = *state;
    store_add(s, "s1", 2);
    /* The schema looks for the winner when the transaction commits. */
    assert_kind(ait42_transact(s->db, TN_WRITE, give_a_stranger_the_prize, NULL, &s->err),
                AIT42_TRANSACTION);
    assert_int_equal(s->err.cause.status, TN_EFOREIGNKEY);
    assert_string_equal(store_get(s, "SELECT winner_id FROM sessions"), "NULL");
}

static void transaction_error_where_another_process_holds_the_lock(void **state)
{
    struct store *s = *state;
    tn_db *holder = NULL, *db = NULL, *tx = NULL;
    const char *path = path_in(s, "x.db");
    char url[128];
    snprintf(url, sizeof url, "%s?busy_timeout=20ms", path);
    assert_done(ait42_database_open(&holder, path, &s->err));
    assert_done(ait42_database_open(&db, url, &s->err));
    assert_int_equal(tn_tx_begin(&tx, holder, TN_WRITE, &s->err.cause), TN_OK);
    struct ait42_new_session session = store_session("s1", 1);
    assert_kind(ait42_session_create(db, s->folder, &session, &s->err), AIT42_TRANSACTION);
    assert_int_equal(s->err.cause.status, TN_EBUSY);
    assert_contains(s->err.text, "locked");
    tn_tx_rollback(tx);
    assert_done(ait42_session_create(db, s->folder, &session, &s->err));
    tn_db_close(db);
    tn_db_close(holder);
    unlink(path);
}

/* In a process of its own, for it changes the environment. */
static void in_child(struct store *s, const char *home, const char *part)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        tn_db *db = NULL;
        if (home)
            setenv("HOME", home, 1);
        else
            unsetenv("HOME");
        bool is_right = ait42_database_open(&db, NULL, &s->err) == AIT42_IO &&
                        s->err.kind == AIT42_IO && strstr(s->err.text, part) != NULL;
        if (!is_right)
            fprintf(stderr, "%s\n", s->err.text);
        _exit(is_right ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void io_error_where_the_folder_cannot_be_made(void **state)
{
    struct store *s = *state;
    const char *path = path_in(s, "file");
    write_file(path, "not a folder");
    in_child(s, path, "cannot make the folder");
    in_child(s, NULL, "no home folder");
    unlink(path);
}

static void io_error_where_a_workspace_is_not_there(void **state)
{
    struct store *s = *state;
    struct ait42_new_session session = store_session("s1", 1);
    assert_kind(ait42_session_create(s->db, "/not/there", &session, &s->err), AIT42_IO);
    assert_contains(s->err.text, "'/not/there'");
    struct ait42_place place;
    char path[AIT42_PATH_MAX + 8];
    memset(path, 'a', sizeof path - 1);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    assert_kind(ait42_workspace_locate(&place, path, &s->err), AIT42_IO);
}

static void kinds_have_the_names_that_they_are_known_by(void **state)
{
    (void)state;
    static const char *const names[] = {"NoError",           "ConnectionFailed", "MigrationFailed",
                                        "WorkspaceNotFound", "SessionNotFound",  "InstanceNotFound",
                                        "ValidationError",   "TransactionError", "IoError"};
    for (int kind = AIT42_NO_ERROR; kind <= AIT42_IO; kind++)
        assert_string_equal(ait42_error_kind_name((enum ait42_error_kind)kind), names[kind]);
    assert_string_equal(ait42_error_kind_name((enum ait42_error_kind)(AIT42_IO + 1)), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(connection_failed_where_the_path_is_a_folder),
        STORE_TEST(connection_failed_where_the_file_is_no_database),
        STORE_TEST(connection_failed_where_no_connection_comes_free),
        STORE_TEST(migration_failed_where_the_history_is_another),
        STORE_TEST(migration_failed_where_a_statement_of_it_fails),
        STORE_TEST(workspace_not_found_has_its_path),
        STORE_TEST(session_not_found_has_its_id),
        STORE_TEST(instance_not_found_has_its_session_and_number),
        STORE_TEST(validation_error_says_which_rule),
        STORE_TEST(transaction_error_where_commit_is_refused),
        STORE_TEST(transaction_error_where_another_process_holds_the_lock),
        STORE_TEST(io_error_where_the_folder_cannot_be_made),
        STORE_TEST(io_error_where_a_workspace_is_not_there),
        cmocka_unit_test(kinds_have_the_names_that_they_are_known_by),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
