// The administrator's legal texts in use: which texts exist, which of them a person has not agreed to yet, and the
// person's agreement, recorded with version, time and address. The texts are read at start (a bad file makes the start
// fail) and again by maintenance; if a file is bad then, the former texts stay in force and the error is logged. Any
// thread.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/people/actor.h"
#include "core/audit/audit.h"
#include "core/trust/legal_text.h"

namespace connlog {

class LegalService {
 public:
  using Texts = std::shared_ptr<const std::vector<LegalText>>;

  LegalService(AcceptanceStore& acceptances, AuditLog& audit, const Clock& clock);

  Result<void> load(const std::filesystem::path& directory);  // at start
  void look_again();                                          // maintenance
  void set(std::vector<LegalText> texts);                     // tests

  Texts texts() const;
  // The names of the texts that ask for acceptance and whose present version this person has not agreed to; sorted.
  // Nothing is asked of the database while no text asks for acceptance.
  Result<std::vector<std::string>> pending(Snapshot&, UserId) const;
  // `digest` is that of the version that was shown; `conflict` if the text changed meanwhile.
  Result<void> accept(Transaction&, const Actor&, const std::string& name, const LegalDigest& digest);
  AcceptanceStore& acceptances() { return acceptances_; }

 private:
  AcceptanceStore& acceptances_;
  AuditLog& audit_;
  const Clock& clock_;
  std::filesystem::path directory_;
  mutable std::mutex mutex_;  // guards texts_
  Texts texts_;
};

}  // namespace connlog
