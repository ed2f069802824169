// The channel "gotify": an application of a Gotify server, which pushes to phones and browsers. A message is a POST of JSON
// to /message, with the application's token in a header, a priority by severity and a click that opens the incident
// (gotify.net, "Push messages" and "Message extras"). A recovery is a message of its own. Pure; any thread.
#include "core/notify/channel.h"

#include <nlohmann/json.hpp>
#include <string>

#include "core/notify/answer.h"

namespace connlog {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kServer = "server";
constexpr std::string_view kToken = "token";

constexpr Field kFields[] = {
    {.name = kServer,
     .label = "Server",
     .type = FieldType::url,
     .required = true,
     .example = "https://gotify.example.com",
     .address = true},
    {.name = kToken,
     .label = "Application token",
     .type = FieldType::secret,
     .required = true,
     .help = "Of an application in Gotify (Apps, Create application)."},
};

// Of its programs for phones: 8 and more ring, 4 and more make a sound, 1 and more are shown quietly.
int priority_of(Tone tone) {
  switch (tone) {
    case Tone::critical:
      return 8;
    case Tone::warning:
      return 5;
    case Tone::info:
    case Tone::recovery:
    case Tone::test:
      break;
  }
  return 4;
}

Result<Delivery> prepare(const Outgoing& out) {
  const ShortMessage message = render_short(out.facts);
  const std::string server = out.values.text(kServer);
  const ordered_json body = {
      {"title", message.title},
      {"message", lines_of(message)},
      {"priority", priority_of(message.tone)},
      {"extras",
       {{"client::display", {{"contentType", "text/plain"}}},
        {"client::notification", {{"click", {{"url", message.link}}}}}}},
  };
  HttpRequest request =
      json_post(joined_url(server, "/message"), body.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  request.headers.push_back({"X-Gotify-Key", std::string(out.secrets.reveal(kToken))});
  return Delivery{WebhookDelivery{std::move(request)}, target_of_url(server)};
}

std::string shown(const FieldValues& values, const FieldSecrets&) {
  return host_of_url(values.text(kServer));
}

std::string target(const FieldValues& values, const FieldSecrets&) {
  return target_of_url(values.text(kServer));
}

// A number.
std::string remote_id(std::string_view answer) {
  const auto message = nlohmann::json::parse(answer, nullptr, false);
  const auto id = message.is_object() ? message.find("id") : message.end();
  return id != message.end() && id->is_number_unsigned() ? std::to_string(id->get<std::uint64_t>()) : std::string();
}

// 401 and 403 are about our token; a message that is malformed there will be so at the next try.
void judge(const HttpAnswer& answer, DeliveryResult& result) {
  if (answer.status == 401 || answer.status == 403) return answer_about_us(result, {});
  if (answer.status == 400) answer_refused(result, {});
}

}  // namespace

extern const ChannelKind kGotifyChannel;
constexpr ChannelKind kGotifyChannel{.word = "gotify",
                                     .title = "Gotify",
                                     .icon = "smartphone",
                                     .fields = kFields,
                                     .prepare = prepare,
                                     .shown = shown,
                                     .target = target,
                                     .remote_id = remote_id,
                                     .judge_answer = judge};

}  // namespace connlog
