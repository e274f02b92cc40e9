// SPDX-License-Identifier: MIT
//
// SQLite's query language and its CREATE statements, after the public-domain parse.y of SQLite: the
// same phrases, the same precedence, and so the same token that is blamed. What the engine decides
// behind its parser (does this name exist, may this clause stand here) is decided behind this one.
//
// A terminal's value is the index of its token; NONE where an optional one is not written. All that
// an action needs stands in build.h; where it says `p->at` it means the token behind the phrase.

%name tn__grammar
%start_symbol input
%token_prefix TN__K_
%token_type {size_t}
%default_type {size_t}
%extra_context {struct tn__parser *p}

// The stack grows by need, and parse.c keeps it from growing without end.
%stack_size 0
%stack_overflow {
    p->status = TN_ENOMEM;
}

// parse.c asks tn__grammar_try() first: a token that does not fit is never handed in.
%syntax_error {
    if (p->status == TN_OK)
        p->status = TN_ESYNTAX;
}

%include {
#include <stdlib.h>
#include <string.h>

#include "sql/build.h"
#include "util/alloc.h"

#define YYNOERRORRECOVERY     1
#define YYPARSEFREENEVERNULL  1
#define NONE                  TN__NO_TOKEN

/* Later releases of lemon hand their context to these as well. */
#define FIRST(ptr, ...)          tn__free(ptr)
#define FIRST_TWO(ptr, size, ...) tn__realloc(ptr, size)
#define malloc(size)             tn__alloc(size)
#define realloc(...)             FIRST_TWO(__VA_ARGS__, 0)
#define free(...)                FIRST(__VA_ARGS__, 0)
}

// Words that stand in statements which are not parsed here, and are never names.
%token ADD ALTER COMMIT DROP TO TRANSACTION ILLEGAL.
%token ABORT ACTION AFTER ALWAYS ASC BEFORE BEGIN BY CASCADE CAST CONFLICT.
%token OR AND NOT IS MATCH LIKE_KW BETWEEN IN ISNULL NOTNULL NE EQ GT LE LT GE ESCAPE.

// Without a place as a keyword they are names.
%fallback ID
    ABORT ACTION AFTER ALWAYS ASC BEFORE BEGIN BY CASCADE CAST CONFLICT CTIME_KW CURRENT
    DEFERRED DESC DO EACH END EXCLUDE EXPLAIN FAIL FIRST FOLLOWING FOR GENERATED GROUPS
    IF IGNORE IMMEDIATE INITIALLY INSTEAD KEY LAST LIKE_KW MATCH MATERIALIZED NO NULLS OF OFFSET
    OTHERS PARTITION PLAN PRECEDING QUERY RAISE RANGE RECURSIVE REPLACE RESTRICT ROLLBACK ROW ROWS
    TEMP TIES TRIGGER UNBOUNDED VIEW WITH WITHOUT.

%left OR.
%left AND.
%right NOT.
%left IS MATCH LIKE_KW BETWEEN IN ISNULL NOTNULL NE EQ.
%left GT LE LT GE.
%right ESCAPE.
%left BITAND BITOR LSHIFT RSHIFT.
%left PLUS MINUS.
%left STAR SLASH REM.
%left CONCAT PTR.
%left COLLATE.
%right BITNOT.
%nonassoc ON.

%token_class id ID|INDEXED.
%token_class ids ID|STRING.
%token_class idj ID|INDEXED|JOIN_KW.
%token_class number NUMBER.

nm(A) ::= idj(A).
nm(A) ::= STRING(A).
dbnm(A) ::= .          { A = NONE; }
dbnm(A) ::= DOT nm(X). { A = X; }

// ---- Statements

%type cmd {struct tn__ast_stmt *}
input ::= cmd(S).                    { tn__build_finish(p, S, false); }
input ::= EXPLAIN cmd(S).            { tn__build_finish(p, S, true); }
input ::= EXPLAIN QUERY PLAN cmd(S). { tn__build_finish(p, S, true); }

cmd(A) ::= select(S). { A = tn__build_query(p, S); }

%type with {struct tn__ast_with *}
with(A) ::= .                         { A = NULL; }
with(A) ::= WITH wqlist(W).           { A = W; }
with(A) ::= WITH RECURSIVE wqlist(W). { A = tn__with_recursive(W); }

cmd(A) ::= with(W) write(S). { A = tn__stmt_with(S, W); }

%type write {struct tn__ast_stmt *}
%type deletion {struct tn__ast_stmt *}
%type update {struct tn__ast_stmt *}
%type insertion {struct tn__ast_stmt *}
write(A) ::= deletion(S) where_opt(W) returning(R) orderby_opt(O) limit_opt(L).
    { A = tn__stmt_tail(tn__stmt_where(S, W), R, O, L); }
write(A) ::= update(S) where_opt(W) returning(R) orderby_opt(O) limit_opt(L).
    { A = tn__stmt_tail(tn__stmt_where(S, W), R, O, L); }
write(A) ::= insertion(A).

deletion(A) ::= DELETE(B) FROM xfullname(X) indexed_opt(I).
    { A = tn__build_delete(p, B, tn__source_hint(p, X, I)); }

update(A) ::= UPDATE(B) orconf(C) xfullname(X) indexed_opt(I) SET setlist(S) from(F).
    { A = tn__build_update(p, B, C, tn__source_hint(p, X, I), S, F); }

insertion(A) ::= insert_cmd(C) INTO xfullname(X) columns_opt(F) select(S) upserts(U) returning(R).
    { A = tn__build_insert(p, C, X, F, S, U, R); }
insertion(A) ::= insert_cmd(C) INTO xfullname(X) columns_opt(F) select(S) upserts(U)
                 ON(B) CONFLICT upsert_action(N) returning(R).
    { A = tn__build_insert(p, C, X, F, S, tn__upserts_add(U, tn__upsert_place(N, B)), R); }
write(A) ::= insert_cmd(C) INTO xfullname(X) columns_opt(F) DEFAULT VALUES returning(R).
    { A = tn__build_insert(p, C, X, F, NULL, (struct tn__upserts){NULL, NULL}, R); }

