#include "core/monitors/sources/event_source_service.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/crypto/token.h"
#include "core/net/address_range.h"

namespace connlog {
namespace {

constexpr std::size_t kKeyCharacters = 30, kKeyStartShown = 6;
constexpr std::size_t kAddressesMax = 50;
constexpr std::string_view kLettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

Error no_such_source() {
  return Error{ErrorCode::not_found, "There is no such event source."};
}

// Every character is as likely as any other: bytes beyond the last whole round of the alphabet are drawn again.
std::string random_characters(Random& random) {
  constexpr std::size_t kUsable = 256 / kLettersAndDigits.size() * kLettersAndDigits.size();
  std::string text;
  while (text.size() < kKeyCharacters) {
    std::uint8_t byte = 0;
    random.fill({&byte, 1});
    if (byte < kUsable) text += kLettersAndDigits[byte % kLettersAndDigits.size()];
  }
  return text;
}

// As the shape of such a key is recognised in texts (core/base/secret_shapes.h).
bool is_recognisable(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; }) &&
         std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

void note(std::string& details, const std::string& text) {
  if (text.empty()) return;
  if (!details.empty()) details += ", ";
  details += text;
}

Result<void> check_range(const char* field, std::int64_t value, std::int64_t lowest, std::int64_t highest) {
  if (value >= lowest && value <= highest) return {};
  return invalid(field, fmt::format("This must be a whole number from {} to {}.", lowest, highest));
}

}  // namespace

EventSourceService::EventSourceService(const Parts& parts)
    : parts_(parts), digest_key_(parts.keyring.derive(key_purpose::kTokenDigest)) {}

Secret EventSourceService::make_key(EventSource& source) const {
  std::string characters = random_characters(parts_.random);
  while (!is_recognisable(characters)) characters = random_characters(parts_.random);
  Secret key(std::string(kEventKeyPrefix) + characters);
  source.key_digest = digest_token(digest_key_, key.reveal());
  source.key_start = std::string(std::string_view(key.reveal()).substr(0, kKeyStartShown));
  return key;
}

// Checks and sets what is given; what differs then, in words for the trail. Empty: nothing.
Result<std::string> EventSourceService::apply(const EventSourceSettings& settings, EventSource& source) {
  std::string details;
  if (settings.addresses) {
    const auto ranges = TRY(checked_ranges("addresses", *settings.addresses, kAddressesMax));
    const std::string lines = fmt::format("{}", fmt::join(ranges, "\n"));
    if (lines != source.addresses)
      note(details, ranges.empty() ? "from anywhere" : fmt::format("from {}", fmt::join(ranges, ", ")));
    source.addresses = lines;
  }
  if (settings.stale_after_seconds) {
    TRY(check_range("stale_after_seconds", *settings.stale_after_seconds, kStaleAfterMin, kStaleAfterMax));
    if (*settings.stale_after_seconds != source.stale_after_seconds)
      note(details, "stale after " + duration_text(*settings.stale_after_seconds));
    source.stale_after_seconds = *settings.stale_after_seconds;
  }
  if (settings.watchdog_event) {
    const std::string event =
        TRY(one_line("watchdog_event", "The watchdog event", *settings.watchdog_event, 0, kEventKeyBytesMax));
    if (event.size() > kEventKeyBytesMax)
      return invalid("watchdog_event", fmt::format("At most {} bytes are allowed.", kEventKeyBytesMax));
    if (event != source.watchdog_event) note(details, event.empty() ? "no watchdog" : "watchdog " + event);
    source.watchdog_event = event;
  }
  if (settings.watchdog_seconds) {
    TRY(check_range("watchdog_seconds", *settings.watchdog_seconds, kWatchdogMin, kWatchdogMax));
    if (*settings.watchdog_seconds != source.watchdog_seconds)
      note(details, "watchdog within " + duration_text(*settings.watchdog_seconds));
    source.watchdog_seconds = *settings.watchdog_seconds;
  }
  return details;
}

void EventSourceService::put(Transaction& tx, const EventSource& source) {
  tx.after_commit([this, source] { parts_.events.put(source); });
}

Result<void> EventSourceService::check_room(Snapshot& snapshot, const Actor& actor) const {
  const auto there = TRY(parts_.sources.list(snapshot, actor.workspace));
  if (there.size() < kSourcesMax) return {};
  return Error{ErrorCode::conflict,
               fmt::format("A workspace may have at most {} event sources. Remove one first.", kSourcesMax)};
}

// ── Finding ──

Result<std::vector<EventSourceAndSubject>> EventSourceService::list(Snapshot& snapshot, const Actor& actor) const {
  std::vector<EventSourceAndSubject> seen;
  auto sources = TRY(parts_.sources.list(snapshot, actor.workspace));
  for (EventSource& source : sources) {
    auto subject = parts_.subjects.find(snapshot, actor, source.id);
    if (!subject && subject.error().code == ErrorCode::not_found) continue;
    EventSourceAndSubject one;
    one.subject = TRY(std::move(subject));
    one.source = std::move(source);
    seen.push_back(std::move(one));
  }
  std::ranges::sort(seen, [](const auto& a, const auto& b) {
    return a.subject.name != b.subject.name ? a.subject.name < b.subject.name : a.source.id < b.source.id;
  });
  return seen;
}

