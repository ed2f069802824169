#include "storage/watch/reading_log.h"

#include <algorithm>

#include "core/base/assert.h"

namespace connlog::storage {

Result<void> ReadingLog::load(Connection& connection) {
  std::unordered_map<std::int64_t, Entry*> by_number;
  Statement subjects =
      TRY(connection.prepare("SELECT id, workspace_id, number FROM subject WHERE removed_at = 0"));
  while (true) {
    const bool has_row = TRY(subjects.step());
    if (!has_row) break;
    Row row(subjects);
    Entry entry;
    entry.subject = row.id<SubjectId>();
    entry.workspace = row.id<WorkspaceId>();
    entry.number = row.integer();
    if (row.damaged()) return damaged_row();
    Entry& kept = entries_[entry.subject] = entry;
    by_number[kept.number] = &kept;
  }
  Statement heads = TRY(connection.prepare("SELECT subject_number, sequence FROM reading_head"));
  while (true) {
    const bool has_row = TRY(heads.step());
    if (!has_row) break;
    Row row(heads);
    const std::int64_t number = row.integer(), sequence = row.integer();
    if (number == 0) {
      saved_upto_ = sequence;
    } else if (const auto found = by_number.find(number); found != by_number.end()) {
      found->second->newest = found->second->saved = sequence;
    }
  }
  Statement tail = TRY(
      connection.prepare("SELECT sequence, subject_number FROM reading_log WHERE sequence > :upto ORDER BY sequence"));
  tail.integer(":upto", saved_upto_);
  last_sequence_ = saved_upto_;
  while (true) {
    const bool has_row = TRY(tail.step());
    if (!has_row) break;
    Row row(tail);
    last_sequence_ = row.integer();
    ++rows_since_saved_;
    if (const auto found = by_number.find(row.integer()); found != by_number.end())
      found->second->newest = last_sequence_;
  }
  for (auto& [id, entry] : entries_) entry.committed = entry.newest;
  return {};
}

Result<ReadingLog::Entry*> ReadingLog::entry_of(Connection& connection, const Reading& reading) {
  const auto known = entries_.find(reading.subject);
  if (known != entries_.end() && known->second.workspace == reading.workspace) return &known->second;
  const Error nobody{ErrorCode::not_found, "There is no such subject."};
  if (known != entries_.end()) return nobody;

  Statement find = TRY(connection.prepare(
      "SELECT number FROM subject WHERE workspace_id = :workspace AND id = :id AND removed_at = 0"));
  find.id(":workspace", reading.workspace).id(":id", reading.subject);
  const bool found = TRY(find.step());
  if (!found) return nobody;
  Entry entry;
  entry.subject = reading.subject;
  entry.workspace = reading.workspace;
  entry.number = Row(find).integer();
  const std::lock_guard lock(mutex_);
  Entry& kept = entries_[reading.subject] = entry;
  undo_.push_back({&kept, 0, true});
  return &kept;
}

Result<void> ReadingLog::bring_back(Connection& connection, WorkspaceId workspace, SubjectId subject) {
  if (entries_.contains(subject)) return {};  // removed since the start: what is known of it is still here
  Statement find = TRY(connection.prepare(
      "SELECT s.number, h.sequence FROM subject s JOIN reading_head h ON h.subject_number = s.number "
      "WHERE s.workspace_id = :workspace AND s.id = :id AND s.removed_at = 0"));
  find.id(":workspace", workspace).id(":id", subject);
  const bool found = TRY(find.step());
  if (!found) return {};
  Entry entry;
  entry.subject = subject;
  entry.workspace = workspace;
  Row row(find);
  entry.number = row.integer();
  entry.newest = entry.saved = row.integer();
  const std::lock_guard lock(mutex_);
  Entry& kept = entries_[subject] = entry;
  undo_.push_back({&kept, 0, true});
  return {};
}

Result<void> ReadingLog::append(Connection& connection, const Reading& reading) {
  Entry* const entry = TRY(entry_of(connection, reading));
  const std::int64_t sequence = std::max(reading.at.micros, last_sequence_ + 1);
  Statement insert =
      TRY(connection.prepare("INSERT INTO reading_log (sequence, skew, subject_number, back, key, vals) "
                             "VALUES (:sequence, :skew, :subject, :back, :key, :vals)"));
  insert.integer(":sequence", sequence)
      .integer(":skew", reading.at.micros - sequence)
      .integer(":subject", entry->number)
      .integer(":back", entry->newest == 0 ? 0 : sequence - entry->newest)
      .blob(":vals", reading.values.bytes());
  if (reading.key[0] == 0) {
    insert.null(":key");
  } else {
    insert.blob(":key", reading.key);
  }
  TRY(insert.run());

  undo_.push_back({entry, entry->newest, false});
  entry->newest = last_sequence_ = sequence;
  ++rows_since_saved_;
  return {};
}

void ReadingLog::undo_to(std::size_t mark) {
  CONNLOG_ASSERT(mark <= undo_.size());
  while (undo_.size() > mark) {
    const Undo last = undo_.back();
    undo_.pop_back();
    if (last.was_inserted) {
      // The subject's row may have gone with the same rollback, and may be inserted again under another number.
      const std::lock_guard lock(mutex_);
      const SubjectId subject = last.entry->subject;
      entries_.erase(subject);
    } else {
      last.entry->newest = last.newest_before;
    }
  }
}

Result<void> ReadingLog::before_commit(Connection& connection) {
  if (undo_.empty()) return {};
  if (rows_since_saved_ < kHeadsEveryRows && last_sequence_ - saved_upto_ < kHeadsEveryMicros) return {};
  return save_heads(connection);
}

// A subject that was removed meanwhile is still in memory, but gets no row.
Result<void> ReadingLog::save_heads(Connection& connection) {
  saving_.clear();
  for (auto& [id, entry] : entries_) {
    if (entry.newest == entry.saved) continue;
    Statement save =
        TRY(connection.prepare("INSERT INTO reading_head (subject_number, sequence) SELECT number, :sequence "
                               "FROM subject WHERE number = :number AND removed_at = 0 "
                               "ON CONFLICT (subject_number) DO UPDATE SET sequence = excluded.sequence"));
    TRY(save.integer(":number", entry.number).integer(":sequence", entry.newest).run());
    saving_.push_back(&entry);
  }
  Statement upto =
      TRY(connection.prepare("INSERT INTO reading_head (subject_number, sequence) VALUES (0, :sequence) "
                             "ON CONFLICT (subject_number) DO UPDATE SET sequence = excluded.sequence"));
  TRY(upto.integer(":sequence", last_sequence_).run());
  saving_upto_ = last_sequence_;
  return {};
}

void ReadingLog::committed() {
  if (!saving_.empty() || saving_upto_ != 0) {
    for (Entry* entry : saving_) entry->saved = entry->newest;
    saved_upto_ = saving_upto_;
    rows_since_saved_ = 0;
    saving_.clear();
    saving_upto_ = 0;
  }
  if (undo_.empty()) return;
  const std::lock_guard lock(mutex_);
  for (const Undo& done : undo_) done.entry->committed = done.entry->newest;
  undo_.clear();
}

void ReadingLog::rolled_back() {
  saving_.clear();
  saving_upto_ = 0;
  undo_to(0);
}

std::optional<ReadingLog::Head> ReadingLog::head(WorkspaceId workspace, SubjectId subject) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(subject);
  if (found == entries_.end() || found->second.workspace != workspace || found->second.committed == 0)
    return std::nullopt;
  return Head{found->second.number, found->second.committed};
}

std::vector<ReadingLog::Head> ReadingLog::heads() const {
  std::vector<Head> out;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, entry] : entries_) {
    if (entry.committed != 0) out.push_back({entry.number, entry.committed});
  }
  return out;
}

}  // namespace connlog::storage
