/* SPDX-License-Identifier: MIT */
#include "naming.h"

#include <inttypes.h>
#include <stdio.h>

static bool put(tn_text *out, const char *format, tn_text session_id, int64_t number,
                tn_arena *arena)
{
    size_t size = session_id.size + 48;
    char *text = tn_arena_alloc(arena, size);
    if (!text)
        return false;
    const char *mark = strchr(format, '*');
    snprintf(text, size, "%.*s%s%c%" PRId64, (int)(mark - format), format, session_id.data, mark[1],
             number);
    *out = tn_text_of(text);
    return true;
}

bool naming_instance(struct a42_instance_add_args *instance, struct a42_session_id session_id,
                     tn_arena *arena)
{
    tn_text id = session_id.value;
    int64_t number = instance->instance_id;
    return put(&instance->worktree_path, ".worktrees/*/", id, number, arena) &&
           put(&instance->branch, "ait42/*/", id, number, arena) &&
           put(&instance->tmux_session_id, "ait42-*-", id, number, arena);
}
