// Whether a failure of a check is our own trouble, judged by path and never globally (house watching.md §2). Pure: time and
// the answers to its questions are handed in; one thread.
//
// A failure that could be ours (FailureSource silence, name, no_route) is held while the path that it needs is asked:
// the gateway of its address family, the name servers, and up to three witnesses. `no_route` of the kernel is answered at
// once. Questions are asked for single failures as well as for a crowd; answers hold for kAnswerHolds. Where the path is
// well, the failure is real. A target that is the gateway, a name server or a witness itself is never excused.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/checks/check.h"

namespace connlog {

enum class PathPart : std::uint8_t { gateway_v4, gateway_v6, resolver };
inline constexpr std::size_t kPathParts = 3;

struct PathAnswer {
  bool is_well = true;
  std::string text = {};  // for people: "no route", "the gateway 192.0.2.1 does not answer"
  // Gateways: something on our own link answers, or there is nothing else there to ask. Targets on our own link need no
  // gateway: they are excused only where this is false.
  bool link_is_well = true;
  // The gateway itself answers, though nobody behind it does: private targets beyond it need no witness.
  bool gateway_answers = false;
};

// What the room's owner does with a result: hold it until asked(), or report it as it is now.
class OwnPath {
 public:
  static constexpr seconds kAnswerHolds{10};

  struct Places {  // known addresses: of the default routes, name servers, witnesses. Refreshed by the loop
    std::optional<IpAddress> gateway_v4, gateway_v6;
    bool has_route_v4 = true, has_route_v6 = false;
    std::vector<IpAddress> name_servers, witnesses;
    std::vector<AddressRange> on_link = {};  // networks of interfaces that are up and have a carrier
    std::vector<IpAddress> own = {};         // this machine's addresses
  };
  void places(Places places);

  // The parts that must be asked before this result can be judged, where an answer is missing or old. Empty: judge now.
  std::vector<PathPart> questions(const CheckSpec& spec, const CheckTarget& target, const CheckResult& result,
                                  Monotonic now) const;
  void answered(PathPart part, PathAnswer answer, Monotonic now);
  // The result as it is to be reported: unchanged where it is real, else `unknown` with no_route or no_resolver.
  CheckResult judged(const CheckSpec& spec, const CheckTarget& target, CheckResult result, Monotonic now) const;
  bool is_on_link(const IpAddress& address) const;
  const Places& known_places() const { return places_; }

 private:
  struct Need {
    bool any = false;  // something must be known to judge
    PathPart part = PathPart::resolver;
    std::optional<IpAddress> address = {};
  };
  Need need_of(const CheckTarget& target, const CheckResult& result) const;
  bool is_place(const CheckTarget& target, const CheckResult& result) const;
  bool is_ours(const PathAnswer& answer, const IpAddress& address) const;
  bool is_known(PathPart part, const CheckResult& result, Monotonic now) const;
  struct Known {
    PathAnswer answer;
    Monotonic at{};
  };
  Places places_;
  std::array<std::optional<Known>, kPathParts> known_;
};

}  // namespace connlog
