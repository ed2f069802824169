// What mails carry away of the trails: read from a real mail of the real program, and held against the trails
// themselves.

#include <doctest/doctest.h>
#include <sodium.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "core/audit/trail_check.h"
#include "tests/support/http_session.h"
#include "tests/support/outside.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

struct Ran {
  int code = -1;
  std::string output;
};

Ran verify(const TemporaryDirectory& directory, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {connlog_executable(), "audit", "verify", "--data-dir",
                                        (directory.path() / "data").string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  ChildProcess child(arguments, {}, directory.path() / "output");
  const int code = child.wait(seconds(60));
  return {code, child.output()};
}

// As `connlog audit verify --json` says them now.
std::vector<KnownHead> heads_now(const TemporaryDirectory& directory) {
  const Ran ran = verify(directory, {"--json"});
  CAPTURE(ran.output);
  REQUIRE(ran.code == 0);
  const json report = json::parse(ran.output.substr(ran.output.find('{')), nullptr, false);
  return parse_known_heads(report.value("head", "")).value();
}

std::int64_t sequence_of(const std::vector<KnownHead>& heads, const std::string& trail) {
  for (const KnownHead& head : heads) {
    if (head.trail == trail) return head.sequence;
  }
  return 0;
}

std::string greeting_of(ServerProcess& server) {
  const auto until = std::chrono::steady_clock::now() + seconds(30);
  while (server.process().output().find("setup#token") == std::string::npos && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds(5));
  return server.process().output();
}

// The value of a header, its folded lines joined (RFC 5322 §2.2.3).
std::string header_of(const std::string& told, const std::string& name) {
  const std::string encoded = json::parse(told)["data"];
  std::string mail(encoded.size(), '\0');
  std::size_t length = 0;
  sodium_base642bin(reinterpret_cast<unsigned char*>(mail.data()), mail.size(), encoded.data(), encoded.size(), nullptr,
                    &length, nullptr, sodium_base64_VARIANT_ORIGINAL);
  mail.resize(length);
  const std::size_t at = mail.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  std::string value;
  for (std::size_t i = at + name.size() + 4; i < mail.size(); ++i) {
    if (mail.compare(i, 2, "\r\n") == 0) {
      if (i + 2 >= mail.size() || (mail[i + 2] != ' ' && mail[i + 2] != '\t')) break;
      ++i;
      continue;
    }
    value += mail[i];
  }
  return value;
}

}  // namespace

TEST_CASE("each mail carries the heads of the trails away, and verifying finds the trail that does not fit them") {
  TemporaryDirectory directory;
  test::OutsideServer mailbox("smtp_server.py", {});
  ServerProcess server;
  REQUIRE_MESSAGE(server.start({.data_directory = directory.path() / "data"}), server.failure());
  HttpSession owner(server.http_port());
  std::string failure;
  REQUIRE_MESSAGE(!owner.set_up(greeting_of(server), failure).empty(), failure);
  const auto set = owner.put(
      "/api/v1/appliance/mail",
      {{"host", "127.0.0.1"}, {"port", mailbox.port()}, {"security", "none"}, {"from_address", "connlog@example.org"}});
  REQUIRE_MESSAGE(set.status == 200, set.body);

  HttpSession stranger(server.http_port());
  CHECK(stranger.post("/api/v1/login", {{"mail", "nobody@example.org"}, {"password", "no no no no"}}).status == 401);

  const std::vector<KnownHead> before = heads_now(directory);
  const auto tested = owner.post("/api/v1/appliance/mail/test", {{"to", "ada@example.org"}});
  REQUIRE_MESSAGE(tested.json.value("ok", false), tested.body);
  const std::string value = header_of(mailbox.next("mail"), "X-Connlog-Audit-Head");
  const std::vector<KnownHead> after = heads_now(directory);

  CAPTURE(value);
  const auto carried = parse_known_heads(value);
  REQUIRE(carried);
  CHECK(carried->size() == 3);
  for (const std::string trail : {"workspace", "security", "appliance"}) {
    CAPTURE(trail);
    CHECK(sequence_of(*carried, trail) >= sequence_of(before, trail));
    CHECK(sequence_of(*carried, trail) <= sequence_of(after, trail));
    CHECK(sequence_of(*carried, trail) > 0);
  }
  // The rows that it names are those of the trails, and one digit of another row is not.
  CHECK(verify(directory, {"--head", value}).code == 0);
  std::string other = value;
  other.back() = other.back() == '0' ? '1' : '0';
  const Ran refused = verify(directory, {"--head", other});
  CHECK(refused.code == 3);
  CHECK(refused.output.find("the head you gave") != std::string::npos);

  // A later mail tells of what has happened since.
  REQUIRE(owner.patch("/api/v1/account", {{"name", "Ada B."}}).status == 200);
  REQUIRE(owner.post("/api/v1/appliance/mail/test", {{"to", "ada@example.org"}}).json.value("ok", false));
  const auto later = parse_known_heads(header_of(mailbox.next("mail"), "X-Connlog-Audit-Head"));
  REQUIRE(later);
  CHECK(sequence_of(*later, "appliance") > sequence_of(*carried, "appliance"));
}
