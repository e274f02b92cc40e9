/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "frame.h"
#include "interrupt.h"
#include "util/fs.h"
#include "util/str.h"
#include "util/url.h"

/* Opening the database of the settings, for what the command is about to do with it. */

/* Written so that any byte comes back from tn__url_parse() as it was. */
static void add_escaped(struct tn__buf *out, tn_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (tn__is_ident(c) || c == '/' || c == '.' || c == '-' || c == '~')
            tn__buf_putc(out, c);
        else
            tn__buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
    }
}

static bool is_changing(tn_text name)
{
    return tn__text_is(name, "mode") || tn__text_is(name, "journal_mode") ||
           tn__text_is(name, "synchronous") || tn__text_is(name, "immutable");
}

/* Whether the file's header says WAL, in its read and write versions (database file format, 1.3.3). */
static bool is_wal(const char *path)
{
    enum {
        VERSIONS_AT = 18,
        VERSION_WAL = 2
    };
    unsigned char head[VERSIONS_AT + 2];
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    bool is_read = fread(head, 1, sizeof(head), file) == sizeof(head);
    fclose(file);
    return is_read && head[VERSIONS_AT] == VERSION_WAL && head[VERSIONS_AT + 1] == VERSION_WAL;
}

/*
 * Whether it is a WAL database that nobody has open: who has, has a -wal file beside it. Then it can
 * be read without making a -wal and a -shm file, which SQLite otherwise leaves behind when all it may
 * do is read. In other journal modes reading makes no file, and a writer may have none: locks tell.
 */
static bool is_wal_at_rest(const char *path, tn_arena *arena)
{
    static const char *const suffixes[] = {"-wal", "-journal"};
    if (!is_wal(path))
        return false;
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        const char *beside = tn__arena_printf(arena, "%s%s", path, suffixes[i]);
        if (beside == NULL || tn__path_kind(beside) != TN__PATH_NONE)
            return false;
    }
    return true;
}

/* The same file with another mode. With `is_reading`, what would change the file is left out. */
static const char *url_with_mode(const struct tn__url *url, const char *mode, bool is_reading,
                                 tn_arena *arena)
{
    struct tn__buf out;
    tn_text text;
    tn__buf_init(&out, 0);
    tn__buf_puts(&out, "sqlite:");
    add_escaped(&out, tn_text_of(url->path));
    tn__buf_printf(&out, "?mode=%s", mode);
    if (strcmp(mode, "ro") == 0 && is_wal_at_rest(url->path, arena))
        tn__buf_puts(&out, "&immutable=on");
    for (size_t i = 0; i < url->param_count; i++) {
        if (is_reading && is_changing(url->params[i].name))
            continue;
        tn__buf_putc(&out, '&');
        add_escaped(&out, url->params[i].name);
        tn__buf_putc(&out, '=');
        add_escaped(&out, url->params[i].value);
    }
    int rc = tn__buf_to_arena(&out, arena, &text);
    tn__buf_fini(&out);
    return rc == TN_OK ? text.data : NULL;
}

/* The same file for writing, in the journal mode that it has: opening makes it WAL otherwise. What
 * is not WAL is no property of the file. */
static const char *url_for_trial(struct cli *cli, const struct tn__url *url)
{
    const char *text = url_with_mode(url, "rw", true, cli->arena);
    return text ? tn__arena_printf(cli->arena, "%s&journal_mode=%s", text,
                                   is_wal(url->path) ? "wal" : "delete")
                : NULL;
}

/* The URL to open it with; NULL: no memory. */
static const char *url_for(struct cli *cli, const struct tn__url *url, enum cli_access access)
{
    if (url->engine != TN__URL_SQLITE || url->is_memory || access == CLI_WRITE)
        return url->text;
    if (access == CLI_CREATE)
        return tn__url_param(url, "mode").data != NULL
                   ? url->text
                   : url_with_mode(url, "rwc", false, cli->arena);
    if (access == CLI_TRIAL)
        return url_for_trial(cli, url);
    if (access == CLI_PREVIEW && tn__path_kind(url->path) == TN__PATH_NONE)
        return ":memory:";
    return url_with_mode(url, "ro", true, cli->arena);
}

struct fact {
    const char *label;
    const char *sql;
};

static const struct fact facts_of_sqlite[] = {
    {"journal_mode", "PRAGMA journal_mode"},
    {"synchronous", "PRAGMA synchronous"},
    {"foreign_keys", "PRAGMA foreign_keys"},
    {"busy_timeout", "PRAGMA busy_timeout"},
    {"page_size", "PRAGMA page_size"},
    {"cache_size", "PRAGMA cache_size"},
    {NULL, NULL},
};

static const struct fact facts_of_postgres[] = {
    {"server_version", "SELECT current_setting('server_version')"},
    {"process", "SELECT pg_backend_pid()"},
    {"user", "SELECT current_user::text"},
    {"search_path", "SELECT current_setting('search_path')"},
    {"lock_timeout", "SELECT current_setting('lock_timeout')"},
    {"synchronous_commit", "SELECT current_setting('synchronous_commit')"},
    {NULL, NULL},
};

