#include "web/api/schemas.h"

#include <nlohmann/json.hpp>

#include "core/base/assert.h"
#include "core/base/embedded.h"
#include "web/api/notify/handlers.h"

namespace connlog::web {
namespace {

constexpr std::string_view kFiles[] = {
    "web/api/schemas.json",        "web/api/agents/schemas.json",   "web/api/watch/schemas.json",
    "web/api/notify/schemas.json", "web/api/identity/schemas.json", "web/api/access/schemas.json",
    "web/api/audit/schemas.json",  "web/api/trust/schemas.json",    "web/api/appliance/schemas.json",
};

}  // namespace

std::span<const std::string_view> schema_files() {
  return kFiles;
}

nlohmann::json schemas() {
  nlohmann::json all = nlohmann::json::object();
  for (const std::string_view file : kFiles) {
    const nlohmann::json part = nlohmann::json::parse(embedded_text(file), nullptr, false);
    CONNLOG_ASSERT(part.is_object());  // tests/web/api/schemas_test.cpp reads each of them
    all.update(part);
  }
  notify::add_kinds(all);
  return all;
}

}  // namespace connlog::web
