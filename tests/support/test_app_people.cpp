// Who and what is there: the people for every case, an agent with its heartbeat, an incident.
#include <sodium.h>

#include <nlohmann/json.hpp>

#include "core/watch/rule.h"
#include "tests/support/give_up.h"
#include "tests/support/test_app.h"

namespace connlog {

using test::give_up;

const std::string TestApp::kPassword = "violet anchor seldom rises";

Person TestApp::add_person(const std::string& name, Role role) {
  Person person;
  person.name = name;
  person.mail = name + "@example.org";
  PasswordHasher hasher(PasswordCost{crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN, 2});
  User user;
  user.id = person.id = UserId::make(clock.now(), storage.random);
  user.name = name;
  user.mail = user.mail_key = person.mail;
  user.password_hash = hasher.hash(Secret(kPassword)).value();
  user.created_at = clock.now();
  storage.write([&](Transaction& tx) -> Result<void> {
    TRY(storage->users().insert(tx, user));
    if (role == Role::owner) return {};
    return storage->workspaces().put_membership(tx, Membership{workspace.id, user.id, role, clock.now()});
  });
  return person;
}

void TestApp::add_people() {
  storage.write([&](Transaction& tx) -> Result<void> {
    const Secret token = TRY(services->access.first_owner().open_link(tx));
    setup_token = std::string(token.reveal());
    return {};
  });
  const nlohmann::json claim = {{"token", setup_token},
                                {"name", "Olga Owner"},
                                {"mail", "owner@example.org"},
                                {"password", kPassword},
                                {"workspace_name", "Main"}};
  const ApiAnswer claimed = post("/api/v1/setup", claim.dump());
  if (claimed.status != 201) give_up("set-up was refused: " + claimed.body);
  WorkspaceId id;
  if (!WorkspaceId::parse(claimed.json()["workspaces"][0]["id"].get<std::string>(), id)) give_up("no workspace");
  workspace = *storage.read<std::optional<Workspace>>(
      [&](Snapshot& snapshot) { return storage->workspaces().find(snapshot, id); });

  add_person("operator", Role::operator_);
  add_person("member", Role::member);
  add_person("viewer", Role::viewer);
  const Person other = add_person("stranger", Role::owner);
  Actor actor;
  actor.kind = Actor::Kind::user;
  actor.user = other.id;
  actor.name = other.name;
  storage.write([&](Transaction& tx) -> Result<void> {
    other_workspace = TRY(services->access.workspaces().create(tx, actor, "Other", other.id, other.name, other.mail));
    return {};
  });
  owner = browser_of("owner@example.org");
  operator_ = browser_of("operator@example.org");
  member = browser_of("member@example.org");
  viewer = browser_of("viewer@example.org");
  stranger = browser_of("stranger@example.org");
  ids["w"] = workspace.id.text();
}

std::string TestApp::resolve(std::string path) const {
  for (const auto& [name, id] : ids) {
    const std::string place = "{" + name + "}";
    for (std::size_t at = path.find(place); at != std::string::npos; at = path.find(place))
      path.replace(at, place.size(), id);
  }
  return path;
}

ApiAnswer TestApp::heartbeat(const std::string& token) {
  Ask ask{.method = "POST", .path = "/api/agents/heartbeat"};
  // Up 86461 s, cpu 12.5 %, memory 3120 of 7936, disk 51200 of 160000, load 0.42 (agent-protocol §15.1).
  const unsigned char frame[32] = {0xbd, 0x51, 0x01, 0x00, 0,    0,    0,    0, 0xe2, 0x04, 0x0b,
                                   0x13, 0x30, 0x0c, 0,    0,    0x00, 0x1f, 0, 0,    0x00, 0xc8,
                                   0,    0,    0x00, 0x71, 0x02, 0,    0x2a, 0, 0x2a, 0};
  ask.body.assign(reinterpret_cast<const char*>(frame), sizeof frame);
  ask.as_browser = false;
  ask.headers = {{"content-type", "application/octet-stream"},
                 {"authorization", "Bearer " + token},
                 {"x-agent-version", "1.19.0"},
                 {"x-protocol-version", "1"},
                 {"x-config-version", "1"},
                 {"x-os", "linux"},
                 {"x-arch", "x86_64"},
                 {"x-machine-id", "5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115"},
                 {"x-cpu-core-count", "8"},
                 {"x-quick-action-polling-enabled", "false"}};
  return send(ask);
}

void TestApp::populate() {
  const ApiAnswer added =
      post("/api/v1/workspaces/{w}/agents", R"({"name":"db-1","tags":["production"],"authorised":true})", &owner);
  if (added.status != 201) give_up("adding an agent was refused: " + added.body);
  ids["agent"] = added.json()["agent"]["id"];
  ids["key"] = "rack-9";  // nobody's yet
  agent_token = added.json()["token"];
  if (const ApiAnswer beat = heartbeat(agent_token); beat.status != 200)
    give_up("a heartbeat was refused: " + beat.body);
  const nlohmann::json rules = get("/api/v1/workspaces/{w}/rules", &owner).json();
  for (const nlohmann::json& rule : rules["items"]) {
    if (rule["kind"] == "silence") ids["rule"] = rule["id"];
  }
  ids["recipient"] = get("/api/v1/workspaces/{w}/recipients", &owner).json()["items"][0]["id"];
  for (int second = 0; second < 60 && !ids.contains("incident"); ++second) {
    clock.advance(seconds(1));
    services->scheduler.run_once();
    const nlohmann::json incidents = get("/api/v1/workspaces/{w}/incidents", &owner).json()["items"];
    if (!incidents.empty()) ids["incident"] = incidents[0]["id"];
  }
  if (!ids.contains("incident")) give_up("silence opened no incident");
  const nlohmann::json told = get("/api/v1/workspaces/{w}/notifications", &owner).json()["items"];
  if (told.empty()) give_up("nobody was told");
  ids["notification"] = told[0]["id"];
}

}  // namespace connlog
