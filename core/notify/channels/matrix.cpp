// The channel "matrix": a room of Matrix, by an account of connlog's own (spec.matrix.org, client-server API v3: PUT
// …/rooms/{roomId}/send/m.room.message/{txnId}). The transaction's id is the delivery's, so a server that has a message already
// shows no second one. Text is HTML with everything escaped, and mentions nobody. A recovery answers the opening. Rooms with
// encryption show the message too, but it is not encrypted. Nothing is sent before the room's reader typed the code that was sent
// there. Pure; any thread.
#include "core/notify/channel.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/notify/answer.h"

namespace connlog {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kServer = "server";
constexpr std::string_view kRoom = "room";
constexpr std::string_view kToken = "token";
constexpr std::size_t kTitleBytesMax = 500;
constexpr std::size_t kLinesBytesMax = 8'000;  // twice, and escaped; an event has 65,536 bytes

constexpr Field kFields[] = {
    {.name = kServer,
     .label = "Homeserver",
     .type = FieldType::url,
     .required = true,
     .example = "https://matrix.example.org",
     .address = true},
    {.name = kRoom,
     .label = "Room",
     .type = FieldType::text,
     .required = true,
     .help = "Its internal id, from the room's settings (Advanced). The account must be in the room.",
     .example = "!abcdefghijk:example.org",
     .highest = 255,
     .address = true},
    {.name = kToken,
     .label = "Access token",
     .type = FieldType::secret,
     .required = true,
     .help = "Of an account that connlog has for itself."},
};

std::string without_mention(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '@') out += "\u200b";  // a space without width
  }
  return out;
}

std::string html_of(std::string_view title, std::string_view lines, const ShortMessage& message) {
  std::string html = fmt::format("<strong>{}</strong>", escape_html(title));
  for (std::string_view rest = lines; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    html += "<br>" + escape_html(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (!message.link.empty())
    html += fmt::format("<br><a href=\"{}\">{}</a>", escape_html(message.link), escape_html(message.link_text));
  return html;
}

Result<Delivery> prepare(const Outgoing& out) {
  const ShortMessage message = render_short(out.facts);
  const std::string title = without_mention(cut(message.title, kTitleBytesMax));
  const std::string lines = without_mention(lines_within(message, kLinesBytesMax));
  std::string text = title;
  if (!lines.empty()) text += "\n" + lines;
  if (!message.link.empty()) text += "\n" + message.link;
  ordered_json body = {{"msgtype", "m.text"},
                       {"body", text},
                       {"format", "org.matrix.custom.html"},
                       {"formatted_body", html_of(title, lines, message)},
                       {"m.mentions", ordered_json::object()}};
  if (out.opening.remote_id.starts_with('$'))
    body["m.relates_to"] = {{"m.in_reply_to", {{"event_id", out.opening.remote_id}}}};
  const std::string server = out.values.text(kServer);
  HttpRequest request = json_post(
      joined_url(server, fmt::format("/_matrix/client/v3/rooms/{}/send/m.room.message/{}",
                                     url_encoded(out.values.text(kRoom)), url_encoded(delivery_id(out.facts.message_id)))),
      body.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  request.method = "PUT";
  request.headers.push_back({"Authorization", "Bearer " + std::string(out.secrets.reveal(kToken))});
  return Delivery{WebhookDelivery{std::move(request)}, target_of_url(server)};
}

std::string shown(const FieldValues& values, const FieldSecrets&) {
  return fmt::format("{} at {}", values.text(kRoom), host_of_url(values.text(kServer)));
}

std::string target(const FieldValues& values, const FieldSecrets&) {
  return target_of_url(values.text(kServer));
}

// By the specification's own words, as the server is one that people name.
void judge(const HttpAnswer& answer, DeliveryResult& result) {
  if (result.kind == DeliveryResult::Kind::delivered) {
    if (member_text(answer.body, "event_id").value_or("").empty())
      answer_later(result, seconds(0), "no answer of a homeserver", false);
    return;
  }
  const std::string code = member_text(answer.body, "errcode").value_or("");
  if (code == "M_LIMIT_EXCEEDED") {
    const auto pause = member_number(answer.body, "retry_after_ms");
    const seconds asked = std::max(result.retry_after, seconds(pause ? std::clamp<std::int64_t>(*pause, 0, 86'400'000) / 1'000 + 1 : 0));
    return answer_later(result, asked, "too many messages", asked.count() > 0);
  }
  if (code == "M_FORBIDDEN") return answer_refused(result, "the account is not in the room, or may not write there");
  if (code == "M_TOO_LARGE") return answer_refused(result, "the message is too large");
  if (code == "M_USER_DEACTIVATED") return answer_refused(result, "the account was closed");
  if (code == "M_UNKNOWN_TOKEN" || code == "M_MISSING_TOKEN")
    return answer_about_us(result, "the access token is not valid (any more)");
  if (answer.status == 400) return answer_refused(result, "the message was not taken");
}

std::string remote_id(std::string_view answer) {
  const std::string id = member_text(answer, "event_id").value_or("");
  return id.starts_with('$') ? checked_remote_id(id) : std::string();
}

Result<void> check(const FieldValues& values, const FieldSecrets& secrets) {
  const std::string room = values.text(kRoom);
  const bool is_line = std::ranges::all_of(room, [](char c) { return c > ' ' && c != '/' && c != '?' && c != '#'; });
  if (!room.starts_with('!') || room.size() < 4 || !is_line) {
    return invalid("fields.room",
                   "This is the room's internal id, such as !abcdefghijk:example.org; an address (#room:…) is not enough.");
  }
  const std::string_view token = secrets.reveal(kToken);
  if (!std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; }))
    return invalid("fields.token", "An access token has no spaces in it.");
  return {};
}

}  // namespace

extern const ChannelKind kMatrixChannel;
constexpr ChannelKind kMatrixChannel{.word = "matrix",
                                     .title = "Matrix",
                                     .icon = "chat",
                                     .fields = kFields,
                                     .prepare = prepare,
                                     .shown = shown,
                                     .target = target,
                                     .remote_id = remote_id,
                                     .check = check,
                                     .needs_code = true,
                                     .can = {.thread = true},
                                     .judge_answer = judge};

}  // namespace connlog
