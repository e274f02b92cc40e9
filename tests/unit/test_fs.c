/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include "fault_alloc.h"
#include "scratch.h"
#include "util/fs.h"
#include "util/str.h"

/* Rights hold for others than root: give them up for a while. */
static bool become_ordinary(const char *folder)
{
    if (geteuid() != 0)
        return false;
    assert_int_equal(chmod(folder, 0777), 0);
    assert_int_equal(seteuid(65534), 0);
    return true;
}

static void become_root_again(bool was_root)
{
    if (was_root)
        assert_int_equal(seteuid(0), 0);
}

static size_t entries_in(const char *folder)
{
    tn_arena arena = TN_ARENA_INIT;
    const char *const *names;
    size_t count;
    assert_ok(tn__dir_list(&names, &count, folder, &arena, NULL));
    tn_arena_fini(&arena);
    return count;
}

static void assert_content(const char *path, const char *content)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_text text;
    assert_ok(tn__file_read(&text, path, 1 << 20, &arena, NULL));
    assert_text(text, content);
    assert_int_equal(text.data[text.size], '\0');
    tn_arena_fini(&arena);
}

static void file_read_any_size_up_to_the_limit(void **state)
{
    static char content[10001];
    memset(content, 'c', sizeof content - 1);
    static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 10000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        content[sizes[i]] = '\0';
        const char *path = scratch_write(*state, "f", content);
        assert_content(path, content);
        tn_arena arena = TN_ARENA_INIT;
        tn_text text = {"kept", 4};
        assert_ok(tn__file_read(&text, path, sizes[i], &arena, NULL));
        assert_int_equal(text.size, sizes[i]);
        if (sizes[i]) {
            tn_error err = {0};
            text = TN__TEXT("kept");
            assert_int_equal(tn__file_read(&text, path, sizes[i] - 1, &arena, &err), TN_ERANGE);
            assert_text(text, "kept");
            assert_non_null(strstr(err.message, "more than"));
        }
        assert_ok(tn__file_read(&text, path, SIZE_MAX, &arena, NULL));
        tn_arena_fini(&arena);
        content[sizes[i]] = 'c';
    }
}

static void file_read_of_a_file_without_a_size_reads_to_the_end(void **state)
{
    (void)state;
    const char *path = "/proc/self/maps"; /* says 0, holds some thousand bytes */
    if (tn__path_kind(path) != TN__PATH_FILE)
        skip();
    tn_arena arena = TN_ARENA_INIT;
    tn_text text;
    assert_ok(tn__file_read(&text, path, 1 << 20, &arena, NULL));
    assert_true(text.size > 1000);
    assert_true(tn__text_ends(text, "\n"));
    assert_int_equal(tn__file_read(&text, path, 100, &arena, NULL), TN_ERANGE);
    tn_arena_fini(&arena);
}

static void file_read_faults_are_told_with_the_path(void **state)
{
    const char *folder = *state;
    tn_arena arena = TN_ARENA_INIT;
    tn_text text = TN__TEXT("kept");
    tn_error err = {0};
    char expected[PATH_MAX + 100];

    const char *path = scratch_path(folder, "missing");
    assert_int_equal(tn__file_read(&text, path, 100, &arena, &err), TN_ENOTFOUND);
    snprintf(expected, sizeof expected, "cannot read '%s': no such file or folder", path);
    assert_string_equal(err.message, expected);

    scratch_write(folder, "file", "x");
    path = scratch_path(folder, "file/below");
    assert_int_equal(tn__file_read(&text, path, 100, &arena, &err), TN_ENOTFOUND);
    assert_int_equal(tn__file_read(&text, folder, 100, &arena, &err), TN_EINVAL);
    assert_non_null(strstr(err.message, "it is a folder"));
    /* A pipe that nobody writes into must not make us wait. */
    path = scratch_path(folder, "pipe");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(tn__file_read(&text, path, 100, &arena, &err), TN_EINVAL);
    assert_non_null(strstr(err.message, "not a regular file"));
    path = scratch_path(folder, "loop");
    assert_int_equal(symlink("loop", path), 0);
    assert_int_equal(tn__file_read(&text, path, 100, &arena, &err), TN_EINVAL);
    assert_text(text, "kept");
    tn_arena_fini(&arena);
}

