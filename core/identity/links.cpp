#include "core/identity/links.h"

#include "core/crypto/token.h"

namespace connlog {
namespace {

constexpr std::chrono::hours kAheadMax{24};

Error ended() {
  return Error{ErrorCode::forbidden,
               "This link is not valid (any more): it works once and for a limited time. Ask for a new one.", "token"};
}

}  // namespace

Links::Links(LinkStore& store, const Keyring& keyring, const Clock& clock, Random& random)
    : store_(store), digest_key_(keyring.derive(key_purpose::kTokenDigest)), clock_(clock), random_(random) {}

Result<Secret> Links::open(Transaction& tx, const NewLink& wanted) const {
  Secret token = make_token(kPrefix, random_);
  Link link;
  link.token_digest = digest_token(digest_key_, token.reveal());
  link.purpose = wanted.purpose;
  link.user = wanted.user;
  link.workspace = wanted.workspace;
  link.data = wanted.data;
  link.created_at = clock_.believed();
  link.expires_at = link.created_at + wanted.lifetime;
  TRY(store_.insert(tx, link));
  return token;
}

Result<Link> Links::look(Snapshot& snapshot, std::string_view purpose, std::string_view token) const {
  if (!is_token_shaped(kPrefix, token)) return ended();
  auto link = TRY(store_.find(snapshot, digest_token(digest_key_, token)));
  const Instant now = clock_.believed();
  if (!link || link->purpose != purpose || link->used_at.is_set() || link->expires_at <= now) return ended();
  // A link that a wrong clock made in the future would outlive its time.
  if (link->created_at > now + kAheadMax) return ended();
  return *std::move(link);
}

Result<Link> Links::use(Transaction& tx, std::string_view purpose, std::string_view token) const {
  Link link = TRY(look(tx, purpose, token));
  link.used_at = clock_.believed();
  TRY(store_.mark_used(tx, link.token_digest, link.used_at));
  return link;
}

Result<void> Links::end_of_user(Transaction& tx, UserId user, std::string_view purpose) const {
  return store_.remove_of_user(tx, user, purpose);
}

Result<void> Links::end_of_data(Transaction& tx, std::string_view purpose, const std::string& data) const {
  return store_.remove_of_data(tx, purpose, data);
}

}  // namespace connlog
