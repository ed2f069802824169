#include "core/access/workspace_service.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/notify/channel.h"

namespace connlog {
namespace {

constexpr std::size_t kSlugMax = 40;

// The ASCII spelling of Latin letters that people use in the names of their firms and places, where one spelling suits
// everybody.
struct Spelling {
  std::string_view letter, plain;
};
constexpr Spelling kSpellings[] = {
    {"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"}, {"Ä", "ae"}, {"Ö", "oe"}, {"Ü", "ue"}, {"ß", "ss"}, {"æ", "ae"}, {"Æ", "ae"},
    {"ø", "o"},  {"Ø", "o"},  {"å", "a"},  {"Å", "a"},  {"é", "e"},  {"É", "e"},  {"è", "e"},  {"È", "e"},  {"ê", "e"},
    {"ë", "e"},  {"à", "a"},  {"á", "a"},  {"â", "a"},  {"ã", "a"},  {"ç", "c"},  {"Ç", "c"},  {"í", "i"},  {"ï", "i"},
    {"î", "i"},  {"ñ", "n"},  {"ó", "o"},  {"ô", "o"},  {"õ", "o"},  {"ú", "u"},  {"û", "u"},  {"ł", "l"},  {"ń", "n"},
    {"ś", "s"},  {"š", "s"},  {"ž", "z"},  {"ż", "z"},  {"ź", "z"},  {"Ł", "l"},  {"Š", "s"},  {"Ž", "z"},  {"Č", "c"},
    {"Ó", "o"},  {"č", "c"},  {"ć", "c"},  {"ę", "e"},  {"ą", "a"},  {"ř", "r"},  {"ě", "e"},  {"ý", "y"},  {"ů", "u"}};

std::string plainly_spelt(const std::string& name) {
  std::string plain;
  for (std::size_t at = 0; at < name.size();) {
    const auto* it = std::find_if(std::begin(kSpellings), std::end(kSpellings), [&](const Spelling& each) {
      return name.compare(at, each.letter.size(), each.letter) == 0;
    });
    if (it == std::end(kSpellings)) {
      plain += name[at++];
    } else {
      plain += it->plain;
      at += it->letter.size();
    }
  }
  return plain;
}

// Keeps letters and digits of the name, turns spaces into hyphens and drops the rest. "Night shift (Düren)" →
// "night-shift-dueren".
std::string slug_of(const std::string& name) {
  std::string slug;
  for (const char c : plainly_spelt(name)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      slug += c;
    } else if (c >= 'A' && c <= 'Z') {
      slug += static_cast<char>(c - 'A' + 'a');
    } else if ((c == ' ' || c == '-' || c == '_' || c == '.') && !slug.empty() && slug.back() != '-') {
      slug += '-';
    }
    if (slug.size() == kSlugMax - 5) break;  // leaves room for a number
  }
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug.empty() ? "workspace" : slug;
}

}  // namespace

Result<Workspace> WorkspaceService::create(Transaction& tx, const Actor& actor, const std::string& name, UserId owner,
                                           const std::string& owner_name, const std::string& owner_mail) {
  Workspace workspace;
  workspace.name = TRY(one_line("workspace_name", "The workspace's name", name, 1, 80));
  const auto others = TRY(parts_.workspaces.all(tx));
  const std::string wanted = slug_of(workspace.name);
  workspace.slug = wanted;
  const auto taken = [&] {
    return std::any_of(others.begin(), others.end(),
                       [&](const Workspace& other) { return other.slug == workspace.slug; });
  };
  for (int number = 2; taken() && number < 10'000; ++number) workspace.slug = fmt::format("{}-{}", wanted, number);

  const Instant now = parts_.clock.believed();
  workspace.id = WorkspaceId::make(now, parts_.random);
  workspace.created_at = now;
  TRY(parts_.workspaces.insert(tx, workspace));
  TRY(parts_.workspaces.put_membership(tx,
                                       {.workspace = workspace.id, .user = owner, .role = Role::owner, .since = now}));

  parts_.residents.changed(tx, workspace);
  TRY(parts_.residents.born(tx, workspace));

  Recipient recipient;
  recipient.id = RecipientId::make(now, parts_.random);
  recipient.workspace = workspace.id;
  recipient.name = owner_name;
  address_by_mail(recipient, owner_mail);
  recipient.created_at = now;
  TRY(parts_.recipients.insert(tx, recipient));

  Actor in_workspace = actor;
  in_workspace.workspace = workspace.id;
  TRY(parts_.audit.append(tx, in_workspace, "workspace.created", workspace.id.text(), workspace.name));
  return workspace;
}

Result<Workspace> WorkspaceService::change(Transaction& tx, const Actor& actor, WorkspaceId id,
                                           const WorkspaceChange& change, std::int64_t expected_version) {
  auto found = TRY(parts_.workspaces.find(tx, id));
  if (!found || is_appliances_own(*found) || id != actor.workspace) return Error{ErrorCode::not_found, "There is no such workspace."};
  Workspace workspace = *std::move(found);
  if (expected_version != 0 && expected_version != workspace.version) {
    return Error{ErrorCode::conflict,
                 "Somebody else changed this workspace in the meantime. Load it again and repeat your change."};
  }
  std::string details;
  if (change.name) {
    const std::string name = TRY(one_line("name", "The workspace's name", *change.name, 1, 80));
    if (name != workspace.name) details = "name " + workspace.name + " → " + name;
    workspace.name = name;
  }
  if (change.machine_policy && *change.machine_policy != workspace.machine_policy) {
    workspace.machine_policy = *change.machine_policy;
    details += (details.empty() ? "" : ", ") + std::string("another machine: ") +
               std::string(to_text(workspace.machine_policy));
  }
  if (details.empty()) return workspace;
  workspace.version += 1;
  TRY(parts_.workspaces.update(tx, workspace));
  TRY(parts_.audit.append(tx, actor, "workspace.changed", id.text(), details));
  parts_.residents.changed(tx, workspace);
  return workspace;
}

}  // namespace connlog
