#include "core/wire/protocol_parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace connlog::wire {
namespace {

using nlohmann::json;

Error unreadable(std::string_view what, std::string cause) {
  return {.code = ErrorCode::network,
          .message = fmt::format("The server's answer to the {} could not be read.", what),
          .cause = std::move(cause)};
}

constexpr int kDepthMax = 32;

// Thrown inside this file only: the library reports through exceptions and so the readers below do.
struct Unreadable {
  std::string why;
};

json parse(std::string_view body) {
  if (body.size() > kResponseBytesMax) throw Unreadable{"longer than 1 MiB"};
  std::vector<std::set<std::string>> names;
  bool duplicate = false, too_deep = false;
  json document = json::parse(
      body.begin(), body.end(),
      [&](int depth, json::parse_event_t event, json& parsed) {
        if (depth > kDepthMax) too_deep = true;
        if (event == json::parse_event_t::object_start) names.emplace_back();
        if (event == json::parse_event_t::object_end) names.pop_back();
        if (event == json::parse_event_t::key && !names.back().insert(parsed.get<std::string>()).second)
          duplicate = true;
        return true;
      },
      /*allow_exceptions=*/false);
  if (document.is_discarded()) throw Unreadable{"not JSON"};
  if (duplicate) throw Unreadable{"a member stands twice"};
  if (too_deep) throw Unreadable{"nested too deeply"};
  if (!document.is_object()) throw Unreadable{"not an object"};
  return document;
}

enum class Null { refused, as_absent };

const json* member(const json& object, const char* name, Null null = Null::refused) {
  const auto found = object.find(name);
  if (found == object.end() || (null == Null::as_absent && found->is_null())) return nullptr;
  return &*found;
}

const json& required(const json& object, const char* name) {
  const json* found = member(object, name);
  if (found == nullptr) throw Unreadable{fmt::format("{} is missing", name)};
  return *found;
}

bool boolean(const json& value, const char* name) {
  if (!value.is_boolean()) throw Unreadable{fmt::format("{} is not true or false", name)};
  return value.get<bool>();
}

std::uint64_t whole(const json& value, const char* name, std::uint64_t highest = UINT64_MAX) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > highest) {
    throw Unreadable{fmt::format("{} is not a whole number in range", name)};
  }
  return value.get<std::uint64_t>();
}

std::string text(const json& value, const char* name) {
  if (!value.is_string()) throw Unreadable{fmt::format("{} is not a text", name)};
  return value.get<std::string>();
}

const json& object(const json& value, const char* name) {
  if (!value.is_object()) throw Unreadable{fmt::format("{} is not an object", name)};
  return value;
}

std::int64_t clamped(std::uint64_t value, std::int64_t low, std::int64_t high) {
  return static_cast<std::int64_t>(
      std::clamp(value, static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high)));
}

json enveloped(std::string_view body) {
  json document = parse(body);
  if (!boolean(required(document, "ok"), "ok")) {
    const json* error = member(document, "error", Null::as_absent);
    throw Unreadable{error != nullptr && error->is_string() ? "refused: " + error->get<std::string>().substr(0, 80)
                                                            : "refused"};
  }
  return object(required(document, "data"), "data");
}

template <typename Read>
auto reading(std::string_view what, Read read) -> Result<decltype(read())> {
  try {
    return read();
  } catch (const Unreadable& problem) {
    return unreadable(what, problem.why);
  } catch (const json::exception& problem) {
    return unreadable(what, problem.what());
  }
}

// The update offer is for genuine builds; an own agent is updated by its package. Its shape is checked all the same
// (§4.4).
void check_update(const json& update) {
  object(update, "update");
  boolean(required(update, "available"), "available");
  text(required(update, "latest_version"), "latest_version");
  for (const char* name : {"download_url", "signature_url", "sha256"}) {
    if (const json* value = member(update, name, Null::as_absent)) text(*value, name);
  }
  if (const json* force = member(update, "force_update")) boolean(*force, "force_update");
}

}  // namespace

