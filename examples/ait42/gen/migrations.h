/* Migrations, embedded by tenon: do not edit. */
#ifndef A42_MIGRATIONS_H
#define A42_MIGRATIONS_H

#include <tenon/migrate.h>

TN_BEGIN_DECLS

/* For tn_migrate(); 1 migration. */
extern const tn_migration_set a42_migrations;

TN_END_DECLS

#endif
