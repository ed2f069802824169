// The channel "apprise": a server of the Apprise API (github.com/caronc/apprise-api), which passes a message on to any
// of its hundred services. Either it keeps the addresses under a key (POST /notify/{key}), or they are sent along (POST
// /notify). Who has either can send there, so both are kept like secrets. A
// recovery is a message of its own. Pure; any thread.
#include "core/notify/channel.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/notify/answer.h"

namespace connlog {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kServer = "server";
constexpr std::string_view kKey = "key";
constexpr std::string_view kUrls = "urls";
constexpr std::string_view kTag = "tag";
constexpr std::string_view kUser = "username";
constexpr std::string_view kPassword = "password";
constexpr std::size_t kTitleMax = 250;
constexpr std::size_t kBodyMax = 4'000;

constexpr Field kFields[] = {
    {.name = kServer,
     .label = "Server",
     .type = FieldType::url,
     .required = true,
     .example = "https://apprise.example.com",
     .address = true},
    {.name = kKey,
     .label = "Key of a configuration",
     .type = FieldType::secret,
     .help = "Under which the server keeps the addresses. Or give the addresses below.",
     .highest = 128},
    {.name = kUrls,
     .label = "Apprise addresses",
     .type = FieldType::secret_lines,
     .help = "One a line, such as mailto://… or signal://…; they are sent along with each message.",
     .highest = 4'000},
    {.name = kTag,
     .label = "Tag",
     .type = FieldType::text,
     .help = "Only those of the configuration that have it. Empty: all.",
     .highest = 100},
    {.name = kUser, .label = "User name", .type = FieldType::text, .help = "Where the server asks for one."},
    {.name = kPassword, .label = "Password", .type = FieldType::secret, .spaces = true},
};

const char* type_of(const ShortMessage& message, std::string_view severity) {
  if (message.tone == Tone::critical) return "failure";
  if (message.tone == Tone::recovery) return "success";
  return message.tone == Tone::warning && severity != "info" ? "warning" : "info";
}

// Its form for several: commas. An address has none that is not encoded.
std::string joined(std::string_view lines) {
  std::string out;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    if (!line.empty()) out += (out.empty() ? "" : ", ") + std::string(line);
  }
  return out;
}

Result<Delivery> prepare(const Outgoing& out) {
  const ShortMessage message = render_short(out.facts);
  const std::string server = out.values.text(kServer);
  const std::string lines = lines_within(message, kBodyMax);
  ordered_json body = {{"title", cut(message.title, kTitleMax)},
                       {"body", (lines.empty() ? message.title : lines) + "\n" + message.link},
                       {"type", type_of(message, out.facts.announcement.severity)},
                       {"format", "text"}};
  std::string path = "/notify";
  if (out.secrets.has(kKey)) {
    path += "/" + url_encoded(out.secrets.reveal(kKey));
    if (const std::string tag = out.values.text(kTag); !tag.empty()) body["tag"] = tag;
  } else if (out.secrets.has(kUrls)) {
    body["urls"] = joined(out.secrets.reveal(kUrls));
  }
  HttpRequest request =
      json_post(joined_url(server, path), body.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  request.headers.push_back({"Accept", "application/json"});
  if (const std::string user = out.values.text(kUser); !user.empty())
    request.headers.push_back({"Authorization", basic_authorization(user, out.secrets.reveal(kPassword))});
  return Delivery{WebhookDelivery{std::move(request)}, target_of_url(server)};
}

// 204 says that there is nothing under the key, so that nobody was told. 424 says that some of several were not
// reached: the others would get every further try.
void judge(const HttpAnswer& answer, DeliveryResult& result) {
  switch (answer.status) {
    case 204:
      return answer_about_us(result, "the server has no configuration under this key");
    case 400:
      return answer_refused(result, "it does not take this message");
    case 401:
    case 403:
      return answer_about_us(result, "it does not let us in");
    case 404:
      return answer_about_us(result, "there is no Apprise API at this address, or nothing under this key");
    case 424:
      return answer_refused(result, "it could not reach all of its services");
    case 431:
      return answer_refused(result, "the message is too long for it");
    default:
      break;
  }
  const bool is_good = answer.status >= 200 && answer.status < 300;
  const auto error = member_text(answer.body, "error");
  if (is_good && error && !error->empty()) answer_refused(result, "it says that it could not pass the message on");
}

std::string shown(const FieldValues& values, const FieldSecrets& secrets) {
  return host_of_url(values.text(kServer)) + "/" + (secrets.has(kKey) ? masked(secrets.reveal(kKey)) : "…");
}

std::string target(const FieldValues& values, const FieldSecrets&) {
  return target_of_url(values.text(kServer));
}

Result<void> check(const FieldValues& values, const FieldSecrets& secrets) {
  if (secrets.has(kKey) && secrets.has(kUrls))
    return invalid("fields.key", "Give either the key of a configuration or the addresses themselves.");
  if (!secrets.has(kKey) && !secrets.has(kUrls))
    return invalid("fields.key", "Give the key of a configuration, or the addresses themselves.");
  const bool good_key = std::ranges::all_of(secrets.reveal(kKey), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (!good_key) return invalid("fields.key", "A key is letters, digits, hyphens and underscores.");
  if (secrets.has(kUrls) && joined(secrets.reveal(kUrls)).find("://") == std::string::npos)
    return invalid("fields.urls", "An address of Apprise has the form service://…");
  const std::string user = values.text(kUser);
  if (user.find(':') != std::string::npos) return invalid("fields.username", "A user name has no colon in it.");
  if (user.empty() != !secrets.has(kPassword))
    return invalid(user.empty() ? "fields.username" : "fields.password", "Give both a user name and a password.");
  return {};
}

}  // namespace

extern const ChannelKind kAppriseChannel;
constexpr ChannelKind kAppriseChannel{.word = "apprise",
                                      .title = "Apprise",
                                      .icon = "send",
                                      .fields = kFields,
                                      .prepare = prepare,
                                      .shown = shown,
                                      .target = target,
                                      .check = check,
                                      .judge_answer = judge};

}  // namespace connlog
