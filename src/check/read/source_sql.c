/* SPDX-License-Identifier: MIT */
#include "check/names.h"
#include "check/read/parse.h"
#include "util/alloc.h"
#include "util/str.h"
#include "util/utf8.h"

/* A line `-- name: x :mode`, taken apart. */
struct head {
    tn_text name;
    tn_text mode;
    tn_text rest; /* what follows, and should not */
};

static tn_text next_word(tn_text *rest)
{
    *rest = tn__text_trim(*rest);
    size_t size = 0;
    while (size < rest->size && rest->data[size] != ' ' && rest->data[size] != '\t')
        size++;
    tn_text word = tn__text_sub(*rest, 0, size);
    *rest = tn__text_trim(tn__text_sub(*rest, size, rest->size - size));
    return word;
}

/* Whether a comment token begins a query. "nam:" and the like count: *is_slip. */
static bool is_head(struct head *out, tn_text comment, bool *is_slip)
{
    static const char *const name_word[] = {"name"};
    if (!tn__text_starts(comment, "--"))
        return false;
    tn_text rest = tn__text_sub(comment, 2, comment.size - 2);
    rest = tn__text_trim(rest);
    size_t size = 0;
    while (size < rest.size && tn__is_ident(rest.data[size]))
        size++;
    tn_text word = tn__text_sub(rest, 0, size);
    rest = tn__text_trim(tn__text_sub(rest, size, rest.size - size));
    bool has_colon = rest.size > 0 && rest.data[0] == ':';
    if (has_colon)
        rest = tn__text_sub(rest, 1, rest.size - 1);
    out->name = next_word(&rest);
    out->mode = next_word(&rest);
    out->rest = rest;
    bool has_mode = out->mode.size > 0 && out->mode.data[0] == ':';
    *is_slip = !tn__text_is(word, "name") || !has_colon;
    if (!*is_slip)
        return true;
    return has_mode && tn__nearest(word, name_word, 1) != NULL;
}

static struct tn__place place_of(const struct tn__query_file *file, tn_text part)
{
    return tn__place_in(file->path, file->text, &file->lines, (size_t)(part.data - file->text.data),
                        part.size);
}

/* Name and mode of a new query. */
static void set_head(struct tn__reader *reader, struct tn__query *query,
                     const struct tn__query_file *file, tn_text comment, const struct head *head)
{
    query->place = place_of(file, head->name.size ? head->name : comment);
    query->name = tn_arena_copy(reader->arena, head->name.data, head->name.size);
    if (!query->name) {
        query->name = "";
        reader->status = TN_ENOMEM;
    }
    if (!tn__c_is_ident(head->name)) {
        tn__diags_add(reader->diags, "query-name", query->place,
                      "a query is named with letters, digits and '_': '-- name: task_find :one'");
        query->is_broken = true;
    }
    if (!tn__mode_parse(&query->mode, head->mode)) {
        tn_text where = head->mode.size ? head->mode : comment;
        struct tn__diag *diag = tn__diags_add(
            reader->diags, "query-name", place_of(file, where), "%s'%.*s'",
            head->mode.size ? "no mode " : "the mode is missing in ", (int)where.size, where.data);
        const char *near = head->mode.size ? tn__mode_nearest(head->mode) : NULL;
        if (near)
            tn__diag_help(reader->diags, diag, "'%s'", near);
        else
            tn__diag_help(reader->diags, diag,
                          "modes are :one, :optional, :many, :exec, :bulk and :batch");
        query->is_broken = true;
    } else if (head->rest.size) {
        tn__diags_add(reader->diags, "query-name", place_of(file, head->rest),
                      "nothing may follow the mode");
        query->is_broken = true;
    }
}

