// The keys of an appliance. `<data>/keys/master.key` (32 random bytes, hex, mode 0600) wraps `<data>/keys/database.key`
// (sealed in it, 32 random bytes each: the database key and the anchor key); every other key is derived from the database
// key by purpose, so that a copied file and its raw key never reveal more than they must. The anchor key authenticates the
// audit trails' anchor and is on purpose not derived: whoever was given the raw database key cannot make an anchor. Made on first start; refused when others can read them, when one is missing
// beside an existing database, or when they do not belong together: nothing is ever overwritten.
// Immutable after open; any thread may read.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/base/random.h"
#include "core/base/result.h"

namespace connlog {

using Key = std::array<std::uint8_t, 32>;

// Purposes are stored by what they protect: never renamed.
namespace key_purpose {
inline constexpr std::string_view kTokenDigest = "token-digest";  // sessions, agents, links
inline constexpr std::string_view kSealed = "sealed";             // provider secrets inside the database
inline constexpr std::string_view kAuditChain = "audit-chain";
inline constexpr std::string_view kCsrf = "csrf";
inline constexpr std::string_view kTlsTickets = "tls-tickets";
}  // namespace key_purpose

class Keyring {
 public:
  // Opens the keys of a data directory, or makes them when `database_exists` is false and there are none.
  // Errors name the file, what is wrong, and what to do.
  static Result<Keyring> open(const std::filesystem::path& data_directory, bool database_exists, Random& random);
  // A keyring of its own, without files: for tests and for tools.
  static Keyring from_database_key(const Key& database_key);

  Keyring(Keyring&&) noexcept;
  Keyring& operator=(Keyring&&) noexcept;
  Keyring(const Keyring&) = delete;
  Keyring& operator=(const Keyring&) = delete;
  ~Keyring();

  const Key& database_key() const { return database_key_; }
  const Key& anchor_key() const { return anchor_key_; }
  Key derive(std::string_view purpose) const;  // BLAKE2b-256, keyed with the database key, over the purpose

 private:
  Keyring() = default;
  void wipe();
  Result<void> write_wrapped(const std::filesystem::path& path, const Key& master, Random& random) const;
  bool read_wrapped(std::span<const std::uint8_t> box, const Key& master);

  Key database_key_{};
  Key anchor_key_{};
};

}  // namespace connlog
