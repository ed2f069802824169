#include "web/server/certificates.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/base/log.h"
#include "web/server/certificate_file.h"
#include "web/server/private_file.h"

namespace connlog::web {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;

constexpr hours kRenewServerBefore{24 * 120};
constexpr hours kRenewAuthorityBefore{24 * 730};
constexpr std::size_t kMaxCertificateBytes = 256 * 1024;
constexpr hours kSayExpiryBefore{24 * 21};     // of an administrator's certificate: most are renewed 30 days before
constexpr hours kSayOwnExpiryBefore{24 * 60};  // of ours, which is renewed 120 days before
constexpr hours kSayExpiryEvery{24};

bool contains_all(const std::vector<std::string>& have, const std::vector<std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const std::string& one) { return std::find(have.begin(), have.end(), one) != have.end(); });
}

// Reads the key of a certificate, or makes one when neither the key nor the certificate exists. A certificate without
// its key means a damaged or partly restored directory. A new key would break the pins of every agent, and only the
// administrator can decide that, so it is an error.
Result<Secret> load_or_make_key(const fs::path& key_file, const fs::path& certificate_file, std::string_view whose,
                                Random& random) {
  std::optional<Secret> key = TRY(read_private_file(key_file, FileAccess::owner_only));
  if (key) return std::move(*key);
  if (fs::exists(certificate_file)) {
    return Error{ErrorCode::unavailable, fmt::format("The {} key {} is missing beside its certificate {}. Restore it "
                                                     "from a backup, or remove the certificate to make "
                                                     "a new key; what pins the old one must then be installed again.",
                                                     whose, key_file.string(), certificate_file.string())};
  }
  Secret made = TRY(make_private_key(random));
  TRY(write_private_file(key_file, made.reveal()));
  return made;
}

}  // namespace

Certificates::Certificates(CertificateOptions options, const Clock& clock, Random& random)
    : options_(std::move(options)), clock_(clock), random_(random) {}

Result<std::unique_ptr<Certificates>> Certificates::open(CertificateOptions options, const Clock& clock,
                                                         Random& random) {
  if (options.certificate_file.empty() != options.key_file.empty()) {
    const bool no_key = options.key_file.empty();
    return Error{ErrorCode::invalid_input,
                 fmt::format("{} is set, but {} is not. Give both files, or neither to use connlog's own certificate.",
                             no_key ? "tls_certificate" : "tls_key", no_key ? "tls_key" : "tls_certificate"),
                 no_key ? "tls_key" : "tls_certificate"};
  }
  std::unique_ptr<Certificates> out(new Certificates(std::move(options), clock, random));
  if (out->is_own()) {
    auto own = TRY(out->load_own());
    out->adopt(std::move(own));
  } else {
    out->certificate_stamp_ = stamp_of(out->options_.certificate_file);
    out->key_stamp_ = stamp_of(out->options_.key_file);
    auto given = TRY(out->load_given());
    out->adopt(std::move(given));
  }
  return out;
}

Result<bool> Certificates::refresh() {
  if (!is_own()) {
    const Stamp certificate = stamp_of(options_.certificate_file), key = stamp_of(options_.key_file);
    const bool changed = certificate != certificate_stamp_ || key != key_stamp_;
    say_expiry();
    // After a failure the files are tried every time: a key may become readable by a change that its own times do not
    // show (of a directory, of a group).
    if (!changed && !failed_) return false;
    auto given = load_given();
    if (!given) {
      const bool said = failed_ && !changed && given.error().message == failure();
      certificate_stamp_ = certificate;
      key_stamp_ = key;
      failed_ = true;
      keep_failure(given.error().message);
      if (said) return false;
      return std::move(given).error();
    }
    certificate_stamp_ = certificate;
    key_stamp_ = key;
    failed_ = false;
    keep_failure({});
    adopt(std::move(*given));
    return true;
  }
  {
    const std::lock_guard lock(mutex_);
    if (!needs_renewal(identity_.facts, own_names(options_.public_host, options_.further_names))) return false;
  }
  auto own = load_own();
  if (!own) {
    keep_failure(own.error().message);
    return std::move(own).error();
  }
  keep_failure({});
  adopt(std::move(*own));
  return true;
}

