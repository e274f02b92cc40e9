/* SPDX-License-Identifier: MIT */
#include "core/conn.h"

#include "util/alloc.h"
#include "util/str.h"

/*
 * What generated code calls around its statements. Each query gets a number at its first use in the
 * process, and each connection keeps an array of statements by that number: finding one is an index.
 */

/* Numbers given out so far; 0 means none. The one mutable global of the library besides the
 * allocator: it only ever grows. */
static atomic_uint_least32_t last_slot;

static int number_query(uint32_t *out, struct tn_gen_query *query, tn_error *err)
{
    if (query->abi < TN_GEN_ABI_MIN || query->abi > TN_GEN_ABI)
        return tn_error_set(err, TN_EUNSUPPORTED,
                            "query '%s' was generated for ABI %u; this library serves %d to %d: "
                            "run tenon generate",
                            query->name, query->abi, TN_GEN_ABI_MIN, TN_GEN_ABI);
    uint32_t slot = __atomic_load_n(&query->slot, __ATOMIC_ACQUIRE);
    if (slot == 0) {
        uint32_t fresh = (uint32_t)atomic_fetch_add(&last_slot, 1) + 1;
        /* Two threads may race; the loser's number stays unused. */
        if (__atomic_compare_exchange_n(&query->slot, &slot, fresh, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE))
            slot = fresh;
    }
    *out = slot;
    return TN_OK;
}

static int prepare(struct tn__driver_stmt **out, tn_conn *conn, const struct tn_gen_query *query,
                   bool persistent, tn_error *err)
{
    struct tn__driver_stmt *stmt = NULL;
    int status =
        conn->driver->prepare(&stmt, conn->native, query->sql, query->sql_size, persistent, err);
    if (status != TN_OK)
        return status;
    int columns = conn->driver->column_count(stmt);
    if (columns != query->column_count) {
        conn->driver->finalize(stmt);
        return tn_error_set(err, TN_ESCHEMA,
                            "the query has %d columns on this database and was checked with %d: "
                            "run tenon generate",
                            columns, query->column_count);
    }
    *out = stmt;
    return TN_OK;
}

static int grow_slots(tn_conn *conn, uint32_t slot, tn_error *err)
{
    if (slot < conn->slot_count)
        return TN_OK;
    size_t cap = conn->slot_count;
    struct tn__slot *slots = tn__grow(conn->slots, &cap, (size_t)slot + 1, sizeof *slots);
    if (!slots)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    memset(slots + conn->slot_count, 0, (cap - conn->slot_count) * sizeof *slots);
    conn->slots = slots;
    conn->slot_count = (uint32_t)cap;
    return TN_OK;
}

/* A statement besides the slot's own, which is being read on this connection. */
static int take_extra(struct tn_gen_use *use, tn_conn *conn, tn_error *err)
{
    struct tn__extra *extra = tn__alloc_zero(1, sizeof *extra);
    if (!extra)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    int status = prepare(&extra->stmt, conn, use->query, false, err);
    if (status != TN_OK) {
        tn__free(extra);
        return status;
    }
    extra->native = conn->driver->native_stmt(extra->stmt);
    extra->next = conn->extras;
    conn->extras = extra;
    use->stmt = extra->native;
    use->is_extra = 1;
    return TN_OK;
}

/* First use on this connection, or a nested one. */
static int acquire_slow(struct tn_gen_use *use, tn_conn *conn, struct tn_gen_query *query,
                        tn_error *err)
{
    uint32_t number;
    int status = number_query(&number, query, err);
    if (status == TN_OK)
        status = grow_slots(conn, number, err);
    if (status != TN_OK)
        return status;
    struct tn__slot *slot = &conn->slots[number];
    if (slot->is_used)
        return take_extra(use, conn, err);
    if (!slot->native) {
        status = prepare(&slot->stmt, conn, query, true, err);
        if (status != TN_OK)
            return status;
        slot->native = conn->driver->native_stmt(slot->stmt);
    }
    slot->is_used = true;
    use->stmt = slot->native;
    return TN_OK;
}

