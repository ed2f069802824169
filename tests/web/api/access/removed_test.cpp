// What people remove comes back as it was: rules, recipients with their secrets, groups with their members, agents with
// their token and history. What is gone meanwhile is left out and said, what stands in the way is a conflict, and nothing
// crosses the border of a workspace.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "core/notify/channel.h"
#include "storage/appliance/removed_store.h"
#include "storage/connection.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";
// Quotes, what SQL and JSON give a meaning to, four bytes of UTF-8.
const std::string kHostile = "'); DROP TABLE rule; -- \"\\u0000\" {\"b\":\"00\"} \xF0\x9F\x90\x98 \xC3\xA4";

json must(const ApiAnswer& answer) {
  REQUIRE_MESSAGE((answer.status >= 200 && answer.status < 300), answer.body);
  return answer.body.empty() ? json() : answer.json();
}

void remove(TestApp& app, const std::string& path) {
  must(app.send(Ask{.method = "DELETE", .path = kW + path}, &app.owner));
}

json newest_removed(TestApp& app) {
  const json items = must(app.get(kW + "/removed", &app.owner))["items"];
  REQUIRE_FALSE(items.empty());
  return items[0];
}

ApiAnswer put_back(TestApp& app, const std::string& id) {
  return app.post(kW + "/removed/" + id + "/restore", "", &app.owner);
}

json bring_newest_back(TestApp& app) {
  return must(put_back(app, newest_removed(app)["id"]));
}

// What changes by itself: the version, times of the state, and live values.
json without_what_moves(json thing) {
  for (const char* name : {"version", "state", "observed", "since", "reason", "detail", "last_seen_at", "newest", "latest",
                           "metrics_now", "values", "open_incidents", "state_since", "shown", "uptime"})
    thing.erase(name);
  return thing;
}

std::int64_t count(TestApp& app, const std::string& question) {
  return app.storage.read<std::int64_t>(
      [&](Snapshot& snapshot) -> Result<std::int64_t> { return storage::at(snapshot).number(question); });
}

std::string add_webhook(TestApp& app, const std::string& name) {
  const json wanted = {{"name", name}, {"kind", "webhook"}, {"fields", {{"url", "https://hooks.example.org/connlog"}}}};
  return must(app.post(kW + "/recipients", wanted.dump(), &app.owner))["recipient"]["id"];
}

std::string add_group(TestApp& app, const std::string& name, const json& members) {
  const json wanted = {{"kind", "group"}, {"name", name}, {"health", "any"}, {"member_ids", members}};
  return must(app.post(kW + "/subjects", wanted.dump(), &app.owner))["id"];
}

std::string add_rule(TestApp& app, const std::string& name, const json& recipients, const json& target) {
  const json wanted = {{"name", name},      {"kind", "metric"},         {"metric", "disk_percent"},
                       {"threshold", 91.5}, {"recipient_ids", recipients}, {"target", target}};
  return must(app.post(kW + "/rules", wanted.dump(), &app.owner))["id"];
}

}  // namespace

TEST_CASE("each table whose rows are kept is kept with all its columns") {
  TestApp app;
  for (const storage::KeptColumns& kept : storage::kept_columns()) {
    CAPTURE(kept.table);
    std::set<std::string> listed;
    std::string text(kept.columns);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(", ", at), text.size());
      listed.insert(text.substr(at, end - at));
      at = end + 2;
    }
    std::set<std::string> there;
    app.storage.write([&](Transaction& tx) {
      return storage::at(tx).each_row("SELECT name FROM pragma_table_info('" + std::string(kept.table) + "')",
                                      [&](sqlite3_stmt* row) {
                                        there.insert(reinterpret_cast<const char*>(sqlite3_column_text(row, 0)));
                                      });
    });
    if (kept.table == "machine_event") there.erase("sequence");  // given anew, in the same order
    CHECK(listed == there);
  }
}

