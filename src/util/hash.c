/* SPDX-License-Identifier: MIT */
#include "util/hash.h"

#include <errno.h>
#include <sys/random.h>
#include <unistd.h>

#include <openssl/evp.h>

static int digest(uint8_t *out, tn_text data, const EVP_MD *type)
{
    const char *bytes = data.data ? data.data : "";
    return EVP_Digest(bytes, data.size, out, NULL, type, NULL) == 1 ? TN_OK : TN_ENOMEM;
}

int tn__sha384(uint8_t out[TN__SHA384_SIZE], tn_text data)
{
    return digest(out, data, EVP_sha384());
}

int tn__sha256(uint8_t out[TN__SHA256_SIZE], tn_text data)
{
    return digest(out, data, EVP_sha256());
}

int tn__hasher_sha384(struct tn__hasher *hasher, uint8_t out[TN__SHA384_SIZE], tn_text data)
{
    const char *bytes = data.data ? data.data : "";
    if (!hasher->method)
        hasher->method = EVP_MD_fetch(NULL, "SHA2-384", NULL);
    if (!hasher->context)
        hasher->context = EVP_MD_CTX_new();
    if (!hasher->method || !hasher->context ||
        EVP_DigestInit_ex2(hasher->context, hasher->method, NULL) != 1 ||
        EVP_DigestUpdate(hasher->context, bytes, data.size) != 1 ||
        EVP_DigestFinal_ex(hasher->context, out, NULL) != 1)
        return TN_ENOMEM;
    return TN_OK;
}

void tn__hasher_fini(struct tn__hasher *hasher)
{
    EVP_MD_CTX_free(hasher->context);
    EVP_MD_free(hasher->method);
    *hasher = (struct tn__hasher){NULL, NULL};
}

uint64_t tn__hash64(const void *data, size_t size)
{
    /* FNV-1a, and the finisher of MurmurHash3 because tables use the low bits. */
    const unsigned char *p = data;
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++)
        h = (h ^ p[i]) * UINT64_C(0x100000001b3);
    h ^= h >> 33;
    h *= UINT64_C(0xff51afd7ed558ccd);
    h ^= h >> 33;
    h *= UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ (h >> 33);
}

void tn__hex(char *out, const void *data, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *p = data;
    for (size_t i = 0; i < size; i++) {
        *out++ = digits[p[i] >> 4];
        *out++ = digits[p[i] & 15];
    }
    *out = '\0';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool tn__unhex(void *out, tn_text text)
{
    unsigned char *to = out;
    if (text.size % 2 != 0)
        return false;
    for (size_t i = 0; i < text.size; i += 2) {
        int high = hex_digit(text.data[i]), low = hex_digit(text.data[i + 1]);
        if (high < 0 || low < 0)
            return false;
        *to++ = (unsigned char)(high << 4 | low);
    }
    return true;
}

int tn__random(void *out, size_t size)
{
    enum {
        MOST_AT_ONCE = 256
    }; /* getentropy's limit */
    for (unsigned char *p = out; size > 0;) {
        size_t part = size < MOST_AT_ONCE ? size : MOST_AT_ONCE;
        if (getentropy(p, part) != 0)
            return TN_EIO;
        p += part;
        size -= part;
    }
    return TN_OK;
}
