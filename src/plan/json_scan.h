/* SPDX-License-Identifier: MIT */
#ifndef TN_PLAN_JSON_SCAN_H
#define TN_PLAN_JSON_SCAN_H

#include "plan/query_plan.h"

/* Between the files of src/plan: a JSON text of a server, which writes it well. */

struct tn__scan {
    tn_text text;
    size_t at; /* of what comes next that is no space */
};

/* The byte that comes next; '\0' at the end. */
char tn__scan_peek(struct tn__scan *scan);
/* Go over this byte if it comes next. */
bool tn__scan_take(struct tn__scan *scan, char c);
/* A string, with what its escapes mean. TN_OK; TN_ESYNTAX: it is none; TN_ENOMEM. */
TN_NODISCARD int tn__scan_string(tn_text *out, struct tn__scan *scan, tn_arena *arena);
/* A number, true, false or null, as it is written. */
TN_NODISCARD int tn__scan_word(tn_text *out, struct tn__scan *scan);
/* Go over a value of whatever kind. TN_OK, TN_ESYNTAX. */
TN_NODISCARD int tn__scan_skip(struct tn__scan *scan);

#endif
