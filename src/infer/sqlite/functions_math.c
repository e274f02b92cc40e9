/* SPDX-License-Identifier: MIT */
#include "infer/sqlite/functions_rules.h"

/*
 * Mathematics. The engine computes with C's functions on doubles and makes NULL of NaN, of a blob, and
 * of text that does not look like a number; text that does may be infinite, as '1e999' is.
 */

/* What an argument is as a number, NULL where it is none. */
static tn__classes numeric(tn__classes classes)
{
    tn__classes number = classes & (TN__CLASS_NULL | TN__CLASS_NUMBERS);
    if (classes & TN__CLASS_TEXT)
        number |= TN__CLASS_NUMBERS | TN__CLASS_NULL;
    if (classes & TN__CLASS_BLOB)
        number |= TN__CLASS_NULL;
    return number;
}

/* A function of one argument: what it gives for a finite number and for one that may be infinite. */
static tn__classes unary(const struct tn__fn_arg *arg, tn__classes finite, tn__classes infinite)
{
    tn__classes number = numeric(arg->classes), result = number & TN__CLASS_NULL;
    if (number & TN__CLASS_NUMBERS)
        result |= finite;
    if (number & TN__CLASS_INF)
        result |= infinite;
    return result;
}

#define UNARY(name, finite, infinite)                                     \
 tn__classes tn__fn_##name(const struct tn__fn_arg *args, uint32_t count) \
 {                                                                        \
  (void)count;                                                            \
  return unary(args, (finite), (infinite));                               \
 }

/* atan and tanh: of anything, infinity too, a finite number. */
UNARY(math_bounded, TN__CLASS_REAL, TN__CLASS_REAL)
/* sin, cos, tan: infinity has none. No double is a pole of tan. */
UNARY(math_trig, TN__CLASS_REAL, TN__CLASS_NULL)
/* exp, sinh, cosh, degrees: may overflow. */
UNARY(math_exp, TN__CLASS_REALS, TN__CLASS_REALS)
/* radians, asinh: infinite only of what is infinite. */
UNARY(math_linear, TN__CLASS_REAL, TN__CLASS_REALS)
/* acos, asin: only of -1 to 1. */
UNARY(math_arc, TN__CLASS_REAL | TN__CLASS_NULL, TN__CLASS_NULL)
/* A number as written, of digits with a point in them, that is 1 or more and far from infinity. */
static bool is_at_least_one(const struct tn__fn_arg *arg)
{
    if (!arg->is_literal || !(arg->classes & TN__CLASS_NUMBERS) || arg->literal.size > 20)
        return false;
    bool is_one = false;
    bool is_fraction = false;
    for (size_t i = 0; i < arg->literal.size; i++) {
        char c = arg->literal.data[i];
        is_fraction = is_fraction || c == '.';
        is_one = is_one || (!is_fraction && c >= '1' && c <= '9');
        if (c != '.' && (c < '0' || c > '9'))
            return false;
    }
    return is_one;
}

/* sqrt, ln, acosh …: only of a part of the numbers, but always of 1 and more. */
tn__classes tn__fn_math_inverse(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    if (is_at_least_one(args))
        return TN__CLASS_REAL;
    return unary(args, TN__CLASS_REAL | TN__CLASS_NULL, TN__CLASS_REALS | TN__CLASS_NULL);
}

/* The same, and infinite at 1. */
UNARY(math_atanh, TN__CLASS_REALS | TN__CLASS_NULL, TN__CLASS_REALS | TN__CLASS_NULL)

/* ceil, floor, trunc: an integer stays one, a real stays a real. */
tn__classes tn__fn_math_whole(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    tn__classes number = numeric(args[0].classes);
    return number & TN__CLASS_INF ? number | TN__CLASS_REAL : number;
}

/* Of two arguments: NULL if one is no number. */
static tn__classes binary(const struct tn__fn_arg *args, tn__classes values)
{
    tn__classes a = numeric(args[0].classes), b = numeric(args[1].classes);
    tn__classes result = (a | b) & TN__CLASS_NULL;
    if (a & TN__CLASS_NUMBERS && b & TN__CLASS_NUMBERS)
        result |= values;
    return result;
}

tn__classes tn__fn_math_atan2(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    return binary(args, TN__CLASS_REAL);
}

/* log(b, x). The logarithm of a base near 1 is not small enough to overflow. */
tn__classes tn__fn_math_log(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    /* Some versions read a blob as a number in the second place. */
    struct tn__fn_arg both[2] = {args[0], args[1]};
    if (both[1].classes & TN__CLASS_BLOB)
        both[1].classes |= TN__CLASS_REALS | TN__CLASS_NULL;
    bool finite = !((numeric(both[0].classes) | numeric(both[1].classes)) & TN__CLASS_INF);
    return binary(both, (finite ? TN__CLASS_REAL : TN__CLASS_REALS) | TN__CLASS_NULL);
}

tn__classes tn__fn_math_pow(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    /* Only a power that is not whole has no value, with a negative base. */
    bool whole = !(numeric(args[1].classes) & TN__CLASS_REALS);
    return binary(args, TN__CLASS_REALS | (whole ? 0 : TN__CLASS_NULL));
}

/* A number as written that is certainly not 0: digits with a point in them, none too small. */
static bool is_nonzero(const struct tn__fn_arg *arg)
{
    if (!arg->is_literal || !(arg->classes & TN__CLASS_NUMBERS) || arg->literal.size > 20)
        return false;
    bool nonzero = false;
    for (size_t i = 0; i < arg->literal.size; i++) {
        char c = arg->literal.data[i];
        if (c >= '1' && c <= '9')
            nonzero = true;
        else if (c != '0' && c != '.' && !(i == 0 && (c == '-' || c == '+')))
            return false;
    }
    return nonzero;
}

/* Finite always: its size is at most that of the dividend, and an infinite one has none. */
tn__classes tn__fn_math_mod(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    bool certain = is_nonzero(&args[1]) && !(numeric(args[0].classes) & TN__CLASS_INF);
    return binary(args, TN__CLASS_REAL | (certain ? 0 : TN__CLASS_NULL));
}
