/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_SETTING_H
#define TN_TEST_SETTING_H

/* Settings, loaded from files and an environment of the test's own. Include check.h first. */

#include "render/text.h"
#include "scratch.h"
#include "settings/settings.h"

/* One load in a scratch folder that is the working directory, with an environment of our own. */
struct world {
    char *scratch;
    char before[PATH_MAX]; /* the working directory */
    tn_arena arena;
    struct tn__diags diags;
    struct tn__settings settings;
    tn_error err;
};

static const char *const variables[] = {"DATABASE_URL",  "POSTGRES_HOST", "POSTGRES_PORT",
                                        "POSTGRES_DB",   "POSTGRES_USER", "POSTGRES_PASSWORD",
                                        "TENON_TEST_DIR"};

static inline int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    assert_non_null(getcwd(w->before, sizeof w->before));
    w->scratch = scratch_make();
    assert_int_equal(chdir(w->scratch), 0);
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
    assert_int_equal(setenv("HOME", w->scratch, 1), 0); /* the search ends here */
    *state = w;
    return 0;
}

static inline int teardown(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
    tn_arena_fini(&w->arena);
    assert_int_equal(chdir(w->before), 0);
    scratch_remove(w->scratch);
    free(w->scratch);
    free(w);
    return 0;
}

static inline int load_with(struct world *w, const struct tn__settings_flags *flags)
{
    tn_arena_fini(&w->arena);
    tn__diags_init(&w->diags, &w->arena);
    tn_error_clear(&w->err);
    memset(&w->settings, 0, sizeof w->settings);
    return tn__settings_load(&w->settings, flags, &w->arena, &w->diags, &w->err);
}

static inline void load(struct world *w, const char *ini)
{
    static const struct tn__settings_flags none;
    if (ini)
        scratch_write(".", "tenon.ini", ini);
    int rc = load_with(w, &none);
    if (rc != TN_OK)
        fail_msg("%s: %s", w->err.message, w->diags.count ? w->diags.items[0].message : "");
}

/* Load what is wrong, and compare the whole report. */
static inline void check_report(struct world *w, const char *ini, const char *expected)
{
    static const struct tn__settings_flags none;
    struct tn__buf buf;
    scratch_write(".", "tenon.ini", ini);
    assert_int_equal(load_with(w, &none), TN_EINVAL);
    assert_null(w->settings.project_dir);
    tn__buf_init(&buf, 0);
    tn__diags_sort(&w->diags);
    tn__text_diags(&buf, &w->diags, NULL);
    assert_string_equal(buf.data, expected);
    tn__buf_fini(&buf);
}

static inline const struct tn__setting_origin *find(const struct world *w, const char *name)
{
    for (size_t i = 0; i < w->settings.explain_count; i++)
        if (strcmp(w->settings.explain[i].name, name) == 0)
            return &w->settings.explain[i];
    static const struct tn__setting_origin none = {0};
    fail_msg("no setting %s", name);
    return &none;
}

static inline void check_origin(const struct world *w, const char *name, const char *value,
                                const char *origin)
{
    assert_string_equal(find(w, name)->value, value);
    assert_string_equal(find(w, name)->origin, origin);
}

static inline void make_dir(const char *path)
{
    assert_int_equal(mkdir(path, 0700), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
