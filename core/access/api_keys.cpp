#include "core/access/api_keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/base/checksum.h"
#include "core/base/text.h"
#include "core/crypto/token.h"
#include "core/net/address_range.h"

namespace connlog {
namespace {

constexpr std::size_t kRandomBytes = 28;
constexpr std::size_t kRandomDigits = 2 * kRandomBytes;
constexpr std::size_t kScopesMax = 32;
constexpr std::size_t kRangesMax = 32;
constexpr std::int64_t kDaysMax = 730;
constexpr seconds kNoteEvery{60};
constexpr seconds kRevokedKept{180 * 86'400};
constexpr int kRemovedAtATime = 1'000;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string scopes_text(const std::vector<Action>& scopes) {
  std::vector<std::string_view> words;
  for (const Action scope : scopes) words.push_back(to_text(scope));
  return fmt::format("{}", fmt::join(words, ", "));
}

bool is_live(const ApiKey& key, Instant now) {
  return !key.revoked_at.is_set() && (!key.expires_at.is_set() || key.expires_at > now);
}

}  // namespace

Secret make_api_key_token(Random& random) {
  std::array<std::uint8_t, kRandomBytes> bytes{};
  random.fill(bytes);
  const std::string digits = to_hex(bytes);
  bytes.fill(0);
  return Secret(fmt::format("{}{}{:08x}", kApiKeyPrefix, digits, crc32(digits)));
}

bool is_api_key_shaped(std::string_view token) {
  if (!is_token_shaped(kApiKeyPrefix, token)) return false;
  const std::string digits = lower(token.substr(kApiKeyPrefix.size()));
  return fmt::format("{:08x}", crc32(std::string_view(digits).substr(0, kRandomDigits))) ==
         std::string_view(digits).substr(kRandomDigits);
}

namespace {

// Every letter and digit is as likely as any other: bytes beyond the last whole multiple of 62 are drawn again.
std::string random_base62(Random& random, std::size_t length) {
  std::string out;
  while (out.size() < length) {
    std::array<std::uint8_t, 64> bytes{};
    random.fill(bytes);
    for (std::uint8_t& byte : bytes) {
      if (byte < 248 && out.size() < length) out += kBase62[byte % 62];
      byte = 0;
    }
  }
  return out;
}

bool is_alphanumeric(std::string_view text) {
  return text.find_first_not_of(kBase62) == std::string_view::npos;
}

std::string hint_of(std::string_view token, std::size_t shown) {
  return fmt::format("{}…{}", token.substr(0, shown), token.substr(token.size() - 4));
}

}  // namespace

Secret make_checks_key(Random& random, std::string_view prefix) {
  const std::string core = random_base62(random, kPingKeyLength);
  return Secret(fmt::format("{}{}{}", prefix, core, crc32_base62(core)));
}

bool is_checks_key_shaped(std::string_view token) {
  if (token.size() != kChecksKeyLength) return false;
  if (!token.starts_with(kChecksWritePrefix) && !token.starts_with(kChecksReadPrefix)) return false;
  const std::string_view core = token.substr(kChecksWritePrefix.size(), kPingKeyLength);
  return is_alphanumeric(core) && crc32_base62(core) == token.substr(kChecksWritePrefix.size() + kPingKeyLength);
}

Secret make_ping_key(Random& random) {
  return Secret(random_base62(random, kPingKeyLength));
}

bool is_ping_key_shaped(std::string_view token) {
  return token.size() == kPingKeyLength && is_alphanumeric(token);
}

std::optional<ApiKeyForm> form_of_token(std::string_view token) {
  if (is_api_key_shaped(token)) return ApiKeyForm::api;
  if (is_checks_key_shaped(token)) return ApiKeyForm::checks;
  if (is_ping_key_shaped(token)) return ApiKeyForm::ping;
  return std::nullopt;
}

bool may_be_scope(Action action) {
  switch (action) {
    case Action::own_workspace:         // left to a person with a fresh factor
    case Action::manage_api_keys:       // otherwise a key could make its own successor
    case Action::answer_leak:           // ends access that others depend on
    case Action::administer_appliance:  // never by a key
      return false;
    default:
      return true;
  }
}

std::string_view to_text(KeyAtTheDoor::Verdict verdict) {
  switch (verdict) {
    case KeyAtTheDoor::Verdict::welcome:
      return "welcome";
    case KeyAtTheDoor::Verdict::unknown:
      return "unknown";
    case KeyAtTheDoor::Verdict::expired:
      return "expired";
    case KeyAtTheDoor::Verdict::revoked:
      return "revoked";
    case KeyAtTheDoor::Verdict::wrong_address:
      return "from an address that is not allowed";
    case KeyAtTheDoor::Verdict::person_gone:
      return "its person is disabled";
  }
  return "unknown";
}

ApiKeys::ApiKeys(const Parts& parts) : parts_(parts), digest_key_(parts.keyring.derive(key_purpose::kTokenDigest)) {}

// The rights of a key: those that are asked for, or those that belong to its form.
Result<std::vector<Action>> ApiKeys::checked_scopes(const Actor& actor, const NewApiKey& wanted) const {
  std::vector<Action> scopes;
  if (wanted.form != ApiKeyForm::api) {
    if (!wanted.scopes.empty()) return invalid("scopes", "The rights of a key of this form are fixed: leave them out.");
    if (wanted.form == ApiKeyForm::checks)
      scopes = wanted.read_only ? std::vector{Action::view} : std::vector{Action::view, Action::edit_subjects};
    for (const Action scope : scopes) {
      if (!allows(actor.role, scope))
        return invalid("form", "You can only hand on what your own role in this workspace allows.");
    }
    std::sort(scopes.begin(), scopes.end());
    return scopes;
  }
  if (wanted.scopes.empty()) return invalid("scopes", "Choose at least one thing that the key may do.");
  if (wanted.scopes.size() > kScopesMax) return invalid("scopes", "These are more scopes than there are.");
  for (const std::string& word : wanted.scopes) {
    const auto scope = parse_word<Action>(word);
    if (!scope || !may_be_scope(*scope)) {
      return invalid("scopes", "A key cannot be given one of these rights.");
    }
    if (!actor.workspace.is_nil() && !allows(actor.role, *scope))
      return invalid("scopes", "You can only hand on what your own role in this workspace allows.");
    if (std::find(scopes.begin(), scopes.end(), *scope) == scopes.end()) scopes.push_back(*scope);
  }
  std::sort(scopes.begin(), scopes.end());
  return scopes;
}

Secret ApiKeys::make_token_of(const NewApiKey& wanted) const {
  switch (wanted.form) {
    case ApiKeyForm::ping:
      return make_ping_key(parts_.random);
    case ApiKeyForm::checks:
      return make_checks_key(parts_.random, wanted.read_only ? kChecksReadPrefix : kChecksWritePrefix);
    case ApiKeyForm::api:
      break;
  }
  return make_api_key_token(parts_.random);
}

Result<ApiKeyWithToken> ApiKeys::add(Transaction& tx, const Actor& actor, const NewApiKey& wanted) {
  const bool personal = actor.workspace.is_nil();
  const Instant now = parts_.clock.believed();
  ApiKey key;
  key.name = TRY(one_line("name", "The key's name", wanted.name, 1, 80));
  if (personal && wanted.form != ApiKeyForm::api)
    return invalid("form", "Keys of this form belong to a workspace. Make it there.");
  key.form = wanted.form;
  key.scopes = TRY(checked_scopes(actor, wanted));
  key.addresses = TRY(checked_ranges("addresses", wanted.addresses, kRangesMax));
  if (wanted.days < 0 || wanted.days > kDaysMax)
    return invalid("days",
                   fmt::format("A key may be valid for 1 to {} days, or for 0: until it is revoked.", kDaysMax));

  const auto existing = TRY(list(tx, actor));
  const auto live =
      std::count_if(existing.begin(), existing.end(), [&](const ApiKey& each) { return is_live(each, now); });
  const std::int64_t most = parts_.limits.value(personal ? Limit::api_keys_per_person : Limit::api_keys_per_workspace);
  if (live >= most) {
    return Error{ErrorCode::conflict, fmt::format("There may be at most {} API keys here. Revoke one first.", most)};
  }

  Secret token = make_token_of(wanted);
  key.id = ApiKeyId::make(now, parts_.random);
  key.workspace = actor.workspace;
  key.user = personal ? actor.user : UserId{};
  key.token_digest = digest_token(digest_key_, token.reveal());
  key.token_hint = key.form == ApiKeyForm::api ? token_hint(kApiKeyPrefix, token.reveal())
                                               : hint_of(token.reveal(), key.form == ApiKeyForm::ping ? 4 : 8);
  key.created_at = now;
  key.created_by = actor.name;
  if (wanted.days > 0) key.expires_at = now + seconds(wanted.days * 86'400);
  TRY(parts_.keys.insert(tx, key));
  TRY(parts_.audit.append(
      tx, actor, "api_key.added", key.name,
      fmt::format("{}; {}; {}; {}", key.token_hint,
                  key.form == ApiKeyForm::ping ? std::string("pings alone") : scopes_text(key.scopes),
                  key.expires_at.is_set() ? "until " + to_iso8601(key.expires_at) : std::string("without end"),
                  key.addresses.empty() ? std::string("from anywhere")
                                        : fmt::format("from {}", fmt::join(key.addresses, ", ")))));
  return ApiKeyWithToken{std::move(key), std::move(token)};
}

Result<std::vector<ApiKey>> ApiKeys::list(Snapshot& snapshot, const Actor& actor) const {
  auto keys = TRY(actor.workspace.is_nil() ? parts_.keys.of_user(snapshot, actor.user)
                                           : parts_.keys.of_workspace(snapshot, actor.workspace));
  std::erase_if(keys, [](const ApiKey& key) { return key.revoked_at.is_set(); });
  return keys;
}

Result<void> ApiKeys::revoke(Transaction& tx, const Actor& actor, ApiKeyId id) {
  const auto keys = TRY(list(tx, actor));
  for (const ApiKey& key : keys) {
    if (key.id != id) continue;
    TRY(parts_.keys.revoke(tx, key.workspace, key.user, id, parts_.clock.believed()));
    return parts_.audit.append(tx, actor, "api_key.revoked", key.name, key.token_hint);
  }
  return Error{ErrorCode::not_found, "There is no such API key."};
}

Result<KeyAtTheDoor> ApiKeys::look(Snapshot& snapshot, std::string_view token, const std::string& address,
                                   ApiKeyForm form) const {
  using Verdict = KeyAtTheDoor::Verdict;
  KeyAtTheDoor found;
  if (form_of_token(token) != form) return found;
  const std::string written = form == ApiKeyForm::api ? lower(token) : std::string(token);
  found.key = TRY(parts_.keys.find_by_digest(snapshot, digest_token(digest_key_, written)));
  if (found.key && found.key->form != form) found.key.reset();
  if (!found.key) return found;
  const ApiKey& key = *found.key;
  if (key.revoked_at.is_set()) {
    found.verdict = Verdict::revoked;
  } else if (key.expires_at.is_set() && key.expires_at <= parts_.clock.believed()) {
    found.verdict = Verdict::expired;
  } else if (!is_allowed_from(key.addresses, address)) {
    found.verdict = Verdict::wrong_address;
  } else if (!key.user.is_nil()) {
    found.user = TRY(parts_.users.find(snapshot, key.user));
    found.verdict = found.user && found.user->enabled ? Verdict::welcome : Verdict::person_gone;
  } else {
    found.verdict = Verdict::welcome;
  }
  return found;
}

Actor ApiKeys::actor_of(const KeyAtTheDoor& found, const std::string& address) {
  Actor actor;
  actor.kind = Actor::Kind::api_key;
  actor.api_key = found.key->id;
  actor.user = found.key->user;
  actor.name = found.user ? fmt::format("{} (API key {})", found.user->name, found.key->name) : found.key->name;
  actor.address = address;
  return actor;
}

bool ApiKeys::has_scope(const ApiKey& key, Action action) {
  return may_be_scope(action) && std::find(key.scopes.begin(), key.scopes.end(), action) != key.scopes.end();
}

bool ApiKeys::should_note(const ApiKey& key) const {
  return parts_.clock.believed() - key.last_used_at >= kNoteEvery;
}

Result<void> ApiKeys::note_use(Transaction& tx, ApiKeyId id, const std::string& address) {
  return parts_.keys.touch(tx, id, parts_.clock.believed(), address);
}

Result<void> ApiKeys::note_misuse(Transaction& tx, const KeyAtTheDoor& found, const std::string& address) {
  Actor actor;
  actor.kind = Actor::Kind::api_key;
  actor.name = found.key ? found.key->name : "unknown API key";
  actor.address = address;
  if (!found.key) return {};  // no event: the attempt limiter counts unknown tokens
  actor.api_key = found.key->id;
  actor.workspace = found.key->workspace;
  return parts_.audit.append_security(tx, actor, found.key->workspace, found.key->user, "api_key.refused",
                                      found.key->name,
                                      fmt::format("{}: {}", found.key->token_hint, to_text(found.verdict)));
}

Result<void> ApiKeys::remove_old(Transaction& tx) {
  TRY(parts_.keys.remove_revoked_before(tx, parts_.clock.proven() - kRevokedKept, kRemovedAtATime));
  return {};
}

}  // namespace connlog
