/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_GENERATED_H
#define TN_DRIVER_POSTGRES_GENERATED_H

#include "driver/postgres/postgres.h"

/* Private to this folder: what generated code does (tenon/gen_postgres.h); see struct tn__driver_wire. */

TN_NODISCARD int tn__pg_gen_prepare(struct tn__driver_stmt **out, struct tn__driver_conn *conn,
                                    const char *sql, size_t size, bool persistent,
                                    const struct tn_pg_types *types, size_t column_count,
                                    tn_error *err);
TN_NODISCARD int tn__pg_gen_run(struct tn_pg_rows *rows, struct tn__driver_stmt *stmt,
                                const struct tn_pg_params *params, tn_error *err);
TN_NODISCARD int tn__pg_gen_stream(struct tn_pg_rows *rows, struct tn__driver_stmt *stmt,
                                   const struct tn_pg_params *params, bool is_change,
                                   tn_error *err);
TN_NODISCARD int tn__pg_gen_step(struct tn_pg_rows *rows, const struct pg_result **before,
                                 struct tn__driver_stmt *stmt, tn_error *err);
TN_NODISCARD int tn__pg_gen_encode(tn_text *out, struct tn__driver_stmt *stmt, int index,
                                   const char *name, const tn_value_list *items, tn_error *err);
tn_arena *tn__pg_gen_scratch(struct tn__driver_stmt *stmt);
const char *tn__pg_gen_param_type(const struct tn__driver_stmt *stmt, int index);

TN_NODISCARD int tn__pg_gen_copy(struct tn__driver_copy **out, struct tn__driver_stmt *stmt,
                                 const struct tn_pg_copy *copy, tn_error *err);

/* What the server is told of its parameters when it is prepared: stmt->param_oids, and how many. TN_OK,
 * TN_ENOMEM. */
TN_NODISCARD int tn__pg_gen_tell(int *count, struct tn__driver_stmt *stmt, tn_error *err);

/* Whether the server has the types that the code was generated for: TN_OK, TN_ESCHEMA. */
TN_NODISCARD int tn__pg_gen_check(const struct tn__driver_stmt *stmt, tn_error *err);

#endif
