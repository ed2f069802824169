#include "core/monitors/confirmation.h"

namespace connlog {
namespace {

bool is_good(CheckVerdict verdict) {
  return verdict == CheckVerdict::up || verdict == CheckVerdict::degraded;
}

void forget_candidate(Confirmation& confirmation) {
  confirmation.candidate.reset();
  confirmation.count = 0;
  confirmation.unknowns = 0;
  confirmation.candidate_since = {};
  confirmation.candidate_last = {};
}

Confirmed settle(Confirmation& confirmation, CheckVerdict verdict, Instant since) {
  const bool is_change = confirmation.settled != verdict;
  confirmation.settled = verdict;
  forget_candidate(confirmation);
  if (!is_change) return {};
  return {.settles = verdict, .since = since};
}

// One more result for the candidate. Settles once `wanted` stand in a row.
Confirmed count(Confirmation& confirmation, CheckVerdict verdict, Instant at, std::int64_t wanted,
                const ConfirmBy& by) {
  const bool is_same = confirmation.candidate && is_good(*confirmation.candidate) == is_good(verdict);
  const bool is_stale = at - confirmation.candidate_last > 2 * by.retry_interval + kCandidateStaleAfter;
  if (!is_same || is_stale) {
    forget_candidate(confirmation);
    confirmation.candidate_since = at;
  }
  confirmation.candidate = verdict;
  confirmation.candidate_last = at;
  confirmation.count += 1;
  confirmation.unknowns = 0;
  if (confirmation.count < wanted) return {.settles = {}, .since = {}, .retry_soon = true};
  return settle(confirmation, verdict, confirmation.candidate_since);
}

}  // namespace

Confirmed confirm(Confirmation& confirmation, const CheckResult& result, const ConfirmBy& by) {
  switch (result.verdict) {
    case CheckVerdict::unknown:
      if (confirmation.candidate && ++confirmation.unknowns > kUnknownsMax) forget_candidate(confirmation);
      // What was known to be down stays so: that nobody can look is no recovery.
      if (confirmation.settled == CheckVerdict::down) return {};
      if (confirmation.settled == CheckVerdict::unknown) return {};
      confirmation.settled = CheckVerdict::unknown;
      return {.settles = CheckVerdict::unknown, .since = result.at};
    case CheckVerdict::down:
      if (confirmation.settled == CheckVerdict::down) return settle(confirmation, CheckVerdict::down, result.at);
      return count(confirmation, CheckVerdict::down, result.at, by.retries + 1, by);
    case CheckVerdict::up:
    case CheckVerdict::degraded:
      if (confirmation.settled == CheckVerdict::down)
        return count(confirmation, result.verdict, result.at, by.recover_after, by);
      return settle(confirmation, result.verdict, result.at);
  }
  return {};
}

void start_again(Confirmation& confirmation) {
  forget_candidate(confirmation);
}

}  // namespace connlog
