/* SPDX-License-Identifier: MIT */
#include "plan/query_plan.h"

#include "sql/statement.h"
#include "util/buf.h"
#include "util/str.h"

/* Asking the engine for a plan, and what only the engine and the whole of it can tell of a row. */

/* Rows as they come. */
struct reading {
    const struct tn__driver *driver;
    struct tn__driver_conn *conn;
    tn_text sql;
    const struct tn__plan_bind *binds;
    size_t bind_count;
    tn_arena *arena;
    struct tn__plan_node *nodes;
    size_t count;
    size_t cap;
    tn_error *err;
};

static int fail_memory(struct reading *reading)
{
    return tn_error_set(reading->err, TN_ENOMEM, "out of memory");
}

/* The columns of EXPLAIN QUERY PLAN. */
enum {
    COLUMN_ID,
    COLUMN_PARENT,
    COLUMN_NOT_USED,
    COLUMN_DETAIL
};

static struct tn__plan_node *add_node(struct reading *reading)
{
    enum {
        FIRST_NODES = 16
    };
    if (reading->count == reading->cap) {
        size_t cap = reading->cap ? reading->cap * 2 : FIRST_NODES;
        struct tn__plan_node *nodes = tn_arena_array(reading->arena, cap, sizeof(*nodes));
        if (!nodes)
            return NULL;
        if (reading->count)
            memcpy(nodes, reading->nodes, reading->count * sizeof(*nodes));
        reading->nodes = nodes;
        reading->cap = cap;
    }
    return &reading->nodes[reading->count++];
}

static int read_row(struct reading *reading, struct tn__driver_stmt *stmt)
{
    tn_value detail = reading->driver->column(stmt, COLUMN_DETAIL);
    struct tn__plan_node *node = add_node(reading);
    if (!node || detail.type != TN_TEXT || !detail.as.text.data)
        return fail_memory(reading);
    node->id = reading->driver->column(stmt, COLUMN_ID).as.integer;
    node->parent = reading->driver->column(stmt, COLUMN_PARENT).as.integer;
    node->detail = tn_arena_copy(reading->arena, detail.as.text.data, detail.as.text.size);
    if (!node->detail)
        return fail_memory(reading);
    /* Parents come first, nearly always just before. */
    for (size_t i = reading->count - 1; i-- > 0 && node->parent;)
        if (reading->nodes[i].id == node->parent) {
            node->depth = reading->nodes[i].depth + 1;
            break;
        }
    tn__plan_classify(node);
    return TN_OK;
}

static int read_rows(struct reading *reading, struct tn__driver_stmt *stmt)
{
    int rc = TN_OK;
    for (size_t i = 0; i < reading->bind_count && rc == TN_OK; i++)
        rc = reading->driver->bind(stmt, reading->binds[i].number, &reading->binds[i].value,
                                   reading->err);
    while (rc == TN_OK) {
        rc = reading->driver->step(stmt, reading->err);
        if (rc == TN_DONE)
            return TN_OK;
        if (rc == TN_ROW)
            rc = read_row(reading, stmt);
    }
    return rc;
}

/* Run a text of our own with the rows going through read_rows(). */
static int ask(struct reading *reading)
{
    static const char words[] = "EXPLAIN QUERY PLAN ";
    struct tn__driver_stmt *stmt = NULL;
    struct tn__buf text;
    tn__buf_init(&text, 0);
    tn__buf_puts(&text, words);
    tn__buf_text(&text, reading->sql);
    int rc = tn__buf_status(&text);
    if (rc == TN_OK)
        rc = reading->driver->prepare(&stmt, reading->conn, text.data, text.size, false,
                                      reading->err);
    else
        rc = tn_error_set(reading->err, rc, "the statement is too big");
    if (rc != TN_OK && reading->err->position >= sizeof words)
        reading->err->position -= (uint32_t)(sizeof words - 1);
    tn__buf_fini(&text);
    if (rc == TN_OK)
        rc = read_rows(reading, stmt);
    reading->driver->finalize(stmt);
    return rc;
}

/* --- which scans are full ones */

