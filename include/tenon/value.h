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
 * and on PostgreSQL, where SQLite has texts:
 *
 * | SQL                  | C              | nullable         |
 * |----------------------|----------------|------------------|
 * | uuid                 | tn_uuid        | tn_opt_uuid      |
 * | date                 | tn_date        | tn_opt_date      |
 * | time                 | tn_time        | tn_opt_time      |
 * | interval             | tn_interval    | tn_opt_interval  |
 * | numeric              | tn_text        | data == NULL     |
 * | arrays               | tn_int_array … | items == NULL    |
 * | arrays, in a tn_value | tn_array      |                  |
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

/** `us` of PostgreSQL's timestamps 'infinity' and '-infinity', after and before all others. */
#define TN_TIMESTAMP_INFINITY       INT64_MAX
#define TN_TIMESTAMP_MINUS_INFINITY INT64_MIN

/** A UUID, in the order of its text (tenon/id.h). */
typedef struct tn_uuid {
    uint8_t bytes[16];
} tn_uuid;

/** A day of the proleptic Gregorian calendar: days since 1970-01-01 (tenon/time.h). */
typedef struct tn_date {
    int32_t days;
} tn_date;

/** `days` of PostgreSQL's dates 'infinity' and '-infinity'. */
#define TN_DATE_INFINITY       INT32_MAX
#define TN_DATE_MINUS_INFINITY INT32_MIN

/** A time of day: microseconds since midnight, 0 to 86400000000 (24:00:00). */
typedef struct tn_time {
    int64_t us;
} tn_time;

/** A span of time. A month is no fixed number of days, nor is a day of hours: they are kept apart. */
typedef struct tn_interval {
    int64_t us;
    int32_t days;
    int32_t months;
} tn_interval;

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

typedef struct tn_opt_uuid {
    bool has;
    tn_uuid value;
} tn_opt_uuid;

typedef struct tn_opt_date {
    bool has;
    tn_date value;
} tn_opt_date;

typedef struct tn_opt_time {
    bool has;
    tn_time value;
} tn_opt_time;

typedef struct tn_opt_interval {
    bool has;
    tn_interval value;
} tn_opt_interval;

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

/* The same, on PostgreSQL. */

typedef struct tn_uuid_list {
    const tn_uuid *items;
    size_t count;
} tn_uuid_list;

typedef struct tn_date_list {
    const tn_date *items;
    size_t count;
} tn_date_list;

typedef struct tn_time_list {
    const tn_time *items;
    size_t count;
} tn_time_list;

typedef struct tn_interval_list {
    const tn_interval *items;
    size_t count;
} tn_interval_list;

/**
 * Arrays of PostgreSQL in generated code: of one dimension, whose `count` items may be NULL each. items ==
 * NULL is the SQL NULL; an empty array has items != NULL and count 0. Of an enum there is a struct of the kind
 * beside it. Arrays of more dimensions are read by tenon/stmt.h, as tn_array.
 */
typedef struct tn_int_array {
    const tn_opt_int *items;
    size_t count;
} tn_int_array;

typedef struct tn_real_array {
    const tn_opt_real *items;
    size_t count;
} tn_real_array;

typedef struct tn_bool_array {
    const tn_opt_bool *items;
    size_t count;
} tn_bool_array;

/** TEXT, JSON, numeric, and all that C has nothing of its own for. */
typedef struct tn_text_array {
    const tn_text *items;
    size_t count;
} tn_text_array;

typedef struct tn_blob_array {
    const tn_blob *items;
    size_t count;
} tn_blob_array;

typedef struct tn_timestamp_array {
    const tn_opt_timestamp *items;
    size_t count;
} tn_timestamp_array;

typedef struct tn_uuid_array {
    const tn_opt_uuid *items;
    size_t count;
} tn_uuid_array;

typedef struct tn_date_array {
    const tn_opt_date *items;
    size_t count;
} tn_date_array;

typedef struct tn_time_array {
    const tn_opt_time *items;
    size_t count;
} tn_time_array;

typedef struct tn_interval_array {
    const tn_opt_interval *items;
    size_t count;
} tn_interval_array;

