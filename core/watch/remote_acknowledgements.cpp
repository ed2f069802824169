#include "core/watch/remote_acknowledgements.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/watch/telling/incident_message.h"

namespace connlog {
namespace {

constexpr std::size_t kMost = 50;  // a message lists no more

}  // namespace

Result<std::int64_t> RemoteAcknowledgements::acknowledge(Transaction& tx, WorkspaceId workspace,
                                                         std::span<const IncidentId> incidents, const Actor& who) {
  Actor actor = who;
  actor.workspace = workspace;
  std::vector<Incident> acknowledged;
  for (const IncidentId& id : incidents.first(std::min(incidents.size(), kMost))) {
    const auto done = service_.acknowledge_from_link(tx, actor, id);
    // Out of sight is as if it were not there.
    if (!done && done.error().code == ErrorCode::not_found) continue;
    if (!done) return done.error();
    if (!done->is_done) continue;
    auto incident = TRY(incidents_.find(tx, workspace, id));
    if (incident) acknowledged.push_back(*std::move(incident));
  }
  if (!acknowledged.empty()) TRY(tell(tx, acknowledged, actor));
  return static_cast<std::int64_t>(acknowledged.size());
}

// One message to each, of what it was told of before and of nothing else.
Result<void> RemoteAcknowledgements::tell(Transaction& tx, const std::vector<Incident>& acknowledged,
                                          const Actor& who) {
  std::map<RecipientId, std::pair<Recipient, std::vector<std::size_t>>> told;
  for (std::size_t i = 0; i < acknowledged.size(); ++i) {
    const auto of_one = TRY(announcements_.told_of(tx, acknowledged[i].workspace, acknowledged[i].id));
    for (const Recipient& recipient : of_one) {
      auto& [reader, known] = told.try_emplace(recipient.id, recipient, std::vector<std::size_t>()).first->second;
      known.push_back(i);
    }
  }
  std::map<std::vector<std::size_t>, std::vector<Recipient>> readers;
  for (auto& [id, each] : told) readers[each.second].push_back(std::move(each.first));
  for (const auto& [known, recipients] : readers) {
    Announcement news = announcement_of(acknowledged[known.front()], Announcement::Kind::reminder);
    if (known.size() > 1) {
      GroupFacts group;
      for (const std::size_t i : known) group.items.push_back({acknowledged[i], ToldWhat::reminder});
      news = group_announcement(Announcement::Kind::reminder, group);
    }
    if (news.fact(kFactAcknowledgedBy).empty()) news.facts.emplace_back(kFactAcknowledgedBy, who.name);
    TRY(announcements_.announce(tx, std::move(news), recipients));
  }
  return {};
}

}  // namespace connlog
