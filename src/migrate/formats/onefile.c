/* SPDX-License-Identifier: MIT */
#include "migrate/formats/onefile.h"

#include <string.h>

#include <tenon/stmt.h>

#include "util/str.h"

/* Lines of one comment run that are tried as one statement; and lines of a down part. */
#define MAX_STATEMENT_LINES 500
#define MAX_LINES           20000

/* A line of the down part. Offsets are into the file. */
struct line {
    size_t begin;
    size_t end; /* without LF or CRLF */
    bool is_comment;
};

struct parser {
    const tn_migration_script *up;
    tn_text text;
    char *clean; /* the text with every comment mark of the down part blanked */
    struct line *lines;
    size_t line_count;
    struct tn__onefile_judge *judge;
    enum tn__dialect dialect;
    tn_arena *arena;
    tn_migration_place *place;
    tn_error *err;
};

void tn__onefile_judge_fini(struct tn__onefile_judge *judge)
{
    tn_db_close(judge->db);
    judge->db = NULL;
}

bool tn__onefile_is_candidate(tn_text text)
{
    tn_text line;
    if (tn__text_starts(text, "\xEF\xBB\xBF"))
        text = tn__text_sub(text, 3, SIZE_MAX);
    while (tn__text_line(&text, &line)) {
        if (tn__text_trim(line).size > 0)
            return tn__text_is(line, "-- UP");
    }
    return false;
}

static int fault(struct parser *p, size_t offset, size_t size, int status, const char *message)
{
    tn_migration_place here;
    tn__place_script(&here, TN__FAULT_AMBIGUOUS, p->up, offset, size);
    if (p->place)
        *p->place = here;
    tn_error_set(p->err, status, "%s:%u:%u: %s", here.file, here.line, here.column, message);
    return status;
}

/* Whether a comment token is, with nothing around it, the line "-- DOWN". */
static bool is_down_line(tn_text text, struct tn__token token)
{
    tn_text comment = tn__text_sub(text, token.offset, token.size);
    if (token.kind != TN__TOK_COMMENT || (token.offset > 0 && text.data[token.offset - 1] != '\n'))
        return false;
    while (comment.size > 0 &&
           (comment.data[comment.size - 1] == '\n' || comment.data[comment.size - 1] == '\r'))
        comment.size--;
    return tn__text_is(comment, "-- DOWN");
}

/* Find the one line that divides the file, as a comment: not inside a string. */
static int find_down(struct parser *p, size_t *marker)
{
    struct tn__lexer lexer;
    bool found = false;
    tn__lex_init(&lexer, p->text, p->dialect);
    for (;;) {
        struct tn__token token = tn__lex_next(&lexer);
        if (token.kind == TN__TOK_END)
            return found ? TN_OK : TN_NONE;
        if (!is_down_line(p->text, token))
            continue;
        if (found)
            return fault(p, token.offset, token.size, TN_EINVAL, "a second line '-- DOWN'");
        found = true;
        *marker = token.offset;
    }
}

static void blank(char *text, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        if (text[i] != '\n' && text[i] != '\r')
            text[i] = ' ';
    }
}

/* Cut the down part into lines and take the comment marks off in p->clean. */
static int read_lines(struct parser *p, size_t begin)
{
    struct tn__lexer lexer;
    p->line_count = 0;
    for (size_t i = begin; i < p->text.size; i++)
        p->line_count += p->text.data[i] == '\n' || i + 1 == p->text.size;
    /* The status itself is returned, so that the compiler sees that what follows is not run. */
    if (p->line_count > MAX_LINES) {
        fault(p, begin, 1, TN_ERANGE, "too many lines behind '-- DOWN'");
        return TN_ERANGE;
    }
    p->lines = tn_arena_array(p->arena, p->line_count, sizeof *p->lines);
    if (!p->lines) {
        tn_error_set(p->err, TN_ENOMEM, "out of memory");
        return TN_ENOMEM;
    }

    tn_text rest = tn__text_sub(p->text, begin, SIZE_MAX);
    tn_text line;
    for (size_t i = 0; i < p->line_count && tn__text_line(&rest, &line); i++) {
        p->lines[i].begin = (size_t)(line.data - p->text.data);
        p->lines[i].end = p->lines[i].begin + line.size;
    }
    tn__lex_init(&lexer, p->text, p->dialect);
    lexer.offset = begin;
    size_t at = 0;
    for (;;) {
        struct tn__token token = tn__lex_next(&lexer);
        if (token.kind == TN__TOK_END)
            return TN_OK;
        if (token.kind != TN__TOK_COMMENT)
            continue;
        size_t end = token.offset + token.size;
        blank(p->clean, token.offset, token.offset + 2);
        if (p->text.data[token.offset] == '/' && !token.unterminated)
            blank(p->clean, end - 2, end);
        while (at < p->line_count && p->lines[at].end < token.offset)
            at++;
        for (size_t i = at; i < p->line_count && p->lines[i].begin < end; i++)
            p->lines[i].is_comment = true;
    }
}

