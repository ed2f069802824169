#include "core/crypto/recovery_key.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "core/base/assert.h"
#include "core/base/text.h"

namespace connlog {
namespace {

constexpr std::string_view kConsonants = "bdfghjklmnprstvz";  // sixteen, in the order of their values
constexpr std::string_view kVowels = "aiou";                  // four
constexpr std::size_t kWordLetters = 5;
constexpr std::size_t kRandomWords = kRecoveryWords - 1;  // the last one is the checksum
constexpr std::size_t kRandomBytes = 2 * kRandomWords;    // 144 bits

// They are part of what words mean: never changed.
constexpr std::string_view kKeyDomain = "connlog recovery key 1";
constexpr std::string_view kChecksumDomain = "connlog recovery checksum 1";

using RandomBits = std::array<std::uint8_t, kRandomBytes>;

// BLAKE2b-256 over a domain and the words' bits.
Key digest_of(std::string_view domain, const RandomBits& bits) {
  crypto_generichash_state state;
  Key digest{};
  crypto_generichash_init(&state, nullptr, 0, digest.size());
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(domain.data()), domain.size());
  crypto_generichash_update(&state, bits.data(), bits.size());
  crypto_generichash_final(&state, digest.data(), digest.size());
  sodium_memzero(&state, sizeof state);
  return digest;
}

std::uint16_t checksum_of(const RandomBits& bits) {
  const Key digest = digest_of(kChecksumDomain, bits);
  return static_cast<std::uint16_t>(digest[0] << 8 | digest[1]);
}

void put_word(std::string& out, std::uint16_t bits) {
  out += kConsonants[bits >> 12 & 15];
  out += kVowels[bits >> 10 & 3];
  out += kConsonants[bits >> 6 & 15];
  out += kVowels[bits >> 4 & 3];
  out += kConsonants[bits & 15];
}

bool is_separator(char c) {
  return c == '-' || c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == '.';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The 16 bits of a word. False: its letters are not those of such a word.
bool read_word(std::string_view word, std::uint16_t& bits) {
  if (word.size() != kWordLetters) return false;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < kWordLetters; ++i) {
    const bool consonant = i % 2 == 0;
    const std::size_t at = (consonant ? kConsonants : kVowels).find(lower(word[i]));
    if (at == std::string_view::npos) return false;
    value = value << (consonant ? 4 : 2) | static_cast<std::uint32_t>(at);
  }
  bits = static_cast<std::uint16_t>(value);
  return true;
}

// Views into `text`. A run of letters that is as long as several words counts as these words.
std::vector<std::string_view> words_in(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while (at < text.size() && words.size() <= 2 * kRecoveryWords) {
    if (is_separator(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !is_separator(text[end])) ++end;
    std::string_view run = text.substr(at, end - at);
    at = end;
    while (run.size() > kWordLetters && run.size() % kWordLetters == 0) {
      words.push_back(run.substr(0, kWordLetters));
      run.remove_prefix(kWordLetters);
    }
    words.push_back(run);
  }
  return words;
}

KeyPair key_pair_of_seed(Key& seed) {
  static_assert(crypto_box_SEEDBYTES == 32 && crypto_box_PUBLICKEYBYTES == 32 && crypto_box_SECRETKEYBYTES == 32);
  KeyPair pair;
  crypto_box_seed_keypair(pair.open.data(), pair.secret.data(), seed.data());
  sodium_memzero(seed.data(), seed.size());
  return pair;
}

Error wrong_words(std::string message) {
  return invalid("recovery_key", std::move(message));
}

}  // namespace

Secret new_recovery_words(Random& random) {
  RandomBits bits{};
  random.fill(bits);
  std::string text;
  text.reserve(kRecoveryWords * (kWordLetters + 1));
  for (std::size_t i = 0; i < kRandomWords; ++i) {
    put_word(text, static_cast<std::uint16_t>(bits[2 * i] << 8 | bits[2 * i + 1]));
    text += '-';
  }
  put_word(text, checksum_of(bits));
  sodium_memzero(bits.data(), bits.size());
  return Secret(std::move(text));
}

Secret recovery_word(const Secret& words, std::size_t position) {
  const std::vector<std::string_view> all = words_in(words.reveal());
  if (position < 1 || position > all.size()) return {};
  std::string word;
  for (const char c : all[position - 1]) word += lower(c);
  return Secret(std::move(word));
}

Result<KeyPair> key_pair_of_words(const Secret& words) {
  const std::vector<std::string_view> given = words_in(words.reveal());
  if (given.size() != kRecoveryWords) {
    return wrong_words(fmt::format("The recovery key has {} words of five letters; {} {} given.", kRecoveryWords,
                                   given.size(), given.size() == 1 ? "was" : "were"));
  }
  RandomBits bits{};
  for (std::size_t i = 0; i < kRecoveryWords; ++i) {
    std::uint16_t word = 0;
    if (!read_word(given[i], word)) {
      sodium_memzero(bits.data(), bits.size());
      return wrong_words(fmt::format("Word {} of the recovery key has no such letters: words are like \"lusab\", a "
                                     "consonant, a vowel of a, i, o, u, and so on.",
                                     i + 1));
    }
    if (i < kRandomWords) {
      bits[2 * i] = static_cast<std::uint8_t>(word >> 8);
      bits[2 * i + 1] = static_cast<std::uint8_t>(word & 0xff);
    } else if (word != checksum_of(bits)) {
      sodium_memzero(bits.data(), bits.size());
      return wrong_words("The last word of the recovery key does not fit the others: one of them is mistyped, or two "
                         "are in the wrong order.");
    }
  }
  Key seed = digest_of(kKeyDomain, bits);
  sodium_memzero(bits.data(), bits.size());
  return key_pair_of_seed(seed);
}

Result<KeyPair> key_pair_of_passphrase(const Secret& passphrase, const Salt& salt, const PassphraseSlotCost& cost) {
  if (cost.operations < crypto_pwhash_argon2id_OPSLIMIT_MIN || cost.operations > kPassphraseSlotCostMax.operations ||
      cost.memory_kib < crypto_pwhash_argon2id_MEMLIMIT_MIN / 1024 ||
      cost.memory_kib > kPassphraseSlotCostMax.memory_kib) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("The backup asks for {} KiB and {} passes to check its passphrase; connlog gives at most {} "
                             "KiB and {} passes. It is damaged or planted.",
                             cost.memory_kib, cost.operations, kPassphraseSlotCostMax.memory_kib,
                             kPassphraseSlotCostMax.operations)};
  }
  static_assert(std::tuple_size_v<Salt> == crypto_pwhash_SALTBYTES);
  Key seed{};
  const std::string_view text = passphrase.reveal();
  if (crypto_pwhash(seed.data(), seed.size(), text.data(), text.size(), salt.data(), cost.operations,
                    static_cast<std::size_t>(cost.memory_kib) * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Error{ErrorCode::unavailable,
                 fmt::format("There is not enough free memory to check the passphrase ({} MiB are needed).",
                             cost.memory_kib / 1024)};
  }
  return key_pair_of_seed(seed);
}

