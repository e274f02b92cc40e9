/* SPDX-License-Identifier: MIT */
#ifndef TN_INFER_TYPING_H
#define TN_INFER_TYPING_H

#include "schema/catalog.h"
#include "settings/settings.h"

/* Types as C and the JSON report know them. */
enum tn__type {
    TN__TYPE_ANY,
    TN__TYPE_INT,
    TN__TYPE_REAL,
    TN__TYPE_TEXT,
    TN__TYPE_BLOB,
    TN__TYPE_BOOL,
    TN__TYPE_TIMESTAMP,
    TN__TYPE_JSON,
    TN__TYPE_UUID,
    TN__TYPE_DATE,
    TN__TYPE_TIME,
    TN__TYPE_INTERVAL,
    TN__TYPE_NUMERIC, /* exact, as text */
    TN__TYPE_ENUM     /* no annotation can say it */
};
#define TN__TYPE_COUNT      14
#define TN__TYPE_WORD_COUNT 8 /* that annotations can say on SQLite: those before TN__TYPE_UUID */

struct tn__key;

struct tn__typing {
    enum tn__type type;
    enum tn__timestamp_form form; /* of a timestamp; else TN__FORM_ANY */
    bool is_nullable;
    const struct tn__column *choices; /* of an enum: the column with the CHECK; else NULL */
    const struct tn__key *key;        /* of a key type, whose type this is; else NULL */
    /* What a server calls it; else NULL. An enum of a server has no `choices`, but this one's labels. */
    const struct tn__server_type *server;
    bool is_array; /* of that type, which is then its element's; elements may be NULL */
};

/* "any", "int", …, "numeric", "enum". Static. */
const char *tn__type_word(enum tn__type type);
/* A type as annotations write it: one of those words, or timestamp(text|rfc3339|seconds|ms). The
 * bare timestamp leaves its form open: TN__FORM_ANY. */
bool tn__type_parse(struct tn__typing *out, tn_text text);
/* Whether a server calls one of its types so, that C has something of its own for: "uuid", "int8". */
bool tn__type_is_server(tn_text word);
/* The words of annotations, for the nearest one; ends with NULL. */
extern const char *const tn__type_words[];

/* The type that an annotation says: of a key type, that of its column. */
enum tn__type tn__typing_said(struct tn__typing said);
/* Replace the type by what an annotation says. A form that it leaves open is the one that was
 * there, else text. A server's type stays its own: what does not fit it is not taken. */
void tn__typing_settle(struct tn__typing *typing, struct tn__typing said);
/* Whether C has a server's type as the annotation says, without loss: as what it is, a key of it, an enum as
 * its text. The form of a timestamp is the server's affair. */
bool tn__typing_fits_server(struct tn__typing typing, struct tn__typing said);

bool tn__typing_equal(struct tn__typing a, struct tn__typing b);

/*
 * Type and nullability of what a table keeps in a column: [types], else what a CHECK leaves to it, else the
 * declared type. A name that SQLite gives NUMERIC affinity is known if it is BOOLEAN, DATETIME, TIMESTAMP
 * or JSON, and "any" otherwise; so is everything in a virtual table.
 */
struct tn__typing tn__typing_of_column(const struct tn__catalog *catalog,
                                       const struct tn__table *table,
                                       const struct tn__column *column,
                                       const struct tn__settings_type *types, size_t type_count);

/* The type of a server's type, under its domains: never NULL; what C has nothing of its own for is text. */
struct tn__typing tn__typing_of_server(const struct tn__server_type *type);

/* The line of [types] about a column; NULL: none. */
const struct tn__settings_type *tn__rule_of_column(const struct tn__table *table,
                                                   const struct tn__column *column,
                                                   const struct tn__settings_type *types,
                                                   size_t type_count);
/* Whether a line of [types] names the struct of a table. */
bool tn__rule_is_of_table(const struct tn__settings_type *said, const struct tn__table *table);

/* What a line of [types] is about. */
struct tn__rule_subject {
    const struct tn__table *table;   /* NULL: there is none */
    const struct tn__column *column; /* NULL: the table has none that is called */
    const char *wanted;              /* this; NULL: the line is about the table itself */
};
void tn__rule_subject(struct tn__rule_subject *out, const struct tn__catalog *catalog,
                      const struct tn__settings_type *said);

#endif
