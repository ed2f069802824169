// One exchange with the outside (an HTTP request, a mail) and the loop that runs many at a time. The rules for every
// exchange are set here, once: the address policy at connect time, no proxy but the configured one, TLS 1.2 or newer
// with our trust anchors, bounded time, no signals. HTTP and SMTP add their own settings.
//
// A Transfers object and the transfers in it belong to one thread; only wake() may be called from others.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/net/address_policy.h"
#include "core/net/address_range.h"
#include "core/net/http_client.h"
#include "core/net/tls_trust.h"

namespace connlog {

// libcurl and the random generator below it, initialised once in a process. Cheap to call again; any thread.
void start_libcurl();

class Transfer {
 public:
  virtual ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

 protected:
  // `networks`: the private ones that its owner may reach; null: all (AddressQuestion).
  Transfer(const OutboundOptions& outbound, OutboundPurpose purpose, std::shared_ptr<const TrustAnchors> anchors,
           std::shared_ptr<const std::vector<AddressRange>> networks = nullptr);

  void* easy() const { return easy_; }
  void set_timeouts(milliseconds connect, milliseconds total);
  void set_protocols(const char* protocols);
  // Sets the header list; the Transfer owns the copy. Call it once with all lines.
  void set_header_lines(const std::vector<std::string>& lines);
  void own_list(void* slist);
  // Its socket takes datagrams: what is sent at once is one of them.
  void set_datagrams() { is_datagram_ = true; }
  // What a curl code means, in words for people. Empty for success.
  std::optional<TransportFailure> failure_of(int curl_code) const;
  // Called once, when libcurl's part of the exchange has ended, unless goes_on() was true.
  virtual void completed(int curl_code) = 0;

  // For protocols that go on over libcurl's connection (CURLOPT_CONNECT_ONLY). Called once it stands. True: the
  // transfer stays in the loop, which calls talk() whenever something may have happened.
  virtual bool goes_on() { return false; }
  // Reads and sends what it can without waiting. False: the exchange has ended.
  virtual bool talk() { return false; }
  virtual bool wants_to_send() const { return false; }  // asked between rounds

 private:
  friend class Transfers;
  friend struct TransferCallbacks;

  const OutboundOptions& outbound_;
  OutboundPurpose purpose_;
  const std::shared_ptr<const std::vector<AddressRange>> networks_;
  std::shared_ptr<const TrustAnchors> anchors_;
  TrustAnchors::Verification verification_;
  void* easy_;
  std::vector<void*> lists_;
  std::string refusal_;  // the address policy's reason
  bool is_datagram_ = false;
  std::unique_ptr<char[]> curl_message_;
  std::function<void()> done_;
};

class Transfers {
 public:
  Transfers();
  ~Transfers();  // drops running transfers without calling `done`
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  // `transfer` stays alive until `done` is called from poll(), or the object is removed. `done` may destroy it.
  void add(Transfer& transfer, std::function<void()> done);
  void remove(Transfer& transfer);
  // Moves all transfers on; waits at most `wait` for activity; calls `done` of each transfer that has ended.
  void poll(milliseconds wait);
  void wake();
  std::size_t running() const { return running_.size(); }

 private:
  void end(Transfer& transfer);
  void talk();
  void wait(milliseconds longest);

  void* multi_;
  std::vector<Transfer*> running_;
  std::vector<Transfer*> talking_;  // of running_: those that go on over libcurl's connection
};

// False when the text holds CR, LF or NUL: it must not reach any protocol line.
bool is_one_line(std::string_view text);

}  // namespace connlog
