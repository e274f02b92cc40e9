/* SPDX-License-Identifier: MIT */
#include "lex/bytes.h"

/*
 * The cutting rules are those of PostgreSQL's scan.l: of version 15, and where a later one takes more
 * (0x1F, 1_000, \v as a blank) of that one; an older server refuses such a text anyway. A NUL byte
 * cannot be in a text for the server: here it ends any token that would run over it, and is itself an
 * illegal token of one byte, so that tokens always tile the text.
 *
 * `:name` is ours: the server has no such token. In `a[1:n]` the ':' belongs to the slice; inside
 * square brackets it is a parameter only where no expression can have ended right in front of it:
 * `a[:n]` and `ARRAY[:a, :b]` are parameters, and a slice with them is written `a[:low : :high]`.
 */

static bool is_ident_start(unsigned char c)
{
    return is(c, IDENT) && !is(c, DIGIT) && c != '$';
}

static bool is_line_end(unsigned char c)
{
    return c == '\n' || c == '\r';
}

static size_t skip_line(tn_text text, size_t i)
{
    while (at(text, i) != 0 && !is_line_end(at(text, i)))
        i++;
    return i;
}

static size_t cut_line_comment(tn_text text, struct tn__token *token)
{
    token->kind = TN__TOK_COMMENT;
    return skip_line(text, token->offset + 2);
}

static size_t cut_block_comment(tn_text text, struct tn__token *token)
{
    size_t depth = 1;
    size_t i = token->offset + 2;
    token->kind = TN__TOK_COMMENT;
    while (at(text, i) != 0) {
        unsigned char c = at(text, i);
        unsigned char next = at(text, i + 1);
        if (c == '/' && next == '*') {
            depth++;
            i += 2;
        } else if (c == '*' && next == '/') {
            i += 2;
            if (--depth == 0)
                return i;
        } else {
            i++;
        }
    }
    token->unterminated = 1;
    return i;
}

/* Behind a closing quote: where the string goes on, behind the next line's quote; 0 if it does not.
 * Blanks and -- comments may stand between, and a line must end there. */
static size_t find_continuation(tn_text text, size_t i)
{
    bool has_line_end = false;
    for (;;) {
        unsigned char c = at(text, i);
        if (is(c, SPACE)) {
            has_line_end = has_line_end || is_line_end(c);
            i++;
        } else if (c == '-' && at(text, i + 1) == '-') {
            i = skip_line(text, i);
        } else {
            return has_line_end && c == '\'' ? i + 1 : 0;
        }
    }
}

/* What a quoted token knows besides its quote. */
enum {
    DOUBLED = 1,   /* two quotes are one */
    ESCAPED = 2,   /* a backslash takes the next byte with it */
    CONTINUED = 4, /* on the next line */
};

/* `i` is behind the opening quote. */
static size_t cut_quoted(tn_text text, struct tn__token *token, size_t i, unsigned rules)
{
    unsigned char quote = at(text, i - 1);
    while (at(text, i) != 0) {
        unsigned char c = at(text, i++);
        if ((rules & ESCAPED) && c == '\\' && at(text, i) != 0) {
            i++;
        } else if (c == quote && (rules & DOUBLED) && at(text, i) == quote) {
            i++;
        } else if (c == quote) {
            size_t next = rules & CONTINUED ? find_continuation(text, i) : 0;
            if (next == 0)
                return i;
            i = next;
        }
    }
    token->unterminated = 1;
    return i;
}

static bool has_tag_at(tn_text text, size_t i, size_t tag, size_t size)
{
    for (size_t k = 0; k < size; k++)
        if (at(text, i + k) != at(text, tag + k))
            return false;
    return true;
}

