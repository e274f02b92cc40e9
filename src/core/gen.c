/* SPDX-License-Identifier: MIT */
#include <tenon/gen.h>

#include <stdio.h>
#include <string.h>

#include "core/conn.h"
#include "core/gen.h"
#include "core/kind.h"
#include "core/observe.h"
#include "util/alloc.h"
#include "util/str.h"

/*
 * Each generated query has a number, given out once in the process; on each connection the number
 * is the index of its statement. A statement in use is taken out of its slot: a second use of the
 * query at the same time prepares another one, and whichever comes back second is finalized.
 */
enum {
    FIRST_SLOTS = 64
};

/* The library's counter: numbers must differ across all pools of the process. */
static atomic_uint last_slot;

static uint32_t number_query(struct tn_gen_query *query)
{
    uint32_t slot = tn__gen_slot(query);
    if (slot != 0)
        return slot;
    uint32_t mine = atomic_fetch_add(&last_slot, 1) + 1;
    /* Two threads may come here at once: one number is wasted. */
    return __atomic_compare_exchange_n(&query->slot, &slot, mine, false, __ATOMIC_RELAXED,
                                       __ATOMIC_RELAXED)
               ? mine
               : slot;
}

void tn__gen_add_name(const struct tn_gen_query *query, tn_error *err)
{
    tn_error_prefix(err, "query '%s'", query->name);
    tn__copy_text(err->query, sizeof err->query, tn_text_of(query->name));
}

/* --- acquire ---------------------------------------------------------------------------------- */

static int grow_slots(tn_conn *conn, uint32_t slot, tn_error *err)
{
    if (slot < conn->slot_count)
        return TN_OK;
    uint32_t count = conn->slot_count ? conn->slot_count : FIRST_SLOTS;
    while (count <= slot)
        count *= 2;
    struct tn__driver_stmt **slots =
        tn__realloc(conn->slots, count * sizeof(struct tn__driver_stmt *));
    if (!slots)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    conn->slots = slots;
    struct tn__named *named = tn__realloc(conn->named, count * sizeof *named);
    if (!named)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    conn->named = named;
    for (uint32_t i = conn->slot_count; i < count; i++) {
        slots[i] = NULL;
        named[i] = (struct tn__named){NULL, NULL, false};
    }
    conn->slot_count = count;
    return TN_OK;
}

static int check_query(struct tn__sql_kind *kind, const struct tn_gen_query *query,
                       enum tn__dialect dialect, tn_error *err)
{
    unsigned abi = query->abi & ~(unsigned)TN_GEN_POSTGRES;
    bool is_postgres = tn__gen_types(query) != NULL;
    if (abi < TN_GEN_ABI_MIN || abi > TN_GEN_ABI)
        return tn_error_set(err, TN_EUNSUPPORTED,
                            "generated for ABI %u; the library serves %d to %d", abi,
                            TN_GEN_ABI_MIN, TN_GEN_ABI);
    if (is_postgres != (dialect == TN__POSTGRES))
        return tn_error_set(err, TN_EMISUSE, "generated for %s, which this database is not",
                            is_postgres ? "PostgreSQL" : "SQLite");
    *kind = tn__sql_kind_of((tn_text){query->sql, query->sql_size}, dialect);
    if (kind->is_transaction)
        return tn_error_set(err, TN_EMISUSE,
                            "a transaction is begun and ended by tn_transact() or tn_tx_begin()");
    return TN_OK;
}

static int prepare_on(struct tn__driver_stmt **out, tn_conn *conn, const struct tn_gen_query *query,
                      bool is_kept, tn_error *err)
{
    struct tn__driver_stmt *stmt;
    int rc;
    conn->driver->refresh(conn->handle); /* or the columns might be yesterday's */
    const struct tn_pg_types *types = tn__gen_types(query);
    if (types)
        rc = conn->driver->wire->gen_prepare(&stmt, conn->handle, query->sql, query->sql_size,
                                             is_kept, types, query->column_count, err);
    else
        rc = conn->driver->prepare(&stmt, conn->handle, query->sql, query->sql_size, is_kept, err);
    if (rc != TN_OK)
        return tn__observe_unprepared(conn, query->name, query->sql, rc, err);
    int columns = conn->driver->column_count(stmt);
    if (columns != query->column_count)
        rc = tn_error_set(err, TN_ESCHEMA,
                          "gives %d columns and was generated for %u: run tenon generate", columns,
                          query->column_count);
    else if (conn->access == TN_READ && !conn->driver->is_readonly(stmt))
        rc = tn_error_set(err, TN_EREADONLY,
                          "the statement writes, and the connection is for reading");
    if (rc != TN_OK)
        conn->driver->finalize(stmt);
    else
        *out = stmt;
    return rc;
}

