/* SPDX-License-Identifier: MIT */
#include "gen/emit.h"
#include "gen/postgres/postgres.h"
#include "gen/writer.h"

/* A query that runs for each of many items, in a transaction: they are sent without waiting for each other. */

/* Of no items. */
static void write_none(struct tn__buf *out, const struct tn__planned_query *planned)
{
    tn__buf_puts(out, "    if (count == 0) {\n");
    tn__buf_puts(out, planned->row ? "        rows->items = NULL;\n"
                                     "        rows->count = 0;\n"
                                   : "        if (affected)\n"
                                     "            *affected = 0;\n");
    tn__buf_puts(out, "        return TN_OK;\n"
                      "    }\n");
}

static void write_head(struct tn__buf *out, const struct tn__planned_query *planned, bool is_copied)
{
    struct tn__call call;
    tn__call_begin(&call, "%sint %s", tn__storage_of(planned), planned->function);
    tn__emit_bulk_items(&call, planned);
    tn__buf_putc(out, '\n');
    tn__call_end(out, &call, "");
    tn__buf_puts(out, "{\n"
                      "    struct tn_pg_bulk bulk;\n"
                      "    struct tn_pg_rows answer;\n");
    if (planned->row)
        tn__buf_puts(out, planned->is_batch ? "    struct tn_gen_list list;\n"
                                            : "    struct tn_gen_list list = {NULL, 0, 0};\n");
    tn__pgen_emit_param_locals(out, planned);
    tn__buf_puts(out, "    int rc;\n");
    if (planned->is_batch)
        tn__buf_puts(out, "    if (count == 0)\n"
                          "        return TN_OK;\n");
    else
        write_none(out, planned);
    tn__call_begin(&call, "    rc = tn_pg_bulk_begin%s", is_copied ? "_copy" : "");
    tn__call_add(&call, "&bulk");
    tn__call_add(&call, "db");
    tn__call_add(&call, "&%s_query.query", planned->function);
    if (is_copied) {
        tn__call_add(&call, "&%s_into", planned->function);
        tn__call_add(&call, "count");
    }
    tn__call_add(&call, "err");
    tn__call_end(out, &call, ";");
}

static void write_send(struct tn__buf *out, const struct tn__planned_query *planned, bool is_copied)
{
    tn__buf_puts(out, is_copied ? "    while ((rc == TN_OK && bulk.bulk.index < count) || "
                                  "tn_pg_bulk_again(&bulk, &rc, err)) {\n"
                                : "    while (rc == TN_OK && bulk.bulk.index < count) {\n");
    tn__buf_printf(out,
                   "        while (rc == TN_OK && tn_pg_bulk_has_room(&bulk, count)) {\n"
                   "            const struct %s *args = &items[bulk.sent];\n",
                   planned->args_tag);
    tn__emit_item_checks(out, planned);
    if (planned->query->param_count == 0)
        tn__buf_puts(out, "            (void)args;\n");
    bool may_have_failed = tn__pgen_emit_binds(out, planned, "            ", "&bulk.bulk.use");
    tn__buf_printf(out,
                   "%s            %src = tn_pg_bulk_send(&bulk, %s, err);\n"
                   "        }\n",
                   may_have_failed ? "            if (rc == TN_OK)\n" : "",
                   may_have_failed ? "    " : "", planned->query->param_count ? "&params" : "NULL");
}

/* The rows that an item gives, if its statement has any. */
static void write_rows(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const char *tag = planned->row->tag;
    tn__buf_printf(
        out,
        "            while (rc == TN_OK && tn_pg_next(&answer)) {\n"
        "                void *item = tn_gen_list_add(&list, arena, sizeof(struct %s));\n"
        "                struct %s *row = (struct %s *)item;\n"
        "                if (row)\n",
        tag, tag, tag);
    tn__pgen_emit_read(out, planned, "                    ", false, "row", "&bulk.bulk.use",
                       "&answer", "arena");
    tn__buf_puts(out, "                else\n"
                      "                    rc = tn_gen_fail_memory(&bulk.bulk.use, err);\n");
    tn__pgen_emit_copy(out, planned, "                ", false, "row", "&bulk.bulk.use");
    tn__buf_puts(out, "                if (rc != TN_OK)\n"
                      "                    rc = tn_pg_bulk_fail_row(&bulk, rc, err);\n"
                      "            }\n");
}

/* What each item gives goes to its own place. */
static void write_kept_apart(struct tn__buf *out, const struct tn__planned_query *planned)
{
    if (planned->row)
        tn__buf_printf(
            out,
            "            if (rc == TN_OK) {\n"
            "                rows[bulk.bulk.index - 1].items = (struct %s *)list.items;\n"
            "                rows[bulk.bulk.index - 1].count = list.count;\n"
            "            }\n",
            planned->row->tag);
    else
        tn__buf_puts(out, "            if (rc == TN_OK && affected)\n"
                          "                affected[bulk.bulk.index - 1] = answer.affected;\n");
}

static void write_answers(struct tn__buf *out, const struct tn__planned_query *planned)
{
    if (!planned->row && !planned->is_batch) {
        tn__buf_puts(out, "        while (rc == TN_OK && tn_pg_bulk_has_answer(&bulk))\n"
                          "            rc = tn_pg_bulk_next(&answer, &bulk, err);\n");
        return;
    }
    tn__buf_puts(out, "        while (rc == TN_OK && tn_pg_bulk_has_answer(&bulk)) {\n");
    if (planned->row && planned->is_batch)
        tn__buf_puts(out, "            memset(&list, 0, sizeof(list));\n");
    tn__buf_puts(out, "            rc = tn_pg_bulk_next(&answer, &bulk, err);\n");
    if (planned->row)
        write_rows(out, planned);
    if (planned->is_batch)
        write_kept_apart(out, planned);
    tn__buf_puts(out, "        }\n");
}

void tn__pgen_emit_bulk(struct tn__buf *out, const struct tn__planned_query *planned)
{
    bool is_copied = !planned->is_batch && tn__pgen_emit_copy_of(out, planned);
    write_head(out, planned, is_copied);
    tn__buf_puts(out, "    if (rc != TN_OK)\n"
                      "        return rc;\n");
    write_send(out, planned, is_copied);
    write_answers(out, planned);
    tn__buf_puts(out, "    }\n");
    if (!planned->row || planned->is_batch) {
        tn__buf_printf(out, "    return tn_pg_bulk_end(&bulk, rc, %s, err);\n}\n",
                       planned->is_batch ? "NULL" : "affected");
        return;
    }
    tn__buf_printf(out,
                   "    rc = tn_pg_bulk_end(&bulk, rc, NULL, err);\n"
                   "    if (rc == TN_OK) {\n"
                   "        rows->items = (struct %s *)list.items;\n"
                   "        rows->count = list.count;\n"
                   "    }\n"
                   "    return rc;\n"
                   "}\n",
                   planned->row->tag);
}
