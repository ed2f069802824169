// Passwords at rest: argon2id in libsodium's text form, which carries its own salt and cost. One hash takes tens of
// milliseconds and tens of MiB on purpose, so strangers must not be able to cause many of them: no more than
// `parallel_max` run at once, and a further caller is told to try again instead of waiting on a worker.
// Any thread may enter; the calling thread does the work.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace connlog {

struct PasswordCost {
  std::uint64_t operations = 2;                 // libsodium's "interactive"
  std::size_t memory_bytes = 64 * 1024 * 1024;  // a Raspberry Pi has room for two of these
  int parallel_max = 2;                         // below the number of workers, so that others are served meanwhile
};

// At most two hashes at once, and one worker always left for other requests (if there is more than one).
constexpr int hashes_beside(std::int64_t workers) {
  return workers > 2 ? 2 : 1;
}

class PasswordHasher {
 public:
  explicit PasswordHasher(PasswordCost cost = {});

  // `rate_limited` while `parallel_max` others are being hashed; `unavailable` when memory is short.
  Result<std::string> hash(const Secret& password);
  Result<bool> verify(const std::string& hash, const Secret& password);
  // Verifies against a hash that belongs to no account. For an unknown account, so that its answer takes as long as
  // that for a known one.
  Result<bool> verify_nobody(const Secret& password);
  // Whether the stored hash was made at a lower cost than today's, and so is renewed at the next login. False if
  // today's cost is lower: a setting that was lowered by mistake must not weaken stored hashes.
  bool needs_rehash(const std::string& hash) const;

 private:
  class Slot;
  Result<Slot> take_slot();

  PasswordCost cost_;
  std::atomic<int> running_{0};
  std::string nobody_;
};

}  // namespace connlog
