/* SPDX-License-Identifier: MIT */
#ifndef WITNESS_PG_TEMPLATES_H
#define WITNESS_PG_TEMPLATES_H

/* What expressions are made of: the letter of the kind that they give, and SQL with holes, which are told in
 * expr.c. Only that file has it. */

struct template
{
    char gives;
    const char *sql;
};

/* clang-format off */

static const struct template exprs[] = {
    {'b', "$< = $<"}, {'b', "$< <> $<"}, {'b', "$< < $<"}, {'b', "$< >= $<"}, {'b', "$i = $i"}, {'b', "$t = $t"},
    {'b', "$; = $<"}, {'b', "$; IS NULL"}, {'b', "$; IS NOT NULL"}, {'b', "$; IS NOT NULL"}, {'b', "$~ IS NULL"},
    {'b', "$~ IS NOT NULL"}, {'b', "$b AND $b"}, {'b', "$b OR $b"}, {'b', "NOT $b"}, {'b', "$b IS TRUE"},
    {'b', "$b IS NOT TRUE"}, {'b', "$b IS FALSE"}, {'b', "$b IS NOT FALSE"}, {'b', "$b IS UNKNOWN"},
    {'b', "$b IS NOT UNKNOWN"}, {'b', "$< IS DISTINCT FROM $<"}, {'b', "$< IS NOT DISTINCT FROM $<"},
    {'b', "$; IS DISTINCT FROM NULL"}, {'b', "$< BETWEEN $< AND $<"}, {'b', "$< NOT BETWEEN SYMMETRIC $< AND $<"},
    {'b', "$< IN ($<, $<)"}, {'b', "$< NOT IN ($<, $<)"}, {'b', "$i IN (1, 2, 3)"}, {'b', "$i NOT IN (1, NULL)"},
    {'b', "$< IN ($2)"}, {'b', "$< NOT IN ($2)"}, {'b', "$< = ANY ($2)"}, {'b', "$< < ALL ($2)"}, {'b', "$< > ANY ($2)"},
    {'b', "EXISTS ($2)"}, {'b', "NOT EXISTS ($2)"}, {'b', "$i = ANY ($A)"}, {'b', "$i <> ALL ($A)"}, {'b', "$t = ANY ($X)"},
    {'b', "$i < ALL (ARRAY[$i, $i])"}, {'b', "$i = ANY (ARRAY[1, $i])"}, {'b', "$i = ALL ('{}'::int4[])"},
    {'b', "($i, $t) = ($i, $t)"}, {'b', "($i, $t) < ($i, $t)"}, {'b', "($i, $i) <> ($i, $i)"}, {'b', "($i, $t) IN ($3)"},
    {'b', "($i, $t) NOT IN ($3)"}, {'b', "($i, $t) = ($4)"}, {'b', "($i, $t) IS NULL"}, {'b', "($i, $t) IS NOT NULL"},
    {'b', "ROW($i, $t) IS DISTINCT FROM ROW($i, $t)"}, {'b', "$p IS NULL"}, {'b', "$p IS NOT NULL"}, {'b', "($p).x IS NULL"},
    {'b', "$t LIKE $t"}, {'b', "$t NOT LIKE 'a%'"}, {'b', "$t ILIKE '%a'"}, {'b', "$t SIMILAR TO 'a|b'"}, {'b', "$t ~ 'a'"},
    {'b', "$t !~* 'b'"}, {'b', "starts_with($t, $t)"}, {'b', "$J @> $J"}, {'b', "$J ? $t"}, {'b', "$J ?| $X"},
    {'b', "jsonb_path_exists($J, '$$.a')"}, {'b', "$J @? '$$.b'"}, {'b', "$J @@ '$$.a == 1'"}, {'b', "$R @> $i"}, {'b', "$R && $R"},
    {'b', "$i <@ $R"}, {'b', "isempty($R)"}, {'b', "lower_inf($R)"}, {'b', "$R -|- $R"}, {'b', "$R << $R"}, {'b', "$M @> $i"},
    {'b', "$A @> $A"}, {'b', "$A && $A"}, {'b', "$X <@ $X"}, {'b', "$I << $I"}, {'b', "isfinite($D)"}, {'b', "isfinite($S)"},
    {'b', "isfinite($V)"}, {'b', "($S, $V) OVERLAPS ($S, $V)"}, {'b', "$i::bool"}, {'b', "f_eq($i, $i)"}, {'b', "$i === $i"},
    {'b', "($=)::text = 'true'"}, {'b', "$J = 'null'"}, {'b', "$D < $S"}, {'b', "$i = $n"}, {'b', "$f > $i"}, {'b', "$c = $t"},
    {'b', "($b) = ($b)"}, {'b', "$b <> $b"}, {'b', "num_nulls($i, $t) = 0"}, {'b', "($1) IS TRUE"}, {'b', "$; = $; OR $; IS NULL"},
    {'b', "json_typeof($j) = 'null'"}, {'b', "pg_input_is_valid($t, 'int4')"}, {'b', "booland_statefunc($b, $b)"},
    {'b', "pg_typeof($~) = 'int4'::regtype"}, {'b', "$< = $< AND $; IS NOT NULL"},

    {'i', "$i + $i"}, {'i', "$i - $i"}, {'i', "$i * $#"}, {'i', "$i / 2"}, {'i', "$i / nullif($i, 0)"}, {'i', "$i % 3"}, {'i', "-$i"},
    {'i', "abs($i)"}, {'i', "length($t)"}, {'i', "char_length($t)"}, {'i', "octet_length($y)"}, {'i', "strpos($t, $t)"},
    {'i', "position($t IN $t)"}, {'i', "ascii($t)"}, {'i', "$i & $i"}, {'i', "$i << 1"}, {'i', "~$i"}, {'i', "sign($i)::int4"},
    {'i', "array_length($A, 1)"}, {'i', "array_length($X, $#)"}, {'i', "cardinality($A)"}, {'i', "array_ndims($A)"},
    {'i', "array_lower($A, 1)"}, {'i', "array_upper($X, 1)"}, {'i', "array_position($A, $i)"}, {'i', "($A)[1]"}, {'i', "($A)[$i]"},
    {'i', "jsonb_array_length('[1]'::jsonb)"}, {'i', "($J ->> 'a')::int4"}, {'i', "($J -> 'a')::int4"}, {'i', "lower($R)"},
    {'i', "upper($R)"}, {'i', "lower($M)"}, {'i', "($p).x"}, {'i', "$b::int4"}, {'i', "$n::int4"}, {'i', "$s::int4"}, {'i', "$f::int4"},
    {'i', "$l::int4"}, {'i', "f_lax($i)"}, {'i', "f_strict($i)"}, {'i', "f_pl($i)"}, {'i', "(f_pair($i)).x"}, {'i', "f_firm($i)"},
    {'i', "f_many($i, $i)"}, {'i', "date_part('year', $D)::int4"}, {'i', "extract(year FROM $S)::int4"}, {'i', "$D - $D"},
    {'i', "num_nulls($~, $~)"}, {'i', "num_nonnulls($~)"}, {'i', "least($i, $i)"}, {'i', "greatest($i, $#)"}, {'i', "masklen($I)"},
    {'i', "family($I)"}, {'i', "width_bucket($n, 0, 10, 3)"}, {'i', "bit_length($t)"}, {'i', "get_byte('a'::bytea, 0)"},
    {'i', "nullif($i, $i)"}, {'i', "coalesce($i, 0)"}, {'i', "coalesce($i, $i)"}, {'i', "$i::d_int"}, {'i', "$i::d_firm"},
    {'i', "gcd($i, $#)"}, {'i', "mod($i, 5)"}, {'i', "regexp_count($t, 'a')"}, {'i', "ascii($c)"}, {'i', "abs(lower($R))"},
    {'i', "json_array_length('[]'::json)"}, {'i', "$i # 1"}, {'i', "public.abs($i)"},

    {'s', "$s + $s"}, {'s', "$s * 1::int2"}, {'s', "abs($s)"}, {'s', "-$s"}, {'s', "$#::int2"},
    {'l', "$l + $i"}, {'l', "$l - $l"}, {'l', "$i::int8"}, {'l', "abs($l)"}, {'l', "$l % 3"}, {'l', "(SELECT count(*) FROM ($2) AS s0)"},
    {'l', "(SELECT count($~))"}, {'l', "txid_current() * 0"}, {'l', "$n::int8"}, {'l', "extract(epoch FROM $V)::int8"}, {'l', "factorial($#)::int8"},
    {'n', "$n + $n"}, {'n', "$n * $i"}, {'n', "$n / 2"}, {'n', "$n / nullif($n, 0)"}, {'n', "round($n, 1)"}, {'n', "trunc($n)"},
    {'n', "$i::numeric"}, {'n', "abs($n)"}, {'n', "extract(year FROM $S)"}, {'n', "extract(day FROM $S)"}, {'n', "extract(epoch FROM $Z)"},
    {'n', "extract(hour FROM $T)"}, {'n', "extract(century FROM $D)"}, {'n', "extract(month FROM $D)"}, {'n', "extract(dow FROM $Z)"},
    {'n', "extract(second FROM $V)"}, {'n', "extract(isoyear FROM $S)"}, {'n', "extract(julian FROM $D)"}, {'n', "extract(microseconds FROM $S)"},
    {'n', "upper($N)"}, {'n', "lower($N)"}, {'n', "scale($n)::numeric"}, {'n', "min_scale($n)::numeric"}, {'n', "trim_scale($n)"},
    {'n', "(SELECT avg($i))"}, {'n', "(SELECT sum($l))"}, {'n', "ceil($n)"}, {'n', "sign($n)"}, {'n', "mod($n, 2)"}, {'n', "($J -> 'a')::numeric"},
    {'n', "extract(timezone FROM $Z)"}, {'n', "greatest($n, $i)"}, {'n', "-$n"}, {'n', "div($n, 2)"}, {'n', "numeric_inc($n)"},
    {'f', "$f + $f"}, {'f', "$f - $f"}, {'f', "$f * $f"}, {'f', "$f * 0"}, {'f', "$i / 2.0::float8"}, {'f', "abs($f)"}, {'f', "round($f)"},
    {'f', "sqrt(abs($f))"}, {'f', "exp(0 * $f)"}, {'f', "$n::float8"}, {'f', "$g::float8"}, {'f', "date_part('day', $S)"},
    {'f', "date_part('epoch', $Z)"}, {'f', "date_part('hour', $T)"}, {'f', "date_part('month', $D)"}, {'f', "pi()"}, {'f', "degrees($f)"},
    {'f', "atan2($f, $f)"}, {'f', "ceil($f)"}, {'f', "sign($f)"}, {'f', "-$f"}, {'f', "cbrt($f)"}, {'f', "sinh($i)"}, {'f', "trunc($f)"},
    {'f', "$J::float8"}, {'f', "(SELECT avg($f))"}, {'f', "(SELECT stddev_samp($f))"}, {'f', "(SELECT corr($f, $f))"},
    {'g', "$g + $g"}, {'g', "$i::float4"}, {'g', "abs($g)"}, {'g', "$g * 0"}, {'g', "-$g"},

    {'t', "JSON_VALUE($J, '$$.a')"}, {'t', "JSON_VALUE($J, '$$.a' DEFAULT 'x' ON EMPTY DEFAULT 'y' ON ERROR)"}, {'J', "JSON_QUERY($J, '$$.a')"},
    {'J', "JSON_QUERY($J, '$$[*]' WITH WRAPPER)"}, {'b', "JSON_EXISTS($J, '$$.a')"}, {'b', "JSON_EXISTS($J, 'strict $$.a' UNKNOWN ON ERROR)"}, {'i', "JSON_VALUE($J, '$$.a' RETURNING int4)"},
    {'j', "JSON_OBJECT('a': $~)"}, {'j', "JSON_OBJECT('a': $t ABSENT ON NULL)"}, {'j', "JSON_ARRAY($i, $t)"}, {'j', "JSON_ARRAY($5)"}, {'j', "JSON_SCALAR($i)"}, {'j', "JSON($t)"},
    {'t', "JSON_SERIALIZE($J)"}, {'b', "$t IS JSON"}, {'b', "$t IS NOT JSON OBJECT"}, {'j', "(SELECT JSON_ARRAYAGG($t))"}, {'j', "(SELECT JSON_OBJECTAGG('k': $t))"},
    {'t', "xmlserialize(CONTENT xmlelement(name a, $t) AS text)"}, {'b', "xmlexists('/a' PASSING BY VALUE ('<a/>'::xml))"}, {'b', "'<a/>'::xml IS DOCUMENT"}, {'t', "normalize($t)"}, {'b', "$t IS NORMALIZED"},
    {'t', "$*::text"}, {'t', "($*)::text"}, {'t', "format_type($i::oid, NULL)"}, {'t', "pg_get_userbyid(0)::text"}, {'t', "to_regclass($t)::text"}, {'t', "pg_get_expr(NULL, 0)"},
    {'t', "to_number($t, '')::text"}, {'t', "($R)::text"}, {'t', "age($S, $S)::text"}, {'t', "concat($*)"}, {'t', "concat_ws(NULL, $t)"}, {'t', "format('%s', NULL)"},
    {'t', "xpath('/a', '<a/>'::xml)::text"}, {'t', "xmlelement(name a, $t)::text"}, {'t', "xmlconcat(NULL, NULL)::text"}, {'t', "xmlforest($t AS a)::text"},
    {'t', "substring($t, '(a)|(b)')"}, {'t', "array_to_string(ARRAY[$t], NULL)"}, 
    {'t', "$t || $t"}, {'t', "$t || $i"}, {'t', "$i || $t"}, {'t', "concat($t, $i)"}, {'t', "concat($~)"}, {'t', "concat_ws(',', $t, $t)"},
    {'t', "concat_ws($t, $t)"}, {'t', "lower($t)"}, {'t', "upper($t)"}, {'t', "initcap($t)"}, {'t', "trim($t)"}, {'t', "btrim($t, $t)"},
    {'t', "substr($t, 1)"}, {'t', "substring($t, 1, 1)"}, {'t', "substring($t FROM 'a')"}, {'t', "substring($t FROM '(b)?')"},
    {'t', "substring($t SIMILAR 'a' ESCAPE '#')"}, {'t', "left($t, $i)"}, {'t', "right($t, 1)"}, {'t', "replace($t, 'a', $t)"},
    {'t', "overlay($t PLACING 'x' FROM 1)"}, {'t', "split_part($t, ',', 1)"}, {'t', "repeat($t, 2)"}, {'t', "reverse($t)"},
    {'t', "translate($t, 'a', 'b')"}, {'t', "format('%s-%s', $t, $i)"}, {'t', "format($t)"}, {'t', "quote_literal($t)"},
    {'t', "quote_nullable($t)"}, {'t', "quote_nullable($~)"}, {'t', "quote_ident($t)"}, {'t', "md5($t)"}, {'t', "encode($y, 'hex')"},
    {'t', "to_char($S, 'YYYY')"}, {'t', "to_char($D, 'MM')"}, {'t', "to_char($Z, '')"}, {'t', "to_char($n, '99')"}, {'t', "to_char($i, '9')"},
    {'t', "to_char($V, 'HH')"}, {'t', "($J)::text"}, {'t', "$J ->> 'a'"}, {'t', "$J #>> '{a,b}'"}, {'t', "$j ->> 'a'"}, {'t', "$j #>> '{a}'"},
    {'t', "jsonb_typeof($J)"}, {'t', "jsonb_pretty($J)"}, {'t', "json_typeof($j)"}, {'t', "($p).y"}, {'t', "$~::text"}, {'t', "$i::text"},
    {'t', "array_to_string($A, ',')"}, {'t', "array_to_string($X, ',', '-')"}, {'t', "array_dims($A)"}, {'t', "($X)[1]"},
    {'t', "($X)[$i]"}, {'t', "f_text($t)"}, {'t', "public.upper($t)"}, {'t', "(f_pair($i)).y"}, {'t', "f_out($i)::text"}, {'t', "$e::text"},
    {'t', "regexp_replace($t, 'a', 'b')"}, {'t', "(regexp_match($t, 'a'))[1]"}, {'t', "regexp_substr($t, 'a')"}, {'t', "host($I)"},
    {'t', "text($I)"}, {'t', "current_setting('x.y', TRUE)"}, {'t', "current_user::text"}, {'t', "lpad($t, 3, '-')"}, {'t', "chr(65)"},
    {'t', "col_description($i::oid, 1)"}, {'t', "obj_description(0, 'pg_class')"}, {'t', "coalesce($t, '')"}, {'t', "coalesce($t, $t)"},
    {'t', "nullif($t, 'a')"}, {'t', "nullif($t, $t)"}, {'t', "$c::text"}, {'t', "$v::text"}, {'t', "$t COLLATE \"C\""}, {'t', "greatest($t, $t)"},
    {'t', "least($t, NULL)"}, {'t', "pg_get_viewdef(0::oid)"}, {'t', "$t::d_text"}, {'t', "(SELECT string_agg($t, ','))"}, {'t', "to_hex($i)"},
    {'t', "inet_client_addr()::text"}, {'t', "unistr('a')"}, {'t', "convert_from('a'::bytea, 'UTF8')"}, {'t', "pg_size_pretty($l)"},
    {'t', "(string_to_array($t, ','))[1]"}, {'t', "current_schema()::text"}, {'t', "lower($c)"}, {'t', "json_build_object('a', $i)::text"},
    {'v', "$t::varchar"}, {'v', "$t::varchar(2)"}, {'v', "coalesce($v, $v)"}, {'c', "$t::char(3)"}, {'c', "coalesce($c, $c)"},
    {'y', "$y || $y"}, {'y', "substring($y, 1, 1)"}, {'y', "sha256($y)"}, {'y', "decode(md5($t), 'hex')"}, {'y', "convert_to($t, 'UTF8')"},
    {'y', "trim('a'::bytea FROM $y)"}, {'y', "set_byte('ab'::bytea, 0, 1)"},

    {'D', "$S::date"}, {'D', "$D + $#"}, {'D', "$D - $#"}, {'D', "current_date"}, {'D', "make_date(2020, 1, 1)"}, {'D', "$Z::date"},
    {'D', "to_date('2020', 'YYYY')"}, {'D', "to_date($t, '')"}, {'D', "greatest($D, $D)"},
    {'S', "$D::timestamp"}, {'S', "$S + $V"}, {'S', "$S - $V"}, {'S', "date_trunc('day', $S)"}, {'S', "$D + $T"}, {'S', "localtimestamp"},
    {'S', "$Z AT TIME ZONE 'UTC'"}, {'S', "$D + $V"}, {'S', "make_timestamp(2020, 1, 1, 0, 0, 0)"}, {'S', "date_bin('1 day', $S, '2000-01-01')"},
    {'Z', "$S AT TIME ZONE 'UTC'"}, {'Z', "$Z + $V"}, {'Z', "now()"}, {'Z', "date_trunc('month', $Z)"}, {'Z', "to_timestamp(0)"},
    {'Z', "to_timestamp($f)"}, {'Z', "clock_timestamp()"}, {'Z', "$D::timestamptz"}, {'Z', "to_timestamp('2020', 'YYYY')"},
    {'T', "$S::time"}, {'T', "$Z::time"}, {'T', "$T + $V"}, {'T', "make_time(1, 2, 3)"}, {'T', "$V::time"}, {'T', "localtime"},
    {'V', "'2024-01-01'::timestamp - '2023-01-01'::timestamp"}, {'V', "$T - $T"}, {'V', "$V + $V"}, {'V', "$V * 2"}, {'V', "-$V"},
    {'V', "age('2020-01-01'::timestamp)"}, {'V', "justify_days($V)"}, {'V', "make_interval(days => $i)"}, {'V', "$T::interval"},
    {'V', "date_trunc('hour', $V)"}, {'V', "$V / 2"},
    {'u', "gen_random_uuid()"}, {'u', "md5($t)::uuid"}, {'u', "coalesce($u, $u)"},

    {'J', "to_jsonb($*)"}, {'J', "jsonb_path_query_first($J, '$$.a.b')"}, {'J', "jsonb_object(NULL, NULL)"}, {'J', "jsonb_set_lax($J, '{a}', NULL)"}, {'J', "(SELECT jsonb_agg($*))"},
    {'J', "$J -> 'a'"}, {'J', "$J -> 0"}, {'J', "$J #> '{a}'"}, {'J', "$J || '{}'"}, {'J', "to_jsonb($~)"}, {'J', "to_jsonb($t)"},
    {'J', "jsonb_build_object('a', $~)"}, {'J', "jsonb_build_array($~, $~)"}, {'J', "jsonb_strip_nulls($J)"}, {'J', "$j::jsonb"},
    {'J', "jsonb_set('{}'::jsonb, '{a}', $J)"}, {'J', "jsonb_set_lax('{}'::jsonb, '{a}', $J, TRUE, 'return_target')"},
    {'J', "jsonb_path_query_first($J, '$$.a')"}, {'J', "jsonb_path_query_array($J, '$$.*')"}, {'J', "jsonb_object('{a,1}')"},
    {'J', "('{}'::jsonb || $J)"}, {'J', "'{\"a\":1}'::jsonb - $t"}, {'J', "($J)['a']"}, {'J', "jsonb_extract_path($J, 'a')"},
    {'J', "jsonb_insert('[1]'::jsonb, '{0}', $J)"}, {'J', "(SELECT jsonb_agg($~))"}, {'J', "to_jsonb($p)"}, {'J', "'[1]'::jsonb #- '{0}'"},
    {'j', "row_to_json($*)"}, {'j', "to_json($*)"}, {'j', "json_build_array($*)"}, {'j', "row_to_json($p)"}, {'j', "json_build_object('a', $~)"}, {'j', "to_json($~)"}, {'j', "$j -> 'a'"}, {'j', "$j #> '{a}'"}, {'j', "$J::json"},
    {'j', "array_to_json($A)"}, {'j', "json_build_array()"}, {'j', "json_strip_nulls($j)"}, {'j', "(SELECT json_agg($~))"},
    {'j', "(SELECT json_object_agg('k', $~))"}, {'j', "row_to_json(ROW($i))"}, {'j', "json_extract_path($j, 'a')"}, {'j', "coalesce($j, $j)"},

    {'A', "ARRAY[$i, $i]::int4[]"}, {'A', "ARRAY[1, NULL]"}, {'A', "$A || $i"}, {'A', "$A || $A"}, {'A', "array_append($A, $i)"},
    {'A', "array_prepend($i, $A)"}, {'A', "array_cat($A, $A)"}, {'A', "array_remove('{1,2}'::int4[], $i)"}, {'A', "($A)[1:2]"}, {'A', "($A)[:$i]"},
    {'A', "ARRAY($5)"}, {'A', "array_replace('{1}'::int4[], $i, $i)"}, {'A', "array_positions($A, $i)"}, {'A', "(SELECT array_agg($i))"},
    {'A', "array_fill($i, ARRAY[2])"}, {'A', "'{}'::int4[]"}, {'A', "($X)::int4[]"}, {'A', "ARRAY[$A, $A]"}, {'A', "array_append(NULL, $i)"}, {'A', "array_remove(NULL, $i)"}, {'A', "NULL || $A"}, {'A', "string_to_array('1,2', ',')::int4[]"}, {'A', "trim_array('{1,2}'::int4[], 1)"},
    {'X', "string_to_array($t, ',')"}, {'X', "string_to_array($t, NULL)"}, {'X', "regexp_split_to_array($t, ',')"}, {'X', "ARRAY[$t, $t]"},
    {'X', "$X || $t"}, {'X', "regexp_match($t, 'a')"}, {'X', "array_append($X, $t)"}, {'X', "($A)::text[]"}, {'X', "parse_ident('a.b')"},
    {'R', "int4range($i, NULL)"}, {'R', "int4range(1, $#)"}, {'R', "$R * $R"}, {'R', "int4range(NULL, NULL)"}, {'R', "range_merge($R, $R)"},
    {'R', "range_merge($M)"}, {'N', "numrange($n, NULL)"}, {'N', "$N * $N"}, {'N', "coalesce($N, 'empty')"},
    {'M', "int4multirange($R)"}, {'M', "int4multirange()"}, {'M', "$M + $M"}, {'M', "$M * $M"}, {'M', "multirange($R)"}, {'M', "$M - $M"},
    {'e', "'sad'::mood"}, {'e', "enum_first($e)"}, {'e', "enum_last(NULL::mood)"}, {'e', "coalesce($e, 'ok')"}, {'e', "(enum_range($e))[1]"},
    {'e', "('ok'::text)::mood"}, {'e', "greatest($e, $e)"},
    {'p', "ROW($i, $t)::pair"}, {'p', "f_pair($i)"}, {'p', "ROW(NULL, NULL)::pair"}, {'p', "coalesce($p, $p)"},
    {'p', "jsonb_populate_record(NULL::pair, '{\"x\": 1}'::jsonb)"}, {'p', "jsonb_populate_record($p, $J)"},
    {'k', "$i::d_int"}, {'k', "(SELECT $k WHERE $b)"}, {'K', "(SELECT $K WHERE $b)"}, {'K', "coalesce($K, 0::d_firm)"}, {'K', "f_firm($i)"},
    {'x', "$t::d_text"}, {'x', "coalesce($x, $x)"},
    {'I', "$I & '255.0.0.0'"}, {'I', "network($I)::inet"}, {'I', "$I + 1"}, {'I', "set_masklen($I, 8)"}, {'I', "broadcast($I)"},
    {'I', "inet_client_addr()"}, {'I', "hostmask($I)"},
};

