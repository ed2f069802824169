// An appliance brought back from a backup file and the recovery key alone, by the real executable: another directory that
// does not exist yet, agents that go on with the token they have, and nobody is told anything before the end.
#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/http_session.h"
#include "tests/support/outside.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds kPatience{60};
constexpr const char* kPassword = "correct horse battery staple 7";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool becomes(const std::function<bool()>& look) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!look()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

// "HTTP/1.1 200"
std::string heartbeat(const ServerProcess& server, const std::string& token) {
  const std::string answer = exchange_bytes(
      server.http_port(),
      "POST /api/agents/heartbeat HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer " + token +
          "\r\nContent-Type: application/octet-stream\r\nContent-Length: 32\r\nX-Protocol-Version: 1\r\n"
          "X-Agent-Version: 1.19.0\r\nX-Config-Version: 1\r\nX-OS: linux\r\nX-Arch: x86_64\r\n\r\n" +
          std::string(32, '\0'));
  return answer.substr(0, 12);
}

struct Ran {
  int code = -1;
  std::string output;
};

Ran run(const TemporaryDirectory& directory, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), connlog_executable());
  ChildProcess child(arguments, {{"PATH", "/usr/bin:/bin"}}, directory.path() / "command-output");
  const int code = child.wait(kPatience);
  return {code, child.output()};
}

// Ten words, made and confirmed.
std::string make_recovery_key(HttpSession& owner) {
  const auto made = owner.post("/api/v1/appliance/recovery-key", json::object());
  REQUIRE_MESSAGE(made.status == 200, made.body);
  const std::string words = made.json["words"];
  std::vector<std::string> each;
  for (std::size_t at = 0; at <= words.size();) {
    const std::size_t end = std::min(words.find('-', at), words.size());
    each.push_back(words.substr(at, end - at));
    at = end + 1;
  }
  REQUIRE(each.size() == 10);
  json asked = json::array();
  for (const json& position : made.json["ask"]) asked.push_back(each.at(position.get<std::size_t>() - 1));
  const auto confirmed = owner.post("/api/v1/appliance/recovery-key/confirm", {{"words", asked}});
  REQUIRE_MESSAGE(confirmed.status == 200, confirmed.body);
  return words;
}

json newest_letter(HttpSession& owner) {
  const json letters = owner.get("/api/v1/appliance/letters").json;
  return letters["items"].empty() ? json(nullptr) : letters["items"][0];
}

// An appliance with an agent, a mail server and a backup file.
struct Former {
  TemporaryDirectory directory;
  test::OutsideServer mailbox{"smtp_server.py", {}};
  fs::path data = directory.path() / "data", file = directory.path() / "backup.clb", words = directory.path() / "words";
  std::string token, signer;

  Former() {
    ServerProcess server;
    REQUIRE_MESSAGE(server.start({.data_directory = data}), server.failure());
    REQUIRE(becomes([&] { return contains(server.process().output(), "setup#token"); }));
    HttpSession owner(server.http_port());
    std::string failure;
    const std::string w = owner.set_up(server.process().output(), failure);
    REQUIRE_MESSAGE(!w.empty(), failure);
    const auto mail = owner.put(
        "/api/v1/appliance/mail",
        {{"host", "127.0.0.1"}, {"port", mailbox.port()}, {"security", "none"}, {"from_address", "connlog@example.org"}});
    REQUIRE_MESSAGE(mail.status == 200, mail.body);
    token = owner.post(w + "/agents", {{"name", "db-1"}, {"tags", json::array()}, {"authorised", true}}).json["token"];
    REQUIRE(heartbeat(server, token) == "HTTP/1.1 200");
    std::ofstream(words) << make_recovery_key(owner) << "\n";
    signer = owner.get("/api/v1/appliance/backups").json["signer"];
    REQUIRE(becomes([&] { return fs::exists(data / "audit.anchor"); }));
    const Ran made = run(directory, {"backup", "create", "--data-dir", data.string(), "--output", file.string()});
    REQUIRE_MESSAGE(made.code == 0, made.output);
    server.process().signal(SIGTERM);
    REQUIRE(server.process().wait(kPatience) == 0);
    mailbox.rest(0);
  }

  Ran restore(const fs::path& to, std::vector<std::string> more) {
    std::vector<std::string> all{"restore", file.string(), "--data-dir", to.string(), "--recovery-key-file", words.string()};
    all.insert(all.end(), more.begin(), more.end());
    return run(directory, all);
  }
};

}  // namespace

