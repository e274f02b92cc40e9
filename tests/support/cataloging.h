/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_CATALOGING_H
#define TN_TEST_CATALOGING_H

/* The catalog of a schema in memory. Use cataloging_setup and cataloging_teardown with cmocka. */

#include "check.h"

#include <stdlib.h>

#include <tenon/db.h>

#include "schema/catalog.h"

struct cataloging {
    tn_db *db;
    tn_arena arena;
    struct tn__catalog catalog;
    tn_error err;
};

static int cataloging_setup(void **state)
{
    struct cataloging *c = calloc(1, sizeof(*c));
    assert_non_null(c);
    *state = c;
    return 0;
}

static int cataloging_teardown(void **state)
{
    struct cataloging *c = *state;
    tn_db_close(c->db);
    tn_arena_fini(&c->arena);
    free(c);
    return 0;
}

/* Run a script on the database that is open. */
static inline void cataloging_run_on(struct cataloging *c, tn_db *db, const char *script)
{
    int rc = tn_exec_script(db, script, &c->err);
    if (rc != TN_OK)
        print_error("%d: %s\n", rc, c->err.message);
    assert_ok(rc);
}

static inline void cataloging_read_on(struct cataloging *c, tn_db *db)
{
    tn_arena_fini(&c->arena);
    int rc = tn__catalog_read(&c->catalog, db, &c->arena, &c->err);
    if (rc != TN_OK)
        print_error("%d: %s\n", rc, c->err.message);
    assert_ok(rc);
}

static inline void cataloging_run(struct cataloging *c, const char *script)
{
    cataloging_run_on(c, c->db, script);
}

static inline void cataloging_read(struct cataloging *c)
{
    cataloging_read_on(c, c->db);
}

/* The catalog of what a script makes of an empty database. */
static inline void cataloging(struct cataloging *c, const char *script)
{
    tn_db_close(c->db);
    assert_ok(tn_db_open(&c->db, ":memory:", NULL, &c->err));
    cataloging_run(c, script);
    cataloging_read(c);
}

static inline const struct tn__table *table_of(const struct cataloging *c, const char *name)
{
    const struct tn__table *table = tn__catalog_table(&c->catalog, tn_text_of(name));
    if (!table)
        print_error("no table '%s'\n", name);
    assert_non_null(table);
    return table;
}

static inline const struct tn__column *column_of(const struct cataloging *c, const char *table,
                                                 const char *name)
{
    const struct tn__column *column = tn__table_column(table_of(c, table), tn_text_of(name));
    if (!column)
        print_error("no column '%s' in '%s'\n", name, table);
    assert_non_null(column);
    return column;
}

static inline const struct tn__index *index_of(const struct cataloging *c, const char *table,
                                               const char *name)
{
    const struct tn__table *t = table_of(c, table);
    size_t i = 0;
    while (i < t->index_count && strcmp(t->indexes[i].name, name) != 0)
        i++;
    if (i == t->index_count)
        print_error("no index '%s' of '%s'\n", name, table);
    assert_true(i < t->index_count);
    return &t->indexes[i];
}

#endif
