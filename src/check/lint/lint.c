/* SPDX-License-Identifier: MIT */
#include "check/lint/lint.h"

#include <stdarg.h>

#include "util/str.h"

/* The findings of one query stand together: the search ends in front of it. */
static bool is_said(const struct tn__diags *diags, const struct tn__query *query, const char *code,
                    struct tn__place place)
{
    for (size_t i = diags->count; i > 0; i--) {
        const struct tn__diag *other = &diags->items[i - 1];
        bool is_same_file =
            other->place.file && place.file && strcmp(other->place.file, place.file) == 0;
        if (!is_same_file || (query && other->place.line < query->place.line))
            return false;
        if (other->place.line == place.line && other->place.column == place.column &&
            strcmp(other->code, code) == 0)
            return true;
    }
    return false;
}

bool tn__lint_is_allowed(const struct tn__diags *diags, const struct tn__query *query,
                         const char *code)
{
    const struct tn__diag_code *known = tn__diag_code_find(code);
    if (known && tn__diags_level(diags, known) == TN__LEVEL_ALLOW)
        return true;
    for (struct tn__allow *allow = query ? query->allows : NULL; allow; allow = allow->next) {
        if (strcmp(allow->code, code) == 0) {
            allow->is_used = true;
            return true;
        }
    }
    return false;
}

struct tn__diag *tn__lint_add(struct tn__diags *diags, const struct tn__query *query,
                              const char *code, struct tn__place place, const char *format, ...)
{
    va_list args;
    if (tn__lint_is_allowed(diags, query, code) || is_said(diags, query, code, place))
        return NULL;
    va_start(args, format);
    const char *message = tn__arena_vprintf(diags->arena, format, args);
    va_end(args);
    if (!message)
        diags->status = TN_ENOMEM;
    return tn__diags_add(diags, code, place, "%s", message ? message : "");
}

/* Whether the lint of an -- allow has been looked for at all. */
static bool is_judged(const struct tn__diags *diags, const char *code, bool is_usage_judged)
{
    const struct tn__diag_code *known = tn__diag_code_find(code);
    bool is_usage = strcmp(code, "unused-query") == 0 || strcmp(code, "unused-column") == 0;
    return (is_usage_judged || !is_usage) && tn__diags_level(diags, known) != TN__LEVEL_ALLOW;
}

void tn__lint_unused_allows(const struct tn__checked *checked, bool is_usage_judged,
                            struct tn__diags *diags)
{
    for (size_t i = 0; i < checked->query_count; i++) {
        const struct tn__query *query = &checked->queries[i];
        for (const struct tn__allow *allow = query->allows; allow; allow = allow->next)
            if (!query->is_broken && !allow->is_used &&
                is_judged(diags, allow->code, is_usage_judged))
                (void)tn__lint_add(diags, query, "unused-allow", allow->place,
                                   "query '%s' gives no cause for '%s' that this would allow",
                                   query->name, allow->code);
    }
}
