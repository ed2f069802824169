// The table of the kinds of subjects, from which the interface takes nouns, icons, and what a rule can be about. The same
// for everybody.
#include <nlohmann/json.hpp>

#include "web/api/watch/handlers.h"
#include "web/api/watch/views.h"

namespace connlog::web::watch {

Result<Reply> list_subject_kinds(Context&) {
  nlohmann::json items = nlohmann::json::array();
  for (const SubjectKindRow& row : kSubjectKinds) {
    if (row.is_listed) items.push_back(view(row));
  }
  return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
}

}  // namespace connlog::web::watch
