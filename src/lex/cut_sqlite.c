/* SPDX-License-Identifier: MIT */
#include "lex/bytes.h"

/*
 * The cutting rules are those of SQLite's tokenize.c. A NUL byte is the end of the text there: here
 * it ends any token that would run over it, and is itself an illegal token of one byte, so that
 * tokens always tile the text. Digit separators (SQLite 3.46) are cut as one number; an older engine
 * refuses such a text anyway.
 */

/* Each cut_ function gets the offset of the token's first byte in token->offset, sets the kind, and
 * returns the offset behind its last. */

static size_t cut_line_comment(tn_text text, struct tn__token *token)
{
    size_t i = token->offset + 2;
    while (at(text, i) != 0 && at(text, i) != '\n')
        i++;
    token->kind = TN__TOK_COMMENT;
    return i;
}

static size_t cut_block_comment(tn_text text, struct tn__token *token)
{
    size_t i = token->offset + 2;
    token->kind = TN__TOK_COMMENT;
    for (; at(text, i) != 0; i++)
        if (at(text, i) == '*' && at(text, i + 1) == '/')
            return i + 2;
    token->unterminated = 1;
    return i;
}

static size_t cut_quoted(tn_text text, struct tn__token *token)
{
    unsigned char quote = at(text, token->offset);
    token->kind = quote == '\'' ? TN__TOK_STRING : TN__TOK_NAME;
    size_t i = token->offset + 1;
    for (; at(text, i) != 0; i++) {
        if (at(text, i) != quote)
            continue;
        if (at(text, i + 1) != quote)
            return i + 1;
        i++;
    }
    token->unterminated = 1;
    return i;
}

static size_t cut_bracketed(tn_text text, struct tn__token *token)
{
    token->kind = TN__TOK_NAME;
    size_t i = token->offset + 1;
    for (; at(text, i) != 0; i++)
        if (at(text, i) == ']')
            return i + 1;
    token->unterminated = 1;
    return i;
}

static size_t cut_blob(tn_text text, struct tn__token *token)
{
    size_t first = token->offset + 2;
    size_t i = skip(text, first, HEX);
    token->kind = TN__TOK_BLOB;
    if (at(text, i) == '\'') {
        if ((i - first) % 2 != 0)
            token->kind = TN__TOK_ILLEGAL;
        return i + 1;
    }
    while (at(text, i) != 0 && at(text, i) != '\'')
        i++;
    if (at(text, i) == 0) {
        token->unterminated = 1;
        return i;
    }
    token->kind = TN__TOK_ILLEGAL;
    return i + 1;
}

/* Digits, with single underscores between them. `i` is behind the first digit or at a non-digit. */
static size_t skip_digits(tn_text text, size_t i, unsigned flags)
{
    for (;;) {
        i = skip(text, i, flags);
        if (at(text, i) != '_' || i == 0 || !is(at(text, i - 1), flags) ||
            !is(at(text, i + 1), flags))
            return i;
        i++;
    }
}

static size_t cut_number(tn_text text, struct tn__token *token)
{
    size_t i = token->offset;
    token->kind = TN__TOK_NUMBER;
    if (at(text, i) == '0' && (at(text, i + 1) | 0x20) == 'x' && is(at(text, i + 2), HEX)) {
        /* A letter right behind is a word to older engines, and a fault to newer ones. */
        return skip_digits(text, i + 3, HEX);
    }
    if (at(text, i) != '.')
        i = skip_digits(text, i + 1, DIGIT);
    if (at(text, i) == '.')
        i = skip_digits(text, i + 1, DIGIT);
    if ((at(text, i) | 0x20) == 'e') {
        size_t sign = at(text, i + 1) == '+' || at(text, i + 1) == '-';
        if (is(at(text, i + 1 + sign), DIGIT))
            i = skip_digits(text, i + 2 + sign, DIGIT);
    }
    if (is(at(text, i), IDENT)) {
        token->kind = TN__TOK_ILLEGAL;
        i = skip(text, i, IDENT);
    }
    return i;
}

