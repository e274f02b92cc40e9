/* SPDX-License-Identifier: MIT */
#ifndef TENON_DB_H
#define TENON_DB_H

#include <tenon/arena.h>
#include <tenon/error.h>
#include <tenon/value.h>

TN_BEGIN_DECLS

/**
 * @file tenon/db.h
 * A database: the pool of its connections, and the one handle that every query takes.
 *
 * On SQLite a pool is one writing connection and several read-only ones; each statement goes to the
 * side that it needs. A database in memory is one private database whose single connection serves
 * both. Every SQLite connection has foreign keys on, a file has WAL with synchronous NORMAL, and a
 * busy timeout of 5 s, unless the URL says otherwise.
 *
 * What a statement leaves on its connection (temporary tables, attached databases, settings of
 * PRAGMA) is on that connection alone: acquire one for such work (tenon/conn.h).
 *
 * A `tn_db` is a pool, or a view of one that is pinned to a connection or a transaction (what
 * tn_transact() and tn_tx_begin() give). Functions that take a `tn_db *` accept both.
 *
 * Threading: a pool is safe from any thread. A view, and everything made from a connection, belongs
 * to one thread at a time.
 */
typedef struct tn_db tn_db;
typedef struct tn_conn tn_conn;

/** What a connection is wanted for. */
enum tn_access {
    TN_READ = 0, /**< a write on it is TN_EREADONLY */
    TN_WRITE = 1
};

/** Options. Start from TN_DB_OPTIONS_INIT. Members are only ever added at the end. */
typedef struct tn_db_options {
    unsigned version;            /**< TN_DB_OPTIONS_VERSION */
    unsigned max_connections;    /**< writer included; 0 = the URL's max_connections, else 5 */
    unsigned min_connections;    /**< opened at once, and kept when idle; 0 = the URL's
                                     min_connections, else 1 */
    uint32_t acquire_timeout_ms; /**< wait for a free connection; 0 = the URL's acquire_timeout,
                                     else 5000 */
    uint32_t idle_timeout_ms;    /**< close a connection that nobody has used for so long; 0 = the
                                     URL's idle_timeout, else never */
    uint32_t max_lifetime_ms;    /**< close a connection of that age when it comes back, up to a
                                     tenth earlier by chance; 0 = the URL's max_lifetime, else never */
    unsigned statement_cache;    /**< cached statements of the dynamic interface per connection;
                                     0 = the URL's statement_cache, else 64 */
    /**
     * Called for each new connection before its first use: functions, collations, extensions.
     * A negative status closes the connection and is what the opening call returns. What it sets is put
     * back when a borrower has changed it; of PostgreSQL's custom settings (SET my.own = …) nobody knows
     * which there are, so that those end then.
     */
    int (*on_open)(tn_conn *conn, void *user, tn_error *err);
    void *on_open_user;            /**< lives as long as the database is open */
    uint32_t statement_timeout_ms; /**< TN_ETIMEOUT for a statement that takes longer; 0 = the URL's
                                     statement_timeout, else no limit. See tn_conn_set_timeout() */
    bool find_n_plus_1;            /**< see tn_db_set_find_n_plus_1() */
    bool no_group_commit; /**< each transaction has a COMMIT of its own; see tn_transact() */
    bool create;          /**< mode=rwc where the URL has no mode: a missing file is made */
    bool no_optimize; /**< closing a connection that has written updates the planner's statistics
                               (PRAGMA optimize), which may add tables sqlite_stat*: it does not */
    /* Since version 2: */
    const char *direct_url; /**< PostgreSQL behind a pooler: the server itself, for what needs a
                                 session of its own; NULL = the URL's direct_url, else the URL. Copied */
} tn_db_options;

#ifdef NDEBUG
# define TN_IS_DEBUG_ false
#else
# define TN_IS_DEBUG_ true
#endif
#define TN_DB_OPTIONS_VERSION 2u
#define TN_DB_OPTIONS_INIT                                                                        \
 {                                                                                                \
  TN_DB_OPTIONS_VERSION, 0, 0, 0, 0, 0, 0, NULL, NULL, 0, TN_IS_DEBUG_, false, false, false, NULL \
 }

