// The recovery key and the backup passphrase: words that people copy, and boxes that only they open.
#include <doctest/doctest.h>
#include <sodium.h>

#include <algorithm>
#include <set>

#include "core/crypto/recovery_key.h"
#include "tests/support/seeded_random.h"

using namespace connlog;

namespace {

constexpr PassphraseSlotCost kCheap{1, 8};

std::vector<std::uint8_t> bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

std::string trouble(const std::string& words) {
  const auto pair = key_pair_of_words(Secret(words));
  return pair ? std::string() : pair.error().message;
}

}  // namespace

TEST_CASE("a recovery key is ten words of five letters, and two are never alike") {
  REQUIRE(sodium_init() >= 0);
  SeededRandom random(1);
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const Secret words = new_recovery_words(random);
    const std::string text(words.reveal());
    REQUIRE(text.size() == 59);
    CHECK(std::ranges::count(text, '-') == 9);
    CHECK(text.find_first_not_of("bdfghjklmnprstvzaiou-") == std::string::npos);
    CHECK(seen.insert(text).second);
    CHECK(key_pair_of_words(words));
    CHECK(recovery_word(words, 1).reveal() == text.substr(0, 5));
    CHECK(recovery_word(words, 10).reveal() == text.substr(54));
    CHECK(recovery_word(words, 0).empty());
    CHECK(recovery_word(words, 11).empty());
  }
}

TEST_CASE("the words open the same, however they are written down") {
  SeededRandom random(2);
  const Secret words = new_recovery_words(random);
  const KeyPair pair = *key_pair_of_words(words);
  const std::string text(words.reveal());
  std::string spaced = text, capitals = text, together = text, lines = "\n" + text + " \r\n";
  std::ranges::replace(spaced, '-', ' ');
  std::ranges::transform(capitals, capitals.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::erase(together, '-');
  std::ranges::replace(lines, '-', '\n');
  for (const std::string& written : {spaced, capitals, together, lines}) {
    CAPTURE(written);
    const auto again = key_pair_of_words(Secret(written));
    REQUIRE_MESSAGE(again, again.error().message);
    CHECK(again->open == pair.open);
    CHECK(again->secret == pair.secret);
  }
}

TEST_CASE("what is mistyped is named: the letters, the number of words, or that they do not fit") {
  SeededRandom random(3);
  const std::string text(new_recovery_words(random).reveal());
  std::string letters = text;
  letters[12] = 'x';  // of the third word
  CHECK(trouble(letters).find("Word 3 ") == 0);
  CHECK(trouble(text.substr(0, 53)).find("9 were given") != std::string::npos);
  CHECK(trouble("").find("0 were given") != std::string::npos);
  CHECK(trouble(text + "-babab").find("11 were given") != std::string::npos);
  // Each single letter that is another one of its kind is found, and so are two words in the wrong order.
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '-') continue;
    std::string wrong = text;
    const std::string_view kind = std::string_view("aiou").find(text[at]) == std::string_view::npos ? "bdfg" : "aiou";
    wrong[at] = text[at] == kind[0] ? kind[1] : kind[0];
    CHECK(trouble(wrong).find("does not fit") != std::string::npos);
  }
  const std::string swapped = text.substr(6, 6) + text.substr(0, 6) + text.substr(12);
  CHECK(trouble(swapped).find("does not fit") != std::string::npos);
  const auto wrong = key_pair_of_words(Secret(swapped));
  CHECK(wrong.error().field == "recovery_key");
  CHECK(wrong.error().message.find(text.substr(0, 5)) == std::string::npos);  // errors repeat no word
}

TEST_CASE("words mean for ever what they meant: the known ones give the known key") {
  const auto pair = key_pair_of_words(Secret("babab-babab-babab-babab-babab-babab-babab-babab-babab-jujuz"));
  REQUIRE_MESSAGE(pair, pair.error().message);
  CHECK(fingerprint_of(pair->open) == "bbb3-60f1-659f-8061-4581-fa31-fb1e-3e25");
}

