/* SPDX-License-Identifier: MIT */
#ifndef TN_CORE_STMT_H
#define TN_CORE_STMT_H

#include "core/conn.h"

/* A statement of the dynamic interface. It is in its connection's list, in use or idle. */
struct tn_stmt {
    tn_conn *conn;
    tn_db *db; /* where the connection came from */
    struct tn__driver_stmt *stmt;
    tn_stmt *next;
    char *sql;
    uint64_t hash;
    int64_t changes_before; /* change counter when it began to run */
    int64_t affected;
    bool is_used;
    bool is_running; /* stepped, and not at its end */
};

#endif
