// What the trails must not miss and must not hold: a row for each act that takes something away, no secret in any row,
// no cell that a spreadsheet runs, and no anchor that is renewed over trails that contradict it.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/audit/anchor.h"
#include "core/audit/trail_export.h"
#include "tests/support/mailbox.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";

struct World {
  TestApp app;

  json good(const std::string& method, const std::string& path, const json& body = nullptr) {
    const ApiAnswer answer =
        app.send(Ask{.method = method, .path = path, .body = body.is_null() ? "" : body.dump()}, &app.owner);
    CAPTURE(path);
    REQUIRE_MESSAGE((answer.status >= 200 && answer.status < 300), answer.body);
    return answer.body.empty() ? json() : answer.json();
  }
  // The act is written down, once, by this request.
  void leaves(const std::string& act, const std::string& method, const std::string& path, const json& body = nullptr) {
    CAPTURE(act);
    const auto count = [&] {
      app.settle();
      const auto acts = app.audit_acts();
      return std::count(acts.begin(), acts.end(), act);
    };
    const auto before = count();
    good(method, path, body);
    CHECK(count() == before + 1);
  }
};

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("what takes a right, a key or a session away leaves its row") {
  World world;
  TestApp& app = world.app;
  app.populate();
  test::set_up_mail(app);
  const std::string team = world.good("POST", kW + "/teams", {{"name", "A"}})["id"];
  const std::string member = kW + "/teams/" + team + "/members/" + app.member.id.text();
  world.leaves("team.member_added", "PUT", member, {{"may_edit", false}});
  world.leaves("team.member_removed", "DELETE", member);
  world.leaves("team.removed", "DELETE", kW + "/teams/" + team);
  const std::string group = world.good("POST", kW + "/subjects", {{"kind", "group"}, {"name", "G"}})["id"];
  world.leaves("group.removed", "DELETE", kW + "/subjects/" + group);
  world.leaves("invitation.sent", "POST", kW + "/invitations", {{"mail", "n@example.net"}, {"role", "viewer"}});
  const std::string invitation = app.get(kW + "/invitations", &app.owner).json()["items"][0]["id"];
  world.leaves("invitation.revoked", "DELETE", kW + "/invitations/" + invitation);
  const json key = world.good("POST", kW + "/api-keys", {{"name", "k"}, {"scopes", {"view"}}});
  const std::string listed = app.get(kW + "/api-keys", &app.owner).json()["items"][0]["id"];
  world.leaves("api_key.revoked", "DELETE", kW + "/api-keys/" + listed);
  const std::string enrolment =
      world.good("POST", kW + "/enrolment-keys", {{"name", "k"}, {"authorised", true}})["key"]["id"];
  world.leaves("enrolment_key.revoked", "DELETE", kW + "/enrolment-keys/" + enrolment);
  world.leaves("leak.reported", "POST", kW + "/leaks", {{"kind", "agent_token"}, {"subject", app.ids.at("agent")}});
  world.leaves("leak.answered", "POST", kW + "/leaks", {{"kind", "agent_token"}, {"subject", app.ids.at("agent")}});
  world.leaves("member.removed", "DELETE", kW + "/members/" + app.viewer.id.text());
  const Person elsewhere = app.browser_of(app.owner.mail);
  std::string other;
  const json sessions = app.get("/api/v1/account/sessions", &app.owner).json()["items"];
  for (const json& session : sessions) {
    if (session["current"] == false) other = session["id"];
  }
  REQUIRE_FALSE(other.empty());
  world.leaves("session.ended", "DELETE", "/api/v1/account/sessions/" + other);

  std::filesystem::create_directories(app.storage.directory.path() / "legal");
  std::ofstream(app.storage.directory.path() / "legal" / "terms.md")
      << "title: Terms\nacceptance: required\n---\nBe kind.\n";
  REQUIRE(app.services->trust.legal().load(app.storage.directory.path() / "legal"));
  const json text = app.get("/api/v1/legal").json()["items"][0];
  world.leaves("legal.accepted", "POST", "/api/v1/legal/accept",
               {{"name", text["name"]}, {"version", text["version"]}});
}

