/* SPDX-License-Identifier: MIT */
#include "schema.h"

#include <string.h>

#include "gen.h"

/* Random schemas: only what the server takes is kept. */

/* The same in every schema: what templates name. */
static const char *const begin[] = {
    "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
    "CREATE TYPE pair AS (x int4, y text)",
    "CREATE DOMAIN d_int AS int4 CHECK (VALUE < 1000000)",
    "CREATE DOMAIN d_firm AS int4 NOT NULL",
    "CREATE DOMAIN d_text AS text",
    "CREATE FUNCTION f_lax(int4) RETURNS int4 LANGUAGE sql AS 'SELECT nullif($1, 0)'",
    "CREATE FUNCTION f_strict(int4) RETURNS int4 LANGUAGE sql STRICT AS 'SELECT nullif($1, 1)'",
    "CREATE FUNCTION f_pl(i int4) RETURNS int4 LANGUAGE plpgsql STRICT IMMUTABLE"
    " AS 'BEGIN IF i > 1 THEN RETURN NULL; END IF; RETURN i; END'",
    "CREATE FUNCTION f_text(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT nullif($1, '''')'",
    "CREATE FUNCTION public.upper(text) RETURNS text LANGUAGE sql STRICT AS 'SELECT NULL::text'",
    "CREATE FUNCTION public.abs(int4) RETURNS int4 LANGUAGE sql STRICT AS 'SELECT nullif($1, 2)'",
    "CREATE FUNCTION f_set(int4) RETURNS SETOF int4 LANGUAGE sql"
    " AS 'SELECT nullif(g, 2) FROM generate_series(1, $1) AS g'",
    "CREATE FUNCTION f_table(int4) RETURNS TABLE (x int4, y text) LANGUAGE sql STABLE"
    " AS 'SELECT nullif(g, 2), ''t'' FROM generate_series(1, $1) AS g'",
    "CREATE FUNCTION f_pair(int4) RETURNS pair LANGUAGE sql AS 'SELECT ROW($1, NULL)::pair'",
    "CREATE FUNCTION f_pairs(int4) RETURNS SETOF pair LANGUAGE sql"
    " AS 'SELECT ROW(g, NULL)::pair FROM generate_series(1, $1) AS g'",
    "CREATE FUNCTION f_out(int4, OUT a int4, OUT b text) LANGUAGE sql AS 'SELECT $1, NULL::text'",
    "CREATE FUNCTION f_record(int4) RETURNS record LANGUAGE sql AS 'SELECT $1, NULL::text'",
    "CREATE FUNCTION f_firm(int4) RETURNS d_firm LANGUAGE sql AS 'SELECT coalesce($1, 0)::d_firm'",
    "CREATE FUNCTION f_firms(int4) RETURNS SETOF d_firm LANGUAGE sql"
    " AS 'SELECT g::d_firm FROM generate_series(1, $1) AS g'",
    "CREATE FUNCTION f_many(VARIADIC int4[]) RETURNS int4 LANGUAGE sql AS 'SELECT ($1)[2]'",
    "CREATE FUNCTION f_eq(int4, int4) RETURNS bool LANGUAGE sql STRICT"
    " AS 'SELECT nullif($1 = $2, FALSE)'",
    "CREATE FUNCTION f_second(int4, int4) RETURNS int4 LANGUAGE sql AS 'SELECT $2'",
    "CREATE OPERATOR === (LEFTARG = int4, RIGHTARG = int4, FUNCTION = f_eq)",
    "CREATE AGGREGATE a_last(int4) (SFUNC = f_second, STYPE = int4)",
};

struct maker {
    struct place *place;
    struct rng *rng;
    tn_arena arena;
    unsigned tables;
};

static bool make(struct maker *maker, const char *sql)
{
    return place_add(maker->place, sql);
}

/* --- tables */

struct made {
    const char *name;
    const struct column_name *columns[10];
    bool is_not_null[10];
    unsigned count;
};

