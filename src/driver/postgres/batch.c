/* SPDX-License-Identifier: MIT */
#include "driver/postgres/pipe.h"
#include "driver/postgres/postgres.h"

/* Several commands in one exchange, and BEGIN in front of them. */

const char *tn__pg_begin_sql(const struct tn__driver_conn *conn)
{
    static const char *const sql[2][4] = {
        [TN_READ] = {"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                     "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY",
                     "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                     "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY"},
        [TN_WRITE] = {"BEGIN", "BEGIN ISOLATION LEVEL READ COMMITTED",
                      "BEGIN ISOLATION LEVEL REPEATABLE READ",
                      "BEGIN ISOLATION LEVEL SERIALIZABLE"},
    };
    return sql[conn->begin_access][conn->begin_isolation];
}

/* Who watches sees BEGIN as he sees COMMIT, though it travels with another statement. */
static void see_begin(const struct tn__driver_conn *conn)
{
    const char *sql = tn__pg_begin_sql(conn);
    if (TN_UNLIKELY(conn->begins && conn->sees))
        conn->observer->start(conn->observer_user, sql, sql);
}

static void see_begun(const struct tn__driver_conn *conn, bool begins)
{
    if (TN_UNLIKELY(begins && conn->sees))
        conn->observer->end(conn->observer_user, tn__pg_begin_sql(conn), 0);
}

int tn__pg_batch_begin(struct tn__driver_conn *conn, tn_error *err)
{
    if (conn->asking)
        return TN_OK;
    see_begin(conn);
    tn__pg_enter(conn);
    bool is_sent = tn__pq->enterPipelineMode(conn->pg);
    if (is_sent && conn->begins)
        is_sent =
            tn__pq->sendQueryParams(conn->pg, tn__pg_begin_sql(conn), 0, NULL, NULL, NULL, NULL, 0);
    if (is_sent)
        return TN_OK;
    see_begun(conn, conn->begins);
    int rc = tn__pg_fail_send(conn, err);
    tn__pq->exitPipelineMode(conn->pg);
    tn__pg_leave(conn);
    return rc;
}

/* The last result of one command. */
static int collect_one(PGresult **out, struct tn__driver_conn *conn, tn_error *err)
{
    PGresult *result;
    for (;;) {
        int rc = tn__pg_next(&result, conn, err);
        if (rc != TN_OK)
            return rc;
        if (!result)
            return *out ? TN_OK : tn__pg_fail_conn(conn, err);
        tn__pq->clear(*out);
        *out = result;
        if (tn__pq->resultStatus(result) == PGRES_PIPELINE_SYNC)
            return tn__pg_fail_stuck(conn, err);
        /* After this nothing comes any more, for this command or another. */
        if (tn__pq->status(conn->pg) == CONNECTION_BAD)
            return tn__pg_fail_result(conn, result, NULL, err);
    }
}

int tn__pg_batch_end(struct tn__driver_conn *conn, bool is_sent, PGresult **results, size_t count,
                     tn_error *err)
{
    PGresult *sync = NULL;
    if (conn->asking)
        return tn__pg_pipe_collect(conn->asking, is_sent, results, count, err);
    bool begins = conn->begins;
    int rc = is_sent && tn__pq->pipelineSync(conn->pg) ? TN_OK : tn__pg_fail_send(conn, err);
    if (rc != TN_OK)
        conn->is_lost = true; /* nobody knows what was sent and what was not */
    for (size_t i = 0; rc == TN_OK && i < count; i++)
        rc = collect_one(&results[i], conn, err);
    if (rc == TN_OK)
        rc = tn__pg_next(&sync, conn, err);
    if (rc == TN_OK && !sync)
        rc = tn__pg_fail_conn(conn, err);
    tn__pq->clear(sync);
    tn__pq->exitPipelineMode(conn->pg);
    see_begun(conn, begins);
    if (rc == TN_OK)
        conn->begins = false;
    tn__pg_leave(conn);
    return rc;
}

int tn__pg_flush_begin(struct tn__driver_conn *conn, tn_error *err)
{
    if (TN_LIKELY(!conn->begins))
        return TN_OK;
    see_begin(conn);
    int rc = tn__pg_exec(conn, tn__pg_begin_sql(conn), NULL, 0, err);
    see_begun(conn, true);
    if (rc == TN_OK)
        conn->begins = false;
    return rc;
}
