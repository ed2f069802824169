// An administrator's certificate and key files in the forms in which authorities and tools write them: PEM with text
// around, CRLF, indented, with the older labels, or DER. What comes out is plain PEM that mbedTLS reads. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace connlog::web {

struct CertificateFile {
  std::string chain;                  // PEM, in the file's order
  std::vector<std::string> left_out;  // "certificate 3 (ISRG Root Y1, Ed25519)": of a kind that mbedTLS does not read
};

// Certificates that cannot be read are left out, unless it is the first one, the server's own. Errors say what is wrong
// with `file` (the setting tls_certificate).
Result<CertificateFile> read_certificate_file(std::string_view text, const std::string& file);

// The first private key in the text: PKCS#1, PKCS#8 or SEC1. What holds none comes back as it is.
Secret plain_private_key(const Secret& text);

}  // namespace connlog::web
