// Keys that open a backup, or the key file, without the appliance: the *recovery key*, which is shown once as ten words
// (each five letters, a proquint of arXiv:0901.4016; the tenth is a checksum), and the *backup passphrase*. The appliance
// keeps only the public half of each (X25519): it seals to it, and cannot open what it sealed. Pure but for Random and the
// time that argon2id takes; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/crypto/keyring.h"

namespace connlog {

using PublicKey = std::array<std::uint8_t, 32>;
inline constexpr std::size_t kRecoveryWords = 10;

struct KeyPair {
  PublicKey open{};  // the public half
  Key secret{};
};

// "lusab-babad-…": the words joined by hyphens.
Secret new_recovery_words(Random& random);
// One of them, from 1. Empty: there is no such word.
Secret recovery_word(const Secret& words, std::size_t position);
// Takes hyphens, spaces, capitals and line ends as they come. Errors name the word that is wrong ("word 3 has no such
// letters", "the last word does not fit the others: one of them is mistyped").
Result<KeyPair> key_pair_of_words(const Secret& words);

// What argon2id is asked for, stored in a backup's header. A header that asks for more than the maximum is refused
// before any memory is taken.
struct PassphraseSlotCost {
  std::uint64_t operations = 3;
  std::uint64_t memory_kib = 64 * 1024;
};
inline constexpr PassphraseSlotCost kPassphraseSlotCostMax{8, 256 * 1024};
using Salt = std::array<std::uint8_t, 16>;
Result<KeyPair> key_pair_of_passphrase(const Secret& passphrase, const Salt& salt, const PassphraseSlotCost& cost);

// An anonymous box (libsodium's crypto_box_seal): 48 bytes longer than the content.
std::vector<std::uint8_t> seal_to(const PublicKey& to, std::span<const std::uint8_t> content);
// not_found: this key does not open it.
Result<std::vector<std::uint8_t>> open_sealed(const KeyPair& pair, std::span<const std::uint8_t> box);

// What people compare: the first 16 bytes of the key's BLAKE2b, as eight groups of four hex digits.
std::string fingerprint_of(std::span<const std::uint8_t> public_key);
// `typed` by a person: any case, with any hyphens and spaces or none; all 32 digits.
bool is_same_fingerprint(std::string_view typed, std::string_view fingerprint);

// Ed25519, with which the appliance signs its backups.
struct SigningKey {
  std::array<std::uint8_t, 64> secret{};
  PublicKey open{};
};
SigningKey signing_key_of(const Key& seed);
std::array<std::uint8_t, 64> sign(const SigningKey& key, std::span<const std::uint8_t> message);
bool is_signed_by(const PublicKey& signer, std::span<const std::uint8_t> message,
                  std::span<const std::uint8_t, 64> signature);

}  // namespace connlog
