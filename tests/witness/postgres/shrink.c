/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "sql/statement.h"

/* A violation is made smaller: tokens of the statement go, and then statements of the script. */

enum {
    MOST_TRIALS = 1500,
    MOST_BUILDS = 160,
    LARGEST = 32 /* tokens at once */
};

struct shrinker {
    struct repro *repro;
    enum wrong wrong;
    unsigned trials;
};

static bool holds(struct shrinker *shrinker)
{
    struct repro *repro = shrinker->repro;
    struct query query;
    struct finding finding;
    tn_arena arena = TN_ARENA_INIT;
    bool is_open = query_open(&query, repro->place, repro->sql, &finding, &arena);
    shrinker->trials++;
    if (is_open && finding.wrong == WRONG_NOTHING && query_takes(&query, repro->values))
        query_run(&query, repro->place, repro->values, &finding, &arena);
    bool is_same = is_open && finding.wrong == shrinker->wrong;
    if (is_same) {
        repro->finding = finding;
        repro->finding.seen = finding.seen ? keep(&repro->arena, finding.seen) : "";
    }
    tn_arena_fini(&arena);
    return is_same;
}

/* The text without its tokens [begin, end), and with a word in their place. */
static char *without(const struct tn__sql *sql, size_t begin, size_t end, const char *word)
{
    char *text = malloc(sql->text.size + strlen(word) + 2 * sql->count + 8);
    char *to = text;
    if (!text)
        die("out of memory");
    for (size_t i = 0; i < sql->count; i++) {
        const char *from = i == begin ? word : sql->text.data + sql->tokens[i].offset;
        size_t size = i == begin ? strlen(word) : sql->tokens[i].size;
        if (i > begin && i < end)
            continue;
        bool is_apart =
            i > 0 && sql->tokens[i].offset > sql->tokens[i - 1].offset + sql->tokens[i - 1].size;
        if (to > text && to[-1] != ' ' && (is_apart || i == begin || i == end))
            *to++ = ' ';
        memcpy(to, from, size);
        to += size;
    }
    *to = '\0';
    return text;
}

static bool try_text(struct shrinker *shrinker, char *shorter)
{
    char *before = shrinker->repro->sql;
    shrinker->repro->sql = shorter;
    if (strlen(shorter) < strlen(before) && holds(shrinker)) {
        free(before);
        return true;
    }
    shrinker->repro->sql = before;
    free(shorter);
    return false;
}

/* False: that was the last token. Size 0 is a group in parentheses, for which NULL stands. */
static bool shrink_at(struct shrinker *shrinker, size_t size, size_t *at, bool *has_changed)
{
    struct tn__sql sql;
    tn_arena arena = TN_ARENA_INIT;
    if (tn__sql_scan_as(&sql, tn_text_of(shrinker->repro->sql), TN__POSTGRES, &arena) != TN_OK)
        die("out of memory");
    bool is_end = *at >= sql.count;
    bool is_group = !is_end && tn__sql_is_op(&sql, *at, "(");
    size_t end = size > 0 ? *at + size : is_group ? tn__sql_skip_group(&sql, *at) : *at;
    if (is_end || end <= *at || end > sql.count ||
        !try_text(shrinker, without(&sql, *at, end, size > 0 ? "" : "NULL")))
        ++*at;
    else
        *has_changed = true;
    tn_arena_fini(&arena);
    return !is_end;
}

static void shrink_query(struct shrinker *shrinker)
{
    bool has_changed = true;
    while (has_changed && shrinker->trials < MOST_TRIALS) {
        has_changed = false;
        for (size_t size = LARGEST + 1; size-- > 0;) {
            size_t at = 0;
            if (size > 6 && size % 8 != 0)
                continue;
            while (shrinker->trials < MOST_TRIALS && shrink_at(shrinker, size, &at, &has_changed))
                continue;
        }
    }
}

/* --- the script */

static void build(struct repro *repro, const struct strings *script)
{
    place_clear(repro->place);
    for (size_t i = 0; i < script->count; i++)
        (void)place_add(repro->place, script->items[i]);
    place_read(repro->place);
    place_play(repro->place, repro->is_reader);
}

static void copy(struct strings *out, const struct strings *list, size_t but)
{
    strings_fini(out);
    for (size_t i = 0; i < list->count; i++)
        if (i != but)
            strings_add(out, list->items[i]);
}

static void shrink_script(struct shrinker *shrinker)
{
    struct strings script = {0};
    struct strings trial = {0};
    unsigned builds = 0;
    copy(&script, &shrinker->repro->place->script, SIZE_MAX);
    for (size_t i = script.count; i-- > 0 && builds < MOST_BUILDS; builds++) {
        copy(&trial, &script, i);
        build(shrinker->repro, &trial);
        if (holds(shrinker))
            copy(&script, &shrinker->repro->place->script, SIZE_MAX);
        if (i > script.count)
            i = script.count;
    }
    build(shrinker->repro, &script);
    (void)holds(shrinker);
    strings_fini(&script);
    strings_fini(&trial);
}

void repro_shrink(struct repro *repro)
{
    struct shrinker shrinker = {.repro = repro, .wrong = repro->finding.wrong};
    if (!holds(&shrinker))
        return; /* it does not stand alone */
    shrink_query(&shrinker);
    shrink_script(&shrinker);
}

void repro_print(const struct repro *repro)
{
    const struct strings *script = &repro->place->script;
    for (size_t i = 0; i < script->count; i++)
        printf("%s;\n", script->items[i]);
    if (repro->is_reader)
        printf("SET ROLE reader;\n");
    printf("%s;\n", repro->sql);
    for (unsigned i = 0; i < MOST_PARAMS && repro->values[i]; i++)
        printf("-- $%u = %s\n", i + 1, repro->values[i]);
    printf("-- column %u: %s: %s\n", repro->finding.column + 1, wrong_words[repro->finding.wrong],
           repro->finding.seen ? repro->finding.seen : "");
    fflush(stdout);
}
