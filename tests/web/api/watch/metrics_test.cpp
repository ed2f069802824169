// The table of metrics as a resource, and values that are named by its words.
#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "core/watch/metric.h"
#include "tests/support/api_scenario.h"
#include "web/api/schemas.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kCatalogue = "/api/v1/metrics/catalogue";

std::map<std::string, json> catalogue_of(TestApp& app) {
  std::map<std::string, json> rows;
  const json answer = app.get(kCatalogue, &app.viewer).json();
  for (const json& row : answer["items"]) rows[row["word"].get<std::string>()] = row;
  return rows;
}

}  // namespace

TEST_CASE("the catalogue of metrics says what each is called, its unit, its range and its chart") {
  TestApp app;
  app.populate();
  CHECK(app.get(kCatalogue).status == 401);
  auto rows = catalogue_of(app);
  REQUIRE(rows.size() == kMetricTable.size());
  const json& memory = rows["memory_percent"];
  CHECK(memory["noun"] == "memory used");
  CHECK(memory["unit"] == "percent");
  CHECK(memory["decimals"] == 2);
  CHECK(memory["low"] == 0);
  CHECK(memory["high"] == 100);
  CHECK(memory["worse"] == "above");
  CHECK(memory["in_rules"] == true);
  CHECK(memory["from"] == json({"memory_used_mib", "memory_total_mib"}));
  CHECK(memory["kinds"] == json::array({"agent"}));
  CHECK(memory["suggested"]["threshold"] == 90);
  CHECK(memory["chart"]["word"] == "memory");
  const json& total = rows["memory_total_mib"];
  CHECK(total["number"] == 7);
  CHECK(total["unit"] == "mebibytes");
  CHECK(total["from"] == json::array());
  CHECK(total["chart"].is_null());
  CHECK(total["suggested"].is_null());
  CHECK(rows["load_per_core"]["suggested"]["hysteresis"] == 0.5);
}

TEST_CASE("an agent's latest values, its series and the rules' schema speak the catalogue's words") {
  TestApp app;
  app.populate();
  auto rows = catalogue_of(app);
  const json agent = app.get("/api/v1/workspaces/{w}/agents/{agent}", &app.viewer).json();
  const json& values = agent["latest"]["values"];
  REQUIRE(values.is_array());
  bool has_cpu = false;
  for (const json& value : values) {
    CAPTURE(value.dump());
    CHECK(rows.contains(value["metric"].get<std::string>()));
    CHECK(value["part"] == "");
    CHECK(value["value"].is_number());
    has_cpu = has_cpu || value["metric"] == "cpu_percent";
  }
  CHECK(has_cpu);

  const json readings = app.get("/api/v1/workspaces/{w}/agents/{agent}/readings?points=10", &app.viewer).json();
  std::size_t drawn = 0;
  for (const auto& [word, row] : rows) {
    CAPTURE(word);
    CHECK(readings["series"].contains(word) == !row["chart"].is_null());
    drawn += row["chart"].is_null() ? 0 : 1;
  }
  CHECK(readings["series"].size() == drawn);

  const json schemas = web::schemas();
  for (const char* name : {"NewRule", "Rule", "RuleChange"}) {
    CAPTURE(name);
    const json& words = schemas[name]["properties"]["metric"]["enum"];
    REQUIRE(words.is_array());
    CHECK(words.size() == 11);
    for (const json& word : words) CHECK(rows[word.get<std::string>()]["in_rules"] == true);
  }
}
