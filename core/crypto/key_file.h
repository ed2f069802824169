// The files in <data>/keys: `database.key`, which holds the database key, the anchor key and the keys of sealed secrets,
// wrapped by the master key, and `master.key` where that is a file. Every write is durable and whole or absent (written beside, synced,
// renamed). Errors name the file, what is wrong, and what to do. Start-up and the thread that rotates; never two at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/crypto/master_key.h"

namespace connlog::key_file {

// A key that sealed secrets in the database are under. Generation 0 is derived from the database key (the first releases).
struct SealingKey {
  std::int64_t generation = 0;
  Key key{};
};

// What the master key protects.
struct Content {
  Key database_key{};
  Key anchor_key{};
  std::vector<SealingKey> sealing_keys;  // oldest first; more than one: a rotation is under way
};

// The part in the clear around it, and is bound to it: a changed one does not open.
struct Wrapping {
  MasterKeyForm form = MasterKeyForm::file;
  std::array<std::uint8_t, 16> salt{};  // passphrase
  PassphraseCost cost = {};             // passphrase
};

struct Wrapped {
  Wrapping wrapping;
  std::vector<std::uint8_t> box;  // nonce and sealed content
  // Of the first releases: a bare box over the database key alone, or with the anchor key; the master key is a file.
  bool first_form = false;
  bool lacks_anchor_key() const;
};

// Absent: nothing. A damaged file, and one that others can read, are errors.
Result<std::optional<Wrapped>> read(const std::filesystem::path& path);
Result<void> write(const std::filesystem::path& path, const Wrapping&, const Content&, const Key& master, Random&);
// Nothing: this master key does not open it.
std::optional<Content> open(const Wrapped&, const Key& master);

Result<std::optional<Key>> read_master(const std::filesystem::path& path);
Result<void> write_master(const std::filesystem::path& path, const Key& key);
// Overwrites it first. Absent is as good as removed.
void remove_master(const std::filesystem::path& path);
Result<void> rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

// argon2id over the passphrase; refuses a cost beyond kPassphraseCostMax.
Result<Key> key_of_passphrase(const Secret& passphrase, const Wrapping&);

// A systemd credential of that name; nothing where there is none.
Result<std::optional<Secret>> read_credential(const std::filesystem::path& directory, std::string_view name);
// 64 hex digits.
Result<Key> parse_key(const Secret& text, const std::string& what);

}  // namespace connlog::key_file
