/* SPDX-License-Identifier: MIT */
#include "check/read/variants.h"
#include "gen/emit.h"
#include "gen/writer.h"
#include "util/str.h"

/* The texts of enums: type and functions in the tables' header. */

static void write_types(struct tn__buf *out, const struct tn__planned_enum *planned)
{
    const struct tn__enum *choice = planned->choice;
    if (choice->server) {
        tn__buf_puts(out, "\n/** The values of the type '");
        tn__emit_name(out, choice->server->name);
    } else {
        tn__buf_puts(out, "\n/** The values that CHECK leaves to '");
        tn__emit_name(out, choice->table->name);
        tn__buf_putc(out, '.');
        tn__emit_name(out, choice->column->name);
    }
    tn__buf_printf(out, "'; 0 is none. */\nenum %s {\n", planned->tag);
    for (size_t i = 0; i < choice->count; i++)
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
    if (planned->array_tag)
        tn__buf_printf(out,
                       "\nstruct %s {\n"
                       "    const struct %s *items;\n"
                       "    size_t count;\n"
                       "};\n",
                       planned->array_tag, planned->opt_tag);
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

/* The enumerators of a type and the texts that they stand for, of a CHECK or of a choice. */
struct words {
    const char *type;
    const char *text; /* the two functions */
    const char *parse;
    const char *const *enumerators;
    const tn_text *texts;      /* of a CHECK; or */
    const char *const *values; /* of a choice */
    size_t count;
};

static tn_text word_at(const struct words *words, size_t i)
{
    return words->texts ? words->texts[i] : tn_text_of(words->values[i]);
}

static void write_text(struct tn__buf *out, const struct words *words)
{
    tn__buf_puts(out, "\n/** Static; data is NULL for what is no value. */\n");
    write_head(out, "tn_text", words->text, words->type, "value", NULL);
    tn__buf_puts(out, "    switch (value) {\n");
    for (size_t i = 0; i < words->count; i++) {
        tn__buf_printf(out, "    case %s:\n        return tn_text_of(", words->enumerators[i]);
        tn__write_string(out, word_at(words, i));
        tn__buf_puts(out, ");\n");
    }
    tn__buf_puts(out, "    }\n"
                      "    return tn_text_of(NULL);\n"
                      "}\n");
}

/* The case of the texts that have the size of text number `first`. */
static void write_case(struct tn__buf *out, const struct words *words, size_t first)
{
    size_t size = word_at(words, first).size;
    tn__buf_printf(out, "    case %zu:\n", size);
    for (size_t i = first; i < words->count; i++) {
        tn_text word = word_at(words, i);
        if (word.size != size)
            continue;
        tn__buf_puts(out, "        if (");
        if (size > 0) {
            tn__buf_puts(out, "memcmp(text.data, ");
            tn__write_string(out, word);
            tn__buf_printf(out, ", %zu) == 0", size);
        } else {
            tn__buf_puts(out, "text.data");
        }
        tn__buf_printf(out,
                       ") {\n"
                       "            *out = %s;\n"
                       "            return true;\n"
                       "        }\n",
                       words->enumerators[i]);
    }
    tn__buf_puts(out, "        break;\n");
}

static bool is_first_of_its_size(const struct words *words, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (word_at(words, k).size == word_at(words, i).size)
            return false;
    return true;
}

static void write_parse(struct tn__buf *out, const struct words *words)
{
    tn__buf_puts(out, "\n/** @return false: it is none of the texts, and *out is as it was */\n");
    write_head(out, "bool", words->parse, words->type, "*out", "tn_text text");
    tn__buf_puts(out, "    switch (text.size) {\n");
    for (size_t i = 0; i < words->count; i++)
        if (is_first_of_its_size(words, i))
            write_case(out, words, i);
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
    const struct tn__enum *choice = planned->choice;
    tn__buf_printf(out, "\n/* clang-format off */\nstatic const tn_text %s[] TN_UNUSED = {\n",
                   planned->texts);
    for (size_t i = 0; i < choice->count; i++) {
        tn__buf_puts(out, "    {");
        tn__write_string(out, choice->texts[i]);
        tn__buf_printf(out, ", %zu},\n", choice->texts[i].size);
    }
    tn__buf_puts(out, "};\n/* clang-format on */\n");
}

void tn__emit_enum(struct tn__buf *out, const struct tn__planned_enum *planned)
{
    const struct words words = {.type = planned->types[0].type,
                                .text = planned->types[0].text,
                                .parse = planned->types[0].parse,
                                .enumerators = planned->enumerators,
                                .texts = planned->choice->texts,
                                .count = planned->choice->count};
    write_types(out, planned);
    write_text(out, &words);
    write_parse(out, &words);
    write_opt(out, planned);
    write_texts(out, planned);
}

void tn__emit_choice(struct tn__buf *out, const struct tn__planned_choice *planned)
{
    const struct tn__choice *choice = planned->choice;
    const struct words words = {.type = planned->type,
                                .text = planned->text,
                                .parse = planned->parse,
                                .enumerators = planned->enumerators,
                                .values = choice->values,
                                .count = choice->value_count};
    tn__buf_printf(out, "\n%s {\n", planned->type);
    for (size_t i = 0; i < choice->value_count; i++)
        tn__buf_printf(out, "    %s%s,\n", planned->enumerators[i], i == 0 ? " = 0" : "");
    tn__buf_puts(out, "};\n");
    write_text(out, &words);
    write_parse(out, &words);
}
