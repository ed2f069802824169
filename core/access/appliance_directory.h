// The lists of people and workspaces for the administrator of the appliance, with the figures shown next to each. Plain
// data and the interface of the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/people/workspace.h"
#include "core/people/user.h"
#include "core/notify/member_addresses.h"

namespace connlog {

struct ListedUser {
  User user;  // without the password hash
  bool has_password = false;
  std::int64_t workspaces = 0;
  std::int64_t sessions = 0;
  std::int64_t api_keys = 0;  // personal keys that are not revoked
  bool second_factor = false;
  Instant last_seen_at;
};

struct ListedWorkspace {
  Workspace workspace;
  std::int64_t members = 0;
  std::int64_t agents = 0;
  std::int64_t recipients = 0;
  std::int64_t open_incidents = 0;
  std::int64_t api_keys = 0;
  std::vector<std::string> owners;  // mail addresses of the enabled owners
  Instant deletion_at;              // not set: no deletion requested
};

class ApplianceDirectory : public MemberAddresses {
 public:
  // Sorted by mail address; `after` is the mail_key of the last one of the page before. `search` is a plain text that
  // is looked for in names and addresses, without regard to the case of ASCII letters.
  virtual Result<std::vector<ListedUser>> users(Snapshot&, const std::string& search, const std::string& after,
                                                int limit) const = 0;
  virtual Result<std::optional<ListedUser>> user(Snapshot&, UserId) const = 0;
  virtual Result<std::int64_t> enabled_administrators(Snapshot&) const = 0;
  virtual Result<std::vector<ListedWorkspace>> workspaces(Snapshot&, const std::string& search,
                                                          const std::string& after,
                                                          int limit) const = 0;  // sorted by slug
  virtual Result<std::optional<ListedWorkspace>> workspace(Snapshot&, WorkspaceId) const = 0;
  // The mail addresses (and names) of a workspace's enabled owners.
  virtual Result<std::vector<User>> owners_of(Snapshot&, WorkspaceId) const = 0;
};

}  // namespace connlog