Result<HeartbeatAnswer> parse_heartbeat_answer(std::string_view body) {
  return reading("heartbeat", [&] {
    const json document = parse(body);
    boolean(required(document, "ok"), "ok");
    text(required(document, "server_time"), "server_time");
    whole(required(document, "expected_interval_seconds"), "expected_interval_seconds");
    HeartbeatAnswer answer;
    if (const json* outdated = member(document, "config_outdated", Null::as_absent)) {
      answer.config_outdated = boolean(*outdated, "config_outdated");
    }
    if (const json* latest = member(document, "latest_config_version", Null::as_absent)) {
      answer.latest_config_version = static_cast<std::uint32_t>(whole(*latest, "latest_config_version", UINT32_MAX));
    }
    if (const json* update = member(document, "update", Null::as_absent)) check_update(*update);
    if (const json* uninstall = member(document, "uninstall")) answer.uninstall = boolean(*uninstall, "uninstall");
    if (const json* reboot = member(document, "reboot")) answer.reboot = boolean(*reboot, "reboot");
    if (const json* trust = member(document, "trust", Null::as_absent)) answer.trust = text(*trust, "trust");
    if (const json* actions = member(document, "quick_actions")) {
      if (!actions->is_array()) throw Unreadable{"quick_actions is not a list"};
      for (const json& action : *actions) {
        object(action, "quick_actions");
        text(required(action, "request_id"), "request_id");
        text(required(action, "action_id"), "action_id");
      }
    }
    return answer;
  });
}

bool is_own_refusal(int status, std::string_view body) {
  std::string code;
  try {
    const json document = parse(body);
    if (boolean(required(document, "ok"), "ok")) return false;
    code = text(required(document, "error"), "error");
  } catch (const Unreadable&) {
    return false;
  } catch (const json::exception&) {
    return false;
  }
  switch (status) {
    case 401:
      return code == kErrorUnauthorized;
    case 410:
      return code == kErrorRemoved;
    case 423:
      return code == kErrorDisabled || code == kErrorWorkspaceDisabled;
    case 429:
      return code == kErrorRateLimited;
    case 403:
      return code == kErrorMachine || code.starts_with("ENROLMENT_") || code.starts_with("MAINTENANCE_");
    case 409:
      return code == "NO_ROOM" || code.starts_with("ENROLMENT_") || code == kErrorMaintenanceNone;
    case 400:
      return code == kErrorProtocol || code == kErrorFrame || code == kErrorHeader || code == "INVALID_REQUEST";
    default:
      return status >= 500 && code == kErrorUnavailable;
  }
}

Result<AgentConfig> parse_config_answer(std::string_view body) {
  return reading("config", [&] {
    const json data = enveloped(body);
    AgentConfig config;
    config.version = static_cast<std::uint32_t>(whole(required(data, "configVersion"), "configVersion", UINT32_MAX));
    config.interval_seconds = clamped(whole(required(data, "heartbeatIntervalSeconds"), "heartbeatIntervalSeconds"),
                                      kIntervalSecondsMin, kIntervalSecondsMax);
    config.missed_threshold = clamped(whole(required(data, "missedThreshold"), "missedThreshold", UINT32_MAX),
                                      kMissedThresholdMin, kMissedThresholdMax);
    const json& metrics = object(required(data, "metrics"), "metrics");
    config.metrics = {.cpu = boolean(required(metrics, "cpu"), "cpu"),
                      .memory = boolean(required(metrics, "memory"), "memory"),
                      .disk = boolean(required(metrics, "disk"), "disk"),
                      .load = boolean(required(metrics, "load"), "load")};
    config.max_payload_kb = clamped(whole(required(data, "maxPayloadSizeKb"), "maxPayloadSizeKb"), 0, kPayloadKbMax);
    if (const json* actions = member(data, "quickActions")) {
      object(*actions, "quickActions");
      if (const json* enabled = member(*actions, "enabled")) boolean(*enabled, "enabled");
      if (const json* poll = member(*actions, "pollIntervalSeconds")) whole(*poll, "pollIntervalSeconds");
    }
    return config;
  });
}

Result<Assignment> parse_assignment_answer(std::string_view body) {
  return reading("endpoint assignment", [&] {
    const json data = enveloped(body);
    Assignment assignment;
    assignment.heartbeat_url = text(required(data, "heartbeatUrl"), "heartbeatUrl");
    if (const json* region = member(data, "regionCode", Null::as_absent)) text(*region, "regionCode");
    assignment.refresh_after_seconds = clamped(whole(required(data, "refreshAfterSeconds"), "refreshAfterSeconds"),
                                               kRefreshSecondsMin, kRefreshSecondsMax);
    return assignment;
  });
}

}  // namespace connlog::wire