/* Of whatever kind is wanted. */
static const char *const any_exprs[] = {
    "coalesce($=, $=)", "coalesce($=, $=, $@)", "coalesce($:, $@)", "nullif($=, $=)", "CASE WHEN $b THEN $= END",
    "CASE WHEN $b THEN $= ELSE $= END", "CASE WHEN $b THEN $= WHEN $b THEN $= ELSE $@ END", "CASE $< WHEN $< THEN $= ELSE $= END",
    "CASE WHEN $: IS NULL THEN $@ ELSE $: END", "CASE WHEN $; IS NOT NULL THEN $= ELSE $@ END", "CASE $; WHEN $; THEN $@ ELSE $: END",
    "greatest($=, $=)", "least($=, $@)", "($1)", "($1)", "(SELECT * FROM ($1) AS s0 LIMIT 1)", "(SELECT $=)", "(SELECT $= WHERE $b)", "(SELECT mode() WITHIN GROUP (ORDER BY $:))",
    "(SELECT mode() WITHIN GROUP (ORDER BY $=) FROM (VALUES (1)) AS s0)", "($=)::$%", "CAST($= AS $%)", "(ARRAY[$=, $=])[1]", "(ARRAY[$=])[$#]",
    "(VALUES ($=))", "(VALUES ($=), ($=) LIMIT 1)", "(SELECT s0.z FROM (SELECT $= AS z) AS s0)", "(SELECT s0.z FROM (VALUES ($=), ($=)) AS s0(z) ORDER BY 1 LIMIT 1)",
    "(SELECT (array_agg($=))[1])", "(SELECT z FROM unnest(ARRAY[$=, $=]) AS z LIMIT 1)",
    "(SELECT s0.z FROM (SELECT 1) AS s1 LEFT JOIN (SELECT $= AS z) AS s0 ON $b)", "(SELECT $= FROM (SELECT 1) AS s1 WHERE $b ORDER BY 1 LIMIT 1)",
    "(SELECT any_value($=))", "(SELECT mode() WITHIN GROUP (ORDER BY $=))", "(SELECT first_value($=) OVER ())", "(SELECT $= UNION SELECT $= LIMIT 1)",
    "CASE WHEN $b THEN NULL ELSE $= END", "CASE WHEN TRUE THEN $= END", "CASE WHEN $; = $; THEN $: END",
    "(WITH q0 AS (SELECT $= AS z) SELECT z FROM q0)", "(SELECT lag($=) OVER () LIMIT 1)", "(SELECT mode() WITHIN GROUP (ORDER BY $=) FILTER (WHERE $b))",
};

