// The keys of the real program: made, refused, renewed in every form, handed out, and killed in the middle of it.

#include <doctest/doctest.h>
#include <pty.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/support/http_session.h"
#include "tests/support/seeded_random.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace fs = std::filesystem;

namespace {

struct Ran {
  int code = -1;
  std::string output;
};

struct World {
  fs::path data() const { return directory.path() / "data"; }
  fs::path credentials() const { return directory.path() / "credentials"; }
  std::string file(const std::string& name) const { return (directory.path() / name).string(); }
  void credential(const std::string& name, const std::string& text) const {
    fs::create_directories(credentials());
    std::ofstream(credentials() / name) << text;
  }
  std::map<std::string, std::string> with_credentials() const {
    return {{"CREDENTIALS_DIRECTORY", credentials().string()}};
  }
  Ran run(std::vector<std::string> arguments, std::map<std::string, std::string> environment = {}) const {
    arguments.insert(arguments.begin(), connlog_executable());
    arguments.insert(arguments.end(), {"--data-dir", data().string(), "--log-level", "error"});
    ChildProcess child(arguments, environment, directory.path() / "output");
    const int code = child.wait(seconds(120));
    return {code, child.output()};
  }
  bool opens(std::map<std::string, std::string> environment = {}) const {
    const Ran ran = run({"check"}, std::move(environment));
    INFO(ran.output);
    CHECK(ran.code == 0);
    return ran.code == 0 && ran.output.find("The database opens") != std::string::npos;
  }
  TemporaryDirectory directory;
};

std::string greeting_of(ServerProcess& server) {
  const auto until = std::chrono::steady_clock::now() + seconds(30);
  while (server.process().output().find("setup#token") == std::string::npos && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds(5));
  return server.process().output();
}

bool is_one_line(const std::string& text) {
  return !text.empty() && text.find('\n') == text.size() - 1;
}

std::string content(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Runs the program on a terminal of its own and types into it whenever it asks.
Ran on_terminal(const std::vector<std::string>& arguments, const std::vector<std::string>& typed) {
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  REQUIRE(child >= 0);
  if (child == 0) {
    std::vector<char*> argv;
    const std::string program = connlog_executable();
    argv.push_back(const_cast<char*>(program.c_str()));
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    ::execv(program.c_str(), argv.data());
    ::_exit(127);
  }
  std::string output;
  std::size_t asked = 0, seen = 0;
  char buffer[1024];
  for (ssize_t got = 0; (got = ::read(terminal, buffer, sizeof buffer)) > 0;) {
    output.append(buffer, static_cast<std::size_t>(got));
    const std::size_t question = output.find(": ", seen);
    if (question == std::string::npos || question + 2 != output.size() || asked == typed.size()) continue;
    seen = output.size();
    const std::string line = typed[asked++] + "\n";
    if (::write(terminal, line.data(), line.size()) < 0) break;
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(terminal);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), output};
}

}  // namespace

TEST_CASE("the keys are renewed while the program runs: sessions stay, and the next start opens") {
  World world;
  ServerProcess server;
  REQUIRE_MESSAGE(server.start({.data_directory = world.data()}), server.failure());
  HttpSession owner(server.http_port());
  std::string failure;
  const std::string workspace = owner.set_up(greeting_of(server), failure);
  REQUIRE_MESSAGE(!workspace.empty(), failure);
  const auto hook =
      owner.post(workspace + "/recipients",
                 {{"name", "Hook"}, {"kind", "webhook"}, {"fields", {{"url", "https://hooks.example.org/x"}}}});
  REQUIRE_MESSAGE(hook.status == 201, hook.body);
  const std::string master = content(world.data() / "keys" / "master.key");
  const Ran rotated = world.run({"key", "rotate"});
  CHECK_MESSAGE(rotated.code == 0, rotated.output);
  CHECK(content(world.data() / "keys" / "master.key") != master);
  CHECK(owner.get("/api/v1/me").status == 200);
  CHECK(world.run({"key", "rotate"}).code == 0);  // again, right after
  server.process().signal(SIGKILL);
  server.process().wait(seconds(5));
  CHECK(world.opens());
}