TEST_CASE("a removed rule comes back as it was, hostile texts and all") {
  TestApp app;
  app.populate();
  const std::string hook = add_webhook(app, "Hook");
  const std::string id = add_rule(app, kHostile, {hook, app.ids["recipient"]}, {{"kind", "tag"}, {"tag", "production"}});
  const json before = must(app.get(kW + "/rules/" + id, &app.owner));
  remove(app, "/rules/" + id);
  REQUIRE(app.get(kW + "/rules/" + id, &app.owner).status == 404);

  const json listed = newest_removed(app);
  CHECK(listed["kind"] == "rule");
  CHECK(listed["object_id"] == id);
  CHECK(listed["name"] == kHostile);
  CHECK(listed["removed_by"] == app.owner.name);
  const json back = must(put_back(app, listed["id"]));
  CHECK(back["object_id"] == id);
  CHECK(back["left_out"].empty());
  const json after = must(app.get(kW + "/rules/" + id, &app.owner));
  CHECK(without_what_moves(after) == without_what_moves(before));
  CHECK(after["version"] > before["version"]);
  CHECK(put_back(app, listed["id"]).status == 404);
  const std::vector<std::string> acts = app.audit_acts();
  CHECK(std::ranges::count(acts, "rule.restored") == 1);
  CHECK(std::ranges::any_of(app.events, [](const Event& event) { return event.name == EventName::rule_changed; }));
}

TEST_CASE("a rule whose recipient is gone comes back without it and says so") {
  TestApp app;
  app.populate();
  const std::string hook = add_webhook(app, "Hook");
  const std::string id = add_rule(app, "Told", {hook}, {{"kind", "all"}});
  remove(app, "/rules/" + id);
  const std::string removed_rule = newest_removed(app)["id"];
  remove(app, "/recipients/" + hook);
  const json back = must(put_back(app, removed_rule));
  CHECK(back["left_out"].size() == 2);
  CHECK(must(app.get(kW + "/rules/" + id, &app.owner))["recipient_ids"].empty());
}

TEST_CASE("a removed recipient comes back with its secret, also under renewed keys, and its rules tell it again") {
  TestApp app;
  app.populate();
  const std::string hook = add_webhook(app, kHostile);
  const std::string rule = add_rule(app, "Told", {hook}, {{"kind", "all"}});
  RecipientId id;
  REQUIRE(RecipientId::parse(hook, id));
  const auto secret = [&]() -> std::string {
    return app.storage.read<std::string>([&](Snapshot& snapshot) -> Result<std::string> {
      const auto recipient = TRY(app.storage->recipients().find(snapshot, app.workspace.id, id));
      if (!recipient || recipient->sealed.empty()) return std::string();
      const FieldSecrets opened = TRY(open_secrets(app.storage.keys, *recipient));
      return std::string(opened.reveal(recipient->sealed.front().field));
    });
  };
  const std::string secret_before = secret();
  REQUIRE_FALSE(secret_before.empty());
  const json before = must(app.get(kW + "/recipients", &app.owner));
  remove(app, "/recipients/" + hook);
  CHECK(must(app.get(kW + "/rules/" + rule, &app.owner))["recipient_ids"].empty());
  must(app.post("/api/v1/appliance/keys/rotate", "{}", &app.owner));

  CHECK(bring_newest_back(app)["left_out"].empty());
  json after = must(app.get(kW + "/recipients", &app.owner));
  const auto strip = [](json list) {
    for (json& item : list["items"]) item.erase("version");
    return list;
  };
  CHECK(strip(after) == strip(before));
  CHECK(secret() == secret_before);
  CHECK(must(app.get(kW + "/rules/" + rule, &app.owner))["recipient_ids"] == json{hook});
}

TEST_CASE("what is removed for good takes its secrets along at once") {
  TestApp app;
  app.populate();
  const std::string hook = add_webhook(app, "Hook");
  remove(app, "/recipients/" + hook);
  REQUIRE(count(app, "SELECT COUNT(*) FROM sealed_field") == 1);
  const std::string id = newest_removed(app)["id"];
  must(app.send(Ask{.method = "DELETE", .path = kW + "/removed/" + id}, &app.owner));
  CHECK(count(app, "SELECT COUNT(*) FROM sealed_field") == 0);
  CHECK(count(app, "SELECT COUNT(*) FROM removed") == 0);
  CHECK(put_back(app, id).status == 404);
}

TEST_CASE("after thirty days what was removed goes by itself, with its secrets") {
  TestApp app;
  app.populate();
  remove(app, "/recipients/" + add_webhook(app, "Hook"));
  app.clock.advance(std::chrono::days(29));
  app.services->retention.run();
  CHECK(count(app, "SELECT COUNT(*) FROM removed") == 1);
  app.clock.advance(std::chrono::days(2));
  app.services->retention.run();
  CHECK(count(app, "SELECT COUNT(*) FROM removed") == 0);
  CHECK(count(app, "SELECT COUNT(*) FROM sealed_field") == 0);
}

