/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "check/judge/sqlite/refusal.h"
#include "sql/walk.h"
#include "util/str.h"

/* Names that the engine does not find, or not as they are used. */

enum missing {
    MISSING_NOTHING, /* it refuses for another reason */
    MISSING_TABLE,
    MISSING_COLUMN,
    MISSING_FUNCTION,
    MISCOUNTED, /* a function with another number of arguments */
    AMBIGUOUS
};

static const struct {
    const char *code;
    const char *noun;
} kinds[] = {
    [MISSING_TABLE] = {"unknown-table", "table"},
    [MISSING_COLUMN] = {"unknown-column", "column"},
    [MISSING_FUNCTION] = {"unknown-function", "function"},
    [MISCOUNTED] = {"engine-error", "function"},
    [AMBIGUOUS] = {"engine-error", "column"},
};

/* What is wrong with `name`, or `qualifier.name`. */
struct subject {
    enum missing kind;
    tn_text qualifier; /* NULL text: none */
    tn_text name;
    size_t token;                  /* SIZE_MAX: it is not in the statement */
    const struct tn__table *table; /* that a column was looked for in, if Tenon knows it */
    const char *choices;           /* of an ambiguous one */
};

/* The subjects of one statement, in the order of the text. */
struct subjects {
    struct tn__judge *judge;
    struct tn__callees callees;
    struct subject *items;
    size_t count;
    size_t cap;
};

/* The part behind the last dot. */
static tn_text last_part(tn_text name)
{
    for (size_t i = name.size; i > 0; i--)
        if (name.data[i - 1] == '.')
            return tn__text_sub(name, i, name.size - i);
    return name;
}

/* Messages that have their subject alone between two strings. */
static const struct {
    const char *before;
    const char *behind;
    enum missing kind;
} messages[] = {
    {"no such function '", "'", MISSING_FUNCTION},
    {"wrong number of arguments to function ", "()", MISCOUNTED},
    {"ambiguous column name: ", "", AMBIGUOUS},
};

static struct subject subject_of(int status, const tn_error *err)
{
    struct subject subject = {.name = {"", 0}, .token = SIZE_MAX};
    tn_text message = tn_text_of(err->message);
    if (status == TN_ENOTFOUND && err->column[0]) {
        subject.kind = MISSING_COLUMN;
        subject.name = last_part(tn_text_of(err->column));
        if (err->table[0])
            subject.qualifier = tn_text_of(err->table);
        return subject;
    }
    if (status == TN_ENOTFOUND && err->table[0]) {
        tn_text table = tn_text_of(err->table);
        subject.kind = MISSING_TABLE;
        subject.name = last_part(table);
        if (subject.name.size < table.size)
            subject.qualifier = tn__text_sub(table, 0, table.size - subject.name.size - 1);
        return subject;
    }
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        size_t before = strlen(messages[i].before);
        if (!tn__text_starts(message, messages[i].before) ||
            !tn__text_ends(message, messages[i].behind))
            continue;
        subject.kind = messages[i].kind;
        subject.name = last_part(
            tn__text_sub(message, before, message.size - before - strlen(messages[i].behind)));
    }
    return subject;
}

/* --- where it stands */

/* The token that is spelled as the subject, with its qualifier if one is so; else where the engine
 * points. */
