// Implements Letters: checks a letter, seals its link and queues it in the LetterStore. The letter worker sends it. Any
// thread may enter.
#pragma once

#include <functional>

#include "core/notify/letter_store.h"
#include "core/notify/letters.h"
#include "core/notify/notify.h"

namespace connlog {

inline constexpr std::string_view kLetterLinkContext = "letter.link";  // context of the seal; stored, never renamed
inline constexpr std::int64_t kLettersWaitingMax = 5'000;
inline constexpr seconds kLetterUsefulFor{24 * 3'600};
// Limit for letters to strangers (invitations, and letters that ask recipients for consent): per workspace and day.
inline constexpr seconds kStrangersSpan{24 * 3'600};
inline constexpr std::int64_t kLettersToStrangersMax = 200;

class LetterPost final : public Letters {
 public:
  // `needs.letters` must be set. `wake` is called after a commit that queued something.
  LetterPost(const NotifyDependencies& needs, std::function<void()> wake) : needs_(needs), wake_(std::move(wake)) {}

  Result<LetterId> post(Transaction&, const Letter&) override;
  Result<bool> can_send(Snapshot&) const override;

 private:
  Result<void> check_strangers_peace(Snapshot&, const Letter&) const;
  const NotifyDependencies& needs_;
  std::function<void()> wake_;
};

}  // namespace connlog
