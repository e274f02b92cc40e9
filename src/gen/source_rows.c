/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "gen/emit.h"
#include "gen/writer.h"

/* The functions that read a row, and copy what it borrows. */

/* The text that has been read becomes a value. */
static void write_parse(struct tn__buf *out, const struct tn__member *member, size_t column)
{
    const struct tn__c_type *type = tn__member_type(member);
    struct tn__call call;
    char left[80];
    snprintf(left, sizeof left, "    if (!%s(stmt, %zu, &text) ||", type->read, column);
    tn__call_begin(&call, "!%s", type->parse);
    tn__call_add(&call, "&row->%s", member->name);
    tn__call_add(&call, "text");
    tn__call_end_behind(out, left, &call, ")");
    tn__call_begin(&call, "        return tn_gen_fail_choice");
    tn__call_add(&call, "use");
    tn__call_add(&call, "%zu", column);
    tn__call_add(&call, "\"%s\"", member->choice->tag);
    tn__call_add(&call, "err");
    tn__call_end(out, &call, ";");
}

/* if (!read(stmt, 0, &row->id)) return …; */
static void write_read(struct tn__buf *out, const struct tn__planned_query *planned, size_t column)
{
    const struct tn__member *member = &planned->row->members[column];
    const struct tn__c_type *type = tn__member_type(member);
    if (type->parse) {
        write_parse(out, member, column);
        return;
    }
    bool may_be_null = member->typing.is_nullable || member->typing.type != TN__TYPE_ANY;
    struct tn__call call;
    tn__call_begin(&call, "    if (!%s%s", type->read,
                   planned->query->columns[column].is_loose ? "_loose" : "");
    tn__call_add(&call, "stmt");
    tn__call_add(&call, "%zu", column);
    tn__emit_value_items(&call, "&row->", member);
    if (type->has_form)
        tn__call_add(&call, "%s", tn__c_form(member->typing.form));
    tn__call_end(out, &call, ")");
    tn__buf_printf(out, "        return tn_gen_fail_type(use, %zu, \"%s\", err);\n", column,
                   tn__type_word(member->typing.type));
    if (!may_be_null)
        tn__buf_printf(out,
                       "    if (row->%s.type == TN_NULL)\n"
                       "        return tn_gen_fail_type(use, %zu, \"not null\", err);\n",
                       member->name, column);
}

static bool has_enums(const struct tn__row_struct *row)
{
    for (size_t i = 0; i < row->member_count; i++)
        if (row->members[i].choice)
            return true;
    return false;
}

void tn__emit_reader(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__row_struct *row = planned->row;
    struct tn__call call;
    tn__buf_putc(out, '\n');
    tn__call_begin(&call, "static int read_%s", planned->reader);
    tn__call_add(&call, "struct %s *row", row->tag);
    tn__call_add(&call, "const struct tn_gen_use *use");
    tn__call_add(&call, "tn_error *err");
    tn__call_end(out, &call, "");
    tn__buf_puts(out, "{\n    sqlite3_stmt *stmt = (sqlite3_stmt *)use->stmt;\n");
    if (has_enums(row))
        tn__buf_puts(out, "    tn_text text;\n");
    for (size_t i = 0; i < row->member_count; i++)
        write_read(out, planned, i);
    tn__buf_puts(out, "    return TN_OK;\n}\n");
}

/* Text and JSON are tn_text both. */
static bool is_text(const struct tn__member *member)
{
    return member->typing.type == TN__TYPE_TEXT || member->typing.type == TN__TYPE_JSON;
}

/* Several texts of a row: one call. */
static void write_text_copies(struct tn__buf *out, const struct tn__row_struct *row, size_t count)
{
    size_t at = 0;
    tn__buf_printf(out, "    tn_text *texts[%zu];\n    int rc;\n", count);
    for (size_t i = 0; i < row->member_count; i++) {
        if (is_text(&row->members[i]))
            tn__buf_printf(out, "    texts[%zu] = &row->%s%s;\n", at++, row->members[i].name,
                           tn__member_type(&row->members[i])->value);
    }
    tn__buf_printf(out, "    rc = tn_arena_texts(arena, texts, %zu);\n", count);
}

void tn__emit_copier(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__row_struct *row = planned->row;
    struct tn__call call;
    size_t texts = 0;
    tn__call_begin(&call, "static int copy_%s", planned->reader);
    tn__call_add(&call, "struct %s *row", row->tag);
    tn__call_add(&call, "tn_arena *arena");
    tn__call_add(&call, "const struct tn_gen_use *use");
    tn__call_add(&call, "tn_error *err");
    tn__buf_putc(out, '\n');
    tn__call_end(out, &call, "");
    tn__buf_puts(out, "{\n");
    for (size_t i = 0; i < row->member_count; i++)
        texts += is_text(&row->members[i]);
    bool is_first_copy = texts <= 1;
    if (texts > 1)
        write_text_copies(out, row, texts);
    for (size_t i = 0; i < row->member_count; i++) {
        const struct tn__member *member = &row->members[i];
        const struct tn__c_type *type = tn__member_type(member);
        if (!type->copy || (texts > 1 && is_text(member)))
            continue;
        tn__buf_puts(out, is_first_copy ? "    int rc = " : "    if (rc == TN_OK)\n        rc = ");
        if (member->typing.type == TN__TYPE_ANY)
            tn__buf_printf(out, "tn_gen_copy_value(arena, &row->%s);\n", member->name);
        else
            tn__buf_printf(out, "tn_arena_%s(arena, &row->%s%s, row->%s%s);\n", type->copy,
                           member->name, type->value, member->name, type->value);
        is_first_copy = false;
    }
    tn__buf_puts(out, "    return rc == TN_OK ? TN_OK : tn_gen_fail_memory(use, err);\n}\n");
}