TEST_CASE("a removed group comes back with its members, but for those that are gone") {
  TestApp app;
  app.populate();
  const std::string second =
      must(app.post(kW + "/agents", R"({"name":"db-2","authorised":true})", &app.owner))["agent"]["id"];
  const std::string group = add_group(app, kHostile, {app.ids["agent"], second});
  const json before = must(app.get(kW + "/subjects/" + group, &app.owner));
  remove(app, "/subjects/" + group);
  REQUIRE(app.get(kW + "/subjects/" + group, &app.owner).status == 404);
  CHECK(bring_newest_back(app)["left_out"].empty());
  const json after = must(app.get(kW + "/subjects/" + group, &app.owner));
  CHECK(after["name"] == before["name"]);
  CHECK(after["version"] > before["version"]);
  CHECK(must(app.get(kW + "/agents/" + second, &app.owner)).dump().find(group) != std::string::npos);

  remove(app, "/subjects/" + group);
  const std::string removed_group = newest_removed(app)["id"];
  remove(app, "/agents/" + second);
  const json back = must(put_back(app, removed_group));
  CHECK(back["left_out"] == json{"1 of its members is gone."});
  CHECK(count(app, "SELECT COUNT(*) FROM group_member") == 1);
}

TEST_CASE("a group whose name is taken is a conflict that says so, and changes nothing") {
  TestApp app;
  app.populate();
  remove(app, "/subjects/" + add_group(app, "Rack 4", json::array()));
  const std::string id = newest_removed(app)["id"];
  const std::string other = add_group(app, "rack 4", json::array());
  const ApiAnswer refused = put_back(app, id);
  CHECK(refused.status == 409);
  CHECK(refused.body.find("rack 4") != std::string::npos);
  CHECK(count(app, "SELECT COUNT(*) FROM subject_group") == 1);
  remove(app, "/subjects/" + other);
  CHECK(put_back(app, id).status == 200);
}

TEST_CASE("a key that another subject has meanwhile is a conflict") {
  TestApp app;
  app.populate();
  const std::string group = add_group(app, "Keyed", json::array());
  must(app.patch(kW + "/subjects/" + group, R"({"key":"rack-4"})", &app.owner));
  remove(app, "/subjects/" + group);
  const std::string id = newest_removed(app)["id"];
  const std::string other = add_group(app, "Other", json::array());
  must(app.patch(kW + "/subjects/" + other, R"({"key":"rack-4"})", &app.owner));
  const ApiAnswer refused = put_back(app, id);
  CHECK(refused.status == 409);
  CHECK(refused.body.find("rack-4") != std::string::npos);
}

TEST_CASE("a removed agent comes back with its number, its history and its token") {
  TestApp app;
  app.populate();
  const std::string path = "/agents/" + app.ids["agent"];
  const std::string group = add_group(app, "Rack 4", {app.ids["agent"]});
  const json before = must(app.get(kW + path, &app.owner));
  const std::int64_t number = count(app, "SELECT number FROM subject WHERE kind = 'agent' AND removed_at = 0");
  bool restarted = false;
  SUBCASE("at once") {}
  SUBCASE("after a restart") { restarted = true; }
  remove(app, path);
  CHECK(app.heartbeat(app.agent_token).status == 410);
  if (restarted) app.restart(seconds(10));

  const json back = bring_newest_back(app);
  CHECK(back["object_id"] == app.ids["agent"]);
  CHECK(back["left_out"].size() == 1);  // what to do where its program uninstalled itself
  CHECK(count(app, "SELECT number FROM subject WHERE kind = 'agent' AND removed_at = 0") == number);
  CHECK(count(app, "SELECT COUNT(*) FROM gone_agent") == 0);
  CHECK(count(app, "SELECT COUNT(*) FROM gone_subject") == 0);
  const json after = must(app.get(kW + path, &app.owner));
  for (const char* name : {"id", "name", "tags", "created_at", "interval_seconds", "missed_threshold", "token_hint"}) {
    CAPTURE(name);
    if (before.contains(name)) CHECK(after[name] == before[name]);
  }
  CHECK(after.dump().find(group) != std::string::npos);
  app.clock.advance(seconds(30));
  CHECK(app.heartbeat(app.agent_token).status == 200);
  AgentId id;
  REQUIRE(AgentId::parse(app.ids["agent"], id));
  app.settle();
  const auto readings = app.storage.read<std::vector<Reading>>([&](Snapshot& snapshot) {
    return app.storage->readings().range(snapshot, app.workspace.id, id, Instant{1},
                                         app.clock.now() + std::chrono::hours(1));
  });
  CHECK(readings.size() == 2);  // the one of before, and the new one
}

