// The channel "teams": a workflow of Microsoft Teams that begins "when a Teams webhook request is received" and posts the card
// (learn.microsoft.com, "Create incoming webhooks with Workflows"). The message is an Adaptive Card of runs of plain text, in which
// Teams interprets nothing. A card of more than 28 kB is refused; what is longer than we send is cut. The address is the
// credential. A recovery is a message of its own, as a workflow names none. Pure; any thread.
//
// The older connectors answer 200 and say in the body that Teams refused; that is no delivery.
#include "core/notify/channel.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/notify/answer.h"

namespace connlog {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kUrl = "url";
constexpr std::size_t kTitleBytesMax = 500;
// Teams counts two bytes for each character of a body that passes through the older service.
constexpr std::size_t kLinesBytesMax = 6'000;

constexpr Field kFields[] = {
    {.name = kUrl,
     .label = "Workflow's address",
     .type = FieldType::secret_url,
     .required = true,
     .help = "Of a workflow that begins when a Teams webhook request is received, by anyone. Who knows it can post there.",
     .example = "https://….logic.azure.com/workflows/…",
     .address = true}};

// One paragraph of plain text: runs know no markup.
ordered_json paragraph(std::string_view text, bool is_title, std::string_view colour = {}) {
  ordered_json run = {{"type", "TextRun"}, {"text", text}};
  if (is_title) {
    run["weight"] = "Bolder";
    run["size"] = "Medium";
  }
  if (!colour.empty()) run["color"] = colour;
  return {{"type", "RichTextBlock"}, {"inlines", ordered_json::array({std::move(run)})}};
}

std::string_view colour_of(Tone tone) {
  if (tone == Tone::critical) return "Attention";
  if (tone == Tone::warning) return "Warning";
  if (tone == Tone::recovery) return "Good";
  return {};
}

ordered_json card_of(const ShortMessage& message) {
  ordered_json body = ordered_json::array();
  body.push_back(paragraph(cut(message.title, kTitleBytesMax), true, colour_of(message.tone)));
  const std::string lines = lines_within(message, kLinesBytesMax);
  for (std::string_view rest = lines; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (end > 0) body.push_back(paragraph(rest.substr(0, end), false));
    if (end > 0 && body.size() > 2) body.back()["spacing"] = "None";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  ordered_json card = {{"$schema", "http://adaptivecards.io/schemas/adaptive-card.json"},
                       {"type", "AdaptiveCard"},
                       {"version", "1.4"},
                       {"msteams", {{"width", "Full"}}},
                       {"body", std::move(body)}};
  if (!message.link.empty()) {
    card["actions"] = ordered_json::array(
        {{{"type", "Action.OpenUrl"}, {"title", message.link_text}, {"url", message.link}}});
  }
  return card;
}

Result<Delivery> prepare(const Outgoing& out) {
  const ordered_json attachment = {{"contentType", "application/vnd.microsoft.card.adaptive"},
                                   {"contentUrl", nullptr},
                                   {"content", card_of(render_short(out.facts))}};
  const ordered_json body = {{"type", "message"}, {"attachments", ordered_json::array({attachment})}};
  std::string url(out.secrets.reveal(kUrl));
  const std::string goes_to = target_of_url(url);
  HttpRequest request = json_post(std::move(url), body.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  request.headers = {{"Content-Type", "application/json; charset=utf-8"}};
  return Delivery{WebhookDelivery{std::move(request)}, goes_to};
}

std::string shown(const FieldValues&, const FieldSecrets& secrets) {
  return host_of_url(secrets.reveal(kUrl)) + "/…";
}

std::string target(const FieldValues&, const FieldSecrets& secrets) {
  return target_of_url(secrets.reveal(kUrl));
}

void judge(const HttpAnswer& answer, DeliveryResult& result) {
  const std::string_view body = answer.body;
  const bool failed = body.find("Webhook message delivery failed") != std::string_view::npos;
  if (result.kind == DeliveryResult::Kind::delivered && !failed) return;
  const auto says = [&](std::string_view status) {
    return body.find(fmt::format("HTTP error {}", status)) != std::string_view::npos;
  };
  if (answer.status == 413 || (failed && says("413"))) return answer_refused(result, "the card is too large for Teams");
  if (failed && says("429")) return answer_later(result, seconds(60), "too many messages", true);
  if (failed) return answer_later(result, seconds(0), "Teams did not take the message", false);
  if (answer.status == 401 || answer.status == 403)
    return answer_refused(result, "the workflow wants a login: let anyone trigger it");
  if (answer.status == 404) return answer_refused(result, "there is no such workflow, or it is switched off");
  if (answer.status == 400) return answer_refused(result, "the workflow did not take the card");
}

}  // namespace

extern const ChannelKind kTeamsChannel;
constexpr ChannelKind kTeamsChannel{.word = "teams",
                                    .title = "Microsoft Teams",
                                    .icon = "chat",
                                    .fields = kFields,
                                    .prepare = prepare,
                                    .shown = shown,
                                    .target = target,
                                    .judge_answer = judge};

}  // namespace connlog
