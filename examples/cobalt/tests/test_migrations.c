/* SPDX-License-Identifier: MIT */
#include "support.h"

/* Each migration, there and back, with rows in the tables. */

static void run_one(struct store *s, enum tn_migrate_op op)
{
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    options.op = op;
    options.count = 1;
    assert_done(tn_migrate(s->db, &cobalt_migrations, &options, NULL, &s->err));
}

/* Everything that is made, as text: columns, constraints, indexes, values of enums. */
static const char *schema_of(struct store *s)
{
    return pg_query(
        s->url,
        "SELECT table_name, column_name, data_type, is_nullable, column_default\n"
        "FROM information_schema.columns WHERE table_schema = 'public' AND table_name !~ '^_'\n"
        "ORDER BY 1, 2;\n"
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename !~ '^_'\n"
        "ORDER BY 1;\n"
        "SELECT conrelid::regclass, pg_get_constraintdef(oid) FROM pg_constraint\n"
        "WHERE conrelid::regclass::text !~ '^_' AND connamespace = 'public'::regnamespace\n"
        "ORDER BY 1, 2;\n"
        "SELECT enumtypid::regtype, enumlabel FROM pg_enum ORDER BY enumsortorder");
}

static void fill(struct store *s)
{
    store_do(s, "INSERT INTO users (username, email, password_hash, role)\n"
                "SELECT 'u' || i, i || '@example.com', 'none', 'user'\n"
                "FROM generate_series(1, 3) AS i");
}

static void each_migration_goes_back_to_where_it_came_from(void **state)
{
    struct store *s = *state;
    static char before[8][8192];
    assert_int_equal(cobalt_migrations.count, 6);
    for (size_t i = 0; i < cobalt_migrations.count; i++) {
        snprintf(before[i], sizeof before[i], "%s", schema_of(s));
        run_one(s, TN_MIGRATE_UP);
        if (i == 0)
            fill(s);
        assert_string_not_equal(schema_of(s), before[i]);
    }
    for (size_t i = cobalt_migrations.count; i-- > 0;) {
        run_one(s, TN_MIGRATE_DOWN);
        assert_string_equal(schema_of(s), before[i]);
    }
}

static void up_again_gives_the_same_schema(void **state)
{
    struct store *s = *state;
    static char first[8192];
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    assert_done(database_migrate(s->db, &s->err));
    snprintf(first, sizeof first, "%s", schema_of(s));
    options.op = TN_MIGRATE_DOWN;
    options.all = true;
    assert_done(tn_migrate(s->db, &cobalt_migrations, &options, NULL, &s->err));
    assert_query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^_'",
                 "0");
    assert_query("SELECT count(*) FROM pg_type WHERE typname = 'user_role'", "0");
    assert_done(database_migrate(s->db, &s->err));
    assert_string_equal(schema_of(s), first);
}

static void tables_have_the_columns_that_they_are_known_by(void **state)
{
    struct store *s = *state;
    assert_done(database_migrate(s->db, &s->err));
    assert_query("SELECT string_agg(column_name || ' ' || udt_name, ', ' ORDER BY "
                 "ordinal_position) FROM information_schema.columns WHERE table_name = 'users'",
                 "id uuid, username varchar, email varchar, password_hash varchar, role user_role, "
                 "email_verified bool, disabled_at timestamptz, created_at timestamptz, "
                 "updated_at timestamptz");
    assert_query("SELECT string_agg(column_name || ' ' || udt_name, ', ' ORDER BY "
                 "ordinal_position) FROM information_schema.columns WHERE table_name = "
                 "'refresh_tokens'",
                 "id uuid, user_id uuid, token_hash varchar, expires_at timestamptz, revoked_at "
                 "timestamptz, created_at timestamptz, family_id uuid");
    assert_query("SELECT string_agg(column_name || ' ' || udt_name, ', ' ORDER BY "
                 "ordinal_position) FROM information_schema.columns WHERE table_name = "
                 "'email_verifications'",
                 "id uuid, user_id uuid, token_hash varchar, expires_at timestamptz, verified_at "
                 "timestamptz, created_at timestamptz");
    assert_query("SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder) FROM pg_enum",
                 "user, admin");
}

static void defaults_fill_what_is_not_said(void **state)
{
    struct store *s = *state;
    assert_done(database_migrate(s->db, &s->err));
    store_do(s, "INSERT INTO users (username, email, password_hash) VALUES ('a', 'b', 'c')");
    assert_query("SELECT id IS NOT NULL, role, email_verified, disabled_at IS NULL, "
                 "created_at = updated_at FROM users",
                 "t|user|f|t|t");
}

