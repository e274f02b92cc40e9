/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "driver/postgres/postgres.h"
#include "util/str.h"

/*
 * SQLSTATEs into statuses (https://www.postgresql.org/docs/current/errcodes-appendix.html): whole
 * codes first, where they mean something else than their class; a row of two characters is a class.
 */
static const struct {
    const char *sqlstate;
    int status;
} statuses[] = {
    {"23505", TN_EUNIQUE},
    {"23503", TN_EFOREIGNKEY},
    {"23001", TN_EFOREIGNKEY}, /* RESTRICT */
    {"23502", TN_ENOTNULL},
    {"23514", TN_ECHECK},
    {"40001", TN_ESERIALIZE},
    {"40P01", TN_EDEADLOCK},
    {"40003", TN_ECONNECT}, /* nobody knows whether it was completed */
    {"25006", TN_EREADONLY},
    {"55P03", TN_EBUSY},
    {"55006", TN_EBUSY},
    {"53300", TN_ECONNECT}, /* too many connections */
    {"53100", TN_EFULL},
    {"53200", TN_ENOMEM},
    {"53400", TN_ERANGE},
    {"57014", TN_EINTERRUPT},
    {"57P01", TN_ECONNECT},
    {"57P02", TN_ECONNECT},
    {"57P03", TN_ECONNECT},
    {"57P04", TN_ECONNECT},
    {"57P05", TN_ECONNECT},
    {"25P03", TN_ECONNECT}, /* idle in a transaction for too long: the server hangs up */
    {"25P02", TN_ERROR},
    {"42501", TN_EPERM},
    {"42P01", TN_ENOTFOUND},
    {"42703", TN_ENOTFOUND},
    {"42883", TN_ENOTFOUND},
    {"42704", TN_ENOTFOUND},
    {"42P02", TN_ENOTFOUND},
    {"26000", TN_ESCHEMA}, /* the prepared statement is gone */
    {"3D000", TN_ECONNECT},
    {"42P04", TN_ERROR}, /* it is there already */
    {"42P06", TN_ERROR},
    {"42P07", TN_ERROR},
    {"42701", TN_ERROR},
    {"42710", TN_ERROR},
    {"42723", TN_ERROR},
    {"3F000", TN_ENOTFOUND},
    {"42804", TN_ETYPE},
    {"42P08", TN_ETYPE}, /* a parameter of two types */
    {"42P18", TN_ETYPE},
    {"42846", TN_ETYPE},
    {"22P02", TN_ETYPE},
    {"22P03", TN_ETYPE},
    {"22007", TN_ETYPE},
    {"22018", TN_ETYPE},
    {"22021", TN_EINVAL}, /* text that is not in the encoding */
    {"22P05", TN_EINVAL},
    {"22003", TN_ERANGE},
    {"22008", TN_ERANGE},
    {"22001", TN_ERANGE},
    {"22015", TN_ERANGE},
    {"21000", TN_ETOOMANY}, /* a subquery with more than one row */
    {"P0002", TN_ENOROW},
    {"P0003", TN_ETOOMANY},
    {"XX001", TN_ECORRUPT},
    {"XX002", TN_ECORRUPT},
    {"58030", TN_EIO},
    {"58P01", TN_EIO},
    {"0A000", TN_EUNSUPPORTED},
    {"08", TN_ECONNECT},
    {"0A", TN_EUNSUPPORTED},
    {"0L", TN_EPERM},
    {"0P", TN_EPERM},
    {"21", TN_EINVAL},
    {"22", TN_EINVAL},
    {"23", TN_ECONSTRAINT},
    {"25", TN_EMISUSE},
    {"26", TN_ESCHEMA},
    {"28", TN_ECONNECT}, /* wrong password, no entry in pg_hba.conf */
    {"34", TN_ENOTFOUND},
    {"3B", TN_EMISUSE},
    {"3D", TN_ENOTFOUND},
    {"40", TN_ESERIALIZE},
    {"42", TN_ESYNTAX},
    {"44", TN_ECHECK}, /* WITH CHECK OPTION */
    {"53", TN_EFULL},
    {"54", TN_ERANGE},
    {"55", TN_EMISUSE},
    {"57", TN_EINTERRUPT},
    {"58", TN_EIO},
    {"F0", TN_EIO},
    {"HV", TN_EIO}, /* a foreign server */
    {"XX", TN_ERROR},
};

