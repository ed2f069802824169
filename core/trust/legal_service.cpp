#include "core/trust/legal_service.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/base/log.h"

namespace connlog {

LegalService::LegalService(AcceptanceStore& acceptances, AuditLog& audit, const Clock& clock)
    : acceptances_(acceptances),
      audit_(audit),
      clock_(clock),
      texts_(std::make_shared<const std::vector<LegalText>>()) {}

Result<void> LegalService::load(const std::filesystem::path& directory) {
  directory_ = directory;
  auto texts = TRY(read_legal_texts(directory));
  set(std::move(texts));
  return {};
}

void LegalService::look_again() {
  if (directory_.empty()) return;
  auto read = read_legal_texts(directory_);
  if (!read) return log_warning("legal.texts_unreadable", {{"message", read.error().message}});
  set(std::move(read).value());
}

void LegalService::set(std::vector<LegalText> texts) {
  auto next = std::make_shared<const std::vector<LegalText>>(std::move(texts));
  const std::lock_guard lock(mutex_);
  texts_ = std::move(next);
}

LegalService::Texts LegalService::texts() const {
  const std::lock_guard lock(mutex_);
  return texts_;
}

Result<std::vector<std::string>> LegalService::pending(Snapshot& snapshot, UserId user) const {
  std::vector<std::string> names;
  const Texts all = texts();
  for (const LegalText& text : *all) {
    if (!text.asks_for_acceptance) continue;
    const bool agreed = TRY(acceptances_.has(snapshot, user, text.name, text.digest));
    if (!agreed) names.push_back(text.name);
  }
  return names;
}

Result<void> LegalService::accept(Transaction& tx, const Actor& actor, const std::string& name,
                                  const LegalDigest& digest) {
  const Texts all = texts();
  for (const LegalText& text : *all) {
    if (text.name != name) continue;
    if (!text.asks_for_acceptance) return invalid("name", "This text does not ask for anybody's agreement.");
    if (text.digest != digest)
      return Error{ErrorCode::conflict, "The text was changed meanwhile. Read its present version, then agree again.",
                   "digest"};
    TRY(acceptances_.insert(tx,
                            Acceptance{actor.user, text.name, text.digest, text.title, clock_.now(), actor.address}));
    return audit_.append_security(tx, actor, {}, actor.user, "legal.accepted", text.name,
                                  fmt::format("version {}", to_hex(text.digest).substr(0, 16)));
  }
  return Error{ErrorCode::not_found, "There is no such text."};
}

}  // namespace connlog
