// What follows from failed attempts and from tokens in the wrong place, wired: who watches, and who is told. Built over the
// stores, the letters and the limiter; main (and each test) builds one. Any thread may enter.
#pragma once

#include "core/access/owners_by_letter.h"
#include "core/agents/machine_letter.h"
#include "core/identity/abuse_watch.h"
#include "core/identity/attempt_limiter.h"

namespace connlog {

class AttemptServices {
 public:
  struct Parts {
    Stores& stores;
    UserStore& users;
    WorkspaceStore& workspaces;
    AttemptNoticeStore& notices;
    const ApplianceDirectory& directory;
    AuditLog& audit;
    Letters& letters;
    AttemptLimiter& attempts;
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  explicit AttemptServices(const Parts& parts)
      : owners_(parts.directory, parts.letters, parts.clock),
        machine_letter_({owners_, parts.workspaces, parts.notices, parts.keyring, parts.clock}),
        watch_({parts.stores, parts.users, parts.notices, parts.audit, parts.letters, parts.keyring, parts.clock,
                parts.random}) {
    parts.attempts.watch([this](Attempt kind, const AttemptBy& by) { watch_.failed(kind, by); });
  }

  const MachineLetter& machine_letter() const { return machine_letter_; }
  AbuseWatch& watch() { return watch_; }

 private:
  OwnersByLetter owners_;
  MachineLetter machine_letter_;
  AbuseWatch watch_;
};

}  // namespace connlog
