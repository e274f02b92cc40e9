/* SPDX-License-Identifier: MIT */
#include "explain/engine.h"
#include "explain/form.h"
#include "render/glyph.h"
#include "util/str.h"

/* For people. */

enum {
    MOST_SQL = 4000, /* bytes of it that are shown */
    MOST_DEPTH = 64
};

struct page {
    struct tn__buf *out;
    const char *mark; /* SGR of what costs, of what does not, and their end; "" without colour */
    const char *quiet;
    const char *end;
};

/* As it is written, line by line. */
static void put_sql(struct tn__buf *out, tn_text sql)
{
    tn_text rest = tn__text_sub(sql, 0, MOST_SQL);
    tn_text line;
    while (tn__text_line(&rest, &line)) {
        tn__glyph_text(out, line);
        tn__buf_putc(out, '\n');
    }
    if (sql.size > MOST_SQL)
        tn__buf_printf(out, "… (%zu bytes)\n", sql.size);
}

static void put_parts(struct tn__buf *out, const struct tn__explain *explain, bool is_there)
{
    const struct tn__variants *variants = tn__explain_variants(explain);
    size_t count = 0;
    for (size_t i = 0; i < variants->option_count; i++) {
        if (((explain->key & variants->options[i].mask) != 0) != is_there)
            continue;
        if (count++ == 0)
            tn__buf_puts(out, is_there ? "; with " : "; without ");
        tn__buf_printf(out, "%s'%s'", count > 1 ? ", " : "", variants->options[i].name);
    }
}

/* Which of a query's texts it is, as a comment in front of it. */
static void put_form(struct tn__buf *out, const struct tn__explain *explain)
{
    const struct tn__variants *variants = tn__explain_variants(explain);
    if (!variants)
        return;
    tn__buf_printf(out, "-- %s", explain->query->name);
    put_parts(out, explain, true);
    put_parts(out, explain, false);
    for (size_t i = 0; i < variants->choice_count; i++) {
        const struct tn__choice *choice = &variants->choices[i];
        if (tn__explain_has(explain, choice->mask))
            tn__buf_printf(out, "; '%s' is '%s'", choice->name,
                           choice->values[(explain->key & choice->mask) >> choice->shift]);
    }
    tn__buf_putc(out, '\n');
}

/* --- the tree */

/* Whether another child of the same parent comes behind node i. */
static bool has_sibling(const struct tn__query_plan *plan, size_t i)
{
    for (size_t k = i + 1; k < plan->count && plan->nodes[k].depth >= plan->nodes[i].depth; k++)
        if (plan->nodes[k].depth == plan->nodes[i].depth)
            return true;
    return false;
}

static void put_findings(const struct page *page, unsigned findings)
{
    for (unsigned bit = 0; bit < TN__PLAN_BIT_COUNT; bit++)
        if (findings & 1u << bit)
            tn__buf_printf(page->out, "  %s[%s]%s",
                           tn__plan_words[bit].is_cost ? page->mark : page->quiet,
                           tn__plan_words[bit].code, page->end);
}

/* `loops` may be NULL. */
static void put_plan(const struct page *page, const struct tn__query_plan *plan,
                     const struct tn__explain_loops *loops, const char *margin)
{
    bool goes_on[MOST_DEPTH] = {false}; /* per depth: a line runs down */
    for (size_t i = 0; i < plan->count; i++) {
        const struct tn__plan_node *node = &plan->nodes[i];
        unsigned depth = node->depth < MOST_DEPTH ? node->depth : MOST_DEPTH - 1;
        goes_on[depth] = has_sibling(plan, i);
        tn__buf_puts(page->out, margin);
        for (unsigned d = 0; d < depth; d++)
            tn__buf_puts(page->out, goes_on[d] ? "|  " : "   ");
        tn__buf_puts(page->out, goes_on[depth] ? "|--" : "`--");
        tn__glyph_text(page->out, tn_text_of(node->detail));
        put_findings(page, node->findings);
        if (node->has_estimate)
            tn__buf_printf(page->out, "  (expects %.0f, cost %.2f)", node->rows, node->cost);
        if (loops && loops[i].is_known)
            tn__buf_printf(page->out, "  (loops %lld, rows %lld)", (long long)loops[i].loops,
                           (long long)loops[i].rows);
        tn__buf_putc(page->out, '\n');
    }
    if (plan->count == 0)
        tn__buf_printf(page->out, "%sno table is read\n", margin);
}

