/* SPDX-License-Identifier: MIT */
#ifndef COBALT_STATUS_H
#define COBALT_STATUS_H

#include <tenon/tenon.h>

/*
 * What can be refused here, beside what the library refuses. The functions of the data layer return
 * what the library's do, TN_OK or a negative status with a message in the tn_error that is their last
 * parameter, or one of these. They lie below TN_EUSER, so that they come out of a transaction as they
 * went in, and roll it back.
 */

/* X(name, offset, word) */
#define COBALT_STATUS_MAP(X)                                                                      \
 X(EOUTDATED, 1, "outdated")       /* the schema is not this program's: migrations are pending */ \
 X(ENOUSER, 2, "no-user")          /* there is no such user */                                    \
 X(ESTALE, 3, "stale")             /* it has been changed since it was read */                    \
 X(ELASTADMIN, 4, "last-admin")    /* nobody would be left who may do everything */               \
 X(EDISABLED, 5, "disabled")       /* of a user who may not do this now */                        \
 X(ECREDENTIALS, 6, "credentials") /* the name or the password is wrong; which is not said */     \
 X(ETOKEN, 7, "token")             /* none of ours, too old, or withdrawn */                      \
 X(EREUSED, 8, "reused")           /* it came a second time: its family has been revoked */

enum cobalt_status {
#define COBALT_STATUS_ENUM_(name, offset, word) COBALT_##name = TN_EUSER - (offset),
    COBALT_STATUS_MAP(COBALT_STATUS_ENUM_)
#undef COBALT_STATUS_ENUM_
};

/* "stale"; of a status of the library its name, such as "TN_EUNIQUE". Static. */
const char *cobalt_status_name(int status);

#endif
