// Session tickets (RFC 5077, RFC 8446 §4.6.1) under keys that survive a restart, so that ten thousand agents that come
// back do not need ten thousand full handshakes. There are two keys: the present one seals tickets, the former one
// still opens them. They change daily and are kept in `<data>/tls/tickets`, sealed with the keyring's key for that
// purpose. A reboot makes old tickets invalid (their age is counted on the machine's own clock); that costs a full
// handshake and nothing else. Threads: open and rotate on one thread at a time; the two callbacks from any.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/crypto/keyring.h"

struct mbedtls_ssl_config;
struct mbedtls_ssl_session;

namespace connlog::web {

class TlsTickets {
 public:
  // An unreadable file is replaced; only resumption is lost.
  static Result<std::unique_ptr<TlsTickets>> open(const std::filesystem::path& data_dir, const Key& ticket_key,
                                                  const Clock& clock, Random& random);
  ~TlsTickets();

  Result<void> rotate_if_due();
  void serve(mbedtls_ssl_config& config);  // this object must outlive it

  // True when a ticket was accepted by this thread since the last call.
  static bool take_accepted();

 private:
  struct SealingKey {
    Instant made;
    Key name_and_salt{};  // its first four bytes name the key
    Key key{};
  };

  TlsTickets(std::filesystem::path file, const Key& ticket_key, const Clock& clock, Random& random);
  bool load();
  Result<void> save() const;
  SealingKey make_key() const;
  Result<void> use(const SealingKey& key);
  static int write(void* self, const mbedtls_ssl_session* session, unsigned char* start, const unsigned char* end,
                   std::size_t* length, std::uint32_t* lifetime);
  static int parse(void* self, mbedtls_ssl_session* session, unsigned char* bytes, std::size_t length);

  const std::filesystem::path file_;
  const Key ticket_key_;
  const Clock& clock_;
  Random& random_;
  SealingKey former_, present_;
  struct Context;     // mbedTLS's
  std::mutex mutex_;  // guards context_: mbedTLS's own lock does not cover the change of keys
  const std::unique_ptr<Context> context_;
};

}  // namespace connlog::web
