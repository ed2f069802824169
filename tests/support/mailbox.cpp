#include "tests/support/mailbox.h"

#include <doctest/doctest.h>

#include "core/people/limits.h"
#include "core/crypto/sealed.h"
#include "core/notify/letters.h"
#include "core/notify/mail_settings.h"
#include "tests/support/outside.h"

namespace connlog::test {

void set_up_mail(TestApp& app) {
  MailSettings settings;
  settings.host = "127.0.0.1";
  settings.port = unused_port();
  settings.security = MailSecurity::none;
  settings.from_address = "connlog@example.org";
  app.storage.write([&](Transaction& tx) { return store_mail_settings(app.storage->settings(), tx, settings); });
}

std::vector<ReadLetter> letters(TestApp& app) {
  app.settle();
  std::vector<ReadLetter> read;
  for (PostedLetter& row : app.storage.read<std::vector<PostedLetter>>(
           [&](Snapshot& snapshot) { return app.storage->letters().list(snapshot, 200); })) {
    ReadLetter one;
    if (!row.sealed_link.empty()) {
      one.path = unseal(app.storage.keys, kLetterLinkContext, row.sealed_link).value().reveal();
      one.token = one.path.substr(one.path.find('=') + 1);
    }
    one.row = std::move(row);
    read.push_back(std::move(one));
  }
  return read;
}

std::optional<ReadLetter> letter(TestApp& app, const std::string& kind, const std::string& to) {
  for (ReadLetter& one : letters(app)) {
    if (one.row.kind == kind && one.row.to_address == to) return std::move(one);
  }
  return std::nullopt;
}

void set_limit(TestApp& app, const std::string& name, int value) {
  const auto done = app.storage.stores().write([&](Transaction& tx) {
    return app.services->administration.limit_changes().change(tx, Actor{},
                                                               {{.limit = find_limit(name)->limit, .value = value}});
  });
  CHECK(done.has_value());
}

}  // namespace connlog::test
