/* Below Python: calls that reach the folder FAULT_UNDER fail, are cut short, or end the process.
 *
 * FAULT_CALL  the kind of call, or "any"      FAULT_FIRST, FAULT_LAST  which of them, from 1
 * FAULT_HOW   a number of errno, "short" (a write of half the bytes) or "kill"
 * FAULT_HIT   a file that is made when a fault was met
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
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

/* The path of a name in an open folder. */
static const char *path_in(int folder, const char *name, char *path, size_t size) {
    if (folder == AT_FDCWD || name[0] == '/') return name;
    size_t length = strlen(path_of(folder, path, size));
    snprintf(path + length, size - length, "/%s", name);
    return path;
}

/* How many of `count` bytes may be written now, -1 for none. */
static ssize_t room(int file, size_t count) {
    char path[4096];
    int how = met("write", path_of(file, path, sizeof path));
    if (how > 0) return -1;
    return how < 0 && count > 1 ? count / 2 : count;
}

ssize_t write(int file, const void *bytes, size_t count) {
    ssize_t now = room(file, count);
    return now < 0 ? -1 : REAL(write)(file, bytes, now);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    ssize_t now = room(file, count);
    return now < 0 ? -1 : REAL(pwrite64)(file, bytes, now, at);
}

ssize_t sendfile64(int to, int from, off64_t *at, size_t count) {
    ssize_t now = room(to, count);
    return now < 0 ? -1 : REAL(sendfile64)(to, from, at, now);
}

int ftruncate64(int file, off64_t size) {
    char path[4096];
    FAIL_AT("truncate", path_of(file, path, sizeof path));
    return REAL(ftruncate64)(file, size);
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

int openat64(int folder, const char *name, int flags, ...) {
    char path[4096];
    va_list rest;
    va_start(rest, flags);
    int mode = va_arg(rest, int);
    va_end(rest);
    FAIL_AT("open", path_in(folder, name, path, sizeof path));
    return REAL(openat64)(folder, name, flags, mode);
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

int unlinkat(int folder, const char *name, int flags) {
    char path[4096];
    const char *call = flags & AT_REMOVEDIR ? "rmdir" : "unlink";
    FAIL_AT(call, path_in(folder, name, path, sizeof path));
    return REAL(unlinkat)(folder, name, flags);
}

int rmdir(const char *path) {
    FAIL_AT("rmdir", path);
    return REAL(rmdir)(path);
}

DIR *opendir(const char *path) {
    return met("opendir", path) ? NULL : REAL(opendir)(path);
}

int chown(const char *path, uid_t owner, gid_t group) {
    FAIL_AT("chown", path);
    return REAL(chown)(path, owner, group);
}

int chmod(const char *path, mode_t mode) {
    FAIL_AT("chmod", path);
    return REAL(chmod)(path, mode);
}
