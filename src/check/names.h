/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_NAMES_H
#define TN_CHECK_NAMES_H

#include <tenon/arena.h>

/* Names as C and C++ take them. */

/* Whether it is a letter or _, then letters, digits and _. */
bool tn__c_is_ident(tn_text name);
/* Whether the compiler or <string.h> and friends have taken it (C11, C++17, common macros). */
bool tn__c_is_taken(tn_text name);
/*
 * The member for a column or parameter: itself; with a trailing underscore if it is taken, with one
 * in front of a digit. Other bytes are written in hex behind an underscore, so that different names stay
 * different: "gr_c3_b6_c3_9fe". NULL: no memory.
 */
const char *tn__c_member(tn_text name, tn_arena *arena);
/* A name behind the prefix of generated names, "app_task_find"; an empty prefix gives the member. NULL:
 * no memory. */
const char *tn__c_prefixed(const char *prefix, const char *name, tn_arena *arena);
/* What the functions of a :many query end with; ended by NULL. */
extern const char *const tn__c_many_ends[];

#endif
