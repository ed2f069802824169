// A job's ping by the real curl, over the shown line, with the pin of our own certificate; and no trace of its address in the
// program's output, also of wrong ones.
#include <doctest/doctest.h>
#include <signal.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/http_session.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using nlohmann::json;
using std::chrono::seconds;

namespace {

// The exit code of a line that a shell runs.
int shell(const std::string& line, const std::filesystem::path& output) {
  ChildProcess child({"/bin/sh", "-c", line}, {{"PATH", "/usr/local/bin:/usr/bin:/bin"}}, output);
  return child.wait(seconds(60));
}

}  // namespace

TEST_CASE("the shown line pings with curl, its exit status comes along, and no log names the address") {
  const TemporaryDirectory directory;
  ServerProcess server;
  REQUIRE_MESSAGE(server.start({.data_directory = directory.path() / "data", .arguments = {"--log-level", "debug"}}),
                  server.failure());
  HttpSession owner(server.http_port());
  std::string failure;
  const std::string workspace = owner.set_up(server.process().output(), failure);
  REQUIRE_MESSAGE(!workspace.empty(), failure);
  const auto made =
      owner.post(workspace + "/monitors", {{"name", "backup"}, {"kind", "push"}, {"fields", json::object()}});
  REQUIRE_MESSAGE(made.status == 201, made.body);
  const std::string monitor = workspace + "/monitors/" + made.json["id"].get<std::string>();
  const json address = owner.get(monitor + "/ping-address").json;
  const std::string uuid = address["uuid"];
  const std::string base = "http://127.0.0.1:" + std::to_string(server.http_port());
  const std::filesystem::path output = directory.path() / "curl";

  CHECK(shell("curl -fsS -m 10 -o /dev/null " + base + "/ping/" + uuid, output) == 0);
  CHECK(shell("false; curl -fsS -m 10 -o /dev/null --data-raw 'it broke' " + base + "/ping/" + uuid + "/$?", output) ==
        0);
  CHECK(shell("curl -fsS -0 -m 10 -I -o /dev/null " + base + "/ping/" + uuid + "/log", output) == 0);
  const std::string wrong = "01940000-0000-7000-8000-00000000abcd";
  CHECK(shell("curl -fsS -m 10 -o /dev/null " + base + "/ping/" + wrong, output) != 0);
  CHECK(shell("curl -fsS -m 10 -o /dev/null " + base + "/api/push/nobody-has-this-token", output) != 0);

  const json pings = owner.get(monitor + "/pings").json["items"];
  REQUIRE(pings.size() == 3);
  CHECK(pings[0]["method"] == "HEAD");
  CHECK(pings[1]["exit_status"] == 1);
  CHECK(pings[1]["kind"] == "fail");
  CHECK(pings[2]["user_agent"].get<std::string>().starts_with("curl/"));

  server.process().signal(SIGTERM);
  CHECK(server.process().wait(seconds(30)) == 0);
  const std::string log = server.process().output();
  CHECK(log.find(uuid) == std::string::npos);
  CHECK(log.find(wrong) == std::string::npos);
  CHECK(log.find("nobody-has-this-token") == std::string::npos);
}
