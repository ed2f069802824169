// What else the key file holds: the root key apart from the key of the database file, and the recovery box beside it.
#include <doctest/doctest.h>
#include <sodium.h>

#include <filesystem>
#include <fstream>

#include "core/base/text.h"
#include "core/crypto/key_file.h"
#include "core/crypto/keyring.h"
#include "core/crypto/master_key.h"
#include "core/crypto/recovery_key.h"
#include "core/crypto/sealed.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::span<const std::uint8_t> bytes_in(const Secret& secret) {
  return {reinterpret_cast<const std::uint8_t*>(secret.reveal().data()), secret.reveal().size()};
}

struct World {
  World() { REQUIRE(sodium_init() >= 0); }
  fs::path data() const { return directory.path(); }
  fs::path keys() const { return data() / "keys"; }
  fs::path box() const { return keys() / "recovery.box"; }
  Result<Keyring> open(bool exists = true, bool keep_master = false) {
    MasterKeySources sources;
    sources.keep_master = keep_master;
    return Keyring::open(data(), exists, random, sources);
  }
  void put(const std::string& name, const std::string& text) const {
    fs::remove(keys() / name);
    std::ofstream(keys() / name) << text;
    fs::permissions(keys() / name, fs::perms::owner_read | fs::perms::owner_write);
  }
  // What a person with the words gets out of the box; empty: nothing.
  std::string recovered(const KeyPair& pair) const {
    const auto read = key_file::read_recovery_box(box());
    if (!read || !*read) return {};
    const auto opened = open_sealed(pair, (*read)->box);
    return opened ? std::string(opened->begin(), opened->end()) : std::string();
  }
  KeyPair new_recovery() { return *key_pair_of_words(new_recovery_words(random)); }

  TemporaryDirectory directory;
  SystemRandom random;
};

// The key file as the releases before this one wrote it.
std::string second_form(const Key& master, const Key& database, const Key& anchor, const Key& sealing, int generation) {
  const std::string header = "connlog keys 2\nform file\n";
  std::string plain(database.begin(), database.end());
  plain.append(anchor.begin(), anchor.end());
  plain += std::string(7, '\0') + static_cast<char>(generation);
  plain.append(sealing.begin(), sealing.end());
  std::vector<std::uint8_t> box(24 + plain.size() + 16);
  for (int i = 0; i < 24; ++i) box[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      box.data() + 24, nullptr, reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
      reinterpret_cast<const unsigned char*>(header.data()), header.size(), nullptr, box.data(), master.data());
  return header + "box " + to_hex(box) + "\n";
}

}  // namespace

TEST_CASE("a key file of the releases before opens: its one key is the root key and that of the database file") {
  World world;
  const Key master{7}, database{9}, anchor{11}, sealing{13};
  fs::create_directory(world.keys());
  fs::permissions(world.keys(), fs::perms::owner_all);
  world.put("master.key", to_hex(master) + "\n");
  world.put("database.key", second_form(master, database, anchor, sealing, 3));
  auto ring = world.open();
  REQUIRE_MESSAGE(ring, ring.error().message);
  CHECK(ring->database_key() == database);
  CHECK(ring->anchor_key() == anchor);
  CHECK(ring->sealing_generation() == 3);
  CHECK(ring->sealing_key(3) == sealing);
  CHECK_FALSE(ring->next_database_key());
  const Key derived = Keyring::from_database_key(database).derive(key_purpose::kTokenDigest);
  CHECK(ring->derive(key_purpose::kTokenDigest) == derived);
  CHECK(content(world.keys() / "database.key").starts_with("connlog keys 2\n"));  // opening writes nothing

  REQUIRE(ring->rotate({}, world.random));
  REQUIRE(ring->forget_older(world.random));
  CHECK(content(world.keys() / "database.key").starts_with("connlog keys 3\n"));
  const auto again = world.open();
  REQUIRE(again);
  CHECK(again->database_key() == database);
  CHECK(again->anchor_key() == anchor);
  CHECK(again->derive(key_purpose::kTokenDigest) == derived);
  CHECK(again->sealing_generation() == 4);
}

TEST_CASE("a key file of a later version is said to be one, not to be damaged") {
  World world;
  REQUIRE(world.open(false));
  std::string text = content(world.keys() / "database.key");
  REQUIRE(text.starts_with("connlog keys 3\n"));
  text[13] = '4';
  world.put("database.key", text);
  CHECK(world.open().error().message.find("of a later version of connlog") != std::string::npos);
}

