#include "core/checks/kinds/stream_talk.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base/secret_shapes.h"
#include "core/base/text.h"

namespace connlog {
namespace {

constexpr std::size_t kPieceBytes = 4'096;
constexpr std::size_t kExcerptRaw = 2 * kExcerptBytes;  // a secret on the edge is masked before run_check cuts

class EndedCheck final : public RunningCheck {
 public:
  EndedCheck(CheckRuntime& runtime, CheckResult result, CheckDone done)
      : result_(std::move(result)), done_(std::move(done)) {
    timer_ = runtime.at(runtime.clock().monotonic(), [this] {
      const CheckDone call = std::move(done_);
      CheckResult given = std::move(result_);
      call(std::move(given));
    });
  }

 private:
  CheckResult result_;
  CheckDone done_;
  CheckRuntime::Held timer_;
};

}  // namespace

std::unique_ptr<RunningCheck> ended_check(CheckRuntime& runtime, CheckResult result, CheckDone done) {
  return std::make_unique<EndedCheck>(runtime, std::move(result), std::move(done));
}

CheckResult bad_settings(std::string text) {
  CheckResult result;
  result.verdict = CheckVerdict::unknown;
  result.reason = CheckReason::bad_settings;
  result.source = FailureSource::ours;
  result.text = std::move(text);
  return result;
}

AddressFamily family_of(const CheckSpec& spec) {
  return parse_word<AddressFamily>(spec.values.text("family")).value_or(AddressFamily::any);
}

std::string place_text(const IpAddress& address, std::uint16_t port) {
  return address.v6 ? fmt::format("[{}]:{}", to_text(address), port) : fmt::format("{}:{}", to_text(address), port);
}

std::string shown_line(std::string_view text, std::size_t bytes_max) {
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  return cut(mask_secrets(harmless(text.substr(0, 4 * bytes_max))), bytes_max);
}

StreamTalk::StreamTalk(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, Plan plan, Turn turn,
                       CheckDone done)
    : runtime_(runtime),
      spec_(std::move(spec)),
      plan_(std::move(plan)),
      turn_(std::move(turn)),
      done_(std::move(done)),
      began_(runtime.clock().monotonic()),
      step_began_(began_),
      deadline_(began_ + spec_->time_limit) {
  resolving_ = runtime_.resolve(plan_.host, plan_.family, [this](Lookup lookup) { resolved(std::move(lookup)); });
}

StreamTalk::~StreamTalk() {
  close_socket();
}

void StreamTalk::resolved(Lookup lookup) {
  lookup_ = std::move(lookup);
  IpAddress literal;
  if (!parse_ip(plan_.host, literal)) phases_.dns = lookup_.took;
  if (lookup_.addresses.empty()) {
    CheckResult result;
    result.verdict = CheckVerdict::down;
    result.source = lookup_.source;
    result.reason =
        lookup_.source == FailureSource::name ? CheckReason::no_resolver : CheckReason::name_unknown;
    result.text = lookup_.text.empty() ? "the name has no address" : lookup_.text;
    end(std::move(result));
    return;
  }
  connect_next();
}

void StreamTalk::connect_next() {
  close_socket();
  while (next_ < lookup_.addresses.size()) {
    const IpAddress address = lookup_.addresses[next_++];
    address_ = address;
    state_ = State::connecting;
    step_began_ = runtime_.clock().monotonic();
    const CheckRuntime::Socket opened = runtime_.open_tcp(*spec_, plan_.host, address, plan_.port);
    if (opened.fd < 0) {
      failed_.push_back({address, opened.source, opened.reason, opened.text});
      continue;
    }
    socket_ = opened.fd;
    // Each address has its share of the time that is left; the last has all of it.
    const auto left = static_cast<std::int64_t>(lookup_.addresses.size() - next_) + 1;
    if (left > 1) {
      const microseconds share = std::max<microseconds>((deadline_ - step_began_) / left, milliseconds(200));
      step_limit_ = runtime_.at(step_began_ + share, [this] {
        connect_failed(FailureSource::silence, CheckReason::timed_out, "no connection in time");
      });
    }
    watch(CheckRuntime::kWritable);
    return;
  }
  // The failure that says most: what came back from there, then silence, then what could not be begun.
  const auto weight = [](const Failed& failed) {
    return failed.source == FailureSource::target ? 0 : failed.source == FailureSource::silence ? 1 : 2;
  };
  const auto telling =
      std::ranges::min_element(failed_, [&](const Failed& a, const Failed& b) { return weight(a) < weight(b); });
  CheckResult result;
  result.verdict = telling->source == FailureSource::ours ? CheckVerdict::unknown : CheckVerdict::down;
  result.source = telling->source;
  result.reason = telling->reason;
  address_ = telling->address;
  result.text = fmt::format("{}: {}", place_text(telling->address, plan_.port), telling->text);
  if (failed_.size() > 1) result.text += fmt::format(" ({} other addresses fail, too)", failed_.size() - 1);
  if (lookup_.source == FailureSource::name) {
    // These were the addresses of before: the name may have moved.
    result.source = FailureSource::name;
    result.reason = CheckReason::no_resolver;
    result.text = fmt::format("{}; its last known address: {}", lookup_.text, result.text);
  }
  end(std::move(result));
}

void StreamTalk::connect_ready() {
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) {
    SocketFailure failure = failure_of_errno(error);
    connect_failed(failure.source, failure.reason, std::move(failure.text));
    return;
  }
  step_limit_.reset();
  phases_.connect = runtime_.clock().monotonic() - step_began_;
  stand();
}

