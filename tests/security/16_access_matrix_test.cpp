// Threats 10, 14 and 16: every address × everybody who may come to it, held against a table that people wrote
// (matrix/access.txt). A route without a row fails, so a new one is in the matrix from its first day. What is asked is
// harmless: bodies that no handler accepts, and for what changes something ids that nobody has, so that "let in" shows
// as a complaint about the request and a row's cells do not disturb each other.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/support/matrix_world.h"
#include "tests/support/outside.h"
#include "web/api/routes.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kUnknownId = "01940000-0000-7000-8000-000000000000";
const std::string kNoWorkspace = "There is no such workspace";

constexpr const char* kColumns[] = {"out",   "strngr", "viewer", "member", "operator", "admin",
                                    "owner", "admstr", "glass",  "team",   "fresh",    "key"};

struct Row {
  bool destructive = false;
  std::string method, path;
  std::map<std::string, std::string> cells;
};

std::vector<Row> read_table() {
  std::ifstream file(test::source_directory() / "tests/security/matrix/access.txt");
  REQUIRE(file.good());
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    Row row;
    row.destructive = line[0] == '*';
    line[0] = ' ';
    std::istringstream words(line);
    words >> row.method >> row.path;
    for (const char* column : kColumns) words >> row.cells[column];
    std::string more;
    INFO(line);
    REQUIRE(!row.cells["key"].empty());
    REQUIRE(!(words >> more));
    rows.push_back(std::move(row));
  }
  return rows;
}

const web::Route& route_of(const Row& row) {
  for (const web::Route& route : web::routes()) {
    if (route.method == row.method && route.path == row.path) return route;
  }
  FAIL("the table has a row for an address that does not exist: ", row.method, " ", row.path);
  std::abort();
}

void put(std::string& path, std::string_view place, const std::string& value) {
  if (const std::size_t at = path.find(place); at != std::string::npos) path.replace(at, place.size(), value);
}

// Reads are asked for what is there, changes for what is not.
std::string path_of(const MatrixWorld& world, const Row& row, const std::string& workspace) {
  std::string path = row.path;
  put(path, "{w}", workspace);
  put(path, "{target}", "x86_64");
  if (const std::string object = world.object_of(row.path); row.method == "GET" && !object.empty())
    put(path, "{id}", object);
  for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{'))
    path.replace(at, path.find('}') - at + 1, kUnknownId);
  return path;
}

Ask ask_of(const MatrixWorld& world, const Row& row, const std::string& workspace) {
  Ask ask{.method = row.method, .path = path_of(world, row, workspace)};
  if (row.method == "POST" || row.method == "PUT" || row.method == "PATCH") ask.body = R"({"nobody_asks_for_this":1})";
  return ask;
}

bool is_workspace_missing(const ApiAnswer& answer) {
  return answer.status == 404 && answer.body.find(kNoWorkspace) != std::string::npos;
}

void expect(MatrixWorld& world, const Row& row, const std::string& column, const std::string& who,
            const ApiAnswer& got) {
  const std::string& wanted = row.cells.at(column);
  INFO(row.method, " ", row.path, " as ", who, " (", column, "): wanted ", wanted, ", got ", got.status, " ",
       got.body.substr(0, 300));
  if (wanted == "yes") {
    CHECK(got.status != 401);
    // The way by which it came is about the request, too: this one came without TLS.
    CHECK((got.status != 403 || got.body.find("\"insecure_connection\"") != std::string::npos));
    CHECK_FALSE(is_workspace_missing(got));
    return;
  }
  CHECK(std::to_string(got.status) == wanted);
  if (wanted == "404") CHECK(is_workspace_missing(got));
  for (const std::string& text : world.secrets_of_the_workspace()) CHECK(got.body.find(text) == std::string::npos);
}

// A stream cannot be read like an answer: that it opens is what "yes" means.
bool opens_stream(const web::Route& route, const std::string& wanted) {
  return route.response == "text/event-stream" && wanted == "yes";
}

void ask_as(MatrixWorld& world, const Row& row, const std::string& column, const Visitor& visitor) {
  const web::Route& route = route_of(row);
  if (opens_stream(route, row.cells.at(column))) {
    CHECK(world.app.open_stream(visitor.person).is_open());
    return;
  }
  Ask ask = ask_of(world, row, world.app.ids.at("w"));
  // Everybody comes from an address of their own, or the refusals of one would make the others wait.
  ask.address = "198.51.100." + std::to_string(1 + std::hash<std::string>()(column + visitor.name) % 250);
  ask.headers.insert(ask.headers.end(), visitor.headers.begin(), visitor.headers.end());
  expect(world, row, column, visitor.name, world.app.send(ask, visitor.has_session ? &visitor.person : nullptr));
}

}  // namespace

