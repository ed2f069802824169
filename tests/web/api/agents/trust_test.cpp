// Which pins are handed out, what running agents are told to trust, and how many a change would cut off.
#include <doctest/doctest.h>
#include <sodium.h>

#include <nlohmann/json.hpp>

#include "core/agents/agent_trust.h"
#include "core/wire/trust.h"
#include "tests/support/api_scenario.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_directory.h"
#include "web/api/agent_programs.h"
#include "web/server/certificates.h"

using namespace connlog;

namespace {

// A heartbeat that says what its agent trusts.
ApiAnswer beat(TestApp& app, const std::string& trust, const std::string& peer, bool forwarded) {
  app.clock.advance(seconds(60));
  Ask ask{.method = "POST", .path = "/api/agents/heartbeat", .body = std::string(32, '\0')};
  ask.as_browser = false;
  ask.address = peer;
  ask.headers = {{"Authorization", "Bearer " + app.agent_token},
                 {"Content-Type", "application/octet-stream"},
                 {"X-Protocol-Version", "1"},
                 {"X-Agent-Version", "0.1.0"},
                 {"X-Config-Version", "1"},
                 {"X-Quick-Action-Polling-Enabled", "false"}};
  if (!trust.empty()) ask.headers.emplace_back(std::string(wire::kTrustHeader), trust);
  if (forwarded) ask.headers.emplace_back("X-Forwarded-For", "203.0.113.7");
  return app.send(ask);
}

}  // namespace

TEST_CASE("pins are handed out for our own authority alone, and not where a proxy shows another certificate") {
  REQUIRE(sodium_init() >= 0);
  const TemporaryDirectory data;
  FakeClock clock;
  SystemRandom random;
  auto own = web::Certificates::open({data.path(), "", "", "monitor.example.org"}, clock, random);
  REQUIRE(own);
  web::WebOptions options;
  options.public_url = "https://monitor.example.org:8443";
  options.certificates = own->get();
  CHECK(web::install_facts(options).server_pin == (*own)->server_pin_base64());
  CHECK(web::install_facts(options).ca_pin == (*own)->ca_pin_hex());
  options.trusted_proxies = {"10.0.0.1"};
  CHECK(web::install_facts(options).server_pin.empty());
  CHECK(web::install_facts(options).ca_pin.empty());
  // What really answers at the public address counts more than what the settings let suppose.
  options.own_certificate_outside = [] { return true; };
  CHECK(web::install_facts(options).ca_pin == (*own)->ca_pin_hex());
  options.own_certificate_outside = [] { return false; };
  options.trusted_proxies.clear();
  CHECK(web::install_facts(options).ca_pin.empty());
  options.own_certificate_outside = {};
  options.public_url = "http://127.0.0.1:8080";
  CHECK(web::install_facts(options).ca_pin.empty());

  // The same files, as an administrator's.
  options.public_url = "https://monitor.example.org:8443";
  const std::string tls = (data.path() / "tls").string();
  auto given = web::Certificates::open({data.path(), tls + "/server.crt", tls + "/server.key", ""}, clock, random);
  REQUIRE(given);
  options.certificates = given->get();
  CHECK(web::install_facts(options).server_pin.empty());
  CHECK(web::install_facts(options).ca_pin.empty());
  const web::Peer direct{"192.0.2.1", 1, true, false};
  CHECK(web::trust_of_connection(options, direct) == "system");
  options.certificates = own->get();
  CHECK(web::trust_of_connection(options, direct) == "pin:" + (*own)->ca_pin_hex());
  CHECK(web::trust_of_connection(options, {"192.0.2.1", 1, false, false}).empty());
}

TEST_CASE("an agent that says what it trusts is told what it lacks, and is counted") {
  web::WebOptions settings;
  settings.trusted_proxies = {"10.0.0.1"};
  TestApp app(settings);
  app.populate();
  const std::string pin = "pin:0123456789abcdef", whole = "0123456789abcdef" + std::string(48, '0');
  const auto told = [](const ApiAnswer& answer) {
    REQUIRE(answer.status == 200);
    return answer.json().value("trust", "");
  };
  AgentDirectory& directory = app.services->agent_directory;
  CHECK(told(beat(app, "", "10.0.0.1", true)).empty());  // a genuine agent
  CHECK(count_trust(directory, {}, true).told == 0);
  CHECK(told(beat(app, "nonsense", "10.0.0.1", true)).empty());
  CHECK(told(beat(app, pin, "192.0.2.10", false)).empty());  // in the clear: nothing is known of what it sees
  CHECK(told(beat(app, pin, "10.0.0.1", true)) == "system");
  CHECK(count_trust(directory, {}, true).told == 1);
  CHECK(count_trust(directory, {}, true).cut_off == 1);
  CHECK(count_trust(directory, {whole}, true).cut_off == 0);
  CHECK(count_trust(directory, {std::string(64, 'f')}, true).cut_off == 1);
  CHECK(told(beat(app, pin + ",system", "10.0.0.1", true)).empty());
  CHECK(count_trust(directory, {}, true).cut_off == 0);
  CHECK(count_trust(directory, {}, false).cut_off == 1);
}
