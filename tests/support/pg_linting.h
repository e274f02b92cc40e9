/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PG_LINTING_H
#define TN_TEST_PG_LINTING_H

/* Advice about queries of PostgreSQL, many at once: "12 null-comparison|40 cartesian". */

#include "pg_checking.h"

/* The codes that a query has, with their columns. */
static inline void expect_advice(struct checking *c, const char *schema,
                                 const struct pg_case *cases, size_t count, const char *mode)
{
    size_t wrong = 0;
    checking_write("migrations/1_schema.sql", schema);
    pg_checking_write(cases, count, mode);
    assert_ok(checking_run(c));
    for (size_t i = 0; i < count; i++) {
        char got[300] = "";
        for (size_t k = 0; k < c->diags.count; k++) {
            const struct tn__diag *diag = &c->diags.items[k];
            size_t used = strlen(got);
            if (diag->place.line == 2 * i + 1 || diag->place.line == 2 * i + 2)
                snprintf(got + used, sizeof got - used, "%s%u %s", used ? "|" : "",
                         diag->place.column, diag->code);
        }
        if (strcmp(got, cases[i].expected) != 0 && ++wrong)
            print_error("%s\n  expected %s\n  got      %s\n", cases[i].sql, cases[i].expected, got);
    }
    assert_int_equal(wrong, 0);
}
#define EXPECT_ADVICE(c, schema, cases, mode) \
 expect_advice((c), (schema), (cases), sizeof(cases) / sizeof((cases)[0]), (mode))

#endif
