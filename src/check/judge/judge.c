/* SPDX-License-Identifier: MIT */
#include "check/judge/judge.h"
#include "check/lint/lint.h"
#include "check/pair/pair.h"
#include "check/read/variants.h"
#include "util/str.h"

struct tn__place tn__judge_place(const struct tn__judge *judge, size_t begin, size_t end)
{
    const struct tn__sql_token *tokens = judge->sql.tokens;
    if (begin >= end || begin >= judge->sql.count)
        return tn__query_place(judge->query, judge->query->stmt_offset,
                               judge->sql.count ? tokens[0].size : 0);
    size_t offset = tokens[begin].offset;
    size_t stop = tokens[end - 1].offset + tokens[end - 1].size;
    return tn__query_place(judge->query, judge->query->stmt_offset + offset, stop - offset);
}

struct tn__place tn__judge_param_place(const struct tn__judge *judge, size_t i)
{
    const struct tn__sql_token *token = &judge->all.tokens[judge->params.items[i].token];
    return tn__query_place(judge->query, judge->query->stmt_offset + token->offset, token->size);
}

/* What the schema calls so hides the function that gives a list its values. */
static void check_list_name(struct tn__judge *judge, struct tn__place place)
{
    static const char name[] = "tn_list";
    if (!tn__catalog_table(&judge->checked->catalog, tn_text_of(name)))
        return;
    struct tn__diag *diag =
        tn__diags_add(judge->diags, "name-collision", place,
                      "a list needs the name 'tn_list', and the schema has a table of that name");
    tn__origin_of(&place, &judge->checked->origins, NULL, name);
    tn__diag_note(judge->diags, diag, place, "it is made here");
    judge->query->is_broken = true;
}

/* A list stands in `IN (:ids[])`, and nowhere else. In each text: what is left out may be what makes a list
 * of it. */
static void check_lists(struct tn__judge *judge)
{
    struct tn__query *query = judge->query;
    const struct tn__sql *sql = &judge->sql;
    for (size_t i = 0; i < sql->count; i++) {
        if (!sql->tokens[i].is_list)
            continue;
        const struct tn__sql_param *param = &judge->params.items[judge->params.of_token[i] - 1];
        struct tn__place place = tn__judge_place(judge, i, i + 1);
        if (tn__sql_is_all_of_in(sql, i) && !param->is_mixed) {
            check_list_name(judge, place);
            continue;
        }
        struct tn__diag *diag =
            tn__diags_add(judge->diags, "param-name", place,
                          param->is_mixed ? "'%.*s' is a list here and a single value elsewhere"
                                          : "the list '%.*s' does not stand alone in an IN",
                          (int)param->name.size, param->name.data);
        if (!param->is_mixed)
            tn__diag_help(judge->diags, diag, "a list is written 'IN (:ids[])'");
        query->is_broken = true;
    }
}

int tn__judge_emit(struct tn__sql_pieces *out, const struct tn__judge *judge,
                   const struct tn__sql_expansion *expansions, size_t count)
{
    const struct tn__variants *variants = judge->query->variants;
    size_t cast_count = judge->casts ? judge->casts->count : 0;
    struct tn__sql_expansion *all = tn_arena_array(judge->arena, count + cast_count, sizeof(*all));
    if (!all)
        return TN_ENOMEM;
    for (size_t i = 0; i < count; i++)
        all[i] = expansions[i];
    for (size_t i = 0; i < cast_count; i++)
        all[count + i] = judge->casts->items[i];
    const struct tn__sql_emission emission = {.sql = &judge->all,
                                              .params = &judge->all_params,
                                              .parts = variants ? variants->parts : NULL,
                                              .part_count = variants ? variants->part_count : 0,
                                              .expansions = all,
                                              .expansion_count = count + cast_count};
    return tn__sql_emit(out, &emission, judge->arena);
}

