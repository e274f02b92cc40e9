/* SPDX-License-Identifier: MIT */
#include "project.h"

#include <string.h>
#include <unistd.h>

#include <tenon/version.h>

#include "embedded.h"
#include "util/buf.h"
#include "util/fs.h"
#include "util/str.h"
#include "util/url.h"

/* Names that CMake, make or Meson has a use for, or a target of the project itself. */
static const char *const taken[] = {"all",     "build", "clean", "data",       "generated", "help",
                                    "install", "main",  "meson", "migrate",    "package",   "src",
                                    "tenon",   "test",  "tests", "test_tasks", "tn",        NULL};

const char *project_name_of(const char *dir, tn_arena *arena)
{
    char here[4096]; /* "." has a name, too */
    const char *full = dir;
    if (dir[0] != '/' && getcwd(here, sizeof here))
        full = tn__path_join(arena, here, dir);
    char *clean = full ? tn__path_clean(arena, full) : NULL;
    if (!clean)
        return NULL;
    char *name = clean;
    size_t size = 0;
    for (const char *c = tn__path_base(clean); *c; c++) {
        bool is_upper = *c >= 'A' && *c <= 'Z';
        if (tn__is_ident(*c))
            name[size++] = is_upper ? (char)(*c - 'A' + 'a') : *c;
        else if (size > 0 && name[size - 1] != '_')
            name[size++] = '_';
    }
    while (size > 0 && name[size - 1] == '_')
        size--;
    name[size] = '\0';
    return size > 0 ? name : NULL;
}

int project_check_name(const char *name, tn_error *err)
{
    enum {
        MOST_NAME = 40
    };
    bool is_valid = *name >= 'a' && *name <= 'z' && strlen(name) <= MOST_NAME;
    for (const char *c = name; *c; c++)
        is_valid &= tn__is_ident(*c);
    if (!is_valid)
        return tn_error_set(err, TN_EINVAL,
                            "'%s' cannot be a project's name: a small letter, then letters, digits "
                            "and underscores, %d at most",
                            name, MOST_NAME);
    for (size_t i = 0; taken[i]; i++) {
        if (strcmp(name, taken[i]) == 0)
            return tn_error_set(err, TN_EINVAL, "'%s' cannot be a project's name: %s", name,
                                "the build has a target or a folder of that name");
    }
    return TN_OK;
}

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "cannot write the project: out of memory");
}

/* As a line of .env has it. */
static int quote_url(struct project *project, const char *url, tn_arena *arena, tn_error *err)
{
    static const char special[] = "# \"\\$";
    const char *shown;
    for (const char *c = url; *c; c++)
        if (*c == '\'' || (unsigned char)*c < ' ')
            return tn_error_set(err, TN_EINVAL,
                                "a URL for '.env' has no quote and no control character: %%27");
    if (tn__url_redact(&shown, url, arena) != TN_OK)
        return fail_memory(err);
    if (strcmp(shown, url) != 0)
        return tn_error_set(err, TN_EINVAL,
                            "'%s' has a password, and '.env.example' goes into version control",
                            shown);
    project->url = strpbrk(url, special) ? tn__arena_printf(arena, "'%s'", url) : url;
    return project->url ? TN_OK : fail_memory(err);
}

int project_set_url(struct project *project, const char *url, tn_arena *arena, tn_error *err)
{
    struct tn__url parsed;
    project->engine = "sqlite";
    if (!url) {
        project->url = tn__arena_printf(arena, "sqlite:%s.db", project->name);
        return project->url ? TN_OK : fail_memory(err);
    }
    int rc = tn__url_parse(&parsed, url, arena, err);
    if (rc != TN_OK)
        return rc;
    if (parsed.engine == TN__URL_POSTGRES)
        project->engine = "postgres";
    return quote_url(project, url, arena, err);
}

/* The path in the project of a file of cli/new/; NULL: it belongs to another kind of build or another
 * engine, or there is no memory. A part "dot-x" is ".x": here it would be in force itself. */
