/* SPDX-License-Identifier: MIT */
#include "util/utf8.h"

/* RFC 3629, section 4: lead bytes, and what the second byte may be; the others are 80..BF. */
static const struct {
    unsigned char lead_min, lead_max, second_min, second_max;
    unsigned char size;
} forms[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

size_t tn__utf8_size(const char *data, size_t left)
{
    if (left == 0)
        return 0;
    const unsigned char *p = (const unsigned char *)data;
    if (p[0] < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (p[0] < forms[i].lead_min || p[0] > forms[i].lead_max)
            continue;
        if (left < forms[i].size || p[1] < forms[i].second_min || p[1] > forms[i].second_max)
            return 0;
        for (size_t k = 2; k < forms[i].size; k++) {
            if (p[k] < 0x80 || p[k] > 0xbf)
                return 0;
        }
        return forms[i].size;
    }
    return 0;
}

bool tn__utf8_valid(tn_text text, size_t *bad)
{
    for (size_t i = 0; i < text.size;) {
        size_t size = tn__utf8_size(text.data + i, text.size - i);
        if (size == 0) {
            if (bad)
                *bad = i;
            return false;
        }
        i += size;
    }
    return true;
}

int tn__utf8_check(tn_text text, tn_error *err)
{
    const char *nul = text.size ? memchr(text.data, '\0', text.size) : NULL;
    size_t bad = 0;
    bool valid = tn__utf8_valid(text, &bad);
    if (valid && !nul)
        return TN_OK;
    bool is_nul = valid || (nul && (size_t)(nul - text.data) < bad);
    if (is_nul)
        bad = (size_t)(nul - text.data);
    tn_error_set(err, TN_ESYNTAX, is_nul ? "byte 0x00 in a text" : "byte 0x%02x is not UTF-8",
                 (unsigned)(unsigned char)text.data[bad]);
    if (err)
        err->position = bad < UINT32_MAX ? (uint32_t)(bad + 1) : 0;
    return TN_ESYNTAX;
}

size_t tn__utf8_bom(tn_text text)
{
    return text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

size_t tn__utf8_cut(tn_text text, size_t max)
{
    if (text.size < max)
        max = text.size;
    /* Back to the start of the last character; then over it, if it is whole or was never one. */
    size_t start = max;
    for (int i = 0; i < 4 && start > 0; i++) {
        unsigned char c = (unsigned char)text.data[--start];
        if (c < 0x80)
            return max;
        if (c >= 0xc0) {
            size_t size = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
            return max - start < size ? start : max;
        }
    }
    return max;
}
