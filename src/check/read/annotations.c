/* SPDX-License-Identifier: MIT */
#include "check/names.h"
#include "check/read/parse.h"
#include "util/str.h"

/*
 * -- column NAME [TYPE] [not null|nullable]
 * -- param NAME [TYPE] [not null|nullable]
 * -- param NUMBER NAME [TYPE] [not null|nullable]
 * -- returns NAME
 * -- embed ALIAS[?] [TABLE], …
 * -- group by ALIAS.COLUMN, …
 * -- allow CODE "REASON"
 * -- engine: sqlite|postgres, …
 * -- stream
 *
 * A comment whose first word is none of these, and no slip of one, is prose.
 */
static const char *const words[] = {"column", "param", "returns", "embed", "allow"};

enum {
    WORD_COUNT = sizeof(words) / sizeof(words[0]),
    WORDS_MAX = 8 /* more in a line than any annotation has */
};

/* By dialect. */
static const char *const engine_names[] = {[TN__SQLITE] = "sqlite", [TN__POSTGRES] = "postgres"};

/* A comment cut into words, each with its offset in the written text. */
struct line {
    tn_text words[WORDS_MAX];
    size_t offsets[WORDS_MAX];
    size_t count;
    size_t next; /* to be read */
    struct tn__reader *reader;
    const struct tn__query *query;
    bool quiet;
};

static void cut(struct line *line, tn_text comment, size_t offset)
{
    size_t i = 2;
    while (i < comment.size && line->count < WORDS_MAX) {
        size_t begin = i;
        while (i < comment.size && !strchr(" \t\r\n", comment.data[i]))
            i++;
        if (i > begin) {
            line->words[line->count] = tn__text_sub(comment, begin, i - begin);
            line->offsets[line->count] = offset + begin;
            line->count++;
        } else {
            i++;
        }
    }
}

static tn_text peek(const struct line *line)
{
    return line->next < line->count ? line->words[line->next] : TN__TEXT("");
}

/* Report "before 'subject' after" at word number `word`; without a subject, `before` alone. NULL
 * when quiet. */
static struct tn__diag *complain(const struct line *line, size_t word, const char *code,
                                 const char *before, tn_text subject, const char *after)
{
    if (line->quiet)
        return NULL;
    struct tn__place place =
        tn__query_place(line->query, line->offsets[word], line->words[word].size);
    if (!subject.data)
        return tn__diags_add(line->reader->diags, code, place, "%s", before);
    return tn__diags_add(line->reader->diags, code, place, "%s'%.*s'%s", before, (int)subject.size,
                         subject.data, after);
}

static enum tn__comment wrong(const struct line *line, size_t word, const char *message)
{
    (void)complain(line, word, "bad-annotation", message, (tn_text){0}, "");
    return TN__COMMENT_WRONG;
}

/* A type or a key type. */
static bool parse_type(struct tn__typing *out, const struct line *line, tn_text word)
{
    if (tn__type_parse(out, word))
        return true;
    out->key = tn__key_find(line->reader->keys, word);
    return out->key != NULL;
}

/* The type that a word is near to; NULL: none. */
static const char *nearest_type(const struct line *line, tn_text word)
{
    const struct tn__keys *keys = line->reader->keys;
    const char *near = tn__nearest(word, tn__type_words, TN__TYPE_WORD_COUNT);
    for (size_t i = 0; keys && i < keys->count && !near; i++)
        near = tn__nearest(word, &keys->items[i].name, 1);
    return near;
}

/* What helps against a word that is no type. A server's own is said in the query. */
static void help_type(const struct tn__annotation *said, const struct line *line,
                      struct tn__diag *diag, tn_text word)
{
    struct tn__diags *diags = line->reader->diags;
    bool is_server = line->reader->dialect == TN__POSTGRES && tn__type_is_server(word);
    const char *near = nearest_type(line, word);
    if (is_server && said->kind != TN__ANNOTATE_PARAM)
        tn__diag_help(diags, diag, "a cast in the query: '…::%.*s'", (int)word.size, word.data);
    else if (is_server && said->number)
        tn__diag_help(diags, diag, "a cast in the query: '$%u::%.*s'", (unsigned)said->number,
                      (int)word.size, word.data);
    else if (is_server)
        tn__diag_help(diags, diag, "a cast in the query: ':%.*s::%.*s'", (int)said->name.size,
                      said->name.data, (int)word.size, word.data);
    else if (near)
        tn__diag_help(diags, diag, "'%s'", near);
    else
        tn__diag_help(diags, diag, "types are int, real, text, blob, bool, timestamp, json, any");
}

