#include "tests/support/matrix_world.h"

#include <sodium.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>

#include "core/access/api_keys.h"

namespace connlog {
namespace {

web::WebOptions settings_of_the_matrix() {
  web::WebOptions settings;
  settings.requests_burst = 1'000'000;  // the clock stands still while thousands of requests are made
  return settings;
}

std::string mail_of(const std::string& name) {
  return name + "@example.org";
}

}  // namespace

MatrixWorld::MatrixWorld() : app(settings_of_the_matrix()) {
  app.populate();
  const nlohmann::json wanted = {{"kind", "manual"}, {"name", "mon-1"}};
  app.ids["monitor"] = must(app.post("/api/v1/workspaces/{w}/monitors", wanted.dump(), &app.owner))["id"];
  const nlohmann::json source = {{"name", "src-1"}, {"format", "json"}};
  app.ids["source"] = must(app.post("/api/v1/workspaces/{w}/event-sources", source.dump(), &app.owner))["source"]["id"];
  secrets_ = {"db-1", "mon-1", "src-1", app.ids.at("agent"), app.ids.at("monitor"), app.ids.at("source"),
              app.ids.at("incident")};

  for (const auto& [name, role] : std::map<std::string, Role>{{"olive-owner", Role::owner},
                                                              {"adam-admin", Role::admin},
                                                              {"otto-operator", Role::operator_},
                                                              {"mira-member", Role::member},
                                                              {"vera-viewer", Role::viewer},
                                                              {"dora-disabled", Role::owner},
                                                              {"edda-ended", Role::owner},
                                                              {"exa-expired", Role::owner}}) {
    join(add_user(name, false), role);
  }
  add_user("rita-root", true);

  const Visitor expired = logged_in("exa-expired");
  app.clock.advance(seconds(13 * 3'600));
  stale_owner_ = logged_in("olive-owner");
  stale_administrator_ = logged_in("rita-root");
  app.clock.advance(seconds(11 * 60));

  const Visitor disabled = logged_in("dora-disabled");
  app.storage.write([&](Transaction& tx) -> Result<void> {
    auto user = TRY(app.storage->users().find(tx, disabled.person.id));
    user->enabled = false;
    return app.storage->users().update(tx, *user);
  });
  const Visitor ended = logged_in("edda-ended");
  if (app.post("/api/v1/logout", "", &ended.person).status != 204) std::abort();

  visitors_ = {{"out", Visitor{.name = "nobody"}},
               {"out", disabled},
               {"out", ended},
               {"out", expired},
               {"strngr", logged_in("stranger")},
               {"viewer", logged_in("vera-viewer")},
               {"member", logged_in("mira-member")},
               {"operator", logged_in("otto-operator")},
               {"admin", logged_in("adam-admin")},
               {"owner", logged_in("olive-owner")},
               {"admstr", logged_in("rita-root")}};

  const Person owner = visitors("owner").front().person;
  std::vector<std::string> scopes;
  for (const Action action : actions()) {
    if (may_be_scope(action)) scopes.emplace_back(to_text(action));
  }
  for (const std::string& scope : scopes) keys_[scope] = key_of(app.workspace.id.text(), {scope}, owner);
  foreign_key_ = key_of(app.other_workspace.id.text(), scopes, visitors("strngr").front().person);
}

std::vector<Visitor> MatrixWorld::visitors(const std::string& column) const {
  std::vector<Visitor> out;
  for (const auto& [name, visitor] : visitors_) {
    if (name == column) out.push_back(visitor);
  }
  return out;
}

void MatrixWorld::open_the_workspace() {
  const Visitor administrator = visitors("admstr").front();
  const nlohmann::json body = {{"reason", "Looking into what the owner asked about."}, {"minutes", 60}};
  const ApiAnswer answer = app.post("/api/v1/appliance/workspaces/{w}/open", body.dump(), &administrator.person);
  if (answer.status < 200 || answer.status > 299) {
    std::fprintf(stderr, "matrix: the workspace could not be opened: %s\n", answer.body.c_str());
    std::abort();
  }
  visitors_.emplace_back("glass", administrator);
}

void MatrixWorld::divide_by_team() {
  const Person owner = visitors("owner").front().person;
  const Person member = visitors("member").front().person;
  const std::string w = "/api/v1/workspaces/{w}";
  const std::string a = must(app.post(w + "/teams", R"({"name":"A"})", &owner))["id"];
  const std::string b = must(app.post(w + "/teams", R"({"name":"B"})", &owner))["id"];
  must(
      app.send(Ask{.method = "PUT", .path = w + "/teams/" + a + "/members/" + member.id.text(), .body = "{}"}, &owner));
  const Person operator_ = visitors("operator").front().person;
  must(app.send(Ask{.method = "PUT", .path = w + "/teams/" + b + "/members/" + operator_.id.text(), .body = "{}"},
                &owner));
  const std::string other =
      must(app.post(w + "/agents", R"({"name":"web-9","authorised":true})", &owner))["agent"]["id"];
  must(app.patch(w + "/agents/" + other, nlohmann::json{{"team_ids", {a}}}.dump(), &owner));
  must(app.patch(w + "/agents/{agent}", nlohmann::json{{"team_ids", {b}}}.dump(), &owner));
  must(app.patch(w + "/monitors/" + app.ids.at("monitor"), nlohmann::json{{"teams", {b}}}.dump(), &owner));
  must(app.patch(w + "/event-sources/" + app.ids.at("source"), nlohmann::json{{"team_ids", {b}}}.dump(), &owner));
  must(app.patch(w, R"({"team_scoped":true})", &owner));
}

nlohmann::json MatrixWorld::must(const ApiAnswer& answer) const {
  if (answer.status < 200 || answer.status > 299) {
    std::fprintf(stderr, "matrix: refused: %s\n", answer.body.c_str());
    std::abort();
  }
  return answer.body.empty() ? nlohmann::json() : answer.json();
}

std::string MatrixWorld::object_of(const std::string& path) const {
  if (path.find("/appliance/workspaces/{id}/networks") != std::string::npos) return app.workspace.id.text();
  for (const auto& [part, name] : std::map<std::string, std::string>{{"/agents/", "agent"},
                                                                     {"/subjects/", "agent"},
                                                                     {"/groups/", "agent"},
                                                                     {"/monitors/", "monitor"},
                                                                     {"/event-sources/", "source"},
                                                                     {"/rules/", "rule"},
                                                                     {"/recipients/", "recipient"},
                                                                     {"/incidents/", "incident"},
                                                                     {"/notifications/", "notification"}}) {
    if (path.find("/workspaces/{w}" + part + "{id}") != std::string::npos) return app.ids.at(name);
  }
  return {};
}

std::pair<std::string, std::string> MatrixWorld::key_of(const std::string& workspace,
                                                        const std::vector<std::string>& scopes, const Person& owner) {
  const nlohmann::json body = {{"name", "key"}, {"scopes", scopes}};
  const nlohmann::json made = must(app.post("/api/v1/workspaces/" + workspace + "/api-keys", body.dump(), &owner));
  return {"Authorization", "Bearer " + made["token"].get<std::string>()};
}

Person MatrixWorld::add_user(const std::string& name, bool administrator) {
  PasswordHasher hasher(PasswordCost{crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN, 2});
  User user;
  user.id = UserId::make(app.clock.now(), app.storage.random);
  user.name = name;
  user.mail = user.mail_key = mail_of(name);
  user.password_hash = hasher.hash(Secret(TestApp::kPassword)).value();
  user.appliance_administrator = administrator;
  user.created_at = app.clock.now();
  app.storage.write([&](Transaction& tx) { return app.storage->users().insert(tx, user); });
  return Person{.name = name, .mail = user.mail, .cookie = {}, .csrf = {}, .id = user.id};
}

void MatrixWorld::join(const Person& person, Role role) {
  app.storage.write([&](Transaction& tx) {
    return app.storage->workspaces().put_membership(tx, Membership{app.workspace.id, person.id, role, app.clock.now()});
  });
}

Visitor MatrixWorld::logged_in(const std::string& name) {
  return Visitor{.name = name, .has_session = true, .person = app.browser_of(mail_of(name))};
}

}  // namespace connlog
