/* SPDX-License-Identifier: MIT */
#include "kinds.h"

#include <string.h>

#define LITERALS(name, ...) static const char *const name[] = {__VA_ARGS__}

/* Few of each, so that they meet; and those that lie at an end. */
LITERALS(bools, "TRUE", "FALSE");
LITERALS(smalls, "0::int2", "1::int2", "(-1)::int2", "7::int2");
LITERALS(ints, "0", "1", "2", "3", "(-1)", "7");
LITERALS(bigs, "0::int8", "1::int8", "(-5)::int8", "4000000000");
LITERALS(numerics, "0::numeric", "1.50", "(-2.5)", "'NaN'::numeric", "1::numeric");
LITERALS(doubles, "0::float8", "1.5::float8", "'NaN'::float8", "'Infinity'::float8",
         "'-Infinity'::float8", "(-1)::float8");
LITERALS(floats, "0::float4", "2.5::float4", "'NaN'::float4", "'Infinity'::float4");
LITERALS(texts, "''::text", "'a'::text", "'b'::text", "'A b'::text", "'1'::text", "' '::text");
LITERALS(varchars, "''::varchar", "'a'::varchar", "'ab'::varchar");
LITERALS(chars, "''::char(3)", "'a'::char(3)", "'abc'::char(3)");
LITERALS(blobs, "''::bytea", "'\\x00ff'::bytea", "'a'::bytea");
LITERALS(dates, "'2024-02-29'::date", "'infinity'::date", "'-infinity'::date",
         "'0001-01-01 BC'::date", "'1970-01-01'::date");
LITERALS(stamps, "'2024-02-29 12:00'::timestamp", "'infinity'::timestamp", "'-infinity'::timestamp",
         "'1970-01-01'::timestamp");
LITERALS(zoned, "'2024-02-29 12:00Z'::timestamptz", "'infinity'::timestamptz",
         "'-infinity'::timestamptz", "'1970-01-01Z'::timestamptz");
LITERALS(times, "'00:00'::time", "'12:34:56'::time", "'24:00'::time");
LITERALS(intervals, "'0'::interval", "'1 day'::interval", "'-1 mon 2 h'::interval");
LITERALS(uuids, "'00000000-0000-0000-0000-000000000000'::uuid",
         "'11111111-1111-1111-1111-111111111111'::uuid");
LITERALS(jsonbs, "'null'::jsonb", "'{}'::jsonb", "'[]'::jsonb", "'{\"a\": 1, \"b\": null}'::jsonb",
         "'[1, null, \"x\"]'::jsonb", "'\"s\"'::jsonb", "'7'::jsonb",
         "'{\"a\": {\"b\": [1]}}'::jsonb");
LITERALS(jsons, "'null'::json", "'{}'::json", "'[]'::json", "'{\"a\": 1, \"a\": null}'::json",
         "'[1, null]'::json", "'7'::json");
LITERALS(int_arrays, "'{}'::int4[]", "'{1}'::int4[]", "'{1,NULL,3}'::int4[]", "'{NULL}'::int4[]",
         "'{{1,2},{3,4}}'::int4[]", "'[0:1]={5,6}'::int4[]");
LITERALS(text_arrays, "'{}'::text[]", "'{a,b}'::text[]", "'{NULL,\"\"}'::text[]", "'{a}'::text[]");
LITERALS(ranges, "'empty'::int4range", "'[1,3)'::int4range", "'[2,)'::int4range",
         "'(,)'::int4range");
LITERALS(num_ranges, "'empty'::numrange", "'[1,3]'::numrange", "'(,0]'::numrange");
LITERALS(multiranges, "'{}'::int4multirange", "'{[1,3),[5,)}'::int4multirange");
LITERALS(moods, "'sad'::mood", "'ok'::mood", "'happy'::mood");
LITERALS(pairs, "ROW(1, 'a')::pair", "ROW(NULL, NULL)::pair", "ROW(NULL, 'b')::pair");
LITERALS(small_domains, "0::d_int", "1::d_int", "7::d_int");
LITERALS(firm_domains, "0::d_firm", "2::d_firm");
LITERALS(text_domains, "''::d_text", "'a'::d_text");
LITERALS(addresses, "'127.0.0.1'::inet", "'::1/64'::inet", "'10.0.0.0/8'::inet");

#define KIND(letter, base, is_ordered, type, name, literals)  \
 {                                                            \
  (letter), (base), (is_ordered), (type), (name), (literals), \
      sizeof(literals) / sizeof *(literals)                   \
 }

