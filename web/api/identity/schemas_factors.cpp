// The schemas of second factors: logging in with one, proving one afresh, setting them up.
#include "web/api/schema_parts.h"
#include "web/api/schemas.h"

namespace connlog::web {

using nlohmann::json;
using namespace schema;

namespace {

json methods() {
  return list(one_of({"password", "totp", "recovery", "passkey", "provider"}));
}
json base64url() {
  return described(text(1), "base64url without padding");
}

}  // namespace

json factor_schemas() {
  const json request = object({{"challenge", text()},
                               {"rp_id", text()},
                               {"timeout_seconds", integer()},
                               {"user_verification", one_of({"required", "preferred"})},
                               {"credentials", described(list(text()), "Ids of the passkeys that would do.")}});
  const json codes = described(list(text()), "Shown this once. Empty: the earlier ones stay.");
  const json proof = object({{"ticket", text(1, 100)},
                             {"method", one_of({"totp", "recovery", "passkey"})},
                             optional("code", described(text(1, 64), "With totp and recovery.")),
                             optional("passkey", reference("PasskeyAnswer"))});
  return {
      {"PasskeyRequest", request},
      {"PasskeyAnswer", object({{"credential_id", base64url()},
                                {"client_data", base64url()},
                                {"authenticator_data", base64url()},
                                {"signature", base64url()},
                                optional("user_handle", base64url())})},
      {"SecondFactorAsked",
       object({{"second_factor", object({{"methods", methods()},
                                         {"ticket", described(text(), "For the second step; five minutes.")},
                                         {"passkey", or_null(reference("PasskeyRequest"))}})}})},
      {"LoginAnswer", json{{"oneOf", json::array({reference("Me"), reference("SecondFactorAsked")})}}},
      {"LoginTicket", object({{"ticket", text(1, 100)}})},
      {"SecondFactorProof", proof},
      {"PasskeyLoginOptions",
       object({{"passkey", described(or_null(reference("PasskeyRequest")),
                                     "Null: the public address is not a name under https, so there are none.")}})},
      {"StepUpOptions", object({{"methods", methods()},
                                {"providers", list(object({{"id", id()}, {"name", text()}}))},
                                {"passkey", or_null(reference("PasskeyRequest"))}})},
      {"StepUpProof", object({{"method", one_of({"password", "totp", "recovery", "passkey"})},
                              optional("password", text(1, 1024)),
                              optional("code", text(1, 64)),
                              optional("passkey", reference("PasskeyAnswer"))})},
      {"StepUpAnswer", object({{"fresh_seconds", integer()}})},
      {"Passkey", object({{"id", id()},
                          {"name", text()},
                          {"backed_up", described(flag(), "Synchronised between its owner's devices.")},
                          {"created_at", time()},
                          {"last_used_at", or_null(time())}})},
      {"Factors", object({{"totp", or_null(object({{"confirmed_at", time()}, {"last_used_at", or_null(time())}}))},
                          {"recovery", object({{"left", integer()}, {"of", integer()}, {"made_at", or_null(time())}})},
                          {"passkeys", list(reference("Passkey"))},
                          {"passkeys_possible", flag()},
                          {"required_by", list(object({{"id", id()}, {"name", text()}, {"slug", text()}}))}})},
      {"TotpOffer", object({{"secret", described(text(), "base32")}, {"url", described(text(), "For a QR code.")}})},
      {"TotpConfirmation", object({{"code", text(1, 20)}})},
      {"RecoveryCodes", object({{"recovery_codes", codes}})},
      {"NewPasskeyOptions", object({{"challenge", text()},
                                    {"rp_id", text()},
                                    {"rp_name", text()},
                                    {"user_handle", text()},
                                    {"user_name", text()},
                                    {"user_display_name", text()},
                                    {"timeout_seconds", integer()},
                                    {"exclude", list(text())}})},
      {"NewPasskey", object({{"name", text(1, 60)}, {"client_data", base64url()}, {"attestation", base64url()}})},
      {"PasskeyAdded", object({{"passkey", reference("Passkey")}, {"recovery_codes", codes}})},
      {"PasskeyChange", object({{"name", text(1, 60)}})},
      {"SecondFactorPolicy",
       object({{"required", flag()},
               {"required_since", or_null(time())},
               {"grace_until", described(or_null(time()), "Until then people without one are reminded, not refused.")},
               {"members_without", described(list(text()), "Names, at most a hundred.")}})},
      {"SecondFactorPolicyChange", object({{"required", flag()}, optional("grace_days", integer(0, 60))})},
  };
}

}  // namespace connlog::web
