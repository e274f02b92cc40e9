/* SPDX-License-Identifier: MIT */
#include "check/names.h"
#include "check/read/c_lexer.h"
#include "check/read/parse.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/str.h"
#include "util/utf8.h"

/*
 * TN_QUERY(name, ":mode", "SQL" "…") in C and C++ sources, as a lexer of C finds it: what is in comments,
 * strings and directives is none.
 */
enum {
    INLINE_MAX = 4000
};

struct scan {
    struct tn__reader *reader;
    const struct tn__query_file *file;
    struct tn__c_lexer lex;
};

static char peek(const struct scan *scan, size_t ahead)
{
    return tn__c_peek(&scan->lex, ahead);
}

static bool skip_blank(struct scan *scan)
{
    return tn__c_skip_blank(&scan->lex);
}

static tn_text read_ident(struct scan *scan)
{
    return tn__c_read_ident(&scan->lex);
}

/* The decoded text of string literals that stand side by side. */
struct literal {
    struct tn__buf text;
    uint32_t *map; /* offset in the file of each byte, and of the end */
    size_t cap;
    size_t first;      /* offset of the first quote */
    const char *fault; /* what is wrong at the scan's place; NULL: nothing */
};

static void literal_add(struct literal *literal, char c, size_t offset)
{
    uint32_t *map = tn__grow(literal->map, &literal->cap, literal->text.size + 2, sizeof(*map));
    if (!map) {
        literal->text.status = TN_ENOMEM;
        return;
    }
    literal->map = map;
    map[literal->text.size] = (uint32_t)offset;
    map[literal->text.size + 1] = (uint32_t)offset + 1;
    tn__buf_putc(&literal->text, c);
}

static int digit_of(char c, int base)
{
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : 99;
    return digit < base ? digit : -1;
}

/* Up to `max` digits; false without any. */
static bool read_digits(struct scan *scan, uint32_t *out, int base, unsigned max)
{
    unsigned count = 0;
    uint32_t value = 0;
    while (count < max && digit_of(peek(scan, 0), base) >= 0) {
        value = value * (uint32_t)base + (uint32_t)digit_of(peek(scan, 0), base);
        scan->lex.at++;
        count++;
    }
    *out = value;
    return count > 0;
}

static void add_utf8(struct literal *literal, uint32_t code, size_t offset)
{
    if (code < 0x80) {
        literal_add(literal, (char)code, offset);
    } else if (code < 0x800) {
        literal_add(literal, (char)(0xC0 | (code >> 6)), offset);
        literal_add(literal, (char)(0x80 | (code & 0x3F)), offset);
    } else if (code < 0x10000) {
        literal_add(literal, (char)(0xE0 | (code >> 12)), offset);
        literal_add(literal, (char)(0x80 | ((code >> 6) & 0x3F)), offset);
        literal_add(literal, (char)(0x80 | (code & 0x3F)), offset);
    } else {
        literal_add(literal, (char)(0xF0 | (code >> 18)), offset);
        literal_add(literal, (char)(0x80 | ((code >> 12) & 0x3F)), offset);
        literal_add(literal, (char)(0x80 | ((code >> 6) & 0x3F)), offset);
        literal_add(literal, (char)(0x80 | (code & 0x3F)), offset);
    }
}

/* An escape sequence, with the scan behind the backslash. */
static void read_escape(struct scan *scan, struct literal *literal)
{
    static const char plain[] = "abfnrtv\\'\"?";
    static const char meant[] = "\a\b\f\n\r\t\v\\'\"?";
    size_t offset = scan->lex.at - 1;
    char c = peek(scan, 0);
    const char *found = c ? strchr(plain, c) : NULL;
    uint32_t code = 0;
    if (found) {
        scan->lex.at++;
        literal_add(literal, meant[found - plain], offset);
    } else if (digit_of(c, 8) >= 0) {
        (void)read_digits(scan, &code, 8, 3);
        if (code == 0 || code > 0xFF)
            literal->fault = "the escape is not a byte that SQL can hold";
        literal_add(literal, (char)code, offset);
    } else if (c == 'x') {
        scan->lex.at++;
        if (!read_digits(scan, &code, 16, 8) || code == 0 || code > 0xFF)
            literal->fault = "the escape is not a byte that SQL can hold";
        literal_add(literal, (char)code, offset);
    } else if (c == 'u' || c == 'U') {
        scan->lex.at++;
        if (!read_digits(scan, &code, 16, c == 'u' ? 4 : 8) || code == 0 || code > 0x10FFFF ||
            (code >= 0xD800 && code <= 0xDFFF))
            literal->fault = "the escape is not a character";
        else
            add_utf8(literal, code, offset);
    } else {
        literal->fault = "C has no such escape";
    }
}

