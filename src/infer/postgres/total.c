/* SPDX-License-Identifier: MIT */
#include "infer/postgres/total.h"

#include <string.h>

/*
 * What is not here, though it looks as if it should be: to_char() of a time (NULL for an empty
 * format, or infinity), to_number() (an empty format), time(timestamp) of infinity, scale() of NaN,
 * casts from jsonb (null, since 18), jsonb_path_exists() of a path that fails,
 * has_table_privilege() of an OID that is gone, `#` of two boxes, `+` of two paths, lower() of a
 * range without a bound.
 */

/* The OIDs of the server's own functions stay what they are from version to version. */
const struct tn__pg_total_function tn__pg_total_functions[] = {
    {77, TN__PG_TOTAL},      /* int4("char") */
    {235, TN__PG_TOTAL},     /* float8(int2) */
    {236, TN__PG_TOTAL},     /* float4(int2) */
    {237, TN__PG_TOTAL},     /* int2(float8) */
    {238, TN__PG_TOTAL},     /* int2(float4) */
    {311, TN__PG_TOTAL},     /* float8(float4) */
    {312, TN__PG_TOTAL},     /* float4(float8) */
    {313, TN__PG_TOTAL},     /* int4(int2) */
    {314, TN__PG_TOTAL},     /* int2(int4) */
    {316, TN__PG_TOTAL},     /* float8(int4) */
    {317, TN__PG_TOTAL},     /* int4(float8) */
    {318, TN__PG_TOTAL},     /* float4(int4) */
    {319, TN__PG_TOTAL},     /* int4(float4) */
    {376, TN__PG_BY_FIRST},  /* string_to_array(text, text, text) */
    {383, TN__PG_BY_ALL},    /* array_cat */
    {394, TN__PG_BY_FIRST},  /* string_to_array(text, text) */
    {395, TN__PG_TOTAL},     /* array_to_string(anyarray, text) */
    {480, TN__PG_TOTAL},     /* int4(int8) */
    {481, TN__PG_TOTAL},     /* int8(int4) */
    {482, TN__PG_TOTAL},     /* float8(int8) */
    {483, TN__PG_TOTAL},     /* int8(float8) */
    {652, TN__PG_TOTAL},     /* float4(int8) */
    {653, TN__PG_TOTAL},     /* int8(float4) */
    {714, TN__PG_TOTAL},     /* int2(int8) */
    {754, TN__PG_TOTAL},     /* int8(int2) */
    {870, TN__PG_TOTAL},     /* lower(text) */
    {871, TN__PG_TOTAL},     /* upper(text) */
    {936, TN__PG_TOTAL},     /* substring(text, int4, int4) */
    {937, TN__PG_TOTAL},     /* substring(text, int4) */
    {975, TN__PG_TOTAL},     /* area(box) */
    {1171, TN__PG_BY_FIELD}, /* date_part(text, timestamptz) */
    {1172, TN__PG_BY_FIELD}, /* date_part(text, interval) */
    {1273, TN__PG_TOTAL},    /* date_part(text, timetz) */
    {1288, TN__PG_TOTAL},    /* int8(oid) */
    {1293, TN__PG_TOTAL},    /* unnest(anymultirange) */
    {1384, TN__PG_BY_FIELD}, /* date_part(text, date) */
    {1385, TN__PG_TOTAL},    /* date_part(text, time) */
    {1468, TN__PG_TOTAL},    /* area(circle) */
    {1680, TN__PG_TOTAL},    /* substring(bit, int4, int4) */
    {1684, TN__PG_TOTAL},    /* int4(bit) */
    {1699, TN__PG_TOTAL},    /* substring(bit, int4) */
    {1703, TN__PG_TOTAL},    /* numeric(numeric, int4) */
    {1740, TN__PG_TOTAL},    /* numeric(int4) */
    {1742, TN__PG_TOTAL},    /* numeric(float4) */
    {1743, TN__PG_TOTAL},    /* numeric(float8) */
    {1744, TN__PG_TOTAL},    /* int4(numeric) */
    {1745, TN__PG_TOTAL},    /* float4(numeric) */
    {1746, TN__PG_TOTAL},    /* float8(numeric) */
    {1772, TN__PG_TOTAL},    /* to_char(numeric, text) */
    {1773, TN__PG_TOTAL},    /* to_char(int4, text) */
    {1774, TN__PG_TOTAL},    /* to_char(int8, text) */
    {1775, TN__PG_TOTAL},    /* to_char(float4, text) */
    {1776, TN__PG_TOTAL},    /* to_char(float8, text) */
    {1779, TN__PG_TOTAL},    /* int8(numeric) */
    {1781, TN__PG_TOTAL},    /* numeric(int8) */
    {1782, TN__PG_TOTAL},    /* numeric(int2) */
    {1783, TN__PG_TOTAL},    /* int2(numeric) */
    {1968, TN__PG_TOTAL},    /* time(time, int4) */
    {1969, TN__PG_TOTAL},    /* timetz(timetz, int4) */
    {2012, TN__PG_TOTAL},    /* substring(bytea, int4, int4) */
    {2013, TN__PG_TOTAL},    /* substring(bytea, int4) */
    {2021, TN__PG_BY_FIELD}, /* date_part(text, timestamp) */
    {2046, TN__PG_TOTAL},    /* time(timetz) */
    {2047, TN__PG_TOTAL},    /* timetz(time) */
    {2076, TN__PG_TOTAL},    /* int8(bit) */
    {2077, TN__PG_TOTAL},    /* current_setting(text) */
    {2557, TN__PG_TOTAL},    /* bool(int4) */
    {2558, TN__PG_TOTAL},    /* int4(bool) */
    {3059, TN__PG_BY_FIRST}, /* concat_ws */
    {3167, TN__PG_BY_FIRST}, /* array_remove */
    {3168, TN__PG_BY_FIRST}, /* array_replace */
    {3279, TN__PG_BY_FIRST}, /* array_positions */
    {3539, TN__PG_BY_FIRST}, /* format(text, "any") */
    {3540, TN__PG_BY_FIRST}, /* format(text) */
    {3823, TN__PG_TOTAL},    /* numeric(money) */
    {6160, TN__PG_TOTAL},    /* string_to_table(text, text) */
    {6199, TN__PG_BY_FIELD}, /* extract(text, date) */
    {6200, TN__PG_TOTAL},    /* extract(text, time) */
    {6201, TN__PG_TOTAL},    /* extract(text, timetz) */
    {6202, TN__PG_BY_FIELD}, /* extract(text, timestamp) */
    {6203, TN__PG_BY_FIELD}, /* extract(text, timestamptz) */
    {6204, TN__PG_BY_FIELD}, /* extract(text, interval) */
};
const uint32_t tn__pg_total_function_count =
    sizeof(tn__pg_total_functions) / sizeof(tn__pg_total_functions[0]);

