// The master key in its three forms, and its rotation, which may end at any step.

#include <doctest/doctest.h>
#include <sodium.h>

#include <filesystem>
#include <fstream>

#include "core/base/text.h"
#include "core/crypto/key_file.h"
#include "core/crypto/keyring.h"
#include "core/crypto/master_key.h"
#include "core/crypto/sealed.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

constexpr PassphraseCost kCheap{1, 8};

std::string content(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct World {
  World() {
    REQUIRE(sodium_init() >= 0);
    fs::create_directory(credentials());
  }
  fs::path data() const { return directory.path(); }
  fs::path keys() const { return data() / "keys"; }
  fs::path credentials() const { return data() / "credentials"; }
  void credential(std::string_view name, const std::string& text) const { std::ofstream(credentials() / name) << text; }
  MasterKeySources sources() const {
    MasterKeySources out;
    out.credentials_directory = credentials();
    out.cost = kCheap;
    return out;
  }
  Result<Keyring> open(bool exists = true) { return Keyring::open(data(), exists, random, sources()); }

  TemporaryDirectory directory;
  SystemRandom random;
};

NewMasterKey new_passphrase(const std::string& text) {
  return NewMasterKey{MasterKeyForm::passphrase, Secret(text), {}, kCheap};
}

}  // namespace

TEST_CASE("a first start with a passphrase as credential makes keys that only that passphrase opens") {
  World world;
  world.credential(kPassphraseCredential, "correct horse battery\n");
  const auto first = world.open(false);
  REQUIRE_MESSAGE(first, first.error().message);
  CHECK(first->form() == MasterKeyForm::passphrase);
  CHECK_FALSE(fs::exists(world.keys() / "master.key"));
  CHECK(world.open()->database_key() == first->database_key());

  world.credential(kPassphraseCredential, "another horse battery\n");
  const auto wrong = world.open();
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message.find("The passphrase does not open") == 0);
  CHECK(wrong.error().message.find('\n') == std::string::npos);
  fs::remove(world.credentials() / kPassphraseCredential);
  const auto none = world.open();
  REQUIRE_FALSE(none);
  CHECK(none.error().message.find("connlog-passphrase") != std::string::npos);
}

TEST_CASE("a person is asked for the passphrase so many times and no more") {
  World world;
  world.credential(kPassphraseCredential, "correct horse battery");
  REQUIRE(world.open(false));
  fs::remove(world.credentials() / kPassphraseCredential);
  int asked = 0;
  MasterKeySources sources = world.sources();
  sources.ask_passphrase = [&]() -> Result<Secret> { return Secret(++asked == 3 ? "correct horse battery" : "wrong"); };
  CHECK(Keyring::open(world.data(), true, world.random, sources));
  CHECK(asked == 3);
  asked = 10;
  CHECK_FALSE(Keyring::open(world.data(), true, world.random, sources));
  CHECK(asked == 13);
}

TEST_CASE("a master key that comes as a credential opens, and a start without it or with another one is refused") {
  World world;
  const Key key{1, 2, 3};
  world.credential(kMasterKeyCredential, to_hex(key) + "\n");
  REQUIRE(world.open(false));
  CHECK(world.open()->form() == MasterKeyForm::credential);
  world.credential(kMasterKeyCredential, to_hex(Key{9}));
  CHECK(world.open().error().message.find("do not belong together") != std::string::npos);
  world.credential(kMasterKeyCredential, "nonsense");
  CHECK(world.open().error().message.find("64 hex digits") != std::string::npos);
  fs::remove(world.credentials() / kMasterKeyCredential);
  CHECK(world.open().error().message.find("LoadCredential") != std::string::npos);
}

TEST_CASE("a first start with two credentials is refused rather than guessed, and makes no keys") {
  World world;
  world.credential(kMasterKeyCredential, to_hex(Key{1}));
  world.credential(kPassphraseCredential, "correct horse battery");
  CHECK_FALSE(world.open(false));
  CHECK_FALSE(fs::exists(world.keys() / "database.key"));
}

