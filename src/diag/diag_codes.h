/* SPDX-License-Identifier: MIT */
#ifndef TN_DIAG_DIAG_CODES_H
#define TN_DIAG_DIAG_CODES_H

/*
 * Every diagnostic there is: X(identifier, "code", default severity, one-line meaning).
 *
 * Codes are stable: scripts and editors match on them. A code is lower case, words joined by
 * hyphens; the meaning is lower case without a full stop. Sorted within each part.
 * What a project may allow or forbid is a lint, and stands in TN__LINT_CODES.
 */
#define TN__DIAG_CODES(X)                                                                          \
 /* the program and its database */                                                                \
 X(CANNOT_OPEN, "cannot-open", TN__ERROR, "the database cannot be opened")                         \
 X(INTERNAL, "internal", TN__ERROR, "no memory, or a fault in Tenon itself")                       \
 X(LOCKED, "locked", TN__ERROR, "another program holds the database locked")                       \
 X(NO_DATABASE, "no-database", TN__ERROR, "there is no database where the URL says")               \
 X(NOT_A_DATABASE, "not-a-database", TN__ERROR, "the file is something else than a database")      \
 X(PARTLY_APPLIED, "partly-applied", TN__ERROR, "failed with a part applied, which stays")         \
 X(READ_ONLY, "read-only", TN__ERROR, "the database may not be written")                           \
 X(REFUSED, "refused", TN__ERROR, "a condition is not met; nothing has been changed")              \
 X(UNWRITABLE, "unwritable", TN__ERROR, "a file, a folder or standard output cannot be written")   \
 X(USAGE, "usage", TN__ERROR, "the command line, or a setting that it needs, is wrong")            \
 /* a database that is there */                                                                    \
 X(CONSTRAINT_NOT_VALID, "constraint-not-valid", TN__WARNING,                                      \
   "a constraint does not hold for the rows that were there before it")                            \
 X(END_OF_LIFE, "end-of-life", TN__WARNING, "the server's version gets no repairs any more")       \
 X(FOREIGN_KEY_NO_INDEX, "foreign-key-no-index", TN__WARNING,                                      \
   "no index serves the columns of a foreign key")                                                 \
 X(FOREIGN_KEY_VIOLATION, "foreign-key-violation", TN__ERROR,                                      \
   "rows point to rows that do not exist")                                                         \
 X(FOREIGN_KEYS_OFF, "foreign-keys-off", TN__WARNING,                                              \
   "the database is opened with foreign keys off")                                                 \
 X(IDLE_IN_TRANSACTION, "idle-in-transaction", TN__WARNING,                                        \
   "a session has had a transaction open for long, and does nothing")                              \
 X(INDEX_NOT_VALID, "index-not-valid", TN__WARNING, "an index was left behind half-made")          \
 X(INTEGRITY, "integrity", TN__ERROR, "the database file is damaged")                              \
 X(MIGRATIONS_DIFFER, "migrations-differ", TN__WARNING,                                            \
   "migrations are changed, missing or partly applied")                                            \
 X(MIGRATIONS_PENDING, "migrations-pending", TN__WARNING, "migrations have not been applied yet")  \
 X(NOT_WAL, "not-wal", TN__WARNING, "the database is not in WAL mode")                             \
 X(INTERRUPTED, "interrupted", TN__ERROR, "stopped by Ctrl-C or SIGTERM")                          \
 X(SEQUENCE_NEAR_END, "sequence-near-end", TN__WARNING, "a sequence has few numbers left")         \
 X(SERVER_NOTICE, "server-notice", TN__NOTE, "what a server says beside a result")                 \
 X(SERVER_WARNING, "server-warning", TN__WARNING, "what a server warns of beside a result")        \
 X(SQL_FAILED, "sql-failed", TN__ERROR, "a statement of 'tenon sql' failed")                       \
 X(SQLITE_WAL_RESET_BUG, "sqlite-wal-reset-bug", TN__WARNING, "this SQLite has the WAL-reset bug") \
 X(WAL_LARGE, "wal-large", TN__WARNING, "the write-ahead log has grown large")                     \
 X(WRAPAROUND_NEAR, "wraparound-near", TN__WARNING,                                                \
   "old rows are not frozen as fast as numbers of transactions are used up")                       \
 /* settings and files */                                                                          \
 X(BAD_SETTING, "bad-setting", TN__ERROR, "a setting has a value that it cannot take")             \
 X(ENV_SYNTAX, "env-syntax", TN__ERROR, "a line of .env cannot be read")                           \
 X(SETTINGS_SYNTAX, "settings-syntax", TN__ERROR, "a line of tenon.ini cannot be read")            \
 X(UNKNOWN_SETTING, "unknown-setting", TN__ERROR, "tenon.ini has no such section or key")          \
 X(UNREADABLE, "unreadable", TN__ERROR, "a file or folder cannot be read")                         \
 /* migrations */                                                                                  \
 X(HISTORY_SHAPE, "history-shape", TN__ERROR,                                                      \
   "a table that migrations are noted in has another shape")                                       \
 X(MIGRATION_AMBIGUOUS, "migration-ambiguous", TN__ERROR,                                          \
   "a migration file can be read in more than one way")                                            \
 X(MIGRATION_CHANGED, "migration-changed", TN__ERROR,                                              \
   "a migration file differs from what was applied")                                               \
 X(MIGRATION_DUPLICATE, "migration-duplicate", TN__ERROR,                                          \
   "two migration files have the same version")                                                    \
 X(MIGRATION_ENCODING, "migration-encoding", TN__ERROR, "a migration file is not UTF-8 text")      \
 X(MIGRATION_FAILED, "migration-failed", TN__ERROR, "a statement of a migration failed")           \
 X(MIGRATION_MISSING, "migration-missing", TN__ERROR,                                              \
   "a migration was applied and its file is gone")                                                 \
 X(MIGRATION_NAME, "migration-name", TN__ERROR,                                                    \
   "the name of a migration file has no version, or there is no up script to a down script")       \
 X(MIGRATION_NO_DOWN, "migration-no-down", TN__ERROR,                                              \
   "a migration that is to be reverted has no down script")                                        \
 X(MIGRATION_NOTICE, "migration-notice", TN__WARNING,                                              \
   "something to know about a migration that runs all the same")                                   \
 /* queries: the SQL */                                                                            \
 X(EMPTY_QUERY, "empty-query", TN__ERROR, "a query has a name and no statement")                   \
 X(ENGINE_DISAGREES, "engine-disagrees", TN__WARNING,                                              \
   "what Tenon makes of a statement is not what the engine says: nothing is taken for certain")    \
 X(ENGINE_ERROR, "engine-error", TN__ERROR, "the engine refuses the statement")                    \
 X(MULTIPLE_STATEMENTS, "multiple-statements", TN__ERROR, "a query has more than one statement")   \
 X(SYNTAX_ERROR, "syntax-error", TN__ERROR, "the engine cannot parse the statement")               \
 X(UNKNOWN_COLUMN, "unknown-column", TN__ERROR, "no such column")                                  \
 X(UNKNOWN_FUNCTION, "unknown-function", TN__ERROR, "no such function")                            \
 X(UNKNOWN_TABLE, "unknown-table", TN__ERROR, "no such table or view")                             \
 /* queries: what they are turned into */                                                          \
 X(ANNOTATION_MISMATCH, "annotation-mismatch", TN__ERROR,                                          \
   "an annotation gives a column a type that its values never have")                               \
 X(BAD_ANNOTATION, "bad-annotation", TN__ERROR, "an annotation is incomplete or does not fit")     \
 X(BAD_QUERY_CALL, "bad-query-call", TN__ERROR, "a TN_QUERY in C cannot be read")                  \
 X(DUPLICATE_QUERY, "duplicate-query", TN__ERROR, "two queries have the same name")                \
 X(DUPLICATE_STEM, "duplicate-stem", TN__ERROR,                                                    \
   "two sources would be generated into the same file")                                            \
 X(EMBED_MISMATCH, "embed-mismatch", TN__ERROR,                                                    \
   "what -- embed names is not a whole row of a table, or may be absent")                          \
 X(ENGINES_DIFFER, "engines-differ", TN__ERROR,                                                    \
   "a query for both engines has other columns or parameters on one than on the other")            \
 X(GROUP_MISMATCH, "group-mismatch", TN__ERROR, "the columns of -- group by do not make groups")   \
 X(GROUP_ORDER, "group-order", TN__ERROR, "ORDER BY does not keep the rows of a group together")   \
 X(NAME_COLLISION, "name-collision", TN__ERROR, "two things would have the same name in C")        \
 X(NOT_A_QUERY, "not-a-query", TN__ERROR,                                                          \
   "the statement works on the connection and belongs to the program, not to a query")             \
 X(NOT_A_ROW_QUERY, "not-a-row-query", TN__ERROR,                                                  \
   "the query is to return rows and its statement returns none")                                   \
 X(NULL_DEFAULT, "null-default", TN__WARNING,                                                      \
   "a NOT NULL column has NULL in rows from before it: its default comes to NULL")                 \
 X(PARAM_NAME, "param-name", TN__ERROR,                                                            \
   "a parameter has no name that C can use, or an annotation names none of the query")             \
 X(QUERY_NAME, "query-name", TN__ERROR, "the name of a query is missing or not an identifier")     \
 X(QUERY_NOT_READ, "query-not-read", TN__WARNING,                                                  \
   "a TN_QUERY stands where it is not read: in the definition of a macro")                         \
 X(RETURNS_MISMATCH, "returns-mismatch", TN__ERROR,                                                \
   "the columns of a query are not those of the struct that it returns")                           \
 X(ROWS_IGNORED, "rows-ignored", TN__ERROR, "a query that only returns rows has the mode :exec")   \
 X(STALE, "stale", TN__ERROR, "the generated files are older than their sources")                  \
 X(TEMPORARY_OBJECT, "temporary-object", TN__WARNING,                                              \
   "a migration makes what only its own connection has")                                           \
 X(UNKNOWN_ANNOTATION, "unknown-annotation", TN__ERROR, "no such annotation")                      \
 X(UNEXPANDED_STAR, "unexpanded-star", TN__ERROR,                                                  \
   "what * stands for is not certain: name the columns")                                           \
 X(UNNAMED_COLUMN, "unnamed-column", TN__ERROR,                                                    \
   "a column has no name that C can use: give it one with AS")

