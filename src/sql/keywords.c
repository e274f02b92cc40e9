/* SPDX-License-Identifier: MIT */
#include "sql/build.h"
#include "sql/grammar.h"
#include "util/str.h"

/*
 * SQLite's keywords (https://www.sqlite.org/lang_keywords.html). `reserved` ones are not in the
 * %fallback list of its parse.y: without quotes they are never identifiers. The names of joins
 * (LEFT, NATURAL, …) may be, and are counted as keywords where that proves less. A keyword of
 * statements that are not parsed here is a plain name to the grammar. In the order of the alphabet.
 */
static const struct {
    const char *word;
    int terminal;
    bool is_reserved;
} keywords[] = {
    {"ABORT", TN__K_ABORT, false},
    {"ACTION", TN__K_ACTION, false},
    {"ADD", TN__K_ADD, true},
    {"AFTER", TN__K_AFTER, false},
    {"ALL", TN__K_ALL, true},
    {"ALTER", TN__K_ALTER, true},
    {"ALWAYS", TN__K_ALWAYS, false},
    {"ANALYZE", TN__K_ID, false},
    {"AND", TN__K_AND, true},
    {"AS", TN__K_AS, true},
    {"ASC", TN__K_ASC, false},
    {"ATTACH", TN__K_ID, false},
    {"AUTOINCREMENT", TN__K_AUTOINCR, true},
    {"BEFORE", TN__K_BEFORE, false},
    {"BEGIN", TN__K_BEGIN, false},
    {"BETWEEN", TN__K_BETWEEN, true},
    {"BY", TN__K_BY, false},
    {"CASCADE", TN__K_CASCADE, false},
    {"CASE", TN__K_CASE, true},
    {"CAST", TN__K_CAST, false},
    {"CHECK", TN__K_CHECK, true},
    {"COLLATE", TN__K_COLLATE, true},
    {"COLUMN", TN__K_ID, false},
    {"COMMIT", TN__K_COMMIT, true},
    {"CONFLICT", TN__K_CONFLICT, false},
    {"CONSTRAINT", TN__K_CONSTRAINT, true},
    {"CREATE", TN__K_CREATE, true},
    {"CROSS", TN__K_JOIN_KW, false},
    {"CURRENT", TN__K_CURRENT, false},
    {"CURRENT_DATE", TN__K_CTIME_KW, false},
    {"CURRENT_TIME", TN__K_CTIME_KW, false},
    {"CURRENT_TIMESTAMP", TN__K_CTIME_KW, false},
    {"DATABASE", TN__K_ID, false},
    {"DEFAULT", TN__K_DEFAULT, true},
    {"DEFERRABLE", TN__K_DEFERRABLE, true},
    {"DEFERRED", TN__K_DEFERRED, false},
    {"DELETE", TN__K_DELETE, true},
    {"DESC", TN__K_DESC, false},
    {"DETACH", TN__K_ID, false},
    {"DISTINCT", TN__K_DISTINCT, true},
    {"DO", TN__K_DO, false},
    {"DROP", TN__K_DROP, true},
    {"EACH", TN__K_EACH, false},
    {"ELSE", TN__K_ELSE, true},
    {"END", TN__K_END, false},
    {"ESCAPE", TN__K_ESCAPE, true},
    {"EXCEPT", TN__K_EXCEPT, true},
    {"EXCLUDE", TN__K_EXCLUDE, false},
    {"EXCLUSIVE", TN__K_ID, false},
    {"EXISTS", TN__K_EXISTS, true},
    {"EXPLAIN", TN__K_EXPLAIN, false},
    {"FAIL", TN__K_FAIL, false},
    {"FILTER", TN__K_FILTER, false},
    {"FIRST", TN__K_FIRST, false},
    {"FOLLOWING", TN__K_FOLLOWING, false},
    {"FOR", TN__K_FOR, false},
    {"FOREIGN", TN__K_FOREIGN, true},
    {"FROM", TN__K_FROM, true},
    {"FULL", TN__K_JOIN_KW, false},
    {"GENERATED", TN__K_GENERATED, false},
    {"GLOB", TN__K_LIKE_KW, false},
    {"GROUP", TN__K_GROUP, true},
    {"GROUPS", TN__K_GROUPS, false},
    {"HAVING", TN__K_HAVING, true},
    {"IF", TN__K_IF, false},
    {"IGNORE", TN__K_IGNORE, false},
    {"IMMEDIATE", TN__K_IMMEDIATE, false},
    {"IN", TN__K_IN, true},
    {"INDEX", TN__K_INDEX, true},
    {"INDEXED", TN__K_INDEXED, false},
    {"INITIALLY", TN__K_INITIALLY, false},
    {"INNER", TN__K_JOIN_KW, false},
    {"INSERT", TN__K_INSERT, true},
    {"INSTEAD", TN__K_INSTEAD, false},
    {"INTERSECT", TN__K_INTERSECT, true},
    {"INTO", TN__K_INTO, true},
    {"IS", TN__K_IS, true},
    {"ISNULL", TN__K_ISNULL, true},
    {"JOIN", TN__K_JOIN, true},
    {"KEY", TN__K_KEY, false},
    {"LAST", TN__K_LAST, false},
    {"LEFT", TN__K_JOIN_KW, false},
    {"LIKE", TN__K_LIKE_KW, false},
    {"LIMIT", TN__K_LIMIT, true},
    {"MATCH", TN__K_MATCH, false},
    {"MATERIALIZED", TN__K_MATERIALIZED, false},
    {"NATURAL", TN__K_JOIN_KW, false},
    {"NO", TN__K_NO, false},
    {"NOT", TN__K_NOT, true},
    {"NOTHING", TN__K_NOTHING, true},
    {"NOTNULL", TN__K_NOTNULL, true},
    {"NULL", TN__K_NULL, true},
    {"NULLS", TN__K_NULLS, false},
    {"OF", TN__K_OF, false},
    {"OFFSET", TN__K_OFFSET, false},
    {"ON", TN__K_ON, true},
    {"OR", TN__K_OR, true},
    {"ORDER", TN__K_ORDER, true},
    {"OTHERS", TN__K_OTHERS, false},
    {"OUTER", TN__K_JOIN_KW, false},
    {"OVER", TN__K_OVER, false},
    {"PARTITION", TN__K_PARTITION, false},
    {"PLAN", TN__K_PLAN, false},
    {"PRAGMA", TN__K_ID, false},
    {"PRECEDING", TN__K_PRECEDING, false},
    {"PRIMARY", TN__K_PRIMARY, true},
    {"QUERY", TN__K_QUERY, false},
    {"RAISE", TN__K_RAISE, false},
    {"RANGE", TN__K_RANGE, false},
    {"RECURSIVE", TN__K_RECURSIVE, false},
    {"REFERENCES", TN__K_REFERENCES, true},
    {"REGEXP", TN__K_LIKE_KW, false},
    {"REINDEX", TN__K_ID, false},
    {"RELEASE", TN__K_ID, false},
    {"RENAME", TN__K_ID, false},
    {"REPLACE", TN__K_REPLACE, false},
    {"RESTRICT", TN__K_RESTRICT, false},
    {"RETURNING", TN__K_RETURNING, true},
    {"RIGHT", TN__K_JOIN_KW, false},
    {"ROLLBACK", TN__K_ROLLBACK, false},
    {"ROW", TN__K_ROW, false},
    {"ROWS", TN__K_ROWS, false},
    {"SAVEPOINT", TN__K_ID, false},
    {"SELECT", TN__K_SELECT, true},
    {"SET", TN__K_SET, true},
    {"TABLE", TN__K_TABLE, true},
    {"TEMP", TN__K_TEMP, false},
    {"TEMPORARY", TN__K_TEMP, false},
    {"THEN", TN__K_THEN, true},
    {"TIES", TN__K_TIES, false},
    {"TO", TN__K_TO, true},
    {"TRANSACTION", TN__K_TRANSACTION, true},
    {"TRIGGER", TN__K_TRIGGER, false},
    {"UNBOUNDED", TN__K_UNBOUNDED, false},
    {"UNION", TN__K_UNION, true},
    {"UNIQUE", TN__K_UNIQUE, true},
    {"UPDATE", TN__K_UPDATE, true},
    {"USING", TN__K_USING, true},
    {"VACUUM", TN__K_ID, false},
    {"VALUES", TN__K_VALUES, true},
    {"VIEW", TN__K_VIEW, false},
    {"VIRTUAL", TN__K_ID, false},
    {"WHEN", TN__K_WHEN, true},
    {"WHERE", TN__K_WHERE, true},
    {"WINDOW", TN__K_WINDOW, false},
    {"WITH", TN__K_WITH, false},
    {"WITHOUT", TN__K_WITHOUT, false},
};

