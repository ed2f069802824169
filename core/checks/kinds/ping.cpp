// The kind "ping": some echo requests 200 ms apart, and what came back of them: loss and round trip. It needs no right of
// root: the kernel's sockets for echo requests (IPPROTO_ICMP as SOCK_DGRAM) put in the number that tells answers of
// processes apart, and an answer counts only with our sequence and our random bytes. Where the system does not let the
// group of this process open such sockets the result says so, and how to allow it.
//
// begin() belongs to the runtime's thread; everything else is pure.
#include <fmt/format.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cerrno>
#include <cstring>
#include <memory>

#include "core/base/text.h"
#include "core/checks/check_kinds.h"
#include "core/checks/kinds/common_fields.h"
#include "core/checks/kinds/stream_talk.h"

namespace connlog {
namespace {

constexpr std::int64_t kPacketsMax = 10;
constexpr milliseconds kApart{200};
constexpr milliseconds kWaitAfterLast{2'000};
constexpr std::size_t kCookieBytes = 48;  // 56 bytes of payload, as ping(8) has
constexpr std::uint8_t kEchoV4 = 8, kReplyV4 = 0, kEchoV6 = 128, kReplyV6 = 129;

constexpr Field kFields[] = {
    kHostField,
    {.name = "packets",
     .label = "Packets",
     .type = FieldType::number,
     .default_value = "3",
     .lowest = 1,
     .highest = kPacketsMax},
    {.name = "loss_max",
     .label = "Loss that is borne (%)",
     .type = FieldType::number,
     .help = "A smaller loss makes it degraded, a higher one down.",
     .default_value = "50",
     .lowest = 0,
     .highest = 100},
    kFamilyField,
};

class PingCheck final : public RunningCheck {
 public:
  PingCheck(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, CheckDone done)
      : runtime_(runtime),
        spec_(std::move(spec)),
        done_(std::move(done)),
        count_(static_cast<std::size_t>(std::clamp<std::int64_t>(spec_->values.number("packets"), 1, kPacketsMax))) {
    resolving_ = runtime_.resolve(spec_->values.text("host"), family_of(*spec_),
                                  [this](Lookup lookup) { resolved(std::move(lookup)); });
  }
  ~PingCheck() override { close_socket(); }

  std::optional<CheckResult> at_time_limit() override {
    if (sent_ == 0) {
      if (address_) return std::nullopt;
      return with_facts(failed(CheckReason::no_resolver, FailureSource::name, "no name server answered in time"));
    }
    return judged();
  }

 private:
  void resolved(Lookup lookup) {
    IpAddress literal;
    if (!parse_ip(spec_->values.text("host"), literal)) phases_.dns = lookup.took;
    if (lookup.addresses.empty()) {
      const bool is_silent = lookup.source == FailureSource::name;
      return end(with_facts(failed(is_silent ? CheckReason::no_resolver : CheckReason::name_unknown, lookup.source,
                                   lookup.text.empty() ? "the name has no address" : lookup.text)));
    }
    address_ = lookup.addresses.front();
    const CheckRuntime::Socket opened = runtime_.open_icmp(*spec_, spec_->values.text("host"), *address_);
    if (opened.fd < 0) return end(with_facts(failed(opened.reason, opened.source, opened.text)));
    socket_ = opened.fd;
    // What routers say to our packets comes by the socket's queue of errors.
    const int on = 1;
    if (address_->v6) {
      ::setsockopt(socket_, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
    } else {
      ::setsockopt(socket_, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
    }
    runtime_.random().fill(cookie_);
    watching_ = runtime_.watch(socket_, CheckRuntime::kReadable, [this](std::uint32_t) { ready(); });
    send_next();
  }

  void send_next() {
    std::string packet(16, '\0');
    packet[0] = static_cast<char>(address_->v6 ? kEchoV6 : kEchoV4);
    packet[6] = '\0';
    packet[7] = static_cast<char>(sent_ + 1);
    packet.append(reinterpret_cast<const char*>(cookie_.data()), cookie_.size());
    packet[8] = static_cast<char>(sent_);  // no two packets alike
    sent_at_[sent_] = runtime_.clock().monotonic();
    if (send(packet) < 0 && errno != EAGAIN && errno != ENOBUFS) {
      note(failure_of_errno(errno), {});
      ++hopeless_;
    }
    ++sent_;
    const bool is_last = sent_ == count_;
    timer_ = runtime_.at(runtime_.clock().monotonic() + (is_last ? kWaitAfterLast : kApart), [this, is_last] {
      if (is_last) {
        end(judged());
      } else {
        send_next();
      }
    });
  }

  ssize_t send(const std::string& packet) const {
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (address_->v6) {
      v6.sin6_family = AF_INET6;
      std::memcpy(&v6.sin6_addr, address_->bytes.data(), 16);
      return ::sendto(socket_, packet.data(), packet.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&v6), sizeof v6);
    }
    v4.sin_family = AF_INET;
    std::memcpy(&v4.sin_addr, address_->bytes.data(), 4);
    return ::sendto(socket_, packet.data(), packet.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&v4), sizeof v4);
  }

  void ready() {
    read_errors();
    char packet[512];
    const ssize_t got = ::recv(socket_, packet, sizeof packet, MSG_DONTWAIT);
    if (got < 0) {
      if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) note(failure_of_errno(errno), {});
    } else {
      take({packet, static_cast<std::size_t>(got)});
    }
    if (came_.count() == count_ || (sent_ == count_ && came_.count() + hopeless_ >= count_)) end(judged());
  }

  void take(std::string_view packet) {
    const std::uint8_t reply = address_->v6 ? kReplyV6 : kReplyV4;
    if (packet.size() != 16 + kCookieBytes || static_cast<std::uint8_t>(packet[0]) != reply || packet[6] != 0) return;
    const auto number = static_cast<std::uint8_t>(packet[7]);
    if (number < 1 || number > sent_ || came_.test(number - 1U) || static_cast<std::uint8_t>(packet[8]) != number - 1U ||
        std::memcmp(packet.data() + 16, cookie_.data(), cookie_.size()) != 0) {
      return;
    }
    came_.set(number - 1U);
    const microseconds took = runtime_.clock().monotonic() - sent_at_[number - 1U];
    sum_ += took;
    worst_ = std::max(worst_, took);
    best_ = best_.count() < 0 ? took : std::min(best_, took);
  }

  void read_errors() {
    for (std::size_t i = 0; i < 2 * kPacketsMax; ++i) {
      char data[512], control[512];
      iovec part{data, sizeof data};
      msghdr message{};
      message.msg_iov = &part;
      message.msg_iovlen = 1;
      message.msg_control = control;
      message.msg_controllen = sizeof control;
      if (::recvmsg(socket_, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return;
      for (cmsghdr* at = CMSG_FIRSTHDR(&message); at != nullptr; at = CMSG_NXTHDR(&message, at)) {
        const bool is_error = (at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_RECVERR) ||
                              (at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_RECVERR);
        if (!is_error || at->cmsg_len < CMSG_LEN(sizeof(sock_extended_err))) continue;
        sock_extended_err error{};
        std::memcpy(&error, CMSG_DATA(at), sizeof error);
        if (error.ee_errno == 0) continue;
        note(failure_of_errno(static_cast<int>(error.ee_errno)), router_of(at, error));
        ++hopeless_;
      }
    }
  }

  // Who said so, where it was another machine.
  static std::string router_of(const cmsghdr* from, const sock_extended_err& error) {
    if (error.ee_origin != SO_EE_ORIGIN_ICMP && error.ee_origin != SO_EE_ORIGIN_ICMP6) return {};
    const unsigned char* offender = CMSG_DATA(from) + sizeof(sock_extended_err);
    const std::size_t room = from->cmsg_len - CMSG_LEN(sizeof(sock_extended_err));
    IpAddress address;
    if (error.ee_origin == SO_EE_ORIGIN_ICMP && room >= sizeof(sockaddr_in)) {
      sockaddr_in v4{};
      std::memcpy(&v4, offender, sizeof v4);
      std::memcpy(address.bytes.data(), &v4.sin_addr, 4);
      return to_text(address);
    }
    if (error.ee_origin == SO_EE_ORIGIN_ICMP6 && room >= sizeof(sockaddr_in6)) {
      sockaddr_in6 v6{};
      std::memcpy(&v6, offender, sizeof v6);
      address.v6 = true;
      std::memcpy(address.bytes.data(), &v6.sin6_addr, 16);
      return to_text(address);
    }
    return {};
  }

  // The queue and recv() may tell of the same packet, so that counting is the caller's.
  void note(SocketFailure failure, const std::string& router) {
    if (!router.empty()) failure.text += fmt::format(", says {}", router);
    failure_ = std::move(failure);
  }

  CheckResult judged() {
    const std::size_t came = came_.count();
    if (came > 0) {
      const microseconds mean = sum_ / static_cast<std::int64_t>(came);
      phases_.first_byte = best_;
      phases_.total = mean;
      CheckResult result;
      result.verdict = CheckVerdict::up;
      result.reason = CheckReason::ok;
      result.text = fmt::format("{} of {} packets came back, in {}.{:02} ms on average, {}.{:02} ms at most", came, sent_,
                                mean.count() / 1'000, mean.count() % 1'000 / 10, worst_.count() / 1'000,
                                worst_.count() % 1'000 / 10);
      const auto lost = static_cast<std::int64_t>(sent_ - came), sent = static_cast<std::int64_t>(sent_);
      result.values.push_back({CheckMeasure::packet_loss, lost * 10'000 / sent});
      if (lost > 0) {
        result.verdict =
            lost * 100 > spec_->values.number("loss_max") * sent ? CheckVerdict::down : CheckVerdict::degraded;
        result.reason = CheckReason::packets_lost;
        result.source = FailureSource::target;
      }
      return with_facts(std::move(result));
    }
    CheckResult none =
        failure_ ? failed(failure_->reason, failure_->source, failure_->text)
                 : failed(CheckReason::timed_out, FailureSource::silence,
                          fmt::format("none of {} packet{} came back", sent_, sent_ == 1 ? "" : "s"));
    none.values.push_back({CheckMeasure::packet_loss, 10'000});
    return with_facts(std::move(none));
  }

  static CheckResult failed(CheckReason reason, FailureSource source, std::string text) {
    CheckResult result;
    result.verdict = source == FailureSource::ours ? CheckVerdict::unknown : CheckVerdict::down;
    result.reason = reason;
    result.source = source;
    result.text = std::move(text);
    return result;
  }
  CheckResult with_facts(CheckResult result) const {
    result.phases = phases_;
    result.address = address_;
    return result;
  }

  void close_socket() {
    watching_.reset();
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

  void end(CheckResult result) {
    const CheckDone call = std::exchange(done_, {});
    if (call) call(std::move(result));
  }

  CheckRuntime& runtime_;
  std::shared_ptr<const CheckSpec> spec_;
  CheckDone done_;
  const std::size_t count_;
  std::optional<IpAddress> address_;
  CheckPhases phases_;
  int socket_ = -1;
  std::array<std::uint8_t, kCookieBytes> cookie_{};
  std::size_t sent_ = 0, hopeless_ = 0;  // hopeless: of which it is known that they got lost
  std::array<Monotonic, kPacketsMax> sent_at_{};
  std::bitset<kPacketsMax> came_;
  microseconds sum_{0}, worst_{0}, best_{-1};
  std::optional<SocketFailure> failure_;
  CheckRuntime::Held resolving_, watching_, timer_;
};

std::unique_ptr<RunningCheck> begin(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, CheckDone done) {
  return std::make_unique<PingCheck>(runtime, std::move(spec), std::move(done));
}

CheckTarget target(const FieldValues& values) {
  return {values.text("host"), 0};
}

std::string shown(const FieldValues& values) {
  return values.text("host");
}

Result<void> check(const FieldValues& values, const FieldSecrets&) {
  TRY(checked_host("fields.host", values.text("host")));
  return {};
}

// "ping host"
std::optional<FieldValues> propose(std::string_view text) {
  const std::optional<std::string_view> rest = behind_word(text, "ping");
  const std::optional<CheckTarget> place = rest ? parse_place(*rest) : std::nullopt;
  if (!place || place->port != 0) return std::nullopt;
  FieldValues values;
  values.set("host", place->host);
  return values;
}

}  // namespace

constexpr CheckKind kPingCheck{.word = "ping",
                               .title = "Ping (ICMP)",
                               .icon = "radio",
                               .fields = kFields,
                               .target = target,
                               .shown = shown,
                               .begin = begin,
                               .check = check,
                               .propose = propose};

}  // namespace connlog
