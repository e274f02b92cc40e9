/* SPDX-License-Identifier: MIT */
#include "driver/postgres/listen.h"

#include "util/buf.h"

int tn__pg_listen(struct tn__driver_conn *conn, const char *channel, bool is_on, tn_error *err)
{
    struct tn__buf sql;
    if (conn->is_unnamed)
        return tn_error_set(err, TN_EUNSUPPORTED,
                            "behind a pooler that gives each transaction another session nobody "
                            "can listen: give the server's own address as direct_url");
    tn__buf_init(&sql, 0);
    tn__buf_puts(&sql, is_on ? "LISTEN " : "UNLISTEN ");
    tn__buf_sql_name(&sql, tn_text_of(channel));
    int rc = tn__buf_status(&sql);
    if (rc != TN_OK)
        tn_error_set(err, rc, "cannot listen to '%s': %s", channel, tn_status_text(rc));
    else
        rc = tn__pg_exec(conn, sql.data, NULL, 0, err);
    tn__buf_fini(&sql);
    return rc;
}

int tn__pg_notified(struct tn__driver_conn *conn, struct tn__driver_notification *out,
                    tn_error *err)
{
    if (conn->notified)
        tn__pq->freemem(conn->notified);
    conn->notified = tn__pq->notifies(conn->pg);
    if (!conn->notified) {
        (void)tn__pq->consumeInput(conn->pg);
        conn->notified = tn__pq->notifies(conn->pg);
    }
    if (conn->notified) {
        *out = (struct tn__driver_notification){conn->notified->relname, conn->notified->extra,
                                                conn->notified->be_pid};
        return TN_ROW;
    }
    if (tn__pq->status(conn->pg) != CONNECTION_BAD)
        return TN_NONE;
    return tn__pg_fail_conn(conn, err);
}

int tn__pg_socket(const struct tn__driver_conn *conn)
{
    return tn__pq->socket(conn->pg);
}
