// The real executable whose files may not grow any more, which is what a full disk, a quota and a limit have in common;
// and one whose standard error nobody reads. What is told where, and that it goes on by itself afterwards.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "tests/support/http_session.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using nlohmann::json;

namespace {

constexpr std::chrono::seconds kPatience{60};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Whether `look` is true within the patience.
bool becomes(const std::function<bool()>& look) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!look()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

std::string get(const ServerProcess& server, const std::string& path) {
  return exchange_bytes(server.http_port(),
                        "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
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

struct Checked {
  int code = -1;
  std::string output;
};

Checked check(const TemporaryDirectory& directory) {
  ChildProcess child({connlog_executable(), "check", "--data-dir", (directory.path() / "data").string()}, {},
                     directory.path() / "check-output");
  const int code = child.wait(kPatience);
  return {code, child.output()};
}

// As long as it lives, no file of the process grows.
class NoRoom {
 public:
  explicit NoRoom(pid_t process) : process_(process) {
    REQUIRE(::prlimit(process_, RLIMIT_FSIZE, nullptr, &before_) == 0);
    const rlimit none{0, before_.rlim_max};
    REQUIRE(::prlimit(process_, RLIMIT_FSIZE, &none, nullptr) == 0);
  }
  ~NoRoom() { ::prlimit(process_, RLIMIT_FSIZE, &before_, nullptr); }

 private:
  pid_t process_;
  rlimit before_{};
};

}  // namespace

TEST_CASE("while no file can grow, readyz, check, the pages and the states say so; afterwards all goes on by itself") {
  TemporaryDirectory directory;
  ServerProcess server;
  REQUIRE_MESSAGE(server.start({.data_directory = directory.path() / "data"}), server.failure());
  REQUIRE(becomes([&] { return contains(server.process().output(), "setup#token"); }));
  HttpSession owner(server.http_port());
  std::string failure;
  const std::string w = owner.set_up(server.process().output(), failure);
  REQUIRE_MESSAGE(!w.empty(), failure);
  const json made = owner.post(w + "/agents", {{"name", "db-1"}, {"tags", json::array()}, {"authorised", true}}).json;
  const std::string token = made["token"];
  REQUIRE(heartbeat(server, token) == "HTTP/1.1 200");
  const auto state = [&] { return owner.get(w + "/agents").json["items"][0]["state"].get<std::string>(); };
  CHECK(state() == "up");
  const std::string cause = "the limit of file sizes is reached";

  {
    const NoRoom no_room(server.process().pid());
    // The limit of an agent's heartbeats may answer 429 first.
    REQUIRE(becomes([&] { return heartbeat(server, token) == "HTTP/1.1 503"; }));
    REQUIRE(becomes([&] { return contains(get(server, "/readyz"), cause); }));
    CHECK(get(server, "/readyz").starts_with("HTTP/1.1 503"));
    CHECK(get(server, "/healthz").starts_with("HTTP/1.1 200"));
    const Checked told = check(directory);
    CHECK(told.code == 1);
    CHECK_MESSAGE(contains(told.output, cause), told.output);
    CHECK(owner.get("/api/v1/me").json["server"]["storage"]["cause"] == cause);
    CHECK(contains(owner.get("/api/v1/appliance").json["warnings"].dump(), cause));
    CHECK(state() == "unknown");
    CHECK(contains(owner.patch("/api/v1/account", {{"name", "Somebody"}}).body, cause));
  }

  REQUIRE(becomes([&] { return get(server, "/readyz").starts_with("HTTP/1.1 200"); }));
  CHECK(becomes([&] { return heartbeat(server, token) == "HTTP/1.1 200"; }));
  CHECK(state() == "up");
  CHECK(owner.get(w + "/incidents").json["items"].empty());
  CHECK(owner.get("/api/v1/me").json["server"]["storage"].is_null());
  CHECK(check(directory).code == 0);
  // The log is a file too: what it could not take was counted.
  CHECK(becomes([&] { return contains(server.process().output(), " log.dropped lines="); }));
}

TEST_CASE("a standard error that nobody reads, or that is closed, holds up nothing, not even the end") {
  for (const bool closed : {false, true}) {
    CAPTURE(closed);
    TemporaryDirectory directory;
    const std::string pipe = (directory.path() / "server-output.txt").string();  // where ServerProcess lets it write
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(reader >= 0);
    ServerProcess server;
    REQUIRE(server.start({.data_directory = directory.path() / "data"}));
    if (closed) {
      ::close(reader);
    } else {
      const int writer = ::open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
      REQUIRE(writer >= 0);
      const std::string some(4'096, 'x');
      while (::write(writer, some.data(), some.size()) > 0) continue;
      CHECK(errno == EAGAIN);
      ::close(writer);
    }
    CHECK(check(directory).code == 0);
    CHECK(get(server, "/readyz").starts_with("HTTP/1.1 200"));
    server.process().signal(SIGTERM);  // which is two lines of the log
    CHECK(server.process().wait(kPatience) == 0);
    if (!closed) ::close(reader);
  }
}
