// The real program finds trouble of its own, here a certificate near its end: an incident of the appliance opens and is
// told to the administrator, and ends when the trouble is over.
#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "tests/support/http_session.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds kPatience{90};

bool becomes(const std::function<bool()>& look) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!look()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  return true;
}

// A certificate of its own signature for `days` days, with its key, in place of what is there.
void make_certificate(const fs::path& directory, const std::string& days) {
  const fs::path fresh = directory / "fresh.pem", key = directory / "fresh.key";
  ChildProcess openssl({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                        "-nodes", "-sha256", "-days", days, "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key.string(), "-out", fresh.string()},
                       {}, directory / "openssl.log");
  REQUIRE_MESSAGE(openssl.wait(std::chrono::seconds(30)) == 0, openssl.output());
  fs::rename(key, directory / "server.key");
  fs::rename(fresh, directory / "server.pem");
}

json part_named(const json& health, const std::string& name) {
  for (const json& part : health.value("parts", json::array())) {
    if (part["part"] == name) return part;
  }
  return json::object();
}

}  // namespace

TEST_CASE("a certificate near its end is an incident of the appliance, until it is renewed") {
  TemporaryDirectory directory;
  make_certificate(directory.path(), "5");
  ServerProcess server;
  REQUIRE_MESSAGE(
      server.start({.data_directory = directory.path() / "data",
                    .https = true,
                    .arguments = {"--tls-certificate", (directory.path() / "server.pem").string(), "--tls-key",
                                  (directory.path() / "server.key").string()}}),
      server.failure());
  HttpSession person(server.http_port());
  std::string failure;
  REQUIRE_MESSAGE(!person.set_up(server.process().output(), failure).empty(), failure);

  json certificate;
  REQUIRE(becomes([&] {
    certificate = part_named(person.get("/api/v1/appliance/health").json, "certificate");
    return certificate.value("incident_id", json()).is_string();
  }));
  CHECK(certificate["state"] == "degraded");
  CHECK(certificate["text"].get<std::string>().find("expires on") != std::string::npos);
  const auto before = person.get("/api/v1/appliance/health").json;
  CHECK(before["state"] == "degraded");
  REQUIRE(before["incidents"].size() == 1);
  CHECK(before["incidents"][0]["part"] == "certificate");

  make_certificate(directory.path(), "90");
  json after;
  REQUIRE(becomes([&] {
    after = person.get("/api/v1/appliance/health").json;
    return part_named(after, "certificate").value("state", "") == "up";
  }));
  CHECK(after["state"] == "up");
  REQUIRE(after["incidents"].size() == 1);
  CHECK(after["incidents"][0]["resolved_at"].is_string());
}
