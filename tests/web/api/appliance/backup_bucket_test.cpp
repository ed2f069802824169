// The bucket to which backups are copied, over the API: set, tried against a real server, forgotten, leaked.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/appliance/backup/bucket_service.h"
#include "core/appliance/backup/bucket_trial.h"
#include "tests/support/outside.h"
#include "tests/support/test_app.h"

namespace connlog {
namespace {

using nlohmann::json;

const std::string kPath = "/api/v1/appliance/backup-bucket";

json bucket(const json& changes = json::object()) {
  json body = {{"endpoint", "https://s3.example.org"},
               {"region", "eu-west-1"},
               {"bucket", "backups"},
               {"prefix", "one"},
               {"access_key", "AKIDEXAMPLE"},
               {"secret_key", "swordfish-of-the-bucket"},
               {"path_style", true},
               {"retention", false}};
  for (const auto& [name, value] : changes.items()) body[name] = value;
  return body;
}

ApiAnswer put(TestApp& app, const json& body) {
  return app.send(Ask{.method = "PUT", .path = kPath, .body = body.dump()}, &app.owner);
}

std::optional<BucketSettings> stored(TestApp& app) {
  std::optional<BucketSettings> out;
  const auto read = app.storage.stores().read([&](Snapshot& snapshot) -> Result<void> {
    out = TRY(app.services->bucket.settings(snapshot));
    return {};
  });
  REQUIRE(read);
  return out;
}

std::string field_of(const ApiAnswer& answer) {
  CHECK(answer.status == 422);
  const json body = answer.json();
  return body.contains("field") ? body["field"].get<std::string>() : body.dump();
}

}  // namespace

TEST_CASE("the bucket is set, changed in parts and forgotten; its key goes in and never comes out") {
  TestApp app;
  const ApiAnswer set = put(app, bucket());
  REQUIRE_MESSAGE(set.status == 200, set.body);
  CHECK(set.json() == json{{"endpoint", "https://s3.example.org"},
                           {"region", "eu-west-1"},
                           {"bucket", "backups"},
                           {"prefix", "one"},
                           {"access_key", "AKIDEXAMPLE"},
                           {"path_style", true},
                           {"retention", false},
                           {"secret_set", true}});
  CHECK(stored(app)->secret_key.reveal() == "swordfish-of-the-bucket");

  const ApiAnswer changed = put(app, {{"retention", true}});
  CHECK(changed.status == 200);
  CHECK(changed.json()["retention"] == true);
  CHECK(changed.json()["bucket"] == "backups");
  CHECK(stored(app)->secret_key.reveal() == "swordfish-of-the-bucket");

  // The stored key goes to no other service.
  for (const json& elsewhere : {json{{"endpoint", "https://s3.example.net"}}, json{{"access_key", "AKIDOTHER"}}}) {
    CHECK(field_of(put(app, elsewhere)) == "secret_key");
    const ApiAnswer tried =
        app.send(Ask{.method = "POST", .path = kPath + "/test", .body = elsewhere.dump()}, &app.owner);
    CHECK(field_of(tried) == "secret_key");
  }
  CHECK(field_of(put(app, {{"bucket", "../x"}})) == "bucket");
  CHECK(field_of(put(app, {{"secret_key", "with a blank"}})) == "secret_key");

  const auto acts = app.audit_acts();
  CHECK(std::ranges::count(acts, "backup_bucket.changed") == 2);
  const auto remove = [&] { return app.send(Ask{.method = "DELETE", .path = kPath}, &app.owner).status; };
  CHECK(remove() == 204);
  CHECK_FALSE(stored(app));
  CHECK(remove() == 404);
  CHECK(field_of(put(app, {{"endpoint", "https://s3.example.org"}, {"bucket", "backups"}, {"access_key", "A"}})) ==
        "secret_key");
  CHECK(std::ranges::count(app.audit_acts(), "backup_bucket.removed") == 1);
}

TEST_CASE("a bucket is tried before it is saved, and the last answer is kept for the check") {
  TemporaryDirectory directory;
  test::OutsideServer server("s3_server.py", {"--directory", directory.path().string()});
  OutboundOptions outbound;
  outbound.policy.allowed_loopback = {{"127.0.0.1", server.port()}};
  TestApp app({}, outbound);
  app.clock.step_wall_clock(SystemClock().now() - app.clock.now());  // the server looks at the real one
  app.owner = app.browser_of(app.owner.mail);
  const json settings = bucket({{"endpoint", "http://127.0.0.1:" + std::to_string(server.port())},
                                {"region", "us-east-1"},
                                {"access_key", "test:tester"},
                                {"secret_key", "testing"}});
  const ApiAnswer tried = app.send(Ask{.method = "POST", .path = kPath + "/test", .body = settings.dump()}, &app.owner);
  REQUIRE_MESSAGE(tried.status == 200, tried.body);
  const json steps = tried.json()["steps"];
  REQUIRE_MESSAGE(steps.size() == 4, tried.body);
  for (std::size_t i = 0; i < 3; ++i) CHECK(steps[i]["ok"] == true);
  CHECK(steps[3]["step"] == "protection");
  CHECK(steps[3]["ok"] == false);
  CHECK(steps[3]["text"].get<std::string>().find("keeps no versions") != std::string::npos);
  CHECK_FALSE(stored(app));  // a trial saves nothing
  REQUIRE(put(app, settings).status == 200);

  std::optional<BucketVerdict> verdict;
  const auto load = [&] {
    const std::optional<BucketSettings> now = stored(app);
    REQUIRE(now);
    REQUIRE(app.storage.stores().read([&](Snapshot& snapshot) -> Result<void> {
      verdict = TRY(load_bucket_verdict(app.storage->settings(), snapshot, *now));
      return {};
    }));
  };
  load();
  REQUIRE(verdict);
  CHECK(verdict->deletion == BucketDeletion::worked);
  CHECK(std::ranges::count(app.audit_acts(), "backup_bucket.tested") == 1);

  REQUIRE(put(app, {{"prefix", "two"}}).status == 200);  // another place: what was said is of the former one
  load();
  CHECK_FALSE(verdict);
}

TEST_CASE("in recovery no bucket is tried, as nothing is written elsewhere") {
  TestApp app;
  app.services->recovery_mode.set(true);
  const ApiAnswer tried = app.send(Ask{.method = "POST", .path = kPath + "/test", .body = bucket().dump()}, &app.owner);
  CHECK(tried.status == 409);
}

TEST_CASE("the bucket's key is among what can leak, and the answer forgets it") {
  TestApp app;
  const auto names = [&](const std::string& search) {
    std::vector<LeakedSecret> out;
    const auto read = app.storage.stores().read([&](Snapshot& snapshot) -> Result<void> {
      out = TRY(app.services->trust.leaks().secrets(snapshot, Actor{}, LeakOwnerKind::appliance, "backup_bucket_key",
                                                    search));
      return {};
    });
    REQUIRE(read);
    return out;
  };
  CHECK(names("").empty());
  REQUIRE(put(app, bucket()).status == 200);
  REQUIRE(names("").size() == 1);
  CHECK(names("BACKUPS/one").size() == 1);
  CHECK(names("elsewhere").empty());
  const auto kind = bucket_key_leak(app.services->bucket);
  CHECK(kind->owner_kind() == LeakOwnerKind::appliance);
  app.storage.write([&](Transaction& tx) -> Result<void> {
    const LeakPlan plan = TRY(kind->plan(tx, Actor{}, "bucket"));
    CHECK(plan.leaked.name == "s3://backups/one");
    const LeakAnswer answer = TRY(kind->answer(tx, Actor{}, SessionId{}, "bucket"));
    CHECK(answer.by_people.size() == 4);
    return {};
  });
  CHECK(names("").empty());
  CHECK_FALSE(stored(app));
}

}  // namespace connlog
