/* SPDX-License-Identifier: MIT */
#include "account.h"

#include <stdio.h>

#include "database.h"
#include "email_verifications.tenon.h"
#include "password.h"
#include "refresh_tokens.tenon.h"
#include "users.tenon.h"
#include "verification.h"

enum {
    LENGTH_MAX = 255 /* of VARCHAR(255) */
};

static const char *const field_names[] = {
    [ACCOUNT_NO_FIELD] = "",
    [ACCOUNT_USERNAME] = "username",
    [ACCOUNT_EMAIL] = "email",
    [ACCOUNT_PASSWORD] = "password",
};

/* Names that the server gives the constraints of migrations/20250101000001, and columns. */
static const struct {
    const char *name;
    enum account_field field;
} fields[] = {
    {"users_username_key", ACCOUNT_USERNAME}, {"users_email_key", ACCOUNT_EMAIL},
    {"username", ACCOUNT_USERNAME},           {"email", ACCOUNT_EMAIL},
    {"password_hash", ACCOUNT_PASSWORD},
};

const char *account_field_name(enum account_field field)
{
    return field_names[field];
}

enum account_field account_field_of(const tn_error *err)
{
    const char *name = err->constraint[0] ? err->constraint : err->column;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strcmp(fields[i].name, name) == 0)
            return fields[i].field;
    }
    return ACCOUNT_NO_FIELD;
}

static int fail_no_user(tn_uuid id, tn_error *err)
{
    char text[TN_UUID_SIZE];
    tn_uuid_format(text, id);
    return tn_error_set(err, COBALT_ENOUSER, "there is no user '%s'", text);
}

/* The end of a statement that gives the row of one user. */
static int end_one(int rc, tn_uuid id, tn_error *err)
{
    return rc == TN_NONE ? fail_no_user(id, err) : rc;
}

static int fail_field(const char *column, const char *message, tn_error *err)
{
    int rc = tn_error_set(err, TN_EINVAL, "%s", message);
    if (err)
        snprintf(err->column, sizeof err->column, "%s", column);
    return rc;
}

/* The server counts characters, and does not say of which column there were too many. */
static int check_length(const char *column, tn_text text, tn_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.data[i] & 0xC0u) != 0x80u;
    return count <= LENGTH_MAX ? TN_OK
                               : fail_field(column, "that is longer than 255 characters", err);
}

static int check_email(tn_text email, tn_error *err)
{
    const char *at = email.size ? memchr(email.data, '@', email.size) : NULL;
    if (!at || at == email.data || at + 1 == email.data + email.size)
        return fail_field("email", "that is no e-mail address", err);
    return check_length("email", email, err);
}

static int check_new(const struct account_new *user, tn_error *err)
{
    if (user->username.size == 0)
        return fail_field("username", "the username is empty", err);
    if (!user->password_hash.data)
        return fail_field("password_hash", "there is no password", err);
    int rc = check_length("username", user->username, err);
    return rc < 0 ? rc : check_email(user->email, err);
}

int account_create(struct cobalt_user *out, tn_db *db, const struct account_new *user,
                   tn_arena *arena, tn_error *err)
{
    const struct cobalt_user_create_args args = {
        .username = user->username,
        .email = user->email,
        .password_hash = user->password_hash,
        .role = user->role,
    };
    int rc = check_new(user, err);
    return rc < 0 ? rc : cobalt_user_create(out, db, &args, arena, err);
}

struct registration {
    const struct account_new *user;
    struct cobalt_user row;
    struct secret secret;
    tn_arena *arena;
};

static int register_both(tn_db *tx, void *user, tn_error *err)
{
    struct registration *r = user;
    int rc = account_create(&r->row, tx, r->user, r->arena, err);
    return rc < 0 ? rc : verification_issue(&r->secret, tx, &r->row, err);
}

int account_register(struct cobalt_user *out, struct secret *secret, tn_db *db,
                     const struct account_new *user, tn_arena *arena, tn_error *err)
{
    struct registration r = {.user = user, .arena = arena};
    int rc = tn_transact(db, register_both, &r, NULL, err);
    if (rc < 0)
        return rc;
    *out = r.row;
    *secret = r.secret;
    return TN_OK;
}