/* What belongs to no query: the text in front of the first one. Only engines may be said there. */
static void check_preamble(struct tn__reader *reader, const struct tn__query_file *file,
                           size_t size)
{
    struct tn__query none = {0};
    none.written = (struct tn__written){file, tn__text_sub(file->text, 0, size), 0, NULL};
    struct tn__lexer lexer;
    struct tn__annotation annotation;
    tn__lex_init(&lexer, none.written.sql, reader->dialect);
    lexer.offset = tn__utf8_bom(none.written.sql);
    for (;;) {
        struct tn__token token = tn__lex_next(&lexer);
        tn_text text = tn__token_text(&lexer, token);
        if (token.kind == TN__TOK_END)
            return;
        if (token.kind == TN__TOK_COMMENT) {
            enum tn__comment said =
                tn__read_annotation(&annotation, reader, &none, text, token.offset, true);
            if (said == TN__COMMENT_ANNOTATION && annotation.kind == TN__ANNOTATE_ENGINE)
                reader->file_engines = annotation.engines;
            else if (said == TN__COMMENT_WRONG && annotation.kind == TN__ANNOTATE_ENGINE)
                (void)tn__read_annotation(&annotation, reader, &none, text, token.offset, false);
            else if (said == TN__COMMENT_ANNOTATION)
                tn__diags_add(reader->diags, "bad-annotation", place_of(file, text),
                              "the annotation belongs to no query: write it below '-- name:'");
        } else if (token.kind != TN__TOK_SPACE && token.kind != TN__TOK_SEMI) {
            tn__diags_add(reader->diags, "query-name", place_of(file, text),
                          "the statement has no name: write '-- name: task_find :one' above it");
            return;
        }
    }
}

/* How the text of a query is cut: what is another engine's alone is read by that one's rules up to its end. */
static enum tn__dialect dialect_of(struct tn__reader *reader, const struct tn__query_file *file,
                                   const struct tn__query *query)
{
    size_t begin = query->written.offset;
    tn_text rest = tn__text_sub(file->text, begin, file->text.size - begin);
    unsigned engines = tn__read_engines(reader, rest, query);
    if (engines & TN__ENGINE_OF(reader->dialect))
        return reader->dialect;
    return reader->dialect == TN__SQLITE ? TN__POSTGRES : TN__SQLITE;
}

/* A quote that is not closed takes what follows for its text, up to a quote of another query: the line that names
 * that one ends it, and the lexer goes there. What has two signs may leave queries out: a comment, $$. */
static bool find_swallowed(struct tn__lexer *lexer, struct tn__token token)
{
    struct head head;
    bool is_slip;
    enum tn__mode mode;
    tn_text rest = tn__token_text(lexer, token);
    bool is_quoted =
        (token.kind == TN__TOK_STRING || token.kind == TN__TOK_NAME) && !tn__text_starts(rest, "$");
    if (!is_quoted && !token.unterminated)
        return false;
    tn_text line;
    (void)tn__text_line(&rest, &line);
    while (tn__text_line(&rest, &line))
        if (is_head(&head, line, &is_slip) && !is_slip && tn__mode_parse(&mode, head.mode)) {
            lexer->offset = (size_t)(line.data - lexer->text.data);
            return true;
        }
    return false;
}

void tn__read_sql(struct tn__reader *reader, const struct tn__query_file *file)
{
    struct tn__lexer lexer;
    struct tn__query *query = NULL;
    reader->file_engines = 0;
    tn__lex_init(&lexer, file->text, reader->dialect);
    lexer.offset = tn__utf8_bom(file->text);
    for (;;) {
        struct tn__token token = tn__lex_next(&lexer);
        tn_text text = tn__token_text(&lexer, token);
        struct head head;
        bool is_slip = false;
        if (find_swallowed(&lexer, token))
            continue;
        bool is_end = token.kind == TN__TOK_END;
        if (!is_end && (token.kind != TN__TOK_COMMENT || !is_head(&head, text, &is_slip)))
            continue;
        if (query) {
            size_t begin = query->written.offset;
            query->written.sql = tn__text_sub(file->text, begin, token.offset - begin);
            tn__read_text(reader, query);
            tn__reader_choose(reader, query);
        } else {
            check_preamble(reader, file, token.offset);
        }
        if (is_end)
            return;
        query = tn__reader_add(reader);
        query->written.file = file;
        query->written.offset = token.offset + token.size;
        if (is_slip) {
            struct tn__diag *diag =
                tn__diags_add(reader->diags, "unknown-annotation", place_of(file, text),
                              "this line does not name a query");
            tn__diag_help(reader->diags, diag, "'-- name: %.*s %.*s'", (int)head.name.size,
                          head.name.data, (int)head.mode.size, head.mode.data);
            query->is_broken = true;
        }
        set_head(reader, query, file, text, &head);
        lexer.dialect = dialect_of(reader, file, query);
    }
}
