/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_POSTGRES_TOTAL_H
#define TN_INFER_POSTGRES_TOTAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The server's own functions, and what operators are made of: those that give NULL for nothing but
 * NULL. That a function is strict says the reverse, NULL for NULL.
 */
enum tn__pg_totality {
    TN__PG_PARTIAL, /* it may give NULL, or nobody has looked */
    TN__PG_TOTAL, /* never for arguments that are not NULL; of one that is not strict, for none at all */
    TN__PG_BY_FIRST, /* NULL if, and only if, its first argument is; it is not strict */
    TN__PG_BY_ALL,   /* NULL if, and only if, all of its arguments are; it is not strict */
    TN__PG_BY_FIELD  /* of a field of a time: some are NULL where the time is infinite */
};

/* `oid` is the function's. By name; by number where only some of that name are. */
enum tn__pg_totality tn__pg_totality_of(const char *name, uint32_t oid);
/* A field that an infinite time has, too: "year". */
bool tn__pg_is_endless_field(const char *name, size_t size);
/* Whether a function that gives rows never has NULL in that column, from 0. */
bool tn__pg_is_firm_column(uint32_t oid, uint32_t column);

/* In byte order. */
extern const char *const tn__pg_total_names[];
extern const uint32_t tn__pg_total_name_count;
/* Of names that are not among them: in order. */
struct tn__pg_total_function {
    uint32_t oid;
    enum tn__pg_totality totality;
};
extern const struct tn__pg_total_function tn__pg_total_functions[];
extern const uint32_t tn__pg_total_function_count;

#endif
