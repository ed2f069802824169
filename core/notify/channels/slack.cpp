// The channel "slack": an incoming webhook of Slack, and of what takes the same: Mattermost, Rocket.Chat. A message is a
// POST of JSON with a text for notifications and one attachment, whose bar has the colour of the severity. The address is
// the credential: who knows it can post. A recovery is a message of its own, as these webhooks change none. Pure; any
// thread.
#include "core/notify/channel.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/notify/answer.h"

namespace connlog {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kUrl = "url";

constexpr Field kFields[] = {
    {.name = kUrl,
     .label = "Webhook's address",
     .type = FieldType::secret_url,
     .required = true,
     .help = "Of an incoming webhook in Slack, Mattermost or Rocket.Chat. Who knows it can post there.",
     .example = "https://hooks.slack.com/services/…",
     .address = true}};

// Values are text: no link behind other words, no mention of a person or of everybody, whatever a name holds. Slack takes "<…>" for these,
// the others "@…".
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '@':
        out += "@\u200b";  // a space without width
        break;
      default:
        out += c;
    }
  }
  return out;
}

Result<Delivery> prepare(const Outgoing& out) {
  const ShortMessage message = render_short(out.facts);
  ordered_json fields = ordered_json::array();
  for (const auto& [label, value] : message.lines)
    fields.push_back({{"title", label}, {"value", plain(value)}, {"short", value.size() < 40}});
  const ordered_json attachment = {{"fallback", plain(message.title)}, {"color", message.colour},
                                   {"title", message.link_text},       {"title_link", message.link},
                                   {"fields", std::move(fields)},      {"mrkdwn_in", ordered_json::array()}};
  const ordered_json body = {
      {"text", plain(message.title)}, {"mrkdwn", false}, {"attachments", ordered_json::array({attachment})}};
  std::string url(out.secrets.reveal(kUrl));
  const std::string goes_to = target_of_url(url);
  HttpRequest request = json_post(std::move(url), body.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  return Delivery{WebhookDelivery{std::move(request)}, goes_to};
}

// What an incoming webhook says in plain text, and the web API and what takes the same in JSON, some of them with 200
// (api.slack.com, "Handling errors"). None of these is otherwise at the next try.
constexpr KnownAnswer kRefusals[] = {
    {"channel_is_archived", "channel_is_archived"},
    {"channel_not_found", "channel_not_found"},
    {"action_prohibited", "action_prohibited"},
    {"posting_to_general_channel_denied", "posting_to_general_channel_denied"},
    {"user_not_found", "user_not_found"},
    {"too_many_attachments", "too_many_attachments"},
    {"invalid_payload", "invalid_payload"},
    {"invalid_blocks", "invalid_blocks"},
    {"no_text", "no_text"},
    {"msg_too_long", "msg_too_long"},
    {"restricted_action", "restricted_action"},
};
constexpr KnownAnswer kAboutUs[] = {
    {"no_service", "no_service: there is no such webhook (any more)"},
    {"no_team", "no_team: there is no such workspace (any more)"},
    {"team_disabled", "team_disabled"},
    {"invalid_token", "invalid_token"},
    {"invalid_auth", "invalid_auth"},
    {"token_revoked", "token_revoked"},
    {"account_inactive", "account_inactive"},
};
constexpr KnownAnswer kLater[] = {{"ratelimited", "ratelimited"},
                                  {"rate_limited", "rate_limited"},
                                  {"rollup_error", "rollup_error"},
                                  {"internal_error", "internal_error"}};
constexpr seconds kPauseWhenBusy{30};

void judge(const HttpAnswer& answer, DeliveryResult& result) {
  const bool is_good = answer.status >= 200 && answer.status < 300;
  // Rocket.Chat says "success".
  const bool says_no = member_flag(answer.body, "ok") == false || member_flag(answer.body, "success") == false;
  if (answer.status >= 500 || answer.status == 429) return;
  // "ok" in plain text is the usual yes; a page of a proxy is no answer of the service.
  if (is_good && !says_no) {
    if (answer.body.starts_with("<") || answer.body.find("<html") != std::string::npos)
      answer_later(result, seconds(0), "this is no answer of the service, but a web page");
    return;
  }
  if (const KnownAnswer* const known = known_answer(answer.body, kLater))
    return answer_later(result, std::max(result.retry_after, kPauseWhenBusy), known->meaning, true);
  if (const KnownAnswer* const known = known_answer(answer.body, kAboutUs))
    return answer_about_us(result, known->meaning);
  if (const KnownAnswer* const known = known_answer(answer.body, kRefusals))
    return answer_refused(result, known->meaning);
  if (is_good) answer_refused(result, "it says that it did not take the message");
}

std::string shown(const FieldValues&, const FieldSecrets& secrets) {
  return host_of_url(secrets.reveal(kUrl)) + "/…";
}

std::string target(const FieldValues&, const FieldSecrets& secrets) {
  return target_of_url(secrets.reveal(kUrl));
}

}  // namespace

extern const ChannelKind kSlackChannel;
constexpr ChannelKind kSlackChannel{.word = "slack",
                                    .title = "Slack, Mattermost, Rocket.Chat",
                                    .icon = "chat",
                                    .fields = kFields,
                                    .prepare = prepare,
                                    .shown = shown,
                                    .target = target,
                                    .judge_answer = judge};

}  // namespace connlog
