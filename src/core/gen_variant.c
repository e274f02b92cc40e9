/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <string.h>

#include "core/conn.h"
#include "core/gen.h"
#include "util/alloc.h"

/*
 * Queries with optional parts. A template's variants hang in its buckets, newest first; they are only
 * ever added, and never changed afterwards, so that who finds one needs no lock. Whoever makes one
 * puts it in with a compare-and-swap on the bucket.
 *
 * There may be 2^64 of them, each with a statement on each connection: those beyond a bound are made
 * for one use. Such a one has no slot; its connection knows it, for as long as it is in use, to tell
 * its name to those who watch.
 */
struct variant {
    struct tn__passing passing; /* of one for a single use */
    struct tn_pg_query query;
    const struct variant *next; /* in the bucket */
    uint64_t key;
    char sql[];
};

static void **bucket_of(struct tn_gen_template *template_, uint64_t key)
{
    uint64_t spread = (key * UINT64_C(0x9e3779b97f4a7c15)) >> 32;
    return &template_->buckets[spread & (template_->bucket_count - 1)];
}

/* From `first` on, up to and without `end`. */
static struct variant *find(struct variant *first, const struct variant *end, uint64_t key)
{
    for (const struct variant *v = first; v != end; v = v->next) {
        if (v->key == key)
            return (struct variant *)(uintptr_t)v;
    }
    return NULL;
}

/* --- making one --------------------------------------------------------------------------------- */

static bool is_in(const struct tn_gen_piece *piece, uint64_t key)
{
    return (key & piece->mask) == piece->value;
}

static int make(struct variant **out, const struct tn_gen_template *template_, uint64_t key,
                tn_error *err)
{
    size_t size = 0;
    for (uint32_t i = 0; i < template_->piece_count; i++)
        size += is_in(&template_->pieces[i], key) ? template_->pieces[i].size : 0;
    if (size > UINT32_MAX)
        return tn_error_set(err, TN_ERANGE, "statement of %zu bytes is too big", size);
    struct variant *variant = tn__alloc(sizeof *variant + size + 1);
    if (!variant)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    memset(variant, 0, sizeof *variant);
    char *end = variant->sql;
    for (uint32_t i = 0; i < template_->piece_count; i++) {
        const struct tn_gen_piece *piece = &template_->pieces[i];
        if (is_in(piece, key)) {
            memcpy(end, piece->sql, piece->size);
            end += piece->size;
        }
    }
    *end = '\0';
    variant->key = key;
    variant->query.query = template_->query;
    variant->query.query.sql = variant->sql;
    variant->query.query.sql_size = (uint32_t)size;
    variant->query.query.slot = 0;
    if (tn__gen_types(&template_->query))
        variant->query.types = ((const struct tn_pg_template *)template_)->types;
    *out = variant;
    return TN_OK;
}

/* Whether one more may be kept. */
static bool reserve(struct tn_gen_template *template_)
{
    if (__atomic_fetch_add(&template_->used, 1, __ATOMIC_RELAXED) < TN_GEN_VARIANTS_MAX)
        return true;
    __atomic_fetch_sub(&template_->used, 1, __ATOMIC_RELAXED);
    return false;
}

/* Put it into its bucket, unless another thread has put in its like since `first` was seen: that one is
 * given then. */
static struct variant *publish(struct tn_gen_template *template_, struct variant *variant,
                               void *first)
{
    void **bucket = bucket_of(template_, variant->key);
    const void *seen = first;
    variant->next = first;
    while (!__atomic_compare_exchange_n(bucket, &first, variant, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE)) {
        struct variant *other = find(first, seen, variant->key);
        if (other) {
            tn__free(variant);
            __atomic_fetch_sub(&template_->used, 1, __ATOMIC_RELAXED);
            return other;
        }
        seen = first;
        variant->next = first;
    }
    return variant;
}

/* The variant of that key: put in among the others, or for one use. */
static int add(struct variant **out, struct tn_gen_template *template_, uint64_t key, tn_error *err)
{
    void *first = __atomic_load_n(bucket_of(template_, key), __ATOMIC_ACQUIRE);
    struct variant *variant = find(first, NULL, key);
    if (!variant) {
        int rc = make(&variant, template_, key, err);
        if (rc != TN_OK) {
            if (err)
                tn__gen_add_name(&template_->query, err);
            return rc;
        }
        if (reserve(template_))
            variant = publish(template_, variant, first);
        else
            variant->query.query.slot = TN_GEN_NO_SLOT;
    }
    *out = variant;
    return TN_OK;
}

/* --- using it ----------------------------------------------------------------------------------- */

static struct variant *variant_of(const struct tn_gen_query *query)
{
    return (struct variant *)((uintptr_t)query - offsetof(struct variant, query));
}

/* The way of a variant's first use, and of those for one use: not a part of the other one, whose
 * registers it would have saved. */
__attribute__((noinline)) static int acquire_new(struct tn_gen_use *use, tn_db *db,
                                                 struct tn_gen_template *template_, uint64_t key,
                                                 tn_error *err)
{
    struct variant *variant;
    int rc = add(&variant, template_, key, err);
    if (rc != TN_OK)
        return rc;
    rc = tn_gen_acquire(use, db, &variant->query.query, err);
    if (tn__gen_slot(&variant->query.query) != TN_GEN_NO_SLOT)
        return rc;
    if (rc != TN_OK) {
        tn__free(variant);
        return rc;
    }
    variant->passing.named = (struct tn__named){&variant->query.query, use->stmt, false};
    variant->passing.next = use->conn->passing;
    use->conn->passing = &variant->passing;
    return TN_OK;
}

int tn_gen_acquire_variant(struct tn_gen_use *use, tn_db *db, struct tn_gen_template *template_,
                           uint64_t key, tn_error *err)
{
    void *first = __atomic_load_n(bucket_of(template_, key), __ATOMIC_ACQUIRE);
    struct variant *variant = find(first, NULL, key);
    if (TN_UNLIKELY(!variant))
        return acquire_new(use, db, template_, key, err);
    return tn_gen_acquire(use, db, &variant->query.query, err);
}

void tn__gen_end_passing(tn_conn *conn, struct tn__driver_stmt *stmt,
                         const struct tn_gen_query *query)
{
    const struct tn__passing *passing = &variant_of(query)->passing;
    struct tn__passing **at = &conn->passing;
    while (*at != passing)
        at = &(*at)->next;
    *at = passing->next;
    conn->driver->finalize(stmt);
}

__attribute__((noinline)) static void release_passing(struct tn_gen_use *use)
{
    struct variant *variant = variant_of(use->query);
    tn_conn *conn = use->conn;
    if (tn_gen_is_over(use)) {
        tn_gen_release(use);
    } else {
        tn__gen_end_passing(conn, use->stmt, use->query);
        use->conn = NULL;
        tn__gen_leave(use, conn);
    }
    use->query = NULL;
    tn__free(variant);
}

void tn_gen_release_variant(struct tn_gen_use *use)
{
    if (use->conn && TN_UNLIKELY(tn__gen_slot(use->query) == TN_GEN_NO_SLOT))
        release_passing(use);
    else
        tn_gen_release(use);
}
