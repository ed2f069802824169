// `connlog audit verify` against somebody who holds the exported database key and the project's own sqlcipher shell:
// each way of tampering is found, by exit code and by name.

#include <doctest/doctest.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "core/audit/anchor.h"
#include "core/base/random.h"
#include "storage/storage.h"
#include "tests/support/http_session.h"
#include "tests/support/outside.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using nlohmann::json;
namespace fs = std::filesystem;
using std::chrono::seconds;

namespace {

struct Ran {
  int code = -1;
  std::string output;
};

Ran run(const TemporaryDirectory& directory, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), connlog_executable());
  ChildProcess child(arguments, {}, directory.path() / "output");
  const int code = child.wait(seconds(60));
  return {code, child.output()};
}

std::string output_of(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string out;
  char buffer[4'096];
  while (const std::size_t got = ::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, got);
  ::pclose(pipe);
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

// An appliance with a few security events, stopped; its exported key, and its heads as they were.
struct Victim {
  TemporaryDirectory directory;
  fs::path data = directory.path() / "data";
  std::string shell = output_of((test::source_directory() / "tests/support/sqlcipher_shell.sh").string());
  std::string key_line, heads;

  Victim() {
    REQUIRE(!shell.empty());
    ServerProcess server;
    REQUIRE_MESSAGE(server.start({.data_directory = data}), server.failure());
    for (int i = 0; i < 4; ++i) {
      HttpSession stranger(server.http_port());
      CHECK(stranger
                .post("/api/v1/login",
                      {{"mail", "nobody" + std::to_string(i) + "@example.org"}, {"password", "no no no no"}})
                .status == 401);
    }
    // While it runs, over the control socket.
    CHECK(run(directory, {"audit", "verify", "--data-dir", data.string()}).code == 0);
    server.process().signal(SIGKILL);  // the anchor may lag, and never leads
    server.process().wait(seconds(10));
    const Ran good = run(directory, {"audit", "verify", "--json", "--data-dir", data.string()});
    CAPTURE(good.output);
    REQUIRE(good.code == 0);
    heads = json::parse(good.output.substr(good.output.find('{')), nullptr, false).value("head", "");
    REQUIRE(heads.find("security=4:") != std::string::npos);
    const Ran exported = run(directory, {"key", "export", "--yes", "--data-dir", data.string()});
    std::smatch found;
    REQUIRE(std::regex_search(exported.output, found, std::regex(R"(x'([0-9a-f]{64})')")));
    key_line = found[1];
  }

  std::string ask(const std::string& sql) const {
    return output_of(shell + " -batch " + (data / "connlog.db").string() + " \"PRAGMA key = \\\"x'" + key_line +
                     "'\\\"\" \"" + sql + "\" 2>&1");
  }
  Ran verify(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"audit", "verify", "--data-dir", data.string()});
    return run(directory, more);
  }
  Key key() const {
    Key out{};
    std::size_t length = 0;
    sodium_hex2bin(out.data(), out.size(), key_line.data(), key_line.size(), nullptr, &length, nullptr);
    return out;
  }
};

