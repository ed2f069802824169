// The kinds of checks against real servers of Debian that start in less than two seconds: nginx, OpenSSH with its host key,
// Redis, Mosquitto, chrony, and the kernel's own answers to pings. tests/proof/run.py does the work; `make proof` tries
// bind9, postfix, dovecot, postgresql and mariadb as well.
#include <doctest/doctest.h>

#include "tests/support/outside.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;

TEST_CASE("real servers pass the checks that they must pass, fail those that they must fail, and are down once stopped") {
  const TemporaryDirectory directory;
  ChildProcess proof({"/usr/bin/python3", (test::source_directory() / "tests/proof/run.py").string(), connlog_executable(),
                      "--quick"},
                     {{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}}, directory.path() / "output");
  const int code = proof.wait(std::chrono::minutes(3));
  const std::string output = proof.output();
  CHECK_MESSAGE(code == 0, output);
  for (const char* server : {"nginx", "openssh", "redis", "mosquitto", "chrony", "the kernel"}) {
    CAPTURE(server);
    CHECK(output.find(server) != std::string::npos);
  }
}

TEST_CASE("check-once says what is wrong with what it was given") {
  const TemporaryDirectory directory;
  const auto ran = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {connlog_executable(), "check-once"});
    words.insert(words.end(), {"--data-dir", (directory.path() / "data").string()});
    ChildProcess child(words, {}, directory.path() / "output");
    const int code = child.wait(std::chrono::seconds(60));
    return std::pair(code, child.output());
  };
  const auto [unknown_kind, kinds] = ran({"telepathy"});
  CHECK(unknown_kind == 3);
  CHECK(kinds.find("There are: http, tcp, ping, dns, tls, ntp") != std::string::npos);
  const auto [unknown_field, fields] = ran({"tcp", "hots=127.0.0.1"});
  CHECK(unknown_field == 3);
  CHECK(fields.find("Its fields: host, port, preset") != std::string::npos);
  CHECK(ran({"tcp", "host=127.0.0.1", "port=x"}).first == 3);
  CHECK(ran({"tcp", "host=127.0.0.1", "port=1", "tls=starttls"}).first == 3);
  CHECK(ran({"tls", "host=127.0.0.1", "ca=@/nonexistent"}).first == 3);
  const auto [down, text] = ran({"tcp", "host=127.0.0.1", "port=" + std::to_string(test::unused_port())});
  CHECK(down == 1);
  CHECK(text.find("reason   refused\n") != std::string::npos);
  CHECK(ran({"tcp", "host=127.0.0.1", "port=" + std::to_string(test::unused_port()), "--invert"}).first == 0);
  // Link-local addresses stay closed to a shell, too.
  CHECK(ran({"http", "url=http://169.254.169.254/"}).second.find("reason   forbidden\n") != std::string::npos);
}
