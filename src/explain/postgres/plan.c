/* SPDX-License-Identifier: MIT */
#include "explain/postgres/postgres.h"

#include "plan/server_plan.h"
#include "util/buf.h"
#include "util/str.h"
#include "util/value_text.h"

/*
 * The plan of a prepared statement: PREPARE, and EXPLAIN of an EXECUTE, in a transaction that is rolled back. It
 * is the generic one, which serves whatever values come, unless all of them are known.
 *
 * On the schema alone all tables are empty, and a scan or a sort would cost nothing: they are made as expensive
 * as the server allows. What it does all the same it does for want of an index, whatever is in the tables.
 */

/* A session while it plans. */
struct asking {
    const struct tn__explain *explain;
    const struct tn__driver *driver;
    struct tn__driver_conn *conn;
    bool is_empty; /* its tables are */
    tn_arena *arena;
    tn_error *err;
};

static struct asking asking_of(const struct tn__explain *explain,
                               const struct tn__check_engine *engine, tn_arena *arena,
                               tn_error *err)
{
    return (struct asking){.explain = explain,
                           .driver = engine->scratch.driver,
                           .conn = tn__check_session(engine),
                           .is_empty = !explain->is_on_database,
                           .arena = arena,
                           .err = err};
}

static int no_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "out of memory");
}

/* --- statements of ours ------------------------------------------------------------------------ */

typedef int row_fn(void *user, const struct asking *asking, struct tn__driver_stmt *stmt);

/* `row` may be NULL: rows are of no interest. */
static int run(const struct asking *asking, const char *sql, row_fn *row, void *user)
{
    struct tn__driver_stmt *stmt = NULL;
    const struct tn__driver *driver = asking->driver;
    int rc = driver->prepare(&stmt, asking->conn, sql, strlen(sql), false, asking->err);
    if (rc != TN_OK)
        return rc;
    while ((rc = driver->step(stmt, asking->err)) == TN_ROW) {
        rc = row ? row(user, asking, stmt) : TN_OK;
        if (rc != TN_OK)
            break;
    }
    driver->finalize(stmt);
    return rc == TN_DONE ? TN_OK : rc;
}

/* Whatever has failed, no lock is kept; rc, or why the session is not as it was. */
static int end(const struct asking *asking, int rc)
{
    tn_error ignored;
    struct asking last = *asking;
    if (rc != TN_OK)
        last.err = &ignored;
    asking->driver->rollback(asking->conn);
    int freed = run(&last, "DEALLOCATE tenon_explain", NULL, NULL);
    return rc != TN_OK ? rc : freed;
}

/* --- what is asked ----------------------------------------------------------------------------- */

static void put_value(struct tn__buf *out, const tn_value *value)
{
    struct tn__buf text;
    tn__buf_init(&text, 0);
    tn__value_text(&text, value);
    if (text.status != TN_OK)
        out->status = text.status;
    if (value->type == TN_NULL)
        tn__buf_puts(out, "NULL");
    else
        tn__buf_sql_string(out, tn__buf_view(&text));
    tn__buf_fini(&text);
}

static void put_type(struct tn__buf *out, const struct tn__explain *explain, size_t param)
{
    const struct tn__server_type *const *types = explain->statement.param_types;
    if (types && types[param])
        tn__pg_put_type(out, types[param]);
    else
        tn__buf_puts(out, "unknown");
}

static void put_argument(struct tn__buf *out, const struct tn__explain *explain, size_t i)
{
    const struct tn__explain_param *param = &explain->params[i];
    if (!param->is_list) {
        put_value(out, &param->value);
        return;
    }
    tn__buf_puts(out, "ARRAY[");
    for (size_t k = 0; k < param->list.count; k++) {
        tn__buf_puts(out, k > 0 ? ", " : "");
        put_value(out, &param->list.items[k]);
    }
    tn__buf_puts(out, "]::");
    put_type(out, explain, i);
}

/* "PREPARE tenon_explain (int8, text) AS SELECT …". */
static int write_prepare(struct tn__explain *explain)
{
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, "PREPARE tenon_explain");
    for (size_t i = 0; i < explain->param_count; i++) {
        tn__buf_puts(&buf, i ? ", " : " (");
        put_type(&buf, explain, i);
    }
    tn__buf_puts(&buf, explain->param_count ? ") AS " : " AS ");
    tn__buf_text(&buf, explain->statement.emitted);
    int rc = tn__buf_to_arena(&buf, explain->arena, &explain->prepared);
    tn__buf_fini(&buf);
    return rc;
}

/* "EXECUTE tenon_explain (NULL, '7')". */
static int write_execute(struct tn__explain *explain)
{
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, "EXECUTE tenon_explain");
    for (size_t i = 0; i < explain->param_count; i++) {
        tn__buf_puts(&buf, i ? ", " : " (");
        put_argument(&buf, explain, i);
    }
    tn__buf_puts(&buf, explain->param_count ? ")" : "");
    int rc = tn__buf_to_arena(&buf, explain->arena, &explain->planned);
    tn__buf_fini(&buf);
    return rc;
}

int tn__explain_pg_prepare(struct tn__explain *explain, tn_error *err)
{
    size_t set = 0;
    for (size_t i = 0; i < explain->param_count; i++)
        set += explain->params[i].is_set;
    explain->is_generic = set == 0 || set < explain->param_count;
    return write_prepare(explain) == TN_OK && write_execute(explain) == TN_OK ? TN_OK
                                                                              : no_memory(err);
}

