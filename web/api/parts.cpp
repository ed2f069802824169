#include "web/api/parts.h"

#include <nlohmann/json.hpp>

#include "web/api/access/handlers.h"
#include "web/api/agents/handlers.h"
#include "web/api/audit/handlers.h"
#include "web/api/identity/handlers.h"
#include "web/api/monitors/handlers.h"
#include "web/api/notify/handlers.h"
#include "web/api/trust/handlers.h"
#include "web/api/watch/handlers.h"

namespace connlog::web {
namespace {

template <typename Part>
std::vector<Part> joined(std::initializer_list<std::span<const Part>> rooms) {
  std::vector<Part> all;
  for (const std::span<const Part> room : rooms) all.insert(all.end(), room.begin(), room.end());
  return all;
}

}  // namespace

Result<void> Section::items(const nlohmann::json& array) {
  for (const nlohmann::json& value : array) TRY(item(value));
  return {};
}

const std::vector<WorkspaceSection>& workspace_sections() {
  static const auto all =
      joined<WorkspaceSection>({notify::workspace_sections(), access::workspace_sections(), watch::workspace_sections(),
                                agents::workspace_sections(), monitors::workspace_sections(), audit::workspace_sections()});
  return all;
}

const std::vector<PersonPart>& own_data_parts() {
  static const auto all =
      joined<PersonPart>({audit::own_data_parts(), notify::own_data_parts(), identity::own_data_parts(),
                          access::own_data_parts(), trust::own_data_parts()});
  return all;
}

const std::vector<PersonPart>& me_parts() {
  static const auto all = joined<PersonPart>({access::me_parts()});
  return all;
}

}  // namespace connlog::web
