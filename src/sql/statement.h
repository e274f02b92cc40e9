/* SPDX-License-Identifier: MIT */
#ifndef TN_SQL_STATEMENT_H
#define TN_SQL_STATEMENT_H

#include "lex/lex.h"
#include "util/buf.h"

/* One solid token (neither space nor comment) of a statement. */
struct tn__sql_token {
    enum tn__tok kind;
    uint32_t depth; /* of parentheses around it; a parenthesis has the depth outside of it */
    size_t offset;
    size_t size;
    tn_text name; /* of a word or a quoted name: the identifier without quotes */
    bool
        is_list; /* of a parameter: `:ids[]`, with the brackets, which are no part of it to engines */
};

/* A statement as its solid tokens. tokens[count] exists and is TN__TOK_END. */
struct tn__sql {
    tn_text text;
    enum tn__dialect dialect;
    const struct tn__sql_token *tokens;
    size_t count;
};

/* Tokens [begin, end). */
struct tn__sql_span {
    size_t begin;
    size_t end;
};

/* Cut a text into solid tokens. TN_OK, TN_ENOMEM. The array is the arena's; the text is borrowed. */
TN_NODISCARD int tn__sql_scan_as(struct tn__sql *out, tn_text text, enum tn__dialect dialect,
                                 tn_arena *arena);
/* The same of SQLite's. */
TN_NODISCARD int tn__sql_scan(struct tn__sql *out, tn_text text, tn_arena *arena);

/* The text of token i; the empty text at the end. */
tn_text tn__sql_text(const struct tn__sql *sql, size_t i);
/* Whether token i is this unquoted word, without case; false past the end. */
bool tn__sql_is(const struct tn__sql *sql, size_t i, const char *word);
/* Whether token i is one of these words; the list ends with NULL. */
bool tn__sql_is_any(const struct tn__sql *sql, size_t i, const char *const *words);
/* Whether token i is this operator or punctuation. */
bool tn__sql_is_op(const struct tn__sql *sql, size_t i, const char *op);
/* Whether token i can be an identifier: a word that is not reserved, or a quoted name. */
bool tn__sql_is_name(const struct tn__sql *sql, size_t i);
/* Token i as an identifier without quotes; the empty text at the end. */
tn_text tn__sql_name(const struct tn__sql *sql, size_t i);
/* Whether token i begins a WINDOW clause; the bare word may be a name. */
bool tn__sql_is_window(const struct tn__sql *sql, size_t i);

/* Whether token i is all that stands in the parentheses of an IN. */
bool tn__sql_is_all_of_in(const struct tn__sql *sql, size_t i);

/* The token behind the parenthesis that closes token i, an opening one. */
size_t tn__sql_skip_group(const struct tn__sql *sql, size_t i);

/* A table that the statement names behind FROM, JOIN, INTO, UPDATE or a comma of a FROM. */
struct tn__sql_source {
    tn_text table;
    tn_text alias; /* the table's name again without one */
    size_t token;  /* of the name */
};

/* All of them, in whatever query of the statement. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__sql_sources(const struct tn__sql_source **out, size_t *out_count,
                                 const struct tn__sql *sql, tn_arena *arena);

/* Whether SQLite takes this word, without case, for a keyword. */
bool tn__sql_is_keyword(tn_text word);
/* Write an identifier as SQL takes it: in quotes where it needs them. */
void tn__sql_put_name(struct tn__buf *buf, tn_text name);
void tn__sql_put_name_postgres(struct tn__buf *buf, tn_text name);
/* The keywords by number, from 0, in the order of the alphabet; NULL behind the last. */
const char *tn__sql_keyword(size_t index);
/* Whether it may never be an identifier without quotes. */
bool tn__sql_is_reserved(tn_text word);

#endif
