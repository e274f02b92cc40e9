/* SPDX-License-Identifier: MIT */
#include "token.h"

#include "database.h"
#include "refresh_tokens.tenon.h"
#include "users.tenon.h"

enum {
    LIFETIME_SECONDS = 30 * 24 * 60 * 60
};

int token_issue(struct secret *out, tn_db *db, tn_uuid user_id, tn_error *err)
{
    struct secret secret;
    struct cobalt_token_issue_row row;
    int rc = secret_make(&secret, err);
    if (rc >= 0)
        rc = cobalt_token_issue(&row, db, tn_text_of(secret.hash),
                                secret_lifetime(LIFETIME_SECONDS), user_id, err);
    if (rc == TN_NONE)
        return tn_error_set(err, COBALT_ENOUSER, "there is no such user, or it is disabled");
    if (rc == TN_OK)
        *out = secret;
    return rc;
}

/* A token whose family is to go. */
struct ending {
    char hash[SECRET_HASH_SIZE];
    bool is_spent_only; /* and only if it has been used or revoked before */
    bool is_known;
    bool was_spent;
    tn_arena arena;
};

/* The user is locked first, as by everybody who takes tokens away: what is being exchanged for a
 * successor at this moment is finished then, and the successor is seen. */
static int end_family(tn_db *tx, void *user, tn_error *err)
{
    struct ending *e = user;
    struct cobalt_refresh_token token;
    struct cobalt_user owner;
    int rc = cobalt_token_find(&token, tx, tn_text_of(e->hash), &e->arena, err);
    e->is_known = rc == TN_OK;
    e->was_spent = e->is_known && token.revoked_at.has;
    if (!e->is_known || (e->is_spent_only && !e->was_spent))
        return rc < 0 ? rc : TN_OK;
    rc = cobalt_user_lock(&owner, tx, token.user_id, &e->arena, err);
    return rc < 0 ? rc : cobalt_token_revoke_family(NULL, tx, token.family_id, err);
}

static int run_end(struct ending *e, tn_db *db, tn_error *err)
{
    const tn_tx_options options = database_locking();
    int rc = tn_transact(db, end_family, e, &options, err);
    tn_arena_fini(&e->arena);
    if (rc < 0)
        return rc;
    return e->is_known ? TN_OK : tn_error_set(err, COBALT_ETOKEN, "this token is none of ours");
}

/* Why a token was not exchanged. Committed before it is told. */
static int refuse(tn_db *db, struct ending *e, tn_error *err)
{
    e->is_spent_only = true;
    int rc = run_end(e, db, err);
    if (rc < 0)
        return rc;
    if (e->was_spent)
        return tn_error_set(err, COBALT_EREUSED,
                            "this token has been used before: its whole family is revoked");
    return tn_error_set(err, COBALT_ETOKEN, "this token is too old, or its user is disabled");
}

int token_rotate(struct secret *out, tn_db *db, tn_text token, tn_error *err)
{
    struct ending ending = {.arena = TN_ARENA_INIT};
    struct secret successor;
    struct cobalt_token_rotate_row row;
    int rc = secret_hash(ending.hash, token, err);
    if (rc >= 0)
        rc = secret_make(&successor, err);
    if (rc >= 0)
        rc = cobalt_token_rotate(&row, db, tn_text_of(ending.hash), tn_text_of(successor.hash),
                                 secret_lifetime(LIFETIME_SECONDS), err);
    if (rc == TN_NONE)
        return refuse(db, &ending, err);
    if (rc == TN_OK)
        *out = successor;
    return rc;
}

int token_revoke(tn_db *db, tn_text token, tn_error *err)
{
    struct ending ending = {.arena = TN_ARENA_INIT};
    int rc = secret_hash(ending.hash, token, err);
    return rc < 0 ? rc : run_end(&ending, db, err);
}

struct everything {
    tn_uuid user_id;
    int64_t count;
    tn_arena arena;
};

static int revoke_all(tn_db *tx, void *user, tn_error *err)
{
    struct everything *all = user;
    struct cobalt_user owner;
    int rc = cobalt_user_lock(&owner, tx, all->user_id, &all->arena, err);
    return rc < 0 ? rc : cobalt_token_revoke_all(&all->count, tx, all->user_id, err);
}

int token_revoke_all(int64_t *count, tn_db *db, tn_uuid user_id, tn_error *err)
{
    struct everything all = {.user_id = user_id, .arena = TN_ARENA_INIT};
    const tn_tx_options options = database_locking();
    int rc = tn_transact(db, revoke_all, &all, &options, err);
    tn_arena_fini(&all.arena);
    if (rc >= 0 && count)
        *count = all.count;
    return rc;
}
