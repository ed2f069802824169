// The kind "ntp": a time server answers, is synchronised, and agrees with our clock (RFC 5905 §7.3, §8). The question
// carries a random stamp in place of our time: the answer is known by it, and it says nothing of us. An offset cannot tell
// whose clock is off, so it makes a server `degraded`; while our own clock is implausible it says nothing at all.
//
// begin() belongs to the runtime's thread; everything else is pure.
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <memory>

#include "core/base/text.h"
#include "core/checks/check_kinds.h"
#include "core/checks/kinds/common_fields.h"
#include "core/checks/kinds/datagram_talk.h"
#include "core/checks/kinds/stream_talk.h"

namespace connlog {
namespace {

constexpr std::uint16_t kNtpPort = 123;
constexpr std::size_t kPacketBytes = 48;
constexpr std::int64_t kEpochShift = 2'208'988'800;  // from 1900 to 1970
constexpr std::int64_t kEra = std::int64_t{1} << 32;

constexpr Field kFields[] = {
    kHostField,
    {.name = "port", .label = "Port", .type = FieldType::number, .default_value = "123", .lowest = 1, .highest = 65'535},
    {.name = "offset_max_ms",
     .label = "Clocks may differ by (ms)",
     .type = FieldType::number,
     .help = "More makes it degraded.",
     .default_value = "1000",
     .lowest = 1,
     .highest = 86'400'000},
    {.name = "stratum_max",
     .label = "Highest stratum",
     .type = FieldType::number,
     .help = "How far it may be from a clock of its own. More makes it degraded.",
     .default_value = "15",
     .lowest = 1,
     .highest = 15},
    kFamilyField,
};

std::uint32_t u32(std::string_view packet, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(packet[at + i]);
  return value;
}

// The instant of a stamp, in the era that is nearest to `near`.
Instant instant_at(std::string_view packet, std::size_t at, Instant near) {
  const std::int64_t seconds_here = near.micros / 1'000'000 + kEpochShift;
  std::int64_t whole = u32(packet, at);
  whole += (seconds_here - whole + kEra / 2) / kEra * kEra;
  const std::int64_t part = static_cast<std::int64_t>(u32(packet, at + 4)) * 1'000'000 >> 32;
  return {(whole - kEpochShift) * 1'000'000 + part};
}

std::string offset_text(std::int64_t micros) {
  const std::int64_t size = std::abs(micros);
  const std::string amount = size < 10'000'000 ? fmt::format("{}.{:03} ms", size / 1'000, size % 1'000)
                                               : duration_text(size / 1'000'000);
  return fmt::format("its clock is {} {} ours", amount, micros < 0 ? "behind" : "ahead of");
}

CheckResult result_with(CheckVerdict verdict, CheckReason reason, std::string text) {
  CheckResult result;
  result.verdict = verdict;
  result.reason = reason;
  result.source = verdict == CheckVerdict::up        ? FailureSource::none
                  : verdict == CheckVerdict::unknown ? FailureSource::ours
                                                     : FailureSource::target;
  result.text = std::move(text);
  return result;
}

// RFC 5905 §7.4: codes by which a server tells clients to go.
CheckResult of_kiss(std::string_view packet) {
  const std::string code = shown_line(packet.substr(12, 4), 4);
  if (code == "RATE")
    return result_with(CheckVerdict::degraded, CheckReason::content_wrong, "it asks for fewer questions (RATE)");
  if (code == "DENY" || code == "RSTR")
    return result_with(CheckVerdict::down, CheckReason::content_wrong, fmt::format("it gives us no time ({})", code));
  return result_with(CheckVerdict::down, CheckReason::clock_off, fmt::format("it has no time ({})", code));
}

CheckResult judged(const CheckRuntime& runtime, const FieldValues& values, std::string_view packet, Instant received,
                   microseconds took) {
  const int leap = static_cast<std::uint8_t>(packet[0]) >> 6, stratum = static_cast<std::uint8_t>(packet[1]);
  if (stratum == 0) return of_kiss(packet);
  if (leap == 3 || stratum > 15)
    return result_with(CheckVerdict::down, CheckReason::clock_off, "it says that its clock is not synchronised");
  const Instant sent = received - took;
  const Instant there = instant_at(packet, 32, received), back = instant_at(packet, 40, received);
  if (back < there || u32(packet, 40) == 0)
    return result_with(CheckVerdict::down, CheckReason::protocol_wrong, "its stamps contradict each other");
  const std::int64_t offset = ((there - sent).count() + (back - received).count()) / 2;
  // RFC 5905 §8: one way may have taken all of the time on the way, so the offset is known to half of that.
  const std::int64_t doubt = std::max<std::int64_t>((took - (back - there)).count(), 0) / 2;
  CheckResult result = result_with(CheckVerdict::up, CheckReason::ok,
                                   fmt::format("{}, stratum {}", offset_text(offset), stratum));
  if (!runtime.clock_is_plausible()) {
    result = result_with(CheckVerdict::unknown, CheckReason::own_clock,
                         "our own clock is implausible: " + result.text);
  } else if (std::abs(offset) - doubt > values.number("offset_max_ms") * 1'000) {
    result = result_with(CheckVerdict::degraded, CheckReason::clock_off, result.text);
  } else if (stratum > values.number("stratum_max")) {
    result = result_with(CheckVerdict::degraded, CheckReason::clock_off,
                         fmt::format("stratum {} is more than {}", stratum, values.number("stratum_max")));
  }
  result.values = {{CheckMeasure::clock_offset, offset}, {CheckMeasure::stratum, stratum}};
  return result;
}

std::unique_ptr<RunningCheck> begin(CheckRuntime& runtime, std::shared_ptr<const CheckSpec> spec, CheckDone done) {
  DatagramTalk::Plan plan;
  const std::int64_t port = spec->values.number("port");
  plan.servers.push_back({spec->values.text("host"), static_cast<std::uint16_t>(port == 0 ? kNtpPort : port)});
  plan.family = family_of(*spec);
  // Version 4, a client; the only stamp is a random one, by which the answer is known.
  std::array<std::uint8_t, 8> stamp{};
  runtime.random().fill(stamp);
  stamp[0] |= 1;  // never all zero
  plan.question = std::string(kPacketBytes, '\0');
  plan.question[0] = 0x23;
  plan.question.replace(40, 8, reinterpret_cast<const char*>(stamp.data()), 8);
  const std::string origin = plan.question.substr(40);
  auto judge = [&runtime, spec, origin](std::string_view packet, microseconds took) -> std::optional<CheckResult> {
    // §8: an answer of mode 4 carries our stamp as its origin. Anything else may come from anybody.
    if (packet.size() < kPacketBytes || (packet[0] & 7) != 4 || packet.substr(24, 8) != origin) return std::nullopt;
    return judged(runtime, spec->values, packet, runtime.clock().now(), took);
  };
  return std::make_unique<DatagramTalk>(runtime, spec, std::move(plan), std::move(judge), std::move(done));
}

CheckTarget target(const FieldValues& values) {
  const std::int64_t port = values.number("port");
  return {values.text("host"), static_cast<std::uint16_t>(port == 0 ? kNtpPort : port)};
}

std::string shown(const FieldValues& values) {
  const CheckTarget place = target(values);
  return place.port == kNtpPort ? place.host : place_of(place);
}

Result<void> check(const FieldValues& values, const FieldSecrets&) {
  TRY(checked_host("fields.host", values.text("host")));
  return {};
}

// "ntp host", "ntp://host"
std::optional<FieldValues> propose(std::string_view text) {
  std::optional<std::string_view> rest = behind_word(text, "ntp");
  if (!rest && folded(text).starts_with("ntp://")) rest = text.substr(6);
  const std::optional<CheckTarget> place = rest ? parse_place(*rest) : std::nullopt;
  if (!place) return std::nullopt;
  FieldValues values;
  values.set("host", place->host);
  values.set("port", static_cast<std::int64_t>(place->port == 0 ? kNtpPort : place->port));
  return values;
}

}  // namespace

constexpr CheckKind kNtpCheck{.word = "ntp",
                              .title = "Time (NTP)",
                              .icon = "clock",
                              .fields = kFields,
                              .target = target,
                              .shown = shown,
                              .begin = begin,
                              .check = check,
                              .propose = propose};

}  // namespace connlog
