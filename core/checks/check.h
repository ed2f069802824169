// Checks: how connlog looks at a service from outside. A kind of check is one file in core/checks/kinds/ and one row of
// kCheckKinds (check_kinds.cpp): a constant descriptor with what it asks people for and how it looks. This room knows no
// subjects and no database: who asks for a check and what follows from its result is said above (core/monitors on the
// server, host/ on an agent that is a probe).
//
// Plain data and pure functions, any thread, but for `begin`, which belongs to the thread of its CheckRuntime.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/words.h"
#include "core/kinds/field.h"
#include "core/net/address_policy.h"
#include "core/net/address_range.h"

namespace connlog {

class CheckRuntime;

// ---- results

enum class CheckVerdict : std::uint8_t { up, degraded, down, unknown };
template <>
inline constexpr auto kWords<CheckVerdict> = words_for<CheckVerdict>({
    {CheckVerdict::up, "up"},
    {CheckVerdict::degraded, "degraded"},
    {CheckVerdict::down, "down"},
    {CheckVerdict::unknown, "unknown"},
});

// Why the verdict is what it is. Stored as a number (metric check_reason): never reordered, new ones at the end.
enum class CheckReason : std::uint8_t {
  ok,                   // 0
  slow,                 // degraded: longer than the response-time limit
  certificate_ends,     // degraded or down: its days are few, or it has ended
  some_addresses_fail,  // degraded
  name_unknown,         // a name server says that there is no such name, or no address of the family
  refused,              // the connection was refused
  reset,                // the connection was reset or closed too early
  unreachable,          // a router beyond the gateway says so
  timed_out,            // no connection, or no answer, within the time limit
  tls_failed,           // handshake or alert
  certificate_wrong,    // not trusted, another name, not the pinned one
  status_wrong,         // HTTP status that is not accepted
  content_wrong,        // keyword, JSON path, expected bytes or values
  protocol_wrong,       // not what the protocol says: HTTP/0.9, a broken greeting, compressed unasked
  too_long,             // headers or body beyond the bound
  redirect_wrong,       // too many, or to where none may lead
  login_failed,         // OAuth2 or basic: the credentials were refused
  forbidden,            // our address policy refused
  packets_lost,         // ping: degraded or down
  clock_off,            // NTP: offset or stratum beyond the limit
  open_but_inverted,    // it answered, and should not
  missing,              // a ping did not come in time
  said_fail,            // a ping, a push or a person said that it failed
  late,                 // degraded: a ping is in its grace
  no_route,             // unknown: this machine has no route for the address family
  no_resolver,          // unknown: no name server answers
  own_trouble,          // unknown: descriptors, memory, a loop that lags, a store that refuses
  own_clock,            // unknown: TLS says that a certificate is not of this time, and our clock is implausible
  own_absence,          // unknown: a ping is missing, and we were not there for a part of its window
  too_few_probes,       // unknown: fewer fresh results than are needed agree
  not_supported,        // down or unknown: this system forbids the check (unprivileged ICMP), with what to do
  bad_settings,         // the check cannot be begun as it is set
};
template <>
inline constexpr auto kWords<CheckReason> = words_for<CheckReason>({
    {CheckReason::ok, "ok"},
    {CheckReason::slow, "slow"},
    {CheckReason::certificate_ends, "certificate_ends"},
    {CheckReason::some_addresses_fail, "some_addresses_fail"},
    {CheckReason::name_unknown, "name_unknown"},
    {CheckReason::refused, "refused"},
    {CheckReason::reset, "reset"},
    {CheckReason::unreachable, "unreachable"},
    {CheckReason::timed_out, "timed_out"},
    {CheckReason::tls_failed, "tls_failed"},
    {CheckReason::certificate_wrong, "certificate_wrong"},
    {CheckReason::status_wrong, "status_wrong"},
    {CheckReason::content_wrong, "content_wrong"},
    {CheckReason::protocol_wrong, "protocol_wrong"},
    {CheckReason::too_long, "too_long"},
    {CheckReason::redirect_wrong, "redirect_wrong"},
    {CheckReason::login_failed, "login_failed"},
    {CheckReason::forbidden, "forbidden"},
    {CheckReason::packets_lost, "packets_lost"},
    {CheckReason::clock_off, "clock_off"},
    {CheckReason::open_but_inverted, "open_but_inverted"},
    {CheckReason::missing, "missing"},
    {CheckReason::said_fail, "said_fail"},
    {CheckReason::late, "late"},
    {CheckReason::no_route, "no_route"},
    {CheckReason::no_resolver, "no_resolver"},
    {CheckReason::own_trouble, "own_trouble"},
    {CheckReason::own_clock, "own_clock"},
    {CheckReason::own_absence, "own_absence"},
    {CheckReason::too_few_probes, "too_few_probes"},
    {CheckReason::not_supported, "not_supported"},
    {CheckReason::bad_settings, "bad_settings"},
});

// Where a failure came from, as far as one check can tell. Only `silence`, `name` and `no_route` can turn out to be our own
// trouble (own_path.h); what came back from the target's side never is.
enum class FailureSource : std::uint8_t {
  none,      // it did not fail
  target,    // something came back: a reset, an alert, a status, a wrong answer, ICMP from beyond the gateway
  silence,   // nothing came back in time
  name,      // no name server answered
  no_route,  // this machine's kernel has no way there
  ours,      // descriptors, memory, time: known to be our trouble
};

// How long each step took; negative: the step did not happen.
struct CheckPhases {
  microseconds dns{-1}, connect{-1}, tls{-1}, first_byte{-1}, total{-1};
};

// What a check measured beside its phases.
enum class CheckMeasure : std::uint8_t {
  certificate_days,  // whole days until the certificate ends; negative: since it ended
  packet_loss,       // hundredths of a percent
  clock_offset,      // microseconds, theirs minus ours
  stratum,
  http_status,
};
struct CheckValue {
  CheckMeasure measure;
  std::int64_t value = 0;
};

struct CheckResult {
  Instant at;  // when it ended, by the appliance's clock
  CheckVerdict verdict = CheckVerdict::unknown;
  CheckReason reason = CheckReason::own_trouble;
  FailureSource source = FailureSource::none;
  std::string text = {};     // for people: one line, at most 300 bytes, no secret: "answered 503 Service Unavailable"
  CheckPhases phases = {};
  std::optional<IpAddress> address = {};  // reached, or tried last
  std::uint16_t port = 0;
  std::vector<CheckValue> values = {};
  std::string excerpt = {};  // at most kExcerptBytes of the answer, as it came; the owner masks it. Only where it is not up
};
inline constexpr std::size_t kExcerptBytes = 2'048;
inline constexpr std::size_t kCheckTextBytes = 300;

// ---- what is asked

enum class AddressFamily : std::uint8_t { any, v4, v6 };
template <>
inline constexpr auto kWords<AddressFamily> = words_for<AddressFamily>({
    {AddressFamily::any, "any"},
    {AddressFamily::v4, "ipv4"},
    {AddressFamily::v6, "ipv6"},
});

// Where checks of one owner may go, beside what the address policy never allows. Judged at connect time.
struct ReachScope {
  bool is_public_allowed = true;
  std::vector<AddressRange> networks = {};  // private and loopback ones that may be reached
  std::vector<std::uint16_t> ports = {};    // empty: any. Probes: those that the host names
};

// A check as it is to be made. Immutable once shared; any thread may read.
struct CheckSpec {
  std::string kind;  // a word of kCheckKinds
  FieldValues values;
  FieldSecrets secrets;
  milliseconds time_limit{10'000};
  milliseconds slow_after{0};      // response-time limit (degraded); 0: none
  std::int64_t certificate_days = 0;  // fewer days left: degraded; 0: not looked at
  bool invert = false;             // it must not answer
  std::shared_ptr<const ReachScope> scope = {};  // null: public addresses alone
};

// What a check is about: shown, compared with the gateway and the name servers, limited by, and asked to be confirmed once.
struct CheckTarget {
  std::string host;  // a name or an address, without brackets; empty: it reaches out to nobody (push, manual)
  std::uint16_t port = 0;
};

// A check under way. To destroy it ends it, at any moment, without a call of `done`.
class RunningCheck {
 public:
  virtual ~RunningCheck() = default;
  // Asked when the time limit has passed, before it is ended: what it knows by then (how far it came, with whom). Nothing:
  // run_check says that there was no answer in time.
  virtual std::optional<CheckResult> at_time_limit() { return std::nullopt; }
};
using CheckDone = std::function<void(CheckResult)>;

struct CheckKind {
  std::string_view word;   // stored: never renamed
  std::string_view title;  // for people: "Web address (HTTP)"
  std::string_view icon;   // a name of web/ui/src/parts/icon.tsx
  std::span<const Field> fields;
  CheckTarget (*target)(const FieldValues&);
  // What people see in place of all fields: "https://example.org/health", "mail.example.org:25 (SMTP)". Has no secret in it.
  std::string (*shown)(const FieldValues&);
  // Begins the check. `done` is called once from the runtime's thread, never inside `begin`; `at` and the time limit are the
  // runtime's (run_check in check_runtime.h), the phases and everything else the kind's. Null: a passive kind, which is told.
  std::unique_ptr<RunningCheck> (*begin)(CheckRuntime&, std::shared_ptr<const CheckSpec>, CheckDone done);
  // What the fields one by one cannot say; null: nothing. Errors name "fields.<name>".
  Result<void> (*check)(const FieldValues&, const FieldSecrets&) = nullptr;
  // The fields that a pasted text proposes, if it is one of this kind ("https://…", "db:5432", "ping host"); null: none.
  std::optional<FieldValues> (*propose)(std::string_view text) = nullptr;
  bool has_certificate = false;  // measures certificate_days
  bool for_probes = true;        // an agent may make it
};

class CheckTable {
 public:
  constexpr explicit CheckTable(std::span<const CheckKind* const> kinds) : kinds_(kinds) {}
  const CheckKind* find(std::string_view word) const;  // null: this version does not know it
  std::span<const CheckKind* const> kinds() const { return kinds_; }

 private:
  std::span<const CheckKind* const> kinds_;
};
const CheckTable& all_checks();

// Turns a result round: what is up becomes down (open_but_inverted), what is down by the target's own doing, or by silence,
// becomes up. `unknown` and what our policy refused stay.
CheckResult inverted(CheckResult result);

// A host of a check: a name (RFC 1123, IDNA allowed) or an address, without brackets, port, zone, spaces, CR, LF or NUL.
// Errors name `field`.
Result<std::string> checked_host(const std::string& field, std::string_view text);

}  // namespace connlog
