#include "core/notify/channel.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/crypto/sealed.h"
#include "core/net/http_url.h"
#include "core/net/mail_header.h"

namespace connlog {

extern const ChannelKind kMailChannel;
extern const ChannelKind kWebhookChannel;
extern const ChannelKind kNtfyChannel;
extern const ChannelKind kGotifyChannel;
extern const ChannelKind kSlackChannel;
extern const ChannelKind kTelegramChannel;
extern const ChannelKind kDiscordChannel;
extern const ChannelKind kTeamsChannel;
extern const ChannelKind kMatrixChannel;
extern const ChannelKind kPushoverChannel;
extern const ChannelKind kPagerDutyChannel;
extern const ChannelKind kAlertmanagerChannel;
extern const ChannelKind kSyslogChannel;
extern const ChannelKind kAppriseChannel;

namespace {

// One row for each kind, in the order of the form.
constexpr const ChannelKind* kChannels[] = {
    &kMailChannel,
    &kWebhookChannel,
    &kNtfyChannel,
    &kGotifyChannel,
    &kSlackChannel,
    &kTelegramChannel,
    &kDiscordChannel,
    &kTeamsChannel,
    &kMatrixChannel,
    &kPushoverChannel,
    &kPagerDutyChannel,
    &kAlertmanagerChannel,
    &kSyslogChannel,
    &kAppriseChannel,
};

constexpr milliseconds kConnectTimeout{10'000};
constexpr milliseconds kTimeout{20'000};
constexpr std::size_t kAnswerMax = 64 * 1024;  // read for the message's id there, and thrown away
constexpr std::size_t kRemoteIdBytesMax = 100;

}  // namespace

const ChannelKind* ChannelTable::find(std::string_view word) const {
  const auto found =
      std::find_if(kinds_.begin(), kinds_.end(), [&](const ChannelKind* kind) { return kind->word == word; });
  return found == kinds_.end() ? nullptr : *found;
}

const ChannelTable& all_channels() {
  static constexpr ChannelTable table{std::span<const ChannelKind* const>(kChannels)};
  return table;
}

bool gets_alerts(const ChannelTable& table, const Recipient& recipient) {
  return recipient.enabled && recipient.consent == Recipient::Consent::confirmed &&
         table.find(recipient.channel) != nullptr;
}

bool is_for_machines(const ChannelTable& table, const Recipient& recipient) {
  const ChannelKind* kind = table.find(recipient.channel);
  if (kind == nullptr || !kind->can.machine) return false;
  return kind->is_for_people == nullptr || !kind->is_for_people(recipient.fields);
}

std::string channel_title(const ChannelTable& table, std::string_view word) {
  const ChannelKind* kind = table.find(word);
  return std::string(kind == nullptr ? word : kind->title);
}

std::string consent_address(const ChannelKind& kind, const FieldValues& values) {
  if (!kind.needs_consent) return {};
  for (const Field& field : kind.fields) {
    if (field.type == FieldType::mail) return values.text(field.name);
  }
  return {};
}

std::string secret_context(std::string_view field) {
  return fmt::format("recipient.{}", field);
}

Result<FieldSecrets> open_secrets(const Keyring& keyring, const Recipient& recipient) {
  FieldSecrets secrets;
  for (const SealedField& sealed : recipient.sealed) {
    Secret secret = TRY(unseal(keyring, secret_context(sealed.field), sealed.sealed));
    secrets.set(sealed.field, std::move(secret));
  }
  return secrets;
}

void seal_secret(Recipient& recipient, std::string_view field, const Secret& secret, const Keyring& keyring,
                 Random& random) {
  std::string sealed = seal(keyring, secret_context(field), secret, random);
  for (SealedField& each : recipient.sealed) {
    if (each.field != field) continue;
    each.sealed = std::move(sealed);
    return;
  }
  recipient.sealed.push_back({std::string(field), std::move(sealed)});
}

std::vector<std::string> secrets_set(const Recipient& recipient) {
  std::vector<std::string> names;
  for (const SealedField& sealed : recipient.sealed) names.push_back(sealed.field);
  std::sort(names.begin(), names.end());
  return names;
}

std::string checked_remote_id(std::string_view id) {
  const bool printable = std::ranges::all_of(id, [](char c) { return c > ' ' && c <= '~'; });
  return printable && id.size() <= kRemoteIdBytesMax ? std::string(id) : std::string();
}

std::string target_of_url(std::string_view url) {
  const auto checked = check_http_url(url, "url");
  return checked ? fmt::format("{}:{}", checked->host, checked->port) : "?";
}

std::string host_of_url(std::string_view url) {
  const auto checked = check_http_url(url, "url");
  if (!checked) return "?";
  const bool usual = checked->port == (checked->scheme == "https" ? 443 : 80);
  const bool v6 = checked->host.find(':') != std::string::npos;
  const std::string host = v6 ? fmt::format("[{}]", checked->host) : checked->host;
  return usual ? host : fmt::format("{}:{}", host, checked->port);
}

std::string joined_url(std::string_view base, std::string_view path) {
  while (base.ends_with('/')) base.remove_suffix(1);
  return std::string(base) + std::string(path);
}

HttpRequest plain_get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  request.connect_timeout = kConnectTimeout;
  request.timeout = kTimeout;
  request.answer_bytes_max = kAnswerMax;
  return request;
}

namespace {

HttpRequest post_of(std::string url, const char* type, std::string body) {
  HttpRequest request = plain_get(std::move(url));
  request.method = "POST";
  request.headers = {{"Content-Type", type}};
  request.body = std::move(body);
  return request;
}

}  // namespace

HttpRequest json_post(std::string url, std::string body) {
  return post_of(std::move(url), "application/json", std::move(body));
}

HttpRequest form_post(std::string url, std::string body) {
  return post_of(std::move(url), "application/x-www-form-urlencoded", std::move(body));
}

std::string url_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string form_encoded(std::span<const std::pair<std::string, std::string>> fields) {
  std::string out;
  for (const auto& [name, value] : fields)
    out += fmt::format("{}{}={}", out.empty() ? "" : "&", url_encoded(name), url_encoded(value));
  return out;
}

std::string basic_authorization(std::string_view name, std::string_view password) {
  return "Basic " + base64(fmt::format("{}:{}", name, password));
}

std::string lines_within(const ShortMessage& message, std::size_t bytes_max) {
  constexpr std::size_t kRoomForTheRest = 32;
  std::string text;
  std::size_t taken = 0;
  for (const auto& [label, value] : message.lines) {
    const std::string line = fmt::format("{}{}: {}", text.empty() ? "" : "\n", label, value);
    const std::size_t room = taken + 1 == message.lines.size() ? 0 : kRoomForTheRest;
    if (taken == kMessageLinesMax || text.size() + line.size() + room > bytes_max) break;
    text += line;
    ++taken;
  }
  if (taken == message.lines.size()) return text;
  return cut(fmt::format("{}{}… and {} more", text, text.empty() ? "" : "\n", message.lines.size() - taken), bytes_max);
}

}  // namespace connlog
