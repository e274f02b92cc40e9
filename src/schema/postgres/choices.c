/* SPDX-License-Identifier: MIT */
#include "schema/postgres/reading.h"
#include "util/str.h"

/*
 * What a condition leaves to one text: c IN ('a', 'b'), c = 'a' OR c = 'b'. The server writes them as
 *
 *     (role = ANY (ARRAY['a'::text, 'b'::text]))
 *     ((role)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))
 *     ((role = 'a'::text) OR (role = 'b'::text))
 *
 * A condition refuses what makes it false, not what makes it NULL: a NULL among the values lets everything
 * pass, and one side of an AND that is false is enough. What is not read to its last token claims nothing.
 */

/* Deeper ones are nothing that a person has written as a list of values. */
#define DEPTH_MAX 200u

/* Solid tokens, with the parentheses and brackets around each. */
struct part {
    enum tn__tok kind;
    size_t depth;
    tn_text text;
};

struct condition {
    struct part *parts;
    size_t count;
    tn_text name; /* that has been compared so far */
    tn_text *texts;
    size_t text_count;
    size_t text_cap;
    tn_arena *arena;
    int status;
};

struct span {
    size_t begin;
    size_t end;
};

static int scan(struct condition *c, tn_text text)
{
    struct tn__lexer lexer;
    size_t cap = text.size + 1;
    size_t depth = 0;
    c->parts = tn_arena_array(c->arena, cap, sizeof(*c->parts));
    if (!c->parts)
        return TN_ENOMEM;
    tn__lex_init(&lexer, text, TN__POSTGRES);
    for (;;) {
        struct tn__token token = tn__lex_next_solid(&lexer);
        if (token.kind == TN__TOK_END)
            return TN_OK;
        struct part *part = &c->parts[c->count++];
        part->kind = token.kind;
        part->text = tn__token_text(&lexer, token);
        bool closes = token.kind == TN__TOK_RPAREN || tn__text_is(part->text, "]");
        depth -= closes && depth > 0;
        part->depth = depth;
        depth += token.kind == TN__TOK_LPAREN || tn__text_is(part->text, "[");
    }
}

static bool is_at(const struct condition *c, size_t i, const char *text)
{
    return i < c->count && tn__text_is(c->parts[i].text, text);
}

/* Behind what closes token i. */
static size_t skip(const struct condition *c, size_t i)
{
    size_t depth = c->parts[i].depth;
    for (i++; i < c->count && c->parts[i].depth > depth; i++)
        ;
    return i < c->count ? i + 1 : i;
}

/* Without parentheses around all of it. */
static struct span bare(const struct condition *c, struct span span)
{
    while (span.begin < span.end && c->parts[span.begin].kind == TN__TOK_LPAREN &&
           skip(c, span.begin) == span.end)
        span = (struct span){span.begin + 1, span.end - 1};
    return span;
}

/* Up to the next such word outside of all parentheses. */
static struct span piece(const struct condition *c, struct span span, const char *word)
{
    size_t i = span.begin;
    while (i < span.end && !is_at(c, i, word))
        i = c->parts[i].kind == TN__TOK_LPAREN || is_at(c, i, "[") ? skip(c, i) : i + 1;
    return (struct span){span.begin, i < span.end ? i : span.end};
}

static bool is_split(const struct condition *c, struct span span, const char *word)
{
    return piece(c, span, word).end != span.end;
}

/* Without ::text, ::character varying, and the same of arrays: they change no text. */
static struct span uncast(const struct condition *c, struct span span)
{
    static const char *const casts[][4] = {
        {"::", "text", NULL, NULL},
        {"::", "text", "[", "]"},
        {"::", "character", "varying", NULL},
    };
    for (size_t k = 0; k < sizeof(casts) / sizeof(casts[0]); k++) {
        size_t size = 0;
        while (size < 4 && casts[k][size])
            size++;
        if (span.end - span.begin <= size)
            continue;
        bool is_it = true;
        for (size_t i = 0; i < size && is_it; i++)
            is_it = is_at(c, span.end - size + i, casts[k][i]);
        if (is_it)
            return uncast(c, bare(c, (struct span){span.begin, span.end - size}));
    }
    return bare(c, span);
}

