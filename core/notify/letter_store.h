// A letter that waits in the database, and the interface of its store. Rows are leased, sent, and only then marked,
// like those of the outbox. Plain data.
#pragma once

#include <string>
#include <vector>

#include "core/notify/letters.h"
#include "core/notify/notification.h"

namespace connlog {

struct PostedLetter {
  LetterId id;
  WorkspaceId workspace = {};  // nil: a letter of the appliance or of an account
  std::string kind;
  std::string to_name, to_address;
  std::string headline;
  std::string text;         // paragraphs, a line each
  std::string sealed_link;  // the link's path, sealed; empty: none, or erased
  std::string link_text;    // empty: it never had a link
  std::string message_id;
  Notification::State state = Notification::State::queued;
  int attempts = 0;
  Instant created_at;
  Instant useful_until;
  Instant next_attempt_at;
  Instant lease_until;
  Instant sent_at;
  std::string last_error;  // the other side's words, safe to show
};

class LetterStore {
 public:
  virtual ~LetterStore() = default;
  virtual Result<void> insert(Transaction&, const PostedLetter&) = 0;
  // Like OutboxStore::lease. Covers every workspace: for the worker only.
  virtual Result<std::vector<PostedLetter>> lease(Transaction&, Instant now, Instant lease_until, int limit) = 0;
  virtual Result<void> update(Transaction&, const PostedLetter&) = 0;  // its progress, and whether its link is erased
  virtual Result<Instant> next_due(Snapshot&) const = 0;               // not set: nothing waits
  virtual Result<std::int64_t> count_waiting(Snapshot&) const = 0;
  // Letters of a workspace to strangers (see letters.cpp), posted at `since` or later.
  virtual Result<std::int64_t> count_to_strangers(Snapshot&, WorkspaceId, Instant since) const = 0;
  // Newest first, of every workspace: for the appliance's administrator.
  virtual Result<std::vector<PostedLetter>> list(Snapshot&, int limit) const = 0;
  virtual Result<std::vector<PostedLetter>> list_to(Snapshot&, const std::string& address, int limit) const = 0;
  virtual Result<std::optional<PostedLetter>> find(Snapshot&, LetterId) const = 0;
  // Removes sent and given-up letters that were posted before `before`; returns how many. Maintenance only.
  virtual Result<std::int64_t> remove_before(Transaction&, Instant before, int limit) = 0;
};

}  // namespace connlog
