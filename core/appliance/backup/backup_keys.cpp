#include "core/appliance/backup/backup_keys.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/base/id.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/crypto/master_key.h"
#include "core/crypto/token.h"

namespace connlog {
namespace {

using nlohmann::json;

// Digits for a value of the settings.
bool from_hex(std::string_view text, std::span<std::uint8_t> out) {
  std::size_t length = 0;
  return text.size() == out.size() * 2 &&
         sodium_hex2bin(out.data(), out.size(), text.data(), text.size(), nullptr, &length, nullptr) == 0 &&
         length == out.size();
}

std::string text_in(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Instant time_in(const json& object, const char* name) {
  Instant at;
  static_cast<void>(parse_iso8601(text_in(object, name), at));
  return at;
}

std::optional<PublicKey> key_in(const json& object, const char* name) {
  PublicKey key{};
  return from_hex(text_in(object, name), key) ? std::optional(key) : std::nullopt;
}

// A setting that is absent, or was emptied, is an empty object.
Result<json> setting(const SettingStore& settings, Snapshot& snapshot, const char* key) {
  const auto text = TRY(settings.get(snapshot, key));
  if (!text || text->empty()) return json::object();
  json stored = json::parse(*text, nullptr, false);
  if (!stored.is_object()) {
    return Error{ErrorCode::internal,
                 "What is stored of the backups' keys cannot be read. Make the recovery key and the passphrase anew.",
                 {},
                 std::string("setting ") + key + ": not the expected JSON"};
  }
  return stored;
}

Result<void> put_setting(SettingStore& settings, Transaction& tx, const char* key, const json& value) {
  return settings.put(tx, key, value.dump(-1, ' ', false, json::error_handler_t::replace));
}

// The public half that backups are sealed to; nothing: no recovery key was confirmed.
Result<std::optional<PublicKey>> confirmed_key(const SettingStore& settings, Snapshot& snapshot) {
  const json stored = TRY(setting(settings, snapshot, kRecoveryKeySetting));
  return key_in(stored, "public");
}

struct Pending {
  PublicKey open{};
  std::array<std::size_t, 2> ask{};
  std::array<std::string, 2> digests;
};

std::optional<Pending> pending_in(const json& stored) {
  const auto found = stored.find("pending");
  if (found == stored.end() || !found->is_object()) return std::nullopt;
  const auto open = key_in(*found, "public");
  const auto ask = found->find("ask"), digests = found->find("digests");
  if (!open || ask == found->end() || digests == found->end() || !ask->is_array() || !digests->is_array() ||
      ask->size() != 2 || digests->size() != 2) {
    return std::nullopt;
  }
  Pending out;
  out.open = *open;
  for (std::size_t i = 0; i < 2; ++i) {
    if (!(*ask)[i].is_number_unsigned() || !(*digests)[i].is_string()) return std::nullopt;
    out.ask[i] = (*ask)[i].get<std::size_t>();
    out.digests[i] = (*digests)[i].get<std::string>();
  }
  return out;
}

Error nothing_waits() {
  return Error{ErrorCode::conflict, "No recovery key waits to be confirmed. Make one first."};
}

}  // namespace

Result<BackupKeysState> backup_keys_state(const SettingStore& settings, Snapshot& snapshot) {
  const json recovery = TRY(setting(settings, snapshot, kRecoveryKeySetting));
  const json passphrase = TRY(setting(settings, snapshot, kBackupPassphraseSetting));
  BackupKeysState state;
  const bool waits = pending_in(recovery).has_value();
  if (const auto key = key_in(recovery, "public")) {
    state.recovery = RecoveryKeyState::confirmed;
    state.replacement_waits = waits;
    state.fingerprint = fingerprint_of(*key);
    state.since = time_in(recovery, "since");
  } else if (waits) {
    state.recovery = RecoveryKeyState::unconfirmed;
  }
  state.has_passphrase = key_in(passphrase, "public").has_value();
  if (state.has_passphrase) state.passphrase_since = time_in(passphrase, "since");
  return state;
}

Result<std::vector<KeySlot>> key_slots_for(const SettingStore& settings, Snapshot& snapshot, const Key& content_key) {
  const auto recovery = TRY(confirmed_key(settings, snapshot));
  const json passphrase = TRY(setting(settings, snapshot, kBackupPassphraseSetting));
  std::vector<KeySlot> slots;
  if (recovery) {
    KeySlot slot;
    slot.kind = KeySlotKind::recovery;
    slot.fingerprint = fingerprint_of(*recovery);
    slot.sealed = seal_to(*recovery, content_key);
    slots.push_back(std::move(slot));
  }
  if (const auto key = key_in(passphrase, "public")) {
    KeySlot slot;
    slot.kind = KeySlotKind::passphrase;
    slot.fingerprint = fingerprint_of(*key);
    const auto operations = passphrase.find("operations"), memory = passphrase.find("memory_kib");
    if (!from_hex(text_in(passphrase, "salt"), slot.salt) || operations == passphrase.end() ||
        memory == passphrase.end() || !operations->is_number_unsigned() || !memory->is_number_unsigned()) {
      return Error{ErrorCode::internal,
                   "What is stored of the backup passphrase cannot be read. Set it anew under Appliance, Backups.",
                   {},
                   "setting backup.passphrase: no salt or cost"};
    }
    slot.cost = {operations->get<std::uint64_t>(), memory->get<std::uint64_t>()};
    slot.sealed = seal_to(*key, content_key);
    slots.push_back(std::move(slot));
  }
  if (slots.empty()) {
    return Error{ErrorCode::conflict,
                 "There is no key yet that could open a backup on another machine, so none is made. Make a recovery key "
                 "under Appliance, Backups and confirm it, or set a backup passphrase there."};
  }
  return slots;
}

SigningKey backup_signer(const Keyring& keyring) {
  Key seed = keyring.derive(key_purpose::kBackupSigning);
  const SigningKey key = signing_key_of(seed);
  sodium_memzero(seed.data(), seed.size());
  return key;
}

std::string backup_signer_fingerprint(const Keyring& keyring) {
  return fingerprint_of(backup_signer(keyring).open);
}

Result<std::string> instance_of(const SettingStore& settings, Snapshot& snapshot) {
  const auto text = TRY(settings.get(snapshot, kInstanceSetting));
  return text.value_or(std::string());
}

Result<void> BackupKeys::open(Stores& stores) {
  std::string instance;
  std::optional<PublicKey> confirmed;
  const auto read = stores.read([&](Snapshot& snapshot) -> Result<void> {
    instance = TRY(instance_of(parts_.settings, snapshot));
    confirmed = TRY(confirmed_key(parts_.settings, snapshot));
    return {};
  });
  TRY(read);
  // A disk that takes nothing does not keep the appliance from starting; the next start tries again.
  if (instance.empty()) {
    const std::string made = to_text(make_uuid7(parts_.clock.now(), parts_.random));
    const auto written =
        stores.write([&](Transaction& tx) { return parts_.settings.put(tx, kInstanceSetting, made); });
    if (!written) log_warning("backups.no_instance", {{"message", written.error().message}});
  }
  if (parts_.keyring.recovery_public_key() != confirmed) {
    if (const auto done = parts_.keyring.set_recovery(confirmed); !done)
      log_warning("keys.recovery_box_failed", {{"message", done.error().message}});
  }
  return {};
}

std::string BackupKeys::digest_of(const PublicKey& open, std::size_t position, const Secret& word) const {
  Key key = parts_.keyring.derive(key_purpose::kRecoveryWords);
  crypto_generichash_state state;
  std::array<std::uint8_t, 32> digest{};
  crypto_generichash_init(&state, key.data(), key.size(), digest.size());
  crypto_generichash_update(&state, open.data(), open.size());
  const auto at = static_cast<std::uint8_t>(position);
  crypto_generichash_update(&state, &at, 1);
  const std::string_view text = word.reveal();
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  crypto_generichash_final(&state, digest.data(), digest.size());
  sodium_memzero(key.data(), key.size());
  return to_hex(digest);
}

Result<BackupKeys::NewWords> BackupKeys::make_words() {
  NewWords made;
  made.words = new_recovery_words(parts_.random);
  KeyPair pair = TRY(key_pair_of_words(made.words));
  made.open = pair.open;
  sodium_memzero(pair.secret.data(), pair.secret.size());
  // Two different positions, the earlier one first.
  const std::size_t first = 1 + parts_.random.below(kRecoveryWords);
  const std::size_t second = 1 + (first + parts_.random.below(kRecoveryWords - 1)) % kRecoveryWords;
  made.ask = {std::min(first, second), std::max(first, second)};
  for (std::size_t i = 0; i < 2; ++i)
    made.digests[i] = digest_of(made.open, made.ask[i], recovery_word(made.words, made.ask[i]));
  return made;
}

Result<void> BackupKeys::remember(Transaction& tx, const Actor& actor, const NewWords& made) {
  json stored = TRY(setting(parts_.settings, tx, kRecoveryKeySetting));
  stored["pending"] = {{"public", to_hex(made.open)},
                       {"at", to_iso8601(parts_.clock.now())},
                       {"ask", made.ask},
                       {"digests", made.digests}};
  TRY(put_setting(parts_.settings, tx, kRecoveryKeySetting, stored));
  return parts_.audit.append(tx, actor, "recovery_key.made", fingerprint_of(made.open));
}

Result<PublicKey> BackupKeys::confirmed_by(Snapshot& snapshot, const std::array<Secret, 2>& words) const {
  const json stored = TRY(setting(parts_.settings, snapshot, kRecoveryKeySetting));
  const auto pending = pending_in(stored);
  if (!pending) return nothing_waits();
  bool fits = true;
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string given = digest_of(pending->open, pending->ask[i], recovery_word(words[i], 1));
    fits = equal_in_constant_time(given, pending->digests[i]) && fits;
  }
  if (!fits) {
    return invalid("words", "These are not words " + std::to_string(pending->ask[0]) + " and " +
                                std::to_string(pending->ask[1]) + " of the recovery key that was shown last.");
  }
  return pending->open;
}

Result<void> BackupKeys::seal_box(const PublicKey& open) {
  return parts_.keyring.set_recovery(open);
}

Result<std::string> BackupKeys::confirm(Transaction& tx, const Actor& actor, const PublicKey& open) {
  const json stored = TRY(setting(parts_.settings, tx, kRecoveryKeySetting));
  const auto pending = pending_in(stored);
  if (!pending || pending->open != open) return nothing_waits();
  const std::string fingerprint = fingerprint_of(open);
  const auto former = key_in(stored, "public");
  TRY(put_setting(parts_.settings, tx, kRecoveryKeySetting,
                  {{"public", to_hex(open)},
                   {"fingerprint", fingerprint},
                   {"since", to_iso8601(parts_.clock.now())}}));
  TRY(parts_.audit.append(tx, actor, "recovery_key.confirmed", fingerprint,
                          former ? "in place of " + fingerprint_of(*former) : std::string()));
  return fingerprint;
}

Result<void> BackupKeys::forget_recovery_key(Transaction& tx, const Actor& actor) {
  const json stored = TRY(setting(parts_.settings, tx, kRecoveryKeySetting));
  const auto key = key_in(stored, "public");
  if (!key) return Error{ErrorCode::not_found, "There is no recovery key."};
  TRY(put_setting(parts_.settings, tx, kRecoveryKeySetting, json::object()));
  TRY(parts_.audit.append(tx, actor, "recovery_key.removed", fingerprint_of(*key)));
  return parts_.keyring.set_recovery(std::nullopt);  // if nothing is written after all, the next start puts it back
}

Result<BackupKeys::NewPassphrase> BackupKeys::derive(const Secret& passphrase, const PassphraseSlotCost& cost) {
  TRY(check_passphrase(passphrase));
  const std::unique_lock lock(deriving_, std::try_to_lock);
  if (!lock) {
    return Error{
        ErrorCode::rate_limited, "A backup passphrase is being set already. Try again in a moment.", {}, {}, 5};
  }
  NewPassphrase made;
  parts_.random.fill(made.salt);
  made.cost = cost;
  KeyPair pair = TRY(key_pair_of_passphrase(passphrase, made.salt, cost));
  made.open = pair.open;
  sodium_memzero(pair.secret.data(), pair.secret.size());
  return made;
}

Result<void> BackupKeys::set_passphrase(Transaction& tx, const Actor& actor, const NewPassphrase& made) {
  const std::string fingerprint = fingerprint_of(made.open);
  TRY(put_setting(parts_.settings, tx, kBackupPassphraseSetting,
                  {{"public", to_hex(made.open)},
                   {"fingerprint", fingerprint},
                   {"salt", to_hex(made.salt)},
                   {"operations", made.cost.operations},
                   {"memory_kib", made.cost.memory_kib},
                   {"since", to_iso8601(parts_.clock.now())}}));
  return parts_.audit.append(tx, actor, "backup_passphrase.set", fingerprint);
}

Result<void> BackupKeys::remove_passphrase(Transaction& tx, const Actor& actor) {
  const json stored = TRY(setting(parts_.settings, tx, kBackupPassphraseSetting));
  const auto key = key_in(stored, "public");
  if (!key) return Error{ErrorCode::not_found, "There is no backup passphrase."};
  TRY(put_setting(parts_.settings, tx, kBackupPassphraseSetting, json::object()));
  return parts_.audit.append(tx, actor, "backup_passphrase.removed", fingerprint_of(*key));
}

}  // namespace connlog
