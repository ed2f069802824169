// The channel "pushover": pushes to phones through pushover.net (pushover.net/api, "Message API" and "Receipts"). A
// message is a POST of form fields to /1/messages.json. A critical alert has emergency priority: it rings again and
// again until somebody acknowledges it there, which acknowledges the incident (core/notify/receipts.h), or until it
// expires. A recovery is a message of its own; the ringing is cancelled. Pure; any thread.
#include "core/notify/channel.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/notify/answer.h"

namespace connlog {
namespace {

constexpr std::string_view kServer = "server";
constexpr std::string_view kToken = "token";
constexpr std::string_view kUser = "user";
constexpr std::string_view kDevice = "device";
constexpr std::string_view kEmergency = "emergency";
constexpr std::string_view kRetry = "retry_seconds";
constexpr std::string_view kExpire = "expire_seconds";

// In characters there; bytes are never fewer.
constexpr std::size_t kTitleMax = 250;
constexpr std::size_t kMessageMax = 1'024;
constexpr std::size_t kLinkMax = 512;
constexpr std::size_t kLinkTextMax = 100;

constexpr Field kFields[] = {
    {.name = kServer,
     .label = "Server",
     .type = FieldType::url,
     .required = true,
     .default_value = "https://api.pushover.net",
     .address = true},
    {.name = kToken,
     .label = "Application's token",
     .type = FieldType::secret,
     .required = true,
     .help = "Of an application that you register at pushover.net.",
     .lowest = 30,
     .highest = 30},
    {.name = kUser,
     .label = "User or group key",
     .type = FieldType::secret,
     .required = true,
     .help = "It stands on the first page after the login at pushover.net.",
     .lowest = 30,
     .highest = 30},
    {.name = kDevice, .label = "Device", .type = FieldType::text, .help = "Empty: all of them.", .highest = 25},
    {.name = kEmergency,
     .label = "Critical alerts ring until somebody acknowledges them",
     .type = FieldType::flag,
     .help = "An acknowledgement on the phone acknowledges the incident here.",
     .default_value = "true"},
    {.name = kRetry,
     .label = "Ring again every (seconds)",
     .type = FieldType::number,
     .default_value = "60",
     .lowest = 30,
     .highest = 10'800},
    {.name = kExpire,
     .label = "Stop ringing after (seconds)",
     .type = FieldType::number,
     .default_value = "3600",
     .lowest = 30,
     .highest = 10'800},
};

bool is_key(std::string_view text) {
  return text.size() == 30 && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

// Rings only for what is open and to be acknowledged.
bool is_emergency(const Outgoing& out, Tone tone) {
  const Announcement& told = out.facts.announcement;
  const bool is_resolved = out.facts.standing && out.facts.standing->resolved_at.is_set();
  const bool is_acknowledged = !told.fact(kFactAcknowledgedBy).empty();
  return out.values.flag(kEmergency) && tone == Tone::critical && !told.incidents.empty() && !is_resolved &&
         !is_acknowledged;
}

const char* priority_of(Tone tone, std::string_view severity) {
  if (tone == Tone::critical) return "1";
  return severity == "info" ? "-1" : "0";
}

Result<Delivery> prepare(const Outgoing& out) {
  const ShortMessage message = render_short(out.facts);
  const std::string server = out.values.text(kServer);
  const std::string title = cut(message.title, kTitleMax);
  std::string text = lines_within(message, kMessageMax);
  if (text.empty()) text = title;  // a message without text is refused
  std::vector<std::pair<std::string, std::string>> fields = {
      {"token", std::string(out.secrets.reveal(kToken))},
      {"user", std::string(out.secrets.reveal(kUser))},
      {"title", title},
      {"message", std::move(text)},
      {"timestamp", std::to_string(out.facts.now.micros / 1'000'000)},
  };
  if (message.link.size() <= kLinkMax) {
    fields.emplace_back("url", message.link);
    fields.emplace_back("url_title", cut(message.link_text, kLinkTextMax));
  }
  if (const std::string device = out.values.text(kDevice); !device.empty()) fields.emplace_back("device", device);
  if (is_emergency(out, message.tone)) {
    fields.emplace_back("priority", "2");
    fields.emplace_back("retry", std::to_string(out.values.number(kRetry)));
    fields.emplace_back("expire", std::to_string(out.values.number(kExpire)));
  } else {
    fields.emplace_back("priority", priority_of(message.tone, out.facts.announcement.severity));
  }
  return Delivery{WebhookDelivery{form_post(joined_url(server, "/1/messages.json"), form_encoded(fields))},
                  target_of_url(server)};
}

// What it says in "errors" (pushover.net/api); the words that change (names, numbers) are after these.
constexpr KnownAnswer kAboutUs[] = {
    {"application token is invalid", "the application's token is not valid"},
    {"application is over its limit", "the application's messages of this month are used up"},
};
constexpr KnownAnswer kRefusals[] = {
    {"user identifier is not a valid", "the user or group key is not valid there"},
    {"user identifier is invalid", "the user or group key is not valid there"},
    {"no active devices", "nobody there has a device that takes messages"},
    {"device name is not valid", "there is no such device"},
    {"message cannot be blank", "it takes no message without text"},
    {"must be supplied with priority=2", "it wants retry and expire"},
};

// 4xx is not to be sent again as it is; 429 means that the month's messages are used up; 5xx is to be tried later.
void judge(const HttpAnswer& answer, DeliveryResult& result) {
  const std::int64_t status = member_number(answer.body, "status").value_or(-1);
  result.whole_target = false;  // other applications are not in this one's state
  if (answer.status >= 200 && answer.status < 300 && status == 1) {
    if (const auto receipt = member_text(answer.body, "receipt"); receipt && is_key(*receipt))
      result.remote_id = std::string(kReceiptStart) + *receipt;
    else if (const auto request = member_text(answer.body, "request"))
      result.remote_id = checked_remote_id(*request);
    return;
  }
  if (answer.status == 429) {
    std::int64_t reset = 0;
    if (const std::string* const at = answer.header("x-limit-app-reset"); at != nullptr && at->size() < 12)
      reset = std::atoll(at->c_str());
    return answer_later(result, reset > 0 ? pause_until(answer, reset) : std::max(result.retry_after, seconds(3'600)),
                        "the application's messages of this month are used up");
  }
  if (answer.status >= 500) return;
  if (const KnownAnswer* const known = known_answer(answer.body, kAboutUs))
    return answer_about_us(result, known->meaning);
  if (const KnownAnswer* const known = known_answer(answer.body, kRefusals))
    return answer_refused(result, known->meaning);
  if (answer.status >= 400 || status == 0) return answer_refused(result, "it does not take this message");
  if (answer.status >= 200 && answer.status < 300) answer_later(result, seconds(0), "this is no answer of Pushover");
}

std::string receipt_url(const FieldValues& values, const FieldSecrets& secrets, std::string_view receipt,
                        std::string_view end, bool with_token) {
  std::string url = joined_url(values.text(kServer), fmt::format("/1/receipts/{}{}", url_encoded(receipt), end));
  if (with_token) url += "?token=" + url_encoded(secrets.reveal(kToken));  // as it must be there
  return url;
}

HttpRequest ask(const FieldValues& values, const FieldSecrets& secrets, std::string_view receipt) {
  return plain_get(receipt_url(values, secrets, receipt, ".json", true));
}

HttpRequest cancel(const FieldValues& values, const FieldSecrets& secrets, std::string_view receipt) {
  const std::array<std::pair<std::string, std::string>, 1> fields = {{{"token", std::string(secrets.reveal(kToken))}}};
  return form_post(receipt_url(values, secrets, receipt, "/cancel.json", false), form_encoded(fields));
}

ReceiptCalls::State state(std::string_view answer) {
  if (member_number(answer, "status") != 1) return ReceiptCalls::State::unknown;
  if (member_number(answer, "acknowledged") == 1) return ReceiptCalls::State::acknowledged;
  return member_number(answer, "expired") == 1 ? ReceiptCalls::State::expired : ReceiptCalls::State::waiting;
}

constexpr ReceiptCalls kReceipts{.longest = seconds(10'800 + 600), .ask = ask, .cancel = cancel, .state = state};

std::string shown(const FieldValues& values, const FieldSecrets& secrets) {
  return fmt::format("{}/{}", host_of_url(values.text(kServer)), masked(secrets.reveal(kUser)));
}

std::string target(const FieldValues& values, const FieldSecrets&) {
  return target_of_url(values.text(kServer));
}

Result<void> check(const FieldValues& values, const FieldSecrets& secrets) {
  if (!is_key(secrets.reveal(kToken)))
    return invalid("fields.token", "An application's token is 30 letters and digits.");
  if (!is_key(secrets.reveal(kUser))) return invalid("fields.user", "A user or group key is 30 letters and digits.");
  if (values.number(kExpire) < values.number(kRetry))
    return invalid("fields.expire_seconds", "It cannot stop ringing before it rings again.");
  return {};
}

}  // namespace

extern const ChannelKind kPushoverChannel;
constexpr ChannelKind kPushoverChannel{.word = "pushover",
                                       .title = "Pushover",
                                       .icon = "smartphone",
                                       .fields = kFields,
                                       .prepare = prepare,
                                       .shown = shown,
                                       .target = target,
                                       .check = check,
                                       .can = {.two_way = true},
                                       .judge_answer = judge,
                                       .receipts = &kReceipts};

}  // namespace connlog
