/* Lets one operation on the files below a folder fail: loaded into the host by LD_PRELOAD, so that everything is reached, .NET and native libraries alike. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <dirent.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { ERROR, SHORT, NO_ROOM, KILLED, UNREADABLE }; /* Of the last one, what reads is counted and fails; of the others, what writes. */

static char folder[PATH_MAX];
static _Atomic long count, at;
static _Atomic int armed, kind, shortened = -1;
static _Atomic char watched[65536]; /* [descriptor]: of a file below the folder, WRITTEN and READ as it was opened */
enum { WRITTEN = 1, READ = 2 };

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

void faults_arm(const char *below, long where, int what)
{
    strncpy(folder, below, sizeof folder - 1);
    count = 0;
    at = where;
    kind = what;
    shortened = -1;
    armed = 1;
}

long faults_disarm(void)
{
    armed = 0;
    return count;
}

static int lies_below(const char *path)
{
    size_t length = strlen(folder);
    return path && strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == 0);
}

/* Whether this operation fails. takes_room: one that a full disk refuses. */
static int fails(int takes_room)
{
    if (!armed)
        return 0;
    long now = ++count;
    if (at <= 0 || now < at)
        return 0;
    switch (kind) {
    case KILLED:
        errno = EIO;
        return 1;
    case NO_ROOM:
        errno = ENOSPC;
        return takes_room;
    default:
        errno = EIO;
        return now == at;
    }
}

static int path_fails(const char *path, int takes_room) { return armed && kind != UNREADABLE && lies_below(path) && fails(takes_room); }

static int path_is_unreadable(const char *path) { return armed && kind == UNREADABLE && lies_below(path) && fails(0); }

static int is_open_to(int file, int what) { return armed && file >= 0 && file < (int)sizeof watched && (watched[file] & what); }

static int is_watched(int file) { return kind != UNREADABLE && is_open_to(file, WRITTEN); }

static int is_unreadable(int file) { return kind == UNREADABLE && is_open_to(file, READ) && fails(0); }

/* Of a write: how many bytes of it are written, -1 for none and an error. */
static ssize_t part(int file, size_t bytes)
{
    if (!is_watched(file))
        return (ssize_t)bytes;
    if (shortened == file) {
        errno = ENOSPC;
        return -1;
    }
    if (kind == SHORT && at > 0 && count + 1 == at && bytes > 1) {
        count++;
        shortened = file;
        return (ssize_t)(bytes / 2);
    }
    return fails(1) ? -1 : (ssize_t)bytes;
}

static int opened(int file, const char *path, int flags)
{
    if (file >= 0 && file < (int)sizeof watched)
        watched[file] = armed && lies_below(path) ? ((flags & O_ACCMODE) != O_RDONLY ? WRITTEN : 0) | ((flags & O_ACCMODE) != O_WRONLY ? READ : 0) : 0;
    return file;
}

#define OPEN(name)                                                                                   \
    int name(const char *path, int flags, ...)                                                       \
    {                                                                                                \
        va_list more;                                                                                \
        va_start(more, flags);                                                                       \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;                      \
        va_end(more);                                                                                \
        if ((flags & O_ACCMODE) == O_RDONLY ? path_is_unreadable(path) : path_fails(path, (flags & O_CREAT) != 0)) \
            return -1;                                                                               \
        return opened(REAL(name)(path, flags, mode), path, flags);                                   \
    }
OPEN(open)
OPEN(open64)

int close(int file)
{
    if (file >= 0 && file < (int)sizeof watched)
        watched[file] = 0;
    if (shortened == file)
        shortened = -1;
    return REAL(close)(file);
}

#define WRITE(name, place, ...)                                                                      \
    ssize_t name(int file, const void *bytes, size_t length place)                                   \
    {                                                                                                \
        ssize_t some = part(file, length);                                                           \
        return some < 0 ? -1 : REAL(name)(file, bytes, (size_t)some __VA_ARGS__);                     \
    }
#define COMMA ,
WRITE(write, )
WRITE(pwrite, COMMA off_t offset, COMMA offset)
WRITE(pwrite64, COMMA off64_t offset, COMMA offset)

#define READING(name, place, ...)                                                                    \
    ssize_t name(int file, void *bytes, size_t length place) { return is_unreadable(file) ? -1 : REAL(name)(file, bytes, length __VA_ARGS__); }
READING(read, )
READING(pread, COMMA off_t offset, COMMA offset)
READING(pread64, COMMA off64_t offset, COMMA offset)

ssize_t preadv64(int file, const struct iovec *parts, int length, off64_t offset) { return is_unreadable(file) ? -1 : REAL(preadv64)(file, parts, length, offset); }
DIR *opendir(const char *path) { return path_is_unreadable(path) ? NULL : REAL(opendir)(path); }

ssize_t sendfile64(int to, int from, off64_t *offset, size_t length)
{
    return is_unreadable(from) || (is_watched(to) && fails(1)) ? -1 : REAL(sendfile64)(to, from, offset, length);
}

ssize_t copy_file_range(int from, off64_t *here, int to, off64_t *there, size_t length, unsigned flags)
{
    return is_unreadable(from) || (is_watched(to) && fails(1)) ? -1 : REAL(copy_file_range)(from, here, to, there, length, flags);
}

ssize_t pwritev64(int file, const struct iovec *parts, int length, off64_t offset)
{
    return is_watched(file) && fails(1) ? -1 : REAL(pwritev64)(file, parts, length, offset);
}

int fsync(int file) { return is_watched(file) && fails(1) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return is_watched(file) && fails(1) ? -1 : REAL(fdatasync)(file); }
int ftruncate64(int file, off64_t length) { return is_watched(file) && fails(0) ? -1 : REAL(ftruncate64)(file, length); }
int ftruncate(int file, off_t length) { return is_watched(file) && fails(0) ? -1 : REAL(ftruncate)(file, length); }
int fchmod(int file, mode_t mode) { return is_watched(file) && fails(0) ? -1 : REAL(fchmod)(file, mode); }
int futimens(int file, const struct timespec times[2]) { return is_watched(file) && fails(0) ? -1 : REAL(futimens)(file, times); }
int chmod(const char *path, mode_t mode) { return path_fails(path, 0) ? -1 : REAL(chmod)(path, mode); }
int utimensat(int folder_of, const char *path, const struct timespec times[2], int flags) { return path_fails(path, 0) ? -1 : REAL(utimensat)(folder_of, path, times, flags); }
int fallocate64(int file, int mode, off64_t offset, off64_t length) { return is_watched(file) && fails(1) ? -1 : REAL(fallocate64)(file, mode, offset, length); }
int rename(const char *from, const char *to) { return path_fails(to, 0) ? -1 : REAL(rename)(from, to); }
int unlink(const char *path) { return path_fails(path, 0) ? -1 : REAL(unlink)(path); }
int mkdir(const char *path, mode_t mode) { return path_fails(path, 1) ? -1 : REAL(mkdir)(path, mode); }
int rmdir(const char *path) { return path_fails(path, 0) ? -1 : REAL(rmdir)(path); }
int link(const char *from, const char *to) { return path_fails(to, 1) ? -1 : REAL(link)(from, to); }
int symlink(const char *target, const char *path) { return path_fails(path, 1) ? -1 : REAL(symlink)(target, path); }
