// Inside of web/api/monitors/healthchecks*.cpp: who asks, the JSON of a check, and what a request may set. Any thread but
// where said.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/api/monitors/ping_handlers.h"

namespace connlog::web::monitors::hc {

enum class Api : std::uint8_t { v1, v2, v3 };

struct Caller {
  Api api = Api::v3;
  Actor actor;  // with the workspace
  bool may_write = false;
  std::string root;  // the appliance's public address

  WorkspaceId workspace() const { return actor.workspace; }
};

Reply refusal(int status, std::string_view why);  // {"error": why}
Reply refusal_of(const Error& error);

// ---- reading (healthchecks_read.cpp)

// A push monitor of the caller's workspace by its UUID or its read-only id.
std::optional<LiveMonitor> find_check(const PingServices& services, const Caller& caller, std::string_view code);
nlohmann::json check_view(const PingServices& services, const Caller& caller, const LiveMonitor& live);
Reply list_checks(const PingServices& services, const Caller& caller, const HttpRequest& request);
Reply list_pings(const PingServices& services, const Caller& caller, const LiveMonitor& live);
Reply ping_body(const PingServices& services, const LiveMonitor& live, std::string_view n);
Reply list_flips(const PingServices& services, const LiveMonitor& live, const HttpRequest& request);
Reply list_channels(const PingServices& services, const Caller& caller);
// The ids of the recipients, joined by commas: every check tells all that its rules name.
std::string unique_key(std::string_view uuid);

// ---- writing (healthchecks_write.cpp)

Result<Reply> create_check(Context& ctx, const Caller& caller, const nlohmann::json& body);
Result<Reply> update_check(Context& ctx, const Caller& caller, const LiveMonitor& live, const nlohmann::json& body);
Result<Reply> delete_check(Context& ctx, const Caller& caller, const LiveMonitor& live);
Result<Reply> pause_check(Context& ctx, const Caller& caller, const LiveMonitor& live);
Result<Reply> resume_check(Context& ctx, const Caller& caller, const LiveMonitor& live);

}  // namespace connlog::web::monitors::hc
