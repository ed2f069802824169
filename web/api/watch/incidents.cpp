// Incidents: list, timeline, acknowledge, comment.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/value_or.h"
#include "web/api/watch/handlers.h"
#include "web/api/sight.h"
#include "web/api/notify/views.h"
#include "web/api/watch/views.h"

namespace connlog::web::watch {

using nlohmann::json;

Result<Reply> list_incidents(Context& ctx) {
  const PageOfList page = TRY(ctx.page());
  IncidentStore::Filter filter;
  const std::string state = TRY(ctx.query_text("state", 10));
  using State = IncidentStore::Filter::State;
  const auto known = parse_word<State>(state);
  if (!known && !state.empty())
    return invalid("state", fmt::format("This must be one of: {}.", listed(words_of<State>())));
  filter.state = known.value_or(State::any);
  if (const std::string subject = TRY(ctx.query_text("subject", 64)); !subject.empty()) {
    if (!SubjectId::parse(subject, filter.subject.emplace())) return invalid("subject", "There is no such subject.");
  }
  if (const std::string rule = TRY(ctx.query_text("rule", 64)); !rule.empty()) {
    if (!RuleId::parse(rule, filter.rule.emplace())) return invalid("rule", "There is no such rule.");
  }
  if (!page.after.empty() && !IncidentId::parse(page.after, filter.after.emplace()))
    return invalid("after", "This is not a cursor of this list.");
  filter.seen_by = seen_by(ctx.actor);
  filter.limit = page.limit + 1;  // one more tells whether there is a next page
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    auto incidents = TRY(ctx.of<Services>().incidents.list(snapshot, ctx.workspace->id, filter));
    const bool more = incidents.size() > static_cast<std::size_t>(page.limit);
    if (more) incidents.resize(static_cast<std::size_t>(page.limit));
    json items = json::array();
    for (const Incident& incident : incidents) items.push_back(view(incident));
    return json_reply(200,
                      {{"items", std::move(items)}, {"next", more ? json(incidents.back().id.text()) : json(nullptr)}});
  });
}

Result<Reply> show_incident(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const IncidentId id = TRY(ctx.id<IncidentId>());
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto incident = TRY(services.incidents.find(snapshot, ctx.workspace->id, id));
    if (!incident || !sees_subject(services.directory, ctx.actor, incident->subject))
      return Error{ErrorCode::not_found, "There is no such incident."};
    json body = view(*incident);
    body["events"] = json::array();
    const auto events = TRY(services.incidents.events(snapshot, ctx.workspace->id, id));
    for (const IncidentEvent& event : events) body["events"].push_back(view(event));
    body["notifications"] = json::array();
    const auto all_told = TRY(services.outbox.of_incident(snapshot, ctx.workspace->id, id));
    for (LoggedDelivery told : all_told) {
      Announcement& about = told.announcement;
      // It may tell of this incident and be about another subject.
      if (!about.subject.is_nil() && !sees_subject(services.directory, ctx.actor, about.subject)) {
        about.headline.clear();
        about.subject_name.clear();
        about.subject = {};
      }
      body["notifications"].push_back(view(told));
    }
    return tagged(json_reply(200, body), incident->version);
  });
}

Result<Reply> acknowledge_incident(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::string comment = TRY(value_or(body.maybe_text("comment", 0, kCommentCharactersMax, Lines::many), ""));
  AcknowledgeFor how_long;
  how_long.minutes = TRY(body.maybe_integer("minutes", 1, kAcknowledgeMinutesMax));
  how_long.without_end = body.is_null("minutes");
  const auto id = TRY(ctx.id<IncidentId>());
  return ctx.write([&services, actor = ctx.actor, id, comment, how_long](Transaction& tx) -> Result<Reply> {
    const Incident incident = TRY(services.incident_service.acknowledge(tx, actor, id, comment, how_long));
    return tagged(json_reply(200, view(incident)), incident.version);
  });
}

Result<Reply> unacknowledge_incident(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::string comment = TRY(value_or(body.maybe_text("comment", 0, kCommentCharactersMax, Lines::many), ""));
  const auto id = TRY(ctx.id<IncidentId>());
  return ctx.write([&services, actor = ctx.actor, id, comment](Transaction& tx) -> Result<Reply> {
    const Incident incident = TRY(services.incident_service.unacknowledge(tx, actor, id, comment));
    return tagged(json_reply(200, view(incident)), incident.version);
  });
}

Result<Reply> comment_incident(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::string text = TRY(body.text("text", 1, kCommentCharactersMax, Lines::many));
  const auto id = TRY(ctx.id<IncidentId>());
  return ctx.create([&services, actor = ctx.actor, id, text](Transaction& tx) -> Result<Reply> {
    const auto commented = TRY(services.incident_service.comment(tx, actor, id, text));
    return json_reply(201, view(commented));
  });
}

}  // namespace connlog::web::watch
