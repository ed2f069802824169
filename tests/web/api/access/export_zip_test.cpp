// The ZIP of a workspace: whole, described by itself, the same rows in both forms, harmless in a spreadsheet, and of
// this workspace alone. (That it holds every table is in residents_test.cpp; that it holds no secret in
// tests/security/21_decompression_and_secrets_test.cpp.)
#include <doctest/doctest.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/text.h"
#include "storage/connection.h"
#include "tests/support/outside.h"
#include "tests/support/schema_check.h"
#include "tests/support/test_app.h"
#include "tests/support/zip_reader.h"
#include "web/api/access/handlers.h"
#include "web/api/parts.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kExport = "/api/v1/workspaces/{w}/export?format=zip";
const std::string kFormula = "=HYPERLINK(\"http://evil.example\",\"a, b\")";

using Files = std::map<std::string, std::string>;
using Table = std::vector<std::vector<std::string>>;

Files files_of(const ApiAnswer& answer) {
  REQUIRE(answer.status == 200);
  CHECK(answer.header("Content-Type") == "application/zip");
  test::Unzipped unzipped = test::unzip(answer.body);
  REQUIRE(unzipped.trouble == "");
  return std::move(unzipped.files);
}

std::vector<web::WorkspaceSection> all_sections() {
  std::vector<web::WorkspaceSection> sections = {web::access::workspace_itself()};
  sections.insert(sections.end(), web::workspace_sections().begin(), web::workspace_sections().end());
  return sections;
}

std::vector<json> rows_of(const std::string& ndjson) {
  std::vector<json> rows;
  std::istringstream lines(ndjson);
  for (std::string line; std::getline(lines, line);) rows.push_back(json::parse(line));
  return rows;
}

// RFC 4180, strictly.
Table table_of(const std::string& csv) {
  Table table(1);
  std::string cell;
  bool quoted = false;
  for (std::size_t i = 0; i < csv.size(); ++i) {
    const char c = csv[i];
    if (quoted) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < csv.size() && csv[i + 1] == '"') {
        cell += csv[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      REQUIRE(cell.empty());
      quoted = true;
    } else if (c == ',' || c == '\r') {
      table.back().push_back(std::move(cell));
      cell.clear();
      if (c == ',') continue;
      REQUIRE(csv.at(++i) == '\n');
      table.emplace_back();
    } else {
      REQUIRE(c != '\n');
      cell += c;
    }
  }
  REQUIRE_FALSE(quoted);
  REQUIRE(table.back().empty());  // the last line has its end
  table.pop_back();
  return table;
}

std::string sha256_of(const std::string& bytes) {
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return to_hex(digest);
}

// What the CSV must have for this value of the NDJSON.
std::string cell_of(const json& item, std::string_view name) {
  const auto found = item.find(name);
  if (found == item.end() || found->is_null()) return {};
  if (!found->is_string()) return found->dump();
  const std::string text = found->get<std::string>();
  const std::size_t first = text.find_first_not_of(' ');
  const bool formula = first != std::string::npos && std::string("=+-@\t\r\n").find(text[first]) != std::string::npos;
  return formula ? "'" + text : text;
}

void must(const ApiAnswer& answer) {
  REQUIRE_MESSAGE((answer.status >= 200 && answer.status < 300), answer.body);
}

// Names that people may give, and texts that only a damaged or old row can have.
void make_hostile(TestApp& app) {
  app.populate();
  const json agent = {{"name", kFormula}, {"notes", "@a, \"b\"\nsecond line"}, {"tags", {"-2+3", "a,b"}}};
  must(app.patch("/api/v1/workspaces/{w}/agents/{agent}", agent.dump(), &app.owner));
  must(app.post("/api/v1/workspaces/{w}/teams", json{{"name", "+cmd|' /C calc'!A0"}}.dump(), &app.owner));
  app.storage.write([](Transaction& tx) {
    return storage::at(tx).execute("UPDATE incident SET summary = CAST(X'3D61FF0D0A2262' AS TEXT)");  // =a?CRLF"b
  });
}

}  // namespace

TEST_CASE("the ZIP describes itself: each file is in the manifest with its sum, each section with its rows") {
  TestApp app;
  make_hostile(app);
  const ApiAnswer answer = app.get(kExport, &app.owner);
  CHECK(answer.header("Content-Disposition").find(".zip\"") != std::string::npos);
  CHECK(answer.header("Content-Length") == std::to_string(answer.body.size()));
  const Files files = files_of(answer);
  const json manifest = json::parse(files.at("manifest.json"));
  CHECK(manifest["version"] == 1);
  CHECK(manifest["exported_by"] == app.owner.name);
  CHECK(manifest["workspace"]["id"] == app.workspace.id.text());
  REQUIRE(manifest["files"].size() == files.size() - 1);
  for (const json& file : manifest["files"]) {
    const std::string& content = files.at(file["name"].get<std::string>());
    CHECK(file["bytes"] == content.size());
    CHECK(file["sha256"] == sha256_of(content));
  }
  const auto sections = all_sections();
  REQUIRE(manifest["sections"].size() == sections.size());
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const json& section = manifest["sections"][i];
    CHECK(section["name"] == sections[i].name);
    CHECK(section["rows"] == rows_of(files.at(section["ndjson"].get<std::string>())).size());
    CHECK(files.at("README.txt").find("\n" + std::string(sections[i].name) + " ") != std::string::npos);
  }
  CHECK(files.at("README.txt").find(app.owner.name) != std::string::npos);
  CHECK(files.at("README.txt").find("monitor.example.org") == std::string::npos);
}

