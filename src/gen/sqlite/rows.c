/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "gen/emit.h"
#include "gen/sqlite/sqlite.h"
#include "gen/writer.h"

/* The functions that read a row, and copy what it borrows: member by member, into embedded structs, too. */

/* A struct on its way through the columns of a query, those of its items or all others. */
struct walk {
    struct tn__buf *out;
    const struct tn__planned_query *planned;
    bool is_item;
    size_t column; /* the next one */
    int indent;
};

/* Where the next member is read from. */
static size_t column_at(struct walk *walk)
{
    const struct tn__query *query = walk->planned->query;
    while (walk->column < query->column_count &&
           query->columns[walk->column].is_item != walk->is_item)
        walk->column++;
    return walk->column;
}

/* Where the members of the row itself are. */
static const char own_path[] = "&row->";

/* The text that has been read becomes a value. */
static void write_parse(const struct walk *walk, const char *path, const struct tn__member *member)
{
    const struct tn__c_type *type = tn__member_type(member);
    struct tn__call call;
    char left[80];
    snprintf(left, sizeof left, "%*sif (!%s(stmt, %zu, &text) ||", walk->indent, "", type->read,
             walk->column);
    tn__call_begin(&call, "!%s", type->parse);
    tn__call_add(&call, "%s%s", path, member->name);
    tn__call_add(&call, "text");
    tn__call_end_behind(walk->out, left, &call, ")");
    tn__call_begin(&call, "%*sreturn tn_gen_fail_choice", walk->indent + 4, "");
    tn__call_add(&call, "use");
    tn__call_add(&call, "%zu", walk->column);
    tn__call_add(&call, "\"%s\"", member->choice->tag);
    tn__call_add(&call, "err");
    tn__call_end(walk->out, &call, ";");
}

/* if (!read(stmt, 0, &row->id)) return …; */
static void write_value(const struct walk *walk, const char *path, const struct tn__member *member)
{
    const struct tn__c_type *type = tn__member_type(member);
    if (type->parse) {
        write_parse(walk, path, member);
        return;
    }
    bool may_be_null = member->typing.is_nullable || member->typing.type != TN__TYPE_ANY;
    struct tn__call call;
    tn__call_begin(&call, "%*sif (!%s%s", walk->indent, "", type->read,
                   walk->planned->query->columns[walk->column].is_loose ? "_loose" : "");
    tn__call_add(&call, "stmt");
    tn__call_add(&call, "%zu", walk->column);
    tn__emit_value_items(&call, path, member);
    if (type->has_form)
        tn__call_add(&call, "%s", tn__c_form(member->typing.form));
    tn__call_end(walk->out, &call, ")");
    tn__buf_printf(walk->out, "%*sreturn tn_gen_fail_type(use, %zu, \"%s\", err);\n",
                   walk->indent + 4, "", walk->column, tn__type_word(member->typing.type));
    if (!may_be_null)
        tn__buf_printf(walk->out,
                       "%*sif (%s%s.type == TN_NULL)\n"
                       "%*sreturn tn_gen_fail_type(use, %zu, \"not null\", err);\n",
                       walk->indent, "", path + 1, member->name, walk->indent + 4, "",
                       walk->column);
}

static void write_values(struct walk *walk, const char *path, const struct tn__row_struct *row)
{
    for (size_t i = 0; i < row->member_count; i++) {
        (void)column_at(walk);
        write_value(walk, path, &row->members[i]);
        walk->column++;
    }
}

/* "&row->o." of a member, for those inside of it. */
static void path_of(struct tn__buf *out, const struct tn__member *member)
{
    tn__buf_init(out, 0);
    tn__buf_printf(out, "&row->%s.", member->name);
}

/* The struct of a table. Of a row that is not there, all of it is zero. */
static void write_embed(struct walk *walk, const struct tn__member *member)
{
    const struct tn__embed *embed = walk->planned->query->columns[column_at(walk)].embed;
    struct tn__buf path;
    path_of(&path, member);
    if (member->beside) {
        tn__buf_printf(walk->out,
                       "    row->%s = sqlite3_column_type(stmt, %zu) != SQLITE_NULL;\n"
                       "    if (row->%s) {\n",
                       member->beside, embed->key, member->beside);
        walk->indent += 4;
    }
    write_values(walk, path.data ? path.data : own_path, member->row);
    if (member->beside) {
        walk->indent -= 4;
        tn__buf_printf(walk->out,
                       "    } else {\n"
                       "        memset(&row->%s, 0, sizeof(row->%s));\n"
                       "    }\n",
                       member->name, member->name);
    }
    if (path.status != TN_OK)
        walk->out->status = path.status;
    tn__buf_fini(&path);
}

static bool has_enums(const struct tn__row_struct *row)
{
    for (size_t i = 0; i < row->member_count; i++) {
        const struct tn__member *member = &row->members[i];
        if (member->choice || (member->kind == TN__MEMBER_EMBED && has_enums(member->row)))
            return true;
    }
    return false;
}

