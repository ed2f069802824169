// "Something leaked": one flow for every kind of secret. The flow says what it will do, does it in one transaction
// (rotate or revoke, end what depends on it, write security events, queue the mails to those who must know), and leaves
// a dated checklist of what was done and what people must still do. Methods with a Transaction run inside the caller's.
// Any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/people/member.h"
#include "core/audit/audit.h"
#include "core/base/random.h"
#include "core/trust/leak.h"
#include "core/trust/leak_kind.h"
#include "core/notify/letters.h"

namespace connlog {

struct ReportedLeak {
  Leak leak;
  Secret secret;  // shown once; empty: none
  std::string secret_label;
  bool secret_is_link = false;
};

class LeakService {
 public:
  struct Parts {
    LeakStore& leaks;
    const MemberStore& members;
    Letters& letters;
    AuditLog& audit;
    const Clock& clock;
    Random& random;
  };
  explicit LeakService(const Parts& parts) : parts_(parts) {}

  void add(std::unique_ptr<LeakKind> kind) { kinds_.push_back(std::move(kind)); }  // at start only
  std::vector<const LeakKind*> kinds(LeakOwnerKind owner_kind) const;
  // "agent_token" → "An agent's token"; a kind that no longer exists is shown by its name.
  std::string title_of(LeakOwnerKind owner_kind, const std::string& kind) const;

  Result<std::vector<LeakedSecret>> secrets(Snapshot&, const Actor&, LeakOwnerKind, const std::string& kind,
                                            const std::string& search) const;
  // The plan. Its last automatic sentence says who will be told.
  Result<LeakPlan> plan(Snapshot&, const Actor&, LeakOwnerKind, const std::string& kind,
                        const std::string& leaked) const;
  Result<ReportedLeak> report(Transaction&, const Actor&, SessionId, LeakOwnerKind, const std::string& kind,
                              const std::string& leaked, const std::string& circumstances);

  // The owner of a list, which follows from the actor: the workspace they act in, the person themselves, or the
  // appliance.
  static LeakOwner owner_of(const Actor&, LeakOwnerKind);
  Result<std::vector<Leak>> list(Snapshot&, const LeakOwner&, LeakId before, int limit) const;
  Result<Leak> find(Snapshot&, const LeakOwner&, LeakId) const;
  // Ticks or unticks a step of people, with a note. `conflict` for a step of connlog, and once the leak is closed.
  Result<Leak> tick(Transaction&, const Actor&, const LeakOwner&, LeakId, std::int64_t position, bool done,
                    const std::string& note);
  // Closing needs every step done; opening again is always possible.
  Result<Leak> close(Transaction&, const Actor&, const LeakOwner&, LeakId, bool closed);

 private:
  Result<LeakKind*> kind_of(LeakOwnerKind owner_kind, const std::string& kind) const;
  Result<std::vector<LeakTold>> who_must_know(Snapshot&, const Actor&, const LeakKind&,
                                              const std::string& leaked) const;
  Result<void> tell(Transaction&, const Actor&, Leak&, const std::vector<LeakTold>&, std::string_view title);

  Parts parts_;
  std::vector<std::unique_ptr<LeakKind>> kinds_;
};

}  // namespace connlog
