/* SPDX-License-Identifier: MIT */
#include "infer/infer.h"

#include "util/str.h"

/* What one appearance of a parameter says of it. */
struct use {
    bool is_certain; /* `typing` holds */
    bool wants_null; /* it stands where NULL means something */
    struct tn__typing typing;
    tn_text name; /* of the column it meets */
};

/* The operand around a parameter: itself, or coalesce(…) and ifnull(…) around it. */
struct operand {
    size_t begin;
    size_t end;
    bool is_wrapped;
};

static bool is_lparen(const struct tn__sql *sql, size_t i)
{
    return i < sql->count && sql->tokens[i].kind == TN__TOK_LPAREN;
}

static bool is_rparen(const struct tn__sql *sql, size_t i)
{
    return i < sql->count && sql->tokens[i].kind == TN__TOK_RPAREN;
}

/* The parenthesis around token i; SIZE_MAX at the outermost level. */
static size_t enclosing(const struct tn__sql *sql, size_t i)
{
    uint32_t depth = sql->tokens[i].depth;
    while (depth > 0 && i-- > 0)
        if (is_lparen(sql, i) && sql->tokens[i].depth == depth - 1)
            return i;
    return SIZE_MAX;
}

/* Number of the item, from 0, that token i is in, within the parenthesis `open`. */
static size_t item_index(const struct tn__sql *sql, size_t open, size_t i)
{
    size_t index = 0;
    for (size_t k = open + 1; k < i; k++)
        index += sql->tokens[k].depth == sql->tokens[open].depth + 1 && tn__sql_is_op(sql, k, ",");
    return index;
}

/* Whether [begin, end) is a whole item between parentheses and commas. */
static bool is_whole_item(const struct tn__sql *sql, size_t begin, size_t end)
{
    return begin > 0 && (is_lparen(sql, begin - 1) || tn__sql_is_op(sql, begin - 1, ",")) &&
           (is_rparen(sql, end) || tn__sql_is_op(sql, end, ","));
}

static struct operand operand_of(const struct tn__sql *sql, size_t i)
{
    static const char *const wrappers[] = {"COALESCE", "IFNULL", NULL};
    struct operand operand = {i, i + 1, false};
    size_t open = enclosing(sql, i);
    if (open != SIZE_MAX && open > 0 && is_whole_item(sql, i, i + 1) &&
        tn__sql_is_any(sql, open - 1, wrappers)) {
        operand.begin = open - 1;
        operand.end = tn__sql_skip_group(sql, open);
        operand.is_wrapped = true;
    }
    return operand;
}

static bool is_comparison(const struct tn__sql *sql, size_t i)
{
    static const char *const ops[] = {"=", "==", "<>", "!=", "<", "<=", ">", ">="};
    for (size_t k = 0; k < sizeof(ops) / sizeof(ops[0]); k++)
        if (tn__sql_is_op(sql, i, ops[k]))
            return true;
    return false;
}

/* Whether an operand may begin at i, or end before i: no operator takes hold of it there. */
static bool is_edge(const struct tn__sql *sql, size_t i)
{
    if (i >= sql->count)
        return true;
    enum tn__tok kind = sql->tokens[i].kind;
    if (kind == TN__TOK_OP)
        return tn__sql_is_op(sql, i, ",");
    return kind == TN__TOK_LPAREN || kind == TN__TOK_RPAREN || kind == TN__TOK_WORD;
}

/* Where the column reference that ends before `end` begins; `end` if there is none. */
static size_t ref_before(const struct tn__sql *sql, size_t end)
{
    if (end == 0 || !tn__sql_is_name(sql, end - 1))
        return end;
    size_t begin = end - 1;
    if (begin >= 2 && tn__sql_is_op(sql, begin - 1, ".") && tn__sql_is_name(sql, begin - 2))
        begin -= 2;
    return begin == 0 || (is_edge(sql, begin - 1) && !is_rparen(sql, begin - 1)) ? begin : end;
}

