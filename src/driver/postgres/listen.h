/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_LISTEN_H
#define TN_DRIVER_POSTGRES_LISTEN_H

#include "driver/postgres/postgres.h"

/* Private to this folder: notifications, as in struct tn__driver_wire. */

TN_NODISCARD int tn__pg_listen(struct tn__driver_conn *conn, const char *channel, bool is_on,
                               tn_error *err);
TN_NODISCARD int tn__pg_notified(struct tn__driver_conn *conn, struct tn__driver_notification *out,
                                 tn_error *err);
int tn__pg_socket(const struct tn__driver_conn *conn);

#endif
