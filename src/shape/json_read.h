/* SPDX-License-Identifier: MIT */
#ifndef TN_SHAPE_JSON_READ_H
#define TN_SHAPE_JSON_READ_H

#include "shape/json.h"
#include "shape/shape.h"

/* Between json_read.c, which reads objects, and json_value.c, which reads what stands in them. */

struct tn__json_reader {
    struct tn__json json;
    tn_arena *arena;
    unsigned flags;
    int depth;
};

/* A value that is not null, beginning with `token`, into the place of the member's value. */
TN_NODISCARD int tn__json_read_value(struct tn__json_reader *r, const struct tn_field *field,
                                     const struct tn__json_token *token, void *to);

/* The value is none of the member's: TN_ETYPE. */
int tn__json_fail_type(const struct tn__json_reader *r, const struct tn_field *field,
                       const struct tn__json_token *token);

#endif
