// Which certificate the server shows, and where it comes from. Without settings: a certificate under an authority of
// our own. Both are made on first start in `<data>/tls/`; they are renewed automatically with the same keys, so that
// pins stay valid. With `tls_certificate` and `tls_key`: the administrator's files, read again when they change.
//
// Threads: open on main; refresh on one thread (maintenance); everything else from any thread.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "web/server/certificate_maker.h"
#include "web/server/own_names.h"

namespace connlog::web {

struct CertificateOptions {
  std::filesystem::path data_dir;
  std::string certificate_file;  // both files or neither
  std::string key_file;
  std::string public_host;                      // of public_url; may be empty
  std::vector<std::string> further_names = {};  // setting public_names
};

class Certificates {
 public:
  // Errors are one sentence that names the file and the remedy.
  static Result<std::unique_ptr<Certificates>> open(CertificateOptions options, const Clock& clock, Random& random);

  // Loads the certificate anew when a renewal is due, this machine has a new address, or the administrator's files have
  // changed. True: the server now shows another certificate. On an error the old one stays. The administrator's files
  // are then tried at every call, and the same error is not returned again until they change.
  Result<bool> refresh();

  std::string chain_pem() const;  // the server's certificate first, then its authority's
  Secret key_pem() const;
  std::string authority_pem() const;  // ours, for import into a browser; empty with the administrator's certificate
  bool is_own() const { return options_.certificate_file.empty(); }
  Instant not_after() const;
  // What an administrator should know: an end that is near, a new file that cannot be used, certificates left out.
  std::vector<std::string> warnings() const;

  std::string server_pin_base64() const;  // SHA-256 of the server's public key: curl --pinnedpubkey sha256//…
  // SHA-256 of the authority's public key, for `connlog agent --ca-pin`. The authority is ours, or the last certificate
  // of the administrator's file.
  std::string ca_pin_hex() const;

 private:
  struct Identity {
    std::string chain;
    Secret key;
    std::string authority;
    std::vector<CertificateFacts> facts;
    std::vector<std::string> left_out;
  };
  struct Stamp {  // changes when the file was replaced, written or given another mode since it was read
    std::uint64_t inode = 0;
    std::int64_t size = 0, seconds = 0, nanos = 0, changed_seconds = 0, changed_nanos = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };

  Certificates(CertificateOptions options, const Clock& clock, Random& random);
  Result<Identity> load_own();
  Result<Identity> load_given() const;
  bool needs_renewal(const std::vector<CertificateFacts>& facts, const CertificateNames& wanted) const;
  static Stamp stamp_of(const std::string& file);
  void adopt(Identity identity);
  void keep_failure(std::string message);
  std::string failure() const;
  void say_expiry();

  const CertificateOptions options_;
  const Clock& clock_;
  Random& random_;
  // Belong to the thread that calls refresh():
  Stamp certificate_stamp_, key_stamp_;
  bool failed_ = false;
  Instant expiry_said_at_;

  mutable std::mutex mutex_;  // guards what follows
  Identity identity_;
  std::string failure_;  // of the last try; empty: it went well
};

// Whether Strict-Transport-Security may be sent to a browser that asked for `host`. Browsers ignore it for addresses.
// With an authority of our own it must not be sent: it would turn a warning that people can pass into an error that
// they cannot, for every other service on that name too.
bool may_send_hsts(std::string_view host, bool own_authority);

}  // namespace connlog::web
