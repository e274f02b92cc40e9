/* SPDX-License-Identifier: MIT */
#include "migrate/holder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <tenon/error.h>

#include "util/str.h"

/* What Linux says of a thread in /proc/<number>/stat: proc(5), fields 1, 3 and 22. */
struct stat_line {
    int64_t number;
    char state;
    int64_t start;
};

static bool read_stat(struct stat_line *out, const char *path)
{
    char line[1024];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd >= 0 ? read(fd, line, sizeof line - 1) : -1;
    if (fd >= 0)
        close(fd);
    if (size <= 0)
        return false;
    line[size] = '\0';
    /* The second field is the program's name, with anything in it, in parentheses. */
    const char *rest = strrchr(line, ')');
    tn_text number = tn__text_sub(tn_text_of(line), 0, tn__text_find(tn_text_of(line), ' '));
    if (!rest || rest[1] != ' ' || tn__text_to_int(&out->number, number) != TN_OK)
        return false;
    rest += 2;
    out->state = *rest;
    for (int field = 3; field < 22; field++) {
        rest = strchr(rest, ' ');
        if (!rest)
            return false;
        rest++;
    }
    tn_text start = tn__text_sub(tn_text_of(rest), 0, tn__text_find(tn_text_of(rest), ' '));
    return tn__text_to_int(&out->start, start) == TN_OK;
}

/* The set of processes that the numbers belong to, and the machine. */
static void find_home(char out[96])
{
    char link[64] = "";
    char host[65] = "";
    const char *set = NULL;
    if (readlink("/proc/self/ns/pid", link, sizeof link - 1) > 0) /* pid:[4026531836] */
        set = strchr(link, '[');
    set = set ? set + 1 : "0";
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    snprintf(out, 96, "%.*s@%s", (int)strcspn(set, "]"), set, host);
}

void tn__holder_self(struct tn__holder *out)
{
    struct stat_line stat;
    memset(out, 0, sizeof *out);
    out->process = out->thread = getpid();
    if (read_stat(&stat, "/proc/thread-self/stat")) {
        out->thread = stat.number;
        out->start = stat.start;
    }
    find_home(out->home);
}

enum tn__holder_life tn__holder_life(const struct tn__holder *holder)
{
    struct tn__holder self;
    struct stat_line stat;
    char path[48];
    tn__holder_self(&self);
    if (strcmp(self.home, holder->home) != 0)
        return TN__HOLDER_ELSEWHERE;
    if (self.thread == holder->thread && self.start == holder->start)
        return TN__HOLDER_GONE;
    if (holder->thread <= 0 || (kill((pid_t)holder->thread, 0) != 0 && errno == ESRCH))
        return TN__HOLDER_GONE;
    snprintf(path, sizeof path, "/proc/%lld/stat", (long long)holder->thread);
    /* Another user's may be hidden: then there is one of that number, and more is not known. */
    if (holder->start == 0 || !read_stat(&stat, path))
        return TN__HOLDER_ALIVE;
    bool is_dead = stat.state == 'Z' || stat.state == 'X';
    return is_dead || stat.start != holder->start ? TN__HOLDER_GONE : TN__HOLDER_ALIVE;
}
