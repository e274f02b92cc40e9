/* SPDX-License-Identifier: MIT */
#include "faultvfs.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of which the real file lies behind. */
struct fault_file {
    sqlite3_file base;
    sqlite3_file *real;
};

static sqlite3_vfs *real_vfs;
static sqlite3_vfs fault_vfs;
static struct faultvfs_plan plan;
static atomic_long count;
static atomic_long hits;

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct fault_file *)file)->real;
}

static _Noreturn void die(void)
{
    kill(getpid(), SIGKILL);
    _Exit(255);
}

/* Count an operation; the plan's action if this is the one, else nothing. */
static enum faultvfs_action strike(enum faultvfs_class class)
{
    if (plan.class != class)
        return FAULTVFS_NOTHING;
    long n = atomic_fetch_add(&count, 1) + 1;
    if (plan.action == FAULTVFS_NOTHING || (plan.forever ? n < plan.at : n != plan.at))
        return FAULTVFS_NOTHING;
    atomic_fetch_add(&hits, 1);
    if (plan.action == FAULTVFS_KILL_BEFORE)
        die();
    return plan.action;
}

/* The rule of an operation that cannot be torn nor lack space: what to return, or to go on. */
#define STRIKE(class, native, real_call)        \
 do {                                           \
  enum faultvfs_action action_ = strike(class); \
  if (action_ == FAULTVFS_TORN)                 \
   die();                                       \
  if (action_ == FAULTVFS_FAIL)                 \
   return (native);                             \
  int rc_ = (real_call);                        \
  if (action_ == FAULTVFS_KILL_AFTER)           \
   die();                                       \
  return rc_;                                   \
 } while (0)

static int file_close(sqlite3_file *file)
{
    sqlite3_file *real = real_of(file);
    int rc = real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
    free(real);
    file->pMethods = NULL;
    return rc;
}

static int file_read(sqlite3_file *file, void *out, int size, sqlite3_int64 at)
{
    sqlite3_file *real = real_of(file);
    STRIKE(FAULTVFS_READS, SQLITE_IOERR_READ, real->pMethods->xRead(real, out, size, at));
}

static int file_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 at)
{
    sqlite3_file *real = real_of(file);
    enum faultvfs_action action = strike(FAULTVFS_WRITES);
    if (action == FAULTVFS_FAIL)
        return SQLITE_IOERR_WRITE;
    if (action == FAULTVFS_FULL)
        return SQLITE_FULL;
    int rc = real->pMethods->xWrite(real, data, action == FAULTVFS_TORN ? size / 2 : size, at);
    if (action == FAULTVFS_TORN || action == FAULTVFS_KILL_AFTER)
        die();
    return rc;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    sqlite3_file *real = real_of(file);
    STRIKE(FAULTVFS_WRITES, SQLITE_IOERR_TRUNCATE, real->pMethods->xTruncate(real, size));
}

static int file_sync(sqlite3_file *file, int flags)
{
    sqlite3_file *real = real_of(file);
    STRIKE(FAULTVFS_WRITES, SQLITE_IOERR_FSYNC, real->pMethods->xSync(real, flags));
}

static int file_size(sqlite3_file *file, sqlite3_int64 *out)
{
    sqlite3_file *real = real_of(file);
    STRIKE(FAULTVFS_READS, SQLITE_IOERR_FSTAT, real->pMethods->xFileSize(real, out));
}

static int file_lock(sqlite3_file *file, int level)
{
    sqlite3_file *real = real_of(file);
    STRIKE(FAULTVFS_LOCKS, SQLITE_BUSY, real->pMethods->xLock(real, level));
}

static int file_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int file_check_lock(sqlite3_file *file, int *out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int file_control(sqlite3_file *file, int op, void *arg)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), op, arg);
}

static int file_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_traits(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    sqlite3_file *real = real_of(file);
    STRIKE(FAULTVFS_READS, SQLITE_IOERR_SHMMAP,
           real->pMethods->xShmMap(real, page, size, extend, out));
}

static int shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    sqlite3_file *real = real_of(file);
    if (flags & SQLITE_SHM_UNLOCK)
        return real->pMethods->xShmLock(real, offset, n, flags);
    STRIKE(FAULTVFS_LOCKS, SQLITE_BUSY, real->pMethods->xShmLock(real, offset, n, flags));
}

static void shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int shm_unmap(sqlite3_file *file, int is_last)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), is_last);
}

/* Version 2: no memory-mapped reads past the shim. */
static const sqlite3_io_methods methods = {
    2,         file_close,  file_read,       file_write,   file_truncate, file_sync,   file_size,
    file_lock, file_unlock, file_check_lock, file_control, file_sector,   file_traits, shm_map,
    shm_lock,  shm_barrier, shm_unmap,       NULL,         NULL};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    (void)vfs;
    file->pMethods = NULL;
    enum faultvfs_action action = strike(FAULTVFS_OPENS);
    if (action == FAULTVFS_TORN)
        die();
    if (action == FAULTVFS_FAIL)
        return SQLITE_CANTOPEN;
    sqlite3_file *real = calloc(1, (size_t)real_vfs->szOsFile);
    if (!real)
        return SQLITE_NOMEM;
    int rc = real_vfs->xOpen(real_vfs, name, real, flags, out);
    if (action == FAULTVFS_KILL_AFTER)
        die();
    if (rc != SQLITE_OK) {
        free(real);
        return rc;
    }
    ((struct fault_file *)file)->real = real;
    file->pMethods = &methods;
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    STRIKE(FAULTVFS_WRITES, SQLITE_IOERR_DELETE, real_vfs->xDelete(real_vfs, name, sync));
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    (void)vfs;
    STRIKE(FAULTVFS_OPENS, SQLITE_IOERR_ACCESS, real_vfs->xAccess(real_vfs, name, flags, out));
}

/* Nobody is waited for: who is locked out stays so, or has been struck once. */
static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

void faultvfs_register(void)
{
    real_vfs = sqlite3_vfs_find(NULL);
    fault_vfs = *real_vfs;
    fault_vfs.zName = "fault";
    fault_vfs.pNext = NULL;
    fault_vfs.szOsFile = (int)sizeof(struct fault_file);
    fault_vfs.xOpen = vfs_open;
    fault_vfs.xDelete = vfs_delete;
    fault_vfs.xAccess = vfs_access;
    fault_vfs.xSleep = vfs_sleep;
    if (sqlite3_vfs_register(&fault_vfs, 1) != SQLITE_OK)
        abort();
}

void faultvfs_begin(struct faultvfs_plan wanted)
{
    plan = wanted;
    atomic_store(&count, 0);
    atomic_store(&hits, 0);
}

long faultvfs_count(void)
{
    return atomic_load(&count);
}

long faultvfs_hits(void)
{
    return atomic_load(&hits);
}