static bool add_text(struct condition *c, struct span span)
{
    tn_text text;
    span = uncast(c, bare(c, span));
    const struct part *part = &c->parts[span.begin];
    if (span.end - span.begin != 1 || part->kind != TN__TOK_STRING || part->text.data[0] != '\'')
        return false;
    c->status = tn__token_unquote(&text, part->text, c->arena);
    if (c->status != TN_OK)
        return false;
    for (size_t i = 0; i < c->text_count; i++)
        if (tn_text_equal(c->texts[i], text))
            return true;
    if (c->text_count == c->text_cap) {
        size_t cap = c->text_cap ? c->text_cap * 2 : 8;
        tn_text *texts = tn_arena_array(c->arena, cap, sizeof(*texts));
        if (!texts) {
            c->status = TN_ENOMEM;
            return false;
        }
        if (c->text_count > 0)
            memcpy(texts, c->texts, c->text_count * sizeof(*texts));
        c->texts = texts;
        c->text_cap = cap;
    }
    c->texts[c->text_count++] = text;
    return true;
}

static bool set_name(struct condition *c, struct span span)
{
    tn_text name;
    span = uncast(c, bare(c, span));
    const struct part *part = &c->parts[span.begin];
    if (span.end - span.begin != 1 || (part->kind != TN__TOK_WORD && part->kind != TN__TOK_NAME) ||
        part->text.data[0] == 'U')
        return false;
    c->status = tn__token_unquote(&name, part->text, c->arena);
    if (c->status != TN_OK || (c->name.data && !tn_text_equal(c->name, name)))
        return false;
    c->name = name;
    return true;
}

/* ARRAY['a', 'b'] */
static bool add_array(struct condition *c, struct span span)
{
    span = uncast(c, bare(c, span));
    if (!is_at(c, span.begin, "ARRAY") || !is_at(c, span.begin + 1, "[") ||
        skip(c, span.begin + 1) != span.end)
        return false;
    struct span rest = {span.begin + 2, span.end - 1};
    while (rest.begin < rest.end) {
        struct span item = piece(c, rest, ",");
        if (!add_text(c, item))
            return false;
        rest.begin = item.end + 1;
    }
    return true;
}

/* Whether all that it lets pass is known: NULL, and what is added. */
static bool add_all(struct condition *c, struct span span, unsigned depth)
{
    span = bare(c, span);
    if (depth > DEPTH_MAX || span.begin >= span.end || is_at(c, span.begin, "CASE"))
        return false;
    if (is_split(c, span, "OR")) {
        while (span.begin < span.end) {
            struct span side = piece(c, span, "OR");
            if (!add_all(c, side, depth + 1))
                return false;
            span.begin = side.end + 1;
        }
        return true;
    }
    if (span.end - span.begin > 2 && is_at(c, span.end - 2, "IS") && is_at(c, span.end - 1, "NULL"))
        return set_name(c, (struct span){span.begin, span.end - 2});
    struct span left = piece(c, span, "=");
    struct span right = {left.end + 1, span.end};
    if (right.begin >= span.end || left.begin >= left.end || !set_name(c, left))
        return false;
    if (is_at(c, right.begin, "ANY"))
        return add_array(c, (struct span){right.begin + 1, right.end});
    return add_text(c, right);
}

/* The first side of an AND that leaves texts alone is enough. */
static void read(struct condition *c, struct span span, unsigned depth)
{
    span = bare(c, span);
    if (depth > DEPTH_MAX || is_at(c, span.begin, "CASE"))
        return;
    if (!is_split(c, span, "OR") && is_split(c, span, "AND")) {
        while (span.begin < span.end && c->status == TN_OK && c->text_count == 0) {
            struct span side = piece(c, span, "AND");
            read(c, side, depth + 1);
            span.begin = side.end + 1;
        }
        return;
    }
    c->name = (tn_text){NULL, 0};
    if (!add_all(c, span, depth))
        c->text_count = 0;
}

int tn__pg_choices_of(struct tn__pg_choices *out, const char *condition, tn_arena *arena)
{
    struct condition c = {.arena = arena};
    *out = (struct tn__pg_choices){0};
    if (scan(&c, tn_text_of(condition)) != TN_OK)
        return TN_ENOMEM;
    read(&c, (struct span){0, c.count}, 0);
    if (c.status == TN_OK && c.text_count > 0)
        *out = (struct tn__pg_choices){c.name, c.texts, c.text_count};
    return c.status;
}
