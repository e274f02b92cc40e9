/* SPDX-License-Identifier: MIT */
#include "database.h"
#include "session.h"
#include "workspace.h"

/* A session and all that hangs on it, in one transaction. */

struct creation {
    const char *workspace;
    const struct ait42_new_session *session;
    tn_arena arena; /* for the workspace's row */
};

static bool has_instance(const struct ait42_new_session *session, int64_t instance_id)
{
    for (size_t i = 0; i < session->instance_count; i++) {
        if (session->instances[i].instance_id == instance_id)
            return true;
    }
    return false;
}

/* Numbers that stand for an instance must be one's: known before anything is written. */
static enum ait42_error_kind check_numbers(const struct ait42_new_session *session,
                                           struct ait42_error *err)
{
    tn_opt_int winner = session->row.winner_id;
    if (winner.has && !has_instance(session, winner.value))
        return ait42_error_no_instance(err, session->row.id, winner.value);
    for (size_t i = 0; i < session->message_count; i++) {
        tn_opt_int speaker = session->messages[i].instance_id;
        if (speaker.has && !has_instance(session, speaker.value))
            return ait42_error_no_instance(err, session->row.id, speaker.value);
    }
    return AIT42_NO_ERROR;
}

static int add_runtimes(tn_db *tx, const struct ait42_new_session *session, tn_error *cause)
{
    int rc = TN_OK;
    for (size_t i = 0; rc >= 0 && i < session->runtime_count; i++)
        rc = a42_runtime_add(NULL, tx, session->row.id, session->runtimes[i], cause);
    return rc;
}

static int add_instances(tn_db *tx, const struct ait42_new_session *session, tn_error *cause)
{
    int rc = TN_OK;
    for (size_t i = 0; rc >= 0 && i < session->instance_count; i++) {
        struct a42_instance_add_args args = session->instances[i];
        args.session_id = session->row.id;
        rc = a42_instance_add(NULL, tx, &args, cause);
    }
    return rc;
}

static int add_messages(tn_db *tx, const struct ait42_new_session *session, tn_error *cause)
{
    int rc = TN_OK;
    for (size_t i = 0; rc >= 0 && i < session->message_count; i++) {
        struct a42_message_add_args args = session->messages[i];
        args.session_id = session->row.id;
        rc = a42_message_add(NULL, tx, &args, cause);
    }
    return rc;
}

static enum ait42_error_kind create(tn_db *tx, void *user, struct ait42_error *err)
{
    struct creation *creation = user;
    const struct ait42_new_session *session = creation->session;
    struct a42_session_add_args row = session->row;
    struct a42_workspace workspace;
    enum ait42_error_kind kind = check_numbers(session, err);
    if (kind == AIT42_NO_ERROR)
        kind = ait42_workspace_open(&workspace, tx, creation->workspace, &creation->arena, err);
    if (kind != AIT42_NO_ERROR)
        return kind;
    row.workspace_id = workspace.id;
    int rc = a42_session_add(NULL, tx, &row, &err->cause);
    if (rc >= 0)
        rc = add_runtimes(tx, session, &err->cause);
    if (rc >= 0)
        rc = add_instances(tx, session, &err->cause);
    if (rc >= 0)
        rc = add_messages(tx, session, &err->cause);
    return rc < 0 ? ait42_error_of(err, rc) : AIT42_NO_ERROR;
}

enum ait42_error_kind ait42_session_create(tn_db *db, const char *workspace,
                                           const struct ait42_new_session *session,
                                           struct ait42_error *err)
{
    struct creation creation = {workspace, session, TN_ARENA_INIT};
    enum ait42_error_kind kind = ait42_transact(db, TN_WRITE, create, &creation, err);
    tn_arena_fini(&creation.arena);
    return kind;
}
