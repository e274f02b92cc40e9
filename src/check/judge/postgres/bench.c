/* SPDX-License-Identifier: MIT */
#include "check/judge/postgres/postgres.h"

#include "core/conn.h"
#include "sql/postgres/node.h"
#include "util/str.h"
#include "util/url.h"

/*
 * A database that has seen the migrations: on a private server, which is started for it, or beside the
 * database that a URL names, where it is dropped in the end. Statements are parsed in a session of their
 * own, which prints what it makes of them (debug_print_rewritten).
 */

static int no_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "out of memory");
}

/* --- the database ------------------------------------------------------------------------------- */

/* A private server goes with all that is in it: its database "postgres" is as good as another. */
static int start_server(const char **url, struct tn__pg_bench *bench, tn_error *err)
{
    /* What a session is told of each statement is of no use in the server's log. */
    static const char *const settings[] = {"log_min_messages=fatal", "autovacuum=off", NULL};
    const struct tn__server_options options = {.max_connections = 20, .settings = settings};
    int rc = tn__server_start(&bench->server, &options, err);
    if (rc != TN_OK)
        return rc;
    *url = tn__server_url(bench->server, "postgres", bench->arena);
    return *url ? TN_OK : no_memory(err);
}

/* --- the session that parses -------------------------------------------------------------------- */

static int run_query(const struct tn__driver *driver, struct tn__driver_conn *conn, const char *sql,
                     tn_error *err)
{
    struct tn__driver_stmt *stmt = NULL;
    int rc = driver->prepare(&stmt, conn, sql, strlen(sql), false, err);
    if (rc != TN_OK)
        return rc;
    while ((rc = driver->step(stmt, err)) == TN_ROW)
        ;
    driver->finalize(stmt);
    return rc == TN_DONE ? TN_OK : rc;
}

static int tell_trees(const struct tn__driver *driver, struct tn__driver_conn *conn, tn_error *err)
{
    /* Only a superuser may keep it out of the log of a server that is not ours, and have English. */
    static const char quiet[] = "SELECT set_config('log_min_messages', 'fatal', false), "
                                "set_config('lc_messages', 'C', false)";
    static const char talkative[] =
        "SELECT set_config('client_min_messages', 'log', false), "
        "set_config('debug_pretty_print', 'off', false), "
        "set_config('debug_print_parse', 'off', false), set_config('debug_print_plan', 'off', false), "
        "set_config('debug_print_rewritten', 'on', false)";
    tn_error ignored;
    (void)run_query(driver, conn, quiet, &ignored);
    return run_query(driver, conn, talkative, err);
}

static int open_parser(struct tn__pg_bench *bench, const struct tn__driver *driver, const char *url,
                       tn_error *err)
{
    /* Of commands that are tried. */
    static const char limits[] = "SELECT set_config('lock_timeout', '2s', false), "
                                 "set_config('statement_timeout', '20s', false)";
    struct tn__url parsed;
    int rc = tn__url_parse(&parsed, url, bench->arena, err);
    if (rc != TN_OK)
        return rc;
    const struct tn__driver_open how = {.url = &parsed, .access = TN_WRITE};
    rc = driver->open(&bench->parser, &how, err);
    if (rc == TN_OK)
        rc = run_query(driver, bench->parser, limits, err);
    return rc == TN_OK ? tell_trees(driver, bench->parser, err) : rc;
}

int tn__pg_bench_borrow(struct tn__pg_bench **bench, const struct tn__scratch *scratch,
                        tn_arena *arena, tn_error *err)
{
    struct tn__pg_bench *made = tn_arena_array(arena, 1, sizeof(*made));
    if (!made)
        return no_memory(err);
    made->arena = arena;
    made->parser = scratch->native;
    made->is_borrowed = true;
    *bench = made;
    return TN_OK;
}

