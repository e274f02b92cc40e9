/* SPDX-License-Identifier: MIT */
#include <tenon/arena.h>

#include <stdalign.h>
#include <stddef.h>

#include "util/alloc.h"

#if defined(__SANITIZE_ADDRESS__)
# define ARENA_ASAN 1
#elif defined(__has_feature)
# if __has_feature(address_sanitizer)
#  define ARENA_ASAN 1
# endif
#endif

/*
 * Under AddressSanitizer every piece has a forbidden gap behind it, and what is not handed out is
 * forbidden: an overrun or a use after a reset is found as in memory of malloc.
 */
#ifdef ARENA_ASAN
# include <sanitizer/asan_interface.h>
enum {
    MIN_ALIGN = 8,
    GAP = 8
};
# define FORBID(ptr, size) ASAN_POISON_MEMORY_REGION(ptr, size)
# define PERMIT(ptr, size) ASAN_UNPOISON_MEMORY_REGION(ptr, size)
#else
enum {
    MIN_ALIGN = 1,
    GAP = 0
};
# define FORBID(ptr, size) ((void)0)
# define PERMIT(ptr, size) ((void)0)
#endif

enum {
    FIRST_BLOCK = 4096 - 64,
    LAST_BLOCK = 8 * 1024 * 1024
};

struct tn_arena_block {
    struct tn_arena_block *next; /* older, or full of one big piece */
    size_t cap;
    size_t used;
    alignas(max_align_t) unsigned char data[];
};

static struct tn_arena_block *block_new(size_t cap)
{
    if (cap > SIZE_MAX - sizeof(struct tn_arena_block))
        return NULL;
    struct tn_arena_block *block = tn__alloc(sizeof *block + cap);
    if (!block)
        return NULL;
    block->next = NULL;
    block->cap = cap;
    block->used = 0;
    FORBID(block->data, cap);
    return block;
}

static void block_free(struct tn_arena_block *block)
{
    PERMIT(block->data, block->cap);
    tn__free(block);
}

/* A block that has room for `size` bytes: the new head, or behind it for a piece of its own. */
static struct tn_arena_block *add_block(tn_arena *arena, size_t size)
{
    struct tn_arena_block *head = arena->head;
    size_t cap = FIRST_BLOCK;
    if (head && head->cap >= FIRST_BLOCK)
        cap = head->cap < LAST_BLOCK / 2 ? head->cap * 2 : LAST_BLOCK;
    bool own = size > cap;
    struct tn_arena_block *block = block_new(own ? size : cap);
    if (!block)
        return NULL;
    if (own && head) {
        /* What is left in the head stays in use. */
        block->next = head->next;
        head->next = block;
    } else {
        block->next = head;
        arena->head = block;
    }
    return block;
}

/* What is handed out of `block` from `at` on: there is room. */
static inline void *hand_out(tn_arena *arena, struct tn_arena_block *block, size_t at, size_t size)
{
    block->used = at + size + GAP;
    arena->used_bytes += size;
    PERMIT(block->data + at, size);
    return block->data + at;
}

static void *take_slowly(tn_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    struct tn_arena_block *block = add_block(arena, size + GAP);
    return block ? hand_out(arena, block, 0, size) : NULL;
}

/* Inline in each of its callers: rows are copied piece by piece. */
static inline void *take(tn_arena *arena, size_t size, size_t align)
{
    if (align < MIN_ALIGN)
        align = MIN_ALIGN;
    if (arena->limit_bytes &&
        (arena->used_bytes > arena->limit_bytes || size > arena->limit_bytes - arena->used_bytes))
        return NULL;
    struct tn_arena_block *block = arena->head;
    if (TN_LIKELY(block != NULL)) {
        size_t at = (block->used + align - 1) & ~(align - 1);
        if (TN_LIKELY(at <= block->cap && size <= block->cap - at && size + GAP <= block->cap - at))
            return hand_out(arena, block, at, size);
    }
    return take_slowly(arena, size);
}

void *tn_arena_alloc(tn_arena *arena, size_t size)
{
    return take(arena, size ? size : 1, alignof(max_align_t));
}

void *tn_arena_array(tn_arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    void *items = tn_arena_alloc(arena, count * size);
    if (items)
        memset(items, 0, count * size);
    return items;
}

/* `data` is not NULL, also with size 0. */
static inline char *copy_bytes(tn_arena *arena, const void *data, size_t size)
{
    if (size == SIZE_MAX)
        return NULL;
    char *copy = take(arena, size + 1, 1);
    if (!copy)
        return NULL;
    memcpy(copy, data, size);
    copy[size] = '\0';
    return copy;
}

char *tn_arena_copy(tn_arena *arena, const void *data, size_t size)
{
    return copy_bytes(arena, size ? data : "", size);
}

int tn_arena_text(tn_arena *arena, tn_text *out, tn_text text)
{
    tn_text copy = {NULL, 0};
    if (text.data) {
        copy.data = copy_bytes(arena, text.data, text.size);
        copy.size = text.size;
        if (!copy.data)
            return TN_ENOMEM;
    }
    *out = copy;
    return TN_OK;
}

int tn_arena_texts(tn_arena *arena, tn_text *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tn_text *text = texts[i];
        if (!text->data)
            continue;
        const char *copy = copy_bytes(arena, text->data, text->size);
        if (!copy)
            return TN_ENOMEM;
        text->data = copy;
    }
    return TN_OK;
}

int tn_arena_blob(tn_arena *arena, tn_blob *out, tn_blob blob)
{
    tn_blob copy = {NULL, 0};
    if (blob.data) {
        /* Aligned, so that a blob may be read as what it holds. */
        void *data = tn_arena_alloc(arena, blob.size);
        if (!data)
            return TN_ENOMEM;
        if (blob.size)
            memcpy(data, blob.data, blob.size);
        copy.data = data;
        copy.size = blob.size;
    }
    *out = copy;
    return TN_OK;
}

void tn_arena_reset(tn_arena *arena)
{
    /* The largest block stays: the next round of the same size needs no other. */
    struct tn_arena_block *kept = arena->head;
    for (struct tn_arena_block *b = kept; b; b = b->next) {
        if (b->cap > kept->cap)
            kept = b;
    }
    for (struct tn_arena_block *b = arena->head, *next; b; b = next) {
        next = b->next;
        if (b != kept)
            block_free(b);
    }
    if (kept) {
        kept->next = NULL;
        kept->used = 0;
        FORBID(kept->data, kept->cap);
    }
    arena->head = kept;
    arena->used_bytes = 0;
}

void tn_arena_fini(tn_arena *arena)
{
    if (!arena)
        return;
    for (struct tn_arena_block *b = arena->head, *next; b; b = next) {
        next = b->next;
        block_free(b);
    }
    arena->head = NULL;
    arena->used_bytes = 0;
}
