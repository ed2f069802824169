// A conversation of a check over TCP: the name's addresses are tried one after the other, TLS stands from the beginning or
// begins in between (STARTTLS), and what comes is kept up to a bound. The kind gives a *turn*, which is called when the
// connection stands, whenever bytes came, when TLS began in between, and when the other side has ended; it answers by
// calls of send(), start_tls(), succeed() and fail(). What all such checks share is here: phases, the address that was
// reached, the certificate's days, the time limit, and a verdict `degraded` where some addresses of the name failed.
//
// One thread, that of the runtime. `done` is called once; to destroy the object ends it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/checks/check_runtime.h"
#include "core/checks/kinds/tls_session.h"

namespace connlog {

class StreamTalk final : public RunningCheck {
 public:
  static constexpr std::size_t kInputMax = 16 * 1024;

  struct Plan {
    std::string host;
    std::uint16_t port = 0;
    AddressFamily family = AddressFamily::any;
    std::optional<TlsAsk> tls = {};  // how, where it is spoken
    bool tls_first = false;          // from the beginning
    bool wants_text = false;         // what came until the end of the time, and is not it, is a wrong answer
  };
  using Turn = std::function<void(StreamTalk&)>;

  StreamTalk(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, Plan plan, Turn turn, CheckDone done);
  ~StreamTalk() override;
  std::optional<CheckResult> at_time_limit() override;

  // ── For the turn ──
  std::string_view input() const { return input_; }
  void consume(std::size_t bytes) { input_.erase(0, bytes); }
  // The next whole line without its end, taken off the input. Nothing: none is there yet.
  std::optional<std::string> take_line();
  bool has_ended() const { return has_ended_; }  // nothing more will come
  bool is_secured() const { return is_secured_; }
  void send(std::string bytes);
  void start_tls();  // nothing may be left in the input
  void succeed(std::string text);
  void fail(CheckReason reason, std::string text, FailureSource source = FailureSource::target);

  CheckRuntime& runtime() { return runtime_; }
  const CheckSpec& spec() const { return *spec_; }
  const std::optional<TlsPeer>& peer() const { return peer_; }
  std::string local_address() const;

 private:
  enum class State : std::uint8_t { resolving, connecting, shaking, talking, ended };

  void resolved(Lookup lookup);
  void connect_next();
  void connect_ready();
  void connect_failed(FailureSource source, CheckReason reason, std::string text);
  void stand();
  void begin_tls();
  void shake();
  void secured();
  void ready(std::uint32_t what);
  void read();
  void flush();
  void take_turn();
  void watch(std::uint32_t wanted);
  void close_socket();
  void add_certificate(CheckResult& result) const;
  CheckResult completed(CheckResult result);
  void end(CheckResult result);

  CheckRuntime& runtime_;
  std::shared_ptr<const CheckSpec> spec_;
  Plan plan_;
  Turn turn_;
  CheckDone done_;

  State state_ = State::resolving;
  Monotonic began_, step_began_, deadline_;
  CheckPhases phases_;
  Lookup lookup_;
  std::size_t next_ = 0;  // of the addresses
  std::optional<IpAddress> address_;
  struct Failed {
    IpAddress address;
    FailureSource source;
    CheckReason reason;
    std::string text;
  };
  std::vector<Failed> failed_;

  int socket_ = -1;
  std::unique_ptr<TlsSession> tls_;
  std::optional<TlsPeer> peer_;
  std::shared_ptr<const PeerTrust> trust_;
  bool is_secured_ = false, has_ended_ = false, is_turning_ = false;
  std::string input_, output_, heard_;  // heard_: the beginning of what came, for the excerpt
  std::uint32_t watched_ = 0;

  CheckRuntime::Held resolving_, step_limit_, watching_;
};

// Calls `done` with the result soon, from a call of its own: for what fails before anything was begun.
std::unique_ptr<RunningCheck> ended_check(CheckRuntime& runtime, CheckResult result, CheckDone done);
// `unknown`, bad_settings: the text says what is wrong.
CheckResult bad_settings(std::string text);
AddressFamily family_of(const CheckSpec& spec);

// "192.0.2.1:25", "[2001:db8::1]:25"
std::string place_text(const IpAddress& address, std::uint16_t port);
// The text as one line that can be shown: control characters replaced, at most `bytes_max`.
std::string shown_line(std::string_view text, std::size_t bytes_max = 120);

}  // namespace connlog
