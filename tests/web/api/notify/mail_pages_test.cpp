// Recipients that must agree: what is sent before and after, and the pages of the links.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/crypto/sealed.h"
#include "core/notify/consent.h"
#include "core/notify/letters.h"
#include "core/notify/letter_store.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

struct Asked {
  TestApp app;

  Asked() { app.populate(); }

  json add(const std::string& address) {
    const json body = {{"name", "On call"}, {"kind", "mail"}, {"fields", {{"address", address}}}};
    const ApiAnswer added = app.post("/api/v1/workspaces/{w}/recipients", body.dump(), &app.owner);
    INFO(added.body);
    REQUIRE(added.status == 201);
    app.ids["oncall"] = added.json()["recipient"]["id"];
    return added.json()["recipient"];
  }
  Recipient stored() {
    RecipientId id;
    RecipientId::parse(app.ids["oncall"], id);
    return *app.storage.read<std::optional<Recipient>>(
        [&](Snapshot& snapshot) { return app.storage->recipients().find(snapshot, app.workspace.id, id); });
  }
  std::string consent() { return app.get("/api/v1/workspaces/{w}/recipients", &app.owner).body; }
  std::vector<PostedLetter> letters() {
    auto all = app.storage.read<std::vector<PostedLetter>>(
        [&](Snapshot& snapshot) { return app.storage->letters().list(snapshot, 100); });
    std::erase_if(all, [](const PostedLetter& letter) { return letter.kind != "recipient_confirmation"; });
    return all;
  }
  // The link of the newest letter, as the reader gets it.
  std::string link() {
    return std::string(unseal(app.storage.keys, kLetterLinkContext, letters().front().sealed_link).value().reveal());
  }
  std::string unsubscribe() { return unsubscribe_place(app.storage.keys, stored()); }
  ApiAnswer click(const std::string& place, const std::string& body,
                  const std::string& type = "application/x-www-form-urlencoded") {
    Ask ask{.method = "POST", .path = place, .body = body, .headers = {{"Content-Type", type}}};
    ask.as_browser = false;
    return app.send(ask);
  }
};

}  // namespace

TEST_CASE("an address of a stranger hears nothing before somebody there said yes") {
  Asked a;
  CHECK(a.add("oncall@example.net")["consent"] == "unconfirmed");
  REQUIRE(a.letters().size() == 1);
  CHECK(a.letters()[0].to_address == "oncall@example.net");

  // Neither alerts nor tests.
  const ApiAnswer test = a.app.post("/api/v1/workspaces/{w}/recipients/{oncall}/test", "{}", &a.app.owner);
  CHECK(test.status == 409);
  a.app.post("/api/v1/workspaces/{w}/rules/{rule}/test", "{}", &a.app.owner);
  CHECK(a.app.get("/api/v1/workspaces/{w}/notifications", &a.app.owner).body.find("oncall@example.net") ==
        std::string::npos);

  const std::string place = a.link();
  const ApiAnswer page = a.app.get(place);
  CHECK(page.status == 200);
  CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
  CHECK(page.body.find("<script") == std::string::npos);
  CHECK(page.header("Content-Security-Policy").find("default-src 'none'; style-src 'sha256-") == 0);
  CHECK(a.stored().consent == Recipient::Consent::unconfirmed);  // looking is no yes

  CHECK(a.click(place, "answer=yes").status == 200);
  CHECK(a.stored().consent == Recipient::Consent::confirmed);
  a.app.post("/api/v1/workspaces/{w}/rules/{rule}/test", "{}", &a.app.owner);
  CHECK(a.app.get("/api/v1/workspaces/{w}/notifications", &a.app.owner).body.find("oncall@example.net") !=
        std::string::npos);
  const auto acts = a.app.audit_acts();
  CHECK(std::count(acts.begin(), acts.end(), "recipient.confirmed") == 1);
}

TEST_CASE("a member's verified address is asked nothing; an unverified one is") {
  Asked a;
  CHECK(a.add(a.app.operator_.mail)["consent"] == "unconfirmed");
  a.app.storage.write([&](Transaction& tx) -> Result<void> {
    AccountFacts facts = TRY(a.app.storage->accounts().facts(tx, a.app.operator_.id));
    facts.user = a.app.operator_.id;
    facts.mail_verified_at = a.app.clock.now();
    return a.app.storage->accounts().put_facts(tx, facts);
  });
  CHECK(a.add("OPERATOR@example.org")["consent"] == "confirmed");
}

TEST_CASE("the link in an alert ends the alerts and begins none; every way of posting it works") {
  for (const std::string& body : {std::string("List-Unsubscribe=One-Click"), std::string("answer=no"), std::string()}) {
    CAPTURE(body);
    Asked a;
    a.add("oncall@example.net");
    a.click(a.link(), "answer=yes");
    const std::string place = a.unsubscribe();
    CHECK(a.app.get(place).status == 200);
    CHECK(a.stored().consent == Recipient::Consent::confirmed);
    CHECK(a.click(place, body).status == 200);
    CHECK(a.stored().consent == Recipient::Consent::unsubscribed);
    CHECK(a.click(place, "answer=yes").status == 404);
    CHECK(a.stored().consent == Recipient::Consent::unsubscribed);
  }
}