/* What a row makes that others then scan: "CO-ROUTINE c", "MATERIALIZE c". */
static tn_text made_by(const struct tn__plan_node *node)
{
    static const char *const words[] = {"CO-ROUTINE ", "MATERIALIZE "};
    tn_text text = tn_text_of(node->detail);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (tn__text_starts(text, words[i]))
            return tn__text_sub(text, strlen(words[i]), text.size);
    return (tn_text){0};
}

static bool is_made(const struct reading *reading, tn_text name)
{
    for (size_t i = 0; i < reading->count; i++) {
        tn_text made = made_by(&reading->nodes[i]);
        if (made.data && tn__text_equal_nocase(made, name))
            return true;
    }
    return false;
}

/* A name of WITH that is read twice is scanned by its alias. */
static bool is_alias_of_made(const struct reading *reading, tn_text name,
                             const struct tn__sql_source *sources, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tn__text_equal_nocase(sources[i].alias, name) && is_made(reading, sources[i].table))
            return true;
    return false;
}

/* What a subquery gives is read to its end because it is wanted: that is no full scan. */
static int clear_subqueries(struct reading *reading)
{
    const struct tn__sql_source *sources = NULL;
    size_t source_count = 0;
    struct tn__sql sql;
    bool has_made = false;
    for (size_t i = 0; i < reading->count && !has_made; i++)
        has_made = made_by(&reading->nodes[i]).data != NULL;
    if (has_made && (tn__sql_scan(&sql, reading->sql, reading->arena) != TN_OK ||
                     tn__sql_sources(&sources, &source_count, &sql, reading->arena) != TN_OK))
        return fail_memory(reading);
    for (size_t i = 0; i < reading->count; i++) {
        struct tn__plan_node *node = &reading->nodes[i];
        if (!(node->findings & TN__PLAN_FULL_SCAN))
            continue;
        /* "SCAN (subquery-2)", before 3.39 "SCAN SUBQUERY 2" */
        if (tn__text_starts(node->source, "(subquery-") ||
            tn__text_starts(node->source, "SUBQUERY ") ||
            (has_made && (is_made(reading, node->source) ||
                          is_alias_of_made(reading, node->source, sources, source_count))))
            node->findings &= ~(unsigned)TN__PLAN_FULL_SCAN;
    }
    return TN_OK;
}

/* Through a partial index only its rows are read. */
static int look_at_index(struct reading *reading, struct tn__plan_node *node)
{
    static const char sql[] =
        "SELECT l.partial FROM sqlite_schema AS s, pragma_index_list(s.tbl_name) AS l"
        " WHERE s.type = 'index' AND s.name = ?1 AND l.name = s.name";
    struct tn__driver_stmt *stmt = NULL;
    tn_value name = tn_value_text(node->index);
    int rc =
        reading->driver->prepare(&stmt, reading->conn, sql, sizeof sql - 1, false, reading->err);
    if (rc == TN_OK)
        rc = reading->driver->bind(stmt, 1, &name, reading->err);
    if (rc == TN_OK)
        rc = reading->driver->step(stmt, reading->err);
    if (rc == TN_ROW)
        node->is_partial_index = reading->driver->column(stmt, 0).as.integer != 0;
    reading->driver->finalize(stmt);
    if (node->is_partial_index)
        node->findings &= ~(unsigned)TN__PLAN_FULL_SCAN;
    return rc < 0 ? rc : TN_OK;
}

int tn__query_plan_read(struct tn__query_plan *out, const struct tn__driver *driver,
                        struct tn__driver_conn *conn, tn_text sql,
                        const struct tn__plan_bind *binds, size_t bind_count, tn_arena *arena,
                        tn_error *err)
{
    tn_error own = {0};
    struct reading reading = {.driver = driver,
                              .conn = conn,
                              .sql = sql,
                              .binds = binds,
                              .bind_count = bind_count,
                              .arena = arena,
                              .err = err ? err : &own};
    int rc = ask(&reading);
    if (rc == TN_OK)
        rc = clear_subqueries(&reading);
    for (size_t i = 0; i < reading.count && rc == TN_OK; i++)
        if (reading.nodes[i].index.size > 0)
            rc = look_at_index(&reading, &reading.nodes[i]);
    if (rc == TN_OK)
        *out = (struct tn__query_plan){reading.nodes, reading.count};
    return rc;
}
