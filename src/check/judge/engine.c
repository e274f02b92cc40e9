/* SPDX-License-Identifier: MIT */
#include "check/judge/engine.h"

#include "check/judge/postgres/postgres.h"
#include "check/judge/sqlite/sqlite.h"

static struct tn__functions *new_functions(struct tn__checked *checked,
                                           const struct tn__check_options *options, tn_arena *arena)
{
    struct tn__functions *functions = tn_arena_array(arena, 1, sizeof(*functions));
    struct tn__diags *aside = tn_arena_array(arena, 1, sizeof(*aside));
    if (!functions || !aside)
        return NULL;
    /* What is wrong with the settings is a finding of 'tenon check'. */
    tn__diags_init(aside, arena);
    functions->checked = checked;
    functions->options = options;
    functions->arena = arena;
    functions->diags = aside;
    return functions;
}

static int open_sqlite(struct tn__scratch *out, struct tn__checked *checked,
                       const struct tn__check_options *options, bool is_empty, tn_arena *arena,
                       struct tn__diags *diags, tn_error *err)
{
    static const tn_migration_set no_migrations = {0};
    struct tn__scratch scratch;
    const char *const *lost;
    size_t lost_count;
    struct tn__functions *functions = new_functions(checked, options, arena);
    if (!functions)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    const struct tn__scratch_hook hook = {tn__functions_declare, functions};
    int rc = tn__scratch_open(&scratch, is_empty ? &no_migrations : &checked->migrations, &hook,
                              arena, diags, err);
    if (rc != TN_OK)
        return rc;
    tn__functions_mute(functions);
    if (!is_empty)
        rc = tn__scratch_forget(&lost, &lost_count, &scratch, arena, err);
    if (rc == TN_OK)
        rc = tn__catalog_read(&checked->catalog, tn_conn_db(scratch.conn), arena, err);
    if (rc != TN_OK) {
        tn__scratch_close(&scratch);
        return rc;
    }
    *out = scratch;
    return TN_OK;
}

static int open_postgres(struct tn__check_engine *out, struct tn__checked *checked,
                         const struct tn__check_options *options, tn_arena *arena,
                         struct tn__diags *diags, tn_error *err)
{
    int rc = tn__pg_bench_open(&out->scratch, &out->bench, checked, options, arena, diags, err);
    if (rc != TN_OK) {
        *out = (struct tn__check_engine){0};
        return rc;
    }
    rc = tn__catalog_read(&checked->catalog, tn_conn_db(out->scratch.conn), arena, err);
    if (rc != TN_OK)
        tn__check_engine_close(out);
    return rc;
}

int tn__check_scratch(struct tn__check_engine *out, struct tn__checked *checked,
                      const struct tn__check_options *options, bool is_empty, tn_arena *arena,
                      struct tn__diags *diags, tn_error *err)
{
    *out = (struct tn__check_engine){0};
    return options->dialect == TN__POSTGRES
               ? open_postgres(out, checked, options, arena, diags, err)
               : open_sqlite(&out->scratch, checked, options, is_empty, arena, diags, err);
}

static int adopt_sqlite(struct tn__scratch *engine, struct tn__checked *checked,
                        const struct tn__check_options *options, bool declares, tn_arena *arena,
                        tn_error *err)
{
    struct tn__functions *functions = new_functions(checked, options, arena);
    int rc = functions ? TN_OK : tn_error_set(err, TN_ENOMEM, "out of memory");
    if (rc == TN_OK && declares)
        rc = tn__functions_declare(engine, functions, err);
    if (rc == TN_OK)
        tn__functions_mute(functions);
    return rc;
}

int tn__check_adopt(struct tn__check_engine *engine, struct tn__checked *checked,
                    const struct tn__check_options *options, bool declares, tn_arena *arena,
                    tn_error *err)
{
    tn_error own = {0};
    err = err ? err : &own;
    int rc = options->dialect == TN__POSTGRES
                 ? tn__pg_bench_borrow(&engine->bench, &engine->scratch, arena, err)
                 : adopt_sqlite(&engine->scratch, checked, options, declares, arena, err);
    if (rc != TN_OK)
        return rc;
    return tn__catalog_read(&checked->catalog, tn_conn_db(engine->scratch.conn), arena, err);
}

void tn__check_engine_close(struct tn__check_engine *engine)
{
    if (engine->bench)
        tn__pg_bench_close(&engine->scratch, engine->bench);
    else
        tn__scratch_close(&engine->scratch);
    *engine = (struct tn__check_engine){0};
}

struct tn__driver_conn *tn__check_session(const struct tn__check_engine *engine)
{
    return engine->bench ? engine->bench->parser : engine->scratch.native;
}

