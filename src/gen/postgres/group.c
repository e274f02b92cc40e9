/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "gen/emit.h"
#include "gen/postgres/postgres.h"
#include "gen/writer.h"

/*
 * The functions of a query with groups. The first row of a group is the one whose key differs from that of the row
 * before it. Collected, all items stand in one array, one group's behind the other's, and the groups get their
 * parts of it at the end. Where rows come one by one (-- stream), what a group borrows is gone with its first
 * row, and is read again with each item.
 */

/* Among the parameters of write_static(): the query's iterator. */
static const char iterator[] = "iter";

static void write_static(struct tn__buf *out, const struct tn__planned_query *planned,
                         const char *stem, const char *const *params)
{
    struct tn__call call;
    tn__call_begin(&call, "static int %s_%s", stem, planned->function);
    for (; *params; params++) {
        if (*params == iterator)
            tn__call_add(&call, "struct %s *iter", planned->iter_tag);
        else
            tn__call_add(&call, "%s", *params);
    }
    tn__call_add(&call, "tn_error *err");
    tn__buf_putc(out, '\n');
    tn__call_end(out, &call, "");
    tn__buf_puts(out, "{\n");
}

static void write_key(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__grouping *group = planned->query->group;
    tn__buf_printf(out, "\nstatic const int group_%s[] = {", planned->function);
    for (size_t i = 0; i < group->key_count; i++)
        tn__buf_printf(out, "%s%zu", i ? ", " : "", group->keys[i]);
    tn__buf_puts(out, "};\n");
}

/* left tn_pg_is_new(rows, group_x, 1)tail */
static void write_is_new(struct tn__buf *out, const struct tn__planned_query *planned,
                         const char *left, const char *rows, const char *tail)
{
    struct tn__call call;
    tn__call_begin(&call, "%stn_pg_is_new", left);
    tn__call_add(&call, "%s", rows);
    tn__call_add(&call, "group_%s", planned->function);
    tn__call_add(&call, "%zu", planned->query->group->key_count);
    tn__call_end(out, &call, tail);
}

static bool may_be_absent(const struct tn__planned_query *planned)
{
    return planned->items->only && planned->items->only->has_member;
}

/* --- from row to row */

static void write_step_of_stream(struct tn__buf *out, const struct tn__planned_query *planned)
{
    static const char *const params[] = {iterator, NULL};
    struct tn__call call;
    write_static(out, planned, "step", params);
    tn__call_begin(&call, "tn_pg_step_group");
    tn__call_add(&call, "&iter->is_ahead");
    tn__call_add(&call, "&iter->rows");
    tn__call_add(&call, "&iter->use");
    tn__call_add(&call, "group_%s", planned->function);
    tn__call_add(&call, "%zu", planned->query->group->key_count);
    tn__call_add(&call, "err");
    tn__call_end_behind(out, "    int rc =", &call, ";");
    tn__buf_printf(out,
                   "    if (rc == TN_ROW)\n"
                   "        iter->has_row = true;\n"
                   "    else\n"
                   "        %s(&iter->use);\n"
                   "    return rc;\n"
                   "}\n",
                   tn__release_of(planned));
}

static void write_step(struct tn__buf *out, const struct tn__planned_query *planned)
{
    tn__buf_printf(out,
                   "\nstatic int step_%s(struct %s *iter)\n"
                   "{\n"
                   "    if (!tn_pg_next(&iter->rows)) {\n"
                   "        %s(&iter->use);\n"
                   "        return TN_DONE;\n"
                   "    }\n"
                   "    iter->has_row = true;\n",
                   planned->function, planned->iter_tag, tn__release_of(planned));
    write_is_new(out, planned, "    iter->is_ahead = ", "&iter->rows", ";");
    tn__buf_puts(out, "    return TN_ROW;\n}\n");
}

/* --- collected */