int tn__pg_status(const char *sqlstate)
{
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        const char *known = statuses[i].sqlstate;
        if (strncmp(known, sqlstate, strlen(known)) == 0)
            return statuses[i].status;
    }
    return TN_ERROR;
}

static void copy_field(char *out, size_t size, const PGresult *result, int field)
{
    const char *value = tn__pq->resultErrorField(result, field);
    tn__copy_text(out, size, tn_text_of(value ? value : ""));
}

/* Of a unique or foreign key the server names the columns in the detail alone, whatever its language:
 * "Key (a, b)=(1, 2) already exists." The values are nobody's business here. */
static void copy_key(char *out, size_t size, const PGresult *result)
{
    const char *detail = tn__pq->resultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    const char *open = detail ? strchr(detail, '(') : NULL;
    const char *close = open ? strstr(open, ")=(") : NULL;
    if (close)
        tn__copy_text(out, size, (tn_text){open + 1, (size_t)(close - open - 1)});
}

/* Cancelled by whom: by us; by the server's own statement_timeout; or by somebody at the server. The
 * state is the same for all, and the messages are translated. */
static int cancelled_status(struct tn__driver_conn *conn, const char *message)
{
    if (atomic_load(&conn->is_stopped) || strstr(message, "user request"))
        return TN_EINTERRUPT;
    return TN_ETIMEOUT;
}

/* "" where libpq made the result itself: then its message says all. */
static int fail_plain(struct tn__driver_conn *conn, const PGresult *result, tn_error *err)
{
    char message[sizeof err->message];
    const char *said = tn__pq->resultErrorMessage(result);
    if (tn__pq->status(conn->pg) == CONNECTION_BAD)
        return tn__pg_fail_conn(conn, err);
    tn__pg_one_line(message, sizeof message, said ? said : "");
    if (strstr(message, "out of memory"))
        return tn_error_set(err, TN_ENOMEM, "%s", message);
    /* It could not be sent, which libpq tells here and not in the status; or the answer is broken. */
    conn->is_lost = true;
    return tn_error_set(err, TN_ECONNECT, "%s",
                        message[0] ? message : "the server's answer is broken");
}

/* A server that has become a standby, or lets nobody write any more: another one may be the primary
 * now. A transaction that was begun READ ONLY says the same, and is no such sign. */
static bool is_demoted(const struct tn__driver_conn *conn)
{
    static const char *const signs[] = {"in_hot_standby", "default_transaction_read_only"};
    for (size_t i = 0; conn->may_write && i < sizeof signs / sizeof signs[0]; i++) {
        const char *value = tn__pq->parameterStatus(conn->pg, signs[i]);
        if (value && strcmp(value, "on") == 0)
            return true;
    }
    return false;
}

/*
 * The columns are others now: told by the server's own function, as its sentence is translated; another
 * server has but the sentence. Or a parameter's type is gone, which nobody has thought of: what it says
 * then is not translated.
 */
static bool is_outdated(const PGresult *result, const char *sqlstate, const char *message)
{
    const char *function = tn__pq->resultErrorField(result, PG_DIAG_SOURCE_FUNCTION);
    if (strcmp(sqlstate, "XX000") == 0)
        return tn__text_starts(tn_text_of(message), "cache lookup failed for type");
    return strcmp(sqlstate, "0A000") == 0 &&
           ((function && strcmp(function, "RevalidateCachedQuery") == 0) ||
            strcmp(message, "cached plan must not change result type") == 0);
}

/*
 * About the words of the statement, and not about those of a function that it calls. Of what has been
 * prepared already the server says that when it looks at it anew, because a table has changed: parameters
 * have the types still that they were given at first ("operator does not exist: integer = text").
 */
static bool is_about_words(const PGresult *result, const char *sqlstate)
{
    return tn__text_starts(tn_text_of(sqlstate), "42") &&
           tn__pq->resultErrorField(result, PG_DIAG_STATEMENT_POSITION) &&
           !tn__pq->resultErrorField(result, PG_DIAG_CONTEXT);
}

