// k of n: what several probes together say.
#include <doctest/doctest.h>

#include <vector>

#include "core/monitors/probe_quorum.h"

using namespace connlog;

namespace {

std::vector<ProbeVoice> voices(std::vector<std::optional<CheckVerdict>> said) {
  static const char* const kNames[] = {"ams-1", "fra-1", "hel-1", "nyc-1"};
  std::vector<ProbeVoice> out;
  for (std::size_t i = 0; i < said.size(); ++i) out.push_back({kNames[i], said[i], "no answer within 10 s"});
  return out;
}

constexpr CheckVerdict kUp = CheckVerdict::up, kDown = CheckVerdict::down, kDegraded = CheckVerdict::degraded,
                       kUnknown = CheckVerdict::unknown;

CheckVerdict of(std::vector<std::optional<CheckVerdict>> said, std::int64_t needed) {
  return quorum_of(voices(std::move(said)), needed).verdict;
}

}  // namespace

TEST_CASE("as many probes as are needed decide, whatever the others say") {
  CHECK(of({kDown, kUp, kUp}, 2) == kUp);     // one lies
  CHECK(of({kDown, kDown, kUp}, 2) == kDown);
  CHECK(of({kDown, kUp, kUp}, 1) == kDown);
  CHECK(of({kUp, kUp, {}}, 2) == kUp);        // one is silent
  CHECK(of({kDown, kDown, {}}, 2) == kDown);
  CHECK(of({kUp, kDegraded, kDegraded}, 2) == kDegraded);
  CHECK(of({kUp, kUp, kDegraded}, 2) == kUp);
}

TEST_CASE("with fewer that agree it is unknown, and the sentence names who does not say what") {
  CHECK(of({kDown, kUp, {}}, 2) == kUnknown);
  CHECK(of({{}, {}, {}}, 1) == kUnknown);
  CHECK(of({kUnknown, kUnknown, kUp}, 2) == kUnknown);
  const Quorum quorum = quorum_of(voices({kDown, kUp, {}, kUnknown}), 2);
  CHECK(quorum.reason == CheckReason::too_few_probes);
  CHECK(quorum.text == "2 of 4 probes must agree; down: ams-1; answers: fra-1; cannot check: nyc-1; no fresh result: hel-1");
}

TEST_CASE("a sentence of what is down says how many see it, who, and why") {
  CHECK(quorum_of(voices({kDown, kDown, kUp}), 2).text == "2 of 3 probes (ams-1, fra-1): no answer within 10 s");
}
