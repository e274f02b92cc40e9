/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_POSTGRES_H
#define TN_CHECK_POSTGRES_H

#include "check/judge/engine.h"
#include "check/judge/judge.h"
#include "server/server.h"

/* Between the files of this folder: PostgreSQL as a judge. */

/* What the server says of a statement that it refuses; NULL: nothing. */
struct tn__pg_words {
    const char *message; /* without the other two */
    const char *hint;
    const char *detail;
};

/* Where statements are parsed. */
struct tn__pg_bench {
    struct tn__server *server;      /* a private one; NULL: another's, and then: */
    tn_db *home;                    /* the database that its URL names */
    const char *drop_sql;           /* of a database that was made there; NULL: none was */
    struct tn__driver_conn *parser; /* a session that tells what it makes of a statement */
    tn_arena *arena;
    tn_text tree; /* of the last statement; NULL text: none, or no memory: */
    bool is_tree_lost;
    bool is_borrowed;            /* the session is another's */
    struct tn__pg_words refused; /* why the last one was, beside its error */
    bool is_searched;            /* for what commands may set off: */
    bool has_others;
};

TN_NODISCARD int tn__pg_bench_open(struct tn__scratch *out, struct tn__pg_bench **bench,
                                   struct tn__checked *checked,
                                   const struct tn__check_options *options, tn_arena *arena,
                                   struct tn__diags *diags, tn_error *err);
void tn__pg_bench_close(struct tn__scratch *scratch, struct tn__pg_bench *bench);
/* database.c: a database beside the one that `server_url` names, with its URL; what checks that were killed have left
 * there is dropped. */
TN_NODISCARD int tn__pg_make_database(const char **url, struct tn__pg_bench *bench,
                                      const char *server_url, tn_error *err);
/* The same in a session of a database that is open, which is the only one to be told of its trees. */
TN_NODISCARD int tn__pg_bench_borrow(struct tn__pg_bench **bench, const struct tn__scratch *scratch,
                                     tn_arena *arena, tn_error *err);
/* shared.c: what migrations leave on a server that is another's, as notices. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__pg_note_shared(const tn_migration_set *set, tn_arena *arena,
                                    struct tn__diags *diags);
/* Have a text of the judge's query parsed: bench->tree, or why not. `nulls` are tokens of judge->all that
 * NULL stands for. TN_OK, a status of the server, TN_ENOMEM. */
TN_NODISCARD int tn__pg_bench_parse(struct tn__driver_parsed *out, const struct tn__judge *judge,
                                    tn_text sql, const struct tn__sql_expansion *nulls,
                                    size_t null_count, tn_error *err);
/* Have a statement without parameters run, and undone: TN_OK, or why it fails. */
TN_NODISCARD int tn__pg_bench_try(const struct tn__judge *judge, tn_text sql, tn_error *err);
/* Whether a parameter stands in the text, beside those. */
bool tn__pg_has_param(const struct tn__judge *judge, size_t param,
                      const struct tn__sql_expansion *nulls, size_t null_count);

/* As struct tn__judge_engine has them. */
void tn__pg_judge_guard(struct tn__judge *judge);
TN_NODISCARD int tn__pg_judge_describe(struct tn__described *out, struct tn__judge *judge,
                                       const struct tn__sql_text *text, tn_error *err);
/* command.c: what is no query, beyond what the server says when it parses it. TN_OK, or why it is refused. */
TN_NODISCARD int tn__pg_judge_command(struct tn__judge *judge, tn_text text, tn_error *err);
void tn__pg_judge_refuse(struct tn__judge *judge, int status, const tn_error *err);
void tn__pg_judge_analyse(struct tn__judge *judge, const struct tn__analysed_param *said);
struct tn__typing tn__pg_type_column(const struct tn__judge *judge, size_t i,
                                     const struct tn__analysed_column *known);
struct tn__typing tn__pg_type_param(const struct tn__judges *judges, size_t i,
                                    const struct tn__analysed_param *known);
void tn__pg_check_said(struct tn__judge *judge, const struct tn__annotation *said,
                       const struct tn__analysed_column *known, struct tn__typing typing);
void tn__pg_check_setting(const struct tn__checked *checked,
                          const struct tn__check_options *options,
                          const struct tn__settings_type *type, const struct tn__table *table,
                          struct tn__diags *diags);
bool tn__pg_find_star(struct tn__sql_span *out, const struct tn__judge *judge);
TN_NODISCARD int tn__pg_judge_read(struct tn__judge *judge, const struct tn__reader *reader);

/*
 * casts.c: a parameter whose type the server cannot tell where it stands, by its refusal. Finds the type
 * by the other places, and has judge->text and the pieces written with it. TN_OK; TN_NONE: nothing can be
 * done; TN_ENOMEM, or an error of the connection.
 */
TN_NODISCARD int tn__pg_cast_params(struct tn__judge *judge, const tn_error *refusal,
                                    tn_error *err);
/* Whether a refusal is that. */
bool tn__pg_is_untyped(const tn_error *err, const struct tn__pg_bench *bench);

/* statement.c, for tn__check_statement(): judge->query has the text. TN_OK, TN_EREFUSED with findings, or
 * what the server fails with. */
TN_NODISCARD int tn__pg_judge_statement(struct tn__checked_statement *out, struct tn__judge *judge,
                                        tn_error *err);

/* spans.c, for struct tn__pg_placing; `user` is the judge. */
struct tn__sql_span tn__pg_place(void *user, size_t first, size_t last);

/* plan.c: what of [lint] large is no table. */
void tn__pg_check_large(const struct tn__checked *checked, const struct tn__check_options *options,
                        tn_arena *arena, struct tn__diags *diags);

/* readonly.c: whether a statement, as the server has analysed it, changes nothing. */
bool tn__pg_is_readonly(tn_text tree, const struct tn__server_catalog *server);
/* Whether it is no query, but a command: EXPLAIN, CALL, CREATE …. */
bool tn__pg_is_command(tn_text tree);

/* An item of the result list, or of RETURNING, by its tokens. */
struct tn__pg_item {
    struct tn__sql_span span;
    bool is_star;
    size_t first; /* column of the result */
    size_t count;
};
/* items.c: what the columns come from. *out_count 0: not certain. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__pg_items(const struct tn__pg_item **out, size_t *out_count,
                              const struct tn__judge *judge);
/* The same of stars alone, for tn__analysed. */
TN_NODISCARD int tn__pg_stars(struct tn__analysed *analysed, const struct tn__judge *judge,
                              const struct tn__pg_item *items, size_t count);
/* The token that a byte of the text for the server is in; SIZE_MAX: none. */
size_t tn__pg_token_at(const struct tn__judge *judge, const struct tn__sql_text *text,
                       size_t offset);

#endif
