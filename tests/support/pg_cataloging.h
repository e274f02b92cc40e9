/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PG_CATALOGING_H
#define TN_TEST_PG_CATALOGING_H

/* The catalog of a schema on PostgreSQL, in the one database of the program; with what cataloging.h has. */

#include <tenon/conn.h>

#include "cataloging.h"

#include "pg.h"

static const char pg_nothing[] =
    "DO $$ DECLARE name text; BEGIN"
    " FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$' LOOP"
    " EXECUTE format('DROP SCHEMA %I CASCADE', name); END LOOP;"
    " DROP FOREIGN DATA WRAPPER IF EXISTS w CASCADE; CREATE SCHEMA public; END $$;";

/* Set up as cataloging_setup() does. The catalog of what a script makes of an empty database. */
static inline void pg_cataloging(struct cataloging *c, const char *script)
{
    static const char *url;
    url = url ? url : pg_new_database();
    tn_db_close(c->db);
    c->db = NULL;
    assert_ok(tn_db_open(&c->db, url, NULL, &c->err));
    cataloging_run(c, pg_nothing);
    cataloging_run(c, script);
    cataloging_read(c);
}

/* The catalog as a session sees it that has been set up like this. */
static inline void pg_cataloging_in(struct cataloging *c, const char *settings)
{
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, c->db, TN_WRITE, &c->err));
    cataloging_run_on(c, tn_conn_db(conn), settings);
    cataloging_read_on(c, tn_conn_db(conn));
    tn_conn_release(conn);
}

static inline const struct tn__server_type *type_of(const struct cataloging *c, const char *schema,
                                                    const char *name)
{
    const struct tn__server_catalog *server = c->catalog.server;
    size_t i = 0;
    while (i < server->type_count && (strcmp(server->types[i].schema, schema) != 0 ||
                                      strcmp(server->types[i].name, name) != 0))
        i++;
    if (i == server->type_count)
        print_error("no type '%s.%s'\n", schema, name);
    assert_true(i < server->type_count);
    return &server->types[i];
}

/* The first one of that name. */
static inline const struct tn__server_function *function_of(const struct cataloging *c,
                                                            const char *schema, const char *name)
{
    const struct tn__server_catalog *server = c->catalog.server;
    size_t i = 0;
    while (i < server->function_count && (strcmp(server->functions[i].schema, schema) != 0 ||
                                          strcmp(server->functions[i].name, name) != 0))
        i++;
    if (i == server->function_count)
        print_error("no function '%s.%s'\n", schema, name);
    assert_true(i < server->function_count);
    return &server->functions[i];
}

#endif
