// The keys of an appliance. A *master key* (a file, a passphrase, or a systemd credential: core/crypto/master_key.h)
// wraps `<data>/keys/database.key`, which holds the root key, the key of the database file, the anchor key and the keys
// under which provider secrets are sealed. Every other key is derived from the root key by purpose, so that a copied file
// and its raw key never reveal more than they must. The anchor key authenticates the audit trails' anchor and is on
// purpose not derived: people who were given the raw database key cannot make an anchor; the same holds for the sealing
// keys.
// Made on first start; refused when others can read them, when one is missing beside an existing database, or when they
// do not belong together: nothing is ever overwritten but by a rotation.
//
// Sealing keys have generations: a rotation adds one, what is sealed is sealed anew under it, and the older one is
// forgotten. Any thread may read; one thread at a time rotates (core/trust/key_rotation.h).
//
// With a recovery key (core/crypto/recovery_key.h) `<data>/keys/recovery.box` holds the same content, sealed to its public
// half: who has the words and this file needs no master key. The public half is authenticated under the root key, so that
// a planted one is not sealed to.
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
#include "core/base/secret.h"

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
inline constexpr std::string_view kBackupSigning = "backup-signing";  // the seed of the key that signs backups
inline constexpr std::string_view kRecoveryBox = "recovery-box";      // the clear part of the recovery box
inline constexpr std::string_view kRecoveryWords = "recovery-words";  // digests of two words, until they are typed
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

  // Encrypts the database file. The root key of a new appliance is the same, until `connlog key rekey` gives the file a
  // key of its own.
  const Key& database_key() const;
  const Key& anchor_key() const;
  // BLAKE2b-256, keyed with the root key, over the purpose. The root key never changes: tokens, sessions and the trails'
  // chain stay valid.
  Key derive(std::string_view purpose) const;

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
  // ---- a new key of the database file: cli/rekey, with the database closed ----
  // The key file holds both keys from prepare_rekey to settle_rekey, so that a start after a crash opens the file with
  // the one that fits. Wants a keyring that was opened with MasterKeySources::keep_master.
  Result<Key> prepare_rekey(Random& random);
  std::optional<Key> next_database_key() const;  // set: a rekey is under way
  Result<void> settle_rekey(bool renewed, Random& random);

  // ---- recovery: core/crypto/recovery_key.h ----
  // What the master key protects, for a backup and for `<data>/keys/recovery.box`. Bytes (core/crypto/key_file.h).
  Secret content() const;
  // Writes (or, without a key, removes) the recovery box: the content sealed to the recovery key's public half. Written
  // anew by each rotation and rekey from then on.
  Result<void> set_recovery(const std::optional<std::array<std::uint8_t, 32>>& public_key);
  std::optional<std::array<std::uint8_t, 32>> recovery_public_key() const;
  // Makes the key files of a data directory that has none from such content, under a new master key (restore), or under
  // a new master key in place of a lost one (`connlog key recover`). Nothing is overwritten before the new files lie
  // there durably.
  static Result<void> make_from_content(const std::filesystem::path& data_directory, const Secret& content,
                                        const NewMasterKey& wanted, Random& random);

  // Called when nothing is sealed under the older keys any more: forgets them on disk, and removes a master key file
  // that is no longer needed.
  Result<void> forget_older(Random& random);

 private:
  struct Inside;
  explicit Keyring(std::unique_ptr<Inside> inside);
  void look_at_recovery_box();
  Result<void> put_database_keys(const Key& now, const std::optional<Key>& next, Random& random);

  std::unique_ptr<Inside> inside_;
};

}  // namespace connlog