static tn_text clean_text(const struct parser *p, size_t first, size_t last)
{
    return (tn_text){p->clean + p->lines[first].begin, p->lines[last].end - p->lines[first].begin};
}

static bool is_blank_line(const struct parser *p, size_t line)
{
    return tn__text_trim(clean_text(p, line, line)).size == 0;
}

/* Whether the engine's grammar accepts every statement. That it does not know the tables is no
 * matter: they are looked up after parsing. */
static int parses(struct parser *p, tn_text text, bool *out)
{
    const struct tn__stmt_span *spans;
    size_t count;
    *out = false;
    int rc = tn__split(&spans, &count, text, p->dialect, p->arena, NULL);
    if (rc != TN_OK)
        return rc == TN_ENOMEM ? tn_error_set(p->err, rc, "out of memory") : TN_OK;
    if (!p->judge->db && (rc = tn_db_open(&p->judge->db, ":memory:", NULL, p->err)) != TN_OK)
        return rc;
    for (size_t i = 0; i < count; i++) {
        tn_stmt *stmt = NULL;
        char *sql = tn_arena_copy(p->arena, text.data + spans[i].offset, spans[i].size);
        if (!sql)
            return tn_error_set(p->err, TN_ENOMEM, "out of memory");
        rc = tn_stmt_open(&stmt, p->judge->db, sql, NULL);
        tn_stmt_close(stmt);
        if (rc == TN_ENOMEM)
            return tn_error_set(p->err, rc, "out of memory");
        if (rc == TN_ESYNTAX || rc == TN_EINVAL)
            return TN_OK;
    }
    *out = count > 0;
    return TN_OK;
}

/* Whether the text is complete: its last token is the semicolon that ends a statement. */
static bool ends_statement(const struct parser *p, tn_text text)
{
    struct tn__lexer lexer;
    struct tn__token token;
    enum tn__tok last = TN__TOK_END;
    const struct tn__stmt_span *spans;
    size_t count;
    tn__lex_init(&lexer, text, p->dialect);
    while ((token = tn__lex_next_solid(&lexer)).kind != TN__TOK_END)
        last = token.kind;
    /* A trigger's body has semicolons of its own: the splitter knows. */
    return last == TN__TOK_SEMI &&
           tn__split(&spans, &count, text, p->dialect, p->arena, NULL) == TN_OK;
}

/* A verb in capitals at the front and a semicolon at the end: "DROP TABEL a;". */
static bool is_shouted(const struct parser *p, size_t line)
{
    static const char *const verbs[] = {"ALTER",  "CREATE",  "DELETE", "DROP",
                                        "INSERT", "REPLACE", "UPDATE", NULL};
    static const char *const postgres[] = {"CALL",     "COMMENT", "DO",     "GRANT", "REFRESH",
                                           "REVOKE",   "SELECT",  "SET",    "WITH",  "REINDEX",
                                           "TRUNCATE", "CLUSTER", "VACUUM", NULL};
    const char *const *const lists[] = {verbs, p->dialect == TN__POSTGRES ? postgres : NULL};
    tn_text text = tn__text_trim(clean_text(p, line, line));
    if (!tn__text_ends(text, ";"))
        return false;
    for (size_t i = 0; i < 2; i++) {
        for (const char *const *verb = lists[i]; verb && *verb; verb++) {
            size_t size = strlen(*verb);
            if (tn__text_starts(text, *verb) && text.data[size] == ' ')
                return true;
        }
    }
    return false;
}

