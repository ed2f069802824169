// Threat 24: a broken part of the configuration was accepted beside a valid one. Keys, their credentials, the legal
// texts and what a rotation is asked for are read whole: one bad part refuses, and nothing is taken from the rest.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "core/base/text.h"
#include "core/crypto/keyring.h"
#include "core/crypto/master_key.h"
#include "core/trust/disclosure.h"
#include "core/trust/legal_text.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_app.h"

using namespace connlog;
namespace fs = std::filesystem;

TEST_CASE("a first start that is given two ways to protect its keys takes neither") {
  TemporaryDirectory directory;
  SystemRandom random;
  fs::create_directory(directory.path() / "credentials");
  std::ofstream(directory.path() / "credentials" / kMasterKeyCredential) << to_hex(Key{1});
  std::ofstream(directory.path() / "credentials" / kPassphraseCredential) << "correct horse battery";
  MasterKeySources sources;
  sources.credentials_directory = directory.path() / "credentials";
  sources.cost = {1, 8};
  CHECK_FALSE(Keyring::open(directory.path(), false, random, sources));
  CHECK_FALSE(fs::exists(directory.path() / "keys" / "database.key"));
  // And one that is broken is not passed over in favour of a file.
  fs::remove(directory.path() / "credentials" / kPassphraseCredential);
  std::ofstream(directory.path() / "credentials" / kMasterKeyCredential) << "not a key";
  CHECK_FALSE(Keyring::open(directory.path(), false, random, sources));
  std::ofstream(directory.path() / "credentials" / kMasterKeyCredential, std::ios::trunc) << "";
  CHECK_FALSE(Keyring::open(directory.path(), false, random, sources));
  CHECK_FALSE(fs::exists(directory.path() / "keys" / "master.key"));
}

TEST_CASE("a key file of which one line is changed opens no more, although its box is whole") {
  TemporaryDirectory directory;
  SystemRandom random;
  REQUIRE(Keyring::open(directory.path(), false, random));
  const fs::path file = directory.path() / "keys" / "database.key";
  std::ifstream in(file);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  REQUIRE(whole.find("form file\n") != std::string::npos);
  for (const auto& [from, to] : {std::pair{"form file", "form credential"}, std::pair{"form file", "form nothing"},
                                 std::pair{"form file\n", "form file\nsalt 00\n"}, std::pair{"keys 3", "keys 4"}}) {
    CAPTURE(to);
    std::string changed = whole;
    changed.replace(changed.find(from), std::string(from).size(), to);
    std::ofstream(file, std::ios::trunc) << changed;
    CHECK_FALSE(Keyring::open(directory.path(), true, random));
  }
  std::ofstream(file, std::ios::trunc) << whole;
  CHECK(Keyring::open(directory.path(), true, random));
}

TEST_CASE("one bad legal text refuses them all: a good one beside it does not hide that nobody is asked to agree") {
  TemporaryDirectory directory;
  std::ofstream(directory.path() / "privacy.md") << "# Privacy\n\nWe keep little.\n";
  std::ofstream(directory.path() / "terms.md") << "acceptance: yes\n---\nBe kind.\n";
  const auto texts = read_legal_texts(directory.path());
  REQUIRE_FALSE(texts);
  CHECK(texts.error().message.find("terms") != std::string::npos);
}

TEST_CASE("one bad contact refuses the whole disclosure, and the former one stays") {
  TestApp app;
  const auto put = [&](const std::string& body) {
    return app.send(Ask{.method = "PUT", .path = "/api/v1/appliance/security-policy", .body = body}, &app.owner).status;
  };
  CHECK(put(R"({"contacts":["first@example.org"]})") == 200);
  CHECK(put(R"({"contacts":["second@example.org","http://example.org/plain"]})") == 422);
  const std::string text = app.get("/.well-known/security.txt").body;
  CHECK(text.find("first@example.org") != std::string::npos);
  CHECK(text.find("second@example.org") == std::string::npos);
}
