/* SPDX-License-Identifier: MIT */
#include "verification.h"

#include "email_verifications.tenon.h"

enum {
    LIFETIME_SECONDS = 24 * 60 * 60
};

int verification_issue(struct secret *out, tn_db *db, const struct cobalt_user *user, tn_error *err)
{
    struct secret secret;
    struct cobalt_verification_issue_row row;
    int rc = secret_make(&secret, err);
    if (rc < 0)
        return rc;
    rc = cobalt_verification_issue(
        &row, db,
        &(struct cobalt_verification_issue_args){.token_hash = tn_text_of(secret.hash),
                                                 .lifetime = secret_lifetime(LIFETIME_SECONDS),
                                                 .user_id = user->id,
                                                 .email = user->email},
        err);
    if (rc == TN_NONE)
        return tn_error_set(err, COBALT_ENOUSER,
                            "there is no such user with this address, or it is disabled");
    if (rc == TN_OK)
        *out = secret;
    return rc;
}

int verification_confirm(struct cobalt_user *out, tn_db *db, tn_text secret, tn_arena *arena,
                         tn_error *err)
{
    char hash[SECRET_HASH_SIZE];
    int rc = secret_hash(hash, secret, err);
    if (rc >= 0)
        rc = cobalt_verification_confirm(out, db, tn_text_of(hash), arena, err);
    if (rc != TN_NONE)
        return rc;
    return tn_error_set(err, COBALT_ETOKEN,
                        "this verification is none of ours, too old, used or withdrawn");
}
