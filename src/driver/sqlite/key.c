/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <tenon/gen_sqlite.h>

#include "util/alloc.h"

/*
 * The key of a group of rows, column after column: a byte for the class; then a number's eight bytes,
 * or the size of text or a blob and its bytes.
 */
struct part {
    unsigned char class;
    uint64_t number; /* also the size of what `data` is */
    const void *data;
    size_t size; /* of all of it in a key */
};

/* false: no memory for a text. */
static bool read_part(struct part *out, sqlite3_value *value)
{
    int class = sqlite3_value_type(value);
    *out = (struct part){.class = (unsigned char)class, .size = 1};
    if (class == SQLITE_NULL)
        return true;
    out->size += sizeof out->number;
    if (class == SQLITE_INTEGER) {
        out->number = (uint64_t)sqlite3_value_int64(value);
    } else if (class == SQLITE_FLOAT) {
        double real = sqlite3_value_double(value) + 0.0; /* -0.0 + 0.0 is 0.0 */
        memcpy(&out->number, &real, sizeof real);
    } else {
        bool is_text = class == SQLITE_TEXT;
        out->data = is_text ? (const void *)sqlite3_value_text(value) : sqlite3_value_blob(value);
        out->number = (uint64_t)sqlite3_value_bytes(value);
        out->size += (size_t)out->number;
        /* An empty blob is NULL; so is one without memory, and then the value is NULL, too. */
        return out->data || (!is_text && sqlite3_value_type(value) == class);
    }
    return true;
}

static bool is_part(const unsigned char *at, const struct part *part)
{
    size_t bytes = part->data ? (size_t)part->number : 0;
    return at[0] == part->class && (part->size == 1 || memcmp(at + 1, &part->number, 8) == 0) &&
           (bytes == 0 || memcmp(at + 9, part->data, bytes) == 0);
}

static void write_part(unsigned char *at, const struct part *part)
{
    at[0] = part->class;
    if (part->size > 1)
        memcpy(at + 1, &part->number, sizeof part->number);
    if (part->data && part->number)
        memcpy(at + 9, part->data, (size_t)part->number);
}

/* Where a key of `size` bytes goes; what is there is overwritten. NULL: no memory, and it is not. */
static unsigned char *room(struct tn_gen_key *key, size_t size)
{
    if (size <= sizeof key->own)
        return key->own;
    if (size > key->cap) {
        unsigned char *heap = tn__alloc(size);
        if (!heap)
            return NULL;
        tn__free(key->heap);
        key->heap = heap;
        key->cap = size;
    }
    return key->heap;
}

static int keep(struct tn_gen_key *key, sqlite3_stmt *stmt, const int *columns, int count)
{
    struct part part;
    size_t size = 0;
    for (int i = 0; i < count; i++) {
        if (!read_part(&part, sqlite3_column_value(stmt, columns[i])))
            return TN_ENOMEM;
        size += part.size;
    }
    unsigned char *at = room(key, size);
    if (!at)
        return TN_ENOMEM;
    for (int i = 0; i < count; i++) {
        (void)read_part(&part, sqlite3_column_value(stmt, columns[i])); /* as it was a moment ago */
        write_part(at, &part);
        at += part.size;
    }
    key->size = size;
    key->has = true;
    return 1;
}

int tn_sqlite_key_next(struct tn_gen_key *key, sqlite3_stmt *stmt, const int *columns, int count)
{
    /* As room() chose when it was kept. */
    const unsigned char *at = key->size <= sizeof key->own ? key->own : key->heap;
    size_t left = key->size;
    for (int i = 0; key->has && i < count; i++) {
        struct part part;
        if (!read_part(&part, sqlite3_column_value(stmt, columns[i])))
            return TN_ENOMEM;
        if (part.size > left || !is_part(at, &part))
            return keep(key, stmt, columns, count);
        at += part.size;
        left -= part.size;
    }
    return key->has ? 0 : keep(key, stmt, columns, count);
}
