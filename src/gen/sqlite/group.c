/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "gen/emit.h"
#include "gen/sqlite/sqlite.h"
#include "gen/writer.h"

/*
 * The functions of a query with groups. Each row of the engine has the group's columns again and one item. Collected,
 * all items stand in one array, one group's behind the other's, so that it grows in one pass; the
 * groups get their parts of it at the end. Streamed, the group is read again with every item: what it
 * borrows is gone with the row it was read from.
 */

/* static int STEM_NAME(first, use, arena, err); the parameters are `first` and what the flags say. */
static void write_static(struct tn__buf *out, const struct tn__planned_query *planned,
                         const char *stem, const char *const *params)
{
    struct tn__call call;
    tn__call_begin(&call, "static int %s_%s", stem, planned->function);
    for (; *params; params++)
        tn__call_add(&call, "%s", *params);
    tn__call_add(&call, "tn_error *err");
    tn__buf_putc(out, '\n');
    tn__call_end(out, &call, "");
    tn__buf_puts(out, "{\n");
}

static void write_key(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__grouping *group = planned->query->group;
    struct tn__buf head;
    tn__buf_init(&head, 0);
    tn__buf_printf(&head, "\nstatic const int group_%s[] = {", planned->function);
    for (size_t i = 0; i < group->key_count; i++)
        tn__buf_printf(&head, "%s%zu", i ? ", " : "", group->keys[i]);
    tn__buf_puts(&head, "};\n");
    tn__buf_text(out, tn__buf_view(&head));
    if (head.status != TN_OK)
        out->status = head.status;
    tn__buf_fini(&head);
}

/* changed = tn_sqlite_key_next(…); */
static void write_key_next(struct tn__buf *out, const struct tn__planned_query *planned,
                           const char *left, const char *key)
{
    struct tn__call call;
    tn__call_begin(&call, "%s = tn_sqlite_key_next", left);
    tn__call_add(&call, "%s", key);
    tn__call_add(&call, "stmt");
    tn__call_add(&call, "group_%s", planned->function);
    tn__call_add(&call, "%zu", planned->query->group->key_count);
    tn__call_end(out, &call, ";");
}

/* Whether the item of the row at hand is there; "" if it always is. */
static bool may_be_absent(const struct tn__planned_query *planned)
{
    return planned->items->only && planned->items->only->has_member;
}

/* --- collected */

static void write_take_group(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const char *tag = planned->row->tag;
    tn__buf_puts(out, "    if (is_new) {\n");
    if (!planned->is_many)
        tn__buf_puts(out, "        if (list->count == 1)\n"
                          "            return tn_gen_fail_too_many(use, err);\n");
    tn__buf_printf(out,
                   "        memory = tn_gen_list_add(list, arena, sizeof(*row));\n"
                   "        row = (struct %s *)memory;\n"
                   "        if (!row)\n"
                   "            return tn_gen_fail_memory(use, err);\n"
                   "        rc = read_%s(row, use, err);\n",
                   tag, planned->function);
    if (planned->is_copied)
        tn__buf_printf(out,
                       "        if (rc == TN_OK)\n"
                       "            rc = copy_%s(row, arena, use, err);\n",
                       planned->function);
    tn__buf_printf(out, "        if (rc != TN_OK)\n"
                        "            return rc;\n"
                        "    }\n");
}

static void write_take_item(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__planned_items *items = planned->items;
    if (may_be_absent(planned))
        tn__buf_printf(out,
                       "    if (sqlite3_column_type(stmt, %zu) == SQLITE_NULL)\n"
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
                   items->row->tag, planned->row->tag, items->count_member);
    if (!items->is_copied) {
        tn__buf_printf(out, "    return read_%s_item(item, use, err);\n}\n", planned->function);
        return;
    }
    tn__buf_printf(out,
                   "    rc = read_%s_item(item, use, err);\n"
                   "    if (rc == TN_OK)\n",
                   planned->function);
    struct tn__call call;
    tn__call_begin(&call, "        rc = copy_%s_item", planned->function);
    tn__call_add(&call, "item");
    tn__call_add(&call, "arena");
    tn__call_add(&call, "use");
    tn__call_add(&call, "err");
    tn__call_end(out, &call, ";");
    tn__buf_puts(out, "    return rc;\n}\n");
}

/* What becomes of one row. */
static void write_take(struct tn__buf *out, const struct tn__planned_query *planned)
{
    static const char *const params[] = {
        "struct tn_gen_list *list",     "struct tn_gen_list *items", "bool is_new",
        "const struct tn_gen_use *use", "tn_arena *arena",           NULL};
    write_static(out, planned, "take", params);
    if (may_be_absent(planned))
        tn__buf_puts(out, "    sqlite3_stmt *stmt = (sqlite3_stmt *)use->stmt;\n");
    tn__buf_printf(out,
                   "    struct %s *row;\n"
                   "    struct %s *item;\n"
                   "    void *memory;\n"
                   "    int rc;\n",
                   planned->row->tag, planned->items->row->tag);
    write_take_group(out, planned);
    write_take_item(out, planned);
}

