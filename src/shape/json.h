/* SPDX-License-Identifier: MIT */
#ifndef TN_SHAPE_JSON_H
#define TN_SHAPE_JSON_H

#include <tenon/json.h>

/* A JSON text (RFC 8259), token by token. Nothing is kept of what has been read. */

enum tn__json_kind {
    TN__JSON_END,
    TN__JSON_OBJECT, /* { */
    TN__JSON_OBJECT_END,
    TN__JSON_ARRAY, /* [ */
    TN__JSON_ARRAY_END,
    TN__JSON_COLON,
    TN__JSON_COMMA,
    TN__JSON_STRING,
    TN__JSON_NUMBER,
    TN__JSON_TRUE,
    TN__JSON_FALSE,
    TN__JSON_NULL
};

struct tn__json_token {
    enum tn__json_kind kind;
    size_t at;     /* its offset */
    tn_text text;  /* as it is written; of a string what stands between the quotes */
    bool is_plain; /* a string without escapes; a number without fraction and exponent */
};

struct tn__json {
    tn_text text;
    size_t at; /* of what comes next */
    tn_error *err;
};

/* The next token. TN_OK, TN_ESYNTAX. */
TN_NODISCARD int tn__json_next(struct tn__json_token *out, struct tn__json *json);
/* The next one if it is of that kind; else TN_ESYNTAX says that it was wanted. */
TN_NODISCARD int tn__json_want(struct tn__json_token *out, struct tn__json *json,
                               enum tn__json_kind kind);
/* Go to the end of the value that begins with `first`. TN_OK, TN_ESYNTAX, TN_ERANGE: too deep. */
TN_NODISCARD int tn__json_skip(struct tn__json *json, const struct tn__json_token *first);

/* What a string means, with a NUL behind, in the arena. TN_OK; TN_ETYPE: U+0000, half a surrogate;
 * TN_ENOMEM. */
TN_NODISCARD int tn__json_string(tn_text *out, const struct tn__json *json,
                                 const struct tn__json_token *token, tn_arena *arena);

/* The error of a place: "LINE:COLUMN: message". Returns `status`. */
int tn__json_fail(const struct tn__json *json, size_t at, int status, const char *format, ...)
    TN_PRINTF(4, 5);
/* TN_ESYNTAX: another token was wanted, such as "a value". */
int tn__json_unexpected(const struct tn__json *json, const struct tn__json_token *token,
                        const char *wanted);
/* What a token is, for messages: "null", "a string". */
const char *tn__json_word(enum tn__json_kind kind);

#endif
