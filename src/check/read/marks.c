/* SPDX-License-Identifier: MIT */
#include "check/read/marks.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "check/names.h"
#include "util/str.h"

/*
 * The marks in a statement. Each is a comment:
 *
 *     ? NAME           an optional part begins          ?     it ends
 *     : NAME FIRST     a choice begins with a text      :     it ends
 *     : VALUE = SQL :  another text of the choice
 */

enum {
    OPTIONS_MAX = 32,
    CHOICES_MAX = 8,
    VALUES_MAX = 64,
    DEPTH_MAX = 8,
    NO_CHOICE = CHOICES_MAX
};

enum mark_kind {
    MARK_BEGIN,
    MARK_END,
    MARK_CHOICE,
    MARK_VALUE,
    MARK_CHOICE_END,
    MARK_WRONG
};

/* A comment taken apart; all texts are slices of it. */
struct mark {
    enum mark_kind kind;
    tn_text name;
    tn_text first;     /* of a choice */
    tn_text sql;       /* of a value */
    const char *fault; /* of a wrong one */
};

/* A stretch of the statement, before the numbers of choices have their bits. */
struct stretch {
    size_t begin;
    size_t end;
    uint64_t options;
    size_t choice;
    size_t value;
};

struct marks {
    struct tn__reader *reader;
    struct tn__query *query;
    struct tn__option *options;
    size_t option_count;
    struct tn__choice *choices;
    size_t choice_count;
    struct stretch *stretches;
    size_t stretch_count;
    size_t begin; /* of the stretch at hand */
    struct {
        uint64_t mask;
        size_t offset;
        size_t size;
    } open[DEPTH_MAX];
    size_t depth;
    bool is_choosing;    /* within the first text of the last choice */
    bool is_valued;      /* right behind one of its other texts */
    size_t choice_depth; /* where it begins */
    bool is_wrong;       /* a finding says why */
    int status;
};

bool tn__is_mark(tn_text comment)
{
    return comment.size >= 5 && comment.data[0] == '/' &&
           (comment.data[2] == '?' || comment.data[2] == ':');
}

/* The first fault ends the reading: what follows from it is no fault of its own. */
static void complain(struct marks *m, size_t offset, size_t size, const char *format, ...)
    TN_PRINTF(4, 5);
static void complain(struct marks *m, size_t offset, size_t size, const char *format, ...)
{
    char message[300];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    tn__diags_add(m->reader->diags, "bad-annotation",
                  tn__query_place(m->query, m->query->stmt_offset + offset, size), "%s", message);
    m->query->is_broken = true;
    m->is_wrong = true;
}

static size_t offset_in(const struct marks *m, tn_text slice)
{
    return (size_t)(slice.data - m->query->stmt.data);
}

/* Up to a blank or '='. */
static tn_text take_word(tn_text *rest)
{
    size_t size = 0;
    while (size < rest->size && !strchr(" \t\r\n\f\v=", rest->data[size]))
        size++;
    tn_text word = tn__text_sub(*rest, 0, size);
    *rest = tn__text_trim(tn__text_sub(*rest, size, rest->size - size));
    return word;
}

static const char bad_option[] = "an optional part begins with '/*? NAME */' and ends with '/*?*/'";
static const char bad_choice[] =
    "a choice begins with '/*: NAME FIRST */', where FIRST names the text behind it";
static const char bad_value[] =
    "a text of a choice is '/*: NAME = SQL :*/', with the colon at its end";
static const char bad_name[] = "a name in a mark has letters, digits and '_'";

/* Behind the name of a mark of a choice. */
static void read_choice(struct mark *mark, tn_text rest)
{
    if (rest.size > 1 && rest.data[0] == '=' && rest.data[rest.size - 1] == ':') {
        mark->kind = MARK_VALUE;
        mark->sql = tn__text_trim(tn__text_sub(rest, 1, rest.size - 2));
        return;
    }
    bool has_sql = rest.size > 0 && rest.data[0] == '=';
    mark->first = take_word(&rest);
    if (mark->first.size == 0 || rest.size > 0)
        mark->fault = has_sql ? bad_value : bad_choice;
    else if (!tn__c_is_ident(mark->first))
        mark->fault = bad_name;
    else
        mark->kind = MARK_CHOICE;
}

