/* SPDX-License-Identifier: MIT */
#ifndef TN_WIRE_COPY_H
#define TN_WIRE_COPY_H

#include <tenon/copy.h>

#include "core/stmt.h"
#include "util/buf.h"

/* Private to this folder: the connection that rows are copied on. */
struct tn__copying {
    struct tn__opened opened; /* where the connection is not its own */
    tn_conn *conn;
    bool owns_conn;
    const struct tn__driver_wire *wire; /* NULL: there is none */
    struct tn__driver_copy *copy;       /* NULL also of one that is over */
    struct tn__buf
        sql; /* as who watches is told of it where it fails; nothing where there is no wire */
};

/* `cut` ends the driver's copy; see opened.h. */
TN_NODISCARD int tn__copying_begin(struct tn__copying *out, tn_db *db, enum tn_access access,
                                   void (*cut)(struct tn__opened *self, tn_conn *conn),
                                   tn_error *err);
/* Of one whose transaction, or connection, is gone: TN_EMISUSE. */
int tn__copying_fail_over(const struct tn__copying *copying, tn_error *err);
void tn__copying_end(struct tn__copying *copying);
/* What failed: told to who watches. Returns the status. */
int tn__copying_fail(struct tn__copying *copying, int status, tn_error *err);

#endif
