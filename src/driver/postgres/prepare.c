/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/kind.h"
#include "driver/postgres/generated.h"
#include "driver/postgres/postgres.h"
#include "lex/lex.h"
#include "util/alloc.h"

enum {
    MOST_GARBAGE = 8 /* names, before they are dropped */
};

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "cannot prepare a statement: out of memory");
}

/* --- names on the server ----------------------------------------------------------------------- */

/* A name that the server has. Without memory for it the server keeps it until the connection ends. */
static void discard_name(struct tn__driver_conn *conn, const char *name)
{
    char(*grown)[TN__PG_NAME_SIZE] =
        tn__grow(conn->garbage, &conn->garbage_cap, conn->garbage_count + 1, sizeof *grown);
    if (!grown)
        return;
    conn->garbage = grown;
    memcpy(grown[conn->garbage_count++], name, TN__PG_NAME_SIZE);
}

/* Only in between transactions: one in which a name is not there any more would fail for it. */
static void drop_names(struct tn__driver_conn *conn)
{
    char sql[MOST_GARBAGE * (TN__PG_NAME_SIZE + sizeof "DEALLOCATE \"\";")];
    tn_error ignored;
    if (conn->garbage_count < MOST_GARBAGE || conn->in_tx || conn->task)
        return;
    size_t size = 0;
    for (size_t i = 0; i < MOST_GARBAGE; i++)
        size += (size_t)snprintf(sql + size, sizeof sql - size, "DEALLOCATE \"%s\";",
                                 conn->garbage[--conn->garbage_count]);
    if (tn__pg_exec(conn, sql, NULL, 0, &ignored) == TN_OK)
        return;
    /* One that the server has lost already keeps it from the others: one by one, then. */
    for (char *next, *one = sql; (next = strchr(one, ';')); one = next + 1) {
        *next = '\0';
        if (tn__pg_exec(conn, one, NULL, 0, &ignored) == TN_ECONNECT)
            return;
    }
}

/* --- what the server says of it ---------------------------------------------------------------- */

static void forget_columns(struct tn__driver_stmt *stmt)
{
    tn__free(stmt->column_types);
    tn__free(stmt->column_names);
    tn__free(stmt->names);
    tn__free(stmt->kinds);
    stmt->read = NULL;
    stmt->column_types = NULL;
    stmt->column_names = NULL;
    stmt->names = NULL;
    stmt->kinds = NULL;
    stmt->column_count = 0;
}

/* Names of the columns, one block. TN_OK, TN_ENOMEM. */
static int copy_names(struct tn__driver_stmt *stmt, const PGresult *result, size_t count)
{
    size_t size = 1;
    for (size_t i = 0; i < count; i++)
        size += strlen(tn__pq->fname(result, (int)i)) + 1;
    stmt->names = tn__alloc(size);
    stmt->column_names = tn__alloc_zero(count + 1, sizeof *stmt->column_names);
    if (!stmt->names || !stmt->column_names)
        return TN_ENOMEM;
    char *end = stmt->names;
    for (size_t i = 0; i < count; i++) {
        const char *name = tn__pq->fname(result, (int)i);
        size_t length = strlen(name) + 1;
        memcpy(end, name, length);
        stmt->column_names[i] = end;
        end += length;
    }
    return TN_OK;
}

/* Never fewer than before: who was told of more columns finds NULLs there. TN_OK, TN_ENOMEM. */
static int make_cells(struct tn__driver_stmt *stmt, size_t count)
{
    if (count >= stmt->cell_cap) {
        tn_value *cells = tn__alloc_zero(count + 1, sizeof *cells);
        if (!cells)
            return TN_ENOMEM;
        tn__free(stmt->cells);
        stmt->cells = cells;
        stmt->cell_cap = count + 1;
    }
    for (size_t i = 0; i < stmt->cell_cap; i++)
        stmt->cells[i] = tn_value_null();
    return TN_OK;
}

static uint32_t *result_types(const PGresult *result, size_t count, bool of_params)
{
    uint32_t *oids = tn__alloc_zero(count + 1, sizeof *oids);
    for (size_t i = 0; oids && i < count; i++)
        oids[i] = of_params ? tn__pq->paramtype(result, (int)i) : tn__pq->ftype(result, (int)i);
    return oids;
}

