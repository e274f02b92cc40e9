/* SPDX-License-Identifier: MIT */
#include "explain/form.h"

#include "util/str.h"

/* Which of a query's texts is meant: its optional parts, and the values of its choices. */

/* --- names */

bool tn__explain_setting(struct tn__explain_setting *out, const char *text)
{
    tn_text whole = tn_text_of(text);
    size_t equals = tn__text_find(whole, '=');
    out->name = tn__text_sub(whole, 0, equals);
    out->value = tn__text_sub(whole, equals + 1, whole.size);
    if (equals == whole.size || equals == 0)
        return false;
    if (out->name.size > 1 && strchr(":@$?", out->name.data[0]))
        out->name = tn__text_sub(out->name, 1, out->name.size);
    return true;
}

int tn__explain_unknown(tn_error *err, const char *what, tn_text name, const char *const *names,
                        size_t count)
{
    const char *near = names ? tn__nearest(name, names, count) : NULL;
    return tn_error_set(err, TN_ENOTFOUND, "%s '%.*s'%s%s%s", what, (int)name.size, name.data,
                        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

const struct tn__variants *tn__explain_variants(const struct tn__explain *explain)
{
    return explain->query ? explain->query->variants : NULL;
}

const struct tn__option *tn__explain_option(const struct tn__explain *explain, tn_text name)
{
    const struct tn__variants *variants = tn__explain_variants(explain);
    for (size_t i = 0; variants && i < variants->option_count; i++) {
        const struct tn__option *option = &variants->options[i];
        if (tn__text_is(name, option->name) ||
            (option->member && tn__text_is(name, option->member)))
            return option;
    }
    return NULL;
}

const struct tn__choice *tn__explain_choice(const struct tn__explain *explain, tn_text name)
{
    const struct tn__variants *variants = tn__explain_variants(explain);
    for (size_t i = 0; variants && i < variants->choice_count; i++)
        if (tn__text_is(name, variants->choices[i].name))
            return &variants->choices[i];
    return NULL;
}

/* --- keys */

static uint64_t all_options(const struct tn__variants *variants)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < variants->option_count; i++)
        mask |= variants->options[i].mask;
    return mask;
}

/* Whatever its choices are: a choice is there, whichever of its texts is. */
static bool has(const struct tn__variants *variants, uint64_t key, uint64_t bits)
{
    uint64_t options = all_options(variants);
    for (size_t i = 0; i < variants->part_count; i++) {
        uint64_t mask = variants->parts[i].mask;
        if ((mask & bits) && !(mask & options & ~key))
            return true;
    }
    return false;
}

bool tn__explain_has(const struct tn__explain *explain, uint64_t bits)
{
    return has(tn__explain_variants(explain), explain->key, bits);
}

/* With what has those bits, and with the parts around the first place of it if it is at none. */
static uint64_t turn_on(const struct tn__variants *variants, uint64_t key, uint64_t bits)
{
    uint64_t options = all_options(variants);
    key |= bits & options;
    if (has(variants, key, bits))
        return key;
    for (size_t i = 0; i < variants->part_count; i++)
        if (variants->parts[i].mask & bits)
            return key | (variants->parts[i].mask & options);
    return key;
}

/* With the parts that a parameter stands in first, if it is in none that is there. */
static uint64_t turn_on_param(const struct tn__variants *variants, uint64_t key,
                              const struct tn__query_param *param)
{
    uint64_t options = all_options(variants);
    for (size_t i = 0; i < param->when_count; i++)
        if (!(param->when[i].mask & options & ~key))
            return key;
    return param->when_count > 0 ? key | (param->when[0].mask & options) : key;
}

/* A part within one that is left out is not there, either. */
static uint64_t settle(const struct tn__variants *variants, uint64_t key)
{
    uint64_t settled = key;
    for (size_t i = 0; i < variants->option_count; i++)
        if (!has(variants, key, variants->options[i].mask))
            settled &= ~variants->options[i].mask;
    return settled;
}

/* --- what is asked for */