/** Type of a tn_value. Those after TN_BLOB are given to the library, not read back from SQLite, which
 *  stores them as one of the first five, and has no arrays; PostgreSQL gives all of them. */
enum tn_type {
    TN_NULL = 0,
    TN_INT = 1,
    TN_REAL = 2,
    TN_TEXT = 3,
    TN_BLOB = 4,
    TN_BOOL = 5,
    TN_TIMESTAMP = 6,
    TN_JSON = 7,
    TN_UUID = 8,
    TN_DATE = 9,
    TN_TIME = 10,
    TN_INTERVAL = 11,
    TN_ARRAY = 12
};

struct tn_array;

/** A value whose type is known only at run time. Text, blobs and arrays are borrowed. */
typedef struct tn_value {
    enum tn_type type;
    union {
        int64_t integer;
        double real;
        bool boolean;
        tn_text text; /**< TN_TEXT and TN_JSON */
        tn_blob blob;
        tn_timestamp timestamp;
        tn_uuid uuid;
        tn_date date;
        tn_time time;
        tn_interval interval;
        const struct tn_array *array;
    } as;
} tn_value;

/** Dimensions that an array may have, as in PostgreSQL. */
#define TN_ARRAY_DIMS_MAX 6

/**
 * An array of PostgreSQL. Its items are in the order of their text, the last dimension fastest:
 * item [i][j] of two dimensions is items[i * dims[1] + j]. An empty array has 0 dimensions.
 */
typedef struct tn_array {
    enum tn_type type;                /**< of the items that are not NULL */
    int ndim;                         /**< 0 to TN_ARRAY_DIMS_MAX */
    int32_t dims[TN_ARRAY_DIMS_MAX];  /**< items in each dimension; `count` is their product */
    int32_t lower[TN_ARRAY_DIMS_MAX]; /**< the first subscript of each in SQL, mostly 1 */
    const tn_value *items;
    size_t count;
} tn_array;

/** Values of any types, each compared as its own; see tn_int_list. */
typedef struct tn_value_list {
    const tn_value *items;
    size_t count;
} tn_value_list;

/** Name of a type: "null", "int", "real", "text", "blob", "bool", "timestamp", "json", "uuid", "date",
 *  "time", "interval", "array"; "?" of none. Static. */
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

static inline tn_opt_uuid tn_some_uuid(tn_uuid value)
{
    tn_opt_uuid some;
    some.has = true;
    some.value = value;
    return some;
}

static inline tn_opt_date tn_some_date(tn_date value)
{
    tn_opt_date some;
    some.has = true;
    some.value = value;
    return some;
}

static inline tn_opt_time tn_some_time(tn_time value)
{
    tn_opt_time some;
    some.has = true;
    some.value = value;
    return some;
}

static inline tn_opt_interval tn_some_interval(tn_interval value)
{
    tn_opt_interval some;
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

static inline tn_value tn_value_uuid(tn_uuid uuid)
{
    tn_value value;
    value.type = TN_UUID;
    value.as.uuid = uuid;
    return value;
}

static inline tn_value tn_value_date(tn_date date)
{
    tn_value value;
    value.type = TN_DATE;
    value.as.date = date;
    return value;
}

static inline tn_value tn_value_time(tn_time time)
{
    tn_value value;
    value.type = TN_TIME;
    value.as.time = time;
    return value;
}

static inline tn_value tn_value_interval(tn_interval interval)
{
    tn_value value;
    value.type = TN_INTERVAL;
    value.as.interval = interval;
    return value;
}

/** Borrowed, with its items; NULL becomes NULL. */
static inline tn_value tn_value_array(const tn_array *array)
{
    tn_value value;
    value.type = array ? TN_ARRAY : TN_NULL;
    value.as.array = array;
    return value;
}

/** An array of one dimension over items of one type, NULLs among them, which stay the caller's.
 *  More than INT32_MAX items fit in none. */
static inline tn_array tn_array_of(enum tn_type type, const tn_value *items, size_t count)
{
    tn_array array;
    memset(&array, 0, sizeof array);
    array.type = type;
    array.ndim = count > 0;
    array.dims[0] = (int32_t)count;
    array.lower[0] = array.ndim;
    array.items = items;
    array.count = count;
    return array;
}

TN_END_DECLS

#endif
