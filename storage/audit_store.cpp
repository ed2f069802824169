#include "storage/audit_store.h"

#include <sodium.h>

#include <string_view>

#include "storage/connection.h"

namespace connlog::storage {
namespace {

using Chain = std::array<std::uint8_t, 32>;

// Stored: never renamed.
constexpr Word<Actor::Kind> kActorKinds[] = {{Actor::Kind::user, "user"},
                                             {Actor::Kind::agent, "agent"},
                                             {Actor::Kind::system, "system"},
                                             {Actor::Kind::command_line, "command_line"},
                                             {Actor::Kind::api_key, "api_key"}};

#define CONNLOG_AUDIT_COLUMNS \
  "sequence, id, workspace_id, at, actor_kind, actor_name, address, act, subject, details, chain"

AuditEntry read_entry(Row& row) {
  AuditEntry entry;
  entry.sequence = row.integer();
  entry.id = row.id<AuditEntryId>();
  entry.workspace = row.id<WorkspaceId>();
  entry.at = row.instant();
  entry.actor_kind = row.text();
  entry.actor_name = row.text();
  entry.address = row.text();
  entry.act = row.text();
  entry.subject = row.text();
  entry.details = row.text();
  entry.chain = row.bytes<32>();
  return entry;
}

class Mac {
 public:
  explicit Mac(const Key& key) { crypto_auth_hmacsha256_init(&state_, key.data(), key.size()); }
  void bytes(std::span<const std::uint8_t> data) { crypto_auth_hmacsha256_update(&state_, data.data(), data.size()); }
  void number(std::int64_t value) {
    std::array<std::uint8_t, 8> big_endian{};
    for (std::size_t i = 0; i < 8; ++i)
      big_endian[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (56 - 8 * i));
    bytes(big_endian);
  }
  // With its length before it, so that text cannot wander from one field into the next.
  void text(std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    bytes({reinterpret_cast<const std::uint8_t*>(value.data()), value.size()});
  }
  Chain result() {
    Chain out{};
    crypto_auth_hmacsha256_final(&state_, out.data());
    return out;
  }

 private:
  crypto_auth_hmacsha256_state state_;
};

// The canonical form of a row. Existing chains depend on it: never changed.
Chain chain_of(const Key& key, const Chain& before, const AuditEntry& entry) {
  Mac mac(key);
  mac.bytes(before);
  mac.number(entry.sequence);
  mac.bytes(entry.id.bytes);
  mac.bytes(entry.workspace.bytes);
  mac.number(entry.at.micros);
  mac.text(entry.actor_kind);
  mac.text(entry.actor_name);
  mac.text(entry.address);
  mac.text(entry.act);
  mac.text(entry.subject);
  mac.text(entry.details);
  return mac.result();
}

}  // namespace

Result<void> SqlAuditLog::append(Transaction& tx, const Actor& actor, const std::string& act,
                                 const std::string& subject, const std::string& details) {
  AuditEntry entry;
  Chain before{};  // of the first row: zero
  {
    Statement last = TRY(at(tx).prepare("SELECT sequence, chain FROM audit_entry ORDER BY sequence DESC LIMIT 1"));
    if (TRY(last.step())) {
      Row row(last);
      entry.sequence = row.integer();
      before = row.bytes<32>();
      if (row.damaged()) return damaged_row();
    }
  }
  entry.sequence += 1;
  entry.at = clock_.now();
  entry.id = AuditEntryId::make(entry.at, random_);
  entry.workspace = actor.workspace;
  entry.actor_kind = text_of(kActorKinds, actor.kind);
  entry.actor_name = actor.name;
  entry.address = actor.address;
  entry.act = act;
  entry.subject = subject;
  entry.details = details;
  entry.chain = chain_of(key_, before, entry);

  Statement insert =
      TRY(at(tx).prepare("INSERT INTO audit_entry (" CONNLOG_AUDIT_COLUMNS
                         ") VALUES (:sequence, :id, :workspace, :at, :actor_kind, :actor_name, :address, "
                         ":act, :subject, :details, :chain)"));
  insert.integer(":sequence", entry.sequence)
      .id(":id", entry.id)
      .id(":workspace", entry.workspace)
      .instant(":at", entry.at)
      .text(":actor_kind", entry.actor_kind)
      .text(":actor_name", entry.actor_name)
      .text(":address", entry.address)
      .text(":act", entry.act)
      .text(":subject", entry.subject)
      .text(":details", entry.details)
      .blob(":chain", entry.chain);
  TRY(insert.run());
  return {};
}

Result<void> SqlAuditLog::append_security(Transaction& tx, const Actor& actor, WorkspaceId workspace, UserId /*about*/,
                                          const std::string& act, const std::string& subject,
                                          const std::string& details) {
  Actor in_workspace = actor;
  in_workspace.workspace = workspace;
  return append(tx, in_workspace, act, subject, details);
}

// `before_sequence` 0: from the newest.
Result<std::vector<AuditEntry>> SqlAuditLog::list(Snapshot& snapshot, WorkspaceId workspace,
                                                  std::int64_t before_sequence, int limit) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT " CONNLOG_AUDIT_COLUMNS " FROM audit_entry WHERE workspace_id = :workspace "
                               "AND (:before <= 0 OR sequence < :before) ORDER BY sequence DESC LIMIT :limit"));
  return all(select.id(":workspace", workspace).integer(":before", before_sequence).integer(":limit", limit),
             read_entry);
}

Result<AuditVerdict> SqlAuditLog::verify(Snapshot& snapshot) const {
  AuditVerdict verdict;
  Chain before{};
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_AUDIT_COLUMNS " FROM audit_entry ORDER BY sequence"));
  while (TRY(select.step())) {
    Row row(select);
    const AuditEntry entry = read_entry(row);
    const std::int64_t expected = verdict.rows + 1;
    const Chain chain = chain_of(key_, before, entry);
    if (row.damaged() || entry.sequence != expected ||
        sodium_memcmp(chain.data(), entry.chain.data(), chain.size()) != 0) {
      verdict.first_broken = expected;
      return verdict;
    }
    verdict.rows = expected;
    before = verdict.head = entry.chain;
  }
  return verdict;
}

}  // namespace connlog::storage
