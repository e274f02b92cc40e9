/* SPDX-License-Identifier: MIT */
#include "check/lint/plan.h"

#include "util/str.h"

/* The engine's plan as lines, and the relations that they are about. */

/* --- reading it */

static const struct {
    const char *words;
    enum tn__lint_row_kind kind;
} beginnings[] = {
    {"SCAN ", TN__LINT_SCAN},
    {"SEARCH ", TN__LINT_LOOKUP},
    {"USE TEMP B-TREE FOR ORDER BY", TN__LINT_SORT},
};

static bool add_row(struct tn__lint_planned *plan, struct tn__lint_row **last, int64_t parent,
                    tn_text detail)
{
    struct tn__lint_row *row = TN__AN_NEW(plan->lint->an, struct tn__lint_row);
    tn_text copy = {0};
    if (!row || tn_arena_text(plan->lint->an->arena, &copy, detail) != TN_OK)
        return false;
    *row = (struct tn__lint_row){.parent = parent, .kind = TN__LINT_OTHER};
    for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
        if (tn__text_starts(copy, beginnings[i].words)) {
            row->kind = beginnings[i].kind;
            row->name = tn__text_sub(copy, strlen(beginnings[i].words), copy.size);
        }
    if (tn__text_starts(row->name, "main."))
        row->name = tn__text_sub(row->name, 5, row->name.size);
    if (*last)
        (*last)->next = row;
    else
        plan->rows = row;
    *last = row;
    return true;
}

void tn__lint_read_plan(struct tn__lint_planned *plan)
{
    const struct tn__scratch *scratch = plan->lint->judge->scratch;
    const struct tn__driver *driver = scratch->driver;
    struct tn__driver_stmt *stmt = NULL;
    struct tn__lint_row *last = NULL;
    struct tn__buf sql;
    tn_error ignored = {0};
    tn__buf_init(&sql, 0);
    tn__buf_puts(&sql, "EXPLAIN QUERY PLAN ");
    tn__buf_text(&sql, plan->lint->judge->text.text);
    tn_text text = tn__buf_view(&sql);
    int rc = sql.status;
    if (rc == TN_OK)
        rc = driver->prepare(&stmt, scratch->native, text.data, text.size, false, &ignored);
    while (rc == TN_OK && driver->step(stmt, &ignored) == TN_ROW) {
        tn_value parent = driver->column(stmt, 1);
        tn_value detail = driver->column(stmt, 3);
        if (!add_row(plan, &last, parent.as.integer, detail.as.text))
            rc = TN_ENOMEM;
    }
    driver->finalize(stmt);
    tn__buf_fini(&sql);
    if (rc == TN_ENOMEM)
        plan->lint->an->status = rc;
}

/* --- lines and tables */

bool tn__lint_is_about(const struct tn__lint_row *row, tn_text name)
{
    if ((row->kind != TN__LINT_SCAN && row->kind != TN__LINT_LOOKUP) ||
        row->name.size < name.size || !tn_text_equal(tn__text_sub(row->name, 0, name.size), name))
        return false;
    return row->name.size == name.size || row->name.data[name.size] == ' ';
}

tn_text tn__lint_behind(const struct tn__lint_row *row, tn_text name)
{
    return tn__text_sub(row->name, name.size, row->name.size);
}

bool tn__lint_is_known(const struct tn__lint_planned *plan, const struct tn__lint_row *row,
                       const struct tn__lint_term *term)
{
    for (uint32_t i = 0; i < term->at->block->leaf_count; i++) {
        bool is_found = !(term->needs >> i & 1);
        tn_text name = term->at->block->leaves[i]->name;
        for (const struct tn__lint_row *r = plan->rows; r != row && !is_found; r = r->next)
            is_found = r->parent == row->parent && name.data && tn__lint_is_about(r, name);
        if (!is_found)
            return false;
    }
    return true;
}

const struct tn__lint_row *tn__lint_first_loop(const struct tn__lint_planned *plan,
                                               const struct tn__lint_row *row)
{
    for (const struct tn__lint_row *r = plan->rows; r != row; r = r->next)
        if (r->parent == row->parent)
            return r;
    return NULL;
}