void StreamTalk::connect_failed(FailureSource source, CheckReason reason, std::string text) {
  failed_.push_back({*address_, source, reason, std::move(text)});
  connect_next();
}

void StreamTalk::stand() {
  step_began_ = runtime_.clock().monotonic();
  if (plan_.tls_first) {
    begin_tls();
    return;
  }
  state_ = State::talking;
  watch(CheckRuntime::kReadable);
  take_turn();
}

void StreamTalk::begin_tls() {
  state_ = State::shaking;
  step_began_ = runtime_.clock().monotonic();
  tls_ = std::make_unique<TlsSession>(socket_, *plan_.tls, runtime_);
  shake();
}

void StreamTalk::shake() {
  switch (tls_->handshake()) {
    case TlsSession::Step::wants_read:
      return watch(CheckRuntime::kReadable);
    case TlsSession::Step::wants_write:
      return watch(CheckRuntime::kWritable);
    case TlsSession::Step::ended:
      return fail(CheckReason::reset, "it closed the connection during the TLS handshake");
    case TlsSession::Step::failed: {
      const bool is_ours = tls_->reason() == CheckReason::own_trouble;
      return fail(tls_->reason(), tls_->text(), is_ours ? FailureSource::ours : FailureSource::target);
    }
    case TlsSession::Step::done:
      return secured();
  }
}

void StreamTalk::secured() {
  phases_.tls = runtime_.clock().monotonic() - step_began_;
  step_began_ = runtime_.clock().monotonic();
  peer_ = tls_->peer();
  if (const std::optional<CertificateFailure> refusal = tls_->refusal()) {
    CheckResult result;
    result.verdict = refusal->verdict;
    result.reason = refusal->reason;
    result.source = refusal->source;
    result.text = refusal->text;
    add_certificate(result);
    end(std::move(result));
    return;
  }
  trust_ = plan_.tls->trust;
  is_secured_ = true;
  state_ = State::talking;
  watch(CheckRuntime::kReadable);
  take_turn();
}

void StreamTalk::ready(std::uint32_t) {
  switch (state_) {
    case State::connecting:
      return connect_ready();
    case State::shaking:
      return shake();
    case State::talking:
      if (!output_.empty()) flush();
      if (state_ == State::talking) read();
      return;
    case State::resolving:
    case State::ended:
      return;
  }
}

