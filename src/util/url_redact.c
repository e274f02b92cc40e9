/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "util/buf.h"
#include "util/str.h"
#include "util/url_parts.h"

/* What of a URL may be shown. */

/* Whether a name, decoded, ends in a word: "password" (there is sslpassword, too). */
static bool ends_in(tn_text name, const char *word)
{
    /* Backwards, a character or a %XX at a time. */
    size_t left = name.size;
    for (size_t i = strlen(word); i-- > 0;) {
        if (left == 0)
            return false;
        char c = name.data[left - 1];
        int high = left >= 3 && name.data[left - 3] == '%' ? tn__url_hex(name.data[left - 2]) : -1;
        int low = high >= 0 ? tn__url_hex(c) : -1;
        if (low >= 0)
            c = (char)(high * 16 + low);
        left -= low >= 0 ? 3 : 1;
        if (tn__lower(c) != word[i])
            return false;
    }
    return true;
}

/* Where the last such byte is; the size if there is none. */
size_t tn__url_find_last(tn_text text, char byte)
{
    for (size_t i = text.size; i-- > 0;) {
        if (text.data[i] == byte)
            return i;
    }
    return text.size;
}

/* Behind the first '=' that a word follows which ends in "password"; the size if there is none. */
size_t tn__url_find_secret(tn_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '=' && ends_in(tn__text_trim(tn__text_sub(text, 0, i)), "password"))
            return i + 1;
    }
    return text.size;
}

/* What can only be a path, whatever is in it. */
bool tn__url_is_path(tn_text text)
{
    return tn__text_starts(text, "/") || tn__text_starts(text, "./") ||
           tn__text_starts(text, "../") || tn__text_starts(text, "~/");
}

/*
 * user:password@ reaches from the first ':' behind "://" to the last '@' of the whole: a password
 * that should have been escaped may hold '/', '?' and '@', and rather too much is hidden. In what is
 * no proper URL the secret begins behind the first ':' of all.
 */
static tn_text redact_user(struct tn__buf *buf, tn_text url)
{
    size_t at = tn__url_find_last(url, '@');
    size_t colon = tn__text_find(url, ':');
    tn_text rest = tn__text_sub(url, colon, url.size);
    if (at == url.size || tn__url_is_path(url))
        return url;
    if (tn__text_starts(rest, "://"))
        colon += 3 + tn__text_find(tn__text_sub(rest, 3, rest.size), ':');
    else if (tn__text_is_nocase(tn__url_scheme(url), "sqlite"))
        return url;
    if (colon >= at || tn__url_find_secret(tn__text_sub(url, 0, colon)) < colon)
        return url; /* the secret, if any, is a parameter or a keyword, and begins earlier */
    tn__buf_text(buf, tn__text_sub(url, 0, colon + 1));
    tn__buf_puts(buf, "***");
    return tn__text_sub(url, at, url.size);
}

/* A parameter, or what is in front of them all, up to a value that is secret; false: there was one. */
static bool put_open(struct tn__buf *buf, tn_text part)
{
    size_t open = tn__url_find_secret(part);
    tn__buf_text(buf, tn__text_sub(part, 0, open));
    if (open < part.size)
        tn__buf_puts(buf, "***");
    return open == part.size;
}

/* "name=value" behind a '?' or '&'. A URL in a URL has a password of its own, in whatever writing. */
static void put_param(struct tn__buf *buf, tn_text part)
{
    size_t equals = tn__text_find(part, '=');
    if (equals < part.size && ends_in(tn__text_sub(part, 0, equals), "direct_url")) {
        tn__buf_text(buf, tn__text_sub(part, 0, equals + 1));
        tn__buf_puts(buf, "***");
    } else {
        put_open(buf, part);
    }
}

int tn__url_redact(const char **out, const char *url, tn_arena *arena)
{
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn_text rest = redact_user(&buf, tn_text_of(url));
    size_t mark = tn__text_find(rest, '?');
    /* Keywords have no '?': one is a part of the password. */
    if (!put_open(&buf, tn__text_sub(rest, 0, mark)))
        mark = rest.size;
    while (mark < rest.size) {
        /* Here rest.data[mark] is the '?' or '&' in front of a parameter. */
        tn__buf_putc(&buf, rest.data[mark]);
        rest = tn__text_sub(rest, mark + 1, rest.size);
        mark = tn__text_find(rest, '&');
        put_param(&buf, tn__text_sub(rest, 0, mark));
    }
    tn_text text;
    int rc = tn__buf_to_arena(&buf, arena, &text);
    tn__buf_fini(&buf);
    if (rc == TN_OK)
        *out = text.data;
    return rc == TN_OK ? TN_OK : TN_ENOMEM;
}
