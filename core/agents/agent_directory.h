// Every agent in memory: found by token digest in one look-up. Rebuilt at start from the agent table; the subjects'
// entries are core/watch's (SubjectDirectory) and are filled before. The digests of removed agents' tokens are kept as
// a set. Any thread may enter. It locks inside, and calls nothing outside while it holds a lock.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/agents/agent.h"
#include "core/agents/agent_entry.h"
#include "core/watch/reading.h"
#include "core/watch/subject_directory.h"

namespace connlog {

// An agent as screens see it.
struct LiveAgent : LiveSubject {
  Agent agent;
};

class AgentDirectory {
 public:
  explicit AgentDirectory(SubjectDirectory& subjects);
  ~AgentDirectory();

  std::optional<LiveAgent> find(WorkspaceId, AgentId) const;
  std::vector<LiveAgent> list(WorkspaceId) const;  // by name

  // Takes the agent's row as it is now, and tells the watch how long it may be silent and whether it is switched off.
  // Called from Transaction::after_commit, after the subject's row was put.
  void put(const Agent& agent);
  void remove(const Agent& agent);           // its token gets 410 from now on
  // A removed agent stands again, after its subject: its token is known again. Its silence counts from then on.
  void bring_back(const Agent& agent, Monotonic silence_from);
  void remember_unreadable(const TokenDigest& digest);
  void remember_gone(const TokenDigest& digest);  // of an agent that was removed before the start

  // For core/agents only.
  AgentEntry* by_digest(const TokenDigest& digest) const;
  bool is_gone(const TokenDigest& digest) const;
  // Whether it is the token of an agent whose subject cannot be read (a word of a later version): a fault of ours.
  bool is_unreadable(const TokenDigest& digest) const;
  AgentEntry* by_id(AgentId id) const;
  std::vector<AgentEntry*> all() const;  // of every workspace, in no order; removed ones too
  SubjectDirectory& subjects() { return subjects_; }

 private:
  struct Impl;
  std::optional<LiveAgent> with_agent(LiveSubject subject) const;

  SubjectDirectory& subjects_;
  std::unique_ptr<Impl> impl_;
};

// Fills the directory at start, after the subjects' (core/watch/load_directory.h): agents, the digests of removed
// ones, and the request ids of recent readings.
struct AgentStores {
  const AgentStore& agents;
  const ReadingStore& readings;
};
Result<void> load_agents(Snapshot&, AgentDirectory&, const AgentStores&, Instant now);

}  // namespace connlog
