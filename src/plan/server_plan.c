/* SPDX-License-Identifier: MIT */
#include "plan/server_plan.h"

#include "plan/json_scan.h"
#include "util/buf.h"
#include "util/number.h"
#include "util/str.h"

/* PostgreSQL's plans: a tree of nodes, said in its own words, and what they mean. */

enum {
    MOST_DEPTH = 200,
    FIRST_NODES = 16
};

/* The parts of a node that are asked for. */
enum part {
    NODE_TYPE,
    RELATIONSHIP,
    SUBPLAN_NAME,
    STRATEGY,
    OPERATION,
    JOIN_TYPE,
    COMMAND,
    SCAN_DIRECTION,
    RELATION,
    FUNCTION,
    CTE,
    ALIAS,
    INDEX,
    INDEX_COND,
    TID_COND,
    HASH_COND,
    MERGE_COND,
    JOIN_FILTER,
    FILTER,
    ONE_TIME_FILTER,
    SORT_KEY,
    GROUP_KEY,
    OUTPUT,
    PLAN_ROWS,
    TOTAL_COST,
    ACTUAL_ROWS,
    ACTUAL_LOOPS,
    PARTS
};
static const char *const part_names[PARTS] = {
    [NODE_TYPE] = "Node Type",
    [RELATIONSHIP] = "Parent Relationship",
    [SUBPLAN_NAME] = "Subplan Name",
    [STRATEGY] = "Strategy",
    [OPERATION] = "Operation",
    [JOIN_TYPE] = "Join Type",
    [COMMAND] = "Command",
    [SCAN_DIRECTION] = "Scan Direction",
    [RELATION] = "Relation Name",
    [FUNCTION] = "Function Name",
    [CTE] = "CTE Name",
    [ALIAS] = "Alias",
    [INDEX] = "Index Name",
    [INDEX_COND] = "Index Cond",
    [TID_COND] = "TID Cond",
    [HASH_COND] = "Hash Cond",
    [MERGE_COND] = "Merge Cond",
    [JOIN_FILTER] = "Join Filter",
    [FILTER] = "Filter",
    [ONE_TIME_FILTER] = "One-Time Filter",
    [SORT_KEY] = "Sort Key",
    [GROUP_KEY] = "Group Key",
    [OUTPUT] = "Output",
    [PLAN_ROWS] = "Plan Rows",
    [TOTAL_COST] = "Total Cost",
    [ACTUAL_ROWS] = "Actual Rows",
    [ACTUAL_LOOPS] = "Actual Loops",
};

/* A node while it is read. */
struct raw {
    tn_text parts[PARTS]; /* NULL text: it has none; a list with ", " between */
    const struct raw *parent;
    size_t index; /* of its node */
    unsigned depth;
    bool is_made;
    bool ends_early; /* a LIMIT is around it, and nothing that wants all rows before */
};

struct reading {
    struct tn__scan scan;
    bool has_estimates;
    tn_arena *arena;
    struct tn__plan_node *nodes;
    struct tn__server_run *runs;
    size_t count;
    size_t cap;
    double execution_ms;
};

/* --- words ------------------------------------------------------------------------------------- */

static bool is(const struct raw *raw, enum part part, const char *word)
{
    return raw->parts[part].data && tn__text_is(raw->parts[part], word);
}

static bool has(const struct raw *raw, enum part part)
{
    return raw->parts[part].size > 0;
}

static void put(struct tn__buf *out, const char *front, const struct raw *raw, enum part part)
{
    if (!has(raw, part))
        return;
    tn__buf_puts(out, front);
    tn__buf_text(out, raw->parts[part]);
}