/* Up to the migration before the last one. */
static void migrate_but_one(struct store *s)
{
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    options.count = cobalt_migrations.count - 1;
    assert_done(tn_migrate(s->db, &cobalt_migrations, &options, NULL, &s->err));
}

static void verified_that_is_null_becomes_false(void **state)
{
    struct store *s = *state;
    migrate_but_one(s);
    fill(s);
    store_do(s, "UPDATE users SET email_verified = CASE username WHEN 'u1' THEN NULL WHEN 'u2' "
                "THEN TRUE ELSE FALSE END");
    assert_query("SELECT count(*) FROM users WHERE NOT email_verified", "1"); /* u1 is not there */
    run_one(s, TN_MIGRATE_UP);
    assert_query("SELECT string_agg(username || email_verified, ' ' ORDER BY username) FROM users",
                 "u1false u2true u3false");
    const char *message;
    assert_false(pg_try(&message, s->url, "UPDATE users SET email_verified = NULL"));
    assert_non_null(strstr(message, "violates not-null constraint"));
}

static void token_of_before_becomes_a_family_of_its_own(void **state)
{
    struct store *s = *state;
    tn_migrate_options options = TN_MIGRATE_OPTIONS_INIT;
    options.count = 3;
    assert_done(tn_migrate(s->db, &cobalt_migrations, &options, NULL, &s->err));
    fill(s);
    store_do(s, "INSERT INTO refresh_tokens (user_id, token_hash, expires_at)\n"
                "SELECT id, username, now() + interval '1 day' FROM users");
    run_one(s, TN_MIGRATE_UP);
    assert_query("SELECT count(DISTINCT family_id) FROM refresh_tokens", "3");
}

static void tokens_go_with_their_user(void **state)
{
    struct store *s = *state;
    assert_done(database_migrate(s->db, &s->err));
    fill(s);
    store_do(s, "INSERT INTO refresh_tokens (user_id, token_hash, expires_at)\n"
                "SELECT id, username, now() FROM users;\n"
                "INSERT INTO email_verifications (user_id, token_hash, expires_at)\n"
                "SELECT id, username, now() FROM users;\n"
                "DELETE FROM users WHERE username = 'u1'");
    assert_query("SELECT (SELECT count(*) FROM refresh_tokens), "
                 "(SELECT count(*) FROM email_verifications)",
                 "2|2");
}

static void embedded_migrations_are_those_of_the_folder(void **state)
{
    struct store *s = *state;
    tn_migration_set folder;
    assert_done(tn_migration_set_load_for(&folder, s->db, COBALT_DIR "/migrations", &s->arena, NULL,
                                          &s->err));
    assert_int_equal(folder.count, cobalt_migrations.count);
    for (size_t i = 0; i < folder.count; i++) {
        assert_string_equal(folder.items[i].name, cobalt_migrations.items[i].name);
        assert_memory_equal(folder.items[i].checksum, cobalt_migrations.items[i].checksum,
                            sizeof folder.items[i].checksum);
    }
}

static void schema_that_is_behind_is_told(void **state)
{
    struct store *s = *state;
    assert_status(database_check(s->db, &s->err), COBALT_EOUTDATED);
    assert_non_null(strstr(s->err.message, "6 migrations are pending"));
    migrate_but_one(s);
    assert_status(database_check(s->db, &s->err), COBALT_EOUTDATED);
    assert_non_null(strstr(s->err.message, "1 migration is pending"));
    assert_done(database_migrate(s->db, &s->err));
    assert_done(database_check(s->db, &s->err));
    store_do(s, "UPDATE _sqlx_migrations SET checksum = ''");
    assert_status(database_check(s->db, &s->err), TN_EREFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY_TEST(each_migration_goes_back_to_where_it_came_from),
        EMPTY_TEST(up_again_gives_the_same_schema),
        EMPTY_TEST(tables_have_the_columns_that_they_are_known_by),
        EMPTY_TEST(defaults_fill_what_is_not_said),
        EMPTY_TEST(verified_that_is_null_becomes_false),
        EMPTY_TEST(token_of_before_becomes_a_family_of_its_own),
        EMPTY_TEST(tokens_go_with_their_user),
        EMPTY_TEST(embedded_migrations_are_those_of_the_folder),
        EMPTY_TEST(schema_that_is_behind_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
