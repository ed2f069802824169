// Messages of other systems, read into events: one file for each format. What comes in is hostile: size, depth and number of
// values are limited before anything is built, texts become one harmless line with secrets masked, links are http(s) only, and
// everything is linear in the message. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/monitors/sources/event_source.h"

namespace connlog {

struct EventMessage {
  std::vector<IncomingEvent> events;
  std::string routing_key;  // PagerDuty: the key of the source stands in the message
};

// invalid_input names the member ("alerts.2.fingerprint"); too_large where a message has too many events or values.
Result<EventMessage> parse_events(EventFormat format, std::string_view body);

namespace event_formats {

inline constexpr std::size_t kBodyBytesMax = 256 * 1024;
inline constexpr std::size_t kDepthMax = 12, kValuesMax = 60'000;
inline constexpr std::size_t kValueBytesMax = 300;  // of one detail
inline constexpr std::size_t kLinkBytesMax = 500;

// The format's file.
Result<EventMessage> parse_alertmanager(const nlohmann::json& message);
Result<EventMessage> parse_pagerduty(const nlohmann::json& message);
Result<EventMessage> parse_plain(const nlohmann::json& message);

// The document, within the limits above; an object.
Result<nlohmann::json> read_document(std::string_view body);
// The source's key in a message that is refused otherwise: who sends it is known first. Empty: there is none.
std::string routing_key_of(std::string_view body);
// A text member; empty where it is absent or no text.
std::string text_of(const nlohmann::json& object, std::string_view name);
// One line for people: at most `bytes_max`, what looks like a secret masked.
std::string shown_line(std::string_view text, std::size_t bytes_max);
// The sender's key as it is kept: it must be 1–255 bytes of visible UTF-8. Errors name `field`.
Result<std::string> checked_key(const std::string& field, std::string_view key);
// An http(s) address without a user's name in it; else empty.
std::string safe_link(std::string_view text);
// "critical", "page", "error" …: what the words of other systems mean here.
Severity severity_of(std::string_view word, Severity otherwise);
// RFC 3339 with any fraction and offset; nothing for another text, and for years before 1970 (“never” of Go is year 1).
std::optional<Instant> time_of(std::string_view text);
// Adds name and value of what the value holds, flattened, until kEventDetailsMax.
void add_details(IncomingEvent& event, const std::string& name, const nlohmann::json& value);

}  // namespace event_formats
}  // namespace connlog
