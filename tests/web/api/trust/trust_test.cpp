// Leaks, the legal texts, whom to tell about a weakness, and the keys: through the whole server.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/crypto/sealed.h"
#include "tests/support/mailbox.h"
#include "tests/support/api_scenario.h"

using namespace connlog;
using nlohmann::json;

namespace {

json secrets(TestApp& app, const std::string& base, const std::string& kind, const Person& as) {
  const ApiAnswer answer = app.get(base + "/leak-subjects?kind=" + kind, &as);
  REQUIRE_MESSAGE(answer.status == 200, answer.body);
  return answer.json()["items"];
}

std::string report(const std::string& kind, const std::string& leaked) {
  return json{{"kind", kind}, {"subject", leaked}, {"circumstances", "found in a ticket"}}.dump();
}

void ask_for_terms(TestApp& app, const std::string& words) {
  auto text = parse_legal_text("terms", "title: Terms\nacceptance: required\n---\n" + words + "\n");
  REQUIRE(text);
  app.services->trust.legal().set({*text});
}

}  // namespace

TEST_CASE("an agent's token that leaked is replaced, and a checklist remains") {
  TestApp app;
  app.populate();
  const std::string w = "/api/v1/workspaces/{w}";
  const json found = secrets(app, w, "agent_token", app.owner);
  REQUIRE(found.size() == 1);
  const std::string agent = found[0]["id"];
  const ApiAnswer plan = app.get(w + "/leak-plan?kind=agent_token&subject=" + agent, &app.owner);
  REQUIRE(plan.status == 200);
  CHECK(plan.json()["automatic"].size() >= 2);
  CHECK(plan.json()["by_people"].size() >= 2);
  CHECK(app.heartbeat(app.agent_token).status == 200);  // the plan changed nothing

  const ApiAnswer answer = app.post(w + "/leaks", report("agent_token", agent), &app.owner);
  REQUIRE_MESSAGE(answer.status == 201, answer.body);
  const std::string secret = answer.json()["secret"];
  CHECK(secret.starts_with("agent_"));
  app.clock.advance(std::chrono::seconds(60));
  CHECK(app.heartbeat(app.agent_token).status == 401);
  CHECK(app.heartbeat(secret).status == 200);

  json leak = answer.json()["leak"];
  const std::string id = leak["id"];
  std::int64_t open = 0, first = 0;
  for (const json& step : leak["steps"]) {
    if (step["automatic"] == true) CHECK(step["done_at"].is_string());
    if (step["automatic"] == false && first == 0) first = step["position"].get<std::int64_t>();
    open += step["done_at"].is_null() ? 1 : 0;
  }
  CHECK(open == leak["steps_open"]);
  REQUIRE(first > 0);
  const std::string one = w + "/leaks/" + id;
  CHECK(app.patch(one, R"({"closed":true})", &app.owner).status == 409);
  CHECK(app.patch(one + "/steps/1", R"({"done":false})", &app.owner).status == 409);  // connlog's own
  CHECK(app.patch(one + "/steps/99", R"({"done":true})", &app.owner).status == 404);
  const json steps = leak["steps"];
  for (const json& step : steps) {
    if (step["automatic"] == true) continue;
    const ApiAnswer ticked = app.patch(one + "/steps/" + std::to_string(step["position"].get<std::int64_t>()),
                                       R"({"done":true,"note":"by hand"})", &app.owner);
    REQUIRE_MESSAGE(ticked.status == 200, ticked.body);
    leak = ticked.json();
  }
  CHECK(leak["steps_open"] == 0);
  CHECK(app.patch(one, R"({"closed":true})", &app.owner).json()["closed_by"] == app.owner.name);
  CHECK(app.patch(one + "/steps/" + std::to_string(first), R"({"done":false})", &app.owner).status == 409);

  const ApiAnswer markdown = app.get(one + "/export?format=markdown", &app.owner);
  CHECK(markdown.status == 200);
  CHECK(markdown.header("Content-Disposition").find("attachment") == 0);
  CHECK(markdown.body.find("Note: by hand") != std::string::npos);
  const ApiAnswer as_json = app.get(one + "/export?format=json", &app.owner);
  CHECK(as_json.json()["steps"].size() == leak["steps"].size());
  CHECK(app.get(one + "/export?format=html", &app.owner).status == 422);
  for (const ApiAnswer* exported : {&markdown, &as_json}) {
    CHECK(exported->body.find(secret) == std::string::npos);
    CHECK(exported->body.find(app.agent_token) == std::string::npos);
  }
}

