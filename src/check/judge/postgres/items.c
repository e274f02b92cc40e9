/* SPDX-License-Identifier: MIT */
#include "check/judge/postgres/postgres.h"
#include "util/buf.h"
#include "util/str.h"

/*
 * The items of the result list, by their tokens: which columns come from which, and what a star stands
 * for. Where that is not certain there are no items, and a star is not expanded; and whatever is written
 * for one the server judges.
 */

static bool is_op(const struct tn__sql *sql, size_t i, const char *op)
{
    return tn__sql_is_op(sql, i, op);
}

/* The word that the statement's result is made by: behind WITH, at the depth of the statement. */
static size_t find_verb(const struct tn__sql *sql)
{
    static const char *const verbs[] = {"SELECT", "INSERT", "UPDATE", "DELETE",
                                        "MERGE",  "VALUES", "TABLE",  NULL};
    size_t i = 0;
    while (i < sql->count && sql->tokens[i].kind == TN__TOK_LPAREN)
        i++;
    if (i >= sql->count)
        return SIZE_MAX;
    uint32_t depth = sql->tokens[i].depth;
    for (; i < sql->count; i++)
        if (sql->tokens[i].depth == depth && tn__sql_is_any(sql, i, verbs))
            return i;
    return SIZE_MAX;
}

/* Behind SELECT DISTINCT ON (…), or RETURNING WITH (…). */
static size_t skip_front(const struct tn__sql *sql, size_t i)
{
    static const char *const marks[] = {"ALL", "DISTINCT", "ON", "WITH", NULL};
    for (; tn__sql_is_any(sql, i, marks); i++) {
        bool has_group = tn__sql_is(sql, i, "ON") || tn__sql_is(sql, i, "WITH");
        if (has_group && i + 1 < sql->count && sql->tokens[i + 1].kind == TN__TOK_LPAREN)
            i = tn__sql_skip_group(sql, i + 1) - 1;
    }
    return i;
}

/* Where the list begins; SIZE_MAX: the statement has none. */
static size_t find_list(const struct tn__sql *sql, size_t verb)
{
    size_t found = SIZE_MAX;
    if (tn__sql_is(sql, verb, "SELECT"))
        return skip_front(sql, verb + 1);
    for (size_t i = verb; i < sql->count; i++)
        if (sql->tokens[i].depth == sql->tokens[verb].depth && tn__sql_is(sql, i, "RETURNING"))
            found = i;
    return found == SIZE_MAX ? found : skip_front(sql, found + 1);
}

/* Whether the list is over at a token of its depth. A word behind AS or a dot is a name. */
static bool is_end(const struct tn__sql *sql, size_t i)
{
    static const char *const ends[] = {"FROM",   "INTO",   "WHERE",     "GROUP",  "HAVING",
                                       "WINDOW", "UNION",  "INTERSECT", "EXCEPT", "ORDER",
                                       "LIMIT",  "OFFSET", "FETCH",     "FOR",    NULL};
    if (!tn__sql_is_any(sql, i, ends) || tn__sql_is(sql, i - 1, "AS") || is_op(sql, i - 1, "."))
        return false;
    bool is_distinct = tn__sql_is(sql, i, "FROM") && tn__sql_is(sql, i - 1, "DISTINCT") &&
                       (tn__sql_is(sql, i - 2, "IS") || tn__sql_is(sql, i - 2, "NOT"));
    return !is_distinct;
}

static void add_item(struct tn__pg_item *items, size_t *count, const struct tn__sql *sql,
                     size_t begin, size_t end)
{
    bool is_star = is_op(sql, end - 1, "*") && (end - begin == 1 || is_op(sql, end - 2, "."));
    items[(*count)++] = (struct tn__pg_item){.span = {begin, end}, .is_star = is_star};
}

static size_t cut_items(struct tn__pg_item *items, const struct tn__sql *sql, size_t list)
{
    size_t count = 0;
    size_t begin = list;
    size_t brackets = 0;
    size_t i = list;
    uint32_t depth = sql->tokens[list].depth;
    for (; i < sql->count && sql->tokens[i].depth >= depth; i++) {
        if (sql->tokens[i].depth > depth)
            continue;
        if (is_op(sql, i, "["))
            brackets++;
        else if (is_op(sql, i, "]") && brackets > 0)
            brackets--;
        if (brackets > 0)
            continue;
        /* The parenthesis that closes a whole query has the depth of what is around it. */
        if (is_end(sql, i))
            break;
        if (!is_op(sql, i, ","))
            continue;
        if (i > begin)
            add_item(items, &count, sql, begin, i);
        begin = i + 1;
    }
    if (i > begin)
        add_item(items, &count, sql, begin, i);
    return count;
}

