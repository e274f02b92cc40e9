/* SPDX-License-Identifier: MIT */
#ifndef TN_GEN_EMIT_H
#define TN_GEN_EMIT_H

#include "gen/plan.h"

/* Between the files of src/gen: the texts of generated files. */

struct tn__call;

/* `digest` is the hex digest of the file's inputs. */
void tn__emit_tables(struct tn__buf *out, const struct tn__gen_plan *plan, const char *digest);
void tn__emit_header(struct tn__buf *out, const struct tn__gen_plan *plan,
                     const struct tn__planned_file *file, const char *digest);
void tn__emit_source(struct tn__buf *out, const struct tn__gen_plan *plan,
                     const struct tn__planned_file *file, const char *digest);

/* All of a query but its declarations: sqlite/source.c, postgres/source.c, both.c. */
void tn__emit_sqlite_query(struct tn__buf *out, const struct tn__planned_query *planned);
void tn__emit_postgres_query(struct tn__buf *out, const struct tn__planned_query *planned);
void tn__emit_both_query(struct tn__buf *out, const struct tn__planned_query *planned);

/* Shared parts. */
/* A name of the user's within a comment, which it must neither end nor begin anew. */
void tn__emit_name(struct tn__buf *out, const char *name);
/* The first lines; `from` is the base name of the source, NULL for the tables. */
void tn__emit_top(struct tn__buf *out, const char *from, const char *prefix, const char *digest);
/* The first lines of the file that includes all others. */
void tn__emit_unity_top(struct tn__buf *out, const char *prefix, const char *digest);
/* The include guard, which a stem alone would not make unique, and tenon/gen.h or tenon/gen_postgres.h. */
void tn__emit_guard(struct tn__buf *out, const char *prefix, const char *stem, const char *suffix,
                    bool is_postgres);
void tn__emit_row_struct(struct tn__buf *out, const struct tn__row_struct *row, bool with_list);
/* header_group.c. What the header says of a query with groups. */
void tn__emit_group_header(struct tn__buf *out, const struct tn__planned_query *planned);
/* "static " of what stands behind the function of a query for both engines; "". */
const char *tn__storage_of(const struct tn__planned_query *planned);
/* int NAMEsuffix(first, db, parameters, arena, err) and its opening brace; a NULL `tag`: an int64_t. */
void tn__emit_function(struct tn__buf *out, const struct tn__planned_query *planned,
                       const char *suffix, const char *tag, const char *first, bool has_arena);
void tn__emit_prototype(struct tn__buf *out, const struct tn__planned_query *planned,
                        const char *suffix, const char *first, const char *first_tag,
                        bool has_arena);
/* What the comment of its functions says of -- stream, where that means something. */
const char *tn__stream_words(const struct tn__planned_query *planned);
/* int rc = NAME_begin(&iter, db, parameters, err); */
void tn__emit_call_begin(struct tn__buf *out, const struct tn__planned_query *planned);
/* describe.c. What stands behind a struct that is described: x_struct, and its functions for JSON. */
void tn__emit_description(struct tn__buf *out, const struct tn__gen_plan *plan,
                          const struct tn__row_struct *row);
/* Structs of a key type. */
void tn__emit_key(struct tn__buf *out, const struct tn__planned_key *planned);
/* Type, struct and functions of an enum. */
void tn__emit_enum(struct tn__buf *out, const struct tn__planned_enum *planned);
/* The same of a choice. */
void tn__emit_choice(struct tn__buf *out, const struct tn__planned_choice *planned);
/* source.c. The pieces of a text with optional parts, as NAME_pieces, with clang-format off from then on; how many
 * buckets its variants are to have. */
size_t tn__emit_pieces(struct tn__buf *out, const struct tn__planned_query *planned);
/* args.c. The condition on `key` that a text has a parameter; "": all texts have it. */
#define TN__CONDITION_SIZE 300
void tn__param_condition(char *out, size_t size, const struct tn__planned_query *planned, size_t i);
/* What stands in front of a query's functions: conditions on its key, and what makes the key. */
void tn__emit_param_parts(struct tn__buf *out, const struct tn__planned_query *planned);
/* Whether some parameter is an enum; the lines that refuse what is none of its values, and find the key; the
 * same for an item of a bulk. */
bool tn__has_enum_params(const struct tn__planned_query *planned);
void tn__emit_checks(struct tn__buf *out, const struct tn__planned_query *planned);
void tn__emit_item_checks(struct tn__buf *out, const struct tn__planned_query *planned);
/* head tn_gen_acquire(use, …); and the function that releases. */
void tn__emit_acquire(struct tn__buf *out, const struct tn__planned_query *planned,
                      const char *head, const char *use);
const char *tn__release_of(const struct tn__planned_query *planned);
/* header.c. What the function of a :bulk takes. */
void tn__emit_bulk_items(struct tn__call *call, const struct tn__planned_query *planned);
/* Items of a function's parameter list that stand for the query's parameters. */
struct tn__call;
/* Items of a call that bind, or with "&" read, what stands behind `path`: "args->id", ".has" first. */
void tn__emit_value_items(struct tn__call *call, const char *path, const struct tn__member *member);
void tn__emit_param_items(struct tn__call *call, const struct tn__planned_query *planned);

/* What the first lines say. */
struct tn__gen_mark {
    tn_text digest; /* of the inputs, in hex */
    tn_text seal;   /* of what follows, in hex; empty: it is not told */
    tn_text body;   /* what follows */
    tn_text prefix; /* without data: it is not told */
    bool is_unity;
};

/* Put the digest of what follows the first lines behind them. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__gen_mark_seal(tn_text *out, tn_text text, tn_arena *arena);

/* Read them; false: the text is not of the generator. */
bool tn__gen_mark_read(struct tn__gen_mark *out, tn_text text);

#endif