TEST_CASE("leaks are for owners and admins, each workspace's are its own, and others find nothing") {
  TestApp app;
  app.populate();
  const std::string agent = app.ids.at("agent");
  const ApiAnswer made = app.post("/api/v1/workspaces/{w}/leaks", report("agent_token", agent), &app.owner);
  REQUIRE(made.status == 201);
  const std::string id = made.json()["leak"]["id"];
  for (const Person* person : {&app.operator_, &app.member, &app.viewer}) {
    CHECK(app.get("/api/v1/workspaces/{w}/leaks", person).status == 403);
    CHECK(app.post("/api/v1/workspaces/{w}/leaks", report("agent_token", agent), person).status == 403);
  }
  CHECK(app.get("/api/v1/workspaces/{w}/leaks", &app.stranger).status == 404);
  const std::string other = "/api/v1/workspaces/" + app.other_workspace.id.text();
  CHECK(app.get(other + "/leaks/" + id, &app.stranger).status == 404);
  CHECK(app.get(other + "/leaks", &app.stranger).json()["items"].empty());
  // For the owner of another workspace this agent does not exist.
  CHECK(app.post(other + "/leaks", report("agent_token", agent), &app.stranger).status == 404);
  CHECK(app.get("/api/v1/account/leaks/" + id, &app.owner).status == 404);
  CHECK(app.get("/api/v1/appliance/leaks/" + id, &app.owner).status == 404);
  CHECK(app.get("/api/v1/appliance/leaks", &app.stranger).status == 403);
}