void Certificates::keep_failure(std::string message) {
  const std::lock_guard lock(mutex_);
  failure_ = std::move(message);
}

std::string Certificates::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

// In the log, once a day while it is so.
void Certificates::say_expiry() {
  const Instant now = clock_.believed();
  if (not_after() - now > kSayExpiryBefore || (expiry_said_at_.is_set() && now - expiry_said_at_ < kSayExpiryEvery))
    return;
  expiry_said_at_ = now;
  log_warning("tls.certificate_expires", {{"file", options_.certificate_file}, {"at", to_iso8601(not_after())}});
}

std::vector<std::string> Certificates::warnings() const {
  std::vector<std::string> out;
  const std::lock_guard lock(mutex_);
  const Instant end = identity_.facts.front().not_after;
  const auto left = std::chrono::duration_cast<hours>(end - clock_.believed()).count();
  const std::string when = to_iso8601(end).substr(0, 10);
  if (left < 0) {
    out.push_back(fmt::format("The certificate that is served expired on {}: browsers and agents refuse it. {}", when,
                              is_own() ? "Look at the log for the reason why it was not renewed."
                                       : "Renew " + options_.certificate_file + "; it is loaded within a minute."));
  } else if (left < (is_own() ? kSayOwnExpiryBefore : kSayExpiryBefore).count()) {
    out.push_back(fmt::format("The certificate that is served expires on {}, in {} days. {}", when, left / 24,
                              is_own() ? "It should have been renewed by now; look at the log."
                                       : "Renew " + options_.certificate_file + "; it is loaded within a minute."));
  }
  if (!failure_.empty())
    out.push_back(fmt::format("The new certificate is not used, and the old one is served. {}", failure_));
  for (const std::string& one : identity_.left_out) {
    out.push_back(
        fmt::format("In {} the {} cannot be used and is left out of the chain. If browsers complain, have the "
                    "certificate issued by another chain.",
                    options_.certificate_file, one));
  }
  return out;
}

bool Certificates::needs_renewal(const std::vector<CertificateFacts>& facts, const CertificateNames& wanted) const {
  const Instant now = clock_.believed();
  const CertificateFacts& server = facts.front();
  const CertificateFacts& authority = facts.back();
  return server.not_after - now < kRenewServerBefore || now < server.not_before ||
         authority.not_after - now < kRenewAuthorityBefore || now < authority.not_before ||
         !contains_all(server.names.hosts, wanted.hosts) || !contains_all(server.names.addresses, wanted.addresses);
}

Result<Certificates::Identity> Certificates::load_own() {
  const fs::path directory = options_.data_dir / "tls";
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return Error{ErrorCode::unavailable,
                 fmt::format("The directory {} cannot be made: {}.", directory.string(), std::strerror(errno))};
  }
  const fs::path authority_file = directory / "ca.crt", authority_key_file = directory / "ca.key";
  const fs::path server_file = directory / "server.crt", server_key_file = directory / "server.key";
  Secret authority_key = TRY(load_or_make_key(authority_key_file, authority_file, "certificate authority's", random_));
  Secret server_key = TRY(load_or_make_key(server_key_file, server_file, "server's", random_));
  const Instant now = clock_.believed();

  std::string authority = TRY(read_public_file(authority_file, kMaxCertificateBytes));
  if (!authority.empty())
    TRY(check_pair(authority, authority_file.string(), authority_key, authority_key_file.string(), random_));
  std::vector<CertificateFacts> authority_facts;
  if (!authority.empty()) authority_facts = TRY(read_certificates(authority, authority_file.string()));
  if (authority.empty() || authority_facts.front().not_after - now < kRenewAuthorityBefore ||
      now < authority_facts.front().not_before) {
    authority = TRY(make_authority(authority_key, now, random_));
    TRY(write_public_file(authority_file, authority));
    log_info("tls.authority_made", {{"file", authority_file.string()}});
  }

  std::string server = TRY(read_public_file(server_file, kMaxCertificateBytes));
  const CertificateNames names = own_names(options_.public_host, options_.further_names);
  bool good = false;
  if (!server.empty()) {
    TRY(check_pair(server, server_file.string(), server_key, server_key_file.string(), random_));
    const std::string chain = server + authority;
    const auto facts = TRY(read_certificates(chain, server_file.string()));
    good = is_signed_by(server, authority) && !needs_renewal(facts, names);
  }
  if (!good) {
    server = TRY(make_server_certificate(authority_key, authority, server_key, names, now, random_));
    TRY(write_public_file(server_file, server));
    log_info("tls.certificate_made",
             {{"file", server_file.string()},
              {"names", fmt::format("{} {}", fmt::join(names.hosts, " "), fmt::join(names.addresses, " "))}});
  }
  Identity out{server + authority, std::move(server_key), authority, {}, {}};
  out.facts = TRY(read_certificates(out.chain, server_file.string()));
  return out;
}

