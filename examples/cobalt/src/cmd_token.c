/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "account.h"
#include "app.h"
#include "password.h"
#include "refresh_tokens.tenon.h"
#include "token.h"

static int login(struct app *app)
{
    struct cobalt_user user;
    struct secret token;
    struct password password;
    int rc = app_password(app, &password);
    if (rc >= 0)
        rc = account_login(&user, app->db, tn_text_of(app->args[0]), tn_text_of(password.text),
                           &app->arena, &app->err);
    password_forget(&password);
    if (rc >= 0)
        rc = token_issue(&token, app->db, user.id, &app->err);
    if (rc >= 0)
        puts(token.text);
    return rc;
}

static int rotate(struct app *app)
{
    struct secret successor;
    int rc = token_rotate(&successor, app->db, tn_text_of(app->args[0]), &app->err);
    if (rc >= 0)
        puts(successor.text);
    return rc;
}

static int revoke(struct app *app)
{
    return token_revoke(app->db, tn_text_of(app->args[0]), &app->err);
}

static int revoke_all(struct app *app)
{
    struct cobalt_user user;
    int64_t count = 0;
    int rc = app_arg_user(app, 0, &user);
    if (rc >= 0)
        rc = token_revoke_all(&count, app->db, user.id, &app->err);
    if (rc >= 0)
        out_count((size_t)count, "token");
    return rc;
}

static int list(struct app *app)
{
    struct cobalt_user user;
    struct cobalt_refresh_token_rows rows;
    int rc = app_arg_user(app, 0, &user);
    if (rc >= 0)
        rc = cobalt_token_list_all(&rows, app->db, user.id, &app->arena, &app->err);
    if (rc >= 0)
        out_tokens(rows.items, rows.count);
    return rc;
}

static int purge(struct app *app)
{
    int64_t count = 0;
    const tn_interval month = {.months = 1};
    int rc = cobalt_token_purge(&count, app->db, month, &app->err);
    if (rc >= 0)
        out_count((size_t)count, "token");
    return rc;
}

const struct command token_commands[] = {
    {"login", "USERNAME", 1, 1, "the password comes from standard input; prints a token", NULL,
     login, false},
    {"token rotate", "TOKEN", 1, 1, "exchange it for its successor", NULL, rotate, false},
    {"token revoke", "TOKEN", 1, 1, "log out", NULL, revoke, false},
    {"token revoke-all", "USER", 1, 1, "log out everywhere", NULL, revoke_all, false},
    {"token list", "USER", 1, 1, "family, begin, end, and whether it is good", NULL, list, false},
    {"token purge", "", 0, 0, "remove those that ended a month ago", NULL, purge, false},
    {NULL, NULL, 0, 0, NULL, NULL, NULL, false},
};