int tn__pg_take_columns(struct tn__driver_stmt *stmt, const PGresult *result, tn_error *err)
{
    size_t count = (size_t)tn__pq->nfields(result);
    forget_columns(stmt);
    uint32_t *oids = result_types(result, count, false);
    stmt->column_types = tn__alloc_zero(count + 1, sizeof *stmt->column_types);
    stmt->kinds = tn__alloc(count);
    int rc = oids && stmt->column_types && stmt->kinds ? make_cells(stmt, count) : TN_ENOMEM;
    rc = rc == TN_OK ? copy_names(stmt, result, count) : rc;
    rc = rc == TN_OK ? tn__pg_resolve(stmt->conn, stmt->column_types, oids, count, err)
                     : tn_error_set(err, rc, "cannot read a result: out of memory");
    tn__free(oids);
    if (rc != TN_OK) {
        forget_columns(stmt);
        return rc;
    }
    for (size_t i = 0; i < count; i++)
        stmt->kinds[i] = (unsigned char)stmt->column_types[i]->kind;
    stmt->column_count = (int)count;
    return TN_OK;
}

/* Room for the values of `count` parameters, and their types. */
static int take_params(struct tn__driver_stmt *stmt, const PGresult *result, tn_error *err)
{
    size_t count = (size_t)tn__pq->nparams(result);
    if (count != (size_t)stmt->param_count)
        return tn_error_set(err, TN_EINVAL, "the server counts %zu parameters, not %d", count,
                            stmt->param_count);
    const struct tn__pg_type **types = tn__alloc_zero(count + 1, sizeof *types);
    tn__free(stmt->param_oids);
    stmt->param_oids = result_types(result, count, true);
    int rc = types && stmt->param_oids ? TN_OK : fail_memory(err);
    if (rc == TN_OK)
        rc = tn__pg_resolve(stmt->conn, types, stmt->param_oids, count, err);
    if (rc == TN_OK)
        rc = tn__pg_rebind(stmt, types, err);
    if (rc == TN_OK && count > 0)
        memcpy(stmt->param_types, types, count * sizeof *types);
    tn__free(types);
    return rc;
}

static bool is_failure(const PGresult *result)
{
    ExecStatusType status = tn__pq->resultStatus(result);
    return status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED;
}

/* The first failure among BEGIN, Parse and Describe is the reason. */
static int check_asked(struct tn__driver_stmt *stmt, PGresult *const *results, size_t first,
                       tn_error *err)
{
    size_t i = 0;
    while (i < first + 1 && !is_failure(results[i]))
        i++;
    if (!is_failure(results[i]))
        return TN_OK;
    return tn__pg_fail_result(stmt->conn, results[i], i < first ? NULL : &stmt->text, err);
}

/* Parse and describe, in one exchange. */
static int ask(struct tn__driver_stmt *stmt, tn_error *err)
{
    struct tn__driver_conn *conn = stmt->conn;
    PGresult *results[3] = {NULL, NULL, NULL};
    bool begins = conn->begins;
    size_t first = begins ? 1 : 0;
    int typed = 0;
    int rc = stmt->types ? tn__pg_gen_tell(&typed, stmt, err) : TN_OK;
    if (rc == TN_OK)
        rc = tn__pg_batch_begin(conn, err);
    if (rc != TN_OK)
        return rc;
    bool is_sent = tn__pq->sendPrepare(conn->pg, stmt->name, stmt->text.sql, typed,
                                       typed ? stmt->param_oids : NULL) &&
                   tn__pq->sendDescribePrepared(conn->pg, stmt->name);
    rc = tn__pg_batch_end(conn, is_sent, results, first + 2, err);
    if (rc == TN_OK)
        rc = check_asked(stmt, results, first, err);
    bool is_parsed = results[first] && !is_failure(results[first]);
    if (rc == TN_OK)
        rc = take_params(stmt, results[first + 1], err);
    if (rc == TN_OK)
        rc = tn__pg_take_columns(stmt, results[first + 1], err);
    if (rc == TN_OK && stmt->types)
        rc = tn__pg_gen_check(stmt, err);
    if (rc != TN_OK && is_parsed && stmt->name[0])
        discard_name(conn, stmt->name);
    for (size_t i = 0; i < 3; i++)
        tn__pq->clear(results[i]);
    return rc;
}

int tn__pg_describe(struct tn__driver_stmt *stmt, tn_error *err)
{
    struct tn__driver_conn *conn = stmt->conn;
    if (stmt->is_described)
        return TN_OK;
    int rc = tn__pg_check_free(conn, err);
    if (rc != TN_OK)
        return rc;
    drop_names(conn);
    if (stmt->is_persistent && !conn->is_unnamed)
        snprintf(stmt->name, sizeof stmt->name, "tn_%016" PRIx64 "_%" PRIu64, conn->nonce,
                 ++conn->name_count);
    rc = ask(stmt, err);
    if (rc != TN_OK) {
        /* With types that are gone it would fail for ever. */
        tn__free(stmt->param_oids);
        stmt->param_oids = NULL;
        stmt->name[0] = '\0';
        return rc;
    }
    stmt->is_described = true;
    return TN_OK;
}