static int begin(const struct asking *asking, bool is_readonly)
{
    static const char dear[] =
        "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true), "
        "set_config('max_parallel_workers_per_gather', '0', true)";
    const char *mode = asking->explain->is_generic
                           ? "SELECT set_config('plan_cache_mode', 'force_generic_plan', true)"
                           : "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)";
    int rc = run(asking, is_readonly ? "BEGIN READ ONLY" : "BEGIN", NULL, NULL);
    if (rc == TN_OK)
        rc =
            run(asking, "SELECT set_config('standard_conforming_strings', 'on', true)", NULL, NULL);
    if (rc == TN_OK)
        rc = run(asking, mode, NULL, NULL);
    if (rc == TN_OK && asking->is_empty)
        rc = run(asking, dear, NULL, NULL);
    return rc == TN_OK ? run(asking, asking->explain->prepared.data, NULL, NULL) : rc;
}

/* --- what it answers --------------------------------------------------------------------------- */

static int take_text(void *user, const struct asking *asking, struct tn__driver_stmt *stmt)
{
    tn_text *out = user;
    tn_value value = asking->driver->column(stmt, 0);
    bool is_text = value.type == TN_TEXT || value.type == TN_JSON;
    if (!is_text || !value.as.text.data)
        return no_memory(asking->err);
    out->data = tn_arena_copy(asking->arena, value.as.text.data, value.as.text.size);
    out->size = value.as.text.size;
    return out->data ? TN_OK : no_memory(asking->err);
}

static int read_plan(struct tn__server_plan *out, const struct asking *asking, bool runs)
{
    tn_text json = {0};
    const char *sql = tn__arena_printf(asking->arena, "EXPLAIN (%sVERBOSE, FORMAT JSON) %s",
                                       runs ? "ANALYZE, " : "", asking->explain->planned.data);
    int rc = sql ? run(asking, sql, take_text, &json) : no_memory(asking->err);
    return rc == TN_OK
               ? tn__server_plan_read(out, json, !asking->is_empty, asking->arena, asking->err)
               : rc;
}

/* What the plan does not tell of an index: whether all rows are in it, and whether a key is of one. */
static int take_index(void *user, const struct asking *asking, struct tn__driver_stmt *stmt)
{
    const struct tn__query_plan *plan = user;
    tn_value name = asking->driver->column(stmt, 0);
    tn_value is_partial = asking->driver->column(stmt, 1);
    tn_value unique_parts = asking->driver->column(stmt, 2);
    if (name.type != TN_TEXT || is_partial.type != TN_BOOL || unique_parts.type != TN_INT)
        return TN_OK;
    /* The nodes are the arena's, and have been made for this plan. */
    struct tn__plan_node *nodes = (struct tn__plan_node *)(uintptr_t)plan->nodes;
    for (size_t i = 0; i < plan->count; i++) {
        if (!nodes[i].index.data || !tn_text_equal(nodes[i].index, name.as.text))
            continue;
        nodes[i].is_partial_index = is_partial.as.boolean;
        nodes[i].is_one_row =
            unique_parts.as.integer > 0 && nodes[i].equals >= unique_parts.as.integer;
        if (is_partial.as.boolean) /* it was asked for, whole */
            nodes[i].findings &= ~(unsigned)TN__PLAN_FULL_SCAN;
    }
    return TN_OK;
}

static int read_indexes(const struct tn__query_plan *plan, const struct asking *asking)
{
    static const char sql[] =
        "SELECT c.relname::text, bool_and(i.indpred IS NOT NULL), "
        "min(CASE WHEN i.indisunique AND i.indpred IS NULL THEN i.indnkeyatts ELSE 0 END)::int4 "
        "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
        "GROUP BY c.relname";
    for (size_t i = 0; i < plan->count; i++)
        if (plan->nodes[i].index.data)
            return run(asking, sql, take_index, (void *)(uintptr_t)plan);
    return TN_OK;
}

int tn__explain_pg_ask(struct tn__query_plan *out, const struct tn__explain *explain,
                       const struct tn__check_engine *engine, tn_arena *arena, tn_error *err)
{
    struct tn__server_plan found = {0};
    const struct asking asking = asking_of(explain, engine, arena, err);
    int rc = begin(&asking, false);
    if (rc == TN_OK)
        rc = read_plan(&found, &asking, false);
    if (rc == TN_OK)
        rc = read_indexes(&found.plan, &asking);
    rc = end(&asking, rc);
    *out = found.plan;
    return rc;
}

/* --- running it -------------------------------------------------------------------------------- */

static int take_run(struct tn__explain *explain, const struct tn__server_plan *plan)
{
    struct tn__explain_loops *nodes =
        tn_arena_array(explain->arena, plan->plan.count, sizeof(*nodes));
    if (!nodes)
        return TN_ENOMEM;
    for (size_t i = 0; i < plan->plan.count; i++)
        nodes[i] = (struct tn__explain_loops){plan->runs[i].is_known, plan->runs[i].loops,
                                              plan->runs[i].rows};
    explain->plan = plan->plan;
    explain->run = (struct tn__explain_run){
        .changed = -1, .time_ns = (int64_t)(plan->execution_ms * 1e6), .nodes = nodes};
    if (explain->statement.has_rows && plan->plan.count > 0)
        explain->run.rows = nodes[0].rows;
    return TN_OK;
}

int tn__explain_pg_analyze(struct tn__explain *explain, tn_error *err)
{
    struct tn__server_plan found = {0};
    const struct asking asking = asking_of(explain, &explain->engine, explain->arena, err);
    int rc = begin(&asking, explain->statement.is_readonly);
    if (rc == TN_OK)
        rc = read_plan(&found, &asking, true);
    if (rc == TN_OK)
        rc = read_indexes(&found.plan, &asking);
    rc = end(&asking, rc);
    if (rc == TN_OK && take_run(explain, &found) != TN_OK)
        rc = no_memory(err);
    explain->has_run = rc == TN_OK;
    return rc;
}
