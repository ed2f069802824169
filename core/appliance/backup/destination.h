// Where backups are kept: a directory that connlog.toml names and `connlog backup init` marked, or a bucket that speaks
// S3. A kind of destination is one file and one row of destinations.cpp. One thread at a time (the backups').
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/byte_stream.h"
#include "core/base/clock.h"
#include "core/base/result.h"

namespace connlog {

struct StoredBackup {
  std::string name;  // "connlog-<instance, 8 hex>-<UTC time>-<backup id>.clb"
  std::int64_t bytes = 0;
};

class Destination {
 public:
  virtual ~Destination() = default;
  virtual std::string name() const = 0;   // "/mnt/usb/connlog", "s3://bucket/prefix"; shown, stored; no secret
  virtual bool is_directory() const = 0;  // a backup is written there first; a bucket gets a copy of a file
  // Whether it can be used now: marked, mounted, writable; says what to do.
  virtual Result<void> probe() = 0;
  // Writes under a temporary name, syncs, renames; for a bucket: one PutObject or a multipart upload. `from` is read once.
  // Whole or not at all under `name`.
  virtual Result<std::int64_t> put(const std::string& name, std::int64_t bytes_expected, ByteSource& from,
                                   const std::function<Result<void>(std::int64_t done)>& go_on) = 0;
  virtual Result<std::unique_ptr<ByteSource>> open(const std::string& name) = 0;
  virtual Result<bool> has(const std::string& name, std::int64_t bytes) = 0;
  virtual Result<void> remove(const std::string& name) = 0;  // exactly this name
};

}  // namespace connlog
