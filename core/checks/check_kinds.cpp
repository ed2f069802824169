#include "core/checks/check_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/secret_shapes.h"
#include "core/base/text.h"
#include "core/net/http_url.h"
#include "core/net/idna.h"

namespace connlog {
namespace {

constexpr const CheckKind* kCheckKinds[] = {
    &kHttpCheck, &kTcpCheck, &kPingCheck, &kDnsCheck, &kTlsCheck, &kNtpCheck, &kPushCheck, &kManualCheck,
};

// Whether the answer of a check that is up is kept: for who asked for this one check, and wants to see it.
enum class Shows : std::uint8_t { failures, every_answer };

// What every result goes through, of whichever kind.
CheckResult finished(const CheckSpec& spec, CheckResult result, microseconds took, Instant at, Shows shows) {
  result.at = at;
  if (result.phases.total < microseconds(0)) result.phases.total = took;
  // What is known to be our own trouble says nothing about the target.
  if (result.source == FailureSource::ours && result.verdict != CheckVerdict::up) result.verdict = CheckVerdict::unknown;
  // What our own policy refused was not looked at.
  if (result.reason == CheckReason::forbidden && result.verdict == CheckVerdict::down)
    result.verdict = CheckVerdict::unknown;
  if (spec.invert) {
    result = inverted(std::move(result));
  } else if (result.verdict == CheckVerdict::up && spec.slow_after > milliseconds(0) &&
             result.phases.total > spec.slow_after) {
    result.verdict = CheckVerdict::degraded;
    result.reason = CheckReason::slow;
    result.text = fmt::format("answered in {} ms, more than the limit of {} ms",
                              std::chrono::duration_cast<milliseconds>(result.phases.total).count(),
                              spec.slow_after.count());
  }
  result.text = cut(harmless(result.text), kCheckTextBytes);
  if (result.verdict == CheckVerdict::up && shows == Shows::failures) result.excerpt.clear();
  // Half of a secret is not known for one, so it is masked before the cut.
  if (result.excerpt.size() > kExcerptBytes) result.excerpt = mask_secrets(result.excerpt);
  if (result.excerpt.size() > kExcerptBytes) result.excerpt.resize(kExcerptBytes);
  return result;
}

// One check with its limit. What the kind says is kept until the next turn, so that neither the kind nor its handles are
// destroyed while they are calling.
class Run final : public RunningCheck {
 public:
  Run(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, CheckDone done, Shows shows)
      : runtime_(runtime),
        spec_(std::move(spec)),
        done_(std::move(done)),
        shows_(shows),
        began_(runtime.clock().monotonic()) {}

  void begin(milliseconds limit) {
    const CheckKind* kind = all_checks().find(spec_->kind);
    if (kind == nullptr || kind->begin == nullptr) {
      CheckResult result;
      result.reason = CheckReason::bad_settings;
      result.text = kind == nullptr ? fmt::format("this version of connlog knows no kind of check \"{}\"", spec_->kind)
                                    : "this kind is told about; connlog does not check it by itself";
      return keep(std::move(result));
    }
    limit_ = limit;
    timer_ = runtime_.at(began_ + limit, [this] { out_of_time(); });
    inner_ = kind->begin(runtime_, spec_, [this](CheckResult result) { keep(std::move(result)); });
  }

 private:
  void keep(CheckResult result) {
    if (kept_) return;
    took_ = runtime_.clock().monotonic() - began_;
    kept_ = std::move(result);
    timer_ = runtime_.at(Monotonic{}, [this] { end(); });
  }