TEST_CASE("every address has its row in the table of access, once, and no row is of an address that is gone") {
  std::set<std::string> rows, routes;
  for (const Row& row : read_table()) {
    INFO(row.method, " ", row.path);
    CHECK(rows.insert(row.method + " " + row.path).second);
  }
  for (const web::Route& route : web::routes()) {
    // What these answer to each method and host: tests/web/api/unknown_paths_test.cpp.
    if (!route.catches_the_rest()) routes.insert(std::string(route.method) + " " + std::string(route.path));
  }
  for (const std::string& route : routes) {
    INFO("an address without a row: ", route);
    CHECK(rows.contains(route));
  }
  for (const std::string& row : rows) {
    INFO("a row without an address: ", row);
    CHECK(routes.contains(row));
  }
}

TEST_CASE("everybody gets what the table of access says, at every address") {
  std::size_t cells = 0;
  auto world = std::make_unique<MatrixWorld>();
  for (const Row& row : read_table()) {
    for (const char* column : kColumns) {
      for (std::size_t who = 0; who < world->visitors(column).size(); ++who) {
        ask_as(*world, row, column, world->visitors(column)[who]);
        cells += 1;
        if (row.destructive && row.cells.at(column) == "yes") world = std::make_unique<MatrixWorld>();
      }
    }
  }
  MESSAGE("cells of roles and strangers: ", cells);
}

TEST_CASE("an administrator who opened the workspace with a reason may look, and nothing else") {
  std::size_t cells = 0;
  const auto fresh_world = [] {
    auto world = std::make_unique<MatrixWorld>();
    world->open_the_workspace();
    return world;
  };
  auto world = fresh_world();
  for (const Row& row : read_table()) {
    ask_as(*world, row, "glass", world->visitors("glass").front());
    cells += 1;
    if (row.destructive && row.cells.at("glass") == "yes") world = fresh_world();
  }
  MESSAGE("cells of the opened workspace: ", cells);
}

TEST_CASE("what is dangerous wants a factor that was proved a short while ago, and the rest does not ask") {
  std::size_t cells = 0;
  auto world = std::make_unique<MatrixWorld>();
  for (const Row& row : read_table()) {
    const std::string& wanted = row.cells.at("fresh");
    if (wanted == "-") continue;
    const bool of_owner = row.cells.at("owner") == "yes";
    const Visitor& stale = of_owner ? world->stale_owner() : world->stale_administrator();
    if (opens_stream(route_of(row), "yes")) continue;
    const ApiAnswer got = world->app.send(ask_of(*world, row, world->app.ids.at("w")), &stale.person);
    INFO(row.method, " ", row.path, " as ", stale.name, " long after the login: fresh ", wanted, ", got ", got.status,
         " ", got.body.substr(0, 300));
    const bool asked = got.status == 403 && got.body.find("step_up_required") != std::string::npos;
    CHECK(asked == (wanted == "yes"));
    cells += 1;
    if (row.destructive && wanted == "no") world = std::make_unique<MatrixWorld>();
  }
  MESSAGE("cells of freshness: ", cells);
}