/**
 * Open a database. The writer's connection is made at once, so that a wrong URL fails here; readers
 * come as they are needed.
 *
 * URLs: `sqlite:rel/path.db`, `sqlite:/abs/path.db`, `sqlite:///abs/path.db`, `sqlite::memory:`,
 * `:memory:` and a bare path, with %XX for special characters. Parameters behind `?`:
 *
 * | name | values | default |
 * |---|---|---|
 * | mode | rwc (create it, and missing parent folders), rw, ro, memory | rw |
 * | journal_mode | wal, delete, truncate, persist, memory, off | wal (not with mode=ro) |
 * | synchronous | off, normal, full, extra | normal in WAL, else full |
 * | busy_timeout | 5s, 250ms, or milliseconds | 5s |
 * | foreign_keys | on, off | on |
 * | cache_size, mmap_size | as SQLite's pragmas | the engine's |
 * | immutable | on (with mode=ro: nobody writes the file meanwhile), off | off |
 * | gate | on (processes queue for the write lock, with a file `…-gate` beside the database), off | off |
 * | wal_limit | bytes: what the write-ahead log is cut down to | 67108864 |
 * | checkpoint_interval | as tn_db_maintain_start(): 60s | no thread |
 * | slow_query | what the log calls slow; see tenon/trace.h | 100ms |
 * | group_commit | auto, off: see tn_transact() | auto |
 * | max_connections, min_connections, acquire_timeout, idle_timeout, max_lifetime, statement_cache, statement_timeout | as in tn_db_options | |
 *
 * `postgres://[user[:password]@][host[:port][,host2[:port2]…]][/database]`, also with `postgresql://`:
 * an IPv6 address stands in brackets, the folder of a Unix socket is a host with %2F for its slashes.
 * libpq reads its own parameters, variables (PGHOST, PGPASSFILE …) and files as ever; sessions are in
 * UTF-8. With several hosts a pool wants the one that lets it write.
 *
 * | name | values | default |
 * |---|---|---|
 * | prepare | auto, named, unnamed: whether statements have a name on the server | auto: not behind a pooler |
 * | lock_timeout | 5s, 250ms, or milliseconds | the server's |
 * | replicas | on (what reads goes to the standbys among the hosts; see tenon/replica.h), off | off |
 * | direct_url | as in tn_db_options | |
 * | migration_lock | auto, table (a lease in a table: see tn_migrate()) | auto |
 * | connect_timeout | 5s, or seconds, for each address | 10s |
 * | keepalives_idle, keepalives_interval, keepalives_count, tcp_user_timeout | as libpq | 30, 10, 3, 15000 |
 * | target_session_attrs | as libpq; with read-only and standby the pool only reads | any; of several hosts read-write |
 * | host, sslmode, passfile, application_name, options, service … | as libpq | libpq's |
 * | slow_query, max_connections, min_connections, acquire_timeout, idle_timeout, max_lifetime, statement_cache, statement_timeout | as above | |
 *
 * All connections of such a pool write and read; with replicas there are max_connections, and
 * min_connections, of each kind. A connection that the server has closed is opened anew when it is next
 * taken. A server that is starting, or has too many connections, is asked again for acquire_timeout.
 *
 * An unknown parameter is TN_EINVAL.
 *
 * @param out      set on success only; close it with tn_db_close()
 * @param options  NULL for the defaults; copied
 * @return TN_OK; TN_EINVAL (URL, options), TN_ENOTFOUND (no such file), TN_ENOTADB, TN_EPERM,
 *         TN_EREADONLY, TN_EBUSY, TN_EIO, TN_ENOMEM, TN_EUNSUPPORTED (no driver for the URL, no
 *         libpq), TN_ECONNECT (server, password, database; `sqlstate` where the server says why), or
 *         what on_open returned
 */
TN_API TN_NODISCARD int tn_db_open(tn_db **out, const char *url, const tn_db_options *options,
                                   tn_error *err);

/**
 * Open the database that the environment names: DATABASE_URL, or else the line DATABASE_URL=… of a
 * file `.env` in the working folder, in which `$HOME`, `${VAR}` and `${VAR:-default}` are expanded.
 * Without that, POSTGRES_HOST (or else localhost), POSTGRES_PORT, POSTGRES_DB, POSTGRES_USER and
 * POSTGRES_PASSWORD, from the environment and the same file, if there is a host or a database among
 * them. The program `tenon` finds the same one where no flag says otherwise.
 *
 * @return as tn_db_open(); TN_EINVAL where neither says anything, the line cannot be read, the port is
 *         none, or the password is nobody's
 */
