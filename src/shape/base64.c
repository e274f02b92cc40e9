/* SPDX-License-Identifier: MIT */
#include "shape/base64.h"

#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void tn__base64_put(struct tn__buf *out, tn_blob blob)
{
    const unsigned char *bytes = blob.data;
    for (size_t at = 0; at < blob.size; at += 3) {
        size_t left = blob.size - at;
        uint32_t bits = (uint32_t)bytes[at] << 16;
        char group[4];
        if (left > 1)
            bits |= (uint32_t)bytes[at + 1] << 8;
        if (left > 2)
            bits |= bytes[at + 2];
        for (size_t i = 0; i < sizeof group; i++)
            group[i] = i <= left ? letters[(bits >> (18 - 6 * i)) & 0x3f] : '=';
        tn__buf_add(out, group, sizeof group);
    }
}

/* 0 to 63; 64: it is none. */
static uint32_t value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (uint32_t)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (uint32_t)(c - 'a' + 26);
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0' + 52);
    return c == '+' ? 62 : c == '/' ? 63 : 64;
}

int tn__base64_read(tn_blob *out, tn_text text, tn_arena *arena)
{
    size_t padding = 0;
    if (text.size % 4 != 0)
        return TN_EINVAL;
    while (padding < 2 && padding < text.size && text.data[text.size - 1 - padding] == '=')
        padding++;
    unsigned char *bytes = tn_arena_alloc(arena, text.size / 4 * 3 + 1);
    size_t size = 0;
    if (!bytes)
        return TN_ENOMEM;
    for (size_t at = 0; at < text.size; at += 4) {
        size_t pads = at + 4 == text.size ? padding : 0;
        uint32_t bits = 0;
        for (size_t i = 0; i < 4; i++) {
            uint32_t value = i < 4 - pads ? value_of(text.data[at + i]) : 0;
            if (value == 64)
                return TN_EINVAL;
            bits = bits << 6 | value;
        }
        if (bits & ((1u << 8 * pads) - 1))
            return TN_EINVAL;
        for (size_t i = 0; i < 3 - pads; i++)
            bytes[size++] = (unsigned char)(bits >> (16 - 8 * i));
    }
    *out = (tn_blob){bytes, size};
    return TN_OK;
}
