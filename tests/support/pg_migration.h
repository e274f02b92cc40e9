/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PG_MIGRATION_H
#define TN_TEST_PG_MIGRATION_H

/* The fixture of migration.h on a new database of a PostgreSQL server. */

#include "migration.h"
#include "pg.h"

static inline int pg_migration_setup(void **state)
{
    migration_setup(state);
    struct migration_test *t = *state;
    snprintf(t->url, sizeof t->url, "%s", pg_new_database());
    return 0;
}

#define pg_migration_test(test) \
 cmocka_unit_test_setup_teardown(test, pg_migration_setup, migration_teardown)

/* A parameter more for the next runs. */
static inline void pg_migration_param(struct migration_test *t, const char *param)
{
    size_t used = strlen(t->url);
    snprintf(t->url + used, sizeof t->url - used, "&%s", param);
}

#define pg_expect(t, sql, expected) assert_string_equal(pg_query((t)->url, sql), expected)

/* psql knows none of our own parameters. */
static inline const char *pg_plain_url(const struct migration_test *t)
{
    static char plain[PATH_MAX];
    static const char *const ours[] = {"&lock_timeout=", "&migration_lock=", "&direct_url="};
    snprintf(plain, sizeof plain, "%s", t->url);
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        char *at = strstr(plain, ours[i]);
        if (at)
            *at = '\0';
    }
    return plain;
}

#define PG_VERSIONS \
 "SELECT string_agg(version::text, ' ' ORDER BY version) FROM public._sqlx_migrations"

#endif
