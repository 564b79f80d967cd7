/* Stands between a process and the operating system: numbers every call that changes a file under a
   folder, writes it down, and at one step kills the process or answers with an error.

   Built by shim.py and loaded with LD_PRELOAD. Calls go out through syscall(), which is not wrapped. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NONE, KILL, KILL_HALFWAY, FAIL_ONCE, FAIL_FROM_HERE, SHORT };
enum { CREATE, WRITE, SYNC, TRUNCATE, RENAME, UNLINK, LINK, MKDIR, RMDIR, MARK };
#define MAX_FD 4096

static char prefix[PATH_MAX];
static size_t prefix_length;
static long step, at;
static int action, error_number, trace = -1;
static char *paths[MAX_FD];

void shim_arm(const char *folder, const char *trace_file, long step_, int action_, int error_)
{
    strncpy(prefix, folder, sizeof prefix - 1);
    prefix_length = strlen(prefix);
    step = 0;
    at = step_;
    action = action_;
    error_number = error_;
    trace = trace_file[0] ? (int)syscall(SYS_openat, AT_FDCWD, trace_file,
                                         O_WRONLY | O_CREAT | O_APPEND, 0644) : -1;
}

void shim_disarm(void) { prefix_length = 0; }
long shim_steps(void) { return step; }

static int watched(const char *path)
{
    return prefix_length && path && !strncmp(path, prefix, prefix_length);
}

static void record(uint8_t kind, const char *path, const char *other, int64_t offset,
                   const void *data, uint32_t length)
{
    if (trace < 0) return;
    uint16_t n = path ? strlen(path) : 0, m = other ? strlen(other) : 0;
    uint32_t kept = data ? length : 0;
    syscall(SYS_write, trace, &kind, 1);
    syscall(SYS_write, trace, &n, 2);
    syscall(SYS_write, trace, &m, 2);
    syscall(SYS_write, trace, &offset, 8);
    syscall(SYS_write, trace, &kept, 4);
    if (n) syscall(SYS_write, trace, path, n);
    if (m) syscall(SYS_write, trace, other, m);
    if (kept) syscall(SYS_write, trace, data, kept);
}

void shim_mark(void) { record(MARK, "", "", 0, NULL, 0); }

/* Count a step. Returns 0 to go on, 1 to fail with errno set, 2 to do the first half only. */
static int turn(void)
{
    step++;
    if (action == FAIL_FROM_HERE && step >= at) { errno = error_number; return 1; }
    if (step != at) return 0;
    if (action == KILL) kill(getpid(), SIGKILL);
    if (action == FAIL_ONCE) { errno = error_number; return 1; }
    return action == KILL_HALFWAY || action == SHORT ? 2 : 0;
}

static int opened(int fd, const char *path)
{
    if (fd >= 0 && fd < MAX_FD) {
        free(paths[fd]);
        paths[fd] = watched(path) ? strdup(path) : NULL;
    }
    return fd;
}

static int open_any(int dir, const char *path, int flags, mode_t mode)
{
    int is_new = (flags & O_CREAT) && watched(path) && syscall(SYS_faccessat, AT_FDCWD, path, F_OK);
    if (is_new && turn() == 1) return -1;
    int fd = (int)syscall(SYS_openat, dir, path, flags, mode);
    if (is_new && fd >= 0) record(CREATE, path, "", 0, NULL, 0);
    if (!is_new && fd >= 0 && watched(path) && (flags & O_TRUNC)) record(TRUNCATE, path, "", 0, NULL, 0);
    return opened(fd, path);
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        mode_t mode = va_arg(rest, mode_t);                                                        \
        va_end(rest);                                                                              \
        return open_any(AT_FDCWD, path, flags, mode);                                              \
    }