/* What a comment that is a mark says. */
static struct mark read_mark(tn_text comment)
{
    struct mark mark = {.kind = MARK_WRONG};
    bool is_option = comment.data[2] == '?';
    tn_text rest = tn__text_trim(tn__text_sub(comment, 3, comment.size - 5));
    if (rest.size == 0) {
        mark.kind = is_option ? MARK_END : MARK_CHOICE_END;
        return mark;
    }
    mark.name = take_word(&rest);
    if (mark.name.size == 0 || (is_option && rest.size > 0))
        mark.fault = is_option ? bad_option : bad_choice;
    else if (!tn__c_is_ident(mark.name))
        mark.fault = bad_name;
    else if (is_option)
        mark.kind = MARK_BEGIN;
    else
        read_choice(&mark, rest);
    return mark;
}

static const char *copy_name(struct marks *m, tn_text name)
{
    const char *copy = tn_arena_copy(m->reader->arena, name.data, name.size);
    if (!copy)
        m->status = TN_ENOMEM;
    return copy ? copy : "";
}

/* --- stretches ---------------------------------------------------------------------------------- */

static void add_stretch(struct marks *m, size_t begin, size_t end, size_t choice, size_t value)
{
    if (begin >= end)
        return;
    uint64_t options = 0;
    for (size_t i = 0; i < m->depth; i++)
        options |= m->open[i].mask;
    m->stretches[m->stretch_count++] = (struct stretch){begin, end, options, choice, value};
}

/* What stands in front of a mark, or of the end. */
static void end_stretch(struct marks *m, size_t end)
{
    add_stretch(m, m->begin, end, m->is_choosing ? m->choice_count - 1 : NO_CHOICE, 0);
}

/* --- optional parts ----------------------------------------------------------------------------- */

static struct tn__option *find_option(const struct marks *m, tn_text name)
{
    for (size_t i = 0; i < m->option_count; i++)
        if (tn__text_is(name, m->options[i].name))
            return &m->options[i];
    return NULL;
}

static void begin_option(struct marks *m, tn_text name)
{
    size_t offset = offset_in(m, name);
    struct tn__option *option = find_option(m, name);
    if (!option && m->option_count == OPTIONS_MAX) {
        complain(m, offset, name.size, "a query has at most %d optional parts", OPTIONS_MAX);
        return;
    }
    if (m->depth == DEPTH_MAX) {
        complain(m, offset, name.size, "optional parts are at most %d deep in each other",
                 DEPTH_MAX);
        return;
    }
    if (!option) {
        option = &m->options[m->option_count];
        *option = (struct tn__option){
            .name = copy_name(m, name), .offset = offset, .mask = (uint64_t)1 << m->option_count};
        m->option_count++;
        for (size_t i = 0; i < m->depth; i++)
            option->around |= m->open[i].mask;
    }
    m->open[m->depth].mask = option->mask;
    m->open[m->depth].offset = offset;
    m->open[m->depth++].size = name.size;
}

static void end_option(struct marks *m, size_t offset, size_t size)
{
    if (m->depth == 0)
        complain(m, offset, size, "no optional part begins before this end");
    else if (m->is_choosing && m->depth == m->choice_depth)
        complain(m, offset, size, "an optional part from before the choice ends within its text");
    else
        m->depth--;
}

/* --- choices ------------------------------------------------------------------------------------ */

static void add_value(struct marks *m, struct tn__choice *choice, tn_text name)
{
    const char **values = (const char **)(uintptr_t)choice->values;
    size_t *offsets = (size_t *)(uintptr_t)choice->value_offsets;
    size_t offset = offset_in(m, name);
    for (size_t i = 0; i < choice->value_count; i++) {
        if (!tn__text_is_nocase(name, values[i]))
            continue;
        complain(m, offset, name.size, "'%s' has two values '%s'%s", choice->name, values[i],
                 tn__text_is(name, values[i]) ? "" : ": in C they are in capitals");
        return;
    }
    if (choice->value_count == VALUES_MAX) {
        complain(m, offset, name.size, "a choice has at most %d values", VALUES_MAX);
        return;
    }
    values[choice->value_count] = copy_name(m, name);
    offsets[choice->value_count++] = offset;
}

