/* SPDX-License-Identifier: MIT */
#include "driver/postgres/types.h"

#include <stddef.h>
#include <stdlib.h>

/*
 * The types that every server has, in the order of their OIDs (pg_type.dat of PostgreSQL 15, where they
 * never change): BASE(oid, name, kind), and LIST of it, its array. Those that are OTHER are here for
 * their names.
 */
/* clang-format off */
#define TYPE_MAP(BASE, LIST) \
 BASE(16, bool, BOOL) \
 BASE(17, bytea, BYTEA) \
 BASE(18, char, CHAR) \
 BASE(19, name, TEXT) \
 BASE(20, int8, INT8) \
 BASE(21, int2, INT2) \
 BASE(22, int2vector, OTHER) \
 BASE(23, int4, INT4) \
 BASE(24, regproc, OTHER) \
 BASE(25, text, TEXT) \
 BASE(26, oid, OID) \
 BASE(27, tid, OTHER) \
 BASE(28, xid, OID) \
 BASE(29, cid, OID) \
 BASE(30, oidvector, OTHER) \
 BASE(114, json, JSON) \
 BASE(142, xml, TEXT) \
 LIST(143, xml, ARRAY) \
 LIST(199, json, ARRAY) \
 LIST(271, xid8, OTHER) \
 BASE(600, point, OTHER) \
 BASE(601, lseg, OTHER) \
 BASE(602, path, OTHER) \
 BASE(603, box, OTHER) \
 BASE(604, polygon, OTHER) \
 BASE(628, line, OTHER) \
 LIST(629, line, OTHER) \
 BASE(650, cidr, OTHER) \
 LIST(651, cidr, OTHER) \
 BASE(700, float4, FLOAT4) \
 BASE(701, float8, FLOAT8) \
 BASE(705, unknown, TEXT) \
 BASE(718, circle, OTHER) \
 LIST(719, circle, OTHER) \
 BASE(774, macaddr8, OTHER) \
 LIST(775, macaddr8, OTHER) \
 BASE(790, money, OTHER) \
 LIST(791, money, OTHER) \
 BASE(829, macaddr, OTHER) \
 BASE(869, inet, OTHER) \
 LIST(1000, bool, ARRAY) \
 LIST(1001, bytea, ARRAY) \
 LIST(1002, char, ARRAY) \
 LIST(1003, name, ARRAY) \
 LIST(1005, int2, ARRAY) \
 LIST(1006, int2vector, OTHER) \
 LIST(1007, int4, ARRAY) \
 LIST(1008, regproc, OTHER) \
 LIST(1009, text, ARRAY) \
 LIST(1010, tid, OTHER) \
 LIST(1011, xid, ARRAY) \
 LIST(1012, cid, ARRAY) \
 LIST(1013, oidvector, OTHER) \
 LIST(1014, bpchar, ARRAY) \
 LIST(1015, varchar, ARRAY) \
 LIST(1016, int8, ARRAY) \
 LIST(1017, point, OTHER) \
 LIST(1018, lseg, OTHER) \
 LIST(1019, path, OTHER) \
 LIST(1020, box, OTHER) \
 LIST(1021, float4, ARRAY) \
 LIST(1022, float8, ARRAY) \
 LIST(1027, polygon, OTHER) \
 LIST(1028, oid, ARRAY) \
 BASE(1033, aclitem, OTHER) \
 LIST(1034, aclitem, OTHER) \
 LIST(1040, macaddr, OTHER) \
 LIST(1041, inet, OTHER) \
 BASE(1042, bpchar, TEXT) \
 BASE(1043, varchar, TEXT) \
 BASE(1082, date, DATE) \
 BASE(1083, time, TIME) \
 BASE(1114, timestamp, TIMESTAMP) \
 LIST(1115, timestamp, ARRAY) \
 LIST(1182, date, ARRAY) \
 LIST(1183, time, ARRAY) \
 BASE(1184, timestamptz, TIMESTAMPTZ) \
 LIST(1185, timestamptz, ARRAY) \
 BASE(1186, interval, INTERVAL) \
 LIST(1187, interval, ARRAY) \
 LIST(1231, numeric, ARRAY) \
 BASE(1266, timetz, OTHER) \
 LIST(1270, timetz, OTHER) \
 BASE(1560, bit, OTHER) \
 LIST(1561, bit, OTHER) \
 BASE(1562, varbit, OTHER) \
 LIST(1563, varbit, OTHER) \
 BASE(1700, numeric, NUMERIC) \
 BASE(1790, refcursor, TEXT) \
 LIST(2201, refcursor, ARRAY) \
 BASE(2202, regprocedure, OTHER) \
 BASE(2203, regoper, OTHER) \
 BASE(2204, regoperator, OTHER) \
 BASE(2205, regclass, OTHER) \
 BASE(2206, regtype, OTHER) \
 LIST(2207, regprocedure, OTHER) \
 LIST(2208, regoper, OTHER) \
 LIST(2209, regoperator, OTHER) \
 LIST(2210, regclass, OTHER) \
 LIST(2211, regtype, OTHER) \
 BASE(2249, record, OTHER) \
 BASE(2278, void, VOID) \
 LIST(2287, record, OTHER) \
 LIST(2949, txid_snapshot, OTHER) \
 BASE(2950, uuid, UUID) \
 LIST(2951, uuid, ARRAY) \
 BASE(2970, txid_snapshot, OTHER) \
 BASE(3220, pg_lsn, OTHER) \
 LIST(3221, pg_lsn, OTHER) \
 BASE(3614, tsvector, OTHER) \
 BASE(3615, tsquery, OTHER) \
 LIST(3643, tsvector, OTHER) \
 LIST(3645, tsquery, OTHER) \
 BASE(3734, regconfig, OTHER) \
 LIST(3735, regconfig, OTHER) \
 BASE(3769, regdictionary, OTHER) \
 LIST(3770, regdictionary, OTHER) \
 BASE(3802, jsonb, JSONB) \
 LIST(3807, jsonb, ARRAY) \
 BASE(3904, int4range, OTHER) \
 LIST(3905, int4range, OTHER) \
 BASE(3906, numrange, OTHER) \
 LIST(3907, numrange, OTHER) \
 BASE(3908, tsrange, OTHER) \
 LIST(3909, tsrange, OTHER) \
 BASE(3910, tstzrange, OTHER) \
 LIST(3911, tstzrange, OTHER) \
 BASE(3912, daterange, OTHER) \
 LIST(3913, daterange, OTHER) \
 BASE(3926, int8range, OTHER) \
 LIST(3927, int8range, OTHER) \
 BASE(4072, jsonpath, OTHER) \
 LIST(4073, jsonpath, OTHER) \
 BASE(4089, regnamespace, OTHER) \
 LIST(4090, regnamespace, OTHER) \
 BASE(4096, regrole, OTHER) \
 LIST(4097, regrole, OTHER) \
 BASE(4191, regcollation, OTHER) \
 LIST(4192, regcollation, OTHER) \
 BASE(4451, int4multirange, OTHER) \
 BASE(4532, nummultirange, OTHER) \
 BASE(4533, tsmultirange, OTHER) \
 BASE(4534, tstzmultirange, OTHER) \
 BASE(4535, datemultirange, OTHER) \
 BASE(4536, int8multirange, OTHER) \
 BASE(5038, pg_snapshot, OTHER) \
 LIST(5039, pg_snapshot, OTHER) \
 BASE(5069, xid8, OTHER) \
 LIST(6150, int4multirange, OTHER) \
 LIST(6151, nummultirange, OTHER) \
 LIST(6152, tsmultirange, OTHER) \
 LIST(6153, tstzmultirange, OTHER) \
 LIST(6155, datemultirange, OTHER) \
 LIST(6157, int8multirange, OTHER)