static const struct kind kinds[] = {
    KIND('b', 'b', true, "bool", "bool", bools),
    KIND('i', 'i', true, "int4", "int4", ints),
    KIND('t', 't', true, "text", "text", texts),
    KIND('s', 's', true, "int2", "int2", smalls),
    KIND('l', 'l', true, "int8", "int8", bigs),
    KIND('n', 'n', true, "numeric", "numeric", numerics),
    KIND('f', 'f', true, "float8", "float8", doubles),
    KIND('g', 'g', true, "float4", "float4", floats),
    KIND('v', 't', true, "varchar", "varchar", varchars),
    KIND('c', 'c', true, "char(3)", "bpchar", chars),
    KIND('y', 'y', true, "bytea", "bytea", blobs),
    KIND('D', 'D', true, "date", "date", dates),
    KIND('S', 'S', true, "timestamp", "timestamp", stamps),
    KIND('Z', 'Z', true, "timestamptz", "timestamptz", zoned),
    KIND('T', 'T', true, "time", "time", times),
    KIND('V', 'V', true, "interval", "interval", intervals),
    KIND('u', 'u', true, "uuid", "uuid", uuids),
    KIND('J', 'J', true, "jsonb", "jsonb", jsonbs),
    KIND('j', 'j', false, "json", "json", jsons),
    KIND('A', 'A', true, "int4[]", "int4[]", int_arrays),
    KIND('X', 'X', true, "text[]", "text[]", text_arrays),
    KIND('R', 'R', true, "int4range", "int4range", ranges),
    KIND('N', 'N', true, "numrange", "numrange", num_ranges),
    KIND('e', 'e', true, "mood", "mood", moods),
    KIND('p', 'p', true, "pair", "pair", pairs),
    KIND('k', 'i', true, "d_int", "d_int", small_domains),
    KIND('K', 'i', true, "d_firm", "d_firm", firm_domains),
    KIND('x', 't', true, "d_text", "d_text", text_domains),
    KIND('I', 'I', true, "inet", "inet", addresses),
    KIND('M', 'M', true, "int4multirange", "int4multirange", multiranges), /* since 14 */
};
enum {
    KINDS = sizeof kinds / sizeof *kinds,
    USUAL = 3 /* the first of them */
};
static unsigned kind_count = KINDS;

void kinds_begin(int server_version)
{
    kind_count = server_version < 140000 ? KINDS - 1 : KINDS;
}

const struct column_name column_names[] = {
    {"id", 'i'},   {"a", 'i'},   {"b", 't'},    {"m", 'i'},    {"name", 't'},  {"\"Odd one\"", 'i'},
    {"big", 'l'},  {"num", 'n'}, {"dbl", 'f'},  {"flt", 'g'},  {"small", 's'}, {"vc", 'v'},
    {"ch", 'c'},   {"bin", 'y'}, {"ok", 'b'},   {"day", 'D'},  {"ts", 'S'},    {"tz", 'Z'},
    {"tm", 'T'},   {"iv", 'V'},  {"uid", 'u'},  {"doc", 'J'},  {"js", 'j'},    {"arr", 'A'},
    {"tags", 'X'}, {"rng", 'R'}, {"nrng", 'N'}, {"mr", 'M'},   {"mood", 'e'},  {"pr", 'p'},
    {"di", 'k'},   {"df", 'K'},  {"dt", 'x'},   {"addr", 'I'},
};
const unsigned column_name_count = sizeof column_names / sizeof *column_names;

const struct column_name *column_name_of(char letter)
{
    unsigned i = 0;
    while (i + 1 < column_name_count && column_names[i].letter != letter)
        i++;
    return &column_names[i];
}

const struct kind *kind_of(char letter)
{
    for (unsigned i = 0; i < KINDS; i++)
        if (kinds[i].letter == letter)
            return &kinds[i];
    return NULL;
}

const struct kind *kind_named(const char *name)
{
    for (unsigned i = 0; i < kind_count; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

const struct kind *kind_random(struct rng *rng)
{
    return &kinds[rng_chance(rng, 45) ? rng_below(rng, USUAL) : rng_below(rng, kind_count)];
}

const struct kind *kind_ordered(struct rng *rng)
{
    const struct kind *kind = kind_random(rng);
    return kind->is_ordered ? kind : &kinds[USUAL - 1];
}

const char *kind_literal(const struct kind *kind, struct rng *rng)
{
    return kind->literals[rng_below(rng, kind->literal_count)];
}