static void files_without_rights_are_told_as_such(void **state)
{
    const char *folder = *state;
    scratch_write(folder, "secret", "x");
    assert_int_equal(chmod(scratch_path(folder, "secret"), 0), 0);
    assert_int_equal(mkdir(scratch_path(folder, "closed"), 0700), 0);
    scratch_write(folder, "closed/file", "x");
    assert_int_equal(chmod(scratch_path(folder, "closed"), 0), 0);
    assert_int_equal(mkdir(scratch_path(folder, "fixed"), 0555), 0);

    tn_arena arena = TN_ARENA_INIT;
    tn_text text;
    tn_error err = {0};
    const char *const *names;
    size_t count;
    bool was_root = become_ordinary(folder);
    int read_rc = tn__file_read(&text, scratch_path(folder, "secret"), 100, &arena, &err);
    int list_rc = tn__dir_list(&names, &count, scratch_path(folder, "closed"), &arena, NULL);
    int write_rc = tn__file_write(scratch_path(folder, "fixed/new"), TN__TEXT("x"), NULL, NULL);
    int create_rc = tn__file_create(scratch_path(folder, "fixed/new"), TN__TEXT("x"), NULL);
    int mkdirs_rc = tn__mkdirs(scratch_path(folder, "fixed/a/b"), NULL);
    int glob_rc = tn__glob(&names, &count, scratch_path(folder, "closed/*"), &arena, NULL);
    become_root_again(was_root);

    assert_int_equal(read_rc, TN_EPERM);
    assert_non_null(strstr(err.message, "secret': permission denied"));
    assert_int_equal(list_rc, TN_EPERM);
    assert_int_equal(write_rc, TN_EPERM);
    assert_int_equal(create_rc, TN_EPERM);
    assert_int_equal(mkdirs_rc, TN_EPERM);
    assert_int_equal(glob_rc, TN_EPERM);
    assert_int_equal(entries_in(scratch_path(folder, "fixed")), 0);
    tn_arena_fini(&arena);
}

static void file_write_new_file_obeys_the_umask(void **state)
{
    const char *path = scratch_path(*state, "new");
    bool changed = false;
    mode_t old = umask(027);
    int rc = tn__file_write(path, TN__TEXT("hello"), &changed, NULL);
    umask(old);
    assert_ok(rc);
    assert_true(changed);
    assert_content(path, "hello");
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    assert_int_equal(entries_in(*state), 1);
}

static void file_write_existing_file_keeps_its_mode_and_owner(void **state)
{
    const char *path = scratch_write(*state, "f", "old");
    assert_int_equal(chmod(path, 0751), 0);
    bool is_root = geteuid() == 0;
    if (is_root)
        assert_int_equal(chown(path, 1234, 2345), 0);
    assert_ok(tn__file_write(path, TN__TEXT("new content"), NULL, NULL));
    assert_content(path, "new content");
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0751);
    assert_int_equal(st.st_uid, is_root ? 1234 : geteuid());
    assert_int_equal(entries_in(*state), 1);
}

static void file_write_same_content_touches_nothing(void **state)
{
    static char content[20000];
    memset(content, 'c', sizeof content - 1);
    const char *path = scratch_write(*state, "f", content);
    struct stat before, after;
    assert_int_equal(stat(path, &before), 0);
    bool changed = true;
    assert_ok(tn__file_write(path, tn_text_of(content), &changed, NULL));
    assert_false(changed);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);

    /* The same size, one byte else. */
    content[sizeof content - 2] = 'x';
    assert_ok(tn__file_write(path, tn_text_of(content), &changed, NULL));
    assert_true(changed);
    assert_content(path, content);
    assert_ok(tn__file_write(path, TN__TEXT(""), &changed, NULL));
    assert_true(changed);
    assert_ok(tn__file_write(path, (tn_text){NULL, 0}, &changed, NULL));
    assert_false(changed);
}

