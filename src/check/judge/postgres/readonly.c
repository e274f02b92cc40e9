/* SPDX-License-Identifier: MIT */
#include "check/judge/postgres/postgres.h"
#include "util/str.h"

/*
 * Whether a statement may run where nothing can be written. Its tree is not read for that, but looked
 * through for what writes or locks: SQL of the statement's own cannot forge it, as blanks in names and
 * strings are escaped there, and where it is taken for more than it is, the statement is one that writes.
 */

static bool find_field(tn_text tree, const char *field, size_t *at)
{
    size_t size = strlen(field);
    const char *end = tree.data + tree.size;
    for (const char *p = tree.data + *at; p < end && (p = memchr(p, ':', (size_t)(end - p))); p++) {
        if ((size_t)(end - p) < size || memcmp(p, field, size) != 0)
            continue;
        *at = (size_t)(p - tree.data) + size;
        return true;
    }
    return false;
}

static bool has(tn_text tree, const char *text)
{
    size_t at = 0;
    return find_field(tree, text, &at);
}

/* Digits from a place on. */
static uint32_t number_at(tn_text tree, size_t at)
{
    uint32_t number = 0;
    for (; at < tree.size && tree.data[at] >= '0' && tree.data[at] <= '9'; at++)
        number = number * 10 + (uint32_t)(tree.data[at] - '0');
    return number;
}

/* A function that is not known may do anything. */
static bool is_volatile(const struct tn__server_catalog *server, uint32_t oid)
{
    const struct tn__server_function *function = tn__server_function(server, oid);
    return !function || function->volatility == TN__SERVER_VOLATILE;
}

static bool calls_volatile(tn_text tree, const struct tn__server_catalog *server)
{
    static const char *const calls[] = {":funcid ", ":opfuncid ", ":aggfnoid ", ":winfnoid "};
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        size_t at = 0;
        while (find_field(tree, calls[i], &at)) {
            uint32_t oid = number_at(tree, at);
            if (oid != 0 && is_volatile(server, oid))
                return true;
        }
    }
    size_t at = 0;
    while (find_field(tree, ":opno ", &at)) {
        const struct tn__server_operator *op = tn__server_operator(server, number_at(tree, at));
        if (!op || is_volatile(server, op->function))
            return true;
    }
    return false;
}

bool tn__pg_is_command(tn_text tree)
{
    size_t at = 0;
    bool is_written = find_field(tree, ":utilityStmt ", &at);
    return !tree.data || (is_written && at < tree.size && tree.data[at] != '<');
}

bool tn__pg_is_readonly(tn_text tree, const struct tn__server_catalog *server)
{
    static const char *const writes[] = {
        ":hasModifyingCTE true", ":rowMarks (", ":hasForUpdate true",
        /* of the statement, or of a rule's: whatever is no SELECT */
        ":commandType 2", ":commandType 3", ":commandType 4", ":commandType 5", ":commandType 6"};
    if (!tree.data)
        return false;
    for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
        if (has(tree, writes[i]))
            return false;
    return !calls_volatile(tree, server);
}
