/* SPDX-License-Identifier: MIT */
/* Whatever text comes in the place of a server's tree: it is read or refused, and what is read is
 * analysed or not understood. Fields that are asked for are there once, and lists are as long as
 * they say. */
#include "fuzz.h"

#include "infer/postgres/lower.h"
#include "sql/postgres/node.h"
#include "util/map.h"

static void check_node(const struct tn__pg_node *node)
{
    uint32_t count = 0;
    MUST(node->kind >= TN__PG_NONE && node->kind <= TN__PG_NODE);
    for (const struct tn__pg_node *child = node->first; child; child = child->next, count++)
        if (count < 64)
            MUST(child->name.data == NULL || child->name.size > 0);
    MUST(count == node->count);
    MUST(node->kind == TN__PG_LIST || node->kind == TN__PG_NODE || count == 0);
}

static void check_answer(tn_text text, tn_arena *arena)
{
    static const struct tn__map *none;
    struct tn__server_catalog server = {.version = 150000};
    struct tn__catalog catalog = {.server = &server};
    struct tn__analyse_options options = {.catalog = &catalog};
    struct tn__pg_statement stmt = {.param_count = 2};
    struct tn__analysed analysed = {0};
    struct tn__map map;
    tn__map_init(&map);
    MUST(tn__map_to_arena(&none, &map, arena) == TN_OK);
    server.types_by_oid = server.functions_by_oid = none;
    server.operators_by_oid = server.tables_by_oid = none;
    int rc = tn__analyse_postgres(&analysed, text, &stmt, NULL, &options, arena);
    MUST(rc == TN_OK || rc == TN_ENOMEM);
    if (rc != TN_OK)
        return;
    MUST(analysed.is_certain || analysed.reason);
    MUST(analysed.param_count == 2);
    for (size_t i = 0; i < analysed.column_count; i++)
        MUST(analysed.columns[i].domain.classes & TN__CLASS_VALUES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_arena arena = {.limit_bytes = 256 << 20};
    const struct tn__pg_node *root = NULL;
    char *copy = fuzz_string(data, size);
    tn_text text = {0};
    MUST(tn__pg_tree_text(&text, (tn_text){copy, size}, &arena) == TN_OK);
    int rc = tn__pg_node_read(&root, text, &arena);
    MUST(rc == TN_OK || rc == TN_EINVAL || rc == TN_ERANGE || rc == TN_ENOMEM);
    MUST((rc == TN_OK) == (root != NULL));
    if (root)
        check_node(root);
    check_answer(text, &arena);
    free(copy);
    tn_arena_fini(&arena);
    return 0;
}
