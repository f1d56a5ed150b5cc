// A faulty disk below SQLite, for a process that is started with LD_PRELOAD. Only files named tasks.db* are affected.
// Beside the library are its controls:
//   error    if the file exists, every write, truncation and sync fails with the errno that it holds
//   delay    if the file exists, every sync takes the milliseconds that it holds
//   synced/  if the directory exists, synced/N is made after the Nth sync, with the files as of their last sync: all that would survive
//            if the power failed now
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(function) ((__typeof__(&function))dlsym(RTLD_NEXT, #function))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int syncs;

// The path of a control; relative to the directory of this library.
static char *control(char *path, const char *name) {
  Dl_info library;
  dladdr((void *)control, &library);
  snprintf(path, PATH_MAX, "%.*s/%s", (int)(strrchr(library.dli_fname, '/') - library.dli_fname), library.dli_fname, name);
  return path;
}

static int setting(const char *name) {
  char path[PATH_MAX];
  int value = 0;
  FILE *file = fopen(control(path, name), "r");
  if (file) {
    if (fscanf(file, "%d", &value) != 1) value = 0;
    fclose(file);
  }
  return value;
}

// The name of the file within its directory; NULL if it is not one of the database.
static const char *database_file(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length < 0) return NULL;
  path[length] = 0;
  char *name = strrchr(path, '/');
  return name && !strncmp(name + 1, "tasks.db", 8) ? name + 1 : NULL;
}

static int fails(int fd) {
  char path[PATH_MAX];
  int error = database_file(fd, path) ? setting("error") : 0;
  if (error) errno = error;
  return error;
}

static void copy(const char *from, const char *to) {
  static char buffer[1 << 16];
  int in = open(from, O_RDONLY), out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  for (ssize_t length; out >= 0 && (length = read(in, buffer, sizeof buffer)) > 0;)
    if (REAL(write)(out, buffer, length) != length) abort();
  if (in >= 0) close(in);
  if (out >= 0) close(out);
}

static void record_sync(const char *path, const char *name) {
  static const char *files[] = {"tasks.db", "tasks.db-wal"};
  char root[PATH_MAX], next[PATH_MAX + 32], done[PATH_MAX + 32], from[PATH_MAX * 2], to[PATH_MAX * 2];
  if (access(control(root, "synced"), F_OK)) return;
  pthread_mutex_lock(&lock);
  snprintf(next, sizeof next, "%s/next", root);
  mkdir(next, 0700);
  for (int i = 0; i < 2; i++) {
    snprintf(from, sizeof from, "%s/%d/%s", root, syncs, files[i]);
    snprintf(to, sizeof to, "%s/%s", next, files[i]);
    copy(strcmp(name, files[i]) ? from : path, to);
  }
  snprintf(done, sizeof done, "%s/%d", root, ++syncs);
  if (rename(next, done)) abort();
  pthread_mutex_unlock(&lock);
}

int fsync(int fd) {
  char path[PATH_MAX];
  const char *name = database_file(fd, path);
  if (name) usleep(setting("delay") * 1000);
  if (fails(fd)) return -1;
  int result = REAL(fsync)(fd);
  if (name && !result) record_sync(path, name);
  return result;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
  return fails(fd) ? -1 : REAL(pwrite64)(fd, data, length, offset);
}

ssize_t write(int fd, const void *data, size_t length) { return fails(fd) ? -1 : REAL(write)(fd, data, length); }

int ftruncate64(int fd, off64_t length) { return fails(fd) ? -1 : REAL(ftruncate64)(fd, length); }
