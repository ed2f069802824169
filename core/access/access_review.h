// Access reviews: the people of a workspace look through who has what access, since when and when it was last used, and
// record that the review is done. Plain data and the interface of the store. Removing access is left to the service
// that owns it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"

namespace connlog {

// One access that somebody has to the workspace or to its alerts.
struct AccessItem {
  enum class Kind { member, invitation, api_key, personal_key, enrolment_key, recipient, break_glass, monitor_secret, event_key };
  Kind kind = Kind::member;
  Uuid id;              // of the item; for a member the id of the person
  std::string name;     // as people know it
  std::string address;  // mail or webhook address, where there is one
  std::string rights;   // role, scopes, "alerts"; of a monitor's secrets: the names of their fields
  std::string teams;    // of a member: names with commas between them
  std::string given_by;
  Instant since;
  Instant last_used_at;  // not set: never
  Instant ends_at;       // not set: without end
  std::string state;     // of a recipient: its consent; of a disabled person: "disabled"; else empty
};

template <>
inline constexpr auto kWords<AccessItem::Kind> = words_for<AccessItem::Kind>({
    {AccessItem::Kind::member, "member"},
    {AccessItem::Kind::invitation, "invitation"},
    {AccessItem::Kind::api_key, "api_key"},
    {AccessItem::Kind::personal_key, "personal_key"},
    {AccessItem::Kind::enrolment_key, "enrolment_key"},
    {AccessItem::Kind::recipient, "recipient"},
    {AccessItem::Kind::break_glass, "break_glass"},
    {AccessItem::Kind::monitor_secret, "monitor_secret"},
    {AccessItem::Kind::event_key, "event_key"},
});

struct AccessReview {
  Uuid id;
  WorkspaceId workspace;
  Instant done_at;
  std::string done_by;
  std::string note;
};

class AccessReviewStore {
 public:
  virtual ~AccessReviewStore() = default;
  virtual Result<std::vector<AccessItem>> items(Snapshot&, WorkspaceId, Instant now) const = 0;
  virtual Result<std::vector<AccessReview>> reviews(Snapshot&, WorkspaceId, int limit) const = 0;  // newest first
  virtual Result<void> insert(Transaction&, const AccessReview&) = 0;
  virtual Result<Instant> reminded_at(Snapshot&, WorkspaceId) const = 0;
  virtual Result<void> put_reminder(Transaction&, WorkspaceId, Instant) = 0;
};

}  // namespace connlog
