/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "commands.h"
#include "explain/explain.h"
#include "input.h"
#include "queries.h"

static const struct cmd_option options[] = {
    {"database", 0, OPTION_FLAG, NULL, "on the database, instead of the migrations' schema"},
    {"analyze", 0, OPTION_FLAG, NULL, "run it on the database, and roll it back"},
    {"advise", 0, OPTION_FLAG, NULL, "look for indexes that make the plan better"},
    {"param", 'p', OPTION_LIST, "NAME=VALUE", "the value of a parameter, or the text of a choice"},
    {"with", 0, OPTION_LIST, "PART", "no optional parts but this, and those with a parameter set"},
    {"without", 0, OPTION_LIST, "PART", "all optional parts but this"},
    {0},
};

static int fail(struct cli *cli, int status, const tn_error *err)
{
    static const struct {
        int status;
        int exit_code;
    } exits[] = {{TN_ENOTFOUND, EXIT_NEGATIVE},
                 {TN_ESYNTAX, EXIT_NEGATIVE},
                 {TN_EINVAL, EXIT_USAGE},
                 {TN_EREFUSED, EXIT_REFUSED}};
    for (size_t i = 0; i < sizeof(exits) / sizeof(exits[0]); i++) {
        if (exits[i].status != status)
            continue;
        tn__diags_sort(&cli->diags);
        if (cli->diags.errors == 0)
            tn__diags_add(&cli->diags, "usage", (struct tn__place){0}, "%s", err->message);
        return exits[i].exit_code;
    }
    return queries_fail(cli, status, err);
}

static int find(struct cli *cli, struct tn__explain *explain, bool is_on_database)
{
    tn_error err = {0};
    tn_text subject = tn_text_of(cli->args[0]);
    if (strcmp(cli->args[0], "-") == 0) {
        int exit_code = input_read_all(&subject, cli);
        if (exit_code != EXIT_DONE)
            return exit_code;
    }
    int rc = tn__explain_find(explain, subject, !is_on_database, &err);
    if (rc == TN_OK)
        return EXIT_DONE;
    int exit_code = fail(cli, rc, &err);
    const char *near = rc == TN_ENOTFOUND ? tn__explain_nearest(explain, subject) : NULL;
    if (near)
        cli_hint(cli, "did you mean '%s'?", near);
    return exit_code;
}

/* Of a text that is chosen, and of a parameter. */
static int refuse(struct cli *cli, int status, const tn_error *err)
{
    return status == TN_ENOMEM ? cli_fail(cli, status, err)
                               : cli_refuse(cli, EXIT_USAGE, "%s", err->message);
}

static int choose(struct cli *cli, struct tn__explain *explain)
{
    tn_error err = {0};
    struct tn__explain_form form = {0};
    form.with = cli_list(&form.with_count, cli, "with");
    form.without = cli_list(&form.without_count, cli, "without");
    form.settings = cli_list(&form.setting_count, cli, "param");
    int rc = tn__explain_choose(explain, &form, &err);
    return rc == TN_OK ? EXIT_DONE : refuse(cli, rc, &err);
}

/* On the schema; or on *db, which is opened for as much as the statement needs. */
static int open_engine(struct cli *cli, struct tn__explain *explain, tn_db **db,
                       bool is_on_database)
{
    tn_error err = {0};
    int exit_code = EXIT_DONE;
    bool runs = cli_flag(cli, "analyze");
    if (is_on_database && !(*db = cli_open(cli, CLI_READ, &exit_code)))
        return exit_code;
    int rc = tn__explain_open(explain, *db, TN_READ, !runs, &err);
    if (rc == TN_OK && runs && !explain->statement.is_readonly) {
        tn__explain_close(explain);
        cli_close(*db);
        if (!(*db = cli_open(cli, CLI_TRIAL, &exit_code)))
            return exit_code;
        rc = tn__explain_open(explain, *db, TN_WRITE, false, &err);
    }
    return rc == TN_OK ? EXIT_DONE : fail(cli, rc, &err);
}