/* As with a statement of the dynamic interface: what it leaves in the session is put back when the connection
 * is, and such a statement is not kept, so that it comes by here each time. */
static int prepare(struct tn__driver_stmt **out, tn_conn *conn, struct tn_gen_query *query,
                   tn_error *err)
{
    struct tn__sql_kind kind;
    int rc = check_query(&kind, query, conn->driver->dialect, err);
    bool has_slot = tn__gen_slot(query) != TN_GEN_NO_SLOT;
    if (rc == TN_OK && has_slot)
        rc = grow_slots(conn, number_query(query), err);
    if (rc != TN_OK)
        return rc;
    if (kind.is_left) {
        tn__conn_touch(conn);
        tn__conn_touch_loan(conn);
    }
    rc = prepare_on(out, conn, query, has_slot && !kind.is_left, err);
    if (rc == TN_OK && has_slot)
        conn->named[tn__gen_slot(query)] =
            (struct tn__named){query, conn->driver->native_stmt(*out), kind.is_left};
    return rc;
}

static inline void hand_out(struct tn_gen_use *use, tn_conn *conn, struct tn__driver_stmt *stmt,
                            const struct tn_gen_query *query)
{
    tn__conn_label(conn, query->name);
    use->stmt = stmt;
    use->conn = conn;
    use->query = query;
    use->over = NULL;
}

/* A statement that was reset goes back to its slot, or to nobody. */
static void keep_statement(tn_conn *conn, struct tn__driver_stmt *stmt,
                           const struct tn_gen_query *query)
{
    uint32_t slot = tn__gen_slot(query);
    if (conn->slots[slot] || conn->named[slot].is_left)
        conn->driver->finalize(stmt);
    else
        conn->slots[slot] = stmt;
}

/* --- on a view -------------------------------------------------------------------------------- */

static void cut(struct tn__opened *self, tn_conn *conn)
{
    const struct tn__gen_open *open = (struct tn__gen_open *)self;
    if (tn__gen_slot(open->query) == TN_GEN_NO_SLOT) {
        tn__gen_end_passing(conn, open->stmt, open->query);
        return;
    }
    conn->driver->reset(open->stmt);
    keep_statement(conn, open->stmt, open->query);
}

/* Who holds on to a use of theirs would find the place of another's, were it not kept for it alone until then. */
static int make_spare(tn_conn *conn, tn_error *err)
{
    if (conn->spare)
        return TN_OK;
    conn->spare = tn__alloc_zero(1, sizeof *conn->spare);
    if (!conn->spare)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    conn->spare->opened.cut = cut;
    return TN_OK;
}

void tn__gen_free_spare(tn_conn *conn)
{
    while (conn->spare) {
        struct tn__gen_open *open = conn->spare;
        conn->spare = (struct tn__gen_open *)open->opened.older;
        tn__free(open);
    }
}

static inline void join_view(struct tn_gen_use *use, const tn_db *view)
{
    tn_conn *conn = use->conn;
    struct tn__gen_open *open = conn->spare;
    conn->spare = (struct tn__gen_open *)open->opened.older;
    open->stmt = use->stmt;
    open->query = use->query;
    tn__opened_join(&open->opened, conn, view);
    use->over = &open->opened.over;
}

static inline struct tn__gen_open *open_of(const struct tn_gen_use *use)
{
    return (struct tn__gen_open *)(uintptr_t)use->over;
}

static inline void leave_view(const struct tn_gen_use *use, tn_conn *conn)
{
    struct tn__gen_open *open = open_of(use);
    tn__opened_leave(&open->opened, conn);
    open->opened.older = (struct tn__opened *)conn->spare;
    conn->spare = open;
}

/* --- acquire ---------------------------------------------------------------------------------- */

static void give_back(tn_conn *conn)
{
    if (conn->is_touched)
        tn__conn_drop(conn);
    else
        tn__conn_give_back(conn);
}

/* The connection of a view, with a place on it; the pool's. */
static int take_conn(tn_conn **conn, tn_db *db, enum tn_access access, tn_error *err)
{
    if (!db->pinned && !*conn)
        return tn__conn_take(conn, db, access, TN__HOLD_QUERY, err);
    if (!db->pinned)
        return (*conn)->handle ? TN_OK : tn__pool_connect(*conn, err);
    *conn = db->pinned;
    int rc = tn__conn_check(*conn, err);
    if (rc == TN_OK && access > (*conn)->access)
        rc = tn_error_set(err, TN_EREADONLY,
                          "the query writes, and the view's connection is for reading");
    return rc == TN_OK ? make_spare(*conn, err) : rc;
}

