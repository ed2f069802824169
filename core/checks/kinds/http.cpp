// The check "http": a web address is asked as a client would, and its answer judged by status, keyword and a value of JSON.
// Each hop of a redirect is an exchange of its own (http_exchange.h), resolved and judged anew; credentials, secret headers
// and the client certificate stay with the monitor's own host. The days of the certificate come from the same connections.
//
// The runtime's thread.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/checks/check_kinds.h"
#include "core/checks/kinds/http_exchange.h"
#include "core/checks/kinds/http_fields.h"
#include "core/checks/kinds/http_judge.h"
#include "core/checks/kinds/http_redirect.h"
#include "core/checks/kinds/http_token.h"
#include "core/checks/kinds/peer_trust.h"

namespace connlog {
namespace {

constexpr std::size_t kShortestSecret = 4;  // shorter ones would blacken every text

constexpr std::string_view kHidden = "[secret]";

// A secret may be a part of what is written in its place, so the search goes on behind that.
void hide(std::string& text, std::string_view secret) {
  if (secret.size() < kShortestSecret) return;
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kHidden.size()))
    text.replace(at, secret.size(), kHidden);
}

class HttpCheck final : public RunningCheck {
 public:
  HttpCheck(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, CheckDone done)
      : runtime_(runtime),
        spec_(std::move(spec)),
        done_(std::move(done)),
        deadline_(runtime.clock().monotonic() + spec_->time_limit) {
    // What is wrong with the fields must not be said inside begin().
    beginning_ = runtime_.at(runtime_.clock().monotonic(), [this] { start(); });
  }

  std::optional<CheckResult> at_time_limit() override {
    if (!exchange_) return std::nullopt;
    HttpFailure failure = exchange_->out_of_time(spec_->time_limit);
    if (is_token_) failure.text = "the token: " + failure.text;
    return without_secrets(failed(std::move(failure)));
  }

 private:
  // ---- the way

  void start() {
    if (const Result<void> ready = prepare(); !ready) {
      CheckResult result;
      result.verdict = CheckVerdict::unknown;
      result.reason = CheckReason::bad_settings;
      result.source = FailureSource::ours;
      result.text = "the check cannot be begun as it is set: " + ready.error().message;
      return finish(std::move(result));
    }
    if (plan_.login != HttpLogin::oauth2) return ask();
    token_ = kept_token(spec_, runtime_.clock().monotonic());
    is_kept_token_ = !token_.empty();
    if (is_kept_token_) return ask();
    fetch_token();
  }

  Result<void> prepare() {
    plan_ = TRY(http_plan(spec_->values, spec_->secrets));
    trust_ = TRY(PeerTrust::open(runtime_, spec_->values));
    if (plan_.login == HttpLogin::oauth2) {
      token_target_ = TRY(check_http_url(plan_.token_url, "fields.oauth_token_url"));
      // A pin is one server's, and a client secret goes to nobody who is not verified.
      const bool is_shared = is_same_place(plan_.target, token_target_) || trust_->mode() == PeerTrust::Mode::ca;
      token_trust_ = trust_;
      if (!is_shared) token_trust_ = TRY(PeerTrust::open(runtime_, FieldValues{}));
    }
    url_ = plan_.url;
    target_ = plan_.target;
    method_ = plan_.method;
    body_ = plan_.body;
    return {};
  }

  void fetch_token() {
    is_token_ = true;
    HttpAsk request = token_ask(plan_, token_target_, spec_->secrets.reveal("oauth_client_secret"));
    request.family = plan_.family;
    request.trust = token_trust_;
    exchange(std::move(request), [this] { token_came(); });
  }

  void token_came() {
    if (exchange_->failure()) {
      HttpFailure failure = *exchange_->failure();
      failure.text = "the token: " + failure.text;
      return finish(failed(std::move(failure)));
    }
    TokenAnswer answer = token_of(exchange_->seen());
    if (!answer.trouble.empty())
      return finish(failed({CheckVerdict::down, answer.reason, FailureSource::target, answer.trouble}));
    token_ = std::move(answer.token);
    if (answer.holds.count() > 0) keep_token(spec_, token_, runtime_.clock().monotonic() + answer.holds);
    leave_exchange();
    is_token_ = false;
    ask();
  }

