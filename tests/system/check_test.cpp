// What `connlog check` says of a database that the next start will carry over, and that it leaves it alone.
#include "cli/check.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

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

}  // namespace

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
