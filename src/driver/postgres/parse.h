/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_PARSE_H
#define TN_DRIVER_POSTGRES_PARSE_H

#include "driver/postgres/postgres.h"

/* Private to this folder: see struct tn__driver_wire. */
TN_NODISCARD int tn__pg_parse(struct tn__driver_parsed *out, struct tn__driver_conn *conn,
                              tn_text sql, const uint32_t *types, size_t type_count,
                              tn_arena *arena, tn_error *err);
TN_NODISCARD int tn__pg_attempt(struct tn__driver_parsed *out, struct tn__driver_conn *conn,
                                tn_text sql, tn_arena *arena, tn_error *err);

#endif