/* :a @a $a #a, with "::" anywhere and one "(…)" without blanks at the end (the Tcl forms). */
static size_t cut_named_param(tn_text text, struct tn__token *token)
{
    size_t i = token->offset + 1;
    size_t letters = 0;
    token->kind = TN__TOK_PARAM;
    for (;; i++) {
        unsigned char c = at(text, i);
        if (is(c, IDENT))
            letters++;
        else if (c == ':' && at(text, i + 1) == ':')
            i++;
        else
            break;
    }
    if (letters > 0 && at(text, i) == '(') {
        do {
            i++;
        } while (at(text, i) != 0 && !is(at(text, i), SPACE) && at(text, i) != ')');
        if (at(text, i) == ')')
            i++;
        else
            token->kind = TN__TOK_ILLEGAL;
    }
    /* #1 is a register of the engine's own nested statements, refused in anyone else's. */
    bool is_register = at(text, token->offset) == '#' && is(at(text, token->offset + 1), DIGIT);
    if (letters == 0 || is_register)
        token->kind = TN__TOK_ILLEGAL;
    return i;
}

/* Operators and punctuation by their first byte: the bytes that may follow it to make two. */
static size_t cut_operator(tn_text text, struct tn__token *token)
{
    size_t i = token->offset;
    unsigned char next = at(text, i + 1);
    token->kind = TN__TOK_OP;
    switch (at(text, i)) {
    case '-':
        if (next == '>')
            return i + 2 + (at(text, i + 2) == '>');
        return i + 1;
    case '<':
        return i + 1 + (next == '=' || next == '>' || next == '<');
    case '>':
        return i + 1 + (next == '=' || next == '>');
    case '=':
        return i + 1 + (next == '=');
    case '|':
        return i + 1 + (next == '|');
    case '!':
        if (next != '=') {
            token->kind = TN__TOK_ILLEGAL;
            return i + 1;
        }
        return i + 2;
    case '(':
        token->kind = TN__TOK_LPAREN;
        return i + 1;
    case ')':
        token->kind = TN__TOK_RPAREN;
        return i + 1;
    case ';':
        token->kind = TN__TOK_SEMI;
        return i + 1;
    case '+':
    case '*':
    case '/':
    case '%':
    case ',':
    case '&':
    case '~':
    case '.':
        return i + 1;
    default:
        token->kind = TN__TOK_ILLEGAL;
        return i + 1;
    }
}

static size_t cut_word(tn_text text, struct tn__token *token)
{
    token->kind = TN__TOK_WORD;
    return skip(text, token->offset + 1, IDENT);
}

/* Dispatch on the first byte. */
size_t tn__cut_sqlite(tn_text text, struct tn__token *token)
{
    size_t i = token->offset;
    unsigned char next = at(text, i + 1);
    unsigned char c = at(text, i);
    switch (c) {
    case ' ':
    case '\t':
    case '\n':
    case '\f':
    case '\r':
        token->kind = TN__TOK_SPACE;
        return skip(text, i + 1, SPACE);
    case '-':
        return next == '-' ? cut_line_comment(text, token) : cut_operator(text, token);
    case '/':
        /* As the very last two bytes they are two operators. */
        return next == '*' && at(text, i + 2) != 0 ? cut_block_comment(text, token)
                                                   : cut_operator(text, token);
    case '\'':
    case '"':
    case '`':
        return cut_quoted(text, token);
    case '[':
        return cut_bracketed(text, token);
    case '.':
        return is(next, DIGIT) ? cut_number(text, token) : cut_operator(text, token);
    case '?':
        token->kind = TN__TOK_PARAM;
        return skip(text, i + 1, DIGIT);
    case '$':
    case '@':
    case ':':
    case '#':
        return cut_named_param(text, token);
    case 'x':
    case 'X':
        return next == '\'' ? cut_blob(text, token) : cut_word(text, token);
    case 0xEF:
        if (next == 0xBB && at(text, i + 2) == 0xBF) { /* a byte order mark, anywhere */
            token->kind = TN__TOK_SPACE;
            return i + 3;
        }
        return cut_word(text, token);
    default:
        if (is(c, DIGIT))
            return cut_number(text, token);
        return is(c, IDENT) ? cut_word(text, token) : cut_operator(text, token);
    }
}