/*
 * Lints, in the same form: what the engine takes and may not be what is meant. The severity is theirs as
 * long as `[lint]` of tenon.ini says nothing else, and a query may `-- allow` them; each has a section
 * in docs/lints.md.
 */
#define TN__LINT_CODES(X)                                                                          \
 /* queries: what they ask, and how it is found */                                                 \
 X(AUTO_INDEX, "auto-index", TN__WARNING,                                                          \
   "the engine makes an index for one statement, each time")                                       \
 X(CARTESIAN, "cartesian", TN__WARNING, "nothing links two tables of one FROM")                    \
 X(CLASS_MISMATCH, "class-mismatch", TN__WARNING,                                                  \
   "values are compared that are never of one class")                                              \
 X(DOUBLE_QUOTED_STRING, "double-quoted-string", TN__WARNING,                                      \
   "a text of the schema stands in double quotes")                                                 \
 X(FULL_SCAN, "full-scan", TN__WARNING, "a whole table is read for a few of its rows")             \
 X(IMPLICIT_ORDER, "implicit-order", TN__WARNING,                                                  \
   "which rows come, or in which order, is not defined")                                           \
 X(IMPOSSIBLE_INSERT, "impossible-insert", TN__WARNING,                                            \
   "what is to be written breaks a constraint, always")                                            \
 X(IMPOSSIBLE_VALUE, "impossible-value", TN__WARNING,                                              \
   "a literal is none of the values that a column can have")                                       \
 X(INTEGER_DIVISION, "integer-division", TN__WARNING,                                              \
   "a quotient of two integers loses its fraction")                                                \
 X(LIKE_WITHOUT_INDEX, "like-without-index", TN__WARNING,                                          \
   "LIKE or GLOB cannot use the index that there is")                                              \
 X(MANY_ON_KEY, "many-on-key", TN__WARNING, "the mode is :many and there is one row at most")      \
 X(NOT_IN_NULL, "not-in-null", TN__WARNING, "NOT IN a query whose column may be NULL")             \
 X(NULL_COMPARISON, "null-comparison", TN__WARNING, "a comparison with NULL, which is never true") \
 X(ONE_WITHOUT_KEY, "one-without-key", TN__WARNING,                                                \
   "the mode asks for one row and there may be more")                                              \
 X(TEMP_BTREE, "temp-btree", TN__WARNING,                                                          \
   "rows are sorted each time that an index could have in order")                                  \
 /* the others */                                                                                  \
 X(NOT_JUDGED, "not-judged", TN__WARNING,                                                          \
   "a statement that the server looks at when it runs, and that could not be tried")               \
 X(PARAM_TYPE, "param-type", TN__WARNING,                                                          \
   "the type of a parameter is not known: it takes any value")                                     \
 X(UNKNOWN_NULLABILITY, "unknown-nullability", TN__WARNING,                                        \
   "a column may be NULL or of any type for all that is known: settle it with -- column")          \
 X(UNUSED_ALLOW, "unused-allow", TN__WARNING, "an -- allow suppresses nothing")                    \
 X(UNUSED_COLUMN, "unused-column", TN__WARNING, "the program reads a column of a query nowhere")   \
 X(UNUSED_QUERY, "unused-query", TN__WARNING, "the program calls a query nowhere")

/* TN__DIAG_UNKNOWN_COLUMN and so on: the row's index in tn__diag_codes. */
enum tn__diag_index {
#define TN__DIAG_INDEX_(id, code, severity, meaning) TN__DIAG_##id,
    TN__DIAG_CODES(TN__DIAG_INDEX_)
    TN__LINT_CODES(TN__DIAG_INDEX_)
#undef TN__DIAG_INDEX_
        TN__DIAG_INDEX_COUNT
};

#endif
