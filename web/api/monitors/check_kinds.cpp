// The kinds of checks, and the schema of a new monitor, one form for each kind: made from the table of kinds, so that the
// document and the form never say other than what is accepted.
#include <nlohmann/json.hpp>

#include "core/kinds/field_schema.h"
#include "web/api/monitors/handlers.h"
#include "web/api/notify/views.h"

namespace connlog::web::monitors {

using nlohmann::json;

Result<Reply> list_check_kinds(Context&) {
  json items = json::array();
  for (const CheckKind* kind : all_checks().kinds()) {
    json fields = json::array();
    for (const Field& field : kind->fields) fields.push_back(field_view(field));
    items.push_back({{"kind", kind->word},
                     {"title", kind->title},
                     {"icon", kind->icon},
                     {"fields", std::move(fields)},
                     {"is_passive", kind->begin == nullptr},
                     {"has_certificate", kind->has_certificate},
                     {"for_probes", kind->for_probes && kind->begin != nullptr}});
  }
  return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
}

void add_check_kinds(json& schemas) {
  json forms = json::array();
  for (const CheckKind* kind : all_checks().kinds()) {
    json form = schemas["NewMonitor"];
    form["description"] = kind->title;
    form["properties"]["kind"] = {{"type", "string"}, {"const", kind->word}};
    form["properties"]["fields"] = fields_schema(kind->fields);
    if (form["properties"]["fields"].contains("required")) form["required"].push_back("fields");
    forms.push_back(std::move(form));
  }
  schemas["NewMonitor"] = {{"oneOf", std::move(forms)}};
}

}  // namespace connlog::web::monitors