/* Tokens, parameters and the text for the engine. */
static int scan(struct tn__judge *judge)
{
    int rc = tn__sql_scan_as(&judge->all, judge->query->stmt, judge->engine->dialect, judge->arena);
    judge->sql = judge->all;
    if (rc == TN_OK)
        rc = tn__sql_params(&judge->all_params, &judge->all, judge->arena);
    judge->params = judge->all_params;
    if (rc == TN_ERANGE) {
        tn__diags_add(judge->diags, "param-name", tn__judge_place(judge, 0, 0),
                      "a parameter is out of range: they are numbered from 1 to %d",
                      TN__SQL_PARAMS_MAX);
        return TN_EREFUSED;
    }
    if (rc == TN_OK)
        rc = tn__judge_emit(&judge->query->pieces, judge, NULL, 0);
    return rc == TN_OK ? tn__sql_compose(&judge->text, &judge->query->pieces, 0, judge->arena) : rc;
}

/* The tree and its analysis, without memory only an error. What is nested too deeply must not be
 * shown to the engine, which follows it with its stack. */
static int analyse(struct tn__judge *judge)
{
    int rc = tn__sql_parse(&judge->stmt, NULL, &judge->sql, judge->arena);
    if (rc == TN_ENOMEM)
        return rc;
    if (rc != TN_OK) {
        judge->stmt = NULL;
        return TN_OK;
    }
    rc = tn__analyse(&judge->analysed, judge->stmt, &judge->sql, &judge->params, NULL,
                     &judge->analyse, judge->arena);
    if (rc != TN_OK || !judge->analysed.is_too_deep)
        return rc;
    tn__diags_add(judge->diags, "engine-error", tn__judge_place(judge, 0, 0),
                  "it nests too deeply: its queries and expressions are more than %d in each other",
                  TN__DEPTH_MAX);
    return TN_EREFUSED;
}

/* Whether the engine has looked at the text and does not like it; else it could not look. */
static bool is_refusal(int status)
{
    static const int refusals[] = {TN_ERROR,  TN_ESYNTAX, TN_ENOTFOUND,
                                   TN_EINVAL, TN_ERANGE,  TN_EPERM};
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
        if (status == refusals[i])
            return true;
    return false;
}

static int prepare(struct tn__judge *judge, tn_error *err)
{
    int rc = tn__sqlite_describe(&judge->described, judge, &judge->text, err);
    if (rc == TN_OK || !is_refusal(rc))
        return rc;
    tn__sqlite_refuse(judge, rc, err);
    return judge->status == TN_OK ? TN_EREFUSED : judge->status;
}

static int write_statement(struct tn__checked_statement *out, const struct tn__judge *judge)
{
    size_t count = judge->described.read_count;
    struct tn__read_column *reads = tn_arena_array(judge->arena, count, sizeof(*reads));
    if (!reads)
        return TN_ENOMEM;
    for (size_t i = 0; i < count; i++)
        reads[i] = (struct tn__read_column){judge->described.reads[i].table,
                                            judge->described.reads[i].column};
    *out = (struct tn__checked_statement){.emitted = judge->text.text,
                                          .sql = judge->sql,
                                          .params = judge->params,
                                          .stmt = judge->stmt,
                                          .analysed = judge->analysed,
                                          .is_readonly = judge->described.is_readonly,
                                          .has_rows = judge->described.column_count > 0,
                                          .reads = reads,
                                          .read_count = count};
    return TN_OK;
}

static int look_at(struct tn__checked_statement *out, struct tn__judge *judge, tn_error *err)
{
    int rc = analyse(judge);
    if (rc == TN_OK)
        rc = prepare(judge, err);
    return rc == TN_OK ? write_statement(out, judge) : rc;
}

int tn__check_statement(struct tn__checked_statement *out, tn_text sql, const char *file,
                        struct tn__checked *checked, const struct tn__check_options *options,
                        struct tn__check_engine *engine, tn_arena *arena, struct tn__diags *diags,
                        tn_error *err)
{
    tn_error own = {0};
    bool is_postgres = options->dialect == TN__POSTGRES;
    struct tn__query_file *source = tn_arena_array(arena, 1, sizeof(*source));
    struct tn__query *query = tn_arena_array(arena, 1, sizeof(*query));
    err = err ? err : &own;
    if (!source || !query || tn__lines_find(&source->lines, sql, arena) != TN_OK)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    source->path = source->stem = query->name = file;
    source->text = query->written.sql = query->stmt = sql;
    query->written.file = source;
    tn__diags_source(diags, file, sql);
    struct tn__judge judge = {.checked = checked,
                              .options = options,
                              .arena = arena,
                              .diags = diags,
                              .engine = is_postgres ? &tn__judge_postgres : &tn__judge_sqlite,
                              .scratch = &engine->scratch,
                              .bench = engine->bench,
                              .query = query};
    judge.analyse = (struct tn__analyse_options){.catalog = &checked->catalog,
                                                 .types = options->types,
                                                 .type_count = options->type_count,
                                                 .functions = checked->functions,
                                                 .function_count = checked->function_count,
                                                 .columns_of = judge.engine->columns_of,
                                                 .user = &judge,
                                                 .wants_uses = true};
    int rc = scan(&judge);
    if (rc == TN_OK)
        rc = is_postgres ? tn__pg_judge_statement(out, &judge, err) : look_at(out, &judge, err);
    return rc == TN_ENOMEM ? tn_error_set(err, rc, "out of memory") : rc;
}
