/* SPDX-License-Identifier: MIT */
#include "queries.h"

struct tn__check_options queries_check_options(const struct cli *cli)
{
    const struct tn__settings *settings = &cli->settings;
    return (struct tn__check_options){
        .migrations_dir = settings->migrations_dir,
        .sources = settings->query_sources,
        .source_count = settings->query_source_count,
        .types = settings->types,
        .type_count = settings->type_count,
        .functions = settings->functions,
        .function_count = settings->function_count,
        .levels = settings->lint_levels,
    };
}

struct tn__plan_options queries_plan_options(const struct cli *cli)
{
    return (struct tn__plan_options){
        .prefix = cli->settings.generate_prefix,
        .types = cli->settings.types,
        .type_count = cli->settings.type_count,
        .has_json = cli->settings.generate_json,
    };
}
