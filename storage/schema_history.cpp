#include "storage/schema_history.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "storage/development/nine_steps.h"

namespace connlog::storage {
namespace {

Error newer(std::int64_t version, std::int64_t newest) {
  return Error{
      ErrorCode::conflict,
      fmt::format("The database was written by a newer connlog (schema {}; this one knows {}). Start that version, or "
                  "restore the copy of before the upgrade (in the directory backups). The file was left untouched.",
                  version, newest)};
}

Error another_form(const std::string& name) {
  return Error{ErrorCode::conflict,
               fmt::format("The database took the schema step {} in another form than this connlog knows (one of them "
                           "is a development build). The file was left untouched.",
                           name)};
}

Error other_development_steps(const std::string& newest) {
  return Error{
      ErrorCode::conflict,
      fmt::format("The database is of a development version; its newest schema step is {}. This connlog carries over "
                  "only a database that took exactly the steps {} to {}, each in its last form. Start the version that "
                  "wrote the database, or restore a backup. The file was left untouched.",
                  newest, kNineSteps.front().name, kNineSteps.back().name)};
}

bool is(const TakenStep& step, const DevelopmentStep& development) {
  return step.number == development.number && step.name == development.name && step.digest == development.digest;
}

}  // namespace

std::string digest_of_step(std::string_view sql) {
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(sql.data()), sql.size());
  return to_hex(digest);
}

Result<std::vector<TakenStep>> taken_steps(Connection& connection) {
  {
    Statement table = TRY(
        connection.prepare("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration'"));
    const bool counted = TRY(table.step());
    if (!counted) return damaged_row();
    if (Row(table).integer() == 0) return std::vector<TakenStep>{};
  }
  Statement select = TRY(connection.prepare("SELECT number, name, digest FROM schema_migration ORDER BY number"));
  return all(select, [](Row& row) {
    TakenStep step;
    step.number = row.integer();
    step.name = row.text();
    step.digest = row.text();
    return step;
  });
}

Result<SchemaDue> schema_due(std::span<const TakenStep> taken, std::span<const EmbeddedMigration> known) {
  const bool all_nine = std::equal(taken.begin(), taken.end(), kNineSteps.begin(), kNineSteps.end(), is);
  if (all_nine && !known.empty()) return SchemaDue::carry_over;
  if (!taken.empty() && taken.front().name == kNineSteps.front().name)
    return other_development_steps(taken.back().name);
  const std::int64_t newest = known.empty() ? 0 : static_cast<std::int64_t>(known.back().number);
  if (!taken.empty() && taken.back().number > newest) return newer(taken.back().number, newest);
  for (std::size_t i = 0; i < taken.size(); ++i) {
    if (i >= known.size() || taken[i].number != static_cast<std::int64_t>(known[i].number) ||
        taken[i].digest != digest_of_step(known[i].sql)) {
      return another_form(taken[i].name);
    }
  }
  return taken.size() == known.size() ? SchemaDue::nothing : SchemaDue::steps;
}

}  // namespace connlog::storage
