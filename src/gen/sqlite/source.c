/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <tenon/gen.h>

#include "check/read/variants.h"
#include "gen/emit.h"
#include "gen/sqlite/sqlite.h"
#include "gen/types.h"
#include "gen/writer.h"
#include "util/fs.h"

/* The members of a struct tn_gen_query: in one line, or each in its own. */
static void write_query_members(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__query *query = planned->query;
    struct tn__buf line;
    size_t size = 0;
    for (int pass = 0; pass < 2; pass++) {
        const char *gap = pass == 1 && size > TN__WIDTH ? "\n    " : " ";
        tn__buf_init(&line, 0);
        tn__buf_printf(&line, "    \"%s\",%s%s_sql,%s", query->name, gap, planned->function, gap);
        tn__buf_printf(&line, "sizeof(%s_sql) - 1,%s%zu,%s", planned->function, gap,
                       query->column_count, gap);
        tn__buf_printf(&line, "%s,%s%d,%s0,", query->is_readonly ? "TN_READ" : "TN_WRITE", gap,
                       TN_GEN_ABI, gap);
        size = line.size;
        if (pass == 1)
            tn__buf_puts(out, line.data ? line.data : "");
        if (line.status != TN_OK)
            out->status = line.status;
        tn__buf_fini(&line);
    }
}

static void write_descriptor(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__query *query = planned->query;
    const char *function = planned->function;
    tn__buf_putc(out, '\n');
    tn__write_literal(out, function, "_sql", query->emitted);
    if (!query->variants) {
        tn__buf_printf(out, "static struct tn_gen_query %s_query = {\n", function);
        write_query_members(out, planned);
        tn__buf_puts(out, "\n};\n");
        return;
    }
    size_t buckets = tn__emit_pieces(out, planned);
    tn__buf_printf(out,
                   "static void *%s_buckets[%zu];\n"
                   "static struct tn_gen_template %s_query = {{\n",
                   function, buckets, function);
    write_query_members(out, planned);
    tn__buf_printf(out,
                   "\n}, %s_pieces, %zu, %zu, %s_buckets, 0};\n"
                   "/* clang-format on */\n",
                   function, query->pieces.count, buckets, function);
}

/* Declares rc, and gives it what acquiring gives. */
static void write_acquire(struct tn__buf *out, const struct tn__planned_query *planned)
{
    bool is_variant = planned->query->variants != NULL;
    if (!is_variant && !tn__has_enum_params(planned)) {
        tn__emit_acquire(out, planned, "    int rc = ", "&use");
        return;
    }
    tn__buf_puts(out, is_variant ? "    uint64_t key;\n    int rc;\n" : "    int rc;\n");
    tn__emit_checks(out, planned);
    tn__emit_acquire(out, planned, "    rc = ", "&use");
}

void tn__sgen_emit_open(struct tn__buf *out, const struct tn__planned_query *planned)
{
    tn__buf_puts(out, "    struct tn_gen_use use;\n"
                      "    sqlite3_stmt *stmt;\n");
    if (planned->list_count)
        tn__buf_printf(out, "    struct tn_sqlite_list lists[%zu];\n", planned->list_count);
    write_acquire(out, planned);
    tn__buf_puts(out, "    if (rc != TN_OK)\n"
                      "        return rc;\n"
                      "    stmt = (sqlite3_stmt *)use.stmt;\n");
    tn__sgen_emit_binds(out, planned, "    ", "lists");
}

/* Acquire, bind and step once; rc is the engine's. */
static void write_first_step(struct tn__buf *out, const struct tn__planned_query *planned)
{
    tn__sgen_emit_open(out, planned);
    tn__buf_puts(out, planned->query->param_count ? "    if (rc == SQLITE_OK)\n"
                                                    "        rc = sqlite3_step(stmt);\n"
                                                  : "    rc = sqlite3_step(stmt);\n");
}

