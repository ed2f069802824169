// A blocking HTTP client that sends exactly the bytes it is told to, over plain TCP or TLS: for tests of the connection
// loop. Every wait ends after ten seconds at the latest. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/tls_client.h"

namespace connlog {

struct LoopReply {
  int status = 0;  // 0: the connection ended before a whole reply
  std::string head;
  std::string body;
};

class LoopClient {
 public:
  explicit LoopClient(std::uint16_t port, std::string_view address = "127.0.0.1");
  LoopClient(std::uint16_t port, const TlsClientOptions& tls);  // connects and shakes hands
  ~LoopClient();
  LoopClient(const LoopClient&) = delete;
  LoopClient& operator=(const LoopClient&) = delete;

  bool is_open() const { return fd_ >= 0; }  // connected, and under TLS the handshake went well
  void send(std::string_view bytes);
  void send_raw(std::string_view bytes);         // beneath TLS
  LoopReply read_reply(bool head_only = false);  // 100 Continue is a reply of its own
  std::string read_some();                       // what is there next; empty at the end
  std::string read_to_end();                     // until the server closes
  bool ends();                                   // the server closes without another byte
  std::string read_raw_to_end();                 // beneath TLS
  void half_close();                             // no more from us
  void reset();                                  // closes with RST

  TlsClient* tls() { return tls_.get(); }
  int descriptor() const { return fd_; }

 private:
  bool receive(std::string& out);
  void connect(std::uint16_t port, std::string_view address);

  int fd_ = -1;
  std::unique_ptr<TlsClient> tls_;
  std::string buffer_;  // received, not yet asked for
};

}  // namespace connlog
