/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_KEYS_H
#define TN_INFER_KEYS_H

#include "infer/typing.h"

/*
 * Key types: `[types] users.id = user_id` gives a column a type of its own, and the columns that refer to
 * it by a declared foreign key, too, unless [types] says something else of them. What is stored is an
 * int, a text, a blob or a uuid as ever.
 */
struct tn__key {
    const char *name;
    /* What it is stored as, and the first column that [types] gives it; TN__TYPE_ANY and NULL until the
     * keys are settled, or if no column can have it. */
    enum tn__type type;
    const struct tn__table *table;
    const struct tn__column *column;
};

struct tn__keys {
    struct tn__key *items; /* each name once, in the order of [types] */
    size_t count;
    const struct tn__key *const *const *columns; /* per table of the catalog, per column */
};

/* Those that [types] names, which need no schema. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__keys_name(struct tn__keys *out, const struct tn__settings_type *types,
                               size_t type_count, tn_arena *arena);
/* Which columns have them. A line of [types] that is at fault gives none. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__keys_settle(struct tn__keys *keys, const struct tn__catalog *catalog,
                                 const struct tn__settings_type *types, size_t type_count,
                                 tn_arena *arena);

/* By name; NULL: there is none. `keys` may be NULL, here and below. */
const struct tn__key *tn__key_find(const struct tn__keys *keys, tn_text name);
/* NULL: none. */
const struct tn__key *tn__key_of_column(const struct tn__keys *keys,
                                        const struct tn__catalog *catalog,
                                        const struct tn__table *table,
                                        const struct tn__column *column);
/* What a key of the column is stored as: int, text, blob or uuid; TN__TYPE_ANY: it can have none. */
enum tn__type tn__key_type(const struct tn__catalog *catalog, const struct tn__table *table,
                           const struct tn__column *column);

#endif
