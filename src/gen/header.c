/* SPDX-License-Identifier: MIT */
#include "check/read/variants.h"
#include "gen/emit.h"
#include "gen/types.h"
#include "gen/writer.h"
#include "util/fs.h"
#include "util/str.h"

static void put_macro_name(struct tn__buf *out, const char *name)
{
    for (; *name; name++) {
        char c = *name;
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        tn__buf_putc(out, tn__is_ident(c) ? c : '_');
    }
}

/* Capitals, and bytes that no name has, in hex: no two stems share a guard. */
static void put_stem(struct tn__buf *out, const char *stem)
{
    for (; *stem; stem++) {
        char c = *stem;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')
            tn__buf_putc(out, c >= 'a' ? (char)(c - 'a' + 'A') : c);
        else
            tn__buf_printf(out, "_%02x", (unsigned)(unsigned char)c);
    }
}

void tn__emit_guard(struct tn__buf *out, const char *prefix, const char *stem, const char *suffix,
                    bool is_postgres)
{
    static const char *const words[] = {"#ifndef ", "#define "};
    for (size_t i = 0; i < 2; i++) {
        tn__buf_puts(out, words[i]);
        tn__buf_puts(out, "TN_GEN_");
        if (prefix[0]) {
            put_macro_name(out, prefix);
            tn__buf_putc(out, '_');
        }
        put_stem(out, stem);
        put_macro_name(out, suffix);
        tn__buf_putc(out, '\n');
    }
    tn__buf_printf(out, "\n#include <tenon/%s.h>\n", is_postgres ? "gen_postgres" : "gen");
}

/* A struct, with the flag that says whether it is there; structs, with their number. */
static void add_nested(struct tn__fields *fields, const struct tn__member *member)
{
    bool is_array = member->kind == TN__MEMBER_ARRAY;
    struct tn__buf type;
    tn__buf_init(&type, 0);
    tn__buf_printf(&type, "struct %s%s", member->row->tag, is_array ? " *" : "");
    if (!is_array && member->beside)
        tn__fields_add(fields, "bool", member->beside, NULL);
    tn__fields_add(fields, type.data ? type.data : "?", member->name, NULL);
    if (is_array)
        tn__fields_add(fields, "size_t", member->beside, NULL);
    if (type.status != TN_OK)
        tn__buf_fail(&fields->text, type.status);
    tn__buf_fini(&type);
}

/* Where C does not show that a member may be NULL. */
static const char *note_of(const struct tn__member *member)
{
    bool is_inside = member->typing.is_array || tn__is_null_inside(member->typing.type);
    return member->typing.is_nullable && is_inside ? "nullable" : NULL;
}

void tn__emit_row_struct(struct tn__buf *out, const struct tn__row_struct *row, bool with_list)
{
    struct tn__fields fields;
    tn__buf_printf(out, "struct %s {\n", row->tag);
    tn__fields_begin(&fields);
    for (size_t i = 0; i < row->member_count; i++) {
        const struct tn__member *member = &row->members[i];
        if (member->kind == TN__MEMBER_VALUE)
            tn__fields_add(&fields, tn__member_type(member)->type, member->name, note_of(member));
        else
            add_nested(&fields, member);
    }
    tn__fields_end(out, &fields);
    tn__buf_puts(out, "};\n");
    if (with_list)
        tn__buf_printf(out,
                       "\nstruct %s {\n"
                       "    struct %s *items;\n"
                       "    size_t count;\n"
                       "};\n",
                       row->list_tag, row->tag);
}

static const char *type_of(const struct tn__member *param)
{
    return param->list_type ? param->list_type : tn__member_type(param)->type;
}

void tn__emit_param_items(struct tn__call *call, const struct tn__planned_query *planned)
{
    const struct tn__query *query = planned->query;
    if (planned->args_tag) {
        tn__call_add(call, "const struct %s *args", planned->args_tag);
        return;
    }
    for (size_t i = 0; i < query->param_count; i++)
        tn__call_add(call, "%s %s", type_of(&planned->params[i]), planned->params[i].name);
}

void tn__emit_bulk_items(struct tn__call *call, const struct tn__planned_query *planned)
{
    if (planned->row)
        tn__call_add(call, "struct %s *rows", planned->row->list_tag);
    else
        tn__call_add(call, "int64_t *affected");
    tn__call_add(call, "tn_db *db");
    tn__call_add(call, "const struct %s *items", planned->args_tag);
    tn__call_add(call, "size_t count");
    if (planned->row)
        tn__call_add(call, "tn_arena *arena");
    tn__call_add(call, "tn_error *err");
}

/* The first value of a choice is that of a zero. */
static void write_choices(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__variants *variants = planned->query->variants;
    for (size_t i = 0; variants && i < variants->choice_count; i++)
        tn__emit_choice(out, &planned->choices[i]);
}

