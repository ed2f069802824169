// The forms in which providers send groups and yes-or-no claims: each that is read, and each that is only said to be
// unreadable. None may become a value that the provider did not mean.
#include "core/identity/oidc/claim_values.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/identity/oidc/provider_flow.h"

namespace connlog {
namespace {

using nlohmann::json;
using oidc::TextIs;
using Values = std::vector<std::string>;

Values read(const json& claims, const std::string& path, TextIs text = TextIs::list) {
  const auto found = oidc::claim_values(claims, path, text);
  CHECK_MESSAGE(found.unread.empty(), found.unread);
  return found.values;
}

std::string unread(const json& claims, const std::string& path) {
  const auto found = oidc::claim_values(claims, path, TextIs::list);
  CHECK(found.found);
  CHECK(found.values.empty());
  return found.unread;
}

LoginProvider provider_with(ProviderPreset preset, const std::vector<std::string>& values) {
  LoginProvider provider;
  provider.preset = preset;
  provider.role_claim = "groups";
  for (const std::string& value : values) provider.roles.push_back({value, {}, Role::viewer});
  return provider;
}

Values roles_of(const LoginProvider& provider, const json& groups) {
  return oidc::read_identity(provider, {{"sub", "ada-1"}, {"groups", groups}}, json::object(), {}).role_values;
}

}  // namespace

TEST_CASE("a claim is found by its name, by a path through objects and lists, and by a JSON pointer") {
  const json claims = {
      {"groups", {"ops"}},
      {"https://example.org/groups", {"by its address"}},
      {"a.b", {"the name"}},
      {"a", {{"b", {"the path"}}}},
      {"realm_access", {{"roles", {"lead"}}}},
      {"resource_access", {{"org.example.app", {{"roles", {"dotted"}}}}, {"plain", {{"roles", {"p"}}}}}},
      {"ns/x", {{"roles", {"slashed"}}}},
      {"teams", {{{"name", "red"}, {"id", 1}}, {{"name", "blue"}, {"id", 2}}}}};
  CHECK(read(claims, "groups") == Values{"ops"});
  CHECK(read(claims, "https://example.org/groups") == Values{"by its address"});
  CHECK(read(claims, "a.b") == Values{"the name"});  // exactly this name goes first
  CHECK(read(claims, "realm_access.roles") == Values{"lead"});
  CHECK(read(claims, "resource_access.plain.roles") == Values{"p"});
  CHECK(read(claims, "resource_access.org.example.app.roles") == Values{"dotted"});
  CHECK(read(claims, "ns/x.roles") == Values{"slashed"});
  CHECK(read(claims, "/resource_access/org.example.app/roles") == Values{"dotted"});
  CHECK(read(claims, "/ns~1x/roles") == Values{"slashed"});
  CHECK(read(claims, "teams.name") == Values{"red", "blue"});
  CHECK(read(claims, "teams.id") == Values{"1", "2"});
  for (const char* const path : {"nothing", "realm_access.groups", "resource_access.other.roles", "/nothing/at/all",
                                 "/", "realm_access.", ".", "..roles"}) {
    CAPTURE(path);
    const auto found = oidc::claim_values(claims, path, TextIs::list);
    CHECK(found.values.empty());
  }
  CHECK_FALSE(oidc::claim_values(claims, "nothing", TextIs::list).found);
}

TEST_CASE("a list, a text, a whole number and a map of roles are read, and so is a claim without values") {
  const auto values = [](const json& claim) { return read({{"groups", claim}}, "groups"); };
  CHECK(values({"ops", "lead"}) == Values{"ops", "lead"});
  CHECK(values({"ops", nullptr, "", 42}) == Values{"ops", "42"});
  CHECK(values("ops") == Values{"ops"});
  CHECK(values(42) == Values{"42"});
  CHECK(values({{"ops", {{"281", "example.org"}}}, {"lead", {{"281", "example.org"}}}}) == Values{"lead", "ops"});
  CHECK(values({{"ops", true}, {"lead", false}}) == Values{"ops"});  // a "no" is none
  CHECK(values({{"ops", json::object()}}) == Values{"ops"});
  for (const json& none : {json(nullptr), json(""), json("  "), json::array(), json::object()}) {
    CAPTURE(none);
    CHECK(values(none).empty());
    CHECK(oidc::claim_values({{"groups", none}}, "groups", TextIs::list).found);
  }
}

TEST_CASE("a text may be a list by commas, semicolons or blanks, or a list that was made a text") {
  const auto values = [](const std::string& text) { return read({{"groups", text}}, "groups"); };
  CHECK(values("ops lead") == Values{"ops lead", "ops", "lead"});
  CHECK(values("ops, lead ,dev") == Values{"ops, lead ,dev", "ops", "lead", "dev"});
  CHECK(values("ops;lead") == Values{"ops;lead", "ops", "lead"});
  CHECK(values("night shift,lead") == Values{"night shift,lead", "night shift", "lead"});  // blanks belong to names
  CHECK(values(R"(["ops","lead"])") == Values{"ops", "lead"});
  CHECK(values("[ops") == Values{"[ops"});
  // Where a text is one value, nothing in it separates, and in a list nothing ever does.
  CHECK(read({{"groups", "ops lead"}}, "groups", TextIs::value) == Values{"ops lead"});
  CHECK(read({{"groups", R"(["ops"])"}}, "groups", TextIs::value) == Values{R"(["ops"])"});
  CHECK(read({{"groups", {"not admin", "a,admin"}}}, "groups") == Values{"not admin", "a,admin"});
}

TEST_CASE("a form that is not certain is not read, and the reason names what to write instead") {
  const auto why = [](const json& claim) { return unread({{"groups", claim}}, "groups"); };
  CHECK(why({{{"name", "ops"}, {"id", 7}}}).find("Add the member to read, like groups.member") != std::string::npos);
  CHECK(why({{{"name", "ops"}, {"id", 7}}}).find("\"id\", \"name\"") != std::string::npos);
  // Not a map of roles: one group as an object, and Keycloak's roles by client.
  CHECK(why({{"name", "ops"}}).find("Add the member to read") != std::string::npos);
  CHECK_FALSE(why({{"admin", {{"roles", {"viewer"}}}}}).empty());
  CHECK_FALSE(why({{"ops", 1}}).empty());
  CHECK_FALSE(why({"ops", 1.5}).empty());
  CHECK_FALSE(why({"ops", true}).empty());
  CHECK_FALSE(why(true).empty());
  CHECK_FALSE(why(1e99).empty());
  CHECK(unread({{"realm_access", "ops"}}, "realm_access.roles").find("there is \"ops\" where an object") !=
        std::string::npos);
  // What a provider writes is shown without control characters and cut.
  const std::string shown = unread({{"groups", {{"x\r\n\u202e" + std::string(500, 'x'), 1}}}}, "groups");
  CHECK(shown.find('\n') == std::string::npos);
  CHECK(shown.size() < 300);
}

TEST_CASE("the hole stays closed: a group called \"not admin\" is not the group \"admin\"") {
  const auto generic = ProviderPreset::generic;
  CHECK(roles_of(provider_with(generic, {"admin"}), {"not admin"}) == Values{"not admin"});
  // Known providers send lists, so a bare text of theirs is one group.
  CHECK(roles_of(provider_with(ProviderPreset::keycloak, {"admin"}), "not admin") == Values{"not admin"});
  CHECK(roles_of(provider_with(ProviderPreset::microsoft, {"admin"}), "x,admin") == Values{"x,admin"});
  // Rows with such names show that groups have them.
  CHECK(roles_of(provider_with(generic, {"admin", "Domain Users"}), "not admin") == Values{"not admin"});
  CHECK(roles_of(provider_with(generic, {"admin"}), "ops admin") == Values{"ops admin", "ops", "admin"});
}

TEST_CASE("groups that are kept elsewhere are not known, and are not none") {
  const auto come = [](const json& more) {
    json claims = {{"sub", "ada-1"}, {"email", "ada@example.org"}};
    claims.update(more);
    return oidc::read_identity(provider_with(ProviderPreset::microsoft, {"ops"}), claims, json::object(), {});
  };
  CHECK(come(json::object()).roles_unread.empty());
  const auto left_out = come({{"_claim_names", {{"groups", "src1"}}},
                              {"_claim_sources", {{"src1", {{"endpoint", "https://graph.example/groups"}}}}}});
  CHECK(left_out.roles_unread.find("too many groups") != std::string::npos);
  CHECK_FALSE(come({{"hasgroups", "true"}}).roles_unread.empty());
  CHECK(come({{"_claim_names", {{"address", "src1"}}}}).roles_unread.empty());
  CHECK(come({{"_claim_names", "groups"}}).roles_unread.empty());
}

TEST_CASE("what says how somebody was authenticated is read from a list of texts alone") {
  LoginProvider provider;
  const auto counts = [&](const json& methods) {
    return oidc::read_identity(provider, {{"sub", "a"}, {"amr", methods}}, json::object(), {}).second_factor;
  };
  CHECK(counts({"pwd", "otp"}));
  CHECK_FALSE(counts({"pwd"}));
  CHECK_FALSE(counts({{"otp", true}}));
  CHECK_FALSE(counts({{"otp", json::object()}}));
  CHECK_FALSE(counts("pwd otp"));
}

TEST_CASE("the word that an address is verified is taken from userinfo for the same address, never against a \"no\"") {
  LoginProvider provider;
  const auto read_both = [&](const json& token, const json& info) {
    json claims = {{"sub", "ada-1"}};
    claims.update(token);
    return oidc::read_identity(provider, claims, info, {});
  };
  const json ada = {{"email", "ada@example.org"}};
  CHECK(read_both(ada, {{"email", "Ada@Example.org"}, {"email_verified", true}}).mail_verified);
  CHECK(read_both(ada, {{"email", "ada@example.org"}, {"email_verified", "true"}}).mail_verified);
  const auto other = read_both(ada, {{"email", "bob@example.org"}, {"email_verified", true}});
  CHECK_FALSE(other.mail_verified);
  CHECK(other.mail == "ada@example.org");
  CHECK(other.mail_note.find("userinfo") != std::string::npos);
  CHECK_FALSE(read_both(ada, {{"email_verified", true}}).mail_verified);
  for (const json& no : {json(false), json("false"), json(0)}) {
    const auto said = read_both({{"email", "ada@example.org"}, {"email_verified", no}},
                                {{"email", "ada@example.org"}, {"email_verified", true}});
    CHECK_FALSE(said.mail_verified);
    CHECK(said.mail_note.find("not verified") != std::string::npos);
  }
  const auto odd = read_both({{"email", "ada@example.org"}, {"email_verified", "yes"}}, json::object());
  CHECK_FALSE(odd.mail_verified);
  CHECK(odd.mail_note == "email_verified is \"yes\", which says neither true nor false");
  CHECK(read_both({{"email", {"ada@example.org"}}, {"email_verified", true}}, json::object()).mail_verified);
  CHECK(read_both({{"email", {"ada@example.org", "b@example.org"}}, {"email_verified", true}}, json::object())
            .mail.empty());
}

}  // namespace connlog