static void write_reader(struct tn__buf *out, const struct tn__planned_query *planned,
                         const struct tn__row_struct *row, bool is_item)
{
    struct walk walk = {out, planned, is_item, 0, 4};
    struct tn__call call;
    tn__buf_putc(out, '\n');
    tn__call_begin(&call, "static int read_%s%s", planned->reader, is_item ? "_item" : "");
    tn__call_add(&call, "struct %s *row", row->tag);
    tn__call_add(&call, "const struct tn_gen_use *use");
    tn__call_add(&call, "tn_error *err");
    tn__call_end(out, &call, "");
    tn__buf_puts(out, "{\n    sqlite3_stmt *stmt = (sqlite3_stmt *)use->stmt;\n");
    if (has_enums(row))
        tn__buf_puts(out, "    tn_text text;\n");
    for (size_t i = 0; i < row->member_count; i++) {
        const struct tn__member *member = &row->members[i];
        if (member->kind == TN__MEMBER_ARRAY) {
            tn__buf_printf(out, "    row->%s = NULL;\n    row->%s = 0;\n", member->name,
                           member->beside);
        } else if (member->kind == TN__MEMBER_EMBED) {
            write_embed(&walk, member);
        } else {
            (void)column_at(&walk);
            write_value(&walk, own_path, member);
            walk.column++;
        }
    }
    tn__buf_puts(out, "    return TN_OK;\n}\n");
}

/* --- copies */

/* Text and JSON are tn_text both. */
static bool is_text(const struct tn__member *member)
{
    return member->kind == TN__MEMBER_VALUE &&
           (member->typing.type == TN__TYPE_TEXT || member->typing.type == TN__TYPE_JSON);
}

static size_t count_texts(const struct tn__row_struct *row)
{
    size_t count = 0;
    for (size_t i = 0; i < row->member_count; i++)
        count += row->members[i].kind == TN__MEMBER_EMBED ? count_texts(row->members[i].row)
                                                          : is_text(&row->members[i]);
    return count;
}

/* One text, or what is none, after the other. */
static void write_copy(struct tn__buf *out, const char *path, const struct tn__member *member,
                       bool *is_first)
{
    const struct tn__c_type *type = tn__member_type(member);
    if (!type->copy)
        return;
    tn__buf_puts(out, *is_first ? "    int rc = " : "    if (rc == TN_OK)\n        rc = ");
    if (member->typing.type == TN__TYPE_ANY)
        tn__buf_printf(out, "tn_gen_copy_value(arena, %s%s);\n", path, member->name);
    else
        tn__buf_printf(out, "tn_arena_%s(arena, %s%s%s, %s%s%s);\n", type->copy, path, member->name,
                       type->value, path + 1, member->name, type->value);
    *is_first = false;
}

/* What write_members() does with a value: `at` counts the texts that are copied in one call; NULL: none. */
static void copy_value(struct tn__buf *out, const char *path, const struct tn__member *member,
                       size_t *at, bool *is_first)
{
    if (at && is_text(member))
        tn__buf_printf(out, "    texts[%zu] = %s%s%s;\n", (*at)++, path, member->name,
                       tn__member_type(member)->value);
    else if (!at)
        write_copy(out, path, member, is_first);
}

/* All values of a row: its texts, if `at` is not NULL; else all, or all others if several texts are
 * done. */
static void copy_members(struct tn__buf *out, const struct tn__row_struct *row, bool are_texts_done,
                         size_t *at, bool *is_first)
{
    for (size_t i = 0; i < row->member_count; i++) {
        const struct tn__member *member = &row->members[i];
        struct tn__buf path;
        if (member->kind == TN__MEMBER_ARRAY)
            continue;
        if (member->kind == TN__MEMBER_VALUE) {
            if (!(are_texts_done && is_text(member)))
                copy_value(out, own_path, member, at, is_first);
            continue;
        }
        path_of(&path, member);
        for (size_t k = 0; k < member->row->member_count; k++) {
            const struct tn__member *inner = &member->row->members[k];
            if (!(are_texts_done && is_text(inner)))
                copy_value(out, path.data ? path.data : own_path, inner, at, is_first);
        }
        if (path.status != TN_OK)
            out->status = path.status;
        tn__buf_fini(&path);
    }
}

/* Of an embed that is absent all is NULL, and there is nothing to copy. */
static void write_copier(struct tn__buf *out, const struct tn__planned_query *planned,
                         const struct tn__row_struct *row, bool is_item)
{
    struct tn__call call;
    size_t texts = count_texts(row);
    size_t at = 0;
    bool is_first = texts <= 1;
    tn__call_begin(&call, "static int copy_%s%s", planned->reader, is_item ? "_item" : "");
    tn__call_add(&call, "struct %s *row", row->tag);
    tn__call_add(&call, "tn_arena *arena");
    tn__call_add(&call, "const struct tn_gen_use *use");
    tn__call_add(&call, "tn_error *err");
    tn__buf_putc(out, '\n');
    tn__call_end(out, &call, "");
    tn__buf_puts(out, "{\n");
    if (texts > 1) {
        tn__buf_printf(out, "    tn_text *texts[%zu];\n    int rc;\n", texts);
        copy_members(out, row, false, &at, &is_first);
        tn__buf_printf(out, "    rc = tn_arena_texts(arena, texts, %zu);\n", texts);
    }
    copy_members(out, row, texts > 1, NULL, &is_first);
    tn__buf_puts(out, "    return rc == TN_OK ? TN_OK : tn_gen_fail_memory(use, err);\n}\n");
}

void tn__sgen_emit_row_functions(struct tn__buf *out, const struct tn__planned_query *planned)
{
    write_reader(out, planned, planned->row, false);
    if (planned->is_copied)
        write_copier(out, planned, planned->row, false);
}

void tn__sgen_emit_item_functions(struct tn__buf *out, const struct tn__planned_query *planned)
{
    write_reader(out, planned, planned->items->row, true);
    if (planned->items->is_copied)
        write_copier(out, planned, planned->items->row, true);
}
