/* SPDX-License-Identifier: MIT */
#include "check/names.h"
#include "gen/planner.h"
#include "util/str.h"

/* "x_rows" for "x" and for "x_row". */
static const char *list_name(struct tn__planner *p, const char *tag)
{
    return tn__planner_append(p, tag, tn__text_ends(tn_text_of(tag), "_row") ? "s" : "_rows");
}

static struct tn__member member_of(const struct tn__planner *p, const char *name,
                                   struct tn__typing typing)
{
    return (struct tn__member){name, typing, tn__planner_enum(p, typing)};
}

static void table_members(struct tn__planner *p, struct tn__row_struct *row)
{
    const struct tn__table *table = row->table;
    struct tn__member *members = tn_arena_array(p->arena, table->column_count, sizeof(*members));
    if (!members) {
        p->status = TN_ENOMEM;
        return;
    }
    for (size_t i = 0; i < table->column_count; i++) {
        const struct tn__column *column = &table->columns[i];
        if (column->is_hidden)
            continue;
        const char *name = tn__planner_text(p, tn__c_member(tn_text_of(column->name), p->arena));
        members[row->member_count++] =
            member_of(p, name, tn__checked_typing(p->checked, table, column));
    }
    row->members = members;
}

static struct tn__row_struct *add_shared(struct tn__planner *p, const char *tag)
{
    struct tn__row_struct *row = tn_arena_array(p->arena, 1, sizeof(*row));
    if (!row) {
        p->status = TN_ENOMEM;
        return NULL;
    }
    row->tag = tag;
    row->list_tag = list_name(p, tag);
    row->is_shared = true;
    p->shared[p->shared_count++] = row;
    if (!tn__map_get(&p->tags, tn_text_of(tag)) &&
        tn__map_put(&p->tags, tn_text_of(tag), row) != TN_OK)
        p->status = TN_ENOMEM;
    return row;
}

static void plan_tables(struct tn__planner *p)
{
    const struct tn__catalog *catalog = &p->checked->catalog;
    for (size_t i = 0; i < catalog->table_count && p->status == TN_OK; i++) {
        const struct tn__table *table = &catalog->tables[i];
        if (table->kind != TN__TABLE || table->is_internal)
            continue;
        const char *tag = tn__planner_name(p, tn__struct_name(table, p->types, p->type_count));
        struct tn__row_struct *row = add_shared(p, tag);
        if (!row)
            return;
        row->table = table;
        if (tn__map_put(&p->tables, tn_text_of(table->name), row) != TN_OK)
            p->status = TN_ENOMEM;
        table_members(p, row);
    }
}

static struct tn__row_struct *table_row(const struct tn__planner *p, const struct tn__table *table)
{
    return tn__map_get(&p->tables, tn_text_of(table->name));
}

static void use_enums(struct tn__planner *p, const struct tn__member *members, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tn__planner_use_enum(p, members[i].choice);
}

/* Whether all enums of a table's struct can be had. */
static bool try_enums(struct tn__planner *p, const struct tn__row_struct *row)
{
    for (size_t i = 0; i < row->member_count; i++)
        if (!tn__planner_try_enum(p, row->members[i].choice))
            return false;
    return true;
}

/* Take a table's names, once. */
static void use_table(struct tn__planner *p, struct tn__row_struct *row)
{
    if (row->is_named)
        return;
    struct tn__name_owner owner = {NULL, NULL, row->table, NULL};
    owner.what = tn__planner_text(p, tn__arena_printf(p->arena, "table '%s'", row->table->name));
    (void)tn__planner_claim(p, row->tag, &owner);
    (void)tn__planner_claim(p, row->list_tag, &owner);
    use_enums(p, row->members, row->member_count);
    row->is_named = true;
}

/* Tables that queries return come first: a collision is only worth a finding if it is met. */
static void use_tables(struct tn__planner *p)
{
    for (size_t i = 0; i < p->checked->query_count && p->status == TN_OK; i++) {
        const struct tn__query *query = &p->checked->queries[i];
        struct tn__row_struct *row = query->is_broken || query->returns || !query->row_table
                                         ? NULL
                                         : table_row(p, query->row_table);
        if (row)
            use_table(p, row);
    }
}

static bool has_twins(const struct tn__row_struct *row)
{
    for (size_t i = 0; i < row->member_count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(row->members[i].name, row->members[k].name) == 0)
                return true;
    return false;
}

