#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the README promises to whoever comes from SeaORM: each command, setting and trouble of the old way has
# its counterpart. Needs TENON, TENON_SOURCE, TENON_BUILD and COBALT (the program).
# shellcheck source=/dev/null
source "$TENON_SOURCE/tests/cli/lib.sh"
# shellcheck source=/dev/null
source "$TENON_SOURCE/tests/cli/pg.sh"

example=$TENON_SOURCE/examples/cobalt

# A project of one's own, with an empty database of its own.
project() {
    cp -R "$example/migrations" "$example/queries" "$example/gen" "$example/src" "$example/tenon.ini" .
    pg_start
    DATABASE_URL=$(pg_database cobalt_dev)
    export DATABASE_URL
}
ask() { pg_psql "$DATABASE_URL" "$1"; }
# Tables of the schema, with a blank between.
tables() { ask "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname !~ '^_'"; }

# --- setting up

test_compose_file_has_the_ports_and_names_of_the_environment() {
    expect_file_contains "$example/docker-compose.yml" 'image: postgres:16-alpine'
    # shellcheck disable=SC2016
    expect_file_contains "$example/docker-compose.yml" '${POSTGRES_PORT:-2800}:5432'
    # shellcheck disable=SC2016
    expect_file_contains "$example/docker-compose.yml" '${VALKEY_PORT:-2900}:6379'
    expect_file_contains "$example/docker-compose.yml" 'image: valkey/valkey:'
    expect_file_contains "$example/.env.example" 'VALKEY_URL=redis://localhost:2900'
}

test_url_of_the_environment_file_is_found_by_both_programs() {
    project
    unset DATABASE_URL
    cp "$example/.env.example" .env
    run "$TENON" config --explain
    expect_out_matches 'database.url.*localhost:2800/cobalt_dev.*\.env'
    sed -i -e '/^DATABASE_URL/d' -e 's/^POSTGRES_PORT=.*/POSTGRES_PORT=1/' .env
    run "$TENON" config --explain
    expect_out_matches 'database.url.*localhost:1/cobalt_dev'
    run "$COBALT" status
    expect_exit 3
    expect_err_contains 'port 1'
}

test_database_is_created_and_dropped() {
    project
    local url=${DATABASE_URL/cobalt_dev/cobalt_two}
    run "$TENON" --url "$url" database create
    expect_exit 0
    run "$TENON" --url "$url" migrate up
    expect_exit 0
    run "$TENON" --url "$url" database drop --confirm "$(sed -E 's|.*/([a-z0-9_]+)\?.*|\1|' <<<"$url")"
    expect_exit 0
}

# --- migrations

test_up_applies_all_in_their_order() {
    project
    run "$TENON" migrate up
    expect_exit 0
    expect_err_contains "6 migrations applied"
    expect_equal "$(tables)" "email_verifications refresh_tokens users"
    run "$TENON" migrate up
    expect_exit 0
    expect_err_contains "0 pending"
}

test_status_names_each_with_its_state() {
    project
    "$TENON" migrate up -q -n 3
    run "$TENON" migrate status
    expect_out_matches '^20250101000001	create initial schema	applied'
    expect_out_matches '^20250126000001	add email verification and roles	applied'
    expect_out_matches '^20250129000001	email verified not null	pending'
    run "$TENON" migrate status --exit-code
    expect_exit 1
    run "$COBALT" status
    expect_out_contains "3 applied, 3 pending"
}

test_down_takes_back_one_or_several_or_all() {
    project
    "$TENON" migrate up -q
    run "$TENON" migrate down
    expect_err_contains "email verified not null"
    run "$TENON" migrate down -n 2
    expect_exit 0
    expect_equal "$(ask "SELECT count(*) FROM information_schema.columns WHERE column_name = 'family_id'")" 0
    run "$TENON" migrate down -n 999
    expect_exit 0
    expect_equal "$(tables)" ""
    "$TENON" migrate up -q
    run "$TENON" migrate down --all
    expect_exit 0
    expect_equal "$(tables)" ""
}

test_fresh_refresh_and_reset_have_to_be_confirmed() {
    project
    "$TENON" migrate up -q
    ask "CREATE TABLE of_somebody_else ()"
    local command
    for command in fresh refresh reset; do
        run "$TENON" migrate $command
        expect_exit 7
    done
    run "$TENON" migrate refresh --yes
    expect_exit 0
    expect_equal "$(tables)" "email_verifications of_somebody_else refresh_tokens users"
    run "$TENON" migrate reset --yes
    expect_exit 0
    expect_equal "$(tables)" of_somebody_else
    run "$TENON" migrate fresh --yes
    expect_exit 0
    expect_equal "$(tables)" "email_verifications refresh_tokens users"
}