/* The end of a function that has used the query. */
static void write_end(struct tn__buf *out, const struct tn__planned_query *planned, const char *use)
{
    tn__buf_printf(out,
                   "    %s(%s);\n"
                   "    return rc;\n"
                   "}\n",
                   tn__release_of(planned), use);
}

static void write_exec(struct tn__buf *out, const struct tn__planned_query *planned)
{
    tn__emit_function(out, planned, "", NULL, "affected", false);
    write_first_step(out, planned);
    tn__buf_puts(out, "    if (rc == SQLITE_DONE) {\n"
                      "        if (affected)\n"
                      "            *affected = tn_gen_affected(&use);\n"
                      "        rc = TN_OK;\n"
                      "    } else {\n"
                      "        rc = tn_gen_fail(&use, rc, err);\n"
                      "    }\n");
    write_end(out, planned, "&use");
}

static void write_one(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const char *tag = planned->row->tag;
    tn__emit_function(out, planned, "", tag, "out", planned->is_copied);
    tn__buf_printf(out, "    struct %s row;\n", tag);
    write_first_step(out, planned);
    tn__buf_printf(out,
                   "    if (rc == SQLITE_ROW) {\n"
                   "        rc = read_%s(&row, &use, err);\n",
                   planned->reader);
    if (planned->is_copied)
        tn__buf_printf(out,
                       "        if (rc == TN_OK)\n"
                       "            rc = copy_%s(&row, arena, &use, err);\n",
                       planned->reader);
    if (!planned->query->is_single_row)
        tn__buf_puts(out, "        if (rc == TN_OK)\n"
                          "            rc = tn_sqlite_end_row(&use, err);\n");
    tn__buf_printf(out,
                   "        if (rc == TN_OK)\n"
                   "            *out = row;\n"
                   "    } else if (rc == SQLITE_DONE) {\n"
                   "        rc = %s;\n"
                   "    } else {\n"
                   "        rc = tn_gen_fail(&use, rc, err);\n"
                   "    }\n",
                   planned->query->mode == TN__MODE_ONE ? "tn_gen_fail_no_row(&use, err)"
                                                        : "TN_NONE");
    write_end(out, planned, "&use");
}

void tn__sgen_emit_begin(struct tn__buf *out, const struct tn__planned_query *planned)
{
    tn__emit_function(out, planned, "_begin", planned->iter_tag, "iter", false);
    bool is_bound = planned->query->param_count > 0;
    if (is_bound)
        tn__buf_puts(out, "    sqlite3_stmt *stmt;\n");
    if (planned->query->variants)
        tn__buf_puts(out, "    uint64_t key;\n");
    tn__buf_puts(out, "    int rc;\n"
                      "    memset(&iter->use, 0, sizeof(iter->use));\n");
    if (planned->items)
        tn__buf_puts(out, "    memset(&iter->key, 0, sizeof(iter->key));\n"
                          "    iter->has_row = false;\n"
                          "    iter->is_ahead = false;\n");
    tn__emit_checks(out, planned);
    tn__emit_acquire(out, planned, "    rc = ", "&iter->use");
    if (is_bound) {
        tn__buf_puts(out, "    if (rc != TN_OK)\n"
                          "        return rc;\n"
                          "    stmt = (sqlite3_stmt *)iter->use.stmt;\n");
        tn__sgen_emit_binds(out, planned, "    ", "iter->lists");
        tn__buf_printf(out,
                       "    if (rc != SQLITE_OK) {\n"
                       "        rc = tn_gen_fail(&iter->use, rc, err);\n"
                       "        %s(&iter->use);\n"
                       "    }\n",
                       tn__release_of(planned));
    }
    tn__buf_puts(out, "    return rc;\n}\n");
}

