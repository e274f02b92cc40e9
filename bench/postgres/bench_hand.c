/* SPDX-License-Identifier: MIT */
/*
 * The hand-written side: what a careful C programmer writes against libpq alone. Statements are
 * prepared once, with the types of their parameters; parameters and results are binary; every
 * result is looked at; texts come with their sizes, NULL is told from empty. See bench_copy.h for
 * the rows that are written at once.
 */
#define _DEFAULT_SOURCE /* htobe64 */
#include "loop.h"

#include <endian.h>
#include <libpq-fe.h>

#define SIDE_PIPES
#define SIDE_BULK

enum {
    OID_INT8 = 20,
    OID_TEXT = 25,
    OID_FLOAT8 = 701,
    MOST_PARAMS = 5
};

struct side {
    PGconn *conn;
    struct keep keep;
};

static const struct statement {
    const char *name;
    const char *sql;
    int param_count;
    Oid types[MOST_PARAMS];
} STATEMENTS[] = {
    {"get", SQL_GET, 1, {OID_INT8}},
    {"range", SQL_RANGE, 2, {OID_INT8, OID_INT8}},
    {"scan", SQL_SCAN, 0, {0}},
    {"add", SQL_ADD, 5, {OID_TEXT, OID_TEXT, OID_INT8, OID_FLOAT8, OID_TEXT}},
    {"update", SQL_UPDATE, 3, {OID_TEXT, OID_INT8, OID_INT8}},
    {"begin", "BEGIN", 0, {0}},
    {"commit", "COMMIT", 0, {0}},
};

/* Parameters as PQexecPrepared() takes them, all binary. */
struct params {
    const char *values[MOST_PARAMS];
    int sizes[MOST_PARAMS];
    int formats[MOST_PARAMS];
    uint64_t numbers[MOST_PARAMS]; /* in the order of the network */
};

static int fail(const struct side *side, const char *what)
{
    fprintf(stderr, "bench_hand: %s: %s\n", what,
            side && side->conn ? PQerrorMessage(side->conn) : "no memory");
    return -1;
}

static inline void set_int(struct params *params, int i, int64_t value)
{
    params->numbers[i] = htobe64((uint64_t)value);
    params->values[i] = (const char *)&params->numbers[i];
    params->sizes[i] = sizeof params->numbers[i];
    params->formats[i] = 1;
}

static inline void set_real(struct params *params, int i, double value)
{
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    set_int(params, i, bits);
}

static inline void set_text(struct params *params, int i, struct text text)
{
    params->values[i] = text.data;
    params->sizes[i] = (int)text.size;
    params->formats[i] = 1;
}

static inline void set_item(struct params *params, const struct item *item)
{
    set_text(params, 0, item->title);
    set_text(params, 1, item->status);
    set_int(params, 2, item->priority);
    set_real(params, 3, item->score);
    set_text(params, 4, item->note);
}

/* Run a prepared statement. NULL, after saying why, unless its result is what is wanted. */
static PGresult *run(struct side *side, const char *name, const struct params *params, int count,
                     ExecStatusType wanted)
{
    PGresult *result =
        PQexecPrepared(side->conn, name, count, params ? params->values : NULL,
                       params ? params->sizes : NULL, params ? params->formats : NULL, 1);
    if (PQresultStatus(result) == wanted)
        return result;
    (void)fail(side, name);
    PQclear(result);
    return NULL;
}

/* Rows that a command has touched: the number that ends its tag. */
static int64_t affected_of(PGresult *result)
{
    return strtoll(PQcmdTuples(result), NULL, 10);
}

static int run_command(struct side *side, const char *name, const struct params *params, int count,
                       int64_t *affected)
{
    PGresult *result = run(side, name, params, count, PGRES_COMMAND_OK);
    if (!result)
        return -1;
    *affected = affected_of(result);
    PQclear(result);
    return 0;
}

static inline int64_t column_int(const PGresult *result, int row, int column)
{
    uint64_t raw;
    memcpy(&raw, PQgetvalue(result, row, column), sizeof raw);
    return (int64_t)be64toh(raw);
}

