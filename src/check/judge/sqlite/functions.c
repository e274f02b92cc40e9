/* SPDX-License-Identifier: MIT */
#include "check/judge/sqlite/sqlite.h"
#include "util/str.h"

/* The functions of tenon.ini: as the engine is to know them, and as the analysis is. */

static struct tn__domain domain_of(const char *type)
{
    struct tn__typing said = {0};
    struct tn__typing typing = {0};
    (void)tn__type_parse(&said, tn_text_of(type)); /* the settings know its words */
    tn__typing_settle(&typing, said);
    return tn__domain_of_typing(typing);
}

static int add(struct tn__fn_declared *out, const struct tn__settings_function *function,
               tn_arena *arena)
{
    tn__classes *args = tn_arena_array(arena, function->arg_count, sizeof(*args));
    if (!args)
        return TN_ENOMEM;
    for (size_t i = 0; i < function->arg_count; i++) {
        tn__classes classes = domain_of(function->args[i]).classes;
        args[i] = classes == TN__CLASS_VALUES ? 0 : classes;
    }
    *out = (struct tn__fn_declared){.name = function->name,
                                    .args = args,
                                    .arg_count = function->arg_count,
                                    .is_variadic = function->is_variadic,
                                    .is_aggregate = function->is_aggregate,
                                    .is_strict = function->is_strict,
                                    .result = domain_of(function->result)};
    if (!function->is_not_null && !function->is_strict)
        out->result.classes |= TN__CLASS_NULL;
    return TN_OK;
}

static struct tn__driver_function native_of(const struct tn__settings_function *function)
{
    return (struct tn__driver_function){.name = function->name,
                                        .arg_count = function->arg_count,
                                        .is_variadic = function->is_variadic,
                                        .is_aggregate = function->is_aggregate};
}

/* Whether the engine has it already: then it is a finding. */
static int is_engines(bool *out, const struct tn__functions *functions, struct tn__scratch *scratch,
                      const struct tn__settings_function *function, tn_error *err)
{
    struct tn__driver_function native = native_of(function);
    int rc = scratch->driver->has_function(out, scratch->native, &native, err);
    if (rc != TN_OK || !*out)
        return rc;
    struct tn__diag *diag = tn__diags_add(functions->diags, "bad-setting", function->place,
                                          "'%s' is a function of the engine's", function->name);
    tn__diag_help(functions->diags, diag, "another name: what the engine has is known already");
    return TN_OK;
}

/* Take those that the engine does not have, which are variadic or not. */
static int take(struct tn__functions *functions, struct tn__fn_declared *declared, bool is_variadic,
                struct tn__scratch *scratch, tn_error *err)
{
    const struct tn__check_options *options = functions->options;
    for (size_t i = 0; i < options->function_count; i++) {
        const struct tn__settings_function *function = &options->functions[i];
        bool is_taken = false;
        if (function->is_variadic != is_variadic)
            continue;
        int rc = is_engines(&is_taken, functions, scratch, function, err);
        if (rc != TN_OK)
            return rc;
        if (is_taken)
            continue;
        rc = add(&declared[functions->count], function, functions->arena);
        if (rc != TN_OK)
            return tn_error_set(err, rc, "out of memory");
        functions->natives[functions->count++] = native_of(function);
    }
    return TN_OK;
}

int tn__functions_declare(struct tn__scratch *scratch, void *user, tn_error *err)
{
    struct tn__functions *functions = user;
    size_t most = functions->options->function_count;
    struct tn__fn_declared *declared = tn_arena_array(functions->arena, most, sizeof(*declared));
    functions->natives = tn_arena_array(functions->arena, most, sizeof(*functions->natives));
    if (!declared || !functions->natives)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    /* The analysis takes the first that fits. */
    int rc = take(functions, declared, false, scratch, err);
    if (rc == TN_OK)
        rc = take(functions, declared, true, scratch, err);
    /* The last ones first: what takes the very number replaces what takes any. */
    for (size_t i = functions->count; i-- > 0 && rc == TN_OK;)
        rc = scratch->driver->declare(scratch->native, &functions->natives[i], err);
    functions->checked->functions = declared;
    functions->checked->function_count = functions->count;
    return rc;
}

/* The engine may ask what a function gives to guess how many rows there are. */
void tn__functions_mute(struct tn__functions *functions)
{
    for (size_t i = 0; i < functions->count; i++)
        functions->natives[i].is_mute = true;
}
