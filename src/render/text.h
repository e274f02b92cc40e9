/* SPDX-License-Identifier: MIT */
#ifndef TN_RENDER_TEXT_H
#define TN_RENDER_TEXT_H

#include "diag/diag.h"
#include "util/buf.h"

/*
 * Diagnostics for people and editors: the shape of gcc, the manners of rustc.
 *
 *     queries/users.sql:14:10: error: no column 'emial' in table 'users' [unknown-column]
 *        14 |   SELECT emial FROM users WHERE id = :id
 *           |          ^~~~~ help: 'email'
 *     migrations/0003_users.sql:2:1: note: 'users' is created here
 *
 * Columns count bytes from 1, as in gcc; carets stand under what is shown. Tabs are expanded, a long
 * line is cut to the part around the caret, and what a terminal would not show (control characters,
 * bytes that are not UTF-8) appears as <U+0007> or <80>.
 */
struct tn__text_options {
    bool color;     /* with SGR escapes */
    unsigned width; /* columns of the terminal; 0: 100 */
};

/* `options` may be NULL: no colour, default width. Failure is the buffer's. */
void tn__text_diag(struct tn__buf *out, const struct tn__diags *diags, const struct tn__diag *diag,
                   const struct tn__text_options *options);
/* All of them, in their order. */
void tn__text_diags(struct tn__buf *out, const struct tn__diags *diags,
                    const struct tn__text_options *options);

#endif