/* Cut into tokens, number the parameters, and write the pieces for the engine. */
static int prepare_query(struct tn__judge *judge)
{
    struct tn__query *query = judge->query;
    tn_text text = tn__variant_text(query, NULL, judge->arena);
    int rc = text.data ? tn__sql_scan_as(&judge->all, text, judge->engine->dialect, judge->arena)
                       : TN_ENOMEM;
    if (rc != TN_OK)
        return rc;
    judge->sql = judge->all;
    rc = tn__sql_params(&judge->all_params, &judge->all, judge->arena);
    if (rc == TN_ERANGE) {
        tn__diags_add(judge->diags, "param-name", tn__judge_place(judge, 0, 0),
                      "query '%s' has a parameter out of range: they are numbered from 1 to %d",
                      query->name, TN__SQL_PARAMS_MAX);
        query->is_broken = true;
        return TN_OK;
    }
    if (rc != TN_OK)
        return rc;
    judge->params = judge->all_params;
    return tn__judge_emit(&query->pieces, judge, NULL, 0);
}

/* The parameters of a text by its own tokens, which stand where they stand among all. */
static int prepare_params(struct tn__judge *judge)
{
    const struct tn__sql *all = &judge->all;
    uint32_t *of_token = tn_arena_array(judge->arena, judge->sql.count + 1, sizeof(*of_token));
    if (!of_token)
        return TN_ENOMEM;
    for (size_t i = 0, k = 0; i < judge->sql.count; i++) {
        while (k < all->count && all->tokens[k].offset < judge->sql.tokens[i].offset)
            k++;
        of_token[i] = judge->all_params.of_token[k];
    }
    judge->params.of_token = of_token;
    return TN_OK;
}

static int prepare_text(struct tn__judge *judge)
{
    int rc = TN_OK;
    if (judge->query->variants) {
        tn_text text = tn__variant_text(judge->query, &judge->key, judge->arena);
        rc = text.data ? tn__sql_scan_as(&judge->sql, text, judge->engine->dialect, judge->arena)
                       : TN_ENOMEM;
        if (rc == TN_OK)
            rc = prepare_params(judge);
    }
    return rc == TN_OK
               ? tn__sql_compose(&judge->text, &judge->query->pieces, judge->key, judge->arena)
               : rc;
}

void tn__judge_disagree(struct tn__judge *judge, const char *what)
{
    judge->analysed.is_certain = false;
    judge->analysed.is_single_row = false;
    judge->analysed.star_count = 0;
    judge->analysed.reason = what;
    struct tn__diag *diag =
        tn__diags_add(judge->diags, "engine-disagrees", tn__judge_place(judge, 0, 0),
                      "of '%s' the engine says otherwise than Tenon: %s; nothing is taken for "
                      "certain",
                      judge->query->name, what);
    tn__diag_help(judge->diags, diag, "this is a fault of Tenon's: please report it");
}

void tn__judge_refuse_verb(struct tn__judge *judge, size_t token, const char *help)
{
    tn_text word = tn__sql_text(&judge->sql, token);
    struct tn__diag *diag = tn__diags_add(
        judge->diags, "not-a-query", tn__judge_place(judge, token, token + 1),
        "'%.*s' works on the connection, which is not a query's own", (int)word.size, word.data);
    tn__diag_help(judge->diags, diag, "%s", help);
    judge->query->is_broken = true;
}

static void refuse_mode(struct tn__judge *judge, const char *code, const char *what,
                        const char *help)
{
    struct tn__query *query = judge->query;
    struct tn__diag *diag =
        tn__diags_add(judge->diags, code, tn__judge_place(judge, 0, 0), "query '%s' is '%s' and %s",
                      query->name, tn__mode_text(query->mode), what);
    tn__diag_help(judge->diags, diag, "%s", help);
    query->is_broken = true;
}

static bool has_groups(const struct tn__query *query)
{
    for (const struct tn__annotation *a = query->annotations; a; a = a->next)
        if (a->kind == TN__ANNOTATE_GROUP)
            return true;
    return false;
}

