/* SPDX-License-Identifier: MIT */
#include "support.h"

/* Workspaces: one for each folder, by whatever way one comes to it. */

static struct a42_workspace open_one(struct store *s, const char *path)
{
    struct a42_workspace workspace;
    assert_done(ait42_workspace_open(&workspace, s->db, path, &s->arena, &s->err));
    return workspace;
}

static void hash_is_the_published_one(void **state)
{
    struct store *s = *state;
    char hash[AIT42_HASH_SIZE];
    assert_done(ait42_hash(hash, T("abc"), &s->err)); /* FIPS 180-4 examples */
    assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void folder_is_one_workspace_by_every_way(void **state)
{
    struct store *s = *state;
    char link[80], round[160], back[1024];
    snprintf(link, sizeof link, "%s.link", s->folder);
    snprintf(round, sizeof round, "%s/../%s/.", s->folder, strrchr(s->folder, '/') + 1);
    assert_int_equal(symlink(s->folder, link), 0);
    struct a42_workspace first = open_one(s, s->folder);
    assert_text(first.workspace_path, s->folder);
    assert_int_equal(first.workspace_hash.size, 64);
    assert_int_equal(open_one(s, link).id.value, first.id.value);
    assert_int_equal(open_one(s, round).id.value, first.id.value);
    assert_non_null(getcwd(back, sizeof back));
    assert_int_equal(chdir(s->folder), 0);
    assert_int_equal(open_one(s, ".").id.value, first.id.value);
    assert_int_equal(chdir(back), 0);
    assert_int_not_equal(open_one(s, "/").id.value, first.id.value);
    assert_string_equal(store_get(s, "SELECT count(*) FROM workspaces"), "2");
    unlink(link);
}

static void workspace_is_touched_when_opened_and_not_when_found(void **state)
{
    struct store *s = *state;
    struct a42_workspace found;
    struct a42_workspace first = open_one(s, s->folder);
    store_do(s, "UPDATE workspaces SET created_at = '2025-01-01T00:00:00.000Z',"
                " last_accessed_at = '2025-01-02T00:00:00.000Z'");
    assert_done(ait42_workspace_find(&found, s->db, s->folder, &s->arena, &s->err));
    assert_int_equal(found.last_accessed_at.us, INT64_C(1735776000000000));
    struct a42_workspace again = open_one(s, s->folder);
    assert_int_equal(again.id.value, first.id.value);
    assert_int_equal(again.created_at.us, INT64_C(1735689600000000));
    assert_true(again.last_accessed_at.us > INT64_C(1740000000000000));
}

static void folder_that_is_gone_is_still_found(void **state)
{
    struct store *s = *state;
    struct a42_workspace found;
    char gone[80];
    snprintf(gone, sizeof gone, "%s/gone", s->folder);
    assert_int_equal(mkdir(gone, 0700), 0);
    struct a42_workspace workspace = open_one(s, gone);
    assert_int_equal(rmdir(gone), 0);
    assert_done(ait42_workspace_find(&found, s->db, gone, &s->arena, &s->err));
    assert_int_equal(found.id.value, workspace.id.value);
    assert_kind(ait42_workspace_open(&found, s->db, gone, &s->arena, &s->err), AIT42_IO);
    assert_done(ait42_workspace_delete(s->db, gone, &s->err));
    assert_kind(ait42_workspace_find(&found, s->db, gone, &s->arena, &s->err),
                AIT42_WORKSPACE_NOT_FOUND);
}

static void list_has_the_one_used_last_first(void **state)
{
    struct store *s = *state;
    struct a42_workspace_rows rows;
    open_one(s, "/");
    open_one(s, s->folder);
    store_do(s, "UPDATE workspaces SET last_accessed_at = '2025-01-01T00:00:00.000Z'");
    open_one(s, "/");
    assert_done(ait42_workspace_list(&rows, s->db, &s->arena, &s->err));
    assert_int_equal(rows.count, 2);
    assert_text(rows.items[0].workspace_path, "/");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(hash_is_the_published_one),
        STORE_TEST(folder_is_one_workspace_by_every_way),
        STORE_TEST(workspace_is_touched_when_opened_and_not_when_found),
        STORE_TEST(folder_that_is_gone_is_still_found),
        STORE_TEST(list_has_the_one_used_last_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
