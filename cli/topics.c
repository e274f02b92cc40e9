/* SPDX-License-Identifier: MIT */
#include "diag/diag.h"
#include "frame.h"

static void write_exit_codes(struct tn__buf *out)
{
    tn__buf_puts(out, "The exit codes of tenon\n\n");
    for (const struct exit_meaning *row = exit_meanings; row->meaning != NULL; row++)
        tn__buf_printf(out, "  %2d  %s\n", row->code, row->meaning);
}

static void write_codes(struct tn__buf *out)
{
    static const char *const severities[] = {
        [TN__NOTE] = "note", [TN__WARNING] = "warning", [TN__ERROR] = "error"};
    tn__buf_puts(out, "The codes of errors and warnings, as in: error: … [usage]. Lints are\n"
                      "warnings that [lint] and '-- allow' may change.\n\n");
    for (size_t i = 0; i < tn__diag_code_count; i++) {
        const struct tn__diag_code *code = &tn__diag_codes[i];
        tn__buf_printf(out, "  %-20s  %-7s  %s\n", code->code,
                       code->is_lint ? "lint" : severities[code->severity], code->meaning);
    }
}

/* Each row is a line of the page; the forms of a URL are those of util/url.h and tenon/db.h. */
static const struct {
    const char *form;
    const char *meaning;
} url_rows[] = {
    {"sqlite:app.db", "a file; in tenon.ini and .env relative to their folder"},
    {"sqlite:/var/lib/app.db", "a file; sqlite:///var/lib/app.db is the same"},
    {"app.db", "a bare path"},
    {"sqlite::memory:", "a private database in memory; :memory: is the same"},
    {"sqlite:my%20app.db", "%XX is the byte with that hexadecimal code"},
    {NULL, "parameters, as in sqlite:app.db?mode=ro&busy_timeout=250ms"},
    {"mode", "rwc (create), rw, ro, memory; default rw, and rwc for migrate up"},
    {"journal_mode", "wal, delete, truncate, persist, memory, off; default wal"},
    {"synchronous", "off, normal, full, extra; default normal in WAL, else full"},
    {"busy_timeout", "5s, 250ms or milliseconds; default 5s"},
    {"foreign_keys", "on, off; default on"},
    {"cache_size, mmap_size", "as SQLite's pragmas; default the engine's"},
    {"immutable", "on: with mode=ro, nobody writes the file meanwhile; default off"},
    {"group_commit", "auto: writers share a COMMIT that waits for the disk; off; default auto"},
    {"gate", "on: processes queue for the write lock; default off"},
    {"wal_limit", "bytes that the write-ahead log is cut down to; default 67108864"},
    {"checkpoint_interval", "look after the database so often, in a thread; default none"},
    {NULL, "a server: docs/postgres.md"},
    {"postgres://u:p@h/db", "user, password, host, database; each may be left out"},
    {"postgres://h1:5433,h2/db", "several: the one that lets a session write"},
    {"postgres:///db?host=/tmp", "by the Unix socket in that folder"},
    {"lock_timeout", "wait for a lock; default the server's, of migrations 5s"},
    {"prepare", "auto, named, unnamed: statements on the server; default auto"},
    {"replicas", "on: what reads goes to the standbys among the hosts; default off"},
    {"direct_url", "the server itself, past a pooler"},
    {"migration_lock", "table: a lease keeps other migrators out; default a session's lock"},
    {"connect_timeout", "for each address; default 10s"},
    {"sslmode and others", "as libpq has them"},
    {NULL, "of both, as in postgres:///db?max_connections=20"},
    {"max_connections", "on SQLite the writer included; default 5"},
    {"min_connections", "opened at once, and kept; default 1"},
    {"acquire_timeout", "wait for a free connection; 0: not at all; default 5s"},
    {"idle_timeout", "close a connection that nobody has used for so long; default never"},
    {"max_lifetime", "close a connection of that age; default never"},
    {"statement_cache", "statements kept per connection; default 64"},
    {"statement_timeout", "stop a statement that takes longer; default no limit"},
    {"slow_query", "what the log calls slow; default 100ms"},
};

