// Backups by the API: who may, what is answered, what is refused with which field, and what stands in the trail.
#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/api_scenario.h"
#include "tests/support/schema_check.h"
#include "web/api/openapi.h"

using namespace connlog;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

const std::string kBackups = "/api/v1/appliance/backups";
const std::string kSchedule = "/api/v1/appliance/backup-schedule";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void set_passphrase(TestApp& app) {
  const auto made = app.services->backup_keys.derive(Secret("correct horse battery"), {1, 8});
  REQUIRE(made);
  Actor actor;
  actor.kind = Actor::Kind::user;
  actor.user = app.owner.id;
  actor.name = app.owner.name;
  app.storage.write([&](Transaction& tx) { return app.services->backup_keys.set_passphrase(tx, actor, *made); });
}

json list(TestApp& app) {
  const ApiAnswer answer = app.get(kBackups, &app.owner);
  REQUIRE(answer.status == 200);
  const json document = web::openapi_document("https://monitor.example.org");
  CHECK(violations(document, {{"$ref", "#/components/schemas/BackupList"}}, answer.json()) == std::vector<std::string>{});
  return answer.json();
}

// Asks for one, and does what the thread would do.
std::string make(TestApp& app, const std::string& kind = "whole") {
  const ApiAnswer begun = app.post(kBackups, json{{"kind", kind}}.dump(), &app.owner);
  INFO(begun.body);
  REQUIRE(begun.status == 202);
  CHECK(begun.json()["state"] == "running");
  app.services->backups.run_once();
  return begun.json()["id"];
}

json schedule() {
  return {{"enabled", true},     {"hour", 2},        {"minute", 30},      {"zone", "UTC"},
          {"whole_on", 64},      {"keep_daily", 7},  {"keep_weekly", 4},  {"daily_without_history", true},
          {"keep_monthly", 12},  {"keep_yearly", 2}};
}

}  // namespace

TEST_CASE("without a key no backup is made and no schedule is switched on, and the page says so") {
  TestApp app;
  const json before = list(app);
  CHECK(before["items"].empty());
  CHECK(before["recovery_key"]["state"] == "none");
  CHECK(before["passphrase"]["is_set"] == false);
  CHECK(before["bucket"].is_null());
  CHECK(before["next_at"].is_null());
  CHECK(contains(before["findings"].dump(), "There is no recovery key"));
  CHECK(before["destinations"].size() == 1);
  CHECK(before["destinations"][0]["same_device"] == true);
  const ApiAnswer refused = app.post(kBackups, R"({"kind":"whole"})", &app.owner);
  CHECK(refused.status == 409);
  CHECK(app.send({.method = "PUT", .path = kSchedule, .body = schedule().dump()}, &app.owner).status == 409);
}

TEST_CASE("a backup is asked for, made, shown, verified, fetched and removed, and each act stands in the trail") {
  TestApp app;
  set_passphrase(app);
  const std::string id = make(app);
  const json shown = app.get(kBackups + "/" + id, &app.owner).json();
  CHECK(shown["state"] == "complete");
  CHECK(shown["trigger"] == "by_hand");
  CHECK(shown["by"] == app.owner.name);
  CHECK(shown["has_key"] == true);
  CHECK(shown["bytes"].get<std::int64_t>() > 0);
  CHECK(shown["copies"].size() == 1);
  CHECK(list(app)["items"][0] == shown);

  CHECK(app.post(kBackups + "/" + id + "/verify", "", &app.owner).status == 202);
  CHECK(list(app)["progress"][0]["step"] == "waiting");
  app.services->backups.run_once();
  CHECK(app.get(kBackups + "/" + id, &app.owner).json()["verify_trouble"] == "");
  CHECK_FALSE(app.get(kBackups + "/" + id, &app.owner).json()["verified_at"].is_null());
  CHECK(list(app)["progress"].empty());

  const ApiAnswer file = app.get(kBackups + "/" + id + "/file", &app.owner);
  CHECK(file.status == 200);
  CHECK(file.header("Content-Type") == "application/octet-stream");
  CHECK(contains(file.header("Content-Disposition"), shown["name"].get<std::string>()));
  CHECK(file.header("Content-Length") == std::to_string(shown["bytes"].get<std::int64_t>()));

  const fs::path path = app.storage.directory.path() / "backups" / shown["name"].get<std::string>();
  REQUIRE(fs::exists(path));
  CHECK(app.send({.method = "DELETE", .path = kBackups + "/" + id}, &app.owner).status == 204);
  app.services->backups.run_once();
  CHECK_FALSE(fs::exists(path));
  CHECK(list(app)["items"].empty());
  CHECK(app.get(kBackups + "/" + id, &app.owner).status == 404);
  CHECK(app.send({.method = "DELETE", .path = kBackups + "/" + id}, &app.owner).status == 404);

  const auto acts = app.audit_acts();
  for (const char* act : {"backup.asked", "backup.made", "backup.verified", "backup.fetched", "backup.removed"}) {
    CAPTURE(act);
    CHECK(std::count(acts.begin(), acts.end(), act) == 1);
  }
}

