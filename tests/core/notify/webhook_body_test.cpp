// Bodies that people choose: each value is put in once, encoded for where it stands, and no header of a request's
// framing can be given.
#include "core/notify/webhook_body.h"

#include <doctest/doctest.h>
#include <sodium.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/core/notify/channels/channel_world.h"

namespace connlog {
namespace {

using nlohmann::json;

const PlaceholderValues kHostile = {
    {"title", "x\",\"admin\":true,\"{url}\r\nEvil: 1&b=2 <b>\xc3\xa4</b>"},
    {"url", "https://monitor.example.com/w/acme/incidents/1"},
    {"severity", "critical"},
};

std::string from_base64(const std::string& encoded) {
  std::string out(encoded.size(), '\0');
  std::size_t length = 0;
  REQUIRE(sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), encoded.data(), encoded.size(),
                            nullptr, &length, nullptr, sodium_base64_VARIANT_ORIGINAL) == 0);
  out.resize(length);
  return out;
}

std::string refused(const ChosenBody& chosen) {
  const auto checked = check_chosen_body(chosen);
  return checked ? "(accepted)" : checked.error().field;
}

}  // namespace

TEST_CASE("a value in a JSON text ends no string, adds no member, and is not looked at again") {
  ChosenBody chosen{.form = BodyForm::text,
                    .body = R"({"text":"now: {title}","level":{severity},"literal":"{ not } {{","link":"{url}"})",
                    .content_type = "application/json; charset=utf-8"};
  REQUIRE(check_chosen_body(chosen));
  const FilledBody filled = fill(chosen, kHostile);
  const json body = json::parse(filled.body);
  CHECK(body["text"] == "now: " + kHostile[0].second);
  CHECK(body["text"].get<std::string>().find("{url}") != std::string::npos);  // of the value: no placeholder
  CHECK(body["level"] == "critical");                                         // outside of quotes: a string of its own
  CHECK(body["literal"] == "{ not } {{");
  CHECK(body.size() == 4);
  CHECK(filled.content_type == "application/json; charset=utf-8");
}

TEST_CASE("fields as JSON and as a form carry a value whole") {
  ChosenBody chosen{.form = BodyForm::json, .body = "text: alert: {title}\nchannel: ops\n"};
  REQUIRE(check_chosen_body(chosen));
  const json body = json::parse(fill(chosen, kHostile).body);
  CHECK(body["text"] == "alert: " + kHostile[0].second);
  CHECK(body["channel"] == "ops");
  CHECK(body.size() == 2);

  chosen = {.form = BodyForm::form, .body = "message={title}\nurl={url}"};
  REQUIRE(check_chosen_body(chosen));
  const FilledBody form = fill(chosen, kHostile);
  CHECK(form.content_type == "application/x-www-form-urlencoded");
  CHECK(std::ranges::count(form.body, '&') == 1);
  CHECK(form.body.find("%26b%3D2%20%3Cb%3E%C3%A4") != std::string::npos);
  CHECK(form.body.ends_with("&url=https%3A%2F%2Fmonitor.example.com%2Fw%2Facme%2Fincidents%2F1"));
}

TEST_CASE("a value in HTML is text, in a form text it is encoded, in plain text it is as it is") {
  ChosenBody chosen{.form = BodyForm::text, .body = "<p>{title}</p>", .content_type = "text/html"};
  REQUIRE(check_chosen_body(chosen));
  CHECK(fill(chosen, kHostile).body.find("<b>") == std::string::npos);
  chosen.content_type = "application/x-www-form-urlencoded";
  chosen.body = "payload={title}&x=1";
  REQUIRE(check_chosen_body(chosen));
  CHECK(std::ranges::count(fill(chosen, kHostile).body, '&') == 1);
  chosen.content_type.clear();
  chosen.body = "{title}";
  REQUIRE(check_chosen_body(chosen));
  CHECK(fill(chosen, kHostile).body == kHostile[0].second);
  CHECK(fill(chosen, kHostile).content_type == "text/plain; charset=utf-8");
}

TEST_CASE("a value in several JSON texts ends no string, and none goes into a program") {
  for (const char* type : {"application/x-ndjson", "application/json-seq", "application/jsonl"}) {
    CAPTURE(type);
    const ChosenBody chosen{.form = BodyForm::text, .body = "{\"a\": \"{title}\"}", .content_type = type};
    REQUIRE(check_chosen_body(chosen));
    CHECK(nlohmann::json::parse(fill(chosen, kHostile).body)["a"] == kHostile[0].second);
  }
  for (const char* type : {"application/javascript", "text/javascript; charset=utf-8", "application/x-javascript", "text/ecmascript"}) {
    CAPTURE(type);
    CHECK(refused({.form = BodyForm::text, .body = "say('{title}')", .content_type = type}) == "fields.content_type");
  }
}

TEST_CASE("a header has one line of printable ASCII, and those that frame a request are connlog's own") {
  ChosenBody chosen{.headers = "Authorization: Bearer abc\nX-Title: {title}\n"};
  REQUIRE(check_chosen_body(chosen));
  const FilledBody filled = fill(chosen, kHostile);
  REQUIRE(filled.headers.size() == 2);
  CHECK(filled.headers[0].value == "Bearer abc");
  for (const char c : filled.headers[1].value) CHECK((c >= ' ' && c < 0x7f));
  CHECK(filled.headers[1].value.find("<b>?</b>") != std::string::npos);
  for (const char* name :
       {"Host", "content-length", "Transfer-Encoding", "CONNECTION", "Content-Type", "X-ConnLog-Signature", "Upgrade",
        "TE", "Expect", "Proxy-Connection", "Keep-Alive", "Trailer"}) {
    CAPTURE(name);
    CHECK(refused({.headers = std::string(name) + ": x"}) == "fields.headers");
  }
  for (const char* line :
       {"no colon", "bad name: x", ": x", "X-\xc3\xa4: x", "X-A: \xc3\xa4", "X-A: a\rb", "X-A: {nothing}"}) {
    CAPTURE(line);
    CHECK(refused({.headers = line}) == "fields.headers");
  }
}

TEST_CASE("a body that cannot work is refused by its field") {
  CHECK(refused({.form = BodyForm::text, .body = "{unheard_of}"}) == "fields.body");
  CHECK(refused({.form = BodyForm::text, .body = "  "}) == "fields.body");
  CHECK(refused({.form = BodyForm::text, .body = "{\"a\": \"{title}\"", .content_type = "application/json"}) ==
        "fields.body");
  CHECK(refused({.form = BodyForm::text, .body = "x", .content_type = "text/plain\r\nEvil: 1"}) ==
        "fields.content_type");
  CHECK(refused({.form = BodyForm::text, .body = "x", .content_type = "nonsense"}) == "fields.content_type");
  CHECK(refused({.form = BodyForm::json, .body = "text {title}"}) == "fields.body");
  CHECK(refused({.form = BodyForm::json, .body = "a: 1\na: 2"}) == "fields.body");
  CHECK(refused({.form = BodyForm::form, .body = ""}) == "fields.body");
  CHECK(refused({.form = BodyForm::form, .body = "{title}=x"}) == "fields.body");
  CHECK(refused({.body = "text of somebody"}) == "fields.body");
  CHECK(refused({}) == "(accepted)");
}

TEST_CASE("a webhook with a chosen body is signed over that body and keeps its secret headers") {
  test::OutsideServer sink("http_sink.py", {});
  test::ChannelWorld world(sink.port());
  GivenFields fields;
  fields.text("url", test::local_url(sink, "/hook"))
      .text("format", "json")
      .text("body", "text: {title}\nwho: {subject}");
  fields.text("headers", "Authorization: Bearer s3cret-of-theirs\nX-Severity: {severity}");
  const auto recipient = world.add("webhook", std::move(fields));
  REQUIRE_MESSAGE(recipient, recipient.error().message);
  CHECK(to_stored(recipient->fields).find("s3cret-of-theirs") == std::string::npos);
  const Notification sent = world.deliver(*recipient);
  REQUIRE_MESSAGE(sent.state == Notification::State::sent, sent.last_error);
  const json request = json::parse(sink.next("request"));
  CHECK(request["headers"]["content-type"] == "application/json");
  CHECK(request["headers"]["authorization"] == "Bearer s3cret-of-theirs");
  CHECK(request["headers"]["x-severity"] == to_text(world.incident.severity));
  const std::string body = from_base64(request["body"].get<std::string>());
  CHECK(json::parse(body)["who"] == world.incident.subject_name);
  const auto secrets = open_secrets(world.storage.keys, *recipient);
  REQUIRE(secrets);
  CHECK(
      request["headers"]["x-connlog-signature"] ==
      webhook_signature(secrets->reveal("secret"), request["headers"]["x-connlog-timestamp"].get<std::string>(), body));
}

}  // namespace connlog
