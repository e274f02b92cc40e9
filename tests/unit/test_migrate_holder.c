/* SPDX-License-Identifier: MIT */
/* Who runs a script outside a transaction, and whether that is still so. */
#include "check.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "migrate/holder.h"

struct worker {
    struct tn__holder holder;
    int ready[2];
    int end[2];
};

static void *work(void *data)
{
    struct worker *worker = data;
    char byte = 0;
    tn__holder_self(&worker->holder);
    if (write(worker->ready[1], &byte, 1) == 1)
        (void)!read(worker->end[0], &byte, 1);
    return NULL;
}

static void holder_that_asks_is_gone(void **state)
{
    struct tn__holder self;
    (void)state;
    tn__holder_self(&self);
    assert_int_equal(self.process, getpid());
    assert_int_equal(tn__holder_life(&self), TN__HOLDER_GONE);
}

static void holder_in_another_thread_is_alive_until_it_ends(void **state)
{
    struct worker worker;
    pthread_t thread;
    char byte;
    (void)state;
    assert_int_equal(pipe(worker.ready), 0);
    assert_int_equal(pipe(worker.end), 0);
    assert_int_equal(pthread_create(&thread, NULL, work, &worker), 0);
    assert_int_equal(read(worker.ready[0], &byte, 1), 1);
    assert_int_equal(tn__holder_life(&worker.holder), TN__HOLDER_ALIVE);

    struct tn__holder other = worker.holder;
    other.start++;
    assert_int_equal(tn__holder_life(&other), TN__HOLDER_GONE);
    strcpy(other.home, "1@elsewhere");
    assert_int_equal(tn__holder_life(&other), TN__HOLDER_ELSEWHERE);

    close(worker.end[1]);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(tn__holder_life(&worker.holder), TN__HOLDER_GONE);
}

static void holder_that_was_killed_is_gone_before_anybody_has_waited_for_it(void **state)
{
    struct tn__holder child;
    int result[2];
    siginfo_t info;
    (void)state;
    assert_int_equal(pipe(result), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        tn__holder_self(&child);
        _exit(write(result[1], &child, sizeof child) == sizeof child ? 0 : 1);
    }
    assert_int_equal(read(result[0], &child, sizeof child), sizeof child);
    assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    assert_int_equal(tn__holder_life(&child), TN__HOLDER_GONE);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(tn__holder_life(&child), TN__HOLDER_GONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holder_that_asks_is_gone),
        cmocka_unit_test(holder_in_another_thread_is_alive_until_it_ends),
        cmocka_unit_test(holder_that_was_killed_is_gone_before_anybody_has_waited_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