  void ask() {
    const bool is_own = is_same_place(plan_.target, target_);
    HttpAsk request;
    request.url = url_;
    request.target = target_;
    request.method = method_;
    request.body = body_;
    request.lines = lines(is_own);
    request.family = plan_.family;
    request.trust = trust_;
    if (is_own) {
      request.client_certificate = spec_->values.text("client_certificate");
      request.client_key = std::string(spec_->secrets.reveal("client_key"));
    }
    exchange(std::move(request), [this] { answered(); });
  }

  void exchange(HttpAsk request, std::function<void()> ended) {
    exchange_ = std::make_unique<HttpExchange>(runtime_, spec_, std::move(request), deadline_, std::move(ended));
  }

  // What is known of it is kept.
  void leave_exchange() {
    former_ = together(former_, exchange_->phases());
    if (other_failed_.empty()) other_failed_ = exchange_->other_failed();
    exchange_.reset();
  }

  void answered() {
    note_certificate();
    if (exchange_->failure()) return finish(failed(*exchange_->failure()));
    const HttpSeen& seen = exchange_->seen();
    if (seen.status == 401 && is_kept_token_) {  // it was revoked before its time: once anew
      drop_token(spec_);
      is_kept_token_ = false;
      leave_exchange();
      return fetch_token();
    }
    if (plan_.follow_redirects && is_redirect(seen.status) && !seen.location.empty()) return follow(seen);
    finish(judged(seen));
  }

  void follow(const HttpSeen& seen) {
    const int status = seen.status;
    Redirect redirect = redirect_of(url_, seen.location);
    if (redirect.trouble.empty() && ++redirects_ > kRedirectsMax)
      redirect.trouble = fmt::format("redirects more than {} times", kRedirectsMax);
    if (!redirect.trouble.empty()) {
      return finish(failed({CheckVerdict::down, CheckReason::redirect_wrong, FailureSource::target, redirect.trouble}));
    }
    url_ = std::move(redirect.url);
    target_ = std::move(redirect.target);
    // RFC 9110 §15.4: 303 asks for another thing by GET; after 301 and 302 clients do so where they had posted.
    const bool becomes_get = status == 303 ? method_ != "HEAD" : (status == 301 || status == 302) && method_ == "POST";
    if (becomes_get) {
      method_ = "GET";
      body_.clear();
    }
    leave_exchange();
    ask();
  }

  // ---- what is sent

