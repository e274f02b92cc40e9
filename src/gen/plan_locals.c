/* SPDX-License-Identifier: MIT */
#include "check/names.h"
#include "check/read/variants.h"
#include "gen/planner.h"
#include "util/str.h"

/*
 * What a query has of its own in the generated source, and nowhere else: its text, its descriptor, and so on.
 * A query that is called so would be in its way, and so would the like of another query: files may be
 * compiled as one.
 */

struct locals {
    struct tn__planner *p;
    struct tn__map names; /* → struct tn__planned_query */
};

static void report(struct tn__planner *p, const struct tn__query *query,
                   const struct tn__query *other, const char *name)
{
    struct tn__diag *diag =
        tn__diags_add(p->diags, "name-collision", query->place,
                      "what belongs to query '%s' and query '%s' would both be '%s' in C",
                      query->name, other->name, name);
    tn__diag_note(p->diags, diag, other->place, "the other one is here");
}

/* The name that a function's own begins or ends with a word. */
static void take(struct locals *locals, const struct tn__planned_query *planned, const char *before,
                 const char *behind, size_t number)
{
    struct tn__planner *p = locals->p;
    const char *name =
        number ? tn__arena_printf(p->arena, "%s%s%s%zu", before, planned->function, behind, number)
               : tn__arena_printf(p->arena, "%s%s%s", before, planned->function, behind);
    if (!name) {
        p->status = TN_ENOMEM;
        return;
    }
    const struct tn__name_owner *owner = tn__map_get(&p->names, tn_text_of(name));
    const struct tn__planned_query *other = tn__map_get(&locals->names, tn_text_of(name));
    if (owner && owner->query && owner->query != planned->query)
        report(p, planned->query, owner->query, name);
    else if (other)
        report(p, planned->query, other->query, name);
    else if (tn__map_put(&locals->names, tn_text_of(name), (void *)(uintptr_t)planned) != TN_OK)
        p->status = TN_ENOMEM;
}

/* Of a descriptor for PostgreSQL. */
static const char *const postgres_ends[] = {"_params",  "_formats", "_names", "_columns",
                                            "_targets", "_into",    NULL};

/* The functions of a half. */
static void take_functions(struct locals *locals, const struct tn__planned_query *planned)
{
    if (!planned->is_many)
        take(locals, planned, "", "", 0);
    for (size_t i = 0; planned->is_many && tn__c_many_ends[i]; i++)
        take(locals, planned, "", tn__c_many_ends[i], 0);
}

static void take_all(struct locals *locals, const struct tn__planned_query *planned)
{
    const struct tn__query *query = planned->query;
    if (planned->is_half)
        take_functions(locals, planned);
    take(locals, planned, "", "_sql", 0);
    take(locals, planned, "", "_query", 0);
    for (size_t i = 0; planned->is_postgres && postgres_ends[i]; i++)
        take(locals, planned, "", postgres_ends[i], 0);
    if (planned->row && planned->reader == planned->function) {
        take(locals, planned, "read_", "", 0);
        take(locals, planned, "copy_", "", 0);
    }
    if (query->group) {
        take(locals, planned, "read_", "_item", 0);
        take(locals, planned, "copy_", "_item", 0);
        take(locals, planned, "group_", "", 0);
        take(locals, planned, "take_", "", 0);
        take(locals, planned, "gather_", "", 0);
        if (planned->is_many)
            take(locals, planned, "step_", "", 0);
    }
    for (size_t i = 0; i < query->param_count; i++) {
        if (planned->params[i].list_type && planned->params[i].choice)
            take(locals, planned, "", "_texts", i + 1);
        if (query->params[i].when_count > 1)
            take(locals, planned, "uses_", "_", i + 1);
    }
    if (!query->variants)
        return;
    take(locals, planned, "", "_pieces", 0);
    take(locals, planned, "", "_buckets", 0);
    take(locals, planned, "key_", "", 0);
    for (size_t i = 0; i < query->pieces.count; i++)
        take(locals, planned, "", "_sql", i + 1);
}

/* Variables of functions for PostgreSQL, that those for SQLite do not have. */
static const char *const postgres_locals[] = {"params", "rows", "sizes", "slots", "values", NULL};

/* Whether a parameter of the function would hide what its body uses, or a variable of the file. */
static bool is_hiding(const struct locals *locals, const struct tn__planned_query *planned,
                      const char *name)
{
    tn_text text = tn_text_of(name);
    size_t stem = strlen(planned->function);
    if (tn__map_get(&locals->names, text))
        return true;
    if (tn__text_starts(text, planned->function) && strcmp(name + stem, "_begin") == 0)
        return true;
    if (planned->is_postgres)
        for (size_t i = 0; postgres_locals[i]; i++)
            if (strcmp(name, postgres_locals[i]) == 0)
                return true;
    for (size_t i = 0; i < planned->query->param_count; i++) {
        const struct tn__member *param = &planned->params[i];
        const char *used = param->choice ? tn__member_type(param)->text : NULL;
        if (used && strcmp(name, used) == 0)
            return true;
    }
    return false;
}

static void rename_params(struct locals *locals, const struct tn__planned_query *planned)
{
    for (size_t i = 0; !planned->args_tag && i < planned->query->param_count; i++)
        if (is_hiding(locals, planned, planned->params[i].name))
            planned->params[i].name = tn__planner_append(locals->p, planned->params[i].name, "_");
}

/* Each function that does something: in the place of a query for both engines its halves. */
static void for_all(struct locals *locals,
                    void (*visit)(struct locals *locals, const struct tn__planned_query *planned))
{
    const struct tn__gen_plan *plan = &locals->p->plan;
    for (size_t f = 0; f < plan->file_count; f++) {
        for (size_t i = 0; i < plan->files[f].query_count && locals->p->status == TN_OK; i++) {
            const struct tn__planned_query *planned = &plan->files[f].queries[i];
            for (size_t h = 0; planned->halves && h < 2; h++)
                visit(locals, &planned->halves[h]);
            if (!planned->halves)
                visit(locals, planned);
        }
    }
}

void tn__planner_locals(struct tn__planner *p)
{
    struct locals locals = {.p = p};
    tn__map_init(&locals.names);
    for_all(&locals, take_all);
    for_all(&locals, rename_params);
    tn__map_fini(&locals.names);
}
