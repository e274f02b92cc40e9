/* SPDX-License-Identifier: MIT */
#include "driver/postgres/decode.h"
#include "driver/postgres/postgres.h"
#include "util/alloc.h"

/*
 * Values that have been bound already, where a statement is prepared anew and the server finds other types
 * for its parameters: they are read back as what they were bound for, and bound once more.
 */

static int bind_again(struct tn__pg_param *param, const struct tn__pg_type *was,
                      const struct tn__pg_type *type, tn_arena *arena, tn_error *err)
{
    tn_value value;
    size_t size = (size_t)param->size;
    const char *data = param->data;
    /* Its own bytes are written over. What is borrowed from the program stays so. */
    if (data == param->own.data || data == param->small)
        data = tn_arena_copy(arena, data, size);
    if (!data)
        return tn_error_set(err, TN_ENOMEM, "cannot bind a value again: out of memory");
    int rc = tn__pg_decode(&value, was, true, data, size, arena, err);
    return rc == TN_OK ? tn__pg_encode(param, type, &value, err) : rc;
}

/* Texts that have been bound already go as texts, which all types can be read from: as bytes they would be
 * those of whatever type the server finds now. */
static int keep_text(struct tn__pg_param *param, tn_error *err)
{
    tn__buf_reset(&param->own);
    tn__buf_add(&param->own, param->data, (size_t)param->size);
    if (tn__buf_status(&param->own) != TN_OK)
        return tn_error_set(err, TN_ENOMEM, "cannot bind a value again: out of memory");
    param->data = param->own.data;
    param->format = 0;
    return TN_OK;
}

int tn__pg_rebind(struct tn__driver_stmt *stmt, const struct tn__pg_type *const *types,
                  tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    int rc = TN_OK;
    for (int i = 0; rc == TN_OK && i < stmt->param_count; i++) {
        struct tn__pg_param *param = &stmt->params[i];
        const struct tn__pg_type *was = stmt->param_types[i];
        if (!param->data || param->format == 0 || !was || was == types[i])
            continue;
        rc = was->kind == TN__PG_TEXT ? keep_text(param, err)
                                      : bind_again(param, was, types[i], &arena, err);
        if (rc != TN_OK)
            tn_error_prefix(err, "parameter '%s'", stmt->text.names[i]);
    }
    tn_arena_fini(&arena);
    return rc;
}
