// Whether mail gets through at all: kept beside the mail settings from what the mail server said last, for the page and
// for `connlog check`. A refusal of one recipient says nothing about it. Any thread, with the transaction it was given.
#pragma once

#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/notify/courier.h"
#include "core/people/setting_store.h"

namespace connlog {

struct MailTrouble {
  Instant since;
  Instant at;          // when the answer came
  std::string answer;  // the mail server's last, or why there was none
};

// Nothing: the last mail was taken, or none was sent yet.
Result<std::optional<MailTrouble>> load_mail_trouble(const SettingStore& store, Snapshot& snapshot);
Result<void> note_mail_result(SettingStore& store, Transaction& tx, const DeliveryResult& result, Instant now);
// After new settings: nothing is known of them yet.
Result<void> forget_mail_trouble(SettingStore& store, Transaction& tx);

// "Mail cannot be delivered since 2026-11-30T08:00:00Z: 535 …": for check.
std::string explain(const MailTrouble& trouble);

}  // namespace connlog
