// The channel "discord": a webhook of a Discord channel (discord.com/developers, "Execute Webhook", "Edit Webhook Message"). A
// message has a text for notifications and one embed in the colour of the severity; with wait=true Discord answers with the message,
// whose id is kept, so that a recovery takes the opening's place. Where that message is gone, the recovery is a message of its own. The
// address is the credential. Nothing in a message mentions anybody. Pure; any thread.
#include "core/notify/channel.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/text.h"
#include "core/notify/answer.h"

namespace connlog {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kUrl = "url";
constexpr std::string_view kThread = "thread";
// Discord's limits are 2,000 characters of content, 256 of a title, 4,096 of a description and 6,000 of all embeds. Escaping
// doubles a character at most.
constexpr std::size_t kTitleBytesMax = 240;
constexpr std::size_t kLinesBytesMax = 2'000;

constexpr int kUnknownMessage = 10008, kUnknownWebhook = 10015, kInvalidToken = 50027;

constexpr Field kFields[] = {
    {.name = kUrl,
     .label = "Webhook's address",
     .type = FieldType::secret_url,
     .required = true,
     .help = "From the channel's settings: Integrations, Webhooks. Who knows it can post there.",
     .example = "https://discord.com/api/webhooks/…",
     .address = true},
    {.name = kThread,
     .label = "Thread",
     .type = FieldType::text,
     .help = "The number of a thread or of a post in a forum, where the messages go there.",
     .highest = 20},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The address in its parts: …/webhooks/<id>/<token>, with whatever stands before.
struct Hook {
  std::string base;     // without a query
  std::string_view id;  // of the text given
};
std::optional<Hook> hook_of(std::string_view url) {
  const std::string_view base = url.substr(0, url.find_first_of("?#"));
  constexpr std::string_view kBefore = "/webhooks/";
  const std::size_t at = base.find(kBefore);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = base.substr(at + kBefore.size());
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view id = rest.substr(0, slash), token = rest.substr(slash + 1);
  const bool fits = !id.empty() && std::ranges::all_of(id, is_digit) && !token.empty() &&
                    std::ranges::all_of(token, [](char c) {
                      return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
                    });
  if (!fits) return std::nullopt;
  return Hook{std::string(base), id};
}

// Values are text: no markup, no link behind other words, no mention.
std::string plain(std::string_view text) {
  constexpr std::string_view kMarkup = "\\*_~`|[]()<>#";
  std::string out;
  for (const char c : text) {
    if (kMarkup.find(c) != std::string_view::npos) out += '\\';
    out += c;
    if (c == '@') out += "\u200b";  // a space without width
  }
  return out;
}

int colour_of(std::string_view colour) {  // "#c8321f"
  int value = 0;
  if (colour.size() == 7) std::from_chars(colour.data() + 1, colour.data() + 7, value, 16);
  return value;
}

Result<Delivery> prepare(const Outgoing& out) {
  const ShortMessage message = render_short(out.facts);
  const auto hook = hook_of(out.secrets.reveal(kUrl));
  if (!hook) return invalid("fields.url", "This is no address of a Discord webhook.");
  ordered_json embed = {{"title", cut(message.link_text, kTitleBytesMax)},
                        {"description", plain(lines_within(message, kLinesBytesMax))},
                        {"color", colour_of(message.colour)}};
  if (!message.link.empty()) embed["url"] = message.link;
  const ordered_json body = {{"content", plain(cut(message.title, kTitleBytesMax))},
                             {"embeds", ordered_json::array({std::move(embed)})},
                             {"allowed_mentions", {{"parse", ordered_json::array()}}}};
  const std::string& opening = out.opening.remote_id;
  const bool updates = out.attempt <= 1 && !opening.empty() && std::ranges::all_of(opening, is_digit);
  const std::string thread = out.values.text(kThread);
  std::string url = hook->base + (updates ? "/messages/" + opening : std::string()) + "?wait=true";
  if (!thread.empty()) url += "&thread_id=" + thread;
  HttpRequest request = json_post(std::move(url), body.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  if (updates) request.method = "PATCH";
  return Delivery{WebhookDelivery{std::move(request)}, fmt::format("{}/{}", target_of_url(hook->base), hook->id)};
}

std::string shown(const FieldValues&, const FieldSecrets& secrets) {
  const auto hook = hook_of(secrets.reveal(kUrl));
  return fmt::format("{}/…/{}", host_of_url(secrets.reveal(kUrl)), hook ? hook->id : std::string_view("?"));
}

// Discord limits each webhook by itself.
std::string target(const FieldValues&, const FieldSecrets& secrets) {
  const auto hook = hook_of(secrets.reveal(kUrl));
  return fmt::format("{}/{}", target_of_url(secrets.reveal(kUrl)), hook ? hook->id : std::string_view("?"));
}

// In seconds, with a fraction. Nothing: it does not say.
std::optional<double> retry_after_of(std::string_view body) {
  const auto said = nlohmann::json::parse(body, nullptr, false);
  const auto found = said.is_object() ? said.find("retry_after") : said.end();
  if (found == said.end() || !found->is_number()) return std::nullopt;
  return std::clamp(found->get<double>(), 0.0, 86'400.0);
}

void judge(const HttpAnswer& answer, DeliveryResult& result) {
  if (result.kind == DeliveryResult::Kind::delivered) return;
  const auto pause = retry_after_of(answer.body);
  if (answer.status == 429 && pause)
    return answer_later(result, seconds(static_cast<std::int64_t>(*pause) + 1), "too many messages", true);
  const auto said = member_number(answer.body, "code");
  const int code = said ? static_cast<int>(*said) : 0;
  if (code == kUnknownMessage)
    return answer_later(result, seconds(1), "the message of the alert is gone, so the recovery becomes one of its own", false);
  if (code == kUnknownWebhook || answer.status == 404) return answer_refused(result, "the webhook was removed");
  if (code == kInvalidToken || answer.status == 401) return answer_refused(result, "the webhook's address is not valid");
  if (answer.status == 400) return answer_refused(result, "the message was not taken");
}

std::string remote_id(std::string_view answer) {
  const std::string id = member_text(answer, "id").value_or("");
  return std::ranges::all_of(id, is_digit) ? checked_remote_id(id) : std::string();
}

Result<void> check(const FieldValues& values, const FieldSecrets& secrets) {
  if (!hook_of(secrets.reveal(kUrl))) {
    return invalid("fields.url",
                   "A webhook's address ends in /webhooks/, a number, a slash and its token. Leave out /slack and /github.");
  }
  const std::string thread = values.text(kThread);
  if (!std::ranges::all_of(thread, is_digit)) return invalid("fields.thread", "A thread is a number.");
  return {};
}

}  // namespace

extern const ChannelKind kDiscordChannel;
constexpr ChannelKind kDiscordChannel{.word = "discord",
                                      .title = "Discord",
                                      .icon = "chat",
                                      .fields = kFields,
                                      .prepare = prepare,
                                      .shown = shown,
                                      .target = target,
                                      .remote_id = remote_id,
                                      .check = check,
                                      .can = {.update = true},
                                      .judge_answer = judge};

}  // namespace connlog
