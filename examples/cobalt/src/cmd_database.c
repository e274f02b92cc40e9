/* SPDX-License-Identifier: MIT */
#include "account.h"
#include "app.h"
#include "contention.h"
#include "database.h"
#include "migrations.h"
#include "token.h"
#include "users.tenon.h"

/* The database as a whole. */

static int migrate(struct app *app)
{
    return database_migrate(app->db, &app->err);
}

static int status(struct app *app)
{
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    tn_migrate_report report = {.arena = &app->arena};
    options.op = TN_MIGRATE_STATUS;
    int rc = tn_migrate(app->db, &cobalt_migrations, &options, &report, &app->err);
    if (rc < 0)
        return rc;
    printf("database    %s\n", tn_db_url(app->db));
    printf("migrations  %zu applied, %zu pending\n", report.applied, report.pending);
    return TN_OK;
}

/* Two administrators and a user, who are here for the scenes alone. */
struct cast {
    struct cobalt_user ann, bob, eve;
};

enum {
    WRITERS = 8,
    ADDITIONS = 25
};

static int bring(struct cobalt_user *out, struct app *app, const char *name, const char *email,
                 enum cobalt_user_role role)
{
    const struct account_new user = {.username = tn_text_of(name),
                                     .email = tn_text_of(email),
                                     .password_hash = tn_text_of("none"),
                                     .role = role};
    return account_create(out, app->db, &user, &app->arena, &app->err);
}

static void tell(const char *scene, const struct contention *c, const char *what)
{
    printf("%-14s %2u done, %2u refused", scene, c->done, c->refused);
    if (c->refused)
        printf(" (%s)", cobalt_status_name(c->status));
    printf(", %u runs: %s\n", c->runs, what);
}

static int play_transactions(struct app *app, const struct cast *cast)
{
    struct contention c;
    int rc = contention_deadlock(&c, app->db, cast->ann.id, cast->bob.id, &app->err);
    if (rc < 0)
        return rc;
    tell("deadlock", &c, "one was rolled back, and run again");
    rc = contention_serialization(&c, app->db, cast->ann.id, cast->bob.id, &app->err);
    if (rc >= 0)
        tell("serialization", &c, "each was to take the other's role");
    return rc;
}

static int play_changes(struct app *app, const struct cast *cast)
{
    struct contention c;
    struct cobalt_user user;
    int rc = contention_optimistic(&c, app->db, &cast->eve, WRITERS, &app->err);
    if (rc < 0)
        return rc;
    tell("optimistic", &c, "all from the same version");
    rc = account_update_email(&user, app->db, cast->eve.id, tn_text_of("0@example.com"),
                              (tn_opt_timestamp){false, {0}}, &app->arena, &app->err);
    if (rc >= 0)
        rc = contention_for_update(&c, app->db, user.id, WRITERS, ADDITIONS, &app->err);
    if (rc >= 0)
        rc = account_find(&user, app->db, user.id, &app->arena, &app->err);
    if (rc < 0)
        return rc;
    tell("for update", &c, user.email.data);
    return TN_OK;
}

static int play_rotation(struct app *app, const struct cast *cast)
{
    struct contention c;
    struct secret token;
    struct secret successor;
    struct secret next;
    int rc = token_issue(&token, app->db, cast->eve.id, &app->err);
    if (rc >= 0)
        rc = contention_rotate(&c, &successor, app->db, &token, WRITERS, &app->err);
    if (rc < 0)
        return rc;
    tell("rotation", &c, "one successor");
    rc = token_rotate(&next, app->db, tn_text_of(successor.text), &app->err);
    if (rc == COBALT_EREUSED || rc == COBALT_ETOKEN)
        printf("%-14s the successor is refused, too: the family was revoked\n", "");
    return rc == COBALT_EREUSED || rc == COBALT_ETOKEN ? TN_OK : rc;
}

/* An administrator who is there already would be left, and nobody refused: the scenes would be other ones. */
static int want_empty(struct app *app)
{
    const struct cobalt_user_count_args everybody = {0};
    struct cobalt_user_count_row row;
    int rc = cobalt_user_count(&row, app->db, &everybody, &app->err);
    if (rc == TN_OK && row.total > 0)
        rc = tn_error_set(&app->err, TN_EINVAL,
                          "the scenes want a database that is empty, and it has %lld users",
                          (long long)row.total);
    return rc;
}

static int contention(struct app *app)
{
    struct cast cast;
    int rc = want_empty(app);
    if (rc >= 0)
        rc = bring(&cast.ann, app, "contention-1", "1@contention.example", COBALT_USER_ROLE_ADMIN);
    if (rc >= 0)
        rc = bring(&cast.bob, app, "contention-2", "2@contention.example", COBALT_USER_ROLE_ADMIN);
    if (rc >= 0)
        rc = bring(&cast.eve, app, "contention-3", "3@contention.example", COBALT_USER_ROLE_USER);
    if (rc >= 0)
        rc = play_transactions(app, &cast);
    if (rc >= 0)
        rc = play_changes(app, &cast);
    return rc < 0 ? rc : play_rotation(app, &cast);
}

const struct command database_commands[] = {
    {"migrate", "", 0, 0, "apply the migrations that are pending", NULL, migrate, true},
    {"status", "", 0, 0, "which database, and its migrations", NULL, status, true},
    {"contention", "", 0, 0, "several want the same: for a database that is empty", NULL,
     contention, false},
    {NULL, NULL, 0, 0, NULL, NULL, NULL, false},
};