static void write_take(struct tn__buf *out, const struct tn__planned_query *planned)
{
    static const char *const params[] = {"struct tn_gen_list *list",
                                         "struct tn_gen_list *items",
                                         "const struct tn_gen_use *use",
                                         "const struct tn_pg_rows *rows",
                                         "tn_arena *arena",
                                         NULL};
    static const char *const stream_params[] = {
        "struct tn_gen_list *list", "struct tn_gen_list *items", iterator, "tn_arena *arena", NULL};
    const struct tn__planned_items *items = planned->items;
    const char *tag = planned->row->tag;
    bool is_stream = planned->query->is_stream;
    write_static(out, planned, "take", is_stream ? stream_params : params);
    if (is_stream)
        tn__buf_puts(out, "    const struct tn_gen_use *use = &iter->use;\n"
                          "    const struct tn_pg_rows *rows = &iter->rows;\n");
    tn__buf_printf(out,
                   "    struct %s *row;\n"
                   "    struct %s *item;\n"
                   "    void *memory;\n"
                   "    int rc;\n",
                   tag, items->row->tag);
    if (is_stream)
        tn__buf_puts(out, "    if (iter->is_ahead) {\n");
    else
        write_is_new(out, planned, "    if (", "rows", ") {");
    if (!planned->is_many)
        tn__buf_puts(out, "        if (list->count == 1)\n"
                          "            return tn_gen_fail_too_many(use, err);\n");
    tn__buf_printf(out,
                   "        memory = tn_gen_list_add(list, arena, sizeof(*row));\n"
                   "        row = (struct %s *)memory;\n"
                   "        if (!row)\n"
                   "            return tn_gen_fail_memory(use, err);\n",
                   tag);
    tn__pgen_emit_read(out, planned, "        ", false, "row", "use", "rows", "arena");
    tn__pgen_emit_copy(out, planned, "        ", false, "row", "use");
    tn__buf_puts(out, "        if (rc != TN_OK)\n"
                      "            return rc;\n"
                      "    }\n");
    if (may_be_absent(planned))
        tn__buf_printf(out,
                       "    if (tn_pg_is_null(rows, %zu))\n"
                       "        return TN_OK; /* a group without an item */\n",
                       items->only->key);
    tn__buf_printf(out,
                   "    memory = tn_gen_list_add(items, arena, sizeof(*item));\n"
                   "    item = (struct %s *)memory;\n"
                   "    if (!item)\n"
                   "        return tn_gen_fail_memory(use, err);\n"
                   "    row = (struct %s *)list->items;\n"
                   "    row += list->count - 1;\n"
                   "    row->%s++;\n",
                   items->row->tag, tag, items->count_member);
    tn__pgen_emit_read(out, planned, "    ", true, "item", "use", "rows", "arena");
    tn__pgen_emit_copy(out, planned, "    ", true, "item", "use");
    tn__buf_puts(out, "    return rc;\n}\n");
}

/* Each group gets its part of the array of all items. */
static void write_gather(struct tn__buf *out, const struct tn__planned_query *planned)
{
    static const char *const params[] = {"struct tn_gen_list *list", "const struct tn_gen_use *use",
                                         "struct tn_pg_rows *rows", "tn_arena *arena", NULL};
    static const char *const args[] = {"list", "&items", "use", "rows", "arena", "err", NULL};
    static const char *const stream_params[] = {"struct tn_gen_list *list", iterator,
                                                "tn_arena *arena", NULL};
    static const char *const stream_args[] = {"list", "&items", "iter", "arena", "err", NULL};
    const struct tn__planned_items *items = planned->items;
    bool is_stream = planned->query->is_stream;
    struct tn__call call;
    write_static(out, planned, "gather", is_stream ? stream_params : params);
    tn__buf_printf(out,
                   "    struct %s *row;\n"
                   "    struct %s *item;\n"
                   "    struct tn_gen_list items = {NULL, 0, 0};\n"
                   "    int rc = TN_OK;\n",
                   planned->row->tag, items->row->tag);
    if (is_stream)
        tn__buf_printf(out, "    while (rc == TN_OK && (rc = step_%s(iter, err)) == TN_ROW)\n",
                       planned->function);
    else
        tn__buf_puts(out, "    while (rc == TN_OK && tn_pg_next(rows))\n");
    tn__call_begin(&call, "        rc = take_%s", planned->function);
    for (const char *const *arg = is_stream ? stream_args : args; *arg; arg++)
        tn__call_add(&call, "%s", *arg);
    tn__call_end(out, &call, ";");
    tn__buf_printf(out,
                   "    if (rc != %s)\n"
                   "        return rc;\n"
                   "    row = (struct %s *)list->items;\n"
                   "    item = (struct %s *)items.items;\n"
                   "    for (size_t i = 0, first = 0; i < list->count; first += row[i++].%s)\n"
                   "        if (row[i].%s > 0)\n"
                   "            row[i].%s = item + first;\n"
                   "    return TN_OK;\n"
                   "}\n",
                   is_stream ? "TN_DONE" : "TN_OK", planned->row->tag, items->row->tag,
                   items->count_member, items->count_member, items->member);
}

