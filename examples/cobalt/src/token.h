/* SPDX-License-Identifier: MIT */
#ifndef COBALT_TOKEN_H
#define COBALT_TOKEN_H

#include "secret.h"
#include "status.h"

/*
 * Refresh tokens: what a client keeps instead of the password. Each is good for 30 days and for one
 * use, in which it is exchanged for its successor. All that came from one log-in are a family. One
 * that comes a second time has been stolen, or its successor has: nobody can tell which, so the whole
 * family is revoked, and both have to log in again.
 *
 * The database has their hashes alone.
 */

/* A first one, of a new family. COBALT_ENOUSER: there is no such user, or he is disabled. */
TN_NODISCARD int token_issue(struct secret *out, tn_db *db, tn_uuid user_id, tn_error *err);

/*
 * Exchange one for its successor, in one statement: of any number who try it at the same time with
 * the same token, one succeeds.
 *
 * @param db  the pool: a transaction that is rolled back would bring the family back to life
 * @return COBALT_ETOKEN: unknown, too old, or of a user who is disabled; COBALT_EREUSED: it has been
 *         used or revoked before, and its whole family is revoked now
 */
TN_NODISCARD int token_rotate(struct secret *out, tn_db *db, tn_text token, tn_error *err);

/* Log out: revoke it with its family. COBALT_ETOKEN: unknown. */
TN_NODISCARD int token_revoke(tn_db *db, tn_text token, tn_error *err);

/* Log out everywhere. */
TN_NODISCARD int token_revoke_all(int64_t *count, tn_db *db, tn_uuid user_id, tn_error *err);

#endif
