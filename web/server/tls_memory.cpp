#include "web/server/tls_memory.h"

#include <mbedtls/platform.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <vector>

namespace connlog::web {
namespace {

constexpr std::size_t kPage = 4096;
// On 64-bit systems enough for the largest number of connections. On 32-bit systems, where addresses are scarce, the
// heap serves the rest.
constexpr std::size_t kBlocks = sizeof(void*) == 8 ? 32'768 : 2'048;

// Blocks of one size: an address range, a mark up to which it has been used, and the blocks that were given back.
class BlockRange {
 public:
  explicit BlockRange(std::size_t pages) : block_(pages * kPage) {}

  bool fits(std::size_t size) const { return size <= block_; }
  bool owns(const void* p) const {
    const auto at = reinterpret_cast<std::uintptr_t>(p);
    return begin_ != 0 && at >= begin_ && at < begin_ + block_ * kBlocks;
  }
  std::size_t block_bytes() const { return block_; }

  // A zeroed block; nullptr when none is left.
  void* take() {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      void* block = free_.back();
      free_.pop_back();
      return block;
    }
    if (begin_ == 0 || used_ == kBlocks) return nullptr;
    return reinterpret_cast<void*>(begin_ + block_ * used_++);
  }

  void give_back(void* block) {
    // This also zeroes the block for its next user.
    if (::madvise(block, block_, MADV_DONTNEED) != 0) std::memset(block, 0, block_);
    const std::lock_guard lock(mutex_);
    free_.push_back(block);
  }

  void reserve() {
    if (::sysconf(_SC_PAGESIZE) != static_cast<long>(kPage))
      return;  // some 64-bit ARM kernels: larger pages save nothing here
    void* range =
        ::mmap(nullptr, block_ * kBlocks, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range != MAP_FAILED) {
      ::madvise(range, block_ * kBlocks, MADV_NOHUGEPAGE);  // a huge page would defeat the purpose
      begin_ = reinterpret_cast<std::uintptr_t>(range);
    }
  }

 private:
  const std::size_t block_;
  std::uintptr_t begin_ = 0;
  std::mutex mutex_;
  std::size_t used_ = 0;
  std::vector<void*> free_;
};

// Never destroyed, because static objects use mbedTLS too.
BlockRange& small_blocks() {
  static auto* range = new BlockRange(2);
  return *range;
}
BlockRange& large_blocks() {
  static auto* range = new BlockRange(5);
  return *range;
}

void* allocate(std::size_t count, std::size_t size) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  if (bytes > kPage) {
    BlockRange* range = small_blocks().fits(bytes)   ? &small_blocks()
                        : large_blocks().fits(bytes) ? &large_blocks()
                                                     : nullptr;
    if (range) {
      if (void* block = range->take()) return block;
    }
  }
  return std::calloc(count, size);
}

void release(void* p) {
  if (!p) return;
  if (small_blocks().owns(p)) {
    small_blocks().give_back(p);
  } else if (large_blocks().owns(p)) {
    large_blocks().give_back(p);
  } else {
    std::free(p);
  }
}

// Runs before main, when no other thread can be inside mbedTLS. Memory that mbedTLS allocated earlier is still freed
// correctly: release() tells blocks by their address.
[[maybe_unused]] const bool installed = [] {
  small_blocks().reserve();
  large_blocks().reserve();
  return mbedtls_platform_set_calloc_free(allocate, release) == 0;
}();

}  // namespace

void use_page_blocks() {}

void give_back_tail(void* block) {
  for (BlockRange* range : {&small_blocks(), &large_blocks()}) {
    if (range->owns(block)) {
      ::madvise(static_cast<char*>(block) + kPage, range->block_bytes() - kPage, MADV_DONTNEED);
      return;
    }
  }
}

}  // namespace connlog::web
