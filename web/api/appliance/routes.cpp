// Routes of the appliance as a whole: what runs, how mail leaves it, whether it works, and the API itself.
#include "web/api/rows.h"
#include "web/api/appliance/handlers.h"
#include "web/api/openapi.h"

namespace connlog::web::appliance {
namespace {

using namespace rows;

constexpr Route kRoutes[] = {
    // The installation as a whole
    get("appliance", "/api/v1/appliance", administrator, appliance, "What runs here", answers("Appliance")),
    get("applianceHealth", "/api/v1/appliance/health", administrator, health,
        "What the appliance found about its own parts", answers("ApplianceHealth")),
    get("mailSettings", "/api/v1/appliance/mail", administrator, mail_settings, "How mail leaves the appliance",
        answers("MailSettings")),
    put("changeMailSettings", "/api/v1/appliance/mail", administrator, change_mail_settings,
        "Set how mail leaves the appliance", takes("MailSettingsChange"), answers("MailSettings")),
    post("testMail", "/api/v1/appliance/mail/test", administrator, test_mail,
         "Send a test mail and wait for the real answer", takes("MailTest"), answers("TestAnswer")),

    // About the API itself
    get("openapi", "/api/v1/openapi.json", anyone, openapi, "This document", answers("application/json")),

    // For those who run the appliance, and for programs
    get("healthz", "/healthz", machine, healthz, "Whether the process answers", answers("text/plain")),
    get("readyz", "/readyz", machine, readyz, "Whether it can do its work", answers("text/plain")),
    get("metrics", "/metrics", machine.at_our_host(), metrics,
        "Figures for Prometheus; on this machine or for administrators", answers("text/plain")),
};

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

}  // namespace connlog::web::appliance
