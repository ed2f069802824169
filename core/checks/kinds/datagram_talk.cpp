#include "core/checks/kinds/datagram_talk.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/base/text.h"
#include "core/checks/kinds/stream_talk.h"

namespace connlog {
namespace {

constexpr std::size_t kAttemptsMax = 6;
constexpr std::size_t kPlacesMax = 6;
constexpr milliseconds kWaitLeast{200};

}  // namespace

DatagramTalk::DatagramTalk(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, Plan plan, Judge judge,
                           CheckDone done)
    : runtime_(runtime),
      spec_(std::move(spec)),
      plan_(std::move(plan)),
      judge_(std::move(judge)),
      done_(std::move(done)),
      began_(runtime.clock().monotonic()) {
  resolve_next();
}

DatagramTalk::~DatagramTalk() {
  for (Attempt& attempt : attempts_) {
    attempt.watching.reset();
    ::close(attempt.socket);
  }
}

// Names of several servers one after the other: usually there is one, or they are addresses.
void DatagramTalk::resolve_next() {
  if (next_server_ == plan_.servers.size()) {
    if (places_.empty()) {
      CheckResult none = failure_.value_or(bad_settings("there is no name server to ask"));
      // Not within the call of the constructor.
      resolving_ = runtime_.at(runtime_.clock().monotonic(), [this, none = std::move(none)] { end(none); });
      return;
    }
    phases_.dns = runtime_.clock().monotonic() - began_;
    send_next();
    return;
  }
  const HostPort server = plan_.servers[next_server_++];
  resolving_ = runtime_.resolve(server.host, plan_.family, [this, server](Lookup lookup) {
    for (const IpAddress& address : lookup.addresses) {
      if (places_.size() < kPlacesMax) places_.push_back({server, address});
    }
    if (lookup.addresses.empty()) {
      CheckResult result;
      result.verdict = CheckVerdict::down;
      result.source = lookup.source;
      result.reason = lookup.source == FailureSource::name ? CheckReason::no_resolver : CheckReason::name_unknown;
      result.text = lookup.text.empty() ? "the name has no address" : lookup.text;
      failure_ = std::move(result);
    }
    resolve_next();
  });
}

void DatagramTalk::send_next() {
  again_.reset();
  const Place place = places_[next_place_++ % places_.size()];
  const CheckRuntime::Socket opened = runtime_.open_udp(*spec_, place.server.host, place.address, place.server.port);
  if (opened.fd < 0) return failed(place, opened.source, opened.reason, opened.text);
  const Monotonic began = runtime_.clock().monotonic();  // before: another process may run in between
  if (::send(opened.fd, plan_.question.data(), plan_.question.size(), MSG_NOSIGNAL) < 0) {
    const int error = errno;
    ::close(opened.fd);
    const SocketFailure failure = failure_of_errno(error);
    return failed(place, failure.source, failure.reason, failure.text);
  }
  const int socket = opened.fd;
  attempts_.push_back({socket, place.server, place.address, began,
                       runtime_.watch(socket, CheckRuntime::kReadable, [this, socket](std::uint32_t) { ready(socket); })});
  if (attempts_.size() >= kAttemptsMax) return;
  const auto rounds = static_cast<std::int64_t>(std::clamp<std::size_t>(places_.size() * 2, 3, kAttemptsMax));
  const microseconds wait = std::max<microseconds>(microseconds(spec_->time_limit) / rounds, kWaitLeast);
  again_ = runtime_.at(runtime_.clock().monotonic() + wait, [this] { send_next(); });
}

void DatagramTalk::ready(int socket) {
  const auto found = std::ranges::find(attempts_, socket, &Attempt::socket);
  if (found == attempts_.end()) return;
  char packet[4'096];
  const ssize_t got = ::recv(socket, packet, sizeof packet, 0);
  if (got < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return;
    const SocketFailure failure = failure_of_errno(errno);
    const Place place{found->place, found->address};
    const CheckRuntime::Held watching = std::move(found->watching);  // this is its call
    ::close(socket);
    attempts_.erase(found);
    return failed(place, failure.source, failure.reason, failure.text);
  }
  const microseconds took = runtime_.clock().monotonic() - found->began;
  std::optional<CheckResult> result = judge_({packet, static_cast<std::size_t>(got)}, took);
  if (!result) {
    is_odd_ = true;
    return;
  }
  phases_.first_byte = took;
  end(completed(std::move(*result), found->address, found->place.port));
}

// One attempt could not be sent, or was refused: the next place at once, until all have.
void DatagramTalk::failed(const Place& place, FailureSource source, CheckReason reason, std::string text) {
  CheckResult result;
  result.verdict = source == FailureSource::ours ? CheckVerdict::unknown : CheckVerdict::down;
  result.source = source;
  result.reason = reason;
  result.text = fmt::format("{}: {}", place_text(place.address, place.server.port), text);
  failure_ = completed(std::move(result), place.address, place.server.port);
  if (++failures_ < places_.size()) {
    again_ = runtime_.at(runtime_.clock().monotonic(), [this] { send_next(); });
    return;
  }
  if (!attempts_.empty()) return;  // one of the others may still answer
  again_ = runtime_.at(runtime_.clock().monotonic(), [this] { end(std::move(*failure_)); });
}

std::optional<CheckResult> DatagramTalk::at_time_limit() {
  if (attempts_.empty()) return failure_;
  CheckResult result;
  result.verdict = CheckVerdict::down;
  result.source = is_odd_ ? FailureSource::target : plan_.silence;
  result.reason = is_odd_                                   ? CheckReason::protocol_wrong
                  : plan_.silence == FailureSource::name ? CheckReason::no_resolver
                                                            : CheckReason::timed_out;
  const Attempt& last = attempts_.back();
  result.text = fmt::format("{}: {}", place_text(last.address, last.place.port),
                            is_odd_ ? "what came is no answer to the question" : "no answer in time");
  return completed(std::move(result), last.address, last.place.port);
}

CheckResult DatagramTalk::completed(CheckResult result, const IpAddress& address, std::uint16_t port) {
  phases_.total = runtime_.clock().monotonic() - began_;
  result.phases = phases_;
  result.address = address;
  result.port = port;
  return result;
}

void DatagramTalk::end(CheckResult result) {
  if (!done_) return;
  const CheckDone call = std::exchange(done_, {});
  call(std::move(result));
}

}  // namespace connlog