/* The way of the first use, of a second use at a time, of waiting, and of every failure. */
static int acquire_slowly(struct tn_gen_use *use, tn_db *db, tn_conn *conn,
                          struct tn_gen_query *query, tn_error *err)
{
    tn_error own;
    struct tn__driver_stmt *stmt = NULL;
    bool is_pinned = db->pinned != NULL;
    err = err ? err : &own;
    int rc = take_conn(&conn, db, (enum tn_access)(query->access & 1), err);
    if (rc == TN_OK && !is_pinned && atomic_load_explicit(&conn->is_stale, memory_order_relaxed))
        rc = tn__conn_freshen(conn, err);
    else if (rc == TN_OK && atomic_load_explicit(&conn->is_stale, memory_order_relaxed))
        tn__observe_refresh(conn);
    if (rc == TN_OK) {
        uint32_t slot = tn__gen_slot(query);
        if (slot < conn->slot_count) {
            stmt = conn->slots[slot];
            conn->slots[slot] = NULL;
        }
        if (!stmt)
            rc = prepare(&stmt, conn, query, err);
    }
    if (rc != TN_OK) {
        tn__gen_add_name(query, err);
        if (conn)
            tn__observe_failure(conn, query->name, query->sql, err);
        if (!is_pinned && conn)
            give_back(conn);
        return rc;
    }
    hand_out(use, conn, stmt, query);
    if (is_pinned)
        join_view(use, db);
    return TN_OK;
}

/* What this costs is what a generated query costs more than one by hand: nothing is called. */
int tn_gen_acquire(struct tn_gen_use *use, tn_db *db, struct tn_gen_query *query, tn_error *err)
{
    tn_conn *conn = db->pinned;
    if (conn) {
        if (TN_UNLIKELY(conn->lost_status != 0 || query->access > conn->access || !conn->spare))
            return acquire_slowly(use, db, NULL, query, err);
    } else {
        const struct tn__side *side = db->quick[query->access & 1];
        if (TN_UNLIKELY(!side))
            return acquire_slowly(use, db, NULL, query, err);
        conn = tn__side_own(side, tn__thread_number);
        if (TN_UNLIKELY(!conn))
            return acquire_slowly(use, db, NULL, query, err);
        conn->access = (enum tn_access)(query->access & 1);
    }
    uint32_t slot = tn__gen_slot(query);
    struct tn__driver_stmt *stmt = slot < conn->slot_count ? conn->slots[slot] : NULL;
    if (TN_UNLIKELY(!stmt || atomic_load_explicit(&conn->is_stale, memory_order_relaxed)))
        return acquire_slowly(use, db, conn, query, err);
    conn->slots[slot] = NULL;
    hand_out(use, conn, stmt, query);
    if (db->pinned)
        join_view(use, db);
    return TN_OK;
}

/* --- release ---------------------------------------------------------------------------------- */

void tn__gen_leave(const struct tn_gen_use *use, tn_conn *conn)
{
    if (use->over)
        leave_view(use, conn);
    else
        give_back(conn);
}

/* Nothing of the connection is there any more. */
__attribute__((noinline)) static void release_shell(struct tn_gen_use *use)
{
    tn__free(open_of(use));
    use->conn = NULL;
    use->over = NULL;
}

/* What a write says at its end has been asked for by the last step: reset has nothing to add.
 * The members are read again behind the call, rather than kept in registers across it. */
void tn_gen_release(struct tn_gen_use *use)
{
    if (!use->conn)
        return;
    if (TN_UNLIKELY(tn_gen_is_over(use))) {
        release_shell(use);
        return;
    }
    use->conn->driver->reset(use->stmt);
    tn_conn *conn = use->conn;
    struct tn__driver_stmt **slot = &conn->slots[tn__gen_slot(use->query)];
    use->conn = NULL;
    if (TN_LIKELY(!*slot && !conn->needs_care))
        *slot = use->stmt;
    else
        keep_statement(conn, use->stmt, use->query);
    if (use->over)
        leave_view(use, conn);
    else if (TN_LIKELY(!conn->needs_care))
        tn__conn_give_back(conn);
    else
        give_back(conn);
}

/* --- what generated code reports -------------------------------------------------------------- */