/* $tag$ … $tag$; $1; or a lone $, which is illegal. */
static size_t cut_dollar(tn_text text, struct tn__token *token)
{
    size_t begin = token->offset;
    size_t i = begin + 1;
    if (is(at(text, i), DIGIT)) {
        i = skip(text, i, DIGIT);
        token->kind = is_ident_start(at(text, i)) ? TN__TOK_ILLEGAL : TN__TOK_PARAM;
        return token->kind == TN__TOK_PARAM ? i : skip(text, i, IDENT);
    }
    while (is(at(text, i), IDENT) && at(text, i) != '$')
        i++;
    if (at(text, i) != '$') {
        token->kind = TN__TOK_ILLEGAL;
        return begin + 1;
    }
    size_t size = i + 1 - begin;
    token->kind = TN__TOK_STRING;
    for (i++; at(text, i) != 0; i++)
        if (at(text, i) == '$' && has_tag_at(text, i, begin, size))
            return i + size;
    token->unterminated = 1;
    return i;
}

static bool is_digit_of(unsigned char c, unsigned base)
{
    return is(c, base == 16 ? HEX : DIGIT) && (base > 8 || c < '0' + base);
}

/* Digits, with single underscores between them or, behind 0x, in front of them. */
static size_t skip_digits(tn_text text, size_t i, unsigned base)
{
    for (;;) {
        size_t gap = at(text, i) == '_';
        if (!is_digit_of(at(text, i + gap), base))
            return i;
        i += gap + 1;
    }
}

static unsigned base_of(unsigned char letter)
{
    switch (letter | 0x20) {
    case 'x':
        return 16;
    case 'o':
        return 8;
    case 'b':
        return 2;
    default:
        return 10;
    }
}

/* The digits of a number without sign, point and exponent at `i`, of any base. */
static size_t cut_integer(tn_text text, size_t i, bool *is_decimal)
{
    unsigned base = at(text, i) == '0' ? base_of(at(text, i + 1)) : 10;
    size_t end = base == 10 ? i : skip_digits(text, i + 2, base);
    *is_decimal = base == 10 || end == i + 2;
    return *is_decimal ? skip_digits(text, i + 1, 10) : end;
}

static size_t cut_number(tn_text text, struct tn__token *token)
{
    bool is_decimal = true;
    size_t i = token->offset;
    token->kind = TN__TOK_NUMBER;
    if (at(text, i) != '.')
        i = cut_integer(text, i, &is_decimal);
    /* 1..2 are the bounds of a loop, not numbers with a point. */
    if (is_decimal && at(text, i) == '.' && at(text, i + 1) != '.')
        i = is(at(text, i + 1), DIGIT) ? skip_digits(text, i + 2, 10) : i + 1;
    if (is_decimal && (at(text, i) | 0x20) == 'e') {
        size_t sign = at(text, i + 1) == '+' || at(text, i + 1) == '-';
        if (is(at(text, i + 1 + sign), DIGIT))
            i = skip_digits(text, i + 2 + sign, 10);
        else if (sign) {
            token->kind = TN__TOK_ILLEGAL;
            return i + 2;
        }
    }
    if (is_ident_start(at(text, i))) {
        token->kind = TN__TOK_ILLEGAL;
        i = skip(text, i, IDENT);
    }
    return i;
}

static bool is_operator(unsigned char c)
{
    static const char bytes[] = "~!@#^&|`?+-*/%<>=";
    for (size_t i = 0; i < sizeof bytes - 1; i++)
        if (c == (unsigned char)bytes[i])
            return true;
    return false;
}

/* Whether an operator with it may end with + or -: it cannot be a row of those of standard SQL. */
static bool is_uncommon(unsigned char c)
{
    return is_operator(c) && c != '+' && c != '-' && c != '*' && c != '/' && c != '<' && c != '>' &&
           c != '=';
}

/* The longest run of operator bytes, up to a comment in it. */
static size_t cut_operator(tn_text text, struct tn__token *token)
{
    bool may_end_in_sign = false;
    size_t i = token->offset;
    token->kind = TN__TOK_OP;
    for (; is_operator(at(text, i)); i++) {
        unsigned char next = at(text, i + 1);
        if ((at(text, i) == '-' && next == '-') || (at(text, i) == '/' && next == '*'))
            break;
        may_end_in_sign = may_end_in_sign || is_uncommon(at(text, i));
    }
    while (!may_end_in_sign && i > token->offset + 1 &&
           (at(text, i - 1) == '+' || at(text, i - 1) == '-'))
        i--;
    return i;
}