/* Where the column reference that begins at `begin` ends; `begin` if there is none. */
static size_t ref_after(const struct tn__sql *sql, size_t begin)
{
    if (!tn__sql_is_name(sql, begin))
        return begin;
    size_t end = begin + 1;
    if (tn__sql_is_op(sql, end, ".") && tn__sql_is_name(sql, end + 1))
        end += 2;
    return is_edge(sql, end) && !is_lparen(sql, end) ? end : begin;
}

static void use_typing(struct use *use, enum tn__type type, bool is_nullable)
{
    use->is_certain = true;
    use->typing = (struct tn__typing){type, TN__FORM_ANY, is_nullable};
}

/* Take the type of a stored column. */
static void use_column(struct use *use, const struct tn__infer *infer,
                       const struct tn__table *table, const struct tn__column *column)
{
    use->typing = tn__typing_of_column(table, column, infer->types, infer->type_count);
    use->is_certain = table->kind == TN__TABLE; /* "any" by declaration is certain, too */
    use->name = tn_text_of(column->name);
}

/* Compared with the column reference [begin, end). */
static void use_compared(struct use *use, const struct tn__infer *infer, size_t begin, size_t end)
{
    if (begin == end)
        return;
    const struct tn__table *table;
    const struct tn__column *column = tn__infer_resolve(infer, begin, end, &table);
    if (column)
        use_column(use, infer, table, column);
    else if (table)
        use_typing(use, TN__TYPE_INT, false);
    if (!use->name.size)
        use->name = tn__sql_name(infer->sql, end - 1);
    use->typing.is_nullable = false;
}

/* Written to a column: NULL is welcome if the column takes it, or makes the key by itself. */
static void use_written(struct use *use, const struct tn__infer *infer,
                        const struct tn__table *table, const struct tn__column *column)
{
    if (!table || !column || table->kind != TN__TABLE)
        return;
    bool is_insert = infer->facts.kind == TN__SQL_INSERT;
    use_column(use, infer, table, column);
    use->typing.is_nullable = !column->is_not_null && !(column->is_rowid_alias && !is_insert);
}

static const struct tn__table *target_of(const struct tn__infer *infer)
{
    const struct tn__sql_source *target = tn__infer_target(infer);
    return target ? tn__catalog_table(infer->catalog, target->table) : NULL;
}

/* Column number `index` of an INSERT: of its list, or of the table's writable ones. */
static const struct tn__column *insert_column(const struct tn__infer *infer, size_t index)
{
    const struct tn__sql *sql = infer->sql;
    const struct tn__table *table = target_of(infer);
    const struct tn__sql_source *target = tn__infer_target(infer);
    size_t open = target ? target->token + 1 : sql->count;
    if (tn__sql_is(sql, open, "AS"))
        open += 2;
    if (is_lparen(sql, open)) {
        size_t end = tn__sql_skip_group(sql, open);
        for (size_t i = open + 1; i + 1 < end; i++)
            if (tn__sql_is_name(sql, i) && is_whole_item(sql, i, i + 1) && index-- == 0)
                return tn__table_column(table, tn__sql_name(sql, i));
        return NULL;
    }
    for (size_t i = 0; table && i < table->column_count; i++)
        if (!table->columns[i].is_generated && !table->columns[i].is_hidden && index-- == 0)
            return &table->columns[i];
    return NULL;
}

/* VALUES (…, :p, …), (…) of an INSERT. */
static bool try_values(struct use *use, const struct tn__infer *infer, struct operand operand)
{
    const struct tn__sql *sql = infer->sql;
    size_t open = enclosing(sql, operand.begin);
    if (infer->facts.kind != TN__SQL_INSERT || open == SIZE_MAX || open == 0 ||
        sql->tokens[open].depth != 0 || !is_whole_item(sql, operand.begin, operand.end))
        return false;
    size_t before = open - 1;
    while (tn__sql_is_op(sql, before, ",") && before > 0 && is_rparen(sql, before - 1))
        before = enclosing(sql, before - 2) == SIZE_MAX ? 0 : enclosing(sql, before - 2) - 1;
    if (!tn__sql_is(sql, before, "VALUES"))
        return false;
    use_written(use, infer, target_of(infer),
                insert_column(infer, item_index(sql, open, operand.begin)));
    return true;
}

