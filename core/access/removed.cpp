#include "core/access/removed.h"

#include <utility>

namespace connlog {
namespace {

// Every act stands here in full, so that a search for one finds it.
std::string restored_act(RemovedKind kind) {
  switch (kind) {
    case RemovedKind::rule:
      return "rule.restored";
    case RemovedKind::recipient:
      return "recipient.restored";
    case RemovedKind::group:
      return "group.restored";
    case RemovedKind::monitor:
      return "monitor.restored";
    case RemovedKind::source:
      return "source.restored";
    case RemovedKind::agent:
      break;
  }
  return "agent.restored";
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += (text.empty() ? "" : " ") + sentence;
  return text;
}

}  // namespace

Result<std::vector<Removed>> RemovedThings::list(Snapshot& snapshot, const Actor& actor, RemovedId after,
                                                 int limit) const {
  return parts_.store.list(snapshot, actor.workspace, after, limit);
}

Instant RemovedThings::goes_at(const Removed& removed) const {
  return removed.at + std::chrono::days(parts_.limits.value(Limit::removed_days));
}

Result<Removed> RemovedThings::find(Snapshot& snapshot, const Actor& actor, RemovedId id) const {
  auto removed = TRY(parts_.store.find(snapshot, actor.workspace, id));
  if (!removed) return Error{ErrorCode::not_found, "There is no such removed thing (any more)."};
  return *std::move(removed);
}

PutsBack& RemovedThings::of(RemovedKind kind) const {
  switch (kind) {
    case RemovedKind::rule:
      return parts_.rules;
    case RemovedKind::recipient:
      return parts_.recipients;
    case RemovedKind::group:
      return parts_.groups;
    case RemovedKind::monitor:
      return parts_.monitors;
    case RemovedKind::source:
      return parts_.sources;
    case RemovedKind::agent:
      break;
  }
  return parts_.agents;
}

Result<RemovedThings::Back> RemovedThings::restore(Transaction& tx, const Actor& actor, RemovedId id) {
  Removed removed = TRY(find(tx, actor, id));
  std::vector<std::string> left_out = TRY(of(removed.kind).put_back(tx, actor, removed));
  const std::string details = left_out.empty() ? removed.name : removed.name + ": " + joined(left_out);
  TRY(parts_.audit.append(tx, actor, restored_act(removed.kind), to_text(removed.object), details));
  return Back{std::move(removed), std::move(left_out)};
}

Result<void> RemovedThings::erase(Transaction& tx, const Actor& actor, RemovedId id) {
  const Removed removed = TRY(find(tx, actor, id));
  TRY(parts_.store.forget(tx, removed));
  return parts_.audit.append(tx, actor, "removed.erased", to_text(removed.object),
                             std::string(to_text(removed.kind)) + " " + removed.name);
}

}  // namespace connlog
