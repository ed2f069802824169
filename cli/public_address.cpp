#include "cli/public_address.h"

#include "core/base/log.h"
#include "core/net/http_client.h"

namespace connlog {
namespace {

constexpr microseconds kLookEvery = seconds(600);
constexpr milliseconds kConnectTimeout{3'000};
constexpr milliseconds kTimeout{5'000};

}  // namespace

void PublicAddress::look(const std::string& own_pin) {
  if (!url_.starts_with("https://") || own_pin.empty()) return;
  const Monotonic now = clock_.monotonic();
  if (looked_at_ != Monotonic{} && now - looked_at_ < kLookEvery) return;
  looked_at_ = now;
  auto client = HttpClient::open({.purpose = OutboundPurpose::agent_uplink,
                                  .trust = {.kind = TlsTrust::Kind::ca_pin, .value = own_pin},
                                  .outbound = {},
                                  .user_agent = "connlog"});
  if (!client) return;
  HttpRequest request;
  request.url = url_ + "/healthz";
  request.connect_timeout = kConnectTimeout;
  request.timeout = kTimeout;
  const HttpOutcome outcome = (*client)->perform(request);
  // Not reached from here (no such name, another network): the settings decide.
  if (outcome.failure && outcome.failure->kind != TransportFailure::Kind::tls) return;
  const bool own = !outcome.failure;
  if (own_.exchange(own) != own)
    log_info("public_address.certificate", {{"url", url_}, {"own", own ? "true" : "false"}});
}

}  // namespace connlog
