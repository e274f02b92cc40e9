/* SPDX-License-Identifier: MIT */
#ifndef COBALT_ACCOUNT_H
#define COBALT_ACCOUNT_H

#include "cobalt_tables.h"
#include "secret.h"
#include "status.h"

/*
 * Users. A row is `struct cobalt_user`; its texts live in the arena that is given. `db` may be the pool
 * or a transaction. Outputs are set on success only; that of account_update_email() may be NULL.
 */

/* What a user gives of himself. */
enum account_field {
    ACCOUNT_NO_FIELD = 0,
    ACCOUNT_USERNAME,
    ACCOUNT_EMAIL,
    ACCOUNT_PASSWORD
};

/* "username"; "" of none. Static. */
const char *account_field_name(enum account_field field);

/*
 * Which field an error is about, by the constraint or the column that the server names: TN_EUNIQUE of
 * `users_email_key` is the e-mail address. No word of the message is looked at.
 */
enum account_field account_field_of(const tn_error *err);

struct account_new {
    tn_text username;
    tn_text email;
    tn_text password_hash; /* password_hash() */
    enum cobalt_user_role role;
};

/* TN_EUNIQUE: account_field_of() says what is taken; TN_EINVAL: what is not valid. */
TN_NODISCARD int account_create(struct cobalt_user *out, tn_db *db, const struct account_new *user,
                                tn_arena *arena, tn_error *err);

/* The same together with a verification of the address, in one transaction: both or neither. `secret`
 * is what is sent to it. */
TN_NODISCARD int account_register(struct cobalt_user *out, struct secret *secret, tn_db *db,
                                  const struct account_new *user, tn_arena *arena, tn_error *err);

/* COBALT_ENOUSER, as every function with an id. */
TN_NODISCARD int account_find(struct cobalt_user *out, tn_db *db, tn_uuid id, tn_arena *arena,
                              tn_error *err);
TN_NODISCARD int account_find_by_username(struct cobalt_user *out, tn_db *db, tn_text username,
                                          tn_arena *arena, tn_error *err);

/* Who has this name and this password, and is not disabled: COBALT_ECREDENTIALS of everybody else. */
TN_NODISCARD int account_login(struct cobalt_user *out, tn_db *db, tn_text username,
                               tn_text password, tn_arena *arena, tn_error *err);

/*
 * A new address, which has to be verified; verifications of the old one are withdrawn.
 *
 * @param seen  `updated_at` of what the change was made from: COBALT_ESTALE if it has been changed
 *              since. Not set: whatever it was
 */
TN_NODISCARD int account_update_email(struct cobalt_user *out, tn_db *db, tn_uuid id, tn_text email,
                                      tn_opt_timestamp seen, tn_arena *arena, tn_error *err);

/* He may not log in, and his tokens are revoked; row, names and all else stay. COBALT_ELASTADMIN.
 * Within a transaction this, as account_delete() and account_set_role(), wants one of
 * database_serializable(). */
TN_NODISCARD int account_disable(struct cobalt_user *out, tn_db *db, tn_uuid id, tn_arena *arena,
                                 tn_error *err);
/* He may log in again; his old tokens stay revoked. */
TN_NODISCARD int account_enable(struct cobalt_user *out, tn_db *db, tn_uuid id, tn_arena *arena,
                                tn_error *err);

/* Gone for good, with his tokens; the name and the address are free again. COBALT_ELASTADMIN. */
TN_NODISCARD int account_delete(tn_db *db, tn_uuid id, tn_error *err);

/* COBALT_ELASTADMIN: he is the last one, and would be none. Two of the last two who end each other's
 * time as an administrator at the same moment do not both succeed. */
TN_NODISCARD int account_set_role(struct cobalt_user *out, tn_db *db, tn_uuid id,
                                  enum cobalt_user_role role, tn_arena *arena, tn_error *err);

/* `to` becomes an administrator in the place of `from`. COBALT_EDISABLED: `to` is; TN_EINVAL: `from`
 * is no administrator. */
TN_NODISCARD int account_hand_over(tn_db *db, tn_uuid from, tn_uuid to, tn_error *err);

#endif
