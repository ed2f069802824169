// Backups with the real executable, while agents report: made over the control socket and into a pipe, listed, and verified
// with the recovery key's words, without a key, cut and with one bit changed.
#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "tests/support/http_session.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using nlohmann::json;
namespace fs = std::filesystem;
using std::chrono::seconds;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct Ran {
  int code = -1;
  std::string output;
};

std::string greeting_of(ServerProcess& server) {
  const auto until = std::chrono::steady_clock::now() + seconds(30);
  while (!contains(server.process().output(), "setup#token") && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return server.process().output();
}

std::string heartbeat(std::uint16_t port, const std::string& token) {
  return exchange_bytes(
             port, "POST /api/agents/heartbeat HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer " +
                       token +
                       "\r\nContent-Type: application/octet-stream\r\nContent-Length: 32\r\nX-Protocol-Version: 1\r\n"
                       "X-Agent-Version: 1.19.0\r\nX-Config-Version: 1\r\nX-OS: linux\r\nX-Arch: x86_64\r\n\r\n" +
                       std::string(32, '\0'))
      .substr(0, 12);
}

std::string word_at(const std::string& words, std::size_t place) {  // from 1
  std::istringstream in(words);
  std::string word;
  for (std::size_t i = 0; i < place; ++i) std::getline(in, word, '-');
  return word;
}

// A running appliance with a confirmed recovery key, and an agent that reports all the time.
struct World {
  TemporaryDirectory directory;
  fs::path data = directory.path() / "data", usb = directory.path() / "usb";
  ServerProcess server;
  std::atomic<bool> stopping{false};
  std::atomic<int> taken{0}, failed{0};
  std::thread agent;

  World() {
    REQUIRE_MESSAGE(server.start({.data_directory = data, .arguments = {"--backup-directories", usb.string()}}),
                    server.failure());
    HttpSession owner(server.http_port());
    std::string failure;
    const std::string w = owner.set_up(greeting_of(server), failure);
    REQUIRE_MESSAGE(!w.empty(), failure);
    const auto made = owner.post("/api/v1/appliance/recovery-key", json::object());
    REQUIRE_MESSAGE(made.status == 200, made.body);
    const std::string words = made.json["words"];
    const json two = {word_at(words, made.json["ask"][0].get<std::size_t>()),
                      word_at(words, made.json["ask"][1].get<std::size_t>())};
    const auto confirmed = owner.post("/api/v1/appliance/recovery-key/confirm", {{"words", two}});
    REQUIRE_MESSAGE(confirmed.status == 200, confirmed.body);
    std::ofstream(directory.path() / "words") << words << "\n";
    const auto added =
        owner.post(w + "/agents", {{"name", "db-1"}, {"tags", json::array()}, {"authorised", true}}).json;
    const std::string token = added["token"];
    agent = std::thread([this, token, port = server.http_port()] {
      while (!stopping) {
        const std::string answer = heartbeat(port, token);
        if (answer == "HTTP/1.1 200") ++taken;
        else if (answer != "HTTP/1.1 429") ++failed;  // 429: it reports faster than it may
        std::this_thread::sleep_for(std::chrono::milliseconds(10));  // between heartbeats, as agents do
      }
    });
  }
  ~World() {
    stopping = true;
    if (agent.joinable()) agent.join();
  }

  Ran run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), connlog_executable());
    arguments.insert(arguments.end(), {"--data-dir", data.string(), "--backup-directories", usb.string()});
    ChildProcess child(arguments, {}, directory.path() / "output");
    const int code = child.wait(seconds(120));
    return {code, child.output()};
  }
  Ran verify(const std::string& archive, bool with_words) const {
    std::vector<std::string> arguments{"backup", "verify", archive, "--json"};
    if (with_words)
      arguments.insert(arguments.end(), {"--recovery-key-file", (directory.path() / "words").string()});
    return run(arguments);
  }
};

json json_in(const Ran& ran) {
  const json parsed = json::parse(ran.output, nullptr, false);
  INFO(ran.output);
  REQUIRE(parsed.is_object());
  return parsed;
}

void flip_a_bit(const fs::path& path, std::uintmax_t place) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(place));
  const char before = static_cast<char>(file.get());
  file.seekp(static_cast<std::streamoff>(place));
  file.put(static_cast<char>(before ^ 4));
}

}  // namespace

