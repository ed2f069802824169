// A data directory that lost its database, or whose database lost its beginning, is not served as one that nobody owns:
// the next person who asks could set it up. The real program says what to do instead.

#include <doctest/doctest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/http_session.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
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

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a data directory whose database is gone, empty or without its log is not set up anew by accident") {
  TemporaryDirectory directory;
  const fs::path data = directory.path() / "data";
  {
    ServerProcess server;
    REQUIRE_MESSAGE(server.start({.data_directory = data}), server.failure());
    HttpSession session(server.http_port());
    std::string failure;
    session.set_up(server.process().output(), failure);
    REQUIRE_MESSAGE(failure.empty(), failure);
    // The anchor follows a moment later.
    for (int i = 0; i < 600 && !fs::exists(data / "audit.anchor"); ++i) CHECK(session.get("/readyz").status == 200);
    server.process().signal(SIGKILL);
    server.process().wait(seconds(10));
  }
  REQUIRE(fs::exists(data / "audit.anchor"));
  REQUIRE(fs::file_size(data / "connlog.db-wal") > 4'096);  // the set-up itself is in the log

  const auto refused = [&] {
    ServerProcess server;
    CHECK_FALSE(server.start({.data_directory = data}, seconds(20)));
    CHECK(contains(server.failure(), "To begin anew on purpose"));
    CHECK_FALSE(contains(server.failure(), "Nobody owns"));
    const Ran check = run(directory, {"check", "--data-dir", data.string()});
    CAPTURE(check.output);
    CHECK(check.code == 1);
    CHECK(contains(check.output, "Restore a whole copy"));
  };
  const fs::path kept = directory.path() / "kept";
  fs::create_directory(kept);
  const auto keep = [&](const char* name) { fs::rename(data / name, kept / name); };
  SUBCASE("without its log") {
    keep("connlog.db-wal");
    fs::remove(data / "connlog.db-shm");
    ServerProcess server;
    CHECK_FALSE(server.start({.data_directory = data}, seconds(20)));
    CHECK(contains(server.failure(), "To begin anew on purpose"));
    CHECK_FALSE(contains(server.failure(), "Nobody owns"));
  }
  SUBCASE("gone") {
    keep("connlog.db");
    keep("connlog.db-wal");
    refused();
  }
  SUBCASE("empty") {
    keep("connlog.db");
    keep("connlog.db-wal");
    std::ofstream(data / "connlog.db").flush();
    refused();
  }
  SUBCASE("gone, and its keys with it") {
    keep("connlog.db");
    keep("connlog.db-wal");
    keep("keys");
    refused();
    CHECK_FALSE(fs::exists(data / "keys"));
  }
}
