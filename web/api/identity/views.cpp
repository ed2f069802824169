#include "web/api/identity/views.h"

#include <nlohmann/json.hpp>

#include "web/api/views.h"

namespace connlog::web {

using nlohmann::json;

json view(const User& user) {
  return {{"id", user.id.text()},
          {"name", user.name},
          {"mail", user.mail},
          {"appliance_administrator", user.appliance_administrator}};
}

}  // namespace connlog::web
