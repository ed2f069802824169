// Fields of kinds: what is accepted, what a refusal names, and that secrets and values never mix.
#include "core/kinds/field.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/kinds/field_schema.h"

using namespace connlog;

namespace {

constexpr FieldChoice kSizes[] = {{"small", "Small"}, {"large", "Large"}};
constexpr Field kFields[] = {
    {.name = "server", .label = "Server", .type = FieldType::url, .required = true, .address = true},
    {.name = "token", .label = "Token", .type = FieldType::secret, .required = true},
    {.name = "hook", .label = "Hook", .type = FieldType::secret_url},
    {.name = "mail", .label = "Mail", .type = FieldType::mail},
    {.name = "count", .label = "Count", .type = FieldType::number, .default_value = "3", .lowest = 1, .highest = 5},
    {.name = "size", .label = "Size", .type = FieldType::choice, .default_value = "small", .choices = kSizes},
    {.name = "loud", .label = "Loud", .type = FieldType::flag, .default_value = "true"},
    {.name = "note", .label = "Note", .type = FieldType::lines},
    {.name = "ca", .label = "Authority", .type = FieldType::certificate},
    {.name = "made", .label = "Made", .type = FieldType::secret, .made_here = true},
    {.name = "title", .label = "Title", .type = FieldType::text, .highest = 10},
};

GivenFields good() {
  GivenFields given;
  given.text("server", "https://one.example.org").text("token", "t0ken");
  return given;
}

GivenField number(std::int64_t value) {
  return {.form = GivenField::Form::number, .number = value};
}

std::string refused(const GivenFields& given, const StandingFields& before = {}) {
  const auto checked = check_fields(kFields, given, before);
  return checked ? "(accepted)" : checked.error().field;
}

}  // namespace

TEST_CASE("what is given is taken by type, defaults fill the rest, and secrets are apart from values") {
  GivenFields given = good();
  given.set("count", number(5));
  given.text("note", "one\ntwo").text("title", " Ops ").text("size", "large");
  const auto checked = check_fields(kFields, given, {});
  REQUIRE(checked);
  CHECK(checked->values.text("server") == "https://one.example.org");
  CHECK(checked->values.number("count") == 5);
  CHECK(checked->values.text("size") == "large");
  CHECK(checked->values.flag("loud"));
  CHECK(checked->values.text("title") == "Ops");
  CHECK(checked->values.find("token") == nullptr);
  CHECK(checked->secrets.reveal("token") == "t0ken");
  CHECK(to_stored(checked->values).find("t0ken") == std::string::npos);
  CHECK(from_stored(to_stored(checked->values)) == checked->values);
}

TEST_CASE("a refusal names the field") {
  CHECK(refused({}) == "fields.server");
  CHECK(refused(good().text("unknown", "x")) == "fields.unknown");
  const struct {
    const char* name;
    const char* value;
  } texts[] = {{"server", "ftp://one.example.org"},
               {"server", "https://a@one.example.org"},
               {"token", "two words"},
               {"token", "two\nlines"},
               {"hook", "no address"},
               {"mail", "nobody"},
               {"size", "huge"},
               {"ca", "no certificate"},
               {"made", "brought"},
               {"title", "more than ten characters"},
               {"title", "two\nlines"},
               {"count", "5"},
               {"loud", "true"}};
  for (const auto& each : texts) {
    CAPTURE(std::string(each.name));
    CHECK(refused(good().text(each.name, each.value)) == "fields." + std::string(each.name));
  }
  for (const std::int64_t wrong : {0, 6}) {
    GivenFields given = good();
    given.set("count", number(wrong));
    CHECK(refused(given) == "fields.count");
  }
  GivenFields given = good();
  given.set("title", number(1));
  CHECK(refused(given) == "fields.title");
  CHECK(refused(good().null("token")) == "fields.token");
}

TEST_CASE("a change keeps what is not given, clears what is null, and asks for secrets anew where the address moves") {
  const auto made = check_fields(kFields, good().text("title", "Ops"), {});
  REQUIRE(made);
  const StandingFields before{.values = &made->values, .secrets = {"hook", "made", "token"}};
  const auto same = check_fields(kFields, {}, before);
  REQUIRE(same);
  CHECK(same->values == made->values);
  CHECK_FALSE(same->moved);
  CHECK(same->forgotten.empty());

  GivenFields clears;
  clears.null("title").null("hook");
  const auto cleared = check_fields(kFields, clears, before);
  REQUIRE(cleared);
  CHECK(cleared->values.find("title") == nullptr);
  CHECK(cleared->forgotten == std::vector<std::string>{"hook"});

  GivenFields moves;
  moves.text("server", "https://evil.example.org");
  CHECK(refused(moves, before) == "fields.token");
  CHECK(refused(moves.text("token", "again"), before) == "fields.hook");
  const auto moved = check_fields(kFields, moves.null("hook"), before);
  REQUIRE(moved);
  CHECK(moved->moved);
}

TEST_CASE("a secret's hint shows at most its beginning") {
  CHECK(masked("") == "…");
  CHECK(masked("short") == "…");
  CHECK(masked("a-long-enough-secret") == "a-l…");
}

TEST_CASE("the schema has each field that people give, and nothing that is made here") {
  const nlohmann::json schema = fields_schema(kFields);
  CHECK(schema["properties"].size() == std::size(kFields) - 1);
  CHECK_FALSE(schema["properties"].contains("made"));
  CHECK(schema["required"] == nlohmann::json::array({"server", "token"}));
  CHECK(schema["properties"]["count"]["maximum"] == 5);
  CHECK(schema["properties"]["size"]["enum"] == nlohmann::json::array({"small", "large"}));
}
