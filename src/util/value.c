/* SPDX-License-Identifier: MIT */
#include <tenon/value.h>

const char *tn_type_name(enum tn_type type)
{
    static const char *const names[] = {
        [TN_NULL] = "null", [TN_INT] = "int",   [TN_REAL] = "real",           [TN_TEXT] = "text",
        [TN_BLOB] = "blob", [TN_BOOL] = "bool", [TN_TIMESTAMP] = "timestamp", [TN_JSON] = "json",
    };
    return (size_t)type < sizeof names / sizeof names[0] ? names[type] : "?";
}
