// Alert rules, with the sentence that describes a rule and a preview of what it would have done.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <semaphore>
#include <utility>

#include "core/base/value_or.h"
#include "web/api/sight.h"
#include "web/api/slot.h"
#include "web/api/watch/handlers.h"
#include "web/api/watch/views.h"

namespace connlog::web::watch {
namespace {

using nlohmann::json;

constexpr RuleKind kKindsOfPeople[] = {RuleKind::silence, RuleKind::metric, RuleKind::state};
constexpr std::size_t kRecipientsMax = 50;
constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::size_t kMetricWordMax = 64;
constexpr std::size_t kPartCharactersMax = 200;
constexpr State kStatesInRules[] = {State::degraded, State::down, State::unknown};
constexpr std::int64_t kHundredthsMax = 1'000'000;  // of a metric of any range; core knows the range of each

// The bounds of all metrics that rules can be about, in hundredths.
constexpr std::pair<std::int64_t, std::int64_t> threshold_bounds() {
  std::pair<std::int64_t, std::int64_t> bounds{0, kHundredthsMax};
  for (const MetricRow& row : kMetricTable) {
    if (!row.in_rules) continue;
    bounds.first = std::min(bounds.first, row.low * (100 / row.scale));
    bounds.second = std::max(bounds.second, row.high * (100 / row.scale));
  }
  return bounds;
}
constexpr auto kBounds = threshold_bounds();

// One preview at a time: over a month of readings it takes a second or more. Such a request occupies a worker, and
// heartbeats need the same workers.
std::counting_semaphore<1> free_slot(1);

Error no_such_rule() {
  return Error{ErrorCode::not_found, "There is no such rule."};
}

Result<Metric> metric_in_rules(std::string_view word) {
  const MetricRow* row = find_metric(word);
  if (row != nullptr && row->in_rules) return row->number;
  std::string words;
  for (const MetricRow& each : kMetricTable) {
    if (each.in_rules) words.append(words.empty() ? "" : ", ").append(each.word);
  }
  return invalid("metric", "The metric must be one of: " + words + ".");
}

Result<RuleTarget> target_of(const Body& body) {
  RuleTarget target;
  // What programs wrote before there were other subjects than agents: {"kind":"agent","agent_id":…}.
  const std::string word = TRY(body.text("kind", 1, 20));
  const bool is_former = word == "agent";
  target.kind = RuleTarget::Kind::subject;
  if (!is_former) target.kind = TRY(body.word<RuleTarget::Kind>("kind"));
  switch (target.kind) {
    case RuleTarget::Kind::all:
      break;
    case RuleTarget::Kind::tag:
      target.text = TRY(body.text("tag", 1, kTagCharactersMax));
      break;
    case RuleTarget::Kind::label:
      target.text = TRY(body.text("label", 1, kLabelKeyMax + 1 + kLabelValueMax));
      TRY(parse_label("target.label", target.text));
      break;
    case RuleTarget::Kind::subject: {
      const std::string id = TRY(body.text(is_former ? "agent_id" : "subject_id", 1, 64));
      if (!SubjectId::parse(id, target.subject)) return invalid("target.subject_id", "There is no such subject.");
      break;
    }
    case RuleTarget::Kind::group: {
      const std::string id = TRY(body.text("group_id", 1, 64));
      if (!SubjectId::parse(id, target.subject)) return invalid("target.group_id", "There is no such group.");
      break;
    }
  }
  return target;
}

// What the catalogue suggests for the metric; members of the body replace it.
void begin_with_suggested(const MetricRow& row, Rule& rule) {
  rule.comparison = row.worse == Worse::below ? Comparison::below : Comparison::above;
  rule.threshold_x100 = hundredths_of(row, row.suggested.threshold);
  rule.hysteresis_x100 = hundredths_of(row, row.suggested.hysteresis);
}

// "08:30" in minutes; "24:00" is the end of the day.
Result<int> minute_in(const Body& hours, std::string_view name) {
  const std::string text = TRY(hours.text(name, 5, 5));
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9' ? text[at] - '0' : 100; };
  if (text.size() == 5 && text[2] == ':') {
    const int hour = digit(0) * 10 + digit(1), minute = digit(3) * 10 + digit(4);
    if (minute < 60 && hour * 60 + minute <= 24 * 60) return hour * 60 + minute;
  }
  return invalid("working_hours." + std::string(name), "A time of day, such as 08:30.");
}

Result<WorkingHours> hours_of(const Body& body) {
  WorkingHours hours;
  const auto days = TRY(body.maybe_texts("days", kDayWords.size(), 3));
  if (!days || days->empty()) return invalid("working_hours.days", "Name at least one day, or set no hours at all.");
  for (const std::string& day : *days) {
    const auto found = std::ranges::find(kDayWords, day);
    if (found == kDayWords.end())
      return invalid("working_hours.days", "A day is one of: mon, tue, wed, thu, fri, sat, sun.");
    hours.days = static_cast<std::uint8_t>(hours.days | 1U << (found - kDayWords.begin()));
  }
  hours.from_minute = TRY(minute_in(body, "from"));
  hours.to_minute = TRY(minute_in(body, "to"));
  hours.zone = TRY(body.text("zone", 1, 64));
  return hours;
}

// How and when the rule tells.
Result<void> apply_telling(const Body& body, Rule& rule) {
  rule.repeat_seconds = TRY(value_or(body.maybe_integer("repeat_seconds", 0, kDaySeconds), rule.repeat_seconds));
  if (body.is_null("working_hours")) rule.hours = {};
  if (const auto hours = TRY(body.maybe_object("working_hours"))) rule.hours = TRY(hours_of(*hours));
  if (auto runbook = TRY(body.maybe_text("runbook", 0, kRunbookBytesMax))) rule.runbook = *std::move(runbook);
  if (auto notes = TRY(body.maybe_text("notes", 0, kRuleNotesBytesMax, Lines::many))) rule.notes = *std::move(notes);
  if (const auto ids = TRY(body.maybe_texts("recipient_ids", kRecipientsMax, 64))) {
    rule.recipients.clear();
    for (const std::string& id : *ids) {
      RecipientId recipient;
      if (!RecipientId::parse(id, recipient)) return invalid("recipient_ids", "There is no such recipient.");
      rule.recipients.push_back(recipient);
    }
  }
  return {};
}

// Changes the rule by the members of the body; others stay. core checks ranges that depend on each other.
Result<void> apply(const Body& body, Rule& rule) {
  if (auto name = TRY(body.maybe_text("name", 1, 80))) rule.name = *std::move(name);
  rule.kind = TRY(value_or(body.maybe_word_among<RuleKind>("kind", kKindsOfPeople), rule.kind));
  if (const auto target = TRY(body.maybe_object("target"))) {
    rule.target = TRY(target_of(*target));
  }
  if (body.is_null("only_kind")) rule.only_kind.reset();
  if (const auto only = TRY(body.maybe_word<SubjectKind>("only_kind"))) rule.only_kind = only;
  if (auto part = TRY(body.maybe_text("part", 0, kPartCharactersMax))) rule.part = *std::move(part);
  rule.state = TRY(value_or(body.maybe_word_among<State>("state", kStatesInRules), rule.state));
  if (const auto word = TRY(body.maybe_text("metric", 1, kMetricWordMax))) {
    const Metric metric = TRY(metric_in_rules(*word));
    if (metric != rule.metric) begin_with_suggested(*find_metric(metric), rule);
    rule.metric = metric;
  }
  rule.comparison = TRY(value_or(body.maybe_word<Comparison>("comparison"), rule.comparison));
  rule.threshold_x100 =
      TRY(value_or(body.maybe_hundredths("threshold", kBounds.first, kBounds.second), rule.threshold_x100));
  rule.hysteresis_x100 =
      TRY(value_or(body.maybe_hundredths("hysteresis", 0, kBounds.second - kBounds.first), rule.hysteresis_x100));
  rule.duration_seconds = TRY(value_or(body.maybe_integer("duration_seconds", 0, kDaySeconds), rule.duration_seconds));
  rule.cooldown_seconds = TRY(value_or(body.maybe_integer("cooldown_seconds", 0, kDaySeconds), rule.cooldown_seconds));
  rule.severity = TRY(value_or(body.maybe_word<Severity>("severity"), rule.severity));
  rule.enabled = TRY(value_or(body.maybe_flag("enabled"), rule.enabled));
  return apply_telling(body, rule);
}

Result<Rule> new_rule(const Context& ctx) {
  const Body body = TRY(ctx.body());
  TRY(body.text("name", 1, 80));
  TRY(body.word_among<RuleKind>("kind", kKindsOfPeople));
  Rule rule;
  rule.workspace = ctx.workspace->id;
  TRY(apply(body, rule));
  return rule;
}

}  // namespace

Result<Reply> list_rules(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    const auto rules = TRY(ctx.of<Services>().rules.list(snapshot, ctx.workspace->id));
    for (const Rule& rule : rules) {
      if (sees_rule(ctx.of<Services>().directory, ctx.actor, rule)) items.push_back(view(rule));
    }
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

Result<Reply> add_rule(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto rule = TRY(new_rule(ctx));
  return ctx.create([&services, actor = ctx.actor, rule](Transaction& tx) -> Result<Reply> {
    const Rule made = TRY(services.rule_service.add(tx, actor, rule));
    return tagged(json_reply(201, view(made)), made.version);
  });
}

Result<Reply> show_rule(Context& ctx) {
  const RuleId id = TRY(ctx.id<RuleId>());
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto rule = TRY(ctx.of<Services>().rules.find(snapshot, ctx.workspace->id, id));
    if (!rule || !sees_rule(ctx.of<Services>().directory, ctx.actor, *rule)) return no_such_rule();
    return tagged(json_reply(200, view(*rule)), rule->version);
  });
}