/* INSERT INTO t (…) SELECT …, :p, …: the item's column. */
static bool try_insert_select(struct use *use, const struct tn__infer *infer,
                              struct operand operand)
{
    const struct tn__sql *sql = infer->sql;
    if (infer->facts.kind != TN__SQL_INSERT || sql->tokens[operand.begin].depth != 0)
        return false;
    size_t index = 0;
    size_t i = operand.begin;
    if (!tn__sql_is(sql, i - 1, "SELECT") && !tn__sql_is_op(sql, i - 1, ","))
        return false;
    if (!tn__sql_is_op(sql, operand.end, ",") && !tn__sql_is(sql, operand.end, "FROM") &&
        !tn__sql_is(sql, operand.end, "WHERE") && operand.end < sql->count)
        return false;
    while (i-- > infer->facts.verb) {
        if (sql->tokens[i].depth != 0)
            continue;
        if (tn__sql_is(sql, i, "SELECT"))
            break;
        if (tn__sql_is_op(sql, i, "*") || tn__sql_is(sql, i, "FROM") || tn__sql_is(sql, i, "SET"))
            return false;
        index += tn__sql_is_op(sql, i, ",");
    }
    if (!tn__sql_is(sql, i, "SELECT"))
        return false;
    use_written(use, infer, target_of(infer), insert_column(infer, index));
    return true;
}

/* SET c = :p, in UPDATE or ON CONFLICT DO UPDATE. */
static bool try_assigned(struct use *use, const struct tn__infer *infer, struct operand operand)
{
    static const char *const clauses[] = {"SET",   "WHERE",  "FROM",      "SELECT", "ON",
                                          "ORDER", "VALUES", "RETURNING", NULL};
    const struct tn__sql *sql = infer->sql;
    size_t equals = operand.begin - 1;
    if (operand.begin < 3 || sql->tokens[operand.begin].depth != 0 ||
        !tn__sql_is_op(sql, equals, "=") || !is_edge(sql, operand.end) ||
        !tn__sql_is_name(sql, equals - 1) ||
        !(tn__sql_is(sql, equals - 2, "SET") || tn__sql_is_op(sql, equals - 2, ",")))
        return false;
    size_t i = equals - 1;
    while (i > 0 && (sql->tokens[i].depth != 0 || !tn__sql_is_any(sql, i, clauses)))
        i--;
    if (!tn__sql_is(sql, i, "SET"))
        return false;
    const struct tn__table *table = target_of(infer);
    use_written(use, infer, table, tn__table_column(table, tn__sql_name(sql, equals - 1)));
    return true;
}

/* c = :p, :p < c, c IS :p, c LIKE :p. */
static bool try_compared(struct use *use, const struct tn__infer *infer, struct operand operand)
{
    static const char *const patterns[] = {"LIKE", "GLOB", "MATCH", "REGEXP", NULL};
    const struct tn__sql *sql = infer->sql;
    size_t left = operand.begin - 1; /* SIZE_MAX at the start: past the end for every test */
    if (is_comparison(sql, left) && is_edge(sql, operand.end)) {
        use_compared(use, infer, ref_before(sql, left), left);
        return true;
    }
    if (is_comparison(sql, operand.end) && is_edge(sql, left)) {
        size_t begin = operand.end + 1;
        use_compared(use, infer, begin, ref_after(sql, begin));
        return true;
    }
    if (tn__sql_is(sql, left, "NOT") || tn__sql_is(sql, left, "FROM"))
        left--;
    if (tn__sql_is(sql, left, "DISTINCT"))
        left--;
    if (tn__sql_is(sql, left, "NOT"))
        left--;
    if (tn__sql_is(sql, left, "IS") && is_edge(sql, operand.end)) {
        use_compared(use, infer, ref_before(sql, left), left);
        use->wants_null = true;
        return true;
    }
    left = operand.begin - 1;
    if (tn__sql_is_any(sql, left, patterns) && is_edge(sql, operand.end)) {
        size_t end = tn__sql_is(sql, left - 1, "NOT") ? left - 1 : left;
        use_compared(use, infer, ref_before(sql, end), end);
        use_typing(use, TN__TYPE_TEXT, false);
        return true;
    }
    return false;
}

