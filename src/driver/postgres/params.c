/* SPDX-License-Identifier: MIT */
#include "driver/postgres/params.h"

#include <stdio.h>
#include <string.h>

#include "lex/lex.h"
#include "util/alloc.h"
#include "util/map.h"
#include "util/str.h"

enum {
    MOST_PARAMS = 65535,     /* the protocol counts them in 16 bits */
    MOST_BYTES = 0x3fffffff, /* of a message to the server */
    NUMBER_SIZE = 7          /* "$65535" with its NUL */
};

/* A `:name` of the original. */
struct tn__pg_mark {
    uint32_t offset;
    uint32_t size;
    uint32_t number;
    bool is_spaced; /* a blank goes in front: behind a word '$' would be a part of it, LIMIT:n */
};

struct maker {
    tn_text sql;
    struct tn__pg_mark *marks;
    size_t count;
    size_t cap;
    struct tn__map names; /* to their numbers, in the order of these */
    uint32_t highest;     /* number */
    bool has_numbers;     /* written as `$n` */
};

static int fail_at(tn_error *err, int status, size_t offset, const char *message)
{
    tn_error_set(err, status, "%s", message);
    if (err)
        err->position = (uint32_t)offset + 1;
    return status;
}

static int fail_count(tn_error *err, size_t offset)
{
    return fail_at(err, TN_ERANGE, offset, "more than 65535 parameters");
}

static int fail_mixed(tn_error *err, size_t offset)
{
    return fail_at(err, TN_EINVAL, offset, "both $1 and :name as parameters of one statement");
}

/* --- reading ---------------------------------------------------------------------------------- */

static int check_statement(tn_text sql, tn_error *err)
{
    struct tn__lexer lexer;
    struct tn__stmt_span span;
    struct tn__stmt_span second;
    if (sql.size > MOST_BYTES)
        return tn_error_set(err, TN_ERANGE, "statement of %zu bytes is too big", sql.size);
    size_t nul = tn__text_find(sql, '\0');
    if (nul < sql.size)
        return fail_at(err, TN_EINVAL, nul, "NUL byte in the text");
    tn__lex_init(&lexer, sql, TN__POSTGRES);
    int rc = tn__split_next(&span, &lexer, err);
    if (rc == TN_DONE)
        return tn_error_set(err, TN_EINVAL, "empty statement");
    if (rc == TN_ROW)
        rc = tn__split_next(&second, &lexer, err);
    if (rc == TN_ROW)
        return fail_at(err, TN_EINVAL, span.offset + span.run_size, "more than one statement");
    return rc == TN_DONE ? TN_OK : rc;
}

/* $n: as many as the highest one says. */
static int take_number(struct maker *m, struct tn__token token, tn_error *err)
{
    uint32_t number = 0;
    for (size_t i = 1; i < token.size; i++) {
        number = number * 10 + (uint32_t)(m->sql.data[token.offset + i] - '0');
        if (number > MOST_PARAMS)
            return fail_count(err, token.offset);
    }
    if (m->count > 0)
        return fail_mixed(err, token.offset);
    if (number == 0)
        return fail_at(err, TN_EINVAL, token.offset, "parameters are numbered from $1 on");
    m->has_numbers = true;
    if (number > m->highest)
        m->highest = number;
    return TN_OK;
}

/* :name, with the number that it has or the next one. */
static int number_of(uint32_t *out, struct maker *m, struct tn__token token, tn_error *err)
{
    tn_text name = tn__text_sub(m->sql, token.offset, token.size);
    *out = (uint32_t)(uintptr_t)tn__map_get(&m->names, name);
    if (*out != 0)
        return TN_OK;
    if (m->highest == MOST_PARAMS)
        return fail_count(err, token.offset);
    *out = m->highest + 1;
    if (tn__map_put(&m->names, name, (void *)(uintptr_t)*out) != TN_OK)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    m->highest = *out;
    return TN_OK;
}

static int take_name(struct maker *m, struct tn__token token, tn_error *err)
{
    struct tn__pg_mark mark = {(uint32_t)token.offset, (uint32_t)token.size, 0, false};
    if (m->has_numbers)
        return fail_mixed(err, token.offset);
    int rc = number_of(&mark.number, m, token, err);
    if (rc != TN_OK)
        return rc;
    if (token.offset > 0) {
        char before = m->sql.data[token.offset - 1];
        mark.is_spaced = tn__is_ident(before) || before == '$' || (unsigned char)before >= 0x80;
    }
    struct tn__pg_mark *marks = tn__grow(m->marks, &m->cap, m->count + 1, sizeof *marks);
    if (!marks)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    m->marks = marks;
    m->marks[m->count++] = mark;
    return TN_OK;
}