static void add_input(struct tn__fields *fields, const struct tn__planned_query *planned,
                      const struct tn__input *input)
{
    const struct tn__variants *variants = planned->query->variants;
    size_t i = input->index;
    switch (input->kind) {
    case TN__INPUT_PARAM:
        tn__fields_add(fields, type_of(&planned->params[i]), planned->params[i].name,
                       planned->query->params[i].is_switch ? "optional" : NULL);
        break;
    case TN__INPUT_OPTION:
        tn__fields_add(fields, "bool", variants->options[i].member, NULL);
        break;
    case TN__INPUT_CHOICE:
        tn__fields_add(fields, planned->choices[i].type, variants->choices[i].member, NULL);
        break;
    }
}

static void write_args(struct tn__buf *out, const struct tn__planned_query *planned)
{
    struct tn__fields fields;
    write_choices(out, planned);
    tn__buf_printf(out, "\nstruct %s {\n", planned->args_tag);
    tn__fields_begin(&fields);
    for (size_t i = 0; i < planned->input_count; i++)
        add_input(&fields, planned, &planned->inputs[i]);
    tn__fields_end(out, &fields);
    tn__buf_puts(out, "};\n");
}

/* TN_NODISCARD int NAME(first, second, parameters, arena, err); */
void tn__emit_prototype(struct tn__buf *out, const struct tn__planned_query *planned,
                        const char *suffix, const char *first, const char *first_tag,
                        bool has_arena)
{
    struct tn__call call;
    tn__call_begin(&call, "TN_NODISCARD int %s%s", planned->function, suffix);
    tn__call_add(&call, "%s%s%s", first_tag ? "struct " : "", first_tag ? first_tag : "", first);
    tn__call_add(&call, "tn_db *db");
    tn__emit_param_items(&call, planned);
    if (has_arena)
        tn__call_add(&call, "tn_arena *arena");
    tn__call_add(&call, "tn_error *err");
    tn__call_end(out, &call, ";");
}

/* What the comment of a function that changes rows and gives some ends with. */
static const char *last_words(const struct tn__planned_query *planned)
{
    return planned->query->is_readonly
               ? ""
               : "\n *  An error that comes behind the change, such as a second row for one, leaves it made:"
                 "\n *  run it in tn_transact() to undo it.";
}

const char *tn__stream_words(const struct tn__planned_query *planned)
{
    if (!planned->query->is_stream || (!planned->is_postgres && !planned->halves))
        return "";
    return planned->halves
               ? "\n *  On PostgreSQL rows come one by one: till then no other query can use the connection."
               : "\n *  Rows come one by one: till then no other query can use the connection.";
}

static void write_many(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const char *function = planned->function;
    bool has_postgres = planned->is_postgres || planned->halves;
    bool has_sqlite = !planned->is_postgres;
    tn__buf_printf(out,
                   "\nstruct %s {\n"
                   "    struct tn_gen_use use;%s /* private */\n",
                   planned->iter_tag, has_postgres ? " " : "");
    if (has_postgres)
        tn__buf_puts(out, "    struct tn_pg_rows rows; /* private */\n");
    tn__buf_printf(out, "    struct %s row;\n", planned->row->tag);
    if (has_sqlite && planned->list_count)
        tn__buf_printf(out, "    struct tn_sqlite_list lists[%zu]; /* private */\n",
                       planned->list_count);
    tn__buf_puts(out, "};\n");
    tn__buf_printf(out,
                   "\n/** '%s': _next() gives TN_ROW with a row in iter->row, borrowed until the\n"
                   " *  next call, and at last TN_DONE. _end() follows in any case%s.%s%s */\n",
                   planned->query->name,
                   planned->list_count && has_sqlite ? "; lists are borrowed till then" : "",
                   tn__stream_words(planned), last_words(planned));
    tn__emit_prototype(out, planned, "_begin", " *iter", planned->iter_tag, false);
    struct tn__call call;
    tn__call_begin(&call, "TN_NODISCARD int %s_next", function);
    tn__call_add(&call, "struct %s *iter", planned->iter_tag);
    tn__call_add(&call, "tn_error *err");
    tn__call_end(out, &call, ";");
    tn__buf_printf(out, "void %s_end(struct %s *iter);\n", function, planned->iter_tag);
    tn__buf_puts(out, "/** All rows at once, in the arena. */\n");
    tn__emit_prototype(out, planned, "_all", " *rows", planned->row->list_tag, true);
}

static void write_bulk(struct tn__buf *out, const struct tn__planned_query *planned)
{
    struct tn__call call;
    if (planned->is_batch)
        tn__buf_printf(
            out,
            "\n/** '%s' for each of `count` items, sent together, in a transaction: all or none.%s */\n",
            planned->query->name,
            planned->row
                ? "\n *  rows[i] are those of items[i], in the arena; after an error they are undefined."
                : "\n *  affected[i], or NULL, is the number of rows that items[i] has changed.");
    else
        tn__buf_printf(
            out,
            "\n/** '%s' for each of `count` items, in a transaction: all of them or none.%s */\n",
            planned->query->name,
            planned->row ? "\n *  Their rows, one item's behind the other's, live in the arena."
                         : " *affected,\n *  which may be NULL, is the number of rows changed.");
    tn__call_begin(&call, "TN_NODISCARD int %s", planned->function);
    tn__emit_bulk_items(&call, planned);
    tn__call_end(out, &call, ";");
}

