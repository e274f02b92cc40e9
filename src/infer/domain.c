/* SPDX-License-Identifier: MIT */
#include "infer/domain.h"

#include "util/str.h"

/* The lattice: sets of storage classes, with what a value means beyond its class. */

const struct tn__domain tn__domain_any = {TN__CLASS_ALL, TN__TYPE_ANY, TN__FORM_ANY, NULL, NULL};

struct tn__domain tn__domain_plain(tn__classes classes)
{
    return (struct tn__domain){classes, TN__TYPE_ANY, TN__FORM_ANY, NULL, NULL};
}

struct tn__domain tn__domain_logical(tn__classes classes, enum tn__type logical)
{
    return (struct tn__domain){classes, logical, TN__FORM_ANY, NULL, NULL};
}

/* Nothing but NULL, or nothing at all: it takes any meaning. */
static bool is_neutral(const struct tn__domain *domain)
{
    return (domain->classes & TN__CLASS_VALUES) == 0;
}

static bool is_same_meaning(const struct tn__domain *a, const struct tn__domain *b)
{
    return a->logical == b->logical && a->form == b->form && a->choices == b->choices &&
           a->key == b->key;
}

struct tn__domain tn__domain_join(struct tn__domain a, struct tn__domain b)
{
    struct tn__domain joined = is_neutral(&a) ? b : a;
    if (!is_neutral(&a) && !is_neutral(&b) && !is_same_meaning(&a, &b))
        joined = tn__domain_plain(0);
    joined.classes = a.classes | b.classes;
    return joined;
}

bool tn__domain_equal(const struct tn__domain *a, const struct tn__domain *b)
{
    return a->classes == b->classes && is_same_meaning(a, b);
}

struct tn__typing tn__typing_of_domain(struct tn__domain domain)
{
    struct tn__typing typing = {.type = TN__TYPE_ANY, .is_nullable = tn__is_nullable(domain)};
    tn__classes values = domain.classes & TN__CLASS_VALUES;
    if (domain.logical != TN__TYPE_ANY && values != 0) {
        typing.type = domain.logical;
        typing.form = domain.form;
    } else if (values == TN__CLASS_INT) {
        typing.type = TN__TYPE_INT;
    } else if (values != 0 && (values & ~TN__CLASS_NUMBERS) == 0) {
        typing.type = TN__TYPE_REAL; /* of either class: coalesce(sum(r), 0) */
    } else if (values == TN__CLASS_TEXT) {
        typing.type = domain.choices ? TN__TYPE_ENUM : TN__TYPE_TEXT;
        typing.choices = domain.choices;
    } else if (values == TN__CLASS_BLOB) {
        typing.type = TN__TYPE_BLOB;
    }
    if (domain.key && domain.key->type == typing.type)
        typing.key = domain.key;
    return typing;
}

struct tn__domain tn__domain_of_typing(struct tn__typing typing)
{
    static const tn__classes classes[TN__TYPE_COUNT] = {
        [TN__TYPE_ANY] = TN__CLASS_VALUES, [TN__TYPE_INT] = TN__CLASS_INT,
        [TN__TYPE_REAL] = TN__CLASS_REALS, [TN__TYPE_TEXT] = TN__CLASS_TEXT,
        [TN__TYPE_BLOB] = TN__CLASS_BLOB,  [TN__TYPE_BOOL] = TN__CLASS_INT,
        [TN__TYPE_JSON] = TN__CLASS_TEXT,  [TN__TYPE_TIMESTAMP] = TN__CLASS_TEXT,
        [TN__TYPE_ENUM] = TN__CLASS_TEXT,
    };
    struct tn__domain domain = tn__domain_plain(classes[typing.type]);
    domain.choices = typing.choices;
    domain.key = typing.key;
    if (typing.type == TN__TYPE_BOOL || typing.type == TN__TYPE_JSON ||
        typing.type == TN__TYPE_TIMESTAMP) {
        domain.logical = typing.type;
        domain.form = typing.form;
    }
    if (typing.form == TN__FORM_SECONDS || typing.form == TN__FORM_MS)
        domain.classes = TN__CLASS_INT;
    if (typing.is_nullable)
        domain.classes |= TN__CLASS_NULL;
    return domain;
}

