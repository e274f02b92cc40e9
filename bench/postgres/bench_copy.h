/* SPDX-License-Identifier: MIT */
#ifndef BENCH_COPY_H
#define BENCH_COPY_H

/*
 * COPY … (FORMAT binary) by hand: rows are laid into one buffer, which goes to libpq when it is
 * nearly full. Part of bench_hand.c.
 */

enum {
    COPY_BUFFER = 65536,
    COPY_ROW_MAX = 1024 /* of our rows: five fields with short texts */
};

struct copy {
    struct side *side;
    size_t used;
    char bytes[COPY_BUFFER];
};

static inline void copy_bytes(struct copy *copy, const void *data, size_t size)
{
    memcpy(copy->bytes + copy->used, data, size);
    copy->used += size;
}

static inline void copy_size(struct copy *copy, int32_t size)
{
    uint32_t raw = htobe32((uint32_t)size);
    copy_bytes(copy, &raw, sizeof raw);
}

static inline void copy_text(struct copy *copy, struct text text)
{
    copy_size(copy, text.data ? (int32_t)text.size : -1);
    if (text.data)
        copy_bytes(copy, text.data, text.size);
}

static inline void copy_int(struct copy *copy, int64_t value)
{
    uint64_t raw = htobe64((uint64_t)value);
    copy_size(copy, sizeof raw);
    copy_bytes(copy, &raw, sizeof raw);
}

static inline void copy_real(struct copy *copy, double value)
{
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    copy_int(copy, bits);
}

static int copy_flush(struct copy *copy)
{
    int rc = PQputCopyData(copy->side->conn, copy->bytes, (int)copy->used);
    copy->used = 0;
    return rc == 1 ? 0 : fail(copy->side, "copy");
}

static int copy_row(struct copy *copy, const struct item *item)
{
    static const char five_fields[] = {0, 5};
    if (item->title.size + item->status.size + item->note.size > COPY_ROW_MAX - 64)
        return fail(NULL, "copy: a text is too long");
    if (copy->used > COPY_BUFFER - COPY_ROW_MAX && copy_flush(copy))
        return -1;
    copy_bytes(copy, five_fields, sizeof five_fields);
    copy_text(copy, item->title);
    copy_text(copy, item->status);
    copy_int(copy, item->priority);
    copy_real(copy, item->score);
    copy_text(copy, item->note);
    return 0;
}

static int copy_begin(struct copy *copy, struct side *side)
{
    static const char header[19] = "PGCOPY\n\377\r\n"; /* then a NUL, flags, and no extension */
    PGresult *result = PQexec(side->conn, "COPY items (title, status, priority, score, note) "
                                          "FROM STDIN (FORMAT binary)");
    int rc = PQresultStatus(result) == PGRES_COPY_IN ? 0 : fail(side, "copy");
    PQclear(result);
    copy->side = side;
    copy->used = 0;
    copy_bytes(copy, header, sizeof header);
    return rc;
}

static int copy_end(struct copy *copy, int64_t *affected)
{
    static const char trailer[] = {'\377', '\377'};
    PGconn *conn = copy->side->conn;
    copy_bytes(copy, trailer, sizeof trailer);
    if (copy_flush(copy))
        return -1;
    if (PQputCopyEnd(conn, NULL) != 1)
        return fail(copy->side, "copy");
    PGresult *result = PQgetResult(conn);
    int rc = PQresultStatus(result) == PGRES_COMMAND_OK && !PQgetResult(conn)
                 ? 0
                 : fail(copy->side, "copy");
    *affected = affected_of(result);
    PQclear(result);
    return rc;
}

static int side_bulk(struct side *side, const struct item *rows, size_t count, int64_t *affected)
{
    static struct copy copy;
    int rc = copy_begin(&copy, side);
    for (size_t i = 0; !rc && i < count; i++)
        rc = copy_row(&copy, &rows[i]);
    return rc ? rc : copy_end(&copy, affected);
}

#endif