/* Each group gets its part of the array of all items. */
static void write_share(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__planned_items *items = planned->items;
    tn__buf_printf(out,
                   "    row = (struct %s *)list->items;\n"
                   "    item = (struct %s *)items.items;\n"
                   "    for (size_t i = 0, first = 0; i < list->count; first += row[i++].%s)\n"
                   "        if (row[i].%s > 0)\n"
                   "            row[i].%s = item + first;\n",
                   planned->row->tag, items->row->tag, items->count_member, items->count_member,
                   items->member);
}

static void write_call_take(struct tn__buf *out, const struct tn__planned_query *planned)
{
    static const char *const args[] = {"list", "&items", "rc > 0", "use", "arena", "err"};
    struct tn__call call;
    tn__call_begin(&call, "            rc = take_%s", planned->function);
    for (size_t i = 0; i < sizeof(args) / sizeof(args[0]); i++)
        tn__call_add(&call, "%s", args[i]);
    tn__call_end(out, &call, ";");
}

static void write_gather(struct tn__buf *out, const struct tn__planned_query *planned)
{
    static const char *const params[] = {"struct tn_gen_list *list", "const struct tn_gen_use *use",
                                         "tn_arena *arena", NULL};
    write_static(out, planned, "gather", params);
    tn__buf_printf(out,
                   "    sqlite3_stmt *stmt = (sqlite3_stmt *)use->stmt;\n"
                   "    struct %s *row;\n"
                   "    struct %s *item;\n"
                   "    struct tn_gen_list items = {NULL, 0, 0};\n"
                   "    struct tn_gen_key key;\n"
                   "    int rc;\n"
                   "    memset(&key, 0, sizeof(key));\n"
                   "    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {\n",
                   planned->row->tag, planned->items->row->tag);
    write_key_next(out, planned, "        rc", "&key");
    tn__buf_puts(out, "        if (rc < 0)\n"
                      "            rc = tn_gen_fail_memory(use, err);\n"
                      "        else\n");
    write_call_take(out, planned);
    tn__buf_puts(out, "        if (rc != TN_OK)\n"
                      "            break;\n"
                      "    }\n"
                      "    tn_gen_key_fini(&key);\n"
                      "    if (rc != SQLITE_DONE)\n"
                      "        return rc > 0 ? tn_gen_fail(use, rc, err) : rc;\n");
    write_share(out, planned);
    tn__buf_puts(out, "    return TN_OK;\n}\n");
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
                   "        rc = gather_%s(&list, &iter.use, arena, err);\n"
                   "    if (rc == TN_OK) {\n"
                   "        rows->items = (struct %s *)list.items;\n"
                   "        rows->count = list.count;\n"
                   "    }\n"
                   "    %s(&iter.use);\n"
                   "    return rc;\n"
                   "}\n",
                   planned->function, planned->row->tag, tn__release_of(planned));
}

static void write_one(struct tn__buf *out, const struct tn__planned_query *planned)
{
    tn__emit_function(out, planned, "", planned->row->tag, "out", true);
    tn__buf_printf(out,
                   "    struct %s row;\n"
                   "    struct tn_gen_list list = {&row, 0, 1};\n",
                   planned->row->tag);
    tn__sgen_emit_open(out, planned);
    tn__buf_printf(out, "    %src = gather_%s(&list, &use, arena, err);\n",
                   planned->query->param_count ? "if (rc == SQLITE_OK)\n        " : "",
                   planned->function);
    if (planned->query->param_count)
        tn__buf_puts(out, "    else\n"
                          "        rc = tn_gen_fail(&use, rc, err);\n");
    tn__buf_printf(out,
                   "    if (rc == TN_OK && list.count == 0)\n"
                   "        rc = %s;\n"
                   "    if (rc == TN_OK)\n"
                   "        *out = row;\n"
                   "    %s(&use);\n"
                   "    return rc;\n"
                   "}\n",
                   planned->query->mode == TN__MODE_ONE ? "tn_gen_fail_no_row(&use, err)"
                                                        : "TN_NONE",
                   tn__release_of(planned));
}

/* --- streamed */

static void write_step(struct tn__buf *out, const struct tn__planned_query *planned)
{
    struct tn__buf first;
    tn__buf_init(&first, 0);
    tn__buf_printf(&first, "struct %s *iter", planned->iter_tag);
    const char *params[] = {first.data ? first.data : "", NULL};
    write_static(out, planned, "step", params);
    if (first.status != TN_OK)
        out->status = first.status;
    tn__buf_fini(&first);
    tn__buf_puts(out, "    sqlite3_stmt *stmt = (sqlite3_stmt *)iter->use.stmt;\n"
                      "    int rc = sqlite3_step(stmt);\n"
                      "    if (rc == SQLITE_ROW) {\n");
    write_key_next(out, planned, "        rc", "&iter->key");
    tn__buf_printf(out,
                   "        if (rc < 0)\n"
                   "            return tn_gen_fail_memory(&iter->use, err);\n"
                   "        iter->has_row = true;\n"
                   "        iter->is_ahead = rc > 0;\n"
                   "        return TN_ROW;\n"
                   "    }\n"
                   "    rc = rc == SQLITE_DONE ? TN_DONE : tn_gen_fail(&iter->use, rc, err);\n"
                   "    %s(&iter->use);\n"
                   "    return rc;\n"
                   "}\n",
                   tn__release_of(planned));
}

