/* SPDX-License-Identifier: MIT */
#include "database.h"
#include "session.h"
#include "workspace.h"

/* A session and all that hangs on it, in one transaction. */

struct creation {
    const char *workspace;
    const struct ait42_new_session *session;
    tn_arena *arena; /* for the time that it takes */
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

/* What hangs on a session is written with its id, in a copy: the caller's stays as it is. */

static int add_runtimes(tn_db *tx, const struct creation *creation, tn_error *cause)
{
    const struct ait42_new_session *session = creation->session;
    struct a42_runtime_add_args *items =
        tn_arena_array(creation->arena, session->runtime_count, sizeof *items);
    if (!items)
        return tn_error_set(cause, TN_ENOMEM, "out of memory");
    for (size_t i = 0; i < session->runtime_count; i++)
        items[i] = (struct a42_runtime_add_args){session->row.id, session->runtimes[i]};
    return a42_runtime_add(NULL, tx, items, session->runtime_count, cause);
}

static int add_instances(tn_db *tx, const struct creation *creation, tn_error *cause)
{
    const struct ait42_new_session *session = creation->session;
    struct a42_instance_add_args *items =
        tn_arena_array(creation->arena, session->instance_count, sizeof *items);
    if (!items)
        return tn_error_set(cause, TN_ENOMEM, "out of memory");
    for (size_t i = 0; i < session->instance_count; i++) {
        items[i] = session->instances[i];
        items[i].session_id = session->row.id;
    }
    return a42_instance_add(NULL, tx, items, session->instance_count, cause);
}

static int add_messages(tn_db *tx, const struct creation *creation, tn_error *cause)
{
    const struct ait42_new_session *session = creation->session;
    struct a42_message_add_args *items =
        tn_arena_array(creation->arena, session->message_count, sizeof *items);
    if (!items)
        return tn_error_set(cause, TN_ENOMEM, "out of memory");
    for (size_t i = 0; i < session->message_count; i++) {
        items[i] = session->messages[i];
        items[i].session_id = session->row.id;
    }
    return a42_message_add(NULL, tx, items, session->message_count, cause);
}

static enum ait42_error_kind create(tn_db *tx, void *user, struct ait42_error *err)
{
    struct creation *creation = user;
    const struct ait42_new_session *session = creation->session;
    struct a42_session_add_args row = session->row;
    struct a42_workspace workspace;
    enum ait42_error_kind kind = check_numbers(session, err);
    if (kind == AIT42_NO_ERROR)
        kind = ait42_workspace_open(&workspace, tx, creation->workspace, creation->arena, err);
    if (kind != AIT42_NO_ERROR)
        return kind;
    row.workspace_id = workspace.id;
    int rc = a42_session_add(NULL, tx, &row, &err->cause);
    if (rc >= 0)
        rc = add_runtimes(tx, creation, &err->cause);
    if (rc >= 0)
        rc = add_instances(tx, creation, &err->cause);
    if (rc >= 0)
        rc = add_messages(tx, creation, &err->cause);
    return rc < 0 ? ait42_error_of(err, rc) : AIT42_NO_ERROR;
}

enum ait42_error_kind ait42_session_create(tn_db *db, const char *workspace,
                                           const struct ait42_new_session *session,
                                           struct ait42_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    struct creation creation = {workspace, session, &arena};
    enum ait42_error_kind kind = ait42_transact(db, TN_WRITE, create, &creation, err);
    tn_arena_fini(&arena);
    return kind;
}
