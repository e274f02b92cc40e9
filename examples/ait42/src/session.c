/* SPDX-License-Identifier: MIT */
#include "session.h"

#include "database.h"
#include "workspace.h"

enum ait42_error_kind ait42_session_need(tn_db *db, struct a42_session_id id,
                                         struct ait42_error *err)
{
    struct a42_session_exists_row row;
    int rc = a42_session_exists(&row, db, id, &err->cause);
    if (rc < 0)
        return ait42_error_of(err, rc);
    return row.is_there ? AIT42_NO_ERROR : ait42_error_no_session(err, id);
}

enum ait42_error_kind ait42_instance_need(tn_db *db, struct a42_session_id session_id,
                                          int64_t instance_id, struct ait42_error *err)
{
    struct a42_instance_exists_row row;
    enum ait42_error_kind kind = ait42_session_need(db, session_id, err);
    if (kind != AIT42_NO_ERROR)
        return kind;
    int rc = a42_instance_exists(&row, db, session_id, instance_id, &err->cause);
    if (rc < 0)
        return ait42_error_of(err, rc);
    return row.is_there ? AIT42_NO_ERROR : ait42_error_no_instance(err, session_id, instance_id);
}

struct reading {
    struct ait42_session *out;
    struct a42_session_id id;
    tn_arena *arena;
};

/* Reads in one transaction see one moment. */
static enum ait42_error_kind get(tn_db *tx, void *user, struct ait42_error *err)
{
    struct reading *r = user;
    struct a42_session_find_row found;
    int rc = a42_session_find(&found, tx, r->id, r->arena, &err->cause);
    if (rc == TN_NONE)
        return ait42_error_no_session(err, r->id);
    if (rc >= 0)
        rc = a42_runtime_list_all(&r->out->runtimes, tx, r->id, r->arena, &err->cause);
    if (rc >= 0)
        rc = a42_message_list_all(&r->out->messages, tx, r->id, r->arena, &err->cause);
    if (rc < 0)
        return ait42_error_of(err, rc);
    r->out->row = found.session;
    r->out->instances = found.instances;
    r->out->instance_count = found.instances_count;
    return AIT42_NO_ERROR;
}

enum ait42_error_kind ait42_session_get(struct ait42_session *out, tn_db *db,
                                        struct a42_session_id id, tn_arena *arena,
                                        struct ait42_error *err)
{
    struct ait42_session session;
    struct reading reading = {&session, id, arena};
    enum ait42_error_kind kind = ait42_transact(db, TN_READ, get, &reading, err);
    if (kind == AIT42_NO_ERROR)
        *out = session;
    return kind;
}

enum ait42_error_kind ait42_session_summary(struct a42_session_summary *out, tn_db *db,
                                            struct a42_session_id id, tn_arena *arena,
                                            struct ait42_error *err)
{
    ait42_error_clear(err);
    int rc = a42_session_summary_find(out, db, id, arena, &err->cause);
    if (rc < 0)
        return ait42_error_of(err, rc);
    return rc == TN_NONE ? ait42_error_no_session(err, id) : AIT42_NO_ERROR;
}

enum ait42_error_kind ait42_session_list(struct a42_session_summary_rows *out, tn_db *db,
                                         const char *workspace, int64_t limit, tn_arena *arena,
                                         struct ait42_error *err)
{
    struct a42_workspace found;
    enum ait42_error_kind kind = ait42_workspace_find(&found, db, workspace, arena, err);
    if (kind != AIT42_NO_ERROR)
        return kind;
    int rc = a42_session_list_all(out, db, found.id, limit, arena, &err->cause);
    return rc < 0 ? ait42_error_of(err, rc) : AIT42_NO_ERROR;
}

/* The end of a statement that was to change one session. */
static enum ait42_error_kind end_change(struct a42_session_id id, int rc, int64_t affected,
                                        struct ait42_error *err)
{
    if (rc < 0)
        return ait42_error_of(err, rc);
    return affected == 0 ? ait42_error_no_session(err, id) : AIT42_NO_ERROR;
}

enum ait42_error_kind ait42_session_update(tn_db *db, const struct a42_session_update_args *change,
                                           struct ait42_error *err)
{
    int64_t affected = 0;
    ait42_error_clear(err);
    int rc = a42_session_update(&affected, db, change, &err->cause);
    return end_change(change->id, rc, affected, err);
}