%type insert_cmd {struct tn__insert_verb}
insert_cmd(A) ::= INSERT(B) orconf(C). { A = (struct tn__insert_verb){B, C}; }
insert_cmd(A) ::= REPLACE(B).          { A = (struct tn__insert_verb){B, TN__CONFLICT_REPLACE}; }

%type upserts {struct tn__upserts}
%type upsert_action {struct tn__ast_upsert *}
upserts(A) ::= . { A = (struct tn__upserts){NULL, NULL}; }
upserts(A) ::= upserts(U) ON(B) CONFLICT LP sortlist(T) RP where_opt(W) upsert_action(N).
    { A = tn__upserts_add(U, tn__upsert_target(tn__upsert_place(N, B), T, W)); }
upsert_action(A) ::= DO(B) NOTHING.
    { A = tn__make_upsert(p, B, NULL, NULL); }
upsert_action(A) ::= DO(B) UPDATE SET setlist(S) where_opt(W).
    { A = tn__make_upsert(p, B, S, W); }

%type returning {struct tn__ast_items *}
returning(A) ::= .                        { A = NULL; }
returning(A) ::= RETURNING selcollist(X). { A = X; }

%type setlist {struct tn__ast_sets *}
%type setitem {struct tn__ast_set *}
setlist(A) ::= setitem(S).                  { A = tn__sets_add(p, NULL, S); }
setlist(A) ::= setlist(L) COMMA setitem(S). { A = tn__sets_add(p, L, S); }
setitem(A) ::= nm(X) EQ expr(E).
    { A = tn__make_set(p, X, tn__names_add(p, NULL, X), false, E); }
setitem(A) ::= LP(B) idlist(L) RP EQ expr(E).
    { A = tn__make_set(p, B, L, true, E); }

%type idlist {struct tn__ast_names *}
%type columns_opt {struct tn__ast_names *}
columns_opt(A) ::= .                { A = NULL; }
columns_opt(A) ::= LP idlist(X) RP. { A = X; }
idlist(A) ::= nm(X).                { A = tn__names_add(p, NULL, X); }
idlist(A) ::= idlist(L) COMMA nm(X). { A = tn__names_add(p, L, X); }

// Names of columns that the engine reads as if they were keys, to refuse what makes them such.
%type eidlist {struct tn__ast_names *}
%type eidlist_opt {struct tn__ast_names *}
eidlist_opt(A) ::= .                 { A = NULL; }
eidlist_opt(A) ::= LP eidlist(X) RP. { A = X; }
eidlist(A) ::= eid(X).               { A = tn__names_add(p, NULL, X); }
eidlist(A) ::= eidlist(L) COMMA eid(X). { A = tn__names_add(p, L, X); }
eid(A) ::= nm(X) collate(C) sortorder(S). { A = tn__build_plain(p, X, C || S != 0); }
%type collate {int}
collate(A) ::= .            { A = false; }
collate(A) ::= COLLATE ids. { A = true; }

%type xfullname {struct tn__ast_source *}
%type fullname {struct tn__ast_source *}
fullname(A) ::= nm(X).             { A = tn__make_table(p, X, NONE, NONE); }
fullname(A) ::= nm(X) DOT nm(Y).   { A = tn__make_table(p, X, Y, NONE); }
xfullname(A) ::= fullname(A).
xfullname(A) ::= nm(X) AS nm(Z).   { A = tn__make_table(p, X, NONE, Z); }
xfullname(A) ::= nm(X) DOT nm(Y) AS nm(Z). { A = tn__make_table(p, X, Y, Z); }

%type orconf {int}
%type onconf {int}
%type resolvetype {int}
onconf(A) ::= .                           { A = TN__CONFLICT_DEFAULT; }
onconf(A) ::= ON CONFLICT resolvetype(X). { A = X; }
orconf(A) ::= .                           { A = TN__CONFLICT_DEFAULT; }
orconf(A) ::= OR resolvetype(X).          { A = X; }
resolvetype(A) ::= ROLLBACK. { A = TN__CONFLICT_ROLLBACK; }
resolvetype(A) ::= ABORT.    { A = TN__CONFLICT_ABORT; }
resolvetype(A) ::= FAIL.     { A = TN__CONFLICT_FAIL; }
resolvetype(A) ::= IGNORE.   { A = TN__CONFLICT_IGNORE; }
resolvetype(A) ::= REPLACE.  { A = TN__CONFLICT_REPLACE; }

// ---- Queries

%type select {struct tn__ast_select *}
%type selectnowith {struct tn__ast_select *}
%type oneselect {struct tn__ast_select *}
select(A) ::= selectnowith(A).
select(A) ::= WITH(B) wqlist(W) selectnowith(S). { A = tn__select_with(p, B, W, S); }
select(A) ::= WITH(B) RECURSIVE wqlist(W) selectnowith(S).
    { A = tn__select_with(p, B, tn__with_recursive(W), S); }

selectnowith(A) ::= oneselect(A).
selectnowith(A) ::= selectnowith(L) UNION(B) oneselect(R).
    { A = tn__select_compound(p, L, TN__COMPOUND_UNION, B, R); }
selectnowith(A) ::= selectnowith(L) UNION(B) ALL oneselect(R).
    { A = tn__select_compound(p, L, TN__COMPOUND_UNION_ALL, B, R); }
selectnowith(A) ::= selectnowith(L) EXCEPT(B) oneselect(R).
    { A = tn__select_compound(p, L, TN__COMPOUND_EXCEPT, B, R); }
selectnowith(A) ::= selectnowith(L) INTERSECT(B) oneselect(R).
    { A = tn__select_compound(p, L, TN__COMPOUND_INTERSECT, B, R); }

oneselect(A) ::= SELECT(B) distinct(D) selcollist(R) from(F) where_opt(W) groupby_opt(G)
                 having_opt(H) window_clause(N) orderby_opt(O) limit_opt(L). {
    struct tn__select_parts parts = {B, D, R, F, W, G, H, N.first, O, L};
    A = tn__make_select(p, &parts);
}
oneselect(A) ::= values(V). { A = tn__make_values(p, &V); }