static void write_next(struct tn__buf *out, const struct tn__planned_query *planned)
{
    struct tn__call call;
    tn__call_begin(&call, "%sint %s_next", tn__storage_of(planned), planned->function);
    tn__call_add(&call, "struct %s *iter", planned->iter_tag);
    tn__call_add(&call, "tn_error *err");
    tn__buf_putc(out, '\n');
    tn__call_end(out, &call, "");
    tn__buf_printf(out,
                   "{\n"
                   "    int rc;\n"
                   "    if (!iter->use.conn)\n"
                   "        return TN_DONE;\n"
                   "    if (tn_gen_is_over(&iter->use))\n"
                   "        return tn_gen_fail_over(&iter->use, err);\n"
                   "    rc = sqlite3_step((sqlite3_stmt *)iter->use.stmt);\n"
                   "    if (rc == SQLITE_ROW) {\n"
                   "        rc = read_%s(&iter->row, &iter->use, err);\n"
                   "        return rc == TN_OK ? TN_ROW : rc;\n"
                   "    }\n"
                   "    rc = rc == SQLITE_DONE ? TN_DONE : tn_gen_fail(&iter->use, rc, err);\n"
                   "    %s(&iter->use);\n"
                   "    return rc;\n"
                   "}\n"
                   "\n"
                   "%svoid %s_end(struct %s *iter)\n"
                   "{\n"
                   "    if (iter)\n"
                   "        %s(&iter->use);\n"
                   "}\n",
                   planned->reader, tn__release_of(planned), tn__storage_of(planned),
                   planned->function, planned->iter_tag, tn__release_of(planned));
}

static void write_all(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const char *tag = planned->row->tag;
    tn__emit_function(out, planned, "_all", planned->row->list_tag, "rows", true);
    tn__buf_printf(out,
                   "    struct %s iter;\n"
                   "    struct tn_gen_list list = {NULL, 0, 0};\n",
                   planned->iter_tag);
    tn__emit_call_begin(out, planned);
    tn__buf_printf(out,
                   "    while (rc == TN_OK) {\n"
                   "        struct %s *row;\n"
                   "        void *item;\n"
                   "        rc = sqlite3_step((sqlite3_stmt *)iter.use.stmt);\n"
                   "        if (rc != SQLITE_ROW)\n"
                   "            break;\n"
                   "        item = tn_gen_list_add(&list, arena, sizeof(*row));\n"
                   "        row = (struct %s *)item;\n"
                   "        if (row)\n"
                   "            rc = read_%s(row, &iter.use, err);\n"
                   "        else\n"
                   "            rc = tn_gen_fail_memory(&iter.use, err);\n",
                   tag, tag, planned->reader);
    if (planned->is_copied)
        tn__buf_printf(out,
                       "        if (rc == TN_OK)\n"
                       "            rc = copy_%s(row, arena, &iter.use, err);\n",
                       planned->reader);
    tn__buf_printf(out,
                   "    }\n"
                   "    if (rc == SQLITE_DONE) {\n"
                   "        rows->items = (struct %s *)list.items;\n"
                   "        rows->count = list.count;\n"
                   "        rc = TN_OK;\n"
                   "    } else if (rc > 0) {\n"
                   "        rc = tn_gen_fail(&iter.use, rc, err);\n"
                   "    }\n",
                   tag);
    write_end(out, planned, "&iter.use");
}

void tn__emit_sqlite_query(struct tn__buf *out, const struct tn__planned_query *planned)
{
    write_descriptor(out, planned);
    if (planned->row && planned->reader == planned->function)
        tn__sgen_emit_row_functions(out, planned);
    tn__sgen_emit_texts(out, planned);
    tn__emit_param_parts(out, planned);
    if (planned->items) {
        tn__sgen_emit_group(out, planned);
    } else if (planned->is_bulk) {
        tn__sgen_emit_bulk(out, planned);
    } else if (planned->is_many) {
        tn__sgen_emit_begin(out, planned);
        write_next(out, planned);
        write_all(out, planned);
    } else if (planned->row) {
        write_one(out, planned);
    } else {
        write_exec(out, planned);
    }
}
