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
  std::string mail_note = {};                 // why there is no verified address, for the administrator
  std::string name;                           // never empty
  bool is_named = false;                      // the name is from the provider
  std::string hosted_domain;                  // Google's `hd`
  std::vector<std::string> role_values = {};  // the values of the role claim
  std::string roles_unread = {};              // why they are not known, for the administrator; empty: they are
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

// How our secret is sent to the token endpoint.
enum class ClientWay {
  none,         // a public client has none
  basic,        // client_secret_basic, form-encoded first as RFC 6749 §2.3.1 wants it
  post,         // client_secret_post
  basic_as_is,  // client_secret_basic without the encoding, as servers read it that know only RFC 7617
};

struct TestStep {
  std::string name;  // "discovery", "clock", "keys", "client"
  bool ok = false;
  std::string detail;       // what was tried and what came of it, for the administrator
  std::string advice = {};  // what to change, where something must be
};

// The last failure of a provider since the start, shown at its button on the login page; or the last thing about it that
// only the administrator need know.
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
  // Tests discovery, the difference of the clocks, keys, and whether the provider accepts our client id and secret.
  // Stops at the first failure, but for that of the clocks.
  void test(const LoginProvider&, std::function<void(std::vector<TestStep>)> done);

  // Drops what was fetched for a provider; called when its settings changed.
  void forget(LoginProviderId);
  std::optional<Trouble> trouble(LoginProviderId) const;
  // What it said last that could not be used, without that it failed: an answer that was refused, a claim or a userinfo
  // answer that cannot be read. For the administrator alone. Kept until the settings are changed or tested.
  std::optional<Trouble> notice(LoginProviderId) const;
  const std::string& redirect_uri() const { return parts_.redirect_uri; }

 private:
  using KeysDone = std::function<void(Result<std::vector<JsonWebKey>>)>;
  struct Known {
    Metadata metadata;
    Monotonic metadata_until;
    std::optional<Error> failure;             // the failure of the last request for the metadata
    Monotonic again_from;                     // no new request before this, so that clicks on a button flood nobody
    bool doubted = false;                     // to be fetched anew when next needed, although they are not old
    Monotonic doubt_again_from;               // not doubted again before this
    std::optional<std::int64_t> clock_ahead;  // seconds by which its clock was ahead of ours; not set: it did not say
    std::vector<JsonWebKey> keys;
    Monotonic keys_until;
    Monotonic keys_again_from;  // a token that the keys do not fit causes no new request before this
    // Set while the keys are on their way: everybody who waits for them, so that many logins at a time ask once.
    std::shared_ptr<std::vector<KeysDone>> keys_coming;
    std::optional<ClientWay> client_way;  // the one that the provider accepted last
  };
  struct Coming;  // one callback on its way through the steps below
  using ComingPtr = std::shared_ptr<Coming>;

  void with_metadata(const LoginProvider&, std::function<void(Result<Metadata>)> done);
  void with_keys(const LoginProvider&, const Metadata&, bool again, KeysDone done);
  // Has the metadata fetched anew when they are next needed, because something at an address in them did not work:
  // providers move their endpoints and their keys. At most once a minute; returns whether it was done now.
  bool doubt(LoginProviderId);
  void ask(const LoginProvider&, HttpRequest request, const std::string& what,
           std::function<void(Result<HttpAnswer>)> done);

  Result<Secret> secret_of(const LoginProvider&) const;
  // The ways in which to try, the likeliest first.
  std::vector<ClientWay> client_ways(const LoginProvider&, const Metadata&, const Secret&) const;
  void note_client_way(LoginProviderId, ClientWay);
  HttpRequest token_request(const LoginProvider&, const Metadata&, const Secret&, ClientWay, std::string_view code,
                            std::string_view verifier) const;
  // Sends `code` in each way until one is accepted as ours, and gives the answer of that one, else the first answer.
  // `tried`: the ways, for people ("client_secret_basic, client_secret_post").
  struct TokenAnswer {
    HttpOutcome outcome;
    bool client_refused = false;
    ClientWay way = ClientWay::none;
    std::string tried;
  };
  void ask_token(const LoginProvider&, const Metadata&, const std::string& code, const std::string& verifier,
                 std::function<void(Result<TokenAnswer>)> done);
  void exchange(const ComingPtr&);
  void take_tokens(const ComingPtr&, const TokenAnswer&);
  void verify(const ComingPtr&, bool again);
  // Fetches the metadata anew where that is due, and then verifies with a fresh key set.
  void verify_again(const ComingPtr&);
  void ask_userinfo(const ComingPtr&);
  void take_userinfo(const ComingPtr&, const std::string& body);
  void verify_userinfo(const ComingPtr&, const std::string& token, bool again);
  void use_userinfo(const ComingPtr&, const nlohmann::json& userinfo);
  // Goes on without userinfo, which nobody needs who is in the ID token.
  void finish_without_userinfo(const ComingPtr&, std::string why);
  void ask_github(const ComingPtr&);
  void ask_github_mails(const ComingPtr&, const HttpAnswer& user);
  void finish(const ComingPtr&, const nlohmann::json& userinfo);
  void fail(const ComingPtr&, Error);

  void note_trouble(LoginProviderId, const Error&);
  void note_success(LoginProviderId);
  std::optional<std::int64_t> clock_ahead(LoginProviderId) const;
  void note_notice(LoginProviderId, const std::string& message);

  Parts parts_;
  PendingLogins pending_;
  mutable std::mutex mutex_;  // guards known_, troubles_ and notices_
  std::map<LoginProviderId, Known> known_;
  std::map<LoginProviderId, Trouble> troubles_;
  std::map<LoginProviderId, Trouble> notices_;
};

// The person in the claims of a verified ID token, completed from `userinfo` (an object). `userinfo_unread` says why
// there is none although it was asked for; empty: it was read, or was not needed. Pure.
ProviderIdentity read_identity(const LoginProvider&, const nlohmann::json& claims, const nlohmann::json& userinfo,
                               const std::string& userinfo_unread);

// Whether something is not in the ID token that userinfo may have. Pure.
bool lacks_userinfo(const LoginProvider&, const nlohmann::json& claims);

}  // namespace connlog::oidc