%type values {struct tn__values}
values(A) ::= VALUES(B) LP nexprlist(X) RP. {
    struct tn__values none = {B, NULL, NULL};
    A = tn__values_add(p, none, X);
}
values(A) ::= values(V) COMMA LP nexprlist(X) RP. { A = tn__values_add(p, V, X); }

%type distinct {int}
distinct(A) ::= DISTINCT. { A = true; }
distinct(A) ::= ALL.      { A = false; }
distinct(A) ::= .         { A = false; }

%type selcollist {struct tn__ast_items *}
%type sclp {struct tn__ast_items *}
sclp(A) ::= selcollist(A) COMMA.
sclp(A) ::= . { A = NULL; }
selcollist(A) ::= sclp(L) expr(X) as(Y).      { A = tn__items_add_result(p, L, X, Y); }
selcollist(A) ::= sclp(L) STAR(B).            { A = tn__items_add_star(p, L, B, NONE); }
selcollist(A) ::= sclp(L) nm(X) DOT STAR.     { A = tn__items_add_star(p, L, X, X); }

as(A) ::= AS nm(X). { A = X; }
as(A) ::= ids(A).
as(A) ::= .         { A = NONE; }

// In FROM, the operator of a join is kept with what stands left of it until its right side is read.
%type from {struct tn__ast_sources *}
%type seltablist {struct tn__ast_sources *}
%type stl_prefix {struct tn__from}
from(A) ::= .                   { A = NULL; }
from(A) ::= FROM seltablist(X). { A = X; }
stl_prefix(A) ::= seltablist(L) joinop(J). { A = (struct tn__from){L, J}; }
stl_prefix(A) ::= .                        { A = (struct tn__from){NULL, TN__JOIN_COMMA}; }
seltablist(A) ::= stl_prefix(L) nm(X) dbnm(Y) as(Z) on_using(N).
    { A = tn__sources_add(p, L, tn__make_table(p, X, Y, Z), N); }
seltablist(A) ::= stl_prefix(L) nm(X) dbnm(Y) as(Z) indexed_by(I) on_using(N).
    { A = tn__sources_add(p, L, tn__source_hint(p, tn__make_table(p, X, Y, Z), I), N); }
seltablist(A) ::= stl_prefix(L) nm(X) dbnm(Y) LP exprlist(E) RP as(Z) on_using(N).
    { A = tn__sources_add(p, L, tn__source_args(tn__make_table(p, X, Y, Z), E), N); }
seltablist(A) ::= stl_prefix(L) LP(B) select(S) RP as(Z) on_using(N).
    { A = tn__sources_add(p, L, tn__make_subquery(p, B, S, Z), N); }
seltablist(A) ::= stl_prefix(L) LP(B) seltablist(F) RP as(Z) on_using(N).
    { A = tn__sources_add(p, L, tn__make_join(p, B, F, Z), N); }

%type joinop {int}
joinop(A) ::= COMMA.                           { A = TN__JOIN_COMMA; }
joinop(A) ::= JOIN.                            { A = TN__JOIN_INNER; }
joinop(A) ::= JOIN_KW(X) JOIN.                 { A = tn__join_of(p, X, NONE, NONE); }
joinop(A) ::= JOIN_KW(X) nm(Y) JOIN.           { A = tn__join_of(p, X, Y, NONE); }
joinop(A) ::= JOIN_KW(X) nm(Y) nm(Z) JOIN.     { A = tn__join_of(p, X, Y, Z); }

// ON behind a join belongs to the join, also in front of CONFLICT: [OR] makes it so.
%type on_using {struct tn__on}
on_using(A) ::= ON expr(E).            { A = (struct tn__on){E, NULL}; }
on_using(A) ::= USING LP idlist(L) RP. { A = (struct tn__on){NULL, L}; }
on_using(A) ::= . [OR]                 { A = (struct tn__on){NULL, NULL}; }

// The name behind INDEXED BY; the NOT of NOT INDEXED.
%type indexed_opt {struct tn__hint}
%type indexed_by {struct tn__hint}
indexed_opt(A) ::= .                { A = (struct tn__hint){NONE, false}; }
indexed_opt(A) ::= indexed_by(A).
indexed_by(A) ::= INDEXED BY nm(X). { A = (struct tn__hint){X, false}; }
indexed_by(A) ::= NOT INDEXED.      { A = (struct tn__hint){NONE, true}; }

%type where_opt {struct tn__ast_expr *}
%type groupby_opt {struct tn__ast_items *}
%type having_opt {struct tn__ast_expr *}
%type orderby_opt {struct tn__ast_items *}
%type sortlist {struct tn__ast_items *}
%type limit_opt {struct tn__limit}
where_opt(A) ::= .                        { A = NULL; }
where_opt(A) ::= WHERE expr(X).           { A = X; }
groupby_opt(A) ::= .                      { A = NULL; }
groupby_opt(A) ::= GROUP BY nexprlist(X). { A = X; }
having_opt(A) ::= .                       { A = NULL; }
having_opt(A) ::= HAVING expr(X).         { A = X; }
orderby_opt(A) ::= .                      { A = NULL; }
orderby_opt(A) ::= ORDER BY sortlist(X).  { A = X; }
limit_opt(A) ::= .                              { A = (struct tn__limit){NULL, NULL}; }
limit_opt(A) ::= LIMIT expr(X).                 { A = (struct tn__limit){X, NULL}; }
limit_opt(A) ::= LIMIT expr(X) OFFSET expr(Y).  { A = (struct tn__limit){X, Y}; }
limit_opt(A) ::= LIMIT expr(X) COMMA expr(Y).   { A = (struct tn__limit){Y, X}; }

sortlist(A) ::= expr(X) sortorder(S) nulls(N).
    { A = tn__items_add_key(p, NULL, X, S, N); }
sortlist(A) ::= sortlist(L) COMMA expr(X) sortorder(S) nulls(N).
    { A = tn__items_add_key(p, L, X, S, N); }
