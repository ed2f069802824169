// The command line of the real executable: what it refuses and how it says so, what it prints, and its exit codes
// (0 done, 1 refused or failed, 2 wrong usage).

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/http_session.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using std::chrono::seconds;

namespace {

struct Ran {
  int code = -1;
  std::string output;
};

Ran run(const TemporaryDirectory& directory, std::vector<std::string> arguments,
        std::map<std::string, std::string> environment = {}) {
  arguments.insert(arguments.begin(), connlog_executable());
  ChildProcess child(arguments, environment, directory.path() / "output");
  const int code = child.wait(seconds(60));
  return {code, child.output()};
}

bool is_one_line(const std::string& text) {
  return !text.empty() && text.find('\n') == text.size() - 1;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string data_of(const TemporaryDirectory& directory) {
  return (directory.path() / "data").string();
}

std::string listen(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

// The greeting comes right after the listeners are open, so it may be a moment behind the first answer.
std::string greeting_of(ServerProcess& server) {
  const auto until = std::chrono::steady_clock::now() + seconds(10);
  while (!contains(server.process().output(), "setup#token") && std::chrono::steady_clock::now() < until)
    std::this_thread::yield();
  return server.process().output();
}

int login_status(std::uint16_t port, const std::string& mail, const std::string& password) {
  HttpSession person(port);
  return person.post("/api/v1/login", {{"mail", mail}, {"password", password}}).status;
}

}  // namespace

TEST_CASE("every command has its help, and nonsense is wrong usage") {
  TemporaryDirectory directory;
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{{},
                                                                                       {"serve"},
                                                                                       {"check"},
                                                                                       {"version"},
                                                                                       {"openapi"},
                                                                                       {"user", "reset-password"},
                                                                                       {"agent"},
                                                                                       {"agent", "run"},
                                                                                       {"agent", "install"}}) {
    auto arguments = command;
    arguments.push_back("--help");
    const Ran ran = run(directory, arguments);
    CAPTURE(ran.output);
    CHECK(ran.code == 0);
    CHECK(contains(ran.output, "Usage:"));
  }
  CHECK(run(directory, {"nonsense"}).code == 2);
  CHECK(run(directory, {"serve", "--nonsense"}).code == 2);
  CHECK(run(directory, {"user", "reset-password"}).code == 2);
  CHECK(run(directory, {"agent"}).code == 2);
}

TEST_CASE("the version names the target, and the parts list is JSON") {
  TemporaryDirectory directory;
  const Ran version = run(directory, {"version"});
  CHECK(version.code == 0);
  CHECK(contains(version.output, "connlog "));
  const Ran parts = run(directory, {"version", "--sbom"});
  CHECK(parts.code == 0);
  CHECK(nlohmann::json::parse(parts.output, nullptr, false).is_object());
  CHECK(contains(parts.output, "mbedtls"));
}

TEST_CASE("the OpenAPI document is printed without an appliance, the same each time, and makes nothing") {
  TemporaryDirectory directory;
  const std::map<std::string, std::string> environment = {{"CONNLOG_DATA_DIR", data_of(directory)}};
  const Ran first = run(directory, {"openapi"}, environment);
  CHECK(first.code == 0);
  const auto document = nlohmann::json::parse(first.output, nullptr, false);
  REQUIRE(document.is_object());
  CHECK(document["openapi"] == "3.1.0");
  CHECK(document["paths"].contains("/api/v1/me"));
  CHECK(document["components"]["schemas"].contains("Rule"));
  CHECK(run(directory, {"openapi"}, environment).output == first.output);
  CHECK(contains(run(directory, {"openapi", "--url", "https://monitor.example.net"}).output, "monitor.example.net"));
  CHECK_FALSE(std::filesystem::exists(data_of(directory)));
}

TEST_CASE("the sample settings file that it prints starts a server") {
  TemporaryDirectory directory;
  const Ran sample = run(directory, {"serve", "--sample-config"});
  CHECK(sample.code == 0);
  std::filesystem::create_directory(data_of(directory));
  std::ofstream(directory.path() / "data" / "connlog.toml") << sample.output;
  ServerProcess server;
  CHECK_MESSAGE(server.start({.data_directory = data_of(directory)}), server.failure());
}

TEST_CASE("an unknown key or a wrong value refuses the start with file, line and key, and leaves no data behind") {
  TemporaryDirectory directory;
  const std::string file = (directory.path() / "my.toml").string();
  std::ofstream(file) << "workers = 2\nhttp_lisen = \"127.0.0.1:1\"\n";
  const Ran unknown = run(directory, {"serve", "--config", file, "--data-dir", data_of(directory)});
  CHECK(unknown.code == 1);
  CHECK(is_one_line(unknown.output));
  CHECK(contains(unknown.output, "my.toml:2: http_lisen:"));
  std::ofstream(file) << "workers = 0\n";
  const Ran wrong = run(directory, {"serve", "--config", file, "--data-dir", data_of(directory)});
  CHECK(wrong.code == 1);
  CHECK(contains(wrong.output, "my.toml:1: workers: 0 is outside 2 to 64"));
  const Ran variable = run(directory, {"--data-dir", data_of(directory)}, {{"CONNLOG_LOG_LEVEL", "loud"}});
  CHECK(variable.code == 1);
  CHECK(contains(variable.output, "CONNLOG_LOG_LEVEL"));
  std::ofstream(directory.path() / "connlog.toml") << "workers = 1\n";
  const Ran service =
      run(directory, {"--data-dir", data_of(directory)}, {{"CONFIGURATION_DIRECTORY", directory.path().string()}});
  CHECK(service.code == 1);
  CHECK(contains(service.output, "connlog.toml:1: workers: 1 is outside 2 to 64"));
  CHECK_FALSE(std::filesystem::exists(data_of(directory)));
}

TEST_CASE("the production check as JSON says which settings are refused, as its only finding, and makes nothing") {
  TemporaryDirectory directory;
  const std::filesystem::path file = directory.path() / "connlog.toml";
  const auto finding = [&](const std::string& text, std::map<std::string, std::string> environment = {}) {
    std::ofstream(file) << text;
    environment["CONNLOG_DATA_DIR"] = data_of(directory);
    const Ran ran = run(directory, {"check", "--production", "--json", "--config", file.string()}, environment);
    CHECK(ran.code == 1);
    const auto report = nlohmann::json::parse(ran.output, nullptr, false);
    REQUIRE_MESSAGE(report.is_object(), ran.output);
    CHECK(report["counts"]["danger"] == 1);
    REQUIRE(report["findings"].size() == 1);
    CHECK(report["findings"][0]["severity"] == "danger");
    CHECK(report["findings"][0]["id"] == "settings.unreadable");
    CHECK_FALSE(report["findings"][0]["mend"].get<std::string>().empty());
    CHECK_FALSE(std::filesystem::exists(data_of(directory)));
    return report["findings"][0]["what"].get<std::string>();
  };
  CHECK(contains(finding("log_level = \"info\"\nworkers = 1\n"), "connlog.toml:2: workers: 1 is outside 2 to 64"));
  CHECK(contains(finding("wrokers = 4\n"), "connlog.toml:1"));
  CHECK(contains(finding("workers = \n"), "connlog.toml:1"));
  CHECK(contains(finding("\xff\xfe\x00\x01"), "connlog.toml"));
  CHECK(contains(finding("", {{"CONNLOG_WORKERS", "many"}}), "CONNLOG_WORKERS"));
  const std::filesystem::path missing = directory.path() / "missing.toml";
  const Ran absent = run(directory, {"check", "--production", "--json", "--config", missing.string()});
  CHECK(absent.code == 1);
  CHECK(contains(absent.output, "cannot be read"));
  CHECK(nlohmann::json::parse(absent.output, nullptr, false).is_object());
}

TEST_CASE("a port in use, an unreadable certificate and a public key file are each one clear line and exit code 1") {
  TemporaryDirectory directory;
  ServerProcess server;
  REQUIRE_MESSAGE(server.start({.data_directory = data_of(directory)}), server.failure());

  TemporaryDirectory other;
  const Ran port = run(other, {"--data-dir", data_of(other), "--log-level", "error", "--http-listen",
                               listen(server.http_port()), "--https-listen", "off"});
  CHECK(port.code == 1);
  CHECK_MESSAGE(is_one_line(port.output), port.output);
  CHECK(contains(port.output, std::to_string(server.http_port())));

  const Ran certificate = run(
      other, {"--data-dir", data_of(other), "--log-level", "error", "--http-listen", "off", "--https-listen",
              listen(free_port()), "--tls-certificate", "/nonexistent/chain.pem", "--tls-key", "/nonexistent/key.pem"});
  CHECK(certificate.code == 1);
  CHECK_MESSAGE(is_one_line(certificate.output), certificate.output);
  CHECK(contains(certificate.output, "/nonexistent/"));

  ::chmod((other.path() / "data" / "keys" / "master.key").c_str(), 0644);
  const Ran open_key = run(other, {"--data-dir", data_of(other), "--log-level", "error"});
  CHECK(open_key.code == 1);
  CHECK(is_one_line(open_key.output));
  CHECK(contains(open_key.output, "chmod 600"));
}

TEST_CASE("a second serve on the same data directory is refused, and the first goes on") {
  TemporaryDirectory directory;
  ServerProcess server;
  REQUIRE_MESSAGE(server.start({.data_directory = data_of(directory)}), server.failure());
  const Ran second =
      run(directory, {"--data-dir", data_of(directory), "--http-listen", listen(free_port()), "--https-listen", "off"});
  CHECK(second.code == 1);
  CHECK_MESSAGE(is_one_line(second.output), second.output);
  CHECK(contains(
      exchange_bytes(server.http_port(), "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
      "200"));
}

TEST_CASE("SIGTERM ends the server with 0, and a second start continues with what was there") {
  TemporaryDirectory directory;
  std::string failure;
  {
    ServerProcess server;
    REQUIRE_MESSAGE(server.start({.data_directory = data_of(directory)}), server.failure());
    HttpSession owner(server.http_port());
    REQUIRE_MESSAGE(!owner.set_up(greeting_of(server), failure).empty(), failure);
    server.process().signal(SIGTERM);
    CHECK(server.process().wait(seconds(5)) == 0);
    CHECK_FALSE(std::filesystem::exists(directory.path() / "data" / "control.sock"));
  }
  ServerProcess again;
  REQUIRE_MESSAGE(again.start({.data_directory = data_of(directory)}), again.failure());
  HttpSession anybody(again.http_port());
  CHECK(anybody.get("/api/v1/setup").json["needs_setup"] == false);
  CHECK_FALSE(contains(again.process().output(), "setup#token"));
}

TEST_CASE("a set-up link works once, and not after the next start has made a new one") {
  TemporaryDirectory directory;
  std::string old_output, failure;
  {
    ServerProcess server;
    REQUIRE_MESSAGE(server.start({.data_directory = data_of(directory)}), server.failure());
    old_output = greeting_of(server);
    server.process().signal(SIGTERM);
    REQUIRE(server.process().wait(seconds(5)) == 0);
  }
  ServerProcess server;
  REQUIRE_MESSAGE(server.start({.data_directory = data_of(directory)}), server.failure());
  HttpSession thief(server.http_port()), owner(server.http_port()), late(server.http_port());
  CHECK(thief.set_up(old_output, failure).empty());
  CHECK_MESSAGE(!owner.set_up(greeting_of(server), failure).empty(), failure);
  CHECK(late.set_up(greeting_of(server), failure).empty());
}

TEST_CASE("reset-password lets the locked-out in again, with and without a running server, and ends their sessions") {
  TemporaryDirectory directory;
  ServerProcess server;
  REQUIRE_MESSAGE(server.start({.data_directory = data_of(directory)}), server.failure());
  HttpSession owner(server.http_port());
  std::string failure;
  REQUIRE_MESSAGE(!owner.set_up(greeting_of(server), failure).empty(), failure);
  const std::string mail = owner.get("/api/v1/me").json["user"]["mail"];

  const Ran running = run(directory, {"user", "reset-password", mail, "--data-dir", data_of(directory)});
  CHECK_MESSAGE(running.code == 0, running.output);
  const std::size_t start = running.output.find("\n  ") + 3;
  const std::string made = running.output.substr(start, running.output.find('\n', start) - start);
  CHECK(owner.get("/api/v1/me").status == 401);
  CHECK(login_status(server.http_port(), mail, made) == 200);

  const Ran nobody = run(directory, {"user", "reset-password", "nobody@example.org", "--data-dir", data_of(directory)});
  CHECK(nobody.code == 1);
  CHECK(is_one_line(nobody.output));

  server.process().signal(SIGTERM);
  REQUIRE(server.process().wait(seconds(5)) == 0);
  const Ran stopped = run(directory, {"user", "reset-password", mail, "--data-dir", data_of(directory)});
  CHECK_MESSAGE(stopped.code == 0, stopped.output);

  const Ran nowhere = run(directory, {"user", "reset-password", mail, "--data-dir", "/nonexistent"});
  CHECK(nowhere.code == 1);
  CHECK(contains(nowhere.output, "--data-dir"));
}

TEST_CASE("check says what is unsafe, and fails where it must be mended") {
  TemporaryDirectory directory;
  {
    ServerProcess server;
    REQUIRE_MESSAGE(server.start({.data_directory = data_of(directory)}), server.failure());
    const Ran beside = run(directory, {"check", "--data-dir", data_of(directory)});
    CHECK_MESSAGE(beside.code == 0, beside.output);
    CHECK(contains(beside.output, "A server is running here"));
    CHECK(contains(beside.output, "The master key lies beside the database"));
    server.process().signal(SIGTERM);
    REQUIRE(server.process().wait(seconds(5)) == 0);
  }
  const Ran alone = run(directory, {"check", "--data-dir", data_of(directory)});
  CHECK_MESSAGE(alone.code == 0, alone.output);
  CHECK(contains(alone.output, "The database opens; schema"));
  ::chmod((directory.path() / "data" / "keys" / "master.key").c_str(), 0640);
  const Ran open_key = run(directory, {"check", "--data-dir", data_of(directory)});
  CHECK(open_key.code == 1);
  CHECK(contains(open_key.output, "FAILED"));
}