/* In a session of another's, trees are told of no other statement. */
static int hush(const struct tn__driver *driver, struct tn__driver_conn *conn, tn_error *err)
{
    return run_query(driver, conn,
                     "SELECT set_config('debug_print_rewritten', 'off', false), "
                     "set_config('client_min_messages', 'notice', false)",
                     err);
}

static int open_scratch(struct tn__scratch *scratch, struct tn__pg_bench *bench, const char *url,
                        const tn_migration_set *set, struct tn__diags *diags, tn_error *err)
{
    tn_db_options options = TN_DB_OPTIONS_INIT;
    tn_db *db = NULL;
    options.max_connections = 3;
    int rc = tn_db_open(&db, url, &options, err);
    if (rc == TN_OK)
        rc = tn__scratch_replay(db, set, bench->arena, diags, err);
    if (rc == TN_OK)
        rc = tn__scratch_borrow(scratch, db, TN_WRITE, err);
    scratch->db = db;
    return rc == TN_OK ? open_parser(bench, scratch->driver, url, err) : rc;
}

/* "PostgreSQL 15.8, a private server of /usr/lib/postgresql/15/bin", or the URL. */
static int name_judge(const char **out, const struct tn__pg_bench *bench, const char *url,
                      const struct tn__scratch *scratch, tn_error *err)
{
    static const char sql[] = "SELECT current_setting('server_version')";
    const char *where = bench->server ? tn__server_bindir(bench->server) : NULL;
    tn_rows rows;
    int rc = tn_query(&rows, tn_conn_db(scratch->conn), sql, NULL, 0, bench->arena, err);
    if (rc != TN_OK)
        return rc;
    if (!where && tn__url_redact(&where, url, bench->arena) != TN_OK)
        return no_memory(err);
    *out = tn__arena_printf(bench->arena, "PostgreSQL %s, %s %s",
                            tn_rows_at(&rows, 0, 0)->as.text.data,
                            bench->server ? "a private server of" : "at", where);
    return *out ? TN_OK : no_memory(err);
}

/* What a program registers on its connections there is no such thing as on a server. */
static void refuse_functions(const struct tn__check_options *options, struct tn__diags *diags)
{
    for (size_t i = 0; i < options->function_count; i++) {
        struct tn__diag *diag =
            tn__diags_add(diags, "bad-setting", options->functions[i].place,
                          "'%s' is declared for SQLite: on PostgreSQL a migration makes functions",
                          options->functions[i].name);
        tn__diag_help(diags, diag, "CREATE FUNCTION");
    }
}

int tn__pg_bench_open(struct tn__scratch *out, struct tn__pg_bench **bench,
                      struct tn__checked *checked, const struct tn__check_options *options,
                      tn_arena *arena, struct tn__diags *diags, tn_error *err)
{
    tn_error own = {0};
    const char *url = NULL;
    struct tn__scratch scratch = {0};
    struct tn__pg_bench *made = tn_arena_array(arena, 1, sizeof(*made));
    err = err ? err : &own;
    if (!made)
        return no_memory(err);
    made->arena = arena;
    refuse_functions(options, diags);
    int rc = options->server_url ? tn__pg_make_database(&url, made, options->server_url, err)
                                 : start_server(&url, made, err);
    if (rc == TN_OK && options->server_url &&
        tn__pg_note_shared(&checked->migrations, arena, diags) != TN_OK)
        rc = no_memory(err);
    if (rc == TN_OK)
        rc = open_scratch(&scratch, made, url, &checked->migrations, diags, err);
    if (rc == TN_OK)
        rc = name_judge(&checked->judge, made, options->server_url, &scratch, err);
    if (rc != TN_OK) {
        tn__pg_bench_close(&scratch, made);
        return rc;
    }
    *out = scratch;
    *bench = made;
    return TN_OK;
}

