/* SPDX-License-Identifier: MIT */
#include "infer/domain.h"

#include "schema/server.h"

/* What a server's table keeps in a column: a value, and NULL unless it is declared NOT NULL. A
 * domain that takes no NULL says nothing: what an outer join has left of one is stored as it is. */

/* A table that inherits may drop NOT NULL before 18, and later, where it is NO INHERIT, never have
 * it. */
static bool is_kept(const struct tn__table *table)
{
    return table->kind == TN__TABLE && !(table->server && table->server->has_children);
}

bool tn__pg_is_kept_not_null(const struct tn__table *table, const struct tn__column *column)
{
    return column->is_not_null && is_kept(table);
}

struct tn__domain tn__pg_domain_stored(const struct tn__analysis *an, const struct tn__table *table,
                                       const struct tn__column *column)
{
    const struct tn__analyse_options *options = an->options;
    struct tn__domain domain =
        tn__domain_plain(tn__pg_is_kept_not_null(table, column) ? TN__CLASS_VALUES : TN__CLASS_ALL);
    domain.key = tn__key_of_column(options->keys, options->catalog, table, column);
    domain.choices =
        tn__typing_of_column(options->catalog, table, column, options->types, options->type_count)
            .choices;
    return domain;
}
