/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "driver/sqlite/sqlite.h"
#include "util/str.h"

#ifndef SQLITE_CONSTRAINT_DATATYPE /* before 3.37 */
# define SQLITE_CONSTRAINT_DATATYPE (SQLITE_CONSTRAINT | (12 << 8))
#endif

/*
 * Result codes into statuses (https://www.sqlite.org/rescode.html). Extended codes come first where
 * they mean something else than their primary one.
 */
static const struct {
    int native;
    int status;
} statuses[] = {
    {SQLITE_CONSTRAINT_UNIQUE, TN_EUNIQUE},
    {SQLITE_CONSTRAINT_PRIMARYKEY, TN_EUNIQUE},
    {SQLITE_CONSTRAINT_ROWID, TN_EUNIQUE},
    {SQLITE_CONSTRAINT_FOREIGNKEY, TN_EFOREIGNKEY},
    {SQLITE_CONSTRAINT_NOTNULL, TN_ENOTNULL},
    {SQLITE_CONSTRAINT_CHECK, TN_ECHECK},
    {SQLITE_CONSTRAINT_DATATYPE, TN_ETYPE},
    {SQLITE_BUSY_SNAPSHOT, TN_ESERIALIZE},
    {SQLITE_ERROR_SNAPSHOT, TN_ESERIALIZE},
    {SQLITE_ERROR_RETRY, TN_ESCHEMA},
    {SQLITE_ERROR_MISSING_COLLSEQ, TN_ENOTFOUND},
    {SQLITE_LOCKED_SHAREDCACHE, TN_EBUSY},
    {SQLITE_LOCKED_VTAB, TN_EBUSY},
    {SQLITE_IOERR_NOMEM, TN_ENOMEM},
    {SQLITE_IOERR_ACCESS, TN_EPERM},
    {SQLITE_CANTOPEN_ISDIR, TN_EINVAL},
    {TN__SQLITE_LIST, TN_EINVAL},

    {SQLITE_CONSTRAINT, TN_ECONSTRAINT},
    {SQLITE_BUSY, TN_EBUSY},
    {SQLITE_PROTOCOL, TN_EBUSY},
    /* Not transient: it is a statement of this very connection that stands in the way. */
    {SQLITE_LOCKED, TN_EMISUSE},
    {SQLITE_READONLY, TN_EREADONLY},
    {SQLITE_IOERR, TN_EIO},
    {SQLITE_CANTOPEN, TN_EIO},
    {SQLITE_FULL, TN_EFULL},
    {SQLITE_CORRUPT, TN_ECORRUPT},
    {SQLITE_NOTADB, TN_ENOTADB},
    {SQLITE_NOMEM, TN_ENOMEM},
    {SQLITE_TOOBIG, TN_ERANGE},
    {SQLITE_RANGE, TN_ERANGE},
    {SQLITE_MISMATCH, TN_ETYPE},
    {SQLITE_INTERRUPT, TN_EINTERRUPT},
    {SQLITE_ABORT, TN_EINTERRUPT},
    {SQLITE_SCHEMA, TN_ESCHEMA},
    {SQLITE_PERM, TN_EPERM},
    {SQLITE_AUTH, TN_EPERM},
    {SQLITE_MISUSE, TN_EMISUSE},
    {SQLITE_NOLFS, TN_EUNSUPPORTED},
};

int tn__sqlite_status(int native)
{
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (statuses[i].native == native || statuses[i].native == (native & 0xff))
            return statuses[i].status;
    }
    return TN_ERROR;
}

/* SQLITE_CANTOPEN says nothing by itself: the system's reason does. */
static int cantopen_status(int system_errno)
{
    switch (system_errno) {
    case EACCES:
    case EPERM:
        return TN_EPERM;
    case ENOENT:
    case ENOTDIR:
        return TN_ENOTFOUND;
    case EROFS:
        return TN_EREADONLY;
    case ENOMEM:
        return TN_ENOMEM;
    default:
        return TN_EIO;
    }
}

/*
 * What SQLite says in words only. The subject stands behind `before` and in front of `after`, and is
 * put into `message`; `member` says which member of the error it goes to, too.
 */
enum member {
    NOWHERE,
    TABLE,
    COLUMN,     /* "c" or "t.c" */
    COLUMNS,    /* "t.a, t.b": table t, columns "a, b" */
    INDEX,      /* the name of an index */
    CONSTRAINT, /* the name of a constraint */
    STORED      /* "TEXT value in INTEGER column t.c" */
};