static const struct template aggregates[] = {
    {'l', "count(*)"}, {'l', "count($~)"}, {'l', "count(DISTINCT $<)"}, {'l', "sum($i)"}, {'n', "sum($n)"}, {'n', "avg($i)"}, {'f', "avg($f)"},
    {'f', "sum($f)"}, {'n', "sum($l)"}, {'i', "max($i)"}, {'i', "min($i)"}, {'t', "max($t)"}, {'t', "string_agg($t, ',')"},
    {'t', "string_agg($t, $t ORDER BY $i)"}, {'b', "bool_and($b)"}, {'b', "bool_or($b)"}, {'b', "every($b)"}, {'i', "bit_or($i)"},
    {'A', "array_agg($i)"}, {'X', "array_agg($t ORDER BY $<)"}, {'J', "jsonb_agg($~)"}, {'j', "json_agg($~)"}, {'J', "jsonb_object_agg('k', $~)"},
    {'f', "stddev($f)"}, {'f', "stddev_pop($f)"}, {'f', "variance($f)"}, {'f', "var_pop($f)"}, {'f', "corr($f, $f)"}, {'f', "regr_slope($f, $f)"},
    {'f', "covar_pop($f, $f)"}, {'f', "covar_samp($f, $f)"}, {'l', "regr_count($f, $f)"}, {'f', "regr_avgx($f, $f)"}, {'f', "regr_r2($f, $f)"},
    {'f', "percentile_cont(0.5) WITHIN GROUP (ORDER BY $f)"}, {'i', "percentile_disc(0.5) WITHIN GROUP (ORDER BY $i)"},
    {'i', "mode() WITHIN GROUP (ORDER BY $i)"}, {'l', "rank(1) WITHIN GROUP (ORDER BY $i)"}, {'f', "cume_dist(1) WITHIN GROUP (ORDER BY $i)"},
    {'M', "range_agg($R)"}, {'R', "range_intersect_agg($R)"}, {'i', "a_last($i)"}, {'l', "count($*)"}, {'j', "json_agg($*)"}, {'X', "array_agg(DISTINCT $t)"}, {'n', "stddev($n)"}, {'n', "var_pop($n)"},
    {'D', "max($D)"}, {'S', "min($S)"}, {'V', "sum($V)"}, {'V', "avg($V)"}, {'e', "max($e)"}, {'c', "max($c)"}, {'A', "max($A)"}, {'I', "min($I)"},
    {'p', "any_value($p)"}, {'y', "string_agg($y, ''::bytea)"}, {'n', "avg(DISTINCT $n)"}, {'T', "max($T)"}, {'Z', "max($Z)"},
    {'s', "max($s)"}, {'f', "percentile_cont(NULL) WITHIN GROUP (ORDER BY $f)"}, {'n', "regr_sxx($f, $f)::numeric"},
};

