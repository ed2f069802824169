#include "tests/support/agent_emulator.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

namespace connlog {
namespace {

using nlohmann::json;

struct Complaint : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// serde's view of a JSON text: a member that stands twice is an error.
json read(const std::string& text) {
  std::vector<std::set<std::string>> names;
  bool twice = false;
  const json document = json::parse(
      text,
      [&](int, json::parse_event_t event, json& value) {
        if (event == json::parse_event_t::object_start) names.emplace_back();
        if (event == json::parse_event_t::object_end) names.pop_back();
        if (event == json::parse_event_t::key) twice |= !names.back().insert(value.get<std::string>()).second;
        return true;
      },
      false);
  if (document.is_discarded()) throw Complaint("not JSON");
  if (twice) throw Complaint("duplicate member");
  return document;
}

const json& at(const json& object, const char* name) {
  if (!object.is_object() || !object.contains(name)) throw Complaint(std::string("missing ") + name);
  return object.at(name);
}
bool as_bool(const json& value, const char* name) {
  if (!value.is_boolean()) throw Complaint(std::string(name) + " is no bool");
  return value;
}
std::uint64_t as_unsigned(const json& value, const char* name, std::uint64_t most = UINT64_MAX) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > most)
    throw Complaint(std::string(name) + " is no unsigned integer");
  return value;
}
std::string as_string(const json& value, const char* name) {
  if (!value.is_string()) throw Complaint(std::string(name) + " is no string");
  return value;
}
// Option<T>: absent and null are the same. With #[serde(default)] alone null is an error: `defaulted`.
bool has(const json& object, const char* name) {
  return object.contains(name) && !object.at(name).is_null();
}
bool defaulted(const json& object, const char* name) {
  return object.contains(name);
}

struct HeartbeatAnswer {
  bool config_outdated = false, uninstall = false, reboot = false;
};

HeartbeatAnswer read_heartbeat(const std::string& body) {
  const json answer = read(body);
  as_bool(at(answer, "ok"), "ok");
  as_string(at(answer, "server_time"), "server_time");
  as_unsigned(at(answer, "expected_interval_seconds"), "expected_interval_seconds");
  HeartbeatAnswer out;
  if (has(answer, "config_outdated")) out.config_outdated = as_bool(answer["config_outdated"], "config_outdated");
  if (has(answer, "latest_config_version"))
    as_unsigned(answer["latest_config_version"], "latest_config_version", UINT32_MAX);
  if (has(answer, "update")) {
    const json& update = answer["update"];
    as_bool(at(update, "available"), "update.available");
    as_string(at(update, "latest_version"), "update.latest_version");
    for (const char* name : {"download_url", "signature_url", "sha256"}) {
      if (has(update, name)) as_string(update[name], name);
    }
    if (defaulted(update, "force_update")) as_bool(update["force_update"], "force_update");
  }
  if (defaulted(answer, "uninstall")) out.uninstall = as_bool(answer["uninstall"], "uninstall");
  if (defaulted(answer, "reboot")) out.reboot = as_bool(answer["reboot"], "reboot");
  if (defaulted(answer, "quick_actions")) {
    if (!answer["quick_actions"].is_array()) throw Complaint("quick_actions is no list");
    for (const json& action : answer["quick_actions"]) {
      as_string(at(action, "request_id"), "request_id");
      as_string(at(action, "action_id"), "action_id");
    }
  }
  return out;
}

json enveloped(const std::string& body) {
  const json envelope = read(body);
  if (!as_bool(at(envelope, "ok"), "ok")) throw Complaint("ok is false");
  return at(envelope, "data");
}

bool under(const std::string& host, const std::string& domain) {
  return host == domain || (host.size() > domain.size() && host.ends_with("." + domain));
}

// §6, a release build.
bool is_acceptable(const std::string& url, const std::vector<std::string>& domains) {
  if (!url.starts_with("https://")) return false;
  std::string host = url.substr(8, url.find_first_of("/?#", 8) - 8);
  if (host.find('@') != std::string::npos || host.starts_with("[")) return false;
  host = host.substr(0, host.find(':'));
  if (host == "localhost") return false;
  const bool is_ipv4 = !host.empty() && host.find_first_not_of("0123456789.") == std::string::npos;
  if (is_ipv4 && (host == "0.0.0.0" || host.starts_with("127.") || host.starts_with("10.") ||
                  host.starts_with("192.168.") || host.starts_with("169.254.") || host.starts_with("172."))) {
    return false;
  }
  return under(host, "connlog.com") ||
         std::any_of(domains.begin(), domains.end(), [&](const std::string& domain) { return under(host, domain); });
}

GenuineAgent::Frame frame(const char* hex) {
  GenuineAgent::Frame out{};
  std::size_t digits = 0;
  for (const char* c = hex; *c != '\0'; ++c) {
    if (*c == ' ') continue;
    const int value = *c <= '9' ? *c - '0' : *c - 'a' + 10;
    out[digits / 2] = static_cast<std::uint8_t>(out[digits / 2] << 4 | value);
    ++digits;
  }
  return out;
}