/* Whether an expression may have ended right in front of a ':' between square brackets. */
static bool is_slice(tn_text text, size_t colon)
{
    unsigned char before = colon > 0 ? at(text, colon - 1) : 0;
    return is(before, IDENT) || before == ')' || before == ']' || before == '\'' || before == '"';
}

static size_t cut_colon(tn_text text, struct tn__token *token, bool in_brackets)
{
    size_t i = token->offset + 1;
    token->kind = TN__TOK_OP;
    if (at(text, i) == ':' || at(text, i) == '=')
        return i + 1;
    if (!is_ident_start(at(text, i)) || (in_brackets && is_slice(text, token->offset)))
        return i;
    token->kind = TN__TOK_PARAM;
    return skip(text, i, IDENT);
}

static size_t cut_word(tn_text text, struct tn__token *token)
{
    token->kind = TN__TOK_WORD;
    return skip(text, token->offset + 1, IDENT);
}

/* A letter that may belong to a quote right behind it; N'a' is the word N and a string. */
static size_t cut_letter(tn_text text, struct tn__token *token)
{
    size_t i = token->offset;
    unsigned char next = at(text, i + 1);
    unsigned char quote = at(text, i + 2);
    unsigned letter = at(text, i) | 0x20u;
    if (letter == 'u' && next == '&' && (quote == '\'' || quote == '"')) {
        token->kind = quote == '"' ? TN__TOK_NAME : TN__TOK_STRING;
        return cut_quoted(text, token, i + 3, quote == '"' ? DOUBLED : DOUBLED | CONTINUED);
    }
    if (letter == 'u' || next != '\'')
        return cut_word(text, token);
    token->kind = letter == 'e' ? TN__TOK_STRING : TN__TOK_BLOB;
    return cut_quoted(text, token, i + 2,
                      letter == 'e' ? DOUBLED | ESCAPED | CONTINUED : CONTINUED);
}

static size_t cut_mark(tn_text text, struct tn__token *token)
{
    size_t i = token->offset;
    unsigned char c = at(text, i);
    token->kind = c == '('   ? TN__TOK_LPAREN
                  : c == ')' ? TN__TOK_RPAREN
                  : c == ';' ? TN__TOK_SEMI
                             : TN__TOK_OP;
    return i + 1 + (c == '.' && at(text, i + 1) == '.');
}

/* Dispatch on the first byte. */
size_t tn__cut_postgres(tn_text text, struct tn__token *token, bool in_brackets)
{
    size_t i = token->offset;
    unsigned char c = at(text, i);
    unsigned char next = at(text, i + 1);
    switch (c) {
    case '-':
        return next == '-' ? cut_line_comment(text, token) : cut_operator(text, token);
    case '/':
        return next == '*' ? cut_block_comment(text, token) : cut_operator(text, token);
    case '\'':
        token->kind = TN__TOK_STRING;
        return cut_quoted(text, token, i + 1, DOUBLED | CONTINUED);
    case '"':
        token->kind = TN__TOK_NAME;
        return cut_quoted(text, token, i + 1, DOUBLED);
    case '$':
        return cut_dollar(text, token);
    case ':':
        return cut_colon(text, token, in_brackets);
    case '.':
        return is(next, DIGIT) ? cut_number(text, token) : cut_mark(text, token);
    case '(':
    case ')':
    case ';':
    case ',':
    case '[':
    case ']':
        return cut_mark(text, token);
    case 'b':
    case 'B':
    case 'e':
    case 'E':
    case 'u':
    case 'U':
    case 'x':
    case 'X':
        return cut_letter(text, token);
    default:
        break;
    }
    if (is(c, SPACE)) {
        token->kind = TN__TOK_SPACE;
        return skip(text, i + 1, SPACE);
    }
    if (is(c, DIGIT))
        return cut_number(text, token);
    if (is(c, IDENT))
        return cut_word(text, token);
    if (is_operator(c))
        return cut_operator(text, token);
    token->kind = TN__TOK_ILLEGAL;
    return i + 1;
}
