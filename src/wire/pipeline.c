/* SPDX-License-Identifier: MIT */
#include "wire/pipeline.h"

#include <string.h>

#include "core/observe.h"
#include "util/alloc.h"
#include "util/hash.h"

enum {
    BUCKETS = sizeof((tn_pipeline *)0)->buckets / sizeof(struct tn__pipe_text *),
    MOST_TEXTS = 64, /* before those that nobody waits for go back to the connection's cache */
    DEFAULT_ITEMS = 256,
    DEFAULT_BYTES = 1 << 20
};

/* --- texts -------------------------------------------------------------------------------------- */

static void free_text(tn_pipeline *p, struct tn__pipe_text *text)
{
    if (p->latest == text)
        p->latest = NULL;
    tn__stmt_end(text->stmt);
    tn__free(text);
    p->text_count--;
}

/* Those that are not in use; `all`: every one. */
static void sweep(tn_pipeline *p, bool all)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        struct tn__pipe_text **link = &p->buckets[i];
        while (*link) {
            struct tn__pipe_text *text = *link;
            if (!all && text->uses > 0) {
                link = &text->next;
                continue;
            }
            *link = text->next;
            free_text(p, text);
        }
    }
}

static bool is_of(const struct tn__pipe_text *text, tn_text sql)
{
    return text->stmt->sql_size == sql.size && memcmp(text->stmt->sql, sql.data, sql.size) == 0;
}

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "cannot send a statement: out of memory");
}

/* Prepared within the pipeline, if the connection has not got it. */
static int prepare(struct tn__pipe_text **out, tn_pipeline *p, tn_text sql, uint64_t hash,
                   tn_error *err)
{
    struct tn__sql_kind kind;
    int rc = tn__pipe_check(p, sql, &kind, err);
    if (rc != TN_OK)
        return rc;
    struct tn__pipe_text *text = tn__alloc_zero(1, sizeof *text);
    if (!text)
        return fail_memory(err);
    rc = p->wire->pipe_ask(p->pipe, err);
    if (rc == TN_OK) {
        rc = tn__stmt_begin(&text->stmt, p->conn, sql, err);
        p->wire->pipe_asked(p->pipe);
    }
    if (rc == TN_OK && p->conn->access == TN_READ && !text->stmt->is_readonly) {
        tn__stmt_end(text->stmt);
        rc = tn_error_set(err, TN_EREADONLY,
                          "the statement writes, and the connection is for reading");
    }
    if (rc != TN_OK) {
        tn__free(text);
        return rc;
    }
    text->hash = hash;
    *out = text;
    return TN_OK;
}

static int find(struct tn__pipe_text **out, tn_pipeline *p, tn_text sql, tn_error *err)
{
    if (p->latest && is_of(p->latest, sql)) {
        *out = p->latest;
        return TN_OK;
    }
    uint64_t hash = tn__hash64(sql.data, sql.size);
    struct tn__pipe_text **bucket = &p->buckets[hash % BUCKETS];
    for (struct tn__pipe_text *text = *bucket; text; text = text->next) {
        if (text->hash == hash && is_of(text, sql)) {
            *out = p->latest = text;
            return TN_OK;
        }
    }
    if (p->text_count >= MOST_TEXTS)
        sweep(p, false);
    int rc = prepare(out, p, sql, hash, err);
    if (rc != TN_OK)
        return rc;
    (*out)->next = *bucket;
    *bucket = p->latest = *out;
    p->text_count++;
    return TN_OK;
}

/* --- beginning and end -------------------------------------------------------------------------- */

static int check_options(const tn_pipeline_options *options, tn_error *err)
{
    if (options->version == 0 || options->version > TN_PIPELINE_OPTIONS_VERSION)
        return tn_error_set(err, TN_EINVAL, "pipeline options of unknown version %u",
                            options->version);
    if (options->access != TN_READ && options->access != TN_WRITE)
        return tn_error_set(err, TN_EINVAL, "access is neither TN_READ nor TN_WRITE");
    return TN_OK;
}

static int begin(tn_pipeline *p, const tn_pipeline_options *options, tn_error *err)
{
    tn_conn *conn = p->conn;
    int rc = tn__conn_check(conn, err);
    if (rc != TN_OK)
        return rc;
    p->wire = conn->driver->wire;
    if (p->wire)
        return p->wire->pipe_open(&p->pipe, conn->handle,
                                  options->max_items ? options->max_items : DEFAULT_ITEMS,
                                  options->max_bytes ? options->max_bytes : DEFAULT_BYTES, err);
    return tn__serial_open(&p->serial, conn, err);
}