TEST_CASE("of backups only the administrator knows, and a wrong request names its field") {
  TestApp app;
  set_passphrase(app);
  const std::string id = make(app, "without_history");
  for (const Person* person : {&app.operator_, &app.viewer, &app.stranger}) {
    CHECK(app.get(kBackups, person).status == 403);
    CHECK(app.get(kBackups + "/" + id, person).status == 403);
    CHECK(app.get(kBackups + "/" + id + "/file", person).status == 403);
    CHECK(app.post(kBackups, R"({"kind":"whole"})", person).status == 403);
    CHECK(app.send({.method = "DELETE", .path = kBackups + "/" + id}, person).status == 403);
    CHECK(app.send({.method = "PUT", .path = kSchedule, .body = schedule().dump()}, person).status == 403);
  }
  CHECK(app.get(kBackups).status == 401);
  const ApiAnswer kind = app.post(kBackups, R"({"kind":"half"})", &app.owner);
  CHECK(kind.status == 422);
  CHECK(kind.json()["field"] == "kind");
  const std::string unknown = "01900000-0000-7000-8000-000000000000";
  for (const std::string& path : {kBackups + "/" + unknown, kBackups + "/" + unknown + "/file", kBackups + "/x"})
    CHECK(app.get(path, &app.owner).status == 404);
  CHECK(app.post(kBackups + "/" + unknown + "/verify", "", &app.owner).status == 404);
  // Nothing here restores an archive beside.
  CHECK(app.post(kBackups + "/" + id + "/drill", "", &app.owner).status == 409);
}

TEST_CASE("the schedule is kept as it was sent, and a wrong value of it is refused with its name") {
  TestApp app;
  set_passphrase(app);
  const auto put = [&](const json& body) {
    return app.send({.method = "PUT", .path = kSchedule, .body = body.dump()}, &app.owner);
  };
  const ApiAnswer done = put(schedule());
  REQUIRE(done.status == 200);
  CHECK(done.json() == schedule());
  CHECK(list(app)["schedule"] == schedule());
  CHECK(list(app)["next_at"] == "2026-11-19T02:30:00Z");
  const std::pair<const char*, json> wrong[] = {{"hour", 24},         {"minute", -1},     {"zone", "../UTC"},
                                                {"zone", "Nowhere"},  {"whole_on", 0},    {"whole_on", 128},
                                                {"keep_daily", 1001}, {"enabled", "yes"}, {"keep_yearly", nullptr}};
  for (const auto& [name, value] : wrong) {
    json body = schedule();
    body[name] = value;
    const ApiAnswer refused = put(body);
    INFO(body.dump(), refused.body);
    CHECK(refused.status == 422);
    CHECK(refused.json()["field"] == name);
  }
  CHECK(list(app)["schedule"] == schedule());
  const auto acts = app.audit_acts();
  CHECK(std::count(acts.begin(), acts.end(), "backup_schedule.changed") == 1);
}

TEST_CASE("a repeated request with the same key makes one backup") {
  TestApp app;
  set_passphrase(app);
  const Ask ask{.method = "POST",
                .path = kBackups,
                .body = R"({"kind":"whole"})",
                .headers = {{"Idempotency-Key", "backup-of-tonight"}}};
  const ApiAnswer first = app.send(ask, &app.owner), second = app.send(ask, &app.owner);
  CHECK(first.status == 202);
  CHECK(second.json()["id"] == first.json()["id"]);
  app.services->backups.run_once();
  CHECK(list(app)["items"].size() == 1);
}