/* --- how many columns each has ------------------------------------------------------------------ */

static size_t count_of_table(const struct tn__table *table)
{
    size_t count = 0;
    for (size_t i = 0; i < table->column_count; i++)
        count += !table->columns[i].is_hidden;
    return count;
}

/* `t.*` of a table that the statement names so once. 0: not known. */
static size_t count_of_star(const struct tn__judge *judge, const struct tn__pg_item *item)
{
    const struct tn__sql_source *sources;
    size_t source_count;
    const struct tn__table *found = NULL;
    tn_text name = tn__sql_name(&judge->sql, item->span.begin);
    if (item->span.end - item->span.begin != 3 ||
        tn__sql_sources(&sources, &source_count, &judge->sql, judge->arena) != TN_OK)
        return 0;
    for (size_t i = 0; i < source_count; i++) {
        if (!tn__text_equal_nocase(sources[i].alias, name))
            continue;
        if (found)
            return 0;
        found = tn__judge_source_table(judge, &sources[i]);
        if (!found)
            return 0;
    }
    return found ? count_of_table(found) : 0;
}

/* All stars but one are known, and the last has the rest. False: it does not come out. */
static bool number_items(struct tn__pg_item *items, size_t count, const struct tn__judge *judge)
{
    size_t total = judge->described.column_count;
    size_t known = 0;
    struct tn__pg_item *open = NULL;
    size_t star_count = 0;
    for (size_t i = 0; i < count; i++)
        star_count += items[i].is_star;
    for (size_t i = 0; i < count; i++) {
        items[i].count = 1;
        if (items[i].is_star && star_count > 1)
            items[i].count = count_of_star(judge, &items[i]);
        if (items[i].is_star && (star_count == 1 || items[i].count == 0)) {
            if (open)
                return false;
            open = &items[i];
            items[i].count = 0;
        }
        known += items[i].count;
    }
    if (known > total || (!open && known != total))
        return false;
    if (open)
        open->count = total - known;
    for (size_t i = 1; i < count; i++)
        items[i].first = items[i - 1].first + items[i - 1].count;
    return true;
}

int tn__pg_items(const struct tn__pg_item **out, size_t *out_count, const struct tn__judge *judge)
{
    const struct tn__sql *sql = &judge->sql;
    size_t verb = find_verb(sql);
    size_t list = verb == SIZE_MAX ? SIZE_MAX : find_list(sql, verb);
    struct tn__pg_item *items = tn_arena_array(judge->arena, sql->count + 1, sizeof(*items));
    *out_count = 0;
    *out = items;
    if (!items)
        return TN_ENOMEM;
    if (list >= sql->count)
        return TN_OK;
    size_t count = cut_items(items, sql, list);
    if (number_items(items, count, judge))
        *out_count = count;
    return TN_OK;
}

/* --- stars -------------------------------------------------------------------------------------- */

/* Whether the word at a token, or what a parenthesis holds, is an arm of the statement itself: of a UNION
 * that stands in no subquery. */
static bool is_arm(const struct tn__sql *sql, size_t i)
{
    static const char *const operators[] = {"UNION", "INTERSECT", "EXCEPT", NULL};
    for (;;) {
        while (i > 0 && (tn__sql_is(sql, i - 1, "ALL") || tn__sql_is(sql, i - 1, "DISTINCT")))
            i--;
        if (i == 0)
            return true;
        i--;
        if (sql->tokens[i].kind == TN__TOK_LPAREN)
            continue;
        if (!tn__sql_is_any(sql, i, operators))
            return false;
        uint32_t depth = sql->tokens[i].depth;
        if (depth == 0)
            return true;
        while (i > 0 &&
               (sql->tokens[i].kind != TN__TOK_LPAREN || sql->tokens[i].depth != depth - 1))
            i--;
    }
}

/* Stars of the result from a token on, of the list and of other arms of a UNION; and `TABLE t`, which is
 * one. How many there are; `items` has room for the tokens. */
