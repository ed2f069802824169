#include "core/agents/enrolment_keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/crypto/token.h"
#include "core/net/address_range.h"
#include "core/watch/subject_texts.h"
#include "core/wire/protocol.h"

namespace connlog {
namespace {

constexpr std::size_t kRangesMax = 32;
constexpr std::size_t kRequestIdMin = 32, kRequestIdMax = 64;
constexpr seconds kRevokedKept{180 * 86'400};
constexpr int kRemovedAtATime = 1'000;
constexpr std::string_view kTokenPurpose = "enrolled-agent-token";  // never rename it: tokens on hosts derive from it

Actor actor_for(const EnrolmentKey& key, const std::string& address) {
  Actor actor;
  actor.kind = Actor::Kind::system;
  actor.workspace = key.workspace;
  actor.name = "enrolment key " + key.name;
  actor.address = address;
  return actor;
}

bool is_request_id(std::string_view text) {
  return text.size() >= kRequestIdMin && text.size() <= kRequestIdMax &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string_view to_text(EnrolmentVerdict verdict) {
  switch (verdict) {
    case EnrolmentVerdict::welcome:
      return "welcome";
    case EnrolmentVerdict::unknown:
      return "unknown";
    case EnrolmentVerdict::revoked:
      return "revoked";
    case EnrolmentVerdict::expired:
      return "expired";
    case EnrolmentVerdict::used_up:
      return "used up";
    case EnrolmentVerdict::wrong_address:
      return "from an address that is not allowed";
    case EnrolmentVerdict::answered:
      return "asked again after its agent had reported";
    case EnrolmentVerdict::workspace_disabled:
      return "of a disabled workspace";
  }
  return "unknown";
}

EnrolmentKeys::EnrolmentKeys(const Parts& parts)
    : parts_(parts),
      digest_key_(parts.keyring.derive(key_purpose::kTokenDigest)),
      token_key_(parts.keyring.derive(kTokenPurpose)) {}

bool EnrolmentKeys::is_live(const EnrolmentKey& key) const {
  return !key.revoked_at.is_set() && key.expires_at > parts_.clock.believed() && key.uses < key.uses_max;
}

Result<EnrolmentKeyWithToken> EnrolmentKeys::add(Transaction& tx, const Actor& actor, const NewEnrolmentKey& wanted) {
  if (!wanted.authorised) {
    return invalid("authorised",
                   "Confirm that you may monitor the systems that will use this key. Monitoring a system without "
                   "permission can be unlawful.");
  }
  const Instant now = parts_.clock.believed();
  EnrolmentKey key;
  key.name = TRY(one_line("name", "The key's name", wanted.name, 1, 80));
  key.addresses = TRY(checked_ranges("addresses", wanted.addresses, kRangesMax));
  key.tags = TRY(checked_tags(wanted.tags));
  if (!wanted.team.is_nil()) {
    const auto team = TRY(parts_.teams.team(tx, actor.workspace, wanted.team));
    if (!team) return invalid("team_id", "There is no such team.");
  }
  key.team = wanted.team;
  if (wanted.uses < 1 || wanted.uses > kEnrolmentUsesMax)
    return invalid("uses", fmt::format("A key may be used by 1 to {} hosts.", kEnrolmentUsesMax));
  if (wanted.days < 1 || wanted.days > kEnrolmentDaysMax)
    return invalid("days", fmt::format("A key may be valid for 1 to {} days.", kEnrolmentDaysMax));

  const auto existing = TRY(list(tx, actor.workspace));
  const auto live = std::count_if(existing.begin(), existing.end(), [&](const auto& each) { return is_live(each); });
  const std::int64_t most = parts_.limits.value(Limit::enrolment_keys_per_workspace);
  if (live >= most) {
    return Error{ErrorCode::conflict,
                 fmt::format("There may be at most {} enrolment keys here. Revoke one first.", most)};
  }

  Secret token = make_token(kEnrolmentPrefix, parts_.random);
  key.id = EnrolmentKeyId::make(now, parts_.random);
  key.workspace = actor.workspace;
  key.token_digest = digest_token(digest_key_, token.reveal());
  key.token_hint = token_hint(kEnrolmentPrefix, token.reveal());
  key.uses_max = wanted.uses;
  key.created_at = now;
  key.created_by = actor.name;
  key.expires_at = now + seconds(wanted.days * 86'400);
  TRY(parts_.keys.insert(tx, key));
  TRY(parts_.audit.append(tx, actor, "enrolment_key.added", key.name,
                          fmt::format("{} (confirmed: may monitor the systems that use it); {} uses; until {}; {}",
                                      key.token_hint, key.uses_max, to_iso8601(key.expires_at),
                                      key.addresses.empty() ? std::string("from anywhere")
                                                            : fmt::format("from {}", fmt::join(key.addresses, ", ")))));
  return EnrolmentKeyWithToken{std::move(key), std::move(token)};
}

Result<std::vector<EnrolmentKey>> EnrolmentKeys::list(Snapshot& snapshot, WorkspaceId workspace) const {
  auto keys = TRY(parts_.keys.of_workspace(snapshot, workspace));
  std::erase_if(keys, [](const EnrolmentKey& key) { return key.revoked_at.is_set(); });
  return keys;
}

Result<void> EnrolmentKeys::revoke(Transaction& tx, const Actor& actor, EnrolmentKeyId id) {
  auto keys = TRY(list(tx, actor.workspace));
  for (EnrolmentKey& key : keys) {
    if (key.id != id) continue;
    key.revoked_at = parts_.clock.believed();
    TRY(parts_.keys.update(tx, key));
    return parts_.audit.append(tx, actor, "enrolment_key.revoked", key.name, key.token_hint);
  }
  return Error{ErrorCode::not_found, "There is no such enrolment key."};
}

Result<EnrolmentVerdict> EnrolmentKeys::look(Snapshot& snapshot, std::string_view token,
                                             const std::string& address) const {
  if (!is_token_shaped(kEnrolmentPrefix, token)) return EnrolmentVerdict::unknown;
  const auto key = TRY(parts_.keys.find_by_digest(snapshot, digest_token(digest_key_, token)));
  if (!key) return EnrolmentVerdict::unknown;
  const EnrolmentVerdict verdict = TRY(judge(snapshot, *key, address));
  if (verdict != EnrolmentVerdict::welcome) return verdict;
  return has_run_out(*key);
}

EnrolmentVerdict EnrolmentKeys::has_run_out(const EnrolmentKey& key) const {
  if (key.expires_at <= parts_.clock.believed()) return EnrolmentVerdict::expired;
  return key.uses >= key.uses_max ? EnrolmentVerdict::used_up : EnrolmentVerdict::welcome;
}

Result<EnrolmentVerdict> EnrolmentKeys::judge(Snapshot& snapshot, const EnrolmentKey& key,
                                              const std::string& address) const {
  if (key.revoked_at.is_set()) return EnrolmentVerdict::revoked;
  if (!is_allowed_from(key.addresses, address)) return EnrolmentVerdict::wrong_address;
  const auto workspace = TRY(parts_.workspaces.find(snapshot, key.workspace));
  if (!workspace || !workspace->enabled) return EnrolmentVerdict::workspace_disabled;
  return EnrolmentVerdict::welcome;
}

// The token has full entropy: it is derived from the request id, which the host keeps secret, under a key that never
// leaves the appliance.
Secret EnrolmentKeys::token_for(const EnrolmentKey& key, const TokenDigest& request) const {
  const std::string text = fmt::format("{} {}", key.id.text(), to_hex(request));
  return Secret(fmt::format("{}{}", wire::kTokenPrefix, to_hex(digest_token(token_key_, text))));
}

Result<EnrolmentOutcome> EnrolmentKeys::repeat(Transaction& tx, const EnrolmentKey& key,
                                               const Enrolment& earlier) const {
  EnrolmentOutcome outcome;
  const auto agent = TRY(parts_.agents.find(tx, key.workspace, earlier.agent));
  const auto subject = TRY(parts_.subjects.find(tx, key.workspace, earlier.agent));
  const auto observed = TRY(parts_.subjects.state(tx, key.workspace, earlier.agent));
  Secret token = token_for(key, earlier.request_digest);
  const bool is_there = agent && subject && !subject->removed_at.is_set();
  // What a paused agent reports is no observation; its first heartbeat teaches its interval all the same.
  const bool has_reported =
      agent && ((observed && observed->first_seen_at.is_set()) || agent->interval_in_force_seconds > 0);
  const bool still_waiting = is_there && !has_reported &&
                             agent->token_digest == digest_token(digest_key_, token.reveal()) &&
                             earlier.at + kRepeatFor > parts_.clock.believed();
  outcome.verdict = still_waiting ? EnrolmentVerdict::welcome : EnrolmentVerdict::answered;
  outcome.repeated = true;
  if (still_waiting) outcome.made = AgentWithToken{*agent, *subject, std::move(token)};
  return outcome;
}

Result<EnrolmentOutcome> EnrolmentKeys::enrol(Transaction& tx, std::string_view token,
                                              const EnrolmentRequest& request) {
  EnrolmentOutcome outcome;
  if (!is_token_shaped(kEnrolmentPrefix, token)) return outcome;
  if (!is_request_id(request.request_id))
    return invalid("request_id", "The request id must be 32 to 64 hexadecimal digits in lower case.");
  auto key = TRY(parts_.keys.find_by_digest(tx, digest_token(digest_key_, token)));
  if (!key) return outcome;

  // A cloned host may have the same request id, but has another machine id: it is another machine, and gets an agent of
  // its own.
  const TokenDigest request_digest = digest_token(
      digest_key_, fmt::format("enrolment {} {} {}", key->id.text(), request.request_id, request.machine_id));
  const Actor actor = actor_for(*key, request.address);
  const Instant now = parts_.clock.believed();
  outcome.verdict = TRY(judge(tx, *key, request.address));
  if (outcome.verdict == EnrolmentVerdict::welcome) {
    if (const auto earlier = TRY(parts_.keys.find(tx, key->workspace, key->id, request_digest))) {
      outcome = TRY(repeat(tx, *key, *earlier));
    } else {
      outcome.verdict = has_run_out(*key);
    }
  }
  if (outcome.verdict != EnrolmentVerdict::welcome) {
    TRY(parts_.audit.append_security(tx, actor, key->workspace, {}, "enrolment_key.refused", key->name,
                                     fmt::format("{}: {}", key->token_hint, to_text(outcome.verdict))));
    return outcome;
  }
  if (outcome.repeated) return outcome;

  NewAgent wanted;
  wanted.name = TRY(one_line("name", "The agent's name", request.name, 1, 80));
  wanted.tags = key->tags;
  if (!key->team.is_nil()) {
    const auto team = TRY(parts_.teams.team(tx, key->workspace, key->team));
    if (team) wanted.teams = std::vector<TeamId>{key->team};
  }
  wanted.authorised = true;  // the person who made the key confirmed it
  outcome.made = TRY(parts_.agent_service.enrol(tx, actor, wanted, token_for(*key, request_digest)));
  key->uses += 1;
  key->last_used_at = now;
  key->last_used_address = request.address;
  TRY(parts_.keys.update(tx, *key));
  TRY(parts_.keys.insert(
      tx, Enrolment{key->workspace, key->id, request_digest, outcome.made->agent.id, now, request.address}));
  return outcome;
}

Result<void> EnrolmentKeys::remove_old(Transaction& tx) {
  const Instant now = parts_.clock.proven();
  TRY(parts_.keys.remove_revoked_before(tx, now - kRevokedKept, kRemovedAtATime));
  return {};
}

}  // namespace connlog
