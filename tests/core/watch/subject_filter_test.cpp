// Which subjects a list is about, in which order, and where its next page begins.
#include "core/watch/subject_filter.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/seeded_random.h"

using namespace connlog;

namespace {

struct Fleet {
  SeededRandom random;

  LiveSubject make(const std::string& name, ShownState shown = ShownState::up, Instant last_seen_at = {}) {
    Subject row;
    row.id = SubjectId::make({1'000'000}, random);
    row.name = name;
    return live(row, shown, last_seen_at);
  }
  static LiveSubject live(const Subject& row, ShownState shown = ShownState::up, Instant last_seen_at = {}) {
    LiveSubject live;
    live.row = std::make_shared<const Subject>(row);
    live.shown = shown;
    live.last_seen_at = last_seen_at;
    return live;
  }
};

std::vector<std::string> names(const std::vector<LiveSubject>& subjects) {
  std::vector<std::string> out;
  for (const LiveSubject& live : subjects) out.push_back(live.row->name);
  return out;
}

std::vector<std::string> names_in(std::vector<LiveSubject> subjects, SubjectOrder order,
                                  const std::string& cursor = {}) {
  REQUIRE(order_from(subjects, order, cursor));
  return names(subjects);
}

}  // namespace

TEST_CASE("a filter that names nothing fits everything") {
  Fleet fleet;
  CHECK(SubjectFilter{}.matches(fleet.make("db-1", ShownState::paused)));
}

TEST_CASE("values of one name are alternatives, names must all fit") {
  Fleet fleet;
  const TeamId ops = TeamId::make({1}, fleet.random), dev = TeamId::make({1}, fleet.random);
  const GroupId rack = GroupId::make({1}, fleet.random), row_of_racks = GroupId::make({1}, fleet.random);
  Subject row;
  row.name = "db-1";
  row.tags = {"eu", "web"};
  row.teams = {ops};
  row.groups = {rack};
  const LiveSubject live = Fleet::live(row, ShownState::degraded);

  SubjectFilter filter;
  filter.tags = {"us", "eu"};
  CHECK(filter.matches(live));
  filter.teams = {dev, ops};
  CHECK(filter.matches(live));
  filter.groups = {row_of_racks, rack};
  CHECK(filter.matches(live));
  filter.kinds = {SubjectKind::group, SubjectKind::agent};
  CHECK(filter.matches(live));
  filter.states = {ShownState::down, ShownState::degraded};
  CHECK(filter.matches(live));

  SubjectFilter other = filter;
  other.tags = {"us"};
  CHECK_FALSE(other.matches(live));
  other = filter;
  other.teams = {dev};
  CHECK_FALSE(other.matches(live));
  other = filter;
  other.groups = {row_of_racks};
  CHECK_FALSE(other.matches(live));
  other = filter;
  other.kinds = {SubjectKind::group};
  CHECK_FALSE(other.matches(live));
  other = filter;
  other.states = {ShownState::up};
  CHECK_FALSE(other.matches(live));
  CHECK(other.matches_row(*live.row));  // all but the state
}

TEST_CASE("a label fits by its value, or with any value") {
  Subject row;
  row.labels = {{"env", "prod"}, {"rack", ""}};
  const auto fits = [&](std::vector<std::pair<Label, bool>> labels) {
    SubjectFilter filter;
    filter.labels = std::move(labels);
    return filter.matches_row(row);
  };
  CHECK(fits({{{"env", "prod"}, false}}));
  CHECK(fits({{{"env", ""}, true}}));
  CHECK(fits({{{"rack", ""}, false}}));
  CHECK_FALSE(fits({{{"env", ""}, false}}));
  CHECK_FALSE(fits({{{"env", "dev"}, false}}));
  CHECK_FALSE(fits({{{"zone", ""}, true}}));
  CHECK(fits({{{"env", "dev"}, false}, {{"env", "prod"}, false}}));
}

TEST_CASE("a text is looked for in name, key, tags and labels, whatever the case") {
  Subject row;
  row.name = "Db-1 Müller";
  row.key = "inventory.4711";
  row.tags = {"Web"};
  row.labels = {{"Env", "Prod"}};
  row.notes = "second shelf";
  const auto fits = [&](const std::string& text) {
    SubjectFilter filter;
    filter.text = text;
    return filter.matches_row(row);
  };
  for (const char* text : {"", "dB-1", "MüLLER", "4711", "wEb", "env", "prod", "env=prod"}) {
    CAPTURE(text);
    CHECK(fits(text));
  }
  CHECK_FALSE(fits("shelf"));
  CHECK_FALSE(fits("db-2"));
}

