/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "driver/postgres/postgres.h"

/* Values of a statement's parameters, and whether they fit in a message. */

static int encode(struct tn__driver_stmt *stmt, int index, const tn_value *value, tn_error *err)
{
    int rc = tn__pg_encode(&stmt->params[index], stmt->param_types[index], value, err);
    if (TN_UNLIKELY(rc != TN_OK))
        tn_error_prefix(err, "parameter '%s'", stmt->text.names[index]);
    return rc;
}

/* What its type refuses the column may take by now (an int4 that has become an int8), and the server would
 * keep to the type that it had found. One that is told of it for the first time has just been asked. */
__attribute__((noinline)) static int encode_anew(struct tn__driver_stmt *stmt, int index,
                                                 const tn_value *value, tn_error *err)
{
    const struct tn__driver_conn *conn = stmt->conn;
    if (!stmt->is_persistent || conn->is_lost || (conn->task && !conn->asking) || conn->is_failed)
        return err->status;
    int rc = tn__pg_describe_anew(stmt, err);
    return rc == TN_OK ? encode(stmt, index, value, err) : rc;
}

int tn__pg_bind(struct tn__driver_stmt *stmt, int index, const tn_value *value, tn_error *err)
{
    bool was_described = stmt->is_described;
    int rc = TN_LIKELY(was_described) ? TN_OK : tn__pg_describe(stmt, err);
    if (rc == TN_OK)
        rc = encode(stmt, index - 1, value, err);
    bool is_refused = rc == TN_ETYPE || rc == TN_ERANGE;
    if (TN_UNLIKELY(is_refused && was_described))
        rc = encode_anew(stmt, index - 1, value, err);
    return rc;
}

size_t tn__pg_param_size(const struct tn__driver_stmt *stmt, int index)
{
    if (!stmt->bound)
        return (size_t)stmt->params[index].size;
    const char *value = stmt->bound->values[index];
    if (!value)
        return 0;
    return stmt->types->formats[index] ? (size_t)stmt->bound->sizes[index] : strlen(value);
}

int tn__pg_check_size(const struct tn__driver_stmt *stmt, tn_error *err)
{
    enum {
        FRAME_BYTES = 128, /* of the message, beside the parameters: names and counts */
        PARAM_BYTES = 8    /* of each, beside its value */
    };
    size_t size = FRAME_BYTES;
    int biggest = 0;
    for (int i = 0; i < stmt->param_count; i++) {
        size_t own = tn__pg_param_size(stmt, i);
        size += own + PARAM_BYTES;
        if (own > tn__pg_param_size(stmt, biggest))
            biggest = i;
    }
    if (TN_LIKELY(size <= TN__PG_MOST_BYTES))
        return TN_OK;
    return tn_error_set(
        err, TN_ERANGE,
        "parameter '%s' is too big (%zu bytes): all of them are %zu, and a message to "
        "the server takes %zu",
        stmt->text.names[biggest], tn__pg_param_size(stmt, biggest), size, TN__PG_MOST_BYTES);
}
