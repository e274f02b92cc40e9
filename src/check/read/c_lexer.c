/* SPDX-License-Identifier: MIT */
#include "check/read/c_lexer.h"

#include "util/str.h"

char tn__c_peek(const struct tn__c_lexer *lexer, size_t ahead)
{
    return lexer->at + ahead < lexer->size ? lexer->text[lexer->at + ahead] : '\0';
}

size_t tn__c_splice(const struct tn__c_lexer *lexer, size_t at)
{
    if (at >= lexer->size || lexer->text[at] != '\\')
        return 0;
    if (at + 1 < lexer->size && lexer->text[at + 1] == '\n')
        return 2;
    if (at + 2 < lexer->size && lexer->text[at + 1] == '\r' && lexer->text[at + 2] == '\n')
        return 3;
    return 0;
}

void tn__c_skip_line(struct tn__c_lexer *lexer)
{
    while (lexer->at < lexer->size && lexer->text[lexer->at] != '\n') {
        size_t spliced = tn__c_splice(lexer, lexer->at);
        lexer->at += spliced ? spliced : 1;
    }
}

void tn__c_skip_block_comment(struct tn__c_lexer *lexer)
{
    lexer->at += 2;
    while (lexer->at < lexer->size && !(tn__c_peek(lexer, 0) == '*' && tn__c_peek(lexer, 1) == '/'))
        lexer->at++;
    lexer->at = lexer->at + 2 < lexer->size ? lexer->at + 2 : lexer->size;
}

bool tn__c_skip_blank(struct tn__c_lexer *lexer)
{
    bool is_line_start = false;
    for (;;) {
        char c = tn__c_peek(lexer, 0);
        if (lexer->at < lexer->size && c != '\0' && strchr(" \t\r\n\f\v", c)) {
            is_line_start = is_line_start || c == '\n';
            lexer->at++;
        } else if (tn__c_splice(lexer, lexer->at)) {
            lexer->at += tn__c_splice(lexer, lexer->at);
        } else if (c == '/' && tn__c_peek(lexer, 1) == '/') {
            tn__c_skip_line(lexer);
        } else if (c == '/' && tn__c_peek(lexer, 1) == '*') {
            tn__c_skip_block_comment(lexer);
        } else {
            return is_line_start;
        }
    }
}

void tn__c_skip_quoted(struct tn__c_lexer *lexer)
{
    char quote = lexer->text[lexer->at++];
    while (lexer->at < lexer->size && tn__c_peek(lexer, 0) != quote &&
           tn__c_peek(lexer, 0) != '\n') {
        size_t spliced = tn__c_splice(lexer, lexer->at);
        lexer->at += spliced ? spliced : tn__c_peek(lexer, 0) == '\\' ? 2 : 1;
    }
    if (lexer->at < lexer->size && tn__c_peek(lexer, 0) == quote)
        lexer->at++;
    if (lexer->at > lexer->size)
        lexer->at = lexer->size;
}

void tn__c_skip_raw(struct tn__c_lexer *lexer)
{
    size_t begin = lexer->at + 1;
    size_t open = begin;
    while (open < lexer->size && lexer->text[open] != '(')
        open++;
    size_t size = open - begin;
    for (size_t i = open; i + size + 1 < lexer->size; i++) {
        if (lexer->text[i] == ')' && memcmp(lexer->text + i + 1, lexer->text + begin, size) == 0 &&
            lexer->text[i + 1 + size] == '"') {
            lexer->at = i + size + 2;
            return;
        }
    }
    lexer->at = lexer->size;
}

tn_text tn__c_read_ident(struct tn__c_lexer *lexer)
{
    size_t begin = lexer->at;
    if (tn__is_ident_start(tn__c_peek(lexer, 0)))
        while (tn__is_ident(tn__c_peek(lexer, 0)))
            lexer->at++;
    return (tn_text){lexer->text + begin, lexer->at - begin};
}

void tn__c_skip_number(struct tn__c_lexer *lexer)
{
    while (tn__is_ident(tn__c_peek(lexer, 0)) || tn__c_peek(lexer, 0) == '.' ||
           (tn__c_peek(lexer, 0) == '\'' && tn__is_ident(tn__c_peek(lexer, 1))))
        lexer->at++;
}

bool tn__c_is_raw(const struct tn__c_lexer *lexer, tn_text word)
{
    static const char *const marks[] = {"R", "LR", "uR", "UR", "u8R"};
    for (size_t i = 0; tn__c_peek(lexer, 0) == '"' && i < sizeof(marks) / sizeof(marks[0]); i++)
        if (tn__text_is(word, marks[i]))
            return true;
    return false;
}