/* int NAME(iter, err) { */
static void write_method(struct tn__buf *out, const struct tn__planned_query *planned,
                         const char *name, const char *suffix)
{
    struct tn__call call;
    tn__call_begin(&call, "%sint %s%s", tn__storage_of(planned), name, suffix);
    tn__call_add(&call, "struct %s *iter", planned->iter_tag);
    tn__call_add(&call, "tn_error *err");
    tn__buf_putc(out, '\n');
    tn__call_end(out, &call, "");
    tn__buf_puts(out, "{\n");
}

static void write_next(struct tn__buf *out, const struct tn__planned_query *planned)
{
    write_method(out, planned, planned->function, "_next");
    tn__buf_printf(out,
                   "    int rc;\n"
                   "    if (!iter->use.conn)\n"
                   "        return TN_DONE;\n"
                   "    if (tn_gen_is_over(&iter->use))\n"
                   "        return tn_gen_fail_over(&iter->use, err);\n"
                   "    while (!iter->is_ahead) {\n"
                   "        rc = step_%s(iter, err);\n"
                   "        if (rc != TN_ROW)\n"
                   "            return rc;\n"
                   "    }\n"
                   "    iter->is_ahead = false;\n"
                   "    rc = read_%s(&iter->row, &iter->use, err);\n"
                   "    return rc == TN_OK ? TN_ROW : rc;\n"
                   "}\n",
                   planned->function, planned->function);
}

/* The first item of a group is in the row that the group has just been read from. */
static void write_step_in(struct tn__buf *out, const struct tn__planned_query *planned,
                          const char *in)
{
    tn__buf_printf(out,
                   "%sif (!iter->has_row) {\n"
                   "%s    rc = step_%s(iter, err);\n"
                   "%s    if (rc != TN_ROW)\n"
                   "%s        return rc;\n"
                   "%s    if (iter->is_ahead)\n"
                   "%s        return TN_DONE;\n",
                   in, in, planned->function, in, in, in, in);
    if (planned->is_copied)
        tn__buf_printf(out,
                       "%s    /* What the group borrowed is gone with the row before. */\n"
                       "%s    rc = read_%s(&iter->row, &iter->use, err);\n"
                       "%s    if (rc != TN_OK)\n"
                       "%s        return rc;\n",
                       in, in, planned->function, in, in);
    tn__buf_printf(out,
                   "%s}\n"
                   "%siter->has_row = false;\n",
                   in, in);
}

static void write_next_item(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__planned_items *items = planned->items;
    bool is_skipping = may_be_absent(planned);
    write_method(out, planned, items->next, "");
    if (is_skipping)
        tn__buf_puts(out, "    sqlite3_stmt *stmt = (sqlite3_stmt *)iter->use.stmt;\n");
    tn__buf_puts(out, "    int rc;\n"
                      "    if (!iter->use.conn || iter->is_ahead)\n"
                      "        return TN_DONE;\n"
                      "    if (tn_gen_is_over(&iter->use))\n"
                      "        return tn_gen_fail_over(&iter->use, err);\n");
    if (is_skipping) {
        tn__buf_puts(out, "    do {\n");
        write_step_in(out, planned, "        ");
        tn__buf_printf(out, "    } while (sqlite3_column_type(stmt, %zu) == SQLITE_NULL);\n",
                       items->only->key);
    } else {
        write_step_in(out, planned, "    ");
    }
    tn__buf_printf(out,
                   "    rc = read_%s_item(&iter->%s, &iter->use, err);\n"
                   "    return rc == TN_OK ? TN_ROW : rc;\n"
                   "}\n",
                   planned->function, items->iter_member);
}

static void write_end(struct tn__buf *out, const struct tn__planned_query *planned)
{
    tn__buf_printf(out,
                   "\n%svoid %s_end(struct %s *iter)\n"
                   "{\n"
                   "    if (!iter)\n"
                   "        return;\n"
                   "    %s(&iter->use);\n"
                   "    tn_gen_key_fini(&iter->key);\n"
                   "}\n",
                   tn__storage_of(planned), planned->function, planned->iter_tag,
                   tn__release_of(planned));
}

void tn__sgen_emit_group(struct tn__buf *out, const struct tn__planned_query *planned)
{
    tn__sgen_emit_item_functions(out, planned);
    write_key(out, planned);
    write_take(out, planned);
    write_gather(out, planned);
    if (!planned->is_many) {
        write_one(out, planned);
        return;
    }
    write_step(out, planned);
    tn__sgen_emit_begin(out, planned);
    write_next(out, planned);
    write_next_item(out, planned);
    write_end(out, planned);
    write_all(out, planned);
}