/* One literal, with the scan at its quote. */
static void read_string(struct scan *scan, struct literal *literal)
{
    scan->lex.at++;
    while (!literal->fault) {
        size_t spliced = tn__c_splice(&scan->lex, scan->lex.at);
        char c = peek(scan, 0);
        if (scan->lex.at >= scan->lex.size || c == '\n') {
            literal->fault = "the string does not end";
        } else if (spliced) {
            scan->lex.at += spliced;
        } else if (c == '"') {
            scan->lex.at++;
            return;
        } else if (c == '\\') {
            scan->lex.at++;
            read_escape(scan, literal);
        } else {
            literal_add(literal, c, scan->lex.at);
            scan->lex.at++;
        }
    }
}

/* String literals side by side, through the blank behind them. */
static void read_literal(struct scan *scan, struct literal *literal)
{
    *literal = (struct literal){0};
    tn__buf_init(&literal->text, 0);
    literal->first = scan->lex.at;
    bool is_any = false;
    while (!literal->fault) {
        if (peek(scan, 0) == 'u' && peek(scan, 1) == '8' && peek(scan, 2) == '"')
            scan->lex.at += 2;
        if (peek(scan, 0) != '"')
            break;
        is_any = true;
        read_string(scan, literal);
        if (!literal->fault)
            (void)skip_blank(scan);
    }
    if (!literal->fault && !is_any)
        literal->fault = "a string literal is needed here: macros are not expanded";
}

static void literal_fini(struct literal *literal)
{
    tn__buf_fini(&literal->text);
    tn__free(literal->map);
}

static void complain(struct scan *scan, struct tn__query *query, size_t offset, const char *what)
{
    if (query)
        query->is_broken = true;
    tn__diags_add(scan->reader->diags, "bad-query-call",
                  tn__place_in(scan->file->path, scan->file->text, &scan->file->lines, offset, 1),
                  "%s", what);
}

static bool expect(struct scan *scan, struct tn__query *query, char c, const char *what)
{
    (void)skip_blank(scan);
    if (peek(scan, 0) != c) {
        complain(scan, query, scan->lex.at < scan->lex.size ? scan->lex.at : scan->lex.size, what);
        return false;
    }
    scan->lex.at++;
    (void)skip_blank(scan);
    return true;
}

/* The second argument. */
static bool read_mode(struct scan *scan, struct tn__query *query)
{
    struct literal literal;
    read_literal(scan, &literal);
    tn_text text = tn__buf_view(&literal.text);
    bool is_good = !literal.fault && tn__mode_parse(&query->mode, text);
    if (literal.fault) {
        complain(scan, query, scan->lex.at, literal.fault);
    } else if (!is_good) {
        query->is_broken = true;
        struct tn__diag *diag =
            tn__diags_add(scan->reader->diags, "query-name",
                          tn__place_in(scan->file->path, scan->file->text, &scan->file->lines,
                                       literal.first, text.size + 2),
                          "no mode '%.*s'", (int)text.size, text.data);
        const char *near = tn__mode_nearest(text);
        tn__diag_help(scan->reader->diags, diag, "'%s'",
                      near ? near : ":one, :optional, :many, :exec or :bulk");
    }
    if (literal.text.status != TN_OK)
        scan->reader->status = TN_ENOMEM;
    literal_fini(&literal);
    return is_good;
}

/* The third argument: everything up to the closing parenthesis. */
static bool read_sql(struct scan *scan, struct tn__query *query)
{
    struct literal literal;
    read_literal(scan, &literal);
    bool is_good = !literal.fault && literal.text.status == TN_OK;
    if (literal.fault)
        complain(scan, query, scan->lex.at, literal.fault);
    if (is_good && literal.text.size > 0) {
        size_t bytes = (literal.text.size + 1) * sizeof(*literal.map);
        uint32_t *map = tn_arena_alloc(scan->reader->arena, bytes);
        if (map)
            memcpy(map, literal.map, bytes);
        query->written.map = map;
        is_good = map && tn__buf_to_arena(&literal.text, scan->reader->arena,
                                          &query->written.sql) == TN_OK;
    } else if (is_good) {
        query->written.sql = TN__TEXT("");
    }
    size_t bad;
    if (is_good && !tn__utf8_valid(query->written.sql, &bad)) {
        complain(scan, query, query->written.map[bad], "the text is not UTF-8 from here on");
        literal_fini(&literal);
        return false;
    }
    if (!is_good && !literal.fault)
        scan->reader->status = TN_ENOMEM;
    literal_fini(&literal);
    return is_good;
}

/* The compiler compares a literal of that size; a longer one belongs into a file. */
static bool is_short(struct scan *scan, struct tn__query *query)
{
    if (query->written.sql.size <= INLINE_MAX)
        return true;
    struct tn__diag *diag =
        tn__diags_add(scan->reader->diags, "bad-query-call", query->place,
                      "the text of '%s' is longer than %d bytes", query->name, INLINE_MAX);
    tn__diag_help(scan->reader->diags, diag, "put it into an .sql file");
    query->is_broken = true;
    return false;
}

