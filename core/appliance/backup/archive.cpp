#include "core/appliance/backup/archive.h"

#include <sodium.h>

#include <cstring>

#include "core/appliance/backup/archive_format.h"

namespace connlog {
namespace {

// The key in a slot, or nothing: this pair does not open it.
std::optional<Key> key_in(const KeySlot& slot, const KeyPair& pair) {
  auto opened = open_sealed(pair, slot.sealed);
  if (!opened || opened->size() != std::tuple_size_v<Key>) return std::nullopt;
  Key key{};
  std::memcpy(key.data(), opened->data(), key.size());
  sodium_memzero(opened->data(), opened->size());
  return key;
}

bool has_slot(const ArchiveHeader& header, KeySlotKind kind) {
  for (const KeySlot& slot : header.slots) {
    if (slot.kind == kind) return true;
  }
  return false;
}

}  // namespace

Result<Key> content_key_by_words(const ArchiveHeader& header, const Secret& words) {
  KeyPair pair = TRY(key_pair_of_words(words));
  std::optional<Key> found;
  for (const KeySlot& slot : header.slots) {
    if (!found && slot.kind == KeySlotKind::recovery) found = key_in(slot, pair);
  }
  const std::string mine = fingerprint_of(pair.open);
  sodium_memzero(pair.secret.data(), pair.secret.size());
  if (found) return *found;
  if (!has_slot(header, KeySlotKind::recovery))
    return Error{ErrorCode::not_found, "This backup is not sealed to a recovery key. Use the backup passphrase."};
  return Error{ErrorCode::not_found, "This recovery key (fingerprint " + mine +
                                         ") does not open the backup: it is sealed to another one. Nothing was read."};
}

Result<Key> content_key_by_passphrase(const ArchiveHeader& header, const Secret& passphrase) {
  for (const KeySlot& slot : header.slots) {
    if (slot.kind != KeySlotKind::passphrase) continue;
    KeyPair pair = TRY(key_pair_of_passphrase(passphrase, slot.salt, slot.cost));
    const std::optional<Key> found = key_in(slot, pair);
    sodium_memzero(pair.secret.data(), pair.secret.size());
    if (found) return *found;
  }
  if (!has_slot(header, KeySlotKind::passphrase))
    return Error{ErrorCode::not_found, "This backup is not sealed to a passphrase. Use the recovery key."};
  return Error{ErrorCode::not_found, "This passphrase does not open the backup. Nothing was read."};
}

}  // namespace connlog