Result<Reply> change_rule(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const RuleId id = TRY(ctx.id<RuleId>());
  const std::int64_t expected = TRY(ctx.if_match());
  const Body body = TRY(ctx.body());
  return ctx.write([&services, actor = ctx.actor, id, expected, body](Transaction& tx) -> Result<Reply> {
    auto rule = TRY(services.rules.find(tx, actor.workspace, id));
    if (!rule || !sees_rule(services.directory, actor, *rule)) return no_such_rule();
    TRY(apply(body, *rule));
    const Rule changed = TRY(services.rule_service.change(tx, actor, id, *rule, expected));
    return tagged(json_reply(200, view(changed)), changed.version);
  });
}

Result<Reply> remove_rule(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<RuleId>());
  return ctx.write([&services, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    TRY(services.rule_service.remove(tx, actor, id));
    return no_content();
  });
}

Result<Reply> preview_rule(Context& ctx) {
  const Body body = TRY(ctx.body());
  Rule rule;
  rule.workspace = ctx.workspace->id;
  rule.name = "Preview";  // people preview a rule before it has a name
  TRY(apply(body, rule));
  TRY(validate(rule));
  const Slot slot(free_slot);
  if (!slot.held())
    return Error{ErrorCode::unavailable, "Another preview is being computed. Try again in a moment.", {}, {}, 2};
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const RulePreview preview = TRY(ctx.of<Services>().rule_service.preview(snapshot, ctx.actor, rule));
    return json_reply(200, {{"targeted_subjects", preview.targeted_subjects},
                            {"matching_now", preview.matching_now},
                            {"incidents_30_days", preview.incidents_30_days},
                            {"complete", preview.complete},
                            {"sentence", sentence(rule)}});
  });
}

Result<Reply> test_rule(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<RuleId>());
  return ctx.write([&services, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    const auto queued = TRY(services.rule_service.send_test(tx, actor, id));
    return json_reply(202, {{"queued", queued}});
  });
}

Result<Reply> drill_rule(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<RuleId>());
  return ctx.create([&services, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    const Incident drill = TRY(services.rule_service.drill(tx, actor, id));
    return tagged(json_reply(201, view(drill)), drill.version);
  });
}

Result<Reply> end_drill(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<IncidentId>());
  return ctx.write([&services, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    const Incident drill = TRY(services.rule_service.end_drill(tx, actor, id));
    return tagged(json_reply(200, view(drill)), drill.version);
  });
}

}  // namespace connlog::web::watch