/* What the marks mean, those that there are. */
static void put_legend(const struct page *page, const struct tn__query_plan *plan)
{
    unsigned findings = tn__query_plan_findings(plan);
    if (findings)
        tn__buf_putc(page->out, '\n');
    for (unsigned bit = 0; bit < TN__PLAN_BIT_COUNT; bit++)
        if (findings & 1u << bit)
            tn__buf_printf(page->out, "%s: %s\n", tn__plan_words[bit].code,
                           tn__plan_words[bit].meaning);
}

/* --- the run */

static void put_unset(struct tn__buf *out, const struct tn__explain *explain)
{
    size_t count = 0;
    for (size_t i = 0; i < explain->param_count; i++) {
        if (explain->params[i].is_set)
            continue;
        tn__buf_puts(out, count++ == 0 ? "not set, and so NULL: " : ", ");
        tn__buf_puts(out, explain->params[i].name);
        tn__buf_puts(out, explain->params[i].is_list ? " (an empty list)" : "");
    }
    if (count > 0)
        tn__buf_putc(out, '\n');
}

static void put_counts(struct tn__buf *out, const struct tn__explain *explain)
{
    const struct tn__explain_count *count = tn__explain_engine_of(explain)->counts;
    size_t shown = 0;
    for (; count->words; count++) {
        int64_t value = count->of(&explain->run.counts);
        if (value >= 0 && count->is_in_text)
            tn__buf_printf(out, "%s%s %lld", shown++ ? ", " : "", count->words, (long long)value);
    }
    if (shown > 0)
        tn__buf_putc(out, '\n');
}

static void put_run(struct tn__buf *out, const struct tn__explain *explain)
{
    const struct tn__explain_run *run = &explain->run;
    tn__buf_putc(out, '\n');
    put_unset(out, explain);
    tn__buf_printf(out, "%lld row%s returned", (long long)run->rows, run->rows == 1 ? "" : "s");
    if (run->changed >= 0)
        tn__buf_printf(out, ", %lld changed", (long long)run->changed);
    tn__buf_printf(out, " in %.3f ms", (double)run->time_ns / 1e6);
    tn__buf_puts(out,
                 explain->statement.is_readonly ? "\n" : "; rolled back, nothing is changed\n");
    put_counts(out, explain);
}

/* --- advice */

static void put_advice(const struct page *page, const struct tn__explain_advice *advice)
{
    struct tn__buf *out = page->out;
    tn__buf_putc(out, '\n');
    tn__glyph_text(out, tn_text_of(advice->sql));
    tn__buf_puts(out, ";\n");
    put_plan(page, &advice->plan, NULL, "  ");
    for (size_t i = 0; i < advice->redundant_count; i++)
        tn__buf_printf(out, "%s%s%s", i == 0 ? "  no longer needed: " : ", ", advice->redundant[i],
                       i + 1 == advice->redundant_count ? "\n" : "");
    for (size_t i = 0; i < advice->write_count; i++)
        tn__buf_printf(out, "%s%s (%s)%s", i == 0 ? "  writes that pay for it: " : ", ",
                       advice->writes[i].query, advice->writes[i].verb,
                       i + 1 == advice->write_count ? "\n" : "");
}

void tn__explain_text(struct tn__buf *out, const struct tn__explain *explain, bool color)
{
    struct page page = {out, color ? "\033[1;31m" : "", color ? "\033[36m" : "",
                        color ? "\033[0m" : ""};
    put_form(out, explain);
    put_sql(out, explain->sql);
    tn__buf_putc(out, '\n');
    put_plan(&page, &explain->plan, explain->has_run ? explain->run.nodes : NULL, "");
    put_legend(&page, &explain->plan);
    if (explain->has_run)
        put_run(out, explain);
    for (size_t i = 0; i < explain->advice_count; i++)
        put_advice(&page, &explain->advice[i]);
    if (explain->has_advice && explain->advice_count == 0)
        tn__buf_puts(out, "\nno index was found that makes the plan better\n");
}
