#include "core/identity/oidc/provider_flow.h"

#include <fmt/format.h>
#include <mbedtls/sha256.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/base/log.h"
#include "core/crypto/sealed.h"
#include "core/identity/oidc/strict_json.h"

namespace connlog::oidc {
namespace {

using nlohmann::json;

constexpr seconds kMetadataKept{3'600};
constexpr seconds kKeysKept{3'600};
constexpr seconds kKeysAgainAfter{60};
constexpr seconds kAfterFailure{10};
constexpr milliseconds kConnectTimeout{5'000};
constexpr milliseconds kTimeout{10'000};
constexpr std::size_t kTokenAnswerBytesMax = 64 * 1024;
constexpr std::size_t kCodeBytesMax = 4'096;
constexpr std::size_t kAccessTokenBytesMax = 8'192;

Error trouble_with(std::string message, std::string cause = {}) {
  return Error{ErrorCode::network, std::move(message), {}, std::move(cause)};
}

// Keeps the unreserved characters of RFC 3986 and writes the rest as %XX, for queries and form bodies.
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

}  // namespace

struct ProviderFlow::Coming {
  PendingLogin pending;
  Callback callback;
  Metadata metadata;
  std::string id_token;
  Secret access_token;
  json claims;
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
      if (found != known_.end() && now < found->second.metadata_until) {
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
        {
          const std::lock_guard lock(mutex_);
          Known& known = known_[id];
          if (!metadata) {
            known.failure = metadata.error();
            known.again_from = parts_.clock.monotonic() + kAfterFailure;
          }
        }
        if (metadata) {
          const std::lock_guard lock(mutex_);
          Known& known = known_[id];
          known.failure.reset();
          if (known.metadata.jwks_uri != metadata->jwks_uri) known = {};
          known.metadata = *metadata;
          known.metadata_until = parts_.clock.monotonic() + kMetadataKept;
        }
        done(std::move(metadata));
      });
}

void ProviderFlow::with_keys(const LoginProvider& provider, const Metadata& metadata, bool again,
                             std::function<void(Result<std::vector<JsonWebKey>>)> done) {
  {
    std::optional<std::vector<JsonWebKey>> known;
    {
      const std::lock_guard lock(mutex_);
      Known& here = known_[provider.id];
      const Monotonic now = parts_.clock.monotonic();
      const bool fresh = now < here.keys_until;
      // A flood of tokens with made-up key names must not become a flood of requests.
      if (fresh && (!again || now < here.keys_again_from)) known = here.keys;
      if (again) here.keys_again_from = now + kKeysAgainAfter;
    }
    if (known) return done(*std::move(known));
  }
  ask(provider, get(metadata.jwks_uri), "Its keys",
      [this, id = provider.id, done = std::move(done)](Result<HttpAnswer> answer) {
        if (!answer) return done(answer.error());
        auto keys = parse_key_set(answer->body);
        if (keys) {
          const std::lock_guard lock(mutex_);
          Known& known = known_[id];
          known.keys = *keys;
          known.keys_until = parts_.clock.monotonic() + kKeysKept;
        }
        done(std::move(keys));
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
  if (callback.code.empty() || callback.code.size() > kCodeBytesMax)
    return fail(coming, trouble_with("The provider sent nothing that could be exchanged for a login."));
  with_metadata(provider, [this, coming](Result<Metadata> metadata) {
    if (!metadata) return fail(coming, metadata.error());
    coming->metadata = std::move(metadata).value();
    if (coming->metadata.answers_with_issuer && !coming->callback.has_issuer)
      return fail(coming, {ErrorCode::unauthenticated, "The answer does not say which provider it comes from.", "iss"});
    exchange(coming);
  });
}

Result<HttpRequest> ProviderFlow::token_request(const LoginProvider& provider, const Metadata& metadata,
                                                std::string_view code, std::string_view verifier) const {
  Secret secret;
  if (!provider.sealed_secret.empty())
    secret = TRY(unseal(parts_.keyring, fmt::format("login_provider.{}", provider.id.text()), provider.sealed_secret));
  HttpRequest request = get(metadata.token_endpoint, kTokenAnswerBytesMax);
  request.method = "POST";
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  std::vector<std::pair<std::string_view, std::string>> fields = {{"grant_type", "authorization_code"},
                                                                  {"code", std::string(code)},
                                                                  {"redirect_uri", parts_.redirect_uri},
                                                                  {"code_verifier", std::string(verifier)}};
  if (secret.empty() || metadata.secret_in_body) fields.emplace_back("client_id", provider.client_id);
  if (!secret.empty() && metadata.secret_in_body) fields.emplace_back("client_secret", std::string(secret.reveal()));
  if (!secret.empty() && !metadata.secret_in_body) {
    // RFC 6749 §2.3.1: both are form-encoded before they are joined.
    const std::string pair = escape(provider.client_id) + ":" + escape(secret.reveal());
    std::string encoded(sodium_base64_encoded_len(pair.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(encoded.data(), encoded.size(), reinterpret_cast<const unsigned char*>(pair.data()), pair.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    encoded.pop_back();
    request.headers.push_back({"Authorization", "Basic " + encoded});
  }
  request.body = query_of(fields);
  return request;
}

void ProviderFlow::exchange(const ComingPtr& coming) {
  const PendingLogin& pending = coming->pending;
  auto request = token_request(pending.provider, coming->metadata, coming->callback.code, pending.verifier.reveal());
  if (!request) return fail(coming, request.error());
  parts_.http.call(std::move(request).value(), pending.provider.ca_pem, [this, coming](const HttpOutcome& outcome) {
    if (outcome.failure) return fail(coming, trouble_with("Its token endpoint: " + outcome.failure->message));
    take_tokens(coming, outcome.answer);
  });
}

void ProviderFlow::take_tokens(const ComingPtr& coming, const HttpAnswer& answer) {
  if (answer.status >= 300 && answer.status < 400)
    return fail(coming, trouble_with("Its token endpoint answered with a redirect, which is not followed."));
  auto parsed = parse_strict_object(answer.body, "The answer of its token endpoint");
  // GitHub sends errors with status 200.
  const std::string refusal = parsed ? error_word(*parsed) : std::string();
  if (answer.status != 200 || !refusal.empty()) {
    return fail(coming, trouble_with(fmt::format("Its token endpoint refused the login (HTTP {}{}{}).", answer.status,
                                                 refusal.empty() ? "" : ", ", refusal)));
  }
  if (!parsed) return fail(coming, parsed.error());
  coming->access_token = Secret(text_member(*parsed, "access_token").value_or(""));
  if (coming->access_token.reveal().size() > kAccessTokenBytesMax)
    return fail(coming, trouble_with("Its access token is too long."));
  if (coming->pending.provider.preset == ProviderPreset::github) return ask_github(coming);
  coming->id_token = text_member(*parsed, "id_token").value_or("");
  if (coming->id_token.empty())
    return fail(coming, trouble_with("Its answer has no ID token. Is the scope openid allowed there?"));
  verify(coming, false);
}

void ProviderFlow::verify(const ComingPtr& coming, bool again) {
  with_keys(
      coming->pending.provider, coming->metadata, again, [this, coming, again](Result<std::vector<JsonWebKey>> keys) {
        if (!keys) return fail(coming, keys.error());
        const LoginProvider& provider = coming->pending.provider;
        auto claims = verify_id_token(coming->id_token, *keys,
                                      {provider.issuer, provider.client_id, coming->pending.nonce, parts_.clock.now()});
        // The provider may have rotated its keys: try once more with a fresh key set.
        if (!claims && claims.error().code == ErrorCode::not_found && !again) return verify(coming, true);
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

void ProviderFlow::ask_userinfo(const ComingPtr& coming) {
  const LoginProvider& provider = coming->pending.provider;
  const ProviderIdentity so_far = read_identity(provider, coming->claims, json::object());
  const bool lacking = so_far.mail.empty() || (!provider.role_claim.empty() && so_far.role_values.empty());
  if (!lacking || coming->metadata.userinfo_endpoint.empty() || coming->access_token.empty())
    return finish(coming, json::object());
  ask(provider, get_as(coming->metadata.userinfo_endpoint, coming->access_token), "Its userinfo endpoint",
      [this, coming](Result<HttpAnswer> answer) {
        if (!answer) return fail(coming, answer.error());
        const auto userinfo = parse_strict_object(answer->body, "The answer of its userinfo endpoint");
        if (!userinfo) return fail(coming, userinfo.error());
        // OpenID Connect Core §5.3.2: it must be about the same person.
        if (text_member(*userinfo, "sub") != text_member(coming->claims, "sub"))
          return fail(coming, {ErrorCode::unauthenticated, "Its userinfo endpoint speaks of somebody else.", "sub"});
        finish(coming, *userinfo);
      });
}

void ProviderFlow::finish(const ComingPtr& coming, const json& userinfo) {
  note_success(coming->pending.provider.id);
  ProviderIdentity identity = read_identity(coming->pending.provider, coming->claims, userinfo);
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
        if (!list) return fail(coming, list.error());
        // The answer is an array. It is wrapped into an object so that the same strict reader can read it.
        const auto mails = parse_strict_object("{\"mails\":" + list->body + "}", "The list of mail addresses");
        if (!mails) return fail(coming, mails.error());
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

void ProviderFlow::test(const LoginProvider& provider, std::function<void(std::vector<TestStep>)> done) {
  forget(provider.id);
  const auto steps = std::make_shared<std::vector<TestStep>>();
  const auto report = [steps, done = std::move(done)] { done(std::move(*steps)); };
  const auto try_client = [this, provider, steps, report](const Metadata& metadata) {
    // Sends a code that cannot be right: a provider checks the client before the code (RFC 6749 §5.2), so the error
    // tells whether id and secret are right.
    auto request = token_request(provider, metadata, "connlog-test", pending_.draw());
    if (!request) {
      steps->push_back({"client", false, request.error().message});
      return report();
    }
    parts_.http.call(std::move(request).value(), provider.ca_pem, [steps, report](const HttpOutcome& outcome) {
      if (outcome.failure) {
        steps->push_back({"client", false, "Its token endpoint: " + outcome.failure->message});
        return report();
      }
      const auto answer = parse_strict_object(outcome.answer.body, "The answer of its token endpoint");
      const std::string word = answer ? error_word(*answer) : std::string();
      if (word == "invalid_grant" || word == "bad_verification_code") {
        steps->push_back({"client", true, "The client id and the secret are right."});
      } else if (word == "redirect_uri_mismatch") {
        steps->push_back({"client", false, "The redirect URI is not registered there."});
      } else if (word == "invalid_client" || word == "unauthorized_client" || word == "incorrect_client_credentials") {
        steps->push_back(
            {"client", false, fmt::format("The provider does not take the client id or the secret ({}).", word)});
      } else {
        steps->push_back({"client", false,
                          fmt::format("Its token endpoint answered HTTP {}{}{}, which says nothing about the secret.",
                                      outcome.answer.status, word.empty() ? "" : ", ", word)});
      }
      report();
    });
  };
  with_metadata(provider, [this, provider, steps, report, try_client](const Result<Metadata>& metadata) {
    if (!metadata) {
      steps->push_back({"discovery", false, metadata.error().message});
      return report();
    }
    if (provider.preset == ProviderPreset::github) return try_client(*metadata);
    steps->push_back({"discovery", true, "The discovery document is there and names this issuer."});
    with_keys(provider, *metadata, false,
              [steps, report, try_client, metadata = *metadata](const Result<std::vector<JsonWebKey>>& keys) {
                if (!keys) {
                  steps->push_back({"keys", false, keys.error().message});
                  return report();
                }
                const auto fit = std::ranges::count_if(*keys, [](const JsonWebKey& key) { return key.unfit.empty(); });
                if (fit == 0) {
                  steps->push_back({"keys", false,
                                    "None of its keys can be used. RS256 with 2048 bits or more, ES256 and EdDSA "
                                    "(Ed25519) are understood."});
                  return report();
                }
                steps->push_back({"keys", true, fmt::format("Usable keys: {}.", fit)});
                try_client(metadata);
              });
  });
}

// --------------------------------------------------------------------- health

void ProviderFlow::forget(LoginProviderId id) {
  const std::lock_guard lock(mutex_);
  known_.erase(id);
  troubles_.erase(id);
}

std::optional<Trouble> ProviderFlow::trouble(LoginProviderId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = troubles_.find(id);
  if (found == troubles_.end()) return std::nullopt;
  return found->second;
}

void ProviderFlow::note_trouble(LoginProviderId id, const Error& error) {
  log_warning("login_provider.trouble", {{"provider", id.text()}, {"message", error.message}, {"cause", error.cause}});
  if (error.code != ErrorCode::network) return;  // a refused token is no failure of the provider
  const std::lock_guard lock(mutex_);
  if (troubles_.size() >= 4 * kProvidersMax) troubles_.clear();  // most are of removed providers
  troubles_[id] = Trouble{error.message, parts_.clock.now()};
}

void ProviderFlow::note_success(LoginProviderId id) {
  const std::lock_guard lock(mutex_);
  troubles_.erase(id);
}

}  // namespace connlog::oidc
