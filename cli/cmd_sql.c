/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "commands.h"
#include "input.h"
#include "interrupt.h"
#include "lex/lex.h"
#include "rows.h"
#include "util/fs.h"
#include "util/str.h"

static const struct cmd_option options[] = {
    {"write", 0, OPTION_FLAG, NULL, "let it change the database: all of it, or nothing"},
    {"csv", 0, OPTION_FLAG, NULL, "rows as CSV (RFC 4180) with a line of titles"},
    {"file", 'f', OPTION_TEXT, "FILE", "read the SQL from a file; -: from standard input"},
    {0},
};

struct job {
    struct cli *cli;
    enum tn__dialect dialect;
    tn_db *db; /* the pool's connection */
    tn_text sql;
    const char *file; /* for places */
    bool writes;
    int64_t affected;
};

/* From the argument, a file or standard input. */
static int read_sql(struct job *job)
{
    struct cli *cli = job->cli;
    tn_error err = {0};
    const char *file = cli_text(cli, "file");
    if ((file != NULL) + (cli->arg_count > 0) != 1)
        return cli_refuse(cli, EXIT_USAGE, "the SQL is given as an argument, or with -f");
    job->file = file && strcmp(file, "-") != 0 ? file : "sql";
    if (!file) {
        job->sql = tn_text_of(cli->args[0]);
        return EXIT_DONE;
    }
    if (strcmp(file, "-") == 0)
        return input_read_all(&job->sql, cli);
    int rc = tn__file_read(&job->sql, file, INPUT_MOST_BYTES, cli->arena, &err);
    return rc == TN_OK ? EXIT_DONE : cli_fail_file(cli, "unreadable", rc, &err);
}

/* A fault at its line and column of the SQL. */
static void add_fault(struct job *job, size_t offset, size_t size, int status, const tn_error *err)
{
    struct cli *cli = job->cli;
    struct tn__place place = tn__place_at(job->file, job->sql, offset, size);
    const char *code = status == TN_EREADONLY    ? "read-only"
                       : status == TN_EBUSY      ? "locked"
                       : status == TN_EINTERRUPT ? "interrupted"
                                                 : "sql-failed";
    tn__diags_source(&cli->diags, job->file, job->sql);
    struct tn__diag *diag = tn__diags_add(&cli->diags, code, place, "%s", err->message);
    if (status == TN_EREADONLY && !job->writes)
        tn__diag_help(&cli->diags, diag, "--write lets it");
}

/* What a server says of a statement is the statement's, whatever it would be as a status of ours: a call
 * in the wrong order, a wrong argument. And nobody else holds what has taken too long. */
static int exit_of_statement(int status, const tn_error *err)
{
    bool is_said = err->sqlstate[0] &&
                   (status == TN_EMISUSE || status == TN_EINVAL || status == TN_EUNSUPPORTED);
    return is_said || status == TN_ETIMEOUT ? EXIT_FAILED : cli_exit_of(status);
}

/* A COPY that wants lines of us, or has them for us, if it begins with that word. */
enum copies {
    COPIES_NOT,
    COPIES_FILES,
    COPIES_LINES
};

static enum copies copies_of(const struct job *job, const char *statement)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, tn_text_of(statement), job->dialect);
    struct tn__token token = tn__lex_next_solid(&lexer);
    if (job->dialect != TN__POSTGRES || !tn__token_is(&lexer, token, "COPY"))
        return COPIES_NOT;
    while ((token = tn__lex_next_solid(&lexer)).kind != TN__TOK_END) {
        if (tn__token_is(&lexer, token, "STDIN") || tn__token_is(&lexer, token, "STDOUT"))
            return COPIES_LINES;
    }
    return COPIES_FILES;
}

/* What begins at an offset of a statement, for underlining: its token. */
static size_t token_size(const struct job *job, size_t offset)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, job->sql, job->dialect);
    lexer.offset = offset;
    return tn__lex_next(&lexer).size;
}

/* A parameter has no value here, and an engine would take NULL. */
static int refuse_param(struct job *job, const struct tn__stmt_span *span)
{
    const tn_error err = {.message = "a parameter has no value here: write it into the SQL"};
    struct tn__token token;
    tn_text text = tn__text_sub(job->sql, span->offset, span->size);
    bool is_found = tn__find_param(&token, text, job->dialect);
    add_fault(job, span->offset + (is_found ? token.offset : 0), is_found ? token.size : span->size,
              TN_EINVAL, &err);
    return EXIT_FAILED;
}

static int run_one(struct job *job, const struct tn__stmt_span *span)
{
    tn_error err = {0};
    tn_stmt *stmt = NULL;
    char *text = tn_arena_copy(job->cli->arena, job->sql.data + span->offset, span->size);
    if (!text)
        return cli_refuse(job->cli, EXIT_BUG, "out of memory");
    enum copies copies = copies_of(job, text);
    int rc = tn_stmt_open(&stmt, job->db, text, &err);
    if (rc == TN_OK && tn_stmt_param_count(stmt) > 0) {
        tn_stmt_close(stmt);
        return refuse_param(job, span);
    }
    if (rc == TN_OK && copies == COPIES_NOT)
        rc = tn_stmt_stream(stmt, true, &err); /* there may be more rows than memory */
    if (rc == TN_OK)
        rc = rows_write(job->cli, stmt, &err);
    if (rc == TN_OK)
        job->affected += tn_stmt_affected(stmt);
    tn_stmt_close(stmt);
    if (rc == TN_OK)
        return EXIT_DONE;
    if (copies == COPIES_LINES && (rc == TN_EMISUSE || rc == TN_EREADONLY))
        rc = tn_error_set(&err, TN_ERROR,
                          "COPY from STDIN and to STDOUT is not for tenon sql: use tenon shell");
    size_t at = err.position ? err.position - 1 : 0;
    size_t offset = span->offset + (at < span->size ? at : 0);
    add_fault(job, offset, err.position ? token_size(job, offset) : span->size, rc, &err);
    return exit_of_statement(rc, &err);
}

