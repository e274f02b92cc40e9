/* SPDX-License-Identifier: MIT */
#include "util/map.h"

#include "util/alloc.h"
#include "util/hash.h"

enum {
    FIRST_SLOTS = 16
};

void tn__map_init(struct tn__map *map)
{
    memset(map, 0, sizeof *map);
}

void tn__map_fini(struct tn__map *map)
{
    if (!map)
        return;
    tn__free(map->entries);
    tn__free(map->slots);
    tn__map_init(map);
}

static struct tn__map_entry *find(const struct tn__map *map, tn_text key, uint64_t hash)
{
    if (map->slot_count == 0)
        return NULL;
    size_t mask = map->slot_count - 1;
    for (size_t i = (size_t)hash & mask; map->slots[i]; i = (i + 1) & mask) {
        struct tn__map_entry *entry = &map->entries[map->slots[i] - 1];
        if (entry->hash == hash && tn_text_equal(entry->key, key))
            return entry;
    }
    return NULL;
}

static void place(uint32_t *slots, size_t slot_count, uint64_t hash, size_t index)
{
    size_t mask = slot_count - 1;
    size_t i = (size_t)hash & mask;
    while (slots[i])
        i = (i + 1) & mask;
    slots[i] = (uint32_t)(index + 1);
}

/* Room for one more: at most three quarters of the slots are taken. */
static int make_room(struct tn__map *map)
{
    if (map->count >= UINT32_MAX - 1)
        return TN_ENOMEM;
    struct tn__map_entry *entries =
        tn__grow(map->entries, &map->cap, map->count + 1, sizeof *entries);
    if (!entries)
        return TN_ENOMEM;
    map->entries = entries;
    if (map->slot_count && map->count + 1 <= map->slot_count - map->slot_count / 4)
        return TN_OK;
    size_t slot_count = map->slot_count ? map->slot_count * 2 : FIRST_SLOTS;
    uint32_t *slots = tn__alloc_zero(slot_count, sizeof *slots);
    if (!slots)
        return TN_ENOMEM;
    for (size_t i = 0; i < map->count; i++)
        place(slots, slot_count, entries[i].hash, i);
    tn__free(map->slots);
    map->slots = slots;
    map->slot_count = slot_count;
    return TN_OK;
}

int tn__map_put(struct tn__map *map, tn_text key, void *value)
{
    uint64_t hash = tn__hash64(key.data, key.size);
    struct tn__map_entry *entry = find(map, key, hash);
    if (entry) {
        entry->value = value;
        return TN_OK;
    }
    int rc = make_room(map);
    if (rc != TN_OK)
        return rc;
    map->entries[map->count] = (struct tn__map_entry){key, hash, value};
    place(map->slots, map->slot_count, hash, map->count);
    map->count++;
    return TN_OK;
}

void *tn__map_get(const struct tn__map *map, tn_text key)
{
    struct tn__map_entry *entry = find(map, key, tn__hash64(key.data, key.size));
    return entry ? entry->value : NULL;
}

int tn__map_to_arena(const struct tn__map **out, const struct tn__map *map, tn_arena *arena)
{
    struct tn__map *copy = tn_arena_array(arena, 1, sizeof *copy);
    struct tn__map_entry *entries = tn_arena_array(arena, map->count, sizeof *entries);
    uint32_t *slots = tn_arena_array(arena, map->slot_count, sizeof *slots);
    if (!copy || !entries || !slots)
        return TN_ENOMEM;
    if (map->count > 0) {
        memcpy(entries, map->entries, map->count * sizeof *entries);
        memcpy(slots, map->slots, map->slot_count * sizeof *slots);
    }
    *copy = (struct tn__map){entries, slots, map->count, map->count, map->slot_count};
    *out = copy;
    return TN_OK;
}
