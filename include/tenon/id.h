/* SPDX-License-Identifier: MIT */
#ifndef TENON_ID_H
#define TENON_ID_H

#include <tenon/error.h>
#include <tenon/value.h>

TN_BEGIN_DECLS

/**
 * @file tenon/id.h
 * Identifiers for new rows, from the kernel's random source, and the text of UUIDs. Thread-safe.
 */

#define TN_UUID_SIZE             37 /**< bytes of a UUID's text, NUL included */
#define TN_NANOID_DEFAULT_LENGTH 21

/**
 * A random UUID (RFC 9562 version 4) as 36 lower-case characters and a NUL.
 * @return TN_OK; TN_EIO if the kernel gives no random bytes
 */
TN_API TN_NODISCARD int tn_uuid_v4(char out[TN_UUID_SIZE]);

/**
 * A UUID that sorts by time (RFC 9562 version 7): milliseconds, then a counter that makes the
 * UUIDs of this process strictly increase, then random bits.
 * @return TN_OK; TN_EIO
 */
TN_API TN_NODISCARD int tn_uuid_v7(char out[TN_UUID_SIZE]);

/**
 * The same as values, for parameters of type uuid: random, or sorting by time.
 * @return TN_OK; TN_EIO; `*out` is set on success only
 */
TN_API TN_NODISCARD int tn_uuid_make_v4(tn_uuid *out);
TN_API TN_NODISCARD int tn_uuid_make_v7(tn_uuid *out);

/** Write a UUID as 36 lower-case characters and a NUL: 550e8400-e29b-41d4-a716-446655440000. */
TN_API void tn_uuid_format(char out[TN_UUID_SIZE], tn_uuid uuid);

/**
 * Read a UUID of any version, in the form of tn_uuid_format(); capital letters are allowed.
 * @return TN_OK; TN_EINVAL if the text is anything else; `*out` is set on success only
 */
TN_API TN_NODISCARD int tn_uuid_parse(tn_uuid *out, tn_text text);

/**
 * A random identifier of `length` characters from A-Z a-z 0-9 _ - (6 bits each: 21 characters have
 * 126 bits).
 *
 * @param out     length + 1 bytes; NUL-terminated
 * @param length  1 to 255
 * @return TN_OK; TN_EINVAL for a length outside that; TN_EIO
 */
TN_API TN_NODISCARD int tn_nanoid(char *out, size_t length);

TN_END_DECLS

#endif
