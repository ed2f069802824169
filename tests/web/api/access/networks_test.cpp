// The private networks that a workspace may reach: who sees and sets them, from where the first come, and how they end.
#include <doctest/doctest.h>
#include <sodium.h>

#include <nlohmann/json.hpp>

#include "core/access/network_changes.h"
#include "core/people/workspace_networks.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kNetworks = "/api/v1/appliance/workspaces/{w}/networks";

ApiAnswer put(TestApp& app, const json& body, const Person& as, const std::string& path = kNetworks) {
  return app.send(Ask{.method = "PUT", .path = path, .body = body.dump()}, &as);
}

IpAddress ip(std::string_view text) {
  IpAddress address;
  REQUIRE(parse_ip(text, address));
  return address;
}

bool reaches(TestApp& app, WorkspaceId workspace, std::string_view address) {
  const WorkspaceNetworks::Ranges ranges = app.services->networks.of(workspace);
  for (const AddressRange& range : *ranges) {
    if (contains(range, ip(address))) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("the administrator sets which networks a workspace reaches; it holds at once, after a restart, and there alone") {
  TestApp app;
  CHECK(app.get(kNetworks, &app.owner).json() == json{{"networks", json::array()}});
  const ApiAnswer changed = put(app, {{"networks", {"192.168.7.0/24", "10.0.0.0/8", "10.0.0.0/8", "fd00::/8"}}}, app.owner);
  REQUIRE(changed.status == 200);
  const json expected = {{"networks", {"10.0.0.0/8", "192.168.7.0/24", "fd00::/8"}}};
  CHECK(changed.json() == expected);
  CHECK(app.get(kNetworks, &app.owner).json() == expected);
  CHECK(reaches(app, app.workspace.id, "10.1.2.3"));
  CHECK_FALSE(reaches(app, app.workspace.id, "192.168.8.1"));
  CHECK_FALSE(reaches(app, app.other_workspace.id, "10.1.2.3"));
  app.restart();
  CHECK(reaches(app, app.workspace.id, "192.168.7.1"));
  CHECK_FALSE(reaches(app, app.other_workspace.id, "192.168.7.1"));
  // What is taken back is out of reach.
  REQUIRE(put(app, {{"networks", json::array()}}, app.owner).status == 200);
  CHECK_FALSE(reaches(app, app.workspace.id, "10.1.2.3"));
}

TEST_CASE("only the appliance's administrator sees and sets networks, and each change stands in both trails") {
  TestApp app;
  const json body = {{"networks", {"10.0.0.0/8"}}};
  for (const Person* person : {&app.operator_, &app.member, &app.viewer, &app.stranger}) {
    CAPTURE(person->name);
    CHECK(app.get(kNetworks, person).status == 403);
    CHECK(put(app, body, *person).status == 403);
  }
  CHECK(app.get(kNetworks).status == 401);
  REQUIRE(put(app, body, app.owner).status == 200);
  const auto count = [&] {
    int changes = 0;
    for (const std::string& act : app.audit_acts()) changes += act == "workspace.networks_changed" ? 1 : 0;
    return changes;
  };
  CHECK(count() == 2);
  REQUIRE(put(app, body, app.owner).status == 200);  // nothing changed
  CHECK(count() == 2);
  CHECK(put(app, body, app.owner, "/api/v1/appliance/workspaces/00000000-0000-4000-8000-000000000000/networks").status == 404);
}

TEST_CASE("a network that nobody can mean is refused with the field's name and changes nothing") {
  TestApp app;
  REQUIRE(put(app, {{"networks", {"10.0.0.0/8"}}}, app.owner).status == 200);
  for (const char* bad : {"::ffff:0:0/96", "64:ff9b::/96", "2002::/16", "0.0.0.0/8", "224.0.0.0/8", "169.254.0.0/16",
                          "169.254.169.254", "fe80::/10", "0.0.0.0/0", "::/0", "10.0.0.1/8", "10.0.0.0/33",
                          "::/8", "::/127", "example.org", "8.0.0.0/7", "localhost"}) {
    CAPTURE(std::string(bad));
    const ApiAnswer answer = put(app, {{"networks", {"192.168.0.0/16", bad}}}, app.owner);
    CHECK(answer.status == 422);
    CHECK(answer.json()["field"] == "networks");
  }
  CHECK(put(app, json::object(), app.owner).status == 422);
  CHECK(app.get(kNetworks, &app.owner).json()["networks"] == json{"10.0.0.0/8"});
  CHECK(put(app, {{"networks", {"127.0.0.0/8", "::1"}}}, app.owner).json() ==
        json{{"networks", {"127.0.0.0/8", "::1/128"}}});
  json many = json::array();
  for (int i = 0; i < 65; ++i) many.push_back("10.0." + std::to_string(i) + ".0/24");
  CHECK(put(app, {{"networks", many}}, app.owner).status == 422);
}

TEST_CASE("a new workspace begins with public addresses alone, and one that is forgotten reaches nothing private") {
  TestApp app;
  REQUIRE(put(app, {{"networks", {"10.0.0.0/8"}}}, app.owner).status == 200);
  const ApiAnswer made = app.post("/api/v1/workspaces", json{{"name", "Second"}}.dump(), &app.owner);
  REQUIRE(made.status == 201);
  const std::string second = made.json()["id"];
  const std::string path = "/api/v1/appliance/workspaces/" + second + "/networks";
  CHECK(app.get(path, &app.owner).json()["networks"] == json::array());
  REQUIRE(put(app, {{"networks", {"172.16.0.0/12"}}}, app.owner, path).status == 200);
  app.storage.write([&](Transaction& tx) -> Result<void> {
    app.services->administration.network_changes().forget(tx, app.workspace.id);
    return {};
  });
  CHECK_FALSE(reaches(app, app.workspace.id, "10.1.2.3"));
}

TEST_CASE("an appliance that is set up proposes its networks to nobody") {
  TestApp app;
  const json state = app.get("/api/v1/setup").json();
  CHECK(state["needs_setup"] == false);
  CHECK_FALSE(state.contains("networks"));
}

TEST_CASE("this machine's own networks are private ones that can be set as they are") {
  const std::vector<std::string> own = own_networks();
  const auto checked = checked_networks("networks", own);
  REQUIRE(checked);
  CHECK(*checked == own);
  for (const std::string& text : own) {
    AddressRange range;
    REQUIRE(parse_address_range(text, range));
    CHECK(is_private(range.base));
    CHECK_FALSE(contains(range, ip("127.0.0.1")));
  }
}

TEST_CASE("what is agreed to at the set-up fills the first workspace, once it can be meant") {
  TestStorage storage;
  EventBus bus;
  KeyRotation rotation(KeyRotation::Parts{storage.stores(), storage->trust().sealed_texts, storage->audit(), storage.keys,
                                          storage.random});
  ApplianceServices services(ServiceParts{.store = *storage,
                                          .keys = storage.keys,
                                          .rotation = rotation,
                                          .events = bus,
                                          .clock = storage.clock,
                                          .random = storage.random,
                                          .public_url = "https://monitor.example.org:8443",
                                          .password_cost = {crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN, 2}});
  REQUIRE(services.open());
  REQUIRE(services.load());
  services.notify.start();
  services.provider_http.start();
  FirstOwner& first_owner = services.access.first_owner();
  std::string token;
  storage.write([&](Transaction& tx) -> Result<void> {
    const Secret link = TRY(first_owner.open_link(tx));
    token = std::string(link.reveal());
    return {};
  });
  Origin origin;
  origin.address = "192.0.2.10";
  NewOwner owner{"Olga", "olga@example.org", "Main", {"169.254.0.0/16"}};
  const Secret password("violet anchor seldom rises");
  const auto refused = first_owner.prepare(origin, token, owner, password);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().field == "networks");

  owner.networks = {"192.168.7.0/24"};
  const auto hash = first_owner.prepare(origin, token, owner, password);
  REQUIRE(hash);
  WorkspaceId first;
  storage.write([&](Transaction& tx) -> Result<void> {
    TRY(first_owner.claim(tx, origin, token, owner, *hash));
    const auto workspaces = TRY(storage->workspaces().all(tx));
    for (const Workspace& workspace : workspaces) {
      if (workspace.name == "Main") first = workspace.id;
    }
    return {};
  });
  REQUIRE(services.networks.of(first)->size() == 1);
  CHECK(contains(services.networks.of(first)->front(), ip("192.168.7.9")));
}
