// Quiet as a resource: maintenances, mutes, snoozes, what is wide, how it ends, the calendar, uptime, and what a
// workspace sets about its messages.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/factor_world.h"
#include "tests/support/mailbox.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";
const std::string kQuiet = kW + "/quiet";

json must(const ApiAnswer& answer) {
  REQUIRE_MESSAGE((answer.status >= 200 && answer.status < 300), answer.body);
  return answer.body.empty() ? json() : answer.json();
}

std::string field_of(const ApiAnswer& answer) {
  REQUIRE_MESSAGE(answer.status == 422, answer.body);
  return answer.json()["field"];
}

// A few more agents, so that one of them is not most of the workspace.
void add_agents(TestApp& app, int count) {
  for (int i = 0; i < count; ++i) {
    const json wanted = {{"name", "web-" + std::to_string(i)}, {"tags", {"web"}}, {"authorised", true}};
    must(app.post(kW + "/agents", wanted.dump(), &app.owner));
  }
}

json mute_of(const json& matchers, const std::string& reason = "Moving the rack") {
  return {{"kind", "mute"}, {"reason", reason}, {"matchers", matchers}, {"duration_seconds", 3'600}};
}

int acts(TestApp& app, const std::string& act) {
  const auto all = app.audit_acts();
  return static_cast<int>(std::count(all.begin(), all.end(), act));
}

std::size_t letters_of(TestApp& app, const std::string& kind) {
  const auto all = test::letters(app);
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const auto& each) { return each.row.kind == kind; }));
}

}  // namespace

TEST_CASE("a mute begins at once, has its reason as name, is seen on the overview, and ends by a click") {
  TestApp app;
  app.populate();
  add_agents(app, 3);
  const json made = must(app.post(kQuiet, mute_of({{{"tag", "production"}}}).dump(), &app.owner));
  CHECK(made["name"] == "Moving the rack");
  CHECK(made["by_name"] == "Olga Owner");
  CHECK(made["matches"] == 1);
  CHECK(made["running"]["to"] == made["ends_at"]);
  CHECK(made["next"] == nullptr);
  CHECK(acts(app, "mute.added") == 1);
  const json overview = must(app.get(kW + "/overview", &app.viewer));
  CHECK(overview["quiet"]["quiet"] == 1);
  CHECK(overview["quiet"]["subjects"] == 4);
  CHECK(overview["quiet"]["by"][0]["by_name"] == "Olga Owner");
  // A mute marks no time: it is no maintenance.
  CHECK(must(app.get(kW + "/subjects/{agent}", &app.viewer))["maintenance"] == false);

  const std::string path = kQuiet + "/" + made["id"].get<std::string>();
  CHECK(app.post(path + "/end", "{}", &app.viewer).status == 403);
  const json ended = must(app.post(path + "/end", "{}", &app.owner));
  CHECK(ended["running"] == nullptr);
  CHECK(app.post(path + "/end", "{}", &app.owner).status == 409);
  CHECK(must(app.get(kQuiet, &app.viewer))["items"].empty());
  CHECK(must(app.get(kQuiet, &app.viewer))["now"] == nullptr);
  CHECK(must(app.get(kQuiet + "?past=1", &app.viewer))["items"].size() == 1);
  CHECK(must(app.get(kW + "/overview", &app.viewer))["quiet"] == nullptr);
}

