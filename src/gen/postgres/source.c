/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <tenon/gen.h>

#include "check/read/variants.h"
#include "gen/emit.h"
#include "gen/postgres/postgres.h"
#include "gen/writer.h"
#include "util/fs.h"

/* The functions of queries for PostgreSQL. */

/* --- descriptors -------------------------------------------------------------------------------- */

/* Items of an initialiser, as many in a line as fit. */
struct items {
    struct tn__buf *out;
    size_t column;
};

static void begin_items(struct items *items, struct tn__buf *out, const char *type,
                        const char *function, const char *suffix)
{
    *items = (struct items){out, TN__WIDTH};
    tn__buf_printf(out, "static const %s %s%s[] =%s", type, function, suffix,
                   strcmp(type, "char") == 0 ? "" : " {");
}

static void add_item(struct items *items, const char *text, const char *behind)
{
    size_t size = 1 + strlen(text) + strlen(behind);
    if (items->column + size > TN__WIDTH) {
        tn__buf_puts(items->out, "\n   ");
        items->column = 3;
    }
    tn__buf_printf(items->out, " %s%s", text, behind);
    items->column += size;
}

static void end_items(struct items *items)
{
    tn__buf_puts(items->out, "\n};\n");
}

static void write_params(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__query *query = planned->query;
    struct items items;
    if (query->param_count == 0)
        return;
    begin_items(&items, out, "uint32_t", planned->function, "_params");
    for (size_t i = 0; i < query->param_count; i++) {
        char code[32];
        tn__pgen_param_type(code, sizeof(code), &query->params[i]);
        add_item(&items, code, ",");
    }
    end_items(&items);
    begin_items(&items, out, "int", planned->function, "_formats");
    for (size_t i = 0; i < query->param_count; i++)
        add_item(&items, tn__pgen_is_word(&query->params[i]) ? "0" : "1", ",");
    end_items(&items);
    begin_items(&items, out, "char", planned->function, "_names");
    for (size_t i = 0; i < query->param_count; i++) {
        char literal[TN__WIDTH];
        snprintf(literal, sizeof(literal), "\"%s\\0\"", query->params[i].name);
        add_item(&items, literal, "");
    }
    tn__buf_puts(out, ";\n");
}

static void write_columns(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__query *query = planned->query;
    struct items items;
    if (query->column_count == 0)
        return;
    begin_items(&items, out, "uint32_t", planned->function, "_columns");
    for (size_t i = 0; i < query->column_count; i++) {
        char code[16];
        snprintf(code, sizeof(code), "%u",
                 (unsigned)tn__pgen_column_type(query->columns[i].typing));
        add_item(&items, code, ",");
    }
    end_items(&items);
}

static void write_query_members(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__query *query = planned->query;
    tn__buf_printf(out,
                   "{\"%s\", %s_sql, sizeof(%s_sql) - 1, %zu, %s,\n"
                   "     TN_GEN_POSTGRES | %d, 0}",
                   query->name, planned->function, planned->function, query->column_count,
                   query->is_readonly ? "TN_READ" : "TN_WRITE", TN_GEN_ABI);
}

/* {x_params, x_formats, x_names, x_columns, 2, false} */
static void write_types(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__query *query = planned->query;
    const char *function = planned->function;
    if (query->param_count)
        tn__buf_printf(out, "{%s_params, %s_formats, %s_names, ", function, function, function);
    else
        tn__buf_puts(out, "{NULL, NULL, NULL, ");
    if (query->column_count)
        tn__buf_printf(out, "%s_columns, ", function);
    else
        tn__buf_puts(out, "NULL, ");
    tn__buf_printf(out, "%zu, %s}", query->param_count,
                   tn__pgen_has_text_rows(query) ? "true" : "false");
}

static void write_descriptor(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__query *query = planned->query;
    const char *function = planned->function;
    tn__buf_putc(out, '\n');
    tn__write_literal(out, function, "_sql", query->emitted);
    size_t buckets = query->variants ? tn__emit_pieces(out, planned) : 0;
    if (!query->variants)
        tn__buf_puts(out, "/* clang-format off */\n");
    write_params(out, planned);
    write_columns(out, planned);
    if (query->variants) {
        tn__buf_printf(out,
                       "static void *%s_buckets[%zu];\n"
                       "static struct tn_pg_template %s_query = {\n    {",
                       function, buckets, function);
        write_query_members(out, planned);
        tn__buf_printf(out, ", %s_pieces, %zu, %zu, %s_buckets, 0},\n    ", function,
                       query->pieces.count, buckets, function);
    } else {
        tn__buf_printf(out, "static struct tn_pg_query %s_query = {\n    ", function);
        write_query_members(out, planned);
        tn__buf_puts(out, ",\n    ");
    }
    write_types(out, planned);
    tn__buf_puts(out, ",\n};\n/* clang-format on */\n");
}