/* Of the tables that no query returns, keep those whose names are free. */
static void drop_tables(struct tn__planner *p)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->shared_count && p->status == TN_OK; i++) {
        struct tn__row_struct *row = p->shared[i];
        bool is_free = row->is_named ||
                       (tn__planner_is_free(p, row->tag) && tn__planner_is_free(p, row->list_tag) &&
                        !has_twins(row) && try_enums(p, row));
        if (!is_free)
            continue;
        use_table(p, row);
        p->shared[kept++] = row;
    }
    p->shared_count = kept;
}

static void query_members(struct tn__planner *p, struct tn__row_struct *row,
                          const struct tn__query *query)
{
    struct tn__member *members = tn_arena_array(p->arena, query->column_count, sizeof(*members));
    if (!members) {
        p->status = TN_ENOMEM;
        return;
    }
    for (size_t i = 0; i < query->column_count; i++)
        members[i] = member_of(p, query->columns[i].member, query->columns[i].typing);
    row->members = members;
    row->member_count = query->column_count;
}

/* Whether a member can hold the column. One that may be NULL holds what never is; a struct that queries
 * share may get such a member by any of them. */
static bool holds(const struct tn__row_struct *row, size_t i, const struct tn__query_column *column)
{
    struct tn__typing member = row->members[i].typing;
    if (!row->table || !column->typing.is_nullable)
        member.is_nullable = column->typing.is_nullable;
    return strcmp(row->members[i].name, column->member) == 0 &&
           tn__typing_equal(member, column->typing);
}

/* Make the query's columns the struct's members; if they are not, a finding says which differs. */
static bool fits(struct tn__planner *p, struct tn__row_struct *row, const struct tn__query *query)
{
    size_t i = 0;
    while (i < row->member_count && i < query->column_count && holds(row, i, &query->columns[i]))
        i++;
    if (i == row->member_count && i == query->column_count) {
        for (i = 0; i < row->member_count; i++)
            if (query->columns[i].typing.is_nullable)
                row->members[i].typing.is_nullable = true;
        return true;
    }
    struct tn__diag *diag =
        i < query->column_count && i < row->member_count
            ? tn__diags_add(p->diags, "returns-mismatch", query->place,
                            "column '%s' of '%s' is not what struct '%s' has as '%s'",
                            query->columns[i].name, query->name, row->tag, row->members[i].name)
            : tn__diags_add(p->diags, "returns-mismatch", query->place,
                            "'%s' has %zu columns and struct '%s' has %zu", query->name,
                            query->column_count, row->tag, row->member_count);
    if (row->first)
        tn__diag_note(p->diags, diag, row->first->place, "'%s' gives it its columns",
                      row->first->name);
    return false;
}

/* -- returns NAME: a table's struct, or one that queries share. */
static const struct tn__row_struct *named_row(struct tn__planner *p, const struct tn__query *query)
{
    const char *tag = tn__planner_name(p, query->returns);
    struct tn__row_struct *known = tn__map_get(&p->tags, tn_text_of(tag));
    if (known) {
        if (known->table)
            use_table(p, known);
        (void)fits(p, known, query);
        return known;
    }
    struct tn__row_struct *row = add_shared(p, tag);
    if (!row)
        return NULL;
    row->first = query;
    row->is_named = true;
    query_members(p, row, query);
    struct tn__name_owner owner = {
        query, tn__planner_text(p, tn__arena_printf(p->arena, "'-- returns %s'", query->returns)),
        NULL, NULL};
    (void)tn__planner_claim(p, row->tag, &owner);
    (void)tn__planner_claim(p, row->list_tag, &owner);
    return row;
}

static const struct tn__row_struct *own_row(struct tn__planner *p,
                                            struct tn__planned_query *planned,
                                            const struct tn__name_owner *owner)
{
    struct tn__row_struct *row = tn_arena_array(p->arena, 1, sizeof(*row));
    if (!row) {
        p->status = TN_ENOMEM;
        return NULL;
    }
    row->tag = tn__planner_append(p, planned->function, "_row");
    row->list_tag = tn__planner_append(p, planned->function, "_rows");
    row->first = planned->query;
    query_members(p, row, planned->query);
    (void)tn__planner_claim(p, row->tag, owner);
    if (planned->is_many)
        (void)tn__planner_claim(p, row->list_tag, owner);
    return row;
}

/* Whether one reader serves the rows of both, which have the same struct. */
static bool is_read_alike(const struct tn__query *a, const struct tn__query *b)
{
    for (size_t i = 0; i < a->column_count; i++)
        if (a->columns[i].is_loose != b->columns[i].is_loose)
            return false;
    return true;
}

