// The schema of a new recipient, one form for each kind of channel: made from the table of kinds, so that the document
// and the form never say other than what is accepted.
#include <nlohmann/json.hpp>

#include "core/kinds/field_schema.h"
#include "core/notify/channel.h"
#include "web/api/notify/handlers.h"

namespace connlog::web::notify {

void add_kinds(nlohmann::json& schemas) {
  nlohmann::json forms = nlohmann::json::array();
  for (const ChannelKind* kind : all_channels().kinds()) {
    nlohmann::json form = schemas["NewRecipient"];
    form["description"] = kind->title;
    form["properties"]["kind"] = {{"type", "string"}, {"const", kind->word}};
    form["properties"]["fields"] = fields_schema(kind->fields);
    form["required"].push_back("kind");
    if (form["properties"]["fields"].contains("required")) form["required"].push_back("fields");
    forms.push_back(std::move(form));
  }
  // The short form.
  nlohmann::json form = schemas["NewRecipient"];
  nlohmann::json words = nlohmann::json::array();
  for (const ChannelKind* kind : all_channels().kinds()) words.push_back(kind->word);
  form["description"] = "In short: `address` is the value of the kind's field that says where messages go.";
  form["properties"]["channel"] = {{"type", "string"}, {"enum", std::move(words)}};
  form["properties"]["address"] = {{"type", "string"}};
  form["required"].push_back("channel");
  form["required"].push_back("address");
  forms.push_back(std::move(form));
  schemas["NewRecipient"] = {{"oneOf", std::move(forms)}};
}

}  // namespace connlog::web::notify
