// The store of quiets, in SQL: maintenances, mutes, snoozes, what hosts asked for, with their lines. Stateless: any
// thread, with the snapshot or transaction that it was given.
#pragma once

#include <array>

#include "core/watch/quiet/quiet.h"
#include "storage/unknown_words.h"

namespace connlog::storage {

inline constexpr WordColumn<QuietKind> kQuietKind{"quiet", "kind", "version"};
inline constexpr WordColumn<QuietRepeat> kQuietRepeat{"quiet", "repeat", "version"};
// The severities, and the empty word where a line is about every one.
inline constexpr int kAnySeverity = -1;
inline constexpr auto kMatcherSeverityWords = [] {
  constexpr auto kSeverities = values_of<Severity>();
  std::array<Word, kSeverities.size() + 1> words{};
  words[0] = {kAnySeverity, ""};
  for (std::size_t i = 0; i < kSeverities.size(); ++i)
    words[i + 1] = {static_cast<int>(kSeverities[i]), words_of<Severity>()[i].text};
  return words;
}();
inline constexpr AnyWordColumn kMatcherSeverity{"quiet_matcher", "severity", "", kMatcherSeverityWords};

class SqlQuietStore final : public QuietStore {
 public:
  Result<std::vector<Quiet>> all_current(Snapshot&, Instant now) const override;
  Result<std::vector<Quiet>> list(Snapshot&, WorkspaceId, bool with_past, int limit) const override;
  Result<std::optional<Quiet>> find(Snapshot&, WorkspaceId, QuietId) const override;
  Result<void> insert(Transaction&, const Quiet&) override;
  Result<void> update(Transaction&, const Quiet&) override;
  Result<std::vector<Quiet>> overlapping(Snapshot&, WorkspaceId, Instant from, Instant to) const override;
  Result<std::int64_t> delete_before(Transaction&, Instant before, std::int64_t limit) override;
};

}  // namespace connlog::storage
