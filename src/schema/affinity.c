/* SPDX-License-Identifier: MIT */
#include "schema/catalog.h"

#include "util/str.h"

static bool holds(tn_text text, const char *part)
{
    size_t size = strlen(part);
    for (size_t i = 0; i + size <= text.size; i++)
        if (tn__text_is_nocase(tn__text_sub(text, i, size), part))
            return true;
    return false;
}

/* The rules of https://www.sqlite.org/datatype3.html section 3.1, in their order. */
enum tn__affinity tn__affinity_of(tn_text declared)
{
    static const struct {
        const char *part;
        enum tn__affinity affinity;
    } rules[] = {
        {"INT", TN__AFFINITY_INTEGER}, {"CHAR", TN__AFFINITY_TEXT}, {"CLOB", TN__AFFINITY_TEXT},
        {"TEXT", TN__AFFINITY_TEXT},   {"BLOB", TN__AFFINITY_BLOB}, {"REAL", TN__AFFINITY_REAL},
        {"FLOA", TN__AFFINITY_REAL},   {"DOUB", TN__AFFINITY_REAL},
    };
    if (declared.size == 0)
        return TN__AFFINITY_BLOB;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        if (holds(declared, rules[i].part))
            return rules[i].affinity;
    return TN__AFFINITY_NUMERIC;
}
