// The database as pages: read from one held snapshot while the appliance writes on, and put into a new file under another
// key. storage/appliance implements both. One thread at a time each.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "core/appliance/backup/archive.h"
#include "core/base/result.h"

namespace connlog {

struct PageProgress {
  std::int64_t done = 0, of = 0;  // pages
};

class DatabasePages {
 public:
  virtual ~DatabasePages() = default;

  // Takes a snapshot, hands its pages to `out` in rising order (about 256 kB at a time, decrypted), and fills the manifest
  // with what it saw: schema, counts, chain heads, pages, newest incident. Without history: leaves out the readings' pages
  // and counts their rows as 0. `go_on` is asked between pieces: an error ends the copy. Ends by itself, with
  // `unavailable`, when the write-ahead log outgrew its bound because the destination is slow, or nothing can be read.
  using Out = std::function<Result<void>(std::uint32_t first, std::span<const std::uint8_t> pages)>;
  virtual Result<Manifest> copy(BackupKind kind, const std::function<Result<void>(std::uint32_t page_bytes)>& begin,
                                const Out& out, const std::function<Result<void>(const PageProgress&)>& go_on) = 0;
};

// A new database file, made of pages. Nothing is at `path` before; what an interruption leaves there is not opened by
// anything and removed by the next start.
class NewDatabase {
 public:
  virtual ~NewDatabase() = default;
  virtual Result<void> begin(std::uint32_t page_bytes) = 0;
  virtual Result<void> pages(std::uint32_t first, std::span<const std::uint8_t> pages) = 0;
  // Gives the file its final form (without history: an empty log of readings, and no page left over), checks it
  // (`PRAGMA quick_check`, foreign keys), compares counts and heads with `expected`, and syncs.
  virtual Result<void> finish(const Manifest& expected) = 0;
};

}  // namespace connlog