TEST_CASE("the most urgent first, then by name whatever the case; the newest seen first, never seen last") {
  Fleet fleet;
  const std::vector<LiveSubject> subjects = {fleet.make("b", ShownState::up, {5}), fleet.make("A", ShownState::up, {7}),
                                             fleet.make("c", ShownState::paused, {}),
                                             fleet.make("d", ShownState::down, {6}),
                                             fleet.make("e", ShownState::degraded, {9})};
  CHECK(names_in(subjects, SubjectOrder::state) == std::vector<std::string>{"d", "e", "A", "b", "c"});
  CHECK(names_in(subjects, SubjectOrder::name) == std::vector<std::string>{"A", "b", "c", "d", "e"});
  CHECK(names_in(subjects, SubjectOrder::last_seen) == std::vector<std::string>{"e", "A", "d", "b", "c"});
}

TEST_CASE("the pages of a list have each subject once, in each order, also where names are the same") {
  Fleet fleet;
  std::vector<LiveSubject> subjects;
  for (int i = 0; i < 23; ++i) {
    const auto shown = values_of<ShownState>()[static_cast<std::size_t>(i % 6)];
    subjects.push_back(fleet.make("host " + std::to_string(i % 4), shown, {i % 5}));
  }
  for (const SubjectOrder order : values_of<SubjectOrder>()) {
    CAPTURE(to_text(order));
    std::vector<LiveSubject> whole = subjects;
    REQUIRE(order_from(whole, order, {}));
    std::vector<SubjectId> paged;
    std::string cursor;
    for (;;) {
      std::vector<LiveSubject> rest = subjects;
      REQUIRE(order_from(rest, order, cursor));
      if (rest.empty()) break;
      const std::size_t size = std::min<std::size_t>(rest.size(), 5);
      for (std::size_t i = 0; i < size; ++i) paged.push_back(rest[i].id());
      cursor = cursor_at(rest[size - 1], order);
    }
    REQUIRE(paged.size() == whole.size());
    for (std::size_t i = 0; i < paged.size(); ++i) CHECK(paged[i] == whole[i].id());
  }
}

TEST_CASE("a subject that goes, comes or changes between two pages disturbs none of the others") {
  Fleet fleet;
  std::vector<LiveSubject> subjects = {fleet.make("a"), fleet.make("b"), fleet.make("d"), fleet.make("e")};
  const std::string cursor = cursor_at(subjects[1], SubjectOrder::name);
  subjects.erase(subjects.begin() + 1);  // the one at which the page ended
  subjects.push_back(fleet.make("aa"));  // before it
  subjects.push_back(fleet.make("c"));   // behind it
  CHECK(names_in(subjects, SubjectOrder::name, cursor) == std::vector<std::string>{"c", "d", "e"});
}

TEST_CASE("a cursor of another order, of another list or made up is refused") {
  Fleet fleet;
  const LiveSubject live = fleet.make("db-1");
  std::vector<LiveSubject> subjects = {live};
  const auto field_of = [&](const std::string& cursor) {
    const auto result = order_from(subjects, SubjectOrder::name, cursor);
    return result ? std::string() : result.error().field;
  };
  CHECK(field_of(cursor_at(live, SubjectOrder::state)) == "after");
  CHECK(field_of("x") == "after");
  CHECK(field_of("!!!") == "after");
  CHECK(field_of("bmFtZQ") == "after");  // "name"
  CHECK(field_of(live.id().text()) == "after");
  const std::string whole = cursor_at(live, SubjectOrder::name);
  CHECK(field_of(whole.substr(0, 20)) == "after");
  CHECK(names(subjects) == std::vector<std::string>{"db-1"});  // nothing was cut
  CHECK(field_of(whole) == "");
  CHECK(subjects.empty());
}

TEST_CASE("a cursor holds any name, in characters that an address can carry") {
  Fleet fleet;
  const std::string longest(80, 'n');
  for (const std::string& name : {std::string("Müller & Söhne / ☃?=%"), longest}) {
    CAPTURE(name);
    std::vector<LiveSubject> subjects = {fleet.make(name), fleet.make("zz")};
    const std::string cursor = cursor_at(subjects[0], SubjectOrder::name);
    CHECK(cursor.size() <= 600);
    CHECK(cursor.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          std::string::npos);
    CHECK(names_in(subjects, SubjectOrder::name, cursor) == std::vector<std::string>{"zz"});
  }
}
