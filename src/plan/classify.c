/* SPDX-License-Identifier: MIT */
#include "plan/query_plan.h"
#include "util/str.h"

/*
 * The words of a row of EXPLAIN QUERY PLAN, as SQLite writes them (sqlite3WhereExplainOneScan(),
 * explainTempTable() and others). Names stand in them as they are, without quotes: one that holds
 * such words itself ("a USING INDEX b") can be misread, and then only a mark is wrong.
 */

const struct tn__plan_word tn__plan_words[TN__PLAN_BIT_COUNT] = {
#define PLAN_WORD(id, code, meaning, is_cost) {code, meaning, is_cost},
    TN__PLAN_FINDINGS(PLAN_WORD)
#undef PLAN_WORD
};

/* Where `words` begin, from the end; text.size: nowhere. */
static size_t find_last(tn_text text, const char *words)
{
    for (size_t i = text.size; i-- > 0;)
        if (tn__text_starts(tn__text_sub(text, i, text.size - i), words))
            return i;
    return text.size;
}

static bool has(tn_text text, const char *words)
{
    return find_last(text, words) < text.size;
}

/* Cut `word` off the front. */
static bool skip(tn_text *text, const char *word)
{
    if (!tn__text_starts(*text, word))
        return false;
    *text = tn__text_sub(*text, strlen(word), text->size);
    return true;
}

/* Where the parenthesis that closes at the end of the text opens; text.size: it closes none. */
static size_t find_key(tn_text text)
{
    unsigned depth = 0;
    for (size_t i = text.size; i-- > 0;) {
        depth += text.data[i] == ')';
        depth -= text.data[i] == '(' && depth > 0;
        if (depth == 0)
            return text.data[i] == '(' ? i : text.size;
    }
    return text.size;
}

/* Columns of "(a=? AND b>? AND b<?)" that are compared. */
static unsigned count_terms(tn_text key)
{
    unsigned terms = 0;
    bool has_range = false;
    for (size_t i = 0; i + 1 < key.size; i++) {
        terms += key.data[i] == '=' && key.data[i + 1] == '?';
        has_range = has_range || key.data[i] == '<' || key.data[i] == '>';
    }
    return terms + has_range;
}

/* "INDEX name (…)", "COVERING INDEX name", "AUTOMATIC PARTIAL COVERING INDEX (…)", "INTEGER PRIMARY
 * KEY (…)". */
static void read_index(struct tn__plan_node *node, tn_text how)
{
    if (has(how, " LEFT-JOIN"))
        how = tn__text_sub(how, 0, find_last(how, " LEFT-JOIN"));
    if (node->step == TN__PLAN_STEP_SEARCH) {
        size_t key = find_key(how);
        node->terms = count_terms(tn__text_sub(how, key, how.size));
        how = tn__text_trim(tn__text_sub(how, 0, key));
    }
    if (skip(&how, "AUTOMATIC ")) {
        node->findings |= TN__PLAN_AUTO_INDEX;
        return;
    }
    if (skip(&how, "COVERING "))
        node->findings |= TN__PLAN_COVERING;
    if (skip(&how, "INDEX "))
        node->index = how;
}

/* Behind SCAN or SEARCH. */
static void read_step(struct tn__plan_node *node, tn_text rest)
{
    static const char virtual_mark[] = " VIRTUAL TABLE INDEX ";
    static const char using_mark[] = " USING ";
    bool is_virtual = has(rest, virtual_mark);
    (void)skip(&rest, "TABLE "); /* before 3.36 */
    size_t how = find_last(rest, is_virtual ? virtual_mark : using_mark);
    node->source = tn__text_sub(rest, 0, how);
    size_t alias = find_last(node->source, " AS ");
    if (alias < node->source.size)
        node->source = tn__text_sub(node->source, alias + strlen(" AS "), node->source.size);
    if (has(node->source, " LEFT-JOIN"))
        node->source = tn__text_sub(node->source, 0, find_last(node->source, " LEFT-JOIN"));
    if (is_virtual)
        return;
    if (node->step == TN__PLAN_STEP_SCAN)
        node->findings |= TN__PLAN_FULL_SCAN;
    if (how < rest.size)
        read_index(node, tn__text_sub(rest, how + strlen(using_mark), rest.size));
}

void tn__plan_classify(struct tn__plan_node *node)
{
    tn_text text = tn_text_of(node->detail);
    node->step = TN__PLAN_STEP_OTHER;
    node->source = node->index = (tn_text){0};
    node->terms = node->findings = 0;
    if (has(text, " CONSTANT ROW") || tn__text_ends(text, "-ROW VALUES CLAUSE")) {
        return; /* SCAN CONSTANT ROW, SCAN 3 CONSTANT ROWS, from 3.46 SCAN 3-ROW VALUES CLAUSE */
    } else if (skip(&text, "SCAN ")) {
        node->step = TN__PLAN_STEP_SCAN;
        read_step(node, text);
    } else if (skip(&text, "SEARCH ")) {
        node->step = TN__PLAN_STEP_SEARCH;
        read_step(node, text);
    } else if (tn__text_starts(text, "USE TEMP B-TREE") ||
               tn__text_ends(text, "USING TEMP B-TREE")) {
        node->findings |= TN__PLAN_TEMP_BTREE;
    } else if (tn__text_starts(text, "CORRELATED ")) {
        node->findings |= TN__PLAN_CORRELATED;
    } else if (tn__text_starts(text, "LIST SUBQUERY ")) {
        node->findings |= TN__PLAN_LIST;
    }
}

unsigned tn__query_plan_findings(const struct tn__query_plan *plan)
{
    unsigned findings = 0;
    for (size_t i = 0; i < plan->count; i++)
        findings |= plan->nodes[i].findings;
    return findings;
}