Result<EventSourceAndSubject> EventSourceService::find(Snapshot& snapshot, const Actor& actor, EventSourceId id) const {
  auto subject = parts_.subjects.find(snapshot, actor, id);
  if (!subject && subject.error().code == ErrorCode::not_found) return no_such_source();
  EventSourceAndSubject found;
  found.subject = TRY(std::move(subject));
  auto source = TRY(parts_.sources.find(snapshot, actor.workspace, id));
  if (!source || found.subject.kind != SubjectKind::source) return no_such_source();
  found.source = *std::move(source);
  return found;
}

Result<EventSourceAndSubject> EventSourceService::find_to_edit(Snapshot& snapshot, const Actor& actor,
                                                               EventSourceId id) const {
  EventSourceAndSubject found = TRY(find(snapshot, actor, id));
  TRY(parts_.subjects.check_may_edit(snapshot, actor, found.subject.teams));
  return found;
}

// ── Changing ──

Result<EventSourceWithKey> EventSourceService::add(Transaction& tx, const Actor& actor, const NewEventSource& wanted) {
  TRY(check_room(tx, actor));
  EventSourceWithKey made;
  made.source.format = wanted.format;
  TRY(apply(wanted.settings, made.source));
  made.key = make_key(made.source);
  NewSubject of = wanted;
  of.kind = SubjectKind::source;
  made.subject = TRY(parts_.subjects.add(tx, actor, of, "source.added", fmt::format("({})", to_text(wanted.format))));
  made.source.id = EventSourceId::of(made.subject.id);
  made.source.workspace = actor.workspace;
  made.source.created_at = made.subject.created_at;
  TRY(parts_.sources.insert(tx, made.source));
  put(tx, made.source);
  return made;
}

Result<EventSourceAndSubject> EventSourceService::change(Transaction& tx, const Actor& actor, EventSourceId id,
                                                         const EventSourceChange& change,
                                                         std::int64_t expected_version) {
  EventSourceAndSubject known = TRY(find_to_edit(tx, actor, id));
  const std::string watchdog = known.source.watchdog_event;
  const std::string details = TRY(apply(change.settings, known.source));
  known.subject = TRY(parts_.subjects.change(tx, actor, id, change, expected_version, details));
  if (details.empty()) return known;
  TRY(parts_.sources.update(tx, known.source));
  if (known.source.watchdog_event != watchdog) TRY(parts_.events.watchdog_changed(tx, known.source, actor.name));
  put(tx, known.source);
  return known;
}

Result<EventSourceWithKey> EventSourceService::renew_key(Transaction& tx, const Actor& actor, EventSourceId id) {
  EventSourceAndSubject known = TRY(find_to_edit(tx, actor, id));
  EventSourceWithKey renewed;
  static_cast<EventSourceAndSubject&>(renewed) = std::move(known);
  renewed.key = make_key(renewed.source);
  TRY(parts_.sources.update(tx, renewed.source));
  TRY(parts_.audit.append(tx, actor, "source.key_renewed", id.text(), renewed.subject.name));
  put(tx, renewed.source);
  return renewed;
}

Result<IncidentId> EventSourceService::try_out(Transaction& tx, const Actor& actor, EventSourceId id) {
  const EventSourceAndSubject known = TRY(find_to_edit(tx, actor, id));
  if (known.subject.paused_at.is_set())
    return Error{ErrorCode::conflict, "It is paused: nothing is opened. End the pause first."};
  TRY(parts_.audit.append(tx, actor, "source.tried", id.text(), known.subject.name));
  return parts_.events.try_out(tx, known.source, known.subject, actor.name);
}

// ── Removing ──

Result<void> EventSourceService::remove(Transaction& tx, const Actor& actor, EventSourceId id) {
  const EventSourceAndSubject known = TRY(find_to_edit(tx, actor, id));
  if (parts_.removed != nullptr) {
    TRY(parts_.removed->take(
        tx, removed_now(RemovedKind::source, id, known.subject.name, actor, parts_.clock, parts_.random)));
  }
  TRY(parts_.sources.remove(tx, actor.workspace, id));
  TRY(parts_.subjects.remove(tx, actor, id));
  tx.after_commit([this, id] { parts_.events.remove(id); });
  return {};
}

Result<std::vector<std::string>> EventSourceService::put_back(Transaction& tx, const Actor& actor,
                                                              const Removed& removed) {
  TRY(check_room(tx, actor));
  std::vector<std::string> left_out = TRY(parts_.removed->put_back(tx, removed));
  const EventSourceId id = EventSourceId::of(removed.object);
  TRY(parts_.subjects.came_back(tx, actor, id));
  const auto source = TRY(parts_.sources.find(tx, actor.workspace, id));
  if (!source) return no_such_source();
  put(tx, *source);
  left_out.emplace_back("Events that came while it was removed were refused.");
  return left_out;
}

}  // namespace connlog