static const char *column_sql(struct maker *maker, struct made *table, unsigned i)
{
    const struct kind *kind = kind_of(table->columns[i]->letter);
    const char *sql = fmt(&maker->arena, "%s %s", table->columns[i]->sql, kind->type);
    if (i == 0 && kind->letter == 'i' && rng_chance(maker->rng, 20))
        return fmt(&maker->arena, "%s GENERATED %s AS IDENTITY", sql,
                   rng_chance(maker->rng, 50) ? "ALWAYS" : "BY DEFAULT");
    if (rng_chance(maker->rng, 12))
        sql = fmt(&maker->arena, "%s DEFAULT %s", sql, kind_literal(kind, maker->rng));
    if (rng_chance(maker->rng, 4) && kind->is_ordered && kind->letter != 'p')
        sql = fmt(&maker->arena, "%s CHECK (%s IS NOT NULL)", sql, table->columns[i]->sql);
    if (rng_chance(maker->rng, 5) && kind->letter == 'i')
        sql = fmt(&maker->arena, "%s CHECK (%s > -100)", sql, table->columns[i]->sql);
    table->is_not_null[i] = rng_chance(maker->rng, 42);
    return table->is_not_null[i] ? fmt(&maker->arena, "%s NOT NULL", sql) : sql;
}

static void choose_columns(struct maker *maker, struct made *table)
{
    unsigned count = 1 + rng_below(maker->rng, 7);
    if (rng_chance(maker->rng, 75))
        table->columns[table->count++] = &column_names[0];
    for (unsigned i = 0; i < count; i++) {
        unsigned most = rng_chance(maker->rng, 50) ? 6 : column_name_count;
        const struct column_name *name = &column_names[rng_below(maker->rng, most)];
        if (rng_chance(maker->rng, 6))
            name = column_name_of('K');
        bool is_new = kind_named(kind_of(name->letter)->name) != NULL;
        for (unsigned k = 0; k < table->count; k++)
            is_new = is_new && table->columns[k] != name;
        if (is_new)
            table->columns[table->count++] = name;
    }
}

static const char *generated(struct maker *maker, const struct made *table)
{
    const struct column_name *of = table->columns[rng_below(maker->rng, table->count)];
    const char *how = maker->place->catalog.server->version >= 180000 && rng_chance(maker->rng, 50)
                          ? "VIRTUAL"
                          : "STORED";
    const char *rest =
        fmt(&maker->arena, " %s%s", how, rng_chance(maker->rng, 35) ? " NOT NULL" : "");
    if (of->letter == 'i')
        return fmt(
            &maker->arena, ", gi int4 GENERATED ALWAYS AS (%s)%s",
            fmt(&maker->arena, rng_chance(maker->rng, 50) ? "%s + 1" : "nullif(%s, 1)", of->sql),
            rest);
    if (of->letter == 't')
        return fmt(&maker->arena, ", gt text GENERATED ALWAYS AS (%s)%s",
                   fmt(&maker->arena,
                       rng_chance(maker->rng, 50) ? "lower(%s)" : "coalesce(%s, 'x')", of->sql),
                   rest);
    return "";
}

static const char *keys(struct maker *maker, const struct made *table)
{
    const char *first = table->columns[0]->sql;
    const char *other = table->columns[rng_below(maker->rng, table->count)]->sql;
    switch (rng_below(maker->rng, 8)) {
    case 0:
    case 1:
    case 2:
        return fmt(&maker->arena, ", PRIMARY KEY (%s)", first);
    case 3:
        return strcmp(first, other) == 0
                   ? fmt(&maker->arena, ", UNIQUE (%s)", first)
                   : fmt(&maker->arena, ", PRIMARY KEY (%s, %s)", first, other);
    case 4:
        return fmt(&maker->arena, ", UNIQUE (%s)", other);
    case 5:
        return fmt(&maker->arena, ", UNIQUE NULLS NOT DISTINCT (%s)", other);
    case 6:
        return fmt(&maker->arena, ", UNIQUE (%s) DEFERRABLE INITIALLY DEFERRED", first);
    default:
        return "";
    }
}

