// What people removed and can put back for a while: rules, recipients, groups, agents, monitors. Before the rows of such an object
// go, the service that removes it copies them into a bundle (RemovedStore::take); the same service puts them back
// (PutsBack). Here stand the plain data and the two interfaces, low enough for every room that removes something; the
// door for people is core/access/removed.h. Methods with a Transaction run inside the caller's; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"
#include "core/people/actor.h"

namespace connlog {

class Random;  // core/base/random.h

enum class RemovedKind { rule, recipient, group, agent, monitor, source };
template <>
inline constexpr auto kWords<RemovedKind> = words_for<RemovedKind>({
    {RemovedKind::rule, "rule"},
    {RemovedKind::recipient, "recipient"},
    {RemovedKind::group, "group"},
    {RemovedKind::agent, "agent"},
    {RemovedKind::monitor, "monitor"},
    {RemovedKind::source, "source"},
});

using RemovedId = Id<struct RemovedTag>;

struct Removed {
  RemovedId id;
  WorkspaceId workspace;
  RemovedKind kind = RemovedKind::rule;
  Uuid object;       // the id that it had, and will have again
  std::string name;  // as it was called
  Instant at;
  std::string by;  // who removed it
};

// An object that the actor removes now.
Removed removed_now(RemovedKind kind, const Uuid& object, std::string name, const Actor& actor, const Clock& clock,
                    Random& random);

class RemovedStore {
 public:
  virtual ~RemovedStore() = default;
  // Copies the object's rows, before they go and in the same transaction. Secrets are not copied: a recipient's sealed
  // fields stay in their table until it comes back or is forgotten (RecipientStore::put_aside).
  virtual Result<void> take(Transaction&, const Removed&) = 0;
  // Newest first; `after` nil: from the newest.
  virtual Result<std::vector<Removed>> list(Snapshot&, WorkspaceId, RemovedId after, int limit) const = 0;
  virtual Result<std::optional<Removed>> find(Snapshot&, WorkspaceId, RemovedId) const = 0;
  // Inserts the rows as they were, but for those whose other end is gone (a team, a recipient, a member): returns a
  // sentence for people about each kind of such rows. The bundle is gone then. `conflict` where something stands in
  // the way.
  virtual Result<std::vector<std::string>> put_back(Transaction&, const Removed&) = 0;
  // Deletes the bundle, and the secrets that waited with it.
  virtual Result<void> forget(Transaction&, const Removed&) = 0;
  // The same for at most `limit` of those that were removed before; returns how many. Of all workspaces.
  virtual Result<std::int64_t> forget_before(Transaction&, Instant before, std::int64_t limit) = 0;
};

// The service that removes objects of a kind, as far as they come back. The caller has found `removed` in the actor's
// workspace and audits; the service checks limits and names, puts the rows back, and brings memory up to date. Returns
// what was left out, a sentence each. `conflict` says what stands in the way.
class PutsBack {
 public:
  virtual ~PutsBack() = default;
  virtual Result<std::vector<std::string>> put_back(Transaction&, const Actor&, const Removed&) = 0;
};

}  // namespace connlog
