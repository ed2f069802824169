// What people do with subjects and groups, on a real database: limits, keys, versions, teams, membership, removal.
#include "core/watch/subject_service.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/audit/acts.h"
#include "core/watch/subject_kind.h"
#include "tests/support/alert_world.h"

using namespace connlog;

namespace {

struct World : AlertWorld {
  template <typename T>
  Result<T> attempt(const std::function<Result<T>(Transaction&)>& work) {
    std::optional<T> out;
    const Result<void> done = in_transaction([&](Transaction& tx) -> Result<void> {
      out = TRY(work(tx));
      return {};
    });
    if (!done) return done.error();
    return *std::move(out);
  }
  Result<Subject> change_as(const Actor& who, SubjectId id, const SubjectChange& change, std::int64_t version = 0) {
    return attempt<Subject>([&](Transaction& tx) { return services->subjects.change(tx, who, id, change, version); });
  }
  Result<Subject> try_change(SubjectId id, const SubjectChange& change, std::int64_t version = 0) {
    return change_as(actor(), id, change, version);
  }
  Result<Group> change_group_as(const Actor& who, GroupId id, const GroupChange& change) {
    return attempt<Group>([&](Transaction& tx) { return services->subjects.change_group(tx, who, id, change); });
  }
  Result<std::pair<Subject, Group>> add_group_as(const Actor& who, const NewSubject& wanted,
                                                 const GroupChange& change) {
    return attempt<std::pair<Subject, Group>>(
        [&](Transaction& tx) { return services->subjects.add_group(tx, who, wanted, change); });
  }
  Result<void> try_remove(SubjectId id) {
    return in_transaction([&](Transaction& tx) { return services->subjects.remove(tx, actor(), id); });
  }
  std::int64_t times_in_trail(const std::string& act) { return std::ranges::count(audit_acts(), act); }
  Subject row(SubjectId id) { return storage.subject(workspace.id, id); }
  Group group_row(GroupId id) {
    return *storage.read<std::optional<Group>>(
        [&](Snapshot& snapshot) { return storage->groups().find(snapshot, workspace.id, id); });
  }

  TeamId add_team(const std::string& name) {
    Team team;
    team.id = TeamId::make(clock.now(), storage.random);
    team.workspace = workspace.id;
    team.name = name;
    team.created_at = clock.now();
    storage.write([&](Transaction& tx) { return storage->teams().insert(tx, team); });
    return team.id;
  }
  // An operator; `granting` teams let them edit, of `plain` ones they are a member alone.
  Actor operator_of(const std::vector<TeamId>& granting, const std::vector<TeamId>& plain = {}) {
    const User person = storage.add_user("op" + std::to_string(++people_) + "@example.org");
    storage.write([&](Transaction& tx) -> Result<void> {
      TRY(storage->workspaces().put_membership(tx, {workspace.id, person.id, Role::operator_, clock.now()}));
      for (const TeamId& team : granting)
        TRY(storage->teams().put_member(tx, {team, workspace.id, person.id, true, clock.now()}));
      for (const TeamId& team : plain)
        TRY(storage->teams().put_member(tx, {team, workspace.id, person.id, false, clock.now()}));
      return {};
    });
    Actor who = actor();
    who.user = person.id;
    who.name = person.name;
    who.role = Role::operator_;
    who.team_grant = !granting.empty();
    return who;
  }
  static Actor scoped(Actor who, const std::vector<TeamId>& sees) {
    who.sight = {.all = false, .teams = sees};
    return who;
  }

 private:
  int people_ = 0;
};

template <typename T>
std::string field_of(const Result<T>& result) {
  return result ? std::string() : result.error().field;
}

template <typename T>
ErrorCode code_of(const Result<T>& result) {
  REQUIRE_FALSE(result);
  return result.error().code;
}

SubjectChange with_labels(std::vector<Label> labels) {
  SubjectChange change;
  change.labels = std::move(labels);
  return change;
}
SubjectChange with_key(const std::string& key) {
  SubjectChange change;
  change.key = key;
  return change;
}
SubjectChange with_notes(const std::string& notes) {
  SubjectChange change;
  change.notes = notes;
  return change;
}
SubjectChange with_teams(std::vector<TeamId> teams) {
  SubjectChange change;
  change.teams = std::move(teams);
  return change;
}
SubjectChange with_groups(std::vector<GroupId> groups) {
  SubjectChange change;
  change.groups = std::move(groups);
  return change;
}
GroupChange with_members(std::vector<SubjectId> members) {
  GroupChange change;
  change.members = std::move(members);
  return change;
}
GroupChange with_health(Health health, std::int64_t amount) {
  GroupChange change;
  change.health = health;
  change.amount = amount;
  return change;
}
NewSubject named(const std::string& name) {
  NewSubject wanted;
  wanted.name = name;
  return wanted;
}

}  // namespace