static const struct template windows[] = {
    {'l', "row_number() OVER $!"}, {'l', "rank() OVER $!"}, {'l', "dense_rank() OVER $!"}, {'f', "percent_rank() OVER $!"},
    {'f', "cume_dist() OVER $!"}, {'i', "ntile(2) OVER $!"}, {'i', "ntile($i) OVER $!"}, {'=', "lag($=) OVER $!"}, {'=', "lead($=, 1, $=) OVER $!"},
    {'=', "lag($=, $i, $=) OVER $!"}, {'=', "lag($=, 1, $@) OVER $!"}, {'=', "first_value($=) OVER $!"}, {'=', "last_value($=) OVER $!"},
    {'=', "nth_value($=, 2) OVER $!"}, {'=', "nth_value($=, 1) OVER $!"}, {'l', "count(*) OVER $!"}, {'l', "count($~)$^ OVER $!"}, {'l', "sum($i)$^ OVER $!"},
    {'n', "avg($i) OVER $!"}, {'i', "max($i)$^ OVER $!"}, {'t', "string_agg($t, ',') OVER $!"}, {'A', "array_agg($i)$^ OVER $!"}, {'f', "sum($f) OVER $!"},
    {'J', "jsonb_agg($~) OVER $!"}, {'b', "bool_or($b) OVER $!"}, {'f', "stddev($f) OVER $!"}, {'i', "a_last($i) OVER $!"}, {'n', "sum($n)$^ OVER $!"},
    {'V', "avg($V) OVER $!"}, {'f', "avg($f) OVER $!"}, {'n', "var_pop($n) OVER $!"},
};