void StreamTalk::read() {
  char piece[kPieceBytes];
  std::size_t got = 0;
  bool is_there = false;
  if (tls_) {
    const TlsSession::Step step = tls_->read(piece, got);
    if (step == TlsSession::Step::failed) return fail(tls_->reason(), tls_->text());
    if (step == TlsSession::Step::wants_read || step == TlsSession::Step::wants_write) return;
    is_there = step == TlsSession::Step::done;
  } else {
    const ssize_t count = ::recv(socket_, piece, sizeof piece, 0);
    if (count < 0) {
      if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return;
      const SocketFailure failure = failure_of_errno(errno);
      return fail(failure.reason, failure.text, failure.source);
    }
    is_there = count > 0;
    got = static_cast<std::size_t>(count);
  }
  if (!is_there) {
    has_ended_ = true;
    take_turn();
    // A turn that waits for more would wait in vain.
    if (state_ == State::talking) {
      fail(CheckReason::reset, heard_.empty() ? "it closed the connection without a word"
                                              : "it closed the connection before it had answered");
    }
    return;
  }
  if (phases_.first_byte.count() < 0) phases_.first_byte = runtime_.clock().monotonic() - step_began_;
  if (heard_.size() < kExcerptRaw) heard_.append(piece, std::min(got, kExcerptRaw - heard_.size()));
  input_.append(piece, got);
  take_turn();
  if (state_ != State::talking) return;
  if (input_.size() >= kInputMax) return fail(CheckReason::too_long, "it sends without end");
  // What TLS holds already makes no socket readable.
  if (tls_ && tls_->has_buffered()) {
    step_limit_ = runtime_.at(runtime_.clock().monotonic(), [this] {
      if (state_ == State::talking) read();
    });
  }
}

void StreamTalk::take_turn() {
  if (is_turning_) return;
  is_turning_ = true;
  turn_(*this);
  is_turning_ = false;
}

std::optional<std::string> StreamTalk::take_line() {
  const std::size_t end = input_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string line = input_.substr(0, end);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  consume(end + 1);
  return line;
}

void StreamTalk::send(std::string bytes) {
  if (state_ != State::talking) return;
  output_ += bytes;
  flush();
}

void StreamTalk::flush() {
  while (!output_.empty()) {
    std::size_t put = 0;
    if (tls_) {
      const TlsSession::Step step = tls_->write(output_, put);
      if (step == TlsSession::Step::failed) return fail(tls_->reason(), tls_->text());
      if (step != TlsSession::Step::done) break;
    } else {
      const ssize_t count = ::send(socket_, output_.data(), output_.size(), MSG_NOSIGNAL);
      if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) break;
      if (count < 0) {
        const SocketFailure failure = failure_of_errno(errno);
        return fail(failure.reason, failure.text, failure.source);
      }
      put = static_cast<std::size_t>(count);
    }
    output_.erase(0, put);
  }
  watch(output_.empty() ? CheckRuntime::kReadable : CheckRuntime::kReadable | CheckRuntime::kWritable);
}

void StreamTalk::start_tls() {
  if (state_ != State::talking) return;
  // Bytes in clear behind the agreement would be read as if they were protected.
  if (!input_.empty()) return fail(CheckReason::protocol_wrong, "it sent bytes in clear where TLS begins");
  state_ = State::shaking;
  watching_.reset();
  watched_ = 0;
  // Not within the turn: the handshake calls the next one.
  step_limit_ = runtime_.at(runtime_.clock().monotonic(), [this] { begin_tls(); });
}

void StreamTalk::watch(std::uint32_t wanted) {
  if (socket_ < 0 || state_ == State::ended || wanted == watched_) return;
  watching_.reset();
  watched_ = wanted;
  watching_ = runtime_.watch(socket_, wanted, [this](std::uint32_t what) { ready(what); });
}