%type sortorder {int}
%type nulls {int}
sortorder(A) ::= ASC.  { A = 1; }
sortorder(A) ::= DESC. { A = -1; }
sortorder(A) ::= .     { A = 0; }
nulls(A) ::= NULLS FIRST. { A = 1; }
nulls(A) ::= NULLS LAST.  { A = -1; }
nulls(A) ::= .            { A = 0; }

%type wqlist {struct tn__ast_with *}
%type wqitem {struct tn__ast_cte *}
%type wqas {int}
wqas(A) ::= AS.                  { A = TN__MATERIALIZED_ANY; }
wqas(A) ::= AS MATERIALIZED.     { A = TN__MATERIALIZED_YES; }
wqas(A) ::= AS NOT MATERIALIZED. { A = TN__MATERIALIZED_NO; }
wqitem(A) ::= nm(X) eidlist_opt(C) wqas(M) LP select(S) RP.
    { A = tn__make_cte(p, X, C, M, S); }
wqlist(A) ::= wqitem(X).                 { A = tn__with_add(p, NULL, X); }
wqlist(A) ::= wqlist(L) COMMA wqitem(X). { A = tn__with_add(p, L, X); }

// ---- Expressions

%type expr {struct tn__ast_expr *}
%type term {struct tn__ast_expr *}
expr(A) ::= term(A).
expr(A) ::= LP(B) expr(X) RP.           { A = tn__expr_bracket(p, B, X); }
expr(A) ::= idj(X).                     { A = tn__make_column(p, NONE, NONE, X); }
expr(A) ::= nm(X) DOT nm(Y).            { A = tn__make_column(p, NONE, X, Y); }
expr(A) ::= nm(X) DOT nm(Y) DOT nm(Z).  { A = tn__make_column(p, X, Y, Z); }
expr(A) ::= PARAM(X).                   { A = tn__make_leaf(p, TN__AST_PARAM, X); }
term(A) ::= NULL(X).                    { A = tn__make_leaf(p, TN__AST_NULL, X); }
term(A) ::= NUMBER(X).                  { A = tn__make_leaf(p, TN__AST_NUMBER, X); }
term(A) ::= BLOB(X).                    { A = tn__make_leaf(p, TN__AST_BLOB, X); }
term(A) ::= STRING(X).                  { A = tn__make_leaf(p, TN__AST_STRING, X); }
term(A) ::= CTIME_KW(X).                { A = tn__make_leaf(p, TN__AST_MOMENT, X); }

expr(A) ::= expr(X) COLLATE ids(C).     { A = tn__make_collate(p, X, C); }
expr(A) ::= CAST(B) LP expr(X) AS typetoken(T) RP. { A = tn__make_cast(p, B, X, T); }
expr(A) ::= LP(B) nexprlist(L) COMMA expr(X) RP.
    { A = tn__make_row(p, B, tn__items_add(p, L, X)); }

expr(A) ::= expr(X) AND(O) expr(Y).     { A = tn__make_binary(p, @O, O, X, Y); }
expr(A) ::= expr(X) OR(O) expr(Y).      { A = tn__make_binary(p, @O, O, X, Y); }
expr(A) ::= expr(X) LT|GT|GE|LE(O) expr(Y).
    { A = tn__make_binary(p, @O, O, X, Y); }
expr(A) ::= expr(X) EQ|NE(O) expr(Y).   { A = tn__make_binary(p, @O, O, X, Y); }
expr(A) ::= expr(X) BITAND|BITOR|LSHIFT|RSHIFT(O) expr(Y).
    { A = tn__make_binary(p, @O, O, X, Y); }
expr(A) ::= expr(X) PLUS|MINUS(O) expr(Y).
    { A = tn__make_binary(p, @O, O, X, Y); }
expr(A) ::= expr(X) STAR|SLASH|REM(O) expr(Y).
    { A = tn__make_binary(p, @O, O, X, Y); }
expr(A) ::= expr(X) CONCAT(O) expr(Y).  { A = tn__make_binary(p, @O, O, X, Y); }
expr(A) ::= expr(X) PTR(O) expr(Y).     { A = tn__make_binary(p, @O, O, X, Y); }

%type likeop {struct tn__not}
likeop(A) ::= LIKE_KW|MATCH(O).     { A = (struct tn__not){O, false}; }
likeop(A) ::= NOT LIKE_KW|MATCH(O). { A = (struct tn__not){O, true}; }
expr(A) ::= expr(X) likeop(O) expr(Y). [LIKE_KW]
    { A = tn__make_like(p, X, O, Y, NULL); }
expr(A) ::= expr(X) likeop(O) expr(Y) ESCAPE expr(E). [LIKE_KW]
    { A = tn__make_like(p, X, O, Y, E); }

expr(A) ::= expr(X) ISNULL.   { A = tn__make_nulltest(p, X, false); }
expr(A) ::= expr(X) NOTNULL.  { A = tn__make_nulltest(p, X, true); }
expr(A) ::= expr(X) NOT NULL. { A = tn__make_nulltest(p, X, true); }

expr(A) ::= expr(X) IS expr(Y).                   { A = tn__make_is(p, X, false, Y, false); }
expr(A) ::= expr(X) IS NOT expr(Y).               { A = tn__make_is(p, X, true, Y, false); }
expr(A) ::= expr(X) IS NOT DISTINCT FROM expr(Y). { A = tn__make_is(p, X, false, Y, true); }
expr(A) ::= expr(X) IS DISTINCT FROM expr(Y).     { A = tn__make_is(p, X, true, Y, true); }

expr(A) ::= NOT(O) expr(X).                { A = tn__make_unary(p, @O, O, X); }
expr(A) ::= BITNOT(O) expr(X).             { A = tn__make_unary(p, @O, O, X); }
expr(A) ::= PLUS|MINUS(O) expr(X). [BITNOT] { A = tn__make_unary(p, @O, O, X); }

%type between_op {int}
between_op(A) ::= BETWEEN.     { A = false; }
between_op(A) ::= NOT BETWEEN. { A = true; }
expr(A) ::= expr(X) between_op(N) expr(Y) AND expr(Z). [BETWEEN]
    { A = tn__make_between(p, X, N, Y, Z); }