TEST_CASE(
    "a new group has its members, its first state and a line in the trail, and leaves the members' versions alone") {
  World world;
  const TestAgent db = world.add_agent("db-1"), web = world.add_agent("web-1");
  const Group group = world.add_group("rack-4", {db.id(), web.id()}, Health::at_least, 1);
  const Subject subject = world.row(group.id);
  CHECK(subject.kind == SubjectKind::group);
  CHECK(subject.name == "rack-4");
  CHECK(subject.version == 1);
  CHECK(world.group_row(group.id).members.size() == 2);
  CHECK(world.row(db.id()).groups == std::vector<GroupId>{group.id});
  CHECK(world.row(db.id()).version == db.subject.version);
  // In memory, too.
  CHECK(world.live(db).row->groups == std::vector<GroupId>{group.id});
  CHECK(world.group_live(group).row->name == "rack-4");
  CHECK(world.times_in_trail("group.added") == 1);
}

TEST_CASE("every act upon a kind of subject has its words in the trail") {
  for (const SubjectKindRow& kind : kSubjectKinds) {
    if (!kind.is_listed) continue;
    for (const char* verb : {".added", ".changed", ".removed"}) {
      const std::string act = std::string(to_text(kind.kind)) + verb;
      CAPTURE(act);
      CHECK(phrase_of(act) != act);
    }
  }
}