/*
 * Several statements that may write share a transaction; one alone runs as it is, so that VACUUM and
 * the pragmas that have no place in a transaction can be run. On a server what may only read is a
 * transaction, too: the words of a statement do not tell what the functions do that it calls.
 */
static int run_all(struct job *job, const struct tn__stmt_span *spans, size_t count)
{
    tn_error err = {0};
    tn_db *tx = NULL;
    int exit_code = EXIT_DONE;
    if (job->writes ? count > 1 : job->dialect == TN__POSTGRES) {
        int rc = tn_tx_begin(&tx, job->db, job->writes ? TN_WRITE : TN_READ, &err);
        if (rc != TN_OK)
            return cli_fail(job->cli, rc, &err);
        job->db = tx;
    }
    for (size_t i = 0; exit_code == EXIT_DONE && i < count; i++)
        exit_code = run_one(job, &spans[i]);
    if (tx && exit_code != EXIT_DONE) {
        tn_tx_rollback(tx);
        return exit_code;
    }
    if (tx) {
        int rc = tn_tx_commit(tx, &err);
        if (rc != TN_OK)
            return cli_fail(job->cli, rc, &err);
    }
    return exit_code;
}

/* Nothing may end the transaction that all of it is, and one that it began alone would end with it. */
static int refuse_transactions(struct job *job, const struct tn__stmt_span *spans, size_t count)
{
    bool is_one = job->writes || job->dialect == TN__POSTGRES;
    for (size_t i = 0; is_one && i < count; i++) {
        enum tn__stmt_kind kind = spans[i].kind;
        if (kind != TN__STMT_BEGIN && kind != TN__STMT_COMMIT && kind != TN__STMT_ROLLBACK)
            continue;
        struct tn__place place = tn__place_at(job->file, job->sql, spans[i].offset, spans[i].size);
        tn__diags_source(&job->cli->diags, job->file, job->sql);
        struct tn__diag *diag =
            tn__diags_add(&job->cli->diags, "sql-failed", place,
                          "all of it is one transaction already: it begins and commits nothing");
        tn__diag_help(&job->cli->diags, diag, "leave BEGIN, COMMIT and ROLLBACK out");
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

static int run_sql(struct cli *cli)
{
    struct job job = {
        .cli = cli,
        .dialect = cli->settings.engine == TN__URL_POSTGRES ? TN__POSTGRES : TN__SQLITE,
        .writes = cli_flag(cli, "write"),
    };
    const struct tn__stmt_span *spans;
    tn_conn *conn;
    size_t count;
    tn_error err = {0};
    int exit_code = read_sql(&job);
    if (exit_code != EXIT_DONE)
        return exit_code;
    if (cli->json && cli_flag(cli, "csv"))
        return cli_refuse(cli, EXIT_USAGE, "only one of --json and --csv can be given");
    int rc = tn__split(&spans, &count, job.sql, job.dialect, cli->arena, &err);
    if (rc != TN_OK) {
        add_fault(&job, err.position ? err.position - 1 : 0, 1, rc, &err);
        return rc == TN_ESYNTAX ? EXIT_USAGE : cli_exit_of(rc);
    }
    if (count == 0)
        return cli_refuse(cli, EXIT_USAGE, "there is no statement in it");
    if ((exit_code = refuse_transactions(&job, spans, count)) != EXIT_DONE)
        return exit_code;
    tn_db *db = cli_open(cli, job.writes ? CLI_WRITE : CLI_READ, &exit_code);
    if (!db)
        return exit_code;
    /* One connection for all: what one leaves there (ATTACH, a temporary table) the next finds. */
    rc = tn_conn_acquire(&conn, db, job.writes ? TN_WRITE : TN_READ, &err);
    if (rc == TN_OK) {
        job.db = tn_conn_db(conn);
        exit_code = run_all(&job, spans, count);
        tn_conn_release(conn);
    } else {
        exit_code = cli_fail(cli, rc, &err);
    }
    cli_close(db);
    if (exit_code == EXIT_DONE && job.writes)
        cli_say(cli, "%lld row%s affected", (long long)job.affected, job.affected == 1 ? "" : "s");
    return exit_code;
}

const struct command cmd_sql = {
    .name = "sql",
    .group = "database",
    .args = "[SQL]",
    .max_args = 1,
    .needs = NEEDS_SETTINGS,
    .summary = "run SQL on the database; it may only read, unless --write says more",
    .help =
        "Several statements with --write are one transaction; one alone runs as it is, so that\n"
        "VACUUM can. Rows come as a table on a terminal, else as lines with tabs (NULL is \\N);\n"
        "with --csv or --json they are written as they are read, however many they are.\n"
        "\n"
        "What a server says beside results goes to stderr. A parameter is an error: nothing\n"
        "gives it a value.\n"
        "\n"
        "--json is a line for each statement that gives rows: {\"v\":1,\"columns\":[…],\n"
        "\"rows\":[[…],…]}. Blobs are {\"blob\":\"hex\"}; of PostgreSQL there may be\n"
        "\"NaN\", \"Infinity\" and \"-Infinity\" where numbers are. timestamptz is in UTC, with +00.\n"
        "\n"
        "  tenon sql 'SELECT id, title FROM tasks'\n"
        "  tenon sql --csv 'SELECT * FROM tasks' > tasks.csv\n"
        "  tenon sql --write \"UPDATE tasks SET done = 1 WHERE id = 7\"\n"
        "  tenon sql --write -f load.sql\n",
    .options = options,
    .run = run_sql,
};
