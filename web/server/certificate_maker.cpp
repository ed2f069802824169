#include "web/server/certificate_maker.h"

#include <arpa/inet.h>
#include <mbedtls/asn1write.h>
#include <mbedtls/ecp.h>
#include <mbedtls/error.h>
#include <mbedtls/oid.h>
#include <mbedtls/pk.h>
#include <mbedtls/sha256.h>
#include <mbedtls/x509_crt.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>

#include <fmt/format.h>

namespace connlog::web {
namespace {

constexpr std::chrono::hours kAuthorityLife{24 * 3652};  // 10 years
constexpr std::chrono::hours kServerLife{24 * 397};
constexpr std::chrono::hours kBackdated{24};  // for clients whose clocks are behind ours

// Calls mbedTLS's init and free functions for one of its structs.
template <typename T, void (*Init)(T*), void (*Free)(T*)>
struct Owned {
  Owned() { Init(&it); }
  ~Owned() { Free(&it); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  T* operator&() { return &it; }
  T it;
};
using OwnedKey = Owned<mbedtls_pk_context, mbedtls_pk_init, mbedtls_pk_free>;
using OwnedCertificate = Owned<mbedtls_x509_crt, mbedtls_x509_crt_init, mbedtls_x509_crt_free>;
using OwnedWriter = Owned<mbedtls_x509write_cert, mbedtls_x509write_crt_init, mbedtls_x509write_crt_free>;

int draw(void* random, unsigned char* out, std::size_t size) {
  static_cast<Random*>(random)->fill({out, size});
  return 0;
}

std::string reason(int code) {
  char text[128] = "";
  mbedtls_strerror(code, text, sizeof text);
  return fmt::format("{} (-0x{:04x})", text, static_cast<unsigned>(-code));
}

Error broken(std::string_view what, int code) {
  return Error{ErrorCode::internal, fmt::format("{} could not be made.", what), {}, reason(code)};
}

// mbedTLS wants PEM with its terminating zero, and DER without.
int parse_key(OwnedKey& key, const Secret& pem, Random& random) {
  std::string text(pem.reveal());
  const std::size_t size = text.size() + (text.find("-----BEGIN") == std::string::npos ? 0 : 1);
  const int code =
      mbedtls_pk_parse_key(&key, reinterpret_cast<const unsigned char*>(text.c_str()), size, nullptr, 0, draw, &random);
  const Secret wipe(std::move(text));
  return code;
}

int parse_chain(OwnedCertificate& chain, std::string_view pem) {
  const std::string text(pem);
  return mbedtls_x509_crt_parse(&chain, reinterpret_cast<const unsigned char*>(text.c_str()), text.size() + 1);
}

std::string x509_time(Instant at) {
  std::string text = to_iso8601(at);  // 2026-11-24T09:15:02Z
  std::erase_if(text, [](char c) { return c < '0' || c > '9'; });
  return text;
}

Instant instant_of(const mbedtls_x509_time& t) {
  using namespace std::chrono;
  const year_month_day day{year(t.year), month(static_cast<unsigned>(t.mon)),
                           std::chrono::day(static_cast<unsigned>(t.day))};
  const auto at = sys_days(day).time_since_epoch() + hours(t.hour) + minutes(t.min) + seconds(t.sec);
  return Instant{duration_cast<microseconds>(at).count()};
}

std::array<std::uint8_t, 16> make_serial(Random& random) {
  std::array<std::uint8_t, 16> serial{};
  random.fill(serial);
  serial[0] = static_cast<std::uint8_t>((serial[0] & 0x3f) | 0x40);  // positive, and of full length
  return serial;
}

Result<std::string> to_pem(OwnedWriter& writer, Random& random) {
  std::vector<unsigned char> text(8 * 1024);
  const int code = mbedtls_x509write_crt_pem(&writer, text.data(), text.size(), draw, &random);
  if (code != 0) return broken("A certificate", code);
  return std::string(reinterpret_cast<const char*>(text.data()));
}

// The list of alternative names that mbedTLS's writer takes. It points into the strings of `names`, which must outlive
// it, and into its own binary addresses.
struct AlternativeNames {
  explicit AlternativeNames(const CertificateNames& names)
      : nodes(names.hosts.size() + names.addresses.size()), binary(names.addresses.size()) {
    std::size_t at = 0;
    for (const std::string& host : names.hosts) {
      add(at++, MBEDTLS_X509_SAN_DNS_NAME, reinterpret_cast<const unsigned char*>(host.data()), host.size());
    }
    for (std::size_t i = 0; i < names.addresses.size(); ++i) {
      std::size_t size = 4;
      if (::inet_pton(AF_INET, names.addresses[i].c_str(), binary[i].data()) != 1) {
        if (::inet_pton(AF_INET6, names.addresses[i].c_str(), binary[i].data()) != 1) continue;
        size = 16;
      }
      add(at++, MBEDTLS_X509_SAN_IP_ADDRESS, binary[i].data(), size);
    }
    used = at;
    for (std::size_t i = 0; i + 1 < used; ++i) nodes[i].next = &nodes[i + 1];
  }
  void add(std::size_t at, int type, const unsigned char* bytes, std::size_t size) {
    nodes[at].node.type = type;
    nodes[at].node.san.unstructured_name.p = const_cast<unsigned char*>(bytes);
    nodes[at].node.san.unstructured_name.len = size;
  }
  std::vector<mbedtls_x509_san_list> nodes;
  std::vector<std::array<unsigned char, 16>> binary;
  std::size_t used = 0;
};

CertificateNames names_of(const mbedtls_x509_crt& certificate) {
  CertificateNames out;
  for (const mbedtls_x509_sequence* at = &certificate.subject_alt_names; at && at->buf.p; at = at->next) {
    const int kind = at->buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK;
    if (kind == MBEDTLS_X509_SAN_DNS_NAME) {
      out.hosts.emplace_back(reinterpret_cast<const char*>(at->buf.p), at->buf.len);
    } else if (kind == MBEDTLS_X509_SAN_IP_ADDRESS && (at->buf.len == 4 || at->buf.len == 16)) {
      char text[INET6_ADDRSTRLEN] = "";
      ::inet_ntop(at->buf.len == 4 ? AF_INET : AF_INET6, at->buf.p, text, sizeof text);
      out.addresses.emplace_back(text);
    }
  }
  return out;
}

}  // namespace

Result<Secret> make_private_key(Random& random) {
  OwnedKey key;
  int code = mbedtls_pk_setup(&key, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY));
  if (code == 0) code = mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(key.it), draw, &random);
  std::string pem(1024, '\0');
  if (code == 0) code = mbedtls_pk_write_key_pem(&key, reinterpret_cast<unsigned char*>(pem.data()), pem.size());
  if (code != 0) return broken("A private key", code);
  pem.resize(pem.find('\0'));
  return Secret(std::move(pem));
}

