/* SPDX-License-Identifier: MIT */
#ifndef AIT42_NAMING_H
#define AIT42_NAMING_H

#include "instances.tenon.h"

/* Name what an instance works with, after its session and its number: the worktree
 * `.worktrees/ID/N`, the branch `ait42/ID/N`, the tmux session `ait42-ID-N`. False: no memory. */
bool naming_instance(struct a42_instance_add_args *instance, struct a42_session_id session_id,
                     tn_arena *arena);

#endif
