/* SPDX-License-Identifier: MIT */
#include "queries.h"

#include "database.h"
#include "interrupt.h"

static bool has_both(const struct tn__settings *settings)
{
    return settings->sqlite_migrations && settings->postgres_migrations;
}

const char *queries_whose(const struct cli *cli)
{
    if (!has_both(&cli->settings))
        return "";
    return cli->settings.engine == TN__URL_POSTGRES ? " for PostgreSQL" : " for SQLite";
}

/* A URL that is given for this command; that of the environment is where the program runs. */
static const char *server_url(const struct cli *cli)
{
    const struct tn__settings *settings = &cli->settings;
    bool is_postgres = settings->engine == TN__URL_POSTGRES;
    return is_postgres && settings->is_url_flag ? settings->database_url : settings->check_url;
}

struct tn__check_options queries_check_options(const struct cli *cli)
{
    const struct tn__settings *settings = &cli->settings;
    bool is_postgres = settings->engine == TN__URL_POSTGRES;
    enum tn__dialect dialect = is_postgres ? TN__POSTGRES : TN__SQLITE;
    return (struct tn__check_options){
        .dialect = dialect,
        .engines = has_both(settings) ? TN__ENGINES_ALL : TN__ENGINE_OF(dialect),
        .server_url = server_url(cli),
        .migrations_dir = settings->migrations_dir,
        .sources = settings->query_sources,
        .source_count = settings->query_source_count,
        .types = settings->types,
        .type_count = settings->type_count,
        .functions = settings->functions,
        .function_count = settings->function_count,
        .levels = settings->lint_levels,
        .large = settings->large,
        .large_count = settings->large_count,
    };
}

struct tn__check_options queries_project_options(const struct cli *cli)
{
    const struct tn__settings *settings = &cli->settings;
    struct tn__check_options options = queries_check_options(cli);
    if (!has_both(settings))
        return options;
    /* --migrations is for the engine of the URL. */
    bool is_postgres = options.dialect == TN__POSTGRES;
    options.dialect = TN__SQLITE;
    options.postgres_migrations =
        is_postgres ? settings->migrations_dir : settings->postgres_migrations;
    options.migrations_dir = is_postgres ? settings->sqlite_migrations : settings->migrations_dir;
    return options;
}

void queries_guard(struct tn__check_options *options)
{
    if (!options->server_url)
        return;
    interrupt_watch();
    options->is_stopped = interrupt_is_wanted;
}

struct tn__plan_options queries_plan_options(const struct cli *cli)
{
    return (struct tn__plan_options){
        .prefix = cli->settings.generate_prefix,
        .types = cli->settings.types,
        .type_count = cli->settings.type_count,
        .has_json = cli->settings.generate_json,
    };
}

void queries_say_judge(struct cli *cli, const struct tn__checked *checked)
{
    const bool is_both = checked->halves[0] != NULL;
    for (size_t i = 0; cli->verbosity > 0 && i < (is_both ? 2 : 1); i++) {
        const char *judge = is_both ? checked->halves[i]->judge : checked->judge;
        cli_say(cli, "judged by: %s", judge ? judge : "SQLite, in memory");
    }
}

int queries_fail(struct cli *cli, int status, const tn_error *err)
{
    if (database_refuse_create(cli, server_url(cli), err))
        return EXIT_FAILED;
    if (cli_refuse_no_database(cli, err))
        return EXIT_CONNECT;
    bool has_server = status != TN_ENOTFOUND && status != TN_ECONNECT && status != TN_EPERM;
    bool is_postgres = cli->settings.engine == TN__URL_POSTGRES || has_both(&cli->settings);
    if (!is_postgres || has_server)
        return cli_fail(cli, status, err);
    int exit_code =
        cli_refuse(cli, EXIT_CONNECT, "there is no server to check on: %s", err->message);
    if (status == TN_ENOTFOUND)
        cli_hint(cli, "install PostgreSQL, or name a server: TENON_CHECK_URL=postgres://…");
    return exit_code;
}