static void write_all(struct tn__buf *out, const struct tn__planned_query *planned)
{
    tn__emit_function(out, planned, "_all", planned->row->list_tag, "rows", true);
    tn__buf_printf(out,
                   "    struct %s iter;\n"
                   "    struct tn_gen_list list = {NULL, 0, 0};\n",
                   planned->iter_tag);
    tn__emit_call_begin(out, planned);
    tn__buf_printf(out,
                   "    if (rc == TN_OK)\n"
                   "        rc = gather_%s(&list, %s, arena, err);\n"
                   "    if (rc == TN_OK) {\n"
                   "        rows->items = (struct %s *)list.items;\n"
                   "        rows->count = list.count;\n"
                   "    }\n"
                   "    %s(&iter.use);\n"
                   "    return rc;\n"
                   "}\n",
                   planned->function, planned->query->is_stream ? "&iter" : "&iter.use, &iter.rows",
                   planned->row->tag, tn__release_of(planned));
}

static void write_one(struct tn__buf *out, const struct tn__planned_query *planned)
{
    tn__emit_function(out, planned, "", planned->row->tag, "out", true);
    tn__buf_printf(out,
                   "    struct %s row;\n"
                   "    struct tn_gen_list list = {&row, 0, 1};\n",
                   planned->row->tag);
    tn__pgen_emit_open(out, planned);
    tn__buf_printf(out,
                   "    if (rc == TN_OK)\n"
                   "        rc = gather_%s(&list, &use, &rows, arena, err);\n"
                   "    if (rc == TN_OK && list.count == 0)\n"
                   "        rc = %s;\n"
                   "    if (rc == TN_OK)\n"
                   "        *out = row;\n"
                   "    %s(&use);\n"
                   "    return rc;\n"
                   "}\n",
                   planned->function,
                   planned->query->mode == TN__MODE_ONE ? "tn_gen_fail_no_row(&use, err)"
                                                        : "TN_NONE",
                   tn__release_of(planned));
}

/* --- streamed */

/* int NAME(iter, err) { */
static void write_method(struct tn__buf *out, const struct tn__planned_query *planned,
                         const char *name, const char *suffix, bool has_arena)
{
    struct tn__call call;
    tn__call_begin(&call, "%sint %s%s", tn__storage_of(planned), name, suffix);
    tn__call_add(&call, "struct %s *iter", planned->iter_tag);
    tn__call_add(&call, "tn_error *err");
    tn__buf_putc(out, '\n');
    tn__call_end(out, &call, "");
    tn__buf_printf(out,
                   "{\n"
                   "%s"
                   "    int rc;\n",
                   has_arena ? "    tn_arena *arena;\n" : "");
}

static void write_next(struct tn__buf *out, const struct tn__planned_query *planned)
{
    bool is_made = tn__pgen_is_made(planned, false);
    write_method(out, planned, planned->function, "_next", is_made);
    tn__buf_printf(out,
                   "    if (!iter->use.conn)\n"
                   "        return TN_DONE;\n"
                   "    if (tn_gen_is_over(&iter->use))\n"
                   "        return tn_gen_fail_over(&iter->use, err);\n"
                   "    while (!iter->is_ahead) {\n"
                   "        rc = step_%s(iter%s);\n"
                   "        if (rc != TN_ROW)\n"
                   "            return rc;\n"
                   "    }\n"
                   "    iter->is_ahead = false;\n",
                   planned->function, planned->query->is_stream ? ", err" : "");
    if (is_made)
        tn__buf_puts(out, "    arena = tn_pg_scratch(&iter->use);\n");
    tn__pgen_emit_read(out, planned, "    ", false, "&iter->row", "&iter->use", "&iter->rows",
                       "arena");
    tn__buf_puts(out, "    return rc == TN_OK ? TN_ROW : rc;\n}\n");
}

