#include <doctest/doctest.h>
#include <sodium.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "core/base/text.h"
#include "core/crypto/keyring.h"
#include "core/crypto/sealed.h"
#include "core/crypto/token.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

struct Directory {
  Directory() {
    char name[] = "/tmp/connlog-keys-XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    path = name;
    REQUIRE(sodium_init() >= 0);
  }
  ~Directory() { fs::remove_all(path); }
  fs::path path;
};

std::string content(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("keys are made on the first start, private, and found again on the second") {
  Directory directory;
  SystemRandom random;
  const auto first = Keyring::open(directory.path, false, random);
  REQUIRE(first);
  for (const char* name : {"master.key", "database.key"}) {
    struct stat facts {};
    REQUIRE(::stat((directory.path / "keys" / name).c_str(), &facts) == 0);
    CHECK((facts.st_mode & 07777) == 0600);
  }
  const auto second = Keyring::open(directory.path, true, random);
  REQUIRE(second);
  CHECK(second->database_key() == first->database_key());
  CHECK(content(directory.path / "keys" / "database.key").find(std::string(16, '0')) == std::string::npos);
}

TEST_CASE("a key file that others can read is refused, with what to do") {
  Directory directory;
  SystemRandom random;
  REQUIRE(Keyring::open(directory.path, false, random));
  fs::permissions(directory.path / "keys" / "master.key", fs::perms::group_read, fs::perm_options::add);
  const auto opened = Keyring::open(directory.path, true, random);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().message.find("chmod 600") != std::string::npos);
}

TEST_CASE("a missing key beside a database is never replaced by a new one") {
  Directory directory;
  SystemRandom random;
  REQUIRE(Keyring::open(directory.path, false, random));
  for (const char* name : {"master.key", "database.key"}) {
    const fs::path file = directory.path / "keys" / name;
    fs::rename(file, directory.path / "away");
    const auto opened = Keyring::open(directory.path, true, random);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().message.find(name) != std::string::npos);
    CHECK_FALSE(fs::exists(file));
    fs::rename(directory.path / "away", file);
  }
  CHECK(Keyring::open(directory.path, true, random));
}

TEST_CASE("a damaged or foreign master key is refused and nothing is overwritten") {
  Directory directory;
  SystemRandom random;
  REQUIRE(Keyring::open(directory.path, false, random));
  const std::string wrapped = content(directory.path / "keys" / "database.key");
  std::ofstream(directory.path / "keys" / "master.key") << std::string(64, 'a') << "\n";
  CHECK_FALSE(Keyring::open(directory.path, true, random));
  std::ofstream(directory.path / "keys" / "master.key") << "short\n";
  CHECK_FALSE(Keyring::open(directory.path, true, random));
  CHECK(content(directory.path / "keys" / "database.key") == wrapped);
}

TEST_CASE("a key file of the first version opens and gains an anchor key, which stays") {
  Directory directory;
  SystemRandom random;
  REQUIRE(sodium_init() >= 0);
  REQUIRE(Keyring::open(directory.path, false, random));
  const std::array<std::uint8_t, 32> master{7};
  const Key database{9};
  std::array<std::uint8_t, crypto_secretbox_NONCEBYTES + 32 + crypto_secretbox_MACBYTES> box{};
  crypto_secretbox_easy(box.data() + crypto_secretbox_NONCEBYTES, database.data(), 32, box.data(), master.data());
  std::ofstream(directory.path / "keys" / "master.key") << to_hex(master) << "\n";
  std::ofstream(directory.path / "keys" / "database.key") << to_hex(box) << "\n";
  const auto first = Keyring::open(directory.path, true, random);
  REQUIRE(first);
  CHECK(first->database_key() == database);
  CHECK(first->anchor_key() != Key{});
  const auto second = Keyring::open(directory.path, true, random);
  REQUIRE(second);
  CHECK(second->database_key() == database);
  CHECK(second->anchor_key() == first->anchor_key());
}

TEST_CASE("the anchor key does not follow from the database key") {
  Directory one, other;
  SystemRandom random;
  const auto first = Keyring::open(one.path, false, random);
  REQUIRE(first);
  CHECK(first->anchor_key() != first->database_key());
  CHECK(first->anchor_key() != Keyring::from_database_key(first->database_key()).anchor_key());
}

TEST_CASE("derived keys differ by purpose and by appliance") {
  const Keyring one = Keyring::from_database_key(Key{1});
  const Keyring other = Keyring::from_database_key(Key{2});
  CHECK(one.derive(key_purpose::kSealed) == one.derive(key_purpose::kSealed));
  CHECK(one.derive(key_purpose::kSealed) != one.derive(key_purpose::kCsrf));
  CHECK(one.derive(key_purpose::kSealed) != other.derive(key_purpose::kSealed));
}

TEST_CASE("a sealed secret opens only under its own key and context, and never twice the same") {
  REQUIRE(sodium_init() >= 0);
  SystemRandom random;
  const Key key{7};
  const std::string sealed = seal(key, "mail.password", Secret("hunter2"), random);
  CHECK(sealed.find("hunter2") == std::string::npos);
  CHECK(sealed != seal(key, "mail.password", Secret("hunter2"), random));
  const auto opened = unseal(key, "mail.password", sealed);
  REQUIRE(opened);
  CHECK(opened->reveal() == "hunter2");
  CHECK_FALSE(unseal(key, "webhook", sealed));
  CHECK_FALSE(unseal(Key{8}, "mail.password", sealed));
  CHECK_FALSE(unseal(key, "mail.password", ""));
  std::string changed = sealed;
  changed[10] = changed[10] == 'A' ? 'B' : 'A';
  CHECK_FALSE(unseal(key, "mail.password", changed));
}

TEST_CASE("a token has the shape that agents demand, and only its keyed digest can be kept") {
  REQUIRE(sodium_init() >= 0);
  SystemRandom random;
  const Secret token = make_token("agent_", random);
  CHECK(is_token_shaped("agent_", token.reveal()));
  CHECK_FALSE(is_token_shaped("agent_", std::string(token.reveal()) + "\n"));
  CHECK_FALSE(is_token_shaped("cls_", token.reveal()));
  CHECK(digest_token(Key{1}, token.reveal()) == digest_token(Key{1}, token.reveal()));
  CHECK(digest_token(Key{1}, token.reveal()) != digest_token(Key{2}, token.reveal()));
  const std::string hint = token_hint("agent_", token.reveal());
  CHECK(hint.size() < 24);
}