TEST_CASE("an empty machine is brought back from a backup file and the recovery key, and tells nobody before the end") {
  Former former;
  TemporaryDirectory elsewhere;
  const fs::path data = elsewhere.path() / "not" / "there yet";

  const Ran unknown = former.restore(data, {"--yes"});
  CHECK(unknown.code == 1);
  CHECK(contains(unknown.output, former.signer));
  CHECK(contains(unknown.output, "--signer"));
  CHECK_FALSE(fs::exists(data / "connlog.db"));

  const Ran restored = former.restore(data, {"--yes", "--signer", former.signer});
  REQUIRE_MESSAGE(restored.code == 0, restored.output);
  CHECK(contains(restored.output, "What to do next"));
  CHECK_FALSE(fs::exists(data / "restore.new"));
  CHECK(fs::exists(data / "keys" / "master.key"));

  ServerProcess server;
  REQUIRE_MESSAGE(server.start({.data_directory = data}), server.failure());
  CHECK(heartbeat(server, former.token) == "HTTP/1.1 200");
  CHECK(former.restore(data, {"--yes"}).code == 1);  // it runs
  HttpSession owner(server.http_port());
  std::string failure;
  REQUIRE_MESSAGE(!owner.log_in("ada@example.org", kPassword, failure).empty(), failure);
  CHECK(owner.get("/api/v1/me").json["server"]["recovery"]["since"].is_string());
  CHECK(owner.get("/api/v1/appliance/recovery").json["is_on"] == true);

  HttpSession stranger(server.http_port());
  CHECK(stranger.post("/api/v1/password-reset", {{"mail", "ada@example.org"}}).status < 300);
  REQUIRE(becomes([&] {
    const json letter = newest_letter(owner);
    return letter.is_object() && letter["kind"] == "password_reset";
  }));
  CHECK(owner.post("/api/v1/appliance/mail/test", {{"to", "ada@example.org"}}).status == 409);
  for (const std::string& line : former.mailbox.rest(1'500)) CHECK_FALSE(contains(line, "\"connection\""));
  CHECK(newest_letter(owner)["state"] == "queued");
  CHECK(newest_letter(owner)["attempts"] == 0);

  const Ran finished = run(elsewhere, {"restore", "finish", "--yes", "--data-dir", data.string()});
  REQUIRE_MESSAGE(finished.code == 0, finished.output);
  CHECK(owner.get("/api/v1/me").json["server"]["recovery"].is_null());
  CHECK(newest_letter(owner)["state"] == "failed");
  CHECK(contains(newest_letter(owner)["last_error"].get<std::string>(), "restored from a backup"));
  CHECK(owner.post("/api/v1/appliance/mail/test", {{"to", "ada@example.org"}}).json.value("ok", false));
  CHECK_FALSE(former.mailbox.next("mail").empty());

  const Ran verified = run(elsewhere, {"audit", "verify", "--data-dir", data.string()});
  CHECK_MESSAGE(verified.code == 0, verified.output);
}

TEST_CASE("what a restore replaces is kept, a wrong key restores nothing, and one of another appliance is asked for") {
  Former former;
  const Ran verified = run(former.directory, {"audit", "verify", "--data-dir", former.data.string()});
  CHECK_MESSAGE(verified.code == 0, verified.output);
  std::ofstream(former.directory.path() / "wrong") << "lusab-babad-gutih-tugad-lusab-babad-gutih-tugad-lusab-babad\n";
  CHECK(run(former.directory, {"restore", former.file.string(), "--data-dir", former.data.string(), "--yes",
                               "--recovery-key-file", (former.directory.path() / "wrong").string()})
            .code == 1);
  const fs::path fresh = former.directory.path() / "fresh";
  CHECK(run(former.directory, {"restore", former.file.string(), "--data-dir", fresh.string(), "--signer", former.signer,
                               "--recovery-key-file", (former.directory.path() / "wrong").string()})
            .code == 1);
  CHECK_FALSE(fs::exists(fresh));
  // Its own backup needs no fingerprint; without a terminal it needs --yes.
  CHECK(former.restore(former.data, {}).code == 1);
  const Ran restored = former.restore(former.data, {"--yes"});
  REQUIRE_MESSAGE(restored.code == 0, restored.output);
  int kept = 0;
  for (const auto& entry : fs::directory_iterator(former.data)) {
    if (entry.path().filename().string().starts_with("replaced-")) kept += fs::exists(entry.path() / "connlog.db") ? 1 : 0;
  }
  CHECK(kept == 1);

  Former other;
  const Ran foreign = other.restore(former.data, {"--yes", "--signer", other.signer});
  CHECK(foreign.code == 1);
  CHECK(contains(foreign.output, "another appliance"));
  CHECK(other.restore(former.data, {"--yes", "--signer", other.signer, "--accept-signer"}).code == 0);
}

TEST_CASE("a drill of a file needs its key alone, and says what it compared") {
  Former former;
  TemporaryDirectory elsewhere;
  const Ran drilled = run(elsewhere, {"backup", "drill", former.file.string(), "--data-dir",
                                      (elsewhere.path() / "scratch").string(), "--recovery-key-file", former.words.string()});
  REQUIRE_MESSAGE(drilled.code == 0, drilled.output);
  CHECK(contains(drilled.output, "are verified"));
  CHECK(fs::is_empty(elsewhere.path() / "scratch"));
  CHECK(former.mailbox.rest(0).empty());
  const Ran served = run(elsewhere, {"backup", "drill", former.file.string(), "--serve", "--data-dir",
                                     (elsewhere.path() / "scratch").string()});
  CHECK(served.code == 2);  // there is no such option
  const Ran both = run(elsewhere, {"backup", "drill", former.file.string(), "--recovery-key-file", former.words.string(),
                                   "--passphrase-file", former.words.string()});
  CHECK(both.code == 2);
}