/* [TYPE] [not null|nullable], to the end of the line. */
static enum tn__comment read_typing(struct tn__annotation *out, struct line *line, bool is_needed)
{
    size_t first = line->next;
    if (parse_type(&out->typing, line, peek(line))) {
        out->has_type = true;
        line->next++;
    }
    if (tn__text_is(peek(line), "nullable")) {
        out->mark = TN__MARK_NULLABLE;
        line->next++;
    } else if (tn__text_is(peek(line), "not") && line->next + 1 < line->count &&
               tn__text_is(line->words[line->next + 1], "null")) {
        out->mark = TN__MARK_NOT_NULL;
        line->next += 2;
    }
    if (line->next < line->count) {
        tn_text word = peek(line);
        bool is_type = first == line->next;
        struct tn__diag *diag =
            complain(line, line->next, "bad-annotation", is_type ? "no type " : "", word,
                     is_type ? "" : " is neither 'not null' nor 'nullable'");
        if (diag && is_type)
            help_type(out, line, diag, word);
        else if (diag)
            tn__diag_help(line->reader->diags, diag,
                          "types are int, real, text, blob, bool, timestamp, json, any");
        return TN__COMMENT_WRONG;
    }
    if (is_needed && !out->has_type && out->mark == TN__MARK_NONE)
        return wrong(line, 0,
                     "the annotation says nothing: a type, 'not null' or 'nullable' is missing");
    return TN__COMMENT_ANNOTATION;
}

static enum tn__comment read_name(struct tn__annotation *out, struct line *line)
{
    if (line->next >= line->count)
        return wrong(line, 0, "the annotation names nothing");
    out->name = peek(line);
    out->offset = line->offsets[line->next];
    line->next++;
    if (!tn__c_is_ident(out->name))
        return wrong(line, line->next - 1, "a name is letters, digits and '_'");
    return TN__COMMENT_ANNOTATION;
}

static enum tn__comment read_param(struct tn__annotation *out, struct line *line)
{
    int64_t number;
    if (tn__text_to_int(&number, peek(line)) == TN_OK) {
        if (number < 1 || number > TN__SQL_PARAMS_MAX)
            return wrong(line, line->next, "parameters are numbered from 1");
        out->number = (uint32_t)number;
        line->next++;
    }
    enum tn__comment said = read_name(out, line);
    return said == TN__COMMENT_ANNOTATION ? read_typing(out, line, out->number == 0) : said;
}

/* What CODE of -- allow is instead of a lint. */
static enum tn__comment wrong_code(const struct line *line, tn_text word)
{
    bool is_other = false;
    for (size_t i = 0; i < tn__diag_code_count; i++)
        is_other = is_other || tn__text_is(word, tn__diag_codes[i].code);
    struct tn__diag *diag = complain(line, line->next, "bad-annotation", is_other ? "" : "no lint ",
                                     word, is_other ? " is no lint: it cannot be allowed" : "");
    const char *near = is_other ? NULL : tn__lint_nearest(word);
    if (diag && near)
        tn__diag_help(line->reader->diags, diag, "'%s'", near);
    return TN__COMMENT_WRONG;
}

/* `comment` is the whole of it, at `offset`. */
static enum tn__comment read_allow(struct tn__annotation *out, struct line *line, tn_text comment,
                                   size_t offset)
{
    if (line->next >= line->count)
        return wrong(line, 0, "the annotation names no lint");
    const struct tn__diag_code *lint = tn__lint_find(peek(line));
    if (!lint)
        return wrong_code(line, peek(line));
    out->name = peek(line);
    out->offset = line->offsets[line->next];
    size_t end = out->offset - offset + out->name.size;
    tn_text reason = tn__text_trim(tn__text_sub(comment, end, comment.size - end));
    bool is_quoted =
        reason.size >= 2 && tn__text_starts(reason, "\"") && tn__text_ends(reason, "\"");
    if (!is_quoted || tn__text_trim(tn__text_sub(reason, 1, reason.size - 2)).size == 0)
        return wrong(line, line->next + 1 < line->count ? line->next + 1 : line->next,
                     "'-- allow' wants a reason in double quotes");
    out->code = lint->code;
    return TN__COMMENT_ANNOTATION;
}

