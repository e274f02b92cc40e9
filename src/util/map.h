/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_MAP_H
#define TN_UTIL_MAP_H

#include <tenon/arena.h>

/*
 * Text to pointer, open addressing. Keys are borrowed: they live as long as the map. Iteration
 * order is insertion order, so that output made from a map is the same everywhere.
 */
struct tn__map_entry {
    tn_text key;
    uint64_t hash;
    void *value;
};

struct tn__map {
    struct tn__map_entry *entries; /* in insertion order; count of them */
    uint32_t *slots;               /* index + 1 into entries; 0 = free */
    size_t count;
    size_t cap;        /* of entries */
    size_t slot_count; /* power of two, or 0 */
};

void tn__map_init(struct tn__map *map);
void tn__map_fini(struct tn__map *map);
/* Insert or replace. TN_OK or TN_ENOMEM (the map is unchanged). */
TN_NODISCARD int tn__map_put(struct tn__map *map, tn_text key, void *value);
/* A copy that is never freed nor added to: its memory is the arena's. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__map_to_arena(const struct tn__map **out, const struct tn__map *map,
                                  tn_arena *arena);
/* NULL if absent. */
void *tn__map_get(const struct tn__map *map, tn_text key);

#endif