int tn__gen_failed(const struct tn_gen_use *use, int status, const size_t *item, tn_error *err)
{
    tn_conn *conn = use->conn;
    tn__conn_note_failure(conn, status);
    status = tn__observe_timeout(conn, status, err);
    if (item)
        tn_error_prefix(err, "item %zu", *item);
    tn__gen_add_name(use->query, err);
    tn__observe_failure(conn, use->query->name, use->query->sql, err);
    return status;
}

int tn__gen_fail_at(const struct tn_gen_use *use, int native, const size_t *item, tn_error *err)
{
    tn_error own;
    err = err ? err : &own;
    int status = use->conn->driver->fail(use->conn->handle, native, err);
    return tn__gen_failed(use, status, item, err);
}

int tn_gen_fail(const struct tn_gen_use *use, int native, tn_error *err)
{
    return tn__gen_fail_at(use, native, NULL, err);
}

/* A value that the row's struct cannot take: "column 'status' " and what is wrong with it. */
static int fail_column(const struct tn_gen_use *use, int column, tn_error *err, const char *what)
{
    const char *name = use->conn->driver->column_name(use->stmt, column);
    name = name ? name : "?";
    tn_error_set(err, TN_ETYPE, "column '%s' %s", name, what);
    if (err) {
        tn__copy_text(err->column, sizeof err->column, tn_text_of(name));
        tn__gen_add_name(use->query, err);
    }
    return TN_ETYPE;
}

int tn_gen_fail_type(const struct tn_gen_use *use, int column, const char *expected, tn_error *err)
{
    tn_value value = use->conn->driver->column(use->stmt, column);
    char what[200];
    if (value.type == TN_TEXT && !value.as.text.data) {
        int rc = use->conn->driver->unread(use->stmt, column, err);
        if (err)
            tn__gen_add_name(use->query, err);
        return rc;
    }
    snprintf(what, sizeof what, "holds %s, not %s", tn_type_name(value.type), expected);
    return fail_column(use, column, err, what);
}

int tn_gen_fail_choice(const struct tn_gen_use *use, int column, const char *name, tn_error *err)
{
    tn_value value = use->conn->driver->column(use->stmt, column);
    char shown[60];
    char what[300];
    if (value.type != TN_TEXT || !value.as.text.data)
        return tn_gen_fail_type(use, column, name, err);
    tn__copy_line(shown, sizeof shown, value.as.text);
    snprintf(what, sizeof what, "holds '%s', which is no value of %s", shown, name);
    return fail_column(use, column, err, what);
}

int tn_gen_fail_param(const struct tn_gen_query *query, const char *param, tn_error *err)
{
    tn_error_set(err, TN_EINVAL, "parameter '%s' is no value of its enum", param);
    if (err)
        tn__gen_add_name(query, err);
    return TN_EINVAL;
}

static int fail_as(const struct tn_gen_use *use, int status, tn_error *err)
{
    tn_error_set(err, status, "%s", tn_status_text(status));
    if (err)
        tn__gen_add_name(use->query, err);
    return status;
}

int tn_gen_fail_over(const struct tn_gen_use *use, tn_error *err)
{
    tn_error_set(err, TN_EMISUSE, "the rows are over: %s", *use->over);
    if (err)
        tn__gen_add_name(use->query, err);
    return TN_EMISUSE;
}

int tn_gen_fail_no_row(const struct tn_gen_use *use, tn_error *err)
{
    return fail_as(use, TN_ENOROW, err);
}

int tn_gen_fail_too_many(const struct tn_gen_use *use, tn_error *err)
{
    return fail_as(use, TN_ETOOMANY, err);
}

int tn_gen_fail_memory(const struct tn_gen_use *use, tn_error *err)
{
    return fail_as(use, TN_ENOMEM, err);
}

int64_t tn_gen_affected(const struct tn_gen_use *use)
{
    return use->conn->driver->affected(use->conn->handle);
}

void *tn_gen_list_add(struct tn_gen_list *list, tn_arena *arena, size_t size)
{
    enum {
        FIRST_CAP = 16
    };
    if (list->count == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : FIRST_CAP;
        if (cap < list->cap || (size && cap > SIZE_MAX / size))
            return NULL;
        void *items = tn_arena_alloc(arena, cap * size);
        if (!items)
            return NULL;
        if (list->count)
            memcpy(items, list->items, list->count * size);
        list->items = items;
        list->cap = cap;
    }
    return (char *)list->items + size * list->count++;
}

void tn_gen_key_fini(struct tn_gen_key *key)
{
    tn__free(key->heap);
    memset(key, 0, sizeof *key);
}
