/* SPDX-License-Identifier: MIT */
#include "load.h"

#include "configurations.tenon.h"
#include "sessions.tenon.h"
#include "tasks.tenon.h"
#include "tool_executions.tenon.h"
#include "tsv.h"
#include "workflow_tasks.tenon.h"
#include "workflows.tenon.h"

/* Field 0 is the name of the table. */

static int load_workflow(tn_db *tx, const struct tsv *tsv, tn_error *err)
{
    const tn_text *f = tsv->fields;
    struct aco_workflow_load_args args = {
        .id = f[1],
        .name = f[2],
        .description = f[3],
        .definition = f[4],
        .created_at = f[6],
        .updated_at = f[7],
    };
    if (!aco_workflow_status_parse(&args.status, f[5]))
        return tsv_refuse(tsv, err, "a status that no workflow has");
    return aco_workflow_load(NULL, tx, &args, err);
}

static int load_task(tn_db *tx, const struct tsv *tsv, tn_error *err)
{
    const tn_text *f = tsv->fields;
    struct aco_task_load_args args = {
        .id = f[1],
        .title = f[2],
        .description = f[3],
        .task_type = f[4],
        .config = f[6],
        .metadata = f[7],
        .workspace_path = f[8],
        .created_at = f[9],
        .updated_at = f[10],
        .started_at = f[11],
        .completed_at = f[12],
        .error = f[13],
    };
    if (!aco_task_status_parse(&args.status, f[5]))
        return tsv_refuse(tsv, err, "a status that no task has");
    return aco_task_load(NULL, tx, &args, err);
}

static int load_workflow_task(tn_db *tx, const struct tsv *tsv, tn_error *err)
{
    const tn_text *f = tsv->fields;
    struct aco_workflow_task_load_args args = {
        .workflow_id = f[1],
        .task_id = f[2],
        .created_at = f[4],
    };
    int rc = tsv_int(&args.sequence, tsv, 3, err);
    return rc < 0 ? rc : aco_workflow_task_load(NULL, tx, &args, err);
}

static int load_execution(tn_db *tx, const struct tsv *tsv, tn_error *err)
{
    const tn_text *f = tsv->fields;
    struct aco_execution_load_args args = {
        .id = f[1],
        .task_id = f[2],
        .tool_name = f[3],
        .arguments = f[4],
        .output = f[5],
        .error = f[7],
        .created_at = f[8],
        .completed_at = f[9],
    };
    if (!aco_execution_status_parse(&args.status, f[6]))
        return tsv_refuse(tsv, err, "a status that no execution has");
    int rc = tsv_opt_int(&args.duration_ms, tsv, 10, err);
    return rc < 0 ? rc : aco_execution_load(NULL, tx, &args, err);
}

static int load_session(tn_db *tx, const struct tsv *tsv, tn_error *err)
{
    const tn_text *f = tsv->fields;
    struct aco_session_load_args args = {
        .id = f[1],
        .client_id = f[2],
        .user_id = f[3],
        .metadata = f[6],
        .created_at = f[7],
        .updated_at = f[8],
        .last_heartbeat = f[9],
    };
    if (!aco_session_connection_type_parse(&args.connection_type, f[4]))
        return tsv_refuse(tsv, err, "a type that no connection has");
    int rc = tsv_bool(&args.is_active, tsv, 5, err);
    return rc < 0 ? rc : aco_session_load(NULL, tx, &args, err);
}

static int load_configuration(tn_db *tx, const struct tsv *tsv, tn_error *err)
{
    const tn_text *f = tsv->fields;
    struct aco_config_load_args args = {
        .key = f[1],
        .value = f[2],
        .description = f[4],
        .created_at = f[6],
        .updated_at = f[7],
    };
    if (!aco_setting_type_parse(&args.value_type, f[3]))
        return tsv_refuse(tsv, err, "a type that no setting has");
    int rc = tsv_bool(&args.is_secret, tsv, 5, err);
    return rc < 0 ? rc : aco_config_load(NULL, tx, &args, err);
}

static const struct {
    const char *name;
    size_t fields; /* the table's name included */
    int (*load)(tn_db *tx, const struct tsv *tsv, tn_error *err);
} tables[LOAD_TABLES] = {
    {"workflows", 8, load_workflow},
    {"tasks", 14, load_task},
    {"workflow_tasks", 5, load_workflow_task},
    {"tool_executions", 11, load_execution},
    {"sessions", 10, load_session},
    {"configurations", 8, load_configuration},
};

const char *load_table_name(size_t table)
{
    return tables[table].name;
}

static int load_row(size_t *out_table, tn_db *tx, const struct tsv *tsv, tn_error *err)
{
    for (size_t i = 0; i < LOAD_TABLES; i++) {
        if (strcmp(tables[i].name, tsv->fields[0].data ? tsv->fields[0].data : "") != 0)
            continue;
        *out_table = i;
        if (tsv->count != tables[i].fields)
            return tn_error_set(err, TN_EINVAL, "%s:%u: %zu fields, not %zu, for '%s'", tsv->path,
                                tsv->line, tsv->count, tables[i].fields, tables[i].name);
        int rc = tables[i].load(tx, tsv, err);
        if (rc < 0 && rc != TN_EINVAL)
            tn_error_prefix(err, "%s:%u", tsv->path, tsv->line);
        return rc;
    }
    return tn_error_set(err, TN_EINVAL, "%s:%u: no table of this name", tsv->path, tsv->line);
}

/* Up to LOAD_BATCH rows. TN_ROW: there may be more; TN_DONE: that was the end of the file. */
static int load_batch(struct load_counts *batch, tn_db *tx, struct tsv *tsv, tn_error *err)
{
    for (size_t i = 0; i < LOAD_BATCH; i++) {
        size_t table = 0;
        int rc = tsv_next(tsv, err);
        if (rc != TN_ROW)
            return rc;
        rc = load_row(&table, tx, tsv, err);
        if (rc < 0)
            return rc;
        batch->rows[table]++;
    }
    return TN_ROW;
}

/* Not tn_transact(): it may run its function again, and the lines are read once. */
int load_file(struct load_counts *counts, tn_db *db, const char *path, tn_error *err)
{
    struct tsv tsv;
    memset(counts, 0, sizeof *counts);
    int rc = tsv_open(&tsv, path, err);
    while (rc == TN_OK || rc == TN_ROW) {
        struct load_counts batch = {{0}};
        tn_db *tx;
        rc = tn_tx_begin(&tx, db, TN_WRITE, err);
        if (rc < 0)
            break;
        rc = load_batch(&batch, tx, &tsv, err);
        if (rc < 0) {
            tn_tx_rollback(tx);
            break;
        }
        int committed = tn_tx_commit(tx, err);
        if (committed < 0) {
            rc = committed;
            break;
        }
        for (size_t i = 0; i < LOAD_TABLES; i++)
            counts->rows[i] += batch.rows[i];
    }
    tsv_close(&tsv);
    return rc < 0 ? rc : TN_OK;
}
