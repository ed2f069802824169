// The schemas of one's own account, of the ways into it, and of letters.
#include "web/api/schema_parts.h"
#include "web/api/schemas.h"

namespace connlog::web {

using nlohmann::json;
using namespace schema;

json account_schemas() {
  json mail_change = object({{"mail", text()},
                             {"former_agreed", described(flag(), "The address until now has agreed.")},
                             {"new_agreed", described(flag(), "The new address has agreed.")},
                             {"expires_at", time()}});
  const json token = described(text(1, 200), "Of the link.");
  const json password = described(text(1, 1024), "Write-only.");
  return {
      {"Account",
       object({{"id", id()},
               {"name", text()},
               {"mail", text()},
               {"mail_verified_at", or_null(time())},
               {"created_at", time()},
               {"last_login_at", or_null(time())},
               {"has_password", flag()},
               {"password_changed_at", or_null(time())},
               {"login_notices", described(flag(), "A mail when somebody logs in from a new place.")},
               {"mail_change", described(or_null(std::move(mail_change)), "Null: none waits.")},
               {"owned_alone",
                described(list(text()), "Workspaces that must get another owner before this account can go.")},
               {"mail_works", described(flag(), "The appliance can send mail.")}})},
      {"AccountChange", object({optional("name", text(1, 80)), optional("login_notices", flag())})},
      {"PasswordChange", object({{"current", password}, {"password", password}})},
      {"MailChange", object({{"mail", text(1, 254)}})},
      {"OwnSession", object({{"id", id()},
                             {"current", described(flag(), "The one that asks.")},
                             {"device", described(text(), "As the browser describes itself: a hint, not a proof.")},
                             {"address", text()},
                             {"created_at", time()},
                             {"last_seen_at", time()},
                             {"expires_at", time()}})},
      {"SessionList", page_of("OwnSession")},
      {"RegistrationState", object({{"open", flag()}, {"mail_works", flag()}})},
      {"Registration", object({{"name", text(1, 80)}, {"mail", text(1, 254)}})},
      {"PasswordReset", object({{"mail", text(1, 254)}})},
      {"NewPasswordByLink", object({{"token", token}, {"password", password}})},
      {"MailLinkAnswer", object({{"token", token},
                                 {"kind", one_of({"mail", "former", "new"})},
                                 optional("agree", described(flag(), "False refuses a change. Else true."))})},
      {"MailLinkOutcome", object({{"outcome", one_of({"verified", "waits_for_other", "changed", "refused"})}})},
      {"Letter", object({{"id", id()},
                         {"kind", text()},
                         {"to", text()},
                         {"subject", text()},
                         {"state", one_of({"queued", "leased", "sent", "failed"})},
                         {"attempts", integer()},
                         {"created_at", time()},
                         {"next_attempt_at", or_null(time())},
                         {"sent_at", or_null(time())},
                         {"last_error", text()}})},
      {"LetterList", page_of("Letter")},
  };
}

}  // namespace connlog::web
