/* SPDX-License-Identifier: MIT */
#include "explain/form.h"

/* The engine and the plan. */

/* --- the engine */

/* Take a connection of the database. Its statements are prepared on the connection itself, so that
 * what they cost can be told. */
static int adopt(struct tn__explain *explain, tn_db *db, enum tn_access access, bool declares,
                 tn_error *err)
{
    int rc = tn__scratch_borrow(&explain->engine, db, access, err);
    if (rc != TN_OK)
        return rc;
    return tn__check_adopt(&explain->engine, &explain->checked, explain->options, declares,
                           explain->arena, err);
}

int tn__explain_open(struct tn__explain *explain, tn_db *db, enum tn_access access, bool declares,
                     tn_error *err)
{
    const char *file = explain->query ? explain->query->name : "sql";
    explain->is_on_database = db != NULL;
    int rc = db ? adopt(explain, db, access, declares, err)
                : tn__check_scratch(&explain->engine, &explain->checked, explain->options, false,
                                    explain->arena, explain->diags, err);
    if (rc == TN_EREFUSED)
        return TN_ESYNTAX; /* a migration fails */
    if (rc == TN_OK)
        rc = tn__check_statement(&explain->statement, explain->sql, file, &explain->checked,
                                 explain->options, &explain->engine, explain->arena, explain->diags,
                                 err);
    if (rc == TN_EREFUSED)
        return tn_error_set(err, TN_ESYNTAX, "the statement is broken");
    if (rc == TN_OK && tn__explain_name_params(explain) != TN_OK)
        rc = tn_error_set(err, TN_ENOMEM, "out of memory");
    return rc;
}

void tn__explain_close(struct tn__explain *explain)
{
    tn__scratch_close(&explain->engine);
}

/* --- the plan */

int tn__explain_plan(struct tn__explain *explain, tn_error *err)
{
    struct tn__plan_bind *binds =
        tn_arena_array(explain->arena, explain->param_count, sizeof(*binds));
    if (!binds)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    explain->binds = binds;
    explain->bind_count = 0;
    for (size_t i = 0; i < explain->param_count; i++)
        if (explain->params[i].is_set && !explain->params[i].is_list)
            binds[explain->bind_count++] =
                (struct tn__plan_bind){(int)i + 1, explain->params[i].value};
    if (tn__explain_label_lists(explain) != TN_OK)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    return tn__explain_ask(&explain->plan, explain, &explain->engine, explain->arena, err);
}
