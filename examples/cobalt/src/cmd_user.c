/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "account.h"
#include "app.h"
#include "password.h"
#include "refresh_tokens.tenon.h"
#include "users.tenon.h"
#include "verification.h"

static const struct option create_options[] = {
    {"role", "ROLE", "user or admin; default: user"},
    {NULL, NULL, NULL},
};

/* What is sent to the address stands in for the message. */
static int user_create(struct app *app)
{
    struct cobalt_opt_user_role role;
    struct account_new new_user = {.username = tn_text_of(app->args[0]),
                                   .email = tn_text_of(app->args[1])};
    char hash[PASSWORD_HASH_SIZE];
    struct cobalt_user user;
    struct secret secret;
    struct password password;
    int rc = app_opt_role(app, "role", &role);
    if (rc >= 0)
        rc = app_password(app, &password);
    if (rc >= 0)
        rc = password_hash(hash, tn_text_of(password.text), &app->err);
    password_forget(&password);
    if (rc < 0)
        return rc;
    new_user.role = role.has ? role.value : COBALT_USER_ROLE_USER;
    new_user.password_hash = tn_text_of(hash);
    rc = account_register(&user, &secret, app->db, &new_user, &app->arena, &app->err);
    if (rc < 0)
        return rc;
    out_id(user.id, 0);
    app_say("to %s: cobalt user verify %s", user.email.data, secret.text);
    return TN_OK;
}

static int user_show(struct app *app)
{
    struct cobalt_user user;
    int rc = app_arg_user(app, 0, &user);
    if (rc >= 0)
        out_user(&user);
    return rc;
}

static const struct option list_options[] = {
    {"all", NULL, "those who are disabled, too"},
    {"role", "ROLE", "user or admin"},
    {"verified", "yes|no", "whether the address is verified"},
    {"sort", "ORDER", "oldest, newest or username; default: oldest"},
    {"page", "N", "default: 1"},
    {"per-page", "N", "default: 20"},
    {NULL, NULL, NULL},
};

static int read_sort(struct app *app, enum cobalt_user_search_sort *out)
{
    const char *text = app_option(app, "sort");
    return !text || cobalt_user_search_sort_parse(out, tn_text_of(text))
               ? TN_OK
               : tn_error_set(&app->err, TN_EINVAL, "there is no order '%s'", text);
}

struct page {
    struct cobalt_user_search_args by;
    struct cobalt_user_rows rows;
    int64_t total;
    tn_arena *arena;
};

/* A page and the number of all that it is a part of, of the same moment. */
static int read_page(tn_db *tx, void *user, tn_error *err)
{
    struct page *page = user;
    struct cobalt_user_count_row counted;
    const struct cobalt_user_count_args by = {.has_active = page->by.has_active,
                                              .role = page->by.role,
                                              .email_verified = page->by.email_verified};
    int rc = cobalt_user_count(&counted, tx, &by, err);
    if (rc >= 0)
        rc = cobalt_user_search_all(&page->rows, tx, &page->by, page->arena, err);
    if (rc >= 0)
        page->total = counted.total;
    return rc;
}

static int user_list(struct app *app)
{
    struct page page = {.by = {.has_active = !app_option(app, "all"), .limit = 20},
                        .arena = &app->arena};
    tn_tx_options options = TN_TX_OPTIONS_INIT;
    int64_t number = 1;
    int rc = app_opt_role(app, "role", &page.by.role);
    if (rc >= 0)
        rc = app_opt_bool(app, "verified", &page.by.email_verified);
    if (rc >= 0)
        rc = read_sort(app, &page.by.sort);
    if (rc >= 0)
        rc = app_number(app, "page", &number);
    if (rc >= 0)
        rc = app_number(app, "per-page", &page.by.limit);
    if (rc < 0)
        return rc;
    page.by.offset = (number - 1) * page.by.limit;
    options.access = TN_READ;
    rc = tn_transact(app->db, read_page, &page, &options, &app->err);
    if (rc < 0)
        return rc;
    out_users(page.rows.items, page.rows.count);
    int64_t pages = (page.total + page.by.limit - 1) / page.by.limit;
    fflush(stdout);
    fprintf(stderr, "page %" PRId64 " of %" PRId64 ", %" PRId64 " user%s\n", number, pages,
            page.total, page.total == 1 ? "" : "s");
    return TN_OK;
}

/* One after the other, however many there are. */
static int user_active(struct app *app)
{
    struct cobalt_user_list_active_iter it;
    int rc = cobalt_user_list_active_begin(&it, app->db, &app->err);
    if (rc < 0)
        return rc;
    while ((rc = cobalt_user_list_active_next(&it, &app->err)) == TN_ROW)
        out_users(&it.row, 1);
    cobalt_user_list_active_end(&it);
    return rc;
}

