// Single-use links: a token that a person gets by mail or from an administrator, and that does one thing once. Only its
// digest is stored; it names what it is for, and a link of one purpose is never taken for another. It ends when it is used,
// when its time is over, or with what it belongs to. Methods with a Transaction run on the writer thread, one after the
// other, so that of two who use a link at once only one succeeds. Any thread may enter.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/base/transaction.h"
#include "core/crypto/keyring.h"
#include "core/crypto/token.h"

namespace connlog {

// Stored: never renamed.
namespace link_purpose {
inline constexpr std::string_view kPasswordReset = "password_reset";
inline constexpr std::string_view kMailVerification = "mail_verification";
inline constexpr std::string_view kRegistration = "registration";
inline constexpr std::string_view kMailChangeFormer = "mail_change_former";  // to the address until now
inline constexpr std::string_view kMailChangeNew = "mail_change_new";
inline constexpr std::string_view kInvitation = "invitation";
inline constexpr std::string_view kRecipientConfirmation = "recipient_confirmation";
}  // namespace link_purpose

struct Link {
  TokenDigest token_digest{};
  std::string purpose;
  UserId user = {};            // nil: of nobody yet
  WorkspaceId workspace = {};  // nil: of none
  std::string data;            // the purpose's own, e.g. an id; no secret
  Instant created_at;
  Instant expires_at;
  Instant used_at;
};

struct NewLink {
  std::string_view purpose;  // of link_purpose
  UserId user = {};
  WorkspaceId workspace = {};
  std::string data = {};
  seconds lifetime{3600};
};

class LinkStore {
 public:
  virtual ~LinkStore() = default;
  virtual Result<void> insert(Transaction&, const Link&) = 0;
  virtual Result<std::optional<Link>> find(Snapshot&, const TokenDigest&) const = 0;
  virtual Result<void> mark_used(Transaction&, const TokenDigest&, Instant at) = 0;
  virtual Result<std::int64_t> count_open(Snapshot&, UserId, std::string_view purpose, Instant now) const = 0;
  virtual Result<std::int64_t> count_since(Snapshot&, std::string_view purpose, const std::string& data,
                                           Instant since) const = 0;
  virtual Result<void> remove_of_user(Transaction&, UserId, std::string_view purpose) = 0;
  virtual Result<void> remove_of_data(Transaction&, std::string_view purpose, const std::string& data) = 0;
  // Of every workspace: maintenance only. Set-up links, which have no end, stay.
  virtual Result<void> remove_ended(Transaction&, Instant ended_before) = 0;
};

class Links {
 public:
  static constexpr std::string_view kPrefix = "link_";

  Links(LinkStore& store, const Keyring& keyring, const Clock& clock, Random& random);

  // The token, which leaves here once.
  Result<Secret> open(Transaction&, const NewLink&) const;
  // The link behind a token. `forbidden` with one and the same text when it is unknown, of another purpose, used or over.
  Result<Link> look(Snapshot&, std::string_view purpose, std::string_view token) const;
  // The same, and it is used up by this transaction.
  Result<Link> use(Transaction&, std::string_view purpose, std::string_view token) const;
  // Ends every link of this purpose of a person, or of what `data` names.
  Result<void> end_of_user(Transaction&, UserId, std::string_view purpose) const;
  Result<void> end_of_data(Transaction&, std::string_view purpose, const std::string& data) const;

 private:
  LinkStore& store_;
  Key digest_key_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace connlog
