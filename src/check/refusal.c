/* SPDX-License-Identifier: MIT */
#include "check/judge.h"
#include "check/origin.h"
#include "util/str.h"

/* The engine's refusal of a statement, as a finding at the smallest place that shows it. */

/* What the engine could not find. */
enum missing {
    MISSING_NOTHING, /* it refuses for another reason */
    MISSING_TABLE,
    MISSING_COLUMN,
    MISSING_FUNCTION
};

static const struct {
    const char *code;
    const char *noun;
} kinds[] = {
    [MISSING_TABLE] = {"unknown-table", "table"},
    [MISSING_COLUMN] = {"unknown-column", "column"},
    [MISSING_FUNCTION] = {"unknown-function", "function"},
};

/* The thing that is missing: `name`, or `qualifier.name`. */
struct subject {
    enum missing kind;
    tn_text qualifier; /* NULL text: none */
    tn_text name;
};

/* The part behind the last dot. */
static tn_text last_part(tn_text name)
{
    for (size_t i = name.size; i > 0; i--)
        if (name.data[i - 1] == '.')
            return tn__text_sub(name, i, name.size - i);
    return name;
}

static struct subject subject_of(int status, const tn_error *err)
{
    static const char function[] = "no such function '";
    struct subject subject = {MISSING_NOTHING, {NULL, 0}, {"", 0}};
    if (status != TN_ENOTFOUND)
        return subject;
    if (err->column[0]) {
        subject.kind = MISSING_COLUMN;
        subject.name = last_part(tn_text_of(err->column));
        if (err->table[0])
            subject.qualifier = tn_text_of(err->table);
    } else if (err->table[0]) {
        tn_text table = tn_text_of(err->table);
        subject.kind = MISSING_TABLE;
        subject.name = last_part(table);
        if (subject.name.size < table.size)
            subject.qualifier = tn__text_sub(table, 0, table.size - subject.name.size - 1);
    } else if (strncmp(err->message, function, sizeof(function) - 1) == 0) {
        tn_text name = tn_text_of(err->message + sizeof(function) - 1);
        subject.kind = MISSING_FUNCTION;
        subject.name = tn__text_sub(name, 0, tn__text_find(name, '\''));
    }
    return subject;
}

/* The token that the engine points at; SIZE_MAX if it does not. */
static size_t pointed_token(const struct tn__judge *judge, const tn_error *err)
{
    const struct tn__sql *sql = &judge->sql;
    if (err->position == 0 || sql->count == 0)
        return SIZE_MAX;
    size_t offset = tn__sql_written_offset(&judge->text, err->position - 1);
    size_t at = 0;
    while (at + 1 < sql->count && sql->tokens[at + 1].offset <= offset)
        at++;
    return at;
}

/* The token that is spelled as the subject, with its qualifier if one is so; else where the engine
 * points. */
static size_t find_token(const struct tn__judge *judge, const tn_error *err,
                         const struct subject *subject)
{
    const struct tn__sql *sql = &judge->sql;
    size_t at = pointed_token(judge, err);
    size_t found = SIZE_MAX;
    if (subject->kind == MISSING_NOTHING ||
        (at != SIZE_MAX && tn__text_equal_nocase(tn__sql_name(sql, at), subject->name)))
        return at;
    for (size_t i = 0; i < sql->count; i++) {
        if (!tn__text_equal_nocase(tn__sql_name(sql, i), subject->name))
            continue;
        bool is_qualified = i >= 2 && tn__sql_is_op(sql, i - 1, ".") &&
                            tn__text_equal_nocase(tn__sql_name(sql, i - 2), subject->qualifier);
        if (found == SIZE_MAX || is_qualified)
            found = i;
        if (is_qualified)
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
        if (!table || (qualifier.data && !tn__text_equal_nocase(sources[i].alias, qualifier) &&
                       !tn__text_equal_nocase(sources[i].table, qualifier)))
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

/* "'users' is created here". */
static void add_origin(struct tn__judge *judge, struct tn__diag *diag, const char *table)
{
    struct tn__place place = {0};
    tn__origin_of(&place, &judge->checked->origins, tn_text_of(table));
    if (place.file)
        tn__diag_note(judge->diags, diag, place, "'%s' is created here", table);
}

static void report_missing(struct tn__judge *judge, const struct subject *subject,
                           struct tn__place place)
{
    const char *code = kinds[subject->kind].code;
    const char *noun = kinds[subject->kind].noun;
    const char *near = NULL;
    const struct tn__table *table = NULL;
    tn_text name = subject->name;
    if (subject->kind == MISSING_COLUMN) {
        table = only_table(judge, subject->qualifier);
        near = table ? tn__table_nearest_column(table, name, judge->arena)
                     : nearest_column(judge, name);
    } else if (subject->kind == MISSING_TABLE) {
        near = tn__catalog_nearest_table(&judge->checked->catalog, name, judge->arena);
    }
    /* There is one of this name, which this place does not see. */
    bool is_hidden = near && tn__text_is_nocase(name, near);
    struct tn__diag *diag;
    if (is_hidden || (subject->qualifier.data && !table))
        diag = tn__diags_add(judge->diags, code, place, "no %s '%.*s%s%.*s' here", noun,
                             (int)subject->qualifier.size,
                             subject->qualifier.data ? subject->qualifier.data : "",
                             subject->qualifier.data ? "." : "", (int)name.size, name.data);
    else if (table)
        diag = tn__diags_add(judge->diags, code, place, "no %s '%.*s' in table '%s'", noun,
                             (int)name.size, name.data, table->name);
    else
        diag = tn__diags_add(judge->diags, code, place, "no %s '%.*s'", noun, (int)name.size,
                             name.data);
    if (near && !is_hidden)
        tn__diag_help(judge->diags, diag, "'%s'", near);
    if (table && !is_hidden)
        add_origin(judge, diag, table->name);
}

void tn__judge_refusal(struct tn__judge *judge, int status, const tn_error *err)
{
    struct subject subject = subject_of(status, err);
    size_t token = find_token(judge, err, &subject);
    if (token == SIZE_MAX && status == TN_ESYNTAX && judge->sql.count > 0)
        token = judge->sql.count - 1; /* incomplete input */
    struct tn__place place =
        token == SIZE_MAX ? tn__judge_place(judge, 0, 0) : tn__judge_place(judge, token, token + 1);
    if (subject.kind != MISSING_NOTHING)
        report_missing(judge, &subject, place);
    else
        tn__diags_add(judge->diags, status == TN_ESYNTAX ? "syntax-error" : "engine-error", place,
                      "%s", err->message);
}