static inline double column_real(const PGresult *result, int row, int column)
{
    int64_t bits = column_int(result, row, column);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline struct text column_text(const PGresult *result, int row, int column)
{
    struct text text = {NULL, 0};
    if (!PQgetisnull(result, row, column)) {
        text.data = PQgetvalue(result, row, column);
        text.size = (size_t)PQgetlength(result, row, column);
    }
    return text;
}

static inline void read_row(struct item *out, const PGresult *result, int row)
{
    out->id = column_int(result, row, 0);
    out->title = column_text(result, row, 1);
    out->status = column_text(result, row, 2);
    out->priority = column_int(result, row, 3);
    out->score = column_real(result, row, 4);
    out->note = column_text(result, row, 5);
}

static void take_rows(const PGresult *result, uint64_t *sum)
{
    int count = PQntuples(result);
    for (int i = 0; i < count; i++) {
        struct item row;
        read_row(&row, result, i);
        take_row(sum, &row);
    }
}

static void side_close(struct side *side)
{
    if (!side)
        return;
    PQfinish(side->conn);
    free(side->keep.bytes);
    free(side);
}

static int prepare(struct side *side, const struct statement *statement)
{
    PGresult *result = PQprepare(side->conn, statement->name, statement->sql,
                                 statement->param_count, statement->types);
    int rc = PQresultStatus(result) == PGRES_COMMAND_OK ? 0 : fail(side, statement->name);
    PQclear(result);
    return rc;
}

static int side_open(struct side **out, const char *url)
{
    struct side *side = calloc(1, sizeof *side);
    if (!side)
        return fail(NULL, "open");
    side->conn = PQconnectdb(url);
    int rc = PQstatus(side->conn) == CONNECTION_OK ? 0 : fail(side, "open");
    for (size_t i = 0; !rc && i < sizeof STATEMENTS / sizeof STATEMENTS[0]; i++)
        rc = prepare(side, &STATEMENTS[i]);
    if (rc) {
        side_close(side);
        return -1;
    }
    *out = side;
    return 0;
}

static int side_get(struct item *out, struct side *side, int64_t id)
{
    struct params params;
    int rc = -1;
    set_int(&params, 0, id);
    PGresult *result = run(side, "get", &params, 1, PGRES_TUPLES_OK);
    if (!result)
        return -1;
    if (PQntuples(result) == 1) {
        read_row(out, result, 0);
        rc = keep_row(&side->keep, out) ? 0 : fail(NULL, "get");
    }
    PQclear(result);
    return rc;
}

static int side_range(struct side *side, int64_t first, int64_t last, uint64_t *sum)
{
    struct params params;
    set_int(&params, 0, first);
    set_int(&params, 1, last);
    PGresult *result = run(side, "range", &params, 2, PGRES_TUPLES_OK);
    if (!result)
        return -1;
    take_rows(result, sum);
    PQclear(result);
    return 0;
}

static int side_scan(struct side *side, uint64_t *sum)
{
    PGresult *result = run(side, "scan", NULL, 0, PGRES_TUPLES_OK);
    if (!result)
        return -1;
    take_rows(result, sum);
    PQclear(result);
    return 0;
}

static int side_add(struct side *side, const struct item *item, int64_t *affected)
{
    struct params params;
    set_item(&params, item);
    return run_command(side, "add", &params, 5, affected);
}

static int side_begin(struct side *side)
{
    int64_t affected;
    return run_command(side, "begin", NULL, 0, &affected);
}

static int side_commit(struct side *side)
{
    int64_t affected;
    return run_command(side, "commit", NULL, 0, &affected);
}

static int side_update(struct side *side, int64_t id, const char *status, int64_t priority,
                       int64_t *affected)
{
    struct params params;
    struct text text = {status, strlen(status)};
    set_text(&params, 0, text);
    set_int(&params, 1, priority);
    set_int(&params, 2, id);
    return run_command(side, "update", &params, 3, affected);
}

static bool pipe_send(struct side *side, const char *name, const struct params *params, int count)
{
    return PQsendQueryPrepared(side->conn, name, count, params->values, params->sizes,
                               params->formats, 1) != 0;
}

/* Read the result of the next statement of a pipeline, and the NULL behind it. */
static PGresult *pipe_next(struct side *side, ExecStatusType wanted)
{
    PGresult *result = PQgetResult(side->conn);
    if (PQresultStatus(result) == wanted && !PQgetResult(side->conn))
        return result;
    (void)fail(side, "pipe");
    PQclear(result);
    return NULL;
}

/* The end of a pipeline, whose statements have been one transaction. */
static int pipe_end(struct side *side)
{
    PGresult *result = PQgetResult(side->conn);
    int rc = PQresultStatus(result) == PGRES_PIPELINE_SYNC && PQexitPipelineMode(side->conn)
                 ? 0
                 : fail(side, "pipe");
    PQclear(result);
    return rc;
}

/* A pipeline of so few small statements fits into the buffers of both ends: it may block. */
static int side_pipe_get(struct side *side, long first, uint64_t *sum)
{
    struct params params;
    bool ok = PQenterPipelineMode(side->conn) != 0;
    for (long i = first; ok && i < first + PIPE; i++) {
        set_int(&params, 0, key_of(i));
        ok = pipe_send(side, "get", &params, 1);
    }
    if (!ok || !PQpipelineSync(side->conn))
        return fail(side, "pipe");
    for (int i = 0; i < PIPE; i++) {
        PGresult *result = pipe_next(side, PGRES_TUPLES_OK);
        if (!result)
            return -1;
        take_rows(result, sum);
        PQclear(result);
    }
    return pipe_end(side);
}

static int side_pipe_add(struct side *side, long first, uint64_t *sum)
{
    struct params params;
    bool ok = PQenterPipelineMode(side->conn) != 0;
    for (long i = first; ok && i < first + PIPE; i++) {
        set_item(&params, new_item(i));
        ok = pipe_send(side, "add", &params, 5);
    }
    if (!ok || !PQpipelineSync(side->conn))
        return fail(side, "pipe");
    for (int i = 0; i < PIPE; i++) {
        PGresult *result = pipe_next(side, PGRES_COMMAND_OK);
        if (!result)
            return -1;
        *sum += (uint64_t)affected_of(result);
        PQclear(result);
    }
    return pipe_end(side);
}

#include "bench_copy.h"
#include "workloads.h"
