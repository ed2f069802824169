#include "tests/support/test_storage.h"

#include <cstdio>
#include <cstdlib>

#include "core/notify/channel.h"

namespace connlog {
namespace {

Keyring seeded_keys(Random& random) {
  Key key{};
  random.fill(key);
  return Keyring::from_database_key(key);
}

}  // namespace

TestStorage::TestStorage(storage::StorageOptions settings) : keys(seeded_keys(random)), settings_(std::move(settings)) {
  if (!settings_.commit_window) settings_.commit_window = milliseconds(0);
  require(open());
}

TestStorage::~TestStorage() = default;

void TestStorage::require(const Result<void>& done) {
  if (done) return;
  std::fprintf(stderr, "test storage: %s (%s)\n", done.error().message.c_str(), done.error().cause.c_str());
  std::abort();
}

Result<void> TestStorage::open() {
  storage::DataDirectory held = TRY(storage::DataDirectory::open(directory.path()));
  storage_ = TRY(storage::Storage::open(std::move(held), keys, settings_, clock, random));
  return {};
}

void TestStorage::restart() {
  close();
  require(open());
}

void TestStorage::write(const Stores::Work& work) {
  require(stores().write(work));
}

Workspace TestStorage::add_workspace(const std::string& slug) {
  Workspace workspace;
  workspace.id = WorkspaceId::make(clock.now(), random);
  workspace.slug = slug;
  workspace.name = "Workspace " + slug;
  workspace.created_at = clock.now();
  write([&](Transaction& tx) { return storage_->workspaces().insert(tx, workspace); });
  return workspace;
}

User TestStorage::add_user(const std::string& mail) {
  User user;
  user.id = UserId::make(clock.now(), random);
  user.name = "Ada";
  user.mail = user.mail_key = mail;
  user.password_hash = "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA";
  user.created_at = clock.now();
  write([&](Transaction& tx) { return storage_->users().insert(tx, user); });
  return user;
}

Subject TestStorage::add_subject(const Workspace& workspace, SubjectKind kind, const std::string& name, SubjectId id) {
  Subject subject;
  subject.id = id;
  subject.workspace = workspace.id;
  subject.kind = kind;
  subject.name = name;
  subject.created_at = clock.now();
  ObservedState state;
  state.subject = subject.id;
  state.workspace = workspace.id;
  state.since = clock.now();
  write([&](Transaction& tx) -> Result<void> {
    subject.number = TRY(storage_->subjects().insert(tx, subject));
    return storage_->subjects().put_state(tx, state);
  });
  return subject;
}

Agent TestStorage::add_agent(const Workspace& workspace, const std::string& name) {
  Agent agent;
  agent.id = AgentId::make(clock.now(), random);
  agent.workspace = workspace.id;
  random.fill(agent.token_digest);
  agent.token_hint = "agent_5f0c…a1b2";
  add_subject(workspace, SubjectKind::agent, name, agent.id);
  write([&](Transaction& tx) { return storage_->agents().insert(tx, agent); });
  return agent;
}

Group TestStorage::add_group(const Workspace& workspace, const std::string& name, std::vector<SubjectId> members) {
  Group group;
  group.id = GroupId::make(clock.now(), random);
  group.workspace = workspace.id;
  group.members = std::move(members);
  add_subject(workspace, SubjectKind::group, name, group.id);
  write([&](Transaction& tx) { return storage_->groups().put(tx, group); });
  return group;
}

Subject TestStorage::subject(WorkspaceId workspace, SubjectId id) {
  return read<Subject>([&](Snapshot& snapshot) -> Result<Subject> {
    auto found = TRY(storage_->subjects().find(snapshot, workspace, id));
    if (!found) return Error{ErrorCode::not_found, "There is no such subject."};
    return *found;
  });
}

Rule TestStorage::add_rule(const Workspace& workspace) {
  Rule rule;
  rule.id = RuleId::make(clock.now(), random);
  rule.workspace = workspace.id;
  rule.name = "Agent is silent";
  rule.created_at = clock.now();
  write([&](Transaction& tx) { return storage_->rules().insert(tx, rule); });
  return rule;
}

Recipient TestStorage::add_recipient(const Workspace& workspace, const std::string& address) {
  Recipient recipient;
  recipient.id = RecipientId::make(clock.now(), random);
  recipient.workspace = workspace.id;
  recipient.name = "Ada";
  address_by_mail(recipient, address);
  recipient.created_at = clock.now();
  write([&](Transaction& tx) { return storage_->recipients().insert(tx, recipient); });
  return recipient;
}

Incident TestStorage::open_incident(const Rule& rule, WorkspaceId workspace, SubjectId id) {
  const Subject about = subject(workspace, id);
  Incident incident;
  incident.id = IncidentId::make(clock.now(), random);
  incident.workspace = workspace;
  incident.rule = rule.id;
  incident.subject = about.id;
  incident.subject_kind = about.kind;
  incident.subject_name = about.name;
  incident.summary = about.name + " has been silent for 40 s";
  incident.opened_at = clock.now();
  write([&](Transaction& tx) { return storage_->incidents().insert(tx, incident); });
  return incident;
}

Announcement TestStorage::announce(const Incident& incident) {
  Announcement announcement;
  announcement.id = AnnouncementId::make(clock.now(), random);
  announcement.workspace = incident.workspace;
  announcement.kind = Announcement::Kind::incident_opened;
  announcement.subject = incident.subject;
  announcement.subject_kind = to_text(incident.subject_kind);
  announcement.subject_name = incident.subject_name;
  announcement.headline = incident.summary;
  announcement.thread = incident.id.text();
  announcement.incidents = {incident.id};
  announcement.at = clock.now();
  write([&](Transaction& tx) { return storage_->announcements().insert(tx, announcement); });
  return announcement;
}

}  // namespace connlog
