#include "core/notify/mail_settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/crypto/sealed.h"
#include "core/net/address_policy.h"
#include "core/net/http_url.h"
#include "core/net/idna.h"
#include "core/net/mail_header.h"
#include "core/net/tls_trust.h"

namespace connlog {
namespace {

using nlohmann::json;

constexpr const char* kSettingKey = "mail";
constexpr std::size_t kPemMax = 64 * 1024;

bool is_this_machine(const std::string& host) {
  IpAddress address;
  if (host == "localhost") return true;
  if (!parse_ip(host, address)) return false;
  return address.v6 ? to_text(address) == "::1" : address.bytes[0] == 127;
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_full_name(const std::string& name) {
  IpAddress address;
  return name.size() <= 253 && name.find('.') != std::string::npos && name.back() != '.' && !parse_ip(name, address) &&
         !domain_to_ascii(name).empty();
}

std::string literal(const IpAddress& address) {
  return fmt::format("[{}{}]", address.v6 ? "IPv6:" : "", to_text(address));
}

bool is_literal(std::string_view text) {
  if (text.size() < 3 || text.front() != '[' || text.back() != ']') return false;
  text = text.substr(1, text.size() - 2);
  const bool says_v6 = text.starts_with("IPv6:");
  if (says_v6) text.remove_prefix(5);
  IpAddress address;
  return text.front() != '[' && parse_ip(text, address) && address.v6 == says_v6;
}

// An address by which others may know this machine; IPv4 before IPv6, and loopback last.
std::string literal_of_this_machine() {
  const IpAddress* best = nullptr;
  const std::vector<IpAddress> all = local_addresses();
  for (const IpAddress& address : all) {
    const bool loopback = address.v6 ? to_text(address) == "::1" : address.bytes[0] == 127;
    const bool link_local = address.v6 ? address.bytes[0] == 0xfe && (address.bytes[1] & 0xc0) == 0x80
                                       : address.bytes[0] == 169 && address.bytes[1] == 254;
    if (loopback || link_local) continue;
    if (best == nullptr || (best->v6 && !address.v6)) best = &address;
  }
  return best == nullptr ? "[127.0.0.1]" : literal(*best);
}

}  // namespace

Result<MailSettings> checked(MailSettings settings, bool has_password) {
  settings.host = trimmed(settings.host);
  settings.from_address = trimmed(settings.from_address);
  if (settings.host.size() > 2 && settings.host.front() == '[')
    settings.host = settings.host.substr(1, settings.host.size() - 2);
  if (std::ranges::any_of(settings.host, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    settings.host = domain_to_ascii(settings.host);
  if (!is_host(settings.host))
    return invalid("host", "The mail server must be a name such as mail.example.com, or an address.");
  if (settings.port < 1 || settings.port > 65'535)
    return invalid("port", "The port must be between 1 and 65535; 587 and 465 are usual.");
  settings.username = TRY(one_line("username", "The user name", settings.username, 0, 200));
  if (settings.username.empty() && has_password) {
    return invalid("username", "There is a password but no user name. Enter it, or clear the password.");
  }
  if (settings.security == MailSecurity::none && has_password && !is_this_machine(settings.host)) {
    return invalid(
        "security",
        "Without TLS the password would be readable on the way. Choose STARTTLS or TLS, or send without a password.");
  }
  TRY(check_mail_address(settings.from_address, "from_address"));
  settings.helo_name = trimmed(settings.helo_name);
  if (!settings.helo_name.empty() && !is_literal(settings.helo_name)) {
    settings.helo_name = domain_to_ascii(settings.helo_name);
    if (settings.helo_name.empty()) {
      return invalid(
          "helo_name",
          "The EHLO name must be a host name such as monitor.example.com, or an address such as [192.0.2.1].");
    }
  }
  settings.from_name = TRY(one_line("from_name", "The sender's name", settings.from_name, 0, 80));
  if (settings.ca_pem.size() > kPemMax) return invalid("ca_pem", "The certificates are longer than 64 KiB.");
  if (settings.ca_pem.find('\0') != std::string::npos)
    return invalid("ca_pem", "This is not a certificate in PEM form.");
  if (trimmed(settings.ca_pem).find_first_not_of("\r\n") == std::string::npos) settings.ca_pem.clear();
  if (!settings.ca_pem.empty()) TRY(TrustAnchors::open({TlsTrust::Kind::ca_pem, settings.ca_pem}, {}));
  settings.configured = true;
  return settings;
}

Result<MailSettings> load_mail_settings(const SettingStore& store, Snapshot& snapshot) {
  const auto text = TRY(store.get(snapshot, kSettingKey));
  MailSettings settings;
  if (!text) return settings;
  const json stored = json::parse(*text, nullptr, false);
  const auto word = [&](const char* key) {
    return stored.contains(key) && stored[key].is_string() ? stored[key].get<std::string>() : "";
  };
  const auto security = stored.is_object() ? parse_word<MailSecurity>(word("security")) : std::nullopt;
  if (!security) {
    return Error{ErrorCode::internal,
                 "The stored mail settings cannot be read. Enter them again.",
                 {},
                 "setting mail: not the expected JSON"};
  }
  settings.configured = true;
  settings.security = *security;
  settings.host = word("host");
  if (stored.contains("port") && stored["port"].is_number_integer()) settings.port = stored["port"].get<std::int64_t>();
  settings.username = word("username");
  settings.sealed_password = word("sealed_password");
  settings.from_address = word("from_address");
  settings.from_name = word("from_name");
  settings.ca_pem = word("ca_pem");
  settings.helo_name = word("helo_name");
  settings.login = parse_word<MailLogin>(word("login")).value_or(MailLogin::automatic);  // absent in older settings
  return settings;
}

Result<void> store_mail_settings(SettingStore& store, Transaction& tx, const MailSettings& settings) {
  const json stored = {
      {"host", settings.host},
      {"port", settings.port},
      {"security", to_text(settings.security)},
      {"username", settings.username},
      {"sealed_password", settings.sealed_password},
      {"from_address", settings.from_address},
      {"from_name", settings.from_name},
      {"ca_pem", settings.ca_pem},
      {"helo_name", settings.helo_name},
      {"login", to_text(settings.login)},
  };
  return store.put(tx, kSettingKey, stored.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<MailServer> mail_server(const MailSettings& settings, const Keyring& keyring, const std::string& public_url) {
  MailServer server;
  server.host = settings.host;
  server.port = static_cast<std::uint16_t>(settings.port);
  server.security = settings.security;
  server.username = settings.username;
  if (!settings.sealed_password.empty())
    server.password = TRY(unseal(keyring, kMailPasswordContext, settings.sealed_password));
  server.ca_pem = settings.ca_pem;
  server.client_name = settings.helo_name.empty() ? default_helo_name(public_url) : settings.helo_name;
  server.login = settings.login;
  return server;
}

std::string default_helo_name(const std::string& public_url) {
  const auto url = check_http_url(public_url, "public_url");
  if (url && is_full_name(url->host)) return url->host;
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' && is_full_name(name.data()))
    return domain_to_ascii(name.data());
  return literal_of_this_machine();
}

}  // namespace connlog
