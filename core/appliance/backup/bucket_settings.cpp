#include "core/appliance/backup/bucket_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/crypto/sealed.h"
#include "core/net/address_policy.h"
#include "core/net/http_url.h"

namespace connlog {
namespace {

using nlohmann::json;

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

std::string trimmed(const std::string& text, std::string_view what) {
  const std::size_t begin = text.find_first_not_of(what);
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(what) - begin + 1);
}

// A name or an address that can only be of this network. Without TLS nobody on the way reads the secret key or changes a
// byte unseen, as every request is signed; but anybody there could answer in the bucket's place.
bool is_of_this_network(const std::string& host) {
  IpAddress address;
  if (!parse_ip(host, address)) {
    return host.find('.') == std::string::npos || host.ends_with(".lan") || host.ends_with(".internal") ||
           host.ends_with(".home.arpa");
  }
  const auto& b = address.bytes;
  if (address.v6) return (b[0] & 0xfe) == 0xfc || to_text(address) == "::1";
  return b[0] == 10 || b[0] == 127 || (b[0] == 172 && (b[1] & 0xf0) == 16) || (b[0] == 192 && b[1] == 168);
}

Result<void> check_endpoint(BucketSettings& settings) {
  settings.endpoint = trimmed(settings.endpoint, " \t");
  while (settings.endpoint.ends_with('/') && !settings.endpoint.ends_with("://")) settings.endpoint.pop_back();
  if (settings.endpoint.find("://") == std::string::npos && !settings.endpoint.empty())
    settings.endpoint = "https://" + settings.endpoint;
  const HttpUrl url = TRY(check_http_url(settings.endpoint, "endpoint"));
  const std::string_view rest = std::string_view(settings.endpoint).substr(url.scheme.size() + 3);
  if (rest.find_first_of("/?") != std::string_view::npos) {
    return invalid("endpoint",
                   "Enter the address of the service alone, such as https://s3.example.org: the bucket and the prefix "
                   "have fields of their own.");
  }
  if (url.scheme == "http" && !is_of_this_network(url.host)) {
    return invalid("endpoint",
                   "Without TLS anybody on the way could answer in the bucket's place. Use https://, or http:// to an "
                   "address of this network.");
  }
  IpAddress address;
  const bool is_address = parse_ip(url.host, address);
  const bool usual = url.port == (url.scheme == "https" ? 443 : 80);
  settings.endpoint = fmt::format("{}://{}{}", url.scheme, is_address && address.v6 ? "[" + url.host + "]" : url.host,
                                  usual ? "" : fmt::format(":{}", url.port));
  if (!settings.path_style && is_address)
    return invalid("path_style", "An address cannot have the bucket's name before it. Choose the path style.");
  return {};
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
bool is_bucket_name(std::string_view name) {
  return name.size() >= 3 && name.size() <= 63 && is_lower_or_digit(name.front()) && is_lower_or_digit(name.back()) &&
         name.find("..") == std::string_view::npos &&
         std::ranges::all_of(name, [](char c) { return is_lower_or_digit(c) || c == '-' || c == '.'; });
}

bool is_prefix(std::string_view text) {
  if (text.size() > 200) return false;
  while (!text.empty()) {
    const std::size_t slash = text.find('/');
    const std::string_view part = text.substr(0, slash);
    const bool plain = std::ranges::all_of(part, [](char c) {
      return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
    });
    if (part.empty() || part == "." || part == ".." || !plain) return false;
    text = slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
  }
  return true;
}

}  // namespace

BucketSettings BucketSettings::clone() const {
  return {endpoint,   region,    bucket,            prefix,            access_key,
          path_style, retention, sealed_secret_key, secret_key.clone()};
}

std::string BucketSettings::host() const {
  const std::string service = endpoint.substr(endpoint.find("://") + 3);
  return path_style ? service : bucket + "." + service;
}

std::string BucketSettings::name() const {
  return fmt::format("s3://{}{}{}", bucket, prefix.empty() ? "" : "/", prefix);
}

std::string BucketSettings::path_of(const std::string& object) const {
  std::string path = path_style ? "/" + bucket : std::string();
  if (object.empty()) return path.empty() ? "/" : path;
  if (!prefix.empty()) path += "/" + prefix;
  return path + "/" + object;
}

Result<void> check(BucketSettings& settings) {
  TRY(check_endpoint(settings));
  settings.region = trimmed(settings.region, " \t");
  const bool good_region =
      !settings.region.empty() && settings.region.size() <= 64 && std::ranges::all_of(settings.region, [](char c) {
        return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
      });
  if (!good_region)
    return invalid("region", "The region is a word such as eu-central-1. Where there are none, us-east-1 is usual.");
  settings.bucket = trimmed(settings.bucket, " \t");
  if (!is_bucket_name(settings.bucket)) {
    return invalid("bucket",
                   "The bucket's name has 3 to 63 lower-case letters, digits, hyphens and dots, and begins and ends with "
                   "a letter or a digit.");
  }
  if (!settings.path_style && settings.bucket.find('.') != std::string::npos) {
    return invalid("path_style",
                   "No certificate fits a bucket with a dot before the service's name. Choose the path style.");
  }
  settings.prefix = trimmed(settings.prefix, " \t/");
  if (!is_prefix(settings.prefix)) {
    return invalid("prefix",
                   "The prefix has at most 200 letters, digits, hyphens, underscores and dots, in parts joined by /.");
  }
  settings.access_key = trimmed(settings.access_key, " \t");
  if (settings.access_key.empty() || settings.access_key.size() > 128 || !is_visible(settings.access_key) ||
      settings.access_key.find_first_of("/,") != std::string::npos) {
    return invalid("access_key", "Enter the access key's id as the service shows it.");
  }
  return {};
}

Result<std::optional<BucketSettings>> load_bucket(const SettingStore& store, Snapshot& snapshot,
                                                  const Keyring& keyring) {
  const auto text = TRY(store.get(snapshot, kBucketSetting));
  if (!text || *text == "null") return std::optional<BucketSettings>();
  const json stored = json::parse(*text, nullptr, false);
  if (!stored.is_object()) {
    return Error{ErrorCode::internal,
                 "The stored settings of the backup bucket cannot be read. Enter them again.",
                 {},
                 "setting backup.bucket: not the expected JSON"};
  }
  const auto word = [&](const char* key) {
    return stored.contains(key) && stored[key].is_string() ? stored[key].get<std::string>() : std::string();
  };
  const auto flag = [&](const char* key, bool otherwise) {
    return stored.contains(key) && stored[key].is_boolean() ? stored[key].get<bool>() : otherwise;
  };
  BucketSettings settings;
  settings.endpoint = word("endpoint");
  settings.region = word("region");
  settings.bucket = word("bucket");
  settings.prefix = word("prefix");
  settings.access_key = word("access_key");
  settings.path_style = flag("path_style", true);
  settings.retention = flag("retention", false);
  settings.sealed_secret_key = word("sealed_secret_key");
  auto opened = unseal(keyring, kBucketSecretContext, settings.sealed_secret_key);
  if (opened) {
    settings.secret_key = std::move(opened).value();
  } else {
    log_warning("backup.bucket_secret", {{"cause", opened.error().cause}});
  }
  return std::optional<BucketSettings>(std::move(settings));
}

Result<void> store_bucket(SettingStore& store, Transaction& tx, const BucketSettings& settings) {
  const json stored = {
      {"endpoint", settings.endpoint},     {"region", settings.region},
      {"bucket", settings.bucket},         {"prefix", settings.prefix},
      {"access_key", settings.access_key}, {"path_style", settings.path_style},
      {"retention", settings.retention},   {"sealed_secret_key", settings.sealed_secret_key},
  };
  return store.put(tx, kBucketSetting, stored.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<void> forget_bucket(SettingStore& store, Transaction& tx) {
  return store.put(tx, kBucketSetting, "null");
}

}  // namespace connlog
