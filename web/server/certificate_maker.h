// Makes keys and certificates of our own: an authority (P-256, 10 years) and the server's certificate under it (P-256,
// 397 days, the most that browsers take). Bytes in, PEM out; no file, no clock. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/secret.h"

namespace connlog::web {

// What a certificate is for. Addresses are textual IPs.
struct CertificateNames {
  std::vector<std::string> hosts;
  std::vector<std::string> addresses;
};

// What the server uses of a certificate.
struct CertificateFacts {
  Instant not_before;
  Instant not_after;
  CertificateNames names;
  std::string key_digest;  // SHA-256 of the SubjectPublicKeyInfo, 32 raw bytes; pins are made of it
};

Result<Secret> make_private_key(Random& random);  // P-256, PEM
Result<std::string> make_authority(const Secret& key, Instant now, Random& random);
Result<std::string> make_server_certificate(const Secret& authority_key, std::string_view authority_certificate,
                                            const Secret& key, const CertificateNames& names, Instant now,
                                            Random& random);

// One entry for each certificate of a PEM text, in the text's order. Errors say what is wrong with `file`.
Result<std::vector<CertificateFacts>> read_certificates(std::string_view pem, std::string_view file);
// An error naming both files unless `key` is readable and belongs to the first certificate of `chain`.
Result<void> check_pair(std::string_view chain, std::string_view chain_file, const Secret& key,
                        std::string_view key_file, Random& random);
// Whether the certificate is signed by the authority's key. Validity dates are not looked at.
bool is_signed_by(std::string_view certificate, std::string_view authority_certificate);

}  // namespace connlog::web
