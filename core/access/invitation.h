// An open invitation into a workspace. It is removed when it is accepted, revoked or over; the audit log keeps the
// rest. Plain data and the interface of its store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/people/roles.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

struct Invitation {
  InvitationId id;
  WorkspaceId workspace;
  std::string mail, mail_key;
  Role role = Role::viewer;  // never owner
  TeamId team = {};          // nil: none
  UserId inviter;
  std::string inviter_name;
  bool mailed = false;  // a letter with its own link was queued; see core/identity/links.h
  Instant created_at;
  Instant sent_at;  // the last time it was sent, by mail or not
  Instant expires_at;
};

class InvitationStore {
 public:
  virtual ~InvitationStore() = default;
  virtual Result<std::vector<Invitation>> list(Snapshot&, WorkspaceId) const = 0;  // newest first
  virtual Result<std::optional<Invitation>> find(Snapshot&, WorkspaceId, InvitationId) const = 0;
  virtual Result<std::optional<Invitation>> find_by_mail(Snapshot&, WorkspaceId, const std::string& mail_key) const = 0;
  virtual Result<void> insert(Transaction&, const Invitation&) = 0;
  virtual Result<void> update(Transaction&, const Invitation&) = 0;
  virtual Result<void> remove(Transaction&, WorkspaceId, InvitationId) = 0;
  virtual Result<void> remove_expired(Transaction&, Instant before) = 0;  // in every workspace: maintenance only
};

}  // namespace connlog