void StreamTalk::close_socket() {
  step_limit_.reset();
  watching_.reset();
  watched_ = 0;
  if (tls_) tls_->close();
  tls_.reset();
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

std::string StreamTalk::local_address() const {
  sockaddr_storage own{};
  socklen_t length = sizeof own;
  if (::getsockname(socket_, reinterpret_cast<sockaddr*>(&own), &length) != 0) return {};
  char text[INET6_ADDRSTRLEN] = "";
  if (own.ss_family == AF_INET6) {
    ::inet_ntop(AF_INET6, &reinterpret_cast<sockaddr_in6&>(own).sin6_addr, text, sizeof text);
  } else {
    ::inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in&>(own).sin_addr, text, sizeof text);
  }
  return text;
}

void StreamTalk::succeed(std::string text) {
  CheckResult result;
  result.verdict = CheckVerdict::up;
  result.reason = CheckReason::ok;
  result.text = std::move(text);
  if (trust_) {
    judge_certificate_days(result, *spec_, *trust_, peer_->ends_at, runtime_.clock().now());
    if (result.verdict != CheckVerdict::up) return end(std::move(result));
  }
  const auto other = std::ranges::find_if(
      failed_,
      // Silence of another family may be this machine's own lack of a way; what our policy refused says nothing of them.
      [&](const Failed& each) {
        return each.reason != CheckReason::forbidden &&
               (each.source == FailureSource::target ||
                (each.source == FailureSource::silence && each.address.v6 == address_->v6));
      });
  if (other != failed_.end()) {
    result.verdict = CheckVerdict::degraded;
    result.reason = CheckReason::some_addresses_fail;
    result.source = FailureSource::target;
    result.text = fmt::format("{} answers, but {}: {}", to_text(*address_), place_text(other->address, plan_.port),
                              other->text);
  }
  end(std::move(result));
}

void StreamTalk::fail(CheckReason reason, std::string text, FailureSource source) {
  CheckResult result;
  result.verdict = source == FailureSource::ours ? CheckVerdict::unknown : CheckVerdict::down;
  result.reason = reason;
  result.source = source;
  result.text = std::move(text);
  end(std::move(result));
}

std::optional<CheckResult> StreamTalk::at_time_limit() {
  CheckResult result;
  result.verdict = CheckVerdict::down;
  result.reason = CheckReason::timed_out;
  result.source = FailureSource::silence;
  switch (state_) {
    case State::resolving:
      result.reason = CheckReason::no_resolver;
      result.source = FailureSource::name;
      result.text = "no name server answered in time";
      break;
    case State::connecting:
      result.text = fmt::format("{}: no connection in time", place_text(*address_, plan_.port));
      break;
    case State::shaking:
      result.text = "connected, but the TLS handshake did not end in time";
      break;
    case State::talking:
      if (plan_.wants_text && !heard_.empty()) {
        result.reason = CheckReason::content_wrong;
        result.source = FailureSource::target;
        result.text = fmt::format("answered \"{}\", without the expected text", shown_line(heard_, 80));
        break;
      }
      result.text = heard_.empty() ? "connected, but it did not answer in time"
                                   : "connected, but its answer did not end in time";
      break;
    case State::ended:
      return std::nullopt;
  }
  return completed(std::move(result));
}

// What is known of the certificate's time, where nobody judges it further.
void StreamTalk::add_certificate(CheckResult& result) const {
  if (peer_ && peer_->ends_at.is_set()) {
    result.values.push_back(
        {CheckMeasure::certificate_days, whole_days_until(peer_->ends_at, runtime_.clock().now())});
  }
}

CheckResult StreamTalk::completed(CheckResult result) {
  phases_.total = runtime_.clock().monotonic() - began_;
  result.phases = phases_;
  result.address = address_;
  result.port = plan_.port;
  result.text = cut(result.text, kCheckTextBytes);
  result.excerpt = std::move(heard_);
  return result;
}

void StreamTalk::end(CheckResult result) {
  if (state_ == State::ended) return;
  state_ = State::ended;
  result = completed(std::move(result));
  close_socket();
  resolving_.reset();
  const CheckDone call = std::move(done_);
  call(std::move(result));
}

}  // namespace connlog