/* https://www.sqlite.org/datatype3.html section 3. */
tn__classes tn__classes_stored(tn__classes classes, enum tn__affinity affinity)
{
    tn__classes out = classes & (TN__CLASS_NULL | TN__CLASS_BLOB);
    switch (affinity) {
    case TN__AFFINITY_BLOB:
        return classes;
    case TN__AFFINITY_TEXT:
        if (classes & (TN__CLASS_NUMBERS | TN__CLASS_TEXT))
            out |= TN__CLASS_TEXT;
        return out;
    case TN__AFFINITY_REAL:
        out |= classes & (TN__CLASS_REALS | TN__CLASS_TEXT);
        if (classes & TN__CLASS_INT)
            out |= TN__CLASS_REAL;
        if (classes & TN__CLASS_TEXT)
            out |= TN__CLASS_REALS;
        return out;
    case TN__AFFINITY_NUMERIC:
    case TN__AFFINITY_INTEGER:
        out |= classes & (TN__CLASS_NUMBERS | TN__CLASS_TEXT);
        if (classes & TN__CLASS_REAL)
            out |= TN__CLASS_INT;
        if (classes & TN__CLASS_TEXT)
            out |= TN__CLASS_NUMBERS;
        return out;
    }
    return TN__CLASS_ALL;
}

/* Whether the key, from a numeric column, refers to this column. */
static bool refers_to(const struct tn__foreign_key *key, const struct tn__table *child,
                      const struct tn__column *column)
{
    for (size_t c = 0; c < key->column_count; c++) {
        const struct tn__column *own = tn__table_column(child, tn_text_of(key->columns[c]));
        bool is_number =
            own && own->affinity != TN__AFFINITY_TEXT && own->affinity != TN__AFFINITY_BLOB;
        bool is_parent = key->parents
                             ? tn__text_is_nocase(tn_text_of(key->parents[c]), column->name)
                             : column->is_primary_key;
        if (is_number && is_parent)
            return true;
    }
    return false;
}

static bool is_referenced_by_number(const struct tn__analysis *an, const struct tn__table *table,
                                    const struct tn__column *column)
{
    const struct tn__catalog *catalog = an->options->catalog;
    for (size_t t = 0; t < catalog->table_count; t++) {
        const struct tn__table *child = &catalog->tables[t];
        for (size_t k = 0; k < child->foreign_key_count; k++)
            if (tn__foreign_key_parent(catalog, &child->foreign_keys[k]) == table &&
                refers_to(&child->foreign_keys[k], child, column))
                return true;
    }
    return false;
}

/* A foreign key can only refer to it if it is of a key. */
static bool is_key_part(const struct tn__table *table, const struct tn__column *column)
{
    bool is_part = column->is_primary_key;
    for (size_t i = 0; i < table->index_count && !is_part; i++)
        for (size_t p = 0; table->indexes[i].is_unique && p < table->indexes[i].part_count; p++)
            is_part = is_part || table->indexes[i].parts[p].column == column;
    return is_part;
}

/*
 * RETURNING of SQLite shows registers that other parts of the statement have been at (3.40 to 3.53). It looks
 * at the affinity of the table's first column to decide whether any column is made REAL: a REAL one may
 * come as INTEGER, and an INTEGER one as REAL. And a text that a foreign key from a numeric column refers to may
 * have become a number. The type is still the column's; the reader takes either number.
 */
struct tn__domain tn__domain_returned(const struct tn__analysis *an, struct tn__domain domain,
                                      const struct tn__table *table,
                                      const struct tn__column *column)
{
    if (table->kind != TN__TABLE)
        return domain;
    struct tn__typing typing = tn__typing_of_domain(domain);
    bool is_number = typing.type == TN__TYPE_INT || typing.type == TN__TYPE_REAL;
    bool is_first_real = table->columns[0].affinity == TN__AFFINITY_REAL;
    if (domain.logical == TN__TYPE_ANY && is_number)
        domain.logical = typing.type;
    if ((domain.classes & TN__CLASS_TEXT) && column && is_key_part(table, column) &&
        is_referenced_by_number(an, table, column)) {
        domain = tn__domain_plain(domain.classes | TN__CLASS_NUMBERS);
        return domain;
    }
    tn__classes classes = domain.classes;
    if (is_first_real && (classes & TN__CLASS_INT))
        domain.classes |= TN__CLASS_REAL;
    if (classes & TN__CLASS_REALS)
        domain.classes |= TN__CLASS_INT; /* of a first one, where a function looks at it */
    return domain;
}

struct tn__domain tn__domain_returned_operand(const struct tn__analysis *an,
                                              struct tn__domain domain,
                                              const struct tn__table *table,
                                              const struct tn__column *column)
{
    /* The look-up of a numeric foreign key has left the number's own class behind. */
    if ((domain.classes & TN__CLASS_REALS) && table->kind == TN__TABLE && column &&
        is_key_part(table, column) && is_referenced_by_number(an, table, column))
        domain.classes |= TN__CLASS_INT;
    return domain;
}

