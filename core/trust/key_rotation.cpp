#include "core/trust/key_rotation.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/log.h"

namespace connlog {

Result<void> KeyRotation::begin(const NewMasterKey& wanted) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock)
    return Error{ErrorCode::rate_limited, "The keys are being renewed already. Try again in a moment.", {}, {}, 10};
  return parts_.keyring.rotate(wanted, parts_.random);
}

Result<SealedAnew> KeyRotation::seal_anew(Transaction& tx, const Actor& actor) {
  const SealedAnew done = TRY(parts_.texts.seal_anew(tx, parts_.keyring, parts_.random));
  TRY(parts_.audit.append(
      tx, actor, "keys.rotated", std::string(to_text(parts_.keyring.form())),
      fmt::format("generation {} of the sealing key; {} secrets sealed anew{}", parts_.keyring.sealing_generation(),
                  done.renewed, done.unreadable > 0 ? fmt::format(", {} could not be opened", done.unreadable) : "")));
  return done;
}

Result<SealedAnew> KeyRotation::rotate(const Actor& actor, const NewMasterKey& wanted) {
  TRY(finish());
  TRY(begin(wanted));
  SealedAnew done;
  const auto written = parts_.stores.write([&](Transaction& tx) -> Result<void> {
    done = TRY(seal_anew(tx, actor));
    return {};
  });
  TRY(written);
  TRY(finish());
  return done;
}

Result<void> KeyRotation::finish() {
  if (!parts_.keyring.is_rotating()) return {};
  const std::lock_guard lock(mutex_);
  if (!parts_.keyring.is_rotating()) return {};
  SealedAnew done;
  const auto written = parts_.stores.write([&](Transaction& tx) -> Result<void> {
    done = TRY(parts_.texts.seal_anew(tx, parts_.keyring, parts_.random));
    return {};
  });
  TRY(written);
  TRY(parts_.keyring.forget_older(parts_.random));
  log_info("keys.rotation_finished",
           {{"generation", parts_.keyring.sealing_generation()}, {"unreadable", done.unreadable}});
  return {};
}

Result<Key> KeyRotation::export_database_key(const Actor& actor) {
  TRY(parts_.stores.write([&](Transaction& tx) {
    return parts_.audit.append(tx, actor, "keys.database_key_exported", "database key",
                               "whoever has it and the file can read and change everything");
  }));
  return parts_.keyring.database_key();
}

namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '.' ||
         c == '_' || c == '-';
}

std::string in_shell(const std::string& word) {
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace

std::string rotation_command(MasterKeyForm form, const std::string& data_directory, std::int64_t generation) {
  std::string line = fmt::format("connlog key rotate --data-dir {}", in_shell(data_directory));
  if (form == MasterKeyForm::credential) line += fmt::format(" --key-file /etc/connlog/master-key-{}", generation + 1);
  return line;
}

}  // namespace connlog
