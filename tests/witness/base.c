/* SPDX-License-Identifier: MIT */
#include "base.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql/statement.h"

void rng_init(struct rng *rng, uint64_t seed)
{
    rng->state = seed;
    (void)rng_next(rng);
}

uint64_t rng_next(struct rng *rng)
{
    uint64_t z = (rng->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

unsigned rng_below(struct rng *rng, unsigned count)
{
    return count == 0 ? 0 : (unsigned)(rng_next(rng) % count);
}

bool rng_chance(struct rng *rng, unsigned percent)
{
    return rng_below(rng, 100) < percent;
}

_Noreturn void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("witness: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(2);
}

void *need(tn_arena *arena, size_t count, size_t size)
{
    void *piece = tn_arena_array(arena, count > 0 ? count : 1, size);
    if (!piece)
        die("out of memory");
    return piece;
}

const char *keep(tn_arena *arena, const char *string)
{
    char *copy = tn_arena_copy(arena, string, strlen(string));
    if (!copy)
        die("out of memory");
    return copy;
}

const char *fmt(tn_arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size < 0)
        die("a format fails");
    char *text = need(arena, (size_t)size + 1, 1);
    va_start(args, format);
    vsnprintf(text, (size_t)size + 1, format, args);
    va_end(args);
    return text;
}

const char *quote_name(tn_arena *arena, const char *name)
{
    bool is_plain =
        (isalpha((unsigned char)*name) || *name == '_') && !tn__sql_is_keyword(tn_text_of(name));
    for (const char *c = name; *c; c++)
        is_plain = is_plain && (isalnum((unsigned char)*c) || *c == '_');
    if (is_plain)
        return name;
    char *quoted = need(arena, 2 * strlen(name) + 3, 1);
    char *to = quoted;
    *to++ = '"';
    for (const char *c = name; *c; c++) {
        if (*c == '"')
            *to++ = '"';
        *to++ = *c;
    }
    *to++ = '"';
    *to = '\0';
    return quoted;
}

void strings_add(struct strings *list, const char *string)
{
    if (list->count == list->cap) {
        list->cap = list->cap > 0 ? 2 * list->cap : 16;
        list->items = realloc(list->items, list->cap * sizeof *list->items);
        if (!list->items)
            die("out of memory");
    }
    list->items[list->count] = strdup(string);
    if (!list->items[list->count++])
        die("out of memory");
}

void strings_fini(struct strings *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct strings){0};
}
