/* SPDX-License-Identifier: MIT */
#include "check/judge/postgres/postgres.h"
#include "check/lint/lint.h"
#include "util/buf.h"
#include "util/str.h"

/*
 * How the server would find the rows of tables that are marked as large ([lint] large): EXPLAIN of the generic
 * plan, as a prepared statement gets it, on empty tables. Scans of whole tables and sorts are made as
 * expensive as the server allows (enable_seqscan = off, enable_sort = off): what it does all the same it does
 * for want of an index, whatever is in the tables.
 */

/* A line of the plan: "  ->  Seq Scan on users u", and what stands below it. */
struct node {
    size_t indent;
    tn_text text;    /* without the arrow */
    tn_text key;     /* "Index Cond: (user_id = $1)"; NULL text: none */
    bool has_filter; /* rows are looked at and left out */
    bool has_key;    /* an index leads to them */
    bool is_under_limit;
};

struct plan {
    struct tn__judge *judge;
    struct node *nodes;
    size_t count;
};

static const struct tn__table *large_table(const struct tn__judge *judge, size_t i)
{
    return tn__catalog_table(&judge->checked->catalog, tn_text_of(judge->options->large[i].table));
}

/* Whether the rows of a table are among those of another one: it is that, or a partition of it. */
static bool is_part(const struct tn__table *table, const struct tn__table *of)
{
    const struct tn__server_table *server = table->server;
    bool is_found = table == of;
    for (size_t i = 0; server && !is_found && i < server->parent_count; i++)
        is_found = is_part(server->parents[i], of);
    return is_found;
}

/* With a table that is large its partitions are. */
static bool is_large(const struct tn__judge *judge, const struct tn__table *table)
{
    for (size_t i = 0; i < judge->options->large_count; i++) {
        const struct tn__table *large = large_table(judge, i);
        if (large && is_part(table, large))
            return true;
    }
    return false;
}

/* What is read may be a table that a large one is a partition of. */
static bool reads_large(const struct tn__judge *judge)
{
    for (size_t i = 0; i < judge->analysed.table_count; i++) {
        const struct tn__table *table = judge->analysed.tables[i];
        for (size_t k = 0; k < judge->options->large_count; k++) {
            const struct tn__table *large = large_table(judge, k);
            if (large && (is_part(table, large) || is_part(large, table)))
                return true;
        }
    }
    return false;
}

/* --- reading the plan --------------------------------------------------------------------------- */

static void add_line(struct plan *plan, tn_text line)
{
    static const char arrow[] = "->  ";
    size_t indent = 0;
    while (indent < line.size && line.data[indent] == ' ')
        indent++;
    tn_text text = tn__text_sub(line, indent, line.size);
    bool is_node = plan->count == 0 || tn__text_starts(text, arrow);
    if (!is_node) {
        struct node *node = &plan->nodes[plan->count - 1];
        if (tn__text_starts(text, "Index Cond: "))
            node->key =
                (tn_text){tn_arena_copy(plan->judge->arena, text.data, text.size), text.size};
        node->has_filter = node->has_filter || tn__text_starts(text, "Filter: ");
        node->has_key = node->has_key || tn__text_starts(text, "Index Cond: ") ||
                        tn__text_starts(text, "Recheck Cond: ") ||
                        tn__text_starts(text, "TID Cond: ");
        return;
    }
    if (tn__text_starts(text, arrow))
        text = tn__text_sub(text, sizeof arrow - 1, text.size);
    const char *copy = tn_arena_copy(plan->judge->arena, text.data, text.size);
    if (!copy) {
        plan->judge->status = TN_ENOMEM;
        return;
    }
    struct node node = {.indent = indent, .text = {copy, text.size}};
    for (size_t i = plan->count, below = indent; i-- > 0;) { /* those that it is below of */
        if (plan->nodes[i].indent >= below && i > 0)
            continue;
        below = plan->nodes[i].indent;
        node.is_under_limit = node.is_under_limit || tn__text_starts(plan->nodes[i].text, "Limit");
    }
    plan->nodes[plan->count++] = node;
}

