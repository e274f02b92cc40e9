/* SPDX-License-Identifier: MIT */
#ifndef TN_WIRE_COPY_H
#define TN_WIRE_COPY_H

#include <tenon/copy.h>

#include "core/stmt.h"
#include "util/buf.h"

/* Private to this folder: the connection that rows are copied on. */
struct tn__copying {
    tn_conn *conn;
    bool owns_conn;
    const struct tn__driver_wire *wire; /* NULL: there is none */
    struct tn__driver_copy *copy;
    struct tn__buf
        sql; /* as who watches is told of it where it fails; nothing where there is no wire */
};

TN_NODISCARD int tn__copying_begin(struct tn__copying *out, tn_db *db, enum tn_access access,
                                   tn_error *err);
void tn__copying_end(struct tn__copying *copying);
/* What failed: told to who watches. Returns the status. */
int tn__copying_fail(struct tn__copying *copying, int status, tn_error *err);

#endif
