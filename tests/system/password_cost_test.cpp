// The cost of a stored password follows the setting upward, at the next login of its owner, and never downward.

#include <doctest/doctest.h>
#include <signal.h>
#include <sodium.h>

#include <filesystem>
#include <regex>
#include <thread>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/crypto/keyring.h"
#include "storage/storage.h"
#include "tests/support/http_session.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr const char* kMail = "ada@example.org";
constexpr const char* kPassword = "correct horse battery staple 7";

struct Machine {
  TemporaryDirectory directory;
  std::filesystem::path data = directory.path() / "data";

  bool start(ServerProcess& server, int memory_mib, int operations) const {
    return server.start({.data_directory = data,
                         .arguments = {"--password-memory-mib", std::to_string(memory_mib), "--password-operations",
                                       std::to_string(operations)}});
  }
  int log_in(ServerProcess& server, const std::string& password = kPassword) const {
    HttpSession person(server.http_port());
    return person.post("/api/v1/login", {{"mail", kMail}, {"password", password}}).status;
  }
  void stop(ServerProcess& server) const {
    server.process().signal(SIGTERM);
    REQUIRE(server.process().wait(seconds(30)) == 0);
  }
  // "$argon2id$v=19$m=16384,t=1,p=1$…", from the database of the stopped appliance.
  std::string stored_hash() const {
    ChildProcess child({connlog_executable(), "key", "export", "--yes", "--data-dir", data.string()}, {},
                       directory.path() / "output");
    REQUIRE(child.wait(seconds(60)) == 0);
    const std::string output = child.output();
    std::smatch found;
    REQUIRE(std::regex_search(output, found, std::regex(R"(x'([0-9a-f]{64})')")));
    const std::string digits = found[1];
    Key key{};
    std::size_t length = 0;
    sodium_hex2bin(key.data(), key.size(), digits.data(), digits.size(), nullptr, &length, nullptr);
    auto held = storage::DataDirectory::open(data);
    REQUIRE(held);
    SystemClock clock;
    SystemRandom random;
    const Keyring keys = Keyring::from_database_key(key);
    auto opened = storage::Storage::open(std::move(*held), keys, {}, clock, random);
    REQUIRE(opened);
    std::string hash;
    REQUIRE((*opened)->stores().read([&](Snapshot& snapshot) -> Result<void> {
      const auto user = TRY((*opened)->users().find_by_mail(snapshot, kMail));
      if (user) hash = user->password_hash;
      return {};
    }));
    return hash;
  }
};

std::string greeting_of(ServerProcess& server) {
  const auto until = std::chrono::steady_clock::now() + seconds(30);
  while (server.process().output().find("setup#token") == std::string::npos && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds(5));
  return server.process().output();
}

}  // namespace

TEST_CASE("a login after the setting was raised stores the password anew, a refused one and a lower setting do not") {
  Machine machine;
  {
    ServerProcess server;
    REQUIRE_MESSAGE(machine.start(server, 16, 1), server.failure());
    HttpSession owner(server.http_port());
    std::string failure;
    REQUIRE_MESSAGE(!owner.set_up(greeting_of(server), failure).empty(), failure);
    machine.stop(server);
  }
  const std::string first = machine.stored_hash();
  CHECK(first.starts_with("$argon2id$v=19$m=16384,t=1,p=1$"));
  {
    ServerProcess server;
    REQUIRE_MESSAGE(machine.start(server, 24, 2), server.failure());
    CHECK(machine.log_in(server, "not the password at all") == 401);
    machine.stop(server);
  }
  CHECK(machine.stored_hash() == first);
  {
    ServerProcess server;
    REQUIRE_MESSAGE(machine.start(server, 24, 2), server.failure());
    CHECK(machine.log_in(server) == 200);
    machine.stop(server);
  }
  const std::string raised = machine.stored_hash();
  CHECK(raised.starts_with("$argon2id$v=19$m=24576,t=2,p=1$"));
  {
    ServerProcess server;
    REQUIRE_MESSAGE(machine.start(server, 16, 1), server.failure());
    CHECK(machine.log_in(server) == 200);  // the dearer hash is still good
    machine.stop(server);
  }
  CHECK(machine.stored_hash() == raised);
}