/* What EXPLAIN calls a node, where that is not its type. */
static void put_type(struct tn__buf *out, const struct raw *raw)
{
    static const struct {
        const char *type;
        enum part part;
        const char *word;
        const char *said;
    } names[] = {
        {"Aggregate", STRATEGY, "Sorted", "GroupAggregate"},
        {"Aggregate", STRATEGY, "Hashed", "HashAggregate"},
        {"Aggregate", STRATEGY, "Mixed", "MixedAggregate"},
        {"SetOp", STRATEGY, "Hashed", "HashSetOp"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (is(raw, NODE_TYPE, names[i].type) && is(raw, names[i].part, names[i].word)) {
            tn__buf_puts(out, names[i].said);
            return;
        }
    if (is(raw, NODE_TYPE, "ModifyTable")) {
        tn__buf_text(out, raw->parts[OPERATION]);
        return;
    }
    tn__buf_text(out, raw->parts[NODE_TYPE]);
    bool is_inner = !has(raw, JOIN_TYPE) || is(raw, JOIN_TYPE, "Inner");
    if (!is_inner)
        tn__buf_printf(out, " (%.*s)", (int)raw->parts[JOIN_TYPE].size, raw->parts[JOIN_TYPE].data);
    if (is(raw, SCAN_DIRECTION, "Backward"))
        tn__buf_puts(out, " Backward");
}

/* "Index Scan using tasks_owner on tasks t", and what it looks for. */
static void put_words(struct tn__buf *out, const struct raw *raw)
{
    bool is_bitmap = is(raw, NODE_TYPE, "Bitmap Index Scan");
    put(out, "", raw, SUBPLAN_NAME);
    tn__buf_puts(out, has(raw, SUBPLAN_NAME) ? ": " : "");
    put_type(out, raw);
    put(out, is_bitmap ? " on " : " using ", raw, INDEX);
    const enum part of = has(raw, RELATION) ? RELATION : has(raw, FUNCTION) ? FUNCTION : CTE;
    put(out, " on ", raw, of);
    if (has(raw, ALIAS) && !tn_text_equal(raw->parts[ALIAS], raw->parts[of]))
        put(out, has(raw, of) ? " " : " on ", raw, ALIAS);
    put(out, " ", raw, INDEX_COND);
    put(out, " ", raw, TID_COND);
    put(out, " by ", raw, SORT_KEY);
    put(out, " by ", raw, GROUP_KEY);
    put(out, " on ", raw, HASH_COND);
    put(out, " on ", raw, MERGE_COND);
    put(out, " on ", raw, JOIN_FILTER);
    put(out, ", filter ", raw, FILTER);
    put(out, ", filter ", raw, ONE_TIME_FILTER);
}

/* --- what it means ----------------------------------------------------------------------------- */

static bool contains(tn_text text, const char *words, tn_text name)
{
    size_t front = strlen(words);
    for (size_t i = 0; text.data && i + front + name.size <= text.size; i++)
        if (memcmp(text.data + i, words, front) == 0 &&
            memcmp(text.data + i + front, name.data, name.size) == 0 &&
            (i + front + name.size == text.size || !tn__is_ident(text.data[i + front + name.size])))
            return true;
    return false;
}

/* Whether a subquery's rows are collected once: whoever asks for them says "hashed SubPlan 1". */
static bool is_hashed(const struct raw *raw)
{
    for (int part = 0; raw->parent && part < PARTS; part++)
        if (contains(raw->parent->parts[part], "hashed ", raw->parts[SUBPLAN_NAME]))
            return true;
    return false;
}

/* Columns of a key that are compared: "((a = $1) AND (b > 2))". */
static unsigned count_terms(tn_text cond)
{
    unsigned count = cond.size > 0;
    int depth = 0;
    for (size_t i = 0; i < cond.size; i++) {
        depth += cond.data[i] == '(';
        depth -= cond.data[i] == ')';
        if (depth == 1 && tn__text_starts(tn__text_sub(cond, i, cond.size), " AND "))
            count++;
    }
    return count;
}

/* Those of them that ask for one value: `=`, and not of a list. */
static unsigned count_equals(tn_text cond)
{
    unsigned count = 0;
    for (size_t i = 0; i < cond.size; i++) {
        tn_text rest = tn__text_sub(cond, i, cond.size);
        count += tn__text_starts(rest, " = ") && !tn__text_starts(rest, " = ANY ");
    }
    return count;
}

static void classify_scan(struct tn__plan_node *node, const struct raw *raw)
{
    bool is_seq = is(raw, NODE_TYPE, "Seq Scan");
    bool is_index = is(raw, NODE_TYPE, "Index Scan") || is(raw, NODE_TYPE, "Index Only Scan");
    bool is_bitmap = is(raw, NODE_TYPE, "Bitmap Index Scan");
    bool is_heap = is(raw, NODE_TYPE, "Bitmap Heap Scan");
    if (is_seq || is_index || is_heap || has(raw, TID_COND))
        node->source = has(raw, ALIAS) ? raw->parts[ALIAS] : raw->parts[RELATION];
    if (is_index || is_bitmap)
        node->index = raw->parts[INDEX];
    node->terms = count_terms(raw->parts[INDEX_COND]);
    node->equals = count_equals(raw->parts[INDEX_COND]);
    if (is_seq || ((is_index || is_bitmap) && node->terms == 0)) {
        node->step = TN__PLAN_STEP_SCAN;
        if (is_seq || !raw->ends_early)
            node->findings |= TN__PLAN_FULL_SCAN;
    } else if (is_index || is_bitmap || is_heap || has(raw, TID_COND)) {
        node->step = TN__PLAN_STEP_SEARCH;
    }
    if (is(raw, NODE_TYPE, "Index Only Scan"))
        node->findings |= TN__PLAN_COVERING;
}

static void classify(struct tn__plan_node *node, const struct raw *raw)
{
    classify_scan(node, raw);
    if (is(raw, NODE_TYPE, "Sort") || is(raw, NODE_TYPE, "Incremental Sort"))
        node->findings |= TN__PLAN_TEMP_BTREE;
    if (is(raw, RELATIONSHIP, "SubPlan"))
        node->findings |= is_hashed(raw) ? TN__PLAN_LIST : TN__PLAN_CORRELATED;
}

/* --- nodes ------------------------------------------------------------------------------------- */

static bool grow(struct reading *reading)
{
    size_t cap = reading->cap ? reading->cap * 2 : FIRST_NODES;
    struct tn__plan_node *nodes = tn_arena_array(reading->arena, cap, sizeof(*nodes));
    struct tn__server_run *runs = tn_arena_array(reading->arena, cap, sizeof(*runs));
    if (!nodes || !runs)
        return false;
    if (reading->count) {
        memcpy(nodes, reading->nodes, reading->count * sizeof(*nodes));
        memcpy(runs, reading->runs, reading->count * sizeof(*runs));
    }
    reading->nodes = nodes;
    reading->runs = runs;
    reading->cap = cap;
    return true;
}

static int read_real(double *out, tn_text text)
{
    *out = 0;
    return text.size > 0 ? tn__real_parse(out, text) : TN_OK;
}

static int read_numbers(struct tn__plan_node *node, struct tn__server_run *run,
                        const struct raw *raw, bool has_estimates)
{
    double rows;
    double loops;
    int rc = read_real(&node->rows, raw->parts[PLAN_ROWS]);
    if (rc == TN_OK)
        rc = read_real(&node->cost, raw->parts[TOTAL_COST]);
    if (rc == TN_OK)
        rc = read_real(&rows, raw->parts[ACTUAL_ROWS]);
    if (rc == TN_OK)
        rc = read_real(&loops, raw->parts[ACTUAL_LOOPS]);
    if (rc != TN_OK)
        return rc;
    node->has_estimate = has_estimates;
    run->is_known = has(raw, ACTUAL_LOOPS);
    run->loops = (int64_t)loops;
    run->rows = (int64_t)(rows * loops + 0.5);
    return TN_OK;
}

/* In front of what is below it. */
static int make_node(struct reading *reading, struct raw *raw)
{
    struct tn__buf words;
    tn_text detail = {0};
    if (raw->is_made)
        return TN_OK;
    if (reading->count == reading->cap && !grow(reading))
        return TN_ENOMEM;
    struct tn__plan_node *node = &reading->nodes[reading->count];
    tn__buf_init(&words, 0);
    put_words(&words, raw);
    int rc = tn__buf_to_arena(&words, reading->arena, &detail);
    tn__buf_fini(&words);
    if (rc != TN_OK)
        return rc;
    raw->index = reading->count;
    raw->is_made = true;
    *node = (struct tn__plan_node){.id = (int64_t)reading->count + 1,
                                   .parent = raw->parent ? (int64_t)raw->parent->index + 1 : 0,
                                   .depth = raw->depth,
                                   .detail = detail.data};
    classify(node, raw);
    return read_numbers(node, &reading->runs[reading->count++], raw, reading->has_estimates);
}

/* --- reading ----------------------------------------------------------------------------------- */

static int read_list(tn_text *out, struct reading *reading)
{
    struct tn__buf all;
    int rc = TN_OK;
    size_t count = 0;
    tn__buf_init(&all, 0);
    while (rc == TN_OK && !tn__scan_take(&reading->scan, ']')) {
        tn_text item;
        if (count++ > 0 && !tn__scan_take(&reading->scan, ','))
            rc = TN_ESYNTAX;
        if (rc == TN_OK && tn__scan_peek(&reading->scan) != '"')
            rc = tn__scan_skip(&reading->scan);
        else if (rc == TN_OK &&
                 (rc = tn__scan_string(&item, &reading->scan, reading->arena)) == TN_OK) {
            tn__buf_puts(&all, all.size ? ", " : "");
            tn__buf_text(&all, item);
        }
    }
    if (rc == TN_OK)
        rc = tn__buf_to_arena(&all, reading->arena, out);
    tn__buf_fini(&all);
    return rc;
}

/* A part that is asked for; another is gone over. */
static int read_part(struct raw *raw, struct reading *reading, tn_text name)
{
    int part = 0;
    while (part < PARTS && !tn__text_is(name, part_names[part]))
        part++;
    if (part == PARTS)
        return tn__scan_skip(&reading->scan);
    switch (tn__scan_peek(&reading->scan)) {
    case '"':
        return tn__scan_string(&raw->parts[part], &reading->scan, reading->arena);
    case '[':
        (void)tn__scan_take(&reading->scan, '[');
        return read_list(&raw->parts[part], reading);
    case '{':
        return tn__scan_skip(&reading->scan);
    default:
        return tn__scan_word(&raw->parts[part], &reading->scan);
    }
}

static int read_node(struct reading *reading, const struct raw *parent);

static int read_nodes(struct reading *reading, const struct raw *parent)
{
    int rc = tn__scan_take(&reading->scan, '[') ? TN_OK : TN_ESYNTAX;
    for (size_t i = 0; rc == TN_OK && !tn__scan_take(&reading->scan, ']'); i++) {
        if (i > 0 && !tn__scan_take(&reading->scan, ','))
            return TN_ESYNTAX;
        rc = read_node(reading, parent);
    }
    return rc;
}

/* What wants all rows before it gives one. */
static bool collects(const struct raw *raw)
{
    return is(raw, NODE_TYPE, "Sort") || is(raw, NODE_TYPE, "Aggregate") ||
           is(raw, NODE_TYPE, "Hash") || is(raw, NODE_TYPE, "WindowAgg") ||
           is(raw, NODE_TYPE, "ModifyTable") || is(raw, NODE_TYPE, "SetOp");
}

/* The members of an object, the first brace of which has been read. */
static int read_members(struct reading *reading, struct raw *raw)
{
    int rc = TN_OK;
    for (size_t i = 0; rc == TN_OK && !tn__scan_take(&reading->scan, '}'); i++) {
        tn_text name;
        if (i > 0 && !tn__scan_take(&reading->scan, ','))
            return TN_ESYNTAX;
        rc = tn__scan_string(&name, &reading->scan, reading->arena);
        if (rc == TN_OK && !tn__scan_take(&reading->scan, ':'))
            rc = TN_ESYNTAX;
        if (rc == TN_OK && tn__text_is(name, "Plans")) {
            rc = make_node(reading, raw); /* which is written behind all else */
            if (rc == TN_OK)
                rc = read_nodes(reading, raw);
        } else if (rc == TN_OK) {
            rc = read_part(raw, reading, name);
        }
    }
    return rc;
}

static int read_node(struct reading *reading, const struct raw *parent)
{
    struct raw raw = {.parent = parent, .depth = parent ? parent->depth + 1 : 0};
    if (raw.depth > MOST_DEPTH)
        return TN_ERANGE;
    if (!tn__scan_take(&reading->scan, '{'))
        return TN_ESYNTAX;
    raw.ends_early =
        parent && !collects(parent) && (parent->ends_early || is(parent, NODE_TYPE, "Limit"));
    int rc = read_members(reading, &raw);
    return rc == TN_OK ? make_node(reading, &raw) : rc;
}

/* [{"Plan": {…}, "Execution Time": 0.1}] */
static int read_all(struct reading *reading)
{
    struct tn__scan *scan = &reading->scan;
    int rc = tn__scan_take(scan, '[') && tn__scan_take(scan, '{') ? TN_OK : TN_ESYNTAX;
    for (size_t i = 0; rc == TN_OK && !tn__scan_take(scan, '}'); i++) {
        tn_text name;
        tn_text time = {0};
        if (i > 0 && !tn__scan_take(scan, ','))
            return TN_ESYNTAX;
        rc = tn__scan_string(&name, scan, reading->arena);
        if (rc == TN_OK && !tn__scan_take(scan, ':'))
            rc = TN_ESYNTAX;
        if (rc == TN_OK && tn__text_is(name, "Plan"))
            rc = read_node(reading, NULL);
        else if (rc == TN_OK && tn__text_is(name, "Execution Time"))
            rc = tn__scan_word(&time, scan);
        else if (rc == TN_OK)
            rc = tn__scan_skip(scan);
        if (rc == TN_OK && time.size > 0)
            rc = tn__real_parse(&reading->execution_ms, time);
    }
    return rc;
}

int tn__server_plan_read(struct tn__server_plan *out, tn_text json, bool has_estimates,
                         tn_arena *arena, tn_error *err)
{
    struct reading reading = {.scan = {json, 0}, .has_estimates = has_estimates, .arena = arena};
    int rc = read_all(&reading);
    if (rc == TN_ENOMEM)
        return tn_error_set(err, rc, "out of memory");
    if (rc != TN_OK)
        return tn_error_set(err, rc, "the server's plan cannot be read, at byte %zu of it",
                            reading.scan.at);
    *out = (struct tn__server_plan){
        {reading.nodes, reading.count}, reading.runs, reading.execution_ms};
    return TN_OK;
}