TEST_CASE("a box opens with its own pair alone, and not when a bit of it is another") {
  SeededRandom random(4);
  const KeyPair mine = *key_pair_of_words(new_recovery_words(random));
  const KeyPair other = *key_pair_of_words(new_recovery_words(random));
  auto box = seal_to(mine.open, bytes("the key of a backup"));
  CHECK(box.size() == 19 + 48);
  CHECK(seal_to(mine.open, bytes("the key of a backup")) != box);
  REQUIRE(open_sealed(mine, box));
  CHECK(*open_sealed(mine, box) == bytes("the key of a backup"));
  CHECK(open_sealed(other, box).error().code == ErrorCode::not_found);
  for (std::size_t at = 0; at < box.size(); ++at) {
    box[at] ^= 1;
    CHECK_FALSE(open_sealed(mine, box));
    box[at] ^= 1;
  }
  box.resize(47);
  CHECK_FALSE(open_sealed(mine, box));
}

TEST_CASE("a passphrase gives the same key for the same salt and cost, and another for any other") {
  const Salt salt{1, 2, 3}, other_salt{1, 2, 4};
  const KeyPair pair = *key_pair_of_passphrase(Secret("correct horse battery"), salt, kCheap);
  CHECK(key_pair_of_passphrase(Secret("correct horse battery"), salt, kCheap)->open == pair.open);
  CHECK(key_pair_of_passphrase(Secret("correct horse batterz"), salt, kCheap)->open != pair.open);
  CHECK(key_pair_of_passphrase(Secret("correct horse battery"), other_salt, kCheap)->open != pair.open);
  CHECK(key_pair_of_passphrase(Secret("correct horse battery"), salt, {2, 8})->open != pair.open);
}

TEST_CASE("a cost beyond the bounds is refused before any memory is taken") {
  const Salt salt{};
  for (const PassphraseSlotCost& cost :
       {PassphraseSlotCost{1, 64ULL * 1024 * 1024}, PassphraseSlotCost{1, 256 * 1024 + 1}, PassphraseSlotCost{9, 8},
        PassphraseSlotCost{0, 8}, PassphraseSlotCost{1, 0}, PassphraseSlotCost{UINT64_MAX, UINT64_MAX}}) {
    CAPTURE(cost.memory_kib);
    const auto refused = key_pair_of_passphrase(Secret("correct horse battery"), salt, cost);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid_input);
    CHECK(refused.error().message.find("damaged or planted") != std::string::npos);
  }
}

TEST_CASE("fingerprints are compared as people type them, and whole") {
  const PublicKey key{1, 2, 3};
  const std::string text = fingerprint_of(key);
  REQUIRE(text.size() == 39);
  std::string capitals = text;
  std::ranges::transform(capitals, capitals.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::string spaced = text;
  std::ranges::replace(spaced, '-', ' ');
  std::string bare = text;
  std::erase(bare, '-');
  for (const std::string& typed : {text, capitals, spaced, bare}) CHECK(is_same_fingerprint(typed, text));
  CHECK_FALSE(is_same_fingerprint(text.substr(0, 34), text));
  CHECK_FALSE(is_same_fingerprint("", text));
  CHECK_FALSE(is_same_fingerprint("", ""));
  CHECK_FALSE(is_same_fingerprint(fingerprint_of(PublicKey{1, 2, 4}), text));
}

TEST_CASE("a signature holds for its message and its signer alone") {
  const SigningKey mine = signing_key_of(Key{1}), other = signing_key_of(Key{2});
  CHECK(signing_key_of(Key{1}).open == mine.open);
  const auto message = bytes("everything before");
  const auto signature = sign(mine, message);
  CHECK(is_signed_by(mine.open, message, signature));
  CHECK_FALSE(is_signed_by(other.open, message, signature));
  CHECK_FALSE(is_signed_by(mine.open, bytes("everything befora"), signature));
}
