// Threat 21, for channels: nothing but `shown` leaves the server after saving. Every secret field of every kind is
// filled with a marker, which is then found in no list, timeline, trail or export.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/notify/channel.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kMarker = "MARKERofASecretField";

json sample(const ChannelKind& kind, const Field& field) {
  if (kind.word == "telegram" && field.type == FieldType::secret) return "123456789:" + kMarker;
  switch (field.type) {
    case FieldType::secret:
      // As long as the service's own are.
      return kMarker + std::string(std::max<std::size_t>(static_cast<std::size_t>(field.lowest), kMarker.size()) -
                                       kMarker.size(),
                                   'x');
    case FieldType::secret_lines:
      return "X-Sample: json://" + kMarker;  // a header, and an address of Apprise
    case FieldType::secret_url:
      return "https://hooks.example.org/api/webhooks/1/" + kMarker;
    case FieldType::url:
      return "https://service.example.org";
    case FieldType::mail:
      return "owner@example.org";
    case FieldType::number:
      return field.lowest;
    case FieldType::flag:
      return true;
    case FieldType::choice:
      return field.choices.front().word;
    default:
      return field.example.empty() ? std::string("somebody") : std::string(field.example);
  }
}

// The required fields and this secret.
json fields_with(const ChannelKind& kind, const Field& secret) {
  json fields = json::object();
  for (const Field& field : kind.fields) {
    const bool is_wanted = field.required || field.name == secret.name;
    if (is_wanted && !field.made_here && field.type != FieldType::certificate)
      fields[std::string(field.name)] = sample(kind, field);
  }
  return fields;
}

// The field that is missing, by the refusal; null: it is about something else.
const Field* missing_by(const ApiAnswer& refused, const ChannelKind& kind, const json& fields) {
  if (refused.status != 422) return nullptr;
  const std::string named = refused.json().value("field", std::string());
  for (const Field& field : kind.fields) {
    if (named == "fields." + std::string(field.name) && !fields.contains(std::string(field.name))) return &field;
  }
  return nullptr;
}

// Adds a recipient with this secret, and with what goes with it: what the server says is missing is given.
ApiAnswer add_with(TestApp& app, const ChannelKind& kind, const Field& secret) {
  json fields = fields_with(kind, secret);
  for (;;) {
    const json body = {{"name", "of " + std::string(kind.word)}, {"kind", kind.word}, {"fields", fields}};
    ApiAnswer added = app.post("/api/v1/workspaces/{w}/recipients", body.dump(), &app.owner);
    const Field* missing = missing_by(added, kind, fields);
    if (missing == nullptr) return added;
    fields[std::string(missing->name)] = sample(kind, *missing);
  }
}

}  // namespace

TEST_CASE("no secret of any kind of channel comes back from any address that can be read") {
  TestApp app;
  app.populate();
  const std::string w = "/api/v1/workspaces/{w}";
  int filled = 0;
  for (const ChannelKind* kind : all_channels().kinds()) {
    for (const Field& field : kind->fields) {
      if (!is_secret(field) || field.made_here) continue;
      CAPTURE(std::string(kind->word));
      CAPTURE(std::string(field.name));
      const ApiAnswer added = add_with(app, *kind, field);
      REQUIRE_MESSAGE(added.status == 201, added.body);
      CHECK(added.body.find(kMarker) == std::string::npos);
      const json recipient = added.json()["recipient"];
      const json set = recipient["secrets_set"];
      CHECK(std::find(set.begin(), set.end(), json(field.name)) != set.end());
      const std::string path = w + "/recipients/" + recipient["id"].get<std::string>();
      // A change of something else keeps it and shows it no more than before.
      const ApiAnswer changed = app.patch(path, R"({"name":"renamed","fields":{}})", &app.owner);
      REQUIRE_MESSAGE(changed.status == 200, changed.body);
      CHECK(changed.body.find(kMarker) == std::string::npos);
      CHECK(changed.json()["secrets_set"] == set);
      ++filled;
    }
  }
  MESSAGE(filled, " secret fields");
  for (const char* path :
       {"/recipients", "/notifications", "/incidents/{incident}", "/audit?limit=200", "/export", "/export?format=zip",
        "/security-events", "/access-review", "/overview", "/leak-subjects?kind=webhook_secret"}) {
    CAPTURE(path);
    const ApiAnswer answer = app.get(w + path, &app.owner);
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    CHECK(answer.body.find(kMarker) == std::string::npos);
    CHECK(answer.body.find("\"s2:") == std::string::npos);
  }
  for (const char* path : {"/api/v1/channels", "/api/v1/appliance/trail", "/api/v1/openapi.json", "/metrics"}) {
    CAPTURE(path);
    CHECK(app.get(path, &app.owner).body.find(kMarker) == std::string::npos);
  }
}