/* "CREATE TABLE", "ALTER TYPE": a verb of PostgreSQL and a kind of object. */
static bool makes_object(const struct tn__lexer *lexer, struct tn__token verb,
                         struct tn__token kind)
{
    static const char *const kinds[] = {
        "AGGREGATE",    "CAST",       "COLLATION",    "CONSTRAINT", "CONVERSION", "DOMAIN",
        "EVENT",        "EXTENSION",  "FOREIGN",      "FUNCTION",   "INDEX",      "LANGUAGE",
        "MATERIALIZED", "OPERATOR",   "OR",           "OWNED",      "POLICY",     "PROCEDURE",
        "PUBLICATION",  "ROLE",       "ROUTINE",      "RULE",       "SCHEMA",     "SEQUENCE",
        "SERVER",       "STATISTICS", "SUBSCRIPTION", "TABLE",      "TEMP",       "TEMPORARY",
        "TEXT",         "TRIGGER",    "TYPE",         "UNIQUE",     "UNLOGGED",   "USER",
        "VIEW",
    };
    if (!tn__token_is(lexer, verb, "CREATE") && !tn__token_is(lexer, verb, "ALTER") &&
        !tn__token_is(lexer, verb, "DROP"))
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (tn__token_is(lexer, kind, kinds[i]))
            return true;
    }
    return false;
}

/* Whether a line begins as a statement that changes something does: then it must be one, because a
 * slip in it must not turn it into a remark. */
static bool reads_like_sql(const struct parser *p, size_t line)
{
    static const char *const pairs[][2] = {
        {"CREATE", "TABLE"},   {"CREATE", "INDEX"}, {"CREATE", "UNIQUE"},    {"CREATE", "VIEW"},
        {"CREATE", "TRIGGER"}, {"CREATE", "TEMP"},  {"CREATE", "TEMPORARY"}, {"CREATE", "VIRTUAL"},
        {"DROP", "TABLE"},     {"DROP", "INDEX"},   {"DROP", "VIEW"},        {"DROP", "TRIGGER"},
        {"ALTER", "TABLE"},    {"INSERT", "INTO"},  {"INSERT", "OR"},        {"REPLACE", "INTO"},
        {"DELETE", "FROM"},
    };
    struct tn__lexer lexer;
    if (is_shouted(p, line))
        return true;
    tn__lex_init(&lexer, clean_text(p, line, line), p->dialect);
    struct tn__token first = tn__lex_next_solid(&lexer);
    struct tn__token second = tn__lex_next_solid(&lexer);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (tn__token_is(&lexer, first, pairs[i][0]) && tn__token_is(&lexer, second, pairs[i][1]))
            return true;
    }
    if (p->dialect == TN__POSTGRES && makes_object(&lexer, first, second))
        return true;
    if (tn__token_is(&lexer, first, "PRAGMA"))
        return second.kind == TN__TOK_WORD;
    return tn__token_is(&lexer, first, "UPDATE") &&
           tn__token_is(&lexer, tn__lex_next_solid(&lexer), "SET");
}

/* Whether the lines are a statement. Without an engine at hand it is how they begin that tells; their
 * own run says what is wrong with them. */
static int judge(struct parser *p, size_t first, tn_text text, bool *out)
{
    if (p->dialect == TN__SQLITE)
        return parses(p, text, out);
    *out = reads_like_sql(p, first);
    return TN_OK;
}

/* Whether a statement begins on line `first`. *last is its last line, or SIZE_MAX if there is none. */
static int find_statement(struct parser *p, size_t first, size_t *last)
{
    *last = SIZE_MAX;
    size_t end = first;
    for (; end < p->line_count && end - first < MAX_STATEMENT_LINES; end++) {
        if (!p->lines[end].is_comment || is_blank_line(p, end))
            break;
        tn_text text = clean_text(p, first, end);
        bool ok;
        tn_text line = clean_text(p, end, end);
        if (tn__text_find(line, ';') == line.size || !ends_statement(p, text))
            continue;
        int rc = judge(p, first, text, &ok);
        if (rc != TN_OK)
            return rc;
        if (ok)
            *last = end;
        break;
    }
    return TN_OK;
}

/* The same of the down part that is in comments: what is nearly a statement is an error. */
static int try_statement(struct parser *p, size_t first, size_t *last)
{
    int rc = find_statement(p, first, last);
    if (rc == TN_OK && *last == SIZE_MAX && reads_like_sql(p, first)) {
        tn_text line = tn__text_trim(clean_text(p, first, first));
        return fault(p, (size_t)(line.data - p->clean), line.size, TN_EINVAL,
                     "reads like a statement and is none: mend it (is there a semicolon?), or "
                     "reword the remark");
    }
    return rc;
}

