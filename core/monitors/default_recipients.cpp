#include "core/monitors/default_recipients.h"

#include <algorithm>

namespace connlog {
namespace {

bool is_of(const CheckDefaults& defaults, const Subject& subject) {
  if (defaults.scope == CheckDefaults::Scope::tag)
    return std::ranges::find(subject.tags, defaults.of) != subject.tags.end();
  return std::ranges::any_of(subject.groups, [&](const GroupId& group) { return group.text() == defaults.of; });
}

}  // namespace

std::vector<RecipientId> DefaultRecipients::recipients_for(const Subject& subject) const {
  std::vector<RecipientId> named;
  if (subject.kind != SubjectKind::monitor && subject.kind != SubjectKind::source) return named;
  for (const CheckDefaults& defaults : directory_.defaults(subject.workspace)) {
    if (!defaults.recipients.empty() && is_of(defaults, subject))
      named.insert(named.end(), defaults.recipients.begin(), defaults.recipients.end());
  }
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  return named;
}

}  // namespace connlog
