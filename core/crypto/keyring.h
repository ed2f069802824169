// The keys of an appliance. A *master key* (a file, a passphrase, or a systemd credential: core/crypto/master_key.h)
// wraps `<data>/keys/database.key`, which holds the database key, the anchor key and the keys under which provider
// secrets are sealed. Every other key is derived from the database key by purpose, so that a copied file and its raw
// key never reveal more than they must. The anchor key authenticates the audit trails' anchor and is on purpose not
// derived: people who were given the raw database key cannot make an anchor; the same holds for the sealing keys.
// Made on first start; refused when others can read them, when one is missing beside an existing database, or when they
// do not belong together: nothing is ever overwritten but by a rotation.
//
// Sealing keys have generations: a rotation adds one, what is sealed is sealed anew under it, and the older one is
// forgotten. Any thread may read; one thread at a time rotates (core/trust/key_rotation.h).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/random.h"
#include "core/base/result.h"

namespace connlog {

using Key = std::array<std::uint8_t, 32>;

enum class MasterKeyForm;
struct MasterKeySources;
struct NewMasterKey;

// Purposes are stored by what they protect: never renamed.
namespace key_purpose {
inline constexpr std::string_view kTokenDigest = "token-digest";  // sessions, agents, links
inline constexpr std::string_view kSealed = "sealed";             // generation 0 of sealed secrets; use sealing_key()
inline constexpr std::string_view kAuditChain = "audit-chain";
inline constexpr std::string_view kCsrf = "csrf";
inline constexpr std::string_view kTlsTickets = "tls-tickets";
}  // namespace key_purpose

class Keyring {
 public:
  // Opens the keys of a data directory, or makes them when `database_exists` is false and there are none.
  // Errors name the file, what is wrong, and what to do. Without sources the master key can only be a file.
  static Result<Keyring> open(const std::filesystem::path& data_directory, bool database_exists, Random& random);
  static Result<Keyring> open(const std::filesystem::path& data_directory, bool database_exists, Random& random,
                              const MasterKeySources& sources);
  // A keyring of its own, without files: for tests and for tools.
  static Keyring from_database_key(const Key& database_key);

  Keyring(Keyring&&) noexcept;
  Keyring& operator=(Keyring&&) noexcept;
  Keyring(const Keyring&) = delete;
  Keyring& operator=(const Keyring&) = delete;
  ~Keyring();

  const Key& database_key() const;
  const Key& anchor_key() const;
  Key derive(std::string_view purpose) const;  // BLAKE2b-256, keyed with the database key, over the purpose

  // What secrets are sealed under from now on (core/crypto/sealed.h asks).
  std::int64_t sealing_generation() const;
  std::optional<Key> sealing_key(std::int64_t generation) const;  // nothing: forgotten, or never made

  // ---- rotation: core/trust/key_rotation.h, one thread at a time ----
  MasterKeyForm form() const;
  // Makes a new master key of that form and a new sealing key. After each step of writing them, and so after a crash at
  // any point, either the old or the new master key opens the keys, and nothing is lost.
  Result<void> rotate(const NewMasterKey& wanted, Random& random);
  // Whether older sealing keys are still kept, because some of their texts may not be sealed anew yet.
  bool is_rotating() const;
  // Called when nothing is sealed under the older keys any more: forgets them on disk, and removes a master key file
  // that is no longer needed.
  Result<void> forget_older(Random& random);

 private:
  struct Inside;
  explicit Keyring(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace connlog