/* c BETWEEN :p AND x, c BETWEEN x AND :p, c IN (…, :p, …). */
static bool try_listed(struct use *use, const struct tn__infer *infer, struct operand operand)
{
    const struct tn__sql *sql = infer->sql;
    size_t end = SIZE_MAX;
    size_t left = operand.begin - 1;
    size_t open = enclosing(sql, operand.begin);
    if (tn__sql_is(sql, left, "BETWEEN") && tn__sql_is(sql, operand.end, "AND"))
        end = left;
    else if (tn__sql_is(sql, left, "AND") && left >= 2 && tn__sql_is(sql, left - 2, "BETWEEN") &&
             is_edge(sql, operand.end))
        end = left - 2;
    else if (open != SIZE_MAX && open > 0 && tn__sql_is(sql, open - 1, "IN") &&
             is_whole_item(sql, operand.begin, operand.end))
        end = open - 1;
    if (end == SIZE_MAX || end == 0)
        return false;
    if (tn__sql_is(sql, end - 1, "NOT"))
        end--;
    use_compared(use, infer, ref_before(sql, end), end);
    return true;
}

/* LIMIT :n, OFFSET :n, LIMIT :offset, :n. */
static bool try_limit(struct use *use, const struct tn__sql *sql, struct operand operand)
{
    size_t left = operand.begin - 1;
    const char *name = NULL;
    if (tn__sql_is(sql, left, "LIMIT"))
        name = tn__sql_is_op(sql, operand.end, ",") ? "offset" : "limit";
    else if (tn__sql_is(sql, left, "OFFSET"))
        name = "offset";
    else if (tn__sql_is_op(sql, left, ",") && left >= 2 && tn__sql_is(sql, left - 2, "LIMIT"))
        name = "limit";
    if (!name || !is_edge(sql, operand.end))
        return false;
    use_typing(use, TN__TYPE_INT, false);
    use->name = tn_text_of(name);
    return true;
}

/* CAST(:p AS INTEGER): the type that is asked for. */
static bool try_cast(struct use *use, const struct tn__sql *sql, struct operand operand)
{
    static const struct {
        const char *word;
        enum tn__type type;
    } casts[] = {{"INTEGER", TN__TYPE_INT}, {"INT", TN__TYPE_INT},   {"BIGINT", TN__TYPE_INT},
                 {"REAL", TN__TYPE_REAL},   {"TEXT", TN__TYPE_TEXT}, {"BLOB", TN__TYPE_BLOB}};
    if (operand.begin < 2 || !tn__sql_is(sql, operand.begin - 2, "CAST") ||
        !is_lparen(sql, operand.begin - 1) || !tn__sql_is(sql, operand.end, "AS") ||
        !is_rparen(sql, operand.end + 2))
        return false;
    for (size_t i = 0; i < sizeof(casts) / sizeof(casts[0]); i++)
        if (tn__sql_is(sql, operand.end + 1, casts[i].word))
            use_typing(use, casts[i].type, false);
    return true;
}