struct step {
    struct a42_session_id id;
    enum a42_session_status status;
    tn_opt_int winner;
};

/* The statement says from which states it may start: no row, and the session is there, is another
 * one. */
static enum ait42_error_kind end_step(tn_db *tx, struct a42_session_id id, int rc, int64_t affected,
                                      struct ait42_error *err)
{
    if (rc < 0)
        return ait42_error_of(err, rc);
    if (affected > 0)
        return AIT42_NO_ERROR;
    enum ait42_error_kind kind = ait42_session_need(tx, id, err);
    if (kind != AIT42_NO_ERROR)
        return kind;
    return ait42_error_set(err, AIT42_VALIDATION, "not valid: session '%s' is completed",
                           id.value.data);
}

static enum ait42_error_kind set_status(tn_db *tx, void *user, struct ait42_error *err)
{
    const struct step *step = user;
    int64_t affected = 0;
    int rc = step->status == A42_SESSION_STATUS_FAILED
                 ? a42_session_fail(&affected, tx, step->id, &err->cause)
                 : a42_session_set_status(&affected, tx, step->status, step->id, &err->cause);
    return end_step(tx, step->id, rc, affected, err);
}

enum ait42_error_kind ait42_session_set_status(tn_db *db, struct a42_session_id id,
                                               enum a42_session_status status,
                                               struct ait42_error *err)
{
    struct step step = {.id = id, .status = status};
    if (status == A42_SESSION_STATUS_COMPLETED)
        return ait42_session_complete(db, id, step.winner, err);
    return ait42_transact(db, TN_WRITE, set_status, &step, err);
}

/* The winner is looked for first: the schema does so only when the transaction commits. */
static enum ait42_error_kind complete(tn_db *tx, void *user, struct ait42_error *err)
{
    const struct step *step = user;
    int64_t affected = 0;
    if (step->winner.has) {
        enum ait42_error_kind kind = ait42_instance_need(tx, step->id, step->winner.value, err);
        if (kind != AIT42_NO_ERROR)
            return kind;
    }
    int rc = a42_session_complete(&affected, tx, step->winner, step->id, &err->cause);
    return end_step(tx, step->id, rc, affected, err);
}

enum ait42_error_kind ait42_session_complete(tn_db *db, struct a42_session_id id, tn_opt_int winner,
                                             struct ait42_error *err)
{
    struct step step = {.id = id, .winner = winner};
    return ait42_transact(db, TN_WRITE, complete, &step, err);
}

static enum ait42_error_kind set_winner(tn_db *tx, void *user, struct ait42_error *err)
{
    const struct step *step = user;
    int64_t affected = 0;
    if (step->winner.has) {
        enum ait42_error_kind kind = ait42_instance_need(tx, step->id, step->winner.value, err);
        if (kind != AIT42_NO_ERROR)
            return kind;
    }
    int rc = a42_session_set_winner(&affected, tx, step->winner, step->id, &err->cause);
    return end_change(step->id, rc, affected, err);
}

enum ait42_error_kind ait42_session_set_winner(tn_db *db, struct a42_session_id id,
                                               tn_opt_int winner, struct ait42_error *err)
{
    struct step step = {.id = id, .winner = winner};
    return ait42_transact(db, TN_WRITE, set_winner, &step, err);
}

/* Each is looked for first: the statement says how many have gone, not which one was not there. */
static enum ait42_error_kind delete_all(tn_db *tx, void *user, struct ait42_error *err)
{
    const struct a42_session_id_list *ids = user;
    for (size_t i = 0; i < ids->count; i++) {
        enum ait42_error_kind kind = ait42_session_need(tx, ids->items[i], err);
        if (kind != AIT42_NO_ERROR)
            return kind;
    }
    int rc = a42_session_delete(NULL, tx, *ids, &err->cause);
    return rc < 0 ? ait42_error_of(err, rc) : AIT42_NO_ERROR;
}

enum ait42_error_kind ait42_session_delete_all(tn_db *db, struct a42_session_id_list ids,
                                               struct ait42_error *err)
{
    return ait42_transact(db, TN_WRITE, delete_all, &ids, err);
}

enum ait42_error_kind ait42_session_delete(tn_db *db, struct a42_session_id id,
                                           struct ait42_error *err)
{
    return ait42_session_delete_all(db, (struct a42_session_id_list){&id, 1}, err);
}
