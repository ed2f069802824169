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
};

// Trims and checks every field; errors name it.
Result<MailSettings> checked(MailSettings settings, bool has_password);

Result<MailSettings> load_mail_settings(const SettingStore& store, Snapshot& snapshot);
Result<void> store_mail_settings(SettingStore& store, Transaction& tx, const MailSettings& settings);

inline constexpr std::string_view kMailPasswordContext = "mail.password";  // context of the seal; stored, never renamed

// Unseals the password. `client_name`: sent in EHLO.
Result<MailServer> mail_server(const MailSettings& settings, const Keyring& keyring, const std::string& client_name);

}  // namespace connlog
