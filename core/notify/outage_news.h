// Tells the administrators of the appliance that nothing can be stored, once an outage, and once that it is over: by
// what needs no database. Whom it tells, and by which mail server, is held in memory from before the outage. Mails go
// to the administrators' addresses; webhooks are those that get alerts by default in the workspaces that administrators
// own. A short outage is not told, and one that comes back within a moment is the same. What cannot be delivered is
// tried again for an hour. Nothing of it is in the outbox.
//
// hold() may be called by any thread. The rest belongs to the outbox thread.
#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/storage_health.h"
#include "core/notify/courier.h"
#include "core/notify/mail_settings.h"
#include "core/notify/message.h"
#include "core/notify/notification.h"
#include "core/notify/notify.h"
#include "core/people/workspace.h"

namespace connlog {

class OutageNews {
 public:
  static constexpr seconds kToldAfter{5};   // an outage that lasts shorter is not told
  static constexpr seconds kOverAfter{30};  // without another failure
  static constexpr seconds kTriedAgainAfter{60};
  static constexpr int kTriesMax = 60;

  // `needs.storage` must be set.
  OutageNews(const NotifyDependencies& needs, Courier& courier) : needs_(needs), courier_(courier) {}

  void hold(OutageAudience audience);

  // Sends what is due. The courier's poll() waits.
  void turn();
  // How long the courier may wait before the next turn.
  milliseconds until_due() const;

 private:
  struct Piece {       // one message to one reader
    std::string mail;  // empty: a webhook
    std::optional<OutageAudience::Webhook> webhook;
    OutageMessage message;
    int tries = 0;
    Monotonic not_before;
    bool is_on_its_way = false;
  };
  using Place = std::list<Piece>::iterator;

  void look(Monotonic now);
  void tell(const StorageHealth::Outage& outage, Instant until);
  void send(Place place);
  Result<Delivery> delivery_of(const Piece& piece) const;
  void sent(Place place, const DeliveryResult& result);

  const NotifyDependencies& needs_;
  Courier& courier_;
  std::optional<StorageHealth::Outage> told_;  // the outage that people know of
  std::optional<Monotonic> quiet_since_;       // told, and nothing failed since
  std::list<Piece> pieces_;
  MailSettings mail_;  // as it was when the newest news was told

  std::mutex mutex_;  // guards audience_
  OutageAudience audience_;
};

}  // namespace connlog
