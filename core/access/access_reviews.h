// The service of access reviews: what is due, what is stale, recording that a review is done, and reminding the owners.
// Any thread; `remind` is for the maintenance thread.
#pragma once

#include <vector>

#include "core/access/access_review.h"
#include "core/people/actor.h"
#include "core/people/limits.h"
#include "core/notify/owners_mail.h"
#include "core/people/workspace.h"
#include "core/audit/audit.h"
#include "core/base/random.h"

namespace connlog {

inline constexpr seconds kStaleAfter{90 * 86'400};

struct ReviewState {
  std::vector<AccessItem> items;
  std::vector<AccessReview> done;  // the last ten, newest first
  Instant due_at;                  // not set: reviews are switched off
};

class AccessReviews {
 public:
  struct Parts {
    AccessReviewStore& reviews;
    WorkspaceStore& workspaces;
    AuditLog& audit;
    OwnersMail& owners;
    const Limits& limits;
    const Clock& clock;
    Random& random;
  };
  explicit AccessReviews(const Parts& parts) : parts_(parts) {}

  Result<ReviewState> look(Snapshot&, const Workspace&) const;
  // When the next review is due; not set: reviews are switched off.
  Result<Instant> due_at(Snapshot&, const Workspace&) const;
  Result<void> done(Transaction&, const Actor&, const std::string& note);
  // Sends a letter to the owners of each workspace whose review is due, and another one after each interval without
  // one.
  Result<void> remind(Transaction&);

 private:
  Parts parts_;
};

// Not used for 90 days; or never used, and given 90 days ago or earlier.
bool is_stale(const AccessItem& item, Instant now);

}  // namespace connlog
