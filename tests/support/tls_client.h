// The client's side of TLS over mbedTLS, as a transformation of bytes like web/server/tls_session: for tests and the
// load generator. Not for the product, whose clients speak through libcurl. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace connlog {

struct TlsClientOptions {
  enum class Version { any, only_1_2, only_1_3 };
  Version version = Version::any;
  std::string ca_pem = {};  // empty: the server's certificate is not checked
  std::string host = "localhost";
  std::string session = {};   // from an earlier connection: resume
  std::string protocol = {};  // ALPN; empty: none offered
  std::uint16_t group = 0;    // IANA number; 0: the library's choice
};

class TlsClient {
 public:
  enum class Progress { done, wants_input, failed };

  explicit TlsClient(const TlsClientOptions& settings);
  ~TlsClient();

  Progress handshake(std::string_view in, std::string& out);
  // Appends plain text; false when the server has ended or broken the session.
  bool decrypt(std::string_view in, std::string& plain);
  void encrypt(std::string_view plain, std::string& out);
  void close_notify(std::string& out);

  std::string session() const;  // to resume with; under TLS 1.3 only after a first reply was read
  std::string version() const;  // "TLSv1.3"
  std::string protocol() const;
  std::string leaf_digest() const;  // SHA-256 of the server's certificate, hex
  int last_error() const;           // mbedTLS's code of what failed

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace connlog
