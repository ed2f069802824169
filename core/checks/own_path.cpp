#include "core/checks/own_path.h"

#include <algorithm>
#include <utility>

namespace connlog {
namespace {

constexpr seconds kGoodHoldsLeast{1};

bool is_this_machine(const IpAddress& address, const std::vector<IpAddress>& own) {
  const IpAddress plain = unmapped(address);
  IpAddress loopback_v6;
  loopback_v6.v6 = true;
  loopback_v6.bytes[15] = 1;
  return plain == loopback_v6 || (!plain.v6 && plain.bytes[0] == 127) ||
         std::ranges::any_of(own, [&](const IpAddress& each) { return unmapped(each) == plain; });
}

CheckResult excused(CheckResult result, CheckReason reason, std::string text) {
  result.verdict = CheckVerdict::unknown;
  result.reason = reason;
  if (!text.empty()) result.text = std::move(text);
  result.excerpt.clear();
  return result;
}

}  // namespace

void OwnPath::places(Places places) {
  // What was answered by another gateway says nothing of this one.
  if (places.gateway_v4 != places_.gateway_v4) known_[static_cast<std::size_t>(PathPart::gateway_v4)].reset();
  if (places.gateway_v6 != places_.gateway_v6) known_[static_cast<std::size_t>(PathPart::gateway_v6)].reset();
  if (places.name_servers != places_.name_servers) known_[static_cast<std::size_t>(PathPart::resolver)].reset();
  places_ = std::move(places);
}

bool OwnPath::is_on_link(const IpAddress& address) const {
  return std::ranges::any_of(places_.on_link, [&](const AddressRange& range) { return contains(range, address); });
}

bool OwnPath::is_ours(const PathAnswer& answer, const IpAddress& address) const {
  if (is_on_link(address)) return !answer.link_is_well;
  if (is_private(address)) return !answer.is_well && !answer.gateway_answers;
  return !answer.is_well;
}

bool OwnPath::is_place(const CheckTarget& target, const CheckResult& result) const {
  const auto is_one = [&](const IpAddress& given) {
    const IpAddress address = unmapped(given);
    const auto among = [&](const std::vector<IpAddress>& list) {
      return std::ranges::any_of(list, [&](const IpAddress& each) { return unmapped(each) == address; });
    };
    return places_.gateway_v4 == address || places_.gateway_v6 == address || among(places_.name_servers) ||
           among(places_.witnesses);
  };
  IpAddress literal;
  return (parse_ip(target.host, literal) && is_one(literal)) || (result.address && is_one(*result.address));
}

// Which part must be known to judge the result, and of which address; any = false: none.
OwnPath::Need OwnPath::need_of(const CheckTarget& target, const CheckResult& result) const {
  if (result.source == FailureSource::name) return {true, PathPart::resolver, {}};
  if (result.source != FailureSource::silence) return {};
  std::optional<IpAddress> address = result.address;
  IpAddress literal;
  if (!address && parse_ip(target.host, literal)) address = literal;
  // It did not even come to an address.
  if (!address) return {!target.host.empty(), PathPart::resolver, {}};
  if (is_this_machine(*address, places_.own)) return {};
  const IpAddress plain = unmapped(*address);
  const bool has_route = plain.v6 ? places_.has_route_v6 : places_.has_route_v4;
  if (!has_route && !is_on_link(plain)) return {false, {}, plain};
  return {true, plain.v6 ? PathPart::gateway_v6 : PathPart::gateway_v4, plain};
}

bool OwnPath::is_known(PathPart part, const CheckResult& result, Monotonic now) const {
  const std::optional<Known>& known = known_[static_cast<std::size_t>(part)];
  if (!known) return false;
  microseconds holds = kAnswerHolds;
  // A way that was well before this check began may have been lost since.
  const bool is_well = known->answer.is_well && known->answer.link_is_well;
  if (is_well && result.phases.total >= microseconds(0)) {
    holds = std::clamp<microseconds>(result.phases.total, kGoodHoldsLeast, kAnswerHolds);
  }
  return now - known->at <= holds;
}

std::vector<PathPart> OwnPath::questions(const CheckSpec&, const CheckTarget& target, const CheckResult& result,
                                         Monotonic now) const {
  if (is_place(target, result)) return {};
  const Need need = need_of(target, result);
  if (!need.any || is_known(need.part, result, now)) return {};
  return {need.part};
}

void OwnPath::answered(PathPart part, PathAnswer answer, Monotonic now) {
  known_[static_cast<std::size_t>(part)] = Known{std::move(answer), now};
}

CheckResult OwnPath::judged(const CheckSpec&, const CheckTarget& target, CheckResult result, Monotonic now) const {
  if (result.source == FailureSource::ours && result.verdict == CheckVerdict::down) {
    return excused(std::move(result), CheckReason::own_trouble, {});
  }
  if (is_place(target, result)) return result;
  if (result.source == FailureSource::no_route) {
    std::string text = result.text;
    return excused(std::move(result), CheckReason::no_route, std::move(text));
  }
  const Need need = need_of(target, result);
  if (!need.any) {
    if (!need.address) return result;  // nothing that could be ours
    std::string text = need.address->v6 ? "this machine has no route by IPv6" : "this machine has no route by IPv4";
    return excused(std::move(result), CheckReason::no_route, std::move(text));
  }
  if (is_known(need.part, result, now)) {
    const PathAnswer& answer = known_[static_cast<std::size_t>(need.part)]->answer;
    if (need.part == PathPart::resolver) {
      if (!answer.is_well) return excused(std::move(result), CheckReason::no_resolver, answer.text);
    } else if (is_ours(answer, *need.address)) {
      return excused(std::move(result), CheckReason::no_route, answer.text);
    }
  }
  // The name servers are well, so it is this name that has no answer.
  if (result.source == FailureSource::name && result.verdict == CheckVerdict::unknown) {
    result.verdict = CheckVerdict::down;
    result.reason = CheckReason::name_unknown;
  }
  return result;
}

}  // namespace connlog