static int read_params(struct maker *m, tn_error *err)
{
    struct tn__lexer lexer;
    struct tn__token token;
    int rc = TN_OK;
    if (tn__has_own_params(m->sql))
        return TN_OK;
    tn__lex_init(&lexer, m->sql, TN__POSTGRES);
    while (rc == TN_OK && (token = tn__lex_next_solid(&lexer)).kind != TN__TOK_END)
        if (token.kind == TN__TOK_PARAM)
            rc = m->sql.data[token.offset] == '$' ? take_number(m, token, err)
                                                  : take_name(m, token, err);
    return rc;
}

/* --- writing ---------------------------------------------------------------------------------- */

/* Of what stands for a mark. */
static size_t written_size(const struct tn__pg_mark *mark)
{
    size_t size = mark->is_spaced + 2u; /* the sign and a digit */
    for (uint32_t rest = mark->number; rest >= 10; rest /= 10)
        size++;
    return size;
}

static size_t sql_size(const struct maker *m)
{
    size_t size = m->sql.size;
    for (size_t i = 0; i < m->count; i++)
        size = size - m->marks[i].size + written_size(&m->marks[i]);
    return size;
}

static char *put_sql(char *to, const struct maker *m)
{
    size_t from = 0;
    for (size_t i = 0; i < m->count; i++) {
        const struct tn__pg_mark *mark = &m->marks[i];
        memcpy(to, m->sql.data + from, mark->offset - from);
        to += mark->offset - from;
        if (mark->is_spaced)
            *to++ = ' ';
        to += snprintf(to, NUMBER_SIZE, "$%u", (unsigned)mark->number);
        from = mark->offset + mark->size;
    }
    memcpy(to, m->sql.data + from, m->sql.size - from);
    to += m->sql.size - from;
    *to++ = '\0';
    return to;
}

/* The names, each with a NUL behind it. */
static size_t names_size(const struct maker *m)
{
    size_t size = m->has_numbers ? m->highest * (size_t)NUMBER_SIZE : 0;
    for (size_t i = 0; i < m->names.count; i++)
        size += m->names.entries[i].key.size + 1;
    return size;
}

static void put_names(const char **names, char *to, const struct maker *m)
{
    for (uint32_t i = 0; i < m->highest; i++) {
        names[i] = to;
        if (m->has_numbers) {
            to += snprintf(to, NUMBER_SIZE, "$%u", (unsigned)i + 1) + 1;
        } else {
            tn_text name = m->names.entries[i].key;
            memcpy(to, name.data, name.size);
            to[name.size] = '\0';
            to += name.size + 1;
        }
    }
}

/* Everything in one block: pointers to the names, marks, the text, the names. */
static int write_text(struct tn__pg_text *out, const struct maker *m, tn_error *err)
{
    size_t size = sql_size(m);
    size_t pointers_bytes = m->highest * sizeof(char *);
    size_t marks_bytes = m->count * sizeof *m->marks;
    if (size > MOST_BYTES)
        return tn_error_set(err, TN_ERANGE, "statement of %zu bytes is too big", size);
    char *block = tn__alloc(pointers_bytes + marks_bytes + size + 1 + names_size(m));
    if (!block)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    char *sql = block + pointers_bytes + marks_bytes;
    const char **names = (void *)block;
    struct tn__pg_mark *marks = (void *)(block + pointers_bytes);
    if (m->count > 0)
        memcpy(marks, m->marks, marks_bytes);
    put_names(names, put_sql(sql, m), m);
    *out = (struct tn__pg_text){sql, size, (int)m->highest, names, marks, m->count, block};
    return TN_OK;
}

int tn__pg_text_make(struct tn__pg_text *out, tn_text sql, tn_error *err)
{
    struct maker maker = {.sql = sql};
    int rc = check_statement(sql, err);
    if (rc != TN_OK)
        return rc;
    tn__map_init(&maker.names);
    rc = read_params(&maker, err);
    if (rc == TN_OK)
        rc = write_text(out, &maker, err);
    tn__map_fini(&maker.names);
    tn__free(maker.marks);
    return rc;
}

void tn__pg_text_free(struct tn__pg_text *text)
{
    tn__free(text->block);
    *text = (struct tn__pg_text){0};
}

/* --- places ----------------------------------------------------------------------------------- */

uint32_t tn__pg_text_place(const struct tn__pg_text *text, uint32_t char_position)
{
    size_t place = 0; /* in bytes of what was sent */
    size_t less = 0;  /* bytes of names in front of it, and of what stands for them */
    size_t more = 0;
    if (char_position == 0)
        return 0;
    for (uint32_t chars = 1; chars < char_position && place < text->size; chars++)
        do
            place++;
        while (((unsigned char)text->sql[place] & 0xC0) == 0x80);
    for (size_t i = 0; i < text->mark_count; i++) {
        const struct tn__pg_mark *mark = &text->marks[i];
        size_t begin = mark->offset - less + more;
        size_t size = written_size(mark);
        if (place < begin)
            break;
        if (place < begin + size)
            return mark->offset + 1;
        less += mark->size;
        more += size;
    }
    return (uint32_t)(place + less - more) + 1;
}