/* https://www.sqlite.org/lang_expr.html#castexpr. */
tn__classes tn__classes_cast(tn__classes classes, enum tn__affinity affinity)
{
    tn__classes out = classes & TN__CLASS_NULL;
    bool is_any = (classes & TN__CLASS_VALUES) != 0;
    switch (affinity) {
    case TN__AFFINITY_BLOB:
        return is_any ? out | TN__CLASS_BLOB : out;
    case TN__AFFINITY_TEXT:
        return is_any ? out | TN__CLASS_TEXT : out;
    case TN__AFFINITY_INTEGER:
        return is_any ? out | TN__CLASS_INT : out;
    case TN__AFFINITY_REAL:
        if (is_any)
            out |= TN__CLASS_REAL;
        if (classes & (TN__CLASS_INF | TN__CLASS_TEXT | TN__CLASS_BLOB))
            out |= TN__CLASS_INF;
        return out;
    case TN__AFFINITY_NUMERIC:
        if (classes & TN__CLASS_INT)
            out |= TN__CLASS_INT;
        if (classes & TN__CLASS_REALS)
            out |= TN__CLASS_INT | (classes & TN__CLASS_REALS);
        if (classes & (TN__CLASS_TEXT | TN__CLASS_BLOB))
            out |= TN__CLASS_NUMBERS;
        return out;
    }
    return TN__CLASS_ALL;
}

tn__classes tn__classes_number(tn__classes classes)
{
    tn__classes out = classes & (TN__CLASS_NULL | TN__CLASS_NUMBERS);
    if (classes & (TN__CLASS_TEXT | TN__CLASS_BLOB))
        out |= TN__CLASS_NUMBERS;
    return out;
}

/* What the proof domain lets be stored; NULL is the constraints' business. */
static tn__classes classes_kept(const struct tn__table *table, const struct tn__column *column)
{
    switch (column->affinity) {
    case TN__AFFINITY_INTEGER:
        return TN__CLASS_INT;
    case TN__AFFINITY_REAL:
        return TN__CLASS_REALS;
    case TN__AFFINITY_TEXT:
        return TN__CLASS_TEXT;
    case TN__AFFINITY_BLOB:
        return column->declared[0] && !table->is_strict                   ? TN__CLASS_BLOB
               : tn__text_is_nocase(tn_text_of(column->declared), "BLOB") ? TN__CLASS_BLOB
                                                                          : TN__CLASS_VALUES;
    case TN__AFFINITY_NUMERIC:
        break;
    }
    return TN__CLASS_VALUES;
}

/* A column for words, or what stands for all of them in MATCH: nothing binds it to text, but nothing
 * else is of use there. */
bool tn__is_full_text(const struct tn__table *table, const struct tn__column *column)
{
    static const char *const modules[] = {"fts5", "fts4", "fts3"};
    if (table->kind != TN__VIRTUAL_TABLE || !table->module ||
        (column->is_hidden && !tn__text_is_nocase(tn_text_of(column->name), table->name)))
        return false;
    for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
        if (tn__text_is_nocase(tn_text_of(table->module), modules[i]))
            return true;
    return false;
}

/* Of a full-text table, words and how well they match; of another, who knows. */
static struct tn__domain of_virtual(const struct tn__table *table, const struct tn__column *column)
{
    if (tn__is_full_text(table, column) && !column->is_hidden)
        return tn__domain_plain(TN__CLASS_TEXT | TN__CLASS_NULL);
    if (table->module && tn__text_is_nocase(tn_text_of(table->module), "fts5") &&
        column->is_hidden && tn__text_is_nocase(tn_text_of(column->name), "rank"))
        return tn__domain_plain(TN__CLASS_REALS | TN__CLASS_NULL);
    return tn__domain_any;
}

struct tn__domain tn__domain_column(const struct tn__analysis *an, const struct tn__table *table,
                                    const struct tn__column *column)
{
    if (table->kind != TN__TABLE)
        return of_virtual(table, column);
    struct tn__typing typing = tn__typing_of_column(an->options->catalog, table, column,
                                                    an->options->types, an->options->type_count);
    struct tn__domain domain = tn__domain_plain(classes_kept(table, column));
    /* A CHECK leaves nothing else, whatever the affinity. */
    if (column->choice_count > 0)
        domain.classes = TN__CLASS_TEXT;
    bool is_number =
        column->affinity == TN__AFFINITY_NUMERIC || column->affinity == TN__AFFINITY_INTEGER;
    if (column->is_flag || (typing.type == TN__TYPE_BOOL && is_number))
        domain.classes = TN__CLASS_INT;
    domain.choices = typing.choices;
    domain.key = tn__key_of_column(an->options->keys, an->options->catalog, table, column);
    bool is_said = tn__typing_of_domain(domain).type != typing.type;
    if (is_said && typing.type != TN__TYPE_ANY) {
        domain.logical = typing.type;
        domain.form = typing.form;
    }
    if (typing.is_nullable)
        domain.classes |= TN__CLASS_NULL;
    return domain;
}
