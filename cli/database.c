/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <stdlib.h>
#include <string.h>

#include "doctor/doctor.h"
#include "frame.h"
#include "interrupt.h"
#include "render/grid.h"
#include "render/json.h"
#include "util/fs.h"
#include "util/str.h"
#include "util/url.h"

/* The URL of the settings, read; NULL: none, or not to be read, and that has been reported. */
static const char *database_url(struct cli *cli, struct tn__url *url, int *exit_code)
{
    tn_error err = {0};
    if (!cli_url(cli)) {
        cli_open(cli, CLI_READ, exit_code); /* which says what is missing */
        return NULL;
    }
    int rc = tn__url_parse(url, cli_url(cli), cli->arena, &err);
    if (rc != TN_OK) {
        *exit_code = cli_fail(cli, rc, &err);
        return NULL;
    }
    return cli_url(cli);
}

/* What it is called in what is said of it. */
static const char *name_of(const struct tn__url *url)
{
    if (url->engine == TN__URL_POSTGRES)
        return url->database ? url->database : "the server";
    return url->path ? url->path : ":memory:";
}

bool database_refuse_create(struct cli *cli, const char *url, const tn_error *err)
{
    struct tn__url parsed;
    struct tn__buf name;
    const char *role;
    bool may = true;
    if (!url || strcmp(err->sqlstate, "42501") != 0 ||
        tn__url_parse(&parsed, url, cli->arena, NULL) != TN_OK ||
        tn__server_may_create(&may, &role, &parsed, cli->arena) != TN_OK || may)
        return false;
    cli_refuse(cli, EXIT_FAILED, "role '%s' may not create a database: %s", role, err->message);
    tn__buf_init(&name, 0);
    tn__buf_sql_name(&name, tn_text_of(role));
    if (tn__buf_status(&name) == TN_OK)
        cli_hint(cli, "as one who may: ALTER ROLE %s CREATEDB", name.data);
    tn__buf_fini(&name);
    return true;
}

static int create_on_server(struct cli *cli, const struct tn__url *url)
{
    tn_error err = {0};
    int rc = tn__server_create_database(url, &err);
    if (rc < 0 && database_refuse_create(cli, url->text, &err))
        return EXIT_FAILED;
    if (rc != TN_OK && rc != TN_NONE)
        return report_status(cli, report_exit_connecting(rc), rc, err.message);
    cli_say(cli, "%s %s; next: tenon migrate up", name_of(url),
            rc == TN_NONE ? "is there already" : "has been created");
    return EXIT_DONE;
}

int database_create(struct cli *cli)
{
    struct tn__url url;
    int exit_code = EXIT_DONE;
    if (!database_url(cli, &url, &exit_code))
        return exit_code;
    if (url.engine == TN__URL_POSTGRES)
        return create_on_server(cli, &url);
    bool was_there = url.path && tn__path_kind(url.path) != TN__PATH_NONE;
    tn_db *db = cli_open(cli, CLI_CREATE, &exit_code);
    if (!db)
        return exit_code;
    cli_say(cli, "%s %s; next: tenon migrate up", name_of(&url),
            was_there ? "is there already" : "has been created");
    cli_close(db);
    return EXIT_DONE;
}

int database_drop(struct cli *cli)
{
    struct tn__url url;
    tn_error err = {0};
    int exit_code = EXIT_DONE;
    const char *text = database_url(cli, &url, &exit_code);
    if (!text)
        return exit_code;
    int rc = tn__database_drop(text, cli_flag(cli, "force"), &err);
    if (rc == TN_NONE)
        cli_say(cli, "Nothing to remove: there is no '%s'", name_of(&url));
    else if (rc == TN_OK)
        cli_say(cli, "Removed '%s'; next: tenon database setup", name_of(&url));
    else
        exit_code = report_status(cli, report_exit_connecting(rc), rc, err.message);
    if (rc == TN_EBUSY && url.engine == TN__URL_POSTGRES)
        cli_hint(cli, "--force disconnects them");
    return exit_code;
}

static bool is_interrupted(void *user)
{
    (void)user;
    return interrupt_is_wanted();
}

