// Threat 4 (Uptime Kuma CVE-2023-36822, Beszel CVE-2026-27734): a path out of what a client says. Clients say ids, and
// names out of lists; the few addresses that lead to a file are tried with every spelling of "somewhere else".
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/trust/legal_service.h"
#include "tests/support/test_app.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

const std::string kInside = "what lies beside the programs, for nobody's eyes";

// Up to `name` from a directory two below the data directory's own, as tools write it.
std::vector<std::string> spellings(const std::string& name) {
  std::vector<std::string> all;
  for (const std::string up : {"../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..%255c", "%252e%252e%252f", "....//",
                               "..%c0%af", "..;/", ".%00./", "x86_64/../", "x86_64%2f..%2f"}) {
    for (const int steps : {1, 2, 3}) {
      std::string path;
      for (int i = 0; i < steps; ++i) path += up;
      all.push_back(path + name);
    }
  }
  for (const std::string plain : {"", "%2f", "./", "%00", "x86_64%00"}) all.push_back(plain + name);
  return all;
}

}  // namespace

TEST_CASE("no spelling of a path leads out of where the agents' programs, the texts and the pages lie") {
  TestApp app;
  const fs::path data = app.storage.directory.path();
  fs::create_directories(data / "agents");
  std::string known;
  for (const std::string target : {"x86_64", "aarch64", "armv7"}) {
    std::ofstream(data / "agents" / target) << "a program";
    // The appliance serves itself for its own target, so another one shows that this is the place.
    if (app.get("/download/agent/" + target).body == "a program") known = target;
  }
  REQUIRE_FALSE(known.empty());
  std::ofstream(data / "agents" / "inside.txt") << kInside;
  std::ofstream(data / "inside.txt") << kInside;
  fs::create_directories(data / "legal");
  std::ofstream(data / "legal" / "privacy.md") << "# Privacy\n\nWe keep little.\n";
  std::ofstream(data / "legal" / "inside.txt.bak") << kInside;
  REQUIRE(app.services->trust.legal().load(data / "legal"));
  REQUIRE(app.get("/api/v1/legal/privacy").status == 200);

  std::vector<std::string> wanted = spellings("inside.txt");
  for (const std::string& each : spellings("agents/inside.txt")) wanted.push_back(each);
  for (const std::string& each : spellings("legal/inside.txt.bak")) wanted.push_back(each);
  for (const std::string& each : spellings("etc/passwd")) wanted.push_back(each);
  wanted.push_back(data.string().substr(1) + "/inside.txt");
  wanted.push_back("%2f" + data.string().substr(1) + "/inside.txt");
  for (const std::string place : {"/download/agent/", "/download/", "/api/v1/legal/", "/legal/", "/assets/", "/",
                                  "/api/v1/login/providers/", "/api/v1/workspaces/{w}/agents/"}) {
    for (const std::string& path : wanted) {
      CAPTURE(place);
      CAPTURE(path);
      const ApiAnswer answer = app.get(place + path, &app.owner);
      CHECK(answer.body.find(kInside) == std::string::npos);
      CHECK(answer.body.find("root:") == std::string::npos);
      CHECK(answer.body.find("a program") == std::string::npos);
      CHECK(answer.header("Content-Type") != "application/octet-stream");
    }
  }
}
