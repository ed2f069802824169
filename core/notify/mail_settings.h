// The appliance's mail server: checked, stored as one JSON value (setting "mail") with its password sealed, and turned
// into what SMTP needs. Pure but for the store; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/result.h"
#include "core/crypto/keyring.h"
#include "core/net/smtp.h"
#include "core/people/setting_store.h"

namespace connlog {

struct MailSettings {
  bool configured = false;
  std::string host;  // name or address; named by the appliance's administrator, so loopback is allowed
  std::int64_t port = 587;
  MailSecurity security = MailSecurity::starttls;
  std::string username;
  std::string sealed_password;  // never leaves the server
  std::string from_address;
  std::string from_name;
  std::string ca_pem;  // a private CA to trust for this server; empty: the system's set
  std::string helo_name;  // by which connlog greets the server; empty: default_helo_name
  MailLogin login = MailLogin::automatic;
};

// Trims and checks every field; errors name it.
Result<MailSettings> checked(MailSettings settings, bool has_password);

Result<MailSettings> load_mail_settings(const SettingStore& store, Snapshot& snapshot);
Result<void> store_mail_settings(SettingStore& store, Transaction& tx, const MailSettings& settings);

inline constexpr std::string_view kMailPasswordContext = "mail.password";  // context of the seal; stored, never renamed

// Unseals the password. `public_url`: for the EHLO name where none is set.
Result<MailServer> mail_server(const MailSettings& settings, const Keyring& keyring, const std::string& public_url);

// A name with a dot, which strict servers want: that of `public_url` or of this machine. Without one it is an address
// of this machine as a literal, "[192.0.2.1]" (RFC 5321 §4.1.4). Never empty.
std::string default_helo_name(const std::string& public_url);

}  // namespace connlog