TEST_CASE("the content of the keys as bytes comes back whole, and nothing else is taken for it") {
  key_file::Content full;
  full.root_key = Key{1};
  full.database_key = Key{2};
  full.next_database_key = Key{3};
  full.anchor_key = Key{4};
  full.sealing_keys = {{1, Key{5}}, {2, Key{6}}};
  for (const bool with_next : {true, false}) {
    if (!with_next) full.next_database_key.reset();
    const Secret bytes = key_file::bytes_of(full);
    const auto back = key_file::content_of_bytes(bytes_in(bytes));
    REQUIRE(back);
    CHECK(back->root_key == full.root_key);
    CHECK(back->database_key == full.database_key);
    CHECK(back->next_database_key == full.next_database_key);
    CHECK(back->anchor_key == full.anchor_key);
    REQUIRE(back->sealing_keys.size() == 2);
    CHECK(back->sealing_keys[1].generation == 2);
    CHECK(back->sealing_keys[1].key == Key{6});
    for (std::size_t length = 0; length < bytes_in(bytes).size(); ++length)
      CHECK_FALSE(key_file::content_of_bytes(bytes_in(bytes).first(length)));
    std::vector<std::uint8_t> other(bytes_in(bytes).begin(), bytes_in(bytes).end());
    other.push_back(0);
    CHECK_FALSE(key_file::content_of_bytes(other));
    other.pop_back();
    other[0] = 2;
    CHECK_FALSE(key_file::content_of_bytes(other));
    other[0] = 1;
    other[97] = 2;  // neither with nor without a next key
    CHECK_FALSE(key_file::content_of_bytes(other));
  }
}

TEST_CASE("a rekey gives the database file a key of its own, and everything derived stays") {
  World world;
  Key former{}, next{};
  Key derived{};
  {
    auto ring = world.open(false, true);
    REQUIRE(ring);
    former = ring->database_key();
    derived = ring->derive(key_purpose::kTokenDigest);
    next = *ring->prepare_rekey(world.random);
    CHECK(next != former);
    CHECK(ring->database_key() == former);
    CHECK(ring->prepare_rekey(world.random).error().code == ErrorCode::conflict);
  }
  {
    auto undone = world.open();  // without keep_master: the rekey that is under way is reason enough to keep it
    REQUIRE(undone);
    CHECK(undone->next_database_key() == next);
    REQUIRE(undone->settle_rekey(false, world.random));
    CHECK(undone->database_key() == former);
    CHECK_FALSE(undone->next_database_key());
    CHECK_FALSE(undone->prepare_rekey(world.random));  // and is forgotten with it
  }
  {
    auto ring = world.open(true, true);
    CHECK(ring->database_key() == former);
    next = *ring->prepare_rekey(world.random);
    REQUIRE(ring->settle_rekey(true, world.random));
    CHECK(ring->database_key() == next);
    REQUIRE(ring->settle_rekey(true, world.random));  // nothing is under way: nothing happens
    CHECK(ring->database_key() == next);
  }
  auto ring = world.open();
  CHECK(ring->database_key() == next);
  CHECK_FALSE(ring->next_database_key());
  CHECK(ring->derive(key_purpose::kTokenDigest) == derived);
  REQUIRE(ring->rotate({}, world.random));
  CHECK(world.open()->database_key() == next);
  CHECK(world.open()->derive(key_purpose::kTokenDigest) == derived);
}

TEST_CASE("a rekey that comes with a rotation under way loses neither") {
  World world;
  auto ring = world.open(false, true);
  const std::string sealed = seal(*ring, "mail.password", Secret("hunter2"), world.random);
  REQUIRE(ring->rotate({}, world.random));
  const Key next = *ring->prepare_rekey(world.random);
  {
    auto crashed = world.open();
    REQUIRE(crashed);
    CHECK(crashed->is_rotating());
    CHECK(crashed->next_database_key() == next);
    REQUIRE(crashed->settle_rekey(true, world.random));
    CHECK(unseal(*crashed, "mail.password", sealed)->reveal() == "hunter2");
    REQUIRE(crashed->forget_older(world.random));
  }
  const auto after = world.open();
  CHECK(after->database_key() == next);
  CHECK_FALSE(after->is_rotating());
}

TEST_CASE("the recovery box holds what the master key protects, always of today") {
  World world;
  auto ring = world.open(false, true);
  REQUIRE(ring);
  const KeyPair pair = world.new_recovery(), other = world.new_recovery();
  CHECK_FALSE(ring->recovery_public_key());
  REQUIRE(ring->set_recovery(pair.open));
  const auto is_of_today = [&] {
    return !world.recovered(pair).empty() && world.recovered(pair) == ring->content().reveal();
  };
  CHECK(is_of_today());
  CHECK(world.recovered(other).empty());
  CHECK(world.open()->recovery_public_key() == pair.open);
  REQUIRE(ring->rotate({}, world.random));
  CHECK(is_of_today());
  REQUIRE(ring->forget_older(world.random));
  CHECK(is_of_today());
  REQUIRE(ring->prepare_rekey(world.random));
  CHECK(is_of_today());
  REQUIRE(ring->settle_rekey(true, world.random));
  CHECK(is_of_today());
  REQUIRE(ring->set_recovery(other.open));
  CHECK(world.recovered(pair).empty());
  CHECK(world.recovered(other) == ring->content().reveal());
  REQUIRE(ring->set_recovery(std::nullopt));
  CHECK_FALSE(fs::exists(world.box()));
  REQUIRE(ring->set_recovery(std::nullopt));  // there is none
  REQUIRE(ring->rotate({}, world.random));
  CHECK_FALSE(fs::exists(world.box()));
}