/* Find the statements in comments; everything else of the down part is blanked in p->clean. */
static int uncomment(struct parser *p, bool *found)
{
    for (size_t i = 0; i < p->line_count;) {
        size_t last = SIZE_MAX;
        if (p->lines[i].is_comment && !is_blank_line(p, i)) {
            int rc = try_statement(p, i, &last);
            if (rc != TN_OK)
                return rc;
        }
        if (last == SIZE_MAX) {
            blank(p->clean, p->lines[i].begin, p->lines[i].end);
            i++;
            continue;
        }
        *found = true;
        i = last + 1;
    }
    return TN_OK;
}

/* A comment beside or within live SQL is a remark of it. */
static void skip_live_lines(struct parser *p, const tn_migration_script *live)
{
    struct tn__lexer lexer;
    size_t at = 0;
    for (size_t i = 0; i < live->stmt_count; i++) {
        size_t begin = live->stmts[i].offset;
        size_t end = begin;
        tn__lex_init(&lexer, tn__script_stmt(live, i), p->dialect);
        for (;;) {
            struct tn__token token = tn__lex_next_solid(&lexer);
            if (token.kind == TN__TOK_END)
                break;
            end = begin + token.offset + token.size;
        }
        while (at < p->line_count && p->lines[at].end < begin)
            at++;
        for (size_t k = at; k < p->line_count && p->lines[k].begin < end; k++)
            p->lines[k].is_comment = false;
    }
}

/* Which are meant, those in comments or the others? Half of a down part must not be lost in silence. */
static int refuse_mixed(struct parser *p, const tn_migration_script *live)
{
    skip_live_lines(p, live);
    for (size_t i = 0; i < p->line_count; i++) {
        size_t last = SIZE_MAX;
        if (!p->lines[i].is_comment || is_blank_line(p, i))
            continue;
        int rc = find_statement(p, i, &last);
        if (rc != TN_OK)
            return rc;
        if (last == SIZE_MAX)
            continue;
        tn_text line = tn__text_trim(clean_text(p, i, i));
        return fault(
            p, (size_t)(line.data - p->clean), line.size, TN_EINVAL,
            "this statement is in a comment, and others behind '-- DOWN' are not: it would "
            "be left out; take the comment mark away, or the line");
    }
    return TN_OK;
}

/* The down part as lines, without its comment marks. */
static int read_down(struct parser *p, size_t marker)
{
    size_t begin = marker + tn__text_find(tn__text_sub(p->text, marker, SIZE_MAX), '\n') + 1;
    if (begin > p->text.size)
        begin = p->text.size;
    p->clean = tn_arena_copy(p->arena, p->text.data, p->text.size);
    if (!p->clean)
        return tn_error_set(p->err, TN_ENOMEM, "out of memory");
    blank(p->clean, 0, begin);
    return read_lines(p, begin);
}

int tn__onefile_parse(tn_migration_script *up, tn_migration_script *down,
                      struct tn__onefile_judge *judge, tn_arena *arena, tn_migration_place *place,
                      tn_error *err)
{
    struct parser p = {up, up->sql, NULL, NULL, 0, judge, judge->dialect, arena, place, err};
    tn_migration_script revert = *up;
    size_t marker = 0;
    int rc = find_down(&p, &marker);
    if (rc != TN_OK)
        return rc;

    tn_error local = {0};
    rc = tn__script_split_part(&up->stmts, &up->stmt_count,
                               &(struct tn__script_part){up->sql, 0, marker, p.dialect}, arena,
                               &local);
    if (rc == TN_OK)
        rc = tn__script_split_part(
            &revert.stmts, &revert.stmt_count,
            &(struct tn__script_part){up->sql, marker, up->sql.size, p.dialect}, arena, &local);
    if (rc == TN_ESYNTAX)
        return fault(&p, local.position ? local.position - 1 : 0, 1, rc, local.message);
    if (rc != TN_OK)
        return tn_error_set(err, rc, "%s", local.message);
    if ((rc = read_down(&p, marker)) != TN_OK)
        return rc;
    if (revert.stmt_count > 0) {
        if ((rc = refuse_mixed(&p, &revert)) == TN_OK)
            *down = revert;
        return rc;
    }

    bool found = false;
    if ((rc = uncomment(&p, &found)) != TN_OK || !found)
        return rc;
    revert.sql.data = p.clean;
    rc = tn__script_split_part(
        &revert.stmts, &revert.stmt_count,
        &(struct tn__script_part){revert.sql, marker, revert.sql.size, p.dialect}, arena, err);
    if (rc == TN_OK)
        *down = revert;
    return rc;
}