static void begin_choice(struct marks *m, const struct mark *mark)
{
    size_t offset = offset_in(m, mark->name);
    for (size_t i = 0; i < m->choice_count; i++) {
        if (tn__text_is(mark->name, m->choices[i].name)) {
            complain(m, offset, mark->name.size, "there are two choices '%s'", m->choices[i].name);
            return;
        }
    }
    if (m->is_choosing || m->choice_count == CHOICES_MAX) {
        complain(m, offset, mark->name.size,
                 m->is_choosing ? "a choice begins before the last one has another text"
                                : "a query has too many choices");
        return;
    }
    struct tn__choice *choice = &m->choices[m->choice_count];
    *choice = (struct tn__choice){
        .name = copy_name(m, mark->name),
        .offset = offset,
        .values = tn_arena_array(m->reader->arena, VALUES_MAX, sizeof(const char *)),
        .value_offsets = tn_arena_array(m->reader->arena, VALUES_MAX, sizeof(size_t))};
    if (!choice->values || !choice->value_offsets) {
        m->status = TN_ENOMEM;
        return;
    }
    add_value(m, choice, mark->first);
    m->choice_count++;
    m->is_choosing = true;
    m->choice_depth = m->depth;
}

/* A text in a comment has none in it, and ends where it ends: a comment that begins with its last bytes is
 * none to the engine as long as nothing follows. */
static bool is_whole(tn_text sql, enum tn__dialect dialect)
{
    static const char begin[] = "/*";
    struct tn__lexer lexer;
    struct tn__token token;
    tn__lex_init(&lexer, sql, dialect);
    while ((token = tn__lex_next(&lexer)).kind != TN__TOK_END)
        if (token.unterminated || token.kind == TN__TOK_COMMENT || token.kind == TN__TOK_SEMI)
            return false;
    return !tn__text_ends(sql, begin);
}

static void take_value(struct marks *m, const struct mark *mark)
{
    size_t offset = offset_in(m, mark->name);
    if ((!m->is_choosing && !m->is_valued) || m->depth != m->choice_depth) {
        complain(m, offset, mark->name.size,
                 m->is_choosing || m->is_valued
                     ? "an optional part does not end before the next text of the choice"
                     : "'%.*s' is no text of a choice: none begins before it",
                 (int)mark->name.size, mark->name.data);
        return;
    }
    struct tn__choice *choice = &m->choices[m->choice_count - 1];
    if (!is_whole(mark->sql, m->reader->dialect)) {
        complain(
            m, offset, mark->name.size,
            "the text of '%.*s' has a comment or a semicolon in it, or a quote that does not end",
            (int)mark->name.size, mark->name.data);
        return;
    }
    add_value(m, choice, mark->name);
    size_t begin = mark->sql.size ? offset_in(m, mark->sql) : 0;
    add_stretch(m, begin, begin + mark->sql.size, m->choice_count - 1, choice->value_count - 1);
    m->is_choosing = false;
    m->is_valued = true;
}

static void end_choice(struct marks *m, size_t offset, size_t size)
{
    if (!m->is_valued)
        complain(m, offset, size,
                 m->is_choosing ? "the choice has one text only"
                                : "no choice begins before this end");
    m->is_choosing = m->is_valued = false;
}

/* --- the whole ---------------------------------------------------------------------------------- */

static void take_mark(struct marks *m, tn_text comment, size_t offset)
{
    struct mark mark = read_mark(comment);
    end_stretch(m, offset);
    if (mark.kind != MARK_VALUE && mark.kind != MARK_CHOICE_END)
        m->is_valued = false;
    switch (mark.kind) {
    case MARK_BEGIN:
        begin_option(m, mark.name);
        break;
    case MARK_END:
        end_option(m, offset, comment.size);
        break;
    case MARK_CHOICE:
        begin_choice(m, &mark);
        break;
    case MARK_VALUE:
        take_value(m, &mark);
        break;
    case MARK_CHOICE_END:
        end_choice(m, offset, comment.size);
        break;
    case MARK_WRONG:
        complain(m, offset, comment.size, "%s", mark.fault);
        break;
    }
    m->begin = offset + comment.size;
}

