/* SPDX-License-Identifier: MIT */
#ifndef COBALT_VERIFICATION_H
#define COBALT_VERIFICATION_H

#include "cobalt_tables.h"
#include "secret.h"
#include "status.h"

/*
 * Verification of an e-mail address: a secret is sent to it, and whoever has it can read what is sent
 * there. Good for a day, once, and only as long as the user has that address.
 */

/* Of the address that the user has, as he was read, which is where the secret goes. COBALT_ENOUSER: there is
 * no such user, he is disabled, or has another address by now. */
TN_NODISCARD int verification_issue(struct secret *out, tn_db *db, const struct cobalt_user *user,
                                    tn_error *err);

/* The user, whose address is verified from now on. COBALT_ETOKEN. */
TN_NODISCARD int verification_confirm(struct cobalt_user *out, tn_db *db, tn_text secret,
                                      tn_arena *arena, tn_error *err);

#endif
