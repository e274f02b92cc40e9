/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_HASH_H
#define TN_UTIL_HASH_H

#include <tenon/error.h>
#include <tenon/value.h>

#define TN__SHA384_SIZE 48
#define TN__SHA256_SIZE 32

/* Digests, by libcrypto. TN_OK, or TN_ENOMEM if it has none. */
TN_NODISCARD int tn__sha384(uint8_t out[TN__SHA384_SIZE], tn_text data);
TN_NODISCARD int tn__sha256(uint8_t out[TN__SHA256_SIZE], tn_text data);

/*
 * Many SHA-384 digests in a row: libcrypto's look-up of the algorithm, dearer than hashing a small
 * file, is done once. Zero-initialised is ready to use.
 */
struct tn__hasher {
    void *method;
    void *context;
};
TN_NODISCARD int tn__hasher_sha384(struct tn__hasher *hasher, uint8_t out[TN__SHA384_SIZE],
                                   tn_text data);
void tn__hasher_fini(struct tn__hasher *hasher);

/* Not cryptographic: for hash tables. */
uint64_t tn__hash64(const void *data, size_t size);

/* Lower-case hex of `size` bytes, NUL-terminated: 2 * size + 1 bytes in `out`. */
void tn__hex(char *out, const void *data, size_t size);

/* The other way, of either case. False: it is no hex of whole bytes. `out` has text.size / 2 bytes. */
bool tn__unhex(void *out, tn_text text);

/* Random bytes of the kernel. TN_OK or TN_EIO. */
TN_NODISCARD int tn__random(void *out, size_t size);

#endif