/* Whether a word is one of these or near to one, in capitals or not; a colon behind it does not count. */
static bool is_near(tn_text word, const char *const *known, size_t count)
{
    char small[16];
    size_t size = word.size - tn__text_ends(word, ":");
    if (size >= sizeof small)
        return false;
    for (size_t i = 0; i < size; i++)
        small[i] = tn__lower(word.data[i]);
    return tn__nearest((tn_text){small, size}, known, count) != NULL;
}

/* "embde c, o? orders", "GROUP BY c.id", "groupby c.id": annotations of two words or more, which prose
 * is near to as well. What follows tells; that nothing does, of "streem". */
static const char *shape_slip(const struct line *line)
{
    static const char *const embeds[] = {"embed"};
    static const char *const groups[] = {"group", "groupby", "group-by"};
    static const char *const engines[] = {"engine"};
    static const char *const streams[] = {"stream"};
    bool is_listing = false;
    if (line->count == 1)
        return is_near(line->words[0], streams, 1) ? "stream" : NULL;
    for (size_t i = 1; i < line->count; i++)
        is_listing = is_listing || memchr(line->words[i].data, '?', line->words[i].size) ||
                     (i + 1 < line->count && tn__text_ends(line->words[i], ","));
    if (line->count > 1 && is_near(line->words[0], engines, 1) &&
        (is_near(line->words[1], engine_names, 2) || tn__text_ends(line->words[1], ",")))
        return "engine: sqlite, postgres";
    tn_text last = line->words[line->count - 1];
    const char *dot = memchr(last.data, '.', last.size);
    bool is_column = dot && dot > last.data && dot + 1 < last.data + last.size;
    if (line->count > 1 && is_near(line->words[0], embeds, 1) && (line->count <= 3 || is_listing))
        return "embed u users, o? orders";
    return line->count > 1 && is_column && is_near(line->words[0], groups, 3) ? "group by u.id"
                                                                              : NULL;
}

static enum tn__comment read_stream(struct tn__annotation *out, struct line *line)
{
    out->name = line->words[0];
    out->offset = line->offsets[0];
    if (line->count == 1)
        return TN__COMMENT_ANNOTATION;
    return wrong(line, 1, "'-- stream' takes nothing; let prose begin with another word");
}

/* SQLITE, POSTGRES */
static enum tn__comment read_engines(struct tn__annotation *out, struct line *line)
{
    for (; line->next < line->count; line->next++) {
        tn_text word = peek(line);
        bool is_last = line->next + 1 == line->count;
        if (!is_last && !tn__text_ends(word, ","))
            return wrong(line, line->next,
                         "engines are parted by commas: '-- engine: sqlite, postgres'");
        word.size -= !is_last;
        unsigned engine = 0;
        for (unsigned i = 0; i < 2; i++)
            engine |= tn__text_is(word, engine_names[i]) ? 1u << i : 0;
        if (engine == 0) {
            struct tn__diag *diag =
                complain(line, line->next, "bad-annotation", "no engine ", word, "");
            if (diag)
                tn__diag_help(line->reader->diags, diag, "'sqlite' or 'postgres'");
            return TN__COMMENT_WRONG;
        }
        if ((engine & line->reader->engines) == 0) {
            struct tn__diag *diag = complain(line, line->next, "bad-annotation", "", word,
                                             " is no engine of this project");
            if (diag)
                tn__diag_help(
                    line->reader->diags, diag,
                    "for both, tenon.ini has [migrations] sqlite = DIR and postgres = DIR");
            return TN__COMMENT_WRONG;
        }
        out->engines |= engine;
    }
    return out->engines ? TN__COMMENT_ANNOTATION : wrong(line, 0, "the annotation names no engine");
}

