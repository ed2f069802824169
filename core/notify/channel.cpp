#include "core/notify/channel.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/crypto/sealed.h"
#include "core/net/http_url.h"

namespace connlog {

extern const ChannelKind kMailChannel;
extern const ChannelKind kWebhookChannel;
extern const ChannelKind kNtfyChannel;
extern const ChannelKind kGotifyChannel;
extern const ChannelKind kSlackChannel;

namespace {

// One row for each kind, in the order of the form.
constexpr const ChannelKind* kChannels[] = {
    &kMailChannel,
    &kWebhookChannel,
    &kNtfyChannel,
    &kGotifyChannel,
    &kSlackChannel,
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

HttpRequest json_post(std::string url, std::string body) {
  HttpRequest request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers = {{"Content-Type", "application/json"}};
  request.body = std::move(body);
  request.connect_timeout = kConnectTimeout;
  request.timeout = kTimeout;
  request.answer_bytes_max = kAnswerMax;
  return request;
}

}  // namespace connlog
