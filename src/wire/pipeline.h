/* SPDX-License-Identifier: MIT */
#ifndef TN_WIRE_PIPELINE_H
#define TN_WIRE_PIPELINE_H

#include <tenon/pipeline.h>

#include "core/stmt.h"

/* Private to this folder. */

/* A text of the pipeline, prepared. It is kept while an answer of it is not read. */
struct tn__pipe_text {
    tn_stmt *stmt;
    uint64_t hash;
    size_t uses; /* sent, and the answer not read */
    struct tn__pipe_text *next;
};

struct tn__serial; /* where there is no wire */

struct tn_pipeline {
    struct tn__opened opened; /* where the connection is not its own */
    tn_conn *conn;
    bool owns_conn;
    const struct tn__driver_wire *wire; /* NULL: there is none */
    struct tn__driver_pipe *pipe;
    struct tn__serial *serial;
    struct tn__pipe_text *buckets[64];
    struct tn__pipe_text *latest; /* most statements are the one before once more */
    size_t text_count;
    struct tn__pipe_text *answered; /* of the answer that was read last */
    tn_answer answer;
};

/* Whether the statement may be sent at all: TN_OK, TN_EMISUSE. */
TN_NODISCARD int tn__pipe_check(const tn_pipeline *pipeline, tn_text sql, struct tn__sql_kind *kind,
                                tn_error *err);

/* --- serial.c ---------------------------------------------------------------------------------- */

TN_NODISCARD int tn__serial_open(struct tn__serial **out, tn_conn *conn, tn_error *err);
TN_NODISCARD int tn__serial_send(struct tn__serial *serial, const char *sql, const tn_value *params,
                                 size_t count, void *user, tn_error *err);
TN_NODISCARD int tn__serial_sync(struct tn__serial *serial, tn_error *err);
TN_NODISCARD int tn__serial_next(tn_answer *out, struct tn__serial *serial, tn_error *err);
tn_value tn__serial_value(const struct tn__serial *serial, size_t row, size_t column);
const char *tn__serial_column_name(const struct tn__serial *serial, size_t column);
bool tn__serial_has_answer(const struct tn__serial *serial);
/* Undo what is open; what was answered can be read. */
void tn__serial_stop(struct tn__serial *serial);
void tn__serial_close(struct tn__serial *serial);

#endif
