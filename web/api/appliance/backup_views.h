// How the parts of backups look in JSON (web/api/views.h says what views promise). Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/appliance/backup/bucket_settings.h"

namespace connlog::web::appliance {

nlohmann::json bucket_view(const BucketSettings& settings);  // without the secret key

}  // namespace connlog::web::appliance