std::string trimmed_base(std::string base) {
  while (base.ends_with('/')) base.pop_back();
  return base;
}

// The path part of a URL, "/" first.
std::string path_of(const std::string& url) {
  const auto authority = url.find("://");
  const auto slash = url.find('/', authority == std::string::npos ? 0 : authority + 3);
  return slash == std::string::npos ? "/" : url.substr(slash);
}

}  // namespace

const GenuineAgent::Frame GenuineAgent::kBusyFrame =
    frame("bd510100 00000000 e204 0b13 300c0000 001f0000 00c80000 00710200 2a00 2a00");
const GenuineAgent::Frame GenuineAgent::kFirstFrame =
    frame("25000000 00000000 ffff ffff 8e030000 001f0000 f4c70000 00710200 6b00 6b00");
const GenuineAgent::Frame GenuineAgent::kFailedFrame =
    frame("00000000 00000000 ffff ffff 00000000 00000000 00000000 00000000 0000 0000");

GenuineAgent::GenuineAgent(Host host)
    : host_(std::move(host)), heartbeat_url_(trimmed_base(host_.base) + "/api/agents/heartbeat") {}

std::string GenuineAgent::render_get(const std::string& path, const std::string& host_header) const {
  // Joined without trimming (§1): a base that ends in a slash gives "//api/…".
  return "GET " + path_of(host_.base + path) + " HTTP/1.1\r\n" + "authorization: Bearer " + host_.token +
         "\r\ncontent-type: application/json\r\naccept: */*\r\nuser-agent: connlog-agent/" + host_.version +
         "\r\nhost: " + host_header + "\r\n\r\n";
}

std::string GenuineAgent::render_config_request(const std::string& host_header) const {
  return render_get("/api/agents/config", host_header);
}
std::string GenuineAgent::render_assignment_request(const std::string& host_header) const {
  return render_get("/api/agents/endpoint-assignment", host_header);
}

std::string GenuineAgent::render_heartbeat(const std::string& request_id, const Frame& body,
                                           const std::string& host_header) const {
  std::string out = "POST " + path_of(heartbeat_url_) + " HTTP/1.1\r\n";
  const auto add = [&](const char* name, const std::string& value) {
    out += std::string(name) + ": " + value + "\r\n";
  };
  add("content-type", "application/octet-stream");
  add("x-agent-version", host_.version);
  add("x-protocol-version", "1");
  add("x-config-version", std::to_string(config_version_));
  add("x-os", "linux");
  add("x-arch", host_.arch);
  if (!host_.hostname.empty() && !host_.is_test_heartbeat) add("x-hostname", host_.hostname);
  if (!host_.machine_id.empty()) add("x-machine-id", host_.machine_id);
  if (host_.core_count > 0) add("x-cpu-core-count", std::to_string(host_.core_count));
  add("x-connlog-request-id", request_id);
  if (!host_.is_test_heartbeat) {
    add("x-quick-action-polling-enabled", "false");
    add("x-quick-action-poll-interval-seconds", "5");
  }
  add("authorization", "Bearer " + host_.token);
  add("content-length", "32");
  add("accept", "*/*");
  add("user-agent", "connlog-agent/" + host_.version);
  add("host", host_header);
  out += "\r\n";
  out.append(reinterpret_cast<const char*>(body.data()), body.size());
  return out;
}

std::string GenuineAgent::Answer::header(const std::string& name) const {
  for (const auto& [found, value] : headers) {
    if (found == name) return value;
  }
  return {};
}

GenuineAgent::Answer GenuineAgent::parse_answer(const std::string& bytes) {
  Answer answer;
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string::npos || !bytes.starts_with("HTTP/1.1 ")) return answer;
  answer.status = std::atoi(bytes.c_str() + 9);
  for (std::size_t at = bytes.find("\r\n") + 2; at < end;) {
    const auto line_end = bytes.find("\r\n", at);
    const auto colon = bytes.find(':', at);
    std::string name = bytes.substr(at, colon - at);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string value = bytes.substr(colon + 1, line_end - colon - 1);
    value.erase(0, value.find_first_not_of(' '));
    answer.headers.emplace_back(std::move(name), std::move(value));
    at = line_end + 2;
  }
  answer.body = bytes.substr(end + 4);
  return answer;
}

GenuineAgent::Reaction GenuineAgent::fail_transiently(int attempt, std::string complaint) {
  if (attempt < 3)
    return {.does = Reaction::Does::retry, .seconds = 0, .fetches_config = false, .complaint = std::move(complaint)};
  ++errors_;
  return {.does = Reaction::Does::sleep,
          .seconds = static_cast<int>(std::min<std::int64_t>(interval_ * std::min(errors_, 3), 120)),
          .fetches_config = false,
          .complaint = std::move(complaint)};
}

