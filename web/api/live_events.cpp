#include "web/api/live_events.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/identity/second_factor.h"

namespace connlog::web {
namespace {

// Proxies and scanners that hold back the beginning of an answer let it go after one or two KiB.
constexpr std::size_t kPaddingBytes = 2048;

}  // namespace

LiveEvents::LiveEvents(const Services& services) : services_(services) {
  subscription_ = services_.events.subscribe([this](const Event& event) { publish(event); });
  services_.events.set_watched(false);  // until the first client
  services_.identity.on_sessions_ended([this](UserId user, SessionId session) { session_ended(user, session); });
}

bool LiveEvents::has_room(const Session& session) const {
  const std::lock_guard lock(mutex_);
  std::size_t of_session = 0;
  std::size_t of_user = 0;
  for (const auto& client : clients_) {
    const Session& other = client->who.identified.session;
    if (!client->stream->is_open() || other.user != session.user) continue;
    ++of_user;
    of_session += other.id == session.id;
  }
  return clients_.size() < kStreamsMax && of_session < kStreamsOfSessionMax && of_user < kStreamsOfUserMax;
}

void LiveEvents::add(Subscriber subscriber, std::shared_ptr<EventStream> stream) {
  stream->write("retry: 3000\n: connected" + std::string(kPaddingBytes, ' ') + "\n\n");
  const std::lock_guard lock(mutex_);
  clients_.push_back(
      std::make_shared<Client>(Client{std::move(subscriber), std::move(stream), services_.clock.monotonic()}));
  clients_changed();
}

std::size_t LiveEvents::size() const {
  const std::lock_guard lock(mutex_);
  return clients_.size();
}

Result<std::map<WorkspaceId, Sight>> LiveEvents::watchable(const Services& services, Snapshot& snapshot, UserId user) {
  std::map<WorkspaceId, Sight> out;
  const auto workspaces = TRY(services.workspaces.of_user(snapshot, user));
  for (const Workspace& workspace : workspaces) {
    const auto standing = TRY(services.access.standing(snapshot, workspace.id, user));
    if (!workspace.enabled || !standing) continue;
    // If the workspace requires a second factor and the person has none, its events are not sent, as its routes refuse
    // them.
    const PolicyStanding policy = TRY(services.second_factors.standing(snapshot, workspace.id, user));
    if (policy.state != PolicyStanding::State::refused) out[workspace.id] = standing->sight;
  }
  return out;
}

// Whether the event's scope includes this person.
bool LiveEvents::may_see(const Subscriber& who, const Event& event) const {
  if (event.scope.kind() == EventScope::Kind::everyone) return true;
  const auto found = who.workspaces.find(event.workspace);
  if (found == who.workspaces.end()) return false;
  const Sight& sight = found->second;
  if (sight.all) return true;
  switch (event.scope.kind()) {
    case EventScope::Kind::everybody:
      return true;
    case EventScope::Kind::subject: {
      const auto row = services_.directory.row(event.workspace, event.scope.subject());
      return row != nullptr && sight.sees(row->teams);
    }
    case EventScope::Kind::full_sight:
    case EventScope::Kind::everyone:
      break;
  }
  return false;
}

// Needs the lock.
void LiveEvents::clients_changed() {
  services_.events.set_watched(!clients_.empty());
}

void LiveEvents::publish(const Event& event) {
  const std::lock_guard lock(mutex_);
  if (clients_.empty()) return;
  // JSON contains no line breaks, and names come from a fixed list, so neither can start a new field.
  const std::string text = fmt::format("id: {}\nevent: {}\ndata: {}\n\n", next_id_++, to_text(event.name), event.data);
  for (const auto& client : clients_) {
    if (may_see(client->who, event)) client->stream->write(text);
    // The client's rights are read again at the next tick.
    if (event.name == EventName::access_changed && client->who.workspaces.contains(event.workspace))
      client->looked_at = {};
  }
}

bool LiveEvents::still_entitled(Client& client) const {
  bool entitled = false;
  const auto read = services_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto identified = TRY(services_.identity.identify(snapshot, client.who.token));
    if (!identified) return {};
    const auto now = TRY(watchable(services_, snapshot, identified->user.id));
    // Ends the stream when a membership ended or its sight changed. A new membership needs a new stream.
    entitled = std::all_of(client.who.workspaces.begin(), client.who.workspaces.end(), [&](const auto& before) {
      const auto found = now.find(before.first);
      return found != now.end() && found->second.all == before.second.all && found->second.teams == before.second.teams;
    });
    return {};
  });
  // A failed read of our own database does not end the stream.
  return entitled || !read;
}

void LiveEvents::tick() {
  const Monotonic now = services_.clock.monotonic();
  std::vector<std::shared_ptr<Client>> due;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(clients_, [](const auto& client) { return !client->stream->is_open(); });
    clients_changed();
    for (const auto& client : clients_) {
      if (now - client->looked_at < kCommentEvery) continue;
      client->looked_at = now;
      due.push_back(client);
    }
  }
  for (const auto& client : due) {
    if (still_entitled(*client))
      client->stream->write(": alive\n\n");
    else
      client->stream->close();
  }
}

void LiveEvents::session_ended(UserId user, SessionId session) {
  const std::lock_guard lock(mutex_);
  std::erase_if(clients_, [&](const auto& client) {
    const Session& own = client->who.identified.session;
    const bool ends = own.user == user && (session.is_nil() || own.id == session);
    if (ends) client->stream->close();
    return ends;
  });
  clients_changed();
}

void LiveEvents::close_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& client : clients_) client->stream->close();
  clients_.clear();
  clients_changed();
}

}  // namespace connlog::web