int database_wait(struct cli *cli, int64_t timeout_ms)
{
    struct tn__url url;
    tn_error err = {0};
    int exit_code = EXIT_DONE;
    const char *text = database_url(cli, &url, &exit_code);
    if (!text)
        return exit_code;
    interrupt_watch();
    int rc = tn__database_wait(text, timeout_ms, is_interrupted, NULL, &err);
    if (rc == TN_OK) {
        cli_say(cli, "%s answers", name_of(&url));
        return EXIT_DONE;
    }
    if (cli_refuse_no_database(cli, &err))
        return EXIT_CONNECT;
    return report_status(cli, report_exit_connecting(rc), rc, err.message);
}

/* --- info -------------------------------------------------------------------------------------- */

struct standing {
    bool is_known;
    size_t applied;
    size_t pending;
};

/* Where there is a folder of migrations. */
static struct standing read_standing(struct cli *cli, tn_db *db)
{
    struct standing standing = {.is_known = false};
    tn_migration_set set;
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    tn_migrate_report report = {.arena = cli->arena};
    options.op = TN_MIGRATE_STATUS;
    if (tn_migration_set_load(&set, cli->settings.migrations_dir, cli->arena, NULL, NULL) !=
            TN_OK ||
        tn_migrate(db, &set, &options, &report, NULL) != TN_OK)
        return standing;
    return (struct standing){true, report.applied, report.pending};
}

static void add_json(struct cli *cli, const struct tn__fact *facts, size_t count,
                     const struct standing *standing)
{
    struct tn__json json;
    tn__json_init(&json, &cli->out);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    for (size_t i = 0; i < count; i++) {
        if (facts[i].is_number && facts[i].value)
            tn__json_key_int(&json, facts[i].name, strtoll(facts[i].value, NULL, 10));
        else
            tn__json_key_string(&json, facts[i].name, facts[i].value);
    }
    if (standing->is_known) {
        tn__json_key_int(&json, "applied", (int64_t)standing->applied);
        tn__json_key_int(&json, "pending", (int64_t)standing->pending);
    }
    tn__json_object_end(&json);
    tn__buf_putc(&cli->out, '\n');
}

static void add_row(struct tn__grid *table, const char *name, const char *value)
{
    tn__grid_cell(table, tn_text_of(name));
    tn__grid_cell(table, tn_text_of(value));
}

static void add_table(struct cli *cli, const struct tn__fact *facts, size_t count,
                      const struct standing *standing)
{
    static const struct tn__grid_column columns[] = {{"fact", TN__LEFT}, {"value", TN__LEFT}};
    struct tn__grid table;
    tn__grid_init(&table, columns, 2, cli->arena);
    for (size_t i = 0; i < count; i++) {
        if (facts[i].value)
            add_row(&table, facts[i].name, facts[i].value);
    }
    if (standing->is_known) {
        add_row(&table, "applied", tn__arena_printf(cli->arena, "%zu", standing->applied));
        add_row(&table, "pending", tn__arena_printf(cli->arena, "%zu", standing->pending));
    }
    if (cli->is_out_terminal)
        tn__grid_text(&cli->out, &table, cli->color);
    else
        tn__grid_tsv(&cli->out, &table);
}

int database_info(struct cli *cli)
{
    const struct tn__fact *facts;
    size_t count;
    tn_error err = {0};
    int exit_code = EXIT_DONE;
    tn_db *db = cli_open(cli, CLI_READ, &exit_code);
    if (!db)
        return exit_code;
    int rc = TN_OK;
    const char *shown = NULL;
    rc = tn__url_redact(&shown, cli_url(cli), cli->arena);
    if (rc == TN_OK)
        rc = tn__facts_read(&facts, &count, db, shown, cli->arena, &err);
    struct standing standing = {.is_known = false};
    if (rc == TN_OK)
        standing = read_standing(cli, db);
    cli_close(db);
    if (rc != TN_OK)
        return cli_fail(cli, rc, &err);
    if (cli->json)
        add_json(cli, facts, count, &standing);
    else
        add_table(cli, facts, count, &standing);
    return EXIT_DONE;
}
