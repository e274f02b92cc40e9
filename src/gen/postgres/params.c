/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "gen/emit.h"
#include "gen/postgres/postgres.h"
#include "gen/writer.h"

/* How a query for PostgreSQL takes its arguments. */

void tn__pgen_emit_param_locals(struct tn__buf *out, const struct tn__planned_query *planned)
{
    size_t count = planned->query->param_count;
    if (count == 0)
        return;
    tn__buf_printf(out,
                   "    struct tn_pg_params params;\n"
                   "    const char *values[%zu]%s;\n"
                   "    int sizes[%zu];\n"
                   "    struct tn_pg_slot slots[%zu];\n",
                   count, planned->query->variants ? " = {NULL}" : "", count, count);
}

static bool is_many(const struct tn__query_param *param)
{
    return param->is_list || param->typing.is_array;
}

/* rc = tn_pg_bind_list(&params, 0, TN_INT, ids.items, ids.count, err); */
static void write_many(struct tn__buf *out, const char *head, const char *args,
                       const struct tn__planned_query *planned, size_t i)
{
    const struct tn__query_param *param = &planned->query->params[i];
    const struct tn__member *member = &planned->params[i];
    struct tn__call call;
    tn__call_begin(&call, "%src = tn_pg_bind_%s", head,
                   !member->choice  ? param->is_list ? "list" : "array"
                   : param->is_list ? "choices"
                                    : "choice_array");
    tn__call_add(&call, "&params");
    tn__call_add(&call, "%zu", i);
    if (member->choice) {
        tn__call_add(&call, "%s", member->choice->texts);
        tn__call_add(&call, "%zu", member->choice->choice->count);
    } else {
        tn__call_add(&call, "%s", tn__pgen_form(param->typing)->type);
    }
    tn__call_add(&call, "%s%s.items", args, member->name);
    tn__call_add(&call, "%s%s.count", args, member->name);
    tn__call_add(&call, "err");
    tn__call_end(out, &call, ";");
}

/* tn_pg_bind_opt_int8(&params, 0, id.has, id.value); */
static void write_one(struct tn__buf *out, const char *head, const char *args,
                      const struct tn__planned_query *planned, size_t i)
{
    const struct tn__member *member = &planned->params[i];
    const struct tn__pgen_form *form = tn__pgen_form(planned->query->params[i].typing);
    const char *has = tn__pgen_has_of(member);
    struct tn__call call;
    tn__call_begin(&call, "%stn_pg_bind_%s%s", head, member->typing.is_nullable ? "opt_" : "",
                   form->name);
    tn__call_add(&call, "&params");
    tn__call_add(&call, "%zu", i);
    if (has)
        tn__call_add(&call, "%s%s%s", args, member->name, has);
    if (member->choice)
        tn__call_add(&call, "%s(%s%s)", tn__member_type(member)->text, args, member->name);
    else
        tn__call_add(&call, "%s%s%s", args, member->name, tn__pgen_value_of(member));
    tn__call_end(out, &call, ";");
}

/* if (rc == TN_OK && (key & 1) == 1), and the indentation of what it is about. */
static void write_if(struct tn__buf *out, char *head, size_t size, const char *indent,
                     bool may_have_failed, const char *condition)
{
    bool is_inner = may_have_failed || condition[0];
    if (is_inner)
        tn__buf_printf(out, "%sif (%s%s%s)\n", indent, may_have_failed ? "rc == TN_OK" : "",
                       may_have_failed && condition[0] ? " && " : "", condition);
    snprintf(head, size, "%s%s", indent, is_inner ? "    " : "");
}

bool tn__pgen_emit_binds(struct tn__buf *out, const struct tn__planned_query *planned,
                         const char *indent, const char *use)
{
    const struct tn__query *query = planned->query;
    const char *args = planned->args_tag ? "args->" : "";
    bool has_rc = false;
    if (query->param_count == 0)
        return false;
    tn__buf_printf(out, "%stn_pg_params_init(&params, %s, values, sizes, slots);\n", indent, use);
    for (size_t i = 0; i < query->param_count; i++) {
        char condition[TN__CONDITION_SIZE];
        char head[24];
        bool is_status = is_many(&query->params[i]);
        tn__param_condition(condition, sizeof(condition), planned, i);
        write_if(out, head, sizeof(head), indent, is_status && has_rc, condition);
        if (is_status)
            write_many(out, head, args, planned, i);
        else
            write_one(out, head, args, planned, i);
        if (is_status && !query->params[i].is_list && !planned->params[i].typing.is_nullable) {
            write_if(out, head, sizeof(head), indent, true, condition);
            tn__buf_printf(out, "%stn_pg_bind_not_null(&params, %zu);\n", head, i);
        }
        has_rc = has_rc || is_status;
    }
    return has_rc;
}