TEST_CASE("NDJSON, CSV and schema of a section say the same, with hostile texts too") {
  TestApp app;
  make_hostile(app);
  const Files files = files_of(app.get(kExport, &app.owner));
  const json document = app.get("/api/v1/workspaces/{w}/export?format=json", &app.owner).json();
  for (const web::WorkspaceSection& section : all_sections()) {
    const std::string name(section.name);
    CAPTURE(name);
    const json schema = json::parse(files.at("schemas/" + name + ".json"));
    const std::vector<json> rows = rows_of(files.at(name + ".ndjson"));
    const Table table = table_of(files.at(name + ".csv"));
    REQUIRE(table.size() == rows.size() + 1);
    std::vector<std::string> head;
    for (const web::Column& column : section.columns) head.emplace_back(column.name);
    CHECK(table[0] == head);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      CHECK(violations(json::object(), schema, rows[i]) == std::vector<std::string>{});
      REQUIRE(table[i + 1].size() == head.size());
      for (std::size_t k = 0; k < head.size(); ++k) CHECK(table[i + 1][k] == cell_of(rows[i], head[k]));
    }
    // What goes on meanwhile (sending, and the trail of the export itself) leaves rows in others.
    if (name == "members" || name == "teams" || name == "rules" || name == "readings")
      CHECK(json(rows) == document[name]);
  }
  CHECK(rows_of(files.at("incidents.ndjson")).at(0)["summary"] == "=a\uFFFD\r\n\"b");
  CHECK(files.at("incidents.csv").find("\"'=a\uFFFD\r\n\"\"b\"") != std::string::npos);
  CHECK(files.at("subjects.csv").find("\"'=HYPERLINK(") != std::string::npos);
  CHECK(files.at("teams.csv").find(",'+cmd|") != std::string::npos);
}

TEST_CASE("every reading of every subject is in it, by metrics and by parts") {
  TestApp app;
  app.populate();
  AgentId agent;
  REQUIRE(AgentId::parse(app.ids.at("agent"), agent));
  constexpr std::size_t kMany = 4'500;  // more than two pages
  app.storage.write([&](Transaction& tx) -> Result<void> {
    TRY(app.storage->subjects().put_part(tx, app.workspace.id, agent, Part{3, "/srv, \"data\"", app.clock.now()}));
    for (std::size_t i = 0; i < kMany; ++i) {
      Reading reading;
      reading.workspace = app.workspace.id;
      reading.subject = agent;
      reading.at = app.clock.now() + microseconds(static_cast<std::int64_t>(i));
      ValuesBuilder values;
      values.set(Metric::cpu_percent, static_cast<std::int64_t>(i));
      if (i == kMany - 1) {
        values.set(Metric::disk_used, 7, 3);
        values.set(Metric{31}, -40);
        values.set_named(4, 0.5);
      }
      reading.values = values.build();
      TRY(app.storage->readings().append(tx, reading));
    }
    return {};
  });
  const Files files = files_of(app.get(kExport, &app.owner));
  const std::vector<json> rows = rows_of(files.at("readings.ndjson"));
  REQUIRE(rows.size() == kMany + 1);  // and the heartbeat
  for (std::size_t i = 0; i < kMany; ++i)
    CHECK(rows[i]["cpu_percent"] == static_cast<double>(kMany - 1 - i) / 100);
  CHECK_FALSE(rows[1].contains("values"));
  json values = rows[0]["values"];
  std::sort(values.begin(), values.end());
  json wanted = {{{"metric", "31"}, {"part", ""}, {"value", -40}},
                 {{"metric", "disk_used_mib"}, {"part", "/srv, \"data\""}, {"value", 7}},
                 {{"metric", "named"}, {"part", "#4"}, {"value", 0.5}}};
  CHECK(values == wanted);
  CHECK(table_of(files.at("readings.csv")).size() == rows.size() + 1);
}

TEST_CASE("the ZIP holds nothing of another workspace, and a stranger gets none") {
  TestApp app;
  app.populate();
  app.ids["o"] = app.other_workspace.id.text();
  const std::string marker = "marker-of-the-others";
  must(app.post("/api/v1/workspaces/{o}/subjects", json{{"kind", "group"}, {"name", marker}}.dump(), &app.stranger));
  must(app.post("/api/v1/workspaces/{o}/teams", json{{"name", marker}}.dump(), &app.stranger));
  const ApiAnswer own = app.get(kExport, &app.owner);
  for (const auto& [name, content] : files_of(own)) {
    CAPTURE(name);
    CHECK(content.find(marker) == std::string::npos);
    CHECK(content.find(app.other_workspace.id.text()) == std::string::npos);
  }
  CHECK(app.get(kExport, &app.stranger).status == 404);
  CHECK(app.get("/api/v1/workspaces/{w}/export?format=tar", &app.owner).json()["field"] == "format");
  const Files theirs = files_of(app.get("/api/v1/workspaces/{o}/export?format=zip", &app.stranger));
  CHECK(theirs.at("subjects.ndjson").find(marker) != std::string::npos);
  CHECK(theirs.at("invitations.ndjson") == "");  // a section without rows has its files
}

TEST_CASE("docs/export.md lists each section with its columns as the schemas have them") {
  const std::string document = test::read_text(test::source_directory() / "docs" / "export.md");
  for (const web::WorkspaceSection& section : all_sections()) {
    std::string wanted = "### " + std::string(section.name) + "\n\n" + std::string(section.about) +
                         "\n\n| Column | Type | Unit | |\n| --- | --- | --- | --- |\n";
    for (const web::Column& column : section.columns) {
      wanted += "| `" + std::string(column.name) + "` | " + std::string(web::to_text(column.type)) + " | " +
                std::string(column.unit) + " | " + web::description_of(column) + " |\n";
    }
    CAPTURE(wanted);
    CHECK(document.find(wanted) != std::string::npos);
  }
}
