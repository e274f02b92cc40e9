/* SPDX-License-Identifier: MIT */
#include <tenon/gen_postgres.h>

#include "core/conn.h"
#include "core/gen.h"

/* One statement for many items, on PostgreSQL: sent in a pipeline, or copied where that does the same. */

static const struct tn__driver_wire *wire_of(const struct tn_gen_use *use)
{
    return use->conn->driver->wire;
}

/* --- in a pipeline ------------------------------------------------------------------------------ */

static int begin(struct tn_pg_bulk *bulk, tn_db *db, struct tn_gen_query *query, tn_error *err)
{
    bulk->sent = 0;
    bulk->pipe = NULL;
    bulk->copy = NULL;
    bulk->db = db;
    bulk->query = query;
    bulk->is_refused = false;
    return tn_gen_bulk_begin(&bulk->bulk, db, query, err);
}

int tn_pg_bulk_begin(struct tn_pg_bulk *bulk, tn_db *db, struct tn_gen_query *query, tn_error *err)
{
    enum {
        MOST_BYTES = 1 << 20
    };
    tn_error own;
    struct tn__driver_pipe *pipe;
    err = err ? err : &own;
    int rc = begin(bulk, db, query, err);
    if (rc != TN_OK)
        return rc;
    const struct tn_gen_use *use = &bulk->bulk.use;
    rc = wire_of(use)->pipe_open(&pipe, use->conn->handle, TN_PG_BULK_ITEMS + 1, MOST_BYTES, err);
    if (rc == TN_OK) {
        bulk->pipe = pipe;
        return TN_OK;
    }
    rc = tn__gen_failed(use, rc, NULL, err);
    return tn_gen_bulk_end(&bulk->bulk, rc, NULL, err);
}

int tn_pg_bulk_send(struct tn_pg_bulk *bulk, const struct tn_pg_params *params, tn_error *err)
{
    tn_error own;
    const struct tn_gen_use *use = &bulk->bulk.use;
    err = err ? err : &own;
    if (TN_UNLIKELY(params && params->failed != 0)) {
        bulk->bulk.index = bulk->sent;
        bulk->is_refused = true;
        return tn_gen_bulk_fail(&bulk->bulk, tn__gen_pg_fail_param(use, params, err), err);
    }
    if (bulk->copy) {
        int status = wire_of(use)->gen_copy_row(bulk->copy, use->stmt, params, err);
        bulk->sent += status == TN_OK;
        bulk->bulk.index = bulk->sent;
        return status;
    }
    int rc = wire_of(use)->gen_send(bulk->pipe, use->stmt, params, err);
    if (TN_UNLIKELY(rc != TN_OK))
        return tn__gen_failed(use, rc, &bulk->sent, err);
    bulk->sent++;
    return TN_OK;
}

int tn_pg_bulk_next(struct tn_pg_rows *rows, struct tn_pg_bulk *bulk, tn_error *err)
{
    tn_error own;
    struct tn__driver_answer answer;
    const struct tn_gen_use *use = &bulk->bulk.use;
    err = err ? err : &own;
    int rc = wire_of(use)->pipe_next(bulk->pipe, &answer, err);
    if (TN_UNLIKELY(rc != TN_OK))
        return tn__gen_failed(use, rc, &bulk->bulk.index, err);
    wire_of(use)->gen_answer(rows, bulk->pipe);
    bulk->bulk.affected += rows->affected;
    bulk->bulk.index++;
    return TN_OK;
}

int tn_pg_bulk_fail_param(struct tn_pg_bulk *bulk, const char *param, tn_error *err)
{
    bulk->bulk.index = bulk->sent;
    bulk->is_refused = true;
    return tn_gen_bulk_fail_param(&bulk->bulk, param, err);
}

int tn_pg_bulk_fail_row(struct tn_pg_bulk *bulk, int rc, tn_error *err)
{
    bulk->bulk.index--;
    return tn_gen_bulk_fail(&bulk->bulk, rc, err);
}

/* --- COPY --------------------------------------------------------------------------------------- */

static int end_copy(struct tn_pg_bulk *bulk, bool keeps, tn_error *err)
{
    struct tn__driver_copy *copy = bulk->copy;
    bulk->copy = NULL;
    return wire_of(&bulk->bulk.use)->copy_in_end(copy, keeps, &bulk->bulk.affected, err);
}

/* What is wrong with a row, or with copying at all: the statement may do better, and tells which item it is. */
static bool is_about_rows(int status)
{
    static const int some[] = {TN_EUNIQUE, TN_EFOREIGNKEY, TN_ECHECK,  TN_ENOTNULL,
                               TN_EINVAL,  TN_ETYPE,       TN_ERANGE,  TN_EUNSUPPORTED,
                               TN_ERROR,   TN_EPERM,       TN_ESCHEMA, TN_ECONSTRAINT};
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++)
        if (some[i] == status)
            return true;
    return false;
}

/* All is undone, and begins anew without it. */
static int begin_anew(struct tn_pg_bulk *bulk, int status, tn_error *err)
{
    tn_error ignored;
    if (bulk->copy)
        (void)end_copy(bulk, false, &ignored);
    status = tn_gen_bulk_end(&bulk->bulk, status, NULL, &ignored);
    (void)status; /* as it was */
    return tn_pg_bulk_begin(bulk, bulk->db, bulk->query, err);
}

int tn_pg_bulk_begin_copy(struct tn_pg_bulk *bulk, tn_db *db, struct tn_gen_query *query,
                          const struct tn_pg_copy *copy, size_t count, tn_error *err)
{
    tn_error own;
    struct tn__driver_copy *opened = NULL;
    err = err ? err : &own;
    if (count < TN_PG_COPY_ITEMS)
        return tn_pg_bulk_begin(bulk, db, query, err);
    int rc = begin(bulk, db, query, err);
    if (rc != TN_OK)
        return rc;
    const struct tn_gen_use *use = &bulk->bulk.use;
    rc = wire_of(use)->gen_copy(&opened, use->stmt, copy, err);
    if (rc == TN_OK) {
        bulk->copy = opened;
        return TN_OK;
    }
    if (rc == TN_NONE || is_about_rows(rc))
        return begin_anew(bulk, rc, err);
    rc = tn__gen_failed(use, rc, NULL, err);
    return tn_gen_bulk_end(&bulk->bulk, rc, NULL, err);
}

bool tn_pg_bulk_again(struct tn_pg_bulk *bulk, int *rc, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    if (!bulk->copy || bulk->is_refused)
        return false;
    if (*rc == TN_OK)
        *rc = end_copy(bulk, true, err);
    if (*rc == TN_OK)
        return false;
    if (!is_about_rows(*rc)) {
        *rc = tn__gen_failed(&bulk->bulk.use, *rc, NULL, err);
        return false;
    }
    *rc = begin_anew(bulk, *rc, err);
    return *rc == TN_OK;
}

/* --- the end ------------------------------------------------------------------------------------ */

int tn_pg_bulk_end(struct tn_pg_bulk *bulk, int status, int64_t *affected, tn_error *err)
{
    tn_error ignored;
    if (bulk->pipe)
        wire_of(&bulk->bulk.use)->pipe_close(bulk->pipe);
    bulk->pipe = NULL;
    if (bulk->copy)
        (void)end_copy(bulk, false, &ignored);
    return tn_gen_bulk_end(&bulk->bulk, status, affected, err);
}
