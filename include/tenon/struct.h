/* SPDX-License-Identifier: MIT */
#ifndef TENON_STRUCT_H
#define TENON_STRUCT_H

#include <tenon/gen.h>
#include <tenon/stmt.h>

TN_BEGIN_DECLS

/**
 * @file tenon/struct.h
 * The members of a generated struct as data, and what can be done with any struct by that.
 *
 *     rc = tn_query(&rows, db, sql, NULL, 0, &arena, &err);     … SQL that is known only at run time …
 *     for (size_t i = 0; rc == TN_OK && i < rows.row_count; i++) {
 *         struct app_task task;
 *         tn_row row = tn_rows_row(&rows, i);
 *         rc = tn_row_into(&row, &app_task_struct, &task, &arena, &err);
 *     }
 *
 * The generator writes a description `x_struct` beside each `struct x` of a table and of `-- returns`;
 * with `json = on` in tenon.ini beside every struct of rows. tenon/json.h makes JSON of them.
 */

/** What a member is in C. NULL is told as in tenon/value.h, of an enum by a struct of has and value. */
enum tn_field_type {
    TN_FIELD_ANY = 0, /**< tn_value */
    TN_FIELD_INT =
        1, /**< int64_t, tn_opt_int; a key type of one, as all those below, is laid out alike */
    TN_FIELD_REAL = 2, /**< double, tn_opt_real */
    TN_FIELD_TEXT = 3,
    TN_FIELD_BLOB = 4,
    TN_FIELD_BOOL = 5,
    TN_FIELD_TIMESTAMP = 6,
    TN_FIELD_JSON = 7,
    TN_FIELD_ENUM = 8,   /**< of the size of an unsigned int: v is choices[v - 1] */
    TN_FIELD_STRUCT = 9, /**< a struct within the struct, of `inner` */
    TN_FIELD_ARRAY = 10, /**< a pointer to structs of `inner` */
    TN_FIELD_UUID = 11,
    TN_FIELD_DATE = 12,
    TN_FIELD_TIME = 13, /**< tn_time */
    TN_FIELD_INTERVAL = 14
};

struct tn_struct;

/** A member. Filled by generated code; what is reserved is zero. */
struct tn_field {
    const char *name; /**< of the column, and the key in JSON */
    uint32_t offset;  /**< of the member */
    /** Of its neighbour: the bool that says whether a TN_FIELD_STRUCT is there, if it is nullable; the
     *  size_t that counts a TN_FIELD_ARRAY. */
    uint32_t beside;
    uint8_t type;        /**< enum tn_field_type */
    uint8_t is_nullable; /**< 0 or 1 */
    uint8_t form;        /**< enum tn_sqlite_time: what an INTEGER means for a timestamp */
    /** 1: an array of such values, as tn_int_array of tenon/value.h: each item may be NULL; is_nullable is
     *  the array's. */
    uint8_t is_array;
    uint32_t choice_count;
    const tn_text *choices;        /**< the texts of an enum */
    const struct tn_struct *inner; /**< of a TN_FIELD_STRUCT or TN_FIELD_ARRAY */
    const void *reserved1;
};

#define TN_STRUCT_VERSION 1

/**
 * How generated code fills them: `type` is INT, REAL … of enum tn_field_type, `texts` an array, `beside` an
 * offset.
 */
#define TN_FIELD_VALUE(tag, member, name, type, is_nullable)                              \
 {                                                                                        \
  name, offsetof(tag, member), 0, TN_FIELD_##type, is_nullable, 0, 0, 0, NULL, NULL, NULL \
 }
#define TN_FIELD_TIME(tag, member, name, form, is_nullable)                                     \
 {                                                                                              \
  name, offsetof(tag, member), 0, TN_FIELD_TIMESTAMP, is_nullable, form, 0, 0, NULL, NULL, NULL \
 }
#define TN_FIELD_CHOICE(tag, member, name, texts, is_nullable)      \
 {                                                                  \
  name, offsetof(tag, member), 0, TN_FIELD_ENUM, is_nullable, 0, 0, \
      sizeof(texts) / sizeof((texts)[0]), texts, NULL, NULL         \
 }
