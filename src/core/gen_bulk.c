/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <tenon/tx.h>

#include "core/gen.h"

/*
 * One statement for many items, in a transaction of its own. Rows are counted item by item, as the
 * engine counts those of the statement that ran last: the difference of its totals would have those of
 * triggers and of foreign keys' actions in it.
 */

int tn_gen_bulk_begin(struct tn_gen_bulk *bulk, tn_db *db, struct tn_gen_query *query,
                      tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    memset(bulk, 0, sizeof *bulk);
    enum tn_access access = (enum tn_access)(query->access & 1);
    int rc = tn_tx_begin(&bulk->tx, db, access, err);
    if (rc != TN_OK) {
        tn__gen_add_name(query, err);
        return rc;
    }
    rc = tn_gen_acquire(&bulk->use, bulk->tx, query, err);
    if (rc != TN_OK) {
        tn_tx_rollback(bulk->tx);
        bulk->tx = NULL;
    }
    return rc;
}

int tn_gen_bulk_end(struct tn_gen_bulk *bulk, int status, int64_t *affected, tn_error *err)
{
    tn_error own;
    tn_db *tx = bulk->tx;
    err = err ? err : &own;
    if (!tx)
        return status;
    bulk->tx = NULL;
    tn_gen_release(&bulk->use);
    if (status != TN_OK) {
        tn_tx_rollback(tx);
        return status;
    }
    int rc = tn_tx_commit(tx, err);
    if (rc != TN_OK)
        tn__gen_add_name(bulk->use.query, err);
    else if (affected)
        *affected = bulk->affected;
    return rc;
}

/* What is wrong with a row has been said, with the query's name and without the item. */
static void add_item(const struct tn_gen_bulk *bulk, tn_error *err)
{
    char name[sizeof err->message];
    int size = snprintf(name, sizeof name, "query '%s': ", bulk->use.query->name);
    if (size > 0 && strncmp(err->message, name, (size_t)size) == 0)
        memmove(err->message, err->message + size, strlen(err->message + size) + 1);
    tn_error_prefix(err, "item %zu", bulk->index);
    tn__gen_add_name(bulk->use.query, err);
}

int tn_gen_bulk_fail(struct tn_gen_bulk *bulk, int rc, tn_error *err)
{
    if (rc >= 0)
        return tn__gen_fail_at(&bulk->use, rc, &bulk->index, err);
    if (err)
        add_item(bulk, err);
    return rc;
}

int tn_gen_bulk_fail_param(const struct tn_gen_bulk *bulk, const char *param, tn_error *err)
{
    tn_error_set(err, TN_EINVAL, "item %zu: parameter '%s' is no value of its enum", bulk->index,
                 param);
    if (err)
        tn__gen_add_name(bulk->use.query, err);
    return TN_EINVAL;
}