test_generate_makes_the_files_of_a_new_migration() {
    project
    run "$TENON" migrate generate add_posts
    expect_exit 0
    local up
    up=$(find migrations -name '*_add_posts.up.sql')
    cat >"$up" <<'SQL'
CREATE TABLE posts (
    id UUID PRIMARY KEY,
    title VARCHAR NOT NULL,
    content TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
SQL
    echo 'DROP TABLE posts;' >"${up%.up.sql}.down.sql"
    run "$TENON" migrate up
    expect_exit 0
    expect_equal "$(tables)" "email_verifications posts refresh_tokens users"
    run "$TENON" migrate down
    expect_exit 0
    expect_equal "$(tables)" "email_verifications refresh_tokens users"
}

test_program_brings_its_own_migrations() {
    project
    rm -r migrations
    run "$COBALT" migrate
    expect_exit 0
    expect_equal "$(tables)" "email_verifications refresh_tokens users"
    run "$COBALT" user list
    expect_exit 0
}

# --- the schema

test_schema_is_shown_and_looked_into() {
    project
    "$TENON" migrate up -q
    run "$TENON" sql "SELECT username FROM users LIMIT 10"
    expect_exit 0
    run "$TENON" schema show
    expect_exit 0
    expect_out_contains refresh_tokens
    run "$TENON" schema show users
    expect_out_contains password_hash
    run_shell "echo '\\d users' | '$TENON' shell"
    expect_exit 0
    expect_out_matches 'email_verified *\| boolean'
}

# --- a column that may be NULL

compile_out() {
    run cc -std=c11 -fsyntax-only -I"$TENON_SOURCE/include" -I"$TENON_BUILD/include" -Igen -Isrc src/out.c
}

# The README has what is printed here, word for word.
test_checker_says_what_may_be_null_before_the_migration() {
    project
    local line said
    said='"$TENON" check -q --json | tr "{" "\n" | grep "\"origin\":\"email_verified\"" | cut -d, -f 1-3 | sort | uniq -c'
    rm migrations/*_email_verified_not_null.*
    run_shell "TENON='$TENON'; $said"
    expect_out_matches '^ +10 .*"nullable":true$'
    while IFS= read -r line; do expect_file_contains "$example/README.md" "    $line"; done <"$out"
    run "$TENON" generate
    expect_exit 0
    compile_out
    expect_exit 1
    expect_file_contains "$example/README.md" "    $(grep -m 1 error: "$err")"
    cp "$example"/migrations/*_email_verified_not_null.* migrations
    run_shell "TENON='$TENON'; $said"
    expect_out_lacks '"nullable":true'
    while IFS= read -r line; do expect_file_contains "$example/README.md" "    $line"; done <"$out"
    run "$TENON" generate
    expect_exit 0
    compile_out
    expect_exit 0
}

# --- troubles

test_trouble_connection_refused_names_host_and_port() {
    project
    run env DATABASE_URL=postgresql://postgres:secret@localhost:1/cobalt_dev "$COBALT" user list
    expect_exit 3
    expect_err_contains "localhost"
    expect_err_contains "port 1"
    expect_err_lacks secret
    run "$TENON" --url "${DATABASE_URL/cobalt_dev/nowhere}" migrate status
    expect_exit 3
    expect_err_contains nowhere
    run "$TENON" database wait --timeout 5s
    expect_exit 0
}

test_trouble_migration_that_fails_is_shown_at_its_place() {
    project
    "$TENON" migrate up -q
    write migrations/20250201000001_posts.up.sql <<'SQL'
CREATE TABLE posts (id UUID PRIMARY KEY);
CREATE INDEX posts_by_author ON posts (author);
SQL
    run "$TENON" migrate up
    expect_exit 4
    expect_err_contains "migrations/20250201000001_posts.up.sql:2:"
    expect_equal "$(tables)" "email_verifications refresh_tokens users"
    write migrations/20250201000001_posts.up.sql <<<'CREATE TABLE posts (id UUID REFERENCES nobody (id));'
    run "$TENON" migrate up
    expect_exit 4
    expect_err_contains 'nobody'
}

test_trouble_relation_that_does_not_exist_is_pending() {
    project
    run "$COBALT" user list
    expect_exit 7
    expect_err_contains "6 migrations are pending: run 'cobalt migrate'"
    "$TENON" migrate up -q
    run "$COBALT" user list
    expect_exit 0
}

test_trouble_table_that_is_misspelt_is_found_before_it_runs() {
    project
    sed -i 's/SELECT username FROM users/SELECT username FROM user_s/' queries/users.sql
    run "$TENON" check
    expect_exit 1
    expect_err_matches 'queries/users.sql:[0-9]+:22: error: .*user_s'
}

test_trouble_foreign_key_without_an_index_is_a_finding() {
    project
    "$TENON" migrate up -q
    run "$TENON" doctor
    expect_err_contains "0 findings"
    ask "DROP INDEX idx_refresh_tokens_user_id"
    run "$TENON" doctor
    expect_exit 1
    expect_err_contains foreign-key-no-index
}

run_tests