void tn__pg_bench_close(struct tn__scratch *scratch, struct tn__pg_bench *bench)
{
    tn_error ignored;
    if (bench->parser && !bench->is_borrowed)
        scratch->driver->close(bench->parser);
    tn__scratch_close(scratch);
    int rc = bench->drop_sql ? TN_ERROR : TN_OK;
    for (int attempt = 0; rc != TN_OK && attempt < 2; attempt++)
        rc = tn_exec_script(bench->home, bench->drop_sql, &ignored);
    tn_db_close(bench->home);
    tn__server_stop(bench->server);
    *bench = (struct tn__pg_bench){0};
}

/* --- parsing ------------------------------------------------------------------------------------ */

/* The words are the server's own in every language. */
static void on_notice(void *user, const struct tn__driver_notice *notice)
{
    struct tn__pg_bench *bench = user;
    if (!notice->detail || strcmp(notice->message, "rewritten parse tree:") != 0)
        return;
    bench->is_tree_lost =
        tn__pg_tree_text(&bench->tree, tn_text_of(notice->detail), bench->arena) != TN_OK;
}

bool tn__pg_has_param(const struct tn__judge *judge, size_t param,
                      const struct tn__sql_expansion *nulls, size_t null_count)
{
    for (size_t i = 0; i < judge->sql.count; i++) {
        bool is_null = false;
        if (judge->params.of_token[i] != param + 1)
            continue;
        for (size_t k = 0; k < null_count; k++)
            is_null = is_null ||
                      judge->all.tokens[nulls[k].span.begin].offset == judge->sql.tokens[i].offset;
        if (!is_null)
            return true;
    }
    return false;
}

/* The numbers of parameters are those of all texts. What this one has not stands for a text there, as the
 * server wants a type for each up to the last. NULL: no memory. */
static const uint32_t *types_of(const struct tn__judge *judge,
                                const struct tn__sql_expansion *nulls, size_t null_count)
{
    enum {
        TEXT_OID = 25
    };
    uint32_t *types = tn_arena_array(judge->arena, judge->params.count, sizeof(*types));
    for (size_t i = 0; types && i < judge->params.count; i++)
        types[i] = tn__pg_has_param(judge, i, nulls, null_count) ? 0 : TEXT_OID;
    return types;
}

int tn__pg_bench_parse(struct tn__driver_parsed *out, const struct tn__judge *judge, tn_text sql,
                       const struct tn__sql_expansion *nulls, size_t null_count, tn_error *err)
{
    static const struct tn__driver_observer observer = {.notice = on_notice};
    const struct tn__driver *driver = judge->scratch->driver;
    struct tn__pg_bench *bench = judge->bench;
    const uint32_t *types = types_of(judge, nulls, null_count);
    if (!types)
        return no_memory(err);
    bench->tree = (tn_text){0};
    bench->is_tree_lost = false;
    driver->observe(bench->parser, false, false, NULL, NULL);
    int rc = bench->is_borrowed ? tell_trees(driver, bench->parser, err) : TN_OK;
    if (rc != TN_OK)
        return rc;
    driver->observe(bench->parser, true, false, &observer, bench);
    rc =
        driver->wire->parse(out, bench->parser, sql, types, judge->params.count, judge->arena, err);
    driver->observe(bench->parser, false, false, NULL, NULL);
    if (bench->is_borrowed && rc == TN_OK)
        rc = hush(driver, bench->parser, err);
    bench->refused = (struct tn__pg_words){out->message, out->hint, out->detail};
    return rc == TN_OK && bench->is_tree_lost ? no_memory(err) : rc;
}

int tn__pg_bench_try(const struct tn__judge *judge, tn_text sql, tn_error *err)
{
    struct tn__driver_parsed said;
    struct tn__pg_bench *bench = judge->bench;
    int rc = judge->scratch->driver->wire->attempt(&said, bench->parser, sql, judge->arena, err);
    bench->refused = (struct tn__pg_words){said.message, said.hint, said.detail};
    return rc;
}
