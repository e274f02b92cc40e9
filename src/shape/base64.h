/* SPDX-License-Identifier: MIT */
#ifndef TN_SHAPE_BASE64_H
#define TN_SHAPE_BASE64_H

#include <tenon/error.h>

#include "util/buf.h"

/* RFC 4648, section 4: with padding, without line ends. */
void tn__base64_put(struct tn__buf *out, tn_blob blob);
/* Into the arena. TN_OK; TN_EINVAL: it is none, or its last bits are not zero; TN_ENOMEM. */
TN_NODISCARD int tn__base64_read(tn_blob *out, tn_text text, tn_arena *arena);

#endif
