/* SPDX-License-Identifier: MIT */
#include "check/read/variants.h"
#include "util/str.h"

/* The text of one query: annotations, then one statement. */

static const struct {
    const char *text;
    enum tn__mode mode;
} modes[] = {{":one", TN__MODE_ONE},   {":optional", TN__MODE_OPTIONAL},
             {":many", TN__MODE_MANY}, {":exec", TN__MODE_EXEC},
             {":bulk", TN__MODE_BULK}, {":batch", TN__MODE_BATCH}};

enum {
    MODE_COUNT = sizeof(modes) / sizeof(modes[0])
};

bool tn__mode_parse(enum tn__mode *out, tn_text text)
{
    for (size_t i = 0; i < MODE_COUNT; i++) {
        if (tn__text_is(text, modes[i].text)) {
            *out = modes[i].mode;
            return true;
        }
    }
    return false;
}

const char *tn__mode_nearest(tn_text text)
{
    const char *names[MODE_COUNT];
    for (size_t i = 0; i < MODE_COUNT; i++)
        names[i] = modes[i].text;
    return tn__nearest(text, names, MODE_COUNT);
}

const char *tn__mode_text(enum tn__mode mode)
{
    for (size_t i = 0; i < MODE_COUNT; i++)
        if (modes[i].mode == mode)
            return modes[i].text;
    return "";
}

struct tn__place tn__query_place(const struct tn__query *query, size_t offset, size_t size)
{
    const struct tn__written *written = &query->written;
    if (!written->map)
        return tn__place_in(written->file->path, written->file->text, &written->file->lines,
                            written->offset + offset, size);
    size_t begin = written->map[offset];
    size_t end = size ? (size_t)written->map[offset + size - 1] + 1 : begin;
    return tn__place_in(written->file->path, written->file->text, &written->file->lines, begin,
                        end - begin);
}

static void keep_allow(struct tn__reader *reader, struct tn__query *query,
                       const struct tn__annotation *annotation)
{
    struct tn__allow *kept = tn_arena_alloc(reader->arena, sizeof(*kept));
    if (!kept) {
        reader->status = TN_ENOMEM;
        return;
    }
    *kept = (struct tn__allow){
        .code = annotation->code,
        .place = tn__query_place(query, annotation->offset, annotation->name.size),
        .next = query->allows,
    };
    query->allows = kept;
}

static void keep_annotation(struct tn__reader *reader, struct tn__query *query,
                            const struct tn__annotation *annotation)
{
    struct tn__annotation *kept = tn_arena_alloc(reader->arena, sizeof(*kept));
    if (!kept) {
        reader->status = TN_ENOMEM;
        return;
    }
    *kept = *annotation;
    kept->next = query->annotations;
    query->annotations = kept;
}

static void keep_stream(struct tn__reader *reader, struct tn__query *query,
                        const struct tn__annotation *annotation)
{
    struct tn__place place = tn__query_place(query, annotation->offset, annotation->name.size);
    bool is_refused = query->mode != TN__MODE_MANY && !query->is_broken;
    if (query->is_stream) {
        tn__diags_add(reader->diags, "bad-annotation", place, "query '%s' has two '-- stream'",
                      query->name);
    } else if (is_refused) { /* of one that is broken the mode may be none, which has been told */
        struct tn__diag *diag =
            tn__diags_add(reader->diags, "bad-annotation", place,
                          "'-- stream' is for rows one by one, and query '%s' is '%s'", query->name,
                          tn__mode_text(query->mode));
        tn__diag_help(reader->diags, diag, "':many'");
    }
    query->is_broken = query->is_broken || query->is_stream || is_refused;
    query->is_stream = true;
}

/* One comment of a query. `is_header`: in front of the statement, where annotations belong; within
 * it a comment is an annotation only if it is one without a fault, and behind it never. */
