/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_SQLITE_SQLITE_H
#define TN_DRIVER_SQLITE_SQLITE_H

#include <sqlite3.h>

#include <tenon/gen_sqlite.h>

#include "driver/driver.h"
#include "driver/sqlite/gate.h"

/* Private to this folder: what its files share. */

/* The driver's own statements, prepared when it opens: rolling back must not need memory. */
enum tn__sqlite_own {
    TN__SQLITE_BEGIN_READ,
    TN__SQLITE_BEGIN_WRITE,
    TN__SQLITE_COMMIT,
    TN__SQLITE_ROLLBACK,
    TN__SQLITE_UNDEFER,
    TN__SQLITE_OWN_COUNT
};

/* Settings that are put back when a connection is given back. */
#define TN__SQLITE_GUARDED 14
struct tn__sqlite_guard {
    int64_t values[TN__SQLITE_GUARDED];
    bool is_known[TN__SQLITE_GUARDED];
    bool is_shared; /* locking_mode was not "exclusive" */
};

struct tn__driver_conn {
    sqlite3 *db;
    bool is_adopted; /* the program's handle: not closed here */
    bool no_optimize;
    struct tn__gate *gate; /* NULL: none */
    int64_t busy_timeout_ms;
    int page_size;
    const struct tn__driver_observer *observer; /* NULL: none */
    void *observer_user;
    bool has_limits;
    bool is_quiet; /* what runs is the driver's own and not to be reported */
    tn__wal_fn on_wal;
    void *on_wal_user;
    int64_t wal_limit;
    struct tn__sqlite_guard guard;
    sqlite3_stmt *own[TN__SQLITE_OWN_COUNT];
    tn__access_fn watch;
    void *watch_user;
};

/* A driver's statement is the sqlite3_stmt itself: the generated fast path needs no other object. */
static inline sqlite3_stmt *tn__sqlite_stmt(struct tn__driver_stmt *stmt)
{
    return (sqlite3_stmt *)stmt;
}

enum tn__sqlite_mode {
    TN__SQLITE_RW,
    TN__SQLITE_RWC,
    TN__SQLITE_RO,
    TN__SQLITE_MEMORY
};

/* A URL's parameters, read and checked. Texts are in the form that the pragma takes and gives back. */
struct tn__sqlite_settings {
    enum tn__sqlite_mode mode;
    const char *journal_mode; /* "wal" …; NULL: leave it */
    int synchronous;          /* 0 … 3 as the pragma gives it; -1: by the journal mode */
    int64_t busy_timeout_ms;
    bool foreign_keys;
    bool has_gate;     /* processes queue for the write lock */
    bool is_immutable; /* nobody writes the file meanwhile: no lock, and no file beside it */
    bool has_cache_size;
    bool has_mmap_size;
    int64_t cache_size;
    int64_t mmap_size;
};

TN_NODISCARD int tn__sqlite_settings_read(struct tn__sqlite_settings *out,
                                          const struct tn__url *url, tn_error *err);
/* Put a new connection's pragmas in force, and read each back. */
TN_NODISCARD int tn__sqlite_settings_apply(sqlite3 *db, const struct tn__sqlite_settings *settings,
                                           enum tn_access access, tn_error *err);

TN_NODISCARD int tn__sqlite_open(struct tn__driver_conn **out, const struct tn__driver_open *how,
                                 tn_error *err);

/* Of our own: SQLite has no such codes. A year that has no four digits, bound as text, of a timestamp and
 * of a date; a time that no day has; an array. */
#define TN__SQLITE_TIME_RANGE  (SQLITE_RANGE | (1 << 8))
#define TN__SQLITE_DATE_RANGE  (SQLITE_RANGE | (2 << 8))
#define TN__SQLITE_CLOCK_RANGE (SQLITE_RANGE | (3 << 8))
#define TN__SQLITE_NO_ARRAYS   (SQLITE_MISMATCH | (1 << 8))

/* Of our own as well: an element of a list that is no value (list.c). */
#define TN__SQLITE_LIST (SQLITE_ERROR | (101 << 8))

/* A timestamp in a form: text of `size` bytes, or a number if that is 0; false: out of its range. */
struct tn__sqlite_moment {
    int64_t number;
    size_t size;
    char text[TN_TIME_MAX];
};
bool tn__sqlite_moment_of(struct tn__sqlite_moment *out, tn_timestamp value,
                          enum tn_sqlite_time form);

