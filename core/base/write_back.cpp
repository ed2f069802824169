#include "core/base/write_back.h"

#include <fcntl.h>

namespace connlog {
namespace {

constexpr std::int64_t kPiece = 2 << 20;

}  // namespace

// One piece is on its way while the next is filled. What the kernel cannot do (a pipe, a file system without it) is left
// out.
void WriteBack::wrote(int file, std::int64_t length) {
  if (length - started_ < kPiece) return;
  ::sync_file_range(file, started_, length - started_, SYNC_FILE_RANGE_WRITE);
  if (started_ > waited_) {
    ::sync_file_range(file, waited_, started_ - waited_,
                      SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
    if (cached_ == Cached::dropped)
      static_cast<void>(::posix_fadvise(file, waited_, started_ - waited_, POSIX_FADV_DONTNEED));
    waited_ = started_;
  }
  started_ = length;
}

}  // namespace connlog