TEST_CASE("backups are made while agents report, listed, and verified with the words of the recovery key") {
  World world;
  const Ran absent = world.run({"backup", "create", "--without-history"});
  CHECK_MESSAGE(absent.code == 0, absent.output);  // the directory is not marked: it lies beside the data
  CHECK_FALSE(fs::exists(world.usb));
  const Ran marked = world.run({"backup", "init", world.usb.string()});
  CHECK_MESSAGE(marked.code == 0, marked.output);
  CHECK(fs::exists(world.usb / ".connlog-backup"));

  const Ran created = world.run({"backup", "create"});
  CHECK_MESSAGE(created.code == 0, created.output);
  const Ran listed = world.run({"backup", "list", "--json"});
  REQUIRE_MESSAGE(listed.code == 0, listed.output);
  const json items = json_in(listed)["items"];
  REQUIRE(items.size() == 2);
  CHECK(items[0]["kind"] == "whole");
  CHECK(items[0]["state"] == "complete");
  CHECK(items[0]["by"] == "command line");
  const fs::path file = world.usb / items[0]["name"].get<std::string>();
  REQUIRE(fs::exists(file));
  CHECK(contains(world.run({"backup", "list"}).output, items[0]["id"].get<std::string>()));

  const Ran genuine = world.verify(file.string(), true);
  CHECK_MESSAGE(genuine.code == 0, genuine.output);
  CHECK(json_in(genuine)["verdict"] == "genuine");  // the running server knows its signer
  CHECK(json_in(genuine)["rows"]["agent"] == 1);
  const Ran complete = world.verify(file.string(), false);
  CHECK_MESSAGE(complete.code == 0, complete.output);
  CHECK(json_in(complete)["verdict"] == "complete");
  const Ran by_id = world.verify(items[0]["id"], false);
  CHECK_MESSAGE(by_id.code == 0, by_id.output);
  CHECK(json_in(by_id)["verdict"] == "genuine");
  const Ran other_signer = world.run({"backup", "verify", file.string(), "--recovery-key-file",
                                      (world.directory.path() / "words").string(), "--signer",
                                      "0000-0000-0000-0000-0000-0000-0000-0000"});
  CHECK_MESSAGE(other_signer.code == 3, other_signer.output);
  CHECK(contains(other_signer.output, "NOT genuine"));

  CHECK(world.taken > 0);
  CHECK(world.failed == 0);
}

TEST_CASE("one flipped bit, a cut end, another file and none: each has its exit code") {
  World world;
  const fs::path out = world.directory.path() / "backup.clb";
  const Ran created = world.run({"backup", "create", "--output", out.string()});
  REQUIRE_MESSAGE(created.code == 0, created.output);
  CHECK(world.verify(out.string(), true).code == 0);
  CHECK(world.run({"backup", "create", "--output", out.string()}).code == 1);  // nothing is overwritten
  CHECK_FALSE(fs::exists(out.string() + ".part"));
  for (const auto& entry : fs::directory_iterator(world.data)) CHECK(entry.path().extension() != ".pipe");

  const std::uintmax_t size = fs::file_size(out);
  const fs::path other = world.directory.path() / "other.clb";
  for (const std::uintmax_t place : {size / 3, size / 2, size - 1}) {
    CAPTURE(place);
    fs::copy_file(out, other, fs::copy_options::overwrite_existing);
    flip_a_bit(other, place);
    CHECK(world.verify(other.string(), true).code == 3);
    CHECK(world.verify(other.string(), false).code == 3);
  }
  fs::copy_file(out, other, fs::copy_options::overwrite_existing);
  fs::resize_file(other, size - 100);
  CHECK(world.verify(other.string(), true).code == 3);
  std::ofstream(other) << "something else";
  CHECK(world.verify(other.string(), false).code == 3);
  CHECK(world.verify((world.directory.path() / "missing.clb").string(), false).code == 1);
  std::ofstream(world.directory.path() / "words") << "lusab-babad-gutih-tugad-hiduk-lusab-babad-gutih-tugad-hiduk\n";
  CHECK(world.verify(out.string(), true).code == 1);  // no key of it
  CHECK(world.failed == 0);
}

TEST_CASE("without a server the command makes the backup itself, into a file and into its destinations") {
  World world;
  world.stopping = true;
  world.agent.join();
  world.server.process().signal(SIGTERM);
  REQUIRE(world.server.process().wait(seconds(20)) == 0);
  const fs::path out = world.directory.path() / "backup.clb";
  const Ran written = world.run({"backup", "create", "--output", out.string(), "--log-level", "error"});
  CHECK_MESSAGE(written.code == 0, written.output);
  const Ran opened = world.verify(out.string(), true);
  CHECK_MESSAGE(opened.code == 0, opened.output);
  CHECK(json_in(opened)["verdict"] == "opens");  // nobody is asked who signed it
  const Ran kept = world.run({"backup", "create", "--log-level", "error"});
  CHECK_MESSAGE(kept.code == 0, kept.output);
  CHECK(std::ranges::any_of(fs::directory_iterator(world.data / "backups"),
                            [](const auto& entry) { return entry.path().extension() == ".clb"; }));
}
