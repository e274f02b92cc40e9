/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "check/read/variants.h"
#include "gen/emit.h"
#include "gen/writer.h"

/* What a query does with its arguments before it binds them: which text they ask for, what is refused. */

enum {
    TERM_SIZE = 80
};

/* Behind the name of a descriptor: its struct tn_gen_query. */
static const char *query_of(const struct tn__planned_query *planned)
{
    bool is_variant = planned->query->variants != NULL;
    if (planned->is_postgres)
        return is_variant ? ".base.query" : ".query";
    return is_variant ? ".query" : "";
}

static const char *args_of(const struct tn__planned_query *planned)
{
    return planned->args_tag ? "args->" : "";
}

/* Behind the name of a value that may be absent: what tells whether it is there. */
static const char *presence_of(const struct tn__member *member)
{
    if (member->typing.is_array)
        return ".items != NULL";
    if (member->choice)
        return ".has";
    if (member->key)
        return member->key->opt_tag ? ".has" : ".value.data != NULL";
    return tn__is_null_inside(member->typing.type) ? ".data != NULL" : ".has";
}

/* --- what stands in front of the functions ------------------------------------------------------ */

static bool is_bit(const struct tn__sql_when *when)
{
    return when->mask == when->value && (when->mask & (when->mask - 1)) == 0;
}

/* The texts that have a parameter: a term is a condition on `key`, and one of them must hold. Those of one
 * bit each are one term together. False: there is no term of this number, from 0. */
static bool term_at(char *out, size_t size, const struct tn__query_param *param, size_t at)
{
    unsigned long long bits = 0;
    for (size_t i = 0; i < param->when_count; i++)
        if (is_bit(&param->when[i]))
            bits |= param->when[i].mask;
    if (bits && at == 0) {
        bool is_one = (bits & (bits - 1)) == 0;
        snprintf(out, size, is_one ? "(key & %llu) == %llu" : "(key & %llu) != 0", bits, bits);
        return true;
    }
    at -= bits != 0;
    for (size_t i = 0; i < param->when_count; i++) {
        const struct tn__sql_when *when = &param->when[i];
        if (is_bit(when) || at-- > 0)
            continue;
        snprintf(out, size, "(key & %llu) == %llu", (unsigned long long)when->mask,
                 (unsigned long long)when->value);
        return true;
    }
    return false;
}

void tn__param_condition(char *out, size_t size, const struct tn__planned_query *planned, size_t i)
{
    const struct tn__query_param *param = &planned->query->params[i];
    char second[TERM_SIZE];
    out[0] = '\0';
    if (term_at(second, sizeof second, param, 1))
        snprintf(out, size, "uses_%s_%zu(key)", planned->function, i + 1);
    else
        (void)term_at(out, size, param, 0);
}

/* static bool uses_NAME_1(uint64_t key), where one condition is not enough. */
static void write_uses(struct tn__buf *out, const struct tn__planned_query *planned, size_t i)
{
    static const char begin[] = "    return ";
    const struct tn__query_param *param = &planned->query->params[i];
    char term[TERM_SIZE];
    size_t column = sizeof begin - 1;
    if (!term_at(term, sizeof term, param, 1))
        return;
    tn__buf_printf(out, "\nstatic bool uses_%s_%zu(uint64_t key)\n{\n%s", planned->function, i + 1,
                   begin);
    for (size_t k = 0; term_at(term, sizeof term, param, k); k++) {
        size_t needed = strlen(term) + sizeof " || " - 1;
        if (k > 0)
            tn__buf_puts(out, " ||");
        if (k > 0 && column + needed > TN__WIDTH) {
            tn__buf_putc(out, '\n');
            column = sizeof begin - 1;
            tn__buf_fill(out, ' ', column);
        } else if (k > 0) {
            tn__buf_putc(out, ' ');
        }
        tn__buf_puts(out, term);
        column += needed;
    }
    tn__buf_puts(out, ";\n}\n");
}

static void write_option(struct tn__buf *out, const struct tn__planned_query *planned,
                         const struct tn__option *option)
{
    const struct tn__query *query = planned->query;
    const char *name = option->member;
    const char *presence = "";
    for (size_t i = 0; option->is_param && i < query->param_count; i++) {
        if (!query->params[i].is_switch || strcmp(query->params[i].name, option->name) != 0)
            continue;
        name = planned->params[i].name;
        presence = presence_of(&planned->params[i]);
    }
    tn__buf_printf(out,
                   "    if (args->%s%s)\n"
                   "        *key |= %llu;\n",
                   name, presence, (unsigned long long)option->mask);
}

static void write_choice(struct tn__buf *out, const struct tn__planned_query *planned,
                         const struct tn__choice *choice)
{
    struct tn__call call;
    tn__buf_printf(out, "    if ((unsigned)args->%s > %zu)\n", choice->member,
                   choice->value_count - 1);
    tn__call_begin(&call, "        return tn_gen_fail_param");
    tn__call_add(&call, "&%s_query%s", planned->function, query_of(planned));
    tn__call_add_string(&call, choice->name);
    tn__call_add(&call, "err");
    tn__call_end(out, &call, ";");
    tn__buf_printf(out, "    *key |= (uint64_t)args->%s << %u;\n", choice->member,
                   (unsigned)choice->shift);
}

