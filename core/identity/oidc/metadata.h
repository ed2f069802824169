// Reads what a provider says about itself (OpenID Connect Discovery 1.0), without trusting it: the document must name
// exactly the issuer that was asked, and every address in it must be one that we may send people and secrets to. GitHub
// has no such document; its addresses are known. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/identity/oidc/provider.h"

namespace connlog::oidc {

struct Metadata {
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string jwks_uri;              // empty: plain OAuth, without signed tokens
  std::string userinfo_endpoint;     // may be empty
  std::string mails_endpoint;        // GitHub only
  bool secret_in_body = false;       // client_secret_post is listed, and client_secret_basic is not
  bool takes_secrets = true;         // false: lists ways to authenticate a client, and none with a secret
  bool signs_readably = true;        // false: lists algorithms for ID tokens, and none that jwt.h understands
  bool answers_with_issuer = false;  // RFC 9207: a callback without `iss` is refused
};

// The address of the discovery document of an issuer (§4.1: one slash in between, whether or not the issuer ends with
// one).
std::string discovery_url(std::string_view issuer);

Result<Metadata> parse_metadata(std::string_view text, const std::string& issuer);

// GitHub, and GitHub Enterprise Server, whose API is under /api/v3.
Metadata github_metadata(const std::string& issuer);

}  // namespace connlog::oidc
