// Reads pages of the trails, newest first, and the rows that are sent on to a syslog server, oldest first.
#include <algorithm>
#include <charconv>

#include "storage/audit/audit_store.h"

namespace connlog::storage {
namespace {

constexpr std::string_view kFirstLog = "first-";

// Where the next page begins.
struct Cursor {
  bool in_first_log = false;
  std::int64_t before = INT64_MAX;
};

Result<Cursor> parse_cursor(const std::string& text) {
  Cursor cursor;
  if (text.empty()) return cursor;
  std::string_view number = text;
  if (number.starts_with(kFirstLog)) {
    cursor.in_first_log = true;
    number.remove_prefix(kFirstLog.size());
  }
  const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), cursor.before);
  if (problem != std::errc() || end != number.data() + number.size() || cursor.before < 1)
    return invalid("before", "This is not a place in the list. Start again from its beginning.");
  return cursor;
}

char folded(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool holds(std::string_view text, std::string_view part) {
  return part.empty() ||
         std::ranges::search(text, part, [](char a, char b) { return folded(a) == folded(b); }).begin() != text.end();
}

bool matches(const TrailFilter& filter, const TrailEntry& entry) {
  if (filter.from.is_set() && entry.at < filter.from) return false;
  if (filter.to.is_set() && entry.at >= filter.to) return false;
  if (!filter.own.is_nil() && entry.actor_id != filter.own && Uuid(entry.user) != filter.own) return false;
  if (!filter.act.empty() && entry.act != filter.act &&
      !(entry.act.starts_with(filter.act) && entry.act[filter.act.size()] == '.'))
    return false;
  if (!holds(entry.actor_name, filter.actor) && !holds(entry.address, filter.actor)) return false;
  return holds(entry.object, filter.text) || holds(entry.details, filter.text) ||
         holds(entry.actor_name, filter.text) || holds(entry.address, filter.text) || holds(entry.act, filter.text);
}

// Collects one page from one statement after the other. It takes one matching entry more than asked for, to know
// whether there is a next page.
class Collector {
 public:
  Collector(const TrailFilter& filter, int limit) : filter_(filter), limit_(static_cast<std::size_t>(limit)) {}

  // False: the page is full, or kExaminedMax rows were examined.
  bool take(TrailEntry entry) {
    ++examined_;
    std::string here = key_of(entry);
    if (matches(filter_, entry)) {
      if (page_.entries.size() == limit_) {
        page_.next = key_of(page_.entries.back());
        return false;
      }
      page_.entries.push_back(std::move(entry));
    }
    if (examined_ < TrailLog::kExaminedMax) return true;
    page_.next = std::move(here);
    return false;
  }
  TrailPage result() { return std::move(page_); }

 private:
  static std::string key_of(const TrailEntry& entry) {
    return (entry.from_first_log ? std::string(kFirstLog) : std::string()) + std::to_string(entry.sequence);
  }

  const TrailFilter& filter_;
  const std::size_t limit_;
  int examined_ = 0;
  TrailPage page_;
};

// Gives the rows of `select` to `into`. True: the rows were used up before the page was full.
template <typename Read>
Result<bool> feed(Statement& select, Collector& into, Read read) {
  while (true) {
    const bool has_row = TRY(select.step());
    if (!has_row) break;
    Row row(select);
    TrailEntry entry = read(row);
    if (row.damaged()) return damaged_row();
    if (!into.take(std::move(entry))) return false;
  }
  return true;
}

}  // namespace

Result<TrailPage> SqlAuditLog::page(Snapshot& snapshot, const TrailScope& scope, const TrailFilter& filter,
                                    const std::string& before, int limit) const {
  const Cursor cursor = TRY(parse_cursor(before));
  Connection& connection = at(snapshot);
  Collector page(filter, limit);
  if (!cursor.in_first_log) {
    Statement select =
        TRY(scope.user.is_nil() ? connection.prepare("SELECT " CONNLOG_TRAIL_COLUMNS
                                                     " FROM trail_entry WHERE workspace_id = :whose AND trail = :trail "
                                                     "AND sequence < :before ORDER BY sequence DESC")
                                : connection.prepare("SELECT " CONNLOG_TRAIL_COLUMNS
                                                     " FROM trail_entry WHERE user_id = :whose AND trail = :trail "
                                                     "AND sequence < :before ORDER BY sequence DESC"));
    select.id(":whose", scope.user.is_nil() ? Uuid(scope.workspace) : Uuid(scope.user))
        .text(":trail", to_text(scope.trail))
        .integer(":before", cursor.before);
    const bool more = TRY(feed(select, page, read_trail_entry));
    if (!more) return page.result();
  }
  // The first log holds acts of workspaces and of the appliance; it has no security events and no column for a person.
  if (scope.user.is_nil() && scope.trail != Trail::security) {
    Statement select =
        TRY(connection.prepare("SELECT " CONNLOG_FIRST_LOG_COLUMNS " FROM audit_entry WHERE workspace_id = :workspace "
                               "AND sequence < :before ORDER BY sequence DESC"));
    select.id(":workspace", scope.workspace).integer(":before", cursor.in_first_log ? cursor.before : INT64_MAX);
    TRY(feed(select, page, [](Row& row) { return read_first_log_entry(row).entry; }));
  }
  return page.result();
}

Result<std::vector<TrailEntry>> SqlAuditLog::after(Snapshot& snapshot, Trail trail, std::int64_t sequence,
                                                   int limit) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_TRAIL_COLUMNS
                                              " FROM trail_entry WHERE trail = :trail AND sequence > :sequence "
                                              "ORDER BY sequence LIMIT :limit"));
  select.text(":trail", to_text(trail)).integer(":sequence", sequence).integer(":limit", limit);
  return all(select, read_trail_entry);
}

Result<std::optional<ChainValue>> SqlAuditLog::chain_at(Snapshot& snapshot, const std::string& trail,
                                                        std::int64_t sequence) const {
  const auto read = [](Row& row) { return row.bytes<32>(); };
  Connection& connection = at(snapshot);
  std::optional<ChainValue> found;
  if (trail == "first") {
    Statement select = TRY(connection.prepare("SELECT chain FROM audit_entry WHERE sequence = :sequence"));
    found = TRY(one(select.integer(":sequence", sequence), read));
  } else {
    Statement select =
        TRY(connection.prepare("SELECT chain FROM trail_entry WHERE trail = :trail AND sequence = :sequence"));
    found = TRY(one(select.text(":trail", trail).integer(":sequence", sequence), read));
  }
  if (found) return found;
  Statement select =
      TRY(connection.prepare("SELECT chain FROM trail_checkpoint WHERE trail = :trail AND sequence = :sequence"));
  return one(select.text(":trail", trail).integer(":sequence", sequence), read);
}

Result<std::int64_t> SqlAuditLog::forwarded(Snapshot& snapshot, Trail trail) const {
  Statement select = TRY(at(snapshot).prepare("SELECT sequence FROM syslog_cursor WHERE trail = :trail"));
  const auto found = TRY(one(select.text(":trail", to_text(trail)), [](Row& row) { return row.integer(); }));
  return found.value_or(0);
}

Result<void> SqlAuditLog::set_forwarded(Transaction& tx, Trail trail, std::int64_t sequence) {
  Statement put =
      TRY(at(tx).prepare("INSERT INTO syslog_cursor (trail, sequence) VALUES (:trail, :sequence) "
                         "ON CONFLICT (trail) DO UPDATE SET sequence = excluded.sequence"));
  TRY(put.text(":trail", to_text(trail)).integer(":sequence", sequence).run());
  return {};
}

}  // namespace connlog::storage
