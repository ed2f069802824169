#include "storage/appliance/database_facts.h"

#include <fmt/format.h>
#include <sodium.h>
#include <sqlite3.h>

#include <array>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "storage/audit/audit_store.h"
#include "storage/migrations.h"

namespace connlog::storage {
namespace {

// BLAKE2b-256 over the text of all tables, indexes and triggers.
Result<std::string> schema_digest(Connection& connection) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, 32);
  const auto add = [&state](const unsigned char* text, std::size_t length) {
    crypto_generichash_update(&state, text, length);
    constexpr unsigned char kEnd = 0;
    crypto_generichash_update(&state, &kEnd, 1);
  };
  TRY(connection.each_row("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name",
                          [&add](sqlite3_stmt* row) {
                            for (int column = 0; column < 3; ++column) {
                              const auto* text = sqlite3_column_text(row, column);
                              add(text, static_cast<std::size_t>(sqlite3_column_bytes(row, column)));
                            }
                          }));
  std::array<std::uint8_t, 32> digest{};
  crypto_generichash_final(&state, digest.data(), digest.size());
  return to_hex(digest);
}

Result<std::vector<std::string>> tables(Connection& connection) {
  Statement select = TRY(connection.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"));
  return all(select, [](Row& row) { return row.text(); });
}

Result<std::string> newest_incident(Connection& connection) {
  Statement select = TRY(connection.prepare("SELECT id FROM incident ORDER BY id DESC LIMIT 1"));
  const auto newest = TRY(one(select, [](Row& row) { return row.id<IncidentId>(); }));
  return newest ? newest->text() : std::string();
}

Error differs(std::string what) {
  return Error{ErrorCode::conflict,
               fmt::format("The restored database is not what the backup says: {}. The backup is damaged, or was made "
                           "by a faulty program. Take another backup.",
                           what)};
}

}  // namespace

Result<Manifest> facts_of(Connection& connection, const std::function<Result<bool>(std::string_view table)>& counts) {
  Manifest facts;
  facts.schema = TRY(schema_version(connection));
  facts.schema_digest = TRY(schema_digest(connection));
  const std::vector<std::string> names = TRY(tables(connection));
  for (const std::string& table : names) {
    const bool is_counted = TRY(counts(table));
    if (!is_counted) continue;
    facts.rows[table] = TRY(connection.number(fmt::format("SELECT COUNT(*) FROM \"{}\"", table)));
  }
  for (const std::string_view trail : {std::string_view("first"), to_text(Trail::workspace), to_text(Trail::security),
                                       to_text(Trail::appliance)}) {
    const TrailHead head = TRY(stored_head(connection, trail));
    facts.chain_heads[std::string(trail)] = fmt::format("{}:{}", head.sequence, to_hex(head.chain));
  }
  facts.newest_incident = TRY(newest_incident(connection));
  return facts;
}

Result<void> compare_facts(const Manifest& found, const Manifest& expected) {
  if (found.schema != expected.schema)
    return differs(fmt::format("its schema is {} instead of {}", found.schema, expected.schema));
  if (found.schema_digest != expected.schema_digest) return differs("its schema has another text");
  for (const auto& [table, rows] : expected.rows) {
    const auto there = found.rows.find(table);
    if (there == found.rows.end()) return differs(fmt::format("the table {} is missing", table));
    if (there->second != rows)
      return differs(fmt::format("the table {} has {} rows instead of {}", table, there->second, rows));
  }
  for (const auto& [table, rows] : found.rows) {
    if (!expected.rows.contains(table)) return differs(fmt::format("the table {} is one too many", table));
  }
  for (const auto& [trail, head] : expected.chain_heads) {
    const auto there = found.chain_heads.find(trail);
    if (there == found.chain_heads.end() || there->second != head)
      return differs(fmt::format("the trail {} ends elsewhere", trail));
  }
  if (found.newest_incident != expected.newest_incident) return differs("its newest incident is another one");
  return {};
}

}  // namespace connlog::storage