GenuineAgent::Reaction GenuineAgent::on_heartbeat(const Answer& answer, int attempt) {
  const auto sleep = [](std::int64_t seconds) {
    return Reaction{
        .does = Reaction::Does::sleep, .seconds = static_cast<int>(seconds), .fetches_config = false, .complaint = {}};
  };
  if (answer.status >= 200 && answer.status < 300) {
    HeartbeatAnswer parsed;
    try {
      parsed = read_heartbeat(answer.body);
    } catch (const std::exception& complaint) {
      return fail_transiently(attempt, complaint.what());
    }
    unauthorized_ = errors_ = 0;
    uninstalls_ = parsed.uninstall ? uninstalls_ + 1 : 0;
    reboots_ = parsed.reboot && !parsed.uninstall ? reboots_ + 1 : 0;
    if (uninstalls_ == 3)
      return {.does = Reaction::Does::uninstall, .seconds = 0, .fetches_config = false, .complaint = {}};
    if (reboots_ == 3) return {.does = Reaction::Does::reboot, .seconds = 0, .fetches_config = false, .complaint = {}};
    return {.does = Reaction::Does::sleep_until_cadence,
            .seconds = static_cast<int>(interval_),
            .fetches_config = parsed.config_outdated,
            .complaint = {}};
  }
  switch (answer.status) {
    case 410:
      return {.does = Reaction::Does::uninstall, .seconds = 0, .fetches_config = false, .complaint = {}};
    case 423:
      unauthorized_ = errors_ = 0;
      return sleep(300);
    case 401:
      ++unauthorized_;
      return sleep(std::min(30 + 10 * unauthorized_, 120));
    default:
      break;
  }
  if (answer.status == 0 || answer.status >= 500) return fail_transiently(attempt, {});
  ++errors_;
  if (answer.status == 429) {
    const std::string wait = answer.header("retry-after");
    if (!wait.empty() && wait.find_first_not_of("0123456789") == std::string::npos) {
      return sleep(
          std::clamp<std::int64_t>(std::atoll(wait.c_str()), interval_, std::max<std::int64_t>(3'600, interval_)));
    }
    return sleep(std::min<std::int64_t>(interval_ * std::min(errors_, 3), 120));
  }
  return sleep(std::min(30LL << std::min(errors_ - 1, 20), 3'600LL));
}

bool GenuineAgent::on_config(const Answer& answer) {
  complaint_.clear();
  try {
    if (answer.status < 200 || answer.status > 299) throw Complaint("status " + std::to_string(answer.status));
    if (answer.body.size() > 1024 * 1024) throw Complaint("too long");
    const json data = enveloped(answer.body);
    const auto version =
        static_cast<std::uint32_t>(as_unsigned(at(data, "configVersion"), "configVersion", UINT32_MAX));
    const auto interval = as_unsigned(at(data, "heartbeatIntervalSeconds"), "heartbeatIntervalSeconds");
    const auto threshold = as_unsigned(at(data, "missedThreshold"), "missedThreshold", UINT32_MAX);
    const json& toggles = at(data, "metrics");
    const std::array<bool, 4> metrics{as_bool(at(toggles, "cpu"), "cpu"), as_bool(at(toggles, "memory"), "memory"),
                                      as_bool(at(toggles, "disk"), "disk"), as_bool(at(toggles, "load"), "load")};
    as_unsigned(at(data, "maxPayloadSizeKb"), "maxPayloadSizeKb");
    if (defaulted(data, "quickActions")) {
      const json& actions = data["quickActions"];
      if (!actions.is_object()) throw Complaint("quickActions is no object");
      if (defaulted(actions, "enabled")) as_bool(actions["enabled"], "enabled");
      if (defaulted(actions, "pollIntervalSeconds")) as_unsigned(actions["pollIntervalSeconds"], "pollIntervalSeconds");
    }
    config_version_ = version;
    interval_ = static_cast<std::int64_t>(std::clamp<std::uint64_t>(interval, 10, 86'400));
    missed_threshold_ = static_cast<std::int64_t>(std::clamp<std::uint64_t>(threshold, 1, 100));
    metrics_ = metrics;
    return true;
  } catch (const std::exception& complaint) {
    complaint_ = complaint.what();
    return false;
  }
}

bool GenuineAgent::on_assignment(const Answer& answer) {
  complaint_.clear();
  try {
    if (answer.status < 200 || answer.status > 299) throw Complaint("status " + std::to_string(answer.status));
    const json data = enveloped(answer.body);
    const std::string url = as_string(at(data, "heartbeatUrl"), "heartbeatUrl");
    if (has(data, "regionCode")) as_string(data["regionCode"], "regionCode");
    as_unsigned(at(data, "refreshAfterSeconds"), "refreshAfterSeconds");
    assignment_rejected_ = !is_acceptable(url, host_.allowed_endpoint_domains);
    heartbeat_url_ = assignment_rejected_ ? trimmed_base(host_.base) + "/api/agents/heartbeat" : url;
    return true;
  } catch (const std::exception& complaint) {
    complaint_ = complaint.what();  // the address in use stays
    return false;
  }
}

}  // namespace connlog
