/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "check/read/variants.h"
#include "gen/planner.h"
#include "util/str.h"

/* The arguments of a query: its parameters, and what says which of its texts is meant. */

/* The struct of a list of enums or keys, which the tables' header has. */
static const char *use_tag(struct tn__planner *p, const char **list_tag, const char *tag,
                           const struct tn__name_owner *owner)
{
    if (!*list_tag) {
        *list_tag = tn__planner_append(p, tag, "_list");
        (void)tn__planner_claim(p, *list_tag, owner);
    }
    return tn__planner_append(p, "struct ", *list_tag);
}

static const char *list_type(struct tn__planner *p, const struct tn__member *param,
                             const struct tn__name_owner *owner)
{
    if (param->choice)
        return use_tag(p, &param->choice->list_tag, param->choice->tag, owner);
    if (param->key)
        return use_tag(p, &param->key->list_tag, param->key->tag, owner);
    return tn__c_list(param->typing.type)->type;
}

static void plan_params(struct tn__planner *p, struct tn__planned_query *planned,
                        const struct tn__name_owner *owner)
{
    const struct tn__query *query = planned->query;
    struct tn__member *params = tn_arena_array(p->arena, query->param_count, sizeof(*params));
    if (!params) {
        p->status = TN_ENOMEM;
        return;
    }
    for (size_t i = 0; i < query->param_count; i++) {
        const struct tn__query_param *param = &query->params[i];
        params[i] = tn__planner_member(p, param->member, param->typing);
        params[i].typing.is_nullable |= param->is_switch;
        planned->list_count += param->is_list;
    }
    tn__planner_use_types(p, params, query->param_count);
    for (size_t i = 0; i < query->param_count; i++)
        if (query->params[i].is_list)
            params[i].list_type = list_type(p, &params[i], owner);
    planned->params = params;
}

static void plan_choice(struct tn__planner *p, struct tn__planned_choice *planned,
                        const struct tn__choice *choice, const char *function,
                        const struct tn__query *query)
{
    const char **enumerators = tn_arena_array(p->arena, choice->value_count, sizeof(const char *));
    if (!enumerators) {
        p->status = TN_ENOMEM;
        return;
    }
    const struct tn__name_owner owner = {
        query,
        tn__planner_text(p, tn__arena_printf(p->arena, "the choice '%s' of query '%s'",
                                             choice->name, query->name)),
        NULL, NULL, NULL};
    planned->choice = choice;
    planned->enumerators = enumerators;
    const char *tag =
        tn__planner_text(p, tn__arena_printf(p->arena, "%s_%s", function, choice->name));
    planned->type = tn__planner_append(p, "enum ", tag);
    planned->text = tn__planner_append(p, tag, "_text");
    planned->parse = tn__planner_append(p, tag, "_parse");
    (void)tn__planner_claim(p, tag, &owner);
    (void)tn__planner_claim(p, planned->text, &owner);
    (void)tn__planner_claim(p, planned->parse, &owner);
    for (size_t i = 0; i < choice->value_count; i++) {
        char *name = tn__arena_printf(p->arena, "%s_%s", tag, choice->values[i]);
        for (char *c = name; c && *c; c++)
            *c = tn__upper(*c);
        enumerators[i] = tn__planner_text(p, name);
        (void)tn__planner_claim(p, enumerators[i], &owner);
    }
}

static int compare_inputs(const void *a, const void *b)
{
    const struct tn__input *x = a;
    const struct tn__input *y = b;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void add_inputs(struct tn__planned_query *planned, struct tn__input *inputs)
{
    const struct tn__query *query = planned->query;
    const struct tn__variants *variants = query->variants;
    size_t count = 0;
    for (size_t i = 0; i < query->param_count; i++)
        inputs[count++] = (struct tn__input){TN__INPUT_PARAM, i, query->params[i].offset};
    for (size_t i = 0; variants && i < variants->option_count; i++)
        if (!variants->options[i].is_param)
            inputs[count++] = (struct tn__input){TN__INPUT_OPTION, i, variants->options[i].offset};
    for (size_t i = 0; variants && i < variants->choice_count; i++)
        inputs[count++] = (struct tn__input){TN__INPUT_CHOICE, i, variants->choices[i].offset};
    if (variants)
        qsort(inputs, count, sizeof(*inputs), compare_inputs);
    planned->inputs = inputs;
    planned->input_count = count;
}

void tn__planner_params(struct tn__planner *p, struct tn__planned_query *planned,
                        const struct tn__name_owner *owner)
{
    const struct tn__query *query = planned->query;
    const struct tn__variants *variants = query->variants;
    size_t option_count = variants ? variants->option_count : 0;
    size_t choice_count = variants ? variants->choice_count : 0;
    struct tn__input *inputs =
        tn_arena_array(p->arena, query->param_count + option_count + choice_count, sizeof(*inputs));
    struct tn__planned_choice *choices = tn_arena_array(p->arena, choice_count, sizeof(*choices));
    if (!inputs || !choices) {
        p->status = TN_ENOMEM;
        return;
    }
    plan_params(p, planned, owner);
    for (size_t i = 0; i < choice_count && p->status == TN_OK; i++)
        plan_choice(p, &choices[i], &variants->choices[i], planned->function, query);
    planned->choices = choices;
    add_inputs(planned, inputs);
    if (planned->input_count > TN__DIRECT_PARAMS || variants || planned->is_bulk) {
        planned->args_tag = tn__planner_append(p, planned->function, "_args");
        (void)tn__planner_claim(p, planned->args_tag, owner);
    }
}
