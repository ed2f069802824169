// How second factors look in JSON, and reading what authenticators say from it. Shared by the handlers of the login, of
// the step-up and of the account. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "core/identity/oidc/provider.h"
#include "core/identity/second_factor.h"
#include "web/api/json_body.h"

namespace connlog::web {

nlohmann::json methods_view(const std::vector<ProofMethod>& methods);
nlohmann::json view(const Passkey&);
nlohmann::json policy_standing_view(const PolicyStanding&);  // null: no factor is required, or the person has one

// How a person can prove who they are: their second factors, or without any their password; last, a login at one of
// `providers` (those that can prove it afresh).
// A person whose only proof is a provider that cannot prove afresh gets `provider` alone.
Result<std::vector<ProofMethod>> step_up_methods(const SecondFactors&, Snapshot&, const User&,
                                                 const std::vector<LoginProvider>& providers);
nlohmann::json providers_view(const std::vector<LoginProvider>&);  // id and name

// What navigator.credentials.get needs, or null where the person has no passkey. `ceremony` is what the challenge is
// for.
Result<nlohmann::json> passkey_request(const SecondFactors&, Snapshot&, UserId, std::string_view ceremony);
// The same for a login by a passkey alone: it names no person, and the authenticator must verify its user.
nlohmann::json passwordless_request(const SecondFactors&);

// `PasskeyAnswer`
Result<PasskeyAnswer> read_passkey_answer(const Body& body);
// "method" with "code" or "passkey".
Result<Proof> read_proof(const Body& body);

}  // namespace connlog::web
