// A leak: a secret that somebody else may have, what was done about it at once, and what people must still do. Plain
// data and the interface of its store. A leak is in one list: a workspace's, a person's own, or the appliance's (about
// people). Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"

namespace connlog {

enum class LeakOwnerKind { workspace, account, appliance };
template <>
inline constexpr auto kWords<LeakOwnerKind> = words_for<LeakOwnerKind>({
    {LeakOwnerKind::workspace, "workspace"},
    {LeakOwnerKind::account, "account"},
    {LeakOwnerKind::appliance, "appliance"},
});

// Whose list a leak is in. It is also the border: each look-up of a leak names the owner, and finds only leaks of that
// owner.
struct LeakOwner {
  LeakOwnerKind kind = LeakOwnerKind::workspace;
  Uuid id = {};  // of the workspace or the person; nil: the appliance
};

struct LeakStep {
  std::int64_t position = 0;  // from 1
  bool automatic = false;     // connlog did it
  std::string text;           // one sentence
  Instant done_at;            // not set: still to be done
  std::string done_by;
  std::string note;  // 0–500 characters
};

struct Leak {
  LeakId id;
  LeakOwner owner;
  std::string kind;           // "agent_token"
  std::string leaked;         // id of what leaked
  std::string leaked_name;    // as it was called then
  std::string circumstances;  // what the reporter wrote, 0–500 characters
  Instant at;
  std::string by_name;
  Instant closed_at;  // not set: open
  std::string closed_by;
  std::int64_t version = 1;
  std::vector<LeakStep> steps;  // in order; empty in lists
  std::int64_t steps_open = 0;  // still to be done
};

class LeakStore {
 public:
  virtual ~LeakStore() = default;
  virtual Result<void> insert(Transaction&, const Leak&) = 0;  // with its steps
  virtual Result<std::optional<Leak>> find(Snapshot&, const LeakOwner&, LeakId) const = 0;
  // Newest first; `before` nil: from the newest.
  virtual Result<std::vector<Leak>> list(Snapshot&, const LeakOwner&, LeakId before, int limit) const = 0;
  // Writes the leak's own columns and the step with this position (0: no step).
  virtual Result<void> update(Transaction&, const Leak&, std::int64_t position) = 0;
};

// The leak as a document for people, in Markdown. Names and notes are put on one line and escaped, so that Markdown in
// them has no effect.
std::string leak_document(const Leak& leak, std::string_view kind_title);

}  // namespace connlog
