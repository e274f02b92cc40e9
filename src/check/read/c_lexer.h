/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_C_LEXER_H
#define TN_CHECK_C_LEXER_H

#include <tenon/arena.h>

/*
 * C and C++ as their lexers cut it: blanks, comments, literals, identifiers. It is no preprocessor: macros
 * are not expanded, and code within #if 0 counts.
 */
struct tn__c_lexer {
    const char *text;
    size_t size;
    size_t at; /* of the next byte */
};

/* The byte so far ahead; '\0' behind the end. */
char tn__c_peek(const struct tn__c_lexer *lexer, size_t ahead);
/* Bytes of a spliced line end (\ LF, \ CR LF) at an offset; 0: none. */
size_t tn__c_splice(const struct tn__c_lexer *lexer, size_t at);

/* To the end of the line, which a splice puts off. */
void tn__c_skip_line(struct tn__c_lexer *lexer);
/* A comment that begins here. */
void tn__c_skip_block_comment(struct tn__c_lexer *lexer);
/* Blanks, comments and spliced lines. Returns whether a line has ended. */
bool tn__c_skip_blank(struct tn__c_lexer *lexer);
/* A string or character literal that begins here. An unterminated one ends with its line. */
void tn__c_skip_quoted(struct tn__c_lexer *lexer);
/* C++: R"delimiter(…)delimiter", at the quote. */
void tn__c_skip_raw(struct tn__c_lexer *lexer);
/* A number; digits may be parted by ' in C++. */
void tn__c_skip_number(struct tn__c_lexer *lexer);
/* An identifier, or nothing. */
tn_text tn__c_read_ident(struct tn__c_lexer *lexer);
/* Whether a word that has been read is the beginning of a raw string, which is here. */
bool tn__c_is_raw(const struct tn__c_lexer *lexer, tn_text word);

#endif
