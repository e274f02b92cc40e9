/* SPDX-License-Identifier: MIT */
#ifndef TENON_VALUE_H
#define TENON_VALUE_H

#include <string.h>

#include <tenon/base.h>

TN_BEGIN_DECLS

/**
 * @file tenon/value.h
 * Values as C sees them. Zero-initialised means NULL in every nullable form.
 *
 * | SQL                  | C              | nullable         |
 * |----------------------|----------------|------------------|
 * | INTEGER              | int64_t        | tn_opt_int       |
 * | REAL                 | double         | tn_opt_real      |
 * | BOOLEAN              | bool           | tn_opt_bool      |
 * | TEXT                 | tn_text        | data == NULL     |
 * | BLOB                 | tn_blob        | data == NULL     |
 * | DATETIME, TIMESTAMP  | tn_timestamp   | tn_opt_timestamp |
 * | JSON                 | tn_json        | data == NULL     |
 * | anything             | tn_value       | type == TN_NULL  |
 *
 * A column whose CHECK lists its texts has an enum in generated code, and a struct of has and value where it
 * may be NULL. A list parameter takes `items` and their `count` (tn_int_list and the like).
 */

/** UTF-8 text of `size` bytes. Text that the library hands out has a NUL behind it, too. */
typedef struct tn_text {
    const char *data; /**< NULL: the SQL NULL; the empty text has data != NULL and size 0 */
    size_t size;      /**< bytes, without the NUL */
} tn_text;

/** `size` bytes. NULL is data == NULL; an empty blob has data != NULL and size 0. */
typedef struct tn_blob {
    const void *data;
    size_t size;
} tn_blob;

/** JSON as text; neither parsed nor checked by the library. */
typedef tn_text tn_json;

/** A moment: microseconds since 1970-01-01T00:00:00Z, without leap seconds (tenon/time.h). */
typedef struct tn_timestamp {
    int64_t us;
} tn_timestamp;

typedef struct tn_opt_int {
    bool has;
    int64_t value;
} tn_opt_int;

typedef struct tn_opt_real {
    bool has;
    double value;
} tn_opt_real;

typedef struct tn_opt_bool {
    bool has;
    bool value;
} tn_opt_bool;

typedef struct tn_opt_timestamp {
    bool has;
    tn_timestamp value;
} tn_opt_timestamp;

/**
 * Lists, for `IN (:ids[])`: `count` items, borrowed for as long as the query runs. {0} is the empty
 * list, which no value is IN and every value is NOT IN. An element is never NULL: with a NULL in its
 * list NOT IN is never true, so that a query with one fails (TN_EINVAL) and says which element it is,
 * counted from 0. A real that is not a number fails alike.
 */
typedef struct tn_int_list {
    const int64_t *items;
    size_t count;
} tn_int_list;

typedef struct tn_real_list {
    const double *items;
    size_t count;
} tn_real_list;

typedef struct tn_bool_list {
    const bool *items;
    size_t count;
} tn_bool_list;

/** TEXT, and JSON, which is compared as text. */
typedef struct tn_text_list {
    const tn_text *items;
    size_t count;
} tn_text_list;

typedef struct tn_blob_list {
    const tn_blob *items;
    size_t count;
} tn_blob_list;

typedef struct tn_timestamp_list {
    const tn_timestamp *items;
    size_t count;
} tn_timestamp_list;

/** Type of a tn_value. TN_BOOL, TN_TIMESTAMP and TN_JSON are given to the library, not read back
 *  from SQLite, which stores them as one of the first five. */
enum tn_type {
    TN_NULL = 0,
    TN_INT = 1,
    TN_REAL = 2,
    TN_TEXT = 3,
    TN_BLOB = 4,
    TN_BOOL = 5,
    TN_TIMESTAMP = 6,
    TN_JSON = 7
};

/** A value whose type is known only at run time. Text and blobs are borrowed. */
typedef struct tn_value {
    enum tn_type type;
    union {
        int64_t integer;
        double real;
        bool boolean;
        tn_text text; /**< TN_TEXT and TN_JSON */
        tn_blob blob;
        tn_timestamp timestamp;
    } as;
} tn_value;

/** Values of any types, each compared as its own; see tn_int_list. */
typedef struct tn_value_list {
    const tn_value *items;
    size_t count;
} tn_value_list;

/** Name of a type: "null", "int", "real", "text", "blob", "bool", "timestamp", "json". Static. */
TN_API const char *tn_type_name(enum tn_type type);

/** The text of a NUL-terminated string, borrowed; NULL gives the NULL text. */
static inline tn_text tn_text_of(const char *string)
{
    tn_text text;
    text.data = string;
    text.size = string ? strlen(string) : 0;
    return text;
}

/** Whether two texts are the same bytes; two NULLs are equal. */
static inline bool tn_text_equal(tn_text a, tn_text b)
{
    return a.size == b.size && (a.data == NULL) == (b.data == NULL) &&
           (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline tn_opt_int tn_some_int(int64_t value)
{
    tn_opt_int some;
    some.has = true;
    some.value = value;
    return some;
}

static inline tn_opt_real tn_some_real(double value)
{
    tn_opt_real some;
    some.has = true;
    some.value = value;
    return some;
}

static inline tn_opt_bool tn_some_bool(bool value)
{
    tn_opt_bool some;
    some.has = true;
    some.value = value;
    return some;
}

static inline tn_opt_timestamp tn_some_timestamp(tn_timestamp value)
{
    tn_opt_timestamp some;
    some.has = true;
    some.value = value;
    return some;
}

static inline tn_value tn_value_null(void)
{
    tn_value value;
    value.type = TN_NULL;
    value.as.integer = 0;
    return value;
}

static inline tn_value tn_value_int(int64_t integer)
{
    tn_value value;
    value.type = TN_INT;
    value.as.integer = integer;
    return value;
}

static inline tn_value tn_value_real(double real)
{
    tn_value value;
    value.type = TN_REAL;
    value.as.real = real;
    return value;
}

static inline tn_value tn_value_bool(bool boolean)
{
    tn_value value;
    value.type = TN_BOOL;
    value.as.boolean = boolean;
    return value;
}

/** Borrowed; a NULL text becomes NULL. */
static inline tn_value tn_value_text(tn_text text)
{
    tn_value value;
    value.type = text.data ? TN_TEXT : TN_NULL;
    value.as.text = text;
    return value;
}

/** Borrowed; NULL becomes NULL. */
static inline tn_value tn_value_string(const char *string)
{
    return tn_value_text(tn_text_of(string));
}

/** Borrowed; a NULL blob becomes NULL. */
static inline tn_value tn_value_blob(tn_blob blob)
{
    tn_value value;
    value.type = blob.data ? TN_BLOB : TN_NULL;
    value.as.blob = blob;
    return value;
}

static inline tn_value tn_value_timestamp(tn_timestamp timestamp)
{
    tn_value value;
    value.type = TN_TIMESTAMP;
    value.as.timestamp = timestamp;
    return value;
}

TN_END_DECLS

#endif
