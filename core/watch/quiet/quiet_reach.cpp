#include "core/watch/quiet/quiet_reach.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "core/watch/subject_kind.h"

namespace connlog {
namespace {

constexpr std::size_t kWindowsOfOneMax = 10'000;  // of one quiet: one an hour, in a stretch of at most 400 days
constexpr seconds kAhead{8 * 86'400};             // of what repeats: a week, and a day for changes of clocks
constexpr std::size_t kWindowsCompared = 200, kWindowsComparedInAll = 20'000;

void collect_groups(const SubjectDirectory& directory, const Subject& subject, std::vector<GroupId>& found) {
  for (const GroupId& group : subject.groups) {
    if (std::ranges::find(found, group) != found.end()) continue;
    found.push_back(group);
    const auto row = directory.row(subject.workspace, group);
    if (row != nullptr) collect_groups(directory, *row, found);
  }
}

bool names_critical_at_large(const Quiet& quiet) {
  return std::ranges::any_of(quiet.matchers, [](const QuietMatcher& each) {
    return each.severity == Severity::critical && each.subject.is_nil() && each.rule.is_nil();
  });
}

bool maintains_something(const Quiet& quiet) {
  return std::ranges::any_of(quiet.matchers,
                             [](const QuietMatcher& each) { return each.rule.is_nil() && !each.severity; });
}

// Whether some incident of the candidate's subject could match the line.
bool line_reaches(const QuietMatcher& line, QuietCandidate& candidate, std::span<const Rule> rules) {
  candidate.rule = line.rule;
  if (line.severity) candidate.severity = *line.severity;
  if (!matches(line, candidate)) return false;
  if (line.rule.is_nil()) return true;
  const auto rule = std::ranges::find(rules, line.rule, &Rule::id);
  return rule != rules.end() && targets(*rule, candidate.subject);
}

// The lines of many quiets: those that name one thing are found by it.
class MergedLines {
 public:
  explicit MergedLines(std::span<const Quiet> quiets) {
    for (const Quiet& quiet : quiets) {
      for (const QuietMatcher& line : quiet.matchers) add(quiet, line);
    }
  }

  bool reach(const Subject& subject, const std::vector<GroupId>& groups, std::span<const Rule> rules) const {
    if (subjects_.contains(subject.id) || groups_.contains(GroupId::of(subject.id))) return true;
    if (std::ranges::any_of(groups, [&](const GroupId& group) { return groups_.contains(group); })) return true;
    if (std::ranges::any_of(subject.tags, [&](const std::string& tag) { return tags_.contains(tag); })) return true;
    QuietCandidate candidate{.subject = subject, .groups = groups};
    return std::ranges::any_of(rest_, [&](const auto& each) {
      const bool is_of_other_host = each.first->kind == QuietKind::host && each.first->by_host != subject.id;
      return !is_of_other_host && line_reaches(*each.second, candidate, rules);
    });
  }

 private:
  void add(const Quiet& quiet, const QuietMatcher& line) {
    const bool is_one = !line.subject.is_nil() + !line.group.is_nil() + !line.tag.empty() == 1;
    if (quiet.kind == QuietKind::host || !is_one || !line.label.empty() || !line.rule.is_nil()) {
      rest_.emplace_back(&quiet, &line);
    } else if (!line.subject.is_nil()) {
      subjects_.insert(line.subject);
    } else if (!line.group.is_nil()) {
      groups_.insert(line.group);
    } else {
      tags_.insert(line.tag);
    }
  }

  std::set<SubjectId> subjects_;
  std::set<GroupId> groups_;
  std::set<std::string> tags_;
  std::vector<std::pair<const Quiet*, const QuietMatcher*>> rest_;
};

bool overlap(const std::vector<QuietWindow>& a, const std::vector<QuietWindow>& b) {
  for (std::size_t i = 0, k = 0; i < a.size() && k < b.size();) {
    if (a[i].from < b[k].to && b[k].from < a[i].to) return true;
    if (a[i].to <= b[k].to) {
      ++i;
    } else {
      ++k;
    }
  }
  return false;
}

}  // namespace

std::vector<GroupId> groups_above(const SubjectDirectory& directory, const Subject& subject) {
  std::vector<GroupId> found;
  collect_groups(directory, subject, found);
  return found;
}

bool reaches(const Quiet& quiet, const Subject& subject, const std::vector<GroupId>& groups,
             std::span<const Rule> rules) {
  if (subject.kind == SubjectKind::appliance) return false;
  if (quiet.kind == QuietKind::host && quiet.by_host != subject.id) return false;
  QuietCandidate candidate{.subject = subject, .groups = groups};
  return std::ranges::any_of(quiet.matchers,
                             [&](const QuietMatcher& each) { return line_reaches(each, candidate, rules); });
}

QuietReach reach_of(const Quiet& quiet, const SubjectDirectory& directory, std::span<const Rule> rules,
                    std::span<const Quiet> others, const Sight* sight) {
  QuietReach reach;
  std::int64_t subjects = 0, matches = 0;  // whoever sees them
  const MergedLines mine({&quiet, 1}), theirs(others);
  for (const LiveSubject& live : directory.list(quiet.workspace)) {
    if (live.row->kind == SubjectKind::appliance) continue;
    const bool is_seen = sight == nullptr || sight->sees(live.row->teams);
    const std::vector<GroupId> groups = groups_above(directory, *live.row);
    const bool is_mine = mine.reach(*live.row, groups, rules);
    ++subjects;
    matches += is_mine;
    reach.subjects += is_seen;
    reach.matches += is_seen && is_mine;
    reach.together += is_mine || theirs.reach(*live.row, groups, rules);
  }
  // What people need not confirm for one or two subjects would be asked of every small workspace.
  const bool is_one = matches <= 1 && std::ranges::all_of(quiet.matchers, [](const QuietMatcher& each) {
                        return !each.subject.is_nil();
                      });
  const bool is_most = matches * 2 > subjects;
  const bool is_most_together = matches > 0 && !others.empty() && reach.together * 2 > subjects;
  reach.is_wide = (is_most && !is_one) || is_most_together || names_critical_at_large(quiet);
  return reach;
}

std::vector<Quiet> overlapping(const Quiet& quiet, std::vector<Quiet> others, Instant now) {
  const auto windows = QuietWindows::of(quiet);
  if (!windows) return {};
  const Instant from = std::max(now, quiet.starts_at);
  const bool is_once = quiet.repeat == QuietRepeat::once && quiet.ends_at.is_set();
  const auto mine = windows->between(from, is_once ? quiet.ends_at : from + kAhead, kWindowsCompared);
  if (mine.empty()) return {};
  std::size_t left = kWindowsComparedInAll;
  std::erase_if(others, [&](const Quiet& other) {
    if (left == 0) return false;  // too many to look at: they count
    const auto of_other = QuietWindows::of(other);
    if (!of_other) return true;
    const auto theirs = of_other->between(mine.front().from, mine.back().to, std::min(left, kWindowsCompared));
    left -= theirs.size();
    return !overlap(mine, theirs);
  });
  return others;
}

QuietReach union_of(WorkspaceId workspace, std::span<const Quiet> quiets, const SubjectDirectory& directory,
                    std::span<const Rule> rules) {
  QuietReach reach;
  const MergedLines lines(quiets);
  for (const LiveSubject& live : directory.list(workspace)) {
    if (live.row->kind == SubjectKind::appliance) continue;
    ++reach.subjects;
    reach.matches += lines.reach(*live.row, groups_above(directory, *live.row), rules);
  }
  reach.together = reach.matches;
  reach.is_wide = reach.matches > 1 && reach.matches * 2 > reach.subjects;
  return reach;
}

MaintainedTimes::MaintainedTimes(const SubjectDirectory& directory, std::vector<Quiet> quiets, Instant from, Instant to)
    : directory_(&directory), from_(from), to_(to) {
  for (Quiet& quiet : quiets) {
    if (quiet.kind != QuietKind::maintenance && quiet.kind != QuietKind::host) continue;
    if (!maintains_something(quiet)) continue;
    auto windows = QuietWindows::of(quiet);
    if (!windows || windows->between(from, to, 1).empty()) continue;
    for (const std::uint8_t byte : quiet.id.bytes) fingerprint_ = fingerprint_ * 1'099'511'628'211U + byte;
    fingerprint_ = fingerprint_ * 31 + static_cast<std::uint64_t>(quiet.version) + 1;
    quiets_.push_back({std::move(quiet), *std::move(windows), std::nullopt});
  }
}

const std::vector<QuietWindow>& MaintainedTimes::windows_of(const Maintained& each) const {
  if (!each.found) each.found = each.windows.between(from_, to_, kWindowsOfOneMax);
  return *each.found;
}

std::vector<QuietWindow> MaintainedTimes::of(const Subject& subject) const {
  std::vector<QuietWindow> all;
  if (quiets_.empty()) return all;
  // The row of a reader may be without the groups that are out of their sight.
  const auto row = directory_->row(subject.workspace, subject.id);
  const Subject& whole = row != nullptr ? *row : subject;
  const std::vector<GroupId> groups = groups_above(*directory_, whole);
  const QuietCandidate candidate{.subject = whole, .groups = groups};
  for (const Maintained& each : quiets_) {
    if (!maintains(each.quiet, candidate)) continue;
    const std::vector<QuietWindow>& windows = windows_of(each);
    all.insert(all.end(), windows.begin(), windows.end());
  }
  std::ranges::sort(all, {}, &QuietWindow::from);
  std::vector<QuietWindow> merged;
  for (const QuietWindow& each : all) {
    if (!merged.empty() && each.from <= merged.back().to) {
      merged.back().to = std::max(merged.back().to, each.to);
    } else {
      merged.push_back(each);
    }
  }
  return merged;
}

}  // namespace connlog
