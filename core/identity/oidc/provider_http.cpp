#include "core/identity/oidc/provider_http.h"

#include <fmt/format.h>
#include <pthread.h>

#include <list>
#include <utility>

#include "core/base/version.h"
#include "core/net/http_transfer.h"

namespace connlog::oidc {

struct ProviderHttp::Call {
  HttpRequest request;
  std::string ca_pem;
  Done done;
  std::unique_ptr<HttpTransfer> transfer = {};
};

struct ProviderHttp::Inside {
  Transfers transfers;
  std::list<std::unique_ptr<Call>> on_their_way;
  std::list<std::unique_ptr<Call>> ended;  // freed after poll(), which still uses them
};

namespace {

HttpOutcome failed(TransportFailure::Kind kind, std::string message) {
  return {TransportFailure{kind, std::move(message)}, {}};
}

constexpr milliseconds kLongestTurn{20'000};

HttpOutcome stopped() {
  return failed(TransportFailure::Kind::cancelled, "connlog is stopping.");
}

}  // namespace

ProviderHttp::ProviderHttp(OutboundOptions outbound)
    : outbound_(std::move(outbound)), inside_(std::make_unique<Inside>()) {}

ProviderHttp::~ProviderHttp() {
  stop();
}

void ProviderHttp::start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "providers");
    run();
  });
}

void ProviderHttp::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(stopping_, true)) return;
  }
  inside_->transfers.wake();
  if (thread_.joinable()) thread_.join();
  std::vector<std::unique_ptr<Call>> left;
  {
    const std::lock_guard lock(mutex_);
    left = std::move(waiting_);
  }
  for (const auto& call : left) call->done(stopped());
}

void ProviderHttp::call(HttpRequest request, const std::string& ca_pem, Done done) {
  bool full = false;
  {
    const std::lock_guard lock(mutex_);
    full = waiting_.size() + running_ >= kCallsMax;
    if (!full && !stopping_) {
      waiting_.push_back(std::make_unique<Call>(Call{std::move(request), ca_pem, std::move(done)}));
      inside_->transfers.wake();
      return;
    }
  }
  done(full ? failed(TransportFailure::Kind::other, "Too many logins wait for their providers. Try again in a moment.")
            : stopped());
}

void ProviderHttp::begin(std::unique_ptr<Call> call) {
  TlsTrust trust;
  if (!call->ca_pem.empty()) trust = {TlsTrust::Kind::ca_pem, call->ca_pem};
  auto anchors = TrustAnchors::open(trust, outbound_.ca_bundle);
  if (anchors) {
    call->transfer =
        std::make_unique<HttpTransfer>(outbound_, OutboundPurpose::login_provider, std::move(anchors).value(),
                                       fmt::format("connlog/{}", version()), std::move(call->request));
  }
  if (!call->transfer || !call->transfer->is_sendable()) {
    const HttpOutcome outcome =
        call->transfer ? call->transfer->outcome() : failed(TransportFailure::Kind::tls, anchors.error().message);
    {
      const std::lock_guard lock(mutex_);
      --running_;
    }
    return call->done(outcome);
  }
  HttpTransfer& transfer = *call->transfer;
  inside_->on_their_way.push_front(std::move(call));
  const auto place = inside_->on_their_way.begin();
  inside_->transfers.add(transfer, [this, place] {
    inside_->ended.splice(inside_->ended.begin(), inside_->on_their_way, place);
    {
      const std::lock_guard lock(mutex_);
      --running_;
    }
    const Call& ended = *inside_->ended.front();
    ended.done(ended.transfer->outcome());
  });
}

void ProviderHttp::run() {
  for (;;) {
    beat_.alive();
    std::vector<std::unique_ptr<Call>> fresh;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) break;
      fresh = std::move(waiting_);
      waiting_.clear();
      running_ += fresh.size();
    }
    for (auto& call : fresh) begin(std::move(call));
    inside_->transfers.poll(fresh.empty() ? kLongestTurn : milliseconds(0));
    inside_->ended.clear();
  }
  beat_.rests();
  for (const auto& call : inside_->on_their_way) {
    inside_->transfers.remove(*call->transfer);
    call->done(stopped());
  }
  inside_->on_their_way.clear();
}

}  // namespace connlog::oidc