TEST_CASE(
    "labels have limits: each one too many, too long or written wrongly is one clear answer, and nothing is stored") {
  World world;
  const TestAgent agent = world.add_agent();
  std::vector<Label> labels;
  for (std::size_t i = 0; i < kLabelsMax; ++i) labels.push_back({"k" + std::to_string(i), "v"});
  REQUIRE(world.try_change(agent.id(), with_labels(labels)));
  CHECK(world.row(agent.id()).labels.size() == kLabelsMax);
  labels.push_back({"one-more", "v"});
  CHECK(field_of(world.try_change(agent.id(), with_labels(labels))) == "labels");

  REQUIRE(world.try_change(agent.id(), with_labels({{"env", "prod"}})));
  for (const Label& wrong : {Label{"env", std::string(10'000, 'x')}, Label{"env", std::string(kLabelValueMax + 1, 'x')},
                             Label{"", "x"}, Label{std::string(kLabelKeyMax + 1, 'k'), "x"}, Label{"a b", "x"},
                             Label{"env", "two\nlines"}, Label{"env", "\xff"}}) {
    CAPTURE(wrong.key);
    CHECK(field_of(world.try_change(agent.id(), with_labels({wrong}))) == "labels");
  }
  CHECK(field_of(world.try_change(agent.id(), with_labels({{"env", "a"}, {"env", "b"}}))) == "labels");
  CHECK(world.row(agent.id()).labels == std::vector<Label>{{"env", "prod"}});
  // The longest are stored as they are, sorted by key.
  const std::vector<Label> longest = {{std::string(kLabelKeyMax, 'k'), std::string(kLabelValueMax, 'x')},
                                      {"a/b.c_d-E", ""}};
  REQUIRE(world.try_change(agent.id(), with_labels(longest)));
  CHECK(world.row(agent.id()).labels == std::vector<Label>{longest[1], longest[0]});
}

TEST_CASE("notes have ten thousand bytes, tags are twenty") {
  World world;
  const TestAgent agent = world.add_agent();
  const std::string notes = "First line\nsecond " + std::string(kNotesBytesMax - 18, 'n');
  REQUIRE(notes.size() == kNotesBytesMax);
  REQUIRE(world.try_change(agent.id(), with_notes(notes)));
  CHECK(world.row(agent.id()).notes == notes);
  CHECK(field_of(world.try_change(agent.id(), with_notes(notes + "n"))) == "notes");
  CHECK(field_of(world.try_change(agent.id(), with_notes("bell \x07"))) == "notes");
  SubjectChange tags;
  tags.tags = std::vector<std::string>{"web", " eu ", "web"};
  REQUIRE(world.try_change(agent.id(), tags));
  CHECK(world.row(agent.id()).tags == std::vector<std::string>{"eu", "web"});
  tags.tags = std::vector<std::string>(kTagsMax + 1, "x");
  CHECK(field_of(world.try_change(agent.id(), tags)) == "tags");
}

TEST_CASE("a key is for programs: of few characters, and once in a workspace") {
  World world;
  const TestAgent db = world.add_agent("db-1"), web = world.add_agent("web-1");
  for (const std::string& wrong : {std::string("Upper"), std::string("a b"), std::string("ä"),
                                   std::string(kSubjectKeyMax + 1, 'k'), std::string("a/b"), std::string("a\n"),
                                   std::string("."), std::string("..")}) {
    CAPTURE(wrong);
    CHECK(field_of(world.try_change(db.id(), with_key(wrong))) == "key");
  }
  REQUIRE(world.try_change(db.id(), with_key("inventory.4711_a-b")));
  CHECK(field_of(world.try_change(web.id(), with_key("inventory.4711_a-b"))) == "key");
  NewSubject wanted = named("rack-4");
  wanted.key = "inventory.4711_a-b";
  CHECK(field_of(world.add_group_as(world.actor(), wanted, {})) == "key");
  const std::int64_t version = world.row(db.id()).version;
  REQUIRE(world.try_change(db.id(), with_key("inventory.4711_a-b")));
  CHECK(world.row(db.id()).version == version);  // its own key again
  REQUIRE(world.try_change(db.id(), with_key("")));
  CHECK(world.row(db.id()).key == "");
  CHECK(world.try_change(web.id(), with_key("inventory.4711_a-b")));
}

TEST_CASE("the version rises by what people change, and by nothing else") {
  World world;
  const TestAgent agent = world.add_agent();
  const auto version = [&] { return world.row(agent.id()).version; };
  std::int64_t expected = version();
  const auto rises = [&](const SubjectChange& change) {
    REQUIRE(world.try_change(agent.id(), change));
    CHECK(version() == ++expected);
    REQUIRE(world.try_change(agent.id(), change));  // the same once more changes nothing
    CHECK(version() == expected);
  };
  SubjectChange name;
  name.name = "db-2";
  rises(name);
  rises(with_key("k"));
  rises(with_notes("n"));
  rises(with_labels({{"a", "b"}}));
  rises(with_teams({world.add_team("Ops")}));
  SubjectChange tags;
  tags.tags = std::vector<std::string>{"t"};
  rises(tags);
  const Group group = world.add_group("rack-4", {});
  rises(with_groups({group.id}));
  SubjectChange paused;
  paused.paused = true;
  rises(paused);
  paused.paused = false;
  rises(paused);

  world.heartbeat(agent);
  world.pass(seconds(120));  // it falls silent
  CHECK(world.stored_state(agent.id()).state == State::down);
  CHECK(version() == expected);
  world.add_group("rack-5", {agent.id()});
  CHECK(version() == expected);
}

TEST_CASE("a group's version rises when a member joins or leaves from its own side: an older list takes nobody out") {
  World world;
  const TestAgent db = world.add_agent("db-1"), web = world.add_agent("web-1");
  const Group group = world.add_group("rack-4", {db.id()});
  const std::int64_t seen = world.row(group.id).version;
  REQUIRE(world.try_change(web.id(), with_groups({group.id})));
  CHECK(world.row(group.id).version == seen + 1);
  CHECK(world.group_live(group).row->version == seen + 1);
  CHECK(code_of(world.try_change(group.id, with_notes("n"), seen)) == ErrorCode::conflict);
  REQUIRE(world.try_change(web.id(), with_groups({})));
  CHECK(world.row(group.id).version == seen + 2);
  world.remove(db);
  CHECK(world.row(group.id).version == seen + 3);
  CHECK(world.group_row(group.id).members.empty());
}

TEST_CASE("a change by somebody who saw another version is a conflict") {
  World world;
  const TestAgent agent = world.add_agent();
  const std::int64_t seen = world.row(agent.id()).version;
  REQUIRE(world.try_change(agent.id(), with_notes("first"), seen));
  CHECK(code_of(world.try_change(agent.id(), with_notes("second"), seen)) == ErrorCode::conflict);
  CHECK(world.row(agent.id()).notes == "first");
}

TEST_CASE("what a kind adds to a change of its own is a change of the subject too") {
  World world;
  const TestAgent agent = world.add_agent();
  const std::int64_t before = world.row(agent.id()).version;
  REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
    TRY(world.services->subjects.change(tx, world.actor(), agent.id(), {}, 0, "interval 60 s"));
    return {};
  }));
  CHECK(world.row(agent.id()).version == before + 1);
  CHECK(world.times_in_trail("agent.changed") == 1);
}

