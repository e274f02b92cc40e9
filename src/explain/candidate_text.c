/* SPDX-License-Identifier: MIT */
#include "explain/advise.h"
#include "util/buf.h"
#include "util/str.h"

/* A candidate as SQL, and what it is called. */

enum {
    MOST_NAME = 60
};

static void put_condition(struct tn__buf *out, const struct tn__analysed_use *use,
                          const struct tn__explain_engine *engine)
{
    if (use->kind == TN__USE_FALSE)
        tn__buf_puts(out, "NOT ");
    engine->put_name(out, use->column->name);
    if (use->kind == TN__USE_NULL)
        tn__buf_puts(out, " IS NULL");
    else if (use->kind == TN__USE_NOT_NULL)
        tn__buf_puts(out, " IS NOT NULL");
    else if (use->kind == TN__USE_EQUAL) {
        tn__buf_puts(out, " = ");
        if (use->is_text)
            tn__buf_sql_string(out, use->literal);
        else
            tn__buf_text(out, use->literal);
    }
}

const char *tn__candidate_sql(const struct tn__candidate *candidate, const char *name,
                              const struct tn__explain_engine *engine, tn_arena *arena)
{
    struct tn__buf out;
    tn_text text;
    tn__buf_init(&out, 0);
    tn__buf_puts(&out, "CREATE INDEX ");
    engine->put_name(&out, name);
    tn__buf_puts(&out, " ON ");
    engine->put_table(&out, candidate->table);
    for (size_t i = 0; i < candidate->part_count; i++) {
        const struct tn__candidate_part *part = &candidate->parts[i];
        tn__buf_puts(&out, i == 0 ? " (" : ", ");
        engine->put_name(&out, part->column->name);
        if (part->collation.data && !tn__text_is_nocase(part->collation, part->column->collation))
            tn__buf_printf(&out, " COLLATE %.*s", (int)part->collation.size, part->collation.data);
        tn__buf_puts(&out, part->is_desc ? " DESC" : "");
    }
    tn__buf_putc(&out, ')');
    for (size_t i = 0; i < candidate->condition_count; i++) {
        tn__buf_puts(&out, i == 0 ? " WHERE " : " AND ");
        put_condition(&out, candidate->conditions[i], engine);
    }
    int rc = tn__buf_to_arena(&out, arena, &text);
    tn__buf_fini(&out);
    return rc == TN_OK ? text.data : NULL;
}

/* --- its name */

static void put_ident(struct tn__buf *out, tn_text text)
{
    for (size_t i = 0; i < text.size; i++)
        tn__buf_putc(out, tn__is_ident(text.data[i]) ? tn__lower(text.data[i]) : '_');
}

static bool is_ident(tn_text text)
{
    enum {
        MOST_LITERAL = 20
    };
    for (size_t i = 0; i < text.size; i++)
        if (!tn__is_ident(text.data[i]))
            return false;
    return text.size > 0 && text.size <= MOST_LITERAL;
}

/* "queued", "not_done", "no_deleted_at": the rows that are in it. */
static void put_rows(struct tn__buf *out, const struct tn__analysed_use *use)
{
    tn_text column = tn_text_of(use->column->name);
    tn__buf_putc(out, '_');
    if (use->kind == TN__USE_EQUAL && is_ident(use->literal) && use->is_text) {
        put_ident(out, use->literal);
        return;
    }
    if (use->kind == TN__USE_FALSE)
        tn__buf_puts(out, "not_");
    else if (use->kind == TN__USE_NULL)
        tn__buf_puts(out, "no_");
    else if (use->kind == TN__USE_NOT_NULL)
        tn__buf_puts(out, "with_");
    put_ident(out, column);
    if (use->kind == TN__USE_EQUAL && is_ident(use->literal)) {
        tn__buf_putc(out, '_');
        put_ident(out, use->literal);
    }
}

static bool is_taken(const struct tn__catalog *catalog, const char *name)
{
    for (size_t t = 0; t < catalog->table_count; t++) {
        const struct tn__table *table = &catalog->tables[t];
        if (tn__text_is_nocase(tn_text_of(table->name), name))
            return true;
        for (size_t i = 0; i < table->index_count; i++)
            if (tn__text_is_nocase(tn_text_of(table->indexes[i].name), name))
                return true;
    }
    return false;
}

const char *tn__candidate_name(const struct tn__candidate *candidate,
                               const struct tn__catalog *catalog, tn_arena *arena)
{
    struct tn__buf out;
    char base[MOST_NAME + 1];
    tn__buf_init(&out, 0);
    put_ident(&out, tn_text_of(candidate->table->name));
    for (size_t i = 0; i < candidate->part_count; i++) {
        tn__buf_putc(&out, '_');
        put_ident(&out, tn_text_of(candidate->parts[i].column->name));
    }
    for (size_t i = 0; i < candidate->condition_count; i++)
        put_rows(&out, candidate->conditions[i]);
    tn__copy_text(base, sizeof base, tn__buf_view(&out));
    bool is_made = tn__buf_status(&out) == TN_OK;
    tn__buf_fini(&out);
    const char *name = is_made ? tn_arena_copy(arena, base, strlen(base)) : NULL;
    for (unsigned i = 2; name && is_taken(catalog, name); i++)
        name = tn__arena_printf(arena, "%s_%u", base, i);
    return name;
}