TEST_CASE("a mail program may post from any site, as form or multipart, and nothing large") {
  Asked a;
  a.add("oncall@example.net");
  const std::string place = a.unsubscribe();
  Ask ask{.method = "POST",
          .path = place,
          .body = "List-Unsubscribe=One-Click",
          .headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                      {"Origin", "https://mail.example.com"},
                      {"Sec-Fetch-Site", "cross-site"}}};
  ask.as_browser = false;
  CHECK(a.app.send(ask).status == 200);
  CHECK(a.stored().consent == Recipient::Consent::unsubscribed);
  CHECK(a.click(place, "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n",
                "multipart/form-data; boundary=x")
            .status == 200);
  CHECK(a.click(place, std::string(1'025, 'x')).status == 413);
  CHECK(a.click("/api/v1/login", "mail=x", "application/x-www-form-urlencoded").status == 415);
}

TEST_CASE("a link is good for its recipient, its address, its purpose and its time alone") {
  Asked a;
  a.add("oncall@example.net");
  const std::string place = a.link();
  const std::string unsubscribe = a.unsubscribe();
  // As the other kind, of another recipient, changed, cut, lengthened.
  std::string other_kind = place;
  other_kind[3] = 'u';
  std::string changed = place;
  changed.back() = changed.back() == '0' ? '1' : '0';
  for (const std::string& wrong : {other_kind, changed, place.substr(0, place.size() - 1), place + "0",
                                   std::string("/r/x"), std::string("/r/") + std::string(97, 'c')}) {
    CAPTURE(wrong);
    CHECK(a.app.get(wrong).status == 404);
    CHECK(a.click(wrong, "answer=yes").status == 404);
  }
  CHECK(a.stored().consent == Recipient::Consent::unconfirmed);

  // A newer letter takes the older one's place; another address ends all.
  a.app.clock.advance(std::chrono::minutes(9));
  const std::string again = "/api/v1/workspaces/{w}/recipients/{oncall}/confirmation";
  CHECK(a.app.post(again, "{}", &a.app.owner).status == 429);
  a.app.clock.advance(std::chrono::minutes(2));
  a.app.owner = a.app.browser_of(a.app.owner.mail);
  CHECK(a.app.post(again, "{}", &a.app.owner).status == 200);
  CHECK(a.app.get(place).status == 404);
  const std::string newer = a.link();
  CHECK(a.app.get(newer).status == 200);
  CHECK(a.app.get(unsubscribe).status == 200);
  a.app.clock.advance(seconds(1));  // so that the letters have an order
  a.app.patch("/api/v1/workspaces/{w}/recipients/{oncall}", R"({"fields":{"address":"second@example.net"}})",
              &a.app.owner);
  CHECK(a.app.get(newer).status == 404);
  CHECK(a.app.get(unsubscribe).status == 404);

  const std::string last = a.link();
  CHECK(a.app.get(last).status == 200);
  a.app.clock.advance(std::chrono::hours(24 * 7));
  CHECK(a.app.get(last).status == 404);
}

TEST_CASE("an address is asked five times at most, and a workspace waits for twenty at most") {
  Asked a;
  a.add("oncall@example.net");
  const std::string again = "/api/v1/workspaces/{w}/recipients/{oncall}/confirmation";
  for (int i = 2; i <= 5; ++i) {
    a.app.clock.advance(std::chrono::minutes(11));
    a.app.owner = a.app.browser_of(a.app.owner.mail);
    CHECK(a.app.post(again, "{}", &a.app.owner).status == 200);
  }
  a.app.clock.advance(std::chrono::minutes(11));
  a.app.owner = a.app.browser_of(a.app.owner.mail);
  CHECK(a.app.post(again, "{}", &a.app.owner).status == 409);
  for (int i = 1; i < 20; ++i) a.add("stranger" + std::to_string(i) + "@example.net");
  const json one_more = {{"name", "x"}, {"kind", "mail"}, {"fields", {{"address", "one.more@example.net"}}}};
  CHECK(a.app.post("/api/v1/workspaces/{w}/recipients", one_more.dump(), &a.app.owner).status == 409);
}

TEST_CASE("a stranger's names are text on the page, whatever is in them") {
  Asked a;
  a.app.patch("/api/v1/workspaces/{w}", R"({"name":"<img src=x onerror=alert(1)>"})", &a.app.owner);
  a.add("oncall@example.net");
  const std::string body = a.app.get(a.link()).body;
  CHECK(body.find("<img") == std::string::npos);
  CHECK(body.find("&lt;img") != std::string::npos);
}
