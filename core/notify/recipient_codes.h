// Codes that prove that a chat is read by whom it should: a recipient of a kind with `needs_code` is unconfirmed until the six
// digits that were sent there were typed here, so that nobody has connlog write to strangers' chats. A code lasts ten minutes and
// five tries; only its keyed digest is stored, over the address too, so a changed address ends it. Methods with a
// Transaction run inside the caller's; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/events.h"
#include "core/base/random.h"
#include "core/crypto/keyring.h"
#include "core/crypto/token.h"
#include "core/notify/channel.h"
#include "core/notify/notification.h"
#include "core/people/actor.h"

namespace connlog {

inline constexpr seconds kCodeLifetime{600};
inline constexpr std::int64_t kCodeTriesMax = 5;

struct RecipientCode {
  WorkspaceId workspace;
  RecipientId recipient;
  TokenDigest digest{};
  Instant expires_at;
  std::int64_t tries = 0;
};

class RecipientCodeStore {
 public:
  virtual ~RecipientCodeStore() = default;
  virtual Result<std::optional<RecipientCode>> find(Snapshot&, WorkspaceId, RecipientId) const = 0;
  virtual Result<void> put(Transaction&, const RecipientCode&) = 0;  // in place of an older one
  virtual Result<void> remove(Transaction&, WorkspaceId, RecipientId) = 0;
};

class RecipientCodes {
 public:
  struct Parts {
    RecipientStore& recipients;
    RecipientCodeStore& codes;
    const ChannelTable& channels;
    AuditLog& audit;
    EventBus& events;
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  explicit RecipientCodes(const Parts& parts) : parts_(parts) {}

  // A new code for the recipient, which the caller sends there. At most one a minute, after five one an hour.
  Result<std::string> make(Transaction&, const Actor&, RecipientId) const;

  struct Typed {
    Recipient recipient;
    std::optional<Error> refusal;  // the code is not right: the transaction is committed, as the try counts
  };
  Result<Typed> confirm(Transaction&, const Actor&, RecipientId, std::string_view code) const;

 private:
  Result<Recipient> find_unconfirmed(Snapshot&, WorkspaceId, RecipientId) const;
  TokenDigest digest_of(const Recipient& recipient, std::string_view code) const;
  void publish(Transaction&, const Recipient&) const;
  Parts parts_;
};

// Where a recipient of a kind with `needs_code` is: the values of its fields that are addresses. Else empty.
std::string code_address(const ChannelKind& kind, const FieldValues& values);
// What a new recipient is, or one whose address changed: unconfirmed where the kind needs a code. Errors: too many of the
// workspace are unconfirmed.
Result<void> begin_unconfirmed(Snapshot&, const RecipientStore&, const ChannelKind&, Recipient&, Instant now);

}  // namespace connlog