Result<std::string> make_authority(const Secret& key, Instant now, Random& random) {
  OwnedKey own;
  if (const int code = parse_key(own, key, random); code != 0) return broken("The certificate authority", code);
  auto serial = make_serial(random);
  // Each appliance's authority has a name of its own: a browser that trusts two must not take one for the other.
  const std::string name = fmt::format("CN=connlog authority {:02x}{:02x}{:02x}{:02x},O=connlog", serial[12],
                                       serial[13], serial[14], serial[15]);
  const std::string from = x509_time(now - kBackdated), until = x509_time(now + kAuthorityLife);
  OwnedWriter writer;
  mbedtls_x509write_crt_set_version(&writer, MBEDTLS_X509_CRT_VERSION_3);
  mbedtls_x509write_crt_set_md_alg(&writer, MBEDTLS_MD_SHA256);
  mbedtls_x509write_crt_set_subject_key(&writer, &own);
  mbedtls_x509write_crt_set_issuer_key(&writer, &own);
  int code = mbedtls_x509write_crt_set_serial_raw(&writer, serial.data(), serial.size());
  if (code == 0) code = mbedtls_x509write_crt_set_subject_name(&writer, name.c_str());
  if (code == 0) code = mbedtls_x509write_crt_set_issuer_name(&writer, name.c_str());
  if (code == 0) code = mbedtls_x509write_crt_set_validity(&writer, from.c_str(), until.c_str());
  if (code == 0) code = mbedtls_x509write_crt_set_basic_constraints(&writer, 1, 0);
  if (code == 0)
    code = mbedtls_x509write_crt_set_key_usage(&writer, MBEDTLS_X509_KU_KEY_CERT_SIGN | MBEDTLS_X509_KU_CRL_SIGN);
  if (code == 0) code = mbedtls_x509write_crt_set_subject_key_identifier(&writer);
  if (code == 0) code = mbedtls_x509write_crt_set_authority_key_identifier(&writer);
  if (code != 0) return broken("The certificate authority", code);
  return to_pem(writer, random);
}