/* docs/annotations/ has a page for each. */
static const struct {
    const char *form;
    const char *meaning;
} query_rows[] = {
    {NULL, "-- name: NAME MODE, above the statement; the modes are"},
    {":one, :optional", "one row; one or none"},
    {":many", "rows, one by one or all at once"},
    {":exec", "the number of rows changed"},
    {":bulk", "the statement for each of many items, all of them or none"},
    {":batch", "on PostgreSQL: the same, what each gives kept apart; it may only read"},
    {NULL, "between the name and the statement, each in a line of its own"},
    {"-- column C [TYPE]", "what a column is: [TYPE] [not null|nullable]"},
    {"-- param P [TYPE]", "what a parameter is; -- param 1 NAME names a positional one"},
    {"-- returns NAME", "the struct that queries share"},
    {"-- embed u T, o? T", "a relation as a struct; ?: it may be absent"},
    {"-- group by u.id", "one to many"},
    {"-- stream", "rows of :many one by one from the server, in little memory"},
    {"-- engine: postgres", "whose it is, in a project for both engines; a file may begin so"},
    {"-- allow CODE \"why\"", "a lint that does not hold here"},
    {NULL, "within the statement"},
    {":p $1", "a parameter; on SQLite @p $p ? ?1 as well"},
    {"IN (:ids[])", "a list"},
    {"/*? p */ ... /*?*/", "a part that the caller may leave out"},
    {"/*: sort a */ ... /*: b = ... :*/", "texts of which the caller takes one"},
};

static void write_queries(struct tn__buf *out)
{
    tn__buf_puts(out,
                 "What comments say of a query, in .sql files and in the text of TN_QUERY in C.\n");
    for (size_t i = 0; i < sizeof(query_rows) / sizeof(query_rows[0]); i++) {
        if (query_rows[i].form != NULL)
            tn__buf_printf(out, "  %-30s  %s\n", query_rows[i].form, query_rows[i].meaning);
        else
            tn__buf_printf(out, "\n%s\n\n", query_rows[i].meaning);
    }
    tn__buf_puts(
        out, "\nTypes are int real text blob bool timestamp json any, or a key type of [types].\n");
}

static void write_urls(struct tn__buf *out)
{
    tn__buf_puts(out,
                 "The database is named by a URL: --url, DATABASE_URL, or [database] url.\n\n");
    for (size_t i = 0; i < sizeof(url_rows) / sizeof(url_rows[0]); i++) {
        if (url_rows[i].form != NULL)
            tn__buf_printf(out, "  %-24s  %s\n", url_rows[i].form, url_rows[i].meaning);
        else
            tn__buf_printf(out, "\n%s\n\n", url_rows[i].meaning);
    }
}

static void add_setting(struct tn__buf *out, const struct tn__setting_doc *doc)
{
    size_t before = out->size;
    tn__buf_printf(out, "  %s.%s", doc->section, doc->key);
    size_t width = out->size - before;
    tn__buf_fill(out, ' ', width < 28 ? 28 - width : 2);
    tn__buf_puts(out, doc->meaning);
    if (doc->choices != NULL) {
        tn__buf_puts(out, ":");
        for (size_t i = 0; doc->choices[i] != NULL; i++)
            tn__buf_printf(out, " %s", doc->choices[i]);
    }
    if (doc->flag != NULL)
        tn__buf_printf(out, "; also %s", doc->flag);
    if (doc->variable != NULL)
        tn__buf_printf(out, ", %s", doc->variable);
    if (doc->fallback != NULL)
        tn__buf_printf(out, " [%s]", doc->fallback);
    tn__buf_putc(out, '\n');
}

static void write_settings(struct tn__buf *out)
{
    struct tn__setting_doc doc;
    tn__buf_puts(
        out,
        "A setting comes from the first of these that has it: a flag, the environment, "
        ".env,\ntenon.ini, the default. tenon.ini is looked for here and in the folders "
        "above; .env is\nread in the folder of tenon.ini alone, or here if there is none.\n\n");
    for (size_t i = 0; tn__setting_doc(&doc, i); i++)
        add_setting(out, &doc);
    tn__buf_puts(out,
                 "  types.TABLE.COLUMN        what C makes of a column: bool, json, timestamp, or\n"
                 "                            timestamp(seconds), (ms), (text), (rfc3339);\n"
                 "                            any other name is a key type of its own in C\n"
                 "  types.TABLE               the name of the struct of a row\n"
                 "  functions.NAME            a function that the program registers, as in\n"
                 "                            [aggregate] (text, int) -> text [not null|strict]\n"
                 "\nIn tenon.ini, database.url is\n\n"
                 "  [database]\n"
                 "  url = sqlite:${DB_FILE:-data/app.db}    ; ${VAR} and a default expand\n\n"
                 "Where nothing names the database, POSTGRES_HOST, POSTGRES_PORT, POSTGRES_DB,\n"
                 "POSTGRES_USER and POSTGRES_PASSWORD do, if there is a host or a database.\n\n"
                 "What is in force, and why: tenon config --explain\n");
}

const struct topic topics[] = {
    {"settings", "what tenon.ini may say", write_settings},
    {"urls", "how a database is named", write_urls},
    {"queries", "what comments say of a query", write_queries},
    {"exit-codes", "what a script may rely on", write_exit_codes},
    {"codes", "every error and warning", write_codes},
    {NULL, NULL, NULL},
};