/* Which of its texts the arguments ask for. */
static void write_key(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__variants *variants = planned->query->variants;
    struct tn__call call;
    tn__call_begin(&call, "static int key_%s", planned->function);
    tn__call_add(&call, "uint64_t *key");
    tn__call_add(&call, "const struct %s *args", planned->args_tag);
    tn__call_add(&call, "tn_error *err");
    tn__buf_putc(out, '\n');
    tn__call_end(out, &call, "");
    tn__buf_puts(out, "{\n    *key = 0;\n");
    if (variants->choice_count == 0)
        tn__buf_puts(out, "    (void)err;\n");
    for (size_t i = 0; i < variants->option_count; i++)
        write_option(out, planned, &variants->options[i]);
    for (size_t i = 0; i < variants->choice_count; i++)
        write_choice(out, planned, &variants->choices[i]);
    tn__buf_puts(out, "    return TN_OK;\n}\n");
}

void tn__emit_param_parts(struct tn__buf *out, const struct tn__planned_query *planned)
{
    for (size_t i = 0; i < planned->query->param_count; i++)
        write_uses(out, planned, i);
    if (planned->query->variants)
        write_key(out, planned);
}

/* --- checks ------------------------------------------------------------------------------------- */

/* Whether it is an enum that is bound as one text. */
static bool is_checked(const struct tn__member *param)
{
    return param->choice && !param->list_type && !param->typing.is_array;
}

bool tn__has_enum_params(const struct tn__planned_query *planned)
{
    for (size_t i = 0; i < planned->query->param_count; i++)
        if (is_checked(&planned->params[i]))
            return true;
    return false;
}

/* if (!text(status).data)tail, or if (status.has && !text(status).data)tail */
static void write_condition(struct tn__buf *out, const char *indent, const char *args,
                            const struct tn__member *param, const char *tail)
{
    const char *text = tn__member_type(param)->text;
    struct tn__buf left;
    struct tn__call call;
    tn__buf_init(&left, 0);
    tn__buf_printf(&left, "%sif (%s%s.has &&", indent, args, param->name);
    if (param->typing.is_nullable)
        tn__call_begin(&call, "!%s", text);
    else
        tn__call_begin(&call, "%sif (!%s", indent, text);
    tn__call_add(&call, "%s%s", args, param->name);
    if (left.status != TN_OK)
        tn__buf_fail(out, left.status);
    if (param->typing.is_nullable)
        tn__call_end_behind(out, left.data ? left.data : "", &call, tail);
    else
        tn__call_end(out, &call, tail);
    tn__buf_fini(&left);
}

/* Before anything is held. A value that the text does not have is not looked at. */
static void write_check(struct tn__buf *out, const struct tn__planned_query *planned, size_t i)
{
    struct tn__call call;
    char condition[TN__CONDITION_SIZE];
    bool is_nested =
        planned->query->params[i].when_count > 0 && !planned->query->params[i].is_switch;
    const char *indent = is_nested ? "        " : "    ";
    tn__param_condition(condition, sizeof condition, planned, i);
    if (is_nested)
        tn__buf_printf(out, "    if (%s) {\n", condition);
    write_condition(out, indent, args_of(planned), &planned->params[i], ".data)");
    tn__call_begin(&call, "%s    return tn_gen_fail_param", indent);
    tn__call_add(&call, "&%s_query%s", planned->function, query_of(planned));
    tn__call_add_string(&call, planned->query->params[i].name);
    tn__call_add(&call, "err");
    tn__call_end(out, &call, ";");
    if (is_nested)
        tn__buf_puts(out, "    }\n");
}

void tn__emit_checks(struct tn__buf *out, const struct tn__planned_query *planned)
{
    if (planned->query->variants)
        tn__buf_printf(out,
                       "    rc = key_%s(&key, args, err);\n"
                       "    if (rc != TN_OK)\n"
                       "        return rc;\n",
                       planned->function);
    for (size_t i = 0; i < planned->query->param_count; i++)
        if (is_checked(&planned->params[i]))
            write_check(out, planned, i);
}

void tn__emit_item_checks(struct tn__buf *out, const struct tn__planned_query *planned)
{
    for (size_t i = 0; i < planned->query->param_count; i++) {
        if (!is_checked(&planned->params[i]))
            continue;
        const char *in = planned->is_postgres ? "            " : "        ";
        write_condition(out, in, "args->", &planned->params[i], ".data) {");
        struct tn__call call;
        tn__call_begin(&call, "%s    rc = tn_%s_bulk_fail_param", in,
                       planned->is_postgres ? "pg" : "gen");
        tn__call_add(&call, "&bulk");
        tn__call_add_string(&call, planned->query->params[i].name);
        tn__call_add(&call, "err");
        tn__call_end(out, &call, ";");
        tn__buf_printf(out, "%s    break;\n%s}\n", in, in);
    }
}

/* --- acquiring ---------------------------------------------------------------------------------- */

void tn__emit_acquire(struct tn__buf *out, const struct tn__planned_query *planned,
                      const char *head, const char *use)
{
    bool is_variant = planned->query->variants != NULL;
    struct tn__call call;
    tn__call_begin(&call, "%s%s", head, is_variant ? "tn_gen_acquire_variant" : "tn_gen_acquire");
    tn__call_add(&call, "%s", use);
    tn__call_add(&call, "db");
    tn__call_add(&call, "&%s_query%s", planned->function,
                 !planned->is_postgres ? ""
                 : is_variant          ? ".base"
                                       : ".query");
    if (is_variant)
        tn__call_add(&call, "key");
    tn__call_add(&call, "err");
    tn__call_end(out, &call, ";");
}

const char *tn__release_of(const struct tn__planned_query *planned)
{
    return planned->query->variants ? "tn_gen_release_variant" : "tn_gen_release";
}