static void read_comment(struct tn__reader *reader, struct tn__query *query, tn_text comment,
                         size_t offset, bool is_header, bool is_behind)
{
    struct tn__annotation annotation;
    enum tn__comment said =
        tn__read_annotation(&annotation, reader, query, comment, offset, !is_header);
    if (said == TN__COMMENT_WRONG && is_header)
        query->is_broken = true;
    if (said != TN__COMMENT_ANNOTATION)
        return;
    if (is_behind) {
        tn__diags_add(reader->diags, "bad-annotation", tn__query_place(query, offset, comment.size),
                      "the annotation belongs to no query: write it below '-- name:'");
        query->is_broken = true;
        return;
    }
    if (annotation.kind == TN__ANNOTATE_ALLOW)
        keep_allow(reader, query, &annotation);
    else if (annotation.kind == TN__ANNOTATE_STREAM)
        keep_stream(reader, query, &annotation);
    else if (annotation.kind != TN__ANNOTATE_ENGINE)
        keep_annotation(reader, query, &annotation);
}

/* What stands behind the semicolon. */
static void report_rest(struct tn__reader *reader, struct tn__query *query, struct tn__token token,
                        bool is_mark)
{
    struct tn__place place = tn__query_place(query, token.offset, token.size);
    query->is_broken = true;
    if (is_mark) {
        tn__diags_add(reader->diags, "bad-annotation", place,
                      "the mark stands behind the statement");
        return;
    }
    struct tn__diag *diag = tn__diags_add(reader->diags, "multiple-statements", place,
                                          "query '%s' has more than one statement", query->name);
    tn__diag_help(reader->diags, diag, "give this one a name of its own");
}

static void report_unterminated(struct tn__reader *reader, struct tn__query *query,
                                struct tn__token token)
{
    tn__diags_add(reader->diags, "syntax-error", tn__query_place(query, token.offset, 1),
                  "the %s that begins here does not end",
                  token.kind == TN__TOK_COMMENT ? "comment"
                  : token.kind == TN__TOK_NAME  ? "quoted name"
                                                : "string");
    query->is_broken = true;
}

void tn__read_text(struct tn__reader *reader, struct tn__query *query)
{
    struct tn__lexer lexer;
    size_t begin = 0;
    size_t end = 0;
    bool is_open = false;
    bool is_any = false;
    bool is_closed = false;
    query->engines = tn__read_engines(reader, query->written.sql, query);
    if ((query->engines & TN__ENGINE_OF(reader->dialect)) == 0)
        return;
    tn__lex_init(&lexer, query->written.sql, reader->dialect);
    for (;;) {
        struct tn__token token = tn__lex_next(&lexer);
        if (token.kind == TN__TOK_END)
            break;
        if (token.unterminated) {
            report_unterminated(reader, query, token);
            return;
        }
        bool is_mark = token.kind == TN__TOK_COMMENT && tn__is_mark(tn__token_text(&lexer, token));
        if (token.kind == TN__TOK_COMMENT && !is_mark)
            read_comment(reader, query, tn__token_text(&lexer, token), token.offset, !is_open,
                         is_closed);
        if ((token.kind == TN__TOK_COMMENT && !is_mark) || token.kind == TN__TOK_SPACE)
            continue;
        if (token.kind == TN__TOK_SEMI) {
            is_closed = is_closed || is_open;
            continue;
        }
        if (is_closed) {
            report_rest(reader, query, token, is_mark);
            return;
        }
        if (!is_open)
            begin = token.offset;
        is_open = true;
        is_any = is_any || !is_mark;
        end = token.offset + token.size;
    }
    if (!is_any) {
        tn__diags_add(reader->diags, "empty-query", query->place, "query '%s' has no statement",
                      query->name);
        query->is_broken = true;
        return;
    }
    query->stmt_offset = begin;
    query->stmt = tn__text_sub(query->written.sql, begin, end - begin);
    tn__read_variants(reader, query);
}