std::vector<std::uint8_t> seal_to(const PublicKey& to, std::span<const std::uint8_t> content) {
  std::vector<std::uint8_t> box(crypto_box_SEALBYTES + content.size());
  // Fails only for a public key of low order, which no pair of ours has and no reader accepts.
  if (crypto_box_seal(box.data(), content.data(), content.size(), to.data()) != 0) box.clear();
  return box;
}

Result<std::vector<std::uint8_t>> open_sealed(const KeyPair& pair, std::span<const std::uint8_t> box) {
  const Error closed{ErrorCode::not_found, "This key does not open it."};
  if (box.size() < crypto_box_SEALBYTES) return closed;
  std::vector<std::uint8_t> content(box.size() - crypto_box_SEALBYTES);
  if (crypto_box_seal_open(content.data(), box.data(), box.size(), pair.open.data(), pair.secret.data()) != 0)
    return closed;
  return content;
}

std::string fingerprint_of(std::span<const std::uint8_t> public_key) {
  std::array<std::uint8_t, 32> digest{};
  crypto_generichash(digest.data(), digest.size(), public_key.data(), public_key.size(), nullptr, 0);
  const std::string hex = to_hex(std::span(digest).first(16));
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 4) {
    if (i > 0) out += '-';
    out += hex.substr(i, 4);
  }
  return out;
}

bool is_same_fingerprint(std::string_view typed, std::string_view fingerprint) {
  const auto digits = [](std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (!is_separator(c)) out += lower(c);
    }
    return out;
  };
  const std::string wanted = digits(fingerprint);
  return !wanted.empty() && digits(typed) == wanted;
}

SigningKey signing_key_of(const Key& seed) {
  static_assert(crypto_sign_SEEDBYTES == 32 && crypto_sign_PUBLICKEYBYTES == 32 && crypto_sign_SECRETKEYBYTES == 64);
  SigningKey key;
  crypto_sign_seed_keypair(key.open.data(), key.secret.data(), seed.data());
  return key;
}

std::array<std::uint8_t, 64> sign(const SigningKey& key, std::span<const std::uint8_t> message) {
  std::array<std::uint8_t, 64> signature{};
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), key.secret.data());
  return signature;
}

bool is_signed_by(const PublicKey& signer, std::span<const std::uint8_t> message,
                  std::span<const std::uint8_t, 64> signature) {
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), signer.data()) == 0;
}

}  // namespace connlog
