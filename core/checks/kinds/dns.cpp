// The kind "dns": a name server answers a question, with records, and where people say so with the right ones. Asked over
// UDP, again over TCP where the answer did not fit. Without a server of choice those of this machine are asked; these the
// administrator chose, so they may be asked wherever they are, but for what the address policy never allows.
//
// begin() belongs to the runtime's thread; everything else is pure.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "core/base/text.h"
#include "core/checks/check_kinds.h"
#include "core/checks/kinds/common_fields.h"
#include "core/checks/kinds/datagram_talk.h"
#include "core/checks/kinds/dns_message.h"
#include "core/checks/kinds/stream_talk.h"

namespace connlog {
namespace {

constexpr std::uint16_t kDnsPort = 53;
constexpr std::size_t kExpectedMax = 32;
constexpr std::size_t kTcpAnswerMax = 12'000;

constexpr FieldChoice kRecordChoices[] = {
    {"A", "A: IPv4 addresses"},        {"AAAA", "AAAA: IPv6 addresses"},
    {"CNAME", "CNAME: another name"},  {"MX", "MX: mail servers"},
    {"TXT", "TXT: texts"},             {"NS", "NS: name servers"},
    {"SRV", "SRV: servers of a service"}, {"PTR", "PTR: the name of an address"},
    {"SOA", "SOA: the zone's start"},  {"CAA", "CAA: who may sign certificates"},
};
constexpr FieldChoice kMatchChoices[] = {
    {"any", "One of them is enough"},
    {"all", "All of them"},
};

constexpr Field kFields[] = {
    {.name = "name",
     .label = "Name",
     .type = FieldType::text,
     .required = true,
     .help = "What is asked for. For PTR an address will do.",
     .example = "www.example.org",
     .highest = 253,
     .address = true},
    {.name = "record", .label = "Record", .type = FieldType::choice, .default_value = "A", .choices = kRecordChoices},
    {.name = "server",
     .label = "Name server",
     .type = FieldType::text,
     .help = "A host, with a port where it is not 53. Empty: those of the appliance.",
     .example = "192.0.2.53",
     .highest = 260,
     .address = true},
    {.name = "expected",
     .label = "Expected values",
     .type = FieldType::lines,
     .help = "One a line, as a zone file has them: \"192.0.2.1\", \"10 mail.example.org\". Empty: any answer will do.",
     .example = "192.0.2.1"},
    {.name = "match",
     .label = "Of the expected values",
     .type = FieldType::choice,
     .default_value = "any",
     .choices = kMatchChoices},
};

std::vector<std::string> expected_of(const FieldValues& values) {
  std::vector<std::string> out;
  const std::string text = values.text("expected"), record = values.text("record");
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string value = dns_comparable(std::string_view(text).substr(at, end - at), record);
    if (!value.empty()) out.push_back(std::move(value));
    at = end + 1;
  }
  return out;
}

std::optional<CheckTarget> server_of(const FieldValues& values) {
  const std::string text = values.text("server");
  if (text.empty()) return std::nullopt;
  std::optional<CheckTarget> place = parse_place(text);
  if (place && place->port == 0) place->port = kDnsPort;
  return place;
}

std::string record_of(const FieldValues& values) {
  const std::string record = values.text("record");
  return record.empty() ? "A" : record;
}

CheckResult down(CheckReason reason, std::string text) {
  CheckResult result;
  result.verdict = CheckVerdict::down;
  result.reason = reason;
  result.source = FailureSource::target;
  result.text = std::move(text);
  return result;
}

class DnsCheck final : public RunningCheck {
 public:
  DnsCheck(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, std::string name, CheckDone done)
      : runtime_(runtime),
        spec_(std::move(spec)),
        name_(std::move(name)),
        record_(record_of(spec_->values)),
        type_(dns_type(record_)),
        done_(std::move(done)) {
    id_ = static_cast<std::uint16_t>(runtime.random().next_u64());
    DatagramTalk::Plan plan;
    plan.question = dns_question(id_, name_, type_);
    if (const auto server = server_of(spec_->values)) {
      plan.servers.push_back({server->host, server->port});
    } else {
      plan.servers = runtime.name_servers();
      plan.silence = FailureSource::name;
      let_through(plan.servers);
    }
    udp_ = std::make_unique<DatagramTalk>(
        runtime, spec_, std::move(plan), [this](std::string_view packet, microseconds) { return judged(packet); },
        [this](CheckResult result) { answered(std::move(result)); });
  }

