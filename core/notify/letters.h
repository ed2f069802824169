// Letters: the mails that an account needs (reset links, invitations, confirmations, notices). The caller posts a
// letter in the transaction of the act that the letter reports. The outbox thread sends it over the appliance's mail
// server and retries until its useful time ends. Letters that could not be delivered stay visible to the administrator.
//
// A letter is plain text: our own words around values. Nothing in it is interpreted, every value is flattened to one
// line, and its only link leads to this appliance. The link is sealed while the letter waits and erased once the letter
// was sent or given up. Any thread may enter.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/secret.h"
#include "core/base/transaction.h"

namespace connlog {

struct NotifyDependencies;  // core/notify/notify.h

inline constexpr std::string_view kLetterLinkContext = "letter.link";  // context of the seal; stored, never renamed
inline constexpr std::int64_t kLettersWaitingMax = 5'000;
inline constexpr seconds kLetterUsefulFor{24 * 3'600};
// Limit for letters to strangers (invitations, and letters that ask recipients for consent): per workspace and day.
inline constexpr seconds kStrangersSpan{24 * 3'600};
inline constexpr std::int64_t kLettersToStrangersMax = 200;

struct LetterLink {
  Secret path;       // path, query and fragment on this appliance: "/reset#token=…"; begins with one slash
  std::string text;  // what the link does, as a sentence without a full stop: "Choose a new password"
};

struct Letter {
  std::string kind;        // "password_reset": lower case and underscores; stored and shown to the administrator
  std::string to_name;     // for the greeting; may be empty
  std::string to_address;  // must pass check_mail_address
  std::string headline;    // 1–150 characters
  std::vector<std::string> paragraphs;  // at most 12, each flattened to one line of at most 1,000 characters
  std::optional<LetterLink> link = {};  // shown after the first paragraph
  WorkspaceId workspace = {};           // nil: a letter of the appliance or of an account
  Instant useful_until = {};            // when its link ends: given up then; not set: after a day
};

class Letters {
 public:
  // `needs.letters` must be set. `wake` is called after a commit that queued something.
  Letters(const NotifyDependencies& needs, std::function<void()> wake) : needs_(needs), wake_(std::move(wake)) {}

  // Queues the letter. Without mail settings it waits for them until `useful_until`. Errors: invalid_input for an
  // address, a headline or a link that is not fit for a mail; unavailable when too many letters wait already.
  Result<LetterId> post(Transaction&, const Letter&);
  // Whether a mail server is set up. If not, the caller must offer another way, or say that there is none.
  Result<bool> can_send(Snapshot&) const;

 private:
  Result<void> check_strangers_peace(Snapshot&, const Letter&) const;
  const NotifyDependencies& needs_;
  std::function<void()> wake_;
};

}  // namespace connlog
