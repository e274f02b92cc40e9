/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_PARSE_H
#define TN_CHECK_PARSE_H

#include "check/check.h"

/* Between the files of src/check: finding queries in files. */

/* Queries under construction. */
struct tn__reader {
    tn_arena *arena;
    struct tn__diags *diags;
    enum tn__dialect dialect;
    unsigned engines;      /* of the project; a query for none but others is left out */
    unsigned file_engines; /* that the file at hand says in front of its queries; 0: nothing */
    const struct tn__keys *keys; /* named, not settled; NULL: none */
    struct tn__query *queries;
    size_t count;
    size_t cap;
    int status;            /* sticky: TN_OK or TN_ENOMEM */
    struct tn__query none; /* stands in without memory; never read */
};

/* A new query, zeroed; never NULL: without memory it is a scratch one and the status says so. */
struct tn__query *tn__reader_add(struct tn__reader *reader);

/* Forget the last one, if it is not for the engine that reads. */
void tn__reader_choose(struct tn__reader *reader, const struct tn__query *query);

/* Whether a file is C or C++, by its name. */
bool tn__is_c_path(const char *path);

/* The queries of an .sql file, and of a C file. */
void tn__read_sql(struct tn__reader *reader, const struct tn__query_file *file);
void tn__read_c(struct tn__reader *reader, const struct tn__query_file *file);

/* ":many" and so on. */
bool tn__mode_parse(enum tn__mode *out, tn_text text);
/* The mode nearest to a wrong one, or NULL. */
const char *tn__mode_nearest(tn_text text);

/* Read the annotations in front of the statement, and the statement: query->written is set. */
void tn__read_text(struct tn__reader *reader, struct tn__query *query);

/* What a comment line says. */
enum tn__comment {
    TN__COMMENT_PROSE,
    TN__COMMENT_ANNOTATION, /* *out is set */
    TN__COMMENT_WRONG       /* an annotation with a fault; reported unless `quiet` */
};
/* `comment` is a token of query->written.sql at `offset`. */
enum tn__comment tn__read_annotation(struct tn__annotation *out, struct tn__reader *reader,
                                     const struct tn__query *query, tn_text comment, size_t offset,
                                     bool quiet);
/* The engines of the query whose text begins here, by its annotations, its file or the project. */
unsigned tn__read_engines(struct tn__reader *reader, tn_text text, const struct tn__query *query);
/* The same of a comment that begins with "embed", or with "group by". */
enum tn__comment tn__read_embed(struct tn__annotation *out, struct tn__reader *reader,
                                const struct tn__query *query, tn_text comment, size_t offset,
                                bool quiet);
enum tn__comment tn__read_group(struct tn__annotation *out, struct tn__reader *reader,
                                const struct tn__query *query, tn_text comment, size_t offset,
                                bool quiet);

#endif