Result<Certificates::Identity> Certificates::load_given() const {
  const std::string text = TRY(read_public_file(options_.certificate_file, kMaxCertificateBytes));
  if (text.empty()) {
    return Error{
        ErrorCode::invalid_input,
        fmt::format("The certificate file {} (tls_certificate) does not exist or is empty.", options_.certificate_file),
        "tls_certificate"};
  }
  std::optional<Secret> key = TRY(read_private_file(options_.key_file, FileAccess::owner_and_group));
  if (!key)
    return Error{ErrorCode::invalid_input, fmt::format("The key file {} (tls_key) does not exist.", options_.key_file),
                 "tls_key"};
  CertificateFile file = TRY(read_certificate_file(text, options_.certificate_file));
  Secret plain = plain_private_key(*key);
  TRY(check_pair(file.chain, options_.certificate_file, plain, options_.key_file, random_));
  Identity out{std::move(file.chain), std::move(plain), {}, {}, std::move(file.left_out)};
  out.facts = TRY(read_certificates(out.chain, options_.certificate_file));
  for (const std::string& one : out.left_out)
    log_warning("tls.certificate_left_out", {{"file", options_.certificate_file}, {"certificate", one}});
  const Instant now = clock_.believed();
  if (out.facts.front().not_after < now) {
    log_warning("tls.certificate_expired",
                {{"file", options_.certificate_file}, {"since", to_iso8601(out.facts.front().not_after)}});
  } else if (now < out.facts.front().not_before) {
    log_warning("tls.certificate_not_yet_valid",
                {{"file", options_.certificate_file}, {"from", to_iso8601(out.facts.front().not_before)}});
  }
  return out;
}

Certificates::Stamp Certificates::stamp_of(const std::string& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) return {};
  return {facts.st_ino,          facts.st_size,        facts.st_mtim.tv_sec,
          facts.st_mtim.tv_nsec, facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec};
}

void Certificates::adopt(Identity identity) {
  const std::lock_guard lock(mutex_);
  identity_ = std::move(identity);
}

std::string Certificates::chain_pem() const {
  const std::lock_guard lock(mutex_);
  return identity_.chain;
}

Secret Certificates::key_pem() const {
  const std::lock_guard lock(mutex_);
  return identity_.key.clone();
}

std::string Certificates::authority_pem() const {
  const std::lock_guard lock(mutex_);
  return identity_.authority;
}

Instant Certificates::not_after() const {
  const std::lock_guard lock(mutex_);
  return identity_.facts.front().not_after;
}

std::string Certificates::server_pin_base64() const {
  const std::lock_guard lock(mutex_);
  const std::string& digest = identity_.facts.front().key_digest;
  char text[sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL)];
  sodium_bin2base64(text, sizeof text, reinterpret_cast<const unsigned char*>(digest.data()), digest.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  return text;
}

std::string Certificates::ca_pin_hex() const {
  const std::lock_guard lock(mutex_);
  const std::string& digest = identity_.facts.back().key_digest;
  return to_hex({reinterpret_cast<const std::uint8_t*>(digest.data()), digest.size()});
}

bool may_send_hsts(std::string_view host, bool own_authority) {
  if (own_authority || is_ip_address(host) || !is_host_name(host)) return false;
  const bool local = host == "localhost" || (host.size() > 10 && host.substr(host.size() - 10) == ".localhost");
  return !local && host.find('.') != std::string_view::npos;
}

}  // namespace connlog::web
