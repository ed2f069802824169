// Which steps a database has taken, and what follows from that at a start. A history is good if it is the beginning of
// the steps that this executable knows, each with the digest of its text, or if it is that of the nine development
// steps. Reads only. Start-up only; one thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/embedded.h"
#include "core/base/result.h"
#include "storage/connection.h"

namespace connlog::storage {

struct TakenStep {
  std::int64_t number = 0;
  std::string name, digest;
};

// Sorted by number. Empty: no schema yet.
Result<std::vector<TakenStep>> taken_steps(Connection& connection);

enum class SchemaDue { nothing, steps, carry_over };

// Refused when the database is newer than this executable, or took a step in another form.
Result<SchemaDue> schema_due(std::span<const TakenStep> taken, std::span<const EmbeddedMigration> known);

std::string digest_of_step(std::string_view sql);  // SHA-256 of its text, in hex

}  // namespace connlog::storage
