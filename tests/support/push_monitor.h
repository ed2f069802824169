// A monitor that is pinged, of the main workspace of a TestApp, with its addresses; and requests of programs to them.
#pragma once

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/test_app.h"

namespace connlog {

struct PushMonitor {
  std::string id, uuid, token, slug;
  std::string path() const { return "/ping/" + uuid; }
};

inline PushMonitor add_push_monitor(TestApp& app, const std::string& name,
                                    const nlohmann::json& fields = nlohmann::json::object()) {
  const ApiAnswer made =
      app.post("/api/v1/workspaces/{w}/monitors",
               nlohmann::json({{"name", name}, {"kind", "push"}, {"fields", fields}}).dump(), &app.owner);
  REQUIRE_MESSAGE(made.status == 201, made.body);
  PushMonitor monitor;
  monitor.id = made.json()["id"];
  const ApiAnswer shown = app.get("/api/v1/workspaces/{w}/monitors/" + monitor.id + "/ping-address", &app.owner);
  REQUIRE_MESSAGE(shown.status == 200, shown.body);
  monitor.uuid = shown.json()["uuid"];
  const std::string push_url = shown.json()["push_url"];
  monitor.token = push_url.substr(push_url.rfind('/') + 1);
  monitor.slug = made.json()["ping"]["slug"];
  return monitor;
}

// As a program sends it: no cookie, no Content-Type, under a Host that nobody announced.
inline ApiAnswer from_program(TestApp& app, const std::string& path, const std::string& method = "GET",
                              const std::string& body = {},
                              std::vector<std::pair<std::string, std::string>> headers = {},
                              const std::string& address = "192.0.2.50") {
  Ask ask{.method = method, .path = path, .body = body, .headers = std::move(headers)};
  ask.as_browser = false;
  ask.host = "hc.internal";
  ask.address = address;
  return app.send(ask);
}

inline nlohmann::json monitor_of(TestApp& app, const PushMonitor& monitor) {
  return app.get("/api/v1/workspaces/{w}/monitors/" + monitor.id, &app.owner).json();
}
inline nlohmann::json pings_of(TestApp& app, const PushMonitor& monitor) {
  return app.get("/api/v1/workspaces/{w}/monitors/" + monitor.id + "/pings", &app.owner).json()["items"];
}

// A key of the workspace in another form than the API's. Shown once.
inline std::string make_key(TestApp& app, const std::string& form, bool read_only = false) {
  const ApiAnswer made = app.post(
      "/api/v1/workspaces/{w}/api-keys",
      nlohmann::json({{"name", form + (read_only ? " r" : " w")}, {"form", form}, {"read_only", read_only}}).dump(),
      &app.owner);
  REQUIRE_MESSAGE(made.status == 201, made.body);
  return made.json()["token"];
}

}  // namespace connlog
