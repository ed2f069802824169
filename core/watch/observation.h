// What a source says of a subject at one moment, and the answer of the watch to the question what it would change. Plain
// data; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/watch/subject.h"
#include "core/watch/values.h"

namespace connlog {

// 17 bytes of the source's, by which it recognises an observation that is sent twice; they come back at start. [0] = 0:
// none.
using ObservationKey = std::array<std::uint8_t, 17>;

struct Observation {
  Instant at;                          // by the appliance's clock
  std::optional<State> state = {};     // what the source says; absent: `up`, because it reported at all
  StateReason reason = StateReason::heard;
  Instant since = {};                  // from when the state holds, where that was before `at`; not set: from `at`
  Values values = {};                  // encoded by the thread that observes
  ObservationKey key = {};
  // What the source says for people of a state that it reports: by part, 0 being the subject itself. They become the
  // record's detail and the incident's summary.
  std::vector<std::pair<PartNumber, std::string>> details = {};
  // False: nothing was measured. The source concludes the state from time that passed: no reading joins the log, and the
  // subject was not seen.
  bool is_reading = true;
};

// What an observation would change, judged from memory alone. The source chooses by it how it is written.
enum class Effect : std::uint8_t {
  none,      // it only joins the log: submit
  state,     // a rule's state changes, nobody is told: observe, and the write may wait for the commit window
  incident,  // an observed state changes, or an incident opens or resolves: observe at once
};

}  // namespace connlog