int account_find(struct cobalt_user *out, tn_db *db, tn_uuid id, tn_arena *arena, tn_error *err)
{
    return end_one(cobalt_user_find(out, db, id, arena, err), id, err);
}

int account_find_by_username(struct cobalt_user *out, tn_db *db, tn_text username, tn_arena *arena,
                             tn_error *err)
{
    int rc = cobalt_user_find_by_username(out, db, username, arena, err);
    if (rc != TN_NONE)
        return rc;
    return tn_error_set(err, COBALT_ENOUSER, "there is no user '%.*s'", (int)username.size,
                        username.data ? username.data : "");
}

int account_login(struct cobalt_user *out, tn_db *db, tn_text username, tn_text password,
                  tn_arena *arena, tn_error *err)
{
    struct cobalt_user found;
    int rc = cobalt_user_find_by_username(&found, db, username, arena, err);
    if (rc < 0)
        return rc;
    bool is_there = rc == TN_OK;
    bool is_right;
    rc = password_is(&is_right, password, is_there ? found.password_hash : tn_text_of(NULL), err);
    if (rc < 0)
        return rc;
    if (!is_there || !is_right || found.disabled_at.has)
        return tn_error_set(err, COBALT_ECREDENTIALS, "the name or the password is wrong");
    *out = found;
    return TN_OK;
}

/* A change of one user, as the body of a transaction. */
struct change {
    tn_uuid id;
    tn_text email;
    tn_opt_timestamp seen;
    enum cobalt_user_role role;
    struct cobalt_user row;
    tn_arena *arena;
};

/* Run it; out may be NULL. */
static int change_one(struct cobalt_user *out, tn_db *db, tn_tx_fn body, struct change *change,
                      const tn_tx_options *options, tn_error *err)
{
    int rc = tn_transact(db, body, change, options, err);
    if (rc >= 0 && out)
        *out = change->row;
    return rc < 0 ? rc : TN_OK;
}

static int update_email(tn_db *tx, void *user, tn_error *err)
{
    struct change *c = user;
    const struct cobalt_user_update_email_args args = {
        .email = c->email, .id = c->id, .seen = c->seen};
    int rc = cobalt_user_update_email(&c->row, tx, &args, c->arena, err);
    if (rc == TN_NONE) {
        /* There is none, or none of that version. */
        rc = account_find(&c->row, tx, c->id, c->arena, err);
        return rc < 0 ? rc
                      : tn_error_set(err, COBALT_ESTALE, "'%s' has been changed since it was read",
                                     c->row.username.data);
    }
    return rc < 0 ? rc : cobalt_verification_withdraw(NULL, tx, c->id, err);
}

int account_update_email(struct cobalt_user *out, tn_db *db, tn_uuid id, tn_text email,
                         tn_opt_timestamp seen, tn_arena *arena, tn_error *err)
{
    struct change change = {.id = id, .email = email, .seen = seen, .arena = arena};
    int rc = check_email(email, err);
    return rc < 0 ? rc : change_one(out, db, update_email, &change, NULL, err);
}

/* In a serializable transaction: whether one stays who may do everything, without this user. */
static int keep_an_admin(tn_db *tx, const struct change *c, tn_error *err)
{
    struct cobalt_user user;
    struct cobalt_admin_count_others_row others;
    int rc = account_find(&user, tx, c->id, c->arena, err);
    if (rc < 0 || user.role != COBALT_USER_ROLE_ADMIN || user.disabled_at.has)
        return rc;
    rc = cobalt_admin_count_others(&others, tx, c->id, err);
    if (rc < 0 || others.total > 0)
        return rc;
    return tn_error_set(err, COBALT_ELASTADMIN, "'%s' is the last administrator",
                        user.username.data);
}

static int disable(tn_db *tx, void *user, tn_error *err)
{
    struct change *c = user;
    int rc = keep_an_admin(tx, c, err);
    if (rc >= 0)
        rc = end_one(cobalt_user_disable(&c->row, tx, c->id, c->arena, err), c->id, err);
    return rc < 0 ? rc : cobalt_token_revoke_all(NULL, tx, c->id, err);
}

int account_disable(struct cobalt_user *out, tn_db *db, tn_uuid id, tn_arena *arena, tn_error *err)
{
    struct change change = {.id = id, .arena = arena};
    const tn_tx_options options = database_serializable();
    return change_one(out, db, disable, &change, &options, err);
}

