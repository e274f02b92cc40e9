/* SPDX-License-Identifier: MIT */
/* The program of test_generate_keys.sh, in C and in C++: key types on a real database. Prints "ok". */
#include "posts.tenon.h"
#include "sessions.tenon.h"

#include "generated.h"

static tn_arena arena;

static struct demo_opt_user_id no_user(void)
{
    struct demo_opt_user_id none;
    memset(&none, 0, sizeof none);
    return none;
}

static struct demo_opt_user_id some_user(struct demo_user_id id)
{
    struct demo_opt_user_id some;
    some.has = true;
    some.value = id;
    return some;
}

static struct demo_user_id add_user(struct demo_opt_user_id id, const char *name,
                                    struct demo_opt_user_id invited_by)
{
    struct demo_user_add_row row;
    CHECK(demo_user_add(&row, db, id, tn_text_of(name), invited_by, &err) == TN_OK);
    CHECK(row.invited_by.has == invited_by.has);
    CHECK(row.invited_by.value.value == invited_by.value.value);
    return row.id;
}

static struct demo_post add_post(struct demo_user_id user, struct demo_opt_post_id reply_to)
{
    struct demo_post_add_args args;
    struct demo_post post;
    memset(&args, 0, sizeof args);
    args.user_id = user;
    args.reply_to = reply_to;
    args.legacy_id.has = true;
    args.legacy_id.value = user.value;
    args.title = tn_text_of("title");
    CHECK(demo_post_add(&post, db, &args, &arena, &err) == TN_OK);
    CHECK(post.user_id.value == user.value && !post.editor_id.has);
    CHECK(post.legacy_id.has && post.legacy_id.value == user.value);
    return post;
}

static void numbers_come_back(void)
{
    struct demo_user user;
    struct demo_opt_user_id wanted = no_user();
    struct demo_user_id ann = add_user(no_user(), "ann", no_user());
    CHECK(ann.value == 1);
    wanted.has = true;
    wanted.value.value = INT64_MAX;
    struct demo_user_id last = add_user(wanted, "last", some_user(ann));
    CHECK(last.value == INT64_MAX);
    CHECK(demo_user_find(&user, db, last, &arena, &err) == TN_OK);
    CHECK(user.id.value == last.value && user.invited_by.has);
    CHECK(user.invited_by.value.value == ann.value);
    CHECK(demo_user_find(&user, db, ann, &arena, &err) == TN_OK);
    CHECK(!user.invited_by.has && user.invited_by.value.value == 0);
}

static void keys_go_through_queries(void)
{
    struct demo_opt_post_id reply_to;
    struct demo_post_roots_rows roots;
    struct demo_post_thread_iter it;
    struct demo_author_list_rows authors;
    struct demo_post_list_rows posts;
    struct demo_post_plain_row plain;
    struct demo_user_id ann = {1};
    memset(&reply_to, 0, sizeof reply_to);
    struct demo_post first = add_post(ann, reply_to);
    reply_to.has = true;
    reply_to.value = first.id;
    struct demo_post second = add_post(ann, reply_to);
    CHECK(second.reply_to.has && second.reply_to.value.value == first.id.value);

    CHECK(demo_post_roots_all(&roots, db, &arena, &err) == TN_OK);
    CHECK(roots.count == 2);
    CHECK(roots.items[1].root.value == first.id.value && roots.items[1].hand.value == ann.value);
    CHECK(!roots.items[1].later.has && roots.items[1].other.has && !roots.items[0].other.has);

    int count = 0;
    int rc = demo_post_thread_begin(&it, db, second.id, &err);
    while (rc >= 0 && (rc = demo_post_thread_next(&it, &err)) == TN_ROW)
        CHECK(it.row.id.value == (count++ == 0 ? second.id.value : first.id.value));
    demo_post_thread_end(&it);
    CHECK(rc == TN_DONE && count == 2);

    CHECK(demo_author_list_all(&authors, db, ann, &arena, &err) == TN_OK);
    CHECK(authors.count == 2 && authors.items[0].author_id.value == ann.value);
    CHECK(demo_post_list_all(&posts, db, ann, first.id, 9, &arena, &err) == TN_OK);
    CHECK(posts.count == 1 && posts.items[0].id.value == second.id.value);
    CHECK(demo_post_plain(&plain, db, &err) == TN_OK);
    CHECK(plain.last.value.value == 2 && plain.next.value == 3 && plain.u.value == 1);
}