TEST_CASE("the form and the cost in the key file are bound to what they protect") {
  World world;
  world.credential(kPassphraseCredential, "correct horse battery");
  REQUIRE(world.open(false));
  const fs::path file = world.keys() / "database.key";
  std::string text = content(file);
  text.replace(text.find("cost 1 8"), 8, "cost 2 8");
  std::ofstream(file) << text;
  CHECK_FALSE(world.open());
  text.replace(text.find("cost 2 8"), 8, "cost 9 99999999");
  std::ofstream(file) << text;
  CHECK(world.open().error().message.find("damaged or planted") != std::string::npos);
}

TEST_CASE("a rotation changes the master key and the sealing key and keeps the database key") {
  World world;
  auto ring = world.open(false);
  REQUIRE(ring);
  const Key database = ring->database_key(), anchor = ring->anchor_key();
  const std::string master = content(world.keys() / "master.key");
  const std::string sealed = seal(*ring, "webhook.secret", Secret("whsec"), world.random);
  CHECK(sealed.starts_with("s2:1:webhook.secret:"));

  REQUIRE(ring->rotate({}, world.random));
  CHECK(ring->is_rotating());
  CHECK(content(world.keys() / "master.key") != master);
  CHECK_FALSE(fs::exists(world.keys() / "master.key.next"));
  CHECK(unseal(*ring, "webhook.secret", sealed)->reveal() == "whsec");
  const auto anew = seal_anew(*ring, "", sealed, world.random);
  REQUIRE(anew);
  REQUIRE(anew->has_value());
  CHECK((*anew)->starts_with("s2:2:webhook.secret:"));
  CHECK_FALSE(seal_anew(*ring, "", **anew, world.random)->has_value());
  CHECK_FALSE(ring->rotate({}, world.random));  // one after the other
  {
    const auto crashed = world.open();  // before the older one is forgotten: both are there
    REQUIRE(crashed);
    CHECK(crashed->is_rotating());
    CHECK(unseal(*crashed, "webhook.secret", sealed));
  }
  REQUIRE(ring->forget_older(world.random));
  const auto again = world.open();
  REQUIRE(again);
  CHECK(again->database_key() == database);
  CHECK(again->anchor_key() == anchor);
  CHECK_FALSE(again->is_rotating());
  CHECK(unseal(*again, "webhook.secret", **anew)->reveal() == "whsec");
  CHECK_FALSE(unseal(*again, "webhook.secret", sealed));
}

TEST_CASE("keys of the first form rotate, and what they sealed is sealed anew") {
  World world;
  fs::create_directory(world.keys());
  fs::permissions(world.keys(), fs::perms::owner_all);
  const Key master{7}, database{9};
  std::array<std::uint8_t, crypto_secretbox_NONCEBYTES + 32 + crypto_secretbox_MACBYTES> box{};
  crypto_secretbox_easy(box.data() + crypto_secretbox_NONCEBYTES, database.data(), 32, box.data(), master.data());
  for (const auto& [name, text] : {std::pair("master.key", to_hex(master)), std::pair("database.key", to_hex(box))}) {
    std::ofstream(world.keys() / name) << text << "\n";
    fs::permissions(world.keys() / name, fs::perms::owner_read | fs::perms::owner_write);
  }
  auto ring = world.open();
  REQUIRE_MESSAGE(ring, ring.error().message);
  const std::string sealed = seal(ring->derive(key_purpose::kSealed), "mail.password", Secret("hunter2"), world.random);
  CHECK(sealed.starts_with("s1:"));
  CHECK(unseal(*ring, "mail.password", sealed)->reveal() == "hunter2");
  CHECK(seal(*ring, "mail.password", Secret("hunter2"), world.random).starts_with("s2:0:mail.password:"));
  REQUIRE(ring->rotate({}, world.random));
  const auto anew = seal_anew(*ring, "mail.password", sealed, world.random);
  REQUIRE(anew);
  REQUIRE(ring->forget_older(world.random));
  const auto again = world.open();
  REQUIRE(again);
  CHECK(again->database_key() == database);
  CHECK(unseal(*again, "mail.password", **anew)->reveal() == "hunter2");
}

