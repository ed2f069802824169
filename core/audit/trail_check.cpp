#include "core/audit/trail_check.h"

#include <fmt/format.h>
#include <sodium.h>

#include <charconv>
#include <nlohmann/json.hpp>

namespace connlog {
namespace {

constexpr std::size_t kTextMax = 1'000;
constexpr std::string_view kBlanks = " \t\r\n;,";

bool parse_chain(std::string_view text, ChainValue& out) {
  std::size_t length = 0;
  return text.size() == 64 &&
         sodium_hex2bin(out.data(), out.size(), text.data(), text.size(), nullptr, &length, nullptr) == 0 &&
         length == out.size();
}

// "workspace=12:<hex>" or "<hex>"
bool parse_head(std::string_view word, KnownHead& out) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos) return parse_chain(word, out.chain);
  const auto trail = parse_word<Trail>(word.substr(0, equals));
  if (!trail) return false;
  out.trail = to_text(*trail);
  word.remove_prefix(equals + 1);
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), out.sequence);
  if (problem != std::errc() || end == word.data() + word.size() || *end != ':' || out.sequence < 0) return false;
  return parse_chain(word.substr(static_cast<std::size_t>(end - word.data()) + 1), out.chain);
}

std::string sentence_of(const TrailTaken& taken) {
  const std::string name = taken.trail == "first" ? "the first log" : fmt::format("the {} trail", taken.trail);
  const std::string kept = taken.oldest_kept.is_set()
                               ? fmt::format("The oldest row that is left is of {}.", to_iso8601(taken.oldest_kept))
                               : std::string("No row is left.");
  return fmt::format("Retention deleted the first {} {} of {}, the last time on {}. {}", taken.rows,
                     taken.rows == 1 ? "row" : "rows", name, to_iso8601(taken.at), kept);
}

}  // namespace

Result<std::vector<KnownHead>> parse_known_heads(const std::string& text) {
  const Error wrong = invalid("head",
                              "A head is 64 hex digits, or the text of X-Connlog-Audit-Head: workspace=12:… security=… "
                              "appliance=….");
  if (text.size() > kTextMax) return wrong;
  std::vector<KnownHead> heads;
  for (std::size_t from = text.find_first_not_of(kBlanks); from != std::string::npos;) {
    const std::size_t to = std::min(text.find_first_of(kBlanks, from), text.size());
    std::string_view word = std::string_view(text).substr(from, to - from);
    from = text.find_first_not_of(kBlanks, to);
    if (word == "X-Connlog-Audit-Head:") continue;
    KnownHead head;
    head.source = "the head you gave";
    if (!parse_head(word, head)) return wrong;
    if (head.trail.empty() || head.sequence > 0) heads.push_back(std::move(head));
  }
  return heads;
}

Result<TrailReport> check_trails(const Stores& stores, const TrailLog& trails, const Anchor& anchor,
                                 const std::string& head) {
  std::vector<KnownHead> outside = TRY(parse_known_heads(head));
  // The anchor is read before the rows, so that it can only be behind them.
  const AnchorContent anchored = anchor.read();
  for (KnownHead& known : known_heads(anchored.heads, "the anchor")) outside.push_back(std::move(known));
  TrailReport report = TRY(trails.verify(stores, outside));
  if (anchored.state == AnchorState::absent) {
    report.findings.insert(report.findings.begin(),
                           {TrailFinding::Kind::anchor_missing, "", 0,
                            "There is no audit anchor beside the database: nothing outside of it vouches for the "
                            "trails' ends."});
  } else if (anchored.state == AnchorState::not_ours) {
    report.findings.insert(report.findings.begin(),
                           {TrailFinding::Kind::anchor_not_ours, "", 0,
                            "The audit anchor is damaged, or was not made with this appliance's anchor key."});
  }
  return report;
}

nlohmann::json report_json(const TrailReport& report, Instant anchored_at) {
  nlohmann::json findings = nlohmann::json::array();
  for (const TrailFinding& finding : report.findings) {
    findings.push_back({{"kind", to_text(finding.kind)},
                        {"trail", finding.trail},
                        {"sequence", finding.sequence},
                        {"sentence", finding.sentence}});
  }
  nlohmann::json taken = nlohmann::json::array();
  for (const TrailTaken& each : report.taken) {
    taken.push_back({{"trail", each.trail},
                     {"rows", each.rows},
                     {"at", to_iso8601(each.at)},
                     {"oldest_kept_at", each.oldest_kept.is_set() ? nlohmann::json(to_iso8601(each.oldest_kept))
                                                                  : nlohmann::json(nullptr)},
                     {"sentence", sentence_of(each)}});
  }
  return {{"sound", report.sound()},
          {"rows", report.rows},
          {"head", to_text(report.heads)},
          {"anchored_at", anchored_at.is_set() ? nlohmann::json(to_iso8601(anchored_at)) : nlohmann::json(nullptr)},
          {"findings", std::move(findings)},
          {"taken", std::move(taken)}};
}

}  // namespace connlog
