// What groups and tags set for the monitors in them.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "core/base/text.h"
#include "core/monitors/monitor_service.h"

namespace connlog {
namespace {

using ScopeOf = std::pair<CheckDefaults::Scope, std::string>;

ScopeOf key_of(const CheckDefaults& defaults) {
  return {defaults.scope, defaults.of};
}

Error in_item(std::size_t position, Error error) {
  error.field = fmt::format("items.{}.{}", position, error.field);
  return error;
}

}  // namespace

Result<std::vector<CheckDefaults>> MonitorService::defaults(Snapshot& snapshot, const Actor& actor) const {
  std::vector<CheckDefaults> all = TRY(parts_.monitors.defaults(snapshot, actor.workspace));
  std::erase_if(all, [&](const CheckDefaults& each) {
    GroupId group;
    return each.scope == CheckDefaults::Scope::group &&
           (!GroupId::parse(each.of, group) || !parts_.subjects.find(snapshot, actor, group));
  });
  return all;
}

Result<void> MonitorService::put_defaults(Transaction& tx, const Actor& actor, std::vector<CheckDefaults> wanted) {
  if (!actor.sight.all) {
    return Error{ErrorCode::forbidden,
                 "This workspace is scoped by team, and what tags and groups set holds for other teams' monitors, too: "
                 "only owners and admins change it."};
  }
  if (wanted.size() > kCheckDefaultsMax)
    return invalid("items", fmt::format("At most {} groups and tags can set something.", kCheckDefaultsMax));
  std::set<ScopeOf> named;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    CheckDefaults& each = wanted[i];
    each.workspace = actor.workspace;
    if (each.scope == CheckDefaults::Scope::group) {
      GroupId group;
      const bool is_id = GroupId::parse(each.of, group);
      const auto found = is_id ? parts_.subjects.find(tx, actor, group) : Result<Subject>(Error{ErrorCode::not_found, ""});
      if (!found || found->kind != SubjectKind::group) return in_item(i, invalid("of", "There is no such group."));
      each.of = group.text();
    } else {
      auto tag = one_line("of", "The tag", each.of, 1, kTagCharactersMax);
      if (!tag) return in_item(i, std::move(tag).error());
      each.of = *std::move(tag);
    }
    if (!named.insert(key_of(each)).second) return in_item(i, invalid("of", "This stands twice."));
    if (const auto good = validate(each.timing); !good) return in_item(i, good.error());
    if (const auto good = check_interval(each.timing.interval_seconds); !good) return in_item(i, good.error());
    std::sort(each.recipients.begin(), each.recipients.end());
    each.recipients.erase(std::unique(each.recipients.begin(), each.recipients.end()), each.recipients.end());
    for (const RecipientId& recipient : each.recipients) {
      const auto known = TRY(parts_.recipients.find(tx, actor.workspace, recipient));
      if (!known) return in_item(i, invalid("recipients", "There is no such recipient."));
    }
  }
  std::vector<CheckDefaults> changed;
  const auto before = TRY(parts_.monitors.defaults(tx, actor.workspace));
  for (const CheckDefaults& each : before) {
    if (named.contains(key_of(each))) continue;
    TRY(parts_.monitors.remove_defaults(tx, actor.workspace, each.scope, each.of));
    CheckDefaults nothing;
    nothing.workspace = each.workspace;
    nothing.scope = each.scope;
    nothing.of = each.of;
    changed.push_back(std::move(nothing));
  }
  for (const CheckDefaults& each : wanted) {
    TRY(parts_.monitors.put_defaults(tx, each));
    changed.push_back(each);
  }
  TRY(parts_.audit.append(tx, actor, "check_defaults.changed", actor.workspace.text(),
                          fmt::format("{} groups and tags set something", wanted.size())));
  tx.after_commit([this, changed = std::move(changed)] {
    for (const CheckDefaults& each : changed) parts_.directory.put_defaults(each);
  });
  return {};
}

Result<void> MonitorService::group_came_back(Transaction& tx, WorkspaceId workspace) {
  auto stored = TRY(parts_.monitors.defaults(tx, workspace));
  std::erase_if(stored, [](const CheckDefaults& each) { return each.scope != CheckDefaults::Scope::group; });
  if (stored.empty()) return {};
  tx.after_commit([this, stored = std::move(stored)] {
    for (const CheckDefaults& each : stored) parts_.directory.put_defaults(each);
  });
  return {};
}

}  // namespace connlog
