/* SPDX-License-Identifier: MIT */
#ifndef TN_GEN_WRITER_H
#define TN_GEN_WRITER_H

#include "util/buf.h"

/* C text with the line breaks of clang-format at 100 columns. Plain text goes through tn__buf. */
#define TN__WIDTH 100

/*
 * head(a, b, c)tail and a line feed: as many items in a line as fit, aligned behind the parenthesis.
 * Begin, add, end; `head` begins the line, with its indentation.
 */
struct tn__call {
    struct tn__buf head;
    struct tn__buf items; /* one after the other, each with a NUL behind */
    size_t count;
};

void tn__call_begin(struct tn__call *call, const char *head_format, ...) TN_PRINTF(2, 3);
void tn__call_add(struct tn__call *call, const char *format, ...) TN_PRINTF(2, 3);
/* A literal of any text. */
void tn__call_add_string(struct tn__call *call, const char *string);
void tn__call_end(struct tn__buf *out, struct tn__call *call, const char *tail);

/* The same as the last operand of a condition: behind `left`, "    if (a ||", where the line has room, else
 * in the next one. */
void tn__call_end_behind(struct tn__buf *out, const char *left, struct tn__call *call,
                         const char *tail);

/* The members of a struct, one per line; the comments behind neighbours are aligned. Begin, add, end. */
struct tn__fields {
    struct tn__buf text; /* "type name;" and the comment or "", each with a NUL behind */
    size_t count;
};

void tn__fields_begin(struct tn__fields *fields);
/* `note` may be NULL. */
void tn__fields_add(struct tn__fields *fields, const char *type, const char *name,
                    const char *note);
void tn__fields_end(struct tn__buf *out, struct tn__fields *fields);

/* The pieces of a C string literal: cut behind line feeds, and at a blank where a line is long. */
struct tn__pieces {
    struct tn__buf text; /* escaped, without quotes, each with a NUL behind */
    size_t count;
    size_t longest;
};

void tn__pieces_init(struct tn__pieces *pieces);
void tn__pieces_fini(struct tn__pieces *pieces);
void tn__pieces_add(struct tn__pieces *pieces, tn_text text);

/* "…", whatever its length. */
void tn__write_string(struct tn__buf *out, tn_text text);

/* static const char STEMsuffix[] = "…" "…"; or, over TN__LITERAL_MAX bytes, = {'\x53', …, 0}; */
#define TN__LITERAL_MAX 4000
void tn__write_literal(struct tn__buf *out, const char *stem, const char *suffix, tn_text text);

/* #define PREFIXname "…" "…" over several lines. */
void tn__write_define(struct tn__buf *out, const char *prefix, const char *name,
                      const struct tn__pieces *pieces);

#endif