/* A token that was exchanged while its user was being disabled may have a successor, which nobody could
 * use meanwhile: it must not come back with its user. */
static int enable(tn_db *tx, void *user, tn_error *err)
{
    struct change *c = user;
    int rc = end_one(cobalt_user_enable(&c->row, tx, c->id, c->arena, err), c->id, err);
    return rc < 0 ? rc : cobalt_token_revoke_all(NULL, tx, c->id, err);
}

int account_enable(struct cobalt_user *out, tn_db *db, tn_uuid id, tn_arena *arena, tn_error *err)
{
    struct change change = {.id = id, .arena = arena};
    const tn_tx_options options = database_locking();
    return change_one(out, db, enable, &change, &options, err);
}

static int delete_one(tn_db *tx, void *user, tn_error *err)
{
    const struct change *c = user;
    int rc = keep_an_admin(tx, c, err);
    return rc < 0 ? rc : cobalt_user_delete(NULL, tx, c->id, err);
}

int account_delete(tn_db *db, tn_uuid id, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    struct change change = {.id = id, .arena = &arena};
    const tn_tx_options options = database_serializable();
    int rc = change_one(NULL, db, delete_one, &change, &options, err);
    tn_arena_fini(&arena);
    return rc;
}

static int set_role(tn_db *tx, void *user, tn_error *err)
{
    struct change *c = user;
    int rc = c->role == COBALT_USER_ROLE_ADMIN ? TN_OK : keep_an_admin(tx, c, err);
    return rc < 0 ? rc
                  : end_one(cobalt_user_set_role(&c->row, tx, c->role, c->id, c->arena, err), c->id,
                            err);
}

int account_set_role(struct cobalt_user *out, tn_db *db, tn_uuid id, enum cobalt_user_role role,
                     tn_arena *arena, tn_error *err)
{
    struct change change = {.id = id, .role = role, .arena = arena};
    const tn_tx_options options = database_serializable();
    return change_one(out, db, set_role, &change, &options, err);
}

struct handing {
    tn_uuid from;
    tn_uuid to;
    tn_arena arena;
};

/* Both are locked, and can be neither changed nor deleted by anybody else until this is over. */
static int lock_both(const struct cobalt_user **from, const struct cobalt_user **to, tn_db *tx,
                     struct handing *h, tn_error *err)
{
    struct cobalt_user_rows rows;
    int rc = cobalt_user_lock_both_all(&rows, tx, h->from, h->to, &h->arena, err);
    *from = *to = NULL;
    for (size_t i = 0; rc >= 0 && i < rows.count; i++) {
        if (memcmp(&rows.items[i].id, &h->from, sizeof(tn_uuid)) == 0)
            *from = &rows.items[i];
        if (memcmp(&rows.items[i].id, &h->to, sizeof(tn_uuid)) == 0)
            *to = &rows.items[i];
    }
    if (rc >= 0 && (!*from || !*to))
        return fail_no_user(*from ? h->to : h->from, err);
    return rc;
}

static int hand_over(tn_db *tx, void *user, tn_error *err)
{
    struct handing *h = user;
    struct cobalt_user row;
    const struct cobalt_user *from;
    const struct cobalt_user *to;
    int rc = lock_both(&from, &to, tx, h, err);
    if (rc < 0)
        return rc;
    if (from->role != COBALT_USER_ROLE_ADMIN)
        return tn_error_set(err, TN_EINVAL, "'%s' is no administrator", from->username.data);
    if (to->disabled_at.has)
        return tn_error_set(err, COBALT_EDISABLED, "'%s' is disabled", to->username.data);
    rc = cobalt_user_set_role(&row, tx, COBALT_USER_ROLE_USER, h->from, &h->arena, err);
    if (rc >= 0)
        rc = cobalt_user_set_role(&row, tx, COBALT_USER_ROLE_ADMIN, h->to, &h->arena, err);
    return rc < 0 ? rc : TN_OK;
}

int account_hand_over(tn_db *db, tn_uuid from, tn_uuid to, tn_error *err)
{
    struct handing handing = {from, to, TN_ARENA_INIT};
    const tn_tx_options options = database_locking();
    int rc = tn_transact(db, hand_over, &handing, &options, err);
    tn_arena_fini(&handing.arena);
    return rc;
}