TEST_CASE("the master key becomes a passphrase: without it, and with a wrong one, the start is refused in one line") {
  World world;
  REQUIRE(world.run({"check"}).code == 0);
  {
    ServerProcess server;
    REQUIRE_MESSAGE(server.start({.data_directory = world.data()}), server.failure());
    std::ofstream(world.file("passphrase")) << "correct horse battery\n";
    std::ofstream(world.file("short")) << "short\n";
    CHECK(world.run({"key", "rotate", "--to", "passphrase"}).code == 1);  // no terminal, no file
    CHECK(world.run({"key", "rotate", "--to", "passphrase", "--passphrase-file", world.file("short")}).code == 1);
    const Ran rotated =
        world.run({"key", "rotate", "--to", "passphrase", "--passphrase-file", world.file("passphrase")});
    CHECK_MESSAGE(rotated.code == 0, rotated.output);
    server.process().signal(SIGTERM);
    REQUIRE(server.process().wait(seconds(10)) == 0);
  }
  CHECK_FALSE(fs::exists(world.data() / "keys" / "master.key"));
  const Ran without = world.run({"serve", "--http-listen", "127.0.0.1:0", "--https-listen", "off"});
  CHECK(without.code == 1);
  CHECK_MESSAGE(is_one_line(without.output), without.output);
  CHECK(without.output.find("connlog-passphrase") != std::string::npos);
  world.credential("connlog-passphrase", "wrong horse battery");
  const Ran wrong =
      world.run({"serve", "--http-listen", "127.0.0.1:0", "--https-listen", "off"}, world.with_credentials());
  CHECK(wrong.code == 1);
  CHECK_MESSAGE(is_one_line(wrong.output), wrong.output);
  world.credential("connlog-passphrase", "correct horse battery\n");
  CHECK(world.opens(world.with_credentials()));

  // A person at the terminal: twice wrong, then right; what is typed is not seen.
  const Ran typed = on_terminal({"check", "--data-dir", world.data().string(), "--log-level", "error"},
                                {"wrong horse battery", "worse horse battery", "correct horse battery"});
  CHECK_MESSAGE(typed.code == 0, typed.output);
  CHECK(typed.output.find("horse") == std::string::npos);
  CHECK(typed.output.find("The database opens") != std::string::npos);
  const Ran given_up = on_terminal({"check", "--data-dir", world.data().string(), "--log-level", "error"}, {"\x03"});
  CHECK(given_up.code == 1);
  CHECK(given_up.output.find("No passphrase was entered") != std::string::npos);
}

TEST_CASE("the master key becomes a credential, and a file again") {
  World world;
  {
    ServerProcess server;
    REQUIRE_MESSAGE(server.start({.data_directory = world.data()}), server.failure());
    server.process().signal(SIGTERM);
    REQUIRE(server.process().wait(seconds(10)) == 0);
  }
  CHECK(world.run({"key", "rotate", "--to", "credential"}).code == 1);  // where to?
  const Ran rotated = world.run({"key", "rotate", "--to", "credential", "--key-file", world.file("master")});
  CHECK_MESSAGE(rotated.code == 0, rotated.output);
  CHECK(rotated.output.find("LoadCredential=connlog-master-key:") != std::string::npos);
  struct stat facts {};
  REQUIRE(::stat(world.file("master").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 077) == 0);
  CHECK(world.run({"key", "rotate", "--to", "credential", "--key-file", world.file("master")}).code == 1);  // taken
  CHECK(world.run({"check"}).code == 1);
  world.credential("connlog-master-key", content(world.file("master")));
  CHECK(world.opens(world.with_credentials()));
  const Ran back = world.run({"key", "rotate", "--to", "file"}, world.with_credentials());
  CHECK_MESSAGE(back.code == 0, back.output);
  CHECK(world.opens());
  const Ran leftover = world.run({"check"}, world.with_credentials());
  CHECK(leftover.output.find("gives the credential connlog-master-key, but the keys do not need it") !=
        std::string::npos);
}