  std::optional<CheckResult> at_time_limit() override {
    return tcp_ != nullptr ? tcp_->at_time_limit() : udp_->at_time_limit();
  }

 private:
  void let_through(const std::vector<HostPort>& servers) {
    auto spec = std::make_shared<CheckSpec>();
    spec->kind = spec_->kind;
    spec->values = spec_->values;
    spec->time_limit = spec_->time_limit;
    auto scope = std::make_shared<ReachScope>(spec_->scope ? *spec_->scope : ReachScope{});
    for (const HostPort& server : servers) {
      IpAddress address;
      if (!parse_ip(server.host, address)) continue;
      scope->networks.push_back({address, address.v6 ? 128 : 32});
      if (!scope->ports.empty()) scope->ports.push_back(server.port);
    }
    spec->scope = std::move(scope);
    spec_ = std::move(spec);
  }

  std::optional<CheckResult> judged(std::string_view packet) {
    const std::optional<DnsAnswer> answer = read_dns_answer(packet, id_, name_, type_);
    if (!answer) return std::nullopt;
    if (answer->is_truncated) {
      is_truncated_ = true;
      return CheckResult{};
    }
    return result_of(*answer);
  }

  CheckResult result_of(const DnsAnswer& answer) const {
    if (answer.code != 0) {
      return down(answer.code == 3 ? CheckReason::name_unknown : CheckReason::content_wrong,
                  fmt::format("answered: {}", dns_code_text(answer.code)));
    }
    if (!answer.is_whole) return down(CheckReason::protocol_wrong, "the answer breaks off");
    if (answer.values.empty())
      return down(CheckReason::name_unknown, fmt::format("there is no {} record of this name", record_));
    const std::vector<std::string> expected = expected_of(spec_->values);
    const std::string seen = shown_line(fmt::format("{}", fmt::join(answer.values, ", ")), 200);
    if (!expected.empty() && !matches(answer.values, expected)) {
      CheckResult wrong = down(CheckReason::content_wrong, "answered " + seen + ", which is not what is expected");
      for (const std::string& value : answer.values) wrong.excerpt += value + "\n";
      wrong.excerpt.resize(std::min(wrong.excerpt.size(), 2 * kExcerptBytes));
      return wrong;
    }
    CheckResult good;
    good.verdict = CheckVerdict::up;
    good.reason = CheckReason::ok;
    good.text = "answered " + seen;
    return good;
  }

  // A mail server is also found by its name alone, without its preference.
  bool is_value(const std::string& value, const std::string& wanted) const {
    const std::string whole = dns_comparable(value, record_);
    if (whole == wanted) return true;
    return record_ == "MX" && wanted.find(' ') == std::string::npos && whole.ends_with(" " + wanted);
  }

  bool matches(const std::vector<std::string>& values, const std::vector<std::string>& expected) const {
    const auto is_there = [&](const std::string& wanted) {
      return std::ranges::any_of(values, [&](const std::string& value) { return is_value(value, wanted); });
    };
    return spec_->values.text("match") == "all" ? std::ranges::all_of(expected, is_there)
                                                : std::ranges::any_of(expected, is_there);
  }

  void answered(CheckResult result) {
    if (!is_truncated_ || !result.address) return finish(std::move(result));
    // RFC 1035 §4.2.2: the same question behind its length.
    StreamTalk::Plan plan;
    plan.host = to_text(*result.address);
    plan.port = result.port;
    tcp_ = std::make_unique<StreamTalk>(
        runtime_, spec_, std::move(plan), [this, is_asked = false](StreamTalk& talk) mutable { ask(talk, is_asked); },
        [this](CheckResult of_tcp) {
          of_tcp.excerpt.clear();  // a message is nothing to read
          finish(std::move(of_tcp));
        });
  }

