// The channel "slack": an incoming webhook of Slack, and of what takes the same: Mattermost, Rocket.Chat. A message is a
// POST of JSON with a text for notifications and one attachment, whose bar has the colour of the severity. The address is
// the credential: who knows it can post. A recovery is a message of its own, as these webhooks change none. Pure; any
// thread.
#include "core/notify/channel.h"

#include <nlohmann/json.hpp>

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
                                    .target = target};

}  // namespace connlog
