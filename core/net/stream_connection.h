// One connection to the outside that only sends: bytes over TCP or TLS. It uses libcurl, so that name resolution,
// timeouts, trust and the address policy are the same as in every other connection. For protocols without an answer
// (syslog).
//
// One thread; connect() waits (and can be cancelled from another thread), everything else returns at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/net/transfer.h"

namespace connlog {

struct StreamTarget {
  std::string host;  // a name, or an address without brackets
  std::uint16_t port = 0;
  bool tls = true;
  std::string ca_pem;  // the only authorities to trust; empty: the system's
};

class StreamConnection {
 public:
  // The error is for people: the name, and what happened. Setting `cancelled` to true ends connect() within a second.
  static Result<std::unique_ptr<StreamConnection>> connect(const OutboundOptions& outbound, OutboundPurpose purpose,
                                                           const StreamTarget& target, milliseconds timeout,
                                                           const std::atomic<bool>& cancelled);
  ~StreamConnection();

  // Sends as many bytes as it can without waiting and returns how many; 0: none now. After 0 the next call must begin
  // with the same bytes.
  Result<std::size_t> send(std::string_view bytes);
  // False: the other side has closed, or reset.
  bool is_open();
  // Whether the other side's TCP has acknowledged every byte that was sent.
  bool is_acknowledged() const;
  int socket() const { return socket_; }  // to wait on

 private:
  class Dialling;
  explicit StreamConnection(std::unique_ptr<Dialling> dialling);
  std::unique_ptr<Dialling> dialling_;
  int socket_ = -1;
};

}  // namespace connlog