static int user_names(struct app *app)
{
    struct cobalt_user_names_iter it;
    int rc = cobalt_user_names_begin(&it, app->db, &app->err);
    if (rc < 0)
        return rc;
    while ((rc = cobalt_user_names_next(&it, &app->err)) == TN_ROW)
        out_cell(it.row.username, 0);
    cobalt_user_names_end(&it);
    return rc;
}

static const struct option email_options[] = {
    {"seen", "TIME", "only if it was updated then, and not since"},
    {NULL, NULL, NULL},
};

static int user_email(struct app *app)
{
    struct cobalt_user user;
    tn_opt_timestamp seen = {false, {0}};
    int rc = app_opt_time(app, "seen", &seen);
    if (rc >= 0)
        rc = app_arg_user(app, 0, &user);
    if (rc >= 0)
        rc = account_update_email(&user, app->db, user.id, tn_text_of(app->args[1]), seen,
                                  &app->arena, &app->err);
    if (rc >= 0)
        out_field_time("updated", tn_some_timestamp(user.updated_at));
    return rc;
}

/* The change of one user that a command is for. */
static int change(struct app *app,
                  int (*how)(struct cobalt_user *, tn_db *, tn_uuid, tn_arena *, tn_error *))
{
    struct cobalt_user user;
    int rc = app_arg_user(app, 0, &user);
    return rc < 0 ? rc : how(&user, app->db, user.id, &app->arena, &app->err);
}

static int user_disable(struct app *app)
{
    return change(app, account_disable);
}

static int user_enable(struct app *app)
{
    return change(app, account_enable);
}

static int user_delete(struct app *app)
{
    struct cobalt_user user;
    int rc = app_arg_user(app, 0, &user);
    return rc < 0 ? rc : account_delete(app->db, user.id, &app->err);
}

static int user_role(struct app *app)
{
    struct cobalt_user user;
    enum cobalt_user_role role;
    int rc = app_arg_role(app, 1, &role);
    if (rc >= 0)
        rc = app_arg_user(app, 0, &user);
    return rc < 0 ? rc : account_set_role(&user, app->db, user.id, role, &app->arena, &app->err);
}

static int user_hand_over(struct app *app)
{
    struct cobalt_user from;
    struct cobalt_user to;
    int rc = app_arg_user(app, 0, &from);
    if (rc >= 0)
        rc = app_arg_user(app, 1, &to);
    return rc < 0 ? rc : account_hand_over(app->db, from.id, to.id, &app->err);
}

static int user_verify(struct app *app)
{
    struct cobalt_user user;
    int rc = verification_confirm(&user, app->db, tn_text_of(app->args[0]), &app->arena, &app->err);
    if (rc >= 0)
        out_users(&user, 1);
    return rc;
}

static int user_verification(struct app *app)
{
    struct cobalt_user user;
    struct secret secret;
    int rc = app_arg_user(app, 0, &user);
    if (rc >= 0)
        rc = verification_issue(&secret, app->db, &user, &app->err);
    if (rc >= 0)
        puts(secret.text);
    return rc;
}

static int user_tokens(struct app *app)
{
    struct cobalt_user_with_tokens_rows rows;
    int rc = cobalt_user_with_tokens_all(&rows, app->db, &app->arena, &app->err);
    for (size_t i = 0; rc >= 0 && i < rows.count; i++) {
        out_cell(rows.items[i].user.username, 0);
        out_tokens(rows.items[i].tokens, rows.items[i].tokens_count);
    }
    return rc;
}

const struct command user_commands[] = {
    {"user create", "USERNAME EMAIL", 2, 2, "the password comes from standard input; prints the id",
     create_options, user_create, false},
    {"user show", "USER", 1, 1, "all but the password", NULL, user_show, false},
    {"user list", "", 0, 0, "a page, and how many there are", list_options, user_list, false},
    {"user active", "", 0, 0, "all who are not disabled, the oldest first", NULL, user_active,
     false},
    {"user names", "", 0, 0, "the usernames alone", NULL, user_names, false},
    {"user tokens", "", 0, 0, "each with his tokens", NULL, user_tokens, false},
    {"user email", "USER EMAIL", 2, 2, "another address, which is to be verified", email_options,
     user_email, false},
    {"user verification", "USER", 1, 1, "a new one: prints what is sent to him", NULL,
     user_verification, false},
    {"user verify", "SECRET", 1, 1, "what was sent has been read", NULL, user_verify, false},
    {"user role", "USER ROLE", 2, 2, "user or admin; one admin stays", NULL, user_role, false},
    {"user hand-over", "FROM TO", 2, 2, "TO becomes admin in the place of FROM", NULL,
     user_hand_over, false},
    {"user disable", "USER", 1, 1, "he stays, and may not log in", NULL, user_disable, false},
    {"user enable", "USER", 1, 1, "he may again", NULL, user_enable, false},
    {"user delete", "USER", 1, 1, "with all that is his", NULL, user_delete, false},
    {NULL, NULL, 0, 0, NULL, NULL, NULL, false},
};
