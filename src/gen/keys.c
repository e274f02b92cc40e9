/* SPDX-License-Identifier: MIT */
#include "gen/emit.h"
#include "gen/writer.h"

/* The texts of key types: their structs in the tables' header, and what is bound and read of a value. */

void tn__emit_key(struct tn__buf *out, const struct tn__planned_key *planned)
{
    const struct tn__key *key = planned->key;
    tn__buf_puts(out, "\n/** The key type of '");
    tn__emit_name(out, key->table->name);
    tn__buf_putc(out, '.');
    tn__emit_name(out, key->column->name);
    tn__buf_printf(out,
                   "'%s. */\n"
                   "struct %s {\n"
                   "    %s value;\n"
                   "};\n",
                   planned->opt_tag ? "" : "; NULL is value.data == NULL", planned->tag,
                   tn__c_type(key->type, false)->type);
    if (planned->opt_tag)
        tn__buf_printf(out,
                       "\nstruct %s {\n"
                       "    bool has;\n"
                       "    struct %s value;\n"
                       "};\n",
                       planned->opt_tag, planned->tag);
    if (planned->list_tag)
        tn__buf_printf(out,
                       "\nstruct %s {\n"
                       "    const struct %s *items;\n"
                       "    size_t count;\n"
                       "};\n",
                       planned->list_tag, planned->tag);
}

void tn__emit_value_items(struct tn__call *call, const char *path, const struct tn__member *member)
{
    const struct tn__c_type *type = tn__member_type(member);
    if (type->has)
        tn__call_add(call, "%s%s%s", path, member->name, type->has);
    tn__call_add(call, "%s%s%s", path, member->name, type->value);
}
