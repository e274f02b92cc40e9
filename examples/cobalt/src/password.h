/* SPDX-License-Identifier: MIT */
#ifndef COBALT_PASSWORD_H
#define COBALT_PASSWORD_H

#include <tenon/tenon.h>

/*
 * Passwords are kept as what scrypt (RFC 7914) makes of them, with a salt of their own and the
 * parameters beside it, so that these may grow: `scrypt$15$8$3$SALT$KEY`, the last two in hex. 32 MiB
 * and some tenths of a second each.
 */
enum {
    PASSWORD_HASH_SIZE = 128
};

/* One that somebody has typed, for as long as it is needed. */
struct password {
    char text[1024];
};

/* No trace of it stays in memory. */
void password_forget(struct password *password);

/* @return TN_OK; TN_EINVAL: the password is empty; TN_EIO: no random bytes; TN_ENOMEM */
TN_NODISCARD int password_hash(char out[PASSWORD_HASH_SIZE], tn_text password, tn_error *err);

/* Whether it is the password that the hash was made of. Takes as long if the hash is NULL, or is
 * none: nobody learns from the time whether there is such a user.
 *
 * @return TN_OK; TN_ENOMEM, which is no word about the password */
TN_NODISCARD int password_is(bool *out, tn_text password, tn_text hash, tn_error *err);

#endif
