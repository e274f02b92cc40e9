/* SPDX-License-Identifier: MIT */
#include "schema/postgres/reading.h"
#include "util/str.h"

/*
 * Types: those of the server, of migrations, and the row types of all tables. An array is what another type
 * names as its array: int2vector is none, though it has elements. Until 13 sequences have row types.
 */
#define OF_EXTENSION                                      \
 TN__PG_OF_EXTENSION("pg_type", "coalesce(e.oid, t.oid)") \
 " OR " TN__PG_OF_EXTENSION("pg_class", "coalesce(e.typrelid, t.typrelid)")
#define TYPES_SQL(multirange)                                                                  \
 "SELECT t.oid, n.nspname, t.typname, t.typtype, e.oid,"                                       \
 " CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE r.rngsubtype END, " multirange ","          \
 " o.is_own, t.typnotnull, CASE WHEN t.typtype = 'd' THEN t.typdefault END,"                   \
 " CASE WHEN t.typtype = 'd' THEN ARRAY(SELECT pg_get_constraintdef(k.oid)"                    \
 " FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' ORDER BY k.conname) END," \
 " CASE WHEN t.typtype = 'e' THEN ARRAY(SELECT l.enumlabel::text FROM pg_enum l"               \
 " WHERE l.enumtypid = t.oid ORDER BY l.enumsortorder) END,"                                   \
 " CASE WHEN NOT o.is_own THEN obj_description(t.oid, 'pg_type') END"                          \
 " FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"                               \
 " LEFT JOIN pg_type e ON e.oid = t.typelem AND e.typarray = t.oid"                            \
 " LEFT JOIN pg_range r ON r.rngtypid = t.oid"                                                 \
 " LEFT JOIN pg_class y ON y.oid = t.typrelid"                                                 \
 " CROSS JOIN LATERAL (SELECT " TN__PG_OWN_SCHEMA " OR " OF_EXTENSION " AS is_own) o"          \
 " WHERE y.relkind IS DISTINCT FROM 'S' AND NOT " TN__PG_PASSING_SCHEMA                        \
 " ORDER BY n.nspname, t.typname"

static const char types_13_sql[] = TYPES_SQL("NULL::oid");
static const char types_sql[] =
    TYPES_SQL("(SELECT m.rngtypid FROM pg_range m WHERE m.rngmultitypid = t.oid)");

enum { /* columns of both */
    OID,
    SCHEMA,
    NAME,
    KIND,
    ELEMENT,
    BASE, /* of a domain or a range */
    RANGE,
    IS_OWN,
    NOT_NULL,
    DEFAULT,
    CHECKS,
    LABELS,
    COMMENT
};

/* Domains over domains, arrays of arrays of domains: no type is deeper, unless the catalog is broken. */
#define DEPTH_MAX 100u

static enum tn__server_type_kind kind_of(const tn_rows *rows, size_t row)
{
    if (tn__row_int(rows, row, ELEMENT) != 0)
        return TN__SERVER_ARRAY;
    switch (tn__row_letter(rows, row, KIND)) {
    case 'c':
        return TN__SERVER_COMPOSITE;
    case 'd':
        return TN__SERVER_DOMAIN;
    case 'e':
        return TN__SERVER_ENUM;
    case 'm':
        return TN__SERVER_MULTIRANGE;
    case 'p':
        return TN__SERVER_PSEUDO;
    case 'r':
        return TN__SERVER_RANGE;
    default:
        return TN__SERVER_BASE;
    }
}

static int read_texts(const tn_text **out, size_t *out_count, const tn_array *array,
                      tn_arena *arena)
{
    tn_text *texts = tn_arena_array(arena, array->count, sizeof(*texts));
    if (!texts)
        return TN_ENOMEM;
    for (size_t i = 0; i < array->count; i++)
        texts[i] = array->items[i].as.text;
    *out = texts;
    *out_count = array->count;
    return TN_OK;
}

static int read_type(struct tn__server_type *type, const struct tn__pg_reading *reading,
                     const tn_rows *rows, size_t row)
{
    const tn_array *checks = tn__row_array(rows, row, CHECKS);
    type->oid = (uint32_t)tn__row_int(rows, row, OID);
    type->kind = kind_of(rows, row);
    type->schema = tn__row_text(rows, row, SCHEMA);
    type->name = tn__row_text(rows, row, NAME);
    type->is_own = tn__row_flag(rows, row, IS_OWN);
    type->is_not_null = tn__row_flag(rows, row, NOT_NULL);
    type->default_sql = tn__row_text_or_null(rows, row, DEFAULT);
    type->comment = tn__row_text_or_null(rows, row, COMMENT);
    type->check_count = checks->count;
    type->checks = tn__array_texts(checks, reading->arena);
    if (!type->checks || read_texts(&type->labels, &type->label_count,
                                    tn__row_array(rows, row, LABELS), reading->arena) != TN_OK)
        return TN_ENOMEM;
    return TN_OK;
}