TEST_CASE("where the workspace is scoped by team, a member sees nothing of another team's host") {
  std::size_t cells = 0;
  MatrixWorld world;
  world.divide_by_team();
  const Visitor member = world.visitors("member").front();
  // The measure measures something: the host of their own team is there, the other's is there for the owner.
  const std::string agents = "/api/v1/workspaces/{w}/agents";
  CHECK(world.app.get(agents, &member.person).body.find("web-9") != std::string::npos);
  CHECK(world.app.get(agents, &world.visitors("owner").front().person).body.find("db-1") != std::string::npos);
  for (const Row& row : read_table()) {
    const std::string& wanted = row.cells.at("team");
    if (wanted == "-") continue;
    if (opens_stream(route_of(row), "yes")) {
      TestStream stream = world.app.open_stream(member.person);
      stream.read();
      world.app.heartbeat(world.app.agent_token);
      world.app.app->tick();
      CHECK(stream.read().find(world.app.ids.at("agent")) == std::string::npos);
      cells += 1;
      continue;
    }
    Ask ask = ask_of(world, row, world.app.ids.at("w"));
    if (const std::string object = world.object_of(row.path); !object.empty()) {
      ask.path = row.path;
      put(ask.path, "{w}", world.app.ids.at("w"));
      put(ask.path, "{id}", object);
      if (!ask.body.empty()) ask.body = row.path.ends_with("/comments") ? R"({"text":"Hello"})" : "{}";
    }
    const ApiAnswer got = world.app.send(ask, &member.person);
    INFO(row.method, " ", row.path, " about another team's: wanted ", wanted, ", got ", got.status, " ",
         got.body.substr(0, 400));
    if (wanted == "404") CHECK(got.status == 404);
    for (const std::string& text : world.secrets_of_the_workspace()) CHECK(got.body.find(text) == std::string::npos);
    cells += 1;
  }
  MESSAGE("cells of teams: ", cells);
}

TEST_CASE("an API key opens what its scope names, and nothing else") {
  std::size_t cells = 0;
  MatrixWorld world;
  REQUIRE(world.keys().size() >= 10);
  for (const Row& row : read_table()) {
    const web::Route& route = route_of(row);
    const std::string& wanted = row.cells.at("key");
    if (row.cells.at("out") == "yes") continue;  // nobody is asked who they are
    const bool inside = route.permission.kind() == web::Permission::Kind::workspace;
    for (const auto& [scope, header] : world.keys()) {
      Ask ask = ask_of(world, row, world.app.ids.at("w"));
      ask.headers.push_back(header);
      ask.address = "198.51.100." + std::to_string(1 + cells % 250);  // or one's refusals would make the next wait
      ask.as_browser = true;
      const ApiAnswer got = world.app.send(ask);
      INFO(row.method, " ", row.path, " with a key for ", scope, ": wanted ", wanted, ", got ", got.status, " ",
           got.body.substr(0, 300));
      cells += 1;
      if (wanted == "any" || wanted == scope) {
        CHECK(got.status != 401);
        CHECK(got.status != 403);
        CHECK_FALSE(is_workspace_missing(got));
      } else {
        CHECK((got.status == 401 || got.status == 403));
        for (const std::string& text : world.secrets_of_the_workspace())
          CHECK(got.body.find(text) == std::string::npos);
      }
    }
    if (!inside) continue;
    Ask ask = ask_of(world, row, world.app.ids.at("w"));
    ask.headers.push_back(world.foreign_key());
    const ApiAnswer got = world.app.send(ask);
    INFO(row.method, " ", row.path, " with another workspace's key: ", got.status, " ", got.body.substr(0, 300));
    CHECK(is_workspace_missing(got));
    cells += 1;
  }
  MESSAGE("cells of API keys: ", cells);
}
