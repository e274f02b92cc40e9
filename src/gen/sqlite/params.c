/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "gen/emit.h"
#include "gen/sqlite/sqlite.h"
#include "gen/writer.h"

/* How parameters are bound. */

/* The texts of an enum, by its values, for a list of them. */
static void write_texts(struct tn__buf *out, const struct tn__planned_query *planned, size_t i)
{
    const struct tn__enum *choice = planned->params[i].choice->choice;
    tn__buf_printf(out, "\n/* clang-format off */\nstatic const tn_text %s_texts%zu[] = {\n",
                   planned->function, i + 1);
    for (size_t k = 0; k < choice->count; k++) {
        tn__buf_puts(out, "    {");
        tn__write_string(out, choice->texts[k]);
        tn__buf_printf(out, ", %zu},\n", choice->texts[k].size);
    }
    tn__buf_puts(out, "};\n/* clang-format on */\n");
}

void tn__sgen_emit_texts(struct tn__buf *out, const struct tn__planned_query *planned)
{
    for (size_t i = 0; i < planned->query->param_count; i++)
        if (planned->params[i].list_type && planned->params[i].choice)
            write_texts(out, planned, i);
}

/* bind(stmt, 1, id[, form]); */
static void write_scalar(struct tn__buf *out, const char *head, const char *args, size_t i,
                         const struct tn__member *param)
{
    const struct tn__c_type *type = tn__member_type(param);
    struct tn__call call;
    tn__call_begin(&call, "%src = %s", head, type->bind);
    tn__call_add(&call, "stmt");
    tn__call_add(&call, "%zu", i + 1);
    if (type->text)
        tn__call_add(&call, "%s(%s%s)", type->text, args, param->name);
    else
        tn__emit_value_items(&call, args, param);
    if (type->has_form)
        tn__call_add(&call, "%s", tn__c_form(param->typing.form));
    tn__call_end(out, &call, ";");
}

/* bind(stmt, 1, &lists[0], "ids", …, ids.items, ids.count); */
static void write_list(struct tn__buf *out, const char *head, const char *args, const char *list,
                       const struct tn__planned_query *planned, size_t i)
{
    const struct tn__member *param = &planned->params[i];
    bool is_time = param->typing.type == TN__TYPE_TIMESTAMP;
    struct tn__call call;
    tn__call_begin(&call, "%src = tn_sqlite_bind_%s", head,
                   param->choice ? "choices"
                   : is_time     ? "times"
                                 : "items");
    tn__call_add(&call, "stmt");
    tn__call_add(&call, "%zu", i + 1);
    tn__call_add(&call, "%s", list);
    tn__call_add_string(&call, planned->query->params[i].name);
    if (param->choice) {
        tn__call_add(&call, "%s_texts%zu", planned->function, i + 1);
        tn__call_add(&call, "%zu", param->choice->choice->count);
    } else {
        tn__call_add(&call, "%s",
                     is_time ? tn__c_form(param->typing.form)
                             : tn__c_list(param->typing.type)->kind);
    }
    tn__call_add(&call, "%s%s.items", args, param->name);
    tn__call_add(&call, "%s%s.count", args, param->name);
    tn__call_end(out, &call, ";");
}

/* if (rc == SQLITE_OK && (key & 1) == 1) */
static void write_bind_if(struct tn__buf *out, const char *indent,
                          const struct tn__planned_query *planned, size_t i)
{
    char condition[TN__CONDITION_SIZE];
    tn__param_condition(condition, sizeof condition, planned, i);
    if (i == 0 && condition[0])
        tn__buf_printf(out, "%sif (%s)\n", indent, condition);
    else if (i > 0)
        tn__buf_printf(out, "%sif (rc == SQLITE_OK%s%s)\n", indent, condition[0] ? " && " : "",
                       condition);
}

void tn__sgen_emit_binds(struct tn__buf *out, const struct tn__planned_query *planned,
                         const char *indent, const char *lists)
{
    const char *args = planned->args_tag ? "args->" : "";
    size_t list = 0;
    for (size_t i = 0; i < planned->query->param_count; i++) {
        const struct tn__query_param *param = &planned->query->params[i];
        char head[24];
        char item[40];
        bool is_inner = i > 0 || param->when_count > 0;
        write_bind_if(out, indent, planned, i);
        snprintf(head, sizeof head, "%s%s", indent, is_inner ? "    " : "");
        snprintf(item, sizeof item, "&%s[%zu]", lists, list);
        list += param->is_list;
        if (param->is_list)
            write_list(out, head, args, item, planned, i);
        else
            write_scalar(out, head, args, i, &planned->params[i]);
    }
}
