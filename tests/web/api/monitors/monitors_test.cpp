// Monitors as a resource: adding, confirming a foreign host, credentials in an address, lists by urgency, what groups and
// tags set, clones, bulk, import, state by hand, removal and return, and that no secret goes out.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "storage/connection.h"
#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";
const std::string kMonitors = kW + "/monitors";

json must(const ApiAnswer& answer) {
  REQUIRE_MESSAGE((answer.status >= 200 && answer.status < 300), answer.body);
  return answer.body.empty() ? json() : answer.json();
}

json add_manual(TestApp& app, const std::string& name, const json& more = json::object()) {
  json wanted = {{"kind", "manual"}, {"name", name}};
  wanted.update(more);
  return must(app.post(kMonitors, wanted.dump(), &app.owner));
}

std::string path_of(const json& monitor) {
  return kMonitors + "/" + monitor["id"].get<std::string>();
}

void set_state(TestApp& app, const json& monitor, const std::string& state) {
  must(app.post(path_of(monitor) + "/state", json{{"state", state}, {"detail", "said by hand"}}.dump(), &app.owner));
}

std::int64_t count(TestApp& app, const std::string& question) {
  return app.storage.read<std::int64_t>(
      [&](Snapshot& snapshot) -> Result<std::int64_t> { return storage::at(snapshot).number(question); });
}

}  // namespace

TEST_CASE("a monitor of a foreign host is added once somebody confirms that they may, and asks no more") {
  TestApp app;
  json wanted = {{"kind", "http"}, {"fields", {{"url", "https://www.example.org/health"}}}};
  const ApiAnswer asked = app.post(kMonitors, wanted.dump(), &app.owner);
  CHECK(asked.status == 409);
  CHECK(asked.json()["code"] == "confirm_host");
  CHECK(asked.json()["field"] == "confirmed_host");
  wanted["confirmed_host"] = true;
  const json made = must(app.post(kMonitors, wanted.dump(), &app.owner));
  CHECK(made["name"] == "www.example.org");
  CHECK(made["shown"] == "https://www.example.org/health");
  CHECK(made["state"] == "pending");
  CHECK(made["know_within_seconds"] == 120);
  CHECK(made["timing"]["interval_seconds"] == json{{"value", 60}, {"from", "standard"}, {"of", nullptr}, {"of_name", nullptr}});
  wanted.erase("confirmed_host");
  wanted["name"] = "The same host";
  CHECK(app.post(kMonitors, wanted.dump(), &app.owner).status == 201);
  wanted["fields"]["url"] = "http://db.lan/";
  CHECK(app.post(kMonitors, wanted.dump(), &app.owner).status == 201);  // no name of the public internet
  CHECK(count(app, "SELECT COUNT(*) FROM confirmed_host") == 1);
}

TEST_CASE("credentials in an address are moved to sealed fields, and no answer, trail or export has the password") {
  TestApp app;
  const json wanted = {{"kind", "http"},
                       {"confirmed_host", true},
                       {"fields", {{"url", "https://ann:sw0rdfish-77@www.example.org/"}}}};
  const ApiAnswer added = app.post(kMonitors, wanted.dump(), &app.owner);
  const json made = must(added);
  CHECK(made["fields"]["url"] == "https://www.example.org/");
  CHECK(made["fields"]["username"] == "ann");
  CHECK(made["fields"]["auth"] == "basic");
  CHECK(made["secrets_set"] == json::array({"password"}));
  for (const std::string& path :
       {path_of(made), kMonitors, kW + "/subjects", kW + "/audit", kW + "/export", kW + "/access-review"}) {
    CAPTURE(path);
    const ApiAnswer answer = app.get(path, &app.owner);
    CHECK(answer.status == 200);
    CHECK(answer.body.find("sw0rdfish-77") == std::string::npos);
  }
  CHECK(app.get(kW + "/access-review", &app.owner).body.find("monitor_secret") != std::string::npos);
  // The stored password does not follow to another address.
  const ApiAnswer moved = app.patch(path_of(made), R"({"fields":{"url":"https://evil.example.org/"},"confirmed_host":true})",
                                    &app.owner);
  CHECK(moved.status == 422);
  CHECK(moved.json()["field"] == "fields.password");
  CHECK(must(app.patch(path_of(made), R"({"fields":{"username":null,"password":null,"auth":"none"}})", &app.owner))["secrets_set"].empty());
}

