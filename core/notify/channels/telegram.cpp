// The channel "telegram": a chat, a group or a channel of Telegram, by a bot of the workspace's own (core.telegram.org/bots/api:
// sendMessage). Text is HTML with everything escaped, at most 4,096 characters; links show no preview. A recovery answers the
// message of the opening. With a button, linked people acknowledge (telegram_polls.h). Nothing is sent before the chat's reader
// typed the code that was sent there. Pure; any thread.
#include "core/notify/channel.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/notify/answer.h"
#include "core/notify/notify.h"
#include "core/notify/telegram.h"

namespace connlog {
namespace telegram {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_token_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

}  // namespace

std::string_view bot_of(std::string_view token) {
  const std::size_t colon = token.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 20) return {};
  const std::string_view bot = token.substr(0, colon), key = token.substr(colon + 1);
  const bool fits = key.size() >= 20 && key.size() <= 100 && std::ranges::all_of(bot, is_digit) &&
                    std::ranges::all_of(key, is_token_character);
  return fits ? bot : std::string_view{};
}

HttpRequest call(std::string_view server, std::string_view token, std::string_view method, std::string body) {
  return json_post(joined_url(server, fmt::format("/bot{}/{}", token, method)), std::move(body));
}

std::string button_data(std::string_view message_id) {
  const std::string id = delivery_id(std::string(message_id));
  return "ack:" + id.substr(0, id.find('@'));
}

std::optional<NotificationId> notification_of(std::string_view button_data) {
  NotificationId id;
  if (!button_data.starts_with("ack:") || !NotificationId::parse(button_data.substr(4), id)) return std::nullopt;
  return id;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '@')
      out += "@\u200b";  // a space without width: no mention
    else
      out += c;
  }
  return out;
}

}  // namespace telegram

namespace {

using namespace telegram;
using nlohmann::ordered_json;

constexpr std::size_t kTextBytesMax = 3'500;  // of the lines; 4,096 characters are the service's limit for the whole
constexpr std::size_t kTitleBytesMax = 300;

constexpr Field kFields[] = {
    {.name = kToken,
     .label = "The bot's token",
     .type = FieldType::secret,
     .required = true,
     .help = "Of a bot that is connlog's alone: make one with @BotFather."},
    {.name = kChat,
     .label = "Chat",
     .type = FieldType::text,
     .required = true,
     .help = "The number of the chat (the bot tells it when somebody sends it /id there), or @name of a public channel.",
     .example = "-1001234567890",
     .highest = 64,
     .address = true},
    {.name = kTopic,
     .label = "Topic",
     .type = FieldType::number,
     .help = "Of a group with topics: the number of one of them.",
     .lowest = 1,
     .highest = 2'147'483'647},
    {.name = kButtons,
     .label = "A button to acknowledge",
     .type = FieldType::flag,
     .help = "For people who linked their Telegram account. connlog then reads what is sent to the bot, so no other program may.",
     .default_value = "true"},
    {.name = kServer,
     .label = "Server",
     .type = FieldType::url,
     .required = true,
     .help = "Another one only for a Bot API server of your own; buttons do not work there.",
     .default_value = kOwnServer,
     .address = true},
};

// What people may still acknowledge, as far as is known.
bool offers_acknowledge(const Outgoing& out) {
  const Announcement& told = out.facts.announcement;
  const bool is_over = out.facts.standing &&
                       (out.facts.standing->acknowledged_at.is_set() || out.facts.standing->resolved_at.is_set());
  const bool opens = told.kind == Announcement::Kind::incident_opened || told.kind == Announcement::Kind::reminder ||
                     told.kind == Announcement::Kind::group || told.kind == Announcement::Kind::summary;
  return opens && !is_over && !told.incidents.empty() && out.values.flag(kButtons) &&
         out.values.text(kServer) == out.needs.telegram_server;
}

// A number goes as a number; a name as it is.
ordered_json chat_of(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem == std::errc{} && end == text.data() + text.size()) return number;
  return text;
}

std::string text_of(const ShortMessage& message) {
  std::string text = fmt::format("<b>{}</b>", escaped(cut(message.title, kTitleBytesMax)));
  const std::string lines = lines_within(message, kTextBytesMax);
  if (!lines.empty()) text += "\n" + escaped(lines);
  if (!message.link.empty())
    text += fmt::format("\n<a href=\"{}\">{}</a>", escape_html(message.link), escaped(message.link_text));
  return text;
}

Result<Delivery> prepare(const Outgoing& out) {
  const ShortMessage message = render_short(out.facts);
  ordered_json body = {{"chat_id", chat_of(out.values.text(kChat))},
                       {"text", text_of(message)},
                       {"parse_mode", "HTML"},
                       {"link_preview_options", {{"is_disabled", true}}}};
  if (message.tone == Tone::info) body["disable_notification"] = true;
  if (const std::int64_t topic = out.values.number(kTopic); topic > 0) body["message_thread_id"] = topic;
  std::int64_t opening = 0;
  const std::string& said = out.opening.remote_id;
  if (std::from_chars(said.data(), said.data() + said.size(), opening).ec == std::errc{} && opening > 0)
    body["reply_parameters"] = {{"message_id", opening}, {"allow_sending_without_reply", true}};
  if (offers_acknowledge(out)) {
    body["reply_markup"] = {
        {"inline_keyboard",
         ordered_json::array({ordered_json::array(
             {{{"text", "Acknowledge"}, {"callback_data", button_data(out.facts.message_id)}}})})}};
  }
  const std::string server = out.values.text(kServer);
  const std::string_view token = out.secrets.reveal(kToken);
  Delivery delivery{WebhookDelivery{call(server, token, "sendMessage",
                                         body.dump(-1, ' ', false, ordered_json::error_handler_t::replace))},
                    fmt::format("{}/{}", target_of_url(server), bot_of(token))};
  return delivery;
}

std::string shown(const FieldValues& values, const FieldSecrets& secrets) {
  return fmt::format("chat {} by bot {}", values.text(kChat), bot_of(secrets.reveal(kToken)));
}

// Telegram limits each bot by itself.
std::string target(const FieldValues& values, const FieldSecrets& secrets) {
  return fmt::format("{}/{}", target_of_url(values.text(kServer)), bot_of(secrets.reveal(kToken)));
}

// What Telegram says of a chat or a right that is not there: nothing changes by trying again. Only these words are shown,
// as the server may be one that a workspace named.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kRefusals = {{
    {"chat not found", "there is no such chat, or the bot is not in it"},
    {"bot was blocked", "the reader blocked the bot"},
    {"bot was kicked", "the bot was taken out of the chat"},
    {"bot is not a member", "the bot is not in the chat"},
    {"user is deactivated", "the reader's account is gone"},
    {"not enough rights", "the bot may not write there"},
    {"message thread not found", "there is no such topic"},
    {"bots can't send messages to bots", "a bot cannot be written to"},
}};