enum {
    KEYWORD_COUNT = sizeof(keywords) / sizeof(keywords[0])
};

/* Less, equal or greater as `word`, in upper case, against a keyword. */
static int compare(tn_text word, const char *keyword)
{
    size_t i = 0;
    for (; i < word.size && keyword[i]; i++) {
        char c = word.data[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - ('a' - 'A'));
        if (c != keyword[i])
            return (unsigned char)c < (unsigned char)keyword[i] ? -1 : 1;
    }
    return i < word.size ? 1 : keyword[i] ? -1 : 0;
}

/* Its row, or KEYWORD_COUNT. */
static size_t find(tn_text word)
{
    size_t low = 0;
    size_t high = KEYWORD_COUNT;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare(word, keywords[middle].word);
        if (order == 0)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return KEYWORD_COUNT;
}

bool tn__sql_is_keyword(tn_text word)
{
    return find(word) < KEYWORD_COUNT;
}

const char *tn__sql_keyword(size_t index)
{
    return index < KEYWORD_COUNT ? keywords[index].word : NULL;
}

bool tn__sql_is_reserved(tn_text word)
{
    size_t i = find(word);
    return i < KEYWORD_COUNT && keywords[i].is_reserved;
}

int tn__sql_terminal(tn_text word)
{
    size_t i = find(word);
    return i < KEYWORD_COUNT ? keywords[i].terminal : TN__K_ID;
}

const char *tn__sql_terminal_word(int terminal)
{
    for (size_t i = 0; i < KEYWORD_COUNT; i++)
        if (keywords[i].terminal == terminal && terminal != TN__K_ID)
            return keywords[i].word;
    return NULL;
}

void tn__sql_put_name(struct tn__buf *buf, tn_text name)
{
    bool is_plain = name.size > 0 && tn__is_ident_start(name.data[0]) && !tn__sql_is_keyword(name);
    for (size_t i = 1; i < name.size; i++)
        is_plain = is_plain && tn__is_ident(name.data[i]);
    if (is_plain)
        tn__buf_text(buf, name);
    else
        tn__buf_sql_name(buf, name);
}
