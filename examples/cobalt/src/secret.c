/* SPDX-License-Identifier: MIT */
#include "secret.h"

#include <openssl/evp.h>
#include <stdio.h>

int secret_hash(char out[SECRET_HASH_SIZE], tn_text text, tn_error *err)
{
    unsigned char digest[32];
    size_t size = sizeof digest;
    const char *data = text.data ? text.data : "";
    if (EVP_Q_digest(NULL, "SHA256", NULL, data, text.size, digest, &size) != 1)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    for (size_t i = 0; i < size; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
    return TN_OK;
}

int secret_make(struct secret *out, tn_error *err)
{
    if (tn_nanoid(out->text, SECRET_LENGTH) != TN_OK)
        return tn_error_set(err, TN_EIO, "no random bytes for a token");
    return secret_hash(out->hash, tn_text_of(out->text), err);
}

tn_interval secret_lifetime(int64_t seconds)
{
    return (tn_interval){.us = seconds * 1000000};
}
