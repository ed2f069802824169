#include "core/notify/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/net/mail_header.h"
#include "core/net/retry_after.h"

namespace connlog {
namespace {

using nlohmann::json;

constexpr std::size_t kShownCharactersMax = 120;

void say(DeliveryResult& result, DeliveryResult::Kind kind, std::string_view why) {
  result.kind = kind;
  result.remote_id.clear();
  result.retry_after = seconds(0);
  result.whole_target = false;
  if (!why.empty()) result.answer = fmt::format("{}: {}", result.answer, one_line_of(why));
}

json member(std::string_view body, MemberPath path) {
  json at = json::parse(body, nullptr, false);
  for (const std::string_view name : path) {
    const auto found = at.is_object() ? at.find(std::string(name)) : at.end();
    if (!at.is_object() || found == at.end()) return {};
    json inner = std::move(*found);
    at = std::move(inner);
  }
  return at;
}

}  // namespace

void answer_refused(DeliveryResult& result, std::string_view why) {
  say(result, DeliveryResult::Kind::refused_for_good, why);
}

void answer_later(DeliveryResult& result, seconds pause, std::string_view why, bool whole_target) {
  say(result, DeliveryResult::Kind::try_later, why);
  result.retry_after = std::clamp(pause, seconds(0), kRetryAfterMax);
  result.whole_target = whole_target && pause.count() > 0;
}

void answer_about_us(DeliveryResult& result, std::string_view why) {
  say(result, DeliveryResult::Kind::about_us, why);
}

std::optional<std::string> member_text(std::string_view body, MemberPath path) {
  const json found = member(body, path);
  return found.is_string() ? std::optional(found.get<std::string>()) : std::nullopt;
}

std::optional<std::string> member_text(std::string_view body, std::string_view name) {
  return member_text(body, MemberPath{name});
}

std::optional<std::int64_t> member_number(std::string_view body, MemberPath path) {
  const json found = member(body, path);
  if (found.is_number_integer()) return found.get<std::int64_t>();
  // Discord's retry_after is a fraction of seconds.
  if (found.is_number_float() && found.get<double>() >= 0 && found.get<double>() < 1e15)
    return static_cast<std::int64_t>(found.get<double>() + 0.999);
  return std::nullopt;
}

std::optional<std::int64_t> member_number(std::string_view body, std::string_view name) {
  return member_number(body, MemberPath{name});
}

std::optional<bool> member_flag(std::string_view body, std::string_view name) {
  const json found = member(body, MemberPath{name});
  return found.is_boolean() ? std::optional(found.get<bool>()) : std::nullopt;
}

std::string one_line_of(std::string_view text) {
  return flattened(text, kShownCharactersMax);
}

const KnownAnswer* known_answer(std::string_view body, std::span<const KnownAnswer> known) {
  const auto found = std::ranges::find_if(
      known, [&](const KnownAnswer& each) { return body.find(each.text) != std::string_view::npos; });
  return found == known.end() ? nullptr : &*found;
}

seconds pause_until(const HttpAnswer& answer, std::int64_t unix_seconds) {
  const std::string* const date = answer.header("date");
  const auto said = date == nullptr ? std::nullopt : parse_http_date(*date);
  if (!said) return seconds(3'600);
  return std::clamp(seconds(unix_seconds - *said), seconds(0), kRetryAfterMax);
}

}  // namespace connlog
