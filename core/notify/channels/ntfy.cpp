// The channel "ntfy": a topic of an ntfy server, which pushes to phones and desktops. A message is published as JSON to the
// server's root (docs.ntfy.sh, "Publish as JSON"), with a priority by severity, tags (some become emoji) and a click that
// opens the incident. The sequence id is what belongs together (the incident): a recovery takes the place of its alert,
// also where the alert's own id is not known yet; a server before 2.16 ignores it and shows a second message. Pure; any
// thread.
//
// On a public server whoever knows a topic reads it, so a topic is kept like a secret.
#include "core/notify/channel.h"

#include <sodium.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/notify/answer.h"

namespace connlog {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kServer = "server";
constexpr std::string_view kTopic = "topic";
constexpr std::string_view kToken = "token";
constexpr std::string_view kUser = "username";
constexpr std::string_view kPassword = "password";
constexpr std::size_t kMessageBytesMax = 4'000;  // a longer one would become an attachment

constexpr Field kFields[] = {
    {.name = kServer,
     .label = "Server",
     .type = FieldType::url,
     .required = true,
     .example = "https://ntfy.example.com",
     .default_value = "https://ntfy.sh",
     .address = true},
    {.name = kTopic,
     .label = "Topic",
     .type = FieldType::secret,
     .required = true,
     .help = "On a public server everybody who knows the topic reads it: choose one that nobody guesses.",
     .highest = 64},
    {.name = kToken,
     .label = "Access token",
     .type = FieldType::secret,
     .help = "Where the topic is protected: a token that may write to it, or a user name and password below."},
    {.name = kUser, .label = "User name", .type = FieldType::text},
    {.name = kPassword, .label = "Password", .type = FieldType::secret},
};

int priority_of(Tone tone) {
  switch (tone) {
    case Tone::critical:
      return 5;
    case Tone::warning:
      return 4;
    case Tone::info:
    case Tone::recovery:
    case Tone::test:
      break;
  }
  return 3;
}

const char* tag_of(Tone tone) {
  switch (tone) {
    case Tone::critical:
      return "rotating_light";
    case Tone::warning:
      return "warning";
    case Tone::info:
      return "information_source";
    case Tone::recovery:
      return "white_check_mark";
    case Tone::test:
      break;
  }
  return "test_tube";
}

std::string base64(std::string_view bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // the NUL
  return out;
}

void authorize(HttpRequest& request, const Outgoing& out) {
  if (out.secrets.has(kToken)) {
    request.headers.push_back({"Authorization", "Bearer " + std::string(out.secrets.reveal(kToken))});
  } else if (const std::string user = out.values.text(kUser); !user.empty()) {
    const std::string pair = user + ":" + std::string(out.secrets.reveal(kPassword));
    request.headers.push_back({"Authorization", "Basic " + base64(pair)});
  }
}

Result<Delivery> prepare(const Outgoing& out) {
  const ShortMessage message = render_short(out.facts);
  const std::string server = out.values.text(kServer);
  ordered_json body = {{"topic", out.secrets.reveal(kTopic)},
                       {"title", message.title},
                       {"message", cut(lines_of(message), kMessageBytesMax)},
                       {"priority", priority_of(message.tone)},
                       {"tags", {tag_of(message.tone)}},
                       {"click", message.link}};
  if (!message.thread.empty()) body["sequence_id"] = message.thread;
  HttpRequest request =
      json_post(joined_url(server, "/"), body.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  authorize(request, out);
  return Delivery{WebhookDelivery{std::move(request)}, target_of_url(server)};
}

std::string shown(const FieldValues& values, const FieldSecrets& secrets) {
  return host_of_url(values.text(kServer)) + "/" + masked(secrets.reveal(kTopic));
}

std::string target(const FieldValues& values, const FieldSecrets&) {
  return target_of_url(values.text(kServer));
}

std::string remote_id(std::string_view answer) {
  const auto message = nlohmann::json::parse(answer, nullptr, false);
  const auto id = message.is_object() ? message.find("id") : message.end();
  return id != message.end() && id->is_string() ? checked_remote_id(id->get_ref<const std::string&>()) : std::string();
}

// server/errors.go of ntfy: 401 and 403 are about our login, 429 is the limit of our address or account, 507 its quota.
constexpr seconds kPauseWhenBusy{60};
void judge(const HttpAnswer& answer, DeliveryResult& result) {
  if (answer.status == 401 || answer.status == 403) return answer_about_us(result, {});
  if (answer.status == 400 || answer.status == 413) return answer_refused(result, {});
  if ((answer.status == 429 || answer.status == 507) && result.retry_after.count() == 0)
    answer_later(result, kPauseWhenBusy, {});
}

// As the server takes them.
bool is_topic(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Result<void> check(const FieldValues& values, const FieldSecrets& secrets) {
  if (!is_topic(secrets.reveal(kTopic)))
    return invalid("fields.topic", "A topic is up to 64 letters, digits, hyphens and underscores, without the server.");
  const std::string user = values.text(kUser);
  if (secrets.has(kToken) && (!user.empty() || secrets.has(kPassword)))
    return invalid("fields.token", "Give either a token, or a user name and a password.");
  if (user.find(':') != std::string::npos) return invalid("fields.username", "A user name has no colon in it.");
  if (user.empty() && secrets.has(kPassword)) return invalid("fields.username", "The password needs a user name.");
  if (!user.empty() && !secrets.has(kPassword)) return invalid("fields.password", "The user name needs a password.");
  return {};
}

}  // namespace

extern const ChannelKind kNtfyChannel;
constexpr ChannelKind kNtfyChannel{.word = "ntfy",
                                   .title = "ntfy",
                                   .icon = "megaphone",
                                   .fields = kFields,
                                   .prepare = prepare,
                                   .shown = shown,
                                   .target = target,
                                   .remote_id = remote_id,
                                   .check = check,
                                   .can = {.update = true},
                                   .judge_answer = judge};

}  // namespace connlog
