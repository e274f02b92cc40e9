/* SPDX-License-Identifier: MIT */
#include "infer/functions.h"

#include "infer/sqlite/functions_rules.h"
#include "util/str.h"

/*
 * The table. Rules are in functions_core.c, functions_math.c, functions_date.c, functions_json.c and
 * functions_aggregate.c.
 */

/* What arguments want; ANY where one takes what comes. */
#define TEXT           TN__CLASS_TEXT
#define INT            TN__CLASS_INT
#define REAL           TN__CLASS_REAL
#define ANY            0
#define TIME           (TEXT | INT | REAL) /* what the modifiers behind it say */
#define WANTS(...)     WANTED(((const tn__classes[]){__VA_ARGS__}))
#define WANTED(wanted) wanted, (uint8_t)(sizeof wanted / sizeof(tn__classes))
#define NOTHING        NULL, 0

/* How many arguments, and those that make NULL of it if they are. */
#define MANY   (-1)
#define ARG(i) (1u << (i))
#define ALL    UINT32_MAX
#define NONE   0

#define ROW(name, kind, min, max, logic, ...)                \
 {                                                           \
  name, TN__FN_##kind, min, max, TN__FN_##logic, __VA_ARGS__ \
 }
#define SCALAR(name, min, max, logic, strict, wants, rule) \
 ROW(name, SCALAR, min, max, logic, strict, strict, wants, tn__fn_##rule, NULL, 0)
/* A scalar that may be told not to look at blobs. */
#define BLOB_BLIND(name, min, max, logic, strict, wants, rule) \
 ROW(name, SCALAR, min, max, logic, NONE, strict, wants, tn__fn_##rule, NULL, 0)
/* Some versions give text. */
#define TN__CLASS_JSONB (TN__CLASS_BLOB | TN__CLASS_TEXT)
/* Of an aggregate or window function also what it gives without a row. */
#define AGGREGATE(name, min, max, logic, wants, rule, empty) \
 ROW(name, AGGREGATE, min, max, logic, NONE, NONE, wants, tn__fn_##rule, NULL, TN__CLASS_##empty)
#define WINDOW(name, min, max, logic, wants, rule, empty) \
 ROW(name, WINDOW, min, max, logic, NONE, NONE, wants, tn__fn_##rule, NULL, TN__CLASS_##empty)
/* An aggregate that is another one with OVER. */
#define TWOFOLD(name, min, max, logic, wants, rule, empty)                      \
 ROW(name, AGGREGATE, min, max, logic, NONE, NONE, wants, tn__fn_##rule##_over, \
     tn__fn_##rule##_grouped, TN__CLASS_##empty)
/* A window function that is only ever asked for a row. */
#define TN__CLASS_NEVER 0

/* By name, then kind, then number of arguments. */
const struct tn__fn tn__fns[] = {
    SCALAR("->", 2, 2, JSON, ALL, WANTS(TEXT, ANY), text_or_null),
    SCALAR("->>", 2, 2, PLAIN, ALL, WANTS(TEXT, ANY), json_extract),
    SCALAR("abs", 1, 1, PLAIN, ALL, NOTHING, abs),
    SCALAR("acos", 1, 1, PLAIN, ALL, WANTS(REAL), math_arc),
    SCALAR("acosh", 1, 1, PLAIN, ALL, WANTS(REAL), math_inverse),
    SCALAR("asin", 1, 1, PLAIN, ALL, WANTS(REAL), math_arc),
    SCALAR("asinh", 1, 1, PLAIN, ALL, WANTS(REAL), math_linear),
    SCALAR("atan", 1, 1, PLAIN, ALL, WANTS(REAL), math_bounded),
    SCALAR("atan2", 2, 2, PLAIN, ALL, WANTS(REAL), math_atan2),
    SCALAR("atanh", 1, 1, PLAIN, ALL, WANTS(REAL), math_atanh),
    AGGREGATE("avg", 1, 1, PLAIN, NOTHING, aggregate_avg, NULL),
    SCALAR("bm25", 0, MANY, PLAIN, NONE, WANTS(ANY, REAL), real),
    SCALAR("ceil", 1, 1, PLAIN, ALL, WANTS(REAL), math_whole),
    SCALAR("ceiling", 1, 1, PLAIN, ALL, WANTS(REAL), math_whole),
    SCALAR("changes", 0, 0, PLAIN, NONE, NOTHING, int),
    SCALAR("char", 0, MANY, PLAIN, NONE, WANTS(INT), text),
    SCALAR("coalesce", 2, MANY, ANY_ARG, NONE, NOTHING, coalesce),
    SCALAR("concat", 1, MANY, PLAIN, NONE, NOTHING, text),
    SCALAR("concat_ws", 2, MANY, PLAIN, ARG(0), WANTS(TEXT, ANY), concat_ws),
    SCALAR("cos", 1, 1, PLAIN, ALL, WANTS(REAL), math_trig),
    SCALAR("cosh", 1, 1, PLAIN, ALL, WANTS(REAL), math_exp),
    AGGREGATE("count", 0, 1, PLAIN, NOTHING, int, INT),
    WINDOW("cume_dist", 0, 0, PLAIN, NOTHING, real, NEVER),
    SCALAR("current_date", 0, 0, PLAIN, NONE, NOTHING, text),
    SCALAR("current_time", 0, 0, PLAIN, NONE, NOTHING, text),
    SCALAR("current_timestamp", 0, 0, PLAIN, NONE, NOTHING, text),
    SCALAR("date", 0, MANY, PLAIN, ALL, WANTS(TIME, TEXT), date),
    SCALAR("datetime", 0, MANY, PLAIN, ALL, WANTS(TIME, TEXT), date),
    SCALAR("degrees", 1, 1, PLAIN, ALL, WANTS(REAL), math_exp),
    WINDOW("dense_rank", 0, 0, PLAIN, NOTHING, int, NEVER),
    SCALAR("exp", 1, 1, PLAIN, ALL, WANTS(REAL), math_exp),
    WINDOW("first_value", 1, 1, FIRST_ARG, NOTHING, first, NULL),
    SCALAR("floor", 1, 1, PLAIN, ALL, WANTS(REAL), math_whole),
    SCALAR("format", 0, MANY, PLAIN, ARG(0), WANTS(TEXT, ANY), printf),
    SCALAR("fts3_tokenizer", 1, 2, PLAIN, NONE, NOTHING, any),
    SCALAR("fts5", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("fts5_get_locale", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("fts5_insttoken", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("fts5_locale", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("fts5_source_id", 0, 0, PLAIN, NONE, NOTHING, text),
    SCALAR("geopoly_area", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("geopoly_bbox", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("geopoly_blob", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("geopoly_ccw", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("geopoly_contains_point", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("geopoly_debug", 0, MANY, PLAIN, NONE, NOTHING, any),
    AGGREGATE("geopoly_group_bbox", 1, 1, PLAIN, NOTHING, any, NULL),
    SCALAR("geopoly_json", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("geopoly_overlap", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("geopoly_regular", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("geopoly_svg", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("geopoly_within", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("geopoly_xform", 0, MANY, PLAIN, NONE, NOTHING, any),
    BLOB_BLIND("glob", 2, 2, BOOL, ARG(0) | ARG(1), WANTS(TEXT), like),
    TWOFOLD("group_concat", 1, 2, PLAIN, WANTS(ANY, TEXT), aggregate_concat, NULL),
    SCALAR("hex", 1, 1, PLAIN, NONE, NOTHING, text),
    SCALAR("highlight", 0, MANY, PLAIN, NONE, WANTS(ANY, INT, TEXT), nullable_text),
    SCALAR("if", 2, MANY, BRANCHES, NONE, NOTHING, iif),
    SCALAR("ifnull", 2, 2, ANY_ARG, NONE, NOTHING, coalesce),
    SCALAR("iif", 2, MANY, BRANCHES, NONE, NOTHING, iif),
    SCALAR("instr", 2, 2, PLAIN, ALL, WANTS(TEXT), strict_int),
    SCALAR("json", 1, 1, JSON, ALL, WANTS(TEXT), json_text),
    SCALAR("json_array", 0, MANY, JSON, NONE, NOTHING, text),
    SCALAR("json_array_insert", 0, MANY, JSON, ARG(0), WANTS(TEXT, TEXT, ANY), json_insert),
    SCALAR("json_array_length", 1, 1, PLAIN, ALL, WANTS(TEXT), json_count),
    SCALAR("json_array_length", 2, 2, PLAIN, ALL, WANTS(TEXT), int_or_null),
    SCALAR("json_error_position", 1, 1, PLAIN, ALL, WANTS(TEXT), strict_int),
    SCALAR("json_extract", 0, 1, PLAIN, NONE, WANTS(TEXT), null),
    SCALAR("json_extract", 2, 2, PLAIN, ALL, WANTS(TEXT), json_extract),
    SCALAR("json_extract", 3, MANY, JSON, ARG(0), WANTS(TEXT), json_extract_all),
    AGGREGATE("json_group_array", 1, 1, JSON, NOTHING, text, TEXT),
    AGGREGATE("json_group_object", 2, 2, JSON, WANTS(TEXT, ANY), text, TEXT),
    SCALAR("json_insert", 0, MANY, JSON, ARG(0), WANTS(TEXT, TEXT, ANY), json_insert),
    SCALAR("json_object", 0, MANY, JSON, NONE, WANTS(TEXT, ANY), text),
    SCALAR("json_patch", 2, 2, JSON, ALL, WANTS(TEXT), json_text),
    SCALAR("json_pretty", 1, 2, JSON, ARG(0), WANTS(TEXT), json_pretty),
    SCALAR("json_quote", 1, 1, JSON, NONE, NOTHING, text),
    SCALAR("json_remove", 0, MANY, JSON, ALL, WANTS(TEXT), json_remove),
    SCALAR("json_replace", 0, MANY, JSON, ARG(0), WANTS(TEXT, TEXT, ANY), json_edit),
    SCALAR("json_set", 0, MANY, JSON, ARG(0), WANTS(TEXT, TEXT, ANY), json_edit),
    SCALAR("json_type", 1, 1, PLAIN, ALL, WANTS(TEXT), json_text),
    SCALAR("json_type", 2, 2, PLAIN, ALL, WANTS(TEXT), text_or_null),
    SCALAR("json_valid", 1, 2, BOOL, NONE, WANTS(TEXT, INT), json_valid),
    SCALAR("jsonb", 1, 1, PLAIN, ALL, WANTS(TEXT), strict_blob),
    SCALAR("jsonb_array", 0, MANY, PLAIN, NONE, NOTHING, blob),
    SCALAR("jsonb_array_insert", 0, MANY, PLAIN, ARG(0), WANTS(TEXT, TEXT, ANY), jsonb_insert),
    SCALAR("jsonb_extract", 0, 1, PLAIN, NONE, WANTS(TEXT), null),
    SCALAR("jsonb_extract", 2, 2, PLAIN, ALL, WANTS(TEXT), jsonb_extract),
    SCALAR("jsonb_extract", 3, MANY, PLAIN, ARG(0), WANTS(TEXT), jsonb_extract_all),
    AGGREGATE("jsonb_group_array", 1, 1, PLAIN, NOTHING, blob, JSONB),
    AGGREGATE("jsonb_group_object", 2, 2, PLAIN, WANTS(TEXT, ANY), blob, JSONB),
    SCALAR("jsonb_insert", 0, MANY, PLAIN, ARG(0), WANTS(TEXT, TEXT, ANY), jsonb_insert),
    SCALAR("jsonb_object", 0, MANY, PLAIN, NONE, WANTS(TEXT, ANY), blob),
    SCALAR("jsonb_patch", 2, 2, PLAIN, ALL, WANTS(TEXT), strict_blob),
    SCALAR("jsonb_remove", 0, MANY, PLAIN, ALL, WANTS(TEXT), jsonb_remove),
    SCALAR("jsonb_replace", 0, MANY, PLAIN, ARG(0), WANTS(TEXT, TEXT, ANY), jsonb_edit),
    SCALAR("jsonb_set", 0, MANY, PLAIN, ARG(0), WANTS(TEXT, TEXT, ANY), jsonb_edit),
    SCALAR("julianday", 0, MANY, PLAIN, ALL, WANTS(TIME, TEXT), julianday),
    WINDOW("lag", 1, 2, FIRST_ARG, WANTS(ANY, INT), window_neighbour, NEVER),
    WINDOW("lag", 3, 3, NEIGHBOUR, WANTS(ANY, INT, ANY), window_neighbour, NEVER),
    SCALAR("last_insert_rowid", 0, 0, PLAIN, NONE, NOTHING, int),
    WINDOW("last_value", 1, 1, FIRST_ARG, NOTHING, first, NULL),
    WINDOW("lead", 1, 2, FIRST_ARG, WANTS(ANY, INT), window_neighbour, NEVER),
    WINDOW("lead", 3, 3, NEIGHBOUR, WANTS(ANY, INT, ANY), window_neighbour, NEVER),
    SCALAR("length", 1, 1, PLAIN, ALL, NOTHING, strict_int),
    BLOB_BLIND("like", 2, 3, BOOL, ALL, WANTS(TEXT), like),
    SCALAR("likelihood", 2, 2, FIRST_ARG, ARG(0), NOTHING, first),
    SCALAR("likely", 1, 1, FIRST_ARG, ARG(0), NOTHING, first),
    SCALAR("ln", 1, 1, PLAIN, ALL, WANTS(REAL), math_inverse),
    SCALAR("load_extension", 1, 2, PLAIN, NONE, WANTS(TEXT), null),
    SCALAR("log", 1, 1, PLAIN, ALL, WANTS(REAL), math_inverse),
    SCALAR("log", 2, 2, PLAIN, ALL, WANTS(REAL), math_log),
    SCALAR("log10", 1, 1, PLAIN, ALL, WANTS(REAL), math_inverse),
    SCALAR("log2", 1, 1, PLAIN, ALL, WANTS(REAL), math_inverse),
    SCALAR("lower", 1, 1, PLAIN, ALL, WANTS(TEXT), strict_text),
    SCALAR("ltrim", 1, 2, PLAIN, ALL, WANTS(TEXT), strict_text),
    SCALAR("match", 2, 2, PLAIN, NONE, NOTHING, any),
    SCALAR("matchinfo", 1, 2, PLAIN, NONE, NOTHING, any),
    SCALAR("max", 2, MANY, ANY_ARG, ALL, NOTHING, greatest),
    AGGREGATE("max", 1, 1, FIRST_ARG, NOTHING, first, NULL),
    AGGREGATE("median", 1, 1, PLAIN, NOTHING, aggregate_percentile, NULL),
    SCALAR("min", 2, MANY, ANY_ARG, ALL, NOTHING, least),
    AGGREGATE("min", 1, 1, FIRST_ARG, NOTHING, first, NULL),
    SCALAR("mod", 2, 2, PLAIN, ALL, WANTS(REAL), math_mod),
    WINDOW("nth_value", 2, 2, FIRST_ARG, WANTS(ANY, INT), window_nth, NULL),
    WINDOW("ntile", 1, 1, PLAIN, WANTS(INT), int, NEVER),
    SCALAR("nullif", 2, 2, FIRST_ARG, ARG(0), NOTHING, nullif),
    SCALAR("octet_length", 1, 1, PLAIN, ALL, NOTHING, strict_int),
    SCALAR("offsets", 1, 1, PLAIN, NONE, NOTHING, any),
    SCALAR("optimize", 1, 1, PLAIN, NONE, NOTHING, any),
    WINDOW("percent_rank", 0, 0, PLAIN, NOTHING, real, NEVER),
    AGGREGATE("percentile", 2, 2, PLAIN, WANTS(ANY, REAL), aggregate_percentile, NULL),
    AGGREGATE("percentile_cont", 2, 2, PLAIN, WANTS(ANY, REAL), aggregate_percentile, NULL),
    AGGREGATE("percentile_disc", 2, 2, PLAIN, WANTS(ANY, REAL), aggregate_percentile, NULL),
    SCALAR("pi", 0, 0, PLAIN, NONE, NOTHING, real),
    SCALAR("pow", 2, 2, PLAIN, ALL, WANTS(REAL), math_pow),
    SCALAR("power", 2, 2, PLAIN, ALL, WANTS(REAL), math_pow),
    SCALAR("printf", 0, MANY, PLAIN, ARG(0), WANTS(TEXT, ANY), printf),
    SCALAR("quote", 1, 1, PLAIN, NONE, NOTHING, text),
    SCALAR("radians", 1, 1, PLAIN, ALL, WANTS(REAL), math_linear),
    SCALAR("random", 0, 0, PLAIN, NONE, NOTHING, int),
    SCALAR("randomblob", 1, 1, PLAIN, NONE, WANTS(INT), blob),
    WINDOW("rank", 0, 0, PLAIN, NOTHING, int, NEVER),
    SCALAR("replace", 3, 3, PLAIN, ARG(0) | ARG(1), WANTS(TEXT), replace),
    SCALAR("round", 1, 2, PLAIN, ALL, WANTS(REAL, INT), round),
    WINDOW("row_number", 0, 0, PLAIN, NOTHING, int, NEVER),
    SCALAR("rtreecheck", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("rtreedepth", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("rtreenode", 0, MANY, PLAIN, NONE, NOTHING, any),
    SCALAR("rtrim", 1, 2, PLAIN, ALL, WANTS(TEXT), strict_text),
    SCALAR("sign", 1, 1, PLAIN, ALL, NOTHING, sign),
    SCALAR("sin", 1, 1, PLAIN, ALL, WANTS(REAL), math_trig),
    SCALAR("sinh", 1, 1, PLAIN, ALL, WANTS(REAL), math_exp),
    SCALAR("snippet", 0, MANY, PLAIN, NONE, WANTS(ANY, ANY, TEXT, TEXT, ANY, INT), nullable_text),
    SCALAR("soundex", 1, 1, PLAIN, NONE, WANTS(TEXT), text),
    SCALAR("sqlite_compileoption_get", 1, 1, PLAIN, NONE, WANTS(INT), nullable_text),
    SCALAR("sqlite_compileoption_used", 1, 1, BOOL, ALL, WANTS(TEXT), strict_int),
    SCALAR("sqlite_log", 2, 2, PLAIN, NONE, WANTS(INT, TEXT), null),
    SCALAR("sqlite_offset", 1, 1, PLAIN, NONE, NOTHING, int_or_null),
    SCALAR("sqlite_source_id", 0, 0, PLAIN, NONE, NOTHING, text),
    SCALAR("sqlite_version", 0, 0, PLAIN, NONE, NOTHING, text),
    SCALAR("sqrt", 1, 1, PLAIN, ALL, WANTS(REAL), math_inverse),
    SCALAR("strftime", 0, MANY, PLAIN, ALL, WANTS(TEXT, TIME, TEXT), strftime),
    TWOFOLD("string_agg", 2, 2, PLAIN, WANTS(ANY, TEXT), aggregate_concat, NULL),
    SCALAR("substr", 2, 3, PLAIN, ALL, WANTS(TEXT, INT), substr),
    SCALAR("substring", 2, 3, PLAIN, ALL, WANTS(TEXT, INT), substr),
    SCALAR("subtype", 1, 1, PLAIN, NONE, NOTHING, int),
    AGGREGATE("sum", 1, 1, PLAIN, NOTHING, aggregate_sum, NULL),
    SCALAR("tan", 1, 1, PLAIN, ALL, WANTS(REAL), math_trig),
    SCALAR("tanh", 1, 1, PLAIN, ALL, WANTS(REAL), math_bounded),
    SCALAR("time", 0, MANY, PLAIN, ALL, WANTS(TIME, TEXT), date),
    SCALAR("timediff", 2, 2, PLAIN, ALL, WANTS(TEXT), timediff),
    AGGREGATE("total", 1, 1, PLAIN, NOTHING, aggregate_total, REAL),
    SCALAR("total_changes", 0, 0, PLAIN, NONE, NOTHING, int),
    SCALAR("trim", 1, 2, PLAIN, ALL, WANTS(TEXT), strict_text),
    SCALAR("trunc", 1, 1, PLAIN, ALL, WANTS(REAL), math_whole),
    SCALAR("typeof", 1, 1, PLAIN, NONE, NOTHING, text),
    SCALAR("unhex", 1, 2, PLAIN, ALL, WANTS(TEXT), blob_or_null),
    SCALAR("unicode", 1, 1, PLAIN, ALL, WANTS(TEXT), unicode),
    SCALAR("unistr", 1, 1, PLAIN, ALL, WANTS(TEXT), strict_text),
    SCALAR("unistr_quote", 1, 1, PLAIN, NONE, NOTHING, text),
    SCALAR("unixepoch", 0, MANY, WHOLE, ALL, WANTS(TIME, TEXT), unixepoch),
    SCALAR("unlikely", 1, 1, FIRST_ARG, ARG(0), NOTHING, first),
    SCALAR("upper", 1, 1, PLAIN, ALL, WANTS(TEXT), strict_text),
    SCALAR("zeroblob", 1, 1, PLAIN, NONE, WANTS(INT), blob),
};

const uint32_t tn__fn_count = sizeof(tn__fns) / sizeof(tn__fns[0]);

/* The first row of that name or of a greater one. */
static uint32_t lower_bound(const char *name)
{
    uint32_t from = 0, to = tn__fn_count;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (strcmp(tn__fns[middle].name, name) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

const struct tn__fn *tn__fn_find(tn_text name, uint32_t arg_count, enum tn__fn_kind kind)
{
    char lower[32];
    if (name.size >= sizeof(lower))
        return NULL;
    for (size_t i = 0; i < name.size; i++)
        lower[i] = tn__lower(name.data[i]);
    lower[name.size] = '\0';
    if (strlen(lower) != name.size)
        return NULL;
    for (uint32_t i = lower_bound(lower); i < tn__fn_count; i++) {
        const struct tn__fn *fn = &tn__fns[i];
        if (strcmp(fn->name, lower) != 0)
            break;
        if (fn->kinds & kind && arg_count >= (uint32_t)fn->min_args &&
            (fn->max_args < 0 || arg_count <= (uint32_t)fn->max_args))
            return fn;
    }
    return NULL;
}
