/* SPDX-License-Identifier: MIT */
#include "check/check.h"
#include "commands.h"
#include "queries.h"
#include "show/show.h"

/* Of the database. TN_OK, or how it failed, with *exit_code set. */
static int read_server(struct tn__catalog *out, struct cli *cli, int *exit_code)
{
    tn_error err = {0};
    tn_db *db = cli_open(cli, CLI_READ, exit_code);
    if (!db)
        return TN_ERROR;
    int rc = tn__catalog_read(out, db, cli->arena, &err);
    cli_close(db);
    if (rc != TN_OK)
        *exit_code = cli_fail(cli, rc, &err);
    return rc;
}

/* Of the migrations alone, whatever queries are there. TN_OK, or how it failed, with *exit_code set. */
static int read_migrations(struct tn__catalog *out, struct cli *cli, int *exit_code)
{
    const struct tn__check_options project = queries_check_options(cli);
    struct tn__check_options options = {.dialect = project.dialect,
                                        .server_url = project.server_url,
                                        .migrations_dir = project.migrations_dir,
                                        .functions = project.functions,
                                        .function_count = project.function_count};
    struct tn__checked checked = {0};
    tn_error err = {0};
    queries_guard(&options);
    int rc = tn__check_read(&checked, &options, cli->arena, &cli->diags, &err);
    *exit_code = EXIT_USAGE;
    if (rc == TN_OK) {
        *exit_code = EXIT_NEGATIVE;
        rc = tn__check_judge(&checked, &options, cli->arena, &cli->diags, &err);
        if (rc != TN_OK && cli->diags.errors == 0)
            *exit_code = queries_fail(cli, rc, &err);
    } else if (cli->diags.errors == 0) {
        *exit_code = cli_fail(cli, rc, &err);
    }
    tn__diags_sort(&cli->diags);
    if (rc == TN_OK)
        *out = checked.catalog;
    return rc;
}

static int refuse_name(struct cli *cli, const struct tn__catalog *catalog, const char *name)
{
    const char *near = tn__show_nearest(catalog, tn_text_of(name), cli->arena);
    int exit_code = cli_refuse(cli, EXIT_USAGE, "no table, view, index%s or trigger '%s'",
                               catalog->server ? ", type, function, sequence" : "", name);
    if (near)
        cli_hint(cli, "did you mean '%s'?", near);
    return exit_code;
}

static int run_schema_show(struct cli *cli)
{
    struct tn__catalog catalog;
    struct tn__shown shown = {0};
    const char *name = cli->arg_count > 0 ? cli->args[0] : NULL;
    int exit_code;
    bool is_server = cli->settings.engine == TN__URL_POSTGRES && cli_url(cli);
    int rc = is_server ? read_server(&catalog, cli, &exit_code)
                       : read_migrations(&catalog, cli, &exit_code);
    if (rc != TN_OK)
        return exit_code;
    if (name && !tn__show_find(&shown, &catalog, tn_text_of(name)))
        return refuse_name(cli, &catalog, name);

    bool is_terminal = cli->is_out_terminal;
    enum tn__show_form form = is_terminal && cli->color ? TN__SHOW_COLORED
                              : is_terminal || name     ? TN__SHOW_ALIGNED
                                                        : TN__SHOW_TSV;
    if (cli->json)
        tn__show_document(&cli->out, &catalog, name ? &shown : NULL);
    else if (name)
        tn__show_page(&cli->out, &catalog, &shown, form, cli->arena);
    else
        tn__show_overview(&cli->out, &catalog, form, cli->arena);
    if (!name) {
        size_t tables;
        size_t views;
        tn__show_count(&tables, &views, &catalog);
        cli_say(cli, "%zu table%s, %zu view%s%s; fingerprint %s", tables, tables == 1 ? "" : "s",
                views, views == 1 ? "" : "s", queries_whose(cli), catalog.fingerprint);
    }
    return EXIT_DONE;
}

const struct command cmd_schema_show = {
    .name = "schema show",
    .group = "schema",
    .args = "[NAME]",
    .max_args = 1,
    .needs = NEEDS_SETTINGS | NEEDS_ENGINE,
    .summary = "the schema that the migrations make or a server has, or one table",
    .help =
        "The migrations are replayed on a private database in memory; no database of yours is\n"
        "opened. NAME is a table, a view, an index or a trigger, and everything about it is shown.\n"
        "On PostgreSQL the database is a private server's, as for 'tenon check'. With the URL of a\n"
        "server it is the schema that that database has. There a type, a function or a sequence\n"
        "has a name, too; auth.users is a table of the schema auth.\n"
        "\n"
        "The fingerprint says whether two schemas are the same to a program: the order of\n"
        "creation, blanks and comments make no difference.\n"
        "\n"
        "  tenon schema show\n"
        "  tenon schema show users\n"
        "  tenon schema show --json\n",
    .run = run_schema_show,
};
