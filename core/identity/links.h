// Single-use links: a token that a person gets by mail or from an administrator, and that does one thing once. Only its
// digest is stored. Each link has a purpose and is never accepted for another one. It ends when it is used, when its
// time is over, or with the person or thing that it belongs to. Methods with a Transaction run on the writer thread,
// one after the other, so that if a link is used twice at the same moment only one use succeeds. Any thread may enter.
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
inline constexpr std::string_view kMailChangeFormer = "mail_change_former";  // sent to the present address
inline constexpr std::string_view kMailChangeNew = "mail_change_new";
inline constexpr std::string_view kInvitation = "invitation";
inline constexpr std::string_view kRecipientConfirmation = "recipient_confirmation";
}  // namespace link_purpose

struct Link {
  TokenDigest token_digest{};
  std::string purpose;
  UserId user = {};            // nil: belongs to no person (yet)
  WorkspaceId workspace = {};  // nil: belongs to no workspace
  std::string data;            // meaning depends on the purpose, e.g. an id; no secret
  Instant created_at;
  Instant expires_at;
  Instant used_at;
};

struct NewLink {
  std::string_view purpose;  // one of link_purpose
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
  // Removes from every workspace: maintenance only. Set-up links, which have no end, stay.
  virtual Result<void> remove_ended(Transaction&, Instant ended_before) = 0;
};

class Links {
 public:
  static constexpr std::string_view kPrefix = "link_";

  Links(LinkStore& store, const Keyring& keyring, const Clock& clock, Random& random);

  // Makes a link and returns its token, which is not shown again.
  Result<Secret> open(Transaction&, const NewLink&) const;
  // Finds the link of a token. `forbidden`, always with the same text, when it is unknown, of another purpose, used or
  // over.
  Result<Link> look(Snapshot&, std::string_view purpose, std::string_view token) const;
  // As look(), and marks the link as used in this transaction.
  Result<Link> use(Transaction&, std::string_view purpose, std::string_view token) const;
  // Ends every link of this purpose that belongs to the person, or has this `data`.
  Result<void> end_of_user(Transaction&, UserId, std::string_view purpose) const;
  Result<void> end_of_data(Transaction&, std::string_view purpose, const std::string& data) const;

 private:
  LinkStore& store_;
  Key digest_key_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace connlog