/* clang-format on */

enum {
#define BASE_ROW(oid, name, kind) ROW_##name,
#define LIST_ROW(oid, name, kind) ROW_LIST_##name,
    TYPE_MAP(BASE_ROW, LIST_ROW) ROW_COUNT
};

/* An element's row by its name. */
enum {
#define BASE_OID(oid, name, kind) OID_##name = (oid),
#define LIST_OID(oid, name, kind)
    TYPE_MAP(BASE_OID, LIST_OID) OID_NONE = 0
};

static const struct tn__pg_type types[ROW_COUNT] = {
#define BASE_TYPE(oid, name, kind) {oid, TN__PG_##kind, #name, 0, NULL},
#define LIST_TYPE(oid, name, kind) {oid, TN__PG_##kind, #name "[]", OID_##name, &types[ROW_##name]},
    TYPE_MAP(BASE_TYPE, LIST_TYPE)};

static int compare(const void *key, const void *row)
{
    uint32_t oid = *(const uint32_t *)key;
    uint32_t other = ((const struct tn__pg_type *)row)->oid;
    return (oid > other) - (oid < other);
}

const struct tn__pg_type *tn__pg_type_find(uint32_t oid)
{
    return bsearch(&oid, types, ROW_COUNT, sizeof types[0], compare);
}

enum tn_type tn__pg_type_value(const struct tn__pg_type *type)
{
    static const enum tn_type values[] = {
        [TN__PG_OTHER] = TN_TEXT,
        [TN__PG_BOOL] = TN_BOOL,
        [TN__PG_INT2] = TN_INT,
        [TN__PG_INT4] = TN_INT,
        [TN__PG_INT8] = TN_INT,
        [TN__PG_OID] = TN_INT,
        [TN__PG_FLOAT4] = TN_REAL,
        [TN__PG_FLOAT8] = TN_REAL,
        [TN__PG_TEXT] = TN_TEXT,
        [TN__PG_CHAR] = TN_TEXT,
        [TN__PG_BYTEA] = TN_BLOB,
        [TN__PG_JSON] = TN_JSON,
        [TN__PG_JSONB] = TN_JSON,
        [TN__PG_TIMESTAMP] = TN_TIMESTAMP,
        [TN__PG_TIMESTAMPTZ] = TN_TIMESTAMP,
        [TN__PG_DATE] = TN_DATE,
        [TN__PG_TIME] = TN_TIME,
        [TN__PG_INTERVAL] = TN_INTERVAL,
        [TN__PG_NUMERIC] = TN_TEXT,
        [TN__PG_UUID] = TN_UUID,
        [TN__PG_ARRAY] = TN_ARRAY,
        [TN__PG_VOID] = TN_TEXT,
    };
    return values[type->kind];
}
