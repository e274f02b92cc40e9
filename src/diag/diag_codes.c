/* SPDX-License-Identifier: MIT */
#include "diag/diag_codes.h"

#include "diag/diag.h"

const struct tn__diag_code tn__diag_codes[] = {
#define ROW(id, code, severity, meaning) [TN__DIAG_##id] = {code, severity, meaning},
    TN__DIAG_CODES(ROW)
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

const char *tn__severity_name(enum tn__severity severity)
{
    static const char *const names[] = {
        [TN__NOTE] = "note", [TN__WARNING] = "warning", [TN__ERROR] = "error"};
    return names[severity];
}