/* The # of a directive, with "define" and the name behind it, if it is one. */
static bool skip_define(struct scan *scan)
{
    size_t begin = scan->lex.at++;
    bool is_same_line = !skip_blank(scan);
    if (is_same_line && tn__text_is(read_ident(scan), "define") && !skip_blank(scan)) {
        (void)read_ident(scan);
        return true;
    }
    scan->lex.at = begin + 1;
    return false;
}

/* A literal in a directive; an apostrophe of #error is none. */
static void skip_quoted_in_line(struct scan *scan)
{
    size_t begin = scan->lex.at;
    tn__c_skip_quoted(&scan->lex);
    if (scan->lex.at < begin + 2 || scan->lex.text[scan->lex.at - 1] != scan->lex.text[begin])
        scan->lex.at = begin + 1;
}

/* A directive: to the end of its line; a comment in it may go on over several. A TN_QUERY in a macro
 * would be one that the compiler asks for and nobody has generated. */
static void skip_directive(struct scan *scan)
{
    bool is_define = skip_define(scan);
    while (scan->lex.at < scan->lex.size && peek(scan, 0) != '\n') {
        size_t spliced = tn__c_splice(&scan->lex, scan->lex.at);
        size_t begin = scan->lex.at;
        if (spliced) {
            scan->lex.at += spliced;
        } else if (peek(scan, 0) == '/' && peek(scan, 1) == '*') {
            tn__c_skip_block_comment(&scan->lex);
        } else if (peek(scan, 0) == '/' && peek(scan, 1) == '/') {
            tn__c_skip_line(&scan->lex);
        } else if (peek(scan, 0) == '"' || peek(scan, 0) == '\'') {
            skip_quoted_in_line(scan);
        } else if (!tn__is_ident_start(peek(scan, 0))) {
            scan->lex.at++;
        } else if (tn__text_is(read_ident(scan), "TN_QUERY") && is_define) {
            tn__diags_add(
                scan->reader->diags, "query-not-read",
                tn__place_in(scan->file->path, scan->file->text, &scan->file->lines, begin, 8),
                "a TN_QUERY within a macro is not read: write it out where it is used");
        }
    }
}

/* What follows TN_QUERY. */
static void read_call(struct scan *scan)
{
    (void)skip_blank(scan);
    if (peek(scan, 0) != '(')
        return;
    scan->lex.at++;
    (void)skip_blank(scan);
    struct tn__query *query = tn__reader_add(scan->reader);
    query->is_inline = true;
    query->written.file = scan->file;
    size_t begin = scan->lex.at;
    tn_text name = read_ident(scan);
    query->place =
        tn__place_in(scan->file->path, scan->file->text, &scan->file->lines, begin, name.size);
    query->name = tn_arena_copy(scan->reader->arena, name.data, name.size);
    if (!query->name) {
        query->name = "";
        scan->reader->status = TN_ENOMEM;
    }
    if (name.size == 0) {
        query->engines = scan->reader->engines;
        complain(scan, query, begin, "TN_QUERY wants a name first: TN_QUERY(task_find, …)");
        return;
    }
    if (expect(scan, query, ',', "a comma is missing behind the name") && read_mode(scan, query) &&
        expect(scan, query, ',', "a comma is missing behind the mode") && read_sql(scan, query) &&
        is_short(scan, query) &&
        expect(scan, query, ')', "only string literals may stand here: macros are not expanded"))
        tn__read_text(scan->reader, query);
    else
        query->engines = scan->reader->engines;
    tn__reader_choose(scan->reader, query);
}

void tn__read_c(struct tn__reader *reader, const struct tn__query_file *file)
{
    struct scan scan = {reader, file, {file->text.data, file->text.size, 0}};
    bool is_line_start = true;
    for (;;) {
        is_line_start = skip_blank(&scan) || is_line_start;
        if (scan.lex.at >= scan.lex.size)
            return;
        char c = peek(&scan, 0);
        if (c == '#' && is_line_start) {
            skip_directive(&scan);
            continue;
        }
        is_line_start = false;
        if (tn__is_ident_start(c)) {
            tn_text word = read_ident(&scan);
            if (tn__text_is(word, "TN_QUERY"))
                read_call(&scan);
            else if (tn__c_is_raw(&scan.lex, word))
                tn__c_skip_raw(&scan.lex);
        } else if (c == '"' || c == '\'') {
            tn__c_skip_quoted(&scan.lex);
        } else if (tn__is_ident(c)) {
            tn__c_skip_number(&scan.lex);
        } else {
            scan.lex.at++;
        }
    }
}
