/* SPDX-License-Identifier: MIT */
#ifndef COBALT_SECRET_H
#define COBALT_SECRET_H

#include <tenon/tenon.h>

/*
 * What a token is: 258 random bits for its owner, and for the database the SHA-256 of them. It need be no
 * slower hash than that: nobody guesses 258 bits.
 */
enum {
    SECRET_LENGTH = 43,
    SECRET_SIZE = SECRET_LENGTH + 1,
    SECRET_HASH_SIZE = 2 * 32 + 1
};

struct secret {
    char text[SECRET_SIZE];      /* letters, digits, _ and -; told once */
    char hash[SECRET_HASH_SIZE]; /* in hex */
};

/* TN_OK; TN_EIO: no random bytes */
TN_NODISCARD int secret_make(struct secret *out, tn_error *err);

/* The hash of what somebody says is a token. */
TN_NODISCARD int secret_hash(char out[SECRET_HASH_SIZE], tn_text text, tn_error *err);

/* A span of seconds. */
tn_interval secret_lifetime(int64_t seconds);

#endif