const std::string kWithoutTriggers =
    "DROP TRIGGER trail_entry_is_not_changed; DROP TRIGGER trail_entry_is_not_removed; DROP TRIGGER trail_entry_comes_last; ";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the sqlcipher shell with the exported key cannot change, remove, reorder or cut rows without being found") {
  Victim victim;
  // As it stands, the triggers alone refuse.
  CHECK(contains(victim.ask("UPDATE trail_entry SET act = 'nothing.happened'"), "append-only"));
  CHECK(contains(victim.ask("DELETE FROM trail_entry"), "append-only"));
  CHECK(victim.verify().code == 0);

  struct Attack {
    std::string sql, found;
  };
  const std::vector<Attack> attacks = {
      {"UPDATE trail_entry SET subject = 'somebody else' WHERE trail = 'security' AND sequence = 2",
       "Row 2 of the security trail"},
      {"DELETE FROM trail_entry WHERE trail = 'security' AND sequence = 2", "row 2 is missing"},
      {"UPDATE trail_entry SET sequence = 99 WHERE trail = 'security' AND sequence = 2; UPDATE trail_entry SET sequence = 2 "
       "WHERE trail = 'security' AND sequence = 3; UPDATE trail_entry SET sequence = 3 WHERE trail = 'security' AND sequence = 99",
       "Row 2 of the security trail"},
      {"DELETE FROM trail_entry WHERE trail = 'security' AND sequence >= 3", "cut off"},
      {"DELETE FROM trail_entry WHERE trail = 'security'", "cut off"},
      {"INSERT INTO trail_checkpoint SELECT trail, sequence, chain, at, randomblob(32) FROM trail_entry WHERE trail = "
       "'security' AND sequence = 2; DELETE FROM trail_entry WHERE trail = 'security' AND sequence <= 2",
       "not signed by this appliance"},
  };
  fs::remove(victim.data / "control.sock");  // left by the kill; a socket cannot be copied
  const fs::path copy = victim.directory.path() / "copy";
  fs::copy(victim.data, copy, fs::copy_options::recursive);
  for (const Attack& attack : attacks) {
    CAPTURE(attack.sql);
    fs::remove_all(victim.data);
    fs::copy(copy, victim.data, fs::copy_options::recursive);
    CHECK(victim.ask(kWithoutTriggers + attack.sql) == "ok");
    const Ran verdict = victim.verify();
    CAPTURE(verdict.output);
    CHECK(verdict.code == 3);
    CHECK(contains(verdict.output, attack.found));
  }
}

TEST_CASE(
    "a trail that was written anew with the key of the chain is found by the anchor, and without it by a kept head") {
  Victim victim;
  CHECK(victim.ask(kWithoutTriggers + "DELETE FROM trail_entry WHERE trail = 'security'") == "ok");
  {
    // A person with the database's key can derive the chain's key, so every row that they write fits.
    auto held = storage::DataDirectory::open(victim.data);
    REQUIRE(held);
    SystemClock clock;
    SystemRandom random;
    const Keyring keys = Keyring::from_database_key(victim.key());
    auto opened = storage::Storage::open(std::move(*held), keys, {}, clock, random);
    REQUIRE(opened);
    for (int i = 0; i < 6; ++i) {
      CHECK((*opened)->stores().write([&](Transaction& tx) {
        return (*opened)->audit().append_security(tx, Actor{}, {}, {}, "session.opened", "all is well");
      }));
    }
    const auto report = (*opened)->trails().verify((*opened)->stores(), {});
    REQUIRE(report);
    CHECK(report->sound());  // the chain alone is deceived
  }
  Ran verdict = victim.verify();
  CAPTURE(verdict.output);
  CHECK(verdict.code == 3);
  CHECK(contains(verdict.output, "written anew"));

  // Somebody who may write the directory too takes the anchor away: that is found, and a new one is not made by itself.
  fs::remove(victim.data / "audit.anchor");
  verdict = victim.verify();
  CHECK(verdict.code == 3);
  CHECK(contains(verdict.output, "no audit anchor"));
  CHECK(run(victim.directory, {"audit", "accept", "--data-dir", victim.data.string()}).code == 2);  // without a reason
  CHECK(run(victim.directory, {"audit", "accept", "--reason", "restored", "--data-dir", victim.data.string()}).code ==
        0);
  CHECK(victim.verify().code == 0);
  // And a head from a mail still tells.
  verdict = victim.verify({"--head", victim.heads});
  CHECK(verdict.code == 3);
  CHECK(contains(verdict.output, "the head you gave"));
  CHECK(victim.verify({"--head", "nonsense"}).code == 1);
}

TEST_CASE("an anchor that was made with the database's key is not ours") {
  Victim victim;
  const Keyring forged = Keyring::from_database_key(victim.key());
  std::ofstream(victim.data / "audit.anchor", std::ios::trunc) << render_anchor({}, Instant{1}, forged.anchor_key());
  const Ran verdict = victim.verify();
  CAPTURE(verdict.output);
  CHECK(verdict.code == 3);
  CHECK(contains(verdict.output, "not made with this appliance"));
}
