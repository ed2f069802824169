#include "core/identity/oidc/provider_flow.h"

#include <fmt/format.h>
#include <mbedtls/sha256.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/crypto/sealed.h"
#include "core/identity/oidc/clock_difference.h"
#include "core/identity/oidc/strict_json.h"

namespace connlog::oidc {
namespace {

using nlohmann::json;

constexpr seconds kMetadataKept{3'600};
constexpr seconds kKeysKept{3'600};
constexpr seconds kKeysAgainAfter{60};
constexpr seconds kAfterFailure{10};
constexpr seconds kDoubtAgainAfter{60};
constexpr milliseconds kConnectTimeout{5'000};
constexpr milliseconds kTimeout{10'000};
constexpr std::size_t kNoticeBytesMax = 600;

Error trouble_with(std::string message, std::string cause = {}) {
  return Error{ErrorCode::network, std::move(message), {}, std::move(cause)};
}

// Keeps the unreserved characters of RFC 3986 and writes the rest as %XX, for queries, form bodies and Basic credentials.
// A space is %20 and not +: whoever decodes forms reads both, and whoever only decodes %XX reads this one.
std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string query_of(const std::vector<std::pair<std::string_view, std::string>>& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    out += fmt::format("{}={}", name, escape(value));
  }
  return out;
}

// The code challenge, RFC 7636 §4.2.
std::string challenge_of(std::string_view verifier) {
  std::array<unsigned char, 32> digest{};
  mbedtls_sha256(reinterpret_cast<const unsigned char*>(verifier.data()), verifier.size(), digest.data(), 0);
  return to_base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

HttpRequest get(const std::string& url, std::size_t bytes_max = kJsonBytesMax) {
  HttpRequest request;
  request.url = url;
  request.headers = {{"Accept", "application/json"}};
  request.connect_timeout = kConnectTimeout;
  request.timeout = kTimeout;
  request.answer_bytes_max = bytes_max;
  return request;
}

HttpRequest get_as(const std::string& url, const Secret& access_token) {
  HttpRequest request = get(url);
  request.headers.push_back({"Authorization", fmt::format("Bearer {}", access_token.reveal())});
  return request;
}

// The error code in an answer, RFC 6749 §5.2. Only words of the expected shape are repeated.
std::string error_word(const json& answer) {
  const std::string word = text_member(answer, "error").value_or("");
  const bool good = !word.empty() && word.size() <= 60 &&
                    std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return good ? word : std::string();
}

std::string_view name_of(ClientWay way) {
  switch (way) {
    case ClientWay::none:
      return "without a secret";
    case ClientWay::basic:
      return "client_secret_basic";
    case ClientWay::post:
      return "client_secret_post";
    case ClientWay::basic_as_is:
      return "client_secret_basic without form-encoding";
  }
  return "?";
}

// Whether a token endpoint refused us, and not the code (RFC 6749 §5.2). invalid_request is one: a server that does not
// look into the header misses the client id in the body.
bool refuses_client(const HttpOutcome& outcome) {
  if (outcome.failure) return false;
  const auto answer = parse_strict_object(outcome.answer.body, "The answer of its token endpoint");
  const std::string word = answer ? error_word(*answer) : std::string();
  if (word == "invalid_grant" || word == "bad_verification_code") return false;
  return outcome.answer.status == 401 || word == "invalid_client" || word == "unauthorized_client" ||
         word == "incorrect_client_credentials" || word == "invalid_request";
}

}  // namespace

struct ProviderFlow::Coming {
  PendingLogin pending;
  Callback callback;
  Metadata metadata;
  std::string id_token;
  Secret access_token;
  json claims;
  std::string userinfo_unread;
  std::function<void(Result<Arrival>)> done;
};

ProviderFlow::ProviderFlow(Parts parts) : parts_(std::move(parts)), pending_(parts_.clock, parts_.random) {}

// ------------------------------------------------------------------- fetching

// Calls `done` with the answer if it is 200, otherwise with an error that names `what`.
void ProviderFlow::ask(const LoginProvider& provider, HttpRequest request, const std::string& what,
                       std::function<void(Result<HttpAnswer>)> done) {
  parts_.http.call(std::move(request), provider.ca_pem, [what, done = std::move(done)](const HttpOutcome& outcome) {
    if (outcome.failure) return done(trouble_with(fmt::format("{}: {}", what, outcome.failure->message)));
    const int status = outcome.answer.status;
    if (status >= 300 && status < 400)
      return done(trouble_with(fmt::format("{}: the provider answered with a redirect, which is not followed.", what)));
    if (status != 200) return done(trouble_with(fmt::format("{}: the provider answered HTTP {}.", what, status)));
    done(outcome.answer);
  });
}

void ProviderFlow::with_metadata(const LoginProvider& provider, std::function<void(Result<Metadata>)> done) {
  if (provider.preset == ProviderPreset::github) return done(github_metadata(provider.issuer));
  {
    std::optional<Result<Metadata>> known;
    {
      const std::lock_guard lock(mutex_);
      const Monotonic now = parts_.clock.monotonic();
      const auto found = known_.find(provider.id);
      if (found != known_.end() && now < found->second.metadata_until && !found->second.doubted) {
        known = found->second.metadata;
      } else if (found != known_.end() && found->second.failure && now < found->second.again_from) {
        known = *found->second.failure;
      }
    }
    if (known) return done(*known);
  }
  ask(provider, get(discovery_url(provider.issuer)), "Its discovery document",
      [this, id = provider.id, issuer = provider.issuer, done = std::move(done)](Result<HttpAnswer> answer) {
        auto metadata = answer ? parse_metadata(answer->body, issuer) : Result<Metadata>(answer.error());
        const auto clock_ahead = answer ? clock_ahead_of(*answer, parts_.clock.now()) : std::nullopt;
        {
          const std::lock_guard lock(mutex_);
          Known& known = known_[id];
          const Monotonic now = parts_.clock.monotonic();
          known.doubted = false;
          if (!metadata && now < known.metadata_until) {
            // Only doubts asked for them. What is known stays good for its hour.
            metadata = known.metadata;
          } else if (!metadata) {
            known.failure = metadata.error();
            known.again_from = now + kAfterFailure;
          } else {
            known.failure.reset();
            if (known.metadata.jwks_uri != metadata->jwks_uri) {
              known.keys_until = {};
              known.keys_again_from = {};
            }
            known.metadata = *metadata;
            known.metadata_until = now + kMetadataKept;
            known.clock_ahead = clock_ahead;
          }
        }
        done(std::move(metadata));
      });
}

bool ProviderFlow::doubt(LoginProviderId id) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(id);
  const Monotonic now = parts_.clock.monotonic();
  if (found == known_.end() || now < found->second.doubt_again_from) return false;
  found->second.doubted = true;
  found->second.doubt_again_from = now + kDoubtAgainAfter;
  return true;
}

void ProviderFlow::with_keys(const LoginProvider& provider, const Metadata& metadata, bool again, KeysDone done) {
  const auto coming = std::make_shared<std::vector<KeysDone>>();
  {
    std::optional<std::vector<JsonWebKey>> known;
    {
      const std::lock_guard lock(mutex_);
      Known& here = known_[provider.id];
      const Monotonic now = parts_.clock.monotonic();
      const bool fresh = now < here.keys_until;
      if (here.keys_coming && (again || !fresh)) {
        here.keys_coming->push_back(std::move(done));
        return;
      }
      // A flood of tokens that no key fits must not become a flood of requests.
      if (fresh && (!again || now < here.keys_again_from)) {
        known = here.keys;
      } else {
        if (again) here.keys_again_from = now + kKeysAgainAfter;
        coming->push_back(std::move(done));
        here.keys_coming = coming;
      }
    }
    if (known) return done(*std::move(known));
  }
  ask(provider, get(metadata.jwks_uri), "Its keys", [this, id = provider.id, again, coming](Result<HttpAnswer> answer) {
    auto keys = answer ? parse_key_set(answer->body) : Result<std::vector<JsonWebKey>>(answer.error());
    std::vector<KeysDone> waiting;
    {
      const std::lock_guard lock(mutex_);
      waiting = std::move(*coming);
      // Keys that were forgotten meanwhile were those of other settings.
      const auto found = known_.find(id);
      if (found != known_.end() && found->second.keys_coming == coming) {
        Known& known = found->second;
        const Monotonic now = parts_.clock.monotonic();
        known.keys_coming.reset();
        if (keys) {
          known.keys = *keys;
          known.keys_until = now + kKeysKept;
        } else if (again) {
          known.keys_again_from = now + kAfterFailure;
        }
      }
    }
    for (const KeysDone& each : waiting) each(keys);
  });
}

// ----------------------------------------------------------------------- away

void ProviderFlow::begin(const LoginProvider& provider, LoginPurpose purpose, UserId user, SessionId session,
                         std::function<void(Result<Departure>)> done) {
  with_metadata(provider, [this, provider, purpose, user, session, done = std::move(done)](Result<Metadata> metadata) {
    if (!metadata) {
      note_trouble(provider.id, metadata.error());
      return done(metadata.error());
    }
    PendingLogin login;
    login.provider = provider;
    login.purpose = purpose;
    login.user = user;
    login.session = session;
    const Tickets tickets = pending_.add(login);
    std::vector<std::pair<std::string_view, std::string>> fields = {
        {"response_type", "code"},
        {"client_id", provider.client_id},
        {"redirect_uri", parts_.redirect_uri},
        {"scope", std::string(facts_of(provider.preset).scopes)},
        {"state", tickets.state},
        {"code_challenge", challenge_of(login.verifier.reveal())},
        {"code_challenge_method", "S256"},
    };
    if (provider.preset != ProviderPreset::github) {
      fields.emplace_back("nonce", login.nonce);
      if (purpose == LoginPurpose::step_up) {
        fields.emplace_back("prompt", "login");
        fields.emplace_back("max_age", "0");
      }
      if (provider.counts_as_second_factor && !provider.second_factor_acr.empty())
        fields.emplace_back("acr_values", provider.second_factor_acr);
    }
    const std::string& where = metadata->authorization_endpoint;
    done(Departure{fmt::format("{}{}{}", where, where.find('?') == std::string::npos ? '?' : '&', query_of(fields)),
                   tickets.cookie});
  });
}

// ----------------------------------------------------------------------- back

void ProviderFlow::fail(const ComingPtr& coming, Error error) {
  // A person who declined at the provider is not a failure of the provider.
  if (error.field != "declined") note_trouble(coming->pending.provider.id, error);
  coming->done(std::move(error));
}

void ProviderFlow::arrive(const Callback& callback, std::string_view cookie,
                          std::function<void(Result<Arrival>)> done) {
  auto pending = pending_.take(callback.state, cookie);
  if (!pending) return done(pending.error());
  const auto coming = std::make_shared<Coming>();
  coming->pending = std::move(pending).value();
  coming->callback = callback;
  coming->done = std::move(done);
  const LoginProvider& provider = coming->pending.provider;
  // RFC 9207: refuses the answer of another provider (mix-up attack).
  if (callback.has_issuer && callback.issuer != provider.issuer)
    return fail(coming,
                {ErrorCode::unauthenticated, "The answer comes from another provider than the one asked.", "iss"});
  if (!callback.error.empty()) {
    const std::string word = error_word({{"error", callback.error}});
    if (word == "access_denied")
      return fail(coming, {ErrorCode::unauthenticated, "You did not allow the login there.", "declined"});
    return fail(coming,
                trouble_with(fmt::format("The provider refused the login ({}).", word.empty() ? "no reason" : word)));
  }
  if (callback.code.empty())
    return fail(coming, trouble_with("The provider sent nothing that could be exchanged for a login."));
  with_metadata(provider, [this, coming](Result<Metadata> metadata) {
    if (!metadata) return fail(coming, metadata.error());
    coming->metadata = std::move(metadata).value();
    if (coming->metadata.answers_with_issuer && !coming->callback.has_issuer)
      return fail(coming, {ErrorCode::unauthenticated, "The answer does not say which provider it comes from.", "iss"});
    exchange(coming);
  });
}

Result<Secret> ProviderFlow::secret_of(const LoginProvider& provider) const {
  if (provider.sealed_secret.empty()) return Secret();
  return unseal(parts_.keyring, fmt::format("login_provider.{}", provider.id.text()), provider.sealed_secret);
}

// Which way a provider takes is said by its metadata, not always, and not always rightly: some list two ways and take
// the one that the client was registered with. So all are tried until one is accepted. Each request uses one way alone
// (RFC 6749 §2.3), and all go to the same token endpoint, which knows the secret anyway.
std::vector<ClientWay> ProviderFlow::client_ways(const LoginProvider& provider, const Metadata& metadata,
                                                 const Secret& secret) const {
  if (secret.empty()) return {ClientWay::none};
  if (provider.preset == ProviderPreset::github) return {ClientWay::post};
  std::vector<ClientWay> ways = {ClientWay::basic, ClientWay::post};
  if (metadata.secret_in_body) std::swap(ways[0], ways[1]);
  const bool differs = escape(provider.client_id) != provider.client_id || escape(secret.reveal()) != secret.reveal();
  // A colon in the client id would move the border between id and secret.
  if (differs && provider.client_id.find(':') == std::string::npos) ways.push_back(ClientWay::basic_as_is);
  const std::lock_guard lock(mutex_);
  const auto known = known_.find(provider.id);
  if (known != known_.end() && known->second.client_way)
    std::ranges::stable_partition(ways, [&](ClientWay way) { return way == *known->second.client_way; });
  return ways;
}

void ProviderFlow::note_client_way(LoginProviderId id, ClientWay way) {
  const std::lock_guard lock(mutex_);
  if (const auto known = known_.find(id); known != known_.end()) known->second.client_way = way;
}

HttpRequest ProviderFlow::token_request(const LoginProvider& provider, const Metadata& metadata, const Secret& secret,
                                        ClientWay way, std::string_view code, std::string_view verifier) const {
  HttpRequest request = get(metadata.token_endpoint);
  request.method = "POST";
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  std::vector<std::pair<std::string_view, std::string>> fields = {{"grant_type", "authorization_code"},
                                                                  {"code", std::string(code)},
                                                                  {"redirect_uri", parts_.redirect_uri},
                                                                  {"code_verifier", std::string(verifier)}};
  if (way == ClientWay::none || way == ClientWay::post) fields.emplace_back("client_id", provider.client_id);
  if (way == ClientWay::post) fields.emplace_back("client_secret", std::string(secret.reveal()));
  if (way == ClientWay::basic || way == ClientWay::basic_as_is) {
    const bool as_is = way == ClientWay::basic_as_is;
    const std::string pair = as_is ? fmt::format("{}:{}", provider.client_id, secret.reveal())
                                   : fmt::format("{}:{}", escape(provider.client_id), escape(secret.reveal()));
    std::string encoded(sodium_base64_encoded_len(pair.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(encoded.data(), encoded.size(), reinterpret_cast<const unsigned char*>(pair.data()), pair.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    encoded.pop_back();
    request.headers.push_back({"Authorization", "Basic " + encoded});
  }
  request.body = query_of(fields);
  return request;
}

void ProviderFlow::ask_token(const LoginProvider& provider, const Metadata& metadata, const std::string& code,
                             const std::string& verifier, std::function<void(Result<TokenAnswer>)> done) {
  auto secret = secret_of(provider);
  if (!secret) return done(secret.error());
  // Shared by the requests, which follow each other.
  struct Asking {
    LoginProvider provider;
    Metadata metadata;
    Secret secret;
    std::string code, verifier;
    std::vector<ClientWay> ways;
    std::size_t at = 0;
    std::optional<HttpOutcome> first;
    std::string tried;
    std::function<void(Result<TokenAnswer>)> done;
    std::function<void()> next;
  };
  const auto asking = std::make_shared<Asking>();
  asking->provider = provider;
  asking->metadata = metadata;
  asking->secret = std::move(secret).value();
  asking->code = code;
  asking->verifier = verifier;
  asking->ways = client_ways(provider, metadata, asking->secret);
  asking->done = std::move(done);
  asking->next = [this, weak = std::weak_ptr<Asking>(asking)] {
    const auto here = weak.lock();
    if (!here) return;
    const ClientWay way = here->ways[here->at++];
    if (!here->tried.empty()) here->tried += ", ";
    here->tried += name_of(way);
    parts_.http.call(token_request(here->provider, here->metadata, here->secret, way, here->code, here->verifier),
                     here->provider.ca_pem, [this, here, way](const HttpOutcome& outcome) {
                       const bool refused = refuses_client(outcome);
                       if (!refused) {
                         // The client is looked at before the code, so a word about the code accepts the client.
                         if (!outcome.failure && outcome.answer.status < 500) note_client_way(here->provider.id, way);
                         return here->done(TokenAnswer{outcome, false, way, here->tried});
                       }
                       if (!here->first) here->first = outcome;
                       if (here->at < here->ways.size()) return here->next();
                       here->done(TokenAnswer{*here->first, true, way, here->tried});
                     });
  };
  asking->next();
}

void ProviderFlow::exchange(const ComingPtr& coming) {
  const PendingLogin& pending = coming->pending;
  ask_token(pending.provider, coming->metadata, coming->callback.code, std::string(pending.verifier.reveal()),
            [this, coming](const Result<TokenAnswer>& answer) {
              if (!answer) return fail(coming, answer.error());
              if (answer->outcome.failure) {
                doubt(coming->pending.provider.id);
                return fail(coming, trouble_with("Its token endpoint: " + answer->outcome.failure->message));
              }
              take_tokens(coming, *answer);
            });
}

void ProviderFlow::take_tokens(const ComingPtr& coming, const TokenAnswer& token_answer) {
  const HttpAnswer& answer = token_answer.outcome.answer;
  if (answer.status >= 300 && answer.status < 400) {
    doubt(coming->pending.provider.id);
    return fail(coming, trouble_with("Its token endpoint answered with a redirect, which is not followed."));
  }
  auto parsed = parse_strict_object(answer.body, "The answer of its token endpoint");
  // GitHub sends errors with status 200.
  const std::string refusal = parsed ? error_word(*parsed) : std::string();
  if (answer.status != 200 || !refusal.empty()) {
    doubt(coming->pending.provider.id);
    return fail(coming,
                trouble_with(fmt::format(
                    "Its token endpoint refused the login (HTTP {}{}{}{}).", answer.status, refusal.empty() ? "" : ", ",
                    refusal,
                    token_answer.client_refused && token_answer.way != ClientWay::none
                        ? fmt::format("; tried: {}. Are the client id and the secret right?", token_answer.tried)
                        : "")));
  }
  if (!parsed) return fail(coming, parsed.error());
  coming->access_token = Secret(text_member(*parsed, "access_token").value_or(""));
  if (coming->pending.provider.preset == ProviderPreset::github) return ask_github(coming);
  coming->id_token = text_member(*parsed, "id_token").value_or("");
  if (coming->id_token.empty())
    return fail(coming, trouble_with("Its answer has no ID token. Is the scope openid allowed there?"));
  verify(coming, false);
}

void ProviderFlow::verify(const ComingPtr& coming, bool again) {
  with_keys(
      coming->pending.provider, coming->metadata, again, [this, coming, again](Result<std::vector<JsonWebKey>> keys) {
        if (!keys) return again ? fail(coming, keys.error()) : verify_again(coming);
        const LoginProvider& provider = coming->pending.provider;
        auto claims = verify_id_token(coming->id_token, *keys,
                                      {provider.issuer, provider.client_id, coming->pending.nonce, parts_.clock.now()});
        // The provider may have changed its keys, under new names, under the same or without any: try once more with
        // a fresh key set. This opens nothing: the token must be right under the keys that the provider publishes now.
        if (!claims && claims.error().code == ErrorCode::not_found && !again) return verify_again(coming);
        if (!claims) {
          Error error = claims.error();
          error.code = ErrorCode::unauthenticated;
          return fail(coming, std::move(error));
        }
        const std::string tenant = microsoft_tenant(provider.issuer);
        if (provider.preset == ProviderPreset::microsoft && text_member(*claims, "tid") != tenant)
          return fail(coming, {ErrorCode::unauthenticated, "The ID token is of another tenant.", "tid"});
        coming->claims = std::move(claims).value();
        ask_userinfo(coming);
      });
}

void ProviderFlow::verify_again(const ComingPtr& coming) {
  // The keys may have moved, too. The document must still be that of the same issuer.
  if (!doubt(coming->pending.provider.id)) return verify(coming, true);
  with_metadata(coming->pending.provider, [this, coming](const Result<Metadata>& metadata) {
    if (metadata) coming->metadata = *metadata;
    verify(coming, true);
  });
}

// -------------------------------------------------------------------- userinfo

void ProviderFlow::ask_userinfo(const ComingPtr& coming) {
  const LoginProvider& provider = coming->pending.provider;
  if (!lacks_userinfo(provider, coming->claims)) return finish(coming, json::object());
  if (coming->metadata.userinfo_endpoint.empty()) return finish(coming, json::object());
  if (coming->access_token.empty())
    return finish_without_userinfo(coming, "userinfo was not asked, because the provider sent no access token");
  ask(provider, get_as(coming->metadata.userinfo_endpoint, coming->access_token), "Its userinfo endpoint",
      [this, coming](Result<HttpAnswer> answer) {
        if (!answer) return finish_without_userinfo(coming, answer.error().message);
        take_userinfo(coming, answer->body);
      });
}

// The ID token proves who the person is. Userinfo only adds to it, so an answer that cannot be read or believed takes
// nothing away from the login: it is not used, and the administrator is told. One case is another: an answer that can
// be read and is about somebody else.
void ProviderFlow::take_userinfo(const ComingPtr& coming, const std::string& body) {
  const std::size_t begin = body.find_first_not_of(" \t\r\n");
  // By its form, because the Content-Type is wrong at times. A token is never JSON, and JSON is never a token.
  if (begin != std::string::npos && body[begin] != '{') {
    const std::size_t end = body.find_last_not_of(" \t\r\n");
    const std::string text = body.substr(begin, end - begin + 1);
    if (std::ranges::count(text, '.') >= 2 && text.find_first_of(" \t\r\n<\"") == std::string::npos)
      return verify_userinfo(coming, text, false);
  }
  const auto userinfo = parse_strict_object(body, "The answer of its userinfo endpoint");
  if (!userinfo) return finish_without_userinfo(coming, userinfo.error().message);
  use_userinfo(coming, *userinfo);
}

void ProviderFlow::verify_userinfo(const ComingPtr& coming, const std::string& token, bool again) {
  with_keys(coming->pending.provider, coming->metadata, again,
            [this, coming, token, again](const Result<std::vector<JsonWebKey>>& keys) {
              if (!keys) return finish_without_userinfo(coming, keys.error().message);
              const LoginProvider& provider = coming->pending.provider;
              const auto claims = verify_userinfo_token(
                  token, *keys, {provider.issuer, provider.client_id, coming->pending.nonce, parts_.clock.now()});
              if (claims) return use_userinfo(coming, *claims);
              if (claims.error().code == ErrorCode::not_found && !again) return verify_userinfo(coming, token, true);
              finish_without_userinfo(coming, claims.error().message);
            });
}

void ProviderFlow::use_userinfo(const ComingPtr& coming, const json& userinfo) {
  // OpenID Connect Core §5.3.2: it must be about the same person.
  const auto subject = text_member(userinfo, "sub");
  if (!subject) {
    return finish_without_userinfo(
        coming, "The answer of its userinfo endpoint does not say whom it is about (sub), so it was not used.");
  }
  if (subject != text_member(coming->claims, "sub"))
    return fail(coming, {ErrorCode::unauthenticated, "Its userinfo endpoint speaks of somebody else.", "sub"});
  finish(coming, userinfo);
}

void ProviderFlow::finish_without_userinfo(const ComingPtr& coming, std::string why) {
  coming->userinfo_unread = std::move(why);
  finish(coming, json::object());
}

void ProviderFlow::finish(const ComingPtr& coming, const json& userinfo) {
  const LoginProviderId id = coming->pending.provider.id;
  note_success(id);
  ProviderIdentity identity =
      read_identity(coming->pending.provider, coming->claims, userinfo, coming->userinfo_unread);
  if (!identity.roles_unread.empty()) {
    note_notice(id, "Roles: " + identity.roles_unread);
  } else if (!coming->userinfo_unread.empty()) {
    note_notice(id, coming->userinfo_unread);
  }
  coming->done(Arrival{std::move(coming->pending), std::move(identity)});
}

// --------------------------------------------------------------------- GitHub

// GitHub signs nothing. We rely on what its API says over TLS to a token that it gave to our client.
void ProviderFlow::ask_github(const ComingPtr& coming) {
  if (coming->access_token.empty()) return fail(coming, trouble_with("Its answer has no access token."));
  ask(coming->pending.provider, get_as(coming->metadata.userinfo_endpoint, coming->access_token), "Its API",
      [this, coming](const Result<HttpAnswer>& answer) {
        if (!answer) return fail(coming, answer.error());
        ask_github_mails(coming, *answer);
      });
}

void ProviderFlow::ask_github_mails(const ComingPtr& coming, const HttpAnswer& answer) {
  const auto user = parse_strict_object(answer.body, "The answer of its API");
  if (!user) return fail(coming, user.error());
  // The number never changes. The name may be given up and taken by another person.
  const auto number = user->find("id");
  if (number == user->end() || !number->is_number_unsigned() || *number == 0)
    return fail(coming, {ErrorCode::unauthenticated, "Its API does not say who logged in.", "sub"});
  coming->claims = {{"sub", std::to_string(number->get<std::uint64_t>())}};
  for (const char* const name : {"name", "login"}) {
    const auto text = text_member(*user, name);
    if (text && !text->empty() && !coming->claims.contains("name")) coming->claims["name"] = *text;
  }
  ask(coming->pending.provider, get_as(coming->metadata.mails_endpoint, coming->access_token),
      "Its list of mail addresses", [this, coming](const Result<HttpAnswer>& list) {
        // The account's number is known already. Without the list there is only no address.
        if (!list) return finish_without_userinfo(coming, list.error().message);
        // The answer is an array. It is wrapped into an object so that the same strict reader can read it.
        const auto mails = parse_strict_object("{\"mails\":" + list->body + "}", "The list of mail addresses");
        if (!mails) return finish_without_userinfo(coming, mails.error().message);
        for (const json& mail : (*mails)["mails"]) {
          // Only the primary address, and only if verified: the others may belong to somebody else or were never
          // proved.
          if (!mail.is_object() || mail.value("primary", json()) != true || mail.value("verified", json()) != true)
            continue;
          coming->claims["email"] = text_member(mail, "email").value_or("");
          coming->claims["email_verified"] = true;
        }
        finish(coming, json::object());
      });
}

// ----------------------------------------------------------------------- test

namespace {

TestStep discovery_failed(const std::string& url, const Error& error) {
  std::string advice =
      "Check the issuer, the name in the DNS, and the firewall. Paste the certificate of a private authority into these "
      "settings.";
  if (error.field == "issuer") {
    advice = "Copy the issuer as the provider writes it, to the last slash.";
  } else if (error.message.find("HTTP 404") != std::string::npos) {
    advice =
        "There is nothing at this address. Look the issuer up at the provider: for Keycloak it ends with "
        "/realms/<realm>, for authentik with /application/o/<slug>/.";
  }
  return {"discovery", false, fmt::format("Asked {}. {}", url, error.message), advice};
}

TestStep clock_step(std::int64_t ahead) {
  const std::int64_t apart = ahead < 0 ? -ahead : ahead;
  if (apart <= 1) return {"clock", true, "The provider's clock and this appliance's agree."};
  const std::string detail =
      fmt::format("The provider's clock is {} seconds {} this appliance's. A difference of {} seconds is allowed.",
                  apart, ahead < 0 ? "behind" : "ahead of", kClockSkew.count());
  if (apart <= kClockSkew.count()) return {"clock", true, detail};
  return {"clock", false, detail, "Set the clock that is wrong by NTP. Until then every login is refused."};
}

TestStep keys_step(const Metadata& metadata, const std::vector<JsonWebKey>& keys) {
  const std::string advice = "Let the provider sign the ID tokens of this client with RS256, ES256 or EdDSA (Ed25519).";
  const auto fit = std::ranges::count_if(keys, [](const JsonWebKey& key) { return key.unfit.empty(); });
  if (fit == 0) {
    std::string detail = fmt::format(
        "None of the keys at {} can be used. RS256 with 2048 bits or more, ES256 and EdDSA (Ed25519) are understood.",
        metadata.jwks_uri);
    if (!keys.empty()) detail += fmt::format(" One is {}.", keys.front().unfit);
    return {"keys", false, detail, advice};
  }
  if (!metadata.signs_readably)
    return {"keys", false, "The discovery document lists only algorithms that connlog does not understand.", advice};
  return {"keys", true, fmt::format("Usable keys: {}.", fit)};
}

// What its answer to a code that cannot be right says about the client.
TestStep client_step(const HttpOutcome& outcome, bool refused, const std::string& tried, const Metadata& metadata,
                     bool secret_has_blanks) {
  const std::string where = fmt::format("Tried at {}: {}.", metadata.token_endpoint, tried);
  if (outcome.failure) {
    return {"client", false, fmt::format("{} Its token endpoint: {}", where, outcome.failure->message),
            "Check the name in the DNS and the firewall."};
  }
  const auto answer = parse_strict_object(outcome.answer.body, "The answer of its token endpoint");
  const std::string word = answer ? error_word(*answer) : std::string();
  if (word == "invalid_grant" || word == "bad_verification_code")
    return {"client", true, fmt::format("The client id and the secret are right. {}", where)};
  if (word == "redirect_uri_mismatch") {
    return {"client", false, "The redirect URI is not registered there.",
            "Register the redirect URI of this page at the provider."};
  }
  if (word == "unsupported_grant_type") {
    return {"client", false, fmt::format("{} The client may not use the authorization code flow there.", where),
            "Allow the authorization code flow (standard flow) for this client at the provider."};
  }
  const std::string said = fmt::format("HTTP {}{}{}", outcome.answer.status, word.empty() ? "" : ", ", word);
  if (refused && word != "invalid_request") {
    std::string advice = "Copy the client id and the secret anew.";
    if (secret_has_blanks) advice = "The secret begins or ends with a blank. Copy it anew, without.";
    if (!metadata.takes_secrets) {
      advice =
          "The discovery document lists no way to authenticate with a secret. Set the client at the provider to a client "
          "secret (client_secret_basic or client_secret_post).";
    }
    return {"client", false,
            fmt::format("The provider does not take the client id or the secret ({}). {}", said, where), advice};
  }
  return {"client", false,
          fmt::format("Its token endpoint answered {}, which says nothing about the secret. {}", said, where),
          "Look into the provider's log for this moment."};
}

}  // namespace

void ProviderFlow::test(const LoginProvider& provider, std::function<void(std::vector<TestStep>)> done) {
  forget(provider.id);
  const auto steps = std::make_shared<std::vector<TestStep>>();
  const auto report = [steps, done = std::move(done)] { done(std::move(*steps)); };
  const auto try_client = [this, provider, steps, report](const Metadata& metadata) {
    bool blanks = false;
    if (const auto secret = secret_of(provider); secret && !secret->empty())
      blanks = secret->reveal().front() == ' ' || secret->reveal().back() == ' ';
    // Sends a code that cannot be right: a provider checks the client before the code (RFC 6749 §5.2), so the error
    // tells whether id and secret are right.
    ask_token(provider, metadata, "connlog-test", pending_.draw(),
              [steps, report, metadata, blanks](const Result<TokenAnswer>& answer) {
                steps->push_back(
                    answer ? client_step(answer->outcome, answer->client_refused, answer->tried, metadata, blanks)
                           : TestStep{"client", false, answer.error().message, "Type the secret in anew."});
                report();
              });
  };
  with_metadata(provider, [this, provider, steps, report, try_client](const Result<Metadata>& metadata) {
    if (!metadata) {
      steps->push_back(discovery_failed(discovery_url(provider.issuer), metadata.error()));
      return report();
    }
    if (provider.preset == ProviderPreset::github) return try_client(*metadata);
    steps->push_back({"discovery", true, "The discovery document is there and names this issuer."});
    if (const auto ahead = clock_ahead(provider.id)) steps->push_back(clock_step(*ahead));
    with_keys(provider, *metadata, false,
              [steps, report, try_client, metadata = *metadata](const Result<std::vector<JsonWebKey>>& keys) {
                if (!keys) {
                  steps->push_back({"keys", false, fmt::format("Asked {}. {}", metadata.jwks_uri, keys.error().message),
                                    "The address is from the discovery document. It must be reachable from here."});
                  return report();
                }
                steps->push_back(keys_step(metadata, *keys));
                if (!steps->back().ok) return report();
                try_client(metadata);
              });
  });
}

// --------------------------------------------------------------------- health

void ProviderFlow::forget(LoginProviderId id) {
  const std::lock_guard lock(mutex_);
  known_.erase(id);
  troubles_.erase(id);
  notices_.erase(id);
}

std::optional<std::int64_t> ProviderFlow::clock_ahead(LoginProviderId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(id);
  return found == known_.end() ? std::nullopt : found->second.clock_ahead;
}

std::optional<Trouble> ProviderFlow::trouble(LoginProviderId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = troubles_.find(id);
  if (found == troubles_.end()) return std::nullopt;
  return found->second;
}

std::optional<Trouble> ProviderFlow::notice(LoginProviderId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = notices_.find(id);
  if (found == notices_.end()) return std::nullopt;
  return found->second;
}

void ProviderFlow::note_notice(LoginProviderId id, const std::string& message) {
  const std::string text = cut(message, kNoticeBytesMax);
  log_warning("login_provider.trouble", {{"provider", id.text()}, {"message", text}});
  const std::lock_guard lock(mutex_);
  if (notices_.size() >= 4 * kProvidersMax) notices_.clear();  // most are of removed providers
  notices_[id] = Trouble{text, parts_.clock.now()};
}

void ProviderFlow::note_trouble(LoginProviderId id, const Error& error) {
  // A refused token is no failure of the provider, so the login page does not show it. The administrator must see it.
  if (error.code != ErrorCode::network) return note_notice(id, error.message);
  log_warning("login_provider.trouble", {{"provider", id.text()}, {"message", error.message}, {"cause", error.cause}});
  const std::lock_guard lock(mutex_);
  if (troubles_.size() >= 4 * kProvidersMax) troubles_.clear();  // most are of removed providers
  troubles_[id] = Trouble{error.message, parts_.clock.now()};
}

void ProviderFlow::note_success(LoginProviderId id) {
  const std::lock_guard lock(mutex_);
  troubles_.erase(id);
}

}  // namespace connlog::oidc