%type in_op {int}
in_op(A) ::= IN.     { A = false; }
in_op(A) ::= NOT IN. { A = true; }
expr(A) ::= expr(X) in_op(N) LP exprlist(L) RP. [IN] { A = tn__make_in_list(p, X, N, L); }
expr(A) ::= expr(X) in_op(N) LP select(S) RP. [IN]   { A = tn__make_in_query(p, X, N, S); }
expr(A) ::= expr(X) in_op(N) LP LISTPARAM(Y) RP. [IN] { A = tn__make_in_param(p, X, N, Y); }
expr(A) ::= expr(X) in_op(N) nm(Y) dbnm(Z) paren_exprlist(L). [IN]
    { A = tn__make_in_table(p, X, N, Y, Z, L); }
expr(A) ::= LP(B) select(S) RP.        { A = tn__make_query(p, TN__AST_QUERY, B, S); }
expr(A) ::= EXISTS(B) LP select(S) RP. { A = tn__make_query(p, TN__AST_EXISTS, B, S); }

expr(A) ::= CASE(B) case_operand(X) case_exprlist(L) case_else(E) END.
    { A = tn__make_case(p, B, X, L, E); }
%type case_exprlist {struct tn__ast_items *}
%type case_else {struct tn__ast_expr *}
%type case_operand {struct tn__ast_expr *}
case_exprlist(A) ::= WHEN expr(X) THEN expr(Y).
    { A = tn__items_add(p, tn__items_add(p, NULL, X), Y); }
case_exprlist(A) ::= case_exprlist(L) WHEN expr(X) THEN expr(Y).
    { A = tn__items_add(p, tn__items_add(p, L, X), Y); }
case_else(A) ::= ELSE expr(X). { A = X; }
case_else(A) ::= .             { A = NULL; }
case_operand(A) ::= expr(A).
case_operand(A) ::= .          { A = NULL; }

%type exprlist {struct tn__ast_items *}
%type nexprlist {struct tn__ast_items *}
%type paren_exprlist {struct tn__ast_items *}
exprlist(A) ::= nexprlist(A).
exprlist(A) ::= .                          { A = NULL; }
nexprlist(A) ::= expr(X).                  { A = tn__items_add(p, NULL, X); }
nexprlist(A) ::= nexprlist(L) COMMA expr(X). { A = tn__items_add(p, L, X); }
paren_exprlist(A) ::= .                    { A = NULL; }
paren_exprlist(A) ::= LP exprlist(X) RP.   { A = tn__items_written(p, X); }

expr(A) ::= RAISE(B) LP IGNORE(O) RP.               { A = tn__make_raise(p, B, O, NULL); }
expr(A) ::= RAISE(B) LP raisetype(O) COMMA expr(X) RP. { A = tn__make_raise(p, B, O, X); }
raisetype(A) ::= ROLLBACK(A).
raisetype(A) ::= ABORT(A).
raisetype(A) ::= FAIL(A).

// ---- Calls and windows

%type call {struct tn__ast_expr *}
expr(A) ::= call(A).
expr(A) ::= call(X) filter_over(F). { A = tn__call_over(p, X, F); }
call(A) ::= idj(X) LP distinct(D) exprlist(L) RP.
    { A = tn__make_call(p, X, D, L, NULL); }
call(A) ::= idj(X) LP distinct(D) exprlist(L) ORDER BY sortlist(O) RP.
    { A = tn__make_call(p, X, D, L, O); }
call(A) ::= idj(X) LP STAR RP.
    { A = tn__call_star(tn__make_call(p, X, false, NULL, NULL)); }

%type filter_over {struct tn__over}
%type filter_clause {struct tn__ast_expr *}
%type over_clause {struct tn__ast_window *}
filter_over(A) ::= filter_clause(F) over_clause(O). { A = (struct tn__over){F, O}; }
filter_over(A) ::= over_clause(O).                  { A = (struct tn__over){NULL, O}; }
filter_over(A) ::= filter_clause(F).                { A = (struct tn__over){F, NULL}; }
filter_clause(A) ::= FILTER LP WHERE expr(X) RP.    { A = X; }
over_clause(A) ::= OVER(B) LP window(W) RP. { A = tn__window_place(p, W, B, NONE); }
over_clause(A) ::= OVER(B) nm(X).           { A = tn__window_reference(p, B, X); }

%type window_clause {struct tn__windows}
%type windowdefn_list {struct tn__windows}
%type windowdefn {struct tn__ast_window *}
%type window {struct tn__ast_window *}
window_clause(A) ::= .                         { A = (struct tn__windows){NULL, NULL}; }
window_clause(A) ::= WINDOW windowdefn_list(L). { A = L; }
windowdefn_list(A) ::= windowdefn(W).
    { A = tn__windows_add((struct tn__windows){NULL, NULL}, W); }
windowdefn_list(A) ::= windowdefn_list(L) COMMA windowdefn(W). { A = tn__windows_add(L, W); }
windowdefn(A) ::= nm(X) AS LP window(W) RP. { A = tn__window_place(p, W, X, X); }

window(A) ::= PARTITION BY nexprlist(X) orderby_opt(O) frame_opt(F).
    { A = tn__make_window(p, NONE, X, O, F); }
window(A) ::= nm(W) PARTITION BY nexprlist(X) orderby_opt(O) frame_opt(F).
    { A = tn__make_window(p, W, X, O, F); }
window(A) ::= ORDER BY sortlist(O) frame_opt(F).
    { A = tn__make_window(p, NONE, NULL, O, F); }
window(A) ::= nm(W) ORDER BY sortlist(O) frame_opt(F).
    { A = tn__make_window(p, W, NULL, O, F); }
window(A) ::= frame_opt(F).
    { A = tn__make_window(p, NONE, NULL, NULL, F); }
window(A) ::= nm(W) frame_opt(F).
    { A = tn__make_window(p, W, NULL, NULL, F); }