unsigned tn__read_engines(struct tn__reader *reader, tn_text text, const struct tn__query *query)
{
    struct tn__lexer lexer;
    struct tn__token token;
    struct tn__annotation annotation;
    tn__lex_init(&lexer, text, reader->dialect);
    do {
        token = tn__lex_next(&lexer);
        if (token.kind == TN__TOK_COMMENT && !token.unterminated &&
            tn__read_annotation(&annotation, reader, query, tn__token_text(&lexer, token),
                                token.offset, true) == TN__COMMENT_ANNOTATION &&
            annotation.kind == TN__ANNOTATE_ENGINE)
            return annotation.engines;
    } while (token.kind == TN__TOK_COMMENT || token.kind == TN__TOK_SPACE);
    return reader->file_engines ? reader->file_engines : reader->engines;
}

/* What to make of a first word that is no annotation: a slip of one, or prose. */
static enum tn__comment judge_other(const struct line *line)
{
    tn_text word = line->words[0];
    const char *slip = shape_slip(line);
    const char *near = tn__nearest(word, words, WORD_COUNT);
    tn_text last = line->words[line->count - 1];
    struct tn__typing typing;
    bool is_typed =
        line->count >= 3 && (parse_type(&typing, line, last) || tn__text_is(last, "null") ||
                             tn__text_is(last, "nullable"));
    bool is_close = near && !(word.data[0] >= 'A' && word.data[0] <= 'Z') &&
                    (is_typed || (line->count == 2 && tn__c_is_ident(line->words[1])) ||
                     (line->count > 1 && tn__lint_find(line->words[1])));
    if (!is_close && !slip)
        return TN__COMMENT_PROSE;
    struct tn__diag *diag = complain(line, 0, "unknown-annotation", "no annotation ", word, "");
    if (diag && slip)
        tn__diag_help(line->reader->diags, diag, "'-- %s'", slip);
    else if (diag)
        tn__diag_help(line->reader->diags, diag, "'%s'", near);
    return TN__COMMENT_WRONG;
}

enum tn__comment tn__read_annotation(struct tn__annotation *out, struct tn__reader *reader,
                                     const struct tn__query *query, tn_text comment, size_t offset,
                                     bool quiet)
{
    struct line line = {.reader = reader, .query = query, .quiet = quiet};
    if (!tn__text_starts(comment, "--"))
        return TN__COMMENT_PROSE;
    cut(&line, comment, offset);
    if (line.count == 0)
        return TN__COMMENT_PROSE;
    *out = (struct tn__annotation){0};
    line.next = 1;
    if (tn__text_is(line.words[0], "param")) {
        out->kind = TN__ANNOTATE_PARAM;
        return read_param(out, &line);
    }
    if (tn__text_is(line.words[0], "column")) {
        out->kind = TN__ANNOTATE_COLUMN;
        enum tn__comment said = read_name(out, &line);
        return said == TN__COMMENT_ANNOTATION ? read_typing(out, &line, true) : said;
    }
    if (tn__text_is(line.words[0], "returns")) {
        out->kind = TN__ANNOTATE_RETURNS;
        enum tn__comment said = read_name(out, &line);
        if (said == TN__COMMENT_ANNOTATION && line.next < line.count)
            return wrong(&line, line.next,
                         "'-- returns' takes one name; let prose begin with another word");
        return said;
    }
    if (tn__text_is(line.words[0], "embed"))
        return tn__read_embed(out, reader, query, comment, offset, quiet);
    if (line.count > 1 && tn__text_is(line.words[0], "group") && tn__text_is(line.words[1], "by"))
        return tn__read_group(out, reader, query, comment, offset, quiet);
    if (tn__text_is(line.words[0], "allow")) {
        out->kind = TN__ANNOTATE_ALLOW;
        return read_allow(out, &line, comment, offset);
    }
    if (tn__text_is(line.words[0], "stream")) {
        out->kind = TN__ANNOTATE_STREAM;
        return read_stream(out, &line);
    }
    if (tn__text_is(line.words[0], "engine:")) {
        out->kind = TN__ANNOTATE_ENGINE;
        return read_engines(out, &line);
    }
    return judge_other(&line);
}
