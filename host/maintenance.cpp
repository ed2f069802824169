#include "host/maintenance.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/wire/protocol.h"
#include "core/wire/protocol_parse.h"

namespace connlog {
namespace {

constexpr milliseconds kConnectTimeout{5'000}, kTimeout{15'000};

Error wrong_duration() {
  return invalid("duration", "Say for how long: 30m, 2h or 1h30m, at most 4h.");
}

// The sentence in an answer. Empty unless it is one line of at most 400 characters: something other than the appliance
// may have answered.
std::string message_in(const std::string& body) {
  const auto answer = nlohmann::json::parse(body, nullptr, false);
  const auto found = answer.is_object() ? answer.find("message") : answer.end();
  if (!answer.is_object() || found == answer.end() || !found->is_string()) return {};
  const auto line = one_line("message", "The answer", found->get<std::string>(), 1, 400);
  return line ? *line : std::string();
}

HttpRequest request_of(const std::string& base, const AgentIdentity& identity, nlohmann::json body) {
  HttpRequest request{.method = "POST",
                      .url = base + std::string(wire::kMaintenancePath),
                      .body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                      .connect_timeout = kConnectTimeout,
                      .timeout = kTimeout,
                      .answer_bytes_max = wire::kResponseBytesMax};
  request.headers = {{"Content-Type", "application/json"},
                     {"Authorization", "Bearer " + std::string(identity.token.reveal())},
                     {"X-Agent-Version", identity.version},
                     {"Accept", "*/*"}};
  if (!identity.machine_id.empty()) request.headers.push_back({"X-Machine-Id", identity.machine_id});
  return request;
}

bool is_done(const HttpAnswer& answer) {
  if (answer.status != 200) return false;
  const auto document = nlohmann::json::parse(answer.body, nullptr, false);
  if (!document.is_object()) return false;
  const auto ok = document.find("ok");
  return ok != document.end() && ok->is_boolean() && ok->get<bool>();
}

}  // namespace

Result<std::int64_t> maintenance_minutes(std::string_view text) {
  std::int64_t minutes = 0, number = 0;
  bool has_digit = false, had_hours = false, had_minutes = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      number = number * 10 + (c - '0');
      has_digit = true;
      if (number > wire::kMaintenanceMinutesMax) return wrong_duration();
    } else if (c == 'h' && has_digit && !had_hours && !had_minutes) {
      minutes += number * 60;
      number = 0;
      has_digit = false;
      had_hours = true;
    } else if (c == 'm' && has_digit && !had_minutes) {
      minutes += number;
      number = 0;
      has_digit = false;
      had_minutes = true;
    } else {
      return wrong_duration();
    }
  }
  if (has_digit && (had_hours || had_minutes)) return wrong_duration();  // "1h30": of what?
  minutes += number;
  if (minutes < 1 || minutes > wire::kMaintenanceMinutesMax) return wrong_duration();
  return minutes;
}

Result<std::string> ask_for_maintenance(const std::string& base, const AgentIdentity& identity,
                                        const MaintenanceAsk& ask,
                                        const std::function<HttpOutcome(const HttpRequest&)>& perform) {
  nlohmann::json body;
  if (ask.end) {
    body["end"] = true;
  } else {
    const std::int64_t minutes = TRY(maintenance_minutes(ask.duration));
    const std::string reason = TRY(one_line("reason", "The reason", ask.reason, 0, wire::kMaintenanceReasonMax));
    body["minutes"] = minutes;
    body["reason"] = reason;
  }
  const HttpOutcome http = perform(request_of(base, identity, std::move(body)));
  if (http.failure) {
    return Error{
        .code = ErrorCode::network,
        .message = http.failure->message + " Nothing is quiet. Plan a maintenance in connlog instead, or try again."};
  }
  const std::string said = message_in(http.answer.body);
  if (is_done(http.answer)) return said.empty() ? std::string("Done.") : said;
  const int status = http.answer.status;
  const bool is_own = wire::is_own_refusal(status, http.answer.body);
  if (is_own && !said.empty()) return Error{.code = ErrorCode::forbidden, .message = said};
  if (is_own && status == 401) {
    return Error{.code = ErrorCode::forbidden,
                 .message = "The server does not know this host's token. Enrol it again, or rotate the token."};
  }
  if (is_own)
    return Error{.code = ErrorCode::forbidden,
                 .message = fmt::format("The server refused ({}). Nothing is quiet.", status)};
  return Error{
      .code = ErrorCode::network,
      .message = fmt::format("{} answered {}, but not in connlog's words. Is it a connlog server, and recent enough? "
                             "Nothing is quiet.",
                             base, status)};
}

}  // namespace connlog
