/* SPDX-License-Identifier: MIT */
#include "plan.h"

#include <stdio.h>

#include "configurations.tenon.h"
#include "sessions.tenon.h"
#include "setting.tenon.h"
#include "summary.tenon.h"
#include "tasks.tenon.h"
#include "tool_executions.tenon.h"
#include "workflow_tasks.tenon.h"
#include "workflows.tenon.h"

#define NODES_MAX 64
#define DEPTH_MAX 8
#define PLAN_MAX  4096

static const struct tn_gen_query *const *const files[] = {
    aco_tasks_queries,    aco_workflows_queries,       aco_workflow_tasks_queries,
    aco_sessions_queries, aco_tool_executions_queries, aco_configurations_queries,
    aco_summary_queries,  aco_setting_queries,
};
enum {
    FILE_COUNT = sizeof files / sizeof files[0]
};

const struct tn_gen_query *const *plan_queries(size_t file)
{
    return file < FILE_COUNT ? files[file] : NULL;
}

const struct tn_gen_query *plan_find(const char *name)
{
    for (size_t f = 0; f < FILE_COUNT; f++) {
        for (const struct tn_gen_query *const *query = files[f]; *query; query++) {
            if (strcmp((*query)->name, name) == 0)
                return *query;
        }
    }
    return NULL;
}

/* EXPLAIN QUERY PLAN gives one row per node: its number, its parent's, nothing, and a text.
 * https://www.sqlite.org/eqp.html */
static int read_plan(char *text, size_t size, tn_stmt *stmt, tn_error *err)
{
    struct {
        int64_t id;
        int depth;
    } nodes[NODES_MAX];
    size_t count = 0, used = 0;
    int rc;
    while ((rc = tn_stmt_step(stmt, err)) == TN_ROW) {
        int64_t parent = tn_stmt_column(stmt, 1).as.integer;
        int depth = 0;
        for (size_t i = 0; i < count; i++) {
            if (nodes[i].id == parent)
                depth = nodes[i].depth + 1;
        }
        if (count < NODES_MAX) {
            nodes[count].id = tn_stmt_column(stmt, 0).as.integer;
            nodes[count++].depth = depth;
        }
        int written = snprintf(text + used, size - used, "%*s%s\n",
                               2 * (depth < DEPTH_MAX ? depth : DEPTH_MAX), "",
                               tn_stmt_column(stmt, 3).as.text.data);
        if (written < 0 || (size_t)written >= size - used)
            return tn_error_set(err, TN_ERANGE, "a plan of more than %d bytes", PLAN_MAX);
        used += (size_t)written;
    }
    return rc;
}

int plan_of(tn_text *out, tn_db *db, const struct tn_gen_query *query, tn_arena *arena,
            tn_error *err)
{
    static const char explain[] = "EXPLAIN QUERY PLAN ";
    size_t size = sizeof explain + query->sql_size;
    char *sql = tn_arena_alloc(arena, size);
    char *text = tn_arena_alloc(arena, PLAN_MAX);
    tn_stmt *stmt;
    if (!sql || !text)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    snprintf(sql, size, "%s%s", explain, query->sql);
    int rc = tn_stmt_open(&stmt, db, sql, err);
    if (rc < 0)
        return rc;
    *text = '\0';
    rc = read_plan(text, PLAN_MAX, stmt, err);
    tn_stmt_close(stmt);
    if (rc < 0)
        return rc;
    *out = tn_text_of(text);
    return TN_OK;
}
