/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_COPY_READ_H
#define TN_DRIVER_POSTGRES_COPY_READ_H

#include <tenon/error.h>

#include "util/buf.h"

/*
 * Private to this folder: the rows in the bytes of COPY BINARY
 * (https://www.postgresql.org/docs/current/sql-copy.html). They come in pieces, mostly a row each, but
 * nothing says that they do. None of it is trusted.
 */
struct tn__pg_copy_field {
    char *data; /* NULL: the SQL NULL; else there is a NUL behind it */
    size_t size;
};

struct tn__pg_copy_reader {
    size_t column_count;
    struct tn__buf carried; /* a row that came in more than one piece */
    char *at;               /* what is not read yet: of the piece, or carried */
    size_t left;
    char *borrowed; /* a byte that has a NUL in its place, and what it was */
    char kept;
    bool is_begun; /* behind the header */
    bool is_ended; /* behind the trailer */
};

void tn__pg_copy_reader_init(struct tn__pg_copy_reader *reader, size_t column_count);
void tn__pg_copy_reader_fini(struct tn__pg_copy_reader *reader);
/* A piece, which has room for a byte behind it; borrowed until tn__pg_copy_row() wants more. */
TN_NODISCARD int tn__pg_copy_feed(struct tn__pg_copy_reader *reader, char *data, size_t size,
                                  tn_error *err);
/*
 * The next row: TN_ROW; TN_NONE: it wants another piece first; TN_DONE; TN_ECORRUPT. The fields point
 * into the pieces, and are valid until the next call.
 */
TN_NODISCARD int tn__pg_copy_row(struct tn__pg_copy_reader *reader,
                                 struct tn__pg_copy_field *fields, tn_error *err);

#endif
