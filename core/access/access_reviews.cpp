#include "core/access/access_reviews.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace connlog {
namespace {

constexpr int kReviewsShown = 10;

}  // namespace

bool is_stale(const AccessItem& item, Instant now) {
  const Instant last = std::max(item.last_used_at, item.since);
  return last.is_set() && now - last >= kStaleAfter;
}

Result<Instant> AccessReviews::due_at(Snapshot& snapshot, const Workspace& workspace) const {
  const std::int64_t days = parts_.limits.value(Limit::review_interval_days);
  if (days == 0) return Instant{};
  const auto done = TRY(parts_.reviews.reviews(snapshot, workspace.id, 1));
  return (done.empty() ? workspace.created_at : done.front().done_at) + seconds(days * 86'400);
}

Result<ReviewState> AccessReviews::look(Snapshot& snapshot, const Workspace& workspace) const {
  ReviewState state;
  state.items = TRY(parts_.reviews.items(snapshot, workspace.id, parts_.clock.believed()));
  state.done = TRY(parts_.reviews.reviews(snapshot, workspace.id, kReviewsShown));
  state.due_at = TRY(due_at(snapshot, workspace));
  return state;
}

Result<void> AccessReviews::done(Transaction& tx, const Actor& actor, const std::string& note) {
  AccessReview review;
  review.done_at = parts_.clock.believed();
  review.id = make_uuid7(review.done_at, parts_.random);
  review.workspace = actor.workspace;
  review.done_by = actor.name;
  review.note = TRY(some_lines("note", "The note", note, 0, 500));
  TRY(parts_.reviews.insert(tx, review));
  return parts_.audit.append(tx, actor, "access_review.done", actor.workspace.text(), review.note);
}

Result<void> AccessReviews::remind(Transaction& tx) {
  const Instant now = parts_.clock.believed();
  const std::int64_t days = parts_.limits.value(Limit::review_interval_days);
  if (days == 0) return {};
  const auto workspaces = TRY(parts_.workspaces.all(tx));
  for (const Workspace& workspace : workspaces) {
    if (!workspace.enabled) continue;
    const Instant due = TRY(due_at(tx, workspace));
    const Instant reminded = TRY(parts_.reviews.reminded_at(tx, workspace.id));
    if (due > now || (reminded >= due && now - reminded < seconds(days * 86'400))) continue;
    OwnersLetter letter;
    letter.kind = "access_review";
    letter.headline = fmt::format("Who has access to {}? A review is due", workspace.name);
    letter.paragraphs = {
        fmt::format("The access review of the workspace \"{}\" was due on {}.", workspace.name,
                    to_iso8601(due).substr(0, 10)),
        "Look through members, invitations, keys and recipients, remove what is no longer needed, and say that the "
        "review is done."};
    letter.path = "/w/" + workspace.slug + "/access-review";
    letter.link_text = "Review who has access";
    TRY(parts_.owners.tell_owners(tx, workspace.id, letter));
    TRY(parts_.reviews.put_reminder(tx, workspace.id, now));
  }
  return {};
}

}  // namespace connlog
