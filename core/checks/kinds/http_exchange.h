// One request over HTTP and its answer, as a check makes it: the name is resolved, its addresses are judged and tried one
// after the other until one takes the connection, and the answer is read within bounds. A redirect or a token is another
// exchange. Every socket passes the address policy. The runtime's thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/checks/check.h"
#include "core/checks/check_runtime.h"
#include "core/checks/kinds/http_judge.h"
#include "core/checks/kinds/peer_trust.h"

namespace connlog {

struct HttpAsk {
  std::string url;
  HttpUrl target;  // of the url
  std::string method = "GET";
  std::string body = {};
  std::vector<std::string> lines = {};  // headers; none has CR, LF or NUL in it
  AddressFamily family = AddressFamily::any;
  std::shared_ptr<const PeerTrust> trust;
  std::string client_certificate = {}, client_key = {};  // PEM; empty: none
  std::size_t body_max = kHttpBodyMax;
};

// Why there is no answer that can be judged.
struct HttpFailure {
  CheckVerdict verdict = CheckVerdict::down;
  CheckReason reason = CheckReason::timed_out;
  FailureSource source = FailureSource::target;
  std::string text = {};
};

class HttpExchange {
 public:
  // `ended` is called once, later; it may destroy the exchange. `deadline`: of the whole check.
  HttpExchange(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, HttpAsk ask, Monotonic deadline,
               std::function<void()> ended);
  ~HttpExchange();
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  // After the end, or at any moment before for what is known so far.
  const std::optional<HttpFailure>& failure() const { return failure_; }
  const HttpSeen& seen() const { return seen_; }
  const PeerTrust::Look& look() const { return look_; }
  std::optional<IpAddress> address() const { return address_; }
  // Of an address that did not take the connection, where another did; empty: none.
  const std::string& other_failed() const { return other_failed_; }
  CheckPhases phases() const;
  // What is said where the time is over before the end.
  HttpFailure out_of_time(milliseconds limit) const;

 private:
  class Hop;
  void resolved(Lookup lookup);
  bool judge_addresses(Lookup& lookup);
  void next_address();
  void hop_ended(int curl_code);
  HttpFailure failure_of(int curl_code, const Hop& hop) const;
  void fail(HttpFailure failure);
  void end();

  CheckRuntime& runtime_;
  const std::shared_ptr<const CheckSpec> spec_;
  const HttpAsk ask_;
  const Monotonic deadline_;
  std::function<void()> ended_;

  std::vector<IpAddress> addresses_;
  std::size_t next_ = 0;
  std::optional<IpAddress> address_;
  std::optional<HttpFailure> failure_, first_failure_;
  std::string other_failed_;
  HttpSeen seen_;
  PeerTrust::Look look_;
  CheckPhases former_;  // of what came before the present hop
  CheckRuntime::Held lookup_;
  std::unique_ptr<Hop> hop_;
};

// "connlog/1.0.0 (+https://monitor.example.org)": who asks, and whom to tell.
std::string check_user_agent(const OutboundOptions& outbound);
// "10 s", "300 ms"
std::string limit_text(milliseconds limit);
// Adds the steps of one to those of another.
CheckPhases together(CheckPhases a, const CheckPhases& b);

}  // namespace connlog