TEST_CASE("a box that a crash left behind is of today again after the next start") {
  World world;
  const KeyPair pair = world.new_recovery();
  std::string before;
  {
    auto ring = world.open(false);
    REQUIRE(ring->set_recovery(pair.open));
    before = content(world.box());
    REQUIRE(ring->rotate({}, world.random));
  }
  world.put("recovery.box", before);  // as if the power had gone between the two files
  const auto ring = world.open();
  REQUIRE(ring);
  CHECK(world.recovered(pair) == ring->content().reveal());
  const std::string after = content(world.box());
  REQUIRE(world.open());
  CHECK(content(world.box()) == after);  // and is left alone from then on
}

TEST_CASE("a planted public key is not sealed to, and a damaged box does not keep a start from happening") {
  World world;
  const KeyPair pair = world.new_recovery(), attacker = world.new_recovery();
  {
    auto ring = world.open(false);
    REQUIRE(ring->set_recovery(pair.open));
  }
  const std::string honest = content(world.box());
  std::string planted = honest;
  planted.replace(planted.find("key ") + 4, 64, to_hex(attacker.open));
  for (const std::string& text : {planted, std::string("nonsense"), std::string(), honest.substr(0, 100)}) {
    CAPTURE(text.substr(0, 60));
    world.put("recovery.box", text);
    auto ring = world.open();
    REQUIRE_MESSAGE(ring, ring.error().message);
    CHECK_FALSE(ring->recovery_public_key());
    REQUIRE(ring->rotate({}, world.random));
    REQUIRE(ring->forget_older(world.random));
    CHECK(content(world.box()) == text);
    CHECK(world.recovered(attacker).empty());
  }
}

TEST_CASE("keys are made from a backup's content under a new master key, and open what the old ones did") {
  World world, fresh;
  auto ring = world.open(false);
  const std::string sealed = seal(*ring, "mail.password", Secret("hunter2"), world.random);
  REQUIRE(Keyring::make_from_content(fresh.data(), ring->content(), {}, fresh.random));
  const auto made = fresh.open();
  REQUIRE_MESSAGE(made, made.error().message);
  CHECK(made->database_key() == ring->database_key());
  CHECK(made->anchor_key() == ring->anchor_key());
  CHECK(unseal(*made, "mail.password", sealed)->reveal() == "hunter2");
  CHECK(content(fresh.keys() / "master.key") != content(world.keys() / "master.key"));
  CHECK_FALSE(fs::exists(fresh.keys() / "master.key.next"));
  for (const char* nonsense : {"", "nonsense"})
    CHECK_FALSE(Keyring::make_from_content(fresh.data(), Secret(nonsense), {}, fresh.random));
  CHECK(fresh.open()->database_key() == ring->database_key());
}

TEST_CASE("a lost master key is replaced from the recovery box; an end between any two steps leaves the old or the new") {
  World world;
  const KeyPair pair = world.new_recovery();
  Key database{};
  {
    auto ring = world.open(false);
    database = ring->database_key();
    REQUIRE(ring->set_recovery(pair.open));
  }
  const fs::path master = world.keys() / "master.key";
  const std::string box = content(world.box()), old_database = content(world.keys() / "database.key");
  fs::remove(master);
  CHECK(world.open().error().message.find("master.key is missing") != std::string::npos);
  REQUIRE(Keyring::make_from_content(world.data(), Secret(world.recovered(pair)), {}, world.random));
  CHECK(world.open()->database_key() == database);
  CHECK(world.open()->recovery_public_key() == pair.open);
  CHECK(content(world.box()) == box);
  const std::string new_master = content(master), new_database = content(world.keys() / "database.key");

  // The new key lies beside, and nothing is under it yet: as before. From the second file on, the new one counts.
  fs::remove(master);
  world.put("master.key.next", new_master);
  world.put("database.key", old_database);
  CHECK_FALSE(world.open());
  world.put("database.key", new_database);
  const auto found = world.open();
  REQUIRE_MESSAGE(found, found.error().message);
  CHECK(found->database_key() == database);
  CHECK(content(master) == new_master);
}