void judge(const HttpAnswer& answer, DeliveryResult& result) {
  const auto body = nlohmann::json::parse(answer.body, nullptr, false);
  if (!body.is_object()) {
    if (result.kind == DeliveryResult::Kind::delivered) answer_later(result, seconds(0), "no answer of a bot server");
    return;
  }
  const auto ok = body.find("ok");
  if (ok != body.end() && ok->is_boolean() && ok->get<bool>()) return;
  if (const auto pause = member_number(answer.body, {"parameters", "retry_after"}); pause && *pause > 0)
    return answer_later(result, seconds(std::min<std::int64_t>(*pause, 86'400) + 1), "too many messages", true);
  const auto moved = member_number(answer.body, {"parameters", "migrate_to_chat_id"});
  if (moved) {
    return answer_refused(result, fmt::format("the group has a new number: enter {} as chat", *moved));
  }
  const std::string said = folded(member_text(answer.body, "description").value_or(""));
  for (const auto& [words, why] : kRefusals) {
    if (said.find(words) != std::string::npos) return answer_refused(result, why);
  }
  if (answer.status == 401 || answer.status == 404) return answer_about_us(result, "the bot's token is not valid");
  if (answer.status == 400 || answer.status == 403) return answer_refused(result, "the message was not taken");
  answer_later(result, seconds(0), "the message was not taken", false);
}

// A number, unique in its chat.
std::string remote_id(std::string_view answer) {
  const auto body = nlohmann::json::parse(answer, nullptr, false);
  const auto result = body.is_object() ? body.find("result") : body.end();
  if (result == body.end() || !result->is_object()) return {};
  const auto id = result->find("message_id");
  return id != result->end() && id->is_number_unsigned() ? std::to_string(id->get<std::uint64_t>()) : std::string();
}

bool is_chat(std::string_view text) {
  const bool named = text.starts_with('@');
  std::string_view rest = text;
  if (named || rest.starts_with('-')) rest.remove_prefix(1);
  if (rest.empty() || rest.size() > (named ? 32U : 18U)) return false;
  return std::ranges::all_of(rest, [named](char c) {
    const bool digit = c >= '0' && c <= '9';
    return digit || (named && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'));
  });
}

Result<void> check(const FieldValues& values, const FieldSecrets& secrets) {
  if (bot_of(secrets.reveal(kToken)).empty())
    return invalid("fields.token", "A bot's token is a number, a colon and letters, as @BotFather shows it.");
  if (!is_chat(values.text(kChat)))
    return invalid("fields.chat", "A chat is a number such as -1001234567890, or @name of a public channel.");
  return {};
}

}  // namespace

extern const ChannelKind kTelegramChannel;
constexpr ChannelKind kTelegramChannel{.word = telegram::kWord,
                                       .title = "Telegram",
                                       .icon = "chat",
                                       .fields = kFields,
                                       .prepare = prepare,
                                       .shown = shown,
                                       .target = target,
                                       .remote_id = remote_id,
                                       .check = check,
                                       .needs_code = true,
                                       .can = {.thread = true, .two_way = true},
                                       .judge_answer = judge};

}  // namespace connlog