/* Parts by their names: the bits of all of them. */
static int find_parts(uint64_t *out, const struct tn__explain *explain, const char *const *parts,
                      size_t count, tn_error *err)
{
    const struct tn__variants *variants = tn__explain_variants(explain);
    for (size_t i = 0; i < count; i++) {
        const struct tn__option *option = tn__explain_option(explain, tn_text_of(parts[i]));
        if (option) {
            out[i] = option->mask;
            continue;
        }
        const char **names = tn_arena_array(explain->arena, variants->option_count, sizeof(*names));
        if (!names)
            return tn_error_set(err, TN_ENOMEM, "out of memory");
        for (size_t k = 0; k < variants->option_count; k++)
            names[k] = variants->options[k].name;
        return tn__explain_unknown(err, "the query has no optional part", tn_text_of(parts[i]),
                                   names, variants->option_count);
    }
    return TN_OK;
}

static int take_parts(struct tn__explain *explain, const struct tn__explain_form *form,
                      tn_error *err)
{
    const struct tn__variants *variants = tn__explain_variants(explain);
    size_t count = form->with_count + form->without_count;
    uint64_t *bits = tn_arena_array(explain->arena, count, sizeof(*bits));
    if (!bits)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    int rc = find_parts(bits, explain, form->with, form->with_count, err);
    if (rc == TN_OK)
        rc = find_parts(bits + form->with_count, explain, form->without, form->without_count, err);
    if (rc != TN_OK)
        return rc;
    if (form->with_count > 0)
        explain->key &= ~all_options(variants);
    for (size_t i = 0; i < form->with_count; i++)
        explain->key = turn_on(variants, explain->key, bits[i]);
    for (size_t i = form->with_count; i < count; i++)
        explain->key &= ~bits[i];
    return TN_OK;
}

static int take_value(struct tn__explain *explain, const struct tn__choice *choice, tn_text value,
                      tn_error *err)
{
    for (size_t i = 0; i < choice->value_count; i++)
        if (tn__text_is(value, choice->values[i])) {
            explain->key = (explain->key & ~choice->mask) | (uint64_t)i << choice->shift;
            return TN_OK;
        }
    const char *what = tn__arena_printf(explain->arena, "choice '%s' has no text", choice->name);
    return what ? tn__explain_unknown(err, what, value, choice->values, choice->value_count)
                : tn_error_set(err, TN_ENOMEM, "out of memory");
}

/* A choice gets its value. `turns_on`: what is set is there. */
static int take_setting(struct tn__explain *explain, const char *text, bool turns_on, tn_error *err)
{
    struct tn__explain_setting setting;
    const struct tn__query *query = explain->query;
    if (!tn__explain_setting(&setting, text))
        return TN_OK; /* tn__explain_bind() says so */
    const struct tn__choice *choice = tn__explain_choice(explain, setting.name);
    if (choice && turns_on)
        explain->key = turn_on(query->variants, explain->key, choice->mask);
    if (choice)
        return take_value(explain, choice, setting.value, err);
    for (size_t i = 0; turns_on && i < query->param_count; i++)
        if (tn__text_is(setting.name, query->params[i].name))
            explain->key = turn_on_param(query->variants, explain->key, &query->params[i]);
    return TN_OK;
}

int tn__explain_choose(struct tn__explain *explain, const struct tn__explain_form *form,
                       tn_error *err)
{
    const struct tn__variants *variants = tn__explain_variants(explain);
    struct tn__sql_text text;
    bool has_parts = form->with_count + form->without_count > 0;
    if (form->with_count > 0 && form->without_count > 0)
        return tn_error_set(err, TN_EINVAL,
                            "'--with' leaves out all other parts, '--without' takes them: use one");
    if (has_parts && (!variants || variants->option_count == 0))
        return tn_error_set(err, TN_EINVAL, "%s has no optional parts",
                            explain->query ? explain->query->name : "the statement");
    if (!variants)
        return TN_OK;
    explain->key = variants->keys[0];
    int rc = take_parts(explain, form, err);
    for (size_t i = 0; i < form->setting_count && rc == TN_OK; i++)
        rc = take_setting(explain, form->settings[i], form->with_count > 0, err);
    if (rc != TN_OK)
        return rc;
    explain->key = settle(variants, explain->key);
    if (tn__sql_compose(&text, &explain->query->pieces, explain->key, explain->arena) != TN_OK)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    explain->sql = text.text;
    return TN_OK;
}