Result<std::string> make_server_certificate(const Secret& authority_key, std::string_view authority_certificate,
                                            const Secret& key, const CertificateNames& names, Instant now,
                                            Random& random) {
  OwnedKey own, authority;
  OwnedCertificate authority_facts;
  int code = parse_key(own, key, random);
  if (code == 0) code = parse_key(authority, authority_key, random);
  if (code == 0) code = parse_chain(authority_facts, authority_certificate);
  if (code != 0) return broken("The server's certificate", code);
  std::array<char, 512> issuer{};
  if (mbedtls_x509_dn_gets(issuer.data(), issuer.size(), &authority_facts.it.subject) < 0)
    return broken("The server's certificate", -1);

  auto serial = make_serial(random);
  const Instant end = std::min(now + kServerLife - kBackdated, instant_of(authority_facts.it.valid_to));
  const std::string from = x509_time(now - kBackdated), until = x509_time(end);
  AlternativeNames alternatives(names);
  // RFC 5280 allows 64 characters in a common name; clients look at the alternative names only.
  const std::string subject =
      "CN=" + (names.hosts.empty() ? std::string("connlog") : names.hosts.front().substr(0, 64)) + ",O=connlog";
  mbedtls_asn1_sequence for_servers{};
  for_servers.buf.tag = MBEDTLS_ASN1_OID;
  for_servers.buf.p = reinterpret_cast<unsigned char*>(const_cast<char*>(MBEDTLS_OID_SERVER_AUTH));
  for_servers.buf.len = MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH);

  OwnedWriter writer;
  mbedtls_x509write_crt_set_version(&writer, MBEDTLS_X509_CRT_VERSION_3);
  mbedtls_x509write_crt_set_md_alg(&writer, MBEDTLS_MD_SHA256);
  mbedtls_x509write_crt_set_subject_key(&writer, &own);
  mbedtls_x509write_crt_set_issuer_key(&writer, &authority);
  code = mbedtls_x509write_crt_set_serial_raw(&writer, serial.data(), serial.size());
  if (code == 0) code = mbedtls_x509write_crt_set_subject_name(&writer, subject.c_str());
  if (code == 0) code = mbedtls_x509write_crt_set_issuer_name(&writer, issuer.data());
  if (code == 0) code = mbedtls_x509write_crt_set_validity(&writer, from.c_str(), until.c_str());
  if (code == 0) code = mbedtls_x509write_crt_set_basic_constraints(&writer, 0, -1);
  if (code == 0) code = mbedtls_x509write_crt_set_key_usage(&writer, MBEDTLS_X509_KU_DIGITAL_SIGNATURE);
  if (code == 0) code = mbedtls_x509write_crt_set_ext_key_usage(&writer, &for_servers);
  if (code == 0 && alternatives.used > 0)
    code = mbedtls_x509write_crt_set_subject_alternative_name(&writer, alternatives.nodes.data());
  if (code == 0) code = mbedtls_x509write_crt_set_subject_key_identifier(&writer);
  if (code == 0) code = mbedtls_x509write_crt_set_authority_key_identifier(&writer);
  if (code != 0) return broken("The server's certificate", code);
  return to_pem(writer, random);
}

Result<std::vector<CertificateFacts>> read_certificates(std::string_view pem, std::string_view file) {
  OwnedCertificate chain;
  if (const int code = parse_chain(chain, pem); code != 0) {
    return Error{
        ErrorCode::invalid_input,
        fmt::format(
            "The certificate file {} does not hold PEM certificates that can be read. It must begin with the server's "
            "certificate, followed by those of its authorities.",
            file),
        "tls_certificate", reason(code)};
  }
  std::vector<CertificateFacts> out;
  for (const mbedtls_x509_crt* at = &chain; at && at->raw.p; at = at->next) {
    CertificateFacts facts{instant_of(at->valid_from), instant_of(at->valid_to), names_of(*at), std::string(32, '\0')};
    mbedtls_sha256(at->pk_raw.p, at->pk_raw.len, reinterpret_cast<unsigned char*>(facts.key_digest.data()), 0);
    out.push_back(std::move(facts));
  }
  return out;
}

Result<void> check_pair(std::string_view chain, std::string_view chain_file, const Secret& key,
                        std::string_view key_file, Random& random) {
  TRY(read_certificates(chain, chain_file));
  OwnedKey own;
  if (const int code = parse_key(own, key, random); code != 0) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("The key file {} does not hold a PEM private key without a passphrase.", key_file),
                 "tls_key", reason(code)};
  }
  OwnedCertificate certificates;
  parse_chain(certificates, chain);
  if (const int code = mbedtls_pk_check_pair(&certificates.it.pk, &own, draw, &random); code != 0) {
    return Error{
        ErrorCode::invalid_input,
        fmt::format(
            "The key in {} does not belong to the first certificate in {}. Give the pair that was issued together.",
            key_file, chain_file),
        "tls_key", reason(code)};
  }
  return {};
}

bool is_signed_by(std::string_view certificate, std::string_view authority_certificate) {
  OwnedCertificate one, authority;
  if (parse_chain(one, certificate) != 0 || parse_chain(authority, authority_certificate) != 0) return false;
  std::uint32_t flags = 0;
  mbedtls_x509_crt_verify(&one, &authority, nullptr, nullptr, &flags, nullptr, nullptr);
  constexpr std::uint32_t kDates = MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE;
  return (flags & ~kDates) == 0;
}

}  // namespace connlog::web
