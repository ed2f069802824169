// Break-glass: an administrator of the appliance opens the data of a workspace, with a reason, for a short time, for
// reading only. The workspace can see it: its owners get a mail, its people see a banner, and a list says what was
// read. Without an opening, a foreign workspace does not exist for administrators. Plain data, the interface of the
// store, and the service. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/people/actor.h"
#include "core/people/workspace.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/random.h"
#include "core/base/transaction.h"
#include "core/base/events.h"
#include "core/notify/owners_mail.h"
#include "core/people/user.h"

namespace connlog {

struct BreakGlassGrant {
  BreakGlassId id;
  WorkspaceId workspace;
  UserId user;
  std::string administrator;  // the name at the time of opening
  std::string reason;         // 10–500 characters
  Instant opened_at;
  Instant expires_at;
  Instant ended_at;  // set: ended early
  std::string ended_by;
  std::int64_t reads = 0;  // requests answered

  bool is_open(Instant now) const { return !ended_at.is_set() && expires_at > now; }
};

struct BreakGlassRead {
  std::string operation;  // the route's: "listAgents"
  std::int64_t reads = 0;
  Instant last_at;
};

class BreakGlassStore {
 public:
  virtual ~BreakGlassStore() = default;
  virtual Result<void> insert(Transaction&, const BreakGlassGrant&) = 0;
  virtual Result<void> end(Transaction&, WorkspaceId, BreakGlassId, Instant at, const std::string& by) = 0;
  virtual Result<std::optional<BreakGlassGrant>> open_of(Snapshot&, WorkspaceId, UserId, Instant now) const = 0;
  virtual Result<std::vector<BreakGlassGrant>> open_of_user(Snapshot&, UserId, Instant now) const = 0;
  virtual Result<std::vector<BreakGlassGrant>> of_workspace(Snapshot&, WorkspaceId,
                                                            int limit) const = 0;  // newest first
  virtual Result<void> add_read(Transaction&, WorkspaceId, BreakGlassId, const std::string& operation, Instant at) = 0;
  virtual Result<std::vector<BreakGlassRead>> reads_of(Snapshot&, WorkspaceId, BreakGlassId) const = 0;
};

inline constexpr std::int64_t kBreakGlassMinutesMin = 15;
inline constexpr std::int64_t kBreakGlassMinutesMax = 8 * 60;

class BreakGlass {
 public:
  struct Parts {
    BreakGlassStore& grants;
    WorkspaceStore& workspaces;
    AuditLog& audit;
    OwnersMail& owners;
    EventBus& events;
    const Clock& clock;
    Random& random;
  };
  explicit BreakGlass(const Parts& parts) : parts_(parts) {}

  // `actor`: an administrator of the appliance, outside of any workspace. `conflict` for a member, who needs no
  // opening.
  Result<BreakGlassGrant> open(Transaction&, const Actor& actor, WorkspaceId, const std::string& reason,
                               std::int64_t minutes);
  // By the administrator who opened it, or by people of the workspace who have the right (`actor.workspace` is set).
  Result<void> end(Transaction&, const Actor& actor, WorkspaceId, BreakGlassId);
  // Ends every opening of an administrator who is disabled, deleted or dismissed.
  Result<void> end_all(Transaction&, const Actor& actor, UserId administrator);

  Result<std::optional<BreakGlassGrant>> find_open(Snapshot&, WorkspaceId, UserId) const;
  // The workspaces that an administrator has open.
  Result<std::vector<Workspace>> opened_by(Snapshot&, UserId) const;
  Result<std::vector<BreakGlassGrant>> list(Snapshot&, WorkspaceId) const;
  Result<std::vector<BreakGlassRead>> reads_of(Snapshot&, WorkspaceId, BreakGlassId) const;
  // Records an answered request; submitted next to it.
  Result<void> note_read(Transaction&, const BreakGlassGrant&, const std::string& operation);

 private:
  void announce(Transaction&, WorkspaceId) const;  // tells open pages, so that the banner comes and goes
  Result<void> ended(Transaction&, const Actor& actor, const BreakGlassGrant&);
  Parts parts_;
};

}  // namespace connlog
