/* SPDX-License-Identifier: MIT */
#include <tenon/id.h>

#include <stdatomic.h>

#include <tenon/time.h>

#include "util/hash.h"

/* Bytes of the groups that hyphens part. */
static const unsigned char group_sizes[] = {4, 2, 2, 2, 6};

void tn_uuid_format(char out[TN_UUID_SIZE], tn_uuid uuid)
{
    const unsigned char *from = uuid.bytes;
    for (size_t i = 0; i < sizeof group_sizes; i++) {
        tn__hex(out, from, group_sizes[i]);
        from += group_sizes[i];
        out += 2 * group_sizes[i];
        if (i + 1 < sizeof group_sizes)
            *out++ = '-';
    }
}

int tn_uuid_parse(tn_uuid *out, tn_text text)
{
    tn_uuid uuid;
    uint8_t *to = uuid.bytes;
    const char *from = text.data;
    if (!text.data || text.size != TN_UUID_SIZE - 1)
        return TN_EINVAL;
    for (size_t i = 0; i < sizeof group_sizes; i++) {
        if (i > 0 && *from++ != '-')
            return TN_EINVAL;
        if (!tn__unhex(to, (tn_text){from, (size_t)2 * group_sizes[i]}))
            return TN_EINVAL;
        from += 2 * group_sizes[i];
        to += group_sizes[i];
    }
    *out = uuid;
    return TN_OK;
}

static void set_version(tn_uuid *uuid, int version)
{
    uuid->bytes[6] = (uint8_t)((uuid->bytes[6] & 0x0f) | (version << 4));
    uuid->bytes[8] = (uint8_t)((uuid->bytes[8] & 0x3f) | 0x80); /* the variant of RFC 9562 */
}

int tn_uuid_make_v4(tn_uuid *out)
{
    tn_uuid uuid;
    if (tn__random(uuid.bytes, sizeof uuid.bytes) != TN_OK)
        return TN_EIO;
    set_version(&uuid, 4);
    *out = uuid;
    return TN_OK;
}

/*
 * The milliseconds and a 12-bit counter as one number that only grows. In a new millisecond the
 * counter starts in its lower half, at random; one that is full runs over into the milliseconds,
 * which is then ahead of the clock for a moment (RFC 9562, 6.2, method 1).
 */
static uint64_t next_tick(unsigned random)
{
    static _Atomic uint64_t last;
    uint64_t now = (uint64_t)(tn_now().us / 1000) << 12 | (random & 0x7ff);
    uint64_t seen = atomic_load(&last);
    uint64_t tick;
    do {
        tick = now > seen ? now : seen + 1;
    } while (!atomic_compare_exchange_weak(&last, &seen, tick));
    return tick;
}

int tn_uuid_make_v7(tn_uuid *out)
{
    tn_uuid uuid;
    if (tn__random(uuid.bytes, sizeof uuid.bytes) != TN_OK)
        return TN_EIO;
    uint64_t tick = next_tick((unsigned)uuid.bytes[6] << 8 | uuid.bytes[7]);
    uint64_t ms = tick >> 12;
    for (int i = 0; i < 6; i++)
        uuid.bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
    uuid.bytes[6] = (uint8_t)(tick >> 8 & 0x0f);
    uuid.bytes[7] = (uint8_t)tick;
    set_version(&uuid, 7);
    *out = uuid;
    return TN_OK;
}

int tn_uuid_v4(char out[TN_UUID_SIZE])
{
    tn_uuid uuid;
    int rc = tn_uuid_make_v4(&uuid);
    if (rc == TN_OK)
        tn_uuid_format(out, uuid);
    return rc;
}

int tn_uuid_v7(char out[TN_UUID_SIZE])
{
    tn_uuid uuid;
    int rc = tn_uuid_make_v7(&uuid);
    if (rc == TN_OK)
        tn_uuid_format(out, uuid);
    return rc;
}

int tn_nanoid(char *out, size_t length)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    enum {
        MAX_LENGTH = 255
    };
    if (length < 1 || length > MAX_LENGTH)
        return TN_EINVAL;
    unsigned char bytes[MAX_LENGTH];
    if (tn__random(bytes, length) != TN_OK)
        return TN_EIO;
    for (size_t i = 0; i < length; i++)
        out[i] = alphabet[bytes[i] & 63];
    out[length] = '\0';
    return TN_OK;
}