TEST_CASE("the database key is handed out after a confirmation, and the trail says so") {
  World world;
  ServerProcess server;
  REQUIRE_MESSAGE(server.start({.data_directory = world.data()}), server.failure());
  const Ran unasked = world.run({"key", "export"});
  CHECK(unasked.code == 1);
  CHECK(unasked.output.find("PRAGMA") == std::string::npos);
  const Ran refused = on_terminal({"key", "export", "--data-dir", world.data().string()}, {"no"});
  CHECK(refused.code == 1);
  CHECK(refused.output.find("PRAGMA") == std::string::npos);
  const Ran shown = on_terminal({"key", "export", "--data-dir", world.data().string()}, {"yes"});
  CHECK_MESSAGE(shown.code == 0, shown.output);
  const std::size_t at = shown.output.find("PRAGMA key = \"x'");
  REQUIRE(at != std::string::npos);
  const std::string key = shown.output.substr(at + 16, 64);
  const Ran again = world.run({"key", "export", "--yes"});
  CHECK(again.output.find(key) != std::string::npos);
  HttpSession owner(server.http_port());
  std::string failure;
  REQUIRE_MESSAGE(!owner.set_up(greeting_of(server), failure).empty(), failure);
  const auto trail = owner.get("/api/v1/appliance/trail");
  CHECK(trail.body.find("keys.database_key_exported") != std::string::npos);
  CHECK(trail.body.find(key) == std::string::npos);
  CHECK(server.process().output().find(key) == std::string::npos);
}

TEST_CASE("killed at any moment of a rotation, the keys open and what was sealed can be read") {
  constexpr int kRounds = 12;
  World world;
  std::string failure;
  {
    ServerProcess server;
    REQUIRE_MESSAGE(server.start({.data_directory = world.data()}), server.failure());
    HttpSession owner(server.http_port());
    const std::string workspace = owner.set_up(greeting_of(server), failure);
    REQUIRE_MESSAGE(!workspace.empty(), failure);
    for (int i = 0; i < 20; ++i) {
      REQUIRE(owner
                  .post(workspace + "/recipients", {{"name", "Hook " + std::to_string(i)},
                                                    {"kind", "webhook"},
                                                    {"fields", {{"url", "https://hooks.example.org/x"}}}})
                  .status == 201);
    }
    server.process().signal(SIGTERM);
    REQUIRE(server.process().wait(seconds(10)) == 0);
  }
  // How long it takes when nobody disturbs it, so that the deaths spread over all of it.
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(world.run({"key", "rotate"}).code == 0);
  const auto whole = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
  SeededRandom dice(12);
  int died = 0;
  for (int round = 0; round < kRounds; ++round) {
    CAPTURE(round);
    ChildProcess child(
        {connlog_executable(), "key", "rotate", "--data-dir", world.data().string(), "--log-level", "error"}, {},
        world.directory.path() / "rotation");
    std::this_thread::sleep_for(milliseconds(dice.below(static_cast<std::uint64_t>(whole.count()) + 20)));
    child.signal(SIGKILL);
    died += child.wait(seconds(20)) == 128 + SIGKILL ? 1 : 0;
    REQUIRE(world.opens());
  }
  CHECK(died > 0);
  const Ran last = world.run({"key", "rotate"});
  CHECK_MESSAGE(last.code == 0, last.output);
  CHECK(last.output.find("20 secrets were sealed anew") != std::string::npos);
  CHECK(last.output.find("could not be opened") == std::string::npos);
}
