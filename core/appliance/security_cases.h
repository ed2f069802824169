// The acts on the register of security incidents (security_case.h), for the appliance's administrators: each is written
// into the appliance's trail. A closed case can be read and opened again, and nothing else. Methods with a Transaction run
// inside the caller's. Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/appliance/security_case.h"
#include "core/audit/audit.h"
#include "core/base/random.h"
#include "core/people/actor.h"

namespace connlog {

inline constexpr std::size_t kCaseTitleMax = 150;
inline constexpr std::size_t kCaseTextMax = 4'000;  // of an entry, of what is affected, of the conclusion
inline constexpr std::size_t kCaseOriginIdMax = 100;
inline constexpr std::size_t kCaseNoteMax = 500;
inline constexpr std::int64_t kSecurityCasesMax = 1'000;
inline constexpr std::size_t kCaseEntriesMax = 500;

struct NewSecurityCase {
  std::string title = {};
  CaseOrigin origin = CaseOrigin::by_hand;
  std::string origin_id = {};
  std::optional<Instant> known_at = {};  // absent: now
};

struct SecurityCaseChange {
  std::optional<std::string> title = {};
  std::optional<Instant> known_at = {};
  std::optional<std::string> affected_people = {}, affected_workspaces = {}, affected_data = {};
};

struct NewCaseEntry {
  CaseEntryKind kind = CaseEntryKind::note;
  std::string text = {};
  std::optional<Instant> at = {};  // absent: now
};

class SecurityCases {
 public:
  struct Parts {
    SecurityCaseStore& store;
    AuditLog& audit;
    const Clock& clock;
    Random& random;
  };
  explicit SecurityCases(const Parts& parts) : parts_(parts) {}

  Result<std::vector<SecurityCase>> list(Snapshot&, SecurityCaseId before, int limit) const;
  Result<SecurityCase> find(Snapshot&, SecurityCaseId) const;  // `not_found`

  // With the default checklist.
  Result<SecurityCase> open(Transaction&, const Actor&, const NewSecurityCase&);
  // `expected_version` 0: whatever it is. `conflict` where somebody else changed the case meanwhile.
  Result<SecurityCase> change(Transaction&, const Actor&, SecurityCaseId, const SecurityCaseChange&,
                              std::int64_t expected_version);
  Result<SecurityCase> add_entry(Transaction&, const Actor&, SecurityCaseId, const NewCaseEntry&);
  // Ticks or unticks a step of the checklist; a note says what was done, or why it does not apply.
  Result<SecurityCase> tick(Transaction&, const Actor&, SecurityCaseId, std::int64_t position, bool done,
                            const std::string& note);
  // Needs every step done, and a conclusion.
  Result<SecurityCase> close(Transaction&, const Actor&, SecurityCaseId, const std::string& conclusion,
                             std::int64_t expected_version);
  Result<SecurityCase> reopen(Transaction&, const Actor&, SecurityCaseId, std::int64_t expected_version);

 private:
  Result<SecurityCase> find_open(Snapshot&, SecurityCaseId, std::int64_t expected_version) const;
  Result<Instant> time_of(const std::string& field, const std::optional<Instant>& given) const;

  Parts parts_;
};

}  // namespace connlog
