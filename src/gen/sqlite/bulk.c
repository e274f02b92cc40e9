/* SPDX-License-Identifier: MIT */
#include "gen/emit.h"
#include "gen/sqlite/sqlite.h"
#include "gen/writer.h"

/* A query that runs for each of many items, in a transaction. */

/* The rows that an item gives, if its statement has any. */
static void write_rows(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const char *tag = planned->row->tag;
    tn__buf_printf(out,
                   "        while (rc == SQLITE_ROW) {\n"
                   "            void *item = tn_gen_list_add(&list, arena, sizeof(struct %s));\n"
                   "            struct %s *row = (struct %s *)item;\n"
                   "            if (row)\n"
                   "                rc = read_%s(row, &bulk.use, err);\n"
                   "            else\n"
                   "                rc = tn_gen_fail_memory(&bulk.use, err);\n",
                   tag, tag, tag, planned->reader);
    if (planned->is_copied)
        tn__buf_printf(out,
                       "            if (rc == TN_OK)\n"
                       "                rc = copy_%s(row, arena, &bulk.use, err);\n",
                       planned->reader);
    tn__buf_puts(out, "            if (rc == TN_OK)\n"
                      "                rc = sqlite3_step(stmt);\n"
                      "        }\n");
}

static void write_head(struct tn__buf *out, const struct tn__planned_query *planned)
{
    struct tn__call call;
    tn__call_begin(&call, "%sint %s", tn__storage_of(planned), planned->function);
    tn__emit_bulk_items(&call, planned);
    tn__buf_putc(out, '\n');
    tn__call_end(out, &call, "");
    tn__buf_puts(out, "{\n"
                      "    struct tn_gen_bulk bulk;\n"
                      "    sqlite3_stmt *stmt;\n");
    if (planned->row)
        tn__buf_puts(out, "    struct tn_gen_list list = {NULL, 0, 0};\n");
    if (planned->list_count)
        tn__buf_printf(out, "    struct tn_sqlite_list lists[%zu];\n", planned->list_count);
    tn__buf_puts(out, "    int rc;\n"
                      "    if (count == 0) {\n");
    tn__buf_puts(out, planned->row ? "        rows->items = NULL;\n"
                                     "        rows->count = 0;\n"
                                   : "        if (affected)\n"
                                     "            *affected = 0;\n");
    tn__buf_printf(out,
                   "        return TN_OK;\n"
                   "    }\n"
                   "    rc = tn_gen_bulk_begin(&bulk, db, &%s_query, err);\n"
                   "    if (rc != TN_OK)\n"
                   "        return rc;\n"
                   "    stmt = (sqlite3_stmt *)bulk.use.stmt;\n",
                   planned->function);
}

void tn__sgen_emit_bulk(struct tn__buf *out, const struct tn__planned_query *planned)
{
    write_head(out, planned);
    tn__buf_printf(out,
                   "    for (; rc == TN_OK && bulk.index < count; bulk.index++) {\n"
                   "        const struct %s *args = &items[bulk.index];\n",
                   planned->args_tag);
    tn__emit_item_checks(out, planned);
    tn__sgen_emit_binds(out, planned, "        ", "lists");
    tn__buf_puts(out, "        if (rc == SQLITE_OK)\n"
                      "            rc = sqlite3_step(stmt);\n");
    if (planned->row)
        write_rows(out, planned);
    tn__buf_puts(out, "        if (rc != SQLITE_DONE) {\n"
                      "            rc = tn_gen_bulk_fail(&bulk, rc, err);\n"
                      "            break;\n"
                      "        }\n"
                      "        bulk.affected += tn_gen_affected(&bulk.use);\n"
                      "        rc = sqlite3_reset(stmt);\n"
                      "    }\n");
    if (!planned->row) {
        tn__buf_puts(out, "    return tn_gen_bulk_end(&bulk, rc, affected, err);\n}\n");
        return;
    }
    tn__buf_printf(out,
                   "    rc = tn_gen_bulk_end(&bulk, rc, NULL, err);\n"
                   "    if (rc == TN_OK) {\n"
                   "        rows->items = (struct %s *)list.items;\n"
                   "        rows->count = list.count;\n"
                   "    }\n"
                   "    return rc;\n"
                   "}\n",
                   planned->row->tag);
}