OPEN(open)
OPEN(open64)
#define OPENAT(name)                                                                               \
    int name(int dir, const char *path, int flags, ...)                                            \
    {                                                                                              \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        mode_t mode = va_arg(rest, mode_t);                                                        \
        va_end(rest);                                                                              \
        return open_any(dir, path, flags, mode);                                                   \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int fd)
{
    if (fd >= 0 && fd < MAX_FD) { free(paths[fd]); paths[fd] = NULL; }
    return (int)syscall(SYS_close, fd);
}

static const char *path_of(int fd) { return fd >= 0 && fd < MAX_FD && prefix_length ? paths[fd] : NULL; }

static ssize_t write_any(int fd, const void *data, size_t length, off_t offset)
{
    const char *path = path_of(fd);
    int how = path ? turn() : 0;
    if (how == 1) return -1;
    if (how == 2) length = length > 1 ? length / 2 : length;
    off_t where = offset >= 0 || !path ? offset : (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR);
    ssize_t done = offset >= 0 ? syscall(SYS_pwrite64, fd, data, length, offset)
                               : syscall(SYS_write, fd, data, length);
    if (path && done > 0) record(WRITE, path, "", where, data, (uint32_t)done);
    if (how == 2 && action == KILL_HALFWAY) kill(getpid(), SIGKILL);
    return done;
}

ssize_t write(int fd, const void *data, size_t length) { return write_any(fd, data, length, -1); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t at_) { return write_any(fd, data, length, at_); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at_) { return write_any(fd, data, length, at_); }

static int sync_any(int fd, long number)
{
    const char *path = path_of(fd);
    if (path && turn() == 1) return -1;
    int done = (int)syscall(number, fd);
    if (path && !done) record(SYNC, path, "", 0, NULL, 0);
    return done;
}
int fsync(int fd) { return sync_any(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_any(fd, SYS_fdatasync); }

static int truncate_any(int fd, off_t length)
{
    const char *path = path_of(fd);
    if (path && turn() == 1) return -1;
    int done = (int)syscall(SYS_ftruncate, fd, length);
    if (path && !done) record(TRUNCATE, path, "", length, NULL, 0);
    return done;
}
int ftruncate(int fd, off_t length) { return truncate_any(fd, length); }
int ftruncate64(int fd, off64_t length) { return truncate_any(fd, length); }

#define CHANGE(kind, path, other, call)                                                            \
    int is_ours = watched(path);                                                                   \
    if (is_ours && turn() == 1) return -1;                                                         \
    int done = (int)(call);                                                                        \
    if (is_ours && !done) record(kind, path, other, 0, NULL, 0);                                   \
    return done;

int rename(const char *a, const char *b) { CHANGE(RENAME, a, b, syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, 0)) }
int renameat(int d, const char *a, int e, const char *b) { CHANGE(RENAME, a, b, syscall(SYS_renameat2, d, a, e, b, 0)) }
int link(const char *a, const char *b) { CHANGE(LINK, a, b, syscall(SYS_linkat, AT_FDCWD, a, AT_FDCWD, b, 0)) }
int linkat(int d, const char *a, int e, const char *b, int f) { CHANGE(LINK, a, b, syscall(SYS_linkat, d, a, e, b, f)) }
int unlink(const char *a) { CHANGE(UNLINK, a, "", syscall(SYS_unlinkat, AT_FDCWD, a, 0)) }
int unlinkat(int d, const char *a, int f) { CHANGE((f & AT_REMOVEDIR) ? RMDIR : UNLINK, a, "", syscall(SYS_unlinkat, d, a, f)) }
int mkdir(const char *a, mode_t m) { CHANGE(MKDIR, a, "", syscall(SYS_mkdirat, AT_FDCWD, a, m)) }
int mkdirat(int d, const char *a, mode_t m) { CHANGE(MKDIR, a, "", syscall(SYS_mkdirat, d, a, m)) }
int rmdir(const char *a) { CHANGE(RMDIR, a, "", syscall(SYS_unlinkat, AT_FDCWD, a, AT_REMOVEDIR)) }