TEST_CASE("a rotation that ends between any two of its steps leaves keys that open") {
  World world;
  {
    auto ring = world.open(false);
    REQUIRE(ring);
  }
  const fs::path master = world.keys() / "master.key", next = world.keys() / "master.key.next",
                 database = world.keys() / "database.key";
  const std::string old_master = content(master), old_database = content(database);
  Key key{};
  {
    auto ring = world.open();
    key = ring->database_key();
    REQUIRE(ring->rotate({}, world.random));
  }
  const std::string new_master = content(master), new_database = content(database);
  const auto put = [&](const fs::path& file, const std::string& text) {
    fs::remove(file);
    if (text.empty()) return;
    std::ofstream(file) << text;
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  };
  struct Stop {
    const char* after;
    std::string master, next, database, expected_master;
  };
  for (const Stop& stop : {Stop{"the new key is written beside", old_master, new_master, old_database, old_master},
                           Stop{"the keys are under it", old_master, new_master, new_database, new_master},
                           Stop{"it took the old one's place", new_master, "", new_database, new_master}}) {
    CAPTURE(stop.after);
    put(master, stop.master);
    put(next, stop.next);
    put(database, stop.database);
    for (int start = 0; start < 2; ++start) {
      const auto ring = world.open();
      REQUIRE_MESSAGE(ring, ring.error().message);
      CHECK(ring->database_key() == key);
      CHECK(content(master) == stop.expected_master);
      CHECK_FALSE(fs::exists(next));
    }
  }
}

TEST_CASE("a rotation to another form removes the file that is of no use any more, once it is finished") {
  World world;
  auto ring = world.open(false);
  REQUIRE(ring);
  CHECK(ring->rotate(new_passphrase("short"), world.random).error().field == "passphrase");
  REQUIRE(ring->rotate(new_passphrase("correct horse battery"), world.random));
  CHECK(ring->form() == MasterKeyForm::passphrase);
  REQUIRE(ring->forget_older(world.random));
  CHECK_FALSE(fs::exists(world.keys() / "master.key"));
  world.credential(kPassphraseCredential, "correct horse battery");
  CHECK(world.open()->database_key() == ring->database_key());

  const Key key{4, 5, 6};
  REQUIRE(ring->rotate(NewMasterKey{MasterKeyForm::credential, {}, key, {}}, world.random));
  REQUIRE(ring->forget_older(world.random));
  world.credential(kMasterKeyCredential, to_hex(key));
  CHECK(world.open()->form() == MasterKeyForm::credential);

  REQUIRE(ring->rotate({}, world.random));
  REQUIRE(ring->forget_older(world.random));
  fs::remove_all(world.credentials());
  CHECK(world.open()->database_key() == ring->database_key());
}

TEST_CASE("a sealed text opens only in its own context and with the key of its generation") {
  World world;
  auto ring = world.open(false);
  REQUIRE(ring);
  const std::string sealed = seal(*ring, "mail.password", Secret("hunter2"), world.random);
  CHECK_FALSE(unseal(*ring, "webhook.secret", sealed));
  std::string lie = sealed;
  lie.replace(lie.find("mail.password"), 13, "mail.passworb");
  CHECK_FALSE(unseal(*ring, "mail.passworb", lie));
  lie = sealed;
  lie.replace(3, 1, "2");
  CHECK_FALSE(unseal(*ring, "mail.password", lie));
  for (const char* nonsense : {"", "s2:", "s2:x:mail.password:AAAA", "s2:0::AAAA", "s2:-1:mail.password:AA",
                               "s3:1:mail.password:AAAA", "s2:1:mail.password"}) {
    CHECK_FALSE(unseal(*ring, "mail.password", nonsense));
    CHECK_FALSE(seal_anew(*ring, "mail.password", nonsense, world.random));
  }
}
