/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_COMMANDS_H
#define TN_CLI_COMMANDS_H

#include "cmd.h"

/*
 * X(identifier): one row per command, in the order of the help: config, migrate_add, migrate_up,
 * migrate_down, migrate_status, migrate_validate, migrate_embed, check, generate, help. A command
 * stands here only once it works. cli/cmd_<identifier>.c defines `const struct command
 * cmd_<identifier>`.
 */
#define COMMANDS(X)  \
 X(new)              \
 X(config)           \
 X(database_create)  \
 X(database_drop)    \
 X(database_reset)   \
 X(database_setup)   \
 X(database_wait)    \
 X(database_info)    \
 X(sql)              \
 X(shell)            \
 X(migrate_add)      \
 X(migrate_up)       \
 X(migrate_down)     \
 X(migrate_redo)     \
 X(migrate_refresh)  \
 X(migrate_reset)    \
 X(migrate_fresh)    \
 X(migrate_status)   \
 X(migrate_validate) \
 X(migrate_resume)   \
 X(migrate_resolve)  \
 X(migrate_skip)     \
 X(migrate_baseline) \
 X(migrate_repair)   \
 X(migrate_embed)    \
 X(schema_show)      \
 X(check)            \
 X(generate)         \
 X(explain)          \
 X(doctor)           \
 X(completion)       \
 X(explain_code)     \
 X(help)

#define COMMAND_DECLARE(id) extern const struct command cmd_##id;
COMMANDS(COMMAND_DECLARE)
#undef COMMAND_DECLARE

#endif