static int link_type(struct tn__server_type *type, const struct tn__pg_reading *reading,
                     const tn_rows *rows, size_t row)
{
    static const size_t columns[] = {ELEMENT, BASE, RANGE};
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]) && !type->inner; i++)
        type->inner = tn__pg_type_of(reading, tn__row_int(rows, row, columns[i]));
    if (type->kind == TN__SERVER_MULTIRANGE && type->inner)
        type->is_own = type->inner->is_own;
    if (type->kind != TN__SERVER_ARRAY || !type->inner)
        return TN_OK;
    type->name = tn__arena_printf(reading->arena, "%s[]", type->inner->name);
    return type->name ? TN_OK : TN_ENOMEM;
}

static const struct tn__server_type *over(const struct tn__server_type *domain)
{
    return domain->inner && domain->inner->kind == TN__SERVER_DOMAIN ? domain->inner : NULL;
}

/* The check says CHECK (…), and NOT VALID behind it: then it says nothing of what is kept already. */
static int read_domain_choices(struct tn__server_type *type, const char *check, tn_arena *arena)
{
    struct tn__pg_choices choices;
    tn_text text = tn_text_of(check);
    const size_t head = strlen("CHECK ");
    if (!tn__text_starts(text, "CHECK (") || !tn__text_ends(text, ")"))
        return TN_OK;
    int rc = tn__pg_choices_of(&choices, check + head, arena);
    if (rc == TN_OK && type->label_count == 0 && tn__text_is_nocase(choices.name, "value")) {
        type->labels = choices.texts;
        type->label_count = choices.count;
    }
    return rc;
}

static int read_domain(struct tn__server_type *type, tn_arena *arena)
{
    const struct tn__server_type *base = type;
    for (unsigned depth = 0; over(base) && depth < DEPTH_MAX; depth++)
        base = over(base);
    const char *name = base->inner ? base->inner->name : "";
    if (strcmp(name, "text") != 0 && strcmp(name, "varchar") != 0)
        return TN_OK;
    int rc = TN_OK;
    for (size_t i = 0; i < type->check_count && rc == TN_OK; i++)
        rc = read_domain_choices(type, type->checks[i], arena);
    return rc;
}

/* What the domains below have said. */
static void inherit(struct tn__server_type *type)
{
    const struct tn__server_type *base = over(type);
    for (unsigned depth = 0; base && depth < DEPTH_MAX; depth++, base = over(base)) {
        type->is_not_null = type->is_not_null || base->is_not_null;
        if (type->label_count > 0)
            continue;
        type->labels = base->labels;
        type->label_count = base->label_count;
    }
}

int tn__pg_read_types(struct tn__pg_reading *reading)
{
    tn_rows rows;
    bool has_multiranges = reading->server->version >= 140000;
    int rc = tn__pg_query(&rows, reading, has_multiranges ? types_sql : types_13_sql);
    if (rc != TN_OK)
        return rc;
    struct tn__server_type *types = tn_arena_array(reading->arena, rows.row_count, sizeof(*types));
    if (!types)
        return tn__pg_no_memory(reading);
    for (size_t i = 0; i < rows.row_count && rc == TN_OK; i++) {
        rc = read_type(&types[i], reading, &rows, i);
        if (rc == TN_OK)
            rc = tn__pg_map_oid(&reading->types_by_oid, &types[i].oid, &types[i]);
    }
    for (size_t i = 0; i < rows.row_count && rc == TN_OK; i++)
        rc = link_type(&types[i], reading, &rows, i);
    for (size_t i = 0; i < rows.row_count && rc == TN_OK; i++)
        if (types[i].kind == TN__SERVER_DOMAIN)
            rc = read_domain(&types[i], reading->arena);
    for (size_t i = 0; i < rows.row_count; i++)
        if (types[i].kind == TN__SERVER_DOMAIN)
            inherit(&types[i]);
    reading->types = types;
    reading->server->types = types;
    reading->server->type_count = rows.row_count;
    return rc == TN_OK ? TN_OK : tn__pg_no_memory(reading);
}
