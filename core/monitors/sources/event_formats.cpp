#include "core/monitors/sources/event_formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/base/secret_shapes.h"
#include "core/base/text.h"
#include "core/net/http_url.h"

namespace connlog {
namespace event_formats {
namespace {

using nlohmann::json;

constexpr int kFlattenedDepth = 2;

// What the text would cost as a tree, by its brackets and commas outside of texts. Nothing is built for that.
bool is_within_limits(std::string_view text) {
  std::size_t depth = 0, values = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
      continue;
    }
    if (c == '"') in_text = true;
    if (c == '{' || c == '[') {
      if (++depth > kDepthMax) return false;
      ++values;
    }
    if ((c == '}' || c == ']') && depth > 0) --depth;
    if (c == ',' && ++values > kValuesMax) return false;
  }
  return true;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The offset of "Z", "+02:00", "-05:30"; nothing: it is none.
std::optional<seconds> offset_of(std::string_view text) {
  if (text == "Z" || text == "z") return seconds(0);
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  for (const std::size_t at : {1U, 2U, 4U, 5U}) {
    if (!is_digit(text[at])) return std::nullopt;
  }
  const int hours = (text[1] - '0') * 10 + (text[2] - '0'), minutes = (text[4] - '0') * 10 + (text[5] - '0');
  if (hours > 23 || minutes > 59) return std::nullopt;
  const seconds by(hours * 3'600 + minutes * 60);
  return text[0] == '-' ? -by : by;
}

struct SeverityWord {
  std::string_view word;
  Severity severity;
};
constexpr std::array kSeverityWords = {
    SeverityWord{"critical", Severity::critical},   SeverityWord{"crit", Severity::critical},
    SeverityWord{"page", Severity::critical},       SeverityWord{"error", Severity::critical},
    SeverityWord{"fatal", Severity::critical},      SeverityWord{"emergency", Severity::critical},
    SeverityWord{"emerg", Severity::critical},      SeverityWord{"alert", Severity::critical},
    SeverityWord{"disaster", Severity::critical},   SeverityWord{"high", Severity::critical},
    SeverityWord{"p1", Severity::critical},         SeverityWord{"warning", Severity::warning},
    SeverityWord{"warn", Severity::warning},        SeverityWord{"average", Severity::warning},
    SeverityWord{"medium", Severity::warning},      SeverityWord{"minor", Severity::warning},
    SeverityWord{"info", Severity::info},           SeverityWord{"information", Severity::info},
    SeverityWord{"informational", Severity::info},  SeverityWord{"notice", Severity::info},
    SeverityWord{"low", Severity::info},            SeverityWord{"debug", Severity::info},
    SeverityWord{"none", Severity::info},
};

// A value as a text; texts as they are.
std::string plain_text(const json& value) {
  if (value.is_string()) return value.get_ref<const std::string&>();
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void add_flattened(IncomingEvent& event, const std::string& name, const json& value, int depth) {
  if (event.details.size() >= kEventDetailsMax || value.is_null()) return;
  if (value.is_object() && depth < kFlattenedDepth) {
    for (const auto& [member, inner] : value.items()) add_flattened(event, name + "." + member, inner, depth + 1);
    return;
  }
  std::string text = plain_text(value);
  if (text.empty()) return;
  event.details.emplace_back(shown_line(name, 80), cut(std::move(text), kValueBytesMax * 4));
}

}  // namespace

Result<json> read_document(std::string_view body) {
  if (body.size() > kBodyBytesMax)
    return Error{ErrorCode::too_large, fmt::format("The message is larger than {} bytes.", kBodyBytesMax)};
  if (!is_within_limits(body))
    return Error{ErrorCode::invalid_input, "The message is nested too deeply, or holds too many values."};
  json document = json::parse(body.begin(), body.end(), nullptr, false);
  if (document.is_discarded()) return Error{ErrorCode::invalid_input, "The message is not valid JSON in UTF-8."};
  if (!document.is_object()) return Error{ErrorCode::invalid_input, "The message must be a JSON object."};
  return document;
}

std::string text_of(const json& object, std::string_view name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string routing_key_of(std::string_view body) {
  const auto document = read_document(body);
  return document ? text_of(*document, "routing_key") : std::string();
}

std::string shown_line(std::string_view text, std::size_t bytes_max) {
  std::string line(text.substr(0, bytes_max * 8));
  std::ranges::replace_if(line, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  line = mask_secrets(harmless(line));
  const std::size_t from = line.find_first_not_of(' ');
  if (from == std::string::npos) return {};
  line = line.substr(from, line.find_last_not_of(' ') - from + 1);
  return line.size() <= bytes_max ? line : cut(line, bytes_max - 3) + "…";
}

Result<std::string> checked_key(const std::string& field, std::string_view key) {
  if (key.empty() || key.size() > kEventKeyBytesMax)
    return invalid(field, fmt::format("This needs 1 to {} bytes.", kEventKeyBytesMax));
  if (!is_utf8(key) || has_control_character(key))
    return invalid(field, "This must be one line of UTF-8 without control characters.");
  return std::string(key);
}

std::string safe_link(std::string_view text) {
  if (text.empty() || text.size() > kLinkBytesMax) return {};
  // A fragment is common in links to dashboards, and is shown, never fetched.
  const std::string_view fetched = text.substr(0, text.find('#'));
  const bool is_plain = std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\' && c != '^' && c != '`' && c != '{' &&
           c != '|' && c != '}';
  });
  if (!is_plain || !check_http_url(fetched, "link")) return {};
  if (!find_secrets(text).empty()) return {};
  return std::string(text);
}

Severity severity_of(std::string_view word, Severity otherwise) {
  const std::string wanted = folded(word.substr(0, 40));
  for (const SeverityWord& known : kSeverityWords) {
    if (known.word == wanted) return known.severity;
  }
  return otherwise;
}

std::optional<Instant> time_of(std::string_view text) {
  constexpr std::size_t kSeconds = 19;  // "2026-11-24T09:15:02"
  if (text.size() <= kSeconds || text.size() > 40) return std::nullopt;
  std::size_t at = kSeconds;
  std::string fraction;
  if (text[at] == '.') {
    for (++at; at < text.size() && is_digit(text[at]); ++at) {
      if (fraction.size() < 6) fraction += text[at];
    }
    if (fraction.empty()) return std::nullopt;
  }
  const auto offset = offset_of(text.substr(at));
  if (!offset) return std::nullopt;
  std::string whole(text.substr(0, kSeconds));
  whole[10] = whole[10] == 't' || whole[10] == ' ' ? 'T' : whole[10];
  Instant local;
  if (!parse_iso8601(whole + (fraction.empty() ? "" : "." + fraction) + "Z", local)) return std::nullopt;
  const Instant utc = local - *offset;
  return utc.micros > 0 ? std::optional(utc) : std::nullopt;
}

// A value that is told to be a secret by its name alone is masked with its name in front of it.
void add_details(IncomingEvent& event, const std::string& name, const json& value) {
  add_flattened(event, name, value, 0);
}

}  // namespace event_formats

namespace {

// Texts as people may see them, whatever the format.
void make_harmless(IncomingEvent& event) {
  event.summary = event_formats::shown_line(event.summary, kEventSummaryBytesMax);
  if (event.summary.empty()) event.summary = event_formats::shown_line(event.key, kEventSummaryBytesMax);
  for (auto& [name, value] : event.details) {
    const std::string line = event_formats::shown_line(name + ": " + value, name.size() + 2 + event_formats::kValueBytesMax);
    const std::size_t colon = line.find(": ");
    value = colon == std::string::npos ? line : line.substr(colon + 2);
  }
}

}  // namespace

Result<EventMessage> parse_events(EventFormat format, std::string_view body) {
  const nlohmann::json document = TRY(event_formats::read_document(body));
  Result<EventMessage> parsed = [&]() -> Result<EventMessage> {
    switch (format) {
      case EventFormat::alertmanager:
        return event_formats::parse_alertmanager(document);
      case EventFormat::pagerduty:
        return event_formats::parse_pagerduty(document);
      case EventFormat::json:
        break;
    }
    return event_formats::parse_plain(document);
  }();
  EventMessage message = TRY(std::move(parsed));
  for (IncomingEvent& event : message.events) make_harmless(event);
  return message;
}

}  // namespace connlog
