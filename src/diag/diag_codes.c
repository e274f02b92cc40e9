/* SPDX-License-Identifier: MIT */
#include "diag/diag_codes.h"

#include "diag/diag.h"
#include "util/str.h"

const struct tn__diag_code tn__diag_codes[] = {
#define ROW(id, code, severity, meaning)  [TN__DIAG_##id] = {code, severity, meaning, false},
#define LINT(id, code, severity, meaning) [TN__DIAG_##id] = {code, severity, meaning, true},
    TN__DIAG_CODES(ROW) TN__LINT_CODES(LINT)
#undef LINT
#undef ROW
};

const size_t tn__diag_code_count = TN__DIAG_INDEX_COUNT;

const struct tn__diag_code *tn__diag_code_find(const char *code)
{
    for (size_t i = 0; i < tn__diag_code_count; i++)
        if (strcmp(tn__diag_codes[i].code, code) == 0)
            return &tn__diag_codes[i];
    return NULL;
}

const struct tn__diag_code *tn__lint_find(tn_text code)
{
    for (size_t i = 0; i < tn__diag_code_count; i++)
        if (tn__diag_codes[i].is_lint && tn__text_is(code, tn__diag_codes[i].code))
            return &tn__diag_codes[i];
    return NULL;
}

const char *tn__lint_nearest(tn_text word)
{
    const char *codes[TN__DIAG_INDEX_COUNT] = {NULL};
    for (size_t i = 0; i < tn__diag_code_count; i++)
        codes[i] = tn__diag_codes[i].is_lint ? tn__diag_codes[i].code : NULL;
    return tn__nearest(word, codes, tn__diag_code_count);
}

const char *tn__severity_name(enum tn__severity severity)
{
    static const char *const names[] = {
        [TN__NOTE] = "note", [TN__WARNING] = "warning", [TN__ERROR] = "error"};
    return names[severity];
}