%type frame_opt {struct tn__frame}
%type range_or_rows {int}
%type frame_bound {struct tn__bound}
%type frame_bound_s {struct tn__bound}
%type frame_bound_e {struct tn__bound}
%type frame_exclude_opt {int}
%type frame_exclude {int}
frame_opt(A) ::= . { A = (struct tn__frame){0}; }
frame_opt(A) ::= range_or_rows(K) frame_bound_s(S) frame_exclude_opt(X). {
    struct tn__bound row = {TN__BOUND_CURRENT_ROW, NULL};
    A = (struct tn__frame){K, S, row, X};
}
frame_opt(A) ::= range_or_rows(K) BETWEEN frame_bound_s(S) AND frame_bound_e(E)
                 frame_exclude_opt(X).
    { A = (struct tn__frame){K, S, E, X}; }
range_or_rows(A) ::= RANGE.  { A = TN__FRAME_RANGE; }
range_or_rows(A) ::= ROWS.   { A = TN__FRAME_ROWS; }
range_or_rows(A) ::= GROUPS. { A = TN__FRAME_GROUPS; }
frame_bound_s(A) ::= frame_bound(A).
frame_bound_s(A) ::= UNBOUNDED PRECEDING.
    { A = (struct tn__bound){TN__BOUND_UNBOUNDED_PRECEDING, NULL}; }
frame_bound_e(A) ::= frame_bound(A).
frame_bound_e(A) ::= UNBOUNDED FOLLOWING.
    { A = (struct tn__bound){TN__BOUND_UNBOUNDED_FOLLOWING, NULL}; }
frame_bound(A) ::= expr(X) PRECEDING. { A = (struct tn__bound){TN__BOUND_PRECEDING, X}; }
frame_bound(A) ::= expr(X) FOLLOWING. { A = (struct tn__bound){TN__BOUND_FOLLOWING, X}; }
frame_bound(A) ::= CURRENT ROW.       { A = (struct tn__bound){TN__BOUND_CURRENT_ROW, NULL}; }
frame_exclude_opt(A) ::= .                         { A = TN__EXCLUDE_NONE; }
frame_exclude_opt(A) ::= EXCLUDE frame_exclude(X). { A = X; }
frame_exclude(A) ::= NO OTHERS.   { A = TN__EXCLUDE_NONE; }
frame_exclude(A) ::= CURRENT ROW. { A = TN__EXCLUDE_CURRENT_ROW; }
frame_exclude(A) ::= GROUP.       { A = TN__EXCLUDE_GROUP; }
frame_exclude(A) ::= TIES.        { A = TN__EXCLUDE_TIES; }

// ---- CREATE TABLE

%type temp {int}
%type ifnotexists {int}
temp(A) ::= TEMP. { A = true; }
temp(A) ::= .     { A = false; }
ifnotexists(A) ::= .              { A = false; }
ifnotexists(A) ::= IF NOT EXISTS. { A = true; }

%type create_table {struct tn__ast_stmt *}
create_table(A) ::= CREATE temp(T) TABLE ifnotexists nm(X) dbnm(Y).
    { A = tn__build_create(p, TN__STMT_AST_CREATE_TABLE, T, X, Y); }
cmd(A) ::= create_table(S) LP columnlist(C) conslist_opt(L) RP table_option_set(O).
    { A = tn__stmt_columns(S, C, L, O); }
cmd(A) ::= create_table(S) AS select(Q). { A = tn__stmt_select(S, Q); }

%type table_option_set {int}
%type table_option {int}
table_option_set(A) ::= .                { A = 0; }
table_option_set(A) ::= table_option(A).
table_option_set(A) ::= table_option_set(X) COMMA table_option(Y). { A = X | Y; }
table_option(A) ::= WITHOUT nm(X). { A = tn__table_option(p, X, true); }
table_option(A) ::= nm(X).         { A = tn__table_option(p, X, false); }

%type columnlist {struct tn__columns}
%type columnname {struct tn__ast_column_def *}
%type carglist {struct tn__ast_constraints}
%type ccons {struct tn__ast_constraint *}
columnlist(A) ::= columnname(C) carglist(L).
    { A = tn__columns_add(p, (struct tn__columns){NULL, NULL}, C, L); }
columnlist(A) ::= columnlist(X) COMMA columnname(C) carglist(L).
    { A = tn__columns_add(p, X, C, L); }
columnname(A) ::= nm(X) typetoken(T). { A = tn__make_column_def(p, X, T); }

%type typetoken {struct tn__sql_span}
%type typename {struct tn__sql_span}
typetoken(A) ::= .                              { A = (struct tn__sql_span){NONE, NONE}; }
typetoken(A) ::= typename(A).
typetoken(A) ::= typename(X) LP signed RP.      { A = (struct tn__sql_span){X.begin, p->at}; }
typetoken(A) ::= typename(X) LP signed COMMA signed RP.
    { A = (struct tn__sql_span){X.begin, p->at}; }
typename(A) ::= ids(X).             { A = (struct tn__sql_span){X, p->at}; }
typename(A) ::= typename(X) ids.    { A = (struct tn__sql_span){X.begin, p->at}; }
signed ::= number.
signed ::= PLUS number.
signed ::= MINUS number.

carglist(A) ::= . { A = (struct tn__ast_constraints){NULL, NULL}; }
carglist(A) ::= carglist(L) ccons(C).   { A = tn__constraints_add(L, C); }

// A name may stand in front of anything, or alone: it is that of the next constraint.
ccons(A) ::= CONSTRAINT nm(X). { A = tn__constraint_name(p, X); }
ccons(A) ::= DEFAULT(B) term(X).  { A = tn__constraint_expr(p, TN__CONSTRAINT_DEFAULT, B, X); }
ccons(A) ::= DEFAULT(B) LP(L) expr(X) RP.
    { A = tn__constraint_expr(p, TN__CONSTRAINT_DEFAULT, B, tn__expr_bracket(p, L, X)); }
ccons(A) ::= DEFAULT(B) PLUS(O) term(X).
    { A = tn__constraint_expr(p, TN__CONSTRAINT_DEFAULT, B, tn__make_unary(p, @O, O, X)); }
