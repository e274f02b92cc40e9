/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_ARRAY_TEXT_H
#define TN_DRIVER_POSTGRES_ARRAY_TEXT_H

#include <tenon/arena.h>
#include <tenon/error.h>

#include "driver/postgres/types.h"

/* The text of an array, such as {1,NULL,"a b"} or [0:1]={{1},{2}}, as its output function writes it; all
 * of it in the arena. TN_EINVAL: it is none, or an item is no value of its type; TN_ERANGE; TN_ENOMEM. */
TN_NODISCARD int tn__pg_read_array(tn_value *out, const struct tn__pg_type *type, tn_text text,
                                   tn_arena *arena);

#endif
