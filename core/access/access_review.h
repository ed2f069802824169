// Access reviews: who has what in a workspace, since when, last used, looked through every so often and said to be right.
// Plain data and the interface of the store. What is removed is removed by the service that owns it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

// One way in, or out, that somebody has.
struct AccessItem {
  enum class Kind { member, invitation, api_key, personal_key, enrolment_key, recipient, break_glass };
  Kind kind = Kind::member;
  Uuid id;              // of the thing; of a member: the person's
  std::string name;     // as people know it
  std::string address;  // mail or webhook address, where there is one
  std::string rights;   // role, scopes, "alerts"
  std::string teams;    // of a member: names, with commas
  std::string given_by;
  Instant since;
  Instant last_used_at;  // not set: never
  Instant ends_at;       // not set: without end
  std::string state;     // of a recipient: its consent; of a person: "disabled"; else empty
};

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