/* Functions that give rows, in a result list. */
static const struct template sets[] = {
    {'i', "unnest($A)"}, {'i', "generate_series(1, $#)"}, {'i', "generate_series($i, $i + 2)"}, {'t', "unnest($X)"}, {'i', "f_set($#)"},
    {'t', "regexp_split_to_table($t, ',')"}, {'t', "jsonb_array_elements_text('[1,null]'::jsonb)"}, {'J', "jsonb_array_elements('[1,null]'::jsonb)"},
    {'i', "1 + unnest($A)"}, {'i', "generate_subscripts($A, 1)"}, {'t', "jsonb_object_keys('{\"a\":1}'::jsonb)"}, {'J', "jsonb_path_query($J, '$$.a')"},
    {'X', "regexp_matches($t, 'a(b)?', 'g')"}, {'i', "coalesce(unnest($A), 0)"}, {'p', "f_pairs($#)"}, {'i', "(f_pairs($#)).x"}, {'t', "string_to_table($t, ',')"},
};

/* Functions in FROM: what stands there, with what it is called in the place of %s; and the kinds of its columns, each
 * with its name. */
static const struct from_template {
    const char *sql;
    const char *columns; /* "iz": a column of the kind i, and so on; by the names c1, c2, … */
} from_functions[] = {
    {"unnest($A) AS %s(c1)", "i"}, {"unnest($X) AS %s(c1)", "t"}, {"unnest($A, $X) AS %s(c1, c2)", "it"},
    {"unnest($A) WITH ORDINALITY AS %s(c1, c2)", "il"}, {"unnest($A, $X) WITH ORDINALITY AS %s(c1, c2, c3)", "itl"},
    {"generate_series(1, $#) AS %s(c1)", "i"}, {"generate_series($i, $i + 2) AS %s(c1)", "i"}, {"f_set($#) AS %s(c1)", "i"},
    {"generate_series(1, 3) WITH ORDINALITY AS %s(c1, c2)", "il"}, {"generate_series('2024-01-01'::timestamp, '2024-01-03', '1 day') AS %s(c1)", "S"},
    {"jsonb_array_elements('[1,null]'::jsonb) AS %s(c1)", "J"}, {"jsonb_array_elements_text('[1,null]'::jsonb) AS %s(c1)", "t"},
    {"jsonb_each('{\"a\":1,\"b\":null}'::jsonb) AS %s(c1, c2)", "tJ"}, {"jsonb_each_text('{\"a\":1,\"b\":null}'::jsonb) AS %s(c1, c2)", "tt"},
    {"json_each('{\"a\":1,\"b\":null}'::json) AS %s(c1, c2)", "tj"}, {"jsonb_object_keys('{\"a\":1}'::jsonb) AS %s(c1)", "t"},
    {"jsonb_to_recordset('[{\"c1\":1},{\"c2\":\"x\"}]'::jsonb) AS %s(c1 int4, c2 text)", "it"},
    {"jsonb_to_record('{\"c1\":1}'::jsonb) AS %s(c1 int4, c2 text)", "it"}, {"jsonb_populate_record(NULL::pair, '{\"x\":1}') AS %s(c1, c2)", "it"},
    {"jsonb_populate_recordset(NULL::pair, '[{\"x\":1},{}]') AS %s(c1, c2)", "it"}, {"f_table($#) AS %s(c1, c2)", "it"}, {"f_pairs($#) AS %s(c1, c2)", "it"},
    {"f_pair($i) AS %s(c1, c2)", "it"}, {"f_out($i) AS %s(c1, c2)", "it"}, {"f_record($i) AS %s(c1 int4, c2 text)", "it"},
    {"ROWS FROM (unnest($A), generate_series(1, 2)) AS %s(c1, c2)", "ii"}, {"ROWS FROM (f_table($#), unnest($X)) WITH ORDINALITY AS %s(c1, c2, c3, c4)", "ittl"},
    {"regexp_matches($t, 'a(b)?', 'g') AS %s(c1)", "X"}, {"regexp_split_to_table($t, ',') AS %s(c1)", "t"}, {"abs($i) AS %s(c1)", "i"}, {"f_strict($i) AS %s(c1)", "i"},
    {"coalesce($i, $i) AS %s(c1)", "i"}, {"jsonb_path_query($J, '$$.*') AS %s(c1)", "J"}, {"current_date AS %s(c1)", "D"}, {"string_to_table($t, ',') AS %s(c1)", "t"},
    {"XMLTABLE('/r/x' PASSING ('<r><x a=\"1\"/><x>t</x></r>'::xml) COLUMNS c1 int4 PATH '@a', c2 FOR ORDINALITY, c3 text PATH '.' NOT NULL) AS %s", "iit"},
    {"JSON_TABLE('[{\"a\":1},{}]'::jsonb, '$$[*]' COLUMNS (c1 int4 PATH '$$.a', c2 FOR ORDINALITY, c3 text PATH '$$.b')) AS %s", "iit"},
    {"generate_subscripts($A, 1) AS %s(c1)", "i"}, {"unnest($M) AS %s(c1)", "R"}, {"f_firms($#) AS %s(c1)", "K"},
};
/* clang-format on */

#endif