static const struct pattern {
    int primary; /* result code without its extension */
    const char *before;
    const char *after;
    int status; /* 0: by the code */
    enum member member;
    const char *message; /* %s: the subject; NULL: SQLite's own words */
} patterns[] = {
    {SQLITE_ERROR, "no such table: ", "", TN_ENOTFOUND, TABLE, "no such table '%s'"},
    {SQLITE_ERROR, "no such column: ", "", TN_ENOTFOUND, COLUMN, "no such column '%s'"},
    {SQLITE_ERROR, "no such function: ", "", TN_ENOTFOUND, NOWHERE, "no such function '%s'"},
    {SQLITE_ERROR, "no such index: ", "", TN_ENOTFOUND, NOWHERE, "no such index '%s'"},
    {SQLITE_ERROR, "no such view: ", "", TN_ENOTFOUND, NOWHERE, "no such view '%s'"},
    {SQLITE_ERROR, "no such trigger: ", "", TN_ENOTFOUND, NOWHERE, "no such trigger '%s'"},
    {SQLITE_ERROR, "no such module: ", "", TN_ENOTFOUND, NOWHERE, "no such module '%s'"},
    {SQLITE_ERROR, "no such savepoint: ", "", TN_ENOTFOUND, NOWHERE, "no such savepoint '%s'"},
    {SQLITE_ERROR, "no such database: ", "", TN_ENOTFOUND, NOWHERE, "no such database '%s'"},
    {SQLITE_ERROR, "unknown database ", "", TN_ENOTFOUND, NOWHERE, "no such database '%s'"},
    {SQLITE_ERROR, "unknown database: ", "", TN_ENOTFOUND, NOWHERE, "no such database '%s'"},
    {SQLITE_ERROR, "no such collation sequence: ", "", TN_ENOTFOUND, NOWHERE,
     "no such collation sequence '%s'"},
    {SQLITE_ERROR, "near \"", "\": syntax error", TN_ESYNTAX, NOWHERE, "syntax error near '%s'"},
    {SQLITE_ERROR, "unrecognized token: \"", "\"", TN_ESYNTAX, NOWHERE, "unrecognized token '%s'"},
    {SQLITE_ERROR, "tn_list() needs a list", "", TN_EINVAL, NOWHERE, NULL},
    {SQLITE_ERROR, "incomplete input", "", TN_ESYNTAX, NOWHERE, NULL},
    {SQLITE_CONSTRAINT, "UNIQUE constraint failed: index '", "'", 0, INDEX,
     "unique constraint failed: index '%s'"},
    {SQLITE_CONSTRAINT, "UNIQUE constraint failed: ", "", 0, COLUMNS,
     "unique constraint failed on '%s'"},
    {SQLITE_CONSTRAINT, "NOT NULL constraint failed: ", "", 0, COLUMNS,
     "not-null constraint failed on '%s'"},
    {SQLITE_CONSTRAINT, "CHECK constraint failed: ", "", 0, CONSTRAINT,
     "check constraint failed: '%s'"},
    {SQLITE_CONSTRAINT, "FOREIGN KEY constraint failed", "", 0, NOWHERE,
     "foreign key constraint failed"},
    {SQLITE_CONSTRAINT, "cannot store ", "", 0, STORED, NULL},
    {SQLITE_NOTADB, "file is not a database", "", 0, NOWHERE, NULL},
};

/* "t.c" into table and column; a name without a dot is the column's. */
static void set_column(tn_error *err, tn_text name)
{
    size_t dot = tn__text_find(name, '.');
    if (dot < name.size) {
        tn__copy_text(err->table, sizeof err->table, tn__text_sub(name, 0, dot));
        name = tn__text_sub(name, dot + 1, name.size);
    }
    tn__copy_text(err->column, sizeof err->column, name);
}

/* "t.a, t.b": the columns without the table. */
static void set_columns(tn_error *err, tn_text names)
{
    size_t dot = tn__text_find(names, '.');
    tn_text table = tn__text_sub(names, 0, dot);
    char columns[sizeof err->column];
    size_t used = 0;
    if (dot == names.size) {
        tn__copy_text(err->column, sizeof err->column, names);
        return;
    }
    while (names.size && used < sizeof columns) {
        size_t end = table.size + 1;
        while (end < names.size &&
               !(names.data[end] == ',' && end + 1 < names.size && names.data[end + 1] == ' '))
            end++;
        tn_text name = tn__text_sub(names, table.size + 1, end - table.size - 1);
        int wrote = snprintf(columns + used, sizeof columns - used, "%s%.*s", used ? ", " : "",
                             (int)(name.size < 64 ? name.size : 64), name.data);
        used += wrote > 0 ? (size_t)wrote : 0;
        names = end < names.size ? tn__text_sub(names, end + 2, names.size) : (tn_text){"", 0};
    }
    tn__copy_text(err->table, sizeof err->table, table);
    tn__copy_text(err->column, sizeof err->column, tn_text_of(columns));
}

static void set_member(tn_error *err, enum member member, tn_text subject)
{
    switch (member) {
    case NOWHERE:
        break;
    case TABLE:
        tn__copy_text(err->table, sizeof err->table, subject);
        break;
    case COLUMN:
        set_column(err, subject);
        break;
    case COLUMNS:
        set_columns(err, subject);
        break;
    case INDEX:
    case CONSTRAINT:
        tn__copy_text(err->constraint, sizeof err->constraint, subject);
        break;
    case STORED: {
        size_t space = subject.size;
        while (space > 0 && subject.data[space - 1] != ' ')
            space--;
        set_column(err, tn__text_sub(subject, space, subject.size));
        break;
    }
    }
}