/* -v: which database; -vv: what is in force on it. Failures here are no failures of the command. */
static void say_opened(struct cli *cli, tn_db *db)
{
    if (cli->verbosity < 1)
        return;
    cli_say(cli, "database: %s (%s)", tn_db_url(db), tn_db_engine(db));
    bool is_sqlite = strcmp(tn_db_engine(db), "sqlite") == 0;
    const struct fact *facts = is_sqlite ? facts_of_sqlite : facts_of_postgres;
    for (size_t i = 0; cli->verbosity > 1 && facts[i].label; i++) {
        tn_rows rows;
        if (tn_query(&rows, db, facts[i].sql, NULL, 0, cli->arena, NULL) != TN_OK ||
            rows.row_count != 1)
            continue;
        const tn_value *value = tn_rows_at(&rows, 0, 0);
        if (value->type == TN_INT)
            cli_say(cli, "  %s = %lld", facts[i].label, (long long)value->as.integer);
        else if (value->type == TN_TEXT)
            cli_say(cli, "  %s = %.*s", facts[i].label, (int)value->as.text.size,
                    value->as.text.data);
    }
}

static tn_db *refuse_open(struct cli *cli, const struct tn__url *url, int status,
                          const tn_error *err, int *exit_code)
{
    *exit_code = report_exit_connecting(status);
    if (status == TN_ENOTFOUND && url->path != NULL) {
        char message[sizeof(err->message)];
        snprintf(message, sizeof(message), "no database at '%s'", url->path);
        report_status(cli, *exit_code, status, message);
        cli_hint(cli, "create it with: tenon migrate up");
        return NULL;
    }
    if (strcmp(err->sqlstate, "3D000") == 0) {
        report_status(cli, *exit_code, TN_ENOTFOUND, err->message);
        cli_hint(cli, "create it with: tenon database create");
        return NULL;
    }
    const char *message = err->message[0] != '\0' ? err->message : tn_status_text(status);
    char named[sizeof(err->message) + 64];
    if (status == TN_EBUSY && url->path != NULL) {
        snprintf(named, sizeof(named), "%s ('%s')", message, tn__path_shown(url->path));
        message = named;
    }
    report_status(cli, *exit_code, status, message);
    return NULL;
}

static tn_db *refuse_unconfigured(struct cli *cli, int *exit_code)
{
    const struct tn__settings *settings = &cli->settings;
    if (settings->unset_variable != NULL)
        *exit_code = cli_refuse(
            cli, EXIT_USAGE, "no database is configured: %s takes it from '%s', which is not set",
            settings->unset_origin, settings->unset_variable);
    else if (settings->lone_variable != NULL)
        *exit_code = cli_refuse(cli, EXIT_USAGE,
                                "no database is configured: %s is set, but neither POSTGRES_HOST "
                                "nor POSTGRES_DB",
                                settings->lone_variable);
    else
        *exit_code = cli_refuse(cli, EXIT_USAGE, "no database is configured");
    cli_hint(cli, "set DATABASE_URL=sqlite:app.db, pass --url sqlite:app.db, or write "
                  "'[database] url = sqlite:app.db' in tenon.ini; a server is postgres://host/app");
    return NULL;
}

const char *cli_url(const struct cli *cli)
{
    return cli->settings.direct_url ? cli->settings.direct_url : cli->settings.database_url;
}

/* How migrators keep each other out is said of the database, whatever the way there. NULL: no memory. */
static const char *with_lock_of_named(struct cli *cli, const struct tn__url *url, const char *text)
{
    struct tn__url named;
    const struct tn__settings *settings = &cli->settings;
    if (!settings->direct_url || !settings->database_url ||
        tn__url_param(url, "migration_lock").data != NULL ||
        tn__url_parse(&named, settings->database_url, cli->arena, NULL) != TN_OK)
        return text;
    tn_text lock = tn__url_param(&named, "migration_lock");
    if (lock.data == NULL)
        return text;
    return tn__arena_printf(cli->arena, "%s%cmigration_lock=%.*s", text,
                            url->param_count > 0 ? '&' : '?', (int)lock.size, lock.data);
}

tn_db *cli_open(struct cli *cli, enum cli_access access, int *exit_code)
{
    struct tn__url url;
    tn_db *db = NULL;
    tn_db_options options = TN_DB_OPTIONS_INIT;
    tn_error err = {0};
    if (cli_url(cli) == NULL)
        return refuse_unconfigured(cli, exit_code);
    int rc = tn__url_parse(&url, cli_url(cli), cli->arena, &err);
    if (rc != TN_OK)
        return refuse_open(cli, &url, rc, &err, exit_code);
    const char *text = url_for(cli, &url, access);
    if (text != NULL)
        text = with_lock_of_named(cli, &url, text);
    if (text == NULL)
        return refuse_open(cli, &url, TN_ENOMEM, &err, exit_code);
    /* A command leaves nothing in a database but what it is for. */
    options.no_optimize = true;
    rc = tn_db_open(&db, text, &options, &err);
    if (rc != TN_OK)
        return refuse_open(cli, &url, rc, &err, exit_code);
    log_watch(cli, db);
    notices_watch(cli, db);
    interrupt_watch();
    interrupt_database(db);
    say_opened(cli, db);
    return db;
}

void cli_close(tn_db *db)
{
    interrupt_database(NULL);
    tn_db_close(db);
}
