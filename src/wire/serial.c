/* SPDX-License-Identifier: MIT */
#include <tenon/tx.h>

#include "core/observe.h"
#include "util/alloc.h"
#include "wire/pipeline.h"

/* An answer that nobody has read. */
struct entry {
    struct entry *next;
    tn_answer answer;
    tn_rows rows;
    tn_arena arena; /* of the rows */
    tn_error *failure;
};

struct tn__serial {
    tn_conn *conn;
    tn_db *group; /* its transaction; NULL: none is open, or it is inside of one */
    bool is_failed;
    struct entry *first;
    struct entry *last;
    struct entry *current; /* which was read last */
};

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "cannot keep an answer: out of memory");
}

int tn__serial_open(struct tn__serial **out, tn_conn *conn, tn_error *err)
{
    struct tn__serial *serial = tn__alloc_zero(1, sizeof *serial);
    if (!serial)
        return fail_memory(err);
    serial->conn = conn;
    *out = serial;
    return TN_OK;
}

static void free_entry(struct entry *entry)
{
    if (!entry)
        return;
    tn_arena_fini(&entry->arena);
    tn__free(entry->failure);
    tn__free(entry);
}

static void put(struct tn__serial *serial, struct entry *entry)
{
    if (serial->last)
        serial->last->next = entry;
    else
        serial->first = entry;
    serial->last = entry;
}

/* Its answer is a failure. Without memory for the reason it is told by its status. */
static void fail(struct tn__serial *serial, struct entry *entry, int status, const tn_error *err)
{
    entry->answer.status = status;
    entry->failure = tn__alloc(sizeof *entry->failure);
    if (entry->failure)
        *entry->failure = *err;
    serial->is_failed = true;
}

/* --- groups ------------------------------------------------------------------------------------- */

/* The view that statements run on: the group's transaction, or what the caller has open. */
static int view_of(tn_db **out, struct tn__serial *serial, tn_error *err)
{
    tn_conn *conn = serial->conn;
    *out = conn->tx ? conn->tx : &conn->view;
    if (serial->group || conn->driver->in_transaction(conn->handle))
        return TN_OK;
    int rc = tn_tx_begin(&serial->group, &conn->view, conn->access, err);
    if (rc == TN_OK)
        *out = serial->group;
    return rc;
}

static void undo(struct tn__serial *serial)
{
    tn_tx_rollback(serial->group);
    serial->group = NULL;
}

int tn__serial_sync(struct tn__serial *serial, tn_error *err)
{
    tn_error why;
    tn_db *group = serial->group;
    serial->group = NULL;
    serial->is_failed = false;
    if (!group)
        return TN_OK;
    struct entry *entry = tn__alloc_zero(1, sizeof *entry);
    if (!entry) {
        tn_tx_rollback(group);
        return fail_memory(err);
    }
    int rc = tn_tx_commit(group, &why);
    if (rc == TN_OK) {
        free_entry(entry);
        return TN_OK;
    }
    entry->answer.is_commit = true;
    fail(serial, entry, rc, &why);
    serial->is_failed = false; /* the next group begins */
    put(serial, entry);
    return TN_OK;
}

/* --- statements --------------------------------------------------------------------------------- */

static int run(struct entry *entry, tn_stmt *stmt, tn_error *err)
{
    int rc = tn__stmt_collect(&entry->rows, stmt, &entry->arena, err);
    if (rc == TN_OK) {
        entry->answer.affected = tn_stmt_affected(stmt);
        entry->answer.row_count = entry->rows.row_count;
        entry->answer.column_count = entry->rows.column_count;
    }
    return rc;
}

/* Prepared and bound, it fails by itself or not at all; before that, it is the call that fails. */
static int send(struct tn__serial *serial, struct entry *entry, const char *sql,
                const tn_value *params, size_t count, tn_error *err)
{
    tn_db *view;
    tn_stmt *stmt = NULL;
    if (serial->is_failed) {
        entry->answer.status = TN_ENOTRUN;
        return TN_OK;
    }
    int rc = view_of(&view, serial, err);
    if (rc != TN_OK)
        return rc;
    rc = tn_stmt_open(&stmt, view, sql, err);
    bool is_refused = rc == TN_ESYNTAX || rc == TN_ENOTFOUND;
    if (rc == TN_OK) {
        rc = tn__stmt_bind_all(stmt, params, count, err);
        if (rc == TN_OK) {
            rc = run(entry, stmt, err);
            is_refused = rc != TN_OK;
        }
    }
    tn_stmt_close(stmt);
    if (!is_refused)
        return rc;
    fail(serial, entry, rc, err);
    undo(serial);
    return TN_OK;
}

int tn__serial_send(struct tn__serial *serial, const char *sql, const tn_value *params,
                    size_t count, void *user, tn_error *err)
{
    struct entry *entry = tn__alloc_zero(1, sizeof *entry);
    if (!entry)
        return fail_memory(err);
    entry->answer.user = user;
    int rc = send(serial, entry, sql, params, count, err);
    if (rc != TN_OK) {
        free_entry(entry);
        return rc;
    }
    put(serial, entry);
    return TN_OK;
}

int tn__serial_next(tn_answer *out, struct tn__serial *serial, tn_error *err)
{
    free_entry(serial->current);
    struct entry *entry = serial->current = serial->first;
    if (!entry)
        return TN_DONE;
    serial->first = entry->next;
    if (!serial->first)
        serial->last = NULL;
    *out = entry->answer;
    if (entry->failure)
        *err = *entry->failure;
    else if (entry->answer.status != TN_OK)
        tn_error_set(err, entry->answer.status, "%s", tn_status_text(entry->answer.status));
    return entry->answer.status;
}

tn_value tn__serial_value(const struct tn__serial *serial, size_t row, size_t column)
{
    return *tn_rows_at(&serial->current->rows, row, column);
}

const char *tn__serial_column_name(const struct tn__serial *serial, size_t column)
{
    return serial->current->rows.names[column];
}

bool tn__serial_has_answer(const struct tn__serial *serial)
{
    return serial->first != NULL;
}

void tn__serial_stop(struct tn__serial *serial)
{
    undo(serial);
}

void tn__serial_close(struct tn__serial *serial)
{
    undo(serial);
    free_entry(serial->current);
    while (serial->first) {
        struct entry *entry = serial->first;
        serial->first = entry->next;
        free_entry(entry);
    }
    tn__free(serial);
}
