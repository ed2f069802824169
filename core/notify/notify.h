// Delivery as a whole: the service for people (NotifyService) and the thread `outbox` behind it, which leases what is due,
// sends it and only then marks it. main makes one Notify, starts it after the stores and stops it before them.
#pragma once

#include <memory>
#include <string>

#include "core/people/workspace.h"
#include "core/audit/audit.h"
#include "core/audit/trail.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/transaction.h"
#include "core/crypto/keyring.h"
#include "core/base/events.h"
#include "core/net/http_client.h"
#include "core/notify/announcements.h"
#include "core/notify/letters.h"
#include "core/notify/notification.h"
#include "core/notify/notify_service.h"
#include "core/people/setting_store.h"

namespace connlog {

class LetterStore;
class Limits;
class MemberAddresses;

// What Notify needs. Everything referred to outlives Notify.
struct NotifyDependencies {
  Stores& stores;
  RecipientStore& recipients;
  OutboxStore& outbox;
  SettingStore& settings;
  const Announcements& announcements;
  Delivered& delivered;
  WorkspaceStore& workspaces;
  AuditLog& audit;
  EventBus& events;
  Clock& clock;
  Random& random;
  const Keyring& keyring;
  OutboundSettings outbound;  // its policy names our own listeners
  std::string public_url;     // "https://monitor.example.com:8443", without a slash at the end
  LetterStore* letters =
      nullptr;  // null: letters() must not be called, and recipients are not asked whether they agree
  const Limits* limits = nullptr;            // of the appliance
  const MemberAddresses* members = nullptr;  // null: every address must agree
  const TrailLog* trails = nullptr;          // each mail carries the trails' heads; null: none does
};

class Notify : public NotifyService {
 public:
  virtual Letters& letters() = 0;
  virtual void start() = 0;  // begins with the rows that a former process left leased
  // Ends the thread within a second or so. Unfinished deliveries are sent again after the next start, under the same
  // id.
  virtual void stop() = 0;
  // When the thread last began a turn, on the monotonic clock: for the watchdog. It begins one at least every 30 s.
  virtual Monotonic last_turn() const = 0;
};

std::unique_ptr<Notify> make_notify(NotifyDependencies dependencies);

}  // namespace connlog