ccons(A) ::= DEFAULT(B) MINUS(O) term(X).
    { A = tn__constraint_expr(p, TN__CONSTRAINT_DEFAULT, B, tn__make_unary(p, @O, O, X)); }
ccons(A) ::= DEFAULT(B) id(X).
    { A = tn__constraint_expr(p, TN__CONSTRAINT_DEFAULT, B, tn__make_word(p, X)); }
ccons(A) ::= NULL(B) onconf(C).     { A = tn__make_constraint(p, TN__CONSTRAINT_NULL, B, C); }
ccons(A) ::= NOT(B) NULL onconf(C). { A = tn__make_constraint(p, TN__CONSTRAINT_NOT_NULL, B, C); }
ccons(A) ::= PRIMARY(B) KEY sortorder(S) onconf(C) autoinc(I).
    { A = tn__constraint_key(tn__make_constraint(p, TN__CONSTRAINT_PRIMARY_KEY, B, C), NULL, S, I); }
ccons(A) ::= UNIQUE(B) onconf(C).   { A = tn__make_constraint(p, TN__CONSTRAINT_UNIQUE, B, C); }
ccons(A) ::= CHECK(B) LP(L) expr(X) RP.
    { A = tn__constraint_expr(p, TN__CONSTRAINT_CHECK, B, tn__expr_bracket(p, L, X)); }
ccons(A) ::= REFERENCES(B) nm(T) eidlist_opt(C) refargs.
    { A = tn__constraint_references(p, TN__CONSTRAINT_REFERENCES, B, NULL, T, C); }
ccons(A) ::= defer_subclause.       { A = NULL; }
ccons(A) ::= COLLATE(B) ids(C).     { A = tn__constraint_collate(p, B, C); }
ccons(A) ::= GENERATED(B) ALWAYS AS LP(L) expr(X) RP generated_kind(K).
    { A = tn__constraint_generated(p, B, tn__expr_bracket(p, L, X), K); }
ccons(A) ::= AS(B) LP(L) expr(X) RP generated_kind(K).
    { A = tn__constraint_generated(p, B, tn__expr_bracket(p, L, X), K); }
generated_kind(A) ::= .   { A = NONE; }
generated_kind(A) ::= ID(A).

%type autoinc {int}
autoinc(A) ::= .         { A = false; }
autoinc(A) ::= AUTOINCR. { A = true; }

refargs ::= .
refargs ::= refargs refarg.
refarg ::= MATCH nm.
refarg ::= ON INSERT refact.
refarg ::= ON DELETE refact.
refarg ::= ON UPDATE refact.
refact ::= SET NULL.
refact ::= SET DEFAULT.
refact ::= CASCADE.
refact ::= RESTRICT.
refact ::= NO ACTION.
defer_subclause ::= NOT DEFERRABLE init_deferred_pred_opt.
defer_subclause ::= DEFERRABLE init_deferred_pred_opt.
init_deferred_pred_opt ::= .
init_deferred_pred_opt ::= INITIALLY DEFERRED.
init_deferred_pred_opt ::= INITIALLY IMMEDIATE.
defer_subclause_opt ::= .
defer_subclause_opt ::= defer_subclause.

%type conslist_opt {struct tn__ast_constraints}
%type conslist {struct tn__ast_constraints}
%type tcons {struct tn__ast_constraint *}
conslist_opt(A) ::= .                   { A = (struct tn__ast_constraints){NULL, NULL}; }
conslist_opt(A) ::= COMMA conslist(L).  { A = L; }
conslist(A) ::= tcons(C).
    { A = tn__constraints_add((struct tn__ast_constraints){NULL, NULL}, C); }
conslist(A) ::= conslist(L) tconscomma tcons(C). { A = tn__constraints_add(L, C); }
tconscomma ::= COMMA. { p->constraint_name = NONE; }
tconscomma ::= .
tcons(A) ::= CONSTRAINT nm(X). { A = tn__constraint_name(p, X); }
tcons(A) ::= PRIMARY(B) KEY LP sortlist(L) autoinc(I) RP onconf(C).
    { A = tn__constraint_key(tn__make_constraint(p, TN__CONSTRAINT_PRIMARY_KEY, B, C), L, 0, I); }
tcons(A) ::= UNIQUE(B) LP sortlist(L) RP onconf(C).
    { A = tn__constraint_key(tn__make_constraint(p, TN__CONSTRAINT_UNIQUE, B, C), L, 0, false); }
tcons(A) ::= CHECK(B) LP(L) expr(X) RP onconf.
    { A = tn__constraint_expr(p, TN__CONSTRAINT_CHECK, B, tn__expr_bracket(p, L, X)); }
tcons(A) ::= FOREIGN(B) KEY LP keylist(K) RP REFERENCES nm(T) eidlist_opt(C) refargs
             defer_subclause_opt.
    { A = tn__constraint_references(p, TN__CONSTRAINT_FOREIGN_KEY, B, K, T, C); }
%type keylist {struct tn__ast_items *}
keylist(A) ::= eid(X).                  { A = tn__items_add(p, NULL, tn__make_column(p, NONE, NONE, X)); }
keylist(A) ::= keylist(L) COMMA eid(X). { A = tn__items_add(p, L, tn__make_column(p, NONE, NONE, X)); }

// ---- CREATE VIEW, INDEX, TRIGGER

cmd(A) ::= CREATE temp(T) VIEW ifnotexists nm(X) dbnm(Y) eidlist_opt(C) AS select(S).
    { A = tn__stmt_names(tn__stmt_select(tn__build_create(p, TN__STMT_AST_CREATE_VIEW, T, X, Y), S), C); }

%type uniqueflag {int}
uniqueflag(A) ::= UNIQUE. { A = true; }
uniqueflag(A) ::= .       { A = false; }
cmd(A) ::= CREATE uniqueflag(U) INDEX ifnotexists nm(X) dbnm(Y) ON nm(T) LP sortlist(L) RP
           where_opt(W). {
    A = tn__stmt_where(tn__build_create(p, TN__STMT_AST_CREATE_INDEX, false, X, Y), W);
    tn__stmt_index(p, A, U, T, L);
}