static void write_query(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__query *query = planned->query;
    if (planned->args_tag)
        write_args(out, planned);
    if (planned->is_bulk) {
        write_bulk(out, planned);
        return;
    }
    if (planned->items) {
        tn__emit_group_header(out, planned);
        return;
    }
    if (planned->is_many) {
        write_many(out, planned);
        return;
    }
    if (!planned->row) {
        tn__buf_printf(out,
                       "\n/** '%s': *affected, which may be NULL, is the number of rows "
                       "changed. */\n",
                       query->name);
        tn__emit_prototype(out, planned, "", "int64_t *affected", NULL, false);
        return;
    }
    tn__buf_printf(out, "\n/** '%s': %s%s%s */\n", query->name,
                   query->mode == TN__MODE_ONE ? "one row; none is TN_ENOROW."
                                               : "TN_OK, or TN_NONE if there is no row.",
                   planned->is_copied ? " Its text lives in the arena." : "", last_words(planned));
    tn__emit_prototype(out, planned, "", " *out", planned->row->tag, planned->is_copied);
}

/* What TN_QUERY compares its text with. */
static void write_checked(struct tn__buf *out, const struct tn__query *query)
{
    struct tn__pieces pieces;
    tn__pieces_init(&pieces);
    struct tn__buf mode;
    tn__buf_init(&mode, 0);
    tn__buf_printf(&mode, "%s\n", tn__mode_text(query->mode));
    tn__pieces_add(&pieces, tn__buf_view(&mode));
    tn__pieces_add(&pieces, query->written.sql);
    if (mode.status != TN_OK)
        out->status = mode.status;
    tn__buf_fini(&mode);
    tn__write_define(out, "TN_CHECKED_", query->name, &pieces);
    tn__pieces_fini(&pieces);
}

void tn__emit_header(struct tn__buf *out, const struct tn__gen_plan *plan,
                     const struct tn__planned_file *file, const char *digest)
{
    tn__emit_top(out, tn__path_base(file->file->path), plan->prefix, digest);
    tn__emit_guard(out, plan->prefix, file->file->stem, ".tenon.h", file->has_postgres);
    tn__buf_printf(out, "\n#include \"%s\"\n", plan->tables_name);
    for (size_t i = 0, inlined = 0; i < file->query_count; i++) {
        if (!file->queries[i].query->is_inline)
            continue;
        if (inlined++ == 0)
            tn__buf_putc(out, '\n');
        write_checked(out, file->queries[i].query);
    }
    tn__buf_puts(out, "\nTN_BEGIN_DECLS\n");
    for (size_t i = 0; i < file->query_count; i++) {
        const struct tn__planned_query *planned = &file->queries[i];
        if (planned->items && !planned->items->only) {
            tn__buf_putc(out, '\n');
            tn__emit_row_struct(out, planned->items->row, false);
            tn__emit_description(out, plan, planned->items->row);
        }
        if (planned->row && !planned->row->is_shared) {
            tn__buf_putc(out, '\n');
            tn__emit_row_struct(out, planned->row, planned->is_many || planned->is_bulk);
            tn__emit_description(out, plan, planned->row);
        }
        write_query(out, planned);
    }
    tn__buf_printf(out,
                   "\n/** The queries of this file, ended by NULL: names and SQL, for plans and"
                   " tests. */\n"
                   "extern const struct tn_gen_query *const %s[];\n",
                   file->list_name);
    tn__buf_puts(out, "\nTN_END_DECLS\n\n#endif\n");
}

void tn__emit_tables(struct tn__buf *out, const struct tn__gen_plan *plan, const char *digest)
{
    tn__emit_top(out, NULL, plan->prefix, digest);
    tn__emit_guard(out, plan->prefix, "tables", ".h", false);
    tn__buf_printf(out, "#include <tenon/%s.h>\n", plan->has_json ? "json" : "struct");
    tn__buf_puts(out, "\n#if TN_GEN_ABI < 2 || TN_GEN_ABI_MIN > 2\n"
                      "# error \"generated for another version of Tenon: run tenon generate\"\n"
                      "#endif\n");
    for (size_t i = 0; i < plan->key_count; i++)
        if (plan->keys[i].is_named)
            tn__emit_key(out, &plan->keys[i]);
    for (size_t i = 0; i < plan->enum_count; i++)
        if (plan->enums[i].is_named)
            tn__emit_enum(out, &plan->enums[i]);
    for (size_t i = 0; i < plan->shared_count; i++) {
        const struct tn__row_struct *row = plan->shared[i];
        if (row->table) {
            tn__buf_puts(out, "\n/** A row of '");
            tn__emit_name(out, row->table->name);
            tn__buf_puts(out, "'. */\n");
        } else {
            tn__buf_puts(out, "\n/** Shared by queries with '-- returns'. */\n");
        }
        tn__emit_row_struct(out, row, true);
        tn__emit_description(out, plan, row);
    }
    tn__buf_puts(out, "\n#endif\n");
}
