/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_GENERATED_H
#define TN_TEST_GENERATED_H

/* For the programs generated_*.c, in C and in C++: their database, and what must hold. Include what is
 * generated first: there, err is a parameter. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/tenon.h>

#define CHECK(condition)                                                             \
 do {                                                                                \
  if (!(condition)) {                                                                \
   fprintf(stderr, "%s:%d: %s (%s)\n", __FILE__, __LINE__, #condition, err.message); \
   exit(1);                                                                          \
  }                                                                                  \
 } while (0)

static tn_db *db;
static tn_error err; /* of the call before */

#endif
