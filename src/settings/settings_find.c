/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <sys/stat.h>

#include "settings/loader.h"
#include "util/fs.h"
#include "util/str.h"
#include "util/utf8.h"

enum {
    MOST_FOLDERS = 64,
    MOST_INI_BYTES = 128 * 1024, /* keys are compared with each other */
    MOST_ENV_BYTES = 1024 * 1024
};

static bool is_same_folder(const char *a, const char *b)
{
    struct stat left, right;
    return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev &&
           left.st_ino == right.st_ino;
}

/* Whether the search ends here: nothing above can be of the same project. */
static bool is_top(const char *dir, const char *git, const char *above)
{
    const char *home = getenv("HOME");
    return tn__path_kind(git) != TN__PATH_NONE || (home && *home && is_same_folder(dir, home)) ||
           is_same_folder(dir, above);
}

/* Set dir and ini_file. */
static int find(struct tn__loader *loader)
{
    tn_arena *arena = loader->arena;
    loader->dir = ".";
    if (loader->flags->config) {
        loader->ini_file = loader->flags->config;
        loader->dir = tn__path_dir(arena, loader->ini_file);
        return loader->dir ? TN_OK : tn__loader_no_memory(loader);
    }
    const char *dir = ".";
    for (int i = 0; i < MOST_FOLDERS; i++) {
        const char *file = tn__path_join(arena, dir, "tenon.ini");
        const char *git = tn__path_join(arena, dir, ".git");
        const char *above = i ? tn__path_join(arena, dir, "..") : "..";
        if (!file || !git || !above)
            return tn__loader_no_memory(loader);
        if (tn__path_kind(file) == TN__PATH_FILE) {
            loader->ini_file = file;
            loader->dir = dir;
            return TN_OK;
        }
        if (is_top(dir, git, above))
            break;
        dir = above;
    }
    return TN_OK;
}

/* Put stars over a value whose key ends in "password": up to the next '&' of a URL, else to the end
 * of the line. */
static void mask_passwords(char *line, size_t size)
{
    static const char word[] = "password";
    enum {
        WORD = sizeof word - 1
    };
    for (size_t i = 0; i + WORD < size; i++) {
        size_t k = i + WORD;
        if (!tn__text_is_nocase((tn_text){line + i, WORD}, word))
            continue;
        while (k < size && line[k] == ' ')
            k++;
        if (k == size || line[k] != '=')
            continue;
        bool is_param = memchr(line, '?', i) != NULL;
        for (k++; k < size && !(is_param && line[k] == '&'); k++)
            line[k] = '*';
    }
}

/* Put stars over the password of user:password: behind the first colon of the value or, if that is
 * the one of "://", the next. */
static void mask_user(char *line, size_t size)
{
    size_t at = size;
    while (at > 0 && line[at - 1] != '@')
        at--;
    if (at == 0)
        return;
    at--;
    const char *equals = memchr(line, '=', at);
    size_t colon = equals ? (size_t)(equals - line) : 0;
    while (colon < at && line[colon] != ':')
        colon++;
    if (colon + 3 <= at && memcmp(line + colon, "://", 3) == 0) {
        colon += 3;
        while (colon < at && line[colon] != ':')
            colon++;
    }
    if (colon < at)
        memset(line + colon + 1, '*', at - colon - 1);
}

/* Let diagnostics show the lines of tenon.ini, every byte where it was, but for passwords. Those of
 * .env are never shown. */
static int show_source(struct tn__loader *loader)
{
    char *copy = tn_arena_copy(loader->arena, loader->ini_text.data, loader->ini_text.size);
    if (!copy)
        return tn__loader_no_memory(loader);
    tn_text rest = {copy, loader->ini_text.size};
    tn_text line;
    while (tn__text_line(&rest, &line)) {
        char *start = copy + (line.data - copy);
        mask_passwords(start, line.size);
        mask_user(start, line.size);
    }
    tn__diags_source(loader->diags, loader->ini_file, (tn_text){copy, loader->ini_text.size});
    return TN_OK;
}

/* A fault of one of the two parsers becomes a finding. */
static int report(struct tn__loader *loader, const char *code, const char *file, tn_text text,
                  int status, const tn_error *fault)
{
    if (status == TN_ENOMEM)
        return tn__loader_no_memory(loader);
    struct tn__place place = {file, 0, 0, 0};
    if (fault->position)
        place = tn__place_at(file, text, fault->position - 1, 0);
    tn__diags_add(loader->diags, code, place, "%s", fault->message);
    return TN_OK;
}

/* Read .env, which need not exist. */
static int read_env(struct tn__loader *loader)
{
    tn_error fault = {0};
    const char *file = tn__path_join(loader->arena, loader->dir, ".env");
    if (!file)
        return tn__loader_no_memory(loader);
    int status = tn__file_read(&loader->env_text, file, MOST_ENV_BYTES, loader->arena, &fault);
    if (status == TN_ENOTFOUND)
        return TN_OK;
    if (status != TN_OK) {
        if (loader->err)
            *loader->err = fault;
        return status;
    }
    loader->env_file = file;
    status =
        tn__env_parse(&loader->env, loader->env_text, tn__env_getenv, NULL, loader->arena, &fault);
    return status == TN_OK ? TN_OK
                           : report(loader, "env-syntax", file, loader->env_text, status, &fault);
}

int tn__loader_read(struct tn__loader *loader)
{
    tn_error fault = {0};
    int status = find(loader);
    if (status == TN_OK && loader->ini_file) {
        status = tn__file_read(&loader->ini_text, loader->ini_file, MOST_INI_BYTES, loader->arena,
                               loader->err);
        if (status == TN_OK)
            status = show_source(loader);
        if (status != TN_OK)
            return status;
        status = tn__ini_parse(&loader->ini, loader->ini_text, loader->arena, &fault);
        if (status != TN_OK)
            status = report(loader, "settings-syntax", loader->ini_file, loader->ini_text, status,
                            &fault);
    }
    return status == TN_OK ? read_env(loader) : status;
}

static const struct tn__env_entry *find_entry(const struct tn__loader *loader, const char *name)
{
    for (size_t i = loader->env.count; i-- > 0;)
        if (strcmp(loader->env.entries[i].name, name) == 0)
            return &loader->env.entries[i];
    return NULL;
}

const char *tn__loader_lookup(const char *name, void *user)
{
    const char *value = getenv(name);
    if (value)
        return value;
    const struct tn__env_entry *entry = find_entry(user, name);
    return entry ? entry->value : NULL;
}

int tn__loader_variable(struct tn__given *out, struct tn__loader *loader, const char *name)
{
    struct tn__given given = {.from = TN__FROM_ENVIRONMENT, .value = getenv(name)};
    if (given.value && *given.value) {
        given.origin = tn__arena_printf(loader->arena, "environment %s", name);
    } else {
        const struct tn__env_entry *entry = find_entry(loader, name);
        if (!entry || !*entry->value)
            return TN_NONE;
        given.from = TN__FROM_DOTENV;
        given.value = entry->value;
        given.place = tn__place_at(loader->env_file, loader->env_text, entry->offset, 0);
        given.origin =
            tn__arena_printf(loader->arena, "%s:%u", loader->env_file, (unsigned)given.place.line);
    }
    if (!given.origin)
        return tn__loader_no_memory(loader);
    *out = given;
    return TN_OK;
}
