/* SPDX-License-Identifier: MIT */
#include "gen/emit.h"
#include "gen/writer.h"
#include "util/str.h"

/* The texts of enums: type and functions in the tables' header. */

static void write_types(struct tn__buf *out, const struct tn__planned_enum *planned)
{
    const struct tn__enum *choice = planned->choice;
    tn__buf_puts(out, "\n/** The values that CHECK leaves to '");
    tn__emit_name(out, choice->table->name);
    tn__buf_putc(out, '.');
    tn__emit_name(out, choice->column->name);
    tn__buf_printf(out, "'; 0 is none. */\nenum %s {\n", planned->tag);
    for (size_t i = 0; i < choice->column->choice_count; i++)
        tn__buf_printf(out, "    %s%s,\n", planned->enumerators[i], i == 0 ? " = 1" : "");
    tn__buf_printf(out,
                   "};\n"
                   "\nstruct %s {\n"
                   "    bool has;\n"
                   "    enum %s value;\n"
                   "};\n",
                   planned->opt_tag, planned->tag);
    if (planned->list_tag)
        tn__buf_printf(out,
                       "\nstruct %s {\n"
                       "    const enum %s *items;\n"
                       "    size_t count;\n"
                       "};\n",
                       planned->list_tag, planned->tag);
}

/* A function of the header, up to its opening brace; `extra` is its second parameter, or NULL. */
static void write_head(struct tn__buf *out, const char *result, const char *name, const char *type,
                       const char *first, const char *extra)
{
    struct tn__call call;
    tn__call_begin(&call, "static inline %s %s", result, name);
    tn__call_add(&call, "%s %s", type, first);
    if (extra)
        tn__call_add(&call, "%s", extra);
    tn__call_end(out, &call, "");
    tn__buf_puts(out, "{\n");
}

static void write_text(struct tn__buf *out, const struct tn__planned_enum *planned)
{
    const struct tn__column *column = planned->choice->column;
    const struct tn__c_type *type = &planned->types[0];
    tn__buf_puts(out, "\n/** Static; data is NULL for what is no value. */\n");
    write_head(out, "tn_text", type->text, type->type, "value", NULL);
    tn__buf_puts(out, "    switch (value) {\n");
    for (size_t i = 0; i < column->choice_count; i++) {
        tn__buf_printf(out, "    case %s:\n        return tn_text_of(", planned->enumerators[i]);
        tn__write_string(out, column->choices[i]);
        tn__buf_puts(out, ");\n");
    }
    tn__buf_puts(out, "    }\n"
                      "    return tn_text_of(NULL);\n"
                      "}\n");
}

/* The case of the texts that have the size of text number `first`. */
static void write_case(struct tn__buf *out, const struct tn__planned_enum *planned, size_t first)
{
    const struct tn__column *column = planned->choice->column;
    size_t size = column->choices[first].size;
    tn__buf_printf(out, "    case %zu:\n", size);
    for (size_t i = first; i < column->choice_count; i++) {
        if (column->choices[i].size != size)
            continue;
        tn__buf_puts(out, "        if (");
        if (size > 0) {
            tn__buf_puts(out, "memcmp(text.data, ");
            tn__write_string(out, column->choices[i]);
            tn__buf_printf(out, ", %zu) == 0", size);
        } else {
            tn__buf_puts(out, "text.data");
        }
        tn__buf_printf(out,
                       ") {\n"
                       "            *out = %s;\n"
                       "            return true;\n"
                       "        }\n",
                       planned->enumerators[i]);
    }
    tn__buf_puts(out, "        break;\n");
}

static bool is_first_of_its_size(const struct tn__column *column, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (column->choices[k].size == column->choices[i].size)
            return false;
    return true;
}

static void write_parse(struct tn__buf *out, const struct tn__planned_enum *planned)
{
    const struct tn__column *column = planned->choice->column;
    const struct tn__c_type *type = &planned->types[0];
    tn__buf_puts(out, "\n/** @return false: it is none of the texts, and *out is as it was */\n");
    write_head(out, "bool", type->parse, type->type, "*out", "tn_text text");
    tn__buf_puts(out, "    switch (text.size) {\n");
    for (size_t i = 0; i < column->choice_count; i++)
        if (is_first_of_its_size(column, i))
            write_case(out, planned, i);
    tn__buf_puts(out, "    default:\n"
                      "        break;\n"
                      "    }\n"
                      "    return false;\n"
                      "}\n");
}

/* The same two for the nullable form. */
static void write_opt(struct tn__buf *out, const struct tn__planned_enum *planned)
{
    const struct tn__c_type *one = &planned->types[0];
    const struct tn__c_type *opt = &planned->types[1];
    tn__buf_puts(out, "\n/** NULL is the NULL text. */\n");
    write_head(out, "tn_text", opt->text, opt->type, "value", NULL);
    tn__buf_printf(out,
                   "    return value.has ? %s(value.value) : tn_text_of(NULL);\n"
                   "}\n\n",
                   one->text);
    write_head(out, "bool", opt->parse, opt->type, "*out", "tn_text text");
    tn__buf_printf(out,
                   "    out->has = text.data != NULL;\n"
                   "    out->value = (%s)0;\n"
                   "    return !out->has || %s(&out->value, text);\n"
                   "}\n",
                   one->type, one->parse);
}

/* By value, from 1, for the descriptions of structs. */
static void write_texts(struct tn__buf *out, const struct tn__planned_enum *planned)
{
    const struct tn__column *column = planned->choice->column;
    tn__buf_printf(out, "\n/* clang-format off */\nstatic const tn_text %s[] TN_UNUSED = {\n",
                   planned->texts);
    for (size_t i = 0; i < column->choice_count; i++) {
        tn__buf_puts(out, "    {");
        tn__write_string(out, column->choices[i]);
        tn__buf_printf(out, ", %zu},\n", column->choices[i].size);
    }
    tn__buf_puts(out, "};\n/* clang-format on */\n");
}

void tn__emit_enum(struct tn__buf *out, const struct tn__planned_enum *planned)
{
    write_types(out, planned);
    write_text(out, planned);
    write_parse(out, planned);
    write_opt(out, planned);
    write_texts(out, planned);
}