/* The text of a value of a type that SQLite keeps as text: a UUID, a date, a time of day, an interval. */
struct tn__sqlite_words {
    size_t size;
    char text[TN_INTERVAL_MAX];
};
/* SQLITE_OK, or one of the codes above; SQLITE_MISMATCH: it has no type. */
int tn__sqlite_words_of(struct tn__sqlite_words *out, const tn_value *value);

/* list.c: let the engine know tn_list(); bind what it gives, as the driver's `bind_list`. */
TN_NODISCARD int tn__sqlite_add_list(sqlite3 *db, tn_error *err);
TN_NODISCARD int tn__sqlite_bind_list(struct tn__driver_stmt *stmt, int index, const char *name,
                                      const tn_value_list *list, tn_error *err);

/* The value of a pragma; false: it cannot be read. */
bool tn__sqlite_pragma_int(sqlite3 *db, const char *name, int64_t *out);
bool tn__sqlite_pragma_text(sqlite3 *db, const char *name, char *out, size_t size);

/* trace.c */
void tn__sqlite_observe(struct tn__driver_conn *conn, bool sees, bool limits,
                        const struct tn__driver_observer *observer, void *user);
void tn__sqlite_limit_wait(struct tn__driver_conn *conn, int64_t ms);
/* How long what begins now may wait for a lock, in milliseconds. */
int64_t tn__sqlite_patience(struct tn__driver_conn *conn);

/* tx.c. Prepare the driver's own statements; the rest as in struct tn__driver. */
TN_NODISCARD int tn__sqlite_prepare_own(struct tn__driver_conn *conn, tn_error *err);
bool tn__sqlite_in_transaction(struct tn__driver_conn *conn);
TN_NODISCARD int tn__sqlite_begin(struct tn__driver_conn *conn, enum tn_access access,
                                  tn_error *err);
void tn__sqlite_isolate(struct tn__driver_conn *conn, enum tn_isolation isolation);
TN_NODISCARD int tn__sqlite_commit(struct tn__driver_conn *conn, tn_error *err);
void tn__sqlite_rollback(struct tn__driver_conn *conn);
TN_NODISCARD int tn__sqlite_savepoint(struct tn__driver_conn *conn, unsigned depth, tn_error *err);
TN_NODISCARD int tn__sqlite_release(struct tn__driver_conn *conn, unsigned depth, tn_error *err);
void tn__sqlite_rollback_to(struct tn__driver_conn *conn, unsigned depth);
bool tn__sqlite_commit_syncs(struct tn__driver_conn *conn);
TN_NODISCARD int tn__sqlite_check_deferred(struct tn__driver_conn *conn, tn_error *err);
void tn__sqlite_end_member(struct tn__driver_conn *conn);

/* wal.c */
TN_NODISCARD int tn__sqlite_checkpoint(struct tn__driver_conn *conn, enum tn_checkpoint_mode mode,
                                       bool waits, struct tn__wal_state *out, tn_error *err);
void tn__sqlite_watch_wal(struct tn__driver_conn *conn, int64_t limit, tn__wal_fn fn, void *user);
/* Watch again, after PRAGMA wal_autocheckpoint, which puts itself in the place; whether it was lost. */
bool tn__sqlite_rewatch_wal(struct tn__driver_conn *conn);

void tn__sqlite_remember(struct tn__driver_conn *conn);
TN_NODISCARD int tn__sqlite_restore(struct tn__driver_conn *conn, bool *was_changed, tn_error *err);

/* What a handle of the program's own is: as the driver's `inspect`. */
TN_NODISCARD int tn__sqlite_inspect(struct tn__driver_plan *out, const char **path, void *handle,
                                    tn_error *err);

/* declare.c */
TN_NODISCARD int tn__sqlite_has_function(bool *out, struct tn__driver_conn *conn,
                                         const struct tn__driver_function *function, tn_error *err);
TN_NODISCARD int tn__sqlite_declare(struct tn__driver_conn *conn,
                                    const struct tn__driver_function *function, tn_error *err);

/* counts.c */
void tn__sqlite_counts(struct tn__driver_stmt *stmt, struct tn__stmt_counts *out);
bool tn__sqlite_loop(struct tn__driver_stmt *stmt, int number, struct tn__stmt_loop *out);

/* Fill err from a result code of `db`; returns the status. */
int tn__sqlite_fail(sqlite3 *db, int native, tn_error *err);
/* The place of the table or column that prepare did not find in `sql`, if it has none; `err` is never NULL. */
void tn__sqlite_locate(tn_text sql, tn_error *err);
/* The status alone, by the code alone. */
int tn__sqlite_status(int native);

#endif