TEST_CASE("a removed agent that comes back is not silent at once") {
  TestApp app;
  app.populate();
  remove(app, "/agents/" + app.ids["agent"]);
  const std::int64_t open = count(app, "SELECT COUNT(*) FROM incident WHERE resolved_at = 0");
  bring_newest_back(app);
  app.clock.advance(seconds(60));
  app.services->scheduler.run_once();
  CHECK(count(app, "SELECT COUNT(*) FROM incident WHERE resolved_at = 0") == open);
}

TEST_CASE("where the workspace has as many agents as it may have, none comes back") {
  TestApp app;
  app.populate();
  remove(app, "/agents/" + app.ids["agent"]);
  const std::string id = newest_removed(app)["id"];
  must(app.post(kW + "/agents", R"({"name":"db-2","authorised":true})", &app.owner));
  must(app.send(
      Ask{.method = "PUT", .path = "/api/v1/appliance/limits", .body = R"({"limits":{"agents_per_workspace":1}})"},
      &app.owner));
  CHECK(put_back(app, id).status == 409);
  CHECK(app.heartbeat(app.agent_token).status == 410);
}

TEST_CASE("what was removed from one workspace is not there for another") {
  TestApp app;
  app.populate();
  remove(app, "/rules/" + app.ids["rule"]);
  const std::string id = newest_removed(app)["id"];
  const std::string other = "/api/v1/workspaces/" + app.other_workspace.id.text() + "/removed";
  CHECK(must(app.get(other, &app.stranger))["items"].empty());
  CHECK(app.post(other + "/" + id + "/restore", "", &app.stranger).status == 404);
  CHECK(app.send(Ask{.method = "DELETE", .path = other + "/" + id}, &app.stranger).status == 404);
  CHECK(put_back(app, id).status == 200);
}

TEST_CASE("an operator neither sees nor puts back what was removed") {
  TestApp app;
  app.populate();
  remove(app, "/rules/" + app.ids["rule"]);
  const std::string id = newest_removed(app)["id"];
  CHECK(app.get(kW + "/removed", &app.operator_).status == 403);
  CHECK(app.post(kW + "/removed/" + id + "/restore", "", &app.operator_).status == 403);
}

TEST_CASE("a kind that this version does not know is left out of the list") {
  TestApp app;
  app.populate();
  remove(app, "/rules/" + app.ids["rule"]);
  const std::string id = newest_removed(app)["id"];
  app.storage.write([](Transaction& tx) { return storage::at(tx).execute("UPDATE removed SET kind = 'satellite'"); });
  CHECK(must(app.get(kW + "/removed", &app.owner))["items"].empty());
  CHECK(put_back(app, id).status == 409);  // a later version knows it
}

TEST_CASE("a bundle of another form is refused with a sentence, and stays") {
  TestApp app;
  app.populate();
  remove(app, "/rules/" + app.ids["rule"]);
  const std::string id = newest_removed(app)["id"];
  app.storage.write([](Transaction& tx) {
    return storage::at(tx).execute(R"(UPDATE removed SET row_bundle = '{"rule":[{"id":{"b":"zz"}}],"rule_recipient":[]}')");
  });
  const ApiAnswer refused = put_back(app, id);
  CHECK(refused.status == 409);
  CHECK(refused.body.find("another version") != std::string::npos);
  CHECK(count(app, "SELECT COUNT(*) FROM removed") == 1);
}

TEST_CASE("the list is read page by page, newest first") {
  TestApp app;
  app.populate();
  for (const char* name : {"one", "two", "three"}) {
    remove(app, "/rules/" + add_rule(app, name, json::array(), {{"kind", "all"}}));
    app.clock.advance(seconds(1));
  }
  const json first = must(app.get(kW + "/removed?limit=2", &app.owner));
  REQUIRE(first["items"].size() == 2);
  CHECK(first["items"][0]["name"] == "three");
  const json second = must(app.get(kW + "/removed?limit=2&after=" + first["next"].get<std::string>(), &app.owner));
  REQUIRE(second["items"].size() == 1);
  CHECK(second["items"][0]["name"] == "one");
  CHECK(second["next"].is_null());
}
