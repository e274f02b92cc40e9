/* SPDX-License-Identifier: MIT */
#include "sql/parse.h"
__attribute__((weak)) int tn__sql_parse(const struct tn__ast_stmt **out,
                                        const struct tn__parse_fault **out_faults,
                                        const struct tn__sql *sql, tn_arena *arena)
{
    (void)out;
    (void)out_faults;
    (void)sql;
    (void)arena;
    return TN_ESYNTAX;
}
__attribute__((weak)) tn_text tn__sql_bytes(const struct tn__sql *sql, struct tn__sql_span span)
{
    (void)sql;
    (void)span;
    return (tn_text){NULL, 0};
}