  std::vector<std::string> lines(bool is_own) const {
    std::vector<std::string> lines = {"Accept-Encoding: identity"};
    const auto add = [&](const std::vector<HttpHeader>& headers) {
      for (const HttpHeader& header : headers) {
        // libcurl takes "Name:" for "leave it out" and "Name;" for an empty one.
        lines.push_back(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
      }
    };
    add(plan_.headers);
    if (!body_.empty() && !has_header("content-type")) {
      const bool is_json = body_.front() == '{' || body_.front() == '[';
      lines.push_back(is_json ? "Content-Type: application/json" : "Content-Type: text/plain; charset=utf-8");
    } else if (body_.empty() && method_ != "GET" && method_ != "HEAD") {
      lines.push_back("Content-Type:");  // else libcurl would say that it is a form
    }
    if (!is_own) return lines;
    add(plan_.secret_headers);
    if (!plan_.host_header.empty()) lines.push_back("Host: " + plan_.host_header);
    if (const std::string login = authorization(); !login.empty()) lines.push_back("Authorization: " + login);
    return lines;
  }

  bool has_header(std::string_view name) const {
    const auto is_it = [&](const HttpHeader& header) { return folded(header.name) == name; };
    return std::ranges::any_of(plan_.headers, is_it) || std::ranges::any_of(plan_.secret_headers, is_it);
  }

  std::string authorization() const {
    switch (plan_.login) {
      case HttpLogin::none:
        return {};
      case HttpLogin::basic:
        return basic_credentials(spec_->values.text("username"), spec_->secrets.reveal("password"));
      case HttpLogin::bearer:
        return "Bearer " + std::string(spec_->secrets.reveal("token"));
      case HttpLogin::oauth2:
        return "Bearer " + std::string(token_.reveal());
    }
    return {};
  }

  // ---- what is said

  void note_certificate() {
    const Instant ends = exchange_->look().ends_at;
    if (ends.is_set() && (!certificate_ends_.is_set() || ends < certificate_ends_)) certificate_ends_ = ends;
  }

  CheckResult result() const {
    CheckResult result;
    result.phases = former_;
    if (exchange_) {
      result.phases = together(former_, exchange_->phases());
      result.address = exchange_->address();
    }
    result.port = is_token_ ? token_target_.port : target_.port;
    return result;
  }

  CheckResult failed(HttpFailure failure) const {
    CheckResult out = result();
    out.verdict = failure.verdict;
    out.reason = failure.reason;
    out.source = failure.source;
    out.text = redirects_ > 0 && !is_token_ ? fmt::format("after a redirect: {}", failure.text) : std::move(failure.text);
    // A redirect to where none may lead is the target's doing; that a monitor's own address is refused is ours.
    if (redirects_ > 0 && !is_token_ && out.reason == CheckReason::forbidden) out.reason = CheckReason::redirect_wrong;
    if (exchange_ && !is_token_ && exchange_->seen().status != 0) out.excerpt = excerpt(exchange_->seen());
    if (certificate_ends_.is_set()) {
      const std::int64_t days = whole_days_until(certificate_ends_, runtime_.clock().now());
      out.values.push_back({CheckMeasure::certificate_days, days});
    }
    return out;
  }

  CheckResult judged(const HttpSeen& seen) const {
    CheckResult out = result();
    HttpJudgement judgement = judge_http(plan_, seen);
    out.verdict = judgement.verdict;
    out.reason = judgement.reason;
    out.source = out.verdict == CheckVerdict::up ? FailureSource::none : FailureSource::target;
    out.text = std::move(judgement.text);
    out.values.push_back({CheckMeasure::http_status, seen.status});
    const std::string& other = other_failed_.empty() ? exchange_->other_failed() : other_failed_;
    if (out.verdict == CheckVerdict::up && !other.empty()) {
      out.verdict = CheckVerdict::degraded;
      out.reason = CheckReason::some_addresses_fail;
      out.text += fmt::format(", but not every address of the name takes connections: {}", other);
    }
    judge_certificate_days(out, *spec_, *trust_, certificate_ends_, runtime_.clock().now());
    out.excerpt = excerpt(seen);
    return out;
  }

  // The head by its harmless parts alone: cookies and the like are nobody's business.
  static std::string excerpt(const HttpSeen& seen) {
    std::string text = fmt::format("HTTP {}\n", status_text(seen.status));
    if (!seen.content_type.empty()) text += fmt::format("Content-Type: {}\n", cut(harmless(seen.content_type), 100));
    text += '\n';
    // More than is kept, so that a secret on the edge is found whole.
    text += seen.body.substr(0, 2 * kExcerptBytes);
    return text;
  }

  // A server may send back what it was sent.
  void hide_own_secrets(std::string& text) const {
    for (const auto& [name, secret] : spec_->secrets.entries()) {
      if (name != "secret_headers") hide(text, secret.reveal());
    }
    for (const HttpHeader& header : plan_.secret_headers) hide(text, header.value);
    hide(text, token_.reveal());
    if (plan_.login != HttpLogin::basic) return;
    const std::string login = authorization();
    hide(text, std::string_view(login).substr(std::string_view("Basic ").size()));
  }

  CheckResult without_secrets(CheckResult result) const {
    hide_own_secrets(result.text);
    result.text = cut(result.text, kCheckTextBytes);
    hide_own_secrets(result.excerpt);  // run_check masks the others, then cuts
    return result;
  }

  void finish(CheckResult result) {
    const CheckDone done = std::move(done_);
    done(without_secrets(std::move(result)));  // may destroy this object
  }

  CheckRuntime& runtime_;
  const std::shared_ptr<const CheckSpec> spec_;
  CheckDone done_;
  const Monotonic deadline_;
  CheckRuntime::Held beginning_;

  HttpPlan plan_;
  std::shared_ptr<const PeerTrust> trust_, token_trust_;
  HttpUrl token_target_;
  Secret token_;
  bool is_kept_token_ = false, is_token_ = false;

  // Of the present hop.
  std::string url_, method_, body_;
  HttpUrl target_;
  int redirects_ = 0;
  std::unique_ptr<HttpExchange> exchange_;

  // Of the former ones.
  CheckPhases former_;
  std::string other_failed_;
  Instant certificate_ends_;
};

std::unique_ptr<RunningCheck> begin(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, CheckDone done) {
  return std::make_unique<HttpCheck>(runtime, std::move(spec), std::move(done));
}

}  // namespace

constexpr CheckKind kHttpCheck{.word = "http",
                               .title = "Web address (HTTP)",
                               .icon = "globe",
                               .fields = kHttpFields,
                               .target = http_target,
                               .shown = http_shown,
                               .begin = begin,
                               .check = check_http_fields,
                               .propose = propose_http,
                               .has_certificate = true};

}  // namespace connlog
