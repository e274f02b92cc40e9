/* SPDX-License-Identifier: MIT */
#include "driver/sqlite/sqlite_driver.h"
#include "util/str.h"

/*
 * SQLite's result codes as statuses. Extended codes come first; what is not listed falls back to
 * its primary code. https://www.sqlite.org/rescode.html
 */
static const struct {
    int native;
    int status;
} codes[] = {
    {SQLITE_CONSTRAINT_UNIQUE, TN_EUNIQUE},
    {SQLITE_CONSTRAINT_PRIMARYKEY, TN_EUNIQUE},
    {SQLITE_CONSTRAINT_ROWID, TN_EUNIQUE},
    {SQLITE_CONSTRAINT_FOREIGNKEY, TN_EFOREIGNKEY},
    {SQLITE_CONSTRAINT_NOTNULL, TN_ENOTNULL},
    {SQLITE_CONSTRAINT_CHECK, TN_ECHECK},
    {SQLITE_CONSTRAINT_DATATYPE, TN_ETYPE},
    {SQLITE_CONSTRAINT, TN_ECONSTRAINT},
    {SQLITE_BUSY_SNAPSHOT, TN_ESERIALIZE},
    {SQLITE_BUSY, TN_EBUSY},
    {SQLITE_LOCKED, TN_EBUSY},
    {SQLITE_READONLY, TN_EREADONLY},
    {SQLITE_IOERR_NOMEM, TN_ENOMEM},
    {SQLITE_IOERR, TN_EIO},
    {SQLITE_FULL, TN_EFULL},
    {SQLITE_CORRUPT, TN_ECORRUPT},
    {SQLITE_NOTADB, TN_ENOTADB},
    {SQLITE_NOMEM, TN_ENOMEM},
    {SQLITE_TOOBIG, TN_ERANGE},
    {SQLITE_RANGE, TN_ERANGE},
    {SQLITE_MISMATCH, TN_ETYPE},
    {SQLITE_INTERRUPT, TN_EINTERRUPT},
    {SQLITE_SCHEMA, TN_ESCHEMA},
    {SQLITE_CANTOPEN, TN_ECONNECT},
    {SQLITE_PERM, TN_EPERM},
    {SQLITE_AUTH, TN_EPERM},
    {SQLITE_MISUSE, TN_EMISUSE},
    {SQLITE_PROTOCOL, TN_EBUSY},
    {SQLITE_NOLFS, TN_EFULL},
};

/* SQLITE_ERROR alone says little: the message tells what the preparation stumbled over. */
static const struct {
    const char *prefix;
    int status;
} messages[] = {
    {"no such ", TN_ENOTFOUND},
    {"near ", TN_ESYNTAX},
    {"incomplete input", TN_ESYNTAX},
    {"unrecognized token", TN_ESYNTAX},
    {"attempt to write a readonly database", TN_EREADONLY},
};

int tn__sqlite_status(int native, const char *message)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].native == native)
            return codes[i].status;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].native == (native & 0xff))
            return codes[i].status;
    if (message) {
        for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++)
            if (strncmp(message, messages[i].prefix, strlen(messages[i].prefix)) == 0)
                return messages[i].status;
    }
    return TN_ERROR;
}

/* "UNIQUE constraint failed: t.a, t.b": the table once, the columns as a list. */
static void name_columns(tn_error *err, tn_text list)
{
    size_t used = 0;
    while (list.size > 0) {
        size_t comma = tn__text_find(list, ',');
        tn_text item = tn__text_trim(tn__text_sub(list, 0, comma));
        list = comma < list.size ? tn__text_sub(list, comma + 1, list.size) : tn_text_of("");
        size_t dot = tn__text_find(item, '.');
        if (dot == item.size)
            return; /* "index 'name'": an index on an expression */
        if (used == 0)
            tn__copy_text(err->table, sizeof err->table, tn__text_sub(item, 0, dot));
        if (used > 0 && used + 2 < sizeof err->column) {
            memcpy(err->column + used, ", ", 3);
            used += 2;
        }
        tn__copy_text(err->column + used, sizeof err->column - used,
                      tn__text_sub(item, dot + 1, item.size));
        used += strlen(err->column + used);
    }
}

/* What a constraint's message names behind "… constraint failed: ". */
static void name_constraint(tn_error *err, const char *message)
{
    static const char mark[] = " constraint failed: ";
    const char *at = strstr(message, mark);
    if (!at)
        return;
    tn_text subject = tn_text_of(at + sizeof mark - 1);
    if (err->status == TN_ECHECK)
        tn__copy_text(err->constraint, sizeof err->constraint, subject);
    else if (tn__text_starts(subject, "index '"))
        tn__copy_text(err->constraint, sizeof err->constraint,
                      tn__text_sub(subject, 7, subject.size - 8));
    else
        name_columns(err, subject);
}

static uint32_t error_position(sqlite3 *db)
{
#if SQLITE_VERSION_NUMBER >= 3038000
    int offset = sqlite3_error_offset(db);
    return offset >= 0 ? (uint32_t)offset + 1 : 0;
#else
    (void)db;
    return 0;
#endif
}

int tn__sqlite_fail(struct tn__driver_conn *conn, int native, tn_error *err)
{
    sqlite3 *db = conn->db;
    /* A handle that has failed for want of memory has no message of its own. */
    bool has_message = db && (sqlite3_errcode(db) & 0xff) == (native & 0xff);
    const char *message = has_message ? sqlite3_errmsg(db) : sqlite3_errstr(native);
    int status = tn__sqlite_status(native, message);
    tn_error_set(err, status, "%s", message ? message : tn_status_text(status));
    if (!err)
        return status;
    err->native = native;
    if (has_message)
        err->position = error_position(db);
    if (message && (native & 0xff) == SQLITE_CONSTRAINT)
        name_constraint(err, message);
    return status;
}
