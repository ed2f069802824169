// The master key opens `<data>/keys/database.key`. It comes in one of three forms, and the key file says which:
// a file beside it (the default), a passphrase that a person or a systemd credential gives at each start, or a systemd
// credential that is the key. Plain data; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/words.h"
#include "core/crypto/keyring.h"

namespace connlog {

enum class MasterKeyForm { file, passphrase, credential };
template <>
inline constexpr auto kWords<MasterKeyForm> = words_for<MasterKeyForm>({
    {MasterKeyForm::file, "file"},
    {MasterKeyForm::passphrase, "passphrase"},
    {MasterKeyForm::credential, "credential"},
});

// Names of systemd credentials (systemd.exec(5), LoadCredential=).
inline constexpr std::string_view kPassphraseCredential = "connlog-passphrase";
inline constexpr std::string_view kMasterKeyCredential = "connlog-master-key";  // 64 hex digits

inline constexpr std::size_t kPassphraseBytesMin = 12;
inline constexpr std::size_t kPassphraseBytesMax = 1024;

// The cost of argon2id at each start with a passphrase: about a second on a Raspberry Pi. The cost that a key file may
// ask for is limited, so that a planted file cannot exhaust the machine.
struct PassphraseCost {
  std::uint64_t operations = 3;
  std::size_t memory_kib = 64 * 1024;
};
inline constexpr PassphraseCost kPassphraseCostMax{12, 256 * 1024};

// Sources of the master key at a start, other than its file.
struct MasterKeySources {
  std::filesystem::path credentials_directory = {};  // $CREDENTIALS_DIRECTORY; empty: none
  // Asks a person; not set if there is no terminal. Called at most `attempts` times.
  std::function<Result<Secret>()> ask_passphrase = {};
  int attempts = 3;
  PassphraseCost cost = {};  // for new ones
  // The keyring keeps the master key in memory: for a command that writes the key file anew (`connlog key rekey`).
  bool keep_master = false;
};

// The master key that a rotation is to make.
struct NewMasterKey {
  MasterKeyForm form = MasterKeyForm::file;
  Secret passphrase = {};       // of this form
  std::optional<Key> key = {};  // credential: the key that the next start will be given
  PassphraseCost cost = {};
};

// "Twelve bytes at least", one line.
Result<void> check_passphrase(const Secret& passphrase);

}  // namespace connlog
