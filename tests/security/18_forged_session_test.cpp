// Threats 6 and 18: forged, stolen and outlived sessions. A token is random and opaque; the database holds its keyed
// digest; logout and a new password end what they should.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/crypto/token.h"
#include "tests/support/api_scenario.h"

using namespace connlog;

namespace {

std::string token_of(const Person& person) {
  return person.cookie.substr(person.cookie.find('=') + 1);
}

int status_with(TestApp& app, const std::string& cookie) {
  return app.send(Ask{.path = "/api/v1/me", .headers = {{"Cookie", cookie}}}).status;
}

}  // namespace

TEST_CASE("no cookie but the real one opens anything") {
  TestApp app;
  const std::string token = token_of(app.owner);
  REQUIRE(token.size() == 68);
  CHECK(status_with(app, "connlog_loopback=" + token) == 200);
  CHECK(status_with(app, "a=b; connlog_loopback=" + token + "; c=d") == 200);
  std::string flipped = token;
  flipped.back() = flipped.back() == '0' ? '1' : '0';
  std::string upper = token;
  for (char& c : upper) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
  const std::string digest = to_hex(digest_token(app.storage.keys.derive(key_purpose::kTokenDigest), token));
  const std::string session = app.storage
                                  .read<std::vector<Session>>([&](Snapshot& snapshot) {
                                    return app.storage->sessions().of_user(snapshot, app.owner.id);
                                  })[0]
                                  .id.text();
  for (const std::string& forged : {std::string(), std::string("cls_"), flipped, upper, token + "0",
                                    token.substr(0, 67), token.substr(4), "cls_" + digest, digest, app.owner.id.text(),
                                    session, std::string("cls_' OR 1=1 --"), "\"" + token + "\"", " " + token}) {
    CAPTURE(forged);
    CHECK(status_with(app, "connlog_loopback=" + forged) == 401);
  }
  CHECK(status_with(app, "Connlog_loopback=" + token) == 401);
  CHECK(status_with(app, "xconnlog_loopback=" + token) == 401);
  CHECK(status_with(app, "__Host-connlog=" + token) == 401);  // that name is for TLS
}

TEST_CASE("a percent-encoded name is another cookie: a sibling host cannot plant one past the __Host- prefix") {
  TestApp app;
  const auto over_tls = [&](const std::string& name) {
    Ask ask{.path = "/api/v1/me", .headers = {{"Cookie", name + "=" + token_of(app.owner)}}};
    ask.tls = true;
    return app.send(ask).status;
  };
  CHECK(over_tls("__Host-connlog") == 200);
  CHECK(over_tls("__Host%2Dconnlog") == 401);
  CHECK(over_tls("%5F_Host-connlog") == 401);
  CHECK(status_with(app, "connlog%5Floopback=" + token_of(app.owner)) == 401);
}

TEST_CASE("the database does not know the token, so a copied row opens nothing") {
  TestApp app;
  const std::string token = token_of(app.owner);
  bool found = false;
  for (const Session& session : app.storage.read<std::vector<Session>>(
           [&](Snapshot& snapshot) { return app.storage->sessions().of_user(snapshot, app.owner.id); })) {
    const std::string bytes(reinterpret_cast<const char*>(session.token_digest.data()), session.token_digest.size());
    CHECK(token.find(to_hex(session.token_digest)) == std::string::npos);
    // Not the plain digest either: it is keyed.
    CHECK(session.token_digest != digest_token(Key{}, token));
    found = found || session.token_digest == digest_token(app.storage.keys.derive(key_purpose::kTokenDigest), token);
  }
  CHECK(found);
}

TEST_CASE("the CSRF token of a session opens no other, and tells nothing of the session") {
  TestApp app;
  CHECK(app.owner.csrf.size() == 64);
  CHECK(app.owner.csrf != app.browser_of("owner@example.org").csrf);
  CHECK(token_of(app.owner).find(app.owner.csrf) == std::string::npos);
  CHECK(status_with(app, "connlog_loopback=cls_" + app.owner.csrf) == 401);
}
