/* SPDX-License-Identifier: MIT */
#include <tenon/value.h>

/* A value is copied by hand everywhere, and is part of the binary interface. */
_Static_assert(sizeof(void *) != 8 || sizeof(tn_value) == 24, "a tn_value has grown");

const char *tn_type_name(enum tn_type type)
{
    static const char *const names[] = {
        [TN_NULL] = "null",           [TN_INT] = "int",   [TN_REAL] = "real",
        [TN_TEXT] = "text",           [TN_BLOB] = "blob", [TN_BOOL] = "bool",
        [TN_TIMESTAMP] = "timestamp", [TN_JSON] = "json", [TN_UUID] = "uuid",
        [TN_DATE] = "date",           [TN_TIME] = "time", [TN_INTERVAL] = "interval",
        [TN_ARRAY] = "array",
    };
    return (size_t)type < sizeof names / sizeof names[0] ? names[type] : "?";
}
