/* SPDX-License-Identifier: MIT */
#include "core/cache.h"

#include <string.h>

#include "core/stmt.h"
#include "util/alloc.h"

void tn__cache_init(struct tn__cache *cache, unsigned max)
{
    *cache = (struct tn__cache){.max = max};
}

static struct tn_stmt **bucket_of(struct tn__cache *cache, uint64_t hash)
{
    return &cache->buckets[hash & (cache->bucket_count - 1)];
}

/* The link that points to the statement with this text, or to NULL. */
static struct tn_stmt **find(struct tn__cache *cache, tn_text sql, uint64_t hash)
{
    struct tn_stmt **link = bucket_of(cache, hash);
    while (*link) {
        struct tn_stmt *stmt = *link;
        if (stmt->links.hash == hash && stmt->sql_size == sql.size &&
            memcmp(stmt->sql, sql.data, sql.size) == 0)
            break;
        link = &stmt->links.next;
    }
    return link;
}

static struct tn_stmt *unlink_at(struct tn__cache *cache, struct tn_stmt **link)
{
    struct tn_stmt *stmt = *link;
    struct tn__cache_links *l = &stmt->links;
    *link = l->next;
    if (l->younger)
        l->younger->links.older = l->older;
    else
        cache->youngest = l->older;
    if (l->older)
        l->older->links.younger = l->younger;
    else
        cache->oldest = l->younger;
    l->next = l->younger = l->older = NULL;
    cache->count--;
    return stmt;
}

static struct tn_stmt *unlink_oldest(struct tn__cache *cache)
{
    struct tn_stmt **link = bucket_of(cache, cache->oldest->links.hash);
    while (*link != cache->oldest)
        link = &(*link)->links.next;
    return unlink_at(cache, link);
}

void tn__cache_fini(struct tn__cache *cache)
{
    while (cache->oldest)
        tn__stmt_free(unlink_oldest(cache));
    tn__free(cache->buckets);
    tn__cache_init(cache, 0);
}

struct tn_stmt *tn__cache_take(struct tn__cache *cache, tn_text sql, uint64_t hash)
{
    if (!cache->buckets)
        return NULL;
    struct tn_stmt **link = find(cache, sql, hash);
    return *link ? unlink_at(cache, link) : NULL;
}

/* Without memory for the table nothing is kept: slower, and right. */
static bool make_buckets(struct tn__cache *cache)
{
    if (cache->buckets || cache->max == 0)
        return cache->buckets != NULL;
    unsigned count = 8;
    while (count < cache->max)
        count *= 2;
    cache->buckets = tn__alloc_zero(count, sizeof(struct tn_stmt *));
    cache->bucket_count = count;
    return cache->buckets != NULL;
}

void tn__cache_put(struct tn__cache *cache, struct tn_stmt *stmt)
{
    tn_text sql = {stmt->sql, stmt->sql_size};
    /* The same text may have been in use twice: one is enough. */
    if (!make_buckets(cache) || *find(cache, sql, stmt->links.hash)) {
        tn__stmt_free(stmt);
        return;
    }
    if (cache->count == cache->max)
        tn__stmt_free(unlink_oldest(cache));
    struct tn_stmt **bucket = bucket_of(cache, stmt->links.hash);
    stmt->links.next = *bucket;
    *bucket = stmt;
    stmt->links.older = cache->youngest;
    stmt->links.younger = NULL;
    if (cache->youngest)
        cache->youngest->links.younger = stmt;
    else
        cache->oldest = stmt;
    cache->youngest = stmt;
    cache->count++;
}
