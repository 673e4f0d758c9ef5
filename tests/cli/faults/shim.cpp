// A library that is loaded before the C library (LD_PRELOAD) and disturbs one file-system call of the program.
// HOURGLASS_FAULT="kill N": the process is killed before its Nth call. "full N": the Nth call fails as on a full disk.
// "count FILE": the number of calls is written to FILE when the process ends.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>

namespace {

int calls = 0;

const char* fault() {
  static const char* const kFault = getenv("HOURGLASS_FAULT");
  return kFault ? kFault : "";
}

/// Counts a call. Returns whether it fails.
bool disturb() {
  ++calls;
  const int at = strlen(fault()) > 5 ? atoi(fault() + 5) : 0;
  if (calls != at) return false;
  if (strncmp(fault(), "kill ", 5) == 0) kill(getpid(), SIGKILL);
  if (strncmp(fault(), "full ", 5) != 0) return false;
  errno = ENOSPC;
  return true;
}

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

__attribute__((destructor)) void write_count() {
  if (strncmp(fault(), "count ", 6) != 0) return;
  FILE* file = next<FILE* (*)(const char*, const char*)>("fopen64")(fault() + 6, "w");
  if (!file) return;
  fprintf(file, "%d", calls);
  fclose(file);
}

bool writes(const char* mode) { return strpbrk(mode, "wa+") != nullptr; }
/// Standard output and error are no files of a run.
bool is_file(int descriptor) { return descriptor > 2; }

}  // namespace

extern "C" {

int rename(const char* from, const char* to) {
  return disturb() ? -1 : next<int (*)(const char*, const char*)>("rename")(from, to);
}
int mkdir(const char* path, mode_t mode) {
  return disturb() ? -1 : next<int (*)(const char*, mode_t)>("mkdir")(path, mode);
}
int fsync(int descriptor) { return disturb() ? -1 : next<int (*)(int)>("fsync")(descriptor); }
int ftruncate64(int descriptor, off64_t size) {
  return disturb() ? -1 : next<int (*)(int, off64_t)>("ftruncate64")(descriptor, size);
}
FILE* fopen64(const char* path, const char* mode) {
  if (writes(mode) && disturb()) return nullptr;
  return next<FILE* (*)(const char*, const char*)>("fopen64")(path, mode);
}
FILE* fopen(const char* path, const char* mode) {
  if (writes(mode) && disturb()) return nullptr;
  return next<FILE* (*)(const char*, const char*)>("fopen")(path, mode);
}
ssize_t write(int descriptor, const void* bytes, size_t count) {
  if (is_file(descriptor) && disturb()) return -1;
  return next<ssize_t (*)(int, const void*, size_t)>("write")(descriptor, bytes, count);
}
ssize_t writev(int descriptor, const iovec* parts, int count) {
  if (is_file(descriptor) && disturb()) return -1;
  return next<ssize_t (*)(int, const iovec*, int)>("writev")(descriptor, parts, count);
}
int unlink(const char* path) {
  disturb();  // a full disk does not hinder it
  return next<int (*)(const char*)>("unlink")(path);
}

}  // extern "C"
