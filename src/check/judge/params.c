/* SPDX-License-Identifier: MIT */
#include "check/judge/judge.h"
#include "check/lint/lint.h"
#include "check/names.h"
#include "check/read/variants.h"
#include "util/str.h"

/* The parameters of a query: each becomes one argument in C. */

/* Arguments and locals of generated functions. */
static const char *const ours[] = {"affected", "arena", "args",  "db",     "err", "item",
                                   "iter",     "list",  "lists", "memset", "out", "query",
                                   "rc",       "row",   "rows",  "stmt",   "use"};

static const char *member_of(struct tn__judge *judge, tn_text name)
{
    const char *member = tn__c_member(name, judge->arena);
    if (!member) {
        judge->status = TN_ENOMEM;
        return "";
    }
    bool is_ours = false;
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        is_ours = is_ours || strcmp(member, ours[i]) == 0;
    if (!is_ours)
        return member;
    const char *changed = tn__arena_printf(judge->arena, "%s_", member);
    if (!changed)
        judge->status = TN_ENOMEM;
    return changed ? changed : "";
}

static const struct tn__annotation *find_number(const struct tn__query *query, uint32_t number)
{
    for (const struct tn__annotation *a = query->annotations; a; a = a->next)
        if (a->kind == TN__ANNOTATE_PARAM && a->number == number)
            return a;
    return NULL;
}

static const struct tn__annotation *find_name(const struct tn__query *query, const char *name)
{
    for (const struct tn__annotation *a = query->annotations; a; a = a->next)
        if (a->kind == TN__ANNOTATE_PARAM && a->number == 0 && tn__text_is(a->name, name))
            return a;
    return NULL;
}

/* Its own name, or the one that -- param N gives, or the column's that it meets. */
static void name_param(struct tn__judge *judge, struct tn__query_param *params, size_t i,
                       const struct tn__analysed_param *known)
{
    const struct tn__sql_param *written = &judge->params.items[i];
    struct tn__query *query = judge->query;
    tn_text name = written->name;
    if (name.size == 0) {
        const struct tn__annotation *said = find_number(query, written->number);
        name = said ? said->name : known->suggestion;
    }
    params[i].name = tn_arena_copy(judge->arena, name.data ? name.data : "", name.size);
    params[i].member = member_of(judge, name);
    if (!params[i].name) {
        judge->status = TN_ENOMEM;
        return;
    }
    if (name.size == 0) {
        struct tn__diag *diag = tn__diags_add(
            judge->diags, "param-name", tn__judge_param_place(judge, i),
            "parameter %u of '%s' has no name", (unsigned)written->number, query->name);
        tn__diag_help(judge->diags, diag, "'-- param %u NAME'", (unsigned)written->number);
        query->is_broken = true;
        return;
    }
    bool is_twin = written->is_clash;
    for (size_t k = 0; k < i; k++)
        is_twin = is_twin || strcmp(params[k].member, params[i].member) == 0;
    if (!is_twin)
        return;
    struct tn__diag *diag =
        tn__diags_add(judge->diags, "name-collision", tn__judge_param_place(judge, i),
                      "two parameters of '%s' are called '%s'", query->name, params[i].member);
    if (written->name.size == 0)
        tn__diag_help(judge->diags, diag, "'-- param %u NAME'", (unsigned)written->number);
    query->is_broken = true;
}

/* An element that is NULL is refused when it runs, whatever the column takes. */
static void settle_list(struct tn__judge *judge, struct tn__query_param *param,
                        const struct tn__annotation *said)
{
    param->typing.is_nullable = false;
    if (!said || said->mark != TN__MARK_NULLABLE)
        return;
    tn__diags_add(judge->diags, "bad-annotation",
                  tn__query_place(judge->query, said->offset, said->name.size),
                  "parameter '%s' is a list, whose elements are never NULL", param->name);
    judge->query->is_broken = true;
}

/* `param->typing` is what is known without annotations. */
static void type_param(struct tn__judge *judge, struct tn__query_param *param, size_t i,
                       const struct tn__analysed_param *known)
{
    const struct tn__annotation *said = find_number(judge->query, judge->params.items[i].number);
    if (!said || judge->params.items[i].name.size > 0)
        said = find_name(judge->query, param->name);
    param->is_list = judge->params.items[i].is_list;
    bool is_settled = known->is_certain;
    if (said && said->has_type) {
        judge->engine->check_said(judge, said, NULL, param->typing);
        tn__typing_settle(&param->typing, said->typing);
        if (!known->is_certain && said->mark == TN__MARK_NONE)
            param->typing.is_nullable = false;
        is_settled = true;
    }
    if (said && said->mark != TN__MARK_NONE)
        param->typing.is_nullable = said->mark == TN__MARK_NULLABLE;
    if (param->is_list)
        settle_list(judge, param, said);
    if (is_settled || !*param->name)
        return;
    struct tn__diag *diag = tn__lint_add(
        judge->diags, judge->query, "param-type", tn__judge_param_place(judge, i),
        known->is_conflict ? "parameter '%s' of '%s' takes any value: it is used in places of "
                             "different types"
                           : "parameter '%s' of '%s' takes any value: its type is not known",
        param->name, judge->query->name);
    if (diag)
        tn__diag_help(judge->diags, diag, "'-- param %s TYPE'", param->name);
}

