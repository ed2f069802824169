// An authenticator in software, for tests: makes a passkey (ES256 or EdDSA) and answers ceremonies as a browser would
// hand them on. Every byte of an answer can be changed before it is signed, which is what an attacker with an
// authenticator of their own could do. One thread.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/identity/webauthn.h"

namespace connlog {

class SoftAuthenticator {
 public:
  using Blob = std::vector<std::uint8_t>;

  SoftAuthenticator(webauthn::Algorithm algorithm, std::string origin);

  // What is put into the answers; the authenticator signs whatever stands here.
  std::string origin;
  std::string rp_id;
  std::uint8_t flags = 0x05;  // present and verified
  std::uint32_t counter = 0;  // advanced before each answer, unless `counts` is false
  bool counts = true;
  std::string extra_client_data = {};  // JSON members with a leading comma
  std::function<void(Blob& authenticator_data)> tamper = {};

  const Blob& credential_id() const { return id_; }
  Blob cose_key() const;
  webauthn::PublicKey public_key() const;

  struct Registration {
    Blob client_data, attestation;
  };
  Registration make_registration(const std::string& challenge);

  struct Answer {
    Blob client_data, authenticator_data, signature;
  };
  Answer make_answer(const std::string& challenge, const std::string& type = "webauthn.get");

  // The same as the API takes them.
  nlohmann::json registration(const std::string& challenge, const std::string& name = "Key");
  nlohmann::json answer(const std::string& challenge, const std::string& user_handle = {});

 private:
  Blob client_data(const std::string& type, const std::string& challenge) const;
  Blob head(std::uint8_t with_flags);
  Blob sign(const Blob& message) const;

  webauthn::Algorithm algorithm_;
  Blob private_key_, public_key_, id_;
};

}  // namespace connlog
