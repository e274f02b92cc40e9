/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_DOMAIN_H
#define TN_INFER_DOMAIN_H

#include "infer/analysis.h"

/* The lattice: sets of storage classes, with what a value means beyond its class. */

extern const struct tn__domain tn__domain_any;
struct tn__domain tn__domain_logical(tn__classes classes, enum tn__type logical);
/* A value that is one or the other. */
struct tn__domain tn__domain_join(struct tn__domain a, struct tn__domain b);
bool tn__domain_equal(const struct tn__domain *a, const struct tn__domain *b);
static inline bool tn__is_nullable(struct tn__domain domain)
{
    return (domain.classes & TN__CLASS_NULL) != 0;
}
/* What a value becomes when it is stored in a column, or cast. */
tn__classes tn__classes_stored(tn__classes classes, enum tn__affinity affinity);
tn__classes tn__classes_cast(tn__classes classes, enum tn__affinity affinity);
/* As an operand of arithmetic. */
tn__classes tn__classes_number(tn__classes classes);
/* A column for words of a full-text table, or what stands for all of them in MATCH. */
bool tn__is_full_text(const struct tn__table *table, const struct tn__column *column);
/* What a table keeps in a column, by its declaration. */
struct tn__domain tn__domain_column(const struct tn__analysis *an, const struct tn__table *table,
                                    const struct tn__column *column);
/* What RETURNING makes of a column. */
struct tn__domain tn__domain_returned(const struct tn__analysis *an, struct tn__domain domain,
                                      const struct tn__table *table,
                                      const struct tn__column *column);

/* The same, where it is an operand of arithmetic, which reads it as what it is. */
struct tn__domain tn__domain_returned_operand(const struct tn__analysis *an,
                                              struct tn__domain domain,
                                              const struct tn__table *table,
                                              const struct tn__column *column);

/* postgres/columns.c: what a server's table keeps in a column, with what [types] makes of it. */
struct tn__domain tn__pg_domain_stored(const struct tn__analysis *an, const struct tn__table *table,
                                       const struct tn__column *column);
/* Whether its NOT NULL holds for all of its rows. */
bool tn__pg_is_kept_not_null(const struct tn__table *table, const struct tn__column *column);
/* sqlite/generated.c: the same, and by the expression of a generated column. */
struct tn__domain tn__domain_stored(struct tn__analysis *an, const struct tn__table *table,
                                    const struct tn__column *column);

#endif
