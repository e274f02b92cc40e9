/* SPDX-License-Identifier: MIT */
#include <tenon/tx.h>

#include "explain/sqlite/sqlite.h"
#include "util/clock.h"

/* Running the statement, in a transaction that is always rolled back. */

/* Where the engine counts its loops: those of each row of the plan. */
static int read_loops(struct tn__explain *explain, struct tn__driver_stmt *stmt)
{
    struct tn__stmt_loop loop;
    const struct tn__driver *driver = explain->engine.scratch.driver;
    if (!driver->loop(stmt, 0, &loop))
        return TN_OK;
    struct tn__explain_loops *nodes =
        tn_arena_array(explain->arena, explain->plan.count, sizeof(*nodes));
    if (!nodes)
        return TN_ENOMEM;
    for (int i = 0; driver->loop(stmt, i, &loop); i++)
        for (size_t n = 0; n < explain->plan.count; n++)
            if (explain->plan.nodes[n].id == loop.node) {
                nodes[n].is_known = true;
                nodes[n].loops += loop.loops;
                nodes[n].rows += loop.rows;
            }
    explain->run.nodes = nodes;
    return TN_OK;
}

static int run(struct tn__explain *explain, struct tn__driver_stmt *stmt, tn_error *err)
{
    const struct tn__driver *driver = explain->engine.scratch.driver;
    struct tn__explain_run *out = &explain->run;
    int rc = TN_OK;
    for (size_t i = 0; i < explain->param_count && rc == TN_OK; i++) {
        const struct tn__explain_param *param = &explain->params[i];
        rc = param->is_list ? driver->bind_list(stmt, (int)i + 1, param->name, &param->list, err)
                            : driver->bind(stmt, (int)i + 1, &param->value, err);
    }
    if (rc != TN_OK)
        return rc;
    int64_t begin_ns = tn__mono_ns();
    while ((rc = driver->step(stmt, err)) == TN_ROW)
        out->rows++;
    out->time_ns = tn__mono_ns() - begin_ns;
    if (rc != TN_DONE)
        return rc;
    out->changed =
        explain->statement.is_readonly ? -1 : driver->affected(explain->engine.scratch.native);
    driver->counts(stmt, &out->counts);
    return read_loops(explain, stmt) == TN_OK ? TN_OK
                                              : tn_error_set(err, TN_ENOMEM, "out of memory");
}

int tn__explain_sqlite_analyze(struct tn__explain *explain, tn_error *err)
{
    tn_error own = {0};
    tn_db *tx = NULL;
    struct tn__driver_stmt *stmt = NULL;
    const struct tn__driver *driver = explain->engine.scratch.driver;
    tn_text sql = explain->statement.emitted;
    err = err ? err : &own;
    int rc = tn_tx_begin(&tx, tn_conn_db(explain->engine.scratch.conn),
                         explain->statement.is_readonly ? TN_READ : TN_WRITE, err);
    if (rc != TN_OK)
        return rc;
    rc = driver->prepare(&stmt, explain->engine.scratch.native, sql.data, sql.size, false, err);
    if (rc == TN_OK)
        rc = run(explain, stmt, err);
    driver->finalize(stmt);
    tn_tx_rollback(tx);
    explain->has_run = rc == TN_OK;
    return rc;
}
