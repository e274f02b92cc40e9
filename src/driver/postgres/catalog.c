/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "driver/postgres/postgres.h"
#include "util/alloc.h"
#include "util/str.h"

enum {
    MOST_DEPTH = 8 /* domains over arrays over domains … */
};

struct tn__pg_looked_up {
    struct tn__pg_type type;
    char name[64]; /* NAMEDATALEN of the server */
};

static int find(const struct tn__pg_type **out, struct tn__driver_conn *conn, uint32_t oid,
                unsigned depth, tn_error *err);

static const struct tn__pg_type unknown = {.kind = TN__PG_OTHER, .name = "unknown"};

static const struct tn__pg_type *known(const struct tn__pg_catalog *catalog, uint32_t oid)
{
    const struct tn__pg_type *type = tn__pg_type_find(oid);
    for (size_t i = 0; !type && i < catalog->count; i++) {
        if (catalog->types[i]->type.oid == oid)
            type = &catalog->types[i]->type;
    }
    return type;
}

/* The next number of "12,34,name". */
static uint32_t take_number(tn_text *rest)
{
    uint32_t number = 0;
    size_t i = 0;
    for (; i < rest->size && rest->data[i] != ','; i++)
        number = number * 10 + (uint32_t)(rest->data[i] - '0');
    *rest = tn__text_sub(*rest, i + 1, rest->size);
    return number;
}

/*
 * What a row of pg_type, "bS,0,0,citext", makes of it: an enum and a text are their letters, a domain is
 * what it is over, an array has elements. Anything else is readable as text alone.
 */
static int interpret(struct tn__pg_looked_up *out, struct tn__driver_conn *conn, const char *row,
                     unsigned depth, tn_error *err)
{
    struct tn__pg_type *type = &out->type;
    const struct tn__pg_type *inner;
    char form = row[0];
    char category = row[1];
    tn_text rest = tn_text_of(row + 3);
    uint32_t base = take_number(&rest);
    uint32_t element = take_number(&rest);
    tn__copy_text(out->name, sizeof out->name, rest);
    type->kind = form == 'e' || (form == 'b' && category == 'S') ? TN__PG_TEXT : TN__PG_OTHER;
    if (form != 'd' && !(category == 'A' && element != 0))
        return TN_OK;
    int rc = find(&inner, conn, form == 'd' ? base : element, depth + 1, err);
    if (rc != TN_OK)
        return rc;
    if (form == 'd') {
        type->kind = inner->kind;
        type->element = inner->element;
        type->item = inner->item;
    } else if (inner->kind != TN__PG_OTHER) {
        type->kind = TN__PG_ARRAY;
        type->element = element;
        type->item = inner;
    }
    return TN_OK;
}

static int keep(struct tn__pg_catalog *catalog, struct tn__pg_looked_up *type)
{
    struct tn__pg_looked_up **grown =
        tn__grow(catalog->types, &catalog->cap, catalog->count + 1, sizeof *grown);
    if (!grown)
        return TN_ENOMEM;
    catalog->types = grown;
    grown[catalog->count++] = type;
    return TN_OK;
}

static int ask(const struct tn__pg_type **out, struct tn__driver_conn *conn, uint32_t oid,
               unsigned depth, tn_error *err)
{
    char sql[320];
    char row[256];
    struct tn__pg_looked_up *found = tn__alloc_zero(1, sizeof *found);
    if (!found)
        return tn_error_set(err, TN_ENOMEM, "cannot read the type of a column: out of memory");
    found->type = (struct tn__pg_type){.oid = oid, .kind = TN__PG_OTHER, .name = found->name};
    snprintf(sql, sizeof sql,
             "SELECT typtype::text || typcategory::text || ',' || typbasetype || ',' || typelem || "
             "',' || typname FROM pg_catalog.pg_type WHERE oid = %u",
             oid);
    int rc = tn__pg_exec(conn, sql, row, sizeof row, err);
    if (rc == TN_OK && row[0]) /* else it has been dropped meanwhile */
        rc = interpret(found, conn, row, depth, err);
    if (rc == TN_OK && keep(&conn->catalog, found) != TN_OK)
        rc = tn_error_set(err, TN_ENOMEM, "cannot read the type of a column: out of memory");
    if (rc != TN_OK) {
        tn__free(found);
        return rc;
    }
    *out = &found->type;
    return TN_OK;
}

static int find(const struct tn__pg_type **out, struct tn__driver_conn *conn, uint32_t oid,
                unsigned depth, tn_error *err)
{
    *out = known(&conn->catalog, oid);
    if (*out)
        return TN_OK;
    /* Nothing can be asked: it is read as text, and looked up the next time. */
    if (depth > MOST_DEPTH || conn->is_failed || (conn->task && !conn->asking)) {
        *out = &unknown;
        return TN_OK;
    }
    return ask(out, conn, oid, depth, err);
}

const struct tn__pg_type *tn__pg_known(const struct tn__driver_conn *conn, uint32_t oid)
{
    const struct tn__pg_type *type = known(&conn->catalog, oid);
    return type ? type : &unknown;
}

int tn__pg_resolve(struct tn__driver_conn *conn, const struct tn__pg_type **out,
                   const uint32_t *oids, size_t count, tn_error *err)
{
    int rc = TN_OK;
    for (size_t i = 0; rc == TN_OK && i < count; i++)
        rc = find(&out[i], conn, oids[i], 0, err);
    return rc;
}

void tn__pg_catalog_fini(struct tn__pg_catalog *catalog)
{
    for (size_t i = 0; i < catalog->count; i++)
        tn__free(catalog->types[i]);
    tn__free(catalog->types);
}