/* Whether mode and statement fit. */
static void check_mode(struct tn__judge *judge)
{
    enum tn__mode mode = judge->query->mode;
    bool has_rows = judge->described.column_count > 0;
    bool is_readonly = judge->described.is_readonly;
    bool has_items = mode == TN__MODE_BULK || mode == TN__MODE_BATCH;
    if (mode == TN__MODE_BATCH && judge->checked->dialect != TN__POSTGRES)
        refuse_mode(judge, "bad-annotation", "SQLite has no round trips to save",
                    "':bulk', or ':many' in a loop");
    else if (mode == TN__MODE_BATCH && has_groups(judge->query))
        refuse_mode(judge, "bad-annotation", "it has groups", "':many'");
    else if (!has_rows && mode != TN__MODE_EXEC && !has_items)
        refuse_mode(judge, "not-a-row-query", "its statement returns no rows",
                    "':exec', or RETURNING");
    else if (has_rows && mode == TN__MODE_EXEC && is_readonly)
        refuse_mode(judge, "rows-ignored", "its statement only returns rows",
                    "':one', ':optional' or ':many'");
    else if (mode == TN__MODE_BULK && is_readonly)
        refuse_mode(judge, "rows-ignored", "its statement changes nothing",
                    "a list: 'IN (:ids[])' and ':many'");
    else if (has_items && judge->params.count == 0)
        refuse_mode(judge, "bad-annotation", "it has no parameters",
                    has_rows ? "':many'" : "':exec'");
    else if (has_items && judge->query->variants)
        refuse_mode(judge, "bad-annotation",
                    judge->query->variants->option_count ? "it has optional parts"
                                                         : "it has choices",
                    has_rows ? "':many'" : "':exec'");
}

/* Have the engine look at one text. Findings say which one it is. */
static void judge_text(struct tn__judge *judge)
{
    tn_error err = {0};
    struct tn__query *query = judge->query;
    judge->status = prepare_text(judge);
    if (judge->status == TN_OK)
        check_lists(judge);
    if (judge->status == TN_OK && !query->is_broken)
        judge->engine->guard(judge);
    if (judge->status != TN_OK || query->is_broken)
        return;
    int rc = judge->engine->describe(&judge->described, judge, &judge->text, &err);
    if (rc == TN_ENOMEM) {
        judge->status = rc;
    } else if (rc != TN_OK) {
        judge->engine->refuse(judge, rc, &err);
        query->is_broken = true;
    } else {
        check_mode(judge);
        judge->engine->analyse(judge, NULL);
    }
}

/* Which of several texts the findings from `first` on are about. */
static void note_text(const struct tn__judge *judge, size_t first)
{
    const struct tn__variants *variants = judge->query->variants;
    const char *words = variants ? tn__variant_words(variants, judge->key, judge->arena) : NULL;
    for (size_t i = first; words && i < judge->diags->count; i++)
        tn__diag_note(judge->diags, &judge->diags->items[i], judge->query->place, "in the text %s",
                      words);
}

/* All texts, up to the first that the engine does not take. */
static void judge_texts(struct tn__judges *judges, const struct tn__judge *judge)
{
    for (size_t i = 0; i < judges->count; i++) {
        struct tn__judge *one = &judges->items[i];
        size_t first = judge->diags->count;
        *one = *judge;
        one->key = judge->query->variants ? judge->query->variants->keys[i] : 0;
        judge_text(one);
        note_text(one, first);
        judges->items[0].status = one->status;
        if (one->status != TN_OK || judge->query->is_broken)
            return;
    }
}

/* Casts that a later text has asked for are in all of them, as the pieces are. */
static void compose_again(struct tn__judges *judges)
{
    struct tn__judge *first = &judges->items[0];
    for (size_t i = 0; i < judges->count && first->casts->count > 0; i++) {
        struct tn__judge *judge = &judges->items[i];
        int rc = tn__sql_compose(&judge->text, &first->query->pieces, judge->key, judge->arena);
        if (rc != TN_OK)
            first->status = rc;
    }
}

/* What is embedded and grouped by the first text, in the others. */
static void shape_texts(const struct tn__judges *judges)
{
    struct tn__judge *shaped = &judges->items[0];
    for (size_t i = 1; i < judges->count && !shaped->query->is_broken; i++) {
        struct tn__judge *judge = &judges->items[i];
        size_t first = judge->diags->count;
        tn__judge_shape_again(judge);
        note_text(judge, first);
        shaped->status = judge->status;
        if (judge->status != TN_OK)
            return;
    }
}

static void lint_texts(const struct tn__judges *judges)
{
    for (size_t i = 0; i < judges->count; i++) {
        struct tn__judge *judge = &judges->items[i];
        size_t first = judge->diags->count;
        tn__lint_statement(judge);
        note_text(judge, first);
        if (judge->status != TN_OK) {
            judges->items[0].status = judge->status;
            return;
        }
    }
}

/* What the program that runs it gets to know. */
static void fill_query(struct tn__query *query, const struct tn__judge *judge)
{
    query->emitted = judge->text.text;
    query->is_readonly = judge->described.is_readonly;
    /* Without a second step, a second row would go by unseen: of a text that nobody has looked at, too. */
    bool is_known = !query->variants || query->variants->is_exhaustive;
    query->is_single_row =
        is_known && judge->analysed.is_single_row && judge->described.is_readonly;
}