static bool is_copied(const struct tn__row_struct *row)
{
    for (size_t i = 0; row && i < row->member_count; i++) {
        enum tn__type type = row->members[i].typing.type;
        if (type == TN__TYPE_TEXT || type == TN__TYPE_BLOB || type == TN__TYPE_JSON ||
            type == TN__TYPE_ANY)
            return true;
    }
    return false;
}

static void plan_params(struct tn__planner *p, struct tn__planned_query *planned)
{
    const struct tn__query *query = planned->query;
    struct tn__member *params = tn_arena_array(p->arena, query->param_count, sizeof(*params));
    if (!params) {
        p->status = TN_ENOMEM;
        return;
    }
    for (size_t i = 0; i < query->param_count; i++)
        params[i] = member_of(p, query->params[i].member, query->params[i].typing);
    use_enums(p, params, query->param_count);
    planned->params = params;
}

static void plan_query(struct tn__planner *p, struct tn__planned_query *planned,
                       const struct tn__query *query)
{
    static const char *const many[] = {"_begin", "_next", "_end", "_all"};
    struct tn__name_owner owner = {
        query, tn__planner_text(p, tn__arena_printf(p->arena, "query '%s'", query->name)), NULL,
        NULL};
    planned->query = query;
    planned->function = tn__planner_name(p, query->name);
    planned->is_many = query->mode == TN__MODE_MANY;
    if (query->column_count > 0) {
        if (query->returns)
            planned->row = named_row(p, query);
        else if (query->row_table)
            planned->row = table_row(p, query->row_table);
        else
            planned->row = own_row(p, planned, &owner);
    }
    if (planned->row)
        use_enums(p, planned->row->members, planned->row->member_count);
    plan_params(p, planned);
    planned->is_copied = is_copied(planned->row);
    if (planned->is_many) {
        planned->iter_tag = tn__planner_append(p, planned->function, "_iter");
        (void)tn__planner_claim(p, planned->iter_tag, &owner);
        for (size_t i = 0; i < sizeof(many) / sizeof(many[0]); i++)
            (void)tn__planner_claim(p, tn__planner_append(p, planned->function, many[i]), &owner);
    } else {
        (void)tn__planner_claim(p, planned->function, &owner);
    }
    if (query->param_count > TN__DIRECT_PARAMS) {
        planned->args_tag = tn__planner_append(p, planned->function, "_args");
        (void)tn__planner_claim(p, planned->args_tag, &owner);
    }
}

/* The queries of `file`, which are [first, end) of all. */
static void plan_file(struct tn__planner *p, struct tn__planned_file *planned, size_t first,
                      size_t end)
{
    struct tn__planned_query *queries = tn_arena_array(p->arena, end - first, sizeof(*queries));
    const struct tn__row_struct **structs = tn_arena_array(p->arena, end - first, sizeof(*structs));
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
        NULL, NULL};
    (void)tn__planner_claim(p, planned->list_name, &owner);
    for (size_t i = first; i < end && p->status == TN_OK; i++) {
        const struct tn__query *query = &p->checked->queries[i];
        if (query->is_broken)
            continue;
        struct tn__planned_query *next = &queries[planned->query_count++];
        plan_query(p, next, query);
        next->reader = next->function;
        /* A struct of its own has a reader of its own. */
        bool is_shared = next->row && next->row->is_shared;
        for (const struct tn__planned_query *other = queries; is_shared && other < next; other++) {
            if (other->row == next->row && is_read_alike(other->query, query)) {
                next->reader = other->reader;
                break;
            }
        }
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
                      const char *prefix, const struct tn__settings_type *types, size_t type_count,
                      tn_arena *arena, struct tn__diags *diags)
{
    struct tn__planner p = {.checked = checked,
                            .types = types,
                            .type_count = type_count,
                            .arena = arena,
                            .diags = diags};
    p.plan.prefix = prefix;
    p.plan.tables_name = tn__planner_text(&p, tn__tables_name(prefix, arena));
    tn__map_init(&p.names);
    tn__map_init(&p.tags);
    tn__map_init(&p.tables);
    p.shared = tn_arena_array(arena, checked->catalog.table_count + checked->query_count,
                              sizeof(struct tn__row_struct *));
    if (!p.shared)
        p.status = TN_ENOMEM;
    if (p.status == TN_OK)
        tn__planner_enums(&p);
    if (p.status == TN_OK)
        plan_tables(&p);
    if (p.status == TN_OK)
        use_tables(&p);
    if (p.status == TN_OK)
        plan_files(&p);
    if (p.status == TN_OK)
        drop_tables(&p);
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
