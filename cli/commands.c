/* SPDX-License-Identifier: MIT */
#include "commands.h"

#include <string.h>

#include "options.h"
#include "util/str.h"

#define COMMAND_ADDRESS(id) &cmd_##id,
const struct command *const commands[] = {COMMANDS(COMMAND_ADDRESS)};
#undef COMMAND_ADDRESS
const size_t command_count = sizeof(commands) / sizeof(commands[0]);

/* More suggestions than this are never looked at: names, aliases and their parts. */
#define MAX_CANDIDATES 256u

/* Whether `name`, of one word or two, is what the first words say; the number of words, or 0. */
static size_t name_matches(tn_text name, const char *const *words, size_t count)
{
    size_t blank = tn__text_find(name, ' ');
    if (count < 1 || !tn__text_is(tn__text_sub(name, 0, blank), words[0]))
        return 0;
    if (blank == name.size)
        return 1;
    if (count < 2 || !tn__text_is(tn__text_sub(name, blank + 1, name.size), words[1]))
        return 0;
    return 2;
}

/* The next of "a, b c, d"; false at the end. */
static bool next_alias(tn_text *rest, tn_text *alias)
{
    if (rest->size == 0)
        return false;
    size_t comma = tn__text_find(*rest, ',');
    *alias = tn__text_trim(tn__text_sub(*rest, 0, comma));
    *rest = tn__text_sub(*rest, comma + 1, rest->size);
    return true;
}

const struct command *command_find(const char *const *words, size_t count, size_t *used)
{
    const struct command *best = NULL;
    *used = 0;
    for (size_t i = 0; i < command_count; i++) {
        tn_text name = tn_text_of(commands[i]->name);
        tn_text aliases = tn_text_of(commands[i]->alias);
        do {
            size_t match = name_matches(name, words, count);
            if (match > *used) {
                best = commands[i];
                *used = match;
            }
        } while (next_alias(&aliases, &name));
    }
    return best;
}

bool command_in_family(const struct command *command, const char *family)
{
    size_t size = strlen(family);
    return strncmp(command->name, family, size) == 0 && command->name[size] == ' ';
}

const char *command_family(const char *word)
{
    for (size_t i = 0; i < command_count; i++) {
        if (command_in_family(commands[i], word))
            return word;
    }
    return NULL;
}

/* What may have been meant, in two columns: compared with the word typed, and suggested for it. */
struct candidates {
    const char *typed[MAX_CANDIDATES];
    const char *meant[MAX_CANDIDATES];
    size_t count;
};

static void add_candidate(struct candidates *list, tn_text typed, tn_text meant, tn_arena *arena)
{
    if (list->count == MAX_CANDIDATES)
        return;
    const char *word = tn_arena_copy(arena, typed.data, typed.size);
    const char *name = tn_arena_copy(arena, meant.data, meant.size);
    if (word == NULL || name == NULL)
        return;
    list->typed[list->count] = word;
    list->meant[list->count++] = name;
}

static const char *nearest_of(const struct candidates *list, const char *word)
{
    const char *near = tn__nearest(tn_text_of(word), list->typed, list->count);
    for (size_t i = 0; near != NULL && i < list->count; i++) {
        if (list->typed[i] == near)
            return list->meant[i];
    }
    return NULL;
}

/* Which part of the names is compared. */
enum part {
    FIRST_WORD,
    SECOND_WORD
};

/* The first or second word of every name, or of those in `family` alone. */
static void collect(struct candidates *list, enum part part, const char *family, tn_arena *arena)
{
    list->count = 0;
    for (size_t i = 0; i < command_count; i++) {
        if (family != NULL && !command_in_family(commands[i], family))
            continue;
        tn_text full = tn_text_of(commands[i]->name);
        tn_text name = full;
        tn_text aliases = tn_text_of(commands[i]->alias);
        do {
            size_t blank = tn__text_find(name, ' ');
            tn_text head = tn__text_sub(name, 0, blank);
            if (part == FIRST_WORD)
                add_candidate(list, head, head, arena);
            else if (blank < name.size)
                add_candidate(list, tn__text_sub(name, blank + 1, name.size), full, arena);
        } while (next_alias(&aliases, &name));
    }
}

const char *command_nearest(const char *const *words, size_t count, tn_arena *arena)
{
    struct candidates list;
    const char *family = command_family(words[0]);
    if (family != NULL && count > 1) {
        collect(&list, SECOND_WORD, family, arena);
        return nearest_of(&list, words[1]);
    }
    collect(&list, FIRST_WORD, NULL, arena);
    const char *head = nearest_of(&list, words[0]);
    if (head != NULL && count > 1) {
        size_t used;
        const char *corrected[] = {head, words[1]};
        const struct command *command = command_find(corrected, 2, &used);
        return command != NULL ? command->name : head;
    }
    if (head != NULL)
        return head;
    /* The family was left out: "up". */
    collect(&list, SECOND_WORD, NULL, arena);
    return nearest_of(&list, words[0]);
}
