/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_FUNCTIONS_H
#define TN_INFER_FUNCTIONS_H

#include <tenon/value.h>

#include "infer/classes.h"

/*
 * The engine's built-in functions: core, math, date and time, JSON, aggregate and window functions of
 * SQLite 3.40 and what later versions added (https://www.sqlite.org/lang_corefunc.html and its
 * neighbours). What is said holds for every one of these versions, whichever gives the most.
 */

enum tn__fn_kind {
    TN__FN_SCALAR = 1,
    TN__FN_AGGREGATE = 2, /* also as a window function, with OVER */
    TN__FN_WINDOW = 4     /* only with OVER */
};

/* An argument as far as it is known. */
struct tn__fn_arg {
    tn__classes classes;
    bool is_literal; /* a string or number as written; then: */
    tn_text literal; /* its content, without quotes; a number as written, with its sign */
    /* Text that is well-formed JSON, as what json(), json_array(), json_object(), json_patch(),
     * json_insert(), json_remove() and the json_group_ aggregates give; what json_set() and
     * json_replace() put in the place of the whole need not be. */
    bool is_json;
};

/* What a result has that its class does not tell. */
enum tn__fn_logic {
    TN__FN_PLAIN,
    TN__FN_BOOL,      /* 0 or 1 */
    TN__FN_WHOLE,     /* a whole number, whatever its class: seconds since 1970 */
    TN__FN_JSON,      /* JSON as text */
    TN__FN_FIRST_ARG, /* one of the values of the first argument: max(x), lag(x), nullif(x, y) */
    TN__FN_ANY_ARG,   /* one of the values of the arguments: max(x, y), coalesce(x, y) */
    TN__FN_NEIGHBOUR, /* one of the values of the first or the third argument: lag(x, 1, y) */
    TN__FN_BRANCHES, /* one of the arguments 1, 3, 5 …, or the last of an odd number: iif(c, x, y) */
    TN__FN_CAST      /* the first argument, made another type of: varchar(9) of PostgreSQL */
};

/* The classes of the result of a call. */
typedef tn__classes tn__fn_rule(const struct tn__fn_arg *args, uint32_t count);

struct tn__fn {
    const char *name; /* lower case */
    /* enum tn__fn_kind, or-ed. A name has several rows where arguments more or less make another
     * function of it: min and max are scalar with two arguments or more. */
    uint8_t kinds;
    int8_t min_args;
    int8_t max_args; /* -1: no limit */
    enum tn__fn_logic logic;
    /* Arguments whose NULL makes the result NULL, bit i for argument i, bit 31 for all from 31 on; of
     * scalars only. WHERE f(x) proves x not NULL by it. */
    uint32_t strict;
    /* The same, provided that no argument can be a BLOB: like() and glob() of an engine built with
     * SQLITE_LIKE_DOESNT_MATCH_BLOBS say 0 to a blob before they look for NULL. */
    uint32_t strict_unless_blob;
    /* What the arguments must be for the result to say something: types for parameters. What an
     * argument wants, by index: the last one stands for all that follow. 0: anything; TEXT, INT and
     * REAL: a time value, whose modifiers say which. */
    const tn__classes *wants;
    uint8_t want_count;
    /* The classes of the result; for an aggregate or window function, over at least one row that its
     * FILTER lets through: the caller adds NULL, or not, for the empty set (no row, no row that the
     * FILTER lets through, an empty frame of first_value(), last_value() or an aggregate with OVER).
     * Monotone: more classes of an argument never give fewer, nor does a literal give more. */
    tn__fn_rule *result;
    /* The same of an aggregate without OVER, where more is certain then; else NULL: as `result`. */
    tn__fn_rule *grouped;
    /* Of an aggregate: the classes over no row at all (count: INT; total: REAL; else NULL). */
    tn__classes empty;
};

/* The function of that name, without case, that takes so many arguments as this kind (one bit: with
 * OVER, ask for an aggregate, then for a window function); NULL if the engine has none in any
 * version. */
const struct tn__fn *tn__fn_find(tn_text name, uint32_t arg_count, enum tn__fn_kind kind);

/* All of them, by name, for tests and documents. */
extern const struct tn__fn tn__fns[];
extern const uint32_t tn__fn_count;

#endif