/* What has not been read is not read any more: statements end with it. */
static void cut(struct tn__opened *self, tn_conn *conn)
{
    tn_pipeline *p = (tn_pipeline *)self;
    if (p->wire)
        p->wire->pipe_stop(p->pipe);
    else
        tn__serial_stop(p->serial);
    sweep(p, true);
    p->answered = NULL;
    memset(&p->answer, 0, sizeof p->answer);
    tn__conn_label(conn, NULL);
}

static int fail_over(const tn_pipeline *p, tn_error *err)
{
    return tn_error_set(err, TN_EMISUSE, "the pipeline is over: %s", p->opened.over);
}

int tn_pipeline_open(tn_pipeline **out, tn_db *db, const tn_pipeline_options *options,
                     tn_error *err)
{
    static const tn_pipeline_options defaults = TN_PIPELINE_OPTIONS_INIT;
    tn_error own;
    err = err ? err : &own;
    options = options ? options : &defaults;
    int rc = check_options(options, err);
    if (rc != TN_OK)
        return rc;
    tn_pipeline *p = tn__alloc_zero(1, sizeof *p);
    if (!p)
        return fail_memory(err);
    p->conn = db->pinned;
    if (!p->conn)
        rc = tn__conn_take(&p->conn, db, options->access, TN__HOLD_CONN, err);
    p->owns_conn = rc == TN_OK && !db->pinned;
    if (rc == TN_OK) {
        rc = begin(p, options, err);
        if (rc != TN_OK && p->owns_conn)
            tn__conn_drop(p->conn);
    }
    if (rc != TN_OK) {
        tn__free(p);
        return rc;
    }
    p->opened.cut = cut;
    if (!p->owns_conn)
        tn__opened_join(&p->opened, p->conn, db);
    tn__conn_label(p->conn, "a pipeline");
    *out = p;
    return TN_OK;
}

void tn_pipeline_close(tn_pipeline *p)
{
    if (!p)
        return;
    if (p->wire)
        p->wire->pipe_close(p->pipe);
    else
        tn__serial_close(p->serial);
    if (!p->opened.over) {
        sweep(p, true);
        tn__conn_label(p->conn, NULL);
        if (p->owns_conn)
            tn__conn_drop(p->conn);
        else
            tn__opened_leave(&p->opened, p->conn);
    }
    tn__free(p);
}

/* --- sending ------------------------------------------------------------------------------------ */

int tn__pipe_check(const tn_pipeline *p, tn_text sql, struct tn__sql_kind *kind, tn_error *err)
{
    *kind = tn__sql_kind_of(sql, p->conn->driver->dialect);
    if (kind->is_listen && p->owns_conn)
        return tn__fail_listen(err);
    if (kind->is_transaction)
        return tn_error_set(err, TN_EMISUSE,
                            "a pipeline has no transactions inside: open it on one that was begun "
                            "with tn_tx_begin() or tn_transact()");
    if (kind->is_copy)
        return tn_error_set(err, TN_EMISUSE,
                            "rows of a COPY come and go through tn_copy_in_open() and "
                            "tn_copy_out_open() (tenon/copy.h)");
    return TN_OK;
}

static int send(tn_pipeline *p, tn_text sql, const tn_value *params, size_t count, void *user,
                tn_error *err)
{
    struct tn__pipe_text *text;
    int rc = find(&text, p, sql, err);
    if (rc == TN_OK && count != (size_t)text->stmt->param_count)
        return tn_error_set(err, TN_EINVAL, "%zu value%s for the %d parameter%s of the statement",
                            count, count == 1 ? "" : "s", text->stmt->param_count,
                            text->stmt->param_count == 1 ? "" : "s");
    if (rc == TN_OK) {
        rc = p->wire->pipe_send(p->pipe, text->stmt->handle, params, text, user, err);
        if (rc == TN_OK)
            text->uses++;
        else if (rc != TN_ENOTRUN)
            tn__observe_failure(p->conn, NULL, text->stmt->sql, err);
    }
    /* What the server says of it is its answer. */
    if (rc == TN_ENOTRUN || (rc < 0 && err->sqlstate[0] && rc != TN_ECONNECT)) {
        tn_error why = *err;
        return p->wire->pipe_fail(p->pipe, user, &why, err);
    }
    return rc;
}