void tn__pg_note_failed(struct tn__driver_conn *conn, int status, const char *message)
{
    conn->failed_status = status;
    tn__copy_text(conn->failed_message, sizeof conn->failed_message, tn_text_of(message));
}

int tn__pg_fail_result(struct tn__driver_conn *conn, const PGresult *result,
                       const struct tn__pg_text *text, tn_error *err)
{
    char message[sizeof err->message];
    const char *sqlstate = tn__pq->resultErrorField(result, PG_DIAG_SQLSTATE);
    const char *said = tn__pq->resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (!sqlstate)
        return fail_plain(conn, result, err);
    tn__pg_one_line(message, sizeof message, said ? said : "");
    int status = tn__pg_status(sqlstate);
    conn->is_outdated = is_outdated(result, sqlstate, message);
    conn->is_doubtful = is_about_words(result, sqlstate);
    if (strcmp(sqlstate, "57014") == 0)
        status = cancelled_status(conn, message);
    else if (strcmp(sqlstate, "25P02") == 0 && conn->failed_status)
        status = conn->failed_status;
    if (conn->in_tx && conn->failed_status == 0)
        tn__pg_note_failed(conn, status, message);
    tn_error_set(err, status, "%s", message);
    tn__pg_add_details(err, sqlstate, tn__pq->resultErrorField(result, PG_DIAG_MESSAGE_DETAIL),
                       tn__pq->resultErrorField(result, PG_DIAG_MESSAGE_HINT));
    tn__copy_text(err->sqlstate, sizeof err->sqlstate, tn_text_of(sqlstate));
    copy_field(err->constraint, sizeof err->constraint, result, PG_DIAG_CONSTRAINT_NAME);
    copy_field(err->table, sizeof err->table, result, PG_DIAG_TABLE_NAME);
    copy_field(err->column, sizeof err->column, result, PG_DIAG_COLUMN_NAME);
    if (!err->column[0] && (status == TN_EUNIQUE || status == TN_EFOREIGNKEY))
        copy_key(err->column, sizeof err->column, result);
    const char *place = tn__pq->resultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    int64_t position;
    if (!place || tn__text_to_int(&position, tn_text_of(place)) != TN_OK)
        position = 0;
    uint32_t in_block =
        text && position == 0
            ? tn__pg_block_place(text->sql, tn__pq->resultErrorField(result, PG_DIAG_CONTEXT))
            : 0;
    if (text) {
        err->position = tn__pg_text_place(text, in_block ? in_block : (uint32_t)position);
        tn__pg_name_missing(err, text, (uint32_t)position, message);
    }
    if (tn__pq->status(conn->pg) == CONNECTION_BAD ||
        (strcmp(sqlstate, "25006") == 0 && is_demoted(conn)))
        conn->is_lost = true;
    return status;
}

/* The server's own reason is better than that it has hung up. */
static int fail_ended(struct tn__driver_conn *conn, tn_error *err)
{
    conn->is_lost = true;
    conn->in_tx = conn->is_failed = conn->begins = false;
    tn_error_set(err, TN_ECONNECT, "%s", conn->farewell);
    if (err)
        memcpy(err->sqlstate, conn->farewell_state, sizeof conn->farewell_state);
    return TN_ECONNECT;
}

int tn__pg_fail_conn(struct tn__driver_conn *conn, tn_error *err)
{
    char message[sizeof err->message];
    if (conn->farewell[0])
        return fail_ended(conn, err);
    /* That nothing can be sent libpq believes when it has read the end as well. */
    if (tn__pq->status(conn->pg) != CONNECTION_BAD)
        tn__pq->consumeInput(conn->pg);
    tn__pg_one_line(message, sizeof message, tn__pq->errorMessage(conn->pg));
    if (tn__pq->status(conn->pg) != CONNECTION_BAD) {
        int status = strstr(message, "out of memory") ? TN_ENOMEM : TN_ERROR;
        return tn_error_set(err, status, "%s", message[0] ? message : "nothing can be sent");
    }
    conn->is_lost = true;
    conn->in_tx = conn->is_failed = conn->begins = false;
    return tn_error_set(err, TN_ECONNECT, "%s",
                        message[0] ? message : "the connection to the server is lost");
}
