/* SPDX-License-Identifier: MIT */
#include "infer/domain.h"

#include "schema/server.h"

/* What a server's table keeps in a column: a value, and NULL unless it is declared NOT NULL. A domain that
 * takes no NULL says nothing: what an outer join has left of one is stored as it is. */

/* A foreign table keeps what it likes, even as a part of one that is kept here. */
static bool has_foreign_children(const struct tn__catalog *catalog)
{
    for (size_t i = 0; i < catalog->table_count; i++) {
        const struct tn__table *table = &catalog->tables[i];
        if (table->kind == TN__VIRTUAL_TABLE && table->server && table->server->parent_count > 0)
            return true;
    }
    return false;
}

static bool is_kept(const struct tn__catalog *catalog, const struct tn__table *table)
{
    if (table->kind != TN__TABLE)
        return false;
    if (!table->server)
        return true;
    /* A table that inherits may drop NOT NULL before 18, and later, where it is NO INHERIT, never have it. */
    if (table->server->has_children)
        return false;
    return !table->server->partition_key || !has_foreign_children(catalog);
}

struct tn__domain tn__pg_domain_stored(const struct tn__analysis *an, const struct tn__table *table,
                                       const struct tn__column *column)
{
    bool is_firm = column->is_not_null && is_kept(an->options->catalog, table);
    return tn__domain_plain(is_firm ? TN__CLASS_VALUES : TN__CLASS_ALL);
}