static void keys_of_several_columns(void)
{
    struct demo_view_sum_row sum;
    struct demo_user_id ann = {1};
    struct demo_post_id post = {2};
    CHECK(demo_share_add(NULL, db, ann, post, &err) == TN_OK);
    CHECK(demo_view_add(NULL, db, ann, post, 30, &err) == TN_OK);
    CHECK(demo_view_add(NULL, db, ann, post, 12, &err) == TN_OK);
    CHECK(demo_view_sum(&sum, db, ann, &err) == TN_OK);
    CHECK(sum.reader.value == 1 && sum.post.value == 2 && sum.seconds == 42);
}

/* Read by the loose readers: see the schema. */
static void keys_of_either_class(void)
{
    struct demo_place_add_row row;
    struct demo_opt_place_id within;
    memset(&within, 0, sizeof within);
    CHECK(demo_place_add(&row, db, 1.5, within, &err) == TN_OK);
    CHECK(row.id.value == 1 && !row.within.has);
    within.has = true;
    within.value = row.id;
    CHECK(demo_place_add(&row, db, 2, within, &err) == TN_OK);
    CHECK(row.id.value == 2 && row.within.has && row.within.value.value == 1);
}

static void texts_come_back(void)
{
    struct demo_session session;
    struct demo_session_open_args args;
    struct demo_session_parent_row parent;
    struct demo_session_named_rows named;
    struct demo_user_id ann = {1};
    memset(&args, 0, sizeof args);
    args.token.value = tn_text_of("t1");
    CHECK(demo_session_open(&session, db, &args, &arena, &err) == TN_OK);
    CHECK(tn_text_equal(session.token.value, tn_text_of("t1")));
    CHECK(!session.user_id.has && !session.parent.value.data && !session.note.data);
    args.parent = session.token;
    args.token.value = tn_text_of("t2");
    args.note = tn_text_of("note");
    CHECK(demo_session_open(&session, db, &args, &arena, &err) == TN_OK);
    CHECK(demo_session_parent(&parent, db, session.token, &arena, &err) == TN_OK);
    CHECK(tn_text_equal(parent.parent.value, tn_text_of("t1")));

    int64_t moved = 0;
    CHECK(demo_session_move(&moved, db, some_user(ann), session.token, no_user(), &err) == TN_OK);
    CHECK(moved == 1);
    CHECK(demo_session_move(&moved, db, no_user(), session.token, some_user(ann), &err) == TN_OK);
    CHECK(moved == 1);
    args.token.value = args.note;
    CHECK(demo_session_named_all(&named, db, args.token, &arena, &err) == TN_OK);
    CHECK(named.count == 1 && tn_text_equal(named.items[0].label.value, args.note));
}

static void blobs_come_back(void)
{
    struct demo_file_rows files;
    struct demo_file_hash first, second, none;
    struct demo_session_token session;
    first.value.data = "\0a";
    first.value.size = 2;
    second.value.data = "";
    second.value.size = 0;
    memset(&none, 0, sizeof none);
    memset(&session, 0, sizeof session);
    CHECK(demo_file_put(NULL, db, first, none, session, &err) == TN_OK);
    CHECK(demo_file_put(NULL, db, second, first, session, &err) == TN_OK);
    CHECK(demo_file_list_all(&files, db, session, &arena, &err) == TN_OK);
    CHECK(files.count == 2 && files.items[0].hash.value.size == 0 &&
          files.items[0].hash.value.data);
    CHECK(files.items[0].previous.value.size == 2);
    CHECK(memcmp(files.items[0].previous.value.data, "\0a", 2) == 0);
    CHECK(!files.items[1].previous.value.data && !files.items[1].session.value.data);
}

static void other_values_are_errors(void)
{
    struct demo_user user;
    struct demo_user_id bad = {77};
    CHECK(tn_exec_script(db, "INSERT INTO users VALUES (77, 'x', 1.5)", &err) == TN_OK);
    CHECK(demo_user_find(&user, db, bad, &arena, &err) == TN_ETYPE);
    CHECK(strcmp(err.column, "invited_by") == 0);
    CHECK(strstr(err.message, "holds real, not int") != NULL);
}

int main(void)
{
    CHECK(sizeof(struct demo_user_id) == sizeof(int64_t));
    CHECK(sizeof(struct demo_session_token) == sizeof(tn_text));
    CHECK(sizeof(struct demo_file_hash) == sizeof(tn_blob));
    CHECK(tn_db_open(&db, "sqlite:app.db?foreign_keys=off", NULL, &err) == TN_OK);
    numbers_come_back();
    keys_go_through_queries();
    keys_of_several_columns();
    keys_of_either_class();
    texts_come_back();
    blobs_come_back();
    other_values_are_errors();
    tn_arena_fini(&arena);
    tn_db_close(db);
    puts("ok");
    return 0;
}
