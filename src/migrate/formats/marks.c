/* SPDX-License-Identifier: MIT */
#include "migrate/formats/marks.h"

#include <stdio.h>
#include <string.h>

#include "util/fs.h"
#include "util/str.h"

/* What stands behind the two dashes of a mark. */
enum match {
    MATCH_LINE,    /* the whole line, a colon behind it aside */
    MATCH_PREFIX,  /* the line begins so: the tool takes options behind it */
    MATCH_ANYWHERE /* as a prefix, and the comment may stand behind a statement */
};

static const struct mark {
    const char *text;
    enum match match;
    const char *tool; /* NULL: ours */
} marks[] = {
    {"up", MATCH_LINE, NULL},
    {"down", MATCH_LINE, NULL},
    {"migrate:up", MATCH_PREFIX, "dbmate"},
    {"migrate:down", MATCH_PREFIX, "dbmate"},
    {"+goose", MATCH_PREFIX, "goose"},
    {"+migrate", MATCH_PREFIX, "sql-migrate"},
    {"> statement-breakpoint", MATCH_ANYWHERE, "Drizzle"},
};

/* The mark that a comment is; NULL: it is prose. */
static const struct mark *mark_of(tn_text comment, bool is_own_line)
{
    if (!tn__text_starts(comment, "--"))
        return NULL;
    tn_text text = tn__text_trim(tn__text_sub(comment, 2, SIZE_MAX));
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        const struct mark *mark = &marks[i];
        size_t size = strlen(mark->text);
        if (!tn__text_is_nocase(tn__text_sub(text, 0, size), mark->text))
            continue;
        tn_text rest = tn__text_sub(text, size, SIZE_MAX);
        bool is_end = rest.size == 0 || rest.data[0] == ' ' || rest.data[0] == '\t';
        if (mark->match == MATCH_LINE
                ? tn__text_trim(rest).size == 0 || tn__text_is(tn__text_trim(rest), ":")
                : is_end)
            return is_own_line || mark->match == MATCH_ANYWHERE ? mark : NULL;
    }
    return NULL;
}

/* A quick look, because folders are read without one at the SQL: some line may be a mark. */
static bool may_have_marks(tn_text text)
{
    for (const char *c = text.data; text.size > 0;) {
        c = memchr(c, '-', text.size - (size_t)(c - text.data));
        if (!c)
            return false;
        tn_text rest = tn__text_sub(text, (size_t)(c - text.data), SIZE_MAX);
        tn_text line;
        if (tn__text_starts(rest, "--") && tn__text_line(&rest, &line) && mark_of(line, true))
            return true;
        c++;
    }
    return false;
}

static bool is_own_line(tn_text text, size_t offset)
{
    while (offset > 0 && (text.data[offset - 1] == ' ' || text.data[offset - 1] == '\t'))
        offset--;
    return offset == 0 || text.data[offset - 1] == '\n' ||
           (offset == 3 && tn__text_starts(text, "\xEF\xBB\xBF"));
}

static int fail_at(const tn_migration_script *script, const struct mark *mark,
                   struct tn__token token, tn_migration_place *place, tn_error *err)
{
    tn_migration_place here;
    char whole[128];
    tn__place_script(&here, TN__FAULT_AMBIGUOUS, script, token.offset, token.size);
    if (place)
        *place = here;
    /* A file name's own words of a pair are never searched: that is the way out. */
    tn_text name = tn_text_of(tn__path_base(script->file));
    snprintf(whole, sizeof whole, "name it '%.*s.up.sql' if all of it is to be run",
             name.size > 84 ? 80 : (int)name.size - 4, name.data);
    if (!mark->tool)
        return tn_error_set(err, TN_EINVAL,
                            "%s:%u:%u: both directions in one file need '-- UP' as the first line "
                            "and '-- DOWN' as another, exactly so: write them so, or %s",
                            here.file, here.line, here.column, whole);
    if (mark->match == MATCH_ANYWHERE)
        return tn_error_set(err, TN_EINVAL,
                            "%s:%u:%u: a mark of %s, whose form is not read here: remove these "
                            "marks, or %s",
                            here.file, here.line, here.column, mark->tool, whole);
    return tn_error_set(err, TN_EINVAL,
                        "%s:%u:%u: a mark of %s, whose form is not read here: write '-- UP' as the "
                        "first line and '-- DOWN' between the directions, or %s",
                        here.file, here.line, here.column, mark->tool, whole);
}

int tn__marks_check(const tn_migration_script *script, enum tn__dialect dialect, bool is_candidate,
                    tn_migration_place *place, tn_error *err)
{
    struct tn__lexer lexer;
    if (!may_have_marks(script->sql))
        return TN_OK;
    tn__lex_init(&lexer, script->sql, dialect);
    for (struct tn__token token; (token = tn__lex_next(&lexer)).kind != TN__TOK_END;) {
        if (token.kind != TN__TOK_COMMENT)
            continue;
        const struct mark *mark =
            mark_of(tn__token_text(&lexer, token), is_own_line(script->sql, token.offset));
        if (mark && !is_candidate)
            return fail_at(script, mark, token, place, err);
        is_candidate &= !mark;
    }
    return TN_OK;
}

bool tn__marks_near_no_transaction(const tn_migration_script *script, enum tn__dialect dialect,
                                   tn_migration_place *place)
{
    static const char mark[] = "no-transaction";
    struct tn__lexer lexer;
    struct tn__token token;
    if (script->is_no_transaction)
        return false;
    tn__lex_init(&lexer, script->sql, dialect);
    while ((token = tn__lex_next(&lexer)).kind == TN__TOK_SPACE || token.kind == TN__TOK_COMMENT) {
        tn_text text = tn__token_text(&lexer, token);
        if (!tn__text_starts(text, "--"))
            continue;
        text = tn__text_trim(tn__text_sub(text, 2, SIZE_MAX));
        if (!tn__text_is_nocase(tn__text_sub(text, 0, sizeof mark - 1), mark))
            continue;
        tn__place_script(place, TN__FAULT_NONE, script, token.offset, token.size);
        return true;
    }
    return false;
}