int tn_gen_acquire(struct tn_gen_use *use, tn_db *db, struct tn_gen_query *query, tn_error *err)
{
    tn_conn *conn = db->conn;
    use->stmt = NULL;
    use->query = query;
    use->is_extra = 0;
    use->is_pinned = conn != NULL;
    if (!conn) {
        int status = tn__db_acquire(&conn, db, (enum tn_access)query->access, err);
        if (TN_UNLIKELY(status != TN_OK)) {
            if (err)
                tn__copy_text(err->query, sizeof err->query, tn_text_of(query->name));
            return status;
        }
        atomic_store_explicit(&conn->holder, query->name, memory_order_relaxed);
    }
    use->conn = conn;
    uint32_t number = __atomic_load_n(&query->slot, __ATOMIC_RELAXED);
    if (TN_LIKELY(number != 0 && number < conn->slot_count)) {
        struct tn__slot *slot = &conn->slots[number];
        if (TN_LIKELY(slot->native && !slot->is_used)) {
            slot->is_used = true;
            use->stmt = slot->native;
            return TN_OK;
        }
    }
    int status = acquire_slow(use, conn, query, err);
    if (status != TN_OK) {
        if (err)
            tn__copy_text(err->query, sizeof err->query, tn_text_of(query->name));
        if (!use->is_pinned)
            tn__db_release(db, conn);
        use->conn = NULL;
    }
    return status;
}

static struct tn__driver_stmt *stmt_of(const struct tn_gen_use *use)
{
    if (!use->is_extra)
        return use->conn->slots[use->query->slot].stmt;
    struct tn__extra *extra = use->conn->extras;
    while (extra->native != use->stmt)
        extra = extra->next;
    return extra->stmt;
}

static void drop_extra(const struct tn_gen_use *use)
{
    struct tn__extra **link = &use->conn->extras;
    while ((*link)->native != use->stmt)
        link = &(*link)->next;
    struct tn__extra *extra = *link;
    *link = extra->next;
    use->conn->driver->finalize(extra->stmt);
    tn__free(extra);
}

void tn_gen_release(struct tn_gen_use *use)
{
    if (!use->stmt)
        return;
    tn_conn *conn = use->conn;
    if (TN_UNLIKELY(use->is_extra)) {
        drop_extra(use);
    } else {
        struct tn__slot *slot = &conn->slots[use->query->slot];
        conn->driver->reset(slot->stmt);
        slot->is_used = false;
    }
    use->stmt = NULL;
    use->conn = NULL;
    if (!use->is_pinned) {
        tn_db pool = {.pool = conn->pool};
        tn__db_release(&pool, conn);
    }
}

static int name_query(const struct tn_gen_use *use, int status, tn_error *err)
{
    if (err)
        tn__copy_text(err->query, sizeof err->query, tn_text_of(use->query->name));
    return status;
}

int tn_gen_fail(const struct tn_gen_use *use, int native, tn_error *err)
{
    return name_query(use, use->conn->driver->fail(use->conn->native, native, err), err);
}

int tn_gen_fail_type(const struct tn_gen_use *use, int column, const char *expected, tn_error *err)
{
    struct tn__driver_stmt *stmt = stmt_of(use);
    const char *name = use->conn->driver->column_name(stmt, column);
    enum tn_type type = use->conn->driver->column(stmt, column).type;
    tn_error_set(err, TN_ETYPE, "column '%s' of query '%s' is %s where %s is expected",
                 name ? name : "?", use->query->name, tn_type_name(type), expected);
    if (err && name)
        tn__copy_text(err->column, sizeof err->column, tn_text_of(name));
    return name_query(use, TN_ETYPE, err);
}

int tn_gen_fail_no_row(const struct tn_gen_use *use, tn_error *err)
{
    tn_error_set(err, TN_ENOROW, "query '%s' found no row", use->query->name);
    return name_query(use, TN_ENOROW, err);
}

int tn_gen_fail_too_many(const struct tn_gen_use *use, tn_error *err)
{
    tn_error_set(err, TN_ETOOMANY, "query '%s' found more than one row", use->query->name);
    return name_query(use, TN_ETOOMANY, err);
}

int tn_gen_fail_memory(const struct tn_gen_use *use, tn_error *err)
{
    tn_error_set(err, TN_ENOMEM, "out of memory for the rows of query '%s'", use->query->name);
    return name_query(use, TN_ENOMEM, err);
}

int64_t tn_gen_affected(const struct tn_gen_use *use)
{
    return use->conn->driver->affected(use->conn->native);
}

void *tn_gen_list_add(struct tn_gen_list *list, tn_arena *arena, size_t size)
{
    if (list->count == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : 16;
        void *items = tn_arena_array(arena, cap, size);
        if (!items)
            return NULL;
        if (list->count > 0)
            memcpy(items, list->items, list->count * size);
        list->items = items;
        list->cap = cap;
    }
    return (char *)list->items + list->count++ * size;
}
