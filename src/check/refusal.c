/* SPDX-License-Identifier: MIT */
#include "check/judge.h"
#include "util/str.h"

/* The engine's refusal of a statement, as a finding at the smallest place that shows it. */

/* Kinds that have a name of their own, told by the engine's words. */
static const struct {
    const char *words;
    const char *code;
    const char *noun;
} kinds[] = {
    {"no such table", "unknown-table", "table"},
    {"no such view", "unknown-table", "view"},
    {"no such column", "unknown-column", "column"},
    {"no column", "unknown-column", "column"}, /* in an INSERT's list */
    {"no such function", "unknown-function", "function"},
    {"syntax error", "syntax-error", NULL},
    {"unrecognized token", "syntax-error", NULL},
    {"incomplete input", "syntax-error", NULL},
};

/* What the engine names, behind its words: x of "no such table: main.x" or of "… 'x'". */
static tn_text subject_of(const char *message, const char *words)
{
    const char *at = strstr(message, words);
    if (!at)
        return (tn_text){0};
    at += strlen(words);
    at += strspn(at, ": '");
    size_t size = strcspn(at, " '");
    return (tn_text){at, size};
}

/* The part behind the last dot. */
static tn_text last_part(tn_text name)
{
    for (size_t i = name.size; i > 0; i--)
        if (name.data[i - 1] == '.')
            return tn__text_sub(name, i, name.size - i);
    return name;
}

static tn_text qualifier_of(tn_text name)
{
    tn_text last = last_part(name);
    return last.size == name.size ? (tn_text){0} : tn__text_sub(name, 0, name.size - last.size - 1);
}

/* The token that the engine points at, or that is spelled as its subject; SIZE_MAX if none is. */
static size_t find_token(const struct tn__judge *judge, const tn_error *err, tn_text subject)
{
    const struct tn__sql *sql = &judge->sql;
    tn_text name = last_part(subject);
    tn_text qualifier = qualifier_of(subject);
    size_t at = SIZE_MAX;
    if (err->position > 0) {
        size_t offset = tn__sql_written_offset(&judge->text, err->position - 1);
        for (at = 0; at + 1 < sql->count && sql->tokens[at + 1].offset <= offset;)
            at++;
    }
    if (name.size == 0 || (at != SIZE_MAX && tn__text_equal_nocase(tn__sql_name(sql, at), name)))
        return at;
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < sql->count; i++) {
        if (!tn__text_equal_nocase(tn__sql_name(sql, i), name))
            continue;
        bool is_qualified = i >= 2 && tn__sql_is_op(sql, i - 1, ".") &&
                            tn__text_equal_nocase(tn__sql_name(sql, i - 2), qualifier);
        if (found == SIZE_MAX || is_qualified)
            found = i;
        if (is_qualified || !qualifier.data)
            break;
    }
    return found != SIZE_MAX ? found : at;
}

/* The table that a column was looked for in, if the statement leaves no choice. */
static const struct tn__table *only_table(struct tn__judge *judge, tn_text qualifier)
{
    const struct tn__sql_source *sources;
    size_t count;
    const struct tn__table *found = NULL;
    if (tn__sql_sources(&sources, &count, &judge->sql, judge->arena) != TN_OK)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct tn__table *table =
            tn__catalog_table(&judge->checked->catalog, sources[i].table);
        if (!table || (qualifier.data && !tn__text_equal_nocase(sources[i].alias, qualifier)))
            continue;
        if (found && found != table)
            return NULL;
        found = table;
    }
    return found;
}

/* The column nearest to a name, in all tables that the statement names. */
static const char *nearest_column(struct tn__judge *judge, tn_text name)
{
    const struct tn__sql_source *sources;
    size_t count;
    if (tn__sql_sources(&sources, &count, &judge->sql, judge->arena) != TN_OK)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct tn__table *table =
            tn__catalog_table(&judge->checked->catalog, sources[i].table);
        const char *near = table ? tn__table_nearest_column(table, name, judge->arena) : NULL;
        if (near)
            return near;
    }
    return NULL;
}

static void report_unknown(struct tn__judge *judge, size_t kind, struct tn__place place,
                           tn_text subject)
{
    tn_text name = last_part(subject);
    bool is_column = strcmp(kinds[kind].noun, "column") == 0;
    const struct tn__table *table = is_column ? only_table(judge, qualifier_of(subject)) : NULL;
    struct tn__diag *diag =
        table
            ? tn__diags_add(judge->diags, kinds[kind].code, place, "no column '%.*s' in table '%s'",
                            (int)name.size, name.data, table->name)
            : tn__diags_add(judge->diags, kinds[kind].code, place, "no %s '%.*s'", kinds[kind].noun,
                            (int)subject.size, subject.data);
    const char *near = NULL;
    if (is_column)
        near = table ? tn__table_nearest_column(table, name, judge->arena)
                     : nearest_column(judge, name);
    else if (strcmp(kinds[kind].noun, "function") != 0)
        near = tn__catalog_nearest_table(&judge->checked->catalog, name, judge->arena);
    if (near)
        tn__diag_help(judge->diags, diag, "'%s'", near);
}

void tn__judge_refusal(struct tn__judge *judge, int status, const tn_error *err)
{
    size_t kind = 0;
    size_t count = sizeof(kinds) / sizeof(kinds[0]);
    while (kind < count && !strstr(err->message, kinds[kind].words))
        kind++;
    bool is_unknown = kind < count && kinds[kind].noun;
    tn_text subject = is_unknown ? subject_of(err->message, kinds[kind].words) : (tn_text){0};
    size_t token = find_token(judge, err, subject);
    if (token == SIZE_MAX && strstr(err->message, "incomplete input") && judge->sql.count > 0)
        token = judge->sql.count - 1;
    struct tn__place place =
        token == SIZE_MAX ? tn__judge_place(judge, 0, 0) : tn__judge_place(judge, token, token + 1);
    if (is_unknown && subject.size > 0) {
        report_unknown(judge, kind, place, subject);
        return;
    }
    const char *code = kind < count           ? kinds[kind].code
                       : status == TN_ESYNTAX ? "syntax-error"
                                              : "engine-error";
    tn__diags_add(judge->diags, code, place, "%s", err->message);
}
