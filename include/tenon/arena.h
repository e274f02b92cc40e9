/* SPDX-License-Identifier: MIT */
#ifndef TENON_ARENA_H
#define TENON_ARENA_H

#include <tenon/value.h>

TN_BEGIN_DECLS

/**
 * @file tenon/arena.h
 * Memory that is given back all at once: the home of collected rows.
 *
 *     tn_arena arena = TN_ARENA_INIT;
 *     … task_list_all(&rows, db, …, &arena, &err) …
 *     tn_arena_fini(&arena);
 *
 * The struct is the caller's; zero-initialised is an empty arena. One thread at a time.
 */
struct tn_arena_block;

typedef struct tn_arena {
    struct tn_arena_block *head; /**< private */
    size_t used_bytes;           /**< bytes handed out since the last reset */
    size_t limit_bytes;          /**< the most it may hand out; 0 = no limit. The caller sets it */
} tn_arena;

#define TN_ARENA_INIT \
 {                    \
  NULL, 0, 0          \
 }

/**
 * Take `size` bytes, aligned for any type; not zeroed. Size 0 gives a valid pointer.
 * @return NULL if memory or the limit is exhausted; the arena stays usable
 */
TN_API TN_NODISCARD void *tn_arena_alloc(tn_arena *arena, size_t size);

/** As tn_arena_alloc for `count` elements of `size` bytes, zeroed; NULL if the product overflows. */
TN_API TN_NODISCARD void *tn_arena_array(tn_arena *arena, size_t count, size_t size);

/** Copy `size` bytes and put a NUL behind them. NULL on failure. */
TN_API TN_NODISCARD char *tn_arena_copy(tn_arena *arena, const void *data, size_t size);

/**
 * Copy a text or a blob. A NULL one (data == NULL) stays NULL.
 * @return TN_OK or TN_ENOMEM; `*out` is set on success only
 */
TN_API TN_NODISCARD int tn_arena_text(tn_arena *arena, tn_text *out, tn_text text);
TN_API TN_NODISCARD int tn_arena_blob(tn_arena *arena, tn_blob *out, tn_blob blob);

/**
 * Replace borrowed texts by copies, as tn_arena_text does, in one call for all texts of a row.
 * @return TN_OK, or TN_ENOMEM: then some of them are copies and the others still borrowed
 */
TN_API TN_NODISCARD int tn_arena_texts(tn_arena *arena, tn_text *const *texts, size_t count);

/**
 * Copy a value with the text, blob or array in it, and the items of an array with theirs.
 * @return TN_OK or TN_ENOMEM; `*out` is set on success only
 */
TN_API TN_NODISCARD int tn_arena_value(tn_arena *arena, tn_value *out, tn_value value);

/** Give everything back but keep the memory for the next use: what was handed out is invalid. */
TN_API void tn_arena_reset(tn_arena *arena);

/** Give everything back. The arena is empty and usable. NULL is allowed. */
TN_API void tn_arena_fini(tn_arena *arena);

TN_END_DECLS

#endif