/* "events_user", of an index scan; NULL text: none. */
static tn_text index_of(const struct node *node)
{
    static const char *const fronts[] = {
        "Index Scan using ", "Index Only Scan using ", "Index Scan Backward using ",
        "Index Only Scan Backward using ", "Bitmap Index Scan on "};
    for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++) {
        if (!tn__text_starts(node->text, fronts[i]))
            continue;
        tn_text rest = tn__text_sub(node->text, strlen(fronts[i]), node->text.size);
        return tn__text_sub(rest, 0, tn__text_find(rest, ' '));
    }
    return (tn_text){NULL, 0};
}

static const struct tn__index *find_index(const struct tn__catalog *catalog, tn_text name)
{
    for (size_t t = 0; t < catalog->table_count; t++)
        for (size_t i = 0; i < catalog->tables[t].index_count; i++)
            if (tn__text_is(name, catalog->tables[t].indexes[i].name))
                return &catalog->tables[t].indexes[i];
    return NULL;
}

static bool has_word(tn_text text, const char *word)
{
    size_t size = strlen(word);
    for (size_t i = 0; i + size <= text.size; i++)
        if (memcmp(text.data + i, word, size) == 0 && (i == 0 || !tn__is_ident(text.data[i - 1])) &&
            (i + size == text.size || !tn__is_ident(text.data[i + size])))
            return true;
    return false;
}

/* Whether nothing is asked of the index's first column: then all of the index is gone through. */
static bool is_through_all(const struct plan *plan, const struct node *node)
{
    tn_text name = index_of(node);
    const struct tn__index *index =
        name.data ? find_index(&plan->judge->checked->catalog, name) : NULL;
    return node->key.data && index && index->part_count > 0 && index->parts[0].column &&
           !has_word(node->key, index->parts[0].column->name);
}

/* What a bitmap collects is looked at by the scan around it. */
static void settle_keys(struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (!is_through_all(plan, &plan->nodes[i]))
            continue;
        size_t at = i;
        while (at > 0 && tn__text_starts(plan->nodes[i].text, "Bitmap Index Scan on ") &&
               !tn__text_starts(plan->nodes[at].text, "Bitmap Heap Scan on "))
            at--;
        plan->nodes[at].has_key = false;
        plan->nodes[at].has_filter = true;
    }
}

enum {
    MOST_LINES = 2000
};

/* Run a statement of ours, whose rows are lines of a plan or nothing. False: it fails. */
static bool run(struct plan *plan, const char *sql)
{
    const struct tn__judge *judge = plan->judge;
    const struct tn__driver *driver = judge->scratch->driver;
    struct tn__driver_conn *conn = judge->bench->parser;
    struct tn__driver_stmt *stmt = NULL;
    tn_error err;
    int rc = driver->prepare(&stmt, conn, sql, strlen(sql), false, &err);
    while (rc == TN_OK && (rc = driver->step(stmt, &err)) == TN_ROW) {
        tn_value value = driver->column(stmt, 0);
        if (value.type == TN_TEXT && value.as.text.data && plan->count < MOST_LINES)
            add_line(plan, value.as.text);
        rc = TN_OK;
    }
    if (stmt)
        driver->finalize(stmt);
    if (rc == TN_ENOMEM)
        plan->judge->status = rc;
    return rc == TN_DONE;
}

/* "PREPARE … (int8, text) AS SELECT …" and "EXPLAIN … EXECUTE … (NULL, NULL)". */
static int write_questions(tn_text *prepare, tn_text *explain, const struct tn__judge *judge)
{
    const struct tn__described *described = &judge->described;
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, "PREPARE tenon_plan");
    for (size_t i = 0; i < described->param_count; i++) {
        tn__buf_puts(&buf, i ? ", " : " (");
        if (described->param_types[i])
            tn__pg_put_type(&buf, described->param_types[i]);
    }
    tn__buf_puts(&buf, described->param_count ? ") AS " : " AS ");
    tn__buf_text(&buf, judge->text.text);
    int rc = tn__buf_to_arena(&buf, judge->arena, prepare);
    tn__buf_reset(&buf);
    tn__buf_puts(&buf, "EXPLAIN (COSTS OFF) EXECUTE tenon_plan");
    for (size_t i = 0; i < described->param_count; i++)
        tn__buf_puts(&buf, i ? ", NULL" : " (NULL");
    tn__buf_puts(&buf, described->param_count ? ")" : "");
    if (rc == TN_OK)
        rc = tn__buf_to_arena(&buf, judge->arena, explain);
    tn__buf_fini(&buf);
    return rc;
}