/* The first item of a group is in the row that the group has just been read from. With a later one what was made
 * for the group is made again; in a stream, what it borrowed is read again, too. */
static void write_step_in(struct tn__buf *out, const struct tn__planned_query *planned,
                          const char *in)
{
    bool is_made = tn__pgen_is_made(planned, false);
    bool is_stream = planned->query->is_stream;
    char deeper[16];
    snprintf(deeper, sizeof(deeper), "%s    ", in);
    tn__buf_printf(out,
                   "%sif (!iter->has_row) {\n"
                   "%s    rc = step_%s(iter%s);\n"
                   "%s    if (rc != TN_ROW)\n"
                   "%s        return rc;\n"
                   "%s    if (iter->is_ahead)\n"
                   "%s        return TN_DONE;\n",
                   in, in, planned->function, is_stream ? ", err" : "", in, in, in, in);
    if (is_made || tn__pgen_is_made(planned, true))
        tn__buf_printf(out, "%s    tn_arena_reset(arena);\n", in);
    if (is_made || (is_stream && tn__pgen_is_borrowed(planned, false))) {
        tn__pgen_emit_read(out, planned, deeper, false, "&iter->row", "&iter->use", "&iter->rows",
                           "arena");
        tn__buf_printf(out,
                       "%s    if (rc != TN_OK)\n"
                       "%s        return rc;\n",
                       in, in);
    }
    tn__buf_printf(out,
                   "%s}\n"
                   "%siter->has_row = false;\n",
                   in, in);
}

static void write_next_item(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__planned_items *items = planned->items;
    char target[200];
    bool is_made = tn__pgen_is_made(planned, false) || tn__pgen_is_made(planned, true);
    write_method(out, planned, items->next, "", is_made);
    tn__buf_puts(out, "    if (!iter->use.conn || iter->is_ahead)\n"
                      "        return TN_DONE;\n"
                      "    if (tn_gen_is_over(&iter->use))\n"
                      "        return tn_gen_fail_over(&iter->use, err);\n");
    if (is_made)
        tn__buf_puts(out, "    arena = tn_pg_memory(&iter->use);\n");
    if (may_be_absent(planned)) {
        tn__buf_puts(out, "    do {\n");
        write_step_in(out, planned, "        ");
        tn__buf_printf(out, "    } while (tn_pg_is_null(&iter->rows, %zu));\n", items->only->key);
    } else {
        write_step_in(out, planned, "    ");
    }
    snprintf(target, sizeof(target), "&iter->%s", items->iter_member);
    tn__pgen_emit_read(out, planned, "    ", true, target, "&iter->use", "&iter->rows", "arena");
    tn__buf_puts(out, "    return rc == TN_OK ? TN_ROW : rc;\n}\n");
}

static void write_end(struct tn__buf *out, const struct tn__planned_query *planned)
{
    tn__buf_printf(out,
                   "\n%svoid %s_end(struct %s *iter)\n"
                   "{\n"
                   "    if (iter)\n"
                   "        %s(&iter->use);\n"
                   "}\n",
                   tn__storage_of(planned), planned->function, planned->iter_tag,
                   tn__release_of(planned));
}

void tn__pgen_emit_group(struct tn__buf *out, const struct tn__planned_query *planned)
{
    tn__pgen_emit_readers(out, planned, true);
    write_key(out, planned);
    if (planned->query->is_stream)
        write_step_of_stream(out, planned);
    write_take(out, planned);
    write_gather(out, planned);
    if (!planned->is_many) {
        write_one(out, planned);
        return;
    }
    if (!planned->query->is_stream)
        write_step(out, planned);
    tn__pgen_emit_begin(out, planned);
    write_next(out, planned);
    write_next_item(out, planned);
    write_end(out, planned);
    write_all(out, planned);
}