enum tn__pg_totality tn__pg_totality_of(const char *name, uint32_t oid)
{
    uint32_t low = 0;
    uint32_t high = tn__pg_total_function_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (tn__pg_total_functions[middle].oid == oid)
            return tn__pg_total_functions[middle].totality;
        if (tn__pg_total_functions[middle].oid < oid)
            low = middle + 1;
        else
            high = middle;
    }
    low = 0;
    high = tn__pg_total_name_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(tn__pg_total_names[middle], name);
        if (order == 0)
            return TN__PG_TOTAL;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return TN__PG_PARTIAL;
}

bool tn__pg_is_endless_field(const char *name, size_t size)
{
    static const char *const fields[] = {"century", "decade", "epoch", "millennium", "year"};
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (strlen(fields[i]) == size && memcmp(fields[i], name, size) == 0)
            return true;
    return false;
}

bool tn__pg_is_firm_column(uint32_t oid, uint32_t column)
{
    static const struct {
        uint32_t oid;
        uint32_t columns; /* bits */
    } rows[] = {
        {3208, 3}, /* jsonb_each: key, value */
        {3322, 1}, /* unnest(tsvector): lexeme */
        {3932, 1}, /* jsonb_each_text: key */
        {3958, 3}, /* json_each */
        {3959, 1}, /* json_each_text */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].oid == oid)
            return column < 32 && (rows[i].columns >> column & 1) != 0;
    return false;
}
