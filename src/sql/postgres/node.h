/* SPDX-License-Identifier: MIT */
#ifndef TN_SQL_POSTGRES_NODE_H
#define TN_SQL_POSTGRES_NODE_H

#include <tenon/arena.h>
#include <tenon/error.h>

/*
 * A PostgreSQL server's text of its own trees, as debug_print_rewritten shows them (outfuncs.c):
 * `({QUERY :commandType 1 :rtable (…) …})`. It describes itself: fields are asked for by name, so
 * that those that a version has more, or less, change nothing for the rest.
 */

enum tn__pg_kind {
    TN__PG_NONE,  /* <>, or not there */
    TN__PG_WORD,  /* text: a number, "true", a name, without escapes and quotes */
    TN__PG_BYTES, /* text: the value of a constant, as the server keeps it in memory */
    TN__PG_LIST,  /* items; of numbers without their sign: (i 1 2), (o …), (b …) */
    TN__PG_NODE   /* text: its label; fields */
};

struct tn__pg_node {
    enum tn__pg_kind kind;
    uint32_t count; /* of items or fields */
    tn_text name;   /* of a field, what it is called */
    tn_text text;
    const struct tn__pg_node *first; /* item or field */
    const struct tn__pg_node *next;
};

/* How deep lists and nodes may be in each other; two or three levels are one of an expression. */
enum {
    TN__PG_NODE_DEPTH_MAX = 12000
};

/* The text of a tree as it was before the server put it into the lines of its message, each in the place
 * of one blank, if there is one. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__pg_tree_text(tn_text *out, tn_text message, tn_arena *arena);

/* Of a text as tn__pg_tree_text() gives it; nodes point into it. TN_OK, TN_EINVAL (no such text, or it is cut), TN_ERANGE (too deep),
 * TN_ENOMEM. */
TN_NODISCARD int tn__pg_node_read(const struct tn__pg_node **out, tn_text text, tn_arena *arena);

/* By name; never NULL: of kind TN__PG_NONE if there is none. */
const struct tn__pg_node *tn__pg_field(const struct tn__pg_node *node, const char *name);
/* Item `index`, from 0; as above. */
const struct tn__pg_node *tn__pg_item(const struct tn__pg_node *list, uint32_t index);
/* A node with that label. */
bool tn__pg_is(const struct tn__pg_node *node, const char *label);
/* A field as a number; `otherwise` if there is none. */
int64_t tn__pg_number(const struct tn__pg_node *node, const char *name, int64_t otherwise);
/* A field as an OID; 0: none. */
uint32_t tn__pg_oid(const struct tn__pg_node *node, const char *name);
bool tn__pg_true(const struct tn__pg_node *node, const char *name);

#endif
