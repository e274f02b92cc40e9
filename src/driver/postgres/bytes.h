/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_BYTES_H
#define TN_DRIVER_POSTGRES_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Numbers in the order of the network, at any address. */

static inline uint16_t tn__pg_get16(const char *at)
{
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? value : __builtin_bswap16(value);
}

static inline uint32_t tn__pg_get32(const char *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? value : __builtin_bswap32(value);
}

static inline uint64_t tn__pg_get64(const char *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? value : __builtin_bswap64(value);
}

static inline void tn__pg_put16(char *at, uint16_t value)
{
    value = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? value : __builtin_bswap16(value);
    memcpy(at, &value, sizeof value);
}

static inline void tn__pg_put32(char *at, uint32_t value)
{
    value = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? value : __builtin_bswap32(value);
    memcpy(at, &value, sizeof value);
}

static inline void tn__pg_put64(char *at, uint64_t value)
{
    value = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? value : __builtin_bswap64(value);
    memcpy(at, &value, sizeof value);
}

/* A byte written as three octal digits, not above \377. */
static inline bool tn__pg_get_octal(unsigned char *out, const char *at, const char *end)
{
    if (end - at < 3 || at[0] < '0' || at[0] > '3' || at[1] < '0' || at[1] > '7' || at[2] < '0' ||
        at[2] > '7')
        return false;
    *out = (unsigned char)((at[0] - '0') << 6 | (at[1] - '0') << 3 | (at[2] - '0'));
    return true;
}

#endif