static bool read_plan(struct plan *plan)
{
    static const char settings[] =
        "SELECT set_config('plan_cache_mode', 'force_generic_plan', false), "
        "set_config('enable_seqscan', 'off', false), set_config('enable_sort', 'off', false), "
        "set_config('max_parallel_workers_per_gather', '0', false)";
    struct tn__judge *judge = plan->judge;
    struct plan nothing = {.judge = judge};
    tn_text prepare;
    tn_text explain;
    plan->nodes = tn_arena_array(judge->arena, MOST_LINES, sizeof(*plan->nodes));
    nothing.nodes = plan->nodes;
    if (!plan->nodes || write_questions(&prepare, &explain, judge) != TN_OK) {
        judge->status = TN_ENOMEM;
        return false;
    }
    bool is_read =
        run(&nothing, settings) && run(&nothing, prepare.data) && run(plan, explain.data);
    nothing.count = 0;
    (void)run(&nothing, "DEALLOCATE tenon_plan");
    return is_read && judge->status == TN_OK;
}

/* --- what is said of it ------------------------------------------------------------------------- */

/* "users u" of "Seq Scan on users u", without what an index scan says in front. NULL text: no scan. */
static tn_text scanned(const struct node *node)
{
    static const char on[] = " on ";
    for (size_t i = 0; i + sizeof on - 1 <= node->text.size; i++)
        if (memcmp(node->text.data + i, on, sizeof on - 1) == 0)
            return tn__text_sub(node->text, i + sizeof on - 1, node->text.size);
    return (tn_text){NULL, 0};
}

/* The part of a source that is called so: a partition, or itself. */
static const struct tn__table *part_called(const struct plan *plan, const struct tn__table *source,
                                           tn_text name)
{
    const struct tn__catalog *catalog = &plan->judge->checked->catalog;
    for (size_t i = 0; i < catalog->table_count; i++)
        if (tn__text_is(name, catalog->tables[i].name) && is_part(&catalog->tables[i], source))
            return &catalog->tables[i];
    return source;
}

/* Partitions have the alias of their source with a number: "events_2026 events_1". */
static bool is_alias(tn_text alias, tn_text of, bool is_partition)
{
    tn_text rest = tn__text_sub(alias, of.size, alias.size);
    bool is_numbered = is_partition && rest.size > 1 && rest.data[0] == '_';
    return tn__text_equal_nocase(tn__text_sub(alias, 0, of.size), of) &&
           (rest.size == 0 || is_numbered);
}

/* The source of the statement that a scan is of: by its alias, or its name. */
static const struct tn__table *table_of(const struct plan *plan, const struct node *node,
                                        size_t *token)
{
    const struct tn__sql_source *sources;
    size_t count;
    tn_text name = scanned(node);
    size_t blank = name.data ? tn__text_find(name, ' ') : 0;
    tn_text alias = blank < name.size ? tn__text_sub(name, blank + 1, name.size) : name;
    struct tn__judge *judge = plan->judge;
    if (!name.data || tn__sql_sources(&sources, &count, &judge->sql, judge->arena) != TN_OK)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct tn__table *table = tn__judge_source_table(judge, &sources[i]);
        const struct tn__table *part =
            table ? part_called(plan, table, tn__text_sub(name, 0, blank)) : NULL;
        if (!part || !is_large(judge, part) || !is_alias(alias, sources[i].alias, part != table))
            continue;
        *token = sources[i].token;
        return table;
    }
    return NULL;
}

