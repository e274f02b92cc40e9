/* SPDX-License-Identifier: MIT */
#include "schema/postgres/reading.h"

/*
 * Functions and operators, the server's own as well: some thousand, so that of those only the columns are
 * read that tell what a call may come to.
 */
static const char functions_sql[] =
    "SELECT p.oid, n.nspname, p.proname, p.prokind, p.proisstrict, p.proretset, p.provolatile,"
    " p.prorettype, o.is_own, p.proallargtypes, p.proargmodes, p.proargnames,"
    " CASE WHEN NOT o.is_own THEN pg_get_function_arguments(p.oid) END,"
    " CASE WHEN NOT o.is_own AND p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END,"
    " CASE WHEN NOT o.is_own THEN obj_description(p.oid, 'pg_proc') END,"
    " CASE WHEN p.oid >= 16384 THEN (SELECT e.extname FROM pg_depend x JOIN pg_extension e"
    " ON e.oid = x.refobjid WHERE x.classid = 'pg_proc'::regclass AND x.objid = p.oid"
    " AND x.deptype = 'e') END"
    " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
    " CROSS JOIN LATERAL (SELECT " TN__PG_OWN_SCHEMA
    " OR EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_proc'::regclass AND x.objid = p.oid"
    " AND x.deptype IN ('e', 'i')) AS is_own) o"
    " WHERE NOT " TN__PG_PASSING_SCHEMA " ORDER BY n.nspname, p.proname,"
    " CASE WHEN NOT o.is_own THEN pg_get_function_identity_arguments(p.oid) COLLATE \"C\" END";
static const char operators_sql[] =
    "SELECT o.oid, n.nspname, o.oprname, o.oprcode::oid, " TN__PG_OWN_SCHEMA
    " OR " TN__PG_OF_EXTENSION(
        "pg_operator", "o.oid") " FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace"
                                " WHERE NOT " TN__PG_PASSING_SCHEMA
                                " ORDER BY n.nspname, o.oprname, o.oid";

enum { /* columns of functions_sql */
    OID,
    SCHEMA,
    NAME,
    KIND,
    IS_STRICT,
    IS_SET,
    VOLATILITY,
    RESULT,
    IS_OWN,
    ARG_TYPES, /* NULL: all are IN */
    ARG_MODES,
    ARG_NAMES,
    ARGUMENTS,
    SQL,
    COMMENT,
    EXTENSION
};

static bool is_out(const tn_array *modes, size_t i)
{
    const char *mode = tn__array_text(modes, i);
    return mode && (mode[0] == 'o' || mode[0] == 'b' || mode[0] == 't');
}

static int read_outs(struct tn__server_function *function, const struct tn__pg_reading *reading,
                     const tn_rows *rows, size_t row)
{
    const tn_array *types = tn__row_array(rows, row, ARG_TYPES);
    const tn_array *modes = tn__row_array(rows, row, ARG_MODES);
    const tn_array *names = tn__row_array(rows, row, ARG_NAMES);
    if (modes->count == 0)
        return TN_OK;
    struct tn__server_field *outs = tn_arena_array(reading->arena, types->count, sizeof(*outs));
    if (!outs)
        return TN_ENOMEM;
    for (size_t i = 0; i < types->count; i++) {
        if (!is_out(modes, i))
            continue;
        const char *name = tn__array_text(names, i);
        struct tn__server_field *out = &outs[function->out_count++];
        out->name = name ? name : "";
        out->type = tn__pg_type_of(reading, tn__array_int(types, i));
    }
    function->outs = outs;
    return TN_OK;
}

static int read_function(struct tn__server_function *function, const struct tn__pg_reading *reading,
                         const tn_rows *rows, size_t row)
{
    char volatility = tn__row_letter(rows, row, VOLATILITY);
    function->oid = (uint32_t)tn__row_int(rows, row, OID);
    function->schema = tn__row_text(rows, row, SCHEMA);
    function->name = tn__row_text(rows, row, NAME);
    function->kind = tn__row_letter(rows, row, KIND);
    function->is_own = tn__row_flag(rows, row, IS_OWN);
    function->is_strict = tn__row_flag(rows, row, IS_STRICT);
    function->is_set = tn__row_flag(rows, row, IS_SET);
    function->volatility = volatility == 'i'   ? TN__SERVER_IMMUTABLE
                           : volatility == 's' ? TN__SERVER_STABLE
                                               : TN__SERVER_VOLATILE;
    function->result = tn__pg_type_of(reading, tn__row_int(rows, row, RESULT));
    function->arguments = tn__row_text_or_null(rows, row, ARGUMENTS);
    function->sql = tn__row_text_or_null(rows, row, SQL);
    function->comment = tn__row_text_or_null(rows, row, COMMENT);
    function->extension = tn__row_text_or_null(rows, row, EXTENSION);
    return read_outs(function, reading, rows, row);
}

int tn__pg_read_functions(struct tn__pg_reading *reading)
{
    tn_rows rows;
    struct tn__map map;
    int rc = tn__pg_query(&rows, reading, functions_sql);
    if (rc != TN_OK)
        return rc;
    struct tn__server_function *functions =
        tn_arena_array(reading->arena, rows.row_count, sizeof(*functions));
    if (!functions)
        return tn__pg_no_memory(reading);
    tn__map_init(&map);
    for (size_t i = 0; i < rows.row_count && rc == TN_OK; i++) {
        rc = read_function(&functions[i], reading, &rows, i);
        if (rc == TN_OK)
            rc = tn__pg_map_oid(&map, &functions[i].oid, &functions[i]);
    }
    if (rc == TN_OK)
        rc = tn__map_to_arena(&reading->server->functions_by_oid, &map, reading->arena);
    tn__map_fini(&map);
    reading->server->functions = functions;
    reading->server->function_count = rows.row_count;
    return rc == TN_OK ? TN_OK : tn__pg_no_memory(reading);
}

int tn__pg_read_operators(struct tn__pg_reading *reading)
{
    tn_rows rows;
    struct tn__map map;
    int rc = tn__pg_query(&rows, reading, operators_sql);
    if (rc != TN_OK)
        return rc;
    struct tn__server_operator *operators =
        tn_arena_array(reading->arena, rows.row_count, sizeof(*operators));
    if (!operators)
        return tn__pg_no_memory(reading);
    tn__map_init(&map);
    for (size_t i = 0; i < rows.row_count && rc == TN_OK; i++) {
        operators[i] = (struct tn__server_operator){
            .oid = (uint32_t)tn__row_int(&rows, i, 0),
            .schema = tn__row_text(&rows, i, 1),
            .name = tn__row_text(&rows, i, 2),
            .function = (uint32_t)tn__row_int(&rows, i, 3),
            .is_own = tn__row_flag(&rows, i, 4),
        };
        rc = tn__pg_map_oid(&map, &operators[i].oid, &operators[i]);
    }
    if (rc == TN_OK)
        rc = tn__map_to_arena(&reading->server->operators_by_oid, &map, reading->arena);
    tn__map_fini(&map);
    reading->server->operators = operators;
    reading->server->operator_count = rows.row_count;
    return rc == TN_OK ? TN_OK : tn__pg_no_memory(reading);
}
