// Access reviews at work: what is due, what is stale, "done" said and recorded, and the reminder to the owners.
// Any thread; `remind` belongs to maintenance.
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
  std::vector<AccessReview> done;  // newest first, the last ten
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
  // One letter to the owners of each workspace whose review is due, and again after each further interval.
  Result<void> remind(Transaction&);

 private:
  Parts parts_;
};

// Not used for 90 days, or never in the 90 days that it is there.
bool is_stale(const AccessItem& item, Instant now);

}  // namespace connlog