static const char *path_of(const char *path, const struct project *project, tn_arena *arena)
{
    const char *inner = strchr(path, '/') + 1;
    const tn_text folder = {path, (size_t)(inner - 1 - path)};
    if (!tn__text_is(folder, "common") && !tn__text_is(folder, project->build) &&
        !tn__text_is(folder, project->engine))
        return NULL;
    return strncmp(inner, "dot-", 4) == 0 ? tn__arena_printf(arena, ".%s", inner + 4) : inner;
}

/* Put the project's name, where the files say my_app, its URL and the version of this Tenon into a text. */
static int fill(tn_text *out, const char *text, const struct project *project, tn_arena *arena)
{
    static const char name_mark[] = "my_app";
    static const char version_mark[] = "@VERSION@";
    static const char url_mark[] = "@URL@";
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    while (*text) {
        if (strncmp(text, name_mark, sizeof name_mark - 1) == 0) {
            tn__buf_puts(&buf, project->name);
            text += sizeof name_mark - 1;
        } else if (strncmp(text, url_mark, sizeof url_mark - 1) == 0) {
            tn__buf_puts(&buf, project->url);
            text += sizeof url_mark - 1;
        } else if (strncmp(text, version_mark, sizeof version_mark - 1) == 0) {
            tn__buf_printf(&buf, "%.*s", (int)(strrchr(TN_VERSION, '.') - TN_VERSION), TN_VERSION);
            text += sizeof version_mark - 1;
        } else {
            tn__buf_putc(&buf, *text++);
        }
    }
    int rc = tn__buf_status(&buf);
    if (rc == TN_OK) {
        tn_text view = tn__buf_view(&buf);
        out->data = tn_arena_copy(arena, view.data, view.size);
        out->size = view.size;
        rc = out->data ? TN_OK : TN_ENOMEM;
    }
    tn__buf_fini(&buf);
    return rc;
}

static int write_one(const char *path, const char *text, const struct project *project,
                     tn_arena *arena, tn_error *err)
{
    tn_text content;
    char *dir = tn__path_dir(arena, path);
    if (!dir || fill(&content, text, project, arena) != TN_OK)
        return fail_memory(err);
    int rc = tn__mkdirs(dir, err);
    return rc == TN_OK ? tn__file_create(path, content, err) : rc;
}

/* The paths and texts of the project's files; none of them may be there. */
static int plan(const char **paths, const char **texts, size_t *count,
                const struct project *project, tn_arena *arena, tn_error *err)
{
    for (size_t i = 0; i < project_files_count; i++) {
        const char *inner = path_of(project_files[i].path, project, arena);
        if (!inner)
            continue;
        const char *path = tn__path_join(arena, project->dir, inner);
        if (!path)
            return fail_memory(err);
        if (tn__path_kind(path) != TN__PATH_NONE)
            return tn_error_set(err, TN_EREFUSED, "'%s' is there already: nothing has been written",
                                tn__path_shown(path));
        paths[*count] = path;
        texts[(*count)++] = project_files[i].text;
    }
    return TN_OK;
}

int project_write(const char *const **out_paths, size_t *out_count, const struct project *project,
                  tn_arena *arena, tn_error *err)
{
    const char **paths = tn_arena_alloc(arena, project_files_count * sizeof *paths);
    const char **texts = tn_arena_alloc(arena, project_files_count * sizeof *texts);
    size_t count = 0;
    if (!paths || !texts)
        return fail_memory(err);
    int rc = plan(paths, texts, &count, project, arena, err);
    size_t written = 0;
    for (; rc == TN_OK && written < count; written++)
        rc = write_one(paths[written], texts[written], project, arena, err);
    if (rc != TN_OK) {
        for (size_t i = 0; i + 1 < written; i++)
            unlink(paths[i]);
        return rc;
    }
    *out_paths = paths;
    *out_count = count;
    return TN_OK;
}
