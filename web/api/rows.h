// Functions with which a room writes its rows (web/api/<room>/routes.cpp), for `using namespace rows`:
//
//   constexpr Route kRoutes[] = {
//       get("listIncidents", "/api/v1/workspaces/{w}/incidents", view, list_incidents, "Incidents, newest first",
//           asks("state agent rule limit after"), answers("IncidentList")),
//       del("removeRule", "/api/v1/workspaces/{w}/rules/{id}", edit_rules, remove_rule, "Remove a rule", answers(204)),
//   };
//
// After the summary come what a row asks (names of query parameters), takes (the schema of its body) and answers (a
// schema or a media type, and the status), each where there is one. All of it is constant; any thread.
#pragma once

#include "web/api/routes.h"

namespace connlog::web::rows {

using enum Action;  // the permission in a workspace: `view`, `edit_rules`, …
inline constexpr Permission anyone = Permission::anyone();
inline constexpr Permission agent = Permission::agent();
inline constexpr Permission machine = Permission::machine();
inline constexpr Permission session = Permission::session();
inline constexpr Permission administrator = Permission::appliance();

struct Asks {
  std::string_view names;  // separated by spaces
};
struct Takes {
  std::string_view schema;
};
struct Answers {
  std::string_view what;  // empty: no body
  int status;
};
constexpr Asks asks(std::string_view names) {
  return {names};
}
constexpr Takes takes(std::string_view schema) {
  return {schema};
}
constexpr Answers answers(std::string_view what, int status = 200) {
  return {what, status};
}
constexpr Answers answers(int status) {
  return {{}, status};
}

constexpr void enter(Route& row, Asks part) {
  row.query = part.names;
}
constexpr void enter(Route& row, Takes part) {
  row.request = part.schema;
}
constexpr void enter(Route& row, Answers part) {
  row.response = part.what;
  row.status = part.status;
}

// `Part`: Asks, Takes, Answers.
template <typename... Part>
constexpr Route row(std::string_view method, std::string_view operation, std::string_view path, Permission who,
                    Handler handler, std::string_view summary, Part... parts) {
  Route made{.method = method,
             .path = path,
             .permission = who,
             .handler = handler,
             .operation = operation,
             .summary = summary};
  (enter(made, parts), ...);
  return made;
}

template <typename... Part>
constexpr Route get(std::string_view operation, std::string_view path, Permission who, Handler handler,
                    std::string_view summary, Part... parts) {
  return row("GET", operation, path, who, handler, summary, parts...);
}

template <typename... Part>
constexpr Route post(std::string_view operation, std::string_view path, Permission who, Handler handler,
                     std::string_view summary, Part... parts) {
  return row("POST", operation, path, who, handler, summary, parts...);
}

template <typename... Part>
constexpr Route put(std::string_view operation, std::string_view path, Permission who, Handler handler,
                    std::string_view summary, Part... parts) {
  return row("PUT", operation, path, who, handler, summary, parts...);
}

template <typename... Part>
constexpr Route patch(std::string_view operation, std::string_view path, Permission who, Handler handler,
                      std::string_view summary, Part... parts) {
  return row("PATCH", operation, path, who, handler, summary, parts...);
}

template <typename... Part>
constexpr Route del(std::string_view operation, std::string_view path, Permission who, Handler handler,
                    std::string_view summary, Part... parts) {
  return row("DELETE", operation, path, who, handler, summary, parts...);
}

// What the other rows leave of a path, or of the addresses below a path that ends in "/*", by any method: no operation, but somebody who
// may ask and a handler that says how nothing is found.
constexpr Route any(std::string_view path, Permission who, Handler handler) {
  return row(kAnyMethod, {}, path, who, handler, {});
}

}  // namespace connlog::web::rows
