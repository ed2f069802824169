// The files in <data>/keys: `database.key`, which holds the root key, the key of the database file, the anchor key and the
// keys of sealed secrets, wrapped by the master key; `master.key` where that is a file; and `recovery.box`, the same
// content sealed to the recovery key. Every write is durable, and done whole or not at all (written beside, synced,
// renamed). Errors name the file, what is wrong, and what to do. Used at start-up and by the thread that changes keys;
// never two at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/crypto/master_key.h"
#include "core/crypto/recovery_key.h"

namespace connlog::key_file {

// A key that seals secrets in the database. Generation 0 is derived from the root key (the first releases).
struct SealingKey {
  std::int64_t generation = 0;
  Key key{};
};

// What the master key protects. Of a file of an earlier form, the root key and the key of the database file are one.
struct Content {
  Key root_key{};
  Key database_key{};
  std::optional<Key> next_database_key;  // set: a rekey is under way
  Key anchor_key{};
  std::vector<SealingKey> sealing_keys;  // oldest first; more than one: a rotation is under way
};
void wipe(Content&);

// The content as bytes, in the files and in backups: never changed but by a new first byte. 1 (the form); root key; anchor
// key; key of the database file; 0, or 1 and the next key of the database file; the count of sealing keys; each: its
// generation (8 bytes, big-endian) and the key.
Secret bytes_of(const Content&);
std::optional<Content> content_of_bytes(std::span<const std::uint8_t> bytes);

// The unencrypted part of the file. The content is bound to it: with a changed wrapping the content does not open.
struct Wrapping {
  MasterKeyForm form = MasterKeyForm::file;
  std::array<std::uint8_t, 16> salt{};  // passphrase
  PassphraseCost cost = {};             // passphrase
};

struct Wrapped {
  Wrapping wrapping;
  std::vector<std::uint8_t> box;  // nonce and sealed content
  // The file is of the first releases: only a box with the database key, or with the anchor key too; the master key is
  // a file.
  bool first_form = false;
  bool second_form = false;  // "connlog keys 2": one key for the root and the database file
  bool lacks_anchor_key() const;
};

// Nothing: the file is absent. A damaged file is an error, and so is a file that other users can read.
Result<std::optional<Wrapped>> read(const std::filesystem::path& path);
Result<void> write(const std::filesystem::path& path, const Wrapping&, const Content&, const Key& master, Random&);
// Nothing: this master key does not open it.
std::optional<Content> open(const Wrapped&, const Key& master);

// `recovery.box`. The clear part says to which public key it is sealed; both digests are keyed with the root key.
struct RecoveryBox {
  PublicKey public_key{};
  std::array<std::uint8_t, 32> owner{};    // over the public key: it was put there by this appliance
  std::array<std::uint8_t, 32> content{};  // over the content: the box is up to date
  std::vector<std::uint8_t> box;
};
Result<std::optional<RecoveryBox>> read_recovery_box(const std::filesystem::path& path);
Result<void> write_recovery_box(const std::filesystem::path& path, const RecoveryBox&);
// An absent file is no error.
Result<void> remove_recovery_box(const std::filesystem::path& path);

Result<std::optional<Key>> read_master(const std::filesystem::path& path);
Result<void> write_master(const std::filesystem::path& path, const Key& key);
// Overwrites the file first. An absent file is no error.
void remove_master(const std::filesystem::path& path);
Result<void> rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

// argon2id over the passphrase; refuses a cost beyond kPassphraseCostMax.
Result<Key> key_of_passphrase(const Secret& passphrase, const Wrapping&);

// The systemd credential of that name; nothing: there is none.
Result<std::optional<Secret>> read_credential(const std::filesystem::path& directory, std::string_view name);
// 64 hex digits.
Result<Key> parse_key(const Secret& text, const std::string& what);

}  // namespace connlog::key_file
