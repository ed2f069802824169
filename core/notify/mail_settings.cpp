#include "core/notify/mail_settings.h"

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/crypto/sealed.h"
#include "core/net/address_policy.h"
#include "core/net/http_url.h"
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

}  // namespace

Result<MailSettings> checked(MailSettings settings, bool has_password) {
  settings.host = trimmed(settings.host);
  settings.from_address = trimmed(settings.from_address);
  if (settings.host.size() > 2 && settings.host.front() == '[')
    settings.host = settings.host.substr(1, settings.host.size() - 2);
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
  };
  return store.put(tx, kSettingKey, stored.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<MailServer> mail_server(const MailSettings& settings, const Keyring& keyring, const std::string& client_name) {
  MailServer server;
  server.host = settings.host;
  server.port = static_cast<std::uint16_t>(settings.port);
  server.security = settings.security;
  server.username = settings.username;
  if (!settings.sealed_password.empty())
    server.password = TRY(unseal(keyring, kMailPasswordContext, settings.sealed_password));
  server.ca_pem = settings.ca_pem;
  server.client_name = client_name;
  return server;
}

}  // namespace connlog
