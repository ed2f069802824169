// What `connlog check` says of a database that the next start will carry over, and that it leaves it alone; and what the
// production check finds of files, with its exit codes.
#include "cli/check.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/crypto/keyring.h"
#include "tests/support/development_database.h"
#include "tests/support/fake_clock.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temporary_directory.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The line about carrying over.
CheckLine line_about(const fs::path& data) {
  FakeClock clock;
  SeededRandom random;
  Settings settings;
  settings.data_dir = data.string();
  for (const CheckLine& line : check_appliance(settings, clock, random)) {
    if (line.text.find("carried over") != std::string::npos) return line;
  }
  return {CheckLine::Verdict::warning, "nothing"};
}

std::vector<Finding> production_findings(const fs::path& data) {
  FakeClock clock;
  SeededRandom random;
  Settings settings;
  settings.data_dir = data.string();
  std::vector<Finding> findings;
  const std::vector<CheckLine> lines = check_appliance(settings, clock, random, &findings);
  add_lines(findings, lines);
  return findings;
}

std::size_t dangers_of(const std::vector<Finding>& findings, const std::string& id) {
  return static_cast<std::size_t>(std::ranges::count_if(
      findings, [&](const Finding& each) { return each.id == id && each.severity == FindingSeverity::danger; }));
}

}  // namespace

TEST_CASE("the production check finds a key file that others can read, with the command that mends it") {
  const TemporaryDirectory directory;
  SeededRandom random;
  REQUIRE(Keyring::open(directory.path(), false, random));
  const fs::path key = directory.path() / "keys" / "master.key";
  CHECK(dangers_of(production_findings(directory.path()), "files.open") == 0);
  fs::permissions(key, fs::perms(0644));
  const std::vector<Finding> findings = production_findings(directory.path());
  CHECK(dangers_of(findings, "files.open") == 1);
  CHECK(exit_code_of(findings) == 1);
  for (const Finding& each : findings) {
    if (each.id == "files.open") CHECK(each.mend == "`chmod 0600 " + key.string() + "`.");
  }
  fs::permissions(key, fs::perms(0600));
  CHECK(dangers_of(production_findings(directory.path()), "files.open") == 0);
}

TEST_CASE("the production check tells copies of before an upgrade from sealed backups") {
  const TemporaryDirectory directory;
  SeededRandom random;
  REQUIRE(Keyring::open(directory.path(), false, random));
  fs::create_directories(directory.path() / "backups");
  const auto is_found = [&] {
    return std::ranges::any_of(production_findings(directory.path()), [](const Finding& each) {
      return each.id == "keys.copies_beside" && each.severity == FindingSeverity::warning;
    });
  };
  std::ofstream(directory.path() / "backups" / "connlog-1.clb") << "sealed";
  CHECK_FALSE(is_found());
  std::ofstream(directory.path() / "backups" / "connlog-schema-0001-before-0002.db") << "plain";
  CHECK(is_found());
}

TEST_CASE("a line of check that no row covers is a finding, and the exit code follows the gravest one") {
  std::vector<Finding> findings;
  CHECK(exit_code_of(findings) == 0);
  add_lines(findings, {{CheckLine::Verdict::ok, "good"}, {CheckLine::Verdict::failed, "said by a row", true}});
  REQUIRE(findings.size() == 1);
  CHECK(exit_code_of(findings) == 0);
  findings.push_back({"x", FindingArea::mail, FindingSeverity::note, "w", "y", "m"});
  CHECK(exit_code_of(findings) == 0);
  add_lines(findings, {{CheckLine::Verdict::warning, "careful"}});
  CHECK(exit_code_of(findings) == 3);
  add_lines(findings, {{CheckLine::Verdict::failed, "The database does not open."}});
  CHECK(exit_code_of(findings) == 1);
  CHECK(dangers_of(findings, "check.start") == 1);
}

TEST_CASE("check says how much room carrying over needs and whether it is there, and carries nothing over itself") {
  const TemporaryDirectory directory;
  SeededRandom random;
  const auto keys = Keyring::open(directory.path(), false, random);
  REQUIRE(keys);
  make_development_database(directory.path(), *keys);
  const fs::path file = directory.path() / "connlog.db";
  const std::string before = content(file);

  const CheckLine enough = line_about(directory.path());
  CHECK(enough.verdict == CheckLine::Verdict::ok);
  CHECK_MESSAGE(enough.text.find("The next start does it.") != std::string::npos, enough.text);
  CHECK(content(file) == before);

  // A file of which most is a hole, larger than what is free.
  fs::resize_file(file, before.size() + fs::space(directory.path()).available);
  const CheckLine too_little = line_about(directory.path());
  CHECK(too_little.verdict == CheckLine::Verdict::failed);
  CHECK_MESSAGE(too_little.text.find("Make room and start again.") != std::string::npos, too_little.text);
  fs::resize_file(file, before.size());
  CHECK(content(file) == before);
}
