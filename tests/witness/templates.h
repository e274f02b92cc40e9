/* SPDX-License-Identifier: MIT */
#ifndef WITNESS_TEMPLATES_H
#define WITNESS_TEMPLATES_H

/* What expressions are made of; the holes are told in template.c. Only that file has it. */

/* clang-format off */
static const char *const int_exprs[] = {
    "$i + $i", "$i - $I", "$I * $I", "$I / $I", "$i / $n", "$i % $i", "$i % $n", "-$I", "+$A", "~$I",
    "$i & $i", "$i | $n", "$I << $n", "$i >> $n", "($i + $n)", "abs($I)", "length($a)", "length($t)",
    "instr($t, $t)", "unicode($t)", "sign($a)", "sign($r)", "CAST($a AS INTEGER)", "CAST($t AS INT)",
    "CAST($i AS INTEGER)", "strftime('%s', $d) + 0", "unixepoch($d)", "unixepoch($d, $m)",
    "json_array_length($j)", "json_array_length($j, $J)", "json_valid($t)", "json_valid($a)", "$c", "($c)",
    "NOT $c", "EXISTS ($q)", "NOT EXISTS ($q)", "$A = $A", "$i IN ($i, $i)", "$A IS NULL",
    "$A IS NOT NULL", "likely($i)", "unlikely($c)", "likelihood($i, 0.5)", "glob('a*', $t)", "like('a%', $t)",
    "like($t, $t, '!')", "$t LIKE $t", "$a GLOB 'a*'", "TRUE", "FALSE", "total_changes() * 0",
    "changes() * 0", "json_extract($j, $J)", "$j ->> $J", "$j ->> $n", "max($i, $i)", "min($I, $n)",
    "$I + $T", "$T + 0", "$T * $I", "-$T", "$A % $A", "$A / $A", "$A + $A", "$A & $A", "~$A", "$b + 1",
    "typeof($a) = 'null'", "$a COLLATE $k = $a", "($A, $A) = ($A, $A)", "($A, $A) < ($Q)",
    "$A BETWEEN $A AND $A", "last_insert_rowid() * 0", "ceil($i)", "floor($I)", "trunc($i)",
    "round($I)", "sqlite_compileoption_used('X')", "$I - $I - $I",
};
static const char *const real_exprs[] = {
    "$r + $r", "$r - $i", "$r * $r", "$r / $r", "$R / $n", "$i * 1.0", "$r % $r", "-$R", "+$r", "abs($r)",
    "round($r)", "round($r, $n)", "round($a, $i)", "CAST($a AS REAL)", "CAST($t AS REAL)", "julianday($d)",
    "julianday($d, $m)", "sqrt($r)", "ln($r)", "log($a)", "log($r, $r)", "exp($R)", "pow($R, $n)", "power($a, $a)",
    "sin($r)", "acos($r)", "atan2($r, $i)", "degrees($R)", "radians($i)", "ceil($r)", "floor($r)", "trunc($r)",
    "mod($r, $i)", "mod($i, $i)", "pi()", "log2($i)", "log10($r)", "cosh($R)", "atanh($r)", "$i / 2.0",
    "$R - $R", "$R * 0", "$R * 0.0", "$R + $I", "1e999 - $R", "$R / 0.0", "abs($t)", "max($r, $r)", "min($i, $r)",
    "ifnull($r, 0.0)", "coalesce($r, $i)", "$T * 1.0", "$T / $R", "round($t, 2)", "CAST($I AS REAL)", "sign($R) * 1.5",
};
static const char *const text_exprs[] = {
    "$t || $t", "$a || $a", "$t || $i", "lower($t)", "upper($a)", "trim($t)", "trim($t, $t)", "ltrim($t, 'a')",
    "rtrim($a)", "substr($t, $n)", "substr($t, $i, $n)", "substr($a, $i, $i)", "substring($t, 1, 1)",
    "replace($t, $t, $t)", "replace($t, '', $t)", "printf('%d-%s', $i, $t)", "printf('%s', $a)", "format('%.2f', $r)", "printf($t)",
    "quote($a)", "quote($r)", "typeof($a)", "hex($a)", "hex($b)", "char($i, 65)", "char()", "date($d)", "date($d, $m)",
    "time($d)", "time($d, $m, $m)", "datetime($d)", "datetime($d, $m)", "strftime('%Y-%m', $d)",
    "strftime('%J', $d, $m)", "strftime($t, $d)", "json($j)", "json_array($i, $t)", "json_array()",
    "json_object('a', $i)", "json_object('a', $t, 'b', $r)", "json_quote($t)", "json_quote($i)", "json_type($j)",
    "json_type($j, $J)", "json_extract($j, $J)", "json_extract($j, $J, $J)", "$j -> $J", "$j ->> $J", "$j -> 'a'",
    "json_insert($j, $J, $i)", "json_set($j, $J, $t)", "json_replace($j, $J, $n)", "json_remove($j, $J)", "json_remove($j, '$$')",
    "json_patch($j, $j)", "CAST($a AS TEXT)", "CAST($r AS VARCHAR(3))", "CAST($b AS TEXT)", "soundex($t)",
    "sqlite_version()", "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "$t COLLATE $k", "coalesce($t, 'x')", "ifnull($t, '')",
    "max($t, $t)", "min($t, $i)", "upper($i)", "lower(NULL)", 
    "sqlite_compileoption_get($n)", "(json_array($n, $t)) -> $n", "json($j) ->> '$$.a'",
};
static const char *const blob_exprs[] = {
    "CAST($a AS BLOB)", "CAST($t AS BLOB)", "zeroblob($n)", "zeroblob($n + 1)", "substr($b, $n, $n)", "x'00ff'", "x''", "ifnull($b, x'')",
    "randomblob(2)", "coalesce($b, $b)", "$b || $b", "substr($B, 1)", "CAST($b AS BLOB)", "max($b, $t)", "CAST(NULL AS BLOB)",
};
static const char *const any_exprs[] = {
    "CASE WHEN $c THEN $x END", "CASE WHEN $c THEN $x ELSE $x END", "CASE $A WHEN $A THEN $x WHEN $A THEN $x ELSE $a END",
    "CASE WHEN $A IS NULL THEN $x ELSE $A END", "CASE WHEN $c THEN $x WHEN $c THEN $a END", "CASE WHEN 1 THEN $x END",
    "CASE WHEN $A IS NOT NULL THEN $X END", "CASE WHEN $A IS NULL THEN 0 ELSE $X END", "CASE $a WHEN NULL THEN $x ELSE $x END",
    "coalesce($x, $x)", "coalesce($A, $X, $x)", "coalesce($x, $a, $n)", "ifnull($x, $x)", "ifnull($X, $n)", "iif($c, $x, $x)",
    "nullif($x, $x)", "nullif($X, $n)", "nullif($n, $n)", "max($x, $x)", "max($a, $a, $x)", "min($x, $a)", "($q)", "($q)", "($q)",
    "(SELECT $x)", "(SELECT $x WHERE $c)", "(SELECT $X LIMIT $n)", "(SELECT max($x))", "(SELECT count($A))", "(SELECT count(*) WHERE $c)", "+$X", "($x)",
    "CAST($x AS $y)", "CAST($a AS $y)", "CAST($A AS NUMERIC)", "$X COLLATE $k", "likely($x)", "iif($A IS NULL, $n, $X)", "iif($c, $x, NULL)",
    "(VALUES ($x))", "(VALUES ($x), ($a))", "(SELECT $x UNION SELECT $x)", "(SELECT $x EXCEPT SELECT $x)", "json_extract($j, $J)", "$j ->> $J",
    "(SELECT value FROM json_each($j))", "(SELECT $x FROM json_each($j) WHERE $c)", "(SELECT count(*) FROM json_each($j) HAVING $c)", "NULL",
    "CASE WHEN $c AND $A IS NOT NULL THEN $X ELSE $n END", "CASE WHEN $A > 0 OR $c THEN $X ELSE $x END", "ifnull(NULL, $x)", "coalesce(NULL, $x, NULL)",
};
static const char *const int_aggregates[] = {
    "count(*)$f", "count($a)$f", "count(DISTINCT $a)$f", "sum($i)$f", "sum($I)", "min($i)$f", "max($I)$f", "count(*)", "count()",
    "count(*) + 1", "sum(DISTINCT $I)", "ifnull(sum($I), 0)", "coalesce(max($i), -1)", "sum($I) + sum($I)", "max($I) - min($I)", "length(group_concat($t))",
    "sum($c)", "sum($A IS NULL)", "count($A) > 1", "max($A) IS NULL", "sum(CASE WHEN $c THEN 1 ELSE 0 END)", "sum(CASE WHEN $c THEN 1 END)", "abs(min($I))",
};
static const char *const real_aggregates[] = {
    "avg($i)$f", "avg($r)", "total($r)$f", "total($i)", "sum($r)$f", "sum($R)", "max($r)$f", "min($R)", "avg(DISTINCT $a)", "round(avg($i), 2)",
    "sum($t)", "total($t)", "avg($t)", "sum($a)$f", "sum($R) / count(*)", "1.0 * sum($I) / count($A)", "total($a)", "sum($R) - sum($R)", "coalesce(sum($R), 0)", "sum(DISTINCT $A)",
};
static const char *const text_aggregates[] = {
    "group_concat($t)$f", "group_concat($a, $t)", "group_concat(DISTINCT $t)", "max($t)$f", "min($T)", "json_group_array($i)", "json_group_array($t)$f",
    "json_group_object($T, $i)", "json_group_object('a', $t)$f", "max($T) || ''", "group_concat($i, '')", "typeof(max($a))", "upper(max($T))", "group_concat($T, $T)",
};
static const char *const any_aggregates[] = {
    "max($a)$f", "min($a)$f", "max($A)", "min($b)", "sum($A)", "coalesce(max($A), $n)", "max($c)", "min($A, $A)", "nullif(count(*), 0)", "CASE WHEN count(*) > 1 THEN max($A) ELSE $A END", "iif(count($A) = 0, NULL, $A)",
};
static const char *const int_windows[] = {
    "row_number() OVER $o", "rank() OVER $o", "dense_rank() OVER $o", "ntile(2) OVER $o", "count(*)$f OVER $o", "count($a)$f OVER $o", "sum($i)$f OVER $o", "lag($i) OVER $o",
    "lead($I, 1, 0) OVER $o", "lead($I, $n) OVER $o", "first_value($I) OVER $o", "last_value($i) OVER $o", "nth_value($I, 2) OVER $o", "nth_value($I, 1) OVER $o", "max($I)$f OVER $o", "min($i) OVER $o", "row_number() OVER $o - 1", "sum(count(*)) OVER $o", "rank() OVER (ORDER BY count(*))", "sum(sum($I)) OVER $o", "lag($I, 0) OVER $o",
};
static const char *const real_windows[] = {
    "percent_rank() OVER $o", "cume_dist() OVER $o", "avg($i)$f OVER $o", "avg($r) OVER $o", "total($r)$f OVER $o", "sum($r)$f OVER $o", "sum($R) OVER $o", "lag($r, 1, 0.0) OVER $o", "max($R) OVER $o",
};
static const char *const any_windows[] = {
    "lag($x) OVER $o", "max(max($X)) OVER $o", "lag(count($A)) OVER $o", "lag($x, $n) OVER $o", "lag($X, 1, $X) OVER $o", "lead($x) OVER $o", "lead($x, 1, $x) OVER $o", "first_value($x) OVER $o", "last_value($X) OVER $o",
    "nth_value($x, 1) OVER $o", "nth_value($x, 3) OVER $o", "max($x)$f OVER $o", "min($X) OVER $o", "group_concat($t)$f OVER $o", "json_group_array($i) OVER $o", "coalesce(lag($X) OVER $o, $X)", "group_concat($X, '-') OVER $o", "json_group_object($T, $I)$f OVER $o", "total($X)$f OVER $o",
};
static const char *const window_specs[] = {
    "()", "(ORDER BY $A$g)", "(PARTITION BY $A)", "(PARTITION BY $A ORDER BY $A$g)", "(ORDER BY $A, $A)", "(ORDER BY $A ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
    "(ORDER BY $A ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING)", "(ORDER BY $A ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING)", "(ORDER BY $A ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)",
    "(ORDER BY $A ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW)", "(ORDER BY $A RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING)", "(ORDER BY $A RANGE CURRENT ROW)",
    "(ORDER BY $I RANGE BETWEEN 1 FOLLOWING AND 2 FOLLOWING)", "(ORDER BY $A GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE GROUP)", "(ORDER BY $A GROUPS UNBOUNDED PRECEDING EXCLUDE TIES)",
    "(PARTITION BY $A ORDER BY $A ROWS 1 PRECEDING EXCLUDE TIES)", "(ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING)", "(ROWS UNBOUNDED PRECEDING)", "(ORDER BY $A ROWS BETWEEN 2 FOLLOWING AND 1 FOLLOWING)", "(ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE NO OTHERS)", "(ORDER BY $A ROWS BETWEEN CURRENT ROW AND CURRENT ROW EXCLUDE GROUP)", "(GROUPS BETWEEN CURRENT ROW AND 1 FOLLOWING)", "(ROWS BETWEEN 0 PRECEDING AND 0 FOLLOWING)",
};
static const char *const small_conds[] = {
    "$A IS NULL", "$A IS NOT NULL", "$A NOTNULL", "$A ISNULL", "$A NOT NULL", "$X = $X", "$X = $X", "$A = $A", "$X <> $X", "$X < $X", "$A >= $n", "$I > 0", "$A != $A", "$X IS $X", "$A IS NOT $A", "$A IS NOT DISTINCT FROM $X", "$A IS DISTINCT FROM $A",
    "$T LIKE 'a%'", "$A BETWEEN $A AND $A", "$X IN ($X, $X)", "$A IN ()", "$A IN ($l)", "$A NOT IN ($l)", "$A NOT IN ($n, $X)", "$A", "$X == $X", "$T = $T COLLATE $k", "$A = NULL", "1", "0", "$T GLOB '*'", "$A IN ($n, NULL)", "$A NOT BETWEEN $n AND $n", "typeof($A) = 'integer'", "length($A) > 0", "$A <= $A",
};
static const char *const conds[] = {
    "$c AND $c", "$c OR $c", "($c OR $c)", "NOT $c", "NOT ($c)", "NOT ($c OR $c)", "NOT ($c AND $c)", "$x = $x", "$a < $a", "$x <> $x", "$a IS NULL", "$a IS NOT NULL", "($x) IS NOT NULL", "$x IN ($q)", "$X IN ($q)", "$X NOT IN ($q)", "$x IN ($l)", "NOT $x IN ($l)", "($x NOT IN ($l)) IS NOT NULL", "$X IN $z", "$X NOT IN $z", "($A IS NULL) IS NOT ($A IS NULL)", "$A NOT LIKE 'a%'", "$A = ($q) OR $A IS NULL", "$A IS NULL AND $A IS NOT NULL", "EXISTS ($q)", "NOT EXISTS ($q)",
    "$x BETWEEN $x AND $x", "$a LIKE $t", "$t LIKE $t ESCAPE '!'", "CASE WHEN $c THEN $c ELSE $c END", "CASE WHEN $c THEN $c END", "($A, $A) = ($A, $A)", "($A, $A) IN ($Q)", "($A, $A) IS NOT ($A, $A)", "($A, $A) > ($n, $A)", "($c) IS TRUE", "($c) IS NOT TRUE", "($c) IS FALSE", "($c) IS NOT FALSE", "($c) IS NOT NULL",
    "coalesce($c, $c)", "coalesce($A, 0) > 0", "coalesce($A, $A) IS NOT NULL", "ifnull($A, 0)", "iif($c, $c, $c)", "$x = ($q)", "$x > ($q)", "length($t) > 1", "$i + $i > $n", "$A || $A = $t", "abs($I) > 1", "$w", "$w", "$w AND $c", "$c AND $A IS NOT NULL", "$A IS NULL OR $A = $A", "$A IS NOT NULL AND ($c OR $A > 0)", "$X = $X OR $X = $X",
    "($A IS NOT NULL) = 1", "($A IS NULL) = 0", "NOT $A IS NULL", "NOT $A", "max($A, $A) > 0", "$i & $i", "lower($T) = $t", "$A IN ($A, $A, NULL) IS NOT NULL", "nullif($A, 0) IS NOT NULL", "$i % 2 = 0", "($q) IS NOT NULL", "CAST($A AS INTEGER) = 1", "$A + 0 = $A", "+$A = $X", "$A = $A AND $A = $A", "likely($A IS NOT NULL)", "($A IS NOT NULL OR $A IS NOT NULL)", "(($A IS NOT NULL AND $c) OR ($A IS NOT NULL AND $c))",
};
/* clang-format on */

#endif
