/* SPDX-License-Identifier: MIT */
#include "schema/definition.h"
#include "schema/reading.h"
#include "util/str.h"

/* Whether a name is the one that the engine has at this place: if not, the text says nothing. */
static bool is_column(const struct tn__draft *draft, size_t i, tn_text name)
{
    return i < draft->table->column_count && name.data &&
           tn__text_is_nocase(name, draft->columns[i].name);
}

/* COLLATE of each column, the last one written. By its tokens: no parser needs to understand them. */
static int read_collations(struct tn__draft *draft, tn_arena *arena)
{
    const struct tn__sql *text = draft->table->text;
    struct tn__sql_span body = tn__definition_body(text);
    size_t at = body.begin;
    for (size_t i = 0; i < draft->table->column_count && at < body.end; i++) {
        struct tn__sql_span piece = tn__definition_piece(text, &at, body.end);
        tn_text name;
        if (tn__definition_name(&name, text, piece.begin, arena) != TN_OK)
            return TN_ENOMEM;
        if (!is_column(draft, i, name))
            continue;
        for (;;) {
            piece.begin = tn__definition_word(text, piece, "COLLATE") + 1;
            if (piece.begin >= piece.end)
                break;
            if (tn__definition_name(&name, text, piece.begin, arena) != TN_OK)
                return TN_ENOMEM;
            draft->columns[i].collation = tn_arena_copy(arena, name.data, name.size);
            if (!draft->columns[i].collation)
                return TN_ENOMEM;
        }
    }
    return TN_OK;
}

static size_t count_checks(const struct tn__ast_constraints *constraints)
{
    size_t count = 0;
    for (const struct tn__ast_constraint *c = constraints->first; c; c = c->next)
        count += c->kind == TN__CONSTRAINT_CHECK && c->expr;
    return count;
}

static int add_checks(struct tn__check *checks, size_t *count,
                      const struct tn__ast_constraints *constraints, tn_arena *arena)
{
    for (const struct tn__ast_constraint *c = constraints->first; c; c = c->next) {
        if (c->kind != TN__CONSTRAINT_CHECK || !c->expr)
            continue;
        struct tn__check *check = &checks[(*count)++];
        check->expr = c->expr;
        if (!c->name.text.data)
            continue;
        check->name = tn_arena_copy(arena, c->name.text.data, c->name.text.size);
        if (!check->name)
            return TN_ENOMEM;
    }
    return TN_OK;
}

/* Those of the columns, then those of the table. */
static int read_checks(struct tn__draft *draft, tn_arena *arena)
{
    const struct tn__ast_stmt *stmt = draft->table->stmt;
    size_t count = count_checks(&stmt->constraints);
    for (const struct tn__ast_column_def *def = stmt->column_defs; def; def = def->next)
        count += count_checks(&def->constraints);
    struct tn__check *checks = tn_arena_array(arena, count, sizeof(*checks));
    if (!checks)
        return TN_ENOMEM;
    size_t used = 0;
    int rc = TN_OK;
    for (const struct tn__ast_column_def *def = stmt->column_defs; def && rc == TN_OK;
         def = def->next)
        rc = add_checks(checks, &used, &def->constraints, arena);
    if (rc == TN_OK)
        rc = add_checks(checks, &used, &stmt->constraints, arena);
    draft->table->checks = checks;
    draft->table->check_count = used;
    return rc;
}

static void read_generated(struct tn__draft *draft)
{
    size_t i = 0;
    for (const struct tn__ast_column_def *def = draft->table->stmt->column_defs; def;
         def = def->next, i++) {
        if (!is_column(draft, i, def->name.text) || !draft->columns[i].is_generated)
            continue;
        for (const struct tn__ast_constraint *c = def->constraints.first; c; c = c->next)
            if (c->kind == TN__CONSTRAINT_GENERATED)
                draft->columns[i].generated = c->expr;
    }
}

int tn__read_table_text(struct tn__draft *draft, tn_arena *arena)
{
    if (draft->table->kind != TN__TABLE || !draft->table->text)
        return TN_OK;
    int rc = read_collations(draft, arena);
    if (rc != TN_OK || !draft->table->stmt)
        return rc;
    read_generated(draft);
    return read_checks(draft, arena);
}
