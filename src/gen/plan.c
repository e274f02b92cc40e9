/* SPDX-License-Identifier: MIT */
#include "check/names.h"
#include "gen/planner.h"
#include "util/str.h"

/* Whether one reader serves the rows of both, which have the same struct: a number of a server has another reader
 * for each of its sizes. */
static bool is_read_alike(const struct tn__query *a, const struct tn__query *b)
{
    for (size_t i = 0; i < a->column_count; i++)
        if (a->columns[i].is_loose != b->columns[i].is_loose ||
            a->columns[i].typing.server != b->columns[i].typing.server)
            return false;
    return true;
}

static void plan_query(struct tn__planner *p, struct tn__planned_query *planned,
                       const struct tn__query *query)
{
    struct tn__name_owner owner = {
        query, tn__planner_text(p, tn__arena_printf(p->arena, "query '%s'", query->name)), NULL,
        NULL, NULL};
    planned->query = query;
    planned->function = tn__planner_name(p, query->name);
    planned->is_postgres = query->engines == TN__ENGINE_OF(TN__POSTGRES);
    planned->is_many = query->mode == TN__MODE_MANY;
    planned->is_batch = query->mode == TN__MODE_BATCH;
    planned->is_bulk = query->mode == TN__MODE_BULK || planned->is_batch;
    planned->items = tn__planner_items(p, planned, &owner);
    planned->row = p->status == TN_OK ? tn__planner_row(p, planned, &owner) : NULL;
    tn__planner_params(p, planned, &owner);
    planned->is_copied = planned->row && tn__planner_is_copied(planned->row);
    if (planned->is_many) {
        planned->iter_tag = tn__planner_append(p, planned->function, "_iter");
        (void)tn__planner_claim(p, planned->iter_tag, &owner);
        for (size_t i = 0; tn__c_many_ends[i]; i++)
            (void)tn__planner_claim(p, tn__planner_append(p, planned->function, tn__c_many_ends[i]),
                                    &owner);
    } else {
        (void)tn__planner_claim(p, planned->function, &owner);
    }
}

/* The functions of each engine, behind that of a query for both. */
static void plan_halves(struct tn__planner *p, struct tn__planned_query *planned)
{
    static const char *const ends[] = {[TN__SQLITE] = "_sqlite", [TN__POSTGRES] = "_postgres"};
    struct tn__planned_query *halves = tn_arena_array(p->arena, 2, sizeof(*halves));
    struct tn__planned_items *items = tn_arena_array(p->arena, 2, sizeof(*items));
    if (!halves || !items) {
        p->status = TN_ENOMEM;
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        halves[i] = *planned;
        halves[i].query = planned->query->halves[i];
        halves[i].function = tn__planner_append(p, planned->function, ends[i]);
        halves[i].reader = halves[i].function;
        halves[i].is_half = true;
        halves[i].is_postgres = i == TN__POSTGRES;
        if (!planned->items)
            continue;
        items[i] = *planned->items;
        items[i].only = halves[i].query->group->only;
        items[i].next = tn__planner_append(p, items[i].next, ends[i]);
        halves[i].items = &items[i];
    }
    planned->halves = halves;
}

