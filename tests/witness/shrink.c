/* SPDX-License-Identifier: MIT */
#include "shrink.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    MOST_TRIALS = 4000
};

void repro_init(struct repro *repro, const struct strings *schema, struct base *base,
                const struct query *query, const struct value *values,
                const struct finding *finding)
{
    *repro = (struct repro){.arena = TN_ARENA_INIT, .finding = *finding};
    tn_arena scratch = TN_ARENA_INIT;
    sqlite3_stmt *stmt;
    for (size_t i = 0; i < schema->count; i++)
        strings_add(&repro->schema, schema->items[i]);
    data_dump(&repro->rows, base->db, &base->model, &scratch);
    tn_arena_fini(&scratch);
    repro->query = strdup(query->sql);
    if (!repro->query)
        die("out of memory");
    if (finding->seen)
        repro->finding.seen = keep(&repro->arena, finding->seen);
    repro->value_count = (unsigned)sqlite3_bind_parameter_count(query->stmt);
    for (unsigned i = 0; values && i < repro->value_count; i++) {
        repro->values[i] = values[i];
        if (values[i].bytes) {
            char *bytes = need(&repro->arena, (size_t)values[i].size + 1, 1);
            memcpy(bytes, values[i].bytes, (size_t)values[i].size);
            repro->values[i].bytes = bytes;
        }
    }
    if (sqlite3_prepare_v2(base->db, "PRAGMA foreign_keys", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        repro->has_foreign_keys = sqlite3_column_int(stmt, 0) != 0;
    sqlite3_finalize(stmt);
}

/* The schema or the rows are others now. */
static void unbuild(struct repro *repro)
{
    if (repro->is_built)
        base_close(&repro->base);
    repro->is_built = false;
}

void repro_fini(struct repro *repro)
{
    unbuild(repro);
    strings_fini(&repro->schema);
    strings_fini(&repro->rows);
    free(repro->query);
    tn_arena_fini(&repro->arena);
}

static bool is_trigger(const char *sql)
{
    return strncasecmp(sql, "CREATE TRIGGER", 14) == 0;
}

static void build(struct repro *repro)
{
    struct base *base = &repro->base;
    if (repro->is_built)
        return;
    base_open(base);
    repro->is_built = true;
    sqlite3_exec(base->db, "PRAGMA foreign_keys = OFF", NULL, NULL, NULL);
    for (size_t i = 0; i < repro->schema.count; i++)
        if (!is_trigger(repro->schema.items[i]))
            sqlite3_exec(base->db, repro->schema.items[i], NULL, NULL, NULL);
    for (size_t i = 0; i < repro->rows.count; i++)
        sqlite3_exec(base->db, repro->rows.items[i], NULL, NULL, NULL);
    for (size_t i = 0; i < repro->schema.count; i++)
        if (is_trigger(repro->schema.items[i]))
            sqlite3_exec(base->db, repro->schema.items[i], NULL, NULL, NULL);
    if (repro->has_foreign_keys)
        sqlite3_exec(base->db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
    base_read(base);
}

bool repro_holds(struct repro *repro, enum wrong wrong)
{
    struct query query;
    struct finding finding = {0};
    tn_arena arena = TN_ARENA_INIT;
    bool holds = false;
    build(repro);
    if (query_open(&query, &repro->base, repro->query, &finding, &arena)) {
        unsigned count = (unsigned)sqlite3_bind_parameter_count(query.stmt);
        if (finding.wrong == WRONG_NOTHING && count <= repro->value_count &&
            query_takes(&query, repro->values) &&
            data_is_in_domain(repro->base.db, &repro->base.model, &repro->base.scratch))
            query_run(&query, &repro->base, repro->values, &finding, &arena);
        holds = finding.wrong == wrong;
        query_close(&query);
    }
    if (holds) {
        repro->finding = finding;
        if (finding.seen)
            repro->finding.seen = keep(&repro->arena, finding.seen);
    }
    tn_arena_fini(&arena);
    return holds;
}

/* --- shrinking ------------------------------------------------------------------------------------ */

struct shrinker {
    struct repro *repro;
    enum wrong wrong;
    unsigned trials;
    bool has_changed;
};

static bool still(struct shrinker *shrinker)
{
    return shrinker->trials++ < MOST_TRIALS && repro_holds(shrinker->repro, shrinker->wrong);
}

static void drop_strings(struct shrinker *shrinker, struct strings *list)
{
    for (size_t i = list->count; i > 0; i--) {
        char *item = list->items[i - 1];
        memmove(&list->items[i - 1], &list->items[i], (list->count - i) * sizeof *list->items);
        list->count--;
        unbuild(shrinker->repro);
        if (still(shrinker)) {
            free(item);
            shrinker->has_changed = true;
        } else {
            memmove(&list->items[i], &list->items[i - 1],
                    (list->count + 1 - i) * sizeof *list->items);
            list->items[i - 1] = item;
            list->count++;
            unbuild(shrinker->repro);
        }
    }
}

/* The text without its tokens [begin, end), and with another word in their place. */
static char *without(const struct tn__sql *sql, size_t begin, size_t end, const char *word)
{
    char *text = malloc(sql->text.size + strlen(word) + 4 * sql->count + 8);
    size_t size = 0;
    if (!text)
        die("out of memory");
    for (size_t i = 0; i < sql->count; i++) {
        const char *from = sql->text.data + sql->tokens[i].offset;
        size_t length = sql->tokens[i].size;
        if (i == begin) {
            from = word;
            length = strlen(word);
        } else if (i > begin && i < end) {
            continue;
        }
        bool is_apart = i > 0 && length > 0 && size > 0 &&
                        sql->tokens[i].offset > sql->tokens[i - 1].offset + sql->tokens[i - 1].size;
        if (is_apart || (i == end && size > 0))
            text[size++] = ' ';
        memcpy(text + size, from, length);
        size += length;
    }
    text[size] = '\0';
    return text;
}

static bool try_text(struct shrinker *shrinker, char **text, char *shorter)
{
    char *before = *text;
    bool is_query = text == &shrinker->repro->query;
    *text = shorter;
    if (!is_query)
        unbuild(shrinker->repro);
    if (strlen(shorter) < strlen(before) && still(shrinker)) {
        free(before);
        shrinker->has_changed = true;
        return true;
    }
    *text = before;
    if (!is_query)
        unbuild(shrinker->repro);
    free(shorter);
    return false;
}

static bool shrink_once(struct shrinker *shrinker, char **text, size_t size, size_t *at)
{
    struct tn__sql sql;
    tn_arena arena = TN_ARENA_INIT;
    bool is_end;
    if (tn__sql_scan(&sql, tn_text_of(*text), &arena) != TN_OK)
        die("out of memory");
    is_end = *at >= sql.count;
    if (!is_end) {
        size_t end = *at + size < sql.count ? *at + size : sql.count;
        if (size == 0) { /* a whole group */
            end = tn__sql_is_op(&sql, *at, "(") ? tn__sql_skip_group(&sql, *at) : *at;
            if (end <= *at + 1 || end > sql.count ||
                !try_text(shrinker, text, without(&sql, *at, end, "NULL")))
                ++*at;
        } else if (!try_text(shrinker, text, without(&sql, *at, end, ""))) {
            ++*at;
        }
    }
    tn_arena_fini(&arena);
    return !is_end;
}

static void shrink_text(struct shrinker *shrinker, char **text, size_t largest)
{
    for (size_t size = largest;; size = size > 6 ? size / 2 : size - 1) {
        size_t at = 0;
        while (shrinker->trials < MOST_TRIALS && shrink_once(shrinker, text, size, &at))
            continue;
        if (size == 0)
            return;
    }
}

void repro_shrink(struct repro *repro)
{
    struct shrinker shrinker = {.repro = repro, .wrong = repro->finding.wrong};
    if (!still(&shrinker))
        return; /* it does not stand alone */
    do {
        shrinker.has_changed = false;
        drop_strings(&shrinker, &repro->rows);
        shrink_text(&shrinker, &repro->query, 48);
        drop_strings(&shrinker, &repro->schema);
        for (size_t i = 0; i < repro->schema.count; i++)
            shrink_text(&shrinker, &repro->schema.items[i], 6);
    } while (shrinker.has_changed && shrinker.trials < MOST_TRIALS);
    (void)repro_holds(repro, shrinker.wrong);
}

void repro_print(const struct repro *repro, FILE *out)
{
    tn_arena arena = TN_ARENA_INIT;
    for (size_t i = 0; i < repro->schema.count; i++)
        fprintf(out, "%s;\n", repro->schema.items[i]);
    for (size_t i = 0; i < repro->rows.count; i++)
        fprintf(out, "%s;\n", repro->rows.items[i]);
    fprintf(out, "%s;\n", repro->query);
    for (unsigned i = 0; i < repro->value_count; i++)
        fprintf(out, "-- ?%u = %s\n", i + 1, value_sql(&repro->values[i], &arena));
    if (repro->finding.wrong == WRONG_CLASS)
        fprintf(out, "-- column %u: inferred {%s}, seen %s\n", repro->finding.column + 1,
                classes_text(repro->finding.inferred, &arena), repro->finding.seen);
    else
        fprintf(out, "-- column %u: %s: %s\n", repro->finding.column + 1,
                wrong_words[repro->finding.wrong], repro->finding.seen ? repro->finding.seen : "");
    tn_arena_fini(&arena);
}
