// One HTTP request as a Transfer: used by HttpClient and by the outbox, which runs many at a time. Belongs to the
// thread of its Transfers.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/net/transfer.h"

namespace connlog {

class HttpTransfer final : public Transfer {
 public:
  // Keeps `request`. If the request cannot be sent, outcome() says so at once and the transfer must not be added to a
  // loop.
  HttpTransfer(const OutboundOptions& outbound, OutboundPurpose purpose, std::shared_ptr<const TrustAnchors> anchors,
               const std::string& user_agent, HttpRequest request,
               std::shared_ptr<const std::vector<AddressRange>> networks = nullptr);

  bool is_sendable() const { return !outcome_.failure.has_value(); }
  const HttpOutcome& outcome() const { return outcome_; }

 private:
  friend struct HttpCallbacks;
  void completed(int curl_code) override;

  HttpRequest request_;
  HttpOutcome outcome_;
  std::size_t header_bytes_ = 0;
  bool too_long_ = false;
  int line_status_ = 0;         // of the status line that came last
  bool head_is_whole_ = false;  // of the final answer
  std::int64_t head_at_ = 0;    // microseconds after the beginning
};

}  // namespace connlog
