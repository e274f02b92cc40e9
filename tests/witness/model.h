/* SPDX-License-Identifier: MIT */
#ifndef WITNESS_MODEL_H
#define WITNESS_MODEL_H

#include <sqlite3.h>

#include "base.h"

/* What the generators know of a schema: the engine's own answers, never those of the analyser. */

/* The class that a stored column keeps to; of an expression, what it mostly is. */
enum kind {
    KIND_ANY,
    KIND_INT,
    KIND_REAL,
    KIND_TEXT,
    KIND_BLOB
};

struct column {
    const char *name;
    const char *sql; /* quoted if need be */
    enum kind kind;
    bool is_not_null;
    bool is_generated;
    bool is_hidden;
    bool is_rowid_alias;
    const char **choices; /* of CHECK (c IN ('a', 'b')), without quotes */
    unsigned choice_count;
};

/* A unique key over plain columns, partial or not. */
struct key {
    const unsigned *columns;
    unsigned count;
};

struct foreign {
    const char *parent;
    const unsigned *columns;
    const char *const *parents;
    unsigned count;
};

struct table {
    const char *name;
    const char *sql;
    bool is_view;
    bool is_virtual;
    bool is_full_text;
    bool has_rowid;
    struct column *columns;
    unsigned count;
    struct key *keys;
    unsigned key_count;
    struct foreign *foreigns;
    unsigned foreign_count;
};

struct model {
    struct table *tables; /* in the order of making */
    unsigned count;
};

/* Everything is the arena's. */
void model_read(struct model *out, sqlite3 *db, tn_arena *arena);
const struct table *model_table(const struct model *model, const char *name);

#endif