/* Marks come in pairs, roughly; each leaves two stretches at most. */
static size_t count_marks(tn_text sql, enum tn__dialect dialect)
{
    struct tn__lexer lexer;
    struct tn__token token;
    size_t count = 0;
    tn__lex_init(&lexer, sql, dialect);
    while ((token = tn__lex_next(&lexer)).kind != TN__TOK_END)
        count += token.kind == TN__TOK_COMMENT && tn__is_mark(tn__token_text(&lexer, token));
    return count;
}

static void find_marks(struct marks *m)
{
    struct tn__lexer lexer;
    struct tn__token token;
    tn_text stmt = m->query->stmt;
    tn__lex_init(&lexer, stmt, m->reader->dialect);
    while ((token = tn__lex_next(&lexer)).kind != TN__TOK_END) {
        tn_text text = tn__token_text(&lexer, token);
        if (token.kind == TN__TOK_COMMENT && tn__is_mark(text))
            take_mark(m, text, token.offset);
        else if (token.kind != TN__TOK_SPACE && token.kind != TN__TOK_COMMENT)
            m->is_valued = false;
        if (m->status != TN_OK || m->is_wrong)
            return;
    }
    end_stretch(m, stmt.size);
    if (m->depth > 0)
        complain(m, m->open[m->depth - 1].offset, m->open[m->depth - 1].size,
                 "the optional part that begins here does not end");
    else if (m->is_choosing)
        complain(m, m->choices[m->choice_count - 1].offset, 1,
                 "the choice that begins here has one text only");
}

/* Bits for the values of each choice, behind those of the options. False: there are not enough. */
static bool number_choices(struct marks *m)
{
    uint32_t shift = (uint32_t)m->option_count;
    for (size_t i = 0; i < m->choice_count; i++) {
        struct tn__choice *choice = &m->choices[i];
        uint32_t width = 1;
        while (((size_t)1 << width) < choice->value_count)
            width++;
        choice->shift = shift;
        choice->mask = (((uint64_t)1 << width) - 1) << shift;
        shift += width;
        if (shift > 63) {
            complain(m, choice->offset, 1, "a query has too many choices");
            return false;
        }
    }
    return true;
}

static int compare_parts(const void *a, const void *b)
{
    const struct tn__sql_part *x = a;
    const struct tn__sql_part *y = b;
    return x->begin < y->begin ? -1 : x->begin > y->begin;
}

static int make_variants(struct tn__variants **out, struct marks *m)
{
    struct tn__variants *variants = tn_arena_array(m->reader->arena, 1, sizeof(*variants));
    struct tn__sql_part *parts = tn_arena_array(m->reader->arena, m->stretch_count, sizeof(*parts));
    if (!variants || !parts)
        return TN_ENOMEM;
    for (size_t i = 0; i < m->stretch_count; i++) {
        const struct stretch *stretch = &m->stretches[i];
        parts[i] =
            (struct tn__sql_part){stretch->begin, stretch->end, stretch->options, stretch->options};
        if (stretch->choice == NO_CHOICE)
            continue;
        const struct tn__choice *choice = &m->choices[stretch->choice];
        parts[i].mask |= choice->mask;
        parts[i].value |= (uint64_t)stretch->value << choice->shift;
    }
    qsort(parts, m->stretch_count, sizeof(*parts), compare_parts);
    *variants = (struct tn__variants){.options = m->options,
                                      .option_count = m->option_count,
                                      .choices = m->choices,
                                      .choice_count = m->choice_count,
                                      .parts = parts,
                                      .part_count = m->stretch_count};
    *out = variants;
    return TN_OK;
}

int tn__read_marks(struct tn__variants **out, struct tn__reader *reader, struct tn__query *query)
{
    size_t count = count_marks(query->stmt, reader->dialect);
    *out = NULL;
    if (count == 0)
        return TN_OK;
    struct marks m = {.reader = reader, .query = query};
    m.options = tn_arena_array(reader->arena, OPTIONS_MAX, sizeof(*m.options));
    m.choices = tn_arena_array(reader->arena, CHOICES_MAX, sizeof(*m.choices));
    m.stretches = tn_arena_array(reader->arena, 2 * count + 1, sizeof(*m.stretches));
    if (!m.options || !m.choices || !m.stretches)
        return TN_ENOMEM;
    find_marks(&m);
    if (m.status != TN_OK || query->is_broken || !number_choices(&m))
        return m.status;
    return make_variants(out, &m);
}
