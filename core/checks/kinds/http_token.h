// OAuth2 client credentials (RFC 6749 §4.4) for checks: the request for a token, what its answer says, and the tokens that
// are kept until they expire, each for the one spec for which it was fetched. The kept ones belong to the thread that calls;
// the rest is pure.
#pragma once

#include <memory>
#include <string>

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/checks/check.h"
#include "core/checks/kinds/http_exchange.h"

namespace connlog {

// Without the trust and the family, which are the check's.
HttpAsk token_ask(const HttpPlan& plan, const HttpUrl& target, std::string_view client_secret);

struct TokenAnswer {
  std::string trouble = {};  // not empty: there is no token; for people
  CheckReason reason = CheckReason::login_failed;
  Secret token = {};
  seconds holds{0};  // from now on; 0: it is not kept
};
TokenAnswer token_of(const HttpSeen& seen);

// The token that is kept for the spec; empty: none that is good for a while yet.
Secret kept_token(const std::shared_ptr<const CheckSpec>& spec, Monotonic now);
void keep_token(const std::shared_ptr<const CheckSpec>& spec, const Secret& token, Monotonic until);
void drop_token(const std::shared_ptr<const CheckSpec>& spec);

}  // namespace connlog
