/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "confirm.h"
#include "migrate.h"
#include "migrate/engine/postgres.h"
#include "util/str.h"

static const struct cmd_option options[] = {
    CONFIRM_OPTIONS,
    {0},
};

/* The schemas that the migrations make, each once. */
struct schema {
    tn_text name;
    struct schema *next;
};

struct schemas {
    struct cli *cli;
    struct schema *first;
    struct tn__buf text; /* the names, each with a word in front */
};

static int add_schema(void *user, const struct tn__pg_made *made, tn_error *err)
{
    struct schemas *schemas = user;
    if (!made->is_schema)
        return TN_OK;
    for (const struct schema *s = schemas->first; s; s = s->next) {
        if (tn_text_equal(s->name, made->name))
            return TN_OK;
    }
    struct schema *schema = tn_arena_alloc(schemas->cli->arena, sizeof *schema);
    if (!schema)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    *schema = (struct schema){made->name, schemas->first};
    schemas->first = schema;
    tn__buf_puts(&schemas->text, " and in ");
    tn__buf_text(&schemas->text, made->name);
    return TN_OK;
}

const char *migrate_fresh_question(struct cli *cli, const tn_migration_set *set)
{
    struct schemas schemas = {.cli = cli};
    tn_error err = {0};
    tn_text text = {NULL, 0};
    tn__buf_init(&schemas.text, 0);
    tn__buf_puts(&schemas.text, "drop everything, whoever made it, in the search path");
    int rc = tn__pg_each_made(set, cli->arena, add_schema, &schemas, &err);
    tn__buf_puts(&schemas.text, " of");
    if (rc == TN_OK)
        rc = tn__buf_to_arena(&schemas.text, cli->arena, &text);
    tn__buf_fini(&schemas.text);
    return rc == TN_OK ? text.data : NULL;
}

static int run_migrate_fresh(struct cli *cli)
{
    const struct migrate_turn turn = {
        .first = TN_MIGRATE_CLEAR, .goes_up = true, .question = "drop everything in"};
    return migrate_turn(cli, &turn);
}

const struct command cmd_migrate_fresh = {
    .name = "migrate fresh",
    .alias = NULL,
    .group = "migrate",
    .args = "",
    .min_args = 0,
    .max_args = 0,
    .needs = NEEDS_SETTINGS,
    .summary = "drop everything, and apply all migrations",
    .help =
        "Drops every table, view, index and trigger, the history with them, in one transaction,\n"
        "needs no down scripts, and begins anew. It has to be confirmed.\n"
        "\n"
        "On PostgreSQL it drops what is in the schemas of the search path, whoever made it, but\n"
        "for what belongs to extensions, and the schemas that the migrations create. One that\n"
        "they create with IF NOT EXISTS stays, and is emptied as well. Other schemas stay.\n"
        "\n"
        "  tenon migrate fresh --yes\n",
    .options = options,
    .run = run_migrate_fresh,
};
