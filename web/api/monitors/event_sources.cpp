// Event sources as people see and set them. A key is in the answer that made it and nowhere else.
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "web/api/monitors/event_handlers.h"
#include "web/api/monitors/event_view.h"
#include "web/api/monitors/handlers.h"
#include "web/api/watch/subject_body.h"
#include "web/api/watch/subjects_in_sight.h"

namespace connlog::web::monitors {
namespace {

using nlohmann::json;

constexpr std::size_t kAddressesMax = 50, kAddressCharactersMax = 64;

Result<EventSourceSettings> settings_of(const Body& body) {
  EventSourceSettings settings;
  settings.addresses = TRY(body.maybe_texts("addresses", kAddressesMax, kAddressCharactersMax));
  settings.stale_after_seconds = TRY(body.maybe_integer("stale_after_seconds", kStaleAfterMin, kStaleAfterMax));
  settings.watchdog_event = TRY(body.maybe_text("watchdog_event", 0, kEventKeyBytesMax));
  settings.watchdog_seconds = TRY(body.maybe_integer("watchdog_seconds", kWatchdogMin, kWatchdogMax));
  return settings;
}

// As it will be after the commit.
Result<json> shown(Snapshot& snapshot, const EventServices& events, const watch::Services& watched, const Actor& actor,
                   const EventSource& source) {
  const LiveSubject live = TRY(as_changed(snapshot, watched, actor, source.id));
  EventSource newest = source;
  if (const auto known = events.events.live(source.id)) {
    newest.last_at = known->last_at;
    newest.watchdog_at = known->watchdog_at;
  }
  json item = view(newest, live);
  // Of its sender's alone: what connlog says of the source (a silent watchdog, too many events) is none of them.
  if (live.open_incidents > 0) item["open_events"] = TRY(events.store.count_open(snapshot, actor.workspace, source.id));
  return item;
}

Reply in_no_cache(Reply reply) {
  reply.headers.emplace_back("Cache-Control", "no-store");
  return reply;
}

Result<Reply> with_key(Snapshot& snapshot, const EventServices& events, const watch::Services& watched,
                       const Actor& actor, int status, const EventSourceWithKey& made) {
  const json source = TRY(shown(snapshot, events, watched, actor, made.source));
  return in_no_cache(json_reply(status, {{"source", source}, {"key", made.key.reveal()}}));
}

}  // namespace

Result<Reply> list_event_sources(Context& ctx) {
  const EventServices& events = ctx.of<EventServices>();
  const watch::Services& watched = ctx.of<watch::Services>();
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto known = TRY(events.sources.list(snapshot, ctx.actor));
    json items = json::array();
    for (const EventSourceAndSubject& each : known) {
      json item = TRY(shown(snapshot, events, watched, ctx.actor, each.source));
      items.push_back(std::move(item));
    }
    return json_reply(200, {{"items", std::move(items)}});
  });
}

Result<Reply> show_event_source(Context& ctx) {
  const EventSourceId id = TRY(ctx.id<EventSourceId>());
  const EventServices& events = ctx.of<EventServices>();
  const watch::Services& watched = ctx.of<watch::Services>();
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const EventSourceAndSubject known = TRY(events.sources.find(snapshot, ctx.actor, id));
    const json body = TRY(shown(snapshot, events, watched, ctx.actor, known.source));
    return tagged(json_reply(200, body), known.subject.version);
  });
}

Result<Reply> add_event_source(Context& ctx) {
  const Body body = TRY(ctx.body());
  NewEventSource wanted;
  NewSubject subject = TRY(new_subject_of(body));
  static_cast<NewSubject&>(wanted) = std::move(subject);
  wanted.format = TRY(body.word<EventFormat>("format"));
  wanted.settings = TRY(settings_of(body));
  return ctx.create([&events = ctx.of<EventServices>(), &watched = ctx.of<watch::Services>(), actor = ctx.actor,
                     wanted = std::move(wanted)](Transaction& tx) -> Result<Reply> {
    const EventSourceWithKey made = TRY(events.sources.add(tx, actor, wanted));
    return with_key(tx, events, watched, actor, 201, made);
  });
}

Result<Reply> change_event_source(Context& ctx) {
  const EventSourceId id = TRY(ctx.id<EventSourceId>());
  const std::int64_t version = TRY(ctx.if_match());
  const Body body = TRY(ctx.body());
  EventSourceChange change;
  SubjectChange subject = TRY(subject_change_of(body));
  static_cast<SubjectChange&>(change) = std::move(subject);
  change.settings = TRY(settings_of(body));
  return ctx.write([&events = ctx.of<EventServices>(), &watched = ctx.of<watch::Services>(), actor = ctx.actor, id,
                    version, change = std::move(change)](Transaction& tx) -> Result<Reply> {
    const EventSourceAndSubject changed = TRY(events.sources.change(tx, actor, id, change, version));
    const json shown_source = TRY(shown(tx, events, watched, actor, changed.source));
    return tagged(json_reply(200, shown_source), changed.subject.version);
  });
}

Result<Reply> remove_event_source(Context& ctx) {
  const EventSourceId id = TRY(ctx.id<EventSourceId>());
  return ctx.write([&events = ctx.of<EventServices>(), actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    TRY(events.sources.remove(tx, actor, id));
    return no_content();
  });
}

Result<Reply> renew_event_key(Context& ctx) {
  const EventSourceId id = TRY(ctx.id<EventSourceId>());
  return ctx.write([&events = ctx.of<EventServices>(), &watched = ctx.of<watch::Services>(), actor = ctx.actor,
                    id](Transaction& tx) -> Result<Reply> {
    const EventSourceWithKey renewed = TRY(events.sources.renew_key(tx, actor, id));
    return with_key(tx, events, watched, actor, 200, renewed);
  });
}

Result<Reply> try_event_source(Context& ctx) {
  const EventSourceId id = TRY(ctx.id<EventSourceId>());
  return ctx.write([&events = ctx.of<EventServices>(), actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    const IncidentId incident = TRY(events.sources.try_out(tx, actor, id));
    return json_reply(200, {{"ok", true},
                            {"incident_id", incident.text()},
                            {"text", "An event was opened. It ends by itself in five minutes."}});
  });
}

}  // namespace connlog::web::monitors
