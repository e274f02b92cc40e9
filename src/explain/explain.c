/* SPDX-License-Identifier: MIT */
#include "explain/engine.h"
#include "explain/form.h"
#include "server/server.h"

/* The engine and the plan. */

/* --- the engine */

/* Take a connection of the database. Its statements are prepared on the connection itself, so that
 * what they cost can be told. */
static int adopt(struct tn__explain *explain, tn_db *db, enum tn_access access, bool declares,
                 tn_error *err)
{
    int rc = tn__scratch_borrow(&explain->engine.scratch, db, access, err);
    if (rc != TN_OK)
        return rc;
    return tn__check_adopt(&explain->engine, &explain->checked, explain->options, declares,
                           explain->arena, err);
}

/* What a server calls a utility: it tells no tree of it. */
static int refuse_command(struct tn__explain *explain, const char *file)
{
    const struct tn__sql *sql = &explain->statement.sql;
    tn_text word = tn__sql_text(sql, 0);
    struct tn__diag *diag = tn__diags_add(
        explain->diags, "refused", tn__place_at(file, sql->text, sql->tokens[0].offset, word.size),
        "'%.*s' has no plan", (int)word.size, word.data);
    tn__diag_help(explain->diags, diag, "SELECT, INSERT, UPDATE or DELETE");
    return TN_EREFUSED;
}

int tn__explain_open(struct tn__explain *explain, tn_db *db, enum tn_access access, bool declares,
                     tn_error *err)
{
    const char *file = explain->query ? explain->query->name : "sql";
    explain->is_on_database = db != NULL;
    int rc = db ? adopt(explain, db, access, declares, err)
                : tn__check_scratch(&explain->engine, &explain->checked, explain->options, false,
                                    explain->arena, explain->diags, err);
    if (rc == TN_EREFUSED)
        return TN_ESYNTAX; /* a migration fails */
    if (rc == TN_ENOTFOUND && !db)
        return TN_ECONNECT; /* PostgreSQL is not installed */
    if (rc == TN_OK)
        rc = tn__check_statement(&explain->statement, explain->sql, file, &explain->checked,
                                 explain->options, &explain->engine, explain->arena, explain->diags,
                                 err);
    if (rc == TN_EREFUSED)
        return tn_error_set(err, TN_ESYNTAX, "the statement is broken");
    if (rc == TN_OK && explain->statement.is_command)
        return refuse_command(explain, file);
    if (rc == TN_OK && tn__explain_name_params(explain) != TN_OK)
        rc = tn_error_set(err, TN_ENOMEM, "out of memory");
    return rc;
}

void tn__explain_close(struct tn__explain *explain)
{
    tn__check_engine_close(&explain->engine);
    tn__server_stop(explain->server);
    explain->server = NULL;
}

/* --- the plan */

const struct tn__explain_engine *tn__explain_engine_of(const struct tn__explain *explain)
{
    return explain->options->dialect == TN__POSTGRES ? &tn__explain_postgres : &tn__explain_sqlite;
}

int tn__explain_plan(struct tn__explain *explain, tn_error *err)
{
    const struct tn__explain_engine *engine = tn__explain_engine_of(explain);
    tn_error own = {0};
    err = err ? err : &own;
    int rc = engine->prepare(explain, err);
    return rc == TN_OK ? engine->ask(&explain->plan, explain, &explain->engine, explain->arena, err)
                       : rc;
}

int tn__explain_analyze(struct tn__explain *explain, tn_error *err)
{
    tn_error own = {0};
    return tn__explain_engine_of(explain)->analyze(explain, err ? err : &own);
}
