#include "core/appliance/recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/appliance/backup/backup_keys.h"
#include "core/base/text.h"

namespace connlog {
namespace {

using nlohmann::json;

constexpr int kVouchedMax = 1'000;       // of each kind
constexpr int kIncidentsNamedMax = 20;   // in a summary
constexpr int kIncidentsToldMax = 200;   // that a summary refers to

Error gone() {
  return Error{ErrorCode::not_found, "There is nothing with this id."};
}

Error bad_thing() {
  return invalid("items", "An id in the list is none of its kind. Load the list again.");
}

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Instant instant_of(const json& object, const char* name) {
  Instant at;
  const std::string text = text_of(object, name);
  return !text.empty() && parse_iso8601(text, at) ? at : Instant{};
}

// The administrator as somebody who may do in the workspace what its owner may.
Actor within(const Actor& actor, WorkspaceId workspace) {
  Actor out = actor;
  out.workspace = workspace;
  out.role = Role::owner;
  out.sight = {};
  return out;
}

// A person's own things are revoked as that person; the trail keeps the administrator's name.
Actor as_person(const Actor& actor, UserId user) {
  Actor out = actor;
  out.workspace = {};
  out.user = user;
  return out;
}

}  // namespace

std::string to_stored(const RecoveryFacts& facts) {
  return json{{"since", to_iso8601(facts.since, true)},
              {"backup_at", to_iso8601(facts.backup_at, true)},
              {"backup_id", facts.backup_id},
              {"former_instance", facts.former_instance},
              {"host", facts.host},
              {"agents_revoked", facts.agents_revoked}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

// A text that cannot be read means that something was stored: it is on.
std::optional<RecoveryFacts> recovery_facts_from(const std::string& stored) {
  if (stored.empty()) return std::nullopt;
  RecoveryFacts facts;
  const json read = json::parse(stored, nullptr, false);
  if (!read.is_object()) return facts;
  facts.since = instant_of(read, "since");
  facts.backup_at = instant_of(read, "backup_at");
  facts.backup_id = text_of(read, "backup_id");
  facts.former_instance = text_of(read, "former_instance");
  facts.host = text_of(read, "host");
  for (const json& each : read.value("agents_revoked", json::array())) {
    if (each.is_string()) facts.agents_revoked.push_back(each.get<std::string>());
  }
  return facts;
}

Result<void> begin_recovery(Transaction& tx, const RestoredStores& stores, const Actor& actor,
                            const RecoveryFacts& facts, const std::string& new_instance, const std::string& signer) {
  TRY(stores.recovery.end_ways_in(tx, facts.since));
  TRY(stores.recovery.fail_waiting(tx, kNotSentRestored));
  TRY(stores.recovery.disown_backups(tx, "A backup of the former instance: this one does not touch it."));
  TRY(stores.settings.put(tx, kInstanceSetting, new_instance));
  TRY(stores.settings.put(tx, kRecoveryModeSetting, to_stored(facts)));
  return stores.audit.append(
      tx, actor, "recovery.begun", facts.backup_id,
      fmt::format("of {}, signed by {}, restored on {}; what came after it is not here", to_iso8601(facts.backup_at),
                  signer, facts.host));
}

Result<void> Recovery::load(Snapshot& snapshot) {
  const auto found = TRY(facts(snapshot));
  if (found) {
    parts_.mode.begin(found->since, found->backup_at);
  } else {
    parts_.mode.set(false);
  }
  return {};
}

Result<std::optional<RecoveryFacts>> Recovery::facts(Snapshot& snapshot) const {
  const auto stored = TRY(parts_.settings.get(snapshot, kRecoveryModeSetting));
  return stored ? recovery_facts_from(*stored) : std::optional<RecoveryFacts>();
}

Result<std::vector<Vouched>> Recovery::vouched(Snapshot& snapshot) const {
  const auto stored = TRY(facts(snapshot));
  if (!stored) return std::vector<Vouched>();
  auto found = TRY(parts_.store.vouched(snapshot, parts_.clock.believed(), kVouchedMax));
  const std::set<std::string> settled(stored->agents_revoked.begin(), stored->agents_revoked.end());
  std::erase_if(found, [&](const Vouched& each) { return each.kind == VouchKind::agent && settled.contains(each.id); });
  return found;
}

Result<void> Recovery::note_agents(Transaction& tx, const std::vector<VouchedThing>& things) {
  auto stored = TRY(facts(tx));
  if (!stored) return {};
  for (const VouchedThing& thing : things) {
    if (thing.kind == VouchKind::agent) stored->agents_revoked.push_back(thing.id);
  }
  return parts_.settings.put(tx, kRecoveryModeSetting, to_stored(*stored));
}

Result<std::int64_t> Recovery::revoke(Transaction& tx, const Actor& actor, const std::vector<VouchedThing>& things) {
  if (!is_on()) return Error{ErrorCode::conflict, "The appliance is not in recovery."};
  std::vector<VouchedThing> revoked;
  for (const VouchedThing& thing : things) {
    // One act may have ended another's thing: a member's sessions, the recovery codes with the last factor.
    const Result<void> done = revoke_one(tx, actor, thing);
    if (!done && done.error().code != ErrorCode::not_found) return done.error();
    if (done) revoked.push_back(thing);
  }
  TRY(note_agents(tx, revoked));
  const auto count = static_cast<std::int64_t>(revoked.size());
  TRY(parts_.audit.append(tx, actor, "recovery.revoked", {}, fmt::format("{} that nobody vouched for", count)));
  return count;
}

Result<void> Recovery::revoke_one(Transaction& tx, const Actor& actor, const VouchedThing& thing) {
  if (thing.kind == VouchKind::member) return revoke_member(tx, actor, thing.id);
  Uuid id;
  if (!parse_uuid(thing.id, id)) return bad_thing();
  const auto place = TRY(parts_.store.place_of(tx, thing.kind, id));
  if (!place) return gone();
  const Actor inside = place->workspace.is_nil() ? as_person(actor, place->user) : within(actor, place->workspace);
  switch (thing.kind) {
    case VouchKind::administrator:
    case VouchKind::person:
      return revoke_account(tx, actor, place->user);
    case VouchKind::invitation:
      return parts_.access.invitations().revoke(tx, inside, InvitationId::of(id));
    case VouchKind::api_key:
      return parts_.administration.api_keys().revoke(tx, inside, ApiKeyId::of(id));
    case VouchKind::enrolment_key:
      return parts_.enrolment.revoke(tx, inside, EnrolmentKeyId::of(id));
    case VouchKind::agent: {
      TRY(parts_.agents.rotate_token(tx, inside, AgentId::of(id)));
      return {};
    }
    default:
      return revoke_of_person(tx, actor, thing.kind, id, place->user);
  }
}

Result<void> Recovery::revoke_account(Transaction& tx, const Actor& actor, UserId user) {
  if (user == actor.user)
    return Error{ErrorCode::conflict, "You cannot revoke your own account. Another administrator can."};
  PersonChange change;
  change.enabled = false;
  change.appliance_administrator = false;
  TRY(parts_.administration.people().change(tx, actor, user, change));
  return {};
}

Result<void> Recovery::revoke_member(Transaction& tx, const Actor& actor, const std::string& id) {
  const std::size_t slash = id.find('/');
  WorkspaceId workspace;
  UserId user;
  if (slash == std::string::npos || !WorkspaceId::parse(id.substr(0, slash), workspace) ||
      !UserId::parse(id.substr(slash + 1), user)) {
    return bad_thing();
  }
  const auto membership = TRY(parts_.workspaces.membership(tx, workspace, user));
  if (!membership) return gone();
  const Actor inside = within(actor, workspace);
  if (membership->role == Role::owner) TRY(parts_.access.members().set_owner(tx, inside, user, false, false));
  return parts_.access.members().remove(tx, inside, user);
}

Result<void> Recovery::revoke_of_person(Transaction& tx, const Actor& actor, VouchKind kind, const Uuid& id,
                                        UserId user_id) {
  const auto user = TRY(parts_.users.find(tx, user_id));
  if (!user) return gone();
  Result<void> done;
  switch (kind) {
    case VouchKind::session:
      TRY(parts_.identity.end_session(tx, user_id, SessionId::of(id)));
      return parts_.audit.append_security(tx, actor, {}, user_id, "session.ended", user->mail, "not vouched for");
    case VouchKind::login_link:
      TRY(parts_.logins.remove(tx, user_id, LoginId::of(id)));
      return parts_.audit.append_security(tx, actor, {}, user_id, "login.unlinked", user->mail, "not vouched for");
    case VouchKind::recovery_codes:
      TRY(parts_.factors.replace_recovery_codes(tx, user_id, {}, parts_.clock.believed()));
      return parts_.audit.append_security(tx, actor, {}, user_id, "second_factor.recovery_codes_revoked", user->mail,
                                          "not vouched for");
    case VouchKind::totp:
      done = parts_.second_factors.remove_totp(tx, actor, *user);
      break;
    case VouchKind::passkey:
      done = parts_.second_factors.remove_passkey(tx, actor, *user, PasskeyId::of(id));
      break;
    default:
      return bad_thing();
  }
  // The last factor of somebody whose workspace demands one: they set up another at their next login.
  if (!done && done.error().code == ErrorCode::conflict) return parts_.second_factors.remove_all(tx, actor, user_id);
  return done;
}

Result<void> Recovery::end(Transaction& tx, const Actor& actor) {
  const auto stored = TRY(facts(tx));
  if (!stored) return Error{ErrorCode::conflict, "The appliance is not in recovery."};
  const std::int64_t unsent = TRY(parts_.store.fail_waiting(tx, kNotSentRestored));
  TRY(parts_.settings.put(tx, kRecoveryModeSetting, ""));
  const auto workspaces = TRY(parts_.workspaces.all(tx));
  for (const Workspace& workspace : workspaces) {
    if (workspace.enabled) TRY(tell(tx, workspace));
  }
  Actor appliance = actor;
  appliance.workspace = {};
  TRY(parts_.audit.append(
      tx, appliance, "recovery.ended", stored->backup_id,
      fmt::format("after {}; {} messages that had waited were not sent",
                  duration_text(std::max<std::int64_t>((parts_.clock.now() - stored->since) / seconds(1), 0)), unsent)));
  tx.after_commit([this] {
    if (parts_.before_end) parts_.before_end();
    parts_.mode.set(false);
    if (parts_.after_end) parts_.after_end();
    parts_.events.publish({WorkspaceId{}, EventScope::everyone(), EventName::recovery_changed,
                           R"({"since":null,"backup_at":null})"});
  });
  return {};
}

Result<void> Recovery::tell(Transaction& tx, const Workspace& workspace) {
  IncidentStore::Filter open;
  open.state = IncidentStore::Filter::State::open;
  open.limit = kIncidentsToldMax;
  const auto incidents = TRY(parts_.incidents.list(tx, workspace.id, open));
  if (incidents.empty()) return {};
  auto recipients = TRY(parts_.recipients.list(tx, workspace.id));
  std::erase_if(recipients, [this](const Recipient& each) {
    return !each.receives_by_default || !gets_alerts(parts_.channels, each);
  });
  Announcement summary;
  summary.workspace = workspace.id;
  summary.kind = Announcement::Kind::summary;
  Severity severity = Severity::info;
  const bool cut = incidents.size() >= static_cast<std::size_t>(kIncidentsToldMax);
  const std::string count = fmt::format("{}{}", cut ? "at least " : "", incidents.size());
  summary.headline = fmt::format("connlog was restored from a backup: {} incident{} {} open", count,
                                 incidents.size() == 1 ? "" : "s", incidents.size() == 1 ? "is" : "are");
  for (const Incident& each : incidents) {
    severity = std::max(severity, each.severity);
    summary.incidents.push_back(each.id);
    if (summary.facts.size() < kIncidentsNamedMax)
      summary.facts.emplace_back(kFactIncident, fmt::format("{}: {}", to_text(each.severity), each.summary));
  }
  summary.severity = to_text(severity);
  summary.facts.emplace_back(kFactCount, count);
  summary.path = "incidents";
  TRY(parts_.announcements.announce(tx, std::move(summary), recipients));
  return {};
}

}  // namespace connlog