TEST_CASE("what everybody could read is refused with its field, and bad settings name their member") {
  TestApp app;
  const auto field = [&](const json& wanted) {
    const ApiAnswer answer = app.post(kMonitors, wanted.dump(), &app.owner);
    CHECK(answer.status == 422);
    return answer.json().value("field", "");
  };
  CHECK(field({{"kind", "http"}, {"fields", {{"url", "https://db.lan/?token=abcdef"}}}}) == "fields.url");
  CHECK(field({{"kind", "carrier pigeon"}}) == "kind");
  CHECK(field({{"kind", "manual"}, {"name", "x"}, {"own", {{"interval_seconds", 4}}}}) == "own.interval_seconds");
  CHECK(field({{"kind", "manual"}, {"name", "x"}, {"slug", "a"}}) == "slug");
  for (const char* never : {"0 0 30 2 *", "2020-01-01 03:00"})
    CHECK(field({{"kind", "push"}, {"name", "x"}, {"fields", {{"schedule", never}}}}) == "fields.schedule");
  CHECK(field({{"kind", "manual"}, {"name", "x"}, {"probes", {{"mode", "agents"}, {"agents", json::array()}}}}) ==
        "probes.mode");
  CHECK(field({{"kind", "manual"}, {"name", "x"}, {"groups", {"nonsense"}}}) == "groups");
}

TEST_CASE("what is said of an inverted monitor that is set by hand is turned round") {
  TestApp app;
  const json made = add_manual(app, "siren is silent", {{"invert", true}});
  CHECK(made["invert"] == true);
  const auto observed = [&] { return must(app.get(path_of(made), &app.viewer))["observed"]; };
  set_state(app, made, "up");
  CHECK(observed() == "down");
  set_state(app, made, "down");
  CHECK(observed() == "up");
  set_state(app, made, "unknown");
  CHECK(observed() == "unknown");
}

TEST_CASE("the list has the most urgent first, pages on the server, and counts states and kinds") {
  TestApp app;
  std::vector<json> made;
  for (const char* name : {"alpha", "bravo", "charlie", "delta"}) made.push_back(add_manual(app, name));
  set_state(app, made[2], "down");
  set_state(app, made[3], "up");
  set_state(app, made[0], "degraded");
  const auto names = [&](const std::string& query, std::string* next = nullptr) {
    const json page = must(app.get(kMonitors + query, &app.viewer));
    std::string out;
    for (const json& row : page["items"]) out += row["name"].get<std::string>() + " ";
    if (next != nullptr) *next = page["next"].is_null() ? "" : page["next"].get<std::string>();
    return out;
  };
  std::string next;
  CHECK(names("?limit=3", &next) == "charlie alpha bravo ");
  CHECK(names("?limit=3&after=" + next, &next) == "delta ");
  CHECK(next.empty());
  CHECK(names("?sort=name") == "alpha bravo charlie delta ");
  CHECK(names("?state=down&state=up") == "charlie delta ");
  CHECK(names("?kind=http") == "");
  CHECK(names("?q=BRA") == "bravo ");
  const json first = must(app.get(kMonitors, &app.viewer));
  CHECK(first["counts"]["down"] == 1);
  CHECK(first["kinds"] == json{{"manual", 4}});
  CHECK(first["paused_long"] == 0);
  CHECK(first["items"][0]["detail"] == "said by hand");
  CHECK(first["items"][0]["days"].size() == 90);
  CHECK(app.get(kMonitors + "?sort=colour", &app.viewer).status == 422);
  CHECK(app.get(kMonitors + "?after=x", &app.viewer).status == 422);
}

