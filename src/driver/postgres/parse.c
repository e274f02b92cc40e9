/* SPDX-License-Identifier: MIT */
#include "driver/postgres/parse.h"

#include <string.h>

/*
 * A statement as the server parses it, for the checker: types of parameters and columns, and where these
 * come from. It has no name, and the next one takes its place.
 */

static const char *copy(tn_arena *arena, const char *text, int *status)
{
    if (!text)
        return NULL;
    const char *kept = tn_arena_copy(arena, text, strlen(text));
    if (!kept)
        *status = TN_ENOMEM;
    return kept;
}

static int take_params(struct tn__driver_parsed *out, const PGresult *result, tn_arena *arena)
{
    size_t count = (size_t)tn__pq->nparams(result);
    uint32_t *params = tn_arena_array(arena, count, sizeof *params);
    if (!params)
        return TN_ENOMEM;
    for (size_t i = 0; i < count; i++)
        params[i] = tn__pq->paramtype(result, (int)i);
    out->params = params;
    out->param_count = count;
    return TN_OK;
}

static int take_fields(struct tn__driver_parsed *out, const PGresult *result, tn_arena *arena)
{
    int status = TN_OK;
    size_t count = (size_t)tn__pq->nfields(result);
    struct tn__driver_field *fields = tn_arena_array(arena, count, sizeof *fields);
    if (!fields)
        return TN_ENOMEM;
    for (size_t i = 0; i < count; i++)
        fields[i] = (struct tn__driver_field){
            .name = copy(arena, tn__pq->fname(result, (int)i), &status),
            .type = tn__pq->ftype(result, (int)i),
            .modifier = tn__pq->fmod(result, (int)i),
            .table = tn__pq->ftable(result, (int)i),
            .number = (int16_t)tn__pq->ftablecol(result, (int)i),
        };
    out->fields = fields;
    out->field_count = count;
    return status;
}

static bool is_failure(const PGresult *result)
{
    ExecStatusType status = tn__pq->resultStatus(result);
    return status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED;
}

/* The first of the results that failed is the reason. */
static int refuse(struct tn__driver_parsed *out, struct tn__driver_conn *conn,
                  const PGresult *result, const struct tn__pg_text *text, tn_arena *arena,
                  tn_error *err)
{
    int status = TN_OK;
    char line[sizeof err->message];
    int rc = tn__pg_fail_result(conn, result, text, err);
    const char *primary = tn__pq->resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (primary) {
        tn__pg_one_line(line, sizeof line, primary);
        out->message = copy(arena, line, &status);
    }
    out->hint = copy(arena, tn__pq->resultErrorField(result, PG_DIAG_MESSAGE_HINT), &status);
    out->detail = copy(arena, tn__pq->resultErrorField(result, PG_DIAG_MESSAGE_DETAIL), &status);
    return status == TN_OK ? rc : tn_error_set(err, status, "out of memory");
}

/* What is asked. */
struct question {
    struct tn__pg_text text;
    const uint32_t *types;
    size_t type_count;
    bool runs; /* and is not described */
};

static bool send_question(struct tn__driver_conn *conn, const struct question *question)
{
    return tn__pq->sendPrepare(conn->pg, "", question->text.sql, (int)question->type_count,
                               question->types) &&
           (question->runs ? tn__pq->sendQueryPrepared(conn->pg, "", 0, NULL, NULL, NULL, 0)
                           : tn__pq->sendDescribePrepared(conn->pg, ""));
}

static int parse(struct tn__driver_parsed *out, struct tn__driver_conn *conn,
                 const struct question *question, tn_arena *arena, tn_error *err)
{
    PGresult *results[3] = {NULL, NULL, NULL};
    size_t first = conn->begins ? 1 : 0;
    int rc = tn__pg_batch_begin(conn, err);
    if (rc != TN_OK)
        return rc;
    rc = tn__pg_batch_end(conn, send_question(conn, question), results, first + 2, err);
    size_t failed = 0;
    while (rc == TN_OK && failed < first + 2 && !is_failure(results[failed]))
        failed++;
    if (rc == TN_OK && failed < first + 2) {
        rc =
            refuse(out, conn, results[failed], failed < first ? NULL : &question->text, arena, err);
    } else if (rc == TN_OK && !question->runs) {
        rc = take_params(out, results[first + 1], arena);
        if (rc == TN_OK)
            rc = take_fields(out, results[first + 1], arena);
        if (rc != TN_OK)
            tn_error_set(err, rc, "out of memory");
    }
    for (size_t i = 0; i < 3; i++)
        tn__pq->clear(results[i]);
    return rc;
}

static int ask(struct tn__driver_parsed *out, struct tn__driver_conn *conn, tn_text sql,
               struct question *question, tn_arena *arena, tn_error *err)
{
    *out = (struct tn__driver_parsed){0};
    int rc = tn__pg_check_free(conn, err);
    if (rc == TN_OK)
        rc = tn__pg_text_make(&question->text, sql, err);
    if (rc == TN_OK)
        rc = parse(out, conn, question, arena, err);
    tn__pg_text_free(&question->text);
    return rc;
}

int tn__pg_parse(struct tn__driver_parsed *out, struct tn__driver_conn *conn, tn_text sql,
                 const uint32_t *types, size_t type_count, tn_arena *arena, tn_error *err)
{
    struct question question = {.types = types, .type_count = type_count};
    return ask(out, conn, sql, &question, arena, err);
}

int tn__pg_attempt(struct tn__driver_parsed *out, struct tn__driver_conn *conn, tn_text sql,
                   tn_arena *arena, tn_error *err)
{
    struct question question = {.runs = true};
    *out = (struct tn__driver_parsed){0};
    int rc = tn__pg_begin(conn, TN_WRITE, err);
    if (rc == TN_OK)
        rc = ask(out, conn, sql, &question, arena, err);
    tn__pg_rollback(conn);
    return rc;
}
