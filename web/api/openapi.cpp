#include "web/api/openapi.h"

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>

#include "core/access/api_keys.h"
#include "core/base/version.h"
#include "web/api/routes.h"
#include "web/api/schemas.h"
#include "web/api/identity/session_cookie.h"
#include "web/api/watch/subject_query.h"

namespace connlog::web {
namespace {

using nlohmann::json;

constexpr std::string_view kRepeating = "kind state tag label team group";

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string_view tag_of(const Route& route) {
  const auto has = [&](std::string_view part) { return route.path.find(part) != std::string_view::npos; };
  if (route.permission.kind() == Permission::Kind::agent) return "Agent protocol";
  if (route.permission.kind() == Permission::Kind::machine || has("/.well-known/") || has("openapi"))
    return "Operations";
  if (has("/agents")) return "Agents";
  if (has("/subjects")) return "Subjects";
  if (has("/rules")) return "Rules";
  if (has("/incidents")) return "Incidents";
  if (has("/channels") || has("/recipients") || has("/notifications")) return "Notifications";
  if (has("/appliance")) return "Appliance";
  if (has("/workspaces")) return "Workspace";
  return "Account";
}

// Query parameters mean the same wherever they occur.
json query_schema(const std::string& name) {
  if (name == "limit") return {{"type", "integer"}, {"minimum", 1}, {"maximum", 1000}};
  if (name == "points") return {{"type", "integer"}, {"minimum", 1}, {"maximum", 1000}};
  if (name == "before") return {{"type", "integer"}, {"minimum", 1}};
  if (name == "from" || name == "to") return {{"type", "string"}, {"format", "date-time"}};
  return {{"type", "string"}};
}

// Some may stand more than once in the query of a list of subjects: values of one name are alternatives.
json query_schema(const std::string& name, bool repeats) {
  if (!repeats) return query_schema(name);
  return {{"type", "array"}, {"items", query_schema(name)}, {"maxItems", kQueryValuesMax}};
}

json problem_response(std::string_view description) {
  return {{"description", description},
          {"content", {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}};
}

json parameters_of(const Route& route) {
  json out = json::array();
  std::string_view path = route.path;
  for (std::size_t open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
    const std::string name(path.substr(open + 1, path.find('}', open) - open - 1));
    out.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  }
  const std::vector<std::string> repeating = words(kRepeating);
  const bool repeats = route.query == kSubjectQuery;
  for (const std::string& name : words(route.query)) {
    const bool again = repeats && std::ranges::find(repeating, name) != repeating.end();
    out.push_back({{"name", name}, {"in", "query"}, {"schema", query_schema(name, again)}});
  }
  const bool changes = route.method != "GET";
  if (changes && route.permission.needs_session()) {
    out.push_back({{"name", "X-CSRF-Token"}, {"in", "header"}, {"required", true}, {"schema", {{"type", "string"}}}});
  }
  if (route.method == "PATCH")
    out.push_back({{"name", "If-Match"}, {"in", "header"}, {"schema", {{"type", "string"}}}});
  if (route.method == "POST" && route.status == 201 && route.permission.needs_session()) {
    out.push_back(
        {{"name", "Idempotency-Key"}, {"in", "header"}, {"schema", {{"type", "string"}, {"maxLength", 200}}}});
  }
  return out;
}

json security_of(const Route& route) {
  const Permission& permission = route.permission;
  if (permission.kind() == Permission::Kind::agent) return json::array({{{"agentToken", json::array()}}});
  if (!permission.needs_session()) return json::array();
  json ways = json::array({{{"session", json::array()}}, {{"loopbackSession", json::array()}}});
  // In OpenAPI 3.1 a scheme other than OAuth lists the roles it needs; here these are the scopes of API keys.
  if (permission.kind() == Permission::Kind::workspace && may_be_scope(permission.action()))
    ways.push_back({{"apiKey", json::array({to_text(permission.action())})}});
  if (route.operation == "me") ways.push_back({{"apiKey", json::array()}});
  return ways;
}

json responses_of(const Route& route) {
  json success = {{"description", route.summary}};
  if (route.response.find('/') != std::string_view::npos) {
    for (const std::string& type : words(route.response)) success["content"][type] = {{"schema", {{"type", "string"}}}};
  } else if (!route.response.empty()) {
    success["content"]["application/json"] = {
        {"schema", {{"$ref", "#/components/schemas/" + std::string(route.response)}}}};
  }
  json out = {{std::to_string(route.status), std::move(success)}};
  out["429"] = problem_response("Too many requests; Retry-After says when to come back.");
  if (route.permission.kind() == Permission::Kind::agent) {
    out["401"] = {{"description", "The token is unknown."}};
    out["410"] = {{"description", "The agent was removed for good."}};
    out["423"] = {{"description", "The agent is disabled."}};
    out["503"] = {{"description", "Our own trouble. Never a verdict about the agent."}};
    return out;
  }
  if (!route.request.empty() || !route.query.empty())
    out["422"] = problem_response("A field is wrong; `field` names it.");
  if (route.permission.needs_session()) out["401"] = problem_response("Nobody is logged in.");
  if (route.permission.needs_session())
    out["403"] = problem_response("The role does not allow it, or the CSRF token is wrong.");
  if (route.path.find('{') != std::string_view::npos)
    out["404"] = problem_response("It does not exist, or not for you.");
  if (route.method == "PATCH") out["412"] = problem_response("Somebody else changed it first.");
  if (route.operation == "login") out["401"] = problem_response("Mail address or password is wrong.");
  if (out.size() == 2) out["400"] = problem_response("The request cannot be understood.");
  return out;
}

json operation_of(const Route& route) {
  json operation = {{"operationId", route.operation},
                    {"summary", route.summary},
                    {"tags", json::array({tag_of(route)})},
                    {"security", security_of(route)},
                    {"responses", responses_of(route)}};
  if (json parameters = parameters_of(route); !parameters.empty()) operation["parameters"] = std::move(parameters);
  if (route.request == "AgentFrame") {
    operation["requestBody"] = {
        {"required", true},
        {"content",
         {{"application/octet-stream",
           {{"schema", {{"type", "string"}, {"format", "binary"}, {"minLength", 32}, {"maxLength", 32}}}}}}}};
  } else if (!route.request.empty()) {
    operation["requestBody"] = {
        {"required", true},
        {"content",
         {{"application/json", {{"schema", {{"$ref", "#/components/schemas/" + std::string(route.request)}}}}}}}};
  }
  return operation;
}

}  // namespace

json openapi_document(const std::string& public_url) {
  json paths = json::object();
  for (const Route& route : routes()) {
    if (!route.catches_the_rest()) paths[std::string(route.path)][lower(route.method)] = operation_of(route);
  }
  json tags = json::array();
  for (const auto& [name, description] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"Account", "Set-up, login and who I am."},
           {"Workspace", "The border around subjects, rules, incidents and people."},
           {"Subjects", "Whatever is watched: agents, groups."},
           {"Agents", "Monitored hosts."},
           {"Rules", "When what means an incident."},
           {"Incidents", "What happened, and who looks after it."},
           {"Notifications", "Who is told, and what was said."},
           {"Appliance", "The installation as a whole; for its administrator."},
           {"Agent protocol", "What agents speak."},
           {"Operations", "For those who run and watch the appliance."}}) {
    tags.push_back({{"name", name}, {"description", description}});
  }
  return {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "connlog"},
        {"version", version()},
        {"description",
         "The API of a connlog appliance. Errors are RFC 9457 problems with a stable `code`; lists are "
         "`{items, next}`; times are ISO-8601 in UTC."},
        {"license", {{"name", "MIT"}, {"identifier", "MIT"}}}}},
      {"servers", json::array({{{"url", public_url}}})},
      {"tags", std::move(tags)},
      {"paths", std::move(paths)},
      {"components",
       {{"schemas", schemas()},
        {"securitySchemes",
         {{"session",
           {{"type", "apiKey"}, {"in", "cookie"}, {"name", session_cookie_name(true)}, {"description", "Over TLS."}}},
          {"loopbackSession",
           {{"type", "apiKey"},
            {"in", "cookie"},
            {"name", session_cookie_name(false)},
            {"description", "Over plain http on loopback."}}},
          {"apiKey",
           {{"type", "http"},
            {"scheme", "bearer"},
            {"description", "`cl_`, 56 hex digits and their CRC-32 in 8 more. With it no cookie counts."}}},
          {"agentToken", {{"type", "http"}, {"scheme", "bearer"}, {"description", "`agent_` and 64 hex digits."}}}}}}}};
}

std::string openapi_text(const std::string& public_url) {
  return dump(openapi_document(public_url));
}

// The document changes with the public URL alone, so it is made once. Anybody may ask for it.
Result<Reply> openapi(Context& ctx) {
  static std::mutex mutex;
  static std::string of_url, text;
  const std::lock_guard lock(mutex);
  if (text.empty() || of_url != ctx.options().public_url) {
    of_url = ctx.options().public_url;
    text = openapi_text(of_url);
  }
  return Reply{.status = 200, .content_type = "application/json", .body = text};
}

}  // namespace connlog::web
