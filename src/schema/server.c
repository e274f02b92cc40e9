/* SPDX-License-Identifier: MIT */
#include "schema/server.h"

#include "schema/catalog.h"

static void *find(const struct tn__map *map, uint32_t oid)
{
    return tn__map_get(map, (tn_text){(const char *)&oid, sizeof oid});
}

const struct tn__server_type *tn__server_type(const struct tn__server_catalog *server, uint32_t oid)
{
    return find(server->types_by_oid, oid);
}

const struct tn__server_function *tn__server_function(const struct tn__server_catalog *server,
                                                      uint32_t oid)
{
    return find(server->functions_by_oid, oid);
}

const struct tn__server_operator *tn__server_operator(const struct tn__server_catalog *server,
                                                      uint32_t oid)
{
    return find(server->operators_by_oid, oid);
}

const struct tn__table *tn__server_table(const struct tn__server_catalog *server, uint32_t oid)
{
    return find(server->tables_by_oid, oid);
}
