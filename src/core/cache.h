/* SPDX-License-Identifier: MIT */
#ifndef TN_CORE_CACHE_H
#define TN_CORE_CACHE_H

#include <tenon/stmt.h>

/*
 * Statements of the dynamic interface that wait for their next use, by SQL text. One that is in use
 * is not in here: taking removes it, putting it back makes it the youngest.
 */
struct tn__cache {
    struct tn_stmt **buckets; /* made at the first put */
    unsigned bucket_count;    /* a power of two */
    unsigned count;
    unsigned max; /* 0: keeps nothing */
    struct tn_stmt *youngest;
    struct tn_stmt *oldest;
};

/* Links of a statement in a cache. */
struct tn__cache_links {
    struct tn_stmt *next; /* in the bucket */
    struct tn_stmt *younger;
    struct tn_stmt *older;
    uint64_t hash;
};

void tn__cache_init(struct tn__cache *cache, unsigned max);
/* Free all of them. */
void tn__cache_fini(struct tn__cache *cache);
/* NULL: it is not there. */
struct tn_stmt *tn__cache_take(struct tn__cache *cache, tn_text sql, uint64_t hash);
/* Takes ownership: what does not fit, and the oldest where it is full, is freed. */
void tn__cache_put(struct tn__cache *cache, struct tn_stmt *stmt);

#endif
