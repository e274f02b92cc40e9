/* SPDX-License-Identifier: MIT */
#include "password.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>

enum {
    SALT_SIZE = 16,
    KEY_SIZE = 32,
    COST = 15, /* as a power of two: N */
    BLOCK = 8, /* r */
    LANES = 3, /* p */
    COST_MAX = 20,
    MEMORY_MAX = 1 << 30
};

struct parts {
    unsigned cost, block, lanes;
    unsigned char salt[SALT_SIZE];
    unsigned char key[KEY_SIZE];
};

static bool derive(unsigned char key[KEY_SIZE], tn_text password, const struct parts *parts)
{
    return EVP_PBE_scrypt(password.data, password.size, parts->salt, SALT_SIZE,
                          UINT64_C(1) << parts->cost, parts->block, parts->lanes, MEMORY_MAX, key,
                          KEY_SIZE) == 1;
}

static bool from_hex(unsigned char *out, size_t size, const char *text)
{
    size_t written = 0;
    return OPENSSL_hexstr2buf_ex(out, size, &written, text, '\0') == 1 && written == size;
}

static bool read_parts(struct parts *out, tn_text hash)
{
    char text[PASSWORD_HASH_SIZE];
    char salt[2 * SALT_SIZE + 1];
    char key[2 * KEY_SIZE + 1];
    if (!hash.data || hash.size >= sizeof text)
        return false;
    memcpy(text, hash.data, hash.size);
    text[hash.size] = '\0';
    if (sscanf(text, "scrypt$%2u$%2u$%2u$%32[0-9a-f]$%64[0-9a-f]", &out->cost, &out->block,
               &out->lanes, salt, key) != 5)
        return false;
    return out->cost > 0 && out->cost <= COST_MAX && out->block > 0 && out->lanes > 0 &&
           from_hex(out->salt, SALT_SIZE, salt) && from_hex(out->key, KEY_SIZE, key);
}

static void put_hex(char *out, const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

void password_forget(struct password *password)
{
    OPENSSL_cleanse(password, sizeof *password);
}

int password_hash(char out[PASSWORD_HASH_SIZE], tn_text password, tn_error *err)
{
    struct parts parts = {.cost = COST, .block = BLOCK, .lanes = LANES};
    char salt[2 * SALT_SIZE + 1];
    char key[2 * KEY_SIZE + 1];
    if (password.size == 0)
        return tn_error_set(err, TN_EINVAL, "the password is empty");
    if (RAND_bytes(parts.salt, SALT_SIZE) != 1)
        return tn_error_set(err, TN_EIO, "no random bytes for a salt");
    if (!derive(parts.key, password, &parts))
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    put_hex(salt, parts.salt, SALT_SIZE);
    put_hex(key, parts.key, KEY_SIZE);
    OPENSSL_cleanse(parts.key, KEY_SIZE);
    snprintf(out, PASSWORD_HASH_SIZE, "scrypt$%d$%d$%d$%s$%s", COST, BLOCK, LANES, salt, key);
    return TN_OK;
}

int password_is(bool *out, tn_text password, tn_text hash, tn_error *err)
{
    struct parts parts = {.cost = COST, .block = BLOCK, .lanes = LANES};
    unsigned char key[KEY_SIZE];
    bool is_hash = read_parts(&parts, hash);
    if (!is_hash)
        parts = (struct parts){.cost = COST, .block = BLOCK, .lanes = LANES};
    *out = false;
    if (!derive(key, password, &parts))
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    bool is_same = CRYPTO_memcmp(key, parts.key, KEY_SIZE) == 0;
    OPENSSL_cleanse(key, KEY_SIZE);
    *out = is_hash && is_same;
    return TN_OK;
}