#define TN_FIELD_ITEMS(tag, member, name, type, is_nullable)                              \
 {                                                                                        \
  name, offsetof(tag, member), 0, TN_FIELD_##type, is_nullable, 0, 1, 0, NULL, NULL, NULL \
 }
#define TN_FIELD_CHOICES(tag, member, name, texts, is_nullable)     \
 {                                                                  \
  name, offsetof(tag, member), 0, TN_FIELD_ENUM, is_nullable, 0, 1, \
      sizeof(texts) / sizeof((texts)[0]), texts, NULL, NULL         \
 }
#define TN_FIELD_NESTED(tag, member, beside, name, type, is_nullable, inner)                    \
 {                                                                                              \
  name, offsetof(tag, member), beside, TN_FIELD_##type, is_nullable, 0, 0, 0, NULL, inner, NULL \
 }

/** A struct. */
struct tn_struct {
    const char *name;     /**< "app_task" */
    uint32_t version;     /**< the TN_STRUCT_VERSION that it was written for */
    uint32_t size;        /**< sizeof */
    uint32_t field_count; /**< TN_STRUCT_FIELDS_MAX at most */
    uint32_t reserved0;
    const struct tn_field *fields;
    const void *reserved1[2];
};

/** The same of a struct. */
#define TN_STRUCT_OF(tag, name, fields)                                                  \
 {                                                                                       \
  name, TN_STRUCT_VERSION, sizeof(tag), sizeof(fields) / sizeof((fields)[0]), 0, fields, \
  {                                                                                      \
   NULL, NULL                                                                            \
  }                                                                                      \
 }

/** The most members of a struct, as the most columns of a query. */
#define TN_STRUCT_FIELDS_MAX 2048

/** How deep structs may lie in each other. */
#define TN_STRUCT_DEPTH_MAX 64

/** A row whose columns are known only at run time; all borrowed. Its values are as a database gives
 *  them: SQLite those of the first five types. */
typedef struct tn_row {
    size_t column_count;
    const char *const *names;
    const tn_value *values;
} tn_row;

/** A collected row, from 0; must be in range. */
static inline tn_row tn_rows_row(const tn_rows *rows, size_t index)
{
    tn_row row;
    row.column_count = rows->column_count;
    row.names = rows->names;
    row.values = rows->column_count ? tn_rows_at(rows, index, 0) : NULL;
    return row;
}

/**
 * Fill a struct from a row, by the names of the columns: their order is free, and columns that the
 * struct does not have are ignored. One that is missing is an error, also if its member may be NULL.
 *
 * Values are held to the member's type as in generated code: the class, NULL only where it may be, an
 * enum's texts, a timestamp in any form, an array of one dimension; uuid, date, time and interval also as
 * their texts. The two classes of numbers are told apart no further than
 * that it is the same number, up to 2^53: nothing is known of the expression that it comes from.
 *
 * @param out    a struct of `desc`; set on success only
 * @param arena  owns the struct's copies of texts and blobs
 * @return TN_OK; TN_ENOTFOUND: no such column; TN_EINVAL: two of the name; TN_ETYPE, with err->column;
 *         TN_EUNSUPPORTED: a struct with structs in it, whose members no column names; TN_ENOMEM
 */
TN_API TN_NODISCARD int tn_row_into(const tn_row *row, const struct tn_struct *desc, void *out,
                                    tn_arena *arena, tn_error *err);

/** As tn_row_into(), of the row that tn_stmt_step() has come to. @return also TN_EMISUSE: there is none */
TN_API TN_NODISCARD int tn_stmt_into(tn_stmt *stmt, const struct tn_struct *desc, void *out,
                                     tn_arena *arena, tn_error *err);

/**
 * Copy a struct with all that it points to: texts, blobs, arrays, and the structs within.
 *
 * @param out    set on success only; may be `from`
 * @param arena  owns the copies
 * @return TN_OK; TN_ERANGE: deeper than TN_STRUCT_DEPTH_MAX; TN_ENOMEM
 */
TN_API TN_NODISCARD int tn_struct_copy(const struct tn_struct *desc, void *out, const void *from,
                                       tn_arena *arena, tn_error *err);

TN_END_DECLS

#endif
