/* Below Python: calls that reach the folder FAULT_UNDER fail, are cut short, or end the process.
 *
 * FAULT_CALL  the kind of call, or "any"      FAULT_FIRST, FAULT_LAST  which of them, from 1
 * FAULT_HOW   a number of errno, "short" (a write of half the bytes) or "kill"
 * FAULT_HIT   a file that is made when a fault was met
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAIL_AT(call, path) do { if (met(call, path)) return -1; } while (0)

static long seen;

static int is(const char *name, const char *value) {
    const char *found = getenv(name);
    return found && !strcmp(found, value);
}

static int concerns(const char *call, const char *path) {
    const char *under = getenv("FAULT_UNDER");
    if (!under || !path || strncmp(path, under, strlen(under))) return 0;
    if (!is("FAULT_CALL", "any") && !is("FAULT_CALL", call)) return 0;
    long number = __atomic_add_fetch(&seen, 1, __ATOMIC_SEQ_CST);
    return number >= atol(getenv("FAULT_FIRST")) && number <= atol(getenv("FAULT_LAST"));
}

/* Whether this call fails now: then errno is set. A write that is only cut short gives -1. */
static int met(const char *call, const char *path) {
    if (!concerns(call, path)) return 0;
    syscall(SYS_mknod, getenv("FAULT_HIT"), S_IFREG | 0600, 0);
    if (is("FAULT_HOW", "kill")) kill(getpid(), SIGKILL);
    if (is("FAULT_HOW", "short")) return -!strcmp(call, "write");
    errno = atoi(getenv("FAULT_HOW"));
    return 1;
}

static const char *path_of(int file, char *path, size_t size) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, size - 1);
    path[length < 0 ? 0 : length] = 0;
    return path;
}

ssize_t write(int file, const void *bytes, size_t count) {
    char path[4096];
    int how = met("write", path_of(file, path, sizeof path));
    if (how > 0) return -1;
    return REAL(write)(file, bytes, how < 0 && count > 1 ? count / 2 : count);
}

int fsync(int file) {
    char path[4096];
    FAIL_AT("fsync", path_of(file, path, sizeof path));
    return REAL(fsync)(file);
}

static int open_or_fail(__typeof__(&open) real, const char *path, int flags, int mode) {
    FAIL_AT("open", path);
    return real(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    int mode = va_arg(rest, int);
    va_end(rest);
    return open_or_fail(REAL(open), path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    int mode = va_arg(rest, int);
    va_end(rest);
    return open_or_fail(REAL(open64), path, flags, mode);
}

int rename(const char *from, const char *to) {
    FAIL_AT("rename", to);
    return REAL(rename)(from, to);
}

int link(const char *from, const char *to) {
    FAIL_AT("link", to);
    return REAL(link)(from, to);
}

int mkdir(const char *path, mode_t mode) {
    FAIL_AT("mkdir", path);
    return REAL(mkdir)(path, mode);
}

int unlink(const char *path) {
    FAIL_AT("unlink", path);
    return REAL(unlink)(path);
}

int chmod(const char *path, mode_t mode) {
    FAIL_AT("chmod", path);
    return REAL(chmod)(path, mode);
}