TEST_CASE("a webhook's secret that leaked is replaced and signs from then on") {
  TestApp app;
  app.populate();
  const ApiAnswer hook =
      app.post("/api/v1/workspaces/{w}/recipients",
               R"({"name":"Hook","kind":"webhook","fields":{"url":"https://hooks.example.org/x"}})", &app.owner);
  REQUIRE(hook.status == 201);
  const std::string before = hook.json()["secret"], id = hook.json()["recipient"]["id"];
  const json found = secrets(app, "/api/v1/workspaces/{w}", "webhook_secret", app.owner);
  REQUIRE(found.size() == 1);
  const ApiAnswer answer = app.post("/api/v1/workspaces/{w}/leaks", report("webhook_secret", id), &app.owner);
  REQUIRE_MESSAGE(answer.status == 201, answer.body);
  const std::string secret = answer.json()["secret"];
  CHECK(secret != before);
  RecipientId recipient;
  REQUIRE(RecipientId::parse(id, recipient));
  const auto stored = app.storage.read<std::optional<Recipient>>(
      [&](Snapshot& snapshot) { return app.storage->recipients().find(snapshot, app.workspace.id, recipient); });
  CHECK(unseal(app.storage.keys, "recipient.secret", stored->sealed.at(0).sealed)->reveal() == secret);
}

TEST_CASE("a leaked password of somebody is made useless, their sessions end, and a link is shown once") {
  TestApp app;
  const json found = secrets(app, "/api/v1/appliance", "password", app.owner);
  REQUIRE(found.size() >= 4);
  const ApiAnswer answer = app.post("/api/v1/appliance/leaks", report("password", app.member.id.text()), &app.owner);
  REQUIRE_MESSAGE(answer.status == 201, answer.body);
  CHECK(answer.json()["secret_is_link"] == true);
  CHECK(std::string(answer.json()["secret"]).starts_with("/reset#token="));
  CHECK(app.get("/api/v1/me", &app.member).status == 401);
  CHECK(app.log_in(app.member.mail, TestApp::kPassword).status == 401);
  CHECK(app.get("/api/v1/me", &app.viewer).status == 200);
}

TEST_CASE("one's own leak keeps the session one asks from, ends the others, and reaches nobody else's") {
  TestApp app;
  const Person elsewhere = app.browser_of(app.member.mail);
  CHECK(app.post("/api/v1/account/leaks", report("password", app.viewer.id.text()), &app.member).status == 404);
  const ApiAnswer answer = app.post("/api/v1/account/leaks", report("everything", app.member.id.text()), &app.member);
  REQUIRE_MESSAGE(answer.status == 201, answer.body);
  CHECK(app.get("/api/v1/me", &elsewhere).status == 401);
  CHECK(app.get("/api/v1/me", &app.member).status == 200);
  CHECK(app.log_in(app.member.mail, TestApp::kPassword).status == 401);
  CHECK(app.get("/api/v1/account/leaks", &app.member).json()["items"].size() == 1);
  CHECK(app.get("/api/v1/account/leaks", &app.viewer).json()["items"].empty());
}

TEST_CASE("nothing works before the agreement but reading, agreeing and leaving, and a changed text asks again") {
  TestApp app;
  CHECK(app.get("/api/v1/workspaces/{w}/agents", &app.viewer).status == 200);
  ask_for_terms(app, "Be kind.");
  const ApiAnswer refused = app.get("/api/v1/workspaces/{w}/agents", &app.viewer);
  CHECK(refused.status == 403);
  CHECK(refused.json()["code"] == "legal_acceptance_required");
  CHECK(refused.json()["texts"] == json::array({"terms"}));
  for (const char* path : {"/api/v1/me", "/api/v1/legal", "/api/v1/legal/terms", "/api/v1/account/legal"}) {
    CAPTURE(path);
    CHECK(app.get(path, &app.viewer).status == 200);
  }
  const std::string version = app.get("/api/v1/legal/terms").json()["version"];
  const auto accept = [&](const std::string& which, const Person& as) {
    return app.post("/api/v1/legal/accept", json{{"name", "terms"}, {"version", which}}.dump(), &as);
  };
  CHECK(accept(std::string(64, 'a'), app.viewer).status == 409);
  CHECK(accept("short", app.viewer).status == 422);
  const ApiAnswer agreed = accept(version, app.viewer);
  REQUIRE_MESSAGE(agreed.status == 200, agreed.body);
  CHECK(agreed.json()["pending"].empty());
  CHECK(app.get("/api/v1/workspaces/{w}/agents", &app.viewer).status == 200);
  CHECK(app.get("/api/v1/workspaces/{w}/agents", &app.member).status == 403);

  ask_for_terms(app, "Be kinder.");
  CHECK(app.get("/api/v1/workspaces/{w}/agents", &app.viewer).status == 403);
  CHECK(accept(version, app.viewer).status == 409);
  app.services->trust.legal().set({});
  const ApiAnswer csv = app.get("/api/v1/appliance/legal-acceptances?format=csv", &app.owner);
  CHECK(csv.status == 200);
  CHECK(csv.body.find(version) != std::string::npos);
  CHECK(csv.body.find(app.viewer.mail) != std::string::npos);
  CHECK(app.get("/api/v1/appliance/legal-acceptances", &app.viewer).status == 403);
}

TEST_CASE("the administrator says whom to tell about a weakness, and everybody can read it") {
  TestApp app;
  const auto put = [&](const json& body, const Person& as) {
    return app.send(Ask{.method = "PUT", .path = "/api/v1/appliance/security-policy", .body = body.dump()}, &as);
  };
  CHECK(app.get("/.well-known/security.txt").body.find("/security\n") != std::string::npos);
  CHECK(put({{"contacts", {"security@example.org"}}}, app.viewer).status == 403);
  CHECK(put({{"contacts", {"javascript:alert(1)"}}}, app.owner).json()["field"] == "contacts");
  CHECK(put({{"contacts", {"security@example.org"}}, {"policy", "Be kind.\n\nReally."}}, app.owner).status == 200);
  const ApiAnswer txt = app.get("/.well-known/security.txt");
  CHECK(txt.header("Content-Type").find("text/plain") == 0);
  CHECK(txt.body.find("Contact: mailto:security@example.org\n") != std::string::npos);
  CHECK(app.get("/api/v1/security-policy").json()["policy"] == "Be kind.\n\nReally.");
}

TEST_CASE("renewing the keys keeps sessions and tokens, and seals what is stored anew") {
  TestApp app;
  app.populate();
  const ApiAnswer hook =
      app.post("/api/v1/workspaces/{w}/recipients",
               R"({"name":"Hook","kind":"webhook","fields":{"url":"https://hooks.example.org/x"}})", &app.owner);
  REQUIRE(hook.status == 201);
  CHECK(app.post("/api/v1/appliance/keys/rotate", "{}", &app.viewer).status == 403);
  const ApiAnswer rotated = app.post("/api/v1/appliance/keys/rotate", "{}", &app.owner);
  REQUIRE_MESSAGE(rotated.status == 200, rotated.body);
  CHECK(rotated.json()["renewed"].get<int>() >= 1);
  CHECK(rotated.json()["unreadable"] == 0);
  REQUIRE(app.rotation->finish());
  CHECK(app.get("/api/v1/me", &app.owner).status == 200);
  app.clock.advance(std::chrono::seconds(60));
  CHECK(app.heartbeat(app.agent_token).status == 200);
  RecipientId id;
  REQUIRE(RecipientId::parse(std::string(hook.json()["recipient"]["id"]), id));
  const auto stored = app.storage.read<std::optional<Recipient>>(
      [&](Snapshot& snapshot) { return app.storage->recipients().find(snapshot, app.workspace.id, id); });
  CHECK(unseal(app.storage.keys, "recipient.secret", stored->sealed.at(0).sealed)->reveal() ==
        std::string(hook.json()["secret"]));
}

TEST_CASE("a leak is told by mail to the others who are responsible for the workspace") {
  TestApp app;
  app.populate();
  test::set_up_mail(app);
  app.storage.write([&](Transaction& tx) {
    return app.storage->workspaces().put_membership(
        tx, Membership{app.workspace.id, app.operator_.id, Role::admin, app.clock.now()});
  });
  const ApiAnswer reported =
      app.post("/api/v1/workspaces/{w}/leaks", json{{"kind", "agent_token"}, {"subject", app.ids.at("agent")}}.dump(),
               &app.owner);
  REQUIRE_MESSAGE(reported.status == 201, reported.body);
  const auto told = test::letter(app, "leak", "operator@example.org");
  REQUIRE(told);
  CHECK(told->row.text.find(reported.json()["secret"].get<std::string>()) == std::string::npos);
  CHECK_FALSE(test::letter(app, "leak", "member@example.org").has_value());
  CHECK_FALSE(test::letter(app, "leak", app.owner.mail).has_value());  // who reports it knows
}
