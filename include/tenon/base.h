/* SPDX-License-Identifier: MIT */
#ifndef TENON_BASE_H
#define TENON_BASE_H

/**
 * @file tenon/base.h
 * Attributes and declarations that every other header needs. Included by them, not by users.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
# define TN_BEGIN_DECLS extern "C" {
# define TN_END_DECLS   }
#else
# define TN_BEGIN_DECLS
# define TN_END_DECLS
#endif

#if defined(__GNUC__) || defined(__clang__)
# define TN_API               __attribute__((visibility("default")))
# define TN_NODISCARD         __attribute__((warn_unused_result))
# define TN_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
# define TN_UNUSED            __attribute__((unused))
# define TN_LIKELY(x)         __builtin_expect(!!(x), 1)
# define TN_UNLIKELY(x)       __builtin_expect(!!(x), 0)
#else
# define TN_API
# define TN_NODISCARD
# define TN_PRINTF(fmt, args)
# define TN_UNUSED
# define TN_LIKELY(x)   (x)
# define TN_UNLIKELY(x) (x)
#endif

#endif
