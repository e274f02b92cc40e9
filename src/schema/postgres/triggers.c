/* SPDX-License-Identifier: MIT */
#include "schema/postgres/reading.h"
#include "util/buf.h"

/* Triggers and the policies of row-level security: what else has a say in a table's rows. */
static const char triggers_sql[] =
    "SELECT t.tgrelid, t.tgname, t.tgtype, t.tgfoid, pg_get_triggerdef(t.oid),"
    " ARRAY(SELECT a.attname::text FROM unnest(t.tgattr::int2[]) WITH ORDINALITY u (number, place)"
    " JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = u.number ORDER BY u.place)"
    " FROM pg_trigger t WHERE NOT t.tgisinternal ORDER BY t.tgrelid, t.tgname";
static const char policies_sql[] =
    "SELECT p.polrelid, p.polname, p.polcmd, p.polpermissive,"
    " CASE WHEN 0::oid = ANY (p.polroles) THEN 'PUBLIC'"
    " ELSE array_to_string(ARRAY(SELECT r.rolname::text FROM pg_roles r"
    " WHERE r.oid = ANY (p.polroles) ORDER BY r.rolname), ', ') END,"
    " pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)"
    " FROM pg_policy p ORDER BY p.polrelid, p.polname";

/* --- triggers ------------------------------------------------------------------------------------ */

/* "BEFORE INSERT OR UPDATE OF a, b" */
static const char *event_of(int fires, const tn_array *columns, tn_arena *arena)
{
    static const struct {
        int bit;
        const char *word;
    } events[] = {
        {TN__FIRES_INSERT, "INSERT"},
        {TN__FIRES_DELETE, "DELETE"},
        {TN__FIRES_TRUNCATE, "TRUNCATE"},
        {TN__FIRES_UPDATE, "UPDATE"},
    };
    struct tn__buf buf;
    tn_text text = {NULL, 0};
    const char *before = " ";
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, fires & TN__FIRES_INSTEAD  ? "INSTEAD OF"
                       : fires & TN__FIRES_BEFORE ? "BEFORE"
                                                  : "AFTER");
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        if (!(fires & events[i].bit))
            continue;
        tn__buf_printf(&buf, "%s%s", before, events[i].word);
        before = " OR ";
    }
    for (size_t i = 0; i < columns->count; i++)
        tn__buf_printf(&buf, "%s%s", i > 0 ? ", " : " OF ", tn__array_text(columns, i));
    int rc = tn__buf_to_arena(&buf, arena, &text);
    tn__buf_fini(&buf);
    return rc == TN_OK ? text.data : NULL;
}

static int read_triggers(struct tn__pg_reading *reading, struct tn__pg_draft *draft,
                         const tn_rows *rows, size_t begin, size_t end)
{
    size_t count = end - begin;
    struct tn__trigger *triggers = tn_arena_array(reading->arena, count, sizeof(*triggers));
    if (!triggers)
        return tn__pg_no_memory(reading);
    for (size_t i = 0; i < count; i++) {
        struct tn__trigger *trigger = &triggers[i];
        trigger->name = tn__row_text(rows, begin + i, 1);
        trigger->fires = (int)tn__row_int(rows, begin + i, 2);
        trigger->function = (uint32_t)tn__row_int(rows, begin + i, 3);
        trigger->sql = tn__row_text(rows, begin + i, 4);
        trigger->event =
            event_of(trigger->fires, tn__row_array(rows, begin + i, 5), reading->arena);
        if (!trigger->event)
            return tn__pg_no_memory(reading);
    }
    draft->table->triggers = triggers;
    draft->table->trigger_count = count;
    return TN_OK;
}

int tn__pg_read_triggers(struct tn__pg_reading *reading)
{
    tn_rows rows;
    int rc = tn__pg_query(&rows, reading, triggers_sql);
    return rc == TN_OK ? tn__pg_hand_out(reading, &rows, read_triggers) : rc;
}

/* --- policies ------------------------------------------------------------------------------------ */

static const char *command_of(char letter)
{
    switch (letter) {
    case 'r':
        return "SELECT";
    case 'a':
        return "INSERT";
    case 'w':
        return "UPDATE";
    case 'd':
        return "DELETE";
    default:
        return "ALL";
    }
}

static int read_policies(struct tn__pg_reading *reading, struct tn__pg_draft *draft,
                         const tn_rows *rows, size_t begin, size_t end)
{
    size_t count = end - begin;
    struct tn__server_policy *policies = tn_arena_array(reading->arena, count, sizeof(*policies));
    if (!policies)
        return tn__pg_no_memory(reading);
    for (size_t i = 0; i < count; i++)
        policies[i] = (struct tn__server_policy){
            .name = tn__row_text(rows, begin + i, 1),
            .command = command_of(tn__row_letter(rows, begin + i, 2)),
            .is_permissive = tn__row_flag(rows, begin + i, 3),
            .roles = tn__row_text(rows, begin + i, 4),
            .using_sql = tn__row_text_or_null(rows, begin + i, 5),
            .check_sql = tn__row_text_or_null(rows, begin + i, 6),
        };
    draft->server->policies = policies;
    draft->server->policy_count = count;
    return TN_OK;
}

int tn__pg_read_policies(struct tn__pg_reading *reading)
{
    tn_rows rows;
    int rc = tn__pg_query(&rows, reading, policies_sql);
    return rc == TN_OK ? tn__pg_hand_out(reading, &rows, read_policies) : rc;
}
