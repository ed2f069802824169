#include "web/api/sight.h"

namespace connlog::web {

bool sees_subject(const SubjectDirectory& directory, const Actor& actor, SubjectId id) {
  if (actor.sight.all) return true;
  const auto row = directory.row(actor.workspace, id);
  return row != nullptr && actor.sight.sees(row->teams);
}

bool sees_rule(const SubjectDirectory& directory, const Actor& actor, const Rule& rule) {
  switch (rule.target.kind) {
    case RuleTarget::Kind::subject:
    case RuleTarget::Kind::group:
      return sees_subject(directory, actor, rule.target.subject);
    case RuleTarget::Kind::all:
    case RuleTarget::Kind::tag:
    case RuleTarget::Kind::label:
      break;
  }
  return true;
}

UserId seen_by(const Actor& actor) {
  return actor.sight.all ? UserId{} : actor.user;
}

}  // namespace connlog::web
