// The operations on recipients and mail settings, and tests of both that show the other side's real answer. Methods
// with a Transaction run inside the caller's; tests run on the outbox thread and call `done` once. Any thread may
// enter.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/people/actor.h"
#include "core/base/secret.h"
#include "core/net/smtp.h"
#include "core/notify/notification.h"

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

struct MailSettingsChange {
  MailSettings settings;           // sealed_password is ignored
  std::optional<Secret> password;  // absent: keep the stored one
};

struct TestAnswer {
  bool ok = false;
  std::string answer;  // "250 2.0.0 Ok: queued as …", "535 5.7.8 authentication failed", "could not connect: …"
};

struct NewRecipient {
  std::string name;
  Channel channel = Channel::mail;
  std::string address;
  bool receives_by_default = true;
  bool enabled = true;
};

struct RecipientWithSecret {
  Recipient recipient;
  Secret secret;  // webhook: the signing secret, shown once; else empty
};

class RecipientConsents;  // core/notify/consent.h

class NotifyService {
 public:
  virtual ~NotifyService() = default;

  virtual Result<RecipientWithSecret> add_recipient(Transaction&, const Actor&, const NewRecipient&) = 0;
  virtual Result<Recipient> change_recipient(Transaction&, const Actor&, RecipientId, const NewRecipient&,
                                             std::int64_t expected_version) = 0;
  virtual Result<void> remove_recipient(Transaction&, const Actor&, RecipientId) = 0;
  virtual RecipientConsents& consents() = 0;
  virtual Result<Notification> retry(Transaction&, const Actor&, NotificationId) = 0;  // a failed one, once more

  virtual Result<MailSettings> mail_settings(Snapshot&) const = 0;
  virtual Result<void> change_mail_settings(Transaction&, const Actor&, const MailSettingsChange&) = 0;

  // `done` is called on another thread. The result is stored with the recipient and audited.
  virtual void test_recipient(const Actor&, RecipientId, std::function<void(Result<TestAnswer>)> done) = 0;
  virtual void test_mail(const Actor&, const std::string& to, std::function<void(Result<TestAnswer>)> done) = 0;
  virtual void wake() = 0;  // after a commit that queued something
};

}  // namespace connlog