/* More that is said of a table afterwards. */
static void decorate(struct maker *maker, const struct made *table)
{
    const char *column = table->columns[rng_below(maker->rng, table->count)]->sql;
    if (rng_chance(maker->rng, 15))
        make(maker, fmt(&maker->arena, "CREATE UNIQUE INDEX ON %s (%s) WHERE %s IS NOT NULL",
                        table->name, column, column));
    if (rng_chance(maker->rng, 15))
        make(maker, fmt(&maker->arena, "CREATE UNIQUE INDEX ON %s (%s)", table->name, column));
    if (rng_chance(maker->rng, 15)) {
        make(maker, fmt(&maker->arena, "ALTER TABLE %s ENABLE ROW LEVEL SECURITY", table->name));
        make(maker,
             fmt(&maker->arena, "CREATE POLICY p ON %s USING (%s IS NOT NULL) WITH CHECK (TRUE)",
                 table->name, column));
    }
    if (rng_chance(maker->rng, 25)) {
        unsigned i = rng_below(maker->rng, table->count);
        const char *change =
            table->is_not_null[i] || i == 0
                ? "IF TG_OP = ''INSERT'' AND TG_ARGV[0] = ''skip'' THEN RETURN NULL; END IF;"
                : fmt(&maker->arena, "NEW.%s := NULL;", table->columns[i]->sql);
        make(maker, fmt(&maker->arena,
                        "CREATE FUNCTION g_%s() RETURNS trigger LANGUAGE plpgsql"
                        " AS 'BEGIN %s RETURN NEW; END'",
                        table->name, change));
        make(maker, fmt(&maker->arena,
                        "CREATE TRIGGER g BEFORE INSERT OR UPDATE ON %s FOR EACH ROW"
                        " EXECUTE FUNCTION g_%s(%s)",
                        table->name, table->name, rng_chance(maker->rng, 20) ? "'skip'" : "'go'"));
    }
    if (rng_chance(maker->rng, 4))
        make(maker, fmt(&maker->arena, "CREATE RULE r AS ON %s TO %s DO INSTEAD NOTHING",
                        rng_chance(maker->rng, 50) ? "DELETE" : "INSERT", table->name));
    if (rng_chance(maker->rng, 4))
        make(maker, fmt(&maker->arena, "CREATE RULE r2 AS ON UPDATE TO %s DO ALSO DELETE FROM %s",
                        table->name, table->name));
}

/* Those below it, which its constraints may not bind. */
static void inherit(struct maker *maker, const struct made *table)
{
    const char *child = fmt(&maker->arena, "%s_child", table->name);
    make(maker,
         fmt(&maker->arena, "CREATE TABLE %s (extra int4) INHERITS (%s)", child, table->name));
    for (unsigned i = 0; i < table->count; i++) {
        if (table->is_not_null[i] && rng_chance(maker->rng, 50))
            make(maker, fmt(&maker->arena, "ALTER TABLE %s ALTER %s DROP NOT NULL", child,
                            table->columns[i]->sql));
        else if (rng_chance(maker->rng, 10))
            make(maker, fmt(&maker->arena, "ALTER TABLE ONLY %s ALTER %s SET NOT NULL", table->name,
                            table->columns[i]->sql));
    }
}

static void make_table(struct maker *maker)
{
    struct made table = {.name = fmt(&maker->arena, "t%u", ++maker->tables)};
    const char *sql = "";
    choose_columns(maker, &table);
    for (unsigned i = 0; i < table.count; i++)
        sql = fmt(&maker->arena, "%s%s%s", sql, i > 0 ? ", " : "", column_sql(maker, &table, i));
    if (rng_chance(maker->rng, 25))
        sql = fmt(&maker->arena, "%s%s", sql, generated(maker, &table));
    bool is_parted = rng_chance(maker->rng, 12);
    const char *by =
        is_parted ? fmt(&maker->arena, " PARTITION BY RANGE (%s)", table.columns[0]->sql) : "";
    if (!make(maker, fmt(&maker->arena, "CREATE TABLE %s (%s%s)%s", table.name, sql,
                         keys(maker, &table), by)) &&
        !make(maker, fmt(&maker->arena, "CREATE TABLE %s (%s)%s", table.name, sql, by)))
        return;
    if (is_parted) {
        make(maker, fmt(&maker->arena, "CREATE TABLE %s_rest PARTITION OF %s DEFAULT", table.name,
                        table.name));
        make(maker, fmt(&maker->arena,
                        "CREATE TABLE %s_low PARTITION OF %s FOR VALUES FROM (MINVALUE) TO (1)",
                        table.name, table.name));
    }
    decorate(maker, &table);
    if (!is_parted && rng_chance(maker->rng, 22))
        inherit(maker, &table);
    for (unsigned other = 1; other < maker->tables; other++)
        if (rng_chance(maker->rng, 30))
            make(maker, fmt(&maker->arena, "ALTER TABLE %s ADD FOREIGN KEY (%s) REFERENCES t%u%s",
                            table.name, table.columns[rng_below(maker->rng, table.count)]->sql,
                            other, rng_chance(maker->rng, 20) ? " NOT VALID" : ""));
}

