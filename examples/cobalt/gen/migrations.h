/* Migrations, embedded by tenon: do not edit. */
#ifndef COBALT_MIGRATIONS_H
#define COBALT_MIGRATIONS_H

#include <tenon/migrate.h>

TN_BEGIN_DECLS

/* For tn_migrate(); 6 migrations. */
extern const tn_migration_set cobalt_migrations;

TN_END_DECLS

#endif
