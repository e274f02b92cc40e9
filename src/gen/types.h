/* SPDX-License-Identifier: MIT */
#ifndef TN_GEN_TYPES_H
#define TN_GEN_TYPES_H

#include "infer/typing.h"

/* What a type is in C, and which functions of tenon/gen_sqlite.h serve it. */
struct tn__c_type {
    const char *type; /* "int64_t", "tn_opt_int" */
    const char *bind; /* function (stmt, index, value[, form]) */
    const char *read; /* function (stmt, column, &out[, form]) */
    const char *copy; /* function that takes it into an arena; NULL: nothing to copy */
    bool has_form;    /* both take the timestamp's form */
    /* What of a value they take, behind its name: "", ".value" of a key; of one that may be NULL
     * ".has" as well, in front of ".value.value". */
    const char *value;
    const char *has; /* NULL: nothing */
    /* Of an enum, which is bound and read as text: to it and from it; else NULL. */
    const char *text;  /* function (value) */
    const char *parse; /* function (&out, text) */
};

/* A list of values of a type, for a parameter. */
struct tn__c_list {
    const char *type; /* "tn_int_list" */
    const char *kind; /* "TN_SQLITE_LIST_INT"; NULL: SQLite has no such type */
};
const struct tn__c_list *tn__c_list(enum tn__type type);

/* Of all types but enums. On PostgreSQL `type` alone. */
const struct tn__c_type *tn__c_type(enum tn__type type, bool is_nullable);

/* Whether NULL is a value of the type in C: of texts and blobs, by data == NULL. */
bool tn__is_null_inside(enum tn__type type);

/* "TN_SQLITE_TIME_TEXT" … of a timestamp's form. */
const char *tn__c_form(enum tn__timestamp_form form);

#endif