static size_t find_token(const struct tn__sql *sql, size_t at, const struct subject *subject)
{
    size_t found = SIZE_MAX;
    if (at != SIZE_MAX && tn__text_equal_nocase(tn__sql_name(sql, at), subject->name))
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

/* --- what Tenon finds */

static void add_subject(struct subjects *list, struct subject subject)
{
    const struct tn__sql *sql = &list->judge->sql;
    if (list->count == list->cap)
        return; /* there is room for each */
    if (subject.token >= 2 && tn__sql_is_op(sql, subject.token - 1, "."))
        subject.qualifier = tn__sql_name(sql, subject.token - 2);
    list->items[list->count++] = subject;
}

static void on_call(void *user, const struct tn__ast_expr *expr)
{
    static const enum missing kind_of[] = {[TN__CALL_FITS] = MISSING_NOTHING,
                                           [TN__CALL_UNKNOWN] = MISSING_FUNCTION,
                                           [TN__CALL_MISCOUNTED] = MISCOUNTED};
    struct subjects *list = user;
    if (expr->kind != TN__AST_CALL)
        return;
    enum missing kind = kind_of[tn__callees_fit(&list->callees, expr->name.text, expr->list.count)];
    if (kind != MISSING_NOTHING)
        add_subject(list, (struct subject){.kind = kind,
                                           .name = expr->name.text,
                                           .token = expr->name.span.begin});
}

static int by_token(const void *a, const void *b)
{
    const struct subject *left = a;
    const struct subject *right = b;
    return left->token < right->token ? -1 : left->token > right->token;
}

/* All names of the statement that do not resolve, each once. */
static int find_subjects(struct subjects *list, const struct tn__refusal *refusal)
{
    static const enum missing kind_of[] = {[TN__NAME_NO_TABLE] = MISSING_TABLE,
                                           [TN__NAME_NO_COLUMN] = MISSING_COLUMN,
                                           [TN__NAME_AMBIGUOUS] = AMBIGUOUS};
    const struct tn__walker walker = {.expr = on_call, .user = list};
    list->cap = list->judge->sql.count;
    for (const struct tn__name_fault *f = refusal->name_faults; f; f = f->next)
        list->cap++;
    list->items = tn_arena_array(list->judge->arena, list->cap, sizeof(*list->items));
    if (!list->items)
        return TN_ENOMEM;
    for (const struct tn__name_fault *f = refusal->name_faults; f; f = f->next)
        add_subject(list, (struct subject){.kind = kind_of[f->kind],
                                           .name = f->name,
                                           .token = f->span.begin,
                                           .table = f->table,
                                           .choices = f->choices});
    if (refusal->stmt)
        tn__walk_stmt(&walker, refusal->stmt);
    if (list->count > 1)
        qsort(list->items, list->count, sizeof(*list->items), by_token);
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (kept == 0 || list->items[kept - 1].token != list->items[i].token)
            list->items[kept++] = list->items[i];
    list->count = kept;
    return TN_OK;
}

/* The engine's subject among them: where it points, else the first of its name. NULL: Tenon takes that for
 * right. */
static const struct subject *find_own(const struct subjects *list, const struct subject *engine,
                                      size_t token)
{
    const struct subject *found = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct subject *own = &list->items[i];
        if (own->kind != engine->kind || !tn__text_equal_nocase(own->name, engine->name))
            continue;
        if (own->token == token)
            return own;
        bool is_better =
            engine->qualifier.data && tn__text_equal_nocase(own->qualifier, engine->qualifier) &&
            !tn__text_equal_nocase(found ? found->qualifier : TN__TEXT(""), engine->qualifier);
        if (!found || is_better)
            found = own;
    }
    return found;
}

/* --- what is said of it */

static void report_call(struct tn__judge *judge, const struct subject *subject,
                        const struct tn__callees *callees, struct tn__place place)
{
    tn_text name = subject->name;
    struct tn__diag *diag;
    if (subject->kind == MISCOUNTED) {
        const char *takes = tn__callees_takes(callees, name, judge->arena);
        diag = tn__diags_add(judge->diags, kinds[subject->kind].code, place,
                             "wrong number of arguments to function %.*s()", (int)name.size,
                             name.data);
        if (takes)
            tn__diag_help(judge->diags, diag, "it takes %s", takes);
        return;
    }
    const char *near = tn__callees_nearest(callees, name, judge->arena);
    diag = tn__diags_add(judge->diags, kinds[subject->kind].code, place, "no function '%.*s'",
                         (int)name.size, name.data);
    if (near)
        tn__diag_help(judge->diags, diag, "'%s'", near);
    else
        tn__diag_help(judge->diags, diag,
                      "[functions] of tenon.ini, if the program registers it itself");
}

static void report_ambiguous(struct tn__judge *judge, const struct subject *subject,
                             struct tn__place place)
{
    bool is_qualified = subject->qualifier.data != NULL;
    struct tn__diag *diag = tn__diags_add(
        judge->diags, kinds[subject->kind].code, place, "ambiguous column name: %.*s%s%.*s",
        (int)subject->qualifier.size, is_qualified ? subject->qualifier.data : "",
        is_qualified ? "." : "", (int)subject->name.size, subject->name.data);
    if (subject->choices)
        tn__diag_help(judge->diags, diag, "%s", subject->choices);
}

/* Whether the statement has the name at all. */
static bool is_written(const struct tn__sql *sql, tn_text name)
{
    for (size_t i = 0; i < sql->count; i++)
        if (tn__text_equal_nocase(tn__sql_name(sql, i), name))
            return true;
    return false;
}

/* "Ann": a name to SQL, and a text to who comes from elsewhere. */
static bool is_in_double_quotes(const struct tn__sql *sql, tn_text name)
{
    for (size_t i = 0; i < sql->count; i++)
        if (sql->tokens[i].kind == TN__TOK_NAME && sql->text.data[sql->tokens[i].offset] == '"' &&
            tn_text_equal(sql->tokens[i].name, name))
            return true;
    return false;
}

