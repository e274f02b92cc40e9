/* SPDX-License-Identifier: MIT */
#include "gen/gen.h"
#include "render/json.h"

static void write_paths(struct tn__json *json, const char *key, const char *const *paths,
                        size_t count)
{
    tn__json_key(json, key);
    tn__json_array_begin(json);
    for (size_t i = 0; i < count; i++)
        tn__json_string(json, paths[i]);
    tn__json_array_end(json);
}

void tn__gen_report(struct tn__buf *out, bool is_check, const struct tn__gen_result *result,
                    const struct tn__checked *checked, const struct tn__diags *diags)
{
    struct tn__json json;
    tn__json_init(&json, out);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    tn__json_key_bool(&json, "check", is_check);
    write_paths(&json, "stale", result->stale, result->stale_count);
    write_paths(&json, "written", result->written, result->written_count);
    write_paths(&json, "removed", result->removed, result->removed_count);
    tn__json_key_int(&json, "files", (int64_t)result->file_count);
    tn__json_key_int(&json, "queries", (int64_t)checked->query_count);
    tn__json_key(&json, "findings");
    tn__json_diags(&json, diags);
    tn__json_object_end(&json);
    tn__buf_putc(out, '\n');
}