TEST_CASE("no row of any trail holds a secret that its act made") {
  World world;
  TestApp& app = world.app;
  app.populate();
  std::vector<std::string> secrets = {app.agent_token, app.setup_token, TestApp::kPassword};
  const json scopes = {"view"};
  secrets.push_back(world.good("POST", kW + "/api-keys", {{"name", "k"}, {"scopes", scopes}})["token"]);
  secrets.push_back(world.good("POST", "/api/v1/account/api-keys", {{"name", "k"}, {"scopes", scopes}})["token"]);
  secrets.push_back(world.good("POST", kW + "/enrolment-keys", {{"name", "k"}, {"authorised", true}})["token"]);
  secrets.push_back(world.good("POST", kW + "/agents/{agent}/token", json::object())["token"]);
  secrets.push_back(world.good(
      "POST", kW + "/recipients",
      {{"name", "Hook"}, {"kind", "webhook"}, {"fields", {{"url", "https://hooks.example.org/x"}}}})["secret"]);
  secrets.push_back(world.good("POST", "/api/v1/account/factors/totp", json::object())["secret"]);
  world.good("POST", "/api/v1/appliance/providers",
             {{"preset", "generic"},
              {"name", "Staff"},
              {"issuer", "https://login.example.org"},
              {"client_id", "c"},
              {"client_secret", "swordfish-of-the-provider"},
              {"enabled", true}});
  secrets.push_back("swordfish-of-the-provider");
  app.settle();
  for (const Trail trail : kTrails) {
    for (const TrailEntry& entry : app.storage.read<std::vector<TrailEntry>>(
             [&](Snapshot& snapshot) { return app.storage->trails().after(snapshot, trail, 0, 10'000); })) {
      CAPTURE(entry.act);
      for (const std::string& secret : secrets) {
        CHECK(json_row(entry).find(secret) == std::string::npos);
        CHECK(json_row(entry).find(secret.substr(secret.size() / 2)) == std::string::npos);
      }
    }
  }
}

TEST_CASE("no cell of an export begins as a formula does") {
  for (const std::string text :
       {"=HYPERLINK(\"http://evil.example\")", "+1+1", "-2+3", "@SUM(A1)", "  =1+1", "\t=1+1", "\r\n=1+1"}) {
    CAPTURE(text);
    TrailEntry entry;
    entry.actor_name = entry.object = entry.details = entry.address = text;
    const std::string row = csv_row(entry);
    for (std::size_t at = row.find(",\""); at != std::string::npos; at = row.find(",\"", at + 1)) {
      const std::size_t first = row.find_first_not_of(" \t\r\n", at + 2);
      CHECK(std::string_view("=+-@").find(row[first]) == std::string_view::npos);
    }
  }
}

TEST_CASE("an anchor that names what the trails do not have is trouble from the start on, and is not written over") {
  TestApp app;
  app.settle();
  const std::filesystem::path file = app.storage.directory.path() / "audit.anchor";
  TrailHeads ahead = app.storage->trails().heads();
  ahead.of(Trail::security).sequence += 5;  // as after an older database was put back
  const std::string anchor = render_anchor(ahead, app.clock.now(), app.storage.keys.anchor_key());
  std::ofstream(file, std::ios::trunc | std::ios::binary) << anchor;
  app.restart();
  CHECK(app.trail_services->anchor.trouble().has_value());
  (void)app.log_in("nobody@example.org", "wrong wrong wrong");
  app.settle();
  app.trail_services->anchor.keep();
  CHECK(content(file) == anchor);
  REQUIRE(app.trail_services->anchor.renew());
  CHECK_FALSE(app.trail_services->anchor.trouble().has_value());
  CHECK(content(file) != anchor);
}
