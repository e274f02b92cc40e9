/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PROXY_H
#define TN_TEST_PROXY_H

#include <stdint.h>

/*
 * Between a client and a server on unix sockets: passes bytes on, and cuts the wire after so many of
 * them, as a broken network does. One at a time in a test program, each in a process of its own.
 */
struct proxy;

/* Listen on `path`, and connect to `target` for each client. Fails the test if it cannot. */
struct proxy *proxy_start(const char *path, const char *target);
/* Cut every connection, those that are open included, once `bytes` more have come from the server
 * (negative: never). What is beyond is not passed on. */
void proxy_cut_after(struct proxy *proxy, int64_t bytes);
/* Bytes that have come from the server. */
int64_t proxy_passed(const struct proxy *proxy);
void proxy_stop(struct proxy *proxy);

#endif