/* What the engine has taken; a fault in the annotations does not hide the others. */
static void fill(struct tn__judges *judges)
{
    struct tn__judge *first = &judges->items[0];
    bool has_columns = tn__check_columns(judges);
    tn__judge_params(judges);
    if (first->status == TN_OK && has_columns)
        tn__expand_stars(judges);
    if (first->status == TN_OK && has_columns)
        first->status = tn__merge_columns(judges);
    if (first->status != TN_OK || !has_columns)
        return;
    fill_query(first->query, first);
    tn__judge_columns(first);
    if (first->status == TN_OK)
        shape_texts(judges);
    if (first->status == TN_OK && !first->query->is_broken)
        lint_texts(judges);
}

static void judge_query(struct tn__judge *judge)
{
    struct tn__query *query = judge->query;
    struct tn__judges judges = {.count = query->variants ? query->variants->key_count : 1};
    struct tn__casts casts = {.judges = &judges};
    judge->casts = &casts;
    judges.items = tn_arena_array(judge->arena, judges.count, sizeof(*judges.items));
    judge->status = judges.items ? prepare_query(judge) : TN_ENOMEM;
    if (judge->status != TN_OK || query->is_broken)
        return;
    judge_texts(&judges, judge);
    struct tn__judge *first = &judges.items[0];
    if (first->status == TN_OK && !query->is_broken)
        compose_again(&judges);
    if (first->status == TN_OK && !query->is_broken)
        fill(&judges);
    judge->status = first->status;
}

/* All queries that are not broken. */
static int judge_queries(const struct tn__judge *common, tn_error *err)
{
    struct tn__checked *checked = common->checked;
    const struct tn__check_options *options = common->options;
    int rc = TN_OK;
    for (size_t i = 0; rc == TN_OK && i < checked->query_count; i++) {
        struct tn__judge judge = *common;
        judge.query = &checked->queries[i];
        judge.err = err;
        judge.analyse.catalog = &checked->catalog;
        judge.analyse.types = options->types;
        judge.analyse.type_count = options->type_count;
        judge.analyse.keys = &checked->keys;
        judge.analyse.functions = checked->functions;
        judge.analyse.function_count = checked->function_count;
        judge.analyse.columns_of = common->engine->columns_of;
        judge.analyse.user = &judge;
        if (options->is_stopped && options->is_stopped())
            return tn_error_set(err, TN_EINTERRUPT, "interrupted");
        if (judge.query->is_broken)
            continue;
        judge_query(&judge);
        rc = judge.status;
        if (rc != TN_OK && (!err || err->status != rc))
            (void)tn_error_set(err, rc, "%s", tn_status_text(rc));
    }
    return rc;
}

int tn__check_judge(struct tn__checked *checked, const struct tn__check_options *options,
                    tn_arena *arena, struct tn__diags *diags, tn_error *err)
{
    const struct tn__judge_engine *engine =
        options->dialect == TN__SQLITE ? &tn__judge_sqlite : &tn__judge_postgres;
    struct tn__scratch scratch;
    struct tn__pg_bench *bench = NULL;
    if (options->postgres_migrations)
        return tn__pair_judge(checked, options, arena, diags, err);
    int rc = engine->open(&scratch, &bench, checked, options, arena, diags, err);
    if (rc != TN_OK)
        return rc;
    rc = tn__judge_schema(checked, engine, options, &scratch, arena, diags, err);
    const struct tn__judge common = {.checked = checked,
                                     .options = options,
                                     .arena = arena,
                                     .diags = diags,
                                     .engine = engine,
                                     .scratch = &scratch,
                                     .bench = bench};
    if (rc == TN_OK)
        rc = judge_queries(&common, err);
    engine->close(&scratch, bench);
    bool is_usage_judged = false;
    if (rc == TN_OK && options->program)
        rc = tn__lint_usage(&is_usage_judged, checked, options->program, arena, diags, err);
    if (rc == TN_OK)
        tn__lint_unused_allows(checked, is_usage_judged, diags);
    if (rc == TN_OK && diags->status != TN_OK)
        rc = tn_error_set(err, diags->status, "out of memory");
    return rc;
}
