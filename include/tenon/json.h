/* SPDX-License-Identifier: MIT */
#ifndef TENON_JSON_H
#define TENON_JSON_H

#include <tenon/struct.h>

TN_BEGIN_DECLS

/**
 * @file tenon/json.h
 * Structs as JSON (RFC 8259), and back. With `json = on` the generator writes x_to_json(),
 * x_from_json() and x_copy() for each `struct x` of rows.
 *
 * | member            | JSON                                                                        |
 * |-------------------|-----------------------------------------------------------------------------|
 * | int64_t           | a number without fraction and exponent, of all 64 bits                      |
 * | double            | 15 digits, or 16 or 17 if the same double needs them; never whole: 5.0      |
 * | bool              | true, false                                                                 |
 * | tn_text           | a string; it must be UTF-8 without NUL                                      |
 * | tn_blob           | a string, base64 (RFC 4648) with padding                                    |
 * | tn_timestamp      | a string, RFC 3339; what tn_time_parse() takes is read                      |
 * | tn_json           | the document itself, as it is written, without blanks around it             |
 * | enum              | its text                                                                    |
 * | tn_value          | a number (REAL never whole), a string, null, or {"base64": "…"} for a BLOB  |
 * | struct, array     | an object, an array of objects                                              |
 * | NULL, no struct   | null                                                                        |
 *
 * What is written reads back as the same struct, but for one thing: the document `null` in a JSON
 * column that may be NULL comes back as NULL.
 */

/** How deep objects and arrays may lie in each other, in a tn_json, too. */
#define TN_JSON_DEPTH_MAX 2000

/** Flags for reading. */
enum tn_json_flags {
    TN_JSON_STRICT = 0,
    TN_JSON_SKIP_UNKNOWN = 1 /**< keys that no member has are skipped, not refused */
};

/**
 * One object, without line ends but those that a tn_json has.
 *
 * @param out    set on success only; in the arena, with a NUL behind
 * @param from   a struct of `desc`
 * @return TN_OK; TN_ERANGE: infinite or no number, a year outside of 0000 to 9999, over 1 GiB, too
 *         deep; TN_EINVAL: not UTF-8, NUL bytes, a tn_json that is no JSON, an enum that is none of its
 *         values, NULL in a member that cannot be: err->column names the member; TN_ENOMEM
 */
TN_API TN_NODISCARD int tn_struct_to_json(tn_text *out, const struct tn_struct *desc,
                                          const void *from, tn_arena *arena, tn_error *err);

/** As tn_struct_to_json(): an array of `count` objects. The message says which item an error is of. */
TN_API TN_NODISCARD int tn_structs_to_json(tn_text *out, const struct tn_struct *desc,
                                           const void *items, size_t count, tn_arena *arena,
                                           tn_error *err);

/**
 * Read one object. A key that is not there is NULL where the member may be, else an error; one that
 * is there twice, and what stands behind the object, are errors, too.
 *
 * @param out    a struct of `desc`; set on success only
 * @param flags  enum tn_json_flags, or-ed
 * @param arena  owns what the struct points to
 * @return TN_OK; TN_ESYNTAX: no JSON; TN_ETYPE: another type, or a text that the member cannot be;
 *         TN_ERANGE: a number that no int64_t or double is, too deep; TN_ENOTFOUND: an unknown key;
 *         TN_EINVAL: a key that is missing or there twice; TN_ENOMEM. The message begins with
 *         "LINE:COLUMN: ", counted in bytes from 1, and err->position is the byte, from 1
 */
TN_API TN_NODISCARD int tn_struct_from_json(void *out, const struct tn_struct *desc, tn_text json,
                                            unsigned flags, tn_arena *arena, tn_error *err);

TN_END_DECLS

#endif