/* Each -- param must meet a parameter, once. */
static void check_annotation(struct tn__judge *judge, const struct tn__annotation *said,
                             const struct tn__query_param *params)
{
    struct tn__query *query = judge->query;
    size_t count = judge->params.count;
    struct tn__place place = tn__query_place(query, said->offset, said->name.size);
    const char **names = tn_arena_array(judge->arena, count, sizeof(*names));
    bool is_known = false;
    for (size_t i = 0; names && i < count; i++) {
        const struct tn__sql_param *written = &judge->params.items[i];
        names[i] = params[i].name;
        is_known =
            is_known || (said->number ? written->number == said->number && written->name.size == 0
                                      : tn__text_is(said->name, params[i].name));
    }
    bool is_twin = false;
    for (const struct tn__annotation *a = query->annotations; a != said; a = a->next)
        is_twin = is_twin || (a->kind == TN__ANNOTATE_PARAM && a->number == said->number &&
                              (said->number || tn_text_equal(a->name, said->name)));
    if (is_known && !is_twin)
        return;
    query->is_broken = true;
    if (is_twin) {
        tn__diags_add(judge->diags, "bad-annotation", place, "parameter '%.*s' is annotated twice",
                      (int)said->name.size, said->name.data);
    } else if (said->number) {
        tn__diags_add(judge->diags, "param-name", place, "query '%s' has no unnamed parameter %u",
                      query->name, (unsigned)said->number);
    } else {
        struct tn__diag *diag =
            tn__diags_add(judge->diags, "param-name", place, "query '%s' has no parameter '%.*s'",
                          query->name, (int)said->name.size, said->name.data);
        const char *near = names ? tn__nearest(said->name, names, count) : NULL;
        if (near)
            tn__diag_help(judge->diags, diag, "'%s'", near);
    }
}

/* What is made of a parameter is known once its annotation is: then the texts are looked at again. */
static void analyse_again(struct tn__judges *judges, const struct tn__query_param *params,
                          const struct tn__analysed_param *known, const struct tn__typing *owns)
{
    struct tn__judge *first = &judges->items[0];
    size_t count = first->params.count;
    bool is_new = false;
    struct tn__analysed_param *said = tn_arena_array(first->arena, count, sizeof(*said));
    if (!said) {
        first->status = TN_ENOMEM;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct tn__typing own = owns[i];
        own.is_nullable = own.is_nullable && !params[i].is_list;
        /* A text in which nothing conflicts takes it for what it is there. */
        bool is_torn = known[i].is_conflict && judges->count > 1;
        bool is_same = !is_torn && tn__typing_equal(params[i].typing, own);
        said[i] = known[i];
        if (is_same)
            continue;
        said[i].is_certain = true;
        said[i].domain = tn__domain_of_typing(params[i].typing);
        if (params[i].typing.server) /* the type is the server's, whatever is said */
            said[i].domain.classes =
                TN__CLASS_VALUES | (params[i].typing.is_nullable ? TN__CLASS_NULL : 0);
        is_new = true;
    }
    for (size_t i = 0; (is_new || judges->count > 1) && i < judges->count; i++) {
        struct tn__judge *judge = &judges->items[i];
        if (judge->analysed.is_certain)
            judge->engine->analyse(judge, said);
        if (judge->status != TN_OK)
            first->status = judge->status;
    }
}

/* The texts that a parameter stands in. */
static void find_texts(struct tn__judge *judge, struct tn__query_param *param, size_t number)
{
    const struct tn__variants *variants = judge->query->variants;
    struct tn__sql_when *when = tn_arena_array(judge->arena, variants->part_count, sizeof(*when));
    size_t count = 0;
    if (!when) {
        judge->status = TN_ENOMEM;
        return;
    }
    for (size_t i = 0, p = 0; i < judge->all.count; i++) {
        size_t offset = judge->all.tokens[i].offset;
        if (judge->all_params.of_token[i] != number)
            continue;
        while (variants->parts[p].end <= offset)
            p++;
        if (variants->parts[p].mask == 0)
            return; /* in all of them */
        if (count == 0 || when[count - 1].mask != variants->parts[p].mask ||
            when[count - 1].value != variants->parts[p].value)
            when[count++] =
                (struct tn__sql_when){variants->parts[p].mask, variants->parts[p].value};
    }
    param->when = when;
    param->when_count = count;
}

