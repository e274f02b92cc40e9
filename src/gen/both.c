/* SPDX-License-Identifier: MIT */
#include "gen/emit.h"
#include "gen/writer.h"

#include <string.h>

/* A query for both engines: the functions of each, static, and one in front of them that asks the database which
 * it is. */

/* return NAME_postgres…(…); of what is called so, with the arguments of the function that it stands in. */
static void write_return(struct tn__buf *out, const struct tn__planned_query *half,
                         const char *name, const char *suffix, const char *const *items)
{
    struct tn__call call;
    tn__call_begin(&call, "%sreturn %s%s", half->is_postgres ? "        " : "    ", name, suffix);
    for (; *items; items++)
        tn__call_add(&call, "%s", *items);
    tn__call_end(out, &call, ";");
}

/* Both calls, for the one that `asked` says. */
static void write_choice(struct tn__buf *out, const struct tn__planned_query *planned,
                         const char *asked, const char *suffix, const char *const *items)
{
    tn__buf_printf(out, "    if (%s)\n", asked);
    write_return(out, &planned->halves[TN__POSTGRES], planned->halves[TN__POSTGRES].function,
                 suffix, items);
    write_return(out, &planned->halves[TN__SQLITE], planned->halves[TN__SQLITE].function, suffix,
                 items);
    tn__buf_puts(out, "}\n");
}

/* A function that is given a database: `first`, db, parameters, arena, err. */
static void write_entry(struct tn__buf *out, const struct tn__planned_query *planned,
                        const char *suffix, const char *tag, const char *first, bool has_arena)
{
    const char *items[TN__DIRECT_PARAMS + 5];
    size_t count = 0;
    tn__emit_function(out, planned, suffix, tag, first, has_arena);
    /* _end of SQLite's gives it back, whoever has begun. */
    if (planned->items && planned->is_many && strcmp(suffix, "_begin") == 0)
        tn__buf_puts(out, "    memset(&iter->key, 0, sizeof(iter->key));\n");
    items[count++] = first;
    items[count++] = "db";
    if (planned->args_tag)
        items[count++] = "args";
    for (size_t i = 0; !planned->args_tag && i < planned->query->param_count; i++)
        items[count++] = planned->params[i].name;
    if (has_arena)
        items[count++] = "arena";
    items[count++] = "err";
    items[count] = NULL;
    write_choice(out, planned, "tn_pg_serves(db)", suffix, items);
}

static void write_bulk(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const char *items[] = {
        planned->row ? "rows" : "affected", "db", "items", "count", planned->row ? "arena" : "err",
        planned->row ? "err" : NULL,        NULL};
    struct tn__call call;
    tn__call_begin(&call, "int %s", planned->function);
    tn__emit_bulk_items(&call, planned);
    tn__buf_putc(out, '\n');
    tn__call_end(out, &call, "");
    tn__buf_puts(out, "{\n");
    write_choice(out, planned, "tn_pg_serves(db)", "", items);
}

/* A function that is given an iterator; the names are those of the two behind it. */
static void write_step(struct tn__buf *out, const struct tn__planned_query *planned,
                       const char *name, const char *const names[2], const char *suffix)
{
    static const char *const items[] = {"iter", "err", NULL};
    struct tn__call call;
    tn__call_begin(&call, "int %s%s", name, suffix);
    tn__call_add(&call, "struct %s *iter", planned->iter_tag);
    tn__call_add(&call, "tn_error *err");
    tn__buf_putc(out, '\n');
    tn__call_end(out, &call, "");
    tn__buf_puts(out, "{\n    if (tn_pg_uses(&iter->use))\n");
    write_return(out, &planned->halves[TN__POSTGRES], names[TN__POSTGRES], suffix, items);
    write_return(out, &planned->halves[TN__SQLITE], names[TN__SQLITE], suffix, items);
    tn__buf_puts(out, "}\n");
}

static void write_many(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__planned_query *sqlite = &planned->halves[TN__SQLITE];
    const struct tn__planned_query *postgres = &planned->halves[TN__POSTGRES];
    const char *const names[] = {
        [TN__SQLITE] = sqlite->function, [TN__POSTGRES] = postgres->function};
    write_entry(out, planned, "_begin", planned->iter_tag, "iter", false);
    write_step(out, planned, planned->function, names, "_next");
    if (planned->items) {
        const char *const nexts[] = {
            [TN__SQLITE] = sqlite->items->next, [TN__POSTGRES] = postgres->items->next};
        write_step(out, planned, planned->items->next, nexts, "");
    }
    tn__buf_printf(out,
                   "\nvoid %s_end(struct %s *iter)\n"
                   "{\n"
                   "    if (iter && tn_pg_uses(&iter->use))\n"
                   "        %s_end(iter);\n"
                   "    else\n"
                   "        %s_end(iter);\n"
                   "}\n",
                   planned->function, planned->iter_tag, postgres->function, sqlite->function);
    write_entry(out, planned, "_all", planned->row->list_tag, "rows", true);
}

void tn__emit_both_query(struct tn__buf *out, const struct tn__planned_query *planned)
{
    tn__emit_sqlite_query(out, &planned->halves[TN__SQLITE]);
    tn__emit_postgres_query(out, &planned->halves[TN__POSTGRES]);
    if (planned->is_bulk)
        write_bulk(out, planned);
    else if (planned->is_many)
        write_many(out, planned);
    else if (planned->row)
        write_entry(out, planned, "", planned->row->tag, "out",
                    planned->items || planned->is_copied);
    else
        write_entry(out, planned, "", NULL, "affected", false);
}
