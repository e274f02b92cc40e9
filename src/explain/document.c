/* SPDX-License-Identifier: MIT */
#include "explain/engine.h"
#include "explain/form.h"
#include "render/json.h"

/* The document of `tenon explain --json`. */

/* `loops` may be NULL. */
static void put_plan(struct tn__json *json, const struct tn__query_plan *plan,
                     const struct tn__explain_loops *loops)
{
    tn__json_key(json, "plan");
    tn__json_array_begin(json);
    for (size_t i = 0; i < plan->count; i++) {
        const struct tn__plan_node *node = &plan->nodes[i];
        tn__json_object_begin(json);
        tn__json_key_int(json, "id", node->id);
        tn__json_key_int(json, "parent", node->parent);
        tn__json_key_string(json, "detail", node->detail);
        tn__json_key(json, "findings");
        tn__json_array_begin(json);
        for (unsigned bit = 0; bit < TN__PLAN_BIT_COUNT; bit++)
            if (node->findings & 1u << bit)
                tn__json_string(json, tn__plan_words[bit].code);
        tn__json_array_end(json);
        if (node->has_estimate) {
            tn__json_key_real(json, "expected_rows", node->rows);
            tn__json_key_real(json, "cost", node->cost);
        }
        if (loops && loops[i].is_known) {
            tn__json_key_int(json, "loops", loops[i].loops);
            tn__json_key_int(json, "rows", loops[i].rows);
        }
        tn__json_object_end(json);
    }
    tn__json_array_end(json);
}

/* Which of a query's texts it is. */
static void put_form(struct tn__json *json, const struct tn__explain *explain)
{
    const struct tn__variants *variants = tn__explain_variants(explain);
    if (!variants)
        return;
    tn__json_key(json, "parts");
    tn__json_object_begin(json);
    for (size_t i = 0; i < variants->option_count; i++)
        tn__json_key_bool(json, variants->options[i].name,
                          (explain->key & variants->options[i].mask) != 0);
    tn__json_object_end(json);
    tn__json_key(json, "choices");
    tn__json_object_begin(json);
    for (size_t i = 0; i < variants->choice_count; i++) {
        const struct tn__choice *choice = &variants->choices[i];
        if (tn__explain_has(explain, choice->mask))
            tn__json_key_string(json, choice->name,
                                choice->values[(explain->key & choice->mask) >> choice->shift]);
    }
    tn__json_object_end(json);
}

static void put_params(struct tn__json *json, const struct tn__explain *explain)
{
    tn__json_key(json, "params");
    tn__json_array_begin(json);
    for (size_t i = 0; i < explain->param_count; i++) {
        tn__json_object_begin(json);
        tn__json_key_string(json, "name", explain->params[i].name);
        tn__json_key_bool(json, "set", explain->params[i].is_set);
        tn__json_object_end(json);
    }
    tn__json_array_end(json);
}

static void put_known(struct tn__json *json, const char *key, int64_t count)
{
    if (count >= 0)
        tn__json_key_int(json, key, count);
}

static void put_run(struct tn__json *json, const struct tn__explain *explain)
{
    const struct tn__explain_run *run = &explain->run;
    const struct tn__explain_count *count = tn__explain_engine_of(explain)->counts;
    tn__json_key(json, "analyze");
    tn__json_object_begin(json);
    tn__json_key_int(json, "rows", run->rows);
    put_known(json, "changed", run->changed);
    tn__json_key_int(json, "time_us", run->time_ns / 1000);
    for (; count->words; count++)
        put_known(json, count->key, count->of(&run->counts));
    tn__json_key_bool(json, "rolled_back", true);
    tn__json_object_end(json);
}

static void put_advice(struct tn__json *json, const struct tn__explain_advice *advice)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "sql", advice->sql);
    tn__json_key_string(json, "index", advice->name);
    tn__json_key_string(json, "table", advice->table);
    put_plan(json, &advice->plan, NULL);
    tn__json_key(json, "redundant");
    tn__json_array_begin(json);
    for (size_t i = 0; i < advice->redundant_count; i++)
        tn__json_string(json, advice->redundant[i]);
    tn__json_array_end(json);
    tn__json_key(json, "writes");
    tn__json_array_begin(json);
    for (size_t i = 0; i < advice->write_count; i++) {
        tn__json_object_begin(json);
        tn__json_key_string(json, "query", advice->writes[i].query);
        tn__json_key_string(json, "verb", advice->writes[i].verb);
        tn__json_object_end(json);
    }
    tn__json_array_end(json);
    tn__json_object_end(json);
}

void tn__explain_document(struct tn__buf *out, const struct tn__explain *explain)
{
    struct tn__json json;
    tn__json_init(&json, out);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    tn__json_key_string(&json, "query", explain->query ? explain->query->name : NULL);
    tn__json_key(&json, "sql");
    tn__json_text(&json, explain->sql);
    put_form(&json, explain);
    tn__json_key_string(&json, "on", explain->is_on_database ? "database" : "schema");
    put_params(&json, explain);
    if (explain->options->dialect == TN__POSTGRES)
        tn__json_key_bool(&json, "generic", explain->is_generic);
    put_plan(&json, &explain->plan, explain->has_run ? explain->run.nodes : NULL);
    if (explain->has_run)
        put_run(&json, explain);
    if (explain->has_advice) {
        tn__json_key(&json, "advice");
        tn__json_array_begin(&json);
        for (size_t i = 0; i < explain->advice_count; i++)
            put_advice(&json, &explain->advice[i]);
        tn__json_array_end(&json);
    }
    tn__json_object_end(&json);
    tn__buf_putc(out, '\n');
}