/* Text by its neighbour ||, or as a modifier or format of a date function. */
static bool try_text(struct use *use, const struct tn__sql *sql, struct operand operand)
{
    static const char *const dates[] = {"DATE",      "TIME",     "DATETIME", "JULIANDAY",
                                        "UNIXEPOCH", "STRFTIME", NULL};
    size_t left = operand.begin - 1;
    if (tn__sql_is_op(sql, left, "||") || tn__sql_is_op(sql, operand.end, "||")) {
        use_typing(use, TN__TYPE_TEXT, false);
        return true;
    }
    size_t open = enclosing(sql, operand.begin);
    if (open == SIZE_MAX || open == 0 || !tn__sql_is_any(sql, open - 1, dates) ||
        !is_whole_item(sql, operand.begin, operand.end))
        return false;
    size_t index = item_index(sql, open, operand.begin);
    bool is_strftime = tn__sql_is(sql, open - 1, "STRFTIME");
    if (is_strftime ? index == 1 : index == 0)
        return false; /* the moment itself: text or a number */
    use_typing(use, TN__TYPE_TEXT, false);
    return true;
}

/* :p IS NULL and its forms. */
static bool is_null_test(const struct tn__sql *sql, size_t end)
{
    if (tn__sql_is(sql, end, "ISNULL") || tn__sql_is(sql, end, "NOTNULL"))
        return true;
    if (!tn__sql_is(sql, end, "IS"))
        return false;
    return tn__sql_is(sql, end + 1, "NULL") ||
           (tn__sql_is(sql, end + 1, "NOT") && tn__sql_is(sql, end + 2, "NULL"));
}

static struct use use_at(const struct tn__infer *infer, size_t token)
{
    const struct tn__sql *sql = infer->sql;
    struct use use = {0};
    struct operand operand = operand_of(sql, token);
    if (is_null_test(sql, token + 1)) {
        use.wants_null = true;
        return use;
    }
    bool is_found = try_assigned(&use, infer, operand) || try_limit(&use, sql, operand) ||
                    try_listed(&use, infer, operand) || try_compared(&use, infer, operand) ||
                    try_values(&use, infer, operand) || try_insert_select(&use, infer, operand);
    if (!is_found) {
        struct operand bare = {token, token + 1, false};
        (void)(try_cast(&use, sql, bare) || try_text(&use, sql, bare));
    }
    use.wants_null = use.wants_null || operand.is_wrapped;
    return use;
}

static void merge(struct tn__param_verdict *verdict, const struct use *use, bool *wants_null)
{
    *wants_null = *wants_null || use->wants_null;
    if (verdict->suggestion.size == 0)
        verdict->suggestion = use->name;
    if (!use->is_certain)
        return;
    if (!verdict->is_certain) {
        verdict->typing = use->typing;
        verdict->is_certain = true;
        return;
    }
    if (verdict->typing.type != use->typing.type || verdict->typing.form != use->typing.form)
        verdict->is_conflict = true;
    verdict->typing.is_nullable = verdict->typing.is_nullable || use->typing.is_nullable;
}

int tn__infer_params(struct tn__param_verdict **out, const struct tn__infer *infer,
                     const struct tn__sql_params *params, tn_arena *arena)
{
    struct tn__param_verdict *verdicts = tn_arena_array(arena, params->count, sizeof(*verdicts));
    if (!verdicts)
        return TN_ENOMEM;
    for (size_t p = 0; p < params->count; p++) {
        bool wants_null = false;
        for (size_t i = 0; i < infer->sql->count; i++) {
            if (params->of_token[i] != p + 1)
                continue;
            struct use use = use_at(infer, i);
            merge(&verdicts[p], &use, &wants_null);
        }
        if (verdicts[p].is_conflict)
            verdicts[p].is_certain = false;
        if (!verdicts[p].is_certain)
            verdicts[p].typing = (struct tn__typing){TN__TYPE_ANY, TN__FORM_ANY, true};
        verdicts[p].typing.is_nullable = verdicts[p].typing.is_nullable || wants_null;
    }
    *out = verdicts;
    return TN_OK;
}