static int look(struct cli *cli, struct tn__explain *explain)
{
    size_t count;
    tn_error err = {0};
    const char *const *settings = cli_list(&count, cli, "param");
    for (size_t i = 0; i < count; i++) {
        int rc = tn__explain_bind(explain, settings[i], &err);
        if (rc != TN_OK)
            return refuse(cli, rc, &err);
    }
    int rc = tn__explain_plan(explain, &err);
    if (rc == TN_OK && cli_flag(cli, "analyze"))
        rc = tn__explain_analyze(explain, &err);
    if (rc == TN_OK && cli_flag(cli, "advise"))
        rc = tn__explain_advise(explain, &err);
    if (rc == TN_EREFUSED)
        return cli_refuse(cli, EXIT_REFUSED, "%s", err.message);
    if (rc != TN_OK)
        return cli_fail(cli, rc, &err);
    if (cli->json)
        tn__explain_document(&cli->out, explain);
    else
        tn__explain_text(&cli->out, explain, cli->is_out_terminal && cli->color);
    if (explain->advice_count > 0)
        cli_say(cli, "nothing has been made; next: tenon migrate add %s", explain->advice[0].name);
    return EXIT_DONE;
}

static int run_explain(struct cli *cli)
{
    struct tn__check_options check = queries_check_options(cli);
    struct tn__explain explain = {.options = &check, .arena = cli->arena, .diags = &cli->diags};
    bool is_on_database = cli_flag(cli, "database") || cli_flag(cli, "analyze");
    tn_db *db = NULL;
    int exit_code = find(cli, &explain, is_on_database);
    if (exit_code == EXIT_DONE)
        exit_code = choose(cli, &explain);
    if (exit_code == EXIT_DONE)
        exit_code = open_engine(cli, &explain, &db, is_on_database);
    if (exit_code == EXIT_DONE)
        exit_code = look(cli, &explain);
    tn__explain_close(&explain);
    cli_close(db);
    return exit_code;
}

const struct command cmd_explain = {
    .name = "explain",
    .group = "queries",
    .args = "QUERY|SQL",
    .min_args = 1,
    .max_args = 1,
    .needs = NEEDS_SETTINGS | NEEDS_ENGINE,
    .summary = "the plan of a query, what it costs, and the index that it lacks",
    .help =
        "A single word is the name of a query of the project; anything else is one statement of\n"
        "SQL, and '-' is SQL from standard input. The plan is that on the schema of the\n"
        "migrations, on a private database (SQLite: in memory; PostgreSQL: on a private server, or\n"
        "beside the database of --url); with --database, that on the database of the settings, with\n"
        "its statistics, and nothing is written there. On PostgreSQL it is the generic plan of a\n"
        "prepared statement, unless -p sets all parameters.\n"
        "\n"
        "--analyze runs the statement on the database, in a transaction that is always rolled\n"
        "back: triggers run, and nothing stays. Parameters that are not set are NULL.\n"
        "--advise tries indexes in a private database that has no rows, and shows those that\n"
        "make the plan better, with the queries whose writes would pay for them; on PostgreSQL\n"
        "not together with --database or --analyze.\n"
        "\n"
        "VALUE is a literal of SQL (7, 2.5, 'text', x'00ff', NULL, TRUE) or text as it is; of a\n"
        "list, several with commas between them, and -p again adds more; of a choice, the name\n"
        "of one of its texts. A query with optional parts is explained with all of them;\n"
        "--without PART leaves one out, --with PART leaves out all others but those that have\n"
        "a parameter which -p sets.\n"
        "\n"
        "Ends with 1 if there is no such query or the SQL is broken, with 3 without a server or a\n"
        "database, with 7 for a statement that has no plan, such as VACUUM.\n"
        "\n"
        "  tenon explain task_list\n"
        "  tenon explain 'SELECT * FROM tasks WHERE owner = 1 ORDER BY title' --advise\n"
        "  tenon explain task_list --analyze -p owner=7\n"
        "  tenon explain task_page --without owner -p sort=title -p ids=1,2,3\n",
    .options = options,
    .run = run_explain,
};
