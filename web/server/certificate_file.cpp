#include "web/server/certificate_file.h"

#include <fmt/format.h>
#include <mbedtls/asn1.h>
#include <mbedtls/x509_crt.h>
#include <sodium.h>

#include <algorithm>
#include <optional>

namespace connlog::web {
namespace {

constexpr std::size_t kCertificatesMax = 32;
constexpr std::size_t kLineCharacters = 64;
constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kDashes = "-----";

struct Block {
  std::string_view label;  // "CERTIFICATE"
  std::string_view body;   // between the two lines
};

// The next PEM block from `at` on, which is moved behind it.
std::optional<Block> next_block(std::string_view text, std::size_t& at) {
  for (;;) {
    const std::size_t begin = text.find(kBegin, at);
    if (begin == std::string_view::npos) return std::nullopt;
    const std::size_t name = begin + kBegin.size();
    const std::size_t name_end = text.find(kDashes, name);
    if (name_end == std::string_view::npos) return std::nullopt;
    const std::string_view label = text.substr(name, name_end - name);
    const std::size_t body = name_end + kDashes.size();
    const std::size_t end = text.find(fmt::format("-----END {}-----", label), body);
    at = body;
    if (end == std::string_view::npos) continue;
    at = end + 1;
    return Block{label, text.substr(body, end - body)};
  }
}

// Base64 with blanks and line ends of every kind in it. Empty: it is none.
std::string decoded(std::string_view body) {
  std::string out(body.size(), '\0');
  std::size_t length = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), body.data(), body.size(), " \t\r\n",
                        &length, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0)
    return {};
  out.resize(length);
  return out;
}

std::string certificate_pem(std::string_view der) {
  std::string text(sodium_base64_ENCODED_LEN(der.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(der.data()), der.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.resize(text.find('\0'));
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < text.size(); at += kLineCharacters) pem += text.substr(at, kLineCharacters) + "\n";
  return pem + "-----END CERTIFICATE-----\n";
}

// The outer sequence alone: OpenSSL's TRUSTED CERTIFICATE has more behind it. Empty: this is no DER.
std::string_view outer_sequence(std::string_view der) {
  auto* p = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(der.data()));
  const unsigned char* const begin = p;
  std::size_t length = 0;
  if (mbedtls_asn1_get_tag(&p, begin + der.size(), &length, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE) != 0)
    return {};
  return der.substr(0, static_cast<std::size_t>(p - begin) + length);
}

bool is_readable(std::string_view der) {
  mbedtls_x509_crt certificate;
  mbedtls_x509_crt_init(&certificate);
  const int code =
      mbedtls_x509_crt_parse_der(&certificate, reinterpret_cast<const unsigned char*>(der.data()), der.size());
  mbedtls_x509_crt_free(&certificate);
  return code == 0;
}

// The subject's common name (else its organisation) of a certificate that mbedTLS refuses. Read by hand, as far as it is
// plain; empty: it is not.
std::string subject_of(std::string_view der) {
  auto* p = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(der.data()));
  const unsigned char* end = p + der.size();
  std::size_t length = 0;
  constexpr int kSequence = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE;
  if (mbedtls_asn1_get_tag(&p, end, &length, kSequence) != 0) return {};
  if (mbedtls_asn1_get_tag(&p, end, &length, kSequence) != 0) return {};
  end = p + length;
  if (mbedtls_asn1_get_tag(&p, end, &length, MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED) == 0)
    p += length;  // the version
  // serial number, signature algorithm, issuer, validity
  for (const int tag : {MBEDTLS_ASN1_INTEGER, kSequence, kSequence, kSequence}) {
    if (mbedtls_asn1_get_tag(&p, end, &length, tag) != 0) return {};
    p += length;
  }
  if (mbedtls_asn1_get_tag(&p, end, &length, kSequence) != 0) return {};
  const std::string_view subject(reinterpret_cast<const char*>(p), length);
  for (const std::string_view type : {std::string_view("\x06\x03\x55\x04\x03", 5),     // commonName
                                      std::string_view("\x06\x03\x55\x04\x0a", 5)}) {  // organizationName
    const std::size_t at = subject.find(type);
    if (at == std::string_view::npos || at + 7 > subject.size()) continue;
    const auto size = static_cast<std::size_t>(static_cast<unsigned char>(subject[at + 6]));
    if (size == 0 || size > 64 || at + 7 + size > subject.size()) continue;
    std::string name(subject.substr(at + 7, size));
    for (char& c : name) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20 || byte >= 0x7F) c = '?';  // this is a name for a log
    }
    return name;
  }
  return {};
}

std::string kind_of(std::string_view der) {
  if (der.find(std::string_view("\x06\x03\x2b\x65\x70", 5)) != std::string_view::npos) return "Ed25519";
  if (der.find(std::string_view("\x06\x03\x2b\x65\x71", 5)) != std::string_view::npos) return "Ed448";
  return "of an unknown kind";
}

std::string named(std::size_t number, std::string_view der) {
  const std::string subject = subject_of(der);
  return fmt::format("certificate {} ({}{}{})", number, subject, subject.empty() ? "" : ", ", kind_of(der));
}

std::vector<std::string> certificates_in(std::string_view text) {
  std::vector<std::string> out;
  std::size_t at = 0;
  while (const auto block = next_block(text, at)) {
    if (block->label != "CERTIFICATE" && block->label != "X509 CERTIFICATE" && block->label != "TRUSTED CERTIFICATE")
      continue;
    out.push_back(decoded(block->body));
    if (out.size() == kCertificatesMax) break;
  }
  if (out.empty() && text.starts_with('\x30')) out.emplace_back(text);  // DER
  return out;
}

}  // namespace

Result<CertificateFile> read_certificate_file(std::string_view text, const std::string& file) {
  CertificateFile out;
  std::size_t number = 0;
  for (const std::string& bytes : certificates_in(text)) {
    ++number;
    const std::string_view der = outer_sequence(bytes);
    if (!der.empty() && is_readable(der)) {
      out.chain += certificate_pem(der);
    } else if (number > 1) {
      out.left_out.push_back(named(number, bytes));
    } else if (!der.empty()) {
      return Error{ErrorCode::invalid_input,
                   fmt::format("The first certificate in {} is of a kind that connlog cannot use ({}). Have it issued "
                               "for an ECDSA (P-256) or RSA key, by an authority that signs with one.",
                               file, kind_of(der)),
                   "tls_certificate"};
    } else {
      break;
    }
  }
  if (out.chain.empty()) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("The certificate file {} does not hold PEM certificates that can be read. It must begin "
                             "with the server's certificate, followed by those of its authorities.",
                             file),
                 "tls_certificate"};
  }
  return out;
}

Secret plain_private_key(const Secret& given) {
  const std::string_view text = given.reveal();
  std::size_t at = 0;
  while (const auto block = next_block(text, at)) {
    if (!block->label.ends_with("PRIVATE KEY")) continue;
    std::string pem;
    pem.reserve(block->body.size() + 128);  // grows no more: no copy of the key is left behind
    pem += fmt::format("-----BEGIN {}-----\n", block->label);
    std::string_view rest = block->body;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
      std::string_view line = rest.substr(0, end);
      while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
      while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
      if (!line.empty()) {
        pem += line;
        pem += '\n';
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    pem += fmt::format("-----END {}-----\n", block->label);
    return Secret(std::move(pem));
  }
  return given.clone();
}

}  // namespace connlog::web
