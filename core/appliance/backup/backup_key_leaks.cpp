// The recovery key and the backup passphrase as secrets that can leak. Neither can be changed by connlog, which has only
// their public halves: it stops sealing to what leaked, and people make new ones.
#include "core/appliance/backup/backup_keys.h"

namespace connlog {
namespace {

// Where one of the two is known, its name, detail, and how it is forgotten.
struct Facts {
  std::string_view name, title, short_name, renewed;
  bool (*is_there)(const BackupKeysState&);
  std::string (*detail)(const BackupKeysState&);
  Result<void> (*forget)(BackupKeys&, Transaction&, const Actor&);
};

constexpr Facts kRecovery{
    "backup_recovery_key",
    "The recovery key",
    "Recovery key",
    "Make a new recovery key under Appliance, Backups, and destroy every sheet of the former one. Until then no backup is "
    "made, unless there is a backup passphrase.",
    [](const BackupKeysState& state) { return state.recovery == RecoveryKeyState::confirmed; },
    [](const BackupKeysState& state) { return "fingerprint " + state.fingerprint; },
    [](BackupKeys& keys, Transaction& tx, const Actor& actor) { return keys.forget_recovery_key(tx, actor); }};

constexpr Facts kPassphrase{
    "backup_passphrase",
    "The backup passphrase",
    "Backup passphrase",
    "Set another backup passphrase under Appliance, Backups. Until then no backup is made, unless there is a recovery key.",
    [](const BackupKeysState& state) { return state.has_passphrase; },
    [](const BackupKeysState& state) { return "set " + to_iso8601(state.passphrase_since); },
    [](BackupKeys& keys, Transaction& tx, const Actor& actor) { return keys.remove_passphrase(tx, actor); }};

class BackupKeyLeak final : public LeakKind {
 public:
  BackupKeyLeak(BackupKeys& keys, const Facts& facts) : keys_(keys), facts_(facts) {}
  LeakOwnerKind owner_kind() const override { return LeakOwnerKind::appliance; }
  std::string_view name() const override { return facts_.name; }
  std::string_view title() const override { return facts_.title; }

  Result<std::vector<LeakedSecret>> secrets(Snapshot& snapshot, const Actor&, const std::string& search) const override {
    const BackupKeysState state = TRY(keys_.state(snapshot));
    std::vector<LeakedSecret> out;
    if (facts_.is_there(state) && contains_folded(facts_.short_name, search)) out.push_back(leaked_of(state));
    return out;
  }

  Result<LeakPlan> plan(Snapshot& snapshot, const Actor&, const std::string& leaked) const override {
    const LeakedSecret secret = TRY(find(snapshot, leaked));
    return LeakPlan{secret, {"New backups are not sealed to it any more."}, left()};
  }

  Result<LeakAnswer> answer(Transaction& tx, const Actor& actor, SessionId, const std::string& leaked) override {
    LeakAnswer answer;
    answer.leaked = TRY(find(tx, leaked));
    TRY(facts_.forget(keys_, tx, actor));
    answer.done = {"New backups are not sealed to it any more."};
    answer.by_people = left();
    return answer;
  }

 private:
  LeakedSecret leaked_of(const BackupKeysState& state) const {
    return {std::string(facts_.name), std::string(facts_.short_name), facts_.detail(state)};
  }
  std::vector<std::string> left() const {
    return {
        std::string(facts_.renewed),
        "Backups that were made before still open with it: delete them wherever they are, once there is a new one.",
        "Who had one of these backups could read everything in it and sign as this appliance. Answer the leak of what it "
        "held as well: passwords, tokens, the secrets of recipients; and run connlog key rotate and connlog key rekey.",
    };
  }
  Result<LeakedSecret> find(Snapshot& snapshot, const std::string& leaked) const {
    const BackupKeysState state = TRY(keys_.state(snapshot));
    if (!facts_.is_there(state) || leaked != facts_.name)
      return Error{ErrorCode::not_found, "There is no such key (any more).", "subject"};
    return leaked_of(state);
  }

  BackupKeys& keys_;
  const Facts& facts_;
};

}  // namespace

std::unique_ptr<LeakKind> recovery_key_leak(BackupKeys& keys) {
  return std::make_unique<BackupKeyLeak>(keys, kRecovery);
}

std::unique_ptr<LeakKind> backup_passphrase_leak(BackupKeys& keys) {
  return std::make_unique<BackupKeyLeak>(keys, kPassphrase);
}

}  // namespace connlog