/* "table t has no column named c" has two subjects. */
static bool fail_no_column_named(tn_error *err, tn_text text)
{
    static const char middle[] = " has no column named ";
    const char *found = tn__text_starts(text, "table ") ? strstr(text.data, middle) : NULL;
    if (!found)
        return false;
    tn_text table = tn__text_sub(text, 6, (size_t)(found - text.data) - 6);
    tn_text column = tn_text_of(found + sizeof middle - 1);
    tn_error_set(err, TN_ENOTFOUND, "no column '%s' in table '%.*s'", column.data,
                 (int)(table.size < 200 ? table.size : 200), table.data);
    set_member(err, TABLE, table);
    tn__copy_text(err->column, sizeof err->column, column);
    return true;
}

static const struct pattern *find_pattern(int native, tn_text text, tn_text *subject)
{
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        const struct pattern *p = &patterns[i];
        if (p->primary != (native & 0xff) || !tn__text_starts(text, p->before) ||
            !tn__text_ends(text, p->after))
            continue;
        size_t size = strlen(p->before) + strlen(p->after);
        if (text.size < size)
            continue;
        *subject = tn__text_sub(text, strlen(p->before), text.size - size);
        return p;
    }
    return NULL;
}

static void fill(tn_error *err, int status, int native, const char *message)
{
    tn_text text = tn_text_of(message);
    tn_text subject = {"", 0};
    if ((native & 0xff) == SQLITE_ERROR && fail_no_column_named(err, text))
        return;
    /* The text of a RAISE() in a trigger is the application's own. */
    bool is_own = native == SQLITE_CONSTRAINT_TRIGGER && status != TN_EFOREIGNKEY;
    const struct pattern *p = is_own ? NULL : find_pattern(native, text, &subject);
    if (!p) {
        tn_error_set(err, status, "%s", message);
        return;
    }
    char shown[256];
    tn__copy_text(shown, sizeof shown, subject);
    if (p->status)
        status = p->status;
    if (p->message && strstr(p->message, "%s")) {
        const char *mark = strstr(p->message, "%s");
        tn_error_set(err, status, "%.*s%s%s", (int)(mark - p->message), p->message, shown,
                     mark + 2);
    } else {
        tn_error_set(err, status, "%s", p->message ? p->message : message);
    }
    set_member(err, p->member, subject);
}

/* RESTRICT is a trigger that the engine writes by itself, and fails as the RAISE() of one. */
static bool is_restrict(int native, const char *message)
{
    return native == SQLITE_CONSTRAINT_TRIGGER && message &&
           strcmp(message, "FOREIGN KEY constraint failed") == 0;
}

/* The codes of our own for values that cannot be bound. */
static const struct {
    int native;
    const char *message;
} refusals[] = {
    {TN__SQLITE_TIME_RANGE, "timestamp out of range: the year is not within 0000 to 9999"},
    {TN__SQLITE_DATE_RANGE, "date out of range: the year is not within 0000 to 9999"},
    {TN__SQLITE_CLOCK_RANGE, "time out of range: it is not within 00:00:00 to 24:00:00"},
    {TN__SQLITE_NO_ARRAYS, "SQLite has no arrays"},
};

int tn__sqlite_fail(sqlite3 *db, int native, tn_error *err)
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        if (native != refusals[i].native)
            continue;
        tn_error_set(err, tn__sqlite_status(native), "%s", refusals[i].message);
        err->native = native & 0xff;
        return err->status;
    }
    /* A code that did not come from the engine's last call (a converter's) has no words there. */
    bool is_last = db && (sqlite3_extended_errcode(db) & 0xff) == (native & 0xff);
    /* A handle of the program's own may give primary codes alone. */
    if (is_last && native == (native & 0xff))
        native = sqlite3_extended_errcode(db);
    int status = tn__sqlite_status(native);
    if ((native & 0xff) == SQLITE_CANTOPEN && db && native != SQLITE_CANTOPEN_ISDIR)
        status = cantopen_status(sqlite3_system_errno(db));
    const char *message = is_last ? sqlite3_errmsg(db) : sqlite3_errstr(native);
    if (is_restrict(native, message))
        status = TN_EFOREIGNKEY;
    fill(err, status, native, message ? message : tn_status_text(status));
    err->native = native == TN__SQLITE_LIST ? SQLITE_ERROR : native;
#if SQLITE_VERSION_NUMBER >= 3038000
    int offset = is_last ? sqlite3_error_offset(db) : -1;
    if (offset >= 0)
        err->position = (uint32_t)offset + 1;
#endif
    return err->status;
}
