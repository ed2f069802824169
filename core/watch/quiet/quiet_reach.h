// How far quiets reach: the groups above a subject, how many subjects are covered, whether that is wide, and the
// stretches in which a subject was maintained (for charts and uptime). Pure but for the directory that is read; any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/people/actor.h"
#include "core/watch/quiet/quiet.h"
#include "core/watch/quiet/quiet_schedule.h"
#include "core/watch/rule.h"
#include "core/watch/subject_directory.h"

namespace connlog {

// Every group of which it is a member, by whatever way.
std::vector<GroupId> groups_above(const SubjectDirectory&, const Subject&);

// Whether some incident of the subject could be covered: its rules and severities are looked at by the rules that it
// has.
bool reaches(const Quiet&, const Subject&, const std::vector<GroupId>& groups, std::span<const Rule> rules);

// The counts are of what the reader sees; whether it is wide, of everything.
struct QuietReach {
  std::int64_t matches = 0;   // subjects that it covers
  std::int64_t subjects = 0;  // of the workspace, without the appliance
  std::int64_t together = 0;  // that it and `others` cover, whoever sees them
  bool is_wide = false;
};
// `others`: what is quiet already and not wide by itself. Many narrow ones that together cover more than half are wide
// too. One subject that is named, by itself, is not wide, however small the workspace is. Something that names the
// severity critical without naming a subject or a rule is wide however few it covers.
// `sight`: the reader's; null: all is counted.
QuietReach reach_of(const Quiet&, const SubjectDirectory&, std::span<const Rule> rules, std::span<const Quiet> others,
                    const Sight* sight = nullptr);

// Of the others, those of which a window overlaps one of this quiet's: until it ends, where it repeats within eight days.
std::vector<Quiet> overlapping(const Quiet&, std::vector<Quiet> others, Instant now);

// How many subjects these cover together.
QuietReach union_of(WorkspaceId, std::span<const Quiet>, const SubjectDirectory&, std::span<const Rule> rules);

// The stretches of maintenance that overlap [from, to), of a workspace. The windows of a quiet are reckoned when it first
// concerns a subject that is asked for. One thread.
class MaintainedTimes {
 public:
  MaintainedTimes() = default;  // none
  MaintainedTimes(const SubjectDirectory& directory, std::vector<Quiet> quiets, Instant from, Instant to);

  bool is_empty() const { return quiets_.empty(); }
  // Of one subject, oldest first; they do not overlap.
  std::vector<QuietWindow> of(const Subject& subject) const;
  // Differs where another set of quiets was given, or one of them was changed.
  std::uint64_t fingerprint() const { return fingerprint_; }

 private:
  struct Maintained {
    Quiet quiet;
    QuietWindows windows;
    mutable std::optional<std::vector<QuietWindow>> found;
  };
  const std::vector<QuietWindow>& windows_of(const Maintained& each) const;

  const SubjectDirectory* directory_ = nullptr;
  Instant from_, to_;
  std::vector<Maintained> quiets_;
  std::uint64_t fingerprint_ = 0;
};

}  // namespace connlog