  void out_of_time() {
    took_ = runtime_.clock().monotonic() - began_;
    kept_ = inner_ != nullptr ? inner_->at_time_limit() : std::nullopt;
    if (!kept_) {
      CheckResult late;
      late.verdict = CheckVerdict::down;
      late.reason = CheckReason::timed_out;
      late.source = FailureSource::silence;
      late.text = fmt::format("no answer within {}", limit_.count() % 1'000 == 0
                                                         ? fmt::format("{} s", limit_.count() / 1'000)
                                                         : fmt::format("{} ms", limit_.count()));
      kept_ = std::move(late);
    }
    // What a library says of the time stands still while nothing comes.
    if (kept_->reason == CheckReason::timed_out) kept_->phases.total = took_;
    end();
  }

  void end() {
    inner_.reset();
    CheckResult result = finished(*spec_, std::move(*kept_), took_, runtime_.clock().now(), shows_);
    const CheckDone done = std::move(done_);
    done(std::move(result));  // may destroy this object
  }

  CheckRuntime& runtime_;
  const std::shared_ptr<const CheckSpec> spec_;
  CheckDone done_;
  const Shows shows_;
  const Monotonic began_;
  milliseconds limit_{0};
  microseconds took_{0};
  std::optional<CheckResult> kept_;
  CheckRuntime::Held timer_;
  std::unique_ptr<RunningCheck> inner_;
};

// Whether a failure says that nothing is there for us, which is what an inverted check wants.
bool is_closed(const CheckResult& result) {
  if (result.verdict != CheckVerdict::down) return false;
  switch (result.reason) {
    case CheckReason::forbidden:
    case CheckReason::bad_settings:
    case CheckReason::not_supported:
      return false;
    default:
      return result.source == FailureSource::target || result.source == FailureSource::silence;
  }
}

// Whether something came back that was not what was wanted.
bool has_answered(CheckReason reason) {
  switch (reason) {
    case CheckReason::status_wrong:
    case CheckReason::content_wrong:
    case CheckReason::protocol_wrong:
    case CheckReason::too_long:
    case CheckReason::redirect_wrong:
    case CheckReason::login_failed:
    case CheckReason::tls_failed:
    case CheckReason::certificate_wrong:
      return true;
    default:
      return false;
  }
}

}  // namespace

const CheckKind* CheckTable::find(std::string_view word) const {
  const auto found = std::ranges::find(kinds_, word, [](const CheckKind* kind) { return kind->word; });
  return found == kinds_.end() ? nullptr : *found;
}

const CheckTable& all_checks() {
  static constexpr CheckTable table{std::span<const CheckKind* const>(kCheckKinds)};
  return table;
}

CheckResult inverted(CheckResult result) {
  if (result.verdict == CheckVerdict::up || result.verdict == CheckVerdict::degraded) {
    result.verdict = CheckVerdict::down;
    result.reason = CheckReason::open_but_inverted;
    result.source = FailureSource::target;
    result.text = "it answers, and should not: " + (result.text.empty() ? std::string("it is open") : result.text);
  } else if (is_closed(result)) {
    // `source` stays: silence can still turn out to be our own trouble.
    result.text = (has_answered(result.reason) ? "it fails, as it should: " : "closed, as it should be: ") + result.text;
    result.verdict = CheckVerdict::up;
    result.reason = CheckReason::ok;
  }
  return result;
}

Result<std::string> checked_host(const std::string& field, std::string_view text) {
  IpAddress address;
  if (!text.starts_with('[') && parse_ip(text, address)) return connlog::to_text(address);
  std::string host(text);
  if (!is_host(host)) host = text.size() <= 1'000 && is_utf8(text) && !has_control_character(text) ? domain_to_ascii(text) : "";
  // A dot at its end only says that the name is whole.
  if (host.size() > 1 && host.ends_with('.')) host.pop_back();
  const bool has_form = is_host(host) && host.find(':') == std::string::npos && !host.starts_with('.') &&
                        host.find("..") == std::string::npos;
  if (!has_form) {
    return invalid(field,
                   "This is not the name of a host or an address. Give it without https://, port and brackets, such as "
                   "example.org, 192.0.2.7 or 2001:db8::7.");
  }
  return folded(host);
}

// As planned: again and again, within a limit of the caller's.
std::unique_ptr<RunningCheck> run_check(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, milliseconds limit,
                                        CheckDone done) {
  auto run = std::make_unique<Run>(runtime, std::move(spec), std::move(done), Shows::failures);
  run->begin(limit);
  return run;
}

// Once, for somebody who looks at it.
std::unique_ptr<RunningCheck> run_check(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, CheckDone done) {
  const milliseconds limit = spec->time_limit;
  auto run = std::make_unique<Run>(runtime, std::move(spec), std::move(done), Shows::every_answer);
  run->begin(limit);
  return run;
}

}  // namespace connlog
