/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_PIPE_H
#define TN_DRIVER_POSTGRES_PIPE_H

#include "driver/postgres/postgres.h"

/* Private to this folder: a pipeline, statements sent without waiting for the answers of those before. */

enum tn__pg_item_kind {
    TN__PG_ITEM_STATEMENT,
    TN__PG_ITEM_OWN,   /* a command of our own (BEGIN); nobody reads its answer */
    TN__PG_ITEM_ASKED, /* the same, and who has sent it waits for the result */
    TN__PG_ITEM_SYNC   /* the end of a group */
};

/* Something whose answer is on its way, or has come and not been read. */
struct tn__pg_item {
    PGresult *result;
    struct tn__driver_stmt *stmt;
    void *user;
    void *owner;
    tn_error *failure; /* NULL: it has not failed, or there was no memory for why */
    int status;
    unsigned group; /* items up to a SYNC are one */
    size_t bytes;   /* that it takes of the pipeline's */
    enum tn__pg_item_kind kind;
    bool is_local;  /* it was never sent */
    bool is_binary; /* the rows */
};

/* Items are numbered as they come, from 0: those before `taken` are answered, those before `read` are
 * gone. Item n is at items[n % cap]. */
struct tn__driver_pipe {
    struct tn__pg_task task;
    struct tn__driver_conn *conn; /* NULL: it was taken away */
    struct tn__pg_item *items;
    size_t cap; /* a power of two */
    uint64_t read;
    uint64_t taken;
    uint64_t end;
    uint64_t asked_for; /* the server sends the answers before this one without being told */
    size_t max_items;
    size_t max_bytes;
    size_t in_flight; /* sent and not answered */
    size_t bytes;     /* of these */
    size_t unsent;    /* bytes, at most, since the wire was last written to */
    unsigned group;
    unsigned failed_group; /* the latest one that has */
    bool is_failed;        /* the group that is being sent has: what comes now is not run */
    bool is_unsynced;      /* it has a statement */
    bool in_tx;            /* all of it is inside a transaction */
    bool is_begun;         /* the first item in flight has been told of, and its time runs */
    bool is_seen;
    bool is_lost;               /* nothing can be sent or read any more, */
    tn_error why;               /* for this reason */
    struct tn__pg_item current; /* which was read last; its result is kept for its values */
    tn_arena scratch;
};

static inline struct tn__pg_item *tn__pg_item_at(const struct tn__driver_pipe *pipe,
                                                 uint64_t number)
{
    return &pipe->items[number & (pipe->cap - 1)];
}

/* Put an item behind the others; NULL: no memory. */
struct tn__pg_item *tn__pg_pipe_push(struct tn__driver_pipe *pipe, enum tn__pg_item_kind kind);
/* It has been sent. */
void tn__pg_pipe_sent(struct tn__driver_pipe *pipe, struct tn__pg_item *item, size_t bytes);
/* Nothing goes any more: every item that is not answered has `err` for its answer. */
void tn__pg_pipe_lose(struct tn__driver_pipe *pipe, const tn_error *err);
/* Take the answers that are at hand. */
void tn__pg_pipe_take(struct tn__driver_pipe *pipe);
/* Wait for one more answer at least. On failure the pipeline is lost: all are answered by that. */
void tn__pg_pipe_await(struct tn__driver_pipe *pipe);
/* See that what was sent is on its way, and its answers will be; nothing blocks. Whether libpq still
 * holds something. */
bool tn__pg_pipe_urge(struct tn__driver_pipe *pipe);
/* Commands in the middle of it, which have just been sent: their results, one each. */
TN_NODISCARD int tn__pg_pipe_collect(struct tn__driver_pipe *pipe, bool is_sent, PGresult **results,
                                     size_t count, tn_error *err);

/* --- pipe_use.c: as in struct tn__driver_wire ---------------------------------------------------- */

TN_NODISCARD int tn__pg_pipe_open(struct tn__driver_pipe **out, struct tn__driver_conn *conn,
                                  size_t max_items, size_t max_bytes, tn_error *err);
TN_NODISCARD int tn__pg_pipe_ask(struct tn__driver_pipe *pipe, tn_error *err);
void tn__pg_pipe_asked(struct tn__driver_pipe *pipe);
TN_NODISCARD int tn__pg_pipe_send(struct tn__driver_pipe *pipe, struct tn__driver_stmt *stmt,
                                  const tn_value *values, void *owner, void *user, tn_error *err);
TN_NODISCARD int tn__pg_pipe_send_bound(struct tn__driver_pipe *pipe, struct tn__driver_stmt *stmt,
                                        const struct tn_pg_params *params, tn_error *err);
void tn__pg_pipe_rows(struct tn_pg_rows *rows, struct tn__driver_pipe *pipe);
TN_NODISCARD int tn__pg_pipe_fail(struct tn__driver_pipe *pipe, void *user, const tn_error *why,
                                  tn_error *err);
TN_NODISCARD int tn__pg_pipe_sync(struct tn__driver_pipe *pipe, tn_error *err);
TN_NODISCARD int tn__pg_pipe_next(struct tn__driver_pipe *pipe, struct tn__driver_answer *out,
                                  tn_error *err);
tn_value tn__pg_pipe_value(struct tn__driver_pipe *pipe, size_t row, size_t column);
const char *tn__pg_pipe_column_name(const struct tn__driver_pipe *pipe, size_t column);
int tn__pg_pipe_socket(const struct tn__driver_pipe *pipe);
unsigned tn__pg_pipe_wants(struct tn__driver_pipe *pipe);
int64_t tn__pg_pipe_left_ns(const struct tn__driver_pipe *pipe);
bool tn__pg_pipe_is_full(const struct tn__driver_pipe *pipe);
TN_NODISCARD int tn__pg_pipe_pump(struct tn__driver_pipe *pipe, tn_error *err);
void tn__pg_pipe_stop(struct tn__driver_pipe *pipe);
void tn__pg_pipe_close(struct tn__driver_pipe *pipe);

#endif