/* --- views */

static void make_views(struct maker *maker)
{
    static const char *const heads[] = {"CREATE VIEW v%u AS ", "CREATE VIEW v%u AS ",
                                        "CREATE VIEW v%u WITH (security_barrier) AS ",
                                        "CREATE MATERIALIZED VIEW v%u AS "};
    unsigned count = 1 + rng_below(maker->rng, 4);
    for (unsigned i = 0; i < count; i++) {
        struct gen gen;
        struct source out;
        place_read(maker->place); /* one view is seen by the next */
        gen_init(&gen, maker->rng, &maker->arena, &maker->place->catalog);
        for (unsigned tries = 0; tries < 4; tries++) {
            gen.fuel = 25;
            const char *query = gen_select(&gen, NULL, 1 + (int)rng_below(maker->rng, 2),
                                           (struct wish){.is_named = true}, &out);
            const char *head = RNG_PICK(maker->rng, heads);
            const char *hole = strstr(head, "%u");
            if (out.count > 0 && make(maker, fmt(&maker->arena, "%.*s%u%s%s", (int)(hole - head),
                                                 head, i, hole + 2, query)))
                break;
        }
    }
}

/* Views that can be written to: as they are, by a trigger that gives what it likes, by rules. */
static void make_written_views(struct maker *maker)
{
    static const char *const views[] = {
        "CREATE VIEW w1 AS SELECT * FROM t1",
        "CREATE VIEW w2 AS SELECT id, a FROM t2 WHERE a > 0 WITH CHECK OPTION",
        "CREATE VIEW w3 AS SELECT s.*, 1 AS one FROM t2 AS s",
        "CREATE FUNCTION g_w3() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN IF TG_OP = ''DELETE'' THEN RETURN OLD; END IF;"
        " NEW.one := NULL; RETURN NEW; END'",
        "CREATE TRIGGER g INSTEAD OF INSERT OR UPDATE OR DELETE ON w3 FOR EACH ROW"
        " EXECUTE FUNCTION g_w3()",
        "CREATE VIEW w4 AS SELECT id, 'x'::text AS b FROM t1",
        "CREATE RULE r1 AS ON INSERT TO w4 DO INSTEAD INSERT INTO t1 (id) VALUES (NEW.id)"
        " RETURNING id, NULL::text",
        "CREATE RULE r2 AS ON UPDATE TO w4 DO INSTEAD UPDATE t1 SET id = NEW.id WHERE id = OLD.id"
        " RETURNING id, nullif(id, 1)::text",
        "CREATE RULE r3 AS ON DELETE TO w4 DO INSTEAD DELETE FROM t1 WHERE id = OLD.id"
        " RETURNING id, NULL::text",
    };
    for (unsigned i = 0; i < sizeof views / sizeof *views; i++)
        if (i == 0 || rng_chance(maker->rng, 70))
            make(maker, views[i]);
}

void schema_make(struct place *place, struct rng *rng)
{
    struct maker maker = {.place = place, .rng = rng, .arena = TN_ARENA_INIT};
    unsigned count = 2 + rng_below(rng, 4);
    kinds_begin(place->catalog.server->version);
    for (unsigned i = 0; i < sizeof begin / sizeof *begin; i++)
        make(&maker, begin[i]);
    for (unsigned i = 0; i < count; i++)
        make_table(&maker);
    make_views(&maker);
    make_written_views(&maker);
    place_read(place);
    tn_arena_fini(&maker.arena);
}
