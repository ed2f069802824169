// Identities: UUID version 7 (RFC 9562 §5.7), so that they sort by time of creation. Each kind of thing has a type of
// its own, and the compiler refuses to mix them. To people and programs outside an id is an opaque string. Any thread.
#pragma once

#include <array>
#include <compare>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/random.h"

namespace connlog {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  bool is_nil() const { return bytes == decltype(bytes){}; }
};
// Only ids of the same kind compare: a template is not converted to. An id of another kind does not compile.
template <typename T>
  requires std::derived_from<T, Uuid>
bool operator==(const T& a, const T& b) {
  return a.bytes == b.bytes;
}
template <typename T>
  requires std::derived_from<T, Uuid>
auto operator<=>(const T& a, const T& b) {
  return a.bytes <=> b.bytes;
}

Uuid make_uuid7(Instant now, Random& random);
std::string to_text(const Uuid& id);  // 36 characters, lower case
// Only the 36-character form with hyphens, any case. False otherwise; `out` is then untouched.
bool parse_uuid(std::string_view text, Uuid& out);

// `Base` is the more general kind to which the id converts by itself: AgentId to SubjectId. Never back: where it is known
// that a subject is an agent, AgentId::of(subject) says so.
template <typename Tag, typename Base = Uuid>
struct Id : Base {
  static Id of(const Uuid& uuid) {
    Id id;
    id.bytes = uuid.bytes;
    return id;
  }
  static Id make(Instant now, Random& random) { return of(make_uuid7(now, random)); }
  static bool parse(std::string_view text, Id& out) { return parse_uuid(text, out); }
  std::string text() const { return to_text(*this); }
};

using WorkspaceId = Id<struct WorkspaceTag>;
using UserId = Id<struct UserTag>;
using SessionId = Id<struct SessionTag>;
using SubjectId = Id<struct SubjectTag>;  // of what is watched: an agent, a group, the appliance
using AgentId = Id<struct AgentTag, SubjectId>;
using MonitorId = Id<struct MonitorTag, SubjectId>;
using RuleId = Id<struct RuleTag>;
using IncidentId = Id<struct IncidentTag>;
using IncidentEventId = Id<struct IncidentEventTag>;
using RecipientId = Id<struct RecipientTag>;
using NotificationId = Id<struct NotificationTag>;
using AuditEntryId = Id<struct AuditEntryTag>;
using TeamId = Id<struct TeamTag>;
using GroupId = Id<struct GroupTag, SubjectId>;
using InvitationId = Id<struct InvitationTag>;
using ApiKeyId = Id<struct ApiKeyTag>;
using EnrolmentKeyId = Id<struct EnrolmentKeyTag>;
using PasskeyId = Id<struct PasskeyTag>;
using LoginProviderId = Id<struct LoginProviderTag>;
using LoginId = Id<struct LoginTag>;  // a person's account at a provider
using BreakGlassId = Id<struct BreakGlassTag>;
using LetterId = Id<struct LetterTag>;
using LeakId = Id<struct LeakTag>;
using AnnouncementId = Id<struct AnnouncementTag>;
using QuietId = Id<struct QuietTag>;  // a maintenance, a mute, a snooze
using EventSourceId = Id<struct EventSourceTag, SubjectId>;  // another system whose events become incidents

}  // namespace connlog

template <typename Tag, typename Base>
struct std::hash<connlog::Id<Tag, Base>> {
  std::size_t operator()(const connlog::Id<Tag, Base>& id) const noexcept {
    std::size_t tail;  // the last eight bytes are the random part of a version 7 UUID
    std::memcpy(&tail, id.bytes.data() + 8, sizeof tail);
    return tail;
  }
};