  void ask(StreamTalk& talk, bool& is_asked) {
    if (!is_asked) {
      is_asked = true;
      const std::string question = dns_question(id_, name_, type_);
      talk.send(std::string{static_cast<char>(question.size() >> 8), static_cast<char>(question.size() & 0xff)} +
                question);
    }
    const std::string_view input = talk.input();
    if (input.size() < 2) return;
    const std::size_t length =
        static_cast<std::size_t>(static_cast<std::uint8_t>(input[0])) << 8 | static_cast<std::uint8_t>(input[1]);
    if (length > kTcpAnswerMax) return talk.fail(CheckReason::too_long, "its answer is longer than 12 kB");
    if (input.size() < 2 + length) return;
    const std::optional<DnsAnswer> answer = read_dns_answer(input.substr(2, length), id_, name_, type_);
    if (!answer) return talk.fail(CheckReason::protocol_wrong, "what came is no answer to the question");
    const CheckResult result = result_of(*answer);
    if (result.verdict == CheckVerdict::up) return talk.succeed(result.text);
    talk.fail(result.reason, result.text);
  }

  void finish(CheckResult result) {
    const CheckDone call = std::exchange(done_, {});
    if (call) call(std::move(result));
  }

  CheckRuntime& runtime_;
  std::shared_ptr<const CheckSpec> spec_;
  const std::string name_, record_;
  const std::uint16_t type_;
  std::uint16_t id_ = 0;
  CheckDone done_;
  bool is_truncated_ = false;
  std::unique_ptr<DatagramTalk> udp_;
  std::unique_ptr<StreamTalk> tcp_;
};

std::unique_ptr<RunningCheck> begin(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, CheckDone done) {
  Result<std::string> name = dns_name("fields.name", spec->values.text("name"), record_of(spec->values));
  if (!name) return ended_check(runtime, bad_settings(name.error().message), std::move(done));
  if (!spec->values.text("server").empty() && !server_of(spec->values))
    return ended_check(runtime, bad_settings("the name server is not a host"), std::move(done));
  return std::make_unique<DnsCheck>(runtime, std::move(spec), std::move(*name), std::move(done));
}

// The server where one is named: it is what is reached. Else the name, which is asked of this machine's own servers.
CheckTarget target(const FieldValues& values) {
  if (const auto server = server_of(values)) return *server;
  return {values.text("name"), kDnsPort};
}

std::string shown(const FieldValues& values) {
  const std::string server = values.text("server");
  const std::string what = fmt::format("{} {}", values.text("name"), record_of(values));
  return server.empty() ? what : fmt::format("{} @{}", what, server);
}

Result<void> check(const FieldValues& values, const FieldSecrets&) {
  TRY(dns_name("fields.name", values.text("name"), record_of(values)));
  if (!values.text("server").empty() && !server_of(values)) {
    return invalid("fields.server",
                   "Give a name or an address, with a port where it is not 53: 192.0.2.53, [2001:db8::53]:5353.");
  }
  if (expected_of(values).size() > kExpectedMax)
    return invalid("fields.expected", fmt::format("At most {} values are compared.", kExpectedMax));
  return {};
}

// "dns example.org", "dns example.org MX @192.0.2.53"
std::optional<FieldValues> propose(std::string_view text) {
  std::optional<std::string_view> rest = behind_word(text, "dns");
  if (!rest) rest = behind_word(text, "dig");
  if (!rest) return std::nullopt;
  FieldValues values;
  values.set("record", std::string("A"));
  for (std::size_t at = 0; at < rest->size();) {
    const std::size_t end = std::min(rest->find(' ', at), rest->size());
    const std::string word(rest->substr(at, end - at));
    at = end + 1;
    if (word.empty()) continue;
    std::string upper = word;
    std::ranges::transform(upper, upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    if (word.starts_with('@')) {
      values.set("server", word.substr(1));
    } else if (dns_type(upper) != 0 && values.find("name") != nullptr) {
      values.set("record", std::move(upper));
    } else if (values.find("name") == nullptr) {
      values.set("name", word);
    } else {
      return std::nullopt;
    }
  }
  if (values.find("name") == nullptr) return std::nullopt;
  return values;
}

}  // namespace

constexpr CheckKind kDnsCheck{.word = "dns",
                              .title = "Name (DNS)",
                              .icon = "book",
                              .fields = kFields,
                              .target = target,
                              .shown = shown,
                              .begin = begin,
                              .check = check,
                              .propose = propose};

}  // namespace connlog