%type trigger_decl {struct tn__ast_stmt *}
%type trigger_time {int}
%type trigger_event {struct tn__event}
%type when_clause {struct tn__ast_expr *}
cmd(A) ::= trigger_decl(S) BEGIN trigger_cmd_list(L) END. { A = tn__stmt_body(S, L.first); }
trigger_decl(A) ::= CREATE temp(T) TRIGGER ifnotexists nm(X) dbnm(Y) trigger_time(C)
                    trigger_event(E) ON fullname(F) foreach_clause when_clause(W). {
    A = tn__stmt_where(tn__build_create(p, TN__STMT_AST_CREATE_TRIGGER, T, X, Y), W);
    tn__stmt_trigger(A, C, E, F);
}
trigger_time(A) ::= BEFORE.     { A = TN__TRIGGER_BEFORE; }
trigger_time(A) ::= AFTER.      { A = TN__TRIGGER_AFTER; }
trigger_time(A) ::= INSTEAD OF. { A = TN__TRIGGER_INSTEAD_OF; }
trigger_time(A) ::= .           { A = TN__TRIGGER_BEFORE; }
trigger_event(A) ::= DELETE.    { A = (struct tn__event){TN__TRIGGER_DELETE, NULL}; }
trigger_event(A) ::= INSERT.    { A = (struct tn__event){TN__TRIGGER_INSERT, NULL}; }
trigger_event(A) ::= UPDATE.    { A = (struct tn__event){TN__TRIGGER_UPDATE, NULL}; }
trigger_event(A) ::= UPDATE OF idlist(X). { A = (struct tn__event){TN__TRIGGER_UPDATE, X}; }
foreach_clause ::= .
foreach_clause ::= FOR EACH ROW.
when_clause(A) ::= .             { A = NULL; }
when_clause(A) ::= WHEN expr(X). { A = X; }

%type trigger_cmd_list {struct tn__stmts}
%type trigger_cmd {struct tn__ast_stmt *}
// A step is a statement without its WITH and what stands behind WHERE.
trigger_cmd_list(A) ::= trigger_cmd(S) SEMI.
    { A = tn__stmts_add((struct tn__stmts){NULL, NULL}, S); }
trigger_cmd_list(A) ::= trigger_cmd_list(L) trigger_cmd(S) SEMI. { A = tn__stmts_add(L, S); }
trigger_cmd(A) ::= update(S) where_opt(W).   { A = tn__stmt_step(p, tn__stmt_where(S, W)); }
trigger_cmd(A) ::= deletion(S) where_opt(W). { A = tn__stmt_step(p, tn__stmt_where(S, W)); }
trigger_cmd(A) ::= insertion(S).             { A = tn__stmt_step(p, S); }
trigger_cmd(A) ::= select(S).                { A = tn__build_query(p, S); }

%code {
/*
 * A dry run over the tables: states only, laid over the stack as it is. Nothing is pushed for long,
 * so the room is that of the few tokens which are asked for and of the empty phrases between them.
 */
enum {
    DRY_ROOM = 128
};

struct dry {
    const yyStackEntry *base; /* the top of what is left of the real stack */
    size_t count;
    YYACTIONTYPE states[DRY_ROOM]; /* on top of it */
};

static YYACTIONTYPE dry_top(const struct dry *dry)
{
    return dry->count > 0 ? dry->states[dry->count - 1] : dry->base->stateno;
}

static void dry_reduce(struct dry *dry, unsigned rule)
{
    size_t size = (size_t)-yyRuleInfoNRhs[rule];
    size_t own = size < dry->count ? size : dry->count;
    dry->count -= own;
    dry->base -= size - own;
    dry->states[dry->count] = yy_find_reduce_action(dry_top(dry), yyRuleInfoLhs[rule]);
    dry->count++;
}

/* How a terminal is taken: not at all, as itself, or as a name. */
static enum tn__grammar_fit dry_take(struct dry *dry, int code)
{
    for (;;) {
        YYACTIONTYPE state = dry_top(dry);
        YYACTIONTYPE act = yy_find_shift_action((YYCODETYPE)code, state);
        if (dry->count >= DRY_ROOM)
            return TN__GRAMMAR_REFUSED;
        if (act >= YY_MIN_REDUCE) {
            dry_reduce(dry, (unsigned)(act - YY_MIN_REDUCE));
            continue;
        }
        if (act == YY_ACCEPT_ACTION)
            return TN__GRAMMAR_TAKEN;
        if (act > YY_MAX_SHIFTREDUCE)
            return TN__GRAMMAR_REFUSED;
        if (act > YY_MAX_SHIFT)
            act = (YYACTIONTYPE)(act + (YY_MIN_REDUCE - YY_MIN_SHIFTREDUCE));
        dry->states[dry->count] = act;
        dry->count++;
        return yy_lookahead[yy_shift_ofst[state] + code] == code ? TN__GRAMMAR_TAKEN
                                                                 : TN__GRAMMAR_AS_NAME;
    }
}

enum tn__grammar_fit tn__grammar_try(const void *parser, size_t pops, const int *codes, size_t count)
{
    const yyParser *yy = parser;
    enum tn__grammar_fit fit = TN__GRAMMAR_TAKEN;
    struct dry dry;
    dry.base = yy->yytos - pops;
    dry.count = 0;
    for (size_t i = 0; i < count && fit != TN__GRAMMAR_REFUSED; i++)
        fit = dry_take(&dry, codes[i]);
    return fit;
}

int tn__grammar_terminals(void)
{
    return YYNTOKEN;
}

size_t tn__grammar_height(const void *parser)
{
    const yyParser *yy = parser;
    return (size_t)(yy->yytos - yy->yystack);
}

bool tn__grammar_is_open(const void *parser, size_t below, size_t *token)
{
    const yyParser *yy = parser;
    const yyStackEntry *entry = yy->yytos - below;
    *token = entry->minor.yy0;
    return entry->major == TN__K_LP;
}

void tn__grammar_pop(void *parser, size_t count)
{
    yyParser *yy = parser;
    yy->yytos -= count;
}
}