TEST_CASE("uptime follows from the record, today as well as on the days before") {
  TestApp app;
  const json made = add_manual(app, "tapes");
  set_state(app, made, "up");
  app.clock.advance(seconds(3 * 3'600));
  set_state(app, made, "down");
  app.clock.advance(seconds(3'600));
  const json row = must(app.get(kMonitors, &app.owner))["items"][0];
  CHECK(row["days"][89] == 75);
  CHECK(row["uptime_30d"] == 75);
  CHECK(row["days"][88].is_null());
  const json monitor = must(app.get(path_of(made), &app.owner));
  CHECK(monitor["uptime"]["h24"] == 75);
  CHECK(monitor["uptime"]["d365"] == 75);
  const json states = must(app.get(path_of(made) + "/states", &app.owner));
  CHECK(states["complete"] == true);
  CHECK(states["items"].back()["state"] == "down");
}

TEST_CASE("a group or a tag sets how its monitors are checked, and the monitor says from where") {
  TestApp app;
  const std::string group = must(app.post(kW + "/subjects", R"({"kind":"group","name":"Shop"})", &app.owner))["id"];
  const json made = add_manual(app, "front", {{"tags", {"web"}}, {"groups", {group}}});
  json items = {{{"scope", "tag"}, {"of", "web"}, {"retries", 0}},
                {{"scope", "group"}, {"of", group}, {"interval_seconds", 20}}};
  const auto put = [&](const json& all) {
    return app.send(Ask{.method = "PUT", .path = kW + "/check-defaults", .body = json{{"items", all}}.dump()}, &app.owner);
  };
  CHECK(must(put(items))["items"].size() == 2);
  json timing = must(app.get(path_of(made), &app.owner))["timing"];
  CHECK(timing["interval_seconds"] == json{{"value", 20}, {"from", "group"}, {"of", group}, {"of_name", "Shop"}});
  CHECK(timing["retries"] == json{{"value", 0}, {"from", "tag"}, {"of", "web"}, {"of_name", "web"}});
  must(app.patch(path_of(made), R"({"own":{"interval_seconds":90}})", &app.owner));
  CHECK(must(app.get(path_of(made), &app.owner))["timing"]["interval_seconds"]["from"] == "own");
  must(app.patch(path_of(made), R"({"own":{"interval_seconds":null},"groups":[]})", &app.owner));
  CHECK(must(app.get(path_of(made), &app.owner))["timing"]["interval_seconds"]["from"] == "standard");
  CHECK(must(put(json::array()))["items"].empty());
  CHECK(must(app.get(path_of(made), &app.owner))["timing"]["retries"]["from"] == "standard");
  items[0]["of"] = "";
  CHECK(put(items).status == 422);
  items = {{{"scope", "group"}, {"of", made["id"]}, {"retries", 1}}};  // no group
  CHECK(put(items).json()["field"] == "items.0.of");
}

TEST_CASE("after a restart monitors, their timing and their secrets are as they were") {
  TestApp app;
  const json wanted = {{"kind", "http"},
                       {"name", "Site"},
                       {"own", {{"interval_seconds", 30}}},
                       {"fields", {{"url", "http://ann:swordfish@db.lan/"}}}};
  const json made = must(app.post(kMonitors, wanted.dump(), &app.owner));
  json before = must(app.get(path_of(made), &app.owner));
  app.restart();
  json after = must(app.get(path_of(made), &app.owner));
  for (json* each : {&before, &after}) {
    each->erase("next_at");
    each->erase("last");
  }
  CHECK(after == before);
}

TEST_CASE("a clone has everything but the name, the key and the ping addresses") {
  TestApp app;
  const json wanted = {{"kind", "push"}, {"name", "Nightly backup"}, {"key", "nightly"}, {"tags", {"cron"}}};
  const json model = must(app.post(kMonitors, wanted.dump(), &app.owner));
  CHECK(model["ping"]["slug"] == "nightly-backup");
  const json copy = must(app.post(path_of(model) + "/clone", R"({"name":"Weekly backup"})", &app.owner));
  CHECK(copy["fields"] == model["fields"]);
  CHECK(copy["tags"] == model["tags"]);
  CHECK(copy["key"].is_null());
  const json first = must(app.get(path_of(model) + "/ping-address", &app.owner));
  const json second = must(app.get(path_of(copy) + "/ping-address", &app.owner));
  CHECK(first["uuid"] != second["uuid"]);
  CHECK(first["token"].get<std::string>().size() == 32);
  CHECK(app.get(path_of(model) + "/ping-address", &app.owner).header("Cache-Control") == "no-store");
  CHECK(app.get(path_of(model) + "/ping-address", &app.viewer).status == 403);
  const json renewed = must(app.post(path_of(model) + "/ping-address", "", &app.owner));
  CHECK(renewed["uuid"] != first["uuid"]);
  CHECK(renewed["slug"] == "nightly-backup");
}

TEST_CASE("an agent that somebody may not edit is neither cloned along nor sent elsewhere by them") {
  TestApp app;
  app.populate();
  const std::string a = must(app.post(kW + "/teams", R"({"name":"A"})", &app.owner))["id"];
  const std::string b = must(app.post(kW + "/teams", R"({"name":"B"})", &app.owner))["id"];
  must(app.send(Ask{.method = "PUT",
                    .path = kW + "/teams/" + a + "/members/" + app.operator_.id.text(),
                    .body = R"({"may_edit":true})"},
                &app.owner));
  must(app.patch(kW + "/agents/{agent}", json{{"team_ids", {b}}}.dump(), &app.owner));
  const json wanted = {{"kind", "http"},
                       {"name", "Site"},
                       {"fields", {{"url", "http://db.lan/"}}},
                       {"teams", {a}},
                       {"probes", {{"mode", "agents"}, {"agents", {app.ids.at("agent")}}, {"needed", 1}}}};
  const json site = must(app.post(kMonitors, wanted.dump(), &app.owner));
  CHECK(site["probes"]["mode"] == "agents");
  const json copy = must(app.post(path_of(site) + "/clone", R"({"name":"Copy"})", &app.operator_));
  CHECK(copy["probes"]["mode"] == "appliance");
  CHECK(count(app, "SELECT COUNT(*) FROM monitor_probe") == 1);
  CHECK(app.patch(path_of(site), R"({"fields":{"url":"http://db.lan/other"}})", &app.operator_).status == 403);
  CHECK(app.patch(path_of(site), R"({"name":"Shop"})", &app.operator_).status == 200);
  CHECK(app.patch(path_of(site), R"({"fields":{"url":"http://db.lan/other"}})", &app.owner).status == 200);
}

TEST_CASE("several are changed alike, and those that cannot be are said") {
  TestApp app;
  const json a = add_manual(app, "a", {{"tags", {"old"}}}), b = add_manual(app, "b");
  json body = {{"ids", {a["id"], b["id"], "01940000-0000-7000-8000-000000000000"}},
               {"change", {{"tags_add", {"new"}}, {"tags_remove", {"old"}}, {"paused", true}, {"own", {{"retries", 5}}}}}};
  const json done = must(app.post(kMonitors + "/bulk", body.dump(), &app.owner));
  CHECK(done["changed"] == 2);
  CHECK(done["failed"].size() == 1);
  const json now = must(app.get(path_of(a), &app.owner));
  CHECK(now["tags"] == json::array({"new"}));
  CHECK(now["state"] == "paused");
  CHECK(now["own"]["retries"] == 5);
  app.clock.advance(std::chrono::days(31));
  app.owner = app.browser_of(app.owner.mail);
  CHECK(must(app.get(kMonitors, &app.owner))["paused_long"] == 2);
}

TEST_CASE("a list is looked through without making anything, then imported") {
  TestApp app;
  json body = {{"text", "kind,name,note\nmanual,One,x\nmanual,,y\npigeon,Two,z\n"}, {"format", "csv"}, {"dry_run", true}};
  const json looked = must(app.post(kMonitors + "/import", body.dump(), &app.owner));
  CHECK(looked["made"] == 0);
  REQUIRE(looked["items"].size() == 3);
  CHECK(looked["items"][0]["trouble"].is_null());
  CHECK(looked["items"][2]["trouble"].is_string());
  CHECK(count(app, "SELECT COUNT(*) FROM monitor") == 0);
  body["dry_run"] = false;
  CHECK(must(app.post(kMonitors + "/import", body.dump(), &app.owner))["made"] == 2);
  CHECK(count(app, "SELECT COUNT(*) FROM monitor") == 2);
  // A foreign host is said at its line, and made once it is confirmed.
  body = {{"text", "https://www.example.org/\n"}, {"format", "lines"}, {"dry_run", true}};
  CHECK(must(app.post(kMonitors + "/import", body.dump(), &app.owner))["items"][0]["trouble"].is_string());
  body["dry_run"] = false;
  body["confirmed_hosts"] = true;
  CHECK(must(app.post(kMonitors + "/import", body.dump(), &app.owner))["made"] == 1);
}

TEST_CASE("only the state of a monitor that is set by hand can be set, and it stands in the trail") {
  TestApp app;
  app.ids["monitor"] = add_manual(app, "tapes")["id"];
  app.ids["pushed"] = must(app.post(kMonitors, R"({"kind":"push","name":"job"})", &app.owner))["id"];
  run(app, {{.name = "down",
             .method = "POST",
             .path = kMonitors + "/" + app.ids["monitor"] + "/state",
             .body = R"({"state":"down","detail":"One is missing"})",
             .as = &TestApp::owner,
             .expected = {"\"observed\":\"down\"", "One is missing"},
             .audit = {"monitor.state_set"}},
            {.name = "pending is nobody's to say",
             .method = "POST",
             .path = kMonitors + "/" + app.ids["monitor"] + "/state",
             .body = R"({"state":"pending"})",
             .as = &TestApp::owner,
             .status = 422},
            {.name = "of a job",
             .method = "POST",
             .path = kMonitors + "/" + app.ids["pushed"] + "/state",
             .body = R"({"state":"down"})",
             .as = &TestApp::owner,
             .status = 409}});
}

TEST_CASE("a removed monitor comes back with its secrets, its record and its addresses") {
  TestApp app;
  const json made = must(app.post(kMonitors, R"({"kind":"push","name":"job","tags":["cron"]})", &app.owner));
  const json address = must(app.get(path_of(made) + "/ping-address", &app.owner));
  must(app.send(Ask{.method = "DELETE", .path = path_of(made)}, &app.owner));
  CHECK(app.get(path_of(made), &app.owner).status == 404);
  CHECK(must(app.get(kMonitors, &app.owner))["items"].empty());
  CHECK(count(app, "SELECT COUNT(*) FROM sealed_field WHERE owner_kind = 'monitor'") == 2);
  const json removed = must(app.get(kW + "/removed", &app.owner))["items"][0];
  CHECK(removed["kind"] == "monitor");
  must(app.post(kW + "/removed/" + removed["id"].get<std::string>() + "/restore", "", &app.owner));
  CHECK(must(app.get(path_of(made), &app.owner))["tags"] == json::array({"cron"}));
  CHECK(must(app.get(path_of(made) + "/ping-address", &app.owner))["uuid"] == address["uuid"]);

  must(app.send(Ask{.method = "DELETE", .path = path_of(made)}, &app.owner));
  const std::string again = must(app.get(kW + "/removed", &app.owner))["items"][0]["id"];
  must(app.send(Ask{.method = "DELETE", .path = kW + "/removed/" + again}, &app.owner));
  CHECK(count(app, "SELECT COUNT(*) FROM sealed_field WHERE owner_kind = 'monitor'") == 0);
}

TEST_CASE("what leaked is cleared or renewed at once") {
  TestApp app;
  const json site = must(app.post(
      kMonitors, R"({"kind":"http","name":"Site","fields":{"url":"http://ann:swordfish@db.lan/"}})", &app.owner));
  const json job = must(app.post(kMonitors, R"({"kind":"push","name":"job"})", &app.owner));
  const json address = must(app.get(path_of(job) + "/ping-address", &app.owner));
  const auto report = [&](const std::string& kind, const json& monitor) {
    return must(app.post(kW + "/leaks",
                         json{{"kind", kind}, {"subject", monitor["id"]}, {"circumstances", "in a ticket"}}.dump(),
                         &app.owner));
  };
  report("monitor_secret", site);
  CHECK(must(app.get(path_of(site), &app.owner))["secrets_set"].empty());
  report("ping_address", job);
  CHECK(must(app.get(path_of(job) + "/ping-address", &app.owner))["uuid"] != address["uuid"]);
}

TEST_CASE("a workspace has as many monitors as the appliance allows") {
  TestApp app;
  must(app.send(Ask{.method = "PUT", .path = "/api/v1/appliance/limits", .body = R"({"limits":{"monitors_per_workspace":1}})"},
                &app.owner));
  add_manual(app, "one");
  CHECK(app.post(kMonitors, R"({"kind":"manual","name":"two"})", &app.owner).status == 409);
  must(app.send(Ask{.method = "PUT", .path = "/api/v1/appliance/limits", .body = R"({"limits":{"monitors_per_workspace":3}})"},
                &app.owner));
  // Those of one import count one another.
  const json body = {{"text", "kind,name\nmanual,two\nmanual,three\nmanual,four\nmanual,five\n"},
                     {"format", "csv"},
                     {"dry_run", false}};
  CHECK(must(app.post(kMonitors + "/import", body.dump(), &app.owner))["made"] == 2);
  CHECK(count(app, "SELECT COUNT(*) FROM monitor") == 3);
}
