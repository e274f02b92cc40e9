/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "driver/postgres/postgres.h"
#include "lex/lex.h"
#include "util/str.h"

/*
 * What a table or column is called that is not there. The server says so within a sentence, in its own
 * language and marks of quotation; the statement has the name as it is.
 */

/* As the server knows it: without quotes, in lower case where it had none, cut where the server cuts. */
struct name {
    char text[sizeof((tn_error *)0)->table];
    size_t offset; /* in the statement */
};

static bool take_name(struct name *out, const struct tn__lexer *lexer, struct tn__token token)
{
    tn_text text = tn__token_text(lexer, token);
    bool is_quoted = token.kind == TN__TOK_NAME && text.data[0] == '"' && text.size >= 2;
    size_t size = 0;
    if (token.kind != TN__TOK_WORD && !is_quoted) /* U&"…", and what is no name */
        return false;
    if (is_quoted)
        text = tn__text_sub(text, 1, text.size - 2);
    char folded[4 * sizeof out->text];
    for (size_t i = 0; i < text.size && size < sizeof folded; i++) {
        folded[size++] = is_quoted ? text.data[i] : tn__lower(text.data[i]);
        i += is_quoted && text.data[i] == '"'; /* of a doubled one, one */
    }
    tn__copy_text(out->text, sizeof out->text, (tn_text){folded, size});
    out->offset = token.offset;
    return true;
}

/* A mark of quotation in some language: "a" „a“ « a ». */
static bool is_mark(char c)
{
    return c == '"' || (unsigned char)c >= 0x80;
}

/* Whether the server's sentence is about that name: in quotes, or the last part of what is. */
static bool is_named(const char *message, const struct name *name)
{
    size_t size = strlen(name->text);
    for (const char *at = message; size > 0 && (at = strstr(at, name->text)); at++) {
        if (at > message && (is_mark(at[-1]) || at[-1] == '.') && is_mark(at[size]))
            return true;
    }
    return false;
}

/* The same of a column, which is in no quotes where its table is told: a word of its own. */
static bool is_word(const char *message, const struct name *name)
{
    size_t size = strlen(name->text);
    for (const char *at = message; size > 0 && (at = strstr(at, name->text)); at++) {
        if ((at == message || !tn__is_ident(at[-1])) && !tn__is_ident(at[size]))
            return true;
    }
    return false;
}

/* The parts of a.b.c, the last two of them; whether the server speaks of the last one. Of a table it may
 * be one further in front: then it is the last. */
struct path {
    struct name names[2];
    size_t count;
    bool is_found;
};

static void read_path(struct path *out, struct tn__lexer *lexer, const char *message, bool is_table)
{
    struct name name;
    struct tn__token token = tn__lex_next_solid(lexer);
    while (!(is_table && out->is_found) && take_name(&name, lexer, token)) {
        if (out->count == 2)
            out->names[0] = out->names[1];
        out->count = out->count == 2 ? 2 : out->count + 1;
        out->names[out->count - 1] = name;
        out->is_found = is_table ? is_named(message, &name) : is_word(message, &name);
        if (!tn__text_is(tn__token_text(lexer, tn__lex_next_solid(lexer)), "."))
            return;
        token = tn__lex_next_solid(lexer);
    }
}

/* Without a place: the first name of the statement that the server speaks of. */
static void find_path(struct path *out, struct tn__lexer *lexer, const char *message)
{
    struct tn__token token;
    while (!out->is_found && (token = tn__lex_next_solid(lexer)).kind != TN__TOK_END) {
        out->is_found =
            take_name(&out->names[0], lexer, token) && is_named(message, &out->names[0]);
        out->count = out->is_found;
    }
}

static size_t byte_of(const struct tn__pg_text *text, uint32_t char_position)
{
    size_t byte = 0;
    for (uint32_t chars = 1; chars < char_position && byte < text->size; chars++)
        do
            byte++;
        while (((unsigned char)text->sql[byte] & 0xC0) == 0x80);
    return byte;
}

static uint32_t char_of(const struct tn__pg_text *text, size_t byte)
{
    uint32_t chars = 1;
    for (size_t i = 0; i < byte; i++)
        chars += ((unsigned char)text->sql[i] & 0xC0) != 0x80;
    return chars;
}

/*
 * INSERT INTO t (nope), UPDATE t SET nope: of these columns the server says the table's name, and the
 * statement has it in front. That of a column alone, which another's may be, is none.
 */
static void name_target(tn_error *err, const struct tn__pg_text *text, size_t end,
                        const char *message)
{
    struct tn__lexer lexer;
    struct tn__token token;
    tn__lex_init(&lexer, (tn_text){text->sql, text->size}, TN__POSTGRES);
    while ((token = tn__lex_next_solid(&lexer)).kind != TN__TOK_END && token.offset < end) {
        struct path path = {.count = 0};
        if (!tn__token_is(&lexer, token, "INTO") && !tn__token_is(&lexer, token, "UPDATE") &&
            !tn__token_is(&lexer, token, "ONLY"))
            continue;
        struct tn__lexer ahead = lexer;
        read_path(&path, &ahead, message, true);
        if (path.is_found && strcmp(path.names[path.count - 1].text, err->column) != 0)
            memcpy(err->table, path.names[path.count - 1].text, sizeof err->table);
    }
}

void tn__pg_name_missing(tn_error *err, const struct tn__pg_text *text, uint32_t char_position,
                         const char *message)
{
    bool is_table = strcmp(err->sqlstate, "42P01") == 0;
    struct path path = {.count = 0};
    struct tn__lexer lexer;
    if (!is_table && (strcmp(err->sqlstate, "42703") != 0 || char_position == 0))
        return;
    tn__lex_init(&lexer, (tn_text){text->sql, text->size}, TN__POSTGRES);
    if (char_position > 0) {
        lexer.offset = byte_of(text, char_position);
        read_path(&path, &lexer, message, is_table);
    } else {
        find_path(&path, &lexer, message);
    }
    if (path.count == 0 || (!is_table && !path.is_found))
        return;
    const struct name *last = &path.names[path.count - 1];
    memcpy(is_table ? err->table : err->column, last->text, sizeof last->text);
    if (!is_table && path.count > 1)
        memcpy(err->table, path.names[0].text, sizeof err->table);
    else if (!is_table)
        name_target(err, text, last->offset, message);
    err->position = tn__pg_text_place(text, char_of(text, last->offset));
}
