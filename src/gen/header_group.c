/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "gen/emit.h"
#include "gen/writer.h"

/* What the header says of a query with groups. */

static void add_struct(struct tn__fields *fields, const char *tag, const char *name)
{
    struct tn__buf type;
    tn__buf_init(&type, 0);
    tn__buf_printf(&type, "struct %s", tag);
    tn__fields_add(fields, type.data ? type.data : "?", name, NULL);
    if (type.status != TN_OK)
        tn__buf_fail(&fields->text, type.status);
    tn__buf_fini(&type);
}

static void write_iter(struct tn__buf *out, const struct tn__planned_query *planned)
{
    struct tn__fields fields;
    char lists[40];
    snprintf(lists, sizeof lists, "lists[%zu]", planned->list_count);
    tn__buf_printf(out, "\nstruct %s {\n", planned->iter_tag);
    tn__fields_begin(&fields);
    tn__fields_add(&fields, "struct tn_gen_use", "use", "private");
    if (planned->is_postgres || planned->halves)
        tn__fields_add(&fields, "struct tn_pg_rows", "rows", "private");
    if (!planned->is_postgres)
        tn__fields_add(&fields, "struct tn_gen_key", "key", "private");
    if (planned->list_count && !planned->is_postgres)
        tn__fields_add(&fields, "struct tn_sqlite_list", lists, "private");
    tn__fields_add(&fields, "bool", "has_row", "private: a row is there whose item is not given");
    tn__fields_add(&fields, "bool", "is_ahead", "private: that row begins the next group");
    add_struct(&fields, planned->row->tag, "row");
    add_struct(&fields, planned->items->row->tag, planned->items->iter_member);
    tn__fields_end(out, &fields);
    tn__buf_puts(out, "};\n");
}

static void write_methods(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const char *const names[] = {planned->function, planned->items->next};
    const char *const suffixes[] = {"_next", ""};
    for (size_t i = 0; i < 2; i++) {
        struct tn__call call;
        tn__call_begin(&call, "TN_NODISCARD int %s%s", names[i], suffixes[i]);
        tn__call_add(&call, "struct %s *iter", planned->iter_tag);
        tn__call_add(&call, "tn_error *err");
        tn__call_end(out, &call, ";");
    }
    tn__buf_printf(out, "void %s_end(struct %s *iter);\n", planned->function, planned->iter_tag);
}

void tn__emit_group_header(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__query *query = planned->query;
    const struct tn__planned_items *items = planned->items;
    if (!planned->is_many) {
        tn__buf_printf(out,
                       "\n/** '%s': one group with its items, in the arena; %s,\n"
                       " *  several are TN_ETOOMANY. */\n",
                       query->name,
                       query->mode == TN__MODE_ONE ? "none is TN_ENOROW"
                                                   : "TN_NONE if there is none");
        tn__emit_prototype(out, planned, "", " *out", planned->row->tag, true);
        return;
    }
    write_iter(out, planned);
    tn__buf_printf(
        out,
        "\n/** '%s': _next() goes to the next group, past what is left of this one: TN_ROW\n"
        " *  with it in iter->row, whose array is empty, and at last TN_DONE.\n"
        " *  %s() gives the items of the group one by one: TN_ROW with one in\n"
        " *  iter->%s, borrowed until the next call, and TN_DONE behind the last. With each item\n"
        " *  what iter->row borrows is there anew: keep no pointer to it; it is gone at the end\n"
        " *  of the group. _end() follows in any case%s.%s */\n",
        query->name, items->next, items->iter_member,
        planned->list_count && !planned->is_postgres ? "; lists are borrowed till then" : "",
        tn__stream_words(planned));
    tn__emit_prototype(out, planned, "_begin", " *iter", planned->iter_tag, false);
    write_methods(out, planned);
    tn__buf_puts(out, "/** All groups with their items at once, in the arena. */\n");
    tn__emit_prototype(out, planned, "_all", " *rows", planned->row->list_tag, true);
}
