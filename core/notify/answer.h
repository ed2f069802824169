// What a service's answer means, for the kinds of channels (ChannelKind::judge_answer): whether it refuses for good,
// asks for a pause, or does not take our token. Texts of a body are shown only where they are of a closed list, or
// where the service's host is fixed: a body may come from a server that the person cannot reach themselves. Pure; any
// thread.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/notify/courier.h"

namespace connlog {

// Each keeps the status in `result.answer` and puts `why` after it: "HTTP 200: chat not found".
void answer_refused(DeliveryResult& result, std::string_view why);
// No earlier than after `pause`, where it is more than nothing. `whole_target`: what else goes there waits too.
void answer_later(DeliveryResult& result, seconds pause, std::string_view why, bool whole_target = false);
// Our token, address or quota there: the message waits until somebody mended it.
void answer_about_us(DeliveryResult& result, std::string_view why);

// Members of a JSON object; nothing: there is none of that type.
using MemberPath = std::initializer_list<std::string_view>;
std::optional<std::string> member_text(std::string_view body, MemberPath path);
std::optional<std::string> member_text(std::string_view body, std::string_view name);
std::optional<std::int64_t> member_number(std::string_view body, MemberPath path);
std::optional<std::int64_t> member_number(std::string_view body, std::string_view name);
std::optional<bool> member_flag(std::string_view body, std::string_view name);

// One line, up to 120 characters.
std::string one_line_of(std::string_view text);

// What is looked for in a body, and what it means for people.
struct KnownAnswer {
  std::string_view text, meaning;
};
// The first that is in the body; null: none.
const KnownAnswer* known_answer(std::string_view body, std::span<const KnownAnswer> known);

// How long from the answer's own Date until `unix_seconds`, 0 to 24 hours; an hour where it has no Date.
seconds pause_until(const HttpAnswer& answer, std::int64_t unix_seconds);

}  // namespace connlog