static size_t find_stars(struct tn__sql_span *stars, struct tn__pg_item *items,
                         const struct tn__sql *sql)
{
    size_t star_count = 0;
    size_t verb = find_verb(sql);
    bool has_arms = tn__sql_is(sql, verb, "SELECT") || tn__sql_is(sql, verb, "VALUES") ||
                    tn__sql_is(sql, verb, "TABLE");
    for (size_t i = verb; i < sql->count && (has_arms || i == verb); i++) {
        bool is_list = tn__sql_is(sql, i, "SELECT") && (i == verb || is_arm(sql, i));
        bool is_table = tn__sql_is(sql, i, "TABLE") && (i == verb || is_arm(sql, i));
        size_t list = is_list ? skip_front(sql, i + 1) : SIZE_MAX;
        if (i == verb && !is_list && !is_table)
            list = find_list(sql, verb);
        if (is_table)
            stars[star_count++] = (struct tn__sql_span){i, i + 1};
        size_t count = list < sql->count ? cut_items(items, sql, list) : 0;
        for (size_t k = 0; k < count; k++)
            if (items[k].is_star)
                stars[star_count++] = items[k].span;
    }
    return star_count;
}

static size_t list_stars(struct tn__sql_span **out, const struct tn__judge *judge)
{
    size_t most = judge->sql.count + 1;
    struct tn__pg_item *items = tn_arena_array(judge->arena, most, sizeof(*items));
    *out = tn_arena_array(judge->arena, most, sizeof(**out));
    return items && *out ? find_stars(*out, items, &judge->sql) : 0;
}

bool tn__pg_find_star(struct tn__sql_span *out, const struct tn__judge *judge)
{
    struct tn__sql_span *stars;
    size_t count = list_stars(&stars, judge);
    if (count > 0)
        *out = stars[0];
    for (size_t i = judge->analysed.star_count; i-- > 0;) /* the first that is not certain */
        if (!judge->analysed.stars[i].text.data)
            *out = judge->analysed.stars[i].span;
    return count > 0;
}

/* What stands in front of a column of a star without a name of its own: its relation, if there are several. */
static tn_text relation_of(const struct tn__analysed *analysed, size_t column)
{
    uint32_t leaf = column < analysed->column_count ? analysed->columns[column].leaf : TN__NO_LEAF;
    if (analysed->leaf_count < 2 || leaf >= analysed->leaf_count)
        return (tn_text){NULL, 0};
    return analysed->leaves[leaf].name;
}

/* "id, t.name" */
static int write_star(tn_text *out, const struct tn__analysed *analysed,
                      const struct tn__judge *judge, const struct tn__pg_item *item)
{
    struct tn__buf buf;
    struct tn__sql_span front = {item->span.begin, item->span.end - 1};
    tn__buf_init(&buf, 0);
    for (size_t i = item->first; i < item->first + item->count; i++) {
        tn_text relation = relation_of(analysed, i);
        tn__buf_puts(&buf, i > item->first ? ", " : "");
        if (front.begin < front.end)
            tn__buf_text(&buf, tn__sql_bytes(&judge->sql, front));
        else if (relation.data)
            tn__sql_put_name_postgres(&buf, relation);
        if (front.begin == front.end && relation.data)
            tn__buf_putc(&buf, '.');
        tn__sql_put_name_postgres(&buf, judge->described.columns[i].name);
    }
    int rc = item->count ? tn__buf_to_arena(&buf, judge->arena, out) : TN_OK;
    tn__buf_fini(&buf);
    return rc;
}

int tn__pg_stars(struct tn__analysed *analysed, const struct tn__judge *judge,
                 const struct tn__pg_item *items, size_t count)
{
    struct tn__sql_span *spans;
    size_t star_count = list_stars(&spans, judge);
    struct tn__analysed_star *stars = tn_arena_array(judge->arena, star_count, sizeof(*stars));
    if (!spans || !stars)
        return TN_ENOMEM;
    for (size_t s = 0; s < star_count; s++) {
        stars[s].span = spans[s];
        for (size_t i = 0; i < count; i++)
            if (items[i].span.begin == spans[s].begin &&
                write_star(&stars[s].text, analysed, judge, &items[i]) != TN_OK)
                return TN_ENOMEM;
    }
    analysed->stars = stars;
    analysed->star_count = star_count;
    return TN_OK;
}
