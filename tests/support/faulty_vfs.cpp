#include "tests/support/faulty_vfs.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <thread>

namespace connlog {
namespace {

std::atomic<int> g_count{0};

// The system's file lies directly behind this in memory that SQLite allots.
struct File {
  sqlite3_file base;
  FaultyVfs* vfs;
  const char* path;  // SQLite's, as long as the file is open; nullptr: a temporary one
};
sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
}
FaultyVfs& vfs_of(sqlite3_file* file) {
  return *reinterpret_cast<File*>(file)->vfs;
}
const sqlite3_io_methods& methods(sqlite3_file* file) {
  return *real(file)->pMethods;
}

int close_file(sqlite3_file* f) {
  return methods(f).xClose(real(f));
}
int read_file(sqlite3_file* f, void* out, int length, sqlite3_int64 offset) {
  return methods(f).xRead(real(f), out, length, offset);
}

int write_file(sqlite3_file* f, const void* data, int length, sqlite3_int64 offset) {
  FaultyVfs& vfs = vfs_of(f);
  if (vfs.write_fails()) {
    errno = vfs.write_errno();
    return vfs.write_error();
  }
  ++vfs.writes;
  vfs.bytes_written += length;
  return methods(f).xWrite(real(f), data, length, offset);
}

int truncate_file(sqlite3_file* f, sqlite3_int64 size) {
  return methods(f).xTruncate(real(f), size);
}

int sync_file(sqlite3_file* f, int flags) {
  FaultyVfs& vfs = vfs_of(f);
  const std::int64_t delay = vfs.sync_microseconds;
  if (delay > 0) std::this_thread::sleep_for(std::chrono::microseconds(delay));
  if (vfs.sync_fails()) {
    errno = EIO;
    return SQLITE_IOERR_FSYNC;
  }
  ++vfs.syncs;
  const int code = methods(f).xSync(real(f), flags);
  if (code == SQLITE_OK && reinterpret_cast<File*>(f)->path != nullptr) vfs.synced(reinterpret_cast<File*>(f)->path);
  return code;
}

int file_size(sqlite3_file* f, sqlite3_int64* size) {
  return methods(f).xFileSize(real(f), size);
}
int lock_file(sqlite3_file* f, int level) {
  return methods(f).xLock(real(f), level);
}
int unlock_file(sqlite3_file* f, int level) {
  return methods(f).xUnlock(real(f), level);
}
int check_lock(sqlite3_file* f, int* held) {
  return methods(f).xCheckReservedLock(real(f), held);
}
int control(sqlite3_file* f, int op, void* argument) {
  return methods(f).xFileControl(real(f), op, argument);
}
int sector_size(sqlite3_file* f) {
  return methods(f).xSectorSize(real(f));
}
int characteristics(sqlite3_file* f) {
  return methods(f).xDeviceCharacteristics(real(f));
}
int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
  return methods(f).xShmMap(real(f), page, size, extend, out);
}
int shm_lock(sqlite3_file* f, int offset, int count, int flags) {
  return methods(f).xShmLock(real(f), offset, count, flags);
}
void shm_barrier(sqlite3_file* f) {
  methods(f).xShmBarrier(real(f));
}
int shm_unmap(sqlite3_file* f, int remove) {
  return methods(f).xShmUnmap(real(f), remove);
}

constexpr sqlite3_io_methods kMethods = {2,           close_file,  read_file,       write_file,  truncate_file,
                                         sync_file,   file_size,   lock_file,       unlock_file, check_lock,
                                         control,     sector_size, characteristics, shm_map,     shm_lock,
                                         shm_barrier, shm_unmap,   nullptr,         nullptr};

int open_file(sqlite3_vfs* self, sqlite3_filename path, sqlite3_file* file, int flags, int* out_flags) {
  auto* vfs = static_cast<FaultyVfs*>(self->pAppData);
  auto* mine = reinterpret_cast<File*>(file);
  mine->vfs = vfs;
  mine->path = path;
  mine->base.pMethods = nullptr;
  const int code = vfs->system()->xOpen(vfs->system(), path, real(file), flags, out_flags);
  if (real(file)->pMethods != nullptr) mine->base.pMethods = &kMethods;
  return code;
}

// Storage syncs the directory where a deletion must last.
int delete_file(sqlite3_vfs* self, const char* path, int sync_directory) {
  auto* vfs = static_cast<FaultyVfs*>(self->pAppData);
  const int code = vfs->system()->xDelete(vfs->system(), path, sync_directory);
  if (code == SQLITE_OK) vfs->deleted(path);
  return code;
}

}  // namespace

FaultyVfs::FaultyVfs()
    : name_("faulty-" + std::to_string(++g_count)),
      system_(sqlite3_vfs_find(nullptr)),
      mine_(new sqlite3_vfs(*system_)) {
  mine_->pNext = nullptr;
  mine_->zName = name_.c_str();
  mine_->pAppData = this;
  mine_->szOsFile = static_cast<int>(sizeof(File)) + system_->szOsFile;
  mine_->xOpen = open_file;
  mine_->xDelete = delete_file;
  sqlite3_vfs_register(mine_, 0);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(mine_);
  delete mine_;
}

namespace {

int errno_of(FaultyVfs::Trouble trouble) {
  switch (trouble) {
    case FaultyVfs::Trouble::disk_full:
      return ENOSPC;
    case FaultyVfs::Trouble::io_error:
      return EIO;
    case FaultyVfs::Trouble::quota:
      return EDQUOT;
    case FaultyVfs::Trouble::read_only:
      return EROFS;
    case FaultyVfs::Trouble::permission:
      return EACCES;
    case FaultyVfs::Trouble::file_size:
      return EFBIG;
  }
  return EIO;
}

}  // namespace

void FaultyVfs::fail_writes(std::int64_t nth, Trouble trouble) {
  write_error_ = trouble == Trouble::disk_full ? SQLITE_FULL : SQLITE_IOERR_WRITE;  // as SQLite's own VFS does
  write_errno_ = errno_of(trouble);
  writes_until_failure_ = nth - 1;
}
void FaultyVfs::fail_syncs(std::int64_t nth) {
  syncs_until_failure_ = nth - 1;
}
void FaultyVfs::heal() {
  writes_until_failure_ = syncs_until_failure_ = -1;
}

void FaultyVfs::synced(const std::string& path) {
  if (!remembering_) return;
  std::ifstream file(path, std::ios::binary);
  std::string content(std::istreambuf_iterator<char>(file), {});
  const std::lock_guard lock(mutex_);
  durable_[std::filesystem::path(path).filename().string()] = std::move(content);
}

void FaultyVfs::deleted(const std::string& path) {
  const std::lock_guard lock(mutex_);
  durable_.erase(std::filesystem::path(path).filename().string());
}

void FaultyVfs::write_durable_files(const std::filesystem::path& directory) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, content] : durable_) std::ofstream(directory / name, std::ios::binary) << content;
}

bool FaultyVfs::write_fails() {
  if (writes_until_failure_ < 0) return false;
  if (writes_until_failure_ > 0) {
    --writes_until_failure_;
    return false;
  }
  ++failures;
  return true;
}

bool FaultyVfs::sync_fails() {
  if (syncs_until_failure_ < 0) return false;
  if (syncs_until_failure_ > 0) {
    --syncs_until_failure_;
    return false;
  }
  ++failures;
  return true;
}

}  // namespace connlog
