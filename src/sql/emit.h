/* SPDX-License-Identifier: MIT */
#ifndef TN_SQL_EMIT_H
#define TN_SQL_EMIT_H

#include "sql/statement.h"

/* A parameter as it is written. Number and identity are SQLite's: `?` is one more than the highest
 * so far, `?7` is 7, a name keeps the number of its first appearance. Only `$7` is not a name, as it is
 * to SQLite: it is `?7`. */
struct tn__sql_param {
    tn_text name;    /* without its sign; empty for ?, ?7 and $7 */
    uint32_t number; /* SQLite's, in the text as written */
    size_t token;    /* first appearance */
    bool is_clash;   /* differs from an earlier one by its sign alone (:a and @a) */
    bool is_list;    /* written with [] */
    bool is_mixed;   /* and somewhere else without, or the other way round */
};

/* The parameters in the order of their first appearance, which is their number when emitted. */
struct tn__sql_params {
    const struct tn__sql_param *items;
    size_t count;
    const uint32_t *of_token; /* per token: index + 1 into items; 0: not a parameter */
};

/* More than this is not a statement that a person writes, and SQLite's own limit is 32766. */
#define TN__SQL_PARAMS_MAX 1000

/* TN_OK, TN_ENOMEM, or TN_ERANGE (more than TN__SQL_PARAMS_MAX, or ?0 and such). */
TN_NODISCARD int tn__sql_params(struct tn__sql_params *out, const struct tn__sql *sql,
                                tn_arena *arena);

/* What a star is replaced with, or a parameter. */
struct tn__sql_expansion {
    struct tn__sql_span span; /* tokens replaced */
    tn_text text;
};

/* From a byte of the emitted text to a byte of the written one. */
struct tn__sql_anchor {
    uint32_t emitted;
    uint32_t written;
};

/* Stands in a statement's text for a byte that is not meant: white space to every engine, and no
 * indentation of what follows. */
#define TN__SQL_BLANK '\f'

/* A stretch of the statement's bytes, which stands in the text of a key if (key & mask) == value. */
struct tn__sql_part {
    size_t begin;
    size_t end;
    uint64_t mask;
    uint64_t value;
};

/* The same of the text for the engine. */
struct tn__sql_piece {
    tn_text text; /* not NUL-terminated */
    uint64_t mask;
    uint64_t value;
    const struct tn__sql_anchor
        *anchors; /* one per token, ascending; from the piece's first byte */
    size_t anchor_count;
};

struct tn__sql_pieces {
    const struct tn__sql_piece *items;
    size_t count;
};

/* What is to be written. */
struct tn__sql_emission {
    const struct tn__sql *sql; /* with all parts in it */
    const struct tn__sql_params *params;
    const struct tn__sql_part
        *parts; /* ascending; what is in none stands in no text. NULL: one, always */
    size_t part_count;
    const struct tn__sql_expansion *expansions; /* that do not overlap */
    size_t expansion_count;
};

/*
 * Write the statement anew: comments and empty lines dropped, parameters as ?1, ?2, … ($1, $2, … for
 * PostgreSQL), lists as what gives their values, expansions put in. TN_OK, TN_ENOMEM.
 */
TN_NODISCARD int tn__sql_emit(struct tn__sql_pieces *out, const struct tn__sql_emission *emission,
                              tn_arena *arena);

/* The text that the engine gets. */
struct tn__sql_text {
    tn_text text;
    const struct tn__sql_anchor *anchors; /* one per token, ascending */
    size_t anchor_count;
};

/* The text of a key. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__sql_compose(struct tn__sql_text *out, const struct tn__sql_pieces *pieces,
                                 uint64_t key, tn_arena *arena);

/* The written byte that an emitted one comes from. */
size_t tn__sql_written_offset(const struct tn__sql_text *text, size_t emitted);

#endif
