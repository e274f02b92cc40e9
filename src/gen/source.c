/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "check/read/variants.h"
#include "gen/emit.h"
#include "gen/writer.h"
#include "util/fs.h"

/* A source as a whole, and what the functions of both engines have in common. */

/* --- texts -------------------------------------------------------------------------------------- */

/* A piece per stretch of the text that stands and falls together. */
static void write_pieces(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__sql_pieces *pieces = &planned->query->pieces;
    const char *function = planned->function;
    for (size_t i = 0; i < pieces->count; i++) {
        char suffix[32];
        snprintf(suffix, sizeof suffix, "_sql%zu", i + 1);
        tn__write_literal(out, function, suffix, pieces->items[i].text);
    }
    tn__buf_printf(out,
                   "\n/* clang-format off */\n"
                   "static const struct tn_gen_piece %s_pieces[] = {\n",
                   function);
    for (size_t i = 0; i < pieces->count; i++)
        tn__buf_printf(out, "    {%s_sql%zu, sizeof(%s_sql%zu) - 1, %llu, %llu},\n", function,
                       i + 1, function, i + 1, (unsigned long long)pieces->items[i].mask,
                       (unsigned long long)pieces->items[i].value);
    tn__buf_puts(out, "};\n");
}

/* So many buckets that the variants which are checked have one each, mostly. */
static size_t bucket_count(const struct tn__variants *variants)
{
    size_t count = 2;
    while (count < variants->key_count && count < 64)
        count *= 2;
    return count;
}

size_t tn__emit_pieces(struct tn__buf *out, const struct tn__planned_query *planned)
{
    write_pieces(out, planned);
    return bucket_count(planned->query->variants);
}

/* --- heads and calls ---------------------------------------------------------------------------- */

const char *tn__storage_of(const struct tn__planned_query *planned)
{
    return planned->is_half ? "static " : "";
}

void tn__emit_function(struct tn__buf *out, const struct tn__planned_query *planned,
                       const char *suffix, const char *tag, const char *first, bool has_arena)
{
    struct tn__call call;
    tn__call_begin(&call, "%sint %s%s", tn__storage_of(planned), planned->function, suffix);
    if (tag)
        tn__call_add(&call, "struct %s *%s", tag, first);
    else
        tn__call_add(&call, "int64_t *%s", first);
    tn__call_add(&call, "tn_db *db");
    tn__emit_param_items(&call, planned);
    if (has_arena)
        tn__call_add(&call, "tn_arena *arena");
    tn__call_add(&call, "tn_error *err");
    tn__buf_putc(out, '\n');
    tn__call_end(out, &call, "");
    tn__buf_puts(out, "{\n");
}

void tn__emit_call_begin(struct tn__buf *out, const struct tn__planned_query *planned)
{
    struct tn__call call;
    tn__call_begin(&call, "    int rc = %s_begin", planned->function);
    tn__call_add(&call, "&iter");
    tn__call_add(&call, "db");
    if (planned->args_tag)
        tn__call_add(&call, "args");
    for (size_t i = 0; !planned->args_tag && i < planned->query->param_count; i++)
        tn__call_add(&call, "%s", planned->params[i].name);
    tn__call_add(&call, "err");
    tn__call_end(out, &call, ";");
}

/* --- the file ----------------------------------------------------------------------------------- */

/* Every descriptor of the file, for who asks for plans. */
static void write_descriptors(struct tn__buf *out, const struct tn__planned_query *planned)
{
    for (size_t i = 0; planned->halves && i < 2; i++)
        write_descriptors(out, &planned->halves[i]);
    if (!planned->halves)
        tn__buf_printf(out, "    &%s_query%s%s,\n", planned->function,
                       planned->is_postgres && planned->query->variants ? ".base" : "",
                       planned->is_postgres || planned->query->variants ? ".query" : "");
}

static void write_list(struct tn__buf *out, const struct tn__planned_file *file)
{
    tn__buf_printf(out, "\n/* clang-format off */\nconst struct tn_gen_query *const %s[] = {\n",
                   file->list_name);
    for (size_t i = 0; i < file->query_count; i++)
        write_descriptors(out, &file->queries[i]);
    tn__buf_puts(out, "    NULL,\n};\n/* clang-format on */\n");
}

void tn__emit_source(struct tn__buf *out, const struct tn__gen_plan *plan,
                     const struct tn__planned_file *file, const char *digest)
{
    tn__emit_top(out, tn__path_base(file->file->path), plan->prefix, digest);
    tn__buf_printf(out, "#include \"%s.tenon.h\"\n", file->file->stem);
    if (file->has_sqlite)
        tn__buf_puts(out, "\n#include <tenon/gen_sqlite.h>\n");
    for (size_t i = 0; i < file->query_count; i++) {
        const struct tn__planned_query *planned = &file->queries[i];
        if (planned->halves)
            tn__emit_both_query(out, planned);
        else if (planned->is_postgres)
            tn__emit_postgres_query(out, planned);
        else
            tn__emit_sqlite_query(out, planned);
    }
    write_list(out, file);
}
