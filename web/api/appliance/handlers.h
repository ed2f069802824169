// Handlers about the appliance itself: what runs, mail settings, health and metrics.
// Any worker; what runs inside `ctx.write` runs on the writer thread.
#pragma once

#include "web/api/request_context.h"
#include "web/api/routes.h"
#include "web/api/appliance/services.h"

namespace connlog::web::appliance {

std::span<const Route> routes();

// appliance.cpp
Result<Reply> appliance(Context&);
Result<Reply> mail_settings(Context&);
Result<Reply> change_mail_settings(Context&);
Result<Reply> test_mail(Context&);
// health.cpp
Result<Reply> health(Context&);
// operations.cpp
Result<Reply> healthz(Context&);
Result<Reply> readyz(Context&);
Result<Reply> metrics(Context&);

}  // namespace connlog::web::appliance
