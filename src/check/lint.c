/* SPDX-License-Identifier: MIT */
#include "check/lint.h"

#include <stdarg.h>
#include <stdio.h>

#include "util/str.h"

static bool is_said(const struct tn__diags *diags, const char *code, struct tn__place place)
{
    for (size_t i = diags->count; i > 0; i--) {
        const struct tn__diag *other = &diags->items[i - 1];
        if (other->place.line == place.line && other->place.column == place.column &&
            strcmp(other->code, code) == 0 && other->place.file && place.file &&
            strcmp(other->place.file, place.file) == 0)
            return true;
    }
    return false;
}

struct tn__diag *tn__lint_add(struct tn__diags *diags, const struct tn__query *query,
                              const char *code, struct tn__place place, const char *format, ...)
{
    char message[512];
    va_list args;
    (void)query;
    if (is_said(diags, code, place))
        return NULL;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return tn__diags_add(diags, code, place, "%s", message);
}

void tn__lint_statement(struct tn__judge *judge)
{
    (void)judge;
}