TEST_CASE("what covers more than half is asked once more, lasts a day at most, and the owners get a letter each day") {
  TestApp app;
  test::set_up_mail(app);
  app.populate();
  add_agents(app, 3);
  json wanted = mute_of(json::array({json::object()}), "Everything is on fire");
  const ApiAnswer asked = app.post(kQuiet, wanted.dump(), &app.owner);
  REQUIRE_MESSAGE(asked.status == 409, asked.body);
  CHECK(asked.json()["code"] == "confirm_wide");
  CHECK(asked.json()["matches"] == 4);
  CHECK(asked.json()["subjects"] == 4);
  CHECK(must(app.get(kQuiet, &app.owner))["items"].empty());
  CHECK(letters_of(app, "wide_quiet") == 0);

  wanted["confirm_wide"] = true;
  wanted["duration_seconds"] = 86'401;
  CHECK(field_of(app.post(kQuiet, wanted.dump(), &app.owner)) == "ends_at");
  wanted["duration_seconds"] = 86'400;
  const json made = must(app.post(kQuiet, wanted.dump(), &app.owner));
  CHECK(made["is_wide"] == true);
  CHECK(letters_of(app, "wide_quiet") == 1);
  const json overview = must(app.get(kW + "/overview", &app.viewer));
  CHECK(overview["quiet"]["quiet"] == 4);
  REQUIRE(app.services->quiet_service.round());
  CHECK(letters_of(app, "wide_quiet") == 1);  // once a day

  // A maintenance that is planned is told when it begins.
  must(app.post(kQuiet + "/" + made["id"].get<std::string>() + "/end", "{}", &app.owner));
  json planned = {{"kind", "maintenance"},
                  {"name", "Whole house"},
                  {"starts_at", to_iso8601(app.clock.now() + 2h)},
                  {"duration_seconds", 3'600},
                  {"confirm_wide", true}};
  must(app.post(kQuiet, planned.dump(), &app.owner));
  REQUIRE(app.services->quiet_service.round());
  CHECK(letters_of(app, "wide_quiet") == 1);
  app.clock.advance(2h);
  REQUIRE(app.services->quiet_service.round());
  CHECK(letters_of(app, "wide_quiet") == 2);
  REQUIRE(app.services->quiet_service.round());
  CHECK(letters_of(app, "wide_quiet") == 2);
}

TEST_CASE(
    "narrow ones that cover more than half together are asked for once more, and become wide where it comes to that") {
  TestApp app;
  test::set_up_mail(app);
  app.populate();
  add_agents(app, 3);
  json first = mute_of({{{"subject_id", app.ids.at("agent")}}});
  first["duration_seconds"] = 30 * 86'400;
  must(app.post(kQuiet, first.dump(), &app.owner));
  const json agents = must(app.get(kW + "/agents", &app.owner))["items"];
  std::vector<std::string> others;
  for (const json& each : agents) {
    if (each["name"] != "db-1") others.push_back(each["id"]);
  }
  REQUIRE(others.size() == 3);
  json second = {{"kind", "maintenance"},
                 {"name", "Later"},
                 {"matchers", {{{"subject_id", others[0]}}, {{"subject_id", others[1]}}}},
                 {"starts_at", to_iso8601(app.clock.now() + 2h)},
                 {"duration_seconds", 3'600}};
  CHECK(app.post(kQuiet, second.dump(), &app.owner).json()["code"] == "confirm_wide");  // three of four, in two hours
  second["matchers"].erase(1);
  app.clock.advance(1s);  // it is the newest
  must(app.post(kQuiet, second.dump(), &app.owner));
  app.clock.advance(2h);
  REQUIRE(app.services->quiet_service.round());
  CHECK(letters_of(app, "wide_quiet") == 0);  // two of four

  // Two of three are quiet when one of the others goes.
  const std::string gone = kW + "/agents/" + others[2];
  CHECK(confirm_by_password(app, app.owner).status == 200);
  const ApiAnswer removed = app.send(Ask{.method = "DELETE", .path = gone}, &app.owner);
  REQUIRE_MESSAGE(removed.status < 300, removed.body);
  app.clock.advance(61s);
  REQUIRE(app.services->quiet_service.round());
  CHECK(letters_of(app, "wide_quiet") == 1);
  CHECK(acts(app, "quiet.became_wide") == 1);
  int wide = 0;
  const json listed = must(app.get(kQuiet, &app.owner));
  for (const json& each : listed["items"]) {
    if (each["is_wide"] != true) continue;
    ++wide;
    CHECK(each["name"] == "Later");
  }
  CHECK(wide == 1);
  app.clock.advance(61s);
  REQUIRE(app.services->quiet_service.round());
  CHECK(letters_of(app, "wide_quiet") == 1);
}

TEST_CASE("all maintenances and mutes of a workspace have two thousand lines at most") {
  TestApp app;
  app.populate();
  json lines = json::array();
  for (int i = 0; i < 50; ++i) lines.push_back({{"tag", "tag-" + std::to_string(i)}});
  for (int i = 0; i < 40; ++i) must(app.post(kQuiet, mute_of(lines).dump(), &app.owner));
  CHECK(app.post(kQuiet, mute_of({{{"tag", "web"}}}).dump(), &app.owner).status == 409);
  must(app.post(kW + "/incidents/{incident}/snooze", R"({"minutes":60})", &app.member));  // has its own bound
}

TEST_CASE("everything critical is wide too, and a single subject by its name is not") {
  TestApp app;
  app.populate();
  const json one = mute_of({{{"subject_id", app.ids.at("agent")}}});
  CHECK(must(app.post(kQuiet, one.dump(), &app.owner))["is_wide"] == false);
  const json critical = mute_of({{{"tag", "nobody"}, {"severity", "critical"}}});
  CHECK(app.post(kQuiet, critical.dump(), &app.owner).json()["code"] == "confirm_wide");
}

TEST_CASE("a maintenance repeats, is looked at ahead, and keeps its past when one of its windows is ended") {
  TestApp app;
  app.populate();
  add_agents(app, 3);
  json wanted = {{"kind", "maintenance"},      {"name", "Kernel update"},
                 {"reason", "Each Wednesday"}, {"matchers", {{{"subject_id", app.ids.at("agent")}}}},
                 {"repeat", "weekly"},         {"schedule", "wed 12:00"},
                 {"zone", "Europe/Berlin"},    {"duration_seconds", 7'200}};
  const json ahead = must(app.post(kQuiet + "/preview", wanted.dump(), &app.owner));
  CHECK(ahead["matches"] == 1);
  CHECK(ahead["subjects"] == 4);
  CHECK(ahead["is_wide"] == false);
  REQUIRE(ahead["windows"].size() == 10);
  // The tests' clock begins on a Wednesday, 12:06 in Berlin: the window of that day began before.
  CHECK(ahead["windows"][0]["from"] == "2026-11-25T11:00:00Z");
  const json made = must(app.post(kQuiet, wanted.dump(), &app.owner));
  CHECK(made["running"] == nullptr);
  CHECK(made["next"]["from"] == "2026-11-25T11:00:00Z");
  const std::string path = kQuiet + "/" + made["id"].get<std::string>();
  const json renamed = must(app.patch(path, R"({"name":"Kernel updates"})", &app.owner));
  CHECK(renamed["version"] == 2);
  CHECK(app.send(Ask{.method = "PATCH", .path = path, .body = R"({"name":"x"})", .headers = {{"If-Match", "\"1\""}}},
                 &app.owner)
            .status == 412);

  app.clock.advance(7 * 24h);
  app.owner = app.browser_of(app.owner.mail);  // the sessions are over
  app.viewer = app.browser_of(app.viewer.mail);
  CHECK(must(app.get(path, &app.viewer))["running"]["to"] == "2026-11-25T13:00:00Z");
  CHECK(must(app.get(kW + "/subjects/{agent}", &app.viewer))["maintenance"] == true);
  CHECK(app.patch(path, R"({"schedule":"thu 12:00"})", &app.owner).status == 409);  // it has begun
  must(app.patch(path, R"({"ends_at":"2026-12-31T00:00:00Z"})", &app.owner));

  const json next = must(app.post(path + "/end", R"({"only_window":true})", &app.owner));
  CHECK(next["id"] != made["id"]);
  CHECK(next["running"] == nullptr);
  CHECK(next["next"]["from"] == "2026-12-02T11:00:00Z");
  CHECK(must(app.get(kW + "/subjects/{agent}", &app.viewer))["maintenance"] == false);
  const json calendar =
      must(app.get(kQuiet + "/calendar?from=2026-11-18T00:00:00Z&to=2026-12-18T00:00:00Z", &app.viewer));
  CHECK(calendar["complete"] == true);
  REQUIRE(calendar["items"].size() == 4);  // the one that was ended early, and three to come
  CHECK(calendar["items"][0]["from"] == "2026-11-25T11:00:00Z");
  CHECK(calendar["items"][0]["to"] == to_iso8601(app.clock.now()));
  CHECK(calendar["items"][3]["from"] == "2026-12-16T11:00:00Z");
  const json record = must(app.get(kW + "/subjects/{agent}/record", &app.viewer));
  REQUIRE(record["maintenances"].size() == 1);
  CHECK(record["maintenances"][0]["from"] == "2026-11-25T11:00:00Z");
}

TEST_CASE("refusals name the field, and what is quiet survives a restart") {
  TestApp app;
  app.populate();
  add_agents(app, 3);
  const auto refused = [&](json change) {
    json wanted = {{"kind", "maintenance"},
                   {"name", "x"},
                   {"matchers", {{{"tag", "web"}}}},
                   {"duration_seconds", 60},
                   {"confirm_wide", true}};
    wanted.update(change);
    return field_of(app.post(kQuiet, wanted.dump(), &app.owner));
  };
  CHECK(refused({{"kind", "snooze"}}) == "kind");
  CHECK(refused({{"name", ""}}) == "name");
  CHECK(refused({{"duration_seconds", 0}}) == "ends_at");
  CHECK(refused({{"ends_at", "tomorrow"}}) == "ends_at");
  CHECK(refused({{"repeat", "weekly"}, {"schedule", "22:00"}}) == "schedule");
  CHECK(refused({{"repeat", "weekly"}, {"schedule", "mon 22:00"}, {"zone", "Moon/Base"}}) == "zone");
  CHECK(refused({{"matchers", {{{"subject_id", app.other_workspace.id.text()}}}}}) == "matchers.0.subject_id");
  CHECK(refused({{"matchers", {{{"tag", "web"}}, {{"rule_id", "x"}}}}}) == "matchers.1.rule_id");
  must(app.post(kQuiet, mute_of({{{"tag", "production"}}}).dump(), &app.owner));
  app.restart(60s);
  CHECK(must(app.get(kQuiet, &app.owner))["now"]["quiet"] == 1);
}

TEST_CASE(
    "an incident is snoozed by whom may acknowledge it, for a day at most where it is critical, and woken again") {
  TestApp app;
  app.populate();
  const std::string path = kW + "/incidents/{incident}/snooze";
  CHECK(app.post(path, R"({"minutes":60})", &app.viewer).status == 403);
  const json made = must(app.post(path, R"({"minutes":60})", &app.member));
  CHECK(made["kind"] == "snooze");
  CHECK(made["matchers"][0]["subject_id"] == app.ids.at("agent"));
  CHECK(made["matchers"][0]["rule_id"] == app.ids.at("rule"));
  CHECK(field_of(app.post(path, R"({"minutes":1441})", &app.member)) == "minutes");
  must(app.post(path, R"({"minutes":120})", &app.member));  // in place of the first
  CHECK(must(app.get(kQuiet, &app.member))["items"].size() == 1);
  CHECK(must(app.get(kQuiet, &app.member))["now"] == nullptr);  // an incident, not a subject
  must(app.post(path, R"({"minutes":0})", &app.member));
  CHECK(must(app.get(kQuiet, &app.member))["items"].empty());
  CHECK(app.post(path, R"({"minutes":0})", &app.member).status == 409);
  CHECK(acts(app, "incident.snoozed") == 2);
}

TEST_CASE("a snooze is given its end too, and another one changes the one snooze") {
  TestApp app;
  app.populate();
  const std::string path = kW + "/incidents/{incident}/snooze";
  const auto until = [&](microseconds from_now) { return json{{"until", to_iso8601(app.clock.now() + from_now)}}; };
  const json first = must(app.post(path, until(90min).dump(), &app.member));
  CHECK(first["ends_at"] == to_iso8601(app.clock.now() + 90min));
  const json second = must(app.post(path, until(2h).dump(), &app.operator_));
  CHECK(second["id"] == first["id"]);
  CHECK(second["version"] == 2);
  CHECK(second["ends_at"] == to_iso8601(app.clock.now() + 2h));
  CHECK(must(app.get(kQuiet + "?past=1", &app.member))["items"].size() == 1);
  CHECK(field_of(app.post(path, until(-1h).dump(), &app.member)) == "until");
  CHECK(field_of(app.post(path, R"({"until":"tonight"})", &app.member)) == "until");
  CHECK(field_of(app.post(path, R"({"until":"2026-12-01T00:00:00Z","minutes":5})", &app.member)) == "until");
}

TEST_CASE("a matcher with a condition that means nothing is refused, and none at all is asked once more") {
  TestApp app;
  app.populate();
  add_agents(app, 3);
  CHECK(field_of(app.post(kQuiet, mute_of({{{"subject", app.ids.at("agent")}}}).dump(), &app.owner)) ==
        "matchers.0.subject");
  CHECK(field_of(app.post(kQuiet + "/preview", mute_of({{{"tags", "web"}}}).dump(), &app.owner)) == "matchers.0.tags");
  for (const json& matchers :
       {json::array(), json::array({json::object()}), json::array({json{{"tag", "web"}}, json::object()})}) {
    const ApiAnswer asked = app.post(kQuiet, mute_of(matchers).dump(), &app.owner);
    REQUIRE_MESSAGE(asked.status == 409, asked.body);
    CHECK(asked.json()["code"] == "confirm_wide");
  }
  const json made = must(app.post(kQuiet, mute_of({{{"tag", "production"}}}).dump(), &app.owner));
  const std::string path = kQuiet + "/" + made["id"].get<std::string>();
  CHECK(app.patch(path, R"({"matchers":[]})", &app.owner).status == 409);
  CHECK(must(app.get(path, &app.owner))["matchers"][0]["tag"] == "production");
}

TEST_CASE("the time of a maintenance counts neither way in uptime, unless the workspace has it count") {
  TestApp app;
  app.populate();  // db-1 is silent at its end
  add_agents(app, 3);
  const json maintenance = {{"kind", "maintenance"},
                            {"name", "Moving"},
                            {"matchers", {{{"subject_id", app.ids.at("agent")}}}},
                            {"duration_seconds", 86'400}};
  const std::string record = kW + "/subjects/{agent}/record";
  must(app.post(kQuiet, maintenance.dump(), &app.owner));
  const json before = must(app.get(record, &app.viewer))["uptime"]["day"];
  app.clock.advance(3h);  // silent all the while
  const json without = must(app.get(record, &app.viewer))["uptime"]["day"];
  CHECK(without == before);
  must(app.send(Ask{.method = "PUT", .path = kW + "/telling-settings", .body = R"({"maintenance_counts":true})"},
                &app.owner));
  CHECK(must(app.get(record, &app.viewer))["uptime"]["day"].get<double>() < without.get<double>());
}

TEST_CASE("a monitor's days leave its maintenances out, and are reckoned anew when one is ended") {
  TestApp app;
  const json wanted = {{"kind", "manual"}, {"name", "Tapes"}, {"fields", {{"note", "They lie in the safe"}}}};
  const std::string id = must(app.post(kW + "/monitors", wanted.dump(), &app.owner))["id"];
  const auto say = [&](const char* state) {
    must(app.post(kW + "/monitors/" + id + "/state", json{{"state", state}, {"detail", "by hand"}}.dump(), &app.owner));
  };
  const auto listed = [&] { return must(app.get(kW + "/monitors", &app.viewer))["items"][0]; };
  say("up");
  app.clock.advance(1h);
  const json maintenance = {{"kind", "maintenance"},
                            {"name", "New tapes"},
                            {"matchers", {{{"subject_id", id}}}},
                            {"duration_seconds", 86'400}};
  const json made = must(app.post(kQuiet, maintenance.dump(), &app.owner));
  say("down");
  app.clock.advance(1h);
  CHECK(listed()["uptime_30d"] == 100);
  CHECK(listed()["maintenance"] == true);
  must(app.post(kQuiet + "/" + made["id"].get<std::string>() + "/end", "{}", &app.owner));
  app.clock.advance(1h);
  CHECK(listed()["uptime_30d"] == 50);  // an hour up, and the hour down after the maintenance
  CHECK(listed()["days"].back() == 50);
  CHECK(listed()["maintenance"] == false);
}

TEST_CASE("what a workspace sets about its messages has a standard, bounds and a version") {
  TestApp app;
  const std::string path = kW + "/telling-settings";
  const json standard = must(app.get(path, &app.viewer));
  CHECK(standard == json{{"group_wait_seconds", 30},
                         {"group_every_seconds", 300},
                         {"host_quiet_minutes", 240},
                         {"maintenance_counts", false},
                         {"acknowledge_hours", 8},
                         {"version", 1}});
  const auto put = [&](const std::string& body, const Person& as) {
    return app.send(Ask{.method = "PUT", .path = path, .body = body}, &as);
  };
  CHECK(put(R"({"acknowledge_hours":4})", app.operator_).status == 403);
  const json changed = must(put(R"({"acknowledge_hours":4})", app.owner));
  CHECK(changed["acknowledge_hours"] == 4);
  CHECK(changed["group_wait_seconds"] == 30);
  CHECK(changed["version"] == 2);
  CHECK(field_of(put(R"({"acknowledge_hours":169})", app.owner)) == "acknowledge_hours");
  CHECK(field_of(put(R"({"host_quiet_minutes":241})", app.owner)) == "host_quiet_minutes");
  CHECK(field_of(put(R"({"group_wait_seconds":301})", app.owner)) == "group_wait_seconds");
  CHECK(field_of(put(R"({"group_wait":10})", app.owner)) == "group_wait");
  CHECK(acts(app, "telling_settings.changed") == 1);
}

TEST_CASE("in a workspace that is scoped by team, quiet is seen and asked for within one's own teams") {
  TestApp app;
  app.populate();
  add_agents(app, 3);
  const std::string team = must(app.post(kW + "/teams", R"({"name":"Web"})", &app.owner))["id"];
  must(app.send(Ask{.method = "PUT",
                    .path = kW + "/teams/" + team + "/members/" + app.operator_.id.text(),
                    .body = R"({"may_edit":true})"},
                &app.owner));
  const json agents = must(app.get(kW + "/agents", &app.owner))["items"];
  std::string mine;
  for (const json& each : agents) {
    if (each["name"] != "web-0") continue;
    mine = each["id"];
    must(app.patch(kW + "/agents/" + mine, json{{"team_ids", {team}}}.dump(), &app.owner));
  }
  must(app.patch(kW, R"({"team_scoped":true})", &app.owner));
  must(app.post(kQuiet, mute_of({{{"subject_id", app.ids.at("agent")}}}).dump(), &app.owner));
  CHECK(must(app.get(kQuiet, &app.operator_))["items"].empty());
  CHECK(app.get(kQuiet, &app.operator_).body.find("db-1") == std::string::npos);

  CHECK(app.post(kQuiet, mute_of({{{"subject_id", mine}}}).dump(), &app.operator_).status == 201);
  CHECK(app.post(kQuiet, mute_of({{{"tag", "web"}}}).dump(), &app.operator_).status == 403);
  CHECK(app.post(kQuiet, mute_of({{{"subject_id", app.ids.at("agent")}}}).dump(), &app.operator_).status == 403);
  const json seen = must(app.get(kQuiet, &app.operator_));
  REQUIRE(seen["items"].size() == 1);
  // Of what names theirs and others' subjects they see the line about theirs, and counts of what they see.
  const json both = {{{"subject_id", mine}}, {{"subject_id", app.ids.at("agent")}}};
  const json made = must(app.post(kQuiet, mute_of(both, "Both").dump(), &app.owner));
  CHECK(made["matches"] == 2);
  const json shown = must(app.get(kQuiet + "/" + made["id"].get<std::string>(), &app.operator_));
  CHECK(shown["matchers"].size() == 1);
  CHECK(shown["matchers"][0]["subject_id"] == mine);
  CHECK(shown["matches"] == 1);
  const json ahead = must(app.post(kQuiet + "/preview", mute_of({{{"subject_id", mine}}}).dump(), &app.operator_));
  CHECK(ahead["matches"] == 1);
  CHECK(ahead["subjects"] == 1);
  CHECK(seen["now"] == json{{"quiet", 1}, {"subjects", 1}, {"by", seen["now"]["by"]}, {"held_for_parents", 0}});
}
