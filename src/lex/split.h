/* SPDX-License-Identifier: MIT */
#ifndef TN_LEX_SPLIT_H
#define TN_LEX_SPLIT_H

#include "lex/lex.h"

/* Private to src/lex: the parts of the splitter. */

/* As tn__split_next(), of a PostgreSQL script. */
int tn__split_next_postgres(struct tn__stmt_span *span, struct tn__lexer *lexer, tn_error *err);

/* Whether the lexer's token makes the script unfit for splitting: TN_ESYNTAX at its place. */
int tn__split_check(const struct tn__lexer *lexer, struct tn__token token, tn_error *err);
/* TN_ESYNTAX with a message, at a place. */
int tn__split_fault(tn_error *err, size_t offset, const char *message);

#endif
