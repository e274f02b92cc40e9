/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_CLASSES_H
#define TN_INFER_CLASSES_H

#include <stdint.h>

/*
 * A set of storage classes: what a value can be (https://www.sqlite.org/datatype3.html section 2).
 * A set may be larger than what really occurs, never smaller. The empty set is "no value at all": the
 * result of a query that gives no rows, the beginning of a fixpoint.
 */
typedef uint8_t tn__classes;

enum {
    TN__CLASS_NULL = 1,
    TN__CLASS_INT = 2,
    TN__CLASS_REAL = 4, /* finite, unless the next is there, too */
    TN__CLASS_INF = 8,  /* a REAL that may be ±Inf: arithmetic on it may give NaN, which is NULL */
    TN__CLASS_TEXT = 16,
    TN__CLASS_BLOB = 32,

    TN__CLASS_REALS = TN__CLASS_REAL | TN__CLASS_INF,
    TN__CLASS_NUMBERS = TN__CLASS_INT | TN__CLASS_REALS,
    TN__CLASS_VALUES = TN__CLASS_NUMBERS | TN__CLASS_TEXT | TN__CLASS_BLOB, /* anything but NULL */
    TN__CLASS_ALL = TN__CLASS_VALUES | TN__CLASS_NULL
};

#endif