TEST_CASE("names of groups are unique in the workspace, names of agents need not be") {
  World world;
  const TestAgent first = world.add_agent("twin"), second = world.add_agent("twin");
  CHECK(first.id() != second.id());
  const Group group = world.add_group("Rack", {});
  CHECK(field_of(world.add_group_as(world.actor(), named("rack"), {})) == "name");
  SubjectChange name;
  name.name = "RACK";
  CHECK(world.try_change(group.id, name));  // its own, written otherwise
  CHECK(world.row(group.id).name == "RACK");
}

TEST_CASE("a health rule has an amount where it needs one, in its range") {
  World world;
  const TestAgent agent = world.add_agent();
  const Group group = world.add_group("rack-4", {agent.id()});
  const auto set = [&](Health health, std::int64_t amount) {
    return world.change_group_as(world.actor(), group.id, with_health(health, amount));
  };
  CHECK(field_of(set(Health::at_least, 0)) == "amount");
  CHECK(field_of(set(Health::at_least, 5'001)) == "amount");
  CHECK(field_of(set(Health::share, 0)) == "amount");
  CHECK(field_of(set(Health::share, 101)) == "amount");
  CHECK(world.group_row(group.id).health == Health::all);
  const std::int64_t version = world.row(group.id).version;
  REQUIRE(set(Health::share, 100));
  CHECK(world.group_row(group.id).amount == 100);
  CHECK(world.row(group.id).version == version + 1);
  REQUIRE(set(Health::share, 100));  // nothing differs
  CHECK(world.row(group.id).version == version + 1);
  CHECK(world.times_in_trail("group.changed") == 1);
  REQUIRE(set(Health::any, 7));
  CHECK(world.group_row(group.id).health == Health::any);
}

TEST_CASE("a group inside itself, and groups six deep, are refused from both sides") {
  World world;
  std::vector<Group> chain = {world.add_group("g0", {})};
  for (int i = 1; i < 5; ++i) chain.push_back(world.add_group("g" + std::to_string(i), {chain.back().id}));
  const Actor owner = world.actor();
  // Deeper, from above and from below.
  CHECK(field_of(world.add_group_as(owner, named("g5"), with_members({chain.back().id}))) == "member_ids");
  NewSubject inside = named("inside");
  inside.groups = {chain.front().id};
  CHECK(field_of(world.add_group_as(owner, inside, {})) == "group_ids");
  // In a circle.
  const Group& inmost = chain.front();
  CHECK(field_of(world.change_group_as(owner, inmost.id, with_members({chain.back().id}))) == "member_ids");
  CHECK(field_of(world.change_group_as(owner, inmost.id, with_members({inmost.id}))) == "member_ids");
  CHECK(field_of(world.try_change(chain[2].id, with_groups({inmost.id, chain[3].id}))) == "group_ids");
  CHECK(world.group_row(inmost.id).members.empty());
}

TEST_CASE("members that are not there are refused, and nothing of the list is taken") {
  World world;
  const TestAgent agent = world.add_agent(), gone = world.add_agent("gone");
  const Group group = world.add_group("rack-4", {});
  world.remove(gone);
  const Actor owner = world.actor();
  const SubjectId nobody = SubjectId::make(world.clock.now(), world.storage.random);
  CHECK(field_of(world.change_group_as(owner, group.id, with_members({agent.id(), nobody}))) == "member_ids");
  CHECK(field_of(world.change_group_as(owner, group.id, with_members({agent.id(), gone.id()}))) == "member_ids");
  CHECK(field_of(world.try_change(agent.id(), with_groups({GroupId::of(nobody)}))) == "group_ids");
  CHECK(field_of(world.try_change(agent.id(), with_groups({GroupId::of(agent.id())}))) == "group_ids");
  CHECK(world.row(agent.id()).groups.empty());
}

TEST_CASE("a subject is in twenty groups at most, from whichever side it is put there") {
  World world;
  const TestAgent agent = world.add_agent();
  std::vector<GroupId> groups;
  for (std::size_t i = 0; i < kGroupsOfSubjectMax; ++i)
    groups.push_back(world.add_group("g" + std::to_string(i), {agent.id()}).id);
  const Group one_more = world.add_group("one more", {});
  CHECK(field_of(world.change_group_as(world.actor(), one_more.id, with_members({agent.id()}))) == "member_ids");
  groups.push_back(one_more.id);
  CHECK(field_of(world.try_change(agent.id(), with_groups(groups))) == "group_ids");
  CHECK(world.row(agent.id()).groups.size() == kGroupsOfSubjectMax);
}

TEST_CASE("who leaves a group is forgotten there, in the rows and in memory") {
  World world;
  const TestAgent db = world.add_agent("db-1"), web = world.add_agent("web-1");
  const Group group = world.add_group("rack-4", {db.id(), web.id()});
  REQUIRE(world.change_group_as(world.actor(), group.id, with_members({web.id()})));
  CHECK(world.row(db.id()).groups.empty());
  CHECK(world.live(db).row->groups.empty());
  REQUIRE(world.try_change(web.id(), with_groups({})));
  CHECK(world.group_row(group.id).members.empty());
}

TEST_CASE("a group that a rule names, or that stands in a group, is not removed; its members stay") {
  World world;
  const TestAgent agent = world.add_agent();
  const Group inner = world.add_group("inner", {agent.id()});
  const Group outer = world.add_group("outer", {inner.id});
  CHECK(code_of(world.try_remove(inner.id)) == ErrorCode::conflict);
  REQUIRE(world.change_group_as(world.actor(), outer.id, with_members({})));
  const Rule of_members = world.add_rule(
      AlertWorld::state_rule(State::down, seconds(0), {.kind = RuleTarget::Kind::group, .subject = inner.id}));
  CHECK(code_of(world.try_remove(inner.id)) == ErrorCode::conflict);
  world.remove(of_members);
  const Rule of_group = world.add_rule(
      AlertWorld::state_rule(State::down, seconds(0), {.kind = RuleTarget::Kind::subject, .subject = inner.id}));
  CHECK(code_of(world.try_remove(inner.id)) == ErrorCode::conflict);
  world.remove(of_group);

  REQUIRE(world.try_remove(inner.id));
  CHECK(world.row(agent.id()).groups.empty());
  CHECK(world.live(agent).row->groups.empty());
  CHECK_FALSE(world.services->subject_directory.find(world.workspace.id, inner.id).has_value());
  CHECK(code_of(world.try_remove(inner.id)) == ErrorCode::not_found);
  CHECK(world.times_in_trail("group.removed") == 1);
}

TEST_CASE("an operator's new group belongs to the one team that lets them edit; of several they name one") {
  World world;
  const TeamId ops = world.add_team("Ops"), dev = world.add_team("Dev"), other = world.add_team("Other");
  const Actor one = world.operator_of({ops}, {other});
  const auto added = world.add_group_as(one, named("a"), {});
  REQUIRE(added);
  CHECK(added->first.teams == std::vector<TeamId>{ops});

  const Actor two = world.operator_of({ops, dev});
  CHECK(field_of(world.add_group_as(two, named("b"), {})) == "team_ids");
  NewSubject wanted = named("b");
  wanted.teams = std::vector<TeamId>{dev};
  CHECK(world.add_group_as(two, wanted, {}));
  wanted.name = "c";
  wanted.teams = std::vector<TeamId>{};
  CHECK(field_of(world.add_group_as(two, wanted, {})) == "team_ids");
  wanted.teams = std::vector<TeamId>{other};
  CHECK(code_of(world.add_group_as(two, wanted, {})) == ErrorCode::forbidden);
  wanted.teams = std::vector<TeamId>{TeamId::make(world.clock.now(), world.storage.random)};
  CHECK(field_of(world.add_group_as(world.actor(), wanted, {})) == "team_ids");  // there is no such team
}

TEST_CASE("an operator moves only teams that let them edit, and cannot take the last such away") {
  World world;
  const TeamId ops = world.add_team("Ops"), dev = world.add_team("Dev"), other = world.add_team("Other");
  const TestAgent agent = world.add_agent();
  REQUIRE(world.try_change(agent.id(), with_teams({ops, other})));
  const Actor who = world.operator_of({ops, dev}, {other});
  CHECK(world.change_as(who, agent.id(), with_teams({ops, dev, other})));
  CHECK(code_of(world.change_as(who, agent.id(), with_teams({ops, dev}))) ==
        ErrorCode::forbidden);  // not theirs to take
  CHECK(world.change_as(who, agent.id(), with_teams({dev, other})));
  const auto last = world.change_as(who, agent.id(), with_teams({other}));
  CHECK(code_of(last) == ErrorCode::invalid_input);
  CHECK(field_of(last) == "team_ids");
  // In the end nothing of theirs is left but what they kept.
  std::vector<TeamId> kept = {dev, other};
  std::sort(kept.begin(), kept.end());
  CHECK(world.row(agent.id()).teams == kept);
}

TEST_CASE("a subject belongs to ten teams at most") {
  World world;
  const TestAgent agent = world.add_agent();
  std::vector<TeamId> teams;
  for (std::size_t i = 0; i < kTeamsOfSubjectMax; ++i) teams.push_back(world.add_team("t" + std::to_string(i)));
  CHECK(world.try_change(agent.id(), with_teams(teams)));
  teams.push_back(world.add_team("one more"));
  CHECK(field_of(world.try_change(agent.id(), with_teams(teams))) == "team_ids");
}

TEST_CASE("what another team's is may be seen but not edited, and out of sight it is not there") {
  World world;
  const TeamId ops = world.add_team("Ops"), dev = world.add_team("Dev");
  const TestAgent agent = world.add_agent();
  REQUIRE(world.try_change(agent.id(), with_teams({dev})));
  const Actor who = world.operator_of({ops}, {dev});
  CHECK(code_of(world.change_as(who, agent.id(), with_notes("x"))) == ErrorCode::forbidden);
  CHECK(code_of(world.change_as(World::scoped(who, {ops, dev}), agent.id(), with_notes("x"))) == ErrorCode::forbidden);
  CHECK(code_of(world.change_as(World::scoped(who, {ops}), agent.id(), with_notes("x"))) == ErrorCode::not_found);
  CHECK(world.row(agent.id()).notes == "");
}

TEST_CASE("members that somebody does not see are neither named nor taken out by them") {
  World world;
  const TeamId ops = world.add_team("Ops"), dev = world.add_team("Dev");
  const TestAgent mine = world.add_agent("mine"), hidden = world.add_agent("hidden"),
                  secret = world.add_agent("secret");
  REQUIRE(world.try_change(mine.id(), with_teams({ops})));
  REQUIRE(world.try_change(hidden.id(), with_teams({dev})));
  const Group group = world.add_group("rack-4", {hidden.id()});
  REQUIRE(world.try_change(group.id, with_teams({ops})));
  const Group unseen = world.add_group("unseen", {mine.id()});
  const Actor who = World::scoped(world.operator_of({ops}), {ops});

  CHECK(field_of(world.change_group_as(who, group.id, with_members({mine.id(), secret.id()}))) == "member_ids");
  REQUIRE(world.change_group_as(who, group.id, with_members({mine.id()})));
  std::vector<SubjectId> both = {mine.id(), hidden.id()};
  std::sort(both.begin(), both.end());
  CHECK(world.group_row(group.id).members == both);
  REQUIRE(world.change_group_as(who, group.id, with_members({})));
  CHECK(world.group_row(group.id).members == std::vector<SubjectId>{hidden.id()});

  CHECK(field_of(world.change_as(who, mine.id(), with_groups({unseen.id, world.add_group("third", {}).id}))) ==
        "group_ids");
  REQUIRE(world.change_as(who, mine.id(), with_groups({})));
  CHECK(world.row(mine.id()).groups == std::vector<GroupId>{unseen.id});
}
