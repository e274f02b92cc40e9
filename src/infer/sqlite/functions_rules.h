/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_FUNCTIONS_RULES_H
#define TN_INFER_FUNCTIONS_RULES_H

#include "infer/functions.h"

/*
 * The rules behind the table of functions.c: the classes of a result from those of the arguments. A
 * rule may say too much, never too little, and it is monotone.
 */

#define TN__FN_RULES(X)                                       \
 /* Of any function (functions_core.c): always so, … */     \
 X(null)                                                      \
 X(int)                                                       \
 X(real)                                                      \
 X(text)                                                      \
 X(blob)                                                      \
 X(any)                                                       \
 /* … or NULL for reasons of its own, … */                \
 X(int_or_null)                                               \
 X(text_or_null)                                              \
 X(blob_or_null)                                              \
 /* … and NULL if, and only if, one of the arguments is. */ \
 X(strict_int)                                                \
 X(strict_text)                                               \
 X(strict_blob)                                               \
 /* Core. */                                                  \
 X(abs)                                                       \
 X(coalesce)                                                  \
 X(concat_ws)                                                 \
 X(first)                                                     \
 X(greatest)                                                  \
 X(iif)                                                       \
 X(least)                                                     \
 X(like)                                                      \
 X(nullable_text)                                             \
 X(nullif)                                                    \
 X(printf)                                                    \
 X(replace)                                                   \
 X(round)                                                     \
 X(sign)                                                      \
 X(substr)                                                    \
 X(unicode)                                                   \
 /* Mathematics. */                                           \
 X(math_arc)                                                  \
 X(math_atan2)                                                \
 X(math_bounded)                                              \
 X(math_exp)                                                  \
 X(math_inverse)                                              \
 X(math_atanh)                                                \
 X(math_linear)                                               \
 X(math_log)                                                  \
 X(math_mod)                                                  \
 X(math_pow)                                                  \
 X(math_trig)                                                 \
 X(math_whole)                                                \
 /* Date and time. */                                         \
 X(date)                                                      \
 X(julianday)                                                 \
 X(strftime)                                                  \
 X(timediff)                                                  \
 X(unixepoch)                                                 \
 /* JSON. */                                                  \
 X(json_count)                                                \
 X(json_edit)                                                 \
 X(json_extract)                                              \
 X(json_extract_all)                                          \
 X(json_insert)                                               \
 X(json_pretty)                                               \
 X(json_remove)                                               \
 X(json_text)                                                 \
 X(json_valid)                                                \
 X(jsonb_edit)                                                \
 X(jsonb_extract)                                             \
 X(jsonb_extract_all)                                         \
 X(jsonb_insert)                                              \
 X(jsonb_remove)                                              \
 /* Aggregate and window functions. */                        \
 X(aggregate_avg)                                             \
 X(aggregate_concat_grouped)                                  \
 X(aggregate_concat_over)                                     \
 X(aggregate_percentile)                                      \
 X(aggregate_sum)                                             \
 X(aggregate_total)                                           \
 X(window_neighbour)                                          \
 X(window_nth)

#define TN__FN_DECLARE(name) \
 tn__classes tn__fn_##name(const struct tn__fn_arg *args, uint32_t count);
TN__FN_RULES(TN__FN_DECLARE)
#undef TN__FN_DECLARE

/* A strict function with such values: NULL if an argument may be, nothing but NULL if one is. */
static inline tn__classes tn__fn_strictly(const struct tn__fn_arg *args, uint32_t count,
                                          tn__classes values)
{
    tn__classes null = 0;
    bool is_null = false;
    for (uint32_t i = 0; i < count; i++) {
        if (!args[i].classes)
            return 0; /* no value, no call */
        null |= args[i].classes & TN__CLASS_NULL;
        is_null |= args[i].classes == TN__CLASS_NULL;
    }
    return is_null ? TN__CLASS_NULL : values | null;
}

static inline bool tn__fn_may_be(const struct tn__fn_arg *arg, tn__classes classes)
{
    return (arg->classes & classes) != 0;
}

/* A string as written. */
static inline bool tn__fn_is_text_literal(const struct tn__fn_arg *arg)
{
    return arg->is_literal && arg->classes == TN__CLASS_TEXT && arg->literal.data != NULL;
}

#endif
