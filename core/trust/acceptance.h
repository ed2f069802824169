// Who agreed to which version of the administrator's texts. Plain data and the interface of its store. Any thread.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

using LegalDigest = std::array<std::uint8_t, 32>;  // SHA-256 of the file's bytes: the version of a text

struct Acceptance {
  UserId user;
  std::string name;  // of the file, without its ending
  LegalDigest digest{};
  std::string title;  // as it was then
  Instant at;
  std::string address;
};

struct ListedAcceptance {
  Acceptance acceptance;
  std::string person_name, person_mail;
};

class AcceptanceStore {
 public:
  virtual ~AcceptanceStore() = default;
  virtual Result<bool> has(Snapshot&, UserId, const std::string& name, const LegalDigest&) const = 0;
  virtual Result<void> insert(Transaction&, const Acceptance&) = 0;  // a second time is no error: the first one counts
  virtual Result<std::vector<Acceptance>> of_user(Snapshot&, UserId) const = 0;
  // Acceptances of all people, sorted by person. `name` empty: of every text. `after` nil: from the first person.
  virtual Result<std::vector<ListedAcceptance>> list(Snapshot&, const std::string& name, UserId after,
                                                     int limit) const = 0;
};

}  // namespace connlog
