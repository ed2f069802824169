#include "core/monitors/probe_quorum.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace connlog {
namespace {

constexpr std::size_t kNamed = 3;  // more names are counted

std::string names_of(const std::vector<std::string_view>& names) {
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), kNamed); ++i)
    out.append(out.empty() ? "" : ", ").append(names[i]);
  if (names.size() > kNamed) out += fmt::format(" and {} more", names.size() - kNamed);
  return out;
}

struct Counted {
  std::vector<std::string_view> up, degraded, down, unknown, silent;
  std::string_view text_of_down;

  explicit Counted(std::span<const ProbeVoice> voices) {
    for (const ProbeVoice& voice : voices) {
      if (!voice.says) {
        silent.push_back(voice.name);
        continue;
      }
      switch (*voice.says) {
        case CheckVerdict::up:
          up.push_back(voice.name);
          break;
        case CheckVerdict::degraded:
          degraded.push_back(voice.name);
          break;
        case CheckVerdict::down:
          if (down.empty()) text_of_down = voice.text;
          down.push_back(voice.name);
          break;
        case CheckVerdict::unknown:
          unknown.push_back(voice.name);
          break;
      }
    }
  }
};

std::string disagreement(const Counted& counted, std::int64_t needed, std::size_t all) {
  std::string out = fmt::format("{} of {} probes must agree", needed, all);
  const auto add = [&out](const std::vector<std::string_view>& names, std::string_view what) {
    if (!names.empty()) out += fmt::format("; {}: {}", what, names_of(names));
  };
  std::vector<std::string_view> answers = counted.up;
  answers.insert(answers.end(), counted.degraded.begin(), counted.degraded.end());
  add(counted.down, "down");
  add(answers, "answers");
  add(counted.unknown, "cannot check");
  add(counted.silent, "no fresh result");
  return out;
}

}  // namespace

Quorum quorum_of(std::span<const ProbeVoice> voices, std::int64_t needed) {
  const Counted counted(voices);
  const auto wanted = static_cast<std::size_t>(std::clamp<std::int64_t>(needed, 1, std::max<std::int64_t>(
                                                                                  std::ssize(voices), 1)));
  if (counted.down.size() >= wanted) {
    return {.verdict = CheckVerdict::down,
            .reason = CheckReason::ok,
            .text = fmt::format("{} of {} probes ({}): {}", counted.down.size(), voices.size(), names_of(counted.down),
                                counted.text_of_down)};
  }
  if (counted.up.size() >= wanted)
    return {.verdict = CheckVerdict::up,
            .reason = CheckReason::ok,
            .text = fmt::format("{} of {} probes say that it is up", counted.up.size(), voices.size())};
  if (counted.up.size() + counted.degraded.size() >= wanted)
    return {.verdict = CheckVerdict::degraded,
            .reason = CheckReason::slow,
            .text = fmt::format("degraded as seen from {}", names_of(counted.degraded))};
  return {.verdict = CheckVerdict::unknown,
          .reason = CheckReason::too_few_probes,
          .text = disagreement(counted, needed, voices.size())};
}

}  // namespace connlog