/* --- what all functions do ---------------------------------------------------------------------- */

static void write_run(struct tn__buf *out, const struct tn__planned_query *planned,
                      const char *rows, const char *use, bool may_have_failed)
{
    struct tn__call call;
    if (may_have_failed)
        tn__buf_puts(out, "    if (rc == TN_OK)\n");
    tn__call_begin(&call, "%src = tn_pg_%s", may_have_failed ? "        " : "    ",
                   planned->query->is_stream ? "stream" : "run");
    tn__call_add(&call, "%s", rows);
    tn__call_add(&call, "%s", use);
    tn__call_add(&call, "%s", planned->query->param_count ? "&params" : "NULL");
    tn__call_add(&call, "err");
    tn__call_end(out, &call, ";");
}

void tn__pgen_emit_open(struct tn__buf *out, const struct tn__planned_query *planned)
{
    bool is_variant = planned->query->variants != NULL;
    tn__buf_puts(out, "    struct tn_gen_use use;\n"
                      "    struct tn_pg_rows rows;\n");
    tn__pgen_emit_param_locals(out, planned);
    if (is_variant || tn__has_enum_params(planned)) {
        tn__buf_puts(out, is_variant ? "    uint64_t key;\n    int rc;\n" : "    int rc;\n");
        tn__emit_checks(out, planned);
        tn__emit_acquire(out, planned, "    rc = ", "&use");
    } else {
        tn__emit_acquire(out, planned, "    int rc = ", "&use");
    }
    tn__buf_puts(out, "    if (rc != TN_OK)\n"
                      "        return rc;\n");
    write_run(out, planned, "&rows", "&use", tn__pgen_emit_binds(out, planned, "    ", "&use"));
}

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
    tn__pgen_emit_open(out, planned);
    tn__buf_puts(out, "    if (rc == TN_OK && affected)\n"
                      "        *affected = rows.affected;\n");
    write_end(out, planned, "&use");
}

static void write_one(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const char *tag = planned->row->tag;
    tn__emit_function(out, planned, "", tag, "out", planned->is_copied);
    tn__buf_printf(out, "    struct %s row;\n", tag);
    tn__pgen_emit_open(out, planned);
    tn__buf_puts(out, "    if (rc == TN_OK && tn_pg_next(&rows)) {\n");
    tn__pgen_emit_read(out, planned, "        ", false, "&row", "&use", "&rows", "arena");
    tn__pgen_emit_copy(out, planned, "        ", false, "&row", "&use");
    if (!planned->query->is_single_row)
        tn__buf_puts(out, "        if (rc == TN_OK && rows.count > 1)\n"
                          "            rc = tn_gen_fail_too_many(&use, err);\n");
    tn__buf_printf(out,
                   "        if (rc == TN_OK)\n"
                   "            *out = row;\n"
                   "    } else if (rc == TN_OK) {\n"
                   "        rc = %s;\n"
                   "    }\n",
                   planned->query->mode == TN__MODE_ONE ? "tn_gen_fail_no_row(&use, err)"
                                                        : "TN_NONE");
    write_end(out, planned, "&use");
}

/* --- many rows ---------------------------------------------------------------------------------- */

void tn__pgen_emit_begin(struct tn__buf *out, const struct tn__planned_query *planned)
{
    tn__emit_function(out, planned, "_begin", planned->iter_tag, "iter", false);
    tn__pgen_emit_param_locals(out, planned);
    if (planned->query->variants)
        tn__buf_puts(out, "    uint64_t key;\n");
    tn__buf_puts(out, "    int rc;\n"
                      "    memset(&iter->use, 0, sizeof(iter->use));\n");
    if (planned->items)
        tn__buf_puts(out, "    iter->has_row = false;\n"
                          "    iter->is_ahead = false;\n");
    tn__emit_checks(out, planned);
    tn__emit_acquire(out, planned, "    rc = ", "&iter->use");
    tn__buf_puts(out, "    if (rc != TN_OK)\n"
                      "        return rc;\n");
    write_run(out, planned, "&iter->rows", "&iter->use",
              tn__pgen_emit_binds(out, planned, "    ", "&iter->use"));
    tn__buf_printf(out,
                   "    if (rc != TN_OK)\n"
                   "        %s(&iter->use);\n"
                   "    return rc;\n"
                   "}\n",
                   tn__release_of(planned));
}