/* A table or a column. */
static void report_missing(struct tn__judge *judge, const struct subject *subject,
                           struct tn__place place)
{
    const char *code = kinds[subject->kind].code;
    const char *noun = kinds[subject->kind].noun;
    const char *near = NULL;
    const struct tn__table *table = NULL;
    tn_text name = subject->name;
    if (!is_written(&judge->sql, name)) {
        tn__diags_add(judge->diags, code, place,
                      "no %s '%.*s', which a trigger or a foreign key of what it writes uses", noun,
                      (int)name.size, name.data);
        return;
    }
    if (subject->kind == MISSING_COLUMN) {
        table = subject->table ? subject->table : tn__judge_only_table(judge, subject->qualifier);
        near = table ? tn__table_nearest_column(table, name, judge->arena)
                     : tn__judge_nearest_column(judge, name);
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
    bool is_text = subject->kind == MISSING_COLUMN && is_in_double_quotes(&judge->sql, name);
    if (near && !is_hidden)
        tn__diag_help(judge->diags, diag, is_text ? "'%s', or a text in single quotes" : "'%s'",
                      near);
    else if (is_text)
        tn__diag_help(judge->diags, diag, "a text is written '%.*s', in single quotes",
                      (int)name.size, name.data);
    if (table && !is_hidden)
        tn__judge_note_origin(judge, diag, table);
}

static void report(struct tn__judge *judge, const struct subject *subject,
                   const struct tn__callees *callees, struct tn__place place)
{
    if (subject->kind == MISSING_FUNCTION || subject->kind == MISCOUNTED)
        report_call(judge, subject, callees, place);
    else if (subject->kind == AMBIGUOUS)
        report_ambiguous(judge, subject, place);
    else
        report_missing(judge, subject, place);
}

/* --- a view that is broken */

/* A view of the statement that has the name in its text, or the first view. */
struct broken {
    const struct tn__catalog *catalog;
    tn_text name;
    const struct tn__table *view;
    size_t token;
    bool is_certain;
};

static void on_source(void *user, const struct tn__ast_source *source)
{
    struct broken *broken = user;
    const struct tn__table *table = tn__catalog_table(broken->catalog, source->name.text);
    bool has_name = false;
    if (broken->is_certain || !source->name.text.data || !table || table->kind != TN__VIEW)
        return;
    for (size_t i = 0; table->text && i < table->text->count; i++)
        has_name = has_name || tn__text_equal_nocase(tn__sql_name(table->text, i), broken->name);
    if (broken->view && !has_name)
        return;
    broken->view = table;
    broken->token = source->name.span.begin;
    broken->is_certain = has_name;
}

/* What the statement does not have is in a view of it. */
static bool report_broken(const struct tn__refusal *refusal, const struct subject *subject)
{
    struct tn__judge *judge = refusal->judge;
    struct broken broken = {.catalog = &judge->checked->catalog, .name = subject->name};
    const struct tn__walker walker = {.source = on_source, .user = &broken};
    if (refusal->stmt)
        tn__walk_stmt(&walker, refusal->stmt);
    if (!broken.view)
        return false;
    struct tn__sql_span span = {broken.token, broken.token + 1};
    struct tn__diag *diag =
        tn__diags_add(judge->diags, kinds[subject->kind].code, tn__refusal_place(refusal, span),
                      "no %s '%.*s', which view '%s' uses", kinds[subject->kind].noun,
                      (int)subject->name.size, subject->name.data, broken.view->name);
    tn__judge_note_origin(judge, diag, broken.view);
    return true;
}

bool tn__refuse_names(struct tn__refusal *refusal)
{
    struct tn__judge *judge = refusal->judge;
    struct subjects list = {.judge = judge};
    struct subject engine = subject_of(refusal->status, refusal->err);
    if (engine.kind == MISSING_NOTHING)
        return false;
    judge->status = tn__callees_read(&list.callees, judge);
    if (judge->status == TN_OK)
        judge->status = find_subjects(&list, refusal);
    if (judge->status != TN_OK)
        return true;
    size_t token = find_token(&judge->sql, refusal->token, &engine);
    const struct subject *own = find_own(&list, &engine, token);
    if (own) {
        token = own->token;
        engine.table = own->table;
        engine.choices = own->choices;
    } else if (token == SIZE_MAX && report_broken(refusal, &engine)) {
        return true;
    }
    report(judge, &engine, &list.callees,
           token == SIZE_MAX ? tn__judge_place(judge, 0, 0)
                             : tn__refusal_place(refusal, (struct tn__sql_span){token, token + 1}));
    size_t said = 1;
    for (size_t i = 0; own && i < list.count && said < TN__MOST_REFUSALS; i++) {
        size_t at = list.items[i].token;
        if (at == token)
            continue;
        report(judge, &list.items[i], &list.callees,
               tn__refusal_place(refusal, (struct tn__sql_span){at, at + 1}));
        said++;
    }
    return true;
}
