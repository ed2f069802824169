// A check that is made once, now: of a monitor and of a form that is not saved, against a real listener. It is shown, stands
// in the trail, is not stored, and is limited for each person.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "core/monitors/check_now_limit.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kMonitors = "/api/v1/workspaces/{w}/monitors";

// A port of 127.0.0.1 that takes connections.
struct Listening {
  Listening() : fd(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(fd, 16) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port = ntohs(address.sin_port);
  }
  ~Listening() { ::close(fd); }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  int fd;
  int port = 0;
};

struct Checking {
  Checking() {
    AddressRange loopback;
    REQUIRE(parse_address_range("127.0.0.0/8", loopback));
    app.services->networks.put(app.workspace.id, {loopback});
    app.services->checks.start();
  }
  json fields() const { return {{"host", "127.0.0.1"}, {"port", target.port}}; }
  Listening target;
  TestApp app;
};

}  // namespace

TEST_CASE("a check that is made now says what it found and stands in the trail") {
  Checking world;
  const json wanted = {{"kind", "tcp"}, {"name", "Port"}, {"fields", world.fields()}};
  const ApiAnswer made = world.app.post(kMonitors, wanted.dump(), &world.app.owner);
  REQUIRE_MESSAGE(made.status == 201, made.body);
  const std::string path = kMonitors + "/" + made.json()["id"].get<std::string>();
  const ApiAnswer checked = world.app.post(path + "/check", "", &world.app.owner);
  REQUIRE_MESSAGE(checked.status == 200, checked.body);
  CHECK(checked.json()["result"]["verdict"] == "up");
  CHECK(checked.json()["result"]["address"] == "127.0.0.1");
  CHECK(std::ranges::count(world.app.audit_acts(), "monitor.checked") == 1);
  CHECK(world.app.post(path + "/check", "", &world.app.viewer).status == 403);
}

TEST_CASE("a form is tried before it is saved, and only so often in a minute") {
  Checking world;
  const json wanted = {{"kind", "tcp"}, {"fields", world.fields()}};
  for (int i = 0; i < 10; ++i) {
    const ApiAnswer tried = world.app.post(kMonitors + "/try", wanted.dump(), &world.app.owner);
    REQUIRE_MESSAGE(tried.status == 200, tried.body);
    CHECK(tried.json()["result"]["verdict"] == "up");
  }
  const ApiAnswer refused = world.app.post(kMonitors + "/try", wanted.dump(), &world.app.owner);
  CHECK(refused.status == 429);
  CHECK(refused.header("Retry-After") == "6");
  CHECK(world.app.post(kMonitors + "/try", R"({"kind":"manual"})", &world.app.operator_).status == 403);
}

TEST_CASE("what only tells or is told cannot be tried") {
  Checking world;
  CHECK(world.app.post(kMonitors + "/try", R"({"kind":"manual"})", &world.app.owner).status == 409);
  CHECK(world.app.post(kMonitors + "/try", R"({"kind":"pigeon"})", &world.app.owner).status == 422);
}