static void file_write_through_links_keeps_the_links(void **state)
{
    const char *folder = *state;
    assert_int_equal(mkdir(scratch_path(folder, "d"), 0755), 0);
    scratch_write(folder, "d/real", "old");
    assert_int_equal(symlink("d/second", scratch_path(folder, "first")), 0);
    assert_int_equal(symlink("real", scratch_path(folder, "d/second")), 0);
    assert_int_equal(symlink(scratch_path(folder, "d/none"), scratch_path(folder, "dangling")), 0);

    assert_ok(tn__file_write(scratch_path(folder, "first"), TN__TEXT("new"), NULL, NULL));
    assert_content(scratch_path(folder, "d/real"), "new");
    struct stat st;
    assert_int_equal(lstat(scratch_path(folder, "first"), &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(lstat(scratch_path(folder, "d/second"), &st), 0);
    assert_true(S_ISLNK(st.st_mode));

    assert_ok(tn__file_write(scratch_path(folder, "dangling"), TN__TEXT("born"), NULL, NULL));
    assert_content(scratch_path(folder, "d/none"), "born");

    tn_error err = {0};
    assert_int_equal(symlink("loop", scratch_path(folder, "loop")), 0);
    assert_int_equal(tn__file_write(scratch_path(folder, "loop"), TN__TEXT("x"), NULL, &err),
                     TN_EINVAL);
    assert_non_null(strstr(err.message, "too many symbolic links"));
}

static void file_write_to_what_is_no_file_is_refused(void **state)
{
    const char *folder = *state;
    bool changed = true;
    assert_int_equal(tn__file_write(folder, TN__TEXT("x"), &changed, NULL), TN_EINVAL);
    assert_int_equal(mkfifo(scratch_path(folder, "pipe"), 0600), 0);
    assert_int_equal(tn__file_write(scratch_path(folder, "pipe"), TN__TEXT("x"), &changed, NULL),
                     TN_EINVAL);
    assert_int_equal(tn__file_write(scratch_path(folder, "no/f"), TN__TEXT("x"), &changed, NULL),
                     TN_ENOTFOUND);
    assert_int_equal(tn__file_write("", TN__TEXT("x"), &changed, NULL), TN_ENOTFOUND);
    assert_true(changed);
    assert_int_equal(entries_in(folder), 1);
}

/* The device is full, as far as this process can see: the old file stays whole. */
static void file_write_cut_short_leaves_the_old_content(void **state)
{
    const char *folder = *state;
    const char *path = scratch_write(folder, "f", "old");
    static char content[100000];
    memset(content, 'c', sizeof content - 1);
    struct rlimit old, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = 1000;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    tn_error err = {0};
    bool changed = false;
    int write_rc = tn__file_write(path, tn_text_of(content), &changed, &err);
    int create_rc = tn__file_create(scratch_path(folder, "g"), tn_text_of(content), NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, handler);
    assert_int_equal(write_rc, TN_EFULL);
    assert_int_equal(create_rc, TN_EFULL);
    assert_false(changed);
    assert_non_null(strstr(err.message, "file too large"));
    assert_content(path, "old");
    assert_int_equal(entries_in(folder), 1);
}

static void paths_up_to_the_systems_limit_work(void **state)
{
    char path[PATH_MAX + 300];
    snprintf(path, sizeof path, "%s", (const char *)*state);
    /* Folders of 200 characters; then a file that makes PATH_MAX - 1 bytes. */
    size_t size = strlen(path);
    while (size + 201 < PATH_MAX - 256) {
        path[size] = '/';
        memset(path + size + 1, 'd', 200);
        size += 201;
        path[size] = '\0';
    }
    assert_ok(tn__mkdirs(path, NULL));
    path[size++] = '/';
    size_t folder = size;
    while (size < PATH_MAX - 1) {
        path[size] = size == folder + 200 ? '/' : 'f';
        size++;
    }
    path[size] = '\0';
    char saved = path[folder + 200];
    assert_int_equal(saved, '/');
    path[folder + 200] = '\0';
    assert_ok(tn__mkdirs(path, NULL));
    path[folder + 200] = '/';
    assert_ok(tn__file_create(path, TN__TEXT("deep"), NULL));
    assert_content(path, "deep");

    path[size] = 'f';
    path[size + 1] = '\0';
    tn_arena arena = TN_ARENA_INIT;
    tn_text text;
    tn_error err = {0};
    assert_int_equal(tn__file_read(&text, path, 10, &arena, &err), TN_EINVAL);
    /* The reason is not pushed out of the message by the path. */
    assert_non_null(strstr(err.message, "ffff': name too long"));
    assert_int_equal(tn__file_write(path, TN__TEXT("x"), NULL, NULL), TN_EINVAL);
    assert_int_equal(tn__mkdirs(path, NULL), TN_EINVAL);
    tn_arena_fini(&arena);
}

static void file_create_refuses_what_exists(void **state)
{
    const char *folder = *state;
    const char *path = scratch_path(folder, "f");
    tn_error err = {0};
    assert_ok(tn__file_create(path, TN__TEXT("first"), &err));
    assert_int_equal(tn__file_create(path, TN__TEXT("second"), &err), TN_EREFUSED);
    assert_non_null(strstr(err.message, "cannot create '"));
    assert_non_null(strstr(err.message, "it exists already"));
    assert_content(path, "first");
    assert_int_equal(symlink("none", scratch_path(folder, "dangling")), 0);
    assert_int_equal(tn__file_create(scratch_path(folder, "dangling"), TN__TEXT("x"), NULL),
                     TN_EREFUSED);
    assert_int_equal(tn__file_create(folder, TN__TEXT("x"), NULL), TN_EREFUSED);
    assert_int_equal(tn__file_create(scratch_path(folder, "no/f"), TN__TEXT("x"), NULL),
                     TN_ENOTFOUND);
}

static void dir_list_is_sorted_by_byte(void **state)
{
    const char *folder = *state;
    static const char *const sorted[] = {".hidden", "10", "9", "A", "_", "a", "b", "\xc3\xa9"};
    for (size_t i = 8; i-- > 0;)
        scratch_write(folder, sorted[(i * 3) % 8], "");
    tn_arena arena = TN_ARENA_INIT;
    const char *const *names;
    size_t count;
    assert_ok(tn__dir_list(&names, &count, folder, &arena, NULL));
    assert_int_equal(count, 8);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(names[i], sorted[i]);
    assert_int_equal(mkdir(scratch_path(folder, "a-dir"), 0755), 0);
    assert_ok(tn__dir_list(&names, &count, scratch_path(folder, "a-dir"), &arena, NULL));
    assert_int_equal(count, 0);

    tn_error err = {0};
    assert_int_equal(tn__dir_list(&names, &count, scratch_path(folder, "no"), &arena, &err),
                     TN_ENOTFOUND);
    assert_int_equal(tn__dir_list(&names, &count, scratch_path(folder, "a"), &arena, &err),
                     TN_EINVAL);
    assert_non_null(strstr(err.message, "not a folder"));
    tn_arena_fini(&arena);
}

static void mkdirs_makes_what_is_missing(void **state)
{
    const char *folder = *state;
    assert_ok(tn__mkdirs(scratch_path(folder, "a/b//c/"), NULL));
    assert_int_equal(tn__path_kind(scratch_path(folder, "a/b/c")), TN__PATH_DIR);
    assert_ok(tn__mkdirs(scratch_path(folder, "a/b/c"), NULL));
    assert_ok(tn__mkdirs("/", NULL));
    assert_ok(tn__mkdirs(".", NULL));
    assert_ok(tn__mkdirs("", NULL));
    scratch_write(folder, "a/file", "");
    tn_error err = {0};
    assert_int_equal(tn__mkdirs(scratch_path(folder, "a/file/x"), &err), TN_EINVAL);
    assert_non_null(strstr(err.message, "a/file': it is not a folder"));
    assert_int_equal(symlink("nowhere", scratch_path(folder, "dangling")), 0);
    assert_int_equal(tn__mkdirs(scratch_path(folder, "dangling/x"), &err), TN_EREFUSED);
}

static void path_kind_follows_links(void **state)
{
    const char *folder = *state;
    scratch_write(folder, "f", "");
    assert_int_equal(symlink("f", scratch_path(folder, "link")), 0);
    assert_int_equal(symlink(".", scratch_path(folder, "here")), 0);
    assert_int_equal(symlink("none", scratch_path(folder, "dangling")), 0);
    assert_int_equal(tn__path_kind(scratch_path(folder, "f")), TN__PATH_FILE);
    assert_int_equal(tn__path_kind(scratch_path(folder, "link")), TN__PATH_FILE);
    assert_int_equal(tn__path_kind(scratch_path(folder, "here")), TN__PATH_DIR);
    assert_int_equal(tn__path_kind(scratch_path(folder, "dangling")), TN__PATH_NONE);
    assert_int_equal(tn__path_kind(scratch_path(folder, "none")), TN__PATH_NONE);
    assert_int_equal(tn__path_kind("/dev/null"), TN__PATH_OTHER);
}

static int read_and_list(void *user)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_text text = TN__TEXT("kept");
    const char *const *names;
    size_t count = 77;
    tn_error err = {0};
    int rc = tn__file_read(&text, scratch_path(user, "big"), 1 << 20, &arena, &err);
    if (rc != TN_OK)
        assert_text(text, "kept");
    if (rc == TN_OK)
        rc = tn__dir_list(&names, &count, user, &arena, &err);
    if (rc != TN_OK)
        assert_int_equal(count, 77);
    /* A file that tells no size is read in growing pieces. */
    if (rc == TN_OK && tn__path_kind("/proc/self/maps") == TN__PATH_FILE) {
        tn_text maps;
        rc = tn__file_read(&maps, "/proc/self/maps", 1 << 20, &arena, &err);
    }
    if (rc == TN_OK)
        rc = tn__file_write(scratch_path(user, "out"), text, NULL, &err);
    assert_int_equal(err.status, rc);
    tn_arena_fini(&arena);
    return rc;
}

static void files_no_memory_at_any_point_is_told(void **state)
{
    static char content[9000];
    memset(content, 'c', sizeof content - 1);
    scratch_write(*state, "big", content);
    for (int i = 0; i < 60; i++) {
        char name[100];
        snprintf(name, sizeof name, "%090d", i);
        scratch_write(*state, name, "");
    }
    fault_alloc_each(read_and_list, *state);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        TEST(file_read_any_size_up_to_the_limit),
        TEST(file_read_of_a_file_without_a_size_reads_to_the_end),
        TEST(file_read_faults_are_told_with_the_path),
        TEST(files_without_rights_are_told_as_such),
        TEST(file_write_new_file_obeys_the_umask),
        TEST(file_write_existing_file_keeps_its_mode_and_owner),
        TEST(file_write_same_content_touches_nothing),
        TEST(file_write_through_links_keeps_the_links),
        TEST(file_write_to_what_is_no_file_is_refused),
        TEST(file_write_cut_short_leaves_the_old_content),
        TEST(paths_up_to_the_systems_limit_work),
        TEST(file_create_refuses_what_exists),
        TEST(dir_list_is_sorted_by_byte),
        TEST(mkdirs_makes_what_is_missing),
        TEST(path_kind_follows_links),
        TEST(files_no_memory_at_any_point_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
