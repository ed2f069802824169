#include "core/trust/leak_service.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/log.h"

namespace connlog {
namespace {

constexpr std::size_t kToldMax = 50;  // letters about one leak, at most

Error no_such_leak() {
  return Error{ErrorCode::not_found, "There is no such leak in this list."};
}

std::string names_of(const std::vector<LeakTold>& people) {
  std::string text;
  for (std::size_t i = 0; i < people.size(); ++i) {
    if (i > 0) text += i + 1 == people.size() ? " and " : ", ";
    text += people[i].name.empty() ? people[i].mail : people[i].name;
  }
  return text;
}

void add_step(Leak& leak, bool automatic, std::string text, Instant done_at = {}, const std::string& done_by = {}) {
  LeakStep step;
  step.position = static_cast<std::int64_t>(leak.steps.size()) + 1;
  step.automatic = automatic;
  step.text = std::move(text);
  step.done_at = done_at;
  step.done_by = done_by;
  leak.steps.push_back(std::move(step));
}

void count_open(Leak& leak) {
  leak.steps_open = std::ranges::count_if(leak.steps, [](const LeakStep& step) { return !step.done_at.is_set(); });
}

}  // namespace

bool contains_folded(std::string_view text, std::string_view search) {
  const auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::search(text, search, {}, fold, fold).begin() != text.end() || search.empty();
}

LeakOwner LeakService::owner_of(const Actor& actor, LeakOwnerKind owner_kind) {
  if (owner_kind == LeakOwnerKind::workspace) return {owner_kind, actor.workspace};
  if (owner_kind == LeakOwnerKind::account) return {owner_kind, actor.user};
  return {owner_kind, {}};
}

std::vector<const LeakKind*> LeakService::kinds(LeakOwnerKind owner_kind) const {
  std::vector<const LeakKind*> out;
  for (const auto& kind : kinds_) {
    if (kind->owner_kind() == owner_kind) out.push_back(kind.get());
  }
  return out;
}

std::string LeakService::title_of(LeakOwnerKind owner_kind, const std::string& kind) const {
  for (const auto& known : kinds_) {
    if (known->owner_kind() == owner_kind && known->name() == kind) return std::string(known->title());
  }
  return kind;
}

Result<LeakKind*> LeakService::kind_of(LeakOwnerKind owner_kind, const std::string& kind) const {
  for (const auto& known : kinds_) {
    if (known->owner_kind() == owner_kind && known->name() == kind) return known.get();
  }
  return invalid("kind", "This is not a kind of secret that can be answered here.");
}

Result<std::vector<LeakedSecret>> LeakService::secrets(Snapshot& snapshot, const Actor& actor, LeakOwnerKind owner_kind,
                                                       const std::string& kind, const std::string& search) const {
  const LeakKind* known = TRY(kind_of(owner_kind, kind));
  return known->secrets(snapshot, actor, search);
}

// The people to be told, without the one who reports the leak: they know.
Result<std::vector<LeakTold>> LeakService::who_must_know(Snapshot& snapshot, const Actor& actor, const LeakKind& kind,
                                                         const std::string& leaked) const {
  std::vector<LeakTold> people = TRY(kind.told(snapshot, actor, leaked));
  if (kind.owner_kind() == LeakOwnerKind::workspace) {
    const auto members = TRY(parts_.members.list(snapshot, actor.workspace));
    for (const Member& member : members) {
      const bool responsible = member.role == Role::owner || member.role == Role::admin;
      if (responsible && member.enabled && member.user != actor.user) people.push_back({member.name, member.mail});
    }
  }
  if (people.size() > kToldMax) people.resize(kToldMax);
  return people;
}

Result<LeakPlan> LeakService::plan(Snapshot& snapshot, const Actor& actor, LeakOwnerKind owner_kind,
                                   const std::string& kind, const std::string& leaked) const {
  const LeakKind* known = TRY(kind_of(owner_kind, kind));
  LeakPlan plan = TRY(known->plan(snapshot, actor, leaked));
  const auto people = TRY(who_must_know(snapshot, actor, *known, leaked));
  if (people.empty()) return plan;
  const bool can_send = TRY(parts_.letters.can_send(snapshot));
  if (can_send) {
    plan.automatic.push_back(fmt::format("A mail tells {}.", names_of(people)));
  } else {
    plan.by_people.push_back(fmt::format("Tell {}: no mail server is set up, so connlog cannot.", names_of(people)));
  }
  return plan;
}

Result<void> LeakService::tell(Transaction& tx, const Actor& actor, Leak& leak, const std::vector<LeakTold>& people,
                               std::string_view title) {
  if (people.empty()) return {};
  std::vector<LeakTold> missed;
  std::vector<LeakTold> reached;
  const bool can_send = TRY(parts_.letters.can_send(tx));
  for (const LeakTold& person : people) {
    Letter letter;
    letter.kind = "leak";
    letter.to_name = person.name;
    letter.to_address = person.mail;
    letter.headline = fmt::format("A secret leaked: {}", leak.leaked_name).substr(0, 150);
    letter.paragraphs.push_back(fmt::format("{} reported that a secret may be known to somebody else: {}, \"{}\".",
                                            actor.name, title, leak.leaked_name));
    for (const LeakStep& step : leak.steps) {
      if (step.automatic && letter.paragraphs.size() < 6) letter.paragraphs.push_back(step.text);
    }
    letter.paragraphs.push_back("If you know nothing of it, ask whoever reported it.");
    if (leak.owner.kind == LeakOwnerKind::workspace) letter.workspace = actor.workspace;
    if (can_send && parts_.letters.post(tx, letter)) {
      reached.push_back(person);
    } else {
      missed.push_back(person);
    }
  }
  const Instant now = parts_.clock.now();
  if (!reached.empty())
    add_step(leak, true, fmt::format("A mail to {} was queued.", names_of(reached)), now, "connlog");
  if (!missed.empty())
    add_step(leak, false, fmt::format("Tell {}: connlog could not send them a mail.", names_of(missed)));
  return {};
}

Result<ReportedLeak> LeakService::report(Transaction& tx, const Actor& actor, SessionId session,
                                         LeakOwnerKind owner_kind, const std::string& kind, const std::string& leaked,
                                         const std::string& circumstances) {
  LeakKind* known = TRY(kind_of(owner_kind, kind));
  // The people to be told are looked up before the answer takes anything of theirs away.
  const auto people = TRY(who_must_know(tx, actor, *known, leaked));
  LeakAnswer answer = TRY(known->answer(tx, actor, session, leaked));
  const Instant now = parts_.clock.now();
  ReportedLeak reported;
  Leak& leak = reported.leak;
  leak.id = LeakId::make(now, parts_.random);
  leak.owner = owner_of(actor, owner_kind);
  leak.kind = kind;
  leak.leaked = answer.leaked.id;
  leak.leaked_name = answer.leaked.name;
  leak.circumstances = circumstances;
  leak.at = now;
  leak.by_name = actor.name;
  for (std::string& text : answer.done) add_step(leak, true, std::move(text), now, "connlog");
  TRY(tell(tx, actor, leak, people, known->title()));
  for (std::string& text : answer.by_people) add_step(leak, false, std::move(text));
  count_open(leak);
  TRY(parts_.leaks.insert(tx, leak));
  TRY(parts_.audit.append(tx, actor, "leak.reported", leak.leaked_name, std::string(known->title())));
  TRY(parts_.audit.append_security(tx, actor, actor.workspace, answer.about, "leak.answered", leak.leaked_name,
                                   std::string(known->title())));
  reported.secret = std::move(answer.secret);
  reported.secret_label = std::move(answer.secret_label);
  reported.secret_is_link = answer.secret_is_link;
  return reported;
}

Result<std::vector<Leak>> LeakService::list(Snapshot& snapshot, const LeakOwner& owner, LeakId before,
                                            int limit) const {
  return parts_.leaks.list(snapshot, owner, before, limit);
}

Result<Leak> LeakService::find(Snapshot& snapshot, const LeakOwner& owner, LeakId id) const {
  auto leak = TRY(parts_.leaks.find(snapshot, owner, id));
  if (!leak) return no_such_leak();
  return *std::move(leak);
}

Result<Leak> LeakService::tick(Transaction& tx, const Actor& actor, const LeakOwner& owner, LeakId id,
                               std::int64_t position, bool done, const std::string& note) {
  Leak leak = TRY(find(tx, owner, id));
  if (leak.closed_at.is_set())
    return Error{ErrorCode::conflict, "This leak is closed. Open it again to change its checklist."};
  if (position < 1 || position > static_cast<std::int64_t>(leak.steps.size()))
    return Error{ErrorCode::not_found, "There is no such step in the checklist."};
  LeakStep& step = leak.steps[static_cast<std::size_t>(position - 1)];
  if (step.automatic) return Error{ErrorCode::conflict, "connlog did this step itself; it cannot be taken back."};
  const bool was_done = step.done_at.is_set();
  if (done != was_done) {
    step.done_at = done ? parts_.clock.now() : Instant{};
    step.done_by = done ? actor.name : std::string();
  }
  step.note = note;
  ++leak.version;
  count_open(leak);
  TRY(parts_.leaks.update(tx, leak, position));
  TRY(parts_.audit.append(tx, actor, done ? "leak.step_done" : "leak.step_open", leak.leaked_name, step.text));
  return leak;
}

Result<Leak> LeakService::close(Transaction& tx, const Actor& actor, const LeakOwner& owner, LeakId id, bool closed) {
  Leak leak = TRY(find(tx, owner, id));
  if (closed == leak.closed_at.is_set()) return leak;
  if (closed && leak.steps_open > 0) {
    return Error{
        ErrorCode::conflict,
        fmt::format("{} of the checklist {} still to be done. Tick what is done, with a note where it does not apply.",
                    leak.steps_open, leak.steps_open == 1 ? "step is" : "steps are")};
  }
  leak.closed_at = closed ? parts_.clock.now() : Instant{};
  leak.closed_by = closed ? actor.name : std::string();
  ++leak.version;
  TRY(parts_.leaks.update(tx, leak, 0));
  TRY(parts_.audit.append(tx, actor, closed ? "leak.closed" : "leak.opened_again", leak.leaked_name));
  return leak;
}

}  // namespace connlog
