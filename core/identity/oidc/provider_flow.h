// The protocol with a login provider, in both directions: where to send the browser, and how to check it when it comes
// back. Authorization code flow with PKCE (RFC 6749, RFC 7636, RFC 9700), then OpenID Connect Core: the code is
// exchanged for an ID token, which jwt.h verifies. GitHub signs nothing; its API is asked over TLS instead.
//
// Nothing here blocks: answers come through callbacks on the http thread, or at once. The result is a ProviderIdentity.
// login_service decides in a transaction who that is here and whether they may enter. Any thread may enter.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/crypto/keyring.h"
#include "core/identity/oidc/jwt.h"
#include "core/identity/oidc/metadata.h"
#include "core/identity/oidc/pending_logins.h"
#include "core/identity/oidc/provider_http.h"

namespace connlog::oidc {

// What a provider said about a person, after all checks passed.
struct ProviderIdentity {
  std::string sub;
  std::string mail;                           // empty: none given, or not a valid address
  bool mail_verified = false;                 // the provider says so explicitly
  std::string name;                           // never empty
  std::string hosted_domain;                  // Google's `hd`
  std::vector<std::string> role_values = {};  // the values of the role claim
  bool second_factor = false;                 // the provider says that it asked for one (amr, acr)
  Instant authenticated_at = {};              // auth_time; not set: not given
};

struct Arrival {
  PendingLogin pending;
  ProviderIdentity identity;
};

struct Departure {
  std::string url;     // where to send the browser
  std::string cookie;  // the browser's ticket
};

// The query of the callback.
struct Callback {
  std::string state, code, error, issuer;
  bool has_issuer = false;
};

struct TestStep {
  std::string name;  // "discovery", "keys", "client"
  bool ok = false;
  std::string detail;  // for the administrator
};

// The last failure of a provider since the start, shown at its button on the login page.
struct Trouble {
  std::string message;
  Instant at;
};

class ProviderFlow {
 public:
  struct Parts {
    ProviderHttp& http;
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
    std::string redirect_uri;  // made from public_url alone
  };
  explicit ProviderFlow(Parts parts);

  void begin(const LoginProvider&, LoginPurpose, UserId, SessionId, std::function<void(Result<Departure>)> done);
  void arrive(const Callback&, std::string_view cookie, std::function<void(Result<Arrival>)> done);
  // Tests discovery, keys, and whether the provider accepts our client id and secret. Stops at the first failure.
  void test(const LoginProvider&, std::function<void(std::vector<TestStep>)> done);

  // Drops what was fetched for a provider; called when its settings changed.
  void forget(LoginProviderId);
  std::optional<Trouble> trouble(LoginProviderId) const;
  const std::string& redirect_uri() const { return parts_.redirect_uri; }

 private:
  struct Known {
    Metadata metadata;
    Monotonic metadata_until;
    std::optional<Error> failure;  // the failure of the last request for the metadata
    Monotonic again_from;          // no new request before this, so that clicks on a button flood nobody
    std::vector<JsonWebKey> keys;
    Monotonic keys_until;
    Monotonic keys_again_from;  // an unknown key name causes no new request before this
  };
  struct Coming;  // one callback on its way through the steps below
  using ComingPtr = std::shared_ptr<Coming>;

  void with_metadata(const LoginProvider&, std::function<void(Result<Metadata>)> done);
  void with_keys(const LoginProvider&, const Metadata&, bool again,
                 std::function<void(Result<std::vector<JsonWebKey>>)> done);
  void ask(const LoginProvider&, HttpRequest request, const std::string& what,
           std::function<void(Result<HttpAnswer>)> done);

  Result<HttpRequest> token_request(const LoginProvider&, const Metadata&, std::string_view code,
                                    std::string_view verifier) const;
  void exchange(const ComingPtr&);
  void take_tokens(const ComingPtr&, const HttpAnswer&);
  void verify(const ComingPtr&, bool again);
  void ask_userinfo(const ComingPtr&);
  void ask_github(const ComingPtr&);
  void ask_github_mails(const ComingPtr&, const HttpAnswer& user);
  void finish(const ComingPtr&, const nlohmann::json& userinfo);
  void fail(const ComingPtr&, Error);

  void note_trouble(LoginProviderId, const Error&);
  void note_success(LoginProviderId);

  Parts parts_;
  PendingLogins pending_;
  mutable std::mutex mutex_;  // guards known_ and troubles_
  std::map<LoginProviderId, Known> known_;
  std::map<LoginProviderId, Trouble> troubles_;
};

// The person in the claims of a verified ID token, completed from `userinfo`. Pure.
ProviderIdentity read_identity(const LoginProvider&, const nlohmann::json& claims, const nlohmann::json& userinfo);

}  // namespace connlog::oidc
