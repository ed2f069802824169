#include "storage/audit/audit_store.h"

#include "storage/audit/trail_chain.h"

namespace connlog::storage {
namespace {

constexpr std::string_view kAcceptance = "audit.anchor_renewed";  // somebody accepts the trails as they are

Uuid id_of(const Actor& actor) {
  switch (actor.kind) {
    case Actor::Kind::user:
      return actor.user;
    case Actor::Kind::agent:
      return actor.agent;
    case Actor::Kind::api_key:
      return actor.api_key;
    case Actor::Kind::system:
    case Actor::Kind::command_line:
      break;
  }
  return {};
}

TrailEntry entry_of(const Actor& actor, const std::string& act, const std::string& object, const std::string& details) {
  TrailEntry entry;
  entry.workspace = actor.workspace;
  entry.actor_kind = to_text(actor.kind);
  entry.actor_id = id_of(actor);
  entry.actor_name = actor.name;
  entry.address = actor.address;
  entry.act = act;
  entry.object = object;
  entry.details = details;
  return entry;
}

}  // namespace

TrailEntry read_trail_entry(Row& row) {
  TrailEntry entry;
  entry.trail = row.word(kTrailEntryTrail);
  entry.sequence = row.integer();
  entry.workspace = row.id<WorkspaceId>();
  entry.user = row.id<UserId>();
  entry.at = row.instant();
  entry.actor_kind = row.text();
  entry.actor_id = row.id<AuditEntryId>();
  entry.actor_name = row.text();
  entry.address = row.text();
  entry.act = row.text();
  entry.object = row.text();
  entry.details = row.text();
  entry.chain = row.bytes<32>();
  return entry;
}

FirstLogEntry read_first_log_entry(Row& row) {
  FirstLogEntry found;
  TrailEntry& entry = found.entry;
  entry.from_first_log = true;
  entry.sequence = row.integer();
  found.id = row.id<AuditEntryId>();
  entry.workspace = row.id<WorkspaceId>();
  entry.trail = entry.workspace.is_nil() ? Trail::appliance : Trail::workspace;
  entry.at = row.instant();
  entry.actor_kind = row.text();
  entry.actor_name = row.text();
  entry.address = row.text();
  entry.act = row.text();
  entry.object = row.text();
  entry.details = row.text();
  entry.chain = row.bytes<32>();
  return found;
}

Result<Checkpoint> newest_checkpoint(Connection& connection, std::string_view trail) {
  Statement select =
      TRY(connection.prepare("SELECT sequence, chain, at, signature FROM trail_checkpoint WHERE trail = :trail "
                             "ORDER BY sequence DESC LIMIT 1"));
  select.text(":trail", trail);
  const auto found = TRY(one(select, [](Row& row) {
    Checkpoint checkpoint;
    checkpoint.head.sequence = row.integer();
    checkpoint.head.chain = row.bytes<32>();
    checkpoint.at = row.instant();
    checkpoint.signature = row.bytes<32>();
    return checkpoint;
  }));
  return found.value_or(Checkpoint{});
}

Result<TrailHead> stored_head(Connection& connection, std::string_view trail) {
  const auto read = [](Row& row) {
    TrailHead head;
    head.sequence = row.integer();
    head.chain = row.bytes<32>();
    return head;
  };
  std::optional<TrailHead> last;
  if (trail == "first") {
    Statement select =
        TRY(connection.prepare("SELECT sequence, chain FROM audit_entry ORDER BY sequence DESC LIMIT 1"));
    last = TRY(one(select, read));
  } else {
    Statement select = TRY(connection.prepare(
        "SELECT sequence, chain FROM trail_entry WHERE trail = :trail ORDER BY sequence DESC LIMIT 1"));
    select.text(":trail", trail);
    last = TRY(one(select, read));
  }
  if (last) return *last;
  const Checkpoint checkpoint = TRY(newest_checkpoint(connection, trail));
  return checkpoint.head;
}

Result<TrailHeads> load_trail_heads(Connection& connection) {
  TrailHeads heads;
  heads.first = TRY(stored_head(connection, "first"));
  for (const Trail trail : kTrails) {
    const TrailHead head = TRY(stored_head(connection, to_text(trail)));
    heads.of(trail) = head;
  }
  return heads;
}

Result<void> SqlAuditLog::append(Transaction& tx, const Actor& actor, const std::string& act, const std::string& object,
                                 const std::string& details) {
  TrailEntry entry = entry_of(actor, act, object, details);
  entry.trail = actor.workspace.is_nil() ? Trail::appliance : Trail::workspace;
  return add(tx, std::move(entry));
}

Result<void> SqlAuditLog::append_security(Transaction& tx, const Actor& actor, WorkspaceId workspace, UserId about,
                                          const std::string& act, const std::string& object,
                                          const std::string& details) {
  TrailEntry entry = entry_of(actor, act, object, details);
  entry.trail = Trail::security;
  entry.workspace = workspace;
  entry.user = about;
  return add(tx, std::move(entry));
}

Result<void> SqlAuditLog::add(Transaction& tx, TrailEntry entry) {
  const TrailHead before = TRY(stored_head(at(tx), to_text(entry.trail)));
  entry.sequence = before.sequence + 1;
  entry.at = clock_.believed();
  entry.chain = chain_of(key_, before.chain, entry);

  Statement insert =
      TRY(at(tx).prepare("INSERT INTO trail_entry (" CONNLOG_TRAIL_COLUMNS
                         ") VALUES (:trail, :sequence, :workspace, :user, :at, :actor_kind, :actor_id, :actor_name, "
                         ":address, :act, :subject, :details, :chain)"));
  insert.text(":trail", to_text(entry.trail))
      .integer(":sequence", entry.sequence)
      .id(":workspace", entry.workspace)
      .id(":user", entry.user)
      .instant(":at", entry.at)
      .text(":actor_kind", entry.actor_kind)
      .id(":actor_id", entry.actor_id)
      .text(":actor_name", entry.actor_name)
      .text(":address", entry.address)
      .text(":act", entry.act)
      .text(":subject", entry.object)
      .text(":details", entry.details)
      .blob(":chain", entry.chain);
  TRY(insert.run());
  // The head that is kept outside the database is advanced only after the commit, so an anchor may lag but never leads.
  // It is advanced only from a row that is still there. Where rows were cut off meanwhile, the head stays at the last
  // row that was cut, until a person accepts the trails as they are.
  const TrailHead known = heads().of(entry.trail);
  bool follows = before == known;
  if (before.sequence > known.sequence) {  // earlier rows of this same commit
    const auto chain = TRY(chain_at(tx, std::string(to_text(entry.trail)), known.sequence));
    follows = !chain || *chain == known.chain;
  }
  const bool accepts = entry.act == kAcceptance;
  TrailHeads there;
  if (accepts) there = TRY(load_trail_heads(at(tx)));
  tx.after_commit([this, follows, accepts, there, trail = entry.trail, head = TrailHead{entry.sequence, entry.chain}] {
    const std::lock_guard lock(mutex_);
    if (accepts) heads_ = there;
    if (follows && head.sequence > heads_.of(trail).sequence) heads_.of(trail) = head;
  });
  return {};
}

TrailHeads SqlAuditLog::heads() const {
  const std::lock_guard lock(mutex_);
  return heads_;
}

}  // namespace connlog::storage