/* An optional part that is called as a parameter which stands in it alone is there if that is. */
static void find_switch(const struct tn__variants *variants, struct tn__query_param *param)
{
    for (size_t i = 0; i < variants->option_count; i++) {
        struct tn__option *option = &variants->options[i];
        bool is_within = param->when_count > 0;
        for (size_t k = 0; k < param->when_count; k++)
            is_within = is_within && (param->when[k].value & option->mask);
        if (is_within && strcmp(option->name, param->name) == 0 && !param->is_list &&
            !param->typing.is_nullable && param->typing.type != TN__TYPE_ANY) {
            option->is_param = true;
            param->is_switch = true;
        }
    }
}

/* Whether a parameter, an optional part or a choice is called so in C already. */
static bool is_taken(const struct tn__query *query, const char *member)
{
    const struct tn__variants *variants = query->variants;
    for (size_t i = 0; i < query->param_count; i++)
        if (strcmp(query->params[i].member, member) == 0)
            return true;
    for (size_t i = 0; i < variants->option_count; i++)
        if (variants->options[i].member && strcmp(variants->options[i].member, member) == 0)
            return true;
    for (size_t i = 0; i < variants->choice_count; i++)
        if (variants->choices[i].member && strcmp(variants->choices[i].member, member) == 0)
            return true;
    return false;
}

/* Members of the arguments, all of one struct. */
static const char *take_member(struct tn__judge *judge, const char *prefix, const char *name,
                               size_t offset)
{
    struct tn__query *query = judge->query;
    const char *full = tn__arena_printf(judge->arena, "%s%s", prefix, name);
    const char *member = full ? member_of(judge, tn_text_of(full)) : "";
    if (!full)
        judge->status = TN_ENOMEM;
    if (is_taken(query, member)) {
        tn__diags_add(judge->diags, "name-collision",
                      tn__query_place(query, query->stmt_offset + offset, strlen(name)),
                      "'%s' and another argument of '%s' would both be '%s' in C", name,
                      query->name, member);
        query->is_broken = true;
    }
    return member;
}

/* What of the variants becomes an argument in C. */
static void settle_variants(struct tn__judge *judge, struct tn__query_param *params)
{
    struct tn__variants *variants = judge->query->variants;
    for (size_t i = 0; i < judge->query->param_count && judge->status == TN_OK; i++) {
        find_texts(judge, &params[i], i + 1);
        find_switch(variants, &params[i]);
    }
    for (size_t i = 0; i < variants->option_count; i++) {
        struct tn__option *option = &variants->options[i];
        if (!option->is_param)
            option->member = take_member(judge, "has_", option->name, option->offset);
    }
    for (size_t i = 0; i < variants->choice_count; i++)
        variants->choices[i].member =
            take_member(judge, "", variants->choices[i].name, variants->choices[i].offset);
}

void tn__judge_params(struct tn__judges *judges)
{
    struct tn__judge *judge = &judges->items[0];
    struct tn__query *query = judge->query;
    size_t count = judge->params.count;
    struct tn__analysed_param *known = NULL;
    struct tn__query_param *params = tn_arena_array(judge->arena, count, sizeof(*params));
    struct tn__typing *owns = tn_arena_array(judge->arena, count, sizeof(*owns));
    if (!params || !owns || tn__merge_params(&known, judges) != TN_OK) {
        judge->status = TN_ENOMEM;
        return;
    }
    for (size_t i = 0; i < count && judge->status == TN_OK; i++) {
        params[i].offset = judge->all.tokens[judge->params.items[i].token].offset;
        name_param(judge, params, i, &known[i]);
        params[i].typing = owns[i] = judge->engine->type_param(judges, i, &known[i]);
        if (judge->status == TN_OK)
            type_param(judge, &params[i], i, &known[i]);
    }
    if (judge->status != TN_OK)
        return;
    for (const struct tn__annotation *a = query->annotations; a; a = a->next)
        if (a->kind == TN__ANNOTATE_PARAM)
            check_annotation(judge, a, params);
    query->params = params;
    query->param_count = count;
    if (query->variants)
        settle_variants(judge, params);
    analyse_again(judges, params, known, owns);
}