TN_API TN_NODISCARD int tn_db_open_env(tn_db **out, const tn_db_options *options, tn_error *err);

struct sqlite3;

/**
 * Make a pool of one connection from a handle that the program has opened itself, for a program that
 * has a database already. The handle's settings (pragmas, busy handler, functions) stay as they are,
 * and so does a transaction that is open on it: what is begun here is a savepoint within it.
 *
 * The handle stays the program's: it must be closed after tn_db_close(), and must not be used by
 * another thread while this pool is. A `tn_db` in a thread that finds it in use waits, as ever.
 *
 * @param handle   of the same SQLite library as this one is linked with
 * @param options  NULL for the defaults; of these acquire_timeout_ms, statement_cache, on_open are
 *                 meant
 * @return TN_OK; TN_EINVAL (no handle, options), TN_EUNSUPPORTED (SQLite without threads, or older
 *         than 3.35), TN_ENOMEM, or what on_open returned
 */
TN_API TN_NODISCARD int tn_db_wrap_sqlite(tn_db **out, struct sqlite3 *handle,
                                          const tn_db_options *options, tn_error *err);

/**
 * Close a pool: every connection and statement. Iterators, statements and views must have ended,
 * and no other thread may be using it. NULL is allowed; a view is left alone.
 */
TN_API void tn_db_close(tn_db *db);

/**
 * Stop the statements that run on all connections of a pool, or on the connection of a view: as
 * tn_conn_interrupt(). Any thread may call it, and a signal handler may, too, until tn_db_close()
 * has been called. For Ctrl-C.
 */
TN_API void tn_db_interrupt(tn_db *db);

/** The URL it was opened with, password hidden. Lives as long as the database. */
TN_API const char *tn_db_url(const tn_db *db);

/** Name of the engine: "sqlite", "postgres". Static. */
TN_API const char *tn_db_engine(const tn_db *db);

/**
 * Run one statement with parameters, and step it to its end.
 *
 * On a pool of PostgreSQL what the statement leaves in its session ends with it (SET, CREATE TEMP, SELECT
 * set_config(…) or pg_advisory_lock(…) by their words; not what a function or a DO block does that it calls),
 * and LISTEN is TN_EMISUSE: tn_listener_open() is for that. On a connection that is held it lasts until
 * tn_conn_release().
 *
 * @param params    `count` values, for parameters 1, 2, …; may be NULL if count is 0
 * @param affected  rows inserted, updated or deleted; 0 for any other statement. May be NULL
 * @return TN_OK; TN_EINVAL if count is not the number of parameters or the text holds more than one
 *         statement; else the engine's error
 */
TN_API TN_NODISCARD int tn_exec(tn_db *db, const char *sql, const tn_value *params, size_t count,
                                int64_t *affected, tn_error *err);

/**
 * Run a script of any number of statements, without parameters; stops at the first that fails. It is run on
 * one connection; what it leaves in the session ends as with tn_exec(), for a pool with the script.
 */
TN_API TN_NODISCARD int tn_exec_script(tn_db *db, const char *sql, tn_error *err);

/** Rows that have been collected: everything in them lives in the arena. */
typedef struct tn_rows {
    size_t column_count;
    size_t row_count;
    const char *const *names; /**< column_count of them */
    const tn_value *values;   /**< row_count * column_count, row by row */
} tn_rows;

/** The value at a row and a column, both from 0; must be in range. */
static inline const tn_value *tn_rows_at(const tn_rows *rows, size_t row, size_t column)
{
    return &rows->values[row * rows->column_count + column];
}

/**
 * Run one statement and collect its rows.
 *
 * @param out    set on success only
 * @param arena  owns the rows
 * @return TN_OK (also with no rows); else as tn_exec()
 */
TN_API TN_NODISCARD int tn_query(tn_rows *out, tn_db *db, const char *sql, const tn_value *params,
                                 size_t count, tn_arena *arena, tn_error *err);

TN_END_DECLS

#endif
