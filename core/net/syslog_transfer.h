// One syslog message on its way over UDP (RFC 5426), TCP (RFC 6587, octet counting) or TLS (RFC 5425), as a Transfer:
// libcurl resolves the name, asks the address policy, connects and does the handshake; nothing here waits. Syslog has
// no answer of its own. Over TCP and TLS the message counts as taken once the other side's TCP has acknowledged every
// byte; over UDP once it was sent. Belongs to the thread of its Transfers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/words.h"
#include "core/net/transfer.h"

namespace connlog {

enum class SyslogOver { udp, tcp, tls };
template <>
inline constexpr auto kWords<SyslogOver> = words_for<SyslogOver>({
    {SyslogOver::udp, "udp"},
    {SyslogOver::tcp, "tcp"},
    {SyslogOver::tls, "tls"},
});

struct SyslogTarget {
  std::string host;  // a name, or an address without brackets
  std::uint16_t port = 6514;
  SyslogOver over = SyslogOver::tls;
  std::string ca_pem = {};  // of TLS: the only authorities to trust; empty: the system's
};

struct SyslogOutcome {
  std::optional<TransportFailure> failure;
  std::string answer;  // without failure: for people
};

class SyslogTransfer final : public Transfer {
 public:
  static Result<std::shared_ptr<const TrustAnchors>> trust(const SyslogTarget& target, const OutboundOptions& outbound);

  SyslogTransfer(const OutboundOptions& outbound, OutboundPurpose purpose, std::shared_ptr<const TrustAnchors> anchors,
                 SyslogTarget target, std::string message, Clock& clock,
                 std::shared_ptr<const std::vector<AddressRange>> networks);

  const SyslogOutcome& outcome() const { return outcome_; }

 private:
  // The base refers to the options.
  SyslogTransfer(std::unique_ptr<const OutboundOptions> outbound, OutboundPurpose purpose,
                 std::shared_ptr<const TrustAnchors> anchors, SyslogTarget target, std::string message, Clock& clock,
                 std::shared_ptr<const std::vector<AddressRange>> networks);

  void completed(int curl_code) override;
  bool goes_on() override;
  bool talk() override;
  bool wants_to_send() const override { return !out_.empty(); }
  bool send_some();
  bool is_closed();
  bool is_acknowledged() const;
  void fail(TransportFailure::Kind kind, std::string_view what);

  const std::unique_ptr<const OutboundOptions> own_outbound_;
  const SyslogTarget target_;
  Clock& clock_;
  std::string out_;  // what is still to be sent
  Monotonic deadline_;
  SyslogOutcome outcome_;
};

}  // namespace connlog
