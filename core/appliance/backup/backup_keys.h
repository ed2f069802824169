// Who can open a backup: the recovery key and the backup passphrase. The appliance keeps the public half of each (settings
// "backup.recovery" and "backup.passphrase") and seals the key of every backup to both; it keeps nothing that opens one.
// A recovery key counts once two of its words were typed; until then the former one stays in force.
//
// Methods with a Transaction run inside the caller's, on the writer thread. make_words() and derive() take their time and
// run on the caller's. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/appliance/backup/archive.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/transaction.h"
#include "core/base/words.h"
#include "core/crypto/keyring.h"
#include "core/crypto/recovery_key.h"
#include "core/people/actor.h"
#include "core/people/setting_store.h"
#include "core/trust/leak_kind.h"

namespace connlog {

// Settings; stored, never renamed.
inline constexpr const char* kRecoveryKeySetting = "backup.recovery";
inline constexpr const char* kBackupPassphraseSetting = "backup.passphrase";
inline constexpr const char* kInstanceSetting = "instance";

enum class RecoveryKeyState { none, unconfirmed, confirmed };
template <>
inline constexpr auto kWords<RecoveryKeyState> = words_for<RecoveryKeyState>({
    {RecoveryKeyState::none, "none"},
    {RecoveryKeyState::unconfirmed, "unconfirmed"},
    {RecoveryKeyState::confirmed, "confirmed"},
});

// What the pages show of both.
struct BackupKeysState {
  RecoveryKeyState recovery = RecoveryKeyState::none;
  bool replacement_waits = false;  // confirmed, and a second one was made that is not confirmed
  std::string fingerprint;         // of the confirmed one
  Instant since;
  bool has_passphrase = false;
  Instant passphrase_since;

  bool can_back_up() const { return recovery == RecoveryKeyState::confirmed || has_passphrase; }
};

Result<BackupKeysState> backup_keys_state(const SettingStore&, Snapshot&);
// The slots of a new backup. `conflict`, with the sentence that says where to make a key, while there is none.
Result<std::vector<KeySlot>> key_slots_for(const SettingStore&, Snapshot&, const Key& content_key);
// The key that signs this appliance's backups, and its fingerprint.
SigningKey backup_signer(const Keyring&);
std::string backup_signer_fingerprint(const Keyring&);
// The appliance's id, which a restore makes anew. Empty: not made yet.
Result<std::string> instance_of(const SettingStore&, Snapshot&);

class BackupKeys {
 public:
  struct Parts {
    SettingStore& settings;
    AuditLog& audit;
    Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  explicit BackupKeys(const Parts& parts) : parts_(parts) {}

  Result<BackupKeysState> state(Snapshot& snapshot) const { return backup_keys_state(parts_.settings, snapshot); }
  Result<std::vector<KeySlot>> slots_for(Snapshot& snapshot, const Key& content_key) const {
    return key_slots_for(parts_.settings, snapshot, content_key);
  }
  std::string signer() const { return backup_signer_fingerprint(parts_.keyring); }
  Result<std::string> instance(Snapshot& snapshot) const { return instance_of(parts_.settings, snapshot); }

  // Once at a start, before anything is served: makes the instance's id where there is none, and makes the recovery box
  // beside the keys fit the setting (a crash may have come between the two).
  Result<void> open(Stores&);

  // ---- the recovery key ----
  struct NewWords {
    Secret words;                   // shown once; kept nowhere
    PublicKey open{};
    std::array<std::size_t, 2> ask{};  // which two words confirm it, from 1
    std::array<std::string, 2> digests;  // keyed; of those two words
  };
  Result<NewWords> make_words();
  // Remembers what is needed to confirm them; the words themselves are not written.
  Result<void> remember(Transaction&, const Actor&, const NewWords&);
  // The public half that these two words, in the order of `ask`, confirm. `conflict`: nothing waits; field "words": they
  // do not fit.
  Result<PublicKey> confirmed_by(Snapshot&, const std::array<Secret, 2>& words) const;
  // confirm() after seal_box(): the box for `connlog key recover` is written first, on the caller's thread.
  Result<void> seal_box(const PublicKey&);
  Result<std::string> confirm(Transaction&, const Actor&, const PublicKey&);  // its fingerprint

  // A leaked one: backups are not sealed to it any more, and the box beside the keys is removed. not_found: there is none.
  Result<void> forget_recovery_key(Transaction&, const Actor&);

  // ---- the backup passphrase ----
  struct NewPassphrase {
    PublicKey open{};
    Salt salt{};
    PassphraseSlotCost cost;
  };
  // `rate_limited` while another is derived: it takes 64 MiB of memory.
  Result<NewPassphrase> derive(const Secret& passphrase, const PassphraseSlotCost& cost = {});
  Result<void> set_passphrase(Transaction&, const Actor&, const NewPassphrase&);
  Result<void> remove_passphrase(Transaction&, const Actor&);

 private:
  std::string digest_of(const PublicKey&, std::size_t position, const Secret& word) const;

  Parts parts_;
  std::mutex deriving_;
};

// The recovery key and the passphrase as secrets that can leak (core/trust/leak_kind.h), of the appliance's list.
std::unique_ptr<LeakKind> recovery_key_leak(BackupKeys& keys);
std::unique_ptr<LeakKind> backup_passphrase_leak(BackupKeys& keys);

}  // namespace connlog