static void write_next(struct tn__buf *out, const struct tn__planned_query *planned)
{
    bool is_stream = planned->query->is_stream;
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
                   "%s",
                   is_stream ? "    rc = tn_pg_step(&iter->rows, &iter->use, err);\n"
                               "    if (rc == TN_ROW) {\n"
                             : "    if (tn_pg_next(&iter->rows)) {\n");
    if (tn__pgen_is_made(planned, false))
        tn__buf_puts(out, "        tn_arena *arena = tn_pg_scratch(&iter->use);\n");
    tn__pgen_emit_read(out, planned, "        ", false, "&iter->row", "&iter->use", "&iter->rows",
                       "arena");
    tn__buf_printf(out,
                   "        return rc == TN_OK ? TN_ROW : rc;\n"
                   "    }\n"
                   "    %s(&iter->use);\n"
                   "    return %s;\n"
                   "}\n"
                   "\n"
                   "%svoid %s_end(struct %s *iter)\n"
                   "{\n"
                   "    if (iter)\n"
                   "        %s(&iter->use);\n"
                   "}\n",
                   tn__release_of(planned), is_stream ? "rc" : "TN_DONE", tn__storage_of(planned),
                   planned->function, planned->iter_tag, tn__release_of(planned));
}

/* What has been collected becomes the result, if there has been no error. */
static void write_kept(struct tn__buf *out, const struct tn__planned_query *planned)
{
    bool is_stream = planned->query->is_stream;
    tn__buf_printf(out,
                   "    if (rc == %s) {\n"
                   "        rows->items = (struct %s *)list.items;\n"
                   "        rows->count = list.count;\n"
                   "%s"
                   "    }\n",
                   is_stream ? "TN_DONE" : "TN_OK", planned->row->tag,
                   is_stream ? "        rc = TN_OK;\n" : "");
}

static void write_all(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const char *tag = planned->row->tag;
    bool is_stream = planned->query->is_stream;
    tn__emit_function(out, planned, "_all", planned->row->list_tag, "rows", true);
    tn__buf_printf(out,
                   "    struct %s iter;\n"
                   "    struct tn_gen_list list = {NULL, 0, 0};\n",
                   planned->iter_tag);
    tn__emit_call_begin(out, planned);
    tn__buf_printf(out,
                   "    while (rc == TN_OK && %s) {\n"
                   "        void *item = tn_gen_list_add(&list, arena, sizeof(struct %s));\n"
                   "        struct %s *row = (struct %s *)item;\n"
                   "        if (row)\n",
                   is_stream ? "(rc = tn_pg_step(&iter.rows, &iter.use, err)) == TN_ROW"
                             : "tn_pg_next(&iter.rows)",
                   tag, tag, tag);
    tn__pgen_emit_read(out, planned, "            ", false, "row", "&iter.use", "&iter.rows",
                       "arena");
    tn__buf_puts(out, "        else\n"
                      "            rc = tn_gen_fail_memory(&iter.use, err);\n");
    tn__pgen_emit_copy(out, planned, "        ", false, "row", "&iter.use");
    tn__buf_puts(out, "    }\n");
    write_kept(out, planned);
    write_end(out, planned, "&iter.use");
}

void tn__emit_postgres_query(struct tn__buf *out, const struct tn__planned_query *planned)
{
    write_descriptor(out, planned);
    if (planned->row && planned->reader == planned->function)
        tn__pgen_emit_readers(out, planned, false);
    tn__emit_param_parts(out, planned);
    if (planned->items) {
        tn__pgen_emit_group(out, planned);
    } else if (planned->is_bulk) {
        tn__pgen_emit_bulk(out, planned);
    } else if (planned->is_many) {
        tn__pgen_emit_begin(out, planned);
        write_next(out, planned);
        write_all(out, planned);
    } else if (planned->row) {
        write_one(out, planned);
    } else {
        write_exec(out, planned);
    }
}
