/* SPDX-License-Identifier: MIT */
/*
 * libzdb at its best: a connection that is held, and statements that stay prepared on it. An error is
 * an exception that nobody catches: libzdb says it and ends the program. Its connection is what PGHOST
 * and its like say.
 */
#include "loop.h"

#include <zdb.h>

#define ZDB_GET    "SELECT " COLUMNS " FROM items WHERE id = ?"
#define ZDB_RANGE  "SELECT " COLUMNS " FROM items WHERE id BETWEEN ? AND ? ORDER BY id"
#define ZDB_ADD    "INSERT INTO items (title, status, priority, score, note) VALUES (?, ?, ?, ?, ?)"
#define ZDB_UPDATE "UPDATE items SET status = ?, priority = ? WHERE id = ?"

struct side {
    URL_T url;
    ConnectionPool_T pool;
    Connection_T conn;
    PreparedStatement_T get;
    PreparedStatement_T range;
    PreparedStatement_T scan;
    PreparedStatement_T add;
    PreparedStatement_T update;
    struct keep keep;
};

static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

/* libzdb has a form of its own for the folder of a socket. */
static URL_T make_url(void)
{
    const char *host = setting("PGHOST");
    if (host[0] != '/')
        return URL_create("postgresql://%s:%s/%s?user=%s&password=-", host, setting("PGPORT"),
                          setting("PGDATABASE"), setting("PGUSER"));
    return URL_create("postgresql://localhost:%s/%s?user=%s&password=-&unix-socket=%s",
                      setting("PGPORT"), setting("PGDATABASE"), setting("PGUSER"), host);
}

static void side_close(struct side *side)
{
    Connection_close(side->conn);
    ConnectionPool_free(&side->pool);
    URL_free(&side->url);
    free(side->keep.bytes);
    free(side);
}

static int side_open(struct side **out, const char *url)
{
    struct side *side = calloc(1, sizeof *side);
    (void)url;
    if (!side)
        return -1;
    side->url = make_url();
    side->pool = ConnectionPool_new(side->url);
    ConnectionPool_setInitialConnections(side->pool, 1);
    ConnectionPool_start(side->pool);
    side->conn = ConnectionPool_getConnection(side->pool);
    side->get = Connection_prepareStatement(side->conn, "%s", ZDB_GET);
    side->range = Connection_prepareStatement(side->conn, "%s", ZDB_RANGE);
    side->scan = Connection_prepareStatement(side->conn, "%s", SQL_SCAN);
    side->add = Connection_prepareStatement(side->conn, "%s", ZDB_ADD);
    side->update = Connection_prepareStatement(side->conn, "%s", ZDB_UPDATE);
    *out = side;
    return 0;
}

static inline struct text column_text(ResultSet_T result, int column)
{
    struct text text = {NULL, 0};
    text.data = ResultSet_getString(result, column);
    if (text.data)
        text.size = (size_t)ResultSet_getColumnSize(result, column);
    return text;
}

static inline void read_row(struct item *out, ResultSet_T result)
{
    out->id = ResultSet_getLLong(result, 1);
    out->title = column_text(result, 2);
    out->status = column_text(result, 3);
    out->priority = ResultSet_getLLong(result, 4);
    out->score = ResultSet_getDouble(result, 5);
    out->note = column_text(result, 6);
}

static void take_rows(ResultSet_T result, uint64_t *sum)
{
    while (ResultSet_next(result)) {
        struct item row;
        read_row(&row, result);
        take_row(sum, &row);
    }
}

static int side_get(struct item *out, struct side *side, int64_t id)
{
    PreparedStatement_setLLong(side->get, 1, id);
    ResultSet_T result = PreparedStatement_executeQuery(side->get);
    if (!ResultSet_next(result))
        return -1;
    read_row(out, result);
    return keep_row(&side->keep, out) ? 0 : -1;
}

static int side_range(struct side *side, int64_t first, int64_t last, uint64_t *sum)
{
    PreparedStatement_setLLong(side->range, 1, first);
    PreparedStatement_setLLong(side->range, 2, last);
    take_rows(PreparedStatement_executeQuery(side->range), sum);
    return 0;
}

static int side_scan(struct side *side, uint64_t *sum)
{
    take_rows(PreparedStatement_executeQuery(side->scan), sum);
    return 0;
}

static int side_add(struct side *side, const struct item *item, int64_t *affected)
{
    PreparedStatement_setString(side->add, 1, item->title.data);
    PreparedStatement_setString(side->add, 2, item->status.data);
    PreparedStatement_setLLong(side->add, 3, item->priority);
    PreparedStatement_setDouble(side->add, 4, item->score);
    PreparedStatement_setString(side->add, 5, item->note.data);
    PreparedStatement_execute(side->add);
    *affected = PreparedStatement_rowsChanged(side->add);
    return 0;
}

static int side_begin(struct side *side)
{
    Connection_beginTransaction(side->conn);
    return 0;
}

static int side_commit(struct side *side)
{
    Connection_commit(side->conn);
    return 0;
}

static int side_update(struct side *side, int64_t id, const char *status, int64_t priority,
                       int64_t *affected)
{
    PreparedStatement_setString(side->update, 1, status);
    PreparedStatement_setLLong(side->update, 2, priority);
    PreparedStatement_setLLong(side->update, 3, id);
    PreparedStatement_execute(side->update);
    *affected = PreparedStatement_rowsChanged(side->update);
    return 0;
}

#include "workloads.h"