void tn__pg_forget(struct tn__driver_stmt *stmt, bool is_gone)
{
    if (stmt->name[0] && !is_gone)
        discard_name(stmt->conn, stmt->name);
    stmt->name[0] = '\0';
    stmt->is_described = false;
}

/* --- from the beginning to the end ------------------------------------------------------------- */

static int make_params(struct tn__driver_stmt *stmt)
{
    size_t count = (size_t)stmt->param_count;
    if (count == 0)
        return TN_OK;
    stmt->param_types = tn__alloc_zero(count, sizeof *stmt->param_types);
    stmt->params = tn__alloc_zero(count, sizeof *stmt->params);
    stmt->values = tn__alloc_zero(count, sizeof *stmt->values);
    stmt->sizes = tn__alloc_zero(count, sizeof *stmt->sizes);
    stmt->formats = tn__alloc_zero(count, sizeof *stmt->formats);
    for (size_t i = 0; stmt->params && i < count; i++)
        tn__pg_param_init(&stmt->params[i]);
    return stmt->param_types && stmt->params && stmt->values && stmt->sizes && stmt->formats
               ? TN_OK
               : TN_ENOMEM;
}

static void join(struct tn__driver_stmt *stmt)
{
    struct tn__driver_conn *conn = stmt->conn;
    stmt->next = conn->stmts;
    if (stmt->next)
        stmt->next->former = stmt;
    conn->stmts = stmt;
}

static void leave(struct tn__driver_stmt *stmt)
{
    if (stmt->former)
        stmt->former->next = stmt->next;
    else if (stmt->conn->stmts == stmt)
        stmt->conn->stmts = stmt->next;
    if (stmt->next)
        stmt->next->former = stmt->former;
}

static bool is_copy(tn_text sql)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, sql, TN__POSTGRES);
    return tn__token_is(&lexer, tn__lex_next_solid(&lexer), "COPY");
}

int tn__pg_prepare(struct tn__driver_stmt **out, struct tn__driver_conn *conn, const char *sql,
                   size_t size, bool persistent, tn_error *err)
{
    return tn__pg_prepare_for(out, conn, (tn_text){sql, size}, persistent, NULL, 0, err);
}

int tn__pg_prepare_for(struct tn__driver_stmt **out, struct tn__driver_conn *conn, tn_text sql,
                       bool persistent, const struct tn_pg_types *types, size_t column_count,
                       tn_error *err)
{
    if (sql.size > INT32_MAX)
        return tn_error_set(err, TN_ERANGE, "statement of %zu bytes is too big", sql.size);
    struct tn__driver_stmt *stmt = tn__alloc_zero(1, sizeof *stmt);
    if (!stmt)
        return fail_memory(err);
    stmt->conn = conn;
    stmt->is_persistent = persistent;
    stmt->types = types;
    stmt->typed_columns = column_count;
    int rc = tn__pg_text_make(&stmt->text, sql, err);
    if (rc != TN_OK) {
        tn__free(stmt);
        return rc;
    }
    join(stmt);
    stmt->param_count = types ? types->param_count : stmt->text.param_count;
    stmt->is_readonly = tn__sql_is_readonly(sql, TN__POSTGRES);
    stmt->is_copy = is_copy(sql);
    if (stmt->text.mark_count > 0 && !(stmt->source = tn__memdup(sql.data, sql.size)))
        rc = fail_memory(err);
    if (rc == TN_OK)
        rc = make_params(stmt) == TN_OK ? TN_OK : fail_memory(err);
    /* What runs once and has no parameters says by running what there is to say. */
    if (rc == TN_OK && (persistent || types || stmt->param_count > 0))
        rc = tn__pg_describe(stmt, err);
    if (rc != TN_OK) {
        tn__pg_finalize(stmt);
        return rc;
    }
    *out = stmt;
    return TN_OK;
}

void tn__pg_finalize(struct tn__driver_stmt *stmt)
{
    if (!stmt)
        return;
    tn__pg_reset(stmt);
    leave(stmt);
    tn__pg_forget(stmt, false);
    forget_columns(stmt);
    tn__free(stmt->cells);
    for (int i = 0; i < stmt->param_count && stmt->params; i++)
        tn__pg_param_fini(&stmt->params[i]);
    tn__free(stmt->param_types);
    tn__free(stmt->param_oids);
    tn__free(stmt->params);
    tn__free(stmt->values);
    tn__free(stmt->sizes);
    tn__free(stmt->formats);
    tn__pg_text_free(&stmt->text);
    tn__free(stmt->source);
    tn_arena_fini(&stmt->scratch);
    tn__free(stmt);
}