/* All rows are read for some of them: no index leads there. In the order of an index, up to a LIMIT, it may
 * end early. */
static bool is_full_scan(const struct node *node)
{
    bool is_seq = tn__text_starts(node->text, "Seq Scan on ");
    bool is_index = tn__text_starts(node->text, "Index");
    bool is_bitmap = tn__text_starts(node->text, "Bitmap Heap Scan on ");
    return node->has_filter && !node->has_key &&
           (is_seq || is_bitmap || (is_index && !node->is_under_limit));
}

static void report_scan(const struct plan *plan, const struct node *node)
{
    struct tn__judge *judge = plan->judge;
    size_t token = 0;
    const struct tn__table *table = is_full_scan(node) ? table_of(plan, node, &token) : NULL;
    struct tn__diag *diag =
        table ? tn__lint_add(judge->diags, judge->query, "full-scan",
                             tn__judge_place(judge, token, token + 1),
                             "all of '%s' is read: no index serves what is asked of it",
                             tn__table_label(table))
              : NULL;
    if (diag)
        tn__diag_help(judge->diags, diag, "an index on '%s' that begins with what is compared",
                      tn__table_label(table));
}

/* The large source that all scans below a node are of; NULL: there are others. */
static const struct tn__table *only_table(const struct plan *plan, size_t at, size_t *token)
{
    const struct tn__table *found = NULL;
    for (size_t i = at + 1; i < plan->count && plan->nodes[i].indent > plan->nodes[at].indent;
         i++) {
        size_t own = 0;
        if (!scanned(&plan->nodes[i]).data || tn__text_starts(plan->nodes[i].text, "Bitmap Index"))
            continue;
        const struct tn__table *table = table_of(plan, &plan->nodes[i], &own);
        if (!table || (found && own != *token))
            return NULL;
        found = table;
        *token = own;
    }
    return found;
}

/* All rows are sorted for the few that LIMIT leaves. */
static void report_sort(const struct plan *plan, size_t at)
{
    struct tn__judge *judge = plan->judge;
    const struct node *node = &plan->nodes[at];
    bool is_sort = tn__text_starts(node->text, "Sort") && node->is_under_limit;
    size_t token = 0;
    const struct tn__table *table = is_sort ? only_table(plan, at, &token) : NULL;
    if (!table || (judge->query->variants && judge->key != 0))
        return;
    struct tn__diag *diag = tn__lint_add(
        judge->diags, judge->query, "temp-btree", tn__judge_place(judge, token, token + 1),
        "the rows of '%s' are sorted each time: no index has them in this order",
        tn__table_label(table));
    if (diag)
        tn__diag_help(judge->diags, diag,
                      "an index on '%s' with what is equal, and then what ORDER BY has",
                      tn__table_label(table));
}

void tn__pg_lint_plan(struct tn__judge *judge)
{
    struct plan plan = {.judge = judge};
    if (judge->options->large_count == 0 || !reads_large(judge) || !read_plan(&plan))
        return;
    settle_keys(&plan);
    for (size_t i = 0; i < plan.count; i++) {
        report_scan(&plan, &plan.nodes[i]);
        report_sort(&plan, i);
    }
}

void tn__pg_check_large(const struct tn__checked *checked, const struct tn__check_options *options,
                        tn_arena *arena, struct tn__diags *diags)
{
    for (size_t i = 0; i < options->large_count; i++) {
        tn_text name = tn_text_of(options->large[i].table);
        if (tn__catalog_table(&checked->catalog, name))
            continue;
        struct tn__diag *diag =
            tn__diags_add(diags, "unknown-table", options->large[i].place,
                          "no table '%s' for [lint] large", options->large[i].table);
        const char *near = tn__catalog_nearest_table(&checked->catalog, name, arena);
        if (tn__text_find(name, ',') < name.size)
            tn__diag_help(diags, diag, "a line for each: 'large = TABLE'");
        else if (near)
            tn__diag_help(diags, diag, "'%s'", near);
    }
}
