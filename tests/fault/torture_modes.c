/* SPDX-License-Identifier: MIT */
#include "torture_modes.h"

/* Parents with children that go with them, over several pages. */
#define BASE_UP                                                                               \
 "CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n"                             \
 "CREATE TABLE k (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p ON DELETE CASCADE," \
 " pad TEXT);\n"                                                                              \
 "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)\n"            \
 "INSERT INTO p SELECT i, 'parent ' || i FROM n;\n"                                           \
 "INSERT INTO k SELECT id, id, hex(zeroblob(100)) FROM p;\n"
#define BASE                                          \
 {"1_base.up.sql", BASE_UP},                          \
 {                                                    \
  "1_base.down.sql", "DROP TABLE k;\nDROP TABLE p;\n" \
 }
#define MORE                                                                                 \
 {"2_more.up.sql", "ALTER TABLE p ADD COLUMN size INTEGER;\n"                                \
                   "UPDATE p SET size = length(name);\nCREATE INDEX p_size ON p (size);\n"}, \
 {                                                                                           \
  "2_more.down.sql", "DROP INDEX p_size;\nALTER TABLE p DROP COLUMN size;\n"                 \
 }
#define REBUILD                                                                          \
 "CREATE TABLE p_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL CHECK (name <> ''));\n" \
 "INSERT INTO p_new SELECT id, name FROM p;\nDROP TABLE p;\nALTER TABLE p_new RENAME TO p;\n"
#define FILL "INSERT INTO a SELECT id, name FROM p;\n"
#define NO_TRANSACTION                                                                            \
 "-- no-transaction\nCREATE TABLE a (x INTEGER PRIMARY KEY, y);\n" FILL                           \
 "CREATE INDEX a_y ON a (y);\nBEGIN;\nUPDATE a SET y = upper(y);\nDELETE FROM k WHERE id > 50;\n" \
 "COMMIT;\nDROP INDEX a_y;\n"
#define UNDO_NO_TRANSACTION \
 "DROP TABLE IF EXISTS a; INSERT OR IGNORE INTO k SELECT id, id, hex(zeroblob(100)) FROM p;"
#define COMMITS                                                                             \
 "CREATE TABLE a (x INTEGER PRIMARY KEY, y);\nCOMMIT;\nPRAGMA synchronous = FULL;\n" FILL   \
 "BEGIN;\nCREATE INDEX a_y ON a (y);\nCOMMIT;\nBEGIN;\nCREATE TABLE b (x);\nINSERT INTO b " \
 "SELECT x FROM a;\n"

const struct torture_mode torture_modes[] = {
    {"up, first run", {BASE, MORE}, 0, TN_MIGRATE_UP, false, false, NULL, false},
    {"up, first run, embedded", {BASE, MORE}, 0, TN_MIGRATE_UP, false, true, NULL, false},
    {"up", {BASE, MORE}, 1, TN_MIGRATE_UP, false, false, NULL, false},
    {"up, embedded", {BASE, MORE}, 1, TN_MIGRATE_UP, false, true, NULL, false},
    {"down", {BASE, MORE}, 2, TN_MIGRATE_DOWN, false, false, NULL, false},
    {"down, embedded", {BASE, MORE}, 2, TN_MIGRATE_DOWN, false, true, NULL, false},
    {"down, all", {BASE, MORE}, 2, TN_MIGRATE_DOWN, true, false, NULL, false},
    {"one file, up",
     {BASE,
      {"2_one.sql", "-- UP\nCREATE TABLE a AS SELECT * FROM p;\n-- DOWN\n-- DROP TABLE a;\n"}},
     1,
     TN_MIGRATE_UP,
     false,
     false,
     NULL,
     false},
    {"one file, down",
     {BASE,
      {"2_one.sql", "-- UP\nCREATE TABLE a AS SELECT * FROM p;\n-- DOWN\n-- DROP TABLE a;\n"}},
     2,
     TN_MIGRATE_DOWN,
     false,
     false,
     NULL,
     false},
    {"own BEGIN and COMMIT",
     {BASE,
      {"2_own.up.sql", "BEGIN;\nCREATE TABLE a (x INTEGER PRIMARY KEY, y);\n" FILL "COMMIT;\n"}},
     1,
     TN_MIGRATE_UP,
     false,
     false,
     NULL,
     false},
    {"pragma journal_mode in it",
     {BASE,
      {"2_j.up.sql", "PRAGMA journal_mode = TRUNCATE;\nCREATE TABLE a (x INTEGER PRIMARY KEY, "
                     "y);\n" FILL "PRAGMA synchronous = OFF;\n"}},
     1,
     TN_MIGRATE_UP,
     false,
     false,
     NULL,
     false},
    {"foreign_keys=OFF rebuild",
     {BASE,
      {"2_rebuild.up.sql", "PRAGMA foreign_keys = OFF;\n" REBUILD "PRAGMA foreign_keys = ON;\n"}},
     1,
     TN_MIGRATE_UP,
     false,
     false,
     NULL,
     false},
    {"DROP TABLE, run again",
     {BASE, {"2_rebuild.up.sql", REBUILD}},
     1,
     TN_MIGRATE_UP,
     false,
     false,
     NULL,
     false},
    {"DROP TABLE, run again, embedded",
     {BASE, {"2_rebuild.up.sql", REBUILD}},
     1,
     TN_MIGRATE_UP,
     false,
     true,
     NULL,
     false},
    {"no-transaction",
     {BASE, {"2_no.up.sql", NO_TRANSACTION}},
     1,
     TN_MIGRATE_UP,
     false,
     false,
     UNDO_NO_TRANSACTION,
     false},
    {"no-transaction, embedded",
     {BASE, {"2_no.up.sql", NO_TRANSACTION}},
     1,
     TN_MIGRATE_UP,
     false,
     true,
     UNDO_NO_TRANSACTION,
     false},
    {"no-transaction, first run",
     {{"1_no.up.sql", "-- no-transaction\nCREATE TABLE a (x);\nINSERT INTO a VALUES (1);\n"}},
     0,
     TN_MIGRATE_UP,
     false,
     false,
     "DROP TABLE IF EXISTS a;",
     false},
    {"no-transaction, VACUUM",
     {BASE, {"2_v.up.sql", "-- no-transaction\nVACUUM;\n"}},
     1,
     TN_MIGRATE_UP,
     false,
     false,
     "",
     false},
    {"no-transaction, down",
     {BASE,
      {"2_no.up.sql", "CREATE TABLE a (x INTEGER PRIMARY KEY, y);\n" FILL "CREATE TABLE b (x);\n"},
      {"2_no.down.sql", "-- no-transaction\nDROP TABLE a;\nDROP TABLE b;\n"}},
     2,
     TN_MIGRATE_DOWN,
     false,
     false,
     "CREATE TABLE IF NOT EXISTS a (x INTEGER PRIMARY KEY, y);"
     "INSERT OR IGNORE INTO a SELECT id, name FROM p;"
     "CREATE TABLE IF NOT EXISTS b (x);",
     false},
    {"COMMIT and BEGIN in it",
     {BASE, {"2_c.up.sql", COMMITS}},
     1,
     TN_MIGRATE_UP,
     false,
     false,
     "DROP TABLE IF EXISTS a; DROP TABLE IF EXISTS b;",
     true},
};
const size_t torture_mode_count = sizeof torture_modes / sizeof torture_modes[0];