int tn_pipeline_send(tn_pipeline *p, const char *sql, const tn_value *params, size_t count,
                     void *user, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    int rc = p->opened.over ? fail_over(p, err) : tn__conn_check(p->conn, err);
    if (rc != TN_OK)
        return rc;
    sql = sql ? sql : "";
    if (!p->wire) {
        struct tn__sql_kind kind;
        rc = tn__pipe_check(p, tn_text_of(sql), &kind, err);
        return rc == TN_OK ? tn__serial_send(p->serial, sql, params, count, user, err) : rc;
    }
    rc = send(p, tn_text_of(sql), params, count, user, err);
    if (rc < 0)
        tn__conn_note_failure(p->conn, rc);
    return rc;
}

int tn_pipeline_sync(tn_pipeline *p, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    if (p->opened.over)
        return fail_over(p, err);
    return p->wire ? p->wire->pipe_sync(p->pipe, err) : tn__serial_sync(p->serial, err);
}

/* --- reading ------------------------------------------------------------------------------------ */

static int next(tn_pipeline *p, tn_error *err)
{
    struct tn__driver_answer got;
    if (p->answered)
        p->answered->uses--;
    p->answered = NULL;
    int rc = p->wire->pipe_next(p->pipe, &got, err);
    if (rc == TN_DONE)
        return rc;
    if (p->opened.over) {
        p->answer = (tn_answer){.status = TN_EMISUSE, .user = got.user, .is_commit = got.is_commit};
        return fail_over(p, err);
    }
    struct tn__pipe_text *text = p->answered = got.owner;
    p->answer = (tn_answer){
        .status = rc,
        .is_commit = got.is_commit,
        .user = got.user,
        .row_count = got.row_count,
        .column_count = got.column_count,
        .affected = text && text->stmt->is_change ? got.affected : 0,
    };
    if (rc < 0) {
        tn__conn_note_failure(p->conn, rc);
        /* What could not even be prepared has been told of then. */
        if (rc != TN_ENOTRUN && (text || got.is_commit))
            tn__observe_failure(p->conn, NULL, text ? text->stmt->sql : NULL, err);
    }
    return rc;
}

int tn_pipeline_next(tn_answer *out, tn_pipeline *p, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    int rc = p->wire ? next(p, err) : tn__serial_next(&p->answer, p->serial, err);
    if (rc == TN_DONE)
        memset(&p->answer, 0, sizeof p->answer);
    else
        *out = p->answer;
    return rc;
}

tn_value tn_pipeline_value(tn_pipeline *p, size_t row, size_t column)
{
    if (row >= p->answer.row_count || column >= p->answer.column_count)
        return tn_value_null();
    return p->wire ? p->wire->pipe_value(p->pipe, row, column)
                   : tn__serial_value(p->serial, row, column);
}

const char *tn_pipeline_column_name(const tn_pipeline *p, size_t column)
{
    if (column >= p->answer.column_count)
        return NULL;
    return p->wire ? p->wire->pipe_column_name(p->pipe, column)
                   : tn__serial_column_name(p->serial, column);
}

int tn_pipeline_finish(tn_pipeline *p, tn_error *err)
{
    tn_error own;
    tn_error later;
    tn_answer answer;
    err = err ? err : &own;
    int rc = tn_pipeline_sync(p, err);
    for (;;) {
        int got = tn_pipeline_next(&answer, p, rc == TN_OK ? err : &later);
        if (got == TN_DONE)
            return rc;
        if (got != TN_OK && rc == TN_OK)
            rc = got;
    }
}

/* --- in an event loop --------------------------------------------------------------------------- */

int tn_pipeline_socket(const tn_pipeline *p)
{
    return p->wire ? p->wire->pipe_socket(p->pipe) : -1;
}

unsigned tn_pipeline_wants(const tn_pipeline *p)
{
    return p->wire ? p->wire->pipe_wants(p->pipe) : 0;
}

int tn_pipeline_wait_ms(const tn_pipeline *p)
{
    int64_t left = p->wire ? p->wire->pipe_left_ns(p->pipe) : INT64_MAX;
    if (left == INT64_MAX)
        return -1;
    int64_t ms = (left + 999999) / 1000000;
    return ms > INT32_MAX ? INT32_MAX : (int)ms;
}

bool tn_pipeline_is_full(const tn_pipeline *p)
{
    return p->wire && p->wire->pipe_is_full(p->pipe);
}

int tn_pipeline_pump(tn_pipeline *p, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    if (p->wire)
        return p->wire->pipe_pump(p->pipe, err);
    return tn__serial_has_answer(p->serial) ? TN_ROW : TN_DONE;
}
