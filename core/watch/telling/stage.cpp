#include "core/watch/telling/stage.h"

#include <array>

#include "core/watch/telling/stages/stages.h"

namespace connlog {
namespace {

// The order: what is about the subject itself first, what is about somebody's messages last.
constexpr std::array kStages{
    Stage{StageName::paused, "Paused", "Of what is paused or switched off nobody is told.", decide_paused},
    Stage{StageName::maintenance, "Maintenance",
          "While a maintenance runs, openings wait for its end. What is still open then is one message.",
          decide_maintenance},
    Stage{StageName::dependency, "Dependency",
          "An opening waits up to 60 s for the verdict about what its subject depends on. While that is down and was told, "
          "or is maintained, it is held; when that comes back, it has two intervals to follow.",
          decide_dependency},
    Stage{StageName::superseded, "Superseded",
          "While a more severe incident of the same subject, part and metric is open and told, the lesser is held.",
          decide_superseded},
    Stage{StageName::mute, "Mute", "What somebody muted or snoozed waits for the end of that.", decide_mute},
    Stage{StageName::flapping, "Flapping",
          "A subject that changes its state too often is told of once, then it is quiet until it is steady, or down for 30 "
          "minutes in a row.",
          decide_flapping},
    Stage{StageName::hours, "Working hours", "Outside the hours of its rule an opening waits until they begin.",
          decide_hours},
    Stage{StageName::recipients, "Recipients",
          "Those whom the rule names, else those of the subject's groups and tags, else those who receive by default.",
          decide_recipients},
    Stage{StageName::digest, "Quiet hours and digest",
          "What is less than critical waits for the end of its reader's quiet hours, or for the daily digest.", nullptr,
          decide_digest},
    Stage{StageName::grouping, "Grouping",
          "The first message goes at once, what follows within 30 s is one message, then one every 5 minutes.", nullptr,
          decide_grouping},
    Stage{StageName::repeat, "Repeat",
          "A reminder goes out at the interval of the rule, while the incident is open and nobody looks after it.",
          nullptr, decide_repeat},
};

}  // namespace

std::span<const Stage> stages() {
  return kStages;
}

TellingDecision decide_telling(const TellingFacts& facts, std::optional<StageName> without) {
  TellingDecision passed;
  for (const Stage& stage : kStages) {
    if (stage.decide == nullptr || stage.name == without) continue;
    StageAnswer answer = stage.decide(facts);
    if (answer.verdict != StageVerdict::pass) return {stage.name, std::move(answer)};
    // A pass that says something is kept; the others are alike.
    if (answer.reason != TellingReason::nothing_against) {
      passed = {stage.name, std::move(answer)};
    } else if (passed.answer.reason == TellingReason::nothing_against) {
      passed.stage = stage.name;
    }
  }
  return passed;
}

TellingDecision decide_telling(const RecipientFacts& facts, std::optional<StageName> without) {
  TellingDecision passed{.stage = StageName::repeat, .answer = {}};
  for (const Stage& stage : kStages) {
    if (stage.decide_for == nullptr || stage.name == without) continue;
    StageAnswer answer = stage.decide_for(facts);
    if (answer.verdict != StageVerdict::pass) return {stage.name, std::move(answer)};
  }
  return passed;
}

}  // namespace connlog
