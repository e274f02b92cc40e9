/* SPDX-License-Identifier: MIT */
#ifndef TN_DIAG_DIAG_H
#define TN_DIAG_DIAG_H

#include <tenon/arena.h>
#include <tenon/error.h>

/*
 * Diagnostics as data: what is wrong, where, and what may help. Renderers (src/render) turn them
 * into text or JSON; nothing here prints.
 */

enum tn__severity {
    TN__NOTE,
    TN__WARNING,
    TN__ERROR
};

/* What a project makes of a lint. */
enum tn__lint_level {
    TN__LEVEL_WARN, /* as the table has it */
    TN__LEVEL_DENY, /* an error */
    TN__LEVEL_ALLOW /* not said */
};

struct tn__place {
    const char *file; /* as shown to the user; NULL: no place */
    uint32_t line;    /* 1-based; 0: the whole file */
    uint32_t column;  /* 1-based, in bytes; 0: the whole line */
    uint32_t length;  /* bytes to underline from `column`, within the line; 0: one caret */
};

/* A further place that explains the first. */
struct tn__diag_note {
    struct tn__place place;
    const char *message;
    struct tn__diag_note *next;
};

struct tn__diag {
    enum tn__severity severity;
    const char *code; /* stable, such as "unknown-column"; from diag_codes.h */
    struct tn__place place;
    const char *message;
    const char *help; /* short; shown behind the caret; NULL: none */
    struct tn__diag_note *notes;
    uint32_t order; /* of creation: ties in sorting */
};

/* Where lines of a text begin: the first, and each one so many further on. */
struct tn__lines {
    const uint32_t *begins;
    size_t count; /* 0: not known, and looked for from the start */
};

/* A source text, kept so that a renderer can show the line. */
struct tn__diag_source {
    const char *file;
    tn_text text;
    struct tn__lines lines;
    struct tn__diag_source *next; /* of the same bucket */
};

enum {
    TN__DIAG_BUCKETS = 256
};

/* The findings of one run. All memory is the arena's. */
struct tn__diags {
    tn_arena *arena;
    struct tn__diag *items;
    size_t count;
    size_t cap;
    size_t errors;
    size_t warnings;
    const enum tn__lint_level *levels; /* of the lints, by row of the table; NULL: as the table */
    struct tn__diag_source *sources[TN__DIAG_BUCKETS]; /* by hash of the file's name */
    int status;                                        /* sticky: TN_OK or TN_ENOMEM */
    struct tn__diag scratch; /* private: what tn__diags_add() returns without memory */
};

void tn__diags_init(struct tn__diags *diags, tn_arena *arena);
void tn__diags_fini(struct tn__diags *diags);

/* Remember a file's text for rendering; both live as long as the diags. Same file again replaces. */
void tn__diags_source(struct tn__diags *diags, const char *file, tn_text text);

/* Add one, with the severity that its code has in force; returns it so that help and notes can be put on, never
 * NULL (out of memory gives a scratch record and the sticky status). The pointer is good
 * until the next one is added. The file name is copied. A code that is not in the table is an error
 * of its own text. */
struct tn__diag *tn__diags_add(struct tn__diags *diags, const char *code, struct tn__place place,
                               const char *format, ...) TN_PRINTF(4, 5);
void tn__diag_help(struct tn__diags *diags, struct tn__diag *diag, const char *format, ...)
    TN_PRINTF(3, 4);
void tn__diag_note(struct tn__diags *diags, struct tn__diag *diag, struct tn__place place,
                   const char *format, ...) TN_PRINTF(4, 5);

/* By file, line, column, order. */
void tn__diags_sort(struct tn__diags *diags);

/* The place of a byte offset in a text; `length` is cut at the end of the line. Lines end with LF or
 * CRLF. A byte order mark at the start of the text is not counted, as editors do not show it. An
 * offset behind the end is the end. */
struct tn__place tn__place_at(const char *file, tn_text text, size_t offset, size_t length);

/* The same, quicker where `lines` knows the text. */
struct tn__place tn__place_in(const char *file, tn_text text, const struct tn__lines *lines,
                              size_t offset, size_t length);

/* Find out where a text's lines begin. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__lines_find(struct tn__lines *out, tn_text text, tn_arena *arena);

/* The line that a place is in; a NULL text if it is not known. */
tn_text tn__diags_line(const struct tn__diags *diags, struct tn__place place);

/* A line of a text, from 1, without its LF or CRLF and without a byte order mark; a NULL text if there
 * is no such line. */
tn_text tn__line_at(tn_text text, uint32_t line);

/* The table of codes, made from diag_codes.h: text, default severity, one-line meaning. */
struct tn__diag_code {
    const char *code;
    enum tn__severity severity;
    const char *meaning;
    bool is_lint; /* has a level */
};
extern const struct tn__diag_code tn__diag_codes[];
extern const size_t tn__diag_code_count;
/* NULL if there is none. */
const struct tn__diag_code *tn__diag_code_find(const char *code);
/* The same of lints alone. */
const struct tn__diag_code *tn__lint_find(tn_text code);
/* The lint that a wrong word is a slip of; NULL: none. */
const char *tn__lint_nearest(tn_text word);
/* The level in force; TN__LEVEL_WARN of what is no lint. */
enum tn__lint_level tn__diags_level(const struct tn__diags *diags,
                                    const struct tn__diag_code *code);
/* "note", "warning", "error". */
const char *tn__severity_name(enum tn__severity severity);

#endif