/* The queries of `file`, which are [first, end) of all. */
static void plan_file(struct tn__planner *p, struct tn__planned_file *planned, size_t first,
                      size_t end)
{
    struct tn__planned_query *queries = tn_arena_array(p->arena, end - first, sizeof(*queries));
    const struct tn__row_struct **structs =
        tn_arena_array(p->arena, 2 * (end - first), sizeof(*structs)); /* items and rows */
    if (!queries || !structs) {
        p->status = TN_ENOMEM;
        return;
    }
    planned->file = p->checked->queries[first].written.file;
    planned->queries = queries;
    planned->structs = structs;
    planned->list_name =
        tn__planner_append(p, tn__planner_name(p, planned->file->stem), "_queries");
    struct tn__name_owner owner = {
        &p->checked->queries[first],
        tn__planner_text(
            p, tn__arena_printf(p->arena, "the list of queries of '%s'", planned->file->path)),
        NULL, NULL, NULL};
    (void)tn__planner_claim(p, planned->list_name, &owner);
    for (size_t i = first; i < end && p->status == TN_OK; i++) {
        const struct tn__query *query = &p->checked->queries[i];
        if (query->is_broken)
            continue;
        struct tn__planned_query *next = &queries[planned->query_count++];
        plan_query(p, next, query);
        next->reader = next->function;
        if (query->halves[0])
            plan_halves(p, next);
        planned->has_postgres |= next->is_postgres || next->halves;
        planned->has_sqlite |= !next->is_postgres || next->halves;
        /* A struct of its own has a reader of its own. */
        bool is_shared = next->row && next->row->is_shared;
        for (const struct tn__planned_query *other = queries; is_shared && other < next; other++) {
            bool is_alone = !other->halves && !next->halves;
            if (is_alone && other->is_postgres == next->is_postgres && other->row == next->row &&
                is_read_alike(other->query, query)) {
                next->reader = other->reader;
                break;
            }
        }
        if (next->items && !next->items->only)
            structs[planned->struct_count++] = next->items->row;
        if (next->row && !next->row->is_shared)
            structs[planned->struct_count++] = next->row;
    }
}

static void plan_files(struct tn__planner *p)
{
    const struct tn__checked *checked = p->checked;
    struct tn__planned_file *files = tn_arena_array(p->arena, checked->file_count, sizeof(*files));
    if (!files) {
        p->status = TN_ENOMEM;
        return;
    }
    for (size_t first = 0; first < checked->query_count && p->status == TN_OK;) {
        size_t end = first + 1;
        while (end < checked->query_count &&
               checked->queries[end].written.file == checked->queries[first].written.file)
            end++;
        plan_file(p, &files[p->plan.file_count++], first, end);
        first = end;
    }
    p->plan.files = files;
}

const char *tn__tables_name(const char *prefix, tn_arena *arena)
{
    return prefix[0] ? tn__arena_printf(arena, "%s_tables.h", prefix) : "tables.h";
}

int tn__gen_plan_make(struct tn__gen_plan *out, const struct tn__checked *checked,
                      const struct tn__plan_options *options, tn_arena *arena,
                      struct tn__diags *diags)
{
    struct tn__planner p = {.checked = checked,
                            .types = options->types,
                            .type_count = options->type_count,
                            .arena = arena,
                            .diags = diags};
    p.plan.prefix = options->prefix;
    const struct tn__checked *other = checked->halves[TN__POSTGRES];
    p.plan.has_postgres = checked->dialect == TN__POSTGRES || other;
    p.plan.has_json = options->has_json;
    p.plan.tables_name = tn__planner_text(&p, tn__tables_name(options->prefix, arena));
    tn__map_init(&p.names);
    tn__map_init(&p.tags);
    tn__map_init(&p.tables);
    size_t table_count = checked->catalog.table_count + (other ? other->catalog.table_count : 0);
    p.shared =
        tn_arena_array(arena, table_count + checked->query_count, sizeof(struct tn__row_struct *));
    if (!p.shared)
        p.status = TN_ENOMEM;
    if (p.status == TN_OK)
        tn__planner_enums(&p);
    if (p.status == TN_OK)
        tn__planner_keys(&p);
    if (p.status == TN_OK)
        tn__planner_tables(&p);
    if (p.status == TN_OK)
        tn__planner_use_tables(&p);
    if (p.status == TN_OK)
        plan_files(&p);
    if (p.status == TN_OK)
        tn__planner_drop_tables(&p);
    if (p.status == TN_OK)
        tn__planner_locals(&p);
    tn__map_fini(&p.names);
    tn__map_fini(&p.tags);
    tn__map_fini(&p.tables);
    p.plan.shared = (const struct tn__row_struct *const *)p.shared;
    p.plan.shared_count = p.shared_count;
    if (p.status == TN_OK)
        p.status = diags->status;
    if (p.status == TN_OK)
        *out = p.plan;
    return p.status;
}
