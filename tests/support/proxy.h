/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PROXY_H
#define TN_TEST_PROXY_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Between a client and a server on unix sockets: passes bytes on, and cuts the wire after so many of
 * them, as a broken network does. In a thread of its own.
 */
struct proxy;

/* Listen on `path`, and connect to `target` for each client. Fails the test if it cannot. */
struct proxy *proxy_start(const char *path, const char *target);
/* Cut every connection, those that are open included, once `bytes` more have come from the server
 * (negative: never). What is beyond is not passed on. */
void proxy_cut_after(struct proxy *proxy, int64_t bytes);
/* Pass nothing on and accept nobody, as a network does that swallows everything; or go on. */
void proxy_pause(struct proxy *proxy, bool is_on);
/* Bytes that have come from the server. */
int64_t proxy_passed(const struct proxy *proxy);
void proxy_stop(struct proxy *proxy);

#endif
