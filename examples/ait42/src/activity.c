/* SPDX-License-Identifier: MIT */
#include "activity.h"

#include "database.h"
#include "session.h"

struct reading {
    struct a42_session_id session_id;
    int64_t instance_id;
    tn_arena *arena;
    struct a42_instance instance;
    struct a42_instance_rows instances;
    struct a42_message_rows messages;
};

static enum ait42_error_kind get_instance(tn_db *tx, void *user, struct ait42_error *err)
{
    struct reading *r = user;
    enum ait42_error_kind kind = ait42_session_need(tx, r->session_id, err);
    if (kind != AIT42_NO_ERROR)
        return kind;
    int rc =
        a42_instance_find(&r->instance, tx, r->session_id, r->instance_id, r->arena, &err->cause);
    if (rc == TN_NONE)
        return ait42_error_no_instance(err, r->session_id, r->instance_id);
    return rc < 0 ? ait42_error_of(err, rc) : AIT42_NO_ERROR;
}

enum ait42_error_kind ait42_instance_get(struct a42_instance *out, tn_db *db,
                                         struct a42_session_id session_id, int64_t instance_id,
                                         tn_arena *arena, struct ait42_error *err)
{
    struct reading reading = {.session_id = session_id, .instance_id = instance_id, .arena = arena};
    enum ait42_error_kind kind = ait42_transact(db, TN_READ, get_instance, &reading, err);
    if (kind == AIT42_NO_ERROR)
        *out = reading.instance;
    return kind;
}

static enum ait42_error_kind list_instances(tn_db *tx, void *user, struct ait42_error *err)
{
    struct reading *r = user;
    enum ait42_error_kind kind = ait42_session_need(tx, r->session_id, err);
    if (kind != AIT42_NO_ERROR)
        return kind;
    int rc = a42_instance_list_all(&r->instances, tx, r->session_id, r->arena, &err->cause);
    return rc < 0 ? ait42_error_of(err, rc) : AIT42_NO_ERROR;
}

enum ait42_error_kind ait42_instance_list(struct a42_instance_rows *out, tn_db *db,
                                          struct a42_session_id session_id, tn_arena *arena,
                                          struct ait42_error *err)
{
    struct reading reading = {.session_id = session_id, .arena = arena};
    enum ait42_error_kind kind = ait42_transact(db, TN_READ, list_instances, &reading, err);
    if (kind == AIT42_NO_ERROR)
        *out = reading.instances;
    return kind;
}

static enum ait42_error_kind list_messages(tn_db *tx, void *user, struct ait42_error *err)
{
    struct reading *r = user;
    enum ait42_error_kind kind = ait42_session_need(tx, r->session_id, err);
    if (kind != AIT42_NO_ERROR)
        return kind;
    int rc = a42_message_list_all(&r->messages, tx, r->session_id, r->arena, &err->cause);
    return rc < 0 ? ait42_error_of(err, rc) : AIT42_NO_ERROR;
}

enum ait42_error_kind ait42_message_list(struct a42_message_rows *out, tn_db *db,
                                         struct a42_session_id session_id, tn_arena *arena,
                                         struct ait42_error *err)
{
    struct reading reading = {.session_id = session_id, .arena = arena};
    enum ait42_error_kind kind = ait42_transact(db, TN_READ, list_messages, &reading, err);
    if (kind == AIT42_NO_ERROR)
        *out = reading.messages;
    return kind;
}

static enum ait42_error_kind touch(tn_db *tx, struct a42_session_id session_id,
                                   struct ait42_error *err)
{
    int rc = a42_session_touch(NULL, tx, session_id, &err->cause);
    return rc < 0 ? ait42_error_of(err, rc) : AIT42_NO_ERROR;
}

/* One of the two changes below; the body of a transaction takes a plain pointer. */
struct change {
    const struct a42_instance_update_args *instance;
    const struct a42_message_add_args *message;
};

static enum ait42_error_kind update_instance(tn_db *tx, void *user, struct ait42_error *err)
{
    const struct a42_instance_update_args *args = ((struct change *)user)->instance;
    enum ait42_error_kind kind = ait42_instance_need(tx, args->session_id, args->instance_id, err);
    if (kind != AIT42_NO_ERROR)
        return kind;
    int rc = a42_instance_update(NULL, tx, args, &err->cause);
    return rc < 0 ? ait42_error_of(err, rc) : touch(tx, args->session_id, err);
}

enum ait42_error_kind ait42_instance_update(tn_db *db,
                                            const struct a42_instance_update_args *change,
                                            struct ait42_error *err)
{
    struct change both = {change, NULL};
    return ait42_transact(db, TN_WRITE, update_instance, &both, err);
}

static enum ait42_error_kind add_message(tn_db *tx, void *user, struct ait42_error *err)
{
    const struct a42_message_add_args *args = ((struct change *)user)->message;
    /* Asked first: SQLite does not say which foreign key is violated. */
    enum ait42_error_kind kind =
        args->instance_id.has
            ? ait42_instance_need(tx, args->session_id, args->instance_id.value, err)
            : ait42_session_need(tx, args->session_id, err);
    if (kind != AIT42_NO_ERROR)
        return kind;
    int rc = a42_message_add(NULL, tx, args, 1, &err->cause);
    return rc < 0 ? ait42_error_of(err, rc) : touch(tx, args->session_id, err);
}

enum ait42_error_kind ait42_message_add(tn_db *db, const struct a42_message_add_args *message,
                                        struct ait42_error *err)
{
    struct change both = {NULL, message};
    return ait42_transact(db, TN_WRITE, add_message, &both, err);
}

struct edit {
    struct a42_message_id id;
    tn_text content;
    tn_arena arena;
};

static enum ait42_error_kind edit_message(tn_db *tx, void *user, struct ait42_error *err)
{
    struct edit *edit = user;
    struct a42_message_edit_row row;
    int rc = a42_message_edit(&row, tx, edit->content, edit->id, &edit->arena, &err->cause);
    if (rc == TN_NONE)
        return ait42_error_set(err, AIT42_VALIDATION, "not valid: there is no message '%s'",
                               edit->id.value.data ? edit->id.value.data : "");
    if (rc < 0)
        return ait42_error_of(err, rc);
    return touch(tx, row.session_id, err);
}

enum ait42_error_kind ait42_message_edit(tn_db *db, struct a42_message_id id, tn_text content,
                                         struct ait42_error *err)
{
    struct edit edit = {id, content, TN_ARENA_INIT};
    enum ait42_error_kind kind = ait42_transact(db, TN_WRITE, edit_message, &edit, err);
    tn_arena_fini(&edit.arena);
    return kind;
}
