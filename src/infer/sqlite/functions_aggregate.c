/* SPDX-License-Identifier: MIT */
#include "infer/sqlite/functions_rules.h"

/*
 * Aggregate and window functions, over one row at least. All but count pass over NULL, so that rows
 * of nothing but NULL are as no row at all.
 */

/*
 * Sums of reals may overflow; once infinite they may be NaN, which is NULL: Inf - Inf, and, in the
 * first versions that sum with compensation (3.43 and some later), what the compensation makes of an
 * overflow. Integers do not overflow into reals: it is an error.
 */
static tn__classes of_reals(tn__classes classes)
{
    const tn__classes reals = TN__CLASS_REALS | TN__CLASS_TEXT | TN__CLASS_BLOB;
    return classes & reals ? TN__CLASS_REALS | TN__CLASS_NULL : 0;
}

tn__classes tn__fn_aggregate_sum(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    tn__classes value = args[0].classes;
    tn__classes result = (value & (TN__CLASS_NULL | TN__CLASS_INT)) | of_reals(value);
    return value & TN__CLASS_TEXT ? result | TN__CLASS_INT : result;
}

tn__classes tn__fn_aggregate_avg(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    tn__classes value = args[0].classes;
    tn__classes result = (value & TN__CLASS_NULL) | of_reals(value);
    return value & TN__CLASS_INT ? result | TN__CLASS_REAL : result;
}

tn__classes tn__fn_aggregate_total(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    return TN__CLASS_REAL | of_reals(args[0].classes);
}

/* Between two values, as far from one as asked: that may overflow, too. Only numbers are taken. */
tn__classes tn__fn_aggregate_percentile(const struct tn__fn_arg *args, uint32_t count)
{
    return tn__fn_aggregate_avg(args, count);
}

tn__classes tn__fn_aggregate_concat_grouped(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    tn__classes value = args[0].classes;
    return (value & TN__CLASS_NULL) | (value & TN__CLASS_VALUES ? TN__CLASS_TEXT : 0);
}

/* With OVER, 3.40 makes NULL of what is empty; no number is empty as text. */
tn__classes tn__fn_aggregate_concat_over(const struct tn__fn_arg *args, uint32_t count)
{
    bool may_be_empty = tn__fn_may_be(args, TN__CLASS_TEXT | TN__CLASS_BLOB);
    return tn__fn_aggregate_concat_grouped(args, count) | (may_be_empty ? TN__CLASS_NULL : 0);
}

/* lag() and lead(): what there is, or the default; whatever the offset is, a row there is or not. */
tn__classes tn__fn_window_neighbour(const struct tn__fn_arg *args, uint32_t count)
{
    return args[0].classes | (count < 3 ? TN__CLASS_NULL : args[2].classes);
}

/* The frame may be shorter. */
tn__classes tn__fn_window_nth(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    return args[0].classes | TN__CLASS_NULL;
}
